"""A real browser for tests: Debian's Chromium, spoken to by WebDriver, whose every request goes through a gate.

The gate is a forward proxy on loopback that passes on what is meant for one server and notes and refuses the rest. So
the browser's network is cut off, and what it asked for is known, also of its service workers and of itself.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from servers import answers, debian, folder, free_port, process

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name that WebDriver gives to the key of an element
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-quic",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--window-size=1280,1500",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--proxy-bypass-list=<-loopback>",  # loopback as well goes through the gate
)
# Whom Chromium itself asks for updates, accounts, the time and a start page, whatever the flags say; no page does. The
# gate lets none of it through.
_ITS_OWN = re.compile(r"([\w.-]+\.)?(google\.com|googleapis\.com|gvt1\.com|duckduckgo\.com)(:\d+)?")
_HOP = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "te", "upgrade", "proxy-authorization"}


@dataclass(slots=True)
class Gate:
    """What the browser asked for: of the one server that it may reach, with the status; and of all others."""

    server: str  # host and port
    port: int
    asked: list[tuple[str, int]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # but for what Chromium asks for on its own account


@contextmanager
def gate(server: str) -> Iterator[Gate]:
    """The gate to the server at an address of the form `host:port`."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: `Gate` has it."""

        def pass_on(self) -> None:
            url = urlsplit(self.path)
            if self.command == "CONNECT" or url.netloc != server:
                host = self.path if self.command == "CONNECT" else url.netloc
                if not _ITS_OWN.fullmatch(host):
                    note.refused.append(f"{self.command} {self.path}")
                self.send_error(502, "the network is cut off")
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            connection = http.client.HTTPConnection(server, timeout=60)
            try:
                headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
                path = url._replace(scheme="", netloc="").geturl()
                connection.request(self.command, path, body or None, {**headers, "Connection": "close"})
                answer = connection.getresponse()
                note.asked.append((path, answer.status))
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    if name.lower() not in _HOP:
                        self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                while piece := answer.read(1 << 16):
                    self.wfile.write(piece)
            except ConnectionError:  # either side went away, as browsers do in the middle of an answer
                self.close_connection = True
            finally:
                connection.close()

        do_GET = do_HEAD = do_POST = do_PUT = do_OPTIONS = do_CONNECT = pass_on

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as proxy:
        proxy.daemon_threads = True
        note = Gate(server, proxy.server_address[1])
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            yield note
        finally:
            proxy.shutdown()


@dataclass(frozen=True, slots=True)
class Browser:
    """A window of Chromium."""

    session: str  # the session's address at the driver
    gate: Gate

    def call(self, verb: str, **values: Any) -> Any:
        return _call(f"{self.session}/{verb}", values)

    def open(self, url: str) -> None:
        self.call("url", url=url)

    def run(self, script: str, *arguments: Any) -> Any:
        """What a function's body returns, run in the frame that is chosen."""
        return self.call("execute/sync", script=script, args=list(arguments))

    def enter(self, find: str) -> None:
        """Choose the frame that a script of the page returns; waits until there is one."""
        self.call("frame", id=None)
        frame = self.wait(f"return {find}", lambda value: isinstance(value, dict) and _ELEMENT in value)
        self.call("frame", id=frame)

    def wait(self, script: str, fits: Callable[[Any], bool] = bool, seconds: float = 20) -> Any:
        """What a script returns as soon as it fits; fails the test where it does not in time."""
        deadline = time.monotonic() + seconds
        value: Any = None
        while time.monotonic() < deadline:
            try:
                if fits(value := self.run(script)):
                    return value
            except Refused as error:  # a frame that is being replaced
                value = error
            time.sleep(0.2)
        shown = self.run("return document.documentElement.outerHTML")
        return pytest.fail(f"{script!r} gave {value!r}; asked: {self.gate.asked[-20:]}; page: {shown[:2000]}")

    def screenshot(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(f"{self.session}/screenshot", timeout=60) as answer:
            path.write_bytes(base64.b64decode(json.load(answer)["value"]))


class Refused(Exception):
    """What the driver says of a command that it could not carry out."""


def _call(url: str, values: dict[str, Any]) -> Any:
    request = urllib.request.Request(url, json.dumps(values).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        with error:
            raise Refused(json.load(error)["value"]["message"]) from None


@contextmanager
def chromium(server: str) -> Iterator[Browser]:
    """Chromium with an empty profile, which reaches nothing but the server at `host:port`."""
    debian(CHROMIUM, DRIVER, packages="chromium")
    with folder("chromium") as home, gate(server) as one:
        port = free_port()
        log = home / "driver.log"
        with process([DRIVER, f"--port={port}"], log, HOME=str(home)):
            driver = f"http://127.0.0.1:{port}"
            answers(f"{driver}/status", log)
            flags = [*_FLAGS, f"--user-data-dir={home / 'profile'}", f"--proxy-server=http://127.0.0.1:{one.port}"]
            wanted = {"browserName": "chrome", "goog:chromeOptions": {"binary": CHROMIUM, "args": flags}}
            made = _call(f"{driver}/session", {"capabilities": {"alwaysMatch": wanted}})
            browser = Browser(f"{driver}/session/{made['sessionId']}", one)
            try:
                yield browser
            finally:
                request = urllib.request.Request(browser.session, method="DELETE")
                urllib.request.urlopen(request, timeout=60).close()
