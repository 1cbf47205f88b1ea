"""Scriptpager: the pages of a list that a click's script opens (`goPage(2)`), at the addresses that it would ask for.

Each address is a guess, as those of `more` are: what the script does beside it is not known. Where it cannot be told,
the click itself is noted as a page that nobody asks for: a list that is lost must not look as if it were whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import quote, unquote

from archive.ledger.rows import Lead

from ..page import Page
from ..urls import canonical, resolve
from .expressions import Value
from .more import scripts
from .paging import SCRIPT, called, is_off, place
from .scripts import Ask, Call, Script

_MOST = 200  # addresses that one pager may give
_UNOPENED = 20  # clicks of one page that are noted
_CLICKS, _CODE = 300, 500  # of one page, characters of one
_LONGEST = 2000  # characters of an address
_CLICKED = re.compile(r"onclick|javascript:", re.I)
_PAGER = re.compile(
    r"pag(?:er|ing|inat|enav|e-?(?:nav|num|list|link|bar|item))|(?:^|[^a-z])(?:pages|phan-?trang)", re.I
)
_TURNS = re.compile(r"page|paging|trang", re.I)
# What else is numbered and clicked, by the names of boxes and of functions
_SHOWS = frozenset(
    ("calendar", "datepicker", "slide", "slider", "slides", "slideshow", "carousel", "vote", "poll", "rating")
)
_DOES = _SHOWS | frozenset(
    ("date", "lich", "ngay", "day", "thang", "month", "nam", "year", "banner", "tab", "rate", "star", "font", "size",
     "zoom", "print", "share", "login", "comment", "comments", "binhluan")
)  # fmt: skip
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MONTH = range(28, 32)  # days
_UP = 3  # levels from a click up to the box of its pager


@dataclass(frozen=True, slots=True)
class _Click:
    """Something to click on that says it leads to another page. `number`: which; 0: it does not say."""

    element: Any
    number: int
    call: Call
    ask: Ask | None = None  # what its own code asks for, where it calls nothing


def scriptpager(page: Page, *, fragment: bool) -> list[Lead]:
    """The pages to which clicks lead. `fragment`: the page that it is put into may have the scripts that it lacks."""
    codes = list(islice(_codes(page), _CLICKS)) if _CLICKED.search(page.source) else []
    if not codes:
        return []
    script = Script(scripts(page), page.url)
    groups: dict[str, list[_Click]] = defaultdict(list)
    for element, code, number in codes:
        if (click := _read(element, code, number, script)) is not None:
            groups[click.call.name].append(click)
    found: dict[str, Lead] = {}
    for name, clicks in groups.items():
        boxes = [_names(click.element) for click in clicks]
        if _is_another(clicks, boxes) or {click.number for click in clicks} == {1}:
            continue
        at = _varies(clicks)
        placed = any(map(_PAGER.search, boxes)) or (at is not None and bool(_TURNS.search(name)))
        if not placed and (at is None or not _turns_pages(clicks, at)):
            continue
        leads = list(islice(_opened(clicks, at, script, page), _MOST)) if at is not None else []
        if not leads and not fragment and (placed or any(click.number for click in clicks)):
            leads = [_unopened(click, page) for click in clicks[:_UNOPENED] if _asks(click, script)]
        found |= {lead.key: lead for lead in leads}
    found.pop(canonical(page.url), None)
    return list(found.values())


def _codes(page: Page) -> Iterator[tuple[Any, str, int]]:
    """What has a script for a click and a pager's words: the element, the code, the page that the words name."""
    for element in page.root.iter("a", "button", "input", "span", "li", "td", "div"):
        href, code = (element.get("href") or "").strip(), (element.get("onclick") or "").strip()
        if not code and href[:11].lower() == "javascript:":
            code = unquote(href[11:])
        if not code or len(code) > _CODE or "ostBack" in code:
            continue
        text = "".join(islice(element.itertext(), 10))[:80]
        words = " ".join((text or element.get("value") or "").split())
        number = called(words or element.get("title") or element.get("aria-label") or "")
        if number is not None and not is_off(element):
            yield element, code, number


def _read(element: Any, code: str, number: int, script: Script) -> _Click | None:
    call = script.called(code)
    if call is None or call.name not in script.functions:
        asked = next((ask for ask in script.asked_by(code) if ask is not None), None)
        if asked is not None:
            return _Click(element, number, Call("", (asked.address,)), asked)
    return _Click(element, number, call) if call is not None else None


# Whether it is a pager


def _varies(clicks: Sequence[_Click]) -> int | None:
    """Which argument says the page: the one that fits the numbers, else the last that is a number in every call."""
    columns = [_column(clicks, at) for at in range(min(len(click.call.args) for click in clicks))]
    fitting = next((at for at, column in enumerate(columns) if _step(clicks, column) is not None), None)
    if fitting is not None:
        return fitting
    return next((at for at in reversed(range(len(columns))) if None not in columns[at]), None)


def _column(clicks: Sequence[_Click], at: int) -> list[int | None]:
    return [_number(click.call.args[at]) for click in clicks]


