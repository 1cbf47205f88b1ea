"""The index: cdxj-indexer's lines, sorted and merged; `verify` names what is not as the captures are."""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Done
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Collection
from archive.index.cdxj import Indexer, entries, lines, parse, timestamp, update
from archive.index.requestbody import asked
from archive.index.sorter import Sorter
from archive.index.surt import surt
from archive.shard import Shard
from archive.warc.reader import records
from portal_crawler.demo import serve

Run = Callable[..., Done]

PEERS = "is not installed: `make test` installs the versions of requirements.lock"


def record(kind: str, number: int, block: bytes, *head: str, url: str = "http://huyen.example/a") -> bytes:
    """A WARC record as a gzip member."""
    fields = (
        "WARC/1.1",
        f"WARC-Type: {kind}",
        f"WARC-Record-ID: <urn:uuid:0000-{number}>",
        "WARC-Date: 2026-11-28T09:30:15.250000Z",
        f"WARC-Target-URI: {url}",
        *head,
        f"Content-Length: {len(block)}",
    )
    return gzip.compress("\r\n".join((*fields, "\r\n")).encode() + block + b"\r\n\r\n", mtime=0)


def response(number: int, *head: str, url: str = "http://huyen.example/a", body: bytes = b"xin chao") -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body
    return record("response", number, block, "Content-Type: application/http; msgtype=response", *head, url=url)


def request(number: int, body: bytes, media_type: str, *head: str, url: str = "http://huyen.example/a") -> bytes:
    block = f"POST /a HTTP/1.1\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    return record("request", number, block, "Content-Type: application/http; msgtype=request", *head, url=url)


DIGEST = "WARC-Payload-Digest: sha256:" + "ab" * 32
FORM = "application/x-www-form-urlencoded"


def peers(path: Path, *options: str) -> list[bytes]:
    """What cdxj-indexer makes of a WARC file, or of a folder of them."""
    pytest.importorskip("cdxj_indexer", reason=f"cdxj-indexer {PEERS}")
    command = [sys.executable, "-W", "ignore", "-m", "cdxj_indexer.main", *options, "--sort", str(path)]
    done = subprocess.run(command, capture_output=True, check=True)
    return [line for line in done.stdout.splitlines() if not line.startswith(b"urn:")]


def ours(path: Path) -> list[bytes]:
    return sorted(entry.line() for entry in entries(path, path.name))


# Keys


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://huyen.example/", "example,huyen)/"),
        ("https://www.Huyen.example:443/Tin-Tuc/?b=2&a=1", "example,huyen)/tin-tuc?a=1&b=2"),
        ("http://www2.huyen.example:8080/a//b/../c/.", "example,huyen:8080)/a/c"),
        ("http://huyen.example/tin-t%E1%BB%A9c/", "example,huyen)/tin-t%e1%bb%a9c"),
        ("http://huyen.example/tin-tức/", "example,huyen)/tin-t%e1%bb%a9c"),
        ("http://huyện.example/", "example,xn--huyn-nw5a)/"),
        ("http://huyen.example?a", "example,huyen)/?a"),
        ("http://huyen.example/a?", "example,huyen)/a"),
        ("http://huyen.example/a b?c d=1 ", "example,huyen)/a%20b?c%20d=1"),
        ("http://huyen.example/a;jsessionid=1?sid=0123456789abcdef0123456789abcdef&x=1",
         "example,huyen)/a;jsessionid=1?x=1"),
        ("http://127.0.0.1:40941/", "1,0,0,127:40941)/"),
        ("http://huyen.example/#top", "example,huyen)/"),
        ("dns:huyen.example", "dns:huyen.example"),
    ],
)  # fmt: skip
def test_an_address_has_the_key_that_replay_tools_look_it_up_by(url: str, key: str) -> None:
    assert surt(url) == key


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://huyen.example/", "http://h.example:80?"]))
def test_every_address_has_a_key_and_no_key_has_white_space(text: str, begin: str) -> None:
    key = surt(begin + text)
    assert key
    assert not any(letter.isspace() for letter in key)


