"""The article's lines: of the lines of its box, which are its text, which its captions, bylines, files and furniture.

Both paths of `extract` come through here: a selector's box and one that was found alike hold what is not the article's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from archive.record import Attachment, Image

from ..fields import bylines, dates
from ..fields.media import attachment, embedded, image
from ..fields.text import Flat, Line, in_row
from ..page import furniture, markup
from ..page.furniture import plain
from ..urls import resolve
from . import captions, insets, others
from .dateline import dateline, last_dateline
from .generic import Survey
from .signature import Signed, take_off

_DIGIT = re.compile(r"\d")
_TRAIL = 5  # lines at the end among which what asks the reader for something is looked for


@dataclass(slots=True)
class Text(Signed):
    """What of a range of lines is the article's."""

    captions: dict[int, str] = field(default_factory=dict)  # number of the picture: its caption
    end: int = 0  # the line where the article ends
    placeholder: bool = False


def read_lines(
    found: Survey,
    start: int,
    end: int,
    title: str,
    files: dict[int, list[Attachment]],
    names: Collection[str] = (),
    base: str = "",
    *,
    news: bool = False,
    named: bool = False,
) -> Text:
    """Judge the lines `start` to `end`. `files`: the documents that each links to; `names`: who often signs here."""
    flat, lines = found.flat, found.flat.lines
    end = others.tail(found, start, others.cut_related(found, start, end), base)
    skipped = captions.captions(found, start, end)
    result = Text([], captions=skipped[1], end=end)
    dropped = skipped[0]
    others.drop_link_runs(found, start, end, dropped, files)
    dropped |= others.entries(found, start, end, base)
    dropped |= insets.insets(found, start, end, news=news, named=named)
    begun = 0  # paragraphs that stand before
    bare_title = plain(title)
    for number in range(start, end):
        line = lines[number]
        text = line.text
        if number in dropped or found.bad[line.box]:
            continue
        if len(text) <= 320 and (furniture.is_widget(text) or furniture.is_attachment_label(text)):
            continue
        if number not in files and line.links and others.leads_on(line):
            continue
        if furniture.is_credit(text) or (begun < 2 and _is_over_text(found, number)):
            continue
        if furniture.is_placeholder(text):
            result.placeholder = True
            continue
        if number in files and (line.links * 10 >= 6 * len(text) or _names_files(text, files[number])):
            continue
        if not result.kept and len(text) <= _LONGEST_TITLE_LINE and _is_title(text, title, bare_title):
            continue
        if not result.kept and len(text) <= 120 and (_is_account(text) or _COUNT.fullmatch(text)):
            continue
        early = len(result.kept) <= 1 and len(text) <= 120 and _DIGIT.search(text)
        if (
            early
            and not (in_row(flat, line.box) and not _beside_widget(flat, number))
            and (dates.parse(text) is not None or dateline(text) is not None or _is_toolbar(text))
        ):
            continue
        result.kept.append(number)
        begun += found.weights[number] >= _PARAGRAPH
    result.kept = _without_afterword(result.kept, found)
    if len(result.kept) > 1 and last_dateline(lines[result.kept[-1]].text):
        result.kept.pop()
    take_off(result, flat, names)
    result.kept = _once(result.kept, lines)
    return result


_PAGES = re.compile(r"(?:(?i:trang)\W*)?(?:\W*\b\d{1,2}\b)+\W*")  # the numbers by which a text goes on
_BAR = re.compile(r"\s*[|•·]\s*")
_COUNT = re.compile(r"\d{1,7}|\d{1,3}(?:[.,]\d{3}){1,3}")  # of readers, beside a picture of an eye
_LONGEST_TITLE_LINE = 400
_BEGINNING = 16  # characters that tell most lines from a title
_PARAGRAPH = 100
_LONGEST_OVER = 90
_AGAIN = 8  # lines like the first at which the second print may begin
_SAPO, _BEGUN = 40, 2  # characters of one; lines behind it among which it is printed again
_BY = re.compile(r"^\W*(?i:by|von|par|por|door|di|text)\b:?\s+[^\W\d_a-z]")
_POSTED = re.compile(r"^\W*(?:(?:posted|published|written|submitted)(?: on| by|:)|last (?:updated|modified))\b", re.I)
_READING = re.compile(
    r"\b(?:lesedauer|lesezeit|min(?:ute[ns]?)? read|reading time|stand(?=:)|aktualisiert|publiziert|veröffentlicht"
    r"|publié|mis à jour|actualizado|publicado|last updated|updated on)\b",
    re.I,
)


def _without_afterword(kept: list[int], found: Survey) -> list[int]:
    """The lines without those at their end that ask the reader for something, with the labels among these."""
    end = len(kept)
    for at in range(len(kept) - 1, max(1, len(kept) - _TRAIL - 1), -1):
        line = found.flat.lines[kept[at]]
        if furniture.is_afterword(line.text) or (line.links and _PAGES.fullmatch(line.text)):
            end = at
        elif found.weights[kept[at]] > 0:
            break
    return kept[:end]


