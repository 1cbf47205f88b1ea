"""File: records appended, each a gzip member of its own, in groups that are kept together or not at all.

What the records of an exchange say is `archive.warc`'s, where the format is told; this is how they come onto the disk:
the file's name and its warcinfo record, rolling over, taking back what a failed write left, syncing.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from ..errors import Unwritable
from .exchange import MEMORY, Spool
from .reader import OPEN
from .salvage import sync_folder

FIELDS = "application/warc-fields"
WARC_BYTES = 1 << 30  # of a file: what tools and disks of all kinds take, and a copy of which is soon made anew
LEVEL = 4  # of zlib: on real 67 KB pages 0.60 ms and 4.5 to 1; level 6 0.96 ms and 4.7, level 2 0.41 ms and 4.1

_SPECIFICATION = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_SMALL = 2048  # bytes: up to here a 2 KiB window packs as well, and needs no 256 KiB to be cleared (9 us, not 60)

Fields = Sequence[tuple[str, str]]


class WarcFile:
    """Appends records to a file in `folder`, and begins a new one when it has reached `max_bytes`.

    Each method hands everything to the operating system before it returns: what is written survives kill -9; what
    `sync` or `close` has seen survives a power failure. A write that fails raises Unwritable and leaves the file as it
    was before. A file is made when there is something to write. Not for several threads.
    """

    def __init__(
        self,
        folder: Path,
        prefix: str,
        *,
        software: str,
        info: Fields = (),
        max_bytes: int = WARC_BYTES,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = lambda: f"urn:uuid:{uuid.uuid4()}",
    ) -> None:
        """`prefix`: the portal's slug. `info`: further fields of the warcinfo records (operator, robots …).

        `new_id` gives absolute URIs, for WARC-Record-ID.
        """
        self._folder = folder
        self._prefix = prefix
        self._info = (("software", software), ("format", "WARC File Format 1.1"), ("conformsTo", _SPECIFICATION), *info)
        self._max = max_bytes
        self._clock = clock
        self._new_id = new_id
        self._serial = 0
        self.named: datetime | None = None  # the moment in the names of files, where it is not that of the clock
        self._fd: int | None = None
        self._synced = 0  # so many bytes of the file are known to be on the disk
        self._torn = False  # a failed write could not be taken back
        self._told_here: dict[str, tuple[bytes, ...]] = {}  # certificates as last written in this file, by host
        self.file = ""  # name of the current or last file, without `.open`; "" before the first
        self.offset = 0  # its length in bytes: where the next record will begin

    @contextmanager
    def group(self) -> Iterator[int]:
        """Records that are kept together or not at all; gives the offset where they begin."""
        if self._torn:
            raise Unwritable(f"{self._folder / self.file}{OPEN}: an earlier write failed: run again to mend the file")
        if self._fd is not None and self.offset >= self._max:
            self.close()
        with self._explained():
            if self._fd is None:
                self._begin()
            begin = self.offset
            try:
                yield begin
            except BaseException:
                self._take_back(begin)
                raise

    def append(
        self, kind: str, record_id: str, head: Fields, block: bytes | Spool, start: int = 0, level: int = LEVEL
    ) -> tuple[int, int]:
        """Write one record, with the block from `start` on; gives its offset and length."""
        size = len(block) - start
        if isinstance(block, Spool) and size <= MEMORY:
            block, start = b"".join(block.chunks(start)), 0
        lines = head_of(kind, record_id, head, digest_of(_pieces(block, start)), size)
        window, memory = (27, 5) if size <= _SMALL else (31, 8)
        packer = zlib.compressobj(level, zlib.DEFLATED, window, memory)
        begin = self.offset
        self._pack(lines, _pieces(block, start), packer)
        return begin, self.offset - begin

    @contextmanager
    def copies(self) -> Iterator[Callable[[bytes, Iterable[bytes]], tuple[int, int]]]:
        """Records of others, kept together or not at all; gives what writes one, as it is: its head, its block.

        It gives offset and length. Raises Unwritable.
        """

        def copy(raw_head: bytes, block: Iterable[bytes]) -> tuple[int, int]:
            begin = self.offset
            self._pack(raw_head, block, zlib.compressobj(LEVEL, zlib.DEFLATED, 31))
            return begin, self.offset - begin

        with self.group():
            yield copy

    def sync(self) -> None:
        """Wait until all that was written is on the disk. Raises Unwritable."""
        if self._fd is not None and self._synced != self.offset:
            with self._explained():
                os.fsync(self._fd)
            self._synced = self.offset

    def close(self) -> None:
        """Sync and take `.open` off the name; the next write begins a new file. Raises Unwritable."""
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        path = self._folder / self.file
        with self._explained():
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
            if not self._torn:  # else `salvage` has to mend it
                path.with_name(self.file + OPEN).rename(path)
            sync_folder(self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self) -> None:
        date = self._clock()
        while True:
            self.file = f"{self._prefix}-{self.named or date:%Y%m%d%H%M%S}-{self._serial:05}.warc.gz"
            self._serial += 1
            path = self._folder / self.file
            if path.exists():
                continue
            try:
                self._fd = os.open(f"{path}{OPEN}", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666)
                break
            except FileExistsError:
                continue
        self.offset = self._synced = 0
        self._told_here = {}
        try:
            head = [("WARC-Date", warc_date(date)), ("WARC-Filename", self.file), media(FIELDS)]
            self.append("warcinfo", self._new_id(), head, fields_of(self._info))
            sync_folder(self._folder)
        except BaseException:
            os.close(self._fd)
            self._fd = None
            Path(f"{path}{OPEN}").unlink()
            raise

    def _pack(self, head: bytes, pieces: Iterable[bytes], packer: zlib._Compress) -> None:
        """Write a gzip member: a record's head, its block and the blank lines behind it."""
        ready = [packer.compress(head)]
        for piece in pieces:
            ready.append(packer.compress(piece))
            if sum(map(len, ready)) > MEMORY:
                self._write(b"".join(ready))
                ready = []
        ready += packer.compress(b"\r\n\r\n"), packer.flush()
        self._write(b"".join(ready))

    def _write(self, data: bytes) -> None:
        assert self._fd is not None
        rest = memoryview(data)
        while rest:
            written = os.write(self._fd, rest)
            self.offset += written
            rest = rest[written:]

    def _take_back(self, offset: int) -> None:
        """Cut the file to `offset`: a write has failed behind it."""
        assert self._fd is not None
        try:
            os.ftruncate(self._fd, offset)
            self.offset = offset
        except OSError:
            self._torn = True

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = "make room or mend its permissions, and run again"
            raise Unwritable(
                f"{self._folder / self.file}{OPEN}: cannot be written: {error.strerror}; {what}"
            ) from error


