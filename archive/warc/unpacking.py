"""Unpacking: the bytes of a file that may be packed, and where in the file they come from.

gzip (one member or many), Zstandard (frames, with the dictionary that a .warc.zst may begin with) or nothing: the bytes
tell. `archive.warc.reader` reads records from it, `archive.warc.containers` looks at the beginning.
Zstandard in WARC files: https://iipc.github.io/warc-specifications/specifications/warc-zstd/
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from typing import BinaryIO

from ..errors import Damaged

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

READ = 1 << 16  # bytes of the file that are read at once
_GIVE = 1 << 20  # bytes that one call of a decoder may give
_DICTIONARY = 8 << 20  # bytes of a dictionary, packed or not: what the specification asks of a reader
_WINDOW = 27  # log2 of the bytes that a frame may look back: 128 MiB; the specification asks for 23

_SAMPLE = 4096  # bytes in which the beginning of a member gives its first bytes

_GZIP = b"\x1f\x8b"
_FRAME = b"\x28\xb5\x2f\xfd"
_SKIPPED = frozenset(bytes([0x50 + number, 0x2A, 0x4D, 0x18]) for number in range(16))
_DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"  # one of those: it is a dictionary at the beginning of a file, and nowhere else
_DICTIONARY_MAGIC = b"\x37\xa4\x30\xec"


class Unpacked:
    """The unpacked bytes of a file from `start` on, where a gzip member, a frame or plain bytes begin.

    Raises Damaged, naming file and offset, where they end in the middle or are broken.
    """

    def __init__(self, file: BinaryIO, start: int = 0) -> None:
        self.name = getattr(file, "name", "WARC")
        self._file = file
        self._held, self._at = b"", 0  # unpacked bytes in hand, and how far they are used
        self._base = start  # unpacked offset of _held[0]
        self._raw = file.read(READ)  # bytes of the file not yet looked at
        self._place = start  # offset in the file of _raw[0]
        self._zstd = self._raw.startswith(_FRAME) or self._raw[:4] in _SKIPPED
        self.packed = self._zstd or self._raw.startswith(_GZIP)
        self._decoder: zlib._Decompress | zstd.ZstdDecompressor | None = None  # None: before the first member
        self._member = start  # offset in the file of the last member or frame
        self._member_base = start  # offset in the unpacked bytes of where it begins
        self._dictionary: zstd.ZstdDict | None = None
        if self._zstd:
            self._dictionary = self._read_dictionary(start)

    def peek(self, size: int) -> bytes:
        """The next `size` bytes, or as many as there are and are sound; they stay to be read."""
        try:
            while len(self._held) - self._at < size and self._fill():
                pass
        except Damaged:
            if self._at == len(self._held):
                raise
        return self._held[self._at : self._at + size]

    def take(self, size: int) -> bytes:
        """The next bytes, `size` or fewer; none at the end of the file."""
        piece = self._held[self._at : self._at + size]
        while not piece and self._fill():
            piece = self._held[self._at : self._at + size]
        self._at += len(piece)
        return piece

    @property
    def _ended(self) -> bool:
        """Whether what is in hand is used up, and a member or frame ends there."""
        return self._at == len(self._held) and self._decoder is not None and self._decoder.eof

    def _drop(self) -> None:
        self._base += self._at
        self._held, self._at = self._held[self._at :], 0

    def _fill(self) -> bool:
        """Hold more unpacked bytes, of the current member or the next; False at the end of the file."""
        self._drop()
        if not self.packed:
            piece, self._raw = self._raw or self._file.read(READ), b""
            self._held += piece
            return bool(piece)
        while True:
            decoder = self._decoder
            if decoder is None or decoder.eof:
                if not self._raw and not self._refill():
                    return False
                if self._zstd and self._skipped():
                    continue
                self._member, self._member_base = self._place, self._base + len(self._held)
                decoder = self._decoder = self._new()
            hungry = not isinstance(decoder, zstd.ZstdDecompressor) or decoder.needs_input
            if hungry and not self._raw and not self._refill():
                what = "Zstandard frame" if self._zstd else "gzip member"
                raise self._damaged(self._member, f"the {what} is cut off")
            try:
                piece = decoder.decompress(self._raw, _GIVE)
            except zlib.error as error:
                raise self._damaged(self._member, f"the gzip member is broken: {error}") from None
            except zstd.ZstdError as error:
                raise self._damaged(self._member, f"the Zstandard frame is broken: {error}") from None
            if decoder.eof:
                rest = decoder.unused_data
            else:  # zstd keeps what it was given
                rest = b"" if isinstance(decoder, zstd.ZstdDecompressor) else decoder.unconsumed_tail
            self._place += len(self._raw) - len(rest)
            self._raw = rest
            if piece:
                self._held += piece
                return True
            if decoder.eof:
                return True

    def _new(self) -> zlib._Decompress | zstd.ZstdDecompressor:
        if not self._zstd:
            return zlib.decompressobj(31)
        return zstd.ZstdDecompressor(self._dictionary, {zstd.DecompressionParameter.window_log_max: _WINDOW})

    def _skipped(self) -> bool:
        """Pass over a skippable frame, if one begins here: of another meaning than a dictionary's, or already read."""
        while len(self._raw) < 8 and (more := self._file.read(READ)):
            self._raw += more
        if self._raw[:4] not in _SKIPPED:
            return False
        place = self._place
        left = 8 + int.from_bytes(self._raw[4:8], "little")
        while left:
            if not self._raw and not self._refill():
                raise self._damaged(place, "a skippable frame is cut off")
            taken = min(left, len(self._raw))
            self._raw = self._raw[taken:]
            self._place += taken
            left -= taken
        return True

    def _read_dictionary(self, start: int) -> zstd.ZstdDict | None:
        """What all frames are packed with, where the file begins with one."""
        if not start:
            return self._dictionary_in(self._raw)
        self._file.seek(0)
        found = self._dictionary_in(self._file.read(READ))
        self._file.seek(start + len(self._raw))
        return found

    def _dictionary_in(self, begin: bytes) -> zstd.ZstdDict | None:
        """`begin`: of the file. It is left behind the dictionary, or where it was."""
        if not begin.startswith(_DICTIONARY_FRAME):
            return None
        size = int.from_bytes(begin[4:8], "little")
        if size > _DICTIONARY:
            raise self._damaged(0, f"a dictionary of {size:,} bytes; {_DICTIONARY:,} are read")
        data = begin[8:]
        if len(data) < size:
            behind = self._file.tell()
            data += self._file.read(size - len(data))
            self._file.seek(behind)
        data = data[:size]
        try:
            if data.startswith(_FRAME):
                data = zstd.ZstdDecompressor().decompress(data, _DICTIONARY + 1)
            if len(data) > _DICTIONARY or not data.startswith(_DICTIONARY_MAGIC):
                raise self._damaged(0, "the dictionary is none, or too large")
            dictionary = zstd.ZstdDict(data)
            zstd.ZstdDecompressor(dictionary)
            return dictionary
        except (zstd.ZstdError, ValueError) as error:
            raise self._damaged(0, f"the dictionary is broken: {error}") from None

    def _next_member(self, behind: int, begins: Callable[[bytes], bool]) -> bool:
        """Go to the next member or frame, behind the one that begins at `behind`, whose bytes `begins` knows."""
        magic = _FRAME if self._zstd else _GZIP + b"\x08"
        place = behind + 1
        while True:
            self._file.seek(place)
            window = self._file.read(READ)
            at = window.find(magic)
            while at >= 0 and (at < len(window) - _SAMPLE or len(window) < READ):
                if begins(self._sample(window[at : at + _SAMPLE])):
                    self._restart(place + at)
                    return True
                at = window.find(magic, at + 1)
            if len(window) < READ:
                return False
            place += READ - _SAMPLE

    def _sample(self, packed: bytes) -> bytes:
        """A few bytes of a member; none where it is none."""
        try:
            return self._new().decompress(packed, 32)
        except (zlib.error, zstd.ZstdError):
            return b""

    def _restart(self, place: int) -> None:
        self._file.seek(place)
        self._raw, self._place, self._decoder = self._file.read(READ), place, None
        self._base += len(self._held)
        self._held, self._at = b"", 0

    def _refill(self) -> bool:
        self._raw = self._file.read(READ)
        return bool(self._raw)

    def _damaged(self, offset: int, what: str) -> Damaged:
        return Damaged(f"{self.name}: damaged at offset {offset}: {what}; restore it from a copy")
