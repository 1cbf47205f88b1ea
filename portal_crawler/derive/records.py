"""Records: from captures to records, through `extract`, for a run that has ended and for `rebuild` alike.

What a page alone cannot tell is added here: which addresses are one article, which capture is a new version, when it
was first and last seen, and the digests of its pictures. The order of the captures decides nothing but the versions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from archive.ledger import Ledger
from archive.ledger.rows import ARTICLE, FILES, Kept
from archive.record import BETWEEN, Article, Attachment, Image, content_digest
from archive.warc.capture import Capture, Hint

from ..extract import NotArticle, extract
from ..frontier.revisit import gone, missing
from ..learn.lessons import last_line, learn_builds, learn_files, learn_names, learn_year, under
from ..portal import Portal
from ..urls import canonical
from .successors import alike, before, continued
from .whole import Found, articles, judged, with_next_part, with_parts, with_templates

_File = TypeVar("_File", Image, Attachment)

_REDIRECTS = (301, 302, 303, 307, 308)

_HTML = ("text/html", "application/xhtml+xml", "text/plain", "", None)


@dataclass(slots=True)
class Derived:
    """What became of the captures of a run."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    returned: int = 0  # were gone, and are there again
    moved: int = 0  # are as they were, at another address
    completed: int = 0  # have what was missing now: a picture or document, what lists tell, a day of their own
    twins: int = 0  # other addresses of an article that is there already
    refused: Counter[str] = field(default_factory=Counter)  # pages that are no articles, by what they are
    sections: dict[str, Counter[str]] = field(default_factory=dict)  # what was new, changed, gone ..., by section
    _news: set[str] = field(default_factory=set)  # articles that are counted above: a run may capture one again
    _seen: set[str] = field(default_factory=set)  # that were seen as they were

    def note(self, what: Literal["new", "changed", "gone", "returned", "moved"], article: Article) -> None:
        """Count one of what a reader of the portal would call news."""
        self._news.add(article.id)
        setattr(self, what, getattr(self, what) + 1)
        self.sections.setdefault(BETWEEN.join(article.section), Counter())[what] += 1

    def saw(self, article: Article) -> None:
        """An article is as it was."""
        self._seen.add(article.id)

    def summary(self) -> dict[str, object]:
        """As the report has it."""
        numbers = {f.name: getattr(self, f.name) for f in fields(self) if f.type == "int"}
        numbers["unchanged"] = len(self._seen - self._news)
        sections = {name: dict(self.sections[name]) for name in sorted(self.sections)}
        return {**numbers, "sections": sections, "not_articles": dict(self.refused.most_common())}


def derive(
    ledger: Ledger,
    portal: Portal,
    run: str,
    read: Callable[[Kept], Capture],
    adopt: Callable[[Portal], None],
    *,
    watch: Callable[[int, int], None] | None = None,
) -> Derived:
    """Make the records of every run whose records are not made yet, as what `run` found.

    `read` gives the bytes of a capture. `adopt` is given the definition in force, with what these pages taught, before
    anything is made with it: to archive it. One transaction: a kill leaves all of it to the next run.
    `watch(done, all)` is told how far it is.
    """
    runs = [identity for identity, *_ in ledger.runs.all(derived=False)]
    kept = [one for identity in runs for one in ledger.captures.all(identity)]
    pages = [one for one in kept if _is_page(one) and _may_be_article(one, portal)]
    portal = with_templates(ledger, portal, pages, read)
    found: list[Found] = []
    for number, page in enumerate(pages):
        found.append((page, extract(read(page), portal)))
        if watch is not None:
            watch(number + 1, len(pages))
    portal, found, views = judged(ledger, portal, found, read)
    if not portal.learned.this_year:
        portal = learn_year(portal, (one for _, one in articles(found)))
        if portal.learned.this_year:
            found = [(page, extract(read(page), portal) if isinstance(one, Article) else one) for page, one in found]
    portal = learn_names(portal, (one for _, one in articles(found)))
    portal = learn_files(portal, (one for _, one in articles(found)))
    found = [(page, extract(read(page), portal) if _is_signed(one, portal) else one) for page, one in found]
    portal = with_next_part(ledger, portal, found, read)
    found = with_parts(ledger, portal, found, read)
    shown = [one for _, one in articles(found)]
    moved = [one.timestamp for one in shown if one.timestamp and _is_newer_build(one, before(ledger, one))]
    portal = learn_builds(portal, [one.timestamp for one in shown], moved)
    adopt(portal)
    found = [(page, under(one, portal) if isinstance(one, Article) else one) for page, one in found]
    result = Derived()
    with ledger.transaction():
        for page, one in found:
            if isinstance(one, NotArticle):
                result.refused[one.kind] += 1
                ledger.judge(page, one.reason, None)
            else:
                ledger.judge(page, ARTICLE, one.content_sha256)
        payloads = _Payloads(ledger)
        if any(one.kind in FILES and one.status == 200 for one in kept):
            result.completed += _complete(ledger, payloads)
        result.twins += len(views)
        for address, twin in views.items():
            ledger.versions.add_alias(address, twin, twin=True)
        again = _whole_later(ledger, kept)
        whole = (
            one for page, one in articles(found) if canonical(one.url) not in views and page.record_id not in again
        )
        for article in _one_each(whole, ledger, result):
            _keep_version(ledger, payloads.put_into(article), run, result, portal, read)
        for identity in runs:
            ledger.runs.mark_derived(identity)
        _see_again(ledger, kept, run, result)
    return result


