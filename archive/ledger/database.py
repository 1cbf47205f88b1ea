"""Database: SQLite files (a portal's ledger, a collection's index) opened for reading alone; what to say of them.

Both are in WAL mode: who reads waits for nobody who writes. SQLite wants two files beside such a one, also to read it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

_NO_FILES = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)  # primary result codes
_LEAST = 256 << 10  # bytes that SQLite's files want to begin with


def opened(path: Path) -> sqlite3.Connection:
    """A connection for reading, to be closed with `close`. Raises sqlite3.Error.

    Where the files beside it cannot be made, as on a read-only disk, nobody writes and nothing waits to be written: it
    is read as a file that does not change.
    """
    try:
        return _connected(path, "mode=ro")
    except sqlite3.OperationalError as error:
        if _code(error) not in (*_NO_FILES, sqlite3.SQLITE_IOERR) or _waiting(path) or not path.is_file():
            raise
    return _connected(path, "immutable=1")


def close(db: sqlite3.Connection, path: Path) -> None:
    """Close what was `opened`. What reads cannot take the files away that it made; what writes does, as the last."""
    db.close()
    if _waiting(path) == 0:
        with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as last:  # where it may not, they stay
            last.execute("PRAGMA user_version")


def remedy(path: Path, error: sqlite3.Error) -> str:
    """What is to be done where SQLite cannot open or write a file."""
    try:
        disk = os.statvfs(path.parent)
        full = disk.f_bavail * disk.f_frsize < _LEAST or (disk.f_files > 0 and disk.f_favail == 0)
    except OSError:
        full = False
    if full or _code(error) == sqlite3.SQLITE_FULL:
        return "the disk is full: make room"
    return "mend the folder's permissions" if _code(error) in _NO_FILES else "make room or mend its permissions"


def _connected(path: Path, how: str) -> sqlite3.Connection:
    db = sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA busy_timeout = 10000")
        db.execute("PRAGMA user_version").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _waiting(path: Path) -> int | None:
    """How many bytes wait to be written into a file, by what others have open or a kill left; None: nobody has it."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size
    except OSError:
        return None


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
