"""Authors: who wrote an article and where it was taken from, by all that a page says of it.

Best first: the places that the portal's definition names, the body's signed lines, labelled lines around it,
structured data, a name beside the title. What one line says is read by `fields.bylines`. Accounts are no authors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..fields import bylines
from ..page import fold, furniture, markup, string
from ..page.furniture import plain
from .article import Text
from .captions import alignment
from .dateline import dateline
from .generic import Survey
from .labels import with_value
from .structured import Structured

Named = tuple[str | None, str]  # a name, and in words where it was found: empty where a selector gave it

_LETTER = re.compile(r"[^\W\d_]")
_LONGEST = 120  # characters of who wrote something
_NEAR, _FAR = 6, 16  # lines behind the body that may be labelled, in any case and where nothing else begins before
_BEHIND = 3  # lines behind the body of which the first that is no widget may be a signature
_BY = re.compile(r"^(?:written |posted |words |story |reviewed )?(?:by|von|par|por):?\s+", re.I)
_BY_END = re.compile(
    r"\s*(?:[|•·\n]|\s[-–—]\s|\s(?:on|in|for|at|updated|published)\s|(?:updated|published|posted)\b"
    r"|\s(?:january|february|march|april|june|july|august|september|october|november|december)\s+\d|,?\s*\d)",
    re.I,
)
_NO_NAME = re.compile(r"(?:updated|written|posted|published|reviewed|last|by|words|read)\b", re.I)
_PERSON = re.compile(
    r"[^\W\d_a-z][\w.'’()-]*(?:(?:,?\s+(?:and\s+|&\s+)?|\s+(?:de|van|von|der|la|el|bin)\s+)[^\W\d_a-z][\w.'’()-]*){1,7}"
)


def author_and_source(
    found: Survey,
    text: Text,
    title: int,
    start: int,
    *,
    shown: tuple[Sequence[str], str | None],
    said: Structured,
    site: Iterable[str],
) -> tuple[Named, Named]:
    """The author and the source of the article that begins at the line `start`, under the line `title` (-1: none).

    `shown`: what the selectors for the two give; `site`: the names of the site, which is nobody.
    """
    author, author_from = signed(text for text in shown[0] if len(text) <= _LONGEST), ""
    source, source_from = shown[1], ""
    if source is not None:
        byline = bylines.labelled(source)
        source = byline.source if byline is not None and byline.source else source
    if author is None and text.author:
        author, author_from = text.author, text.author_from
    if source is None and text.source:
        source, source_from = text.source, text.source_from
    if author is None:
        author, author_from = _in_date_line(found, text, title, start)
    if author is None or source is None:
        lines = found.flat.lines
        behind = min(text.end, text.kept[-1] + 1) if text.kept else text.end
        around = [
            *range(max(title + 1, 0) if title >= 0 else max(0, start - 4), min(start + 2, len(lines))),
            *range(behind, _closed(found, text.end)),
        ]
        for number in around:
            line = lines[number].text
            if len(line) > 150 or number in text.kept:
                continue
            both = with_value(found, number)
            byline = bylines.labelled(both) or (bylines.labelled(line) if both != line else None)
            if byline is None:
                continue
            if author is None and byline.author and not furniture.is_account(byline.author):
                author, author_from = byline.author, "labelled line"
            if source is None and byline.source:
                source, source_from = byline.source, "labelled line"
    if author is None:
        author, author_from = _signed_behind(found, text.end)
    if author is None:
        author, author_from = _beside_title(found, text, title, start)
    if author is None:
        author, author_from = _said(said, {plain(name) for name in site})
    if author is None:
        author, author_from = _credited(found, max(title, start - 8, 0), start + 2)
    return (author, author_from), (source, source_from)


def _in_date_line(found: Survey, text: Text, title: int, start: int) -> Named:
    """Whom the line names that has the date, over the title or between it and the body."""
    kept = set(text.kept)
    for number in range(max(0, title - 1 if title >= 0 else start - 4), min(start + 2, len(found.flat.lines))):
        line = found.flat.lines[number]
        said = None if number in kept or line.links * 2 > len(line.text) else dateline(line.text)
        if said is not None and said.author and not furniture.is_account(said.author):
            return said.author, "line with the date"
    return None, ""


def _closed(found: Survey, end: int) -> int:
    """How far behind the body its labelled lines may stand: with tags and documents between, not behind other texts."""
    lines = found.flat.lines
    for number in range(end + _NEAR, min(end + _FAR, len(lines))):
        if (
            found.weights[number] > 0
            or furniture.is_related_heading(lines[number].text)
            or found.bad[lines[number].box]
        ):
            return number
    return min(end + _FAR, len(lines))


def _beside_title(found: Survey, text: Text, title: int, start: int) -> Named:
    """A person's whole name, or an office that writes, alone in a box over the title or between it and the body."""
    flat = found.flat
    if title < 0:
        return None, ""
    kept = set(text.kept)
    for number in range(max(0, title - 1), min(start + 2, len(flat.lines))):
        line = flat.lines[number]
        box = flat.boxes[line.box]
        if number in kept or number == title or len(line.text) > 60 or line.links or found.bad[line.box]:
            continue
        if box.last - box.first != 1 or box.parent != flat.boxes[flat.lines[title].box].parent:
            continue
        byline = bylines.closing(line.text)
        sure = byline is not None and byline.kind == "bare" and (len(line.text.split()) > 2 or "." in line.text)
        if byline is not None and sure and byline.author and not furniture.is_account(byline.author):
            return byline.author, "line beside the title"
    return None, ""


