"""Rounds: one call of `run`: the portals of a collection file that are due, within its budget. What cron calls.

Quiet when all is well. Those that wait longest come first. One that another run holds, or that is damaged, takes no
other down. What the budget leaves, and what is broken off, is due at once at the next call.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archive.clock import stamp, utc
from archive.collection import Collection
from archive.errors import ArchiveError, Locked, UsageError
from archive.lock import locked
from archive.release import write_text
from archive.shard import Shard

from ..crawl.budget import Budget
from ..crawl.progress import Display
from ..portal import Portal
from ..portal.target import who_asks
from .collectionfile import CollectionFile, Wanted
from .journal import Journal
from .lastruns import last_of, newest_report
from .metrics import Call, State, exposed, told_of
from .timetable import seconds_of

RESULTS = ("crawled", "no answer", "failed", "locked", "left", "not due")  # what becomes of a portal in a call


@dataclass(frozen=True, slots=True)
class Turn:
    """A portal and when it is due."""

    wanted: Wanted
    due: datetime
    began: datetime | None  # its last run
    wrong: str | None = None  # of one that was never crawled: why it cannot be

    def is_due(self, now: datetime) -> bool:
        """Also where its last run is later than now: the clock is wrong, or was, and its crawl says so."""
        return self.due <= now or (self.began is not None and self.began > now)

    def as_json(self, now: datetime) -> dict[str, Any]:
        never = self.began is None
        return {
            "portal": self.wanted.name,
            "due": self.is_due(now),
            "last_run": None if self.began is None else stamp(self.began),
            "next_run": None if never else stamp(self.due),
            "wrong": self.wrong,
        }


@dataclass(frozen=True, slots=True)
class Done:
    """How a call ended."""

    exit_code: int
    reports: tuple[dict[str, Any], ...]
    complaints: tuple[str, ...]  # for whoever reads cron's mail


def turns(file: CollectionFile, names: Sequence[str] = ()) -> list[Turn]:
    """The portals of a file, or some of them, those first that have waited longest. Raises UsageError."""
    there = {one.name: one for one in file.portals}
    for name in names:
        if name not in there:
            raise UsageError(_unknown(file, name, there))
    found = []
    for one in file.portals if not names else [there[name] for name in dict.fromkeys(names)]:
        shard = file.shard(one)
        last = last_of(shard, newest_report(shard))
        wrong = file.wrong(one) if last.started is None else None
        found.append(Turn(one, one.timetable.due(last), last.started, wrong))
    return sorted(found, key=lambda turn: (turn.due, turn.wanted.number))


def run(
    file: CollectionFile,
    display: Display,
    names: Sequence[str] = (),
    *,
    now: bool = False,
    clock: Callable[[], datetime] = utc,
) -> Done:
    """Crawl what is due; with `now` what is named, due or not. Raises Locked where another run has the collection."""
    began = time.monotonic()
    try:
        file.into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{file.into}: cannot be made: {error.strerror}; mend [collection] into") from error
    with locked(Shard(file.into)):
        journal = Journal(file.log, file.tables.collection.log_bytes, clock)
        there = turns(file, names)
        due = [turn for turn in there if now or turn.is_due(clock())]
        journal.say("run begins", file=str(file.path), portals=len(there), due=len(due))
        done, results = _crawled(file, [turn.wanted for turn in due], journal, display)
        results["not due"] = len(there) - len(due)
        ended = clock()
        if file.metrics is not None:
            call = Call(ended.timestamp(), time.monotonic() - began, done.exit_code, dict(results))
            try:
                write_text(file.metrics, exposed(call, _states(file), ended))
            except ArchiveError as error:  # the portals are crawled all the same, and what befell them is told
                done = _failed(done, error)
        journal.say("run ends", exit_code=done.exit_code, seconds=round(time.monotonic() - began, 3), portals=results)
    return done


def _failed(done: Done, error: ArchiveError) -> Done:
    from ..report.summary import worst

    return Done(worst({done.exit_code, error.exit_code}), done.reports, (*done.complaints, str(error)))


def _crawled(
    file: CollectionFile, due: Sequence[Wanted], journal: Journal, display: Display
) -> tuple[Done, Counter[str]]:
    results: Counter[str] = Counter(dict.fromkeys(RESULTS, 0))
    if not due:
        return Done(0, (), ()), results
    from ..crawl.course import Options  # with Scrapy behind it: a call for which nothing is due goes without
    from ..fetch.runner import Ended, run_crawls
    from ..report.summary import exit_code, shortfall

    given = file.tables.budget
    budget = Budget(given.requests, seconds_of(given.time) if given.time else None)
    contact = who_asks(file.tables.collection.contact)
    portals: list[Portal] = []
    own: dict[str, Options] = {}
    errors: list[ArchiveError] = []
    complaints: list[str] = []
    for wanted in due:
        try:
            portals.append(definition := file.definition(wanted))
        except UsageError as error:
            errors.append(error)
            complaints.append(f"{wanted.name}: {str(error).removeprefix(f'{wanted.name}: ')}")
            results["failed"] += 1
            journal.say("portal refused", portal=wanted.name, error=str(error))
            continue
        entry = wanted.entry
        own[definition.portal.name] = Options(
            limit=entry.limit, delay=entry.delay, workers=entry.workers, contact=contact, budget=budget
        )

    def tell(one: Ended) -> None:
        if one.error is not None:
            kind = "locked" if isinstance(one.error, Locked) else "failed"
            results[kind] += 1
            journal.say(f"portal {kind}", portal=one.portal, error=str(one.error))
            return
        assert one.report is not None
        report = one.report
        results["no answer" if report["reason"] == "no answer" else "crawled"] += 1
        journal.say(
            "portal ends", portal=one.portal, run=report["run"], reason=report["reason"],
            requests=report["requests"], bytes=report["bytes"], seconds=report["seconds"],
            records=report["records"], articles=report["articles"], attention=shortfall(report),
        )  # fmt: skip

    ended = run_crawls(portals, file.into, display, own=own, parallel=file.tables.collection.parallel, tell=tell)
    reports = [one.report for one in ended if one.report is not None]
    errors += [one.error for one in ended if one.error is not None]
    complaints += [str(one.error) for one in ended if one.error is not None]
    complaints += [f"{report['portal']}: {words}" for report in reports if (words := shortfall(report))]
    results["left"] = len(portals) - len(ended)
    if reports and file.tables.collection.search:
        try:
            _search(file)
        except ArchiveError as error:
            errors.append(error)
            complaints.append(str(error))
            journal.say("search index failed", error=str(error))
    return Done(exit_code(reports, errors), tuple(reports), tuple(complaints)), results


def _search(file: CollectionFile) -> None:
    from archive.search import searching

    with searching(Collection(file.into)):
        """Brought up to date by being opened."""


def _states(file: CollectionFile) -> list[State]:
    from ..report.summary import shortfall

    found = []
    for one in file.portals:
        shard = file.shard(one)
        report = newest_report(shard)
        whole = report is not None and "reason" in report
        complete = report is not None and whole and shortfall(report) is None
        found.append(State(one.name, told_of(report), one.timetable.due(last_of(shard, report)), complete))
    return found


def shown(turn: Turn, now: datetime) -> str:
    """A portal's turn in words."""
    if turn.wrong is not None:
        return f"{turn.wanted.name}: cannot be crawled: {turn.wrong}"
    if turn.began is None:
        return f"{turn.wanted.name}: due, never crawled"
    when = "due" if turn.is_due(now) else f"due at {stamp(turn.due)}"
    return f"{turn.wanted.name}: {when}, last crawled {stamp(turn.began)}"


def _unknown(file: CollectionFile, name: str, there: dict[str, Wanted]) -> str:
    import difflib

    near = difflib.get_close_matches(name, there, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(there))}"
    return f"{file.path}: no portal {name}; {hint}"
