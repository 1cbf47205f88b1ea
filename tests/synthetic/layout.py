"""Layout: what a portal looks like. A look overrides what it has otherwise; nothing here is seen on all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal
from urllib.parse import quote_plus

from .markup import Names
from .stories import Habits, Story, slug, stories

Twin = Literal["print", "part", "twin", "missing"]


@dataclass(frozen=True)
class Link:
    title: str
    path: str
    date: str = ""  # as lists print it
    lead: str = ""
    picture: str = ""

    def a(self, inner: str = "") -> str:
        return f'<a href="{escape(self.path)}">{inner or escape(self.title, quote=False)}</a>'


class Layout:
    """One portal's look. Subclasses give `name`, and override what is theirs."""

    name: str
    site = "Trang thông tin điện tử huyện Khe Lụa"
    habits = Habits()
    ending = ".html"  # of the addresses of static pages
    date_on_page = True
    date_in_lists = True
    soft_missing = True  # an unknown address answers with 200
    prints = False  # a print view of each article
    latest: Sequence[Link] = ()  # what sidebars show
    menu: Sequence[Link] = ()
    told: Mapping[str, Story] = {}  # by their paths
    type = "text/html; charset=utf-8"

    def __init__(self) -> None:
        self.host = f"{self.name}.example"
        self.k = Names(self.host)

    # Stories

    def stories(self) -> list[Story]:
        return stories(self.host, self.habits)

    def truth(self, story: Story, told: dict[str, Any]) -> dict[str, Any]:
        """What a record must say; `told`: as it is on most portals."""
        return told

    def typed(self, story: Story | None, text: str) -> str:
        """A text as an editor typed it; one that no article has, where there is no story."""
        return text

    # Addresses

    def path(self, story: Story) -> str:
        return f"/tin-tuc/{story.slug}-{story.number}.html"

    def print_path(self, story: Story) -> str:
        return f"/in/{story.number}.html"

    def list_path(self, section: str, number: int) -> str:
        return f"/{slug(section)}" + (f"/trang-{number}" if number > 1 else "") + self.ending

    def search_path(self, word: str) -> str:
        return f"/tim-kiem{self.ending}" + (f"?q={quote_plus(word)}" if word else "")

    # Texts

    def date(self, story: Story) -> str:
        """The date as the article's page prints it; the story has one."""
        raise NotImplementedError

    def list_date(self, story: Story) -> str:
        return f"{story.published:%d/%m/%Y}" if self.date_in_lists else ""

    def byline(self, story: Story) -> str:
        """The signature's line, as text; the story has one."""
        return story.author or ""

    def title(self, story: Story) -> str:
        return escape(story.title, quote=False)

    # Pages

    def encode(self, html: str) -> bytes:
        return html.encode()

    def decode(self, page: bytes) -> str:
        return page.decode()

    def others(self, story: Story, near: Sequence[Link]) -> Iterator[tuple[str, Twin, str]]:
        """Further pages of an article: path, what it is, the page."""
        yield from ()

    def extras(self) -> Iterator[tuple[str, str, str]]:
        """Pages that are no article: path, title, what they show."""
        yield from ()

    def whole(self, html: str, story: Story | None) -> str:
        """The last word on a page."""
        return html

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        raise NotImplementedError

    def article(self, story: Story, near: Sequence[Link]) -> str:
        raise NotImplementedError

    def head(self, story: Story) -> str:
        """What an article has in its page's head."""
        return ""

    def page(self, story: Story, near: Sequence[Link]) -> str:
        crumbs = [Link(story.section, self.list_path(story.section, 1))]
        return self.whole(self.shell(story.title, self.article(story, near), crumbs, self.head(story)), story)

    def printed(self, story: Story) -> str:
        raise NotImplementedError

    def list(self, heading: str, links: Sequence[Link], pager: Sequence[Link]) -> str:
        rows = "".join(self.row(link) for link in links)
        pages = " ".join(link.a() for link in pager)
        return f'<div class="{self.k("lh")}">{escape(heading)}</div><div class="{self.k("ls")}">{rows}</div><div>{pages}</div>'

    def row(self, link: Link) -> str:
        date = f' <i class="{self.k("ld")}">({link.date})</i>' if link.date else ""
        return f'<div class="{self.k("lr")}">{link.a()}{date}<br>{escape(link.lead, quote=False)}</div>'

    def front(self, links: Sequence[Link]) -> str:
        return self.list("Tin mới", links, ())

    def splash(self) -> tuple[str, str] | None:
        """What stands at / where it is not the front page, and where that is then."""
        return None

    def static(self, title: str, text: str) -> str:
        return (
            f'<div class="{self.k("st")}"><b>{escape(title)}</b></div><div class="{self.k("sx")}">{escape(text)}</div>'
        )

    def search(self, word: str, hits: Sequence[Link]) -> str:
        form = (
            f'<form action="{self.search_path("")}"><input name="q" value="{escape(word)}"><button>Tìm</button></form>'
        )
        return form + (self.list(f"Kết quả tìm kiếm: {word}", hits, ()) if word else "")
