"""Verify a shard: its bytes, its ledger, and every record derived anew from the bytes that it points at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.collection import Shard
from archive.errors import ArchiveError, UsageError
from archive.record import Article, article_id
from archive.rows import Kept
from archive.run import locked
from archive.verify import Fixity, check_ledger, check_records, check_reports, check_warcs

from .extract import extract
from .parts import joined
from .portal import Portal
from .refusal import NotArticle
from .summary import counted

# What `derive` adds to an extracted record: not to be had from one capture.
_ADDED = ("aliases", "status", "version", "first_seen", "last_seen")


@dataclass(slots=True)
class Verified:
    """What was checked, and what is wrong: one line each."""

    findings: list[str] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    warc_records: int = 0
    captures: int = 0
    articles: int = 0

    def words(self) -> str:
        checked = (
            f"{counted(self.files, 'WARC file')} ({self.bytes:,} bytes), {counted(self.warc_records, 'WARC record')}, "
            f"{counted(self.captures, 'capture')}, {counted(self.articles, 'article version')}"
        )
        return f"{checked}: " + (counted(len(self.findings), "finding") if self.findings else "all as it was written")


def verify_shard(shard: Shard) -> Verified:
    """Check all of a shard, changing nothing. Raises Locked while a run writes to it."""
    with locked(shard):
        fixity = check_warcs(shard)
        result = Verified(list(fixity.findings), fixity.files, fixity.bytes, fixity.records, len(fixity.responses))
        checks = (
            _check_definition(shard),
            check_ledger(shard, fixity),
            check_records(shard),
            check_reports(shard),
            _check_articles(shard, fixity, result),
        )
        for check in checks:
            try:
                result.findings += check
            except ArchiveError as error:  # what is too damaged to be looked at further
                result.findings.append(str(error))
    result.findings = list(dict.fromkeys(result.findings))
    return result


def _check_definition(shard: Shard) -> Iterator[str]:
    try:
        Portal.load(shard.definition)
    except UsageError as error:
        yield str(error)


def _check_articles(shard: Shard, fixity: Fixity, result: Verified) -> Iterator[str]:
    """Whether extract gives each version of each article again from the archived bytes."""
    definitions = {}
    for digest, text in fixity.definitions.items():
        try:
            definitions[digest] = Portal.parse(text, f"archived portal.toml {digest[:8]}")
        except UsageError as error:
            yield str(error)
    with shard.reading() as ledger:
        places = {kept.record_id: kept for kept in ledger.captures()}
    for article in shard.articles(all_versions=True):
        result.articles += 1
        if (shard.folder / (article.provenance.warc or "")).is_file():  # else it is named as missing already
            yield from _check_article(shard, article, definitions, places)


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
    images = [image.model_copy(update={"sha256": None}) for image in article.images]
    if article.id in {article_id(article.portal, address) for address in article.aliases}:
        found = found.model_copy(update={"id": article.id})  # it has moved, and kept its name
    added = {key: getattr(article, key) for key in _ADDED}
    expected = article.model_copy(update={"images": tuple(images)})
    for key in type(article).model_fields:
        if getattr(expected, key) != getattr(found.model_copy(update=added), key):
            yield f"{name}: {key} is not what its bytes give"
