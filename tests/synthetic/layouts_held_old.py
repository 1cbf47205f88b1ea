"""Held-out looks, the old ones: markup that does not close, letters from before Unicode, three templates, scans."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from .layout import Layout, Link
from .letters import cp1258, tcvn3, vni
from .markup import block, blocks, links, weekday
from .prose import Writer
from .stories import Habits, Story, Text


class Fonts(Layout):
    """Two <body> tags, tables that nobody closes, <font> and <o:p>; the title is a link to its own page; the lead is
    the first bold line of the text's cell, the signature a plain line like any other; the day is told in words."""

    name = "phong-chu"
    ending = ".asp"
    habits = Habits(initials=0.3, captioned=0.6)

    def path(self, story: Story) -> str:
        return f"/tintuc/chitiet.asp?id={story.number}&lang=vn"

    def date(self, story: Story) -> str:
        day = story.published
        assert day is not None
        return f"{weekday(day).title()}, ngày {day.day} tháng {day.month} năm {day.year}, {day:%H:%M} GMT+7"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = "".join(f"<td nowrap><font face=Arial size=2 color=white>{link.a()}</font>" for link in self.menu)
        side = "".join(
            f"<tr><td><font size=1>{link.a()}</font><td><font size=1>{link.date}</font>" for link in self.latest
        )
        return f"""<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=utf-8"><TITLE>{self.site}</TITLE>{head}</HEAD>
<BODY BGCOLOR=#ffffff><BODY leftmargin=0 topmargin=0><TABLE border=0 width=100%><TR><TD><IMG SRC="/khung/bieu-ngu.jpg"><TR bgcolor=#990000>{menu}</TR>
</TABLE><TABLE width=100%><TR><TD width=180 valign=top><TABLE><TR><TD colspan=2><B>Tin nổi bật</B>{side}</TABLE><TD valign=top>{main}
<TR><TD colspan=2 align=center><FONT size=1>{self.site}<BR>Thiết kế ngày 12/05/2006</FONT></BODY></HTML>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        lead = ""
        if story.lead:
            lead = f"<p><b><font face=Arial size=2>{escape(story.lead, quote=False)}</font></b><o:p></o:p></p>"
        text = "".join(
            f'<p class=MsoNormal><font face="Times New Roman" size=3><span>{escape(one.text, quote=False)}</span></font><o:p></o:p></p>'
            if isinstance(one, Text)
            else block(story, one, "p", "table")
            for one in story.blocks
        )
        name = f"<p><font size=3>{self.byline(story)}</font><o:p></o:p></p>" if story.author else ""
        source = f"<p><font size=3>Nguồn: {story.source}</font></p>" if story.source else ""
        files = links(story, lambda url, name: f'<p><font size=2><a href="{url}">{name}</a></font></p>')
        older = "".join(f"<tr><td><font size=2>{link.a()} ({link.date})</font>" for link in near)
        return f"""<table width=98%><tr><td><table><tr><td><a href="{escape(self.path(story))}"><div><font color=#990000 size=4><b>{self.title(story)}</b></font></div></a>
<tr><td align=right><font size=1><i>{self.date(story)}</i></font><tr><td><table><tr><td>{lead}{text}{name}{source}{files}</table>
<tr><td><hr><table><tr><td><b>Các tin khác</b>{older}</table></table></table>"""


class Codepage(Layout):
    """Every page in windows-1258; half of the articles do not say so; the hour stands before the day."""

    name = "ma-cu"
    ending = ".htm"
    type = "text/html"

    def path(self, story: Story) -> str:
        return f"/tin/{story.number}.htm"

    def encode(self, html: str) -> bytes:
        return cp1258(html)

    def decode(self, page: bytes) -> str:
        return page.decode("cp1258").replace('charset="windows-1258"', "")

    def whole(self, html: str, story: Story | None) -> str:
        said = story is None or story.number % 2
        return html.replace("<title>", '<meta charset="windows-1258"><title>' if said else "<title>", 1)

    def date(self, story: Story) -> str:
        return f"{story.published:%H:%M} ngày {story.published:%d/%m/%Y}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><html><head><title>{self.site}</title>{head}</head><body><div class="{k("hd")}">{self.site}</div>
<ul class="{k("mn")}">{menu}</ul><div class="{k("md")}">{main}</div><div class="{k("rt")}"><b>Tin đọc nhiều</b>{"".join(f"<p>{link.a()}</p>" for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        name = f'<p align="right"><i>{self.byline(story)}</i></p>' if story.author else ""
        source = f'<p align="right">Nguồn: {story.source}</p>' if story.source else ""
        files = links(story, lambda url, name: f'<div class="{k("tp")}"><a href="{url}">{name}</a></div>')
        return f"""<div class="{k("tt")}">{self.title(story)}</div><span class="{k("ng")}">{self.date(story)}</span>
