"""The portal that is crawled: sections with many pages of lists, pictures, documents, a style; errors, redirects.

Its pages are the same whenever they are asked for: what differs between two crawls is the crawls' own doing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from portals.build import Site, by_query
from portals.kit import Answer, Request, Said, redirect
from portals.looks import Plain
from servers.content import Story

NAME = "bon-ba"
_OLD, _LOST, _BROKEN = 11, 29, 331  # every so manieth article has an old address, a link to nothing, or to an error
_A_STORY = 2.55  # pages and files that an article comes to, its part of the lists included


class SoakSite(Site):
    """A site with trouble in it; `asked` counts what it answered."""

    def __init__(self, pages: int) -> None:
        super().__init__(
            NAME,
            Plain(pictures=True),
            articles=max(12, round(pages / _A_STORY)),
            address=lambda story: f"/tin/{story.slug}-{story.number + 1300}.html",
        )
        self.head = '<link rel="stylesheet" href="/khung/chung.css">'
        self._told = {str(story.number): story for story in self.stories}
        self._made = lru_cache(maxsize=4096)(self._make)
        self.sections(by_query("page"))
        self.page("/khung/chung.css", Answer("body { margin: 0 }\n", type="text/css"))
        self.pattern(r"/cu/\d+\.aspx", self._moved)
        self.pattern(r"/loi/\d+\.html", lambda _: Answer("<h1>Lỗi máy chủ</h1>", 500))
        self.pattern(r"/xoa/\d+\.html", lambda _: Answer("<h1>Đã xoá</h1>", 410))
        self.aside = self._links
        self.asked = 0
        self.heard: Callable[[int], None] = lambda number: None  # of each answer, before it is given

    def answer(self, request: Request) -> Answer:
        self.asked += 1
        self.heard(self.asked)
        return self._made(request.target)

    def _make(self, target: str) -> Answer:
        return super().answer(Request(self.host, target))

    def _file(self, request: Request) -> Said:
        _, _, number, name = request.path.split("/", 3)
        story = self._told.get(number)
        return self.media(story, name) if story is not None else None

    def _moved(self, request: Request) -> Said:
        story = self._told.get(request.path.removeprefix("/cu/").removesuffix(".aspx"))
        return redirect(self.address(story), 301) if story is not None else None

    def _links(self, request: Request, story: Story | None) -> str:
        """What an article's page leads to beside the menu."""
        if story is None:
            return ""
        other = self._told.get(str(story.number - 1)) if story.number % _OLD == 0 else None
        links = [(f"/cu/{other.number}.aspx", other.title)] if other is not None else []
        if story.number % _LOST == 0:
            links.append((f"/xoa/{story.number}.html", f"Văn bản số {story.number} của huyện"))
        if story.number % _BROKEN == 1:
            links.append((f"/loi/{story.number}.html", f"Biểu mẫu số {story.number} của huyện"))
        return "".join(f'<p><a href="{href}">{words}</a></p>' for href, words in links)

    def definition(self, workers: int, warc_bytes: int) -> str:
        """How it is crawled: fast, into small files."""
        return (
            f'[portal]\nname = "{NAME}"\nurl = "{self.url}"\n\n[politeness]\ndelay = 0\nconcurrency = {workers}\n'
            f"retries = 1\n\n[archive]\nwarc_bytes = {warc_bytes}\n"
        )
