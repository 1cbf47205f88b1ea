"""The crawl's own log: what a run was asked, did and decided, as it is archived with what it kept.

Plain text, a line a fact, its first word says of what sort. The definition that was in force and what became of the
addresses are records of their own; here is what would be known of the run if nothing but its WARC files were left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from archive.ledger import Ledger

from ..frontier.politeness import Gate
from ..portal import Portal

MOST = 1000  # failed addresses that are named

_MARK = "logged"  # the last run whose log is archived


def of_run(
    ledger: Ledger,
    portal: Portal,
    run: str,
    *,
    asked: Mapping[str, Any],
    gates: Mapping[str, Gate],
    told: Mapping[str, object],
) -> str:
    """The log of a run that has fetched all that it will. `asked`: of this run alone; `told`: its own figures."""
    settings = {**portal.politeness.model_dump(mode="json"), **portal.scope.model_dump(mode="json")}
    lines = [
        *_begun(ledger, portal, run),
        *(f"setting {name} {_value(value)}" for name, value in settings.items()),
        *(f"asked {name} {_value(value)}" for name, value in asked.items() if value not in (None, False)),
        *(f"host {origin} closed: {gate.closed}" for origin, gate in sorted(gates.items()) if gate.closed),
        *(f"host {origin} robots.txt: {gate.robots}" for origin, gate in sorted(gates.items())),
        *_ended(ledger, run),
        *(f"{name} {_value(value)}" for name, value in told.items() if value not in (None, {}, [])),
    ]
    return "\n".join(lines) + "\n"


def of_killed(ledger: Ledger, portal: Portal, run: str) -> str:
    """The log of a run that was broken off, as far as the ledger tells it."""
    captures = sum(1 for _ in ledger.captures.all(run))
    lines = [*_begun(ledger, portal, run), *_ended(ledger, run), f"captures {captures}", "end broken off"]
    return "\n".join(lines) + "\n"


def unlogged(ledger: Ledger) -> list[str]:
    """The runs that were broken off, and whose logs are still to be archived."""
    last = ledger.get(_MARK) or ""
    return [run for run, _, _, reason in ledger.runs.all(derived=False) if reason == "killed" and run > last]


def logged(ledger: Ledger, run: str) -> None:
    """Note that the log of a run, and of all before it, is archived."""
    ledger.put(_MARK, run)


def _begun(ledger: Ledger, portal: Portal, run: str) -> Iterator[str]:
    started = next((started for identity, started, *_ in ledger.runs.all() if identity == run), "")
    yield f"run {run} of {portal.portal.name}, {portal.portal.url}"
    yield f"begin {started}"


def _ended(ledger: Ledger, run: str) -> Iterator[str]:
    """What became of addresses in this run: how many, and which failed."""
    counts: Counter[tuple[str, str]] = Counter()
    failed: list[str] = []
    more = 0
    for one in ledger.coverage.ends():
        if one.run != run:
            continue
        counts[one.state, one.kind] += 1
        if one.state == "failed" and len(failed) < MOST:
            failed.append(f"failed {one.url} ({one.reason})")
        elif one.state == "failed":
            more += 1
    yield from (f"addresses {state} {kind} {number}" for (state, kind), number in sorted(counts.items()))
    yield from failed
    if more:
        yield f"failed and {more} more"


def options(given: Any) -> dict[str, Any]:
    """What a user asked of one run, but for its clock."""
    return {name: value for name, value in asdict(given).items() if name != "clock"}


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{number} {name}" for name, number in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(str, value)) or "none"
    return " ".join(str(value).split())
