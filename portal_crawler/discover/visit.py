"""Visit: from a response to what becomes of its URL. Pure: the decision between the network and the ledger.

The spider calls it for each response, `rebuild` for each capture that it reads back: both come to the same states.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from archive.ledger.rows import CUT, REFUSED, Kind, Lead, Row, State
from archive.warc.capture import Capture

from ..portal import Portal
from ..portal.tables import Politeness, Scope
from ..urls import canonical, resolve
from .elsewhere import follows
from .leads import NOTHING, Given, Listed, read
from .links import scope
from .traps import LOGIN, is_login

_LIST = 2  # entries make a listing
_FIRST_BACKOFF = 1.0  # seconds before a failed request is tried again; doubled each time
REFUSALS = 6  # 429s in a row to one URL, while its host answers others: then it is not the pace
_REFUSED_PAUSE = 20  # delays before a URL that was refused is tried again; times the refusals
_AGAIN = frozenset({408, 425, 500, 502, 503, 504})  # a later attempt may succeed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a URL, and where its page leads. `again`: worth another attempt while attempts are left."""

    state: State
    reason: str | None = None
    kind: Kind | None = None
    leads: tuple[Lead, ...] = ()
    again: bool = False
    refused: bool = False  # 429: it was the pace, so no attempt of this URL
    content: str | None = None  # digest of the entries that it lists, also of an article's related ones
    given: Given = NOTHING
    listed: Listed | None = None  # where the page stands in its list
    missing: str | None = None  # why it is not what was asked for: if that was a guess, it is absent
    asked: bool = True  # False: settled without a request
    twin: str | None = None  # of a twin: the key of the URL that is asked for in its place
    marks: frozenset[int] = frozenset()  # what it gave that is new, where that was judged
    fruit: bool | None = None  # whether anything was new, on the first visit
    url: str | None = None  # how the server wants the same address spelled: with a session's mark

    @property
    def claimed(self) -> int | None:
        """How many entries the list that it is part of says it has."""
        return self.listed.claimed if self.listed is not None else None


def visit(capture: Capture, portal: Portal, kind: Kind) -> Outcome:
    """Judge one response. `kind` is what the URL was thought to be."""
    status = capture.status
    if status in (301, 302, 303, 307, 308):
        return _redirected(capture, portal, kind)
    if status == 304:
        return Outcome("archived", "not modified since the last visit")
    if status in (404, 410):
        return Outcome("gone", f"HTTP {status}")
    if status == 0:
        return Outcome("failed", "the answer is not HTTP", again=True)
    if status == 429:
        return Outcome("failed", REFUSED, again=True, refused=True)
    if status in _AGAIN:
        return Outcome("failed", f"HTTP {status}", again=True)
    if status >= 400 or status < 200:
        return Outcome("failed", f"HTTP {status}")
    if capture.truncated is None:
        return _read(capture, portal, kind)
    # A body that was too long will be so again; one that broke off may come whole the next time.
    again = capture.truncated != "length"
    return replace(_read(capture, portal, kind), reason=f"{CUT}{capture.truncated}", again=again)


def _read(capture: Capture, portal: Portal, kind: Kind) -> Outcome:
    found = read(capture, portal, kind)
    return Outcome(
        found.state,
        found.reason,
        found.kind,
        found.leads,
        content=_entries(found.leads),
        given=found.given,
        listed=found.listed,
        missing=found.missing,
    )


def _entries(leads: Sequence[Lead]) -> str | None:
    """Digest of what a listing lists; None where a page lists no articles."""
    entries = sorted(f"{lead.key} {lead.hint.title} {lead.hint.date}" for lead in leads if lead.hint)
    return hashlib.sha256("\n".join(entries).encode()).hexdigest() if len(entries) >= _LIST else None


def _redirected(capture: Capture, portal: Portal, kind: Kind) -> Outcome:
    """Followed as a lead of the same kind, with what was known of the address that led there."""
    target = resolve(capture.url, capture.header("location"))
    if target is None:
        return Outcome("failed", f"HTTP {capture.status} without an address to go to")
    if canonical(target) == canonical(capture.url):  # often to set a cookie: with it the next attempt gets the page
        return Outcome("trap", "redirects to itself", again=True, url=target)
    state, reason = ("queued", None) if follows(target, portal, kind) else scope(target, portal)
    if kind == "robots":
        if urlsplit(target).path.endswith(".txt"):  # RFC 9309, 2.3.1.2: also to another authority
            state, reason = "queued", None
        else:  # a page in place of the file that is not there
            kind = "page"
    elif is_login(target):  # whoever is not logged in gets the form in the page's place, whatever was asked for
        state, reason = "out of scope", LOGIN
    lead = Lead(url=target, key=canonical(target), kind=kind, state=state, reason=reason, inherits=True)
    return Outcome("redirected", f"to {target}", leads=(lead,))


def settled(
    outcome: Outcome, row: Row, scope: Scope, pace: Politeness, now: float, refusals: int = 0
) -> tuple[Outcome, float]:
    """The outcome within the budgets of attempts and depth, and the moment before which it is not tried again.

    `refusals`: how often in a row the URL was refused before. The host's gate waits; others of its URLs go first, so
    that one which is refused whatever the pace holds up nothing.
    """
    if outcome.refused:
        if refusals + 1 < REFUSALS:
            pause = _REFUSED_PAUSE * (refusals + 1) * max(0.05, pace.delay)
            return replace(outcome, state="queued", leads=()), now + pause
        return replace(outcome, reason=f"HTTP 429, {refusals + 1} times in a row"), 0.0
    if outcome.again and row.attempts < pace.retries:
        pause = _FIRST_BACKOFF * 2**row.attempts * min(1.0, pace.delay or 0.1)
        return replace(outcome, state="queued", leads=()), now + pause
    if row.depth >= scope.max_depth:
        return replace(outcome, leads=tuple(_trapped(lead) for lead in outcome.leads)), 0.0
    return outcome, 0.0


def _trapped(lead: Lead) -> Lead:
    if lead.state != "queued" or (lead.kind == "requisite" and not lead.inherits):  # no link: the page needs it
        return lead
    return replace(lead, state="trap", reason="deeper than [scope] max_depth")
