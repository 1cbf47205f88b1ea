"""Read WARC files, ours and others': 1.0 and 1.1, a gzip member for each record, one gzip stream, or no compression.

`records` walks a file, `read_at` gives the one record that a Provenance points at. Rules: WARC 1.1,
https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/ (and its annex D on compression).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .errors import Damaged, UsageError
from .exchange import MEMORY, Spool
from .http import HEAD, Headers, parse_fields

OPEN = ".open"  # the ending of a file that is being written

_READ = 1 << 16  # bytes of the file that are read at once
_GIVE = 1 << 20  # bytes that one call of zlib may give
_VERSION = re.compile(rb"WARC/(\d+\.\d+)[ \t]*\r?\n")
_HEAD_END = re.compile(rb"\n\r?\n")


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record. What `records` gives is valid until its next one is asked for."""

    version: str  # "1.0", "1.1"
    headers: Headers
    block: bytes | Spool  # a Spool where it is larger than exchange.MEMORY
    offset: int  # in bytes of the file; where `length` is None: in bytes of the decompressed file
    length: int | None  # in bytes of the file; None in a file that is one gzip stream over many records

    def get(self, name: str) -> str | None:
        """The first WARC header of that name, case ignored."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def type(self) -> str:
        return (self.get("WARC-Type") or "").lower()

    @property
    def id(self) -> str | None:
        """WARC-Record-ID without <>."""
        return _bare(self.get("WARC-Record-ID"))

    @property
    def url(self) -> str | None:
        """WARC-Target-URI, without the <> that WARC 1.0 asked for by mistake and Wget writes."""
        return _bare(self.get("WARC-Target-URI"))

    @property
    def date(self) -> str | None:
        return self.get("WARC-Date")

    @property
    def concurrent_to(self) -> tuple[str, ...]:
        """The record ids in WARC-Concurrent-To (the one header that may be repeated), without <>."""
        return tuple(value.strip("<>") for key, value in self.headers if key.lower() == "warc-concurrent-to")

    @property
    def media_type(self) -> str:
        """Content-Type of the block, lower case, without parameters."""
        return (self.get("Content-Type") or "").partition(";")[0].strip().lower()

    def pieces(self, start: int = 0) -> Iterator[bytes]:
        """The block from byte `start` on."""
        return self.block.chunks(start) if isinstance(self.block, Spool) else iter((self.block[start:],))

    def head(self, size: int, start: int = 0) -> bytes:
        """`size` bytes of the block from `start` on, or as many as there are."""
        if isinstance(self.block, Spool):
            return next(self.block.chunks(start, size), b"")
        return self.block[start : start + size]

    def __enter__(self) -> Record:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let a spooled block go."""
        if isinstance(self.block, Spool):
            self.block.close()


def records(source: Path | BinaryIO, start: int = 0) -> Iterator[Record]:
    """The records of a file in order, from the one that begins at byte `start` on. An empty file has none.

    Raises UsageError where `source` cannot be read or is no WARC, and Damaged, naming file and offset, where a record
    is cut off or broken: what was given until then is sound (gzip checks it; digests are `verify`'s matter).
    A path that is not there is looked for with `.open` at its end.
    """
    with _opened(source) as file:
        if start:
            file.seek(start)
        stream = _Stream(file, start)
        while (record := stream.record()) is not None:
            try:
                yield record
            finally:
                record.close()


def read_at(path: Path, offset: int) -> Record:
    """The record that begins at `offset`, as `records` counts it; the caller closes it. Raises as `records` does."""
    with _opened(path) as file:
        file.seek(offset)
        if _begins(file.read(_READ)):
            file.seek(offset)
            record = _Stream(file, offset).record()
            assert record is not None
            return record
        file.seek(0)
        if offset > 0 and file.read(2) == b"\x1f\x8b":  # one gzip stream: the offset counts decompressed bytes
            file.seek(0)
            stream = _Stream(file, 0)
            while (record := stream.record()) is not None and record.offset <= offset:
                if record.offset == offset and record.length is None:
                    return record
                record.close()
        raise Damaged(f"{path}: no record begins at offset {offset}: restore the file from a copy")


def _begins(raw: bytes) -> bool:
    """Whether a record begins where `raw` does, compressed or not."""
    if raw.startswith(b"\x1f\x8b"):
        try:
            raw = zlib.decompressobj(31).decompress(raw, 16)
        except zlib.error:
            return False
    return bool(_VERSION.match(raw))


