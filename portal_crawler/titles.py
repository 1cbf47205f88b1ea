"""Titles: which line of a page is the article's title, where no selector shows it.

What the page says of itself to machines, what a listing and the address say, how a line is set and where it stands are
weighed against each other; nothing but its place is the weakest reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from . import furniture, markup
from .dateplace import dated_apart, is_beside_date, opens, shares_row_with_date
from .fields import dates
from .fields.text import Flat, Line
from .furniture import plain
from .generic import Survey
from .page import fold, string

LISTED = "listing hint"  # a title that a list gives as well
SURE = 6.0  # the strength of one that a list gives with its date
FIRST, NEAR = "first heading", "heading nearest the body"  # what says no more of a title than that it is a heading
NEAREST = "line nearest the body"  # a title that nothing but its place speaks for
_HEADINGS = {"h1": 3.0, "h2": 1.6, "h3": 1.2, "h4": 0.6, "h5": 0.3}
_SEPARATOR = re.compile(r"\s+[|–—·•»«:\-]+\s+|\s*[|»«]\s*|\s+::\s+")
_WORD = re.compile(r"\w+")
_DIGIT = re.compile(r"\d")
_LONGEST_TITLE = 400
_SAID = 60  # characters of a sentence
_LABEL = 3  # words of a section's name over a title
_SENTENCE = 100  # characters of prose that no title has


@dataclass(frozen=True, slots=True)
class Heading:
    """A title with the line that shows it (-1: none does) and where it was found, in words."""

    text: str
    line: int
    source: str
    strength: float


def headings(
    found: Survey,
    centre: int,
    *,
    url: str,
    hinted: Sequence[tuple[str, bool]],
    structured: Sequence[tuple[str, str]],
    title: str | None,
    site_names: Iterable[str],
    begins: int | None = None,
) -> list[Heading]:
    """The lines that may be the article's title, best first. `title` is the <title> element's text; `begins`: the line
    where the text does, if not with its box.
    """
    flat = found.flat
    banned = {plain(name) for name in site_names if name}
    bare_title = plain(title) if title else ""
    wanted: dict[str, tuple[float, str]] = {}
    parts = _SEPARATOR.split(title) if title else []
    if title and not furniture.is_site_name(title):
        wanted[bare_title] = (3.5, "title element")
        for piece in (parts[0], *(_cut_off(title))):
            wanted.setdefault(plain(piece), (3.0, "title element"))
    for text, source in reversed(structured):
        wanted[plain(text)] = (4.0, source)
        for piece in _cut_off(text):
            wanted.setdefault(plain(piece), (3.5, source))
    for text, dated in hinted:
        told = SURE if dated else 5.0 if len(text) >= 25 else 2.5  # a menu's link tells less than a dated list's
        if len(text) > 140 and text.endswith((".", "…")):
            told = 2.0  # the link holds a teaser
        wanted[plain(text)] = (told, LISTED)
    for name in ("", *banned):
        wanted.pop(name, None)
    cut_hints = [plain(text.rstrip(". …")) for text, _ in hinted if text.rstrip().endswith(("…", "..."))]
    slugs = _slugs(url)
    elsewhere: dict[
        str, int
    ] = {}  # what is a link as a whole, and the first line that is: menus stand before the title
    for number, line in enumerate(flat.lines):
        if line.links * 10 >= len(line.text) * 9:
            elsewhere.setdefault(line.text.lower(), number)
    first, last = begins or flat.boxes[centre].first, flat.boxes[centre].last
    own = _own_titles(flat, url)
    only = _only_heading(found)
    sure = found.prose[centre] >= 300
    nearest, farthest = first - 12, min(first + 4, last)
    known = {text.lower() for text, _ in (*structured, *hinted)}
    if title:
        known.update(piece.lower() for piece in (title, parts[0], *_cut_off(title)))
    blocks = _over_blocks(flat)
    results: list[Heading] = []
    begun = False  # the text
    for number, line in enumerate(flat.lines):
        text = line.text
        begun = begun or (number > first and found.weights[number - 1] > _SENTENCE)
        if not 4 <= len(text) <= _LONGEST_TITLE:
            continue
        near = nearest <= number <= farthest
        if sure and not near and flat.boxes[line.box].tag not in _HEADINGS and text.lower() not in known:
            continue
        tag = _heading_tag(flat, line)
        itself = text.lower() in own and (
            tag in ("h1", "h2")
            or (near and wanted.get(plain(text), (0.0, ""))[0] >= SURE)
            or (near and number < first and opens(found, number))
        )
        linked = line.links * 2 > len(text) and not itself
        if linked and (tag is None or not near):
            continue
        bare = plain(text)
        if not bare or bare in banned or furniture.is_site_name(text) or markup.runs(line.el):
            continue
        if len(text) <= 60 and (furniture.is_widget(text) or furniture.is_related_heading(text)):
            continue
        score, source = 0.0, ""
        match = wanted.get(bare)
        if match is not None:
            score, source = match
            if text.lower() in own:
                score += 1.0
        elif text.lower() in own:
            score, source = 3.0, "link to the page itself"
        elif any(bare.startswith(cut) for cut in cut_hints if len(cut) > 15):
            score, source = 5.0, LISTED
        likeness = _likeness(bare, slugs) if not linked else 0.0
        if likeness >= 0.5:
            like = 5 * likeness * min(1.0, 0.2 + len(bare.split()) / 6)
            score = max(score, like) + 0.25 * min(score, like)
            source = source or "heading like the address"
        if tag is not None:
            score += _HEADINGS.get(tag, 0.0) + (1.5 if number == only and match is None else 0.0)
            source = source or (FIRST if tag == "h1" else NEAR)
        elif not near and score == 0 and sure:
            continue
        over_block = match is None and likeness < 0.5 and number in blocks
        if not over_block and (markup.says("title", line.el) or markup.says("title", flat.boxes[line.box].el)):
            score += 1.5
            source = source or "line called a title"
        if near:
            score += 2.0 - 0.1 * abs(first - number)
            if number >= first and tag is None and match is None and (begun or not opens(found, number)):
                score -= 2.0 if number > first else 1.0
        elif number > first and sure:
            score -= 3.0
        if score >= 1.5 and is_beside_date(found, number):
            score += 1.5
        if over_block or (found.bad[line.box] and tag != "h1"):
            score -= 3.0
        if linked:
            score -= 1.5
        link = elsewhere.get(text.lower())
        if link is not None and text.lower() not in own:
            menu = match is None and likeness < 0.7 and link < number
            score -= 2.5 if menu or len(text.split()) <= 4 else 0.0
        if tag is None and shares_row_with_date(found, number):
            score -= 3.0
        if line.bold * 2 > len(text):
            score += 0.5
        if bare_title and bare != bare_title and len(bare) > 12 and match is None and bare in bare_title:
            score += 1.5
        if tag is None and match is None and len(text) > 120:
            score -= 1.0 + (len(text) > 200) + text.endswith(".")
        elif tag is None and match is None and len(text) > _SAID and text.endswith("."):
            score -= 1.0  # a sapo
        if score >= 1.5 and not (_DIGIT.search(text) and (dates.parse(text) is not None or dates.is_moment(text))):
            results.append(Heading(text, number, source or NEAREST, score))
    results.sort(key=lambda heading: (-heading.strength, heading.line))
    if results:
        results.insert(0, _below_label(found, results))
    elif begins is None:  # a menu may stand before the text in its box
        prose = next((number for number in range(first, last) if found.weights[number] > _SENTENCE), first)
        if prose > farthest:
            return headings(
                found,
                centre,
                url=url,
                hinted=hinted,
                structured=structured,
                title=title,
                site_names=site_names,
                begins=prose,
            )
    return results


def _own_titles(flat: Flat, url: str) -> set[str]:
    """What links on the page that lead to the page itself say, in lower case: related lists often name the article."""
    address = urlsplit(url)
    path = unquote(address.path).rstrip("/").lower()
    tail = path.rpartition("/")[2]
    whole = f"{path}?{unquote(address.query).lower()}" if address.query else path
    folder = address.path.endswith("/")
    found = set()
    for mark in flat.links:
        href = mark.el.get("href") or ""
        if "#" in href:
            href, _, place = href.partition("#")
            if place:
                continue  # an entry of a table of contents
        if "%" in href:
            href = unquote(href)
        href = href.rstrip("/").lower()
        own = href == "." or (len(tail) >= 5 and href.endswith(tail)) or (path != "" and href == whole)
        own = own or (folder and href == "index.html")
        if own and mark.line < len(flat.lines):
            line = flat.lines[mark.line]
            shown = " ".join("".join(mark.el.itertext()).split())
            if len(shown) > 12 and line.links:
                found.add(shown.lower())
    return found


def _over_blocks(flat: Flat) -> set[int]:
    """The headings that have two others like them, of one tag and one class: each stands over a block of the page."""
    kinds: dict[tuple[str, str], list[int]] = {}
    for number, line in enumerate(flat.lines):
        el = flat.boxes[line.box].el
        if el.tag in ("h1", "h2", "h3") and not line.links and (called := el.get("class")):
            kinds.setdefault((el.tag, called), []).append(number)
    return {number for numbers in kinds.values() if len(numbers) > 2 for number in numbers}


def _only_heading(found: Survey) -> int:
    """The line of the one <h1> that is a sentence's beginning, not a name; -1 where there are several or none."""
    numbers = [
        number
        for number, line in enumerate(found.flat.lines)
        if found.flat.boxes[line.box].tag == "h1" and not line.links and len(line.text.split()) >= 4
    ]
    return numbers[0] if len(numbers) == 1 else -1


