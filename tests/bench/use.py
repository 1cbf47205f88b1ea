"""Use: search, SQL and dumps on 100,000 synthetic articles, beside DuckDB on JSON lines, SQLite's LIKE and Tantivy.

The articles are put straight into the ledgers of 50 portals: invented sentences of common syllables, seen as often as
words are. The engines get the same texts, warm, one after the other, but do not do equal work: only ours filters, reads
OR, NOT and beginnings, and makes snippets; LIKE does not rank. Tantivy is measured where its package is installed.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb
from spelling import CASES, TITLES

from archive import manifest
from archive.collection import Collection
from archive.dump import dump
from archive.filters import ALL, Filters
from archive.folding import folded
from archive.ledger import Ledger
from archive.query import querying
from archive.questions import sql
from archive.record import Article, Extraction, Provenance, article_id
from archive.search import NAME, Index

ARTICLES, PORTALS = 100_000, 50
HEADS = ["use", "build articles/s", "size MB", "first 10 hits, median ms", "90 % below", "by month s"]

RUN = "20260101000000"

_ROUNDS = 7
_ONSETS = "b c ch d đ g h k kh l m n ng nh ph qu r s t th tr v x"
_RHYMES = (
    "a à á ả ã ạ an án ạn ang áng ai ải ao ảo ăn ắn ăng âu ấu ân ấn ất ập e è é ẹ em én ê ề ế ể ệ ên ết ện êu i ì í ỉ ị"
    " in ính ịch iên iến iện iệt o ó ỏ ọ ong óng oan oán ô ồ ố ổ ộ ông ống ội ơ ờ ớ ở ợ ơn ơi u ú ủ ụ ung úc ư ừ ứ ử ự"
    " ưng ước ượng ương ười ưu uy ủy uyên uyết"
)


@dataclass(slots=True)
class Side:
    """One engine, and what it needed."""

    name: str
    seconds: float | None = None  # to build
    size: int = 0  # bytes
    hits: list[float] = field(default_factory=list)  # seconds of each query, the median of its rounds
    months: float | None = None

    def row(self, articles: int) -> list[str]:
        build = f"{articles / self.seconds:,.0f}" if self.seconds else ""
        median = f"{statistics.median(self.hits) * 1000:.1f}" if self.hits else ""
        most = f"{statistics.quantiles(self.hits, n=10)[-1] * 1000:.0f}" if self.hits else ""
        months = f"{self.months:.3f}" if self.months is not None else ""
        return [self.name, build, f"{self.size / 1e6:.0f}", median, most, months]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query: as our search takes it, and the words that every engine can look for."""

    text: str
    words: tuple[str, ...]
    filters: Filters = ALL


def measure(_rounds: int = 1, articles: int = ARTICLES) -> tuple[list[str], list[list[str]]]:
    """The words over the table, and its rows."""
    with tempfile.TemporaryDirectory(prefix="use-") as scratch:
        folder = Path(scratch, "kept")
        words = made(folder, articles, PORTALS)
        collection = Collection(folder)
        asked = questions(words)
        lines = Path(scratch, "articles.jsonl")
        seconds = timed(lambda: dump(collection, "jsonl", lines))
        sides = [
            _search(collection, asked),
            _tables(collection),
            Side("dump to JSON lines", seconds, lines.stat().st_size),
            _duckdb(lines, asked),
            _like(lines, Path(scratch, "like.sqlite"), asked),
        ]
        if (tantivy := _tantivy(lines, Path(scratch, "tantivy"), asked)) is not None:
            sides.append(tantivy)
        told = [
            f"{articles:,} articles of {PORTALS} portals, {lines.stat().st_size / articles / 1000:.1f} KB each as JSON;"
            f" {len(asked)} mixed queries, of ours and Tantivy each the median of {_ROUNDS} rounds (aim 50 ms),"
            " of LIKE one, of DuckDB on JSON lines one of the first 16; only ours makes snippets and keeps to"
            " filters, OR, NOT and beginnings; counts by portal and month (aim 0.2 s)",
            *_dumps(folder, Path(scratch)),
            *accents(Path(scratch, "accents")),
        ]
        return told, [side.row(articles) for side in sides]


def made(folder: Path, articles: int, portals: int) -> list[str]:
    """A collection, as far as records go; gives its words, the most frequent first."""
    chance = random.Random(6)
    words = [onset + rhyme for onset in _ONSETS.split() for rhyme in _RHYMES.split()]
    chance.shuffle(words)
    weights = list(accumulate(1 / (place + 3) for place in range(len(words))))
    sentences = [
        " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(6, 28))).capitalize() + "."
        for _ in range(20_000)
    ]
    names = [" ".join(chance.choices(words, k=3)).title() for _ in range(800)]
    sections = [(" ".join(chance.choices(words, k=3)).capitalize(),) for _ in range(40)]
    for portal in range(portals):
        name = f"huyen-{portal:02d}"
        shard = folder / name
        shard.mkdir(parents=True)
        (shard / "portal.toml").write_text(f'[portal]\nname = "{name}"\nurl = "http://{name}.example/"\n')
        ledger = Ledger(shard / "ledger.sqlite")
        with ledger.transaction():
            for number in range(portal, articles, portals):
                ledger.versions.save(_article(name, number, chance, sentences, names, sections), RUN)
        ledger.close()
        manifest.add(Collection(folder).shard(name), "crawl", run=RUN, made="2026-01-01T00:00:00Z", software="bench")
    return words


