"""First entry: what tells a section's page that shows its newest article whole, over a list of the others, from that
article's own page, which has others behind its text as well.

Where the addresses of the others begin with the page's own, where the title leads elsewhere, where the menu leads here
and a pager to further pages of it, it is the section's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from urllib.parse import urlsplit

from ...discover.paging import place
from ...page import fold, string
from ...page.furniture import plain
from ...urls import canonical, resolve
from ..generic import Survey
from ..titles import Heading
from .entries import is_title

_LIST = 4  # titles that make a list
_NEAREST = 6  # titles that are looked at: further ones may be those of a column
_LABELS = 60  # characters of a line of a pager
_MENU = 40  # characters of a menu's entry
_BEHIND = 3  # lines behind a text in which it says where it goes on
_ENDING = re.compile(r"\.(?:html?|aspx?|php|jsp)$")
_NUMBER = re.compile(r"=\d+$")
_PAGE = re.compile(r"/(?:page|trang)[/-]\d+$", re.I)
_PAGER = re.compile(
    r"\W*+(?:(?:\d{1,4}+|trang|đầu|trước|sau|tiếp|cuối|kế|next|prev(?:ious)?|first|last|older|newer)\W{0,5}+){1,16}+$",
    re.I,
)
_SECTION = re.compile(  # one set of characters at its beginning, which is soon looked for
    r"[/?&](?:(?<=/)"
    r"(?:categor(?:y|ies)|cat|c|muc|chuyen-?muc|danh-?muc|sections?|topics?|chu-de|nhom-tin|loai-tin)/[^/]+/?$"
    r"|(?<!/)(?:cat(?:id|egory)?|cid|muc|chuyenmuc|danhmuc|loai(?:tin)?|nhom(?:tin)?)=[^&]+$)",
    re.I,
)
_READ_ON = re.compile(
    r"\W*(?:(?:đọc|xem) (?:tiếp|thêm|chi tiết|toàn bộ|đầy đủ)|chi tiết|(?:read|full) (?:more|story)|continue reading)"
    r"(?:\W.{0,60})?\W*$",
    re.I,
)


class FirstEntry:
    """A page's text with what stands behind it. `end`: the line behind the text."""

    def __init__(self, found: Survey, heading: Heading, end: int, url: str, base: str) -> None:
        self.found, self.heading, self.end, self.url, self.base = found, heading, end, url, base

    @cached_property
    def series(self) -> str:
        """The page's own address, whichever of a list's pages it is."""
        return place(self.url).series

    @cached_property
    def others(self) -> list[int]:
        """The lines behind the text that are titles of other pages, those nearest to it."""
        lines = self.found.flat.lines
        behind = (number for number in range(self.end, len(lines)) if is_title(lines[number]))
        return list(islice(behind, _NEAREST))

    def has_others(self) -> bool:
        return len(self.others) >= _LIST

    def lie_below(self) -> bool:
        """Whether half of the others have addresses that begin with the page's own."""
        others, enough = frozenset(self.others), _NEAREST // 2
        if len(others) < enough:
            return False
        parts = urlsplit(self.url)
        path = _ENDING.sub("", _PAGE.sub("", parts.path.rstrip("/")))
        # A path that is not written out may lie below this page only because its address lost or got a slash.
        written = f"{path}/" if path else "?"
        addresses = {}
        for mark in self.found.flat.links:
            if mark.line not in others:
                continue
            href = mark.el.get("href") or ""
            if "#" in href:  # a reader's note on this page
                continue
            if (written in href or (parts.query and "?" in href)) and (address := resolve(self.base, href)) is not None:
                addresses[mark.line] = address
        return len(addresses) >= enough and sum(map(self._is_below, map(canonical, addresses.values()))) >= enough

    def _is_below(self, address: str) -> bool:
        own, other = urlsplit(self.series), urlsplit(address)
        if own.netloc != other.netloc:
            return False
        if own.query:  # /tin.aspx?cat=12 and /tin.aspx?cat=12&id=300, ?op=tin and ?op=tin/bai-12
            asked, further = set(own.query.split("&")), set(other.query.split("&"))
            numbered = asked < further and any(_NUMBER.search(piece) for piece in further - asked)
            deeper = other.query.startswith(f"{own.query}/")
            below = own.path == other.path and (numbered or deeper)
        else:
            path = _ENDING.sub("", own.path.rstrip("/"))
            below = len(path) > 1 and other.path.startswith(f"{path}/") and other.path.rstrip("/") != path
        return below and place(address).series != self.series

    def leads_on(self) -> bool:
        """Whether the title is a link to another page, and so is what says under the text that it goes on there."""
        target = next(self._targets(self.heading.line, self.heading.line + 1), None)
        if target is None or self.heading.line < 0 or target == self.series:
            return False
        lines = self.found.flat.lines
        last = min(self.end + _BEHIND, len(lines))
        return any(
            mark.line < last and _READ_ON.match(fold(string(mark.el))) and self._of(mark.el.get("href")) == target
            for mark in self.found.flat.links
            if mark.line > self.heading.line
        )

    def is_paged(self) -> bool:
        """Whether a link behind the text leads to another page of this address."""
        lines = self.found.flat.lines
        behind = range(self.end, len(lines))
        paged = {n for n in behind if lines[n].links and len(lines[n].text) <= _LABELS and _PAGER.match(lines[n].text)}
        for mark in self.found.flat.links if paged else ():
            if mark.line not in paged or (address := resolve(self.base, mark.el.get("href"))) is None:
                continue
            other = place(address)
            if other.number is not None and other.number > 1 and other.series == self.series:
                return True
        return False

    def is_in_menu(self) -> bool:
        """Whether a short link over the title leads here that does not say the title."""
        own = plain(self.heading.text)
        for mark in self.found.flat.links:
            href = mark.el.get("href") or ""
            if mark.line >= self.heading.line or "#" in href or self._of(href) != self.series:
                continue
            said = plain(fold(string(mark.el)))
            if 0 < len(said) <= _MENU and not own.startswith(said):
                return True
        return False

    def is_called_section(self) -> bool:
        """Whether the page's own address is one of a section."""
        return _SECTION.search(_PAGE.sub("", self.url.rstrip("/"))) is not None

    def _targets(self, first: int, last: int) -> Iterator[str | None]:
        return (self._of(mark.el.get("href")) for mark in self.found.flat.links if first <= mark.line < last)

    def _of(self, href: str | None) -> str | None:
        address = resolve(self.base, href)
        return canonical(address) if address is not None else None
