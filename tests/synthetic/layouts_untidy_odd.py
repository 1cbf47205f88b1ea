"""Blind looks, made before anyone looked whether they are read.

Joomla 1.5, mojoPortal, a telecom's numbers, tables typed by hand, a static site.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from .layout import Link, Twin
from .letters import cp1258, tcvn3
from .markup import links, weekday
from .stories import SECTIONS, Habits, Story, slug
from .untidy import TODAY, Untidy, rows

_FONT = '<basefont face=".VnTime">'  # a page in its letters


class Numbers(Untidy):
    """A path of numbers; each article printed twice on its page at times; some taken away, and answered with 200."""

    name = "bl-numbers"
    site = "Cổng thông tin điện tử huyện Ea Tlung"
    habits = Habits(articles=36, signed=0.7, sourced=0.15, bare=0.15, documents=0.3)

    def path(self, story: Story) -> str:
        place = SECTIONS.index(story.section)
        return f"/1227/27461/{41029 + place}/{615000 + story.number}/{slug(story.section)}/{story.slug[:60]}"

    def list_path(self, section: str, number: int) -> str:
        return f"/1227/27461/{41029 + SECTIONS.index(section)}/{slug(section)}/" + (
            f"?page={number}" if number > 1 else ""
        )

    def side_path(self, name: str) -> str:
        return f"/1227/27461/{abs(sum(map(ord, name)) * 7) + 50000}/{name}/"

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"Ngày đăng {story.published:%d/%m/%Y}&nbsp;| {story.published:%H:%M} &nbsp;| Lượt xem: {story.views}"

    def article(self, story: Story, near: Sequence[Link]) -> str:
        gone = Link(
            "Thông báo lịch tiếp công dân đột xuất của Chủ tịch UBND huyện",
            f"/1227/27461/41029/{story.number % 3 + 990000}/tin/thong-bao",
            "02/02/2023",
        )
        other = rows([*near, gone], '<li class="tinkhac"><a href="{path}">{title}</a> <span>({date})</span></li>')
        one = f'<div class="noidungchitiet">{self.inside(story)}</div>'
        again = one if self.draw(story, "doubled").random() < 0.2 and story.texts else ""
        return f"""<div class="chitiet"><div class="tieudechitiet">{self.title(story)}</div><div class="thoigian">{self.date(story)}</div>
<div class="congcu">Đọc bài viết <audio controls></audio> Xem với cỡ chữ AA Tăng tương phản</div>{one}{again}
<div class="cungchuyenmuc"><h3>Tin cùng chuyên mục</h3><ul>{other}</ul></div></div>"""

    def others(self, story: Story, near: Sequence[Link]) -> Iterator[tuple[str, Twin, str]]:
        yield from super().others(story, near)
        if story is next(iter(self.told.values())):
            for number in range(3):
                yield (
                    f"/1227/27461/41029/{990000 + number}/tin/thong-bao",
                    "missing",
                    "<html><body>Bài viết không tồn tại.</body></html>",
                )

    def row(self, link: Link) -> str:
        return f'<div class="tin"><div class="anh"><img src="{link.picture}"></div><h4>{link.a()}</h4><span class="ngay">{link.date}</span><div class="mota">{escape(link.lead, quote=False)}</div></div>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows([*self.menu, *self.sides()], '<li><a href="{path}">{title}</a></li>')
        crumb = " / ".join(link.a() for link in crumbs)
        return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{self.site}</title><meta property="og:title" content="{self.site}"></head><body>
<div class="top">{self.clock()}</div><h1 class="an">Trang chủ</h1><ul class="menu">{menu}</ul><div class="duongdan"><a href="/">Trang chủ</a> / {crumb}</div>
<div class="noidung">{main}</div><div class="phai"><h3>TIN MỚI</h3><ul>{self.newest()}</ul>{self.weather()}{self.counter()}</div>
<div class="chan">pageHolder.getStart() - 0</div></body></html>"""


