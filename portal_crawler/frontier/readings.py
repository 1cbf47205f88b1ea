"""Readings: at which of its possible addresses a link's page is asked for first, by how the portal writes addresses.

The others are kept as twins: if the page is not there they are asked for in turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from archive.ledger import Ledger
from archive.ledger.rows import Lead, Row, State

from ..discover.twins import READING, SLASH
from ..discover.visit import Outcome
from ..urls import canonical
from .habits import Habits

_TRIALS = 2  # relative links of each sort that are followed early to see how they are meant


class Readings:
    """What one portal's server does with addresses, from the ledger and from this run."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._habits = Habits.of(ledger.urls())
        self._trials: dict[
            str, bool
        ] = {}  # keys of first readings that are tried; whether the other is linked by itself

    def saw(self, row: Row, outcome: Outcome) -> None:
        """Take note of a response."""
        twice = outcome.state == "archived" and any(twin.reason == READING for twin in self._ledger.twins(row.id))
        self._habits.saw(row, outcome.state, outcome.reason, twice)
        if outcome.state == "gone" and outcome.asked and row.reason != SLASH:  # as `rebuild` meets it
            slashed = self._ledger.find(canonical(f"{row.url}/"))
            self._habits.vain += slashed is not None and slashed.state == "gone"
        if outcome.state == "gone" and self._trials.get(row.key):
            self._habits.other += 1

    def instead(self, row: Row) -> Outcome | None:
        """The address that is asked for in place of a queued one."""
        return self._with_slash(row) or self._by_reading(row)

    def _with_slash(self, row: Row) -> Outcome | None:
        slashed = self._habits.slashed(row.url)
        if slashed is None:
            return None
        key = canonical(slashed)
        known = self._ledger.find(key)
        if known is not None and known.state in ("gone", "absent", "failed"):
            state: State = "absent" if row.guess else "gone"
            return (
                Outcome(state, f"not there, as {slashed} is not", asked=False) if self._habits.surely_slashed else None
            )
        if known is not None and known.state == "archived" and row.reason == READING:
            self._habits.other += 1
        lead = Lead(slashed, key, row.kind, inherits=True, guess=row.guess, reason=row.reason)
        return Outcome("twin", SLASH, leads=(lead,), twin=key, asked=False)

    def _by_reading(self, row: Row) -> Outcome | None:
        if not self._habits.bare or row.guess:
            return None
        twins = self._ledger.twins(row.id)
        twins += [other for twin in twins if twin.reason == SLASH for other in self._ledger.twins(twin.id)]
        for other in twins:
            shorter = len(other.url) < len(row.url)  # the reading without the page's own part of the path
            if other.reason == READING and shorter and other.state in ("twin", "queued", "archived"):
                lead = Lead(other.url, other.key, row.kind, inherits=True)
                return Outcome("twin", READING, leads=(lead,), twin="", asked=False)
        return None

    def chosen(self, leads: Sequence[Lead]) -> Sequence[Lead]:
        """The leads of a page, of two readings of a link the likelier one as that which is asked for."""
        readings = {lead.twin: lead for lead in leads if lead.reason == READING and lead.twin}
        if not readings:
            return leads
        if not self._habits.adds_slash:  # no reason to doubt how a browser reads them
            return [lead for lead in leads if lead.reason != READING]
        return [*self._read(leads, readings)]

    def _read(self, leads: Sequence[Lead], readings: Mapping[str, Lead]) -> Iterator[Lead]:
        known = self._ledger.standing([*readings, *(lead.key for lead in readings.values())])
        own = {lead.key for lead in leads if lead.state == "queued"}
        bare = self._habits.bare
        turned: set[str] = set()
        tried: set[str] = set()
        for first, other in readings.items():
            linked = known.get(other.key, False) or other.key in own
            trials = sum(one == linked for one in self._trials.values())
            if not bare and first not in known and trials < _TRIALS:
                self._trials[first] = linked
                tried.add(first)
            elif (bare and not known.get(first, False)) or (first not in known and linked):
                turned.add(first)
        for lead in leads:
            first = (lead.twin or "") if lead.reason == READING else lead.key
            if first in tried:
                yield replace(lead, kind="page")  # asked for soon, so that the others are read right
            elif first not in turned:
                yield lead
            elif lead.reason == READING:
                yield replace(lead, state="queued", reason=None, twin=None)
            else:
                yield replace(lead, state="twin", reason=READING, twin="" if bare else readings[lead.key].key)