def _number(value: Value | None) -> int | None:
    """A number, or that of the page at an address."""
    if isinstance(value, int):
        return value if value >= 0 else None
    if not isinstance(value, str):
        return None
    if value.isascii() and value.isdigit() and len(value) < 7:
        return int(value)
    if not re.search(r"[/?=.]", value):
        return None
    at = place(resolve("http://h/", value) or "").number
    last = re.search(r"(\d{1,4})\D*$", value[-40:])
    return at if at is not None else int(last[1]) if last else None


def _step(clicks: Sequence[_Click], column: Sequence[int | None]) -> int | None:
    """How an argument counts the pages whose numbers stand on the clicks: 0 as they do, else from 0 in such steps."""
    pairs = {(click.number, value) for click, value in zip(clicks, column, strict=True) if click.number}
    if not pairs or any(value is None for _, value in pairs):
        return None
    if all(value == number for number, value in pairs):
        return 0
    step = next((value // (number - 1) for number, value in pairs if number > 1 and value), 0)
    return step if step and len(pairs) > 1 and all(value == step * (number - 1) for number, value in pairs) else None


def _turns_pages(clicks: Sequence[_Click], at: int) -> bool:
    """Whether clicks that call one function are a pager's by what they pass on: two at least, and their numbers fit."""
    column = _column(clicks, at)
    if len(clicks) < 2 or (None in column and not any(click.number for click in clicks)):
        return False
    if any(click.number for click in clicks):
        return _step(clicks, column) is not None
    return len(set(column)) > 1


def _is_another(clicks: Sequence[_Click], boxes: Sequence[str]) -> bool:
    """Whether it is something else that has numbers or arrows: a slide show, a calendar, a vote."""
    names = {part for click in clicks for part in (*_parts(click.call.owner), *_parts(click.call.name))}
    if not _DOES.isdisjoint(names) or any(not _SHOWS.isdisjoint(_parts(box)) for box in boxes):
        return True
    numbers = {click.number for click in clicks if click.number}
    cells = sum(click.element.tag == "td" or click.element.getparent().tag == "td" for click in clicks)
    return min(cells, len(numbers)) >= _MONTH[0] and max(numbers) in _MONTH


def _names(element: Any) -> str:
    """Classes and ids of an element and of the boxes that it is in."""
    found = []
    box = element
    for _ in range(_UP + 1):
        if box is None or box.tag in ("body", "html", "form", "main"):
            break
        found += [box.get("class") or "", box.get("id") or ""]
        box = box.getparent()
    return " ".join(found)[:400]


def _parts(name: str) -> set[str]:
    return {part.lower() for part in _PARTS.findall(name)}


# Where it leads


def _opened(clicks: Sequence[_Click], at: int, script: Script, page: Page) -> Iterator[Lead]:
    """Leads to the addresses that the clicks ask for, and to the pages between those that a pager shows."""
    step = _step(clicks, _column(clicks, at))
    shown = {click.number for click in clicks if click.number}
    patterns: dict[tuple[Value | None, ...], Call] = {}
    for click in clicks:
        lead = _lead(click.ask or _ask(click.call, at, script, page), page)
        if lead is None:
            continue
        yield lead
        if click.ask is None and click.number and place(lead.url).number is None:
            patterns[(*click.call.args[:at], *click.call.args[at + 1 :])] = click.call
    if step is None:
        return
    # The address does not say its number, and what comes back has no script: nothing else would lead there.
    missing = [number for number in range(2, max(shown, default=0)) if number not in shown]
    for call in patterns.values():
        for number in missing:
            value = step * (number - 1) if step else number
            lead = _lead(_ask(_with(call, at, value), at, script, page), page)
            if lead is not None:
                yield lead


def _ask(call: Call, at: int, script: Script, page: Page) -> Ask | None:
    """The first that a call asks for and that another number would change."""
    asked, value = script.asks(call), call.args[at]
    number = _number(value)
    if number is None:
        return None
    if asked is None:
        url = resolve(page.base, value) if isinstance(value, str) else None
        return Ask(url) if url is not None and place(url).series == place(page.url).series else None
    other = script.asks(_with(call, at, number + 1)) or []
    return next((one for one, changed in zip(asked, other, strict=False) if one and changed and one != changed), None)


def _with(call: Call, at: int, number: int) -> Call:
    value = number if isinstance(call.args[at], int) else str(number)
    return replace(call, args=(*call.args[:at], value, *call.args[at + 1 :]))


def _lead(ask: Ask | None, page: Page) -> Lead | None:
    url = resolve(page.base, ask.address) if ask is not None else None
    if ask is None or url is None or len(url) > _LONGEST:
        return None
    key = canonical(url) if ask.form is None else f"{canonical(url)}#{ask.form}"
    return Lead(url, key, "listing", guess=True, form=ask.form)


def _asks(click: _Click, script: Script) -> bool:
    """Whether a click may ask for anything: all that a function of the page does may be to show what is there."""
    return script.asks(click.call) != [] or script.steps.left < 0


def _unopened(click: _Click, page: Page) -> Lead:
    """A page that is not asked for: under its list's address, with what would have to be called."""
    words = ",".join("?" if one is None else str(one) for one in click.call.args)
    mark = quote(f"{click.call.name}({words})"[:100], safe="(),.$/?=&")
    address = page.url.partition("#")[0]
    key = f"{place(page.url).series}#{mark}"
    return Lead(f"{address}#{mark}", key, "listing", state="out of scope", reason=SCRIPT)
