"""Verify, rebuild and extract: what is kept can be checked, made anew, and read from the bytes alone."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Done, but_for_place, records

from archive import Collection
from archive.fixity.verify import check_warcs
from archive.ledger.rows import Row
from archive.shard import Shard
from archive.warc import records as warc_records
from portal_crawler.demo import DemoServer, serve
from portal_crawler.upkeep.verify import verify_shard

Run = Callable[..., Done]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Path:
    """An archive of two visits, with an edit and a removal between them. To be copied before it is damaged."""
    folder = tmp_path_factory.mktemp("crawled")
    with serve() as demo:
        definition = folder / "demo.toml"
        definition.write_text(demo.portal().to_toml(), encoding="utf-8")
        portal_crawler("crawl", definition, "--into", folder / "archive")
        first, second = [entry for entry in demo.articles() if entry.author and entry.blocks][:2]
        demo.edit(first.id, author="Vàng Thị Sửa")
        demo.remove(second.id, "410")
        portal_crawler("crawl", definition, "--into", folder / "archive", "--refresh")
        portal_crawler("crawl", definition, "--into", folder / "archive")
    return folder / "archive"


def states(archive: Path) -> dict[str, tuple[str, str | None]]:
    def of(row: Row) -> tuple[str, str | None]:
        return row.state, row.reason

    with Collection(archive).shard("demo").reading() as ledger:
        return {row.key: of(row) for row in ledger.urls()}


# Verify


def test_a_sound_archive_verifies(archive: Path, portal_crawler: Run) -> None:
    done = portal_crawler("verify", archive)
    assert done.stdout == ""
    assert "all as it was written" in done.stderr


@pytest.mark.parametrize("place", [0.001, 0.2, 0.4, 0.6, 0.8, 0.999])
def test_one_changed_byte_in_a_warc_file_is_found_and_named(archive: Path, portal_crawler: Run, place: float) -> None:
    path = Collection(archive).shard("demo").warcs()[0]
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 0x55
    path.write_bytes(data)
    done = portal_crawler("verify", archive, expect=5)
    assert path.name in done.stdout


@pytest.mark.parametrize("kind", ["warcinfo", "request", "response", "metadata", "resource"])
def test_every_part_of_every_kind_of_record_is_under_guard(archive: Path, kind: str) -> None:
    """Head, block and the trailer of its gzip member; of the member's own head, time stamp and system say nothing."""
    shard = Collection(archive).shard("demo")
    path = shard.warcs()[0]
    sound = path.read_bytes()
    record = next(one for one in warc_records(path) if one.type == kind)
    assert record.length is not None
    last = record.offset + record.length - 1
    for place in (0, 2, 3, 12, 60, record.length // 2, record.length - 8, record.length - 4):
        data = bytearray(sound)
        data[record.offset + place] ^= 0x21
        path.write_bytes(data)
        findings = check_warcs(shard).findings
        assert [finding for finding in findings if path.name in finding], (kind, place)
    path.write_bytes(sound[:last])
    assert check_warcs(shard).findings


def test_behind_damage_verify_goes_on_and_says_exactly_what_it_could_not_read(archive: Path) -> None:
    shard = Collection(archive).shard("demo")
    path = shard.warcs()[0]
    sound = path.read_bytes()
    parts = list(warc_records(path))
    there = check_warcs(shard)
    with shard.reading() as ledger:
        ends = {kept.record_id: kept for kept in ledger.captures.all()}
    referred = Counter(one.refers_to for one in there.revisits)
    pages = [one for one in parts if one.id in ends and one.id not in referred]
    pages[3] = next(one for one in parts if one.id in referred)
    definition = next(one for one in parts if one.type == "resource" and (one.url or "").startswith("urn:"))
    for broken, captures in ((pages[3:4], 1), (pages[5:6] + pages[9:10], 2), ([definition], 0), (parts[:1], 0)):
        data = bytearray(sound)
        for one in broken:
            place = one.offset + ((one.length or 0) // 2 if one is not parts[0] else 0)
            data[place] ^= 0xFF
        path.write_bytes(data)
        fixity = check_warcs(shard)
        assert fixity.records == there.records - len(broken)
        assert fixity.unread == {f"warc/{path.name}": [(one.offset, one.offset + (one.length or 0)) for one in broken]}
        findings = verify_shard(shard).findings
        assert sum(f"warc/{path.name}: damaged at offset" in one for one in findings) == len(broken)
        told = [one for one in findings if f"of {captures} capture" in one and "nothing could be read" in one]
        assert len(told) == (captures > 0)
        assert [one for one in told if one.endswith(f"refer to what was there: {referred[pages[3].id or '']}")] == (
            told if broken == pages[3:4] else []
        )
        assert not [one for one in findings if "is not in the archive" in one or "which the ledger has" in one]
        assert not [one for one in findings if "is not in the ledger" in one or "is missing" in one]
    path.write_bytes(sound)


@pytest.mark.parametrize("seed", range(3))
def test_a_byte_of_the_ledger_that_changed_is_an_answer_never_a_crash(
    archive: Path, portal_crawler: Run, seed: int
) -> None:
    """Not every byte of a database says something: what is found is named, and rebuild mends it."""
    shard = Collection(archive).shard("demo")
    chance = random.Random(seed)
    data = bytearray(shard.ledger_file.read_bytes())
    for _ in range(40):
        data[chance.randrange(100, len(data))] ^= 0x55
    shard.ledger_file.write_bytes(data)
    found = verify_shard(shard).findings
    assert found
    assert all("\n" not in finding for finding in found)
    portal_crawler("rebuild", archive)
    portal_crawler("verify", archive)


def test_a_missing_warc_file_is_named_in_one_line(archive: Path, portal_crawler: Run) -> None:
    path = Collection(archive).shard("demo").warcs()[0]
    path.unlink()
    done = portal_crawler("verify", archive, expect=5)
    assert len([line for line in done.stdout.splitlines() if path.name in line]) == 1


def test_a_missing_folder_of_warc_files_is_named(archive: Path, portal_crawler: Run) -> None:
    shutil.rmtree(archive / "demo" / "warc")
    assert "warc: is missing" in portal_crawler("verify", archive, expect=5).stdout


def test_a_definition_and_a_report_that_are_none_are_named(archive: Path, portal_crawler: Run) -> None:
    shard = Collection(archive).shard("demo")
    shard.definition.write_bytes(shard.definition.read_bytes().replace(b"[portal]", b"[portol]"))
    report = min(shard.reports_folder.iterdir())
    report.write_bytes(report.read_bytes()[:-20])
    lines = portal_crawler("verify", archive, expect=5).stdout.splitlines()
    assert [line for line in lines if "portal.toml: " in line and "[portol]: no such key" in line]
    assert [line for line in lines if line.startswith(f"crawls/{report.name}: not JSON")]


def test_two_warc_files_under_each_others_names_are_found(archive: Path, portal_crawler: Run) -> None:
    first, second = Collection(archive).shard("demo").warcs()[:2]
    aside = first.with_name("aside")
    first.rename(aside)
    second.rename(first)
    aside.rename(second)
    done = portal_crawler("verify", archive, expect=5)
    assert first.name in done.stdout


def test_a_changed_record_is_found(archive: Path, portal_crawler: Run) -> None:
    with sqlite3.connect(archive / "demo" / "ledger.sqlite") as ledger:
        ledger.execute("UPDATE articles SET json = replace(json, 'Vàng Thị Sửa', 'Vàng Thị Khác')")
    ledger.close()
    done = portal_crawler("verify", archive, expect=5)
    assert "author is not what its bytes give" in done.stdout


def test_a_damaged_records_file_is_found(archive: Path, portal_crawler: Run) -> None:
    path = min((archive / "demo" / "records").iterdir())
    path.write_bytes(path.read_bytes()[:-20])
    assert path.name in portal_crawler("verify", archive, expect=5).stdout
    with gzip.open(path, "wt") as file:
        file.write("")
    assert path.name in portal_crawler("verify", archive, expect=5).stdout
    path.unlink()
    assert path.name in portal_crawler("verify", archive, expect=5).stdout


def test_verify_changes_nothing(archive: Path, portal_crawler: Run) -> None:
    def content() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in archive.rglob("*") if path.is_file()}

    before = content()
    portal_crawler("verify", archive)
    assert content() == before


# Rebuild


def test_rebuild_gets_ledger_and_records_back_from_warc_and_toml(archive: Path, portal_crawler: Run) -> None:
    versions = portal_crawler("dump", archive, "--all-versions").stdout
    addresses = states(archive)
    files = {path.name: gzip.decompress(path.read_bytes()) for path in (archive / "demo" / "records").iterdir()}
    for path in (archive / "demo").iterdir():
        if path.name not in ("warc", "portal.toml"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    portal_crawler("rebuild", archive)
    assert portal_crawler("dump", archive, "--all-versions").stdout == versions
    assert states(archive) == addresses
    again = {path.name: gzip.decompress(path.read_bytes()) for path in (archive / "demo" / "records").iterdir()}
    assert again == files
    portal_crawler("verify", archive)


def test_rebuild_applies_a_mended_definition(archive: Path, portal_crawler: Run) -> None:
    path = archive / "demo" / "portal.toml"
    path.write_text(path.read_text("utf-8").replace('title = "Cổng', 'title = "Trang'), encoding="utf-8")
    portal_crawler("rebuild", archive)
    assert {article.portal_name for article in records(portal_crawler("dump", archive))} == {
        "Trang thông tin điện tử huyện Khê Lĩnh"
    }
    portal_crawler("verify", archive)  # the records name a definition that is archived as well
    files = len(Collection(archive).shard("demo").warcs())
    portal_crawler("rebuild", archive)
    assert len(Collection(archive).shard("demo").warcs()) == files


def test_a_ledger_that_is_none_is_named(archive: Path, portal_crawler: Run) -> None:
    (archive / "demo" / "ledger.sqlite").write_bytes(b"no database" * 100)
    for ending in ("-wal", "-shm"):
        (archive / "demo" / f"ledger.sqlite{ending}").unlink(missing_ok=True)
    assert "rebuild" in portal_crawler("dump", archive, expect=5).stderr
    portal_crawler("rebuild", archive)
    portal_crawler("verify", archive)


# Extract


def test_the_bytes_alone_give_the_same_latest_records(archive: Path, portal_crawler: Run) -> None:
    again = portal_crawler("extract", *Collection(archive).shard("demo").warcs(), "--stdout").stdout
    assert again == portal_crawler("dump", archive).stdout


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoServer, Path]]:
    """The demo portal in a WARC file of wget's."""
    if shutil.which("wget") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("needs wget, which Debian has as a package")
    folder = tmp_path_factory.mktemp("wget")
    with serve() as demo:
        arguments = ["wget", "-q", "-r", "-l", "inf", "-nd", "-P", "files", "--warc-file=portal", demo.url]
        subprocess.run(arguments, cwd=folder, timeout=120, check=False)  # 8: some link was broken, as it is
        yield demo, folder / "portal.warc.gz"


