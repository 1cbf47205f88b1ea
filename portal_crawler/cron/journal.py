"""Journal: what `run` did, as JSON lines in a file that cannot grow without end.

A file that is longer than it may be is put aside when the next run begins: `run.log` becomes `run.log.1`, that `.2`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from archive.clock import stamp, utc
from archive.errors import Unwritable, UsageError

_ASIDE = 5  # files that are kept beside the one that is written


class Journal:
    """Without a path it keeps nothing. Raises UsageError for a folder, Unwritable."""

    def __init__(self, path: Path | None, most: int, clock: Callable[[], datetime] = utc) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()  # portals end in another thread
        if path is None:
            return
        if path.is_dir():
            raise UsageError(f"{path}: is a folder: [collection] log, or --log, names a file")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size > most:
                for number in range(_ASIDE - 1, 0, -1):
                    if (aside := path.with_name(f"{path.name}.{number}")).exists():
                        aside.replace(path.with_name(f"{path.name}.{number + 1}"))
                path.replace(path.with_name(f"{path.name}.1"))
        except OSError as error:
            raise self._unwritable(path, error) from error

    def say(self, event: str, **fields: Any) -> None:
        """One line: when, what, and what belongs to it."""
        if self._path is None:
            return
        line = json.dumps({"time": stamp(self._clock()), "event": event, **fields}, ensure_ascii=False) + "\n"
        try:
            with self._lock, self._path.open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError as error:
            raise self._unwritable(self._path, error) from error

    @staticmethod
    def _unwritable(path: Path, error: OSError) -> Unwritable:
        return Unwritable(f"{path}: the log cannot be written: {error.strerror}; make room or mend its permissions")
