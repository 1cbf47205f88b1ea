"""A portal of the tests' own that changes between visits: articles in sections, in lists of twenty.

At every request the visitor counter differs, the header's clock says today, and the related list is drawn anew.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from portal_crawler.portal import Portal

EACH = 20  # entries of a list's page
SECTIONS = ("Tin tức", "Kinh tế", "Văn hoá", "Nông thôn mới", "Thông báo")
Removal = Literal["404", "410", "51 bytes", "not there", "front page"]
NOT_THERE = "<p>Bài viết không tồn tại hoặc đã bị xoá.</p>"

_WHO = ("Uỷ ban nhân dân huyện", "Hội Nông dân xã", "Trạm Khuyến nông", "Đoàn Thanh niên", "Ban Chỉ huy Quân sự huyện")
_DID = ("tổ chức hội nghị bàn về", "kiểm tra việc", "mở lớp tập huấn về", "phát động phong trào", "tổng kết một năm")
_WHAT = ("trồng rừng", "làm đường liên thôn", "phòng cháy mùa khô", "đưa nước sạch về bản", "dạy nghề cho phụ nữ")
_WHERE = ("tại xã Suối Mây", "ở bản Huổi Lót", "tại thôn Đồng Cao", "ở khu phố Chợ Mới", "tại hồ Nà Hương")


@dataclass(eq=False)
class Entry:
    number: int
    section: int
    title: str
    day: datetime | None
    text: str
    removed: Removal | None = None
    slug: str = "bai"
    former: list[str] = field(default_factory=list)  # its paths before, which redirect

    @property
    def path(self) -> str:
        return f"/tin/{self.section}/{self.slug}-{self.number}.html"

    def move(self, slug: str) -> None:
        """To another address, for good."""
        self.former.append(self.path)
        self.slug = slug


@dataclass
class ChangingPortal:
    """What is there now. Order in `entries` is that of the lists, newest first."""

    url: str = "http://xa-moi.example"
    validators: bool = False
    built: datetime | None = None  # entries without a day print it
    entries: list[Entry] = field(default_factory=list)
    today: datetime = datetime(2024, 3, 4, tzinfo=UTC)
    reordered: bool = False
    down: bool = False
    asked: Counter[str] = field(default_factory=Counter)

    def fill(self, count: int, *, dated: bool = True) -> None:
        first = datetime(2023, 12, 20, 8, 30, tzinfo=UTC)
        for number in range(count):
            draw = random.Random(number)
            day = first - timedelta(days=2 * number, minutes=draw.randrange(300)) if dated else None
            self.entries.append(entry(1000 + count - number, number % len(SECTIONS), day))

    def add(self, number: int, section: int, at: int, day: datetime | None) -> Entry:
        """A new entry, before the one that is at place `at` of its section's list."""
        made = entry(number, section, day)
        there = [one for one in self.entries if one.section == section]
        place = self.entries.index(there[at]) if at < len(there) else len(self.entries)
        self.entries.insert(place, made)
        return made

    def portal(self) -> Portal:
        tables = {
            "portal": {"name": "xa-moi", "url": f"{self.url}/"},
            "politeness": {"delay": 0},
            "selectors": {"title": ["h1.tieude"], "date": ["div.ngay"], "body": ["div.noidung"], "section": ["a.muc"]},
        }
        return Portal.model_validate(tables)

    def answers(self, url: str, headers: Mapping[str, str]) -> bytes | None:
        """The whole response to a request."""
        if self.down:
            return None
        parts = urlsplit(url)
        self.asked[parts.path] += 1
        status, location, html = self._answer(parts.path, parse_qs(parts.query))
        if location:
            return f"HTTP/1.1 {status} X\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
        body = self._page(html).encode() if status == 200 and len(html) > 60 else html.encode()
        told = ""
        if self.validators:
            etag = f'"{hashlib.sha256(html.encode()).hexdigest()[:12]}"'
            told = f"ETag: {etag}\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n"
            if headers.get("If-None-Match") == etag:
                return f"HTTP/1.1 304 Not Modified\r\n{told}\r\n".encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n{told}"
        return f"{head}\r\n".encode() + body

    def _answer(self, path: str, query: Mapping[str, list[str]]) -> tuple[int, str | None, str]:
        listed = [one for one in self.entries if one.removed is None]
        if path == "/":
            return 200, None, "<h2>Tin mới</h2>" + "".join(map(self._item, listed[:10]))
        pieces = path.strip("/").split("/")
        if pieces[0] == "muc" and pieces[-1].isdigit() and int(pieces[-1]) < len(SECTIONS):
            return 200, None, self._list(int(pieces[-1]), int(query.get("page", ["1"])[0]))
        for one in self.entries:
            if one.path == path:
                return self._removed(one.removed) if one.removed else (200, None, self._article(one))
            if path in one.former:
                return 301, one.path, ""
        return 404, None, "<p>404</p>"

    def _removed(self, how: Removal) -> tuple[int, str | None, str]:
        if how in ("404", "410"):
            return int(how), None, "<p>Không có</p>"
        if how == "front page":
            return 302, "/", ""
        if how == "51 bytes":
            return 200, None, "<html><body>Trang dang cap nhat....</body></html>"
        return 200, None, f"<div class='thongbao'>{NOT_THERE}</div>{'<!-- -->' * 10}"

    def _list(self, section: int, page: int) -> str:
        listed = [one for one in self.entries if one.section == section and one.removed is None]
        pages = max(1, -(-len(listed) // EACH))
        shown = listed[EACH * (page - 1) : EACH * page]
        if self.reordered:
            shown = shown[::-1]
        pager = "".join(f"<a href='/muc/{section}?page={n}'>{n}</a> " for n in range(1, pages + 1))
        total = f"<p>Tổng số {len(listed)} tin</p>"
        return f"<h2>{SECTIONS[section]}</h2>{''.join(map(self._item, shown))}<div class='trang'>{pager}</div>{total}"

    def _item(self, one: Entry) -> str:
        return f"<div class='muctin'><a href='{one.path}'>{one.title}</a> <span>({self._day(one)})</span></div>"

    def _day(self, one: Entry) -> str:
        day = one.day or self.built
        return day.strftime("%d/%m/%Y %H:%M") if day else ""

    def _article(self, one: Entry) -> str:
        others = [other for other in self.entries if other.removed is None and other is not one]
        related = "".join(map(self._item, random.sample(others, min(5, len(others))))) if not self.validators else ""
        date = f"<div class='ngay'>{self._day(one)}</div>" if self._day(one) else ""
        return (
            f"<a class='muc' href='/muc/{one.section}'>{SECTIONS[one.section]}</a>"
            f"<h1 class='tieude'>{one.title}</h1>{date}"
            f"<div class='noidung'><p>{one.text}</p></div><div class='lienquan'><h3>Tin liên quan</h3>{related}</div>"
        )

    def _page(self, html: str) -> str:
        menu = "".join(f"<li><a href='/muc/{number}'>{name}</a></li>" for number, name in enumerate(SECTIONS))
        clock = self.today.strftime("Thứ Hai, %d/%m/%Y %H:%M:%S")
        return (
            f"<html><head><title>Xã Mới</title></head><body><div class='dau'>{clock}</div><ul>{menu}</ul>{html}"
            f"<div class='cuoi'>Số lượt truy cập: {random.randrange(10**7)}</div></body></html>"
        )

    @contextmanager
    def served(self) -> Iterator[str]:
        """The portal on loopback, under an address of its own."""
        portal = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                answer = portal.answers(f"{portal.url}{self.path}", dict(self.headers.items()))
                if answer is None:
                    self.close_connection = True
                else:
                    self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self.url
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def entry(number: int, section: int, day: datetime | None) -> Entry:
    draw = random.Random(number)
    title = f"{draw.choice(_WHO)} {draw.choice(_DID)} {draw.choice(_WHAT)} {draw.choice(_WHERE)} lần thứ {number}"
    sentences = [
        f"Lần {number} buổi {part}, {draw.choice(_WHO)} {draw.choice(_DID)} {draw.choice(_WHAT)} {draw.choice(_WHERE)},"
        f" có {draw.randrange(9999)} người dân tham dự và {draw.randrange(999)} hộ đăng ký làm theo"
        for part in range(4)  # no two articles have a sentence in common: that would make them views of each other
    ]
    return Entry(number, section, title, day, ". ".join(sentences) + ".")