def test_a_warc_file_of_wget_gives_the_same_articles(
    mirrored: tuple[DemoServer, Path], tmp_path: Path, portal_crawler: Run
) -> None:
    demo, path = mirrored
    definition = tmp_path / "demo.toml"
    definition.write_text(demo.portal().to_toml(), encoding="utf-8")
    found = {
        one.canonical_url: one for one in records(portal_crawler("extract", path, "--stdout", "--portal", definition))
    }
    truth = {one.canonical_url: one for one in demo.truth()}
    assert found.keys() == truth.keys()
    for url, expected in truth.items():
        for name in ("title", "timestamp", "author", "source", "section", "body", "attachments"):
            assert but_for_place(getattr(found[url], name)) == getattr(expected, name), (url, name)
        assert found[url].provenance.warc == path.name


def test_an_html_file_gives_its_article(demo: DemoServer, tmp_path: Path, portal_crawler: Run, shared: Path) -> None:
    page = shared / "seed" / "giang-thanh-article.html"
    url = "https://giangthanh.kiengiang.gov.vn/trang/TinTuc/105/1210/Huyen-uy.html"
    (article,) = records(portal_crawler("extract", page, "--stdout", "--url", url))
    assert (article.url, article.author, article.timestamp) == (url, "Lý Sơn", "2019-01-20T14:11:00+07:00")
    (article,) = records(portal_crawler("extract", page, "--stdout"))
    assert article.author == "Lý Sơn"
    assert article.provenance.captured is None  # nothing says when it was captured


