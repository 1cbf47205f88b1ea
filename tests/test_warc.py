"""WARC files: written whole, read by others, read from others, mended when a run was killed."""

from __future__ import annotations

import base64
import errno
import gzip
import hashlib
import io
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from archive.errors import Damaged, Unwritable, UsageError
from archive.warc import Refers, WarcWriter, Written, read_at, records, salvage
from archive.warc import capture as capture_module
from archive.warc.capture import Hint, capture, kept
from archive.warc.exchange import MEMORY, Exchange, Spool
from archive.warc.http import ENOUGH, entity, parse_response
from archive.warc.told import captures, hint_fields, hints_of

NOON = datetime(2026, 11, 23, 5, 0, 0, 123456, tzinfo=UTC)
REQUEST = b"GET /trang/TinTuc/1/2/tin.html HTTP/1.1\r\nHost: huyen.example\r\n\r\n"
PAGE = "<h1>Hội nghị tổng kết công tác thủy lợi</h1><p>Sáng nay, tại huyện…</p>".encode()
PLAIN = b"HTTP/1.1 200 OK\r\nserver: x\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;a=b\r\n%s\r\n%x\r\n%s\r\n0\r\nT: v\r\n\r\n" % (
    PAGE[:5],
    len(PAGE) - 5,
    PAGE[5:],
)
BARE = b"HTTP/1.0 404\nA: b\n\nnone"
NO_HTTP = b"<html>HTTP/0.9"

