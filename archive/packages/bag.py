"""Hand a portal's folder over as a BagIt bag: the folder as it is, with a digest of every file (RFC 8493, BagIt 1.0).

    NAME.bag/
      bagit.txt, bag-info.txt          what it is: name, date, software, number and size of the files
      manifest-sha256.txt              the digest of every file below data/
      tagmanifest-sha256.txt           that of the three before
      data/                            portal.toml, warc/, records/, crawls/, manifests/, index.cdxj …

What never changes once it is there (WARC files, records) is linked where the file system can, and so takes no room: a
bag to be handed over is to be copied, as a backup it is none. A bag that is there is never written over.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ..errors import Damaged, Unwritable, UsageError
from ..lock import undisturbed
from ..shard import Shard
from ..warc.salvage import sync_folder
from ..watching import Watching, read_through, unwatched
from .wacz import refuse_open, room_for

ENDING = ".bag"

_LEFT_OUT = ("lock", "lock.holder")
_OTHERS = (".part", ".new", "-wal", "-shm")  # endings of what a run that was broken off may have left
_LINKED = ("warc", "records")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Bagged:
    """What is in a bag."""

    path: Path
    bytes: int
    files: int

    def words(self) -> str:
        return f"{self.path}: {self.files:,} files, {self.bytes:,} bytes"


def bag(shard: Shard, path: Path, *, software: str, day: date, watching: Watching = unwatched) -> Bagged:
    """Make a bag of a shard's folder at `path`, which takes its name when all of it is on the disk.

    Raises Locked, UsageError where the bag is there already or a run was broken off, Damaged, Unwritable.
    """
    if path.exists():
        raise UsageError(f"{path}: is there already; move it away, or name another with --output")
    with undisturbed(shard):
        refuse_open(shard)
        files = sorted(_files(shard.folder))
        room_for(path.parent, sum((shard.folder / name).stat().st_size for name in files))
        part = path.with_name(path.name + ".part")
        shutil.rmtree(part, ignore_errors=True)  # of one that was broken off
        try:
            each = read_through((shard.folder / name for name in files), watching("files taken"))
            manifest = [
                (_taken(shard, name, part / "data" / name), f"data/{name}") for name, _ in zip(files, each, strict=True)
            ]
            size = sum((part / name).stat().st_size for _, name in manifest)
            about = (
                ("Bag-Software-Agent", software),
                ("Bagging-Date", day.isoformat()),
                ("External-Identifier", shard.name),
                ("Payload-Oxum", f"{size}.{len(manifest)}"),
            )
            tags = {
                "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
                "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in about),
                "manifest-sha256.txt": _manifest(manifest),
            }
            digests = [(hashlib.sha256(text.encode()).hexdigest(), name) for name, text in tags.items()]
            for name, text in {**tags, "tagmanifest-sha256.txt": _manifest(digests)}.items():
                _write(part / name, text.encode())
            for folder in (*(one for one in part.rglob("*") if one.is_dir()), part):
                sync_folder(folder)
            part.rename(path)
            sync_folder(path.parent)
        except OSError as error:
            shutil.rmtree(part, ignore_errors=True)
            what = "make room or mend its permissions, and run again"
            raise Unwritable(f"{path}: cannot be written: {error.strerror}; {what}") from error
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    return Bagged(path, size, len(manifest))


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in _LEFT_OUT and not name.endswith(_OTHERS):
            yield name


def _taken(shard: Shard, name: str, target: Path) -> str:
    """Put a file into the bag; gives its SHA-256."""
    source = shard.folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if source == shard.ledger_file and _is_half(source):
        _copy_ledger(source, target)
    elif not (name.partition("/")[0] in _LINKED and _linked(source, target)):
        with source.open("rb") as read, target.open("wb") as write:
            shutil.copyfileobj(read, write, _PIECE)
    digest = hashlib.sha256()
    with target.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
        os.fsync(file.fileno())
    return digest.hexdigest()


def _linked(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one that has no links
        return False
    return True


def _is_half(ledger: Path) -> bool:
    """Whether a run that was killed left part of a database in the file beside it."""
    beside = ledger.with_name(f"{ledger.name}-wal")
    return beside.exists() and beside.stat().st_size > 0


def _copy_ledger(source: Path, target: Path) -> None:
    """As a database, with what is in the file beside it."""
    try:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as write:
            read.backup(write)
    except sqlite3.Error as error:
        raise Damaged(f"{source}: damaged ({error}): run `rebuild` to make it anew") from error


def _manifest(digests: list[tuple[str, str]]) -> str:
    return "".join(f"{digest}  {_escaped(name)}\n" for digest, name in digests)


def _escaped(name: str) -> str:
    """What would end the line is percent-encoded (RFC 8493, 2.1.3)."""
    return name.replace("%", "%25").replace("\n", "%0A").replace("\r", "%0D")


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
