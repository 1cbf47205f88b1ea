"""Induction: from pages and what stands on them to the selectors that find it again. Pure.

Every element that shows a value proposes the ways in which it could be named: its id, its classes, those of what is
around it, its place in the tree. What names the right element on the other pages too is kept, the surest first; where a
portal has two templates, one way for each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..page import Page

_CHANGES = re.compile(r"\d{3,}|\d+[-_]\d|[0-9a-f]{8,}", re.I)  # an id or class with such a number is one page's
_NAME = re.compile(r"-?[A-Za-z_][\w-]*", re.ASCII)
_STATES = frozenset(["active", "current", "show", "open", "selected", "first", "last", "odd", "even", "clearfix"])
_ALONE = frozenset(["h1", "h2", "h3", "article", "main", "time"])  # tags that name something by themselves
_AROUND = 6  # elements around one that may name it
_CLASSES = 4  # of one element that are tried
_ELEMENTS = 8  # of one page that show the same value
_TRIED = 24  # ways that are tried on all pages, those proposed most often
_PATIENCE = 2  # pages on which a way names something else: then it is tried no further
_WRONG = 0.06  # share of the pages on which a way may name something else

# What a way of naming gives on a page: right, wrong, or nothing that could be taken for the value.
Judge = Callable[[int, list[Any]], bool | None]


@dataclass(frozen=True, slots=True)
class Way:
    """A selector, and the pages (by number) on which it gives the right value."""

    selector: str
    right: frozenset[int]
    wrong: frozenset[int]


def induce(
    pages: Sequence[Named],
    showing: Mapping[int, Sequence[Any]],
    judge: Judge,
    weights: Sequence[int],
    ways_of: Callable[[Any], Iterable[Path]] | None = None,
) -> list[Way]:
    """The ways to find a value, best first; together they find it on as many pages as can be.

    `showing`: by page number, the elements that show the page's value; `judge` is given a page's number and what a
    selector matches there; `weights`: how much each page's value is to be believed; `ways_of`: the ways to an element
    that are proposed, `ways_to` where it is not given.
    """
    proposed: Counter[Path] = Counter()
    for number, elements in showing.items():
        paths: set[Path] = set()
        for element in elements[:_ELEMENTS]:
            paths.update((ways_of or ways_to)(element))
        proposed.update(dict.fromkeys(paths, weights[number]))
    several = [one for one, times in proposed.items() if times > 1]
    tried = sorted(several, key=lambda one: (-proposed[one], _length(one.selector), one.selector))[:_TRIED]
    ways: dict[tuple[frozenset[int], frozenset[int]], Way] = {}
    for path in tried:
        way = _tried(path, pages, judge)
        known = ways.get((way.right, way.wrong))
        if known is None or _length(way.selector) < _length(known.selector):
            ways[way.right, way.wrong] = way
    return _cover(list(ways.values()), weights)


def _tried(path: Path, pages: Sequence[Named], judge: Judge) -> Way:
    right: set[int] = set()
    wrong: set[int] = set()
    for number, page in enumerate(pages):
        verdict = judge(number, page.select(path))
        if verdict is not None:
            (right if verdict else wrong).add(number)
        if len(wrong) > max(_PATIENCE, len(right)):
            break
    return Way(path.selector, frozenset(right), frozenset(wrong))


def _cover(ways: list[Way], weights: Sequence[int]) -> list[Way]:
    """Greedy: what finds the value on most of the pages that are still without, and seldom another."""

    def weight(numbers: Iterable[int]) -> int:
        return sum(weights[number] for number in numbers)

    chosen: list[Way] = []
    found: set[int] = set()
    while True:
        best, most = None, 0.0
        for way in ways:
            new, wrong = weight(way.right - found), weight(way.wrong - found)
            if wrong > _WRONG * (weight(way.right) + wrong):
                continue
            gain = new - 4.0 * wrong
            if gain > most or (best is not None and gain == most and _length(way.selector) < _length(best.selector)):
                best, most = way, gain
        if best is None or len(best.right - found) < 2:
            return chosen
        chosen.append(best)
        found |= best.right | best.wrong


def _length(selector: str) -> tuple[bool, int, int]:
    """What a person finds plain sorts first: CSS before places in the tree, few steps, short."""
    return selector.startswith("/"), selector.count(" "), len(selector)


@dataclass(frozen=True, slots=True)
class Path:
    """One way of naming an element: `inner` in `outer`, as `names_of` has them or a tag; or a place in the tree."""

    inner: str
    outer: str | None = None
    directly: bool = False
    place: bool = False

    @property
    def selector(self) -> str:
        if self.outer is None:
            return self.inner
        return f"{self.outer} {'> ' if self.directly else ''}{self.inner}"


class Named:
    """A page with its elements by name: asked so often, XPath takes ten times as long."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._named: dict[str, list[Any]] = {}
        for element in page.root.iter():
            if isinstance(element.tag, str):
                for name in (*names_of(element), element.tag):
                    self._named.setdefault(name, []).append(element)

    def select(self, path: Path) -> list[Any]:
        """The elements that a path leads to, in document order, as its selector gives them."""
        if path.place:
            return self.page.select(path.inner)
        inner = self._named.get(path.inner, [])
        if path.outer is None:
            return inner
        outer = set(map(id, self._named.get(path.outer, ())))
        if path.directly:
            return [one for one in inner if id(one.getparent()) in outer]
        return [one for one in inner if any(id(around) in outer for around in one.iterancestors())]


