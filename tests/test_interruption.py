"""SIGTERM, SIGHUP and Ctrl-C: the crawl closes within seconds, whatever it is at; a second one ends it at once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import CHECKOUT, Done, command, records, report
from test_many import PAGES, Proxy, serving, shard, urls
from test_run_collection import collection, events

from archive import Collection
from archive.warc import records as warc_records
from portal_crawler.demo import DemoServer, serve
from portal_crawler.fetch.interruption import ANSWERS, RECORDS

Run = Callable[..., Done]

SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT]
SECONDS = RECORDS + 5  # to close in, on a machine that has other things to do


@contextmanager
def crawling(*arguments: str | Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT), **environment}
    with subprocess.Popen(command("crawl", *arguments), env=env, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def until(condition: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not condition():
        time.sleep(0.01)
        assert time.monotonic() - started < 60, "waited in vain"


def ended(process: subprocess.Popen[str], seconds: float = SECONDS) -> str:
    """What it said, having ended as an interrupted one does."""
    _, messages = process.communicate(timeout=seconds)
    assert process.returncode == 130, messages
    assert "Traceback" not in messages, messages
    return messages


def left_open(into: Path) -> list[Path]:
    return list(into.glob("*/warc/*.open"))


@contextmanager
def hanging() -> Iterator[tuple[str, list[bytes]]]:
    """A server whose front page leads to one that takes the request, sends half an answer, and then nothing more."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    asked: list[bytes] = []
    held: list[socket.socket] = []

    def answer(connection: socket.socket) -> None:
        path = connection.recv(65536).split(b" ")[1]
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
        if path == b"/":
            connection.sendall(head + b"\r\n<title>Tin</title><a href='/cham.html'>Tin xem sau</a>")
            connection.close()
        elif path == b"/cham.html":
            connection.sendall(head + "Content-Length: 9999\r\n\r\n<p>Sáng nay".encode())
            held.append(connection)
        else:
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            connection.close()
        asked.append(path)

    def take() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            answer(connection)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        yield url, asked
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connection in held:
            connection.close()
        thread.join()


@pytest.mark.parametrize("number", SIGNALS)
def test_a_server_that_hangs_holds_nobody_up_who_wants_an_end(
    number: signal.Signals, tmp_path: Path, portal_crawler: Run
) -> None:
    with hanging() as (url, asked):
        with crawling(url, "--into", tmp_path, "--delay", "0") as process:
            until(lambda: b"/cham.html" in asked)
            process.send_signal(number)
            started = time.monotonic()
            messages = ended(process)
            assert time.monotonic() - started > ANSWERS - 0.5  # it had its moment
        assert "run the same command again" in messages
        assert not left_open(tmp_path)
        portal_crawler("verify", tmp_path)
        (portal,) = Collection(tmp_path).shards()
        with portal.reading() as ledger:
            assert f"{url}cham.html" in [row.url for row in ledger.urls("queued")]
        cut = [one for path in portal.warcs() for one in warc_records(path) if one.get("WARC-Truncated")]
        assert [one.url for one in cut if one.type == "response"] == [f"{url}cham.html"]  # what came of it is kept


@pytest.mark.parametrize("number", [signal.SIGTERM])
def test_a_second_signal_ends_it_at_once_and_loses_nothing(
    number: signal.Signals, demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    with crawling(definition, "--into", into) as process:
        until(lambda: len(demo.requests) > 30)
        demo.delay = 60
        time.sleep(0.2)
        process.send_signal(number)
        time.sleep(1.2)
        process.send_signal(number)
        assert "ended at once" in ended(process, 1)
    assert left_open(into)
    demo.delay = 0
    portal_crawler("crawl", definition, "--into", into)
    assert len(records(portal_crawler("dump", into))) == len(demo.truth())
    portal_crawler("verify", into)


def test_two_signals_for_one_are_one(demo: DemoServer, definition: Path, tmp_path: Path) -> None:
    """systemd sends SIGHUP behind SIGTERM where a unit asks for it."""
    with crawling(definition, "--into", tmp_path / "archive") as process:
        until(lambda: len(demo.requests) > 30)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGHUP)
        assert "ended at once" not in ended(process)
    assert not left_open(tmp_path / "archive")


def test_an_end_while_records_are_made_leaves_those_to_the_next_run(tmp_path: Path, portal_crawler: Run) -> None:
    into, path = tmp_path / "archive", tmp_path / "demo.toml"
    with serve(copies=10) as demo:
        path.write_text(demo.portal().to_toml(), encoding="utf-8")
        with crawling(path, "--into", into, "--workers", "8") as process:
            until(lambda: len(demo.requests) > 1500 and is_quiet(demo))
            process.send_signal(signal.SIGSTOP)  # it stands still for so long that the rest of the records is too much
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGCONT)
            time.sleep(0.05)
            process.send_signal(signal.SIGSTOP)
            time.sleep(RECORDS)
            process.send_signal(signal.SIGCONT)
            messages = ended(process)
        asked = len(demo.requests)
        assert "the next run makes them" in messages
        assert not left_open(into)
        assert portal_crawler("dump", into).stdout == ""
        portal_crawler("verify", into)
        portal_crawler("crawl", path, "--into", into)
        assert len(records(portal_crawler("dump", into))) == len(demo.truth())
        again = [request.path for request in demo.requests[asked:]]
        assert len(again) < asked / 4, again  # a later visit as any other


