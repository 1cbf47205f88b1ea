"""Dates: every form that portals print, and all that only looks like a date."""

from __future__ import annotations

import time
import unicodedata
from datetime import date
from datetime import time as clock
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.fields.dates import Stamp, find, is_moment, parse
from portal_crawler.fields.urldates import in_url

# The line as printed, the value, what of the line is the date. The first rows are forms of real portals, verbatim.
LINES = [
    ("(14:11 | 20/01/2019)", "2019-01-20T14:11:00+07:00", "(14:11 | 20/01/2019)"),
    ("Thứ năm - 24/06/2021 15:51 1.320 0", "2021-06-24T15:51:00+07:00", "Thứ năm - 24/06/2021 15:51"),
    ("Ngày đăng 24/01/2019 | 15:21  | Lượt xem: 230", "2019-01-24T15:21:00+07:00", "24/01/2019 | 15:21"),
    ("16:20, Thứ Hai, 2-10-2023 363 0", "2023-10-02T16:20:00+07:00", "16:20, Thứ Hai, 2-10-2023"),
    ("Ngày 17/02/2021 00:00:00", "2021-02-17T00:00:00+07:00", "17/02/2021 00:00:00"),
    ("Đăng lúc: 17/02/2021 (GMT+7) 08:05", "2021-02-17T08:05:00+07:00", "17/02/2021 (GMT+7) 08:05"),
    ("Ngày: 17/02/2021 Giờ: 08:05", "2021-02-17T08:05:00+07:00", "17/02/2021 Giờ: 08:05"),
    ("Thứ Tư, 17/02/2021, 08:05 [GMT+7]", "2021-02-17T08:05:00+07:00", "Thứ Tư, 17/02/2021, 08:05 [GMT+7]"),
    ("Đăng lúc: 17/02/2021 00:00:00 (GMT+7)", "2021-02-17T00:00:00+07:00", "17/02/2021 00:00:00 (GMT+7)"),
    ("17/09/2021 09:40:37", "2021-09-17T09:40:37+07:00", "17/09/2021 09:40:37"),
    ("27/06/2022 17:40    91", "2022-06-27T17:40:00+07:00", "27/06/2022 17:40"),
    ("12/05/2017 09:32 Số lượt xem: 0", "2017-05-12T09:32:00+07:00", "12/05/2017 09:32"),
    ("28/06/2022 08:31 AM", "2022-06-28T08:31:00+07:00", "28/06/2022 08:31 AM"),
    ("Cập nhật05-02-2021 09:29", "2021-02-05T09:29:00+07:00", "05-02-2021 09:29"),
    ("Đăng ngày 17 - 05 - 2024", "2024-05-17", "17 - 05 - 2024"),
    ("• Cập nhật: 19/11/2020", "2020-11-19", "19/11/2020"),
    ("Thứ Hai, 28/04/2025", "2025-04-28", "Thứ Hai, 28/04/2025"),
    ("14:14 30/12/2025", "2025-12-30T14:14:00+07:00", "14:14 30/12/2025"),
    ("27/12/2014", "2014-12-27", "27/12/2014"),
    ("quantri gửi vào T6, 2019-04-12 15:01", "2019-04-12T15:01:00+07:00", "T6, 2019-04-12 15:01"),
    ("05/08/2024 08:30 SA", "2024-08-05T08:30:00+07:00", "05/08/2024 08:30 SA"),
    ("05/08/2024 8:30 CH", "2024-08-05T20:30:00+07:00", "05/08/2024 8:30 CH"),
    ("8:30 CH 05/08/2024", "2024-08-05T20:30:00+07:00", "8:30 CH 05/08/2024"),
    ("Cập nhật lúc 14h11 ngày 20-01-2019", "2019-01-20T14:11:00+07:00", "14h11 ngày 20-01-2019"),
    ("Chủ nhật, 20/01/2019, 14:11 GMT+7", "2019-01-20T14:11:00+07:00", "Chủ nhật, 20/01/2019, 14:11 GMT+7"),
    ("13/10/2020, 20:56", "2020-10-13T20:56:00+07:00", "13/10/2020, 20:56"),
    ("28.11.2018", "2018-11-28", "28.11.2018"),
    ("Ngày đăng: 21/01/2021 - Lượt xem: 87", "2021-01-21", "21/01/2021"),
    ("22/09/2020", "2020-09-22", "22/09/2020"),
    ("Print Chủ Nhật, 22/09/2019 09:25", "2019-09-22T09:25:00+07:00", "Chủ Nhật, 22/09/2019 09:25"),
    ("Submitted by Ban biên tập on 18 October 2019", "2019-10-18", "18 October 2019"),
    (
        "Người đăng: Admin Huyện ủy Ngày đăng: 13:51 | 04/10/2018 Lượt xem: 1946",
        "2018-10-04T13:51:00+07:00",
        "13:51 | 04/10/2018",
    ),
    ("12/08/2023 20:10", "2023-08-12T20:10:00+07:00", "12/08/2023 20:10"),
    ("01/03/2023 | 03:40 PM", "2023-03-01T15:40:00+07:00", "01/03/2023 | 03:40 PM"),
    ("(21/04/2011)", "2011-04-21", "(21/04/2011)"),
    ("Thứ Năm 04/11/2021 09:58", "2021-11-04T09:58:00+07:00", "Thứ Năm 04/11/2021 09:58"),
    ("(25.04.2019 14:04)", "2019-04-25T14:04:00+07:00", "(25.04.2019 14:04)"),
    ("(22/05/2013 15:06 CH)", "2013-05-22T15:06:00+07:00", "(22/05/2013 15:06 CH)"),
    ("Thứ hai, 8/4/2019-13:1 PM", "2019-04-08T13:01:00+07:00", "Thứ hai, 8/4/2019-13:1 PM"),
    ("2019-04-09T02:59:35.974Z", "2019-04-09T09:59:35+07:00", "2019-04-09T02:59:35.974Z"),
    # forms of the grammar beyond them
    ("14 giờ 11 ngày 20-01-2019", "2019-01-20T14:11:00+07:00", "14 giờ 11 ngày 20-01-2019"),
    ("14 giờ 11 phút, ngày 20/01/2019", "2019-01-20T14:11:00+07:00", "14 giờ 11 phút, ngày 20/01/2019"),
    ("20/01/201914:11", "2019-01-20T14:11:00+07:00", "20/01/201914:11"),
    ("20/01/2019 lúc 14:11", "2019-01-20T14:11:00+07:00", "20/01/2019 lúc 14:11"),
    ("20 / 01 / 2019", "2019-01-20", "20 / 01 / 2019"),
    ("20/01/2019", "2019-01-20", "20/01/2019"),
    ("ngày 20 tháng 1 năm 2019", "2019-01-20", "ngày 20 tháng 1 năm 2019"),
    ("20 Tháng Một 2019", "2019-01-20", "20 Tháng Một 2019"),
    ("20 Tháng Mười Hai, 2019", "2019-12-20", "20 Tháng Mười Hai, 2019"),
    ("20 tháng năm 2019", "2019-05-20", "20 tháng năm 2019"),
    ("Tháng Một 20, 2019", "2019-01-20", "Tháng Một 20, 2019"),
    ("20 Th1, 2019", "2019-01-20", "20 Th1, 2019"),
    (
        "Được đăng ngày Thứ tư, 20 Tháng 2 2019 08:36",
        "2019-02-20T08:36:00+07:00",
        "Thứ tư, 20 Tháng 2 2019 08:36",
    ),
    ("Oct 18, 2019", "2019-10-18", "Oct 18, 2019"),
    ("January 20, 2019 at 2:11 pm", "2019-01-20T14:11:00+07:00", "January 20, 2019 at 2:11 pm"),
    ("2019-04-09T02:59:35+07:00", "2019-04-09T02:59:35+07:00", "2019-04-09T02:59:35+07:00"),
    ("2019-04-09T23:59:35+00:00", "2019-04-10T06:59:35+07:00", "2019-04-09T23:59:35+00:00"),
    ("2019-04-09T02:59:35", "2019-04-09T02:59:35+07:00", "2019-04-09T02:59:35"),
    ("2019-04-09", "2019-04-09", "2019-04-09"),
    ("Sun, 20 Jan 2019 14:11:00 +0700", "2019-01-20T14:11:00+07:00", "Sun, 20 Jan 2019 14:11:00 +0700"),
    ("Sun, 20 Jan 2019 07:11:00 GMT", "2019-01-20T14:11:00+07:00", "Sun, 20 Jan 2019 07:11:00 GMT"),
    ("Sunday, 20-Jan-19 07:11:00 GMT", "2019-01-20T14:11:00+07:00", "Sunday, 20-Jan-19 07:11:00 GMT"),
    ("Sun Jan 20 14:11:00 ICT 2019", "2019-01-20T14:11:00+07:00", "Sun Jan 20 14:11:00 ICT 2019"),
    ("28/06/2022 12:05 AM", "2022-06-28T00:05:00+07:00", "28/06/2022 12:05 AM"),
    ("28/06/2022 12:05 PM", "2022-06-28T12:05:00+07:00", "28/06/2022 12:05 PM"),
    ("28/06/2022 12:30 SA", "2022-06-28T00:30:00+07:00", "28/06/2022 12:30 SA"),
    ("28/06/2022 12:30 CH", "2022-06-28T12:30:00+07:00", "28/06/2022 12:30 CH"),
    ("28/06/2022 15:30 SA", "2022-06-28", "28/06/2022 15:30 SA"),
    ("28/06/2022 0:30 CH", "2022-06-28", "28/06/2022 0:30 CH"),
    ("T6, 12/04/19", "2019-04-12", "T6, 12/04/19"),
    ("Ngày cập nhật 20/01/2019  -  Lượt xem: 12 | A- A A+", "2019-01-20", "20/01/2019"),
    ("Đăng bởi: Admin | 20/01/2019", "2019-01-20", "20/01/2019"),
    ("Ngày đăng: 20/01/2019 - Cập nhật: 21/01/2019 08:00", "2019-01-20", "20/01/2019"),
    ("Cập nhật: 21/01/2019 08:00, ngày đăng 20/01/2019", "2019-01-20", "20/01/2019"),
    ("2019, January 20", "2019-01-20", "2019, January 20"),
]

