"""Replay: judge what is kept in WARC files as the crawl judged it, into a ledger.

Every exchange goes through `visit` again, run by run, and records are derived where a run derived them: so states,
versions and records come out as they did. Files of other tools are one run, in the order in which they are given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from archive.ledger import Ledger
from archive.ledger.rows import Kept, Kind, Lead, Row
from archive.ledger.settlement import Settlement, end_in, from_lines
from archive.run import note_of
from archive.warc.capture import Capture
from archive.warc.originals import Originals, refers_to
from archive.warc.told import Definition, Failure, Redacted, Session, Settled, Told

from ..derive.records import derive
from ..discover.front import taught
from ..discover.visit import REFUSALS, Outcome, settled, visit
from ..frontier.allowance import Allowance
from ..frontier.frontier import begin, exclude, is_robots, known_or_new
from ..frontier.otherhosts import give_up
from ..frontier.politeness import Gate, gate_of
from ..frontier.robots import RobotsFiles
from ..frontier.scout import Scout
from ..portal import Portal
from ..portal.tables import Learned
from ..urls import canonical, origin

FOREIGN = "foreign"  # the run of a WARC file that names none


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay ended with."""

    definition: Portal  # with what was learned
    unarchived: tuple[Portal, ...]  # definitions that records were made with, and that are in none of the files


def replay(
    ledger: Ledger,
    portal: Portal,
    files: Iterable[Iterable[Told]],
    read: Callable[[Kept], Capture],
    made: Callable[[str], None] = lambda run: None,
) -> Replayed:
    """Fill an empty ledger, records included; gives the definition with what was learned on the way.

    `files`: what each WARC file tells, as `archive.warc.told.walk` gives it; `read` gives the bytes of a capture.
    Records are made where a run ended in good order, and at the end: a run that was killed left its records to the
    next, and so does a file that was imported. `made` is told the run that has just made its records.
    Raises Damaged and UsageError as reading the files does.
    """
    definition = portal.with_learned(Learned())
    archived: set[str] = set()
    adopted: dict[str, Portal] = {}

    def adopt(learned: Portal) -> None:
        nonlocal definition
        definition = adopted[learned.digest] = learned

    current: _Run | None = None
    for told in files:
        for item in told:
            run = (item.run if isinstance(item, Session) else current and current.name) or FOREIGN
            if current is None or run != current.name:
                if current is not None:
                    definition = current.portal
                if current is not None and current.ended:
                    current.close()
                    derive(ledger, definition, current.name, read, adopt)
                    made(current.name)
                if current is not None and (not current.ended or (isinstance(item, Session) and item.continues)):
                    current.break_off()  # it may have ended in good order, but for its last moments
                current = _Run(ledger, definition, run, item if isinstance(item, Session) else None)
            current.take(item)
            if isinstance(item, Definition):
                archived.add(hashlib.sha256(item.text.encode()).hexdigest())
    if current is not None:
        current.close()
        derive(ledger, current.portal, current.name, read, adopt)
        made(current.name)
    return Replayed(definition, tuple(one for digest, one in adopted.items() if digest not in archived))


def originals_of(ledger: Ledger, paths: Mapping[str, Path]) -> Originals:
    """What revisit records refer to: as the ledger has it, else looked for in the files, by the names of provenance."""
    return Originals(paths.__getitem__, lambda record: ledger.captures.original(refers_to(record)), list(paths))


