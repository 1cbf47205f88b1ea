"""What several pages of a portal tell together."""

from __future__ import annotations

from portal_crawler.learn import build_moments

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
