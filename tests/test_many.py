"""Many portals in one process: each at its own pace, none starved, and none taken down by another.

The hosts are invented; a forward proxy on loopback is all of them.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import CHECKOUT, Done, report

from archive.lock import locked
from archive.shard import Shard
from portal_crawler.portal import Portal

Run = Callable[..., Done]

WORDS = "Sáng nay Uỷ ban nhân dân xã họp bàn việc làm đường liên thôn, có đại diện các thôn tới dự đông đủ."
NAMES = ("mai", "lan", "cúc", "trúc", "đào", "sen", "liễu", "tùng", "bách", "thông")
PAGES = 8
DELAY = 0.2


class Proxy:
    """Answers for every host, by its first label: slow, dead, endless, reset or limited; any other is well behaved."""

    def __init__(self) -> None:
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.at_once: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._lock = threading.Lock()

    def answer(self, host: str, path: str) -> tuple[int, str, dict[str, str]]:
        """Status, page and headers."""
        with self._lock:
            self.asked[host].append(time.monotonic())
            recent = [moment for moment in self.asked[host] if moment > time.monotonic() - 3]
        if host.startswith("slow"):
            time.sleep(2)
        if host.startswith("limited") and len(recent) > 20:  # in 3 seconds
            self.refused[host] += 1
            return 429, "", {"Retry-After": "2"} if host.startswith("limited-told") else {}
        if path == "/robots.txt":
            return 404, "", {}
        if host.startswith("endless") and (path.strip("/") or "0").isdigit():
            number = int(path.strip("/") or 0)
            return 200, page(number, f"<a href='/{number + 1}/'>{number + 1}</a> {number * 7919}"), {}
        pages = 60 if host.startswith("limited") else PAGES
        if path == "/":
            links = "".join(f"<li><a href='/tin/{n}.html'>{title(n)}</a> 03/03/2023</li>" for n in range(pages))
            return 200, f"<html><body><ul>{links}</ul></body></html>", {}
        number = path.removeprefix("/tin/").removesuffix(".html")
        found = number.isdigit() and int(number) < pages
        if host == "anh.example":
            return 200, "ảnh", {"Content-Type": "image/jpeg"}
        if host.startswith("shows") and number == "1":
            return 200, page(1, f"<p><img src='http://anh.example/{host}.jpg'></p>"), {}
        return (200, page(int(number), ""), {}) if found else (404, "", {})


def page(number: int, more: str) -> str:
    head = f"<h1>{title(number)}</h1><p>03/03/2023 08:00</p>"
    return f"<html><body>{head}<p>{title(number)}: {WORDS}</p>{more}</body></html>"


def title(number: int) -> str:
    """Other words for each: what differs only in its digits is the same to a reader of lists."""
    return f"Họp bàn làm đường liên thôn {' '.join(NAMES[int(digit)] for digit in str(number))}"


@contextmanager
def serving() -> Iterator[tuple[Proxy, str]]:
    proxy = Proxy()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            host = parts.hostname or ""
            if host.startswith(("dead", "reset")):
                proxy.asked[host].append(time.monotonic())
                if host.startswith("reset"):
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                return
            with proxy._lock:
                proxy.at_once[host] += 1
                proxy.most_at_once[host] = max(proxy.most_at_once[host], proxy.at_once[host])
            status, body, headers = proxy.answer(host, parts.path)
            with proxy._lock:
                proxy.at_once[host] -= 1
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 256
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A crawl that ends goes in the middle of a request."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield proxy, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def urls(*names: str) -> list[str]:
    return [f"http://{name}.example/" for name in names]


def shard(name: str) -> str:
    return f"{name}-example"


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Iterator[tuple[Proxy, Path, list[Any]]]:
    """Twelve portals, one of each kind of trouble among them."""
    into = tmp_path_factory.mktemp("many")
    names = [f"xa-{number}" for number in range(8)] + ["slow", "dead", "reset", "endless"]
    with serving() as (proxy, url):
        done = portal_crawler(
            "crawl", *urls(*names), "--into", into, "--delay", str(DELAY), "--limit", "40", "--json",
            env={"http_proxy": url}, expect=3, timeout=240,
        )  # fmt: skip
        yield proxy, into, [json.loads(line) for line in done.stdout.splitlines()]


def test_the_well_behaved_end_in_the_time_that_their_own_pace_needs(crawled: tuple[Proxy, Path, list[Any]]) -> None:
    proxy, _, reports = crawled
    for number in range(8):
        one = next(one for one in reports if one["portal"] == shard(f"xa-{number}"))
        assert one["reason"] == "finished"
        assert sum(one["articles"].values()) == PAGES
        asked = proxy.asked[f"xa-{number}.example"]
        assert asked[-1] - asked[0] < 1.3 * DELAY * len(asked) + 4  # the processor is shared with the other tests


def test_pace_and_number_at_a_time_hold_for_each_host(crawled: tuple[Proxy, Path, list[Any]]) -> None:
    proxy, _, _ = crawled
    assert set(proxy.most_at_once.values()) == {1}
    for asked in proxy.asked.values():
        gaps = [after - before for before, after in pairwise(asked)]
        assert sum(gaps) > 0.95 * DELAY * len(gaps)
        assert min(gaps) > 0.5 * DELAY  # as the server sees them: a busy machine delays one and not the next
    asked = proxy.asked["slow.example"]
    assert min(after - before for before, after in pairwise(asked)) > 3.5  # two to answer, two of rest


def test_records_of_the_fast_are_made_while_the_slow_goes_on(crawled: tuple[Proxy, Path, list[Any]]) -> None:
    _, into, reports = crawled
    slow = report(into, shard("slow"))
    fast = [one for one in reports if one["portal"].startswith("xa-")]
    assert all(one["ended"] < slow["ended"] for one in fast)
    written = [max((into / one["portal"] / "records").iterdir()).stat().st_mtime for one in fast]
    assert max(written) < max((into / shard("slow") / "records").iterdir()).stat().st_mtime - 5


def test_each_is_reported_with_its_own_end(crawled: tuple[Proxy, Path, list[Any]]) -> None:
    _, _, reports = crawled
    reasons = {one["portal"].removesuffix("-example"): one["reason"] for one in reports}
    assert len(reasons) == 12
    assert (reasons["dead"], reasons["reset"]) == ("no answer", "no answer")
    assert reasons["slow"] == "finished"
    assert reasons["endless"] in ("limit", "finished")  # by the limit, or as a trap


def test_one_that_is_locked_or_damaged_takes_no_other_down(tmp_path: Path, portal_crawler: Run) -> None:
    (tmp_path / shard("broken")).mkdir()
    (tmp_path / shard("broken") / "ledger.sqlite").write_bytes(b"\x00no ledger\x00" * 200)
    held = Shard(tmp_path / shard("held"))
    held.folder.mkdir()
    with serving() as (_, url), locked(held):
        arguments = ("crawl", *urls("held", "xa-1", "broken", "xa-2"), "--into", tmp_path, "--delay", "0")
        done = portal_crawler(*arguments, env={"http_proxy": url}, expect=5)
    for name in ("xa-1", "xa-2"):
        assert sum(report(tmp_path, shard(name))["articles"].values()) == PAGES
    complaints = [line for line in done.stderr.splitlines() if line.startswith("portal-crawler: ")]
    assert len(complaints) == 2
    assert "locked by another run" in complaints[0]
    assert "not a readable ledger" in complaints[1]


FAULTY = """
import sys
import portal_crawler.crawl.crawl as crawl
from portal_crawler.cli import main

