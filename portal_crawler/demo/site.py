"""Site: the demo portal without its server: an address and request headers in, an answer out.

It can be edited between two visits, from any thread: articles change, go and come.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import parse_qs, unquote

from . import media, pages, prose
from .content import SECTIONS, Document, Entry, Picture, entry
from .pages import Moment, Pages
from .truth import Truth, truth

HANOI = timezone(timedelta(hours=7))
HTML = "text/html; charset=utf-8"
NEWEST = 10  # articles on the front page
VISITORS = 318_000  # before the first request
ROBOTS = f"User-agent: *\nDisallow: {pages.INTERNAL}\n"
BORN = datetime(2015, 1, 1, tzinfo=HANOI)  # Last-Modified of what has no date
_LAYOUT = {unquote(path): given for path, given in pages.LAYOUT.items()}

Removal = Literal["404", "410", "soft"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response before its coding. `coded` and `chunked` say how the server sends it to a client that can take it."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", HTML),)
    coded: bool = False
    chunked: bool = False


class Site:
    """The portal's state and its answers."""

    def __init__(
        self, entries: Sequence[Entry], page_bytes: int | None, now: Callable[[], datetime] | None = None
    ) -> None:
        """`now` gives the time that pages show (default: the real one)."""
        self._entries = {one.id: one for one in entries}
        self._removed: dict[int, Removal] = {}
        self._modified: dict[int, datetime] = {}
        self._media: dict[str, bytes] = {}
        self._pages = Pages(page_bytes)
        self._now = now or (lambda: datetime.now(HANOI))
        self._visitors = VISITORS
        self._lock = threading.Lock()
        self._index()

    def edit(self, number: int, fields: Mapping[str, Any]) -> None:
        """Change fields of an article. Raises KeyError for an article, TypeError for a field that does not exist."""
        with self._lock:
            self._entries[number] = replace(self._entries[number], **fields)
            self._modified[number] = self._now()
            self._index()

    def add(self, new: Entry) -> None:
        """Publish an article. Raises ValueError where the id is taken or the section unknown."""
        with self._lock:
            if new.id in self._entries or new.section not in SECTIONS:
                raise ValueError(f"article {new.id} in section {new.section}: id taken or section unknown")
            self._entries[new.id] = new
            self._modified[new.id] = self._now()
            self._index()

    def remove(self, number: int, how: Removal) -> None:
        """Withdraw an article: no list names it, and its addresses answer 404, 410, or 200 with a few words."""
        with self._lock:
            self._removed[self._entries[number].id] = how
            self._index()

    def restore(self, number: int) -> None:
        """Undo `remove`. Raises KeyError where the article is not removed."""
        with self._lock:
            del self._removed[number]
            self._index()

    def entries(self) -> list[Entry]:
        """The articles that can be reached, newest first."""
        with self._lock:
            return list(self._live)

    def truth(self, base: str) -> list[Truth]:
        with self._lock:
            return [truth(one, base, lambda path: self._bytes(unquote(path))) for one in self._live]

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        """The answer to a GET of `target` (path and query). `headers` has lower-case names."""
        with self._lock:
            return self._answer(target, headers)

    def _index(self) -> None:
        self._live = sorted(
            (one for one in self._entries.values() if one.id not in self._removed), key=lambda one: -one.id
        )
        self._listed = {section: [one for one in self._live if one.section == section] for section in SECTIONS}
        self._place = {one.id: place for listed in self._listed.values() for place, one in enumerate(listed)}
        self._files = {unquote(path): "" for path in (*pages.FURNITURE, pages.BACKGROUND, *pages.LAYOUT)}
        for one in self._live:
            for block in one.blocks:
                if isinstance(block, Picture):
                    self._files[unquote(prose.picture_path(one, block.name))] = ""
                elif isinstance(block, Document):
                    self._files[unquote(prose.document_path(one, block.name))] = one.title
            for name in one.documents:
                self._files[unquote(prose.document_path(one, name))] = one.title

    def _answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        raw, _, asked = target.partition("?")
        path, query = unquote(raw.encode("latin-1", "replace")), parse_qs(asked)
        self._visitors += 1
        moment = Moment(self._now(), self._visitors)
        if path in self._files:
            return self._file(path, headers)
        if path == "/robots.txt":
            return Answer(200, ROBOTS.encode(), (("Content-Type", "text/plain"),))
        if found := re.fullmatch(r"/trang/TinTuc/(\d{1,9})", path):
            return self._listing(int(found[1]), query, moment)
        if found := re.fullmatch(
            r"/trang/TinTuc/\d+/(\d{1,9})/[^/]*\.html|/print/(\d{1,9})\.html|/tin/(\d{1,9})", path
        ):
            return self._article(int(next(filter(None, found.groups()))), path, headers, moment)
        if path == "/Pages/ChiTiet.aspx":
            return self._article(_number(query, "ItemID") or 0, path, headers, moment)
        return self._static(path, moment)

    def _static(self, path: str, moment: Moment) -> Answer:
        if path in ("/", pages.FRONT):
            featured = (one for one in self._live if one.featured)
            return _page(self._pages.front(self._live[:NEWEST], featured, moment), coded=True, chunked=True)
        if path == pages.INTRODUCTION:
            return _page(self._pages.introduction((one for one in self._live if one.moved), moment))
        if path == pages.CONTACT:
            return _page(self._pages.contact(moment))
        if path == pages.SERVICES:
            return _page(self._pages.placeholder(moment))
        if path.startswith(pages.INTERNAL):
            return _page(self._pages.internal(moment))
        return _error(410 if path == pages.WITHDRAWN else 404)

    def _listing(self, section: int, query: Mapping[str, list[str]], moment: Moment) -> Answer:
        page = _number(query, "trang") if "trang" in query else 1
        if section not in SECTIONS or not page:
            return _error(404)
        return _page(self._pages.listing(section, self._listed[section], page, moment), chunked=True)

    def _article(self, number: int, path: str, headers: Mapping[str, str], moment: Moment) -> Answer:
        if number in self._removed:
            how = self._removed[number]
            return _page("<html><body>Bài viết không tồn tại.</body></html>") if how == "soft" else _error(int(how))
        if number not in self._place:
            return _error(404)
        one = self._entries[number]
        home = pages.article_path(one)
        printed = self._pages.printed(one)
        if path.startswith("/print/"):
            html = printed
        elif path in (home, "/Pages/ChiTiet.aspx"):
            older = self._listed[one.section][self._place[number] + 1 :][: pages.RELATED]
            html = self._pages.article(one, older, moment, home)
        else:
            return Answer(301, _words(301), (("Content-Type", HTML), ("Location", home)))
        # Weak, and over the article alone: the clock and the counter change with every request (RFC 9110, 8.8.1).
        etag = f'W/"{hashlib.sha256(printed.encode()).hexdigest()[:20]}"'
        return _conditional(
            # Every fourth article in each way of sending, so that a capture meets them all.
            Answer(200, html.encode(), (("Content-Type", HTML),), coded=number % 2 == 0, chunked=number % 4 >= 2),
            etag,
            self._modified.get(number) or _published(one),
            headers,
        )

    def _file(self, path: str, headers: Mapping[str, str]) -> Answer:
        data = self._bytes(path)
        kind = {"png": "image/png", "pdf": "application/pdf"}.get(path.rpartition(".")[2].lower(), "image/jpeg")
        if path in _LAYOUT:
            kind = _LAYOUT[path][0]
        answer = Answer(200, data, (("Content-Type", kind),))
        return _conditional(answer, f'"{hashlib.sha256(data).hexdigest()[:20]}"', BORN, headers)

    def _bytes(self, path: str) -> bytes:
        if path not in self._media:
            title = self._files[path]
            drawn = media.pdf(path, title) if title else media.picture(path)
            self._media[path] = _LAYOUT[path][1].encode() if path in _LAYOUT else drawn
        return self._media[path]


