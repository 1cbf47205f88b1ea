"""Intake: records of others' archives on their way into a portal's WARC files, as they are.

A file of ours holds what was taken from one foreign file. Its warcinfo record names that file, with its SHA-256. Each
record is copied to the byte, its head too, as a gzip member of its own. Behind each group of records that point at one
another stands a metadata record of ours, with a field for each of them:

    imported        OFFSET LENGTH SHA-256 RECORD-ID    where it stood, and the digest of what was copied: head and block
    arc-line        RECORD-ID LINE                     of an ARC record, which has no head: its line
    digest-differs  HEADER RECORD-ID                   what the record says of itself, and was wrong already
    hint            JSON                               what is known already of the page's address, as crawls keep it

LENGTH is 0 where the foreign file is one compressed stream: then OFFSET counts unpacked bytes. An ARC record gets a
head that says what its line did, and an id made of the digest of line and block; that in `imported` is its block's.
Files are named by the moment of their first capture, so that the order of names stays the order of time.
"""

from __future__ import annotations

import hashlib
import itertools
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from .errors import Damaged
from .shard import Shard
from .warc import WarcWriter
from .warc.capture import Hint, is_web
from .warc.containers import Archive
from .warc.digests import whole_and_block, wrong
from .warc.reader import Record, records
from .warc.told import hint_fields, said, settles, warcinfo

_INFO = 1 << 20  # bytes of a foreign warcinfo record that are kept in hand until something of its file is copied
_INFOS = 16  # of these
_CAPTURES = frozenset(("response", "revisit", "resource"))


@dataclass(slots=True)
class Known:
    """The records that a portal has: what is imported again is not doubled."""

    digests: dict[bytes, bytes] = field(default_factory=dict)  # by a record's id, hashed: its digest; b"": ours

    def has(self, identity: str) -> bool:
        return _short(identity) in self.digests

    def differs(self, identity: str, digest: str) -> bool:
        """Whether the record of that id is there, with other bytes."""
        known = self.digests.get(_short(identity), b"")
        return known not in (b"", bytes.fromhex(digest)[:16])

    def add(self, identity: str, digest: str = "") -> None:
        self.digests[_short(identity)] = bytes.fromhex(digest)[:16]


@dataclass(slots=True)
class Taken:
    """What was copied of one foreign file."""

    file: str
    sha256: str
    copied: int = 0
    doubled: int = 0  # were there already
    left: dict[str, int] = field(default_factory=dict)  # not asked for, by type
    conflicts: list[str] = field(default_factory=list)  # have the id of another record
    wrong: int = 0  # digests that were wrong already
    damages: list[str] = field(default_factory=list)  # what of the file could not be read


def known(shard: Shard) -> Known:
    """The records in a shard's WARC files, and those that the law has taken out. Raises Damaged where one is."""
    found = Known()
    for path in shard.warcs():
        for record in records(path):
            if record.id:
                found.digests.setdefault(_short(record.id), b"")
            if record.type == "metadata":
                for line in imported(record):
                    found.add(line[3], line[2])
                for identity in _redacted(record):
                    found.add(identity)
    return found


def imported(record: Record) -> Iterator[tuple[int, int, str, str]]:
    """The fields `imported` of a metadata record: offset, length, SHA-256, record id."""
    for name, value in said(record):
        parts = value.split(" ", 3)
        if name == "imported" and len(parts) == 4 and parts[0].isdigit() and parts[1].isdigit() and len(parts[2]) == 64:
            yield int(parts[0]), int(parts[1]), parts[2], parts[3]


def _redacted(record: Record) -> list[str]:
    """The records in whose place an entry of `archive.fixity.redaction` stands."""
    return [value.strip("<>") for name, value in said(record) if name == "redacted-record"]


def digest_of(archive: Archive) -> str:
    """SHA-256 of a foreign file, or of an entry in a WACZ."""
    digest = hashlib.sha256()
    with archive.place.open("rb") if isinstance(archive.place, Path) else archive.place.open() as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def take(
    archive: Archive,
    shard: Shard,
    wanted: Callable[[str], bool],
    there: Known,
    taken: Taken,
    *,
    software: str,
    hints: Callable[[str], Iterable[Hint]] = lambda _: (),
) -> None:
    """Copy the records of a foreign file whose address is `wanted` into a shard, whose lock the caller holds.

    Of a file that a crawl of ours wrote, of a portal whose address is wanted, every exchange is: with one on another
    host stands what became of the portal's own addresses. What is copied is noted in `there` and `taken`; with it is
    kept what `hints` says of its address. Safe to be killed and done again. Raises UsageError, Unwritable; of a damaged
    file what is sound is copied.
    """
    infos: list[_Copy] = []
    writer: WarcWriter | None = None
    crawled = False  # by us, for this portal
    moment: datetime | None = (
        None  # of the first capture in the file, whosoever it is: names the run, whatever is taken
    )
    try:
        for _, group in itertools.groupby(_sound(archive, taken), _Groups()):
            head = next(group)
            whole = itertools.chain((head,), group)  # noqa: B031 (used once)
            if head.type == "warcinfo":
                crawled = _is_crawl(head, software, wanted)
                if len(head.block) <= _INFO:
                    infos = [*infos[-_INFOS + 1 :], _Copy.of(head)]
                continue
            moment = moment or _moment(head.date)
            if not (head.url and (wanted(head.url) or (crawled and (is_web(head) or settles(head))))):
                for record in whole:
                    taken.left[record.type] = taken.left.get(record.type, 0) + 1
                continue
            if writer is None:
                info = _info(archive, taken, moment)
                writer = WarcWriter(shard.warc_folder, shard.name, software=software, info=info)
                writer.named = moment
            _copy(writer, infos, whole, there, taken, hints)
    finally:
        if writer is not None:
            writer.close()


