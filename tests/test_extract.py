"""What `extract` promises: the seed's article, purity, and an answer in bounded time whatever a server sends."""

from __future__ import annotations

import json
import random
import re
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from synthetic.letters import vni as to_vni

from archive.record import Article
from archive.warc.capture import Capture, Hint
from portal_crawler.extract import VERSION, NotArticle, extract
from portal_crawler.portal import Portal
from portal_crawler.portal.family import families
from portal_crawler.portal.tables import Identity, Learned, Selectors
from portal_crawler.probe.golden import Case

UNKNOWN = Portal(portal=Identity(name="unknown", url="https://xa.example.gov.vn/"))
URL = "https://xa.example.gov.vn/tin/ra-quan-lam-duong-giao-thong"
TEXT = (
    "Sáng 12/3, Ủy ban nhân dân xã tổ chức lễ ra quân làm đường giao thông nông thôn với sự tham gia của hơn hai trăm "
    "hộ dân trong xã và lực lượng đoàn viên thanh niên các thôn."
)


def capture(html: str | bytes, *, url: str = URL, status: int = 200, hints: tuple[Hint, ...] = ()) -> Capture:
    body = html if isinstance(html, bytes) else html.encode()
    return Capture(url, status, (("Content-Type", "text/html; charset=utf-8"),), body, hints)


def article(html: str | bytes, portal: Portal = UNKNOWN, **given: object) -> Article:
    found = extract(capture(html, **given), portal)  # type: ignore[arg-type]
    assert isinstance(found, Article), found
    return found


def refused(html: str | bytes, **given: object) -> str:
    found = extract(capture(html, **given), UNKNOWN)  # type: ignore[arg-type]
    assert isinstance(found, NotArticle), found
    return found.reason


def page(body: str, title: str = "Cổng thông tin điện tử xã") -> str:
    return f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"


@pytest.mark.parametrize("name", ["giang-thanh", None])
def test_seed_article_comes_out_as_expected(shared: Path, name: str | None) -> None:
    expected = json.loads((shared / "seed" / "giang-thanh-article.expected.json").read_text(encoding="utf-8"))
    html = (shared / "seed" / "giang-thanh-article.html").read_bytes()
    portal = Portal.known(name) if name else Portal(portal=Identity(name="nobody", url="https://nobody.example/"))
    record = json.loads(article(html, portal, url=expected["url"]).to_json())
    record["images"] = [image["url"] for image in record["images"]]
    assert {key: record[key] for key in expected} == expected


def test_same_bytes_give_the_same_record() -> None:
    html = page(
        f"<h1>Ra quân làm đường giao thông</h1><p>12/03/2021 08:05</p><div><p>{TEXT}</p><p>{TEXT} Hết.</p></div>"
    )
    assert article(html).to_json() == article(html).to_json()


@pytest.mark.parametrize(
    "running",
    [
        "<marquee><h1>{}</h1></marquee>",
        "<h1><marquee behavior=scroll>{}</marquee></h1>",
        "<marquee class='title'>{}</marquee>",
        "<h1><marquee><b>{}</b></marquee></h1>",
    ],
)
@pytest.mark.parametrize("selectors", [Selectors(), Selectors(title=("h1", "h2"))])
def test_a_title_is_never_taken_from_a_text_that_runs_across_the_page(running: str, selectors: Selectors) -> None:
    slogan = "Nhiệt liệt chào mừng Đại hội Đảng bộ xã Tân Hòa lần thứ XX"
    shown = f"<h2>Ra quân làm đường giao thông</h2><p>12/03/2021 08:05</p><div><p>{TEXT}</p><p>{TEXT} Hết.</p></div>"
    given = UNKNOWN.model_copy(update={"selectors": selectors})
    found = article(page(running.format(slogan) + shown), given, url="https://xa.example.gov.vn/bai-viet?id=7")
    assert found.title == "Ra quân làm đường giao thông"
    assert slogan not in found.body


def test_version_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION


def test_every_field_says_where_it_came_from() -> None:
    found = article(
        page(f"<h1>Ra quân làm đường giao thông</h1><p>12/03/2021 08:05</p><div><p>{TEXT}</p><p>{TEXT}</p></div>")
    )
    assert {"title", "timestamp", "body"} <= found.extraction.fields.keys()
    assert found.extraction.portal_sha256 == UNKNOWN.digest


