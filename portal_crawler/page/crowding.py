"""Crowding: elements with so many attributes that to build a tree of them would take longer than anyone waits.

libxml2 walks over an element's attributes for each one that it adds: 50,000 in 300 kB take 16 seconds, and cannot be
broken off. It finds them in no time, though: where a page may be so it is asked for their number without a tree. Few
pages may: the others are told by looking into them at some places, for a fiftieth of what parsing takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

_COMPARISONS = 100_000_000  # of attributes, half a second; a real page has 60,000
_ROOM = 50_000  # bytes that hold no more names which all differ: 93 have one byte, 8,600 two, and each what ends it
# Between two places where a page is looked at, what is not seen may add up: the longer it is the more places, so that
# all that has room between them is about as many comparisons.
_APART = 4_800_000_000
_LEAST = 2048  # bytes between two places
_SHARE = 8  # of these bytes may be attributes behind such a place: long scripts have fewer words without a >
_GAP = 64  # bytes before a quotation mark in which a = stands, if nothing but white space follows it
_PIECE = 1 << 18  # bytes whose words are counted at once: 16 MB of them take a gigabyte
_QUOTES = (b'"', b"'")
_WHITE = b" \t\n\r\f"


def is_crowded(html: bytes) -> bool:
    """Whether a page's elements have too many attributes to be put into a tree."""
    return _may_be(html) and _comparisons(html) > _COMPARISONS


def _may_be(html: bytes) -> bool:
    """Whether a tag may be so long. Wherever one goes on behind a place, it has a > there that does not end it because
    it is quoted, or none: behind the quotation mark that ends such a value the tag's further attributes are counted.
    """
    size = len(html)
    if size <= _ROOM:
        return False
    apart = max(_LEAST, _APART // size)
    many = apart // _SHARE
    marks = dict.fromkeys(_QUOTES, -1)  # where the next one is
    comparisons = 0
    at = apart
    while at < size:
        end = _find(html, b">", at)
        if _room(html, at, end) >= many and (found := _attributes(html, at, end)) >= many:
            comparisons += (_attributes(html, at - apart, at) + found + many) ** 2
            if comparisons > _COMPARISONS:  # else it is as a picture in base64, which has a slash here and there
                return True
        for quote, place in marks.items():
            if place < end:
                marks[quote] = place = _find(html, quote, end)
                if place < size and all(
                    _behind(html, place + 1, many, count) >= many for count in (_room, _attributes)
                ):
                    return True
        at = max(at + apart, end + 1)
    return False


def _behind(html: bytes, start: int, many: int, count: Callable[[bytes, int, int], int]) -> int:
    """How many attributes there are at most from `start` on to where the tag ends; or `many` and more."""
    waiting, seen, found = [start], {start}, 0
    while waiting and found < many:
        start = waiting.pop()
        end = _find(html, b">", start)
        found += count(html, start, end)
        for quote in _QUOTES:  # that > may be in a value whose beginning is the last such mark before it
            mark = html.rfind(quote, start, end)
            if mark > start and html[max(start, mark - _GAP) : mark].rstrip(_WHITE)[-1:] in (b"", b"="):
                behind = html.find(quote, end) + 1
                if behind and behind not in seen:
                    seen.add(behind)
                    waiting.append(behind)
    return found


def _room(_: bytes, start: int, end: int) -> int:
    """How many attributes a text has room for."""
    return (end - start) // 2


def _attributes(html: bytes, start: int, end: int) -> int:
    """How many attributes a text may be, at most: each has white space or a slash before it, or a quoted value."""
    words = sum(len(html[at : min(end, at + _PIECE)].split()) for at in range(start, end, _PIECE))
    return words + html.count(b"/", start, end) + html.count(b"=", start, end)


def _find(text: bytes, what: bytes, start: int) -> int:
    """Where it is next, or the end."""
    place = text.find(what, start)
    return len(text) if place < 0 else place


class _Counter:
    """What libxml2 tells of each element that begins."""

    def __init__(self) -> None:
        self.comparisons = 0

    def start(self, _: str, attributes: dict[str, str]) -> None:
        self.comparisons += len(attributes) ** 2

    def close(self) -> int:
        return self.comparisons


def _comparisons(html: bytes) -> int:
    target: Any = _Counter()
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, recover=True, target=target)
    try:
        return int(etree.fromstring(html, parser))
    except (etree.LxmlError, ValueError):  # whoever parses it says what is wrong
        return 0
