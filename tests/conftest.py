"""What all tests share: the real portals beside the checkout, and the command line as a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from forkserver import CHECKOUT, ForkServer
from hypothesis import settings

from archive.collection import Collection
from archive.record import Article, Attachment, Image
from archive.shard import Shard
from portal_crawler.demo import DemoServer, serve

Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real portals beside the checkout. Absent: the test is skipped; where CI is set, it fails."""
    folder = CHECKOUT.parent / "shared"
    if not folder.is_dir():
        message = f"needs the real portals in {folder}, which are not part of the project"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture
def demo() -> Iterator[DemoServer]:
    """The demo portal, running."""
    with serve() as server:
        yield server


@pytest.fixture
def definition(demo: DemoServer, tmp_path: Path) -> Path:
    """The demo portal's definition, as a file that `crawl` takes."""
    path = tmp_path / "demo.toml"
    path.write_text(demo.portal().to_toml(), encoding="utf-8")
    return path


def command(*arguments: str | Path) -> list[str]:
    """The command line that runs a verb, warnings as errors."""
    return [sys.executable, "-W", "error", "-m", "portal_crawler", *map(str, arguments)]


@cache
def forks() -> ForkServer:
    """The fork server of this process."""
    server = ForkServer()
    atexit.register(server.close)
    return server


def run_verb(
    *arguments: str | Path, expect: int | None = 0, env: dict[str, str] | None = None, timeout: float = 120
) -> Done:
    """Run a verb of the command line; `expect` is its exit code, None where any will do."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), **(env or {})}
    done = forks().run(command(*arguments), environment, timeout)
    if expect is not None:
        assert done.returncode == expect, f"exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="session")
def portal_crawler() -> Callable[..., Done]:
    """`run_verb`, for tests."""
    return run_verb


@pytest.fixture(scope="session")
def demo_visits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Collections of the demo portal: of one visit, and of two, the second of which signed. Not to be changed."""
    folder = tmp_path_factory.mktemp("visits")
    with serve() as demo:
        definition = folder / "demo.toml"
        definition.write_text(demo.portal().to_toml(), encoding="utf-8")
        run_verb("crawl", definition, "--into", folder / "archive")
        once = shutil.copytree(folder / "archive", folder / "once")
        assert run_verb("key", folder / "archive").stdout.strip()
        run_verb("crawl", definition, "--into", folder / "archive")
    return once, folder / "archive"


@pytest.fixture(scope="session")
def crawled_once(demo_visits: tuple[Path, Path]) -> Path:
    """A collection of one visit. Not to be changed."""
    return demo_visits[0]


@pytest.fixture(scope="session")
def crawled(demo_visits: tuple[Path, Path]) -> Path:
    """A collection of two visits, the second signed; a module may have another. Not to be changed."""
    return demo_visits[1]


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    """A copy of what was crawled, to be damaged or gone on with."""
    return Path(shutil.copytree(crawled, tmp_path / "archive"))


@pytest.fixture
def shard(archive: Path) -> Shard:
    return Collection(archive).shard("demo")


def records(done: Done) -> list[Article]:
    """The records that a verb printed."""
    return [Article.from_json(line) for line in done.stdout.splitlines()]


def but_for_place(value: Any) -> Any:
    """A field of a record without the captures of its files, which only the archive knows."""
    if not isinstance(value, tuple) or not all(isinstance(one, Image | Attachment) for one in value):
        return value
    return tuple(one.model_copy(update={"record_id": None}) for one in value)


def report(into: Path, portal: str) -> dict[str, Any]:
    """The report of a portal's last run."""
    newest = max((into / portal / "crawls").glob("*.json"))
    found: dict[str, Any] = json.loads(newest.read_text("utf-8"))
    return found


settings.register_profile("untimed", settings.default, deadline=None)  # speed is for the benchmarks
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the expected records of tests/golden")
