"""Content: the demo portal's articles, from `articles.toml`. Pages and ground truth are both made from these values.

Keys of an article: `id`, `section`, `title`, `date` (a TOML date, or date and time; none: the page shows none),
`author` and `source` (what a record must say), `signed` and `sourced` (how the page prints them), `sapo` (the first
paragraph stands apart as the summary), `poster` (an account, no author), `documents` (files listed below the text),
`featured` (linked from the front page by its second address), `moved` (linked elsewhere by an old address that
redirects).

Marks in `text`, where a blank line separates blocks:

    @anh FILE | caption        a picture
    @tep FILE | label          a link to a document
    | cell | cell              one row of a table; the lines of a block are its rows
"""

from __future__ import annotations

import dataclasses
import random
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from importlib import resources
from typing import Any

PORTAL_NAME = "Cổng thông tin điện tử huyện Khê Lĩnh"
SECTIONS = {105: "Huyện ủy", 106: "Kinh tế - Xã hội", 107: "Văn bản - Thông báo"}
FIRST, LAST = date(2008, 1, 1), date(2025, 12, 31)  # the years of the portal's life


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    name: str  # the file's, also the alt text: as editors leave it
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Picture | Document | Table


@dataclass(frozen=True)
class Entry:
    """One article as its editor entered it. The module's docstring says what the fields mean."""

    id: int
    section: int
    title: str
    date: date | datetime | None = None
    author: str | None = None
    source: str | None = None
    signed: str = "{author}"
    sourced: str = "Nguồn: {source}"
    sapo: bool = False
    poster: str | None = None
    documents: tuple[str, ...] = ()
    featured: bool = False
    moved: bool = False
    text: str = ""

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(_block(part.strip()) for part in re.split(r"\n\s*\n", self.text) if part.strip())

    @cached_property
    def slug(self) -> str:
        """The title without accents, as the portal's addresses show it."""
        title = self.title.capitalize() if self.title.isupper() else self.title
        return re.sub(r"[^A-Za-z0-9]+", "-", unaccented(title)).strip("-")

    @property
    def date_line(self) -> str | None:
        """The date as the article's page prints it."""
        if isinstance(self.date, datetime):
            return f"({self.date:%H:%M | %d/%m/%Y})"
        return f"({self.date:%d/%m/%Y})" if self.date else None

    @property
    def day_line(self) -> str | None:
        """The date as listings and related lists print it."""
        return f"({self.date:%d/%m/%Y})" if self.date else None

    @property
    def closing_lines(self) -> tuple[str, ...]:
        """Byline and source line, as printed below the text."""
        lines = []
        if self.author:
            lines.append(self.signed.format(author=self.author, source=self.source))
        if self.source and not (self.author and "{source}" in self.signed):
            lines.append(self.sourced.format(source=self.source))
        return tuple(lines)


def unaccented(text: str) -> str:
    """Vietnamese letters without their marks; đ, which Unicode does not decompose, by hand."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def entry(fields: Mapping[str, Any]) -> Entry:
    """An article from the keys of `articles.toml`. Raises TypeError for a key that does not exist."""
    return Entry(**{**fields, "documents": tuple(fields.get("documents", ()))})


def load() -> list[Entry]:
    """The articles that ship with the package, in the order of their ids."""
    text = resources.files(__package__).joinpath("articles.toml").read_text(encoding="utf-8")
    return sorted((entry(fields) for fields in tomllib.loads(text)["article"]), key=lambda one: one.id)


def multiplied(entries: Sequence[Entry], copies: int) -> list[Entry]:
    """`copies` times as many articles, the same at every call: the given ones, and others made of their sentences.

    A made article has the shape of its model (pictures, tables, signatures) under another id, title and date; its
    paragraphs are drawn from the sentences of all articles, so that no two are near copies of each other. They are
    for measuring, not for reading.
    """
    made = list(entries)
    sentences = [
        sentence
        for one in entries
        for block in one.blocks
        if isinstance(block, Paragraph)
        for sentence in re.split(r"(?<=[.!?])\s+(?=\w)", block.text)
        if len(sentence) > 40
    ]
    step = max((one.id for one in entries), default=0) + 1
    for copy in range(1, copies):
        for model in entries:
            draw = random.Random(f"{copy}/{model.id}")  # noqa: S311 (a repeatable draw, not a secret)
            made.append(
                dataclasses.replace(
                    model,
                    id=model.id + copy * step,
                    title=f"{model.title} - {'KỲ' if model.title.isupper() else 'kỳ'} {copy + 1}",
                    date=_moved(model.date, draw.randrange(1, 6000)),
                    featured=False,
                    moved=False,
                    text="\n\n".join(_redrawn(part, sentences, draw) for part in re.split(r"\n\s*\n", model.text)),
                )
            )
    return made


def _block(part: str) -> Block:
    if part.startswith("|"):
        return Table(tuple(tuple(_folded(cell) for cell in row[1:].split("|")) for row in part.splitlines()))
    if part.startswith(("@anh ", "@tep ")):
        name, _, label = (piece.strip() for piece in part[5:].partition("|"))
        return Picture(name, label or None) if part.startswith("@anh ") else Document(name, label or name)
    return Paragraph(_folded(part))


def _redrawn(part: str, sentences: Sequence[str], draw: random.Random) -> str:
    return part if part.strip()[:1] in ("", "@", "|") else " ".join(draw.sample(sentences, draw.randint(2, 4)))


def _moved(day: date | datetime | None, days: int) -> date | datetime | None:
    """`days` later, from the first year again where that is beyond the last."""
    if day is None:
        return None
    span = (LAST - FIRST).days + 1
    plain = day.date() if isinstance(day, datetime) else day
    moved = FIRST + timedelta(days=((plain - FIRST).days + days) % span)
    return datetime.combine(moved, day.time()) if isinstance(day, datetime) else moved


def _folded(text: str) -> str:
    return " ".join(text.split())
