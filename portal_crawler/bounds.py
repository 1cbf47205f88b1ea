"""Bounds: between which lines of a page the article stands, its title being known.

All is decided on the lines and boxes that `generic.survey` has weighed.
"""

from __future__ import annotations

from . import furniture
from .fields.media import document_type
from .generic import Heading, Survey

ENOUGH = 80  # characters of text that make an article without other evidence
_LINES = 60  # lines under a title among which a short article's are
_UNDER = 5  # lines under a title that belong to it whatever their markup calls them


def bounds(found: Survey, centre: int, heading: Heading, selected: bool) -> tuple[int, int, int, bool]:
    """First line of the body, the line after its last, the box around title and body, and whether no box holds it:
    then the article is short, and its lines are those behind the title. `selected`: a selector named the box.
    """
    flat = found.flat
    first, last = flat.boxes[centre].first, flat.boxes[centre].last
    title = heading.line
    if selected:
        if 0 <= title < first:
            return _sapo_before(found, first, title), last, centre, False
        return (max(first, title + 1) if title < last else first), last, centre, False
    if title < 0:
        return first, last if found.prose[centre] >= ENOUGH else first, centre, False
    if title < first and _follows(found, title, centre):
        return _sapo_before(found, first, title), last, flat.common(centre, flat.lines[title].box), False
    if first <= title < last and found.prose[centre] - max(0.0, found.weights[title]) > 0:
        return title + 1, last, centre, False
    if title >= last and found.prose[centre] >= 1000 and heading.strength < 6:
        return first, last, centre, False
    start, end = _after_title(found, title)
    return start, end, 0, True


def _follows(found: Survey, title: int, centre: int) -> bool:
    """Whether the densest box is this title's, and not a sidebar's or a footer's behind a short article."""
    lines = found.flat.lines
    first, last = found.flat.boxes[centre].first, found.flat.boxes[centre].last
    gap = lines[title + 1 : first]
    if found.prose[centre] < 1500:
        if any(furniture.is_related_heading(line.text) or furniture.is_placeholder(line.text) for line in gap):
            return False
        if found.prose[centre] < 600 and sum(line.links * 2 > len(line.text) > 15 for line in gap) >= 6:
            return False
    about = sum(furniture.is_about_site(line.text) for line in lines[first:last])
    return found.prose[centre] >= (600 if about else 1)


def _sapo_before(found: Survey, first: int, title: int) -> int:
    """Where the body begins that stands in a box from the line `first` on: with the sapo between it and the title."""
    start = first
    while start - 1 > title and start > first - 6 and _joins(found, start - 1):
        start -= 1
    return start


def _joins(found: Survey, number: int) -> bool:
    """Whether a line between title and body belongs to the body: a sapo."""
    line = found.flat.lines[number]
    if found.bad[line.box] or line.links * 2 > len(line.text):
        return False
    return found.weights[number] > 50 or (len(line.text) >= 40 and line.bold * 2 > len(line.text))


def _after_title(found: Survey, title: int) -> tuple[int, int]:
    """Where a short article's lines may stand: from the title to the first list of links, related heading or footer."""
    lines = found.flat.lines
    number = title + 1
    near = (mark for mark in found.flat.links if 0 <= mark.line - number <= _LINES)
    files = {mark.line for mark in near if document_type(mark.el.get("href") or "") is not None}
    linked = 0
    while number < len(lines):
        line = lines[number]
        beyond = found.bad[line.box] and number > title + _UNDER  # nearer it may be the title's own date and section
        if furniture.is_related_heading(line.text) or furniture.is_about_site(line.text) or beyond:
            break
        if number in files:
            pass
        elif line.links * 2 > len(line.text) > 15 and not found.bad[line.box]:
            linked += 1
            if linked == 3:
                return title + 1, max(title + 1, number - 2)
        else:
            linked = 0
        number += 1
        if number - title > _LINES:
            break
    return title + 1, number


def files_end(found: Survey, end: int) -> int:
    """How far behind the body's last line its documents may stand: to the next prose, list of pages or furniture."""
    lines = found.flat.lines
    number = end
    while number < min(end + 12, len(lines)):
        line = lines[number]
        over = found.bad[line.box] or found.weights[number] > 0 or furniture.is_related_heading(line.text)
        if over or furniture.is_about_site(line.text):
            break
        number += 1
    return number - 1 if number > end else end


def last_prose(found: Survey, start: int, end: int) -> int:
    """The line after the last paragraph of a range; `start` where there is none."""
    return next(
        (
            n + 1
            for n in range(end - 1, start - 1, -1)
            if found.weights[n] > 25 and not found.bad[found.flat.lines[n].box]
        ),
        start,
    )
