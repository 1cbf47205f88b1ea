"""Revisits: what a server sends again is kept once, and reads as if it had been kept again."""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import sqlite3
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Done, records
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from hypothesis import given
from hypothesis import strategies as st
from visits import Visits
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from archive.errors import Damaged, UsageError
from archive.fixity.redaction import redact_file
from archive.ledger import Ledger
from archive.ledger.hops import outlink_fields
from archive.ledger.rows import Lead
from archive.record import Original
from archive.shard import Shard
from archive.warc import OPEN, Refers, WarcWriter, Written, salvage
from archive.warc import records as warc_records
from archive.warc.capture import Capture, kept
from archive.warc.exchange import Exchange
from archive.warc.http import framing, parse_response, reframed
from archive.warc.originals import SMALLEST, Originals
from archive.warc.told import Missing, captures, walk
from portal_crawler.portal import Portal
from portal_crawler.portal.tables import Identity
from portal_crawler.upkeep.rebuild import rebuild_shard
from portal_crawler.upkeep.redact import redact_shard
from portal_crawler.upkeep.verify import verify_shard

Run = Callable[..., Done]

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
URL = "http://huyen.example/tin/de-dieu.html"
PAGE = ("<h1>Khởi công nâng cấp đê</h1>" + "".join(f"<p>Đoạn {n * 7919 % 997}.</p>" for n in range(200))).encode()
PACKED = gzip.compress(PAGE, mtime=0)


