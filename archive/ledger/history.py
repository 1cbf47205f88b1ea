"""History: what the visits of one portal's URLs brought, as later visits, judgements and reports ask for it.

A part of the ledger, and only read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from .hops import LONGEST, Step
from .rows import CUT, FILES, IN_ITS_PLACE, Row, Visit
from .schema import ROW

_WHOLE = "c.status = 200 AND c.truncated IS NULL AND c.payload_sha256 IS NOT NULL"


class History:
    """The table `captures` by URL, and what the pages gave: `seen`, `fruit`, `links`, `hints`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def validators(self, identity: int) -> tuple[str | None, str | None]:
        """ETag and Last-Modified of the last whole page of a URL: what a conditional request names."""
        row = self._db.execute(
            "SELECT etag, modified FROM captures WHERE url = ? AND status = 200 AND truncated IS NULL"
            " ORDER BY id DESC LIMIT 1",
            (identity,),
        ).fetchone()
        return row or (None, None)

    def way(self, identity: int) -> list[Step]:
        """How a URL was found: itself, the page that it was first found on, the page of that, as far as is told."""
        query = (
            "WITH RECURSIVE way (hop, id, via) AS (SELECT 0, id, via FROM urls WHERE id = ?"
            " UNION ALL SELECT hop + 1, u.id, u.via FROM way w JOIN urls u ON u.id = w.via WHERE hop <= ?)"
            " SELECT url, kind, state, guess, form IS NOT NULL FROM way JOIN urls USING (id) ORDER BY hop"
        )
        return [Step(*row) for row in self._db.execute(query, (identity, LONGEST))]

    def refusals(self, identity: int, most: int) -> int:
        """How often in a row, of the last `most` answers, a URL was refused with 429."""
        query = "SELECT status FROM captures WHERE url = ? ORDER BY id DESC LIMIT ?"
        statuses = [status for (status,) in self._db.execute(query, (identity, most))]
        return next((number for number, status in enumerate(statuses) if status != 429), len(statuses))

    def answered(self, origin: str) -> bool:
        """Whether anything ever came from there: scheme, host and port."""
        query = (
            "SELECT 1 FROM captures c JOIN urls u ON u.id = c.url"
            " WHERE c.status > 0 AND substr(u.url, 1, length(?1)) = ?1 LIMIT 1"
        )
        return self._db.execute(query, (f"{origin}/",)).fetchone() is not None

    def visits_of(self, key: str) -> list[Visit]:
        """The visits of one URL, oldest first."""
        rows = self._db.execute(
            "SELECT date, c.run, status, verdict, content, truncated FROM captures c JOIN urls u ON u.id = c.url"
            " WHERE u.key = ? ORDER BY c.id",
            (key,),
        )
        return [Visit(*row) for row in rows]

    def verdict(self, record_id: str) -> str | None:
        """What was made of a capture: an article, or why it gave none; None where it was not judged, or is not here."""
        row = self._db.execute("SELECT verdict FROM captures WHERE record_id = ?", (record_id,)).fetchone()
        return row[0] if row else None

    def captures(self) -> Iterator[dict[str, Any]]:
        """Every capture in the order of the WARC files, with what was made of it."""
        names = (
            "url", "kind", "run", "date", "status", "media_type", "verdict", "warc", "offset", "length", "record_id",
            "payload_sha256", "truncated", "etag", "modified",
        )  # fmt: skip
        columns = ", ".join(f"{'u' if name in ('url', 'kind') else 'c'}.{name}" for name in names)
        query = f"SELECT {columns} FROM captures c JOIN urls u ON u.id = c.url ORDER BY warc, offset, c.id"
        for row in self._db.execute(query):
            yield dict(zip(names, row, strict=True))

    def visits(self) -> Iterator[tuple[Row, list[Visit]]]:
        """Every URL that was ever asked for, with its visits, oldest first."""
        history: dict[int, list[Visit]] = {}
        query = "SELECT url, date, run, status, verdict, content, truncated FROM captures ORDER BY id"
        for url, *visit in self._db.execute(query):
            history.setdefault(url, []).append(Visit(*visit))
        for values in self._db.execute(f"SELECT {ROW} FROM urls ORDER BY id"):
            row = Row(*values)
            if row.state not in ("queued", "out of scope", "trap", "twin", "redacted"):
                yield row, history.get(row.id, [])

    def judged(self) -> Iterator[Row]:
        """The URLs whose first visit was judged by what it gave, in the order of these visits."""
        query = (
            f"SELECT {', '.join('u.' + name for name in ROW.split(', '))} FROM urls u JOIN captures c ON c.url = u.id"
            " WHERE u.fruit IS NOT NULL GROUP BY u.id ORDER BY min(c.id)"
        )
        for row in self._db.execute(query):
            yield Row(*row)

    def unseen(self, marks: Iterable[int]) -> set[int]:
        """Those of the marks that no page has given yet."""
        wanted = list(set(marks))
        found: set[int] = set()
        for start in range(0, len(wanted), 500):
            piece = wanted[start : start + 500]
            query = f"SELECT mark FROM seen WHERE mark IN ({', '.join('?' * len(piece))})"
            found.update(mark for (mark,) in self._db.execute(query, piece))
        return set(wanted) - found

    def naming(self) -> set[int]:
        """The URLs that were the first to say something of others: lists, not pages that repeat what those say."""
        return {via for (via,) in self._db.execute("SELECT DISTINCT via FROM hints")}

    def linked_from(self, key: str) -> float:
        """The share of the pages visited that lead to a URL, straight or by a redirect: nearly 1 for a menu's entry.

        Others' archives may lack the redirect from `/x` to `/x/`: so links to what was never asked for count as well.
        """
        pages = self._db.execute(
            "SELECT count(*) FROM urls WHERE fruit IS NOT NULL AND state = 'archived'"
            " AND kind IN ('seed', 'page', 'listing', 'article', 'archive')"
        ).fetchone()[0]
        links = self._db.execute(
            "SELECT max(links) FROM urls WHERE key = ?1 OR (key = ?2 AND state = 'queued') OR key IN"
            " (SELECT address FROM aliases WHERE canonical = ?1 AND NOT twin)",
            (key, key[:-1] if key.endswith("/") else f"{key}/"),
        ).fetchone()[0]
        return (links or 0) / pages if pages else 0.0

    def found_on(self, key: str) -> str | None:
        """The key of the page on which a URL was found first."""
        row = self._db.execute(
            "SELECT v.key FROM urls u JOIN urls v ON v.id = u.via WHERE u.key = ?", (key,)
        ).fetchone()
        return row[0] if row else None

    def pages(self, run: str) -> int:
        """How many pages a run has kept."""
        query = (
            "SELECT count(DISTINCT c.url) FROM captures c JOIN urls u ON u.id = c.url"
            " WHERE c.run = ? AND c.status = 200 AND u.kind NOT IN ('robots', 'media', 'document', 'requisite')"
        )
        number: int = self._db.execute(query, (run,)).fetchone()[0]
        return number

    def never_there(self) -> set[int]:
        """The URLs that are gone and never gave anything: the first request was answered so."""
        rows = self._db.execute(
            "SELECT id FROM urls u WHERE state = 'gone' AND NOT EXISTS"
            " (SELECT 1 FROM captures c WHERE c.url = u.id AND c.status BETWEEN 200 AND 399)"
        )
        return {identity for (identity,) in rows}

    def payloads(self) -> dict[str, tuple[str, str]]:
        """Payload digest and record id of the last whole 200 of each URL, by the URL's key; a page in a file's place is
        none."""
        rows = self._db.execute(
            "SELECT u.key, c.payload_sha256, c.record_id FROM captures c JOIN urls u ON u.id = c.url"
            f" WHERE {_WHOLE} AND u.reason IS NOT ? ORDER BY c.id",
            (IN_ITS_PLACE,),
        )
        return {key: (digest, record_id) for key, digest, record_id in rows}

    def lacking(self) -> Iterator[tuple[Row, str | None]]:
        """The files that pages name and that are missing, each with the page that it was first found on."""
        columns = ", ".join(f"u.{name}" for name in ROW.split(", "))
        query = (
            f"SELECT {columns}, v.url FROM urls u LEFT JOIN urls v ON v.id = u.via WHERE u.kind IN (?, ?, ?) AND"
            " (u.state IN ('gone', 'failed') OR (u.state = 'archived' AND (u.reason = ? OR u.reason LIKE ?)))"
            f" AND (u.reason = ? OR NOT EXISTS (SELECT 1 FROM captures c WHERE c.url = u.id AND {_WHOLE}))"
            " ORDER BY u.id"
        )
        for *values, page in self._db.execute(query, (*FILES, IN_ITS_PLACE, f"{CUT}%", IN_ITS_PLACE)):
            yield Row(*values), page

    def nested(self) -> int:
        """How many requisites only other requisites name: what stylesheets lead to."""
        query = (
            "SELECT count(*) FROM urls u JOIN urls v ON v.id = u.via"
            " WHERE u.kind = 'requisite' AND v.kind = 'requisite' AND u.state NOT IN ('out of scope', 'trap')"
        )
        number: int = self._db.execute(query).fetchone()[0]
        return number

    def nesting(self, identity: int) -> int:
        """How many requisites lead from a page to this one, itself included."""
        query = (
            "WITH RECURSIVE up (id, via, kind) AS (SELECT id, via, kind FROM urls WHERE id = ?"
            " UNION SELECT u.id, u.via, u.kind FROM urls u JOIN up ON u.id = up.via WHERE up.kind = 'requisite')"
            " SELECT count(*) FROM up WHERE kind = 'requisite'"
        )
        number: int = self._db.execute(query, (identity,)).fetchone()[0]
        return number