def _article(
    portal: str,
    number: int,
    chance: random.Random,
    sentences: Sequence[str],
    names: Sequence[str],
    sections: Sequence[tuple[str, ...]],
) -> Article:
    url = f"http://{portal}.example/tin/bai-{number}.html"
    day = datetime(2012, 1, 1, 8) + timedelta(minutes=chance.randrange(13 * 365 * 24 * 60))
    return Article.model_construct(
        id=article_id(portal, url),
        url=url,
        canonical_url=url,
        portal=portal,
        section=chance.choice(sections),
        title=chance.choice(sentences)[:90],
        timestamp=f"{day.isoformat()}+07:00",
        timestamp_raw=f"{day:%d/%m/%Y %H:%M}",
        timestamp_kind="published",
        author=chance.choice(names) if number % 5 else None,
        body="\n\n".join(" ".join(chance.choices(sentences, k=4)) for _ in range(4)),
        language="vi",
        first_seen="2026-01-01T00:00:00Z",
        last_seen="2026-01-01T00:00:00Z",
        content_sha256="0" * 64,
        provenance=Provenance(),
        extraction=Extraction(extractor="bench"),
    )


def questions(words: Sequence[str], number: int = 50) -> list[Asked]:
    """Common and rare words, with accents and without, phrases, beginnings, OR, NOT, filters."""
    chance = random.Random(7)
    found = []
    for place in range(number):
        one, two = words[chance.randrange(60)], words[chance.randrange(20, 1500)]
        way = folded if place % 3 == 0 else str
        one, two = way(one), way(two)
        shapes: list[Asked] = [
            Asked(two, (two,)),
            Asked(f"{one} {two}", (one, two)),
            Asked(f'"{one} {two}"', (f"{one} {two}",)),
            Asked(f"{two}*", (two,)),
            Asked(f"{one} OR {two}", (one,)),
            Asked(f"{two} NOT {one}", (two,)),
            Asked(two, (two,), Filters(portals=(f"huyen-{place % PORTALS:02d}",))),
            Asked(f"{one} {two}", (one, two), Filters(since="2016", until="2019")),
        ]
        found.append(shapes[place % len(shapes)])
    return found


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _rounds(ask: Callable[[Asked], Any], asked: Sequence[Asked], rounds: int = _ROUNDS) -> list[float]:
    for one in asked:
        ask(one)
    return [statistics.median(timed(lambda: ask(one)) for _ in range(rounds)) for one in asked]  # noqa: B023


def _size(path: Path) -> int:
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file()) if path.is_dir() else path.stat().st_size


def _search(collection: Collection, asked: Sequence[Asked]) -> Side:
    with Index(collection.folder) as index:
        seconds = timed(lambda: index.update(collection.shards()))
        hits = _rounds(lambda one: index.search(one.text, one.filters, limit=10), asked)
    return Side("search (FTS5)", seconds, (collection.folder / NAME).stat().st_size, hits)


def _tables(collection: Collection) -> Side:
    def count() -> None:
        with querying(collection) as query:
            list(query.run(sql("by-month")).rows)

    seconds = timed(count)
    months = statistics.median(timed(count) for _ in range(_ROUNDS))
    return Side("query (DuckDB on Parquet)", seconds, _size(collection.folder / "tables"), months=months)


def _duckdb(lines: Path, asked: Sequence[Asked]) -> Side:
    side = Side("DuckDB on JSON lines", None, lines.stat().st_size)
    with duckdb.connect(":memory:") as db:
        db.execute(f"CREATE VIEW a AS FROM read_json('{lines}', format='newline_delimited')")
        count = "SELECT portal, left(timestamp::VARCHAR, 7), count(*) FROM a GROUP BY ALL ORDER BY ALL"
        side.months = statistics.median(timed(lambda: db.execute(count).fetchall()) for _ in range(3))

        def ask(one: Asked) -> None:
            where = " AND ".join("(title ILIKE ? OR body ILIKE ?)" for _ in one.words)
            values = [f"%{word}%" for word in one.words for _ in range(2)]
            db.execute(f"SELECT url, title FROM a WHERE {where} LIMIT 10", values).fetchall()

        side.hits = _rounds(ask, asked[:16], 1)
    return side


