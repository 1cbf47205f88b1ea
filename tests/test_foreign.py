"""Files of other tools: every layout, ARC, WACZ, and what is damaged or means harm."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from foreign import HOST, arc, article, framed, packed, record, responses, skippable, wacz
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.errors import Damaged, Incomplete, Unwritable, UsageError
from archive.warc.capture import capture
from archive.warc.containers import archives, kind_of
from archive.warc.reader import Record, read_at, records
from archive.warc.told import captures, walk
from archive.warc.unpacking import zstd  # of whichever package this Python has it
from portal_crawler.upkeep.sources import extract_sources

PAGES = [article(number) for number in range(6)]
RECORDS = responses(PAGES)
DICTIONARY = zstd.train_dict([one[at : at + 400] for one in RECORDS for at in range(0, 800, 7)], 2000)


def block(one: Record) -> bytes:
    return b"".join(one.pieces())


def read(data: bytes) -> list[bytes]:
    return [block(one) for one in records(io.BytesIO(data))]


def articles(*paths: Path, portal: str | None = None) -> list[dict[str, object]]:
    return [json.loads(line) for line in extract_sources(paths, portal=portal)]


def zst(dictionary: bytes) -> bytes:
    return skippable(0xD, dictionary) + framed(RECORDS, DICTIONARY)


# Zstandard

ZSTD = {
    "frames": framed(RECORDS),
    "several frames a record": framed(RECORDS, frames=3),
    "a dictionary": zst(DICTIONARY.dict_content),
    "a packed dictionary": zst(zstd.compress(DICTIONARY.dict_content)),
    "extension frames": b"".join(framed([one]) + skippable(3, b"x" * 100_000) for one in RECORDS),
}


@pytest.mark.parametrize("layout", ZSTD)
def test_zstandard_is_read_from_the_beginning_and_at_every_offset(tmp_path, layout):
    path = tmp_path / "a.warc.zst"
    path.write_bytes(ZSTD[layout])
    found = list(records(path))
    assert [block(one) for one in found] == [page.http for page in PAGES]
    for number, one in enumerate(found):
        assert one.length is not None
        assert block(read_at(path, one.offset)) == PAGES[number].http
        assert [block(each) for each in records(path, one.offset)] == [page.http for page in PAGES[number:]]
    assert found[-1].offset + found[-1].length <= path.stat().st_size
    assert len({one.offset for one in found}) == len(PAGES)


def test_a_zstandard_file_that_is_cut_or_whose_dictionary_is_wrong_names_the_place(tmp_path):
    path = tmp_path / "a.warc.zst"
    whole = ZSTD["a dictionary"]
    path.write_bytes(whole)
    last = list(records(path))[-1]
    path.write_bytes(whole[:-9])
    with pytest.raises(Damaged, match=f"{path}: damaged at offset {last.offset}: the Zstandard frame is cut off"):
        list(records(path))
    path.write_bytes(framed(RECORDS, DICTIONARY))
    with pytest.raises(Damaged, match=f"{path}: damaged at offset 0: the Zstandard frame is broken"):
        list(records(path))
    path.write_bytes(zst(b"\x37\xa4\x30\xec" + b"none"))
    with pytest.raises(Damaged, match=f"{path}: damaged at offset 0: the dictionary is broken"):
        list(records(path))
    path.write_bytes(skippable(0xD, b"")[:4] + b"\xff\xff\xff\x7f" + whole)
    with pytest.raises(Damaged, match="a dictionary of 2,147,483,647 bytes; 8,388,608 are read"):
        list(records(path))


def test_a_dictionary_that_unpacks_to_more_than_the_limit_is_refused():
    data = skippable(0xD, zstd.compress(bytes(100 << 20))) + framed(RECORDS)
    tracemalloc.start()
    with pytest.raises(Damaged, match="too large"):
        read(data)
    assert tracemalloc.get_traced_memory()[1] < 40 << 20
    tracemalloc.stop()


# ARC


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("packing", ["plain", "gzip"])
def test_arc_gives_what_warcio_reads_of_it(tmp_path, version, packing):
    made = arc(PAGES, version)
    path = tmp_path / "a.arc"
    path.write_bytes(b"".join(made) if packing == "plain" else packed(made))
    found = list(records(path))
    assert [one.type for one in found] == ["warcinfo"] + ["response"] * len(PAGES)
    assert {one.version for one in found} == {f"ARC/{version}"}
    assert [(one.url, one.date, block(one)) for one in found[1:]] == [
        (page.url, page.date, page.http) for page in PAGES
    ]
    assert {(one.id, one.get("WARC-IP-Address")) for one in found[1:]} == {(None, "192.0.2.7")}
    assert [block(read_at(path, one.offset)) for one in found] == [block(one) for one in found]
    assert [one.length for one in found][:-1] == [len(each if packing == "plain" else packed([each])) for each in made][
        :-1
    ]
    if version == 1:  # warcio knows no other
        with path.open("rb") as file:
            theirs = [
                (one.rec_headers.get_header("uri"), one.raw_stream.read())
                for one in ArchiveIterator(file, no_record_parse=True)
                if one.rec_type != "arc_header"
            ]
        assert theirs == [(page.url, page.http) for page in PAGES]


def test_the_articles_of_an_arc_file_point_at_their_place(tmp_path):
    path = tmp_path / "a.arc.gz"
    path.write_bytes(packed(arc(PAGES)))
    found = articles(path)
    assert len(found) == len(PAGES)
    for one in found:
        place = one["provenance"]
        assert place["warc"] == "a.arc.gz"
        assert place["record_id"] == f"a.arc.gz#{place['offset']}"
        assert one["url"] == read_at(path, place["offset"]).url


def test_arc_lines_of_every_sort_are_read():
    strange = (
        b"http://a.example/mot hai?x=1&b= 2.html 192.0.2.7 20190305020000 text/html 1\nx\n"
        b"http://a.example/khong-kieu 192.0.2.7 20190305020000  2\nxy\n"
        b"dns:a.example 192.0.2.9 20190305020000 text/dns 3\nabc\n"
        b"http://[2001:db8::1]/a 2001:db8::1 201903050200 text/html;charset=utf-8 0\n\n"
    )
    found = list(records(io.BytesIO(strange)))
    assert [(one.type, one.url, one.date, block(one)) for one in found] == [
        ("response", "http://a.example/mot hai?x=1&b= 2.html", "2019-03-05T02:00:00Z", b"x"),
        ("response", "http://a.example/khong-kieu", "2019-03-05T02:00:00Z", b"xy"),
        ("resource", "dns:a.example", "2019-03-05T02:00:00Z", b"abc"),
        ("response", "http://[2001:db8::1]/a", "2019-03-05T02:00Z", b""),
    ]


@settings(max_examples=150)
@given(st.sampled_from(["arc", "arc 2", "arc.gz", *ZSTD]), st.binary(max_size=80), st.integers(0, 6000))
def test_no_bytes_make_reading_arc_or_zstandard_fail_otherwise(layout, junk, at):
    sound = {"arc": b"".join(arc(PAGES)), "arc 2": b"".join(arc(PAGES, 2)), "arc.gz": packed(arc(PAGES)), **ZSTD}[
        layout
    ]
    for data in (sound[:at], sound[:at] + junk + sound[at + len(junk) :], sound[:at] + junk + sound[at:], sound[at:]):
        for damaged in (None, lambda error: None):
            try:
                for one in records(io.BytesIO(data), 0, damaged):
                    if one.type == "response":
                        capture(one, "x")
                    assert one.length is None or one.offset + one.length <= len(data)
            except UsageError:
                continue
            except Damaged:
                assert damaged is None


# Damage

LAYOUTS = {
    "gzip": (packed(RECORDS), [len(packed(RECORDS[:number])) for number in range(7)]),
    "zstd": (framed(RECORDS), [len(framed(RECORDS[:number])) for number in range(7)]),
    "plain": (b"".join(RECORDS), [len(b"".join(RECORDS[:number])) for number in range(7)]),
}


@pytest.mark.parametrize("layout", ["gzip", "zstd"])
def test_a_record_that_is_damaged_is_named_and_the_others_are_read(layout):
    whole, starts = LAYOUTS[layout]
    for number in range(6):
        middle = (starts[number] + starts[number + 1]) // 2
        data = whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :]
        said: list[Damaged] = []
        found = [block(one) for one in records(io.BytesIO(data), 0, said.append)]
        assert found == [page.http for index, page in enumerate(PAGES) if index != number], number
        (error,) = said
        assert f"damaged at offset {starts[number]}" in str(error)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_garbage_between_records_is_named_and_passed_over(layout):
    whole, starts = LAYOUTS[layout]
    for junk in (b"\0" * 4096, b"<html>khong phai</html>", b"WARC/1.0 nothing"):
        said: list[Damaged] = []
        data = whole[: starts[2]] + junk + b"\r\n\r\n" * (layout == "plain") + whole[starts[2] :]
        found = [block(one) for one in records(io.BytesIO(data), 0, said.append)]
        assert [page.http for page in PAGES[3:]] == found[-3:]
        assert found[:2] == [page.http for page in PAGES[:2]]
        assert said


@pytest.mark.parametrize("length", ["4294967296", "5", "-1", "x", "999999999999999999"])
def test_a_length_that_lies_costs_its_own_record(length):
    lie = RECORDS[2].replace(
        f"Content-Length: {len(PAGES[2].http)}\r\n\r\nHTTP".encode(), f"Content-Length: {length}\r\n\r\nHTTP".encode()
    )
    said: list[Damaged] = []
    data = packed([*RECORDS[:2], lie, *RECORDS[3:]])
    tracemalloc.start()
    found = [block(one) for one in records(io.BytesIO(data), 0, said.append)]
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()
    assert [page.http for page in PAGES[3:]] == found[-3:]
    assert said or length == "5"


def test_a_record_that_unpacks_to_a_hundred_thousand_times_its_size_is_never_in_memory():
    bomb = record("response", f"{HOST}/bom", b"HTTP/1.1 200 OK\r\n\r\n" + bytes(120 << 20), identity="bom")
    for data in (packed([bomb, RECORDS[0]]), framed([bomb, RECORDS[0]])):
        tracemalloc.start()
        for one in records(io.BytesIO(data)):
            assert sum(map(len, one.pieces())) == int(one.get("Content-Length") or 0)
        assert tracemalloc.get_traced_memory()[1] < 30 << 20
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("kind", "url", "media_type"),
    [
        ("metadata", f"{HOST}/bom", "application/warc-fields"),
        ("resource", "urn:portal-crawler:portal.toml", "application/toml"),
    ],
)
def test_what_a_record_says_that_unpacks_to_any_size_is_read_at_its_beginning(
    monkeypatch, tmp_path, kind, url, media_type
):
    monkeypatch.setattr("archive.warc.told.LIMIT", 9 << 12)
    bomb = record(kind, url, b"error: a\n" * (1 << 19), media=media_type, identity="bom")
    path = tmp_path / "a.warc.gz"
    path.write_bytes(packed([bomb]))
    tracemalloc.start()
    (told,) = walk(path)
    assert tracemalloc.get_traced_memory()[1] < 40 << 20  # of its fields alone it would be 100 MB
    tracemalloc.stop()
    assert (told.text[:9] if kind == "resource" else told.error) in ("a", "error: a\n")


def test_extract_gives_what_is_sound_and_says_what_is_not(tmp_path, capsys):
    whole, starts = LAYOUTS["gzip"]
    (tmp_path / "a.warc.gz").write_bytes(whole[: starts[2] + 9] + b"\0\0\0\0" + whole[starts[2] + 13 :])
    (tmp_path / "b.warc.gz").write_bytes(packed(responses([article(9)]))[:-20])
    (tmp_path / "c.wacz").write_bytes(wacz({"archive/c.warc.gz": packed(responses([article(8)]))})[:-30])
    given = extract_sources([tmp_path])
    found = []
    with pytest.raises(Incomplete) as error:
        found.extend(given)
    said = capsys.readouterr().err + str(error.value)
    assert len(found) == 5
    for name in (
        f"a.warc.gz: damaged at offset {starts[2]}",
        "b.warc.gz: damaged at offset 0",
        "c.wacz: not a whole zip",
    ):
        assert f"{tmp_path}/{name}" in said
    assert error.value.exit_code == 3


# What a file is


def test_what_a_file_is_its_bytes_tell_and_not_its_name(tmp_path):
    given = {
        "bang-tin.dat": b"".join(RECORDS),
        "anh.jpg": packed(RECORDS),
        "khong-ten": framed(RECORDS),
        "cu.txt": b"".join(arc(PAGES)),
        "goi.bin": wacz({"archive/x": packed(RECORDS)}),
    }
    for name, data in given.items():
        path = tmp_path / name
        path.write_bytes(data)
        assert kind_of(path) == ("zip" if name == "goi.bin" else "archive")
        assert len(articles(path)) == len(PAGES)
    (tmp_path / "trang").write_bytes(PAGES[0].body)
    (tmp_path / "du-lieu.warc.gz").write_bytes(gzip.compress(b"khong phai WARC"))
    assert (kind_of(tmp_path / "trang"), kind_of(tmp_path / "du-lieu.warc.gz")) == ("html", None)
    with pytest.raises(UsageError, match=r"du-lieu.warc.gz: not a WARC file: it begins with b'khong phai"):
        articles(tmp_path / "du-lieu.warc.gz")


def test_files_of_one_name_in_several_folders_are_all_read(tmp_path):
    for number, folder in enumerate(("a", "b", "c/d")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.warc.gz").write_bytes(packed(responses([PAGES[number]])))
    (tmp_path / "ghi-chu.txt").write_text("không phải kho", encoding="utf-8")
    assert {one["provenance"]["warc"] for one in articles(tmp_path)} == {"a/x.warc.gz", "b/x.warc.gz", "c/d/x.warc.gz"}
    assert len(articles(tmp_path / "a" / "x.warc.gz", tmp_path / "b" / "x.warc.gz")) == 2


def test_a_file_that_is_one_gzip_stream_gives_the_same_records(tmp_path):
    one, many = tmp_path / "one.warc.gz", tmp_path / "many.warc.gz"
    one.write_bytes(gzip.compress(b"".join(RECORDS)))
    many.write_bytes(packed(RECORDS))
    found, expected = articles(one), articles(many)
    assert [each["title"] for each in found] == [each["title"] for each in expected]
    assert {each["provenance"]["length"] for each in found} == {None}
    for each in found:
        assert read_at(one, each["provenance"]["offset"]).url == each["url"]


# WACZ


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_archives_in_a_wacz_are_read_where_they_are(tmp_path, compression):
    path, scratch = tmp_path / "a.wacz", tmp_path / "scratch"
    scratch.mkdir()
    entries = {
        "datapackage.json": b"{}",
        "pages/pages.jsonl": b"{}\n",
        "archive/mot.warc.gz": packed(RECORDS[:3]),
        "archive/hai.warc": b"".join(RECORDS[3:]),
        "indexes/index.cdx.gz": packed(RECORDS),
    }
    path.write_bytes(wacz(entries, compression))
    parts = list(archives(path, "a.wacz", scratch))
    assert [part.name for part in parts] == ["a.wacz!/archive/mot.warc.gz", "a.wacz!/archive/hai.warc"]
    assert bool(list(scratch.iterdir())) == (compression == zipfile.ZIP_DEFLATED)
    found = [one for part in parts for one in captures(part.place, 0, part.name)]
    assert [one.body for one in found] == [page.body for page in PAGES]
    for part in parts:
        for one in captures(part.place, 0, part.name):
            again = next(captures(part.place, one.provenance.offset or 0, part.name))
            assert again == one
    assert len(articles(path)) == len(PAGES)


def test_a_wacz_of_waczs_is_read(tmp_path):
    path = tmp_path / "a.wacz"
    inner = wacz({"archive/x.warc.gz": packed(RECORDS)})
    path.write_bytes(wacz({"mot.wacz": inner, "archive/y.warc.gz": packed(responses([article(7)]))}))
    found = articles(path)
    assert len(found) == len(PAGES) + 1
    assert {one["provenance"]["warc"] for one in found} == {
        "a.wacz!/mot.wacz!/archive/x.warc.gz", "a.wacz!/archive/y.warc.gz",
    }  # fmt: skip


def test_names_that_lead_out_of_a_wacz_lead_nowhere(tmp_path):
    home = tmp_path / "home" / "scratch"
    home.mkdir(parents=True)
    path = tmp_path / "a.wacz"
    names = [
        "archive/../../../thoat.warc.gz",
        "/etc/thoat.warc.gz",
        "archive/..\\..\\thoat.warc.gz",
        "archive/a\nb.warc.gz",
    ]
    path.write_bytes(wacz(dict.fromkeys(names, packed(RECORDS)), zipfile.ZIP_DEFLATED))
    parts = list(archives(path, path.name, home))
    assert len(parts) == 4
    assert not any("\n" in part.name for part in parts)
    assert {each.parent for each in tmp_path.rglob("*") if each.is_file()} == {tmp_path, home}


def test_a_wacz_that_means_harm_is_refused_in_one_line(tmp_path, monkeypatch):
    path = tmp_path / "a.wacz"

    def said(data: bytes, error: type[Exception]) -> str:
        path.write_bytes(data)
        with pytest.raises(error) as caught:
            list(archives(path, path.name, tmp_path))
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    sound = wacz({"archive/x.warc.gz": packed(RECORDS)})
    assert "not a whole zip file" in said(sound[:-40], Damaged)
    assert "a zip file without a WARC or ARC file in it" in said(wacz({"pages/pages.jsonl": b"{}"}), UsageError)
    end = sound.rindex(b"PK\x05\x06")
    huge = sound[: end + 12] + (2_000_000_000).to_bytes(4, "little") + sound[end + 16 :]
    assert "whose directory has 2,000,000,000 bytes" in said(huge, UsageError)
    place = sound.index(b"PK\x01\x02")
    lies = bytearray(sound)
    lies[place + 20 : place + 28] = (0x7FFFFFFF).to_bytes(4, "little") * 2
    assert "its entries overlap" in said(bytes(lies), Damaged)
    locked = bytearray(sound)
    locked[place + 8] |= 1
    assert "is encrypted" in said(bytes(locked), UsageError)
    deflated = bytearray(wacz({"archive/x.warc.gz": bytes(1 << 20)}, zipfile.ZIP_DEFLATED))
    place = deflated.index(b"PK\x01\x02")
    deflated[place + 24 : place + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    with monkeypatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1 << 30))
        assert "4,294,967,280 bytes have no room" in said(bytes(deflated), Unwritable)
    broken = bytearray(wacz({"archive/x.warc.gz": packed(RECORDS)}, zipfile.ZIP_DEFLATED))
    broken[60:90] = bytes(30)
    assert "cannot be unpacked" in said(bytes(broken), Damaged)


# Bodies


def test_bodies_of_every_coding_and_of_tools_that_changed_them_give_the_article(tmp_path):
    import zlib

    import brotli

    plain = PAGES[0].body
    raw = zlib.compressobj(6, zlib.DEFLATED, -15)
    chunked = b"".join(
        f"{len(plain[at : at + 500]):x}\r\n".encode() + plain[at : at + 500] + b"\r\n"
        for at in range(0, len(plain), 500)
    )
    bodies = {
        "Content-Encoding: br": brotli.compress(plain),
        "Content-Encoding: zstd": zstd.compress(plain[:100]) + zstd.compress(plain[100:]),
        "Content-Encoding: gzip": gzip.compress(plain[:100]) + gzip.compress(plain[100:]),
        "Content-Encoding: deflate": zlib.compress(plain),
        "content-encoding: deflate": raw.compress(plain) + raw.flush(),
        "Content-Encoding: deflate, gzip": gzip.compress(zlib.compress(plain)),
        "Transfer-Encoding: chunked": chunked + b"0\r\n\r\n",
        "transfer-encoding: chunked": plain,  # the tool took the framing off and left the header
        "content-encoding: gzip": plain,  # and the coding
        "X-Crawler-Content-Encoding: gzip": plain,  # Common Crawl
        "Content-Encoding: gzip\r\nTransfer-Encoding: chunked": b"%x\r\n" % len(gzip.compress(plain))
        + gzip.compress(plain)
        + b"\r\n0\r\n\r\n",
        "x: torn\r\nContent-Encoding: gzip": gzip.compress(plain)[:-6],
    }
    made = []
    for number, (header, body) in enumerate(bodies.items()):
        answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{header}\r\n\r\n".encode() + body
        made.append(record("response", f"{HOST}/b/{number}", answer, identity=str(number)))
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(made))
    for (header, _), one in zip(bodies.items(), captures(path), strict=True):
        assert one.body == plain, header


def test_what_browsertrix_keeps_beside_a_page_is_no_page(tmp_path):
    page = PAGES[0]
    made = [
        RECORDS[0],
        record(
            "resource",
            f"urn:pageinfo:{page.url}",
            b'{"pageid": "x", "urls": {}}',
            identity="p",
            media="application/json",
        ),
        record("resource", f"urn:text:{page.url}", "Chữ của trang".encode(), identity="t", media="text/plain"),
        record("resource", f"urn:thumbnail:{page.url}", b"\xff\xd8", identity="v", media="image/jpeg"),
        record("resource", "urn:x:cau-hinh", b'[portal]\nname = "khac"\n', identity="c", media="application/toml"),
        record("conversion", page.url, b"chu", identity="k", media="text/plain"),
    ]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(packed(made))
    assert [one.url for one in captures(path)] == [page.url]
    (found,) = articles(path)
    assert found["title"] == "Mường Giá khởi công cầu treo bản Nà Sọn"


def test_a_record_that_two_files_have_is_told_once_and_an_id_given_twice_loses_nothing(tmp_path):
    one, two = tmp_path / "mot.warc.gz", tmp_path / "hai.warc.gz"
    one.write_bytes(packed(RECORDS))
    two.write_bytes(
        packed(RECORDS[:2]) + packed([record("response", PAGES[5].url + "?v=2", article(11).http, identity="a")])
    )
    three = tmp_path / "ba.warc.gz"
    three.write_bytes(
        packed([record("response", page.url, page.http, identity="a") for page in (article(12), article(13))])
    )
    found = articles(one, two, three)
    assert len(found) == len(PAGES) + 3
    assert len({each["provenance"]["record_id"] for each in found}) == len(found)
    for each in found:
        file = tmp_path / str(each["provenance"]["warc"])
        assert read_at(file, each["provenance"]["offset"]).url == each["url"]
