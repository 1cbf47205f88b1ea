"""Exchange: one request and its response, as they passed the wire.

`portal_crawler.fetch.wire` makes them, `archive.warc` writes them. One exchange is one attempt on one connection: a
request that is retried on a fresh connection makes two.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

MEMORY = 1 << 20  # bytes of a message that stay in memory; what is larger is spooled to disk

# The WARC 1.1 values of WARC-Truncated (section 5.13), or None: the message is whole.
Truncation = Literal["length", "time", "disconnect", "unspecified"]

# Why there is no whole answer, for machines: `error-kind` of the metadata record, beside the words of `error`.
ErrorKind = Literal[
    "dns",  # the host's name leads to no address
    "refused",  # nothing listens there
    "unreachable",  # no way leads to that address
    "proxy",  # a proxy of ours would not connect
    "tls",  # connected, and then no handshake
    "timeout",  # not connected, or not answered to the end, in the time allowed
    "reset",  # the connection was broken off, or closed without the goodbye of TLS
    "disconnect",  # the connection was closed in good order, before the end of the answer
    "too-large",  # longer than the limit for one response: cut off by us
    "not-http",  # what came cannot be read as HTTP
    "stopped",  # the crawl ended first: no fault of the server's
    "other",
]


class Spool:
    """Bytes that are appended, in memory up to `MEMORY` and on disk beyond it."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=MEMORY)  # noqa: SIM115 (closed by `close`)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def append(self, data: bytes) -> None:
        self._file.seek(self._size)
        self._file.write(data)
        self._size += len(data)

    def cut(self, size: int) -> bytes:
        """Shorten to the first `size` bytes; gives what was cut off."""
        self._file.seek(size)
        rest = self._file.read()
        self._file.truncate(size)
        self._size = size
        return rest

    def head(self, size: int) -> bytes:
        """The first `size` bytes, or all where there are fewer."""
        self._file.seek(0)
        return self._file.read(size)

    def chunks(self, start: int = 0, size: int = 1 << 16) -> Iterator[bytes]:
        """The bytes from `start` on, in pieces of at most `size`."""
        while start < self._size:
            self._file.seek(start)
            piece = self._file.read(size)
            start += len(piece)
            yield piece

    def bytes(self) -> bytes:
        return self.head(self._size)

    def close(self) -> None:
        self._file.close()


@dataclass(slots=True)
class Exchange:
    """What was sent and received for one attempt.

    `received` holds every byte of the answer in order: interim 1xx messages, then the final message, nothing decoded.
    Bytes that came after the end of the message (a broken server's) are in `trailing`.
    """

    url: str  # the absolute URL that was asked for, without fragment
    started: datetime  # UTC, when the first byte was handed to the connection
    sent: bytearray = field(default_factory=bytearray)
    received: Spool = field(default_factory=Spool)
    trailing: bytes = b""
    ip: str | None = None  # the server's address; None through a proxy, where it is not known
    tls: tuple[str, str] | None = None  # protocol version, cipher
    certificates: tuple[bytes, ...] = ()  # the server's chain, DER, leaf first
    truncated: Truncation | None = None
    error: str | None = None  # why there is no whole answer: the exception's name and words
    error_kind: ErrorKind | None = None  # the same, for machines
    seconds: float = 0.0  # from `started` to the last byte
