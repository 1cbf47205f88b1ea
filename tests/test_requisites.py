"""Requisites: what a page needs to be shown as it looked is kept, within limits; what is missing is listed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, pairwise
from pathlib import Path
from threading import Thread

import pytest
from conftest import Done
from conftest import report as last_report
from hypothesis import given, settings
from hypothesis import strategies as st
from test_crawl_rules import MOVED, PAGE, STATUS, TEXT, A, Answer, Driven, Site, menu, portal, rebuilt
from test_elsewhere import PNG, page, site
from visits import Visits

from archive.errors import UsageError
from archive.ledger import Ledger
from archive.record import content_digest
from archive.warc.capture import Capture
from portal_crawler.cli.account import print_holdings
from portal_crawler.discover.leads import read
from portal_crawler.discover.requisites import MOST_OF_PAGE, MOST_OF_STYLE, PIXEL, of_style, with_requisites
from portal_crawler.discover.stylesheets import MOST_CHARS, references
from portal_crawler.page import Page
from portal_crawler.portal import Portal
from portal_crawler.report.report import whole
from portal_crawler.report.summary import exit_code, print_report
from portal_crawler.upkeep.verify import verify_shard

CDN = "https://cdn.example"
CSS = "HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\n{}"
FILE = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\n\r\n{}"


def named(text: str) -> list[tuple[str, str]]:
    return list(references(text))


def needs(markup: str, head: str = "") -> list[str]:
    """The requisites of a page, from its host's root on where they are the portal's own."""
    parsed = Page.parse(f"<html><head>{head}</head><body>{markup}</body></html>", f"{A}/tin/")
    return [lead.url.removeprefix(A) for lead in with_requisites(parsed, portal(), ()) if lead.state == "queued"]


# What a stylesheet names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a{background:url(nen.png)}", [("nen.png", "image")]),
        ("a{background:URL( 'n en.png' )}", [("n en.png", "image")]),
        ('a{background:url("a.png"),url(b.png)}', [("a.png", "image"), ("b.png", "image")]),
        ('@import "a.css";@import url(b.css) print;', [("a.css", "style"), ("b.css", "style")]),
        ('@IMPORT url("c.css") layer(x);', [("c.css", "style")]),
        ("@import 'a.css' supports(display:grid) screen;", [("a.css", "style")]),
        ("@import /* của tỉnh */ 'a.css';", [("a.css", "style")]),
        ("@font-face{font-family:'Bút';src:url(b.eot);src:url('b.woff2?v=1') format('woff2'),url(b.svg#but)}"
         "a{background:url(b.svg)}",
         [("b.eot", "font"), ("b.woff2?v=1", "font"), ("b.svg#but", "font"), ("b.svg", "image")]),
        ("a{src:url(x.woff)}", [("x.woff", "font")]),
        ("/* url(a.png) @import 'a.css'; */a{color:red}", []),
        ("a{content:'url(a.png)'}", []),
        ("a{content:\"it\\\"s url(a.png)\"}b{background:url(b.png)}", [("b.png", "image")]),
        ("a{background:url(data:image/png;base64,AA==)}b{background:url('data:image/svg+xml,<svg/>')}", []),
        ("a{filter:url(#mo);fill:url('#x')}", []),
        ("a{background:url(a\\.png)}b{background:url(\\61 b.png)}", [("a.png", "image"), ("ab.png", "image")]),
        ("a{background:url('a\\\nb.png')}", [("ab.png", "image")]),
        ("a{background:url(\\110000 x\\d800 .png)}", [("\ufffdx\ufffd.png", "image")]),
        ("a{background:image-set('a.png' 1x,\"b.avif\" type('image/avif') 2x,url(c.png) 3x);content:'d.png'}",
         [("a.png", "image"), ("b.avif", "image"), ("c.png", "image")]),
        ("a{background:-webkit-image-set(url(a.png) 1x)}", [("a.png", "image")]),
        ("@namespace svg url(http://www.w3.org/2000/svg);@charset 'utf-8';a{b:url(c.png)}", [("c.png", "image")]),
        ("a{background:url(a b.png)}b{background:url(c.png)}", [("c.png", "image")]),
        ("a{background:url(a.png", [("a.png", "image")]),
        ("a{background:url('a.png", [("a.png", "image")]),
        ("a{background:url('a.png\n)}b{c:url(d.png)}", [("d.png", "image")]),
        ("a{my-url:curl(x.png)}", []),
        ("@import;a{content:'x.css'}", []),
        ("@import url();a{b:url()}c{d:url('')}", []),
        ("<!-- a{b:url(c.png)} -->", [("c.png", "image")]),
        ("a{background:url(//cdn.example/a.png)}", [("//cdn.example/a.png", "image")]),
    ],
)  # fmt: skip
def test_a_stylesheets_addresses_are_read_as_a_browser_reads_them(text: str, expected: list[tuple[str, str]]) -> None:
    assert named(text) == expected


_PIECES = st.sampled_from(
    ["url(", "@import ", '"', "'", "\\", "/*", "*/", ")", "(", ";", "}", "{", "image-set(", "type(", "@font-face",
     "a.png", "\n", " ", "\\6", "đ"]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=40).map("".join)))
def test_no_text_breaks_the_reader_and_what_it_names_stands_in_the_text(text: str) -> None:
    found = named(text)
    assert len(found) <= text.lower().count("url(") + text.count("'") + text.count('"')
    assert all(address and len(address) <= 2000 for address, _ in found)
    if "\\" not in text:
        assert all(address in text for address, _ in found)


@given(_PIECES, _PIECES, _PIECES)
@settings(max_examples=40)
def test_no_repetition_takes_long(one: str, two: str, three: str) -> None:
    text = (one + two + three) * 4_000
    started = time.process_time()
    for _ in references(text):
        pass
    assert time.process_time() - started < 1


def test_what_lies_beyond_the_bound_of_a_stylesheet_is_not_read() -> None:
    assert named(" " * MOST_CHARS + "a{b:url(c.png)}") == []


# What a page names


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<link rel=stylesheet href=/k.css>", ["/k.css"]),
        ("<link rel='alternate stylesheet' href='k.css'>", ["/tin/k.css"]),
        ("<link rel='shortcut icon' href='/a.ico'><link rel=apple-touch-icon href=/a.png>", ["/a.ico", "/a.png"]),
        ("<link rel=preload as=font href=/b.woff2><link rel=preload as=style href=/c.css>", ["/b.woff2", "/c.css"]),
        ("<link rel=modulepreload href=/d.js><link rel=preload as=fetch href=/x.json>", ["/d.js"]),
        ("<link rel=alternate href=/en/><link rel=next href=/2><link rel=canonical href=/3>", []),
        ("<script src=/k.js></script><script>var a = 'b.js';</script>", ["/k.js"]),
        ("<style>@import 'k.css';body{background:url(/nen.png)}</style>", ["/tin/k.css", "/nen.png"]),
        ("<base href='/goc/'><link rel=stylesheet href=k.css>", ["/goc/k.css"]),
    ],
)  # fmt: skip
def test_a_pages_head_names_what_it_needs(head: str, expected: list[str]) -> None:
    assert needs("", head) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (f"<img src='{CDN}/a.png'>", [f"{CDN}/a.png"]),
        ("<img src=a.png srcset='b.png 1x, /c.png 2x' data-src=/d.png>",
         ["/d.png", "/tin/a.png", "/tin/b.png", "/c.png"]),
        ("<picture><source srcset='/a.avif 1x, /b.avif 2x'><img src=/c.png></picture>",
         ["/a.avif", "/b.avif", "/c.png"]),
        ("<input type=image src=/nut.png><input type=text src=/x.png>", ["/nut.png"]),
        ("<video poster=/p.jpg src=/v.mp4><source src=/v.webm><track src=/v.vtt></video>",
         ["/v.mp4", "/p.jpg", "/v.webm", "/v.vtt"]),
        ("<audio><source src=/a.mp3></audio>", ["/a.mp3"]),
        ("<table background=/nen.gif><tr><td background='o.gif'></table>", ["/nen.gif", "/tin/o.gif"]),
        ("<div style=\"background:url('/nen.png')\">x</div><p style='color:red'>y</p>", ["/nen.png"]),
        ("<object data=/quoc-huy.svg></object><embed src=/phim.swf>", ["/quoc-huy.svg", "/phim.swf"]),
        ("<object data=/trang.html></object><embed src=/tin><iframe src=/khung></iframe>", []),
        ("<iframe src='/xem.aspx?file=/vb/12.pdf'></iframe>", ["/vb/12.pdf"]),
        ("<svg><image href=/a.png></image><use xlink:href='/b.svg#x'></use><use href='#y'></use></svg>",
         ["/a.png", "/b.svg"]),
        ("<img src=''><img src='#'><img src='data:image/gif;base64,R0'><img src='javascript:x'><img src='//['>", []),
        ("<a href=/tin/1.html>Tin</a><area href=/b>", []),
        ("<img src='/tin/'>", []),
        ("<img src=/a.png><img src=/a.png>", ["/a.png"]),
    ],
)  # fmt: skip
def test_a_pages_body_names_what_it_shows_and_never_what_it_links_to(markup: str, expected: list[str]) -> None:
    assert sorted(needs(markup)) == sorted(expected)


def test_what_is_a_lead_already_stays_what_it_is() -> None:
    text = f"<a href='/anh/1.jpg'><img src='/anh/1.jpg'></a><img src='{CDN}/2.jpg'><link rel=stylesheet href=/k.css>"
    answer = PAGE.format(text).partition("\r\n\r\n")[2].encode()
    capture = Capture(f"{A}/", 200, (("Content-Type", "text/html"),), answer)
    found = {lead.url: (lead.kind, lead.state) for lead in read(capture, portal(), "page").leads}
    assert found[f"{A}/anh/1.jpg"] == ("media", "queued")
    assert found[f"{CDN}/2.jpg"] == ("requisite", "queued")
    assert found[f"{A}/k.css"] == ("requisite", "queued")


@pytest.mark.parametrize("size", ["width=1 height=1", "height=0", "width='1px'"])
def test_a_counters_pixel_on_another_host_is_left_out_with_its_reason(size: str) -> None:
    parsed = Page.parse(f"<html><body><img src='{CDN}/dem.gif' {size}></body></html>", f"{A}/")
    assert [(lead.state, lead.reason) for lead in with_requisites(parsed, portal(), ())] == [("out of scope", PIXEL)]


def test_a_page_needs_no_more_than_allowed_and_the_rest_has_its_reason() -> None:
    text = "".join(f"<script src=/{number}.js></script>" for number in range(1000))
    leads = with_requisites(Page.parse(f"<html><body>{text}</body></html>", f"{A}/"), portal(), ())
    assert [lead.state for lead in leads] == ["queued"] * MOST_OF_PAGE + ["out of scope"] * (1000 - MOST_OF_PAGE)
    assert {lead.reason for lead in leads} == {None, f"more than {MOST_OF_PAGE} requisites on one page"}


def test_a_stylesheet_of_which_not_all_is_read_says_so() -> None:
    body = "".join(f"a{{b:url({number}.png)}}" for number in range(3000)).encode()
    leads, reason = of_style(Capture(f"{A}/k.css", 200, (("Content-Type", "text/css"),), body), portal())
    assert len(leads) == MOST_OF_STYLE
    assert reason == f"only the first {MOST_OF_STYLE} addresses in it were read"


# A crawl


LAYOUT: dict[str, Answer] = {
    f"{A}/k.css": CSS.format("@import 'phu.css';body{background:url(nen.png)}@font-face{src:url(but.woff2)}"),
    f"{A}/phu.css": CSS.format("a{background:url(mui-ten.gif)}"),
    f"{A}/nen.png": PNG.format("nen"),
    f"{A}/mui-ten.gif": FILE.format("image/gif", "GIF89a"),
    f"{A}/but.woff2": FILE.format("font/woff2", "wOF2"),
    f"{A}/k.js": FILE.format("application/javascript", "var a = 1;"),
    f"{CDN}/khung.css": CSS.format("i{background:url('icon.svg')}"),
    f"{CDN}/icon.svg": FILE.format("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>"),
}
HEAD = f"<link rel=stylesheet href=/k.css><link rel=stylesheet href={CDN}/khung.css><script src=/k.js></script>"


def of_kind(driven: Driven, kind: str) -> dict[str, tuple[str, str | None]]:
    with driven.shard.reading() as ledger:
        return {row.url: (row.state, row.reason) for row in ledger.urls() if row.kind == kind}


def test_what_a_reader_saw_is_kept_after_the_text_and_not_asked_for_again(tmp_path: Path) -> None:
    given_site: Site = {**site("<p>Một.</p>", "<p>Hai.</p>", front=HEAD), **LAYOUT}
    driven = Driven(tmp_path, given_site)
    assert of_kind(driven, "requisite") == dict.fromkeys(LAYOUT, ("archived", None))
    pages = [number for number, url in enumerate(driven.asked) if url.endswith(".html")]
    assert max(pages) < min(driven.asked.index(url) for url in LAYOUT if url.startswith(A))
    assert driven.report["requisites"] == {"archived": len(LAYOUT)}
    assert driven.report["patch"] == driven.report["failures"] == []
    assert rebuilt(driven) == driven.states
    assert verify_shard(driven.shard).findings == []
    again = Driven(tmp_path, given_site)
    assert not LAYOUT.keys() & set(again.asked)
    changed: Site = {**given_site, f"{A}/": PAGE.format(f"{HEAD}<script src=/moi.js></script>")}
    new = Driven(tmp_path, {**changed, f"{A}/moi.js": LAYOUT[f"{A}/k.js"]})
    assert [url for url in new.asked if not url.endswith("robots.txt")] == [f"{A}/", f"{A}/moi.js"]
    assert rebuilt(new) == new.states


def test_a_new_requisite_on_a_list_is_no_news_of_the_list(tmp_path: Path) -> None:
    words = [page(number, "") for number in range(3)]
    first, second = (f"<ul>{links}</ul><a href='/?trang=2'>2</a>" for links in (_entries(0, 1), _entries(0, 1)))
    pages: dict[str, Answer] = {f"{A}/tin/{number}.html": PAGE.format(text) for number, text in enumerate(words)}
    pages |= {f"{A}/?trang=2": PAGE.format(f"<ul>{_entries(2, 3)}</ul>")}
    Driven(tmp_path, {**pages, f"{A}/": PAGE.format(first)})
    again = Driven(tmp_path, {**pages, f"{A}/": PAGE.format(f"<script src=/moi.js></script>{second}")})
    assert f"{A}/moi.js" in again.asked
    assert f"{A}/?trang=2" not in again.asked


def _entries(first: int, beyond: int) -> str:
    title = "Xã Tân Hòa họp bàn làm đường liên thôn lần thứ"
    return "".join(
        f"<li><a href='/tin/{number}.html'>{title} {number}</a> 0{number + 1}/03/2023</li>"
        for number in range(first, beyond + 1)
    )


@pytest.mark.parametrize(
    ("bounds", "kept", "reason"),
    [
        ({"requisites": "none"}, set(), "[scope] requisites is none"),
        ({"requisites": "own"}, {url for url in LAYOUT if url.startswith(A)}, "[scope] requisites is own"),
        ({"requisite_types": ["style", "script"]}, {url for url in LAYOUT if url.endswith(("css", "js"))},
         "[scope] requisite_types has no image"),
        ({"exclude": ["cdn"]}, {url for url in LAYOUT if url.startswith(A)}, "excluded by [scope] exclude"),
        ({"include": ["/tin/", "/$"]}, set(LAYOUT), None),
        ({"media_hosts": 0}, {url for url in LAYOUT if url.startswith(A)},
         "on a host beyond the 0 of [scope] media_hosts"),
    ],
)  # fmt: skip
def test_a_definition_says_what_is_kept_and_the_ledger_why_the_rest_is_not(
    bounds: Mapping[str, object], kept: set[str], reason: str | None, tmp_path: Path
) -> None:
    driven = Driven(tmp_path, {**site("<p>Một.</p>", front=HEAD), **LAYOUT}, portal(scope=bounds))
    found = of_kind(driven, "requisite")
    assert {url for url, (state, _) in found.items() if state == "archived"} == kept
    assert {why for state, why in found.values() if state != "archived"} >= ({reason} if reason else set())
    assert all(why for state, why in found.values() if state != "archived")
    assert rebuilt(driven) == driven.states


@pytest.mark.parametrize(
    ("table", "named_key"),
    [
        ("requisites = 'alles'", "requisites"),
        ("requisite_types = ['style', 'sound']", "requisite_types"),
        ("requisite_bytes = 10", "requisite_bytes"),
    ],
)
def test_a_wrong_bound_is_refused_by_name(table: str, named_key: str) -> None:
    with pytest.raises(UsageError, match=named_key):
        Portal.parse(f"[portal]\nname = 'xa'\nurl = '{A}/'\n[scope]\n{table}\n", "xa.toml")


def test_robots_txt_of_a_host_of_styles_is_obeyed(tmp_path: Path) -> None:
    forbids = TEXT.format("User-agent: *\nDisallow: /\n")
    driven = Driven(tmp_path, {**site("<p>Một.</p>", front=HEAD), **LAYOUT, f"{CDN}/robots.txt": forbids})
    assert of_kind(driven, "requisite")[f"{CDN}/khung.css"] == ("excluded", "robots.txt")
    assert exit_code([driven.report]) == 0
    assert rebuilt(driven) == driven.states


def test_hosts_of_the_layout_leave_the_articles_theirs(tmp_path: Path) -> None:
    head = "".join(f"<script src='https://qc{number}.example/a.js'></script>" for number in range(9))
    given_site: Site = {**site(f"<p><img src='{CDN}/hop.jpg'></p>", front=head), f"{CDN}/hop.jpg": PNG.format("1")}
    driven = Driven(tmp_path, given_site, portal(scope={"media_hosts": 2}))
    assert driven.states[f"{CDN}/hop.jpg"] == "archived"
    states = [state for state, _ in of_kind(driven, "requisite").values()]
    assert sorted(states) == ["gone"] * 2 + ["out of scope"] * 7


def test_a_style_that_has_moved_to_another_host_is_followed(tmp_path: Path) -> None:
    moved = {f"{A}/k.css": MOVED.format(f"{CDN}/k.css"), f"{CDN}/k.css": LAYOUT[f"{A}/phu.css"]}
    given_site: Site = {**site("<p>Một.</p>", front=HEAD), **LAYOUT, **moved}
    driven = Driven(tmp_path / "all", given_site)
    assert driven.states[f"{CDN}/k.css"] == "archived"
    assert f"{CDN}/mui-ten.gif" in driven.asked
    assert rebuilt(driven) == driven.states
    own = Driven(tmp_path / "own", given_site, portal(scope={"requisites": "own"}))
    assert own.states[f"{CDN}/k.css"] == "out of scope"


# Traps


class Endless(dict[str, Answer]):
    """A portal whose stylesheets name ever more stylesheets."""

    def __init__(self, site: Mapping[str, Answer], each: int) -> None:
        super().__init__(site)
        self._numbers, self._each = count(1), each

    def get(self, url: str, default: Answer = None) -> Answer:  # type: ignore[override]
        if not url.endswith(".css"):
            return super().get(url, default)
        return CSS.format("".join(f"@import '{next(self._numbers)}.css';" for _ in range(self._each)))


def test_stylesheets_without_end_are_left_after_a_few(tmp_path: Path) -> None:
    driven = Driven(tmp_path, Endless(site("<p>Một.</p>", front="<link rel=stylesheet href=/k.css>"), 1))
    assert len([url for url in driven.asked if url.endswith(".css")]) == 5
    assert "trap: stylesheets in stylesheets, 5 deep" in driven.report["reasons"]
    assert rebuilt(driven) == driven.states


def test_stylesheets_that_name_ever_more_are_bounded_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal_crawler.frontier.allowance._NESTED", 60)
    driven = Driven(tmp_path, Endless(site("<p>Một.</p>", front="<link rel=stylesheet href=/k.css>"), 20))
    assert len([url for url in driven.asked if url.endswith(".css")]) == 61
    assert "trap: beyond the 60 that stylesheets of a portal may name" in driven.report["reasons"]
    assert rebuilt(driven) == driven.states


def test_addresses_that_are_new_on_every_page_are_bounded(tmp_path: Path) -> None:
    front, plain = menu(60)
    pages = {
        url: text.replace("</body>", f"<script src='{CDN}/dem.js?t={number}'></script></body>")
        for number, (url, text) in enumerate(plain.items())
    }
    driven = Driven(tmp_path, {f"{A}/": front, **pages})
    assert len([url for url in driven.asked if "dem.js" in url]) == 40
    assert driven.report["reasons"]["trap: more than 40 requisites that differ in their query alone"] == 20
    assert rebuilt(driven) == driven.states


def test_what_a_script_element_names_and_a_list_calls_an_article_is_read_as_one(tmp_path: Path) -> None:
    odd = PAGE.format("<script src='/tin/0.html'></script><a href='/danh-muc'>Mục</a>")
    listed = site("<p>Một.</p>")
    given_site: Site = {**listed, f"{A}/": odd, f"{A}/danh-muc": listed[f"{A}/"]}
    driven = Driven(tmp_path, given_site)
    assert [json.loads(line)["url"] for line in driven.shard.lines()] == [f"{A}/tin/0.html"]
    assert driven.asked.count(f"{A}/tin/0.html") == 1
    assert rebuilt(driven) == driven.states
    assert [json.loads(line)["url"] for line in driven.shard.lines()] == [f"{A}/tin/0.html"]


# What is missing


class Mended(Visits):
    """A portal with one article, of which a part is missing until it is mended."""

    def __init__(self, into: Path, pages: dict[str, str | None]) -> None:
        super().__init__(portal(), into, lambda url, _: self._answer(url))
        self.pages = pages

    def _answer(self, url: str) -> bytes | None:
        answer = self.pages.get(url, STATUS.format(404))
        return answer.encode() if answer is not None else None


PICTURE, PAPER = f"{A}/anh/hop.png", f"{A}/vb/12.pdf"
SHOWN = f"<p><img src='{PICTURE}'></p><p><a href='{PAPER}'>Thông báo số 12</a></p>"


def mended(into: Path, **more: str | None) -> Mended:
    answers = {url: str(answer) for url, answer in {**site(SHOWN, front=HEAD), **LAYOUT}.items()}
    return Mended(into, {**answers, **more})


def test_a_missing_file_is_listed_fetched_when_it_is_there_and_put_into_the_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = mended(tmp_path)
    first = visits.visit()
    assert exit_code([first]) == 0
    (page_at,) = [f"{A}/tin/0.html"]
    assert [(one["url"], one["kind"], one["state"], one["reason"], one["page"]) for one in first["patch"]] == [
        (PICTURE, "media", "gone", "HTTP 404", page_at), (PAPER, "document", "gone", "HTTP 404", page_at),
    ]  # fmt: skip
    (record,) = visits.records()["/tin/0.html"]
    assert [(one.sha256, one.record_id) for one in (*record.images, *record.attachments)] == [(None, None)] * 2
    print_report(first, tmp_path)
    said = capsys.readouterr().err
    assert "  patch      2 files that pages name are missing (2 gone)\n" in said
    assert f"             {PICTURE} (HTTP 404), on {page_at}\n" in said
    print_holdings(whole(visits.shard))
    assert "2 files that pages name are missing (2 gone)" in capsys.readouterr().out
    assert visits.rebuilt()

    visits.pages |= {PICTURE: PNG.format("1"), PAPER: TEXT.format("%PDF-1.4")}
    second = visits.visit(after=timedelta(days=1, minutes=5))
    assert {PICTURE, PAPER} <= set(visits.asked)
    assert second["asked_because"]["was missing or not whole"] == 2
    assert second["patch"] == []
    assert second["records"]["completed"] == 1
    (complete,) = visits.records()["/tin/0.html"]
    assert complete.content_sha256 == record.content_sha256 == content_digest(complete.model_dump(mode="json"))
    with visits.shard.reading() as ledger:
        for file in (*complete.images, *complete.attachments):
            kept = ledger.captures.find(file.record_id or "")
            assert kept is not None
            assert (kept.url, kept.payload_sha256) == (file.url, file.sha256)
    assert verify_shard(visits.shard).findings == []
    assert visits.rebuilt()
    assert verify_shard(visits.shard).findings == []
    third = visits.visit(after=timedelta(days=30))
    assert not {PICTURE, PAPER} & set(visits.asked)
    assert third["records"]["completed"] == 0


def test_what_never_comes_is_asked_for_ever_more_rarely(tmp_path: Path) -> None:
    visits = mended(tmp_path)
    visits.visit()
    asked = [day for day in range(1, 100) if visits.visit(after=timedelta(days=1)) and PICTURE in visits.asked]
    assert 5 <= len(asked) <= 8
    rests = [later - sooner for sooner, later in pairwise(asked)]
    assert rests == sorted(rests)
    assert rests[-1] > 25


def test_of_many_missing_files_those_of_articles_are_named_and_the_layouts_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = "".join(f"<img src='/web/20170614025039im_/http_/xa-a.example/toolbar-{number}.png'>" for number in range(9))
    driven = Driven(tmp_path, {**site(SHOWN, front=HEAD + left), **LAYOUT})
    page_at = f"{A}/tin/0.html"
    assert [(one["url"], one["article"]) for one in driven.report["patch"][:2]] == [
        (PICTURE, page_at),
        (PAPER, page_at),
    ]
    assert [one["article"] for one in driven.report["patch"][2:]] == [None] * 9
    print_report(driven.report, tmp_path)
    said = capsys.readouterr().err
    assert "11 files that pages name are missing (11 gone): 2 of articles, 9 of layout and lists\n" in said
    assert f"{PAPER} (HTTP 404), on {page_at}\n" in said
    assert "toolbar" not in said
    assert rebuilt(driven) == driven.states


def test_what_failed_or_broke_off_is_asked_for_by_the_next_run(tmp_path: Path) -> None:
    failing: Site = {
        **site("<p>Một.</p>", front=HEAD), **LAYOUT, f"{A}/k.js": STATUS.format(503),
        f"{A}/nen.png": (str(LAYOUT[f"{A}/nen.png"]), "disconnect"), f"{CDN}/icon.svg": None,
        f"{A}/but.woff2": (str(LAYOUT[f"{A}/but.woff2"]), "length"),
    }  # fmt: skip
    driven = Driven(tmp_path, failing, now=time.time())
    assert exit_code([driven.report]) == 0
    assert driven.report["failures"] == []
    found = {one["url"]: (one["state"], one["reason"], one["page"]) for one in driven.report["patch"]}
    assert found == {
        f"{A}/k.js": ("failed", "HTTP 503", f"{A}/"),
        f"{A}/nen.png": ("archived", "truncated: disconnect", f"{A}/k.css"),
        f"{A}/but.woff2": ("archived", "truncated: length", f"{A}/k.css"),
        f"{CDN}/icon.svg": ("failed", "its host: 3 requests in a row were not answered", f"{CDN}/khung.css"),
    }
    assert {one["url"] for one in driven.report["patch"] if one["again"] is None} == {f"{A}/but.woff2"}
    assert rebuilt(driven) == driven.states
    again = Driven(tmp_path, {**failing, **LAYOUT}, now=time.time())
    assert {f"{A}/k.js", f"{A}/nen.png", f"{CDN}/icon.svg"} <= set(again.asked)
    assert f"{A}/but.woff2" not in again.asked
    assert [one["url"] for one in again.report["patch"]] == [f"{A}/but.woff2"]
    assert rebuilt(again) == again.states


def test_a_page_in_place_of_a_file_is_a_file_that_is_missing(tmp_path: Path) -> None:
    there = PAGE.format("<p>Trang không tồn tại.</p>")
    driven = Driven(tmp_path, {**site(SHOWN, front=HEAD), **LAYOUT, PICTURE: there, PAPER: there, f"{A}/k.css": there})
    found = {one["url"]: one["reason"] for one in driven.report["patch"]}
    assert found == dict.fromkeys((f"{A}/k.css", PICTURE, PAPER), "a page in its place")
    (record,) = [json.loads(line) for line in driven.shard.lines()]
    assert record["images"][0]["sha256"] is record["attachments"][0]["sha256"] is None
    assert rebuilt(driven) == driven.states
    assert whole(driven.shard)["patch"] == driven.report["patch"]


def test_a_picture_that_has_moved_has_the_digest_of_where_it_is(tmp_path: Path) -> None:
    moved = {PICTURE: MOVED.format(f"{A}/moi/hop.png"), f"{A}/moi/hop.png": PNG.format("1")}
    driven = Driven(tmp_path, {**site(SHOWN), **moved})
    (record,) = driven.shard.articles()
    with driven.shard.reading() as ledger:
        kept = ledger.captures.find(record.images[0].record_id or "")
    assert kept is not None
    assert (kept.url, kept.payload_sha256) == (f"{A}/moi/hop.png", record.images[0].sha256)
    assert verify_shard(driven.shard).findings == []


@pytest.mark.parametrize(
    ("update", "finding"),
    [
        ({"sha256": "0" * 64}, "its digest is not that of the capture"),
        ({"record_id": "urn:uuid:0"}, "points at capture urn:uuid:0, which the ledger does not have"),
    ],
)
def test_verify_finds_a_picture_that_is_not_the_captures(update: dict[str, str], finding: str, tmp_path: Path) -> None:
    driven = Driven(tmp_path, {**site(SHOWN), PICTURE: PNG.format("1"), PAPER: TEXT.format("%PDF-1.4")})
    (record,) = driven.shard.articles()
    wrong = record.model_copy(update={"images": (record.images[0].model_copy(update=update),)})
    ledger = Ledger(driven.shard.ledger_file)
    with ledger.transaction():
        ledger.versions.save(wrong)
    ledger.close()
    assert any(finding in one for one in verify_shard(driven.shard).findings)


# Over the wire


def test_a_requisite_that_is_too_long_is_cut_over_the_wire_and_a_page_of_that_length_is_not(
    tmp_path: Path, portal_crawler: Callable[..., Done]
) -> None:
    answers = {
        "/": (
            "text/html",
            f"<html><body><link rel=stylesheet href=/k.css><script src=/dai.js></script>{'chữ ' * 90_000}",
        ),
        "/k.css": ("text/css", "body{background:url(nen.png)}"),
        "/nen.png": ("image/png", "\x89PNG"),
        "/dai.js": ("application/javascript", "a;" * 2_000_000),
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, text = answers.get(self.path, ("text/plain", ""))
            body = text.encode()
            self.send_response(200 if self.path in answers else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # of what is too long the crawl takes no more
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        definition = tmp_path / "xa.toml"
        definition.write_text(
            f"[portal]\nname = 'xa'\nurl = '{url}/'\n[politeness]\ndelay = 0\n[scope]\nrequisite_bytes = 100000\n"
        )
        portal_crawler("crawl", definition, "--into", tmp_path / "archive", expect=3)  # it has no articles
        server.shutdown()
        thread.join()
    found = last_report(tmp_path / "archive", "xa")
    assert found["requisites"] == {"archived": 3}
    assert [(one["url"], one["reason"]) for one in found["patch"]] == [(f"{url}/dai.js", "truncated: length")]
    portal_crawler("verify", tmp_path / "archive")
