"""Blind looks, made before anyone looked whether they are read: systems that nobody knows, and what befalls a page:
tags that nobody closed or that close too much, a redesign half-way, readers' comments, titles cut short in lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from .layout import Link
from .markup import weekday
from .prose import Writer
from .stories import SECTIONS, Habits, Picture, Story
from .untidy import TODAY, Untidy, rows


def cut(link: Link, length: int = 38) -> Link:
    """As lists cut titles short."""
    title = link.title if len(link.title) <= length else link.title[:length].rsplit(" ", 1)[0] + "..."
    return Link(title, link.path, link.date, link.lead, link.picture)


class Comments(Untidy):
    """Parameters of two letters; readers' comments, with names and days; lists and sides cut titles short."""

    name = "bl-comments"
    site = "Trang Thông tin điện tử Huyện Thượng Lãng"
    habits = Habits(articles=36, signed=0.65, sourced=0.1, bare=0.12, lead=0.6, documents=0.2)
    ending = "?"

    def path(self, story: Story) -> str:
        return f"/?gd=12&cn={SECTIONS.index(story.section) + 28}&tc={story.number + 3000}"

    def list_path(self, section: str, number: int) -> str:
        return f"/?gd=12&cn={SECTIONS.index(section) + 28}" + (f"&pg={number}" if number > 1 else "")

    def side_path(self, name: str) -> str:
        return f"/?gd=3&tr={name}"

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"Ngày cập nhật: {story.published:%d/%m/%Y %H:%M:%S}"

    def article(self, story: Story, near: Sequence[Link]) -> str:
        draw = self.draw(story, "readers")
        writer = Writer(draw)
        said = ""
        for place in range(draw.choice((0, 0, 1, 3))):
            moment = (story.published or datetime(2020, 1, 1)) + timedelta(days=place + 1, hours=2)
            said += f'<div class="yk"><b>{writer.person()}</b> <i>{moment:%d/%m/%Y %H:%M}</i><p>{writer.say("middle")}</p></div>'
        older = rows(list(map(cut, near)), '<li><a href="{path}">{title}</a> ({date})</li>')
        lead = f'<td class="trichdan"><b>{escape(story.lead, quote=False)}</b></td>' if story.lead else "<td></td>"
        return f"""<table class="bt" width="100%"><tr><td class="tdbt">{self.title(story)}</td></tr><tr><td class="nbt">{self.date(story)}</td></tr>
<tr>{lead}</tr><tr><td class="ndbt">{self.inside(story, lead=False)}</td></tr></table>
<div class="ykbd"><h4>Ý kiến bạn đọc ({said.count("yk")})</h4>{said}<form method="post"><input name="ten"><textarea name="yk"></textarea><button>Gửi</button></form></div>
<div class="tlq"><h4>Tin cũ hơn</h4><ul>{older}</ul></div>"""

    def row(self, link: Link) -> str:
        short = cut(link)
        return (
            f'<table class="l"><tr><td><a href="{escape(link.path)}"><img src="{link.picture or "/khung/logo.png"}" width="90"></a></td>'
            f'<td><a href="{escape(link.path)}" title="{escape(link.title)}">{escape(short.title, quote=False)}</a> <i>{link.date}</i>'
            f"<br>{escape(link.lead, quote=False)[:70]}</td></tr></table>"
        )

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows([*self.menu, *self.sides()], '<div class="mn"><a href="{path}">{title}</a></div>')
        newest = rows(list(map(cut, self.latest)), '<li><a href="{path}">{title}</a></li>')
        crumb = " » ".join(link.a() for link in crumbs)
        return f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{self.site}</title></head>
