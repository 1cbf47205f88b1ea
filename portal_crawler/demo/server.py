"""Server: the demo portal over HTTP/1.1 on loopback, in a thread of its own.

Small and quick rather than general: GET and HEAD, keep-alive, one request after the other on a connection. It logs what
it was asked, so that tests of politeness can look.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from importlib import resources
from types import TracebackType
from typing import Any, NamedTuple

from ..portal import Portal
from .content import Entry
from .site import Answer, Removal, Site, made
from .truth import Truth

HEAD_LIMIT = 64 << 10  # bytes of a request's head
CHUNK = 4 << 10


class Asked(NamedTuple):
    """One request, as answered."""

    method: str
    path: str  # with its query, as sent
    status: int


class DemoServer:
    """A running demo portal; a context manager. `close` ends it."""

    def __init__(
        self,
        entries: Sequence[Entry],
        port: int = 0,
        page_bytes: int | None = None,
        delay: float = 0.0,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """Listens when this returns. Raises OSError where the port is taken."""
        self.delay = delay  # seconds before each answer; may be changed at any time
        self._site = Site(entries, page_bytes, now)
        self._requests: list[Asked] = []
        self._connections: set[_Connection] = set()
        self._socket = socket.create_server(("127.0.0.1", port), backlog=128)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="demo portal", daemon=True)
        self._thread.start()

    def __enter__(self) -> DemoServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections and the thread. A second call does nothing."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    @property
    def requests(self) -> list[Asked]:
        """Everything that was asked so far, in the order of the answers."""
        return list(self._requests)

    def portal(self) -> Portal:
        """The definition that ships with the demo, with this server's address in it."""
        text = resources.files(__package__).joinpath("portal.toml").read_text(encoding="utf-8")
        portal = Portal.parse(text, "demo/portal.toml")
        return portal.model_copy(update={"portal": portal.portal.model_copy(update={"url": self.url})})

    def truth(self) -> list[Truth]:
        """What a record of each article must say, newest first; of the articles that are there now."""
        return self._site.truth(self.url)

    def articles(self) -> list[Entry]:
        """The articles that are there now, newest first."""
        return self._site.entries()

    def edit(self, number: int, /, **fields: Any) -> None:
        """Change an article: `edit(1210, title="...")`. KeyError, TypeError for what does not exist."""
        self._site.edit(number, fields)

    def remove(self, number: int, how: Removal = "404") -> None:
        """Withdraw an article: its addresses answer 404, 410, or ("soft") 200 with a few words."""
        self._site.remove(number, how)

    def restore(self, number: int) -> None:
        """Bring a withdrawn article back."""
        self._site.restore(number)

    def add(self, article: Entry | Mapping[str, Any]) -> None:
        """Publish an article: a value, or the keys of articles.toml. ValueError where its id is taken."""
        self._site.add(made(article))

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await self._loop.create_server(lambda: _Connection(self), sock=self._socket)
        await self._stop.wait()
        server.close()
        for connection in tuple(self._connections):
            connection.abort()
        await server.wait_closed()
        while self._connections:  # an aborted transport closes its socket in the next turn of the loop
            await asyncio.sleep(0)


class _Connection(asyncio.Protocol):
    """One client: bytes in, requests found in them, answers out in order."""

    def __init__(self, server: DemoServer) -> None:
        self._server = server
        self._loop = server._loop
        self._buffer = bytearray()
        self._busy = False  # an answer is being delayed
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._server._connections.discard(self)

    def abort(self) -> None:
        if self._transport:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._advance()

    def _advance(self) -> None:
        """Answer every whole request in the buffer."""
        while self._transport and not self._busy and (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].decode("latin-1")
            length = _length(head)
            if len(self._buffer) < end + 4 + length:
                return
            del self._buffer[: end + 4 + length]
            if self._server.delay:
                self._busy = True
                self._loop.call_later(self._server.delay, self._late, head)
            else:
                self._respond(head)
        if len(self._buffer) > HEAD_LIMIT and not self._busy:
            self.abort()

    def _late(self, head: str) -> None:
        self._busy = False
        self._respond(head)
        self._advance()

    def _respond(self, head: str) -> None:
        if self._transport is None:
            return
        line, *lines = head.split("\r\n")
        asked = re.fullmatch(r"([A-Z]+) (?:http://[^/ ?#]+(?=[/?]))?([/?]\S*) HTTP/1\.([01])", line)
        if asked is None:
            self._transport.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            self._transport.close()
            return
        method, target, minor = asked.groups()
        headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)}
        if method in ("GET", "HEAD"):
            answer = self._server._site.answer(target, headers)
        else:
            answer = Answer(405, headers=(("Allow", "GET, HEAD"),))
        self._server._requests.append(Asked(method, target, answer.status))
        modern = minor == "1"
        close = headers.get("connection", "" if modern else "close").lower() == "close"
        accepted = {
            coding.partition(";")[0].strip().lower() for coding in headers.get("accept-encoding", "").split(",")
        }
        self._transport.write(_message(answer, method == "HEAD", "gzip" in accepted, modern, close))
        if close:
            self._transport.close()


def _message(answer: Answer, bare: bool, gzipped: bool, modern: bool, close: bool) -> bytes:
    """The response as bytes. `bare`: without its body; `modern`: the client knows chunks."""
    body = answer.body
    lines = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        "Server: Microsoft-IIS/8.5",
        f"Date: {format_datetime(datetime.now(UTC), usegmt=True)}",
        *(f"{name}: {value}" for name, value in answer.headers),
    ]
    if answer.coded:
        lines.append("Vary: Accept-Encoding")
        if gzipped:
            body = gzip.compress(body, 5, mtime=0)
            lines.append("Content-Encoding: gzip")
    chunked = answer.chunked and modern
    if chunked:
        lines.append("Transfer-Encoding: chunked")
        body = b"".join(
            b"%x\r\n%s\r\n" % (len(piece), piece)
            for piece in (*(body[start : start + CHUNK] for start in range(0, len(body), CHUNK)), b"")
        )
    elif answer.status != HTTPStatus.NOT_MODIFIED:
        lines.append(f"Content-Length: {len(body)}")
    if close:
        lines.append("Connection: close")
    head = "\r\n".join((*lines, "", "")).encode("latin-1")
    return head if bare or answer.status == HTTPStatus.NOT_MODIFIED else head + body


def _length(head: str) -> int:
    """Bytes of the request's body, which is passed over."""
    found = re.search(r"\r\ncontent-length:[ \t]*([0-9]{1,6})[ \t]*(?:\r\n|$)", head, re.IGNORECASE)
    return int(found[1]) if found else 0
