"""Registers: pages that say other things under the same labels, row by row: procedures, documents, a week's timetable.

One such page may be an article with a table; several with the same labels are the entries of a register. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ..page import Page
from ..page.furniture import plain

_ROWS = 4  # of an entry, at the least
_ENTRIES = 3  # pages with the same labels
_NEARLY = 0.8  # of a page's paragraphs
_ROW = 400  # characters of a label with its value
_DIGITS = re.compile(r"(?<![\d/.:-])[/.:-]*+\d[\d/.:-]*+")


def may_be_entry(body: str) -> bool:
    """Whether all paragraphs of a text may be rows of a register."""
    rows = body.split("\n\n")
    return len(rows) >= _ROWS and all(len(row) <= _ROW for row in rows)


def begins(body: str) -> tuple[str, ...]:
    """The first word of each paragraph: what only the rows of a register have in common, as it costs nothing."""
    return tuple(next(iter(plain(_DIGITS.sub(" ", row[:80])).split()), "") for row in body.split("\n\n"))


def labels(page: Page, body: str) -> tuple[str, ...]:
    """The labels of the rows that a text is made of; empty where nearly all of it are not rows with a label each."""
    rows = dict(_rows(page))
    paragraphs = [_glued(one) for one in body.split("\n\n")]
    found = tuple(rows[one] for one in paragraphs if one in rows)
    return found if len(found) >= _NEARLY * len(paragraphs) else ()


def _rows(page: Page) -> Iterator[tuple[str, str]]:
    """Each row of a table, cells joined as paragraphs have them, with what its first cell says besides a number."""
    for row in page.root.iter("tr"):
        cells = [_text(cell) for cell in row if cell.tag in ("td", "th")]
        if len(cells) > 1 and all(len(cell) <= _ROW for cell in cells):
            yield _glued(" ".join(cells)), plain(_DIGITS.sub(" ", cells[0]))


def _text(cell: Any) -> str:
    """What a cell says; of a layout's, which holds tables, no more than shows that it is one."""
    pieces: list[str] = []
    size = 0
    for piece in cell.itertext():
        pieces.append(piece)
        size += len(piece) + 1
        if size > 2 * _ROW:
            break
    return " ".join(" ".join(pieces).split())


def _glued(text: str) -> str:
    """A text without what parts its words: markup may."""
    return plain(text).replace(" ", "")


def common(pages: Iterable[tuple[str, ...]], least: int = _ENTRIES) -> frozenset[str]:
    """The labels that several pages have, at least so many."""
    times = Counter(label for page in pages for label in set(page) if label)
    return frozenset(label for label, number in times.items() if number >= least)


def are_under(page: tuple[str, ...], known: frozenset[str]) -> bool:
    """Whether nearly all rows of a page have labels that are known of others, and these are several."""
    return len(set(page) & known) >= _ROWS and nearly_all(page, known)


def nearly_all(page: tuple[str, ...], known: frozenset[str]) -> bool:
    """Whether nearly all of a page's rows begin as is known of others."""
    return sum(label in known for label in page) >= _NEARLY * len(page)
