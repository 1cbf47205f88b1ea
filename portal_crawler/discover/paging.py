"""Paging: which page of which list an address is, what the next one would be, what a page's pager says. Pure.

A series is a list with all its pages. Its name is the address without whatever says which page: so the first page,
which often says nothing, has the same name as the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from archive.ledger.rows import Lead

from ..page import Page
from ..urls import canonical, resolve

# A query parameter that counts pages; Liferay's is `_101_INSTANCE_x_cur`.
_COUNTER = re.compile(
    r"(?:current)?page|trang|pageindex|page_?(?:no|num|number|id)|pagenumber|paged|pg|cur|p|tr|\w*_cur", re.I
)
_OFFSET = re.compile(r"(?:\w_)?(?:start|offset|limitstart|skip|from|first)(?::int)?", re.I)
_IN_PATH = re.compile(
    r"(?P<before>/[^/]+)?/(?P<word>page|trang)(?P<mark>[/-])(?P<number>\d{1,5})(?P<after>\.\w+)?/?$", re.I
)
_NEXT = re.compile(
    r"^\W*(?:(?:trang )?(?:sau|tiếp|tiếp theo|kế tiếp|kế)|next(?: page)?|older(?: posts)?|(?:bài |tin )?cũ hơn)\W*$"
    r"|^\W*[»›>→]+\W*$",
    re.I,
)
_OTHER = re.compile(
    r"^\W*(?:(?:trang )?(?:trước|(?:đầu|cuối)(?: tiên| cùng)?)|(?:prev(?:ious)?|first|last)(?: page)?"
    r"|newer(?: posts)?)\W*$|^\W*[«‹←<]+\W*$",
    re.I,
)
_NUMBER = re.compile(r"\W{0,3}(?:trang )?(\d{1,4})\W{0,3}", re.I)
_WORDS = 24  # characters of the words for another page
SCRIPT = "only a script opens it"  # the reason of a page whose address its list does not tell: see scriptpager.py
_NOWHERE = re.compile(r"^(?:#.*|javascript:.*|)$", re.I)
_DISABLED = re.compile(r"\b(?:disabled?|inactive)\b", re.I)

Way = Literal["query", "path", "offset"]


@dataclass(frozen=True, slots=True)
class Style:
    """A portal's way to number pages."""

    way: Way
    word: str  # the parameter's name, or what stands in the path
    mark: str = "/"  # between the word and the number, in a path
    after: str = ""  # behind the number, in a path: an ending, a slash

    def address(self, first: str, number: int) -> str:
        """The address of page `number` of the list whose first page is at `first`."""
        parts = urlsplit(first)
        if self.way == "path":
            path = f"{parts.path.rstrip('/')}/{self.word}{self.mark}{number}{self.after}"
            return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))
        kept = [piece for piece in parts.query.split("&") if piece and piece.partition("=")[0] != self.word]
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join([*kept, f"{self.word}={number}"]), ""))


COMMON = (Style("path", "page", "/", "/"), Style("query", "page"))  # what is tried where nothing shows the way


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address stands in a series. `number`: as the address counts, None where it does not say."""

    series: str
    number: int | None = None
    style: Style | None = None

    @property
    def offset(self) -> bool:
        """Whether the number counts entries, not pages."""
        return self.style is not None and self.style.way == "offset"


def place(url: str) -> Place:
    """The series that an address belongs to if it is a list's, and its number there."""
    parts = urlsplit(url)
    found = _IN_PATH.search(parts.path)
    if found and (found["before"] or found["mark"] == "/"):  # /trang-302.html is an article of the portals that have it
        head = parts.path[: found.start("word") - 1]
        after = (found["after"] or "") + ("/" if parts.path.endswith("/") else "")
        style = Style("path", found["word"], found["mark"], after)
        return Place(_series(parts.scheme, parts.netloc, head, parts.query), int(found["number"]), style)
    pieces = [piece for piece in parts.query.split("&") if piece]
    for number, piece in enumerate(pieces):
        name, _, value = piece.partition("=")
        if not (value.isascii() and value.isdigit()) or len(value) > 6:
            continue
        way: Way | None = "query" if _COUNTER.fullmatch(name) else "offset" if _OFFSET.fullmatch(name) else None
        if way is None or (name == "p" and (parts.path in ("", "/", "/index.php") or int(value) > 999)):
            continue  # ?p=123 is an article of WordPress
        rest = "&".join(pieces[:number] + pieces[number + 1 :])
        return Place(_series(parts.scheme, parts.netloc, parts.path, rest), int(value), Style(way, name))
    return Place(_series(parts.scheme, parts.netloc, parts.path, parts.query))


