"""Sequels: the link to the next part of a long article, where no address tells it. Pure.

What shows it are articles that go on at addresses which nothing but the article leads to. Their links have a place, or
words, in common; what leads elsewhere on other pages, as to the next article, is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ..learn.induction import Named, Path, Way, induce, place_of, ways_to
from ..page import Page, fold, string
from ..page.furniture import is_related_heading
from ..portal import Portal
from ..portal.tables import Shares
from ..urls import canonical, resolve

_ARTICLES = 2  # that must show the link
_BELIEVED = 0.8  # of (right + 1) / (pages + 2), as for the other fields: three of three, nine of ten
_SHOWN = 3  # pages that are named as having shown it
_WORDS = 30  # characters of a link's words
_NUMBERED = re.compile(r"(?P<words>\D*[^\W\d]\W+)\d{1,2}")


@dataclass(frozen=True, slots=True)
class Step:
    """A page of an article. `seen`: the canonical addresses of the article's pages up to it; `next`: the one after."""

    page: Page
    seen: tuple[str, ...]
    next: str | None = None


def onward(page: Page, matches: Iterable[Any], seen: Collection[str], known: Collection[str]) -> str | None:
    """The first of the pages that are known to which links lead, without those that were seen: its canonical address.

    So links to all parts of an article, one before and one behind, lead from each part to the next.
    """
    for match in matches:
        target = resolve(page.base, match if isinstance(match, str) else match.get("href"))
        if target is not None and (address := canonical(target)) not in seen and address in known:
            return address
    return None


def links(page: Page) -> Iterator[Any]:
    """The links of a page that do not say that they lead to another article ("Bài sau")."""
    return (link for link in page.root.iter("a") if not is_related_heading(fold(string(link))))


def learn_next_part(portal: Portal, steps: Sequence[Step], known: Collection[str]) -> Portal:
    """The definition with the selectors of the link to the next part, where it finds it by none; the same one if none.

    `steps`: pages of articles that go on, and of some that do not; `known`: the canonical addresses of the run's pages.
    """
    steps = [step for step in steps if step.next is None or _known_way(portal, step, known) != step.next]
    leading = {number for number, step in enumerate(steps) if step.next is not None}
    showing = {number: _links(steps[number]) for number in leading}

    def judge(number: int, matched: list[Any]) -> bool | None:
        step = steps[number]
        target = onward(step.page, matched, step.seen, known)
        return None if target is None else target == step.next

    named = [Named(step.page) for step in steps]
    for ways_of in (ways_to, _ways_of_pagers):
        ways = induce(named, showing, judge, [1] * len(steps), ways_of)
        right = frozenset[int]().union(*(way.right for way in ways))
        asked = leading.union(*(way.wrong for way in ways))
        confidence = (len(right) + 1) / (len(asked) + 2)
        if confidence >= _BELIEVED and len({steps[number].seen[0] for number in right}) >= _ARTICLES:
            return _with(portal, ways, confidence, [steps[number].page.url for number in sorted(right)])
    return portal


def _with(portal: Portal, ways: Sequence[Way], confidence: float, shown: Sequence[str]) -> Portal:
    before = portal.learned
    selectors = dict.fromkeys((*(way.selector for way in ways), *before.selectors.next_part))
    learned = before.model_copy(
        update={
            "selectors": before.selectors.model_copy(update={"next_part": tuple(selectors)}),
            "confidence": Shares({**before.confidence, "next_part": round(confidence, 2)}),
            "shown": tuple(dict.fromkeys((*before.shown, *shown[:_SHOWN]))),
        }
    )
    return portal.model_copy(update={"learned": learned})


def _known_way(portal: Portal, step: Step, known: Collection[str]) -> str | None:
    selectors = portal.reading.next_part
    return onward(step.page, chain.from_iterable(map(step.page.select, selectors)), step.seen, known)


def _links(step: Step) -> list[Any]:
    """The links of a page that lead to the next part."""
    return [link for link in links(step.page) if onward(step.page, [link], (), (step.next or "",))]


def _ways_of_pagers(link: Any) -> Iterator[Path]:
    """Ways to a link by what it says: its words, those before a number, its relation; and to all links beside it."""
    words = fold(string(link))
    if words and len(words) <= _WORDS and '"' not in words:
        if not any(map(str.isdigit, words)):
            yield Path(f'//a[normalize-space()="{words}"]', place=True)
        elif numbered := _NUMBERED.fullmatch(words):
            yield Path(f'//a[starts-with(normalize-space(), "{numbered["words"]}")]', place=True)
    if (link.get("rel") or "").lower() == "next":
        yield Path('a[rel="next"]', place=True)
    yield Path(f"{place_of(link.getparent())}/a", place=True)
