"""Verify: whether what is kept is still what was written. Deriving records anew is `portal_crawler.upkeep.verify`'s.

A finding is one line: the file, the place in it, what is wrong.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from ..errors import ArchiveError, Damaged
from ..index.cdxj import Indexer, differences, lines
from ..index.sorter import Sorter
from ..intake import imported
from ..ledger import Ledger
from ..ledger.rows import Kept
from ..record import Article
from ..shard import Shard
from ..warc import Record, records
from ..warc.capture import LIMIT, identity, is_page
from ..warc.digests import compared, payload_of, sha256_of, whole_and_block
from ..warc.originals import is_identical, refers_to
from ..warc.told import DEFINITION, said
from ..watching import Watching, read_through, unwatched
from .manifest import Entry


@dataclass(frozen=True, slots=True)
class Revisit:
    """What a revisit record says of its original."""

    place: str  # of the record, in words
    record_id: str
    identical: bool  # its payload is the original's; else the server said that it holds: a 304
    refers_to: str
    url: str | None
    date: str | None
    digest: str | None  # hexadecimal


@dataclass(slots=True)
class Read:
    """One WARC file, read to its last byte."""

    entry: Entry
    records: int
    digests: int  # that were compared with their bytes


@dataclass(slots=True)
class Fixity:
    """What was read of a shard's WARC files."""

    findings: list[str] = field(default_factory=list)
    files: int = 0
    records: int = 0
    digests: int = 0
    bytes: int = 0
    left_open: dict[str, int] = field(default_factory=dict)  # size of what a run that was broken off left open, by file
    responses: dict[str, tuple[str, int, int, str | None]] = field(
        default_factory=dict
    )  # id: file, offset, length, digest; revisits as well
    revisits: list[Revisit] = field(default_factory=list)
    loose: dict[str, tuple[str, int, int]] = field(default_factory=dict)  # others' revisits: file, offset, length
    redacted: set[str] = field(default_factory=set)  # ids of records that were taken out
    targets: dict[str, tuple[str, str, bool]] = field(
        default_factory=dict
    )  # of whole responses, by id: address, date, whether it is cut off
    definitions: dict[str, str] = field(default_factory=dict)  # SHA-256 to the text of an archived portal.toml
    index: Sorter = field(default_factory=Sorter)  # the lines that an index has of the captures
    unread: dict[str, list[tuple[int, int]]] = field(
        default_factory=dict
    )  # of damaged files: where nothing could be read, each from an offset to the next record's
    orphans: list[Revisit] = field(default_factory=list)  # whose originals may be in such a place
    read: dict[str, Read] = field(default_factory=dict)  # by file

    @property
    def broken(self) -> set[str]:
        """WARC files, without their folder, of which not all could be read."""
        return {name.removeprefix("warc/") for name in self.unread}

    def is_unread(self, file: str, offset: int) -> bool:
        """Whether what stands there could not be read."""
        return any(begin <= offset < end for begin, end in self.unread.get(file, ()))


def check_warcs(shard: Shard, watching: Watching = unwatched) -> Fixity:
    """Read every WARC file of a shard to its last byte, and compare every digest in it."""
    found = Fixity()
    if shard.is_new():
        return found
    if not shard.warc_folder.is_dir():
        found.findings.append("warc: is missing: restore it from a copy")
        return found
    for path in read_through(sorted(shard.warc_folder.iterdir()), watching("WARC files read")):
        name = f"warc/{path.name}"
        if path.name.endswith(".warc.gz"):
            _check_warc(path, name, found)
        elif path.name.endswith(".open"):
            found.left_open[name] = path.stat().st_size
            found.findings.append(
                f"{name}: left open by a run that was broken off; the next `crawl` or `rebuild` closes it"
            )
        elif not path.name.endswith(".torn"):
            found.findings.append(f"{name}: not a WARC file of this portal")
    for revisit in found.revisits:
        found.findings += _check_revisit(revisit, found)
    return found