class _Run:
    """One run's exchanges on their way into the ledger."""

    def __init__(self, ledger: Ledger, portal: Portal, name: str, session: Session | None) -> None:
        self.name = name
        self._imported = session is not None and session.foreign is not None
        started = session.date if session is not None else None
        self.ended = False
        self._reason = "replayed"  # how it ended; files that were written before they said it do not tell
        self._ledger = ledger
        self.portal = portal  # with what the front page taught in this run
        self._gates: dict[str, Gate] = {}
        self._robots = RobotsFiles()
        self._last = started
        if all(run != name for run, *_ in ledger.runs.all()):
            ledger.runs.begin(name, _second(started))
        begin(ledger, portal)
        self._scout = Scout(ledger)
        self._allowance = Allowance(ledger, portal)

    def take(self, item: Told) -> None:
        """The next that the WARC files tell."""
        if isinstance(item, Capture):
            row = self._asked(known_or_new(self._ledger, item))
            if item.asked is not None and item.asked.kind == "requisite":  # before a link called it something else
                row = replace(row, kind="requisite")
            if row.kind == "seed":
                self.portal = taught(self.portal, item)
            self._apply(row, item, visit(item, self.portal, row.kind), item.provenance.captured)
        elif isinstance(item, Failure):
            if (failed := self._row(item)).state != "redacted":
                self._apply(self._asked(failed), None, Outcome("failed", item.error, again=True), item.date)
        elif isinstance(item, Redacted):  # nothing of the visit is left; what is said of its address holds
            self._ledger.settle(self._row(item).id, "redacted", item.reason, self.name)
        elif isinstance(item, Settled):
            self._reason = end_in(item.text) or self._reason
            for one in from_lines(item.text):
                if (unasked := self._unasked(one)) is not None:
                    told = Outcome(one.state, one.reason, leads=one.heirs, twin=one.twin, asked=False)
                    self._apply(unasked, None, told, self._last)
        elif isinstance(item, Definition):
            self.ended = True

    def close(self) -> None:
        """The end of the run; its records are still to be made."""
        exclude(self._ledger, self._gates, self.name)
        give_up(self._ledger, self.portal, self._gates, self.name)
        # A run that was killed says nothing of these, and one end may be due to another. An import asks for nothing.
        settled = not self.ended and not self._imported
        while settled:
            settled = False
            for row in list(self._ledger.urls("queued")):
                if (outcome := self._scout.instead(row)) is not None:
                    self._apply(row, None, outcome, self._last)
                    settled = True
        unended = "imported" if self._imported else "killed"
        self._ledger.runs.end(
            self.name, _second(self._last), self._reason if self.ended and not self._imported else unended
        )

    def break_off(self) -> None:
        """The run was killed: what comes next is the same visit of the portal."""
        self._ledger.runs.end(self.name, _second(self._last), "killed")

    def _apply(self, row: Row, capture: Capture | None, outcome: Outcome, date: str | None) -> None:
        self._last = date
        if outcome.asked and (gate := self._gates.get(origin(row.url))) is not None:
            gate.heard(capture.status or None if capture is not None else None)
        refusals = self._ledger.history.refusals(row.id, REFUSALS) if outcome.refused else 0
        outcome, due = settled(outcome, row, self.portal.scope, self.portal.politeness, 0.0, refusals)
        outcome = self._scout.weigh(row, outcome)
        notes = [note_of(capture, self.name)] if capture is not None else []
        with self._ledger.transaction():
            self._ledger.apply(
                row,
                notes,
                outcome.state,
                outcome.reason,
                self.name,
                kind=outcome.kind,
                leads=self._allowance.within(row, outcome.leads, self.portal),
                due=due,
                content=outcome.content,
                marks=outcome.marks,
                fruit=outcome.fruit,
                twin=outcome.twin,
                free=outcome.refused,
                claimed=outcome.claimed,
                url=outcome.url,
            )
        if row.kind == "robots" and outcome.state != "queued":
            self._robots.told(row.key, capture, outcome)

    def _asked(self, row: Row) -> Row:
        """It was asked for, so it was queued."""
        if is_robots(row.url):
            host = origin(row.url)
            if host not in self._gates:
                self._gates[host] = gate_of(host, self.portal.politeness, own=self.portal.owns(host))
            self._gates[host].robots = "unknown"  # a run asks again where a host has fallen silent
            self._robots.asked(row.key, self._gates[host])
        return row if row.state == "queued" else self._ledger.ask_again(row.id, row.kind)

    def _unasked(self, settled: Settlement) -> Row | None:
        """The row of a URL that was settled without a request, where nothing else has settled it."""
        known = self._ledger.find(settled.key)
        if known is None:
            with self._ledger.transaction():
                return self._ledger.add(Lead(settled.url, settled.key, settled.kind), depth=0, via=None)
        return known if known.state in ("queued", "twin") else None

    def _row(self, failure: Failure | Redacted) -> Row:
        """The row of a URL that nothing came from."""
        url, asked = failure.url, failure.asked
        key = asked.key if asked is not None and asked.key else canonical(url)
        known = self._ledger.find(key)
        if known is not None:
            return known
        kind: Kind = "robots" if is_robots(url) else "seed"
        with self._ledger.transaction():
            row = self._ledger.add(Lead(url=url, key=key, kind=kind), depth=0, via=None)
        assert row is not None  # new, and queued
        return row


def _second(date: str | None) -> str:
    """A WARC-Date as the ledger has the moments of runs."""
    return f"{date[:19]}Z" if date else ""