NOT_DATES = [
    "",
    "Lượt xem: 1203",
    "Điện thoại: 0260.3862.345",
    "0912 345 678",
    "42/2022/NĐ-CP",
    "25-NQ/TW",
    "12/10/2018/QĐ-UBND",
    "Số: 12/10/2018",
    "10.12.2018.1",
    "192.168.1.2019",
    "1.320.000 đồng",
    "12.10.2018 đồng",
    "…_09h52p28(17.02.2021_13h28p38)_signed.pdf",
    "BC 20-01-2019.pdf",
    "http://portal.example/2019/01/20/tin.html",
    "31/02/2019",
    "Ngày đăng: 31/02/2019",
    "29/02/2019",
    "3/28/2018 6:35 PM",
    "20/01/19",
    "2019-01-20T25:00:00",
    "Sáng 4/6",
    "Ngày 18/11",
    "3 ngày trước",
    "07/05/1954",
    "Tháng 6/2019",
    "November 2019 (9)",
]

PROSE = [
    "Ngày 20/01/2019, Huyện ủy tổ chức hội nghị",
    "Hà Nội, ngày 20 tháng 1 năm 2019",
    "Ngày xử lý: 12/6/2019",
    "Thời tiết ngày 15/04/2021",
    "(Nguồn: Từ Công văn số 1150/UBND-VP ngày 22/04/2021)",
    "Hội thi (07/05/2014 – 07/5/2019)",
    "20/01/2019 - 25/01/2019",
    "20/01/2019 25:99",
    "Chào mừng 65 năm (19/02/2017)01/03/2017 15:02:43",
]


