"""Whole real portals, crawled under their own names with no definition, compared with the truth of every article."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import Done, records
from scoring import Score, score, truths

from archive import Collection

Run = Callable[..., Done]


@pytest.fixture(scope="module")
def proxy(shared: Path) -> Iterator[str]:
    """The saved portals behind a forward proxy on loopback: every host but theirs answers 502."""
    folder = shared / "portals"
    portals = [folder / name for name in ("krongno", "thanhtra", "dakglong")]
    arguments = [sys.executable, str(folder / "serve_sites.py"), "--quiet", "--port", "0", *map(str, portals)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[0]
        server.terminate()


@pytest.fixture(scope="module")
def krongno(proxy: str, tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Path:
    into = tmp_path_factory.mktemp("real")
    url = "http://krongno.daknong.gov.vn/"
    portal_crawler(
        "crawl", url, "--into", into, "--delay", "0", "--workers", "4", env={"http_proxy": proxy}, timeout=300
    )
    return into


@pytest.fixture(scope="module")
def compared(krongno: Path, shared: Path, portal_crawler: Run) -> Score:
    truth = truths(shared / "portals" / "krongno" / "truth.jsonl")
    reachable = {path: article for path, article in truth.items() if article["reachable"] is True}
    result = score(reachable, records(portal_crawler("dump", krongno)))
    print(result.words())
    return result


def test_every_article_that_links_reach_is_found(compared: Score) -> None:
    assert compared.missing == []


def test_none_is_doubled(krongno: Path, portal_crawler: Run) -> None:
    paths = Counter(urlsplit(article.url).path.rstrip("/") for article in records(portal_crawler("dump", krongno)))
    assert max(paths.values()) == 1


def test_titles_are_right(compared: Score) -> None:
    assert compared.share("title") >= 0.95


def test_every_url_ends_in_a_state(krongno: Path) -> None:
    (shard,) = Collection(krongno).shards()
    with shard.reading() as ledger:
        assert not list(ledger.urls("queued"))
        assert all(row.reason for row in ledger.urls() if row.state != "archived")


def test_the_archive_verifies(krongno: Path, portal_crawler: Run) -> None:
    portal_crawler("verify", krongno)
