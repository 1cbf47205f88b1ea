"""What a user can get wrong, or a portal: one clear line on stderr, an exit code, and nothing lost."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import CHECKOUT, Done, command, records, report

from archive import Collection
from archive.errors import UsageError
from portal_crawler.cli.commands import app
from portal_crawler.demo import DemoServer

Run = Callable[..., Done]


@contextmanager
def answering(body: bytes, media_type: str) -> Iterator[str]:
    """A server whose every page is this body; it has no robots.txt."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path != "/robots.txt"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body) if found else 0))
            self.end_headers()
            if found:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def babbling() -> Iterator[str]:
    """A server that does not speak HTTP."""
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve() -> None:
        while not ended.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                connection.sendall(b"220 mail.example ESMTP\r\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        ended.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def said(done: Done) -> str:
    """The one line of complaint."""
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("portal-crawler: ")]
    return line


def attention(done: Done) -> str:
    """What the summary calls for."""
    (line,) = [line for line in done.stderr.splitlines() if line.strip().startswith("attention")]
    return line


# Who asks


@pytest.mark.parametrize(
    "contact", ["me", "me@", "ftp://thu-vien.example/", "a@b.example) Mozilla/5.0 (", "a b@c.example"]
)
def test_a_contact_that_is_none(contact: str, tmp_path: Path, portal_crawler: Run) -> None:
    done = portal_crawler("crawl", "http://127.0.0.1:1/", "--into", tmp_path, "--contact", contact, expect=2)
    assert "--contact" in said(done)
    assert "mail address" in said(done)
    done = portal_crawler(
        "crawl", "http://127.0.0.1:1/", "--into", tmp_path, env={"PORTAL_CRAWLER_CONTACT": contact}, expect=2
    )
    assert "PORTAL_CRAWLER_CONTACT" in said(done)
    assert not list(tmp_path.iterdir())


# A portal


def test_a_portal_that_does_not_answer(tmp_path: Path, portal_crawler: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url, env = "http://xa-moi.example/", {"http_proxy": f"http://me:secret@127.0.0.1:{port}", "no_proxy": ""}
    done = portal_crawler("crawl", url, "--into", tmp_path / "a", expect=3, timeout=30, env=env)
    assert "does not answer" in attention(done)
    assert f"asked by way of the proxy http://127.0.0.1:{port})" in attention(done)
    assert "again" in attention(done)
    assert " dump " not in done.stderr  # there is nothing in it
    (shard,) = Collection(tmp_path / "a").shards()
    with shard.reading() as ledger:
        assert [row.url for row in ledger.urls("queued") if row.kind == "seed"] == [url]  # the next run goes on


def test_a_portal_that_is_not_http_is_told_also_where_nothing_else_is(tmp_path: Path, portal_crawler: Run) -> None:
    with babbling() as url:
        done = portal_crawler("crawl", url, "--into", tmp_path / "a", "--quiet", expect=3, timeout=60)
    (line,) = done.stderr.splitlines()
    assert re.match(r"portal-crawler: 127-0-0-1-\d+: the portal does not answer", line)
    portal_crawler("verify", tmp_path / "a")  # what it said is kept


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(b'{"status": "ok"}', "application/json"), (b"\x89PNG\r\n\x1a\n" + bytes(64), "image/png"), (b"", "text/html")],
)
def test_a_portal_that_is_not_html(body: bytes, media_type: str, tmp_path: Path, portal_crawler: Run) -> None:
    with answering(body, media_type) as url:
        done = portal_crawler("crawl", url, "--into", tmp_path / "a", expect=3, timeout=60)
    assert "no articles" in attention(done)


def test_a_portal_without_articles(tmp_path: Path, portal_crawler: Run) -> None:
    page = "<title>Xin chào</title><h1>Trang chủ</h1><p>Trang đang được cập nhật."
    with answering(page.encode(), "text/html; charset=utf-8") as url:
        done = portal_crawler("crawl", url, "--into", tmp_path / "a", expect=3, timeout=60)
        assert "no articles" in attention(done)
    assert portal_crawler("dump", tmp_path / "a").stdout == ""


