"""Captions: which lines of an article say what its pictures show, and how lines are set."""

from __future__ import annotations

import re
from typing import Any

from ..fields import bylines
from ..fields.text import Flat, Line
from ..page import markup
from .galleries import galleries
from .generic import LONGEST_CAPTION, Survey

_NAME = 60  # characters of a name that signs a text right under its last picture
_ALIGNED = re.compile(r"text-align\s*:\s*(right|center|-webkit-center|-webkit-right|end)", re.I)
_BESIDE = re.compile(r"text-align\s*:\s*(?:justify|left)", re.I)
_SENTENCE, _TEXT = 120, 60  # characters of a caption that is one, at the most; of a paragraph, at the least
ITALIC = frozenset(("em", "i", "small", "figcaption", "cite"))


def captions(found: Survey, start: int, end: int) -> tuple[set[int], dict[int, str]]:
    """The lines that are captions, and the caption of each picture by its number in `flat.pictures`."""
    flat, lines, boxes = found.flat, found.flat.lines, found.flat.boxes
    taken: set[int] = set()
    said: dict[int, str] = {}
    known: dict[Any, bool] = {}
    for number in range(start, end):
        line = lines[number]
        if len(line.text) <= 600 and called_caption(line, known):
            taken.add(number)
    for index, mark in enumerate(flat.pictures):
        if not start <= mark.line <= end or mark.hidden:
            continue
        own: list[int] = []
        for box in flat.path(mark.box):
            here = boxes[box]
            if here.tag == "figure":
                own = list(range(max(here.first, start), min(here.last, end)))
                break
            if here.tag == "table":
                size = sum(len(line.text) for line in lines[here.first : here.last])
                outside = sum(w for w in (*found.weights[start : here.first], *found.weights[here.last : end]) if w > 0)
                if outside < size:
                    break
                if here.last - here.first <= 3 and size <= LONGEST_CAPTION and here.media:
                    own = list(range(max(here.first, start), min(here.last, end)))
                elif here.last - here.first <= 3 and size <= LONGEST_CAPTION:
                    own = [n for n in range(max(here.first, start), min(here.last, end)) if n >= mark.line]
                break
            if here.tag in ("body", "article", "main", "section") or here.last - here.first > 12:
                break
        following = flat.pictures[index + 1].line if index + 1 < len(flat.pictures) else -1
        if not own and mark.line < end and following != mark.line:
            own = _beside(found, mark.line, mark.box)
        if not own and following != mark.line:
            own = [n for n in range(mark.line, min(mark.line + 2, end)) if n in taken]
        own = [n for n in own if n not in taken or called_caption(lines[n], known)]
        taken.update(own)
        text = " ".join(lines[n].text for n in own)
        if text:
            said[index] = text
    for index, below in galleries(found, start, end):
        if index not in said and below[0] not in taken:
            taken.update(below)
            said[index] = " ".join(lines[n].text for n in below)
    for table in boxes:
        if table.tag != "table" or table.last != table.first + 1 or not start < table.first < end - 1 or table.media:
            continue
        line = lines[table.first]  # a picture that is gone has left its caption in the table that held both
        short = len(line.text) <= LONGEST_CAPTION and not line.text.endswith((".", ":")) and not line.links
        if short and sum(1 for _ in table.el.iter("tr")) == 2:
            taken.add(table.first)
    return taken, said


def called_caption(line: Line, known: dict[Any, bool]) -> bool:
    """Whether the markup calls a line a caption. `known`: of which elements it does: lines stand in the same ones."""
    el: Any = line.el
    for _ in range(4):
        if el is None or el.tag in ("body", "article", "main"):
            return False
        if el.tag == "blockquote" and not markup.says("caption", line.el):
            return False
        if el not in known:
            named = el.tag != "table" and markup.says("caption", el)
            known[el] = named or el.tag in ("figcaption", "figure")
        if known[el]:
            return True
        if el.tag in ("td", "li", "section"):
            return False
        el = el.getparent()
    return False