def _series(scheme: str, netloc: str, path: str, query: str) -> str:
    return canonical(urlunsplit((scheme, netloc, path.rstrip("/") or "/", query, "")))


@dataclass(frozen=True, slots=True)
class Pager:
    """What a page shows of its list's other pages.

    `onward`: a link to a page behind this one; `blind`: something that says "next page" and leads nowhere, to the front
    page or to itself, or pages that only a script opens; `style`: as the links count.
    """

    onward: bool = False
    blind: bool = False
    style: Style | None = None


def called(words: str) -> int | None:
    """The page that a pager's words lead to: its number, 0 for another one ("next", "last"); None: no pager's words."""
    number = _NUMBER.fullmatch(words)
    if number:
        return int(number[1])
    return 0 if len(words) <= _WORDS and (_NEXT.match(words) or _OTHER.match(words)) else None


def pager(page: Page, leads: Iterable[Lead]) -> Pager:
    """Read a page's pager. `leads`: where its links lead."""
    here = place(page.url)
    number = here.number
    style = here.style
    onward = opened = unopened = False
    for lead in leads:
        if lead.kind != "listing":
            continue
        opened = opened or lead.guess
        unopened = unopened or lead.reason == SCRIPT
        there = place(lead.url)
        if there.series == here.series and there.number is not None:
            style = style or there.style
            # Counted from 0 or from 1: a page without a number leads on to anything but the first ones.
            onward = (
                onward or there.number > (1 if number is None else number) or (number is None and there.number == 1)
            )
    return Pager(onward, not onward and (unopened or (not opened and _blind(page))), style)


def _blind(page: Page) -> bool:
    """Whether something says "next page" and leads nowhere."""
    own = canonical(page.url).rstrip("/")
    front = canonical(resolve(page.url, "/") or "").rstrip("/")
    for element in page.root.iter("a", "button"):
        text = " ".join("".join(element.itertext()).split())
        said = text or element.get("title") or element.get("aria-label") or ""
        if len(said) > _WORDS or not (_NEXT.match(said) or element.get("rel") == "next") or is_off(element):
            continue
        href = (element.get("href") or "").strip()
        if "__doPostBack" in href or element.get("onclick"):
            continue  # it does lead on: see postback.py, more.py and scriptpager.py
        target = resolve(page.base, href)
        if _NOWHERE.match(href) or (target is not None and canonical(target).rstrip("/") in (own, front)):
            return _in_pager(element)
    return False


def is_off(element: Any) -> bool:
    """Whether a button is switched off, as on the last page."""
    for one in (element, element.getparent()):
        if one is None:
            continue
        if (
            one.get("disabled") is not None
            or one.get("aria-disabled") == "true"
            or _DISABLED.search(one.get("class") or "")
        ):
            return True
    return False


def _in_pager(element: Any) -> bool:
    """Whether an arrow stands where pagers do: not in a slide show, whose pictures or titles it would stand beside."""
    box = element
    for _ in range(3):
        if box.getparent() is None or box.getparent().tag in ("body", "form", "html"):
            break
        box = box.getparent()
    text = "".join(box.itertext()).strip()
    return len(text) < 200 and next(box.iter("img"), None) is None
