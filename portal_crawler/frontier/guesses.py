"""Guesses: addresses that nothing links and that a portal probably has, within a budget for each sort of guess.

The next page of a list whose pager leads nowhere, the second page of a long list without one, the page after a guess
that was right, a broken link as it was probably meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from archive.ledger.rows import Lead, Row
from archive.warc.capture import Hint

from ..discover.leads import Listed
from ..discover.paging import COMMON, Style, place
from ..urls import canonical
from .habits import mended, without_slash

Sort = Literal["blind", "unlinked", "mended"]

_LONG = 10  # entries of a page that may be the first of several though it shows no pager
_TRIES: dict[Sort, int] = {"blind": 10, "unlinked": 5, "mended": 10}  # that may fail before one succeeds
_AT_HOME, _NEARLY = 10, 0.8  # articles in one folder, and their share, that show where a portal has them
_EACH = 3  # further ones for each that succeeds
_DATED = re.compile(r"(?<!\W)\W*+(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d\d-\d\d|lượt xem).*$", re.I)


class Guesses:
    """What was guessed over one portal in this run, and how often it was right."""

    def __init__(self) -> None:
        self._sorts: dict[str, Sort] = {}  # of guesses, by key
        self._hits: Counter[Sort] = Counter()
        self._misses: Counter[Sort] = Counter()
        self._good: Counter[Style] = Counter()  # pages of lists that gave something new, by how they are numbered
        self._bad: Counter[tuple[Sort, Style]] = Counter()
        self._homes: Counter[str] = Counter()  # articles by the folder that they are in

    def saw(self, row: Row, fruit: bool) -> None:
        """A URL was visited for the first time; `fruit`: it gave something new."""
        style = place(row.url).style
        if row.kind == "listing" and fruit and style is not None:
            self._good[style] += 1
        if row.kind == "article" and fruit and not row.guess:
            self._homes[_folder(row.url)] += 1
        if row.guess and row.kind in ("listing", "article"):
            sort = self._sorts.get(row.key, "mended" if row.kind == "article" else "blind")  # of a run before: about so
            (self._hits if fruit else self._misses)[sort] += 1
            if style is not None and not fruit:
                self._bad[sort, style] += 1

    def onward(self, row: Row, listed: Listed, leads: Iterable[Lead]) -> list[Lead]:
        """The next page of a list that does not say where it is; nothing where it does, or says that there is none."""
        if listed.more is False or listed.pager.onward or row.kind not in ("seed", "page", "listing", "feed"):
            return []
        if any(lead.form is not None or (lead.guess and lead.kind == "listing") for lead in leads):
            return []  # a form or a script leads on
        if row.guess:
            return list(self._following(row, listed.entries))
        if listed.pager.blind:
            return list(self._second(row.url, "blind", listed.pager.style))
        if listed.entries >= _LONG and listed.place.number is None and row.kind != "seed":
            return list(self._second(row.url, "unlinked", listed.pager.style))
        return []

    def mended(self, row: Row, hints: Iterable[Hint]) -> list[Lead]:
        """A broken link that a list describes, as the portal may have meant it: one spelling after the other."""
        if row.kind != "article" or not self._may("mended"):
            return []
        leads: list[Lead] = []
        titles = [_DATED.sub("", hint.title) for hint in hints if hint.title]
        plain = without_slash(row.url)
        for url in [*self._at_home(plain), *mended(plain, titles)]:
            lead = Lead(url, canonical(url), "article", inherits=True, guess=True)
            self._sorts[lead.key] = "mended"
            leads.append(replace(lead, state="twin", reason="another spelling", twin=leads[-1].key) if leads else lead)
        return leads

    def _at_home(self, url: str) -> list[str]:
        """A broken link's last part in the folder where nearly all of the portal's articles are: it was relative."""
        home, number = next(iter(self._homes.most_common(1)), ("", 0))
        name = urlsplit(url).path.rpartition("/")[2]
        if number < _AT_HOME or number < _NEARLY * self._homes.total() or not name or _folder(url) == home:
            return []
        return [f"{home}{name}"]

    def _following(self, row: Row, entries: int) -> Iterator[Lead]:
        """The page after a guess that was right."""
        if row.form is not None:
            form = _next_form(row.form)
            if form is not None:
                yield Lead(row.url, f"{canonical(row.url)}#{form}", "listing", guess=True, form=form)
            return
        here = place(row.url)
        if here.style is not None and here.number is not None:
            step = max(1, entries) if here.offset else 1
            yield self._guess(
                _first(row.url, here.style), here.style, here.number + step, self._sorts.get(row.key, "blind")
            )

    def _second(self, url: str, sort: Sort, style: Style | None) -> Iterator[Lead]:
        """Page 2 of a list, or the one after: as this portal's lists are numbered, else in the common ways in turn."""
        if not self._may(sort):
            return
        here = place(url)
        if here.style is not None and here.number is not None:
            yield self._guess(_first(url, here.style), here.style, here.number + 1, sort)
            return
        known = style or next((one for one, _ in self._good.most_common(1)), None)
        before = None
        for one in (known,) if known is not None and known.way != "offset" else COMMON:
            if not self._good[one] and self._bad[sort, one] >= _TRIES[sort] // 2:
                continue
            lead = self._guess(url, one, 2, sort)
            yield replace(lead, state="twin", reason="another way to number pages", twin=before) if before else lead
            before = lead.key

    def _guess(self, first: str, style: Style, number: int, sort: Sort) -> Lead:
        url = style.address(first, number)
        key = canonical(url)
        self._sorts[key] = sort
        return Lead(url, key, "listing", guess=True)

    def _may(self, sort: Sort) -> bool:
        return self._misses[sort] < _TRIES[sort] + _EACH * self._hits[sort]


def _folder(url: str) -> str:
    """The address up to the last part of its path."""
    parts = urlsplit(without_slash(url))
    return parts._replace(path=parts.path.rpartition("/")[0] + "/", query="").geturl()


def _first(url: str, style: Style) -> str:
    """The address of a list's first page, from that of another."""
    if style.way != "path":
        return url
    parts = urlsplit(url)
    return parts._replace(path=parts.path.rpartition(f"/{style.word}{style.mark}")[0]).geturl()


def _next_form(form: str) -> str | None:
    """The body of a POST with its last number, the page's, raised by one."""
    pairs = parse_qsl(form, keep_blank_values=True)
    for at in range(len(pairs) - 1, -1, -1):
        name, value = pairs[at]
        if value.isascii() and value.isdigit():
            pairs[at] = (name, str(int(value) + 1))
            return urlencode(pairs)
    return None
