"""The demo portal keeps its promises: its pages agree with its truth, and it answers as portals do."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import Message
from itertools import combinations
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.demo import DemoServer, content, media, pages, prose, serve
from portal_crawler.demo.site import HANOI, Site

MOMENT = datetime(2025, 7, 2, 9, 30, tzinfo=HANOI)


class Got(NamedTuple):
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@pytest.fixture(scope="module")
def demo() -> Iterator[DemoServer]:
    with serve() as server:
        yield server


def ask(demo: DemoServer, path: str, method: str = "GET", **headers: str) -> Got:
    """One request on a connection of its own; nothing decoded but the chunks."""
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(demo.url).port, timeout=10)
    try:
        path = quote(path, safe="/%?=&:;,+~#")
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return Got(response.status, response.headers, response.read())
    finally:
        connection.close()


def raw(demo: DemoServer, request: bytes) -> bytes:
    """What comes back for these bytes until the server closes."""
    with socket.create_connection(("127.0.0.1", urlsplit(demo.url).port or 0), timeout=10) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def shown(element: lxml.html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def links(html: str, base: str) -> set[str]:
    tree = lxml.html.fromstring(html)
    found = [*tree.xpath("//a/@href"), *tree.xpath("//img/@src"), *tree.xpath("//link/@href")]
    return {urljoin(base, quote(one, safe="/%?=&:#")).partition("#")[0] for one in found}


def crawl(demo: DemoServer) -> dict[str, Got]:
    """Everything that links reach, by URL; redirects are not followed but their target is."""
    found: dict[str, Got] = {}
    waiting = {demo.url}
    while waiting:
        url = waiting.pop()
        found[url] = got = ask(demo, path_of(url))
        new = links(got.text, url) if got.headers.get_content_type() == "text/html" and got.body else set()
        if "Location" in got.headers:
            new.add(urljoin(url, got.headers["Location"]))
        waiting |= new - found.keys()
    return found


def test_links_reach_every_article_and_only_the_promised_dead_ends(demo: DemoServer) -> None:
    found = crawl(demo)
    assert {urlsplit(url).netloc for url in found} == {urlsplit(demo.url).netloc}
    dead = {path_of(url): got.status for url, got in found.items() if got.status >= 400}
    assert dead == {pages.BROKEN: 404, pages.WITHDRAWN: 410}
    for truth in demo.truth():
        for url in (truth.canonical_url, *(one.url for one in truth.images + truth.attachments)):
            assert found[url].status == 200, url
        for alias in truth.aliases:
            assert found[alias].status in (200, 301), alias
    articles = {url for url in found if re.search(r"/trang/TinTuc/\d+/\d+/", url)}
    assert articles == {truth.canonical_url for truth in demo.truth()}


def test_paging_alone_reaches_every_article(demo: DemoServer) -> None:
    seen: list[str] = []
    for section in content.SECTIONS:
        path: str | None = pages.listing_path(section)
        while path:
            tree = lxml.html.fromstring(ask(demo, path).text)
            items = tree.xpath("//a[@class='tieude']/@href")
            assert 1 <= len(items) <= 10
            seen += items
            path = next(iter(tree.xpath("//div[@class='phantrang']/a[starts-with(., 'Trang sau')]/@href")), None)
    assert sorted(seen) == sorted(path_of(truth.canonical_url) for truth in demo.truth())
    beyond = ask(demo, pages.listing_path(105, 99))
    assert beyond.status == 200
    assert "tieude" not in beyond.text.partition("</style>")[2]


def article_box(html: str) -> lxml.html.HtmlElement:
    return lxml.html.fromstring(html).xpath("//div[@id='main']")[0]


def test_every_page_shows_what_its_truth_says(demo: DemoServer) -> None:
    for truth in demo.truth():
        main = article_box(ask(demo, path_of(truth.canonical_url)).text)
        (title,) = main.find_class("tieude-tin")
        (section,) = main.find_class("chuyenmuc")
        (box,) = main.find_class("noidung-tin")
        assert shown(title) == truth.title
        assert (shown(section),) == truth.section
        assert [shown(one) for one in main.find_class("ngay-tin")] == ([truth.timestamp_raw] * bool(truth.timestamp))
        assert [shown(one) for one in main.find_class("tomtat-tin")] == ([truth.summary] * bool(truth.summary))
        pictures = [(urljoin(demo.url, one.get("src")), one.get("alt")) for one in box.iter("img")]
        assert pictures == [(one.url, one.alt) for one in truth.images]
        anchors = box.xpath(".//a") + main.xpath(".//div[@class='dinhkem-tin']//a")
        documents = [(urljoin(demo.url, quote(one.get("href"))), shown(one)) for one in anchors]
        assert documents == [(one.url, one.name) for one in truth.attachments]
        assert all(one.media_type == "application/pdf" for one in truth.attachments)


def test_the_body_and_what_is_not_body_make_up_the_box(demo: DemoServer) -> None:
    """Nothing is left over: paragraphs in order, captions, closing lines and document labels are all the box's text."""
    for entry, truth in zip(demo.articles(), demo.truth(), strict=True):
        main = article_box(ask(demo, path_of(truth.canonical_url)).text)
        text = " ".join(shown(one) for one in main.find_class("tomtat-tin") + main.find_class("noidung-tin"))
        place = 0
        for paragraph in truth.body.split("\n\n") if truth.body else []:
            words = paragraph.replace(" ", "")
            place = text.replace(" ", "").index(words, place) + len(words)
        rest = text.replace(" ", "")
        others = [one.caption for one in truth.images if one.caption] + list(entry.closing_lines)
        others += [shown(one) for one in main.xpath(".//div[@class='noidung-tin']//a")]
        for part in (*truth.body.split("\n\n"), *others):
            assert part.replace(" ", "") in rest, (truth.canonical_url, part)
            rest = rest.replace(part.replace(" ", ""), "", 1)
        assert rest == "", truth.canonical_url


