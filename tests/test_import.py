"""Others' archives in a collection: the bytes as they were, nothing doubled, and every command works on it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import CHECKOUT, Done, command
from conftest import records as lines_of
from foreign import HOST, Page, arc, article, framed, packed, record, responses, wacz
from visits import Visits
from warcio.archiveiterator import ArchiveIterator

from archive import Collection, Shard
from archive.errors import UsageError
from archive.intake import imported
from archive.lock import locked
from archive.warc import WarcWriter
from archive.warc.reader import records
from archive.warc.told import captures
from portal_crawler.crawl.progress import Display
from portal_crawler.demo import DemoServer
from portal_crawler.portal import Portal
from portal_crawler.report.story import changed
from portal_crawler.upkeep.imports import Imported, import_sources
from portal_crawler.upkeep.rebuild import rebuild_shard
from portal_crawler.upkeep.redact import redact_shard
from portal_crawler.upkeep.sources import extract_sources
from portal_crawler.upkeep.verify import verify_shard

Run = Callable[..., Done]

PAGES = [article(number) for number in range(6)]
NAME = "huyen-muong-gia-example"


def taken(*sources: Path, into: Path, portal: str | None = None) -> list[Imported]:
    """An import that ends well."""
    ended, complaints = import_sources(sources, into, Display(quiet=True), portal=portal)
    assert complaints == []
    return ended


def shard_of(into: Path, name: str = NAME) -> Shard:
    shard = Collection(into).shard(name)
    assert verify_shard(shard).findings == []
    return shard


def raw(path: Path) -> list[bytes]:
    """The records of a file, each as it stands there: head and block."""
    return [one.raw_head + b"".join(one.pieces()) for one in records(path)]


def ids(shard: Shard) -> Counter[str | None]:
    """How often each foreign record is there."""
    ours = "urn:portal-crawler:"
    found = (one for path in shard.warcs() for one in records(path) if one.type not in ("warcinfo", "metadata"))
    return Counter(one.id for one in found if not (one.url or "").startswith(ours))


def held(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_what_wget_kept_becomes_a_portal_with_the_records_byte_for_byte(
    demo: DemoServer, tmp_path: Path, portal_crawler: Run
) -> None:
    if not (wget := shutil.which("wget")):
        pytest.skip("needs wget")
    url = demo.portal().portal.url
    options = ["-q", "-r", "-l", "6", "-nd", "--delete-after", "-e", "robots=off", "--warc-file=kho"]
    subprocess.run([wget, *options, url], cwd=tmp_path, check=False, timeout=100)
    source, into = tmp_path / "kho.warc.gz", tmp_path / "archive"
    portal_crawler("import", source, "--into", into)
    (shard,) = Collection(into).shards()
    found = list(shard.articles())
    assert len(found) > 20
    ours = {one for path in shard.warcs() for one in raw(path)}
    theirs = [one for one in raw(source) if f"WARC-Target-URI: <{url}".encode() in one]
    assert len(theirs) > 100
    assert [one for one in theirs if one not in ours] == []
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    for one in found:
        assert one.provenance.foreign is not None
        assert (one.provenance.foreign.file, one.provenance.foreign.sha256) == ("kho.warc.gz", digest)
    again = lines_of(portal_crawler("extract", source, "--stdout"))
    assert {one.title: one.body for one in again} == {one.title: one.body for one in found}
    before = sorted(shard.lines()), ids(shard)
    for verb in ("verify", "rebuild", "report", "dump"):
        portal_crawler(verb, into)
    portal_crawler("import", source, "--into", into)
    assert (sorted(shard.lines()), ids(shard)) == before
    assert set(ids(shard).values()) == {1}


FILES: dict[str, Callable[[], bytes]] = {
    "a.warc": lambda: b"".join(responses(PAGES)),
    "a.warc.gz": lambda: packed(responses(PAGES)),
    "a.warc.zst": lambda: framed(responses(PAGES)),
    "a.arc": lambda: b"".join(arc(PAGES)),
    "a.arc.gz": lambda: packed(arc(PAGES, 2)),
    "a.wacz": lambda: wacz({"archive/a.warc.gz": packed(responses(PAGES))}),
    "a.deflated.wacz": lambda: wacz({"archive/a.warc": b"".join(responses(PAGES))}, 8),
}


@pytest.mark.parametrize("name", FILES)
def test_every_sort_of_archive_gives_a_portal_that_points_at_it(tmp_path: Path, name: str) -> None:
    source, into = held(tmp_path / name, FILES[name]()), tmp_path / "archive"
    (ended,) = taken(source, into=into)
    assert (ended.portal, ended.articles, ended.copied >= len(PAGES)) == (NAME, len(PAGES), True)
    shard = shard_of(into)
    entry = {"a.wacz": "!/archive/a.warc.gz", "a.deflated.wacz": "!/archive/a.warc"}.get(name, "")
    for one in shard.articles():
        foreign = one.provenance.foreign
        assert foreign is not None
        assert foreign.file == name + entry
        assert (one.provenance.record_id or "").startswith("urn:uuid:")
        assert one.first_seen == one.provenance.captured
        assert (one.first_seen or "").startswith("2019-03-05T02:")
    (path,) = [path for path in shard.warcs() if "-20190305" in path.name]
    assert path.name.startswith(f"{NAME}-2019030502")
    with path.open("rb") as file:
        theirs = [one.content_stream().read() for one in ArchiveIterator(file) if one.rec_type == "response"]
    assert theirs == [page.body for page in PAGES]
    kept = sorted(shard.lines())
    taken(source, into=into)
    assert sorted(shard.lines()) == kept
    assert set(ids(shard).values()) == {1}
    rebuild_shard(shard)
    assert sorted(shard.lines()) == kept


def test_where_a_record_stood_and_what_it_was_can_be_proved(tmp_path: Path) -> None:
    source, into = held(tmp_path / "a.warc.gz", packed(responses(PAGES))), tmp_path / "archive"
    taken(source, into=into)
    theirs = {one.id: one for one in records(source)}
    said = [line for path in shard_of(into).warcs() for one in records(path) for line in imported(one)]
    assert len(said) == len(PAGES)
    for offset, length, digest, identity in said:
        one = theirs[identity]
        assert (offset, length) == (one.offset, one.length)
        assert digest == hashlib.sha256(one.raw_head + b"".join(one.pieces())).hexdigest()


def test_an_import_that_is_killed_anywhere_is_done_again_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [
        record("request", page.url, f"GET {page.url} HTTP/1.1\r\n\r\n".encode(), identity=f"q{number}", date=page.date,
               more=[f"WARC-Concurrent-To: <urn:uuid:r{number}>"])
        for number, page in enumerate(PAGES)
    ]  # fmt: skip
    answers = [
        record("response", page.url, page.http, identity=f"r{number}", date=page.date)
        for number, page in enumerate(PAGES)
    ]
    source = held(tmp_path / "a.warc.gz", packed([x for pair in zip(answers, requests, strict=True) for x in pair]))
    taken(source, into=tmp_path / "whole")
    whole = shard_of(tmp_path / "whole")

    class Killed(BaseException):
        pass

    write = WarcWriter._write
    for stop in range(1, 21, 2):
        into = tmp_path / f"killed-{stop}"
        count = 0

        def writing(self: WarcWriter, data: bytes, stop: int = stop) -> None:
            nonlocal count
            count += 1
            if count == stop:
                write(self, data[: len(data) // 2])
                raise Killed
            write(self, data)

        with monkeypatch.context() as patch:
            patch.setattr(WarcWriter, "_write", writing)
            patch.setattr(WarcWriter, "_take_back", lambda self, offset: None)  # it is dead
            patch.setattr(WarcWriter, "close", lambda self: None)
            with pytest.raises(Killed):
                taken(source, into=into)
        taken(source, into=into)
        shard = shard_of(into)
        assert ids(shard) == ids(whole), stop
        assert [one.title for one in shard.articles()] == [one.title for one in whole.articles()]


def test_kill_9_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    pages = [article(number) for number in range(40)]
    source = held(tmp_path / "a.warc.gz", packed(responses(pages)))
    taken(source, into=tmp_path / "whole")
    into = tmp_path / "killed"
    verb = command("import", source, "--into", into, "--quiet")
    for seconds in (0.7, 1.1, 1.5):
        with subprocess.Popen(verb, env={**os.environ, "PYTHONPATH": str(CHECKOUT)}) as process:
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
    taken(source, into=into)
    one, other = shard_of(into), shard_of(tmp_path / "whole")
    assert ids(one) == ids(other)
    assert [each.id for each in one.articles()] == [each.id for each in other.articles()]


def test_each_host_with_articles_is_a_portal_and_the_others_are_named(tmp_path: Path, portal_crawler: Run) -> None:
    other, empty = "https://xa-na-son.example", "http://quang-cao.example"
    pages = [
        *PAGES,
        *(article(number, other) for number in range(20, 23)),
        Page(f"{empty}/", b"<html><p>Mua</p></html>"),
    ]
    source = held(tmp_path / "a.warc.gz", packed(responses(pages)))
    done = portal_crawler("import", source, "--into", tmp_path / "both")
    assert "quang-cao.example (1 page)" in done.stderr
    assert {shard.name: len(list(shard.articles())) for shard in Collection(tmp_path / "both").shards()} == {
        NAME: len(PAGES), "xa-na-son-example": 3,
    }  # fmt: skip
    taken(source, into=tmp_path / "one", portal=f"{other}/")
    (shard,) = Collection(tmp_path / "one").shards()
    assert {one.url for one in shard.articles()} == {page.url for page in pages[6:9]}
    assert {page.url for path in shard.warcs() for page in captures(path)} == {page.url for page in pages[6:9]}


def test_a_picture_on_another_host_is_taken_where_a_page_shows_it(tmp_path: Path) -> None:
    picture = Page("http://kho-anh.example/2019/cau.jpg", b"\xff\xd8\xff\xe0 anh", media_type="image/jpeg")
    other = Page("http://kho-anh.example/2019/khac.jpg", b"\xff\xd8\xff\xe0 khac", media_type="image/jpeg")
    shown = article(0, extra=f"</p><p><img src='{picture.url}'></p><p>")
    files = [
        held(tmp_path / "a.warc.gz", packed(responses([picture, other]))),
        held(tmp_path / "b.warc.gz", packed(responses([shown, *PAGES[1:]]))),
    ]
    into = tmp_path / "archive"
    for _ in range(2):
        taken(*files, into=into)
        shard = shard_of(into)
        assert ids(shard).total() == len(PAGES) + 1
        (one,) = [one for one in shard.articles() if one.url == shown.url]
        assert [image.sha256 for image in one.images] == [hashlib.sha256(picture.body).hexdigest()]


def test_what_is_no_page_is_kept_as_it_is(tmp_path: Path) -> None:
    url = PAGES[0].url
    others = [
        record(
            "warcinfo",
            None,
            b"software: Heritrix/3\r\nisPartOf: mot-cuoc-khac\r\n",
            identity="w",
            media="application/warc-fields",
        ),
        record(
            "revisit",
            url,
            b"HTTP/1.1 304 Not Modified\r\n\r\n",
            identity="v",
            more=[f"WARC-Refers-To-Target-URI: {url}"],
        ),
        record("conversion", url, "chữ".encode(), identity="c", media="text/plain"),
        record("resource", f"urn:pageinfo:{url}", b'{"urls": {}}', identity="p", media="application/json"),
        record("resource", f"urn:text:{url}", b"chu", identity="t", media="text/plain"),
        record("metadata", url, b"via: x\r\nhopsFromSeed: L\r\n", identity="m", media="application/warc-fields"),
        record("response", "dns:huyen-muong-gia.example", b"20190305\r\n", identity="d", media="text/dns"),
        record("resource", "urn:x:khac", b"a = 1\n", identity="x", media="application/toml"),
    ]
    source, into = held(tmp_path / "a.warc.gz", packed([*others, *responses(PAGES)])), tmp_path / "archive"
    taken(source, into=into)
    shard = shard_of(into)
    ours = {one for path in shard.warcs() for one in raw(path)}
    assert [one[:60] for one in others if one[:-4] not in ours] == [others[-1][:60]]  # it is of no host
    (run,) = [run for run, *_ in shard_runs(shard)]
    assert run == f"20190305021000-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"


def shard_runs(shard: Shard) -> list[tuple[str, str, str | None, str | None]]:
    with shard.reading() as ledger:
        return ledger.runs.all()


def test_digests_that_were_wrong_already_are_no_finding_and_a_changed_bit_is(tmp_path: Path) -> None:
    page = PAGES[0]
    wrong = record(
        "response", page.url, page.http, identity="w", date=page.date,
        more=["WARC-Payload-Digest: sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "WARC-Block-Digest: crc32:1234"],
    )  # fmt: skip
    source, into = held(tmp_path / "a.warc.gz", packed([wrong, *responses(PAGES[1:])])), tmp_path / "archive"
    (ended,) = taken(source, into=into)
    assert [one.wrong for one in ended.files] == [2]
    shard = shard_of(into)
    (path,) = [path for path in shard.warcs() if "-20190305" in path.name]
    sound = path.read_bytes()
    import gzip

    members = [sound[one.offset : one.offset + (one.length or 0)] for one in records(path)]
    for number, member in enumerate(members):
        text = gzip.decompress(member)
        if b"WARC-Type: response" not in text:
            continue
        for old, new in (
            (b"text/html", b"text/htmm"),
            (b"Content-Type: application/http", b"Content-Type: application/httq"),
        ):
            changed = [*members[:number], gzip.compress(text.replace(old, new, 1), mtime=0), *members[number + 1 :]]
            path.write_bytes(b"".join(changed))
            assert any("is not what was imported" in line for line in verify_shard(shard).findings), (number, old)


def test_an_older_archive_comes_before_what_was_kept_later(tmp_path: Path) -> None:
    old = [article(number, minute=number) for number in range(6)]
    new = [
        Page(one.url, one.body.replace("cơm lam".encode(), "xôi nếp".encode()), "2021-07-01T01:00:00Z")
        for one in old[:3]
    ]
    later = held(tmp_path / "2021.warc.gz", packed(
        record("response", one.url, one.http, identity=f"n{number}", date=one.date) for number, one in enumerate(new)
    ))  # fmt: skip
    earlier = held(tmp_path / "2019.warc.gz", packed(responses(old)))
    for order in ((earlier, later), (later, earlier)):
        into = tmp_path / f"archive-{order[0].name}"
        for source in order:
            taken(source, into=into)
        shard = shard_of(into)
        latest = {one.url: one for one in shard.articles()}
        assert len(latest) == 6
        for one in new:
            assert (latest[one.url].version, "xôi nếp" in latest[one.url].body) == (2, True)
            assert (latest[one.url].first_seen or "").startswith("2019-03-05")


@pytest.mark.parametrize("first", ["crawl", "import"])
def test_what_only_lists_told_is_kept_and_no_edit_where_the_other_capture_could_not_know_it(
    tmp_path: Path, first: str
) -> None:
    dated = re.compile(rb"<p class='ngay'>.*?</p>")
    pages = [Page(one.url, dated.sub(b"", one.body)) for one in PAGES]
    entries = "".join(
        f"<li><a href='{one.url}'>{re.findall('<h1>(.*)</h1>', one.body.decode())[0]}</a> <span>{n}/03/2019</span></li>"
        for n, one in enumerate(pages, 10)
    )
    menu = "<div id='menu'><a href='/muc/1'>Kinh tế</a><a href='/muc/2'>Văn hóa</a></div>"
    front = f"<html><body>{menu}<div class='muc'><h2>Kinh tế</h2><ul>{entries}</ul></div></body></html>"
    there = {one.url: one.http for one in (*pages, Page(f"{HOST}/", front.encode()))}
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    visits = Visits(Portal.of_url(f"{HOST}/"), tmp_path / "archive", lambda url, _: there.get(url, missing))
    if first == "crawl":
        visits.visit()
    edited = Page(pages[2].url, pages[2].body.replace("cơm lam".encode(), "xôi nếp".encode()))
    others = [edited if one.url == edited.url else one for one in pages]
    date = "2025-07-01T01:00:00Z" if first == "crawl" else "2019-07-01T01:00:00Z"
    source = held(tmp_path / "a.warc.gz", packed(
        record("response", one.url, one.http, identity=f"i{number}", date=date) for number, one in enumerate(others)
    ))  # fmt: skip
    taken(source, into=visits.into)
    if first == "import":
        visits.visit()
    for _ in range(2):
        shard = shard_of(visits.into)
        found = sorted(shard.articles(), key=lambda one: one.url)
        assert {one.section for one in found} == {("Kinh tế",)}
        assert [one.timestamp for one in found] == [f"2019-03-{day}" for day in range(10, 16)]
        assert [(one.url, one.version) for one in found if one.version > 1] == [(edited.url, 2)]
        (change,) = changed([shard])
        assert [edit.kind for edit in change.edits] == ["reworded"]
        rebuild_shard(shard)


def test_our_own_archive_is_imported_with_all_that_the_crawl_knew(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    portal_crawler("crawl", definition, "--into", tmp_path / "a", "--delay", "0", "--limit", "60", expect=None)
    portal_crawler("import", tmp_path / "a" / "demo", "--into", tmp_path / "b", "--portal", definition, expect=None)
    one, two = Collection(tmp_path / "a").shard("demo"), shard_of(tmp_path / "b", "demo")
    assert {each.url: (each.title, each.timestamp, each.author) for each in two.articles()} == {
        each.url: (each.title, each.timestamp, each.author) for each in one.articles()
    }
    assert len(list(two.articles())) > 5


def test_an_import_of_our_own_crawl_ends_every_address_as_the_crawl_did(tmp_path: Path) -> None:
    """What became of addresses without a request stands with the next exchange, which may be another host's."""
    labels = [f"Chuyên mục {number}" for number in range(6)]
    paths = [f"/chuyen-muc-{number}" for number in range(6)]
    menu = "".join(f"<li><a href='{path}'>{name}</a></li>" for path, name in zip(paths, labels, strict=True))
    picture = "<img src='http://kho-anh.example/anh-{}.jpg'>"
    there = {f"{HOST}{path}/": f"<h2>{name}</h2><p>{name} {picture.format(n)}</p>"
             for n, (path, name) in enumerate(zip(paths, labels, strict=True))}  # fmt: skip
    there |= {one.url: one.body.decode() for one in PAGES}
    there[f"{HOST}/"] = "".join(f"<p><a href='{one.url}'>Bài {n}</a> 1{n}/03/2019</p>" for n, one in enumerate(PAGES))

    def answer(url: str, _: object) -> bytes | None:
        if not url.startswith(HOST):
            return None
        if url.removeprefix(HOST) in paths:
            return f"HTTP/1.1 301 Moved\r\nLocation: {url}/\r\nContent-Length: 0\r\n\r\n".encode()
        if url not in there:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        return Page(url, f"<html><body><ul>{menu}</ul>{there[url]}</body></html>".encode()).http

    visits = Visits(Portal.of_url(f"{HOST}/"), tmp_path / "a", answer)
    visits.visit()
    taken(visits.shard.warc_folder, into=tmp_path / "b")

    def ends(shard: Shard) -> dict[str, tuple[str, str, str | None]]:
        with shard.reading() as ledger:
            return {row.key: (row.kind, row.state, row.reason) for row in ledger.urls()}

    imported = shard_of(tmp_path / "b")
    assert ends(imported) == ends(visits.shard)
    assert "failed" in {state for url, (_, state, _) in ends(imported).items() if not url.startswith(HOST)}
    assert {one.url for one in imported.articles()} == {one.url for one in visits.shard.articles()}


