"""Engines: what finds articles, ours and others', each asked the same in its own language. For `bench use`.

What each does:

- ours: every word form, all filters, BM25 with the title first, snippets of what is shown
- Tantivy: the same, as its own tokenizers split and fold words (twice, with accents and without); its snippets mark
  accented words alone
- SQLite LIKE and DuckDB on JSON lines: title and body, parts of words too, filters, the first ten that come, neither
  ranked nor with snippets; DuckDB folds accents (`fold` of `query`), LIKE does not, and knows no capital Đ
- FTS5 as it comes (`remove_diacritics 2`): for the table of spellings alone
"""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any, Protocol

import duckdb

from archive.collection import Collection
from archive.filters import Filters
from archive.folding import is_accented
from archive.search import NAME, Index

from .invented import Asked, Both, Term, Tree

FIELDS = ("title", "author", "section", "body")
BOOSTS = {"title": 8.0, "author": 4.0, "section": 2.0, "body": 1.0}  # those of archive.search


class Engine(Protocol):
    """`build` is called once, before all else."""

    name: str
    rounds: int  # how often each question is measured
    asked: int  # how many of the questions

    def build(self) -> None: ...
    def size(self) -> int:
        """Bytes on disk."""

    def first(self, asked: Asked, limit: int = 10) -> list[str]:
        """The addresses of the first hits; what else is shown of them is read as well."""

    def count(self, asked: Asked) -> int: ...
    def close(self) -> None: ...


class Ours:
    name, rounds, asked = "search", 3, 50

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._index = Index(collection.folder)

    def build(self) -> None:
        self._index.update(self._collection.shards())
        self._index.__exit__()  # all of it is in its file then
        self._index = Index(self._collection.folder)

    def size(self) -> int:
        return size_of(self._collection.folder / NAME)

    def first(self, asked: Asked, limit: int = 10) -> list[str]:
        return [hit.url for hit in self._index.search(asked.text, asked.filters, limit=limit)]

    def count(self, asked: Asked) -> int:
        return self._index.count(asked.text, asked.filters)

    def close(self) -> None:
        self._index.__exit__()


class Like:
    name, rounds, asked = "SQLite LIKE", 1, 50

    def __init__(self, lines: Path, path: Path) -> None:
        self._lines, self._path = lines, path
        self._db = sqlite3.connect(path)
        self._db.execute("CREATE TABLE a (portal TEXT, timestamp TEXT, url TEXT, title TEXT, body TEXT)")

    def build(self) -> None:
        with self._lines.open(encoding="utf-8") as file, self._db:
            values = "(:portal, :timestamp, :url, :title, :body)"
            self._db.executemany(f"INSERT INTO a VALUES {values}", map(json.loads, file))

    def size(self) -> int:
        return size_of(self._path)

    def first(self, asked: Asked, limit: int = 10) -> list[str]:
        where, values = _where(asked, self._term)
        rows = self._db.execute(f"SELECT url, title, body FROM a WHERE {where} LIMIT {limit}", values)
        return [url for url, _, _ in rows]

    def count(self, asked: Asked) -> int:
        where, values = _where(asked, self._term)
        found: int = self._db.execute(f"SELECT count(*) FROM a WHERE {where}", values).fetchone()[0]
        return found

    def months(self) -> None:
        self._db.execute("SELECT portal, substr(timestamp, 1, 7), count(*) FROM a GROUP BY 1, 2").fetchall()

    def close(self) -> None:
        self._db.close()

    @staticmethod
    def _term(term: Term) -> tuple[str, list[str]]:
        return "(title LIKE ? OR body LIKE ?)", [f"%{term.text}%"] * 2


