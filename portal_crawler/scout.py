"""Scout: which of the addresses found are worth asking for, decided with the memory of the ledger.

`visit` says what a response is and names; the scout adds what only the whole crawl tells: that a list is at its end,
that a family of addresses gives nothing new, how this portal writes its addresses, and what it probably has though
nothing links it. The crawl asks it before each request and after each response, `rebuild` in the same places.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from archive.ledger import Lead, Ledger, Row

from .habits import Habits, mended, without_slash
from .leads import mark, plain
from .paging import COMMON, Style, place
from .portal import Portal
from .traps import Yield, shape
from .twins import READING, SLASH
from .urls import canonical
from .visit import Outcome

_LONG_LIST = 10  # entries of a page that may be the first of several though it shows no pager
_TRIES = {"blind": 10, "unlinked": 5, "mended": 10}  # guesses that may fail before one succeeds, of each sort
_EACH = 3  # further ones for each that succeeds
_ENDS = 3  # pages of one list that name nothing new: then nothing more of it is asked for
_JUDGED = ("page", "listing", "article", "archive", "feed")
_ONWARD = "beyond the end of a list"


class Scout:
    """The memory of one run over one portal. What it learned before is taken from the ledger."""

    def __init__(self, ledger: Ledger, portal: Portal) -> None:
        self._ledger = ledger
        self._portal = portal
        self._yield = Yield()
        self._habits = Habits.of(ledger.urls())
        self._styles: Counter[Style] = Counter()
        self._ends: Counter[str] = Counter()
        self._guessed: dict[str, str] = {}  # keys of guesses, and their sort
        self._hits: Counter[str] = Counter()
        self._misses: Counter[str] = Counter()
        for row in ledger.judged():
            self._note_yield(row, bool(row.fruit))

    # Before a request

    def instead(self, row: Row) -> Outcome | None:
        """What becomes of a queued URL without asking for it; None: it is asked for."""
        if row.fruit is not None or row.kind not in _JUDGED or row.form is not None:
            return None
        if (slashed := self._habits.slashed(row.url)) is not None:
            key = canonical(slashed)
            known = self._ledger.find(key)
            if known is None or known.state not in ("gone", "absent", "failed"):
                lead = Lead(slashed, key, row.kind, inherits=True, guess=row.guess)
                return Outcome("twin", SLASH, leads=(lead,), twin="" if self._habits.surely_slashed else key)
        if self._habits.bare:
            for other in self._ledger.twins(row.id):
                if other.reason == READING:
                    lead = Lead(other.url, other.key, row.kind, inherits=True)
                    return Outcome("twin", READING, leads=(lead,), twin="")
        here = place(row.url)
        if here.number is not None and self._ends[here.series] >= _ENDS:
            return Outcome("trap", f"{_ONWARD}: {_ENDS} of its pages name nothing new")
        if self._yield.suspects(row.url):
            vouched = any(hint.title and hint.date for hint in self._ledger.hints(row.id))
            why = self._yield.patience_with(row.url, vouched=vouched)
            if why is not None:
                return Outcome("trap", why)
        return None

    # After a response

    def weigh(self, row: Row, outcome: Outcome) -> Outcome:
        """The outcome with what the ledger knows: the leads that are worth it, guesses, ends and traps."""
        if outcome.state == "queued" or row.kind == "robots":
            return outcome
        self._habits.saw(row, outcome.state, outcome.reason, self._has_other_reading(row, outcome))
        if outcome.state == "redirected":
            outcome = self._redirected(row, outcome)
        if row.guess and (outcome.missing is not None or outcome.state in ("gone", "failed")):
            outcome = replace(outcome, state="absent", reason=outcome.missing or outcome.reason, leads=())
        if row.fruit is None:
            outcome = self._judge(row, outcome)
        return replace(outcome, leads=tuple(self._chosen(outcome.leads)))

    def _judge(self, row: Row, outcome: Outcome) -> Outcome:
        """The first visit of a URL: did it give anything new?"""
        given = outcome.given
        new = self._ledger.unseen(given.marks())
        own_shape = shape(row.url)
        fruit = any(mark in new for mark in given.own) or any(
            key in new and title in new and (row.kind == "feed" or shape(url) != own_shape)
            for key, title, url in given.said
        )
        shown = self._ledger.unseen(self._titles(row)) if row.kind == "article" else set()
        fruit = fruit or bool(shown)
        leads = list(outcome.leads)
        if outcome.state == "archived" and outcome.listed is not None:
            fresh = any(mark in new for mark in given.listed)
            outcome, leads = self._in_series(row, outcome, leads, fresh)
        if outcome.state == "gone":
            leads += self._mended(row)
        if row.guess and row.kind in ("listing", "article"):
            self._tried(row, outcome.state == "archived" and fruit)
        if outcome.state != "redirected":
            self._note_yield(row, fruit)
        elif any(shape(lead.url) == own_shape for lead in leads):
            self._note_yield(row, False)  # from one address of a family to the next
        return replace(outcome, leads=tuple(leads), marks=frozenset(new | shown), fruit=fruit)

    def _titles(self, row: Row) -> set[int]:
        """The titles, digits apart, by which lists describe a page: an article, however little stands in it."""
        return {mark("shown", plain(hint.title)) for hint in self._ledger.hints(row.id) if hint.title and hint.date}

    def _note_yield(self, row: Row, fruit: bool) -> None:
        if row.kind in _JUDGED and not row.guess:
            self._yield.visited(row.url, fruit)
        here = place(row.url)
        if row.kind == "listing" and fruit and here.style is not None:
            self._styles[here.style] += 1

    # Lists

    def _in_series(self, row: Row, outcome: Outcome, leads: list[Lead], fresh: bool) -> tuple[Outcome, list[Lead]]:
        """A page of a list: where it names nothing that the pages before it do not, the list is at its end."""
        listed = outcome.listed
        assert listed is not None
        here = listed.place
        number = here.number or 0
        later = row.form is not None or number > 1 or (here.offset and number > 0)
        if fresh or not later:
            return outcome, leads + (self._onward(row, outcome) if fresh or not number else [])
        self._ends[here.series] += 1
        rest = [lead for lead in leads if not self._is_onward(lead, row, number)]
        return replace(outcome, reason="end of the list: it names nothing new"), rest

    def _is_onward(self, lead: Lead, row: Row, number: int) -> bool:
        if lead.kind != "listing" or lead.state != "queued":
            return False
        there = place(lead.url)
        return lead.form is not None or (there.series == place(row.url).series and (there.number or 0) > number)

    def _onward(self, row: Row, outcome: Outcome) -> list[Lead]:
        """The next page of a list that does not say where it is, as a guess; nothing where it does, or has an end."""
        listed = outcome.listed
        assert listed is not None
        if listed.more is False or listed.pager.onward or row.kind not in ("seed", "page", "listing", "feed"):
            return []
        if any(lead.form is not None for lead in outcome.leads):
            return []
        if row.guess:
            return self._following(row, listed.entries)
        if listed.pager.blind:
            return self._guesses(row.url, "blind", listed.pager.style)
        long = listed.entries >= _LONG_LIST and listed.place.number is None and row.kind != "seed"
        if long and not any(lead.guess for lead in outcome.leads):
            return self._guesses(row.url, "unlinked", listed.pager.style)
        return []

    def _following(self, row: Row, entries: int) -> list[Lead]:
        """After a guess that was right, the next one."""
        if row.form is not None:
            pairs = parse_qsl(row.form, keep_blank_values=True)
            count = next(((name, value) for name, value in reversed(pairs) if value.isdigit()), None)
            if count is None:
                return []
            form = urlencode(
                [(name, str(int(value) + 1)) if (name, value) == count else (name, value) for name, value in pairs]
            )
            return [Lead(row.url, f"{canonical(row.url)}#{form}", "listing", guess=True, form=form)]
        here = place(row.url)
        if here.style is None or here.number is None:
            return []
        step = max(1, entries) if here.offset else 1
        url = here.style.address(_first(row.url, here.style), here.number + step)
        return [self._guess(url, self._guessed.get(row.key, "blind"))]

    def _guesses(self, url: str, sort: str, style: Style | None) -> list[Lead]:
        """Page 2 of a list: in the way that this portal's lists have, else in the common ways, one after the other."""
        if not self._may(sort):
            return []
        here = place(url)
        if here.style is not None and here.number is not None:
            return [self._guess(here.style.address(_first(url, here.style), here.number + 1), sort)]
        known = style or next((one for one, _ in self._styles.most_common(1)), None)
        styles = (known,) if known is not None and known.way != "offset" else COMMON
        leads: list[Lead] = []
        for one in styles:
            lead = self._guess(one.address(url, 2), sort)
            leads.append(
                replace(lead, state="twin", reason="another way to number pages", twin=leads[-1].key) if leads else lead
            )
        return leads

    def _guess(self, url: str, sort: str) -> Lead:
        key = canonical(url)
        self._guessed[key] = sort
        return Lead(url, key, "listing", guess=True)

    def _may(self, sort: str) -> bool:
        return self._misses[sort] < _TRIES[sort] + _EACH * self._hits[sort]

    def _tried(self, row: Row, hit: bool) -> None:
        sort = self._guessed.get(row.key, "blind")
        (self._hits if hit else self._misses)[sort] += 1

    # Addresses that are not there

    def _mended(self, row: Row) -> list[Lead]:
        """A broken link that a list describes, as the portal may have meant it."""
        if row.kind != "article" or not self._may("mended") or self._ledger.twins(row.id):
            return []
        leads: list[Lead] = []
        for url in mended(without_slash(row.url), [hint.title for hint in self._ledger.hints(row.id) if hint.title]):
            key = canonical(url)
            lead = Lead(url, key, "article", inherits=True, guess=True)
            if leads:
                lead = replace(lead, state="twin", reason="another spelling", twin=leads[-1].key)
            self._guessed[key] = "mended"
            leads.append(lead)
        return leads

    def _redirected(self, row: Row, outcome: Outcome) -> Outcome:
        if not outcome.leads:
            return outcome
        lead = outcome.leads[0]
        if self._ledger.leads_back(lead.key, row.key):
            return replace(outcome, state="trap", reason=f"redirects in a circle: to {lead.url}", leads=())
        if not row.guess:
            return outcome
        known = self._ledger.find(lead.key)
        if known is not None and known.kind != row.kind:
            return replace(outcome, state="absent", reason=f"redirects to {lead.url}", leads=())
        return replace(outcome, leads=(replace(lead, guess=True), *outcome.leads[1:]))

    # The leads

    def _has_other_reading(self, row: Row, outcome: Outcome) -> bool:
        """Whether a page is there whose address was read from a relative link that has another reading."""
        return outcome.state == "archived" and any(twin.reason == READING for twin in self._ledger.twins(row.id))

    def _chosen(self, leads: Sequence[Lead]) -> Iterable[Lead]:
        """The leads: of two readings of a link the likelier first, no guess where the portal says it."""
        readings = {lead.twin: lead for lead in leads if lead.reason == READING and lead.twin}
        if readings:
            leads = [*self._read_again(leads, readings)]
        sitemaps = any(lead.guess and lead.kind == "sitemap" for lead in leads) and self._ledger.names_sitemap()
        for lead in leads:
            if not (sitemaps and lead.guess and lead.kind == "sitemap"):
                yield lead

    def _read_again(self, leads: Sequence[Lead], readings: dict[str, Lead]) -> Iterable[Lead]:
        if not self._habits.adds_slash:  # no reason to doubt how a browser reads them
            yield from (lead for lead in leads if lead.reason != READING)
            return
        known = self._ledger.states_of([*readings, *(lead.key for lead in readings.values())])
        own = {lead.key for lead in leads if lead.state == "queued"}
        for lead in leads:
            other = readings.get(lead.key)
            if lead.reason == READING:
                first = lead.twin or ""
                if self._prefers_other(first, lead.key, known, own):
                    yield replace(lead, state="queued", reason=None, twin=None)
                else:
                    yield lead
            elif other is not None and self._prefers_other(lead.key, other.key, known, own):
                certain = "" if self._habits.bare else other.key
                yield replace(lead, state="twin", reason=READING, twin=certain)
            else:
                yield lead

    def _prefers_other(self, first: str, other: str, known: Mapping[str, str], own: set[str]) -> bool:
        if known.get(first) in ("archived", "redirected"):
            return False
        return (
            self._habits.bare
            or (first not in known and known.get(other, "twin") not in ("twin", "gone", "absent"))
            or (first not in known and other in own)
        )


def _first(url: str, style: Style) -> str:
    """The address of a list's first page, from that of another."""
    if style.way != "path":
        return url
    parts = urlsplit(url)
    head = parts.path.rpartition(f"/{style.word}{style.mark}")[0]
    return parts._replace(path=head).geturl()
