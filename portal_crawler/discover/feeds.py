"""Feeds: what a portal says that it published lately (RSS 0.9x to 2.0, RDF, Atom). Pure.

An entry's title and day are hints for its page, as a listing's are. Only the day: the minutes of a whole CMS are wrong
(NukeViet prints the month in their place), and days that cannot be are left out.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from archive.errors import ArchiveError

from ..fields import dates
from .sitemaps import Entry
from .xmldoc import NotXml, elements, name, text

MOST = 5_000  # entries of one feed that are read
LARGEST = 16 << 20  # bytes
_LONGEST = 2000  # characters of an address
_FIRST_YEAR = 1995
_TAG = re.compile(r"<[^<>]{0,2000}>")
_DATES = ("pubDate", "published", "date", "issued", "created", "updated")


class NotFeed(ArchiveError):
    """The bytes are no feed: `str(error)` is the reason."""


@dataclass(frozen=True, slots=True)
class Feed:
    """The entries in the feed's order; `following`: where it goes on (RFC 5005)."""

    entries: tuple[Entry, ...] = ()
    following: str | None = None


def read(body: bytes, served: datetime | None = None) -> Feed:
    """A feed from its bytes; `served`: when it was sent, later days are not believed. Raises NotFeed."""
    if not body.strip():
        raise NotFeed("empty")
    found: list[Entry] = []
    following = root = None
    try:
        for event, element in elements(body[:LARGEST]):
            tag = name(element)
            if root is None:
                root = element
                if tag not in ("rss", "RDF", "feed"):
                    raise NotFeed(f"not a feed: a document of <{tag[:40]}>")
            if event == "end" and tag == "link" and element.get("rel") == "next":
                following = element.get("href")
            if event == "end" and tag in ("item", "entry"):
                entry = _entry(element, served)
                if entry is not None:
                    found.append(entry)
                element.clear()
                if len(found) == MOST:
                    break
    except NotXml as error:
        raise NotFeed(str(error)) from None
    return Feed(tuple(_believed(found)), following)


def day(words: str, served: datetime | None = None) -> str | None:
    """The day that a feed's date names, ISO 8601, as its own clock has it; None where it names none that can be."""
    words = words.strip()[:80]
    moment = _moment(words)
    if moment is not None:
        year, value = moment.year, moment.date().isoformat()
    else:
        stamp = dates.parse(words)
        if stamp is None:
            return None
        value = stamp.value[:10]
        year = int(value[:4])
    if year < _FIRST_YEAR or (served is not None and value > f"{served.year + 1}"):
        return None
    return value


def _moment(words: str) -> datetime | None:
    try:
        return datetime.fromisoformat(words) if words[:4].isdigit() else parsedate_to_datetime(words)
    except (ValueError, IndexError, OverflowError):
        return None


def _entry(element: Any, served: datetime | None) -> Entry | None:
    told: dict[str, str] = {}
    links: list[tuple[str, str]] = []
    for child in element:
        tag = name(child)
        if tag == "link":
            links.append((child.get("rel") or "alternate", child.get("href") or text(child)))
        elif tag == "guid":
            links.append(("permalink" if child.get("isPermaLink") != "false" else "", text(child)))
        elif tag and (words := text(child)):
            told.setdefault(tag, words)
    wanted = [url.strip() for rel in ("alternate", "permalink") for kind, url in links if kind == rel and url.strip()]
    url = next((url for url in wanted if not re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:", url, re.I)), None)
    if url is None or len(url) > _LONGEST:
        return None
    date = next((found for tag in _DATES if tag in told and (found := day(told[tag], served))), None)
    return Entry(url, plain_text(told.get("title", "")) or None, date)


def _believed(entries: Sequence[Entry]) -> list[Entry]:
    """Without dates where all entries have the same: that is when the feed was made."""
    counted = Counter(entry.date for entry in entries)
    if len(entries) >= 5 and len(counted) == 1:
        return [replace(entry, date=None) for entry in entries]
    return list(entries)


def plain_text(markup: str) -> str:
    """Text from a title that may hold HTML, escaped or not."""
    return " ".join(html.unescape(_TAG.sub(" ", html.unescape(markup))).split())
