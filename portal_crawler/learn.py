"""Learn: from several pages of one portal to what a person would have written into its definition. Pure.

What varies once a page is content, what repeats is furniture: only a portal's pages together can tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

# A portal without dates of its own prints the moment of its last build on every such page (FORMATS: real portals).
_TOGETHER = 5  # articles of one minute: nobody publishes so fast
_SAME_DAY = 8  # articles of one day, where pages print no time
_SHARE = 0.25  # of the articles that print a date


def build_moments(timestamps: Iterable[str | None]) -> tuple[str, ...]:
    """The timestamps that are only the moment of the portal's last build: many articles at once have them.

    `timestamps`: one for each article, ISO 8601, with a time or without. A minute that a quarter of the articles share
    is a build's; of days, which a busy portal's articles may share, only the newest.
    """
    dated = [timestamp for timestamp in timestamps if timestamp]
    counts = Counter(dated)
    newest = max((timestamp[:10] for timestamp in dated), default="")
    found = []
    for timestamp, number in counts.items():
        by_minute = len(timestamp) > 10
        enough = _TOGETHER if by_minute else _SAME_DAY
        if number >= max(enough, _SHARE * len(dated)) and (by_minute or timestamp == newest):
            found.append(timestamp)
    return tuple(sorted(found))
