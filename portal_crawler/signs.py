"""Signs: what of a page speaks for its being something else than an article. `refusal` weighs them.

Each is a question to a `View`, answered by what was read of the page, what it tells machines, and how it was found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from urllib.parse import urlsplit

from archive.capture import Capture
from archive.record import Attachment, Image

from . import furniture, idioms
from .article import Text
from .bounds import ENOUGH
from .dateplace import is_beside_date
from .entries import Entries, boxes_of_one_kind, heads_list, listing, lists_itself, teasers
from .fields.text import Box, Line, in_row
from .firstentry import FirstEntry
from .furniture import plain
from .generic import Survey
from .hints import Evidence
from .listnames import called
from .page import Page, fold, string
from .particulars import Card, is_name
from .posts import NO_POSTS, Posts, posts
from .structured import Structured
from .timing import When
from .titles import LISTED, NEAREST, Heading
from .traps import lists_anything
from .urls import canonical

LONG = 2000  # characters of text that no page of a menu has
TEXT = 800  # characters that the page of a section seldom has
SHORT = 500  # characters that the page of a menu may have, where the page is all that is known of a site
_END = 1 << 15  # bytes of a page's source
_MANY = 20  # links
_CARDS = 5  # teasers side by side
_HEADINGS = ("h1", "h2", "h3", "h4")
_RELATES = re.compile(r"liên quan|cùng (?:chuyên mục|chủ đề)|^\W*related", re.I)
_LIST = 4  # entries, or days, that make a list
_OVER = 4  # lines over a title in which its date may stand
_WHOLE = 100  # characters of a paragraph that is no label
_LABEL = 60  # characters of a line with a price
_SHORTEST = 30  # characters of a label
_ROW = 300  # characters of a label with its value
_ANSWERS = 30  # lines under a question in which what was answered stands
_UNDER = 12  # lines under a title in which a page says that it has nothing
_ANSWERED = ("rả lời", "Ả LỜI", "ử lý", "iải quyết")  # parts of words that lines over answers have

_DIGIT = re.compile(r"\d")
_SITE_BEHIND = re.compile(r"\s+[|–—»-]\s+")


@dataclass(frozen=True, slots=True)
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

    @property
    def size(self) -> int:
        """Characters of the body."""
        return sum(map(len, self.body))


@dataclass(frozen=True)
class View:
    """A page that is judged: what was read of it, what it says of itself, and how other pages name it."""

    draft: Draft
    page: Page
    capture: Capture
    said: Structured
    evidence: Evidence
    offset: str
    lists: Mapping[str, str]  # what the portal's menu calls its lists, by address

    # --- how it was found, and what speaks for an article ---

    @property
    def vouched(self) -> bool:
        """A dated list names it."""
        return self.evidence is Evidence.DATED

    @property
    def alone(self) -> bool:
        """Nothing but the page is known: no crawl, no list."""
        return self.capture.asked is None and not self.vouched

    @property
    def near(self) -> bool:
        """A date stands beside its title or its text."""
        return self.draft.stamp is not None and self.draft.stamp.near

    @property
    def undated(self) -> bool:
        return self.draft.stamp is None

    @property
    def unsigned(self) -> bool:
        return not self.said.authors and self.draft.text.author is None

    @property
    def marked(self) -> bool:
        """It calls itself an article, and has text."""
        return self.said.article and self.draft.size >= ENOUGH

    @property
    def told_article(self) -> bool:
        """It tells machines at length that it is an article: Open Graph's one word stands on all kinds of pages."""
        return any(kind.endswith(("Article", "BlogPosting")) for kind in self.said.kinds)

    @property
    def backed(self) -> bool:
        """It has documents, or the title that a dated list gives."""
        heading = self.draft.heading
        return bool(self.draft.attachments) or (self.vouched and heading.line >= 0 and heading.source == LISTED)

    @cached_property
    def paragraphs(self) -> int:
        """Of the text, those that are no labels and no links."""
        found = self.draft.found
        lines = found.flat.lines
        return sum(found.weights[n] > _WHOLE and lines[n].links * 3 < len(lines[n].text) for n in self.draft.text.kept)

    @cached_property
    def own_day(self) -> bool:
        """The date beside its title or its text is its own: no list's entry's, no post's, no timetable's."""
        if self.draft.stamp is None or not self.draft.stamp.near:
            return False
        flat, raw = self.draft.found.flat, self.draft.stamp.raw
        shown = range(max(self.draft.heading.line - _OVER, 0), len(flat.lines))
        number = next((number for number in shown if raw in flat.lines[number].text), None)
        if number is None:
            return True
        entries = self.teasers if len(self.teasers) >= _LIST else []
        in_entry = any(box.first <= number < box.last for box in entries)
        in_post = self.posts.dated > 1 and number >= self.posts.first
        return not (in_entry or in_post or self._is_in_table(number))

    def _is_in_table(self, number: int) -> bool:
        """A line is a cell of data behind the text's beginning, or a row of a timetable."""
        found = self.draft.found
        line, title = found.flat.lines[number], max(self.draft.heading.line, 0)
        if in_row(found.flat, line.box) and (
            self.weekdays >= _LIST or max(found.weights[title + 1 : number], default=0) > _WHOLE
        ):
            return True
        day = idioms.WEEKDAY.match(line.text)
        if day is None or self.weekdays < _LIST:
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

    # --- nothing is there, or something else than text ---

    @property
    def headed_empty(self) -> bool:
        return furniture.is_placeholder(self.draft.heading.text)

    @cached_property
    def emptiness(self) -> str:
        """The line in which the page says that it has nothing to show, or not to whoever asks; "" where none does."""
        heading = self.draft.heading
        lines = self.draft.found.flat.lines
        first = max(heading.line, 0)
        told = (line.text for line in lines[first : first + _UNDER] if not line.links and len(line.text) <= _ROW)
        says = (text for text in told if furniture.is_placeholder(text) or idioms.EMPTY.search(text))
        return heading.text if self.headed_empty else next(says, "")

    @property
    def asks_for_password(self) -> bool:
        """It says in its title or its first heading that this is what it is for."""
        page = self.page
        if all(field.get("type") != "password" for field in page.elements("input")):
            return False
        headings = page.select("//h1") or page.select("//h2")
        names = [page.title, *(fold(string(one)) for one in headings[:1])]
        return any(name and idioms.LOGIN.match(name) for name in names) and len(headings) < 2

    @cached_property
    def document(self) -> list[str]:
        """The labels of a legal document's data, or of the head of a list of such."""
        heading, lines = self.draft.heading, self.draft.found.flat.lines
        above = lines[heading.line - 1].text if heading.line > 0 else ""  # the label of what was taken for the title
        in_data = any(len(text) <= _SHORTEST and idioms.DOCUMENT.match(text) for text in (heading.text, above))
        return self._labels(idioms.DOCUMENT, lines[0 if in_data else max(heading.line, 0) : self.card.end])

    @cached_property
    def of_lists(self) -> set[str]:
        """What the lists that name it are called."""
        return set(called(self.capture.hints, self.lists)) if self.capture.hints else set()

    @property
    def in_gallery(self) -> bool:
        """What names it calls its list one of pictures, films or sounds."""
        return bool(self.of_lists) and all(map(idioms.SECTION_OF_PICTURES.match, self.of_lists))

    @property
    def has_documents(self) -> bool:
        """Of its files some are to be read."""
        return not all((file.media_type or "").startswith(("audio/", "video/")) for file in self.draft.attachments)

    @property
    def in_questions(self) -> bool:
        """What names it is called a list of questions."""
        return bool(self.of_lists) and all(map(idioms.SECTION_OF_QUESTIONS.match, self.of_lists))

    @property
    def answers_one(self) -> bool:
        """A line over some of its text says that it is an answer."""
        return any(len(text) <= _WHOLE and idioms.ANSWERS.search(text) for text in self.answering)

    @cached_property
    def answering(self) -> list[str]:
        """The short lines that may say that something is answered, or was dealt with."""
        short = (line.text for line in self.under if len(line.text) <= _ROW)
        return [text for text in short if any(word in text for word in _ANSWERED)]

    @property
    def shows_day(self) -> bool:
        """A day of its own stands on it that is not when something takes place."""
        if not self.own_day or self.draft.stamp is None:
            return False
        raw = self.draft.stamp.raw
        return not any(raw in line.text and idioms.EVENT.match(line.text) for line in self.under)

    @cached_property
    def event(self) -> list[str]:
        """The labels of something that is to take place, where its text is nothing else."""
        lines = self.draft.found.flat.lines
        told = [lines[number] for number in self.draft.text.kept]
        told = told or list(takewhile(lambda line: idioms.EVENT.match(line.text) is not None, self.under[1:]))
        labels = sum(idioms.EVENT.match(line.text) is not None for line in told)
        return self._labels(idioms.EVENT, self.under) if 2 * labels > len(told) else []

    @cached_property
    def procedure(self) -> list[str]:
        """The labels of an administrative procedure's data."""
        return self._labels(idioms.PROCEDURE, self.under)

    @cached_property
    def card(self) -> Card:
        """What it tells under labels."""
        return Card(self.draft.found, self.draft.heading.line, self.draft.text.end)

    @property
    def titled_by_name(self) -> bool:
        return is_name(self.draft.heading.text)

    @property
    def told_day(self) -> bool:
        """Its own day stands outside of its data, and of its title."""
        if not self.own_day or self.draft.stamp is None:
            return False
        raw, lines, boxes = self.draft.stamp.raw, self.under, self.draft.found.flat.boxes
        line = next((line for line in lines if raw in line.text), None)
        if line is None:
            return True
        data = in_row(self.draft.found.flat, line.box) or idioms.DOCUMENT.match(line.text) is not None
        return not data and line is not lines[0] and boxes[line.box].tag not in _HEADINGS

    @property
    def explains(self) -> bool:
        """It has sentences beside what it tells under labels, and a date of its own."""
        return self.told_day and self.card.told.sentences > 1

    @cached_property
    def hours(self) -> int:
        """Lines that begin with the time of a day."""
        return sum(idioms.HOUR.match(line.text) is not None for line in self.under[1:])

    def _labels(self, known: furniture.Phrases, lines: list[Line]) -> list[str]:
        matches = ((line.text, known.match(line.text)) for line in lines if len(line.text) <= _ROW)
        labels = (text[: match.end()].strip(" :") for text, match in matches if match)
        return list({label.lower(): label for label in labels}.values())

    @cached_property
    def weekdays(self) -> int:
        """Days of the week that lines begin with."""
        return len({match[1].lower() for line in self.under if (match := idioms.WEEKDAY.match(line.text))})

    @property
    def called_timetable(self) -> bool:
        return idioms.TIMETABLE.search(self.draft.heading.text) is not None

    @property
    def called_results(self) -> bool:
        """Its title and its address say that it is what a search found."""
        return idioms.RESULTS.search(self.draft.heading.text) is not None and lists_anything(self.capture.url)

    @property
    def called_gallery(self) -> bool:
        """Its address, its title, or a line over it is that of the pictures or films of a portal."""
        if idioms.GALLERY.search(self.capture.url) is not None:
            return True
        first = self.draft.heading.line
        over = self.draft.found.flat.lines[max(first - _OVER, 0) : first] if first > 0 else []
        names = [self.draft.heading.text, *(line.text for line in over if line.links * 2 < len(line.text))]
        return any(len(name) <= _SHORTEST and idioms.SECTION_OF_PICTURES.match(name) for name in names)

    @property
    def called_as_menu(self) -> bool:
        """Its title is one that the menus of all portals have."""
        title = self.draft.heading.text
        return len(title) <= _LABEL and idioms.OF_MENU.match(title) is not None

    @property
    def called_questions(self) -> bool:
        return idioms.QUESTIONS.search(self.draft.heading.text) is not None

    @property
    def section_of_questions(self) -> bool:
        return idioms.SECTION_OF_QUESTIONS.match(self.draft.heading.text) is not None

    @cached_property
    def asked(self) -> int:
        """Lines of the text that begin as questions do in a list of such."""
        lines = self.draft.found.flat.lines
        return sum(idioms.ASKED.match(lines[number].text) is not None for number in self.draft.text.kept)

    @property
    def called_poll(self) -> bool:
        return idioms.POLL.search(self.draft.heading.text) is not None

    @cached_property
    def answers(self) -> int:
        """What one may choose between, or how many chose it."""
        first = max(self.draft.heading.line, 0)
        lines = self.draft.found.flat.lines[first : first + _ANSWERS]
        shares = sum(len(line.text) <= _ROW and idioms.PERCENT.match(line.text) is not None for line in lines)
        return max(shares, sum(field.get("type") in ("radio", "checkbox") for field in self.page.elements("input")))

    @property
    def headed_gone(self) -> bool:
        """Its title says that there is nothing."""
        return self.headed_empty or idioms.EMPTY.search(self.draft.heading.text) is not None

    # --- what people wrote ---

    @cached_property
    def posts(self) -> Posts:
        return posts(self.draft.found, self.draft.text.kept) or NO_POSTS

    @property
    def tells_talk(self) -> bool:
        """It tells machines that people talk to each other on it."""
        return not idioms.TALKS.isdisjoint(self.said.kinds) or sum(map(self.source.count, idioms.TALK)) > 1

    @property
    def made_for_talk(self) -> bool:
        return any(name in self.ends for name in idioms.BOARDS)

    @property
    def address_of_talk(self) -> bool:
        return idioms.FORUM.search(self.place) is not None

    # --- what explains or sells ---

    @property
    def made_for_manuals(self) -> bool:
        metas = (meta for meta in self.page.elements("meta") if (meta.get("name") or "").lower() == "generator")
        made = any((meta.get("content") or "").lower().startswith(idioms.GENERATORS) for meta in metas)
        return made or any(name in self.source for name in idioms.MANUALS)

    @property
    def address_of_manual(self) -> bool:
        return idioms.MANUAL.search(self.place) is not None

    @property
    def address_of_weblog(self) -> bool:
        return idioms.WEBLOG.search(self.place) is not None

    @property
    def asks_for_edits(self) -> bool:
        return idioms.EDIT.search(self.source) is not None

    @property
    def has_code(self) -> bool:
        return b"<pre" in self.page.in_utf8

    @property
    def anchors(self) -> bool:
        """Its headings have signs of their own to be linked by."""
        return sum(line.text.endswith(("¶", "#")) for line in self.under) > 1 or b"docsearch" in self.page.in_utf8

    @property
    def has_cart(self) -> bool:
        return any(word in self.source for word in idioms.CART)

    @property
    def sells(self) -> bool:
        """A button or a link puts something into a cart."""
        if any(line.links and idioms.BUTTON.match(line.text) for line in self.draft.found.flat.lines):
            return True
        told = (fold(string(el)) or fold(el.get("value") or "") for el in self.page.root.iter("button", "input"))
        return any(len(text) <= _SHORTEST and idioms.BUTTON.match(text) for text in told)

    @property
    def has_price(self) -> bool:
        """A line between the title and the first paragraph is a price."""
        over = takewhile(lambda line: len(line.text) <= _WHOLE or line.links, self.under[1:])
        return any(_is_price(line.text) for line in over)

    @property
    def address_of_goods(self) -> bool:
        return idioms.GOODS.search(self.place) is not None

    @cached_property
    def priced(self) -> int:
        """Boxes of one kind side by side that have a link and a price each."""
        prices = (line.box for line in self.draft.found.flat.lines if _is_price(line.text))
        return boxes_of_one_kind(self.draft.found, prices)

    # --- what leads elsewhere ---

    @property
    def is_root(self) -> bool:
        parts = urlsplit(canonical(self.capture.url))
        return parts.path in ("", "/") and not parts.query

    @property
    def address_of_section(self) -> bool:
        return idioms.SECTION.search(urlsplit(canonical(self.capture.url)).path) is not None

    @property
    def calls(self) -> bool:
        """Links ask to sign up, to log in, to buy."""
        return any(idioms.CALL.match(fold(string(mark.el))[:60]) for mark in self.draft.found.flat.links)

    @cached_property
    def teasers(self) -> list[Box]:
        return teasers(self.draft.found)

    @property
    def teasers_under_title(self) -> bool:
        """A list of them begins under the title, or with it."""
        title = max(self.draft.heading.line, 0)
        return len(self.teasers) >= _LIST and title - _OVER < self.teasers[0].first <= title + _OVER

    @property
    def heads_list(self) -> bool:
        return heads_list(self.draft.found, self.draft.heading.line)

    @property
    def led_by_teasers(self) -> bool:
        """It has more teasers than paragraphs: many more, or before its text ends."""
        found, end, others = self.draft.found, self.draft.text.end, self.others_begin
        above = self.teasers if others is None else teasers(found, others)
        few = self.paragraphs < _CARDS and len(above) >= max(2 * _CARDS, 3 * self.paragraphs)
        return few or len(teasers(found, end if others is None else min(end, others))) >= max(
            2 * _CARDS, self.paragraphs
        )

    @cached_property
    def others_begin(self) -> int | None:
        """The line under a title and what is shown of it that says that others are related to it: no list says so."""
        if not self.draft.body and not self.draft.images:
            return None
        lines = self.draft.found.flat.lines
        for number in range(max(self.draft.heading.line, 0) + 1, len(lines)):
            text = lines[number].text
            if _RELATES.search(text) and furniture.is_related_heading(text):
                return number
        return None

    @property
    def in_menu(self) -> bool:
        """Its title, or what of it stands before the site's name, is a short link of the page, as menus have it."""
        found, heading = self.draft.found, self.draft.heading
        names = {plain(heading.text), plain(_SITE_BEHIND.split(heading.text)[0])}
        names = {name for name in names if name and len(name.split()) <= 5}
        if not names:
            return False
        links = [mark for mark in found.flat.links if mark.line != heading.line]
        short = [plain(text) if len(text := fold(string(mark.el))) < 60 else None for mark in links]
        return any(
            text in names and sum(other is not None for other in short[max(0, number - 3) : number + 4]) >= 5
            for number, text in enumerate(short)
        )

    @property
    def small_for_menu(self) -> bool:
        """It has no more text than the page of a menu: of a page alone only what it leads to says that it is one."""
        roomy = self.capture.asked is not None or self._leads_to_many()
        return self.draft.size < (LONG if roomy else SHORT)

    def _leads_to_many(self) -> bool:
        """Links stand behind the title as in a list of other pages, outside of what the markup calls furniture."""
        found = self.draft.found
        behind = found.flat.lines[max(self.draft.heading.line, 0) :]
        return sum(line.links * 2 > len(line.text) and not found.bad[line.box] for line in behind) > _MANY

    @property
    def named_as_section(self) -> bool:
        """The line over the title is the same once more: the page of a section, not of an article."""
        found, heading = self.draft.found, self.draft.heading
        lines = found.flat.lines
        if heading.line < 1 or len(heading.text) > 60:
            return False
        bare = plain(heading.text)
        above = lines[max(0, heading.line - 4) : heading.line]
        if self.draft.size >= TEXT and not is_beside_date(found, heading.line):
            return False
        boxes = found.flat.boxes
        if boxes[lines[heading.line].box].tag not in _HEADINGS:  # a text that begins with its title again
            above = [line for line in above if boxes[line.box].tag != "h1"]
        return any(plain(line.text) == bare and line.links == 0 and not found.bad[line.box] for line in above)

    @property
    def lists_itself(self) -> bool:
        return lists_itself(self.page, self.draft.heading.text, self.offset)

    @cached_property
    def first_entry(self) -> FirstEntry:
        draft = self.draft
        return FirstEntry(draft.found, draft.heading, draft.text.end, self.page.url, self.page.base)

    @cached_property
    def entries(self) -> Entries | None:
        return listing(self.draft.found, self.draft.start, self.draft.text.end)


def _is_price(text: str) -> bool:
    return len(text) <= _LABEL and _DIGIT.search(text) is not None and idioms.PRICE.search(text) is not None


def nothing_sure(view: View) -> bool:
    """Its title is no more than the line nearest the body, and no date stands beside it."""
    return view.draft.heading.source == NEAREST and not view.near
