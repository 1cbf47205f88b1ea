"""Labels: a label and its value, which a page may print as one line, in two cells, or in two boxes. Pure."""

from __future__ import annotations

from itertools import islice
from typing import Any

from .generic import Survey

_LABEL = 25  # characters of a label in a cell or box of its own


def with_value(found: Survey, number: int) -> str:
    """A line; where it is a label, in a cell or box of its own, and its value in the next, both as one line."""
    lines = found.flat.lines
    line = lines[number]
    if len(line.text) > _LABEL or number + 1 >= len(lines):
        return line.text
    one, other = _cell(line.el), _cell(lines[number + 1].el)
    if one is None and other is None and line.text.endswith(":"):
        one, other = _alone(found, number), _alone(found, number + 1)
    if one is None or other is None or one is other or one.getnext() is not other:
        return line.text
    return f"{line.text.rstrip(' :')}: {lines[number + 1].text}"


def _alone(found: Survey, number: int) -> Any:
    """The outermost box that holds a line alone; None where none does."""
    boxes = found.flat.boxes
    box = found.flat.lines[number].box
    alone = None
    while boxes[box].last - boxes[box].first == 1:
        alone, box = boxes[box].el, boxes[box].parent
    return alone


def _cell(el: Any) -> Any:
    return next((one for one in (el, *islice(el.iterancestors(), 4)) if one.tag in ("td", "th", "dt", "dd")), None)
