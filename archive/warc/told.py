"""Told: what a WARC file tells of a crawl, item by item: captures, failures, and what the run says of itself.

`archive.run` writes it, by `archive.warc`; what `rebuild` makes again is made of this. The fields of our metadata
records that keep hints, and as what a URL was asked for, are written and read here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from ..errors import ArchiveError, Damaged
from ..record import Foreign, Original
from .capture import LIMIT, Asked, Capture, Hint, capture, is_page, is_web, revisited
from .http import Headers, parse_fields
from .originals import Originals, is_identical, is_not_modified, refers_to
from .reader import Record, records
from .slices import Slice

OURS = "urn:portal-crawler:"  # how the addresses of our own resource records begin; others write TOML and JSON as well

DEFINITION = "application/toml"  # media type of the resource record that holds a portal's definition
SETTLEMENTS = "application/json"  # of that which says what became of URLs without a request: JSON lines

REDACTED = "redacted"  # the field of a metadata record that stands in place of an exchange: why it was taken out

_NOT_MODIFIED = 304
_SETTLEMENTS = 512 << 20  # bytes of one such record that are read: two million addresses


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that no response came to, as its metadata record tells it."""

    url: str
    error: str
    date: str | None
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A revisit record of a page whose original is not there: the page cannot be had."""

    url: str
    record_id: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Linked:
    """The metadata record that says where a page leads: it is there already."""

    record_id: str  # of the page's record


@dataclass(frozen=True, slots=True)
class Session:
    """The beginning of a WARC file: what its warcinfo record says."""

    run: str | None  # isPartOf
    software: str | None
    date: str | None
    continues: str | None = None  # the run that was broken off before this one, and with it is one visit
    foreign: Foreign | None = None  # the file holds what `import` has taken from this one


@dataclass(frozen=True, slots=True)
class Definition:
    """The portal's definition, TOML, as a run archives it when it has fetched all that it will."""

    text: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of URLs without a request, as a run archives it at its end: `archive.ledger.settlement` reads it."""

    text: bytes


@dataclass(frozen=True, slots=True)
class Redacted:
    """An exchange that was taken out on legal demand: `archive.fixity.redaction`."""

    url: str
    reason: str
    date: str | None
    asked: Asked | None = None


Told = Capture | Failure | Missing | Session | Definition | Settled | Linked | Redacted


def walk(
    path: Path | Slice,
    start: int = 0,
    file: str | None = None,
    *,
    damaged: Callable[[Damaged], None] | None = None,
    originals: Originals | None = None,
) -> Iterator[Told]:
    """What a WARC tells of a crawl, in order, from the record at byte `start` on; one item in memory at a time.

    `file` stands in the captures' provenance (else the file's own name). Hints come from the metadata record behind a
    response, which points at it; files of other tools have none, but where `import` knew some. `originals` finds what
    revisit records refer to, of itself only in the same file. Of a file that was imported, only the beginning says of
    what run it is: what else calls itself so is a copy of what others wrote. Raises as `records` does.
    """
    name = path.name if file is None else file
    originals = originals or Originals(lambda _: path, files=[name])
    waiting: Capture | Missing | None = None
    foreign = _foreign_at(path) if start else None
    for record in records(path, start, damaged):
        if waiting is not None:
            if _id(waiting) in record.concurrent_to:
                if record.type == "metadata":
                    yield from _settled(record)
                    if isinstance(waiting, Capture):
                        hints = dict.fromkeys((*waiting.hints, *hints_of(record)))
                        asked = waiting.asked or _asked(_fields(record))
                        waiting = replace(waiting, hints=tuple(hints), asked=asked)
                    if foreign is None:  # else ours stands behind theirs
                        yield waiting
                        waiting = None
                continue
            yield waiting
            waiting = None
        if is_page(record):
            waiting = capture(record, name, foreign=foreign)
        elif _is_revisit(record):
            waiting = _revisit(record, name, originals, foreign)
        elif settles(record):
            yield Settled(record.head(_SETTLEMENTS))
        elif foreign is not None and record.type in ("warcinfo", "resource"):
            continue
        elif record.type == "warcinfo":
            fields = warcinfo(record)
            foreign = _foreign(fields)
            date = fields.get("captures-from") if foreign is not None else None
            begun = date or record.date
            yield Session(fields.get("ispartof"), fields.get("software"), begun, fields.get("continues"), foreign)
        elif record.type == "resource" and record.media_type == DEFINITION and (record.url or "").startswith(OURS):
            yield Definition(_beginning(record).decode("utf-8", "replace"))
        elif record.type == "metadata" and (page := refers_to(record)):
            yield Linked(page)
        elif record.type == "metadata" and record.url:
            yield from _settled(record)
            fields = _fields(record)
            if (reason := fields.get(REDACTED)) and is_web(record):
                yield Redacted(record.url, reason, record.date, _asked(fields))
            elif (error := fields.get("error")) and is_web(record):
                yield Failure(record.url, error, record.date, _asked(fields))
    if waiting is not None:
        yield waiting


def said(record: Record) -> Headers:
    """The fields of a warcinfo or metadata record, in order: of its beginning, as far as any of ours goes."""
    return parse_fields(_beginning(record).decode("utf-8", "replace"))


def _beginning(record: Record) -> bytes:
    """What a record of ours says is held as a whole; one that others wrote may unpack to any size."""
    return record.head(LIMIT)


def settles(record: Record) -> bool:
    """Whether this is what a run of ours archives at its end, of URLs that were settled without a request."""
    return record.type == "resource" and record.media_type == SETTLEMENTS and (record.url or "").startswith(OURS)


def warcinfo(record: Record) -> dict[str, str]:
    """What a warcinfo record says, names in lower case."""
    return _fields(record)


def captures(
    path: Path | Slice,
    start: int = 0,
    file: str | None = None,
    *,
    damaged: Callable[[Damaged], None] | None = None,
    originals: Originals | None = None,
) -> Iterator[Capture]:
    """Every page and file in a WARC, as `walk` gives them."""
    told = walk(path, start, file, damaged=damaged, originals=originals)
    return (item for item in told if isinstance(item, Capture))


def hint_fields(hints: Iterable[Hint]) -> list[tuple[str, str]]:
    """The fields of a metadata record that keep the hints: for each one `hint`, a line of JSON."""
    return [
        (
            "hint",
            json.dumps({name: value for name, value in asdict(hint).items() if value is not None}, ensure_ascii=False),
        )
        for hint in hints
    ]


def asked_fields(asked: Asked) -> list[tuple[str, str]]:
    """The fields of a metadata record that say as what a URL was asked for."""
    fields = [("kind", asked.kind), ("key", asked.key), ("guess", "yes" if asked.guess else None)]
    return [(name, value) for name, value in fields if value is not None]


def hints_of(record: Record) -> tuple[Hint, ...]:
    """The hints in a metadata record; a field `hint` that is another tool's is passed over."""
    found = (_hint(value) for name, value in said(record) if name.lower() == "hint")
    return tuple(hint for hint in found if hint is not None)


