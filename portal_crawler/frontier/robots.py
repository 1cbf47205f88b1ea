"""Robots: the robots.txt files that one run asks for, through redirects, and the gates that wait for them.

What a file says is for its host's gate to know (`politeness`); this is how it gets there (RFC 9309, section 2.3).
"""

from __future__ import annotations

from archive.ledger.rows import Lead
from archive.warc.capture import Capture

from ..discover.visit import Outcome
from .politeness import ROBOTS_BYTES, Gate

ROBOTS_HOPS = 5  # redirects from one robots.txt that are followed; beyond them there is none, RFC 9309 section 2.3.1.2


class RobotsFiles:
    """The robots.txt files that one run asks for, by key: which gates wait for each, and what each said."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Gate]] = {}
        self._said: dict[str, tuple[int | None, bytes]] = {}
        self._moved: dict[str, str] = {}
        self._hops: dict[str, int] = {}

    def asked(self, key: str, gate: Gate) -> None:
        """The robots.txt of this gate's host is being asked for."""
        if gate.robots in ("unknown", "known"):
            gate.robots = "asked"
            self._said.pop(key, None)
            self._moved.pop(key, None)
            self._waiting.setdefault(key, []).append(gate)

    def answered(self, key: str, status: int | None, body: bytes, now: float = 0.0) -> None:
        """The end of a request; None: without an answer."""
        self._said[key] = status, body[:ROBOTS_BYTES]
        for gate in self._waiting.pop(key, ()):
            gate.learn(status, body, now)

    def told(self, key: str, capture: Capture | None, outcome: Outcome, now: float = 0.0) -> Lead | None:
        """What became of the request for such a file; gives a redirect's target that is to be asked for now."""
        if outcome.state != "redirected":
            status, body = (capture.status, capture.body) if capture is not None else (None, b"")
            self.answered(key, status, body, now)
            return None
        (lead,) = outcome.leads
        if lead.kind != "robots":
            self.answered(key, 404, b"", now)
            return None
        return lead if self.moved(key, lead.key, now) else None

    def moved(self, key: str, target: str, now: float = 0.0) -> str | None:
        """A redirect from `key` to `target`; gives the key that must be asked for now, None where there is no need."""
        self._moved[key] = target
        self._hops[target] = hops = self._hops.get(key, 0) + 1
        while target in self._moved and hops <= ROBOTS_HOPS:  # a loop ends here as well
            target, hops = self._moved[target], hops + 1
        gates = self._waiting.pop(key, [])
        said = self._said.get(target) if hops <= ROBOTS_HOPS else (404, b"")
        if said is not None:
            for gate in gates:
                gate.learn(*said, now)
            return None
        asked = target in self._waiting
        self._waiting.setdefault(target, []).extend(gates)
        return None if asked else target
