"""Index: every article of a collection, full text, on SQLite's FTS5.

    COLLECTION/search.sqlite      can be thrown away: the next search makes it from the ledgers

Two sets of columns, one with accents and one without (`archive.folding`), both without content of their own; `docs` has
the articles as a reader sees them, the bodies compressed. `Index.update` brings in what has changed since: a portal
whose last manifest is known costs one look at a file.

The nearest first: BM25 over title, author, section and body, a word in the title weighing most. A common word is in
nearly every article, and to rank a hundred thousand takes a quarter of a second. So what is ranked is bounded: of the
articles that a query and its filters find, the newest `RANKED` by day of publication, and the newest `RANKED` of those
that it finds by their title alone. The others come behind them, the newest first, with no score. How rare a word is, is
counted over all articles; of equals the newer comes first. The newest are found without a look at all: `docs.id` is a
place by day (`archive.search.places`).
"""

from __future__ import annotations

import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..errors import Damaged, Unwritable, UsageError
from ..filters import ALL, Filters, filters_of, text_of
from ..fixity import manifest
from ..ledger import database
from ..record import BETWEEN
from ..shard import Shard, Shards
from .indexing import SCHEMA, VERSION, Indexing, facet
from .places import between
from .snippet import snippet
from .words import Query, read

NAME = "search.sqlite"
RANKED = 2000

