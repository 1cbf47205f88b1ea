"""Habits: how one portal writes its addresses, learned from what its server does with them. Pure.

`/x` that is always redirected to `/x/` need not be asked for first; where relative links only work without that slash,
they are read so; an address that is not there may be a slug that the list and the server spell differently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from archive.ledger.rows import Row, State

from ..discover.twins import READING, SLASH

_FEW = 3  # times that a server must have done a thing before it is expected
_HYPHENS = re.compile(r"-{2,}")
_OTHER = re.compile(r"[^a-z0-9]+")
_SLUG = re.compile(r"[^/]*-[^/]*-[^/]*")


@dataclass(slots=True)
class Habits:
    """What a server did with addresses so far."""

    slash: int = 0  # /x was redirected to /x/
    no_slash: int = 0  # /x was there
    vain: int = 0  # neither /x/ nor /x was there
    other: int = 0  # the other reading of a relative link was there, and the first was not
    first: int = 0  # the first reading was there

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Habits:
        """From what the ledger has of earlier runs."""
        habits = cls()
        for row in rows:
            if row.state in ("archived", "redirected") and row.kind != "requisite":
                habits.saw(row, row.state, row.reason, False)
        return habits

    def saw(self, row: Row, state: State, reason: str | None, read_first: bool) -> None:
        """Take note of how a request ended. `read_first`: the address is a link's first reading, and it has another."""
        if _may_have_slash(row.url):
            self.slash += state == "redirected" and reason == f"to {row.url}/"
            self.no_slash += state == "archived"
            self.vain += state == "gone" and row.reason == SLASH
        self.first += read_first
        self.other += row.reason == READING and state in ("archived", "redirected")

    @property
    def adds_slash(self) -> bool:
        """Whether the server was seen to add a slash."""
        return self.slash > 0

    @property
    def surely_slashed(self) -> bool:
        """Whether it is not worth asking for /x where /x/ is not there."""
        return self.vain >= _FEW and self.no_slash == 0

    @property
    def bare(self) -> bool:
        """Whether relative links mean the address without the slash."""
        return self.other >= 2 and self.other > 2 * self.first

    def slashed(self, url: str) -> str | None:
        """Where the server would redirect an address, if it adds slashes."""
        if self.slash >= _FEW and self.slash >= 9 * self.no_slash and _may_have_slash(url):
            return f"{url}/"
        return None


def mended(url: str, titles: Sequence[str]) -> list[str]:
    """Other spellings of an address that ends in a slug: of letters and digits only, and as its title gives it."""
    parts = urlsplit(url)
    head, _, last = parts.path.rpartition("/")
    name = unquote(last)
    if not _SLUG.fullmatch(name) or "." in name:
        return []
    plain = _HYPHENS.sub("-", re.sub(r"[^\w-]|_", "", name)).strip("-")
    found = [
        parts._replace(path=f"{head}/{quote(slug)}").geturl() for slug in (plain, *map(slug_of, titles[:1])) if slug
    ]
    return [one for one in dict.fromkeys(found) if one != url]


def slug_of(title: str) -> str:
    """A title as slugs write it: letters without their marks, words joined by hyphens."""
    plain = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    return _OTHER.sub("-", "".join(one for one in plain if not unicodedata.combining(one))).strip("-")


def without_slash(url: str) -> str:
    """An address without the slash at its path's end."""
    parts = urlsplit(url)
    return parts._replace(path=parts.path.rstrip("/")).geturl() if len(parts.path) > 1 else url


def _may_have_slash(url: str) -> bool:
    parts = urlsplit(url)
    return (
        not parts.query and parts.path not in ("", "/") and "." not in parts.path.rpartition("/")[2] and url[-1] != "/"
    )