class DuckLines:
    """What a researcher would do with a dump."""

    name, rounds, asked = "DuckDB on JSON lines", 1, 8

    def __init__(self, lines: Path) -> None:
        self._lines = lines
        self._db = duckdb.connect(":memory:")
        self._db.execute("CREATE MACRO exact(text) AS lower(nfc_normalize(text))")
        self._db.execute("CREATE MACRO fold(text) AS replace(strip_accents(lower(text)), 'đ', 'd')")

    def build(self) -> None:
        self._db.execute(f"CREATE VIEW a AS FROM read_json('{self._lines}', format='newline_delimited')")

    def size(self) -> int:
        return size_of(self._lines)

    def first(self, asked: Asked, limit: int = 10) -> list[str]:
        where, values = _where(asked, self._term)
        rows = self._db.execute(f"SELECT url, title, body FROM a WHERE {where} LIMIT {limit}", values)
        return [url for url, _, _ in rows.fetchall()]

    def count(self, asked: Asked) -> int:
        where, values = _where(asked, self._term)
        found: int = self._db.execute(f"SELECT count(*) FROM a WHERE {where}", values).fetchall()[0][0]
        return found

    def months(self) -> None:
        query = "SELECT portal, left(timestamp::VARCHAR, 7), count(*) FROM a GROUP BY ALL ORDER BY ALL"
        self._db.execute(query).fetchall()

    def close(self) -> None:
        self._db.close()

    @staticmethod
    def _term(term: Term) -> tuple[str, list[str]]:
        way = "exact" if is_accented(term.text) else "fold"
        either = f"(contains({way}(title), {way}(?)) OR contains({way}(body), {way}(?)))"
        return either, [term.text] * 2


class PlainFts:
    name, rounds, asked = "FTS5, remove_diacritics 2", 0, 0

    def __init__(self, lines: Path) -> None:
        self._lines = lines
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE a USING fts5 (title, url, tokenize='unicode61 remove_diacritics 2')")

    def build(self) -> None:
        with self._lines.open(encoding="utf-8") as file:
            self._db.executemany("INSERT INTO a (title, url) VALUES (:title, :url)", map(json.loads, file))

    def size(self) -> int:
        return 0

    def first(self, asked: Asked, limit: int = 10) -> list[str]:
        query = f"SELECT url FROM a WHERE a MATCH ? ORDER BY rank LIMIT {limit}"
        return [url for (url,) in self._db.execute(query, (f"title : ({_as_fts(asked.tree)})",))]

    def count(self, asked: Asked) -> int:
        return len(self.first(asked, 1000))

    def close(self) -> None:
        self._db.close()


