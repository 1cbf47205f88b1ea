"""Kit: what a synthetic portal is, and the one server of all of them.

A portal is a table of routes; an answer that shows an article says which. The server takes each request by its Host
header or, as a forward proxy, by the whole address (`http_proxy`); a host that is no portal's answers 502.
"""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from servers.content import Story, stories

HTML = "text/html; charset=utf-8"
ARTICLES = 110  # of each portal: enough that the fixed cost of looking for sitemaps and feeds does not decide


@dataclass(frozen=True)
class Request:
    """What was asked, and how."""

    host: str
    target: str  # path and query, as sent
    method: str = "GET"
    agent: str = ""
    body: bytes = b""

    @cached_property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """A response. `story`: the number of the article that it shows; `dropped`: the connection is reset instead."""

    body: str | bytes = ""
    status: int = 200
    type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    story: int | None = None
    dropped: bool = False


_OF_LAYOUT = (".css", ".js", ".woff", ".woff2", ".ttf", ".ico")  # also where they are not there


@dataclass(frozen=True)
class Logged:
    """One request as it was answered."""

    request: Request
    status: int
    type: str
    answered: bool = True  # false: the connection was reset

    @property
    def page(self) -> bool:
        """Whether it counts as a page: pictures, files and styles do not."""
        file = ("image/", "font/", "application/pdf", "text/css", "text/javascript", "application/javascript")
        return not (self.type.startswith(file) or self.request.path.endswith(_OF_LAYOUT))


Said = Answer | str | None
Handler = Callable[[Request], Said]


def redirect(target: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": target})


NOT_FOUND = Answer("<html><head><title>404</title></head><body><h1>Không tìm thấy</h1></body></html>", 404)


class Portal:
    """One synthetic portal: its hosts, its routes, its articles, and what it was asked."""

    def __init__(self, name: str, *, articles: int = ARTICLES, hosts: Iterable[str] = ()) -> None:
        self.name = name
        self.host = f"{name}.example"
        self.hosts = (self.host, *hosts)
        self.stories = stories(articles)[::-1]  # newest first
        self.forbidden = ("/noi-bo/",)
        self.expected = frozenset(story.number for story in self.stories)
        self.also: tuple[str, ...] = ()  # hosts that its definition names: without any it is crawled without one
        self.trap: str | None = None  # expression of addresses of which some must be recorded as trap or twin
        self.most = 1.6  # page requests an article
        self.exit = 0
        self.log: list[Logged] = []
        self._pages: dict[str, Handler] = {}
        self._patterns: list[tuple[re.Pattern[str], Handler]] = []
        self._wrap: Callable[[Request, Handler], Said] | None = None
        self.sitemaps: list[str] = []  # that robots.txt names
        self.page("/robots.txt", self._robots)

    @property
    def url(self) -> str:
        return f"http://{self.host}/"

    def definition(self) -> str:
        """What a person would have to tell of it."""
        name = self.host.replace(".", "-")
        return f'[portal]\nname = "{name}"\nurl = "{self.url}"\n\n[scope]\nhosts = {list(self.also)}\n'

    def page(self, path: str, said: Handler | Answer | str) -> None:
        """What a path answers with."""
        self._pages[path] = said if callable(said) else lambda _: said

    def pattern(self, expression: str, handler: Handler) -> None:
        """What the paths answer with that match as a whole, where no page of its own does."""
        self._patterns.append((re.compile(expression), handler))

    def around(self, wrap: Callable[[Request, Handler], Said]) -> None:
        """Let `wrap` answer every request; it is given the answer that the routes would give."""
        self._wrap = wrap

    def answer(self, request: Request) -> Answer:
        said = self._wrap(request, self._routed) if self._wrap is not None else self._routed(request)
        return NOT_FOUND if said is None else Answer(said) if isinstance(said, str) else said

    def _routed(self, request: Request) -> Said:
        handler = self._pages.get(request.path)
        if handler is not None:
            return handler(request)
        for expression, one in self._patterns:
            if expression.fullmatch(request.path):
                return one(request)
        return None

    def story_at(self, url: str) -> int | None:
        """The number of the article that an address shows; None where it is no article's."""
        parts = urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        return self.answer(Request(parts.hostname or "", target)).story

    def forbids(self, request: Request) -> bool:
        return request.path.startswith(self.forbidden)

    def _robots(self, _: Request) -> Answer:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in self.forbidden)]
        lines += [f"Sitemap: {address}" for address in self.sitemaps]
        return Answer("\n".join(lines) + "\n", type="text/plain")

    def media(self, story: Story, name: str) -> Answer:
        kind = "application/pdf" if name.lower().endswith(".pdf") else "image/png"
        return Answer(story.media(name), type=kind)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "portals"
    wbufsize = 1 << 16  # head and body leave together
    disable_nagle_algorithm = True
    server: Server

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        host = (url.hostname if url.scheme else self.headers.get("Host", "").partition(":")[0]) or ""
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(host.lower(), target, self.command, self.headers.get("User-Agent", ""), body)
        portal = self.server.portals.get(request.host)
        answer = portal.answer(request) if portal else Answer(f"not served here: {host}\n", 502, "text/plain")
        if portal is not None:
            with self.server.lock:
                portal.log.append(Logged(request, answer.status, answer.type, not answer.dropped))
        if answer.dropped:
            self._reset()
        else:
            self._send(answer)

    do_POST = do_HEAD = do_GET

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        headers = {"Content-Type": answer.type, "Content-Length": str(len(body)), **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _reset(self) -> None:
        """End the connection as a server does that has died: with RST, without a word."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr: the portals keep the log."""


class Server(ThreadingHTTPServer):
    """All portals on one port."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.portals: dict[str, Portal] = {}
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """A crawl that is killed goes in the middle of a request."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def add(self, portal: Portal) -> Portal:
        self.portals.update(dict.fromkeys(portal.hosts, portal))
        return portal


@contextmanager
def serving() -> Iterator[Server]:
    """The server, in a thread of its own, until the block ends."""
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
