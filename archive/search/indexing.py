"""Indexing: what has changed in portals, on its way into the tables of the search index (`archive.search`)."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Sequence
from typing import Any

from ..fixity import manifest
from ..folding import both
from ..record import BETWEEN, id_of
from ..shard import Shard
from .places import place_of
from .words import EXACT, FOLDED

VERSION = 3
TEXTS = (*EXACT, *FOLDED)
COLUMNS = ", ".join((*TEXTS, "facets"))
# A third of the index is for beginnings of two letters: "th" begins a tenth of all words. Three letters begin few
# words, which SQLite puts together when it is asked; an index for them would be another third.
SCHEMA = f"""
CREATE TABLE docs (
    id INTEGER PRIMARY KEY, portal TEXT NOT NULL, article TEXT NOT NULL, digest BLOB NOT NULL,
    url TEXT NOT NULL, title TEXT NOT NULL, author TEXT, section TEXT NOT NULL, timestamp TEXT, status TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (portal, article)
);
CREATE TABLE shards (number INTEGER PRIMARY KEY, portal TEXT NOT NULL UNIQUE, marker TEXT);
CREATE VIRTUAL TABLE words USING fts5 ({COLUMNS}, content='', tokenize='unicode61 remove_diacritics 0', prefix='2');
INSERT INTO words (words, rank) VALUES ('hashsize', {32 << 20});  -- a batch is written once
"""

_BATCH = 2000  # articles whose words are written together


class Indexing:
    """What has changed in some portals, on its way into an index.

    FTS5 writes down all that it has whenever a place is no higher than the one before, so what changes is brought into
    order of places, some thousand articles at a time. A transaction ends where a portal does: its marker says that all
    of it is in.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self.changed = 0
        self._db = db
        self._begun_at = 0  # what `changed` was when the transaction began
        self._old: list[tuple[int, str, str]] = []  # number and name of the portal, id of the article
        self._new: list[tuple[int, int, str, bytes, dict[str, Any]]] = []  # place, number, portal, digest, record

    def __enter__(self) -> Indexing:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._commit()
        elif self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def take(self, shard: Shard) -> None:
        """Bring in what has changed in a portal."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
            self._begun_at = self.changed
        marker = manifest.marker(shard)
        self._db.execute("INSERT OR IGNORE INTO shards (portal) VALUES (?)", (shard.name,))
        query = "SELECT number, marker FROM shards WHERE portal = ?"
        number, known_marker = self._db.execute(query, (shard.name,)).fetchone()
        if known_marker == marker:  # another program has brought it in
            return
        query = "SELECT article, digest FROM docs WHERE portal = ?"
        known: dict[str, bytes] = dict(self._db.execute(query, (shard.name,)))
        for line in shard.lines():
            digest = hashlib.blake2b(line.encode(), digest_size=16).digest()
            fields = None
            article = id_of(line)
            if article is None:
                fields = json.loads(line)
                article = fields["id"]
            before = known.pop(article, None)
            if before == digest:
                continue
            if before is not None:
                self._old.append((number, shard.name, article))
            fields = fields or json.loads(line)
            self._new.append((place_of(article, fields["timestamp"]), number, shard.name, digest, fields))
            self.changed += 1
            if len(self._new) >= _BATCH:
                self._write()
        self._old += [(number, shard.name, article) for article in known]
        self.changed += len(known)
        self._db.execute("UPDATE shards SET marker = ? WHERE number = ?", (marker, number))
        if self.changed - self._begun_at >= _BATCH:
            self._commit()

    def _commit(self) -> None:
        if self._db.in_transaction:
            self._write()
            self._db.execute("COMMIT")

    def _write(self) -> None:
        out = []
        for number, portal, article in self._old:
            query = "SELECT id, title, author, section, status, body FROM docs WHERE portal = ? AND article = ?"
            place, title, author, section, status, body = self._db.execute(query, (portal, article)).fetchone()
            texts = (title, author or "", section, zlib.decompress(body).decode())
            out.append((place, *words_of(texts, number, status)))
        marks = ", ".join("?" * (len(TEXTS) + 2))
        self._db.executemany(f"INSERT INTO words (words, rowid, {COLUMNS}) VALUES ('delete', {marks})", sorted(out))
        self._db.executemany("DELETE FROM docs WHERE id = ?", [(row[0],) for row in out])
        docs, words, place = [], [], -1
        for wanted, number, portal, digest, fields in sorted(self._new, key=lambda one: (one[0], one[4]["id"])):
            place = max(wanted, place + 1)
            while self._db.execute("SELECT 1 FROM docs WHERE id = ?", (place,)).fetchone():
                place += 1
            title, author, body = fields["title"], fields["author"], fields["body"]
            section = BETWEEN.join(fields["section"])
            docs.append(
                (
                    place, portal, fields["id"], digest, fields["url"], title, author, section, fields["timestamp"],
                    fields["status"], zlib.compress(body.encode()),
                )
            )  # fmt: skip
            words.append((place, *words_of((title, author or "", section, body), number, fields["status"])))
        self._db.executemany(f"INSERT INTO docs VALUES ({', '.join('?' * 11)})", docs)
        self._db.executemany(f"INSERT INTO words (rowid, {COLUMNS}) VALUES ({marks})", words)
        self._old, self._new = [], []


def words_of(texts: Sequence[str], number: int | None, status: str) -> list[str]:
    """The columns of an article's words."""
    pairs = [both(text) for text in texts]
    return [*(pair[0] for pair in pairs), *(pair[1] for pair in pairs), f"{facet('p', number)} {facet('s', status)}"]


def facet(kind: str, value: object) -> str:
    """A word for what is no word of the article: it begins with a letter for private use, which no query has."""
    return f"\ue000{kind}{value}"
