"""`extract --compare`: what `rebuild` would change, said before it is done, field by field, and nothing touched."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from conftest import Done
from visits import Visits, through

from archive import Collection
from archive.lock import locked
from archive.shard import Shard
from portal_crawler.demo import pages, serve
from portal_crawler.portal import Portal
from portal_crawler.portal.family import families, shipped, tables_of
from portal_crawler.report.worddiff import word_diff
from portal_crawler.upkeep.compare import FIELDS, Change, Compared, compared, shown
from portal_crawler.upkeep.rebuild import rebuild_shard

Run = Callable[..., Done]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A collection of three visits, with edits and a removal between them; its portal is not there any more."""
    folder = tmp_path_factory.mktemp("crawled") / "archive"
    folder.mkdir()
    with serve() as demo:
        visits = Visits(demo.portal(), folder, through(demo.url))
        visits.visit()
        first, second, third = [entry for entry in demo.articles() if entry.author and entry.blocks][:3]
        demo.edit(first.id, author="Vàng Thị Sửa")
        demo.edit(third.id, title="Tiêu đề đã được sửa lại sau khi đăng")
        demo.remove(second.id, "410")
        visits.visit(timedelta(days=1), refresh=True)
        visits.visit(timedelta(days=1), refresh=True)
    return folder


def changes(shard: Shard, *only: str, portal: Portal | None = None) -> tuple[list[Change], Compared]:
    with compared(shard, only, portal) as (found, counts):
        return list(found), counts


def mend(shard: Shard, tables: str) -> None:
    """Put tables, or keys of them, into a definition."""
    text = shard.definition.read_text("utf-8")
    for line in tables.strip().splitlines():
        table, _, key = line.partition(" ")
        text = text.replace(table, f"{table}\n{key}", 1) if table in text else f"{text}\n{table}\n{key}\n"
    shard.definition.write_text(text, "utf-8")


def content(folder: Path) -> dict[str, bytes]:
    """Every file, but for the lock and what SQLite keeps beside a ledger that is read."""
    files = [path for path in folder.rglob("*") if path.is_file() and "lock" not in path.name]
    return {str(path): path.read_bytes() for path in files if not path.name.startswith("ledger.sqlite-")}


def versions(shard: Shard) -> dict[str, dict[str, Any]]:
    """What a reader reads of every version, by its capture."""
    found = {}
    for article in shard.versions():
        record = article.model_dump(mode="json", by_alias=True)
        found[article.provenance.record_id or ""] = {name: record[name] for name in FIELDS}
    return found


def said(done: Done) -> str:
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("portal-crawler: ")]
    return line


# What would change


def test_where_no_rule_has_changed_nothing_would_and_nothing_is_touched(archive: Path, portal_crawler: Run) -> None:
    before = content(archive)
    done = portal_crawler("extract", "--compare", archive)
    number = sum(1 for _ in Collection(archive).shard("demo").lines(all_versions=True))
    assert done.stdout == f"demo: {number} records: none would change\n"
    assert content(archive) == before


MENDED = """
[selectors] title = ["div.ngay-tin"]
[selectors] drop = ["div.noidung-tin p:first-child"]
[selectors] images = ["img.dau-trang"]
[portal] timezone = "+08:00"
[sources] listing = ["/105/"]
"""


def test_what_is_said_is_what_rebuild_then_does(archive: Path, shard: Shard, portal_crawler: Run) -> None:
    mend(shard, MENDED)
    before, old = content(archive), versions(shard)
    done = portal_crawler("extract", "--compare", archive, "--json", expect=3)
    assert content(archive) == before
    *lines, counts = map(json.loads, done.stdout.splitlines())
    portal_crawler("rebuild", archive)
    new = versions(shard)
    foretold = {identity: dict(record) for identity, record in old.items()}
    by_name = {(record["id"], record["version"]): identity for identity, record in old.items()}
    for line in lines:
        if line["what"] == "vanished":
            del foretold[by_name[line["id"], line["version"]]]
        elif line["what"] == "changed":
            record = foretold[by_name[line["id"], line["version"]]]
            for name, field in line["fields"].items():
                assert record[name] == field["old"]
                record[name] = field["new"]
    added = {(line["id"], line["version"]) for line in lines if line["what"] == "added"}
    assert {identity: record for identity, record in new.items() if (record["id"], record["version"]) not in added} == (
        foretold
    )
    assert {line["what"] for line in lines} >= {"changed", "vanished"}
    assert counts["what"] == "counts"
    assert counts["changed"] == sum(line["what"] == "changed" for line in lines)
    assert counts["fields"]["title"] == sum("title" in line.get("fields", ()) for line in lines)
    done = portal_crawler("extract", "--compare", archive)
    vain = f"  [selectors] images: img.dau-trang matched on none of {len(new)} pages\n"
    assert done.stdout == f"demo: {len(new)} records: none would change\n{vain}"
    portal_crawler("verify", archive)


