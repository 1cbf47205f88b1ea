"""Search: every article of a collection, full text, on SQLite's FTS5.

    COLLECTION/search.sqlite      can be thrown away: the next search makes it from the ledgers

Two sets of columns, one with accents and one without (`archive.folding`), both without content of their own; `docs` has
the articles as a reader sees them, the bodies compressed. `Index.update` brings in what has changed since: a portal
whose last manifest is known costs one look at a file.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import manifest
from .collection import Collection, Shard
from .errors import Damaged, Unwritable, UsageError
from .filters import ALL, Filters
from .folding import exact, folded, is_accented
from .record import BETWEEN, id_of
from .searchquery import EXACT, FOLDED, Query, read

NAME = "search.sqlite"

_VERSION = 2
_COLUMNS = ", ".join((*EXACT, *FOLDED))
_SCHEMA = f"""
CREATE TABLE docs (
    id INTEGER PRIMARY KEY, portal TEXT NOT NULL, article TEXT NOT NULL, digest BLOB NOT NULL,
    url TEXT NOT NULL, title TEXT NOT NULL, author TEXT, section TEXT NOT NULL, timestamp TEXT, status TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (portal, article)
);
CREATE INDEX docs_timestamp ON docs (timestamp);  -- beside the bodies it would be a walk through all of them
CREATE INDEX docs_status ON docs (status);
CREATE TABLE shards (portal TEXT PRIMARY KEY, marker TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 ({_COLUMNS}, content='', tokenize='unicode61 remove_diacritics 0', prefix='2 3');
"""
_WEIGHTS = "8, 4, 2, 1, 8, 4, 2, 1"  # of title, author, section, body: a title says what an article is about
_AROUND = 110  # characters of a snippet before and behind what was found


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found; `score`: higher is nearer. In `snippet` what was found is between [ and ]."""

    portal: str
    id: str
    url: str
    title: str
    author: str | None
    section: tuple[str, ...]
    timestamp: str | None
    status: str
    score: float
    snippet: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Index:
    """The index of a collection. Raises UsageError where there is none to read, Damaged where its file is."""

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        self.path = folder / NAME
        try:
            mode = "ro" if readonly else "rwc"
            self._db = sqlite3.connect(f"{self.path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
            self._db.execute("PRAGMA busy_timeout = 60000")
            if not readonly:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._make()
        except sqlite3.OperationalError as error:
            raise Unwritable(f"{self.path}: cannot be opened ({error}); mend the folder's permissions") from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _make(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
        elif version != _VERSION:
            raise UsageError(f"{self.path}: made by another version; remove it, the next search makes it anew")

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def update(self, shards: Sequence[Shard]) -> int:
        """Bring in what has changed in these shards; gives how many articles were put in, changed or taken out."""
        with self._explained():
            return sum(self._update(shard) for shard in shards)

    def stale(self, shards: Sequence[Shard]) -> list[str]:
        """The portals that have changed since they were indexed."""
        with self._explained():
            return [
                shard.name
                for shard in shards
                if manifest.marker(shard) not in (self._marker(shard.name), manifest.NOTHING)
            ]

    def search(self, text: str, filters: Filters = ALL, *, limit: int = 10, offset: int = 0) -> list[Hit]:
        """The nearest articles first. Raises UsageError where the query's syntax is wrong."""
        query = read(text)
        where, values = _conditions(filters)
        narrowed = f"AND words.rowid IN (SELECT id FROM docs WHERE {where})" if where else ""
        with self._explained():
            rows = self._db.execute(
                f"SELECT d.portal, d.article, d.url, d.title, d.author, d.section, d.timestamp, d.status, d.body, score"
                f" FROM (SELECT rowid AS id, bm25(words, {_WEIGHTS}) AS score FROM words WHERE words MATCH ? {narrowed}"
                f" ORDER BY score LIMIT ? OFFSET ?) JOIN docs d USING (id) ORDER BY score, d.portal, d.article",
                (query.match, *values, limit, offset),
            ).fetchall()
        return [_hit(row, query) for row in rows]

    def count(self, text: str, filters: Filters = ALL) -> int:
        """How many articles a query finds."""
        where, values = _conditions(filters)
        narrowed = f"AND rowid IN (SELECT id FROM docs WHERE {where})" if where else ""
        with self._explained():
            query = f"SELECT count(*) FROM words WHERE words MATCH ? {narrowed}"
            found: int = self._db.execute(query, (read(text).match, *values)).fetchone()[0]
        return found

    def unknown(self, filters: Filters) -> Iterator[str]:
        """What to say of an author or a section that no article has."""
        for name in ("author", "section"):
            if filters.words(name) is not None:
                with self._explained():
                    rows = self._db.execute(f"SELECT DISTINCT {name} FROM docs").fetchall()
                if (words := filters.unknown(name, (value for (value,) in rows))) is not None:
                    yield words

    def _update(self, shard: Shard) -> int:
        marker = manifest.marker(shard)
        if marker in (self._marker(shard.name), manifest.NOTHING):
            return 0
        changed = 0
        self._db.execute("BEGIN IMMEDIATE")
        try:
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
                    self._take_out(shard.name, article)
                self._put_in(shard.name, digest, fields or json.loads(line))
                changed += 1
            for article in known:
                self._take_out(shard.name, article)
                changed += 1
            self._db.execute("INSERT OR REPLACE INTO shards VALUES (?, ?)", (shard.name, marker))
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        return changed

    def _put_in(self, portal: str, digest: bytes, fields: dict[str, Any]) -> None:
        title, author, section = fields["title"], fields["author"], BETWEEN.join(fields["section"])
        identity = self._db.execute(
            "INSERT INTO docs (portal, article, digest, url, title, author, section, timestamp, status, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                portal, fields["id"], digest, fields["url"], title, author, section, fields["timestamp"],
                fields["status"], zlib.compress(fields["body"].encode()),
            ),
        ).lastrowid  # fmt: skip
        self._words("rowid", (identity,), (title, author or "", section, fields["body"]))

    def _take_out(self, portal: str, article: str) -> None:
        identity, title, author, section, body = self._db.execute(
            "SELECT id, title, author, section, body FROM docs WHERE portal = ? AND article = ?", (portal, article)
        ).fetchone()
        text = (title, author or "", section, zlib.decompress(body).decode())
        self._words("words, rowid", ("delete", identity), text)
        self._db.execute("DELETE FROM docs WHERE id = ?", (identity,))

    def _words(self, names: str, values: tuple[Any, ...], text: tuple[str, ...]) -> None:
        columns = (*map(exact, text), *map(folded, text))
        marks = ", ".join("?" * (len(values) + len(columns)))
        self._db.execute(f"INSERT INTO words ({names}, {_COLUMNS}) VALUES ({marks})", (*values, *columns))

    def _marker(self, portal: str) -> str | None:
        row = self._db.execute("SELECT marker FROM shards WHERE portal = ?", (portal,)).fetchone()
        return row[0] if row else None

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise Unwritable(f"{self.path}: {error}; make room or mend its permissions, and search again") from error
        except (sqlite3.DatabaseError, zlib.error) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> Damaged:
        return Damaged(f"{self.path}: damaged ({error}); remove it, the next search makes it anew")


@contextmanager
def searching(collection: Collection, say: Callable[[str], None] = lambda words: None) -> Iterator[Index]:
    """The index of a collection, brought up to date; as it is where its folder cannot be written to, which is said.

    Raises Unwritable where there is none and none can be made, and Damaged.
    """
    shards = collection.shards()
    if os.access(collection.folder, os.W_OK):
        with Index(collection.folder) as index:
            index.update(shards)
            yield index
        return
    if not (collection.folder / NAME).exists():
        raise Unwritable(f"{collection.folder}: cannot be written to, and has no {NAME} yet: search a copy of it")
    with Index(collection.folder, readonly=True) as index:
        if stale := index.stale(shards):
            say(f"{index.path}: cannot be written to, and is older than {', '.join(stale)}")
        yield index


def forget(shard: Shard) -> None:
    """Remove the index of a portal's collection: something was to be taken out of it for good."""
    for ending in ("", "-wal", "-shm"):
        (shard.folder.parent / f"{NAME}{ending}").unlink(missing_ok=True)


def _conditions(filters: Filters) -> tuple[str, list[str]]:
    """Conditions on `docs`, and their values."""
    found: list[tuple[str, str]] = []
    if filters.since:
        found.append(("timestamp >= ?", filters.since))
    if filters.end:
        found.append(("timestamp < ?", filters.end))
    if filters.status:
        found.append(("status = ?", filters.status))
    for column in ("author", "section"):
        words = filters.words(column)
        if words is not None:
            columns = column if words.accented else f"{column}_folded"
            found.append(("id IN (SELECT rowid FROM words WHERE words MATCH ?)", f'{{{columns}}} : "{words.text}"'))
    where = [condition for condition, _ in found]
    values = [value for _, value in found]
    if filters.portals:
        where.append(f"portal IN ({', '.join('?' * len(filters.portals))})")
        values += filters.portals
    return " AND ".join(where), values


def _hit(row: tuple[Any, ...], query: Query) -> Hit:
    portal, article, url, title, author, section, timestamp, status, body, score = row
    snippet = _snippet(zlib.decompress(body).decode(), query.words)
    path = tuple(section.split(BETWEEN)) if section else ()
    return Hit(portal, article, url, title, author, path, timestamp, status, round(-score, 4), snippet)


def _snippet(body: str, words: Sequence[str]) -> str:
    """The place of the body where most of the words stand together, these in brackets."""
    text = " ".join(body.split())
    places: list[tuple[int, int, int]] = []
    for number, word in enumerate(words):
        way = exact if is_accented(word) else folded
        plain = way(text)
        if len(plain) != len(text):  # rare letters that become two: their places would be wrong
            continue
        pieces = r"\W+".join(map(re.escape, re.findall(r"[^\W_]+", way(word))))
        places += [(match.start(), match.end(), number) for match in re.finditer(rf"\b{pieces}\b", plain)]
    if not places:
        return text[: 2 * _AROUND] + ("…" if len(text) > 2 * _AROUND else "")
    places.sort()
    begin = max(places, key=lambda one: _together(places, one[0]))[0]
    low, high = max(0, begin - _AROUND // 2), min(len(text), begin + 2 * _AROUND)
    low = text.rfind(" ", 0, low) + 1 if low else 0
    high = text.find(" ", high) if text.find(" ", high) > 0 else len(text)
    shown, end = [], low
    for start, stop, _ in places:
        if start >= end and stop <= high:
            shown.append(f"{text[end:start]}[{text[start:stop]}]")
            end = stop
    return ("…" if low else "") + "".join(shown) + text[end:high] + ("…" if high < len(text) else "")


def _together(places: Sequence[tuple[int, int, int]], begin: int) -> tuple[int, int]:
    """How many of the words stand behind a place, and how near to each other (higher: nearer)."""
    ends: dict[int, int] = {}
    for start, stop, number in places:
        if begin <= start < begin + _AROUND:
            ends.setdefault(number, stop)
    return len(ends), -(max(ends.values()) - begin)
