"""Redact: take addresses out of a portal's archive on legal demand. What is left says that, when and why.

The exchanges are taken out of the WARC files (`archive.fixity.redaction`), then everything else is made anew from
these, so that nothing derived keeps what they held; the manifest names the files that were changed, and the reason. A
redaction that was broken off is finished by the next `redact`; until then the portal takes no other run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from archive.clock import stamp, utc
from archive.errors import UsageError
from archive.fixity import manifest
from archive.fixity.redaction import redact_file
from archive.lock import locked
from archive.query import cache
from archive.record import Article
from archive.release import write_text
from archive.run import close_open, pending_redaction
from archive.search import index as search
from archive.shard import Shard
from archive.warc.capture import Capture
from archive.warc.told import Missing, walk

from ..urls import canonical
from ..wording import counted
from .rebuild import SOFTWARE, last_run, rebuild

_SHOWN = 5  # addresses that are named in an error
_REASON = 300  # characters: it has to fit into the place of the smallest exchange


@dataclass(slots=True)
class _Demand:
    """What is to be taken out, as it is noted until it is done."""

    reason: str
    date: str
    urls: list[str]
    ids: list[str]
    files: list[str] = field(default_factory=list)  # in which they lie
    asked: list[str] = field(default_factory=list)  # the keys of the addresses that were named
    notes: list[str] = field(default_factory=list)  # what else may tell of it, as `Redacted` has them

    def done(self) -> Redacted:
        return Redacted(self.urls, len(self.ids), self.files, self.notes)


@dataclass(slots=True)
class Redacted:
    """What was taken out, and what the archive still holds that may tell of it."""

    urls: list[str]
    captures: int
    files: list[str]
    notes: list[str]

    def words(self) -> str:
        what = f"{counted(self.captures, 'capture')} of {counted(len(self.urls), 'address', 'addresses')}"
        return f"{what} taken out of {counted(len(self.files), 'WARC file')}; ledger and records made anew"


def redact_shard(shard: Shard, urls: Sequence[str], reason: str, *, copies: bool = False) -> Redacted:
    """Take out all captures of the addresses, and of the articles that they show, whatever address these have.

    `copies`: also of other addresses that gave the same bytes; without it they are named, and nothing is done.
    Raises UsageError where nothing of an address is kept, Locked, Unwritable and Damaged.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > _REASON:
        raise UsageError(f"--reason: give it in 1 to {_REASON} characters: it stays in the archive in their place")
    with locked(shard):
        close_open(shard)
        note = pending_redaction(shard)
        if note.exists():  # first what was broken off
            broken_off = _Demand(**json.loads(note.read_text("utf-8")))
            _carry_out(shard, broken_off, note)
            urls = [url for url in urls if canonical(url) not in broken_off.asked]
            if not urls:
                return broken_off.done()
        kept = list(_kept(shard))
        articles = [article for article in shard.versions() if _meant(article, urls)]
        keys = {canonical(url) for url in urls}
        for article in articles:
            keys |= {canonical(url) for url in (article.url, article.canonical_url, *article.aliases)}
        parts = {part.record_id for article in articles for part in article.provenance.parts}
        chosen = [one for one in kept if one.key in keys or one.record_id in parts]
        _check(urls, {one.key for one in chosen}, shard)
        digests = {one.digest for one in chosen if one.digest}
        same = [one for one in kept if one.digest in digests and one not in chosen]
        if same and not copies:
            others = sorted({one.url for one in same})
            shown = ", ".join(others[:_SHOWN]) + (", …" if len(others) > _SHOWN else "")
            raise UsageError(f"the same bytes are kept of {len(others)} more: {shown}; with --copies they go as well")
        chosen += same
        demand = _Demand(reason, stamp(utc()), sorted({one.url for one in chosen}), [one.record_id for one in chosen])
        demand.files = sorted({one.file for one in chosen})
        demand.asked = sorted({canonical(url) for url in urls})
        taken = {one.record_id for one in chosen}
        left = {one.key for one in kept if one.record_id not in taken}
        demand.notes = list(_notes(shard, articles, keys, left))
        write_text(note, json.dumps(asdict(demand), ensure_ascii=False))
        _carry_out(shard, demand, note)
        return demand.done()


def _carry_out(shard: Shard, demand: _Demand, note: Path) -> None:
    """From the note to the end; safe to be killed and done again."""
    for name in demand.files:
        redact_file(shard.folder / name, frozenset(demand.ids), demand.reason, demand.date)
    rebuild(shard)
    manifest.add(
        shard,
        "redact",
        run=last_run(shard),
        made=stamp(utc()),
        software=SOFTWARE,
        reason=demand.reason,
        changed=frozenset(demand.files),
    )
    cache.forget(shard)
    search.forget(shard)
    note.unlink()


@dataclass(frozen=True, slots=True)
class _Kept:
    """One capture of the WARC files."""

    file: str
    url: str
    key: str
    record_id: str
    digest: str | None


def _kept(shard: Shard) -> Iterator[_Kept]:
    """Every capture in the WARC files, also those that no ledger has yet."""
    originals = shard.originals(lambda _: None)
    for path in shard.warcs():
        file = f"warc/{path.name}"
        for capture in walk(path, 0, file, originals=originals):
            if isinstance(capture, Missing):
                yield _Kept(file, capture.url, canonical(capture.url), capture.record_id or "", None)
            if not isinstance(capture, Capture):
                continue
            key = capture.asked.key if capture.asked is not None else None
            digest = capture.provenance.payload_sha256 if capture.body else None
            record_id = capture.provenance.record_id or ""
            yield _Kept(file, capture.url, key or canonical(capture.url), record_id, digest)


def _meant(article: Article, urls: Sequence[str]) -> bool:
    wanted = {canonical(url) for url in urls}
    return any(canonical(url) in wanted for url in (article.url, article.canonical_url, *article.aliases))


def _check(urls: Sequence[str], there: set[str], shard: Shard) -> None:
    for url in urls:
        if canonical(url) not in there:
            with shard.reading() as ledger:
                row = ledger.find(canonical(url))
            if row is not None and row.state == "redacted":
                raise UsageError(f"{url}: is taken out already ({row.reason})")
            raise UsageError(f"{url}: nothing of it is kept; `report {shard.folder} --urls` names every address")


def _notes(shard: Shard, articles: Sequence[Article], keys: set[str], left: set[str]) -> Iterator[str]:
    """What else may tell of what was taken out: for a person to judge. `left`: the keys of what is still kept."""
    media = {image.url for article in articles for image in article.images}
    media |= {attachment.url for article in articles for attachment in article.attachments}
    for url in sorted(url for url in media if canonical(url) in left):
        yield f"still kept, of its pictures and documents: {url}"
    with shard.reading() as ledger:
        lists = {hint.url for key in keys if (row := ledger.find(key)) for hint in ledger.hints(row.id)}
    for url in sorted(url for url in lists if canonical(url) in left):
        yield f"still kept, a page that names it with its title: {url}"
    if any(shard.warc_folder.glob("*.torn")):
        yield "still kept, torn ends of files (warc/*.torn): remove them if they may hold it"
    yield "packages and copies that were made before still hold it"
