"""Parts: a long article that the portal prints on several pages, made one again. Pure.

The pages of such an article are numbered as those of a list are (`?trang=2`), or its definition has a selector for the
link (`[selectors] next_part`), given or learned (`sequels.py`). What tells them from a list: each has the article's
title, and a text of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from archive.record import Article, Attachment, Image, content_digest

from ..discover.paging import place
from ..page.furniture import plain

_Thing = TypeVar("_Thing", Image, Attachment)

# WordPress's /slug/2/; slug-p2.html. Whether there is such an article, and it is one, is seen from the pages.
_END = re.compile(r"(?:/|[-_](?:p|page|trang|phan|part)-?)(?P<number>\d{1,2})(?P<after>\.\w{2,5})?/?$", re.I)
# What the title of a further part may have beside the article's, folded as `plain` does.
_FURTHER = re.compile(
    r" (?:(?:phan|trang|part|page) (?:\d{1,2}|[ivx]{1,4})(?: \d{1,2})?"
    r"|(?:phan )?(?:tiep(?: theo)?|cuoi)(?: va het)?|het)"
)
_FIRST = re.compile(r" (?:phan|trang|part|page) (?:1|i)(?: \d{1,2})?$")
_OWN = 0.5  # share of a part's text that the parts before it must not have
_LEAST = 80  # characters of a part's own text


@dataclass(frozen=True, slots=True)
class Numbered:
    """A page as the address numbers it. `series`: the address without the number."""

    series: str
    number: int


def numbered(url: str) -> Numbered | None:
    """The further page of something that an address names; None where it says no number, or that of the first."""
    found = place(url)
    if found.number is not None:
        return Numbered(found.series, found.number) if found.number > 1 and not found.offset else None
    parts = urlsplit(url)
    if (end := _END.search(parts.path)) is None or int(end["number"]) < 2:
        return None
    path = parts.path[: end.start()] + (end["after"] or "")
    return Numbered(place(parts._replace(path=path).geturl()).series, int(end["number"]))


def further(first: Article, others: Mapping[int, Article]) -> list[Article]:
    """Which pages of the series that an article begins are its parts, in order: without a gap, from the second on."""
    found: list[Article] = []
    known = set(_paragraphs(first))
    number = 2
    while (one := others.get(number)) is not None:
        own = [text for text in _paragraphs(one) if text not in known]
        size = sum(map(len, own))
        if not _is_called_so(one, first) or size < max(_LEAST, _OWN * len(one.body)):
            break
        found.append(one)
        known.update(own)
        number += 1
    return found


def of_one_day(first: Article, part: Article) -> bool:
    """Whether no other day is on a further part: of two articles of one title, each has its own."""
    return not (first.timestamp and part.timestamp) or first.timestamp[:10] == part.timestamp[:10]


def _is_called_so(part: Article, first: Article) -> bool:
    """Whether a part has the article's title, or that and which part it is."""
    title, own = _FIRST.sub("", plain(first.title)), plain(part.title)
    return own == plain(first.title) or (own.startswith(title) and bool(_FURTHER.fullmatch(own[len(title) :])))


def joined(first: Article, parts: Sequence[Article]) -> Article:
    """The whole article: texts, pictures and files in order, each once; who signs the last part wrote it."""
    if not parts:
        return first
    pages = [first, *parts]
    paragraphs: dict[str, None] = {}
    for page in pages:
        paragraphs.update(dict.fromkeys(_paragraphs(page)))
    update: dict[str, object] = {
        "body": "\n\n".join(paragraphs),
        "images": _once(image for page in pages for image in page.images),
        "attachments": _once(file for page in pages for file in page.attachments),
    }
    fields = dict(first.extraction.fields)
    for name in ("author", "source"):
        shown = next((page for page in reversed(pages) if getattr(page, name) and _is_signed(page, name)), first)
        update[name] = getattr(shown, name)
        if name in shown.extraction.fields:
            fields[name] = shown.extraction.fields[name]
    fields["body"] = f"{fields.get('body', 'densest box')}, of {len(pages)} parts"
    update["extraction"] = first.extraction.model_copy(update={"fields": dict(sorted(fields.items()))})
    update["provenance"] = first.provenance.model_copy(update={"parts": tuple(part.provenance for part in parts)})
    whole = first.model_copy(update=update)
    return whole.model_copy(update={"content_sha256": content_digest(whole.model_dump(mode="json"))})


def _is_signed(page: Article, name: str) -> bool:
    """Whether the page itself shows the name, and not only its machine-readable data, which all parts share."""
    return not page.extraction.fields.get(name, "").startswith(("json-ld", "meta"))


def _paragraphs(article: Article) -> list[str]:
    return article.body.split("\n\n") if article.body else []


def _once(things: Iterable[_Thing]) -> tuple[_Thing, ...]:
    known: dict[str, _Thing] = {}
    for thing in things:
        known.setdefault(thing.url, thing)
    return tuple(known.values())
