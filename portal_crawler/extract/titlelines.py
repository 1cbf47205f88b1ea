"""Title lines: the lines of a page that may be its article's title, and what speaks for each of them.

What the page says of itself to machines, what a listing and the address say, how a line is set and where it stands are
weighed against each other; nothing but its place is the weakest reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from ..fields import dates
from ..fields.text import Flat, Line, in_row
from ..page import furniture, markup
from ..page.furniture import plain
from .dateplace import is_beside_date, opens, shares_row_with_date
from .documentplace import holds_document, only_document
from .generic import Survey
from .titles import FIRST, LISTED, NEAR, NEAREST, SURE, Heading, cut_off

_TAGS = {"h1": 3.0, "h2": 1.6, "h3": 1.2, "h4": 0.6, "h5": 0.3}
_DIGIT = re.compile(r"\d")
_SHORTEST, _LONGEST = 4, 400  # characters of a title
_SAID = 60  # characters of a sentence
_LABEL = 3  # words of a section's name over a title
_NAMING = 4  # words of a part of an address that names the article, whatever stands before it
_SENTENCE = 100  # characters of prose that no title has
_ADDRESS = 2000  # characters of a link's address
_PROSE = 300  # characters of prose in a box that is surely the body's


class TitleLines:
    """The lines of one page, weighed as titles of its article."""

    def __init__(
        self,
        found: Survey,
        centre: int,
        *,
        url: str,
        hinted: Sequence[tuple[str, bool]],
        structured: Sequence[tuple[str, str]],
        title: str | None,
        site_names: Iterable[str],
    ) -> None:
        """`centre`: the body's box. `hinted`: titles that lists give, and whether with a date. `structured`: what the
        page tells machines, with its source. `title`: the <title> element's text.
        """
        self.found, self.flat, self.url = found, found.flat, url
        self.hinted, self.structured, self.title = hinted, structured, title
        self.banned = {plain(name) for name in site_names if name}
        self.bare_title = plain(title) if title else ""
        box = self.flat.boxes[centre]
        self.first, self.last = box.first, box.last
        self.sure = found.prose[centre] >= _PROSE

    def ranked(self) -> list[Heading]:
        """The lines that may be the article's title, best first."""
        results = self._weighed()
        if not results and self._farthest < self._prose < self.last:  # a menu stands before the text in its box
            self.first = self._prose
            results = self._weighed()
        elif not results and self.found.total < _SENTENCE:
            results = self._over_document()
        results.sort(key=lambda heading: (-heading.strength, heading.line))
        if results:
            results.insert(0, self._below_label(results))
        return results

    def _over_document(self) -> list[Heading]:
        """Those over the one document of a page without a text, with a date beside them: no row of data."""
        place = only_document(self.found)
        if place is None or place <= self._farthest:
            return []
        self.first = place
        lines = self.flat.lines
        dated = (one for one in self._weighed() if is_beside_date(self.found, one.line))
        return [one for one in dated if not in_row(self.flat, lines[one.line].box)]

    def _weighed(self) -> list[Heading]:
        boxes, known, nearest, farthest = self.flat.boxes, self._known, self._nearest, self._farthest
        numbers: Iterable[int] = range(len(self.flat.lines))
        if self.sure:  # no other line is one
            numbers = (
                number
                for number, line in enumerate(self.flat.lines)
                if nearest <= number <= farthest or boxes[line.box].tag in _TAGS or line.text.lower() in known
            )
        return [heading for number in numbers if (heading := self.at(number)) is not None]

    @property
    def _nearest(self) -> int:
        return self.first - 12

    @property
    def _farthest(self) -> int:
        return min(self.first + 4, self.last)

    @cached_property
    def _prose(self) -> int:
        """The first line of prose in the body's box, or behind its beginning."""
        weights = self.found.weights
        return next((number for number in range(self.first, len(weights)) if weights[number] > _SENTENCE), len(weights))

    # --- what is known of titles before any line is looked at ---

    @cached_property
    def _wanted(self) -> dict[str, tuple[float, str]]:
        """What says that a line is the title, in plain letters: how strongly, and in words."""
        wanted: dict[str, tuple[float, str]] = {}
        if self.title and not furniture.is_site_name(self.title):
            wanted[self.bare_title] = (3.5, "title element")
            for piece in cut_off(self.title):
                wanted.setdefault(plain(piece), (3.0, "title element"))
        for text, source in reversed(self.structured):
            wanted[plain(text)] = (4.0, source)
            for piece in cut_off(text):
                wanted.setdefault(plain(piece), (3.5, source))
        for text, dated in self.hinted:
            told = SURE if dated else 5.0 if len(text) >= 25 else 2.5  # a menu's link tells less than a dated list's
            if len(text) > 140 and text.endswith((".", "…")):
                told = 2.0  # the link holds a teaser
            wanted[plain(text)] = (told, LISTED)
        for name in ("", *self.banned):
            wanted.pop(name, None)
        return wanted

    @cached_property
    def _cut_hints(self) -> list[str]:
        cut = (plain(text.rstrip(". …")) for text, _ in self.hinted if text.rstrip().endswith(("…", "...")))
        return [text for text in cut if len(text) > 15]

    @cached_property
    def _known(self) -> set[str]:
        """What machines, lists and the <title> say, in lower case."""
        known = {text.lower() for text, _ in (*self.structured, *self.hinted)}
        if self.title:
            known.update(piece.lower() for piece in (self.title, *cut_off(self.title)))
        return known

    @cached_property
    def _linked(self) -> dict[str, int]:
        """What is a link as a whole, in lower case, and the first line that is: menus stand before the title."""
        linked: dict[str, int] = {}
        for number, line in enumerate(self.flat.lines):
            if line.links * 10 >= len(line.text) * 9:
                linked.setdefault(line.text.lower(), number)
        return linked

    @cached_property
    def _own(self) -> set[str]:
        return _own_titles(self.flat, self.url)

    @cached_property
    def _only(self) -> int:
        return _only_heading(self.found)

    @cached_property
    def _blocks(self) -> set[int]:
        return _over_blocks(self.flat)

    @cached_property
    def _slugs(self) -> list[list[str]]:
        return _slugs(self.url)

    # --- one line ---

    def at(self, number: int) -> Heading | None:
        """What speaks for a line and against it; None where that is too little."""
        found, flat, first = self.found, self.flat, self.first
        line = flat.lines[number]
        text, box = line.text, flat.boxes[line.box]
        if not _SHORTEST <= len(text) <= _LONGEST:
            return None
        near = self._nearest <= number <= self._farthest
        tag = _heading_tag(flat, line)
        lower = text.lower()
        of_own = lower in self._own
        linked = line.links * 2 > len(text)
        if linked and not of_own and (tag is None or not near):
            return None
        bare = plain(text)
        match = self._wanted.get(bare)
        if linked and of_own:
            sure = match is not None and match[0] >= SURE
            linked = tag not in ("h1", "h2") and not (near and (sure or (number < first and opens(found, number))))
            if linked and (tag is None or not near):
                return None
        if not bare or bare in self.banned or furniture.is_site_name(text) or markup.runs(line.el):
            return None
        if len(text) <= 60 and (furniture.is_widget(text) or furniture.is_related_heading(text)):
            return None
        score, source = 0.0, ""
        if match is not None:
            score, source = match
            score += 1.0 if of_own else 0.0
        elif of_own:
            score, source = 3.0, "link to the page itself"
        elif any(bare.startswith(cut) for cut in self._cut_hints):
            score, source = 5.0, LISTED
        likeness = _likeness(bare, self._slugs) if not linked else 0.0
        if likeness >= 0.5:
            like = 5 * likeness * min(1.0, 0.2 + len(bare.split()) / 6)
            score = max(score, like) + 0.25 * min(score, like)
            source = source or "heading like the address"
        if tag is not None:
            score += _TAGS.get(tag, 0.0) + (1.5 if match is None and number == self._only else 0.0)
            source = source or (FIRST if tag == "h1" else NEAR)
        elif not near and score == 0 and self.sure:
            return None
        over_block = match is None and likeness < 0.5 and number in self._blocks
        if not over_block and (markup.says("title", line.el) or markup.says("title", box.el)):
            score += 1.5
            source = source or "line called a title"
        if near:
            score += 2.0 - 0.1 * abs(first - number)
            if number >= first and tag is None and match is None and (number > self._prose or not opens(found, number)):
                score -= 2.0 if number > first else 1.0
        elif number > first and self.sure:
            score -= 3.0
        if score >= 1.5 and is_beside_date(found, number):
            score += 1.5
        if over_block or (found.bad[line.box] and tag != "h1"):
            score -= 3.0
        if linked:
            score -= 1.5
        link = self._linked.get(lower)
        if link is not None and not of_own:
            menu = match is None and likeness < 0.7 and link < number
            score -= 2.5 if menu or len(text.split()) <= 4 else 0.0
        if tag is None and shares_row_with_date(found, number):
            score -= 3.0
        if line.bold * 2 > len(text):
            score += 0.5
        if self.bare_title and bare != self.bare_title and len(bare) > 12 and match is None and bare in self.bare_title:
            score += 1.5
        if tag is None and match is None and len(text) > 120:
            score -= 1.0 + (len(text) > 200) + text.endswith(".")
        elif tag is None and match is None and len(text) > _SAID and text.endswith("."):
            score -= 1.0  # a sapo
        if score < 1.5 or (_DIGIT.search(text) and (dates.parse(text) is not None or dates.is_moment(text))):
            return None
        return Heading(text, number, source or NEAREST, score)

    def _below_label(self, results: list[Heading]) -> Heading:
        """The best of the candidates; where that is a section's label over the title, the title."""
        best = results[0]
        words = len(best.text.split())
        if words > 10:
            return best
        lines = self.flat.lines
        for other in sorted(results, key=lambda heading: heading.line):
            if not best.line < other.line <= best.line + 4:
                continue
            marked = other.text == best.text or (
                len(other.text.split()) >= max(words, 4)
                and (
                    (markup.says("title", lines[other.line].el) and _heading_tag(self.flat, lines[best.line]) != "h1")
                    or _heads_box(self.found, best.line, other.line)
                )
            )
            if marked:
                return Heading(other.text, other.line, other.source, max(other.strength, best.strength))
        return best


