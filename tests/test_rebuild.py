"""Rebuild: from WARC files and portal.toml alone, the same records and the same states of every URL.

Where the crawl was killed, limited or turned away, too. `tests/test_verify.py` has the plain case, after three visits.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CHECKOUT, Done, command, report

from archive import Collection
from archive.ledger.schema import VERSION
from portal_crawler.demo import DemoServer

Run = Callable[..., Done]


def states(archive: Path) -> dict[str, tuple[str, str | None, str]]:
    with Collection(archive).shard("demo").reading() as ledger:
        return {row.key: (row.state, row.reason, row.kind) for row in ledger.urls()}


def strip(archive: Path) -> None:
    """Throw away all but WARC files and portal.toml."""
    for path in (archive / "demo").iterdir():
        if path.name not in ("warc", "portal.toml"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def check(archive: Path, portal_crawler: Run) -> None:
    """What rebuild gives is what was there."""
    versions = portal_crawler("dump", archive, "--all-versions").stdout
    addresses = states(archive)
    strip(archive)
    portal_crawler("rebuild", archive)
    assert portal_crawler("dump", archive, "--all-versions").stdout == versions
    found = states(archive)
    assert {key: found.get(key) for key in addresses if found.get(key) != addresses[key]} == {}
    assert found.keys() == addresses.keys()
    portal_crawler("verify", archive)


def test_after_a_killed_crawl_that_was_gone_on_with(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    demo.delay = 0.01
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    for wanted in (25, 60):
        with subprocess.Popen(command("crawl", definition, "--into", into, "--quiet"), env=environment) as process:
            started = time.monotonic()
            while len(demo.requests) < wanted and time.monotonic() - started < 30:
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
    demo.delay = 0
    portal_crawler("crawl", definition, "--into", into)
    assert report(into, "demo")["recovered"]["salvaged"]
    check(into, portal_crawler)


def test_after_a_crawl_in_two_parts_and_going_on_from_it(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    portal_crawler("crawl", definition, "--into", into, "--limit", "20", expect=3)
    check(into, portal_crawler)
    portal_crawler("crawl", definition, "--into", into)
    asked = [request.path for request in demo.requests if request.path != "/robots.txt"]
    assert len(asked) == len(set(asked))  # the rebuilt ledger knew what was left to do
    check(into, portal_crawler)


def test_a_run_that_was_rebuilt_ended_as_it_did(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    portal_crawler("crawl", definition, "--into", into, "--limit", "20", expect=3)
    portal_crawler("crawl", definition, "--into", into)
    shard = Collection(into).shard("demo")

    def ends() -> list[tuple[str, str | None]]:
        with shard.reading() as ledger:
            assert ledger.runs.first_visit() == {run for run, *_ in ledger.runs.all()}
            return [(run, reason) for run, _, _, reason in ledger.runs.all()]

    before = ends()
    assert [reason for _, reason in before] == ["limit", "finished"]
    strip(into)
    portal_crawler("rebuild", into)
    assert ends() == before
    shown = portal_crawler("report", into).stdout
    assert "replayed" not in shown
    assert re.search(r"runs +\S+ \S+ limit\n +\S+ \S+ finished\n", shown)


def test_a_crawl_that_was_only_killed_gives_what_it_has(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    demo.delay = 0.01
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(command("crawl", definition, "--into", into, "--quiet"), env=environment) as process:
        while len(demo.requests) < 60:
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert list((into / "demo" / "warc").glob("*.open"))
    strip(into)
    portal_crawler("rebuild", into)
    assert not list((into / "demo" / "warc").glob("*.open"))
    portal_crawler("verify", into)
    demo.delay = 0
    portal_crawler("crawl", definition, "--into", into)
    found = portal_crawler("dump", into).stdout.count("\n")
    assert found == len(demo.truth())
    portal_crawler("verify", into)


@pytest.mark.parametrize("broken", ["a WARC file is damaged", "the definition is none"])
def test_a_rebuild_that_cannot_be_done_leaves_all_as_it_was(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run, broken: str
) -> None:
    into = tmp_path / "archive"
    portal_crawler("crawl", definition, "--into", into, "--limit", "9", expect=3)
    shard = Collection(into).shard("demo")
    before = portal_crawler("dump", into).stdout
    path = shard.warcs()[0] if "WARC" in broken else shard.definition
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    done = portal_crawler("rebuild", into, expect=5 if "WARC" in broken else 2)
    assert str(path) in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert portal_crawler("dump", into).stdout == before


def test_a_ledger_of_another_version_is_made_anew(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    portal_crawler("crawl", definition, "--into", into, "--limit", "3", expect=3)
    before = portal_crawler("dump", into).stdout
    db = sqlite3.connect(Collection(into).shard("demo").ledger_file)
    db.execute(f"PRAGMA user_version = {VERSION - 1}")
    db.close()
    refused = portal_crawler("crawl", definition, "--into", into, expect=2)
    assert f"ledger of version {VERSION - 1}" in refused.stderr
    assert "`rebuild`" in refused.stderr
    portal_crawler("rebuild", into)
    assert portal_crawler("dump", into).stdout == before
