"""Bytes that are read once and forward: digested on the way, unpacked, cut into lines. In bounded memory."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO

PIECE = 1 << 20  # bytes that are read at once
LINE = 16 << 20  # bytes of a line, at most


class LongLine(ValueError):
    """A line of more than `LINE` bytes."""


class Digested:
    """A file that is opened when it is first read from; knows how much came of it, and its digests."""

    def __init__(
        self, name: str, opened: Callable[[], IO[bytes]], told: Callable[[int], None] = lambda size: None
    ) -> None:
        """`told`: how much has come, with each piece."""
        self.name = name
        self.size = 0
        self._told = told
        self._digests = {"sha256": hashlib.sha256(), "md5": hashlib.md5(usedforsecurity=False)}
        self._opened = opened
        self._file: IO[bytes] | None = None

    def read(self, size: int = PIECE) -> bytes:
        if self._file is None:
            self._file = self._opened()
        data = self._file.read(size)
        self.size += len(data)
        for digest in self._digests.values():
            digest.update(data)
        self._told(self.size)
        return data

    def exactly(self, size: int) -> bytes:
        """`size` bytes, or all that is left."""
        pieces = []
        while size and (piece := self.read(min(size, PIECE))):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def drain(self) -> None:
        """Read what is left, and close it."""
        while self.read():
            pass
        if self._file is not None:
            self._file.close()

    def digest(self, algorithm: str) -> str:
        """Of what was read: "sha256" or "md5", hexadecimal."""
        return self._digests[algorithm].hexdigest()


def pieces(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """All that `read` gives."""
    while piece := read(PIECE):
        yield piece


def gunzipped(packed: Iterable[bytes]) -> Iterator[bytes]:
    """What is in a gzip file, all its members. Raises zlib.error where it is broken, EOFError where it is cut off."""
    decoder: zlib._Decompress | None = None
    for raw in packed:
        while raw:
            decoder = decoder or zlib.decompressobj(31)
            piece = decoder.decompress(raw, PIECE)
            if piece:
                yield piece
            raw = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
            if decoder.eof:
                decoder = None
    if decoder is not None:
        raise EOFError("it is cut off")


def split(content: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their ends. Raises LongLine."""
    held = b""
    for piece in content:
        *whole, held = (held + piece).split(b"\n")
        yield from (line.removesuffix(b"\r") for line in whole)
        if len(held) > LINE:
            raise LongLine
    if held:
        yield held
