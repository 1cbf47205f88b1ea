"""Capture: one kept response, decoded so far that a reader of pages can begin: what `extract` is given.

A capture is a value: the same bytes in the archive give the same capture, years later too.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

from .errors import ArchiveError, Damaged, Undecodable
from .exchange import Exchange
from .http import ENOUGH, Response, decode, final_in, parse_fields, parse_response, payload
from .originals import Originals, is_identical, is_not_modified, refers_to
from .record import Foreign, Original, Provenance
from .slices import Slice
from .warc import Written
from .warcread import Record, records

OURS = "urn:portal-crawler:"  # how the addresses of our own resource records begin; others write TOML and JSON as well
LIMIT = 64 << 20  # bytes of a body that are looked at; what is longer is kept in the archive, and cut here

DEFINITION = "application/toml"  # media type of the resource record that holds a portal's definition
SETTLEMENTS = "application/json"  # of that which says what became of URLs without a request: JSON lines

REDACTED = "redacted"  # the field of a metadata record that stands in place of an exchange: why it was taken out

NOWHERE = Provenance()

_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Hint:
    """What a page that links to this one said of it. Kept in the capture's metadata record."""

    url: str  # of the linking page
    title: str | None = None  # the link's text
    date: str | None = None  # the text beside the link that looks like a date, verbatim
    section: str | None = None  # the heading over the list, or the listing's own


@dataclass(frozen=True, slots=True)
class Asked:
    """As what a URL was asked for. Kept in the capture's metadata record, for its address does not tell."""

    kind: str  # what it was thought to be
    key: str | None = None  # what distinguishes it, where it is not its address: a POST, a session's mark in it
    guess: bool = False  # no page names it


@dataclass(frozen=True, slots=True)
class Capture:
    """One response: the URL asked for, what came back, and what was known of it.

    Whether its record is a whole response or a revisit, which has the body in another, makes no difference but in
    `provenance`. A 304 has no body: what it says of the page before is for the reader of both.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]  # in order, names as sent, Latin-1
    body: bytes  # chunks and content coding taken off
    hints: tuple[Hint, ...] = ()
    provenance: Provenance = NOWHERE
    undecoded: str | None = None  # the content coding that is not known here: it is still on `body`
    truncated: str | None = None  # WARC-Truncated: the response is not whole
    asked: Asked | None = None  # None: another tool's

    def header(self, name: str) -> str | None:
        """The first header of that name, case ignored."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)


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
    """What became of URLs without a request, as a run archives it at its end: `archive.settlement` reads it."""

    text: bytes


def capture(record: Record, file: str, hints: tuple[Hint, ...] = (), foreign: Foreign | None = None) -> Capture:
    """The capture in a response record, or in a resource record that stands for a page; `file` names its WARC file.

    The body is at most the first `LIMIT` bytes. The digest is over the payload as it is in the record now, not taken
    from the record's head.
    """
    if record.type == "resource":
        head, start = Response("", 200, "", (("Content-Type", record.get("Content-Type") or ""),), 0), 0
    else:
        start = final_in(record.head)
        head = parse_response(record.head(ENOUGH, start))
    place = _place(record, file, foreign)
    return _read(
        record.url or "", head, record.pieces(start + head.body_start), hints, place, record.get("WARC-Truncated")
    )


def identity(record: Record, file: str) -> str:
    """What names a record in the archive: its id; in a file whose records have none (ARC), its place."""
    return record.id or f"{file}#{record.offset}"


def revisited(record: Record, original: Record, place: Original, file: str, foreign: Foreign | None = None) -> Capture:
    """The capture in a revisit record: its own head, where it has one, and the body that is in the original.

    As if the body had come again: the payload of the original, with the codings taken off that the new head names.
    """
    start = final_in(original.head)
    first = parse_response(original.head(ENOUGH, start))
    body = payload(first.headers, original.pieces(start + first.body_start))
    head = parse_response(record.head(ENOUGH, final_in(record.head)))
    whose = _place(record, file, foreign).model_copy(update={"original": place})
    return _decoded(record.url or "", head if head.status else first, body, (), whose, original.get("WARC-Truncated"))


def _place(record: Record, file: str, foreign: Foreign | None) -> Provenance:
    return Provenance(
        warc=file,
        offset=record.offset,
        length=record.length,
        record_id=identity(record, file),
        captured=record.date,
        foreign=foreign,
    )


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


def kept(
    exchange: Exchange,
    written: Written,
    file: str,
    hints: tuple[Hint, ...] = (),
    asked: Asked | None = None,
    original: Original | None = None,
) -> Capture | None:
    """The capture that `walk` would give of an exchange that was just written; None where no response came.

    `original`: where that is what a revisit refers to.
    """
    head = written.response
    if head is None:
        return None
    received = exchange.received
    start = final_in(lambda size, start: next(received.chunks(start, size), b"")) + head.body_start
    place = Provenance(
        warc=file,
        offset=written.offset,
        length=written.length,
        record_id=written.record_id,
        captured=written.date,
        original=original,
    )
    found = _read(exchange.url, head, received.chunks(start), hints, place, exchange.truncated)
    return replace(found, asked=asked) if asked is not None else found


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


