"""Crawl: one portal's, between its ledger and whatever fetches. Knows nothing of Scrapy.

The fetcher asks `next` for a URL, gives every exchange to `keep` before it looks at it, and says with `answered` or
`unanswered` how it ended. `finish` makes the records of what was kept and writes the run's report.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from archive.capture import Capture
from archive.collection import Shard
from archive.errors import UsageError
from archive.exchange import Exchange
from archive.ledger import Kept, Lead, Row
from archive.release import write_records
from archive.run import Run, stamp

from .derive import Derived, derive
from .frontier import Frontier, origin
from .politeness import Gate
from .portal import Portal
from .settings import USER_AGENT, VERSION
from .urls import canonical, resolve
from .visit import Outcome, settled, visit

End = Literal["finished", "limit", "interrupted", "no answer"]

_REPORTED = 1000  # failures listed one by one in a report; all are in the ledger


@dataclass(frozen=True, slots=True)
class Wired:
    """One exchange as it was kept. No capture where no response came."""

    kept: Kept | None
    capture: Capture | None
    error: str | None


@dataclass(slots=True)
class Progress:
    """What a crawl has done so far, for whoever shows it."""

    requests: int = 0
    pages: int = 0
    articles: int = 0  # pages that lists describe as articles
    failed: int = 0
    bytes: int = 0
    started: float = field(default_factory=time.monotonic)


class Crawl:
    """One run over one portal. Raises Locked, UsageError and Damaged on opening, as `Run` does."""

    def __init__(self, portal: Portal, into: Path, *, limit: int | None = None, refresh: bool = False) -> None:
        """`limit`: stop after so many requests for pages; `refresh`: ask again for everything that is kept."""
        self.portal = portal
        self.limit = limit
        definition = portal.to_toml()
        about = (("http-header-user-agent", USER_AGENT), ("robots", "obey"), ("description", portal.portal.url))
        self.run = Run(Shard(into / portal.portal.name), definition, software=f"portal-crawler/{VERSION}", about=about)
        self.progress = Progress()
        self.unanswered_host: str | None = None
        self._stopped = False
        self._seed(refresh=refresh)
        self.frontier = Frontier(self.run.ledger, portal)
        self._robots: dict[str, list[Gate]] = {}  # by key: who waits for this robots.txt
        self._before: dict[int, list[Kept]] = {}  # by row: captures of a broken-off run, not whole

    # What the fetcher asks

    def next(self, now: float) -> Row | None:
        """The next URL to ask for, or None for now."""
        while self.has_work() and (row := self.frontier.pop(now)) is not None:
            gate = self.frontier.gate(origin(row.url))
            if row.kind != "robots" and not gate.allows(row.url):
                self._settle(row, [], Outcome("excluded", "robots.txt"))
                continue
            if self._taken_up(row, now):
                continue
            gate.begin(now)
            if row.kind == "robots":
                waiting = self._robots.setdefault(row.key, [])
                if gate.robots == "unknown":
                    waiting.append(gate)
                    gate.robots = "asked"
            self.progress.requests += 1
            self.progress.pages += row.kind not in ("robots", "media", "document")
            return row
        return None

    def has_work(self) -> bool:
        """Whether anything is left that this run may ask for."""
        return not self._stopped and not self._spent() and self.frontier.waiting > self.frontier.blocked()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._stopped = True

    def keep(self, exchange: Exchange, row: Row) -> Wired:
        """Archive an exchange. What comes after sees only what is on disk. Raises ArchiveError."""
        fields = [("depth", str(row.depth)), ("kind", row.kind)]
        kept = self.run.keep(exchange, self.run.ledger.hints(row.id), fields)
        self.progress.bytes += len(exchange.received)
        exchange.received.close()
        note, capture = kept or (None, None)
        return Wired(note, capture, exchange.error)

    def answered(self, row: Row, wires: Sequence[Wired], now: float) -> None:
        """A response came, in the last of these exchanges."""
        capture = next((wire.capture for wire in reversed(wires) if wire.capture is not None), None)
        if capture is None:
            self.unanswered(row, wires, "no response was kept", now)
            return
        self.frontier.gate(origin(row.url)).end(now, capture.status, capture.header("retry-after"))
        outcome = self._settle(row, _notes(wires), visit(capture, self.portal, row.kind), now)
        if row.kind == "robots":
            self._learn(row, capture, outcome)

    def unanswered(self, row: Row, wires: Sequence[Wired], error: str, now: float) -> None:
        """No response came, or none that could be read."""
        self.frontier.gate(origin(row.url)).end(now, None)
        if self._stopped:  # it was we who broke it off: as if it had not been asked for
            self.run.settle(row, _notes(wires), "queued", None)
            return
        outcome = self._settle(row, _notes(wires), Outcome("failed", error, again=True), now)
        if row.kind == "robots":
            if outcome.state == "failed":
                self.unanswered_host = f"{origin(row.url)}: {error}"
            self._learn(row, None, outcome)

    # What becomes of it

    def _spent(self) -> bool:
        return self.limit is not None and self.progress.pages >= self.limit

    def _taken_up(self, row: Row, now: float) -> bool:
        """Settle a URL by what a broken-off run kept of it: then there is no need to ask for it again.

        A robots.txt is asked for anew, and what is not whole as well; these captures are settled with the new one.
        """
        kept = self.run.unsettled(row.url)
        if not kept:
            return False
        notes = [note for note, _ in kept]
        capture = kept[-1][1]
        if row.kind == "robots" or capture.truncated:
            self._before[row.id] = notes
            return False
        self._settle(row, notes, visit(capture, self.portal, row.kind), now)
        return True

    def _settle(self, row: Row, notes: Sequence[Kept], outcome: Outcome, now: float = 0.0) -> Outcome:
        notes = [*self._before.pop(row.id, ()), *notes]
        outcome, due = settled(outcome, row, self.portal, now)
        state, leads = outcome.state, outcome.leads
        for new in self.run.settle(row, notes, state, outcome.reason, kind=outcome.kind, leads=leads, due=due):
            self.frontier.push(new)
        if state == "queued":
            self.frontier.push(self.run.ledger.row(row.id))
        self.progress.failed += state == "failed"
        self.progress.articles += state == "archived" and row.kind == "article"
        return outcome

    def _learn(self, row: Row, capture: Capture | None, outcome: Outcome) -> None:
        """Tell the gates that wait for a robots.txt what it says; after a redirect they wait for its target."""
        gates = self._robots.pop(row.key, [])
        if outcome.state == "queued":
            self._robots[row.key] = gates
            return
        if outcome.state == "redirected":
            target = self.run.ledger.find(outcome.leads[0].key)
            if target is not None and target.state == "queued" and target.id != row.id:
                self._robots.setdefault(target.key, []).extend(gates)
                return
        for gate in gates:
            gate.learn(capture.status if capture is not None else None, capture.body if capture is not None else b"")

    def _seed(self, *, refresh: bool) -> None:
        """Where to begin: the front page and the seeds; on a later visit, what is worth asking for again."""
        ledger = self.run.ledger
        front = self.portal.portal.url
        with ledger.transaction():
            for url in (front, *self.portal.sources.seeds):
                absolute = _absolute(front, url)
                ledger.add(Lead(url=absolute, key=canonical(absolute), kind="seed"), depth=0, via=None)
            if next(ledger.urls("queued"), None) is None:
                ledger.requeue(("seed", "listing", "page", "article"))
            if refresh:
                ledger.requeue(("seed", "listing", "page", "article", "document", "media"))

    # The end

    def finish(self, *, derive_records: bool = True, watch: Callable[[int, int], None] | None = None) -> dict[str, Any]:
        """Make the records, write the report, close the archive; gives the report."""
        run = self.run
        reason: End = "finished"
        if self._stopped:
            reason = "interrupted"
        elif self._spent():
            reason = "limit"
        elif self.frontier.waiting:
            reason = "no answer"
        definition = run.writer.resource(
            f"urn:portal-crawler:{self.portal.portal.name}:portal.toml",
            "application/toml",
            self.portal.to_toml().encode(),
        )
        derived = Derived()
        if derive_records:
            try:
                derived = derive(run.ledger, self.portal, run.id, run.shard.capture, watch=watch)
                write_records(run.shard, run.ledger)
            except KeyboardInterrupt:  # nothing of it is kept then: the next run makes these records
                reason = "interrupted"
        report = self._report(reason, derived, definition.date)
        path = run.shard.reports_folder / f"{run.id}.json"
        path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        run.end(reason)
        return report

    def _report(self, reason: End, derived: Derived, ended: str) -> dict[str, Any]:
        ledger = self.run.ledger
        states: dict[str, dict[str, int]] = {}
        for (kind, state), number in sorted(ledger.states().items()):
            states.setdefault(state, {})[kind] = number
        failures = [{"url": row.url, "reason": row.reason} for row in ledger.urls("failed")]
        return {
            "portal": self.portal.portal.name,
            "run": self.run.id,
            "started": stamp(self.run.started),
            "ended": ended,
            "reason": reason,
            "unanswered": self.unanswered_host,
            "seconds": round(time.monotonic() - self.progress.started, 3),
            "requests": self.progress.requests,
            "exchanges": self.run.exchanges,
            "bytes": self.run.bytes,
            "urls": states,
            "articles": dict(sorted(ledger.article_status().items())),
            "records": derived.summary(),
            "recovered": {
                "salvaged": list(self.run.recovery.salvaged),
                "torn_bytes": self.run.recovery.torn,
                "unsettled": self.run.recovery.unsettled,
                "lost": self.run.recovery.lost,
            },
            "expected": {"articles": self.portal.expect.articles},
            "failures": failures[:_REPORTED],
            "failures_left_out": max(0, len(failures) - _REPORTED),
            "reasons": dict(
                Counter(f"{row.state}: {row.reason}" for row in ledger.urls() if row.reason).most_common(50)
            ),
        }


def _notes(wires: Sequence[Wired]) -> list[Kept]:
    return [wire.kept for wire in wires if wire.kept is not None]


def _absolute(front: str, url: str) -> str:
    found = resolve(front, url)
    if found is None:
        raise UsageError(f"[sources] seeds: {url!r}: not an address")
    return found
