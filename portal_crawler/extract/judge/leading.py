"""Leading: signs of a page that is there for the pages it leads to: sections, lists, menus, galleries."""

from __future__ import annotations

import re
from functools import cached_property
from urllib.parse import urlsplit

from ...discover.traps import lists_anything
from ...page import fold, furniture, string
from ...page.furniture import plain
from ...urls import canonical
from ..dateplace import is_beside_date
from . import idioms
from .entries import Entries, heads_list, listing, lists_itself, teasers
from .firstentry import FirstEntry
from .seen import HEADINGS, LABEL, LIST, LONG, OVER, SHORT, SHORTEST, TEXT, Seen

_MANY = 20  # links
_CARDS = 5  # teasers side by side
_RELATES = re.compile(r"liên quan|cùng (?:chuyên mục|chủ đề)|^\W*related", re.I)
_SITE_BEHIND = re.compile(r"\s+[|–—»-]\s+")


class Leading(Seen):
    """What leads elsewhere: lists of other pages, menus, galleries."""

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

    @property
    def teasers_under_title(self) -> bool:
        """A list of them begins under the title, or with it."""
        title = max(self.draft.heading.line, 0)
        return len(self.teasers) >= LIST and title - OVER < self.teasers[0].first <= title + OVER

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
    def called_as_menu(self) -> bool:
        """Its title is one that the menus of all portals have."""
        title = self.draft.heading.text
        return len(title) <= LABEL and idioms.OF_MENU.match(title) is not None

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
        if boxes[lines[heading.line].box].tag not in HEADINGS:  # a text that begins with its title again
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

    @property
    def called_results(self) -> bool:
        """Its title and its address say that it is what a search found."""
        return idioms.RESULTS.search(self.draft.heading.text) is not None and lists_anything(self.capture.url)

    @property
    def in_gallery(self) -> bool:
        """What names it calls its list one of pictures, films or sounds."""
        return bool(self.of_lists) and all(map(idioms.SECTION_OF_PICTURES.match, self.of_lists))

    @property
    def called_gallery(self) -> bool:
        """Its address, its title, or a line over it is that of the pictures or films of a portal."""
        if idioms.GALLERY.search(self.capture.url) is not None:
            return True
        first = self.draft.heading.line
        over = self.draft.found.flat.lines[max(first - OVER, 0) : first] if first > 0 else []
        names = [self.draft.heading.text, *(line.text for line in over if line.links * 2 < len(line.text))]
        return any(len(name) <= SHORTEST and idioms.SECTION_OF_PICTURES.match(name) for name in names)
