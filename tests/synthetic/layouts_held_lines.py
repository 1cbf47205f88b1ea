"""Held-out looks where the lines around the text mislead: titles again, two dates, names before and in the date's line."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from html import escape
from typing import Any

from .layout import Layout, Link, Twin
from .markup import blocks, links, twelve, weekday
from .prose import Writer
from .stories import Habits, Story


class Again(Layout):
    """The text begins with the title in capitals and the lead in bold; the day of the last change stands before the day
    of publication; the count of views looks like a day, comments are counted behind it; the signature is left and bold."""

    name = "nhac-lai"
    habits = Habits(lead=0.7)

    def path(self, story: Story) -> str:
        return f"/{story.slug}-c{story.number}"

    def date(self, story: Story) -> str:
        return f"Đăng ngày {story.published:%d/%m/%Y}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("a")}"><a href="/">{self.site}</a><ul>{menu}</ul></div>
<div class="{k("b")}"><div class="{k("c")}">{main}</div><div class="{k("d")}"><h3>Tin xem nhiều</h3>{"".join(f"<p>{link.a()}</p>" for link in self.latest)}</div></div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        assert story.published is not None
        changed = story.published + timedelta(days=story.views % 9 + 1, minutes=7)
        views = f"{story.published + timedelta(days=400):%d%m%Y}"
        lead = f"<p><strong>{escape(story.lead, quote=False)}</strong></p>" if story.lead else ""
        name = f"<p><strong>{self.byline(story)}</strong></p>" if story.author else ""
        source = f"<p><em>Nguồn: {story.source}</em></p>" if story.source else ""
        files = links(story, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        again = f'<p style="text-align:center"><strong>{self.title(story).upper()}</strong></p>' if story.texts else ""
        return f"""<div class="{k("t")}">{self.title(story)}</div><div class="{k("i")}"><span>Cập nhật: {changed:%H:%M} | {changed:%d/%m/%Y}</span> <span>{self.date(story)}</span> <span>Lượt xem: {views}</span> <span>Bình luận: {story.views % 4}</span></div>