def _own_titles(flat: Flat, url: str) -> set[str]:
    """What links on the page that lead to the page itself say, in lower case: related lists often name the article."""
    address = urlsplit(url)
    path = unquote(address.path).rstrip("/").lower()
    tail = path.rpartition("/")[2]
    whole = f"{path}?{unquote(address.query).lower()}" if address.query else path
    folder = address.path.endswith("/")
    found = set()
    for mark in flat.links:
        href = (mark.el.get("href") or "")[:_ADDRESS]
        if "#" in href:
            href, _, place = href.partition("#")
            if place:
                continue  # an entry of a table of contents
        if "%" in href:
            href = unquote(href)
        href = href.rstrip("/").lower()
        own = href == "." or (len(tail) >= 5 and href.endswith(tail)) or (path != "" and href == whole)
        own = own or (folder and href == "index.html")
        if own and mark.line < len(flat.lines):
            line = flat.lines[mark.line]
            shown = " ".join("".join(mark.el.itertext()).split())
            if len(shown) > 12 and line.links:
                found.add(shown.lower())
    return found


def _over_blocks(flat: Flat) -> set[int]:
    """The headings that have two others like them, of one tag and one class: each stands over a block of the page."""
    kinds: dict[tuple[str, str], list[int]] = {}
    for number, line in enumerate(flat.lines):
        el = flat.boxes[line.box].el
        if el.tag in ("h1", "h2", "h3") and not line.links and (called := el.get("class")):
            kinds.setdefault((el.tag, called), []).append(number)
    return {number for numbers in kinds.values() if len(numbers) > 2 for number in numbers}


