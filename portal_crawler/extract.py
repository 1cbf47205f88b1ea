"""Extract: from kept bytes to a record. Pure: no network, no clock, no settings; the same bytes give the same record.

Two paths, mixed field by field: the selectors of the portal's definition, and the generic one for whatever they do not
give. `extraction.fields` says of each field, in words, where it came from. Here what `shown` and the readers of single
fields find is put together; whether it is an article, `refusal` says.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from archive.capture import Capture
from archive.record import Article, Attachment, Extraction, Image, article_id, content_digest

from . import article, generic, markup, timing
from .authors import author_and_source
from .bounds import ENOUGH, bounds, files_end, last_written
from .captions import captions
from .fields import chars, dates
from .fields.media import document_type
from .fields.text import flatten, paragraphs
from .furniture import plain
from .hints import Evidence, evidence, told
from .learn import kind_of
from .listnames import called
from .page import NotHtml, Page, TooMuch
from .portal import Portal
from .refusal import NotArticle, refusal, untitled
from .region import may_say_all, region_of, says_all
from .sections import cleaned, portal_name, section_of
from .seen import Draft
from .shown import Shown
from .structured import Structured, structured
from .structured import whole as told_whole
from .titlelines import TitleLines
from .titles import EVIDENT, FIRST, LISTED, NEAR, NEAREST, SURE, Heading, outdone, unshown_title, without_date
from .urls import matches, path_of
from .writing import language, mended, mended_name

VERSION = "0.1.0"  # the project's: records name it, installed or not (a test compares it with pyproject.toml)

_ASK_PAGE = "its region alone does not tell"
_BLANK = 4  # lines of a page that a script fills, at the most
_AROUND = 5  # lines of the text that show what it is typed in


def extract(capture: Capture, portal: Portal, *, part: bool = False) -> Article | NotArticle:
    """The article that a capture shows, or why it shows none. Never raises on what a server sent.

    `part`: it is a further page of what is known to be an article, and is not judged by itself.
    """
    if capture.status >= 400 or 300 <= capture.status < 400 or capture.status < 200:
        return NotArticle(f"HTTP {capture.status}")
    try:
        page = Page.of(capture)
    except NotHtml as error:
        return NotArticle(str(error), unread=isinstance(error, TooMuch))
    return read(page, capture, portal, part=part)


def read(page: Page, capture: Capture, portal: Portal, *, part: bool = False) -> Article | NotArticle:
    """`extract` with the page already parsed."""
    return _Reader(page, capture, portal, part).answer()


def read_region(page: Page, capture: Capture, portal: Portal) -> Article | None:
    """`read` of the portal's learned region alone; None where that is not enough, and the whole page would be read."""
    return _Reader(page, capture, portal, False).of_region()


