"""Entries: lists of other pages, told by their titles, which are links, and by boxes of one kind side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ...fields import dates
from ...fields.text import Box, Line
from ...page import Page, fold, string
from ...page.furniture import plain
from ...urls import canonical, resolve
from ..generic import Survey
from ..others import DAY_BEHIND, own_list

_NUMBER = re.compile(r"\d+")
_DAY_BEFORE = re.compile(r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d\d-\d\d)(?:\W{1,3}\d{1,2}:\d\d)?\W{1,3}")
_LIST = 4  # titles that make a list
_ENTRY = 12  # lines of a teaser
_NAME = 12  # characters of its title
_TITLE = 20  # characters of a link that is a title
_OUTWARD = 4  # boxes around a title by which it is of one kind with others
_ROW = 300  # characters of a line that tells a day


@dataclass(frozen=True, slots=True)
class Entries:
    """The titles of one kind in a list of other pages, and how many have a date, and a teaser, behind them."""

    titles: int
    dated: int = 0
    teased: int = 0

    def __str__(self) -> str:
        told = (("dates", self.dated), ("teasers", self.teased))
        behind = " and ".join(name for name, number in told if 2 * number > self.titles)
        return f"a listing: {self.titles} titles that link elsewhere{', with ' if behind else ''}{behind}"


def listing(found: Survey, start: int, end: int) -> Entries | None:
    """The entries where lines are a list of other pages: titles that are links, each with a teaser or a date."""
    weights = found.weights[start:end]
    titles = _titles(found, start, end)
    text = sum(weight for weight in weights if weight > 0)
    paragraphs = sum(weight > 60 for weight in weights)
    number = len(titles)
    if number < _LIST or not ((number >= paragraphs * 0.8 and text < 250 * number) or text < 60 * number):
        return None
    alike = _of_one_kind(found, titles)
    return Entries(len(alike), *map(sum, zip(*_behind(found, alike), strict=True)))


def _of_one_kind(found: Survey, titles: list[int]) -> list[int]:
    """The titles that most of them are like, wherever on the page: lists stand beside each other."""
    lines = found.flat.lines
    linked = Counter(mark.line for mark in found.flat.links if fold(string(mark.el)))
    kinds: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for number, line in enumerate(lines):
        if linked[number] == 1 and not found.bad[line.box] and is_title(line):  # no line of many links is one
            around = [found.flat.boxes[box] for box in found.flat.path(line.box)][:_OUTWARD]
            kind = tuple((box.tag, _NUMBER.sub("", box.el.get("class") or "")) for box in around)
            kinds.setdefault(kind, []).append(number)
    most = max(kinds.values(), key=lambda alike: len(set(alike) & set(titles)), default=titles)
    return most if len(most) >= _LIST else titles


def _titles(found: Survey, start: int, end: int) -> list[int]:
    """The lines that are titles of other pages; none where they are too few for a list."""
    lines = found.flat.lines[start:end]
    if sum(map(is_title, lines)) < _LIST:  # of nearly all pages
        return []
    # Behind the text, what the markup calls furniture is a list of others beside an article, and no list's entries.
    prose = (n for n, line in enumerate(lines) if found.weights[start + n] > 60 and not found.bad[line.box])
    last = max(prose, default=0)
    own = own_list(found, start, end)
    return [
        start + n
        for n, line in enumerate(lines)
        if start + n not in own and is_title(line) and not (found.bad[line.box] and n > last > 0)
    ]


def heads_list(found: Survey, title: int) -> bool:
    """Whether the titles of other pages stand right under a title, where its text would be, with nothing between."""
    lines = found.flat.lines
    first = title + 1
    while first < len(lines) and not lines[first].links and _tells_day(lines[first].text):
        first += 1
    if first >= len(lines) or not is_title(lines[first]):
        return False
    titles = [number for number in range(first, min(first + _ENTRY, len(lines))) if is_title(lines[number])]
    pictured = {mark.line for mark in found.flat.pictures}
    shown = pictured.isdisjoint(range(title + 1, first + 1)) or not pictured.isdisjoint(
        titles[1:]
    )  # each entry has one
    return len(titles) >= _LIST and shown


def is_title(line: Line) -> bool:
    """Whether a line is a link, and as long as a title is, with the day of its page behind it or without."""
    if not line.links or len(line.text) < _TITLE:
        return False
    return line.links * 10 >= len(line.text) * 8 or line.links * 10 >= len(DAY_BEHIND.sub("", line.text)) * 8


def _behind(found: Survey, titles: list[int]) -> Iterator[tuple[bool, bool]]:
    """Of each title in a list: whether a date, and whether a teaser stands before the next one."""
    lines = found.flat.lines
    for title, after in pairwise([*titles, len(lines)]):
        rest = range(title + 1, min(after, title + _ENTRY))
        dated = DAY_BEHIND.search(lines[title].text) is not None or any(_tells_day(lines[n].text) for n in rest)
        yield dated, any(found.weights[n] > 0 for n in rest)


def _tells_day(text: str) -> bool:
    return len(text) <= _ROW and bool(dates.find(text))


def lists_itself(page: Page, title: str, offset: str) -> bool:
    """Whether a dated list on a page has the page itself as an entry: a list of articles, so it is one."""
    here, own_words = canonical(page.url).rstrip("/"), plain(title)
    for link in page.root.iter("a"):
        if plain(string(link)) != own_words:
            continue
        address = resolve(page.base, link.get("href"))
        parent = link.getparent()
        own = address is not None and canonical(address).rstrip("/") == here
        if own and parent is not None and dates.find(fold(string(parent))[:200], offset):
            return True
    return False


def teasers(found: Survey, end: int | None = None) -> list[Box]:
    """Most boxes of one kind side by side, outside of furniture, each of a few lines with a title that is a link.

    `end`: the line before which they begin.
    """
    boxes, lines = found.flat.boxes, found.flat.lines
    kinds: dict[tuple[int, str, str | None], list[Box]] = {}
    titled = [0, *accumulate(map(_is_name, lines))]
    for index, box in enumerate(boxes):
        if end is not None and box.first >= end:
            break
        if found.bad[index] or not 0 < box.last - box.first <= _ENTRY:
            continue
        if titled[box.last] > titled[box.first]:
            kinds.setdefault((box.parent, box.tag, box.el.get("class")), []).append(box)
    return max(kinds.values(), key=len, default=[])


def may_be_in_teaser(found: Survey, number: int) -> bool:
    """Whether a box around a line is as `teasers` are: it is sooner told of one line than which they are."""
    boxes, lines = found.flat.boxes, found.flat.lines
    small = (boxes[box] for box in found.flat.path(lines[number].box) if not found.bad[box])
    outer = max(
        (box for box in small if box.last - box.first <= _ENTRY), key=lambda box: box.last - box.first, default=None
    )
    return outer is not None and any(map(_is_name, lines[outer.first : outer.last]))


def _is_name(line: Line) -> bool:
    """Whether a line is a link as long as the title of a teaser, with a day before it or without."""
    size = len(line.text)
    if 0 < line.links * 10 < 8 * size and (day := _DAY_BEFORE.match(line.text)):
        size -= day.end()
    return line.links * 10 >= 8 * size >= 8 * _NAME


def boxes_of_one_kind(found: Survey, around: Iterable[int]) -> int:
    """The most boxes of one kind side by side, outside of furniture, that have a link in them and a box of `around`."""
    inside = set(around)
    if not inside:  # of nearly all pages
        return 0
    boxes = found.flat.boxes
    linked = [0, *accumulate(line.links > 0 for line in found.flat.lines)]
    kinds: Counter[tuple[int, str, str | None]] = Counter()
    seen: set[int] = set()
    for inner in inside:
        for index in found.flat.path(inner):
            if index in seen:
                break
            seen.add(index)
            box = boxes[index]
            if not found.bad[index] and linked[box.last] > linked[box.first]:
                kinds[box.parent, box.tag, box.el.get("class")] += 1
    return max(kinds.values(), default=0)
