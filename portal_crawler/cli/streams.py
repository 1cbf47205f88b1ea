"""Streams: stdout and stderr as commands need them, however they were handed over.

What stdout does not take (its disk is full, it is closed) is one line and exit code 2, as with any other file. What it
has no letters for, as a terminal of ASCII, is spelled out: text for people never fails, and data is in UTF-8 always.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any, cast

from archive.errors import Unwritable

READER_GONE = 141  # what a shell makes of SIGPIPE: a check must not end as 0 because nobody read what it found

_BUFFER = 1 << 16


class _Out(io.RawIOBase):
    """A file that says in words what is wrong with it, once: what comes behind that is let go."""

    name = "<stdout>"
    mode = "wb"

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.failure: str | None = None
        self._ended = False

    def fileno(self) -> int:
        return self._fd

    def isatty(self) -> bool:
        return os.isatty(self._fd)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """All of it. Raises Unwritable, and BrokenPipeError where the reader has gone."""
        view = memoryview(data).cast("B")
        written = 0 if not self._ended else len(view)
        try:
            while written < len(view):
                written += os.write(self._fd, view[written:])
        except BrokenPipeError:
            self._ended = True
            raise
        except OSError as error:
            self._ended = True
            self.failure = f"stdout: cannot be written: {error.strerror}"
            raise Unwritable(self.failure) from error
        return written


class Streams:
    """Takes their places. For the beginning of a command line, before it opens a file."""

    def __init__(self) -> None:
        _occupy()
        before = sys.stdout
        at_once = before is not None and getattr(before, "write_through", False)  # PYTHONUNBUFFERED
        errors = before.errors if before is not None else None
        if errors == "surrogateescape" and before.encoding.lower() != "utf-8":  # so Python has it where LC_ALL is C
            errors = "strict"
        self._out = _Out(1)
        sys.stdout = io.TextIOWrapper(
            # Unbuffered, Python itself has nothing between the text and the file.
            cast("io.BufferedWriter", self._out) if at_once else io.BufferedWriter(self._out, _BUFFER),
            encoding=before.encoding if before is not None else "utf-8",
            errors="backslashreplace" if errors in (None, "strict") else errors,
            line_buffering=self._out.isatty(),
            write_through=at_once,
        )
        if sys.stderr is None:
            sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 (for as long as the process is)

    def put_out(self) -> int:
        """Put out what is left; gives an exit code. Raises Unwritable where any of it could not be.

        Whoever was to read it may have gone, as `head` does.
        """
        code = 0
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            code = READER_GONE
        if self._out.failure is not None:
            raise Unwritable(self._out.failure)
        return code


def _occupy() -> None:
    """Keep the numbers of standard streams that are closed from the next file: what is printed would get into it.

    To print there fails as before: they are open for reading alone.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY)  # takes the lowest number that is free
