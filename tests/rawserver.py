"""A server on raw sockets that is as wrong as portals are, and keeps its own log of the exact bytes it read and wrote.

What a client claims to have sent and received is compared with this log, which no HTTP library had a part in.
"""

from __future__ import annotations

import contextlib
import datetime
import gzip
import ipaddress
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

PAGE = (
    "<html><title>Xã Đông Hòa</title><body>"
    + "".join(f"<p>{n}. Sáng ngày {n * 7919 % 31}, hội nghị đã bàn {n * 104729 % 1009} việc.</p>" for n in range(150))
    + "</body></html>"
).encode()
LARGE = bytes(range(256)) * 12_000  # 3 MB: beyond what stays in memory
PATIENCE = 20  # seconds after which a thread here gives up on its client


@dataclass(frozen=True)
class Answer:
    """What is written in answer to a request, in these pieces, and what happens to the connection then.

    keep: the next request is awaited. close: closed in good order. reset: RST. drop: closed without TLS's goodbye.
    die: kept open, but the next request on it is read and then not answered. last: the same, and no connection is
    accepted any more. stall: nothing more, until the client goes.
    """

    pieces: tuple[bytes, ...]
    then: Literal["keep", "close", "reset", "drop", "die", "last", "stall"] = "keep"
    pause: float = 0.0  # seconds between the pieces

    @property
    def bytes(self) -> bytes:
        return b"".join(self.pieces)


def ok(body: bytes, *headers: bytes, then: Literal["keep", "die", "last", "stall"] = "keep") -> Answer:
    length = b"Content-Length: %d" % len(body)
    return Answer((b"\r\n".join((b"HTTP/1.1 200 OK", *headers, length, b"", body)),), then)


def chunked(body: bytes, size: int, end: bytes = b"0\r\nX-tRaIlEr: bye\r\n\r\n") -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    framed = [
        b"%X%s\r\n%s\r\n" % (len(piece), b';note="ch\xc3\xba"' if n == 0 else b"", piece)
        for n, piece in enumerate(pieces)
    ]
    return b"".join(framed) + end


