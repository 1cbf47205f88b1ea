"""Report: what the archive of a portal holds, measured against what the portal says it has and what is expected of it.

Read from the ledger alone, whole, without the network. A crawl's own report has it too, and `report` prints it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, get_args

from archive.clock import stamp
from archive.errors import UsageError, nearest
from archive.ledger import Ledger
from archive.ledger.rows import CUT, FILES, Row, State
from archive.ledger.versions import FIELDS, Brought, Holding
from archive.lock import holder
from archive.record import BETWEEN
from archive.shard import Shard

from ..discover.paging import SCRIPT, place
from ..discover.traps import is_login
from ..frontier.otherhosts import counts_on
from ..frontier.revisit import plan
from ..portal import Portal
from ..urls import canonical, origin
from . import patch
from .drift import drifts
from .findings import findings

_LISTED = 1000  # failures listed one by one; `report --urls` has all
_SHORT = 20  # addresses of a list that are short, one by one
_REASONS = 50
_RUNS = 20  # the newest, of which is said how many of their articles have each field
NOT_FOUND = "not found"  # what reports call a URL that is gone and was never there
_OF_RUNS = (
    "requests",
    "asked_because",
    "records",
    "unanswered",
    "elsewhere",
    "certificates",
    "front",
)  # null: no report of it
_DAY = 86400.0
_ADDRESS = re.compile(r"https?://\S+")

# A URL that a list names and that is not there for one of these reasons is no shortcoming of the archive's.
_FINE = ("archived", "redirected", "out of scope", "twin")


def holdings(ledger: Ledger, portal: Portal) -> dict[str, Any]:
    """What there is of a portal: articles, what is short of the lists' claims and of [expect], ends of the URLs."""
    held = list(ledger.versions.holdings())
    articles = sum(one.articles for one in held)
    fields = {name: sum(one.filled[name] for one in held) for name in FIELDS}
    states: dict[str, dict[str, int]] = {}
    for (kind, state), number in sorted(ledger.states().items()):
        states.setdefault(state, {})[kind] = number
    never = ledger.history.never_there()
    # What other hosts do not give is no failure of the portal's, nor is what only its layout needs.
    failures, elsewhere, requisites, silent = [], Counter[str](), Counter[str](), Counter[str]()
    cut_off, behind = [], []
    counts = counts_on(ledger, portal)
    for row in ledger.urls():
        if row.kind == "requisite":
            requisites[called(row, never)] += 1
        elif row.state == "failed" and portal.owns(row.url) and not counts(silence := origin(row.url)):
            silent[silence] += row.kind != "robots"
        elif row.state == "failed" and portal.owns(row.url):
            failures.append({"url": row.url, "reason": row.reason})
        elif row.kind in FILES and not portal.owns(row.url):
            elsewhere[called(row, never)] += 1
        elif row.kind not in FILES and _is_cut_off(row) and ledger.captures.last_whole(row.id) is None:
            cut_off.append({"url": row.url, "reason": row.reason})
        elif row.state == "redirected" and row.kind not in FILES and is_login((row.reason or "").removeprefix("to ")):
            behind.append(row.url)
    sections = _counted((BETWEEN.join(one.section), one) for one in held)
    runs = [run for run, _, _, reason in ledger.runs.all() if reason != "imported"]
    brought = list(ledger.versions.brought())
    drifted = drifts(runs, ledger.runs.first_visit(), brought)
    return {
        "urls": states,
        "not_found": len(never),
        "articles": dict(sorted(_counted((one.status, one) for one in held).items())),
        "sections": dict(sections.most_common()),
        "years": dict(sorted(_counted((one.year or "", one) for one in held).items())),
        "fields": {name: round(number / articles, 4) if articles else 0.0 for name, number in fields.items()},
        "fields_by_section": _fields((BETWEEN.join(one.section), one) for one in held),
        "fields_by_run": _fields((one.run, one) for one in brought if one.run in runs[-_RUNS:]),
        "coverage": coverage(ledger),
        "unopened": unopened(ledger),
        "expected": portal.expect.model_dump(mode="json", exclude_defaults=True),
        "short": list(_short(portal, articles, fields, held)),
        "drift": [{**asdict(one), "example": ledger.versions.without(one.field, one.since)} for one in drifted],
        "media_elsewhere": dict(sorted(elsewhere.items())),
        "requisites": dict(sorted(requisites.items())),
        "patch": patch.lacking(ledger),
        "silent": dict(silent.most_common()),
        "cut_off": cut_off,
        "login": {"number": len(behind), "first": behind[0]} if behind else None,
        "failures": failures[:_LISTED],
        "failures_left_out": max(0, len(failures) - _LISTED),
        "reasons": dict(_reasons(ledger, never).most_common(_REASONS)),
    }


