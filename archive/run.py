"""Run: one session of writing into a shard, from taking its lock to letting it go.

What a crawl does to the archive goes through here, in this order, which is what makes it safe to kill:
`keep` writes an exchange to the WARC file and hands it to the operating system; `settle` then says in one transaction
of the ledger what became of the URL, which captures it has and which links were found. A run that is killed between the
two leaves captures that are not settled: the next run finds them from the watermark on and settles them from the WARC
file, without asking the server again.

Where the power fails, what the operating system had not yet written is lost as well. Of WARC files that is at most what
came in the last `SYNC` seconds: so often they are synced (fsync), and when they are closed, folder included; so is
whatever is made in one piece (definition, records, reports, manifests) before it takes its name. The ledger is SQLite's
in WAL mode with `synchronous=NORMAL`: after a power failure it is a consistent one of some moments before, never a
broken one. The two need not be of one moment. Where the ledger is the older one, the captures behind its watermark are
settled as after a kill; where the WARC file is, the captures that it has lost are forgotten, and their URLs asked for
again (`Recovery.lost`). Disks that say they have written and have not can lose more; `verify` finds it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from .clock import stamp, utc
from .errors import UsageError
from .fixity import manifest
from .ledger import Ledger
from .ledger.hops import outlink_fields
from .ledger.rows import Kept, Kind, Lead, Row, State
from .ledger.settlement import Settlement, ending, to_lines
from .lock import lock_of
from .record import Original
from .release import write_text
from .shard import Shard
from .warc import WARC_BYTES, Refers, WarcWriter
from .warc.capture import Asked, Capture, Hint, kept
from .warc.exchange import Exchange
from .warc.http import Response
from .warc.originals import SMALLEST, looked_at, refers_to
from .warc.reader import Record
from .warc.salvage import Salvage, salvage
from .warc.told import DEFINITION, SETTLEMENTS, Linked, asked_fields, hint_fields, walk

LOG = "text/plain; charset=utf-8"  # media type of the resource record that holds a run's log
SYNC = 5.0  # seconds: what a power failure may cost
AHEAD = timedelta(minutes=5)  # a clock may be behind the end of the last run by so much: another machine made it

_WATERMARK = "watermark"
_CONDITIONAL = (b"\r\nif-none-match:", b"\r\nif-modified-since:")


def _in_order(ledger: Ledger, shard: Shard, now: datetime) -> None:
    """Raise UsageError where a run of before is later than `now`: versions and rebuilding go by time, and what comes
    would count as older than what is there. An import's last moment is that of others' captures."""
    for _, started, ended, reason in ledger.runs.all():
        last = started if ended is None or reason == "imported" else max(started, ended)
        if started > stamp(now) or last > stamp(now + AHEAD):
            raise UsageError(
                f"{shard.folder}: the clock says {stamp(now)}, and a run is there of {last}: set the clock; if it was"
                " wrong then, crawl into another folder, and keep this one as it is"
            )


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a run found that was broken off before it."""

    salvaged: tuple[str, ...] = ()  # WARC files that were open
    torn: int = 0  # bytes cut from their ends, kept beside them
    unsettled: int = 0  # captures to be settled without asking the server again
    lost: int = 0  # captures that the ledger knew and a power loss took


