"""Story: what became of an article over the years: its versions, when each was captured, when it was gone or back.

`history` tells one article's, `changed` and `vanished` go through all of a collection.
"""

from __future__ import annotations

import difflib
import gzip
import itertools
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from archive.collection import Collection
from archive.errors import Damaged, UsageError
from archive.fixity import manifest
from archive.ledger import Ledger
from archive.ledger.rows import ARTICLE, Visit
from archive.record import Article
from archive.shard import Shard

from ..urls import bare, canonical
from .edits import Edit, edits

_SINCE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")
_NEAR = 3000  # addresses that are compared letter by letter, to name the nearest


@dataclass(frozen=True, slots=True)
class Event:
    """What a run found of an article."""

    date: str  # ISO 8601, UTC
    run: str
    what: str  # found, changed, gone, returned, completed
    version: int


@dataclass(frozen=True, slots=True)
class Step:
    """A version and what is other in it than in the one before."""

    article: Article
    edits: tuple[Edit, ...]
    seen: tuple[Visit, ...]  # the visits that gave it


@dataclass(frozen=True, slots=True)
class Story:
    """One article's."""

    portal: str
    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    missed: tuple[Visit, ...]  # the visits that found it not there, or no article

    @property
    def latest(self) -> Article:
        return self.steps[-1].article

    def as_json(self) -> dict[str, Any]:
        return {
            "portal": self.portal, "id": self.latest.id, "url": self.latest.url, "aliases": list(self.latest.aliases),
            "status": self.latest.status,
            "versions": [
                {
                    "version": step.article.version, "captured": step.article.provenance.captured,
                    "title": step.article.title, "timestamp": step.article.timestamp,
                    "content_sha256": step.article.content_sha256,
                    "edits": [edit.as_json() for edit in step.edits],
                    "captures": [_visit(visit) for visit in step.seen],
                    "provenance": step.article.provenance.model_dump(mode="json"),
                }
                for step in self.steps
            ],
            "events": [
                {"date": one.date, "run": one.run, "what": one.what, "version": one.version} for one in self.events
            ],
            "missed": [_visit(visit) for visit in self.missed],
        }  # fmt: skip

    def words(self) -> Iterator[str]:
        """For a person."""
        latest = self.latest
        yield f"{latest.title}"
        yield f"  {latest.url}"
        for alias in latest.aliases:
            yield f"  also {alias}"
        gone = next((one.date for one in reversed(self.events) if one.what == "gone"), None)
        number = f"{len(self.steps)} version{'s' if len(self.steps) > 1 else ''}"
        since = f" since {_minute(gone)}" if latest.status == "gone" else ""
        yield f"  {self.portal}, {latest.status}{since}, {number}"
        for step in self.steps:
            yield ""
            place = step.article.provenance
            yield f"version {step.article.version}, captured {_minute(place.captured)} ({place.warc}, {place.offset})"
            for edit in step.edits:
                yield f"  {edit.kind}: {edit.words}"
            if len(step.seen) > 1:
                yield f"  seen {len(step.seen)} times, last {_minute(step.seen[-1].date)}"
        if self.missed or len(self.events) > 1:
            yield ""
        told = [(one.date, f"not there (HTTP {one.status}{_verdict(one)})") for one in self.missed]
        told += [(one.date, f"{one.what}, version {one.version} (run {one.run})") for one in self.events]
        for date, words in sorted(told, key=lambda one: one[0]):  # what a visit found comes before what is made of it
            yield f"{_minute(date)}  {words}"


@dataclass(frozen=True, slots=True)
class Changed:
    """A version that an edit made."""

    portal: str
    date: str
    article: Article
    edits: tuple[Edit, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "portal": self.portal, "date": self.date, "id": self.article.id, "url": self.article.url,
            "title": self.article.title, "version": self.article.version,
            "edits": [edit.as_json() for edit in self.edits],
        }  # fmt: skip

    def words(self) -> Iterator[str]:
        yield f"{_minute(self.date)}  {self.portal}  {self.article.title}"
        yield f"  {self.article.url}"
        for edit in self.edits:
            yield f"  {edit.kind}: {edit.words}"


