"""Looks: the markup of synthetic portals. Each look is one CMS's way with the same page, list and pager.

Names of classes mean nothing on purpose, as on the portals that nobody has described.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from servers.content import ABOUT, CONTACT, TITLE, Picture, Story, blocks_html, files_under

MENU = (("/gioi-thieu.html", "Giới thiệu"), ("/lien-he.html", "Liên hệ"))


@dataclass(frozen=True)
class Item:
    """One entry of a list."""

    href: str
    title: str
    date: str | None = None
    teaser: str | None = None


def attribute(text: str) -> str:
    return escape(text, quote=True)


class Look:
    """A table layout of the years before 2012: nested tables, dates in brackets."""

    def __init__(
        self, *, dated_pages: bool = True, dated_lists: bool = True, teasers: bool = False, pictures: bool = False
    ) -> None:
        self.dated_pages, self.dated_lists, self.teasers, self.pictures = dated_pages, dated_lists, teasers, pictures

    def shell(self, title: str, main: str, menu: Iterable[tuple[str, str]], head: str = "", foot: str = "") -> str:
        links = "".join(f'<tr><td class="m1"><a href="{attribute(href)}">{words}</a></td></tr>' for href, words in menu)
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{TITLE}</title>{head}</head><body>'
            f'<table width="990" align="center"><tr><td colspan="2"><a href="/">{TITLE}</a></td></tr>'
            f'<tr><td width="180" valign="top"><table>{links}</table></td><td valign="top">{main}</td></tr>'
            f'<tr><td colspan="2">© {TITLE}. {foot}</td></tr></table></body></html>'
        )

    def article(self, story: Story) -> str:
        date = f'<tr><td class="s3">({self.date(story)})</td></tr>' if self.dated_pages else ""
        return (
            f'<table><tr><td class="t9">{escape(story.title)}</td></tr>{date}'
            f'<tr><td class="n7">{self.text(story)}</td></tr></table>'
        )

    def text(self, story: Story) -> str:
        shown = Story(**{**vars(story), "blocks": story.blocks if self.pictures else _without_pictures(story)})
        return blocks_html(shown, files_under("/tep", story))

    def date(self, story: Story) -> str:
        return f"{story.published:%H:%M | %d/%m/%Y}"

    def day(self, story: Story) -> str:
        return f"{story.published:%d/%m/%Y}"

    def item(self, story: Story, href: str) -> Item:
        teaser = story.paragraphs[0][:140] + "…" if self.teasers and story.paragraphs else None
        return Item(href, story.title, self.day(story) if self.dated_lists else None, teaser)

    def entries(self, items: Sequence[Item]) -> str:
        rows = "".join(
            f'<tr><td class="e2"><a href="{attribute(item.href)}">{escape(item.title)}</a>'
            + (f" <i>({item.date})</i>" if item.date else "")
            + (f"<br>{escape(item.teaser)}" if item.teaser else "")
            + "</td></tr>"
            for item in items
        )
        return f"<table>{rows}</table>"

    def list(self, heading: str, items: Sequence[Item], pager: str) -> str:
        rows = f'<tr><td class="h4">{escape(heading)}</td></tr><tr><td>{self.entries(items)}</td></tr>'
        return f"<table>{rows}</table>{pager}"

    def pager(self, links: Iterable[tuple[str | None, str]]) -> str:
        """Links with their words; without an address: the page that is shown, or dots."""
        cells = (
            f'<a href="{attribute(href)}">{words}</a>' if href is not None else f"<b>{words}</b>"
            for href, words in links
        )
        return f'<div align="right">Trang: {" ".join(cells)}</div>'


class Divs(Look):
    """Boxes with names that a build has made up, the date in a line of its own."""

    def shell(self, title: str, main: str, menu: Iterable[tuple[str, str]], head: str = "", foot: str = "") -> str:
        links = "".join(f'<div class="kq"><a href="{attribute(href)}">{words}</a></div>' for href, words in menu)
        return (
            f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)} - {TITLE}</title>{head}'
            f'</head><body><div class="a0"><div class="b1"><a href="/"><img src="/logo.png" alt=""></a></div>'
            f'<div class="b2">{links}</div><div class="b3">{main}</div><div class="b4">{CONTACT} {foot}</div></div>'
            "</body></html>"
        )

    def article(self, story: Story) -> str:
        date = f'<div class="x1">{self.date(story)}</div>' if self.dated_pages else ""
        text = f'<div class="x2">{self.text(story)}</div>'
        return f'<div class="xa"><div class="x0">{escape(story.title)}</div>{date}{text}</div>'

    def date(self, story: Story) -> str:
        return f"Ngày đăng {story.published:%d/%m/%Y | %H:%M} | Lượt xem: {story.number * 7 + 11}"

    def entries(self, items: Sequence[Item]) -> str:
        return "".join(
            f'<div class="l1"><div class="l2"><a href="{attribute(item.href)}">{escape(item.title)}</a></div>'
            + (f'<div class="l3">{item.date}</div>' if item.date else "")
            + (f'<div class="l4">{escape(item.teaser)}</div>' if item.teaser else "")
            + "</div>"
            for item in items
        )

    def list(self, heading: str, items: Sequence[Item], pager: str) -> str:
        return f'<div class="h0">{escape(heading)}</div><div class="h1">{self.entries(items)}</div>{pager}'

    def pager(self, links: Iterable[tuple[str | None, str]]) -> str:
        cells = (
            f'<li><a href="{attribute(href)}">{words}</a></li>' if href is not None else f"<li>{words}</li>"
            for href, words in links
        )
        return f'<ul class="p0">{"".join(cells)}</ul>'


class Plain(Look):
    """Headings, paragraphs and lists as the standard means them."""

    def shell(self, title: str, main: str, menu: Iterable[tuple[str, str]], head: str = "", foot: str = "") -> str:
        links = "".join(f'<li><a href="{attribute(href)}">{words}</a></li>' for href, words in menu)
        return (
            f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)} | {TITLE}</title>{head}'
            f'</head><body><header><a href="/">{TITLE}</a></header>'
            f'<nav><ul><li><a href="/">Trang chủ</a></li>{links}</ul></nav>'
            f"<main>{main}</main><footer><p>{CONTACT}</p>{foot}</footer></body></html>"
        )

    def article(self, story: Story) -> str:
        date = f"<p>{self.date(story)}</p>" if self.dated_pages else ""
        return f"<h1>{escape(story.title)}</h1>{date}<div>{self.text(story)}</div>"

    def date(self, story: Story) -> str:
        return f"Cập nhật lúc {story.published:%Hh%M} ngày {story.published:%d-%m-%Y}"

    def entries(self, items: Sequence[Item]) -> str:
        rows = "".join(
            f'<li><h3><a href="{attribute(item.href)}">{escape(item.title)}</a></h3>'
            + (f"<span>{item.date}</span>" if item.date else "")
            + (f"<p>{escape(item.teaser)}</p>" if item.teaser else "")
            + "</li>"
            for item in items
        )
        return f"<ul>{rows}</ul>"

    def list(self, heading: str, items: Sequence[Item], pager: str) -> str:
        return f"<h2>{escape(heading)}</h2>{self.entries(items)}{pager}"

    def pager(self, links: Iterable[tuple[str | None, str]]) -> str:
        cells = (
            f'<a href="{attribute(href)}">{words}</a>' if href is not None else f"<span>{words}</span>"
            for href, words in links
        )
        return f"<nav>{''.join(cells)}</nav>"


def _without_pictures(story: Story) -> tuple[object, ...]:
    return tuple(block for block in story.blocks if not isinstance(block, Picture))


def window(number: int, last: int, address: Callable[[int], str], around: int = 2) -> list[tuple[str | None, str]]:
    """A pager that shows the first page, the last, and some around the one that is shown."""
    links: list[tuple[str | None, str]] = []
    before = 0
    for one in range(1, last + 1):
        if one in (1, last) or abs(one - number) <= around:
            if one > before + 1:
                links.append((None, "…"))
            links.append((None, str(one)) if one == number else (address(one), str(one)))
            before = one
    return links


STATIC = {"/gioi-thieu.html": ("Giới thiệu", ABOUT), "/lien-he.html": ("Liên hệ", CONTACT)}
