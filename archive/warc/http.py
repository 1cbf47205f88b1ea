"""HTTP/1 messages as servers really send them: where a response's head ends, what its body is.

`archive.warc` asks where the final message and the payload begin, `archive.warc.capture` takes the codings off.
Everything here reads bytes of strangers: it is as lenient as browsers are, bounded in memory, and never raises on what
a server may send, except for `Undecodable`, which says so itself. Rules: RFC 9112 (messages), RFC 9110 section 8.4
(codings).
"""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import brotli

from ..errors import Undecodable

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HEAD = 256 << 10  # bytes: a head that has not ended by then is cut there (browsers stop at 256 KiB as well)
ENOUGH = HEAD + 64  # bytes from the beginning of a message with which `parse_response` finds what it would in the whole
LINES = 300_000  # of a head or of fields: as many as `HEAD` has room for; ours have some 25,000, one an address
MEMBERS = 10_000  # gzip members or zstd frames in one body; more is an attack
CODINGS = 8  # layers of coding on one body; more is an attack
FRAMING = 2000  # characters of `framing`
Headers = tuple[tuple[str, str], ...]

_STATUS = re.compile(rb"(HTTP/\d(?:\.\d+)?|ICY)[ \t]+(\d{3})(?!\d)[ \t]*(.*)", re.I)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;.*)?\r?\n?", re.S)
_BLANK_LINE = re.compile(rb"\n\r?\n")
_BLANKS = 64  # bytes of blank lines before a status line
_SIZE_LINE = 16 << 10  # bytes of a chunk's size line with its extensions
_PIECE = 1 << 16
_PLAIN_SIZE = 15  # hexadecimal digits
_CHUNKS = 100_000  # of which `framing` tells
_HEX = re.compile(rb"[0-9a-fA-F]{1,15}")

# Charsets and words that servers put into Content-Encoding by mistake: no coding is applied.
_NOT_CODINGS = frozenset(("", "identity", "none", "binary", "7bit", "8bit", "utf-8", "utf8", "iso-8859-1", "chunked"))


@dataclass(frozen=True, slots=True)
class Response:
    """The head of a response."""

    version: str  # as sent, "HTTP/1.1"; "" where there is no status line (HTTP/0.9, or not HTTP at all)
    status: int  # 0 where there is no status line
    reason: str  # Latin-1, often ""
    headers: Headers  # in order, names as sent, values stripped and unfolded, Latin-1
    body_start: int  # offset of the body in the block

    @property
    def media_type(self) -> str | None:
        """Content-Type, lower case, without parameters; None where there is none."""
        return next(iter(values(self.headers, "Content-Type")), None) or None


def parse_response(block: bytes) -> Response:
    """Read the head at the beginning of `block`, which may go on with the body.

    Lines may end in LF alone, headers may be folded, lines without a colon are passed over. A head that is cut off
    gives the headers that are whole, one that is longer than `HEAD` ends there. Without a status line all is body.
    """
    start = _skip_blank(block)
    head = bytes(block[start : start + HEAD])
    line, _, rest = head.partition(b"\n")
    match = _STATUS.match(line.rstrip(b"\r"))
    if not match:
        return Response("", 0, "", (), 0)
    version, status, reason = match.groups()
    if rest.startswith((b"\n", b"\r\n")):  # no header at all
        fields, body_start = b"", start + len(line) + 1 + rest.index(b"\n") + 1
    elif end := _HEAD_END.search(head, len(line)):
        fields, body_start = head[len(line) + 1 : end.start() + 1], start + end.end()
    else:
        fields, body_start = rest[: rest.rfind(b"\n") + 1], start + len(head)
    return Response(
        version.decode("latin-1"),
        int(status),
        reason.decode("latin-1").strip(),
        parse_fields(fields.decode("latin-1")),
        body_start,
    )


def parse_fields(text: str) -> Headers:
    """`Name: value` lines, as in HTTP heads, WARC heads and application/warc-fields.

    A line that begins with white space goes on with the value before it; a line without a colon is passed over.
    What has more than `LINES` lines is read as far.
    """
    fields: list[tuple[str, list[str]]] = []
    for line in text.split("\n", LINES)[:LINES]:
        if line[:1] in (" ", "\t") and fields:
            fields[-1][1].append(line.strip())
            continue
        name, colon, value = line.partition(":")
        if colon and name.strip():
            fields.append((name.strip(), [value.strip()]))
    return tuple((name, " ".join(lines).strip() if len(lines) > 1 else lines[0]) for name, lines in fields)


def values(headers: Headers, name: str) -> list[str]:
    """The comma-separated items of all headers of that name, in order, lower case, without parameters."""
    name = name.lower()
    lines = (value for key, value in headers if key.lower() == name)
    return [item.partition(";")[0].strip().lower() for line in lines for item in line.split(",")]