def test_the_truth_has_every_form_that_portals_have(demo: DemoServer) -> None:
    truths = demo.truth()
    assert len(truths) >= 66
    assert Counter(one.section[0] for one in truths).keys() == set(content.SECTIONS.values())
    years = {one.timestamp[:4] for one in truths if one.timestamp}
    assert years == {str(year) for year in range(2008, 2026)}
    assert sum(one.timestamp is None for one in truths) >= 3
    assert sum(len(one.timestamp or "") == len("2019-01-20") for one in truths) >= 5
    assert sum(one.timestamp is not None and one.timestamp.endswith("+07:00") for one in truths) >= 50
    assert sum(not one.body and len(one.attachments) == 1 for one in truths) >= 5
    assert sum(one.author is None for one in truths) >= 8
    assert sum(one.source is not None for one in truths) >= 6
    assert sum(one.summary is not None for one in truths) >= 6
    assert all(one.body.startswith(one.summary) for one in truths if one.summary)
    assert sum(any(image.caption for image in one.images) for one in truths) >= 15
    assert sum(one.author in ("PV", "TT. HĐND XÃ", "N.V.T") for one in truths) >= 4
    assert sum(", " in (one.author or "") for one in truths) >= 2
    closing = [line for entry in demo.articles() for line in entry.closing_lines]
    assert {line.partition(":")[0] for line in closing if ":" in line} >= {"Tin, ảnh", "Tác giả", "Nguồn", "(Nguồn"}
    assert len({one.canonical_url for one in truths}) == len(truths)


def test_no_two_articles_are_near_copies() -> None:
    def shingles(text: str) -> set[str]:
        words = text.lower().split()
        return {" ".join(words[start : start + 4]) for start in range(len(words) - 3)}

    made = [shingles(one.text) for one in content.multiplied(content.load(), 3) if one.text]
    closest = max(len(one & other) / len(one | other) for one, other in combinations(made, 2))
    assert closest < 0.4  # made articles share a table or a sentence or two; near copies begin at .8
    own = [shingles(one.text) for one in content.load() if one.text]
    assert max(len(one & other) / len(one | other) for one, other in combinations(own, 2)) < 0.05


