"""Reader: WARC files, ours and others': 1.0 and 1.1, a gzip member or a Zstandard frame for each record, one gzip
stream, or no compression; and ARC files, whose records are given as WARC would have them.

`records` walks a file, `read_at` gives the one record that a Provenance points at. Rules: WARC 1.1,
https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/ (and its annex D on compression).
`archive.warc.unpacking` takes the compression off, `archive.warc.arc` reads the lines of ARC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..errors import Damaged, UsageError
from .arc import LINE, head_of, may_begin
from .exchange import MEMORY, Spool
from .http import HEAD, Headers, parse_fields
from .slices import Slice
from .unpacking import Unpacked

OPEN = ".open"  # the ending of a file that is being written

_VERSION = re.compile(rb"WARC/(\d+\.\d+)[ \t\r]*\n")
_BEGIN = re.compile(  # of a record, behind damage: of WARC, and the line of an ARC record
    rb"WARC/\d\.\d[ \t\r]*\n(?=[A-Za-z-]+:)"
    rb"|\n(?=(?:https?|dns|ftp):[^\r\n ]{1,4000} [0-9a-fA-F.:]{1,45} \d{14} [^\r\n]{0,200}\d\r?\n)"
)
_TAIL = 5000  # bytes in which such a beginning has room
_AHEAD = -1  # it was not come to yet
_DAMAGES = 100  # places in one file: behind more than these it is not read on
_HEAD_END = re.compile(rb"\n\r*\n")


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record. What `records` gives is valid until its next one is asked for."""

    version: str  # "1.0", "1.1"; "ARC/1", "ARC/2"
    headers: Headers
    block: bytes | Spool  # a Spool where it is larger than exchange.MEMORY
    offset: int  # in bytes of the file; where `length` is None: in bytes of the decompressed file
    length: int | None  # in bytes of the file; None in a file that is one gzip stream over many records
    raw_head: bytes = b""  # as it stands in the file, with the blank line that ends it (in ARC: the record's line)

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


def records(
    source: Path | Slice | BinaryIO, start: int = 0, damaged: Callable[[Damaged], None] | None = None
) -> Iterator[Record]:
    """The records of a file in order, from the one that begins at byte `start` on. An empty file has none.

    `damaged`: is told what is damaged, in place of an error, and it is read on where the next record begins.

    Raises UsageError where `source` cannot be read or is no WARC, and Damaged, naming file and offset, where a record
    is cut off or broken: what was given until then is sound (gzip checks it; digests are `verify`'s matter).
    A path that is not there is looked for with `.open` at its end.
    """
    with _opened(source) as file:
        if start:
            file.seek(start)
        try:
            stream = _Stream(file, start)
        except Damaged as error:  # without its dictionary nothing of it can be read
            if damaged is None:
                raise
            damaged(error)
            return
        left = _DAMAGES
        while True:
            try:
                record = stream.record()
            except Damaged as error:
                if damaged is None:
                    raise
                damaged(error)
                left -= 1
                if not left or not stream.recover():
                    return
                continue
            except UsageError:  # a WARC file whose first bytes are damaged has others further on
                if damaged is None or not stream.recover_beginning():
                    raise
                what = "no gzip member begins there"
                damaged(Damaged(f"{stream.name}: damaged at offset 0: {what}; restore it from a copy"))
                continue
            if record is None:
                return
            try:
                yield record
            finally:
                record.close()


def read_at(path: Path | Slice, offset: int) -> Record:
    """The record that begins at `offset`, as `records` counts it; the caller closes it. Raises as `records` does."""
    with _opened(path) as file:
        file.seek(offset)
        stream = _Stream(file, offset)
        if stream.begins():
            record = stream.record()
            assert record is not None
            return record
        file.seek(0)
        stream = _Stream(file, 0)
        if offset > 0 and stream.packed:  # one gzip stream: the offset counts decompressed bytes
            while (record := stream.record()) is not None and record.offset <= offset:
                if record.offset == offset and record.length is None:
                    return record
                record.close()
        raise Damaged(f"{path}: no record begins at offset {offset}: restore the file from a copy")


