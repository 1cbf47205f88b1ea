"""Requisites: what a browser needs to show a page beside its text. From a kept page or stylesheet to leads. Pure.

Styles, scripts, fonts, icons, every picture that a layout shows; never what a page links to. What is an article's own
picture or document, or lies on the portal's own host as one, is a lead already (`links`, `elsewhere`) and stays what
it is. What is not asked for has its reason: nothing is left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from archive.ledger.rows import Lead
from archive.warc.capture import Capture

from ..fields.media import DOCUMENTS, PICTURES, embedded, ending, shown_at_all
from ..page import Page
from ..portal import Portal
from ..portal.tables import Requisite
from ..urls import canonical, patterns, resolve
from .elsewhere import NOT_THE_ARTICLES
from .links import OTHER_HOST
from .stylesheets import names_any, references

MOST_OF_PAGE, MOST_OF_STYLE = 300, 1000  # that are asked for
_NAMED = 5000  # of one page that are looked at
_LONGEST = 2000  # characters of an address
PIXEL = "on another host, and shows nothing: a counter's"
_TINY = re.compile(r"\s*[012](?:px)?\s*")
_PLAYED = PICTURES | frozenset(DOCUMENTS) | {"swf", "webm", "ogg", "ogv", "oga", "m4v", "m4a", "mov", "wav"}
_AS: dict[str, Requisite] = {"style": "style", "script": "script", "font": "font", "image": "image"}
_ICONS = frozenset(("icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"))
_OTHERWISE = (OTHER_HOST, NOT_THE_ARTICLES)  # why a picture is no lead of `discover`'s, and may be a requisite

_BACKGROUND = re.compile(r"\sbackground\s*=", re.I)
_BACKGROUNDS = etree.XPath("//@background", smart_strings=False)
_STYLED = etree.XPath("//@style[contains(., '(')]", smart_strings=False)

Named = tuple[str, Requisite]


def with_requisites(page: Page, portal: Portal, leads: Iterable[Lead]) -> list[Lead]:
    """A page's leads, and behind them what it needs. What a link leads to stays that."""
    found = {lead.key: lead for lead in leads}
    own = canonical(page.url)
    judged = _judge_of(portal)
    site = resolve(page.base, "/") or page.base
    number = 0
    for reference, sort, tiny in islice(_named(page), _NAMED):
        base = site if reference[0] == "/" and not reference.startswith("//") else page.base
        lead = judged(base, reference, sort)
        if lead is None or lead.key == own:
            continue
        if tiny and lead.state == "queued" and not portal.owns(lead.url):
            lead = replace(lead, state="out of scope", reason=PIXEL)
        known = found.get(lead.key)
        if known is not None and (lead.state != "queued" or known.reason not in _OTHERWISE):
            continue
        if lead.state == "queued":
            number += 1
            if number > MOST_OF_PAGE:
                lead = replace(lead, state="out of scope", reason=f"more than {MOST_OF_PAGE} requisites on one page")
        found[lead.key] = lead
    return list(found.values())


def is_style(capture: Capture) -> bool:
    """Whether a response is a stylesheet: by what it says that it is, else by its address."""
    kind = (capture.header("content-type") or "").partition(";")[0].strip().lower()
    return kind == "text/css" or (kind in ("", "text/plain") and ending(urlsplit(capture.url).path) == "css")


def of_style(capture: Capture, portal: Portal) -> tuple[list[Lead], str | None]:
    """What a kept stylesheet needs, and what is to be said of it where not all of it was looked at."""
    judged = _judge_of(portal)
    found: dict[str, Lead] = {}
    for reference, sort in references(capture.body.decode("utf-8-sig", "replace")):
        lead = judged(capture.url, reference, sort)
        if lead is None:
            continue
        if len(found) == MOST_OF_STYLE and lead.key not in found:
            return list(found.values()), f"only the first {MOST_OF_STYLE} addresses in it were read"
        found.setdefault(lead.key, lead)
    found.pop(canonical(capture.url), None)
    return list(found.values()), None