def test_a_page_of_the_menu_is_none_also_where_the_redirect_to_it_was_not_kept(tmp_path: Path) -> None:
    """A page is captured at `/x/`, all link `/x`, and the archive has no answer to that."""
    about = f"{HOST}/gioi-thieu-chung"
    pages = [
        article(number, extra=f"</p><ul><li><a href='{about}'>Giới thiệu chung</a></li></ul><p>") for number in range(6)
    ]
    text = "Huyện có mười xã, dân chủ yếu làm nương. " * 12
    static = Page(f"{about}/", f"<html><body><h1>Tổng quan về huyện</h1><p>{text}</p></body></html>".encode())
    taken(held(tmp_path / "a.warc.gz", packed(responses([*pages, static]))), into=tmp_path / "archive")
    assert {one.url for one in shard_of(tmp_path / "archive").articles()} == {one.url for one in pages}


def test_damage_is_named_and_what_is_sound_is_imported(tmp_path: Path, portal_crawler: Run) -> None:
    data = packed(responses(PAGES))
    starts = [len(packed(responses(PAGES[:number]))) for number in range(7)]
    middle = (starts[3] + starts[4]) // 2
    source = held(tmp_path / "a.warc.gz", data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
    done = portal_crawler("import", source, "--into", tmp_path / "archive", expect=3)
    assert f"portal-crawler: {source}: damaged at offset {starts[3]}" in done.stderr
    assert len(list(shard_of(tmp_path / "archive").articles())) == 5
    (report,) = shard_of(tmp_path / "archive").reports_folder.iterdir()
    assert str(starts[3]) in json.loads(report.read_text("utf-8"))["files"][0]["damages"][0]


def test_what_cannot_be_imported_says_so(tmp_path: Path, portal_crawler: Run) -> None:
    into = tmp_path / "archive"

    def said(*sources: Path, portal: str | None = None, ends: bool = False) -> str:
        if ends:
            (line,) = import_sources(sources, into, Display(quiet=True), portal=portal)[1]
            return line
        with pytest.raises(UsageError) as caught:
            import_sources(sources, into, Display(quiet=True), portal=portal)
        return str(caught.value)

    page = held(tmp_path / "trang.html", PAGES[0].body)
    source = held(tmp_path / "a.warc.gz", packed(responses(PAGES)))
    assert "an HTML file is no capture" in said(page)
    assert "no such file" in said(tmp_path / "khong-co.warc.gz")
    assert "is empty: there is nothing" in said(held(tmp_path / "rong.wacz", b""))
    assert "no record of khac.example in it" in said(source, portal="http://khac.example/")
    bare = held(tmp_path / "b.warc.gz", packed(responses([Page(f"{HOST}/", b"<html><p>Trang</p></html>")])))
    assert "no host with an article in" in said(bare)
    assert "(pages of: huyen-muong-gia.example)" in said(bare)
    assert "no articles were found" in said(bare, portal=f"{HOST}/", ends=True)
    conflict = held(
        tmp_path / "c.warc.gz", packed([responses(PAGES)[0].replace(b"Content-Length: 7", b"content-length: 7")])
    )
    taken(source, into=into)
    assert "another record has the same id" in said(conflict, portal=f"{HOST}/", ends=True)
    assert len(list(shard_of(into).articles())) == len(PAGES)
    with locked(shard_of(into)):
        done = portal_crawler("import", source, "--into", into, expect=4)
    assert "locked by another run" in done.stderr


def test_what_others_wrote_that_nothing_can_be_asked_of_is_no_page_and_breaks_nothing(tmp_path: Path) -> None:
    odd = [
        record("response", url, PAGES[0].http, identity=f"la-{number}")
        for number, url in enumerate(("http://[::1", "http://a:99999/", "http://", "http:///x", f"{HOST}:\u0663/"))
    ]
    ours = "urn:portal-crawler:settled"
    lines = [
        "[" * 100_000,
        '{"url": 1, "key": [], "kind": "article", "state": "gone"}',
        '{"run ended": ' + "[" * 100_000,
    ]
    lines.insert(1, json.dumps({"url": f"{HOST}/x", "key": "x", "kind": "la", "state": "gone", "reason": None}))
    settled = record("resource", ours, "\n".join(lines).encode(), media="application/json", identity="la")
    source = held(tmp_path / "a.warc.gz", packed([*odd, settled, *responses(PAGES)]))
    taken(source, into=tmp_path / "archive")
    assert len(list(shard_of(tmp_path / "archive").articles())) == len(PAGES)
    assert len(list(extract_sources([source]))) == len(PAGES)


def test_an_id_that_a_file_gives_twice_in_a_row_is_named_and_the_rest_is_imported(tmp_path: Path) -> None:
    first, second = (record("response", page.url, page.http, identity="hai-lan") for page in PAGES[:2])
    source = held(tmp_path / "a.warc.gz", packed([first, second, first, *responses(PAGES[2:])]))
    ((one,), (line,)) = import_sources([source], tmp_path / "archive", Display(quiet=True))
    assert "1 record left out, for another record has the same id" in line
    assert one.files[0].doubled == 1
    assert len(list(shard_of(tmp_path / "archive").articles())) == len(PAGES) - 1


def test_a_folder_of_wgets_with_pages_beside_the_warc_file_is_imported(tmp_path: Path) -> None:
    folder = tmp_path / "wget"
    folder.mkdir()
    held(folder / "kho.warc.gz", packed(responses(PAGES)))
    held(folder / "bai-0.html", PAGES[0].body)
    (ended,) = taken(folder, into=tmp_path / "archive")
    assert ended.articles == len(PAGES)
    with pytest.raises(UsageError, match="is no capture"):
        taken(folder, folder / "bai-0.html", into=tmp_path / "other")


def test_another_port_is_another_portal(tmp_path: Path) -> None:
    ports = [f"{HOST}:8081", f"{HOST}:8082"]
    pages = [article(number, host) for host in ports for number in range(6)]
    source = held(tmp_path / "a.warc.gz", packed(responses(pages)))
    (ended,) = taken(source, into=tmp_path / "one", portal=f"{ports[1]}/")
    assert (ended.portal, ended.articles, ended.copied) == (f"{NAME}-8082", 6, 6)
    assert {one.portal for one in taken(source, into=tmp_path / "both")} == {f"{NAME}-8081", f"{NAME}-8082"}


def test_what_the_law_has_taken_out_does_not_come_back_with_the_next_import(tmp_path: Path) -> None:
    source, into = held(tmp_path / "a.warc.gz", packed(responses(PAGES))), tmp_path / "archive"
    taken(source, into=into)
    redact_shard(shard_of(into), [PAGES[2].url], "quyết định 12/2026")
    taken(source, into=into)
    shard = shard_of(into)
    assert PAGES[2].url not in {one.url for path in shard.warcs() for one in captures(path)}
    assert len(list(shard.articles())) == len(PAGES) - 1
    assert ids(shard).total() == len(PAGES) - 1


def test_the_report_is_json_where_it_is_asked_for(tmp_path: Path, portal_crawler: Run) -> None:
    source = held(tmp_path / "a.warc.gz", packed(responses(PAGES)))
    done = portal_crawler("import", source, "--into", tmp_path / "archive", "--json", "--quiet")
    (line,) = done.stdout.splitlines()
    report = json.loads(line)
    assert (report["portal"], report["articles"], report["copied"], done.stderr) == (NAME, 6, 6, "")
