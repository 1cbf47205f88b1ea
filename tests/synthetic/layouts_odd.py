"""Looks where a date or a signature is missing, stands where nobody looks, or is imitated by its surroundings."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from html import escape

from .layout import Layout, Link
from .markup import blocks, links, twelve
from .stories import SECTIONS, Habits, Story


class ListsOnly(Layout):
    """An article's date stands in lists alone; its own page has the dates of others, before and after the text."""

    name = "ngay-o-muc"
    habits = Habits(signed=0.9)
    date_on_page = False

    def path(self, story: Story) -> str:
        return f"/xem/{story.number}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<dd>{link.a()}</dd>" for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("w")}"><div class="{k("u")}"><strong>{self.site}</strong></div>
<dl class="{k("m")}">{menu}</dl><div class="{k("top")}"><u>Tin nóng</u>{"".join(f"<div>{link.date}: {link.a()}</div>" for link in self.latest[:3])}</div>
<div class="{k("mid")}">{main}</div><div class="{k("bot")}">Thời tiết ngày 15/11/2023: nắng nhẹ, 24 - 31 độ</div></div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        name = f"<p>{self.byline(story)}</p>" if story.author else ""
        source = f"<p>Nguồn: {story.source}</p>" if story.source else ""
        files = links(story, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        others = "".join(f'<p class="{k("oi")}">{link.a()} ({link.date})</p>' for link in near)
        return f"""<h2 class="{k("t")}">{self.title(story)}</h2><div class="{k("b")}">{blocks(story, "p", "unmarked", lead=True)}{files}{name}{source}</div><div class="{k("o")}">{others}</div>"""


class Undated(Layout):
    """Half of the articles have no date and most no author; the header has a clock, the counter a date of its own."""

    name = "khong-ngay"
    habits = Habits(dated=0.5, signed=0.35)
    date_in_lists = False

    def path(self, story: Story) -> str:
        return f"/node/{story.number}"

    def date(self, story: Story) -> str:
        return f"Đăng ngày {story.published:%d - %m - %Y}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f'<span class="{k("i")}">{link.a()}</span>' for link in self.menu)
        return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} | {self.site}</title>{head}</head><body>
<div class="{k("clock")}">Thứ Hai, 04/03/2024</div><div class="{k("site")}">{self.site}</div><div>{menu}</div><div class="{k("c")}">{main}</div>
<div class="{k("side")}"><h2>Bài mới</h2>{"".join(f'<div class="{k("v")}">{link.a()}</div>' for link in self.latest)}</div><div class="{k("cnt")}">Số người truy cập từ 2020-09-26 10:58: 120.334</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        date = f'<div class="{k("d")}">{self.date(story)}</div>' if story.published else ""
        name = f'<p style="text-align: right;"><strong>{self.byline(story)}</strong></p>' if story.author else ""
        source = f'<p style="text-align: right;">Nguồn: {story.source}</p>' if story.source else ""
        files = links(
            story,
            lambda url, name: (
                f'<span class="{k("f")}"><img src="/khung/pdf.gif" alt="PDF icon"> <a href="{url}">{name}</a></span>'
            ),
        )
        return f"""<h1 class="{k("t")}">{self.title(story)}</h1>{date}<div class="{k("b")}">{blocks(story, "indent", "p", lead=True)}{name}{source}</div>{files}
<div class="{k("x")}"><b>Có thể bạn quan tâm</b>{"".join(f"<div>{link.a()}</div>" for link in near)}</div>"""


