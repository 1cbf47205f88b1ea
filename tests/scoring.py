"""Scores of records against the truth of a real portal, as its README defines them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from archive.record import Article
from archive.shard import Shard
from archive.warc.http import parse_response
from archive.warc.reader import records as warc_records

_WORD = re.compile(r"\w+")


@dataclass
class Score:
    """How a portal's records compare with its truth. Shares are of the articles found; F1 of words or of addresses."""

    articles: int = 0  # of the truth
    found: int = 0
    missing: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)  # records that are no article of the truth
    right: Counter[str] = field(default_factory=Counter)
    wrong_dates: list[str] = field(default_factory=list)
    body_f1: float = 0.0
    sets: dict[str, list[int]] = field(default_factory=lambda: {"images": [0, 0, 0], "attachments": [0, 0, 0]})

    def share(self, name: str) -> float:
        return self.right[name] / self.found if self.found else 0.0

    def f1(self, name: str) -> float:
        """Of `images` or `attachments`, over all articles together."""
        hit, missed, extra = self.sets[name]
        return 2 * hit / (2 * hit + missed + extra) if hit or missed or extra else 1.0

    def words(self) -> str:
        shares = ", ".join(
            f"{name} {self.share(name):.3f}" for name in ("title", "date", "author", "source", "section")
        )
        return (
            f"{self.found} of {self.articles} articles, {len(self.false)} false; {shares}; "
            f"{len(self.wrong_dates)} wrong dates; body F1 {self.body_f1:.3f}, "
            f"images F1 {self.f1('images'):.3f}, attachments F1 {self.f1('attachments'):.3f}"
        )


def truths(path: Path) -> dict[str, dict[str, Any]]:
    """The articles of a truth file, by path without its last slash."""
    with path.open(encoding="utf-8") as file:
        return {address(truth["url"]): truth for truth in map(json.loads, file)}


def score(truth: dict[str, dict[str, Any]], records: Iterable[Article]) -> Score:
    """Compare; `truth` holds the articles that should have been found, by path; `also`: where each stands as well."""
    result = Score(articles=len(truth))
    got: dict[str, Article] = {}
    others = {address(url): path for path, one in truth.items() for url in one.get("also", ())}
    for record in records:
        path = address(record.url)
        path = others.get(path, path if path in truth else path.partition("?")[0])
        if path in truth:
            got[path] = record
        else:
            result.false.append(path)
    result.missing = sorted(truth.keys() - got.keys())
    result.found = len(got)
    total = 0.0
    for path, record in got.items():
        expected = truth[path]
        dates = {date[:10] for date in (expected["timestamp"], expected.get("listed")) if date}
        mine = (record.timestamp or "")[:10]
        result.right["title"] += _folded(record.title) == _folded(expected["title"])
        result.right["date"] += mine in dates if dates else not mine
        if mine and mine not in dates:
            result.wrong_dates.append(path)
        result.right["author"] += _folded(record.author) == _folded(expected["author"])
        result.right["source"] += _folded(record.source) == _folded(expected["source"])
        result.right["section"] += _folded(" | ".join(record.section)) == _folded(expected["section"])
        total += _body_f1(record.body, "\n\n".join(expected["body"]))
        for name in ("images", "attachments"):
            alternatives = expected.get(f"{name}_alt", {})
            gold = [{_address(url), _address(alternatives.get(url, url))} for url in expected[name]]
            urls = {_address(item.url) for item in getattr(record, name)}
            hits = sum(bool(pair & urls) for pair in gold)
            counts = result.sets[name]
            counts[0] += hits
            counts[1] += len(gold) - hits
            counts[2] += len(urls - set().union(*gold))
    result.body_f1 = total / len(got) if got else 0.0
    return result


def address(url: str) -> str:
    """What is one page: path and query."""
    parts = urlsplit(url)
    path = unicodedata.normalize("NFC", unquote(parts.path)).rstrip("/")
    return path + (f"?{unquote(parts.query)}" if parts.query else "")


def _address(url: str) -> str:
    return unicodedata.normalize("NFC", unquote(url)).removeprefix("https").removeprefix("http")


def _folded(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").split()).casefold()


def _tokens(text: str) -> Iterator[str]:
    return (match[0] for match in _WORD.finditer(unicodedata.normalize("NFC", text).lower()))


def _body_f1(mine: str, gold: str) -> float:
    have, want = Counter(_tokens(mine)), Counter(_tokens(gold))
    if not have and not want:
        return 1.0
    return 2 * sum((have & want).values()) / (sum(have.values()) + sum(want.values()))


def page_requests(shard: Shard) -> Iterator[str]:
    """The addresses that were asked for, once for each request, but for pictures, documents and requisites."""
    with shard.reading() as ledger:
        requisites = {row.url for row in ledger.urls() if row.kind == "requisite"}
    for path in shard.warcs():
        for record in warc_records(path):
            if record.type in ("response", "revisit"):
                headers = {name.lower(): value for name, value in parse_response(record.head(1 << 16)).headers}
                file = headers.get("content-type", "").startswith(("image/", "application/pdf", "text/css"))
                if not file and record.url not in requisites:
                    yield record.url or ""
