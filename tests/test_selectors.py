"""What a definition says of a page holds: which place names the author, what is dropped, which addresses are lists."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from parsel.csstranslator import HTMLTranslator

from archive.record import Article
from archive.warc.capture import Capture
from portal_crawler.extract import NotArticle, extract
from portal_crawler.page import Page
from portal_crawler.portal import Portal

URL = "https://xa-a.example/tin/ra-quan-lam-duong"
PROSE = (
    "<p>Sáng nay hơn một trăm đoàn viên và bà con trong thôn đã cùng nhau phát quang bụi rậm, khơi thông cống rãnh dọc"
    " hai cây số đường liên thôn.</p>"
)
HEAD = "<h1>Ra quân làm đường liên thôn</h1>"


def read(html: str, url: str = URL, **tables: Any) -> Article | NotArticle:
    portal = Portal.model_validate({"portal": {"name": "xa", "url": "https://xa-a.example/"}, **tables})
    page = f"<html><head><title>Xã A</title></head><body>{html}</body></html>"
    return extract(Capture(url, 200, (("Content-Type", "text/html; charset=utf-8"),), page.encode()), portal)


def article(html: str, **tables: Any) -> Article:
    found = read(html, **tables)
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize(
    ("shown", "author"),
    [
        ("<i>Tác giả: Lê Hoài Thương</i>", "Lê Hoài Thương"), ("<i>Lê Hoài Thương</i>", "Lê Hoài Thương"),
        ("<i>Lê Hoài Thương</i><i>Hà Thị Duyên</i><i>Lê Hoài Thương</i>", "Lê Hoài Thương, Hà Thị Duyên"),
        ("<i>admin</i><i>Hà Thị Duyên</i>", "Hà Thị Duyên"),
        ("<i>admin</i>", None), ("<i>Tác giả: quantri</i>", None), ("<i>Super User</i>", None), ("<i></i>", None),
    ],
)  # fmt: skip
def test_the_place_of_the_author_names_persons_and_no_accounts(shown: str, author: str | None) -> None:
    found = article(f"{HEAD}<div class='ai'>{shown}</div>{PROSE}", selectors={"author": ["div.ai i"]})
    assert found.author == author
    assert ("author" in found.extraction.fields) == (author is not None)


def test_an_account_in_its_place_leaves_the_last_line_the_author() -> None:
    signed = f"{PROSE}{PROSE.replace('Sáng', 'Chiều')}<p style='text-align: right'><b>Hà Thị Duyên</b></p>"
    found = article(f"{HEAD}<i>quantri</i><div>{signed}</div>", selectors={"author": ["i"]})
    assert (found.author, found.extraction.fields["author"]) == ("Hà Thị Duyên", "last line")


@pytest.mark.parametrize("shown", ["Nguồn: Báo Sơn Thượng", "Nguồn tin: Báo Sơn Thượng", "Báo Sơn Thượng"])
def test_the_place_of_the_source_is_read_without_its_label(shown: str) -> None:
    found = article(f"{HEAD}{PROSE}<div class='nguon'>{shown}</div>", selectors={"source": [".nguon"]})
    assert found.source == "Báo Sơn Thượng"


def test_what_is_dropped_is_no_date() -> None:
    html = f"{HEAD}<div class='sai'>07/11/2024</div><div>{PROSE}</div>"
    assert article(html).timestamp == "2024-11-07"
    assert article(html, selectors={"drop": [".sai"]}).timestamp is None


def test_a_picture_outside_the_body_has_its_figures_caption() -> None:
    figure = "<figure><img src='/a.jpg'><figcaption>Bà con san đất</figcaption></figure>"
    selectors = {"images": [".anh img"], "body": [".than"]}
    found = article(f"{HEAD}<div class='anh'>{figure}</div><div class='than'>{PROSE}</div>", selectors=selectors)
    assert [(image.url, image.caption) for image in found.images] == [("https://xa-a.example/a.jpg", "Bà con san đất")]


@pytest.mark.parametrize("section", [(), ("b",)])
def test_a_short_article_whose_title_and_date_are_in_their_places_is_one(section: tuple[str, ...]) -> None:
    html = "<b>Thông báo</b><h1>Lịch nghỉ lễ</h1><i>07/11/2024</i><div>Nghỉ hai ngày.</div>"
    html += f"<footer>{'Bản quyền thuộc Ủy ban nhân dân xã. Địa chỉ: thôn Trung, xã A. ' * 4}</footer>"
    selectors = {"title": ["h1"], "date": ["i"], "body": ["div"], "section": section}
    found = article(html, selectors=selectors)
    assert (found.timestamp, found.body) == ("2024-11-07", "Nghỉ hai ngày.")


def test_an_address_that_the_definition_calls_a_list_is_no_article() -> None:
    html = f"{HEAD}<div>07/11/2024</div><div>{PROSE}</div>"
    sources = {"listing": ["^/tin/"]}
    assert read(html, sources=sources) == NotArticle("a listing, by the portal's [sources] listing")
    both = {"listing": ["^/tin/"], "article": ["^/tin/[^/]+$"]}
    assert isinstance(read(html, sources=both), Article)


MARKED = Page.parse(
    """<html id="trang" class="vi"><body class="chi-tiet"><div id="bai" class=" tin  bai-viet "><p class="tin">A</p>
    <p id="ct_bai">B<b class="bai">C</b></p></div>
    <div class="tin-khac"><a href="/x" class="ke">D</a></div></body></html>""",
    URL,
)


@pytest.mark.parametrize(
    "selector",
    [
        "#bai", "#trang", "#khong", ".tin", ".vi", ".bai", ".khong p", ".tin .bai", ".tin > .bai", "div.tin, .ke",
        "[id$=bai]", "[id$='_bai']", "[id$=khong]", "[id*=ai]", "[class*=khac] a", "[class='tin']", ".ke::attr(href)",
        "#bai p::text",
    ],
)  # fmt: skip
def test_a_selector_gives_the_same_by_whatever_way_its_elements_are_found(selector: str) -> None:
    plainly = etree.XPath(HTMLTranslator().css_to_xpath(selector), smart_strings=False)(MARKED.root)
    assert MARKED.select(selector) == plainly
    assert bool(plainly) == ("khong" not in selector and selector != ".tin > .bai")
    (inside,) = MARKED.select("//div[p]")
    within = [one for one in plainly if isinstance(one, str) or inside in one.iterancestors()]
    assert MARKED.select_inside(selector, inside) == within


def test_what_xpath_finds_by_an_id_needs_no_index_of_them() -> None:
    assert MARKED.select("(id('bai'))/p") == MARKED.select("#bai > p") != []
    assert MARKED.select('//p[b = id("khong")]') == []
