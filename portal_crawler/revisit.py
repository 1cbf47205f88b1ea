"""Revisit: what a later visit of a portal asks for again. Pure but for reading the ledger's history.

Always the front page, the sections' first pages and what was missing the last time; an article by its age and past
change. What a list says anew of an article, and the pages on which a changed list goes on, come on the way
(`Ledger.apply`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from archive.ledger import Ledger
from archive.rows import ARTICLE, Row, Visit

_DAY = 86400.0
_PATIENCE = 10  # what has not changed for ten days is looked at again after one
_LIST_LONGEST = 30 * _DAY
_PAGE_SHORTEST, _PAGE_LONGEST = _DAY, 180 * _DAY


def due_again(ledger: Ledger, now: float, *, everything: bool = False) -> Iterator[Row]:
    """The URLs that a new visit begins with; `everything`: all that ever answered. `now`: seconds since 1970."""
    published = ledger.versions.published()
    for row, visits in list(ledger.visits()):
        if row.kind == "robots" or (row.state == "excluded" and not everything):
            continue
        if everything or row.kind == "seed" or is_due(row, visits, published.get(row.key), now):
            yield row


def is_due(row: Row, visits: Sequence[Visit], published: str | None, now: float) -> bool:
    """Whether a URL with these visits, oldest first, is worth asking for `now`. `published`: an article's date."""
    if not visits:
        return row.state == "failed"
    last = visits[-1]
    if row.kind == "listing" or row.state == "redirected":
        return False  # reached again through the page before it
    if missing(visits) and not gone(visits):
        return True  # to be confirmed
    checked, changed = _seconds(last.date), _seconds(_last_change(visits))
    if any(visit.content and visit.verdict != ARTICLE for visit in visits):
        return now >= checked + min(_LIST_LONGEST, (checked - changed) / _PATIENCE)
    if row.kind in ("document", "media"):
        return row.state == "failed"
    if published:
        changed = max(changed if len({visit.content for visit in visits}) > 1 else 0.0, _seconds(published))
    return now >= checked + min(_PAGE_LONGEST, max(_PAGE_SHORTEST, (checked - changed) / _PATIENCE))


def missing(visits: Sequence[Visit]) -> bool:
    """An article was there, and was not at the last visit."""
    return visits[-1].miss and any(visit.verdict == ARTICLE for visit in visits)


def gone(visits: Sequence[Visit]) -> bool:
    """Missing, and confirmed: not there at the last visits of two runs."""
    by_run = {visit.run: visit.miss for visit in visits}  # of each run the last
    return missing(visits) and len(by_run) > 1 and all(list(by_run.values())[-2:])


def _last_change(visits: Sequence[Visit]) -> str:
    """When the content that is there now was first seen."""
    content, since = visits[-1].content, visits[-1].date
    for visit in reversed(visits):
        if visit.content not in (content, None) and visit.status == 200:
            break
        since = visit.date
    return since


def _seconds(date: str) -> float:
    return datetime.fromisoformat(date if len(date) > 10 else f"{date}T00:00:00+00:00").timestamp()
