"""Captures: every answer of one portal that is kept, and where its bytes stand.

A part of the ledger: who calls it holds the ledger's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..record import Original
from .rows import Kept, Saving

_KEPT = (
    "u.url, c.run, c.warc, c.offset, c.length, c.record_id, c.date, c.status, c.media_type, c.payload_sha256,"
    " c.truncated, c.etag, c.modified, u.key, u.kind, c.original, o.warc, o.offset, o.length, o.date"
)
_CAPTURES = "captures c JOIN urls u ON u.id = c.url LEFT JOIN captures o ON o.record_id = c.original"


class Captures:
    """The table `captures`, as it is written and as WARC files are read by it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def add(self, url: int, kept: Kept, content: str | None = None) -> None:
        self._db.execute(
            "INSERT INTO captures (url, run, warc, offset, length, record_id, date, status, media_type, payload_sha256,"
            " truncated, etag, modified, content, original) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                url, kept.run, kept.warc, kept.offset, kept.length, kept.record_id, kept.date, kept.status,
                kept.media_type, kept.payload_sha256, kept.truncated, kept.etag, kept.modified, content,
                kept.original.record_id if kept.original is not None else None,
            ),
        )  # fmt: skip

    def has(self, record_id: str) -> bool:
        return self._db.execute("SELECT 1 FROM captures WHERE record_id = ?", (record_id,)).fetchone() is not None

    def find(self, record_id: str) -> Kept | None:
        """The capture of that WARC-Record-ID."""
        row = self._db.execute(f"SELECT {_KEPT} FROM {_CAPTURES} WHERE c.record_id = ?", (record_id,)).fetchone()
        return _kept(row) if row else None

    def original(self, record_id: str | None) -> Original | None:
        """Where the whole response of that WARC-Record-ID is."""
        row = self._db.execute(
            "SELECT warc, offset, length, record_id, date FROM captures WHERE record_id = ? AND original IS NULL",
            (record_id,),
        ).fetchone()
        return row and Original(warc=row[0], offset=row[1], length=row[2], record_id=row[3], captured=row[4])

    def same_payload(self, payload_sha256: str, url: int) -> Kept | None:
        """A whole response of status 200 with this payload: the URL's own, where it has one, else the first."""
        query = (
            f"SELECT {_KEPT} FROM {_CAPTURES} WHERE c.payload_sha256 = ? AND c.status = 200 AND c.truncated IS NULL"
            " AND c.original IS NULL ORDER BY c.url = ? DESC, c.id LIMIT 1"
        )
        row = self._db.execute(query, (payload_sha256, url)).fetchone()
        return _kept(row) if row else None

    def last_whole(self, url: int) -> Kept | None:
        """The last whole page of a URL: that whose validators a conditional request names."""
        query = (
            f"SELECT {_KEPT} FROM {_CAPTURES} WHERE c.url = ? AND c.status = 200 AND c.truncated IS NULL"
            " ORDER BY c.id DESC LIMIT 1"
        )
        row = self._db.execute(query, (url,)).fetchone()
        return _kept(row) if row else None

    def saving(self, run: str | None = None) -> Saving:
        """What revisit records save, of one run or of all."""
        row = self._db.execute(
            "SELECT coalesce(sum(c.status = 200), 0), coalesce(sum(c.status = 304), 0),"
            " coalesce(sum(CASE WHEN c.status = 200 THEN o.length - c.length END), 0)"
            " FROM captures c LEFT JOIN captures o ON o.record_id = c.original"
            " WHERE c.original IS NOT NULL AND (?1 IS NULL OR c.run = ?1)",
            (run,),
        ).fetchone()
        return Saving(*row)

    def all(self, run: str | None = None) -> Iterator[Kept]:
        """In the order of the WARC files."""
        where, values = ("WHERE c.run = ?", (run,)) if run else ("", ())
        order = "ORDER BY c.warc, c.offset"
        for row in self._db.execute(f"SELECT {_KEPT} FROM {_CAPTURES} {where} {order}", values):
            yield _kept(row)


def _kept(row: Sequence[Any]) -> Kept:
    *values, original, warc, offset, length, date = row
    place = Original(warc=warc, offset=offset, length=length, record_id=original, captured=date) if original else None
    kept = Kept(*values)
    return kept if place is None else replace(kept, original=place)