def _signed_behind(found: Survey, end: int) -> Named:
    """A person's name on the line behind the body, in a box of its own; what may be one, if set to the right."""
    for line in found.flat.lines[end : end + _BEHIND]:
        byline = bylines.closing(line.text) if len(line.text) <= 60 and not line.links else None
        alone = found.flat.boxes[line.box].last - found.flat.boxes[line.box].first == 1
        if byline is not None and byline.author and alone and not found.bad[line.box]:
            weak = byline.kind == "bare-weak" and alignment(found.flat, line.box) == "right"
            if byline.kind == "bare" or weak:
                return byline.author, "line behind the body"
        if not furniture.is_widget(line.text):
            break
    return None, ""


def signed(shown: Iterable[str]) -> str | None:
    """Who the place for it names, where these are no accounts; several are joined."""
    names: list[str] = []
    for text in shown:
        byline = bylines.labelled(text) or bylines.closing(text)
        name = byline.author if byline is not None else text
        if name and not furniture.is_account(name) and name not in names:
            names.append(name)
    return ", ".join(names) or None


def _said(said: Structured, site: set[str]) -> Named:
    """Who structured data names: people, not accounts and not the site.

    An office that writes signs its text: one that is named to machines alone is whose the portal is, on every page.
    """
    first_from = source = ""
    names: list[str] = []
    for name, origin in said.authors:
        kind = origin.partition(" ")[0]
        if first_from and kind != first_from:
            break
        name = re.sub(r"^(?:by|von|par|por|bởi|tác giả:?)\s+", "", name, flags=re.I)
        if len(name) > 120 or furniture.is_account(name) or plain(name) in site or not _LETTER.search(name):
            continue
        if bylines.names_office(name):
            continue
        first_from = kind
        if name not in names:
            names.append(name)
            source = origin
    apart = [name for name in names if name not in names[0]]  # the first may name them all
    return ", ".join(names[:1] + apart) or None, source


def _credited(found: Survey, first: int, last: int) -> Named:
    """A name beside the title that "by" introduces or the markup calls the author's."""
    lines = found.flat.lines
    for number, line in enumerate(lines[first:last], first):
        text = line.text
        if len(text) > _LONGEST:
            continue
        for el in _called_authors(found, number):
            name = _BY.sub("", fold(string(el))).strip(" ,|·•-–")
            if _is_person(name) or (
                el.get("rel") == "author" and 0 < len(name) <= 40 and not furniture.is_account(name)
            ):
                return name, "line beside the title"
        if _BY.fullmatch(f"{text} ") and number + 1 < len(lines) and len(lines[number + 1].text) <= 60:
            text = f"{text} {lines[number + 1].text}"
        by = _BY.match(text)
        if len(text) > 90 or not (by or _called_author(line.el)):
            continue
        name = _BY_END.split(text[by.end() :] if by else text)[0].strip(" ,|·•-–")
        if _is_person(name):
            return name, "line beside the title"
    linked = {fold(string(mark.el)) for mark in found.flat.links if mark.el.get("rel") == "author"}
    linked = {name for name in linked if _is_person(name)}
    return (linked.pop(), "link to the author") if len(linked) == 1 else (None, "")


def _is_person(name: str) -> bool:
    no_name = furniture.is_account(name) or _NO_NAME.match(name) is not None
    return _PERSON.fullmatch(name) is not None and not no_name


def _called_authors(found: Survey, number: int) -> list[Any]:
    """The elements inside a line that the markup calls the author's, the innermost first."""
    box = found.flat.boxes[found.flat.lines[number].box]
    if box.last - box.first != 1:
        return []
    inner = [el for el in box.el.iter("a", "span", "strong", "b", "em", "cite", "address") if _names_author(el)]
    return inner[::-1]


def _names_author(el: Any) -> bool:
    return el.get("rel") == "author" or markup.says("author", el)


def _called_author(el: Any) -> bool:
    for _ in range(3):
        if el is None or el.tag in ("body", "article", "main", "header"):
            return False
        if _names_author(el):
            return True
        el = el.getparent()
    return False