def _revisit(record: Record, file: str, originals: Originals, foreign: Foreign | None) -> Capture | Missing:
    """What a revisit record tells; it is one of a profile that is known."""
    place = originals.place(record)
    if is_not_modified(record):
        found = capture(record, file, foreign=foreign)
        unplaced = Original(record_id=refers_to(record), captured=record.get("WARC-Refers-To-Date"))
        status = found.status or _NOT_MODIFIED  # others leave the head out
        return replace(
            found,
            status=status,
            truncated=None,
            provenance=found.provenance.model_copy(update={"original": place or unplaced}),
        )
    named = refers_to(record) or record.get("WARC-Refers-To-Target-URI") or record.get("WARC-Payload-Digest")
    why = f"the original {named} is in none of the files: give the file that has it as well"
    if place is not None:
        try:
            with originals.read(place) as original:
                return revisited(record, original, place, file, foreign)
        except ArchiveError as error:
            why = f"its original cannot be read: {error}"
    missing = Missing(record.url or "", record.id, f"{file}: offset {record.offset}: revisit of {record.url}: {why}")
    originals.miss(missing.why)
    return missing


def _foreign(fields: Mapping[str, str]) -> Foreign | None:
    """What a warcinfo record says of the file that was imported; `archive.intake` writes it."""
    name, digest = fields.get("imported-from"), fields.get("imported-sha256", "")
    return Foreign(file=name, sha256=digest) if name and re.fullmatch("[0-9a-f]{64}", digest) else None


def _foreign_at(path: Path | Slice) -> Foreign | None:
    """`_foreign` of the warcinfo record at the beginning of a file that is read in its middle."""
    if not isinstance(path, Path):
        return None
    try:
        state = path.stat()
    except OSError:  # `.open` still, or not there: `records` says which
        return None
    return _first_says(path, state.st_ino, state.st_mtime_ns)


@lru_cache(maxsize=256)
def _first_says(path: Path, _inode: int, _moment: int) -> Foreign | None:
    for record in records(path):
        return _foreign(_fields(record)) if record.type == "warcinfo" else None
    return None


def _settled(record: Record) -> Iterator[Settled]:
    """What a metadata record tells of URLs that were settled without a request before its exchange."""
    lines = [value for name, value in said(record) if name.lower() == "settled"]
    if lines:
        yield Settled("\n".join(lines).encode())


def _fields(record: Record) -> dict[str, str]:
    """The fields of a warcinfo or metadata record, names in lower case; of a repeated one the last."""
    return {name.lower(): value for name, value in said(record)}


def _asked(fields: dict[str, str]) -> Asked | None:
    kind = fields.get("kind")
    return Asked(kind, fields.get("key"), fields.get("guess") == "yes") if kind else None


def _hint(text: str) -> Hint | None:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("url"), str):
        return None
    known = {name: fields.get(name) for name in ("url", "title", "date", "section")}
    return Hint(**{name: value for name, value in known.items() if isinstance(value, str)})


def _id(item: Capture | Missing) -> str | None:
    return item.provenance.record_id if isinstance(item, Capture) else item.record_id


def _is_revisit(record: Record) -> bool:
    """Of a profile that is not known nothing is to be made (section 6.7.1)."""
    return record.type == "revisit" and is_web(record) and (is_identical(record) or is_not_modified(record))
