"""Hints: what other pages say of a page, read: title and date apart, empty words left out. Pure.

How a page is named tells what it is: articles stand in lists with their dates, sections and static pages in menus.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

from archive.warc.capture import Hint

from ..fields import dates
from ..page import fold, furniture
from .traps import lists_anything

_OF_TITLE = re.compile(r"\w (?:ngày|tháng|năm|quý|từ|đến|lúc|sáng|chiều|tối|trưa)$")  # before a day that is said
_SECTION = 4  # pages that set another day each beside a link: it is their section's
_TITLE = 18  # characters of a link's text that are more than a section's name


class Evidence(IntEnum):
    """How surely other pages name a page as an article."""

    NONE = 0  # a menu's link, a pager's, a sitemap's entry
    TITLED = 1  # a link that is long enough for a title
    DATED = 2  # a list's entry: a title and its date


def told(hints: Iterable[Hint], offset: str) -> tuple[Hint, ...]:
    """The hints with dates taken off their titles' ends, without those that say nothing ("Xem tiếp", "Trang chủ")."""
    read = (_told(hint, offset) for hint in hints)
    return tuple(hint for hint in read if not hint.title or not _says_nothing(hint.title))


def evidence(hints: Iterable[Hint], offset: str) -> Evidence:
    """The best that hints, as they were kept, say.

    An author's page or a search lists all kinds of pages, dated; beside the date over an article stands its section.
    """
    best = Evidence.NONE
    days: dict[str, str] = {}  # of each date: a page that says it
    for hint in hints:
        for read in told((hint,), offset):
            long = read.title is not None and len(read.title) >= _TITLE
            anything = lists_anything(hint.url)
            if read.title is None or (anything and not long):
                continue
            sure = long or read.date != fold(hint.date or "")  # the date was in the link itself
            if read.date and sure and not anything:
                days.setdefault(_day(read.date, offset), hint.url)
            best = max(best, Evidence.TITLED)
    over_articles = len(set(days.values())) >= _SECTION  # each page has another date for it: beside its own
    return Evidence.DATED if days and not over_articles else best


def _says_nothing(title: str) -> bool:
    return furniture.is_widget(title) or furniture.is_site_name(title) or furniture.is_related_heading(title)


def _told(hint: Hint, offset: str) -> Hint:
    """A hint with the date taken off the end of its title, where a listing prints it inside the link."""
    title, date = _apart(hint.title or "", hint.date or "", offset)
    return Hint(url=hint.url, title=title or None, date=date or None, section=fold(hint.section or "") or None)


@lru_cache(maxsize=1 << 10)  # several lists say the same of a page, and several ask what they say
def _apart(title: str, date: str, offset: str) -> tuple[str, str]:
    """A title and its date."""
    title, date = fold(title), fold(date)
    stamps = dates.find(title, offset) if title else []
    if stamps and not title[stamps[-1].end :].strip(" )]|.-–") and len(title[: stamps[-1].start].strip(" ([|.-–")) > 3:
        cut = title[: stamps[-1].start].rstrip()
        bracketed = cut.endswith(("(", "["))
        if (bracketed or not date) and not _OF_TITLE.search(cut):
            date = date or title[stamps[-1].start :].strip("()[] ")
            title = cut.rstrip("([|-– ")
    return title, date


@lru_cache(maxsize=1 << 10)
def _day(date: str, offset: str) -> str:
    """The day that a date tells, or its words."""
    stamp = next(iter(dates.find(date, offset)), None)
    return stamp.value[:10] if stamp else date
