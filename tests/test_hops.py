"""What the archive says of how a page was found, where it leads, and what the crawl did: for other tools, and later."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from visits import Visits

from archive.ledger.hops import LONGEST, MOST, Step, outlink_fields, way_fields
from archive.ledger.rows import Lead
from archive.run import Run
from archive.warc import Record, WarcWriter
from archive.warc import records as warc_records
from archive.warc.capture import Capture
from archive.warc.exchange import Exchange
from archive.warc.http import parse_fields
from archive.warc.told import Linked, walk
from portal_crawler.crawl import crawllog
from portal_crawler.portal import Portal
from portal_crawler.portal.tables import Identity
from portal_crawler.upkeep.verify import verify_shard

A = "http://xa.example"
PORTAL = Portal(portal=Identity(name="xa", url=f"{A}/"))


def page(body: str, status: str = "200 OK", *headers: str) -> bytes:
    content = f"<html><title>Xã</title><body>{body}</body></html>".encode()
    head = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers, f"Content-Length: {len(content)}"]
    return ("\r\n".join(head) + "\r\n\r\n").encode() + content


def article(number: int) -> bytes:
    text = "".join(f"<p>Đoạn {n}: {hashlib.sha256(f'{number} {n}'.encode()).hexdigest()}.</p>" for n in range(12))
    return page(f"<h1>Hội nghị lần thứ {number} bàn về thuỷ lợi</h1><p>0{number}/01/2024 08:30</p><div>{text}"
                f"<img src='/anh/{number}.jpg'></div><p><a href='/lien-he'>Liên hệ</a></p>")  # fmt: skip


ENTRIES = "".join(
    f"<li><a href='/tin/{n}.html'>Hội nghị lần thứ {n} bàn về thuỷ lợi</a> <i>0{n}/01/2024</i></li>"
    for n in range(1, 4)
)
PAGES: dict[str, bytes | None] = {
    "/": page("<a href='/tin-tuc'>Tin tức</a> <a href='/lien-he'>Liên hệ</a> <a href='/mat-dien'>Mất điện</a>"
              " <a href='/lien-he#2'>Liên hệ</a> <a href='http://tinh.example/'>Tỉnh</a>"),
    "/tin-tuc": page(f"<h1>Tin tức</h1><ul>{ENTRIES}</ul><a href='/cu'>Trang cũ</a>"),
    "/cu": page("", "301 Moved Permanently", "Location: /moi"),
    "/moi": page("<p>Trang đang được cập nhật</p>"),
    "/lien-he": page("<p>Điện thoại: 0123</p>"),
    "/sitemap.xml": b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<urlset><url><loc>http://xa.example/an</loc></url>"
                    b"</urlset>",
    "/an": page("<p>Trang này không có ở đâu cả</p>"),
    "/mat-dien": None,
    **{f"/tin/{n}.html": article(n) for n in range(1, 4)},
}  # fmt: skip


def answer(url: str, headers: Mapping[str, str]) -> bytes | None:
    path = url.removeprefix(A)
    if path.endswith(".jpg"):
        return b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8" + path.encode() * 60
    return PAGES.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")


@pytest.fixture
def visits(tmp_path: Path) -> Visits:
    return Visits(PORTAL, tmp_path, answer)


def fields(record: Record) -> list[tuple[str, str]]:
    return list(parse_fields(b"".join(record.pieces()).decode()))


def told(visits: Visits) -> dict[str, dict[str, str]]:
    """The last metadata record of each path's exchange."""
    return {
        (record.url or "").removeprefix(A): dict(fields(record))
        for path in visits.shard.warcs()
        for record in warc_records(path)
        if record.type == "metadata" and record.get("WARC-Refers-To") is None
    }