@pytest.mark.parametrize(("line", "value", "raw"), LINES, ids=[row[0] for row in LINES])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_date_line_gives_its_date(line: str, value: str, raw: str, form: Literal["NFC", "NFD"]) -> None:
    text = unicodedata.normalize(form, line)
    found = parse(text)
    assert found is not None
    assert (found.value, found.raw) == (value, unicodedata.normalize(form, raw))
    assert text[found.start : found.end] == found.raw


@pytest.mark.parametrize("line", NOT_DATES)
def test_what_only_looks_like_a_date_gives_none(line: str) -> None:
    assert parse(line) is None
    assert find(line) == []


@pytest.mark.parametrize("line", PROSE)
def test_prose_with_a_date_is_no_date_line(line: str) -> None:
    assert parse(line) is None


def test_all_dates_of_a_text_are_found_where_they_stand() -> None:
    text = "Hội nghị (19/02/2017)01/03/2017 15:02:43, sau đó 14h11 ngày 20-01-2019; số 1150/UBND-VP ngày 22/04/2021."
    assert [(stamp.value, stamp.raw) for stamp in find(text)] == [
        ("2017-02-19", "(19/02/2017)"),
        ("2017-03-01T15:02:43+07:00", "01/03/2017 15:02:43"),
        ("2019-01-20T14:11:00+07:00", "14h11 ngày 20-01-2019"),
        ("2021-04-22", "22/04/2021"),
    ]


def test_dates_are_found_in_long_prose_as_in_short() -> None:
    prose = "Bà con trong xã phấn khởi bước vào mùa thu hoạch mới với nhiều niềm vui. " * 8
    text = prose + "Chủ nhật, 20/01/2019, 14:11 GMT+7. " + prose
    assert [text[stamp.start : stamp.end] for stamp in find(text)] == ["Chủ nhật, 20/01/2019, 14:11 GMT+7"]
    assert [stamp.raw for line, _, _ in LINES for stamp in find(prose + line + ". " + prose)] == [
        stamp.raw for line, _, _ in LINES for stamp in find(line)
    ]


