"""Text: from a tree of elements to the lines that a browser would show, and from lines to paragraphs.

`flatten` passes over the tree once and gives all that the extraction asks later: lines in order, the boxes that they
stand in, how much of a line is link or bold, pictures and documents with their place between the lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# HTML's elements that a browser shows as blocks of their own (HTML, 15.3, and table parts; a marquee runs in its own).
BLOCKS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main marquee menu nav ol p pre search section"
    " summary table tbody td tfoot th thead tr ul"
)
# Never text of an article: not shown, or a control.
_UNSHOWN = _names(
    "script style template svg math head select option datalist button input textarea iframe object embed applet audio"
    " video canvas map link meta title frameset"
)
# Where the end tag is missing, libxml2 puts the rest of the page inside; a browser ends most at the first paragraph.
_FOREIGN = _names("svg math select option object video audio canvas button")
_FRAMES = _names("iframe object embed")
_BOLD = _names("h1 h2 h3 h4 h5 h6 th")
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
# A class that hides at every width, as the common style sheets name it.
_HIDING = re.compile(r"(?:^|\s)(?:hidden|hide|d-none)(?=$|\s)")
_SHOWING = re.compile(r"(?:^|\s)(?:d-\w+-(?!none)|visible|show|\w+:(?:block|flex|grid|inline|table))")
_FOLDED = re.compile(r"accordion|collaps|answer|faq|expand", re.I)
_UNSEEN = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a-\u202e]")
_STOP = re.compile(r"[.!?…:;”\"'»)\]/]$")


class Box:
    """A block element with text or a picture in it. Its lines are `lines[first:last]`; `parent` is an index."""

    __slots__ = ("depth", "el", "first", "last", "media", "parent", "tag")

    def __init__(self, el: Any, parent: int, first: int, depth: int) -> None:
        self.el, self.tag, self.parent, self.first, self.last, self.depth = el, el.tag, parent, first, first, depth
        self.media = 0


class Line:
    """What a browser shows on its own: a block's text, or what stands between two <br>."""

    __slots__ = ("bold", "box", "broken", "el", "links", "text")

    def __init__(self, text: str, box: int, el: Any, links: int, bold: int, broken: bool) -> None:
        self.text, self.box, self.el, self.links, self.bold, self.broken = text, box, el, links, bold, broken

    def __repr__(self) -> str:
        return f"Line({self.text!r}, box={self.box}, links={self.links})"


@dataclass(slots=True)
class Mark:
    """A picture or a link to something: before line number `line`, in box `box`."""

    el: Any
    line: int
    box: int
    hidden: bool = False  # in <noscript>


@dataclass(slots=True)
class Flat:
    """A tree as lines and boxes, both in document order (a parent before its children)."""

    lines: list[Line] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    pictures: list[Mark] = field(default_factory=list)
    links: list[Mark] = field(default_factory=list)
    frames: list[Mark] = field(default_factory=list)  # what shows something of another address inside the page
    hidden: list[Any] = field(default_factory=list)  # elements that their style hides

    def path(self, box: int) -> Iterator[int]:
        """The box and those around it, outward."""
        while box >= 0:
            yield box
            box = self.boxes[box].parent

    def within(self, box: int, outer: int) -> bool:
        """Whether `box` is `outer` or inside it."""
        boxes = self.boxes
        while box > outer:
            box = boxes[box].parent
        return box == outer

    def common(self, one: int, other: int) -> int:
        """The innermost box around both."""
        boxes = self.boxes
        while one != other:
            if one > other:
                one = boxes[one].parent
            else:
                other = boxes[other].parent
        return one

    def box_of(self, el: Any) -> int | None:
        """The index of an element's own box."""
        return next((index for index, box in enumerate(self.boxes) if box.el is el), None)