class _Reader:
    """One page being read: what the fields are taken from, and what was found."""

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

    def answer(self) -> Article | NotArticle:
        if not self.part and self._is_list_by_definition():
            return NotArticle("a listing, by the portal's [sources] listing")
        if not self.shown.is_article:
            return NotArticle("none of the portal's [selectors] article matches")
        inside = self.shown.whole()
        if inside is None and not self.part and (record := self.of_region()) is not None:
            return record
        found = self._survey(inside)
        alone = not self.selected and not self.hints  # nothing but the text says that it is an article
        little = found.total < ENOUGH and sum(len(line.text) for line in found.flat.lines) < 200
        filed = little and any(document_type(mark.el.get("href") or "") is not None for mark in found.flat.links)
        if alone and not self.said.text and little and not filed:
            return NotArticle("almost no text")
        return self._judged(found)

    def of_region(self) -> Article | None:
        """The record, read of the portal's region alone; None where the whole page may say something else."""
        inside = region_of(self.page, self.portal, self.fields)
        if inside is None:
            return None
        found = generic.survey(flatten(inside.region), part=True)
        whole, self.shown = self.shown, inside
        inside.drop(found)
        record = self._judged(found, whole=False)
        if isinstance(record, Article):
            return record
        self.shown = whole
        self.fields.clear()
        return None

    def _judged(self, found: generic.Survey, *, whole: bool = True) -> Article | NotArticle:
        """The record of what is read of a page, or of a region of it; or why there is none."""
        flat = found.flat
        centre, body_from = self._centre(found)
        if not whole and not may_say_all(found, centre, self.page):
            return NotArticle(_ASK_PAGE)
        heading = self._title(found, centre)
        if heading is None:
            return NotArticle(untitled(found))
        if heading.line >= 0 and generic.without_comments(found, heading.line):
            if not whole:
                return NotArticle(_ASK_PAGE)
            centre, body_from = self._centre(found)
        start, end, region, short = bounds(found, centre, heading, bool(body_from))
        behind = end if short else files_end(found, end)
        first = max(heading.line, 0) if heading.line < start else start
        files = article.files_of(flat, self.page.base, first, behind)
        written = last_written(found, start, end) if short else end
        names = self.portal.learned.names
        text = article.read_lines(
            found,
            start,
            written,
            heading.text,
            files,
            names,
            self.page.base,
            news=self.said.news,
            named=bool(body_from),
        )
        if short and written == start and any(start <= mark.line < end for mark in flat.pictures):
            text.captions = captions(found, start, end)[1]  # of a report in pictures
        text.end = max(text.end, end) if short else text.end
        body = mended("\n\n".join(paragraphs(flat, text.kept))).split("\n\n") if text.kept else []
        sapo = self.shown.one("summary")
        if sapo and not any(sapo in paragraph for paragraph in body[:2]):
            body.insert(0, mended(sapo))
        body = body if self.selected else told_whole(body, self.said)
        self.language = language(mended(heading.text), body, self.page.root)
        stamp = self._timestamp(found, heading.line, start, text.end)
        attachments = self._attachments(files, behind if text.end >= end else text.end)
        images = self._images(found, heading.line, start, text, region)
        draft = Draft(found, heading, start, text, body, stamp, images, attachments, self.selected, short)
        if not whole and not says_all(draft, behind, self.shown.all("section")):
            return NotArticle(_ASK_PAGE)
        names_of_lists = self.portal.learned.lists
        reason = refusal(draft, self.page, self.capture, self.said, self.evidence, self.offset, names_of_lists)
        if reason is not None and not self.part:
            return NotArticle(reason)
        if body:
            self.fields["body"] = body_from or "densest box"
        return self._record(draft)

    def _is_list_by_definition(self) -> bool:
        sources = self.portal.sources
        if not sources.listing:
            return False
        path = path_of(self.capture.url)
        return matches(sources.listing, path) and not matches(sources.article, path)

    # --- where the article is ---

    def _survey(self, inside: Any) -> generic.Survey:
        """The lines of the page; those `inside` an element where the selectors give all that stands outside it."""
        if inside is not None:
            self.selected = True
            found = generic.survey(flatten(inside))
            self.shown.drop(found)
            return found
        flat = flatten(self.page.root)
        found = generic.survey(flat)
        if len(flat.lines) < _BLANK:  # all that it says may stand in <noscript>
            found = generic.survey(flatten(self.page.root, unshown=True))
        elif found.total < 6 * ENOUGH and any(len(el.findall(".//p")) > 2 for el in flat.hidden):
            everything = generic.survey(flatten(self.page.root, unshown=True))
            if everything.total > 1000 + 4 * found.total:  # a script shows it, once it has run
                found = everything
        self.shown.drop(found)
        return found

    def _centre(self, found: generic.Survey) -> tuple[int, str]:
        """The box of the body, and the words for it where a selector named it."""
        return self.shown.body(found) or (generic.core(found), "")

    def _title(self, found: generic.Survey, centre: int) -> Heading | None:
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

    # --- fields ---

    def _timestamp(self, found: generic.Survey, title: int, start: int, end: int) -> timing.When | None:
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
            elsewhere = bool(self.portal.learned.selectors.title) and not self.part
            nameless = read_so is not None and read_so.source == NEAREST and self.evidence is Evidence.NONE
            return None if elsewhere and nameless else read_so  # the portal's articles have theirs in another place
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

    def _images(self, found: generic.Survey, title: int, start: int, text: article.Text, region: int) -> list[Image]:
        flat = found.flat
        first = title if 0 <= title < start else start
        images = article.images_of(found, self.page.base, first, text.end, text, lambda box: flat.within(box, region))
        for one in self.shown.images():
            if all(one.url != other.url for other in images):
                images.insert(0, one)
        if images:
            self.fields["images"] = "pictures in the body's box"
        return images

    def _attachments(self, files: dict[int, list[Attachment]], end: int) -> list[Attachment]:
        listed = [file for number in sorted(files) if number <= end for file in files[number]]
        listed += self.shown.attachments()
        known: dict[str, Attachment] = {}
        for file in listed:
            known.setdefault(file.url, file)
        if known:
            self.fields["attachments"] = "links to documents"
        return list(known.values())

    def _author(self, draft: Draft) -> tuple[str | None, str | None]:
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

    def _name(self, name: str, draft: Draft) -> str:
        if draft.text.put_right and name in (draft.text.author, draft.text.source):
            return chars.mend(name)
        lines = draft.found.flat.lines
        around = (lines[number].text for number in draft.text.kept[:_AROUND])
        return mended_name(name, (draft.heading.text, *around))

    def _section(self, found: generic.Survey, heading: Heading) -> tuple[str, ...]:
        if shown := cleaned(self.shown.all("section"), heading.text):
            return shown
        path, origin = section_of(found, heading, called(self.hints, self.portal.learned.lists), self.said)
        if path:
            self.fields["section"] = origin
        return path

    # --- the answer ---

    def _record(self, draft: Draft) -> Article:
        found, heading, body, stamp = draft.found, draft.heading, draft.body, draft.stamp
        images = [one for one in draft.images if one.url not in self.portal.learned.files]
        attachments = [one for one in draft.attachments if one.url not in self.portal.learned.files]
        title = mended(heading.text)
        author, source = self._author(draft)
        summary = self._summary(found, draft.text, body)
        modified = self._modified(stamp)
        url = self.page.address
        section = tuple(chars.mend(part) for part in self._section(found, heading))
        values: dict[str, Any] = {
            "title": title,
            "section": section,
            "timestamp": stamp.value if stamp else None,
            "timestamp_kind": kind_of(stamp.value if stamp else None, self.portal),
            "author": self._name(author, draft) if author else None,
            "source": self._name(source, draft) if source else None,
            "body": "\n\n".join(body),
        }
        digest = content_digest(
            {**values, "images": [{"url": i.url} for i in images], "attachments": [{"url": a.url} for a in attachments]}
        )
        name, name_from = portal_name(self.portal, self.said, self.title_element, title)
        if name:
            self.fields["portal_name"] = name_from
        return Article(
            id=article_id(self.portal.portal.name, url),
            url=self.capture.url,
            canonical_url=url,
            portal=self.portal.portal.name,
            portal_name=name,
            timestamp_raw=stamp.raw if stamp else None,
            modified=modified,
            summary=summary,
            images=tuple(images),
            attachments=tuple(attachments),
            language=self.language,
            content_sha256=digest,
            provenance=self.capture.provenance,
            extraction=Extraction(
                extractor=VERSION,
                family=self.portal.family,
                portal_sha256=_digest(self.portal),
                fields=dict(sorted(self.fields.items())),
            ),
            **values,
        )

    def _summary(self, found: generic.Survey, text: article.Text, body: list[str]) -> str | None:
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

    def _modified(self, stamp: timing.When | None) -> str | None:
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


@lru_cache(maxsize=64)
def _digest(portal: Portal) -> str:
    return portal.digest
