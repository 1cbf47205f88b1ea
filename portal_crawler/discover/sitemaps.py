"""Sitemaps: which pages a portal says it has (sitemaps.org 0.9, Google's news extension, plain lists). Pure.

A sitemap tells that a page is there, not what it is: an entry of a news sitemap has title and date, any other only its
address. `lastmod` is no date of an article: most portals write the moment of the request there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from archive.errors import ArchiveError
from archive.warc.http import decode

from .xmldoc import NotXml, elements, name, text

MOST = 50_000  # entries of one sitemap that are read, as the protocol allows
LARGEST = 64 << 20  # bytes of one sitemap, unpacked
_LONGEST = 2000  # characters of an address


class NotSitemap(ArchiveError):
    """The bytes are no sitemap: `str(error)` is the reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a sitemap, a feed or a list of data names: the address as written, title and date where given."""

    url: str
    title: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Other sitemaps, if it is an index; else pages. `cut`: there were more than are read."""

    maps: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    cut: bool = False


def read(body: bytes) -> Sitemap:
    """A sitemap from its bytes, gzipped or not. What comes before an error in the XML counts. Raises NotSitemap."""
    if body[:2] == b"\x1f\x8b":
        body = decode((("Content-Encoding", "gzip"),), body, LARGEST)
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise NotSitemap("empty")
    if not start.startswith(b"<"):
        return _plain(body)
    maps: list[str] = []
    entries: list[Entry] = []
    try:
        items = list(islice(_items(body), MOST + 1))
    except NotXml as error:
        raise NotSitemap(str(error)) from None
    for tag, children in items[:MOST]:
        found = _entry(children)
        if found is None:
            continue
        if tag == "sitemap":
            maps.append(found.url)
        else:
            entries.append(found)
    return Sitemap(tuple(maps), tuple(entries), cut=len(items) > MOST)


def named_in_robots(robots: str) -> list[str]:
    """The addresses of the Sitemap lines of a robots.txt (RFC 9309, 2.2.4: other records), each once."""
    found = [
        value.strip()
        for key, mark, value in (line.partition("#")[0].partition(":") for line in robots.splitlines())
        if mark and key.strip().lower() == "sitemap"
    ]
    return list(dict.fromkeys(url for url in found if 0 < len(url) <= _LONGEST))


def _items(body: bytes) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each url or sitemap element with what it holds: local names and texts. Raises NotSitemap for another document."""
    root = None
    for event, element in elements(body):
        tag = name(element)
        if root is None:
            root = element
            if tag not in ("urlset", "sitemapindex"):
                raise NotSitemap(f"not a sitemap: a document of <{tag[:40]}>")
        if event == "end" and tag in ("url", "sitemap"):
            yield tag, [(name(child), text(child)) for child in element.iter() if child is not element]
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _entry(children: list[tuple[str, str]]) -> Entry | None:
    told: dict[str, str] = {}
    for tag, words in children:
        if words:
            told.setdefault(tag, words)
    url = told.get("loc", "")
    if not url or len(url) > _LONGEST:
        return None
    dated = told.get("publication_date")
    return Entry(url, told.get("title"), dated) if dated else Entry(url)


def _plain(body: bytes) -> Sitemap:
    """A list of addresses, one a line."""
    lines = [line.strip() for line in body.decode("utf-8", "replace").lstrip("\ufeff").splitlines() if line.strip()]
    urls = [line for line in lines if line.startswith(("http://", "https://")) and len(line) <= _LONGEST]
    if not urls or 2 * len(urls) < len(lines):
        raise NotSitemap("not a sitemap: neither XML nor a list of addresses")
    return Sitemap(entries=tuple(Entry(url) for url in urls[:MOST]), cut=len(urls) > MOST)
