"""Where what commands print and write goes: pipes, devices, links, full disks, terminals that have few letters."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from conftest import CHECKOUT, Done, command, forks

from archive import Collection
from archive.errors import Unwritable
from archive.release import put, write_text
from archive.search import Hit
from portal_crawler.cli.found import print_hits
from portal_crawler.cli.output import print_all

Run = Callable[..., Done]

PAGE = str(CHECKOUT / "tests" / "golden" / "3cms" / "page.html")

VERBS = (
    ("dump", "ARCHIVE"),
    ("dump", "ARCHIVE", "--as", "parquet"),
    ("query", "ARCHIVE", "--list"),
    ("search", "ARCHIVE", "lũ"),
    ("report", "ARCHIVE", "--urls"),
    ("extract", PAGE, "--stdout"),
    ("verify", "ARCHIVE", "--json"),
    ("probe", "--help"),
    ("schema",),
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A device as /dev/full is one, to be written over if anything is."""
    device = tmp_path_factory.mktemp("devices") / "full"
    try:
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, 7))
        device.open("wb").close()
    except PermissionError:
        pytest.skip("only root may make a device, and not everywhere")
    return device


def read_of(pipe: Path, write: Callable[[], object]) -> bytes:
    """What a reader gets who waits at a pipe."""
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write()
    reader.join(10)
    return got[0]


def test_a_pipe_is_written_to_and_stays_one(crawled_once: Path, tmp_path: Path, portal_crawler: Run) -> None:
    pipe, package = tmp_path / "pipe", tmp_path / "demo.wacz"
    for one in (pipe, package):
        os.mkfifo(one)
    plain = portal_crawler("dump", crawled_once).stdout.encode()
    assert read_of(pipe, lambda: portal_crawler("dump", crawled_once, "--output", pipe)) == plain
    table = read_of(pipe, lambda: portal_crawler("dump", crawled_once, "--as", "parquet", "--output", pipe))
    assert table[:4] == table[-4:] == b"PAR1"
    packed = read_of(package, lambda: portal_crawler("pack", crawled_once, "--output", package))
    assert zipfile.ZipFile(BytesIO(packed)).testzip() is None
    assert pipe.is_fifo()
    assert package.is_fifo()
    assert sorted(tmp_path.iterdir()) == [package, pipe]


def test_a_device_that_is_full_is_named_and_stays_one(crawled_once: Path, full: Path, portal_crawler: Run) -> None:
    done = portal_crawler("dump", crawled_once, "--output", full, expect=2)
    assert done.stderr == (
        f"portal-crawler: {full}: cannot be written: No space left on device; make room or mend its permissions\n"
    )
    assert full.is_char_device()


def test_what_a_link_names_gives_way_and_keeps_its_mode(tmp_path: Path) -> None:
    kept, made, link = tmp_path / "elsewhere" / "kept", tmp_path / "made", tmp_path / "link"
    kept.parent.mkdir()
    kept.write_text("before", "utf-8")
    kept.chmod(0o600)
    link.symlink_to("elsewhere/kept")
    write_text(link, "after")
    assert (link.is_symlink(), kept.read_text("utf-8"), stat.S_IMODE(kept.stat().st_mode)) == (True, "after", 0o600)
    made.write_text("moved", "utf-8")
    put(made, link)
    assert (link.is_symlink(), kept.read_text("utf-8"), stat.S_IMODE(kept.stat().st_mode)) == (True, "moved", 0o600)
    assert sorted(kept.parent.iterdir()) == [kept]


def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("before", "utf-8")
    try:
        os.chown(kept, 1234, 1235)
    except OSError:
        pytest.skip("only root may give a file away")
    write_text(kept, "after")
    assert (kept.stat().st_uid, kept.stat().st_gid, kept.read_text("utf-8")) == (1234, 1235, "after")


@pytest.mark.parametrize("place", ["portal.toml", "records/x.jsonl"])
def test_no_file_of_a_portals_is_replaced_by_what_is_asked_of_it(
    archive: Path, portal_crawler: Run, place: str
) -> None:
    shard = next(iter(Collection(archive).shards()))
    before = shard.definition.read_bytes()
    for verb in (("dump", archive), ("query", archive, "coverage")):
        done = portal_crawler(*verb, "--output", shard.folder / place, expect=2)
        assert f"lies in the folder of the portal {shard.name}" in done.stderr
    assert shard.definition.read_bytes() == before
    assert not (shard.folder / "records/x.jsonl").exists()


