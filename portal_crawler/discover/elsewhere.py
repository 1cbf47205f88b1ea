"""Elsewhere: the media of a portal's articles that lie on other hosts. What of it is kept, and why the rest is not.

Two thirds of the pictures of real portals are on other hosts, and vanish before the portals do. Only what an article
shows is its own: advertisements, counters and tracking pixels stand beside it, are tiny, or are no pictures by their
address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from archive.ledger.rows import Kind, Lead

from ..fields.media import PICTURES, document_type, ending, picture
from ..page import Page
from ..page.markup import is_furniture
from ..portal import Portal
from ..urls import canonical, resolve

NOT_THE_ARTICLES = "on another host, and not of an article"  # reasons that the ledger shows
_MOST = 200  # of one page
_KINDS = ("media", "document")


def media(page: Page, portal: Portal, leads: Iterable[Lead]) -> list[Lead]:
    """An article page's leads, with its pictures and documents on other hosts among them as they are to be treated."""
    found = {lead.key: lead for lead in leads}
    if portal.scope.media == "own":
        return [_refused(lead, portal, "[scope] media is own") for lead in found.values()]
    shown = {lead.key: lead for lead in _shown(page, portal)}
    for number, (key, lead) in enumerate(shown.items()):
        beyond = number >= _MOST
        found[key] = replace(lead, state="out of scope", reason=f"more than {_MOST} on one page") if beyond else lead
    return [lead if lead.key in shown else _refused(lead, portal, NOT_THE_ARTICLES) for lead in found.values()]


def follows(url: str, portal: Portal, kind: Kind) -> bool:
    """Whether a redirect of a file leads on to another host."""
    wanted = portal.scope.requisites if kind == "requisite" else portal.scope.media if kind in _KINDS else "own"
    return wanted == "all" and not portal.owns(url)


def _shown(page: Page, portal: Portal) -> Iterator[Lead]:
    """What of other hosts the page shows as its own, whether a lazy loader holds it back or not."""
    for element in page.root.iter("img", "amp-img", "a"):
        kind: Kind = "document" if element.tag == "a" else "media"
        href = element.get("href")
        if kind == "document" and (not href or "." not in href):
            continue
        url = picture(element, page.base) if kind == "media" else resolve(page.base, href)
        if url is None or portal.owns(url) or any(map(is_furniture, _around(element))):
            continue
        if kind == "media" and not _is_picture(url):
            continue
        if kind == "document" and document_type(url) is None:
            if not _is_picture(url):
                continue
            kind = "media"  # a picture behind its small one
        yield Lead(url, canonical(url), kind)


def _around(element: Any) -> Iterator[Any]:
    yield element
    for box in element.iterancestors():
        if box.tag in ("body", "html"):
            return
        yield box


def _is_picture(url: str) -> bool:
    """By its address: counters and tracking pixels are programs."""
    parts = urlsplit(url)
    return ending(parts.path) in PICTURES or any(ending(piece) in PICTURES for piece in parts.query.split("&"))


def _refused(lead: Lead, portal: Portal, reason: str) -> Lead:
    if lead.kind not in _KINDS or lead.state != "out of scope" or portal.owns(lead.url):
        return lead
    return replace(lead, reason=reason)
