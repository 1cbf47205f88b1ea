"""Portals as untidy as real ones, crawled with no definition; `make bench-extract` has all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from scoring import Score, score
from synthetic import UNTIDY
from synthetic import Portal as Synthetic
from visits import Visits

from portal_crawler.extract.dateline import dateline, last_dateline
from portal_crawler.portal import Portal

CRAWLED = ("bl-drupal", "bl-handmade", "bl-redesigned", "bl-scripted", "bl-replied")


def crawled(name: str, into: Path) -> tuple[Score, Visits]:
    made = Synthetic(next(layout for layout in UNTIDY if layout.name == name)())
    visits = Visits(Portal.of_url(made.url).paced(0, None), into, made.answer)
    visits.visit()
    return score(made.truth_by_address(), visits.shard.articles()), visits


@pytest.mark.parametrize("name", CRAWLED)
def test_every_article_of_an_untidy_portal_is_found_and_nothing_else(name: str, tmp_path: Path) -> None:
    """A theme that prints this year with every date; pages typed by hand in letters of 1996; a redesign half-way; pages
    that say all in <noscript>; days in addresses alone, and each article again under the form to reply.
    """
    result, visits = crawled(name, tmp_path)
    assert (result.missing, result.false, result.wrong_dates) == ([], [], [])
    assert result.share("title") == result.share("author") == result.share("source") == 1
    assert result.share("date") >= 0.95
    assert result.body_f1 >= 0.99
    assert result.f1("images") == result.f1("attachments") == 1
    assert visits.rebuilt()


def test_a_scanned_notice_at_two_addresses_is_one_article_and_another_under_its_title_is_not(tmp_path: Path) -> None:
    places = {"/tin/thong-bao-cat-dien-214.html": 1, "/di-dong/thong-bao-cat-dien-214.html": 1, "/tin/tb-360.html": 2}
    title, day = "Thông báo lịch cắt điện các thôn", "12/03/2018"

    def answer(url: str, headers: Mapping[str, str]) -> bytes | None:
        path = urlsplit(url).path
        body = "".join(f"<li><a href={place}>{title}</a> ({day})</li>" for place in places)
        if path in places:
            body = f"<h1>{title}</h1><p>{day} 09:12</p><div><p><img src=/anh/tb-{places[path]}.jpg></p></div>"
        elif path != "/":
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        page = f"<html><head><meta charset=utf-8><title>Xã Khe Lụa</title></head><body>{body}</body></html>"
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.encode()

    visits = Visits(Portal.of_url("http://xa-khe-lua.example/").paced(0, None), tmp_path, answer)
    visits.visit()
    found = {urlsplit(one.url).path: len(one.aliases) for one in visits.shard.articles()}
    assert found == {"/tin/thong-bao-cat-dien-214.html": 1, "/tin/tb-360.html": 0}


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Thứ hai, 12/03/2018 | 09:12 GMT+7 Hà Ngọc Khoa", "Hà Ngọc Khoa"),
        ("12/03/2018 Hà Ngọc Khoa", "Hà Ngọc Khoa"),
        ("Hà Ngọc Khoa (12/03/2018)", "Hà Ngọc Khoa"),
        ("09:12 (GMT+7) N.V.A | 12/03/2018", "N.V.A"),
        ("Cập nhật: 12/03/2018 09:12 | Lượt xem: 3", None),
    ],
)
def test_a_name_beside_the_moment_in_the_date_s_line_has_signed(line: str, author: str | None) -> None:
    found = dateline(line)
    assert found is not None
    assert found.author == author


def test_a_line_under_the_text_says_when_or_is_text() -> None:
    assert last_dateline("(Cập nhật ngày 12/5/2009)")
    assert last_dateline("Ngày đăng: 24/01/2019 15:21")
    assert not last_dateline("Khe Lụa, ngày 12 tháng 5 năm 2021")
    assert not last_dateline("Đăng ký trước ngày 12/5/2009 tại nhà văn hóa")
    assert not last_dateline("12/5/2009")