def test_links_in_a_circle_are_named(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(link)
    with pytest.raises(Unwritable, match="link: cannot be written: Too many levels"):
        write_text(link, "text")


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_full_stdout_is_one_line(verb: tuple[str, ...], crawled_once: Path, full: Path) -> None:
    with full.open("wb") as out:
        code, said = begun(*(one.replace("ARCHIVE", str(crawled_once)) for one in verb), out=out.fileno())
    assert code == 2
    assert said.splitlines()[-1] == "portal-crawler: stdout: cannot be written: No space left on device"
    assert "Traceback" not in said
    assert said.count("stdout") == 1


def test_closed_streams_are_no_place_for_what_is_printed_and_no_other_file_gets_it(
    crawled_once: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    def closed(streams: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        program = ["bash", "-c", f'exec "$@" {streams}', "bash", *command("dump", crawled_once, *arguments)]
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
        return subprocess.run(program, env=env, capture_output=True, text=True, timeout=60, check=False)

    done = closed(">&-")
    assert done.returncode == 2
    assert done.stderr == "portal-crawler: stdout: cannot be written: Bad file descriptor\n"
    into = tmp_path / "articles.jsonl"
    section = ("--section", "no such section")  # of which something is said on stderr
    assert closed("<&- >&- 2>&-", "--output", into, *section).returncode == 0
    assert into.read_bytes() == b""
    assert closed("<&- 2>&-", *section).stdout == ""


def test_a_terminal_of_few_letters_shows_them_all_and_data_is_whole(crawled_once: Path, tmp_path: Path) -> None:
    few = {"PYTHONIOENCODING": "ascii"}

    def printed(*arguments: str | Path, env: dict[str, str] | None = None) -> bytes:
        with (tmp_path / "out").open("wb") as out:
            code, said = begun(*map(str, arguments), out=out.fileno(), env=env)
        assert (code, "Traceback" in said) == (0, False), said
        return (tmp_path / "out").read_bytes()

    hits = printed("search", crawled_once, "lu ong", "--json", env=few)
    assert hits.isascii()
    assert json.loads(hits.splitlines()[0])["title"].startswith("Lũ ống")
    shown = printed("search", crawled_once, "lu ong", env=few)
    assert b"\\u1ed1ng" in shown
    assert "Lũ ống" in shown.decode("unicode_escape")
    bare = {"PYTHONIOENCODING": "ascii:surrogateescape"}  # as Python has it where LC_ALL is C and UTF-8 is kept out
    assert printed("search", crawled_once, "lu ong", env=bare) == shown
    assert printed("dump", crawled_once, env=few) == printed("dump", crawled_once)
    assert printed("extract", PAGE, "--stdout", env=few) == printed("extract", PAGE, "--stdout")


def test_a_portals_folder_that_cannot_be_entered_is_named_and_takes_no_other_down(
    crawled_once: Path, tmp_path: Path
) -> None:
    """Root may enter any folder, unless that is taken from it."""
    program = shutil.which("setpriv")
    if os.getuid() or program is None:
        pytest.skip("needs root, and setpriv")
    mortal = [program, "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    shutil.copytree(crawled_once / "demo", tmp_path / "kept" / "demo")
    for name in ("lost+found", "zed"):
        (tmp_path / "kept" / name).mkdir(mode=0o000)

    def told(*arguments: str) -> tuple[int, str, str]:
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
        one = [*mortal, *command(arguments[0], tmp_path / "kept", *arguments[1:])]
        done = subprocess.run(one, env=env, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    why = f"{tmp_path / 'kept' / 'zed'}: cannot be entered: Permission denied; mend its permissions"
    code, _, said = told("verify")
    assert code == 2
    assert [line.partition(":")[0] for line in said.splitlines()] == ["demo", "portal-crawler"]
    assert why in said
    assert told("dump", "--output", str(tmp_path / "articles"))[::2] == (2, f"portal-crawler: {why}\n")
    code, shown, _ = told("doctor", "--quiet")
    assert (code, shown) == (3, f"mend  zed: {why}\n")


def test_who_reads_leaves_no_file_behind(archive: Path, portal_crawler: Run) -> None:
    shard = Collection(archive).shard("demo")
    before = sorted(path.name for path in shard.folder.iterdir())
    assert not any(name.endswith(("-wal", "-shm", ".holder")) for name in before)
    for verb in ("dump", "verify", "doctor", "report"):
        portal_crawler(verb, archive)
        assert sorted(path.name for path in shard.folder.iterdir()) == before, verb


def begun(*arguments: str, out: int, env: dict[str, str] | None = None) -> tuple[int, str]:
    """Exit code and stderr of a verb whose stdout is that file. Encoding and buffers are as a new process has them."""
    ours, its = os.pipe()
    with Path(os.devnull).open("rb") as nothing, os.fdopen(ours, "rb") as said:
        environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), **(env or {})}
        forks().start(arguments, environment, str(Path.cwd()), [nothing.fileno(), out, its])
        os.close(its)
        text = said.read().decode()
    return forks().wait(60), text


def test_a_page_that_is_beyond_the_limits_is_no_page_without_an_article(tmp_path: Path, portal_crawler: Run) -> None:
    shutil.copy(PAGE, tmp_path / "a.html")
    (tmp_path / "b.html").write_text(f"<html><body>{'<div>' * 3000}<p>Bài viết", "utf-8")
    (tmp_path / "c.html").write_text("<html><body><p>Đăng nhập", "utf-8")
    done = portal_crawler("extract", tmp_path, "--stdout", expect=3)
    assert len(done.stdout.splitlines()) == 1
    *_, none, unread = done.stderr.splitlines()
    assert none.startswith(f"{tmp_path / 'c.html'}: no article: ")
    assert unread.startswith(f"portal-crawler: {tmp_path / 'b.html'}: not read: more than 2,048 levels of tags")


def test_what_a_terminal_would_obey_is_not_shown_to_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Records that others made, or an earlier version, may have it still."""
    bad = "Tin \u202egnudừl \x1b[2Jđất\n"
    hit = Hit("xa", "0" * 16, f"http://a.example/{bad}", bad, bad, (), None, "live", 1.0, bad, 1, True)
    print_hits([hit], 1)
    shown = capsys.readouterr().out
    assert "Tin gnudừl [2Jđất" in shown
    assert not {"\x1b", "\u202e"} & set(shown)
    print_all([_Words((bad,))], "none", as_json=False)
    assert capsys.readouterr().out == "Tin gnudừl [2Jđất\n\n"


@dataclass
class _Words:
    lines: tuple[str, ...]

    def words(self) -> tuple[str, ...]:
        return self.lines
