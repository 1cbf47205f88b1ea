"""Measure: crawl a synthetic portal by the command line, with no definition, and say what came of it.

The tests judge one portal's figures; `python -m portals.measure` (`make measure`) prints those of all.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from conftest import Done, records, report, run_verb
from scoring import page_requests, score, truths

from archive import Collection
from archive.record import Article

from .kit import Logged, Portal, Server
from .real import SHARED, url_of

PACE = ("--delay", "0", "--workers", "4")


@dataclass
class Figures:
    """What one crawl came to."""

    portal: str
    articles: int
    found: list[int] = field(default_factory=list)  # numbers of the articles, once for each record
    false: list[str] = field(default_factory=list)  # addresses of records that are no article's
    requests: int = 0
    pages: int = 0  # of these, for pages: pictures, files and styles apart
    forbidden: list[str] = field(default_factory=list)  # addresses that robots.txt forbids and that were asked for
    again: int | None = None  # requests of a second visit
    seconds: float = 0.0

    @property
    def doubled(self) -> list[int]:
        return sorted(number for number, times in Counter(self.found).items() if times > 1)

    @property
    def a_page(self) -> float:
        """Page requests an article."""
        return self.pages / self.articles


def crawl(server: Server, portal: Portal, into: Path) -> tuple[Done, list[Logged]]:
    """One visit by the command line; what was asked for meanwhile."""
    before = len(portal.log)
    target: str | Path = portal.url
    if portal.also:
        target = into.parent / f"{portal.name}.toml"
        target.write_text(portal.definition(), encoding="utf-8")
    done = run_verb(
        "crawl", target, "--into", into, *PACE, env={"http_proxy": server.url}, timeout=300,
        expect=portal.exit,
    )  # fmt: skip
    return done, portal.log[before:]


def figures(portal: Portal, found: list[Article], log: list[Logged]) -> Figures:
    """What a first visit came to, by the server's log and the records."""
    shown = [(portal.story_at(article.url), article.url) for article in found]
    return Figures(
        portal.name,
        len(portal.expected),
        found=[number for number, _ in shown if number is not None],
        false=[url for number, url in shown if number is None],
        requests=len(log),
        pages=sum(one.page for one in log),
        forbidden=[one.request.target for one in log if portal.forbids(one.request)],
    )


def measure_real(name: str, proxy: str, into: Path) -> Figures:
    """Two visits of a saved real portal, by the truth of its articles; requests as its archive has them."""
    truth = truths(SHARED / "portals" / name / "truth.jsonl")
    command = ("crawl", url_of(name), "--into", into, *PACE)
    started = time.monotonic()
    run_verb(*command, env={"http_proxy": proxy}, timeout=600)
    result = Figures(name, len(truth), seconds=time.monotonic() - started)
    (shard,) = Collection(into).shards()
    result.pages = len(list(page_requests(shard)))
    result.requests = report(into, shard.name)["requests"]
    compared = score(truth, records(run_verb("dump", into)))
    result.found, result.false = list(range(compared.found)), compared.false
    run_verb(*command, env={"http_proxy": proxy}, timeout=600, expect=None)
    result.again = report(into, shard.name)["requests"]
    return result


def measure(server: Server, portal: Portal, into: Path) -> Figures:
    """Two visits."""
    started = time.monotonic()
    _, log = crawl(server, portal, into)
    seconds = time.monotonic() - started
    result = figures(portal, records(run_verb("dump", into)), log)
    result.seconds = seconds
    result.again = len(crawl(server, portal, into)[1])
    return result
