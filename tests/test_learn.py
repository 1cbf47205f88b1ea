"""What several pages of a portal tell together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from visits import Visits

from portal_crawler.learn import build_moments
from portal_crawler.portal import Portal
from portal_crawler.verify import verify_shard

TITLES = (
    "Xã Hoa Lư làm lại đường liên thôn sau mùa mưa", "Trường làng dựng thêm hai lớp học ở bản trên",
    "Hợp tác xã trồng rừng đầu nguồn sông Mây", "Dân quân xã giúp bà con gặt lúa chạy lũ",
)  # fmt: skip

DAYS = [f"2019-0{month}-{day:02}" for month in range(1, 7) for day in range(1, 10)]


def test_a_minute_that_many_articles_share_is_a_build() -> None:
    assert build_moments(["2019-07-26T14:14:00+07:00"] * 40 + [f"{day}T08:00:00+07:00" for day in DAYS]) == (
        "2019-07-26T14:14:00+07:00",
    )


def test_the_newest_day_that_many_articles_share_is_a_build() -> None:
    assert build_moments(["2019-07-30"] * 60 + DAYS) == ("2019-07-30",)


def test_a_busy_day_in_the_past_is_none() -> None:
    assert build_moments(["2019-02-02"] * 30 + DAYS) == ()


def test_a_few_articles_of_one_day_are_none() -> None:
    assert build_moments(["2019-07-30"] * 4 + DAYS) == ()
    assert build_moments(["2019-07-30"] * 4) == ()


def test_articles_without_a_date_count_for_nothing() -> None:
    assert build_moments([None] * 100 + ["2019-07-30"] * 9) == ("2019-07-30",)
    assert build_moments([]) == ()


def test_a_last_line_that_comes_again_is_a_signature(tmp_path: Path) -> None:
    """`Mây trắng` may be a pen name or the end of a text; under three articles it has signed."""
    front = "".join(f"<li><a href='/tin/{n}'>{TITLES[n]}</a> <i>0{n + 1}/03/2023</i></li>" for n in range(4))
    page = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>{}</body></html>"
    text = "<h1>{0}</h1><p>0{1}/03/2023</p><div><p>{0}, bà con các bản cùng nhau làm trong ba ngày.</p><p>{2}</p></div>"

    def answers(url: str, headers: Mapping[str, str]) -> bytes | None:
        number = url.rpartition("/tin/")[2]
        if url == "http://xa.example/":
            return page.format(f"<ul>{front}</ul>").encode()
        if number not in ("0", "1", "2", "3"):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        last = "Mây trắng" if number != "3" else "Sông xanh"
        return page.format(text.format(TITLES[int(number)], int(number) + 1, last)).encode()

    given = {"portal": {"name": "xa", "url": "http://xa.example/"}, "politeness": {"delay": 0}}
    visits = Visits(Portal.model_validate(given), tmp_path, answers)
    visits.visit()
    authors = {path: versions[-1].author for path, versions in visits.records().items()}
    assert authors == {"/tin/0": "Mây trắng", "/tin/1": "Mây trắng", "/tin/2": "Mây trắng", "/tin/3": None}
    assert all("Mây trắng" not in versions[-1].body for versions in visits.records().values())
    assert verify_shard(visits.shard).findings == []
    assert visits.rebuilt()