def test_a_person_sees_each_field_old_and_new_and_where_it_comes_from(
    archive: Path, shard: Shard, portal_crawler: Run
) -> None:
    mend(shard, '[selectors] title = ["div.ngay-tin"]\n[selectors] drop = ["div.noidung-tin p:first-child"]')
    done = portal_crawler("extract", "--compare", archive, expect=3)
    blocks = {text.split()[0]: text for text in done.stdout.split("changed  ")[1:]}
    both = [url for url, text in blocks.items() if "\n  title " in text and "\n  body " in text]
    there = {one.url: one for one in shard.articles()}  # of two addresses of an article another may stand for it now
    article = next(there[url] for url in both if url in there)
    title, source, body = blocks[article.url].splitlines()[1:4]
    assert title == f"  title          {article.title} → {article.timestamp_raw}"
    assert source.strip() == "[selector: div.tieude-tin → selector: div.ngay-tin]"
    gone = [one.split() for one in article.body.split("\n\n") if f"[-{' '.join(one.split()[:8])} " in body]
    assert len(gone) == 1
    assert body.startswith("  body           … ")
    assert f" ({len(gone[0]) + 1} words)-] " in body
    assert max(map(len, done.stdout.splitlines())) < 1000
    last = done.stdout.splitlines()[-1]
    assert "records would change" in last
    assert "title " in last
    assert "body " in last


def test_what_vanishes_and_what_is_added_says_why(shard: Shard) -> None:
    mend(shard, '[sources] listing = ["/105/"]\n[sources] article = ["/106/"]')
    found, counts = changes(shard)
    assert {change.reason for change in found if change.what == "vanished"} == {
        "a listing, by the portal's [sources] listing"
    }
    assert counts.vanished == sum("/105/" in record["url"] for record in versions(shard).values())
    rebuild_shard(shard)
    shard.definition.write_text(
        "\n".join(
            line
            for line in shard.definition.read_text("utf-8").splitlines()
            if not line.startswith(("listing", "arti"))
        ),
        "utf-8",
    )
    back, again = changes(shard)
    assert again.added == counts.vanished
    assert "was none: a listing, by the portal's [sources] listing" in "".join(map(shown, back))


def test_versions_that_a_rule_makes_alike_are_one(shard: Shard) -> None:
    """Its author was edited between two visits; by a rule that finds another name there, they read the same."""
    edited = next(one for one in shard.articles() if one.author == "Vàng Thị Sửa")
    assert edited.version == 2
    mend(shard, '[selectors] author = ["div.chuyenmuc"]')
    found, _ = changes(shard)
    what = {change.article.version: change for change in found if change.article.id == edited.id}
    assert what[1].fields["author"][1] == edited.section[0]
    assert (what[2].what, what[2].reason) == ("vanished", "no version of its own: it reads as the one before")
    rebuild_shard(shard)
    assert changes(shard) == ([], Compared(records=len(versions(shard))))


