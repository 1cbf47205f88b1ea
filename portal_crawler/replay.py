"""Replay: judge what is kept in WARC files as the crawl judged it, into a ledger.

Every exchange goes through `visit` again, run by run, and records are derived after each run: so states, versions and
records come out as they did. Files of other tools are one run, in the order in which they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from archive.capture import Capture, Failure, walk
from archive.ledger import Kind, Lead, Ledger, Row
from archive.run import note_of

from .frontier import origin
from .politeness import Gate
from .portal import Portal
from .urls import canonical
from .visit import Outcome, settled, visit

FOREIGN = "foreign"  # the run of a WARC file that names none


def replay(
    ledger: Ledger, portal: Portal, files: Iterable[tuple[Path, str]], after_run: Callable[[str], object]
) -> None:
    """`files`: WARC files, each with the name that provenance gives it. `after_run(run)` is called when a run ends.

    Raises Damaged and UsageError as reading the files does.
    """
    current = _Run(ledger, portal, FOREIGN)
    for path, name in files:
        for item in walk(path, 0, name):
            if isinstance(item, Capture):
                current.captured(item)
            elif isinstance(item, Failure):
                current.failed(item)
            elif (item.run or FOREIGN) != current.name:
                current.end(after_run)
                current = _Run(ledger, portal, item.run or FOREIGN)
    current.end(after_run)


class _Run:
    """One run's exchanges on their way into the ledger."""

    def __init__(self, ledger: Ledger, portal: Portal, name: str) -> None:
        self.name = name
        self._ledger = ledger
        self._portal = portal
        self._gates: dict[str, Gate] = {}
        self._begun = False

    def captured(self, capture: Capture) -> None:
        row = self._row(capture.url, _kind(capture))
        outcome = visit(capture, self._portal, row.kind)
        if row.kind == "robots" and outcome.state != "redirected":
            gate = self._gates.setdefault(origin(capture.url), Gate(origin(capture.url), self._portal.politeness))
            gate.learn(capture.status, capture.body)
        self._apply(row, capture, outcome, capture.provenance.captured)

    def failed(self, failure: Failure) -> None:
        self._apply(self._row(failure.url, "page"), None, Outcome("failed", failure.error, again=True), failure.date)

    def end(self, after_run: Callable[[str], object]) -> None:
        """What robots.txt forbade was never asked for."""
        if not self._begun:
            return
        with self._ledger.transaction():
            for row in list(self._ledger.urls("queued")):
                gate = self._gates.get(origin(row.url))
                if gate is not None and not gate.allows(row.url):
                    self._ledger.settle(row.id, "excluded", "robots.txt", self.name)
            self._ledger.end(self.name, self._last, "replayed")
        after_run(self.name)

    def _apply(self, row: Row, capture: Capture | None, outcome: Outcome, date: str | None) -> None:
        self._last = (date or "")[:19] + "Z" if date else ""
        outcome, due = settled(outcome, row, self._portal, 0.0)
        notes = [note_of(capture, self.name)] if capture is not None else []
        with self._ledger.transaction():
            if not self._begun:
                self._begin(date)
            self._ledger.apply(
                row, notes, outcome.state, outcome.reason, self.name, kind=outcome.kind, leads=outcome.leads, due=due
            )

    def _begin(self, date: str | None) -> None:
        self._begun = True
        if not any(run == self.name for run, *_ in self._ledger.runs()):
            self._ledger.begin(self.name, (date or "")[:19] + "Z")

    def _row(self, url: str, kind: Kind) -> Row:
        """The URL's row; where no page led to it (a seed, a file of another tool), it is put there now."""
        known = self._ledger.find(canonical(url))
        if known is not None:
            return known
        with self._ledger.transaction():
            row = self._ledger.add(Lead(url=url, key=canonical(url), kind=kind), depth=0, via=None)
        assert row is not None  # new, and queued
        return row


def _kind(capture: Capture) -> Kind:
    """What a URL is that no page led to, by what came."""
    if capture.url.endswith("/robots.txt"):
        return "robots"
    media_type = (capture.header("content-type") or "").lower()
    return "media" if media_type.startswith(("image/", "video/", "audio/", "font/")) else "seed"
