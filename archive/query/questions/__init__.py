"""Questions: SQL that is ready, by name; each is a file beside this one that begins with what it answers."""

from __future__ import annotations

import re
from importlib.resources import files

from ...errors import UsageError, nearest
from ...filters import text_of


def is_name(text: str) -> bool:
    """Whether that is meant as the name of one: a single word, which no SQL is."""
    return re.fullmatch(r"[\w-]+", text.strip()) is not None


def names() -> list[str]:
    return sorted(entry.name.removesuffix(".sql") for entry in files(__name__).iterdir() if entry.name.endswith(".sql"))


def sql(name: str) -> str:
    """Raises UsageError where there is no such question, with the nearest."""
    name = name.strip()
    if name not in names():
        raise UsageError(f"query: no question {name}; {nearest(name, names())}")
    return (files(__name__) / f"{name}.sql").read_text("utf-8")


def meant(text: str) -> str:
    """The SQL of a question, where its name is given; else the text. Raises UsageError."""
    return sql(text) if is_name(text_of("asked", text)) else text


def explained(name: str) -> str:
    """What it answers: the comment at its beginning, in one line."""
    lines = sql(name).splitlines()
    end = next(number for number, line in enumerate(lines) if not line.startswith("--"))
    return " ".join(line.removeprefix("--").strip() for line in lines[:end])
