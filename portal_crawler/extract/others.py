"""Others: lists of other articles inside an article's box, told by their headings and by what they link."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from archive.record import Attachment

from ..fields import bylines, dates
from ..fields.text import Flat, Line
from ..page import furniture
from .captions import alignment
from .generic import Survey

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ENTRY = 5  # lines of an entry in a list of articles
_TEASER = 500  # characters of one with its title
_SHORT = 300  # characters of the teasers between two titles
_LIST = 4  # entries that make a list
_TITLES = 2  # that make one under its heading
_NAME = 60  # characters of a signature
_DIGIT = re.compile(r"\d")
_DATE_BEHIND = re.compile(r"\s*[(\[|–-]?\s*\d[\d/.:\s-]{4,18}[)\]]?\s*$")
DAY_BEHIND = re.compile(
    r"(?<!\W)\W++(?:\d{1,2}:\d\d\W++)?\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?:\W++\d{1,2}:\d\d)?+\W*+$"
)  # of an entry


def leads_on(line: Line) -> bool:
    """Whether a line is a link to another article, with the words or arrows before it and its date behind."""
    rest = furniture.led_to(line.text)
    return bool(rest) and line.links * 10 >= 9 * len(_DATE_BEHIND.sub("", rest or ""))


def cut_related(found: Survey, start: int, end: int) -> int:
    """The end without lists of other articles behind a heading that says so."""
    lines, weights = found.flat.lines, found.weights
    for number in range(start, end):
        line = lines[number]
        if not furniture.is_related_heading(line.text) and not furniture.is_about_writer(line.text):
            continue
        rest = number + 1
        run = 0
        while rest < end and (weights[rest] <= 60 or found.bad[lines[rest].box]):
            run += lines[rest].links * 2 > len(lines[rest].text)
            rest += 1
        before = sum(weight for weight in weights[start:number] if weight > 0)
        if _stands_aside(found, start, number, end):
            continue
        if _heads_the_rest(found, start, number, end):
            return number
        after = sum(weight for weight in weights[rest:end] if weight > 0)
        links = sum(line.links * 2 > len(line.text) for line in lines[rest:end])
        goes_on = (
            not furniture.is_about_writer(line.text) and after >= 500 and links < 2
        )  # paragraph upon paragraph, and no further title among them
        if (run or rest >= end or rest == number + 1) and after <= 0.3 * before and not goes_on:
            return number
        if run and rest >= end:
            return number
    return end


def _heads_the_rest(found: Survey, start: int, number: int, end: int) -> bool:
    """Whether a heading begins a box with all that follows it, and titles that are links stand among that: teasers
    may be longer than the text of a short article.
    """
    flat, lines = found.flat, found.flat.lines
    for index in flat.path(lines[number].box):
        box = flat.boxes[index]
        if box.first != number or number == start:
            return False
        if box.last >= end:
            return sum(_is_entry(line) for line in lines[number + 1 : end]) >= _TITLES
    return False


def _stands_aside(found: Survey, start: int, number: int, end: int) -> bool:
    """Whether a heading stands in a box of its own between a text's paragraphs: the text goes on behind that box."""
    flat, lines = found.flat, found.flat.lines
    said: dict[int, float] = {}
    for one in range(start, number):
        if found.weights[one] > 60 and not found.bad[lines[one].box]:
            holder = _holder(flat, lines[one])
            said[holder] = said.get(holder, 0.0) + found.weights[one]
    if not said:
        return False
    text = max(said, key=lambda box: said[box])
    box = lines[number].box
    while box > 0 and flat.boxes[box].parent != text:
        box = flat.boxes[box].parent
    if box <= 0 or flat.boxes[box].tag in _HEADINGS or flat.boxes[box].tag == "p":
        return False
    behind = [one for one in range(flat.boxes[box].last, end) if _holder(flat, lines[one]) == text]
    return any(
        not found.bad[lines[one].box] and (found.weights[one] > 60 or _is_signed(flat, lines[one])) for one in behind
    )


def _holder(flat: Flat, line: Line) -> int:
    """The box in which a line stands beside others: its own, where line breaks alone part it from them."""
    box = flat.boxes[line.box]
    return line.box if box.last - box.first > 1 else box.parent


def _is_signed(flat: Flat, line: Line) -> bool:
    """Whether a line set to the right names whoever wrote what stands before it."""
    if len(line.text) > _NAME or alignment(flat, line.box) != "right":
        return False
    byline = bylines.closing(line.text)
    return byline is not None and byline.author is not None