@dataclass(frozen=True, slots=True)
class Vanished:
    """An article that is gone; `how`: what the last visit got in its place."""

    portal: str
    date: str
    article: Article
    how: str

    def as_json(self) -> dict[str, Any]:
        return {
            "portal": self.portal, "date": self.date, "id": self.article.id, "url": self.article.url,
            "title": self.article.title, "timestamp": self.article.timestamp, "last_seen": self.article.last_seen,
            "how": self.how,
        }  # fmt: skip

    def words(self) -> Iterator[str]:
        yield f"{_minute(self.date)}  {self.portal}  {self.article.title}"
        yield f"  {self.article.url}"
        yield f"  gone ({self.how}), last seen {_minute(self.article.last_seen)}"


def story(collection: Collection, url: str, names: Sequence[str] = ()) -> Story:
    """The story of the article at an address, or with that id. Raises UsageError, also where it was redacted."""
    for shard in (shards := collection.shards(names)):
        with shard.reading() as ledger:
            if (identity := _identity(ledger, url)) is not None:
                return _told(shard, ledger, identity)
    raise UsageError(_redacted(shards, url) or _unknown(shards, url))


def changed(shards: Sequence[Shard], since: str | None = None) -> Iterator[Changed]:
    """The edits that were found, portal by portal in order of articles and versions. Raises UsageError for `since`."""
    _check(since)
    for shard in shards:
        versions = shard.versions()
        for _, group in itertools.groupby(versions, key=lambda article: article.id):
            for old, new in itertools.pairwise(group):
                date = new.provenance.captured or ""
                if (since is None or date >= since) and (found := edits(old, new)):
                    yield Changed(shard.name, date, new, tuple(found))


def vanished(shards: Sequence[Shard], since: str | None = None) -> Iterator[Vanished]:
    """The articles that are gone now, and since when."""
    _check(since)
    for shard in shards:
        with shard.reading() as ledger:
            for line in ledger.versions.lines():
                if '"status":"gone"' not in line:
                    continue
                article = shard.article(line)
                if article.status != "gone":
                    continue
                visits = ledger.history.visits_of(canonical(article.url))
                last = next((visit for visit in reversed(visits) if visit.miss or 300 <= visit.status < 400), None)
                date = last.date if last is not None else article.last_seen or ""
                if since is None or date >= since:
                    how = f"HTTP {last.status}{_verdict(last)}" if last is not None else "its address leads elsewhere"
                    yield Vanished(shard.name, date, article, how)


def _identity(ledger: Ledger, url: str) -> str | None:
    """The id of the article that an address leads to: also by another scheme, with or without www or a slash."""
    if re.fullmatch(r"[0-9a-f]{16}", url):
        return url if ledger.versions.latest(url) is not None else None
    for key in _spellings(url):
        for address in (key, ledger.versions.twin_of(key), ledger.versions.leads_to(key)):
            if address is not None and (article := ledger.versions.at(address)) is not None:
                return article.id
    wanted = set(_spellings(url))
    ids = {
        canonical(one): article.id
        for article in _naming(ledger, wanted)
        for one in (article.url, article.canonical_url, *article.aliases)
    }
    return next((ids[key] for key in wanted if key in ids), None)


def _naming(ledger: Ledger, keys: set[str]) -> Iterator[Article]:
    """The records, of all versions, that name one of these addresses."""
    if all(ledger.find(key) is None for key in keys):
        return
    quoted = [json.dumps(key, ensure_ascii=False) for key in keys]
    for line in ledger.versions.lines(all_versions=True):
        if any(one in line for one in quoted):
            yield Article.from_json(line)


def _spellings(url: str) -> list[str]:
    if "://" not in url:
        url = f"http://{url}"
    parts = urlsplit(url)
    host = bare(parts.netloc)
    found = [canonical(url)]
    for scheme in dict.fromkeys((parts.scheme, "http", "https")):
        for netloc in (parts.netloc, host, f"www.{host}"):
            for path in (parts.path, parts.path.rstrip("/"), f"{parts.path.rstrip('/')}/"):
                found.append(canonical(urlunsplit((scheme, netloc, path, parts.query, ""))))
    return list(dict.fromkeys(found))