def is_quiet(demo: DemoServer) -> bool:
    """Whether nothing was asked for a while: it has all that it wants."""
    before = len(demo.requests)
    time.sleep(0.3)
    return len(demo.requests) == before


def test_many_portals_close_together(tmp_path: Path, portal_crawler: Run) -> None:
    names = [f"xa-{number}" for number in range(24)] + ["slow", "dead"]
    with (
        serving() as (proxy, address),
        crawling(*urls(*names), "--into", tmp_path, "--delay", "0.3", http_proxy=address) as process,
    ):
        until(lambda: asked(proxy) > 100)
        process.send_signal(signal.SIGTERM)
        ended(process)
    assert not left_open(tmp_path)
    assert {one.name for one in Collection(tmp_path).shards()} == {shard(name) for name in names}
    portal_crawler("verify", tmp_path)


def test_a_round_of_several_portals_closes_as_a_crawl_does_and_the_next_one_goes_on(
    tmp_path: Path, portal_crawler: Run
) -> None:
    names = ("xa-1", "xa-2", "xa-3")
    file = collection(tmp_path, *names, whole='parallel = 2\nlog = "run.log"')
    hasty = file.read_text("utf-8")
    file.write_text(hasty.replace("delay = 0\n", "delay = 0.3\n"), "utf-8")
    with serving() as (proxy, address):
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "http_proxy": address}
        with subprocess.Popen(command("run", file), env=env, stderr=subprocess.PIPE, text=True) as process:
            until(lambda: asked(proxy) > 14)
            process.send_signal(signal.SIGTERM)
            ended(process)
        assert not left_open(tmp_path / "kept")
        assert [one["exit_code"] for one in events(tmp_path / "run.log") if one["event"] == "run ends"] == [130]
        kept = {shard(name): len(list((tmp_path / "kept" / shard(name)).glob("warc/*"))) for name in names}
        assert kept == {"xa-1-example": 1, "xa-2-example": 1, "xa-3-example": 0}
        file.write_text(hasty, "utf-8")
        portal_crawler("run", file, env={"http_proxy": address})
        first, second, whole = (len(proxy.asked[f"{name}.example"]) for name in names)
        assert max(first, second) <= whole + 3  # robots.txt and what was cut off, and nothing from the beginning
    for name in names:
        assert sum(report(tmp_path / "kept", shard(name))["articles"].values()) == PAGES
    portal_crawler("verify", tmp_path / "kept")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_is_still_starting_is_told_in_one_line(number: signal.Signals, tmp_path: Path) -> None:
    # In place of a library that takes its time: the moment is certain then.
    (tmp_path / "typer.py").write_text("import sys, time\nprint('here', file=sys.stderr, flush=True)\ntime.sleep(60)\n")
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}:{CHECKOUT}"}
    with subprocess.Popen(command("--help"), env=env, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "here\n"
        process.send_signal(number)
        assert ended(process).splitlines() == ["portal-crawler: interrupted"]


def asked(proxy: Proxy) -> int:
    return sum(map(len, list(proxy.asked.values())))


@pytest.mark.parametrize(("verb", "number"), [("rebuild", signal.SIGINT), ("verify", signal.SIGTERM)])
def test_other_commands_end_in_one_line(
    verb: str, number: signal.Signals, crawled_once: tuple[Path, str], portal_crawler: Run
) -> None:
    into, dumped = crawled_once
    env = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(command(verb, into), env=env, stderr=subprocess.PIPE, text=True) as process:
        holder = next(into.glob("*/portal.toml")).with_name("lock.holder")
        until(lambda: holder.exists() and f"process {process.pid} " in holder.read_text("utf-8"))
        process.send_signal(number)
        assert ended(process).splitlines() == ["portal-crawler: interrupted"]
    assert portal_crawler("dump", into).stdout == dumped
    portal_crawler("verify", into)
    portal_crawler("rebuild", into)
    assert portal_crawler("dump", into).stdout == dumped


@pytest.fixture(scope="module")
def crawled_once(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> tuple[Path, str]:
    """A collection of the demo portal, and its records."""
    folder = tmp_path_factory.mktemp("once")
    with serve(copies=3) as demo:
        (folder / "demo.toml").write_text(demo.portal().to_toml(), encoding="utf-8")
        portal_crawler("crawl", folder / "demo.toml", "--into", folder / "archive")
    return folder / "archive", portal_crawler("dump", folder / "archive").stdout