def ways_to(element: Any) -> Iterator[Path]:
    """Paths that lead to an element, each one seldom to more than one on a page."""
    own = list(names_of(element))
    yield from map(Path, own)
    if element.tag in _ALONE:
        yield Path(element.tag)
    inner = [*own[:3], element.tag]
    place = _step(element)
    for depth, outer in enumerate(_ancestors(element)):
        for name in list(names_of(outer))[:3]:
            yield from (Path(inside, name, directly=depth == 0) for inside in inner)
            if name.startswith("#"):
                yield Path(f'//*[@id="{name[1:]}"]/{place}', place=True)
        place = f"{_step(outer)}/{place}"
    yield Path(place_of(element), place=True)


def place_of(element: Any) -> str:
    """An element's place in the tree, as XPath."""
    return "/" + "/".join(reversed([_step(one) for one in (element, *element.iterancestors())]))


def _ancestors(element: Any) -> Iterator[Any]:
    for depth, outer in enumerate(element.iterancestors()):
        if depth == _AROUND or outer.tag in ("body", "html"):
            return
        yield outer


def names_of(element: Any) -> Iterator[str]:
    """What an element calls itself: id, role in structured data, classes; nothing that only this page has."""
    tag = element.tag
    if not isinstance(tag, str) or not _NAME.fullmatch(tag):
        return
    identity = (element.get("id") or "").strip()
    if _NAME.fullmatch(identity) and not _CHANGES.search(identity):
        yield f"#{identity}"
    role = (element.get("itemprop") or "").strip()
    if _NAME.fullmatch(role):
        yield f'{tag}[itemprop="{role}"]'
    classes = [
        one
        for one in dict.fromkeys((element.get("class") or "").split())
        if _NAME.fullmatch(one) and one.lower() not in _STATES and not _CHANGES.search(one)
    ][:_CLASSES]
    for one in classes:
        yield f"{tag}.{one}"
    if len(classes) > 1:
        yield f"{tag}.{'.'.join(classes)}"


def _step(element: Any) -> str:
    """An element's tag, with its number among those of the same tag where there are several."""
    tag: str = element.tag
    if not _NAME.fullmatch(tag):  # Word's <o:p>, and worse: XPath has no word for it
        return f"*[{sum(1 for _ in element.itersiblings(preceding=True)) + 1}]"
    before = sum(1 for _ in element.itersiblings(tag, preceding=True))
    if before == 0 and next(element.itersiblings(tag), None) is None:
        return tag
    return f"{tag}[{before + 1}]"
