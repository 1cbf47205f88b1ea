"""Shown: what a portal's selectors show on one page. `extract` asks here first, and looks itself for what is missing.

The selectors of the definition come before those that were learned. `fields` is the record's: where each field came
from, in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from archive.record import Attachment, Image

from ..fields import dates
from ..fields.media import attachment, image
from ..page import Page, fold, markup, string
from ..portal import Portal
from . import timing
from .generic import Survey
from .titles import Heading

_CAPTION = 200  # characters of a caption, at most
_GIVEN = 99.0  # the strength of a title that a selector names: nothing outweighs it


class Shown:
    """The selectors of one portal, asked of one page."""

    def __init__(self, page: Page, portal: Portal, fields: dict[str, str], region: Any = None) -> None:
        """`region`: the element that is read instead of the page: what was learned is looked for in it."""
        self.page, self.portal, self.fields, self.region = page, portal, fields, region
        self._seen: dict[str, list[Any]] = {}
        self.selectors = portal.reading
        self.offset = portal.portal.timezone

    def select(self, selector: str) -> list[Any]:
        """What one of the portal's selectors matches on the page: in the region alone, where there is one.

        Those that somebody wrote for the portal may lead out of it: it was learned.
        """
        if self.region is None or selector in _written(self.portal):
            return self.page.select(selector)
        if selector not in self._seen:
            self._seen[selector] = self.page.select_inside(selector, self.region)
        return self._seen[selector]

    def first(self, name: str) -> Any:
        """What the first of a field's selectors that matches anything matches first; None where none does."""
        selectors: tuple[str, ...] = getattr(self.selectors, name)
        return next((matched[0] for one in selectors if (matched := self.select(one))), None)

    @property
    def is_article(self) -> bool:
        """Whether the page shows what every article of the portal has, if its definition says what that is."""
        wanted = self.selectors.article
        return not wanted or any(self.page.select(selector) for selector in wanted)

    def whole(self) -> Any:
        """The body's element where the definition gives all that stands outside it too, and the page shows it; or None.

        Not where selectors were learned: these were learned from articles, and the whole page tells what is none.
        """
        given = self.portal.selectors
        inside = self._element(given.body) if given.title and given.date and given.section else None
        if inside is not None and all(
            any(self.page.select(selector) for selector in kind) for kind in (given.title, given.date, given.section)
        ):
            return inside
        return None

    def body(self, found: Survey) -> tuple[int, str] | None:
        """The body's box, and its selector in words."""
        for selector in self.selectors.body:
            for element in self._elements((selector,)):
                box = found.flat.box_of(element)
                if box is not None:
                    return box, self._origin("body", selector)
        return None

    def drop(self, found: Survey) -> None:
        """What `[selectors] drop` names is furniture, and all that stands in it."""
        for element in self._elements(self.selectors.drop):
            outer = found.flat.box_of(element)
            if outer is not None:
                found.dropped.update(box for box in range(outer, len(found.bad)) if found.flat.within(box, outer))
        for box in found.dropped:
            found.bad[box] = True

    def title(self, found: Survey, selectors: tuple[str, ...]) -> Heading | None:
        """The title, by the first of the selectors that shows any text."""
        for selector in selectors:
            for match in self.select(selector):
                text = fold(match if isinstance(match, str) else markup.still(match))
                if text and not (selector not in self.portal.selectors.title and _is_links(match, text)):
                    line = -1 if isinstance(match, str) else _line_of(found, match, text)
                    self.fields["title"] = self._origin("title", selector)
                    return Heading(text, line, self.fields["title"], _GIVEN)
        return None

    def date(self, selectors: tuple[str, ...]) -> timing.When | None:
        """The first date that one of the selectors shows."""
        for selector in selectors:
            for match in self.select(selector):
                raw = fold(string(match))
                stamp = (
                    (dates.parse(raw, self.offset) or next(iter(dates.find(raw, self.offset)), None)) if raw else None
                )
                if stamp is not None:
                    self.fields["timestamp"] = self._origin("date", selector)
                    value = timing.moment(raw, self.offset) or stamp.value  # a machine's zone of its own stays
                    shown = raw if len(raw) < 80 else stamp.raw
                    changed = dates.changed(raw, self.offset)
                    return timing.When(value, shown, self.fields["timestamp"], near=True, changed=changed)
        return None

    def one(self, name: str) -> str | None:
        """The first text that a field's selectors give."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[str]:
        """The texts that the first of a field's selectors gives, if any of them does."""
        selectors: tuple[str, ...] = getattr(self.selectors, name)
        for selector in selectors:
            shown = [text for match in self.select(selector) if (text := fold(string(match)))]
            if shown:
                self.fields[name] = self._origin(name, selector)
                return shown
        return []

    def images(self) -> Iterator[Image]:
        """The pictures that the selectors name, each with its caption."""
        captioned = bool(self.page.elements("figcaption"))
        for element in self._elements(self.selectors.images):
            one = image(element, self.page.base, _caption(element) if captioned else _beside(element))
            if one is not None:
                yield one

    def attachments(self) -> Iterator[Attachment]:
        """The documents that the selectors name."""
        for element in self._elements(self.selectors.attachments):
            one = attachment(element, self.page.base)
            if one is not None:
                yield one

    def _elements(self, selectors: tuple[str, ...]) -> Iterator[Any]:
        return (match for selector in selectors for match in self.select(selector) if not isinstance(match, str))

    def _element(self, selectors: tuple[str, ...]) -> Any:
        """The first element that one of the selectors matches."""
        return next(self._elements(selectors), None)

    def _origin(self, field: str, selector: str) -> str:
        """A selector as `extraction.fields` names it."""
        own: tuple[str, ...] = getattr(self.portal.selectors, field)
        return f"selector: {selector}" if selector in own else f"learned selector: {selector}"


@lru_cache(maxsize=64)
def _written(portal: Portal) -> frozenset[str]:
    """The selectors that somebody wrote for this portal: neither learned nor its family's."""
    return frozenset(one for selectors in portal.own_selectors.values() for one in selectors)


def _is_links(match: Any, text: str) -> bool:
    """Whether an element is a row of links, as a pager is, and no title."""
    links = [] if isinstance(match, str) else [fold(string(link)) for link in match.iter("a")]
    return len(links) > 1 and sum(map(len, links)) * 10 >= 8 * len(text)


def _line_of(found: Survey, element: Any, text: str) -> int:
    """The line that shows an element's text: its own, before another that says the same; -1: none does."""
    inside = {id(one) for one in element.iter()}
    said = [number for number, line in enumerate(found.flat.lines) if line.text == text]
    return next((number for number in said if id(found.flat.lines[number].el) in inside), next(iter(said), -1))


def _caption(img: Any) -> str | None:
    """What the figure around a picture, or else the box around both, says of it."""
    for holder in img.iterancestors():
        if holder.tag in ("body", "article", "main", "section"):
            break
        for text in holder.iter("figcaption"):
            return fold(string(text)) or None
        if holder.tag == "figure":
            break
    return None


def _beside(img: Any) -> str | None:
    """The words of the innermost box around a picture that has any, where they are short and the picture is alone."""
    for holder in img.iterancestors("div", "td", "p"):
        if words := fold(string(holder)):
            alone = sum(1 for _ in holder.iter("img")) == 1 and holder.find(".//h1") is None
            return words if alone and len(words) <= _CAPTION else None
    return None
