"""The download handler that keeps the wire: every exchange's exact bytes, before Scrapy sees the response.

Set it as `DOWNLOAD_HANDLERS` for http and https. For each attempt of a download, in order, it calls
`crawler.wire_sink(exchange, request)` when the download has ended and before its response or failure goes on. What the
sink returns is put into `request.meta["wire"]`, a list anew for each download. The spool is closed after the call.
Without a `wire_sink` nothing is kept.

An exchange is what passed between us and the portal: a proxy's CONNECT is not part of it, a plain request through a
proxy is (its request line is absolute). Where no connection came about (DNS, TLS …) it has no bytes and an error.

Scrapy's and Twisted's handler does all the work; this one watches it at seams that they keep private, hence the bound
on Scrapy's version in pyproject.toml, `check_seams`, and the byte-for-byte contract test:

 1. `HTTP11DownloadHandler.download_request` reads `self._pool` once, before its first await: each download is given a
    view of the pool, so that what a connection carries is known to belong to it. (Signals come after de-chunking,
    and never for an attempt that failed.)
 2. `HTTPConnectionPool._factory` makes `_LenientHTTP11ClientProtocol`, the parser's owner: its `dataReceived`,
    `_finishResponse(rest)` and `connectionLost` are all that is received, where the message ends, and why it broke.
 3. `_newclient.Request.writeTo(transport)` writes all that is sent. `_RetryingHTTP11ClientProtocol`, around a
    connection that was used before, sends it again on a new one where that turns out dead: a second attempt.
 4. How Scrapy ends a download early: DownloadTimeoutError is our timeout, DownloadCancelledError our size limit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any, cast
from urllib.parse import urldefrag

import scrapy
import twisted
from OpenSSL import SSL, crypto
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, StopDownload
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet._sslverify import OpenSSLCipher
from twisted.internet.defer import Deferred
from twisted.internet.error import (
    ConnectError,
    ConnectionClosed,
    ConnectionDone,
    ConnectionRefusedError,
    DNSLookupError,
    TimeoutError,
    UnknownHostError,
)
from twisted.internet.interfaces import (
    IAcceptableCiphers,
    IAddress,
    ICipher,
    IHandshakeListener,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import Factory, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.iweb import IResponse
from zope.interface import implementer  # type: ignore[import-untyped]

from archive.errors import ArchiveError, UsageError
from archive.warc.exchange import ErrorKind, Exchange, Truncation


def _unfit(seam: str) -> UsageError:
    return UsageError(
        f"the wire cannot be kept with Scrapy {scrapy.__version__} and Twisted {twisted.__version__} "
        f"({seam}): install the versions that portal-crawler's pyproject.toml names"
    )


try:
    from scrapy.core.downloader.handlers.http11 import (
        HTTP11DownloadHandler,
        TunnelError,
        _LenientHTTP11ClientFactory,
        _LenientHTTP11ClientProtocol,
    )
    from twisted.web._newclient import HEADER, STATUS, HTTP11ClientProtocol, HTTPParser, ParseError
    from twisted.web._newclient import Request as WebRequest
    from twisted.web.client import _RetryingHTTP11ClientProtocol
except ImportError as error:
    raise _unfit(str(error)) from error

Sink = Callable[[Exchange, Request], object]

_HEAD = 1 << 19  # bytes of interim messages and of a head: Twisted has all of that in memory, many times as large


def check_seams() -> None:
    """Raises UsageError, naming the seam and the installed versions, where the handler would not see all bytes."""
    seams: tuple[tuple[type, str, str], ...] = (
        (HTTP11DownloadHandler, "download_request", "_pool"),
        (Agent, "_requestWithEndpoint", "getConnection"),
        (HTTPConnectionPool, "_newConnection", "_factory"),
        (_LenientHTTP11ClientFactory, "buildProtocol", "_quiescentCallback"),
        (_RetryingHTTP11ClientProtocol, "request", "_clientProtocol"),
        (HTTP11ClientProtocol, "request", "writeTo"),
        (HTTP11ClientProtocol, "request", "_finishResponse"),
        (HTTP11ClientProtocol, "dataReceived", "_parser"),
        (HTTPParser, "lineReceived", "state"),
        (WebRequest, "_writeHeaders", "writeSequence"),
    )
    for owner, method, name in seams:
        code = getattr(getattr(owner, method, None), "__code__", None)
        if code is None or name not in code.co_names:
            raise _unfit(f"{owner.__name__}.{method} does not use {name}")


@dataclass(slots=True, eq=False)
class _Peer:
    """The other end of one connection. `tls` is None until the handshake has ended."""

    ip: str | None = None
    tls: tuple[str, str] | None = None
    certificates: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class _Befell:
    """Why an attempt has no whole answer: the value for WARC-Truncated; words and kind, None: the connection tells."""

    cut: Truncation
    why: str | None = None
    kind: ErrorKind | None = None


_LOST = _Befell("disconnect")
_STOPPED = _Befell("unspecified", "StopDownload: by the crawler", "stopped")
_CLOSED = _Befell("unspecified", "CloseSpider: the crawl ended first", "stopped")
_HEADED = _Befell("length", f"more than {_HEAD >> 10} KiB before a body", "too-large")
_BROKEN = ("reset", "disconnect")


@dataclass(slots=True, eq=False)
class _Attempt:
    """One exchange while it lasts."""

    exchange: Exchange
    peer: _Peer
    begun: float  # monotonic seconds
    last: float = 0.0  # the same, of the last byte received
    whole: bool = False
    closed: bool = False  # whole only because the connection was closed: the message had no length
    headed: bool = False  # it has no end before a body
    lost: BaseException | None = None
    connected: bool = True
    ended: bool = False

    def receive(self, data: bytes) -> None:
        if not self.ended:  # a cut connection may still deliver what it had buffered
            self.exchange.received.append(data)
            self.last = monotonic()

    def finish(self, rest: int) -> None:
        """The parser has seen the end of the message, `rest` bytes before the end of what was received."""
        # RFC 9112, 8: a message that ends with the connection is complete unless the connection reported an error.
        self.closed = self.lost is not None
        self.whole = self.lost is None or isinstance(self.lost, ConnectionDone)
        if rest and not self.ended:
            self.exchange.trailing = self.exchange.received.cut(len(self.exchange.received) - rest)

    def end(self, download: _Download, befell: _Befell) -> None:
        """Fill the exchange in; it is for one that is not whole to say what befell it."""
        self.ended = True
        befell = _HEADED if self.headed else befell
        exchange = self.exchange
        if not download.proxied:
            exchange.ip = self.peer.ip
        if download.secure:
            exchange.tls, exchange.certificates = self.peer.tls, self.peer.certificates
            if self.peer.tls is None:
                exchange.sent.clear()  # the request waited for a handshake that never ended: it did not leave
        if not self.whole or (self.closed and befell.cut != "disconnect"):
            exchange.error = befell.why or _words(self.lost)
            exchange.error_kind = befell.kind or _kind(self.lost)
            if download.secure and self.connected and self.peer.tls is None and exchange.error_kind in _BROKEN:
                exchange.error_kind = "tls"
            if exchange.sent:
                exchange.truncated = befell.cut
        exchange.seconds = (self.last or monotonic()) - self.begun


class _Download:
    """One call of `download_request`: the connection pool as it sees it, its attempts, their delivery."""

    def __init__(self, request: Request, sink: Sink, pool: HTTPConnectionPool) -> None:
        self.request, self.sink = request, sink
        self.pool, self.persistent = pool, pool.persistent
        self.url = urldefrag(request.url)[0]
        self.secure = urlparse_cached(request).scheme == "https"
        self.proxied = bool(request.meta.get("proxy"))
        self.attempts: list[_Attempt] = []
        self.delivered = False

    def begin(self, peer: _Peer) -> _Attempt:
        attempt = _Attempt(Exchange(self.url, datetime.now(UTC)), peer, monotonic(), ended=self.delivered)
        self.attempts.append(attempt)
        return attempt

    def getConnection(self, key: Hashable, endpoint: IStreamClientEndpoint) -> Deferred[Any]:
        watched = cast(IStreamClientEndpoint, _Endpoint(endpoint, self))
        return self.pool.getConnection(key, watched).addCallback(self.carried_by)

    def carried_by(self, connection: Any) -> Any:
        """The next request on this connection is ours. A used one comes in Twisted's wrapper, which retries."""
        getattr(connection, "_clientProtocol", connection).download = self
        return connection

    def deliver(self, befell: _Befell) -> None:
        """Hand all attempts to the sink, once. What befell is the last one's; those before it were retried."""
        if self.delivered:
            return
        if not self.attempts:
            self.begin(_Peer())  # it failed before there was a connection
        self.delivered = True
        results = self.request.meta["wire"] = []
        with ExitStack() as spools:
            for attempt in self.attempts:
                spools.callback(attempt.exchange.received.close)
                attempt.end(self, befell if attempt is self.attempts[-1] else _LOST)
            for attempt in self.attempts:
                try:
                    results.append(self.sink(attempt.exchange, self.request))
                except OSError as error:  # by its type Scrapy would take a full disk for the portal's fault, and retry
                    raise ArchiveError(f"{self.url}: the archive cannot be written: {error}") from error


