"""When a portal is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal_crawler.cron.timetable import Last, Timetable, next_of, seconds_of, time_of

DAY = timedelta(days=1)
BEGAN = datetime(2024, 3, 4, 19, 0, 5, tzinfo=UTC)  # 02:00:05 in Vietnam


def test_a_daily_portal_is_due_at_the_same_minute_of_the_next_day_whatever_the_seconds() -> None:
    due = Timetable(86400).due(Last(BEGAN, "finished"))
    assert BEGAN + DAY - timedelta(minutes=11) < due < BEGAN + DAY - timedelta(seconds=10)


def test_times_of_the_day_are_the_collections_own() -> None:
    timetable = Timetable(0, ("02:00", "14:00"))
    assert timetable.due(Last(BEGAN, "finished")) == datetime(2024, 3, 5, 7, 0, tzinfo=UTC)
    assert timetable.due(Last(BEGAN - timedelta(minutes=1), "finished")) == datetime(2024, 3, 4, 19, 0, tzinfo=UTC)


def test_both_together_are_the_first_such_time_when_the_span_is_over() -> None:
    timetable = Timetable(7 * 86400, ("02:00",))
    assert timetable.due(Last(BEGAN, "finished")) == datetime(2024, 3, 11, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize("reason", [None, "interrupted", "budget"])
def test_what_was_broken_off_is_due_at_once(reason: str | None) -> None:
    assert Timetable(86400, ("02:00",)).due(Last(BEGAN, reason)) == BEGAN


def test_a_portal_that_did_not_answer_is_tried_again_soon_and_never_later_than_its_turn() -> None:
    assert Timetable(86400, retry=3600).due(Last(BEGAN, "no answer")) == BEGAN + timedelta(minutes=54)
    assert Timetable(600, retry=3600).due(Last(BEGAN, "no answer")) == BEGAN + timedelta(minutes=9)


def test_one_whose_hours_were_over_is_due_when_they_begin_again() -> None:
    opens = BEGAN + timedelta(hours=20)
    assert Timetable(86400).due(Last(BEGAN, "hours", opens)) == opens


def test_one_that_was_never_crawled_comes_first() -> None:
    assert Timetable(86400, ("02:00",)).due(Last()) < BEGAN


def test_next_of_goes_over_midnight() -> None:
    assert next_of(["00:30"], "+07:00", datetime(2024, 3, 4, 16, 59, tzinfo=UTC)) == datetime(
        2024, 3, 4, 17, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["", "1", "d", "0d", "1.5h", "1 d", "-1d", "1y", "100000w"])
def test_a_span_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as 90m"):
        seconds_of(text)


def test_spans_and_times_are_read() -> None:
    assert [seconds_of(text) for text in ("90m", "6h", "1d", "2w")] == [5400, 21600, 86400, 1209600]
    assert time_of("02:30").hour == 2
    with pytest.raises(ValueError, match=r"02:30"):
        time_of("2:30")