def _beside(found: Survey, number: int, picture_box: int) -> list[int]:
    """The line after a picture where it is set as a caption: short, and centred or in italics."""
    flat = found.flat
    line = flat.lines[number]
    text = line.text
    if len(text) > 250 or line.links * 2 > len(text) or _signs(text):
        return []
    if len(text) <= _NAME and alignment(flat, line.box) == "right" and bylines.closing(text) is not None:
        return []
    same = line.box == picture_box
    near = (
        same
        or flat.boxes[line.box].parent == flat.boxes[picture_box].parent
        or flat.boxes[picture_box].parent == line.box
    )
    if not near:
        return []
    if _is_bold_caption(line) and not _heads_text(found, number, picture_box):
        lasting = text.endswith(("–", "-", ",")) and number + 1 < len(flat.lines) and flat.lines[number + 1].bold
        return [number, number + 1] if lasting else [number]
    italic = wholly(line, ITALIC)
    centred = alignment(flat, line.box) == "center"
    if (centred and (italic or same or not text.endswith((".", ":", "!", "?"))) and line.bold * 2 <= len(text)) or (
        italic and (same or centred or len(text) < 160)
    ):
        return [number]
    return [number] if centred and _alone_centred(found, number) else []


def _alone_centred(found: Survey, number: int) -> bool:
    """Whether a sentence is set to the middle and the text around it is not."""
    flat, line = found.flat, found.flat.lines[number]
    around = [one for one in (number - 1, number + 1) if 0 <= one < len(flat.lines)]
    if len(line.text) > _SENTENCE or line.bold or line.text[-1] != ".":
        return False
    centred = any(alignment(flat, flat.lines[one].box) == "center" for one in around)
    return not centred and any(found.weights[one] >= _TEXT for one in around)


def _heads_text(found: Survey, number: int, picture_box: int) -> bool:
    """Whether a bold line is set as the text behind it is, and the picture before it to the middle."""
    flat = found.flat
    own = flat.boxes[flat.lines[number].box]
    if alignment(flat, picture_box) != "center" or not _BESIDE.search(own.el.get("style") or ""):
        return False
    return number + 1 < len(flat.lines) and found.weights[number + 1] >= _TEXT


def _signs(text: str) -> bool:
    """Whether a label says that a line names who wrote the article, or where it is from."""
    byline = bylines.labelled(text)
    return byline is not None and byline.kind in ("labelled", "source")


_NUMBERED = re.compile(r"^\W*(?:\d{1,2}|[IVX]{1,4}|[a-zđ])[.)/]", re.I)


def _is_bold_caption(line: Line) -> bool:
    """Whether a line under a picture is set in bold as a caption is, and not as a heading between paragraphs."""
    text = line.text
    if line.bold * 10 < len(text) * 9 or text.isupper() or _NUMBERED.match(text) or text.endswith((":", "?", "!")):
        return False
    return 5 <= len(text.split()) <= 40 and line.el.tag not in ("h1", "h2", "h3", "h4", "h5") and not text.endswith(".")


def wholly(line: Line, tags: frozenset[str]) -> bool:
    el: Any = line.el
    for _ in range(4):
        if el is None:
            return False
        if el.tag in tags:
            return len(" ".join("".join(el.itertext()).split())) * 10 >= len(line.text) * 8
        el = el.getparent()
    return False


def alignment(flat: Flat, box: int) -> str | None:
    """How a box sets its lines: "right", "center" or None."""
    for steps, index in enumerate(flat.path(box)):
        el = flat.boxes[index].el
        match = _ALIGNED.search(el.get("style") or "")
        if match:
            return "right" if match[1].lower().endswith(("right", "end")) else "center"
        align = (el.get("align") or "").lower()
        if align in ("right", "center", "left", "justify"):
            return align if align in ("right", "center") else None
        if el.tag == "center":
            return "center"
        if "text-align" in (el.get("style") or ""):
            return None
        if steps == 2 or el.tag in ("td", "table", "body"):
            return None
    return None