def test_a_family_that_is_mended_holds_for_what_was_crawled_before(
    shard: Shard, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "trang-tintuc"
    text = shipped("families")[name]
    assert 'title = ["div.tieude-tin"]' in text
    monkeypatch.setitem(shipped("families"), name, text.replace("div.tieude-tin", "div.chuyenmuc"))
    caches = (families, tables_of)
    try:
        for cache in caches:
            cache.cache_clear()
        _, counts = changes(shard, "title")
        assert counts.changed
        assert counts.fields.keys() == {"title"}
        rebuild_shard(shard)
        assert changes(shard)[1].differs is False
    finally:
        monkeypatch.undo()
        for cache in caches:
            cache.cache_clear()


def test_a_definition_can_be_tried_before_it_is_put_in_force(
    archive: Path, shard: Shard, tmp_path: Path, portal_crawler: Run
) -> None:
    before = shard.definition.read_bytes()
    trial = tmp_path / "trial.toml"
    trial.write_bytes(before.replace(b"[selectors]", b'[selectors]\ntitle = ["div.chuyenmuc"]'))
    done = portal_crawler("extract", "--compare", archive, "--portal", trial, "--field", "title", expect=3)
    assert "[selector: div.tieude-tin → selector: div.chuyenmuc]" in done.stdout
    assert shard.definition.read_bytes() == before
    assert "none would change" in portal_crawler("extract", "--compare", archive, "--portal", "demo").stdout
    trial.write_bytes(before.replace(b'name = "demo"', b'name = "dem"'))
    line = said(portal_crawler("extract", "--compare", archive, "--portal", trial, expect=2))
    assert "did you mean demo?" in line


def test_where_only_the_place_changes_no_record_does_and_it_is_counted(shard: Shard) -> None:
    mend(shard, "[selectors] title = [\"//div[@class='tieude-tin']\"]")
    found, counts = changes(shard)
    assert found == []
    assert counts.sources == {"title": counts.records}
    assert "none would change; the same from another place: title" in counts.words()
    rebuild_shard(shard)
    mend(shard, "[politeness] timeout = 31")
    found, counts = changes(shard)
    assert (found, counts.resigned) == ([], counts.records)
    assert "would say the same and name another definition" in counts.words()


def test_a_selector_that_matches_on_no_page_is_named(shard: Shard) -> None:
    mend(shard, '[selectors] title = ["div.khong-co", "div.tieude-tin"]\n[selectors] drop = ["p.cung-khong"]')
    found, counts = changes(shard)
    assert found == []
    assert counts.unmatched == {"title": ("div.khong-co",), "drop": ("p.cung-khong",)}
    assert f"[selectors] title: div.khong-co matched on none of {counts.records} pages" in counts.words()
    rebuild_shard(shard)
    mend(shard, "[politeness] timeout = 31")
    assert changes(shard)[1].unmatched == counts.unmatched  # whatever is compared, it is of no use


def test_fields_can_be_chosen_and_a_wrong_one_is_named(archive: Path, shard: Shard, portal_crawler: Run) -> None:
    mend(shard, '[selectors] title = ["div.chuyenmuc"]\n[selectors] drop = ["div.noidung-tin p:first-child"]')
    done = portal_crawler("extract", "--compare", archive, "--field", "body", "--json", expect=3)
    *lines, counts = map(json.loads, done.stdout.splitlines())
    assert {name for line in lines if line["what"] == "changed" for name in line["fields"]} == {"body"}
    assert counts["fields"].keys() == {"body"}
    line = said(portal_crawler("extract", "--compare", archive, "--field", "titel", expect=2))
    assert "did you mean title?" in line
    for wrong in (["--stdout"], ["--into", archive], ["--url", "http://a.example/"]):
        assert "--compare writes no records" in portal_crawler("extract", "--compare", archive, *wrong, expect=2).stderr
    assert "go with --compare" in portal_crawler("extract", archive, "--stdout", "--json", expect=2).stderr


# What stands in the way


def test_a_collection_that_a_run_holds_is_not_compared(archive: Path, shard: Shard, portal_crawler: Run) -> None:
    with locked(shard):
        assert "locked by another run" in said(portal_crawler("extract", "--compare", archive, expect=4))


def test_damage_is_named_by_the_shards_own_file(archive: Path, shard: Shard, portal_crawler: Run) -> None:
    path = shard.warcs()[0]
    sound = path.read_bytes()
    data = bytearray(sound)
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    assert str(path) in said(portal_crawler("extract", "--compare", archive, expect=5))
    path.unlink()
    line = said(portal_crawler("extract", "--compare", archive, expect=5))
    assert f"{path}: is missing" in line
    path.write_bytes(sound)
    definition = shard.definition.read_bytes()
    shard.definition.write_bytes(definition.replace(b"[portal]", b"[portol]"))
    assert str(shard.definition) in said(portal_crawler("extract", "--compare", archive, expect=2))
    shard.definition.write_bytes(definition)
    with sqlite3.connect(shard.ledger_file) as ledger:
        ledger.execute("UPDATE articles SET json = substr(json, 1, 40)")
    ledger.close()
    assert "rebuild" in said(portal_crawler("extract", "--compare", archive, expect=5))
    shard.ledger_file.unlink()
    assert "rebuild" in said(portal_crawler("extract", "--compare", archive, expect=2))


def test_what_is_no_collection_and_what_is_empty(tmp_path: Path, portal_crawler: Run) -> None:
    assert "not a collection" in said(portal_crawler("extract", "--compare", tmp_path, expect=2))
    assert "no such folder" in said(portal_crawler("extract", "--compare", tmp_path / "nowhere", expect=2))
    portal = Portal.of_url("http://xa-trong.example/")
    Visits(portal, tmp_path, lambda url, headers: None).visit()
    done = portal_crawler("extract", "--compare", tmp_path)
    assert done.stdout == "xa-trong-example: 0 records: none would change\n"


def test_what_a_killed_run_left_is_what_rebuild_would_add(tmp_path: Path) -> None:
    with serve() as demo:
        visits = Visits(demo.portal(), tmp_path, through(demo.url))
        visits.visit(killed_after=60)
    path = visits.shard.warcs()[-1]
    still_open = path.with_name(f"{path.name}.open")
    path.rename(still_open)
    with still_open.open("ab") as file:
        file.write(b"\x1f\x8b torn")
    data = still_open.read_bytes()
    found, counts = changes(visits.shard)
    assert still_open.read_bytes() == data
    assert not list(visits.shard.warc_folder.glob("*.torn"))
    assert {change.what for change in found} == {"added"}
    assert all("broken off" in (change.reason or "") for change in found)
    rebuild_shard(visits.shard)
    assert counts.added == len(versions(visits.shard)) > 10
    assert changes(visits.shard)[1].differs is False


def test_the_folder_that_it_works_in_is_taken_away(
    archive: Path, shard: Shard, tmp_path: Path, portal_crawler: Run
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    portal_crawler("extract", "--compare", archive, env={"TMPDIR": str(temporary)})
    shard.warcs()[0].write_bytes(b"no WARC")
    portal_crawler("extract", "--compare", archive, env={"TMPDIR": str(temporary)}, expect=2)
    assert not list(temporary.iterdir())


# In words


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("một hai ba bốn năm sáu", "một hai ba tư năm sáu", "… một hai ba [-bốn-] {+tư+} năm sáu …"),
        ("một hai", "một hai ba", "… một hai {+ba+} …"),
        ("một\n\nhai ba", "một", "… một [-¶ hai ba-] …"),
        ("a b\n\nc d\n\ne f", "a b\n\nc x\n\ne f", "… c [-d-] {+x+} ¶ …"),
        ("một hai", "một  hai", "white space alone"),
        ("", "một", "… {+một+} …"),
    ],
)
def test_a_word_diff_shows_what_changed_and_what_stands_around_it(old: str, new: str, words: str) -> None:
    assert word_diff(old, new) == words