_WEIGHTS = "8, 4, 2, 1, 8, 4, 2, 1, 0"  # of title, author, section, body: a title says what an article is about
_MERGED = 2000  # pages of the file that are written at a time


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found. In `snippet` what was found is between [ and ]."""

    portal: str
    id: str
    url: str
    title: str
    author: str | None
    section: tuple[str, ...]
    timestamp: str | None
    status: str
    score: float | None  # higher is nearer; None: not ranked, and behind all that are
    snippet: str
    ranked_among: int  # how many of the articles that were found were ranked
    ranked_all: bool  # whether these are all

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Index:
    """The index of a collection. Raises UsageError where there is none to read, Damaged where its file is."""

    def __init__(self, folder: Path, *, readonly: bool = False) -> None:
        self.path = folder / NAME
        self._readonly = readonly
        try:
            if readonly:
                self._db = database.opened(self.path)
            else:
                self._db = sqlite3.connect(self.path, isolation_level=None)
                self._db.execute("PRAGMA busy_timeout = 60000")
                self._db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # of a new file
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
            self._make()
        except sqlite3.OperationalError as error:
            what = f"{self.path}: cannot be opened ({error}); {database.remedy(self.path, error)}"
            raise Unwritable(what) from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _make(self) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            self._db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
        elif version != VERSION:
            raise UsageError(f"{self.path}: made by another version; remove it, the next search makes it anew")

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        if self._readonly:
            database.close(self._db, self.path)
        else:
            self._db.close()

    def update(self, shards: Sequence[Shard]) -> int:
        """Bring in what has changed in these shards; gives how many articles were put in, changed or taken out."""
        with self._explained():
            behind = [shard for shard in shards if self._is_behind(shard)]
            if not behind:
                return 0
            there = self._db.execute("SELECT count(*) FROM docs").fetchone()[0]
            self._set("automerge", 4 if there else 0)  # a new index is merged once, at its end; else as FTS5 has it
            self._set("crisismerge", 16 if there else 500)
            with Indexing(self._db) as indexing:
                for shard in behind:
                    indexing.take(shard)
            if indexing.changed * 5 >= there:
                self._merge()
            return indexing.changed

    def stale(self, shards: Sequence[Shard]) -> list[str]:
        """The portals that have changed since they were indexed."""
        with self._explained():
            return [shard.name for shard in shards if self._is_behind(shard)]

    def search(self, text: str, filters: Filters = ALL, *, limit: int = 10, offset: int = 0) -> list[Hit]:
        """The nearest articles first. Raises UsageError where the query's syntax is wrong, or a number."""
        text_of("text", text)
        filters_of(filters)
        for name, value in (("limit", limit), ("offset", offset)):
            if not isinstance(value, int) or isinstance(value, bool):
                raise UsageError(f"{name}: must be a whole number, not {value!r}")
            if value < 0:
                raise UsageError(f"search: {name} {value} is less than none: give 0 or more")
        query = read(text)
        with self._explained(), self._unchanging():
            newest = self._places(query.match, filters, RANKED + 1)
            whole = len(newest) <= RANKED
            picked = newest if whole else {*newest[:RANKED], *self._places(query.in_title, filters, RANKED)}
            found: list[tuple[int, float | None]] = [*self._ranked(query.match, picked, limit, offset)]
            if len(found) < limit and not whole:
                wanted = max(0, offset - len(picked)) + limit - len(found)
                others = self._places(query.match, filters, len(picked) + wanted)
                rest = [place for place in others if place not in picked][:wanted]
                found += [(place, None) for place in rest[max(0, offset - len(picked)) :]]
            return [self._hit(place, score, query, len(picked), whole) for place, score in found]

    def count(self, text: str, filters: Filters = ALL) -> int:
        """How many articles a query finds: a walk through all of them, which the first of them need not wait for."""
        with self._explained():
            where, values = self._conditions(read(text).match, filters)
            found: int = self._db.execute(f"SELECT count(*) FROM words WHERE {where}", values).fetchone()[0]
        return found

    def unknown(self, filters: Filters) -> Iterator[str]:
        """What to say of an author or a section that no article has."""
        for name in ("author", "section"):
            if filters.words(name) is not None:
                with self._explained():
                    rows = self._db.execute(f"SELECT DISTINCT {name} FROM docs").fetchall()
                if (words := filters.unknown(name, (value for (value,) in rows))) is not None:
                    yield words

    def _places(self, match: str, filters: Filters, most: int) -> list[int]:
        """Where the newest articles are that are found."""
        where, values = self._conditions(match, filters)
        rows = self._db.execute(f"SELECT rowid FROM words WHERE {where} ORDER BY rowid DESC LIMIT ?", (*values, most))
        return [place for (place,) in rows]

    def _ranked(self, match: str, picked: Sequence[int] | set[int], limit: int, offset: int) -> list[tuple[int, float]]:
        """The nearest of the articles at some places; of equals the newer first."""
        if not picked:
            return []
        # The + keeps SQLite from a search for each place: one walk through what is found is many times faster.
        rows = self._db.execute(
            f"SELECT rowid, bm25(words, {_WEIGHTS}) AS score FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"
            " AND +rowid IN (SELECT value FROM json_each(?)) ORDER BY score, rowid DESC LIMIT ? OFFSET ?",
            (match, min(picked), max(picked), json.dumps([*picked]), limit, offset),
        )
        return [(place, -score) for place, score in rows]

    def _hit(self, place: int, score: float | None, query: Query, ranked: int, whole: bool) -> Hit:
        portal, article, url, title, author, section, timestamp, status, body = self._db.execute(
            "SELECT portal, article, url, title, author, section, timestamp, status, body FROM docs WHERE id = ?",
            (place,),
        ).fetchone()
        return Hit(
            portal=portal,
            id=article,
            url=url,
            title=title,
            author=author,
            section=tuple(section.split(BETWEEN)) if section else (),
            timestamp=timestamp,
            status=status,
            score=None if score is None else float(f"{score:.5g}"),
            snippet=snippet(zlib.decompress(body).decode(), query.words),
            ranked_among=ranked,
            ranked_all=whole,
        )

    def _conditions(self, match: str, filters: Filters) -> tuple[str, list[Any]]:
        """Conditions on `words`, and their values: all but a time of day is known from its words and places."""
        for column in ("author", "section"):
            if words := filters.words(column):
                match = f'({match}) AND {{{column} {column}_folded}} : "{words.text}"'
        for facets in self._facets(filters):
            match = f"({match}) AND facets : ({facets})"
        where = "words MATCH ?"
        values: list[Any] = [match]
        if filters.since or filters.until:
            low, high = between(filters)
            where, values = f"{where} AND rowid BETWEEN ? AND ?", [*values, low, high]
        for condition, moment in (("timestamp >= ?", filters.since), ("timestamp < ?", filters.end)):
            if moment and len(moment) > len("2019-01-20") + 1:
                where += f" AND EXISTS (SELECT 1 FROM docs WHERE id = words.rowid AND {condition})"
                values.append(moment)
        return where, values

    def _merge(self) -> None:
        """Make the index one piece, which is read faster, and no larger than it is; bit by bit, to be broken off."""
        pages = -_MERGED  # the first call begins it
        while True:
            before = self._db.total_changes
            self._set("merge", pages)
            if self._db.total_changes - before < 2:
                break
            pages = _MERGED
        free, before = self._free(), 0
        while free and free != before:
            self._db.executescript(f"PRAGMA incremental_vacuum({_MERGED})")  # execute() makes one step: one page
            free, before = self._free(), free

    def _free(self) -> int:
        """Pages of the file that nothing is on."""
        found: int = self._db.execute("PRAGMA freelist_count").fetchone()[0]
        return found

    def _set(self, name: str, value: int) -> None:
        self._db.execute("INSERT INTO words (words, rank) VALUES (?, ?)", (name, value))

    def _is_behind(self, shard: Shard) -> bool:
        row = self._db.execute("SELECT marker FROM shards WHERE portal = ?", (shard.name,)).fetchone()
        return manifest.marker(shard) not in (row and row[0], manifest.NOTHING)

    def _facets(self, filters: Filters) -> Iterator[str]:
        """What stands in `facets` of the articles of some portals, and of some status."""
        if filters.portals:
            numbers = dict(self._db.execute("SELECT portal, number FROM shards").fetchall())
            yield " OR ".join(f'"{facet("p", numbers.get(portal, 0))}"' for portal in filters.portals)
        if filters.status:
            yield f'"{facet("s", filters.status)}"'

    @contextmanager
    def _unchanging(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever others write meanwhile."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            if self._db.in_transaction:
                self._db.execute("COMMIT")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise Unwritable(f"{self.path}: {error}; {database.remedy(self.path, error)}, and search again") from error
        except (sqlite3.DatabaseError, zlib.error) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> Damaged:
        return Damaged(f"{self.path}: damaged ({error}); remove it, the next search makes it anew")


@contextmanager
def searching(collection: Shards, say: Callable[[str], None] = lambda words: None) -> Iterator[Index]:
    """The index of a collection, brought up to date; as it is where that cannot be, which is said.

    Raises Unwritable where there is none and none can be made, and Damaged.
    """
    shards = []
    for shard in collection.shards():
        if (why := shard.sealed()) is None:
            shards.append(shard)
        else:
            say(f"{why}; its articles are searched as they were indexed")
    path = collection.folder / NAME
    there = path.exists()
    if os.access(collection.folder, os.W_OK):
        try:
            with Index(collection.folder) as index:
                index.update(shards)
        except Unwritable as error:  # as on a full disk
            if not there:
                path.unlink(missing_ok=True)
                raise
            say(f"{error}")
    elif not there:
        raise Unwritable(f"{collection.folder}: cannot be written to, and has no {NAME} yet: search a copy of it")
    with Index(collection.folder, readonly=True) as index:
        if stale := index.stale(shards):
            say(f"{index.path}: cannot be written to, and is older than {', '.join(stale)}")
        yield index


def forget(shard: Shard) -> None:
    """Remove the index of a portal's collection: something was to be taken out of it for good."""
    for ending in ("", "-wal", "-shm"):
        (shard.folder.parent / f"{NAME}{ending}").unlink(missing_ok=True)