def _is_signed(one: Article | NotArticle, portal: Portal) -> bool:
    """Whether a text ends in a line that is known, now, to be somebody's name."""
    return isinstance(one, Article) and one.author is None and last_line(one) in portal.learned.names


def _is_page(kept: Kept) -> bool:
    return kept.status == 200 and kept.media_type in _HTML and not kept.url.endswith("/robots.txt")


def _whole_later(ledger: Ledger, kept: Iterable[Kept]) -> set[str]:
    """The captures that were cut off and came whole at a later attempt of the visit: what they lack was never gone."""
    cut: dict[tuple[str, str], set[str]] = {}
    found: set[str] = set()
    first: dict[str, str] = {}  # of each run the first of its visit
    for one in kept:
        if one.run not in first:
            first[one.run] = min(filter(None, ledger.runs.of_visit(one.run)), default=one.run)
        key = (first[one.run], one.key or canonical(one.url))
        if one.status == 200 and one.truncated is None:
            found |= cut.pop(key, set())
        elif one.status == 200 and one.truncated != "length":
            cut.setdefault(key, set()).add(one.record_id)
    return found


def _may_be_article(kept: Kept, portal: Portal) -> bool:
    """A requisite is none; a page in place of a picture on another host is not the portal's."""
    return kept.kind != "requisite" and (kept.kind not in FILES or portal.owns(kept.url))


def _see_again(ledger: Ledger, kept: Iterable[Kept], run: str, result: Derived) -> None:
    """What visits tell that gave no page: an article that is as it was (304), or that is not there any more."""
    for one in {one.key: one for one in kept}.values():
        key = one.key or canonical(one.url)
        latest = ledger.versions.at(key)
        if latest is None:
            continue
        if one.status in _REDIRECTS and (target := ledger.versions.leads_to(key)) is not None:
            there = ledger.versions.at(target)
            if there is None:  # so portals answer for what they have taken away
                ledger.judge(one, f"redirects to {target}, which is no article", None)
            elif there.id != latest.id and latest.status != "gone" and alike(there, latest):
                _ends_in(ledger, latest, there, run, result)
                continue
        visits = ledger.history.visits_of(key)
        if one.status == 304 and not missing(visits):
            _seen_again(ledger, latest, {"last_seen": one.date}, run, result)
        elif gone(visits) and latest.status != "gone":
            result.note("gone", latest)
            ledger.versions.save(latest.model_copy(update={"status": "gone"}), run)


def _ends_in(ledger: Ledger, latest: Article, there: Article, run: str, result: Derived) -> None:
    """The address leads to the same article, which a list named before: that record has it, this one ends."""
    result.note("moved", latest)
    ledger.versions.save(latest.model_copy(update={"status": "gone"}), run)
    aliases = {*there.aliases, *latest.aliases, latest.canonical_url} - {there.canonical_url}
    ledger.versions.save(there.model_copy(update={"aliases": tuple(sorted(aliases))}))


