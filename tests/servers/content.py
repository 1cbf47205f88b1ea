"""Content: one portal's worth of invented articles, and what a record of each must say. Every server gets the same.

The articles are the demo portal's and as many made of their sentences (`portal_crawler.demo.content`), with titles of
their own, dated through the years 2008 to 2025, in three sections. How they are marked up is the business of each
server's CMS; what an editor types is given by `blocks_html` and `blocks_markdown`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from html import escape
from typing import Any
from urllib.parse import quote

from portal_crawler.demo.content import (
    FIRST,
    LAST,
    SECTIONS,
    Block,
    Document,
    Entry,
    Paragraph,
    Picture,
    Table,
    load,
    multiplied,
    unaccented,
)
from portal_crawler.demo.media import pdf, picture

TITLE = "Cổng thông tin điện tử huyện Khê Lĩnh"
POSTER = "quantri"  # the account of every article: an account is no author
SECTION_NAMES = tuple(SECTIONS.values())
STORIES = 130
ABOUT = "Trang thông tin của huyện được xây dựng và vận hành theo quy chế hoạt động do Ủy ban nhân dân huyện ban hành."
CONTACT = "Địa chỉ: Thị trấn Khê Lĩnh, huyện Khê Lĩnh. Điện thoại: 0200 000 000. Thư điện tử: vanphong@khelinh.example"

_EVENTS = (
    "Khai mạc lớp tập huấn", "Tổng kết phong trào", "Kiểm tra tiến độ", "Ra mắt câu lạc bộ", "Hội thảo bàn về",
    "Công bố kết quả", "Trao giải cuộc thi", "Triển khai kế hoạch", "Phát động đợt thi đua", "Nghiệm thu đề tài",
)  # fmt: skip
_MATTERS = (
    "trồng rừng gỗ lớn", "xây dựng nếp sống văn minh", "bảo vệ nguồn nước", "khuyến học",
    "an toàn giao thông nông thôn",
    "chuyển đổi số cấp xã", "phòng chống dịch bệnh vật nuôi", "giữ gìn tiếng hát then", "cải tạo vườn tạp",
)  # fmt: skip
_PLACES = ("Suối Mây", "Thạch Khê", "Đồng Sậy", "An Lĩnh", "Pha Long", "Tân Khê", "Mường Khê", "Phú Lĩnh")
_TITLES = 360  # of events, matters and places in turn, until they come again
_TAGS = ("nông thôn mới", "giáo dục", "y tế", "văn hóa", "đảng viên", "mùa mưa lũ", "sản phẩm địa phương", "hộ nghèo")


@dataclass(frozen=True)
class Story:
    """One article as an editor enters it. `number` counts from 1 in the order of `published`."""

    number: int
    title: str
    section: str
    published: datetime  # wall clock of the portal, UTC+7
    author: str | None
    source: str | None
    closing: tuple[str, ...]  # byline and source line, as printed last
    lead: bool  # the first paragraph stands apart as the summary
    blocks: tuple[Block, ...]
    documents: tuple[str, ...]  # file names, listed below the text
    tags: tuple[str, ...]

    @property
    def slug(self) -> str:
        plain = "".join(letter if letter.isalnum() else "-" for letter in unaccented(self.title).lower())
        return "-".join(part for part in plain.split("-") if part)

    @property
    def pictures(self) -> tuple[str, ...]:
        """The files' names, in the order of the text."""
        return tuple(block.name for block in self.blocks if isinstance(block, Picture))

    @property
    def files(self) -> tuple[str, ...]:
        """The names of the documents, in the text and below it."""
        return (*(block.name for block in self.blocks if isinstance(block, Document)), *self.documents)

    @property
    def paragraphs(self) -> list[str]:
        """What is body: texts, and a table's rows."""
        found: list[str] = []
        for block in self.blocks:
            if isinstance(block, Paragraph):
                found.append(block.text)
            elif isinstance(block, Table):
                found.extend(" ".join(row) for row in block.rows)
        return found

    def media(self, name: str) -> bytes:
        """The bytes of a picture or document of this article."""
        address = f"{self.number}/{name}"
        return pdf(address, self.title) if name.lower().endswith(".pdf") else picture(address)

    def truth(
        self, url: str, address: Callable[[str], str], alternatives: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """What a record must say, as `scoring.score` reads it; `address` gives a file's URL by its name.

        `alternatives`: another address of a picture that is as right, by its first.
        """
        return {
            "url": url,
            "title": self.title,
            "timestamp": f"{self.published:%Y-%m-%dT%H:%M:%S}+07:00",
            "author": self.author,
            "source": self.source,
            "section": self.section,
            "body": self.paragraphs,
            "images": [address(name) for name in self.pictures],
            "images_alt": alternatives or {},
            "attachments": [address(name) for name in self.files],
        }


def stories(number: int = STORIES) -> list[Story]:
    """The articles, oldest first; the same at every call."""
    own = load()
    entries = multiplied(own, max(2, -(-number // len(own))))[:number]
    known = len(own)
    drawn = [(_moment(entry), _title(entry, place - known), entry) for place, entry in enumerate(entries)]
    drawn.sort(key=lambda one: one[0])
    return [_story(place, *one) for place, one in enumerate(drawn, 1)]


def _story(number: int, published: datetime, title: str, entry: Entry) -> Story:
    draw = random.Random(f"tags/{number}")
    return Story(
        number=number,
        title=title,
        section=SECTIONS[entry.section],
        published=published,
        author=entry.author,
        source=entry.source,
        closing=entry.closing_lines,
        lead=entry.sapo,
        blocks=entry.blocks,
        documents=entry.documents,
        tags=tuple(draw.sample(_TAGS, draw.randint(0, 3))),
    )


def _title(entry: Entry, made: int) -> str:
    """The editor's; a made article (`made` counts them from 0) has one that no other bears."""
    if made < 0:
        return entry.title
    event, matter = _EVENTS[made % len(_EVENTS)], _MATTERS[made % len(_MATTERS)]
    again = made // _TITLES
    return f"{event} {matter} tại xã {_PLACES[made % len(_PLACES)]}" + (f" lần thứ {again + 1}" if again else "")


def _moment(entry: Entry) -> datetime:
    """When it was published: a CMS dates every article, and to the second."""
    if isinstance(entry.date, datetime):
        return entry.date
    draw = random.Random(f"date/{entry.id}")
    day = entry.date or date.fromordinal(draw.randint(FIRST.toordinal(), LAST.toordinal()))
    return datetime.combine(day, time(draw.randint(7, 16), draw.randrange(60)))


def blocks_html(story: Story, address: Callable[[str], str], *, lead: bool = True) -> str:
    """The article as an editor's window leaves it: plain elements, the closing lines right-aligned.

    `lead=False` leaves out a first paragraph that stands apart; `address` gives a file's URL by its name.
    """
    blocks = story.blocks if lead or not story.lead else story.blocks[1:]
    parts = [_html(block, address) for block in blocks]
    parts += [f'<p style="text-align: right;"><strong>{escape(line)}</strong></p>' for line in story.closing]
    if story.documents:
        links = "".join(f'<li><a href="{address(name)}">{escape(name)}</a></li>' for name in story.documents)
        parts.append(f"<p><em>Tệp đính kèm:</em></p><ul>{links}</ul>")
    return "\n".join(parts)


def _html(block: Block, address: Callable[[str], str]) -> str:
    if isinstance(block, Paragraph):
        return f'<p style="text-align: justify;">{escape(block.text, quote=False)}</p>'
    if isinstance(block, Picture):
        image = f'<p style="text-align: center;"><img src="{address(block.name)}" alt="{escape(block.name)}"></p>'
        caption = f'\n<p style="text-align: center;"><em>{escape(block.caption)}</em></p>' if block.caption else ""
        return image + caption
    if isinstance(block, Document):
        return f'<p><a href="{address(block.name)}">{escape(block.label)}</a></p>'
    rows = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in block.rows)
    return f'<table border="1"><tbody>{rows}</tbody></table>'


def blocks_markdown(story: Story, address: Callable[[str], str]) -> str:
    """The article in Markdown, as the authors of static sites write it."""
    parts = [_markdown(block, address) for block in story.blocks]
    if story.documents:
        parts.append("\n".join(f"- [{name}]({address(name)})" for name in story.documents))
    parts += [f"**{line}**" for line in story.closing]
    return "\n\n".join(parts) + "\n"


def _markdown(block: Block, address: Callable[[str], str]) -> str:
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Picture):
        return f"![{block.name}]({address(block.name)})" + (f"\n\n*{block.caption}*" if block.caption else "")
    if isinstance(block, Document):
        return f"[{block.label}]({address(block.name)})"
    head, *rows = ("| " + " | ".join(row) + " |" for row in block.rows)
    return "\n".join((head, "|" + " --- |" * len(block.rows[0]), *rows))


def files_under(base: str, story: Story) -> Callable[[str], str]:
    """Addresses of a story's files in a folder of its own below `base`."""
    return lambda name: f"{base}/{story.number}/{quote(name)}"
