"""Scout: which of the addresses found are worth asking for, decided with the memory of the ledger.

`visit` says what a response is and names; the scout adds what only the whole crawl tells: that a list is at its end,
that a family of addresses gives nothing new, how this portal writes its addresses, and what it probably has though
nothing links it. The crawl asks it before each request and after each response, `rebuild` in the same places.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from urllib.parse import urlsplit

from archive.ledger import Ledger
from archive.ledger.rows import Lead, Row

from ..discover.leads import Listed, mark, plain
from ..discover.paging import SCRIPT, place
from ..discover.traps import Yield, shape
from ..discover.twins import READING
from ..discover.visit import Outcome
from ..urls import canonical
from .guesses import Guesses
from .mirrors import MIRROR, Mirrors
from .readings import Readings

_ENDS = 3  # pages of one list that name nothing new: then nothing more of it is asked for
_EMPTY = 20  # pages of one list in a row that describe nothing, only lead on
_LIST = 5  # new addresses that a page must describe to be a list though a link called it like an article
_JUDGED = ("page", "listing", "article", "aside", "archive", "feed")
_ONWARD = "beyond the end of a list"


class Scout:
    """The memory of one run over one portal. What it learned before is taken from the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._yield = Yield()
        self._readings = Readings(ledger)
        self._guesses = Guesses()
        self._mirrors = Mirrors()
        self._ends: Counter[str] = Counter()  # by series: pages that name nothing new
        self._empty: Counter[str] = Counter()  # by series: pages in a row that describe nothing new
        for row in ledger.history.judged():
            if row.state != "redirected" or shape((row.reason or "").removeprefix("to ")) == shape(row.url):  # as below
                self._note(row, bool(row.fruit))
            self._guesses.saw(row, row.state == "archived" and bool(row.fruit))

    # Before a request

    def instead(self, row: Row) -> Outcome | None:
        """What becomes of a queued URL without asking for it; None: it is asked for."""
        if row.fruit is not None or row.kind not in _JUDGED or row.form is not None:
            return None
        if (outcome := self._readings.instead(row) or self._mirrored(row)) is not None:
            return outcome
        here = place(row.url)
        if here.number is not None and self._ends[here.series] >= _ENDS:
            return Outcome("trap", f"{_ONWARD}: {_ENDS} of its pages name nothing new", asked=False)
        vouched = any(hint.title and hint.date for hint in self._ledger.hints(row.id))
        if not vouched and here.number is None and (why := self._yield.is_spent(row.depth)) is not None:
            return Outcome("trap", why, asked=False)
        if self._yield.suspects(row.url):
            why = self._yield.patience_with(row.url, vouched=vouched, kind=row.kind)
            if why is not None:
                return Outcome("trap", why, asked=False)
        return None

    def _mirrored(self, row: Row) -> Outcome | None:
        """The page that an address under a mirror's host or path shows, where that is not known to be missing."""
        url = self._mirrors.counterpart(row.url)
        if url is None or row.kind == "feed":
            return None
        known = self._ledger.find(canonical(url))
        if known is not None and known.state not in ("queued", "archived", "redirected"):
            return None
        lead = Lead(url, canonical(url), row.kind, inherits=True, guess=row.guess)
        return Outcome("twin", MIRROR, leads=(lead,), twin=lead.key, asked=False)

    # After a response

    def weigh(self, row: Row, outcome: Outcome) -> Outcome:
        """The outcome with what the ledger knows: the leads that are worth it, guesses, ends and traps."""
        if outcome.state == "queued" or row.kind in ("robots", "requisite"):  # no pages: they tell nothing of these
            return outcome
        self._readings.saw(row, outcome)
        if not outcome.asked:
            return outcome
        if outcome.state == "redirected":
            outcome = self._redirected(row, outcome)
        if row.guess and (outcome.missing is not None or outcome.state in ("gone", "failed")):
            outcome = replace(outcome, state="absent", reason=outcome.missing or outcome.reason, leads=())
        if row.fruit is None and outcome.state != "failed":  # that a server is dead says nothing of its addresses
            outcome = self._judge(row, outcome)
        elif row.kind == "article":
            outcome = self._list_or_article(outcome, 0)
        leads = self._readings.chosen(outcome.leads)
        if any(lead.guess and lead.kind == "sitemap" for lead in leads) and self._ledger.names_sitemap():
            leads = [lead for lead in leads if not (lead.guess and lead.kind == "sitemap")]
        return replace(outcome, leads=tuple(leads))

    def _judge(self, row: Row, outcome: Outcome) -> Outcome:
        """The first visit of a URL: did it give anything new?"""
        given = outcome.given
        own_shape = shape(row.url)
        # The titles, digits apart, by which lists describe a page: an article, however little stands in it.
        hints = self._ledger.hints(row.id) if row.kind == "article" else ()
        shown = {mark("shown", plain(hint.title)) for hint in hints if hint.title and hint.date}
        new = self._ledger.history.unseen(given.marks() | shown)
        named = [url for key, title, url in given.said if key in new and title in new]
        described = any(row.kind == "feed" or shape(url) != own_shape for url in named)
        there = outcome.state == "archived"
        fruit = described or any(one in new for one in given.own) or (there and bool(shown & new))
        if row.kind == "article" and outcome.listed is not None:
            outcome = self._list_or_article(outcome, len(named))
            row = replace(row, kind=outcome.kind or row.kind)
        leads = list(outcome.leads)
        if there and outcome.listed is not None:
            series = outcome.listed.place.series
            entries = [mark("listed", series, lead.key) for lead in leads if lead.hint is not None]
            # Of a page that was only guessed the entries count: what stands beside them may differ each time.
            fresh = any(one in new for one in (entries if row.guess else given.listed)) and not self._goes_nowhere(
                row, outcome, len(named)
            )
            if row.guess and row.form is None and outcome.listed.place.number is None:
                fresh = fresh and fruit  # a series of its own, in which everything is new
            outcome, leads = self._in_series(row, outcome, outcome.listed, fresh)
        if there and row.kind != "feed":
            texts = [*given.own, *(title for _, title, _ in given.said)]
            self._mirrors.saw(row.key, texts, [one for one in texts if one in new])
        if outcome.state == "gone":
            for twin in self._ledger.twins(row.id):
                if twin.reason == MIRROR:
                    self._mirrors.missed(twin.url)
        if outcome.state == "gone" and not self._may_be_elsewhere(row):
            leads += self._guesses.mended(row, hints)
        if not fruit and outcome.listed is not None and outcome.listed.entries >= 2:
            leads = [_narrower(lead, row.url) for lead in leads]
        self._guesses.saw(row, there and fruit)
        if there and row.kind in _JUDGED:
            vouched = row.kind == "feed" or place(row.url).number is not None or bool(shown)
            self._yield.went_on(row.depth, len(named), vouched=vouched)
        if outcome.state != "redirected":
            self._note(row, fruit)
        elif any(shape(lead.url) == own_shape for lead in leads):
            self._note(row, False)  # from one address of a family to the next
        return replace(outcome, leads=tuple(leads), marks=frozenset(new), fruit=fruit)

    @staticmethod
    def _list_or_article(outcome: Outcome, described: int) -> Outcome:
        """A page that a link called like an article: a list where it describes so many new addresses."""
        if described >= _LIST:
            return replace(outcome, kind=outcome.kind or "page")
        named = (lead for lead in outcome.leads if lead.kind != "feed" and lead.reason != SCRIPT)
        kept = (lead for lead in named if lead.form is None and not lead.guess)
        leads = tuple(replace(lead, kind="aside") if lead.kind == "page" else lead for lead in kept)
        return replace(outcome, leads=leads, listed=None)

    def _note(self, row: Row, fruit: bool) -> None:
        if row.kind in _JUDGED and not row.guess:
            self._yield.visited(row.url, fruit)

    def _in_series(self, row: Row, outcome: Outcome, listed: Listed, fresh: bool) -> tuple[Outcome, list[Lead]]:
        """A page of a list: where it names nothing that the pages before it do not, the list is at its end."""
        leads = list(outcome.leads)
        here = listed.place
        number = here.number or 0
        later = row.form is not None or number > 1 or (here.offset and number > 0)
        if not later and not fresh:  # page 1 by another name; a guess that gave nothing leads to no other
            return outcome, [lead for lead in leads if not lead.guess] if row.guess else leads
        if fresh:
            return outcome, leads + self._guesses.onward(row, listed, leads)
        self._ends[here.series] += 1
        rest = [lead for lead in leads if not _is_onward(lead, here.series, number)]
        return replace(outcome, reason="the end of a list: it names nothing new"), rest

    def _goes_nowhere(self, row: Row, outcome: Outcome, described: int) -> bool:
        """Whether a page of a list only names what it is not worth asking for: page after page describes nothing."""
        if outcome.listed is None or outcome.listed.place.number is None:
            return False
        series = outcome.listed.place.series
        self._empty[series] = 0 if described else self._empty[series] + 1
        return self._empty[series] > _EMPTY

    def _may_be_elsewhere(self, row: Row) -> bool:
        """Whether another reading of the link is still to be tried."""
        pending = (twin.url for twin in self._ledger.twins(row.id) if twin.state == "twin" and twin.reason == READING)
        return any(len(url) < len(row.url) for url in pending)

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


def _narrower(lead: Lead, url: str) -> Lead:
    """A lead of a list that names nothing new: no more of it, with one parameter more, is worth asking for."""
    own, there = urlsplit(url), urlsplit(lead.url)
    if (
        lead.state != "queued"
        or lead.hint is not None
        or not own.query
        or (own.path, own.netloc) != (there.path, there.netloc)
    ):
        return lead
    if not set(own.query.split("&")) < set(there.query.split("&")) or place(lead.url).series == place(url).series:
        return lead
    return replace(lead, state="trap", reason="narrows a list that names nothing new")


def _is_onward(lead: Lead, series: str, number: int) -> bool:
    """Whether a lead is to a page behind number `number` of a list."""
    if lead.kind != "listing" or lead.state != "queued":
        return False
    there = place(lead.url)
    return lead.form is not None or (there.series == series and (there.number or 0) > number)
