"""Query: SQL over a small collection with known answers, which touches nothing else, and says where a mistake is."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from conftest import CHECKOUT, Done, command
from hypothesis import given
from hypothesis import strategies as st
from test_search import article, keep

from archive import Collection
from archive.errors import ArchiveError, UsageError
from archive.folding import folded
from archive.ledger import Ledger
from archive.ledger.rows import Kept, Lead
from archive.query import TABLES, Query, querying, questions
from archive.query.cache import FOLDER
from archive.record import Article
from portal_crawler.cli.answers import table

Run = Callable[..., Done]


def dated(portal: str, name: str, timestamp: str | None, **fields: Any) -> Article:
    kind = "published" if timestamp else None
    return article(portal, name, f"Bài {name}", timestamp=timestamp, timestamp_kind=kind, **fields)


A, B = "Nguyễn Văn A", "Trần Thị B"
PICTURES = ({"url": "http://xa.example/1.jpg", "alt": "1"}, {"url": "http://xa.example/2.jpg"})
FILES = ({"url": "http://xa.example/cv.pdf", "name": "CV", "media_type": "application/pdf"},)
EDITED = dated("xa", "sua", "2020-03-01T08:00:00+07:00", author=A, body="Một.", section=("Tin",))
ARTICLES = (  # invented
    dated("xa", "1", "2019-01-01T00:30:00+07:00", author=f"{A}, {B}", section=("Tin", "Đất đai"), images=PICTURES),
    dated("xa", "2", "2019-01-20", author=B, attachments=FILES, body="Có chữ."),
    EDITED,
    EDITED.model_copy(update={"version": 2, "title": "Bài đã sửa", "body": "Hai.", "status": "changed"}),
    dated("xa", "mat", "2020-03-02", status="gone", last_seen="2020-04-01T00:00:00Z"),
    dated("xa", "khong-ngay", None),
    article("xb", "muon", "Đường mới", timestamp="2021-05-05T00:00:00+07:00", timestamp_kind="build"),
    dated("xb", "a", "2021-01-01"),
    dated("xb", "b", "2021-01-20"),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection as it is before anybody has asked."""
    collection = keep(tmp_path_factory.mktemp("query") / "kept", *ARTICLES)
    visit(collection, "xa", "2020-03-20T00:00:00Z")  # 18 days after the last article
    visit(collection, "xb", "2021-06-01T00:00:00Z")  # 132 days after it; the longest pause before was 19
    return collection.folder


@pytest.fixture
def collection(kept: Path, tmp_path: Path) -> Collection:
    return Collection(shutil.copytree(kept, tmp_path / "kept"))


def visit(collection: Collection, portal: str, date: str) -> None:
    """A capture in the ledger."""
    ledger = Ledger(collection.shard(portal).ledger_file)
    url = f"http://{portal}.example/"
    with ledger.transaction():
        row = ledger.add(Lead(url, url, "seed"), depth=0, via=None)
        assert row is not None
        ledger.captures.add(
            row.id, Kept(url, "1", "warc/1.warc.gz", 0, 9, f"urn:{portal}", date, 200, "text/html", None, None)
        )
    ledger.close()


