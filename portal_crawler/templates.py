"""Templates: where a portal's pages show title, date, body and the rest, learned from some of its articles. Pure.

What was read of each page by itself, and what lists say of it, is looked for again in its markup; a place that holds
the right thing on page after page is believed, also on the page where the reader was mistaken. Nothing is believed
that does not stand a trial: with the selectors the same pages must come out as well as without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from archive.capture import Capture
from archive.record import Article

from .authors import signed
from .extract import read
from .fields import dates
from .fields.media import attachment
from .fields.text import Flat, flatten
from .furniture import plain
from .hints import told
from .induction import Judge, Named, Way, induce
from .page import Page, fold, string
from .portal import Portal
from .sections import cleaned
from .tables import Selectors, Shares

SAMPLE = 20  # pages to learn from: more hardly add anything (`make bench-extract` has the curve)
_LEAST = 3  # pages that must show a thing
_BELIEVED = 0.8  # of (right + 1) / (pages + 2): three of three, nine of ten
_TITLE = 18  # characters of a list's entry that are surely a title
_LINE = 20  # characters of a line that is known again
_MOST = 0.9  # of the body's text: what has so much of it holds it
_LOOSE = 1.3  # times the body's size: what is larger holds other things too
_SAME = 0.97  # of two bodies' words: the same body
_LONGEST = 600  # characters of a line that may be a title, a date, a name
_PARTS = 30  # elements in the lines of a box that are looked at by themselves
_DATED = 160  # characters of a line that shows a date
_BESIDE = ("images", "attachments", "source", "summary", "body")  # that may stand beside the body's own box
_CERTAIN, _READ = 3, 1


@dataclass(frozen=True, slots=True)
class Sample:
    """A page of the portal that is an article, and what was read of it."""

    page: Page
    capture: Capture
    article: Article

    @classmethod
    def of(cls, capture: Capture, article: Article) -> Sample:
        return cls(Page.of(capture), capture, article)


def learn_selectors(portal: Portal, samples: Sequence[Sample]) -> Portal:
    """The definition with the selectors that the samples teach, for what its own do not find; the same one if none."""
    samples = _without_repeats(samples)[:SAMPLE]
    if len(samples) < _LEAST:
        return portal
    reader = _Samples(portal, samples)
    found = {field: ways for field, learn in _FIELDS.items() if (ways := reader.learned(field, learn))}
    found, confidence = _on_trial(portal, reader, found)
    if not found:
        return portal
    known = portal.learned.selectors
    merged = {
        field: tuple(dict.fromkeys((*(way.selector for way in ways), *getattr(known, field))))
        for field, ways in found.items()
    }
    learned = portal.learned.model_copy(
        update={
            "selectors": known.model_copy(update=merged),
            "confidence": Shares({**portal.learned.confidence, **confidence}),
            "shown": tuple(sample.article.url for sample in samples[:3]),
        }
    )
    return portal.model_copy(update={"learned": learned})


def fits(portal: Portal, pages: Sequence[Page]) -> bool:
    """Whether what was learned finds a title and a body on nearly all of some pages: if not, the portal has changed."""
    known = portal.reading
    places = [places for places in (known.title, known.body) if places]
    if not places:
        return False
    hit = sum(all(any(page.select(one) for one in group) for group in places) for page in pages)
    return hit >= _MOST * len(pages)


# --- what is looked for on the pages


@dataclass(frozen=True, slots=True)
class _Value:
    """What a page has in a field, empty for nothing, and how much that is to be believed."""

    value: str
    weight: int


class _Samples:
    """The samples as each field sees them."""

    def __init__(self, portal: Portal, samples: Sequence[Sample]) -> None:
        self.portal, self.samples = portal, samples
        self.pages = [Named(sample.page) for sample in samples]
        self._flats: dict[int, Flat] = {}
        self.offset = portal.portal.timezone
        self._shown: dict[int, list[tuple[Any, str]]] = {}
        self._bodies: dict[int, _Body | None] = {}

        self.titles = [self._title(number) for number in range(len(samples))]
        self.dates = [self._date(number) for number in range(len(samples))]

        linked = [self._files(number) for number in range(len(samples))]
        times = Counter(url for files in linked for url in files)
        self.own_files = [{url for url in files if times[url] == 1} for files in linked]
        known = [{file.url for file in sample.article.attachments} for sample in samples]
        self.missing_files = [
            {url: files[url] for url in own - given}
            for files, own, given in zip(linked, self.own_files, known, strict=True)
        ]

    def _files(self, number: int) -> dict[str, Any]:
        """The documents that a page links to under its title, with their links."""
        flat, base = self.flat(number), self.samples[number].page.base
        title = self.titles[number].value
        first = next((n for n, line in enumerate(flat.lines) if plain(line.text) == title), len(flat.lines))
        links = (mark.el for mark in flat.links if mark.line >= first)
        return {url: link for link in links if (url := _document(link, base)) is not None}

    def _title(self, number: int) -> _Value:
        """As a list has it, where a line of the page says the same: surely. Else as it was read; folded."""
        sample = self.samples[number]
        said = {plain(hint.title) for hint in told(sample.capture.hints, self.offset) if hint.title and hint.date}
        read_so = plain(sample.article.title)
        if read_so in said:
            return _Value(read_so, _CERTAIN if len(read_so) >= _TITLE else _READ)
        for _, text in self.shown(number):
            if len(text) >= _TITLE and plain(text) in said:
                return _Value(plain(text), _CERTAIN)
        return _Value(read_so, _READ)

    def _date(self, number: int) -> _Value:
        """The date that a line of the page shows: of the day that a list has, surely. Else as it was read."""
        sample = self.samples[number]
        listed = sample.article.extraction.fields.get("timestamp") == "listing hint"
        value = "" if listed else sample.article.timestamp or ""
        said = {_day(hint.date, self.offset) for hint in told(sample.capture.hints, self.offset) if hint.date} - {None}
        if value[:10] in said:
            return _Value(value, _CERTAIN)
        days = {day[:4] for day in said if day}
        for _, text in self.shown(number):
            if len(text) <= _DATED and any(year in text for year in days):
                stamp = _stamp(text, self.offset)
                if stamp and stamp[:10] in said:
                    return _Value(stamp, _CERTAIN)
        return _Value(value, _READ)

    def learned(self, field: str, learn: _Learn) -> list[Way]:
        """The ways to one field. None where the definition's own selectors find something nearly everywhere."""
        own: tuple[str, ...] = getattr(self.portal.selectors, field)
        if own and sum(any(sample.page.select(one) for one in own) for sample in self.samples) >= _MOST * len(
            self.pages
        ):
            return []
        showing, judge, weights = learn(self)
        if len(showing) < _LEAST:
            return []
        return induce(self.pages, showing, judge, weights)

    def shown(self, number: int) -> list[tuple[Any, str]]:
        """What of a page shows a line, with its text, the outer before the inner: whole lines and parts of them."""
        if number not in self._shown:
            self._shown[number] = list(_shown(self.flat(number)))
        return self._shown[number]

    def flat(self, number: int) -> Flat:
        if number not in self._flats:
            self._flats[number] = flatten(self.samples[number].page.root)
        return self._flats[number]

    def body(self, number: int) -> _Body | None:
        if number not in self._bodies:
            self._bodies[number] = _Body.of(self.flat(number), self.samples[number].article.body)
        return self._bodies[number]