def test_pictures_and_documents_are_valid_and_each_its_own(demo: DemoServer) -> None:
    seen: set[str] = set()
    count = 0
    for truth in demo.truth():
        for image in truth.images:
            got = ask(demo, path_of(image.url))
            assert hashlib.sha256(got.body).hexdigest() == image.sha256
            if image.url.endswith(".png"):
                assert got.headers["Content-Type"] == "image/png"
                assert png_pixels(got.body) == media.COLUMNS * media.ROWS * media.BLOCK**2 * 3
            else:
                assert got.headers["Content-Type"] == "image/jpeg"
                assert jpeg_size(got.body) == (media.COLUMNS * media.BLOCK, media.ROWS * media.BLOCK)
            seen.add(image.sha256)
            count += 1
        for document in truth.attachments:
            got = ask(demo, path_of(document.url))
            assert got.headers["Content-Type"] == "application/pdf"
            start = int(got.body.rsplit(b"startxref\n", 1)[1].split()[0])
            assert got.body[start:].startswith(b"xref\n")
            seen.add(hashlib.sha256(got.body).hexdigest())
            count += 1
    assert count == len(seen) > 80


def png_pixels(data: bytes) -> int:
    """Bytes of the pixels of a PNG, all checksums looked at."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    place, pixels, height = 8, b"", 0
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        chunk = data[place + 4 : place + 8 + length]
        assert zlib.crc32(chunk) == int.from_bytes(data[place + 8 + length : place + 12 + length], "big")
        if chunk.startswith(b"IHDR"):
            height = int.from_bytes(chunk[8:12], "big")
        elif chunk.startswith(b"IDAT"):
            pixels += chunk[4:]
        place += 12 + length
    return len(zlib.decompress(pixels)) - height


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height from the frame header; every segment before the scan is walked."""
    assert data.startswith(b"\xff\xd8")
    assert data.endswith(b"\xff\xd9")
    place, size = 2, (0, 0)
    while data[place + 1] != 0xDA:
        assert data[place] == 0xFF
        if data[place + 1] == 0xC0:
            size = (
                int.from_bytes(data[place + 7 : place + 9], "big"),
                int.from_bytes(data[place + 5 : place + 7], "big"),
            )
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return size


def test_jpeg_blocks_decode_to_their_colours() -> None:
    """A decoder of just this kind of JPEG (flat blocks) gives the levels back."""
    mosaic = [[(255, 255, 255), (0, 0, 0), (200, 30, 90)], [(0, 0, 255), (1, 254, 7), (128, 128, 128)]]
    scan = (
        media.jpeg(mosaic).split(b"\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00", 1)[1][:-2].replace(b"\xff\x00", b"\xff")
    )
    bits = "".join(f"{byte:08b}" for byte in scan)
    place, levels, before = 0, [], [0, 0, 0]
    for number in range(6 * 3):
        size = int(bits[place : place + 4], 2)
        value = int(bits[place + 4 : place + 4 + size] or "0", 2)
        if size and value < 1 << (size - 1):
            value -= (1 << size) - 1
        before[number % 3] += value
        levels.append(before[number % 3])
        assert bits[place + 4 + size] == "0"
        place += 5 + size
    for stone, (luma, blue, red) in zip(
        (stone for row in mosaic for stone in row), zip(*[iter(levels)] * 3, strict=True), strict=True
    ):
        luma += 128
        back = (luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue)
        assert all(abs(one - other) <= 2 for one, other in zip(back, stone, strict=True))


def test_only_the_clock_and_the_counter_change_between_two_requests() -> None:
    ticks = iter(range(10_000))
    with serve(now=lambda: MOMENT + timedelta(seconds=next(ticks))) as demo:
        path = path_of(demo.truth()[0].canonical_url)
        first, second = ask(demo, path), ask(demo, path)
        clock, counter = r'<div class="ngay">[^<]*</div>', r"Lượt truy cập: \d+"
        assert re.findall(clock, first.text) != re.findall(clock, second.text)
        assert re.findall(counter, first.text) != re.findall(counter, second.text)
        assert re.sub(clock, "", re.sub(counter, "", first.text)) == re.sub(clock, "", re.sub(counter, "", second.text))
        assert first.headers["ETag"] == second.headers["ETag"]
        assert "Thứ tư, 02/07/2025 09:30" in first.text


