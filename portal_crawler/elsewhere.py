"""Elsewhere: the media of a portal's articles that lie on other hosts. What of it is kept, and why the rest is not.

Two thirds of the pictures of real portals are on other hosts, and vanish before the portals do. Only what an article
shows is its own: advertisements, counters and tracking pixels stand beside it, are tiny, or are no pictures by their
address. Each of these hosts has a gate of its own, and a robots.txt that is obeyed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from archive.ledger import Ledger
from archive.rows import FILES, REFUSED, Kind, Lead

from .fields.media import PICTURES, document_type, ending, picture
from .markup import is_furniture
from .page import Page
from .politeness import Gate
from .portal import Portal
from .urls import bare, canonical, origin, resolve

NOT_THE_ARTICLES = "on another host, and not of an article"  # reasons that the ledger shows
_MOST = 200  # of one page
_KINDS = ("media", "document")


def media(page: Page, portal: Portal, leads: Iterable[Lead]) -> list[Lead]:
    """An article page's leads, with its pictures and documents on other hosts among them as they are to be treated."""
    found = {lead.key: lead for lead in leads}
    if portal.scope.media == "own":
        return [_refused(lead, portal, "[scope] media is own") for lead in found.values()]
    shown = {lead.key: lead for lead in _shown(page, portal)}
    for number, (key, lead) in enumerate(shown.items()):
        beyond = number >= _MOST
        found[key] = replace(lead, state="out of scope", reason=f"more than {_MOST} on one page") if beyond else lead
    return [lead if lead.key in shown else _refused(lead, portal, NOT_THE_ARTICLES) for lead in found.values()]


def follows(url: str, portal: Portal, kind: Kind) -> bool:
    """Whether a redirect of a file leads on to another host."""
    wanted = portal.scope.requisites if kind == "requisite" else portal.scope.media if kind in _KINDS else "own"
    return wanted == "all" and not portal.owns(url)


class OtherHosts:
    """The other hosts from which files are taken: the first so many, in the order in which they were found.

    Media and requisites each have their own: what a layout takes from everywhere leaves no less for the articles.
    """

    def __init__(self, ledger: Ledger, portal: Portal) -> None:
        rows = (row for row in ledger.urls() if row.kind in FILES and row.state not in ("out of scope", "trap"))
        taken = [row for row in rows if not portal.owns(row.url)]
        self._hosts = {
            layout: {_host(row.url) for row in taken if (row.kind == "requisite") == layout} for layout in (False, True)
        }

    def within(self, leads: Iterable[Lead], portal: Portal) -> tuple[Lead, ...]:
        """The leads, without those to one host too many."""
        return tuple(self._one(lead, portal) for lead in leads)

    def _one(self, lead: Lead, portal: Portal) -> Lead:
        if lead.kind not in FILES or lead.state != "queued" or portal.owns(lead.url):
            return lead
        host, hosts = _host(lead.url), self._hosts[lead.kind == "requisite"]
        if host not in hosts:
            most = portal.scope.media_hosts
            if len(hosts) >= most:
                return replace(lead, state="out of scope", reason=f"on a host beyond the {most} of [scope] media_hosts")
            hosts.add(host)
        return lead


def counts_on(ledger: Ledger, portal: Portal) -> Callable[[str], bool]:
    """What says of an origin (scheme, host, port) whether the portal fails with it.

    Of its own hosts it does with those that the definition names (front page, seeds, [scope] hosts), and where anything
    ever answered: a link to a port on which nobody listens is the link's fault.
    """
    begin = portal.portal.url
    hosts = {bare(host) for host in portal.scope.hosts}
    named = {origin(url) for seed in (begin, *portal.sources.seeds) if (url := resolve(begin, seed)) is not None}

    @cache
    def counts(place: str) -> bool:
        declared = place in named or bare(_host(place)) in hosts
        return portal.owns(f"{place}/") and (declared or ledger.history.answered(place))

    return counts


def give_up(ledger: Ledger, portal: Portal, gates: Mapping[str, Gate], run: str) -> None:
    """Settle, at the end of a run, what other hosts did not give: the portal has not failed with it."""
    counts = counts_on(ledger, portal)
    with ledger.transaction():
        for row in list(ledger.urls("queued")):
            place = origin(row.url)
            gate = gates.get(place)
            if gate is None or counts(place):
                continue
            if gate.closed or gate.robots == "unreachable":
                asked = row.attempts or row.reason == REFUSED
                reason = f"its host: {gate.closed or 'no answer to robots.txt'}"
                ledger.settle(row.id, "failed", reason if asked else f"not asked for, {reason}", run)


def _shown(page: Page, portal: Portal) -> Iterator[Lead]:
    """What of other hosts the page shows as its own, whether a lazy loader holds it back or not."""
    for element in page.root.iter("img", "amp-img", "a"):
        kind: Kind = "document" if element.tag == "a" else "media"
        href = element.get("href")
        if kind == "document" and (not href or "." not in href):
            continue
        url = picture(element, page.base) if kind == "media" else resolve(page.base, href)
        if url is None or portal.owns(url) or any(map(is_furniture, _around(element))):
            continue
        if kind == "media" and not _is_picture(url):
            continue
        if kind == "document" and document_type(url) is None:
            if not _is_picture(url):
                continue
            kind = "media"  # a picture behind its small one
        yield Lead(url, canonical(url), kind)


def _around(element: Any) -> Iterator[Any]:
    yield element
    for box in element.iterancestors():
        if box.tag in ("body", "html"):
            return
        yield box


def _is_picture(url: str) -> bool:
    """By its address: counters and tracking pixels are programs."""
    parts = urlsplit(url)
    return ending(parts.path) in PICTURES or any(ending(piece) in PICTURES for piece in parts.query.split("&"))


def _refused(lead: Lead, portal: Portal, reason: str) -> Lead:
    if lead.kind not in _KINDS or lead.state != "out of scope" or portal.owns(lead.url):
        return lead
    return replace(lead, reason=reason)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
