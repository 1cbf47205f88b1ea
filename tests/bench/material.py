"""Material: the sets of pages that extraction is measured on, each with its truth: whole portals, and single pages."""

from __future__ import annotations

import gzip
import json
import random
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from portals import real
from scoring import truths
from synthetic import Portal as Synthetic
from synthetic import portals, untidy_portals
from visits import Visits, through

from archive.warc.capture import Capture
from archive.warc.reader import records
from archive.warc.told import captures
from portal_crawler.portal import Portal

from .figures import Sheet, Truth, bare, names

SHARED = real.SHARED
NOT_ARTICLES = ("listing", "collection")  # kinds of the corpus that are certainly none


@dataclass
class Crawled:
    """One portal: its archive, and what its pages are."""

    name: str
    warcs: list[Path]
    sheets: list[Sheet]
    bodies: dict[str, bytes]  # by the sheets' ids
    strays: frozenset[str] = frozenset()  # other views of an article: for no tool a page to judge
    media: frozenset[str] = frozenset()  # keys of pictures and documents
    unreached: int = 0  # articles of the truth that the crawl did not come to

    @property
    def articles(self) -> list[Sheet]:
        return [sheet for sheet in self.sheets if sheet.truth is not None]


@dataclass
class Set:
    """One corpus. Portals are known page by page as a crawl found them; single pages are known alone."""

    name: str
    words: str
    portals: list[Crawled] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)  # single pages
    bodies: dict[str, bytes] = field(default_factory=dict)


def synthetic_set(into: Path, only: Collection[str] = ()) -> Set:
    """The synthetic portals, crawled with no definition."""
    words = "SYNTHETIC: invented texts, markup whose names say nothing; crawled, no definition"
    return _made("synthetic portals", words, portals(), into, only)


def untidy_set(into: Path, only: Collection[str] = ()) -> Set:
    """The synthetic portals that are as untidy as real ones, crawled with no definition."""
    words = (
        "SYNTHETIC: invented texts, as untidy as real portals, in the markup of known systems; crawled, no definition"
    )
    return _made("untidy portals", words, untidy_portals(), into, only)


def _made(name: str, words: str, made: Iterable[Synthetic], into: Path, only: Collection[str]) -> Set:
    found = Set(name, words)
    for portal in made:
        if only and portal.name not in only:
            continue
        warcs = _crawl(portal.url, into / portal.name, portal.answer)
        truth = {key(one["url"]): one for one in portal.truth()}
        strays = {url for url in _pages(warcs) if portal.kind(url) in ("print", "part", "twin")}
        found.portals.append(_crawled(portal.name, warcs, truth, strays))
    return found


def real_set(into: Path, only: Collection[str] = ()) -> Set | None:
    """The saved real portals, crawled with no definition; None where they are not at hand."""
    if not (SHARED / "portals").is_dir():
        return None
    found = Set("real portals", "as published; crawled, no definition")
    with real.serving() as proxy:
        for name in real.NAMES:
            if only and name not in only:
                continue
            warcs = _crawl(real.url_of(name), into / name, through(proxy))
            truth = {key(one["url"]): one for one in truths(SHARED / "portals" / name / "truth.jsonl").values()}
            found.portals.append(_crawled(name, warcs, truth, ()))
    return found


def single_sets() -> Iterator[Set]:
    """The two sets of single pages, if they are at hand. Pages of the kinds that may be either are left out."""
    folder = SHARED / "corpus"
    if not folder.is_dir():
        return
    with gzip.open(folder / "truth.jsonl.gz", "rt", encoding="utf-8") as file:
        known = [json.loads(line) for line in file]
    for name, words in (("wcxb", "general pages, mostly English"), ("news", "articles of 90 publishers")):
        found = Set(f"single pages: {name}", f"{words}; each page known alone")
        for one in known:
            if one["set"] == name and (one["kind"] == "article" or one["kind"] in NOT_ARTICLES):
                truth = _single(one) if one["kind"] == "article" else None
                found.sheets.append(Sheet(one["id"], one["url"] or "http://page.example/a", truth))
                found.bodies[one["id"]] = gzip.decompress((folder / "html" / f"{one['id']}.html.gz").read_bytes())
        yield found