class _Tee:
    """What `Request.writeTo` uses of a transport; a copy of what is written goes to `sent`."""

    def __init__(self, transport: Any, sent: bytearray) -> None:
        self._transport, self._sent = transport, sent
        self.registerProducer = transport.registerProducer
        self.unregisterProducer = transport.unregisterProducer

    def write(self, data: bytes) -> None:
        self._sent += data
        self._transport.write(data)

    def writeSequence(self, pieces: list[bytes]) -> None:
        self.write(b"".join(pieces))


class _Request(WebRequest):
    """A request as Twisted made it, for one attempt."""

    def __init__(self, plain: WebRequest, sent: bytearray) -> None:
        vars(self).update(vars(plain))
        self.sent = sent

    def writeTo(self, transport: Any) -> Any:
        return super().writeTo(_Tee(transport, self.sent))  # type: ignore[no-untyped-call]


@implementer(IHandshakeListener)
class _Protocol(_LenientHTTP11ClientProtocol):
    """One connection: carries one attempt after another."""

    download: _Download | None = None  # for which the next request is
    _attempt: _Attempt | None = None

    def __init__(self, quiescent: Callable[[HTTP11ClientProtocol], None]) -> None:
        super().__init__(quiescent)  # type: ignore[no-untyped-call]
        self._peer = _Peer()

    def handshakeCompleted(self) -> None:
        connection: SSL.Connection = cast(Any, self.transport).getHandle()
        self._peer.tls = (connection.get_protocol_version_name(), connection.get_cipher_name() or "")
        self._peer.certificates = tuple(
            crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
            for certificate in connection.get_peer_cert_chain() or ()
        )

    def request(self, request: WebRequest) -> Deferred[IResponse]:
        download, self.download = self.download, None
        if download is None or self.state != "QUIESCENT":  # lost since it left the pool: refused, nothing passes
            return super().request(request)
        self._peer.ip = getattr(cast(Any, self.transport).getPeer(), "host", None)
        self._attempt = download.begin(self._peer)
        return super().request(_Request(request, self._attempt.exchange.sent))

    # In the three below the attempt is told first: the call to super may run all the way into Scrapy.

    def dataReceived(self, data: bytes) -> None:
        attempt = self._attempt
        if attempt is not None:
            attempt.receive(data)
            if len(attempt.exchange.received) > _HEAD and getattr(self._parser, "state", None) in (STATUS, HEADER):
                attempt.headed = True
                cast(Any, self.transport).abortConnection()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> None:
        attempt, self._attempt = self._attempt, None
        if attempt is not None:
            attempt.finish(len(rest))
        super()._finishResponse(rest)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._attempt is not None:
            self._attempt.lost = reason.value
        super().connectionLost(reason)  # type: ignore[no-untyped-call]
        self._attempt = None


