"""Sightings: where on the sample pages each field is seen, and how it is told that a selector finds it. Pure.

For each field: the elements that show it, by page; a judge of what a selector matches; how much each page weighs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..extract.authors import signed
from ..extract.sections import cleaned
from ..fields import bylines
from ..fields.media import picture
from ..page import fold, string
from ..page.furniture import plain
from .induction import Judge, names_of
from .samples import DATED, READ, Samples, document, stamp_of

Sighting = tuple[Mapping[int, Sequence[Any]], Judge, Sequence[int]]
Look = Callable[[Samples], Sighting]

_OTHER = 0.8  # of the pages: where so many say another thing, it is no section


def _titles(found: Samples) -> Sighting:
    """Constant text cannot be a title."""
    values = [title.value for title in found.titles]
    common = {value for value, times in Counter(values).items() if times > 1 and times > len(values) // 5}
    showing = {
        number: elements
        for number, value in enumerate(values)
        if value not in common and (elements := [el for el, text in found.shown(number) if plain(text) == value])
    }

    def judge(number: int, matched: list[Any]) -> bool | None:
        text = next((one for match in matched if (one := fold(string(match)))), None)
        return None if text is None else plain(text) == values[number]

    return showing, judge, [title.weight for title in found.titles]


def _dates(found: Samples) -> Sighting:
    values = [date.value for date in found.dates]
    showing = {}
    for number, value in enumerate(values):
        if value:
            elements = [
                el
                for el, text in found.shown(number)
                if len(text) <= DATED
                and value[:4] in text
                and stamp_of(text, found.offset) == value
                and (next(names_of(el), None) or not found.in_body(number, el))  # which paragraph it is, is chance
            ]
            if elements:
                showing[number] = elements[::-1]  # the innermost first

    def judge(number: int, matched: list[Any]) -> bool | None:
        stamps = (stamp_of(fold(string(match))[:400], found.offset) for match in matched)
        value = next((stamp for stamp in stamps if stamp), None)
        return None if value is None else value == values[number]

    return showing, judge, [date.weight for date in found.dates]


def _bodies(found: Samples) -> Sighting:
    showing = {number: body.holders for number in range(len(found.pages)) if (body := found.body(number)) is not None}

    def judge(number: int, matched: list[Any]) -> bool | None:
        first = next((match for match in matched if not isinstance(match, str)), None)
        body = found.body(number)
        return None if first is None or body is None else body.is_held_by(first)

    return showing, judge, [READ] * len(found.pages)


def _authors(found: Samples) -> Sighting:
    values = [sample.article.author for sample in found.samples]
    showing = {
        number: elements[::-1]
        for number, value in enumerate(values)
        if value
        and (elements := [el for el, text in found.shown(number) if len(text) <= DATED and value in text])
        and (
            elements := [el for el in elements if signed([fold(string(el))]) == value and not found.in_body(number, el)]
        )
    }

    def judge(number: int, matched: list[Any]) -> bool | None:
        text = signed([one for match in matched if (one := fold(string(match)))])
        if text is None or (values[number] is None and (text in values or is_name(text))):
            return None  # whom other pages name as well, or whom a name is: where the reader saw nobody, it may sign
        return text == values[number]

    return showing, judge, [READ] * len(values)


def is_name(text: str | None) -> bool:
    """Whether a text by itself is surely who wrote something."""
    byline = bylines.closing(text) if text else None
    return byline is not None and byline.kind == "bare" and byline.author == text


def _sections(found: Samples) -> Sighting:
    """Also where the reader saw none, and the list that names the article is called so: there its line is looked for.

    What is another on nearly every page is no section.
    """
    values = found.sections
    several = [value for value in values if value]
    if len(set(several)) > _OTHER * len(several):
        return {}, lambda number, matched: None, []
    showing: dict[int, list[Any]] = {}
    for number, value in enumerate(values):
        if value:
            elements = [el for el, text in found.shown(number) if len(text) <= 80 and text == value[-1]]
            if elements:
                showing[number] = elements

    def judge(number: int, matched: list[Any]) -> bool | None:
        texts = [one for match in matched if (one := fold(string(match)))]
        if not texts:
            return None
        path = cleaned(texts, found.samples[number].article.title)
        return path == values[number] if values[number] else path in values

    return showing, judge, [READ] * len(values)


def _summaries(found: Samples) -> Sighting:
    values = [sample.article.summary for sample in found.samples]
    showing = {
        number: elements
        for number, value in enumerate(values)
        if value and (elements := [el for el, text in found.shown(number) if text == value])
    }

    def judge(number: int, matched: list[Any]) -> bool | None:
        text = next((one for match in matched if (one := fold(string(match)))), None)
        return None if text is None else text == values[number]

    return showing, judge, [READ] * len(values)


def _files(found: Samples) -> Sighting:
    """Documents under the title that no other page links to, and that were not found in or behind the body."""
    missing = found.missing_files
    showing = {number: list(elements.values()) for number, elements in enumerate(missing) if elements}

    def judge(number: int, matched: list[Any]) -> bool | None:
        urls = {url for match in matched if (url := document(match, found.samples[number].page.base)) is not None}
        return urls >= missing[number].keys() and urls <= found.own_files[number] if urls else None

    return showing, judge, [READ] * len(found.samples)


def _sources(found: Samples) -> Sighting:
    values = [sample.article.source for sample in found.samples]

    def said(text: str) -> str:
        byline = bylines.labelled(text)
        return byline.source if byline is not None and byline.source else text

    showing = {
        number: elements[::-1]
        for number, value in enumerate(values)
        if value
        and (elements := [el for el, text in found.shown(number) if len(text) <= DATED and said(text) == value])
        and (elements := [el for el in elements if not found.in_body(number, el)])
    }

    def judge(number: int, matched: list[Any]) -> bool | None:
        text = next((one for match in matched if (one := fold(string(match)))), None)
        return None if text is None else said(text) == values[number]

    return showing, judge, [READ] * len(values)


def _pictures(found: Samples) -> Sighting:
    """The article's pictures that stand outside its body, as one over the text does."""
    known = [{image.url for image in sample.article.images} for sample in found.samples]

    def address(number: int, element: Any) -> str | None:
        return None if isinstance(element, str) else picture(element, found.samples[number].page.base)

    showing: dict[int, list[Any]] = {}
    for number, urls in enumerate(known):
        body = found.body(number)
        marks = found.flat(number).pictures if urls and body is not None else ()
        outside = [m.el for m in marks if body is not None and not body.has(m.box) and address(number, m.el) in urls]
        if outside:
            showing[number] = outside

    def judge(number: int, matched: list[Any]) -> bool | None:
        urls = {url for match in matched if (url := address(number, match)) is not None}
        return urls <= known[number] if urls else None

    return showing, judge, [READ] * len(known)


def _furniture(found: Samples) -> Sighting:
    """What stands in the body of most articles, the same everywhere."""
    showing = {
        number: elements
        for number in range(len(found.pages))
        if (elements := [el for el, text in found.shown(number) if text in found.repeated])
    }

    def judge(number: int, matched: list[Any]) -> bool | None:
        texts = [one for match in matched if (one := fold(string(match)))]
        return all(text in found.repeated for text in texts) if texts else None

    return showing, judge, [READ] * len(found.pages)


FIELDS: dict[str, Look] = {
    "title": _titles,
    "date": _dates,
    "body": _bodies,
    "author": _authors,
    "source": _sources,
    "section": _sections,
    "summary": _summaries,
    "images": _pictures,
    "attachments": _files,
    "drop": _furniture,
}
