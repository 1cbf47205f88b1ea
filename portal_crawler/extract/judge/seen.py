"""Seen: a page that is judged: what was read of it, how it was found, and whether a day on it is its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from archive.record import Attachment, Image
from archive.warc.capture import Capture

from ...discover.hints import Evidence
from ...fields.text import Box, Line, in_row
from ...page import Page
from ..article import Text
from ..bounds import ENOUGH
from ..generic import Survey
from ..listnames import called
from ..structured import Structured
from ..timing import When
from ..titles import LISTED, Heading
from . import idioms
from .entries import may_be_in_teaser, teasers
from .posts import NO_POSTS, Posts, posts

LONG = 2000  # characters of text that no page of a menu has
TEXT = 800  # characters that the page of a section seldom has
SHORT = 500  # characters that the page of a menu may have, where the page is all that is known of a site
WHOLE = 100  # characters of a paragraph that is no label
SHORTEST = 30  # characters of a label
ROW = 300  # characters of a label with its value
LIST = 4  # entries, or days, that make a list
OVER = 4  # lines over a title in which its date may stand
HEADINGS = ("h1", "h2", "h3", "h4")
LABEL = 60  # characters of a line with a price, of a menu's title
_END = 1 << 15  # bytes of a page's source


@dataclass(frozen=True)
class Draft:
    """What was read of a page, before it is judged whether that is an article."""

    found: Survey
    heading: Heading
    start: int  # the line where the body begins
    text: Text
    body: list[str]  # paragraphs
    stamp: When | None
    images: list[Image]
    attachments: list[Attachment]
    selected: bool  # the portal's selectors gave title, date, section and body
    short: bool = False  # no box holds the text

    @cached_property
    def size(self) -> int:
        """Characters of the body."""
        return sum(map(len, self.body))


@dataclass(frozen=True)
class Seen:
    """A page that is judged: what was read of it, what it says of itself, and how other pages name it."""

    draft: Draft
    page: Page
    capture: Capture
    said: Structured
    evidence: Evidence
    offset: str
    lists: Mapping[str, str]  # what the portal's menu calls its lists, by address

    @cached_property
    def vouched(self) -> bool:
        """A dated list names it."""
        return self.evidence is Evidence.DATED

    @property
    def alone(self) -> bool:
        """Nothing but the page is known: no crawl, no list."""
        return self.capture.asked is None and not self.vouched

    @cached_property
    def near(self) -> bool:
        """A date stands beside its title or its text."""
        return self.draft.stamp is not None and self.draft.stamp.near

    @property
    def undated(self) -> bool:
        return self.draft.stamp is None

    @property
    def unsigned(self) -> bool:
        return not self.said.authors and self.draft.text.author is None

    @cached_property
    def marked(self) -> bool:
        """It calls itself an article, and has text."""
        return self.said.article and self.draft.size >= ENOUGH

    @cached_property
    def told_article(self) -> bool:
        """It tells machines at length that it is an article: Open Graph's one word stands on all kinds of pages."""
        return any(kind.endswith(("Article", "BlogPosting")) for kind in self.said.kinds)

    @cached_property
    def backed(self) -> bool:
        """It has documents, or the title that a dated list gives."""
        heading = self.draft.heading
        return bool(self.draft.attachments) or (self.vouched and heading.line >= 0 and heading.source == LISTED)

    @cached_property
    def paragraphs(self) -> int:
        """Of the text, those that are no labels and no links."""
        found = self.draft.found
        lines = found.flat.lines
        return sum(found.weights[n] > WHOLE and lines[n].links * 3 < len(lines[n].text) for n in self.draft.text.kept)

    @cached_property
    def own_day(self) -> bool:
        """The date beside its title or its text is its own: no list's entry's, no post's, no timetable's."""
        if self.draft.stamp is None or not self.draft.stamp.near:
            return False
        flat, raw = self.draft.found.flat, self.draft.stamp.raw
        shown = range(max(self.draft.heading.line - OVER, 0), len(flat.lines))
        number = next((number for number in shown if raw in flat.lines[number].text), None)
        if number is None:
            return True
        entries = self.teasers if may_be_in_teaser(self.draft.found, number) else []
        in_entry = len(entries) >= LIST and any(box.first <= number < box.last for box in entries)
        in_post = self.posts.dated > 1 and number >= self.posts.first
        return not (in_entry or in_post or self._is_in_table(number))

    def _is_in_table(self, number: int) -> bool:
        """A line is a cell of data behind the text's beginning, or a row of a timetable."""
        found = self.draft.found
        line, title = found.flat.lines[number], max(self.draft.heading.line, 0)
        if in_row(found.flat, line.box) and (
            self.weekdays >= LIST or max(found.weights[title + 1 : number], default=0) > WHOLE
        ):
            return True
        day = idioms.WEEKDAY.match(line.text)
        if day is None or self.weekdays < LIST:
            return False
        again = [other for other in self.under if (match := idioms.WEEKDAY.match(other.text)) and match[1] == day[1]]
        return len(again) < 2  # with its day of the week under the title, it comes again in the table

    @property
    def tells(self) -> bool:
        """It has paragraphs and a date near them: `reports`, for less."""
        return self.near and self.paragraphs > 1

    @property
    def reports(self) -> bool:
        """It has paragraphs and a date over them, as news has."""
        return self.own_day and self.paragraphs > 1

    @cached_property
    def place(self) -> str:
        """Host and path of its address, and what it asks for."""
        parts = urlsplit(self.capture.url)
        return f"{parts.netloc.removeprefix('www.')}{parts.path}{'?' if parts.query else ''}{parts.query}"

    @cached_property
    def source(self) -> bytes:
        """Its source in lower case: what is made for machines is looked for there, where nothing cheaper decides."""
        return self.page.in_utf8.lower()

    @cached_property
    def ends(self) -> bytes:
        """Head and foot of its source in lower case: what made a page says so there."""
        whole = self.page.in_utf8
        return (whole if len(whole) <= 2 * _END else whole[:_END] + whole[-_END:]).lower()

    @cached_property
    def under(self) -> list[Line]:
        """The lines from the title to the end of the text."""
        return self.draft.found.flat.lines[max(self.draft.heading.line, 0) : self.draft.text.end]

    @cached_property
    def weekdays(self) -> int:
        """Days of the week that lines begin with."""
        return len({match[1].lower() for line in self.under if (match := idioms.WEEKDAY.match(line.text))})

    @cached_property
    def posts(self) -> Posts:
        return posts(self.draft.found, self.draft.text.kept) or NO_POSTS

    @cached_property
    def teasers(self) -> list[Box]:
        return teasers(self.draft.found)

    @cached_property
    def of_lists(self) -> set[str]:
        """What the lists that name it are called."""
        return set(called(self.capture.hints, self.lists)) if self.capture.hints else set()