def _check_revisit(revisit: Revisit, found: Fixity) -> Iterator[str]:
    """Whether the original of a revisit is there, whole, and has what the revisit says. Notes the digest of both."""
    original = found.responses.get(revisit.refers_to)
    told = found.targets.get(revisit.refers_to)
    if revisit.refers_to in found.redacted:
        return
    if (original is None or told is None) and found.unread:
        found.orphans.append(revisit)
        return
    if original is None or told is None:
        yield _without_original(revisit)
        return
    where = f"the response at {original[0]} offset {original[1]}"
    if told[2]:
        yield f"{revisit.place}: refers to {where}, which is not whole"
    if revisit.digest != original[3]:
        yield f"{revisit.place}: its payload digest is not that of {where}"
    if (revisit.url, revisit.date) != told[:2]:
        yield f"{revisit.place}: {where} that it refers to has another address or date"
    if revisit.identical:
        file, offset, length, _ = found.responses[revisit.record_id]
        found.responses[revisit.record_id] = (file, offset, length, original[3])


def _without_original(revisit: Revisit) -> str:
    return f"{revisit.place}: the response {revisit.refers_to} that it refers to is not here: restore its file"


def check_ledger(shard: Shard, fixity: Fixity) -> Iterator[str]:
    """Whether ledger and WARC files have the same captures, at the same places."""
    unseen = dict(fixity.responses)
    missing: Counter[str] = Counter()
    unread: Counter[str] = Counter()
    lost: Counter[str] = Counter()  # revisits, by the file of their originals
    with shard.reading() as ledger:
        for flaw in ledger.flaws():
            yield f"ledger.sqlite: {flaw}; `rebuild` makes it again"
        for kept in ledger.captures.all():
            if fixity.loose.get(kept.record_id) == _place(kept)[:3]:
                continue  # what others' revisits refer to was found when they were taken in; their words may not tell
            place = unseen.pop(kept.record_id, None)
            if place is None and (shard.folder / f"{kept.warc}.open").is_file():
                continue  # named above: left open by a run that was broken off; nothing of it is lost
            if place is None and not (shard.folder / kept.warc).is_file():
                missing[kept.warc] += 1
            elif place is None and fixity.is_unread(kept.warc, kept.offset):
                unread[kept.warc] += 1
            elif place is None:
                yield f"{kept.warc}: offset {kept.offset}: no record {kept.record_id} there, which the ledger has"
            elif place != _place(kept):
                yield f"{kept.warc}: offset {kept.offset}: record {kept.record_id} differs from the ledger's: {place}"
        for orphan in fixity.orphans:
            original = ledger.captures.find(orphan.refers_to)
            if original is not None and fixity.is_unread(original.warc, original.offset):
                lost[original.warc] += 1
            else:
                yield _without_original(orphan)
    for file, number in missing.items():
        yield f"{file}: is missing, with {number} captures that the ledger has: restore it from a copy"
    for file, number in unread.items():
        what = f"{number} capture{'' if number == 1 else 's'}"
        others = f"; revisit records that refer to what was there: {lost[file]}" if lost[file] else ""
        yield f"{file}: of {what} that the ledger has in the damaged places nothing could be read{others}"
    for record_id, (file, offset, *_) in unseen.items():
        yield f"{file}: offset {offset}: record {record_id} is not in the ledger; `rebuild` takes it up"


def check_index(shard: Shard, fixity: Fixity) -> Iterator[str]:
    """Whether the index has every capture of the WARC files, and nothing else.

    What was kept by a run whose records are not made yet is not in the index either: the next run sees to both.
    """
    if shard.is_new():
        return
    if not shard.index_file.is_file():
        with shard.reading() as ledger:
            if ledger.runs.all(derived=True) or not ledger.runs.all():
                yield "index.cdxj: is missing; the next `crawl` or `rebuild` makes it"
        return
    with shard.reading() as ledger:
        ahead = {kept.warc for run, *_ in ledger.runs.all(derived=False) for kept in ledger.captures.all(run)}
        missing = {
            kept.warc for kept in ledger.captures.all() if not (shard.folder / kept.warc).is_file()
        }  # named above
    spared = fixity.broken | {name.removeprefix("warc/") for name in ahead | missing}
    yield from differences(lines(shard.index_file), fixity.index, spared)


