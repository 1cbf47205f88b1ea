"""Galleries: tables of pictures with a row of captions under each row of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ..fields.text import Box
from .generic import LONGEST_CAPTION, Survey

_PICTURES = 12  # in one row
_LINES = 3  # of a caption


def galleries(found: Survey, start: int, end: int) -> Iterator[tuple[int, range]]:
    """The pictures between two lines that stand in rows with nothing else, and the lines of the cell under each.

    By their numbers in `flat.pictures`. A table that has most of the text is no gallery.
    """
    flat = found.flat
    boxes: dict[int, Box] = {}
    below: dict[int, list[Any]] = {}  # by the row: the cells of the next one
    beside: dict[int, bool] = {}  # by the table: whether most of the text stands outside
    for index, mark in enumerate(flat.pictures):
        cell = next((el for el in islice(mark.el.iterancestors(), 4) if el.tag in ("td", "th")), None)
        row = cell.getparent() if cell is not None else None
        if row is None or row.tag != "tr" or mark.hidden or not start <= mark.line <= end or len(row) > _PICTURES:
            continue
        boxes = boxes or {id(box.el): box for box in flat.boxes if box.tag in ("td", "th", "table")}
        if id(row) not in below:
            below[id(row)] = _under(row)
        own = boxes.get(id(next(islice(below[id(row)], row.index(cell), None), None)))
        table = next((boxes.get(id(el)) for el in islice(row.iterancestors(), 3) if el.tag == "table"), None)
        if own is None or table is None or not start <= own.first < own.last <= min(end, own.first + _LINES):
            continue
        if id(table) not in beside:
            beside[id(table)] = _is_beside(found, table, start, end)
        said = sum(len(line.text) for line in flat.lines[own.first : own.last])
        if beside[id(table)] and said <= LONGEST_CAPTION:
            yield index, range(own.first, own.last)


def _is_beside(found: Survey, table: Box, start: int, end: int) -> bool:
    """Whether a table has less text than stands around it."""
    inside = sum(len(line.text) for line in found.flat.lines[table.first : table.last])
    outside = (*found.weights[start : table.first], *found.weights[table.last : end])
    return inside < sum(weight for weight in outside if weight > 0)


def _under(row: Any) -> list[Any]:
    """The cells under a row of pictures; none where it holds text too, or the next row pictures."""
    other = row.getnext()
    if other is None or other.tag != "tr" or len(other) > _PICTURES or next(other.iter("img"), None) is not None:
        return []
    return [] if any(text.strip() for text in row.itertext()) else list(other)
