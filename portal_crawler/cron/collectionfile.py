"""Collection file: what `run` is to keep, and how often, read from TOML. Every key is documented by its field here.

    [collection]                     into, contact, every, at, parallel, log, metrics ...
    [budget]                         of one call of `run`: time, requests
    [[portal]]                       one each: url, name or file; what is its own

Paths are from the file's own folder on.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from archive.errors import UsageError
from archive.shard import Shard

from ..portal import Portal
from ..portal.tables import Contact, Table, Zone
from ..portal.target import resolve_target
from ..portal.toml import parsed, validated
from .timetable import Timetable, seconds_of, time_of


def _span(value: str) -> str:
    seconds_of(value)
    return value


def _time(value: str) -> str:
    time_of(value)
    return value


Span = Annotated[str, AfterValidator(_span)]
Time = Annotated[str, AfterValidator(_time)]


class Whole(Table):
    """[collection]"""

    into: str = Field("archive", min_length=1, description="the collection's folder; made where it is not there")
    contact: Contact | None = Field(None, description="mail address or page of whoever crawls")
    every: Span = Field("1d", description="from the beginning of a portal's run to the next: 90m, 6h, 1d, 2w")
    at: tuple[Time, ...] = Field((), description='times of the day at which runs may begin, such as ["02:00"]')
    timezone: Zone = Field("+07:00", description="of `at`")
    retry: Span = Field("3h", description="a portal that did not answer is tried again after so long")
    parallel: int = Field(16, ge=1, le=1000, description="portals that are crawled side by side")
    search: bool = Field(True, description="bring the search index up to date when portals were crawled")
    log: str | None = Field(None, description="a file for JSON lines of what was done")
    log_bytes: int = Field(10 << 20, ge=1024, description="a log that is longer is put aside, five of them are kept")
    metrics: str | None = Field(None, pattern=r"\.prom$", description="a textfile for Prometheus' node exporter")


class Budget(Table):
    """[budget]: of one call of `run`; what is left goes on at the next."""

    time: Span | None = Field(None, description="no more is asked for after so long: 5h")
    requests: int | None = Field(None, ge=1, description="no more than so many, of all portals together")


class Entry(Table):
    """[[portal]]: one of url, name and file; the rest is as in [collection], and as the options of `crawl`."""

    url: str | None = Field(None, description="the front page")
    name: str | None = Field(None, description="of a portal that ships with the package, or is in the collection")
    file: str | None = Field(None, description="a definition, TOML")
    every: Span | None = None
    at: tuple[Time, ...] | None = None
    retry: Span | None = None
    limit: int | None = Field(None, ge=1, description="pages of one run")
    delay: float | None = Field(None, ge=0, le=3600, description="seconds between requests to one host")
    workers: int | None = Field(None, ge=1, le=16, description="requests to one host at the same time")

    @model_validator(mode="after")
    def _one(self) -> Entry:
        if sum(one is not None for one in (self.url, self.name, self.file)) != 1:
            raise ValueError("must have one of url, name and file")
        return self


class Tables(Table):
    """The file, whole."""

    collection: Whole = Whole()
    budget: Budget = Budget()
    portal: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A portal of the file: its folder in the collection, and when it is due."""

    name: str
    entry: Entry
    timetable: Timetable
    number: int  # in the file, from 1


@dataclass(frozen=True, slots=True)
class CollectionFile:
    """What a file says, paths made whole."""

    path: Path
    tables: Tables
    portals: tuple[Wanted, ...]
    other_log: Path | None = None

    @classmethod
    def load(cls, path: Path, log: Path | None = None) -> CollectionFile:
        """`log`: in place of its own. Raises UsageError naming the file, the key, the value and what is allowed."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            near = get_close_matches(path.name, (one.name for one in path.parent.glob("*.toml")), 1)
            do = f"did you mean {path.with_name(near[0])}?" if near else f"`init URL --into {path}` writes one"
            raise UsageError(f"{path}: cannot be read: {error.strerror}; {do}") from None
        except UnicodeDecodeError as error:
            raise UsageError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start})") from None
        path = path.absolute()
        tables = validated(Tables, parsed(text, str(path)), str(path))
        if not tables.portal:
            raise UsageError(f'{path}: names no portal; write [[portal]], and url = "https://..." below it')
        into = path.parent / tables.collection.into
        if into.exists() and not into.is_dir():
            raise UsageError(f"{path}: [collection] into = {tables.collection.into!r}: is a file; name a folder")
        names: dict[str, int] = {}
        wanted = []
        for number, entry in enumerate(tables.portal, 1):
            name = _name(entry, path, number)
            if name in names:
                raise UsageError(f"{path}: [[portal]] {number}: is the same as number {names[name]}: {name}")
            names[name] = number
            wanted.append(Wanted(name, entry, _timetable(entry, tables.collection), number))
        return cls(path, tables, tuple(wanted), log.absolute() if log is not None else None)

    @property
    def into(self) -> Path:
        return self.path.parent / self.tables.collection.into

    @property
    def log(self) -> Path | None:
        name = self.tables.collection.log
        if self.other_log is not None:
            return self.other_log
        return self.path.parent / name if name else None

    @property
    def metrics(self) -> Path | None:
        name = self.tables.collection.metrics
        return self.path.parent / name if name else None

    def shard(self, wanted: Wanted) -> Shard:
        return Shard(self.into / wanted.name)

    def definition(self, wanted: Wanted) -> Portal:
        """The definition to crawl a portal with. Raises UsageError."""
        entry = wanted.entry
        if entry.file is not None:
            return resolve_target(str(self.path.parent / entry.file), self.into)
        return resolve_target(entry.url or entry.name or "", self.into)

    def wrong(self, wanted: Wanted) -> str | None:
        """Why a portal cannot be crawled; None where it can."""
        try:
            self.definition(wanted)
        except UsageError as error:
            return str(error).removeprefix(f"{wanted.name}: ")
        return None


def _name(entry: Entry, path: Path, number: int) -> str:
    """The folder of a portal, without more of its definition being read than its name: there may be hundreds."""
    where = f"{path}: [[portal]] {number}"
    try:
        if entry.url is not None:
            return Portal.of_url(entry.url).portal.name
        if entry.name is not None:
            return entry.name
        return _name_in(path.parent / (entry.file or ""))
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _name_in(path: Path) -> str:
    try:
        found: Any = tomllib.loads(path.read_text("utf-8")).get("portal", {}).get("name")
    except (OSError, ValueError, AttributeError):
        found = None
    return found if isinstance(found, str) else Portal.load(path).portal.name  # which says what is wrong


def _timetable(entry: Entry, whole: Whole) -> Timetable:
    """`at` alone is once at each of these times: `every` of the whole holds where it is given beside it."""
    at = whole.at if entry.at is None else entry.at
    every = entry.every or (whole.every if "every" in whole.model_fields_set or not at else None)
    return Timetable(seconds_of(every) if every else 0.0, at, whole.timezone, seconds_of(entry.retry or whole.retry))
