"""Release: records on their way out, as files that others read."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from .errors import unwritten
from .ledger import Ledger
from .salvage import sync_folder
from .shard import Shard


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
    """A file that takes its name when it is on the disk, and not before. Raises Unwritable."""
    part = path.with_name(path.name + ".part")
    try:
        try:
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)  # it may be what has filled the disk
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise unwritten(path, error) from error


def write_records(shard: Shard, ledger: Ledger) -> None:
    """The records file of every run whose records are made and that has none yet. Raises Unwritable."""
    for run, *_ in ledger.runs.all(derived=True):
        if not shard.records_file(run).exists():
            write_lines(shard.records_file(run), ledger.versions.lines(run=run))


def form_of(output: Path | None, otherwise: str) -> str:
    """In which form a file is meant, where that is not said: as its name ends."""
    ending = output.suffix.lower().removeprefix(".") if output is not None else ""
    return ending if ending in ("csv", "parquet") else otherwise


def write_plain(lines: Iterable[str], output: Path | None, *, end: bytes = b"\n") -> None:
    """Write lines to stdout, or to a file that is there whole or not at all. Raises Unwritable."""
    if output is None:
        out = sys.stdout.buffer
        for line in lines:
            out.write(line.encode() + end)
        out.flush()
        return
    with whole(output) as file:
        file.writelines(line.encode() + end for line in lines)