def _is_crawl(head: Record, software: str, wanted: Callable[[str], bool]) -> bool:
    """Whether a warcinfo record stands at the beginning of a file that a crawl of ours wrote of a wanted portal."""
    if len(head.block) > _INFO:
        return False
    said = warcinfo(head)
    ours = said.get("software", "").partition("/")[0] == software.partition("/")[0]
    return ours and "imported-from" not in said and wanted(said.get("description", ""))


def _info(archive: Archive, taken: Taken, moment: datetime) -> list[tuple[str, str]]:
    """What the warcinfo record of a file says. Its run is one a foreign file, in the order of time among the others."""
    return [
        ("isPartOf", f"{moment:%Y%m%d%H%M%S}-{taken.sha256[:12]}"),
        ("imported-from", " ".join(archive.name.split())),
        ("imported-sha256", taken.sha256),
        ("imported-size", str(archive.size)),
        ("captures-from", f"{moment:%Y-%m-%dT%H:%M:%SZ}"),
    ]


def _sound(archive: Archive, taken: Taken) -> Iterator[Record]:
    def note(error: Damaged) -> None:
        what = str(error).replace(str(archive.place), archive.shown)
        if what not in taken.damages:
            taken.damages.append(what)

    return records(archive.place, 0, note)


class _Groups:
    """Numbers the groups of records that point at one another, as they come."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._number = 0

    def __call__(self, record: Record) -> int:
        ids = {record.id, *record.concurrent_to} - {None}
        if record.type == "warcinfo" or not self._ids & ids:
            self._number += 1
            self._ids = set()
        self._ids |= {one for one in ids if one}
        return self._number


@dataclass(frozen=True, slots=True)
class _Copy:
    """A record as it is written."""

    record: Record
    raw_head: bytes
    identity: str
    sha256: str  # of its bytes as they stood
    line: str | None = None  # of an ARC record

    @classmethod
    def of(cls, record: Record) -> _Copy:
        sha256, block = whole_and_block(record)
        if not record.version.startswith("ARC/"):
            return cls(record, record.raw_head, record.id or f"urn:sha256:{sha256}", sha256)
        identity = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'urn:sha256:{sha256}')}"
        kind, *others = record.headers
        lines = [kind, ("WARC-Record-ID", f"<{identity}>"), *others]
        head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines) + "\r\n"
        return cls(record, head.encode(), identity, block, record.raw_head.decode("latin-1").strip())


def _copy(
    writer: WarcWriter,
    infos: list[_Copy],
    group: Iterable[Record],
    there: Known,
    taken: Taken,
    hints: Callable[[str], Iterable[Hint]],
) -> None:
    """Copy what of a group is not there yet, with the warcinfo records before it."""
    fields: list[tuple[str, str]] = []
    main: str | None = None
    page: str | None = None
    new: list[_Copy] = []
    captures: dict[str, str] = {}  # of this group: their digests, by their ids
    with ExitStack() as stack:
        copy: Callable[[bytes, Iterable[bytes]], object] | None = None
        for one in map(_Copy.of, group):
            is_capture = one.record.type in _CAPTURES
            if there.has(one.identity) or (is_capture and one.identity in captures):
                if captures.get(one.identity, one.sha256) != one.sha256 or there.differs(one.identity, one.sha256):
                    taken.conflicts.append(f"{one.identity} at offset {one.record.offset}")
                else:
                    taken.doubled += 1
                continue
            if is_capture:
                captures[one.identity] = one.sha256
            fresh = [one]
            if copy is None:
                copy = stack.enter_context(writer.copies())
                fresh = [*(info for info in infos if not there.has(info.identity)), one]
            for each in fresh:
                record = each.record
                copy(each.raw_head, record.pieces())
                fields.append(("imported", f"{record.offset} {record.length or 0} {each.sha256} {each.identity}"))
                if each.line is not None:
                    fields.append(("arc-line", f"{each.identity} {each.line}"))
                fields += (("digest-differs", f"{header} {each.identity}") for header in wrong(record))
            new += fresh
            if main is None or is_capture:
                main = one.identity
                page = one.record.url
        if new and page is not None:
            fields += hint_fields(hints(page))
        if new:
            writer.note(fields, main)
    if new:
        infos.clear()
    for one in new:
        there.add(one.identity, one.sha256)
    taken.copied += len(new)
    taken.wrong += sum(name == "digest-differs" for name, _ in fields)


def _moment(date: str | None) -> datetime:
    """A WARC-Date, which some tools cut or write with an offset; the beginning of time for what is none."""
    try:
        moment = datetime.fromisoformat(date or "")
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _short(identity: str) -> bytes:
    return hashlib.blake2b(identity.encode(), digest_size=12).digest()
