"""Region: where only what holds the article is read, and where the whole page must be."""

from __future__ import annotations

import re

import pytest
from test_templates import PORTAL, one, sentences, title_of

from archive.record import Article
from archive.warc.capture import Capture
from portal_crawler.extract import extract, read_region
from portal_crawler.learn.samples import Sample
from portal_crawler.learn.templates import learn_selectors
from portal_crawler.page import Page
from portal_crawler.portal import Portal
from portal_crawler.portal.tables import Selectors

MENU = "".join(f"<li><a href='/muc/{number}'>Chuyên mục số {number}</a></li>" for number in range(60))

SECTIONS = ("Nông thôn mới", "Văn hóa", "Quốc phòng")


def html(number: int, *, text: str | None = None, behind: str = "", over: str = "") -> str:
    others = "".join(f"<li><a href='/tin/{n}-{n * 37}.html'>{title_of(n)}</a></li>" for n in range(40, 46))
    return (
        f"<html><head><title>Xã Hoa Lư</title></head><body>{over}<div class='k1'><ul>{MENU}</ul></div><div class='m5'>"
        f"<div class='s4'>{SECTIONS[number % 3]}</div><h2 class='b2'>{title_of(number)}</h2>"
        f"<i class='b3'>{number + 1:02}/05/2023 09:10</i><div class='b4'>"
        f"<p>{sentences(number, 4) if text is None else text}</p><p>{sentences(500 + number, 3)}</p></div>{behind}"
        f"<div class='l6'><b>Tin khác</b><ul>{others}</ul></div></div>"
        "<div class='f7'>Địa chỉ: thôn Đông</div></body></html>"
    )


@pytest.fixture(scope="module")
def portal() -> Portal:
    own = PORTAL.model_copy(update={"selectors": Selectors(section=("div.s4",))})
    found = [(capture, extract(capture, own)) for capture in (one(number, html(number)) for number in range(8))]
    return learn_selectors(own, [Sample.of(capture, one) for capture, one in found if isinstance(one, Article)])


def bare(portal: Portal) -> Portal:
    return portal.model_copy(update={"learned": portal.learned.model_copy(update={"region": None})})


def both(capture: Capture, portal: Portal) -> tuple[Article | None, Article]:
    """The record by the region alone, if it is enough, and by the whole page, named by the same definition."""
    whole = extract(capture, bare(portal))
    assert isinstance(whole, Article)
    own = whole.extraction.model_copy(update={"portal_sha256": portal.digest})
    return read_region(Page.of(capture), capture, portal), whole.model_copy(update={"extraction": own})


def test_what_holds_the_article_and_no_menu_is_learned(portal: Portal) -> None:
    assert portal.learned.region == "div.m5"
    assert Portal.parse(portal.to_toml(), "xa.toml") == portal


def test_the_region_alone_gives_the_record_of_the_whole_page(portal: Portal) -> None:
    file = "<p><a href='/tep/quyet-dinh.pdf'>Quyết định số 5</a></p>"
    for number, behind in ((20, ""), (21, "<p style='text-align:right'><b>Nguyễn Văn A</b></p>"), (22, file)):
        capture = one(number, html(number, behind=behind), listed=False)
        alone, whole = both(capture, portal)
        assert alone is not None
        assert alone == whole == extract(capture, portal)


def test_an_article_that_is_a_file_is_read_of_its_region_where_no_text_stands_outside(portal: Portal) -> None:
    portal = portal.with_selectors(portal.learned.selectors.model_copy(update={"body": ()}))  # else it says where
    page = re.sub("<p>.*</p>", "<a href='/tep/lich.pdf'>Lịch tiếp công dân</a>", html(21))
    alone, whole = both(one(21, page, listed=False), portal)
    assert alone == whole
    assert (whole.body, len(whole.attachments)) == ("", 1)
    other = one(21, page.replace("<body>", f"<body><div>{sentences(21, 3)}</div>"), listed=False)
    assert read_region(Page.of(other), other, portal) is None


def test_the_whole_page_is_read_where_the_region_leaves_a_doubt(portal: Portal) -> None:
    pages = {
        "an address in the text may be the page's own": html(20, text="Địa chỉ: số 5 thôn Đoài, xã Hoa Lư, bà con đến"),
        "a script may show what is hidden": html(21, over="<div style='display:none'>").replace("</body>", "</div>"),
        "there are two": html(22, behind="</div><div class='m5'>"),
        "the title stands elsewhere": html(23, over=f"<h2 class='b2'>{title_of(23)}</h2>"),
        "the section is the title": html(24).replace(SECTIONS[0], title_of(24)),
        "there is no date": html(25).replace("26/05/2023 09:10", ""),
    }
    for why, page in pages.items():
        capture = one(20, page, listed=False)
        assert read_region(Page.of(capture), capture, portal) is None, why


def test_a_page_of_another_make_is_read_as_before(portal: Portal) -> None:
    capture = one(30, html(30).replace("m5", "n8"))
    assert isinstance(extract(capture, portal), Article)
    assert read_region(Page.of(capture), capture, portal) is None
    assert read_region(Page.of(capture), capture, PORTAL) is None
