"""Region: the part of a page that is read where a portal's pages taught which one holds all of an article.

Menus, banners and lists are most of a portal's page, and most of the time that it takes to read. What was read of the
region alone counts only where the whole page can say nothing else; wherever it might, the whole page is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

from ..fields.text import stands_free
from ..page import Page, fold, furniture, markup, string
from ..page.furniture import plain
from ..portal import Portal
from .bounds import ENOUGH
from .generic import Survey
from .judge.seen import Draft
from .shown import Shown
from .titles import NEAREST

_BEHIND = 6  # lines behind the text that are asked who wrote it, and when
_PROSE, _WORDS = 70, 25  # characters that a line of prose has, and such a one at least that ends as sentences do
_SAYING = etree.XPath(  # boxes with words that are no link
    f"//text()[string-length() >= {_WORDS}][not(parent::script or parent::style or parent::title)]"
    "[not(ancestor::a or ancestor::noscript or ancestor::select or ancestor::textarea)]"
    "/ancestor::*[self::p or self::div or self::li or self::td or self::h1 or self::h2 or self::h3 or self::body][1]"
)
_SAID = etree.XPath(".//text()[not(parent::script or parent::style)]")
_OUTER = frozenset(("body", "html", "main"))  # never furniture, whatever they are called


def region_of(page: Page, portal: Portal, fields: dict[str, str]) -> Shown | None:
    """What the portal's selectors show of the element that is read instead of the page, to be told of in `fields`.

    None where that is not all there, or not as on other pages.
    """
    selector = portal.learned.region
    found = page.select(selector) if selector is not None else []
    if len(found) != 1:
        return None
    region = found[0]
    around = (one for one in (region, *region.iterancestors()) if one.tag not in _OUTER)
    if not stands_free(region) or any(map(markup.is_furniture, around)):
        return None
    shown = Shown(page, portal, fields, region)
    title, date, section, body = map(shown.first, ("title", "date", "section", "body"))
    if any(one is None for one in (title, date, section)):
        return None
    if title is not Shown(page, portal, fields).first("title"):
        return None  # another stands before it
    if not all(_is_in(one, region) for one in (title, date, section, body) if one is not None):
        return None
    if plain(string(title)) == plain(string(section)):
        return None  # it may be the section's own page
    return shown


def _is_in(element: Any, region: Any) -> bool:
    return not isinstance(element, str) and any(one is region for one in element.iterancestors())


def may_say_all(found: Survey, centre: int, page: Page) -> bool:
    """Whether a region may do, whose body stands in the box `centre`: its text is in it, and weighs the same there.

    An article may have none, as one that is a file: then the page has no text outside of the region either.
    """
    if found.unsure or centre > 0 or found.total:
        return centre > 0 and not found.unsure
    region = found.flat.boxes[0].el
    outside = (one for one in _SAYING(page.root) if one is not region and not _is_in(one, region))
    return not any(map(_may_be_prose, outside))


def _may_be_prose(element: Any) -> bool:
    text = fold(" ".join(_SAID(element)))
    sentence = len(text) >= _PROSE or text.endswith((".", "!", "?", "…"))
    return sentence and len(text) >= _WORDS and not furniture.is_about_site(text)


def says_all(draft: Draft, behind: int, sections: Sequence[str]) -> bool:
    """Whether what was read of a region is what the whole page would say.

    `behind`: the line up to which its documents may stand; `sections`: what the page shows where its section stands.
    """
    found, heading, lines = draft.found, draft.heading, draft.found.flat.lines
    if heading.line < 0 or heading.source == NEAREST:
        return False
    if draft.stamp is None or not draft.stamp.near:
        return False  # what else it may be is asked of the page's menu
    if found.total < 6 * ENOUGH and any(len(el.findall(".//p")) > 2 for el in found.flat.hidden):
        return False  # a script may show what is hidden
    end = draft.text.end
    closed = any(furniture.is_related_heading(line.text) for line in lines[end : end + _BEHIND])
    if not closed and max(behind + 1, end + _BEHIND) >= len(lines):
        return False
    title = plain(heading.text)
    return bool(sections) and all(plain(one) != title for one in sections)  # as `region_of` asks of the first
