"""Mirrors: where a whole portal, or a part of it, is there once more under another host or path. Pure.

/en/ before every path with the Vietnamese page behind it, the portal's old name, print views in a folder of their own:
no name tells them, but that pages show the same does. A few pages are looked at under both; then the rest is kept as
twins and not asked for, as long as the pages that they stand for are there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

MIRROR = "the same page under another host or path, where others were seen to show the same"

_VIEW = re.compile(r"print\w*|reply|comments?|amp|m|mobile|pdf|in|ban-in|in-(?:bai|tin|trang)", re.I)
_SURE = 3  # pages seen under both
_PARTS = 2  # of a path that may stand before what the two addresses share
_OWNERS = 8  # pages that are compared with one


@dataclass(frozen=True, slots=True)
class Start:
    """How the addresses of a portal begin: scheme and host, and the first parts of the path."""

    origin: str
    parts: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.origin + "".join(f"/{part}" for part in self.parts)

    @property
    def is_view(self) -> bool:
        """Whether pages under it show others in another way, and never stand for them."""
        return any(map(_VIEW.fullmatch, self.parts))

    def rest(self, url: str) -> str | None:
        """What of an address stands behind this start; None where it begins in another way."""
        start = str(self)
        return url[len(start) :] if url.startswith(f"{start}/") else None


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two starts; what is under `other` may be what is under `first`."""

    other: Start
    first: Start

    def counterpart(self, url: str) -> str | None:
        """The address under `first` of one that is under `other`; None for any else."""
        rest = self.other.rest(url)
        inner = self.first.origin == self.other.origin and len(self.first.parts) > len(self.other.parts)
        if rest is None or (inner and self.first.rest(url) is not None):
            return None
        return f"{self.first}{rest}"


class Mirrors:
    """What the pages of one run show of each other."""

    def __init__(self) -> None:
        self._owner: dict[int, str] = {}  # the page that showed a text first, by the text's mark
        self._pages: set[str] = set()
        self._order: dict[Start, int] = {}  # starts, as they were first met
        self._same: Counter[_Pair] = Counter()  # pages that show the same under both
        self._other: Counter[_Pair] = Counter()  # pages that show something else, or are there under one alone

    def saw(self, key: str, own: Collection[int], fresh: Collection[int]) -> None:
        """A page was read. `own`: marks of its texts; `fresh`: of these, those that no page before it had."""
        for start in _starts(key):
            self._order.setdefault(start, len(self._order))
        owners = {owner for mark in own if (owner := self._owner.get(mark)) is not None and owner != key}
        agreed = {pair for owner in sorted(owners)[:_OWNERS] if (pair := self._pair(key, owner)) is not None}
        for pair in agreed:
            self._same[pair] += 1
        if fresh:
            for pair in self._same:
                there = pair.counterpart(key)
                if pair not in agreed and there is not None and there not in owners:
                    self._other[pair] += 1 if there not in self._pages else 4
        for mark in fresh:
            self._owner.setdefault(mark, key)
        self._pages.add(key)

    def missed(self, url: str) -> None:
        """What an address was thought to mirror is not there."""
        for pair in self._same:
            if pair.counterpart(url) is not None:
                self._other[pair] += 4

    def counterpart(self, url: str) -> str | None:
        """The address that shows what this one would."""
        for pair, times in self._same.items():
            if times >= _SURE and self._other[pair] <= 2 * times and (there := pair.counterpart(url)) is not None:
                return there
        return None

    def _pair(self, one: str, two: str) -> _Pair | None:
        """How two addresses that end alike begin; None where they do not end alike."""
        mine, its = urlsplit(one), urlsplit(two)
        if mine.query != its.query:
            return None
        left, right = mine.path.split("/")[1:], its.path.split("/")[1:]
        shared = False
        while left and right and left[-1] == right[-1]:
            shared = bool(left.pop()) or shared
            right.pop()
        if not shared or max(len(left), len(right)) > _PARTS:
            return None
        starts = [
            Start(f"{parts.scheme}://{parts.netloc}", tuple(rest)) for parts, rest in ((mine, left), (its, right))
        ]
        if starts[0] == starts[1]:
            return None
        first, other = sorted(starts, key=lambda start: (start.is_view, self._order.get(start, 1 << 30)))
        return _Pair(other, first)


def _starts(url: str) -> Iterator[Start]:
    parts = urlsplit(url)
    pieces = parts.path.split("/")[1:-1]
    for number in range(min(_PARTS, len(pieces)) + 1):
        yield Start(f"{parts.scheme}://{parts.netloc}", tuple(pieces[:number]))
