"""Politeness: what robots.txt, the delay, the number at a time and the server's own word hold back.

The clock is an argument everywhere, so nothing here waits.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.politeness import LONGEST_WAIT, ROBOTS_BYTES, ROBOTS_HOPS, Gate, RobotsFiles, seconds
from portal_crawler.portal import Politeness

NOW = 1_700_000_000.0
HOST = "http://xa-tan-hoa.example"


def gate(**policy: float) -> Gate:
    return Gate(HOST, Politeness.model_validate(policy))


def known(robots: bytes, status: int = 200, **policy: float) -> Gate:
    found = gate(**policy)
    found.learn(status, robots)
    return found


# robots.txt: RFC 9309


def test_what_a_file_forbids_is_forbidden_and_the_rest_is_not() -> None:
    rules = known(b"User-agent: *\nDisallow: /noi-bo/\nAllow: /noi-bo/cong-khai/\n")
    assert rules.allows(f"{HOST}/tin-tuc/1.html")
    assert not rules.allows(f"{HOST}/noi-bo/1.html")
    assert rules.allows(f"{HOST}/noi-bo/cong-khai/1.html")


def test_the_group_that_names_us_is_ours_alone() -> None:
    rules = known(b"User-agent: *\nDisallow: /\n\nUser-agent: Portal-Crawler\nDisallow: /rieng/\n")
    assert rules.allows(f"{HOST}/tin-tuc/")
    assert not rules.allows(f"{HOST}/rieng/")


def test_a_byte_order_mark_hides_no_rule() -> None:
    assert not known(b"\xef\xbb\xbfUser-agent: *\nDisallow: /noi-bo/\n").allows(f"{HOST}/noi-bo/")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_no_file_means_that_all_is_allowed(status: int) -> None:
    rules = known(b"User-agent: *\nDisallow: /\n", status)
    assert rules.robots == "known"
    assert rules.allows(f"{HOST}/")


@pytest.mark.parametrize("status", [None, 0, 429, 500, 502, 503, 504])
def test_no_answer_means_that_nothing_is_allowed_for_now(status: int | None) -> None:
    found = gate()
    found.learn(status, b"")
    assert found.robots == "unreachable"
    assert found.wait(NOW) is None


def test_no_more_of_a_file_is_read_than_the_rfc_asks() -> None:
    endless = b"User-agent: *\nDisallow: /a/\n" + b"#" * ROBOTS_BYTES + b"\nDisallow: /b/\n"
    rules = known(endless)
    assert not rules.allows(f"{HOST}/a/")
    assert rules.allows(f"{HOST}/b/")


@pytest.mark.parametrize(
    "body", [b"<html><body><h1>404</h1></body></html>", b"\x89PNG\r\n\x1a\n\x00\x00", b"", b"\xff" * 99]
)
def test_a_page_in_place_of_the_file_forbids_nothing(body: bytes) -> None:
    assert known(body).allows(f"{HOST}/tin-tuc/")


@given(st.binary(max_size=300))
def test_no_file_breaks_the_crawl(body: bytes) -> None:
    rules = known(body)
    assert rules.allows(f"{HOST}/tin") in (True, False)
    rules.begin(NOW)
    assert NOW <= rules.not_before <= NOW + 1.3 * LONGEST_WAIT


# Robots files of a run: redirects


def test_who_waits_for_a_file_learns_what_it_says() -> None:
    files, one = RobotsFiles(), gate()
    files.asked("a", one)
    assert one.robots == "asked"
    assert one.wait(NOW) is None
    assert one.wait(NOW, robots=True) == 0
    files.answered("a", 200, b"User-agent: *\nDisallow: /\n")
    assert not one.allows(f"{HOST}/")


def test_a_redirected_file_is_the_targets() -> None:
    files, one = RobotsFiles(), gate()
    files.asked("a", one)
    assert files.moved("a", "b") == "b"
    assert one.robots == "asked"
    files.answered("b", 200, b"User-agent: *\nDisallow: /\n")
    assert not one.allows(f"{HOST}/")


def test_a_target_that_has_answered_already_is_not_asked_again() -> None:
    files, http, https = RobotsFiles(), gate(), gate()
    files.asked("https", https)
    files.answered("https", 200, b"User-agent: *\nDisallow: /\n")
    files.asked("http", http)
    assert files.moved("http", "https") is None
    assert not http.allows(f"{HOST}/")


def test_a_target_that_is_being_asked_for_is_waited_for() -> None:
    files, http, https = RobotsFiles(), gate(), gate()
    files.asked("https", https)
    files.asked("http", http)
    assert files.moved("http", "https") is None
    assert http.robots == "asked"
    files.answered("https", 503, b"")
    assert http.robots == https.robots == "unreachable"


def test_a_loop_of_redirects_is_no_file() -> None:
    files, one = RobotsFiles(), gate()
    files.asked("a", one)
    assert files.moved("a", "b") == "b"
    assert files.moved("b", "a") is None
    assert one.robots == "known"
    assert one.allows(f"{HOST}/")


def test_five_redirects_are_followed_and_no_more() -> None:
    files, one = RobotsFiles(), gate()
    files.asked("0", one)
    for hop in range(ROBOTS_HOPS):
        assert files.moved(str(hop), str(hop + 1)) == str(hop + 1)
    assert files.moved(str(ROBOTS_HOPS), "too far") is None
    assert one.allows(f"{HOST}/")


# Pace


def test_two_requests_are_never_closer_than_the_delay() -> None:
    paced, now = gate(delay=2, concurrency=16), NOW
    for _ in range(200):
        wait = paced.wait(now)
        assert wait is not None
        now += wait
        paced.begin(now)
        paced.end(now, 200)
        after = paced.wait(now)
        assert after is not None
        assert 2 <= after <= 2 * 1.3


def test_a_crawl_delay_counts_where_it_is_longer() -> None:
    for delay, asked, least in ((1, b"7", 7), (9, b"7", 9), (1, b"2.5", 2.5), (1, b"inf", 1), (1, b"-3", 1)):
        paced = known(b"User-agent: *\nCrawl-delay: " + asked, delay=delay)
        paced.begin(NOW)
        assert least <= paced.not_before - NOW <= least * 1.3


def test_a_crawl_delay_of_days_does_not_stop_the_crawl_for_days() -> None:
    paced = known(b"User-agent: *\nCrawl-delay: 864000")
    paced.begin(NOW)
    assert paced.not_before - NOW <= LONGEST_WAIT * 1.3


def test_no_more_requests_at_a_time_than_allowed() -> None:
    paced = gate(delay=0, concurrency=2)
    paced.begin(NOW)
    assert paced.wait(NOW) == 0
    paced.begin(NOW)
    assert paced.wait(NOW) is None
    assert paced.wait(NOW, robots=True) is None
    paced.end(NOW, 200)
    assert paced.wait(NOW) == 0


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_less_gets_less_and_is_trusted_again(status: int) -> None:
    paced = gate(delay=0)
    waits = []
    for _ in range(8):
        paced.begin(NOW)
        paced.end(NOW, status)
        waits.append(paced.penalty)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert paced.wait(NOW) == pytest.approx(60, abs=30)
    for _ in range(12):
        paced.begin(NOW)
        paced.end(NOW, 200)
    assert paced.penalty == 0


def test_retry_after_is_obeyed_to_the_second() -> None:
    paced = gate(delay=0)
    paced.begin(NOW)
    paced.end(NOW, 503, "120")
    assert paced.wait(NOW) == 120
    assert paced.wait(NOW + 119) == 1
    assert paced.wait(NOW + 120) == 0


def test_a_failure_without_an_answer_changes_no_pace() -> None:
    paced = gate(delay=0)
    paced.begin(NOW)
    paced.end(NOW, None)
    assert paced.penalty == 0
    assert paced.wait(NOW) == 0


# Retry-After: RFC 9110, 10.2.3


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("0", 0), ("120", 120), (" 5 ", 5), ("99999999999999", LONGEST_WAIT), ("0000000000030", 30),
        (None, None), ("", None), ("-5", None), ("1.5", None), ("soon", None), ("120, 120", None),
        ("\u0661\u0662", None),
        ("Sun, 06 Nov 99999999 08:49:37 GMT", None), ("Sun, 06 Nov 1994 08:49:37 +99999999", None),
    ],
)  # fmt: skip
def test_numbers_and_nonsense(header: str | None, expected: float | None) -> None:
    assert seconds(header, NOW) == expected


def test_dates() -> None:
    now = datetime.fromtimestamp(NOW, UTC)
    assert seconds(format_datetime(now + timedelta(seconds=90), usegmt=True), NOW) == 90
    assert seconds(format_datetime((now + timedelta(seconds=90)).astimezone(timezone(timedelta(hours=7)))), NOW) == 90
    assert seconds(format_datetime(now - timedelta(days=9), usegmt=True), NOW) == 0
    assert seconds(format_datetime(now + timedelta(days=9), usegmt=True), NOW) == LONGEST_WAIT
    assert seconds("Sunday, 06-Nov-94 08:49:37 GMT", NOW) == 0
    assert seconds("Sun Nov  6 08:49:37 1994", NOW) == 0


@given(st.text(max_size=40))
def test_no_header_breaks_the_crawl(header: str) -> None:
    wait = seconds(header, NOW)
    assert wait is None or 0 <= wait <= LONGEST_WAIT
