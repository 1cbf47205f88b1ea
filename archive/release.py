"""Release: records on their way out, as files that others read."""

from __future__ import annotations

import gzip
import io
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from .errors import UsageError, unwritten
from .ledger import Ledger
from .shard import Shard
from .warc.salvage import sync_folder

# Endings that say what nothing here writes.
_OTHERS = re.compile(
    r"xls[xmb]?|od[st]|tsv|xml|html?|pdf|docx?|sql|db|sqlite|duckdb|arrow|feather|orc|avro|dta|sav|rds"
    r"|gz|bz2|xz|zst|zip|7z|tar|tgz"
)


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """Write lines to a .gz file, whole or not at all; gives their number. The same lines give the same bytes.

    Raises Unwritable.
    """
    number = 0
    with whole(path) as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
        for line in lines:
            file.write(line.encode() + b"\n")
            number += 1
    return number


def write_text(path: Path, text: str) -> None:
    """Write a small file, whole or not at all. Raises Unwritable."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write a small file, whole or not at all. Raises Unwritable."""
    with whole(path) as file:
        file.write(data)


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name when it is on the disk, and not before. Raises Unwritable.

    One that is there gives way to it, also behind a link, and leaves it its mode and owner. What is no file (a pipe, a
    device) is written to as it comes.
    """
    try:
        there = _there(path)
        if there is not None and _is_stream(there):
            with _stream(path, there) as stream:
                yield stream
            return
        target = Path(os.path.realpath(path))
        part = target.with_name(target.name + ".part")
        try:
            fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666 if there is None else 0o600)
            with os.fdopen(fd, "wb") as file:
                if there is not None:
                    _become(part, there)
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)  # it may be what has filled the disk
            raise
        sync_folder(target.parent)
    except OSError as error:
        raise unwritten(path, error) from error


def put(made: Path, path: Path) -> None:
    """What was made in the folder that `beside` names takes the name of a file, as `whole` has it. Raises Unwritable.

    It is moved there; for a pipe or a device it is copied.
    """
    try:
        there = _there(path)
        if there is not None and _is_stream(there):
            with made.open("rb") as file, whole(path) as stream:
                shutil.copyfileobj(file, stream)
            return
        if there is not None:
            _become(made, there)
        made.replace(os.path.realpath(path))
    except OSError as error:
        raise unwritten(path, error) from error


def beside(path: Path) -> Path | None:
    """The folder for what has to be made before a file: the file's own; None, any, where it is a pipe or a device.

    Raises Unwritable.
    """
    try:
        there = _there(path)
    except OSError as error:
        raise unwritten(path, error) from error
    return None if there is not None and _is_stream(there) else Path(os.path.realpath(path)).parent


class _Stream(io.RawIOBase):
    """What takes bytes and has no places: ZIP writes to it what it can write without going back."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: Any) -> int:
        size = os.write(self._fd, data)
        self._size += size
        return size

    def close(self) -> None:
        if not self.closed:
            super().close()
            os.close(self._fd)


def _stream(path: Path, there: os.stat_result) -> BinaryIO:
    # Where stdout is a file, it is written on from where it stands; a socket cannot be opened by its name.
    again = _is_stdout(there) and (stat.S_ISREG(there.st_mode) or stat.S_ISSOCK(there.st_mode))
    fd = os.dup(1) if again else os.open(path, os.O_WRONLY | os.O_NOCTTY)
    return cast("BinaryIO", io.BufferedWriter(_Stream(fd)))


def _there(path: Path) -> os.stat_result | None:
    """What lies at a path, links followed. Raises OSError where that cannot be said, as of links in a circle."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_stream(there: os.stat_result) -> bool:
    return not (stat.S_ISREG(there.st_mode) or stat.S_ISDIR(there.st_mode)) or _is_stdout(there)


def _is_stdout(there: os.stat_result) -> bool:
    try:
        return os.path.samestat(there, os.fstat(1))
    except OSError:  # it is closed
        return False


def _become(path: Path, there: os.stat_result) -> None:
    """Give a file the owner of another, as far as this user may, and its mode."""
    mine = path.stat()
    with suppress(OSError):  # not every user may, and not every file system
        if there.st_gid != mine.st_gid:
            os.chown(path, -1, there.st_gid)
        if there.st_uid != mine.st_uid:
            os.chown(path, there.st_uid, -1)
    path.chmod(stat.S_IMODE(there.st_mode))


def write_records(shard: Shard, ledger: Ledger) -> None:
    """The records file of every run whose records are made and that has none yet. Raises Unwritable."""
    for run, *_ in ledger.runs.all(derived=True):
        if not shard.records_file(run).exists():
            write_lines(shard.records_file(run), ledger.versions.lines(run=run))


def form_of(output: Path | None, otherwise: str) -> str:
    """In which form a file is meant, where that is not said: as its name ends.

    Raises UsageError for an ending of another format: a spreadsheet would find JSON lines in what is called .xlsx.
    """
    ending = output.suffix.lower().removeprefix(".") if output is not None else ""
    if _OTHERS.fullmatch(ending):
        what = f"--output {output}: .{ending} is not written; there are .csv, .parquet and .jsonl (JSON lines)"
        raise UsageError(f"{what}; --as names one for a file of any name")
    return ending if ending in ("csv", "parquet") else otherwise


def write_plain(lines: Iterable[str], output: Path | None, *, end: bytes = b"\n") -> None:
    """Write lines, in UTF-8, to stdout or to a file that is there whole or not at all. Raises Unwritable."""
    if output is None:
        sys.stdout.flush()
        out, seen = sys.stdout.buffer, sys.stdout.isatty()
        for line in lines:
            out.write(line.encode() + end)
            if seen:
                out.flush()
        out.flush()
        return
    with whole(output) as file:
        file.writelines(line.encode() + end for line in lines)
