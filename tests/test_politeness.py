"""Politeness: what robots.txt, the delay, the number at a time and the server's own word hold back.

The clock is an argument everywhere, so nothing here waits.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.frontier.politeness import (
    LONGEST_WAIT,
    REFUSALS,
    ROBOTS_AGE,
    ROBOTS_BYTES,
    SILENCES,
    Gate,
    gate_of,
    seconds,
)
from portal_crawler.frontier.robots import ROBOTS_HOPS, RobotsFiles
from portal_crawler.portal.tables import Politeness

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


def test_very_many_agents_cost_no_more_than_their_lines_and_change_no_rule() -> None:
    others = "".join(f"User-agent: khac-{number}\r" for number in range(4000))
    rules = "".join(f"Disallow: /{number}/\r" for number in range(4000))
    begun = time.process_time()
    gate = known(f"{others}{rules}\rUser-agent: Portal-Crawler \rUser-agent: may\rDisallow: /rieng/\r".encode())
    assert time.process_time() - begun < 3  # 4,000 agents with 4,000 rules each took a gigabyte
    assert gate.allows(f"{HOST}/7/")
    assert not gate.allows(f"{HOST}/rieng/")
    assert not known(f"{others}User-agent: *\r{rules}".encode()).allows(f"{HOST}/7/")


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


def test_after_a_day_the_file_is_asked_for_anew() -> None:
    rules = gate()
    rules.learn(200, b"User-agent: *\nDisallow: /noi-bo/\n", NOW)
    rules.ages(NOW + ROBOTS_AGE)
    assert rules.robots == "known"
    rules.ages(NOW + ROBOTS_AGE + 1)
    assert rules.robots == "unknown"
    assert not rules.allows(f"{HOST}/noi-bo/")


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


def test_a_server_in_trouble_gets_time_and_is_trusted_again() -> None:
    paced = gate(delay=0)
    waits = []
    for _ in range(8):
        paced.begin(NOW)
        paced.end(NOW, 503)
        waits.append(paced.penalty)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert paced.wait(NOW) == pytest.approx(60, abs=30)
    for _ in range(12):
        paced.begin(NOW)
        paced.end(NOW, 200)
    assert paced.penalty == 0


def test_a_refusal_without_a_time_is_waited_out_and_each_further_one_twice_as_long() -> None:
    paced, now, waits = gate(delay=1), NOW, []
    for _ in range(REFUSALS - 1):
        paced.begin(now)
        paced.end(now, 429)
        waits.append(paced.not_before - now)
        now = paced.not_before
    assert waits == [30, 60, 120, 240]
    paced.begin(now)
    paced.end(now, 200)
    assert paced.refused == 0


def test_a_host_that_refuses_everything_is_left_alone_for_this_run() -> None:
    paced, now = gate(delay=1), NOW
    for _ in range(REFUSALS):
        assert paced.wait(now) is not None
        paced.begin(now)
        paced.end(now, 429, "10")
        now = paced.not_before
    assert paced.wait(now + 1e6) is None
    assert paced.wait(now + 1e6, robots=True) is None
    assert "429" in (paced.closed or "")


def test_a_host_that_falls_silent_is_asked_whether_it_is_there() -> None:
    paced = known(b"", delay=0)
    for number in range(SILENCES + 3):
        paced.begin(NOW)
        paced.end(NOW, 200 if number == 2 else None)
        assert paced.robots == ("known" if number < SILENCES + 2 else "unknown")
    assert paced.closed is None


def test_another_host_that_falls_silent_is_left_alone_for_this_run() -> None:
    other = gate_of("http://anh.example", Politeness(), own=False)
    for _ in range(3):
        other.begin(NOW)
        other.end(NOW, None)
    assert other.wait(NOW + 1e6) is None


def test_refusals_of_requests_that_ran_together_are_one() -> None:
    paced = gate(delay=1, concurrency=8)
    for _ in range(8):
        paced.begin(NOW)
    for second in range(8):
        paced.end(NOW + second, 429, "30")
    assert paced.refused == 1
    assert 1.5 < paced.delay(NOW) < 2


def test_a_url_that_is_refused_while_others_are_answered_slows_down_no_host() -> None:
    paced, now = gate(delay=1), NOW
    for status, again in ((429, False), (200, False), (429, True), (200, False), (429, True), (200, False)):
        paced.begin(now)
        paced.end(now, status, again=again)
        now = paced.not_before
    assert paced.delay(now) < 2


# A server that counts: by the clock, with the default delay of a second and nothing known of the server


class Counting:
    """Refuses what is too much in `spans`: seconds and requests in them, in windows that slide or begin anew."""

    def __init__(self, spans: Sequence[tuple[float, int]], *, sliding: bool, refused_count: bool) -> None:
        self._spans, self._sliding, self._refused_count = spans, sliding, refused_count
        self._log: list[float] = []

    def refuses(self, now: float) -> int | None:
        """Seconds to wait, or None where it answers."""
        waits = []
        for span, most in self._spans:
            begin = now - span if self._sliding else now - now % span
            within = [at for at in self._log if at > begin]
            if len(within) >= most:
                waits.append((within[-most] + span if self._sliding else begin + span) - now)
        self._log = [at for at in self._log if at > now - self._spans[-1][0]]
        if self._refused_count or not waits:
            self._log.append(now)
        return math.ceil(max(waits)) if waits else None


NUKEVIET = ((60.0, 40), (300.0, 150))  # its default limits


@pytest.mark.parametrize("spans", [NUKEVIET[:1], NUKEVIET])
@pytest.mark.parametrize("sliding", [True, False])
@pytest.mark.parametrize("refused_count", [True, False])
@pytest.mark.parametrize("told", ["seconds", "date", "nothing"])
@pytest.mark.parametrize("pages", [500, 5000])
def test_a_server_with_a_limit_is_crawled_whole_with_a_handful_of_refusals(
    spans: Sequence[tuple[float, int]], sliding: bool, refused_count: bool, told: str, pages: int
) -> None:
    random.seed(7)  # of the jitter
    server = Counting(spans, sliding=sliding, refused_count=refused_count)
    paced, now, answered, refused = Gate(HOST, Politeness()), NOW, 0, 0
    while answered < pages:
        wait = paced.wait(now)
        assert wait is not None, paced.closed
        now += wait
        paced.begin(now)
        pause = server.refuses(now)
        answered, refused = answered + (pause is None), refused + (pause is not None)
        header = {
            "seconds": str(pause),
            "date": format_datetime(datetime.fromtimestamp(now + (pause or 0), UTC), usegmt=True),
            "nothing": None,
        }[told]
        now += 0.2
        paced.end(now, 200 if pause is None else 429, header)
    assert 1 <= refused <= 5
    fastest = max(seconds / most for seconds, most in spans)
    assert (now - NOW) / pages < 2 * fastest, "slower than the limit asks for"


def test_a_server_that_refuses_whatever_the_pace_is_waited_for_as_long_as_it_says() -> None:
    random.seed(7)  # of the jitter
    paced, now = gate(delay=0.3), NOW
    for number in range(400):
        wait = paced.wait(now)
        assert wait is not None
        now += wait
        paced.begin(now)
        paced.end(now, 429 if number % 4 == 3 else 200, "1")
    assert (now - NOW) / 400 < 2


def test_what_refusals_taught_is_forgotten_slowly() -> None:
    paced = gate(delay=1)
    paced.begin(NOW)
    paced.end(NOW, 429)
    after = [paced.delay(NOW + hours * 3600) for hours in (0, 1, 2, 24)]
    assert after == sorted(after, reverse=True)
    assert after[0] > 1.5
    assert after[1] == pytest.approx(1 + (after[0] - 1) / 2)
    assert after[-1] == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("took", [8.0, 3.0])
def test_a_slow_server_rests_as_long_as_it_takes_to_answer(took: float) -> None:
    paced, now = gate(delay=1), NOW
    for _ in range(5):
        now += paced.wait(now) or 0.0
        paced.begin(now)
        now += took
        paced.end(now, 200)
        assert paced.wait(now) == pytest.approx(took)
    for _ in range(10):  # and is asked as before when it is as fast as before
        now += paced.wait(now) or 0.0
        paced.begin(now)
        paced.end(now + 0.1, 200)
        now += 0.1
    assert (paced.wait(now) or 0.0) <= 1.3


def test_a_server_that_takes_a_minute_is_not_waited_for_for_a_minute_more() -> None:
    paced = gate(delay=1)
    paced.begin(NOW)
    paced.end(NOW + 600, None)
    assert paced.wait(NOW + 600) == 30


def test_a_delay_of_nothing_is_no_rest() -> None:
    paced = gate(delay=0)
    paced.begin(NOW)
    paced.end(NOW + 8, 200)
    assert paced.wait(NOW + 8) == 0


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
        (f"Sun, 06 Nov 1994 08:49:37 +{'9' * 20}", None),
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