class AtTheEnd(Layout):
    """Signature, date and views in the lines behind the text; the section's name over the title; a trail of links."""

    name = "ngay-cuoi"
    habits = Habits(signed=0.8)

    def path(self, story: Story) -> str:
        return f"/trang/{SECTIONS.index(story.section) + 101}/{story.number}/{story.slug}.html"

    def date(self, story: Story) -> str:
        day = story.published
        return f"Cập nhật lúc {day:%H}h{day:%M} ngày {day:%d-%m-%Y}"

    def byline(self, story: Story) -> str:
        return f"Tin và ảnh: {story.author}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<td>{link.a()}</td>" for link in self.menu)
        trail = " &gt; ".join(["<a href='/'>Trang nhất</a>", *(link.a() for link in crumbs)])
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)} - {self.site}</title><meta name="description" content="{self.site}">{head}</head><body>
<center><b>{self.site}</b></center><table class="{k("m")}"><tr>{menu}</tr></table><div class="{k("tr")}">{trail}</div><div class="{k("b")}">{main}</div>
<div class="{k("r")}">{"".join(f'<div><a href="{escape(link.path)}"><img src="{link.picture or "/khung/logo.png"}"></a><b>{link.a()}</b><br>{link.date} - Lượt xem: 412</div>' for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        lead = f'<h4 class="{k("l")}">{escape(story.lead, quote=False)}</h4>' if story.lead else ""
        name = f"{self.byline(story)}<br>" if story.author else ""
        source = f'<div class="{k("s")}">Nguồn tin: {story.source}</div>' if story.source else ""
        files = links(story, lambda url, name: f'<div>» <a href="{url}">{name}</a></div>')
        return f"""<div class="{k("sec")}">{escape(story.section)}</div><div class="{k("t")}"><strong>{self.title(story)}</strong></div>{lead}<div class="{k("c")}">{blocks(story, "span", "p")}</div>
{source}<div class="{k("e")}">{name}{self.date(story)}Lượt xem: {story.views}</div>{files}<div class="{k("o")}">Bài trước{near[0].a() if near else ""}</div>{"".join(f'<div class="{k("o2")}">{link.date} | {link.a()}</div>' for link in near[1:])}"""


class Short(Layout):
    """Texts of one or two paragraphs beside lists that are longer; addresses of queries; a search for each word."""

    name = "tin-ngan"
    ending = ".php"
    habits = Habits(articles=40, paragraphs=(1, 2), pictures=(0, 1), rows=0, lead=0.2, documents=0.1, bare=0)

    def path(self, story: Story) -> str:
        return f"/index.php?nhom=4&tin={story.number}"

    def list_path(self, section: str, number: int) -> str:
        return f"/index.php?nhom={SECTIONS.index(section) + 4}" + (f"&trang={number}" if number > 1 else "")

    def date(self, story: Story) -> str:
        return f"{story.published:%d/%m/%Y} {twelve(story.published, ('SA', 'CH'))}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f'<a href="{escape(link.path)}" class="{k("a")}">{escape(link.title)}</a>' for link in self.menu)
        words = "".join(f'<a href="{self.search_path(word)}">{word}</a> ' for word in ("khe lụa", "nông dân"))
        return f"""<html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><table><tr><td class="{k("h")}">{self.site}</td></tr><tr><td>{menu}</td></tr></table>
<div class="{k("l")}"><b>Điểm tin</b>{"".join(f'<div class="{k("p")}"><i>{link.date}</i> {link.a()}<p>{escape(link.lead, quote=False)}</p></div>' for link in self.latest)}</div>
<div class="{k("c")}">{main}</div><div class="{k("w")}">Từ khóa: {words}</div><div class="{k("k")}"><img src="/khung/in.gif">Lượt truy cập: 0120345</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        name = f'<div class="{k("n")}">{self.byline(story)}</div>' if story.author else ""
        source = f'<div class="{k("n")}">Nguồn: {story.source}</div>' if story.source else ""
        files = links(story, lambda url, name: f'<div><img src="/khung/pdf.gif"><a href="{url}">{name}</a></div>')
        return f"""<h3 class="{k("t")}">{self.title(story)} <small>{self.date(story)}</small></h3><div class="{k("b")}">{blocks(story, "p", "table", lead=True)}</div>{name}{source}{files}
<h3>Tin cùng loại</h3>{"".join(f'<div class="{k("q")}"><b>{link.a()}</b> <i>{link.date}</i><p>{escape(link.lead, quote=False)}</p></div>' for link in near)}"""


class Decomposed(Layout):
    """Letters and their marks apart, Ð for Đ; the account before the date; an ISO date beside the shown one's words."""

    name = "ky-tu"

    def path(self, story: Story) -> str:
        return f"/Lists/TinTuc/DispForm.aspx?ID={story.number}"

    def date(self, story: Story) -> str:
        day = story.published.isoweekday()
        return f"quantri gửi vào {f'T{day + 1}' if day < 7 else 'CN'}, {story.published:%Y-%m-%d %H:%M}"

    def list_date(self, story: Story) -> str:
        return f"{story.published:%d/%m}"

    def whole(self, html: str, story: Story | None) -> str:
        head, mark, text = html.partition("<body>")
        return head + mark + unicodedata.normalize("NFD", text.replace("Đ", "Ð"))

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><a href="#c">Skip Ribbon Commands</a><div class="{k("h")}">{self.site}</div>
<ul>{menu}</ul><div id="c" class="{k("c")}">{main}</div><div class="{k("s")}">{"".join(f"<div>{link.a()}</div>" for link in self.latest)}</div><div>Chịu trách nhiệm nội dung: Ông Vũ Đức Nhàn</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        name = f'<div style="text-align:right"><strong>{self.byline(story)}</strong></div>' if story.author else ""
        source = f'<div style="text-align:right">Nguồn: {story.source}</div>' if story.source else ""
        files = links(story, lambda url, name: f'<div><a href="{url}">{name}</a></div>')
        files = f'<div class="{k("at")}"><div>Tài liệu kèm theo</div>{files}</div>' if files else ""
        return f"""<div class="{k("t")}"><h2>{self.title(story)}</h2></div><div class="{k("d")}">{self.date(story)}</div>
<div class="{k("b")}">{blocks(story, "div", "p", lead=True)}{name}{source}</div>{files}<div class="{k("o")}">Tin khác<ul>{"".join(f"<li>{link.a()}</li>" for link in near)}</ul></div>"""


ODD = (ListsOnly, Undated, AtTheEnd, Short, Decomposed)
