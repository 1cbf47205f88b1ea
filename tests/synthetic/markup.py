"""Markup: the ways in which editors of different years leave paragraphs, pictures, tables, links and signatures."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Literal

from .stories import Block, Picture, Rows, Story, Text

ParagraphHabit = Literal["p", "br", "word", "div", "span", "indent"]
PictureHabit = Literal["p", "br", "table", "figure", "lazy", "noscript", "srcset", "picture", "unmarked"]

BLANK = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")


class Names:
    """Class names that say nothing: the same for the same box of a portal."""

    def __init__(self, seed: str) -> None:
        self._seed = seed

    def __call__(self, box: str) -> str:
        digest = hashlib.sha256(f"{self._seed}/{box}".encode()).hexdigest()
        letters = "".join(chr(ord("a") + int(digit, 16)) for digit in digest[:3])
        return f"{letters}{digest[3:5]}" + (
            f" {digest[5]}k{digest[6]}".replace(" ", " z") if int(digest[7], 16) > 8 else ""
        )


def weekday(moment: datetime) -> str:
    return WEEKDAYS[moment.weekday()]


def twelve(moment: datetime, names: tuple[str, str]) -> str:
    """The hour as twelve, with the half of the day in the portal's words."""
    return f"{moment:%I:%M} {names[moment.hour >= 12]}"


def blocks(story: Story, paragraph: ParagraphHabit, picture: PictureHabit, *, lead: bool = False) -> str:
    """The inside of the body. `lead`: with the first paragraph that stands apart."""
    found: list[Block] = [Text(story.lead)] if lead and story.lead else []
    return "\n".join(block(story, one, paragraph, picture) for one in (*found, *story.blocks))


def block(story: Story, one: Block, paragraph: ParagraphHabit, picture: PictureHabit) -> str:
    if isinstance(one, Text):
        return _PARAGRAPHS[paragraph](one.text)
    if isinstance(one, Rows):
        rows = "".join("<tr>" + "".join(f"<td>{_said(cell)}</td>" for cell in row) + "</tr>\n" for row in one.rows)
        return f'<table border="1" cellpadding="3" cellspacing="0" width="100%">\n{rows}</table>'
    return _pictured(story, one, picture)


def links(story: Story, row: Callable[[str, str], str]) -> str:
    """The documents; `row` is given address and file name, both escaped."""
    return "".join(row(escape(story.document(name)), escape(name)) for name in story.documents)


def _said(text: str) -> str:
    return escape(text, quote=False)


def _word(text: str) -> str:
    """As pasted from Word: nested spans that begin anywhere, lines broken inside sentences, empty paragraphs behind."""
    draw = random.Random(text)
    words = text.split(" ")
    parts = []
    while words:
        count = draw.randint(4, 14)
        part, words = words[:count], words[count:]
        line = " ".join(part)
        if len(part) > 8:
            line = line.replace(" ", "\n", 1) if draw.random() < 0.5 else line
        size = draw.choice(("13.0pt", "14.0pt"))
        parts.append(f'<span lang="VI" style="font-size:{size};mso-fareast-font-family:Arial">{_said(line)}</span>')
    inner = " ".join(parts)
    return (
        f'<p class="MsoNormal" style="margin-top:6.0pt;text-align:justify;text-indent:36.0pt"><span>{inner}<o:p></o:p>'
        '</span></p>\n<p class="MsoNormal"><span><o:p>&nbsp;</o:p></span></p>'
    )


_PARAGRAPHS: dict[str, Callable[[str], str]] = {
    "p": lambda text: f'<p style="text-align: justify;">{_said(text)}</p>',
    "br": lambda text: f"&nbsp;&nbsp;&nbsp;&nbsp;{_said(text)}<br><br>",
    "word": _word,
    "div": lambda text: f"<div>{_said(text)}</div><div>&nbsp;</div>",
    "span": lambda text: f'<span style="display:block"><span>{_said(text)}</span></span>',
    "indent": lambda text: f"<p>{'&#160;' * 6}{_said(text)}&#160;</p>",
}


def _pictured(story: Story, picture: Picture, habit: PictureHabit) -> str:
    src, alt = escape(story.picture(picture)), escape(picture.alt)
    caption = _said(picture.caption) if picture.caption else ""
    plain = f'<img src="{src}" alt="{alt}" width="500">'
    if habit == "br":
        return f"<center>{plain}{f'<br><i>{caption}</i>' if caption else ''}</center><br>"
    if habit == "table":
        rows = "".join(f'<tr><td align="center">{cell}</td></tr>' for cell in (plain, caption) if cell)
        return f'<table align="center" border="0" cellpadding="3"><tbody>{rows}</tbody></table>'
    if habit == "unmarked":
        behind = f'<p style="text-align:center">{caption}</p>' if caption else ""
        return f'<p style="text-align:center">{plain}</p>{behind}'
    if habit == "p":
        behind = f'<p style="text-align:center"><em>{caption}</em></p>' if caption else ""
        return f'<p style="text-align:center">{plain}</p>{behind}'
    shown = {
        "figure": plain,
        "lazy": f'<img src="{BLANK}" data-src="{src}" alt="{alt}">',
        "noscript": f'<img src="/khung/cho.gif" data-original="{src}" alt="{alt}"><noscript>{plain}</noscript>',
        "srcset": f'<img srcset="{src} 800w, {src} 1200w" sizes="100vw" alt="{alt}">',
        "picture": f'<picture><source srcset="{src}" media="(min-width: 600px)"><img src="{src}" alt="{alt}"></picture>',
    }[habit]
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f"<figure>{shown}{below}</figure>"
