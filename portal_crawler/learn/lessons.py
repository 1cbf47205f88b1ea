"""Lessons: from several pages of one portal to what a person would have written into its definition. Pure.

What varies once a page is content, what repeats is furniture: only a portal's pages together can tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from archive.record import Article, content_digest

from ..discover.hints import Evidence
from ..fields.bylines import closing
from ..portal import Portal

# A portal without dates of its own prints the moment of its last build on every such page (FORMATS: real portals).
_TOGETHER = 5  # articles of one minute: nobody publishes so fast
_SAME_DAY = 8  # articles of one day, where pages print no time
_MOVED = 2  # articles whose date was a build's and is now this one
_LISTED, _NEARLY = 10, 0.8  # articles with a date in a list, and their share, that show a portal's way
_AGAIN = 3  # articles that end in the same line: it is a signature
_ALIKE, _HALF = 5, 0.5  # articles that show the same file, and their share
_DATES, _TO_COME = 8, 2  # dates that tell whether their year is theirs; those of days to come
_SHARE = 0.25  # of the articles that print a date


def build_moments(timestamps: Iterable[str | None]) -> tuple[str, ...]:
    """The timestamps that are only the moment of the portal's last build: many articles at once have them.

    `timestamps`: one for each article, ISO 8601, with a time or without. A minute that a quarter of the articles share
    is a build's; of days, which a busy portal's articles may share, only the newest.
    """
    dated = [timestamp for timestamp in timestamps if timestamp]
    counts = Counter(dated)
    newest = max((timestamp[:10] for timestamp in dated), default="")
    found = []
    for timestamp, number in counts.items():
        by_minute = len(timestamp) > 10
        enough = _TOGETHER if by_minute else _SAME_DAY
        if number >= max(enough, _SHARE * len(dated)) and (by_minute or timestamp == newest):
            found.append(timestamp)
    return tuple(sorted(found))


def learn_lists(portal: Portal, named: Iterable[Evidence]) -> Portal:
    """The definition with whether dated lists name the articles: `named` has it of each that something led to."""
    return _with(portal, listed=portal.learned.listed or are_listed(named))


def learn_builds(portal: Portal, timestamps: Iterable[str | None], moved: Iterable[str] = ()) -> Portal:
    """The definition with the moments of builds that the timestamps of articles show, beside those known before.

    `moved`: what articles print now that printed a build's moment before; a visit may have asked for a few only.
    """
    together = sorted(moment for moment, number in Counter(moved).items() if number >= _MOVED)
    build = dict.fromkeys((*build_moments(timestamps), *together))
    known = portal.learned.build
    return _with(portal, build=(*known, *(one for one in build if one not in known)))


def last_line(article: Article) -> str:
    """The last paragraph of an article's text."""
    return article.body.rpartition("\n\n")[2]


def learn_names(portal: Portal, articles: Iterable[Article]) -> Portal:
    """The definition with the last lines that could name somebody and come again under several articles."""
    lines = Counter(last_line(article) for article in articles if article.author is None and "\n\n" in article.body)
    again = sorted(line for line, number in lines.items() if number >= _AGAIN and _could_sign(line))
    known = portal.learned.names
    return _with(portal, names=(*known, *(line for line in again if line not in known)))


def learn_labels(portal: Portal, labels: Iterable[str]) -> Portal:
    """The definition with the labels of the portal's registers, beside those known before."""
    known = portal.learned.labels
    return _with(portal, labels=(*known, *sorted(set(labels) - set(known))))


def learn_files(portal: Portal, articles: Iterable[Article]) -> Portal:
    """The definition with the pictures and documents that half of some articles show: they are no article's own."""
    articles = list(articles)
    files = ({*(one.url for one in each.images), *(one.url for one in each.attachments)} for each in articles)
    shown = Counter(url for urls in files for url in urls)
    again = sorted(url for url, number in shown.items() if number >= max(_ALIKE, _HALF * len(articles)))
    known = portal.learned.files
    return _with(portal, files=(*known, *(url for url in again if url not in known)))


def learn_year(portal: Portal, articles: Iterable[Article]) -> Portal:
    """The definition with whether the portal prints the year of the visit with each date, as one theme's bug has it.

    Where all dates that pages show are of the year of their capture, and some of days that are yet to come, the year
    is nobody's.
    """
    shown = [one for one in articles if one.timestamp and one.provenance.captured and _is_shown(one)]
    days = [(one.timestamp or "", one.provenance.captured or "") for one in shown]
    of_visit = len(days) >= _DATES and all(day[:4] == captured[:4] for day, captured in days)
    to_come = sum(day[:10] > captured[:10] for day, captured in days)
    return _with(portal, this_year=True) if of_visit and to_come >= max(_TO_COME, len(days) // 10) else portal


def _is_shown(article: Article) -> bool:
    """Whether its date stands in the page as readers see it."""
    return article.extraction.fields.get("timestamp", "").startswith(("date line", "selector", "learned selector"))


def _could_sign(line: str) -> bool:
    byline = closing(line)
    return byline is not None and byline.kind == "bare-weak"


def _with(portal: Portal, **learned: object) -> Portal:
    return portal.model_copy(update={"learned": portal.learned.model_copy(update=learned)})


def are_listed(named: Iterable[Evidence]) -> bool:
    """Whether dated lists name this portal's articles: nearly all that a list or a sitemap leads to are dated there."""
    named = list(named)
    dated = sum(one is Evidence.DATED for one in named)
    return dated >= _LISTED and dated >= _NEARLY * len(named)


def under(article: Article, portal: Portal) -> Article:
    """The record as `extract` would give it with this definition, which differs only in what was learned of builds and
    of files that are no article's.
    """
    extraction = article.extraction.model_copy(update={"portal_sha256": portal.digest})
    kind = portal.kind_of(article.timestamp)
    article = without_files(article, frozenset(portal.learned.files))
    article = article.model_copy(update={"extraction": extraction, "timestamp_kind": kind})
    return article.model_copy(update={"content_sha256": content_digest(article.model_dump(mode="json"))})


def without_files(article: Article, files: frozenset[str]) -> Article:
    """The record without the pictures and documents that are the portal's."""
    if not files:
        return article
    images = tuple(one for one in article.images if one.url not in files)
    attachments = tuple(one for one in article.attachments if one.url not in files)
    return article.model_copy(update={"images": images, "attachments": attachments})
