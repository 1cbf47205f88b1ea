"""Tables: records and captures as Parquet, for `dump` and `query`.

Lines of JSON go in, one file comes out, by DuckDB: in the order of the lines, with the same bytes for the same lines
(one thread, row groups of one size, nothing of the moment in it) and in bounded memory: the lines pass through a file
beside the one that is made.

`portal` and `year` (of publication) are columns. A moment is there as the record has it, with its offset (`timestamp`),
as the portal's own clock shows it (`timestamp_local`: what a month is counted by) and as the moment that it is
(`timestamp_at`; null for a date alone, which is none).
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

from ..errors import Damaged, Unwritable, unwritten
from ..record import id_of
from ..release import beside, put
from ..shard import Shard

Table = Literal["versions", "captures"]

_SOURCE = 'warc VARCHAR, "offset" BIGINT, length BIGINT, record_id VARCHAR, captured VARCHAR, payload_sha256 VARCHAR'
_SOURCE += ', original STRUCT(warc VARCHAR, "offset" BIGINT, length BIGINT, record_id VARCHAR, captured VARCHAR)'
_SOURCE += ', "foreign" STRUCT("file" VARCHAR, sha256 VARCHAR)'

# What is in a line, with the names and the order of the record; a test holds them to its schema.
RECORD = {
    "schema": "INTEGER",
    "id": "VARCHAR",
    "url": "VARCHAR",
    "canonical_url": "VARCHAR",
    "aliases": "VARCHAR[]",
    "portal": "VARCHAR",
    "portal_name": "VARCHAR",
    "section": "VARCHAR[]",
    "title": "VARCHAR",
    "timestamp": "VARCHAR",
    "timestamp_raw": "VARCHAR",
    "timestamp_kind": "VARCHAR",
    "modified": "VARCHAR",
    "author": "VARCHAR",
    "source": "VARCHAR",
    "summary": "VARCHAR",
    "body": "VARCHAR",
    "images": "STRUCT(url VARCHAR, caption VARCHAR, alt VARCHAR, sha256 VARCHAR, record_id VARCHAR)[]",
    "attachments": 'STRUCT(url VARCHAR, "name" VARCHAR, media_type VARCHAR, sha256 VARCHAR, record_id VARCHAR)[]',
    "language": "VARCHAR",
    "status": "VARCHAR",
    "version": "INTEGER",
    "first_seen": "VARCHAR",
    "last_seen": "VARCHAR",
    "content_sha256": "VARCHAR",
    "provenance": f"STRUCT({_SOURCE}, parts STRUCT({_SOURCE})[])",
    "extraction": (
        "STRUCT(extractor VARCHAR, family VARCHAR, portal_sha256 VARCHAR, fields MAP(VARCHAR, VARCHAR))"
    ),
}  # fmt: skip
CAPTURE = {
    "portal": "VARCHAR",
    "url": "VARCHAR",
    "kind": "VARCHAR",
    "run": "VARCHAR",
    "date": "VARCHAR",
    "status": "INTEGER",
    "media_type": "VARCHAR",
    "verdict": "VARCHAR",
    "warc": "VARCHAR",
    "offset": "BIGINT",
    "length": "BIGINT",
    "record_id": "VARCHAR",
    "payload_sha256": "VARCHAR",
    "truncated": "VARCHAR",
    "etag": "VARCHAR",
    "modified": "VARCHAR",
}

_GROUP = 20_480  # rows of a row group: it is what is held in memory
_LINE = 8 << 20  # bytes of a line that DuckDB makes room for, twice over; for a longer one as many as it has


def _at(name: str) -> str:
    """The moment that a field names."""
    return f"CASE WHEN length({name}) > 10 THEN try_cast({name} AS TIMESTAMPTZ) END AS {name}_at"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


_LOCAL = "try_cast(left(timestamp, 19) AS TIMESTAMP)"
_MOMENTS = ("timestamp", "modified", "first_seen", "last_seen")
_OTHERS = [name for name in RECORD if name not in ("portal", *_MOMENTS)]
_LINES: dict[Table, dict[str, str]] = {"versions": {**RECORD, "latest": "BOOLEAN"}, "captures": CAPTURE}
_SEEN = ", ".join(f"{name}, {_at(name)}" for name in _MOMENTS[1:])
_COLUMNS: dict[Table, str] = {
    "versions": (
        f"portal, CASE WHEN timestamp_kind = 'published' THEN year({_LOCAL}) END AS year, {_quoted(_OTHERS)},"
        f" timestamp, {_LOCAL} AS timestamp_local, {_at('timestamp')},"
        f" {_SEEN}, latest"
    ),
    "captures": f"{_quoted(CAPTURE)}, {_at('date')}",
}


def versions(shard: Shard) -> Iterator[tuple[str, bool]]:
    """Every version of every article, as JSON, and whether it is the article's latest."""
    before: tuple[str, str] | None = None
    for line in shard.lines(all_versions=True):
        article = id_of(line) or str(json.loads(line)["id"])
        if before is not None:
            yield before[1], before[0] != article
        before = (article, line)
    if before is not None:
        yield before[1], True


def flagged(line: str, *, latest: bool) -> str:
    """A record's line with that as a field more."""
    return f'{line[:-1]},"latest":{"true" if latest else "false"}}}'


def capture_lines(shard: Shard) -> Iterator[str]:
    """Every capture as a line."""
    with shard.reading() as ledger:
        for values in ledger.history.captures():
            yield json.dumps({"portal": shard.name, **values}, ensure_ascii=False)


def columns_of(table: Table) -> str:
    """The columns of a table that has no file yet, as a SELECT has them: all null."""
    given = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in _LINES[table].items())
    return f"* FROM (SELECT {_COLUMNS[table]} FROM (SELECT {given}))"


def write(path: Path, table: Table, lines: Iterable[str]) -> None:
    """Make a Parquet file of lines, whole or not at all. Raises Unwritable, Damaged."""
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.name}-", dir=beside(path)) as scratch:
            given, made = Path(scratch, "lines"), Path(scratch, "table")
            longest = _LINE
            with given.open("wb") as file:
                for line in lines:
                    longest = max(longest, file.write(line.encode() + b"\n"))
            convert(given, _LINES[table], _COLUMNS[table], made, longest)
            put(made, path)
    except OSError as error:
        raise unwritten(path, error) from error


def convert(lines: Path, types: Mapping[str, str], columns: str, into: Path, longest: int) -> None:
    """Make Parquet of a file of JSON lines that have `types`, none over `longest` bytes. Raises Unwritable, Damaged."""
    import duckdb  # here: it costs what a command that needs no table must not pay

    names = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    source = f"read_json($lines, format='newline_delimited', columns={{{names}}}, maximum_object_size={longest})"
    options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_GROUP}"
    with duckdb.connect(":memory:", config={"threads": 1}) as db:
        db.execute("SET TimeZone = 'UTC'")
        try:
            values = {"lines": str(lines), "into": str(into)}
            db.execute(f"COPY (SELECT {columns} FROM {source}) TO $into ({options})", values)
        except duckdb.IOException as error:
            raise Unwritable(f"{into.parent}: {_first(error)}; make room, and run again") from error
        except duckdb.Error as error:
            raise Damaged(f"a record is damaged ({_first(error)}): run `rebuild` to make the ledger anew") from error


def _first(error: Exception) -> str:
    return str(error).partition("\n")[0]
