"""Looks of 2015 to 2024: boxes in boxes, pictures that come late, data about the page that is wrong, a redesign."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from .layout import Layout, Link
from .markup import BLANK, blocks, links, twelve, weekday
from .stories import Habits, Story


class Late(Layout):
    """Pictures that a script loads, thumbnails of related articles inside the article's column, one by one."""

    name = "anh-cham"
    habits = Habits(pictures=(1, 5), captioned=0.6)

    def date(self, story: Story) -> str:
        return f"{weekday(story.published)}, {story.published:%d/%m/%Y, %H:%M} GMT+7"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(
            f'<a class="{k("mi")}" href="{escape(link.path)}">{escape(link.title)}</a>' for link in self.menu
        )
        return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>{head}</head>
<body><header class="{k("h")}"><img src="/khung/logo.png" alt="logo"><span>{self.site}</span></header><nav class="{k("n")}">{menu}</nav>
<main class="{k("m")}">{main}</main><aside class="{k("s")}">{"".join(f'<div class="{k("c")}"><img src="{BLANK}" data-src="{link.picture or "/khung/logo.png"}"><span>{link.a()}</span><time>{link.date}</time></div>' for link in self.latest)}</aside>
<footer class="{k("f")}">© 2024 {self.site}. Ghi rõ nguồn khi đăng lại.</footer></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        lead = f'<div class="{k("l")}">{escape(story.lead, quote=False)}</div>' if story.lead else ""
        way = ("lazy", "noscript", "srcset", "picture", "figure")[story.number % 5]
        name = f'<p style="text-align:right">{self.byline(story)}</p>' if story.author else ""
        source = f'<p style="text-align:right"><em>Nguồn: {story.source}</em></p>' if story.source else ""
        files = links(story, lambda url, name: f'<a class="{k("fl")}" href="{url}"><i class="{k("ic")}"></i>{name}</a>')
        cards = "".join(
            f'<div class="{k("rc")}"><a href="{escape(link.path)}"><img src="{link.picture or "/khung/logo.png"}" alt=""></a><div>{link.a()}</div><small>{link.date}</small></div>'
            for link in near
        )
        return f"""<div class="{k("hd")}"><div class="{k("hh")}">{self.title(story)}</div><div class="{k("dd")}">{self.date(story)}</div></div>{lead}
<div class="{k("bd")}">{blocks(story, "p", way)}{name}{source}<div class="{k("rb")}"><b>Xem thêm</b>{cards}</div></div>{files}"""


class Soup(Layout):
    """No <p>, no heading but the site's and the section's; day, month and year each in a box; the list inside the body."""

    name = "toan-div"
    soft_missing = False
    habits = Habits(initials=0.3)

    def path(self, story: Story) -> str:
        return f"/web/khe-lua/-/{story.number}/{story.slug}"

    def date(self, story: Story) -> str:
        return f"{story.published:%d/%m/%Y} {twelve(story.published, ('AM', 'PM'))}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f'<div class="{k("a")}"><div>{link.a()}</div></div>' for link in self.menu)
        section = escape(crumbs[0].title)
        return f"""<!DOCTYPE html><html class="{k("o")}" lang="en-US"><head><meta charset="utf-8"><title>{section} - {self.site}</title>{head}</head><body class="{k("p")}">
<div class="{k("q")}"><h1 class="{k("r")}">{self.site}</h1><div class="{k("clk")}">Monday, 04/03/2024</div><div>{menu}</div></div>
<div class="{k("b")}"><div class="{k("c")}"><h2 class="{k("ttl")}">{section}</h2><div class="{k("d")}">{main}</div></div>
<div class="{k("e")}"><div>Lịch tiếp dân</div><div>Thứ hai ngày 20/11/2023: Chủ tịch tiếp dân</div></div></div><div class="{k("g")}">null</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        assert story.published is not None
        parts = "".join(f"<span>{part}</span>/" for part in f"{story.published:%d/%m/%Y}".split("/")).rstrip("/")
        lead = f'<div class="{k("sp")}">{escape(story.lead, quote=False)}</div>' if story.lead else ""
        name = f"<div><b>{self.byline(story)}</b></div>" if story.author else ""
        source = f"<div><i>Nguồn: {story.source}</i></div>" if story.source else ""
        others = "".join(f'<div class="{k("ri")}"><span>{link.date}</span> {link.a()}</div>' for link in near)
        files = links(story, lambda url, name: f'<div><a href="{url}">{name}</a></div>')
        return f"""<div class="{k("x")}"><span class="{k("y")}">{self.title(story)}</span></div><div class="{k("dt")}">{parts} <span>{twelve(story.published, ("AM", "PM"))}</span></div>{lead}
<div class="{k("tx")}">{blocks(story, "div", "figure")}{name}{source}{files}<div class="{k("rl")}"><div>Các tin mới hơn:</div>{others}</div></div>"""


class Wrong(Layout):
    """Data about the page that is wrong: the day of the build, the account, the site's name and logo on every page."""

    name = "du-lieu-sai"

    def path(self, story: Story) -> str:
        return f"/vi/news/{story.slug}-{story.number}.html"

    def date(self, story: Story) -> str:
        return f"{weekday(story.published)} - {story.published:%d/%m/%Y %H:%M}    {story.views} 0"

    def byline(self, story: Story) -> str:
        return f"Tác giả: {story.author}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        items = "".join(
            f'<li itemscope itemtype="https://schema.org/NewsArticle"><a itemprop="url" href="{escape(link.path)}"><span itemprop="headline">{escape(link.title)}</span></a><meta itemprop="datePublished" content="2023-10-05"></li>'
            for link in self.latest
        )
        return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{escape(crumbs[0].title)} | {self.site}</title>