def test_selectors_win_over_the_generic_path_field_by_field() -> None:
    portal = UNKNOWN.model_copy(
        update={"selectors": Selectors(title=("div.a::text",), drop=("div.b",), date=("//i[@class='d']",))}
    )
    html = page(
        f"<h1>Tiêu đề lớn của trang</h1><div class=a>Tiêu đề thật của bài viết</div><i class=d>Ngày 17/02/2021</i>"
        f"<div><p>{TEXT}</p><div class=b>Đoạn này không thuộc bài viết, ở giữa.</div><p>{TEXT} Hết.</p></div>"
    )
    found = article(html, portal)
    assert found.title == "Tiêu đề thật của bài viết"
    assert found.timestamp == "2021-02-17"
    assert "không thuộc" not in found.body
    assert found.extraction.fields["title"] == "selector: div.a::text"
    assert found.extraction.fields["body"] == "densest box"


def test_site_name_and_home_are_never_the_title() -> None:
    html = page(
        "<h1><a href=/>Home</a></h1><p>Cổng thông tin điện tử xã</p><p>Ra quân làm đường giao thông nông thôn</p>"
        f"<p>12/03/2021</p><div><p>{TEXT}</p><p>{TEXT} Hết.</p></div>"
    )
    assert article(html).title == "Ra quân làm đường giao thông nông thôn"


def test_todays_clock_related_dates_and_prose_are_not_the_date() -> None:
    html = page(
        "<div>Thứ hai, 15/03/2021</div><ul><li><a href=/>Trang chủ</a><li><a href=/a>Giới thiệu</a></ul>"
        f"<h2>Ra quân làm đường giao thông nông thôn</h2><div><p>{TEXT}</p><p>{TEXT} Hết.</p></div><h3>Tin khác</h3>"
        "<ul><li><a href=/c>Hội nghị tổng kết phong trào thi đua</a> (10/03/2021)"
        "<li><a href=/d>Trao nhà cho hộ nghèo thôn 4</a> (09/03/2021)</ul>"
    )
    served = (("Content-Type", "text/html"), ("Date", "Mon, 15 Mar 2021 03:00:00 GMT"))
    found = extract(Capture(URL, 200, served, html.encode()), UNKNOWN)
    assert isinstance(found, Article)
    assert found.timestamp is None
    assert found.timestamp_kind is None


def test_hint_gives_the_date_that_only_the_listing_prints() -> None:
    hint = Hint("https://xa.example.gov.vn/", title="Ra quân làm đường giao thông nông thôn", date="(21/04/2011)")
    html = page(f"<div><b>Ra quân làm đường giao thông nông thôn</b><div><p>{TEXT}</p><p>{TEXT} Hết.</p></div></div>")
    found = article(html, hints=(hint,))
    assert (found.timestamp, found.timestamp_raw) == ("2011-04-21", "(21/04/2011)")
    assert found.extraction.fields["timestamp"] == "listing hint"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (b"", "empty body"),
        (b"%PDF-1.4 ...", "another format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, "another format"),
        (bytes(range(256)) * 1000, "not HTML"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "rss"),
        (b"just words, no tag", "no tag"),
        (b"<p>EasyWeb  Default 404 Not Found Page</p>", "almost no text"),
        (page("<p class=title>Quy hoạch</p><p>Đang cập nhật</p>"), "no text|almost|placeholder"),
        (b"<div>" * 10_000 + b"x", "levels"),
        (b"<p>x</p>" * 3_000_000, "larger than"),
    ],
    ids=["empty", "pdf", "png", "binary", "feed", "text", "soft 404", "placeholder", "deep", "large"],
)
def test_what_is_no_article_is_refused_with_its_reason(html: str | bytes, reason: str) -> None:
    began = time.process_time()
    assert re.search(reason, refused(html))
    assert time.process_time() - began < 2


def test_hint_does_not_make_an_article_of_a_page_that_does_not_show_its_title() -> None:
    hint = Hint("https://xa.example.gov.vn/", title="Ra quân làm đường giao thông nông thôn", date="(21/04/2011)")
    assert refused("<html><body>Bài viết không tồn tại.</body></html>", hints=(hint,))
    assert refused("<p>EasyWeb  Default 404 Not Found Page</p>", hints=(hint,))