def _below_label(found: Survey, results: list[Heading]) -> Heading:
    """The best of the candidates; where that is a section's label over the title, the title."""
    best = results[0]
    words = len(best.text.split())
    if words > 10:
        return best
    lines = found.flat.lines
    for other in sorted(results, key=lambda heading: heading.line):
        if not best.line < other.line <= best.line + 4:
            continue
        marked = other.text == best.text or (
            len(other.text.split()) >= max(words, 4)
            and (
                (markup.says("title", lines[other.line].el) and _heading_tag(found.flat, lines[best.line]) != "h1")
                or _heads_box(found, best.line, other.line)
            )
        )
        if marked:
            return Heading(other.text, other.line, other.source, max(other.strength, best.strength))
    return best


def _heads_box(found: Survey, label: int, number: int) -> bool:
    """Whether a heading stands over its date in a box with its text, which the label over it is outside of.

    Or, in one box with it, right under a label of a few words, wholly bold. What is no heading is one only where the
    label is a link of the page, as those of a menu are.
    """
    flat = found.flat
    if not opens(found, number):
        return False
    over, line = flat.lines[label], flat.lines[number]
    if number == label + 1 and len(over.text.split()) <= _LABEL and _heading_tag(flat, over) != "h1":
        return line.bold * 10 >= len(line.text) * 9
    if _heading_tag(flat, line) is None and not _is_in_menu(flat, over.text):
        return False
    around = next((b for b in flat.path(line.box) if flat.boxes[b].last - flat.boxes[b].first > 1), 0)
    inside = flat.boxes[around]
    return label < inside.first and found.prose[around] >= 0.5 * found.total > 0 and inside.tag not in ("body", "html")