def _told(shard: Shard, ledger: Ledger, identity: str) -> Story:
    versions = ledger.versions.of(identity)
    addresses = {canonical(one) for article in versions for one in (article.url, *article.aliases)}
    visits = sorted((visit for key in addresses for visit in ledger.history.visits_of(key)), key=lambda one: one.date)
    began = {run: started for run, started, *_ in ledger.runs.all()}
    steps = []
    for number, article in enumerate(versions):
        begin = article.provenance.captured or "" if number else ""  # a later capture may tell more of the first
        end = versions[number + 1].provenance.captured or "" if number + 1 < len(versions) else None
        seen = [one for one in visits if one.date >= begin and (end is None or one.date < end) and _gave(one)]
        found = edits(versions[number - 1], article) if number else []
        steps.append(Step(article, tuple(found), tuple(seen)))
    missed = tuple(visit for visit in visits if visit.miss)
    return Story(shard.name, tuple(steps), tuple(_events(shard, identity, visits, began)), missed)


def _gave(visit: Visit) -> bool:
    """Whether a visit showed the article as it was: a page that gave it, or the word that it is unchanged."""
    return visit.status == 304 or (visit.status == 200 and visit.verdict == ARTICLE)


def _events(shard: Shard, identity: str, visits: Sequence[Visit], began: dict[str, str]) -> Iterator[Event]:
    """What the runs wrote into their records of an article, oldest first."""
    head = f'{{"schema":1,"id":"{identity}"'.encode()
    version, status = 0, ""
    for path in sorted(shard.records_folder.glob("*.jsonl.gz")):
        run = path.name.removesuffix(".jsonl.gz")
        try:
            with gzip.open(path, "rb") as file:
                lines = [line for line in file if line.startswith(head)]
        except (OSError, EOFError, zlib.error) as error:
            raise Damaged(f"{path}: damaged ({error}); `rebuild` makes it anew") from error
        for line in lines:
            article = shard.article(line.decode())
            if article.status == "gone":
                what = "gone"
            elif article.version > version:
                what = "changed" if version else "found"
            else:
                what = "returned" if status == "gone" else "completed"
            dates = [one.date for one in visits if one.run == run and (one.miss or what != "gone")]
            date = dates[-1] if dates else began.get(run) or article.provenance.captured or ""
            if what in ("found", "changed"):
                date = article.provenance.captured or date
            yield Event(date, run, what, article.version)
            version, status = article.version, article.status


def _redacted(shards: Sequence[Shard], url: str) -> str | None:
    """When and why an address was taken out, if it was."""
    for shard in shards:
        with shard.reading() as ledger:
            rows = [row for key in _spellings(url) if (row := ledger.find(key)) is not None]
        for row in rows:
            if row.state == "redacted":
                made = [one["made"] for one in manifest.read(shard).redactions if one["reason"] == row.reason]
                when = f" ({' or '.join(map(_minute, made))})" if made else ""
                return f"{url}: was taken out of {shard.name} on legal demand{when}: {row.reason}"
    return None


def _unknown(shards: Sequence[Shard], url: str) -> str:
    """Names the nearest address that has an article."""
    wanted = canonical(url if "://" in url else f"http://{url}")
    host = bare(urlsplit(wanted).netloc)
    known: list[str] = []
    hosts: set[str] = set()
    for shard in shards:
        with shard.reading() as ledger:
            for row in ledger.urls("archived"):
                hosts.add(there := bare(urlsplit(row.url).netloc))
                if there == host and ledger.versions.at(row.key) is not None:
                    known.append(row.url)
    if not known:
        near = difflib.get_close_matches(host, hosts, 1)
        return f"{url}: no article of {host} is kept" + (f"; did you mean {near[0]}?" if near else "")
    known.sort(key=lambda one: -len(_common(one, wanted)))
    (near_url,) = difflib.get_close_matches(wanted, known[:_NEAR], 1, cutoff=0.0)
    return f"{url}: no article is kept of this address; the nearest is {unquote(near_url)}"


def _common(one: str, other: str) -> str:
    return "".join(a for a, b in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _check(since: str | None) -> None:
    if since is not None and not _SINCE.fullmatch(since):
        try:
            datetime.fromisoformat(since)
        except ValueError:
            raise UsageError(f"--since {since}: must be a date such as 2020, 2020-06 or 2020-06-01") from None


def _visit(visit: Visit) -> dict[str, Any]:
    return {"date": visit.date, "run": visit.run, "status": visit.status, "verdict": visit.verdict}


def _verdict(visit: Visit) -> str:
    return f", {visit.verdict}" if visit.verdict not in (None, ARTICLE) else ""


def _minute(date: str | None) -> str:
    return date[:16].replace("T", " ") if date else "?"
