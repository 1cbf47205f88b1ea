"""Compare: what two archives of one portal hold, apart from when and where it was fetched."""

from __future__ import annotations

import gzip
import json
import subprocess
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from conftest import run_verb
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from archive import Article, Collection, Provenance
from archive.shard import Shard
from archive.warc import records

ASIDE = "/robots.txt"  # each run asks for it anew

Captures = Counter[tuple[str, str]]  # (URL, payload digest) of whole answers


@dataclass
class Held:
    """What an archive holds."""

    urls: dict[str, tuple[str, str | None]] = field(default_factory=dict)  # state and reason
    captures: Captures = field(default_factory=Counter)
    records: dict[str, Article] = field(default_factory=dict)


@dataclass
class Differences:
    """Between one that was killed and one that was not; each list in words."""

    urls: list[str]
    lost: list[str]
    doubled: list[str]
    records: list[str]

    def __bool__(self) -> bool:
        return bool(self.urls or self.lost or self.doubled or self.records)


def held(shard: Shard) -> Held:
    found = Held()
    with shard.reading() as ledger:
        found.urls = {row.key: (row.state, row.reason) for row in ledger.urls()}
    for path in shard.warcs():
        for record in records(path):
            whole = record.type in ("response", "revisit") and not record.get("WARC-Truncated")
            if whole and not (record.url or "").endswith(ASIDE):
                found.captures[record.url or "", record.get("WARC-Payload-Digest") or ""] += 1
    found.records = {article.id: _timeless(article) for article in shard.articles()}
    return found


def differences(killed: Held, whole: Held) -> Differences:
    urls = [
        f"{key}: {killed.urls.get(key)}, not {whole.urls.get(key)}"
        for key in sorted(killed.urls.keys() | whole.urls.keys())
        if killed.urls.get(key) != whole.urls.get(key)
    ]
    lost = [f"{url} {digest}" for url, digest in (whole.captures - killed.captures)]
    doubled = [f"{url} {digest}" for url, digest in (killed.captures - whole.captures)]
    other = [
        f"{identity}: {killed.records.get(identity)}, not {whole.records.get(identity)}"
        for identity in sorted(killed.records.keys() | whole.records.keys())
        if killed.records.get(identity) != whole.records.get(identity)
    ]
    return Differences(urls, lost, doubled, other)


def _timeless(article: Article) -> Article:
    """A record without what differs between two runs: when and where its bytes were kept.

    Nor with the definition's digest: it names some of the pages that taught it, and with several workers the order in
    which pages come differs, be the run killed or not.
    """
    update = {
        "provenance": Provenance(),
        "first_seen": None,
        "last_seen": None,
        "images": tuple(image.model_copy(update={"record_id": None}) for image in article.images),
        "attachments": tuple(one.model_copy(update={"record_id": None}) for one in article.attachments),
        "extraction": article.extraction.model_copy(update={"portal_sha256": None}),
    }
    return article.model_copy(update=update)


def invalid(shard: Shard) -> list[str]:
    """WARC files that gzip, warcio or FastWARC find something wrong with."""
    found = []
    for path in shard.warcs():
        if subprocess.run(["gzip", "-t", path], capture_output=True, check=False).returncode:
            found.append(f"{path}: gzip -t")
        with path.open("rb") as file:
            reader = ArchiveIterator(file, check_digests=True)
            for record in reader:
                record.content_stream().read()
                if record.digest_checker.passed is False:
                    found.append(f"{path}: warcio: {record.digest_checker.problems}")
        for one in FastIterator(path.open("rb"), parse_http=False):
            if one.headers.get("WARC-Block-Digest") and not one.verify_block_digest():
                found.append(f"{path}: FastWARC: block digest of {one.record_id}")
    found += [f"{path}: left open" for path in shard.warc_folder.glob("*.open")]
    return found


def checked(*arguments: str | Path) -> list[str]:
    """What `verify` finds."""
    done = run_verb("verify", *arguments, expect=None, timeout=600)
    return [] if done.returncode == 0 else [done.stdout[-2000:] + done.stderr[-500:]]


def packed(path: Path) -> dict[str, Counter[str]]:
    """What a WACZ holds, by part: without moments and places, and without what each run asks for anew."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        return {
            "folders": Counter({name.partition("/")[0]: 1 for name in names}),
            "index": Counter(_index(archive, names)),
            "pages": Counter(_pages(archive)),
            "definition": Counter(_definition(archive)),
        }


def _index(archive: zipfile.ZipFile, names: list[str]) -> Iterator[str]:
    (name,) = (name for name in names if name in ("indexes/index.cdx", "indexes/index.cdx.gz"))
    data = archive.read(name)
    if name.endswith(".gz"):
        data = gzip.decompress(data)
    for line in data.decode().splitlines():
        key, _, fields = line.split(" ", 2)
        entry = json.loads(fields)
        if not entry["url"].endswith(ASIDE):
            yield " ".join((key, entry["url"], entry.get("status", "-"), entry["digest"]))


def _pages(archive: zipfile.ZipFile) -> Iterator[str]:
    for line in archive.read("pages/pages.jsonl").decode().splitlines():
        page = json.loads(line)
        if not page.get("url", "").endswith(ASIDE):
            yield json.dumps({name: value for name, value in page.items() if name != "ts"}, sort_keys=True)


def _definition(archive: zipfile.ZipFile) -> Iterator[str]:
    for table, values in tomllib.loads(archive.read("portal/portal.toml").decode()).items():
        for key, value in values.items():
            if (table, key) not in (("learned", "shown"), ("learned", "confidence")):  # as in records
                yield f"{table}.{key} = {value}"


def shard_of(into: Path, name: str) -> Shard:
    return Collection(into).shard(name)
