"""Politeness: when the next request to a host may begin, and whether at all. One gate a host, all rules in it.

robots.txt is RFC 9309: 4xx means that all is allowed, 5xx and silence mean that nothing is, for now. The clock is the
caller's (seconds since 1970), so that every decision here is a function of its arguments.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal

from protego import Protego

from .portal import Politeness

if TYPE_CHECKING:
    from archive.capture import Capture
    from archive.rows import Lead

    from .visit import Outcome

AGENT = "portal-crawler"  # the product token that robots.txt files address
ROBOTS_BYTES = 500 * 1024  # of robots.txt are read, RFC 9309 section 2.5
LONGEST_WAIT = 3600.0  # seconds; a longer Retry-After or Crawl-delay is cut to it
SILENCE = (
    10  # requests in a row without an answer, or with a server's error, after which a host is asked if it is there
)
ROBOTS_HOPS = 5  # redirects from one robots.txt that are followed; beyond them there is none, RFC 9309 section 2.3.1.2

Robots = Literal["unknown", "asked", "known", "unreachable"]


@dataclass
class Gate:
    """One host's: holds back what robots.txt, the delay, the number at a time or the server's own word forbid."""

    host: str
    policy: Politeness
    robots: Robots = "unknown"
    active: int = 0
    not_before: float = 0.0
    silent: int = 0  # requests in a row that gave nothing, or an error of the server
    penalty: float = 0.0  # seconds added to the delay after 429 and 503; halved by each good answer
    _rules: Protego | None = field(default=None, repr=False)

    def wait(self, now: float, *, robots: bool = False) -> float | None:
        """Seconds until a request may begin: 0 now; None: not before one that is running has ended, or not at all.

        `robots`: the request is for a robots.txt, which waits for no other.
        """
        if self.active >= self.policy.concurrency or (self.robots in ("asked", "unreachable") and not robots):
            return None
        return max(0.0, self.not_before - now)

    def begin(self, now: float) -> None:
        self.active += 1
        delay = max(self.policy.delay, self._crawl_delay()) + self.penalty
        self.not_before = max(self.not_before, now + delay * random.uniform(1.0, 1.3))  # noqa: S311 (jitter)

    def end(self, now: float, status: int | None, retry_after: str | None = None) -> None:
        """A request has ended with this status (None: without an answer).

        A host that answers nothing any more is asked for its robots.txt again before anything else: if that fails too,
        the rest is left for another run, instead of failing address by address.
        """
        self.active -= 1
        self.silent = self.silent + 1 if status is None or status >= 500 else 0
        if self.silent >= SILENCE and self.robots == "known":
            self.robots, self.silent = "unknown", 0
        if status in (429, 503):
            self.penalty = min(60.0, max(1.0, self.policy.delay, self.penalty * 2))
            self.not_before = max(self.not_before, now + (seconds(retry_after, now) or self.penalty))
        elif status is not None:
            self.penalty = self.penalty / 2 if self.penalty > 0.1 else 0.0

    def learn(self, status: int | None, body: bytes) -> None:
        """What the answer to robots.txt says. Redirects have been followed; None: there was no answer.

        429 is a server that asks for less, not one without rules: as other crawlers do, it counts as no answer.
        """
        if status is None or status >= 500 or status < 200 or status == 429:
            self.robots = "unreachable"
            return
        self.robots = "known"
        text = body[:ROBOTS_BYTES].decode("utf-8-sig", "replace") if status == 200 else ""
        self._rules = Protego.parse(text)

    def allows(self, url: str) -> bool:
        return self._rules is None or bool(self._rules.can_fetch(url, AGENT))

    def _crawl_delay(self) -> float:
        asked = self._rules.crawl_delay(AGENT) if self._rules is not None else None
        return min(LONGEST_WAIT, float(asked or 0.0))


class RobotsFiles:
    """The robots.txt files that one run asks for, by key: which gates wait for each, and what each said."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Gate]] = {}
        self._said: dict[str, tuple[int | None, bytes]] = {}
        self._moved: dict[str, str] = {}
        self._hops: dict[str, int] = {}

    def asked(self, key: str, gate: Gate) -> None:
        """The robots.txt of this gate's host is being asked for."""
        if gate.robots == "unknown":
            gate.robots = "asked"
            self._waiting.setdefault(key, []).append(gate)

    def answered(self, key: str, status: int | None, body: bytes) -> None:
        """The end of a request; None: without an answer."""
        self._said[key] = status, body[:ROBOTS_BYTES]
        for gate in self._waiting.pop(key, ()):
            gate.learn(status, body)

    def told(self, key: str, capture: Capture | None, outcome: Outcome) -> Lead | None:
        """What became of the request for such a file; gives a redirect's target that is to be asked for now."""
        if outcome.state != "redirected":
            status, body = (capture.status, capture.body) if capture is not None else (None, b"")
            self.answered(key, status, body)
            return None
        (lead,) = outcome.leads
        if lead.kind != "robots":
            self.answered(key, 404, b"")
            return None
        return lead if self.moved(key, lead.key) else None

    def moved(self, key: str, target: str) -> str | None:
        """A redirect from `key` to `target`; gives the key that must be asked for now, None where there is no need."""
        self._moved[key] = target
        self._hops[target] = hops = self._hops.get(key, 0) + 1
        while target in self._moved and hops <= ROBOTS_HOPS:  # a loop ends here as well
            target, hops = self._moved[target], hops + 1
        gates = self._waiting.pop(key, [])
        said = self._said.get(target) if hops <= ROBOTS_HOPS else (404, b"")
        if said is not None:
            for gate in gates:
                gate.learn(*said)
            return None
        asked = target in self._waiting
        self._waiting.setdefault(target, []).extend(gates)
        return None if asked else target


def seconds(retry_after: str | None, now: float) -> float | None:
    """Seconds from `now` that a Retry-After header asks for (RFC 9110 section 10.2.3: a number or a date)."""
    if not retry_after:
        return None
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return min(LONGEST_WAIT, float(value))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(LONGEST_WAIT, max(0.0, moment.timestamp() - now))