def test_a_portal_that_dies_half_way(demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run) -> None:
    into = tmp_path / "a"
    demo.delay = 0.02
    timer = threading.Timer(1.5, demo.close)
    timer.start()
    portal_crawler("crawl", definition, "--into", into, expect=3, timeout=120)
    timer.join()
    kept = records(portal_crawler("dump", into))
    assert report(into, "demo")["urls"].get("failed") or report(into, "demo")["urls"].get("queued")
    portal_crawler("verify", into)
    assert len(kept) <= len(demo.truth())


# A definition


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[portal]\nname = 'a'\nurl = 'http://a.example/'\n[politness]\ndelay = 1\n", ["[politness]", "politeness"]),
        ("[portal]\nname = 'a'\nurl = 'http://a.example/'\n[politeness]\ndelay = 'x'\n", ["[politeness] delay", "'x'"]),
        ("[portal]\nname = 'A b'\nurl = 'http://a.example/'\n", ["[portal] name", "'A b'"]),
        ("[portal]\nname = 'a'\nurl = 'a.example'\n", ["[portal] url", "absolute"]),
        ("[portal]\nname = 'a'\n", ["[portal] url", "missing"]),
        ("[portal]\nname = 'a'\nurl = 'http://a.example/'\nfamily = 'trang-tintu'\n", ["family", "trang-tintuc"]),
        ("[portal\n", ["not TOML"]),
    ],
)
def test_a_wrong_definition_is_named_by_key_and_value(
    text: str, words: list[str], tmp_path: Path, portal_crawler: Run
) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    line = said(portal_crawler("crawl", path, "--into", tmp_path / "a", expect=2))
    for word in [str(path), *words]:
        assert word in line


@pytest.mark.parametrize("target", ["giang-than", "nosuch.toml", "giangthanh.kiengiang.gov.vn", "./here"])
def test_a_target_that_is_none(target: str, tmp_path: Path, portal_crawler: Run) -> None:
    line = said(portal_crawler("crawl", target, "--into", tmp_path / "a", expect=2))
    assert target in line
    assert not (tmp_path / "a").exists()


# A folder


@pytest.mark.parametrize("verb", ["dump", "verify", "rebuild"])
def test_a_folder_that_is_no_collection(verb: str, tmp_path: Path, portal_crawler: Run) -> None:
    assert str(tmp_path) in said(portal_crawler(verb, tmp_path, expect=2))
    assert "no such folder" in said(portal_crawler(verb, tmp_path / "nowhere", expect=2))


def test_a_portal_that_was_never_crawled_is_an_empty_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "xa").mkdir()
    (tmp_path / "xa" / "portal.toml").write_text('[portal]\nname = "xa"\nurl = "http://xa.example/"\n')
    shown = {}
    for verb in ("report", "dump", "changed", "vanished", "verify", "doctor", "query by-month", "search dat"):
        name, *arguments = verb.split()
        with pytest.raises(SystemExit) as end:
            app([name, str(tmp_path), *arguments])
        shown[name] = capsys.readouterr()
        assert end.value.code == 0, verb
    assert shown["report"].out.startswith("xa: no articles\n")
    assert f"portal-crawler crawl xa --into {tmp_path}" in shown["report"].out
    assert [shown[name].out for name in ("dump", "changed", "vanished", "query", "search")] == [""] * 5
    with pytest.raises(UsageError, match=r"no article of xa\.example is kept"):
        app(["history", str(tmp_path), "http://xa.example/"])
    assert not (tmp_path / "xa" / "ledger.sqlite").exists()