_BLOCK, _HEADING, _BREAK, _PICTURE, _ANCHOR, _STRONG, _SKIP, _NOSCRIPT, _SWALLOWING = range(1, 10)
_BLOCKISH = (_BLOCK, _HEADING)
_SORTS = {
    **dict.fromkeys(BLOCKS, _BLOCK),
    **dict.fromkeys(_UNSHOWN, _SKIP),
    **dict.fromkeys(_FOREIGN, _SWALLOWING),
    **dict.fromkeys(_BOLD, _HEADING),
    **dict.fromkeys(("b", "strong"), _STRONG),
    **dict.fromkeys(("img", "amp-img"), _PICTURE),
    "br": _BREAK,
    "a": _ANCHOR,
    "noscript": _NOSCRIPT,
}


def flatten(root: Any, *, unshown: bool = False) -> Flat:
    """The lines of a tree. `unshown`: also those that its style hides, or that a browser shows without scripts."""
    flat = Flat()
    lines, boxes = flat.lines, flat.boxes
    pieces: list[str] = []
    boxes.append(Box(root, -1, 0, 0))
    here, depth, in_link, in_bold, links, bold = 0, 0, 0, 0, 0, 0
    opener: Any = None
    broken = False
    sorts = _SORTS.get

    def close_line() -> None:
        nonlocal links, bold, opener
        text = " ".join("".join(pieces).split())
        if not text.isprintable():
            text = _UNSEEN.sub("", text).strip()
        if text:
            lines.append(Line(text, here, opener, links, bold, broken))
        links = bold = 0
        opener = None
        pieces.clear()

    if root.text and not root.text.isspace():
        pieces.append(root.text)
        opener = root
    opened: list[tuple[Any, int]] = []  # the elements around the next one and what sort they are, without the innermost
    holder, around = root, 0  # the innermost
    el = root[0] if len(root) else None
    while True:
        if el is not None:
            sort = sorts(el.tag, 0)
            if sort >= _SKIP and el.tag in _FRAMES:
                flat.frames.append(Mark(el, len(lines), here))
            if (
                sort >= _SKIP
                and (sort != _SWALLOWING or not _has_swallowed(el))
                and not (unshown and sort == _NOSCRIPT)
            ):
                if sort == _NOSCRIPT:
                    flat.pictures += [Mark(img, len(lines), here, hidden=True) for img in el.iter("img", "amp-img")]
                skipped = True
            elif (
                not unshown
                and (called := el.keys())  # of many there are none
                and (
                    "hidden" in called
                    or (
                        "style" in called
                        and ("none" in (style := el.get("style")) or "hidden" in style)
                        and _HIDDEN.search(style)
                    )
                    or (
                        "class" in called
                        and ("hid" in (name := el.get("class")) or "d-none" in name)
                        and _is_for_machines(el, name)
                    )
                )
                and not _is_folded(el)
            ):
                flat.hidden.append(el)
                skipped = True
            else:
                skipped = False
                if not sort:
                    pass
                elif sort <= _HEADING:
                    if opener is not None:
                        close_line()
                    broken = False
                    depth += 1
                    boxes.append(Box(el, here, len(lines), depth))
                    here = len(boxes) - 1
                    if sort == _HEADING:
                        in_bold += 1
                elif sort == _ANCHOR:
                    in_link += 1
                    flat.links.append(Mark(el, len(lines), here))
                elif sort == _BREAK:
                    if opener is not None:
                        close_line()
                        broken = True
                elif sort == _PICTURE:
                    flat.pictures.append(Mark(el, len(lines), here))
                    boxes[here].media += 1
                    pieces.append(" ")
                elif sort == _STRONG:
                    in_bold += 1
                text = el.text
                if not text:
                    pass
                elif not text.isspace():
                    pieces.append(text)
                    if opener is None:
                        opener = el
                    if in_link:
                        links += len(text.strip())
                    if in_bold:
                        bold += len(text.strip())
                elif pieces:
                    pieces.append(" ")
                if len(el):
                    opened.append((holder, around))
                    holder, around = el, sort
                    el = el[0]
                    continue
        else:
            if holder is root:
                break
            el, sort, skipped = holder, around, False
            holder, around = opened.pop()
        # The element ends; what stands behind it is in the one around it.
        if skipped or not sort:
            pass
        elif sort <= _HEADING:
            if opener is not None:
                close_line()
            broken = False
            depth -= 1
            boxes[here].last = len(lines)
            here = boxes[here].parent
            if sort == _HEADING:
                in_bold -= 1
        elif sort == _ANCHOR:
            in_link -= 1
        elif sort == _STRONG:
            in_bold -= 1
        text, el = el.tail, el.getnext()
        if not text:
            continue
        if not text.isspace():
            pieces.append(text)
            if opener is None:
                opener = holder
            if in_link:
                links += len(text.strip())
            if in_bold:
                bold += len(text.strip())
        elif pieces:
            pieces.append(" ")
    if opener is not None:
        close_line()
    boxes[0].last = len(lines)
    return flat


