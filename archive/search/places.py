"""Places: where an article goes in the search index, so that the newest are found without a look at all.

A place is a number of 64 bits, and the rowid of `archive.search`: the day of publication, as the portal's own clock has
it, then 17 bits of the article's id. Articles without a date come before all days. The same articles have the same
places, in whatever order they came, but for those few that share day and bits: the second is put behind the first.
"""

from __future__ import annotations

import calendar
import zlib
from datetime import date

from ..filters import Filters

_DAY = 1 << 17  # places of a day
_DATED = 1 << 32  # places below it are of articles without a date
_LAST = (1 << 63) - 1


def place_of(article: str, timestamp: str | None) -> int:
    """The place that an article asks for, by its id and its timestamp."""
    within = zlib.crc32(article.encode())
    try:
        day = date.fromisoformat((timestamp or "")[:10])
    except ValueError:
        return within
    return _first(day) + within % _DAY


def between(filters: Filters) -> tuple[int, int]:
    """The first and the last place of the days that are meant, where `since` or `until` is given."""
    low, high = _DATED, _LAST
    if filters.since:
        since = filters.since[:10]
        low = _first(date.fromisoformat(f"{since}{'-01-01'[len(since) - 4 :]}"))
    if filters.until:
        year, month, day = (*map(int, filters.until[:10].split("-")), 0, 0)[:3]
        month = month or 12
        high = _first(date(year, month, day or calendar.monthrange(year, month)[1])) + _DAY - 1
    return low, high


def _first(day: date) -> int:
    """The first place of a day."""
    return _DATED + day.toordinal() * _DAY
