"""Portal: a layout with its stories, as a table of addresses and what stands there."""

from __future__ import annotations

import http
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from scoring import address

from .layout import Layout, Link
from .stories import SECTIONS, Picture, Story

Kind = Literal["article", "print", "part", "twin", "list", "search", "static", "front", "missing", "media"]
HTML = "text/html; charset=utf-8"
TYPES = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "pdf": "application/pdf", "css": "text/css"}
SIZE = 9  # stories on a page of a list

STATIC = (
    ("lien-he", "Liên hệ", "Địa chỉ: số 2 đường Bờ Kè, thị trấn Khe Lụa. Điện thoại: 0200 111 000. Mọi ý kiến đóng góp "
     "xin gửi về Văn phòng qua đường bưu điện hoặc thư điện tử vanphong@khelua.example trong giờ hành chính."),
    ("gioi-thieu", "Giới thiệu chung", "Huyện nằm ở thượng nguồn sông Lãng, phía bắc giáp dãy Nà Sáo. Toàn huyện có 11 "
     "xã và một thị trấn, dân số hơn bốn vạn người. Nghề chính của bà con là trồng lúa, trồng rừng và đan lát."),
    ("so-do-trang", "Sơ đồ trang", "Trang chủ, Giới thiệu chung, Tin tức, Văn bản, Hỏi đáp, Liên hệ."),
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """What an address answers with. `story`: the number of the article that it shows."""

    kind: Kind
    body: bytes
    type: str = HTML
    status: int = 200
    story: int | None = None


class Portal:
    """One synthetic portal. Its header's clocks stand at the day that `visits.BEGIN` is; one link of its menu is dead."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.name = layout.name
        self.host = layout.host
        self.url = f"http://{self.host}/"
        self.stories = layout.stories()
        self.pages: dict[str, Page] = {}
        self._fill()

    def truth(self) -> list[dict[str, Any]]:
        """The articles, as `scoring.score` reads them."""
        return [
            self.layout.truth(
                story,
                story.truth(self.address(story), on_page=self.layout.date_on_page)
                | ({} if self.layout.date_in_lists else {"listed": None}),
            )
            for story in self.stories
        ]

    def truth_by_address(self) -> dict[str, dict[str, Any]]:
        """The same, by path and query, as `scoring.score` is given it."""
        return {address(one["url"]): one for one in self.truth()}

    def address(self, story: Story) -> str:
        return self.url[:-1] + self.layout.path(story)

    def kind(self, url: str) -> Kind:
        """What an address shows."""
        return self._page(url).kind

    def answer(self, url: str, _: Mapping[str, str] | None = None) -> bytes | None:
        """The whole response, as `visits.Visits` takes it."""
        if urlsplit(url).hostname != self.host:
            return None
        page = self._page(url)
        head = f"HTTP/1.1 {page.status} {http.HTTPStatus(page.status).phrase}\r\nContent-Type: {page.type}\r\n"
        return f"{head}Content-Length: {len(page.body)}\r\n\r\n".encode() + page.body

    def _page(self, url: str) -> Page:
        parts = urlsplit(url)
        target = unquote(parts.path or "/") + (f"?{unquote(parts.query)}" if parts.query else "")
        if (found := self.pages.get(target)) is not None:
            return found
        if target == "/robots.txt":
            return Page("missing", b"User-agent: *\nDisallow: /quan-tri/\n", "text/plain")
        text = "Trang bạn yêu cầu không tồn tại hoặc đã bị xóa. Mời quay lại trang chủ."
        body = self._page_of("Không tìm thấy", f"<div><b>Không tìm thấy nội dung</b><br>{text}</div>")
        return Page("missing", body, self.layout.type, status=200 if self.layout.soft_missing else 404)

    def _fill(self) -> None:
        layout = self.layout
        links = [self._link(story) for story in self.stories]
        layout.told = {layout.path(story): story for story in self.stories}
        layout.latest = links[:6]
        layout.menu = [
            Link("Trang chủ", (layout.splash() or ("", "/"))[1]),
            *(Link(name, layout.list_path(name, 1)) for name in SECTIONS),
        ]
        layout.menu += [Link(title, f"/{path}{layout.ending}") for path, title, _ in STATIC]
        layout.menu += [Link("Hỏi đáp", f"/hoi-dap{layout.ending}"), Link("Tìm kiếm", layout.search_path(""))]
        for place, story in enumerate(self.stories):
            near = [*links[max(0, place - 3) : place], *links[place + 1 : place + 5]]
            pages: list[tuple[str, Kind, str]] = [(layout.path(story), "article", layout.page(story, near))]
            if layout.prints:
                pages.append((layout.print_path(story), "print", layout.printed(story)))
            for path, kind, html in (*pages, *layout.others(story, near)):
                type = "application/rss+xml" if path.endswith(".xml") else layout.type
                self._put(path, Page(kind, layout.encode(html), type, story=story.number))
            for block in story.blocks:
                if isinstance(block, Picture):
                    self._media(story.picture(block))
            for name in story.documents:
                self._media(story.document(name))
        for name in SECTIONS:
            self._lists(name, [link for link, story in zip(links, self.stories, strict=True) if story.section == name])
        splash, home = layout.splash() or ("", "/")
        self._put(home, Page("front", self._page_of("Trang chủ", layout.front(links[:8])), layout.type))
        if splash:
            self._put("/", Page("static", layout.encode(splash), layout.type))
        for path, title, text in STATIC:
            self._put(
                f"/{path}{layout.ending}", Page("static", self._page_of(title, layout.static(title, text)), layout.type)
            )
        for path, title, main in layout.extras():
            self._put(path, Page("static", self._page_of(title, main), layout.type))
        self._put(layout.search_path(""), Page("search", self._page_of("Tìm kiếm", layout.search("", [])), layout.type))
        for word in ("khe lụa", "nông dân"):
            hits = [link for link in links if word in link.title.lower()]
            self._put(
                layout.search_path(word),
                Page("search", self._page_of("Tìm kiếm", layout.search(word, hits)), layout.type),
            )
        for path in ("/khung/logo.png", "/khung/pdf.gif", "/khung/cho.gif", "/khung/bieu-ngu.jpg", "/khung/in.gif"):
            self._media(path)

    def _lists(self, name: str, links: list[Link]) -> None:
        layout = self.layout
        last = max(1, -(-len(links) // SIZE))
        for number in range(1, last + 1):
            pager = [Link(str(one), layout.list_path(name, one)) for one in range(1, last + 1)] if last > 1 else []
            main = layout.list(name, links[(number - 1) * SIZE : number * SIZE], pager)
            self._put(layout.list_path(name, number), Page("list", self._page_of(name, main), layout.type))

    def _page_of(self, title: str, main: str) -> bytes:
        layout = self.layout
        return layout.encode(layout.whole(layout.shell(title, main, [Link(title, "")]), None))

    def _link(self, story: Story) -> Link:
        date = self.layout.list_date(story) if story.published else ""
        pictures = [story.picture(block) for block in story.blocks if isinstance(block, Picture)]
        title = self.layout.typed(story, story.title)
        return Link(title, self.layout.path(story), date, story.lead or "", pictures[0] if pictures else "")

    def _put(self, target: str, page: Page) -> None:
        target = unquote(target)
        assert target not in self.pages, f"{self.name}: {target} twice"
        self.pages[target] = page

    def _media(self, path: str) -> None:
        ending = path.rpartition(".")[2]
        body = {"jpg": b"\xff\xd8\xff\xe0", "png": b"\x89PNG\r\n\x1a\n", "gif": b"GIF89a", "pdf": b"%PDF-1.4\n"}
        page = Page(
            "media", body.get(ending, b"PK") + escape(path).encode(), TYPES.get(ending, "application/octet-stream")
        )
        self.pages[unquote(path)] = page
