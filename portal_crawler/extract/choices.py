"""Choices: of what selectors show of a field and what is read of the page, which it is.

The portal's definition comes first. What was learned tells a field too, not that the page is an article: how sure a
title or a date is, the page itself has to say. `fields` has, in words, where each came from.
"""

from __future__ import annotations

from dataclasses import replace

from archive.record import Attachment, Image
from archive.warc.capture import Capture

from ..discover.hints import Evidence, evidence, told
from ..fields import chars, dates
from ..page import Page, markup
from ..page.furniture import plain
from ..portal import Portal
from . import article, generic, timing
from .authors import author_and_source
from .judge.seen import Draft
from .listnames import called
from .sections import cleaned, section_of
from .shown import Shown
from .structured import Structured, structured
from .titlelines import TitleLines
from .titles import EVIDENT, FIRST, LISTED, NEAR, NEAREST, SURE, Heading, outdone, unshown_title, without_date
from .writing import mended_name

_AROUND = 5  # lines of the text that show what it is typed in


class Choices:
    """One page: what its fields are taken from, and which of that each is."""

    def __init__(self, page: Page, capture: Capture, portal: Portal, part: bool) -> None:
        self.page, self.capture, self.portal, self.part = page, capture, portal, part
        self.offset = portal.portal.timezone
        self.fields: dict[str, str] = {}
        self.shown = Shown(page, portal, self.fields)
        self.selected = False  # the portal's selectors gave title, date, section and body
        self.said: Structured = structured(page)
        self.title_element = page.title
        self.language: str | None = None
        self.hints = told(capture.hints, self.offset)
        self.evidence = evidence(capture.hints, self.offset)

    def title(self, found: generic.Survey, centre: int) -> Heading | None:
        """By the definition's selectors; else by those learned, and then it is no surer that this is an article."""
        if (own := self.shown.title(found, self.portal.selectors.title)) is not None:
            return own
        learned = self.shown.title(found, self.portal.learned.selectors.title)
        if learned is not None and any(
            hint.date and plain(hint.title or "") == plain(learned.text) for hint in self.hints
        ):
            return replace(learned, source=LISTED, strength=SURE)  # a list says the same: no need to look
        lines = self._title_lines(found, centre)
        if learned is not None and learned.line >= 0:
            own = lines.at(learned.line)
            if own is not None and own.strength >= EVIDENT and own.source not in (FIRST, NEAR, NEAREST):
                return replace(own, text=learned.text)  # more speaks for it than its place: no need to look further
        read_so = self._read_title(found, lines)
        if learned is None:
            elsewhere = bool(self.portal.learned.selectors.title) and not self.part
            nameless = read_so is not None and read_so.source == NEAREST and self.evidence is Evidence.NONE
            return None if elsewhere and nameless else read_so  # the portal's articles have theirs in another place
        if read_so is None:
            read_so = Heading("", -1, NEAREST, 0.0)
        doubt = f"{NEAREST}; " if read_so.source == NEAREST else ""
        self.fields["title"] = f"{doubt}{learned.source}"
        return replace(read_so, text=learned.text, line=learned.line)

    def _title_lines(self, found: generic.Survey, centre: int) -> TitleLines:
        return TitleLines(
            found,
            centre,
            url=self.page.url,
            hinted=self._hinted,
            structured=self.said.titles,
            title=self.title_element,
            site_names=self._site_names,
        )

    @property
    def _hinted(self) -> list[tuple[str, bool]]:
        """The titles that lists give, and whether with a date."""
        return [(hint.title, hint.date is not None) for hint in self.hints if hint.title]

    @property
    def _site_names(self) -> list[str]:
        return [name for name in (self.said.site_name, self.portal.portal.title) if name]

    def _read_title(self, found: generic.Survey, lines: TitleLines) -> Heading | None:
        best = next(iter(lines.ranked()), None)
        unshown = unshown_title(self._hinted, self.said.titles, self.title_element, self._site_names)
        if best is None or (
            unshown is not None and (best.strength < unshown.strength or outdone(best, unshown, self.title_element))
        ):
            best = unshown
        if best is not None:
            self.fields["title"] = best.source
            best = without_date(found, best, self.offset)
        return best

    def timestamp(self, found: generic.Survey, title: int, start: int, end: int) -> timing.When | None:
        when = self._dated(found, title, start, end)
        told = when is not None and any(when.source == origin for _, origin in self.said.published)
        if when is None or told or not self.portal.learned.this_year:
            return when
        right = timing.in_its_year(when, [hint.date for hint in self.hints if hint.date], self.offset)
        self.fields.pop("timestamp", None)
        if right is not None:
            self.fields["timestamp"] = right.source
        return right

    def _dated(self, found: generic.Survey, title: int, start: int, end: int) -> timing.When | None:
        """As with the title: what was learned tells the date, not that the page is an article."""
        if (own := self.shown.date(self.portal.selectors.date)) is not None:
            return own
        learned = self.shown.date(self.portal.learned.selectors.date)
        if learned is not None and timing.stands_beside(found, learned.raw, title, start):
            return replace(learned, near=True)  # no need to look further
        read_so = self._read_date(found, title, start, end)
        if learned is None:
            return read_so
        self.fields["timestamp"] = learned.source
        near = read_so is not None and read_so.near and read_so.value[:10] == learned.value[:10]
        return replace(learned, near=near)

    def _read_date(self, found: generic.Survey, title: int, start: int, end: int) -> timing.When | None:
        when = timing.published(
            found,
            title,
            start,
            end,
            said=self.said.published,
            modified=self.said.modified,
            hints=[hint.date for hint in self.hints if hint.date],
            offset=self.offset,
            served=self.capture.header("date"),
            moved=self.language == "vi" or "timezone" in self.portal.portal.model_fields_set,
            url=self.page.url,
        )
        if when is not None:
            self.fields["timestamp"] = when.source
        return when

    def images(self, found: generic.Survey, title: int, start: int, text: article.Text, region: int) -> list[Image]:
        flat = found.flat
        first = title if 0 <= title < start else start
        images = article.images_of(found, self.page.base, first, text.end, text, lambda box: flat.within(box, region))
        for one in self.shown.images():
            if all(one.url != other.url for other in images):
                images.insert(0, one)
        if images:
            self.fields["images"] = "pictures in the body's box"
        return images

    def attachments(self, files: dict[int, list[Attachment]], end: int) -> list[Attachment]:
        listed = [file for number in sorted(files) if number <= end for file in files[number]]
        listed += self.shown.attachments()
        known: dict[str, Attachment] = {}
        for file in listed:
            known.setdefault(file.url, file)
        if known:
            self.fields["attachments"] = "links to documents"
        return list(known.values())

    def author(self, draft: Draft) -> tuple[str | None, str | None]:
        author, source = author_and_source(
            draft.found,
            draft.text,
            draft.heading.line,
            draft.start,
            shown=(self.shown.all("author"), self.shown.one("source")),
            said=self.said,
            site=[name for name in (self.said.site_name, self.portal.portal.title, self.title_element) if name],
        )
        for field, (name, origin) in (("author", author), ("source", source)):
            if name is None:
                self.fields.pop(field, None)  # what the selectors gave was an account
            elif origin:
                self.fields[field] = origin
        return author[0], source[0]

    def name(self, name: str, draft: Draft) -> str:
        if draft.text.put_right and name in (draft.text.author, draft.text.source):
            return chars.mend(name)
        lines = draft.found.flat.lines
        around = (lines[number].text for number in draft.text.kept[:_AROUND])
        return mended_name(name, (draft.heading.text, *around))

    def section(self, found: generic.Survey, heading: Heading) -> tuple[str, ...]:
        if shown := cleaned(self.shown.all("section"), heading.text):
            return shown
        path, origin = section_of(found, heading, called(self.hints, self.portal.learned.lists), self.said)
        if path:
            self.fields["section"] = origin
        return path

    def summary(self, found: generic.Survey, text: article.Text, body: list[str]) -> str | None:
        """The sapo, where a selector or the markup marks one."""
        selected = self.shown.one("summary")
        if selected:
            return chars.mend(selected)
        if len(body) < 2:
            return None
        line = found.flat.lines[text.kept[0]]
        if markup.says("summary", line.el) or markup.says("summary", found.flat.boxes[line.box].el):
            self.fields["summary"] = "first paragraph, called a summary"
            return body[0]
        return None

    def modified(self, stamp: timing.When | None) -> str | None:
        raw = self.shown.one("modified")
        for text, origin in [(raw, self.fields.get("modified", ""))] if raw else self.said.modified:
            changed = dates.parse(text, self.offset)
            if changed is not None:
                self.fields["modified"] = origin
                return changed.value
        if stamp is not None and stamp.changed is not None:
            self.fields["modified"] = "beside the date"
            return stamp.changed
        return None
