"""Whole: what only a portal's pages together tell, looked up in its ledger.

Where its pages show their fields, which of them are lists and views of others, and which are one article's parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from archive.ledger import Ledger
from archive.ledger.rows import Kept, Kind
from archive.record import Article
from archive.warc.capture import Capture

from ..discover.hints import Evidence, evidence, told
from ..discover.links import discover
from ..discover.paging import place
from ..discover.traps import shape
from ..discover.twins import is_reply
from ..extract import NotArticle, extract
from ..extract.judge.entries import lists_itself
from ..learn.lessons import learn_files, learn_labels, learn_lists
from ..learn.samples import Sample
from ..learn.templates import SAMPLE, fits, learn_selectors
from ..page import NotHtml, Page
from ..portal import Portal
from ..portal.tables import Selectors
from ..urls import canonical
from .candidates import Candidate, refused, register_labels
from .parts import further, joined, numbered, of_one_day
from .registers import are_under, common, labels, may_be_entry
from .sequels import Step, learn_next_part, links, onward
from .successors import before

Found = tuple[Kept, Article | NotArticle]  # a capture of a page, and what it shows
Read = Callable[[Kept], Capture]

_LARGEST = 1 << 20  # bytes of a page to learn from: the largest tell no more, and take long
_PARTS = 100  # of one article
_PARTLY: tuple[Kind | None, ...] = ("page", "listing", "article", "aside", None)  # kinds that a further part may have
_LED = 12  # pages that nothing but one article leads to: of more, none is looked at
_TRIED, _PATIENCE = 300, 12  # pages that are looked at for further parts; of one shape, until one is


def with_templates(ledger: Ledger, portal: Portal, pages: Sequence[Kept], read: Read) -> Portal:
    """The definition with the selectors that some of the articles teach, where it has none yet, or they fit no more."""
    samples = []
    alone = portal.with_selectors(Selectors())  # what was learned before must not teach itself
    for page in _likely(ledger, portal, pages):
        capture = read(page)
        if len(capture.body) > _LARGEST:
            continue
        article = extract(capture, alone)
        if isinstance(article, Article):
            samples.append(Sample.of(capture, article))
        if len(samples) == SAMPLE:
            break
    samples = _without_entries(samples)
    portal = learn_files(portal, [sample.article for sample in samples])
    if portal.learned.selectors != Selectors() and fits(portal, [sample.page for sample in samples]):
        return portal
    return learn_selectors(portal, samples)


def _without_entries(samples: list[Sample]) -> list[Sample]:
    """The samples without entries of registers, which show their fields elsewhere than articles."""
    rows = [labels(one.page, one.article.body) if may_be_entry(one.article.body) else () for one in samples]
    known = common(rows, 2)  # of all pages some are here
    return [one for one, own in zip(samples, rows, strict=True) if not are_under(own, known)]


def _likely(ledger: Ledger, portal: Portal, pages: Sequence[Kept]) -> Iterator[Kept]:
    """Pages from all over the run that are most likely articles: those first that dated lists name."""
    asked = [page for page in pages if page.kind in ("article", None)]
    some = asked[:: max(1, len(asked) // (4 * SAMPLE))]
    named: dict[Evidence, list[Kept]] = {one: [] for one in Evidence}
    for page in some:
        row = ledger.find(page.key or "")
        hints = ledger.hints(row.id) if row is not None else ()
        named[evidence(hints, portal.portal.timezone)].append(page)
    for best in sorted(named, reverse=True):
        group = named[best]
        step = max(1, len(group) // SAMPLE)
        yield from (page for start in range(step) for page in group[start::step])


def judged(
    ledger: Ledger, portal: Portal, found: list[Found], read: Read
) -> tuple[Portal, list[Found], dict[str, str]]:
    """What the whole portal tells of the pages: the definition with what their lists teach, the pages judged anew.

    And the views: of each canonical address that shows an article otherwise, the article's.
    """
    candidates = [_candidate(ledger, portal, page, one, read) for page, one in articles(found)]
    portal = learn_lists(portal, (one.named for one in candidates if one.kind == "article"))
    doubtful = [one for one in candidates if not _is_known(ledger, one.article)]
    portal = learn_labels(portal, register_labels(doubtful))
    listed, known = portal.learned.listed, frozenset(portal.learned.labels)
    verdicts = {
        one.article.provenance.record_id: (canonical(one.article.url), verdict)
        for one, verdict in refused(doubtful, ledger.versions.articles, listed=listed, labels=known)
    }
    views = {address: verdict.twin for address, verdict in verdicts.values() if verdict.twin}
    reasons = {identity: verdict.reason for identity, (_, verdict) in verdicts.items() if not verdict.twin}
    answers = [(page, NotArticle(reasons[page.record_id]) if page.record_id in reasons else one) for page, one in found]
    return portal, answers, views


def articles(found: Iterable[Found]) -> Iterator[tuple[Kept, Article]]:
    return ((page, one) for page, one in found if isinstance(one, Article))


def _candidate(ledger: Ledger, portal: Portal, page: Kept, article: Article, read: Read) -> Candidate:
    """A page with what the whole crawl knows of it: also what lists said after it was fetched."""
    offset = portal.portal.timezone
    row = ledger.find(page.key or "")
    hints = ledger.hints(row.id) if row is not None else ()
    return Candidate(
        article,
        named=Evidence.NONE if is_reply(article.url) else evidence(hints, offset),
        called=frozenset(hint.title.casefold() for hint in told(hints, offset) if hint.title),
        kind=page.kind,
        linked=lambda: ledger.history.linked_from(page.key or ""),
        leads_to=lambda: frozenset(lead.key for lead in discover(Page.of(read(page)), portal)),
        lists_itself=lambda: lists_itself(Page.of(read(page)), article.title, offset),
        labels=lambda: labels(Page.of(read(page)), article.body),
    )


def _is_known(ledger: Ledger, article: Article) -> bool:
    """Whether an earlier run kept it as an article: what more pages tell does not take it back."""
    latest = before(ledger, article)
    return latest is not None and latest.status != "gone"


def with_next_part(ledger: Ledger, portal: Portal, found: list[Found], read: Read) -> Portal:
    """The definition with the link to the next part of an article, as the articles of this run teach it."""
    sequels = _Sequels(ledger, portal, found, read)
    steps = [step for several in islice(sequels.chains(), SAMPLE) for step in several]
    if not steps:
        return portal
    others = [page for page, _ in articles(found) if sequels.is_whole(page)]
    some = (read(page) for page in others[:: max(1, len(others) // SAMPLE)][:SAMPLE])
    alone = [Step(Page.of(capture), (canonical(capture.url),)) for capture in some if len(capture.body) <= _LARGEST]
    return learn_next_part(portal, [*steps, *alone], sequels.pages)


class _Sequels:
    """Articles that go on, where no address says so, at pages that only they lead to.

    `pages`: those of this run, by canonical address.
    """

    def __init__(self, ledger: Ledger, portal: Portal, found: Sequence[Found], read: Read) -> None:
        self._ledger, self._portal, self._read = ledger, portal, read
        self._found = found
        self.pages = {canonical(page.url): page for page, _ in found}
        self._led: dict[str, list[Kept]] = {}  # by the key of the page that was the first to lead there
        for page, _ in found:
            if page.kind in _PARTLY and numbered(page.url) is None:
                via = ledger.history.found_on(page.key or "")
                self._led.setdefault(via or "", []).append(page)
        self._tried: Counter[str] = Counter()  # pages, by the shape of their addresses
        self._barren: Counter[str] = Counter()
        self._parts: set[str] = set()  # captures of articles that go on, and of their parts
        self._whole: set[str] = set()  # of such as were looked at, and do not

    def chains(self) -> Iterator[list[Step]]:
        """The pages of each article that goes on, each with the one after it."""
        heads = [
            (page, one) for page, one in articles(self._found) if 0 < len(self._led.get(page.key or "", ())) <= _LED
        ]
        for page, first in sorted(heads, key=lambda head: _order(self._ledger, head[0])):
            if page.record_id in self._parts:
                continue
            if len(pages := self._after(page, first)) == 1:
                self._whole.add(page.record_id)
            else:
                self._parts.update(one.record_id for one in pages)
                at = [canonical(one.url) for one in pages]
                yield [
                    Step(Page.of(self._read(one)), tuple(at[: number + 1]), next(iter(at[number + 1 :]), None))
                    for number, one in enumerate(pages)
                ]

    def is_whole(self, page: Kept) -> bool:
        """Whether no page is known, or was found, on which an article goes on."""
        return page.record_id in self._whole or not (page.key in self._led or page.record_id in self._parts)

    def _after(self, page: Kept, first: Article) -> list[Kept]:
        """An article's pages."""
        pages, parts = [page], list[Article]()
        while len(pages) < _PARTS and (after := self._next(pages, first, parts)) is not None:
            pages.append(after[0])
            parts.append(after[1])
        return pages

    def _next(self, pages: Sequence[Kept], first: Article, parts: Sequence[Article]) -> tuple[Kept, Article] | None:
        """The page to which the last one of an article leads, and on which it goes on."""
        may = {canonical(led.url): led for page in pages for led in self._led.get(page.key or "", ())}
        last = Page.of(self._read(pages[-1]))
        seen = {canonical(page.url) for page in pages}
        while (address := onward(last, links(last), seen, may)) is not None:
            seen.add(address)
            if (part := self._part(may[address], pages, first, parts)) is not None:
                return may[address], part
        return None

    def _part(self, page: Kept, pages: Sequence[Kept], first: Article, parts: Sequence[Article]) -> Article | None:
        """What a page shows, if the article goes on there and nothing else names it."""
        family = shape(page.url)
        if self._barren[family] >= _PATIENCE or self._tried.total() >= _TRIED or self._is_named(page, pages):
            return None
        self._tried[family] += 1
        one = extract(self._read(page), self._portal, part=True)
        if isinstance(one, Article) and of_one_day(first, one):
            together = dict(enumerate([*parts, one], 2))
            if len(further(first, together)) == len(together):
                self._barren[family] = -_TRIED
                return one
        self._barren[family] += 1
        return None

    def _is_named(self, page: Kept, pages: Sequence[Kept]) -> bool:
        """Whether other pages than the article's own say anything of a page."""
        row = self._ledger.find(page.key or "")
        hints = told(self._ledger.hints(row.id), self._portal.portal.timezone) if row is not None else ()
        own = {canonical(one.url) for one in pages}
        return any(hint.title and canonical(hint.url) not in own for hint in hints)


