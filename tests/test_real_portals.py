"""Whole real portals, crawled under their own names with no definition, compared with the truth of every article."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import Done, records
from portals.real import serving, url_of
from scoring import Score, score, truths
from visits import Visits, through

from archive import Article, Collection
from archive.shard import Shard
from portal_crawler.frontier.revisit import PATCH
from portal_crawler.portal import Portal

Run = Callable[..., Done]

# What the truth calls reachable though its address, a second and longer slug of a reused text, is on no page.
UNLINKED = {
    "dakglong": {
        "/ban-chi-huy-quan-su-huyen-dak-song-to-chuc-le-phat-dong-thi-dua-luyen-quan-lap-cong-quyet-thang-chao-mung-ky"
        "-niem-65-nam-ngay-chien-thang-lich-su-dien-bien-phu-07051954-0752019"
    }
}


@pytest.fixture(scope="module")
def proxy(shared: Path) -> Iterator[str]:
    """The saved portals, served."""
    with serving(shared) as address:
        yield address


@dataclass(frozen=True)
class Crawled:
    """One portal's crawl, and its records beside the truth of the articles that links reach."""

    name: str
    into: Path
    records: list[Article]
    reached: Score
    whole: Score


@pytest.fixture(scope="module", params=["krongno", "thanhtra", "dakglong"])
def crawled(
    request: pytest.FixtureRequest, proxy: str, shared: Path, tmp_path_factory: pytest.TempPathFactory,
    portal_crawler: Run,
) -> Crawled:  # fmt: skip
    name = request.param
    into = tmp_path_factory.mktemp(name)
    fast = ("--delay", "0", "--workers", "4")
    portal_crawler("crawl", url_of(name), "--into", into, *fast, env={"http_proxy": proxy}, timeout=300)
    found = records(portal_crawler("dump", into))
    truth = truths(shared / "portals" / name / "truth.jsonl")
    reached = {path: article for path, article in truth.items() if article["reachable"] is True}
    result = Crawled(name, into, found, score(reached, found), score(truth, found))
    print(f"{name}: {result.whole.words()}")
    return result


def test_every_article_that_links_reach_is_found(crawled: Crawled) -> None:
    assert set(crawled.reached.missing) <= UNLINKED.get(crawled.name, set())


def test_nothing_else_is_taken_for_an_article(crawled: Crawled) -> None:
    assert crawled.whole.false == []


def test_none_is_doubled(crawled: Crawled) -> None:
    paths = Counter(urlsplit(article.url).path.rstrip("/") for article in crawled.records)
    assert max(paths.values()) == 1


def test_the_fields_are_right(crawled: Crawled) -> None:
    shares = {name: crawled.whole.share(name) for name in ("title", "date", "author", "source", "section")}
    assert min(shares.values()) >= 0.99, shares
    assert crawled.whole.wrong_dates == []
    assert crawled.whole.body_f1 >= 0.99
    assert crawled.whole.f1("images") >= 0.98
    assert crawled.whole.f1("attachments") >= 0.98


def test_every_url_ends_in_a_state(crawled: Crawled) -> None:
    (shard,) = Collection(crawled.into).shards()
    with shard.reading() as ledger:
        assert not list(ledger.urls("queued"))
        assert all(row.reason for row in ledger.urls() if row.state != "archived")


def test_the_archive_verifies(crawled: Crawled, portal_crawler: Run) -> None:
    portal_crawler("verify", crawled.into)


def test_rebuild_gives_every_url_the_state_that_the_crawl_gave_it(crawled: Crawled, portal_crawler: Run) -> None:
    (shard,) = Collection(crawled.into).shards()
    states = _states(shard)
    portal_crawler("rebuild", crawled.into)
    assert _states(shard) == states
    assert records(portal_crawler("dump", crawled.into)) == crawled.records


def _states(shard: Shard) -> dict[str, tuple[str, str | None]]:
    with shard.reading() as ledger:
        return {row.key: (row.state, row.reason) for row in ledger.urls()}


# Coming back


def test_later_visits_find_just_what_was_added_and_changed(shared: Path, tmp_path: Path) -> None:
    """Six weeks lie between the visits: by then each article is due.

    Of pages that no link reaches, those count that the archive has all the same. Which pages without any text are
    articles, the truth is not sure of either: of these only what was added has to be there.
    """
    folder = shared / "portals" / "krongno"
    portal = Portal.of_url("http://krongno.daknong.gov.vn/").paced(0, None)
    visits = Visits(portal, tmp_path, lambda url, headers: None)
    steps: list[dict[str, Any]] = json.loads((folder / "changes.json").read_text("utf-8"))["krongno"]["steps"]
    first, had = 0, set[str]()
    for number, revision in enumerate(("aac96ad", "fd78ad9", "")):
        with serving(shared, "krongno", revision=f"krongno=site-{revision}" if revision else "") as address:
            visits.answers = through(address)
            visits.visit(timedelta(weeks=6 if number else 0))
        first = first or visits.report["requests"]
        if number:
            now = truths(folder / (f"truth-{revision}.jsonl" if revision else "truth.jsonl"))
            reached = {path for path, article in now.items() if article["reachable"] is True}
            sure = {path for path, article in now.items() if article["sure"]}
            step = {
                what: {one["path"].rstrip("/") for one in steps[number - 1][what]}
                for what in ("added", "changed", "only_the_shown_date_changed")
            }
            found = {what: {path.rstrip("/") for path in paths} for what, paths in visits.found().items()}
            new, changed = found.pop("new", set()), found.pop("changed", set())
            assert step["added"] & reached <= new
            assert new <= set(now)  # no list, no section, no placeholder
            assert not (new - step["added"]) & sure - step["changed"]
            assert step["changed"] & reached <= new | changed
            assert step["changed"] & had <= changed
            assert not (changed & sure) - step["changed"]
            assert len(step["only_the_shown_date_changed"]) >= 60
            assert not (new | changed) & step["only_the_shown_date_changed"] & sure & had
            assert found == {}  # nothing gone, nothing returned
            shown = {path.rstrip("/"): versions[-1].timestamp for path, versions in visits.records().items()}
            days = {path: one["timestamp"] for path, one in now.items() if one["sure"] and not one.get("build_date")}
            assert not {path for path in days.keys() & shown.keys() if shown[path] != days[path]}
            # Files that were missing are asked for again beside what is due: they belong to no page's cost.
            assert visits.report["requests"] - visits.report["asked_because"].get(PATCH, 0) < first
        had = {path.rstrip("/") for path in visits.records()}
    assert visits.rebuilt()