class _Stream(Unpacked):
    """The records in the unpacked bytes of a file."""

    _last: int | None = _AHEAD  # where the last record began; None where no member or frame did there

    def recover(self) -> bool:
        """Go behind damage, to where a record begins; False where none does.

        Where each record is a member of its own that is the next member; else the next that looks like a record's
        beginning, not in what a record that is cut off holds.
        """
        if self.packed and self._last is not None:
            return self._next_member(self._member if self._last == _AHEAD else self._last, self._begins_in)
        try:
            while not (found := _BEGIN.search(self._held, self._at)):
                self._at = max(self._at, len(self._held) - _TAIL)
                if not self._fill():
                    return False
        except Damaged:
            return self._next_member(self._member, self._begins_in)
        self._at = found.start() + (found[0] == b"\n")
        return True

    def recover_beginning(self) -> bool:
        """Go to the first member of a file that by its name is packed, and does not begin so; False where none is."""
        if self.packed or self._base or not self.name.endswith((".gz", ".gz.open")):
            return False
        self.packed = True
        return self._next_member(0, self._begins_in)

    @staticmethod
    def _begins_in(begin: bytes) -> bool:
        return bool(_VERSION.match(begin)) or may_begin(begin)

    def begins(self) -> bool:
        """Whether a record begins here."""
        try:
            begin = self.peek(16)
        except Damaged:
            return False
        return bool(_VERSION.match(begin)) or (may_begin(begin) and head_of(self.peek(LINE)) is not None)

    def record(self) -> Record | None:
        """The next record, None at the end of the file."""
        self._last = _AHEAD
        offset, fresh = self._next()
        if not self._held:
            return None
        start = self._base
        self._last = offset if self.packed and fresh else None
        version, headers, raw_head = self._head(offset)
        length = next((value for name, value in headers if name.lower() == "content-length"), "")
        if not re.fullmatch(r"\d{1,18}", length):
            raise self._damaged(offset, f"Content-Length is {length[:40]!r}")
        block = self._block(int(length), offset)
        try:
            self._blank()
            whole = not self.packed or (fresh and self._ended)
            end = self._place if self.packed else self._base + self._at
        except Damaged:
            if isinstance(block, Spool):
                block.close()
            raise
        if whole:
            return Record(version, headers, block, offset, end - offset, raw_head)
        return Record(version, headers, block, start, None, raw_head)

    def _next(self) -> tuple[int, bool]:
        """Go to where the next record begins: gives its offset in the file, and whether a member begins there."""
        while True:
            if self._at == len(self._held) and not self._fill():
                self._drop()
                return self._place, False
            fresh = self._base + self._at == self._member_base
            while self._held[self._at : self._at + 1] in (b"\r", b"\n"):
                self._at += 1
                fresh = False
            if self._at < len(self._held):
                self._drop()
                return self._member if self.packed else self._base, fresh

    def _head(self, offset: int) -> tuple[str, Headers, bytes]:
        if may_begin(self.peek(16)):
            line = self.peek(LINE) if b"\n" not in self._held else self._held[:LINE]
            if (found := head_of(line)) is not None:
                version, headers, size = found
                self._at = size
                return version, headers, line[:size]
        while not (end := _HEAD_END.search(self._held)) and len(self._held) < HEAD and self._fill():
            pass
        match = _VERSION.match(self._held)
        if not match and not b"WARC/1.".startswith(self._held[:7]):
            if offset == self._base == 0:
                hint = " (LZ4: decompress it first)" if self._held.startswith(b"\x04\x22\x4d\x18") else ""
                raise UsageError(f"{self.name}: not a WARC file: it begins with {self._held[:16]!r}{hint}")
            raise self._damaged(offset, f"a record should begin here, not {self._held[:16]!r}")
        if not match or not end:
            raise self._damaged(offset, "the record's head is cut off")
        raw_head = self._held[: end.end()]
        head = raw_head[match.end() : end.start() + 1]
        self._at = end.end()
        try:
            return match[1].decode(), parse_fields(head.decode()), raw_head
        except UnicodeDecodeError:  # WARC heads are UTF-8; some tools write addresses as the page had them
            return match[1].decode(), parse_fields(head.decode("latin-1")), raw_head

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
            if self._at < len(self._held) or self._ended or not self._fill():
                return


def _bare(value: str | None) -> str | None:
    return value and value.strip("<>")


@contextmanager
def _opened(source: Path | Slice | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(source, Path | Slice):
        yield source
        return
    try:
        file = _open(source) if isinstance(source, Path) else source.open()
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
