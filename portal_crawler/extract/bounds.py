"""Bounds: between which lines of a page the article stands, its title being known.

All is decided on the lines and boxes that `generic.survey` has weighed.
"""

from __future__ import annotations

import re

from ..fields import bylines
from ..fields.media import delivered, document_type
from ..fields.text import Flat, in_row
from ..page import furniture, markup
from .captions import alignment, called_caption
from .generic import Survey
from .titles import Heading

ENOUGH = 80  # characters of text that make an article without other evidence
_ABOVE = 1000  # characters of text over a title that are no teaser
_VERSES = 6  # short lines that make a text without paragraphs
_SMALL = 60  # characters of a line that a page puts there
_HEAD = 15  # lines from a title to the text, with all that a page puts between them
_SIGNED = 6  # lines behind the text: the office, the role, that it is signed, the name, where it is from
_OUTWARD = 4  # boxes around a line that are asked what they are called
_LINES = 60  # lines under a title among which a short article's are, without the cells of a table
_OVER = 3  # lines over a title that belong to it: its date, controls
_NUMBERED = re.compile(r"\d{1,3}\s?[.)/]\s?\S")
_READERS = re.compile(r"\d{1,7}")  # of readers, or the steps of a scale
_CAPTION = 200  # characters of what a picture shows
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
            return _sapo_before(found, first, title, selected), last, centre, False
        return (max(first, title + 1) if title < last else first), last, centre, False
    if title < 0:
        return first, last if found.prose[centre] >= ENOUGH else first, centre, False
    if title < first and (own := _under_title(found, title, first, centre)) is not None:
        return title + 1, own, flat.common(flat.lines[own - 1].box, flat.lines[title].box), False
    if title < first and _follows(found, title, centre):
        region = flat.common(centre, flat.lines[title].box)
        last, region = _with_pictures(found, title, last, region)
        return _sapo_before(found, first, title), last, region, False
    if first <= title < last and found.prose[centre] - max(0.0, found.weights[title]) > 0:
        above = sum(max(found.weights[number], 0.0) for number in range(first, title))
        if above > _ABOVE and above > 0.3 * found.prose[centre]:
            return first, last, centre, False  # the heading of a part of the text
        last, region = _with_pictures(found, title, last, centre)
        return title + 1, last, region, False
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


def _under_title(found: Survey, title: int, first: int, centre: int) -> int | None:
    """The end of a whole text right under the title, where the densest box behind it is a list of other articles."""
    lines, weights = found.flat.lines, found.weights
    texts = sum(w for n, w in enumerate(weights[title + 1 : first], title + 1) if w > 0 and not found.bad[lines[n].box])
    if texts < 600 or texts < 0.3 * found.prose[centre]:
        return None
    inside = lines[first : found.flat.boxes[centre].last]
    titles = sum(line.links * 10 >= 8 * len(line.text) and len(line.text) >= 20 for line in inside)
    paragraphs = sum(w > 60 for w in weights[first : found.flat.boxes[centre].last])
    if titles < 4 or titles < 0.5 * paragraphs:
        return None
    return last_prose(found, title + 1, first)


def _sapo_before(found: Survey, first: int, title: int, selected: bool = False) -> int:
    """Where the body begins that stands in a box from the line `first` on: with the sapo between it and the title."""
    lines = found.flat.lines
    for number in range(title + 1, min(title + _HEAD, first)):
        if _is_small(found, number):
            continue
        if selected or len(lines[number].text) < 60 or not _joins(found, number) or _is_on_writer(found, number):
            break
        if first - number <= _HEAD and all(_is_small(found, other) for other in range(number + 1, first)):
            return number  # with what stands between it and the text: who wrote it, when, what to do with it
        break
    start = first
    for number in range(first - 1, max(title, first - 7), -1):
        if _joins(found, number):
            start = number
        elif not selected or not called_caption(lines[number], {}):  # a picture may stand between
            break
    return start


def _is_small(found: Survey, number: int) -> bool:
    """Whether a line between title and text is a label, a control, or says what a picture shows."""
    line = found.flat.lines[number]
    return len(line.text) <= _SMALL or found.bad[line.box] or called_caption(line, {})


def _is_on_writer(found: Survey, number: int) -> bool:
    """Whether the markup says that a line tells of who wrote the article."""
    boxes = found.flat.boxes
    around = [boxes[box] for box in found.flat.path(found.flat.lines[number].box)][:_OUTWARD]
    return any(markup.says("author", box.el) and box.last - box.first < _HEAD for box in around)


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
    files = {mark.line for mark in near if (document_type(mark.el.get("href") or "") or delivered(mark.el)) is not None}
    linked = cells = 0
    while number < len(lines):
        line = lines[number]
        cells += in_row(found.flat, line.box)
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
        if number - title - cells > _LINES:
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