<div class="{k("nd")}">{blocks(story, "p", "p", lead=True)}{name}{source}</div>{files}<div class="{k("kh")}"><b>Tin khác:</b><ul>{"".join(f"<li>{link.a()} ({link.date})</li>" for link in near)}</ul></div>"""


class Typed(Layout):
    """Pages in UTF-8, articles typed in fonts of before: TCVN3 the oldest, VNI the next, Unicode the newest; lists too."""

    name = "go-cu"
    habits = Habits(articles=30, initials=0)

    def path(self, story: Story) -> str:
        return f"/detail/{story.number}/"

    def typed(self, story: Story | None, text: str) -> str:
        if story is None or story.number > 1300 + 20 * 7:
            return text
        return tcvn3(text) if story.number < 1300 + 10 * 7 else vni(text)

    def date(self, story: Story) -> str:
        return f"Ngày {story.published:%d/%m/%Y %H:%M:%S}"

    def title(self, story: Story) -> str:
        return escape(self.typed(story, story.title), quote=False)

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f'<a class="{k("a")}" href="{escape(link.path)}">{escape(link.title)}</a>' for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("w")}"><h1>{self.site}</h1><div>{menu}</div>
<div class="{k("m")}">{main}</div><div class="{k("s")}">{"".join(f'<div class="{k("l")}">{link.a()} <i>{link.date}</i></div>' for link in self.latest)}</div></div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k

        def said(one: Text) -> Text:
            return Text(self.typed(story, one.text))

        texts = [
            replace(one, caption=self.typed(story, one.caption)) if getattr(one, "caption", None) else one
            for one in story.blocks
        ]  # type: ignore[type-var, arg-type]
        shown = replace(
            story,
            lead=self.typed(story, story.lead) if story.lead else None,
            blocks=tuple(
                said(one) if isinstance(one, Text)
                else replace(one, rows=tuple(tuple(self.typed(story, cell) for cell in row) for row in one.rows)) if hasattr(one, "rows")
                else one
                for one in texts
            ),
        )  # fmt: skip
        name = f"<p align=right><b>{self.typed(story, self.byline(story))}</b></p>" if story.author else ""
        source = f"<p align=right>{self.typed(story, f'Nguồn: {story.source}')}</p>" if story.source else ""
        files = links(story, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        return f"""<div class="{k("t")}"><font>{self.title(story)}</font></div><div class="{k("d")}">{self.date(story)}</div>
<div class="{k("b")}">{blocks(shown, "p", "p", lead=True)}{name}{source}{files}</div><div class="{k("o")}"><div>Tin đã đưa</div>{"".join(f"<div>{link.a()} - {link.date}</div>" for link in near)}</div>"""


class Thrice(Layout):
    """Three templates by age, addresses alike: each has its own place and form of date, signature, lists beside it."""

    name = "ba-mau"
    habits = Habits(articles=36, signed=0.8)

    def path(self, story: Story) -> str:
        return f"/chi-tiet/{story.number}"

    def _age(self, story: Story) -> int:
        return (story.number - 1301) // (12 * 7)

    def date(self, story: Story) -> str:
        day = story.published
        return (f"({day:%d/%m/%Y})", f"Cập nhật: {day:%H:%M} | {day:%d/%m/%Y}", f"{day:%d.%m.%Y, %H:%M}")[
            self._age(story)
        ]

    def byline(self, story: Story) -> str:
        return ("{}", "Bài, ảnh: {}", "{}")[self._age(story)].format(story.author)

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("b")}"><strong>{self.site}</strong><ul>{menu}</ul></div>
<div class="{k("c")}">{main}</div><div class="{k("e")}">{"".join(f"<div><span>{link.date}</span><br>{link.a()}</div>" for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        return (self._first, self._second, self._third)[self._age(story)](story, near)

    def _first(self, story: Story, near: Sequence[Link]) -> str:
        name = f"<br><b>{self.byline(story)}</b>" if story.author else ""
        source = f"<br>Theo {story.source}" if story.source else ""
        files = links(story, lambda url, name: f'<br><a href="{url}">{name}</a>')
        return f"""<table><tr><td><b>{self.title(story)}</b> {self.date(story)}</td></tr><tr><td>{blocks(story, "br", "br", lead=True)}{name}{source}{files}</td></tr></table>
