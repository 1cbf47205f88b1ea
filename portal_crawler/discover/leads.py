"""Leads: from a response of whatever kind to the addresses that it names, and what it gave. Pure.

Pages, sitemaps, feeds, lists of data and robots.txt all end here in one value; what is asked for, and when a list is at
its end, is decided with the memory of the ledger (`frontier/scout.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit

from archive.ledger.rows import FILES, IN_ITS_PLACE, Kind, Lead, State
from archive.warc.capture import Capture, Hint

from ..fields.media import DOCUMENTS, PICTURES, ending
from ..page import NotHtml, Page
from ..portal import Portal
from ..urls import canonical, resolve
from . import datalists, elsewhere, feeds, requisites, sitemaps
from .feeds import NotFeed
from .headings import sections
from .links import discover, has_more_links, most, scope
from .more import more
from .paging import Pager, Place, pager, place
from .postback import postbacks
from .scriptpager import scriptpager
from .sitemaps import Entry, NotSitemap

_TEXT = 80  # characters of a text that is a page's own, if no other page has it
_TEXTS = 8  # of these are remembered of a page
_CLIMB = 6  # levels from a text up to the box of a list's entry
_TEASER = 600  # characters of an entry, title and teaser
_DIGITS = re.compile(r"[\d\W]+")
_PAGES = 5_000  # of a list of data that says how many it has
_TOTAL = re.compile(
    r"tổng (?:số|cộng)[^\d<]{0,40}?(\d{1,6}(?:\.\d{3})?)\s*(?:tin|bài|bản ghi|kết quả|mục|văn bản)", re.I
)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S)
_WORDPRESS = re.compile(r"/wp-(?:content|includes|json)/|api\.w\.org")


@dataclass(frozen=True, slots=True)
class Given:
    """What a response gave, as 63-bit hashes: whether any of it is new, only the ledger knows."""

    said: tuple[tuple[int, int, str], ...] = ()  # of each described address: its own mark, its title's, the address
    own: tuple[int, ...] = ()  # long texts, documents
    listed: tuple[int, ...] = ()  # what the list names, as a member of its series

    def marks(self) -> set[int]:
        return {*self.own, *self.listed, *(mark for key, title, _ in self.said for mark in (key, title))}


NOTHING = Given()


@dataclass(frozen=True, slots=True)
class Listed:
    """Where a page stands in its list, and what its pager says."""

    place: Place
    pager: Pager
    entries: int = 0  # described addresses
    claimed: int | None = None  # how many entries the whole list has, as the page says
    more: bool | None = None  # whether it goes on, as a list of data says


@dataclass(frozen=True, slots=True)
class Found:
    """What a response turned out to be. `missing`: why it is not what was asked for, where that was only guessed."""

    state: State = "archived"
    reason: str | None = None
    kind: Kind | None = None
    leads: tuple[Lead, ...] = ()
    given: Given = NOTHING
    listed: Listed | None = None
    missing: str | None = None


def read(capture: Capture, portal: Portal, kind: Kind) -> Found:
    """What a whole response of status 200 gives."""
    if kind in FILES:
        return _file(capture, portal, kind)
    if kind == "robots":
        text = capture.body[: 500 << 10].decode("utf-8", "replace")
        return Found(leads=_named(sitemaps.named_in_robots(text), capture.url, portal, "sitemap"))
    missing = None
    if kind == "sitemap":
        try:
            return _sitemap(capture, portal)
        except NotSitemap as error:
            missing = str(error)
    elif kind == "feed" and not datalists.looks_like(capture.body):
        try:
            return _feed(capture, portal)
        except NotFeed as error:
            missing = str(error)
    if datalists.looks_like(capture.body):
        try:
            return _datalist(capture, portal, kind)
        except datalists.NotData as error:
            missing = missing or str(error)
    try:
        page = Page.of(capture)
    except NotHtml as error:
        return Found(reason=missing or str(error), kind="document" if missing is None else None, missing=missing)
    return replace(_page(page, capture, portal, kind), missing=missing)


def well_known(capture: Capture) -> list[Lead]:
    """The places where a portal may say what it has, by convention: one is asked for where the one before is absent."""
    found = []
    ways: list[tuple[Kind, Sequence[str]]] = [
        ("sitemap", ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")),
        ("feed", ("/rss.xml", "/feed/", "/rss")),
    ]
    told = f"{capture.header('link')} {capture.body[: 200 << 10].decode('utf-8', 'replace')}"
    if _WORDPRESS.search(told):
        ways.append(("feed", ("/wp-json/wp/v2/posts?per_page=100&page=1",)))
    for kind, paths in ways:
        before = None
        for path in paths:
            url = resolve(capture.url, path)
            assert url is not None  # a path at the root of an address that was asked for
            key = canonical(url)
            found.append(
                Lead(url, key, kind, guess=True, state="twin" if before else "queued", twin=before,
                     reason="another well-known place" if before else None)
            )  # fmt: skip
            before = key
    return found


def plain(text: str) -> str:
    """A text without digits: another date in it makes no other text."""
    return _DIGITS.sub(" ", text).strip().lower()


def mark(*words: str) -> int:
    """63 bits of a hash: SQLite's integers are signed."""
    return int.from_bytes(blake2b("\n".join(words).encode("utf-8", "replace"), digest_size=8).digest(), "big") >> 1