class _Stream:
    """The decompressed bytes of a file, and where in the file they come from."""

    def __init__(self, file: BinaryIO, start: int) -> None:
        self.name = getattr(file, "name", "WARC")
        self._file = file
        self._held, self._at = b"", 0  # decompressed bytes in hand, and how far they are used
        self._base = start  # decompressed offset of _held[0]
        self._raw = file.read(_READ)  # bytes of the file not yet looked at
        self._place = start  # offset in the file of _raw[0]
        self._gzip = self._raw.startswith(b"\x1f\x8b")
        self._decoder: zlib._Decompress | None = None  # None: between members
        self._members = 0  # begun until now
        self._member = start  # offset in the file of the last one

    def record(self) -> Record | None:
        """The next record, None at the end of the file."""
        offset, fresh = self._next()
        if not self._held:
            return None
        members, start = self._members, self._base
        version, headers = self._head(offset)
        length = next((value for name, value in headers if name.lower() == "content-length"), "")
        if not re.fullmatch(r"\d{1,18}", length):
            raise self._damaged(offset, f"Content-Length is {length!r}")
        block = self._block(int(length), offset)
        try:
            self._blank()
            whole = not self._gzip or (fresh and members == self._members and self._at == len(self._held))
            end = self._place if self._gzip else self._base + self._at
        except Damaged:
            if isinstance(block, Spool):
                block.close()
            raise
        if whole:
            return Record(version, headers, block, offset, end - offset)
        return Record(version, headers, block, start, None)

    def _next(self) -> tuple[int, bool]:
        """Go to where the next record begins: gives its offset in the file, and whether a member begins there."""
        while True:
            fresh = self._at == len(self._held) and (self._decoder is None or self._decoder.eof)
            offset = self._place if self._gzip else self._base + self._at
            if self._at == len(self._held) and not self._fill():
                break
            while self._held[self._at : self._at + 1] in (b"\r", b"\n"):
                self._at += 1
                fresh = False
            if self._at < len(self._held):
                offset = offset if self._gzip else self._base + self._at
                break
        self._drop()
        return offset, fresh

    def _head(self, offset: int) -> tuple[str, Headers]:
        while not (end := _HEAD_END.search(self._held)) and len(self._held) < HEAD and self._fill():
            pass
        match = _VERSION.match(self._held)
        if not match and not b"WARC/1.".startswith(self._held[:7]):
            if offset == 0:
                hint = " (Zstandard: decompress it first)" if self._held.startswith(b"\x28\xb5\x2f\xfd") else ""
                raise UsageError(f"{self.name}: not a WARC file: it begins with {self._held[:16]!r}{hint}")
            raise self._damaged(offset, f"a record should begin here, not {self._held[:16]!r}")
        if not match or not end:
            raise self._damaged(offset, "the record's head is cut off")
        head = self._held[match.end() : end.start() + 1]
        self._at = end.end()
        try:
            return match[1].decode(), parse_fields(head.decode())
        except UnicodeDecodeError:  # WARC heads are UTF-8; some tools write addresses as the page had them
            return match[1].decode(), parse_fields(head.decode("latin-1"))

    def _block(self, size: int, offset: int) -> bytes | Spool:
        spool = Spool() if size > MEMORY else None
        pieces = []
        left = size
        try:
            while left:
                if self._at == len(self._held) and not self._fill():
                    raise self._damaged(offset, f"the record is cut off: {left} of its {size} bytes are missing")
                piece = self._held[self._at : self._at + left]
                self._at += len(piece)
                left -= len(piece)
                if spool is None:
                    pieces.append(piece)
                else:
                    spool.append(piece)
        except BaseException:
            if spool is not None:
                spool.close()
            raise
        return b"".join(pieces) if spool is None else spool

    def _blank(self) -> None:
        """Pass over the blank lines behind a record, to the end of its gzip member or the next record's beginning."""
        while True:
            while self._held[self._at : self._at + 1] in (b"\r", b"\n"):
                self._at += 1
            if self._at < len(self._held) or (self._decoder is not None and self._decoder.eof) or not self._fill():
                return

    def _drop(self) -> None:
        self._base += self._at
        self._held, self._at = self._held[self._at :], 0

    def _fill(self) -> bool:
        """Hold more decompressed bytes, of the current member or the next; False at the end of the file."""
        self._drop()
        if not self._gzip:
            piece = self._take()
            self._held += piece
            return bool(piece)
        while True:
            if self._decoder is None or self._decoder.eof:
                if not self._raw and not self._refill():
                    return False
                self._decoder = zlib.decompressobj(31)
                self._members += 1
                self._member = self._place
            if not self._raw and not self._refill():
                raise self._damaged(self._member, "the gzip member is cut off")
            try:
                piece = self._decoder.decompress(self._raw, _GIVE)
            except zlib.error as error:
                raise self._damaged(self._member, f"the gzip member is broken: {error}") from None
            rest = self._decoder.unused_data if self._decoder.eof else self._decoder.unconsumed_tail
            self._place += len(self._raw) - len(rest)
            self._raw = rest
            if piece:
                self._held += piece
                return True
            if self._decoder.eof:
                return True

    def _take(self) -> bytes:
        piece, self._raw = self._raw or self._file.read(_READ), b""
        return piece

    def _refill(self) -> bool:
        self._raw = self._file.read(_READ)
        return bool(self._raw)

    def _damaged(self, offset: int, what: str) -> Damaged:
        return Damaged(f"{self.name}: damaged at offset {offset}: {what}; restore it from a copy")


def _bare(value: str | None) -> str | None:
    return value and value.strip("<>")


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(source, Path):
        yield source
        return
    try:
        file = _open(source)
    except OSError as error:
        raise UsageError(f"{source}: cannot be read: {error.strerror}") from None
    with file:
        yield file


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError:
        try:
            return path.with_name(path.name + OPEN).open("rb")
        except FileNotFoundError:
            return path.open("rb")  # closed and renamed in between; else the error names the path that was asked for
