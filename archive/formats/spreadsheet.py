"""Spreadsheet: records as CSV (RFC 4180) that a spreadsheet opens, and that cannot make it compute.

It begins with a byte order mark: Excel reads a file without one in the machine's old code page, and breaks every
Vietnamese letter; what else reads CSV (pandas, DuckDB, R, Python's utf-8-sig) takes the mark off. Lists are joined in
one cell: sections with " › ", addresses with a blank, for none has one. Nothing is cut: Excel shows no more than 32,767
characters of a cell, and whoever writes the file is told which records have more.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..record import BETWEEN

BOM = "\ufeff"
GUARD = "'"
CELL = 32_767  # characters of a cell in Excel (its "specifications and limits"); LibreOffice has no such bound
END = b"\r\n"

# A spreadsheet computes a cell that begins so (OWASP, CSV injection), some also behind blanks and quotation marks, and
# in the wide forms of East Asian keyboards. Where the machine's separator is another (in Vietnam it is ';'), a cell
# begins behind that, too, and one with line breaks at each of them.
_FORMULA = re.compile("((?:^|[;\t\r\n])[\\s\"'\u200b\ufeff]*)([=+\\-@\uff1d\uff0b\uff0d\uff20])")
_CONTROL = ("\t", "\r", "\n")

_FLAT = (
    "portal", "portal_name", "id", "version", "status", "section", "title", "timestamp", "timestamp_raw",
    "timestamp_kind", "modified", "author", "source", "summary", "body", "language", "url", "canonical_url", "aliases",
    "images", "attachments", "first_seen", "last_seen", "content_sha256",
)  # fmt: skip
_PROVENANCE = ("warc", "offset", "length", "record_id", "captured", "payload_sha256")
_EXTRACTION = ("extractor", "family", "portal_sha256")
HEAD = (*_FLAT, *_PROVENANCE, *_EXTRACTION)


def safe(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: with a ' before what would begin one. Numbers as they are."""
    if not isinstance(value, str):
        return value
    text = _FORMULA.sub(rf"\1{GUARD}\2", value)
    return GUARD + text if text.startswith(_CONTROL) else text


def line(cells: Iterable[Any]) -> str:
    """A line of CSV, without its end, which is CR LF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([safe(cell) for cell in cells])
    return out.getvalue()[:-2]


def lines(records: Iterable[Mapping[str, Any]], longer: list[str]) -> Iterator[str]:
    """The head, and a line a record. `longer` takes the addresses of records with a cell that is too long for Excel."""
    yield BOM + line(HEAD)
    for record in records:
        cells = _cells(record)
        if any(isinstance(cell, str) and len(cell) > CELL for cell in cells):
            longer.append(record["url"])
        yield line(cells)


def _cells(record: Mapping[str, Any]) -> Sequence[Any]:
    flat = {
        **record,
        "section": BETWEEN.join(record["section"]),
        "aliases": " ".join(record["aliases"]),
        "images": " ".join(image["url"] for image in record["images"]),
        "attachments": " ".join(attachment["url"] for attachment in record["attachments"]),
    }
    return [
        *(flat[name] for name in _FLAT),
        *(record["provenance"][name] for name in _PROVENANCE),
        *(record["extraction"][name] for name in _EXTRACTION),
    ]