def test_a_date_after_the_latest_is_refused() -> None:
    latest = date(2019, 1, 20)
    assert parse("20/01/2019 23:59", latest=latest) is not None
    assert parse("21/01/2019", latest=latest) is None
    assert find("20/01/2019 rồi 21/01/2019", latest=latest) == [Stamp("2019-01-20", "20/01/2019", 0, 10)]
    assert parse("2019-01-20T18:00:00Z", latest=latest) is None  # the 21st at the portal
    assert parse("2019, January 21", latest=latest) is None


def test_times_are_in_the_offset_of_the_portal() -> None:
    found = parse("20/01/2019 14:11", offset="-03:30")
    assert found is not None
    assert found.value == "2019-01-20T14:11:00-03:30"
    found = parse("2019-01-20T14:11:00Z", offset="+00:00")
    assert found is not None
    assert found.value == "2019-01-20T14:11:00+00:00"


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("https://portal.example/1227/27461/1696238414349", "2023-10-02T16:20:14+07:00"),
        ("https://portal.example/tin-115230812201019472.htm", "2023-08-12T20:10:19+07:00"),
        ("https://portal.example/20190120141100123.htm", "2019-01-20T14:11:00+07:00"),
        ("https://portal.example/2019/01/20/tin-moi", "2019-01-20"),
        ("https://portal.example/portal/pages/2024-5-17/tin.aspx", "2024-05-17"),
        ("https://portal.example/tin/20190120/moi", "2019-01-20"),
        ("https://portal.example/vi/news/cat/slug-2642.html", None),
        ("https://portal.example/slug-595005", None),
        ("https://portal.example/2019/13/20/", None),
        ("https://1696238414349.example/", None),
        ("https://portal.example", None),
        ("", None),
    ],
)
def test_an_address_tells_its_moment(url: str, value: str | None) -> None:
    found = in_url(url)
    assert (found.value if found else None) == value
    if found:
        assert url[found.start : found.end] == found.raw


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.times(), st.sampled_from("/-."))
def test_every_day_and_time_comes_back(day: date, at: clock, mark: str) -> None:
    printed = f"{day.day:02}{mark}{day.month:02}{mark}{day.year} {at.hour:02}:{at.minute:02}"
    found = parse(f"Ngày đăng: {printed} | Lượt xem: 12")
    assert found is not None
    assert found.value == f"{day.isoformat()}T{at.hour:02}:{at.minute:02}:00+07:00"
    assert found.raw == printed


_PIECES = st.sampled_from(
    ["20", "1", "2019", "/", "-", ".", ":", " ", "14:11", "ngày ", "tháng ", "năm ", "Oct ", "(", ")", "T", "Z", "CH"]
)


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=40).map("".join), st.text("0123456789/-.: |()")))
def test_spans_are_of_the_text_and_in_order(text: str) -> None:
    place = 0
    for stamp in find(text):
        assert place <= stamp.start < stamp.end <= len(text)
        assert text[stamp.start : stamp.end] == stamp.raw
        assert date.fromisoformat(stamp.value[:10]).year >= 1990
        place = stamp.end
    found = parse(text)
    assert found is None or text[found.start : found.end] == found.raw
    in_url(text)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        " ",
        ":",
        "1/1/2019",
        "1/1/2019 ",
        "1 : ",
        "1:1:",
        "ngay ",
        "th ",
        "12 th",
        "12/",
        "((",
        "a.b",
        "Jan ",
        "\u0301",
    ],
)
def test_hostile_text_takes_time_in_proportion_to_its_length(piece: str) -> None:
    begun = time.process_time()
    text = "20/01/2019" + piece * 40_000 + "1"
    find(text)
    parse(text)
    parse(text[:240])
    in_url(text)
    assert time.process_time() - begun < 2


def test_tens_of_thousands_of_lines_are_read_in_a_second() -> None:
    lines = [line for line, _, _ in LINES[:36]] * 40
    begun = time.process_time()
    for line in lines:
        parse(line)
    assert len(lines) / (time.process_time() - begun) > 8_000  # 40,000 on an idle machine; the bound allows a busy one


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        ("Mon, 06/30/2025 - 14:05", True),
        ("30/6/25", True),
        ("3 ngày trước", True),
        ("Ngày: 30/06/2025 Giờ: 14:05", True),
        ("Kế hoạch năm 2025", False),
        ("Tháng Ba về bản", False),
        ("Chào mừng ngày 30/4", False),
    ],
)
def test_a_line_that_only_says_when_is_known_also_where_it_is_no_date(line: str, moment: bool) -> None:
    assert is_moment(line) is moment
