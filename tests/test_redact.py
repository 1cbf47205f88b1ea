"""Redaction: what the law wants gone is gone from every file, an entry says so, and all checks still pass."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from conftest import Done, records
from fastwarc import ArchiveIterator  # type: ignore[attr-defined]
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from archive import Collection
from archive.fixity import manifest
from archive.fixity.redaction import redact_file
from archive.record import Article
from archive.run import pending_redaction
from archive.shard import Shard
from archive.warc import WarcWriter
from archive.warc import records as warc_records
from archive.warc.exchange import Exchange
from archive.warc.told import Redacted, walk
from portal_crawler.demo import serve
from portal_crawler.upkeep.redact import redact_shard

Run = Callable[..., Done]

REASON = "Quyết định 12/QĐ-TA, rút theo yêu cầu"


@pytest.fixture(scope="session")
def crawled(crawled_once: Path) -> Path:
    return crawled_once


def everything(folder: Path) -> bytes:
    """All bytes of a folder's files, unpacked."""
    found = bytearray()
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".gz":
            found += gzip.decompress(path.read_bytes())
        elif path.is_file():
            found += path.read_bytes()
    return bytes(found)


def alone(shard: Shard) -> list[Article]:
    """The articles with one address, whose bytes no other one gave."""
    with shard.reading() as ledger:
        digests = Counter(kept.payload_sha256 for kept in ledger.captures.all())
    return [one for one in shard.articles() if not one.aliases and digests[one.provenance.payload_sha256] == 1]


def test_nothing_of_the_article_is_left_and_all_checks_pass(archive: Path, shard: Shard, portal_crawler: Run) -> None:
    before = {one.id: one for one in shard.articles()}
    article = max(alone(shard), key=lambda one: len(one.body))
    line = max(article.body.split("\n\n")[1:], key=len)
    assert line.encode() in everything(shard.folder)
    done = portal_crawler("redact", archive, article.url, "--reason", REASON)
    assert "1 capture of 1 address taken out of 1 WARC file" in done.stderr
    assert line.encode() not in everything(shard.folder)
    portal_crawler("verify", archive)
    after = {one.id: one for one in records(portal_crawler("dump", archive))}
    assert after.keys() == before.keys() - {article.id}
    assert all(one.provenance == before[identity].provenance for identity, one in after.items()), "offsets hold"


def test_an_entry_says_what_was_taken_out_when_and_why(archive: Path, shard: Shard, portal_crawler: Run) -> None:
    article = alone(shard)[0]
    portal_crawler("redact", archive, article.url, "--reason", REASON)
    told = portal_crawler("history", archive, article.url, expect=2).stderr
    assert told.startswith(f"portal-crawler: {article.url}: was taken out of demo on legal demand (20")
    assert told.endswith(f": {REASON}\n")
    (entry,) = [item for item in walk(shard.warcs()[0]) if isinstance(item, Redacted)]
    assert (entry.url, entry.reason) == (article.url, REASON)
    (line,) = map(json.loads, portal_crawler("report", archive, "--state", "redacted").stdout.splitlines())
    assert (line["url"], line["reason"]) == (article.url, REASON)
    last = json.loads(max(manifest.folder_of(shard).glob("*.json")).read_text("utf-8"))
    assert (last["event"], last["reason"]) == ("redact", REASON)
    assert f"warc/{shard.warcs()[0].name}" in last["files"]
    again = portal_crawler("redact", archive, article.url, "--reason", REASON, expect=2)
    assert "is taken out already" in again.stderr


def test_a_later_run_and_a_rebuild_do_not_bring_it_back(tmp_path: Path, portal_crawler: Run) -> None:
    into = tmp_path / "archive"
    with serve() as demo:
        definition = tmp_path / "demo.toml"
        definition.write_text(demo.portal().to_toml(), encoding="utf-8")
        portal_crawler("crawl", definition, "--into", into)
        shard = Collection(into).shard("demo")
        article = alone(shard)[0]
        portal_crawler("redact", into, article.url, "--reason", REASON)
        portal_crawler("crawl", definition, "--into", into, "--refresh", expect=3)  # it expects one article more
        dumped = portal_crawler("dump", into).stdout
        assert article.id not in {one.id for one in shard.articles()}
        portal_crawler("rebuild", into)
        assert portal_crawler("dump", into).stdout == dumped
        portal_crawler("verify", into)


