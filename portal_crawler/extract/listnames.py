"""Listnames: what a portal's menus call its lists, by their addresses. Pure.

Where no page says which section its article is of, the list that names the article does, as the menu calls it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from archive.warc.capture import Hint

from ..discover.paging import place
from ..page import Page, fold, string
from ..urls import resolve
from .sections import cleaned

_MOST = 200  # lists
_NEARLY = 0.8  # of the pages
_SHORT = 60  # characters of a section's name


def names_of_lists(pages: Collection[Page]) -> dict[str, str]:
    """The names by which nearly all of some pages link to the same addresses: the entries of their menus.

    Of two names for one address that come as often, the first on the pages. In the order of the addresses, whichever
    page was read first: what two runs learn of the same pages is the same.
    """
    entries = Counter(entry for page in pages for entry in dict.fromkeys(_entries(page)))
    found: dict[str, str] = {}
    for (address, name), number in entries.most_common():
        if number < _NEARLY * len(pages) or len(found) == _MOST:
            break
        found.setdefault(address, name)
    return dict(sorted(found.items()))


def _entries(page: Page) -> Iterator[tuple[str, str]]:
    for link in page.root.iter("a"):
        name = fold(string(link))
        address = resolve(page.base, link.get("href")) if 2 <= len(name) <= _SHORT and cleaned([name], "") else None
        if address is not None and _path(address).strip("/"):
            yield place(address).series, name


def called(hints: Iterable[Hint], names: Mapping[str, str]) -> list[str]:
    """What the lists that name a page are called, the surest first: as they say, as the menu says where it is one list.

    What stands over a list beside an article is often that article's own section.
    """
    hints = list(hints)
    listed = [(hint, names.get(place(hint.url).series) if names else None) for hint in hints]
    by_lists = [hint.section for hint, name in listed if hint.section and (name or not _path(hint.url).strip("/"))]
    by_menu = dict.fromkeys(name for _, name in listed if name)
    said = [hint.section for hint in hints if hint.section]
    return [*by_lists, *(by_menu if len(by_menu) == 1 else ()), *said]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + parts.query