<body><div class="tren">{self.clock()} | {TODAY:%H:%M}</div><table class="khung"><tr><td class="trai">{menu}{self.counter()}</td>
<td class="giua"><div class="dd">Trang chủ » {crumb}</div>{main}</td><td class="phai"><h4>Tin mới nhận</h4><ul>{newest}</ul>{self.weather()}</td></tr></table></body></html>"""


class Redesigned(Untidy):
    """Articles before 2020 stand in the look of an older system, with the signature under the title; nobody moved them."""

    name = "bl-redesigned"
    site = "Cổng thông tin điện tử huyện Đồng Kè"
    habits = Habits(articles=40, signed=0.7, sourced=0.1, bare=0.15, lead=0.6, documents=0.25)

    def old(self, story: Story) -> bool:
        return story.published is not None and story.published.year < 2020

    def path(self, story: Story) -> str:
        return f"/web/{('tin-tuc', 'nong-thon', 'van-xa')[SECTIONS.index(story.section)]}/{story.slug}.html"

    def date(self, story: Story) -> str:
        assert story.published is not None
        if self.old(story):
            return f"{weekday(story.published)}, {story.published:%d/%m/%Y | %H:%M} GMT+7"
        return f"• Cập nhật: {story.published:%d/%m/%Y}"

    def truth(self, story: Story, told: dict[str, Any]) -> dict[str, Any]:
        told = super().truth(story, told)
        if not self.old(story):
            told["timestamp"] = told["timestamp"][:10]
        return told

    def article(self, story: Story, near: Sequence[Link]) -> str:
        if self.old(story):
            author = f'<em class="nguoi">{escape(story.author)}</em>' if story.author and not story.source else ""
            text = self.inside(story, signed=not author)
            older = "<br>".join(f"- {link.a()}" for link in near)
            return f"""<div id="v1"><p class="muc">{story.section}</p><h3 class="t1">{self.title(story)}</h3><p class="n1">{self.date(story)} {author}</p>
<table width="100%"><tr><td class="b1">{text}</td></tr><tr><td><b>Tin khác:</b><br>{older}</td></tr></table></div>"""
        items = rows(
            near, '<a class="card" href="{path}"><img src="{picture}"><span>{title}</span><time>{date}</time></a>'
        )
        text = self.inside(story)
        return f"""<article class="v2"><h1 class="t2">{self.title(story)}</h1><div class="m2"><span>{self.date(story)}</span><span>Lượt xem: {story.views}</span>
<button>Nghe bài viết</button></div><div class="b2">{text}</div><div class="chiase"><a href="#">Facebook</a> <a href="#">Zalo</a></div>
<section class="r2"><h2>Có thể bạn quan tâm</h2>{items}</section></article>"""

    def row(self, link: Link) -> str:
        return f'<div class="card"><img src="{link.picture}"><h3>{link.a()}</h3><time>{link.date}</time><p>{escape(link.lead, quote=False)}</p></div>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows(self.menu, '<li><a href="{path}">{title}</a></li>')
        return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{self.site}</title></head><body><div class="h"><span>{self.clock()}</span>
<h1 class="logo"><a href="/">{self.site}</a></h1><ul>{menu}</ul></div><div class="g"><div class="crumb"><a href="/">Trang chủ</a> <a href="{escape(crumbs[0].path)}">{crumbs[0].title}</a></div>
{main}</div><div class="s"><h2>Tin nổi bật</h2><ul>{self.newest()}</ul><ul>{rows(self.sides(), '<li><a href="{path}">{title}</a></li>')}</ul>
{self.weather()}</div><div class="f">{self.counter()}</div></body></html>"""


