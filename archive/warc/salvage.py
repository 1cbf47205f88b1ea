"""Close the WARC file that a killed run or a power failure left open: what is whole is kept, the rest is set aside.

It relies on the order in which `archive.warc` writes: an exchange's metadata record is the last of its group.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ..errors import Damaged, Unwritable, UsageError
from .reader import OPEN, records


@dataclass(frozen=True, slots=True)
class Salvage:
    """What became of a file that was left open. Sizes are in bytes."""

    name: str  # the file's, without `.open`
    path: Path | None  # the mended file; None where nothing could be kept
    records: int  # that were kept
    size: int  # of the mended file: what was behind this offset is lost
    cut: int  # bytes that were taken off its end; 0: it was whole
    torn: Path | None  # where those bytes are
    reason: str | None  # why they were taken off


def salvage(path: Path) -> Salvage:
    """Close a `.open` file that a killed run left behind.

    All whole records and whole exchanges are kept. What is behind them (a torn record, or an exchange that does not end
    in its metadata record and so will be fetched again) goes to FILE.torn beside it. Safe to be killed and run again.
    Raises UsageError for a file that is not `.open`, Unwritable where the folder cannot be changed.
    """
    if not path.name.endswith(OPEN):
        raise UsageError(f"{path}: only a file that ends in {OPEN} is salvaged")
    target = path.with_name(path.name.removesuffix(OPEN))
    if target.exists():
        raise UsageError(f"{path}: {target.name} is there as well: compare the two, and move one away")
    torn = target.with_name(target.name + ".torn")
    try:
        count, size, reason = _whole(path)
        cut = path.stat().st_size - size
        if cut and size:
            _copy_tail(path, size, torn)
            os.truncate(path, size)
        _sync_file(path)
        path.rename(target if size else torn) if size or cut else path.unlink()
        sync_folder(path.parent)
    except OSError as error:
        raise Unwritable(f"{path}: cannot be mended: {error.strerror}; make room or mend its permissions") from error
    where = target if size else None
    return Salvage(target.name, where, count, size, cut, torn if cut else None, reason if cut else None)


class _Foreign(UsageError):
    """Offsets in such a file are not the file's."""


def _whole(path: Path) -> tuple[int, int, str | None]:
    """How many records to keep, to which offset the file is whole, and why not further."""
    count = end = 0
    group: set[str] = set()  # ids of the exchange that is not closed yet, and of the records it points at
    before = (0, 0)  # `count` and `end` before it
    reason = None
    with path.open("rb") as file:
        try:
            for record in records(file):
                if record.length is None:
                    raise _Foreign(f"{path}: not one gzip member a record: another tool's file, to be mended by hand")
                ids = {record.id or "", *record.concurrent_to}
                if record.type not in ("request", "response", "revisit"):
                    group = set()
                elif group & ids:
                    group |= ids
                else:
                    group, before = ids, (count, end)
                count, end = count + 1, record.offset + record.length
        except _Foreign:
            raise
        except (Damaged, UsageError) as error:
            reason = str(error)
    if group:
        return *before, reason or f"{path}: the last exchange is cut off between its records"
    return count, end, reason


def _copy_tail(path: Path, start: int, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    with path.open("rb") as source, part.open("wb") as copy:
        source.seek(start)
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())
    part.replace(target)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Put the folder itself on the disk: which names it holds."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