def check_records(shard: Shard) -> Iterator[str]:
    """Whether the records files are whole, and hold what the ledger holds of their runs."""
    with shard.reading() as ledger:
        theirs = {
            (article.id, article.version): (run, _lasting(article))
            for run, *_ in ledger.runs.all()
            for article in map(shard.article, ledger.versions.lines(run=run))
        }
        for run, *_ in ledger.runs.all(derived=True):
            path = shard.records_file(run)
            name = f"records/{path.name}"
            try:
                with gzip.open(path, "rt", encoding="utf-8") as file:
                    kept = [Article.from_json(line) for line in file]
            except FileNotFoundError:
                yield f"{name}: is missing; `rebuild` makes it again"
                continue
            except (OSError, EOFError, ValueError, zlib.error) as error:
                broken = "a line is no record" if isinstance(error, ValueError) else "it is no whole gzip file"
                what = "it is cut off" if isinstance(error, EOFError) else broken
                yield f"{name}: cannot be read ({what}); `rebuild` makes it again"
                continue
            mine = {(article.id, article.version): _lasting(article) for article in kept}
            for identity, version in mine.keys() - theirs.keys():
                yield f"{name}: record {identity} version {version} is not in the ledger"
            for identity, version in sorted(mine.keys() & theirs.keys()):
                made, now = theirs[identity, version]
                then = mine[identity, version]
                if not _became(then, now) and not (made > run and _read_later(ledger, then, now)):
                    yield f"{name}: record {identity} version {version} is not as the ledger has it"
            for (identity, version), (made, _) in theirs.items():
                if made == run and (identity, version) not in mine:
                    yield f"{name}: record {identity} version {version} is missing"


def check_reports(shard: Shard) -> Iterator[str]:
    """Whether the reports of the runs can be read."""
    for path in sorted(shard.reports_folder.glob("*.json")):
        try:
            json.loads(path.read_bytes())
        except ValueError as error:
            yield f"crawls/{path.name}: not JSON ({error}); restore it from a copy, or remove it"


def _lasting(article: Article) -> Article:
    """A record without what later runs may add to it."""
    return article.model_copy(update={"last_seen": None, "aliases": (), "status": "live"})


def _became(then: Article, now: Article) -> bool:
    """Whether a record is as it was written, but for the files that have come since."""
    update = {
        name: tuple(
            new.model_copy(update={"sha256": None, "record_id": None}) if old.sha256 is None else new
            for old, new in zip(getattr(then, name), getattr(now, name), strict=False)
        )
        for name in ("images", "attachments")
    }
    lengths = all(len(getattr(then, name)) == len(getattr(now, name)) for name in update)
    return lengths and then == now.model_copy(update=update)


def _read_later(ledger: Ledger, then: Article, now: Article) -> bool:
    """Whether a later run took over a version: with its capture there were hints, or the first was cut off."""
    if (then.provenance.captured or "") >= (now.provenance.captured or ""):
        return False
    first = ledger.captures.find(then.provenance.record_id or "")
    return then.body == now.body or (first is not None and first.truncated is not None)


def _place(kept: Kept) -> tuple[str, int, int, str | None]:
    return kept.warc, kept.offset, kept.length, kept.payload_sha256


def _check_warc(path: Path, name: str, found: Fixity) -> None:
    found.files += 1
    found.bytes += path.stat().st_size
    with path.open("rb") as raw:
        hashed, before = _Hashed(raw, str(path)), (found.records, found.digests)
        _check_records_of(hashed, path, name, found)
        found.read[name] = Read(hashed.entry(), found.records - before[0], found.digests - before[1])


