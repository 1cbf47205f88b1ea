"""Looks of 2003 to 2012: tables in tables, fonts, bodies from Word, texts printed twice."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .layout import Layout, Link
from .markup import blocks, links, weekday
from .stories import Habits, Story


class Tables(Layout):
    """Three columns of tables, dated lists in both side columns, paragraphs parted by <br>, every <title> the site's."""

    name = "bang-cu"
    ending = ".aspx"

    def path(self, story: Story) -> str:
        return f"/Pages/ChiTiet.aspx?ItemID={story.number}"

    def date(self, story: Story) -> str:
        return f"({story.published:%H:%M} | {story.published:%d/%m/%Y})"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = "".join(f"<td bgcolor=#003399>{link.a()}</td>" for link in self.menu)
        side = "".join(
            f'<tr><td class={self.k("s").split()[0]}><img src="/khung/in.gif"> {link.a()} <font size=1>({link.date})</font>'
            for link in self.latest
        )
        return f"""<html><head><meta http-equiv=Content-Type content="text/html; charset=utf-8"><title>{self.site}</title>
</head><body topmargin=0><table width=1000 align=center><tr><td colspan=3><img src="/khung/bieu-ngu.jpg" width=1000>
<tr><td colspan=3><table><tr>{menu}</tr></table></td></tr>
<tr><td colspan=3 align=right><font size=1>Thứ Hai, ngày 04/03/2024</font></td></tr>
<tr valign=top><td width=200><table><tr><td><b>TIN MỚI NHẤT</b></td></tr>{side}</table></td>
<td width=600>{main}</td>
<td width=200><table><tr><td><b>ĐỌC NHIỀU</b></td></tr>{side}</table><table><tr><td><b>Thống kê truy cập</b></td></tr>
<tr><td>Đang truy cập: 13<br>Hôm nay: 210<br>Tổng lượt truy cập: 1203455</td></tr></table></td></tr>
<tr><td colspan=3 align=center>{self.site}<br>Giấy phép số 12/GP-BC cấp ngày 03/02/2006<br>Trưởng ban biên tập: Đỗ Văn Khoa</td></tr></table></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        lead = f"<tr><td><b>{escape(story.lead, quote=False)}</b></td></tr>" if story.lead else ""
        name = f"<p align=right><b>{self.byline(story)}</b></p>" if story.author else ""
        source = f"<p align=right><i>Nguồn: {story.source}</i></p>" if story.source else ""
        files = links(story, lambda url, name: f'<img src="/khung/pdf.gif" width=16> <a href="{url}">{name}</a><br>')
        older = "".join(f"<li>{link.a()} <font color=gray>({link.date})</font>" for link in near)
        return f"""<table width=100% cellpadding=4><tr><td><font color=#cc0000 size=4><b>{self.title(story)}</b></font></td></tr>
