"""Looks of long articles that go on at addresses which say nothing, and of links on to other articles that are none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from .layout import Layout, Link, Twin
from .layouts_held_texts import Pages
from .markup import blocks, links, weekday
from .stories import Habits, Story


class Continued(Pages):
    """Parts have a record's number of their own; the link to the next one stands among the page's tools, between links
    that every page has; on the last part one leads back to the first. Parts are called so in their titles."""

    name = "xem-tiep"
    habits = Habits(articles=34, paragraphs=(3, 9))

    def path(self, story: Story) -> str:
        return f"/bai-viet/{story.slug}"

    def part_path(self, story: Story, number: int) -> str:
        return self.path(story) + (f"?p={80_000 + story.number * 3 + number}" if number > 1 else "")

    def date(self, story: Story) -> str:
        return f"{weekday(story.published)}, ngày {story.published:%d/%m/%Y}"

    def _part(self, story: Story, near: Sequence[Link], number: int) -> str:
        k = self.k
        parts = self._parts(story)
        shown = parts[number - 1]
        name = f'<p align="right"><b>{self.byline(shown)}</b></p>' if shown.author else ""
        source = f"<p>Nguồn: {shown.source}</p>" if shown.source else ""
        files = links(shown, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        tools = [f'<a class="{k("a")}" href="#{k("o")}">Về đầu trang</a>']
        if number < len(parts):
            tools.append(f'<a class="{k("a")}" href="{self.part_path(story, number + 1)}">Xem tiếp</a>')
        elif number > 1:
            tools.append(f'<a class="{k("a")}" href="{self.path(story)}">Đọc lại từ đầu</a>')
        tools.append(f'<a class="{k("a")}" href="/lien-he.html">Góp ý</a>')
        title = self.title(story) + (f" (phần {number})" if number > 1 else "")
        others = "".join(f"<li>{link.a()} <i>{link.date}</i></li>" for link in near)
        return f"""<div class="{k("b")}"><div class="{k("c")}">{title}</div><div class="{k("d")}">{self.date(story)}</div>
<div class="{k("e")}">{blocks(shown, "p", "figure", lead=True)}{name}{source}{files}</div><div class="{k("f")}">{" | ".join(tools)}</div></div>
<div class="{k("g")}"><b>Cùng chuyên mục</b><ul>{others}</ul></div>"""

    def others(self, story: Story, near: Sequence[Link]) -> Iterator[tuple[str, Twin, str]]:
        yield from (other for other in super().others(story, near) if other[1] == "part")


class Lettered(Pages):
    """Parts by letters, in tables without a name; each part has the numbers of all, under the text and over it."""

    name = "phan-chu"
    habits = Habits(articles=34, paragraphs=(4, 9), rows=0.0)

    def path(self, story: Story) -> str:
        return f"/doc/{story.number}"

    def part_path(self, story: Story, number: int) -> str:
        return self.path(story) + (f"-{'abc'[number - 1]}" if number > 1 else "")

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = "".join(f"<td>{link.a()}</td>" for link in self.menu)
        latest = "".join(f"<tr><td>{link.a()} ({link.date})</td></tr>" for link in self.latest)
        return f"""<html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><table width=980><tr><td><img src="/khung/bieu-ngu.jpg"></td></tr></table>
<table><tr>{menu}</tr></table><table width=980><tr><td valign=top width=700>{main}</td><td valign=top><table>{latest}</table></td></tr></table></body></html>"""

    def _part(self, story: Story, near: Sequence[Link], number: int) -> str:
        parts = self._parts(story)
        shown = parts[number - 1]
        name = f"<p align=right><i>{self.byline(shown)}</i></p>" if shown.author else ""
        source = f"<p align=right>Nguồn: {shown.source}</p>" if shown.source else ""
        files = links(shown, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        pager = " ".join(
            f"[{one}]" if one == number else f'<a href="{self.part_path(story, one)}">{one}</a>'
            for one in range(1, len(parts) + 1)
        )
        pager = f"<div align=center>Trang {pager}</div>" if len(parts) > 1 else ""
        others = "".join(f"<p>{link.a()} ({link.date})</p>" for link in near)
        return f"""<table width="100%"><tr><td><b>{self.title(story)}</b></td></tr><tr><td>{self.date(story)}</td></tr>
<tr><td>{blocks(shown, "p", "table", lead=True)}{name}{source}{files}</td></tr><tr><td>{pager}</td></tr><tr><td><u>Các tin khác</u>{others}</td></tr></table>"""


class Neighbours(Layout):
    """Under every article are links that turn pages, "Trang trước" and "Trang sau", and they lead to other articles."""

    name = "trang-ke"
    habits = Habits(articles=34)

    def path(self, story: Story) -> str:
        return f"/xem?ma={story.number * 13}"

    def date(self, story: Story) -> str:
        return f"Ngày đăng: {story.published:%d/%m/%Y %H:%M}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<span>{link.a()}</span>" for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("o")}">{menu}</div>
<div class="{k("p")}">{main}</div><div class="{k("q")}">{"".join(f"<p>{link.a()} <b>{link.date}</b></p>" for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        before, after = near[0], near[-1]
        name = f'<p style="text-align:right"><strong>{self.byline(story)}</strong></p>' if story.author else ""
        source = f"<p>Nguồn: {story.source}</p>" if story.source else ""
        files = links(story, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        turns = f'<a class="{k("t")}" href="{escape(before.path)}">« Trang trước</a> <a class="{k("t")}" href="{escape(after.path)}">Trang sau »</a>'
        return f"""<div class="{k("r")}">{self.title(story)}</div><p class="{k("s")}">{self.date(story)}</p>
<div class="{k("u")}">{blocks(story, "p", "figure", lead=True)}{name}{source}{files}</div><div class="{k("v")}">{turns}</div>"""


PARTS = (Continued, Lettered, Neighbours)