@pytest.fixture(scope="module")
def asked(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The collection that `query` asks."""
    return Collection(shutil.copytree(kept, tmp_path_factory.mktemp("asked") / "kept"))


@pytest.fixture(scope="module")
def query(asked: Collection) -> Iterator[Query]:
    with querying(asked) as opened:
        yield opened


def rows(query: Query, sql: str) -> list[tuple[Any, ...]]:
    return list(query.run(sql).rows)


def test_the_tables_have_what_they_are_named_for(query: Query) -> None:
    counts = {name: rows(query, f"SELECT count(*) FROM {name}")[0][0] for name in TABLES}
    assert counts == {"articles": 8, "versions": 9, "images": 2, "attachments": 1, "captures": 2}
    assert rows(query, "SELECT url, alt FROM images ORDER BY url") == [
        ("http://xa.example/1.jpg", "1"), ("http://xa.example/2.jpg", None),
    ]  # fmt: skip
    assert rows(query, "SELECT name, media_type, article_url FROM attachments") == [
        ("CV", "application/pdf", "http://xa.example/2")
    ]
    assert rows(query, "SELECT portal, kind, status FROM captures ORDER BY 1") == [
        ("xa", "seed", 200),
        ("xb", "seed", 200),
    ]


def test_articles_are_the_latest_versions(query: Query) -> None:
    assert rows(query, "SELECT title, version FROM articles WHERE url LIKE '%sua'") == [("Bài đã sửa", 2)]


ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "by-month": [
        ("xa", "2019-01", 2), ("xa", "2020-03", 2), ("xa", None, 1), ("xb", "2021-01", 2), ("xb", None, 1),
    ],
    "by-author": [
        (A, 2, 1, "2019-01-01", "2020-03-01"), (B, 2, 1, "2019-01-01", "2019-01-20"),
    ],
    "by-section": [
        ("xa", None, 3, "2019-01-20", "2020-03-02"), ("xa", "Tin", 1, "2020-03-01", "2020-03-01"),
        ("xa", "Tin › Đất đai", 1, "2019-01-01", "2019-01-01"), ("xb", None, 3, "2021-01-01", "2021-01-20"),
    ],
    "changed": [("xa", "Bài đã sửa", 2, "title, body", None, "http://xa.example/sua")],
    "vanished": [("xa", "Bài mat", "2020-03-02", "2020-04-01", "http://xa.example/mat")],
    "coverage": [
        ("xa", 5, 80.0, 60.0, 0.0, 40.0, 40.0, 20.0, 20.0), ("xb", 3, 66.7, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", questions.names())
def test_ready_questions_give_the_known_answers(query: Query, name: str) -> None:
    found = rows(query, questions.sql(name))
    if name == "silent":
        assert [(portal, str(last), days, pause) for portal, last, _, days, pause in found] == [
            ("xb", "2021-01-20", 132, 19)
        ]
    else:
        assert found == ANSWERS[name]
    assert len(questions.explained(name)) > 40


def test_a_portal_that_shows_no_day_of_publication_is_not_left_out_as_if_it_went_on(query: Query) -> None:
    undated = "SELECT * EXCLUDE latest REPLACE (if(portal = 'xa', 'build', timestamp_kind) AS timestamp_kind)"
    found = rows(query, f"WITH articles AS ({undated} FROM versions WHERE latest) FROM ({questions.sql('silent')})")
    assert [(portal, last is None, days) for portal, last, _, days, _ in found] == [
        ("xb", False, 132), ("xa", True, None),
    ]  # fmt: skip
    assert "Only dates of publication count" in questions.explained("silent")


FORBIDDEN = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM read_parquet('http://127.0.0.1:9/x.parquet')",
    "SELECT * FROM read_csv('https://127.0.0.1:9/x.csv')",
    "SELECT * FROM read_parquet('s3://bucket/x.parquet')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "FROM '/etc/passwd'",
    "FROM '{folder}/secret.csv'",
    "FROM query('FROM read_csv(''/etc/passwd'')')",
    "SELECT getenv('HOME')",
    "SELECT * FROM enable_logging()",
    "SELECT * FROM collection",
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY articles TO '{folder}/out.parquet'",
    "COPY (SELECT 1) TO '{cached}' (FORMAT parquet, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{cached}' (FORMAT parquet, USE_TMP_FILE false)",
    "PREPARE a AS SELECT 1",
    "SELECT 1) TO '{folder}/out.csv'; --",
    "SELECT 1; COPY (SELECT 1) TO '{folder}/out.csv'",
    "ATTACH '{folder}/other.db'",
    "ATTACH '{folder}/kept/xa/ledger.sqlite' (TYPE sqlite)",
    "EXPORT DATABASE '{folder}/out'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD '{folder}/x.duckdb_extension'",
    "SET enable_external_access = true",
    "SET allowed_paths = ['/etc/passwd']",
    "SET memory_limit = '100GB'",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "CALL pragma_version()",
    "CREATE TABLE a AS SELECT 1",
    "DROP VIEW articles",
    "CREATE SECRET (TYPE s3)",
    "DELETE FROM versions",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_a_query_reads_its_tables_and_nothing_else(query: Query, asked: Collection, sql: str) -> None:
    outside = asked.folder.parent
    (outside / "secret.csv").write_text("a\n1\n")
    cached = next((asked.folder / FOLDER).glob("xa.*.versions.parquet"))
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    for way in (lambda text: list(query.run(text).rows), query.parquet):
        with pytest.raises(UsageError, match=r"^query: "):
            way(sql.format(folder=outside, cached=cached))
    with pytest.raises((UsageError, duckdb.Error)):  # a relation is asked when it is read
        query.relation(sql.format(folder=outside, cached=cached)).fetchall()
    assert {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()} == before
    assert rows(query, "SELECT count(*) FROM articles") == [(8,)]


OUTSIDE = [
    sql
    for sql in FORBIDDEN
    if any(word in sql for word in ("/etc", "{folder}", "://", "INSTALL", "LOAD", "SET ", "RESET"))
]


@pytest.mark.parametrize("sql", OUTSIDE)
def test_duckdb_itself_refuses_what_reaches_out(query: Query, asked: Collection, sql: str) -> None:
    """Also without the look at the statement: two walls."""
    outside = asked.folder.parent
    with pytest.raises(duckdb.Error):
        query._db.execute(sql.format(folder=outside, cached="/etc/x")).fetchall()
    assert not list(outside.glob("out*"))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT titel FROM articles", "line 1, column 8: no column titel; did you mean title?"),
        ("SELECT a.titel\nFROM articles a", "line 1, column 8: no column titel; did you mean title?"),
        ("SELECT x FROM articles", "line 1, column 8: no column x; `query DIR --list` names those there are"),
        ("SELECT 'đất đai',\n  nope\nFROM artcles", "line 3, column 6: no table artcles; did you mean articles?"),
        ("SELECT title\nFORM articles", 'line 2, column 6: syntax error at or near "articles"'),
        (
            "SELECT fodl(title) FROM articles",
            "column 8: Scalar Function with name fodl does not exist; did you mean f",
        ),
        ("SELECT 'a", "line 1, column 8: unterminated string literal"),
        ("SELECT title::INTEGER FROM articles", "Could not convert string"),
        ("", "nothing is asked"),
        ("-- nothing", "nothing is asked"),
        ("SELECT ?", "not provided"),
        ("DELETE FROM articles", "one SELECT is taken, and this is DELETE"),
        ("SELECT 1; SELECT 2", "2 statements"),
    ],
)
def test_a_mistake_is_named_with_its_place(query: Query, sql: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        rows(query, sql)
    assert said in str(error.value)
    if "Could not" not in said:  # a relation is lazy
        with pytest.raises(UsageError) as again:
            query.relation(sql)
        assert said in str(again.value)


def test_a_frame_explains_what_only_reading_shows(query: Query) -> None:
    pytest.importorskip("pandas")
    with pytest.raises(UsageError, match="line 1, column 13: Could not convert string"):
        query.frame("SELECT title::INTEGER FROM articles")


def test_the_caret_stands_under_the_mistake(query: Query) -> None:
    with pytest.raises(UsageError) as error:
        rows(query, "SELECT 'đường',\n  titel FROM articles")
    _, line, caret = str(error.value).split("\n")
    assert line[caret.index("^") :].startswith("titel")
    with pytest.raises(UsageError) as error:
        rows(query, f"SELECT {'1, ' * 2000} titel FROM articles")
    _, line, caret = str(error.value).split("\n")
    assert line[caret.index("^") :].startswith("titel")
    assert len(line) < 150


@given(st.text("aăâđeêioôơuưyAĂÂĐEÊIOÔƠUƯYbc \u0300\u0301\u0303\u0309\u0323", max_size=30))
def test_fold_is_the_fold_of_search(text: str) -> None:
    from archive.query.query import _FOLD

    with duckdb.connect(":memory:") as db:
        db.execute(_FOLD)
        for form in ("NFC", "NFD"):
            spelled = unicodedata.normalize(form, text)
            assert db.execute("SELECT fold($1)", [spelled]).fetchall() == [(folded(spelled),)]


def test_titles_are_compared_without_accents(query: Query) -> None:
    assert rows(query, "SELECT title FROM articles WHERE fold(title) LIKE '%duong moi%'") == [("Đường mới",)]


def test_months_are_counted_by_the_portals_clock_and_moments_are_moments(query: Query) -> None:
    sql = "SELECT year, timestamp_local, timestamp_at FROM articles WHERE url LIKE '%xa.example/1'"
    ((year, local, moment),) = rows(query, sql)
    assert (year, local.isoformat(), moment.isoformat()) == (
        2019, "2019-01-01T00:30:00", "2018-12-31T17:30:00+00:00",
    )  # fmt: skip


def test_the_cache_follows_what_changes_and_is_left_alone_where_nothing_does(collection: Collection) -> None:
    folder = collection.folder / FOLDER

    def state() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}

    with querying(collection):
        first = state()
    assert len(first) == 4
    with querying(collection):
        assert state() == first
    time.sleep(0.01)
    keep(collection.folder, dated("xb", "moi", "2021-07-01"))
    with querying(collection) as query:
        assert rows(query, "SELECT count(*) FROM articles") == [(9,)]
    second = state()
    assert len(second) == 4
    assert {name for name in second if name.startswith("xa.")} == {name for name in first if name.startswith("xa.")}
    assert not {name for name in second if name.startswith("xb.")} & set(first)


def test_the_cache_is_the_same_bytes_each_time(collection: Collection) -> None:
    made = []
    for _ in range(2):
        with querying(collection):
            made.append([path.read_bytes() for path in sorted((collection.folder / FOLDER).iterdir())])
        for path in (collection.folder / FOLDER).iterdir():
            path.unlink()
    assert made[0] == made[1]


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/usr/bin/setpriv").exists(), reason="root writes everywhere")
def test_a_folder_that_cannot_be_written_to_is_asked_all_the_same(collection: Collection, tmp_path: Path) -> None:
    folder = collection.folder
    paths = [folder, *folder.rglob("*")]
    for path in paths:
        path.chmod(stat.S_IRUSR | stat.S_IXUSR | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    said: list[str] = []
    access, os.access = os.access, lambda path, mode: mode != os.W_OK  # root may write whatever the modes say
    try:
        with querying(collection, said.append) as query:
            assert rows(query, "SELECT count(*) FROM articles") == [(8,)]
    finally:
        os.access = access
        for path in paths:
            path.chmod(0o755)
    assert "made for this query alone" in said[0]
    assert not (folder / FOLDER).exists()


def test_an_empty_collection_is_an_empty_answer(tmp_path: Path) -> None:
    folder = tmp_path / "xa"
    folder.mkdir()
    (folder / "portal.toml").write_text('[portal]\nname = "xa"\nurl = "http://xa.example/"\n')
    with querying(Collection(tmp_path)) as query:
        for name in questions.names():
            assert rows(query, questions.sql(name)) == []
        for name in TABLES:
            assert rows(query, f"FROM {name}") == []


def test_too_much_memory_is_told_and_large_results_are_spilled(collection: Collection) -> None:
    with querying(collection, memory="60MB") as query:
        many = "SELECT list(repeat('x', 1000) ORDER BY a) FROM range(1000000) t(a)"
        with pytest.raises(UsageError, match="--memory"):
            rows(query, many)
        assert rows(query, "SELECT count(*) FROM articles") == [(8,)]
    with pytest.raises(UsageError, match="write it as"), querying(collection, memory="much"):
        pass


def test_an_interrupt_ends_a_query(collection: Collection) -> None:
    endless = "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range * b.range) % 7 = 3"
    program = subprocess.Popen(
        command("query", collection.folder, endless),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    threading.Timer(4, program.send_signal, (signal.SIGINT,)).start()
    _, err = program.communicate(timeout=60)
    assert program.returncode == 130
    assert err == "portal-crawler: interrupted\n"


def test_results_as_json_csv_table_and_parquet(collection: Collection, portal_crawler: Run, tmp_path: Path) -> None:
    folder = collection.folder
    sql = (
        "SELECT portal, '=1' AS cell, 1.5 AS number, [1, 2] AS list, 'nan'::DOUBLE AS none, timestamp_local AS day"
        " FROM articles WHERE url LIKE '%xa.example/1'; -- so"
    )
    (line,) = portal_crawler("query", folder, sql).stdout.splitlines()
    expected = {"portal": "xa", "cell": "=1", "number": 1.5, "list": [1, 2], "none": None, "day": "2019-01-01T00:30:00"}
    assert json.loads(line) == expected
    text = portal_crawler("query", folder, sql, "--as", "csv").stdout
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["cell"], row["list"]) == ("'=1", "[1, 2]")
    portal_crawler("query", folder, sql, "-o", tmp_path / "a.parquet")
    found = (
        duckdb.connect().execute("SELECT portal, list FROM read_parquet(?)", [str(tmp_path / "a.parquet")]).fetchall()
    )
    assert found == [("xa", [1, 2])]
    head, rule, *lines = portal_crawler("query", folder, "by-month", "--as", "table").stdout.splitlines()
    assert head.split() == ["portal", "month", "articles"]
    assert set(rule) == {"-", " "}
    assert len(lines) == 5
    assert "did you mean json?" in portal_crawler("query", folder, "by-month", "--as", "jsn", expect=2).stderr


def test_columns_of_one_name_are_told_apart_as_in_parquet(query: Query) -> None:
    sql = "SELECT 1 a, 2 a, 3 A, 4 a_1, 5 a, 6 b"
    result = query.run(sql)
    assert (result.columns, *result.rows) == (("a", "a_1", "A_2", "a_1_1", "a_3", "b"), (1, 2, 3, 4, 5, 6))
    written = duckdb.connect().execute("FROM read_parquet(?)", [str(query.parquet(sql))]).description or ()
    assert result.columns == tuple(column[0] for column in written)


def test_the_list_names_every_question_and_column(collection: Collection, portal_crawler: Run) -> None:
    text = portal_crawler("query", collection.folder, "--list").stdout
    for name in ("by-month", "by-author", "by-section", "changed", "vanished", "coverage", "silent"):
        assert f"\n{name} " in f"\n{text}"
    assert "captures: portal, url, kind" in text
    assert "SELECT" in portal_crawler("query", collection.folder, "silent", "--show").stdout
    assert "did you mean silent?" in portal_crawler("query", collection.folder, "silnt", expect=2).stderr
    portal_crawler("query", collection.folder, expect=2)


def test_a_table_fits_the_terminal_and_obeys_no_page() -> None:
    lines = list(table(("title", "n"), [("Đ" * 200, 1), ("\x1b[31mred\x07", 22), (None, None)], 40))
    assert all(len(line) <= 40 for line in lines)
    assert "…" in lines[2]
    assert "\x1b" not in "".join(lines)
    assert lines[3].endswith("22")


def test_a_damaged_ledger_is_named(collection: Collection) -> None:
    (collection.folder / "xb" / "ledger.sqlite").write_bytes(b"no database" * 500)
    with pytest.raises(ArchiveError, match="rebuild"), querying(collection):
        pass


def test_a_relation_is_a_data_frame_where_pandas_is_there(query: Query) -> None:
    relation = query.relation(questions.sql("by-month"))
    assert relation.columns == ["portal", "month", "articles"]
    pytest.importorskip("pandas")
    assert relation.df()["articles"].sum() == 8


def test_a_collection_is_asked_without_more_than_itself(collection: Collection) -> None:
    assert Collection(str(collection.folder)).folder == collection.folder
    with collection.query() as query:
        assert sum(row[2] for row in query.run("by-month").rows) == 8
        assert query.relation("by-month").columns == ["portal", "month", "articles"]
        with pytest.raises(UsageError, match="did you mean by-month"):
            query.run("by-mont")
    several = [one for one in collection.versions() if one.version > 1]
    for one in several:
        shard = collection.shard(one.portal)
        assert [version.version for version in shard.versions(one.id)] == list(range(1, one.version + 1))
    assert several
    with pytest.raises(UsageError, match="no capture urn:uuid:none"):
        collection.shards()[0].captured("urn:uuid:none")
    with pytest.raises(UsageError, match="its bytes are not kept"):
        collection.shards()[0].captured(None)
