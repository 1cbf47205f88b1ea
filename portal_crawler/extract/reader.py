"""Reader: from kept bytes to a record. Pure: no network, no clock, no settings; the same bytes give the same record.

Two paths, mixed field by field: the selectors of the portal's definition, and the generic one for whatever they do not
give. `extraction.fields` says of each field, in words, where it came from. Here what `shown` and the readers of single
fields find is put together; whether it is an article, `refusal` says.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from archive.record import Article, Extraction, article_id, content_digest
from archive.warc.capture import Capture

from ..fields import chars
from ..fields.media import document_type
from ..fields.text import flatten, paragraphs
from ..page import NotHtml, Page, TooMuch
from ..portal import Portal
from ..urls import matches, path_of
from . import article, generic
from .bounds import ENOUGH, bounds, files_end, last_written
from .captions import captions
from .choices import Choices
from .judge.refusal import NotArticle, refusal, untitled
from .judge.seen import Draft
from .region import may_say_all, region_of, says_all
from .sections import portal_name
from .structured import whole as told_whole
from .writing import language, mended

VERSION = "0.1.0"  # the project's: records name it, installed or not (a test compares it with pyproject.toml)

_ASK_PAGE = "its region alone does not tell"
_BLANK = 4  # lines of a page that a script fills, at the most


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


class _Reader(Choices):
    """One page being read."""

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
        heading = self.title(found, centre)
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
        stamp = self.timestamp(found, heading.line, start, text.end)
        attachments = self.attachments(files, behind if text.end >= end else text.end)
        images = self.images(found, heading.line, start, text, region)
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

    # --- the answer ---

    def _record(self, draft: Draft) -> Article:
        found, heading, body, stamp = draft.found, draft.heading, draft.body, draft.stamp
        images = [one for one in draft.images if one.url not in self.portal.learned.files]
        attachments = [one for one in draft.attachments if one.url not in self.portal.learned.files]
        title = mended(heading.text)
        author, source = self.author(draft)
        summary = self.summary(found, draft.text, body)
        modified = self.modified(stamp)
        url = self.page.address
        section = tuple(chars.mend(part) for part in self.section(found, heading))
        values: dict[str, Any] = {
            "title": title,
            "section": section,
            "timestamp": stamp.value if stamp else None,
            "timestamp_kind": self.portal.kind_of(stamp.value if stamp else None),
            "author": self.name(author, draft) if author else None,
            "source": self.name(source, draft) if source else None,
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


@lru_cache(maxsize=64)
def _digest(portal: Portal) -> str:
    return portal.digest