def _is_in_menu(flat: Flat, label: str) -> bool:
    """Whether a link of the page says no more than the label of a section."""
    return any(line.links and line.text.lower() == label.lower() for line in flat.lines)


def without_date(found: Survey, heading: Heading, offset: str) -> Heading:
    """A title without the date that the page prints at its end, in an element of its own."""
    if heading.line < 0:
        return heading
    el: Any = found.flat.lines[heading.line].el
    tags = ("small", "span", "i", "em", "time", "font")
    for inner in (*el.iterdescendants(*tags), *el.itersiblings(*tags)):
        last = fold(string(inner))
        rest = heading.text.removesuffix(last).rstrip(" ([-–|")
        cut = last and rest != heading.text and len(rest) >= 10
        if cut and len(last) <= 60 and dates.parse(last.strip("()[] "), offset) is not None:
            return replace(heading, text=rest)
    apart = dated_apart(found, heading.line, offset)
    return heading if apart is None else replace(heading, text=heading.text[: apart.start].rstrip(" ([-–|"))


def unshown_title(
    hinted: Sequence[tuple[str, bool]],
    structured: Sequence[tuple[str, str]],
    title: str | None,
    site_names: Iterable[str],
) -> Heading | None:
    """A title that no line shows: as structured data, the <title> element or a listing give it."""
    banned = {plain(name) for name in site_names if name}

    def usable(text: str) -> bool:
        named = furniture.is_site_name(text) or furniture.is_related_heading(text)
        return len(text) >= 4 and plain(text) not in banned and not named

    for text, source in structured:
        short = _without_site(text, banned)
        if usable(short):
            return Heading(short, -1, source, 2.0)
    if title:
        short = _without_site(title, banned)
        if usable(short) and (short != title or len(title) > 25):
            return Heading(short, -1, "title element", 1.5)
    for text, _ in hinted:
        if usable(text):
            return Heading(text, -1, LISTED, 2.5)
    return None