# What is not there


def test_a_rebuild_without_a_warc_file_that_the_manifests_have_is_refused_and_loses_nothing(
    archive: Path, portal_crawler: Run
) -> None:
    before = portal_crawler("dump", archive).stdout
    lost = sorted((archive / "demo" / "warc").glob("*.warc.gz"))[-1]
    lost.unlink()
    for verb in ("rebuild", "pack"):
        said = portal_crawler(verb, archive, expect=5).stderr
        assert f"{lost}: is missing, which manifests/" in said
    assert portal_crawler("dump", archive).stdout == before


def test_a_package_of_damaged_files_is_not_made(archive: Path, portal_crawler: Run, tmp_path: Path) -> None:
    path = sorted((archive / "demo" / "warc").glob("*.warc.gz"))[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    for option in ((), ("--bag",)):
        said = portal_crawler("pack", archive, "--output", tmp_path / "out", *option, expect=5).stderr
        assert f"{path}: is not as manifests/" in said
    assert not (tmp_path / "out").exists()


def test_a_portal_whose_definition_is_lost_is_named(archive: Path, portal_crawler: Run) -> None:
    shutil.copytree(archive / "demo", archive / "other")
    (archive / "other" / "portal.toml").unlink()
    words = f"{archive / 'other' / 'portal.toml'}"
    assert f"{words}: is missing: restore it from a copy" in portal_crawler("verify", archive, expect=5).stdout
    assert f"{words} is missing" in portal_crawler("doctor", archive, "--quiet", expect=3).stdout
    (archive / "demo" / "portal.toml").unlink()
    assert "demo/portal.toml: is missing" in portal_crawler("report", archive, expect=5).stderr


def test_an_empty_ledger_is_damaged(archive: Path, portal_crawler: Run) -> None:
    for path in (archive / "demo").glob("ledger.sqlite*"):
        path.unlink()
    (archive / "demo" / "ledger.sqlite").touch()
    assert "ledger.sqlite: is empty: run `rebuild`" in portal_crawler("report", archive, expect=5).stderr
    portal_crawler("rebuild", archive)
    portal_crawler("verify", archive)


def test_a_bag_is_told_from_a_collection_and_left_as_it_is(archive: Path, portal_crawler: Run, tmp_path: Path) -> None:
    portal_crawler("pack", archive, "--output", tmp_path, "--bag")
    (bag,) = tmp_path.glob("*.bag")
    before = sorted(bag.rglob("*"))
    assert "a bag" in portal_crawler("verify", bag, expect=2).stderr
    assert sorted(bag.rglob("*")) == before


def test_what_a_killed_run_left_open_is_counted_as_such(shard: Shard) -> None:
    path = shard.warcs()[-1]
    left = path.rename(path.with_name(f"{path.name}.open"))
    result = verify_shard(shard)
    assert f", 1 left open and not read ({left.stat().st_size:,} bytes), " in result.words()
    assert result.as_json()["left_open"] == {f"warc/{left.name}": left.stat().st_size}
    assert result.notes == []  # what no manifest names yet, the end of that run will name


def test_several_are_verified_at_once_and_one_that_is_none_takes_no_other_down(
    archive: Path, portal_crawler: Run, tmp_path: Path
) -> None:
    portal_crawler("pack", archive, "--output", tmp_path / "demo.wacz")
    done = portal_crawler("verify", tmp_path / "none", archive, tmp_path / "demo.wacz", expect=2)
    words = done.stderr.splitlines()
    assert words[0].startswith(f"portal-crawler: {tmp_path / 'none'}: no such folder")
    assert [line.partition(":")[0] for line in words[1:]] == ["demo", "demo.wacz"]
    (archive / "demo" / "portal.toml").write_text("[portal", "utf-8")
    portal_crawler("verify", archive, tmp_path / "demo.wacz", expect=5)