<tr><td><font size=1 color=gray>{self.date(story)}</font></td></tr>{lead}
<tr><td><div align=justify>{blocks(story, "br", "br")}{name}{source}{files}</div></td></tr>
<tr><td align=right><a href="javascript:history.go(-1)">Trở về</a> | <a href="javascript:window.print()">In trang</a> | <a href="#">Đầu trang</a></td></tr>
<tr><td><b>Các tin đã đưa:</b><ul>{older}</ul></td></tr></table>"""

    def row(self, link: Link) -> str:
        return f"<table width=100%><tr><td><b>{link.a()}</b> <font size=1>({link.date})</font><br>{escape(link.lead, quote=False)}</td></tr></table>"


class Word(Layout):
    """The text pasted from Word; the date above the title with the views; wrong Open Graph; <h1> is the site's name."""

    name = "dan-word"
    habits = Habits(dated=0.8, rows=0.2, initials=0)

    def path(self, story: Story) -> str:
        return f"/{story.slug}-n{story.number}.html"

    def date(self, story: Story) -> str:
        return f"Ngày đăng: {story.published:%d/%m/%Y} - Lượt xem: {story.views}"

    def byline(self, story: Story) -> str:
        return f"Tác giả: {story.author}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        trail = " &raquo; ".join(["<a href='/'>Trang chủ</a>", *(link.a() for link in crumbs)])
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" lang="en-us"><head><meta charset="utf-8"/><title>{escape(title)} | {self.site}</title>
<meta property="og:title" content="{self.site}"/><meta property="og:image" content="http://{self.host}/khung/logo.png"/>
<meta property="og:type" content="website"/>{head}</head><body><div class="{k("top")}"><h1><a href="/">{self.site}</a></h1>
<ul class="{k("menu")}">{menu}</ul></div><div class="{k("trail")}">{trail}</div>
<div class="{k("wrap")}"><div class="{k("main")}">{main}</div><div class="{k("side")}"><div class="{k("h")}">Thông báo</div>
{"".join(f'<p class="{k("n")}">{link.a()}<br/><small>{link.date}</small></p>' for link in self.latest)}</div></div>
<div class="{k("foot")}">{self.site}<br/>Chịu trách nhiệm: Bà Hà Thu Vịnh, Phó Chủ tịch<br/>Lượt truy cập: 88213</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        date = f'<div class="{k("date")}">{self.date(story)}</div>' if story.published else ""
        name = (
            f'<div class="{k("by")}" style="text-align:right"><b>{self.byline(story)}</b></div>' if story.author else ""
        )
        source = (
            f'<div class="{k("src")}" style="text-align:right">Nguồn tin: {story.source}</div>' if story.source else ""
        )
        files = links(story, lambda url, name: f'<li><a href="{url}" target="_blank">{name}</a></li>')
        files = f'<div class="{k("att")}"><b>Tệp đính kèm</b><ul>{files}</ul></div>' if files else ""
        others = "".join(f"<li>{link.a()} <span>[{link.date}]</span></li>" for link in near)
        return f"""{date}<div class="{k("t")}">{self.title(story)}</div><div class="{k("tool")}">Xem với cỡ chữ <a href="#">A-</a> <a href="#">A</a> <a href="#">A+</a></div>
<div class="{k("b")}">{blocks(story, "word", "table", lead=True)}</div>{name}{source}{files}
<div class="{k("rel")}"><div>Tin liên quan</div><ul>{others}</ul></div>"""


class Twice(Layout):
    """The whole text twice, once to be printed; print and mail links, a form for comments, comments with dates."""

    name = "in-doi"
    habits = Habits(dated=0.85, two=0.15)
    prints = True

    def path(self, story: Story) -> str:
        return f"/trang-{story.number}.html"

    def print_path(self, story: Story) -> str:
        return f"/print-{story.number}.html"

    def date(self, story: Story) -> str:
        return f"{weekday(story.published)} - {story.published:%d/%m/%Y %H:%M}"

    def byline(self, story: Story) -> str:
        return f"Tin, ảnh: {story.author}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = " | ".join(link.a() for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.site}</title><link rel="shortcut icon" href="/khung/logo.png">
<script>var dem = 1203; function cl(x) {{ return x + "<p>01/01/2020</p>"; }}</script></head><body>
<div id="{k("a").split()[0]}"><a href="/"><img src="/khung/logo.png" alt="image banner"></a></div><div class="{k("m")}">{menu}</div>
<div class="{k("c")}"><div class="{k("l")}"><b>Tin nổi bật</b>{"".join(f'<div class="{k("li")}"><img src="{link.picture or "/khung/logo.png"}" width="60">{link.a()}</div>' for link in self.latest)}</div>
<div class="{k("r")}">{main}</div></div><div class="{k("f")}">Bản quyền thuộc {self.site}. Cập nhật lần cuối: 2023-11-20 10:58</div></body></html>"""

    def _text(self, story: Story, box: str) -> str:
        k = self.k
        name = f'<p style="text-align: right;"><strong>{self.byline(story)}</strong></p>' if story.author else ""
        source = f'<p style="text-align: right;"><em>(Nguồn: {story.source})</em></p>' if story.source else ""
        files = links(story, lambda url, name: f'<p><a href="{url}"><img src="/khung/pdf.gif" alt="pdf">{name}</a></p>')
        return f'<div class="{k(box)}">{blocks(story, "p", "p", lead=True)}{name}{source}{files}</div>'

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        others = "".join(f'<div class="{k("o")}">{link.date} {link.a()}</div>' for link in near)
        date = f'<span class="{k("d")}">{self.date(story)}</span>' if story.published else ""
        return f"""<h2 class="{k("sec")}">{escape(story.section)}</h2><div class="{k("t")}"><h3>{self.title(story)}</h3></div>
