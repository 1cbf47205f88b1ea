"""Extract: from kept bytes to a record. Pure: no network, no clock, no settings; the same bytes give the same record.

Two paths, mixed field by field: the selectors of the portal's definition, and the generic one for whatever they do not
give. `extraction.fields` says of each field, in words, where it came from. Here the portal's selectors are asked, and
what the readers of single fields find is put together; whether it is an article, `refusal` says.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from archive.capture import Capture
from archive.record import Article, Attachment, Extraction, Image, article_id, content_digest

from . import article, generic, markup, timing
from .authors import author_and_source
from .bounds import ENOUGH, bounds, files_end, last_prose
from .fields import chars, dates
from .fields.media import attachment, image
from .fields.text import flatten, paragraphs
from .furniture import plain
from .hints import evidence, told
from .learn import kind_of
from .page import NotHtml, Page, fold, string
from .portal import Portal
from .refusal import Draft, NotArticle, refusal, untitled
from .sections import cleaned, portal_name, section_of
from .structured import Structured, structured, whole
from .urls import canonical, matches, path_of, resolve

VERSION = "0.1.0"  # the project's: records name it, installed or not (a test compares it with pyproject.toml)

_VIETNAMESE = re.compile("[ăắằẳẵặâấầẩẫậđêếềểễệôốồổỗộơớờởỡợưứừửữựạảẹẻẽịỉĩọỏụủũỵỷỹ]")
_VIETNAMESE_ONLY = re.compile("[ơưƠƯ\u1ea0-\u1ef9]")
_AROUND = 5  # lines of the text that show what it is typed in
_LATIN = re.compile("[\u00a1-\u00ff]")


def extract(capture: Capture, portal: Portal, *, part: bool = False) -> Article | NotArticle:
    """The article that a capture shows, or why it shows none. Never raises on what a server sent.

    `part`: it is a further page of what is known to be an article, and is not judged by itself.
    """
    if capture.status >= 400 or 300 <= capture.status < 400 or capture.status < 200:
        return NotArticle(f"HTTP {capture.status}")
    try:
        page = Page.of(capture)
    except NotHtml as error:
        return NotArticle(str(error))
    return read(page, capture, portal, part=part)


def read(page: Page, capture: Capture, portal: Portal, *, part: bool = False) -> Article | NotArticle:
    """`extract` with the page already parsed."""
    return _Reader(page, capture, portal, part).answer()


class _Reader:
    """One page being read: what the fields are taken from, and what was found."""

    def __init__(self, page: Page, capture: Capture, portal: Portal, part: bool) -> None:
        self.page, self.capture, self.portal, self.part = page, capture, portal, part
        self.selectors = portal.reading
        self.offset = portal.portal.timezone
        self.fields: dict[str, str] = {}
        self.selected = False  # the portal's selectors gave title, date, section and body
        self.said: Structured = structured(page)
        self.title_element = page.title
        self.language: str | None = None
        self.hints = told(capture.hints, self.offset)
        self.evidence = evidence(capture.hints, self.offset)

    def answer(self) -> Article | NotArticle:
        if not self.part and self._is_list_by_definition():
            return NotArticle("a listing, by the portal's [sources] listing")
        if self.selectors.article and not any(self.page.select(selector) for selector in self.selectors.article):
            return NotArticle("none of the portal's [selectors] article matches")
        found = self._survey()
        flat = found.flat
        alone = not self.selected and not self.hints  # nothing but the text says that it is an article
        if alone and not self.said.text and found.total < ENOUGH and sum(len(line.text) for line in flat.lines) < 200:
            return NotArticle("almost no text")
        centre, body_from = self._centre(found)
        heading = self._title(found, centre)
        if heading is None:
            return NotArticle(untitled(found))
        if heading.line >= 0 and generic.without_comments(found, heading.line):
            centre, body_from = self._centre(found)
        start, end, region, short = bounds(found, centre, heading, bool(body_from))
        behind = end if short else files_end(found, end)
        first = max(heading.line, 0) if heading.line < start else start
        files = article.files_of(flat, self.page.base, first, behind)
        written = last_prose(found, start, end) if short else end
        text = article.read_lines(found, start, written, heading.text, files, self.portal.learned.names, self.page.base)
        text.end = max(text.end, end) if short else text.end
        body = _mended("\n\n".join(paragraphs(flat, text.kept))).split("\n\n") if text.kept else []
        sapo = self._selected("summary")
        if sapo and not any(sapo in paragraph for paragraph in body[:2]):
            body.insert(0, _mended(sapo))
        body = body if self.selected else whole(body, self.said)
        self.language = self._language(_mended(heading.text), body)
        stamp = self._timestamp(found, heading.line, start, text.end)
        attachments = self._attachments(files, behind if text.end >= end else text.end)
        images = self._images(found, heading.line, start, text, region)
        draft = Draft(found, heading, start, text, body, stamp, images, attachments, self.selected, short)
        reason = refusal(draft, self.page, self.capture, self.said, self.evidence, self.offset)
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

    def _survey(self) -> generic.Survey:
        """The lines of the page; only the body's where the definition's selectors give all that stands outside it.

        Not where they were learned: these were learned from articles, and the whole page tells what is none.
        """
        given = self.portal.selectors
        inside = self._element(given.body) if given.title and given.date and given.section else None
        if inside is not None and all(
            any(self.page.select(selector) for selector in kind) for kind in (given.title, given.date, given.section)
        ):
            self.selected = True
            return self._without_dropped(generic.survey(flatten(inside)))
        flat = flatten(self.page.root)
        found = generic.survey(flat)
        if found.total < 6 * ENOUGH and any(len(el.findall(".//p")) > 2 for el in flat.hidden):
            everything = generic.survey(flatten(self.page.root, unshown=True))
            if everything.total > 1000 + 4 * found.total:  # a script shows it, once it has run
                found = everything
        return self._without_dropped(found)

    def _element(self, selectors: tuple[str, ...]) -> Any:
        """The first element that one of the selectors matches."""
        for selector in selectors:
            for match in self.page.select(selector):
                if not isinstance(match, str):
                    return match
        return None

    def _without_dropped(self, found: generic.Survey) -> generic.Survey:
        """What `[selectors] drop` names is furniture, and all that stands in it."""
        for selector in self.selectors.drop:
            for match in self.page.select(selector):
                outer = None if isinstance(match, str) else found.flat.box_of(match)
                if outer is not None:
                    found.dropped.update(box for box in range(outer, len(found.bad)) if found.flat.within(box, outer))
        for box in found.dropped:
            found.bad[box] = True
        return found

    def _centre(self, found: generic.Survey) -> tuple[int, str]:
        """The box of the body, and the words for it where a selector named it."""
        for selector in self.selectors.body:
            for element in self.page.select(selector):
                if not isinstance(element, str):
                    box = found.flat.box_of(element)
                    if box is not None:
                        return box, self._origin("body", selector)
        return generic.core(found), ""

    def _title(self, found: generic.Survey, centre: int) -> generic.Heading | None:
        """By the definition's selectors; else by those learned, and then it is no surer that this is an article."""
        if (own := self._shown_title(found, self.portal.selectors.title)) is not None:
            return own
        learned = self._shown_title(found, self.portal.learned.selectors.title)
        if learned is not None and any(
            hint.date and plain(hint.title or "") == plain(learned.text) for hint in self.hints
        ):
            return replace(
                learned, source=generic.LISTED, strength=generic.SURE
            )  # a list says the same: no need to look
        read_so = self._read_title(found, centre)
        if learned is None:
            return read_so
        if read_so is None:
            read_so = generic.Heading("", -1, generic.NEAREST, 0.0)
        doubt = f"{generic.NEAREST}; " if read_so.source == generic.NEAREST else ""
        self.fields["title"] = f"{doubt}{learned.source}"
        return replace(read_so, text=learned.text, line=learned.line)

    def _shown_title(self, found: generic.Survey, selectors: tuple[str, ...]) -> generic.Heading | None:
        for selector in selectors:
            for match in self.page.select(selector):
                text = fold(match if isinstance(match, str) else markup.still(match))
                if text:
                    line = -1 if isinstance(match, str) else _line_of(found, match, text)
                    self.fields["title"] = self._origin("title", selector)
                    return generic.Heading(text, line, self.fields["title"], 99.0)
        return None

    def _read_title(self, found: generic.Survey, centre: int) -> generic.Heading | None:
        hinted = [(hint.title, hint.date is not None) for hint in self.hints if hint.title]
        names = [self.said.site_name, self.portal.portal.title]
        candidates = generic.headings(
            found,
            centre,
            url=self.page.url,
            hinted=hinted,
            structured=self.said.titles,
            title=self.title_element,
            site_names=[n for n in names if n],
        )
        unshown = generic.unshown_title(hinted, self.said.titles, self.title_element, [n for n in names if n])
        best = candidates[0] if candidates else None
        if best is None or (unshown is not None and best.strength < unshown.strength):
            best = unshown
        if best is not None:
            self.fields["title"] = best.source
            best = self._without_date(found, best)
        return best

    def _without_date(self, found: generic.Survey, heading: generic.Heading) -> generic.Heading:
        """A title without the date that the page prints at its end, in an element of its own."""
        if heading.line < 0:
            return heading
        for inner in found.flat.lines[heading.line].el.iterdescendants("small", "span", "i", "em", "time"):
            last = fold(string(inner))
            rest = heading.text.removesuffix(last).rstrip(" ([-–|")
            cut = last and rest != heading.text and len(rest) >= 10
            if cut and len(last) <= 60 and dates.parse(last.strip("()[] "), self.offset) is not None:
                return replace(heading, text=rest)
        return heading

    # --- fields ---

    def _timestamp(self, found: generic.Survey, title: int, start: int, end: int) -> timing.When | None:
        """As with the title: what was learned tells the date, not that the page is an article."""
        if (own := self._shown_date(self.portal.selectors.date)) is not None:
            return own
        read_so = self._read_date(found, title, start, end)
        learned = self._shown_date(self.portal.learned.selectors.date)
        if learned is None:
            return read_so
        near = read_so is not None and read_so.near and read_so.value[:10] == learned.value[:10]
        return replace(learned, near=near)

    def _shown_date(self, selectors: tuple[str, ...]) -> timing.When | None:
        for selector in selectors:
            for match in self.page.select(selector):
                raw = fold(string(match))
                stamp = (
                    (dates.parse(raw, self.offset) or next(iter(dates.find(raw, self.offset)), None)) if raw else None
                )
                if stamp is not None:
                    self.fields["timestamp"] = self._origin("date", selector)
                    value = timing.moment(raw, self.offset) or stamp.value  # a machine's zone of its own stays
                    shown = raw if len(raw) < 80 else stamp.raw
                    return timing.When(value, shown, self.fields["timestamp"], near=True)
        return None

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
        for selector in self.selectors.images:
            for element in self.page.select(selector):
                one = None if isinstance(element, str) else image(element, self.page.base, _caption(element))
                if one is not None and all(one.url != other.url for other in images):
                    images.insert(0, one)
        if images:
            self.fields["images"] = "pictures in the body's box"
        return images

    def _attachments(self, files: dict[int, list[Attachment]], end: int) -> list[Attachment]:
        listed = [file for number in sorted(files) if number <= end for file in files[number]]
        for selector in self.selectors.attachments:
            for element in self.page.select(selector):
                one = None if isinstance(element, str) else attachment(element, self.page.base)
                if one is not None:
                    listed.append(one)
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
            shown=(self._all("author"), self._selected("source")),
            said=self.said,
            site=[name for name in (self.said.site_name, self.portal.portal.title, self.title_element) if name],
        )
        for field, (name, origin) in (("author", author), ("source", source)):
            if name is None:
                self.fields.pop(field, None)  # what the selectors gave was an account
            elif origin:
                self.fields[field] = origin
        return author[0], source[0]

    def _origin(self, field: str, selector: str) -> str:
        """A selector as `extraction.fields` names it."""
        own: tuple[str, ...] = getattr(self.portal.selectors, field)
        return f"selector: {selector}" if selector in own else f"learned selector: {selector}"

    def _selected(self, name: str) -> str | None:
        return next(iter(self._all(name)), None)

    def _all(self, name: str) -> list[str]:
        """The texts that the first of a field's selectors gives, if any of them does."""
        selectors: tuple[str, ...] = getattr(self.selectors, name)
        for selector in selectors:
            shown = [text for match in self.page.select(selector) if (text := fold(string(match)))]
            if shown:
                self.fields[name] = self._origin(name, selector)
                return shown
        return []

    def _section(self, found: generic.Survey, heading: generic.Heading) -> tuple[str, ...]:
        if shown := cleaned(self._all("section"), heading.text):
            return shown
        path, origin = section_of(found, heading, [hint.section for hint in self.hints if hint.section], self.said)
        if path:
            self.fields["section"] = origin
        return path

    # --- the answer ---

    def _record(self, draft: Draft) -> Article:
        found, heading, body, stamp = draft.found, draft.heading, draft.body, draft.stamp
        images, attachments = draft.images, draft.attachments
        title = _mended(heading.text)
        author, source = self._author(draft)
        summary = self._summary(found, draft.text, body)
        modified = self._modified()
        url = self._canonical()
        section = tuple(chars.mend(part) for part in self._section(found, heading))
        values: dict[str, Any] = {
            "title": title,
            "section": section,
            "timestamp": stamp.value if stamp else None,
            "timestamp_kind": kind_of(stamp.value if stamp else None, self.portal),
            "author": _mended_name(author, draft) if author else None,
            "source": _mended_name(source, draft) if source else None,
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
        selected = self._selected("summary")
        if selected:
            return chars.mend(selected)
        if len(body) < 2:
            return None
        line = found.flat.lines[text.kept[0]]
        if markup.says("summary", line.el) or markup.says("summary", found.flat.boxes[line.box].el):
            self.fields["summary"] = "first paragraph, called a summary"
            return body[0]
        return None

    def _modified(self) -> str | None:
        raw = self._selected("modified")
        for text, origin in [(raw, self.fields.get("modified", ""))] if raw else self.said.modified:
            stamp = dates.parse(text, self.offset)
            if stamp is not None:
                self.fields["modified"] = origin
                return stamp.value
        return None

    def _canonical(self) -> str:
        """What the page calls its address, where that is on its host and no front page; else the URL's own spelling."""
        own = canonical(self.capture.url)
        links = (link.get("href") for link in self.page.root.iter("link") if link.get("rel") == "canonical")
        for href in islice((href for href in links if href is not None), 1):
            named = resolve(self.page.base, href)
            if named is None:
                continue
            named = canonical(named)
            there, here = urlsplit(named), urlsplit(own)
            if there.netloc == here.netloc and (there.path.strip("/") or there.query):
                return named
        return own

    def _language(self, title: str, body: list[str]) -> str | None:
        """By the letters, for the lang attribute of portals is often wrong."""
        sample = f"{title} {' '.join(body)}"[:1500].lower()
        letters = sum(map(str.isalpha, sample))
        if letters == 0:
            return None
        if len(_VIETNAMESE.findall(sample)) >= 0.08 * letters:
            return "vi"
        declared = self.page.root.get("lang") or self.page.root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
        tag = re.match(r"[a-zA-Z]{2,3}", declared)
        return tag[0].lower() if tag else None


def _line_of(found: generic.Survey, element: Any, text: str) -> int:
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


def _mended(text: str) -> str:
    """Damaged characters put right; only what has any is looked at."""
    if text.isascii():
        return text
    if not _VIETNAMESE_ONLY.search(text) and len(_LATIN.findall(text)) * 33 > len(text):
        text = chars.legacy(text)  # TCVN3 and VNI, read as Latin-1, are full of its letters
    return chars.mend(text)


def _mended_name(name: str, draft: Draft) -> str:
    """A name put right as the text is that it stands with: alone it is too short to tell what it is typed in."""
    if name.isascii() or _VIETNAMESE_ONLY.search(name):
        return chars.mend(name)
    lines = draft.found.flat.lines
    around = " ".join([draft.heading.text, *(lines[number].text for number in draft.text.kept[:_AROUND])])
    return _mended(f"{around}\n{name}").rpartition("\n")[2]


@lru_cache(maxsize=64)
def _digest(portal: Portal) -> str:
    return portal.digest
