"""Metrics: the state of a collection as a textfile for Prometheus' node exporter (text format 0.0.4). Pure.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_PREFIX = "portal_crawler_"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of `run`."""

    ended: float  # seconds since 1970
    seconds: float
    exit_code: int
    portals: dict[str, int]  # by what became of them: `rounds.RESULTS`


@dataclass(frozen=True, slots=True)
class State:
    """One portal."""

    name: str
    told: dict[str, Any]  # of its last run: what `told_of` takes from its report
    due: datetime
    complete: bool  # its last run is nothing to look after


def told_of(report: dict[str, Any] | None) -> dict[str, Any]:
    """What the textfile says of a run. A report is long, and there may be hundreds."""
    if report is None:
        return {}
    told: dict[str, Any] = {
        key: report[key] for key in ("started", "articles", "requests", "bytes", "seconds") if key in report
    }
    if "failures" in report:
        told["failures"] = len(report["failures"]) + report.get("failures_left_out", 0)
    return told


def exposed(call: Call, states: Sequence[State], now: datetime) -> str:
    """The textfile."""
    whole: list[tuple[str, str, Iterable[tuple[dict[str, str], float]]]] = [
        ("run_end_timestamp_seconds", "When `run` ended last.", [({}, call.ended)]),
        ("run_duration_seconds", "How long it took.", [({}, call.seconds)]),
        ("run_exit_code", "Its exit code: 0, 3 a portal fell short, 4 one was locked.", [({}, call.exit_code)]),
        ("run_portals", "Portals by what became of them.", [({"result": k}, n) for k, n in call.portals.items()]),
        ("portal_last_run_timestamp_seconds", "When its last run began.", _began(states)),
        ("portal_ok", "1 where its last run is nothing to look after.", [(_of(one), one.complete) for one in states]),
        ("portal_overdue_seconds", "How long it has been due; 0: it is not.", _overdue(states, now)),
        ("portal_articles", "Articles by status.", _articles(states)),
        ("portal_requests", "Requests of its last run.", _numbers(states, "requests")),
        ("portal_bytes", "Bytes received by its last run.", _numbers(states, "bytes")),
        ("portal_seconds", "Duration of its last run.", _numbers(states, "seconds")),
        ("portal_failures", "Addresses that failed for good.", _numbers(states, "failures")),
    ]
    lines = []
    for name, help_text, samples in whole:
        lines += [f"# HELP {_PREFIX}{name} {help_text}", f"# TYPE {_PREFIX}{name} gauge"]
        lines += [f"{_PREFIX}{name}{_labels(labels)} {float(value):.17g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _of(state: State) -> dict[str, str]:
    return {"portal": state.name}


def _began(states: Sequence[State]) -> Iterator[tuple[dict[str, str], float]]:
    for one in states:
        if isinstance(started := one.told.get("started"), str):
            yield _of(one), datetime.fromisoformat(started).timestamp()


def _overdue(states: Sequence[State], now: datetime) -> Iterator[tuple[dict[str, str], float]]:
    for one in states:
        never = one.due.replace(tzinfo=UTC) == datetime.min.replace(tzinfo=UTC)
        yield _of(one), 0.0 if never else max(0.0, (now - one.due).total_seconds())


def _articles(states: Sequence[State]) -> Iterator[tuple[dict[str, str], float]]:
    for one in states:
        for status, number in one.told.get("articles", {}).items():
            yield {**_of(one), "status": status}, number


def _numbers(states: Sequence[State], key: str) -> Iterator[tuple[dict[str, str], float]]:
    for one in states:
        if isinstance(number := one.told.get(key), int | float):
            yield _of(one), number


def _labels(labels: dict[str, str]) -> str:
    def quoted(value: str) -> str:
        return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

    return "{" + ",".join(f'{name}="{quoted(value)}"' for name, value in labels.items()) + "}" if labels else ""
