"""Candidates: pages that look like articles by themselves, judged by what only the whole portal tells. Pure.

A page that shows what other pages show is a list of them or a view of one; one that says other things under the same
labels is a register's; a page to which nearly all pages lead is a menu's; and where dated lists name the articles, what
none of them names is seldom one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.record import Article

from ..discover.hints import Evidence
from ..extract.titles import NEAREST
from ..urls import canonical
from . import registers

_SENTENCES = re.compile(r"(?<=[.!?…;])\s+|\n+")
_PASSAGE = 40  # characters by which a sentence is known again, in teasers too; shorter ones tell nothing
_FURNITURE = 3  # pages that have a sentence in common: more, and it is the portal's, not theirs
_MOST = 0.5  # share of a page's text that others' articles have, for a list of them
_ALL = 0.7  # the same, for a view of one of them, or a list of one entry
_MENU = 0.5  # share of all pages that lead to a menu's entry
_LABEL = 8  # words of a menu's entry, at the most
_SAME = 0.95  # the same, with what many pages have
_LEAST = 80  # characters of text that are more than a title


@dataclass(frozen=True, slots=True)
class Candidate:
    """One page that `extract` takes for an article.

    `named`: how surely other pages name it, and `called`: how, case folded; `kind`: as what it was asked for, None for
    another tool's capture; `linked`: the share of all pages that lead to it; `leads_to`: the canonical addresses of its
    links; `lists_itself`: a dated list on it has it as an entry; `labels`: those of the rows that its text is made of.
    The last four are asked for only where they decide.
    """

    article: Article
    named: Evidence
    called: frozenset[str]
    kind: str | None
    linked: Callable[[], float]
    leads_to: Callable[[], frozenset[str]]
    lists_itself: Callable[[], bool]
    labels: Callable[[], tuple[str, ...]]

    @property
    def shows_date(self) -> bool:
        """Whether the page itself prints when it was published, where articles do."""
        return self.article.timestamp is not None and self.article.extraction.fields.get("timestamp") != "listing hint"

    @property
    def is_stub(self) -> bool:
        """Whether it has nothing but a title and a date."""
        return len(self.article.body) < _LEAST and not self.article.images and not self.article.attachments

    @property
    def shows_article(self) -> bool:
        """Whether it has text, pictures or files, and something that is surely its title."""
        return not self.is_stub and not self.article.extraction.fields.get("title", "").startswith(NEAREST)

    @property
    def in_menu(self) -> bool:
        """Whether it is named as menus name their entries, and on most pages."""
        short = self.named is Evidence.NONE or len(self.article.title.split()) <= _LABEL
        return short and self.linked() >= _MENU


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a page is no article of its own. `twin`: the canonical address of the article that it shows otherwise."""

    reason: str
    twin: str | None = None


def refused(
    candidates: Sequence[Candidate],
    known: Callable[[], Iterable[Article]],
    *,
    listed: bool,
    labels: frozenset[str] = frozenset(),
) -> Iterator[tuple[Candidate, Verdict]]:
    """The candidates that are no articles, each with the reason.

    `known`: the portal's articles of earlier runs, asked for where there is a need. `listed`: dated lists name this
    portal's articles. `labels`: those of its registers.
    """
    doubtful = [one for one in candidates if one.named is not Evidence.DATED]
    if not doubtful:
        return
    passages = _Passages(candidates, known())
    alike: dict[tuple[str, str | None, str], str] = {}  # what was refused: another address of it is none either
    for one in doubtful:
        shown = (one.article.title, one.article.timestamp, one.article.body)
        reason = passages.shown_by(one) or _unnamed(one, listed) or alike.get(shown) or _of_register(one, labels)
        if reason is not None:
            alike[shown] = reason
            yield one, Verdict(reason)
        elif twin := passages.twin_of(one):
            yield one, Verdict("another view of an article", twin)


def register_labels(candidates: Iterable[Candidate]) -> frozenset[str]:
    """The labels under which several pages that no dated list names say other things, row by row."""
    may = [one for one in candidates if one.named is not Evidence.DATED and registers.may_be_entry(one.article.body)]
    words = [registers.begins(one.article.body) for one in may]
    several = registers.common(words)
    alike = (one for one, begin in zip(may, words, strict=True) if registers.nearly_all(begin, several))
    return registers.common(one.labels() for one in alike)


def _of_register(one: Candidate, labels: frozenset[str]) -> str | None:
    """Why a page is none, by the labels of its rows, where those of the portal's registers are known."""
    if not labels or not registers.may_be_entry(one.article.body):
        return None
    first = frozenset(label.partition(" ")[0] for label in labels)
    begin = registers.begins(one.article.body)
    entry = registers.nearly_all(begin, first) and registers.are_under(one.labels(), labels)
    return "an entry of a register: other pages have the same labels" if entry else None