def _one_each(whole: Iterable[Article], ledger: Ledger, result: Derived) -> Iterator[Article]:
    """One record an article, whatever its addresses; the others become its aliases.

    Gives every capture of the address that stands for the article, oldest first: its versions.
    """
    captures: dict[str, list[Article]] = {}
    for article in whole:
        captures.setdefault(canonical(article.url), []).append(article)
    for versions in captures.values():  # files that were imported may overlap in time
        versions.sort(key=lambda article: article.provenance.captured or "")
    for same in _twins([versions[-1] for versions in captures.values()]):
        addresses = [canonical(article.url) for article in sorted(same, key=_plainness)]
        best, others = addresses[0], addresses[1:]
        known = ledger.versions.twin_of(best)
        result.twins += len(others) + (known is not None)
        for other in others:
            ledger.versions.add_alias(other, best, twin=True)
        if known is None:
            aliases = tuple(ledger.versions.aliases(best))
            for version in captures[best]:
                yield version.model_copy(update={"aliases": aliases})


def _twins(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Groups of pages that are one article: of one canonical address, or printing the same and sharing a mark."""
    alike: dict[tuple[str, ...], list[list[Article]]] = {}
    named: dict[str, list[Article]] = {}
    for article in articles:
        named.setdefault(article.canonical_url, []).append(article)
    for group in named.values():
        first = group[0]
        files = first.attachments or first.images  # a notice may be a scanned page and no word
        text = (first.body,) if first.body else tuple(file.url for file in files)
        alone = () if any(text) else (first.canonical_url,)
        alike.setdefault((first.title, first.timestamp or "", *text, *alone), []).append(group)
    for same in alike.values():
        groups: list[tuple[set[str], list[Article]]] = []
        for members in same:
            marks = set().union(*(_marks(article.url) for article in members))
            joined = [group for group in groups if group[0] & marks]
            groups = [group for group in groups if not group[0] & marks]
            groups.append(
                (marks.union(*(group[0] for group in joined)), [*(a for g in joined for a in g[1]), *members])
            )
        yield from (members for _, members in groups)


def _marks(url: str) -> set[str]:
    """What of an address names the page: its numbers of two digits and more, and the last part of its path."""
    parts = urlsplit(url)
    name = parts.path.rstrip("/").rpartition("/")[2].partition(".")[0]
    return set(re.findall(r"\d{2,}", f"{parts.path}?{parts.query}")) | ({name} if name else set())


def _plainness(article: Article) -> tuple[bool, bool, bool, int, str]:
    """The address that a reader would hand on sorts first: canonical, no print view, no query, short."""
    url = canonical(article.url)
    parts = urlsplit(url)
    printed = bool(re.search(r"print|savefile|/in-trang|/reply/", url, re.I))
    return url != article.canonical_url, printed, bool(parts.query), len(url), url


class _Payloads:
    """The pictures and documents that are kept: where, and with which digest, by their address or where it leads."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._at = ledger.history.payloads()

    def put_into(self, article: Article) -> Article:
        """The record with digest and capture of each of its files that is kept; what it has stays."""
        images, attachments = tuple(map(self._kept, article.images)), tuple(map(self._kept, article.attachments))
        return article.model_copy(update={"images": images, "attachments": attachments})

    def _kept(self, file: _File) -> _File:
        if file.sha256 is not None:
            return file
        key = canonical(file.url)
        target = key if key in self._at else self._ledger.versions.leads_to(key)
        digest, record_id = self._at.get(target or key, (None, None))
        return file.model_copy(update={"sha256": digest, "record_id": record_id})


def _complete(ledger: Ledger, payloads: _Payloads) -> int:
    """Give the latest records the files that have come since they were made; how many have one more now."""
    number = 0
    for article in ledger.versions.incomplete():
        if (whole := payloads.put_into(article)) != article:
            ledger.versions.save(whole)
            number += 1
    return number


def _keep_version(
    ledger: Ledger, article: Article, run: str, result: Derived, portal: Portal, read: Callable[[Kept], Capture]
) -> None:
    """A new article, a new version of one, or one that was seen again as it was."""
    seen = article.provenance.captured
    article = article.model_copy(update={"first_seen": seen, "last_seen": seen})
    latest = before(ledger, article)
    if latest is None:
        result.note("new", article)
        ledger.versions.save(article, run)
        return
    moved = latest.id != article.id and canonical(latest.url) != canonical(article.url)
    article = continued(article, latest)
    update = {"version": latest.version + 1, "status": "changed", "first_seen": latest.first_seen}
    fuller: bool | None = False  # tells more than the version, though the page is the same; None: an edit
    if not _same(article, latest) and not _same(article, _read_anew(ledger, latest, portal, read)):
        fuller = _is_fuller(ledger, article, latest, portal, read)
    elif _is_dated_now(article, latest, portal):
        fuller = True
    if fuller is None:
        result.note("changed", article)
        ledger.versions.save(article.model_copy(update=update), run)
    elif moved:  # a version, for the record points at the bytes and says the address of one capture
        result.note("moved", article)
        update["status"] = latest.status if latest.status != "gone" else _there(latest)
        ledger.versions.save(article.model_copy(update=update), run)
    elif fuller:  # the same version, read from the capture that tells more
        if latest.status == "gone":
            result.note("returned", latest)
        result.completed += 1
        update |= {"version": latest.version, "status": _there(latest)}
        ledger.versions.save(article.model_copy(update=update), run)
    else:
        _seen_again(ledger, latest, {"last_seen": article.last_seen, "aliases": article.aliases}, run, result)


def _is_newer_build(article: Article, latest: Article | None) -> bool:
    """Whether the date that an article prints is probably the moment of a later build: the one before was a build's."""
    if latest is None or latest.timestamp_kind != "build":
        return False
    return (article.timestamp or "") > (latest.timestamp or "")


def _is_dated_now(article: Article, latest: Article, portal: Portal) -> bool:
    """Whether a page that had only a build's moment prints a day of its own: one before the newest build's."""
    if (latest.timestamp_kind, article.timestamp_kind) != ("build", "published"):
        return False
    return (article.timestamp or "") < max(portal.learned.build, default="")


def _read_anew(ledger: Ledger, latest: Article, portal: Portal, read: Callable[[Kept], Capture]) -> Article:
    """A version as its capture is read by the definition in force: what only the reading makes another is no edit."""
    if latest.extraction.portal_sha256 == portal.digest:
        return latest
    return _again(ledger, latest, portal, read) or latest


def _again(
    ledger: Ledger,
    article: Article,
    portal: Portal,
    read: Callable[[Kept], Capture],
    hints: tuple[Hint, ...] | None = None,
) -> Article | None:
    """A version as its capture is read now; `hints`: as if these were what lists told of it."""
    kept = ledger.captures.find(article.provenance.record_id or "")
    if kept is None:
        return None
    capture = read(kept) if hints is None else replace(read(kept), hints=hints)
    again = extract(capture, portal)
    if not isinstance(again, Article):
        return None
    ((_, whole),) = with_parts(ledger, portal, [(kept, again)], read)
    return under(whole, portal) if isinstance(whole, Article) else None


def _is_fuller(
    ledger: Ledger, article: Article, latest: Article, portal: Portal, read: Callable[[Kept], Capture]
) -> bool | None:
    """Whether a page is as it was, and lists tell of it what was not known of the version; None where it was edited.

    Of a page that was imported no list may have told: where one capture has hints and the other none, both are read
    without, for what the reading knew of one alone is no edit.
    """
    new, old = (ledger.captures.find(one.provenance.record_id or "") for one in (article, latest))
    if new is None or old is None or bool(read(new).hints) == (known := bool(read(old).hints)):
        return None
    alone = _again(ledger, latest if known else article, portal, read, ())
    other = article if known else _read_anew(ledger, latest, portal, read)
    return not known if alone is not None and alone.content_sha256 == other.content_sha256 else None


def _same(article: Article, latest: Article) -> bool:
    """Whether a reader reads the same. A build's moment is no edit, also where too few pages show it to be one."""
    if article.content_sha256 == latest.content_sha256:
        return True
    if not _is_newer_build(article, latest):
        return False
    undated = article.model_copy(update={"timestamp_kind": "build"})
    return content_digest(undated.model_dump(mode="json")) == latest.content_sha256


def _there(latest: Article) -> str:
    """The status of a version that is there again."""
    return "changed" if latest.version > 1 else "live"


def _seen_again(ledger: Ledger, latest: Article, update: dict[str, Any], run: str, result: Derived) -> None:
    """The version is there as it was; if it was gone, it has returned."""
    if latest.status == "gone":
        result.note("returned", latest)
        update["status"] = _there(latest)
        ledger.versions.save(latest.model_copy(update=update), run)
    else:
        result.saw(latest)
        ledger.versions.save(latest.model_copy(update=update))
