"""Timetable: when a portal is due, as [[portal]] every and at say it. Pure.

`every = "1d"` is from the beginning of one run to the beginning of the next; `at = ["02:00"]` are times of the day, by
the collection's timezone, at which a run may begin (the first call of `run` at or behind one). Both together: the first
such time when `every` is over. What was broken off is due at once, and a portal that did not answer after `retry`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone

_SPAN = re.compile(r"([1-9]\d{0,4})([mhdw])")
_UNITS = {"m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
# Cron calls a few seconds earlier or later than the day before: a portal must not miss its day for that.
_SLACK, _MOST_SLACK = 0.1, 600.0


@dataclass(frozen=True, slots=True)
class Last:
    """How a portal's last run went: what the next depends on."""

    started: datetime | None = None  # None: there was none
    reason: str | None = None  # how it ended, as its report says; None: it was killed
    opens: datetime | None = None  # where the portal's hours were over: when they begin again


@dataclass(frozen=True, slots=True)
class Timetable:
    """Of one portal. `every` and `retry` in seconds."""

    every: float
    at: tuple[str, ...] = ()
    zone: str = "+07:00"
    retry: float = 3 * 3600

    def due(self, last: Last) -> datetime:
        """When the next run may begin; long ago where there was none."""
        if last.started is None:
            return datetime.min.replace(tzinfo=UTC)
        if last.reason in (None, "interrupted", "budget"):
            return last.started
        if last.reason == "hours":
            return last.opens or last.started
        if last.reason == "no answer":
            return min(last.started + timedelta(seconds=_eased(self.retry)), self._next(last.started))
        return self._next(last.started)

    def _next(self, started: datetime) -> datetime:
        over = started + timedelta(seconds=_eased(self.every))
        return next_of(self.at, self.zone, max(over, started + timedelta(seconds=1))) if self.at else over


def _eased(seconds: float) -> float:
    return seconds - min(_MOST_SLACK, _SLACK * seconds)


def seconds_of(text: str) -> float:
    """Seconds of `90m`, `6h`, `1d`, `2w`. Raises ValueError, saying how it is written."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError("must be a whole number with m, h, d or w behind it, such as 90m, 6h, 1d or 2w")
    return float(int(match[1]) * _UNITS[match[2]])


def time_of(text: str) -> time:
    """A time of the day. Raises ValueError, saying how it is written."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("must be a time of the day, such as 02:30")
    return time(int(match[1]), int(match[2]))


def zone_of(text: str) -> timezone:
    """`+07:00` as a timezone."""
    minutes = int(text[1:3]) * 60 + int(text[4:6])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def next_of(times: Sequence[str], zone: str, moment: datetime) -> datetime:
    """The first of some times of the day at or behind a moment."""
    here = moment.astimezone(zone_of(zone))
    days = (here.date(), here.date() + timedelta(days=1))
    found = [datetime.combine(day, time_of(text), here.tzinfo) for day in days for text in times]
    return min(one for one in found if one >= here)
