"""Discover: from a page to the addresses that it leads to, and what it says of them. Pure.

A link in a list, with a title and often a date beside it, is probably an article's: what the list says of it is kept as
a hint, for on some portals the date stands only there. Everything that a page links to is given back, also what is out
of scope: nothing is dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from archive.capture import Hint
from archive.ledger import Kind, Lead, State

from .fields import dates
from .fields.media import DOCUMENTS, PICTURES, ending
from .page import Page
from .portal import Portal
from .urls import canonical, resolve

# Words of a link that lead on in a list, folded to lower case; digits and arrows are told by their shape.
_ONWARD = re.compile(
    r"^(?:\W*\d{1,4}\W*|\W*[«»‹›<>]+\W*|(?:trang )?(?:sau|trước|tiếp|tiếp theo|kế tiếp|đầu|cuối)\W*"
    r"|next\W*|prev(?:ious)?\W*|last\W*|first\W*|older posts|newer posts|xem thêm\W*|các tin khác)$"
)
_PAGED = re.compile(
    r"(?:[?&](?:page|trang|pageindex|p|paged|cur|_\d+_\w*_cur|start|offset)=\d+|/(?:page|trang)[/-]\d+)", re.I
)
_MORE = re.compile(r"^\W*(?:xem (?:chi tiết|tiếp|thêm)|chi tiết|đọc (?:tiếp|thêm)|tại đây|read more|more)\W*$", re.I)
_SPACE = re.compile(r"\s+")
_TITLE_LETTERS = 18  # a link's text of so many characters may be a title; menus are shorter
_CLIMB = 6  # levels from a link up to the box of its list entry
_LONGEST = 2000  # characters of an address; what is longer is a trap or a data URL


def discover(page: Page, portal: Portal) -> list[Lead]:
    """The addresses that a page leads to, in its order, each once; the first that carries a hint wins."""
    found: dict[str, Lead] = {}
    for lead in _leads(page, portal):
        known = found.get(lead.key)
        if known is None or (known.hint is None and lead.hint is not None):
            found[lead.key] = lead
    found.pop(canonical(page.url), None)
    return list(found.values())


def scope(url: str, portal: Portal) -> tuple[State, str | None]:
    """Whether a URL is asked for: ("queued", None), or ("out of scope", why)."""
    parts = urlsplit(url)
    if (parts.hostname or "").lower() not in portal.hosts:
        return "out of scope", "another host"
    if any(pattern.search(url) for pattern in _patterns(portal.scope.exclude)):
        return "out of scope", "excluded by [scope] exclude"
    if portal.scope.include and not any(pattern.search(url) for pattern in _patterns(portal.scope.include)):
        return "out of scope", "not included by [scope] include"
    return "queued", None


def _leads(page: Page, portal: Portal) -> Iterator[Lead]:
    for element in page.root.iter("a", "area", "img", "iframe", "frame"):
        href = (element.get("href") if element.tag in ("a", "area") else element.get("src")) or ""
        if not href.strip() or href[0] == "#" or len(href) > _LONGEST:
            continue
        address = _address(_base_of(page.base, href), href)
        if address is None:
            continue
        url, key = address
        state, reason = scope(url, portal)
        hint = None
        kind: Kind
        if element.tag == "img":
            kind = "media"
        else:
            kind, hint = _judge(element, url, page, portal)
        yield Lead(url=url, key=key, kind=kind, hint=hint, state=state, reason=reason)


def _judge(link: Any, url: str, page: Page, portal: Portal) -> tuple[Kind, Hint | None]:
    """What kind of page a link leads to, by its address, its words and its place."""
    path = urlsplit(url).path
    kind = ending(path)
    if kind in DOCUMENTS:
        return "document", None
    if kind in PICTURES:
        return "media", None
    target = "/" + url.partition("://")[2].partition("/")[2]
    if any(pattern.search(target) for pattern in _patterns(portal.sources.listing)):
        return "listing", None
    text = _text(link)
    if (_ONWARD.match(text.lower()) and text) or (_PAGED.search(url) and len(text) < _TITLE_LETTERS):
        return "listing", None
    known = any(pattern.search(target) for pattern in _patterns(portal.sources.article))
    hint = _hint(link, text, page)
    if known or hint is not None:
        return "article", hint
    return "page", None


def _hint(link: Any, text: str, page: Page) -> Hint | None:
    """What the list says of an entry: a title long enough to be one, or any title with a date beside it."""
    href = link.get("href")
    box = link
    for _ in range(_CLIMB):
        parent = box.getparent()
        if parent is None or parent.tag in ("body", "form", "html"):
            break
        if any(other.get("href") != href for other in parent.iter("a")):
            break
        box = parent
    titles = [_text(other) for other in box.iter("a")] if box is not link else [text]
    title = max((title for title in titles if not _MORE.match(title)), key=len, default="")
    named = link.get("title", "").strip()
    if title.endswith(("...", "…")) and len(named) > len(title):
        title = _SPACE.sub(" ", named)
    if not title:
        return None
    beside = "" if box is link else _SPACE.sub(" ", "".join(box.itertext()).replace(title, " ")).strip()
    stamps = dates.find(beside[:400]) if beside else []
    date = stamps[0].raw if len(stamps) == 1 or (stamps and stamps[0].start < 40) else None
    if date is None and len(title) < _TITLE_LETTERS:
        return None
    return Hint(url=page.url, title=title, date=date)


def _text(element: Any) -> str:
    return _SPACE.sub(" ", "".join(element.itertext())).strip()


@lru_cache(maxsize=1 << 16)  # the links of a menu stand on every page
def _address(base: str, href: str) -> tuple[str, str] | None:
    """The address as it is asked for, and its key; None where it is no page's."""
    url = resolve(base, href)
    return (url, canonical(url)) if url is not None and len(url) <= _LONGEST else None


def _base_of(base: str, href: str) -> str:
    """As much of `base` as `href` needs: what begins at the root is the same address on every page of a site."""
    return base[: base.find("/", base.find("://") + 3) + 1] if href[0] == "/" and not href.startswith("//") else base


@lru_cache(maxsize=256)
def _patterns(expressions: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(expression) for expression in expressions)