def _shown(flat: Flat) -> Iterator[tuple[Any, str]]:
    boxes = {id(box.el): box for box in flat.boxes}
    entered: set[int] = set()
    for line in flat.lines:
        if len(line.text) > _LONGEST:
            continue
        around = [flat.boxes[line.box].el]
        while (outer := boxes.get(id(around[-1].getparent()))) is not None and outer.last - outer.first == 1:
            around.append(outer.el)
        if flat.boxes[line.box].last - flat.boxes[line.box].first == 1:
            yield from ((element, line.text) for element in reversed(around))
        if line.box not in entered:
            entered.add(line.box)
            for inner in islice(_inline(flat.boxes[line.box].el, boxes), _PARTS):
                if text := fold(string(inner)):
                    yield inner, text


def _inline(element: Any, boxes: Mapping[int, object]) -> Iterator[Any]:
    """The elements inside a box that are not boxes of their own."""
    for child in element:
        if isinstance(child.tag, str) and id(child) not in boxes:
            yield child
            yield from _inline(child, boxes)


_Task = tuple[Mapping[int, Sequence[Any]], Judge, Sequence[int]]
_Learn = Callable[[_Samples], _Task]


def _titles(found: _Samples) -> _Task:
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


def _dates(found: _Samples) -> _Task:
    values = [date.value for date in found.dates]
    showing = {}
    for number, value in enumerate(values):
        if value:
            elements = [
                el
                for el, text in found.shown(number)
                if len(text) <= _DATED and value[:4] in text and _stamp(text, found.offset) == value
            ]
            if elements:
                showing[number] = elements[::-1]  # the innermost first

    def judge(number: int, matched: list[Any]) -> bool | None:
        stamps = (_stamp(fold(string(match))[:400], found.offset) for match in matched)
        value = next((stamp for stamp in stamps if stamp), None)
        return None if value is None else value == values[number]

    return showing, judge, [date.weight for date in found.dates]


