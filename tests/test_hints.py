"""What lists say of a page, and how surely it makes it an article."""

from __future__ import annotations

import pytest

from archive.warc.capture import Hint
from portal_crawler.discover.hints import Evidence, evidence, told
from portal_crawler.learn.lessons import are_listed

FRONT = "http://xa-khe-linh.example/"
TITLE = "Thả cá giống xuống đầm Sậy"


@pytest.mark.parametrize(
    ("title", "date", "expected"),
    [
        (TITLE, "12/03/2021", Evidence.DATED),
        (f"{TITLE} (12.03.2021 08:00)", None, Evidence.DATED),
        ("Nội quy (26.07.2019 14:14)", None, Evidence.DATED),
        ("Kinh tế", "12/03/2021", Evidence.TITLED),  # beside the date over an article stands its section
        (TITLE, None, Evidence.TITLED),
        ("Xem tiếp", "12/03/2021", Evidence.NONE),
        ("Trang chủ", None, Evidence.NONE),
        (None, "12/03/2021", Evidence.NONE),
    ],
)
def test_a_title_with_its_date_is_the_best_evidence(title: str | None, date: str | None, expected: Evidence) -> None:
    assert evidence([Hint(FRONT, title, date)], "+07:00") is expected


@pytest.mark.parametrize("path", ["author/quantri", "tim-kiem?q=dam", "@@search?Creator=quantri", "?s=dam"])
def test_what_lists_all_kinds_of_pages_is_no_evidence_of_an_article(path: str) -> None:
    assert evidence([Hint(FRONT + path, TITLE, "12/03/2021")], "+07:00") is Evidence.TITLED


def test_a_date_in_a_title_is_told_from_it() -> None:
    (hint,) = told([Hint(FRONT, f"{TITLE} (12.03.2021 08:00)")], "+07:00")
    assert (hint.title, hint.date) == (TITLE, "12.03.2021 08:00")


def test_the_day_that_a_title_speaks_of_stays_in_it() -> None:
    title = "Lịch tiếp công dân ngày 12/03/2021"
    (hint,) = told([Hint(FRONT, title)], "+07:00")
    assert (hint.title, hint.date) == (title, None)


def test_dated_lists_name_a_portal_s_articles_where_nearly_all_are_in_them() -> None:
    assert are_listed([Evidence.DATED] * 16 + [Evidence.TITLED] * 4)
    assert not are_listed([Evidence.DATED] * 15 + [Evidence.TITLED] * 5)
    assert not are_listed([Evidence.DATED] * 9)
    assert not are_listed([Evidence.DATED] * 20 + [Evidence.NONE] * 1000)  # lists show the newest, a sitemap all


def test_a_section_s_name_beside_the_dates_of_many_articles_is_no_dated_entry() -> None:
    hints = [Hint(f"{FRONT}tin/{n}", "Văn bản - Thông báo của xã", f"{n}/03/2021") for n in range(1, 8)]
    assert evidence(hints, "+07:00") is Evidence.TITLED
    assert evidence(hints[:4], "+07:00") is Evidence.TITLED
    words = ("12/03/2021", "12-3-2021", "12 Tháng 3, 2021", "12.03.2021")  # of one day, as each page says it
    spelled = [Hint(f"{FRONT}tin/{n}", TITLE, date) for n, date in enumerate(words)]
    assert evidence(spelled, "+07:00") is Evidence.DATED
    moved = [Hint(f"{FRONT}tin", TITLE, f"{n}/03/2021") for n in range(1, 8)]  # a list that is built anew each day
    assert evidence(moved, "+07:00") is Evidence.DATED