def chunked(body: bytes, *sizes: int, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    made, at = b"", 0
    for size in (*sizes, len(body) - sum(sizes)):
        made += b"%X%s\r\n%s\r\n" % (size, extension, body[at : at + size])
        at += size
    return made + b"0\r\n" + trailer + b"\r\n"


def answer(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", b"sErVeR: x", *headers, b"", body))


CHUNKED = answer(chunked(PAGE, *[128] * 9, 3), b"transfer-ENCODING: chunked")
FORMS = {
    "sized": answer(PAGE, b"Content-Length: %d" % len(PAGE)),
    "until the connection ends": answer(PAGE),
    "packed": answer(PACKED, b"Content-Encoding: gzip", b"Content-Length: %d" % len(PACKED)),
    "chunked": CHUNKED,
    "packed and chunked": answer(
        chunked(PACKED, 100, 100, 50), b"Transfer-Encoding: chunked", b"Content-Encoding: gzip"
    ),
    "called chunked, and is not": answer(PAGE, b"Transfer-Encoding: chunked"),
    "after an early hint": b"HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n" + CHUNKED,
}


def exchange(received: bytes, url: str = URL, **more: str) -> Exchange:
    made = Exchange(url, NOON, sent=bytearray(b"GET / HTTP/1.1\r\nIf-None-Match: x\r\n\r\n"), ip="192.0.2.7")
    made.received.append(received)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def written(warc: WarcWriter, received: bytes, before: Written | None = None, url: str = URL) -> Written:
    """Write an exchange, as what repeats the one before where the digest is the same, or it is a 304."""

    def repeats(head: object, digest: str, size: int) -> Refers | None:
        if before is None or before.record_id is None or before.payload_sha256 is None:
            return None
        refers = Refers(before.record_id, URL, before.date, before.payload_sha256)
        return refers if digest == before.payload_sha256 or received.startswith(b"HTTP/1.1 304") else None

    made = exchange(received, url)
    try:
        return warc.exchange(made, repeats=repeats)
    finally:
        made.received.close()


def pair(folder: Path, first: bytes, second: bytes) -> tuple[Path, Written, Written]:
    with WarcWriter(folder, "huyen", software="test", clock=lambda: NOON) as warc:
        one = written(warc, first)
        two = written(warc, second, one, URL + "?lan=2")
    return folder / warc.file, one, two


def timeless(capture: Capture) -> Capture:
    place = capture.provenance.model_copy(update=dict.fromkeys(("offset", "length", "record_id", "captured"), None))
    return replace(capture, provenance=place.model_copy(update={"original": None}))


# Writing


@pytest.mark.parametrize("form", FORMS)
def test_a_revisit_and_its_original_give_what_passed_the_wire_to_the_byte(tmp_path: Path, form: str) -> None:
    first = FORMS["packed" if "packed" in form else "sized"]
    path, one, two = pair(tmp_path, first, FORMS[form])
    found = {record.id: record for record in warc_records(path)}
    original, revisit = found[one.record_id], found[two.record_id]
    assert (original.type, revisit.type) == ("response", "revisit")
    metadata = next(
        record
        for record in found.values()
        if two.record_id in record.concurrent_to and not record.block.startswith(b"GET")
    )
    payload = original.block[parse_response(original.block).body_start :]
    framing = re.search(rb"chunk-framing: (.*)\r\n", metadata.block)
    body = reframed(framing[1].decode(), payload) if framing else payload
    interim = FORMS[form].partition(b"HTTP/1.1 200")[0]
    assert interim + revisit.block + body == FORMS[form]
    assert len(metadata.block) < 300


def test_a_revisit_record_says_what_it_refers_to(tmp_path: Path) -> None:
    path, one, two = pair(tmp_path, FORMS["sized"], CHUNKED)
    revisit = next(record for record in warc_records(path) if record.type == "revisit")
    assert revisit.block == CHUNKED[: CHUNKED.index(b"\r\n\r\n") + 4]
    digest = f"sha256:{hashlib.sha256(PAGE).hexdigest()}"
    told = ("WARC-Ref", "WARC-P", "WARC-Tr", "Content-")
    assert [value for value in revisit.headers if value[0].startswith(told)] == [
        ("WARC-Protocol", "http/1.1"),
        ("WARC-Payload-Digest", digest),
        ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"),
        ("WARC-Refers-To", f"<{one.record_id}>"),
        ("WARC-Refers-To-Target-URI", URL),
        ("WARC-Refers-To-Date", "2026-11-23T05:00:00.000000Z"),
        ("Content-Type", "application/http; msgtype=response"),
        ("WARC-Truncated", "length"),
        ("Content-Length", str(len(revisit.block))),
    ]  # fmt: skip
    assert two.length < one.length


def test_a_304_refers_to_the_page_that_it_says_is_unchanged(tmp_path: Path) -> None:
    unchanged = b'HTTP/1.1 304 Not Modified\r\neTag: "x"\r\n\r\n'
    path, one, _ = pair(tmp_path, CHUNKED, unchanged)
    revisit = next(record for record in warc_records(path) if record.type == "revisit")
    assert revisit.block == unchanged
    assert revisit.get("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert revisit.get("WARC-Refers-To") == f"<{one.record_id}>"
    assert revisit.get("WARC-Payload-Digest") == f"sha256:{one.payload_sha256}"
    assert revisit.get("WARC-Truncated") is None
    (_, found) = captures(path)
    assert (found.status, found.body, found.header("etag"), found.truncated) == (304, b"", '"x"', None)
    assert found.provenance.original is not None
    assert found.provenance.original.record_id == one.record_id


@pytest.mark.parametrize(
    "received",
    [
        answer(chunked(PAGE, 9, extension=b";a=b"), b"Transfer-Encoding: chunked"),
        answer(chunked(PAGE, 9, trailer=b"X-Sum: 1\r\n"), b"Transfer-Encoding: chunked"),
        answer(chunked(PAGE, 9).replace(b"\r\n", b"\n", 1), b"Transfer-Encoding: chunked"),
        answer(chunked(PAGE, 9), b"Transfer-Encoding: chunked") + b"more",
    ],
    ids=["extension", "trailer", "bare line feed", "something behind"],
)  # fmt: skip
def test_what_a_revisit_could_not_give_back_to_the_byte_is_kept_whole(tmp_path: Path, received: bytes) -> None:
    path, _, two = pair(tmp_path, FORMS["sized"], received)
    record = next(record for record in warc_records(path) if record.id == two.record_id)
    assert (record.type, record.block) == ("response", received)
    first, second = captures(path)
    assert (first.body, second.body) == (PAGE, PAGE)


@pytest.mark.parametrize("form", FORMS)
def test_a_revisit_is_read_as_if_its_body_had_come_again(tmp_path: Path, form: str) -> None:
    first = FORMS["packed" if "packed" in form else "sized"]
    path, one, two = pair(tmp_path, first, FORMS[form])
    original, revisit = captures(path)
    whole = exchange(FORMS[form], URL + "?lan=2")
    with WarcWriter(tmp_path / "whole", "huyen", software="test", clock=lambda: NOON) as warc:
        (tmp_path / "whole").mkdir()
        expected = kept(whole, warc.exchange(whole), path.name)
    assert expected is not None
    assert timeless(revisit) == timeless(expected)
    assert (original.body, revisit.body) == (PAGE, PAGE)
    place = Original(warc=path.name, offset=one.offset, length=one.length, record_id=one.record_id, captured=one.date)
    assert revisit.provenance.original == place
    assert (revisit.provenance.offset, revisit.provenance.record_id) == (two.offset, two.record_id)
    live = kept(whole, two, path.name, original=place)
    assert live is not None
    assert replace(live, hints=()) == replace(revisit, asked=None)
    whole.received.close()


def test_others_read_revisit_records_and_find_nothing_wrong_in_them(tmp_path: Path) -> None:
    path, one, _ = pair(tmp_path, FORMS["sized"], CHUNKED)
    with path.open("rb") as file:
        found = [record for record in WarcioIterator(file, check_digests="raise") if record.rec_type == "revisit"]
        assert [record.http_headers.get_statuscode() for record in found] == ["200"]
    with path.open("rb") as file:
        for record in WarcioIterator(file, check_digests=True):
            record.content_stream().read()
            assert record.digest_checker.passed is not False, record.digest_checker.problems
    with path.open("rb") as file:
        (revisit,) = [record for record in FastIterator(file) if record.record_type == WarcRecordType.revisit]
        assert revisit.headers["WARC-Refers-To"] == f"<{one.record_id}>"
        assert revisit.http_headers.status_code == 200
    with path.open("rb") as file:
        assert all(record.verify_block_digest() for record in FastIterator(file, parse_http=False))


def test_a_kill_at_any_byte_of_a_revisit_leaves_all_of_its_exchange_or_nothing(tmp_path: Path) -> None:
    path, one, two = pair(tmp_path, FORMS["sized"], CHUNKED)
    data = path.read_bytes()
    for size in range(two.begin, len(data) + 1):
        left = tmp_path / f"{path.name}{OPEN}"
        path.unlink(missing_ok=True)
        left.write_bytes(data[:size])
        result = salvage(left)
        kinds = [record.type for record in warc_records(path)]
        whole = size == len(data)
        assert result.size == (len(data) if whole else one.end), size
        assert kinds == ["warcinfo", "request", "response", "metadata"] + ["request", "revisit", "metadata"] * whole


@given(st.lists(st.integers(1, 300), max_size=30), st.booleans(), st.binary(max_size=40))
def test_chunks_are_told_exactly_or_not_at_all(sizes: list[int], upper: bool, behind: bytes) -> None:
    payload = bytes(range(256)) * 40
    body, at = b"", 0
    for size in sizes:
        line = b"%X" % size if upper else b"%04x" % size
        body += line + b"\r\n" + payload[at : at + size] + b"\r\n"
        at += size
    body += b"0\r\n\r\n"
    whole = b"head" + body + behind
    lines = framing(lambda size, start: whole[start : start + size], 4, len(whole))
    if behind:
        assert lines is None
    else:
        assert lines is not None
        assert reframed(lines, payload[:at]) == body


def test_a_body_in_a_million_chunks_is_kept_whole_without_minutes_of_work() -> None:
    body = b"1\r\na\r\n" * 1_000_000 + b"0\r\n\r\n"
    begun = time.process_time()
    assert framing(lambda size, start: body[start : start + size], 0, len(body)) is None
    assert time.process_time() - begun < 2


# Visits


class Site:
    """A portal of lists and articles whose pages never change, on a server that knows no validators."""

    def __init__(self, *, validators: bool = False, articles: int = 30) -> None:
        self.validators = validators
        self.portal = Portal(portal=Identity(name="xa", url="http://xa.example/"))
        self.pages = {"/": self._list(articles)}
        for number in range(articles):
            self.pages[f"/tin/{number}.html"] = self._article(number)

    def answer(self, url: str, headers: Mapping[str, str]) -> bytes:
        body = self.pages.get(url.removeprefix("http://xa.example"))
        if body is None:
            return answer(b"", b"Content-Length: 0").replace(b"200 OK", b"404 Not Found")
        etag = b'"%s"' % hashlib.sha256(body).hexdigest()[:16].encode()
        if self.validators and headers.get("If-None-Match") == etag.decode():
            return b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % etag
        told = [b"ETag: " + etag] if self.validators else []
        return answer(body, b"Content-Type: text/html; charset=utf-8", *told, b"Content-Length: %d" % len(body))

    @staticmethod
    def _list(articles: int) -> bytes:
        entries = "".join(
            f"<li><a href='/tin/{n}.html'>Hội nghị lần thứ {n} bàn về thuỷ lợi</a> <i>{n % 28 + 1:02}/01/2024</i></li>"
            for n in range(articles)
        )
        return f"<html><title>Xã</title><body><h1>Tin tức</h1><ul>{entries}</ul></body></html>".encode()

    @staticmethod
    def _article(number: int) -> bytes:
        paragraphs = "".join(
            f"<p>Đoạn {place} của bài {number}: {hashlib.sha256(f'{number} {place}'.encode()).hexdigest()}.</p>"
            for place in range(120)
        )
        return (
            f"<html><title>Xã</title><body><h1>Hội nghị lần thứ {number} bàn về thuỷ lợi</h1>"
            f"<p class=ngay>{number % 28 + 1:02}/01/2024 08:30</p><div>{paragraphs}</div></body></html>"
        ).encode()


def size(shard: Shard) -> int:
    return sum(path.stat().st_size for path in shard.warcs())


def kinds(shard: Shard) -> list[str]:
    return [record.type for path in shard.warcs() for record in warc_records(path) if record.type != "request"]


def test_a_second_visit_of_an_unchanged_portal_adds_little_and_tells_the_same(tmp_path: Path) -> None:
    site = Site()
    visits = Visits(site.portal, tmp_path, site.answer)
    first = visits.visit()
    before, kept_first = size(visits.shard), visits.records()
    assert first["revisits"] == {"identical": 0, "not_modified": 0, "bytes_saved": 0}
    second = visits.visit(timedelta(days=400), refresh=True)
    pages = len(site.pages)
    assert second["revisits"]["identical"] == kinds(visits.shard).count("revisit") == pages
    assert second["records"] == {**second["records"], "new": 0, "changed": 0, "unchanged": pages - 1}
    growth = size(visits.shard) - before
    assert growth < 0.25 * before
    assert 0.6 * before < second["revisits"]["bytes_saved"] < before
    third = visits.visit(timedelta(days=400), refresh=True)
    assert third["revisits"]["identical"] == pages  # of the first visit's responses, never of a revisit
    found = visits.records()
    assert {path: [one.body for one in versions] for path, versions in found.items()} == {
        path: [one.body for one in versions] for path, versions in kept_first.items()
    }
    assert verify_shard(visits.shard).findings == []
    assert visits.rebuilt()
    assert verify_shard(visits.shard).findings == []


def test_an_article_read_from_a_revisit_says_where_its_bytes_are(tmp_path: Path) -> None:
    site = Site(articles=6)
    visits = Visits(site.portal, tmp_path, site.answer)
    visits.visit()
    old = site.pages["/tin/2.html"]
    site.pages["/tin/2.html"] = old.replace("thuỷ lợi".encode(), "thủy nông".encode())
    visits.visit(timedelta(days=400), refresh=True)
    site.pages["/tin/2.html"] = old
    visits.visit(timedelta(days=400), refresh=True)
    first, _, last = visits.records()["/tin/2.html"]
    assert (first.title, last.title) == (first.title, first.title)
    assert first.provenance.original is None
    assert last.provenance.original is not None
    assert last.provenance.original.record_id == first.provenance.record_id
    assert last.provenance.original.offset == first.provenance.offset
    assert last.provenance.payload_sha256 == first.provenance.payload_sha256
    assert verify_shard(visits.shard).findings == []
    assert visits.rebuilt()


@pytest.mark.parametrize("validators", [False, True])
def test_a_killed_visit_ends_as_one_that_was_not(tmp_path: Path, validators: bool) -> None:
    site = Site(validators=validators, articles=8)
    ended = {}
    for name, kills in (("whole", ()), ("killed", (1, 3, 4, 7))):
        visits = Visits(site.portal, tmp_path / name, site.answer)
        visits.visit()
        visits.now += timedelta(days=400)
        for kill in kills:
            visits.visit(refresh=True, killed_after=kill)
        visits.visit(refresh=not kills)
        with visits.shard.reading() as ledger:
            saving = ledger.captures.saving()
        assert saving.not_modified >= len(site.pages) if validators else saving.identical >= len(site.pages)
        ended[name] = (
            visits.states(),
            {path: [(one.title, one.body, one.status) for one in all_of] for path, all_of in visits.records().items()},
        )
        assert verify_shard(visits.shard).findings == []
        assert visits.rebuilt()
    assert ended["killed"] == ended["whole"]


def test_what_was_kept_and_not_settled_is_referred_to_and_taken_up(tmp_path: Path) -> None:
    """Killed between the WARC file and the ledger, with the original before it or in the same state."""
    site = Site(articles=3)
    visits = Visits(site.portal, tmp_path, site.answer)
    visits.visit()
    with visits.shard.reading() as ledger:
        known = [one.record_id for one in ledger.captures.all()]
    visits.visit(timedelta(days=400), refresh=True)
    before = visits.states(), {path: [one.body for one in all_of] for path, all_of in visits.records().items()}
    ledger_file = visits.shard.ledger_file
    with sqlite3.connect(ledger_file) as db:  # as a power loss leaves it: a moment back
        marks = ",".join("?" * len(known))
        db.execute(f"DELETE FROM captures WHERE record_id NOT IN ({marks})", known)
        db.execute("DELETE FROM runs WHERE id = (SELECT max(id) FROM runs)")
        db.execute("UPDATE meta SET value = ? WHERE key = 'watermark'", ('["", 0]',))
        db.execute("UPDATE urls SET state = 'queued' WHERE url LIKE '%/tin/1.html'")
    db.close()
    taken: list[Capture] = []
    visits.visit(watch=lambda crawl: taken.extend(capture for _, capture in crawl.run.unsettled))
    assert visits.report["recovered"]["unsettled"] > len(site.pages) - 1
    assert (
        visits.states(),
        {path: [one.body for one in all_of] for path, all_of in visits.records().items()},
    ) == before


def test_what_a_lost_file_had_is_never_referred_to(tmp_path: Path) -> None:
    site = Site(articles=4)
    visits = Visits(site.portal, tmp_path, site.answer)
    visits.visit()
    (lost,) = visits.shard.warcs()
    lost.unlink()
    report = visits.visit(timedelta(days=400), refresh=True)
    assert report["revisits"]["identical"] == 0
    assert "revisit" not in kinds(visits.shard)


def test_a_tiny_answer_is_kept_again(tmp_path: Path) -> None:
    site = Site(articles=2)
    site.pages["/robots.txt"] = b"User-agent: *\nDisallow: /quan-tri/\n"
    site.pages["/tin/0.html"] = site.pages["/tin/0.html"][:SMALLEST]
    site.pages["/tin/1.html"] = site.pages["/tin/1.html"][: SMALLEST - 1]
    visits = Visits(site.portal, tmp_path, site.answer)
    visits.visit()
    visits.visit(timedelta(days=400), refresh=True)
    found = {record.url for path in visits.shard.warcs() for record in warc_records(path) if record.type == "revisit"}
    assert found == {"http://xa.example/", "http://xa.example/tin/0.html"}


def test_of_several_originals_that_of_the_same_address_is_referred_to(tmp_path: Path) -> None:
    site = Site(articles=3)
    visits = Visits(site.portal, tmp_path, site.answer)
    site.pages["/tin/2.html"] = site.pages["/tin/1.html"]
    first = visits.visit()
    assert first["revisits"]["identical"] == 1  # another address of this run
    visits.visit(timedelta(days=400), refresh=True)
    named = {
        record.url: record.get("WARC-Refers-To-Target-URI")
        for record in warc_records(visits.shard.warcs()[-1])
        if record.type == "revisit"
    }
    assert {url: original for url, original in named.items() if url != original} == {
        "http://xa.example/tin/2.html": "http://xa.example/tin/1.html"
    }
    assert visits.rebuilt()


def test_the_ledger_finds_an_original_by_an_index(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    plan: list[str] = []
    ledger._db.set_trace_callback(plan.append)
    ledger.captures.same_payload("0" * 64, 1)
    ledger._db.set_trace_callback(None)
    steps = ledger._db.execute(f"EXPLAIN QUERY PLAN {plan[-1]}").fetchall()
    ledger.close()
    assert any("captures_payload" in step[3] for step in steps), steps
    assert not any(step[3].startswith("SCAN") for step in steps), steps


def test_a_rebuild_without_a_file_says_which_revisits_it_left_out(tmp_path: Path) -> None:
    site = Site(articles=3)
    visits = Visits(site.portal, tmp_path, site.answer)
    visits.visit()
    visits.visit(timedelta(days=400), refresh=True)
    visits.shard.warcs()[0].unlink()
    with pytest.raises(Damaged, match=r"where it is lost for good, move .*manifests away first"):
        rebuild_shard(visits.shard)
    (visits.shard.folder / "manifests").rename(tmp_path / "manifests-before-the-loss")
    assert "left out: 4 revisits without an original, `verify` names them" in rebuild_shard(visits.shard)


# Verify


def test_verify_names_a_revisit_whose_original_is_lost_or_another(tmp_path: Path) -> None:
    site = Site(articles=3)
    visits = Visits(site.portal, tmp_path, site.answer)
    visits.visit()
    visits.visit(timedelta(days=400), refresh=True)
    first, second = visits.shard.warcs()
    sound = first.read_bytes()
    first.unlink()
    findings = verify_shard(visits.shard).findings
    lost = [one for one in findings if "that it refers to is not here: restore its file" in one]
    assert len(lost) == len(site.pages)
    assert all(one.startswith(f"warc/{second.name}: offset ") for one in lost)
    with visits.shard.reading() as ledger:
        revisit = next(one for one in ledger.captures.all() if one.original is not None)
    with pytest.raises(Damaged, match="its original cannot be read"):
        visits.shard.capture(revisit)
    first.write_bytes(sound)
    assert verify_shard(visits.shard).findings == []
    data = second.read_bytes()
    place = revisit.offset, revisit.offset + revisit.length
    member = gzip.decompress(data[slice(*place)])
    for what, change in {
        "its payload digest is not that of": (rb"(Payload-Digest: sha256:)\w{4}", rb"\g<1>0000"),
        "has another address or date": (rb"(Refers-To-Date: )2024", rb"\g<1>2023"),
        "that it refers to is not here": (rb"(Refers-To: <urn:uuid:)\w{4}", rb"\g<1>0000"),
    }.items():
        wrong = gzip.compress(re.sub(*change, member))
        second.write_bytes(data[: place[0]] + wrong + data[place[1] :])
        assert any(what in one for one in verify_shard(visits.shard).findings), what


@pytest.mark.parametrize("validators", [False, True])
def test_a_redacted_original_leaves_no_revisit_that_refers_to_it(tmp_path: Path, validators: bool) -> None:
    site = Site(articles=5, validators=validators)
    site.pages["/tin/2.html"] = site.pages["/tin/1.html"]
    visits = Visits(site.portal, tmp_path, site.answer)
    for _ in range(3):
        visits.visit(timedelta(days=400), refresh=True)
    with pytest.raises(UsageError, match=r"the same bytes are kept of 1 more: http://xa\.example/tin/2\.html"):
        redact_shard(visits.shard, ["http://xa.example/tin/1.html"], "lệnh của toà án")
    redact_shard(visits.shard, ["http://xa.example/tin/1.html"], "lệnh của toà án", copies=True)
    assert verify_shard(visits.shard).findings == []
    held = [record for path in visits.shard.warcs() for record in warc_records(path)]
    assert not [one for one in held if one.type in ("response", "revisit") and "/tin/1.html" in (one.url or "")]
    assert set(visits.records()) == {f"/tin/{n}.html" for n in (0, 3, 4)}
    assert not [one for one in visits.states() if one not in {f"http://xa.example{path}" for path in site.pages}
                and visits.states()[one][0] == "redacted"]  # fmt: skip
    visits.visit(timedelta(days=400), refresh=True)
    assert verify_shard(visits.shard).findings == []
    assert visits.rebuilt()


@pytest.mark.parametrize("links", [1, 2, 30])
def test_links_that_lie_apart_from_their_page_are_taken_out_with_it(tmp_path: Path, links: int) -> None:
    """However few they are: the entry in their place has exactly their length."""
    leads = [Lead(f"http://xa.example/{n}", f"http://xa.example/{n}", "page") for n in range(links)]
    for turn in range(20):  # ids are random, and so are lengths
        folder = tmp_path / f"{turn}"
        with WarcWriter(folder, "xa", software="test") as warc:
            folder.mkdir()
            one, _ = written(warc, FORMS["sized"]), written(warc, FORMS["packed"])
            warc.metadata(outlink_fields(leads), uri=URL, refers_to=one.record_id)
        path = folder / warc.file
        size = path.stat().st_size
        assert redact_file(path, {one.record_id or ""}, "lý do", "2026-11-23T05:00:00Z") == 2
        assert path.stat().st_size == size
        assert b"outlink" not in b"".join(b"".join(record.pieces()) for record in warc_records(path))
        assert [type(item).__name__ for item in walk(path)] == ["Session", "Redacted", "Capture"]


# Others' files


def foreign(kind: str, identity: int, head: str, block: bytes) -> bytes:
    lines = ["WARC/1.0", f"WARC-Type: {kind}", f"WARC-Record-ID: <urn:uuid:{identity}>", *head.split("|")]
    return "\r\n".join([*lines, f"Content-Length: {len(block)}", "", ""]).encode() + block + b"\r\n\r\n"


TOLD = "Content-Type: application/http; msgtype=response|WARC-Date: {date}|WARC-Target-URI: http://xa.example/{path}"
PROFILE = "WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
SHA1 = "WARC-Payload-Digest: sha1:IUTFLOMMNZVZEJ6EIHSQLOFFFG3PBA5S"
HEAD = b"HTTP/1.1 200 OK\r\nX-Visit: 2\r\n\r\n"
THERE = foreign("response", 1, TOLD.format(date="2019-01-20T07:00:00Z", path="a") + f"|{SHA1}", CHUNKED)
WAYS = {
    "wget, by record": f"{PROFILE}|WARC-Refers-To: <urn:uuid:1>|WARC-Truncated: length",
    "browsertrix, by address and date": f"{PROFILE}|WARC-Refers-To-Target-URI: http://xa.example/a"
    "|WARC-Refers-To-Date: 2019-01-20T07:00:00Z",
    "heritrix, by digest": f"{PROFILE}|{SHA1}|WARC-Truncated: length",
    "by another address": f"{PROFILE.replace('identical', 'uri-agnostic-identical')}|{SHA1}",
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("block", [HEAD, b""], ids=["with a head", "without a block"])
@pytest.mark.parametrize("files", [1, 2])
def test_revisits_of_other_tools_are_resolved(tmp_path: Path, way: str, block: bytes, files: int) -> None:
    revisit = foreign("revisit", 2, TOLD.format(date="2020-02-02T07:00:00Z", path="b") + f"|{WAYS[way]}", block)
    paths = {}
    for number, data in enumerate([THERE + revisit] if files == 1 else [revisit, THERE]):
        paths[f"{number}.warc"] = tmp_path / f"{number}.warc"
        paths[f"{number}.warc"].write_bytes(data)
    originals = Originals(paths.__getitem__, files=list(paths))
    found = [one for name, path in paths.items() for one in captures(path, 0, name, originals=originals)]
    (second,) = [one for one in found if one.url.endswith("/b")]
    assert (second.status, second.body) == (200, PAGE)
    assert second.header("x-visit") == ("2" if block else None)
    assert second.truncated is None
    assert second.provenance.original is not None
    assert second.provenance.original.record_id == "urn:uuid:1"


def test_a_revisit_of_another_payload_than_it_names_is_not_taken_for_it(tmp_path: Path) -> None:
    other = f"{PROFILE}|WARC-Refers-To: <urn:uuid:1>|{SHA1.replace('IUTF', 'AAAA')}"
    path = tmp_path / "a.warc"
    path.write_bytes(
        THERE + foreign("revisit", 2, TOLD.format(date="2020-02-02T07:00:00Z", path="b") + f"|{other}", HEAD)
    )
    told = list(walk(path))
    assert [type(one) for one in told] == [Capture, Missing]


def test_a_revisit_of_a_profile_that_is_not_known_is_left_alone(tmp_path: Path) -> None:
    strange = "WARC-Profile: http://xa.example/revisit/difference|WARC-Refers-To: <urn:uuid:1>"
    path = tmp_path / "a.warc"
    path.write_bytes(
        THERE + foreign("revisit", 2, TOLD.format(date="2020-02-02T07:00:00Z", path="b") + f"|{strange}", HEAD)
    )
    assert [type(one) for one in walk(path)] == [Capture]


def test_extract_says_which_original_it_misses_and_makes_no_article_of_it(tmp_path: Path, portal_crawler: Run) -> None:
    site = Site(articles=3)
    visits = Visits(site.portal, tmp_path / "archive", site.answer)
    visits.visit()
    visits.visit(timedelta(days=400), refresh=True)
    shown = portal_crawler("report", tmp_path / "archive").stdout
    assert re.search(r"\n  repeated   4 answers kept once before \([\d,]+ bytes saved\)\n", shown)
    first, second = (Path(shutil.copy(path, tmp_path)) for path in visits.shard.warcs())
    both = records(portal_crawler("extract", first, second, "--stdout"))
    assert {one.title for one in both} == {f"Hội nghị lần thứ {n} bàn về thuỷ lợi" for n in range(3)}
    assert records(portal_crawler("extract", second, first, "--stdout"))
    alone = portal_crawler("extract", second, "--stdout", expect=2)
    assert alone.stdout == ""
    assert re.search(rf"{second.name}: offset \d+: revisit of http://xa.example/\S*: the original urn:\S+ is in none of"
                     " the files: give the file that has it as well", alone.stderr)  # fmt: skip


def test_a_file_of_revisits_is_looked_through_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.warc"
    one = answer(b"x" * 400)
    with path.open("wb") as file:
        for number in range(20_000):
            head = TOLD.format(date="2019-01-20T07:00:00Z", path=f"a/{number}")
            file.write(foreign("response", number, head + f"|WARC-Payload-Digest: sha1:{number:032}", one))
        head = TOLD.format(date="2020-01-20T07:00:00Z", path="b")
        file.write(foreign("revisit", 20_001, head + f"|{PROFILE}|WARC-Payload-Digest: sha1:{19_000:032}", HEAD))
    tracemalloc.start()
    last = deque(captures(path), maxlen=1).pop()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert last.body == b"x" * 400
    assert peak < 4 << 20