def _only_heading(found: Survey) -> int:
    """The line of the one <h1> that is a sentence's beginning, not a name; -1 where there are several or none."""
    numbers = [
        number
        for number, line in enumerate(found.flat.lines)
        if found.flat.boxes[line.box].tag == "h1" and not line.links and len(line.text.split()) >= 4
    ]
    return numbers[0] if len(numbers) == 1 else -1


def _heads_box(found: Survey, label: int, number: int) -> bool:
    """Whether a heading stands over its date in a box with its text, which the label over it is outside of.

    Or, in one box with it, right under a label of a few words, wholly bold. What is no heading is one only where the
    label is a link of the page, as those of a menu are.
    """
    flat = found.flat
    if not opens(found, number):
        return False
    over, line = flat.lines[label], flat.lines[number]
    if number == label + 1 and len(over.text.split()) <= _LABEL and _heading_tag(flat, over) != "h1":
        return line.bold * 10 >= len(line.text) * 9
    if _heading_tag(flat, line) is None and not _is_in_menu(flat, over.text):
        return False
    around = next((b for b in flat.path(line.box) if flat.boxes[b].last - flat.boxes[b].first > 1), 0)
    inside = flat.boxes[around]
    if label >= inside.first or inside.tag in ("body", "html"):
        return False
    return found.prose[around] >= 0.5 * found.total > 0 or holds_document(flat, around)