def _is_over_text(found: Survey, number: int) -> bool:
    """Whether a line before the text, or under its summary, says who wrote the text, or when, and is none of it."""
    line = found.flat.lines[number]
    text = line.text
    box = found.flat.boxes[line.box]
    if len(text) > _LONGEST_OVER or text.endswith((".", "!", "?")) or box.tag in ("h1", "h2", "h3", "h4"):
        return False
    if _DIGIT.search(text) is not None and _READING.search(text) is not None:
        return True
    if _POSTED.match(text) is not None:
        return True
    if _BY.match(text) is not None and len(text.split()) <= 8:
        return True
    own = box.last - box.first == 1
    return own and any(markup.says(kind, el) for kind in ("author", "date") for el in (line.el, box.el))


def _is_toolbar(text: str) -> bool:
    """Whether each part of a line is a counter, a control or a day: Lượt xem: 31 | Ngày cập nhật: 12/06/2024."""
    parts = [part for part in _BAR.split(text) if part]
    return len(parts) > 1 and all(furniture.is_widget(part) or dates.parse(part) is not None for part in parts)


def _beside_widget(flat: Flat, number: int) -> bool:
    """Whether the other cell of a row is a counter or a control: then it is no row of data."""
    other = flat.lines[number + 1] if number + 1 < len(flat.lines) else None
    row = flat.boxes[flat.lines[number].box].parent
    return other is not None and flat.boxes[other.box].parent == row and furniture.is_widget(other.text)


def _is_account(text: str) -> bool:
    """Whether a line says no more than who typed the article in."""
    byline = bylines.posted(text) or bylines.labelled(text)
    return byline is not None and (byline.kind == "account" or bylines.posted(text) is not None)


def _is_title(text: str, title: str, bare: str) -> bool:
    """Whether a line is the title once more, with the date behind it or without."""
    if bare.startswith(plain(text[:_BEGINNING])) and plain(text) == bare:
        return True
    rest = text.removeprefix(title).strip("()[]| –-")
    return rest != text and 0 < len(rest) <= 60 and bool(_DIGIT.search(rest)) and dates.parse(rest) is not None


def _names_files(text: str, files: list[Attachment]) -> bool:
    """Whether a line says no more than what its files are called."""
    rest = text
    for file in files:
        rest = rest.replace(file.name or "", "")
    rest = rest.strip(" .:;,-–()[]")
    return (
        (len(rest) < 25 and len(rest) * 2 < len(text))
        or furniture.is_widget(rest)
        or furniture.is_attachment_label(rest)
    )


def _once(kept: list[int], lines: list[Line]) -> list[int]:
    """An article that the page prints twice, once; and a sapo that stands over the text and begins it as well."""
    if len(kept) > 1 and len(lines[kept[0]].text) >= _SAPO:
        sapo = lines[kept[0]].text
        kept = [n for at, n in enumerate(kept) if not 0 < at <= _BEGUN or lines[n].text != sapo]
    if len(kept) < 4:
        return kept
    first = next((at for at in range(min(3, len(kept))) if len(lines[kept[at]].text) >= 60), None)
    if first is None:
        return kept
    begins = (at for at in range(first + 2, len(kept)) if lines[kept[at]].text == lines[kept[first]].text)
    for at in islice(begins, _AGAIN):
        again = kept[at:]
        same = sum(lines[a].text == lines[b].text for a, b in zip(again, kept[first:], strict=False))
        if same >= 0.8 * len(again) and len(again) >= 0.4 * (at - first):
            return kept[:at]
    return kept


# --- pictures and files ----------------------------------------------------------------------------------------------


def files_of(flat: Flat, base: str, start: int, end: int) -> dict[int, list[Attachment]]:
    """The documents that the lines `start` to `end` link to or show in a frame, by line."""
    found: dict[int, list[Attachment]] = {}
    marks = [(mark, attachment) for mark in flat.links] + [(mark, embedded) for mark in flat.frames]
    for mark, read in marks:
        if start <= mark.line <= end:
            file = read(mark.el, base)
            if file is not None:
                found.setdefault(mark.line, []).append(file)
    return found


def images_of(
    found: Survey, base: str, start: int, end: int, text: Text, allowed: Callable[[int], bool]
) -> list[Image]:
    """The pictures between the lines `start` and `end` in boxes that are `allowed`, each address once."""
    flat = found.flat
    images: list[Image] = []
    known: set[str] = set()
    shown_at: set[int] = set()
    for index, mark in enumerate(flat.pictures):
        if not start <= mark.line <= end or found.bad[mark.box] or not allowed(mark.box):
            continue
        if mark.hidden and mark.line in shown_at:
            continue
        one = image(mark.el, base, text.captions.get(index))
        if one is None or one.url in known:
            continue
        if _leads_elsewhere(mark.el, base):
            continue
        known.add(one.url)
        if not mark.hidden:
            shown_at.add(mark.line)
        images.append(one)
    return images


def _leads_elsewhere(img: Any, base: str) -> bool:
    """Whether a picture is a thumbnail: inside a link to a page that is not the picture itself, and not its own page.

    WordPress has a page for each picture of an article, under the article's address.
    """
    el = img.getparent()
    for _ in range(4):
        if el is None:
            return False
        if el.tag == "a":
            href = (el.get("href") or "").lower()
            if not href or re.search(
                r"\.(?:jpe?g|png|gif|webp|bmp|avif)(?!/)|^#|^javascript|attachment|/file|/media|image", href
            ):
                return False
            own, there = urlsplit(base).path, urlsplit(resolve(base, href) or "").path
            return not (own.count("/") > 1 and own.endswith("/") and there.startswith(own.lower()))
        el = el.getparent()
    return False