class Unclosed(Untidy):
    """Tags in capitals that nobody closed, a stray closing one inside texts, frames at the front; pictures alone as news."""

    name = "bl-unclosed"
    site = "HUYỆN BẢN VẠC"
    habits = Habits(articles=34, signed=0.65, sourced=0.1, bare=0.12, lead=0.4, documents=0.3)
    editors = ("p", "br", "font", "div")
    pictures = ("plain", "br", "table", "unmarked", "inside")
    ending = ".html"
    soft_missing = False

    def splash(self) -> tuple[str, str]:
        return (
            f'<html><head><title>{self.site}</title></head><frameset rows="90,*" border=0><frame src="/dau.html"><frame src="/chinh.html" name=main>'
            "<noframes>Trình duyệt của bạn không hỗ trợ khung.</noframes></frameset></html>",
            "/chinh.html",
        )

    def path(self, story: Story) -> str:
        return f"/trang-{story.number}.html"

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"{story.published.day} - {story.published.month} - {story.published.year}"

    def truth(self, story: Story, told: dict[str, Any]) -> dict[str, Any]:
        told = super().truth(story, told)
        told["timestamp"] = told["timestamp"][:10]
        if self.alone(story):
            told["body"], told["author"], told["source"] = [], None, None
        return told

    def alone(self, story: Story) -> bool:
        return self.draw(story, "alone").random() < 0.1 and any(isinstance(one, Picture) for one in story.blocks)

    def inside(self, story: Story, *, lead: bool = True, signed: bool = True) -> str:
        if self.alone(story):
            pictures = "".join(
                f'<p align=center><img src="{self.image(story, one)}" alt="{one.alt}"></p>'
                for one in story.blocks
                if isinstance(one, Picture)
            )
            return pictures + "".join(self._document(story, name) for name in story.documents)
        text = super().inside(story, lead=lead, signed=signed)
        if self.draw(story, "stray").random() < 0.3:
            text = text.replace("</p>", "</p></div>", 1)
        return text

    def whole(self, html: str, story: Story | None) -> str:
        html = re.sub(r"</(?:p|li|td|tr)>", "", html)
        html = re.sub(
            r"<(/?)(p|td|tr|table|div|font|b|center|ul|li|br)\b", lambda tag: f"<{tag[1]}{tag[2].upper()}", html
        )
        return re.sub(r'(align|width|size|border|color)="(\w+)"', r"\1=\2", html).replace("\n", "\r\n")

    def article(self, story: Story, near: Sequence[Link]) -> str:
        older = rows(near, '<li><a href="{path}">{title}</a> <font size="1">({date})</font></li>')
        return f"""<div class="tin"><table border="0" width="100%"><tr><td><font size="4" color="blue"><b>{self.title(story).upper()}</b></font></td></tr>
<tr><td><font size="1">Đăng ngày {self.date(story)}</font></td></tr></table><div class="nd">{self.inside(story)}</div><hr>
<b>CÁC TIN KHÁC</b><ul>{older}</ul></div>"""

    def row(self, link: Link) -> str:
        return f'<tr><td><img src="/khung/cho.gif"></td><td>{link.a()} <font size="1">({link.date})</font></td></tr>'

    def list(self, heading: str, links: Sequence[Link], pager: Sequence[Link]) -> str:
        last = f'<p align="center">Trang {" - ".join(link.a() for link in pager)}</p>' if pager else ""
        return f'<b><font size="3">{heading}</font></b><table>{"".join(map(self.row, links))}</table>{last}'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows([*self.menu, *self.sides()], '<tr><td><a href="{path}">{title}</a></td></tr>')
        crumb = " - ".join(link.a() for link in crumbs)
        return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>{self.site}</title></head><body>
