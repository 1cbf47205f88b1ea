"""Write WARC 1.1 files that a killed process, a full disk or a power failure leave valid, and mend the one left open.

A file is named PREFIX-YYYYMMDDhhmmss-NNNNN.warc.gz and has `.open` behind its name until it is closed. It begins with a
warcinfo record; each record is a gzip member of its own. One exchange is a group of records, written in this order:

    request    what was sent, to the byte                                   WARC-Concurrent-To: the response
    response   the final message as received: framing, coding, truncation; or `revisit`, below
    metadata   application/warc-fields; always there, and always the last   WARC-Concurrent-To: the response

A metadata record that stands alone and has WARC-Refers-To says where the page of that record leads (`outlink`); it is
written when the page was read, before the ledger has it. Resource records: the definition of the portal in force, what
became of addresses without a request, the log of the run.

So a group that does not end in its metadata record was cut off in the middle: `salvage` takes it away as a whole.
Where no byte of a final message came, there is no response: the request (if anything was sent) and the metadata record,
which says why, stand for the exchange, and the request points at the metadata record.

A `revisit` stands in place of a response whose payload is in a response before it (section 6.7; the digest is the same,
profile identical-payload-digest) or which says that what was kept before holds (304, server-not-modified). It points at
that response by WARC-Refers-To, WARC-Refers-To-Target-URI and WARC-Refers-To-Date, has its WARC-Payload-Digest, and
never points at a revisit. Its block is the message as received, of the first profile its head alone (WARC-Truncated:
length). Nothing of the wire is lost by that: the body is the original's payload, where it was chunked in the chunks
that `chunk-framing` of the metadata record tells (`http.reframed`). What that cannot tell (extensions, trailers) makes
the message a whole response.

Fields of the metadata record: those of the caller, then `fetchTimeMs`, `chunk-framing` (of a revisit), `error` (why the
answer is not whole, in words) and `error-kind` (the same, one of `exchange.ErrorKind`), `interim-response` (1xx
messages) and `trailing-bytes` (what came behind the message), both base64, and `certificate` (DER, base64, leaf first;
repeated), written when a host's chain is seen for the first time in a file, and when it changes.
Reading is `archive.warcread`'s and mending `archive.salvage`'s; their names are here as well.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from .errors import Unwritable
from .exchange import MEMORY, Exchange, Spool
from .http import ENOUGH, Response, final_in, framing, parse_response, payload, values
from .protocols import cipher_suite, connection
from .salvage import Salvage, salvage, sync_folder
from .warcread import OPEN, Record, read_at, records

__all__ = ["OPEN", "WARC_BYTES", "Record", "Salvage", "WarcWriter", "Written", "read_at", "records", "salvage"]

FIELDS = "application/warc-fields"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
WARC_BYTES = 1 << 30  # of a file: what tools and disks of all kinds take, and a copy of which is soon made anew
LEVEL = 4  # of zlib: on real 67 KB pages 0.60 ms and 4.5 to 1; level 6 0.96 ms and 4.7, level 2 0.41 ms and 4.1

_SPECIFICATION = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_NOT_MODIFIED = 304
_STORED = (
    0  # of zlib: what came packed is not packed again (on gzip'd pages 0.01 ms, not 0.2 to 0.4, for 1 to 2 % more)
)
_PACKED = frozenset(("gzip", "x-gzip", "deflate", "br", "zstd"))
_SMALL = 2048  # bytes: up to here a 2 KiB window packs as well, and needs no 256 KiB to be cleared (9 us, not 60)

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Refers:
    """The whole response that a revisit record refers to."""

    record_id: str
    url: str  # its WARC-Target-URI
    date: str  # its WARC-Date
    payload_sha256: str


# From the head of a whole answer, and digest and size of its payload, to what it repeats; None: nothing
Repeats = Callable[[Response, str, int], Refers | None]


@dataclass(frozen=True, slots=True)
class Written:
    """Where something was written. Offsets and lengths are in bytes of the compressed file."""

    file: str  # the file's name as it will be when it is closed, without `.open`
    begin: int  # of the group of records: the whole exchange
    end: int
    offset: int  # of the response or revisit record, or of the one record; of the metadata record where none came
    length: int
    record_id: str | None  # of that record, without <>; None where no response came
    date: str  # its WARC-Date
    payload_sha256: str | None  # hexadecimal; None where there is no payload
    response: Response | None = None  # the head of the final message
    refers: Refers | None = None  # of a revisit


class WarcWriter:
    """Appends records to a file in `folder`, and begins a new one when it has reached `max_bytes`.

    Each method hands everything to the operating system before it returns: what is written survives kill -9; what
    `sync` or `close` has seen survives a power failure. A write that fails raises Unwritable and leaves the file as it
    was before. A file is made when there is something to write. Not for several threads.
    """

    def __init__(
        self,
        folder: Path,
        prefix: str,
        *,
        software: str,
        info: Fields = (),
        max_bytes: int = WARC_BYTES,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        new_id: Callable[[], str] = lambda: f"urn:uuid:{uuid.uuid4()}",
    ) -> None:
        """`prefix`: the portal's slug. `info`: further fields of the warcinfo records (operator, robots …).

        `new_id` gives absolute URIs, for WARC-Record-ID.
        """
        self._folder = folder
        self._prefix = prefix
        self._info = (("software", software), ("format", "WARC File Format 1.1"), ("conformsTo", _SPECIFICATION), *info)
        self._max = max_bytes
        self._clock = clock
        self._new_id = new_id
        self._serial = 0
        self.named: datetime | None = None  # the moment in the names of files, where it is not that of the clock
        self._fd: int | None = None
        self._synced = 0  # so many bytes of the file are known to be on the disk
        self._torn = False  # a failed write could not be taken back
        self._chains: dict[str, tuple[bytes, ...]] = {}  # host to certificates, as last written in this file
        self.file = ""  # name of the current or last file, without `.open`; "" before the first
        self.offset = 0  # its length in bytes: where the next record will begin

    def exchange(self, exchange: Exchange, *, metadata: Fields = (), repeats: Repeats | None = None) -> Written:
        """Write one exchange as a group; `metadata` comes first among the fields of its metadata record.

        `repeats` is asked whether a whole answer repeats what is kept already: then it becomes a revisit record.

        WARC-Block-Digest is over the final message, WARC-Payload-Digest over its body with chunked framing taken off
        and content coding kept (WARC 1.1, 6.3.2), as far as it came. Raises Unwritable; then nothing of it is kept.
        """
        received = exchange.received
        start = final_in(lambda size, start: next(received.chunks(start, size), b""))
        answer = parse_response(next(received.chunks(start, ENOUGH))) if len(received) > start else None
        date = _stamp(exchange.started)
        common = [("WARC-Date", date), ("WARC-Target-URI", _line(exchange.url))]
        wire = [*common, *connection(exchange, answer)]
        request_id, response_id, metadata_id = self._new_id(), self._new_id(), self._new_id()
        main_id = response_id if answer else metadata_id
        digest, refers, framed = None, None, None
        if answer:
            digest, size = _measured(payload(answer.headers, received.chunks(start + answer.body_start)))
            if repeats is not None and not exchange.truncated and not exchange.error:
                refers = repeats(answer, digest, size)
            if refers is not None and answer.status != _NOT_MODIFIED:
                refers, framed = _framed(exchange, answer, start, size, refers)
        with self._group() as begin:
            if exchange.sent:
                head = [*wire, ("WARC-Concurrent-To", f"<{main_id}>"), _media("application/http; msgtype=request")]
                self._append("request", request_id, head, bytes(exchange.sent))
            if answer:
                head = [*wire, *_answered(answer, digest, refers, exchange.truncated)]
                if refers is not None:  # a 304 is all head as well
                    head_alone = received.head(start + answer.body_start)[start:]
                    offset, length = self._append("revisit", response_id, head, head_alone)
                else:
                    level = LEVEL if _PACKED.isdisjoint(values(answer.headers, "Content-Encoding")) else _STORED
                    offset, length = self._append("response", response_id, head, received, start, level)
                head = [*common, ("WARC-Concurrent-To", f"<{response_id}>"), _media(FIELDS)]
            else:
                head = [*wire, _media(FIELDS)]
            fields = [*metadata, *self._told(exchange, received.head(start), framed)]
            last = self._append("metadata", metadata_id, head, _fields(fields))
            if not answer:
                offset, length = last
        if exchange.certificates:
            self._chains[_host(exchange.url)] = exchange.certificates
        record_id = response_id if answer else None
        return Written(self.file, begin, self.offset, offset, length, record_id, date, digest, answer, refers)

    def resource(self, uri: str, media_type: str, data: bytes) -> Written:
        """Write something that did not come over the wire: a portal's definition, a page made by hand."""
        digest = _digest((data,))
        head = [("WARC-Target-URI", _line(uri)), ("WARC-Payload-Digest", f"sha256:{digest}"), _media(media_type)]
        return self._single("resource", head, data, digest)

    def metadata(
        self, fields: Fields, *, uri: str | None = None, concurrent_to: str | None = None, refers_to: str | None = None
    ) -> Written:
        """Write a metadata record that stands alone, on `uri` or on the record with the id that is given.

        `concurrent_to`: it came of the same exchange; `refers_to`: it was told by the record later.
        """
        head = [("WARC-Target-URI", _line(uri))] if uri else []
        if concurrent_to:
            head.append(("WARC-Concurrent-To", f"<{concurrent_to}>"))
        if refers_to:
            head.append(("WARC-Refers-To", f"<{refers_to}>"))
        return self._single("metadata", [*head, _media(FIELDS)], _fields(fields), None)

    @contextmanager
    def copies(self) -> Iterator[Callable[[bytes, Iterable[bytes]], tuple[int, int]]]:
        """Records of others, kept together or not at all; gives what writes one, as it is: its head, its block.

        It gives offset and length. Raises Unwritable.
        """

        def copy(raw_head: bytes, block: Iterable[bytes]) -> tuple[int, int]:
            begin = self.offset
            self._pack(raw_head, block, zlib.compressobj(LEVEL, zlib.DEFLATED, 31))
            return begin, self.offset - begin

        with self._group():
            yield copy

    def note(self, fields: Fields, concurrent_to: str | None) -> None:
        """A metadata record on what `copies` has written, in its group. Raises Unwritable."""
        head = [("WARC-Date", _stamp(self._clock()))]
        if concurrent_to:
            head.append(("WARC-Concurrent-To", f"<{concurrent_to}>"))
        self._append("metadata", self._new_id(), [*head, _media(FIELDS)], _fields(fields))

    def sync(self) -> None:
        """Wait until all that was written is on the disk. Raises Unwritable."""
        if self._fd is not None and self._synced != self.offset:
            with self._explained():
                os.fsync(self._fd)
            self._synced = self.offset

    def close(self) -> None:
        """Sync and take `.open` off the name; the next write begins a new file. Raises Unwritable."""
        if self._fd is None:
            return
        fd, self._fd = self._fd, None
        path = self._folder / self.file
        with self._explained():
            try:
                os.fsync(fd)
            finally:
                os.close(fd)
            if not self._torn:  # else `salvage` has to mend it
                path.with_name(self.file + OPEN).rename(path)
            sync_folder(self._folder)

    def __enter__(self) -> WarcWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _single(self, kind: str, head: list[tuple[str, str]], block: bytes, digest: str | None) -> Written:
        date, record_id = _stamp(self._clock()), self._new_id()
        with self._group() as begin:
            offset, length = self._append(kind, record_id, [("WARC-Date", date), *head], block)
        return Written(self.file, begin, self.offset, offset, length, record_id, date, digest)

    def _told(self, exchange: Exchange, interim: bytes, framed: str | None) -> Iterator[tuple[str, str]]:
        """What an exchange's metadata record says of it."""
        yield "fetchTimeMs", str(round(exchange.seconds * 1000))
        if framed:
            yield "chunk-framing", framed
        if exchange.error:
            yield "error", exchange.error
        if exchange.error_kind:
            yield "error-kind", exchange.error_kind
        if exchange.tls and not cipher_suite(exchange.tls[1]):
            yield "tls-cipher", exchange.tls[1]
        if interim:
            yield "interim-response", base64.b64encode(interim).decode()
        if exchange.trailing:
            yield "trailing-bytes", base64.b64encode(exchange.trailing).decode()
        if exchange.certificates != self._chains.get(_host(exchange.url), ()):
            for certificate in exchange.certificates:
                yield "certificate", base64.b64encode(certificate).decode()

    @contextmanager
    def _group(self) -> Iterator[int]:
        """Records that are kept together or not at all; gives the offset where they begin."""
        if self._torn:
            raise Unwritable(f"{self._folder / self.file}{OPEN}: an earlier write failed: run again to mend the file")
        if self._fd is not None and self.offset >= self._max:
            self.close()
        with self._explained():
            if self._fd is None:
                self._begin()
            begin = self.offset
            try:
                yield begin
            except BaseException:
                self._take_back(begin)
                raise

    def _begin(self) -> None:
        date = self._clock()
        while True:
            self.file = f"{self._prefix}-{self.named or date:%Y%m%d%H%M%S}-{self._serial:05}.warc.gz"
            self._serial += 1
            path = self._folder / self.file
            if path.exists():
                continue
            try:
                self._fd = os.open(f"{path}{OPEN}", os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666)
                break
            except FileExistsError:
                continue
        self.offset = self._synced = 0
        self._chains = {}
        try:
            head = [("WARC-Date", _stamp(date)), ("WARC-Filename", self.file), _media(FIELDS)]
            self._append("warcinfo", self._new_id(), head, _fields(self._info))
            sync_folder(self._folder)
        except BaseException:
            os.close(self._fd)
            self._fd = None
            Path(f"{path}{OPEN}").unlink()
            raise

    def _append(
        self, kind: str, record_id: str, head: Fields, block: bytes | Spool, start: int = 0, level: int = LEVEL
    ) -> tuple[int, int]:
        """Write one record, with the block from `start` on; gives its offset and length."""
        size = len(block) - start
        if isinstance(block, Spool) and size <= MEMORY:
            block, start = b"".join(block.chunks(start)), 0
        lines = _head(kind, record_id, head, _digest(_pieces(block, start)), size)
        window, memory = (27, 5) if size <= _SMALL else (31, 8)
        packer = zlib.compressobj(level, zlib.DEFLATED, window, memory)
        begin = self.offset
        self._pack(lines, _pieces(block, start), packer)
        return begin, self.offset - begin

    def _pack(self, head: bytes, pieces: Iterable[bytes], packer: zlib._Compress) -> None:
        """Write a gzip member: a record's head, its block and the blank lines behind it."""
        ready = [packer.compress(head)]
        for piece in pieces:
            ready.append(packer.compress(piece))
            if sum(map(len, ready)) > MEMORY:
                self._write(b"".join(ready))
                ready = []
        ready += packer.compress(b"\r\n\r\n"), packer.flush()
        self._write(b"".join(ready))

    def _write(self, data: bytes) -> None:
        assert self._fd is not None
        rest = memoryview(data)
        while rest:
            written = os.write(self._fd, rest)
            self.offset += written
            rest = rest[written:]

    def _take_back(self, offset: int) -> None:
        """Cut the file to `offset`: a write has failed behind it."""
        assert self._fd is not None
        try:
            os.ftruncate(self._fd, offset)
            self.offset = offset
        except OSError:
            self._torn = True

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = "make room or mend its permissions, and run again"
            raise Unwritable(
                f"{self._folder / self.file}{OPEN}: cannot be written: {error.strerror}; {what}"
            ) from error


