"""A crawl's own decisions, without a network: a portal is a table of answers, and the clock is counted up.

`tests/test_crawl.py` has the same with Scrapy and a server.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.collection import Shard
from archive.exchange import Exchange, Truncation
from portal_crawler.crawl import Crawl, Options, Wired
from portal_crawler.portal import Portal
from portal_crawler.rebuild import rebuild_shard

A, B = "http://xa-a.example", "https://www.xa-b.example"
PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>{}</body></html>"
TEXT = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{}"
MOVED = "HTTP/1.1 301 Moved\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n"
STATUS = "HTTP/1.1 {} Status\r\nContent-Length: 0\r\n\r\n"

# An answer: the bytes; None: no connection; with a truncation: the bytes, cut. Of a list the last is given again.
Answer = str | None | tuple[str, Truncation]
Site = Mapping[str, Answer | list[Answer]]


def portal(**tables: Mapping[str, object]) -> Portal:
    given = {"portal": {"name": "xa", "url": f"{A}/"}, "politeness": {"delay": 1}, **tables}
    return Portal.model_validate(given)


class Driven:
    """A crawl until it has nothing left to ask for."""

    def __init__(
        self,
        into: Path,
        site: Site,
        given: Portal | None = None,
        limit: int | None = None,
        delay: float | None = None,
    ) -> None:
        self.asked: list[str] = []
        self.times: list[float] = []  # of each request, by the clock that is counted up
        self.now = 1_700_000_000.0
        crawl = Crawl(given or portal(), into, Options(limit=limit, delay=delay))
        count: Counter[str] = Counter()
        for _ in range(5000):
            row = crawl.next(self.now)
            if row is None:
                wait = crawl.frontier.wait(self.now)
                if not crawl.has_work():
                    break
                assert wait is not None, "the crawl hangs: there is work, and nothing that will ever begin it"
                self.now += wait + 0.001
                continue
            self.asked.append(row.url)
            self.times.append(self.now)
            answers = site.get(row.url, STATUS.format(404))
            answer = answers[min(count[row.url], len(answers) - 1)] if isinstance(answers, list) else answers
            count[row.url] += 1
            exchange = Exchange(row.url, datetime.now(UTC))
            exchange.sent += b"GET / HTTP/1.1\r\n\r\n"
            if isinstance(answer, tuple):
                answer, exchange.truncated = answer
            if answer is None:
                exchange.error = "ConnectionRefusedError: refused"
            else:
                exchange.received.append(answer.encode())
            wires: list[Wired] = [crawl.keep(exchange, row)]
            self.now += 0.01
            crawl.ended(row, wires, self.now, exchange.error)
        else:
            pytest.fail("the crawl does not end")
        self.report = crawl.finish()
        self.shard = Shard(into / "xa")
        self.states = states(self.shard)

    def paths(self, host: str = A) -> list[str]:
        return [url.removeprefix(host) for url in self.asked if url.startswith(host)]


def states(shard: Shard) -> dict[str, str]:
    with shard.reading() as ledger:
        return {row.url: row.state for row in ledger.urls()}


def rebuilt(driven: Driven) -> dict[str, str]:
    rebuild_shard(driven.shard)
    return states(driven.shard)


FRONT = PAGE.format("<a href='/a'>a</a><a href='/noi-bo/b'>b</a>")
FORBIDS = TEXT.format("User-agent: *\nDisallow: /noi-bo/\n")


# robots.txt


def test_what_is_forbidden_is_excluded_also_by_rebuild(tmp_path: Path) -> None:
    driven = Driven(tmp_path, {f"{A}/robots.txt": FORBIDS, f"{A}/": FRONT, f"{A}/a": PAGE.format("a")})
    assert driven.asked[0] == f"{A}/robots.txt"
    assert f"{A}/noi-bo/b" not in driven.asked
    assert driven.states[f"{A}/noi-bo/b"] == "excluded"
    assert rebuilt(driven) == driven.states


@pytest.mark.parametrize("target", ["/", "/index.html", "/loi.aspx?aspxerrorpath=/robots.txt"])
def test_a_robots_txt_that_redirects_to_a_page_is_none_and_the_page_is_read(tmp_path: Path, target: str) -> None:
    site = {f"{A}/robots.txt": MOVED.format(target), f"{A}/": FRONT, f"{A}{target}": FRONT}
    driven = Driven(tmp_path, site)
    assert {"/", "/a", "/noi-bo/b"} <= set(driven.paths())
    assert rebuilt(driven) == driven.states


@pytest.mark.parametrize("target", ["https://xa-a.example/robots.txt", f"{B}/robots.txt", f"{A}/cau-hinh/robots.txt"])
def test_a_redirected_robots_txt_holds_on_every_visit(tmp_path: Path, target: str) -> None:
    site = {f"{A}/robots.txt": MOVED.format(target), target: FORBIDS, f"{A}/": FRONT}
    for _ in range(2):
        driven = Driven(tmp_path, site)
        assert target in driven.asked
        assert f"{A}/noi-bo/b" not in driven.asked
        assert driven.states[f"{A}/noi-bo/b"] == "excluded"
    assert rebuilt(driven)[f"{A}/noi-bo/b"] == "excluded"


def test_robots_txt_files_that_redirect_in_a_circle_forbid_nothing(tmp_path: Path) -> None:
    site = {
        f"{A}/robots.txt": MOVED.format("/x/robots.txt"),
        f"{A}/x/robots.txt": MOVED.format("/robots.txt"),
        f"{A}/": FRONT,
    }
    assert "/noi-bo/b" in Driven(tmp_path, site).paths()


@pytest.mark.parametrize("answer", [None, STATUS.format(503), "220 mail.example ESMTP\r\n"])
def test_without_an_answer_to_robots_txt_nothing_is_asked_for_and_soon_that_is_said(
    tmp_path: Path, answer: Answer
) -> None:
    driven = Driven(tmp_path, {f"{A}/robots.txt": answer, f"{A}/": FRONT})
    assert set(driven.paths()) == {"/robots.txt"}
    assert driven.now - 1_700_000_000 < 30
    assert driven.report["reason"] == "no answer"
    assert driven.report["unanswered"].startswith(A)
    assert driven.states[f"{A}/"] == "queued"
    again = Driven(tmp_path, {f"{A}/": FRONT})
    assert {"/", "/a", "/noi-bo/b"} <= set(again.paths())
    assert again.report["reason"] == "finished"


def test_a_robots_txt_that_answers_at_the_second_attempt_is_obeyed(tmp_path: Path) -> None:
    driven = Driven(tmp_path, {f"{A}/robots.txt": [STATUS.format(500), FORBIDS], f"{A}/": FRONT})
    assert driven.states[f"{A}/noi-bo/b"] == "excluded"
    assert rebuilt(driven) == driven.states


def test_what_robots_txt_allows_again_is_asked_for(tmp_path: Path) -> None:
    site = {f"{A}/": FRONT, f"{A}/a": PAGE.format("a"), f"{A}/noi-bo/b": PAGE.format("b")}
    Driven(tmp_path, site)
    closed = Driven(tmp_path, {**site, f"{A}/robots.txt": TEXT.format("User-agent: *\nDisallow: /\n")})
    assert closed.paths() == ["/robots.txt"]
    assert closed.states[f"{A}/"] == "excluded"
    opened = Driven(tmp_path, site)
    assert opened.states[f"{A}/"] == "archived"
    again = Driven(tmp_path, {**site, f"{A}/robots.txt": FORBIDS})
    assert "/noi-bo/b" not in again.paths()
    assert rebuilt(again) == again.states


def test_a_host_that_never_answers_holds_up_no_later_visit_of_another(tmp_path: Path) -> None:
    given = portal(scope={"hosts": ["www.xa-b.example"]})
    dead = {f"{B}/robots.txt": None}
    first = Driven(tmp_path, {f"{A}/": PAGE.format(f"<a href='/a'>a</a><a href='{B}/x'>x</a>"), **dead}, given)
    assert first.report["reason"] == "no answer"
    assert first.states[f"{B}/x"] == "queued"
    second = Driven(tmp_path, {f"{A}/": PAGE.format(f"<a href='/c'>c</a><a href='{B}/x'>x</a>"), **dead}, given)
    assert "/c" in second.paths()
    assert second.states[f"{B}/x"] == "queued"


# Failures


@pytest.mark.parametrize("failure", [None, STATUS.format(503), (PAGE.format("nửa"), "disconnect"), "not HTTP\r\n\r\n"])
def test_what_fails_is_asked_for_again_within_its_attempts(tmp_path: Path, failure: Answer) -> None:
    site: Site = {f"{A}/": FRONT, f"{A}/a": [failure, PAGE.format("a")], f"{A}/noi-bo/b": failure}
    driven = Driven(tmp_path, site)
    assert driven.paths().count("/a") == 2
    assert driven.paths().count("/noi-bo/b") == 4
    assert driven.states[f"{A}/a"] == "archived"
    assert driven.states[f"{A}/noi-bo/b"] == ("archived" if isinstance(failure, tuple) else "failed")
    assert rebuilt(driven) == driven.states


def test_what_is_too_long_is_cut_and_not_asked_for_again(tmp_path: Path) -> None:
    driven = Driven(tmp_path, {f"{A}/": FRONT, f"{A}/a": (PAGE.format("dài"), "length")})
    assert driven.paths().count("/a") == 1
    assert driven.states[f"{A}/a"] == "archived"
    assert rebuilt(driven) == driven.states


def test_a_page_behind_a_cookie_is_got_at_the_second_attempt(tmp_path: Path) -> None:
    driven = Driven(tmp_path, {f"{A}/": [MOVED.format("/"), FRONT]})
    assert driven.states[f"{A}/"] == "archived"
    assert "/a" in driven.paths()


def test_redirects_in_a_circle_end(tmp_path: Path) -> None:
    site = {f"{A}/": FRONT, f"{A}/a": MOVED.format("/c"), f"{A}/c": MOVED.format("/a")}
    driven = Driven(tmp_path, site)
    assert driven.paths().count("/a") + driven.paths().count("/c") <= 8
    assert rebuilt(driven) == driven.states


# Limits


def test_a_limited_crawl_that_goes_on_asks_for_each_page_once(tmp_path: Path) -> None:
    words = "Sáng nay Uỷ ban nhân dân xã họp bàn việc làm đường liên thôn, có đại diện các thôn tới dự"
    links = "".join(f"<a href='/p{number}'>{number}.</a>" for number in range(30))
    pages = {f"{A}/p{number}": PAGE.format(f"<p>{words} {chr(97 + number) * 9}.") for number in range(30)}
    site = {f"{A}/": PAGE.format(links), **pages}
    first = Driven(tmp_path, site, limit=10)
    assert first.report["reason"] == "limit"
    second = Driven(tmp_path, site)
    asked = [path for path in first.paths() + second.paths() if path[1:2] == "p" and path[2:].isdigit()]
    assert len(asked) == len(set(asked)) == 30