@contextmanager
def part(portal: Crawled, count: int, draw: random.Random, into: Path) -> Iterator[tuple[list[Path], list[Sheet]]]:
    """Its archive as if but `count` of its articles had been fetched, and no pictures; and these, drawn at random."""
    chosen = draw.sample(portal.articles, min(count, len(portal.articles)))
    left_out = {key(sheet.url) for sheet in portal.articles} - {key(sheet.url) for sheet in chosen}
    left_out |= {key(url) for url in portal.strays} | portal.media
    files = []
    for warc in portal.warcs:
        data, kept, last = warc.read_bytes(), bytearray(), True
        for record in records(warc):
            assert record.length is not None  # ours: a gzip member for each record
            if record.type in ("response", "request", "resource"):
                last = record.type != "resource" and key(record.url or "") not in left_out
            elif record.type == "warcinfo":
                last = True
            if last:
                kept += data[record.offset : record.offset + record.length]
        file = into / warc.name
        file.write_bytes(kept)
        files.append(file)
    yield files, chosen
    for file in files:
        file.unlink()


def key(url: str) -> str:
    """What is one address."""
    parts = urlsplit(url)
    path = unicodedata.normalize("NFC", unquote(parts.path)).rstrip("/")
    return f"{parts.netloc}{path}" + (f"?{parts.query}" if parts.query else "")


def _crawl(url: str, into: Path, answers: Any) -> list[Path]:
    visits = Visits(Portal.of_url(url).paced(0, None), into, answers)
    visits.visit()
    return visits.shard.warcs()


def _pages(warcs: Iterable[Path]) -> dict[str, Capture]:
    """Every HTML page that was fetched whole, by address."""
    return {
        capture.url: capture
        for warc in warcs
        for capture in captures(warc)
        if capture.status == 200 and (capture.header("Content-Type") or "").startswith("text/html")
    }


def _media(warcs: Iterable[Path]) -> frozenset[str]:
    types = ("image/", "application/pdf", "application/msword", "application/vnd.", "application/octet-stream")
    found = (capture for warc in warcs for capture in captures(warc))
    return frozenset(key(one.url) for one in found if (one.header("Content-Type") or "").startswith(types))


def _crawled(name: str, warcs: list[Path], truth: Mapping[str, dict[str, Any]], strays: Iterable[str]) -> Crawled:
    found = Crawled(name, warcs, [], {}, frozenset(strays), _media(warcs))
    for url, capture in _pages(warcs).items():
        if url not in found.strays:
            known = truth.get(key(url))
            found.sheets.append(Sheet(f"{name} {url}", url, _of_portal(known) if known else None))
            found.bodies[f"{name} {url}"] = capture.body
    reachable = {address for address, one in truth.items() if one.get("reachable", True) is True}
    found.unreached = len(reachable - {key(sheet.url) for sheet in found.articles})
    return found


def _of_portal(truth: dict[str, Any]) -> Truth:
    def addresses(name: str) -> tuple[frozenset[str], ...]:
        others = truth.get(f"{name}_alt", {})
        return tuple(frozenset({bare(url), bare(others.get(url, url))}) for url in truth[name])

    dates = (truth["timestamp"], truth.get("listed"))
    return Truth(
        title=truth["title"],
        dates=frozenset(date[:10] for date in dates if date),
        authors=names(truth["author"]),
        body="\n\n".join(truth["body"]),
        images=addresses("images"),
        attachments=addresses("attachments"),
    )


def _single(truth: dict[str, Any]) -> Truth:
    images = tuple(frozenset(bare(url) for url in versions) for versions in truth["images"] or ())
    return Truth(
        title=truth["title"] or None,
        dates=frozenset({truth["date"][:10]}) if truth["date"] else None,
        authors=names(truth["authors"]) if truth["authors"] else None,
        body=truth["body"],
        images=images or None,
        attachments=None,
    )
