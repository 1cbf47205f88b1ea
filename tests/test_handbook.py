"""The handbook holds: every command and every example of its pages is run, and shows what the page says that it shows.

Each page is walked from its top in a folder of its own, against portals of two invented districts.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import foreign
import handbook
import pytest
import typer
from conftest import CHECKOUT, Done, forks
from filelock import FileLock
from handbook import Block, Command, Terminal

from archive.errors import UsageError
from archive.lock import locked
from archive.shard import Shard
from portal_crawler.cli.commands import app
from portal_crawler.demo import DemoServer
from portal_crawler.demo.content import load

Run = Callable[..., Done]

FIRST, SECOND = "khelinh.example", "nahuong.example"
PORTAL = Shard(Path("archive/khelinh-example"))  # from the reader's folder on


class Districts:
    """Two portals behind one proxy, and what happens to them and to what is kept of them while a page is walked."""

    def __init__(self, folder: Path, kept: Path | None, stack: ExitStack) -> None:
        entries = {one.id: one for one in load()}
        first = (1055, 1074, 1191, 1216, 1455, 1469, 1483, 1490, 1503, 1509)
        self.first = stack.enter_context(DemoServer([entries[number] for number in first]))
        self.second = stack.enter_context(DemoServer([entries[number] for number in (1012, 1047, 1061)]))
        self.folder, self.kept = folder, kept
        self.down: set[str] = set()
        self.missing: set[str] = set()  # paths that answer 404
        self.killing: threading.Event | None = None
        self.asked = 0
        self.url = stack.enter_context(self._relayed())
        self._stack = stack
        self._held = stack.enter_context(ExitStack())

    # What a page says that happens meanwhile, in these words

    def a_collection_of_some_weeks_is_here(self) -> None:
        assert self.kept is not None
        shutil.copytree(self.kept, self.folder / "archive")
        self.an_article_is_edited()
        self.an_article_is_taken_away()

    def an_article_is_edited(self) -> None:
        before = next(one for one in self.first.articles() if one.id == 1509)
        paragraphs = before.text.replace("374", "437").strip().split("\n\n")
        self.first.edit(1509, text="\n\n".join(paragraphs[:-1]))

    def an_article_is_taken_away(self) -> None:
        self.first.remove(1455)

    def the_second_portal_does_not_answer(self) -> None:
        self.down.add(SECOND)

    def the_power_fails_after_thirty_requests(self) -> None:
        self.asked, self.killing = -30, threading.Event()

    def another_run_holds_the_portal(self) -> None:
        self._held.enter_context(locked(Shard(self.folder / PORTAL.folder)))

    def another_run_holds_the_collection(self) -> None:
        self._held.enter_context(locked(Shard(self.folder / "archive")))

    def that_run_ends(self) -> None:
        self._held.close()

    def the_disk_is_full(self) -> None:
        """A real one, of the size of what is on it: the collection's folder lies on it from now on."""
        archive = self.folder / "archive"
        aside = archive.rename(self.folder / "aside")
        archive.mkdir()
        options = ["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(archive)]
        mounted = shutil.which("mount") and subprocess.run(options, capture_output=True, check=False)
        if not mounted or mounted.returncode:
            archive.rmdir()
            aside.rename(archive)
            raise NotHere("only root may mount a small disk, and not everywhere")
        self._stack.callback(subprocess.run, ["umount", "--lazy", str(archive)], check=True)
        shutil.copytree(aside, archive, dirs_exist_ok=True)
        with (archive / "filler").open("ab", 0) as file:
            size = 1 << 20
            while size:
                try:
                    file.write(bytes(size))
                except OSError:
                    size //= 2

    def there_is_room_again(self) -> None:
        (self.folder / "archive/filler").unlink(missing_ok=True)

    def the_ledger_is_damaged(self) -> None:
        _overwrite(self.folder / PORTAL.ledger_file, 100)

    def a_warc_file_is_damaged(self) -> None:
        shard = Shard(self.folder / PORTAL.folder)
        page = next(one for one in shard.captures() if one.kind == "article" and one.warc.endswith("-00000.warc.gz"))
        _overwrite(shard.folder / page.warc, page.offset + page.length // 2)

    def a_colleague_sends_a_file(self) -> None:
        pages = map(foreign.article, range(6))
        (self.folder / "huyen-2019.warc.gz").write_bytes(foreign.packed(foreign.responses(pages)))

    @contextlib.contextmanager
    def _relayed(self) -> Iterator[str]:
        """The proxy. A portal that is down, and a host that there is not, drop the connection."""
        districts = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                server = {FIRST: districts.first, SECOND: districts.second}.get(parts.netloc)
                self.close_connection = True
                if server is None or parts.netloc in districts.down:
                    return
                districts.asked += 1
                if districts.killing is not None and districts.asked > 0:
                    districts.killing.set()
                    return
                if parts.path in districts.missing:
                    self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    return
                path = parts._replace(scheme="", netloc="").geturl() or "/"
                with socket.create_connection(("127.0.0.1", urlsplit(server.url).port or 0)) as behind:
                    head = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
                    behind.sendall(f"GET {path} HTTP/1.1\r\n{head}Connection: close\r\n\r\n".encode())
                    while piece := behind.recv(1 << 16):
                        self.wfile.write(piece)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A crawl that is killed goes in the middle of a request."""

        with Server(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            yield f"http://127.0.0.1:{server.server_port}"
            server.shutdown()
            thread.join()


def _overwrite(path: Path, place: int) -> None:
    """As a bad sector: a piece of the file is not what it was."""
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes(40))


class NotHere(Exception):
    """What a page tells of cannot happen on this machine."""


def meanwhile() -> dict[str, Callable[[Districts], None]]:
    """What happens, by the words that pages use."""
    own = {name: value for name, value in vars(Districts).items() if not name.startswith("_") and callable(value)}
    return {name.replace("_", " "): value for name, value in own.items()}


class Walk:
    """A page that is walked."""

    def __init__(self, page: Path, terminal: Terminal, districts: Districts) -> None:
        self.page, self.terminal, self.districts = page, terminal, districts
        self.names: dict[str, Any] = {"__name__": page.stem}
        self.ran: list[int] = []  # lines of the page

    def block(self, block: Block, after: Block | None) -> None:
        """`after`: the block behind it."""
        if block.kind == "meanwhile":
            meanwhile()[block.text](self.districts)
        elif block.kind == "toml":
            assert block.name, self._at(block.line, "a file without a name")
            (self.terminal.folder / block.name).write_text(block.text, "utf-8")
        elif block.kind == "console":
            for command in handbook.commands(block):
                self.command(command)
        elif block.kind == "python":
            self.example(block, after.text if after is not None and after.kind == "text" else None)

    def command(self, command: Command) -> None:
        killing, self.terminal.killing = self.districts.killing, self.districts.killing
        printed = self.terminal.run(command.text)
        if killing is not None:
            self.districts.killing = self.terminal.killing = None
        self.ran.append(command.line)
        code = 0 if command.text == handbook.STATUS else self.terminal.last
        said = f"$ {command.text}\n{printed}"
        assert code == command.code, self._at(command.line, f"exit code {code}, not {command.code}\n{said}")
        assert "Traceback" not in printed, self._at(command.line, said)
        if command.shown is not None:
            right = handbook.agrees(command.shown, printed)
            assert right, self._at(command.line, f"prints\n{said}and the page shows\n{command.shown}")

    def example(self, block: Block, shown: str | None) -> None:
        if block.name == "pandas" and importlib.util.find_spec("pandas") is None:
            with pytest.raises(UsageError, match="pip install pandas"):
                exec(block.text, self.names)
            return
        held = io.StringIO()
        with contextlib.redirect_stdout(held):
            exec(compile(block.text, f"{self.page.name}:{block.line}", "exec"), self.names)
        printed = held.getvalue()
        assert bool(printed) == (shown is not None), self._at(block.line, f"prints\n{printed}")
        if shown is not None:
            assert handbook.agrees(shown, printed), self._at(block.line, f"prints\n{printed}and not\n{shown}")

    def _at(self, line: int, what: str) -> str:
        return f"{self.page.name}, line {line}: {what}"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Path:
    """A collection of both portals over some weeks: one article edited, one taken away, one picture never there.

    It is made once for all processes that the tests run in.
    """
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "handbook"
    folder.mkdir(exist_ok=True)
    into = folder / "archive"
    with FileLock(folder / "lock"):
        if not (folder / "made").exists():
            _keep(folder, into, portal_crawler)
            (folder / "made").touch()
    return into


def _keep(folder: Path, into: Path, portal_crawler: Run) -> None:
    with ExitStack() as stack:
        districts = Districts(folder, None, stack)
        lacked = next(one.images[0] for one in districts.first.truth() if "/1483/" in one.canonical_url)
        districts.missing.add(urlsplit(lacked.url).path)
        env = {"http_proxy": districts.url}
        crawl = ("crawl", f"http://{FIRST}/", "--into", into, "--delay", "0", "--quiet")
        portal_crawler(*crawl, f"http://{SECOND}/", env=env)
        districts.an_article_is_edited()
        districts.an_article_is_taken_away()
        portal_crawler(*crawl, "--refresh", env=env)
        portal_crawler(*crawl, env=env)  # what is gone is gone when it is not there twice


@pytest.mark.parametrize("page", handbook.pages(), ids=lambda page: page.stem)
def test_every_command_and_example_of_a_page_does_what_it_shows(
    page: Path, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    monkeypatch.chdir(folder)
    blocks = handbook.blocks(page)
    with ExitStack() as stack:
        districts = Districts(folder, kept, stack)
        terminal = stack.enter_context(Terminal(forks(), folder).open())
        terminal.environment["http_proxy"] = districts.url
        walk = Walk(page, terminal, districts)
        for block, after in zip(blocks, [*blocks[1:], None], strict=True):
            try:
                walk.block(block, after)
            except NotHere as error:
                pytest.skip(f"{page.name} from line {block.line} on: {error}")
    lines = page.read_text("utf-8").splitlines()
    assert walk.ran == [number for number, line in enumerate(lines, 1) if line.startswith("$ ")]


def test_no_page_has_anything_to_type_that_is_not_run() -> None:
    """What is typed is in blocks of the kinds that are run, and all that happens meanwhile is known by its words."""
    assert {page.stem for page in handbook.pages()} >= {"cron", "first-hour", "first-month", "library", "troubles"}
    happens: set[str] = set()
    for page in handbook.pages():
        assert len(page.read_text("utf-8").splitlines()) <= 200, page.name
        before = None
        for block in handbook.blocks(page):
            where = f"{page.name}, line {block.line}"
            assert block.kind in (*handbook.KINDS, "meanwhile"), f"{where}: a block `{block.kind}` is run by no test"
            assert block.kind != "text" or before == "python", f"{where}: what is printed stands behind its example"
            assert block.kind != "console" or handbook.commands(block), where
            before = block.kind
            happens |= {block.text} if block.kind == "meanwhile" else set()
        for number, code in handbook.prose(page):
            assert not code.startswith(("portal-crawler ", "$ ")), (
                f"{page.name}, line {number}: put {code} into a block"
            )
    assert happens == meanwhile().keys()


def test_the_verbs_and_options_that_the_prose_names_are_there() -> None:
    verbs = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    options = {option for verb in verbs.values() for one in verb.params for option in one.opts}
    for page in handbook.pages():
        for number, code in handbook.prose(page):
            verb, *rest = code.split()
            where = f"{page.name}, line {number}: {code}"
            assert not (rest and rest[0].startswith("archive")) or verb in verbs, where
            assert {word for word in (verb, *rest) if word.startswith("--")} <= options, where


def test_every_link_leads_to_a_file_and_a_heading_and_the_readme_to_every_page() -> None:
    readme = CHECKOUT / "README.md"
    for page in (readme, *handbook.pages()):
        text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            path, _, anchor = target.partition("#")
            if "://" in path:
                continue
            there = page.parent / path if path else page
            assert there.is_file(), f"{page.name}: {target}"
            assert not anchor or anchor in _anchors(there), f"{page.name}: {target}"
    linked = set(re.findall(r"\]\((docs/[^)#\s]+)", readme.read_text("utf-8")))
    assert linked == {f"docs/{page.name}" for page in handbook.pages()}


def _anchors(page: Path) -> set[str]:
    """Of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("```console\n$ echo một\nhai\n```\n", "prints"),
        ("```console\n$ echo một\nmột\n$ false\n```\n", "exit code 1, not 0"),
        ("```console\n$ (exit 3)\n$ echo $?\n4\n```\n", "exit code 3, not 4"),
        ("```python\nprint(1)\n```\n", "prints"),
        ("```python\nprint(1)\n```\n```text\n2\n```\n", "and not"),
        ("```python\nx = 1\n```\n```text\n1\n```\n", "prints"),
    ],
)
def test_a_page_that_shows_what_is_not_so_fails(text: str, complaint: str, tmp_path: Path) -> None:
    page, folder = tmp_path / "page.md", tmp_path / "reader"
    page.write_text(text, "utf-8")
    folder.mkdir()
    blocks = handbook.blocks(page)
    with Terminal(forks(), folder).open() as terminal, pytest.raises(AssertionError, match=complaint):
        walk = Walk(page, terminal, Districts.__new__(Districts))
        walk.districts.killing = None
        for block, after in zip(blocks, [*blocks[1:], None], strict=True):
            walk.block(block, after)


@pytest.mark.parametrize(
    ("shown", "printed", "right"),
    [
        ("a ... c\n", "a b c\n", True),
        ("a ... c\n", "a b\nc\n", False),
        ("a\n...\nd\n", "a\nb\nc\nd\n", True),
        ("a\n...\nd\n", "a\nd\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n\nb\n", "a  \nb\n", True),
        ("a+\n", "aa\n", False),
    ],
)
def test_dots_stand_for_what_varies_and_for_nothing_else(shown: str, printed: str, right: bool) -> None:
    assert handbook.agrees(shown, printed) is right
