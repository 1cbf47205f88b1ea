"""Dump: the records of a collection, or those that filters keep, in a form that others read.

One record after the other, portal by portal in the order of their names, within a portal by id and version: the same
collection gives the same bytes.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import Damaged, UsageError, nearest
from ..filters import ALL, Filters
from ..record import BETWEEN
from ..release import form_of, write_plain
from ..shard import Shards
from . import spreadsheet, tables
from .vocabularies import schema_org, zyte

_NAMES: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"schema.org": schema_org, "zyte": zyte}
FORMS = ("jsonl", "csv", "parquet", *_NAMES)


def dump(
    collection: Shards,
    form: str | None,
    output: Path | None,
    filters: Filters = ALL,
    *,
    all_versions: bool = False,
    say: Callable[[str], None] = lambda words: None,
) -> None:
    """Write to a file, there whole or not at all, or to stdout. Raises UsageError, Unwritable, Damaged.

    Without a `form` it is the one that the file's name ends in, else JSON lines.
    `say` is told of a section that no article has, with the nearest, and of what Excel would cut.
    """
    form = form or form_of(output, "jsonl")
    if form not in FORMS:
        raise UsageError(f"--as {form}: no such form; {nearest(form, FORMS)}")
    if filters.section and (words := filters.unknown("section", _sections(collection, filters))) is not None:
        say(words)
    if form == "parquet":
        _parquet(collection, output, filters, all_versions=all_versions)
        return
    found = collection.lines(filters, all_versions=all_versions)
    if form == "jsonl":
        write_plain(found, output)
    elif form == "csv":
        longer: list[str] = []
        write_plain(spreadsheet.lines(map(_read, found), longer), output, end=spreadsheet.END)
        if longer:
            whose = f"{len(longer)} record{'s have' if len(longer) > 1 else ' has'} a cell"
            say(f"{whose} of more than {spreadsheet.CELL:,} characters: the file is whole, Excel cuts it: {longer[0]}")
    else:
        write_plain((json.dumps(_NAMES[form](_read(line)), ensure_ascii=False) for line in found), output)


def _sections(collection: Shards, filters: Filters) -> Iterator[str]:
    for shard in collection.shards(filters.portals):
        with shard.reading() as ledger:
            yield from map(BETWEEN.join, ledger.versions.sections())


def _parquet(collection: Shards, output: Path | None, filters: Filters, *, all_versions: bool) -> None:
    found = _flagged(collection, filters, all_versions=all_versions)
    if output is not None:
        tables.write(output, "versions", found)
        return
    if sys.stdout.isatty():
        raise UsageError("--as parquet: is no text for a terminal; give --output FILE, or redirect stdout")
    with tempfile.TemporaryDirectory(prefix="dump-") as scratch:
        path = Path(scratch, "articles.parquet")
        tables.write(path, "versions", found)
        with path.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _flagged(collection: Shards, filters: Filters, *, all_versions: bool) -> Iterator[str]:
    """The lines that filters keep, with whether they are their article's latest."""
    for shard in collection.shards(filters.portals):
        if not shard.is_new():
            for line, latest in tables.versions(shard):
                if (all_versions or latest) and (not filters or filters.keep(_read(line))):
                    yield tables.flagged(line, latest=latest)


def _read(line: str) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(line)
    except ValueError as error:
        raise Damaged(f"a record is damaged ({line[:60]!r}): run `rebuild` to make its ledger anew") from error
    return record