class Tantivy:
    """Raises ImportError where its package is not there."""

    name, rounds, asked = "Tantivy", 3, 50

    def __init__(self, lines: Path, folder: Path) -> None:
        import tantivy

        self._t = tantivy
        self._lines, self._folder = lines, folder
        folder.mkdir()
        schema = tantivy.SchemaBuilder()
        for name in ("portal", "url", "timestamp"):
            schema.add_text_field(name, stored=True, tokenizer_name="raw")
        schema.add_integer_field("day", indexed=True, fast=True)
        for name in FIELDS:
            schema.add_text_field(name, stored=True, tokenizer_name="spelled")
            schema.add_text_field(f"{name}_folded", tokenizer_name="folded")
        self._schema = schema.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        small, fold = tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold()
        self._spelled = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(small).build()
        self._folded = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(small).filter(fold).build()
        self._index.register_tokenizer("spelled", self._spelled)
        self._index.register_tokenizer("folded", self._folded)
        self._searcher: Any = None

    def build(self) -> None:
        writer = self._index.writer(200_000_000, 1)
        with self._lines.open(encoding="utf-8") as file:
            for record in map(json.loads, file):
                document = self._t.Document(
                    **{name: record[name] for name in ("portal", "url", "timestamp") if record[name]}
                )
                if record["timestamp"]:
                    document.add_integer("day", _day(record["timestamp"]))
                for name in FIELDS:
                    value = " › ".join(record[name]) if name == "section" else record[name] or ""
                    document.add_text(name, value)
                    document.add_text(f"{name}_folded", value)
                writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def size(self) -> int:
        return size_of(self._folder)

    def first(self, asked: Asked, limit: int = 10) -> list[str]:
        query = self._query(asked)
        shown = []
        snippets = self._t.SnippetGenerator.create(self._searcher, query, self._schema, "body")
        for _, address in self._searcher.search(query, limit, count=False).hits:
            document = self._searcher.doc(address)
            snippets.snippet_from_doc(document).to_html()
            shown.append(document.get_first("url"))
        return shown

    def count(self, asked: Asked) -> int:
        found: int = self._searcher.search(self._query(asked), 1, count=True).count
        return found

    def close(self) -> None:
        self._searcher = self._index = None

    def _query(self, asked: Asked) -> Any:
        query, filters = self._written(asked.tree), asked.filters
        must = [(self._t.Occur.Must, query)]
        for name in filters.portals:
            portal = self._t.Query.term_query(self._schema, "portal", name)
            must.append((self._t.Occur.Must, self._t.Query.const_score_query(portal, 0.0)))
        if filters.since and filters.until:  # as the questions have them: years
            low, high = int(f"{filters.since}0000"), int(f"{filters.until}9999")
            days = self._t.Query.range_query(self._schema, "day", self._t.FieldType.Integer, low, high)
            must.append((self._t.Occur.Must, self._t.Query.const_score_query(days, 0.0)))
        return self._t.Query.boolean_query(must) if len(must) > 1 else query

    def _written(self, tree: Tree) -> Any:
        occur, query = self._t.Occur, self._t.Query
        if isinstance(tree, Both):
            first = occur.Should if tree.joined == "OR" else occur.Must
            second = occur.MustNot if tree.joined == "NOT" else first
            return query.boolean_query([(first, self._written(tree.one)), (second, self._written(tree.other))])
        accented = is_accented(tree.text)
        words = (self._spelled if accented else self._folded).analyze(tree.text)
        either = []
        for name, boost in BOOSTS.items():
            field = name if accented else f"{name}_folded"
            if tree.begins:
                one = query.regex_query(self._schema, field, f"{re.escape(words[0])}.*")
            elif len(words) == 1:
                one = query.term_query(self._schema, field, words[0])
            else:
                one = query.phrase_query(self._schema, field, words)
            either.append((occur.Should, query.boost_query(one, boost)))
        return query.boolean_query(either)


def _where(asked: Asked, term: Any) -> tuple[str, list[str]]:
    """A question as SQL has it; `term` writes a word."""
    where, values = _condition(asked.tree, term)
    return where + _filtered(asked.filters), [*values, *_values(asked.filters)]


def _condition(tree: Tree, term: Any) -> tuple[str, list[str]]:
    if isinstance(tree, Term):
        found: tuple[str, list[str]] = term(tree)
        return found
    one, values = _condition(tree.one, term)
    other, others = _condition(tree.other, term)
    joined = {"AND": "AND", "OR": "OR", "NOT": "AND NOT"}[tree.joined]
    return f"({one} {joined} {other})", values + others


def _filtered(filters: Filters) -> str:
    """The filters of the questions: a portal, and years."""
    portal = " AND portal = ?" if filters.portals else ""
    return portal + (" AND CAST(timestamp AS VARCHAR) BETWEEN ? AND ?" if filters.since else "")


def _values(filters: Filters) -> list[str]:
    years = [filters.since or "", f"{filters.until}~"] if filters.since else []
    return [*filters.portals, *years]


def _as_fts(tree: Tree) -> str:
    if isinstance(tree, Term):
        return f'"{tree.text}"{"*" if tree.begins else ""}'
    return f"({_as_fts(tree.one)} {tree.joined} {_as_fts(tree.other)})"


def _day(timestamp: str) -> int:
    return int(timestamp[:10].replace("-", ""))


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    files = (one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    return sum(one.stat().st_size for one in files)