def texts() -> Iterator[tuple[str, str]]:
    chance = random.Random(4)
    for paragraphs, words in ((1, 200_000), (3_000, 60), (390, 390), (20_000, 5)):
        yield (
            "\n\n".join(" ".join(chance.choices("abc", k=words)) for _ in range(paragraphs)),
            "\n\n".join(" ".join(chance.choices("abc", k=words)) for _ in range(paragraphs)),
        )
    yield "x" * 2_000_000, "y" * 2_000_000


def test_a_word_diff_is_short_and_soon_made_whatever_the_texts_are() -> None:
    for old, new in texts():
        began = time.process_time()
        assert len(word_diff(old, new)) < 4_000
        assert time.process_time() - began < 5


def test_lists_say_what_is_in_one_of_them_alone(shard: Shard) -> None:
    article = next(one for one in shard.articles() if len(one.images) > 1)
    images = [image.model_dump() for image in article.images[:2]]
    other = {**images[0], "caption": "Cầu mới"}
    new = {"url": urljoin(article.url, "/anh-moi.jpg"), "caption": None, "alt": None, "sha256": None}
    change = Change("changed", article, {"images": (images, [other, new])})
    words = shown(change)
    assert f"{images[0]['url'][-80:]}: caption " in words
    assert "→ Cầu mới" in words
    assert f"[-{images[1]['url']}-]" in words
    assert f"{{+{new['url']}+}}" in words
    swapped = Change("changed", article, {"images": (images, images[::-1]), "author": (None, "A")})
    assert "in another order" in shown(swapped)
    assert "author         null → A" in shown(swapped)
    assert pages.INTERNAL not in words
