"""Crawl: one portal's, between its ledger and whatever fetches. Knows nothing of Scrapy.

The fetcher asks `next` for a URL, gives every exchange to `keep` before it looks at it, and says with `ended` that the
request is over. `finish` makes the records of what was kept and writes the run's report.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.errors import UsageError
from archive.index.cdxj import update
from archive.ledger.hops import way_fields
from archive.ledger.rows import FILES, REFUSED, Kept, Kind, Row
from archive.ledger.settlement import Settlement, to_lines
from archive.release import write_records, write_text
from archive.run import Run
from archive.shard import Shard
from archive.warc.capture import Asked, Capture
from archive.warc.exchange import Exchange

from ..derive.derived import Derived
from ..derive.records import derive
from ..discover.front import taught
from ..discover.visit import REFUSALS, Outcome, settled, visit
from ..frontier.allowance import Allowance
from ..frontier.certificates import problems
from ..frontier.frontier import Frontier, begin, exclude, is_robots, known_or_new
from ..frontier.otherhosts import counts_on, give_up
from ..frontier.politeness import Turns
from ..frontier.revisit import why
from ..frontier.robots import RobotsFiles
from ..frontier.scout import Scout
from ..portal import Portal
from ..portal.hours import moment, opens_in
from ..portal.tables import Politeness
from ..settings import VERSION, user_agent
from ..urls import bare, canonical, origin
from . import crawllog
from .course import End, Options, Progress
from .ending import Ended


@dataclass(frozen=True, slots=True)
class Wired:
    """One exchange as it was kept. No capture where no response came."""

    kept: Kept | None
    capture: Capture | None
    error: str | None


@dataclass(frozen=True, slots=True)
class _Over:
    """A request that has ended, as the fetcher says it."""

    row: Row
    wires: Sequence[Wired]
    now: float
    error: str | None


class _NoTime(Exception):
    """Records are being made, and somebody wants an end."""


class Crawl:
    """One run over one portal. Raises Locked, UsageError and Damaged on opening, as `Run` does."""

    def __init__(self, portal: Portal, into: Path, options: Options | None = None, turns: Turns | None = None) -> None:
        """`turns`: of the crawls that run beside this one."""
        self.options = options = options or Options()
        shard = Shard(into / portal.portal.name)
        if shard.exists():
            there = Portal.of(shard)
            _refuse_another(shard, there, portal)
            portal = portal.with_learned(there.learned)
        self.portal = portal
        contact = options.contact or portal.politeness.contact
        self.agent = user_agent(contact)
        about = [("http-header-user-agent", self.agent), ("robots", "obey"), ("description", portal.portal.url)]
        if contact:
            about.append(("operator", contact))
        self.run = Run(
            shard, portal.kept_toml(), software=f"portal-crawler/{VERSION}", about=about, clock=options.clock,
            warc_bytes=portal.archive.warc_bytes,
        )  # fmt: skip
        self.pace = self._paced()
        self.progress = Progress()
        self.unanswered_host: str | None = None
        self.certificates: dict[str, str] = {}  # by host, what is wrong with the one that it shows
        self._stopped = False
        self._adopted = False  # the definition that the records are made with
        self.closed_until: str | None = None  # the portal's hours are over until then
        self._scout = Scout(self.run.ledger)
        self._allowance = Allowance(self.run.ledger, portal)
        self._take_up()
        for killed in crawllog.unlogged(self.run.ledger):
            self.run.note_log(killed, crawllog.of_killed(self.run.ledger, self.portal, killed))
            crawllog.logged(self.run.ledger, killed)
        first = self.run.resumes and not options.refresh  # make an end of the visit that was killed, before a new one
        now = None if first else self.run.started.timestamp()
        begin(self.run.ledger, portal, now, refresh=options.refresh)
        self.frontier = Frontier(self.run.ledger, self.pace, self._owns, turns, sample=options.sample)
        self._unasked: list[Settlement] = []  # without a request, since the last exchange
        self._kept: dict[int, _Over | None] = {}  # by row, in the order of the archive: kept, and not settled yet
        self._underway: dict[int, tuple[Row, list[Wired]]] = {}  # by row: kept, and the request is not over
        self._robots = RobotsFiles()

    # What the fetcher asks

    def next(self, now: float) -> Row | None:
        """The next URL to ask for, or None for now. What is kept is settled first: `rebuild` knows no other order.

        To be called every few seconds, too, where nothing is left to ask for now.
        """
        self.run.sync(now)
        if self._kept:
            return None
        hours, zone = self.pace.hours, self.portal.portal.timezone
        if opens_in(hours, zone, now) > 0:  # the run ends here: whoever calls it (cron) calls again
            self.closed_until = moment(hours, zone, now)
        while self.has_work() and (row := self.frontier.pop(now)) is not None:
            if row.kind == "requisite" and self.run.ledger.row(row.id).kind != row.kind:
                continue  # a link calls it a page: as that it was queued again
            gate = self.frontier.gate(origin(row.url))
            if row.kind != "robots" and not gate.allows(row.url):
                self._settle(row, [], Outcome("excluded", "robots.txt", asked=False))
                continue
            if (outcome := self._scout.instead(row)) is not None:
                self._settle(row, [], outcome)
                continue
            if row.form is not None:  # a page that was read since may have handed out another
                row = self.run.ledger.row(row.id)
            gate.begin(now)
            if is_robots(row.url):
                self._robots.asked(row.key, gate)
            self.progress.requests += 1
            if self.options.budget is not None:
                self.options.budget.spend()
            self.progress.because[why(row)] += 1
            self.progress.pages += row.kind not in ("robots", *FILES)
            return row
        return None

    def has_work(self) -> bool:
        """Whether anything is left that this run may ask for."""
        over = self._stopped or self._spent() or self._unpaid() or self.closed_until is not None
        return not over and self.frontier.waiting > self.frontier.blocked()

    def stop(self) -> None:
        """Ask for nothing more."""
        self._stopped = True

    def keep(self, exchange: Exchange, row: Row) -> Wired:
        """Archive an exchange. What comes after sees only what is on disk. Raises ArchiveError."""
        asked = Asked(row.kind, None if row.key == canonical(row.url) else row.key, row.guess)
        way = way_fields(self.run.ledger.history.way(row.id))
        fields = [("depth", str(row.depth)), *way, *(("settled", line) for line in to_lines(self._unasked))]
        self._unasked.clear()
        if problem := problems(exchange.certificates, urlsplit(exchange.url).hostname or "", exchange.started):
            fields.append(("certificate-problem", problem))
            self.certificates[urlsplit(exchange.url).netloc] = problem
        kept = self.run.keep(exchange, self.run.ledger.hints(row.id), asked, fields, row.id)
        self._kept[row.id] = None
        self.progress.bytes += len(exchange.received)
        exchange.received.close()
        note, capture = kept or (None, None)
        wired = Wired(note, capture, exchange.error)
        self._underway.setdefault(row.id, (row, []))[1].append(wired)
        return wired

    def ended(self, row: Row, wires: Sequence[Wired], now: float, error: str | None = None) -> None:
        """A request is over, with these exchanges. Answers are judged in the order in which they are archived.

        `error`: the fetcher's words where it has no response.
        """
        over = _Over(row, wires, now, error)
        self._underway.pop(row.id, None)
        if row.id not in self._kept:  # it never came to an exchange
            self._judge(over)
            return
        self._kept[row.id] = over
        for identity, next_over in list(self._kept.items()):
            if next_over is None:
                break
            del self._kept[identity]
            self._judge(next_over)

    def _judge(self, over: _Over) -> None:
        """What was kept of a request's last exchange decides, as it does in `replay`."""
        row, wires, now, error = over.row, over.wires, over.now, over.error
        last = wires[-1] if wires else Wired(None, None, None)
        capture = last.capture
        gate = self.frontier.gate(origin(row.url))
        if capture is not None and capture.status:
            self.progress.answered += capture.status < 500
            gate.end(now, capture.status, capture.header("retry-after"), again=row.reason == REFUSED)
        else:
            gate.end(now, None)
        if gate.closed and counts_on(self.run.ledger, self.portal)(gate.host):
            self.unanswered_host = f"{gate.host}: {gate.closed}"
        if self._stopped and (capture is None or capture.truncated):  # we broke it off: as if it had not been asked for
            self.run.settle(row, _notes(wires), "queued", None)
            return
        if capture is not None:
            if self._learn(row, capture):
                self.frontier.keep_to(self.pace)
            outcome = visit(capture, self.portal, row.kind)
            self._note_links(last.kept, outcome, row.kind)
        else:
            outcome = Outcome("failed", last.error or error or "no response", again=True)
        outcome = self._settle(row, _notes(wires), outcome, now)
        if row.kind == "robots" and outcome.state != "queued":
            if outcome.state == "failed" and counts_on(self.run.ledger, self.portal)(gate.host):
                self.unanswered_host = f"{gate.host}: {outcome.reason}"
            lead = self._robots.told(row.key, capture, outcome, now)
            known = self.run.ledger.find(lead.key) if lead is not None else None
            if lead is not None and (known is None or known.state != "queued"):  # else the redirect has queued it
                self.frontier.push(self.frontier.ask_robots(lead.url))

    def validators(self, row: Row) -> tuple[str | None, str | None]:
        """ETag and Last-Modified to ask with: a page that is as it was need not be sent again."""
        return (None, None) if row.kind == "robots" else self.run.ledger.history.validators(row.id)

    # What becomes of it

    def _owns(self, url: str) -> bool:
        """By the definition as it is now: the portal may have moved since the run began."""
        return self.portal.owns(url)

    def _spent(self) -> bool:
        return self.options.limit is not None and self.progress.pages >= self.options.limit

    def _unpaid(self) -> bool:
        return self.options.budget is not None and self.options.budget.over()

    def _take_up(self) -> None:
        """Settle what a broken-off run kept and did not: there is no need to ask for it again.

        A robots.txt is asked for anew, and what is not whole as well: of these only the captures are noted.
        """
        for note, capture in self.run.unsettled:
            row = known_or_new(self.run.ledger, capture)
            whole = row.kind != "robots" and not capture.truncated
            self._learn(row, capture)
            outcome = visit(capture, self.portal, row.kind) if whole else Outcome("queued")
            self._note_links(note, outcome, row.kind)
            self._record(row, [note], outcome, 0.0)

    def _note_links(self, note: Kept | None, outcome: Outcome, kind: Kind) -> None:
        """Archive where a page leads, as it was read from what is kept: what a later reader makes of it is its own."""
        if note is not None and outcome.state == "archived":
            self.run.note_links(note, outcome.leads, outcome.kind or kind)

    def _settle(self, row: Row, notes: Sequence[Kept], outcome: Outcome, now: float = 0.0) -> Outcome:
        outcome, wanted = self._record(row, notes, outcome, now)
        stead = row if outcome.state in ("redirected", "twin") else None
        for one in wanted:
            self.frontier.push(one, stead)
        if outcome.state == "queued":
            self.frontier.push(self.run.ledger.row(row.id))
        if not outcome.asked:
            heirs = tuple(lead for lead in outcome.leads if lead.inherits)
            self._unasked.append(
                Settlement(row.key, row.url, row.kind, outcome.state, outcome.reason, outcome.twin, heirs)
            )
        self.progress.failed += outcome.state == "failed"
        self.progress.kept += outcome.state == "archived" and row.kind not in ("robots", *FILES)
        return outcome

    def _record(self, row: Row, notes: Sequence[Kept], outcome: Outcome, now: float) -> tuple[Outcome, list[Row]]:
        """Say in the ledger what became of a URL; gives the rows that are to be asked for because of it."""
        refusals = self.run.ledger.history.refusals(row.id, REFUSALS) if outcome.refused else 0
        outcome, due = settled(outcome, row, self.portal.scope, self.pace, now, refusals)
        outcome = self._scout.weigh(row, outcome)
        state, reason = outcome.state, outcome.reason
        leads = self._allowance.within(row, outcome.leads, self.portal)
        wanted = self.run.settle(
            row, notes, state, reason, kind=outcome.kind, leads=leads, due=due, content=outcome.content,
            marks=outcome.marks, fruit=outcome.fruit, twin=outcome.twin, claimed=outcome.claimed, free=outcome.refused,
            url=outcome.url,
        )  # fmt: skip
        return outcome, wanted

    # The end

    def finish(
        self,
        *,
        derive_records: bool = True,
        watch: Callable[[int, int], None] | None = None,
        hurried: Callable[[], bool] = lambda: False,
    ) -> dict[str, Any]:
        """Make the records, write the report, close the archive; gives the report.

        `hurried`: whether there is no time for the records any more: then the next run makes them.
        """
        run = self.run
        for row, wires in list(self._underway.values()) if derive_records else ():  # cut off, and never told to be over
            self.ended(row, wires, run.clock().timestamp())

        def read(kept: Kept) -> Capture:
            if hurried() and not self._adopted:  # what comes then is quick, and `rebuild` takes it for done
                raise _NoTime
            return run.shard.capture(kept)

        reason: End = "finished"
        if self._stopped:
            reason = "interrupted"
        elif self._spent():
            reason = "limit"
        elif self._unpaid() and self.frontier.waiting > self.frontier.blocked():
            reason = "budget"
        elif self.closed_until is not None and self.frontier.waiting > self.frontier.blocked():
            reason = "hours"
        exclude(run.ledger, self.frontier.gates, run.id)
        give_up(run.ledger, self.portal, self.frontier.gates, run.id)
        if reason == "finished" and next(run.ledger.urls("queued"), None) is not None:
            reason = "no answer"
        derived = Derived()
        if derive_records:
            run.note_log(run.id, self._ended(reason).log())
            crawllog.logged(run.ledger, run.id)
            run.note_end(reason, self._unasked)
            try:
                derived = derive(run.ledger, self.portal, run.id, read, self._adopt, watch=watch)
                write_records(run.shard, run.ledger)
                update(run.shard)
            except _NoTime:  # the next run makes these records, and the index
                reason = "interrupted"
        report = self._ended(reason).report(derived)
        path = run.shard.reports_folder / f"{run.id}.json"
        write_text(path, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
        run.end(reason)
        return report

    def _ended(self, reason: End) -> Ended:
        return Ended(
            self.run,
            self.portal,
            self.options,
            self.progress,
            reason,
            gates=self.frontier.gates,
            certificates=self.certificates,
            unanswered=self.unanswered_host,
            opens=self.closed_until if reason == "hours" else None,
        )

    def _paced(self) -> Politeness:
        """The definition's pace, but for what the user asked of this run."""
        return self.portal.paced(self.options.delay, self.options.workers).politeness

    def _learn(self, row: Row, capture: Capture) -> bool:
        """What the front page teaches holds from here on, and for a run that takes this one up; whether it taught."""
        if row.kind != "seed" or (portal := taught(self.portal, capture)) == self.portal:
            return False
        self.portal = portal
        self.pace = self._paced()
        write_text(self.run.shard.definition, portal.kept_toml())
        return True

    def _adopt(self, portal: Portal) -> None:
        """Archive the definition in force, on the disk before anything that is derived with it."""
        self.portal, self._adopted = portal, True
        self.run.define(portal.to_toml(), portal.kept_toml())


def _refuse_another(shard: Shard, there: Portal, portal: Portal) -> None:
    """Raises UsageError where a portal's folder is another's of the same name."""
    if {bare(host) for host in there.hosts}.isdisjoint(map(bare, portal.hosts)):
        raise UsageError(
            f"{shard.folder}: has the archive of {there.portal.url}, and this definition is of {portal.portal.url};"
            " give it another [portal] name or, where that portal has moved, put its old host under [scope] hosts"
        )


def _notes(wires: Sequence[Wired]) -> list[Kept]:
    return [wire.kept for wire in wires if wire.kept is not None]
