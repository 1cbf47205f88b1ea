"""Slice: a file that stands in another one, byte for byte, and is read there: a WARC stored in a WACZ."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from typing_extensions import Buffer


@dataclass(frozen=True, slots=True)
class Slice:
    """`size` bytes of the file `path` from `start` on. `str` names it, for messages."""

    path: Path
    start: int
    size: int
    entry: str  # what it is called in that file

    def __str__(self) -> str:
        return f"{self.path}!/{self.entry}"

    @property
    def name(self) -> str:
        return self.entry.rpartition("/")[2]

    def open(self) -> BinaryIO:
        """To be read, from its beginning. Raises OSError."""
        return cast(BinaryIO, io.BufferedReader(_Window(self), 1 << 16))


class _Window(io.RawIOBase):
    def __init__(self, of: Slice) -> None:
        self.name = str(of)
        self._of = of
        self._at = 0
        self._file = of.path.open("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._of.size}[whence]
        self._at = max(0, origin + offset)
        return self._at

    def readinto(self, buffer: Buffer, /) -> int:
        view = memoryview(buffer).cast("B")
        size = max(0, min(len(view), self._of.size - self._at))
        self._file.seek(self._of.start + self._at)
        read = self._file.readinto(view[:size]) or 0
        self._at += read
        return read

    def close(self) -> None:
        self._file.close()
        super().close()
