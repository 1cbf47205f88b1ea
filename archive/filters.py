"""Filters: which articles are meant, for `search` (in SQL, over its index) and `dump` (record by record)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from .errors import UsageError, nearest
from .folding import exact, folded, is_accented
from .record import BETWEEN, Article

STATUSES: tuple[str, ...] = get_args(Article.model_fields["status"].annotation)

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d(?::\d\d(?::\d\d)?)?)?)?)?")
_WORD = re.compile(r"[^\W_]+")


def text_of(name: str, value: object) -> str:
    """A text that a program gives. Raises UsageError where it is none."""
    if not isinstance(value, str):
        raise UsageError(f"{name}: must be a text, such as {str(value)!r}, not {value!r} ({type(value).__name__})")
    return value


def names_of(name: str, value: object) -> tuple[str, ...]:
    """Several names. Raises UsageError for one by itself, of which each letter would be a name, and for no names."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise UsageError(f"{name}: must be a list of names, such as [{str(value)!r}], not {value!r}")
    return tuple(text_of(name, one) for one in value)


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stand together in a field; typed with an accent or đ they are meant so."""

    text: str  # as `exact` or `folded` gives them, a blank between
    accented: bool

    def stand_in(self, value: str) -> bool:
        return f" {self.text} " in f" {' '.join(_WORD.findall((exact if self.accented else folded)(value)))} "


@dataclass(frozen=True, slots=True)
class Filters:
    """What is kept. Dates as ISO 8601, or their beginning: `until` 2019 is to the end of that year.

    Raises UsageError for a date, a status, an author or a section that can be none, and for what is no text.
    """

    portals: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    author: str | None = None  # part of the name, accents as in a query
    section: str | None = None
    status: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "portals", names_of("portals", self.portals))
        for name in ("since", "until", "author", "section", "status"):
            if (value := getattr(self, name)) is not None:
                text_of(name, value)
        for name, value in (("since", self.since), ("until", self.until)):
            if value and not _is_date(value):
                raise UsageError(f"--{name}: {value!r} is no date; write 2020, 2020-06 or 2020-06-01")
        if self.since and self.end and self.since > self.end:
            raise UsageError(f"--since {self.since} is behind --until {self.until}: no article can be in between")
        if self.status and self.status not in STATUSES:
            raise UsageError(f"--status: no status {self.status!r}; {nearest(self.status, STATUSES)}")
        self.words("author")
        self.words("section")

    @property
    def end(self) -> str | None:
        """What is before it, as text, is not behind `until`."""
        return f"{self.until}\U0010ffff" if self.until else None

    def words(self, name: str) -> Words | None:
        """What is looked for in the author or the section."""
        value: str | None = getattr(self, name)
        if not value:
            return None
        accented = is_accented(value)
        words = _WORD.findall((exact if accented else folded)(value))
        if not words:
            raise UsageError(f"--{name}: {value!r} has no letter or digit to look for")
        return Words(" ".join(words), accented)

    def unknown(self, name: str, known: Iterable[str]) -> str | None:
        """What to say of an author or section that none of all there are has; None where one has, or there is none."""
        words, there = self.words(name), [one for one in known if one]
        if words is None or not there or any(words.stand_in(one) for one in there):
            return None
        asked: str = getattr(self, name)
        parts = {folded(part): part for one in there for part in (one, *one.split(BETWEEN), *one.split(", "))}
        near = difflib.get_close_matches(folded(asked), parts, 1)
        return f"--{name}: none is called {asked!r}" + (f"; did you mean {parts[near[0]]!r}?" if near else "")

    def __bool__(self) -> bool:
        """Whether anything but portals is asked for."""
        return any((self.since, self.until, self.author, self.section, self.status))

    def keep(self, record: Mapping[str, Any]) -> bool:
        """Whether a record, as JSON has it, is one of them."""
        timestamp = record["timestamp"]
        if self.since and not (timestamp and timestamp >= self.since):
            return False
        if self.end and not (timestamp and timestamp < self.end):
            return False
        if self.status and record["status"] != self.status:
            return False
        for name, value in (("author", record["author"] or ""), ("section", BETWEEN.join(record["section"]))):
            words = self.words(name)
            if words is not None and not words.stand_in(value):
                return False
        return True


ALL = Filters()


def filters_of(value: object) -> Filters:
    """Raises UsageError where something else is given."""
    if not isinstance(value, Filters):
        raise UsageError(f"filters: must be archive.Filters(...), not {value!r} ({type(value).__name__})")
    return value


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(f"{text[:10]}{'-01-01'[len(text[:10]) - 4 :]}" if len(text) < 10 else text[:10])
    except ValueError:
        return False
    return True