def outdone(best: Heading, unshown: Heading, title: str | None) -> bool:
    """Whether what a page tells twice, to machines and in its <title>, is surer than a heading of its text."""
    if unshown.source == LISTED or unshown.source == "title element" or best.source not in (FIRST, NEAR):
        return False
    said = plain(unshown.text)
    told_twice = f"{plain(title or '')} ".startswith(f"{said} ")
    return told_twice and (best.source == NEAR or not set(said.split()) & set(plain(best.text).split()))


def _without_site(title: str, banned: set[str]) -> str:
    """A <title> without the site's name at its end or beginning."""
    pieces = _SEPARATOR.split(title)
    if len(pieces) < 2:
        return title
    for cut in _cut_off(title):
        rest = plain(title.replace(cut, "", 1))
        if rest in banned:
            return cut
    head = _cut_off(title)[0]
    return head if len(head) >= 0.4 * len(title) or len(_WORD.findall(head)) >= 4 else title


def _cut_off(title: str) -> list[str]:
    """The title without its last part, its first part, and its last two."""
    marks = list(_SEPARATOR.finditer(title))
    if not marks:
        return []
    cuts = [title[: marks[-1].start()], title[marks[0].end() :]]
    if len(marks) > 1:
        cuts += [title[: marks[-2].start()], title[: marks[0].start()]]
    return [cut for cut in cuts if cut.strip()]


def _heading_tag(flat: Flat, line: Line) -> str | None:
    el: Any = line.el
    for _ in range(4):
        if el is None:
            return None
        if el.tag in _HEADINGS:
            return str(el.tag)
        if el.tag in ("p", "li", "td", "body", "article", "section"):
            return None
        el = el.getparent()
    return None


def _slugs(url: str) -> list[list[str]]:
    """The parts of an address that are made of words."""
    parts = urlsplit(url)
    pieces = [*parts.path.split("/"), *(piece.partition("=")[2] for piece in parts.query.split("&"))]
    found = []
    for piece in pieces:
        words = [
            word for word in plain(unquote(piece).replace("_", " ")).split() if not (word.isdigit() and len(word) > 4)
        ]
        while words and words[-1] in ("html", "htm", "aspx", "php", "shtml", "jsp"):
            words.pop()
        if len(words) > 1 or (words and piece is pieces[-1]):
            found.append(words)
    return found[-4:]


def _likeness(bare: str, slugs: list[list[str]]) -> float:
    """How much of a line and of a slug of the address is the same, in words: 0 to 1."""
    if not slugs:
        return 0.0
    words = bare.split()
    if len(words) < 2:
        return 0.0
    best = 0.0
    for slug in slugs:
        if len(slug) < 2 or set(slug).isdisjoint(words):
            continue
        same = _in_both(words, slug)
        if len(words) >= 4 and slug[: len(words)] == words:
            best = max(best, 0.9)
        best = max(best, same / max(len(slug), min(len(words), len(slug) + 6)))
    return best


def _in_both(words: list[str], others: list[str]) -> int:
    """How many words two lists have in common, each as often as both have it."""
    left: dict[str, int] = {}
    for word in others:
        left[word] = left.get(word, 0) + 1
    same = 0
    for word in words:
        if left.get(word):
            left[word] -= 1
            same += 1
    return same