def stands_free(el: Any) -> bool:
    """Whether an element's lines are the same by themselves as in its page: nothing around it hides, links or bolds."""
    for one in (el, *el.iterancestors()):
        sort = _SORTS.get(one.tag, 0)
        if sort >= _ANCHOR or sort == _HEADING or one.get("hidden") is not None:
            return False
        if (style := one.get("style")) and _HIDDEN.search(style):
            return False
    return True


def _is_folded(el: Any) -> bool:
    """Whether a hidden element is a part of a text that a reader unfolds: an answer under its question."""
    around = el.getparent()
    called = f"{el.get('class') or ''} {around.get('class') or '' if around is not None else ''}"
    return _FOLDED.search(called) is not None and el.find(".//p") is not None


def _is_for_machines(el: Any, called: str) -> bool:
    """Whether a class hides an element that is microdata: what a script may yet show a reader has no such mark."""
    if not _HIDING.search(called) or _SHOWING.search(called):
        return False
    marked = (
        el.get("itemprop") is not None or next((one for one in el if one.get("itemprop") is not None), None) is not None
    )
    return marked and next(el.iter("a", "p", "img"), None) is None


def _has_swallowed(el: Any) -> bool:
    if el.tag == "button":  # it may hold blocks of its own, but nobody's article
        return el.find(".//main") is not None or el.find(".//article") is not None
    return el.find(".//p") is not None or el.find(".//div") is not None


def paragraphs(flat: Flat, kept: Iterable[int]) -> list[str]:
    """The paragraphs of the lines `kept`: a table row is one, and a sentence that a soft break cuts."""
    found: list[str] = []
    row_before = -1
    for number in kept:
        line = flat.lines[number]
        row = row_of(flat, line.box)
        if (found and row >= 0 and row == row_before) or (
            found and line.broken and row < 0 and _cut(found[-1], line.text)
        ):
            found[-1] = f"{found[-1]} {line.text}"
        else:
            found.append(line.text)
        row_before = row
    return found


def _cut(before: str, after: str) -> bool:
    """Whether a sentence goes on: Word's soft breaks stand inside sentences, an author's between them."""
    return len(before) >= 40 and after[0].islower() and not _STOP.search(before)


def in_row(flat: Flat, box: int) -> bool:
    """Whether a box is a cell of data, in a row with others."""
    return row_of(flat, box) >= 0


def row_of(flat: Flat, box: int) -> int:
    """The table row (a box) that a line belongs to as a cell of data, or -1: rows of layout hold blocks of text."""
    boxes = flat.boxes
    steps = 0
    while box > 0 and steps < 4:
        tag = boxes[box].tag
        if tag == "tr":
            cells = 0
            inner = box + 1
            while inner < len(boxes) and boxes[inner].depth > boxes[box].depth:
                other = boxes[inner]
                if other.tag in ("td", "th"):
                    if other.last - other.first > 3 or other.depth != boxes[box].depth + 1:
                        return -1
                    cells += other.last > other.first
                elif other.tag == "table":
                    return -1
                inner += 1
            return box if cells > 1 else -1
        if tag in ("table", "body", "li", "blockquote"):
            return -1
        box = boxes[box].parent
        steps += 1
    return -1
