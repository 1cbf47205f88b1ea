"""The path without selectors: where on a page of which nothing is known the article is.

All is decided on the lines of `fields.text.flatten`: one pass over the tree, then arithmetic on lists.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from ..fields.text import Box, Flat, Line
from ..page import furniture, markup

_SENTENCE = re.compile(r"[.!?…:;\"”»)]\W*$")
# What holds a part of a text, never the whole of it.
_PARTS = frozenset(("p", "li", "ul", "ol", "dl", "h1", "h2", "h3", "blockquote", "span", "tr", "tbody", "td", "pre"))
_MENUS = frozenset(("nav", "menu"))
LONGEST_CAPTION = 300  # characters of what is said under a picture
_SLOGAN = 3  # times that a page prints one line: a slogan that runs across it, and nobody's text
_LITTLE = 120  # characters of prose on a whole page: then the footer at its end may have most of it
_WHOLE = 0.75  # share of the lines of such a page in a box that is around all of it, whatever it is called
_CHOICES = 20  # lines of a form that asks for a choice


@dataclass(slots=True)
class Survey:
    """What each line and each box of a page weighs."""

    flat: Flat
    weights: list[float]  # of lines: characters of prose; below zero for links and furniture
    prose: list[float]  # of boxes: the sum of what is above zero inside, furniture left out
    debit: list[float]  # of boxes: the sum of what is below zero inside
    bad: list[bool]  # of boxes: it or one around it is furniture by its markup
    total: float
    unsure: bool = False  # of a part of a page: lines or boxes in it may weigh something else on the whole
    dropped: set[int] = field(default_factory=set)  # boxes that the portal's definition drops, and those inside them


def survey(flat: Flat, *, part: bool = False) -> Survey:
    """Weigh every line and box. `part`: of a part of a page, whose end and whose share of the text are not known."""
    boxes, lines = flat.boxes, flat.lines
    half = 0 if part else len(lines) // 2  # what a page says of its publisher stands at its end
    weights = [_weight(line, number >= half) for number, line in enumerate(lines)]
    prose = [line.text for line, weight in zip(lines, weights, strict=True) if weight > 0]
    if len(prose) - len(set(prose)) >= _SLOGAN - 1:
        repeated = Counter(prose)
        for number, line in enumerate(lines):
            if repeated[line.text] >= _SLOGAN:
                weights[number] = 0.0
    count = len(boxes)
    raw = [0.0] * count
    for line, weight in zip(lines, weights, strict=True):
        if weight > 0:
            raw[line.box] += weight
    for index in range(count - 1, 0, -1):
        raw[boxes[index].parent] += raw[index]
    total = raw[0]
    bad = [False] * count
    unsure = part and any(weight < 0 and not line.links for line, weight in zip(lines, weights, strict=True))
    for index in range(1, count):
        box = boxes[index]
        if bad[box.parent]:
            bad[index] = True
            continue
        if box.tag in ("body", "html", "main", "h1"):
            continue
        if not markup.is_furniture(box.el) and not (box.tag == "form" and _is_poll(box)):
            continue
        share = raw[index] / total if total else 0.0
        never = box.tag in _MENUS or markup.is_comments(box.el) or markup.is_consent(box.el)
        if total < _LITTLE:
            bad[index] = never or (box.last - box.first) < _WHOLE * len(lines)
        else:
            bad[index] = share < 0.2 or (share < (0.75 if never else 0.45) and box.el.find(".//h1") is None)
        unsure = unsure or (part and (not bad[index] or (raw[index] > 0 and total < _LITTLE)))
    found = Survey(flat, weights, [], [], bad, total, unsure)
    _sum(found)
    return found


def _is_poll(box: Box) -> bool:
    """Whether a form asks its reader to choose, as a vote does. WebForms has its whole page in one form."""
    if box.last - box.first > _CHOICES:
        return False
    return box.el.find(".//input[@type='radio']") is not None


def _sum(found: Survey) -> None:
    """Add up what stands in each box."""
    boxes, count = found.flat.boxes, len(found.flat.boxes)
    prose, debit = [0.0] * count, [0.0] * count
    for line, weight in zip(found.flat.lines, found.weights, strict=True):
        if weight < 0:
            debit[line.box] -= weight
        elif not found.bad[line.box]:
            prose[line.box] += weight
    for index in range(count - 1, 0, -1):
        parent = boxes[index].parent
        prose[parent] += prose[index]
        debit[parent] += debit[index]
    found.prose, found.debit = prose, debit


def without_comments(found: Survey, title: int) -> bool:
    """Take what readers wrote under the article of the line `title` for furniture; whether there was any."""
    flat = found.flat
    text = 0.0
    marked = False
    for number in range(title + 1, len(flat.lines)):
        line = flat.lines[number]
        if found.bad[line.box]:
            continue
        text += max(found.weights[number], 0.0)
        if line.links or not furniture.is_comments_heading(line.text, text >= _LITTLE):
            continue
        own = flat.boxes[line.box]
        around = own.parent if own.last - own.first == 1 else line.box
        for box in range(around + 1, len(flat.boxes)):
            if not flat.within(box, around):
                break
            if flat.boxes[box].first > number:
                found.bad[box] = marked = True
    if marked:
        _sum(found)
    return marked


def _weight(line: Line, late: bool) -> float:
    size = len(line.text)
    if line.links * 2 > size:
        return -0.5 * min(size, 120)
    if size < 25:
        return 0.0
    if late and size < 240 and furniture.is_about_site(line.text):
        return -float(size)
    if size >= 70 or _SENTENCE.search(line.text):
        return size - 1.5 * line.links
    return 0.0


def core(found: Survey) -> int:
    """The box that holds the article's text: inward to what holds most of the prose, then outward while clean."""
    boxes, prose, debit = found.flat.boxes, found.prose, found.debit
    children: dict[int, list[int]] = {}
    for index in range(1, len(boxes)):
        if prose[index] > 0:
            children.setdefault(boxes[index].parent, []).append(index)
    here = 0
    while True:
        inside = children.get(here)
        if not inside:
            break
        best = max(inside, key=lambda index: prose[index] - 0.3 * debit[index])
        if prose[best] < 0.5 * prose[here] or (
            prose[best] < 0.98 * prose[here] and boxes[best].tag in ("p", "li", "td", "blockquote", "pre")
        ):
            break
        here = best
    outer = here  # a box around it that adds nothing, where the text may go on in one further out
    while outer > 0:
        parent = boxes[outer].parent
        gain = prose[parent] - prose[here]
        cost = debit[parent] - debit[here]
        parts = boxes[here].tag in _PARTS or (gain > 0 and _is_paragraph(boxes[here]))
        parts = parts and cost <= 0.25 * prose[parent]
        parts = parts and (gain > 0 or boxes[here].tag != "td" or not _has_column_behind(found, here))
        more = gain > 0.02 * prose[here] and cost <= gain and boxes[parent].tag not in ("body", "html")
        if (outer == here and (parts or (more and cost <= 0.5 * gain))) or (
            more and _alike(found, outer, children[parent]) >= 0.8 * gain
        ):
            here = outer = parent
        elif not gain and not cost:
            outer = parent
        else:
            break
    return here


def _is_paragraph(box: Box) -> bool:
    """Whether a box without a name is one line, as editors leave paragraphs that are none by their markup."""
    return box.last - box.first == 1 and box.tag == "div" and not (box.el.get("class") or box.el.get("id"))


def _has_column_behind(found: Survey, cell: int) -> bool:
    """Whether a cell of the same row stands behind one that has all the text: a column of links, as layouts have it."""
    boxes = found.flat.boxes
    row, end = boxes[cell].parent, boxes[cell].last
    return boxes[row].tag == "tr" and end < boxes[row].last


def _alike(found: Survey, box: int, siblings: list[int]) -> float:
    """The prose in the boxes beside one that are of its kind, by tag and classes; rows of a table are of none."""
    boxes = found.flat.boxes
    kind = (boxes[box].tag, boxes[box].el.get("class"))
    if kind[0] in _PARTS:
        return 0.0
    return sum(
        found.prose[other]
        for other in siblings
        if other != box and (boxes[other].tag, boxes[other].el.get("class")) == kind
    )