def _like(lines: Path, path: Path, asked: Sequence[Asked]) -> Side:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE a (portal TEXT, timestamp TEXT, url TEXT, title TEXT, body TEXT)")

    def build() -> None:
        with lines.open(encoding="utf-8") as file, db:
            db.executemany("INSERT INTO a VALUES (:portal, :timestamp, :url, :title, :body)", map(json.loads, file))

    side = Side("SQLite LIKE", timed(build), path.stat().st_size)
    count = "SELECT portal, substr(timestamp, 1, 7), count(*) FROM a GROUP BY 1, 2"
    side.months = statistics.median(timed(lambda: db.execute(count).fetchall()) for _ in range(3))

    def ask(one: Asked) -> None:
        where = " AND ".join("(title LIKE ? OR body LIKE ?)" for _ in one.words)
        values = [f"%{word}%" for word in one.words for _ in range(2)]
        db.execute(f"SELECT url, title FROM a WHERE {where} LIMIT 10", values).fetchall()

    side.hits = _rounds(ask, asked, 1)
    db.close()
    return side


def _tantivy(lines: Path, folder: Path, asked: Sequence[Asked]) -> Side | None:
    try:
        import tantivy
    except ImportError:
        return None
    folder.mkdir()
    schema = tantivy.SchemaBuilder()
    names = ("portal", "url", "title", "body")
    for name in names:
        schema.add_text_field(name, stored=True)
    index = tantivy.Index(schema.build(), path=str(folder))

    def build() -> None:
        writer = index.writer(200_000_000, 1)
        with lines.open(encoding="utf-8") as file:
            for record in map(json.loads, file):
                writer.add_document(
                    tantivy.Document(**{name: record[name] for name in ("portal", "url", "title", "body")})
                )
        writer.commit()
        writer.wait_merging_threads()

    side = Side("Tantivy", timed(build))
    index.reload()
    side.size = _size(folder)
    searcher = index.searcher()

    def ask(one: Asked) -> None:
        text = " AND ".join(f'"{word}"' for word in one.words)
        found = searcher.search(index.parse_query(text, ["title", "body"]), 10)
        [searcher.doc(address) for _, address in found.hits]

    side.hits = _rounds(ask, asked)
    return side


def _dumps(folder: Path, scratch: Path) -> list[str]:
    """Seconds and peak memory of each form, in a process of its own."""
    program = (
        "import sys, time; from pathlib import Path; from archive import Collection; from archive.dump import dump\n"
        "started = time.perf_counter(); dump(Collection(Path(sys.argv[1])), sys.argv[2], Path(sys.argv[3]))\n"
        "peak = Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0]\n"
        "print(time.perf_counter() - started, int(peak) / 1024)"
    )
    told = []
    for form in ("jsonl", "csv", "parquet", "schema.org"):
        out = scratch / "out"
        done = subprocess.run(
            [sys.executable, "-c", program, str(folder), form, str(out)], capture_output=True, text=True, check=True
        )
        seconds, peak = map(float, done.stdout.split())
        told.append(f"dump --as {form}: {seconds:.1f} s, {out.stat().st_size / 1e6:.0f} MB, peak {peak:.0f} MB")
        out.unlink()
    return told


def accents(folder: Path) -> list[str]:
    """Of the cases of spelling: how many each engine answers as it should."""
    shard = folder / "xa"
    shard.mkdir(parents=True)
    (shard / "portal.toml").write_text('[portal]\nname = "xa"\nurl = "http://xa.example/"\n')
    ledger = Ledger(shard / "ledger.sqlite")
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE fts USING fts5 (title, name, tokenize='unicode61 remove_diacritics 2')")
    with ledger.transaction():
        for name, title in TITLES.items():
            url = f"http://xa.example/{name}"
            fields: dict[str, Any] = {"id": article_id("xa", url), "url": url, "canonical_url": url, "portal": "xa"}
            ledger.versions.save(
                Article(
                    **fields, title=title, content_sha256="0" * 64, provenance=Provenance(),
                    extraction=Extraction(extractor="bench"),
                ),
                "1",
            )  # fmt: skip
            db.execute("INSERT INTO fts VALUES (?, ?)", (title, name))
    ledger.close()
    plain = [(query, found) for query, found in CASES if not set('"*()') & set(query) and " OR " not in query]
    plain = [(query, found) for query, found in plain if " NOT " not in query]
    right = {"search": 0, "SQLite LIKE": 0, "FTS5, remove_diacritics 2": 0}
    all_right = 0
    with Index(folder) as index:
        index.update(Collection(folder).shards())
        for query, found in CASES:
            hits = {hit.url.rpartition("/")[2] for hit in index.search(query, limit=100)}
            all_right += hits == found
            right["search"] += (query, found) in plain and hits == found
    for query, found in plain:
        words = query.split()
        like = {name for name, title in TITLES.items() if all(word.lower() in title.lower() for word in words)}
        right["SQLite LIKE"] += like == found
        match = " ".join(f'"{word}"' for word in words)
        fts = {name for (name,) in db.execute("SELECT name FROM fts WHERE fts MATCH ?", (f"title: {match}",))}
        right["FTS5, remove_diacritics 2"] += fts == found
    told = ", ".join(f"{name} {number}" for name, number in right.items())
    return [
        f"accents and spellings: search {all_right} of {len(CASES)} right;"
        f" of the {len(plain)} without operators: {told}"
    ]
