"""Synthetic portals, crawled by the command line with no definition: each way to an article, each trap."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import records, report, run_verb
from portals.build import Site
from portals.kit import Server, serving
from portals.measure import PACE, crawl, figures
from portals.traps import TRAPS, calendar, languages
from portals.ways import WAYS, script_fetches, script_is_elsewhere, script_posts, webforms_numbers

from archive import Collection
from archive.shard import Shard

Build = Callable[[], Site]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


REBUILT = (languages, calendar, webforms_numbers, script_fetches, script_posts, script_is_elsewhere)


@pytest.mark.parametrize("build", [*WAYS, *TRAPS], ids=lambda build: build.__name__)
def test_every_article_is_found_once_and_nothing_else(build: Build, server: Server, tmp_path: Path) -> None:
    portal = server.add(build())
    into = tmp_path / "archive"
    into.mkdir()
    _, log = crawl(server, portal, into)
    found = records(run_verb("dump", into))
    result = figures(portal, found, log)
    print(f"{result.a_page:.2f} page requests an article")
    assert sorted(portal.expected - set(result.found)) == []
    assert result.false == []
    assert result.doubled == []
    assert result.forbidden == []
    assert result.a_page < portal.most
    assert all("portal-crawler" in one.request.agent for one in log)
    (shard,) = Collection(into).shards()
    has_settled_all(shard)
    if portal.trap is not None:
        has_recorded(portal.trap, shard)
    for article in found:
        story = portal.story_at(article.url)
        for alias in article.aliases:
            assert portal.story_at(alias) in (story, None), f"{alias} is another address of another article"
    if build in REBUILT:
        decides_again(shard)


def decides_again(shard: Shard) -> None:
    """`rebuild` decides what the crawl decided, from the WARC files alone."""
    into = shard.folder.parent
    before, found = states(shard), run_verb("dump", into).stdout
    run_verb("rebuild", into)
    assert run_verb("dump", into).stdout == found
    assert states(shard) == before


def has_settled_all(shard: Shard) -> None:
    """Every address has ended in a state, with a reason where it is not kept."""
    with shard.reading() as ledger:
        assert list(ledger.urls("queued")) == []
        assert all(row.reason for row in ledger.urls() if row.state != "archived")


def has_recorded(trap: str, shard: Shard) -> None:
    """Some of the trap's addresses are in the ledger as what they are, with the reason."""
    with shard.reading() as ledger:
        rows = [row for row in ledger.urls() if re.search(trap, row.url) and row.state in ("trap", "twin")]
    assert rows, f"no address that matches {trap} is recorded as a trap or a twin"
    assert all(row.reason for row in rows)


def test_a_list_whose_pages_only_a_script_opens_is_named_by_the_reports(server: Server, tmp_path: Path) -> None:
    portal = server.add(script_is_elsewhere())
    into = tmp_path / "archive"
    into.mkdir()
    done, _ = crawl(server, portal, into)
    words = f"1 list has pages that only a script opens, and that are not in the archive: {portal.url}tin"
    assert words in done.stderr
    assert words in " ".join(run_verb("report", into).stdout.split())
    (shard,) = Collection(into).shards()
    assert report(into, shard.name)["unopened"] == [{"url": f"{portal.url}tin", "pages": 2}]
    (found,) = (json.loads(line) for line in run_verb("report", into, "--json").stdout.splitlines())
    assert found["unopened"] == report(into, shard.name)["unopened"]
    lines = map(json.loads, run_verb("report", into, "--state", "out of scope").stdout.splitlines())
    lost = [line["url"] for line in lines if line["reason"] == "only a script opens it"]
    assert lost == [f"{portal.url}tin#trang({number})" for number in (2, 11)]


def test_a_list_that_only_a_script_opens_is_whole_once_its_second_page_is_a_seed(
    server: Server, tmp_path: Path
) -> None:
    portal = server.add(script_is_elsewhere())
    into, definition = tmp_path / "archive", tmp_path / "portal.toml"
    text = portal.definition()
    for seeds in ("", '[sources]\nseeds = ["/tin?trang=2"]\n'):
        definition.write_text(text + seeds, encoding="utf-8")
        done = run_verb("crawl", definition, "--into", into, *PACE, env={"http_proxy": server.url})
        assert ("only a script opens" in done.stderr) is not bool(seeds)
    found = {portal.story_at(article.url) for article in records(run_verb("dump", into))}
    assert found == {story.number for story in portal.stories}


def states(shard: Shard) -> dict[str, tuple[str, str | None]]:
    with shard.reading() as ledger:
        return {row.key: (row.state, row.reason) for row in ledger.urls()}