def _is_in_menu(flat: Flat, label: str) -> bool:
    """Whether a link of the page says no more than the label of a section."""
    return any(line.links and line.text.lower() == label.lower() for line in flat.lines)


def _heading_tag(flat: Flat, line: Line) -> str | None:
    el: Any = line.el
    for _ in range(4):
        if el is None:
            return None
        if el.tag in _TAGS:
            return str(el.tag)
        if el.tag in ("p", "li", "td", "body", "article", "section"):
            return None
        el = el.getparent()
    return None


def _slugs(url: str) -> list[list[str]]:
    """The parts of an address that are made of words; a folder before a name that is as long names the section."""
    parts = urlsplit(url)
    folders = parts.path.split("/")
    pieces = [*folders, *(piece.partition("=")[2] for piece in parts.query.split("&"))]
    found: list[list[str]] = []
    for number, piece in enumerate(pieces):
        words = [
            word for word in plain(unquote(piece).replace("_", " ")).split() if not (word.isdigit() and len(word) > 4)
        ]
        while words and words[-1] in ("html", "htm", "aspx", "php", "shtml", "jsp"):
            words.pop()
        if number < len(folders) and len(words) >= _NAMING:
            found = [folder for folder in found if len(folder) > len(words)]
        if len(words) > 1 or (words and number == len(pieces) - 1):
            found.append(words)
    return found[-4:]


def _likeness(bare: str, slugs: list[list[str]]) -> float:
    """How much of a line and of a slug of the address is the same, in words: 0 to 1."""
    if not slugs:
        return 0.0
    words = bare.split()
    if len(words) < 2:
        return 0.0
    best = 0.0
    for slug in slugs:
        if len(slug) < 2 or set(slug).isdisjoint(words):
            continue
        same = _in_both(words, slug)
        if len(words) >= 4 and slug[: len(words)] == words:
            best = max(best, 0.9)
        best = max(best, same / max(len(slug), min(len(words), len(slug) + 6)))
    return best


def _in_both(words: list[str], others: list[str]) -> int:
    """How many words two lists have in common, each as often as both have it."""
    left: dict[str, int] = {}
    for word in others:
        left[word] = left.get(word, 0) + 1
    same = 0
    for word in words:
        if left.get(word):
            left[word] -= 1
            same += 1
    return same
