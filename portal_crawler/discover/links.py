"""Links: from a page to the addresses that it leads to, and what it says of them. Pure.

A link in a list, with a title and often a date beside it, is probably an article's: what the list says of it is kept as
a hint, for on some portals the date stands only there. Everything that a page links to is given back, also what is out
of scope, a trap or a twin: nothing is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from archive.ledger.rows import Kind, Lead, State
from archive.warc.capture import Hint

from ..fields import dates
from ..fields.media import DOCUMENTS, PICTURES, ending, shown_later
from ..page import Page
from ..portal import Portal
from ..urls import canonical, patterns, resolve
from .traps import LOGIN, is_archive, is_login, is_switch, lists_anything, structural
from .twins import HOST, READING, VIEW, here, is_view, key_without, other_reading, says_view, session_marks, view_of

# Words of a link that lead on in a list, folded to lower case; digits and arrows are told by their shape.
_ONWARD = re.compile(
    r"^(?:\W*\d{1,4}\W*|\W*[«»‹›<>]+\W*|(?:trang )?(?:sau|trước|tiếp|tiếp theo|kế tiếp|đầu|cuối)\W*"
    r"|next\W*|prev(?:ious)?\W*|last\W*|first\W*|older posts|newer posts|xem thêm\W*|các tin khác"
    r"|\W*\d{1,4} [^\W\d]+(?: [^\W\d]+)? (?:kế tiếp|tiếp theo|sau|trước|next|previous)\W*"
    r"|\W*(?:next|previous|older|newer) \d{1,4} \w+\W*)$"
)
_PAGED = re.compile(
    r"(?:[?&](?:page|trang|pageindex|p|paged|cur|_\d+_\w*_cur|start|offset)=\d+|/(?:page|trang)[/-]\d+)", re.I
)
_MORE = re.compile(r"^\W*(?:xem (?:chi tiết|tiếp|thêm)|chi tiết|đọc (?:tiếp|thêm)|tại đây|read more|more)\W*$", re.I)
_TITLE_LETTERS = 18  # a link's text of so many characters may be a title; menus are shorter
_CLIMB = 6  # levels from a link up to the box of its list entry
_ENTRIES = frozenset(("li", "tr", "article", "dd", "dt", "dl"))  # what is seldom less than a whole entry
_TEASER = 1000  # characters of an entry: more is the text of the page, and a date in it is not the entry's
_OF_ONE = 100  # links to one address in a box: one with more of them is no entry
_BESIDE = 4  # short links in an entry beside its title's: author, section, tags
_LOOKED_AT = 400  # characters of an entry in which its date stands
_IMAGES = ("img", "amp-img")
OTHER_HOST = "another host"  # a reason that the ledger shows
_LONGEST = 2000  # characters of an address; what is longer is a trap or a data URL
LINKS = 20_000  # of one page that are read
_JOINED = 2_000_000  # characters of the bases that they are joined to
_FEED = re.compile(
    r"/(?:rss|atom|feed)(?:[/.][^/]*)?$|\.rss$|/(?:rss|feed)s?/[^?]+\.xml$|[?&](?:type|format|feed)=(?:rss|atom)", re.I
)
_SITEMAP = re.compile(r"/[\w-]*sitemap[\w-]*\.(?:xml|xml\.gz|txt)$", re.I)


def discover(page: Page, portal: Portal, entries: list[tuple[str, Any]] | None = None) -> list[Lead]:
    """The addresses that a page leads to, in its order, each once; the first that carries a hint wins.

    `entries` is given the entries of lists: key of the address, and element.
    """
    targets = _targets_of(portal)
    site = resolve(page.base, "/") or page.base
    own = canonical(page.url)
    found: dict[str, Lead] = {}
    for element, href in islice(_links(page), most(page)):
        # What begins at the root is the same address on every page of a site: as much of the base as it needs.
        target = targets(site if href[0] == "/" and not href.startswith("//") else page.base, href)
        if target is None:
            continue
        known = found.get(target.key)
        if known is not None and known.hint is not None and known.hint.date and known.state != "twin":
            continue
        kind: Kind = "media"
        hint = box = None
        if element.tag not in _IMAGES:
            kind, hint, box = _judge(element, target, page)
        if entries is not None and box is not None:
            entries.append((target.key, box))
        if known is None or hint is not None or known.state == "twin":
            lead = Lead(target.url, target.key, kind, hint, target.state, target.reason)
            for one in _with_twins(lead, element, href, target, page) if target.state == "queued" else (lead,):
                known = found.get(one.key)
                if known is None or _says_more(one, known):
                    found[one.key] = one
    found.pop(own, None)
    return _without_sessions(list(found.values()), own)


def has_more_links(page: Page) -> bool:
    """Whether a page has more links than are read."""
    room = len(page.in_utf8) > most(page) * len("<img src=a")
    return room and next(islice(_links(page), most(page), None), None) is not None


def most(page: Page) -> int:
    """How many links of a page are read: fewer where its base makes each of them very long."""
    return min(LINKS, _JOINED // max(1, len(page.base)))


def _links(page: Page) -> Iterator[tuple[Any, str]]:
    """Every element that leads somewhere with what it says of where: a picture also with what a lazy loader shows."""
    for element in page.root.iter("a", "area", *_IMAGES, "iframe", "frame"):
        href = element.get("href" if element.tag in ("a", "area") else "src")
        hrefs = [href] if href else []
        if element.tag in _IMAGES and (shown := shown_later(element, page.base)) is not None:
            hrefs.append(shown)
        for one in dict.fromkeys(hrefs):
            if one[0] != "#" and len(one) <= _LONGEST:
                yield element, one


def _says_more(lead: Lead, known: Lead) -> bool:
    """Whether a lead is better than another to the same address: linked by itself, described."""
    if lead.state != known.state:
        return known.state == "twin"
    if known.hint is None or lead.hint is None:
        return known.hint is None and lead.hint is not None
    return known.hint.date is None and lead.hint.date is not None  # a menu may name each article before its list does


def _with_twins(lead: Lead, link: Any, href: str, target: _Target, page: Page) -> Iterator[Lead]:
    """A link's lead, and what else its address may be: a view of another page, a host's other name, another reading."""
    if lead.kind in ("document", "media"):
        yield lead
        return
    named = lead.hint is not None and not says_view(_text(link))  # the article's date may stand beside its control
    if not named and target.view is not None:
        yield Lead(target.view, canonical(target.view), "page")
        yield replace(lead, state="twin", reason=VIEW, twin=canonical(target.view))
    elif not named and is_view(lead.url, _text(link), page.url):
        yield replace(lead, state="twin", reason=VIEW, twin=canonical(page.url))
    elif (url := here(lead.url, page.url)) is not None:
        key = canonical(url)
        yield replace(lead, url=url, key=key)
        yield replace(lead, state="twin", reason=HOST, twin=key)
    else:
        yield lead
        other = other_reading(page.base, page.url, href)
        if other is not None and other != lead.url:
            yield replace(lead, url=other, key=canonical(other), state="twin", reason=READING, twin=lead.key)


def _without_sessions(leads: list[Lead], own: str) -> list[Lead]:
    """The leads, by keys without the mark of a session that all links of the page carry."""
    marks = session_marks(
        [lead.url for lead in leads if lead.state == "queued" and lead.kind not in ("document", "media")]
    )
    if not marks:
        return leads
    found: dict[str, Lead] = {}
    for lead in leads:
        key = key_without(lead.url, marks) if lead.state == "queued" else lead.key
        found.setdefault(key, replace(lead, key=key))
    found.pop(key_without(own, marks), None)
    return list(found.values())


def scope(url: str, portal: Portal) -> tuple[State, str | None]:
    """Whether a URL is asked for: ("queued", None), or ("out of scope", why)."""
    if not portal.owns(url):
        return "out of scope", OTHER_HOST
    if any(pattern.search(url) for pattern in patterns(portal.scope.exclude)):
        return "out of scope", "excluded by [scope] exclude"
    if portal.scope.include and not any(pattern.search(url) for pattern in patterns(portal.scope.include)):
        return "out of scope", "not included by [scope] include"
    return "queued", None


@dataclass(frozen=True, slots=True)
class _Target:
    """What an address says by itself."""

    url: str  # as it is asked for
    key: str
    state: State
    reason: str | None
    kind: Kind | None  # None: its link has to be looked at
    paged: bool
    article: bool  # by the portal's definition
    archive: bool  # a tag's, a month's, a search's
    view: str | None  # the page that it shows in another way


@lru_cache(maxsize=64)
def _targets_of(portal: Portal) -> Callable[[str, str], _Target | None]:
    """From base and href to the target, None where it is no page's. Remembered: a menu's links are on every page."""
    listings, articles = patterns(portal.sources.listing), patterns(portal.sources.article)

    @lru_cache(maxsize=1 << 16)
    def target(base: str, href: str) -> _Target | None:
        url = resolve(base, href)
        if url is None or len(url) > _LONGEST:
            return None
        kind: Kind | None = None
        suffix = ending(urlsplit(url).path)
        path = "/" + url.partition("://")[2].partition("/")[2]
        if _SITEMAP.search(path):
            kind = "sitemap"
        elif suffix not in PICTURES and _FEED.search(path):
            kind = "feed"
        elif suffix in DOCUMENTS:
            kind = "document"
        elif suffix in PICTURES:
            kind = "media"
        elif any(pattern.search(path) for pattern in listings):
            kind = "archive" if is_archive(url) else "listing"
        article = any(pattern.search(path) for pattern in articles)
        state, reason = scope(url, portal)
        if state == "queued" and kind is None and not article:
            if is_login(url):
                state, reason = "out of scope", LOGIN
            elif is_switch(url):
                state, reason = "out of scope", "a switch to another look of the portal"
            elif (trap := structural(url)) is not None:
                state, reason = "trap", trap
        paged = bool(_PAGED.search(url))
        return _Target(url, canonical(url), state, reason, kind, paged, article, is_archive(url), view_of(url))

    return target


def _judge(link: Any, target: _Target, page: Page) -> tuple[Kind, Hint | None, Any]:
    """What kind of page a link leads to, by its address, its words and its place; what is said of it, and where."""
    if target.kind is not None:
        return target.kind, None, None
    text = _text(link)
    if (text and _ONWARD.match(text.lower())) or (target.paged and len(text) < _TITLE_LETTERS):
        return "archive" if target.archive else "listing", None, None
    hint, box = _hint(link, text, page)
    if hint is not None and not target.article and lists_anything(target.url):
        return "archive", hint, box
    if target.article or hint is not None:
        return "article", hint, box
    return "archive" if target.archive else "page", None, None


def _hint(link: Any, text: str, page: Page) -> tuple[Hint | None, Any]:
    """What the list says of an entry: a title long enough to be one, or any title with a date beside it; its box."""
    href = link.get("href")
    box = _entry(link, href, text)
    titles = [text if other is link else _text(other) for other in box.iter("a") if other.get("href") == href]
    title = max((title for title in titles if not _MORE.match(title)), key=len, default="")
    named = link.get("title", "").strip()
    if title.endswith(("...", "…")) and len(named) > len(title):
        title = " ".join(named.split())
    if not title:
        return None, None
    beside = "" if box is link else " ".join("".join(box.itertext()).replace(title, " ").split())
    stamps = dates.find(beside[:_LOOKED_AT]) if beside else []
    alone = len(stamps) == 1 and len(beside) <= _TEASER
    date = stamps[0].raw if alone or (stamps and stamps[0].start < 40) else None
    if date is None and len(title) < _TITLE_LETTERS:
        return None, None
    return Hint(url=page.url, title=title, date=date), box


def _entry(link: Any, href: str, text: str) -> Any:
    """The box of a link's entry in a list: the outermost that leads nowhere else.

    Where the link is long enough for a title and nothing in that box is dated, also one that leads to the entry's
    author, section or tags beside it.
    """
    box = link
    beside = 0
    for _ in range(_CLIMB):
        parent = box.getparent()
        if parent is None or parent.tag in ("body", "form", "html"):
            break
        if not _leads_only_to(parent, href, beside):
            may = len(text) >= _TITLE_LETTERS and not beside and box.tag not in _ENTRIES
            if not may or dates.find("".join(box.itertext())[:_LOOKED_AT]):
                break
            beside = _BESIDE
            if not _leads_only_to(parent, href, beside):
                break
        box = parent
        if beside and box.tag in _ENTRIES:
            break
    return box


def _leads_only_to(box: Any, href: str, beside: int) -> bool:
    """Whether a box has no link but to this address, and at most so many short ones beside it."""
    for number, link in enumerate(box.iter("a")):
        if number == _OF_ONE:
            return False
        if link.get("href") != href:
            beside -= 1
            if beside < 0 or len(_text(link)) >= _TITLE_LETTERS:
                return False
    return True


def _text(element: Any) -> str:
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split())
