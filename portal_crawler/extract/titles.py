"""Titles: an article's title, where it was found and how sure it is; those that no line of its page shows.

Which line of a page is its title, `titlelines` weighs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..fields import dates
from ..page import fold, furniture, string
from ..page.furniture import plain
from .dateplace import dated_apart
from .generic import Survey

LISTED = "listing hint"  # a title that a list gives as well
SURE = 6.0  # the strength of one that a list gives with its date
EVIDENT = 3.0  # the strength of one that more than one thing speaks for
FIRST, NEAR = "first heading", "heading nearest the body"  # what says no more of a title than that it is a heading
NEAREST = "line nearest the body"  # a title that nothing but its place speaks for
_SEPARATOR = re.compile(r"\s+[|–—·•»«:\-]+\s+|\s*[|»«]\s*|\s+::\s+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A title with the line that shows it (-1: none does) and where it was found, in words."""

    text: str
    line: int
    source: str
    strength: float


def without_date(found: Survey, heading: Heading, offset: str) -> Heading:
    """A title without the date that the page prints at its end, in an element of its own."""
    if heading.line < 0:
        return heading
    el: Any = found.flat.lines[heading.line].el
    tags = ("small", "span", "i", "em", "time", "font")
    for inner in (*el.iterdescendants(*tags), *el.itersiblings(*tags)):
        last = fold(string(inner))
        rest = heading.text.removesuffix(last).rstrip(" ([-–|")
        cut = last and rest != heading.text and len(rest) >= 10
        if cut and len(last) <= 60 and dates.parse(last.strip("()[] "), offset) is not None:
            return replace(heading, text=rest)
    apart = dated_apart(found, heading.line, offset)
    return heading if apart is None else replace(heading, text=heading.text[: apart.start].rstrip(" ([-–|"))


def unshown_title(
    hinted: Sequence[tuple[str, bool]],
    structured: Sequence[tuple[str, str]],
    title: str | None,
    site_names: Iterable[str],
) -> Heading | None:
    """A title that no line shows: as structured data, the <title> element or a listing give it."""
    banned = {plain(name) for name in site_names if name}

    def usable(text: str) -> bool:
        named = furniture.is_site_name(text) or furniture.is_related_heading(text)
        return len(text) >= 4 and plain(text) not in banned and not named

    for text, source in structured:
        short = _without_site(text, banned)
        if usable(short):
            return Heading(short, -1, source, 2.0)
    if title:
        short = _without_site(title, banned)
        if usable(short) and (short != title or len(title) > 25):
            return Heading(short, -1, "title element", 1.5)
    for text, _ in hinted:
        if usable(text):
            return Heading(text, -1, LISTED, 2.5)
    return None


def outdone(best: Heading, unshown: Heading, title: str | None) -> bool:
    """Whether what a page tells twice, to machines and in its <title>, is surer than a heading of its text."""
    if unshown.source == LISTED or unshown.source == "title element" or best.source not in (FIRST, NEAR):
        return False
    said = plain(unshown.text)
    told_twice = f"{plain(title or '')} ".startswith(f"{said} ")
    return told_twice and (best.source == NEAR or not set(said.split()) & set(plain(best.text).split()))


def _without_site(title: str, banned: set[str]) -> str:
    """A <title> without the site's name at its end or beginning."""
    pieces = _SEPARATOR.split(title)
    if len(pieces) < 2:
        return title
    for cut in cut_off(title):
        rest = plain(title.replace(cut, "", 1))
        if rest in banned:
            return cut
    head = cut_off(title)[0]
    return head if len(head) >= 0.4 * len(title) or len(_WORD.findall(head)) >= 4 else title


def cut_off(title: str) -> list[str]:
    """The title without its last part, its first part, and its last two."""
    marks = list(_SEPARATOR.finditer(title))
    if not marks:
        return []
    cuts = [title[: marks[-1].start()], title[marks[0].end() :]]
    if len(marks) > 1:
        cuts += [title[: marks[-2].start()], title[: marks[0].start()]]
    return [cut for cut in cuts if cut.strip()]
