"""Whole: what only a portal's pages together tell, looked up in its ledger.

Where its pages show their fields, which of them are lists and views of others, and which are one article's parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from archive.capture import Capture
from archive.ledger import Ledger
from archive.record import Article
from archive.rows import Kept

from .candidates import Candidate, refused
from .discover import discover
from .extract import extract
from .hints import Evidence, evidence, told
from .learn import learn_lists
from .page import NotHtml, Page
from .paging import place
from .parts import further, joined, numbered
from .portal import Portal
from .refusal import NotArticle, lists_itself
from .samples import Sample
from .successors import before
from .tables import Selectors
from .templates import SAMPLE, fits, learn_selectors
from .urls import canonical, resolve

Found = tuple[Kept, Article | NotArticle]  # a capture of a page, and what it shows
Read = Callable[[Kept], Capture]

_LARGEST = 1 << 20  # bytes of a page to learn from: the largest tell no more, and take long
_PARTS = 100  # of one article


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
    if portal.learned.selectors != Selectors() and fits(portal, [sample.page for sample in samples]):
        return portal
    return learn_selectors(portal, samples)


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
    listed = portal.learned.listed
    verdicts = {
        one.article.provenance.record_id: (canonical(one.article.url), verdict)
        for one, verdict in refused(doubtful, ledger.versions.articles, listed=listed)
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
        named=evidence(hints, offset),
        called=frozenset(hint.title.casefold() for hint in told(hints, offset) if hint.title),
        kind=page.kind,
        linked=lambda: ledger.history.linked_from(page.key or ""),
        leads_to=lambda: frozenset(lead.key for lead in discover(Page.of(read(page)), portal)),
        lists_itself=lambda: lists_itself(Page.of(read(page)), article.title, offset),
    )


def _is_known(ledger: Ledger, article: Article) -> bool:
    """Whether an earlier run kept it as an article: what more pages tell does not take it back."""
    latest = before(ledger, article)
    return latest is not None and latest.status != "gone"


def with_parts(ledger: Ledger, portal: Portal, found: list[Found], read: Read) -> list[Found]:
    """The pages with each article of several parts made whole; its further parts are no articles by themselves."""
    parts = _Parts(ledger, portal, found, read)
    heads = [parts.whole(page, one) for page, one in articles(found)]
    heads += [parts.whole(page, one) for page, one in parts.heads_of_old()]
    whole = {page.record_id: one for page, one in heads if one.provenance.parts}
    if not whole:
        return found
    belongs = {part.record_id: one.url for one in whole.values() for part in one.provenance.parts}
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

    def whole(self, page: Kept, first: Article) -> tuple[Kept, Article]:
        """An article with its further parts, where it has any."""
        others = dict(self._before(first))
        others.update(self._series.get(place(first.url).series, {}))
        if self._pages:
            others.update(enumerate(self._linked(page), 2))
        if not others or numbered(first.url) is not None:
            return page, first
        read = {number: extract(self._read(other), self._portal, part=True) for number, other in others.items()}
        return page, joined(first, further(first, {n: one for n, one in read.items() if isinstance(one, Article)}))

    def heads_of_old(self) -> Iterator[tuple[Kept, Article]]:
        """Articles of earlier runs of which this one has a part anew, and not the first."""
        for series in self._series.keys() - self._begun:
            latest = self._ledger.versions.at(series) or self._ledger.versions.at(f"{series}/")
            kept = (
                self._ledger.capture(latest.provenance.record_id or "") if latest and latest.provenance.parts else None
            )
            if kept is not None and isinstance(again := extract(self._read(kept), self._portal), Article):
                yield kept, again

    def _before(self, first: Article) -> Iterator[tuple[int, Kept]]:
        """The parts that an article had, by their numbers."""
        latest = before(self._ledger, first)
        for number, part in enumerate(latest.provenance.parts if latest is not None else (), 2):
            if (kept := self._ledger.capture(part.record_id or "")) is not None:
                yield number, kept

    def _linked(self, page: Kept) -> Iterator[Kept]:
        """The pages that `[selectors] next_part` leads to, one from the other."""
        seen = {canonical(page.url)}
        for _ in range(_PARTS):
            target = _next_part(self._read(page), self._portal)
            if target is None or target in seen or target not in self._pages:
                return
            seen.add(target)
            page = self._pages[target]
            yield page


def _next_part(capture: Capture, portal: Portal) -> str | None:
    """The canonical address of the link to the next part."""
    try:
        page = Page.of(capture)
    except NotHtml:
        return None
    for selector in portal.reading.next_part:
        for match in page.select(selector):
            href = match if isinstance(match, str) else match.get("href")
            if target := resolve(page.base, href):
                return canonical(target)
    return None
