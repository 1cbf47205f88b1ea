"""More: lists that grow by a script ("Xem thêm", endless scrolling): the addresses that the script would ask for. Pure.

No script is run. What a button carries (`data-url`, `data-page`, `onclick`) and what the page's own scripts join to an
address and a number is enough on most portals. Each address is a guess: that there is nothing is no failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from archive.ledger.rows import Lead

from ..fields.media import DOCUMENTS, PICTURES, ending
from ..page import Page
from ..urls import canonical, resolve
from .paging import place

_PIECES = 60  # of text, in which the words of a button are
_MOST = 4  # addresses that one page may give
_SCRIPT = 200_000  # characters of a page's own scripts that are looked at
_WORDS = re.compile(
    r"\W*(?:(?:xem|tải|hiển thị|đọc) thêm(?: (?:tin|bài)(?: khác| viết)?)?|xem tiếp|thêm tin"
    r"|(?:load |show |view )?more)\W*",
    re.I,
)
_CARRIES = re.compile(
    r"data-(?:[\w-]*(?:url|href|src|ajax|next|api|endpoint|link|load|action|remote|source|path)[\w-]*)", re.I
)
_COUNTS = re.compile(r"data-(?:[\w-]*(?:page|paged|trang|next|current|offset|start|skip)[\w-]*)", re.I)
_PASSED = re.compile(
    r"data-((?:cat|category|cate|section|zone|type|menu|limit|size|chuyenmuc|pagesize|id)(?:_?id)?)", re.I
)
_HOLE = re.compile(
    r"\{\{?\s*(?:page|p|n|num|i|trang|0|offset)\s*\}?\}|\$\{[^}]{1,40}\}|__page__|%d|\[page\]|:page\b|%7B(?:page|0)%7D",
    re.I,
)
_STRING = re.compile(r"""(["'`])((?:https?://|/|\?|\./)?[^"'`\s<>]{1,400})\1""")
_JOINED = re.compile(r"""(["'])([^"'\s<>]{1,300}[=/-])\1\s*\+\s*[\w.$(]""")
_TEMPLATE = re.compile(r"`([^`\s<>]{1,300}\$\{[^}]{1,40}\}[^`\s<>]{0,100})`")
_CALLED = re.compile(r"""(?:\.(?:ajax|get|post|getJSON|load)|fetch|open|axios(?:\.\w+)?)\s*\(|\burl\s*:""")
_PARAMETER = re.compile(
    r"""["']?\b(page|trang|pageIndex|pageNumber|p|paged|cur|offset|start|skip)\b["']?\s*[:=]\s*(?!["']?\s*[,}])""", re.I
)
_FIXED = re.compile(r"""["']?\b([A-Za-z_]\w{0,30})["']?\s*:\s*(?:"([^"]{0,60})"|'([^']{0,60})'|(\d{1,9}))\s*[,}]""")
_ADDRESS = re.compile(r"https?://|/|\?|\.\w+\?|[\w.-]+/|[\w-]+\.(?:php|aspx?|ashx|html?|jsp|do)\b")
_POST = re.compile(r"""\.post\s*\(|(?:type|method)\s*:\s*["']post["']""", re.I)


def more(page: Page) -> list[Lead]:
    """Where the rest of the lists of this page may be. Nothing where no button and no script speaks of it."""
    found: dict[str, Lead] = {}
    for address, form in _addresses(page):
        url = resolve(page.base, address)
        if url is None or ending(url.partition("?")[0]) in (*PICTURES, *DOCUMENTS, ".js", ".css"):
            continue
        key = canonical(url) if form is None else f"{canonical(url)}#{form}"
        if key == canonical(page.url):
            continue
        found.setdefault(key, Lead(url=url, key=key, kind="listing", guess=True, form=form))
        if len(found) == _MOST:
            break
    return list(found.values())


def _addresses(page: Page) -> Iterator[tuple[str, str | None]]:
    """Address and body of a POST, or None for a GET."""
    buttons = [
        element
        for element in page.root.iter("a", "button", "div", "span", "input", "li", "section", "ul")
        if _grows(element)
    ]
    for button in buttons:
        for address in _carried(button):
            yield address, None
    if not buttons and not _scrolls(page):
        return
    if place(page.url).number is None:
        yield from _written(scripts(page))


def _grows(element: Any) -> bool:
    """Whether an element makes a list grow: by its words, or by an address and a number that it carries."""
    words = element.get("value") if element.tag == "input" else element.text or ""
    if element.tag in ("a", "button", "span", "div", "input") and not (words or "").strip() and len(element) <= 3:
        words = "".join(islice(element.itertext(), _PIECES))[:60]
    names = element.keys()
    carries = any(_CARRIES.fullmatch(name) and _ADDRESS.match(element.get(name) or "") for name in names)
    if words and _WORDS.fullmatch(" ".join(words.split())):
        href = (element.get("href") or "#").strip()
        return carries or href[0] == "#" or href.lower().startswith("javascript") or element.get("onclick") is not None
    return carries and any(_COUNTS.fullmatch(name) for name in names)


def _carried(element: Any) -> Iterator[str]:
    """The addresses in a button's attributes and in its onclick."""
    carried = {name.lower(): (element.get(name) or "").strip() for name in element.keys()}  # noqa: SIM118
    addresses = [value for name, value in carried.items() if _CARRIES.fullmatch(name) and _ADDRESS.match(value)]
    counts = [
        (name, int(value))
        for name, value in carried.items()
        if _COUNTS.fullmatch(name) and value.isdigit() and len(value) < 7
    ]
    clicked = carried.get("onclick") or carried.get("href", "")
    if clicked and not addresses:
        addresses = [match[2] for match in _STRING.finditer(clicked) if _ADDRESS.match(match[2])]
        counts += [("page", int(number)) for number in re.findall(r"[(,]\s*['\"]?(\d{1,5})['\"]?\s*[,)]", clicked)[:1]]
    passed = [
        (match[1], carried[name]) for name in carried if (match := _PASSED.fullmatch(name)) and len(carried[name]) < 40
    ]
    for address in addresses:
        yield from _numbered(address, counts, passed)


def _numbered(address: str, counts: list[tuple[str, int]], passed: list[tuple[str, str]]) -> Iterator[str]:
    """An address with the number of the next page in it."""
    name, count = counts[0] if counts else ("page", 1)
    offset = bool(re.search(r"offset|start|skip", name))
    # Whether a button carries the page that is shown or the one that comes next is not said, nor where counting begins.
    numbers = [count] if offset or count > 1 else [2, 1]
    hole = _HOLE.search(address)
    if hole is None and place(resolve("http://h/", address) or "").number is not None:
        yield address
        return
    for number in numbers:
        if hole is not None:
            yield f"{address[: hole.start()]}{number}{address[hole.end() :]}"
        elif address[-1] in "=/-":
            yield f"{address}{number}"
        else:
            word = "page" if not offset else re.sub(r"^data-", "", name)
            given = [] if "?" in address else passed
            yield f"{address}{'&' if '?' in address else '?'}{urlencode([*given, (word, number)])}"


def _written(script: str) -> Iterator[tuple[str, str | None]]:
    """The addresses that a script joins to a number."""
    for match in _TEMPLATE.finditer(script):
        if _ADDRESS.match(match[1]) and place(resolve("http://h/", _HOLE.sub("1", match[1])) or "").number is not None:
            yield _HOLE.sub("2", match[1]), None
            yield _HOLE.sub("1", match[1]), None
    for match in _JOINED.finditer(script):
        if _ADDRESS.match(match[2]) and place(resolve("http://h/", f"{match[2]}1") or "").number is not None:
            yield f"{match[2]}2", None
            yield f"{match[2]}1", None
    for call in _CALLED.finditer(script):
        around = script[max(0, call.start() - 60) : call.end() + 400]
        literal = _STRING.search(script, call.end(), call.end() + 200)
        parameter = _PARAMETER.search(script, call.end(), call.end() + 400)
        if literal is None or parameter is None or not _ADDRESS.match(literal[2]) or "#" in literal[2]:
            continue
        fixed = [
            (one[1], one[2] or one[3] or one[4] or "")
            for one in _FIXED.finditer(script, literal.end(), call.end() + 400)
            if one[1].lower()
            not in ("type", "method", "datatype", "url", "contenttype", "async", "cache", parameter[1].lower())
        ]
        for number in (2, 1):
            data = urlencode([*fixed, (parameter[1], number)])
            if _POST.search(around):
                yield literal[2], data
            else:
                yield f"{literal[2]}{'&' if '?' in literal[2] else '?'}{data}", None


def _scrolls(page: Page) -> bool:
    return bool(re.search(r"IntersectionObserver|infinite|\.scroll\(|[\"']scroll[\"']", scripts(page)))


def scripts(page: Page) -> str:
    """The text of the scripts that stand on a page."""
    return "\n".join(element.text or "" for element in page.root.iter("script") if not element.get("src"))[:_SCRIPT]