class _Factory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:
        return _Protocol(self._quiescentCallback)


@dataclass(slots=True)
class _Endpoint:
    """A place to connect to, for one download; a connection that does not come about is an attempt as well."""

    endpoint: Any
    download: _Download

    def connect(self, factory: Factory) -> Deferred[Any]:
        started, begun = datetime.now(UTC), monotonic()

        def failed(reason: Failure) -> Failure:
            attempt = self.download.begin(_Peer())
            attempt.exchange.started, attempt.begun, attempt.lost = started, begun, reason.value
            attempt.connected = False
            return reason

        connecting: Deferred[Any] = self.endpoint.connect(factory)
        return connecting.addCallbacks(self.download.carried_by, failed)


@implementer(IAcceptableCiphers)
class _OldAsWell:
    """What OpenSSL takes by itself, and what servers have that nobody has touched for ten years: TLS 1.0, short keys.

    Twisted takes a cipher string apart and loses its security level: here it stays as it is. It makes nothing weaker
    for others: the best that both know is agreed on.
    """

    def selectCiphers(self, availableCiphers: object) -> tuple[ICipher, ...]:
        return (cast(ICipher, OpenSSLCipher("DEFAULT:@SECLEVEL=0")),)


class WireDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's own handler, and every byte that it sends and receives. Raises UsageError where it cannot see them."""

    def __init__(self, crawler: Crawler) -> None:
        check_seams()
        self._entering: _Download | None = None  # whose request is about to ask for the pool
        self._underway: dict[_Download, None] = {}  # in the order of their beginning
        super().__init__(crawler)
        self._contextFactory.tls_ciphers = _OldAsWell()
        self._pool._factory = _Factory
        from twisted.internet import reactor  # importing it earlier would choose which one runs

        self._reactor = cast(Any, reactor)
        # A second Ctrl-C stops the reactor under the crawl: "during" comes after everything that ends in good order.
        self._trigger: object = self._reactor.addSystemEventTrigger("during", "shutdown", self._deliver_underway)

    @property
    def _pool(self) -> HTTPConnectionPool:
        download, self._entering = self._entering, None
        return cast(HTTPConnectionPool, download or self._shared)

    @_pool.setter
    def _pool(self, pool: HTTPConnectionPool) -> None:
        self._shared = pool

    async def download_request(self, request: Request) -> Response:
        sink: Sink | None = getattr(self._crawler, "wire_sink", None)
        if sink is None:
            return await super().download_request(request)
        download = self._entering = _Download(request, sink, self._shared)
        self._underway[download] = None
        try:
            response = await super().download_request(request)
        except BaseException as error:
            del self._underway[download]
            download.deliver(_verdict(error))
            raise
        del self._underway[download]
        if not download.attempts:
            raise _unfit(f"{download.url} was downloaded unseen")
        download.deliver(_STOPPED if "download_stopped" in response.flags else _LOST)
        return response

    async def close(self) -> None:
        if self._trigger is not None:
            self._reactor.removeSystemEventTrigger(self._trigger)
        try:
            self._deliver_underway()
        finally:
            await super().close()

    def _deliver_underway(self) -> None:
        self._trigger = None
        with ExitStack() as all_of_them:  # each is delivered, whether or not the sink fails for another
            for download in reversed(self._underway):
                all_of_them.callback(download.deliver, _CLOSED)