<div class="{k("n")}">{again}{lead}{blocks(story, "p", "p")}{name}{source}{files}</div><div class="{k("r")}"><b>Bài viết khác</b>{"".join(f"<div>{link.a()} <small>{link.date}</small></div>" for link in near)}</div>"""


class OneLine(Layout):
    """Day, writer and views in one line, the account where nobody signed; a trail of links behind the title; some titles
    begin with the section's name; lists say the day and the hour."""

    name = "dong-tin"
    habits = Habits(signed=0.7)

    def stories(self) -> list[Story]:
        return [
            replace(story, title=f"{story.section}: {story.title}") if story.number % 3 == 0 else story
            for story in super().stories()
        ]

    def path(self, story: Story) -> str:
        return f"/index.php/tin/{story.number}-{story.slug}"

    def date(self, story: Story) -> str:
        return f"{story.published:%d/%m/%Y}"

    def list_date(self, story: Story) -> str:
        return f"{weekday(story.published)} {story.published:%d/%m/%Y %H:%M}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = " ".join(f"<span>{link.a()}</span>" for link in self.menu)
        trail = " › ".join(['<a href="/">Trang chủ</a>', *(link.a() for link in crumbs)])
        main = main.replace("<!--trail-->", f'<div class="{k("tr")}">{trail}</div>')
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head><body><div class="{k("x")}"><h1>{self.site}</h1>{menu}</div>
<div class="{k("y")}">{main}</div><div class="{k("z")}"><h1>Tin mới</h1>{"".join(f"<li>{link.a()}<br>{link.date}</li>" for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        line = f"{self.date(story)} | {self.byline(story) or 'quantri'} | Lượt xem: {story.views}"
        lead = f'<div class="{k("l")}">{escape(story.lead, quote=False)}</div>' if story.lead else ""
        source = f'<div class="{k("s")}">Nguồn: {story.source}</div>' if story.source else ""
        files = links(story, lambda url, name: f'<li><a href="{url}">{name}</a></li>')
        return f"""<h1>{self.title(story)}</h1><!--trail--><div class="{k("i")}">{line}</div>{lead}<div class="{k("b")}">{blocks(story, "p", "figure")}</div>{source}<ul>{files}</ul>
<div class="{k("o")}"><h1>Tin cùng chuyên mục</h1>{"".join(f"<li>{link.a()}</li>" for link in near)}</div>"""


class Credits(Layout):
    """Who wrote and who took the pictures, in two lines or in one; the source's name is a link; lines are plain; whoever
    wrote signs with initials as often as with a name."""

    name = "hai-ten"
    ending = ""
    habits = Habits(signed=0.85, sourced=0.3, initials=0.4, offices=0, two=0)

    def path(self, story: Story) -> str:
        return f"/w/guest/-/{story.slug}"

    def date(self, story: Story) -> str:
        return f"{twelve(story.published, ('SA', 'CH'))}, {story.published:%d/%m/%Y}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)} - {escape(crumbs[0].title)} - {self.site}</title>{head}</head><body><ul class="{k("u")}">{menu}</ul><div class="{k("p")}"><h2>{escape(crumbs[0].title)}</h2>{main}</div>
<div class="{k("q")}">{"".join(f'<div><img src="{link.picture or "/khung/logo.png"}" width=80>{link.a()}</div>' for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        photographer = Writer(random.Random(story.slug)).person()
        name = ""
        if story.author:
            apart = story.number % 2
            name = (
                f"<p>Tin: {story.author}</p><p>Ảnh: {photographer}</p>"
                if apart
                else f"<p>Tin: {story.author}; Ảnh: {photographer}</p>"
            )
        source = f'<p>Nguồn: <a href="http://bao-khac.example/">{story.source}</a></p>' if story.source else ""
        files = links(story, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        return f"""<div class="{k("e")}"><h3>{self.title(story)}</h3><div class="{k("f")}">{self.date(story)}</div><div class="{k("g")}">{blocks(story, "p", "unmarked", lead=True)}{name}{source}{files}</div></div>
<div class="{k("h")}"><p>Các bài khác</p>{"".join(f"<p>{link.a()} ({link.date})</p>" for link in near)}</div>"""


class Above(Layout):
    """The writer stands over the title; short texts beside a long history of the district; a view to print behind a
    parameter; half of the pages with letters and marks apart."""

    name = "ten-tren"
    habits = Habits(paragraphs=(1, 3), pictures=(0, 2), rows=0.05)

    def path(self, story: Story) -> str:
        return f"/bai/{story.number}"

    def date(self, story: Story) -> str:
        return f"{story.published:%H:%M, %d-%m-%Y}"

    def whole(self, html: str, story: Story | None) -> str:
        return unicodedata.normalize("NFD" if story is not None and story.number % 2 else "NFC", html)

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        draw = Writer(random.Random(self.host))
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        history = "".join(f"<p>{draw.paragraph(place == 0, place == 3)}</p>" for place in range(4))
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("top")}"><ul>{menu}</ul></div>
<div class="{k("lf")}"><h2>Lịch sử huyện nhà</h2>{history}</div><div class="{k("ct")}">{main}</div>
<div class="{k("rg")}"><h2>Đáng chú ý</h2>{"".join(f"<div>{link.a()}<br>{link.date}</div>" for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        name = f'<div class="{k("n")}">{self.byline(story)}</div>' if story.author else ""
        source = f"<p>Theo {story.source}</p>" if story.source else ""
        files = links(story, lambda url, name: f'<div class="{k("f")}"><a href="{url}">{name}</a></div>')
        return f"""{name}<h2>{self.title(story)}</h2><div class="{k("d")}">{self.date(story)}</div><a href="{self.path(story)}?in=1">Bản in</a>
<div class="{k("b")}">{blocks(story, "p", "p", lead=True)}{source}</div>{files}<div class="{k("o")}"><h2>Tin khác</h2>{"".join(f"<div>{link.a()}</div>" for link in near)}</div>"""

    def others(self, story: Story, near: Sequence[Link]) -> Iterator[tuple[str, Twin, str]]:
        name = f"<i>{self.byline(story)}</i>" if story.author else ""
        yield (
            f"{self.path(story)}?in=1",
            "print",
            f"""<html><head><meta charset="utf-8"><title>{self.site}</title></head><body>{name}<h2>{self.title(story)}</h2>{self.date(story)}
{blocks(story, "p", "p", lead=True)}<a href="javascript:window.print()">In</a></body></html>""",
        )


class Stale(Layout):
    """<title>, description and time in the head are of the article that was open before; og:title is cut; the title is a
    box inside a link to its own page; days with the month in letters."""

    name = "tieu-de-cu"

    def path(self, story: Story) -> str:
        return f"/portal/{story.published:%Y-%m}/{story.slug[:40]}{story.number}.aspx"

    def date(self, story: Story) -> str:
        months = ("Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai")
        day = story.published
        assert day is not None
        return f"{day:%d} Tháng {months[day.month - 1]}, {day.year}"

    def page(self, story: Story, near: Sequence[Link]) -> str:
        before = near[0]
        head = f"""<meta property="og:title" content="{escape(story.title[:34].rsplit(" ", 1)[0])}..."><meta property="og:description" content="{escape(before.lead or self.site)}">
<meta property="article:published_time" content="{self.told_at(before)}"><meta property="og:image" content="{before.picture or "/khung/logo.png"}">"""
        return self.shell(
            before.title, self.article(story, near), [Link(story.section, self.list_path(story.section, 1))], head
        )

    def told_at(self, link: Link) -> str:
        day, month, year = link.date.split("/")
        return f"{year}-{month}-{day}T08:00:00+07:00"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)} - {self.site}</title>{head}</head><body><div class="{k("h")}"><ul>{menu}</ul></div><div class="{k("m")}">{main}</div>
<div class="{k("s")}">{"".join(f"<p>{link.a()} {link.date}</p>" for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        lead = f'<div class="{k("l")}">{escape(story.lead, quote=False)}</div>' if story.lead else ""
        name = f'<p style="text-align:right">{self.byline(story)}</p>' if story.author else ""
        source = f'<p style="text-align:right">Nguồn: {story.source}</p>' if story.source else ""
        files = links(story, lambda url, name: f'<div><a href="{url}">{name}</a></div>')
        return f"""<a href="{escape(self.path(story))}"><div class="{k("t")}">{self.title(story)}</div></a><div class="{k("d")}">{self.date(story)}</div>{lead}<div class="{k("b")}">{blocks(story, "p", "figure")}{name}{source}</div>{files}
<div class="{k("r")}">{"".join(f'<div><a href="{escape(link.path)}"><div class="{k("t2")}">{escape(link.title)}</div></a><span>{link.date}</span></div>' for link in near)}</div>"""


class SomeDays(Layout):
    """A third of the articles have their day on the page, a third in lists alone, a third nowhere; two in a row are of one
    day; readers' comments with days and names are longer than the article."""

    name = "nua-ngay"
    habits = Habits(articles=33, paragraphs=(2, 4), pictures=(0, 1))

    def stories(self) -> list[Story]:
        made = super().stories()
        return [
            replace(story, published=None) if place % 3 == 2
            else replace(story, published=made[place - place % 2].published)
            for place, story in enumerate(made)
        ]  # fmt: skip

    def _on_page(self, story: Story) -> bool:
        return story.published is not None and story.number // 7 % 3 == 0

    def truth(self, story: Story, told: dict[str, Any]) -> dict[str, Any]:
        on_page = self._on_page(story)
        return told | ({"listed": None} if on_page else {"timestamp": None})

    def path(self, story: Story) -> str:
        return f"/{_folder(story.section)}/{story.slug}.html"

    def date(self, story: Story) -> str:
        return f"Ngày cập nhật: {story.published:%d/%m/%Y}"

    def list_date(self, story: Story) -> str:
        return "" if self._on_page(story) else f"{story.published:%d/%m/%Y}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("1")}">{self.site}</div><ul>{menu}</ul><div class="{k("2")}">{main}</div>
<div class="{k("3")}">{"".join(f"<div>{link.a()}<i>{link.date}</i></div>" for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        draw = random.Random(story.number)
        writer = Writer(draw)
        date = f'<div class="{k("d")}">{self.date(story)}</div>' if self._on_page(story) else ""
        name = f'<p style="text-align:right"><b>{self.byline(story)}</b></p>' if story.author else ""
        source = f"<p>Nguồn: {story.source}</p>" if story.source else ""
        files = links(story, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        said = "".join(
            f'<div class="{k("cm")}"><b>{writer.person()}</b> <span>{draw.randint(1, 28):02}/{draw.randint(1, 12):02}/2024 {draw.randint(10, 22)}:15</span><p>{writer.paragraph(False, False)}</p></div>'
            for _ in range(story.number % 4 * 2)
        )
        return f"""<h2>{self.title(story)}</h2>{date}<div class="{k("b")}">{blocks(story, "p", "p", lead=True)}{name}{source}{files}</div><div class="{k("cs")}"><h3>Ý kiến bạn đọc</h3>{said}</div>
<div class="{k("o")}"><h3>Tin khác</h3>{"".join(f"<p>{link.a()} {link.date}</p>" for link in near)}</div>"""


class Form(Layout):
    """An article is a table of names and values, as a list of SharePoint shows its items; at its end the account and the
    days, month first, when the item was made and last changed."""

    name = "bieu-mau"
    ending = ".aspx"
    habits = Habits(documents=0.5)

    def path(self, story: Story) -> str:
        return f"/Lists/Tin/DispForm.aspx?ID={story.number}&ContentTypeId=0x01"

    def date(self, story: Story) -> str:
        return f"{story.published:%d/%m/%Y} {twelve(story.published, ('SA', 'CH'))}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html dir="ltr" lang="vi-VN"><head><meta charset="utf-8"><title>Tin - {escape(title)}</title>{head}</head><body><form><div class="{k("r")}"><a href="#m">Skip to main content</a>{self.site}</div><ul>{menu}</ul>
<div class="{k("z")}" id="m">{main}</div><div class="{k("y")}">{"".join(f"<div>{link.a()}</div>" for link in self.latest)}</div></form></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        assert story.published is not None
        made = story.published + timedelta(days=3, hours=2)
        files = links(story, lambda url, name: f'<tr><td><a href="{url}">{name}</a></td></tr>')
        rows = [
            ("Tiêu đề", self.title(story)),
            ("Ngày đăng", self.date(story)),
            ("Tóm tắt", escape(story.lead or "", quote=False)),
            ("Nội dung", f"<div>{blocks(story, 'div', 'p')}</div>"),
            ("Tác giả", self.byline(story)),
            ("Nguồn tin", story.source or ""),
            ("Attachments", f"<table>{files}</table>" if files else ""),
        ]
        cells = "".join(
            f'<tr><td class="{k("l")}" nowrap><h3>{name}</h3></td><td class="{k("v")}">{value}&nbsp;</td></tr>'
            for name, value in rows
        )
        return f"""<table class="{k("t")}">{cells}</table><table><tr><td>Created at {made:%m/%d/%Y %I:%M %p} by <a href="/_layouts/userdisp.aspx?ID=7">System Account</a></td></tr>
<tr><td>Last modified at {made + timedelta(days=20):%m/%d/%Y %I:%M %p} by <a href="/_layouts/userdisp.aspx?ID=9">vanthu_khelua</a></td></tr></table>"""


def _folder(section: str) -> str:
    return f"tin-{len(section)}"


HELD_LINES = (Again, OneLine, Credits, Above, Stale, SomeDays, Form)
