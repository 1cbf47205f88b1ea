"""Blocks: the index of a package that has many captures, in gzip members of some lines each, and the .idx over them.

A replay tool reads the .idx, and of the index the block that its key falls into.
Rules: https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator

from .streams import Digested, gunzipped, split

Tell = Callable[[str, str], None]  # is told a finding: of what sort, and what is wrong

_MOST = 64 << 20  # bytes of a block


def packed(index: Iterable[bytes], where: list[bytes], size: int) -> Iterator[bytes]:
    """An index in gzip members of `size` lines; `where` gets the lines of the index over it."""
    where.append(b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n')
    offset = 0
    block: list[bytes] = []

    def member() -> bytes:
        nonlocal offset
        packer = zlib.compressobj(9, wbits=31)
        data = packer.compress(b"".join(block)) + packer.flush()
        place = {"offset": offset, "length": len(data), "digest": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        where.append(block[0].partition(b" {")[0] + b" " + json.dumps(place).encode() + b"\n")
        offset += len(data)
        block.clear()
        return data

    for one in index:
        block.append(one + b"\n")
        if len(block) == size:
            yield member()
    if block:
        yield member()


def unpacked(name: str, stream: Digested, idx: str, content: bytes, tell: Tell) -> Iterator[bytes]:
    """The lines of the index `name`, each block as `content`, its .idx, says; `tell` is told what is wrong."""
    at = 0
    last = b""
    for number, line in enumerate(content.splitlines(), 1):
        if number == 1 and line.startswith(b"!meta"):
            if (wrong := _meta(name, idx, line)) is not None:
                tell(idx, wrong)
            continue
        prefix, _, told = line.partition(b" {")
        try:
            block = json.loads(b"{" + told)
            offset, length = int(block["offset"]), int(block["length"])
            if block.get("filename", name.rpartition("/")[2]) != name.rpartition("/")[2]:
                raise ValueError
        except (ValueError, LookupError, TypeError, RecursionError):
            tell(idx, f"{idx}: line {number}: does not say where a block of {name} lies")
            return
        if offset != at or length <= 0:
            tell(idx, f"{idx}: line {number}: its block is not the one behind the block before it")
            return
        if prefix < last:
            tell(idx, f"{idx}: line {number}: is not in the order of the bytes")
        last = prefix
        data = stream.exactly(min(length, _MOST))
        at += len(data)
        if "digest" in block and block["digest"] != f"sha256:{hashlib.sha256(data).hexdigest()}":
            tell(idx, f"{idx}: line {number}: its digest is not that of the block")
        try:
            first = True
            for one in split(gunzipped([data])):
                if first and one.partition(b" {")[0].strip() != prefix:
                    tell(idx, f"{idx}: line {number}: its block begins with another line")
                first = False
                yield one
        except (EOFError, zlib.error) as error:
            tell(idx, f"{idx}: line {number}: its block is no gzip member ({error})")
    if stream.read(1):
        tell(idx, f"{idx}: its blocks end before {name} does")


def _meta(name: str, idx: str, line: bytes) -> str | None:
    try:
        meta = json.loads(line.partition(b" {")[2].join((b"{", b"")))
        wrong = meta["format"] != "cdxj-gzip-1.0" or meta["filename"] != name.rpartition("/")[2]
    except (ValueError, LookupError, TypeError, RecursionError):
        wrong = True
    return f"{idx}: line 1: does not name {name} and its format, cdxj-gzip-1.0" if wrong else None