def test_status_is_an_answer() -> None:
    assert refused(page(TEXT), status=404) == "HTTP 404"


def test_50_megabytes_are_refused_unread() -> None:
    began = time.process_time()
    assert "16 MiB" in refused(b"<html>" + b"<p>a</p>" * (50 << 17))
    assert time.process_time() - began < 1


def test_a_long_page_stays_within_seconds() -> None:
    html = page("<h1>Danh mục</h1>" + f"<table><tr><td><p>{TEXT}</p></td><td>1/1/2020</td></tr></table>" * 8_000)
    began = time.process_time()
    extract(capture(html), UNKNOWN)
    assert time.process_time() - began < 8


def _attributes(number: int, value: str = "", between: str = " ") -> bytes:
    return f"<html><body><h1>Tin</h1><p {between.join(f'a{n}{value}' for n in range(number))}>{TEXT}".encode()


# Each of a few megabytes at most, and built so that a reader who is not careful takes minutes over it.
LONG_TO_READ = {
    "an element with 100,000 attributes": _attributes(100_000, "=1"),
    "attributes that look like tags": _attributes(100_000, "='<p>'"),
    "attributes with nothing between them": _attributes(100_000, '="1"', ""),
    "many elements with many attributes": _attributes(10_000) * 50,
    "beginnings of tags": b"<html><body>" + b"<p" * 190_000 + b"p" * 2_000_000,
    "quotation marks that do not close": b"<html><body>" + b'<p a="' * 190_000 + b"p" * 2_000_000,
    "unclosed links": b"<html><body>" + b"<a href=x>" * 100_000 + TEXT.encode(),
    "unclosed tables": b"<html><body>" + b"<table><tr><td>" * 600 + TEXT.encode(),
    "nested letters": b"<html><body>" + b"<p><b><i>" * 50_000 + TEXT.encode(),
    "a letter with 1,000,000 marks": page("<h1>Tin</h1><p>a" + "\u0301" * 1_000_000).encode(),
    "marks that are to be sorted": page("<h1>Tin</h1><p>a" + "\u0302\u0323" * 200_000).encode(),
    "rare ones": page("<h1>Tin</h1><p>a" + "\u0345\u0301" * 200_000).encode(),
    "authors": page("<h1>Tin</h1>" + "".join(f"<meta name=author content=A{n}>" for n in range(50_000))).encode(),
    "names for machines": page("<h1>Tin</h1>" + "<p itemprop=b property=c>x</p>" * 60_000).encode(),
    "marks in entities": page(f"<h1>Tin</h1><p>{TEXT}<p>{TEXT} a" + "&#x302;&#x323;" * 100_000).encode(),
    "a title of signs": page(f"<ul><li><a href=/1>{'-' * 200_000}</a> 1/1/2020</ul><h1>Tin</h1><p>{TEXT}").encode(),
    "entities that are none": page("<h1>Tin</h1><p>" + "&#99999999999;&#xD800;&x" * 100_000).encode(),
    "entities of entities": b"<!DOCTYPE l [<!ENTITY a 'aa'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    + b"]><html><body><p>&a11;</p>",
    "deep JSON": page("<script type='application/ld+json'>" + '{"a":' * 50_000 + "</script><h1>Tin</h1>").encode(),
    "one word": page("<h1>Tin</h1><p>" + "a" * 10_000_000).encode(),
    "dates": page("<h1>Tin</h1><p>" + " 12/03/2021 08:05" * 100_000).encode(),
    "bylines": page(f"<h1>Tin</h1><p>{TEXT}</p>" + "<p><b>Nguyễn Văn A</b></p>" * 20_000).encode(),
    "headings": page("<h1>Ra quân làm đường giao thông</h1>" * 20_000).encode(),
    "NUL": b"\0" * 10_000_000,
    "a program": b"\x7fELF<p>" + random.Random(1).randbytes(3_000_000),
}


@pytest.mark.parametrize("what", LONG_TO_READ)
def test_what_is_built_to_take_long_gets_an_answer_soon(what: str, capfd: pytest.CaptureFixture[str]) -> None:
    began = time.process_time()
    assert isinstance(extract(capture(LONG_TO_READ[what]), UNKNOWN), Article | NotArticle)
    assert time.process_time() - began < 8
    assert capfd.readouterr() == ("", "")