def _number(query: Mapping[str, list[str]], name: str) -> int | None:
    found = re.fullmatch(r"[0-9]{1,9}", query.get(name, [""])[0])
    return int(found[0]) if found else None


def _page(html: str, coded: bool = False, chunked: bool = False) -> Answer:
    return Answer(200, html.encode(), coded=coded, chunked=chunked)


def _error(status: int) -> Answer:
    return Answer(status, _words(status))


def _words(status: int) -> bytes:
    words = {301: "Trang đã chuyển", 404: "Không tìm thấy trang", 410: "Trang đã được gỡ bỏ"}[status]
    return f"<html><head><title>{status}</title></head><body><h1>{words}</h1></body></html>".encode()


def _conditional(answer: Answer, etag: str, modified: datetime, headers: Mapping[str, str]) -> Answer:
    """The answer with its validators, or 304 where the client's still hold (RFC 9110, 13.2.2)."""
    validators = (("ETag", etag), ("Last-Modified", format_datetime(modified.astimezone(UTC), usegmt=True)))
    if "if-none-match" in headers:
        known = {tag.strip().removeprefix("W/") for tag in headers["if-none-match"].split(",")}
        fresh = bool(known & {"*", etag.removeprefix("W/")})
    else:
        since = _http_date(headers.get("if-modified-since", ""))
        fresh = since is not None and modified.replace(microsecond=0) <= since
    return Answer(304, headers=validators) if fresh else replace(answer, headers=answer.headers + validators)


def _http_date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def _published(one: Entry) -> datetime:
    if one.date is None:
        return BORN
    return datetime(*one.date.timetuple()[:6], tzinfo=HANOI)


def made(article: Entry | Mapping[str, Any]) -> Entry:
    """An article given as a value or as the keys of `articles.toml`."""
    return article if isinstance(article, Entry) else entry(article)
