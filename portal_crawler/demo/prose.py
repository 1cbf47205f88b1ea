"""Prose: an article's blocks as the HTML that the editors of its day would have left.

Three habits, by year, since one portal's markup is never of one kind: until 2011 paragraphs are parted by `<br>` in one
box; until 2019 each is a `<p>` that begins with non-breaking spaces; later they are pasted from Word.
"""

from __future__ import annotations

from html import escape
from itertools import groupby
from urllib.parse import quote

from .content import Block, Document, Entry, Paragraph, Picture, Table

INDENT = "&#160;" * 8
MORE = "Xem chi tiết tại đây"  # the link of an article that is only a document


def picture_path(entry: Entry, name: str) -> str:
    return f"/PublishingImages/TinTuc/{entry.section}/{entry.id}/{quote(name)}"


def document_path(entry: Entry, name: str) -> str:
    return f"/Lists/VanBan/Attachments/{entry.id}/{quote(name)}"


def sapo(entry: Entry) -> str | None:
    """The article's first paragraph, where it stands apart as the summary."""
    first = entry.blocks[0] if entry.sapo else None
    return first.text if isinstance(first, Paragraph) else None


def body(entry: Entry) -> str:
    """The inside of the body's box: text, pictures, tables, byline. Sapo and list of documents stand outside."""
    blocks = entry.blocks[1:] if sapo(entry) else entry.blocks
    parts = [_blocks(entry, blocks), *(_closing(entry, line) for line in entry.closing_lines)]
    if not entry.blocks:
        parts = [f"<p>{_link(entry, name, MORE)}</p>" for name in entry.documents] + parts[1:]
    return "\n".join(parts)


def documents(entry: Entry) -> str:
    """The list of documents below the body, or nothing."""
    if not entry.documents or not entry.blocks:
        return ""
    items = "".join(f"<li>{_link(entry, name, name)}</li>" for name in entry.documents)
    return f'<div class="dinhkem-tin"><strong>Tệp đính kèm:</strong><ul>{items}</ul></div>'


def _habit(entry: Entry) -> str:
    year = entry.date.year if entry.date else 2015
    return "break" if year < 2012 else "indent" if year < 2020 else "word"


def _blocks(entry: Entry, blocks: tuple[Block, ...]) -> str:
    habit = _habit(entry)
    parts: list[str] = []
    for kind, run in groupby(blocks, type):
        if kind is Paragraph and habit == "break":
            text = "<br /><br />".join(INDENT + _text(block.text) for block in run if isinstance(block, Paragraph))
            parts.append(f'<div align="justify"><font face="Arial" size="2">{text}</font></div>')
        else:
            parts.extend(_block(entry, block, habit) for block in run)
    return "\n".join(parts)


def _block(entry: Entry, block: Block, habit: str) -> str:
    if isinstance(block, Picture):
        return _picture(entry, block, habit)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Document):
        return f"<p>{_link(entry, block.name, block.label)}</p>"
    if habit == "indent":
        return f'<p style="text-align:justify">{INDENT} {_text(block.text)}&#160;</p>'
    head, _, tail = block.text.partition(", ")  # Word parts a sentence where its spelling check once stopped
    spans = f'<span lang="VI" style="font-size:14pt">{_text(head)}</span>'
    if tail:
        spans += f'<span style="font-size:14pt">, {_text(tail)}</span>'
    return f'<p class="MsoNormal" style="margin:6pt 0;text-align:justify;text-indent:36pt">{spans}</p>'


def _picture(entry: Entry, block: Picture, habit: str) -> str:
    image = f'<img alt="{escape(block.name)}" src="{picture_path(entry, block.name)}" style="width:480px" />'
    caption = _text(block.caption) if block.caption else ""
    if habit == "break":
        return f'<div align="center">{image}{f"<br /><i>{caption}</i>" if caption else ""}</div>'
    if not caption:
        return f'<p style="text-align:center">{image}</p>'
    if habit == "indent":
        return f'<p style="text-align:center">{image}</p>\n<p style="text-align:center"><em>{caption}</em></p>'
    if entry.date and entry.date.year < 2023:
        rows = "".join(f'<tr><td style="text-align:center">{cell}</td></tr>' for cell in (image, f"<em>{caption}</em>"))
        return f'<table class="anh" align="center"><tbody>{rows}</tbody></table>'
    return f'<figure class="image">{image}<figcaption>{caption}</figcaption></figure>'


def _table(block: Table) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{'<strong>' * head}{_text(cell)}{'</strong>' * head}</td>" for cell in row) + "</tr>\n"
        for head, row in ((number == 0, row) for number, row in enumerate(block.rows))
    )
    return f'<table class="bang" border="1" cellspacing="0" cellpadding="4"><tbody>\n{rows}</tbody></table>'


def _closing(entry: Entry, line: str) -> str:
    if _habit(entry) == "break":
        return f'<div align="right"><b>{_text(line)}</b></div>'
    if _habit(entry) == "indent":
        return f'<p style="text-align:right"><strong>{_text(line)}</strong></p>'
    return (
        f'<p class="MsoNormal" align="right" style="text-align:right"><b><span lang="VI">{_text(line)}</span></b></p>'
    )


def _link(entry: Entry, name: str, label: str) -> str:
    """As editors leave it: the file's name in the address with its spaces and accents, nothing encoded."""
    path = document_path(entry, "") + name
    return f'<a href="{escape(path)}" target="_blank">{_text(label)}</a>'


def _text(text: str) -> str:
    return escape(text, quote=False)
