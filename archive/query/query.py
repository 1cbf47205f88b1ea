"""Query: SQL over the records of a collection, on DuckDB.

    articles      the latest version of each article        versions     every version
    images        one row a picture of an article           attachments  one row a document of an article
    captures      every response that is kept, and what was made of it

    with querying(collection) as query:
        for row in query.run("SELECT portal, count(*) FROM articles GROUP BY ALL").rows:
            print(row)
        query.relation("by-month").show()  # a ready question (archive.query.questions)

A query reads these and nothing else. It must be one SELECT; DuckDB is told, before it sees it, to open no file but
those of the tables (`archive.query.cache`), to load no extension, and to let nobody change that. `fold(text)` takes
accents off, đ included (`archive.folding`), so that `fold(title) LIKE '%dat dai%'` finds every spelling.
"""

from __future__ import annotations

import errno
import json
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import Unwritable, UsageError, nearest
from ..formats.tables import Table, columns_of
from ..shard import Shards
from . import cache, questions

if TYPE_CHECKING:
    import duckdb
    import pandas

T = TypeVar("T")
MEMORY = "1GB"

_SPILLED = "20GB"  # what is too large for memory goes to a temporary folder, up to this
_BATCH = 1000
_AGAIN = 0.05  # seconds from one interruption of a statement to the next
_SHOWN = 100  # characters of a line of SQL beside a mistake
_NAMES = "portal, year, id, version, status, url AS article_url, title, timestamp, timestamp_local"
_JSON = '{"exception_'  # what DuckDB's errors begin with, behind their kind
_NO_COLUMN = re.compile(r'does not have a column named "(.+)"')
_VIEWS = {
    "articles": "SELECT * EXCLUDE latest FROM versions WHERE latest",
    "images": f"SELECT {_NAMES}, image.* FROM (SELECT *, unnest(images) AS image FROM articles)",
    "attachments": f"SELECT {_NAMES}, attachment.* FROM (SELECT *, unnest(attachments) AS attachment FROM articles)",
}
TABLES = ("articles", "versions", "images", "attachments", "captures")
_FOLD = "CREATE MACRO fold(text) AS replace(strip_accents(lower(text)), 'đ', 'd')"


@dataclass(frozen=True, slots=True)
class Result:
    """What a query gave: `rows` can be gone through once."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


class Query:
    """The tables of a collection, open. `querying` makes it."""

    def __init__(self, files: dict[Table, list[Path]], scratch: Path, memory: str) -> None:
        import duckdb

        self._result = scratch / "result.parquet"
        self._thread = ThreadPoolExecutor(1, "query")
        # An extension that is not built in would come from the network.
        self._db = duckdb.connect(
            ":memory:",
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_community_extensions": False,
                "temp_directory": str(scratch / "spilled"),
                "max_temp_directory_size": _SPILLED,
            },
        )
        try:
            self._db.execute("SET memory_limit = $memory", {"memory": memory})
        except duckdb.Error as error:
            self._db.close()
            raise UsageError(f"--memory {memory}: write it as 500MB or 2GB") from error
        for statement in (
            "SET TimeZone = 'UTC'",
            "SET python_enable_replacements = false",
            "SET errors_as_json = true",
            _FOLD,
        ):
            self._db.execute(statement)
        for table, paths in files.items():
            self._db.execute(f"CREATE VIEW {table} AS {_source(table, paths)}")
        for name, select in _VIEWS.items():
            self._db.execute(f"CREATE VIEW {name} AS {select}")
        allowed = _listed([*(path for paths in files.values() for path in paths), self._result])
        self._db.execute(f"SET allowed_paths = {allowed}")
        self._db.execute("SET enable_external_access = false")
        self._db.execute("SET lock_configuration = true")

    def __enter__(self) -> Query:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()
        self._db.close()

    def run(self, asked: str) -> Result:
        """`asked`: a SELECT, or the name of a ready question.

        Raises UsageError where the SQL is wrong, with the place, and where it needs too much memory; Unwritable.
        """
        sql = questions.meant(asked)
        with self._explained(sql):
            self._check(sql)
            done = self._interruptible(lambda: self._db.execute(sql))
            columns = _distinct(column[0] for column in done.description or ())
        return Result(columns, self._rows(sql))

    def relation(self, asked: str) -> duckdb.DuckDBPyRelation:
        """The same as DuckDB's relation, while the query is open: `.df()` is a DataFrame where pandas is there."""
        import duckdb

        sql = questions.meant(asked)
        with self._explained(sql):
            self._check(sql)
            try:
                return self._db.sql(sql)
            except (duckdb.BinderException, duckdb.CatalogException):
                self._db.execute(sql)  # fails as well, before it reads anything, and says where
                raise

    def frame(self, asked: str) -> pandas.DataFrame:
        """The same, whole, as a DataFrame; it needs pandas."""
        relation = self.relation(asked)
        with self._explained(questions.meant(asked)):
            return relation.df()

    def parquet(self, asked: str) -> Path:
        """The result as a Parquet file, which is there while the query is open."""
        sql = questions.meant(asked)
        with self._explained(sql):
            self._check(sql)
            into = str(self._result).replace("'", "''")
            options = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
            # What is one SELECT alone is one between brackets.
            copy = f"COPY (\n{_without_end(sql)}\n) TO '{into}' ({options})"
            self._interruptible(lambda: self._db.execute(copy))
        return self._result

    def _rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        while True:
            with self._explained(sql):
                batch = self._interruptible(lambda: self._db.fetchmany(_BATCH))
            if not batch:
                return
            yield from batch

    def _interruptible(self, call: Callable[[], T]) -> T:
        """In a thread beside: DuckDB itself looks for signals only now and then, and has been seen to miss one."""
        answer = self._thread.submit(call)
        try:
            return answer.result()
        except BaseException:
            while not answer.done():
                self._db.interrupt()  # is forgotten where the statement has not yet begun
                wait([answer], _AGAIN)
            raise

    def _check(self, sql: str) -> None:
        import duckdb

        statements = self._db.extract_statements(sql)
        if not statements:
            raise UsageError("query: nothing is asked; as in: query DIR 'SELECT count(*) FROM articles'")
        if len(statements) > 1 or statements[0].type != duckdb.StatementType.SELECT:
            kind = statements[-1].type.name if len(statements) == 1 else f"{len(statements)} statements"
            raise UsageError(f"query: one SELECT is taken, and this is {kind}: a query reads, and changes nothing")

    @contextmanager
    def _explained(self, sql: str) -> Iterator[None]:
        import duckdb

        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise UsageError(
                "query: needs more memory than it may take: ask for fewer rows or columns, or give more with --memory"
            ) from error
        except duckdb.Error as error:
            said = _said(str(error))
            if said.get("errno") == str(errno.ENOSPC):
                what = said["exception_message"]
                raise Unwritable(f"query: {what}; make room there, or name another folder with TMPDIR") from error
            raise UsageError(_explanation(sql, said, lambda: self._columns(sql))) from error

    def _columns(self, sql: str) -> list[str]:
        """What columns there are in the tables that a query names."""
        named = [table for table in TABLES if table in sql.lower()]
        found = "SELECT DISTINCT column_name FROM duckdb_columns() WHERE table_name IN (SELECT unnest($named))"
        return sorted(name for (name,) in self._db.execute(found, {"named": named}).fetchall())


