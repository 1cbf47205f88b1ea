"""Containers: what a file is, by its bytes and not by its name, and the WARC and ARC files in it.

A WARC or ARC file is one by itself; a WACZ (a zip) holds several. Those that are stored in it are read where they are,
those that are deflated from a copy in a scratch folder. Names in a zip are never names of files here: they only say, in
`ZIP!/ENTRY`, where something stands.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from ..errors import Damaged, Unwritable, UsageError
from .arc import head_of
from .slices import Slice
from .unpacking import Unpacked

Kind = Literal["archive", "zip", "html"]

_LOOK = 16 << 10  # bytes of a file's beginning that say what it is
_ENTRIES = re.compile(r"^archive/[^/]+$|\.w?arc(\.gz|\.zst)?$|\.wacz$", re.I)  # what may be a WARC, in a WACZ
_DIRECTORY = 16 << 20  # bytes of a zip's directory that are read: some 200,000 entries
_DEPTH = 3  # zips in zips
_PIECE = 1 << 20
_STRANGE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Archive:
    """One WARC or ARC file."""

    place: Path | Slice  # where it is read
    name: str  # as provenance names it
    shown: str  # as messages name it: the path that was given, and the entry in it
    source: Path  # the file that was given
    size: int


def kind_of(path: Path | Slice) -> Kind | None:
    """What a file is; None where nothing that is read here. Raises UsageError where it cannot be read."""
    try:
        with path.open("rb") if isinstance(path, Path) else path.open() as file:
            if file.read(4) in (b"PK\x03\x04", b"PK\x05\x06"):
                return "zip"
            file.seek(0)
            unpacked = Unpacked(file)
            begin = unpacked.peek(_LOOK).lstrip(b"\xef\xbb\xbf \t\r\n")
    except Damaged:  # nothing of it can be unpacked: only its name is left to go by; reading it says what is wrong
        name = path.name if isinstance(path, Path) else path.entry
        return "archive" if _ENTRIES.search(name) else None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    if begin.startswith(b"WARC/") or head_of(begin) is not None:
        return "archive"
    return "html" if begin.startswith(b"<") and not unpacked.packed else None


def archives(path: Path, name: str, scratch: Path) -> Iterator[Archive]:
    """The WARC and ARC files that a file holds: itself, or those in a WACZ. Deflated ones go to `scratch`.

    `name`: as provenance is to name the file. One of any other kind is given as it is: reading it says what is wrong.
    Raises UsageError for a zip that holds none, Damaged for one that is broken, Unwritable where the scratch is full.
    """
    if kind_of(path) != "zip":
        yield Archive(path, name, str(path), path, path.stat().st_size)
        return
    whole = Slice(path, 0, path.stat().st_size, "")
    found = False
    for place, entry, size in _in_zip(whole, str(path), scratch, _DEPTH):
        found = True
        yield Archive(place, f"{name}!/{entry}", f"{path}!/{entry}", path, size)
    if not found:
        raise UsageError(f"{path}: a zip file without a WARC or ARC file in it")


def expanded(archive: Archive, scratch: Path) -> Path:
    """A copy without compression, for a file whose records can only be found by unpacking all before them."""
    try:
        with archive.place.open("rb") if isinstance(archive.place, Path) else archive.place.open() as file:
            copy = _fresh(scratch)
            unpacked = Unpacked(file)
            with copy.open("wb") as target:
                while piece := unpacked.take(_PIECE):
                    target.write(piece)
            return copy
    except Damaged:
        return copy  # what is sound is there
    except OSError as error:
        raise _full(scratch, error) from error


def _in_zip(zipped: Slice, shown: str, scratch: Path, depth: int) -> Iterator[tuple[Path | Slice, str, int]]:
    with zipped.open() as file:
        try:
            _check_size(file, shown)
            directory = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
            raise Damaged(f"{shown}: not a whole zip file ({error}); restore it from a copy") from None
        infos = [one for one in directory.infolist() if not one.is_dir() and _ENTRIES.search(one.filename)]
        plain = sum(one.file_size for one in infos if one.compress_type == zipfile.ZIP_STORED)
        if plain > zipped.size:
            raise Damaged(f"{shown}: its entries overlap: not a file that a tool for WACZ writes")
        for info in infos:
            entry = _STRANGE.sub("?", info.filename)
            where = f"{shown}!/{entry}"
            if info.flag_bits & 1:
                raise UsageError(f"{where}: is encrypted: unpack it with a tool that has the password")
            stored = _stored(file, zipped, info, entry, where)
            place: Path | Slice = stored or _unpacked(directory, info, where, scratch)
            what = kind_of(place)
            if what == "zip" and depth > 1:
                inner = place if isinstance(place, Slice) else Slice(place, 0, place.stat().st_size, entry)
                for deeper, name, size in _in_zip(inner, where, scratch, depth - 1):
                    yield deeper, f"{entry}!/{name}", size
            elif what == "archive":
                yield place, entry, info.file_size
            elif isinstance(place, Path):
                place.unlink()


def _stored(file: BinaryIO, zipped: Slice, info: zipfile.ZipInfo, entry: str, where: str) -> Slice | None:
    """Where an entry that is not compressed stands in the file; None where it is compressed."""
    if info.compress_type != zipfile.ZIP_STORED:
        return None
    file.seek(info.header_offset)
    head = file.read(30)
    if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
        raise Damaged(f"{where}: damaged at offset {info.header_offset}: no entry begins there; restore it from a copy")
    start = info.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    if start + info.file_size > zipped.size:
        raise Damaged(f"{where}: damaged at offset {start}: the entry is cut off; restore it from a copy")
    names = f"{zipped.entry}!/{entry}" if zipped.entry else entry
    return Slice(zipped.path, zipped.start + start, info.file_size, names)


def _unpacked(directory: zipfile.ZipFile, info: zipfile.ZipInfo, where: str, scratch: Path) -> Path:
    """A compressed entry, as a file in the scratch folder: as much of it as it says it has."""
    left = info.file_size
    if left > shutil.disk_usage(scratch).free:
        raise Unwritable(f"{where}: {left:,} bytes have no room in {scratch}: set TMPDIR to a folder that has it")
    copy = _fresh(scratch)
    try:
        with directory.open(info) as source, copy.open("wb") as target:
            while left and (piece := source.read(min(_PIECE, left))):
                target.write(piece)
                left -= len(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        copy.unlink()
        raise Damaged(f"{where}: cannot be unpacked ({error}); restore it from a copy") from None
    except OSError as error:
        raise _full(scratch, error) from error
    return copy


def _check_size(file: BinaryIO, shown: str) -> None:
    """A zip's directory is read as a whole: not one of any size. Its end says how large it is (APPNOTE 4.3.14, .16)."""
    size = file.seek(0, 2)
    start = max(0, size - 22 - 65535 - 20 - 56)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    large = tail.rfind(b"PK\x06\x06", 0, max(at, 0))
    if length == 0xFFFFFFFF and large >= 0:
        length = int.from_bytes(tail[large + 40 : large + 48], "little")
    if length > _DIRECTORY:
        raise UsageError(f"{shown}: a zip whose directory has {length:,} bytes; {_DIRECTORY:,} are read")
    file.seek(0)


def _fresh(scratch: Path) -> Path:
    """A file that is not there yet: to count for its name those that are takes long where there are very many."""
    handle, name = tempfile.mkstemp(dir=scratch)
    os.close(handle)
    return Path(name)


def _full(scratch: Path, error: OSError) -> Unwritable:
    what = "make room, or set TMPDIR to a folder with it"
    return Unwritable(f"{scratch}: cannot be written to: {error.strerror}; {what}")
