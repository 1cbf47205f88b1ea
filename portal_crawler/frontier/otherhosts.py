"""Other hosts: how many of those that are not the portal's are asked for files, and which of all its run depends on.

What a portal's pages show of them `elsewhere` has found. Each has a gate of its own, and a robots.txt that is obeyed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from urllib.parse import urlsplit

from archive.ledger import Ledger
from archive.ledger.rows import FILES, REFUSED, Lead

from ..portal import Portal
from ..urls import bare, origin, resolve
from .politeness import Gate


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


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()
