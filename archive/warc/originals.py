"""Originals: the whole responses that revisit records refer to, and how they are found again.

A revisit record (WARC 1.1, section 6.7) leaves out a payload that is kept already. Ours names the record by its id, and
the ledger knows where that is. Others name it by its address and date, or by nothing but the payload's digest: then the
files at hand are looked through, once.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from ..errors import ArchiveError, Damaged
from ..record import Original
from .http import parse_fields
from .reader import OPEN, Record, read_at, records
from .slices import Slice
from .writer import Refers

SMALLEST = 256  # bytes of a payload: a revisit record takes 570 bytes of the file, a response of so many 650 (HTML)

_HEAD = 16 << 10  # bytes of a file in which the head of a record of ours ends
_MOST = 100  # lines that are kept of what was not found

_INDEX = """
CREATE TABLE responses (id TEXT, url TEXT, date TEXT, digest TEXT, file INTEGER, offset INTEGER, length INTEGER);
"""
_INDEXES = """
CREATE INDEX by_id ON responses (id); CREATE INDEX by_url ON responses (url, date);
CREATE INDEX by_digest ON responses (digest);
"""

Known = Callable[[Record], Original | None]


def refers_to(record: Record) -> str | None:
    """The record id in WARC-Refers-To, without <>."""
    value = record.get("WARC-Refers-To")
    return value and value.strip("<>")


def is_identical(record: Record) -> bool:
    """Whether a revisit record says that its payload is another's (of WARC 1.0 and 1.1, also `uri-agnostic-…`)."""
    return _profile(record).endswith("identical-payload-digest")


def is_not_modified(record: Record) -> bool:
    """Whether a revisit record says that the server said so: a 304."""
    return _profile(record).endswith("server-not-modified")


def _profile(record: Record) -> str:
    return (record.get("WARC-Profile") or "").strip("<>").rstrip("/").lower()


class Originals:
    """Finds what revisit records refer to. Nothing is kept in memory of files that are looked through."""

    def __init__(
        self, path_of: Callable[[str], Path | Slice], known: Known = lambda _: None, files: Sequence[str] = ()
    ) -> None:
        """`path_of`: where a file lies that provenance names so; `known`: where an original is, as a ledger has it.

        `files`: those that are looked through for what is not known.
        """
        self._path_of = path_of
        self._known = known
        self._files = files
        self._index: sqlite3.Connection | None = None
        self.missing: list[str] = []  # revisits whose originals are not there, in words
        self.left_out = 0  # of these, beyond the first

    def __del__(self) -> None:
        if self._index is not None:
            self._index.close()

    def place(self, record: Record) -> Original | None:
        """Where the original of a revisit record is; None where it is not known."""
        known = self._known(record)
        return known if known is not None and known.warc is not None else self._found(record)

    def read(self, place: Original) -> Record:
        """The response record at a place; the caller closes it. Raises Damaged where it is not there."""
        path = self._path_of(place.warc or "")
        record = read_at(path, place.offset or 0)
        if record.type != "response" or record.id != place.record_id:
            record.close()
            raise Damaged(
                f"{path}: no response {place.record_id} at offset {place.offset}: restore the file from a copy"
            )
        return record

    def miss(self, words: str) -> None:
        """Take note of a revisit whose original is not there."""
        if len(self.missing) < _MOST:
            self.missing.append(words)
        else:
            self.left_out += 1

    def words(self) -> tuple[str, ...]:
        """What was missed, a line each."""
        more = (f"and {self.left_out} more",) if self.left_out else ()
        return (*self.missing, *more)

    def _found(self, record: Record) -> Original | None:
        """By id, by address and date, by the digest: what fits the digest, where both have one of the same sort."""
        if not self._files:
            return None
        index = self._index = self._index or self._looked_through()
        digest = (record.get("WARC-Payload-Digest") or "").lower()
        url, date = record.get("WARC-Refers-To-Target-URI"), record.get("WARC-Refers-To-Date")
        ways: tuple[tuple[str, tuple[str | None, ...]], ...] = (
            ("SELECT * FROM responses WHERE id = ?", (refers_to(record),)),
            ("SELECT * FROM responses WHERE url = ? AND date = ?", (url and url.strip("<>"), date)),
            ("SELECT * FROM responses WHERE digest = ? ORDER BY url = ? DESC", (digest or None, record.url)),
        )
        for query, values in ways:
            for identity, _, captured, theirs, file, offset, length in index.execute(f"{query} LIMIT 20", values):
                if _agree(digest, theirs):
                    return Original(
                        warc=self._files[file], offset=offset, length=length, record_id=identity, captured=captured
                    )
        return None

    def _looked_through(self) -> sqlite3.Connection:
        index = sqlite3.connect("", check_same_thread=False)  # a file of SQLite's own, gone when it is closed
        index.execute(_INDEX)
        for number, name in enumerate(self._files):
            with suppress(ArchiveError):  # whoever reads the file itself is told what is wrong with it
                for record in records(self._path_of(name)):
                    if record.type == "response":
                        digest = (record.get("WARC-Payload-Digest") or "").lower()
                        values = (record.id, record.url, record.date, digest, number, record.offset, record.length)
                        index.execute("INSERT INTO responses VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        index.executescript(_INDEXES)
        return index


def _agree(digest: str, theirs: str) -> bool:
    """Whether two labelled digests may be of one payload: they are the same, or not to be compared."""
    return digest == theirs or not digest or not theirs or digest.partition(":")[0] != theirs.partition(":")[0]


def looked_at(path: Path, offset: int, length: int, record_id: str) -> Refers | None:
    """What to say of a whole response of ours in a record that refers to it; None where the file does not have it.

    So nothing is ever referred to that a lost file had, or a power loss took.
    """
    for name in (path, path.with_name(path.name + OPEN)):
        try:
            with name.open("rb") as file:
                file.seek(offset)
                raw = file.read(min(_HEAD, length))
                file.seek(offset + length - 1)
                whole = len(file.read(1)) == 1
        except FileNotFoundError:
            continue
        except OSError:
            return None
        return _reference(raw, record_id) if whole else None
    return None


def _reference(raw: bytes, record_id: str) -> Refers | None:
    try:
        head, blank, _ = zlib.decompressobj(31).decompress(raw, 4 * _HEAD).partition(b"\r\n\r\n")
    except zlib.error:
        return None
    fields = {name.lower(): value for name, value in parse_fields(head.decode("utf-8", "replace"))}
    digest = fields.get("warc-payload-digest", "").removeprefix("sha256:")
    told = fields.get("warc-record-id", "").strip("<>"), fields.get("warc-type")
    if not blank or told != (record_id, "response") or "warc-truncated" in fields or not digest:
        return None
    return Refers(record_id, fields.get("warc-target-uri", ""), fields.get("warc-date", ""), digest)