def metadata_record(record_id: str, date: str, url: str, fields: Fields) -> bytes:
    """A metadata record on `url`, not compressed: what stands in place of records that are taken out."""
    block = _fields(fields)
    head = [("WARC-Date", date), ("WARC-Target-URI", _line(url)), _media(FIELDS)]
    return _head("metadata", record_id, head, _digest((block,)), len(block)) + block + b"\r\n\r\n"


def _head(kind: str, record_id: str, head: Fields, digest: str, size: int) -> bytes:
    lines = [
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <{record_id}>",
        *(f"{name}: {value}" for name, value in head),
        f"WARC-Block-Digest: sha256:{digest}",
        f"Content-Length: {size}",
        "\r\n",
    ]
    return "\r\n".join(lines).encode()


def _digest(pieces: Iterable[bytes]) -> str:
    return _measured(pieces)[0]


def _measured(pieces: Iterable[bytes]) -> tuple[str, int]:
    """Digest and size."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _framed(
    exchange: Exchange, answer: Response, start: int, size: int, refers: Refers
) -> tuple[Refers | None, str | None]:
    """What a message repeats, and its chunks; nothing where its body would not be had from these to the byte."""
    received = exchange.received
    begin = start + answer.body_start
    if len(received) - begin == size:  # as it is
        return refers, None
    lines = framing(lambda size, at: next(received.chunks(at, size), b""), begin, len(received))
    return (refers, lines) if lines is not None else (None, None)


def _answered(
    answer: Response, digest: str | None, refers: Refers | None, truncated: str | None
) -> Iterator[tuple[str, str]]:
    """What the head of a response or revisit record says of its block."""
    yield "WARC-Payload-Digest", f"sha256:{refers.payload_sha256 if refers is not None else digest}"
    if refers is not None:
        yield "WARC-Profile", NOT_MODIFIED if answer.status == _NOT_MODIFIED else IDENTICAL
        yield "WARC-Refers-To", f"<{refers.record_id}>"
        yield "WARC-Refers-To-Target-URI", _line(refers.url)
        yield "WARC-Refers-To-Date", refers.date
        truncated = None if answer.status == _NOT_MODIFIED else "length"
    yield _media("application/http; msgtype=response")
    if truncated:
        yield "WARC-Truncated", truncated


def _pieces(block: bytes | Spool, start: int) -> Iterator[bytes]:
    return block.chunks(start) if isinstance(block, Spool) else iter((block,))


def _fields(fields: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {_line(value)}\r\n" for name, value in fields).encode()


def _line(text: str) -> str:
    """One line: a value from outside must not begin a header of its own."""
    if "\n" in text or "\r" in text:
        text = re.sub(r"[\r\n]+", " ", text)
    return text.strip()


def _media(media_type: str) -> tuple[str, str]:
    return "Content-Type", _line(media_type)


def _stamp(moment: datetime) -> str:
    """WARC-Date: UTC, with microseconds (WARC 1.1, 5.4)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _host(url: str) -> str:
    return urlsplit(url).netloc
