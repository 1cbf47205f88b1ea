"""Writer: what is captured as WARC records, in groups and in the order that `archive.warc` tells."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from .exchange import Exchange
from .file import (
    FIELDS,
    LEVEL,
    Fields,
    WarcFile,
    digest_of,
    fields_of,
    head_of,
    measured,
    media,
    one_line,
    warc_date,
)
from .http import ENOUGH, Response, final_in, framing, parse_response, payload, values
from .protocols import cipher_suite, connection

IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

_NOT_MODIFIED = 304
# of zlib: what came packed is not packed again (on gzip'd pages 0.01 ms, not 0.2 to 0.4, for 1 to 2 % more)
_STORED = 0
_PACKED = frozenset(("gzip", "x-gzip", "deflate", "br", "zstd"))


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


class WarcWriter(WarcFile):
    """Writes what is captured: exchanges as groups of records, resources, metadata on its own.

    Each method hands everything to the operating system before it returns; a write that fails raises Unwritable and
    leaves the file as it was before. Not for several threads.
    """

    def exchange(self, exchange: Exchange, *, metadata: Fields = (), repeats: Repeats | None = None) -> Written:
        """Write one exchange as a group; `metadata` comes first among the fields of its metadata record.

        `repeats` is asked whether a whole answer repeats what is kept already: then it becomes a revisit record.

        WARC-Block-Digest is over the final message, WARC-Payload-Digest over its body with chunked framing taken off
        and content coding kept (WARC 1.1, 6.3.2), as far as it came. Raises Unwritable; then nothing of it is kept.
        """
        received = exchange.received
        start = final_in(lambda size, start: next(received.chunks(start, size), b""))
        answer = parse_response(next(received.chunks(start, ENOUGH))) if len(received) > start else None
        date = warc_date(exchange.started)
        common = [("WARC-Date", date), ("WARC-Target-URI", one_line(exchange.url))]
        wire = [*common, *connection(exchange, answer)]
        request_id, response_id, metadata_id = self._new_id(), self._new_id(), self._new_id()
        main_id = response_id if answer else metadata_id
        digest, refers, framed = None, None, None
        if answer:
            digest, size = measured(payload(answer.headers, received.chunks(start + answer.body_start)))
            if repeats is not None and not exchange.truncated and not exchange.error:
                refers = repeats(answer, digest, size)
            if refers is not None and answer.status != _NOT_MODIFIED:
                refers, framed = _framed(exchange, answer, start, size, refers)
        with self.group() as begin:
            if exchange.sent:
                head = [*wire, ("WARC-Concurrent-To", f"<{main_id}>"), media("application/http; msgtype=request")]
                self.append("request", request_id, head, bytes(exchange.sent))
            if answer:
                head = [*wire, *_answered(answer, digest, refers, exchange.truncated)]
                if refers is not None:  # a 304 is all head as well
                    head_alone = received.head(start + answer.body_start)[start:]
                    offset, length = self.append("revisit", response_id, head, head_alone)
                else:
                    level = LEVEL if _PACKED.isdisjoint(values(answer.headers, "Content-Encoding")) else _STORED
                    offset, length = self.append("response", response_id, head, received, start, level)
                head = [*common, ("WARC-Concurrent-To", f"<{response_id}>"), media(FIELDS)]
            else:
                head = [*wire, media(FIELDS)]
            fields = [*metadata, *self._told(exchange, received.head(start), framed)]
            last = self.append("metadata", metadata_id, head, fields_of(fields))
            if not answer:
                offset, length = last
        if exchange.certificates:
            self._told_here[_host(exchange.url)] = exchange.certificates
        record_id = response_id if answer else None
        return Written(self.file, begin, self.offset, offset, length, record_id, date, digest, answer, refers)

    def resource(self, uri: str, media_type: str, data: bytes) -> Written:
        """Write something that did not come over the wire: a portal's definition, a page made by hand."""
        digest = digest_of((data,))
        head = [("WARC-Target-URI", one_line(uri)), ("WARC-Payload-Digest", f"sha256:{digest}"), media(media_type)]
        return self._single("resource", head, data, digest)

    def metadata(
        self, fields: Fields, *, uri: str | None = None, concurrent_to: str | None = None, refers_to: str | None = None
    ) -> Written:
        """Write a metadata record that stands alone, on `uri` or on the record with the id that is given.

        `concurrent_to`: it came of the same exchange; `refers_to`: it was told by the record later.
        """
        head = [("WARC-Target-URI", one_line(uri))] if uri else []
        if concurrent_to:
            head.append(("WARC-Concurrent-To", f"<{concurrent_to}>"))
        if refers_to:
            head.append(("WARC-Refers-To", f"<{refers_to}>"))
        return self._single("metadata", [*head, media(FIELDS)], fields_of(fields), None)

    def note(self, fields: Fields, concurrent_to: str | None) -> None:
        """A metadata record on what `copies` has written, in its group. Raises Unwritable."""
        head = [("WARC-Date", warc_date(self._clock()))]
        if concurrent_to:
            head.append(("WARC-Concurrent-To", f"<{concurrent_to}>"))
        self.append("metadata", self._new_id(), [*head, media(FIELDS)], fields_of(fields))

    def _single(self, kind: str, head: list[tuple[str, str]], block: bytes, digest: str | None) -> Written:
        date, record_id = warc_date(self._clock()), self._new_id()
        with self.group() as begin:
            offset, length = self.append(kind, record_id, [("WARC-Date", date), *head], block)
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
        if exchange.certificates != self._told_here.get(_host(exchange.url), ()):
            for certificate in exchange.certificates:
                yield "certificate", base64.b64encode(certificate).decode()


def metadata_record(record_id: str, date: str, url: str, fields: Fields) -> bytes:
    """A metadata record on `url`, not compressed: what stands in place of records that are taken out."""
    block = fields_of(fields)
    head = [("WARC-Date", date), ("WARC-Target-URI", one_line(url)), media(FIELDS)]
    return head_of("metadata", record_id, head, digest_of((block,)), len(block)) + block + b"\r\n\r\n"


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
        yield "WARC-Refers-To-Target-URI", one_line(refers.url)
        yield "WARC-Refers-To-Date", refers.date
        truncated = None if answer.status == _NOT_MODIFIED else "length"
    yield media("application/http; msgtype=response")
    if truncated:
        yield "WARC-Truncated", truncated


def _host(url: str) -> str:
    return urlsplit(url).netloc