CROWDED = {
    "with nothing between them": _attributes(30_000, '=""', ""),
    "behind values that have the end of a tag in them": _attributes(40_000, '=">"', ""),
    "where one value has all of its tags": _attributes(20_000, '="\'</p>"').replace(b"/p", b"/p><p" * 9_000, 1),
    "that begin with =": _attributes(40_000, "", " ="),
    "of an element with a long name": _attributes(40_000).replace(b"<p a", b"<" + b"p" * 99 + b" a"),
    "of an end that is none": _attributes(40_000, "", "/"),
    "of many elements": _attributes(2_600) * 200,
}


@pytest.mark.parametrize("what", CROWDED)
def test_more_attributes_than_can_be_told_apart_are_refused(what: str) -> None:
    began = time.process_time()
    assert "too many attributes" in refused(CROWDED[what])
    assert time.process_time() - began < 2


@pytest.mark.parametrize("words", [_attributes(5_000), b"<script>" + b"a = 'b' < c / d; " * 40_000 + b"</script>"])
def test_what_has_less_of_them_or_only_looks_so_is_read(words: bytes) -> None:
    assert isinstance(extract(capture(page(f"<h1>Tin xã</h1><p>{TEXT}<p>{TEXT}").encode() + words), UNKNOWN), Article)


CHARSETS = [
    "x-unknown",
    "hex",
    "rot13",
    "zlib",
    "punycode",
    "undefined",
    "idna",
    "utf-16",
    "utf-7",
    "x" * 5000,
    "%",
    "",
]


@pytest.mark.parametrize("declared", CHARSETS, ids=lambda name: name[:12] or "none")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_charset_that_is_wrong_or_none_spoils_no_letter(declared: str, encoding: str) -> None:
    title = "Ra quân làm đường giao thông nông thôn"
    html = page(f"<h1>{title}</h1><p>12/03/2021</p><p>{TEXT}</p><p>{TEXT} Hết.</p>").replace("utf-8", declared)
    headers = (("Content-Type", f"text/html; charset={declared}"),)
    found = extract(Capture(URL, 200, headers, html.encode(encoding)), UNKNOWN)
    assert isinstance(found, Article), found
    assert (found.title, found.body) == (title, f"{TEXT}\n\n{TEXT} Hết.")


@pytest.mark.parametrize("name", sorted(families()))
def test_a_page_of_another_portal_is_read_as_if_no_definition_were_known(name: str) -> None:
    for folder in sorted((Path(__file__).parent / "golden").iterdir()):
        case = Case(folder)
        own = Portal(portal=Identity(name="golden", url=case.about["url"]))
        unknown, others = (extract(case.capture, own.with_learned(Learned(family=one))) for one in (None, name))
        if case.portal.family == name or isinstance(unknown, NotArticle):
            continue
        assert isinstance(others, Article), (folder.name, others)
        assert (others.title, others.timestamp) == (unknown.title, unknown.timestamp), folder.name


TAGS = re.split(
    ",",
    "div,p,table,tr,td,tbody,a href=/x,a href='//img/a.pdf',img src=a.jpg,h1,ul,li,br,b,figure,figcaption,noscript"
    ",script,svg,select,form,span class=title,time datetime=2020-01-01,/,/div,/td,/a,/p",
)
PIECES = (
    TEXT,
    "Tin khác",
    "12/03/2021",
    "(14:11 | 20/01/2019)",
    "Lê Văn Tám",
    "Nguồn: Báo",
    "&#0;",
    "\u0301",
    "<!--",
    "x",
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*(f"<{tag}>" for tag in TAGS), *PIECES]), max_size=80))
def test_random_markup_gets_an_answer(parts: list[str]) -> None:
    html = "".join(parts)
    for body in (html, page(html)):
        assert isinstance(extract(capture(body), UNKNOWN), Article | NotArticle)


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_random_bytes_get_an_answer(data: bytes) -> None:
    for body in (data, b"<html><h1>" + data + b"</h1><p>" + data * 3):
        assert isinstance(extract(capture(body), UNKNOWN), Article | NotArticle)


