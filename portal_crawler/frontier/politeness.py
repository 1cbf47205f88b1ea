"""Politeness: when the next request to a host may begin, and whether at all. One gate a host, all rules in it.

robots.txt is RFC 9309: 4xx means that all is allowed, 5xx and silence mean that nothing is, for now. The clock is the
caller's (seconds since 1970), so that every decision here is a function of its arguments.
"""

from __future__ import annotations

import random
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Literal

from protego import Protego

from ..portal.tables import Politeness

AGENT = "portal-crawler"  # the product token that robots.txt files address
ROBOTS_BYTES = 500 * 1024  # of robots.txt are read, RFC 9309 section 2.5
ROBOTS_AGE = 86400.0  # seconds for which what a robots.txt said may be relied on, RFC 9309 section 2.4
LONGEST_WAIT = 3600.0  # seconds; a longer Retry-After or Crawl-delay is cut to it

REFUSALS = 5  # 429s in a row: the host wants no more of us for now
SILENCES = 10  # requests in a row that no answer came to: the host is not there for now
_OTHERS_TIMEOUT, _OTHERS_SILENCES = 30.0, 3  # of hosts that are not the portal's
JITTER = 1.3  # times the delay, at most

_SLOWER = 1.6  # times the pace, where a server has refused it
_SLOWEST = 60.0  # seconds; no learned pace and no penalty is longer
_TRIED = 6  # times that refusals make the pace longer, 16 times as long in all: what comes still is not for its sake
_MEMORY = 3600.0  # seconds in which half of what a refusal taught is forgotten
_LONGER = 4  # times as long for each further refusal: over days of crawling they stay few
_LOOK = 0.25  # seconds until a host is looked at again at which another crawl is
_REST = 30.0  # seconds; the longest rest that a slow answer earns its server
_DELAYS = 30  # delays: the first wait after a 429 that names none. Limits are mostly counted by the minute
_FIRST_WAIT, _LONGEST_BACKOFF = (1.0, 60.0), 600.0  # bounds of that wait, and what its doubling ends at

_AGENTS = 100  # lines of robots.txt that name one, until which it is read as it stands
_AGENT_LINE = re.compile(r"^([ \t]*user[ -]?agent[ \t]*(?::[ \t]*|[ \t]))([^\s#][^#\r\n]*)", re.I | re.M)

Robots = Literal["unknown", "asked", "known", "unreachable"]


@dataclass(eq=False)
class Turn:
    """Whose turn it is at one host: for http and https, and for all crawls of this process, together."""

    active: int = 0
    not_before: float = 0.0


