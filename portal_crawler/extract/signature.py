"""Signature: the lines at an article's end that say who wrote it and where it is from.

What one line says is read by `fields.bylines`. Here is what the lines around it and the page tell: how it is set, what
stands over it, and whether it is one of a list, which signs nothing. `article` calls `take_off` when the lines of the
text are known.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from ..fields import bylines
from ..fields.bylines import Byline
from ..fields.text import Flat, Line, row_of
from .captions import ITALIC, alignment, wholly
from .writing import may_be_legacy, mended_name

_TRAIL = 5  # lines at the end among which bylines are looked for
_AROUND = 3  # lines of the text that show what it is typed in
_OFFICES = 5  # lines over the name of whoever signed a document
_SENTENCES = 60  # characters of what stands before a name behind a line break
_PARAGRAPH = 100  # characters of a paragraph, whatever ends it
_SIGNS = 200  # characters of a line that may sign
_NAME = 60  # characters of names in a list
_MOST = 40  # names in a list that are looked at
_NAMES = 3  # that make a list where nothing announces it
_ROWS, _PAIRS = 2, 6  # rows over the last of a table, of three cells and more, and of two
_CELLS = 60  # lines at the end that may be cells of it
_VERSES = 4  # lines that make a poem
_VERSE = 80  # characters of one
_FEW = 4  # words of a poet's name
_END = (".", "./.", "!", "?", "”", '"', "…", ")")


@dataclass(slots=True)
class Signed:
    """An article's lines, and who has signed behind them."""

    kept: list[int]
    author: str | None = None
    author_from: str = ""
    source: str | None = None
    source_from: str = ""
    put_right: bool = False  # author and source are: the text is typed in letters of before Unicode


def take_off(result: Signed, flat: Flat, names: Collection[str]) -> None:
    """Take bylines and source lines off the end. `names`: who often signs on this portal."""
    kept = result.kept
    around = [flat.lines[number].text for number in kept[:_AROUND]]
    result.put_right = may_be_legacy(" ".join(around))
    for _ in range(_TRAIL):
        if len(kept) < 1:
            return
        line = flat.lines[kept[-1]]
        text = mended_name(line.text, around) if result.put_right and len(line.text) <= _SIGNS else line.text
        byline = bylines.closing(text) if len(text) <= _SIGNS else None
        if result.author is None and (both := _with_line_above(flat, kept, text, byline)):
            result.author, result.author_from = both, "last lines"
            del kept[-2:]
            continue
        if byline is None:
            if result.author is None and _is_signature(flat, line):
                result.author, result.author_from = text, "last line, set to the right"
                kept.pop()
            return
        offices = _offices(flat, kept) if byline.author and result.author is None else 0
        if byline.kind in ("bare", "bare-weak") and not offices and _is_listed(flat, kept):
            return
        known = offices > 0 or line.text in names or _stands_out(flat, kept)
        if byline.kind == "bare-weak" and not known:
            return
        if byline.kind == "bare-credit" and (not known or _under_picture(flat, kept[-1])):
            byline = bylines.CREDIT
        if byline.author and result.author is None:
            result.author, result.author_from = byline.author, "last line"
        elif byline.author and result.author is not None:
            return
        if byline.source and result.source is None:
            result.source, result.source_from = byline.source, "source line"
        del kept[len(kept) - 1 - offices :]
        if offices:
            return  # whoever signs a document has signed it alone


# --- the last two lines as one ---------------------------------------------------------------------------------------


def _with_line_above(flat: Flat, kept: list[int], text: str, byline: Byline | None) -> str | None:
    """Who has signed in the last line and the one above it together: `Lê Văn A` over `Đài Truyền thanh huyện` or over
    another name, `Tác giả:` over `Lê Văn A`, an office over `(Đã ký)`.
    """
    if len(kept) < 3 or kept[-2] != kept[-1] - 1 or len(text) > _SIGNS or flat.lines[kept[-1]].links:
        return None
    above = flat.lines[kept[-2]]
    if len(above.text) > _SIGNS or above.links:
        return None
    named = byline is not None and byline.author is not None and byline.kind in ("bare", "bare-weak")
    if named and above.text.endswith(":"):
        both = bylines.labelled(f"{above.text} {text}")
        return both.author if both is not None and both.kind == "labelled" else None
    if bylines.has_signed(text):
        office = bylines.closing(above.text)
        return office.author if office is not None and bylines.is_affiliation(above.text) else None
    affiliated = (byline is None or named) and bylines.is_affiliation(text)
    if not affiliated and (byline is None or byline.kind != "bare" or _is_listed(flat, kept)):
        return None
    first = bylines.closing(above.text)
    if first is None or not first.author or bylines.is_affiliation(above.text):
        return None
    if first.kind == "labelled" and affiliated:
        return first.author
    sure = first.kind == "bare" or (first.kind == "bare-weak" and affiliated)
    if not sure or not (_ends(flat, kept[:-1]) or _stands_out(flat, kept[:-1])) or _is_listed(flat, kept[:-1]):
        return None
    if affiliated:
        return first.author
    assert byline is not None
    return f"{first.author}, {byline.author}"


def _offices(flat: Flat, kept: list[int]) -> int:
    """How many lines over the last one say as what its name signs: office, role, that it is signed."""
    count = 0
    for number in reversed(kept[-1 - _OFFICES : -1]):
        line = flat.lines[number]
        if line.links or not bylines.is_office(line.text):
            break
        count += 1
    return count if count + 1 < len(kept) else 0


