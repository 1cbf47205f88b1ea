"""Revisit: what a later visit of a portal asks for again, and why. Pure but for reading the ledger's history.

Lists come first: they say what is new and what is said otherwise, and how far that goes (`Ledger.apply`). What no list
tells, an edited text or a page that was taken away, is found by asking for the pages themselves: each the sooner the
younger it is or the later it was changed, and each within six weeks. After a first visit, which found all at once,
these weeks are dealt out evenly: a visit each day then asks for two or three in a hundred of the old articles.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from archive.ledger import Ledger
from archive.ledger.rows import ARTICLE, FILES, GOES_ON, IN_ITS_PLACE, LEADS_HERE, SAYS_NEW, Kind, Row, Visit

# Why a URL is asked for again. What a list or a redirect leads to has the words of `archive.ledger.rows`.
FRONT = "front page"
LIST = "list"
AGE = "due by age"
CONFIRM = "to confirm that it is gone"
RETURN = "whether it has returned"
FAILED = "failed at the last visit"
ALLOWED = "whether robots.txt allows it"
REFRESH = "refresh"
PATCH = "was missing or not whole"
_WORDS = frozenset({FRONT, LIST, AGE, CONFIRM, RETURN, FAILED, ALLOWED, REFRESH, PATCH, SAYS_NEW, GOES_ON, LEADS_HERE})

_DAY = 86400.0
_PATIENCE = 5  # what has not changed for five days is looked at again after one
_LONGEST = 42 * _DAY
_WEEK = 7 * _DAY
_LISTS: tuple[Kind, ...] = ("sitemap", "feed")
_SAYS_NOTHING = frozenset({0, 304, 408, 425, 429})  # of HTTP, as all from 500 on


@dataclass(frozen=True, slots=True)
class Due:
    """When a URL is worth asking for again (seconds since 1970), and why."""

    moment: float
    why: str


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a URL beside its visits."""

    published: str | None = None  # the date of the article there, ISO 8601
    names: bool = False  # it is the first page that said something of others
    added: bool = False  # it was found after the portal's first visit
    failing: tuple[float, float] = (0.0, 0.0)  # of a file that never answered: since when at most, and the last attempt


def why(row: Row) -> str:
    """Why a URL that is queued is asked for."""
    if row.kind == "robots":
        return "robots.txt"
    if row.attempts:
        return "tried again"
    if row.reason in _WORDS:
        return row.reason or ""
    if row.guess:
        return "guess"
    return FRONT if row.kind == "seed" else "new"


def due_again(ledger: Ledger, now: float, *, everything: bool = False) -> Iterator[tuple[Row, str]]:
    """The URLs that a new visit begins with, each with the reason; `everything`: all that ever answered."""
    for row, due in plan(ledger):
        if everything:
            yield row, FRONT if row.kind == "seed" else REFRESH
        elif due is not None and now >= due.moment:
            yield row, due.why


def plan(ledger: Ledger) -> Iterator[tuple[Row, Due | None]]:
    """Every URL that was ever asked for, with when it is to be asked for again; None: not by itself."""
    published = ledger.versions.published()
    twins = ledger.versions.twins()
    naming = ledger.history.naming()
    first = ledger.runs.first_visit()
    failed = ledger.failed()
    since = min((_seconds(started) for _, started, *_ in ledger.runs.all()), default=0.0)
    for row, visits in list(ledger.history.visits()):
        if row.kind == "robots":
            continue  # each run asks by itself
        added = bool(visits) and visits[0].run not in first
        tried = _seconds(failed[row.id]) if row.id in failed and row.kind in FILES else 0.0
        known = Known(published.get(row.key), row.id in naming, added, (since, tried) if tried else (0.0, 0.0))
        twin = row.key in twins  # it shows an article that has another address
        yield row, None if twin else due(row, visits, known)


def due(row: Row, visits: Sequence[Visit], known: Known) -> Due | None:
    """When a URL with these visits, oldest first, is worth asking for again."""
    if row.kind == "seed":
        return Due(0.0, FRONT)
    if row.state == "excluded":  # what is still forbidden costs no request
        return Due(0.0, ALLOWED)
    if row.state == "failed" and not visits:  # a dead host's, mostly: ever more rarely, its robots.txt costs a request
        begun, tried = known.failing
        return Due(tried + min(_LONGEST, (tried - begun) / _PATIENCE), FAILED)
    if row.state == "failed":
        return Due(_after(visits, _failing(visits), 0.0), FAILED)
    if not visits:
        return None
    if missing(visits):
        return Due(_after(visits, _since(visits)[0], _DAY), RETURN) if gone(visits) else Due(0.0, CONFIRM)
    if row.kind in FILES:
        return _due_file(row, visits)
    if row.state == "redirected":
        return None
    if visits[-1].truncated not in (None, "length"):  # the next may come whole; each time after twice as long
        last = _seconds(visits[-1].date)
        return Due(last + min(_LONGEST, last - _failing(visits)), PATCH)
    shown = informative(visits)
    if not any(visit.verdict == ARTICLE for visit in shown):
        return _due_list(row, visits, known, any(visit.content for visit in shown))
    age, edited = _since(visits)
    if known.published:
        since = max(_seconds(known.published), age if edited else 0.0)
    elif edited or known.added:
        since = age
    else:  # it may be as old as the portal
        return Due(_spread(row, visits, _LONGEST), AGE)
    return Due(_spread(row, visits, _interval(visits, since, _DAY)), AGE)