true = crawl.visit

def visit(capture, portal, kind):
    if capture.url == "http://xa-1.example/tin/3.html":
        raise RuntimeError("a fault that nobody has thought of")
    return true(capture, portal, kind)

crawl.visit = visit
main()
"""


def test_a_fault_of_our_own_ends_one_crawl_and_the_next_run_goes_on(tmp_path: Path, portal_crawler: Run) -> None:
    """It is put in: none is known. A host whose request never ends would keep the crawl waiting for ever."""
    arguments = ["crawl", *urls("xa-1", "xa-2"), "--into", str(tmp_path), "--delay", "0"]
    with serving() as (_, url):
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "http_proxy": url}
        command = [sys.executable, "-c", FAULTY, *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert "RuntimeError: a fault that nobody has thought of" in done.stderr.splitlines()[-1]
        assert sum(report(tmp_path, shard("xa-2"))["articles"].values()) == PAGES
        portal_crawler(*arguments, env={"http_proxy": url})
    assert sum(report(tmp_path, shard("xa-1"))["articles"].values()) == PAGES


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount a small disk")
def test_one_whose_disk_is_full_takes_no_other_down(tmp_path: Path, portal_crawler: Run) -> None:
    folder = tmp_path / shard("full")
    folder.mkdir()
    if os.system(f"mount -t tmpfs -o size=300k tmpfs {folder} 2>/dev/null") != 0:
        pytest.skip("may not mount")
    try:
        with serving() as (_, url):
            arguments = ("crawl", *urls("full", "xa-1"), "--into", tmp_path, "--delay", "0")
            done = portal_crawler(*arguments, env={"http_proxy": url}, expect=2)
    finally:
        os.system(f"umount {folder}")
    assert sum(report(tmp_path, shard("xa-1"))["articles"].values()) == PAGES
    assert "make room" in done.stderr


@pytest.mark.parametrize("name", ["limited-told", "limited-untold"])
def test_a_server_that_counts_is_crawled_whole_with_a_handful_of_refusals(
    name: str, tmp_path: Path, portal_crawler: Run
) -> None:
    with serving() as (proxy, url):
        portal_crawler(
            "crawl", *urls(name), "--into", tmp_path, "--delay", "0.05", env={"http_proxy": url}, timeout=120
        )
    one = report(tmp_path, shard(name))
    assert (one["reason"], one["failures"]) == ("finished", [])
    assert sum(one["articles"].values()) == 60
    assert 1 <= proxy.refused[f"{name}.example"] <= 5


def test_a_hundred_portals_at_once(tmp_path: Path, portal_crawler: Run) -> None:
    names = [f"xa-{number}" for number in range(100)]
    with serving() as (proxy, url):
        begin = time.monotonic()
        portal_crawler("crawl", *urls(*names), "--into", tmp_path, env={"http_proxy": url}, timeout=400)
        took = time.monotonic() - begin
    for name in names:
        one = report(tmp_path, shard(name))
        assert (one["reason"], sum(one["articles"].values())) == ("finished", PAGES), name
    lasted = [proxy.asked[f"{name}.example"][-1] - proxy.asked[f"{name}.example"][0] for name in names]
    requests = sum(len(asked) for asked in proxy.asked.values())
    print(
        f"100 portals, {requests} requests, {took:.0f} s; a portal's own crawl {min(lasted):.0f} to {max(lasted):.0f} s"
    )
    assert max(lasted) < 3 * min(lasted)


def test_portals_that_share_a_media_host_take_turns_at_it(tmp_path: Path, portal_crawler: Run) -> None:
    names = [f"shows-{number}" for number in range(4)]
    with serving() as (proxy, url):
        portal_crawler("crawl", *urls(*names), "--into", tmp_path, "--delay", "0", env={"http_proxy": url})
    asked = proxy.asked["anh.example"]
    assert len(asked) == 4 * 2  # each asks for robots.txt, to archive it, and for its picture
    assert min(after - before for before, after in pairwise(asked)) > 0.9
    assert proxy.most_at_once["anh.example"] == 1
    for name in names:
        assert report(tmp_path, shard(name))["media_elsewhere"] == {"archived": 1}


def test_two_portals_of_one_name_are_refused(tmp_path: Path, portal_crawler: Run) -> None:
    done = portal_crawler("crawl", *urls("xa-1", "xa-1"), "--into", tmp_path, expect=2)
    assert "same name" in done.stderr
    assert Portal.of_url(urls("xa-1")[0]).portal.name == shard("xa-1")