@pytest.mark.parametrize(
    ("title", "text", "timezone", "value"),
    [
        ("Ra quân làm đường giao thông", TEXT, None, "2021-03-13T01:30:00+07:00"),
        ("Volunteers build a road", "On Friday two hundred households came to build the road. " * 5, None,
         "2021-03-12T18:30:00+00:00"),
        ("Volunteers build a road", "On Friday two hundred households came to build the road. " * 5, "+07:00",
         "2021-03-13T01:30:00+07:00"),
    ],
)  # fmt: skip
def test_universal_time_becomes_the_portals_where_it_is_known_to_be_one(
    title: str, text: str, timezone: str | None, value: str
) -> None:
    said = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2021-03-12T18:30:00Z"}</script>'
    named = {"name": "xa", "url": "https://xa.example.gov.vn/"} | ({"timezone": timezone} if timezone else {})
    html = page(f"{said}<h1>{title}</h1><div><p>{text}</p><p>{text} Done.</p></div>")
    assert article(html, Portal(portal=Identity.model_validate(named))).timestamp == value


def test_all_files_of_an_article_that_is_nothing_else_are_its() -> None:
    """Links to files are no list of other articles, which would end it: there is one right behind them."""
    files = "".join(f"<div><a href='/tep/{n}-signed.pdf'>ke-hoach-ra-quan-{n}_signed.pdf</a></div>" for n in (1, 2))
    others = "".join(
        f"<div><a href='/tin/{n}'>Thông báo về việc số hóa sổ hộ tịch đợt {n}</a><span>0{n}/02/2021</span></div>"
        for n in range(1, 6)
    )
    found = article(page(f"<h1>Ra quân làm đường giao thông</h1><p>12/03/2021</p>{files}<div>{others}</div>"))
    assert [file.url[-12:] for file in found.attachments] == ["1-signed.pdf", "2-signed.pdf"]


def test_a_form_to_log_in_is_no_article_however_much_it_explains() -> None:
    form = "<form><input name=u><input type=password name=p><input type=submit value='Đăng nhập'></form>"
    words = f"<div><p>{TEXT}</p><p>{TEXT} Hết.</p></div>"
    assert refused(page(f"<h2>Đăng nhập hệ thống</h2>{form}<b>Hướng dẫn</b>{words}")) == "a form to log in"
    assert refused(page(f"{form}{words}", "Đăng nhập | Cổng thông tin xã")) == "a form to log in"
    assert article(page(f"<div>{form}</div><h1>Ra quân làm đường giao thông</h1>{words}")).title.startswith("Ra quân")


@pytest.mark.parametrize(
    "frame",
    [
        "<iframe src='/tep/1523_signed.pdf' width='100%'></iframe>",
        "<object data='/tep/1523_signed.pdf' type='application/pdf'></object>",
        "<embed src='/tep/1523_signed.pdf'>",
        "<iframe src='https://docs.google.com/viewer?url=https%3A%2F%2Fxa.example.gov.vn%2Ftep%2F1523_signed.pdf&amp;embedded=true'></iframe>",
        "<iframe src='/thu-vien/pdfjs/web/viewer.html?file=/tep/1523_signed.pdf#page=1'></iframe>",
    ],
)
def test_a_document_that_is_shown_in_a_frame_is_an_attachment(frame: str) -> None:
    found = article(
        page(f"<h1>Ra quân làm đường giao thông</h1><p>08:05 | 12/03/2021</p><div><p>{TEXT}</p>{frame}</div>")
    )
    assert [(one.url, one.name) for one in found.attachments] == [
        ("https://xa.example.gov.vn/tep/1523_signed.pdf", "1523_signed.pdf")
    ]
    assert found.body == TEXT


