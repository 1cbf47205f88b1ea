"""Hours: the times of the day at which a portal may be asked, as [politeness] hours has them. Pure.

`"22:00-06:00"` goes over midnight; `"00:00-24:00"` is all day. The times are the portal's own, by its `timezone`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_DAY = 86400


def span(text: str) -> tuple[int, int]:
    """Beginning and end in seconds of the day. Raises ValueError, saying how it is written."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError("must be two times of the day, such as 22:00-06:00")
    begin, end = (int(match[at]) * 3600 + int(match[at + 1]) * 60 for at in (1, 3))
    if end > _DAY:
        raise ValueError("the day ends at 24:00")
    if begin == end:
        raise ValueError("begins when it ends; leave hours away for the whole day")
    return begin, end


def opens_in(hours: Sequence[str], zone: str, now: float) -> float:
    """Seconds until requests may begin: 0 within the hours, and where there are none. `zone`: such as +07:00."""
    if not hours:
        return 0.0
    second = (now + _offset(zone).total_seconds()) % _DAY
    waits = []
    for begin, end in map(span, hours):
        inside = begin <= second < end if begin < end else second >= begin or second < end
        waits.append(0.0 if inside else (begin - second) % _DAY)
    return min(waits)


def moment(hours: Sequence[str], zone: str, now: float) -> str:
    """When requests may begin again, in the portal's own time, to the minute."""
    at = datetime.fromtimestamp(now + opens_in(hours, zone, now) + 0.5, UTC).astimezone(timezone(_offset(zone)))
    return at.isoformat(timespec="minutes")


def _offset(zone: str) -> timedelta:
    """`+07:00` as a span of time."""
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return timedelta(minutes=-minutes if zone[0] == "-" else minutes)
