"""Release: records on their way out, as files that others read."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from .collection import Shard
from .errors import Unwritable
from .ledger import Ledger


def write_lines(path: Path, lines: Iterable[str]) -> int:
    """Write lines to a .gz file, whole or not at all; gives their number. The same lines give the same bytes.

    Raises Unwritable.
    """
    part = path.with_name(path.name + ".part")
    number = 0
    try:
        with part.open("wb") as raw:
            with gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
                for line in lines:
                    file.write(line.encode() + b"\n")
                    number += 1
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    except OSError as error:
        raise Unwritable(f"{path}: cannot be written: {error.strerror}; make room or mend its permissions") from error
    return number


def write_records(shard: Shard, ledger: Ledger) -> None:
    """The records file of every run whose records are made and that has none yet. Raises Unwritable."""
    for run, *_ in ledger.runs(derived=True):
        if not shard.records_file(run).exists():
            write_lines(shard.records_file(run), ledger.article_lines(run=run))


def write_plain(lines: Iterable[str], output: Path | None) -> None:
    """Write lines to stdout, or to a file that is there whole or not at all. Raises Unwritable."""
    if output is None:
        out = sys.stdout.buffer
        for line in lines:
            out.write(line.encode() + b"\n")
        out.flush()
        return
    part = output.with_name(output.name + ".part")
    try:
        with part.open("wb") as file:
            file.writelines(line.encode() + b"\n" for line in lines)
        part.replace(output)
    except OSError as error:
        raise Unwritable(f"{output}: cannot be written: {error.strerror}") from error