def test_independent_readers_read_the_redacted_file(archive: Path, shard: Shard, portal_crawler: Run) -> None:
    article = alone(shard)[0]
    path = shard.warcs()[0]
    size, places = path.stat().st_size, [record.offset for record in warc_records(path)]
    portal_crawler("redact", archive, article.url, "--reason", REASON)
    assert path.stat().st_size == size
    ours = [(record.type, record.url, record.offset) for record in warc_records(path)]
    assert {offset for *_, offset in ours} <= set(places)
    with path.open("rb") as file:
        warcio = [(one.rec_type, one.rec_headers.get_header("WARC-Target-URI")) for one in WarcioIterator(file)]
    with path.open("rb") as file:
        fast = [(one.headers.get("WARC-Type"), one.headers.get("WARC-Target-URI")) for one in ArchiveIterator(file)]
    assert [(kind, url) for kind, url, _ in ours] == warcio == fast


def test_what_else_may_tell_of_it_is_named(archive: Path, shard: Shard, portal_crawler: Run) -> None:
    article = next(one for one in alone(shard) if one.images)
    done = portal_crawler("redact", archive, article.url, "--reason", REASON)
    assert article.images[0].url in done.stderr
    assert "a page that names it with its title" in done.stderr


def test_a_picture_that_is_taken_out_with_its_article_is_not_called_kept(archive: Path, shard: Shard) -> None:
    article = next(one for one in alone(shard) if one.images and one.images[0].record_id)
    urls = [image.url for image in article.images if image.record_id]
    notes = redact_shard(shard, [article.url, *urls], REASON, copies=True).notes
    assert not [note for note in notes if any(note.endswith(url) for url in urls)]


def test_a_redaction_that_was_killed_is_finished_by_the_next(
    archive: Path, shard: Shard, portal_crawler: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed behind the WARC files, before the ledger is made anew: until it is finished no other run begins."""
    from portal_crawler.upkeep import redact

    first, second = alone(shard)[:2]

    def killed(shard: Shard) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(redact, "rebuild", killed)
    with pytest.raises(KeyboardInterrupt):
        redact.redact_shard(shard, [first.url], REASON)
    assert pending_redaction(shard).exists()
    done = portal_crawler("crawl", shard.definition, "--into", archive, expect=2)
    assert "a redaction was broken off" in done.stderr
    portal_crawler("redact", archive, second.url, "--reason", REASON)
    portal_crawler("verify", archive)
    assert {first.id, second.id}.isdisjoint(one.id for one in shard.articles())


def test_the_same_redaction_again_finishes_one_that_was_killed_and_says_what_it_did(
    shard: Shard, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal_crawler.upkeep import redact

    article = next(one for one in alone(shard) if one.images)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(redact, "_carry_out", Mock(side_effect=KeyboardInterrupt))
        redact.redact_shard(shard, [article.url], REASON)
    done = redact.redact_shard(shard, [article.url], REASON)
    assert article.url in done.urls
    assert any(article.images[0].url in note for note in done.notes)
    assert not pending_redaction(shard).exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["http://huyen.example/khong-co", "--reason", REASON], "nothing of it is kept"),
        (["http://huyen.example/khong-co", "--reason", "  "], "1 to 300 characters"),
    ],
)
def test_a_wrong_demand_is_refused_and_changes_nothing(
    archive: Path, shard: Shard, portal_crawler: Run, arguments: list[str], words: str
) -> None:
    before = everything(shard.warc_folder)
    assert words in portal_crawler("redact", archive, *arguments, expect=2).stderr
    assert everything(shard.warc_folder) == before


@settings(max_examples=40)
@given(
    bodies=st.lists(st.binary(max_size=3000), min_size=1, max_size=5),
    reason=st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60),
    data=st.data(),
)
def test_whatever_is_taken_out_the_rest_stays_byte_for_byte_where_it_was(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes], reason: str, data: Any
) -> None:
    from datetime import UTC, datetime

    folder = tmp_path_factory.mktemp("warc")
    ids = []
    with WarcWriter(folder, "xa", software="test") as writer:
        for number, body in enumerate(bodies):
            exchange = Exchange(f"http://xa.example/{number}", datetime(2025, 6, 1, tzinfo=UTC))
            exchange.sent += b"GET / HTTP/1.1\r\nHost: xa.example\r\n\r\n"
            exchange.received.append(b"HTTP/1.1 200 OK\r\n\r\n" + body)
            ids.append(writer.exchange(exchange).record_id or "")
            exchange.received.close()
    (path,) = folder.glob("*.gz")
    sound = path.read_bytes()
    out = data.draw(st.sets(st.sampled_from(ids), min_size=1))
    assert redact_file(path, out, reason.strip() or "x", "2026-01-01T00:00:00Z") >= 1
    changed = path.read_bytes()
    assert len(changed) == len(sound)
    for record in warc_records(path):
        assert record.length is not None
        if record.get("WARC-Concurrent-To") or record.type in ("warcinfo", "response"):
            place = slice(record.offset, record.offset + record.length)
            assert changed[place] == sound[place]
            assert record.id not in out