<meta name="author" content="Administrator"><meta name="date" content="2023-11-20"><meta property="og:title" content="{self.site}"><meta property="og:image" content="/khung/logo.png">
<meta property="article:published_time" content="2023-11-20T08:00:00+07:00">{head}</head><body>
<div class="{k("1")}"><a href="/">{self.site}</a></div><ul class="{k("2")}">{menu}</ul><div class="{k("3")}"><div class="{k("4")}">{main}</div><div class="{k("5")}"><ol>{items}</ol></div></div>
<div class="{k("6")}">Đang truy cập 21 · Máy chủ tìm kiếm 3 · Hôm nay 1.203</div></body></html>"""

    def head(self, story: Story) -> str:
        data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": self.site,
                "datePublished": "2023-11-20T08:00:00+07:00", "author": {"@type": "Person", "name": "quantri"},
                "image": f"http://{self.host}/khung/logo.png"}  # fmt: skip
        return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        lead = f'<div class="{k("hm")}"><strong>{escape(story.lead, quote=False)}</strong></div>' if story.lead else ""
        name = f'<p class="{k("au")}">{self.byline(story)}</p>' if story.author else ""
        source = f'<p class="{k("so")}">Nguồn tin: {story.source}</p>' if story.source else ""
        files = links(story, lambda url, name: f'<li><a href="{url}" title="Tải về">{name}</a></li>')
        newer, older = near[: len(near) // 2], near[len(near) // 2 :]
        lists = "".join(
            f'<h4>{head}</h4><ul class="{k("ul")}">{"".join(f"<li>{link.a()} <span>({link.date})</span></li>" for link in some)}</ul>'
            for head, some in (("Những tin mới hơn", newer), ("Những tin cũ hơn", older))
        )
        return f"""<div class="{k("ar")}"><h1 class="{k("t")}">{self.title(story)}</h1><div class="{k("d")}">{self.date(story)}</div>{lead}
<div class="{k("b")}">{blocks(story, "p", "figure")}</div>{name}{source}{f"<ul>{files}</ul>" if files else ""}</div>
<div class="{k("vote")}">Tổng số điểm của bài viết là: 0 trong 0 đánh giá</div><div>{lists}</div>"""


class Redesigned(Layout):
    """Two looks: articles of before the redesign stayed in the tables that they were made in."""

    name = "hai-mau"
    habits = Habits(articles=30)

    def path(self, story: Story) -> str:
        return f"/Article/{story.number}/{story.slug}" if self._new(story) else f"/?tabid=77&id={story.number}"

    def _new(self, story: Story) -> bool:
        return story.number > 1300 + 15 * 7

    def date(self, story: Story) -> str:
        if self._new(story):
            return f"Đăng lúc: {story.published:%d/%m/%Y %H:%M:%S} (GMT+7)"
        return f"{story.published:%d.%m.%Y}"

    def list_date(self, story: Story) -> str:
        return f"{story.published:%d/%m/%Y} | {twelve(story.published, ('AM', 'PM'))}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html lang="vi-VN"><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><form id="Form">
<div class="{k("top")}"><a href="/"><img src="/khung/bieu-ngu.jpg"></a></div><ul class="{k("nav")}">{menu}</ul><div class="{k("pane")}">{main}</div>
<div class="{k("right")}"><h3>Bài đọc nhiều</h3>{"".join(f'<div class="{k("it")}">{link.a()}<em>{link.date}</em></div>' for link in self.latest)}</div></form></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        return self._newer(story, near) if self._new(story) else self._older(story, near)

    def _newer(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        name = f'<p style="text-align:right"><em>{self.byline(story)}</em></p>' if story.author else ""
        source = f'<p style="text-align:right">(Theo {story.source})</p>' if story.source else ""
        files = links(story, lambda url, name: f'<div class="{k("dk")}"><a href="{url}">{name}</a></div>')
        lead = f'<p class="{k("sapo")}">{escape(story.lead, quote=False)}</p>' if story.lead else ""
        return f"""<article class="{k("n1")}"><h1>{self.title(story)}</h1><p class="{k("n2")}">Người đăng: Admin Huyện ủy</p><p class="{k("n3")}">{self.date(story)}</p>{lead}
<div class="{k("n4")}">{blocks(story, "p", "figure")}{name}{source}{files}</div></article><section class="{k("n5")}"><h2>Tin khác</h2>{"".join(f"<p>{link.a()}</p>" for link in near)}</section>"""

    def _older(self, story: Story, near: Sequence[Link]) -> str:
        name = f"<div align=right><b><i>{self.byline(story)}</i></b></div>" if story.author else ""
        source = f"<div align=right>Nguồn: {story.source}</div>" if story.source else ""
        files = links(story, lambda url, name: f'<br><a href="{url}">{name}</a>')
        return f"""<table width="100%"><tbody><tr><td class="{self.k("o1")}">{self.title(story)}</td></tr><tr><td class="{self.k("o2")}" align="right">{self.date(story)}</td></tr>
<tr><td class="{self.k("o3")}">{blocks(story, "br", "table", lead=True)}{name}{source}{files}</td></tr>
<tr><td><b>Tin đã đăng</b><br>{"".join(f"- {link.a()} ({link.date})<br>" for link in near)}</td></tr></tbody></table>"""


NEW = (Late, Soup, Wrong, Redesigned)
