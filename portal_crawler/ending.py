"""Ending: what a run says of itself when it ends: the log that goes into the archive, and the report beside it."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from archive.run import stamp

from . import crawllog
from .derive import Derived
from .frontier import origin
from .report import called, holdings
from .urls import canonical

if TYPE_CHECKING:
    from .crawl import Crawl, End

_HOPS = 20  # redirects from the front page on that are looked at


def log(crawl: Crawl, reason: End) -> str:
    """What the run did and decided, as it is archived."""
    done = crawl.progress
    told = {
        "hosts silent": crawl.unanswered_host,
        "certificate": [f"{host}: {what}" for host, what in sorted(crawl.certificates.items())],
        "requests": done.requests,
        "because": dict(done.because.most_common()),
        "exchanges": crawl.run.exchanges,
        "received": crawl.run.bytes,
        "recovered": crawl.run.recovery.unsettled,
        "end": f"{stamp(crawl.run.clock())} {reason}",
    }
    asked = crawllog.options(crawl.options)
    return crawllog.of_run(
        crawl.run.ledger, crawl.portal, crawl.run.id, asked=asked, gates=crawl.frontier.gates, told=told
    )


def report(crawl: Crawl, reason: End, derived: Derived) -> dict[str, Any]:
    """The run's report, JSON."""
    moved, elsewhere = _moved(crawl)
    return {
        "portal": crawl.portal.portal.name,
        "run": crawl.run.id,
        "started": stamp(crawl.run.started),
        "ended": stamp(crawl.run.clock()),
        "reason": reason,
        "unanswered": crawl.unanswered_host,
        "answered": crawl.progress.answered,
        "front": _front(crawl),
        "opens": crawl.closed_until if reason == "hours" else None,
        "certificates": dict(sorted(crawl.certificates.items())),
        "moved": moved,
        "elsewhere": elsewhere,
        "seconds": round(time.monotonic() - crawl.progress.started, 3),
        "requests": crawl.progress.requests,
        "asked_because": dict(crawl.progress.because.most_common()),
        "exchanges": crawl.run.exchanges,
        "bytes": crawl.run.bytes,
        "records": derived.summary(),
        "revisits": asdict(crawl.run.ledger.saving(crawl.run.id)),
        "recovered": {
            "salvaged": list(crawl.run.recovery.salvaged),
            "torn_bytes": crawl.run.recovery.torn,
            "unsettled": crawl.run.recovery.unsettled,
            "lost": crawl.run.recovery.lost,
        },
        **holdings(crawl.run.ledger, crawl.portal),
    }


def _front(crawl: Crawl) -> str | None:
    """What is wrong with the front page, where anything is: its state and reason."""
    row = crawl.run.ledger.find(canonical(crawl.portal.portal.url))
    if row is None or not row.reason:
        return None
    return f"{called(row, crawl.run.ledger.history.never_there())}: {row.reason}"


def _moved(crawl: Crawl) -> tuple[str | None, str | None]:
    """Where the front page leads now, if not to itself: in words; and the address where that is another portal."""
    begin = crawl.portal.portal.url
    row, url = crawl.run.ledger.find(canonical(begin)), begin
    for _ in range(_HOPS):
        if row is None or row.state != "redirected" or row.reason is None:
            break
        url = row.reason.removeprefix("to ")
        row = crawl.run.ledger.find(canonical(url))
    if origin(url) == origin(begin):
        return None, None
    return f"{begin} to {url}", None if crawl.portal.owns(url) else url