class HandMade(Untidy):
    """Pages typed in an office's editor in 2006: no styles, windows-1258 that nobody declares, a few in TCVN3."""

    name = "bl-handmade"
    site = "HUYỆN RẠCH MƯỚP"
    habits = Habits(articles=30, dated=0.6, signed=0.6, sourced=0.1, bare=0.08, lead=0.3, documents=0.15, captioned=0.6)
    editors = ("font", "br", "spaced", "word")
    pictures = ("plain", "br", "table", "unmarked")
    strangers = 0.0
    date_in_lists = False
    ending = ".htm"
    type = "text/html"
    soft_missing = False

    def path(self, story: Story) -> str:
        year = story.published.year if story.published else 2006
        return f"/tintuc/{year}/tin{story.number}.htm"

    def list_path(self, section: str, number: int) -> str:
        return f"/tintuc/muc{SECTIONS.index(section) + 1}" + (f"_{number}" if number > 1 else "") + ".htm"

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"(Cập nhật ngày {story.published.day}/{story.published.month}/{story.published.year})"

    def truth(self, story: Story, told: dict[str, Any]) -> dict[str, Any]:
        told = super().truth(story, told)
        if story.published:
            told["timestamp"] = told["timestamp"][:10]
        return told

    def whole(self, html: str, story: Story | None) -> str:
        if not story or self.draw(story, "font").random() > 0.2:
            return html
        parts = html.replace("<", "\0<").replace(">", ">\0").split("\0")
        return _FONT + "".join(part if part.startswith("<") or "&" in part else tcvn3(part) for part in parts)

    def encode(self, html: str) -> bytes:
        return html.encode("latin-1", "xmlcharrefreplace") if html.startswith(_FONT) else cp1258(html)

    def decode(self, page: bytes) -> str:
        return page.decode("latin-1" if page.startswith(_FONT.encode()) else "cp1258")

    def article(self, story: Story, near: Sequence[Link]) -> str:
        date = (
            f'<p align="right"><font size="1" color="#808080">{self.date(story)}</font></p>' if story.published else ""
        )
        older = rows(near[3:], '<li><font size="2"><a href="{path}">{title}</a></font></li>')
        return f"""<p align="center"><font size="4" color="#FF0000"><b>{self.title(story)}</b></font></p>
{self.inside(story)}
{date}<hr><b>Tin đã đăng:</b><ul>{older}</ul>"""

    def list(self, heading: str, links: Sequence[Link], pager: Sequence[Link]) -> str:
        found = "".join(f'<p><img src="/khung/cho.gif"> {link.a()}</p>' for link in links)
        pages = " | ".join(link.a() for link in pager)
        return f'<p align="center"><font size="4"><b>{heading.upper()}</b></font></p>{found}<p>Trang: {pages}</p>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows(
            [*self.menu, *self.sides()],
            '<tr><td bgcolor="#CCFFCC"><a href="{path}"><font size="2">{title}</font></a></td></tr>',
        )
        return f"""<html><head><meta name="GENERATOR" content="Microsoft FrontPage 4.0"><title>{self.site}</title></head>
<body bgcolor="#FFFFFF"><div align="center"><table border="0" width="780"><tr><td colspan="2"><img src="/khung/bieu-ngu.jpg" width="780"></td></tr>
<tr><td colspan="2"><font color="blue">{self.clock()}</font></td></tr><tr><td width="160" valign="top"><table>{menu}</table>{self.counter()}</td><td valign="top">{main}
</td></tr><tr><td colspan="2" align="center"><font size="1">Trang tin {self.site}</font></td></tr></table></div></body></html>"""


