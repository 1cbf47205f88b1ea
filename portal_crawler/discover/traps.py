"""Traps: addresses without end, told by their shape and by what they give. Pure, but for what it is told of visits.

Two ways. Some addresses show what they are: a path that repeats itself, a left-over of a web archive, a form to log in.
The others are families of addresses of one shape: as long as visits to a family give something new it is no trap,
whatever it looks like; when too many in a row give nothing, the rest of it is not asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from archive.ledger.rows import Kind

from .paging import place

# Visits in a row that give nothing new, after which a family is left.
PATIENCE = 15
PATIENCE_REPEATED = 5  # of archives by tag, month, author: they repeat what lists have, and come after all of it
PATIENCE_VOUCHED = 40  # of addresses that a list describes with title and date
PATIENCE_NAMED = 100  # of addresses that are names: a portal's articles may all be of this shape

# Pages that no list describes and that describe none: as many as these, and some for each entry of the portal's lists.
_PLAIN, _PLAIN_EACH = 300, 2
_SHALLOW = 3  # links from the front page: what is so near is a menu's

_LONGEST_PATH = 20  # parts; the longest of a real portal has 9
_MOST_PARAMETERS = 16
_REPEATS = 3  # a part of a path that stands there so often; numbers apart

_LOGIN = re.compile(
    r"(?:^|[/=&?])(?:wp-login\.php|log-?in|log-?out|sign-?in|sign-?out|register|dang-?nhap|dang-?xuat|dang-?ky"
    r"|authenticate\.aspx|signout\.aspx|users?/(?:login|register|password)|lost-?password|quen-?mat-?khau|captcha)"
    r"(?:[/.?&]|$)",
    re.I,
)
# What a link changes for its visitor from then on, by a cookie: every page that comes later looks otherwise.
_SWITCH = re.compile(
    r"(?:^|&)(?:nv\w*themever|wptouch_switch|jtpl|(?:switch|change|set|force|use)_?(?:theme|skin|template|view|device|version"
    r"|mobile|desktop)|(?:theme|mobile|device|desktop)_?switch(?:er)?|no_?mobile|full_?site"
    r"|(?:theme|view|version|device|display|site|giao_?dien|phien_?ban)=(?:mobile|desktop|wap|pc|di-?dong|may-?tinh)(?=&|$))"
    r"(?:=|&|$)",
    re.I,
)
_ARCHIVED = re.compile(r"/web/\d{14}(?:[a-z]{2}_)?/https?(?::|/|_)", re.I)
_HEX = re.compile(r"(?=.*\d)[0-9a-f]{8,}|(?=.*\d)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
_DRAWN = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[0-9A-Za-z_-]{16,}")
_DIGITS = re.compile(r"\d+")
_ENDING = re.compile(r"\.[A-Za-z]{2,5}$")
_ARCHIVE = re.compile(
    r"(?:^|[/?&])(?:tag|tags|tu-khoa|label|keywords?|author|tac-gia|archives?|luu-tru|calendar|lich|search|tim-?kiem"
    r"|search_?results?|s|q|keyword|tukhoa|tag_?id|month|thang|year|nam|date|ngay)(?:[/=.?]|$)",
    re.I,
)
_ANYTHING = re.compile(
    r"(?:^|[/?&@])(?:author|tac-gia|creator|search|tim-?kiem|search_?results?|s|q|keywords?|tukhoa)(?:[/=.?]|$)", re.I
)
_MONTH = re.compile(r"^/(?:[^/]+/)?(?:19|20)\d\d/(?:0?[1-9]|1[0-2])(?:/(?:0?[1-9]|[12]\d|3[01]))?/?$")


def is_archived(path: str) -> bool:
    """Whether a path on the portal's own host is a web archive's: its pages were saved there, and put back."""
    return _ARCHIVED.search(path) is not None


def structural(url: str) -> str | None:
    """Why an address by itself is not worth asking for; None where it may be."""
    parts = urlsplit(url)
    if is_archived(parts.path):
        return "left over from a web archive, on the portal's own host"
    pieces = [piece for piece in parts.path.split("/") if piece]
    if len(pieces) > _LONGEST_PATH:
        return f"a path of more than {_LONGEST_PATH} parts"
    counted = Counter(piece for piece in pieces if not piece.isdigit())
    if counted and max(counted.values()) >= _REPEATS:
        return "a path that repeats itself"
    if _repeats_at_end(pieces):
        return "a path that repeats itself"
    if parts.query.count("&") >= _MOST_PARAMETERS:
        return f"more than {_MOST_PARAMETERS} parameters"
    return None


LOGIN = "a form to log in or out"  # why such an address is not asked for


def is_login(url: str) -> bool:
    """Whether an address is a form to log in, or does something (logs out): nothing for an archive."""
    parts = urlsplit(url)
    return bool(_LOGIN.search(parts.path)) or any(
        _LOGIN.search(f"={value}") for name, value in parse_qsl(parts.query) if len(value) < 40 and name.lower() != "q"
    )


def is_switch(url: str) -> bool:
    """Whether an address has no page of its own: it sets how the portal looks to its visitor, and leads back."""
    query = urlsplit(url).query
    return bool(query) and _SWITCH.search(query) is not None


def is_archive(url: str) -> bool:
    """Whether an address is a tag's, a month's, a search's: what it lists is listed elsewhere too, as a rule."""
    parts = urlsplit(url)
    return bool(_ARCHIVE.search(f"{parts.path}?{parts.query}")) or bool(_MONTH.match(parts.path))