# What the kinds of responses give


def _file(capture: Capture, portal: Portal, kind: Kind) -> Found:
    """A file leads nowhere, but for what a stylesheet needs; many servers send a page for one that is not there."""
    if _MARKUP.match(capture.body[:1024]):
        return Found(reason=IN_ITS_PLACE)
    if kind == "requisite" and requisites.is_style(capture):
        leads, reason = requisites.of_style(capture, portal)
        return Found(reason=reason, leads=tuple(leads))
    return Found()


def _page(page: Page, capture: Capture, portal: Portal, kind: Kind) -> Found:
    boxes: list[tuple[str, Any]] = []
    leads = discover(page, portal, boxes)
    listing = kind != "article" or not any(hint.date for hint in capture.hints)
    named = sections(page, boxes, listing=listing)
    leads = [replace(one, hint=replace(one.hint, section=named.get(one.key))) if one.hint else one for one in leads]
    listed = None
    here = place(page.url)
    # A section that is called at length in a menu looks like an entry of a list; whether it is one, the scout decides.
    if listing:
        known = {lead.key for lead in leads}
        found = postbacks(page, (lead.key for lead in leads if lead.hint))
        fragment = capture.asked is not None and capture.asked.guess
        found += [*scriptpager(page, fragment=fragment), *more(page), *_linked(page, kind)]
        leads += [_in_scope(lead, portal) for lead in found if lead.key not in known]
        entries = sum(lead.hint is not None for lead in leads)
        listed = Listed(here, pager(page, leads), entries, _claimed(page))
    else:
        leads = elsewhere.media(page, portal, leads)
    if kind == "seed":
        leads += well_known(capture)
    leads = requisites.with_requisites(page, portal, leads)
    own = [mark("text", text) for text in _texts(page, {box for _, box in boxes})] + [
        mark("doc", one.key) for one in leads if one.kind == "document"
    ]
    reason = f"only the first {most(page)} links were read" if has_more_links(page) else None
    return Found(reason=reason, leads=tuple(leads), given=_given(leads, here.series, own), listed=listed)


def _sitemap(capture: Capture, portal: Portal) -> Found:
    """A sitemap names pages; what they are, it does not say: they come after whatever describes them."""
    found = sitemaps.read(capture.body)
    leads = [*_named(found.maps, capture.url, portal, "sitemap"), *_entries(found.entries, capture.url, portal)]
    reason = f"only the first {sitemaps.MOST} entries were read" if found.cut else None
    return Found(reason=reason, kind="sitemap", leads=tuple(leads), given=_given(leads, capture.url, ()))


def _feed(capture: Capture, portal: Portal) -> Found:
    found = feeds.read(capture.body, _served(capture))
    leads = list(_entries(found.entries, capture.url, portal))
    if found.following:
        leads += _named([found.following], capture.url, portal, "feed")
    return Found(kind="feed", leads=tuple(leads), given=_given(leads, capture.url, ()))


def _datalist(capture: Capture, portal: Portal, kind: Kind) -> Found:
    """A list of data; of the pieces of HTML in it, each is read as a page at the same address."""
    found = datalists.read(capture.body)
    leads = list(_entries(found.entries, capture.url, portal))
    for markup in found.markup:
        try:
            leads += discover(Page.parse(f"<html><body>{markup}</body></html>", capture.url), portal)
        except NotHtml:
            continue  # a piece without anything in it
    here = place(capture.url)
    pages = _number(capture.header("x-wp-totalpages")) or found.pages
    if pages and here.number is not None and here.style is not None:
        rest = range(here.number + 1, min(pages, _PAGES) + 1)
        leads += _named([here.style.address(capture.url, number) for number in rest], capture.url, portal, kind)
    if found.following:
        leads += _named([found.following], capture.url, portal, kind)
    entries = sum(lead.hint is not None for lead in leads)
    more_of_it = False if pages and (here.number or 1) >= pages else found.more
    claimed = _number(capture.header("x-wp-total")) or found.total
    listed = Listed(here, Pager(onward=bool(pages or found.following), style=here.style), entries, claimed, more_of_it)
    given = _given(leads, here.series, ())
    return Found(kind="feed" if kind == "feed" else "listing", leads=tuple(leads), given=given, listed=listed)


