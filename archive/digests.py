"""Digests: what a WARC record says of its bytes, compared with them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator

from .http import ENOUGH, final_in, parse_response, payload
from .warcread import Record

ALGORITHMS = ("sha256", "sha1", "md5")


def wrong(record: Record) -> Iterator[str]:
    """The digest headers of a record that do not fit its bytes, or name an algorithm that is not known here."""
    for header, pieces in digested(record):
        written = record.get(header)
        if written is not None and not fits(written, pieces):
            yield header


def fits(written: str, pieces: Iterable[bytes]) -> bool:
    """Whether `ALGORITHM:VALUE`, in hexadecimal or Base32, is the digest of the bytes."""
    algorithm, _, value = written.partition(":")
    if algorithm.lower() not in ALGORITHMS:
        return False
    digest = hashlib.new(algorithm.lower(), usedforsecurity=False)
    for piece in pieces:
        digest.update(piece)
    return value.strip().lower() in (digest.hexdigest(), base64.b32encode(digest.digest()).decode().lower())


def digested(record: Record) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The digest headers that a record may have, each with the bytes that it is over."""
    yield "WARC-Block-Digest", record.pieces()
    if record.type == "response":
        yield "WARC-Payload-Digest", payload_of(record)
    elif record.type == "resource":
        yield "WARC-Payload-Digest", record.pieces()


def payload_of(record: Record) -> Iterable[bytes]:
    """The payload of a response record: content coding kept, framing taken off (WARC 1.1, 6.3.2)."""
    start = final_in(record.head)
    head = parse_response(record.head(ENOUGH, start))
    return payload(head.headers, record.pieces(start + head.body_start))
