"""Ending: what a run says of itself when it ends: the log that goes into the archive, and the report beside it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from archive.clock import stamp
from archive.ledger import Ledger
from archive.run import Run

from ..derive.derived import Derived
from ..discover.traps import is_login
from ..frontier.politeness import Gate
from ..frontier.proxies import proxy_for
from ..portal import Portal
from ..report.report import called, holdings
from ..urls import canonical, origin
from . import crawllog
from .course import End, Options, Progress

_HOPS = 20  # redirects from the front page on that are looked at


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that is at its end, its archive still open."""

    run: Run
    portal: Portal
    options: Options
    progress: Progress
    reason: End
    gates: Mapping[str, Gate]
    certificates: Mapping[str, str]  # by host, what is wrong with the one that it shows
    unanswered: str | None  # the host that gave no answer, and what it did
    opens: str | None  # when the portal's hours begin, where these ended the run

    def log(self) -> str:
        """What the run did and decided, as it is archived."""
        done = self.progress
        told = {
            "hosts silent": self.unanswered,
            "certificate": [f"{host}: {what}" for host, what in sorted(self.certificates.items())],
            "requests": done.requests,
            "because": dict(done.because.most_common()),
            "exchanges": self.run.exchanges,
            "received": self.run.bytes,
            "recovered": self.run.recovery.unsettled,
            "end": f"{stamp(self.run.clock())} {self.reason}",
        }
        asked = crawllog.options(self.options)
        return crawllog.of_run(self.run.ledger, self.portal, self.run.id, asked=asked, gates=self.gates, told=told)

    def report(self, derived: Derived) -> dict[str, Any]:
        """The run's report, JSON."""
        moved, elsewhere = _moved(self.run.ledger, self.portal)
        return {
            "portal": self.portal.portal.name,
            "run": self.run.id,
            "started": stamp(self.run.started),
            "ended": stamp(self.run.clock()),
            "reason": self.reason,
            "unanswered": self._silence(),
            "answered": self.progress.answered,
            "front": _front(self.run.ledger, self.portal),
            "opens": self.opens,
            "certificates": dict(sorted(self.certificates.items())),
            "moved": moved,
            "elsewhere": elsewhere,
            "seconds": round(time.monotonic() - self.progress.started, 3),
            "requests": self.progress.requests,
            "asked_because": dict(self.progress.because.most_common()),
            "exchanges": self.run.exchanges,
            "bytes": self.run.bytes,
            "records": derived.summary(),
            "revisits": asdict(self.run.ledger.captures.saving(self.run.id)),
            "recovered": {
                "salvaged": list(self.run.recovery.salvaged),
                "torn_bytes": self.run.recovery.torn,
                "unsettled": self.run.recovery.unsettled,
                "lost": self.run.recovery.lost,
            },
            **holdings(self.run.ledger, self.portal),
        }

    def _silence(self) -> str | None:
        """Who gave no answer; where a proxy was asked in its place, it may have been that one."""
        if self.unanswered is None:
            return None
        proxy = proxy_for(self.unanswered.partition(": ")[0])
        return f"{self.unanswered}; asked by way of the proxy {proxy}" if proxy is not None else self.unanswered


def _front(ledger: Ledger, portal: Portal) -> str | None:
    """What is wrong with the front page, where anything is: its state and reason."""
    row = ledger.find(canonical(portal.portal.url))
    if row is None or not row.reason:
        return None
    url = _led_to(ledger, portal.portal.url)
    if row.state == "redirected" and is_login(url):
        return f"behind a login: it leads to {url}"
    return f"{called(row, ledger.history.never_there())}: {row.reason}"


def _moved(ledger: Ledger, portal: Portal) -> tuple[str | None, str | None]:
    """Where the front page leads now, if not to itself: in words; and the address where that is another portal."""
    begin = portal.portal.url
    url = _led_to(ledger, begin)
    if origin(url) == origin(begin):
        return None, None
    return f"{begin} to {url}", None if portal.owns(url) else url


def _led_to(ledger: Ledger, begin: str) -> str:
    """Where the redirects from an address on end."""
    row, url = ledger.find(canonical(begin)), begin
    for _ in range(_HOPS):
        if row is None or row.state != "redirected" or row.reason is None:
            break
        url = row.reason.removeprefix("to ")
        row = ledger.find(canonical(url))
    return url
