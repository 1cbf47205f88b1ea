"""Capture: one kept response, decoded so far that a reader of pages can begin: what `extract` is given.

A capture is a value: the same bytes in the archive give the same capture, years later too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ..errors import Undecodable
from ..record import Foreign, Original, Provenance
from .exchange import Exchange
from .http import ENOUGH, Response, decode, final_in, parse_response, payload
from .reader import Record
from .writer import Written

LIMIT = 64 << 20  # bytes of a body that are looked at; what is longer is kept in the archive, and cut here

NOWHERE = Provenance()


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


def kept(
    exchange: Exchange,
    written: Written,
    file: str,
    hints: tuple[Hint, ...] = (),
    asked: Asked | None = None,
    original: Original | None = None,
) -> Capture | None:
    """The capture that `told.walk` would give of an exchange that was just written; None where no response came.

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


def is_web(record: Record) -> bool:
    """Whether its address is one of the web: what others wrote there may be none that anything can be asked of."""
    url = record.url or ""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that are not closed, a port that is none
        return False


def is_page(record: Record) -> bool:
    """Whether a record is given as a capture: an answer over HTTP, or a page or file that was put there by hand."""
    if not is_web(record):
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
