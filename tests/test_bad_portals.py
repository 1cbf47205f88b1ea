"""What no portal should send: the crawl ends, with all that is there, and says what is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import records, report, run_verb
from portals import broken
from portals.build import Site
from portals.kit import Server, serving
from portals.measure import crawl, figures
from test_portals import has_recorded, has_settled_all

from archive import Collection


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("build", broken.BROKEN, ids=lambda build: build.__name__)
def test_the_crawl_ends_with_every_article_whatever_is_sent(
    build: Callable[[], Site], server: Server, into: Path
) -> None:
    portal = server.add(build())
    _, log = crawl(server, portal, into)
    found = records(run_verb("dump", into))
    result = figures(portal, found, log)
    assert set(result.found) == portal.expected
    assert result.forbidden == []
    assert len(log) < 1000
    (shard,) = Collection(into).shards()
    has_settled_all(shard)
    if portal.trap is not None:
        has_recorded(portal.trap, shard)
    assert len(list(ledger_urls(shard, "absent"))) < 20


def ledger_urls(shard: object, state: str) -> Iterator[str]:
    with shard.reading() as ledger:  # type: ignore[attr-defined]
        yield from [row.url for row in ledger.urls(state)]


def test_a_feeds_impossible_date_is_nobodys(server: Server, into: Path) -> None:
    portal = server.add(broken.feed_with_wrong_dates())
    crawl(server, portal, into)
    dated = {portal.story_at(one.url) for one in records(run_verb("dump", into)) if one.timestamp is not None}
    assert dated == portal.dated


def test_each_address_ends_archived_or_failed_with_its_reason(server: Server, into: Path) -> None:
    portal = server.add(broken.failing_at_random())
    portal.exit = 3  # three addresses never answer
    crawl(server, portal, into)
    (shard,) = Collection(into).shards()
    with shard.reading() as ledger:
        failed = {urlsplit(row.url).path: row.reason for row in ledger.urls("failed")}
        assert list(ledger.urls("queued")) == []
    assert failed == dict.fromkeys(portal.never, "HTTP 500")
    assert {one["reason"] for one in report(into, shard.name)["failures"]} == {"HTTP 500"}
    missing = portal.expected - {portal.story_at(one.url) for one in records(run_verb("dump", into))}
    assert missing == {portal.story_at(f"{portal.url[:-1]}{path}") for path in portal.never}


def test_what_came_in_the_end_is_no_failure(server: Server, into: Path) -> None:
    portal = server.add(broken.failing_at_random(seed=11))
    portal.never = set()
    _, log = crawl(server, portal, into)
    assert any(one.status == 500 for one in log)
    assert {portal.story_at(one.url) for one in records(run_verb("dump", into))} == portal.expected


def test_a_portal_that_dies_half_way_is_finished_by_the_next_run(server: Server, into: Path) -> None:
    portal = server.add(broken.dying())
    portal.exit = 3
    done, log = crawl(server, portal, into)
    answered = Counter(one.request.target for one in log if one.status and one.answered)
    assert "attention" in done.stderr
    portal.alive, portal.exit = True, 0
    _, rest = crawl(server, portal, into)
    assert {portal.story_at(one.url) for one in records(run_verb("dump", into))} == portal.expected
    again = [one.request.target for one in rest if one.page and one.request.target in answered]
    articles = {portal.address(story) for story in portal.stories}
    assert [target for target in again if target in articles] == []