def _due_file(row: Row, visits: Sequence[Visit]) -> Due | None:
    """A file that is kept is not asked for again. One that is missing is, each time after twice as long: what has not
    come in a year will hardly come in the next. One that is too long will be so again."""
    last, in_its_place = visits[-1], row.reason == IN_ITS_PLACE
    if not in_its_place and any(visit.status == 200 and visit.truncated is None for visit in visits):
        return None
    if row.state == "gone" or in_its_place:
        since, shortest = _seconds(visits[0].date), _DAY
    elif row.state == "archived" and last.truncated not in (None, "length"):
        since, shortest = _failing(visits), 0.0
    else:
        return None
    return Due(_seconds(last.date) + max(shortest, _seconds(last.date) - since), PATCH)


def _due_list(row: Row, visits: Sequence[Visit], known: Known, lists: bool) -> Due:
    """A page that is no article. A later page of a list comes by age: what is put into the middle shows only there."""
    if row.state == "absent":
        return Due(_spread(row, visits, _LONGEST), AGE)
    if (row.kind in _LISTS and row.state == "archived") or (lists and known.names and row.kind != "listing"):
        return Due(_after(visits, _since(visits)[0], 0.0), LIST)
    if row.form is not None:
        return Due(float("inf"), LIST)  # the page before it hands out what the server wants
    if row.kind == "listing":
        return Due(_spread(row, visits, _LONGEST), LIST if lists else AGE)
    # A section that is empty may be filled, a link that leads nowhere may be mended.
    return Due(_spread(row, visits, _interval(visits, _since(visits)[0], _WEEK)), LIST if lists else AGE)


def informative(visits: Sequence[Visit]) -> list[Visit]:
    """The visits that tell whether the page is there. A 304 counts as the page that it says is unchanged."""
    found: list[Visit] = []
    whole: Visit | None = None
    for visit in visits:
        if visit.status == 200:
            whole = visit
        if visit.status == 304 and whole is not None:
            found.append(replace(whole, date=visit.date, run=visit.run))
        elif visit.status < 500 and visit.status not in _SAYS_NOTHING:
            found.append(visit)
    return found


def missing(visits: Sequence[Visit]) -> bool:
    """An article was there, and was not at the last visit that tells."""
    shown = informative(visits)
    return bool(shown) and shown[-1].miss and any(visit.verdict == ARTICLE for visit in shown)


def gone(visits: Sequence[Visit]) -> bool:
    """Missing, and confirmed: not there at the last visits of two runs."""
    by_run = {visit.run: visit.miss for visit in informative(visits)}  # of each run the last
    return missing(visits) and len(by_run) > 1 and all(list(by_run.values())[-2:])


def _since(visits: Sequence[Visit]) -> tuple[float, bool]:
    """Since when a page has been as it is now, and whether it was seen otherwise before."""
    shown = informative(visits)
    article = any(visit.verdict == ARTICLE for visit in shown)
    signs = [("gone" if article and visit.miss else visit.content or str(visit.status), visit.date) for visit in shown]
    if not signs:
        return _seconds(visits[0].date), False
    since = signs[-1][1]
    for sign, date in reversed(signs):
        if sign != signs[-1][0]:
            return _seconds(since), True
        since = date
    return _seconds(since), False


def _failing(visits: Sequence[Visit]) -> float:
    """Since when no visit has given a page, or all of a file."""
    since = 0.0
    for visit in reversed(visits):
        if visit.status in (200, 304) and visit.truncated is None:
            break
        since = _seconds(visit.date)
    return since


def _after(visits: Sequence[Visit], since: float, shortest: float) -> float:
    """The last visit, and the interval after it."""
    return _seconds(visits[-1].date) + _interval(visits, since, shortest) if visits else 0.0


def _interval(visits: Sequence[Visit], since: float, shortest: float) -> float:
    """How long what is as it is since then may be left alone."""
    return min(_LONGEST, max(shortest, (_seconds(visits[-1].date) - since) / _PATIENCE))


def _spread(row: Row, visits: Sequence[Visit], interval: float) -> float:
    """The last visit and the interval; of what was visited once only, each address has a share of it of its own."""
    share = zlib.crc32(row.key.encode()) / 2**32 if len({visit.run for visit in visits}) == 1 else 1.0
    return _seconds(visits[-1].date) + max(_DAY, share * interval)


def _seconds(date: str) -> float:
    return datetime.fromisoformat(date if len(date) > 10 else f"{date}T00:00:00+00:00").timestamp()
