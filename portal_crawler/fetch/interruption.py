"""Interruption: Ctrl-C, SIGTERM (systemd, `timeout`) and SIGHUP (the terminal is gone) are one wish: end, all saved.

The first one is heard: nothing more is asked for, answers under way have a moment to come, records a moment to be made.
What is not there by then is for the next run. The second one ends the process as it stands, as kill -9 would: nothing
is lost by it either, the next run closes the files. Either way the exit code is 130.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ANSWERS = 2.0  # seconds from the first signal on: answers that have not come by then are cut, and asked for again
RECORDS = 5.0  # records that are not made by then are made by the next run: Docker kills after 10, systemd after 90

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_ONE = 1.0  # systemd may send two for one (SendSIGHUP), a terminal to `timeout` and to us


class Interrupted(BaseException):
    """A signal has ended a command. Not KeyboardInterrupt, of which the command line's library makes a silent exit."""


class Interruption:
    """Whether somebody wants an end, and since when."""

    def __init__(self) -> None:
        self._since: float | None = None

    @property
    def seconds(self) -> float | None:
        """Since the first signal; None where there was none."""
        return None if self._since is None else time.monotonic() - self._since

    def over(self, limit: float) -> bool:
        """Whether the first signal is longer ago than this."""
        seconds = self.seconds
        return seconds is not None and seconds > limit

    @contextmanager
    def heard(self) -> Iterator[None]:
        """For as long as the block runs, signals are noted here. For the main thread."""
        before = {number: signal.getsignal(number) for number in _SIGNALS}
        try:
            for number in _heeded():
                signal.signal(number, self._hear)
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._since is None:
            self._since = time.monotonic()
        elif self.over(_ONE):
            cursor = b"\x1b[?25h" if sys.stderr.isatty() else b""  # a progress bar may have hidden it
            os.write(2, cursor + b"portal-crawler: ended at once; the same command goes on where it stopped\n")
            os._exit(130)


def end_interrupted() -> None:
    """From now on a signal ends the process in one line: for its start and its end, when there is nothing to save, and
    an exception would be raised in what is not ours."""
    for number in _heeded():
        signal.signal(number, _end)


def raise_interrupted() -> None:
    """From now on a signal raises Interrupted in the main thread."""
    for number in _heeded():
        signal.signal(number, _raise)


def _end(number: int, frame: FrameType | None) -> None:
    os.write(2, b"portal-crawler: interrupted\n")
    os._exit(130)


def _raise(number: int, frame: FrameType | None) -> None:
    raise Interrupted


def _heeded() -> list[signal.Signals]:
    """What is ignored stays so: `nohup`, and a job in a shell's background."""
    return [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
