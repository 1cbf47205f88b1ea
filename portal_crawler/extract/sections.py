"""Sections: the path of sections that a page shows, and the portal's name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..fields import dates
from ..fields.text import Flat
from ..page import fold, furniture, markup, string
from ..page.furniture import plain
from ..portal import Portal
from .generic import Survey
from .labels import with_value
from .structured import Structured
from .titles import Heading

_HOME = furniture.alternatives(
    r"""
    (?:về |lên )?(?:trang (?:chủ|chính|nhất|đầu)|đầu trang)|home|homepage|root|start|startseite|accueil|inicio
    bạn đang ở(?: đây)?:?|you are here:?|breadcrumbs?(?: trail links)?|đường dẫn:?
    """
)
_MARK = re.compile(r"\s*[»›>/|→·\\]+\s*")
_ARROW = re.compile(r"\s*[»›>→]+\s*")
_NEWS = furniture.alternatives(r"news|blog|tin tức(?: ?[-–&]? ?sự kiện)?")  # no title, but often a section
_NAMED = re.compile(r"^(?:chuyên mục|danh mục|thể loại|category)\s*:\s*", re.I)
_FROM_HOME = re.compile(r"^\W*(?:trang (?:chủ|chính|nhất)|home)\s*[»›>/|→·\\]", re.I)
_ABOVE = 6  # lines over a title among which one may tell its path
_OVER, _UNDER = 3, 9  # lines beside a title among which one may name the section
_LONGEST = 80
_SECTION = re.compile(
    r"section|categ|folder|chuyen-?muc|(?:^|[\s_-])(?:cat|topic|kicker|channel|rubrik)(?:$|[\s_-])", re.I
)


def section_of(found: Survey, heading: Heading, hinted: Sequence[str], said: Structured) -> tuple[tuple[str, ...], str]:
    """The path of sections without the front page and the title, and its source in words; empty where none is shown."""
    crumbs = _breadcrumb(found, heading.text)
    if crumbs:
        return crumbs, "breadcrumb"
    path = _path_above(found, heading)
    if path:
        return path, "line over the title"
    named = _named(found, heading)
    if named is not None:
        return (named,), "labelled line"
    label = _label_before(found, heading)
    if label is not None:
        return cleaned([fold(part) for part in _ARROW.split(label)], heading.text), "label before the title"
    if said.sections:
        return said.sections, "structured data"
    for text in hinted:
        name = fold(text)
        if 0 < len(name) <= _LONGEST and not _HOME.match(name) and not furniture.is_related_heading(name):
            return (name,), "listing hint"
    return (), ""


def _crumbs(found: Survey) -> list[Any]:
    """The boxes that their markup calls a breadcrumb."""
    crumbs = []
    for box in found.flat.boxes[1:]:
        el = box.el
        called = markup.label(el) or el.get("aria-label") or el.get("itemtype") or ""
        if "readcrumb" in called or "readCrumb" in called or "readcrumb" in (el.get("itemtype") or ""):
            crumbs.append(el)
    return crumbs


def _breadcrumb(found: Survey, title: str) -> tuple[str, ...]:
    for element in _crumbs(found)[:6]:
        links = [fold(string(link)) for link in element.iter("a")]
        names = links if len(links) > 1 else [fold(part) for text in element.itertext() for part in _MARK.split(text)]
        path = tuple(name for name in cleaned(names, title) if _NEWS.match(name) or not furniture.is_site_name(name))
        if path and len(path) <= 6:
            return path
    return ()


def _path_above(found: Survey, heading: Heading) -> tuple[str, ...]:
    """The path that a line over the title tells from the front page on: Trang chủ » Kinh tế."""
    for line in found.flat.lines[max(0, heading.line - _ABOVE) : max(heading.line, 0)]:
        if line.links and _FROM_HOME.match(line.text):
            path = cleaned([fold(part) for part in _MARK.split(line.text)], heading.text)
            if 0 < len(path) <= 6:
                return path
    return ()


def cleaned(names: Sequence[str], title: str) -> tuple[str, ...]:
    """A path of sections without the front page and the title, each once."""
    path = [name for name in names if name and len(name) <= _LONGEST and not _HOME.match(name)]
    if len(path) > 1 or len(names) > 1:  # where only one is shown, a section may well be called like its one article
        path = [name for name in path if plain(name) != plain(title)]
    return tuple(dict.fromkeys(path))


def _named(found: Survey, heading: Heading) -> str | None:
    """What a line beside the title names as the article's section: Chuyên mục: Kinh tế."""
    if heading.line < 0:
        return None
    for number in range(max(0, heading.line - _OVER), min(heading.line + _UNDER, len(found.flat.lines))):
        if _NAMED.match(found.flat.lines[number].text):
            name = _NAMED.sub("", with_value(found, number), count=1)
            return name if 0 < len(name) <= _LONGEST else None
    return None


def _label_before(found: Survey, heading: Heading) -> str | None:
    """The short line over the title, where the menu has it too or its markup calls it a section."""
    lines = found.flat.lines
    if heading.line < 0:
        return None
    menu = Counter(
        line.text.lower()
        for number, line in enumerate(lines)
        if line.links * 10 >= len(line.text) * 9 and number != heading.line
    )
    weak = None
    for number in range(heading.line - 1, max(-1, heading.line - 6), -1):
        line = lines[number]
        text = line.text.strip(" »›>|:")
        if (
            not 2 <= len(text) <= _LONGEST
            or furniture.is_widget(text)
            or _HOME.match(text)
            or furniture.is_site_name(text)
        ):
            continue
        if dates.find(text) or found.weights[number] > 0:
            continue
        called = any(_SECTION.search(markup.label(el)) for el in (line.el, found.flat.boxes[line.box].el))
        if called or (text.lower() in menu and line.links * 2 < len(line.text)):
            return text
        if menu[text.lower()] > 1 and _stands_alone(found.flat, number, menu):
            return text
        if weak is None and line.links == 0 and heading.line - number <= 3 and _dated_beside(found, number):
            weak = text
    return weak


def _stands_alone(flat: Flat, number: int, menu: Mapping[str, int]) -> bool:
    """Whether no other entry of a menu stands beside a line that is one, but for the front page's."""
    own = flat.boxes[flat.lines[number].box].parent
    around = (flat.lines[other] for other in (number - 1, number + 1) if 0 <= other < len(flat.lines))
    beside = (line for line in around if menu.get(line.text.lower()) and not _HOME.match(line.text))
    return all(flat.boxes[line.box].parent != own for line in beside)


def _dated_beside(found: Survey, number: int) -> bool:
    """Whether a date stands in the next line, in the same row: section left, date right."""
    lines = found.flat.lines
    if number + 1 >= len(lines):
        return False
    one, other = lines[number], lines[number + 1]
    boxes = found.flat.boxes
    return boxes[one.box].parent == boxes[other.box].parent and dates.parse(other.text) is not None


def portal_name(portal: Portal, said: Structured, title_element: str | None, title: str) -> tuple[str | None, str]:
    """What the portal calls itself."""
    if portal.portal.title:
        return portal.portal.title, "portal definition"
    if said.site_name and plain(said.site_name) != plain(title):
        return said.site_name, "site name"
    if title_element:
        bare, own = plain(title_element), plain(title)
        if own not in bare and bare not in own:
            return title_element, "title element"
        if own and own in bare and own != bare:
            rest = [
                part for part in re.split(r"\s+[|–—·•»«:\-]+\s+|\s*[|»«]\s*", title_element) if plain(part) not in own
            ]
            if rest:
                return rest[-1].strip(), "title element"
    return None, ""
