"""Dateplace: what the place of a date tells: over which title it stands, and whose it is."""

from __future__ import annotations

import re
from typing import Any

from ..fields import dates
from ..fields.text import in_row
from ..page import fold, furniture, string
from .generic import Survey

_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d.*\d")
_LABELLED = re.compile(r"đăng|published|posted|xuất bản|ngày (?:gửi|viết|tạo)|cập nhật|updated|modified|sửa đổi", re.I)
# What a cell says of the one beside it, where that is another day than the article's: Ngày nhập, Ngày ban hành.
_OTHER_DAY = re.compile(r"(?:ngày|thời hạn|hạn) [^\W\d]", re.I)
_LEAST = 10  # characters of a title before its date
_ROWS = 40  # lines of a table that are looked at


def is_beside_date(found: Survey, number: int) -> bool:
    """Whether one of the two lines before or after is a date line, and no list's."""
    lines = found.flat.lines
    for other in (number + 1, number - 1, number + 2, number - 2):
        line = lines[other] if 0 <= other < len(lines) else None
        if line is None or len(line.text) > 100 or line.links * 2 > len(line.text) or found.bad[line.box]:
            continue
        if not _DIGITS.search(line.text):
            continue
        if dates.parse(line.text) is not None:
            return True
    return False


def opens(found: Survey, number: int) -> bool:
    """Whether a line in the body's box stands over its date, or before it, as a title does where one box holds all."""
    lines = found.flat.lines
    after = lines[number + 1] if number + 1 < len(lines) else None
    own = lines[number].text
    if own[-1] in "0123456789)" and (glued := dates.find(own)) and len(own) - glued[-1].end <= 1 < glued[-1].start:
        return True
    if after is None or after.links * 2 > len(after.text) or len(after.text) > 100 or not _DIGITS.search(after.text):
        return False
    return not lines[number].text.endswith((".", ":", "!")) and dates.parse(after.text) is not None


def shares_row_with_date(found: Survey, number: int) -> bool:
    """Whether the next cell of the same table row is a date line: section to the left, date to the right."""
    lines, boxes = found.flat.lines, found.flat.boxes
    if number + 1 >= len(lines) or lines[number].box == lines[number + 1].box:
        return False
    one, other = boxes[lines[number].box], boxes[lines[number + 1].box]
    beside = one.parent == other.parent and one.tag in ("td", "th") and boxes[one.parent].tag == "tr"
    return beside and len(lines[number + 1].text) <= 60 and dates.parse(lines[number + 1].text) is not None


def dated_apart(found: Survey, number: int, offset: str) -> dates.Stamp | None:
    """The date at a title's end, where the title has an element of its own, which the date is not in."""
    line = found.flat.lines[number]
    if line.text[-1] not in "0123456789)]":
        return None
    stamps = dates.find(line.text, offset)
    if not stamps or len(line.text) - stamps[-1].end > 1 or stamps[-1].start < _LEAST:
        return None
    rest = line.text[: stamps[-1].start].rstrip(" ([-–|")
    el: Any = line.el
    own = (el, *el.iterdescendants("b", "strong", "span", "font", "a", "i", "em"))
    return stamps[-1] if el.tag != "a" and any(fold(string(one)) == rest for one in own) else None


def begins_box(found: Survey, number: int, title: int) -> bool:
    """Whether a line over the title begins the box around it, or the title's own: no menu stands there."""
    flat = found.flat
    own = flat.lines[title].box
    around = flat.common(flat.lines[number].box, own)
    above = flat.lines[flat.boxes[around].first : number]
    near = around in (own, flat.boxes[own].parent) and flat.boxes[around].tag not in ("body", "html")
    return near and len(above) <= 1 and not any(line.links for line in above)


def begins_article(found: Survey, number: int, title: int) -> bool:
    """Whether a line begins a box that has the title next, but for controls: with menus over it, that is no header."""
    flat = found.flat
    box = flat.boxes[flat.common(flat.lines[number].box, flat.lines[title].box)]
    between = (line.text for line in flat.lines[number + 1 : title])
    again = flat.lines[title].text  # a text that begins with its title: that one is the nearest to it
    return 0 < box.first == number and all(furniture.is_widget(text) or text == again for text in between)


def is_of_other_cells(found: Survey, number: int, title: int) -> bool:
    """Whether a date is a cell of a table of data: the day of something else, or of one of several rows."""
    flat = found.flat
    if not in_row(flat, flat.lines[number].box):
        return False
    before = flat.lines[number - 1].text if number and number - 1 != title else ""
    if len(before) <= 30 and _OTHER_DAY.match(before) and not _LABELLED.search(before):
        return True
    table = next((flat.boxes[box] for box in flat.path(flat.lines[number].box) if flat.boxes[box].tag == "table"), None)
    if table is None or table.first <= title < table.last:
        return False
    dated = (line for line in flat.lines[table.first : min(table.last, table.first + _ROWS)] if len(line.text) <= 60)
    return sum(_DIGIT.search(line.text) is not None and dates.parse(line.text) is not None for line in dated) > 2


def in_list(found: Survey, number: int) -> bool:
    """Whether a date belongs to an entry of a list: the line before or after it is another page's title."""
    lines = found.flat.lines
    entries = 0
    for other in (number - 1, number + 1, number - 2, number + 2):
        if 0 <= other < len(lines):
            line = lines[other]
            entries += line.links * 10 >= len(line.text) * 8 and len(line.text) > 25
    return entries >= 2
