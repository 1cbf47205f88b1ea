"""kill -9 at any moment: the next run ends with the same URLs and records as a run never killed."""

from __future__ import annotations

import contextlib
import os
import random
import re
import shlex
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CHECKOUT, Done, but_for_place, command, records

from archive import Article, Collection, Provenance
from archive.warc import records as warc_records
from portal_crawler.demo import DemoServer

Run = Callable[..., Done]

KILLS = 24


def _start(*arguments: str | Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.Popen(command(*arguments), env=environment, stderr=subprocess.PIPE, text=True)


def _timeless(article: Article) -> Article:
    """A record without what differs between two runs: when and where its bytes were kept."""
    files = {"images": but_for_place(article.images), "attachments": but_for_place(article.attachments)}
    return article.model_copy(update={"provenance": Provenance(), "first_seen": None, "last_seen": None, **files})


def _responses(into: Path) -> Counter[str | None]:
    """How often each URL's whole response is kept."""
    return Counter(
        record.url
        for path in Collection(into).shard("demo").warcs()
        for record in warc_records(path)
        if record.type == "response"
        and not record.get("WARC-Truncated")
        and not (record.url or "").endswith("/robots.txt")
    )


def _ends(into: Path) -> dict[str, tuple[str, str | None]]:
    """What became of each URL, and why."""
    with Collection(into).shard("demo").reading() as ledger:
        return {row.key: (row.state, row.reason) for row in ledger.urls()}


def _ended(into: Path) -> bool:
    """Whether the last run came to its end."""
    with Collection(into).shard("demo").reading() as ledger:
        return ledger.runs.all()[-1][3] == "finished"


@pytest.mark.parametrize("seed", [0])  # `make soak` has more
def test_killed_crawl_ends_with_the_same_urls_and_records(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run, seed: int
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    portal_crawler("crawl", definition, "--into", whole)
    demo.delay = 0.03
    chance = random.Random(seed)
    kills = 0
    while kills < KILLS // 2:
        process = _start("crawl", definition, "--into", killed, "--quiet")
        started = time.monotonic()
        warc = killed / "demo" / "warc"
        while process.poll() is None and not (warc.is_dir() and any(warc.glob("*.open"))):
            time.sleep(0.005)
            assert time.monotonic() - started < 60
        time.sleep(chance.uniform(0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it was done before it could be killed"
        kills += 1
    demo.delay = 0
    for _ in range(6):  # also while the records are made, and while the last files are closed
        process = _start("crawl", definition, "--into", killed, "--quiet")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(0.5, 4))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if _ended(killed):
            break
    else:
        portal_crawler("crawl", definition, "--into", killed)

    expected = _ends(whole)
    assert _ends(killed) == expected
    assert _responses(killed) == _responses(whole)
    found = {article.id: _timeless(article) for article in records(portal_crawler("dump", killed))}
    assert found == {article.id: _timeless(article) for article in records(portal_crawler("dump", whole))}
    portal_crawler("verify", killed)
    portal_crawler("rebuild", killed)  # from the WARC files alone it is one visit as well
    assert _ends(killed) == expected
    portal_crawler("verify", killed)


def test_the_report_of_a_run_under_way_is_not_that_of_one_that_was_broken_off(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    demo.delay = 0.05
    process = _start("crawl", definition, "--into", into, "--quiet")
    while len(demo.requests) < 30:
        time.sleep(0.01)
    demo.delay = 1  # it must still be under way when the report is read, however slow the machine is
    shown = portal_crawler("report", into, expect=3).stdout
    said = " ".join(shown.split())
    assert re.search(rf"running: run \d{{14}} is under way \(process {process.pid} on", said)
    assert "records are made at its end" in said
    assert "broken off" not in shown
    process.send_signal(signal.SIGKILL)
    process.communicate()

    shown = portal_crawler("report", into, expect=3).stdout
    pages = re.search(r"was broken off \(no process holds the lock\): (\d+) pages kept", " ".join(shown.split()))
    assert pages is not None, shown
    assert int(pages[1]) > 5
    go_on, make = (line.strip() for line in shown.splitlines() if line.strip().startswith("portal-crawler "))
    portal_crawler(*shlex.split(make)[1:])
    assert 0 < len(records(portal_crawler("dump", into))) < len(demo.truth())
    assert "no process holds the lock" not in portal_crawler("report", into, expect=3).stdout
    demo.delay = 0
    portal_crawler(*shlex.split(go_on)[1:])
    assert len(records(portal_crawler("dump", into))) == len(demo.truth())


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    demo.delay = 0.05
    process = _start("crawl", definition, "--into", into)
    while len(demo.requests) < 30:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, messages = process.communicate(timeout=30)
    assert process.returncode == 130, messages
    assert "run the same command again" in messages
    assert "Traceback" not in messages
    assert not list((into / "demo" / "warc").glob("*.open"))
    kept = len(records(portal_crawler("dump", into)))
    portal_crawler("verify", into)
    demo.delay = 0
    portal_crawler("crawl", definition, "--into", into)
    assert kept < len(records(portal_crawler("dump", into))) == len(demo.truth())
    asked = Counter(request.path for request in demo.requests if request.path != "/robots.txt")
    assert max(asked.values()) == 1