def test_a_film_or_a_map_in_a_frame_is_no_attachment() -> None:
    frame = "<iframe src='https://www.youtube.com/embed/abc?origin=https://xa.example.gov.vn'></iframe><iframe src='http://[::1'></iframe>"
    assert article(page(f"<h1>Ra quân làm đường giao thông</h1><div><p>{TEXT}</p>{frame}</div>")).attachments == ()


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("<h1>{t}</h1><div>12/03/2021 | Lò Văn Mẫu | Lượt xem: 33</div>", "Lò Văn Mẫu"),
        ("<h1>{t}</h1><div><span>Lò Văn Mẫu</span> · 12.03.2021, 08:05 · 33 lượt đọc</div>", "Lò Văn Mẫu"),
        ("<h1>{t}</h1><div>12/03/2021 - 08:05 | L.V.M | Lượt xem: 33</div>", "L.V.M"),
        ("<h1>{t}</h1><div>12/03/2021 | quantri | Lượt xem: 33</div>", None),
        ("<h1>{t}</h1><div>12/03/2021 | Kinh tế - Xã hội | Lượt xem: 33</div>", None),
        ("<div>Lò Văn Mẫu</div><h2>{t}</h2><div>08:05, 12-03-2021</div>", "Lò Văn Mẫu"),
        ("<h1>{t}</h1><div>Lò Văn Mẫu</div><div>08:05, 12-03-2021</div>", "Lò Văn Mẫu"),
        ("<div>Hoàng Mai</div><h2>{t}</h2><div>08:05, 12-03-2021</div>", None),  # a district, as likely
        ("<div><a href='/cb'>Lò Văn Mẫu</a></div><h2>{t}</h2><div>08:05, 12-03-2021</div>", None),
    ],
)
def test_a_name_over_the_title_or_in_the_dates_line_has_written_the_article(head: str, author: str | None) -> None:
    title = "Ra quân làm đường giao thông"
    found = article(page(f"{head.format(t=title)}<div><p>{TEXT}</p><p>{TEXT[60:]}</p></div>"))
    assert (found.title, found.author, found.body) == (title, author, f"{TEXT}\n\n{TEXT[60:]}")
    assert (found.timestamp or "")[:10] == "2021-03-12"


def test_a_row_of_label_and_value_names_author_and_source() -> None:
    rows = "<tr><td>Tác giả</td><td>Lò Văn Mẫu</td></tr><tr><td>Nguồn tin</td><td>Báo Khe Lụa</td></tr>"
    text = f"<h1>Ra quân làm đường giao thông</h1><p>08:05 | 12/03/2021</p><div><p>{TEXT}</p></div>"
    found = article(page(f"{text}<table>{rows}</table>"))
    assert (found.author, found.source, found.body) == ("Lò Văn Mẫu", "Báo Khe Lụa", TEXT)
    empty = article(page(f"{text}<table>{rows.replace('Lò Văn Mẫu', '')}</table>"))
    assert (empty.author, empty.source) == (None, "Báo Khe Lụa")


def test_a_signature_is_read_in_the_letters_that_the_text_is_typed_in() -> None:
    text = "Ủy ban nhân dân xã tổ chức lễ ra quân làm đường giao thông nông thôn với sự tham gia của nhân dân các thôn."
    typed = to_vni(text)
    found = article(
        page(f"<h1>Tin trong xã</h1><p>12/03/2021</p><p>{typed}</p><p align=right><b>{to_vni('Trần Đức Oanh')}</b></p>")
    )
    assert (found.body, found.author) == (text, "Trần Đức Oanh")


def test_the_title_with_the_date_behind_it_is_no_paragraph() -> None:
    title = "Ra quân làm đường giao thông"
    again = f"<div><b>{title}</b> (07/03/2018)</div>"
    found = article(page(f"<h1>{title}</h1><div>{again}<p>{TEXT}</p></div>"))
    assert (found.title, found.body) == (title, TEXT)


def test_a_list_of_others_in_the_articles_own_element_makes_no_list_of_it() -> None:
    links = "".join(f"<div><a href='/tin/{n}'>Tin khác của xã ta, số {n}, ra ngày thứ hai</a></div>" for n in range(7))
    text = f"<p>{TEXT}</p><p>{TEXT[60:]}</p><p>{TEXT[30:]}</p>"
    found = article(page(f"<article><h1>Ra quân làm đường giao thông</h1>{text}<nav>{links}</nav></article>"))
    assert "Tin khác" not in found.body