class Run:
    """Holds the lock, the ledger and the WARC writer of a shard. Raises Locked, UsageError, Damaged on opening."""

    def __init__(
        self,
        shard: Shard,
        definition: str,
        *,
        software: str,
        about: Sequence[tuple[str, str]] = (),
        clock: Callable[[], datetime] = utc,
        warc_bytes: int = WARC_BYTES,
    ) -> None:
        """`definition`: the portal's TOML in force; `about`: further fields of the warcinfo records.

        `warc_bytes`: a WARC file that has reached them is closed, and the next one begun.
        """
        self.shard = shard
        self.clock = clock
        self._software = software
        try:
            for folder in (shard.folder, shard.warc_folder, shard.records_folder, shard.reports_folder):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{shard.folder}: cannot be written to: {error.strerror}") from error
        with ExitStack() as undo:
            self._lock = lock_of(shard)
            undo.callback(self._lock.release)
            if pending_redaction(shard).exists():
                raise UsageError(f"{shard.folder}: a redaction was broken off; finish it with the same `redact` first")
            if shard.warcs() and not shard.ledger_file.exists():
                raise UsageError(f"{shard.folder}: has WARC files but no ledger.sqlite; make it with `rebuild` first")
            self.ledger = Ledger(shard.ledger_file)
            undo.callback(self.ledger.close)
            self.started = clock()
            _in_order(self.ledger, shard, self.started)
            if not shard.exists() or shard.definition.read_text("utf-8", "replace") != definition:
                write_text(shard.definition, definition)
            taken = {run for run, *_ in self.ledger.runs.all()}
            self.id = self.started.strftime("%Y%m%d%H%M%S")
            while self.id in taken:
                self.id = str(int(self.id) + 1)
            self._open: dict[str, tuple[str, int]] = {}  # what is kept and not settled, by record id: where it begins
            self._fresh: dict[str, Kept] = {}  # of these the whole pages, by digest: the ledger does not know them yet
            self.unsettled: list[tuple[Kept, Capture]] = []  # what a run before this one kept and did not settle
            self.linked: set[str] = set()  # of these the records of pages whose links are archived already
            with self.ledger.explained():  # the disk may be full from the beginning
                self.recovery = self._recover()
                self.resumes = self.ledger.runs.break_off()  # the run before this one was killed
                self.ledger.runs.begin(self.id, stamp(self.started))
            undo.pop_all()
        continues = [("continues", max(taken))] if self.resumes else []
        self.writer = WarcWriter(
            shard.warc_folder,
            shard.name,
            software=software,
            clock=clock,
            info=(("isPartOf", self.id), *continues, *about),
            max_bytes=warc_bytes,
        )
        self._synced = 0.0
        self.exchanges = 0
        self.bytes = 0

    def keep(
        self,
        exchange: Exchange,
        hints: tuple[Hint, ...],
        asked: Asked,
        fields: Sequence[tuple[str, str]] = (),
        url: int = 0,
    ) -> tuple[Kept, Capture] | None:
        """Write an exchange to the WARC file; gives what is now kept of it, or None where no response came.

        `hints`, `asked` and `fields` go into its metadata record. `url` is the ledger's id of the URL: of several
        originals its own is referred to, and a 304 says that its last page holds. Raises Unwritable.
        """
        original: Original | None = None

        def repeats(answer: Response, digest: str, size: int) -> Refers | None:
            nonlocal original
            original = self._repeated(exchange, url, answer, digest, size)
            if original is None or original.warc is None:
                return None
            path = self.shard.folder / original.warc
            refers = looked_at(path, original.offset or 0, original.length or 0, original.record_id or "")
            return refers if refers and (answer.status == 304 or refers.payload_sha256 == digest) else None

        metadata = [*fields, *asked_fields(asked), *hint_fields(hints)]
        written = self.writer.exchange(exchange, metadata=metadata, repeats=repeats)
        self.exchanges += 1
        self.bytes += len(exchange.received)
        file = f"warc/{written.file}"
        capture = kept(exchange, written, file, hints, asked, original if written.refers is not None else None)
        if capture is None:
            return None
        note = note_of(capture, self.id)
        self._open[note.record_id] = (written.file, written.begin)
        if note.status == 200 and note.truncated is None and note.original is None and note.payload_sha256:
            self._fresh.setdefault(note.payload_sha256, note)
        return note, capture

    def _repeated(self, exchange: Exchange, url: int, answer: Response, digest: str, size: int) -> Original | None:
        """The whole response whose payload an answer repeats, or says to hold."""
        if answer.status == 304 and any(name in bytes(exchange.sent).lower() for name in _CONDITIONAL):
            same = self.ledger.captures.last_whole(url)
        elif answer.status == 200 and size >= SMALLEST:
            same = self.ledger.captures.same_payload(digest, url) or self._fresh.get(digest)
        else:
            return None
        if same is None:
            return None
        return same.original or _place_of(same)

    def settle(
        self,
        row: Row,
        notes: Sequence[Kept],
        state: State,
        reason: str | None,
        *,
        kind: Kind | None = None,
        leads: Sequence[Lead] = (),
        due: float = 0.0,
        content: str | None = None,
        marks: Iterable[int] = (),
        fruit: bool | None = None,
        twin: str | None = None,
        free: bool = False,
        claimed: int | None = None,
        url: str | None = None,
    ) -> list[Row]:
        """`Ledger.apply` as one transaction, with how far the WARC files are settled."""
        with self.ledger.transaction():
            new = self.ledger.apply(
                row, notes, state, reason, self.id, kind=kind, leads=leads, due=due, content=content, marks=marks,
                fruit=fruit, twin=twin, claimed=claimed, free=free, url=url,
            )  # fmt: skip
            for note in notes:
                self._open.pop(note.record_id, None)
                if self._fresh.get(note.payload_sha256 or "") == note:
                    del self._fresh[note.payload_sha256 or ""]
            if self.writer.file or self._open:
                low = min(self._open.values(), default=(self.writer.file, self.writer.offset))
                settled_until(self.ledger, *low)
        return new

    def note_links(self, note: Kept, leads: Iterable[Lead], kind: Kind) -> None:
        """Archive where a page leads, once, before it is settled. Its revisits lead where it does."""
        if note.original is None and note.record_id not in self.linked and (fields := outlink_fields(leads, kind)):
            self.writer.metadata(fields, uri=note.url, refers_to=note.record_id)

    def note_log(self, run: str, text: str) -> None:
        """Archive the log of a run."""
        self.writer.resource(f"urn:portal-crawler:{self.shard.name}:log:{run}", LOG, text.encode())

    def sync(self, now: float) -> None:
        """Put what was kept on the disk, where that was last done `SYNC` seconds ago. Raises Unwritable.

        To be called again and again; `now`: any clock in seconds.
        """
        if not 0 <= now - self._synced < SYNC:  # a clock may be set back
            self._synced = now
            self.writer.sync()

    def note_end(self, reason: str, settlements: Sequence[Settlement]) -> None:
        """Archive how the run ends, and what became of URLs without a request since its last exchange."""
        lines = [*to_lines(settlements), ending(reason)]
        self.writer.resource(f"urn:portal-crawler:{self.shard.name}:settled", SETTLEMENTS, "\n".join(lines).encode())

    def define(self, definition: str, kept: str | None = None) -> None:
        """Archive the portal's definition in force, and wait until all that was kept is on the disk.

        `kept`: as the folder has it, where that is not the same text.
        """
        archive_definition(self.writer, self.shard, definition)
        self.writer.close()
        write_text(self.shard.definition, definition if kept is None else kept)

    def end(self, reason: str) -> None:
        """Close the WARC file and the ledger, write the manifest, let the lock go. Raises Unwritable, UsageError."""
        self.writer.close()
        with self.ledger.explained():
            self.ledger.runs.end(self.id, stamp(self.clock()), reason)
        self.ledger.close()
        try:
            manifest.add(self.shard, "crawl", run=self.id, made=stamp(self.clock()), software=self._software)
        finally:
            self._lock.release()

    def _recover(self) -> Recovery:
        """Close what a killed run left open; find what it kept and did not settle."""
        lost = 0
        closed = close_open(self.shard)
        with self.ledger.transaction():
            for result in closed:
                lost += self.ledger.forget(f"warc/{result.name}", result.size)
        file, offset = json.loads(self.ledger.get(_WATERMARK) or '["", 0]')
        found: dict[str, Kept] = {}

        def known(record: Record) -> Original | None:
            named = refers_to(record) or ""
            return _place_of(found[named]) if named in found else self.ledger.captures.original(named)

        originals = self.shard.originals(known)
        for path in self.shard.warcs():
            if path.name < file:
                continue
            for item in walk(path, offset if path.name == file else 0, f"warc/{path.name}", originals=originals):
                if isinstance(item, Linked):
                    self.linked.add(item.record_id)
                if not isinstance(item, Capture):
                    continue
                note = note_of(item, self.id)
                if not self.ledger.captures.has(note.record_id):
                    found[note.record_id] = note
                    self._open[note.record_id] = (path.name, note.offset)
                    self.unsettled.append((note, item))
        salvaged = tuple(result.name for result in closed if result.path is not None)
        return Recovery(salvaged, sum(result.cut for result in closed), len(found), lost)