# --- what is no signature --------------------------------------------------------------------------------------------


def _is_listed(flat: Flat, kept: list[int]) -> bool:
    """Whether the last line is one of a list: an item, a cell of a table's last row, the speaker of a quotation set
    apart, what a line with a colon announces, a name among names.
    """
    if len(kept) > 1 and (_in_list(flat, kept) or _in_rows(flat, kept)):
        return True
    for at in range(len(kept) - 2, max(-1, len(kept) - 2 - _MOST), -1):
        text = flat.lines[kept[at]].text
        if kept[at] != kept[at + 1] - 1:
            return False
        if text.endswith(":"):
            return not _has_picture(flat, kept[at + 1])
        name = bylines.closing(text) if len(text) <= _NAME else None
        if name is None or not name.author or name.kind not in ("bare", "bare-weak"):
            return False
        if len(kept) - at >= _NAMES and not bylines.is_affiliation(text):
            return True
    return False


def _in_list(flat: Flat, kept: list[int]) -> bool:
    """Whether one list, or one quotation that is not the whole text, holds the last two lines."""
    for index in flat.path(flat.lines[kept[-1]].box):
        box = flat.boxes[index]
        if box.tag in ("ul", "ol", "dl") and box.first <= kept[-2]:
            return True
        if box.tag == "blockquote" and kept[0] < box.first <= kept[-2]:
            return True
    return False


def _in_rows(flat: Flat, kept: list[int]) -> bool:
    """Whether the last line is a cell of data: in a row under many. Under a document, whom it goes to and who has
    signed it may stand in rows too, but these are few.
    """
    rows = [row_of(flat, flat.lines[number].box) for number in kept[-_CELLS:]]
    cells = rows.count(rows[-1]) if rows[-1] >= 0 else 0
    above = len({row for row in rows if row >= 0}) - 1
    return cells > 1 and above >= (_ROWS if cells > 2 else _PAIRS)


def _has_picture(flat: Flat, number: int) -> bool:
    """Whether a picture stands right before a line, or before `len(lines)` at the end."""
    return any(mark.line == number for mark in flat.pictures)


def _under_picture(flat: Flat, number: int) -> bool:
    return _has_picture(flat, number) or _has_picture(flat, number - 1)


# --- what makes a line one -------------------------------------------------------------------------------------------

_SIGNATURE = re.compile(r"[A-ZĐÀ-Ỹ][^\d.:;!?\"“”()]{2,58}[^\W\d_]")
_DIGIT = re.compile(r"\d")
_FORMULA = re.compile(r"(?:ảnh|nơi nhận|trân trọng|xin cảm ơn|kính|hết|xem|nguồn|theo|ngày)\b", re.I)


def _is_signature(flat: Flat, line: Line) -> bool:
    """Whether a line that no rule of names knows is set as a signature: an office, to the right, in bold or italics."""
    text = line.text
    if len(text.split()) > 8 or text.isupper() or not _SIGNATURE.fullmatch(text) or _FORMULA.match(text) or line.links:
        return False
    return alignment(flat, line.box) == "right" and (line.bold * 10 >= len(text) * 9 or wholly(line, ITALIC))


def _stands_out(flat: Flat, kept: list[int]) -> bool:
    """Whether the last line is set as a signature, or stands where one does. What is in capitals over a picture is the
    picture's heading.
    """
    line = flat.lines[kept[-1]]
    if line.text.isupper() and " " in line.text and _has_picture(flat, kept[-1] + 1):
        return False
    return _set_apart(flat, line) or _ends(flat, kept) or _under_verses(flat, kept)


def _ends(flat: Flat, kept: list[int]) -> bool:
    """Whether the last line is a short one of its own behind a finished sentence, in a box or behind a line break."""
    if len(kept) < 2 or kept[-2] != kept[-1] - 1:
        return False
    last, before = flat.lines[kept[-1]], flat.lines[kept[-2]]
    apart = last.box != before.box or (last.broken and len(before.text) >= _SENTENCES)
    if not apart or len(last.text) > 50 or _has_picture(flat, kept[-1]):
        return False
    paragraph = len(before.text) >= _PARAGRAPH and last.box != before.box and before.text[-1].isalnum()
    return paragraph or (before.text.endswith(_END) and (len(kept) > 2 or len(before.text) >= _PARAGRAPH))


def _under_verses(flat: Flat, kept: list[int]) -> bool:
    """Whether the last line is a poet's name: of few words, each with a capital, under verses, that have one at their
    beginning.
    """
    words = flat.lines[kept[-1]].text.strip("()").split()
    if len(kept) <= _VERSES or not 1 < len(words) <= _FEW or not all(word[0].isupper() for word in words):
        return False
    above = kept[:-1] if not _DIGIT.search(flat.lines[kept[-2]].text) else kept[:-2]  # where, and when
    verses = [flat.lines[number] for number in above[-_VERSES:]]
    if any(len(verse.text) > _VERSE or verse.links or ":" in verse.text for verse in verses):
        return False
    return all(sum(word[0].islower() for word in verse.text.split()[1:]) >= 2 for verse in verses)


def _set_apart(flat: Flat, line: Line) -> bool:
    """Whether a line is set as a signature: to the right, in bold or in italics."""
    return alignment(flat, line.box) == "right" or line.bold * 10 >= len(line.text) * 9 or wholly(line, ITALIC)
