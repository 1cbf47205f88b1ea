"""Build: what synthetic portals are put together from: articles at addresses, sections with pages of lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from servers.content import SECTION_NAMES, TITLE, Story, unaccented

from .kit import ARTICLES, Answer, Portal, Request, Said, redirect
from .looks import MENU, STATIC, Item, Look, window

Links = list[tuple[str | None, str]]


@dataclass(frozen=True)
class Paging:
    """One way to number the pages of a list. `address` and `number` count from 1, whatever the portal counts from."""

    address: Callable[[str, int], str]  # from the list's path
    number: Callable[[Request], int]
    beyond: Literal["empty", "last", "first", "404"] = "empty"  # what comes after the last page
    links: Callable[[int, int, Callable[[int], str]], Links] = window
    head: Callable[[int, int, Callable[[int], str]], str] = lambda number, last, address: ""
    tail: str = ""  # expression of what a page has behind the list's path
    size: int = 10


def by_query(name: str, *, base: int = 1, step: int = 1, more: str = "") -> Paging:
    """`?name=N`: counted from `base`, in steps of `step` entries."""

    def address(path: str, number: int) -> str:
        return f"{path}?{more}{name}={base + (number - 1) * step}"

    def number(request: Request) -> int:
        value = request.query.get(name, str(base))
        return 1 + (int(value) - base) // step if value.isdigit() else 1

    return Paging(address, number)


def by_path(form: str) -> Paging:
    """The number in the path: `form` is what stands behind the list's path, `{}` for the number."""
    tail = re.escape(form).replace(r"\{\}", r"(\d+)")

    def number(request: Request) -> int:
        found = re.search(tail + "$", request.path)
        return int(found[1]) if found else 1

    return Paging(lambda path, number: path.rstrip("/") + form.format(number), number, tail=tail)


def next_only(number: int, last: int, address: Callable[[int], str]) -> Links:
    return [(address(number + 1), "Trang sau")] if number < last else []


def always_next(number: int, last: int, address: Callable[[int], str]) -> Links:
    """A pager that does not know where the list ends."""
    return [(address(max(1, number - 1)), "« Trước"), (address(number + 1), "Tiếp »")]


def no_links(number: int, last: int, address: Callable[[int], str]) -> Links:
    return []


def path_of(section: str) -> str:
    return "/" + re.sub(r"[^a-z0-9]+", "-", unaccented(section).lower()).strip("-")


def by_slug(story: Story) -> str:
    return f"{path_of(story.section)}/{story.slug}-{story.number + 1300}.html"


class Site(Portal):
    """A portal with a look: articles at `address`, a menu, static pages. How the articles are reached is added."""

    def __init__(
        self,
        name: str,
        look: Look | None = None,
        *,
        address: Callable[[Story], str] = by_slug,
        articles: int = ARTICLES,
        hosts: Iterable[str] = (),
        names: tuple[str, ...] = ("id",),
    ) -> None:
        """`names`: parameters that say which article an address shows."""
        super().__init__(name, articles=articles, hosts=hosts)
        self.look = look or Look()
        self.address = address
        self.menu: list[tuple[str, str]] = [*MENU, ("/noi-bo/", "Nội bộ")]
        self.head = ""  # in the <head> of every page
        self.foot: Callable[[Request], str] = lambda request: ""  # at the end of every page
        self.aside: Callable[[Request, Story | None], str] = lambda request, story: ""  # beside what a page shows
        self.welcome: Callable[[Request], str] = lambda request: f"<p>Chào mừng bạn đến với {TITLE}.</p>"
        self.alive = True  # false: a broken portal's server does not answer any more
        self.never: set[str] = set()  # addresses that a broken portal never answers for
        self.dated: set[int] = set()  # articles of which it says the right date somewhere
        self.names = names
        self._at = {self._place(Request(self.host, address(story))): story for story in self.stories}
        self.page("/", lambda request: self.show(request, TITLE, self.welcome(request)))
        for path, (title, text) in STATIC.items():
            self.page(path, lambda request, title=title, text=text: self.show(request, title, f"<p>{text}</p>"))
        self.page("/noi-bo/", lambda request: self.show(request, "Nội bộ", "<p>Chỉ dành cho cán bộ.</p>"))
        self.pattern(r"/tep/\d+/.+", self._file)
        self.page("/logo.png", lambda request: self.media(self.stories[0], "logo.png"))

    def show(self, request: Request, title: str, main: str, head: str = "", story: Story | None = None) -> str:
        """A page."""
        main += self.aside(request, story)
        return self.look.shell(title, main, self.menu, self.head + head, self.foot(request))

    def _routed(self, request: Request) -> Said:
        story = self._at.get(self._place(request))
        return self.article(request, story) if story is not None else super()._routed(request)

    def article(self, request: Request, story: Story) -> Answer:
        return Answer(self.show(request, story.title, self.look.article(story), story=story), story=story.number)

    def _place(self, request: Request) -> tuple[str, ...]:
        return (request.path, *(request.query[name] for name in self.names if name in request.query))

    def _file(self, request: Request) -> Said:
        _, _, number, name = request.path.split("/", 3)
        story = next((story for story in self.stories if str(story.number) == number), None)
        return self.media(story, name) if story is not None else None

    def items(self, stories: Sequence[Story]) -> list[Item]:
        return [self.look.item(story, self.address(story)) for story in stories]

    def of_section(self, section: str) -> list[Story]:
        return [story for story in self.stories if story.section == section]

    # Lists

    def sections(self, paging: Paging, *, ending: str = "", menu: bool = True) -> Site:
        """A list for each section, reached through the menu."""
        for section in SECTION_NAMES:
            path = path_of(section) + ending
            self.listing(path, section, self.of_section(section), paging)
            if menu:
                self.menu.insert(-2, (path, section))
        return self

    def listing(self, path: str, heading: str, stories: Sequence[Story], paging: Paging) -> None:
        def handler(request: Request) -> Said:
            return self._page_of(request, path, heading, stories, paging)

        self.pattern(re.escape(path.rstrip("/")) + f"(?:/?|{paging.tail})" if paging.tail else re.escape(path), handler)

    def _page_of(self, request: Request, path: str, heading: str, stories: Sequence[Story], paging: Paging) -> Said:
        last = max(1, -(-len(stories) // paging.size))
        number = paging.number(request)
        if number > last and paging.beyond == "404":
            return None
        if number > last and paging.beyond == "first":
            return redirect(path)
        shown = min(number, last) if paging.beyond == "last" else number
        items = self.items(stories[(shown - 1) * paging.size : shown * paging.size])

        def address(one: int) -> str:
            return paging.address(path, one)

        pager = self.look.pager(paging.links(number, last, address))
        return self.show(request, heading, self.look.list(heading, items, pager), paging.head(number, last, address))