PIECES = st.sampled_from(
    [
        "http://",
        "https://",
        "HTTP://",
        "www.",
        "www2.",
        "huyen.example",
        "Đông.example",
        ":80",
        ":443",
        ":8080",
        "@",
        "user:p@",
        "/",
        "//",
        "/.",
        "/..",
        "/../",
        "a",
        "B",
        "%C4%91",
        "đ",
        "%2525",
        "%2F",
        "%3f",
        "%",
        "%2",
        "?",
        "&",
        "=",
        "a=1",
        "b=",
        "sid=0123456789abcdef0123456789abcdef",
        "(a(abcdefghijklmnopqrstuvwx))/",
        ".aspx",
        "#",
        "127.0.0.1",
        "010.0.0.1",
        "3232235777",
        "[::1]",
        "..",
        ".",
        "ftp://",
        "dns:",
        "urn:x:",
        "+",
        "\\",
        "|",
        "~",
        "é",
        "CFID=1&CFTOKEN=2",
    ]
)


@settings(max_examples=400)
@given(
    st.lists(PIECES, max_size=8).map("".join), st.sampled_from(["", "http://huyen.example/", "https://www.h.example"])
)
def test_keys_are_those_of_the_package_surt(text: str, begin: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = pytest.importorskip("surt", reason=f"surt {PEERS}")
    try:
        key = theirs.surt(begin + text)
    except (ValueError, AttributeError):  # a port that is none: cdxj-indexer takes the address itself then
        return
    assert surt(begin + text) == key


# Lines


def test_a_capture_is_one_line_to_the_letter(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(record("warcinfo", 0, b"") + response(1, DIGEST))
    first = len(record("warcinfo", 0, b""))
    (line,) = ours(path)
    assert line.decode() == (
        'example,huyen)/a 20261128093015 {"url": "http://huyen.example/a", "mime": "text/html", "status": "200", '
        f'"digest": "sha256:{"ab" * 32}", "length": "{path.stat().st_size - first}", "offset": "{first}", '
        '"filename": "a.warc.gz"}'
    )
    assert [line] == peers(path)


def test_revisits_and_resources_are_captures_and_the_rest_is_none(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    profile = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    path = tmp_path / "a.warc.gz"
    path.write_bytes(
        record("warcinfo", 0, b"software: x\r\n", "Content-Type: application/warc-fields")
        + record("revisit", 1, head, "Content-Type: application/http; msgtype=response", profile, DIGEST)
        + record("resource", 2, b"<html>", "Content-Type: text/html", DIGEST, url="http://huyen.example/b")
        + record("resource", 3, b"x", "Content-Type: application/toml", DIGEST, url="urn:portal-crawler:x")
        + record("metadata", 4, b"via: x\r\n", "Content-Type: application/warc-fields")
    )
    found = [parse(line) for line in ours(path)]
    assert [(entry.fields["mime"], entry.fields.get("status")) for entry in found] == [
        ("warc/revisit", "200"),
        ("text/html", None),
    ]
    assert ours(path) == peers(path)


def test_that_nothing_was_modified_is_nothing_to_be_shown(tmp_path: Path) -> None:
    """cdxj-indexer has a line of it; pywb then opens the 304 itself as the page's newest capture, blank."""
    head = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    profile = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    path = tmp_path / "a.warc.gz"
    path.write_bytes(record("revisit", 1, head, "Content-Type: application/http; msgtype=response", profile))
    assert ours(path) == []
    assert parse(peers(path)[0]).fields["status"] == "304"


def test_a_request_with_a_body_is_part_of_the_key(tmp_path: Path) -> None:
    """As the crawl writes it: the request comes first and names its response, which is behind it."""
    path = tmp_path / "a.warc.gz"
    names = "WARC-Concurrent-To: <urn:uuid:0000-2>"
    path.write_bytes(request(1, b"page=2&q=h%E1%BB%8Dp", FORM, names) + response(2, DIGEST))
    (entry,) = map(parse, ours(path))
    assert entry.key == "example,huyen)/a?__wb_method=post&page=2&q=h%e1%bb%8dp"
    assert (entry.fields["method"], entry.fields["requestBody"]) == ("POST", "page=2&q=họp")
    # WARC 1.1, 5.7: either record may name the other. cdxj-indexer looks only at what the later one says, so it takes
    # this response for that of a GET, and the pages of a list that is asked for by forms for one address.
    assert b"requestBody" not in peers(path, "--post-append")[0]


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (FORM, b"page=2&__VIEWSTATE=%2FwEPDwUKMTY"),
        (FORM, b"\xff\xfe"),
        ("application/json", b'{"page": 2, "list": ["a", "b"], "x": {"page": "3"}}'),
        ("application/json", b"no json"),
        ("text/plain", b"words"),
        ("multipart/form-data; boundary=X", b'--X\r\nContent-Disposition: form-data; name="a"\r\n\r\nb c\r\n--X--\r\n'),
        ("multipart/form-data", b"no boundary"),
        ("application/octet-stream", bytes(range(256))),
        ("", b"x=1"),
        (FORM, b""),
        (FORM, b"a=" + b"b" * 5000),
    ],
)
def test_a_body_gives_the_query_that_cdxj_indexer_makes_of_it(tmp_path: Path, media_type: str, body: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(response(2, DIGEST) + request(1, body, media_type, "WARC-Concurrent-To: <urn:uuid:0000-2>"))
    assert ours(path) == peers(path, "--post-append")


def test_values_of_json_are_as_a_browser_prints_them() -> None:
    """pywb and ReplayWeb.page do so too; cdxj-indexer writes True, None and 2.0, which no browser asks for."""
    head = b"POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 58\r\n\r\n"
    found = asked(head + b'{"a": true, "b": null, "c": 2.0, "d": 2.5, "a": false}    ')
    assert found is not None
    assert found.query == "a=false&b=null&c=2&d=2.5"


@given(
    st.binary(max_size=300),
    st.sampled_from([FORM, "application/json", "multipart/form-data; boundary=X", "text/plain"]),
)
def test_any_request_gives_a_query_of_bounded_length(body: bytes, media_type: str) -> None:
    head = f"POST / HTTP/1.1\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    found = asked(head + body)
    assert found is not None
    assert len(found.query) <= 4096
    assert asked(body) is None or body[:4].upper() in (b"POST", b"PUT ", b"PUT\n", b"PUT\r", b"PUT")


@given(st.binary(max_size=200))
def test_a_line_is_an_entry_or_is_refused_in_words(data: bytes) -> None:
    for line in (data, b"example)/ 20261128093015 " + data, b'example)/ 20261128093015 {"offset": "' + data + b'"}'):
        with contextlib.suppress(ValueError):
            found = parse(line)
            assert parse(found.line()) == found


@pytest.mark.parametrize(
    ("date", "digits"),
    [
        ("2026-11-28T09:30:15.250000Z", "20261128093015"),
        ("2026-11-28T09:30:15Z", "20261128093015"),
        ("2026-11-28", "20261128000000"),
        ("2026", "20260101000000"),
        (None, "00000101000000"),
    ],
)
def test_a_date_is_fourteen_digits(date: str | None, digits: str) -> None:
    assert timestamp(date) == digits


# Sorted and merged


@given(st.lists(st.binary(max_size=8).filter(lambda line: b"\n" not in line), max_size=300), st.integers(60, 4000))
def test_lines_come_out_sorted_once_each_however_little_memory_there_is(given_lines: list[bytes], memory: int) -> None:
    with Sorter(memory) as sorter:
        for line in given_lines:
            sorter.add(line)
        assert list(sorter) == sorted(set(given_lines))
        assert list(sorter) == sorted(set(given_lines))


def test_a_thousand_files_of_lines_are_never_open_at_once() -> None:
    with Sorter(1) as sorter:
        for number in range(1000, 0, -1):
            sorter.add(b"%04d" % number)
            assert len(sorter._files) <= 64
        assert list(sorter) == [b"%04d" % number for number in range(1, 1001)]


def shard_of(folder: Path, **warcs: bytes) -> Shard:
    shard = Shard(folder / "demo")
    shard.warc_folder.mkdir(parents=True)
    for name, data in warcs.items():
        (shard.warc_folder / f"{name}.warc.gz").write_bytes(data)
    return shard


def test_only_what_is_new_is_read_and_merged_in(tmp_path: Path) -> None:
    shard = shard_of(tmp_path, a=response(1, DIGEST, url="http://huyen.example/m"))
    update(shard)
    old = list(lines(shard.index_file))
    (shard.warc_folder / "a.warc.gz").write_bytes(b"not looked at again")
    for number, where in enumerate("az"):
        data = response(number, DIGEST, url=f"http://huyen.example/{where}")
        (shard.warc_folder / f"{where}{where}.warc.gz").write_bytes(data)
    update(shard)
    found = list(lines(shard.index_file))
    assert len(found) == 3
    assert found == sorted(found)
    assert found[1:2] == old


@pytest.mark.parametrize("damage", [b"no line\n", b"zzz) 20261128093015 {}\n", b"example) 2026 {"])
def test_an_index_that_is_damaged_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    shard = shard_of(tmp_path, a=response(1, DIGEST), b=response(2, DIGEST, url="http://huyen.example/b"))
    update(shard)
    sound = shard.index_file.read_bytes()
    for content in (damage + sound, sound + damage, sound[:40]):
        shard.index_file.write_bytes(content)
        (shard.warc_folder / "c.warc.gz").write_bytes(response(3, DIGEST, url="http://huyen.example/c"))
        update(shard)
        assert len(list(lines(shard.index_file))) == 3
        (shard.warc_folder / "c.warc.gz").unlink()
        update(shard)
        assert shard.index_file.read_bytes() == sound


# A shard's


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Path:
    """Two visits of the demo portal."""
    folder = tmp_path_factory.mktemp("crawled")
    with serve() as demo:
        (folder / "demo.toml").write_text(demo.portal().to_toml(), encoding="utf-8")
        portal_crawler("crawl", folder / "demo.toml", "--into", folder / "archive")
        portal_crawler("crawl", folder / "demo.toml", "--into", folder / "archive", "--refresh")
    return folder / "archive"


def test_the_index_of_two_runs_is_the_one_that_cdxj_indexer_makes(crawled: Path) -> None:
    shard = Collection(crawled).shard("demo")
    kept = list(lines(shard.index_file))
    theirs = peers(shard.warc_folder)
    assert len(theirs) > 300
    assert kept == [line for line in theirs if parse(line).fields.get("status") != "304"]


def test_every_capture_of_the_ledger_is_in_the_index_at_its_place(crawled: Path) -> None:
    shard = Collection(crawled).shard("demo")
    places = {(f"warc/{entry.file}", entry.offset, entry.length) for entry in map(parse, lines(shard.index_file))}
    with shard.reading() as ledger:
        shown = [kept for kept in ledger.captures.all() if kept.status != 304]
    assert {(kept.warc, kept.offset, kept.length) for kept in shown} <= places


def test_what_differs_from_the_captures_is_named_by_verify_and_mended_by_rebuild(
    crawled: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    crawled = Path(shutil.copytree(crawled, tmp_path / "archive"))
    shard = Collection(crawled).shard("demo")
    sound = shard.index_file.read_bytes()
    kept = sound.splitlines(keepends=True)
    place = next(number for number, line in enumerate(kept) if b'"status": "200"' in line)
    changed = kept[place].replace(b'"status": "200"', b'"status": "500"')
    for content, words in (
        ([*kept[:5], *kept[6:]], "lacks 1 of the captures"),
        ([*kept[:place], changed, *kept[place + 1 :]], "has 1 lines"),
        ([kept[1], kept[0], *kept[2:]], "not in the order"),
        ([*kept, b"nonsense\n"], "nonsense"),
    ):
        shard.index_file.write_bytes(b"".join(content))
        assert [line for line in portal_crawler("verify", crawled, expect=5).stdout.splitlines() if words in line]
    shard.index_file.unlink()
    assert "index.cdxj: is missing" in portal_crawler("verify", crawled, expect=5).stdout
    portal_crawler("rebuild", crawled)
    assert shard.index_file.read_bytes() == sound
    assert portal_crawler("verify", crawled).stdout == ""


def test_an_entry_leads_to_the_record_of_its_address(crawled: Path) -> None:
    shard = Collection(crawled).shard("demo")
    for line in list(lines(shard.index_file))[::40]:
        entry = parse(line)
        found = next(records(shard.warc_folder / entry.file, entry.offset))
        assert (found.url, found.length) == (entry.fields["url"], entry.length)
        assert list(Indexer(entry.file).take(found)) == []  # complete when the next record is known
        assert json.loads(line.partition(b" {")[2].join((b"{", b""))) == entry.fields