def last_written(found: Survey, start: int, end: int) -> int:
    """`last_prose` of a range, with the lines right behind it that say who signed it."""
    prose = last_prose(found, start, end)
    if prose == start:
        return start
    flat = found.flat
    while prose < end and _goes_on(found, prose):
        prose += 1
    number = signed = prose
    while number < min(end, prose + _SIGNED):
        line = flat.lines[number]
        byline = bylines.closing(line.text) if not line.links and not found.bad[line.box] else None
        weak = byline is not None and byline.kind == "bare-weak" and alignment(flat, line.box) != "right"
        if byline is not None and not weak:
            signed = number + 1
        elif line.links or not (weak or bylines.is_office(line.text)):
            break
        number += 1
    return signed


def _goes_on(found: Survey, number: int) -> bool:
    """Whether a line is of the numbered list that the one before it announces or is of."""
    before, line = found.flat.lines[number - 1 : number + 1]
    if line.links or found.bad[line.box] or not _stands_with(found.flat, number - 1, number):
        return False
    listed = before.text.endswith(":") or _NUMBERED.match(before.text) is not None
    return listed and _NUMBERED.match(line.text) is not None


def _with_pictures(found: Survey, title: int, last: int, region: int) -> tuple[int, int]:
    """The end and the box of a text that is a sapo alone: with the pictures behind it, and what they show, in a box of
    their own under the same title. As they are, where the text has pictures, or other lines follow it.
    """
    flat = found.flat
    if all(mark.line != last for mark in flat.pictures):
        return last, region
    widest = region
    for box in flat.path(region):
        if flat.boxes[box].first < title - _OVER or flat.boxes[box].tag in ("body", "html"):
            break
        widest = box
    marks = [mark for mark in flat.pictures if not found.bad[mark.box] and flat.within(mark.box, widest)]
    pictures = {mark.line for mark in marks}
    if last not in pictures or any(title < mark.line <= last and flat.within(mark.box, region) for mark in marks):
        return last, region
    number = last
    while number in pictures and number < flat.boxes[widest].last:
        line = flat.lines[number]
        if line.links or found.bad[line.box] or len(line.text) > _CAPTION or furniture.is_widget(line.text):
            break
        if furniture.is_related_heading(line.text) or bylines.labelled(line.text) is not None:
            break
        number += 1
    return number, widest


def last_prose(found: Survey, start: int, end: int) -> int:
    """The line after the last paragraph of a range; where there is none, after a poem or a table; else `start`."""
    for number in range(end - 1, start - 1, -1):
        if found.weights[number] > 25 and not found.bad[found.flat.lines[number].box]:
            return number + 1
    return _last_of_short(found, start, end)


def _last_of_short(found: Survey, start: int, end: int) -> int:
    """The line after a text that is made of short lines alone: verses in one box, or the rows of a table."""
    flat = found.flat
    run: list[int] = []
    over = 0  # lines before the run that say something
    for number in range(start, end):
        if _is_verse(found, number) and (not run or _stands_with(flat, run[-1], number)):
            run.append(number)
        elif len(run) >= _VERSES:
            break
        else:
            over += sum(not _is_label(found, one) for one in run or (number,))
            run = [number] if _is_verse(found, number) else []
        if run and over > _UNDER:
            return start
    if len(run) < _VERSES:
        return start
    verses = not in_row(flat, flat.lines[run[0]].box)
    words = sum(len(flat.lines[number].text.split()) for number in run)
    return run[-1] + 1 if not verses or words >= 3 * len(run) else start


def _is_verse(found: Survey, number: int) -> bool:
    """Whether a line may be one of a poem or a table: no link, no label, nothing that pages say of themselves."""
    line = found.flat.lines[number]
    if _is_label(found, number):
        return False
    said = furniture.is_about_site(line.text) or furniture.is_placeholder(line.text)
    if line.links or found.bad[line.box] or said or furniture.is_attachment_label(line.text):
        return False
    return in_row(found.flat, line.box) or (len(line.text) <= 80 and ":" not in line.text)


def _is_label(found: Survey, number: int) -> bool:
    """Whether a line is a control, a link or a bare number, which pages have over a text in any number."""
    line = found.flat.lines[number]
    bare = _READERS.fullmatch(line.text) is not None and not in_row(found.flat, line.box)
    return bare or furniture.is_widget(line.text) or line.links * 2 > len(line.text)


def _stands_with(flat: Flat, one: int, other: int) -> bool:
    """Whether two lines stand in one box, in boxes side by side, or in one table."""
    boxes, lines = flat.boxes, flat.lines
    box, next_to = lines[one].box, lines[other].box
    if box == next_to or (boxes[box].parent == boxes[next_to].parent and boxes[box].tag == boxes[next_to].tag):
        return True
    return in_row(flat, box) and in_row(flat, next_to)
