"""Records: from captures to records, through `extract`, for a run that has ended and for `rebuild` alike.

What a page alone cannot tell is added here: which addresses are one article, which capture is a new version, when it
was first and last seen, and the digests of its pictures. The order of the captures decides nothing but the versions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar
from urllib.parse import urlsplit

from archive.ledger import Ledger
from archive.ledger.rows import ARTICLE, FILES, Kept
from archive.record import Article, Attachment, Image
from archive.warc.capture import Capture

from ..extract import NotArticle, extract
from ..frontier.revisit import gone, missing
from ..learn.lessons import last_line, learn_builds, learn_files, learn_names, learn_year, under
from ..portal import Portal
from ..urls import canonical
from .derived import Derived
from .successors import alike, before
from .versions import is_newer_build, keep_version, seen_again
from .whole import Found, articles, judged, with_next_part, with_parts, with_templates

_File = TypeVar("_File", Image, Attachment)

_REDIRECTS = (301, 302, 303, 307, 308)

_HTML = ("text/html", "application/xhtml+xml", "text/plain", "", None)


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
    moved = [one.timestamp for one in shown if one.timestamp and is_newer_build(one, before(ledger, one))]
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
            keep_version(ledger, payloads.put_into(article), run, result, portal, read)
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
            seen_again(ledger, latest, {"last_seen": one.date}, run, result)
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