def outlinks(visits: Visits) -> dict[str, list[str]]:
    """The outlinks of each path, in order; a page that has two such records fails."""
    found: dict[str, list[str]] = {}
    for path in visits.shard.warcs():
        for record in warc_records(path):
            if record.type == "metadata" and record.get("WARC-Refers-To") is not None:
                name = (record.url or "").removeprefix(A)
                assert name not in found, f"{name} twice"
                found[name] = [value.removeprefix(A) for key, value in fields(record) if key == "outlink"]
    return found


def log(visits: Visits) -> list[str]:
    return [
        b"".join(record.pieces()).decode()
        for path in visits.shard.warcs()
        for record in warc_records(path)
        if (record.url or "").startswith("urn:portal-crawler:xa:log:")
    ]


def test_each_capture_says_how_it_was_found(visits: Visits) -> None:
    visits.visit()
    found = {path: (one.get("via"), one.get("hopsFromSeed"), one.get("depth")) for path, one in told(visits).items()}
    assert found["/"] == (None, None, "0")
    assert found["/robots.txt"] == (None, "P", "0")
    assert found["/tin-tuc"] == (f"{A}/", "L", "1")
    assert found["/tin/2.html"] == (f"{A}/tin-tuc", "LL", "2")
    assert found["/anh/2.jpg"] == (f"{A}/tin/2.html", "LLE", "3")
    assert found["/moi"] == (f"{A}/cu", "LLR", "3")
    assert found["/sitemap.xml"] == (f"{A}/", "I", "1")
    assert found["/an"] == (f"{A}/sitemap.xml", "IM", "2")
    assert found["/mat-dien"] == (f"{A}/", "L", "1")  # of what failed as well
    assert all("fetchTimeMs" in one for one in told(visits).values())


def test_a_long_way_is_told_by_its_end() -> None:
    way = [Step(f"{A}/{number}", "page", "archived", False, False) for number in range(LONGEST + 20, 0, -1)]
    assert way_fields(way[:1]) == []
    assert way_fields(way[:3]) == [("via", f"{A}/{LONGEST + 19}"), ("hopsFromSeed", "LL")]
    assert way_fields(way) == [("via", f"{A}/{LONGEST + 19}"), ("hopsFromSeed", f"+{'L' * LONGEST}")]


def test_each_page_that_was_read_says_where_it_leads_once(visits: Visits) -> None:
    visits.visit()
    found = outlinks(visits)
    assert found["/"] == ["/tin-tuc L", "/lien-he L", "/mat-dien L", "http://tinh.example/ L"]
    assert set(found["/tin/1.html"]) == {"/anh/1.jpg E", "/lien-he L"}
    assert set(found["/tin-tuc"]) >= {"/tin/1.html L", "/tin/2.html L", "/tin/3.html L", "/cu L"}
    assert found["/sitemap.xml"] == ["/an M"]
    assert "/cu" not in found  # a redirect's Location is in its head
    told_of = {item.record_id for path in visits.shard.warcs() for item in walk(path) if isinstance(item, Linked)}
    captures = {
        one.provenance.record_id for path in visits.shard.warcs() for one in walk(path) if isinstance(one, Capture)
    }
    assert told_of < captures
    assert verify_shard(visits.shard).findings == []
    assert visits.rebuilt()


def test_what_comes_again_leads_where_it_did_and_says_so_no_more(visits: Visits) -> None:
    visits.visit()
    assert "/tin/1.html" in outlinks(visits)
    visits.visit(timedelta(days=400), refresh=True)
    last = list(warc_records(visits.shard.warcs()[-1]))
    again = {record.get("WARC-Refers-To") for record in last if record.type == "metadata"} - {None}
    assert again <= {f"<{record.id}>" for record in last if record.type == "response"}  # too small to be a revisit
    assert [record.url for record in last if record.type == "revisit" and "/tin/" in (record.url or "")]


def test_a_page_has_bounded_outlinks_without_guesses() -> None:
    leads = [Lead(f"{A}/{n}", f"{A}/{n}", "page") for n in range(MOST + 7)]
    found = outlink_fields([*leads, *leads, Lead(f"{A}/feed", f"{A}/feed", "feed", guess=True)])
    assert len(found) == MOST + 1
    assert found[0] == ("outlink", f"{A}/0 L")
    assert found[-1] == ("outlinks-left-out", "7")


