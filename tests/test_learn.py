"""What several pages of a portal tell together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from visits import Visits

from archive.record import Article, Extraction, Image, Provenance
from portal_crawler.learn.lessons import build_moments, learn_files, learn_year, under
from portal_crawler.portal import Portal
from portal_crawler.portal.tables import Identity
from portal_crawler.upkeep.verify import verify_shard

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


PORTAL = Portal(portal=Identity(name="xa", url="http://xa.example/"))


def article(
    number: int, *, date: str | None = None, pictures: tuple[str, ...] = (), origin: str = "date line"
) -> Article:
    return Article(
        id="0" * 16, url=f"http://xa.example/{number}", canonical_url=f"http://xa.example/{number}", portal="xa",
        title=f"Tin {number}", timestamp=date, body="", images=tuple(Image(url=url) for url in pictures),
        content_sha256="0" * 64, provenance=Provenance(captured="2024-03-04T02:00:00Z"),
        extraction=Extraction(extractor="0", fields={"timestamp": origin}),
    )  # fmt: skip


def test_a_year_that_all_dates_share_with_the_visit_while_some_are_to_come_is_nobodys() -> None:
    dates = [f"2024-{month:02}-11" for month in (1, 2, 3, 5, 8, 9, 10, 12)]
    bug = [article(number, date=date) for number, date in enumerate(dates)]
    assert learn_year(PORTAL, bug).learned.this_year
    assert not learn_year(PORTAL, bug[:7]).learned.this_year
    assert not learn_year(PORTAL, [*bug, article(9, date="2021-06-11")]).learned.this_year
    past = [article(number, date=f"2024-02-{number:02}") for number in range(10, 20)]
    assert not learn_year(PORTAL, past).learned.this_year  # a portal of this year
    told = [article(number, date=date, origin="listing hint") for number, date in enumerate(dates)]
    assert not learn_year(PORTAL, told).learned.this_year


def test_a_picture_that_half_of_the_articles_show_is_none_of_theirs() -> None:
    icon, own = "http://xa.example/in.gif", "http://xa.example/{}.jpg"
    shown = [article(number, pictures=(icon, own.format(number))) for number in range(6)]
    portal = learn_files(PORTAL, [*shown, article(7, pictures=(own.format(5),))])
    assert portal.learned.files == (icon,)
    assert [image.url for image in under(shown[0], portal).images] == [own.format(0)]
    assert learn_files(PORTAL, shown[:4]).learned.files == ()


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