def _bodies(found: _Samples) -> _Task:
    showing = {number: body.holders for number in range(len(found.pages)) if (body := found.body(number)) is not None}

    def judge(number: int, matched: list[Any]) -> bool | None:
        first = next((match for match in matched if not isinstance(match, str)), None)
        body = found.body(number)
        return None if first is None or body is None else body.is_held_by(first)

    return showing, judge, [_READ] * len(found.pages)


def _names(field: str) -> _Learn:
    def learn(found: _Samples) -> _Task:
        values = [getattr(sample.article, field) for sample in found.samples]
        showing = {
            number: elements[::-1]
            for number, value in enumerate(values)
            if value
            and (elements := [el for el, text in found.shown(number) if len(text) <= 160 and value in text])
            and (elements := [el for el in elements if signed([fold(string(el))]) == value])
        }

        def judge(number: int, matched: list[Any]) -> bool | None:
            text = signed([one for match in matched if (one := fold(string(match)))])
            return None if text is None else text == values[number]

        return showing, judge, [_READ] * len(values)

    return learn


def _sections(found: _Samples) -> _Task:
    values = [sample.article.section for sample in found.samples]
    showing: dict[int, list[Any]] = {}
    for number, value in enumerate(values):
        if value and found.samples[number].article.extraction.fields.get("section") != "listing hint":
            elements = [el for el, text in found.shown(number) if len(text) <= 80 and text == value[-1]]
            if elements:
                showing[number] = elements

    def judge(number: int, matched: list[Any]) -> bool | None:
        texts = [one for match in matched if (one := fold(string(match)))]
        return None if not texts else cleaned(texts, found.samples[number].article.title) == values[number]

    return showing, judge, [_READ] * len(values)


def _summaries(found: _Samples) -> _Task:
    values = [sample.article.summary for sample in found.samples]
    showing = {
        number: elements
        for number, value in enumerate(values)
        if value and (elements := [el for el, text in found.shown(number) if text == value])
    }

    def judge(number: int, matched: list[Any]) -> bool | None:
        text = next((one for match in matched if (one := fold(string(match)))), None)
        return None if text is None else text == values[number]

    return showing, judge, [_READ] * len(values)


def _files(found: _Samples) -> _Task:
    """Documents under the title that no other page links to, and that were not found in or behind the body."""
    missing = found.missing_files
    showing = {number: list(elements.values()) for number, elements in enumerate(missing) if elements}

    def judge(number: int, matched: list[Any]) -> bool | None:
        urls = {url for match in matched if (url := _document(match, found.samples[number].page.base)) is not None}
        return urls >= missing[number].keys() and urls <= found.own_files[number] if urls else None

    return showing, judge, [_READ] * len(found.samples)


_FIELDS: dict[str, _Learn] = {
    "title": _titles,
    "date": _dates,
    "body": _bodies,
    "author": _names("author"),
    "section": _sections,
    "summary": _summaries,
    "attachments": _files,
}


def _day(text: str | None, offset: str) -> str | None:
    return (_stamp(text, offset) or "")[:10] or None if text else None


def _document(element: Any, base: str) -> str | None:
    file = None if isinstance(element, str) else attachment(element, base)
    return file.url if file is not None else None


def _stamp(text: str, offset: str) -> str | None:
    stamp = next(iter(dates.find(text, offset)), None)
    return stamp.value if stamp else None