def test_a_portal_of_which_nothing_is_kept_stops_no_other_from_being_packed(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "a"
    portal_crawler("crawl", definition, "--into", into, "--limit", "5", expect=3)
    (into / "an-xa").mkdir()
    (into / "an-xa" / "portal.toml").write_text('[portal]\nname = "an-xa"\nurl = "http://xa.example/"\n')
    done = portal_crawler("pack", into, "--output", tmp_path)
    assert f"{into / 'an-xa'}: has no captures to pack; `crawl` it first" in done.stderr
    assert (tmp_path / "demo.wacz").is_file()
    assert "no captures" in said(portal_crawler("pack", into, "--portal", "an-xa", "--output", tmp_path, expect=2))


def test_a_folder_that_cannot_be_written(definition: Path, tmp_path: Path, portal_crawler: Run) -> None:
    (tmp_path / "file").write_text("")
    line = said(portal_crawler("crawl", definition, "--into", tmp_path / "file", expect=2))
    assert str(tmp_path / "file") in line
    assert "written" in line


@pytest.mark.parametrize("room", [60_000, 400_000])
def test_a_disk_that_is_full_ends_the_run_in_one_line_and_loses_nothing(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run, room: int
) -> None:
    """No file may grow beyond `room`: first it is the ledger that meets it, or the WARC file."""
    into = tmp_path / "a"
    limited = ["bash", "-c", f'ulimit -f {room // 1024}; exec "$@"', "bash"]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [*limited, *command("crawl", definition, "--into", into, "--quiet")],
        env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "make room" in said(done)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    portal_crawler("crawl", definition, "--into", into)
    assert len(records(portal_crawler("dump", into))) == len(demo.truth())
    portal_crawler("verify", into)


def test_a_portal_that_another_run_holds(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "a"
    demo.delay = 0.2
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(command("crawl", definition, "--into", into, "--quiet"), env=environment) as first:
        while len(demo.requests) < 3:
            time.sleep(0.02)
        line = said(portal_crawler("crawl", definition, "--into", into, expect=4))
        assert f"process {first.pid}" in line
        assert "locked" in said(portal_crawler("verify", into, expect=4))
        first.send_signal(signal.SIGKILL)
    demo.delay = 0
    portal_crawler("crawl", definition, "--into", into)  # the lock went with the process


# A file


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("empty.warc.gz", b"", 2), ("not.warc.gz", b"this is not a WARC file\n" * 9, 2), ("torn.warc.gz", None, 3)],
)
def test_a_file_that_is_no_whole_warc(
    name: str, content: bytes | None, code: int, demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    path = tmp_path / name
    if content is None:
        portal_crawler("crawl", definition, "--into", tmp_path / "a", "--limit", "5", expect=3)
        (whole,) = (tmp_path / "a" / "demo" / "warc").iterdir()
        content = whole.read_bytes()[:-50]
    path.write_bytes(content)
    line = said(portal_crawler("extract", path, "--stdout", expect=code))
    assert str(path) in line
    assert path.read_bytes() == content


def test_an_html_file_that_is_no_article_says_why(tmp_path: Path, portal_crawler: Run) -> None:
    path = tmp_path / "page.html"
    path.write_text("<title>Liên hệ</title><h1>Liên hệ</h1>", encoding="utf-8")
    done = portal_crawler("extract", path, "--stdout")
    assert done.stdout == ""
    assert f"{path}: no article: " in done.stderr


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html>" + b"<p>tin</p>" * 5_000_000, "larger than 16 MiB"),
        (b"<html><body>" + b"<p>" * 190_000 + b"a" * 14_000_000, ""),
        (b"<html><body>" + b"<div>" * 10_000, "2,048 levels"),
        (b"", "empty body"),
    ],
    ids=["50 MB", "15 MB", "10,000 levels", "empty"],
)
def test_a_page_of_any_size_is_answered_within_its_memory(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(content)
    limited = ["bash", "-c", 'ulimit -v 1500000; exec "$@"', "bash"]  # kilobytes
    done = subprocess.run(
        [*limited, *command("extract", path, "--stdout")],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    beyond = reason in ("larger than 16 MiB", "2,048 levels")  # it may be an article, and nobody knows
    assert done.returncode == (3 if beyond else 0), done.stderr
    assert f"{path}: {'not read' if beyond else 'no article'}: " in done.stderr
    assert reason in done.stderr


def test_extract_needs_to_know_where_to(tmp_path: Path, portal_crawler: Run) -> None:
    done = portal_crawler("extract", tmp_path, expect=2)
    assert "--into" in done.stderr


@pytest.mark.parametrize("verb", ["schema", "--version"])  # more than a buffer holds, and less
def test_a_reader_that_had_enough_ends_it_without_a_word_and_not_as_if_all_had_been_read(verb: str) -> None:
    ours, its = os.pipe()
    os.close(ours)
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(command(verb), stdout=its, stderr=subprocess.PIPE, env=environment, timeout=60, check=False)
    os.close(its)
    assert (done.returncode, done.stderr) == (141, b"")