def own_list(found: Survey, start: int, end: int) -> set[int]:
    """The lines of lists of links that belong to the text: a sentence of it announces them with a colon."""
    lines = found.flat.lines
    own: set[int] = set()
    announced = False
    if not any(line.text.endswith(":") for line in lines[start:end]):
        return own
    for number in range(start, end):
        line = lines[number]
        if line.links * 10 >= 7 * len(line.text):
            if announced:
                own.add(number)
            continue
        announced = announced and line.links > 0  # an entry with words behind its link
        announced |= (
            found.weights[number] > 25 and line.text.endswith(":") and not furniture.is_related_heading(line.text)
        )
    return own


def entries(found: Survey, start: int, end: int, base: str) -> set[int]:
    """The lines of boxes inside a text that lead to another article of the site: its title, linked, and a teaser."""
    flat, lines = found.flat, found.flat.lines
    host = urlsplit(base).netloc
    taken: set[int] = set()
    for mark in flat.links:
        number = mark.line
        if not start <= number < end or number in taken:
            continue
        line = lines[number]
        heading = flat.boxes[line.box]
        if heading.tag not in _HEADINGS or line.links * 10 < 9 * len(line.text) or len(line.text) < 20:
            continue
        if not _stays(mark.el, host):
            continue
        box = line.box
        for outer in flat.path(heading.parent):
            inside = lines[flat.boxes[outer].first : flat.boxes[outer].last]
            if (
                len(inside) > _ENTRY
                or sum(len(one.text) for one in inside) > _TEASER
                or flat.boxes[outer].first < start
            ):
                break
            box = outer
        if box != line.box or flat.boxes[heading.parent].media:
            taken.update(range(flat.boxes[box].first, min(flat.boxes[box].last, end)))
    return taken


def _stays(link: Any, host: str) -> bool:
    """Whether a link leads to another page of the same site."""
    address = urlsplit(link.get("href") or "#")
    return address.netloc in ("", host) and bool(address.path)


def tail(found: Survey, start: int, end: int, base: str) -> int:
    """The end without the entries of a list behind the text: titles that lead to other pages, each with a teaser."""
    flat, lines = found.flat, found.flat.lines
    host = urlsplit(base).netloc
    titles = {mark.line for mark in flat.links if mark.line < len(lines) and _is_entry(lines[mark.line])}
    if len(titles) < _LIST:
        return end
    number, first, since, said = end, end, 0, 0.0
    entered = 0
    while number > start:
        number -= 1
        line = lines[number]
        linked = line.links * 10 >= 8 * len(line.text)
        since = 0 if linked else since + 1
        said += max(found.weights[number], 0.0)
        if since > _ENTRY or said > _SHORT:
            break
        if number in titles:
            entered, first, said = entered + 1, number, 0.0
    if entered < _LIST or first in own_list(found, start, end):
        return end
    marks = [mark for mark in flat.links if first <= mark.line < end and mark.line in titles]
    if sum(_stays(mark.el, host) for mark in marks) * 10 < 9 * len(marks):
        return end
    texts = sum(max(found.weights[n], 0.0) for n in range(start, first))
    if texts < max(600.0, 1.5 * sum(max(found.weights[n], 0.0) for n in range(first, end))):
        return end
    if first - 1 > start and len(lines[first - 1].text) <= 60 and found.weights[first - 1] <= 0:
        first -= 1  # the list's heading
    return first


def _undated(text: str) -> int:
    """The size of an entry of a list without the date behind it."""
    return len(DAY_BEHIND.sub("", text)) if len(text) <= _SHORT else len(text)


def _is_entry(line: Line) -> bool:
    return line.links * 10 >= 8 * len(line.text) and len(line.text) >= 20


def drop_link_runs(found: Survey, start: int, end: int, dropped: set[int], files: dict[int, list[Attachment]]) -> None:
    """Take off lists of links: three or more in a row, each a line, dates between them allowed."""
    lines = found.flat.lines
    own = own_list(found, start, end)
    run: list[int] = []
    links = 0

    def close() -> None:
        if links >= 3 or (links >= 1 and heading):
            dropped.update(number for number in run if number not in own)

    heading = False
    for number in range(start, end):
        line = lines[number]
        size = len(line.text)
        if furniture.is_related_heading(line.text):
            close()
            run, links, heading = [number], 0, True
        elif line.links and line.links * 10 >= 7 * _undated(line.text) and number not in files:
            run.append(number)
            links += 1
        elif run and size <= 40 and _DIGIT.search(line.text) and dates.parse(line.text) is not None:
            run.append(number)
        else:
            close()
            run, links, heading = [], 0, False
    close()