class Static(Untidy):
    """A generator's site of Markdown files; raw ISO dates in UTC; sections are folders; next page is linked by arrows."""

    name = "bl-static"
    site = "Cổng thông tin Mường Pẩn"
    habits = Habits(articles=34, signed=0.65, sourced=0.2, bare=0.25, documents=0.3)
    ending = "/"
    editors = ("p", "nested", "word")
    soft_missing = False

    def path(self, story: Story) -> str:
        return f"/{story.slug}/"

    def list_path(self, section: str, number: int) -> str:
        return f"/chuyen-muc/{slug(section)}/" + (f"page/{number}/" if number > 1 else "")

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"{story.published:%Y-%m-%d} 00:00:00 +0000"

    def list_date(self, story: Story) -> str:
        assert story.published is not None
        return f"{story.published.day} - {story.published.month} - {story.published.year}"

    def truth(self, story: Story, told: dict[str, Any]) -> dict[str, Any]:
        told = super().truth(story, told)
        told["timestamp"] = told["timestamp"][:10]
        return told

    def article(self, story: Story, near: Sequence[Link]) -> str:
        older = rows(near, '<div class="post-card"><h3><a href="{path}">{title}</a></h3><small>{date}</small></div>')
        return f"""<div class="wrap"><div class="post-head"><h2>{self.title(story)}</h2><time>{self.date(story)}</time></div>
<div class="post-body">{self.inside(story)}<div class="print"><a href="javascript:window.print()">Bản in</a></div>
<div class="more-posts"><p>Bài viết cùng chuyên mục</p>{older}</div></div></div>"""

    def list(self, heading: str, links: Sequence[Link], pager: Sequence[Link]) -> str:
        found = "".join(
            f'<div class="post-card"><h3>{link.a()}</h3><small>{link.date}</small><p>{escape(link.lead, quote=False)[:80]}</p></div>'
            for link in links
        )
        arrows = ""
        for place, link in enumerate(pager[1:], 1):  # the page that this one is not known: first and last alone
            arrows += f'<a href="{escape(link.path)}">{"→" if place == 1 else "⇥"}</a>'
        return f'<h2 class="page-heading">{heading}</h2>{found}<div class="pager">{arrows}</div>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows([*self.menu, *self.sides()], '<a class="page-link" href="{path}">{title}</a>')
        recent = rows(self.latest, '<p><a href="{path}">{title}</a><br><small>{date}</small></p>')
        crumb = " › ".join(link.a() for link in crumbs)
        return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{self.site}</title><meta name="generator" content="Jekyll v3.8.5">
<meta property="og:title" content="{self.site}"><meta property="og:type" content="website"></head><body><h1 class="site-title" hidden>Home</h1>
<header>{self.clock()}</header><nav>{menu}</nav><div class="crumb"><a href="/">Trang chủ</a> › {crumb}</div><main>{main}</main>
<aside><h4>Mới nhất</h4>{recent}<h4>Liên kết</h4><select><option>Bộ Nội vụ</option></select>{self.weather()}</aside><footer>{self.counter()}</footer></body></html>"""


class Joomla(Untidy):
    """Joomla 1.5: tables, an account that writes everything, the same article under several menus, a print twin."""

    name = "bl-joomla"
    site = "Xã Cồn Én"
    habits = Habits(articles=34, signed=0.7, sourced=0.15, bare=0.1, documents=0.2)
    prints = True
    ending = ".htm"

    def path(self, story: Story) -> str:
        place = SECTIONS.index(story.section)
        return f"/index.php?option=com_content&view=article&id={story.number}:{story.slug[:50]}&catid={place + 34}:tin&Itemid={place + 53}"

    def print_path(self, story: Story) -> str:
        place = SECTIONS.index(story.section)
        return f"/index.php?view=article&catid={place + 34}%3Atin&id={story.number}%3A{story.slug[:50]}&tmpl=component&print=1&layout=default&page=&option=com_content&Itemid={place + 53}"

    def twins(self, story: Story) -> list[str]:
        more = self.draw(story, "twice").random() < 0.3
        return [self.path(story).rpartition("=")[0] + "=1"] if more else []

    def list_path(self, section: str, number: int) -> str:
        place = SECTIONS.index(section)
        start = f"&limitstart={9 * (number - 1)}" if number > 1 else ""
        return f"/index.php?option=com_content&view=category&layout=blog&id={place + 34}&Itemid={place + 53}{start}"

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"{weekday(story.published).title()}, {story.published.day} Tháng {story.published.month} {story.published:%Y %H:%M}"

    def list_date(self, story: Story) -> str:
        return self.date(story)

    def article(self, story: Story, near: Sequence[Link]) -> str:
        older = rows(near[3:], '<li><a href="{path}">{title}</a></li>')
        return f"""<table class="contentpaneopen"><tr><td class="contentheading" width="100%">{self.title(story)}</td>