def test_the_same_content_every_run() -> None:
    def everything(copies: int) -> str:
        site = Site(content.multiplied(content.load(), copies), None, lambda: MOMENT)
        digest = hashlib.sha256()
        for truth in site.truth("http://127.0.0.1/")[:200]:
            digest.update(repr(truth).encode() + site.answer(path_of(truth.canonical_url), {}).body)
        return digest.hexdigest()

    assert everything(1) == everything(1)
    assert everything(3) == everything(3)


def test_today_is_in_the_header_by_default(demo: DemoServer) -> None:
    assert f"{datetime.now(HANOI):%d/%m/%Y}" in ask(demo, "/").text


def test_what_has_not_changed_answers_304(demo: DemoServer) -> None:
    truth = next(one for one in demo.truth() if one.images and one.attachments)
    for url in (truth.canonical_url, truth.aliases[0], truth.images[0].url, truth.attachments[0].url):
        whole = ask(demo, path_of(url))
        assert whole.status == 200
        etag, modified = whole.headers["ETag"], whole.headers["Last-Modified"]
        assert etag.startswith('W/"') == (whole.headers.get_content_type() == "text/html")
        for condition in ({"If_None_Match": f'"other", {etag}'}, {"If_Modified_Since": modified}):
            again = ask(demo, path_of(url), **condition)
            assert (again.status, again.body, again.headers["ETag"]) == (304, b"", etag)
        # RFC 9110, 13.1.3: If-Modified-Since is ignored where If-None-Match is given.
        assert ask(demo, path_of(url), If_None_Match='"other"', If_Modified_Since=modified).status == 200
        assert ask(demo, path_of(url), If_Modified_Since="yesterday").status == 200
    assert "ETag" not in ask(demo, "/").headers


def test_robots_forbids_what_the_menu_links(demo: DemoServer) -> None:
    robots = ask(demo, "/robots.txt")
    assert robots.headers["Content-Type"] == "text/plain"
    assert "Disallow: /noi-bo/" in robots.text.splitlines()
    assert urljoin(demo.url, "/noi-bo/") in links(ask(demo, "/").text, demo.url)
    assert ask(demo, "/noi-bo/").status == 200


def test_an_article_has_other_addresses(demo: DemoServer) -> None:
    for truth in demo.truth():
        twins = [urlsplit(one) for one in truth.aliases]
        assert twins[0].path.startswith("/print/")
        printed = ask(demo, twins[0].path)
        assert truth.title in shown(lxml.html.fromstring(printed.text))
        assert "Lượt truy cập" not in printed.text
        assert ask(demo, "/tin/" + twins[0].path[7:-5]).headers["Location"] == path_of(truth.canonical_url)
    kinds = Counter(urlsplit(alias).path.split("/")[1] for truth in demo.truth() for alias in truth.aliases)
    assert kinds == {"print": len(demo.truth()), "Pages": 4, "tin": 2}
    twin = next(alias for truth in demo.truth() for alias in truth.aliases if "ItemID" in alias)
    assert twin in links(ask(demo, "/").text, demo.url)
    html = ask(demo, path_of(twin)).text
    canonical = next(truth.canonical_url for truth in demo.truth() if twin in truth.aliases)
    assert urljoin(demo.url, lxml.html.fromstring(html).xpath("//link[@rel='canonical']/@href")[0]) == canonical


def test_pages_that_are_no_articles(demo: DemoServer) -> None:
    placeholder = ask(demo, pages.SERVICES)
    assert placeholder.status == 200
    assert pages.PLACEHOLDER in placeholder.text
    for path in (pages.INTRODUCTION, pages.CONTACT, pages.FRONT, "/", "/noi-bo/lich-truc.html"):
        got = ask(demo, path)
        assert got.status == 200
        assert not lxml.html.fromstring(got.text).find_class("tieude-tin")
    for path in ("/khong-co", "/trang/TinTuc/999", "/trang/TinTuc/105?trang=0", "/print/1.html", "/Pages/ChiTiet.aspx"):
        assert ask(demo, path).status == 404


def test_articles_come_in_every_coding(demo: DemoServer) -> None:
    forms: Counter[tuple[bool, bool]] = Counter()
    for truth in demo.truth():
        path = path_of(truth.canonical_url)
        got = ask(demo, path, Accept_Encoding="br;q=1, gzip;q=0.5")
        coded = got.headers.get("Content-Encoding") == "gzip"
        assert truth.title.encode() in (gzip.decompress(got.body) if coded else got.body)
        assert ("Content-Length" in got.headers) != ("Transfer-Encoding" in got.headers)
        forms[coded, "Transfer-Encoding" in got.headers] += 1
        assert "Content-Encoding" not in ask(demo, path).headers
    assert len(forms) == 4