class _Body:
    """Where on a page the text of its article stands."""

    def __init__(self, flat: Flat, matched: list[int], size: list[int]) -> None:
        self._flat, self._matched, self._size = flat, matched, size
        here = 0
        children: dict[int, list[int]] = {}
        for index in range(1, len(flat.boxes)):
            children.setdefault(flat.boxes[index].parent, []).append(index)
        while (inner := max(children.get(here, ()), key=matched.__getitem__, default=None)) is not None:
            if matched[inner] < _MOST * matched[0]:
                break
            here = inner
        self._box = here
        self.holders = []  # the innermost that holds it, and those around it that hold little else
        while here > 0 and size[here] <= _LOOSE * size[self._box] + 200:
            self.holders.append(flat.boxes[here].el)
            here = flat.boxes[here].parent

    @classmethod
    def of(cls, flat: Flat, body: str) -> _Body | None:
        """None where too little of it is found again on the page."""
        matched, size = [0] * len(flat.boxes), [0] * len(flat.boxes)
        for line in flat.lines:
            size[line.box] += len(line.text)
            if len(line.text) >= _LINE and line.text in body:
                matched[line.box] += len(line.text)
        for index in range(len(flat.boxes) - 1, 0, -1):
            matched[flat.boxes[index].parent] += matched[index]
            size[flat.boxes[index].parent] += size[index]
        return cls(flat, matched, size) if matched and matched[0] >= max(200, len(body) // 2) else None

    def is_held_by(self, element: Any) -> bool:
        """Whether an element has nearly all of the text, and not much else."""
        box = self._flat.box_of(element)
        if box is None:
            return False
        enough = self._matched[box] >= _MOST * self._matched[0]
        return enough and self._size[box] <= _LOOSE * self._size[self._box] + 200


# --- the trial


def _on_trial(
    portal: Portal, known: _Samples, found: dict[str, list[Way]]
) -> tuple[dict[str, list[Way]], dict[str, float]]:
    """What of the ways stands the trial, with how sure it is: the samples are read with it, and compared."""
    while found:
        learned = Selectors.model_validate({field: [way.selector for way in ways] for field, ways in found.items()})
        tried = portal.model_copy(update={"learned": portal.learned.model_copy(update={"selectors": learned})})
        agreed: Counter[str] = Counter()
        asked: Counter[str] = Counter()
        for number, sample in enumerate(known.samples):
            now = read(sample.page, sample.capture, tried)
            compared = _compared(known.titles[number].value, known.dates[number].value, sample.article, now)
            if "attachments" in found and isinstance(now, Article):
                compared["attachments"] = (known.own_files[number], {file.url for file in now.attachments})
            for field, (before, after) in compared.items():
                asked[field] += 1
                agreed[field] += before == after
        sure = {field: (agreed[field] + 1) / (asked[field] + 2) for field in asked}
        bad = [field for field in found if sure[field] < _BELIEVED]
        if "body" in found and any(sure[field] < _BELIEVED for field in _BESIDE):
            bad.append("body")
        if not bad:
            return found, {field: round(sure[field], 2) for field in found}
        found = {field: ways for field, ways in found.items() if field not in bad}
    return {}, {}


def _compared(title: str, date: str, before: Article, after: object) -> dict[str, tuple[object, object]]:
    """Field by field, what a page has: as it was known or read without the selectors, and as it is read with them."""
    if not isinstance(after, Article):
        return dict.fromkeys((*_FIELDS, "images", "attachments", "source"), (True, False))
    return {
        "title": (title, plain(after.title)),
        "date": (date or before.timestamp, after.timestamp),
        "body": (True, _likeness(before.body, after.body) >= _SAME),
        "author": (before.author, after.author),
        "source": (before.source, after.source),
        "section": (before.section, after.section),
        "summary": (before.summary, after.summary),
        "images": ([one.url for one in before.images], [one.url for one in after.images]),
        "attachments": ([one.url for one in before.attachments], [one.url for one in after.attachments]),
    }


def _likeness(one: str, other: str) -> float:
    """F1 of two texts' words."""
    if one == other:
        return 1.0
    here, there = Counter(one.split()), Counter(other.split())
    common = (here & there).total()
    return 2 * common / (here.total() + there.total()) if common else 0.0


def _without_repeats(samples: Sequence[Sample]) -> list[Sample]:
    """One of each text: near-duplicates would outvote the rest."""
    known: set[tuple[str, str]] = set()
    kept = []
    for sample in samples:
        mark = (plain(sample.article.title), sample.article.body[:200])
        if mark not in known:
            known.add(mark)
            kept.append(sample)
    return kept