MADE: list[Exchange] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Closes what `exchange` made."""
    yield
    while MADE:
        MADE.pop().received.close()


def exchange(answer: bytes = PLAIN, url: str = "http://huyen.example/trang/TinTuc/1/2/tin.html", **more) -> Exchange:
    made = Exchange(url, NOON, **{"sent": bytearray(REQUEST), "ip": "192.0.2.7", "seconds": 0.25, **more})
    made.received.append(answer)
    MADE.append(made)
    return made


def numbered() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"urn:uuid:00000000-0000-4000-8000-{next(numbers):012}"


def writer(folder: Path, **more) -> WarcWriter:
    given = {"software": "portal-crawler/test", "clock": lambda: NOON, "new_id": numbered(), **more}
    return WarcWriter(folder, "huyen", **given)


def write(folder: Path, *exchanges: Exchange, **more) -> tuple[Path, list[Written]]:
    with writer(folder, **more) as warc:
        written = [warc.exchange(each) for each in exchanges]
    return folder / warc.file, written


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def block_of(record) -> bytes:
    return record.block.bytes() if isinstance(record.block, Spool) else record.block


# Writing


def test_an_exchange_is_written_byte_for_byte_as_promised(tmp_path):
    made = exchange(
        b"HTTP/1.1 103 Early\r\n\r\n" + CHUNKED, trailing=b"junk", tls=("TLSv1.3", "TLS_AES_128_GCM_SHA256")
    )
    with writer(tmp_path, info=[("operator", "Kho lưu trữ"), ("robots", "obey")]) as warc:
        written = warc.exchange(made, metadata=[("via", "http://huyen.example/")])
    data = (tmp_path / written.file).read_bytes()
    info, exchanged = gzip.decompress(data[: written.begin]), gzip.decompress(data[written.begin : written.end])
    fields = (
        "software: portal-crawler/test\r\nformat: WARC File Format 1.1\r\nconformsTo: "
        "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
        "operator: Kho lưu trữ\r\nrobots: obey\r\n"
    ).encode()
    assert info == (
        b"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000004>\r\n"
        b"WARC-Date: 2026-11-23T05:00:00.123456Z\r\nWARC-Filename: huyen-20261123050000-00000.warc.gz\r\n"
        b"Content-Type: application/warc-fields\r\nWARC-Block-Digest: " + sha256(fields).encode() + b"\r\n"
        b"Content-Length: " + str(len(fields)).encode() + b"\r\n\r\n" + fields + b"\r\n\r\n"
    )
    common = (
        "WARC-Date: 2026-11-23T05:00:00.123456Z\r\nWARC-Target-URI: http://huyen.example/trang/TinTuc/1/2/tin.html\r\n"
    )
    wire = (
        f"{common}WARC-IP-Address: 192.0.2.7\r\nWARC-Protocol: http/1.1\r\nWARC-Protocol: tls/1.3\r\n"
        "WARC-Cipher-Suite: TLS_AES_128_GCM_SHA256\r\n"
    )
    concurrent = "WARC-Concurrent-To: <urn:uuid:00000000-0000-4000-8000-000000000002>\r\n"
    interim, trailing = base64.b64encode(b"HTTP/1.1 103 Early\r\n\r\n").decode(), base64.b64encode(b"junk").decode()
    told = "via: http://huyen.example/\r\nfetchTimeMs: 250\r\n"
    told += f"interim-response: {interim}\r\ntrailing-bytes: {trailing}\r\n"
    expected = b""
    for number, kind, head, block in (
        (1, "request", f"{wire}{concurrent}Content-Type: application/http; msgtype=request\r\n", REQUEST),
        (
            2,
            "response",
            f"{wire}WARC-Payload-Digest: {sha256(PAGE)}\r\nContent-Type: application/http; msgtype=response\r\n",
            CHUNKED,
        ),
        (3, "metadata", f"{common}{concurrent}Content-Type: application/warc-fields\r\n", told.encode()),
    ):
        expected += (
            f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012}>\r\n"
            f"{head}WARC-Block-Digest: {sha256(block)}\r\nContent-Length: {len(block)}\r\n\r\n"
        ).encode()
        expected += block + b"\r\n\r\n"
    assert exchanged == expected


def test_the_place_that_is_given_back_is_the_responses(tmp_path):
    path, (one, two) = write(tmp_path, exchange(), exchange(CHUNKED, truncated="time"))
    assert (one.end, two.end) == (two.begin, path.stat().st_size)
    assert one.file == path.name == "huyen-20261123050000-00000.warc.gz"
    for written, answer in ((one, PLAIN), (two, CHUNKED)):
        record = read_at(path, written.offset)
        assert (record.type, record.block) == ("response", answer)
        assert (record.id, record.length, record.date) == (written.record_id, written.length, written.date)
        assert written.payload_sha256 == hashlib.sha256(PAGE).hexdigest()
        assert written.response.status == 200
        data = path.read_bytes()[written.offset : written.offset + written.length]
        assert gzip.decompress(data).endswith(answer + b"\r\n\r\n")
    assert read_at(path, two.offset).get("warc-truncated") == "time"


def test_a_file_is_open_until_it_is_closed(tmp_path):
    warc = writer(tmp_path)
    assert list(tmp_path.iterdir()) == []
    made = exchange()
    written = warc.exchange(made)
    assert [path.name for path in tmp_path.iterdir()] == [f"{written.file}.open"]
    assert read_at(tmp_path / written.file, written.offset).block == PLAIN  # found while it is open
    warc.sync()
    warc.close()
    warc.close()
    assert [path.name for path in tmp_path.iterdir()] == [written.file]
    again = warc.exchange(made)
    warc.close()
    assert again.file == "huyen-20261123050000-00001.warc.gz"


def test_what_is_on_the_disk_already_is_not_waited_for_again(tmp_path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(os.fstat(fd).st_size), real(fd)))
    warc = writer(tmp_path)
    warc.exchange(exchange())
    synced.clear()  # the folder's, of the new name
    warc.sync()
    warc.sync()
    written = warc.exchange(exchange())
    warc.sync()
    assert synced == [written.begin, written.end]
    warc.close()


def test_two_runs_in_one_second_do_not_meet(tmp_path):
    first, _ = write(tmp_path, exchange())
    (tmp_path / "huyen-20261123050000-00001.warc.gz.open").touch()
    second, _ = write(tmp_path, exchange())
    assert (first.name, second.name) == ("huyen-20261123050000-00000.warc.gz", "huyen-20261123050000-00002.warc.gz")


def test_rollover_keeps_an_exchange_in_one_file(tmp_path):
    made = [exchange(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(str(n), "ascii") * 500) for n in range(12)]
    _, written = write(tmp_path, *made, max_bytes=2500)
    files = sorted(tmp_path.iterdir())
    assert len(files) > 2
    for path in files:
        kinds = [record.type for record in records(path)]
        assert kinds == ["warcinfo"] + ["request", "response", "metadata"] * (len(kinds) // 3)
    assert [read_at(tmp_path / each.file, each.offset).id for each in written] == [each.record_id for each in written]
    assert all(path.stat().st_size < 2500 + 1500 for path in files)


def kinds_of_exchange() -> list[Exchange]:
    gz = gzip.compress(PAGE)
    return [
        exchange(),
        exchange(CHUNKED),
        exchange(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(gz), gz)),
        exchange(PLAIN[:-20], truncated="disconnect", error="ConnectionLost: closed early"),
        exchange(BARE),
        exchange(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"),
        exchange(b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN, ip="2001:db8::1"),
        exchange(b"HTTP/1.1 200 \xc4\x90\xc3\xa2y\r\nX-\xe1: \xff\r\n\r\n" + PAGE),
        exchange(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(range(256)) * 12_000),
        exchange(NO_HTTP),
        exchange(b"", error="TimeoutError: 30 s"),
    ]


def everything(folder: Path) -> tuple[Path, list[Exchange], list[Written]]:
    made = kinds_of_exchange()
    with writer(folder) as warc:
        written = [warc.exchange(each) for each in made]
        warc.resource("urn:portal-crawler:portal:huyen", "application/toml", b'[portal]\nname = "huyen"\n')
        warc.metadata([("note", "one\r\nline")], concurrent_to=written[0].record_id)
    return folder / warc.file, made, written


def test_gzip_finds_nothing_wrong(tmp_path):
    path, _, _ = everything(tmp_path)
    subprocess.run(["gzip", "-t", path], check=True, capture_output=True)


def test_every_digest_is_over_what_the_standard_says(tmp_path):
    path, made, written = everything(tmp_path)
    answers = {each.record_id: one for each, one in zip(written, made, strict=True)}
    for record in records(path):
        block = block_of(record)
        assert record.get("WARC-Block-Digest") == sha256(block)
        assert int(record.get("Content-Length")) == len(block)
        if record.type == "response":
            assert answers[record.id].received.bytes().endswith(block)
            head = parse_response(block)
            payload = entity(head.headers, block[head.body_start :])
            assert record.get("WARC-Payload-Digest") == sha256(payload)


def test_warcio_reads_every_record_and_agrees_with_the_digests(tmp_path):
    path, _, _ = everything(tmp_path)
    ours = [(record.type, record.id, block_of(record)) for record in records(path)]
    theirs = []
    with path.open("rb") as file:
        for record in WarcioIterator(file, no_record_parse=True):
            block = record.raw_stream.read()
            theirs.append((record.rec_type, record.rec_headers.get_header("WARC-Record-ID").strip("<>"), block))
    assert theirs == ours
    complaints = []
    with path.open("rb") as file:
        for number, record in enumerate(WarcioIterator(file, check_digests=True)):
            record.raw_stream.read()
            if record.digest_checker.problems:
                complaints.append((ours[number][2], record.digest_checker.problems))
    # warcio takes the chunked framing for payload, against WARC 1.1 section 6.3.2 (jwarc and Heritrix do not), and the
    # first line of what is no HTTP at all for its head. It finds nothing wrong in any block.
    assert [block for block, _ in complaints] == [CHUNKED, NO_HTTP]
    assert all(problem.startswith("payload digest failed") for _, problems in complaints for problem in problems)


def test_fastwarc_reads_every_record_and_agrees_with_the_digests(tmp_path):
    path, _, _ = everything(tmp_path)
    ours = [(record.type, record.id, block_of(record), record.offset) for record in records(path)]
    theirs, complaints = [], []
    with path.open("rb") as file:
        for record in FastIterator(file, parse_http=False):
            assert record.verify_block_digest()
            block = record.reader.read()
            theirs.append((str(record.record_type), record.record_id.strip("<>"), block, record.stream_pos))
    assert theirs == ours
    with path.open("rb") as file:
        for number, record in enumerate(FastIterator(file, parse_http=True)):
            if str(record.record_type) == "response":
                assert record.record_date == NOON
                if not record.verify_payload_digest():
                    complaints.append(ours[number][2])
    # FastWARC, too, hashes the chunked framing, and it looks for CRLF where a head ends in bare line feeds.
    assert complaints == [CHUNKED, BARE, NO_HTTP]


def test_what_failed_before_an_answer_leaves_its_request_and_the_reason(tmp_path):
    silent = exchange(b"", error="TimeoutError: no answer\r\nin 30 s")
    refused = exchange(b"", error="ConnectionRefusedError: 111")
    refused.sent.clear()
    interim = exchange(b"HTTP/1.1 100 Continue\r\n\r\n", error="ConnectionLost")
    path, written = write(tmp_path, silent, refused, interim)
    found = list(records(path))[1:]
    assert [record.type for record in found] == ["request", "metadata", "metadata", "request", "metadata"]
    assert found[0].concurrent_to == (found[1].id,)
    assert b"error: TimeoutError: no answer in 30 s\r\n" in found[1].block
    assert b"error: ConnectionRefusedError: 111\r\n" in found[2].block
    assert base64.b64encode(b"HTTP/1.1 100 Continue\r\n\r\n") in found[4].block
    assert [each.record_id for each in written] == [None] * 3
    assert [each.payload_sha256 for each in written] == [None] * 3
    assert [each.offset for each in written] == [found[n].offset for n in (1, 2, 4)]
    assert found[1].get("WARC-IP-Address") == "192.0.2.7"


def test_a_certificate_chain_is_kept_once_a_host_and_file(tmp_path):
    chain, other = (b"leaf", b"root"), (b"new leaf", b"root")
    with writer(tmp_path, max_bytes=4000) as warc:
        written = []
        for certificates in (chain, chain, other, other, chain):
            made = exchange(url="https://huyen.example/", certificates=certificates)
            written.append(warc.exchange(made))
        warc.close()
        made = exchange(url="https://huyen.example/", certificates=chain)
        written.append(warc.exchange(made))
    counts = [
        record.block.count(b"certificate: ")
        for path in sorted(tmp_path.iterdir())
        for record in records(path)
        if record.type == "metadata"
    ]
    assert counts == [2, 0, 2, 0, 2, 2]


@pytest.mark.parametrize(
    ("name", "iana"),
    [
        ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
        ("ECDHE-RSA-AES128-GCM-SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
        ("ECDHE-ECDSA-AES256-SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"),
        ("ECDHE-RSA-CHACHA20-POLY1305", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"),
        ("DHE-RSA-AES256-SHA", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA"),
        ("AES128-SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"),
        ("ADH-SEED-SHA", None),
    ],
)
def test_cipher_suites_have_the_names_of_iana(tmp_path, name, iana):
    path, _ = write(tmp_path, exchange(tls=("TLSv1.2", name)))
    _, _, response, metadata = records(path)
    assert response.get("WARC-Cipher-Suite") == iana
    assert (f"tls-cipher: {name}".encode() in metadata.block) == (iana is None)
    assert [value for key, value in response.headers if key == "WARC-Protocol"] == ["http/1.1", "tls/1.2"]


def test_a_value_from_outside_cannot_begin_a_header(tmp_path):
    path, _ = write(tmp_path, exchange(url="http://huyen.example/\r\nWARC-Type: warcinfo\r\n\r\nx"))
    response = list(records(path))[2]
    assert response.url == "http://huyen.example/ WARC-Type: warcinfo x"


def test_a_large_response_never_stands_in_memory(tmp_path):
    made = exchange(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(24):
        made.received.append(b"100000\r\n" + b"0123456789abcdef" * 65536 + b"\r\n")
    made.received.append(b"0\r\n\r\n")
    tracemalloc.start()
    path, (written,) = write(tmp_path, made)
    sizes = [len(record.block) for record in records(path)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sizes[2] > 24 << 20
    assert peak < 6 << 20
    assert written.payload_sha256 == hashlib.sha256(b"0123456789abcdef" * (24 << 16)).hexdigest()


# Writing fails

LIMITED = """
import random, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from archive.errors import Unwritable
from archive.warc.exchange import Exchange
from archive.warc import WarcWriter

