"""Stories: the articles of a synthetic portal before any markup, and what a record of each must say."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from .prose import Writer

SECTIONS = ("Tin trong huyện", "Nông nghiệp - Môi trường", "Văn hóa xã hội")
PAPERS = ("Báo Khe Lụa", "Đài Truyền thanh huyện", "Bản tin Thượng Lãng")
OFFICES = ("TT. HĐND XÃ", "Văn phòng HĐND-UBND", "Phòng Văn hóa và Thông tin")


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Picture:
    file: str
    caption: str | None
    alt: str


@dataclass(frozen=True)
class Rows:
    rows: tuple[tuple[str, ...], ...]


Block = Text | Picture | Rows


@dataclass(frozen=True)
class Habits:
    """What an editorial office does: shares are of its articles."""

    articles: int = 26
    dated: float = 1.0
    signed: float = 0.75
    sourced: float = 0.15
    lead: float = 0.5  # the first paragraph stands apart
    pictures: tuple[int, int] = (0, 3)
    captioned: float = 0.7
    credited: float = 0.25  # of the captions: they name who took the picture, who is no author
    rows: float = 0.12
    documents: float = 0.25
    bare: float = 0.08  # a title and a document, nothing more
    paragraphs: tuple[int, int] = (3, 8)
    initials: float = 0.1
    offices: float = 0.1
    two: float = 0.05  # two names


@dataclass(frozen=True)
class Story:
    number: int
    title: str
    section: str
    published: datetime | None
    author: str | None
    source: str | None
    lead: str | None
    blocks: tuple[Block, ...]
    documents: tuple[str, ...]  # file names
    views: int
    host: str

    @cached_property
    def slug(self) -> str:
        return slug(self.title)

    @property
    def texts(self) -> list[str]:
        """What is body, the lead first."""
        found = [self.lead] if self.lead else []
        for block in self.blocks:
            if isinstance(block, Text):
                found.append(block.text)
            elif isinstance(block, Rows):
                found += [" ".join(row) for row in block.rows]
        return found

    def picture(self, picture: Picture) -> str:
        """The picture's path."""
        return f"/upload/{self.number}/{picture.file}"

    def document(self, name: str) -> str:
        return f"/upload/{self.number}/{name}"

    def truth(self, url: str, *, on_page: bool) -> dict[str, Any]:
        """As `scoring.score` reads it; `on_page`: the date stands on the article's page, not in lists alone."""
        date = f"{self.published:%Y-%m-%dT%H:%M:%S}+07:00" if self.published else None
        base = f"http://{self.host}"
        return {
            "url": url,
            "title": self.title,
            "timestamp": date if on_page else None,
            "listed": date,
            "author": self.author,
            "source": self.source,
            "section": self.section,
            "body": self.texts,
            "images": [base + self.picture(block) for block in self.blocks if isinstance(block, Picture)],
            "attachments": [base + self.document(name) for name in self.documents],
        }


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return "-".join("".join(letter if letter.isalnum() else " " for letter in plain).split())


def stories(host: str, habits: Habits) -> list[Story]:
    """A portal's articles, newest first; `host` is the seed as well."""
    draw = random.Random(host)
    writer = Writer(draw)
    staff = [writer.person() for _ in range(5)]
    moment = datetime(2023, 11, 20, 9, 12)
    made = []
    for number in range(habits.articles, 0, -1):
        moment -= timedelta(days=draw.randint(3, 130), minutes=draw.randint(0, 300))
        moment = moment.replace(hour=draw.randint(7, 17))
        made.append(_story(number, host, habits, draw, writer, staff, moment))
    return made


def _story(
    number: int, host: str, habits: Habits, draw: random.Random, writer: Writer, staff: Sequence[str], moment: datetime
) -> Story:
    def one_in(share: float) -> bool:
        return draw.random() < share

    bare = one_in(habits.bare)
    count = 0 if bare else draw.randint(*habits.paragraphs)
    blocks: list[Block] = [Text(writer.paragraph(place == 0, place == count - 1)) for place in range(count)]
    if count and one_in(habits.rows):
        head = ("STT", "Đơn vị", "Số hộ", "Ghi chú")
        cells = [(str(row), writer.say("place"), str(draw.randint(5, 400)), "Đạt") for row in range(1, 5)]
        blocks.insert(draw.randint(1, count), Rows((head, *cells)))
    for place in range(draw.randint(*habits.pictures) if count else 0):
        caption = writer.say("caption") if one_in(habits.captioned) else None
        if caption and one_in(habits.credited):
            caption += f". Ảnh: {writer.person()}"
        name = f"anh{number}_{place + 1}.{'png' if one_in(0.2) else 'jpg'}"
        alt = draw.choice(("", name, caption or ""))
        blocks.insert(draw.randint(0 if place else 1, len(blocks)), Picture(name, caption, alt))
    title = writer.title()
    documents = [f"{slug(title)[:30]}-{place + 1}_signed.pdf" for place in range(draw.randint(1, 2))]
    if one_in(0.3):
        documents.append(f"PL{number}.{draw.choice(('doc', 'docx', 'xls', 'rar'))}")
    return Story(
        number=1300 + number * 7,
        title=title,
        section=draw.choice(SECTIONS),
        published=moment if one_in(habits.dated) else None,
        author=_author(habits, draw, writer, staff) if count and one_in(habits.signed) else None,
        source=draw.choice(PAPERS) if count and one_in(habits.sourced) else None,
        lead=writer.say("lead") if count and one_in(habits.lead) else None,
        blocks=tuple(blocks),
        documents=tuple(documents) if bare or one_in(habits.documents) else (),
        views=draw.randint(0, 2900),
        host=host,
    )


def _author(habits: Habits, draw: random.Random, writer: Writer, staff: Sequence[str]) -> str:
    name = draw.choice(staff) if draw.random() < 0.8 else writer.person()
    chance = draw.random()
    if chance < habits.initials:
        return ".".join(part[0] for part in name.split())
    if chance < habits.initials + habits.offices:
        return draw.choice(OFFICES)
    if chance < habits.initials + habits.offices + habits.two:
        return " - ".join(draw.sample(list(staff), 2))
    return name
