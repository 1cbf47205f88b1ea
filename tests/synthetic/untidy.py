"""Untidy: what the portals of `layouts_untidy_*` have in common: the dirt of real ones, drawn article by article.

Many editors over many years: each article has its own habit of paragraphs, of pictures and of signing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from html import escape
from typing import Any

from .layout import Layout, Link, Twin
from .markup import BLANK, weekday
from .prose import Writer
from .sidepages import Side, side_pages
from .stories import OFFICES, Habits, Picture, Rows, Story, Text

TODAY = datetime(2024, 3, 4, 9, 0)  # as `visits.BEGIN`
PLACE = "Khe Lụa"
EDITORS = ("p", "word", "nested", "br", "div", "font", "spaced")
PICTURES = ("plain", "br", "table", "figure", "lazy", "unmarked", "inside")
# {a}: the author, {s}: the source
SIGNATURES = (
    '<p style="text-align: right;"><strong>{a}</strong></p>',
    '<p align="right"><b><i>{a}</i></b></p>',
    "<p>{a}</p>",
    "<p><strong>{a}</strong></p>",
    "<div>&nbsp;</div><div style='text-align:right'><span style='font-size:14px'>{a}</span></div>",
    "<p><strong>Tin, ảnh: {a}</strong></p>",
    '<p style="text-align:right">Tin và ảnh: {a}</p>',
    "<br><br><b>{a}</b>",
    '<p class="MsoNormal" align="right" style="text-align:right"><b><span lang="VI">{a}<o:p></o:p></span></b></p>',
)
LONGER = (
    "<p>Tác giả: {a} – Bí thư Đoàn xã</p>",
    '<p style="text-align:right"><b>{a} (Đài TT huyện)</b></p>',
    "<p><em>Bài, ảnh: {a} - Trung tâm VHTT</em></p>",
)
SOURCES = ("<p>Nguồn: {s}</p>", '<p style="text-align:right"><em>(Theo {s})</em></p>', "<p><b>Nguồn tin: {s}</b></p>")


class Untidy(Layout):
    """A portal of many hands. Subclasses give the look."""

    habits = Habits(articles=34, signed=0.65, sourced=0.15, bare=0.15, documents=0.25, credited=0.3)
    editors: Sequence[str] = EDITORS
    pictures: Sequence[str] = PICTURES
    signatures: Sequence[str] = SIGNATURES + LONGER
    strangers = 0.3  # share of articles with their pictures on another host
    undated_sections: Sequence[str] = ()  # whose articles print no date
    attached = '<a href="{href}" target="_blank">{name}</a>'  # a document, where the layout has no place of its own

    def draw(self, story: Story, what: str) -> random.Random:
        return random.Random(f"{self.host}/{story.number}/{what}")

    # Addresses of pictures

    def image(self, story: Story, picture: Picture) -> str:
        """Its address as the page has it."""
        path = story.picture(picture)
        if self.draw(story, "host").random() < self.strangers:
            return f"http://media.{self.host}{path}"
        return path

    def twins(self, story: Story) -> list[str]:
        """Paths at which the same article stands as well."""
        return []

    def others(self, story: Story, near: Sequence[Link]) -> Iterator[tuple[str, Twin, str]]:
        for path in self.twins(story):
            yield path, "twin", self.twin(story, near, path)

    def twin(self, story: Story, near: Sequence[Link], path: str) -> str:
        return self.page(story, near)

    def truth(self, story: Story, told: dict[str, Any]) -> dict[str, Any]:
        images = [self.image(story, block) for block in story.blocks if isinstance(block, Picture)]
        told["images"] = [url if "//" in url else f"http://{self.host}{url}" for url in images]
        if story.author and " - " in story.author:
            told["author"] = story.author.replace(" - ", ", ")
        told["also"] = [f"http://{self.host}{path}" for path in self.twins(story)]
        if story.section in self.undated_sections:
            told["timestamp"] = None
        return told

    # The body

    def inside(self, story: Story, *, lead: bool = True, signed: bool = True) -> str:
        """All that an editor put into the box of the text."""
        editor = self.draw(story, "editor").choice(tuple(self.editors))
        parts = []
        if lead and story.lead:
            parts.append(self.lead(story))
        for one in story.blocks:
            if isinstance(one, Text):
                parts.append(_WRITTEN[editor](one.text))
            elif isinstance(one, Rows):
                rows = "".join(
                    "<tr>" + "".join(f"<td><p>{_said(cell)}</p></td>" for cell in row) + "</tr>" for row in one.rows
                )
                parts.append(f'<table border="1" cellspacing="0" width="100%"><tbody>{rows}</tbody></table>')
            else:
                parts.append(self.pictured(story, one))
        if not story.texts and story.documents:
            parts.append(f'<p>Xem chi tiết <a href="{escape(story.document(story.documents[0]))}">tại đây</a></p>')
            parts += [self._document(story, name) for name in story.documents[1:]]
        elif story.documents:
            parts.append("<p>Tài liệu kèm theo:</p>")
            parts += [self._document(story, name) for name in story.documents]
        if signed:
            parts.append(self.signature(story))
        return "\n".join(parts)

    def _document(self, story: Story, name: str) -> str:
        return f"<p>{self.attached.format(href=escape(story.document(name)), name=escape(name))}</p>"

    def lead(self, story: Story) -> str:
        return f"<p><strong>{_said(story.lead or '')}</strong></p>"

    def signature(self, story: Story) -> str:
        draw = self.draw(story, "signature")
        found = []
        if story.author:
            forms = list(self.signatures)
            if "." in story.author or story.author in OFFICES or " - " in story.author:
                forms = [form for form in forms if form not in LONGER]
            found.append(draw.choice(forms).format(a=_said(story.author)))
        if story.source:
            found.append(draw.choice(SOURCES).format(s=_said(story.source)))
        return "\n".join(found)

    def pictured(self, story: Story, picture: Picture) -> str:
        src, alt = escape(self.image(story, picture)), escape(picture.alt)
        caption = _said(picture.caption) if picture.caption else ""
        plain = f'<img src="{src}" alt="{alt}" width="560" border="0" />'
        match self.draw(story, picture.file).choice(tuple(self.pictures)):
            case "br":
                return f"<center>{plain}<br /><i>{caption}</i></center>"
            case "table":
                rows = "".join(
                    f'<tr><td style="text-align:center">{cell}</td></tr>' for cell in (plain, caption) if cell
                )
                return f'<table align="center" class="image" style="width:1px"><tbody>{rows}</tbody></table>'
            case "figure":
                below = f"<figcaption><h2>{caption}</h2></figcaption>" if caption else ""
                return f'<figure class="image" style="float:left">{plain}{below}</figure>'
            case "lazy":
                return f'<div style="text-align:center"><img src="{BLANK}" data-src="{src}" alt="{alt}"></div>' + (
                    f'<div style="text-align:center"><em>{caption}</em></div>' if caption else ""
                )
            case "unmarked":
                return f'<p style="text-align:center">{plain}</p>' + (f"<p>{caption}</p>" if caption else "")
            case "inside":
                return f'<p align="center"><span>{plain}</span><br><span style="font-size:10pt">{caption}</span></p>'
            case _:
                below = f'<p style="text-align: center;"><em>{caption}</em></p>' if caption else ""
                return f'<p style="text-align: center;">{plain}</p>{below}'

    # What is around

    def clock(self) -> str:
        return f"{weekday(TODAY)}, {TODAY:%d/%m/%Y}"

    def weather(self) -> str:
        return f"<b>Thời tiết ngày {TODAY:%d/%m/%Y}</b><br>Khe Lụa: 24°C - 31°C, có mưa rào"

    def counter(self) -> str:
        return (
            "<b>Thống kê truy cập</b><ul><li>Đang truy cập: 13</li><li>Hôm nay: 1.204</li><li>Tháng hiện tại: 30.115</li>"
            f"<li>Tổng lượt truy cập: 2.981.220</li></ul><small>Từ ngày 01/01/2015, cập nhật {TODAY:%Y-%m-%d %H:%M}</small>"
        )

    def newest(self, row: str = '<li><a href="{path}">{title}</a> <span>({date})</span></li>') -> str:
        return rows(self.latest, row)

    def sides(self) -> list[Link]:
        """The links to what is no article."""
        return [Link(one.title, one.path) for one in self.side if one.linked]

    @property
    def side(self) -> list[Side]:
        if not hasattr(self, "_side"):
            writer = Writer(random.Random(f"{self.host}/side"))
            self._side = list(side_pages(writer, self.side_path))
        return self._side

    def side_path(self, name: str) -> str:
        return f"/{name}{self.ending}"

    def extras(self) -> Iterator[tuple[str, str, str]]:
        for one in self.side:
            yield one.path, one.title, one.main


def rows(links: Sequence[Link], row: str) -> str:
    return "\n".join(
        row.format(
            path=escape(link.path), title=_said(link.title), date=link.date, lead=_said(link.lead), picture=link.picture
        )
        for link in links
    )


def _said(text: str) -> str:
    return escape(text, quote=False)


def _word(text: str) -> str:
    draw, words, parts = random.Random(text), text.split(" "), []
    while words:
        count = draw.randint(5, 16)
        line, words = " ".join(words[:count]), words[count:]
        cut = line.replace(" ", "\r\n", 1) if draw.random() < 0.6 else line
        parts.append(
            f'<span lang="VI" style="font-size:14.0pt;font-family:&quot;Times New Roman&quot;">{_said(cut)}</span>'
        )
    return (
        '<p class="MsoNormal" style="margin-bottom:6.0pt;text-align:justify;text-indent:.5in">'
        f"<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->{' '.join(parts)}<o:p></o:p></p>"
        '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
    )


def _nested(text: str) -> str:
    head, _, tail = text.partition(", ")
    rest = f", {_said(tail)}" if tail else ""
    return (
        '<p style="text-align:justify"><span style="font-size:14px"><span style="font-family:arial,helvetica,sans-serif">'
        f'<span style="color:rgb(0, 0, 0)"><strong>{_said(head[:1])}</strong>{_said(head[1:])}{rest}</span></span></span></p>\n'
    )


_WRITTEN: dict[str, Callable[[str], str]] = {
    "p": lambda text: f'<p style="text-align: justify;">{_said(text)}</p>',
    "word": _word,
    "nested": _nested,
    "br": lambda text: f"{_said(text)}<br>\n<br>\n",
    "div": lambda text: f"<div>&nbsp;&nbsp; {_said(text)}</div><div><br></div>",
    "font": lambda text: f'<p align="justify"><font face="Arial" size="2">{_said(text)}</font></p>',
    "spaced": lambda text: f"<p>&nbsp;</p><p>{'&nbsp;' * 8}{_said(text)}&nbsp;</p>",
}