<table width="100%" border="0"><tr><td valign="top" width="20%"><table>{menu}</table>{self.weather()}{self.counter()}</td><td valign="top">
<font size="1">{self.clock()}</font><br>{crumb}{main}</td><td valign="top" width="20%"><b>TIN MỚI</b><ul>{self.newest()}</ul></td></tr></table></body></html>"""


class Notices(Untidy):
    """Half of the articles are official letters, typed off with head, place and day, receivers and who signed them; an
    account has posted everything; addresses are relative to a <base>."""

    name = "bl-notices"
    site = "ỦY BAN NHÂN DÂN XÃ TÂN DỖI"
    habits = Habits(articles=34, signed=0.7, sourced=0.1, bare=0.1, lead=0.2, documents=0.4)
    editors = ("p", "word", "nested", "br")

    def letter(self, story: Story) -> bool:
        return self.draw(story, "letter").random() < 0.45 and bool(story.texts)

    def path(self, story: Story) -> str:
        return f"/{story.slug[:50]}-a{story.number}.html"

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"{story.published:%H:%M | %d/%m/%Y}"

    def lines(self, story: Story) -> dict[str, list[str]]:
        draw = self.draw(story, "lines")
        writer = Writer(draw)
        assert story.published is not None
        signed = story.published - timedelta(days=draw.randint(1, 9))
        return {
            "left": ["UBND XÃ TÂN DỖI", "BAN TỔ CHỨC", f"Số: {draw.randint(2, 90)}/TB-UBND"],
            "right": [
                "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
                "Độc lập - Tự do - Hạnh phúc",
                f"Tân Dỗi, ngày {signed.day} tháng {signed.month} năm {signed.year}",
            ],
            "kind": ["THÔNG BÁO"],
            "to": ["Nơi nhận:", "- Như trên;", "- Các thôn;", "- Lưu: VT."],
            "by": ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "(Đã ký)", writer.person()],
        }

    def inside(self, story: Story, *, lead: bool = True, signed: bool = True) -> str:
        if not self.letter(story):
            return super().inside(story, lead=lead, signed=signed)
        said = {name: "<br>".join(lines) for name, lines in self.lines(story).items()}
        return f"""<table border="0" width="100%"><tbody><tr><td style="text-align:center">{said["left"]}</td>
<td style="text-align:center"><strong>{said["right"]}</strong></td></tr></tbody></table>
<p style="text-align:center"><strong>{said["kind"]}</strong></p>{super().inside(story, lead=lead, signed=False)}
<table border="0" width="100%"><tbody><tr><td>{said["to"]}</td><td style="text-align:center"><b>{said["by"]}</b></td></tr></tbody></table>"""

    def truth(self, story: Story, told: dict[str, Any]) -> dict[str, Any]:
        told = super().truth(story, told)
        if self.letter(story):
            lines = self.lines(story)
            told["author"], told["source"] = lines["by"].pop(), None
            told["body"] = [
                *lines["left"], *lines["right"], *lines["kind"], *told["body"], *lines["to"], *lines["by"]
            ]  # fmt: skip
        return told

    def article(self, story: Story, near: Sequence[Link]) -> str:
        older = rows(near, '<p class="k"><a href="{path}">{title}</a> <span>{date}</span></p>')
        return f"""<div class="x1"><div class="x2">{self.title(story)}</div><div class="x3">Người đăng: vanthu.tandoi &nbsp; Ngày đăng: {self.date(story)} &nbsp; Lượt xem: {story.views}</div>
<div class="x4">{self.inside(story)}</div><div class="x5"><a href="javascript:in()">Print</a></div><div class="x6"><b>Bài viết khác</b>{older}</div></div>"""

    def row(self, link: Link) -> str:
        return f'<div class="y1">{link.a()}<span>{link.date}</span></div>'

    def whole(self, html: str, story: Story | None) -> str:
        return re.sub(r'(href|src)="/(?!/)', r'\1="', html)

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows([*self.menu, *self.sides()], '<li><a href="{path}">{title}</a></li>')
        crumb = "".join(f"<li>{link.a()}</li>" for link in crumbs)
        return f"""<!DOCTYPE html><html lang="vi-VN"><head><base href="http://{self.host}/"><meta charset="utf-8"><title>{self.site}</title></head><body>
<div class="z1"><img src="/khung/logo.png"><p>{self.clock()}</p></div><ul class="z2">{menu}</ul><ul class="z3"><li><a href="/">Trang chủ</a></li>{crumb}</ul>
<div class="z4">{main}</div><div class="z5"><p>MỚI NHẤT</p><ul>{self.newest()}</ul>{self.weather()}{self.counter()}</div></body></html>"""


UNTIDY_LOST = (Comments, Redesigned, Unclosed, Notices)