def _verdict(error: BaseException) -> _Befell:
    """Why the download's last attempt has no whole answer."""
    if isinstance(error, DownloadTimeoutError):
        return _Befell("time", _words(error), "timeout")
    if isinstance(error, DownloadCancelledError):
        return _Befell("length", "DownloadCancelledError: longer than the limit for one response", "too-large")
    root = _root(error)
    # An answer that is not HTTP ends the connection from our side.
    cut: Truncation = "disconnect" if isinstance(root, ConnectionClosed | SSL.Error) else "unspecified"
    return _Befell(cut, _words(root), _kind(root))


_KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], ErrorKind], ...] = (
    ((DNSLookupError, UnknownHostError), "dns"),
    (ConnectionRefusedError, "refused"),
    ((TimeoutError, DownloadTimeoutError), "timeout"),
    (TunnelError, "proxy"),
    (ConnectError, "unreachable"),
    (SSL.Error, "disconnect"),  # in the middle of an answer; one that keeps it from beginning is `tls`
    (ConnectionDone, "disconnect"),
    (ConnectionClosed, "reset"),
    (ParseError, "not-http"),
    (StopDownload, "stopped"),
)


def _kind(error: BaseException | None) -> ErrorKind:
    return next((kind for types, kind in _KINDS if isinstance(error, types)), "other")


def _root(error: BaseException) -> BaseException:
    """The reason inside Scrapy's exceptions (by `from`) and inside Twisted's (`reasons`, a list of failures)."""
    while True:
        reasons: list[Failure] = getattr(error, "reasons", None) or []
        inner = reasons[0].value if reasons else error.__cause__
        if inner is None:
            return error
        error = inner


def _words(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}".removesuffix(": ")
