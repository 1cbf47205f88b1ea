"""Sorter: lines in the order of their bytes, in bounded memory. Indexes are made with it, and what is compared to them.

with Sorter() as sorter:
    for line in lines: sorter.add(line)
    for line in sorter: ...           # each that differs once, as `LC_ALL=C sort -u` gives them
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

from ..errors import Unwritable

MEMORY = 16 << 20  # bytes of lines that are held; more goes to temporary files
_FILES = 64  # at most; then they are merged into one
_OVERHEAD = 48  # bytes that a line costs beside its own


class Sorter:
    """Takes lines without their ends. Raises Unwritable where the folder for temporary files has no room."""

    def __init__(self, memory: int = MEMORY) -> None:
        self._memory = memory
        self._held: list[bytes] = []
        self._size = 0
        self._files: list[IO[bytes]] = []

    def add(self, line: bytes) -> None:
        self._held.append(line)
        self._size += len(line) + _OVERHEAD
        if self._size > self._memory:
            self._spill()

    def __iter__(self) -> Iterator[bytes]:
        """Sorted, as often as it is asked for; not while another iteration is under way."""
        self._held.sort()
        return unique(heapq.merge(*map(_lines, self._files), self._held))

    def __enter__(self) -> Sorter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let memory and files go."""
        self._held = []
        for file in self._files:
            file.close()
        self._files = []

    def _spill(self) -> None:
        self._held.sort()
        self._files.append(_written(self._held))
        self._held, self._size = [], 0
        if len(self._files) == _FILES:
            merged = _written(heapq.merge(*map(_lines, self._files)))
            for file in self._files:
                file.close()
            self._files = [merged]


def unique(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Sorted lines, each that differs once."""
    last = None
    for line in lines:
        if line != last:
            yield line
        last = line


def _written(lines: Iterable[bytes]) -> IO[bytes]:
    try:
        file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
        file.writelines(line + b"\n" for line in lines)
        file.flush()
    except OSError as error:
        room = "make room there, or set TMPDIR to a folder that has it"
        raise Unwritable(f"{tempfile.gettempdir()}: cannot be written to: {error.strerror}; {room}") from error
    return file


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    return (line[:-1] for line in file)
