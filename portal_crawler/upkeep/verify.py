"""Verify a shard: its bytes, its ledger, and every record derived anew from the bytes that it points at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from archive.errors import ArchiveError, UsageError
from archive.fixity import manifest
from archive.fixity.signing import PublicKey
from archive.fixity.verify import Fixity, check_index, check_ledger, check_records, check_reports, check_warcs
from archive.ledger.rows import Kept
from archive.lock import undisturbed
from archive.record import Article, Attachment, Image, article_id
from archive.shard import Shard
from archive.watching import Watching, unwatched

from ..derive.parts import joined
from ..extract import NotArticle, extract
from ..portal import Portal
from ..wording import counted

# What `derive` adds to an extracted record: not to be had from one capture.
_ADDED = ("aliases", "status", "version", "first_seen", "last_seen")


def _hush(line: dict[str, Any]) -> None:
    """Whoever verifies does not ask for each file."""


@dataclass(slots=True)
class Verified:
    """What was checked, and what is wrong: one line each."""

    findings: list[str] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    warc_records: int = 0
    captures: int = 0
    articles: int = 0
    manifests: int = 0
    signed: int = 0  # manifests with a signature that holds
    unchecked: int = 0  # manifests with one, without a key to check it with
    left_open: dict[str, int] = field(default_factory=dict)  # files of a run that was broken off, not read: their sizes
    notes: list[str] = field(default_factory=list)  # what is worth knowing, and nothing wrong

    def as_json(self) -> dict[str, Any]:
        """The counts, and all that is wrong."""
        return {
            "warc_files": self.files,
            "bytes": self.bytes,
            "left_open": self.left_open,
            "warc_records": self.warc_records,
            "captures": self.captures,
            "article_versions": self.articles,
            "manifests": self.manifests,
            "signed": self.signed,
            "notes": self.notes,
            "findings": self.findings,
        }

    def words(self) -> str:
        waiting = f"{len(self.left_open)} left open and not read ({sum(self.left_open.values()):,} bytes), "
        signed = f"{self.unchecked} signed, not checked" if self.unchecked else f"{self.signed} signed"
        checked = (
            f"{counted(self.files, 'WARC file')} ({self.bytes:,} bytes), {waiting if self.left_open else ''}"
            f"{counted(self.warc_records, 'WARC record')}, "
            f"{counted(self.captures, 'capture')}, {counted(self.articles, 'article version')}, "
            f"{counted(self.manifests, 'manifest')} ({signed})"
        )
        return f"{checked}: " + (counted(len(self.findings), "finding") if self.findings else "all as it was written")


def verify_shard(
    shard: Shard,
    *,
    key: PublicKey | None = None,
    tell: Callable[[dict[str, Any]], None] = _hush,
    watching: Watching = unwatched,
) -> Verified:
    """Check all of a shard, changing nothing. Raises Locked while a run writes to it.

    `key`: with which every manifest must be signed. `tell` is told of each file and each record what was checked.
    """
    with undisturbed(shard) as unlocked:
        fixity = check_warcs(shard, watching)
        result = Verified(list(fixity.findings), fixity.files, fixity.bytes, fixity.records, len(fixity.responses))
        chain = manifest.read(shard, key=key)
        result.manifests, result.signed, result.unchecked = chain.count, len(chain.signed), chain.unchecked
        result.notes += chain.notes
        checks = (
            chain.findings,
            _check_definition(shard),
            check_ledger(shard, fixity),
            check_index(shard, fixity),
            check_records(shard),
            check_reports(shard),
            _check_articles(shard, fixity, result, tell, watching),
        )
        for check in checks:
            try:
                result.findings += check
            except ArchiveError as error:  # what is too damaged to be looked at further
                result.findings.append(str(error))
        fixity.index.close()
        named = {finding.partition(":")[0] for finding in result.findings}  # more exactly than by a manifest
        hashed = {name: read.entry for name, read in fixity.read.items()}
        for name, what in manifest.compare(shard, chain, hashed):
            if name not in named:
                result.findings.append(f"{name}: {what}")
        result.findings = list(dict.fromkeys(result.findings))
        if unlocked is not None:
            result.notes.append(unlocked)
        result.left_open = fixity.left_open
        if chain.broken:
            result.findings += manifest.unnamed(shard, chain)
        elif not fixity.left_open:  # that run's end will name all
            result.notes += manifest.unnamed(shard, chain)
        for line in _files(shard, fixity, chain, result.findings):
            tell(line)
    return result


def _files(shard: Shard, fixity: Fixity, chain: manifest.Chain, findings: list[str]) -> Iterator[dict[str, Any]]:
    """For each file what was checked of it, and what is wrong with it."""
    names = {name for name, _ in manifest.files_in(shard)} | chain.files.keys()
    for name in sorted(names):
        read, said = fixity.read.get(name), chain.said_by.get(name)
        yield {
            "file": name,
            "bytes": read.entry.bytes if read else chain.files[name].bytes if said else None,
            "sha256": read.entry.sha256 if read else chain.files[name].sha256 if said else None,
            "manifest": said,
            "signed_by": chain.signed.get(said or ""),
            "warc_records": read.records if read else None,
            "digests": read.digests if read else None,
            "findings": [finding for finding in findings if finding.startswith(f"{name}:")],
        }


def _check_definition(shard: Shard) -> Iterator[str]:
    try:
        Portal.of(shard)
    except UsageError as error:
        yield str(error)


def _check_articles(
    shard: Shard, fixity: Fixity, result: Verified, tell: Callable[[dict[str, Any]], None], watching: Watching
) -> Iterator[str]:
    """Whether extract gives each version of each article again from the archived bytes."""
    definitions = {}
    for digest, text in fixity.definitions.items():
        try:
            definitions[digest] = Portal.parse(text, f"archived portal.toml {digest[:8]}")
        except UsageError as error:
            yield str(error)
    with shard.reading() as ledger:
        places = {kept.record_id: kept for kept in ledger.captures.all()}
        number = ledger.versions.size()
    watch = watching("records derived anew")
    unread: Counter[str] = Counter()  # by the definition that made them, which could not be read
    for article in shard.versions():
        result.articles += 1
        watch(result.articles, number)
        if not (shard.folder / (article.provenance.warc or "")).is_file():  # it is named as missing already
            continue
        made_with = article.extraction.portal_sha256 or ""
        if made_with not in definitions and fixity.unread:
            unread[made_with] += 1
            continue
        found = list(_check_article(shard, article, definitions, places))
        place = article.provenance
        tell(
            {
                "record": article.id,
                "version": article.version,
                "url": article.url,
                "warc": place.warc,
                "offset": place.offset,
                "derived_with": article.extraction.portal_sha256,
                "findings": found,
            }
        )
        yield from found
    for digest, versions in unread.items():
        what = counted(versions, "article version")
        yield f"{what} not derived anew: the definition {digest} may be in one of the damaged places"


def _check_article(
    shard: Shard, article: Article, definitions: dict[str, Portal], places: dict[str, Kept]
) -> Iterator[str]:
    name = f"record {article.id} version {article.version} ({article.url})"
    place = article.provenance
    kept = places.get(place.record_id or "")
    portal = definitions.get(article.extraction.portal_sha256 or "")
    if kept is None or (kept.warc, kept.offset, kept.length) != (place.warc, place.offset, place.length):
        yield f"{name}: points at {place.warc} offset {place.offset}, where no capture of it is"
        return
    if portal is None:
        yield f"{name}: the definition {article.extraction.portal_sha256} that made it is not in the archive"
        return
    try:
        found = extract(shard.capture(kept), portal)
        others = [places[part.record_id or ""] for part in place.parts if part.record_id in places]
        parts = [extract(shard.capture(other), portal, part=True) for other in others]
    except ArchiveError as error:
        yield f"{name}: {error}"
        return
    if isinstance(found, NotArticle):
        yield f"{name}: its bytes give no article now ({found.reason})"
        return
    found = joined(found, [part for part in parts if isinstance(part, Article)])
    yield from _check_files(article, name, places)
    bare = {"sha256": None, "record_id": None}
    images = tuple(image.model_copy(update=bare) for image in article.images)
    attachments = tuple(file.model_copy(update=bare) for file in article.attachments)
    if article.id in {article_id(article.portal, address) for address in article.aliases}:
        found = found.model_copy(update={"id": article.id})  # it has moved, and kept its name
    added = {key: getattr(article, key) for key in _ADDED}
    expected = article.model_copy(update={"images": images, "attachments": attachments})
    for key in type(article).model_fields:
        if getattr(expected, key) != getattr(found.model_copy(update=added), key):
            yield f"{name}: {key} is not what its bytes give"


def _check_files(article: Article, name: str, places: dict[str, Kept]) -> Iterator[str]:
    """Whether the pictures and documents of a record are in the captures that it names, with the digests it gives.

    That these captures hold what they say is `check_ledger`'s.
    """
    files: list[Image | Attachment] = [*article.images, *article.attachments]
    for file in files:
        if file.sha256 is None and file.record_id is None:
            continue
        kept = places.get(file.record_id or "")
        if kept is None:
            yield f"{name}: {file.url}: points at capture {file.record_id}, which the ledger does not have"
        elif kept.payload_sha256 != file.sha256:
            yield f"{name}: {file.url}: its digest is not that of the capture {file.record_id}"