@lru_cache(maxsize=64)
def _judge_of(portal: Portal) -> Callable[[str, str, Requisite], Lead | None]:
    """From base, reference and sort to the lead; None where it is no address. Remembered: a layout is on every page."""
    left_out = patterns(portal.scope.exclude)

    @lru_cache(maxsize=1 << 15)
    def judge(base: str, reference: str, sort: Requisite) -> Lead | None:
        url = resolve(base, reference)
        if url is None or len(url) > _LONGEST:
            return None
        bounds, own = portal.scope, portal.owns(url)
        reason = None
        if bounds.requisites == "none" or (bounds.requisites == "own" and not own):
            reason = f"[scope] requisites is {bounds.requisites}"
        elif sort not in bounds.requisite_types:
            reason = f"[scope] requisite_types has no {sort}"
        elif any(pattern.search(url) for pattern in left_out):
            reason = "excluded by [scope] exclude"
        elif bounds.media == "own" and not own and sort in ("image", "media"):
            reason = "[scope] media is own"
        return Lead(url, canonical(url), "requisite", state="out of scope" if reason else "queued", reason=reason)

    return judge


def _named(page: Page) -> Iterator[tuple[str, Requisite, bool]]:
    """What a page names: reference, what it is needed for, whether it is too small to show anything."""
    for element in page.root.iter(*_OF):
        tiny = element.tag == "img" and any(_TINY.fullmatch(element.get(side) or "") for side in ("width", "height"))
        for reference, sort in _OF[element.tag](element, page):
            reference = reference.strip()
            if reference and reference[0] != "#" and reference[:5].lower() != "data:":
                yield reference, sort, tiny
    if _BACKGROUND.search(page.source):
        for reference in _BACKGROUNDS(page.root):
            if reference.strip():
                yield reference.strip(), "image", False
    if names_any(page.source):
        for style in _STYLED(page.root):
            for reference, sort in references(style):
                yield reference, sort, False


def _of_link(link: Any, page: Page) -> Iterator[Named]:
    href, relation = link.get("href") or "", (link.get("rel") or "").lower().split()
    if "stylesheet" in relation:
        yield href, "style"
    elif not _ICONS.isdisjoint(relation):
        yield href, "icon"
    elif "modulepreload" in relation:
        yield href, "script"
    elif "preload" in relation and (sort := _AS.get((link.get("as") or "").lower())):
        yield href, sort


def _of_script(script: Any, page: Page) -> Iterator[Named]:
    yield script.get("src") or "", "script"


def _of_style(style: Any, page: Page) -> Iterator[Named]:
    yield from references("".join(style.itertext()))


def _of_picture(element: Any, page: Page) -> Iterator[Named]:
    for reference in shown_at_all(element):
        yield reference, "image"


def _of_source(source: Any, page: Page) -> Iterator[Named]:
    """Of a picture or of a player; no void element to libxml2, one may hold the next."""
    holder = next((one.tag for one in source.iterancestors("picture", "video", "audio")), "picture")
    if holder == "picture":
        yield from _of_picture(source, page)
    else:
        yield from _of_player(source, page)


def _of_button(button: Any, page: Page) -> Iterator[Named]:
    if (button.get("type") or "").lower() == "image":
        yield button.get("src") or "", "image"


def _of_player(player: Any, page: Page) -> Iterator[Named]:
    yield player.get("src") or "", "media"
    yield player.get("poster") or "", "image"


def _of_frame(frame: Any, page: Page) -> Iterator[Named]:
    """What a plug-in shows, where its name says that it is no page; the document in a viewer."""
    if frame.tag != "iframe":
        url = resolve(page.base, frame.get("data" if frame.tag == "object" else "src"))
        if url is not None and ending(unquote(urlsplit(url).path)) in _PLAYED:
            yield url, "media"
    if (document := embedded(frame, page.base)) is not None:
        yield document.url, "media"


def _of_drawing(drawing: Any, page: Page) -> Iterator[Named]:
    """Of SVG on the page: a picture, or a symbol in another file."""
    yield drawing.get("href") or drawing.get("xlink:href") or "", "image"


_OF: dict[str, Callable[[Any, Page], Iterator[Named]]] = {
    "link": _of_link, "script": _of_script, "style": _of_style, "img": _of_picture, "amp-img": _of_picture,
    "source": _of_source, "input": _of_button, "video": _of_player, "audio": _of_player, "track": _of_player,
    "object": _of_frame, "embed": _of_frame, "iframe": _of_frame, "image": _of_drawing, "use": _of_drawing,
}  # fmt: skip