class _Hashed:
    """A file that is read once, from its first byte to its last, for its records and for its digest."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self.name = name
        self._file = file
        self._digest = hashlib.sha256()
        self._upto = 0  # what is before it went into the digest

    def read(self, size: int = -1) -> bytes:
        at = self._file.tell()
        data = self._file.read(size)
        self._digest.update(data[self._upto - at :])
        self._upto = max(self._upto, at + len(data))
        return data

    def seek(self, place: int) -> int:
        """Behind damage it is looked for the next record from where the last one began."""
        self._file.seek(min(place, self._upto))
        while self._file.tell() < place and self.read(min(place - self._file.tell(), 1 << 20)):
            pass
        return self._file.tell()

    def tell(self) -> int:
        return self._file.tell()

    def entry(self) -> Entry:
        """Of the whole file; what nobody has read yet is read now."""
        self.seek(self._upto)
        while self.read(1 << 20):
            pass
        return Entry(self._upto, self._digest.hexdigest())


def _check_records_of(file: _Hashed, path: Path, name: str, found: Fixity) -> None:
    indexer = Indexer(path.name)
    try:
        doubts: list[tuple[str, str]] = []  # since the last metadata record of an import, which may have known them
        seen: dict[str, set[str]] = {}  # of the records since then: SHA-256 of the whole, and of the block
        foreign = False
        end, damages = 0, list[Damaged]()

        def unread(upto: int) -> None:
            """Note that from the last record's end on nothing could be read."""
            if damages:
                found.findings += (str(error).replace(str(path), name) for error in damages)
                found.unread.setdefault(name, []).append((end, upto))
                damages.clear()
                doubts.clear()  # what was known of them may be lost
                seen.clear()

        for record in records(cast("BinaryIO", file), damaged=damages.append):
            unread(record.offset)
            end = record.offset + (record.length or 0)
            found.records += 1
            for entry in indexer.take(record):
                found.index.add(entry.line())
            if record.type == "warcinfo" and record.offset == 0:
                foreign = b"imported-from: " in record.head(4096)
            for header, what in compared(record):
                found.digests += 1
                if what is not None:
                    doubts.append((f"{header} {record.id}", f"{name}: offset {record.offset}: {header} {what}"))
            if foreign:
                _check_import(record, name, seen, doubts, found)
            else:
                found.findings += (line for _, line in doubts)
                doubts.clear()
            if is_page(record):
                body = payload_of(record) if record.type == "response" else record.pieces()
                found.responses[identity(record, name)] = (name, record.offset, record.length or 0, sha256_of(body))
                if record.type == "response" and record.id:
                    cut = record.get("WARC-Truncated") is not None
                    found.targets[record.id] = (record.url or "", record.date or "", cut)
            if record.type == "metadata":
                found.redacted.update(value.strip("<>") for key, value in said(record) if key == "redacted-record")
            if record.type == "revisit" and foreign:
                found.loose[identity(record, name)] = (name, record.offset, record.length or 0)
            elif record.type == "revisit" and record.id:
                found.responses[record.id] = (
                    name,
                    record.offset,
                    record.length or 0,
                    sha256_of(payload_of(record)),
                )  # a 304's is empty
                found.revisits.append(_said(record, record.id, f"{name}: offset {record.offset}"))
            if record.type == "resource" and record.media_type == DEFINITION and not foreign:
                text = record.head(LIMIT)
                found.definitions[hashlib.sha256(text).hexdigest()] = text.decode("utf-8", "replace")
        unread(path.stat().st_size)
        found.findings += (line for _, line in doubts)
        for entry in indexer.end():
            found.index.add(entry.line())
    except ArchiveError as error:
        found.unread.setdefault(name, []).append((end, path.stat().st_size))
        found.findings.append(str(error).replace(str(path), name))


def _check_import(
    record: Record, name: str, seen: dict[str, set[str]], doubts: list[tuple[str, str]], found: Fixity
) -> None:
    """Compare the records of an imported group with what the metadata record behind them says of them.

    What was wrong with a digest when it was taken over is no finding now: the bytes are as they were.
    """
    if record.type != "metadata" or not (lines := list(imported(record))):
        if record.id:
            seen[record.id] = set(whole_and_block(record))
        return
    wrong_before = {value for field_name, value in said(record) if field_name == "digest-differs"}
    for _, _, digest_then, record_id in lines:
        if record_id in seen and digest_then not in seen.pop(record_id):
            found.findings.append(f"{name}: record {record_id} is not what was imported")
    found.findings += (line for about, line in doubts if about not in wrong_before)
    doubts.clear()
    seen.clear()


def _said(record: Record, record_id: str, place: str) -> Revisit:
    digest = record.get("WARC-Payload-Digest") or ""
    return Revisit(
        place,
        record_id,
        is_identical(record),
        refers_to(record) or "",
        record.get("WARC-Refers-To-Target-URI"),
        record.get("WARC-Refers-To-Date"),
        digest.removeprefix("sha256:") or None,
    )