def _unnamed(one: Candidate, listed: bool) -> str | None:
    """Why a page that no dated list names is none, by how pages lead to it."""
    if one.in_menu:
        if one.shows_date and not one.is_stub and not (listed and one.named is Evidence.NONE):
            return None
        reason = "a page of the menu: nearly every page leads to it"
    elif listed and one.named is Evidence.NONE and not (one.shows_date and one.shows_article):
        reason = "no list of articles names it"
    else:
        return None
    return None if one.lists_itself() else reason


class _Passages:
    """Whose text a sentence is, by its beginning."""

    def __init__(self, candidates: Iterable[Candidate], known: Iterable[Article]) -> None:
        self._owners: dict[str, set[str]] = {}
        self._first: dict[str, str] = {}  # of each article: how its text begins
        self._titles: dict[str, set[str]] = {}  # of each title: the articles that have it
        self._named: dict[str, Evidence] = {}
        for article in known:
            self._enter(article, Evidence.DATED)
        for one in candidates:
            self._enter(one.article, one.named)

    def _enter(self, article: Article, named: Evidence) -> None:
        address = canonical(article.url)
        self._named[address] = named
        self._titles.setdefault(article.title.casefold(), set()).add(address)
        for passage, _ in _passages(article):
            self._first.setdefault(address, passage)
            self._owners.setdefault(passage, set()).add(address)

    def shown_by(self, one: Candidate) -> str | None:
        """Why a page is a list of others or a view of another, by whose text and title it shows."""
        surer = self._shown(one, lambda other: self._named[other] > one.named)
        if surer.most >= _ALL:  # where the title is the same too, both are one article: see twin_of
            return None if surer.owner & self._namesakes(one) else "a view of another article: it shows the same text"
        if not self._shown(one, lambda other: True).begun and not self._namesakes(one):
            return None
        entries = one.leads_to()
        surer = self._shown(one, lambda other: other in entries and self._named[other] > one.named)
        if (len(surer.begun) > 1 and surer.covered >= _MOST) or surer.most >= _ALL:
            return "a list: it shows the texts of the articles that it leads to"
        # Titles come again ("Lịch tiếp công dân"): it tells only of a page that nothing calls so, or that is empty.
        own = one.article.title.casefold() in one.called and not one.is_stub
        if not own and self._namesakes(one) & entries:
            return "a part of another article, or a list that begins with it: it has its title"
        if one.named is Evidence.NONE:  # where nothing is surer named than that, as in a sitemap's entries
            alike = self._shown(one, lambda other: other in entries)
            if len(alike.begun) > 2 and alike.covered >= _ALL and alike.most <= _MOST:
                return "a list: it shows the texts of the articles that it leads to"
        return None

    def twin_of(self, one: Candidate) -> str | None:
        """The surer named page that has the same title and nearly the same text: the same article, shown otherwise."""
        namesakes = self._namesakes(one)
        if not namesakes:
            return None
        shares = dict.fromkeys(namesakes, 0)
        whole = 0
        for passage, size in _passages(one.article):  # what many pages have as well tells of two that are called alike
            whole += size
            for other in self._owners[passage] & namesakes:
                shares[other] += size
        return min((other for other, size in shares.items() if 0 < size >= _ALL * whole), default=None)

    def _namesakes(self, one: Candidate) -> set[str]:
        """The surer named pages of the same title."""
        others = self._titles[one.article.title.casefold()] - {canonical(one.article.url)}
        return {other for other in others if self._named[other] > one.named}

    def _shown(self, one: Candidate, counts: Callable[[str], bool]) -> _Shown:
        """How much of a page others have, of those that count."""
        own = canonical(one.article.url)
        whole = covered = 0
        shares: dict[str, int] = {}
        passages: set[str] = set()
        common: list[tuple[list[str], int]] = []
        for passage, size in _passages(one.article):
            whole += size
            passages.add(passage)
            owners = [other for other in self._owners[passage] if other != own and counts(other)]
            if 0 < len(owners) <= _FURNITURE:
                covered += size
                for other in owners:
                    shares[other] = shares.get(other, 0) + size
            elif owners:
                common.append((owners, size))
        if not covered:
            return _Shown()
        for other, share in shares.items():  # whoever has all of it has also what many have
            total = share + sum(size for owners, size in common if other in owners)
            shares[other] = total if total >= _SAME * whole else share
        most = max(shares.values())
        owner = frozenset(other for other, size in shares.items() if size == most)
        begun = frozenset(other for other in shares if self._first[other] in passages)
        return _Shown(covered / whole, most / whole, owner, begun)


@dataclass(frozen=True, slots=True)
class _Shown:
    """How much of a page's text others have: all of them, the one (or more) that has most; whose text it begins."""

    covered: float = 0.0
    most: float = 0.0
    owner: frozenset[str] = frozenset()
    begun: frozenset[str] = frozenset()


def _passages(article: Article) -> Iterator[tuple[str, int]]:
    """The beginnings of an article's sentences that are long enough to be known again, with the sentences' sizes."""
    for sentence in _SENTENCES.split(article.body):
        if len(sentence) >= _PASSAGE:
            yield " ".join(sentence[: 2 * _PASSAGE].split())[:_PASSAGE].casefold(), len(sentence)
