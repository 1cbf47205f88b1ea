"""At the terminal: something moves where a person looks, and nothing anywhere else; each command shows an example."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from conftest import CHECKOUT, Done, command
from test_many import serving, urls

from archive.packages.waczcheck import check
from portal_crawler.cli.commands import app

Run = Callable[..., Done]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Path:
    into = tmp_path_factory.mktemp("terminal") / "kept"
    with serving() as (_, url):
        portal_crawler("crawl", *urls("xa-1"), "--into", into, "--delay", "0", env={"http_proxy": url})
    return into


def on_a_terminal(*arguments: str | Path) -> str:
    """What a command shows of itself on stderr, that being a terminal."""
    ours, its = pty.openpty()
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(command(*arguments), env=env, stderr=its, stdout=subprocess.DEVNULL)
    os.close(its)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait(60) in (0, 3)
    return shown.decode()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rebuild",), "WARC files read"),
        (("verify",), "WARC files read"),
        (("pack", "--output"), "WARC files packed"),
        (("pack", "--bag", "--output"), "files taken"),
        (("extract", "--compare"), "WARC files read"),
    ],
)
def test_long_work_moves_on_a_terminal_and_nowhere_else(
    arguments: tuple[str, ...], words: str, kept: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    def given(number: int) -> list[str | Path]:
        return [*arguments, *([tmp_path / f"packages-{number}"] if "--output" in arguments else []), kept]

    assert words in on_a_terminal(*given(1))
    done = portal_crawler(*given(2))
    assert words not in done.stderr
    assert "\x1b" not in done.stderr + done.stdout


def test_reading_a_package_tells_how_far_it_is_from_its_first_byte_to_its_last(
    kept: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    portal_crawler("pack", kept, "--output", tmp_path)
    (package,) = tmp_path.glob("*.wacz")
    told: list[tuple[int, int]] = []
    check(package, watching=lambda words: lambda done, of: told.append((done, of)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[0][0] < told[-1][0] == told[-1][1]
    assert "package read" in on_a_terminal("verify", package)


def test_quiet_shows_nothing_on_a_terminal_either(kept: Path) -> None:
    assert on_a_terminal("rebuild", kept, "--quiet") == ""


def test_every_command_ends_its_help_with_an_example_that_calls_it() -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert len(commands) >= 20
    for name, one in commands.items():
        assert (one.epilog or "").startswith("Example"), name
        assert f"portal-crawler {name}" in one.epilog, name


def test_help_waits_for_no_library_that_it_does_not_need() -> None:
    code = "import sys, portal_crawler.cli.commands; print(*{name.split('.')[0] for name in sys.modules})"
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert "typer" in done.stdout.split()
    assert not {"scrapy", "twisted", "lxml", "pydantic", "duckdb", "sqlite3", "rich"} & set(done.stdout.split())


def test_help_pays_for_nothing_that_only_the_work_needs() -> None:
    """Beside `scrapy --help`, in CPU, by `make bench`: this is what it hangs on."""
    heavy = "scrapy twisted lxml bs4 duckdb rich dateparser cryptography"
    code = f"import sys, portal_crawler.cli.commands; print([one for one in {heavy.split()} if one in sys.modules])"
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_library_is_found_beside_a_collection_that_is_called_archive(tmp_path: Path) -> None:
    """As it is installed, from the folder where a reader of the handbook stands."""
    (tmp_path / "archive").mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    program = [sys.executable, "-c", "from archive import Collection"]
    done = subprocess.run(program, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