def lists_anything(url: str) -> bool:
    """Whether an address is an author's or a search's: it lists static pages and files beside articles."""
    parts = urlsplit(url)
    return bool(_ANYTHING.search(f"{parts.path}?{parts.query}"))


def _repeats_at_end(pieces: list[str]) -> bool:
    """Whether the last two or more parts stand twice one after the other: /a/b/a/b."""
    for size in range(2, len(pieces) // 2 + 1):
        tail = pieces[-size:]
        if tail == pieces[-2 * size : -size] and not all(piece.isdigit() for piece in tail):
            return True
    return False


@lru_cache(maxsize=1 << 15)
def shape(url: str) -> str:
    """What addresses of one family have in common: numbers, names and what is drawn by lot are each one sign.

    `N` a number, `R` drawn by lot, `S` a name of several words; query parameters by name and kind of value, sorted.
    """
    parts = urlsplit(url)
    pieces = unquote(parts.path).split("/")
    signs = [_sign(piece) for piece in pieces]
    query = sorted(f"{name}={_value(value)}" for name, value in parse_qsl(parts.query, keep_blank_values=True)[:20])
    return f"{parts.netloc}{'/'.join(signs)}" + (f"?{'&'.join(query)}" if query else "")


def _sign(piece: str) -> str:
    ending = _ENDING.search(piece)
    stem = piece[: ending.start()] if ending else piece
    tail = ending[0].lower() if ending else ""
    if _DIGITS.fullmatch(stem):
        return "N" + tail
    if _HEX.fullmatch(stem) or (_DRAWN.fullmatch(stem) and stem.count("-") < 2):
        return "R" + tail
    words = [word for word in re.split(r"[-_ +]", stem) if word]
    number = "N" if words and _DIGITS.fullmatch(words[-1]) else ""
    if len(words) - bool(number) >= 3:
        return f"S{number}{tail}"
    return _DIGITS.sub("N", stem.lower()) + tail


def _value(value: str) -> str:
    if _DIGITS.fullmatch(value):
        return "N"
    if _DIGITS.search(value):
        return "R" if _HEX.fullmatch(value) or _DRAWN.fullmatch(value) else "N"
    return "S" if value else ""


def family(url: str) -> str | None:
    """A wider family, for addresses that take a new shape all the time: more and more parameters, deeper and deeper."""
    parts = urlsplit(url)
    if parts.query.count("&") >= 1:
        return f"{shape(parts._replace(query='').geturl())}?…"
    pieces = [piece for piece in parts.path.split("/") if piece]
    return f"{parts.netloc}/{pieces[0]}/…" if len(pieces) >= 5 else None


@dataclass(slots=True)
class Yield:
    """What the visits to the families of one portal gave."""

    _barren: Counter[str] = field(default_factory=Counter)  # by family: visits in a row that gave nothing
    _plain: int = 0  # visits of pages that no list describes and that describe none, far from the front page
    _described: int = 0  # entries of lists

    def visited(self, url: str, fruit: bool) -> None:
        """A URL was visited for the first time; `fruit`: it gave something new."""
        for name in _families(url):
            self._barren[name] = 0 if fruit else self._barren[name] + 1

    def went_on(self, depth: int, described: int, *, vouched: bool) -> None:
        """A URL was visited for the first time: its page describes so many new ones. `vouched`: a list names it."""
        self._described += described
        self._plain += depth > _SHALLOW and not described and not vouched

    def is_spent(self, depth: int) -> str | None:
        """Why a page that no list describes is not asked for, so far from the front page; None where it is."""
        most = _PLAIN + _PLAIN_EACH * self._described
        if depth <= _SHALLOW or self._plain < most:
            return None
        return f"after {most} pages that no list describes, {_SHALLOW} links and more from the front page"

    def patience_with(self, url: str, *, vouched: bool, kind: Kind) -> str | None:
        """Why the families of a URL are not asked for any more; None where they are.

        `vouched`: a list describes it with a date; `kind`: what it is thought to be. The widest family is named: it is
        the first to be left, and `rebuild`, which judges at the end, must give the same reason.
        """
        for name in reversed(_families(url)):
            limit = PATIENCE_VOUCHED if vouched else PATIENCE_REPEATED if kind == "archive" else PATIENCE
            limit *= 2 if kind == "article" and name[-1] in "…*" else 1
            if kind not in ("aside", "archive") and not any(sign in name for sign in ("N", "R", "=", "…", "*")):
                limit = max(limit, PATIENCE_NAMED)
            if self._barren[name] >= limit:
                return f"{limit} addresses in a row of the shape {name.partition('/')[2]} gave nothing new"
        return None

    def suspects(self, url: str) -> bool:
        """Whether `patience_with` may have an answer: cheap."""
        return any(self._barren[name] >= PATIENCE_REPEATED for name in _families(url))


@lru_cache(maxsize=1 << 15)
def _families(url: str) -> tuple[str, ...]:
    """The families of an address: its shape; all of a folder; what is called the same in many folders; a wider one."""
    names = [shape(url)]
    here = place(url)
    if here.number is not None and here.style is not None and here.style.way == "path":
        names += [name for name in _families(here.series) if name.endswith("*")]  # the pages of a list are its own
    host, *pieces = shape(url).partition("?")[0].split("/")
    if pieces and not pieces[-1]:
        pieces.pop()
    if pieces and not re.search(r"[NRS]", pieces[-1]):
        if len(pieces) >= 2:
            names.append(f"{host}/{'/'.join(pieces[:-1])}/*")
        if len(pieces) >= 3:
            names.append(f"{host}/…/{pieces[-1]}")
    wider = family(url)
    return (*names, wider) if wider is not None else tuple(names)