def _order(ledger: Ledger, page: Kept) -> int:
    """The order in which pages were found: a part comes after the page that leads to it."""
    row = ledger.find(page.key or "")
    return row.id if row is not None else 0


def with_parts(ledger: Ledger, portal: Portal, found: list[Found], read: Read) -> list[Found]:
    """The pages with each article of several parts made whole; its further parts are no articles by themselves."""
    parts = _Parts(ledger, portal, found, read)
    heads = [*articles(found), *parts.heads_of_old()]
    if portal.reading.next_part:  # where links lead to all parts, any of them would be the first
        heads.sort(key=lambda head: _order(ledger, head[0]))
    whole: dict[str, Article] = {}
    belongs: dict[str | None, str] = {}
    for page, first in heads:
        if page.record_id not in belongs and (joint := parts.whole(page, first)).provenance.parts:
            whole[page.record_id] = joint
            belongs.update((part.record_id, joint.url) for part in joint.provenance.parts)
    if not whole:
        return found
    answers: list[Found] = []
    for page, one in found:
        if page.record_id in belongs:
            answers.append((page, NotArticle(f"a further part of {belongs[page.record_id]}")))
        else:
            answers.append((page, whole.pop(page.record_id, one)))
    kept = {page.record_id: page for page, _ in heads}
    return answers + [(kept[identity], one) for identity, one in whole.items()]