def _counted(named: Iterator[tuple[str, Holding]] | Any) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, one in named:
        found[name] += one.articles
    return found


def _fields(named: Iterable[tuple[str, Holding | Brought]]) -> dict[str, dict[str, float]]:
    """How many articles there are by name, and the share of them that has each field."""
    found: dict[str, dict[str, float]] = {}
    for name, one in named:
        counts = found.setdefault(name, {"articles": 0, **dict.fromkeys(FIELDS, 0)})
        counts["articles"] += one.articles
        for field in FIELDS:
            counts[field] += one.filled[field]
    return {
        name: {key: n if key == "articles" else round(n / counts["articles"], 4) for key, n in counts.items()}
        for name, counts in sorted(found.items())
    }


def _short(portal: Portal, articles: int, fields: dict[str, int], held: list[Holding]) -> Iterator[dict[str, Any]]:
    """Where the archive is below what the portal's definition expects."""
    expect = portal.expect
    if articles < expect.articles:
        yield {"what": "articles", "expected": expect.articles, "found": articles}
    for name, share in expect.fill.model_dump().items():
        if fields[name] < share * articles:
            yield {"what": f"fill {name}", "expected": share, "found": round(fields[name] / articles, 4)}
    for section, least in expect.sections.items():
        names = section.split(BETWEEN)
        found = sum(one.articles for one in held if section in one.section or list(one.section) == names)
        if found < least:
            yield {"what": f"sections {section!r}", "expected": least, "found": found}


def called(row: Row, never: Container[int]) -> str:
    """A URL's state in words: what was never there is not found, and not gone. `never`: as `History.never_there`."""
    return NOT_FOUND if row.id in never else row.state


def _is_cut_off(row: Row) -> bool:
    """Whether the last answer broke off; one that is longer than the definition allows will be so again."""
    why = row.reason or ""
    return row.state == "archived" and why.startswith(CUT) and why != f"{CUT}length"


def _reasons(ledger: Ledger, never: Container[int]) -> Counter[str]:
    """The reasons with their states, addresses in them left out."""
    found: Counter[str] = Counter()
    for row in ledger.urls():
        if row.reason:
            found[f"{called(row, never)}: {_ADDRESS.sub('…', row.reason)}"] += 1
    return found


def coverage(ledger: Ledger) -> list[dict[str, Any]]:
    """For each list with all its pages, each sitemap and each feed: what it names and claims, and what there is of it.

    `claims` is the list's own word ("Tổng số 123 tin"), null where it has none; `named` counts addresses once;
    `not_articles` are kept, and no articles; `twins` were not asked for, another address stands for them; `short` says
    what became of the others.
    """
    rows = {row.id: row for row in ledger.urls()}
    at, naming, claims = ledger.coverage.articles_at(), ledger.history.naming(), ledger.coverage.claimed()
    never = ledger.history.never_there()
    series: dict[tuple[str, str], tuple[list[Row], set[int]]] = {}
    for page, url in ledger.coverage.named():
        pages, named = series.setdefault(_series(rows[page]), ([], set()))
        if not pages or pages[-1].id != page:
            pages.append(rows[page])
        named.add(url)
    found = []
    for (sort, address), (pages, named) in series.items():
        claimed = next((claims[page.id] for page in pages if page.id in claims), None)
        lists = sort != "list" or claimed is not None or (len(named) > 1 and any(one.id in naming for one in pages))
        if lists and not any(page.id in at for page in pages):
            found.append(_entry(sort, address, pages, [rows[url] for url in sorted(named)], at, claimed, never))
    order = {"sitemap": 0, "feed": 1, "list": 2}
    return sorted(found, key=lambda one: (order[one["sort"]], -one["named"], one["address"]))


def _series(row: Row) -> tuple[str, str]:
    """What sort of list a page belongs to, and the address that stands for all its pages."""
    if row.kind == "sitemap":
        return "sitemap", row.url
    here = place(row.url)
    return "feed" if row.kind == "feed" else "list", here.series