@contextmanager
def querying(
    collection: Shards, say: Callable[[str], None] = lambda words: None, *, memory: str = MEMORY
) -> Iterator[Query]:
    """The tables of a collection, brought up to date. Raises Unwritable, Damaged."""
    with tempfile.TemporaryDirectory(prefix="query-") as scratch:
        files = cache.up_to_date(collection, Path(scratch), say)
        with Query(files, Path(scratch), memory) as query:
            yield query


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Names of columns, each once, as DuckDB has them in Parquet: of several a the second is a_1."""
    given: dict[str, int] = {}  # without regard to case; how often each was asked for after that
    found = []
    for name in names:
        one = name
        while one.lower() in given:
            given[name.lower()] = given.get(name.lower(), 0) + 1
            one = f"{name}_{given[name.lower()]}"
        given[one.lower()] = 0
        found.append(one)
    return tuple(found)


def _source(table: Table, paths: Sequence[Path]) -> str:
    if paths:
        return f"SELECT * FROM read_parquet({_listed(paths)}, hive_partitioning = false)"
    return f"SELECT {columns_of(table)} WHERE false"


def _listed(paths: Sequence[Path]) -> str:
    return "[" + ", ".join("'{}'".format(str(path).replace("'", "''")) for path in paths) + "]"


def _without_end(sql: str) -> str:
    """One statement without the ; behind it."""
    import duckdb

    data = sql.encode()
    for place, kind in duckdb.tokenize(sql):  # places in bytes
        if kind == duckdb.token_type.operator and data[place : place + 1] == b";":
            return data[:place].decode()
    return sql


def _no_column(name: str, there: Sequence[str]) -> str:
    near = get_close_matches(name, there, 1)
    return f"no column {name}; " + (f"did you mean {near[0]}?" if near else "`query DIR --list` names those there are")


def _said(text: str) -> dict[str, Any]:
    """What DuckDB says of an error: JSON, behind words; of one that another thread had, once more within that."""
    _, begins, rest = text.partition(_JSON)
    try:
        found: dict[str, Any] = json.loads(begins + rest)
        message = found["exception_message"]
    except (ValueError, KeyError):
        return {"exception_type": "", "exception_message": text}
    return {**found, **_said(message)} if _JSON in message else found


def _explanation(sql: str, said: dict[str, Any], columns: Callable[[], Sequence[str]]) -> str:
    """What is wrong, where, and what may have been meant."""
    message = said["exception_message"].partition("\n")[0].rstrip("!")
    name, candidates = said.get("name", ""), [one for one in said.get("candidates", "").split(",") if one]
    if said["exception_type"] == "Permission":
        message = f"{message}: a query reads the tables of its collection only ({', '.join(TABLES)})"
    elif said.get("error_subtype") == "MISSING_ENTRY" and said.get("type") == "Table":
        message = f"no table {name}; {nearest(name, TABLES)}"
    elif said.get("error_subtype") == "COLUMN_NOT_FOUND":
        message = _no_column(name, [*candidates, *columns()])
    elif behind := _NO_COLUMN.search(message):  # of a table that is named with it
        message = _no_column(behind[1], columns())
    elif candidates:
        message += f"; did you mean {candidates[0]}?"
    if "position" not in said:
        return f"query: {message}"
    before = sql.encode()[: int(said["position"])].decode(errors="ignore")  # a number of bytes
    number, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    line = sql.split("\n")[number - 1].replace("\t", " ")
    start = max(0, column - _SHOWN // 2)
    width = sum(not unicodedata.combining(character) for character in line[start : column - 1])
    return f"query: line {number}, column {column}: {message}\n    {line[start : start + _SHOWN]}\n    {' ' * width}^"
