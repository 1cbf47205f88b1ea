"""The article's lines: of the lines of its box, which are its text, which its captions, bylines, files and furniture.

Both paths of `extract` come through here: a selector's box and one that was found alike hold what is not the article's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from . import furniture, markup
from .dateline import dateline
from .fields import bylines, dates
from .fields.media import attachment, embedded, image, picture
from .fields.text import Flat, Line, in_row
from .furniture import plain
from .galleries import galleries
from .generic import LONGEST_CAPTION, Survey

from archive.record import Attachment, Image  # isort: skip

_ALIGNED = re.compile(r"text-align\s*:\s*(right|center|-webkit-center|-webkit-right|end)", re.I)
_ITALIC = frozenset(("em", "i", "small", "figcaption", "cite"))
_DIGIT = re.compile(r"\d")
_DATE_BEHIND = re.compile(r"\s*[(\[|–-]?\s*\d[\d/.:\s-]{4,18}[)\]]?\s*$")
_TRAIL = 5  # lines at the end among which bylines are looked for


@dataclass(slots=True)
class Text:
    """What of a range of lines is the article's."""

    kept: list[int]
    captions: dict[int, str] = field(default_factory=dict)  # number of the picture: its caption
    author: str | None = None
    author_from: str = ""
    source: str | None = None
    source_from: str = ""
    end: int = 0  # the line where the article ends
    placeholder: bool = False


def read_lines(
    found: Survey,
    start: int,
    end: int,
    title: str,
    files: dict[int, list[Attachment]],
    names: Collection[str] = (),
) -> Text:
    """Judge the lines `start` to `end`. `files`: the documents that each links to; `names`: who often signs here."""
    flat, lines = found.flat, found.flat.lines
    end = _cut_related(found, start, end)
    skipped = _captions(found, start, end)
    result = Text([], captions=skipped[1], end=end)
    dropped = skipped[0]
    _drop_link_runs(found, start, end, dropped, files)
    bare_title = plain(title)
    for number in range(start, end):
        line = lines[number]
        text = line.text
        if number in dropped or found.bad[line.box]:
            continue
        if len(text) <= 320 and (furniture.is_widget(text) or furniture.is_attachment_label(text)):
            continue
        if number not in files and line.links and _leads_on(line):
            continue
        if furniture.is_placeholder(text):
            result.placeholder = True
            continue
        if number in files and (line.links * 10 >= 6 * len(text) or _names_files(text, files[number])):
            continue
        if not result.kept and len(text) <= _LONGEST_TITLE_LINE and _is_title(text, title, bare_title):
            continue
        if not result.kept and len(text) <= 120 and _is_account(text):
            continue
        early = len(result.kept) <= 1 and len(text) <= 120 and _DIGIT.search(text)
        if early and not in_row(flat, line.box) and (dates.parse(text) is not None or dateline(text) is not None):
            continue
        result.kept.append(number)
    _sign(result, flat, names)
    result.kept = _once(result.kept, lines)
    return result


_LONGEST_TITLE_LINE = 400


def _leads_on(line: Line) -> bool:
    """Whether a line is a link to another article, with the words or arrows before it and its date behind."""
    rest = furniture.led_to(line.text)
    return bool(rest) and line.links * 10 >= 9 * len(_DATE_BEHIND.sub("", rest or ""))


def _is_account(text: str) -> bool:
    """Whether a line says no more than who typed the article in."""
    byline = bylines.labelled(text)
    return byline is not None and byline.kind == "account"


def _is_title(text: str, title: str, bare: str) -> bool:
    """Whether a line is the title once more, with the date behind it or without."""
    if plain(text) == bare:
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


def _cut_related(found: Survey, start: int, end: int) -> int:
    """The end without lists of other articles behind a heading that says so."""
    lines, weights = found.flat.lines, found.weights
    for number in range(start, end):
        line = lines[number]
        if not furniture.is_related_heading(line.text):
            continue
        rest = number + 1
        run = 0
        while rest < end and (weights[rest] <= 60 or found.bad[lines[rest].box]):
            run += lines[rest].links * 2 > len(lines[rest].text)
            rest += 1
        before = sum(weight for weight in weights[start:number] if weight > 0)
        after = sum(weight for weight in weights[rest:end] if weight > 0)
        if (run or rest >= end or rest == number + 1) and after <= 0.3 * before:
            return number
        if run and rest >= end:
            return number
    return end


def _drop_link_runs(found: Survey, start: int, end: int, dropped: set[int], files: dict[int, list[Attachment]]) -> None:
    """Take off lists of links: three or more in a row, each a line, dates between them allowed."""
    lines = found.flat.lines
    run: list[int] = []
    links = 0

    def close() -> None:
        if links >= 3 or (links >= 1 and heading):
            dropped.update(run)

    heading = False
    for number in range(start, end):
        line = lines[number]
        size = len(line.text)
        if furniture.is_related_heading(line.text):
            close()
            run, links, heading = [number], 0, True
        elif line.links * 10 >= 7 * size and number not in files:
            run.append(number)
            links += 1
        elif run and size <= 40 and _DIGIT.search(line.text) and dates.parse(line.text) is not None:
            run.append(number)
        else:
            close()
            run, links, heading = [], 0, False
    close()