def test_the_row_under_a_row_of_pictures_is_captions() -> None:
    rows = (
        "<tr><td><img src=/a/1.jpg width=300></td><td><img src=/a/2.jpg width=300></td></tr>"
        "<tr><td>Bà con sửa đường</td><td></td></tr><tr><td><img src=/a/3.jpg width=300></td></tr>"
    )
    found = article(page(f"<h1>Ra quân làm đường giao thông</h1><div><p>{TEXT}</p><table>{rows}</table></div>"))
    assert found.body == TEXT
    assert [(one.url[-5:], one.caption) for one in found.images] == [
        ("1.jpg", "Bà con sửa đường"), ("2.jpg", None), ("3.jpg", None)
    ]  # fmt: skip


def test_a_link_on_to_another_article_is_no_paragraph_and_one_inside_a_sentence_is_text() -> None:
    links = (
        "<p>&gt;&gt; <a href=/tin/8>Xã ta làm đường</a> (12/03/2021)</p><div>Xem thêm: <a href=/tin/9>Họp dân</a></div>"
    )
    inside = "Xem thêm <a href=/tin/7>kế hoạch</a> của xã để biết đường nào được sửa trước, đường nào được sửa sau."
    found = article(page(f"<h1>Ra quân làm đường giao thông</h1><p>{TEXT}</p>{links}<p>{inside}</p><p>{TEXT[41:]}</p>"))
    assert found.body.split("\n\n") == [TEXT, re.sub("<.*?>", "", inside), TEXT[41:]]


def test_what_readers_wrote_is_not_the_articles_however_long() -> None:
    said = "".join(f"<div><b>Lò Văn Mẫu</b> 02/02/2024 10:{n}<p>{n}. {TEXT} {TEXT}</p></div>" for n in range(10, 16))
    head = "<h1>Ra quân làm đường giao thông</h1><div>08:05, 12/03/2021</div>"
    for heading in ("Ý kiến bạn đọc", "Bình luận (6)"):
        comments = f"<div><h3>{heading}</h3>{said}</div>"
        found = article(page(f"{head}<div><p>{TEXT}</p><p align=right><b>Lò Thị Mẫu</b></p></div>{comments}"))
        assert (found.body, found.author) == (TEXT, "Lò Thị Mẫu")
    counted = article(page(f"<div>{head}<div>Bình luận (6)</div><div><p>{TEXT}</p></div></div>"))
    assert counted.body == TEXT  # a count over the text heads no comments


STORY = (
    f"<h1>Ra quân làm đường giao thông</h1><p>12/03/2021 08:05</p><div class=t><p>{TEXT}</p><p>{TEXT[:-1]} và chợ.</p>"
)


def test_a_notice_about_reprints_and_a_poll_end_no_text_and_the_signature_stands_before_them() -> None:
    notice = (
        "Chú ý: Việc đăng lại bài viết ở nơi khác mà không ghi rõ nguồn http://xa.example.gov.vn là vi phạm bản quyền"
    )
    choices = "".join(f"<div><label><input type=radio> Ý kiến thứ {n} của người đọc.</label></div>" for n in range(4))
    found = article(
        page(f"{STORY}<p align=right><b>Lò Văn Cường</b></p></div><div>{notice}</div><form>{choices}</form>")
    )
    assert found.author == "Lò Văn Cường"
    assert found.body.split("\n\n") == [TEXT, f"{TEXT[:-1]} và chợ."]


def test_labels_and_values_may_be_boxes_of_their_own_behind_tags_and_files() -> None:
    def field(label: str, value: str) -> str:
        return f"<div class=f><h3>{label}:&nbsp;</h3><div><div>{value}</div></div></div>"

    tags = "<h3>Tags:</h3><ul>" + "".join(f"<li><a href=/t/{n}>nông thôn {n}</a></li>" for n in range(5)) + "</ul>"
    head, _, text = STORY.partition("<div class=t>")
    behind = tags + field("Tác giả", "Trần Thị Bình") + field("Nguồn", "Báo Khê Lĩnh")
    found = article(page(f"{head}{field('Chuyên mục', 'Kinh tế')}<div class=t>{text}</div>{behind}"))
    assert (found.section, found.author, found.source) == (("Kinh tế",), "Trần Thị Bình", "Báo Khê Lĩnh")


def test_the_parts_of_a_breadcrumb_with_one_link_stay_apart() -> None:
    crumbs = "<div class=breadcrumb><h2>You are here</h2><div><a href=/>Home</a></div></div>"
    assert article(page(f"{crumbs}{STORY}</div>")).section == ()
