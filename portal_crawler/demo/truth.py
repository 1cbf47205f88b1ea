"""Truth: what a record of each of the demo portal's articles must say. Made from the same values as the pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from archive.record import Attachment, Image

from . import pages, prose
from .content import PORTAL_NAME, SECTIONS, Document, Entry, Paragraph, Picture, Table

TIMEZONE = "+07:00"


@dataclass(frozen=True, slots=True)
class Truth:
    """The fields of `archive.record.Article` that a page determines, under the same names and with the same types."""

    canonical_url: str
    aliases: tuple[str, ...]  # every other linked address of the article; a crawl that skips print twins sees fewer
    portal_name: str
    section: tuple[str, ...]
    title: str
    timestamp: str | None
    timestamp_raw: str | None
    timestamp_kind: str | None
    author: str | None
    source: str | None
    summary: str | None
    body: str
    images: tuple[Image, ...]  # with the digest of their bytes
    attachments: tuple[Attachment, ...]  # the same; which captures have these, only the archive knows
    language: str = "vi"


def truth(entry: Entry, base: str, media: Callable[[str], bytes]) -> Truth:
    """The record of an article served at `base`; `media` gives the bytes of a picture or document by its path."""

    def absolute(path: str) -> str:
        return urljoin(base, path)

    links = [(block.name, block.label) for block in entry.blocks if isinstance(block, Document)]
    links += [(name, name if entry.blocks else prose.MORE) for name in entry.documents]
    aliases = [pages.print_path(entry)]
    if entry.featured:
        aliases.append(pages.twin_path(entry))
    if entry.moved:
        aliases.append(pages.old_path(entry))
    return Truth(
        canonical_url=absolute(pages.article_path(entry)),
        aliases=tuple(map(absolute, aliases)),
        portal_name=PORTAL_NAME,
        section=(SECTIONS[entry.section],),
        title=entry.title,
        timestamp=_timestamp(entry),
        timestamp_raw=entry.date_line,
        timestamp_kind="published" if entry.date else None,
        author=entry.author,
        source=entry.source,
        summary=prose.sapo(entry),
        body="\n\n".join(_paragraphs(entry)),
        images=tuple(
            Image(
                url=absolute(path),
                caption=block.caption,
                alt=block.name,
                sha256=hashlib.sha256(media(path)).hexdigest(),
            )
            for block in entry.blocks
            if isinstance(block, Picture)
            for path in (prose.picture_path(entry, block.name),)
        ),
        attachments=tuple(
            Attachment(
                url=absolute(path),
                name=label,
                media_type="application/pdf",
                sha256=hashlib.sha256(media(path)).hexdigest(),
            )
            for name, label in links
            for path in (prose.document_path(entry, name),)
        ),
    )


def _timestamp(entry: Entry) -> str | None:
    if entry.date is None:
        return None
    return entry.date.isoformat() + (TIMEZONE if isinstance(entry.date, datetime) else "")


def _paragraphs(entry: Entry) -> list[str]:
    """A table's row is a paragraph, its cells parted by a space."""
    found: list[str] = []
    for block in entry.blocks:
        if isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Table):
            found.extend(" ".join(row) for row in block.rows)
    return found
