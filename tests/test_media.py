"""Pictures and documents: the article's own, at the address that a browser would ask for."""

from __future__ import annotations

import pytest
from lxml import etree

from portal_crawler.fields.media import attachment, document_type, ending, picture
from portal_crawler.urls import canonical, resolve

BASE = "https://xa.example.gov.vn/tin/bai-1/"


def element(html: str) -> object:
    return etree.fromstring(html, etree.HTMLParser()).find("body")[0]


@pytest.mark.parametrize(
    ("img", "url"),
    [
        ("<img src='/img/lễ hội 1.JPG'>", "https://xa.example.gov.vn/img/l%E1%BB%85%20h%E1%BB%99i%201.JPG"),
        ("<img src='img/a.jpg'>", "https://xa.example.gov.vn/tin/bai-1/img/a.jpg"),
        ("<img src='data:image/gif;base64,R0' data-src='/a.jpg'>", "https://xa.example.gov.vn/a.jpg"),
        ("<img src='/blank.gif' data-original='/a.jpg'>", "https://xa.example.gov.vn/a.jpg"),
        ("<img srcset='/s.jpg 320w, /l.jpg 1280w'>", "https://xa.example.gov.vn/l.jpg"),
        ("<img src='/a.jpg' srcset='/s.jpg 320w'>", "https://xa.example.gov.vn/a.jpg"),
        ("<img src='http://khac.example/%20a.jpg?v=1#x'>", "http://khac.example/%20a.jpg?v=1"),
        ("<img src='file:///C:/a.jpg'>", None),
        ("<img src=''>", None),
        ("<img src='data:image/png;base64,AAAA'>", None),
        ("<img src='/img/icon-print.png'>", None),
        ("<img src='/a.jpg' width=16 height=16>", None),
        ("<img src='/van-ban.pdf'>", None),
        ("<img src='http://[::1/a.jpg'>", None),
    ],
)
def test_picture(img: str, url: str | None) -> None:
    assert picture(element(img), BASE) == url


def test_picture_takes_the_sources_of_its_picture_element() -> None:
    html = "<picture><source srcset='/a-800.webp 800w, /a-1600.webp 1600w'><img alt=x></picture>"
    img = element(html).find(".//img")  # type: ignore[attr-defined]
    assert picture(img, BASE) == "https://xa.example.gov.vn/a-1600.webp"


def test_attachment_has_name_and_type() -> None:
    found = attachment(element("<a href='/img/12-TB lịch.PDF'>Thông báo <b>số 12</b></a>"), BASE)
    assert found is not None
    assert found.url == "https://xa.example.gov.vn/img/12-TB%20l%E1%BB%8Bch.PDF"
    assert (found.name, found.media_type) == ("Thông báo số 12", "application/pdf")


def test_attachment_without_words_is_named_by_its_file() -> None:
    found = attachment(element("<a href='/a/Ph%E1%BB%A5%20l%E1%BB%A5c.docx'><img src=x.png></a>"), BASE)
    assert found is not None
    assert found.name == "Phụ lục.docx"


@pytest.mark.parametrize("href", ["/tin/a.html", "#", "javascript:void(0)", "mailto:a@b.vn", "/tin-pdf", ""])
def test_links_to_pages_are_no_attachments(href: str) -> None:
    assert attachment(element(f"<a href='{href}'>x</a>"), BASE) is None


def test_a_label_is_no_part_of_a_documents_name() -> None:
    link = etree.fromstring("<a href='/a.pdf'>Tải về: <strong>a-12.pdf</strong></a>")
    found = attachment(link, "http://xa-a.example/")
    assert found is not None
    assert found.name == "a-12.pdf"


def test_a_document_of_liferay_is_named_before_its_uuid() -> None:
    path = "/documents/10180/0/ke-hoach.PDF/3c1d5e90-7a42-4f0b-9a55-1b2c3d4e5f60"
    assert ending(path) == "pdf"
    assert document_type(f"http://xa-a.example{path}?version=1.0") == "application/pdf"
    assert ending("/documents/10180/0/ke-hoach.pdf/ban-2") == ""


@pytest.mark.parametrize(
    ("link", "name", "media_type"),
    [
        (
            "<a href='/tin/a-12.html?download=1&amp;id=0' download=''>Tập tin 1: 12-KH.pdf</a>",
            "12-KH.pdf",
            "application/pdf",
        ),
        ("<a href='/tai-ve/73'>Phụ lục.doc</a>", "Phụ lục.doc", "application/msword"),
        ("<a href='/LinkClick.aspx?fileticket=x%3d&amp;tabid=9'>Toàn văn</a>", "Toàn văn", None),
    ],
)
def test_a_document_that_a_program_sends_is_known_by_its_words(link: str, name: str, media_type: str | None) -> None:
    found = attachment(element(link), BASE)
    assert found is not None
    assert (found.name, found.media_type) == (name, media_type)


@pytest.mark.parametrize("href", ["/kho/12-KH.pdf/view", "/download/", "/tin/12"])
def test_the_name_of_a_file_alone_makes_no_document(href: str) -> None:
    assert (
        attachment(element(f"<a href='{href}'>{'12-KH.pdf' if href != '/download/' else 'Tải về'}</a>"), BASE) is None
    )


def test_document_may_stand_in_a_query() -> None:
    assert document_type("https://a.vn/tai.ashx?file=/vb/12.docx") is not None
    assert ending("/a.b/c") == ""


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("HTTP://Xa.Example.gov.VN:80/Tin/A?b=2&a=1#top", "http://xa.example.gov.vn/Tin/A?a=1&b=2"),
        ("https://a.vn:443", "https://a.vn/"),
        ("http://a.vn:8080/x/", "http://a.vn:8080/x/"),
        ("http://a.vn/x;jsessionid=0A1B2C?utm_source=zalo&id=3&fbclid=x", "http://a.vn/x?id=3"),
        ("http://a.vn/(S(4kq2dq45xkq0d2rz))/tin.aspx?ItemID=7", "http://a.vn/tin.aspx?ItemID=7"),
        ("http://a.vn/?sid=a1b2c3d4e5f6a1b2c3d4e5f6&p=2", "http://a.vn/?p=2"),
        ("http://a.vn/?sid=12", "http://a.vn/?sid=12"),
        ("http://a.vn/t%c3%a1/%7Ea b", "http://a.vn/t%C3%A1/~a%20b"),
        ("http://a.vn/tá", "http://a.vn/t%C3%A1"),
        ("mailto:a@b.vn", "mailto:a@b.vn"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_canonical(url: str, same: str) -> None:
    assert canonical(url) == same
    assert canonical(same) == same


def test_resolve_reads_as_a_browser() -> None:
    assert resolve(BASE, " ../b\n.html#x ") == "https://xa.example.gov.vn/tin/b.html"
    assert resolve(BASE, "\\img\\a.jpg") == "https://xa.example.gov.vn/img/a.jpg"
    assert resolve(BASE, "//img/x.pdf") == "https://img/x.pdf"
    assert resolve(BASE, "javascript:x") is None
