"""Allowance: how much of what pages need is asked for, with the memory of the ledger.

A page names so many requisites at most (`requisites`); what whole crawls tell is judged here: stylesheets that lead to
ever more stylesheets, addresses that are new at every request (`dem.js?t=1700000001`), hosts without end. The crawl
asks it before each outcome is written down, `rebuild` in the same place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from archive.ledger import Ledger
from archive.ledger.rows import Lead, Row

from ..discover.stylesheets import FONTS
from ..fields.media import PICTURES, ending
from ..portal import Portal
from .otherhosts import OtherHosts

_DEEPEST = 5  # stylesheets, one in the other
_NESTED = 2000  # requisites of a portal that only stylesheets name
_ALIKE, _HANDLED = 40, 500  # of a run, that differ in their query alone: of files, and of what programs answer
_FILES = PICTURES | FONTS | {"js", "css", "ico"}


class Allowance:
    """The memory of one run over one portal."""

    def __init__(self, ledger: Ledger, portal: Portal) -> None:
        self._ledger = ledger
        self._others = OtherHosts(ledger, portal)
        self._nested = ledger.history.nested()
        self._alike: dict[str, set[str]] = {}  # keys with a query, by the address without it

    def within(self, row: Row, leads: Iterable[Lead], portal: Portal) -> tuple[Lead, ...]:
        """The leads of a response, without those that are too many."""
        found = list(leads)
        if any(lead.kind == "requisite" and not lead.inherits for lead in found):
            depth = self._ledger.history.nesting(row.id) if row.kind == "requisite" else 0
            found = [self._one(lead, depth) for lead in found]
        return self._others.within(found, portal)

    def _one(self, lead: Lead, depth: int) -> Lead:
        if lead.kind != "requisite" or lead.state != "queued" or lead.inherits:
            return lead
        if depth and self._ledger.find(lead.key) is None:
            if depth >= _DEEPEST:
                return replace(lead, state="trap", reason=f"stylesheets in stylesheets, {_DEEPEST} deep")
            if self._nested >= _NESTED:
                return replace(lead, state="trap", reason=f"beyond the {_NESTED} that stylesheets of a portal may name")
            self._nested += 1
        return self._but_for_query(lead)

    def _but_for_query(self, lead: Lead) -> Lead:
        path, mark, _ = lead.key.partition("?")
        if not mark:
            return lead
        most = _ALIKE if ending(urlsplit(path).path) in _FILES else _HANDLED
        alike = self._alike.setdefault(path, set())
        if lead.key in alike:
            return lead
        if len(alike) >= most:
            return replace(lead, state="trap", reason=f"more than {most} requisites that differ in their query alone")
        alike.add(lead.key)
        return lead
