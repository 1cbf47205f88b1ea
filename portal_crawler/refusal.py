"""Refusal: why a page is no article, judged by what was read of it.

What only the whole portal tells of a page is asked later, in `candidates`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.capture import Capture
from archive.record import Attachment, Image

from . import furniture
from .article import Text
from .bounds import ENOUGH
from .dateplace import is_beside_date
from .fields import dates
from .fields.media import DOCUMENTS, PICTURES, ending
from .furniture import plain
from .generic import Survey
from .hints import Evidence
from .others import DAY_BEHIND, own_list
from .page import Page, fold, string
from .paging import place
from .structured import Structured
from .timing import When
from .titles import LISTED, NEAREST, Heading
from .urls import canonical, resolve

_LISTING = "a listing: titles that link elsewhere, with teasers or dates"
_OF_FILE = "a file's own page: its title is the file's name"
_DOCUMENT = furniture.alternatives(
    r"""
    (?:mã|số)\W*/?\W*(?:số\s)?(?:ký\s?)?hiệu.{0,20}|số văn bản|ngày (?:ban hành|hiệu lực|có hiệu lực|ký|hết hiệu lực)
    ngày đăng công báo|cơ quan ban hành|đơn vị ban hành|trích (?:yếu|dẫn).{0,12}|người ký|loại văn bản|lĩnh vực|hiệu lực
    tên văn bản
    """,
    after=r"(?:\W|$)",
)
_LOGIN = furniture.alternatives(
    r"""
    (?:form|trang|hệ thống)?\s?(?:đăng nhập|đăng ký|quên mật khẩu|(?:thay )?đổi mật khẩu)(?:\W.{0,60})?
    (?:log|sign)[\s-]?(?:in|on|up)(?:\W.{0,60})?|register|forgot(?:ten)? (?:your )?password
    """
)


_CART = furniture.alternatives(
    r"(?:thêm|cho|bỏ) vào giỏ(?: hàng)?|(?:đặt )?mua (?:ngay|hàng)|add to (?:cart|bag|basket)"
)
_QUESTIONS = furniture.alternatives(
    r"""
    (?:chuyên mục|mục|trang)?\s?hỏi\W{0,3}(?:và )?đáp(?: trực tuyến| pháp luật)?|câu hỏi thường gặp
    (?:giải )?đáp thắc mắc
    """
)
_ASKED = re.compile(r"\W*(?:câu )?hỏi(?:\s\d+)?\s?:", re.I)
_SITE_BEHIND = re.compile(r"\s+[|–—»-]\s+")
_LONG = 2000  # characters of text that no page of a menu has
_TEXT = 800  # characters that the page of a section seldom has
_SHORT = 500  # characters that the page of a menu may have, where the page is all that is known of a site
_MANY = 20  # links
_SHORTEST = 30  # characters of a label
_WHOLE = 100  # characters of a paragraph that is no label
_PARAGRAPHS = 4  # that a page of a section may have
_CARDS = 5  # teasers side by side
_ENTRY = 12  # lines of a teaser
_NAME = 12  # characters of its title
_SECTION = re.compile(r"/(?:categor(?:y|ies)|collections|browse|departments|tags?|search|topics|chuyen-muc)/")
_ROW = 300  # characters of a label with its value


@dataclass(frozen=True, slots=True)
class NotArticle:
    """The page is no article, and why."""

    reason: str


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


def untitled(found: Survey) -> str:
    """Why a page on which no title was found is no article."""
    return _LISTING if _is_listing(found, 0, len(found.flat.lines)) else "no title"


def refusal(
    draft: Draft, page: Page, capture: Capture, said: Structured, evidence: Evidence, offset: str
) -> str | None:
    """Why the page is no article, or None. `evidence`: how surely other pages name it as one."""
    found, heading, stamp, end = draft.found, draft.heading, draft.stamp, draft.text.end
    size = draft.size
    vouched = evidence is Evidence.DATED
    if (unnamed := _unnamed(capture, heading, size, evidence)) is not None:
        return unnamed
    headed = furniture.is_placeholder(heading.text) and size < _SHORT and not vouched
    if (headed or (draft.text.placeholder and size < ENOUGH)) and not draft.attachments:
        return "placeholder: the page says that its content is to come, or is gone"
    if not vouched and not said.article and _is_login(page):
        return "a form to log in"
    labelled = len(heading.text) <= _SHORTEST and _DOCUMENT.match(heading.text) is not None  # it stands in that record
    if _is_record_of_document(found, 0 if labelled else max(heading.line, 0), end):
        return "a legal document's data, or a list of such documents"
    if draft.attachments or (vouched and heading.line >= 0 and heading.source == LISTED):
        return None
    if said.article and size >= ENOUGH:
        return None
    if capture.asked is None and not vouched and (reason := _alone(draft, page, capture, said)):
        return reason
    # Of a page alone nothing says that it is a section's but what it leads to.
    menu = _LONG if capture.asked is not None or _leads_to_many(found, heading) else _SHORT
    if (stamp is None or not stamp.near) and not vouched and size < menu and _is_in_menu(found, heading):
        return "a page of the menu: undated, with the menu's words as its title"
    alone = capture.asked is None and size >= _TEXT
    if (
        not vouched
        and not alone
        and _is_named_as_section(found, heading, size)
        and not lists_itself(page, heading.text, offset)
    ):
        return "a section's own page: its title is the section's"
    if _is_listing(found, draft.start, end):
        return _LISTING
    if size < 3 * ENOUGH and heading.source == NEAREST and not (stamp is not None and stamp.near):
        return "too little text, and nothing that is sure to be its title"
    verses = draft.short and all(found.weights[number] <= 25 for number in draft.text.kept)
    if size < ENOUGH or verses:
        evident = (heading.line >= 0 or draft.selected) and heading.strength >= 3.0 and heading.source != NEAREST
        pictured = heading.line >= 0 and len(draft.images) > 1  # a report in pictures
        if stamp is not None and stamp.near and (evident or pictured):
            return None
        return "too little text: no paragraph, no file, no date beside a title"
    return None


def _unnamed(capture: Capture, heading: Heading, size: int, evidence: Evidence) -> str | None:
    """Why a page that no dated list names is no article, by what led there; None where it may be one."""
    suffix = ending(heading.text)
    of_file = suffix in (*DOCUMENTS, *PICTURES) and size < ENOUGH
    if of_file and any(ending(part) == suffix for part in urlsplit(capture.url).path.lower().split("/")[:-1]):
        return _OF_FILE  # Plone lists /folder/name.pdf/view with a date, as it does articles
    if evidence is Evidence.DATED:
        return None
    asked = capture.asked
    if _is_front(capture):
        return "the portal's front page"
    if asked is not None and asked.kind == "archive":
        return "an archive: a tag's, a month's, an author's, a search's page"
    if asked is not None and asked.kind == "listing" and evidence is Evidence.NONE:
        # "Xem thêm" may lead to the next page of a list or on to an article: the address tells.
        numbered = place(capture.url).number is not None or asked.key is not None
        return "a page of a list" if numbered else None
    return _OF_FILE if of_file else None


def _alone(draft: Draft, page: Page, capture: Capture, said: Structured) -> str | None:
    """Why a page of which no other page tells is no article; None where it may be one.

    What has a date beside its title is left to the other rules: notices of portals are short.
    """
    found, stamp = draft.found, draft.stamp
    lines, weights = found.flat.lines, found.weights
    paragraphs = sum(weights[n] > _WHOLE and lines[n].links * 3 < len(lines[n].text) for n in draft.text.kept)
    parts = urlsplit(canonical(capture.url))
    if stamp is None and paragraphs <= _PARAGRAPHS and _SECTION.search(parts.path):
        return "a section's own page, by its address, and undated"
    if said.article:
        return None
    if said.product:
        return "a product's page: it calls itself one"
    if parts.path in ("", "/") and not parts.query and (paragraphs < _PARAGRAPHS or _teasers(found) >= _CARDS):
        return "a front page: the host's root"
    if stamp is not None and stamp.near:
        return None
    if paragraphs < _PARAGRAPHS and (_sells(page) or any(one.links and _CART.match(one.text) for one in lines)):
        return "a product's page: it can be put into a cart"
    if (
        _QUESTIONS.match(draft.heading.text)
        and sum(_ASKED.match(lines[n].text) is not None for n in draft.text.kept) > 1
    ):
        return "a list of questions with their answers: its title is the section's"
    if paragraphs < _CARDS and _teasers(found) >= max(2 * _CARDS, 3 * paragraphs):
        return _LISTING
    if _teasers(found, draft.text.end) >= max(2 * _CARDS, paragraphs):
        return _LISTING
    if stamp is not None:
        return None
    unheaded = draft.heading.line < 0 or draft.heading.source == NEAREST
    if unheaded and paragraphs < 2 and draft.size < _SHORT:
        return "too little text, undated, and no heading over it"
    return None


def _sells(page: Page) -> bool:
    """Whether something on the page can be put into a cart."""
    told = (fold(string(el)) or fold(el.get("value") or "") for el in page.root.iter("button", "input"))
    return any(len(text) <= _NAME * 3 and _CART.match(text) for text in told)


def _teasers(found: Survey, end: int | None = None) -> int:
    """The most boxes of one kind side by side, outside of furniture, each of a few lines with a title that is a link.

    `end`: the line before which they begin.
    """
    boxes, lines = found.flat.boxes, found.flat.lines
    kinds: Counter[tuple[int, str, str | None]] = Counter()
    for index, box in enumerate(boxes):
        if end is not None and box.first >= end:
            break
        if found.bad[index] or not 0 < box.last - box.first <= _ENTRY:
            continue
        if any(line.links * 10 >= 8 * len(line.text) >= 8 * _NAME for line in lines[box.first : box.last]):
            kinds[box.parent, box.tag, box.el.get("class")] += 1
    return max(kinds.values(), default=0)


def _is_login(page: Page) -> bool:
    """Whether a page asks for a password, and says in its title or its first heading that this is what it is for."""
    if all(field.get("type") != "password" for field in page.elements("input")):
        return False
    headings = page.select("//h1") or page.select("//h2")
    names = [page.title, *(fold(string(one)) for one in headings[:1])]
    return any(name and _LOGIN.match(name) for name in names) and len(headings) < 2


def _is_front(capture: Capture) -> bool:
    """Whether this is the front page: the host's root, at the portal's own address."""
    parts = urlsplit(capture.url)
    return parts.path in ("", "/") and not parts.query and capture.asked is not None


def lists_itself(page: Page, title: str, offset: str) -> bool:
    """Whether a dated list on a page has the page itself as an entry: a list of articles, so it is one."""
    here = canonical(page.url).rstrip("/")
    for link in page.root.iter("a"):
        if plain(string(link)) != plain(title):
            continue
        address = resolve(page.base, link.get("href"))
        parent = link.getparent()
        own = address is not None and canonical(address).rstrip("/") == here
        if own and parent is not None and dates.find(fold(string(parent))[:200], offset):
            return True
    return False


def _is_listing(found: Survey, start: int, end: int) -> bool:
    """Whether lines are a list of other pages: titles that are links, each with a teaser or a date."""
    lines = found.flat.lines[start:end]
    weights = found.weights[start:end]
    # Behind the text, what the markup calls furniture is a list of others beside an article, and no list's entries.
    last = max((n for n, weight in enumerate(weights) if weight > 60 and not found.bad[lines[n].box]), default=0)
    own = own_list(found, start, end)
    titles = sum(
        line.links > 0
        and line.links * 10 >= len(DAY_BEHIND.sub("", line.text)) * 8
        and len(line.text) >= 20
        and not (found.bad[line.box] and n > last > 0)
        for n, line in enumerate(lines)
        if start + n not in own
    )
    text = sum(weight for weight in weights if weight > 0)
    paragraphs = sum(weight > 60 for weight in weights)
    return titles >= 4 and ((titles >= paragraphs * 0.8 and text < 250 * titles) or text < 60 * titles)


def _is_record_of_document(found: Survey, start: int, end: int) -> bool:
    """Whether lines are the data of a legal document (number, day of issue, issuer), or the head of a list of such."""
    lines = (line.text for line in found.flat.lines[start:end])
    labels = [match[0].lower().strip(" :") for text in lines if len(text) <= _ROW and (match := _DOCUMENT.match(text))]
    return len(set(labels)) >= 3


def _is_in_menu(found: Survey, heading: Heading) -> bool:
    """Whether the title, or what of it stands before the site's name, is a short link of the page, as menus have it."""
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


def _leads_to_many(found: Survey, heading: Heading) -> bool:
    """Whether links stand behind the title as in a list of other pages, outside of what the markup calls furniture."""
    behind = found.flat.lines[max(heading.line, 0) :]
    return sum(line.links * 2 > len(line.text) and not found.bad[line.box] for line in behind) > _MANY


def _is_named_as_section(found: Survey, heading: Heading, size: int) -> bool:
    """Whether the line over the title is the same once more: the page of a section, not of an article."""
    lines = found.flat.lines
    if heading.line < 1 or len(heading.text) > 60:
        return False
    bare = plain(heading.text)
    above = lines[max(0, heading.line - 4) : heading.line]
    if size >= _TEXT and not is_beside_date(found, heading.line):
        return False
    return any(plain(line.text) == bare and line.links == 0 and not found.bad[line.box] for line in above)
