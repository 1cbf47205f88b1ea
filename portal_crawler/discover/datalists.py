"""Datalists: articles in JSON, as WordPress's /wp-json and the scripts behind a "Xem thêm" button give them. Pure.

No schema is known: a list of objects of which each has an address and a title is a list of articles; a string with
links in it is a piece of a page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from archive.errors import ArchiveError

from .feeds import plain_text
from .sitemaps import Entry

LARGEST = 16 << 20  # bytes
MOST = 5_000  # entries
_DEPTH = 8
_LONGEST = 2000  # characters of an address

# Names in English and Vietnamese, folded to lower-case letters.
_URLS = ("link", "url", "href", "permalink", "detailurl", "duongdan", "lienket", "path", "alias", "slug")
_TITLES = ("title", "name", "headline", "tieude", "ten", "subject")
_DATES = (
    "date", "publisheddate", "publishdate", "publishedat", "datepublished", "pubdate", "ngaydang", "ngayxuatban",
    "createdat", "createddate", "ngaytao", "ngay", "time",
)  # fmt: skip
_NEXT = ("next", "nextpageurl", "nexturl", "nextlink", "nextpage")
_PAGES = ("totalpages", "pages", "lastpage", "pagecount", "numpages", "tongsotrang", "maxnumpages")
_TOTAL = ("total", "totalcount", "totalitems", "recordstotal", "tongso", "found", "count")
_MORE = ("hasmore", "hasnext", "hasnextpage", "more", "contmore", "loadmore")
_LETTERS = re.compile(r"[^a-z]")


class NotData(ArchiveError):
    """The bytes are no JSON: `str(error)` is the reason."""


@dataclass(frozen=True, slots=True)
class Datalist:
    """What was found, in the document's order."""

    entries: tuple[Entry, ...] = ()
    markup: tuple[str, ...] = ()  # pieces of HTML
    following: str | None = None  # address of the next page
    pages: int | None = None  # how many there are, as the answer claims
    total: int | None = None  # how many entries there are, as the answer claims
    more: bool | None = None  # whether it goes on, as the answer says


def read(body: bytes) -> Datalist:
    """Raises NotData where the body is no JSON object or list."""
    if len(body) > LARGEST:
        raise NotData(f"larger than {LARGEST >> 20} MiB")
    try:
        data = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotData(f"not JSON: {str(error)[:120]}") from None
    if not isinstance(data, dict | list):
        raise NotData("not JSON of an object or a list")
    entries: list[Entry] = []
    markup: list[str] = []
    heads: list[dict[str, Any]] = []
    for found in _walk(data, 0):
        if isinstance(found, Entry):
            entries.append(found)
        elif isinstance(found, str):
            markup.append(found)
        else:
            heads.append(found)
        if len(entries) == MOST:
            break
    following = _first(heads, _NEXT)
    return Datalist(
        entries=tuple(entries),
        markup=tuple(markup),
        following=following if isinstance(following, str) and _like_address(following) else None,
        pages=_number(_first(heads, _PAGES)),
        total=_number(_first(heads, _TOTAL)),
        more=more if isinstance(more := _first(heads, _MORE), bool) else None,
    )


def looks_like(body: bytes) -> bool:
    """Whether bytes begin as JSON does."""
    return body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _walk(value: Any, depth: int) -> Iterator[Entry | str | dict[str, Any]]:
    """Entries, pieces of HTML, and the objects around them."""
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        entry = _entry(value)
        if entry is not None:
            yield entry
            return
        yield {_LETTERS.sub("", str(name).lower()): one for name, one in value.items()}
        for one in value.values():
            yield from _walk(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            yield from _walk(one, depth + 1)
    elif isinstance(value, str) and "<a" in value and "href" in value:
        yield value


def _entry(value: dict[str, Any]) -> Entry | None:
    folded = {_LETTERS.sub("", str(name).lower()): one for name, one in value.items()}
    url = next(
        (text for name in _URLS if isinstance(text := folded.get(name), str) and _like_address(text.strip())), None
    )
    title = next((text for name in _TITLES if (text := _words(folded.get(name)))), None)
    if url is None or title is None:
        return None
    date = next((text for name in _DATES if isinstance(text := folded.get(name), str) and text.strip()), None)
    return Entry(url.strip(), title, date.strip()[:40] if date else None)


def _words(value: Any) -> str | None:
    """A title: a string, or an object with a string `rendered`, as WordPress has it."""
    if isinstance(value, dict):
        value = value.get("rendered")
    return plain_text(value)[:500] or None if isinstance(value, str) else None


def _like_address(text: str) -> bool:
    if len(text) > _LONGEST or re.search(r"\s", text):
        return False
    return text.startswith(("http://", "https://", "/", "?")) or bool(re.search(r"/|\.(?:html?|aspx?|php)\b", text))


def _first(heads: list[dict[str, Any]], names: tuple[str, ...]) -> Any:
    return next((head[name] for head in heads for name in names if head.get(name) is not None), None)


def _number(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None