class _Parts:
    """The pages that may be parts: those of this run, and those that an article had before."""

    def __init__(self, ledger: Ledger, portal: Portal, found: Sequence[Found], read: Read) -> None:
        self._ledger, self._portal, self._read = ledger, portal, read
        self._series: dict[str, dict[int, Kept]] = {}
        for page, _ in found:
            if (at := numbered(page.url)) is not None:
                self._series.setdefault(at.series, {})[at.number] = page
        linked = portal.reading.next_part
        self._pages = {canonical(page.url): page for page, _ in found} if linked else {}
        self._begun = {place(one.url).series for _, one in articles(found)}

    def whole(self, page: Kept, first: Article) -> Article:
        """An article with its further parts, where it has any."""
        if numbered(first.url) is not None:
            return first
        others = dict(self._before(first))
        linked = dict(enumerate(self._linked(page, first, others.values()), 2)) if self._pages else {}
        if not linked:
            others.update(self._series.get(place(first.url).series, {}))
            read = {number: extract(self._read(other), self._portal, part=True) for number, other in others.items()}
            linked = {number: one for number, one in read.items() if isinstance(one, Article)}
        return joined(first, further(first, linked))

    def heads_of_old(self) -> Iterator[tuple[Kept, Article]]:
        """Articles of earlier runs of which this one has a part anew, and not the first."""
        for latest in self._of_old():
            kept = self._ledger.captures.find(latest.provenance.record_id or "")
            if kept is not None and isinstance(again := extract(self._read(kept), self._portal), Article):
                yield kept, again

    def _of_old(self) -> Iterator[Article]:
        for series in self._series.keys() - self._begun:
            latest = self._ledger.versions.at(series) or self._ledger.versions.at(f"{series}/")
            if latest is not None and latest.provenance.parts:
                yield latest
        for latest in self._ledger.versions.articles() if self._pages else ():
            if canonical(latest.url) not in self._pages and numbered(latest.url) is None:
                parts = (self._ledger.captures.find(part.record_id or "") for part in latest.provenance.parts)
                if any(part is not None and canonical(part.url) in self._pages for part in parts):
                    yield latest

    def _before(self, first: Article) -> Iterator[tuple[int, Kept]]:
        """The parts that an article had, by their numbers."""
        latest = before(self._ledger, first)
        for number, part in enumerate(latest.provenance.parts if latest is not None else (), 2):
            if (kept := self._ledger.captures.find(part.record_id or "")) is not None:
                yield number, kept

    def _linked(self, page: Kept, first: Article, before: Iterable[Kept]) -> Iterator[Article]:
        """What the pages show to which `[selectors] next_part` leads, one from the other; `before`: parts it had."""
        known = {**{canonical(one.url): one for one in before}, **self._pages}
        seen = [canonical(page.url)]
        for _ in range(_PARTS):
            try:
                shown = Page.of(self._read(page))
            except NotHtml:
                return
            matches = chain.from_iterable(map(shown.select, self._portal.reading.next_part))
            target = onward(shown, matches, seen, known)
            if target is None or self._is_listed(page := known[target]):
                return
            seen.append(target)
            one = extract(self._read(page), self._portal, part=True)
            if not isinstance(one, Article) or not of_one_day(first, one):
                return
            yield one

    def _is_listed(self, page: Kept) -> bool:
        """Whether a dated list names a page: it is an article by itself."""
        row = self._ledger.find(page.key or "")
        hints = self._ledger.hints(row.id) if row is not None else ()
        return evidence(hints, self._portal.portal.timezone) is Evidence.DATED
