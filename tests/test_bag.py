"""Bags: a portal's folder as BagIt 1.0, valid by others' check, and not touched by what is crawled later."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from conftest import Done

from archive import Collection
from archive.errors import UsageError
from archive.packages import bag

Run = Callable[..., Done]


@pytest.fixture(scope="session")
def crawled(crawled_once: Path) -> Path:
    return crawled_once


def is_valid(path: Path) -> bool:
    """By the package bagit, of the Library of Congress."""
    pytest.importorskip(
        "bagit", reason="bagit is not installed: `make test` installs the versions of requirements.lock"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bagit", "--validate", "--quiet", str(path)],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def test_a_bag_is_valid_and_one_that_was_touched_is_not(archive: Path, tmp_path: Path, portal_crawler: Run) -> None:
    portal_crawler("pack", archive, "--bag", "--output", tmp_path)
    assert is_valid(tmp_path / "demo.bag")
    (tmp_path / "demo.bag" / "data" / "portal.toml").write_bytes(b"touched")
    assert not is_valid(tmp_path / "demo.bag")


def test_a_bag_has_the_portals_folder_and_says_so_of_itself(archive: Path, tmp_path: Path) -> None:
    shard = Collection(archive).shard("demo")
    made = bag.bag(shard, tmp_path / "a.bag", software="portal-crawler/0", day=date(2026, 11, 28))
    folder = made.path
    assert (folder / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    data = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    payload = {name: content for name, content in data.items() if name.startswith("data/")}
    assert (folder / "bag-info.txt").read_text().splitlines() == [
        "Bag-Software-Agent: portal-crawler/0",
        "Bagging-Date: 2026-11-28",
        "External-Identifier: demo",
        f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}",
    ]
    for manifest, names in (
        ("manifest-sha256.txt", sorted(payload)),
        ("tagmanifest-sha256.txt", ["bagit.txt", "bag-info.txt", "manifest-sha256.txt"]),
    ):
        expected = [f"{hashlib.sha256(data[name]).hexdigest()}  {name}" for name in names]
        assert data[manifest].decode().splitlines() == expected
    inside = {name.removeprefix("data/") for name in payload}
    there = {path.relative_to(shard.folder).as_posix() for path in shard.folder.rglob("*") if path.is_file()}
    assert there - inside == {"lock"}
    assert inside <= there


def test_what_is_in_a_bag_is_a_portal_again(archive: Path, tmp_path: Path, portal_crawler: Run) -> None:
    portal_crawler("pack", archive, "--bag", "--output", tmp_path / "a.bag")
    shutil.copytree(tmp_path / "a.bag" / "data", tmp_path / "again" / "demo")
    assert portal_crawler("dump", tmp_path / "again").stdout == portal_crawler("dump", archive).stdout
    assert portal_crawler("verify", tmp_path / "again").stdout == ""


def test_a_later_crawl_does_not_change_the_bag(definition: Path, tmp_path: Path, portal_crawler: Run) -> None:
    """WARC files are the same on the disk; what changes is a file of its own."""
    archive = tmp_path / "archive"
    portal_crawler("crawl", definition, "--into", archive, "--limit", "25", expect=None)
    portal_crawler("pack", archive, "--bag", "--output", tmp_path)
    shard = Collection(archive).shard("demo")
    bagged = tmp_path / "demo.bag" / "data"
    assert shard.warcs()[0].samefile(bagged / "warc" / shard.warcs()[0].name)
    before = {path: path.read_bytes() for path in bagged.rglob("*") if path.is_file()}
    portal_crawler("crawl", definition, "--into", archive)
    portal_crawler("rebuild", archive)
    assert {path: path.read_bytes() for path in bagged.rglob("*") if path.is_file()} == before
    assert is_valid(tmp_path / "demo.bag")


def test_a_bag_that_is_there_is_not_written_over(archive: Path, tmp_path: Path, portal_crawler: Run) -> None:
    (tmp_path / "demo.bag").mkdir()
    (tmp_path / "demo.bag" / "theirs.txt").write_text("theirs")
    done = portal_crawler("pack", archive, "--bag", "--output", tmp_path, expect=2)
    assert re.search(r"demo\.bag: is there already; move it away, or name another with --output", done.stderr)
    assert [path.name for path in (tmp_path / "demo.bag").iterdir()] == ["theirs.txt"]


def test_what_fails_leaves_no_half_of_a_bag(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> str:
        raise UsageError("so that it fails at the end")

    monkeypatch.setattr(bag, "_manifest", fails)
    shard = Collection(archive).shard("demo")
    with pytest.raises(UsageError, match="at the end"):
        bag.bag(shard, tmp_path / "bags" / "a.bag", software="portal-crawler/0", day=date(2026, 11, 28))
    assert list((tmp_path / "bags").iterdir()) == []
    assert all(path.is_file() for path in shard.warcs())


def test_where_links_cannot_be_made_files_are_copied(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    shard = Collection(archive).shard("demo")
    made = bag.bag(shard, tmp_path / "a.bag", software="portal-crawler/0", day=date(2026, 11, 28))
    name = shard.warcs()[0].name
    assert not shard.warcs()[0].samefile(made.path / "data" / "warc" / name)
    assert is_valid(made.path)