<table><tr><td>Tin đã đưa</td></tr>{"".join(f"<tr><td>{link.a()} ({link.date})</td></tr>" for link in near)}</table>"""

    def _second(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        name = f'<div style="text-align:right">{self.byline(story)}</div>' if story.author else ""
        source = f'<div style="text-align:right">Nguồn: {story.source}</div>' if story.source else ""
        files = links(story, lambda url, name: f'<div class="{k("fl")}"><a href="{url}">{name}</a></div>')
        lead = f'<div class="{k("ld")}">{escape(story.lead, quote=False)}</div>' if story.lead else ""
        return f"""<div class="{k("s1")}">{self.date(story)}</div><h2>{self.title(story)}</h2>{lead}<div class="{k("s2")}">{blocks(story, "div", "figure")}</div>{name}{source}{files}
<h4>Bài liên quan</h4>{"".join(f"<p>{link.a()} <em>{link.date}</em></p>" for link in near)}"""

    def _third(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        name = f"<span>{self.byline(story)}</span> · " if story.author else ""
        source = f"<p>Nguồn: {story.source}</p>" if story.source else ""
        files = links(story, lambda url, name: f'<li><a href="{url}">{name}</a></li>')
        lead = f"<p><em>{escape(story.lead, quote=False)}</em></p>" if story.lead else ""
        return f"""<article><header><h1>{self.title(story)}</h1><div class="{k("u1")}">{name}{self.date(story)} · {story.views} lượt đọc</div></header>{lead}
<section class="{k("u2")}">{blocks(story, "p", "lazy")}{source}</section><ul class="{k("u3")}">{files}</ul><nav>{"".join(f"<div>{link.a()}</div>" for link in near)}</nav></article>"""


class Scans(Layout):
    """Most articles are a scan in a frame, an object, an embed or a foreign viewer, with a sentence or without."""

    name = "quet-pdf"
    habits = Habits(articles=30, bare=0.6, documents=0.2, signed=0.4, dated=0.9)
    soft_missing = False

    def stories(self) -> list[Story]:
        draw = Writer(random.Random(self.host + "/cau"))
        return [
            replace(story, blocks=(Text(draw.say("opening")),)) if not story.blocks and story.number % 2 else story
            for story in super().stories()
        ]

    def path(self, story: Story) -> str:
        return f"/van-ban/{story.slug}-post{story.number}.html"

    def date(self, story: Story) -> str:
        return f"Ngày đăng {story.published:%d/%m/%Y | %H:%M}  | Lượt xem: {story.views}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f'<div class="{k("e")}">{link.a()}</div>' for link in self.menu)
        return f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("f")}">{self.site}</div><div>{menu}</div>
<div class="{k("g")}">{main}</div><div class="{k("h")}"><div>Thông báo</div>{"".join(f"<div>{link.a()}<small>{link.date}</small></div>" for link in self.latest)}</div><iframe src="/khung/thoi-tiet.html"></iframe></body></html>"""

    def _frame(self, story: Story, place: int, url: str) -> str:
        way = (story.number + place) % 4
        if way == 0:
            return f'<iframe src="{url}" width="100%" height="900"></iframe>'
        if way == 1:
            return f'<object data="{url}" type="application/pdf" width="100%" height="900"></object>'
        if way == 2:
            return f'<embed src="{url}" type="application/pdf" width="100%">'
        return f'<iframe src="https://docs.google.com/viewer?url=http://{self.host}{url}&amp;embedded=true"></iframe>'

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        date = f'<div class="{k("da")}">{self.date(story)}</div>' if story.published else ""
        name = f"<p><strong>{self.byline(story)}</strong></p>" if story.author else ""
        source = f"<p>(Nguồn: {story.source})</p>" if story.source else ""
        frames, others = "", ""
        for place, document in enumerate(story.documents):
            url = escape(story.document(document))
            if document.endswith(".pdf"):
                frames += f"<p>{self._frame(story, place, url)}</p>"
            else:
                others += f'<p><a href="{url}">{escape(document)}</a></p>'
        return f"""<div class="{k("ti")}">{self.title(story)}</div>{date}<div class="{k("bo")}">{blocks(story, "p", "p", lead=True)}{frames}{others}{name}{source}</div>
<div class="{k("re")}"><div>Tin mới hơn</div>{"".join(f"<div>{link.a()} <small>{link.date}</small></div>" for link in near)}</div>"""


HELD_OLD = (Fonts, Codepage, Typed, Thrice, Scans)
