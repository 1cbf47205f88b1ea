"""Digests: what a WARC record says of its bytes, compared with them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator

from .http import ENOUGH, final_in, parse_response, payload
from .reader import Record

_ALGORITHMS = ("sha256", "sha1", "md5")


def wrong(record: Record) -> Iterator[str]:
    """The digest headers of a record that do not fit its bytes, or name an algorithm that is not known here."""
    return (header for header, what in compared(record) if what is not None)


def compared(record: Record) -> Iterator[tuple[str, str | None]]:
    """The digest headers of a record, each with what is wrong with it, in words."""
    for header, pieces in _digested(record):
        if (written := record.get(header)) is not None:
            yield header, _flaw(written, pieces)


def _flaw(written: str, pieces: Iterable[bytes]) -> str | None:
    """Why `ALGORITHM:VALUE`, in hexadecimal or Base32, is not the digest of the bytes."""
    algorithm, _, value = written.partition(":")
    if algorithm.lower() not in _ALGORITHMS:
        return f"uses {algorithm!r}, which is not known"
    digest = hashlib.new(algorithm.lower(), usedforsecurity=False)
    for piece in pieces:
        digest.update(piece)
    if value.strip().lower() in (digest.hexdigest(), base64.b32encode(digest.digest()).decode().lower()):
        return None
    return "does not match its bytes"


def _digested(record: Record) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The digest headers that a record may have, each with the bytes that it is over."""
    yield "WARC-Block-Digest", record.pieces()
    if record.type == "response":
        yield "WARC-Payload-Digest", payload_of(record)
    elif record.type == "resource":
        yield "WARC-Payload-Digest", record.pieces()


def payload_of(record: Record) -> Iterable[bytes]:
    """The payload of a response or revisit record: content coding kept, framing taken off (WARC 1.1, 6.3.2)."""
    start = final_in(record.head)
    head = parse_response(record.head(ENOUGH, start))
    return payload(head.headers, record.pieces(start + head.body_start))


def sha256_of(pieces: Iterable[bytes]) -> str:
    """In hexadecimal."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def whole_and_block(record: Record) -> tuple[str, str]:
    """SHA-256 of a record as it stands, head and block, and of its block alone, in one reading."""
    whole, block = hashlib.sha256(record.raw_head), hashlib.sha256()
    for piece in record.pieces():
        whole.update(piece)
        block.update(piece)
    return whole.hexdigest(), block.hexdigest()