def _entries(entries: Iterable[Entry], url: str, portal: Portal) -> Iterable[Lead]:
    """Leads to what a sitemap, feed or list of data names."""
    found: dict[str, Lead] = {}
    for entry in entries:
        target = resolve(url, entry.url)
        if target is None:
            continue
        key = canonical(target)
        suffix = ending(urlsplit(target).path)
        kind: Kind = "document" if suffix in DOCUMENTS else "media" if suffix in PICTURES else "article"
        hint = Hint(url=url, title=entry.title, date=entry.date) if kind == "article" else None
        found.setdefault(key, _in_scope(Lead(target, key, kind, hint), portal))
    return found.values()


def _named(urls: Iterable[str], base: str, portal: Portal, kind: Kind) -> tuple[Lead, ...]:
    """Leads to addresses that are named without a word on them."""
    found: dict[str, Lead] = {}
    for url in urls:
        target = resolve(base, url)
        if target is not None:
            key = canonical(target)
            found.setdefault(key, _in_scope(Lead(target, key, kind), portal))
    return tuple(found.values())


def _linked(page: Page, kind: Kind) -> list[Lead]:
    """What <link> elements name: feeds, and the next page of a list, not the next article."""
    found = []
    own = place(page.url).series
    for element in page.root.iter("link"):
        relation = (element.get("rel") or "").lower().split()
        url = resolve(page.base, element.get("href"))
        if url is None:
            continue
        if "next" in relation and (kind != "article" or place(url).series == own):
            found.append(Lead(url, canonical(url), "listing"))
        elif "alternate" in relation and _is_feed(element) and "comments" not in url:
            found.append(Lead(url, canonical(url), "feed"))
    return found


def _is_feed(link: Any) -> bool:
    return (link.get("type") or "").lower() in ("application/rss+xml", "application/atom+xml", "application/rdf+xml")


def _in_scope(lead: Lead, portal: Portal) -> Lead:
    state, reason = scope(lead.url, portal)
    return lead if state == "queued" else replace(lead, state=state, reason=reason)


def _given(leads: Iterable[Lead], series: str, own: Sequence[int]) -> Given:
    said = [
        (mark("said", lead.key), mark("title", plain(lead.hint.title or lead.key)), lead.url)
        for lead in leads
        if lead.hint is not None and lead.state in ("queued", "twin")
    ]
    listed = [
        mark("listed", series, lead.key)
        for lead in leads
        if lead.kind in ("article", "page", "document") and lead.state == "queued"
    ]
    return Given(tuple(said), tuple(own), tuple(listed))


def _texts(page: Page, entries: Collection[Any]) -> list[str]:
    """The first long texts of a page, without digits: a date in them makes no other text.

    `entries`: of lists. What one says of its article is not this page's, and what is cut off is nobody's.
    """
    found = []
    for element in page.root.iter("p", "div", "td", "span", "li", "font", "strong", "article", "section", "blockquote"):
        for text in (element.text, *(child.tail for child in element)):
            if text is None or len(text) < _TEXT or text.rstrip().endswith(("…", "...")):
                continue
            if _in_entry(element, entries):
                continue
            found.append(plain(text))
            if len(found) == _TEXTS:
                return found
    return found


def _in_entry(element: Any, entries: Collection[Any]) -> bool:
    """Whether an element stands in an entry of a list: not where that is so long that it is the page's own text."""
    for _ in range(_CLIMB):
        if element is None:
            return False
        if element in entries:
            return len("".join(element.itertext())) <= _TEASER
        element = element.getparent()
    return False


def _claimed(page: Page) -> int | None:
    """How many entries a list says that it has: "Tổng số 123 tin"."""
    for text in page.root.itertext("p", "div", "td", "span", "li"):
        if "ổng" in text and (match := _TOTAL.search(text)):
            return int(match[1].replace(".", ""))
    return None


def _served(capture: Capture) -> Any:
    try:
        return parsedate_to_datetime(capture.header("date") or "")
    except (ValueError, OverflowError):
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else None