@dataclass(frozen=True, slots=True)
class Redacted:
    """An exchange that was taken out on legal demand: `archive.redaction`."""

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
    response, which points at it; files of other tools have none. `originals` finds what revisit records refer to, of
    itself only in the same file. Of a file that was imported, only the beginning says of what run it is: what else
    calls itself so is a copy of what others wrote. Raises as `records` does.
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
                        waiting = replace(waiting, hints=hints_of(record), asked=_asked(_fields(record)))
                    yield waiting
                    waiting = None
                continue
            yield waiting
            waiting = None
        if is_page(record):
            waiting = capture(record, name, foreign=foreign)
        elif _is_revisit(record):
            waiting = _revisit(record, name, originals, foreign)
        elif foreign is not None and record.type in ("warcinfo", "resource"):
            continue
        elif record.type == "warcinfo":
            fields = _fields(record)
            foreign = _foreign(fields)
            date = fields.get("captures-from") if foreign is not None else None
            begun = date or record.date
            yield Session(fields.get("ispartof"), fields.get("software"), begun, fields.get("continues"), foreign)
        elif record.type == "resource" and record.media_type == DEFINITION and (record.url or "").startswith(OURS):
            yield Definition(b"".join(record.pieces()).decode("utf-8", "replace"))
        elif record.type == "resource" and record.media_type == SETTLEMENTS and (record.url or "").startswith(OURS):
            yield Settled(b"".join(record.pieces()))
        elif record.type == "metadata" and (page := refers_to(record)):
            yield Linked(page)
        elif record.type == "metadata" and record.url:
            yield from _settled(record)
            fields = _fields(record)
            if reason := fields.get(REDACTED):
                yield Redacted(record.url, reason, record.date, _asked(fields))
            elif error := fields.get("error"):
                yield Failure(record.url, error, record.date, _asked(fields))
    if waiting is not None:
        yield waiting


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
    text = b"".join(record.pieces()).decode("utf-8", "replace")
    found = (_hint(value) for name, value in parse_fields(text) if name.lower() == "hint")
    return tuple(hint for hint in found if hint is not None)


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
    text = b"".join(record.pieces()).decode("utf-8", "replace")
    lines = [value for name, value in parse_fields(text) if name.lower() == "settled"]
    if lines:
        yield Settled("\n".join(lines).encode())


def _fields(record: Record) -> dict[str, str]:
    """The fields of a warcinfo or metadata record, names in lower case; of a repeated one the last."""
    text = b"".join(record.pieces()).decode("utf-8", "replace")
    return {name.lower(): value for name, value in parse_fields(text)}


def _asked(fields: dict[str, str]) -> Asked | None:
    kind = fields.get("kind")
    return Asked(kind, fields.get("key"), fields.get("guess") == "yes") if kind else None


def _hint(text: str) -> Hint | None:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    if not isinstance(fields, dict) or not isinstance(fields.get("url"), str):
        return None
    known = {name: fields.get(name) for name in ("url", "title", "date", "section")}
    return Hint(**{name: value for name, value in known.items() if isinstance(value, str)})


def _id(item: Capture | Missing) -> str | None:
    return item.provenance.record_id if isinstance(item, Capture) else item.record_id


def _is_web(record: Record) -> bool:
    return (record.url or "").lower().startswith(("http://", "https://"))


def _is_revisit(record: Record) -> bool:
    """Of a profile that is not known nothing is to be made (section 6.7.1)."""
    return record.type == "revisit" and _is_web(record) and (is_identical(record) or is_not_modified(record))


def is_page(record: Record) -> bool:
    """Whether a record is given as a capture: an answer over HTTP, or a page or file that was put there by hand."""
    if not _is_web(record):
        return False
    return record.type == "resource" or (record.type == "response" and record.media_type in ("application/http", ""))


def _read(
    url: str, head: Response, body: Iterable[bytes], hints: tuple[Hint, ...], place: Provenance, truncated: str | None
) -> Capture:
    return _decoded(url, head, payload(head.headers, body), hints, place, truncated)


def _decoded(
    url: str, head: Response, entity: Iterable[bytes], hints: tuple[Hint, ...], place: Provenance, truncated: str | None
) -> Capture:
    digest = hashlib.sha256()
    held = bytearray()
    for piece in entity:
        digest.update(piece)
        held += piece[: LIMIT - len(held)]
    plain, undecoded = bytes(held), None
    try:
        plain = decode(head.headers, plain, LIMIT)
    except Undecodable as error:
        undecoded = error.coding
    provenance = place.model_copy(update={"payload_sha256": digest.hexdigest()})
    return Capture(url, head.status, head.headers, plain, hints, provenance, undecoded, truncated)
