"""Answers: what a query gave, as a table for a terminal, JSON lines, CSV or Parquet."""

from __future__ import annotations

import json
import math
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from typing import Any

from archive.errors import UsageError, nearest
from archive.formats import spreadsheet
from archive.query import TABLES, Query, Result, questions
from archive.release import form_of, whole, write_plain

FORMS = ("table", "json", "csv", "parquet")

_LOOKED_AT = 500  # rows that tell how wide the columns are
_LEAST = 8  # characters of a column, if there is so much in it


def answer(query: Query, sql: str, form: str | None, output: Path | None) -> None:
    """Write the answer to a file, whole or not at all, or to stdout. Raises UsageError, Unwritable.

    Without a `form` it is the one that the file's name ends in, else a table on a terminal and JSON lines elsewhere.
    """
    terminal = output is None and sys.stdout.isatty()
    form = form or form_of(output, "table" if terminal else "json")
    if form not in FORMS:
        raise UsageError(f"--as {form}: no such form; {nearest(form, FORMS)}")
    if form == "parquet":
        if terminal:
            raise UsageError("--as parquet: is no text for a terminal; give --output FILE, or redirect stdout")
        made = query.parquet(sql)
        with made.open("rb") as file:
            if output is None:
                shutil.copyfileobj(file, sys.stdout.buffer)
                sys.stdout.buffer.flush()
                return
            with whole(output) as copy:
                shutil.copyfileobj(file, copy)
        return
    result = query.run(sql)
    if form == "json":
        write_plain((json.dumps(one, ensure_ascii=False) for one in _objects(result)), output)
    elif form == "csv":
        write_plain(_csv(result), output, end=spreadsheet.END)
    else:
        width = shutil.get_terminal_size().columns if terminal else None
        write_plain(table(result.columns, result.rows, width), output)


def print_questions(query: Query) -> None:
    """The ready questions, and what can be asked about."""
    for name in questions.names():
        print(f"{name:<12} {questions.explained(name)}")
    print()
    for name in TABLES:
        columns = query.run(f"SELECT column_name, column_type FROM (DESCRIBE {name})")  # noqa: S608
        print(f"{name}: {', '.join(column for column, _ in columns.rows)}")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], width: int | None = None) -> Iterator[str]:
    """Lines of a table; within `width` where it is given, what is cut off ends in …; numbers stand to the right."""
    remaining = iter(rows)
    first = list(islice(remaining, _LOOKED_AT))
    known = ([row[place] for row in first if row[place] is not None] for place in range(len(columns)))
    right = [bool(values) and all(map(_is_number, values)) for values in known]
    shown = [[_cell(value) for value in row] for row in first]
    widths = [max(map(_wide, column)) for column in zip(columns, *shown, strict=True)]
    if width is not None:
        widths = _fitted(widths, width)
    cells = chain(shown, ([_cell(value) for value in row] for row in remaining))
    yield _line(columns, widths, right)
    yield "  ".join("-" * one for one in widths)
    for row in cells:
        if width is None:  # nothing is cut off; a later row may be wider than those that were looked at
            widths = [max(before, _wide(cell)) for before, cell in zip(widths, row, strict=True)]
        yield _line(row, widths, right)


def _fitted(widths: list[int], width: int) -> list[int]:
    """The widest give way, until all fit or are as narrow as can be."""
    widths = list(widths)
    while sum(widths) + 2 * (len(widths) - 1) > width and max(widths) > _LEAST:
        widest = widths.index(max(widths))
        widths[widest] -= 1
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    pieces = []
    for cell, width, is_right in zip(cells, widths, right, strict=True):
        text = cell if _wide(cell) <= width else cell[: width - 1] + "…"
        blank = " " * (width - _wide(text))
        pieces.append(blank + text if is_right else text + blank)
    return "  ".join(pieces).rstrip()


def _cell(value: Any) -> str:
    """A value in one line, without what a terminal would obey."""
    if value is None:
        return ""
    return unicodedata.normalize("NFC", "".join(one if one.isprintable() else " " for one in _text(value)))


def _text(value: Any) -> str:
    value = _plain(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _wide(text: str) -> int:
    """Places on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _objects(result: Result) -> Iterator[dict[str, Any]]:
    for row in result.rows:
        yield dict(zip(result.columns, map(_plain, row), strict=True))


def _csv(result: Result) -> Iterator[str]:
    yield spreadsheet.BOM + spreadsheet.line(result.columns)
    for row in result.rows:
        plain = map(_plain, row)
        yield spreadsheet.line(
            json.dumps(one, ensure_ascii=False) if isinstance(one, list | dict) else one for one in plain
        )


def _plain(value: Any) -> Any:
    """A value of DuckDB's as JSON has it; what JSON has no number for is null."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return str(value)
