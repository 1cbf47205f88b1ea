"""The frontier: what is left to fetch, by host, each host behind its gate. A view of the ledger, which remembers it.

A host that has to wait holds back no other. Listings come before articles: when an article is fetched, what the lists
say of it is known.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Mapping

from archive.errors import UsageError
from archive.ledger import Ledger
from archive.ledger.rows import FILES, PRIORITY, Kind, Lead, Row
from archive.warc.capture import Capture

from ..discover.hints import Evidence, evidence
from ..portal import Portal
from ..portal.tables import Politeness
from ..urls import canonical, origin, resolve
from .politeness import Gate, Turns, gate_of
from .revisit import AGE, RETURN, due_again

_STEPS = {"entry": 2, "listing": 2, "page": 2, "article": 4, "sitemap": 4, "feed": 4}  # of a sample: how rare each is
_LABEL = 8  # words of a menu's entry, at the most
_ZONE = "+07:00"  # that a date is there does not depend on it
_OTHERS = 32  # requests at the same time to hosts that are not the portal's


class Frontier:
    """The queued URLs of a ledger by origin."""

    def __init__(
        self,
        ledger: Ledger,
        pace: Politeness,
        owns: Callable[[str], bool] = lambda url: True,
        turns: Turns | None = None,
        *,
        sample: bool = False,
    ) -> None:
        """`owns`: whether an address is the portal's; the others' media are asked for beside it.

        `turns`: of all the crawls of the process.
        """
        self._turns = turns or Turns()
        self._ledger = ledger
        self._pace = pace
        self._owns = owns
        self._others: list[Gate] = []
        self._queues: dict[str, list[tuple[int, int, Row]]] = {}
        self._later: list[tuple[float, int, Row]] = []
        self.gates: dict[str, Gate] = {}
        self._sample: Counter[str] | None = Counter() if sample else None
        self._ranks: dict[int, int] = {}  # of a sample, by row
        self.waiting = 0
        for row in ledger.urls("queued"):
            self.push(row)

    def push(self, row: Row, stead: Row | None = None) -> None:
        """A URL that is queued in the ledger; `stead`: the one in whose stead it is asked for, as a redirect says."""
        if self._sample is not None and row.kind in FILES:
            return
        if stead is not None and stead.id in self._ranks:  # it has waited its turn
            self._ranks[row.id] = self._ranks[stead.id]
        self.waiting += 1
        if row.due:
            heapq.heappush(self._later, (row.due, row.id, row))
        else:
            self._enter(row)

    def pop(self, now: float) -> Row | None:
        """The next URL that its host's gate lets pass now; None where all have to wait. The caller enters the gate.

        The first of a host is its robots.txt.
        """
        while self._later and self._later[0][0] <= now:
            self._enter(heapq.heappop(self._later)[2])
        full = self._full()
        for host, queue in self._queues.items():
            gate = self.gate(host)
            gate.ages(now)
            if gate.robots == "unknown" and queue[0][2].kind != "robots":
                self.push(self.ask_robots(f"{host}/robots.txt"))
            if self._wait(host, now, full) == 0.0:
                self.waiting -= 1
                row = heapq.heappop(queue)[2]
                del self._queues[host]
                if queue:  # to the end: the next turn is another's
                    self._queues[host] = queue
                return row
        return None

    def wait(self, now: float) -> float | None:
        """Seconds until `pop` may give something; None where only the end of a running request can change that."""
        full = self._full()
        waits = [self._wait(host, now, full) for host in self._queues]
        waits += [max(0.0, self._later[0][0] - now)] if self._later else []
        return min((wait for wait in waits if wait is not None), default=None)

    def keep_to(self, pace: Politeness) -> None:
        """Another pace from here on, for the hosts that are known and those to come."""
        self._pace = pace
        for host, gate in self.gates.items():
            gate.policy = gate_of(host, pace, own=self._owns(host)).policy

    def gate(self, host: str) -> Gate:
        if host not in self.gates:
            own = self._owns(host)
            self.gates[host] = gate_of(host, self._pace, self._turns.at(host), own=own)
            if not own:
                self._others.append(self.gates[host])
        return self.gates[host]

    def blocked(self) -> int:
        """How many queued URLs no gate lets pass in this run: their host does not answer, or refuses us."""
        shut = {host for host, gate in self.gates.items() if gate.closed or gate.robots == "unreachable"}
        if not shut:
            return 0
        later = sum(origin(row.url) in shut for _, _, row in self._later)
        return later + sum(len(self._queues.get(host, ())) for host in shut)

    def _enter(self, row: Row) -> None:
        heapq.heappush(self._queues.setdefault(origin(row.url), []), (self._rank(row), row.id, row))

    def _rank(self, row: Row) -> int:
        """Lists before articles; in a sample the first of each kind before the second of any."""
        if self._sample is None or row.kind in ("robots", "seed"):
            return -row.priority
        if row.id not in self._ranks:
            sort: str = "guess" if row.guess and row.kind in ("listing", "page") else row.kind
            if sort == "article" and self._is_entry(row):
                sort = "entry"
            self._sample[sort] += 1
            self._ranks[row.id] = self._sample[sort] * _STEPS.get(sort, 6)
        return self._ranks[row.id]

    def _is_entry(self, row: Row) -> bool:
        """Whether pages name it as only lists of articles do: with a date, or at a length that no menu's link has."""
        hints = self._ledger.hints(row.id)
        long = any(len((hint.title or "").split()) > _LABEL for hint in hints)
        return long or evidence(hints, _ZONE) is Evidence.DATED

    def _full(self) -> bool:
        """Whether so many other hosts keep us waiting that no more are asked: the portal comes first."""
        return sum(gate.active for gate in self._others) >= _OTHERS

    def _wait(self, host: str, now: float, full: bool) -> float | None:
        """The gate's wait for the first in the queue of a host."""
        gate = self.gate(host)
        if full and gate in self._others:
            return None
        return gate.wait(now, robots=self._queues[host][0][2].kind == "robots")

    def ask_robots(self, url: str) -> Row:
        """The row of a robots.txt, queued. Every run asks anew: what was allowed last month may not be today."""
        key = canonical(url)
        with self._ledger.transaction():
            known = self._ledger.find(key)
            row = (
                self._ledger.ask_again(known.id, "robots")
                if known
                else self._ledger.add(Lead(url=url, key=key, kind="robots"), depth=0, via=None)
            )
        assert row is not None  # new, and queued
        return row