def archive_definition(writer: WarcWriter, shard: Shard, definition: str) -> None:
    """Write a definition that records are made with: they name it by its digest."""
    writer.resource(f"urn:portal-crawler:{shard.name}:portal.toml", DEFINITION, definition.encode())


def pending_redaction(shard: Shard) -> Path:
    """Where a redaction notes what it is to do, until it is done."""
    return shard.folder / "redaction.json"


def close_open(shard: Shard) -> list[Salvage]:
    """Close the WARC files that a killed run left open, as `salvage` does."""
    return [salvage(path) for path in sorted(shard.warc_folder.glob("*.warc.gz.open"))]


def settled_until(ledger: Ledger, file: str, offset: int) -> None:
    """Note that the ledger has all captures that begin before this place."""
    ledger.put(_WATERMARK, json.dumps((file, offset)))


def note_of(capture: Capture, run: str) -> Kept:
    """A capture as the ledger has it."""
    place = capture.provenance
    assert place.warc is not None
    assert place.record_id is not None
    media_type = (capture.header("content-type") or "").partition(";")[0].strip().lower()
    return Kept(
        url=capture.url,
        run=run,
        warc=place.warc,
        offset=place.offset or 0,
        length=place.length or 0,
        record_id=place.record_id,
        date=place.captured or "",
        status=capture.status,
        media_type=media_type or None,
        payload_sha256=place.payload_sha256,
        truncated=capture.truncated,
        etag=capture.header("etag"),
        modified=capture.header("last-modified"),
        original=place.original,
    )


def _place_of(kept: Kept) -> Original:
    return Original(
        warc=kept.warc, offset=kept.offset, length=kept.length, record_id=kept.record_id, captured=kept.date
    )
