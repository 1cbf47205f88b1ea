"""Headings: which section a list's entries are of, and when a page does not say."""

from __future__ import annotations

from archive.warc.capture import Capture
from portal_crawler.discover.leads import read
from portal_crawler.portal import Portal

MENU = "<ul><li><a href='/kinh-te'>Kinh tế</a></li><li><a href='/van-hoa'>Văn hóa</a></li></ul>"


def sections(body: str) -> set[str | None]:
    """What the leads to articles of a page say of their section."""
    html = f"<html><body>{body}</body></html>".encode()
    capture = Capture("http://xa.example/", 200, (("Content-Type", "text/html; charset=utf-8"),), html)
    leads = read(capture, Portal.of_url("http://xa.example/"), "page").leads
    return {lead.hint.section for lead in leads if lead.hint}


def entries(number: int = 4) -> str:
    return "".join(
        f"<li><a href='/tin/{one}'>Ra quân làm thuỷ lợi mùa khô lần {one}</a> 12/11/2018</li>" for one in range(number)
    )


def test_the_heading_over_a_list_is_its_section_where_the_menu_has_it() -> None:
    assert sections(f"{MENU}<div><h2>Kinh tế</h2><ul>{entries()}</ul></div>") == {"Kinh tế"}
    assert sections(f"{MENU}<div><div><a href='/kinh-te'>Kinh tế</a></div><div><ul>{entries()}</ul></div></div>") == {
        "Kinh tế"
    }


def test_a_heading_that_no_menu_has_is_no_section() -> None:
    assert sections(f"{MENU}<div><h2>Tin đọc nhiều</h2><ul>{entries()}</ul></div>") == {None}
    assert sections(f"<div><h2><a href='/kinh-te'>Kinh tế</a></h2><ul>{entries()}</ul></div>") == {None}


def test_each_list_has_its_own() -> None:
    other = "".join(f"<li><a href='/b/{one}'>Liên hoan văn nghệ quần chúng lần {one}</a></li>" for one in range(3))
    page = f"{MENU}<div><h2>Kinh tế</h2><ul>{entries()}</ul></div><div><h2>Văn hóa</h2><ul>{other}</ul></div>"
    assert sections(page) == {"Kinh tế", "Văn hóa"}


def test_two_entries_are_no_list() -> None:
    assert sections(f"{MENU}<div><h2>Kinh tế</h2><ul>{entries(2)}</ul></div>") == {None}


def test_several_lists_in_one_box_have_each_the_line_over_their_entries() -> None:
    other = "".join(f"<li><a href='/b/{one}'>Liên hoan văn nghệ quần chúng lần {one}</a></li>" for one in range(3))
    page = f"{MENU}<ul><li><b>Kinh tế</b></li>{entries()}<li><b>Văn hóa</b></li>{other}</ul>"
    assert sections(page) == {"Kinh tế", "Văn hóa"}


def test_a_list_without_a_heading_is_called_as_its_page_where_the_menu_is_as_well() -> None:
    deep = f"<div><div><div><div><div><ul>{entries()}</ul></div></div></div></div></div>"
    assert sections(f"<title>Kinh tế - Xã Khe Linh</title>{MENU}{deep}") == {"Kinh tế"}
    assert sections(f"<title>Xã Khe Linh</title>{MENU}{deep}") == {None}
