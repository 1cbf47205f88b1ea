"""Insets: boxes between an article's paragraphs that hold none of its text.

Where the paragraphs stand side by side in one box, what stands between them in a box of its own, with a name for a
script or a stylesheet, was put there by somebody else than the writer: a poll, a newsletter to subscribe to, a word on
the author, another article, and on the pages of the press a box of facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..fields import bylines
from ..fields.text import Flat, Line
from ..page import markup
from .generic import LONGEST_CAPTION, Survey

_PARAGRAPH = 60  # characters
_SHARE, _MANY = 0.6, 4  # of the text, and paragraphs of it, that stand in one box
_LARGEST = 0.25  # of the text: a larger box is a part of it
_SHORT = 90  # characters of what a page says over a text
_FEW = 2  # headings, or pictures
_PARAGRAPHS = frozenset(("p", "h2", "h3", "h4"))
_ROWS = frozenset(("td", "th", "tr", "li", "dt", "dd"))
_BOXES = frozenset(("div", "section", "aside", "article", "form"))
_HEADINGS = ("h2", "h3", "h4", "h5")
_ASKED = ("input", "textarea", "select")
_UNASKED = ("hidden", "button", "submit", "image", "search")  # inputs that ask for nothing, or are a menu's
_Kind = tuple[int, str, str | None]  # the box around it, its tag and its classes
_WRITER = re.compile(r"author|byline|writer|contributor", re.I)


def insets(found: Survey, start: int, end: int, *, news: bool, named: bool) -> set[int]:
    """The lines of such boxes. `news`: the page calls itself an article of the press; `named`: a selector of the
    portal's definition says where the text is, and what stands before its first paragraph is of it.
    """
    lines, boxes = found.flat.lines, found.flat.boxes
    holders, size = _text(found, start, end)
    taken = set[int]() if named else _over(found, holders, start, end)
    begun = False
    for index in _beside(found.flat, holders):
        box = boxes[index]
        if not start <= box.first < box.last <= end or found.bad[index]:
            continue
        if news and box.tag in ("ul", "ol") and _leads_elsewhere(found, box.first, box.last):
            taken.update(range(box.first - _is_headed(found, box.first, start), box.last))
            continue
        if box.tag not in _BOXES or index in holders:
            begun = begun or any(found.weights[number] > _PARAGRAPH for number in range(box.first, box.last))
            continue
        if not (box.el.get("class") or box.el.get("id")):
            continue
        own = lines[box.first : box.last]
        if sum(max(found.weights[number], 0.0) for number in range(box.first, box.last)) > _LARGEST * size:
            continue
        if _is_foreign(box.el, own) or (news and begun and _is_told_apart(box.el)):
            taken.update(range(box.first, box.last))
    return taken


def _over(found: Survey, holders: set[int], start: int, end: int) -> set[int]:
    """The lines before the text, in none of the boxes that hold it: of which sort it is, by whom; no summary."""
    lines, boxes = found.flat.lines, found.flat.boxes
    taken: set[int] = set()
    for number in range(start, end if holders else start):
        text = lines[number].text
        if any(box in holders for box in found.flat.path(lines[number].box)):
            break
        if len(text) <= _SHORT and not text.endswith((".", "!", "?")) and boxes[lines[number].box].tag not in _ROWS:
            taken.add(number)
    return taken


def _text(found: Survey, start: int, end: int) -> tuple[set[int], float]:
    """The box in which nearly all paragraphs stand side by side, or several of one kind; and how much text there is."""
    lines, boxes = found.flat.lines, found.flat.boxes
    said: dict[_Kind, float] = {}
    many: dict[_Kind, int] = {}
    holders: dict[_Kind, set[int]] = {}
    total = 0.0
    for number in range(start, end):
        weight = found.weights[number]
        if weight <= _PARAGRAPH or found.bad[lines[number].box]:
            continue
        total += weight
        box = boxes[lines[number].box]
        if box.tag in _PARAGRAPHS or box.tag == "li":
            around = box.parent if box.tag != "li" else boxes[box.parent].parent
            holder = boxes[around]
            kind = (holder.parent, holder.tag, holder.el.get("class"))
            said[kind] = said.get(kind, 0.0) + weight
            many[kind] = many.get(kind, 0) + 1
            holders.setdefault(kind, set()).add(around)
    text = max(said, key=lambda kind: said[kind], default=None)
    if text is None or said[text] < _SHARE * total or many[text] < _MANY:
        return set(), total
    return holders[text], total


def _beside(flat: Flat, holders: set[int]) -> Iterator[int]:
    """The boxes that stand beside the paragraphs, and those beside the boxes that hold these, if there are several."""
    if not holders:
        return
    boxes = flat.boxes
    outer = boxes[min(holders)].parent if len(holders) > 1 else min(holders)
    depth = boxes[outer].depth
    for index in range(outer + 1, len(boxes)):
        if boxes[index].depth <= depth:
            return
        if boxes[index].parent in holders or boxes[index].parent == outer:
            yield index


def _has(el: Any, *tags: str) -> bool:
    return next(el.iter(*tags), None) is not None


def _is_foreign(el: Any, lines: list[Line]) -> bool:
    """Whether a box asks the reader for something, leads elsewhere, or tells of the writer."""
    if _has(el, "table", "pre"):
        return False
    if any(one.tag != "input" or one.get("type", "text") not in _UNASKED for one in el.iter(*_ASKED)):
        return True
    size = sum(len(line.text) for line in lines)
    links = sum(line.links for line in lines)
    if links * 2 > size and not _has(el, *_HEADINGS):
        return True
    if _WRITER.search(markup.label(el)) is not None:
        return size > _PARAGRAPH and all(bylines.closing(line.text) is None for line in lines)
    pictures = sum(1 for _ in el.iter("img"))
    return 0 < pictures <= _FEW and size <= LONGEST_CAPTION and not _has(el, "h1", *_HEADINGS, "li", "blockquote")


def _leads_elsewhere(found: Survey, first: int, last: int) -> bool:
    """Whether a list is one of other articles: most of each entry is a link, and no sentence announces it."""
    lines = found.flat.lines
    announced = first > 0 and lines[first - 1].text.endswith(":") and found.weights[first - 1] > 0
    return not announced and all(line.links * 2 >= len(line.text) for line in lines[first:last])


def _is_headed(found: Survey, first: int, start: int) -> bool:
    """Whether a heading stands over a list."""
    box = found.flat.boxes[found.flat.lines[first - 1].box]
    return first > start and box.tag in _HEADINGS


def _is_told_apart(el: Any) -> bool:
    """Whether a box is made of more than paragraphs: it has a heading, a list or a picture of its own."""
    told = _has(el, *_HEADINGS, "li", "img", "iframe") and sum(1 for _ in el.iter(*_HEADINGS)) <= _FEW
    return told and _has(el, "p", "li", "img", "iframe") and not _has(el, "table", "pre")