class Turns:
    """The hosts' turns. One for all the crawls that a process runs side by side: portals share their media hosts."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}

    def at(self, origin: str) -> Turn:
        """The turn at the host of an origin: where the port says nothing else, http and https are one server."""
        scheme, _, host = origin.partition("://")
        return self._turns.setdefault(host.removesuffix({"http": ":80", "https": ":443"}[scheme]), Turn())


@dataclass(eq=False)
class Gate:
    """One host's: holds back what robots.txt, the delay, the number at a time or the server's own word forbid.

    A 429 says that the pace was too fast. What the server bears is learned from it and forgotten slowly, so that a
    limit that no header names costs a refusal or two, not one a minute (NukeViet's: 40 in 60 s and 150 in 300 s).
    A 503 is a server in trouble: it gets more time between requests until it answers well again.
    """

    host: str
    policy: Politeness
    patience: int = SILENCES
    turn: Turn = field(default_factory=Turn)
    robots: Robots = "unknown"
    active: int = 0
    penalty: float = 0.0  # seconds added to the delay after 503; halved by each good answer
    took: float = 0.0  # seconds that answers take: at once where they get slower, by and by where faster
    refused: int = 0  # 429s since the last other answer
    silent: int = 0  # requests in a row that gave nothing, or an error of the server
    closed: str | None = None  # why nothing more is asked for in this run
    _pace: float = 0.0  # seconds between requests, learned by refusals, as of `_taught`
    _taught: float = 0.0
    _memory: float = _MEMORY / _LONGER
    _slowed: int = 0  # times that a refusal has made it longer
    _told_until: float = 0.0  # what is refused before this moment was asked for before the last refusal
    _begun: deque[float] = field(default_factory=deque, repr=False)  # the beginnings of the running requests
    _rules: Protego | None = field(default=None, repr=False)
    _ruled: float = 0.0  # when robots.txt was read

    def wait(self, now: float, *, robots: bool = False) -> float | None:
        """Seconds until a request may begin: 0 now; None: not before one that is running has ended, or not at all.

        `robots`: the request is for a robots.txt, which waits for no other.
        """
        if self.closed or self.active >= self.policy.concurrency:
            return None
        if self.robots in ("asked", "unreachable") and not robots:
            return None
        busy = _LOOK if self.turn.active >= self.policy.concurrency else 0.0  # another's: its end wakes nobody here
        return max(busy, self.turn.not_before - now)

    @property
    def not_before(self) -> float:
        return self.turn.not_before

    @not_before.setter
    def not_before(self, moment: float) -> None:
        self.turn.not_before = moment

    def begin(self, now: float) -> None:
        self.active += 1
        self.turn.active += 1
        self._begun.append(now)
        delay = self.delay(now) + self.penalty
        self.not_before = max(self.not_before, now + delay * random.uniform(1.0, JITTER))  # noqa: S311 (jitter)

    def end(self, now: float, status: int | None, retry_after: str | None = None, *, again: bool = False) -> None:
        """A request has ended with this status (None: without an answer).

        `again`: its URL was refused before. Where others were answered since, that is its fault, and not the pace's.
        """
        self.leave()
        # The oldest: with several at a time an estimate, which is all that is wanted.
        self._rest(now, now - (self._begun.popleft() if self._begun else now))
        asked = seconds(retry_after, now) or 0.0
        if status == 429 and now < self._told_until:  # one of several that were under way: told already
            return
        self.heard(status)
        if status == 429:
            self._refuse(now, asked, again)
        elif status == 503:
            self.penalty = min(_SLOWEST, max(1.0, self.policy.delay, self.penalty * 2))
            self.not_before = max(self.not_before, now + (asked or self.penalty))
        elif status is not None:
            self.penalty = self.penalty / 2 if self.penalty > 0.1 else 0.0

    def leave(self) -> None:
        """A request is over, and nothing is to be learned from it."""
        self.active -= 1
        self.turn.active -= 1

    def heard(self, status: int | None) -> None:
        """What an answer, or none, says of the host, without a clock: `rebuild` says it too."""
        if status is None or status >= 500:
            self.silent += 1
            if self.silent >= self.patience:
                self._ask_whether_it_is_there()
        else:
            self.silent = 0
        if status is None:
            return
        if status != 429:
            self.refused = 0
            return
        self.refused += 1
        if self.refused >= REFUSALS:
            self.closed = f"HTTP 429 to {self.refused} requests in a row, each after a longer wait"

    def _ask_whether_it_is_there(self) -> None:
        """The portal's host is asked for its robots.txt before anything else: if that fails too, the rest is left for
        another run, instead of failing address by address. Another's is left alone."""
        if self.patience < SILENCES:
            self.closed = f"{self.silent} requests in a row were not answered"
        elif self.robots == "known":
            self.robots, self.silent = "unknown", 0

    def delay(self, now: float) -> float:
        """Seconds between requests: the definition's, robots.txt's, or what the server was found to bear."""
        asked = max(self.policy.delay, self._crawl_delay())
        if self._pace <= asked:
            return asked
        forgotten = float(0.5 ** ((now - self._taught) / self._memory))
        return asked + (self._pace - asked) * forgotten

    def _refuse(self, now: float, asked: float, again: bool) -> None:
        if self.refused == 1 and not again:
            self._slowed += 1
            in_vain = asked and self._slowed > _TRIED  # what it counts is not the pace: its own word is enough
            slowest = max(asked, self.policy.delay) if in_vain else _SLOWEST
            self._pace, self._taught = min(slowest, _SLOWER * max(0.05, self.delay(now))), now
            self._memory *= _LONGER
        first = min(max(_FIRST_WAIT[0], _DELAYS * max(self.policy.delay, self._crawl_delay())), _FIRST_WAIT[1])
        own = min(_LONGEST_BACKOFF, first * 2 ** (self.refused - 1))
        pause = max(asked, own) if self.refused > 1 or not asked else asked
        self._told_until = now + pause
        self.not_before = max(self.not_before, self._told_until)

    def _rest(self, now: float, took: float) -> None:
        """A server that is slow to answer has as long a rest as its answers take."""
        took = min(_REST, took)
        self.took = max(took, (self.took + took) / 2)
        if 0 < self.policy.delay < self.took:
            self.not_before = max(self.not_before, now + self.took)

    def learn(self, status: int | None, body: bytes, now: float = 0.0) -> None:
        """What the answer to robots.txt says. Redirects have been followed; None: there was no answer.

        429 is a server that asks for less, not one without rules: as other crawlers do, it counts as no answer.
        """
        if status is None or status >= 500 or status < 200 or status == 429:
            self.robots = "unreachable"
            return
        self.robots = "known"
        self._ruled = now
        text = body[:ROBOTS_BYTES].decode("utf-8-sig", "replace") if status == 200 else ""
        self._rules = Protego.parse(_ours(text))

    def ages(self, now: float) -> None:
        """After a day robots.txt is asked for anew; until it answers, nothing else is."""
        if self.robots == "known" and 0 < self._ruled < now - ROBOTS_AGE:
            self.robots = "unknown"

    def allows(self, url: str) -> bool:
        return self._rules is None or bool(self._rules.can_fetch(url, AGENT))

    def _crawl_delay(self) -> float:
        asked = self._rules.crawl_delay(AGENT) if self._rules is not None else None
        return min(LONGEST_WAIT, float(asked or 0.0))


def _ours(robots: str) -> str:
    """A robots.txt in which the agents that are others all have one name, where they are very many.

    Protego keeps every rule once for each agent of its group: 4,000 agents over as many rules are a gigabyte.
    """
    lines = "\n".join(robots.splitlines())
    if len(_AGENT_LINE.findall(lines)) <= _AGENTS:
        return robots

    def named(line: re.Match[str]) -> str:
        may_be_us = "*" in line[2] or line[2].strip().lower() in AGENT
        return line[0] if may_be_us else f"{line[1]}other"

    return _AGENT_LINE.sub(named, lines)


def gate_of(origin: str, pace: Politeness, turn: Turn | None = None, *, own: bool) -> Gate:
    """The gate of a portal's host, or of another's that has media of it: nobody has said how fast that may be asked."""
    turn = turn or Turn()
    if own:
        return Gate(origin, pace, turn=turn)
    calm = {"delay": max(1.0, pace.delay), "concurrency": 1, "timeout": min(_OTHERS_TIMEOUT, pace.timeout)}
    return Gate(origin, pace.model_copy(update=calm), _OTHERS_SILENCES, turn)


def seconds(retry_after: str | None, now: float) -> float | None:
    """Seconds from `now` that a Retry-After header asks for (RFC 9110 section 10.2.3: a number or a date)."""
    if not retry_after:
        return None
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return min(LONGEST_WAIT, float(value))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # an offset of more hours than there are
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(LONGEST_WAIT, max(0.0, moment.timestamp() - now))
