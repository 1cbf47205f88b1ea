"""Samples: some articles of one portal, and what is known of each before anything is learned from them. Pure.

What lists say is believed first, then what was read of the page by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from archive.record import Article
from archive.warc.capture import Capture

from ..discover.hints import told
from ..extract.listnames import called, names_of_lists
from ..fields import dates
from ..fields.media import attachment
from ..fields.text import Flat, flatten
from ..page import Page, fold, string
from ..page.furniture import plain
from ..portal import Portal
from .induction import Named

CERTAIN, READ = 3, 1  # what a value weighs that a list gives too, and one that was only read
DATED = 160  # characters of a line that shows a date
_TITLE = 18  # characters of a list's entry that are surely a title
_LINE = 20  # characters of a line that is known again
_MOST = 0.9  # of the body's text: what has so much of it holds it
_LOOSE = 1.05  # times the body's size: what is larger holds other things too
_TEXT = 200  # characters of a body that tell where it stands
_LITTLE = 60  # characters that it may hold beside the body all the same
_LONGEST = 600  # characters of a line that may be a title, a date, a name
_PARTS = 30  # elements in the lines of a box that are looked at by themselves
_AGAIN = 0.6  # share of the texts in which a paragraph that is nobody's comes again
_FEW = 3  # texts, at the least


@dataclass(frozen=True, slots=True)
class Sample:
    """A page of the portal that is an article, and what was read of it."""

    page: Page
    capture: Capture
    article: Article

    @classmethod
    def of(cls, capture: Capture, article: Article) -> Sample:
        return cls(Page.of(capture), capture, article)


@dataclass(frozen=True, slots=True)
class Value:
    """What a page has in a field, empty for nothing, and how much that is to be believed."""

    value: str
    weight: int


class Samples:
    """The samples as each field sees them."""

    def __init__(self, portal: Portal, samples: Sequence[Sample]) -> None:
        self.portal, self.samples = portal, samples
        self.pages = [Named(sample.page) for sample in samples]
        self._flats: dict[int, Flat] = {}
        self.offset = portal.portal.timezone
        self._shown: dict[int, list[tuple[Any, str]]] = {}
        self._bodies: dict[int, Body | None] = {}

        self.titles = [self._title(number) for number in range(len(samples))]
        self.dates = [self._date(number) for number in range(len(samples))]
        self.sections = self._sections()
        self.authors = [sample.article.author for sample in samples]

        linked = [self._files(number) for number in range(len(samples))]
        times = Counter(url for files in linked for url in files)
        self.own_files = [{url for url in files if times[url] == 1} for files in linked]
        self.repeated = _repeated([sample.article.body for sample in samples])
        known = [{file.url for file in sample.article.attachments} for sample in samples]
        self.missing_files = [
            {url: link for url, link in files.items() if url in own - given}
            for files, own, given in zip(linked, self.own_files, known, strict=True)
        ]

    def _files(self, number: int) -> dict[str, Any]:
        """The documents that a page links to under its title, with their links."""
        flat, base = self.flat(number), self.samples[number].page.base
        title = self.titles[number].value
        first = next((n for n, line in enumerate(flat.lines) if title in plain(line.text)), len(flat.lines))
        links = (mark.el for mark in flat.links if mark.line >= first)
        return {url: link for link in links if (url := document(link, base)) is not None}

    def _title(self, number: int) -> Value:
        """As a list has it, where a line of the page says the same: surely. Else as it was read; folded."""
        sample = self.samples[number]
        said = {plain(hint.title) for hint in told(sample.capture.hints, self.offset) if hint.title and hint.date}
        read_so = plain(sample.article.title)
        if read_so in said:
            return Value(read_so, CERTAIN if len(read_so) >= _TITLE else READ)
        for _, text in self.shown(number):
            if len(text) >= _TITLE and plain(text) in said:
                return Value(plain(text), CERTAIN)
        return Value(read_so, READ)

    def _date(self, number: int) -> Value:
        """The date that a line of the page shows: of the day that a list has, surely. Else as it was read."""
        sample = self.samples[number]
        listed = sample.article.extraction.fields.get("timestamp") == "listing hint"
        value = "" if listed else sample.article.timestamp or ""
        said = {day_of(hint.date, self.offset) for hint in told(sample.capture.hints, self.offset) if hint.date} - {
            None
        }
        if value[:10] in said:
            return Value(value, CERTAIN)
        days = {day[:4] for day in said if day}
        for _, text in self.shown(number):
            if len(text) <= DATED and any(year in text for year in days):
                stamp = stamp_of(text, self.offset)
                if stamp and stamp[:10] in said:
                    return Value(stamp, CERTAIN)
        return Value(value, READ)

    def _sections(self) -> list[tuple[str, ...]]:
        """As they were read, else as lists have them; these first where one was read for all and lists differ."""
        names = names_of_lists([sample.page for sample in self.samples])
        named = [next(iter(called(told(one.capture.hints, self.offset), names)), None) for one in self.samples]
        listed: list[tuple[str, ...]] = [(name,) if name else () for name in named]
        read_so = [sample.article.section for sample in self.samples]
        if len(set(filter(None, read_so))) == 1 and len(set(filter(None, named))) > 1:
            return listed
        return [one or other for one, other in zip(read_so, listed, strict=True)]

    def shown(self, number: int) -> list[tuple[Any, str]]:
        """What of a page shows a line, with its text, the outer before the inner: whole lines and parts of them."""
        if number not in self._shown:
            self._shown[number] = list(_shown(self.flat(number)))
        return self._shown[number]

    def flat(self, number: int) -> Flat:
        if number not in self._flats:
            self._flats[number] = flatten(self.samples[number].page.root)
        return self._flats[number]

    def in_body(self, number: int, element: Any) -> bool:
        """Whether an element stands in the text: there the reader finds a signature, and its place says nothing."""
        body = self.body(number)
        return body is not None and any(one is body.element for one in element.iterancestors())

    def body(self, number: int) -> Body | None:
        if number not in self._bodies:
            body = self.samples[number].article.body
            whole, rest = Body.of(self.flat(number), body), Body.of(self.flat(number), body.partition("\n\n")[2])
            # The sapo may stand outside: it is found by what it follows.
            self._bodies[number] = rest if rest is not None and rest.has_lines else whole
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


def without(body: str, repeated: frozenset[str]) -> str:
    """A text without the paragraphs that are the portal's."""
    return "\n\n".join(one for one in body.split("\n\n") if one not in repeated)