def is_robots(url: str) -> bool:
    """Whether this is where a host keeps its robots.txt (RFC 9309, 2.3)."""
    return url == f"{origin(url)}/robots.txt"


def begin(ledger: Ledger, portal: Portal, now: float | None = None, *, refresh: bool = False) -> None:
    """Where a run begins: the front page and the seeds; where nothing is left to do, what is due for a new visit `now`.

    What a host that did not answer left holds up no new visit: it may never answer, and be one of several.
    `refresh`: ask again for everything that is kept, files too. Raises UsageError for a seed that is no address.
    """
    front = portal.portal.url
    with ledger.transaction():
        for url in (front, *portal.sources.seeds):
            absolute = resolve(front, url)
            if absolute is None:
                raise UsageError(f"[sources] seeds: {url!r}: not an address")
            ledger.add(Lead(url=absolute, key=canonical(absolute), kind="seed"), depth=0, via=None)
        left = next(ledger.urls("queued"), None) is not None
        if now is not None and (refresh or not left or ledger.runs.last_end() == "no answer"):
            for row, why in due_again(ledger, now, everything=refresh):
                ledger.ask_again(row.id, row.kind, why, last=why in (AGE, RETURN))


def exclude(ledger: Ledger, gates: Mapping[str, Gate], run: str) -> None:
    """Settle what robots.txt forbids, at the end of a run: that needs no request."""
    with ledger.transaction():
        for row in list(ledger.urls("queued")):
            gate = gates.get(origin(row.url))
            if gate is not None and row.kind != "robots" and not gate.allows(row.url):
                ledger.settle(row.id, "excluded", "robots.txt", run)


def known_or_new(ledger: Ledger, capture: Capture) -> Row:
    """The row of a capture's URL; where no page led to it (a seed, a file of another tool), it is put there now."""
    asked = capture.asked
    key = asked.key if asked is not None and asked.key else canonical(capture.url)
    known = ledger.find(key)
    if known is not None:
        return known
    media_type = (capture.header("content-type") or "").lower()
    kind: Kind = "seed"
    if is_robots(capture.url):
        kind = "robots"
    elif media_type.startswith(("image/", "video/", "audio/", "font/")):
        kind = "media"
    elif asked is not None:
        kind = next((one for one in PRIORITY if one == asked.kind), kind)
    lead = Lead(url=capture.url, key=key, kind=kind, guess=asked is not None and asked.guess)
    with ledger.transaction():
        row = ledger.add(lead, depth=0, via=None)
    assert row is not None  # new, and queued
    return row
