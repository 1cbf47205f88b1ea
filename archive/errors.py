"""The errors of this package and of `portal_crawler`, named by what the caller should do.

Each carries the exit code that the command line gives for it (0 done, 1 unexpected, 2 bad usage or configuration,
3 something failed for good, 4 locked by another run, 5 verification failed, 130 interrupted).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


def nearest(name: str, names: Iterable[str]) -> str:
    """What to say of a name that there is not: the nearest of those there are, or all of them."""
    there = list(names)
    near = difflib.get_close_matches(name, there, 1)
    return f"did you mean {near[0]}?" if near else f"there are: {', '.join(there) or 'none'}"


class ArchiveError(Exception):
    """Something a user can cause or mend. `str(error)` is one line: what is wrong, with what, and what to do."""

    exit_code = 1


class UsageError(ArchiveError):
    """A wrong argument, definition or folder: correct it and run again."""

    exit_code = 2


class Nothing(UsageError):
    """There is nothing yet of what was named: crawl it first. Among several it takes none of the others down."""


class Incomplete(ArchiveError):
    """The work ended, but something failed for good or fell below its expectation: read the report."""

    exit_code = 3


class Locked(ArchiveError):
    """Another run holds the portal: wait for it, or end it."""

    exit_code = 4


class Damaged(ArchiveError):
    """Kept bytes are not what they were: restore the file that is named from a copy."""

    exit_code = 5


class Unwritable(ArchiveError):
    """The disk or folder takes no more: make room or mend its permissions, and run again; what is kept is whole."""

    exit_code = 2


def unwritten(path: Path, error: OSError) -> Unwritable:
    """What to say where a file could not be written."""
    if isinstance(error, FileNotFoundError) and not path.parent.is_dir():
        return Unwritable(f"{path}: cannot be written: there is no folder {path.parent}: make it first")
    return Unwritable(f"{path}: cannot be written: {error.strerror}; make room or mend its permissions")


class Undecodable(ArchiveError):
    """A body has a content coding that is not known here: read it with a tool that knows `coding`."""

    def __init__(self, coding: str) -> None:
        super().__init__(f"content coding {coding[:80]!r} is not known (known: gzip, deflate, br, zstd)")
        self.coding = coding