<td align="right" width="100%" class="buttonheading"><a href="/index.php?view=article&amp;id={story.number}&amp;format=pdf"><img src="/khung/pdf.gif" alt="PDF"/></a></td>
<td class="buttonheading"><a href="{escape(self.print_path(story))}" rel="nofollow"><img src="/khung/in.gif" alt="In"/></a></td></tr></table>
<table class="contentpaneopen"><tr><td width="70%" valign="top" colspan="2"><span class="small">Viết bởi Administrator</span>&nbsp;&nbsp;</td></tr>
<tr><td valign="top" colspan="2" class="createdate">{self.date(story)}</td></tr>
<tr><td valign="top" colspan="2">{self.inside(story)}<br /><b>Các bài mới hơn</b><ul>{older}</ul></td></tr>
<tr><td colspan="2" class="modifydate">Lần cập nhật cuối lúc {TODAY:%d/%m/%Y %H:%M}</td></tr></table><span class="article_separator">&nbsp;</span>"""

    def printed(self, story: Story) -> str:
        return f"""<html><head><title>{self.title(story)}</title></head><body class="contentpane"><table class="contentpaneopen"><tr>
<td class="contentheading">{self.title(story)}</td></tr><tr><td class="createdate">{self.date(story)}</td></tr><tr><td>{self.inside(story)}</td></tr></table></body></html>"""

    def list(self, heading: str, links: Sequence[Link], pager: Sequence[Link]) -> str:
        found = "".join(
            f'<div><table class="contentpaneopen"><tr><td class="contentheading"><a href="{escape(link.path)}" class="contentpagetitle">{escape(link.title, quote=False)}</a></td></tr></table>'
            f'<table class="contentpaneopen"><tr><td class="createdate">{link.date}</td></tr><tr><td>{escape(link.lead, quote=False)}</td></tr>'
            f'<tr><td><a href="{escape(link.path)}" class="readon">Đọc thêm...</a></td></tr></table></div>'
            for link in links
        )
        pages = "".join(link.a() for link in pager)
        return f'<div class="componentheading">{heading}</div><table class="blog"><tr><td>{found}</td></tr><tr><td>{pages}</td></tr></table>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows([*self.menu, *self.sides()], '<tr><td><a href="{path}" class="mainlevel">{title}</a></td></tr>')
        latest = []
        for link in self.latest:
            also = self.twins(self.told[link.path])
            latest.append(Link(link.title, also[0] if also else link.path))
        crumb = " ".join(link.a() for link in crumbs)
        return f"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="vi-vn" lang="vi-vn">
<head><meta name="generator" content="Joomla! 1.5 - Open Source Content Management" /><title>{self.site}</title></head><body>
<div id="date">{self.clock()}</div><span class="breadcrumbs pathway"><a href="/">Trang chủ</a> {crumb}</span><table><tr><td class="left"><div class="moduletable_menu"><h3>Menu</h3><table>{menu}</table></div></td>
<td class="main">{main}</td><td class="right"><div class="moduletable"><h3>Tin mới nhất</h3><ul class="latestnews">{rows(latest, '<li class="latestnews"><a href="{path}" class="latestnews">{title}</a></li>')}</ul></div>
{self.weather()}{self.counter()}</td></tr></table></body></html>"""


