"""The frame of a ZIP file, strictly: what one reader takes for its content must be what any other does.

A ZIP file says everything twice, in its directory at the end and before each member; readers believe the one or the
other. Here the two must agree, names must be safe to unpack, and no byte may lie outside of a member.
Rules: APPNOTE.TXT 6.3 (PKWARE), sections 4.3 and 4.4.
"""

from __future__ import annotations

import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s2B5H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64, _LOCATOR = 56, 20  # bytes
_WIDE = 0xFFFFFFFF
_ENCRYPTED, _DESCRIPTOR, _UTF8 = 1, 8, 0x800
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def check_frame(archive: zipfile.ZipFile, file: BinaryIO, *, ours: bool = False) -> Iterator[str]:
    """What is wrong with a ZIP file that could be opened; a finding a line. The members' content is not read.

    `ours`: it must be as `archive.packages.wacz` writes it, also in what has no meaning: a byte that changed is found.
    """
    members = archive.infolist()
    seen: dict[str, str] = {}
    for name, number in Counter(info.filename for info in members).items():
        if number > 1:
            yield f"{name}: is there {number} times"
    for info in members:
        yield from _check_name(info, seen)
        if info.flag_bits & _ENCRYPTED:
            yield f"{info.filename}: is encrypted"
        elif info.compress_type not in _KINDS:
            yield f"{info.filename}: is packed by a method that WACZ does not have ({info.compress_type})"
        if ours and (info.external_attr != 0o644 << 16 or info.create_system != 3 or info.internal_attr):
            yield f"{info.filename}: its attributes in the ZIP directory are not those that it was packed with"
    yield from _check_directory(archive, members, file, ours=ours)
    yield from _check_places(archive, members, file)


def _check_name(info: zipfile.ZipInfo, seen: dict[str, str]) -> Iterator[str]:
    name = info.orig_filename
    parts = PurePosixPath(name).parts
    if (
        not name
        or name.startswith("/")
        or "\\" in name
        or ":" in name
        or any(part == ".." for part in parts)
        or any(ord(letter) < 32 or ord(letter) == 127 for letter in name)
    ):
        yield f"{name!r}: is no safe name: unpacking it may write elsewhere"
    elif "/".join(parts) != name.rstrip("/"):
        yield f"{name!r}: is no plain name"
    same = name.rstrip("/").casefold()
    if (other := seen.setdefault(same, name)) != name:
        yield f"{name}: and {other} are one name on some systems"


def _check_places(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], file: BinaryIO) -> Iterator[str]:
    """Every member begins where the one before ends, and the directory follows the last."""
    at = 0
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < at:
            yield f"{info.filename}: lies over the member before it"
        elif info.header_offset > at and not _is_descriptor(file, at, info.header_offset):
            yield f"{info.filename}: {info.header_offset - at} bytes before it belong to nothing"
        file.seek(info.header_offset)
        head = file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            yield f"{info.filename}: does not begin where the directory says"
            return
        _, version, flags, kind, time, day, crc, packed, size, name_length, extra_length = _LOCAL.unpack(head)
        name = file.read(name_length)
        extra = file.read(extra_length)
        if _WIDE in (packed, size) and extra[:2] == b"\x01\x00":
            size, packed = struct.unpack_from("<QQ", extra, 4) if len(extra) >= 20 else (size, packed)
        year, month, date, hour, minute, second = info.date_time
        told = {
            "name": (name, info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437", "replace")),
            # A member that only lies beyond 4 GiB needs ZIP64 in the directory alone
            "version": (
                info.extract_version if (version, info.extract_version) == (20, 45) else version,
                info.extract_version,
            ),
            "flags": (flags, info.flag_bits),
            "method": (kind, info.compress_type),
            "date": ((day, time), ((year - 1980) << 9 | month << 5 | date, hour << 11 | minute << 5 | second // 2)),
        }
        if not flags & _DESCRIPTOR:
            told |= {
                "CRC": (crc, info.CRC),
                "packed size": (packed, info.compress_size),
                "size": (size, info.file_size),
            }
        for what, (here, there) in told.items():
            if here != there:
                yield f"{info.filename}: its {what} is not the one in the ZIP directory"
        at = info.header_offset + _LOCAL.size + name_length + extra_length + info.compress_size
    if at != archive.start_dir and not _is_descriptor(file, at, archive.start_dir):
        yield f"{archive.start_dir - at} bytes before the ZIP directory belong to nothing"


def _check_directory(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], file: BinaryIO, *, ours: bool
) -> Iterator[str]:
    """The directory as its bytes are: readers pass over much of it."""
    file.seek(archive.start_dir)
    versions = (20, 45)  # of the format: with ZIP64, and without
    for info in members:
        head = file.read(_CENTRAL.size)
        if len(head) < _CENTRAL.size or head[:4] != b"PK\1\2":
            yield f"{info.filename}: its entry in the ZIP directory is cut off"
            return
        _, made, _, needed, _, _, *_, name, extra, comment, disk, _, _, _ = _CENTRAL.unpack(head)
        file.seek(name + extra + comment, 1)
        if comment or disk:
            yield f"{info.filename}: its entry in the ZIP directory has a comment, or another disk"
        if ours and (made not in versions or needed not in versions):
            yield f"{info.filename}: its entry in the ZIP directory is not of the version that it was packed with"
    rest = file.read(_END64 + _LOCATOR + _END.size + 1)
    if len(rest) not in (_END.size, _END64 + _LOCATOR + _END.size):
        yield f"{len(rest)} bytes and more behind the last entry of the ZIP directory are not its end"
        return
    _, disk, first, here, all_, _, _, comment = _END.unpack(rest[-_END.size :])
    numbers = {len(members), min(len(members), 0xFFFF)}
    if disk or first or comment or {here, all_} - numbers:
        yield "the end of the ZIP directory does not say what is in it"


def _is_descriptor(file: BinaryIO, start: int, end: int) -> bool:
    """Whether the bytes between two members are the data descriptor of the first: its sizes, told afterwards."""
    file.seek(start)
    return end - start in (12, 16, 20, 24) and (end - start in (12, 20) or file.read(4) == b"PK\x07\x08")