def final(block: bytes) -> int:
    """Offset in `block` of the final message: behind the interim ones (1xx; 101 ends HTTP and is final).

    Where nothing follows the interim messages it is `len(block)`; where one is cut off it is that one's offset.
    """
    offset = 0
    while True:  # nothing is copied: of such messages there may be any number
        skipped = offset + _skip_blank(block[offset : offset + _BLANKS])
        match = _STATUS.match(block, skipped, skipped + _PIECE)
        if not match or not 100 <= int(match[2]) <= 199 or match[2] == b"101":
            return offset
        end = _BLANK_LINE.search(block, skipped, skipped + HEAD)
        if not end:
            return offset
        offset = end.end()


def final_in(read: Callable[[int, int], bytes]) -> int:
    """`final` for a block of any size; `read(size, start)` gives `size` bytes of it from `start` on, or fewer."""
    start = 0
    while step := final(read(ENOUGH, start)):
        start += step
    return start


def entity(headers: Headers, body: bytes) -> bytes:
    """The payload as WARC 1.1 defines it (section 6.3.2): chunked framing off, content coding kept. See `payload`."""
    return b"".join(payload(headers, (body,)))


def payload(headers: Headers, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """`entity` for a body that comes in pieces, of any size; gives pieces.

    A body that is cut off, or whose framing breaks, gives what there is up to there. A body that does not begin with a
    chunk's size was never chunked, whatever the header says (many tools keep the header and drop the framing).
    """
    return _dechunked(pieces) if "chunked" in values(headers, "Transfer-Encoding") else iter(pieces)


def framing(read: Callable[[int, int], bytes], start: int, end: int) -> str | None:
    """The chunks' size lines of a chunked body, `reframed` with which its payload is the body again to the byte.

    Such as `1000*15 3fa 0`: of a line that repeats, how often. None where that does not say all: extensions, trailers,
    bare line feeds, or more than `FRAMING` characters. `read` as `final_in` has it; the body lies between the offsets.
    """
    lines: list[str] = []
    repeats: list[int] = []
    length, at, size = 0, start, -1
    for _ in range(_CHUNKS):
        if not size or length > FRAMING:
            break
        head = read(_PLAIN_SIZE + 2, at)
        line, newline, _ = head.partition(b"\r\n")
        if not newline or not _HEX.fullmatch(line):
            return None
        size = int(line, 16)
        at += len(line) + 2 + size
        if read(2, at) != b"\r\n":
            return None
        at += 2
        text = line.decode("ascii")
        if lines and lines[-1] == text:
            repeats[-1] += 1
        else:
            lines.append(text)
            repeats.append(1)
            length += len(text) + 4
    if size or at != end:
        return None
    return " ".join(line if times == 1 else f"{line}*{times}" for line, times in zip(lines, repeats, strict=True))


def reframed(lines: str, payload: bytes) -> bytes:
    """A body as it passed the wire, from its payload and what `framing` gave."""
    body = bytearray()
    at = 0
    for one in lines.split():
        line, _, times = one.partition("*")
        for _ in range(int(times or 1)):
            size = int(line, 16)
            body += line.encode() + b"\r\n" + payload[at : at + size] + b"\r\n"
            at += size
    return bytes(body)


def decode(headers: Headers, entity: bytes, limit: int) -> bytes:
    """The payload with its content codings taken off: at most the first `limit` bytes of it.

    gzip, deflate (zlib's or raw), br and zstd, in any order, up to `CODINGS` of them. A body that is cut off or
    damaged gives what can be had of it; one that is not in the coding its header names is given as it is.
    Raises Undecodable for a coding that is not known: the caller has the undecoded bytes already.
    """
    codings = [
        name.removeprefix("x-")
        for header in ("Content-Encoding", "Transfer-Encoding")
        for name in values(headers, header)
        if name not in _NOT_CODINGS
    ]
    for name in codings:
        if name not in _DECODERS:
            raise Undecodable(name)
    if len(codings) > CODINGS:
        raise Undecodable(", ".join(codings))
    if limit <= 0:
        return b""
    for name in reversed(codings):
        entity = _DECODERS[name](entity, limit)
    return entity[:limit]


def _skip_blank(block: bytes) -> int:
    """Blank lines before a status line are passed over (RFC 9112 section 2.2 asks it of servers; clients do it too)."""
    head = bytes(block[:_BLANKS])
    return len(head) - len(head.lstrip(b"\r\n"))


def _dechunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    source = iter(pieces)
    held, at = b"", 0  # bytes in hand, and how far they are used
    first = True
    while True:
        while (end := held.find(b"\n", at)) < 0 and len(held) - at <= _SIZE_LINE:
            piece = next(source, None)
            if piece is None:
                break
            held, at = held[at:] + piece, 0
        line = held[at : end + 1 if end >= 0 else len(held)]
        match = _SIZE.fullmatch(line) if len(line) <= _SIZE_LINE else None
        if first and not match:
            yield held
            yield from source
            return
        if not match or end < 0 or not (left := int(match[1], 16)):
            return  # the last chunk, with trailers behind it; or the framing is broken or cut off
        first = False
        at = end + 1
        while left:
            if at == len(held):
                piece = next(source, None)
                if piece is None:
                    return
                held, at = piece, 0
                continue
            data = held[at : at + left]
            yield data
            at += len(data)
            left -= len(data)
        while len(held) - at < 2 and (piece := next(source, None)) is not None:
            held, at = held[at:] + piece, 0
        at += 2 if held.startswith(b"\r\n", at) else held.startswith(b"\n", at)


def _gunzip(data: bytes, limit: int) -> bytes:
    """gzip, all members; what follows the last one is passed over, as browsers do."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    result = bytearray()
    at = 0
    for _ in range(MEMBERS):
        plain, used, _ = _inflated(memoryview(data)[at:], 31, limit - len(result))
        result += plain
        at += used
        if len(result) >= limit or not data.startswith(b"\x1f\x8b", at):
            break
    return bytes(result)


def _inflate(data: bytes, limit: int) -> bytes:
    """`deflate` is zlib's format by RFC 9110, but raw deflate from many servers; gzip has been seen as well."""
    if data.startswith(b"\x1f\x8b\x08"):
        return _gunzip(data, limit)
    if len(data) > 1 and data[0] & 15 == 8 and int.from_bytes(data[:2]) % 31 == 0:
        plain, _, state = _inflated(memoryview(data), 15, limit)
        if plain or state != "fault":
            return plain
    plain, used, state = _inflated(memoryview(data), -15, limit)
    # Raw deflate has no mark of its own, and plain text can be read as some bytes of it: it must explain all the data.
    if (state == "end" and used == len(data)) or (state == "more" and len(plain) >= min(limit, len(data) + 1)):
        return plain
    return data


def _inflated(data: memoryview, wbits: int, limit: int) -> tuple[bytes, int, Literal["end", "more", "fault"]]:
    """One zlib stream: what it holds, up to `limit`; how many bytes it took; whether it ended there, or why not."""
    decoder = zlib.decompressobj(wbits)
    result = bytearray()
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        before = decoder.copy()
        try:
            result += decoder.decompress(piece, limit - len(result))
        except zlib.error:  # it gives nothing of a call in which it fails: take that piece byte by byte
            for at in range(len(piece)):
                try:
                    result += before.decompress(piece[at : at + 1], limit - len(result))
                except zlib.error:
                    break
                if len(result) >= limit:
                    break
            return bytes(result), len(data), "fault"
        if decoder.eof:
            return bytes(result), start + len(piece) - len(decoder.unused_data), "end"
        if len(result) >= limit:
            break
    return bytes(result), len(data), "more"


def _unbrotli(data: bytes, limit: int) -> bytes:
    """Brotli (RFC 7932); what follows its end is passed over."""
    result = bytearray()
    decoder = brotli.Decompressor()
    for start in range(0, len(data), _PIECE):
        piece = data[start : start + _PIECE]
        try:
            result += _brotli_piece(decoder, piece, limit - len(result))
        except brotli.error:  # as with zlib; but a decoder cannot be copied: begin again, and go slowly from here on
            decoder = brotli.Decompressor()
            if start:
                _brotli_piece(decoder, data[:start], limit)
            with suppress(brotli.error):
                for at in range(len(piece)):
                    if len(result) >= limit or decoder.is_finished():
                        break
                    result += _brotli_piece(decoder, piece[at : at + 1], limit - len(result))
            # Brotli has no mark of its own either: less than came in is what plain text gives
            return bytes(result[:limit]) if len(result) >= min(limit, len(data)) else data
        if len(result) >= limit or decoder.is_finished():
            break
    return bytes(result[:limit])


def _brotli_piece(decoder: brotli.Decompressor, piece: bytes, limit: int) -> bytes:
    result = bytearray(decoder.process(piece, output_buffer_limit=_PIECE))
    while len(result) < limit and not decoder.can_accept_more_data():
        result += decoder.process(b"", output_buffer_limit=_PIECE)
    return bytes(result)


def _unzstd(data: bytes, limit: int) -> bytes:
    """Zstandard (RFC 8878), all frames; what follows the last one is passed over."""
    result = bytearray()
    at = 0
    for _ in range(MEMBERS):
        if not data.startswith(b"\x28\xb5\x2f\xfd", at):
            break
        decoder = zstd.ZstdDecompressor()
        while at < len(data) and not decoder.eof and len(result) < limit:
            piece = data[at : at + _PIECE]
            at += len(piece)
            try:
                result += decoder.decompress(piece, limit - len(result))
                while not (decoder.needs_input or decoder.eof) and len(result) < limit:
                    result += decoder.decompress(b"", limit - len(result))
            except zstd.ZstdError:
                return bytes(result)
        at -= len(decoder.unused_data) if decoder.eof else 0
        if len(result) >= limit or not decoder.eof:
            break
    return bytes(result) if at else data


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