def _entry(
    sort: str,
    address: str,
    pages: list[Row],
    named: list[Row],
    at: set[int],
    claims: int | None,
    never: Container[int],
) -> dict[str, Any]:
    absent = [row for row in named if row.id not in at]
    short = [row for row in absent if row.state not in _FINE]
    return {
        "sort": sort,
        "address": address,
        "pages": len(pages),
        "claims": claims,
        "named": len(named),
        "articles": len(named) - len(absent),
        "not_articles": sum(row.state in ("archived", "redirected") for row in absent),
        "out_of_scope": sum(row.state == "out of scope" for row in absent),
        "twins": sum(row.state == "twin" for row in absent),
        "short": dict(Counter(called(row, never) for row in short)),
        "addresses": [{"url": row.url, "state": called(row, never), "reason": row.reason} for row in short[:_SHORT]],
    }


def unopened(ledger: Ledger) -> list[dict[str, Any]]:
    """The lists of which only a script opens the other pages and none was found, with how many of them they show."""
    shown = Counter(row.url.partition("#")[0] for row in ledger.urls("out of scope") if row.reason == SCRIPT)
    if not shown:
        return []
    at = ledger.coverage.articles_at()
    kept = {row.key: row.id for row in ledger.urls("archived")}
    further = {place(row.url).series for row in ledger.urls("archived") if row.fruit and place(row.url).number}
    return [
        {"url": url, "pages": number}
        for url, number in shown.items()
        if place(url).series not in further and kept.get(canonical(url)) not in at
    ]


def due(ledger: Ledger, now: float) -> dict[str, Any]:
    """What the next visit will ask for, as things stand: the rest of this one first; else what is due, by reason."""
    left = sum(1 for _ in ledger.urls("queued"))
    moments = [(one.moment, one.why) for _, one in plan(ledger) if one is not None]
    return {
        "left": left,
        "now": dict(Counter(why for moment, why in moments if moment <= now).most_common()),
        "within_a_day": sum(now < moment <= now + _DAY for moment, _ in moments),
        "within_a_week": sum(now < moment <= now + 7 * _DAY for moment, _ in moments),
    }


def whole(shard: Shard, now: datetime | None = None, *, runs: int = 5) -> dict[str, Any]:
    """All that `report` says of a portal. Raises UsageError and Damaged as reading its archive does."""
    portal = Portal.of(shard)
    now = now or datetime.now(UTC)
    reports = {report.get("run"): report for report in shard.reports()}
    with shard.reading() as ledger:
        waiting = _waiting(shard, ledger)
        unended = "running" if waiting is not None and waiting["holder"] else "killed"
        found = {
            "portal": portal.portal.name,
            "folder": str(shard.folder),
            "title": portal.portal.title,
            "url": portal.portal.url,
            "at": stamp(now),
            "runs": [
                {
                    "run": run, "started": started, "ended": ended, "reason": reason or unended,
                    **{key: reports.get(run, {}).get(key) for key in _OF_RUNS},
                }
                for run, started, ended, reason in ledger.runs.all()[-runs:]
            ],
            "waiting": waiting,
            "revisits": asdict(ledger.captures.saving()),
            **holdings(ledger, portal),
            "due": due(ledger, now.timestamp()),
        }  # fmt: skip
    return {**found, "findings": findings(found)}


def _waiting(shard: Shard, ledger: Ledger) -> dict[str, Any] | None:
    """What is kept whose records are not made yet, and who is at it: nobody, where its last run was broken off."""
    runs = ledger.runs.all(derived=False)
    if not runs:
        return None
    identity, _, ended, _ = runs[-1]
    pages = sum(ledger.history.pages(run) for run, *_ in runs)
    return {"run": identity, "ended": ended is not None, "pages": pages, "holder": holder(shard)}


def ends(shard: Shard, state: str | None = None) -> Iterator[dict[str, Any]]:
    """What became of every address of a portal, or of those of one state. Raises UsageError where it is none."""
    states = get_args(State)
    if state is not None and state not in states:
        raise UsageError(f"--state {state}: no such state; {nearest(state, states)}")
    with shard.reading() as ledger:
        for one in ledger.coverage.ends(state):
            yield {"portal": shard.name, **asdict(one)}