class Mojo(Untidy):
    """mojoPortal; an editor's computer writes its letters apart (NFD), Eth for Đ; the author below the text."""

    name = "bl-mojo"
    site = "UBND phường Vĩnh Gò"
    habits = Habits(articles=35, signed=0.75, sourced=0.1, bare=0.15, lead=0.7, documents=0.3)
    undated_sections = (SECTIONS[1],)
    ending = ".aspx"

    def path(self, story: Story) -> str:
        return f"/{slug(story.section)}/{story.slug[:70]}-{story.number}"

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"Ngày đăng: {story.published:%d.%m.%Y} - Lượt xem: {story.views}"

    def typed(self, story: Story | None, text: str) -> str:
        if story is None or self.draw(story, "letters").random() > 0.3:
            return text
        return unicodedata.normalize("NFD", text.replace("Đ", "Ð"))

    def whole(self, html: str, story: Story | None) -> str:
        if story is None or self.typed(story, "ề") == "ề":
            return html
        head, mark, rest = html.partition('<div id="article_text">')
        text, end, tail = rest.partition('<div class="file-list">')
        return (
            head.replace(self.title(story), self.typed(story, self.title(story)))
            + mark
            + self.typed(story, text)
            + end
            + tail
        )

    def article(self, story: Story, near: Sequence[Link]) -> str:
        dated = story.published and story.section not in self.undated_sections
        date = (
            f'<div class="meta">{self.date(story)}</div>'
            if dated
            else f'<div class="meta">Lượt xem: {story.views}</div>'
        )
        apart = story.author and not story.source and self.draw(story, "apart").random() < 0.5
        author = f'<div class="article-author">{escape(story.author or "")}</div>' if apart else ""
        files = (
            links(
                story,
                lambda path, name: (
                    f'<div class="file-item"><a href="{path}" target="_blank"><img src="/khung/pdf.gif">{name}</a></div>'
                ),
            )
            if story.texts
            else ""
        )
        lead = f'<div class="sapo">{escape(story.lead, quote=False)}</div>' if story.lead else ""
        text = self.inside(story, lead=False, signed=not apart)
        if story.documents and story.texts:
            text = text[: text.find("<p>Tài liệu kèm theo")] + text[text.rfind("</a></p>") + 8 :]
        older = rows(near, '<div class="article-other"><a href="{path}">{title}</a> <span>({date})</span></div>')
        return f"""<div class="article-detail"><h2 class="articletitle">{self.title(story)}</h2>{date}{lead}
<div id="article_text">{text}</div><div class="file-list">{files}</div>{author}
<div class="share">Chia sẻ: <a href="https://facebook.example/share">Facebook</a></div><div class="others"><h3>Tin liên quan</h3>{older}</div></div>"""

    def row(self, link: Link) -> str:
        date = f'<span class="date">({link.date})</span>' if link.date else ""
        return f'<div class="article-item"><a href="{escape(link.path)}" class="img" style="background:url({quote(link.picture)})"></a><h3>{link.a()}</h3>{date}<p>{escape(link.lead, quote=False)}</p></div>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows(self.menu, '<li class="AspNet-Menu-Leaf"><a href="{path}">{title}</a></li>')
        crumb = "".join(
            f"<a href='{escape(link.path)}' class='unselectedcrumb'>{link.title}</a> &gt; " for link in crumbs
        )
        return f"""<!DOCTYPE html><html lang="en"><head><title>{self.site}</title></head><body><form id="aspnetForm" method="post">
<h1 class="art-logo-name"><a href="/">{self.site}</a></h1><div id="time">{self.clock()}</div><ul class="AspNet-Menu">{menu}</ul><div class="breadcrumbs">{crumb}</div>
<div class="left">{rows(self.sides(), '<a href="{path}">{title}</a><br>')}{self.weather()}</div><div class="center">{main}</div>
<div class="right"><h3>Tin mới cập nhật</h3><ul>{self.newest()}</ul>{self.counter()}</div><div id="ft">Bản quyền © UBND phường Vĩnh Gò</div></form></body></html>"""


UNTIDY_ODD = (Joomla, Mojo, Numbers, HandMade, Static)
