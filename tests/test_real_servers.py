"""Real servers and real themes that we did not write, crawled with no definition, compared with every article's truth.

`tests/servers` says what they are. Each crawl is one test, since the server runs for it alone: a worker of pytest-xdist
that took only some of its promises would have to build and crawl everything again.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from conftest import Done, records
from scoring import page_requests, score
from servers import Site
from servers.hexo import hexo
from servers.nikola import nikola
from servers.pelican import pelican
from servers.plone import plone
from servers.wordpress import wordpress

from archive import Collection
from archive.record import Article


@dataclass(frozen=True)
class Level:
    """What a crawl must reach: at most so many articles missing, false and requests, at least these shares."""

    missing: int
    false: int
    title: float
    date: float
    body: float  # F1 of the words
    pages: float  # requests an article, pictures and documents apart


AIM = Level(missing=0, false=0, title=0.99, date=0.99, body=0.95, pages=1.6)
# What is reached stands here where it is below the aim, with a little room for the order in which four workers ask
# (the aim of each number is the one in AIM): raise a level when the crawler reaches more, and never lower one.
LEVELS = {
    hexo: replace(AIM, pages=1.8),
    nikola: replace(AIM, pages=2.1),  # lists by year and month, a source beside each article
    pelican: replace(AIM, pages=1.7),
    plone: replace(AIM, pages=4.5),  # two about each picture and file
    wordpress: replace(AIM, pages=2.2),  # every list of a small portal is read once: 26 pages of them for 130 articles
}


@pytest.mark.servers
@pytest.mark.parametrize("server", LEVELS, ids=lambda server: server.__name__)
def test_a_real_server_is_crawled_whole_with_no_definition(
    server: Callable[[], AbstractContextManager[Site]], tmp_path: Path, portal_crawler: Callable[..., Done]
) -> None:
    with server() as site:
        portal_crawler("crawl", site.url, "--into", tmp_path, "--delay", "0", "--workers", "4", timeout=300)
    found = records(portal_crawler("dump", tmp_path))
    (shard,) = Collection(tmp_path).shards()
    result = score(site.truth, found)
    pages = sum(1 for _ in page_requests(shard)) / len(site.truth)
    reached = Level(
        missing=len(result.missing),
        false=len(result.false),
        title=result.share("title"),
        date=result.share("date"),
        body=result.body_f1,
        pages=pages,
    )
    times = [article.url for article in found if not _time_is_right(article, site)]
    print(f"{server.__name__}: {result.words()}; {len(times)} wrong times; {pages:.2f} page requests an article")
    print(reached)
    print("\n".join(f"  missing {path}" for path in result.missing[:10]))
    print("\n".join(f"  false   {path}" for path in sorted(result.false)[:30]))
    doubled = [path for path, number in Counter(article.url for article in found).items() if number > 1]
    assert not doubled
    assert not times
    assert _short(reached, LEVELS[server]) == []


def _short(reached: Level, level: Level) -> list[str]:
    """What falls short of a level, in words."""
    short = []
    for field in dataclasses.fields(Level):
        mine, wanted = getattr(reached, field.name), getattr(level, field.name)
        if mine < wanted if field.name in ("title", "date", "body") else mine > wanted:
            short.append(
                f"{field.name} is {mine:.3f}, {wanted} was reached before (the aim is {getattr(AIM, field.name)})"
            )
    return short


def _time_is_right(article: Article, site: Site) -> bool:
    """Whether the time of day, where the record has one, is the article's to the minute."""
    expected = site.expected(article.url)
    if expected is None or article.timestamp is None or len(article.timestamp) == len("2025-01-01"):
        return True
    return article.timestamp[:16] == expected["timestamp"][:16] and article.timestamp[-6:] == "+07:00"