def head_of(kind: str, record_id: str, head: Fields, digest: str, size: int) -> bytes:
    """The header lines of a record whose block has this digest and size."""
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <{record_id}>",
        *(f"{name}: {value}" for name, value in head),
        f"WARC-Block-Digest: sha256:{digest}",
        f"Content-Length: {size}",
        "\r\n",
    ]
    return "\r\n".join(lines).encode()


def fields_of(fields: Iterable[tuple[str, str]]) -> bytes:
    """A block of application/warc-fields."""
    return "".join(f"{name}: {one_line(value)}\r\n" for name, value in fields).encode()


def one_line(text: str) -> str:
    """One line: a value from outside must not begin a header of its own."""
    if "\n" in text or "\r" in text:
        text = re.sub(r"[\r\n]+", " ", text)
    return text.strip()


def media(media_type: str) -> tuple[str, str]:
    """The header that names what a block is."""
    return "Content-Type", one_line(media_type)


def warc_date(moment: datetime) -> str:
    """WARC-Date: UTC, with microseconds (WARC 1.1, 5.4)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest_of(pieces: Iterable[bytes]) -> str:
    """SHA-256, in hexadecimal."""
    return measured(pieces)[0]


def measured(pieces: Iterable[bytes]) -> tuple[str, int]:
    """Digest and size."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _pieces(block: bytes | Spool, start: int) -> Iterator[bytes]:
    return block.chunks(start) if isinstance(block, Spool) else iter((block,))
