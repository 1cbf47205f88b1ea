"""Redaction: taking exchanges out of closed WARC files on legal demand, with an entry in their place that says so.

The records of an exchange are replaced by one metadata record in a gzip member of exactly their length (the member's
comment field, RFC 1952, section 2.3, fills it up): every other record stays where it is, and what points at it holds.
Fields of the entry: `redacted` (the reason), `redacted-at`, `redacted-record` (the ids of what stood here, repeated),
`redacted-sha256` (of the bytes of the file that stood here: a copy elsewhere can be recognised), and, as they were,
those of its metadata record that do not tell of the page (`_LEFT`). Where only the page's links stood, apart from its
exchange, the entry has but `redacted-with`: the id of the page's record, whose entry says the rest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
import zlib
from collections.abc import Collection as Among
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..errors import Unwritable, UsageError
from ..warc import metadata_record
from ..warc.originals import refers_to
from ..warc.reader import Record, records
from ..warc.salvage import sync_folder
from ..warc.told import REDACTED, said

_LEFT = ("kind", "key", "guess", "depth", "settled", "certificate")
_COMMENT = 0x10  # FCOMMENT of a gzip member's flags


@dataclass(frozen=True, slots=True)
class _Place:
    """Records of one exchange that lie behind each other."""

    begin: int
    end: int
    url: str
    records: tuple[str, ...]
    left: tuple[tuple[str, str], ...]
    linked: str | None = None  # only the links of a page stand here: its record's id


def redact_file(path: Path, ids: Among[str], reason: str, date: str) -> int:
    """Put entries in the place of the exchanges whose response records have these ids; gives the number of entries.

    `date`: ISO 8601, UTC. The file is written anew beside the old one, which it then replaces. Raises Unwritable, and
    UsageError for a file whose records are not gzip members of their own.
    """
    places = list(_places(path, ids))
    if not places:
        return 0
    part = path.with_name(path.name + ".part")
    try:
        with path.open("rb") as old, part.open("wb") as new:
            for place in places:
                _copy(old, new, place.begin - old.tell())
                size = place.end - place.begin
                new.write(_entry(place, old.read(size), reason, date))
            shutil.copyfileobj(old, new, 1 << 20)
            new.flush()
            os.fsync(new.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise Unwritable(f"{path}: cannot be written anew: {error.strerror}; make room, and run again") from error
    return len(places)


def _places(path: Path, ids: Among[str]) -> Iterator[_Place]:
    """Where the exchanges lie: runs of records that are one of `ids`, or point at one."""
    begin = end = 0
    url, found, left, linked = "", list[str](), list[tuple[str, str]](), None
    for record in records(path):
        if record.length is None:
            raise UsageError(f"{path}: one gzip stream, not a member for each record: it cannot be redacted in place")
        if record.id in ids or any(other in ids for other in _points_at(record)):
            if not found:
                begin, url = record.offset, record.url or ""
                linked = refers_to(record) if record.type == "metadata" else None
            elif record.type != "metadata" or refers_to(record) != linked:
                linked = None
            end = record.offset + record.length
            found.append(record.id or "")
            if record.type == "metadata":
                left += [(name, value) for name, value in said(record) if name in _LEFT]
        elif found:
            yield _Place(begin, end, url, tuple(found), tuple(left), linked)
            found, left = [], []
    if found:
        yield _Place(begin, end, url, tuple(found), tuple(left), linked)


def _points_at(record: Record) -> Iterable[str]:
    return (*record.concurrent_to, refers_to(record) or "") if record.type == "metadata" else record.concurrent_to


def _entry(place: _Place, removed: bytes, reason: str, date: str) -> bytes:
    """The member that takes a place: of exactly its length."""
    fields = [
        (REDACTED, reason),
        ("redacted-at", date),
        *(("redacted-record", f"<{record}>") for record in place.records),
        ("redacted-sha256", hashlib.sha256(removed).hexdigest()),
        *place.left,
    ]
    if place.linked:
        fields = [("redacted-with", f"<{place.linked}>")]
    text = metadata_record(f"urn:uuid:{uuid.uuid4()}", date, place.url, fields)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(text) + packer.flush()
    tail = zlib.crc32(text).to_bytes(4, "little") + (len(text) & 0xFFFFFFFF).to_bytes(4, "little")
    room = len(removed) - 10 - len(packed) - len(tail)
    if room < 0:
        raise UsageError(f"{place.url}: the reason is too long for what it replaces: say it in {-room} characters less")
    comment = b" " * (room - 1) + b"\0" if room else b""
    head = bytes((0x1F, 0x8B, 8, _COMMENT if room else 0, 0, 0, 0, 0, 2, 255))
    return head + comment + packed + tail


def _copy(old: BinaryIO, new: BinaryIO, size: int) -> None:
    while piece := old.read(min(size, 1 << 20)):
        new.write(piece)
        size -= len(piece)