@pytest.mark.parametrize("kill", range(1, 12))
def test_after_a_kill_each_page_has_its_links_once(visits: Visits, kill: int) -> None:
    visits.visit(killed_after=kill)
    visits.visit()
    found = outlinks(visits)  # none twice
    whole = Visits(PORTAL, visits.into / "whole", answer)
    whole.visit()
    assert found == outlinks(whole)
    assert visits.states() == whole.states()
    assert visits.rebuilt()


@pytest.mark.parametrize("written", [False, True], ids=["before its links", "behind its links"])
def test_a_kill_between_the_archive_and_the_ledger_loses_no_links_and_doubles_none(
    visits: Visits, written: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Visits(PORTAL, visits.into / "whole", answer)
    whole.visit()

    class Killed(BaseException):
        pass

    noted = Run.note_links

    def killed(self: Run, note: object, *found: object) -> None:
        if getattr(note, "url", "") != f"{A}/tin-tuc" or self.recovery.unsettled:
            return noted(self, note, *found)  # type: ignore[arg-type]
        if written:
            noted(self, note, *found)  # type: ignore[arg-type]
        self.writer.close()
        self.ledger.close()
        self._lock.release()
        raise Killed

    monkeypatch.setattr(Run, "note_links", killed)
    with pytest.raises(Killed):
        visits.visit()
    report = visits.visit()
    assert report["recovered"]["unsettled"] == 1
    assert outlinks(visits) == outlinks(whole)


# The crawl's log


def test_a_run_archives_its_log(visits: Visits) -> None:
    report = visits.visit()
    (text,) = log(visits)
    lines = text.splitlines()
    assert lines[0] == f"run {report['run']} of xa, {A}/"
    assert "begin 2024-03-04T02:00:00Z" in lines
    assert "setting delay 1.0" in lines
    assert f"failed {A}/mat-dien (ConnectionRefusedError: refused)" in lines
    assert "addresses archived media 3" in lines
    assert f"requests {report['requests']}" in lines
    assert lines[-1].startswith("end 2024-")
    assert lines[-1].endswith(" finished")
    assert visits.rebuilt()


def test_the_log_of_a_run_that_was_killed_is_archived_by_the_next(visits: Visits) -> None:
    visits.visit(killed_after=6)
    with visits.shard.reading() as ledger:
        ((killed, *_),) = ledger.runs.all()
    assert log(visits) == []
    visits.visit()
    first, second = log(visits)
    assert first.splitlines()[0] == f"run {killed} of xa, {A}/"
    assert first.splitlines()[-1] == "end broken off"
    assert "captures 6" in first.splitlines()
    assert second.splitlines()[-1].endswith(" finished")
    visits.visit(timedelta(days=50))
    assert len(log(visits)) == 3
    assert visits.rebuilt()


def test_a_log_is_bounded(visits: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawllog, "MOST", 1)
    monkeypatch.setitem(PAGES, "/lien-he", None)
    visits.visit()
    (text,) = log(visits)
    assert text.count("\nfailed http") == 1
    assert "\nfailed and 1 more\n" in text


def test_why_an_exchange_failed_stands_in_its_metadata_record(tmp_path: Path) -> None:
    exchange = Exchange(f"{A}/", Visits(PORTAL, tmp_path, answer).now, error="DNSLookupError: xa.example")
    exchange.error_kind = "dns"
    with WarcWriter(tmp_path, "xa", software="test") as warc:
        warc.exchange(exchange)
    exchange.received.close()
    (record,) = [one for one in warc_records(tmp_path / warc.file) if one.type == "metadata"]
    assert fields(record) == [("fetchTimeMs", "0"), ("error", "DNSLookupError: xa.example"), ("error-kind", "dns")]
