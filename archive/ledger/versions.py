"""Versions: every version of every article of one portal, and its other addresses: the ledger's second half."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..record import Article

_NEWEST = "version = (SELECT max(version) FROM articles b WHERE b.id = a.id)"


FIELDS = ("title", "timestamp", "author", "source", "section", "summary", "body", "images", "attachments")
_TEXT = "coalesce(json_extract(json, '$.{}'), '') != ''"
_LIST = "json_array_length(json, '$.{}') > 0"
_HAS = {name: (_LIST if name in ("section", "images", "attachments") else _TEXT).format(name) for name in FIELDS} | {
    "timestamp": "coalesce(json_extract(json, '$.timestamp_kind'), '') = 'published'"
}
_EACH = ", ".join(f"sum({_HAS[name]})" for name in FIELDS)


@dataclass(frozen=True, slots=True)
class Holding:
    """Articles of one status, section and year of publication (null: none), and how many have each of `FIELDS`."""

    status: str
    section: tuple[str, ...]
    year: str | None
    articles: int
    filled: dict[str, int]


@dataclass(frozen=True, slots=True)
class Brought:
    """The versions that one run found in one section, but for those gone since, and how many have each of `FIELDS`."""

    run: str
    section: tuple[str, ...]
    articles: int
    filled: dict[str, int]


class Versions:
    """The tables `articles` and `aliases`. What writes is called inside a transaction of the ledger."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def save(self, article: Article, run: str | None = None) -> None:
        """Keep a version of an article that `run` found; without a run: the version is known, and was seen again."""
        self._db.execute(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET run = coalesce(?3, run), status = excluded.status, json = excluded.json",
            (
                article.id, article.version, run, article.status, article.content_sha256,
                article.provenance.record_id or "", article.to_json(),
            ),
        )  # fmt: skip

    def add_alias(self, address: str, canonical: str, *, twin: bool) -> None:
        """Another address of what is at `canonical`: a page that prints the same, or a redirect."""
        self._db.execute("INSERT OR REPLACE INTO aliases VALUES (?, ?, ?)", (address, canonical, twin))

    def twin_of(self, address: str) -> str | None:
        """The address of the article that the page at `address` prints as well."""
        row = self._db.execute("SELECT canonical FROM aliases WHERE address = ? AND twin", (address,)).fetchone()
        return row[0] if row else None

    def leads_to(self, address: str) -> str | None:
        """Where the redirects from an address end; None where there are none, or no end."""
        seen = {address}
        while True:
            row = self._db.execute(
                "SELECT canonical FROM aliases WHERE address = ? AND NOT twin", (address,)
            ).fetchone()
            if row is None:
                return address if len(seen) > 1 else None
            address = row[0]
            if address in seen:
                return None
            seen.add(address)

    def aliases(self, canonical: str) -> list[str]:
        """Every other address that leads to an article, also by several redirects."""
        rows = self._db.execute(
            "WITH RECURSIVE chain (address) AS (SELECT address FROM aliases WHERE canonical = ?1"
            " UNION SELECT a.address FROM aliases a JOIN chain c ON a.canonical = c.address)"
            " SELECT address FROM chain WHERE address != ?1 ORDER BY address",
            (canonical,),
        )
        return [row[0] for row in rows]

    def latest(self, identity: str) -> Article | None:
        """The last version of an article."""
        row = self._db.execute(
            "SELECT json FROM articles WHERE id = ? ORDER BY version DESC LIMIT 1", (identity,)
        ).fetchone()
        return Article.from_json(row[0]) if row else None

    def of(self, identity: str) -> list[Article]:
        """Every version of an article, oldest first."""
        rows = self._db.execute("SELECT json FROM articles WHERE id = ? ORDER BY version", (identity,))
        return [Article.from_json(line) for (line,) in rows]

    def articles(self) -> Iterator[Article]:
        """The last version of each article that is not gone."""
        rows = self._db.execute(f"SELECT json FROM articles a WHERE {_NEWEST} AND status != 'gone'").fetchall()
        return (Article.from_json(row[0]) for row in rows)

    def incomplete(self) -> Iterator[Article]:
        """The last version of each article of which a picture or document is not kept."""
        query = f"SELECT json FROM articles a WHERE {_NEWEST} AND json LIKE '%\"sha256\":null%' ORDER BY id"
        return (Article.from_json(line) for (line,) in self._db.execute(query).fetchall())

    def lines(self, *, run: str | None = None, all_versions: bool = False) -> Iterator[str]:
        """Records as JSON, in order of id and version: the latest versions, or all; of one run where it is given."""
        where, values = ("AND a.run = ?", (run,)) if run else ("", ())
        newest = "" if all_versions or run else f"AND {_NEWEST}"
        query = f"SELECT json FROM articles a WHERE 1 {where} {newest} ORDER BY id, version"
        for row in self._db.execute(query, values):
            yield row[0]

    def read_from(self, record_id: str) -> str | None:
        """The record, as JSON, that was read from a capture; None where it gave none, or none of its own."""
        row = self._db.execute("SELECT json FROM articles WHERE record_id = ?", (record_id,)).fetchone()
        return row[0] if row else None

    def at(self, key: str) -> Article | None:
        """The article whose last version was read at the URL of that key, whatever address the page calls its own."""
        row = self._db.execute(
            "SELECT a.json FROM urls u JOIN captures c ON c.url = u.id JOIN articles a ON a.record_id = c.record_id"
            f" WHERE u.key = ? AND {_NEWEST} ORDER BY c.id DESC LIMIT 1",
            (key,),
        ).fetchone()
        return Article.from_json(row[0]) if row else None

    def published(self) -> dict[str, str]:
        """The date of each article that has one of its own (not its portal's last build), by the key of its URL."""
        rows = self._db.execute(
            "SELECT u.key, json_extract(json, '$.timestamp') FROM articles a"
            " JOIN captures c ON c.record_id = a.record_id JOIN urls u ON u.id = c.url"
            f" WHERE {_NEWEST} AND json_extract(json, '$.timestamp_kind') = 'published'"
        )
        return dict(rows.fetchall())

    def twins(self) -> set[str]:
        """The keys of the URLs that print an article which has another address."""
        return {address for (address,) in self._db.execute("SELECT address FROM aliases WHERE twin")}

    def count(self) -> int:
        found: int = self._db.execute("SELECT count(DISTINCT id) FROM articles").fetchone()[0]
        return found

    def size(self) -> int:
        """How many versions there are, of all articles."""
        found: int = self._db.execute("SELECT count(*) FROM articles").fetchone()[0]
        return found

    def holdings(self) -> Iterator[Holding]:
        """The latest versions, counted by status, section and year, and how many of them have each field."""
        query = (
            "SELECT status, json_extract(json, '$.section'),"
            f" CASE WHEN {_HAS['timestamp']} THEN substr(json_extract(json, '$.timestamp'), 1, 4) END, count(*),"
            f" {_EACH} FROM articles a WHERE {_NEWEST} GROUP BY 1, 2, 3"
        )
        for status, section, year, number, *filled in self._db.execute(query):
            path = tuple(json.loads(section or "[]"))
            yield Holding(status, path, year, number, dict(zip(FIELDS, filled, strict=True)))

    def status(self) -> Counter[str]:
        """How many articles there are by the status of their latest version."""
        rows = self._db.execute(f"SELECT status, count(*) FROM articles a WHERE {_NEWEST} GROUP BY 1")
        return Counter(dict(rows.fetchall()))

    def sections(self) -> Iterator[tuple[str, ...]]:
        """The paths of sections that there are, of all versions."""
        for (path,) in self._db.execute("SELECT DISTINCT json_extract(json, '$.section') FROM articles"):
            yield tuple(json.loads(path or "[]"))

    def brought(self) -> Iterator[Brought]:
        """What each run found, new or changed, by section."""
        query = (
            f"SELECT run, json_extract(json, '$.section'), count(*), {_EACH} FROM articles"
            " WHERE run IS NOT NULL AND status != 'gone' GROUP BY 1, 2"
        )
        for run, section, number, *filled in self._db.execute(query):
            yield Brought(run, tuple(json.loads(section or "[]")), number, dict(zip(FIELDS, filled, strict=True)))

    def without(self, field: str, run: str) -> str | None:
        """The address of an article that lacks one of `FIELDS`, of those that `run` or a later one found."""
        query = (
            "SELECT json_extract(json, '$.url') FROM articles WHERE run >= ? AND status != 'gone'"
            f" AND NOT ({_HAS[field]}) ORDER BY run, id LIMIT 1"
        )
        row = self._db.execute(query, (run,)).fetchone()
        return row[0] if row else None
