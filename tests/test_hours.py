"""Hours: when a portal may be asked, by its own clock."""

from __future__ import annotations

from datetime import datetime

import pytest

from portal_crawler.portal.hours import moment, opens_in, span


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("clock", "seconds"),
    [
        ("21:59:30", 30), ("22:00:00", 0), ("23:59:59", 0), ("00:00:00", 0), ("05:59:59", 0), ("06:00:00", 6 * 3600),
        ("12:30:00", 0), ("13:00:00", 9 * 3600),
    ],
)  # fmt: skip
def test_hours_go_over_midnight_and_there_may_be_several(clock: str, seconds: float) -> None:
    assert opens_in(["22:00-06:00", "12:00-13:00"], "+07:00", at(f"2026-03-01T{clock}+07:00")) == seconds


def test_hours_are_those_of_the_portal() -> None:
    now = at("2026-03-01T16:00:00+00:00")  # 23:00 in Việt Nam, 10:30 in Newfoundland in winter by -05:30
    assert opens_in(["22:00-06:00"], "+07:00", now) == 0
    assert opens_in(["22:00-06:00"], "-05:30", now) == 11.5 * 3600
    assert moment(["22:00-06:00"], "-05:30", now) == "2026-03-01T22:00-05:30"


def test_without_hours_it_is_always_open() -> None:
    assert opens_in([], "+07:00", at("2026-03-01T16:00:00+00:00")) == 0
    assert opens_in(["00:00-24:00"], "+07:00", at("2026-03-01T16:59:59+00:00")) == 0


@pytest.mark.parametrize("text", ["22-6", "22:00", "24:00-06:00", "22:00-24:01", "22:60-23:00", "7:00-8:00", ""])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        span(text)


def test_hours_without_an_end_are_refused() -> None:
    with pytest.raises(ValueError, match="leave hours away"):
        span("06:00-06:00")