def slices(data: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(data[at : at + size] for at in range(0, len(data), size))


JUNK = b"JUNK\r\nJUNK"
ROBOTS = b"User-agent: *\nDisallow: /forbidden/\n"

# Each of these ends with all its bytes at the client, and nothing else: the same at any concurrency.
WHOLE: dict[str, Answer] = {
    "/robots.txt": ok(ROBOTS, b"content-TYPE: text/plain"),
    "/plain": Answer(
        (
            b"HTTP/1.1 200 \xc4\x90\xe1\xba\xb9p l\xe1\xba\xafm\r\nsErVeR:   weird  \r\nSet-Cookie: a=1\r\n"
            b"X-Dup: 1\r\nset-COOKIE: b=2\r\nX-Folded: one\r\n  two\r\nCONTENT-length: %d\r\n"
            b"Content-Type: text/html\r\n\r\n" % len(PAGE) + PAGE,
        )
    ),
    "/chunks": Answer(
        slices(
            b"HTTP/1.1 200 OK\r\ntRaNsFeR-eNcOdInG: chunked\r\ncOnTeNt-EnCoDiNg: gzip\r\nTrailer: X-tRaIlEr\r\n"
            b"Content-Type: text/html; charset=UTF-8\r\n\r\n" + chunked(gzip.compress(PAGE, mtime=0), 197),
            41,
        ),
        pause=0.002,
    ),
    "/hints": Answer(
        (
            b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        ),
        pause=0.02,
    ),
    "/until-close": Answer((b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil ", b"close"), "close", 0.01),
    "/moved": Answer((b"HTTP/1.1 301 Moved\r\nlocation: /plain?from=moved\r\ncontent-length: 0\r\n\r\n",)),
    "/no-colon": Answer((b"HTTP/1.1 200 OK\r\nthis line has no colon\r\nContent-Length: 2\r\n\r\nok",)),
    "/line-feeds": Answer((b"HTTP/1.1 200 OK\nX-Lf: y\nContent-Length: 2\n\nok",)),
    "/no-reason": Answer((b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok",)),
    "/not-modified": Answer((b'HTTP/1.1 304 Not Modified\r\neTag: "x"\r\n\r\n',)),
    "/no-content": Answer((b"HTTP/1.1 204 No Content\r\nX-Z: 1\r\n\r\n",)),
    "/post": Answer((b"HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\nyes",)),
    "/trailing": Answer((ok(b"ok").bytes + JUNK,)),
    "/error": Answer((b"HTTP/1.1 500 Oops\r\nContent-Length: 4\r\n\r\noops",)),
    "/dies": ok(b"ok", then="die"),
    "/large": ok(LARGE, b"Content-Type: application/octet-stream"),
    "/short": Answer(
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Type: text/plain\r\n\r\nonly this",), "close"
    ),
    "/short-chunk": Answer((b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n9\r\nhal",), "close"),
    "/short-head": Answer((b"HTTP/1.1 200 OK\r\nContent-Le",), "close"),
    "/not-http": Answer((b"\x00\x01not http at all\r\n\r\n",), "close"),
    "/silent": Answer((), "close"),
}

# These are cut by the client, or by the connection: what the client has is a beginning of what the log says.
CUT: dict[str, Answer] = {
    "/stalls-before": Answer((), "stall"),
    "/stalls-within": Answer((b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\npartial",), "stall"),
    "/stalls-unsized": Answer((b"HTTP/1.1 200 OK\r\n\r\npartial",), "stall"),
    "/endless": Answer(
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *(chunked(LARGE[:5000], 500, b""),) * 40), "stall"
    ),
    "/endless-unsized": Answer((b"HTTP/1.1 200 OK\r\n\r\n", *(LARGE[:5000],) * 40), "stall"),
    "/oversized": ok(LARGE, then="stall"),
    "/endless-head": Answer(
        (b"HTTP/1.1 200 OK\r\n", *(b"X-Tin: " + LARGE[:4000].hex().encode() + b"\r\n",) * 160), "stall"
    ),
    "/reset": Answer((b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\npart",), "reset", 0.2),
    "/last": ok(b"ok", then="last"),
    "/dropped": Answer((b"HTTP/1.1 200 OK\r\n\r\nno length, no goodbye",), "drop"),
}


@dataclass(frozen=True)
class Entry:
    """One request that was read, and what was written for it."""

    target: str  # as in the request line; "" where the connection died on it
    request: bytes
    reply: bytes


class Listener(threading.Thread):
    """Accepts on a free port of loopback, one thread a connection. Use it as a context manager."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.join(PATIENCE)

    def stop(self) -> None:
        """Accept no more connections."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes accept, which close alone does not
        self._socket.close()

    def run(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            client.settimeout(PATIENCE)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:  # the client may go at any time
            self.serve(client)

    def serve(self, client: socket.socket) -> None:
        raise NotImplementedError


class Server(Listener):
    """Answers by path, over TLS where a context is given; understands absolute request lines, as a proxy must."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self._tls = tls
        self.answers = {**WHOLE, **CUT}
        self.log: list[Entry] = []
        self.connections = 0

    @property
    def address(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}"

    def serve(self, client: socket.socket) -> None:
        with self._lock:
            self.connections += 1
        if self._tls is None:
            self._converse(client)
        else:
            with self._tls.wrap_socket(client, server_side=True) as secure:
                self._converse(secure)

    def _converse(self, client: socket.socket) -> None:
        buffer = b""
        while True:
            request, buffer = read_request(client, buffer)
            if not request:
                return
            method, target, _ = request.split(b"\r\n", 1)[0].split(b" ")
            path = target.split(b"?")[0]
            if not path.startswith(b"/"):
                path = b"/" + path.split(b"/", 3)[3]
            answer = self.answers[path.decode()]
            if method == b"HEAD":
                answer = Answer((answer.bytes.split(b"\r\n\r\n")[0] + b"\r\n\r\n",))
            self._record(Entry(target.decode(), request, answer.bytes))
            for piece in answer.pieces:
                client.sendall(piece)
                time.sleep(answer.pause)
            if answer.then == "last":
                self.stop()
            if answer.then in ("die", "last"):
                request, _ = read_request(client, buffer)
                if request:
                    self._record(Entry("", request, b""))
                return
            if answer.then != "keep":
                self._leave(client, answer.then)
                return

    def _record(self, entry: Entry) -> None:
        with self._lock:
            self.log.append(entry)

    @staticmethod
    def _leave(client: socket.socket, how: str) -> None:
        if how == "stall":
            while client.recv(65536):
                pass
        elif how == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif how == "close" and isinstance(client, ssl.SSLSocket):
            client.unwrap()


class Babbler(Listener):
    """Reads a little, writes what is not TLS, and closes."""

    def serve(self, client: socket.socket) -> None:
        client.recv(65536)
        client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


class Leaver(Listener):
    """Reads a little, and hangs up."""

    def serve(self, client: socket.socket) -> None:
        client.recv(65536)


class Mute(Listener):
    """Accepts connections, and never says anything."""

    def serve(self, client: socket.socket) -> None:
        while client.recv(65536):
            pass


class Tunnel(Listener):
    """A proxy for CONNECT: any host is `upstream` (a port of loopback), but refused.example is refused."""

    def __init__(self, upstream: int) -> None:
        super().__init__()
        self._upstream = upstream
        self.heads: list[bytes] = []

    def serve(self, client: socket.socket) -> None:
        head, _ = read_request(client, b"")
        self.heads.append(head)
        if b"refused.example" in head.split(b"\r\n")[0]:
            client.sendall(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", self._upstream), PATIENCE) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n")
            back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
            back.start()
            self._pump(client, server)
            back.join(PATIENCE)

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)


def read_request(client: socket.socket, buffer: bytes) -> tuple[bytes, bytes]:
    """The next request, head and body, and what was read beyond it; nothing where the client has gone."""
    while b"\r\n\r\n" not in buffer:
        data = client.recv(65536)
        if not data:
            return b"", b""
        buffer += data
    head, _, _ = buffer.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    end = len(head) + 4 + sum(map(int, lengths))
    while len(buffer) < end:
        buffer += client.recv(65536)
    return buffer[:end], buffer[end:]


@dataclass(frozen=True)
class Certificates:
    """An expired leaf for 127.0.0.1 and the authority that signed it: PEM files, and the chain as DER, leaf first."""

    chain: Path
    key: Path
    der: tuple[bytes, ...]

    def context(self, configure: Callable[[ssl.SSLContext], object] = lambda _: None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        configure(context)
        return context


def certificates(folder: Path) -> Certificates:
    """Makes them, into `folder`."""
    then = datetime.datetime(2015, 1, 1, tzinfo=datetime.UTC)

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def issue(subject: str, key: rsa.RSAPrivateKey, signer: rsa.RSAPrivateKey) -> x509.Certificate:
        address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        return (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name("Test authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(then)
            .not_valid_after(then + datetime.timedelta(days=365))
            .add_extension(address, critical=False)
            .sign(signer, hashes.SHA256())
        )

    authority, leaf = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    chain = (issue("127.0.0.1", leaf, authority), issue("Test authority", authority, authority))
    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER
    (folder / "chain.pem").write_bytes(b"".join(certificate.public_bytes(pem) for certificate in chain))
    (folder / "key.pem").write_bytes(
        leaf.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return Certificates(
        folder / "chain.pem", folder / "key.pem", tuple(certificate.public_bytes(der) for certificate in chain)
    )
