"""Headings: the section that a list's entries are of, as the page calls the list. Pure.

A box of the front page or a listing has its name over it. That is a section's where the menu has it too, by the same
words; anything else ("Tin mới", "Tin đọc nhiều") says nothing of the articles below.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..page import Page, fold, string

_LIST = 3  # entries make a list
_CLIMB = 6  # levels from an entry to the box of its list
_OVER = 3  # levels from that box to one with the heading in it
_LONGEST = 60  # characters of a section's name
_WORDS = 5  # of it, where it is as long as a title
_SITE_BEHIND = re.compile(r"\s+[|–—-]\s+")


def sections(page: Page, entries: Sequence[tuple[str, Any]], *, listing: bool = False) -> Mapping[str, str]:
    """The section of each entry, by its key, where it is sure. `entries`: keys and elements of the lists' entries.

    `listing`: the page was found as a list, or may be one, and what it is called may be what its list is.
    """
    boxes = {box for _, box in entries}
    if len(entries) < _LIST:
        return {}
    inside = Counter(parent for _, box in entries for parent in _above(box))
    lists = {key: (own, box) for key, own in entries if (box := _list_of(own, inside)) is not None}
    if not lists:
        return {}
    menu = _menu(page, boxes)
    title = page.title or "" if listing else ""
    called = [name for name in dict.fromkeys((title, _SITE_BEHIND.split(title)[0])) if name]
    whole = next((name for name in called if menu[name.lower()]), None)
    wider = menu + Counter(name.lower() for name in called if not menu[name.lower()])  # over a list that is as good
    names: dict[Any, str | None] = {}
    nearer: dict[Any, str] = {}
    for _, box in lists.values():
        if box not in names:
            over = _name(box, boxes, wider)
            names[box] = whole if over == "" else over
            nearer.update(_nearer(box, boxes, menu))
    told = ((key, nearer.get(own) or names[box]) for key, (own, box) in lists.items())
    return {key: name for key, name in told if name is not None}


def _nearer(box: Any, boxes: set[Any], menu: Counter[str]) -> Mapping[Any, str]:
    """The line inside a list that stands over some of its entries, by these: several lists may share a box."""
    found: dict[Any, str] = {}
    over: str | None = None
    for child in box:
        if inside := boxes & {child, *child.iter()}:
            found.update(dict.fromkeys(inside, over) if over is not None else {})
        elif (name := _named(child, menu)) is not None:
            over = name
    return found


def _above(element: Any) -> list[Any]:
    found: list[Any] = []
    parent = element.getparent()
    while parent is not None and len(found) < _CLIMB and parent.tag != "html":
        found.append(parent)
        parent = parent.getparent()
    return found


def _list_of(box: Any, inside: Counter[Any]) -> Any:
    return next((parent for parent in _above(box) if inside[parent] >= _LIST), None)


def _menu(page: Page, boxes: set[Any]) -> Counter[str]:
    """What short links outside of lists are called; what has few words and nothing beside it is no list's entry."""
    found: Counter[str] = Counter()
    for link in page.root.iter("a"):
        text = fold(string(link))
        if not 2 <= len(text) <= _LONGEST:
            continue
        within = boxes & {link, *_above(link)}
        if not within or (len(text.split()) <= _WORDS and all(fold(string(box)) == text for box in within)):
            found[text.lower()] += 1
    return found


def _name(box: Any, boxes: set[Any], menu: Counter[str]) -> str | None:
    """The nearest line over a list, where the menu has it as well; "" where none stands there."""
    for first in [box, *_above(box)[:_OVER]]:
        candidates = [child for child in first if not boxes & {child, *child.iter()}][:1] if first is box else []
        before = first.getprevious()
        while before is not None and not fold(string(before)):
            before = before.getprevious()
        if before is not None:
            candidates.append(before)
        for candidate in candidates:
            if fold(string(candidate)):
                return _named(candidate, menu)
    return ""


def _named(element: Any, menu: Counter[str]) -> str | None:
    """What an element says, where the menu says it as well."""
    text = fold(string(element))
    own = sum(fold(string(link)).lower() == text.lower() for link in element.iter("a"))
    return text if 0 < len(text) <= _LONGEST and menu[text.lower()] > own else None
