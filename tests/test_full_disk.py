"""A disk that is full, folders that take nothing, too few file handles: one line, an exit code, and nothing lost.

Where root may mount, the disk is a real one of a few megabytes (tmpfs), which is full at the moment that is named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import CHECKOUT, Done, command, records, run_verb

from archive import Collection
from portal_crawler.demo import DemoServer, serve

Run = Callable[..., Done]

# Runs a verb, and fills the disk up before the named function of a module is called, to the last byte.
FULL = """
import importlib, os, sys
module, name, folder, *arguments = sys.argv[1:]
home = importlib.import_module(module)
while "." in name:
    part, _, name = name.partition(".")
    home = getattr(home, part)
real = getattr(home, name)

def when_full(*given, **named):
    with open(os.path.join(folder, "filler"), "ab", 0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 2
    return real(*given, **named)

setattr(home, name, when_full)
sys.argv = ["portal-crawler", *arguments]
from portal_crawler.cli import main
main()
"""

PLACES = {  # what is about to be written when the disk is full
    "the front page's exchange": ("archive.run", "Run.keep"),
    "the ledger": ("archive.ledger.ledger", "Ledger.apply"),
    "the definition in force": ("portal_crawler.crawl.crawl", "Crawl._adopt"),
    "the records in the ledger": ("archive.ledger.versions", "Versions.save"),
    "the records": ("portal_crawler.crawl.crawl", "write_records"),
    "the index": ("portal_crawler.crawl.crawl", "update"),
    "the report": ("portal_crawler.crawl.ending", "Ended.report"),
    "the manifest": ("archive.fixity.manifest", "add"),
}


def said(done: Done) -> str:
    """The one line of complaint, and that there is no other."""
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("portal-crawler: "), line
    return line


def full_at(place: tuple[str, str], folder: Path, *arguments: str | Path) -> Done:
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", FULL, *place, str(folder), *map(str, arguments)],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def ends(into: Path) -> dict[str, tuple[str, str | None]]:
    with Collection(into).shard("demo").reading() as ledger:
        return {row.key: (row.state, row.reason) for row in ledger.urls()}


def texts(into: Path) -> dict[str, tuple[str, str]]:
    return {one.id: (one.status, one.content_sha256) for one in records(run_verb("dump", into))}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB of its own."""
    where = tmp_path / "disk"
    where.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16m", "none", where], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("only root may mount a small disk, and not everywhere")
    try:
        yield where
    finally:
        subprocess.run(["umount", "--lazy", where], check=True)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Iterator[Path]:
    """The demo portal's collection, its definition beside it; the portal is there as long as the tests are."""
    folder = tmp_path_factory.mktemp("crawled")
    with serve() as demo:
        (folder / "demo.toml").write_text(demo.portal().to_toml(), encoding="utf-8")
        portal_crawler("crawl", folder / "demo.toml", "--into", folder / "archive")
        yield folder / "archive"


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_crawl_that_finds_the_disk_full_goes_on_when_there_is_room(
    place: tuple[str, str], crawled: Path, disk: Path, portal_crawler: Run
) -> None:
    definition = crawled.with_name("demo.toml")
    into = disk / "archive"
    line = said(full_at(place, disk, "crawl", definition, "--into", into, "--quiet"))
    assert str(into) in line
    assert "make room" in line
    assert not list(into.rglob("*.part"))
    (disk / "filler").unlink()
    portal_crawler("crawl", definition, "--into", into)
    portal_crawler("verify", into)
    assert (ends(into), texts(into)) == (ends(crawled), texts(crawled))


REMADE = {  # while `rebuild` makes it all anew
    "the ledger": ("archive.ledger.ledger", "Ledger.apply"),
    "the records in the ledger": ("archive.ledger.versions", "Versions.save"),
    "the records": ("portal_crawler.upkeep.rebuild", "write_lines"),
    "the definition": ("portal_crawler.upkeep.rebuild", "write_text"),
    "the manifest": ("archive.fixity.manifest", "add"),
}


@pytest.mark.parametrize("place", REMADE.values(), ids=REMADE)
def test_a_rebuild_that_finds_the_disk_full_leaves_what_was_there(
    place: tuple[str, str], crawled: Path, disk: Path, portal_crawler: Run
) -> None:
    into = disk / "archive"
    shutil.copytree(crawled, into)
    line = said(full_at(place, disk, "rebuild", into, "--quiet"))
    assert str(into) in line
    assert "make room" in line
    (disk / "filler").unlink()  # SQLite needs a little room to read, too
    assert (ends(into), texts(into)) == (ends(crawled), texts(crawled))
    portal_crawler("rebuild", into)
    portal_crawler("verify", into)
    assert (ends(into), texts(into)) == (ends(crawled), texts(crawled))
    assert not list(into.rglob("*.new*"))


def test_a_package_that_finds_the_disk_full_leaves_the_one_before(
    crawled: Path, disk: Path, portal_crawler: Run
) -> None:
    package = disk / "demo.wacz"
    portal_crawler("pack", crawled, "--output", package)
    before = package.read_bytes()
    line = said(full_at(("archive.packages.wacz", "_add_pages"), disk, "pack", crawled, "--output", package, "--quiet"))
    assert str(disk) in line
    assert "make room" in line
    (disk / "filler").unlink()
    assert package.read_bytes() == before
    assert list(disk.iterdir()) == [package]
    portal_crawler("pack", crawled, "--output", package)
    assert package.read_bytes() == before


@pytest.mark.parametrize("verb", ["crawl", "rebuild"])
def test_a_disk_that_is_mounted_for_reading_is_named(verb: str, crawled: Path, disk: Path, portal_crawler: Run) -> None:
    into = disk / "archive"
    shutil.copytree(crawled, into)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    target = (crawled.with_name("demo.toml"), "--into", into) if verb == "crawl" else (into,)
    line = said(portal_crawler(verb, *target, "--quiet", expect=2))
    assert str(into) in line
    assert "mend" in line
    assert texts(into) == texts(crawled)
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    portal_crawler(verb, *target)


@pytest.mark.parametrize("handles", [10, 20, 34])
def test_too_few_file_handles_are_said_to_be(
    handles: int, demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    limited = ["bash", "-c", f'ulimit -n {handles}; exec "$@"', "bash"]
    done = subprocess.run(
        [*limited, *command("crawl", definition, "--into", into, "--quiet", "--workers", "8")],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if done.returncode:
        assert "Too many open files" in said(done) or "unable to open database file" in said(done)
    portal_crawler("crawl", definition, "--into", into)
    assert len(records(portal_crawler("dump", into))) == len(demo.truth())
    portal_crawler("verify", into)


def test_a_collection_on_a_disk_that_is_mounted_for_reading_is_searched_checked_and_packed(
    crawled: Path, disk: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = disk / "archive"
    shutil.copytree(crawled, into)
    found = portal_crawler("search", into, "lu ong").stdout
    (into / "demo" / "lock").unlink(missing_ok=True)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert portal_crawler("search", into, "lu ong").stdout == found
    note, counts = portal_crawler("verify", into).stderr.splitlines()
    assert note.startswith(f"{into / 'demo'}: cannot be written to, and is read without a lock")
    assert counts.endswith("all as it was written")
    portal_crawler("pack", into, "--output", tmp_path)
    portal_crawler("verify", tmp_path / "demo.wacz")


def test_a_search_on_a_full_disk_goes_by_the_index_that_is_there_and_says_what_is_full(
    crawled: Path, disk: Path, portal_crawler: Run
) -> None:
    shutil.copytree(crawled, disk / "archive")
    shutil.copytree(crawled, disk / "indexed")
    found = portal_crawler("search", disk / "indexed", "lu ong").stdout
    fill(disk)
    assert "the disk is full: make room" in said(portal_crawler("search", disk / "archive", "lu ong", expect=2))
    done = portal_crawler("search", disk / "indexed", "lu ong")
    assert done.stdout == found
    assert "the disk is full: make room" in done.stderr


def test_a_query_says_in_words_that_its_disk_is_full(crawled: Path, disk: Path, portal_crawler: Run) -> None:
    portal_crawler("query", crawled, "by-month")  # its tables are there
    fill(disk, but=40 << 10)
    select = "SELECT * FROM versions"
    line = said(portal_crawler("query", crawled, select, "--as", "parquet", env={"TMPDIR": str(disk)}, expect=2))
    assert line.startswith(f'portal-crawler: query: Could not write file "{disk}')
    assert line.endswith("No space left on device; make room there, or name another folder with TMPDIR")


def fill(disk: Path, *, but: int = 0) -> None:
    """Leave no more than some bytes of a disk free."""
    room = os.statvfs(disk)
    with (disk / "filler").open("wb", 0) as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - but)
