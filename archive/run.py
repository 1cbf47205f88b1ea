"""Run: one session of writing into a shard, from taking its lock to letting it go.

What a crawl does to the archive goes through here, in this order, which is what makes it safe to kill:
`keep` writes an exchange to the WARC file and hands it to the operating system; `settle` then says in one transaction
of the ledger what became of the URL, which captures it has and which links were found. A run that is killed between the
two leaves captures that are not settled: the next run finds them from the watermark on and settles them from the WARC
file, without asking the server again.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from .capture import captures
from .collection import Shard
from .errors import Locked, UsageError
from .exchange import Exchange
from .http import parse_response
from .ledger import Kept, Kind, Lead, Ledger, Row, State
from .warc import WarcWriter, salvage

_WATERMARK = "watermark"


def utc() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """ISO 8601, UTC, to the second, as reports have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


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
    ) -> None:
        """`definition`: the portal's TOML in force; `about`: further fields of the warcinfo records."""
        self.shard = shard
        self.clock = clock
        try:
            for folder in (shard.folder, shard.warc_folder, shard.records_folder, shard.reports_folder):
                folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(shard)
            shard.definition.write_text(definition, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{shard.folder}: cannot be written to: {error.strerror}") from error
        self.ledger = Ledger(shard.ledger_file)
        self.started = clock()
        taken = {run for run, *_ in self.ledger.runs()}
        self.id = self.started.strftime("%Y%m%d%H%M%S")
        while self.id in taken:
            self.id = str(int(self.id) + 1)
        self._unsettled: dict[str, list[Kept]] = {}
        self.recovery = self._recover()
        self.ledger.begin(self.id, stamp(self.started))
        self.writer = WarcWriter(
            shard.warc_folder,
            shard.name,
            software=software,
            clock=clock,
            info=(("isPartOf", self.id), *about),
        )
        self._open: dict[
            str, tuple[str, int]
        ] = {}  # record id of what is kept and not settled: where its exchange begins
        self.exchanges = 0
        self.bytes = 0

    def keep(self, exchange: Exchange, fields: Sequence[tuple[str, str]] = ()) -> Kept | None:
        """Write an exchange to the WARC file; gives its capture, or None where no response came.

        `fields` go into its metadata record. Raises ArchiveError where it cannot be written.
        """
        written = self.writer.exchange(exchange, metadata=fields)
        self.exchanges += 1
        self.bytes += len(exchange.received)
        if written.record_id is None:
            return None
        head = parse_response(exchange.received.head(1 << 16))
        self._open[written.record_id] = (written.file, written.begin)
        return Kept(
            url=exchange.url,
            run=self.id,
            warc=f"warc/{written.file}",
            offset=written.offset,
            length=written.length,
            record_id=written.record_id,
            date=written.date,
            status=head.status,
            media_type=head.media_type,
            payload_sha256=written.payload_sha256,
            truncated=exchange.truncated,
        )

    def unsettled(self, url: str) -> list[Kept]:
        """The whole captures of a URL that a run before this one kept and did not settle; once."""
        return self._unsettled.pop(url, [])

    def settle(
        self,
        row: Row,
        kept: Iterable[Kept],
        state: State,
        reason: str | None,
        *,
        kind: Kind | None = None,
        leads: Iterable[Lead] = (),
        due: float | None = None,
    ) -> list[Row]:
        """One transaction: what became of a URL. Gives the rows that are new in the frontier.

        With `state` queued the URL is asked for again, not before `due`.
        """
        kept = list(kept)
        new: list[Row] = []
        with self.ledger.transaction():
            for capture in kept:
                self.ledger.add_capture(row.id, capture)
            for lead in leads:
                found = self.ledger.add(lead, depth=row.depth + 1, via=row.id)
                if found is not None:
                    new.append(found)
            if state == "queued":
                self.ledger.postpone(row.id, due or 0.0, reason or "")
            else:
                self.ledger.settle(row.id, state, reason, self.id, kind=kind)
            for capture in kept:
                self._open.pop(capture.record_id, None)
            low = min(self._open.values(), default=(self.writer.file, self.writer.offset))
            self.ledger.put(_WATERMARK, json.dumps(low))
        return new

    def end(self, reason: str) -> None:
        """Close the WARC file and the ledger, let the lock go."""
        self.writer.close()
        self.ledger.end(self.id, stamp(self.clock()), reason)
        self.ledger.close()
        self._lock.release()

    def _recover(self) -> Recovery:
        """Close what a killed run left open; find what it kept and did not settle."""
        torn = lost = 0
        salvaged = []
        for path in sorted(self.shard.warc_folder.glob("*.warc.gz.open")):
            result = salvage(path)
            torn += result.cut
            if result.path is not None:
                salvaged.append(result.path.name)
                with self.ledger.transaction():
                    lost += self.ledger.forget_captures(f"warc/{result.path.name}", result.path.stat().st_size)
        file, offset = json.loads(self.ledger.get(_WATERMARK) or '["", 0]')
        found = 0
        for path in self.shard.warcs():
            if path.name < file:
                continue
            for capture in captures(path, start=offset if path.name == file else 0):
                found += self._take_up(capture_kept(capture, path))
        return Recovery(tuple(salvaged), torn, found, lost)

    def _take_up(self, kept: Kept) -> int:
        if self.ledger.has_capture(kept.record_id):
            return 0
        self._unsettled.setdefault(kept.url, []).append(kept)
        return 1


def _locked(shard: Shard) -> FileLock:
    """The shard's lock; the file says who holds it. Raises Locked. The system lets it go when the process ends."""
    path = shard.folder / "lock"
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise Locked(f"{shard.folder}: locked by another run ({_holder(path)}); wait for it, or end it") from None
    (shard.folder / "lock.holder").write_text(f"process {os.getpid()} on {socket.gethostname()} since {stamp(utc())}\n")
    return lock


def _holder(path: Path) -> str:
    try:
        return path.with_suffix(".holder").read_text("utf-8").strip()
    except OSError:
        return "it does not say which"