def _captions(found: Survey, start: int, end: int) -> tuple[set[int], dict[int, str]]:
    """The lines that are captions, and the caption of each picture by its number in `flat.pictures`."""
    flat, lines, boxes = found.flat, found.flat.lines, found.flat.boxes
    taken: set[int] = set()
    captions: dict[int, str] = {}
    for number in range(start, end):
        line = lines[number]
        if len(line.text) <= 600 and _called_caption(flat, line):
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
        own = [n for n in own if n not in taken or _called_caption(flat, lines[n])]
        taken.update(own)
        text = " ".join(lines[n].text for n in own)
        if text:
            captions[index] = text
    for index, below in galleries(found, start, end):
        if index not in captions and below[0] not in taken:
            taken.update(below)
            captions[index] = " ".join(lines[n].text for n in below)
    for table in boxes:
        if table.tag != "table" or table.last != table.first + 1 or not start < table.first < end - 1 or table.media:
            continue
        line = lines[table.first]  # a picture that is gone has left its caption in the table that held both
        short = len(line.text) <= LONGEST_CAPTION and not line.text.endswith((".", ":")) and not line.links
        if short and sum(1 for _ in table.el.iter("tr")) == 2:
            taken.add(table.first)
    return taken, captions


def _called_caption(flat: Flat, line: Line) -> bool:
    el: Any = line.el
    for _ in range(4):
        if el is None or el.tag in ("body", "article", "main"):
            return False
        if el.tag in ("figcaption", "figure") or (el.tag != "table" and markup.says("caption", el)):
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
    same = line.box == picture_box
    near = (
        same
        or flat.boxes[line.box].parent == flat.boxes[picture_box].parent
        or flat.boxes[picture_box].parent == line.box
    )
    if not near:
        return []
    if _is_bold_caption(line):
        lasting = text.endswith(("–", "-", ",")) and number + 1 < len(flat.lines) and flat.lines[number + 1].bold
        return [number, number + 1] if lasting else [number]
    italic = _wholly(line, _ITALIC)
    centred = alignment(flat, line.box) == "center"
    if (centred and (italic or same or not text.endswith((".", ":", "!", "?"))) and line.bold * 2 <= len(text)) or (
        italic and (same or centred or len(text) < 160)
    ):
        return [number]
    return []


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


def _wholly(line: Line, tags: frozenset[str]) -> bool:
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


def _sign(result: Text, flat: Flat, names: Collection[str]) -> None:
    """Take bylines and source lines off the end."""
    for _ in range(_TRAIL):
        if len(result.kept) < 1:
            return
        number = result.kept[-1]
        line = flat.lines[number]
        byline = bylines.closing(line.text) if len(line.text) <= 200 else None
        if byline is None:
            if result.author is None and _is_signature(flat, line):
                result.author, result.author_from = line.text, "last line, set to the right"
                result.kept.pop()
            return
        known = line.text in names or _set_apart(flat, line) or _ends(flat, result.kept)
        if byline.kind == "bare-weak" and not known:
            return
        if byline.author and result.author is None:
            result.author, result.author_from = byline.author, "last line"
        elif byline.author and result.author is not None:
            return
        if byline.source and result.source is None:
            result.source, result.source_from = byline.source, "source line"
        result.kept.pop()


_SIGNATURE = re.compile(r"[A-ZĐÀ-Ỹ][^\d.:;!?\"“”()]{2,58}[^\W\d_]")
_FORMULA = re.compile(r"(?:ảnh|nơi nhận|trân trọng|xin cảm ơn|kính|hết|xem|nguồn|theo|ngày)\b", re.I)


def _is_signature(flat: Flat, line: Line) -> bool:
    """Whether a line that no rule of names knows is set as a signature: an office, to the right, in bold or italics."""
    text = line.text
    if len(text.split()) > 8 or text.isupper() or not _SIGNATURE.fullmatch(text) or _FORMULA.match(text) or line.links:
        return False
    return alignment(flat, line.box) == "right" and (line.bold * 10 >= len(text) * 9 or _wholly(line, _ITALIC))


def _ends(flat: Flat, kept: list[int]) -> bool:
    """Whether the last line is a short one of its own behind a finished sentence."""
    if len(kept) < 3 or kept[-2] != kept[-1] - 1:
        return False
    last, before = flat.lines[kept[-1]], flat.lines[kept[-2]]
    alone = last.box != before.box and not any(mark.line == kept[-1] for mark in flat.pictures)
    return alone and len(last.text) <= 50 and before.text.endswith((".", "./.", "!", "”", '"'))


def _set_apart(flat: Flat, line: Line) -> bool:
    """Whether a line is set as a signature: to the right, in bold or in italics."""
    return alignment(flat, line.box) == "right" or line.bold * 10 >= len(line.text) * 9 or _wholly(line, _ITALIC)


def _once(kept: list[int], lines: list[Line]) -> list[int]:
    """An article that the page prints twice, once."""
    if len(kept) < 4:
        return kept
    first = next((at for at in range(min(3, len(kept))) if len(lines[kept[at]].text) >= 60), None)
    if first is None:
        return kept
    for at in range(first + 2, len(kept)):
        if lines[kept[at]].text == lines[kept[first]].text:
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
        if _leads_elsewhere(mark.el):
            continue
        known.add(one.url)
        if not mark.hidden:
            shown_at.add(mark.line)
        images.append(one)
    return images


def _leads_elsewhere(img: Any) -> bool:
    """Whether a picture is a thumbnail: inside a link to a page that is not the picture itself."""
    el = img.getparent()
    for _ in range(4):
        if el is None:
            return False
        if el.tag == "a":
            href = (el.get("href") or "").lower()
            return bool(href) and not re.search(
                r"\.(?:jpe?g|png|gif|webp|bmp|avif)(?!/)|^#|^javascript|attachment|/file|/media|image", href
            )
        el = el.getparent()
    return False


__all__ = ["Text", "alignment", "files_of", "images_of", "picture", "read_lines"]