def test_the_wire_is_plain_http(demo: DemoServer) -> None:
    path = next(path_of(one.canonical_url) for one in demo.truth() if int(one.canonical_url.split("/")[-2]) % 4 == 2)
    answer = raw(demo, f"GET {path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Encoding: gzip\r\n" in head + b"\r\n"
    assert b"\r\nTransfer-Encoding: chunked\r\n" in head + b"\r\n"
    assert body.endswith(b"0\r\n\r\n")
    old = raw(demo, f"GET {path} HTTP/1.0\r\n\r\n".encode())
    assert b"chunked" not in old.partition(b"\r\n\r\n")[0]
    both = raw(demo, b"HEAD / HTTP/1.1\r\n\r\nGET /robots.txt HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert both.count(b"HTTP/1.1 200 OK") == 2
    assert b"<html" not in both
    assert raw(demo, b"POST / HTTP/1.1\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=b").startswith(
        b"HTTP/1.1 405"
    )
    proxied = raw(demo, b"GET http://demo.test/robots.txt HTTP/1.0\r\n\r\n")
    assert proxied.endswith(b"Disallow: /noi-bo/\n")


@pytest.mark.parametrize("request_line", [b"", b"GET", b"GET / HTTP/3", b"GET http://[ HTTP/1.1", b"\xff\xfe / x"])
def test_a_broken_request_is_refused(demo: DemoServer, request_line: bytes) -> None:
    assert raw(demo, request_line + b"\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_an_endless_head_is_cut_off(demo: DemoServer) -> None:
    with (
        pytest.raises(ConnectionError),
        socket.create_connection(("127.0.0.1", urlsplit(demo.url).port or 0), timeout=10) as connection,
    ):
        while True:
            connection.sendall(b"a" * 4096)


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_address_has_an_answer(target: str, condition: str) -> None:
    site = Site(content.load()[:3], None)
    answer = site.answer("/" + target, {"if-none-match": condition, "if-modified-since": condition})
    assert answer.status in (200, 301, 304, 404, 410)


def test_a_connection_serves_many_requests(demo: DemoServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(demo.url).port, timeout=10)
    before = len(demo.requests)
    for _ in range(20):
        connection.request("GET", "/robots.txt")
        assert connection.getresponse().read()
    connection.close()
    assert demo.requests[before:] == [("GET", "/robots.txt", 200)] * 20


def test_an_edit_shows_in_page_truth_and_etag() -> None:
    with serve() as demo:
        path, before = path_of(demo.truth()[0].canonical_url), demo.truth()[0]
        number = demo.articles()[0].id
        old = ask(demo, path)
        demo.edit(number, text="Đoạn văn mới thay cho tất cả.", author="Vi Thị Lụa")
        new = ask(demo, path, If_None_Match=old.headers["ETag"])
        assert new.status == 200
        assert new.headers["ETag"] != old.headers["ETag"]
        assert "Đoạn văn mới thay cho tất cả." in shown(lxml.html.fromstring(new.text))
        after = demo.truth()[0]
        assert (after.body, after.author) == ("Đoạn văn mới thay cho tất cả.", "Vi Thị Lụa")
        assert after.canonical_url == before.canonical_url
        with pytest.raises(KeyError):
            demo.edit(1, title="x")
        with pytest.raises(TypeError):
            demo.edit(number, titel="x")


@pytest.mark.parametrize(("how", "status"), [("404", 404), ("410", 410), ("soft", 200)])
def test_a_removed_article_is_gone_until_restored(how: str, status: int) -> None:
    with serve() as demo:
        truth, number = demo.truth()[3], demo.articles()[3].id
        demo.remove(number, how)  # type: ignore[arg-type]
        for url in (truth.canonical_url, *truth.aliases):
            got = ask(demo, path_of(url))
            assert got.status == status
            assert truth.title not in got.text
        assert truth not in demo.truth()
        assert truth.canonical_url not in links(ask(demo, pages.listing_path(105)).text, demo.url)
        demo.restore(number)
        assert ask(demo, path_of(truth.canonical_url)).status == 200
        assert demo.truth()[3] == truth


def test_an_added_article_heads_its_listing() -> None:
    with serve() as demo:
        article = {
            "id": 2001,
            "section": 106,
            "title": "Tin mới đưa",
            "text": "Một đoạn.\n\n@anh moi.jpg",
            "author": "PV",
        }
        demo.add(article)
        truth = demo.truth()[0]
        assert (truth.title, truth.body, truth.timestamp) == ("Tin mới đưa", "Một đoạn.", None)
        assert ask(demo, path_of(truth.images[0].url)).status == 200
        listing = lxml.html.fromstring(ask(demo, pages.listing_path(106)).text)
        assert listing.xpath("//a[@class='tieude']/@href")[0] == path_of(truth.canonical_url)
        with pytest.raises(ValueError):
            demo.add(article)
        with pytest.raises(ValueError):
            demo.add(replace(demo.articles()[0], id=2002, section=9))


def test_copies_make_more_articles_and_page_bytes_larger_pages() -> None:
    with serve(copies=3, page_bytes=60_000) as demo:
        assert len(demo.articles()) == 3 * len(content.load())
        assert len({pages.article_path(one) for one in demo.articles()}) == len(demo.articles())
        made = demo.articles()[0]
        got = ask(demo, pages.article_path(made))
        assert 59_000 <= len(got.body) <= 61_000
        with serve() as plain:
            inside = {path_of(one) for one in links(ask(plain, "/").text, plain.url)}
        filled = {path_of(one) for one in links(ask(demo, pages.CONTACT).text, demo.url)}
        assert filled <= inside | set(pages.FURNITURE)  # the filler links nowhere new
        assert shown(article_box(got.text)).startswith(content.PORTAL_NAME)


def test_a_delay_holds_every_answer_back() -> None:
    with serve(delay=0.1) as demo:
        start = time.monotonic()
        answer = raw(demo, b"GET /robots.txt HTTP/1.1\r\n\r\nGET /robots.txt HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert time.monotonic() - start >= 0.2
        assert answer.count(b"200 OK") == 2


def test_the_definition_knows_the_family_and_the_address(demo: DemoServer) -> None:
    portal = demo.portal()
    assert (portal.portal.name, portal.portal.url, portal.portal.family) == ("demo", demo.url, "trang-tintuc")
    assert (portal.politeness.delay, portal.politeness.concurrency) == (0, 4)
    assert portal.expect.articles == len(demo.truth())
    assert portal.portal.title == content.PORTAL_NAME
    for truth in demo.truth():
        assert any(re.search(pattern, path_of(truth.canonical_url)) for pattern in portal.sources.article)
    assert any(re.search(pattern, "/print/1210.html") for pattern in portal.scope.exclude)


def test_closing_leaves_nothing_behind() -> None:
    before = threading.active_count()
    demo = serve()
    idle = socket.create_connection(("127.0.0.1", urlsplit(demo.url).port or 0))
    assert ask(demo, "/").status == 200
    demo.close()
    demo.close()
    assert threading.active_count() == before
    with idle:
        assert idle.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        ask(demo, "/")


def test_python_m_serves_until_interrupted() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "portal_crawler.demo", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        port = urlsplit(url).port or 0
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"GET /robots.txt HTTP/1.0\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 130


def test_a_port_that_is_taken_is_said_so(demo: DemoServer) -> None:
    command = [sys.executable, "-m", "portal_crawler.demo", "--port", str(urlsplit(demo.url).port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "choose another with --port" in done.stderr


def test_addresses_are_encoded_as_a_browser_asks(demo: DemoServer) -> None:
    names = [unquote(one.url) for truth in demo.truth() for one in (*truth.images, *truth.attachments)]
    assert any(" " in name for name in names)
    assert any(not name.isascii() for name in names)
    assert all(one.url.isascii() and " " not in one.url for truth in demo.truth() for one in truth.attachments)
    assert prose.document_path(demo.articles()[0], "Kế hoạch.pdf").endswith("/K%E1%BA%BF%20ho%E1%BA%A1ch.pdf")