<div class="{k("w")}">{date} <a href="{self.print_path(story)}"><img src="/khung/in.gif"> In trang</a> <a href="mailto:?subject=x">Gửi email</a></div>
{self._text(story, "b")}<div id="{k("p").split()[0]}" style="display:none">{self._text(story, "b2")}</div>
<div class="{k("cm")}"><b>Ý kiến bạn đọc</b><div class="{k("ci")}"><b>Lò Văn Sáng</b> 02/02/2024 10:11<br>Bài viết rất hay và bổ ích, mong có nhiều tin như vậy.</div>
<form><input name="ten" placeholder="Họ tên"><textarea></textarea><button>Gửi bình luận</button></form></div>
<div class="{k("ot")}">Các tin khác</div>{others}"""

    def printed(self, story: Story) -> str:
        date = self.date(story) if story.published else ""
        return f"""<html><head><meta charset="utf-8"><title>{self.site}</title></head><body onload="window.print()">
<b>{self.title(story)}</b><br>{date}{self._text(story, "b")}<hr>{self.site} - http://{self.host}/</body></html>"""


class Papers(Layout):
    """Half of the articles are a title and a document; a table of data stands before the documents, with icons."""

    name = "van-ban"
    habits = Habits(dated=0.8, bare=0.5, documents=0.6, pictures=(0, 1), paragraphs=(1, 4), signed=0.3)
    soft_missing = False

    def path(self, story: Story) -> str:
        return f"/1227/27461/{story.number}/{story.slug[:60]}"

    def date(self, story: Story) -> str:
        return f"Cập nhật{story.published:%d-%m-%Y %H:%M}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f'<div class="{k("mi")}">{link.a()}</div>' for link in self.menu)
        trail = " / ".join(link.a() if link.path else escape(link.title) for link in crumbs)
        return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{self.site} - {escape(title)}</title></head>
<body><div class="{k("hd")}"><div class="{k("sn")}">{self.site}</div></div><div class="{k("mm")}">{menu}</div><div class="{k("tr")}">Bạn đang ở: {trail}</div>
<div class="{k("x")}">{main}</div><div class="{k("y")}"><div>Văn bản mới</div><table>{"".join(f"<tr><td>{link.date}</td><td>{link.a()}</td></tr>" for link in self.latest)}</table></div>
<div class="{k("z")}">Đang online: 7<br>Tổng: 33.201</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        files = links(
            story,
            lambda url, name: (
                f'<tr><td><img src="/khung/pdf.gif"></td><td>{name}</td><td><a href="{url}" download>Tải về</a></td></tr>'
            ),
        )
        text = blocks(story, "indent", "unmarked", lead=True)
        if not story.texts:
            address = escape(story.document(story.documents[0]))
            text = f'<p>Xem chi tiết <a href="{address}">tại đây</a></p>'
        name = f"<p><strong>{self.byline(story)}</strong></p>" if story.author else ""
        source = f"<p>Theo {story.source}</p>" if story.source else ""
        table = f'<table class="{k("dt")}"><tr><th></th><th>Tên tệp</th><th></th></tr>{files}</table>' if files else ""
        date = f'<div class="{k("d")}">{self.date(story)}</div>' if story.published else ""
        return f"""<div class="{k("art")}"><div class="{k("tt")}"><span>{self.title(story)}</span></div>{date}<div class="{k("bb")}">{text}{name}{source}</div>{table}</div>
<div class="{k("more")}"><span>Tin cùng chuyên mục</span>{"".join(f"<p>{link.a()} - {link.date}</p>" for link in near)}</div>"""


OLD = (Tables, Word, Twice, Papers)