def exchange(size):
    made = Exchange("http://huyen.example/", datetime.now(UTC), sent=bytearray(b"GET / HTTP/1.1\\r\\n\\r\\n"))
    made.received.append(b"HTTP/1.1 200 OK\\r\\n\\r\\n" + random.Random(1).randbytes(size))
    return made

folder, before, room, failing = Path(sys.argv[1]), *map(int, sys.argv[2:])
warc = WarcWriter(folder, "huyen", software="test")
for _ in range(before):
    warc.exchange(exchange(1000))
left = [path.read_bytes() for path in folder.iterdir()]
small, large = exchange(100_000), exchange(3_000_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
for made in (small, large)[-failing:]:
    try:
        warc.exchange(made)
    except Unwritable as error:
        print(error)
        assert [path.read_bytes() for path in folder.iterdir()] == left
    else:
        sys.exit("no error")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
warc.exchange(small)
warc.exchange(large)
warc.close()
"""


@pytest.mark.parametrize(
    ("before", "room", "failing"),
    [
        (1, 50_000, 2),
        (1, 1_500_000, 1),  # there is room for the small one, and for some pieces of the large one
        (0, 100, 2),  # there is no room for a warcinfo record
    ],
)
def test_a_full_disk_is_named_and_leaves_the_file_whole(tmp_path, before, room, failing):
    """A limit on the size of files stands for the full disk."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LIMITED, tmp_path, *map(str, (before, room, failing))],
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == ("", 0)
    (path,) = tmp_path.iterdir()
    assert done.stdout.count(".warc.gz.open: cannot be written: File too large; make room") == failing
    assert [record.type for record in records(path)] == ["warcinfo"] + ["request", "response", "metadata"] * (
        before + 2
    )
    subprocess.run(["gzip", "-t", path], check=True, capture_output=True)


def test_a_write_that_cannot_be_taken_back_leaves_the_file_to_salvage(tmp_path, monkeypatch):
    """A disk that takes no bytes and no truncation either cannot be had here: two calls stand for it."""
    warc = writer(tmp_path)
    first = warc.exchange(exchange())

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    real = os.write
    with monkeypatch.context() as broken:
        broken.setattr(os, "write", lambda fd, data: real(fd, data[:100]) if len(data) > 100 else fail())
        broken.setattr(os, "ftruncate", fail)
        with pytest.raises(Unwritable, match="cannot be written: Input/output error"):
            warc.exchange(exchange(CHUNKED))
    with pytest.raises(Unwritable, match="an earlier write failed: run again to mend the file"):
        warc.exchange(exchange())
    warc.close()
    (left_open,) = tmp_path.iterdir()
    assert left_open.name == f"{first.file}.open"
    assert salvage(left_open).size == first.end


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from archive.warc.exchange import Exchange
from archive.warc import WarcWriter

warc = WarcWriter(Path(sys.argv[1]), "huyen", software="test", max_bytes=50_000)
number = 0
while True:
    made = Exchange(f"http://huyen.example/{number}", datetime.now(UTC), sent=bytearray(b"GET / HTTP/1.1\\r\\n\\r\\n"))
    made.received.append(b"HTTP/1.1 200 OK\\r\\n\\r\\n" + bytes(20_000))
    written = warc.exchange(made)
    print(written.file, written.offset, written.record_id, flush=True)
    number += 1
"""


@pytest.mark.parametrize("lines", [1, 40, 200])
def test_what_was_written_before_kill_9_is_there(tmp_path, lines):
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-c", KILLED, tmp_path]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as run:
        told = [run.stdout.readline().split() for _ in range(lines)]
        run.kill()
        told += [line.split() for line in run.stdout if line.endswith("\n")]
    for left_open in tmp_path.glob("*.open"):
        salvage(left_open)
    for file, offset, record_id in told:
        with read_at(tmp_path / file, int(offset)) as record:
            assert record.id == record_id
    kinds = [record.type for path in sorted(tmp_path.glob("*.warc.gz")) for record in records(path)]
    assert [kinds.count(kind) for kind in ("request", "response", "metadata")] == [kinds.count("response")] * 3


def test_a_folder_that_is_not_there_is_named(tmp_path):
    made = exchange()
    with pytest.raises(Unwritable, match=r"none/huyen-\S+\.warc\.gz\.open: cannot be written: No such file"):
        writer(tmp_path / "none").exchange(made)


# Reading others' files


def foreign(*blocks: tuple[str, str, bytes], version: str = "1.0", end: str = "\r\n") -> list[bytes]:
    made = []
    for number, (kind, head, block) in enumerate(blocks):
        lines = [f"WARC/{version}", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{number}>", *head.split("|")]
        lines += [f"content-length: {len(block)}", "", ""]
        made.append(end.join(line for line in lines).encode("latin-1") + block + 2 * end.encode())
    return made


PAGES = foreign(
    ("warcinfo", "WARC-Date: 2019-01-20T07:00:00Z", b"software: Wget\r\n"),
    ("request", "WARC-Target-URI: <http://a.example/>|WARC-Concurrent-To: <urn:uuid:2>", b"GET / HTTP/1.1\r\n\r\n"),
    (
        "response",
        "WARC-Target-URI: <http://a.example/>|WARC-Date: 2019-01-20T07:00:01Z|"
        "Content-Type: application/http;msgtype=response",
        PLAIN,
    ),
    ("response", "WARC-Target-URI: http://a.example/b\xe1|Content-Type: application/http", CHUNKED),
    ("response", "WARC-Target-URI: http://a.example/c|Content-Type: application/http", b"HTTP/1.1 200 OK\r\n\r\n"),
    ("resource", "WARC-Target-URI: metadata://gnu.org/software/wget/warc/MANIFEST.txt|Content-Type: text/plain", b"x"),
    ("resource", "WARC-Target-URI: http://a.example/d|Content-Type: text/html; charset=utf-8", PAGE),
    ("response", "WARC-Target-URI: dns:a.example|Content-Type: text/dns", b"20190120\r\na.example. 1 IN A 192.0.2.1"),
    ("revisit", "WARC-Target-URI: http://a.example/|Content-Type: application/http", b"HTTP/1.1 304 x\r\n\r\n"),
)
LAYOUTS = {
    "uncompressed": b"".join(PAGES),
    "a member a record": b"".join(map(gzip.compress, PAGES)),
    "one gzip stream": gzip.compress(b"".join(PAGES)),
    "members cut anywhere": b"".join(gzip.compress(b"".join(PAGES)[n : n + 700]) for n in range(0, 5000, 700)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_files_of_every_layout_are_read(tmp_path, layout):
    path = tmp_path / "other.warc.gz"
    path.write_bytes(LAYOUTS[layout])
    found = list(records(path))
    assert [record.type for record in found] == [each.split(b"WARC-Type: ")[1].split()[0].decode() for each in PAGES]
    assert found[2].block == PLAIN
    assert (found[2].url, found[3].url, found[2].version) == ("http://a.example/", "http://a.example/bá", "1.0")
    assert found == list(records(io.BytesIO(LAYOUTS[layout])))
    assert [read_at(path, record.offset) for record in found] == found
    if layout in ("uncompressed", "a member a record"):
        lengths = [len(each) if layout == "uncompressed" else len(gzip.compress(each)) for each in PAGES]
        assert [record.length for record in found] == lengths
        assert list(records(path, found[3].offset)) == found[3:]
    elif layout == "one gzip stream":
        assert {record.length for record in found} == {None}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_pages_of_foreign_files_are_captures(tmp_path, layout):
    path = tmp_path / "other.warc.gz"
    path.write_bytes(LAYOUTS[layout])
    found = list(captures(path))
    assert [(each.url, each.status, each.body) for each in found] == [
        ("http://a.example/", 200, PAGE),
        ("http://a.example/bá", 200, PAGE),
        ("http://a.example/c", 200, b""),
        ("http://a.example/d", 200, PAGE),
    ]
    assert found[3].header("content-type") == "text/html; charset=utf-8"
    assert found[0].provenance.captured == "2019-01-20T07:00:01Z"
    assert found[0].provenance.warc == "other.warc.gz"
    assert {each.provenance.payload_sha256 for each in found[:2]} == {hashlib.sha256(PAGE).hexdigest()}


def test_bare_line_feeds_and_missing_blank_lines_are_read():
    made = b"\n\n" + b"".join(foreign(("resource", "A: b", b"one"), ("resource", "A: b", b"two"), end="\n"))
    assert [record.block for record in records(io.BytesIO(made))] == [b"one", b"two"]
    assert [record.block for record in records(io.BytesIO(made.rstrip()))] == [b"one", b"two"]


def test_a_large_foreign_block_is_spooled(tmp_path):
    path = tmp_path / "large.warc"
    path.write_bytes(b"".join(foreign(("resource", "A: b", b"x" * (MEMORY + 1)), ("resource", "A: b", b"y"))))
    large = read_at(path, 0)
    assert isinstance(large.block, Spool)
    assert len(b"".join(large.pieces())) == MEMORY + 1
    large.close()
    assert [len(record.block) for record in records(path)] == [MEMORY + 1, 1]


def test_an_empty_file_has_no_records(tmp_path):
    (tmp_path / "empty.warc.gz").touch()
    assert list(records(tmp_path / "empty.warc.gz")) == []
    assert list(records(io.BytesIO(gzip.compress(b"")))) == []
    with pytest.raises(Damaged, match="no record begins at offset 0"):
        read_at(tmp_path / "empty.warc.gz", 0)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (PAGE, r"x: not a WARC file: it begins with b'<h1>"),
        (gzip.compress(PAGE), r"x: not a WARC file"),
        (bytes(100), r"x: not a WARC file"),
        (b"PK\x03\x04", r"x: not a WARC file"),
    ],
)
def test_what_is_no_warc_is_said_so(tmp_path, data, words):
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(UsageError, match=words):
        list(records(path))


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"none\.warc\.gz: cannot be read: No such file"):
        list(records(tmp_path / "none.warc.gz"))
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        list(records(tmp_path))


def test_damage_names_file_and_offset(tmp_path):
    path, (one, two) = write(tmp_path, exchange(), exchange(CHUNKED))
    whole = path.read_bytes()

    def complaint(data: bytes) -> tuple[int, str]:
        path.write_bytes(data)
        sound = []
        with pytest.raises(Damaged) as caught:
            sound += [record.type for record in records(path)]
            sound += [record.type for record in records(path)]
        number = 0
        try:
            for _ in records(path):
                number += 1
        except Damaged:
            pass
        return number, str(caught.value)

    assert complaint(whole[: two.offset + 50]) == (
        5,
        f"{path}: damaged at offset {two.offset}: the gzip member is cut off; restore it from a copy",
    )
    number, message = complaint(whole[: one.offset + 100] + b"\0\0\0\0" + whole[one.offset + 104 :])
    assert number == 2
    assert f"damaged at offset {one.offset}: the gzip member is broken" in message
    number, message = complaint(whole + bytes(512))
    assert (number, f"damaged at offset {len(whole)}" in message) == (7, True)
    number, message = complaint(whole + gzip.compress(PAGE))
    assert (number, f"damaged at offset {len(whole)}: a record should begin here" in message) == (7, True)
    number, message = complaint(b"".join(PAGES)[:-6])
    assert (number, "the record is cut off: 2 of its 18 bytes are missing" in message) == (8, True)
    number, message = complaint(b"".join(PAGES) + b"WARC/1.0\r\nA: b\r\n\r\n")
    assert (number, "Content-Length is ''" in message) == (9, True)
    number, message = complaint(b"".join(PAGES) + b"WARC/1.0\r\nA: b\r\n")
    assert (number, "the record's head is cut off" in message) == (9, True)
    path.write_bytes(whole)
    with pytest.raises(Damaged, match=f"{path}: no record begins at offset {two.offset + 1}"):
        read_at(path, two.offset + 1)


@given(st.binary(max_size=300), st.integers(0, 2500))
def test_no_bytes_make_reading_fail_otherwise(junk, at):
    for sound in (b"".join(PAGES), LAYOUTS["a member a record"]):
        for data in (junk, b"WARC/1.1\r\n" + junk, sound[:at] + junk + sound[at + len(junk) :]):
            try:
                for record in records(io.BytesIO(data)):
                    capture(record, "x")
                    assert record.offset >= 0
                    assert record.length is None or record.offset + record.length <= len(data)
            except (Damaged, UsageError):
                continue


# Salvage


EARLIER = Refers("urn:uuid:0", "http://huyen.example/", "2026-11-28T09:30:15Z", "0" * 64)
LAST = {  # what may be the last that a run wrote; each is kept whole or not at all
    "an exchange": lambda warc: warc.exchange(exchange(CHUNKED)),
    "one without answer": lambda warc: warc.exchange(exchange(b"", error="TimeoutError")),
    "one that never left": lambda warc: warc.exchange(exchange(b"", error="DNSLookupError", sent=bytearray())),
    "a revisit": lambda warc: warc.exchange(exchange(PLAIN), repeats=lambda answer, digest, size: EARLIER),
    "one that was cut": lambda warc: warc.exchange(exchange(PLAIN[:-9], truncated="time", error="TimeoutError")),
    "a resource": lambda warc: warc.resource("urn:huyen:portal.toml", "application/toml", PAGE),
    "metadata": lambda warc: warc.metadata([("note", "x")], uri="http://huyen.example/"),
}


@pytest.mark.parametrize("last", LAST.values(), ids=LAST)
def test_a_killed_run_loses_at_most_what_it_wrote_last_wherever_it_was_cut(tmp_path, monkeypatch, last):
    monkeypatch.setattr(os, "fsync", lambda _: None)  # 1,300 times three waits for the disk tell nothing more
    with writer(tmp_path) as warc:
        one, two = warc.exchange(exchange()), last(warc)
    path = tmp_path / warc.file
    whole = path.read_bytes()
    path.unlink()
    left_open = path.with_name(path.name + ".open")
    torn = path.with_name(path.name + ".torn")
    for cut in range(two.begin, two.end):
        left_open.write_bytes(whole[:cut])
        saved = salvage(left_open)
        assert path.read_bytes() == whole[: one.end], cut
        assert (saved.path, saved.records, saved.size, saved.cut) == (path, 4, one.end, cut - one.end)
        assert not left_open.exists()
        if saved.cut:
            assert saved.torn == torn
            assert torn.read_bytes() == whole[one.end : cut]
            assert str(left_open) in saved.reason
        else:
            assert (saved.torn, saved.reason) == (None, None)
            assert not torn.exists()
        torn.unlink(missing_ok=True)
        path.unlink()


def test_a_file_that_is_whole_is_only_closed(tmp_path):
    path, _, _ = everything(tmp_path)
    whole = path.read_bytes()
    path.rename(f"{path}.open")
    saved = salvage(Path(f"{path}.open"))
    assert (saved.path, saved.size, saved.cut, saved.torn) == (path, len(whole), 0, None)
    assert saved.records == len(list(records(path)))
    assert path.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("size", [0, 1, 5, 100, -1])
def test_a_file_cut_in_its_warcinfo_is_set_aside(tmp_path, size):
    path, (one,) = write(tmp_path, exchange())
    whole = path.read_bytes()[: one.begin]
    path.rename(f"{path}.open")
    Path(f"{path}.open").write_bytes(whole[:size])
    saved = salvage(Path(f"{path}.open"))
    assert (saved.path, saved.records, saved.size, saved.cut) == (None, 0, 0, len(whole[:size]))
    assert [each.read_bytes() for each in tmp_path.iterdir()] == ([whole[:size]] if size else [])


def test_zeros_that_a_power_failure_left_are_cut_off(tmp_path):
    path, (one,) = write(tmp_path, exchange())
    whole = path.read_bytes()
    left_open = path.rename(f"{path}.open")
    left_open.write_bytes(whole + bytes(4096))
    saved = salvage(left_open)
    assert (saved.size, saved.cut) == (one.end, 4096)
    path.unlink()
    left_open.write_bytes(bytes(4096))
    assert salvage(left_open).path is None


def test_an_exchange_without_answer_is_cut_as_a_whole_too(tmp_path):
    path, (_, two) = write(tmp_path, exchange(), exchange(b"", error="TimeoutError"))
    left_open = path.rename(f"{path}.open")
    left_open.write_bytes(
        left_open.read_bytes()[: two.offset]
    )  # the request is whole, its metadata record is not there
    assert salvage(left_open).size == two.begin


def test_salvage_that_is_killed_is_taken_up_again(tmp_path):
    path, (one, two) = write(tmp_path, exchange(), exchange())
    whole = path.read_bytes()
    left_open = path.rename(f"{path}.open")
    Path(f"{path}.torn").write_bytes(whole[one.end : two.end - 5])  # killed after the tail was copied and cut off
    left_open.write_bytes(whole[: one.end])
    assert salvage(left_open).path == path
    assert Path(f"{path}.torn").read_bytes() == whole[one.end : two.end - 5]


def test_only_our_open_files_are_salvaged(tmp_path):
    path, _ = write(tmp_path, exchange())
    with pytest.raises(UsageError, match=r"only a file that ends in \.open is salvaged"):
        salvage(path)
    left_open = Path(f"{path}.open")
    left_open.write_bytes(path.read_bytes())
    with pytest.raises(UsageError, match="is there as well"):
        salvage(left_open)
    stream = tmp_path / "other.warc.gz.open"
    stream.write_bytes(LAYOUTS["one gzip stream"])
    with pytest.raises(UsageError, match="another tool's file"):
        salvage(stream)
    assert stream.read_bytes() == LAYOUTS["one gzip stream"]
    with pytest.raises(Unwritable, match="cannot be mended: No such file"):
        salvage(tmp_path / "none.warc.gz.open")


# Captures and hints

HINTS = (
    Hint("http://huyen.example/tin", title="Tin tức\n\tmới", date="(14:11 | 20/01/2019)", section="Huyện ủy"),
    Hint("http://huyen.example/tin?p=2"),
)


def test_a_capture_has_its_hints_and_points_at_its_bytes(tmp_path):
    made = exchange(CHUNKED)
    with writer(tmp_path) as warc:
        written = warc.exchange(made, metadata=hint_fields(HINTS))
        bare = warc.exchange(made)
    path = tmp_path / warc.file
    first, second = captures(path, file=f"warc/{path.name}")
    assert (first.hints, second.hints) == (HINTS, ())
    assert (first.url, first.status, first.body) == (made.url, 200, PAGE)
    assert first.headers == (("transfer-encoding", "chunked"),)
    place = first.provenance
    assert (place.warc, place.offset, place.length) == (f"warc/{path.name}", written.offset, written.length)
    assert (place.record_id, place.captured) == (written.record_id, written.date)
    assert place.payload_sha256 == written.payload_sha256
    assert capture(read_at(path, written.offset), f"warc/{path.name}", HINTS) == first
    assert kept(made, written, f"warc/{path.name}", HINTS) == first
    assert list(captures(path, bare.begin, f"warc/{path.name}")) == [second]


def test_what_is_captured_live_is_what_is_read_back(tmp_path):
    path, made, written = everything(tmp_path)
    live = [kept(one, each, path.name) for one, each in zip(made, written, strict=True)]
    assert live[-1] is None
    assert list(captures(path)) == live[:-1]
    assert live[2].body == PAGE


def test_any_number_of_interim_messages_is_passed_over(tmp_path):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: <%s>\r\n\r\n" % (b"x" * 1000)
    made = exchange(hints * 600 + CHUNKED)
    path, (written,) = write(tmp_path, made)
    with read_at(path, written.offset) as record:
        assert record.block == CHUNKED
        assert capture(record, path.name) == kept(made, written, path.name)
    assert len(hints) * 600 > 2 * ENOUGH


def test_an_unknown_coding_is_told_and_its_bytes_are_kept(tmp_path):
    path, _ = write(tmp_path, exchange(b"HTTP/1.1 200 OK\r\nContent-Encoding: sdch\r\n\r\n1234"))
    (found,) = captures(path)
    assert (found.undecoded, found.body) == ("sdch", b"1234")


def test_a_capture_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(capture_module, "LIMIT", 1000)
    packed = gzip.compress(bytes(100_000))
    path, _ = write(
        tmp_path,
        exchange(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed),
        exchange(b"HTTP/1.1 200 OK\r\n\r\n" + bytes(2_000_000)),
    )
    bomb, large = captures(path)
    assert (bomb.body, large.body) == (bytes(1000), bytes(1000))
    assert large.provenance.payload_sha256 == hashlib.sha256(bytes(2_000_000)).hexdigest()


def test_fields_named_hint_of_other_tools_are_passed_over():
    block = b'hint: none\r\nhint: [1]\r\nhint: {"url": 1}\r\nHint: {"url": "u", "title": 7, "more": "x"}\r\n'
    (record,) = records(io.BytesIO(b"".join(foreign(("metadata", "A: b", block)))))
    assert hints_of(record) == (Hint("u"),)


@given(st.lists(st.builds(Hint, st.text(), *[st.none() | st.text()] * 3)))
def test_hints_round_trip(hints):
    lines = "".join(f"{name}: {value}\r\n" for name, value in hint_fields(hints))
    (record,) = records(io.BytesIO(b"".join(foreign(("metadata", "A: b", lines.encode("utf-8", "replace"))))))
    assert hints_of(record) == tuple(hints)