def _repeated(bodies: Sequence[str]) -> frozenset[str]:
    """The paragraphs that most texts have: the portal's, not an article's."""
    times = Counter(one for body in bodies for one in set(body.split("\n\n")) if one)
    texts = sum(map(bool, bodies))
    return frozenset(one for one, number in times.items() if number >= max(_FEW, _AGAIN * texts))


def day_of(text: str | None, offset: str) -> str | None:
    return (stamp_of(text, offset) or "")[:10] or None if text else None


def document(element: Any, base: str) -> str | None:
    file = None if isinstance(element, str) else attachment(element, base)
    return file.url if file is not None else None


def stamp_of(text: str, offset: str) -> str | None:
    stamp = next(iter(dates.find(text, offset)), None)
    return stamp.value if stamp else None


class Body:
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
        self.element = flat.boxes[here].el
        self.holders = []  # the innermost that holds it, and those around it that hold little else
        for box in flat.path(here):
            if flat.boxes[box].tag in ("body", "html") or size[box] > _LOOSE * size[here] + _LITTLE:
                break
            self.holders.append(flat.boxes[box].el)

    @classmethod
    def of(cls, flat: Flat, body: str) -> Body | None:
        """None where too little of it is found again on the page."""
        matched, size = [0] * len(flat.boxes), [0] * len(flat.boxes)
        for line in flat.lines:
            size[line.box] += len(line.text)
            if len(line.text) >= _LINE and line.text in body:
                matched[line.box] += len(line.text)
        for index in range(len(flat.boxes) - 1, 0, -1):
            matched[flat.boxes[index].parent] += matched[index]
            size[flat.boxes[index].parent] += size[index]
        return cls(flat, matched, size) if matched and matched[0] >= max(_TEXT, len(body) // 2) else None

    @property
    def has_lines(self) -> bool:
        """Whether it is more than a paragraph."""
        box = self._flat.boxes[self._box]
        return box.tag != "p" and box.last - box.first > 1

    def has(self, box: int) -> bool:
        """Whether a box lies in the innermost that holds the text."""
        return self._flat.within(box, self._box)

    def is_held_by(self, element: Any) -> bool:
        """Whether an element has nearly all of the text, and not much else."""
        box = self._flat.box_of(element)
        if box is None:
            return False
        enough = self._matched[box] >= _MOST * self._matched[0]
        return enough and self._size[box] <= _LOOSE * self._size[self._box] + _LITTLE
