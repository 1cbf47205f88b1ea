"""A crawl's own decisions, without a network: a portal is a table of answers, and the clock is counted up.

`tests/test_crawl.py` has the same with Scrapy and a server.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.fixity.verify import check_records
from archive.ledger.rows import Row
from archive.shard import Shard
from archive.warc import records
from archive.warc.exchange import Exchange, Truncation
from portal_crawler.crawl.course import Options
from portal_crawler.crawl.crawl import Crawl, Wired
from portal_crawler.portal import Portal
from portal_crawler.report.report import ends
from portal_crawler.report.summary import exit_code
from portal_crawler.upkeep.rebuild import rebuild_shard

A, B = "http://xa-a.example", "https://www.xa-b.example"
PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>{}</body></html>"
TEXT = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{}"
MOVED = "HTTP/1.1 301 Moved\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n"
STATUS = "HTTP/1.1 {} Status\r\nContent-Length: 0\r\n\r\n"

START = 1_700_000_000.0  # 2023-11-15T05:13:20 in Việt Nam

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
        now: float = START,
        refresh: bool = False,
    ) -> None:
        self.asked: list[str] = []
        self.times: list[float] = []  # of each request, by the clock that is counted up
        self.now = now
        crawl = Crawl(given or portal(), into, Options(limit=limit, delay=delay, refresh=refresh))
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


def menu(number: int, more: str = "") -> tuple[str, dict[str, str]]:
    """A front page with so many links, and the pages, each with something of its own."""
    words = "Sáng nay Uỷ ban nhân dân xã họp bàn việc làm đường liên thôn, có đại diện các thôn tới dự"
    links = "".join(f"<a href='/p{one}'>{one}.</a>" for one in range(number))
    letters = ["".join(chr(97 + int(digit)) for digit in str(one)) * 5 for one in range(number)]
    pages = {f"{A}/p{one}": PAGE.format(f"<p>{words} {letters[one]}.") for one in range(number)}
    return PAGE.format(more + links), pages


def clock(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


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


def test_a_crawl_of_days_asks_for_robots_txt_every_day(tmp_path: Path) -> None:
    front, pages = menu(40)
    site: Site = {f"{A}/robots.txt": [FORBIDS, TEXT.format("User-agent: *\nDisallow: /p38\n")], f"{A}/": front, **pages}
    driven = Driven(tmp_path, site, portal(politeness={"delay": 3600}))
    days = (driven.now - START) / 86400
    assert driven.paths().count("/robots.txt") == 1 + int(days) > 1
    assert driven.states[f"{A}/p38"] == "excluded"
    assert rebuilt(driven) == driven.states


# A host that asks for less


REFUSED = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 40\r\nContent-Length: 0\r\n\r\n"


def test_a_refusal_is_no_attempt_of_the_url(tmp_path: Path) -> None:
    site: Site = {
        f"{A}/robots.txt": STATUS.format(404),
        f"{A}/": FRONT,
        f"{A}/a": [REFUSED, STATUS.format(429), REFUSED, *[STATUS.format(500)] * 3, PAGE.format("a")],
    }
    driven = Driven(tmp_path, site, portal(politeness={"delay": 1, "retries": 3}))
    assert driven.states[f"{A}/a"] == "archived"
    assert driven.report["failures"] == []
    assert rebuilt(driven) == driven.states


def test_retry_after_holds_for_the_whole_host(tmp_path: Path) -> None:
    site: Site = {f"{A}/": FRONT, f"{A}/a": [REFUSED, PAGE.format("a")]}
    driven = Driven(tmp_path, site)
    at = driven.asked.index(f"{A}/a")
    assert driven.times[at + 1] - driven.times[at] >= 40
    assert min(after - before for before, after in pairwise(driven.times) if before) >= 0


def test_a_url_that_is_always_refused_ends_and_holds_up_no_other(tmp_path: Path) -> None:
    front, pages = menu(40, "<a href='/a'>a</a>")
    site: Site = {f"{A}/": front, **pages, f"{A}/a": STATUS.format(429)}
    driven = Driven(tmp_path, site)
    assert [driven.states[url] for url in pages] == ["archived"] * 40
    assert driven.states[f"{A}/a"] == "queued"  # at last it was all that was left to ask for, and the host refused
    driven = Driven(tmp_path, site)
    assert driven.states[f"{A}/a"] == "failed"
    assert [driven.states[url] for url in pages] == ["archived"] * 40
    (failure,) = driven.report["failures"]
    assert failure == {"url": f"{A}/a", "reason": "HTTP 429, 6 times in a row"}
    assert rebuilt(driven) == driven.states


def test_a_host_that_refuses_everything_is_asked_by_a_later_run(tmp_path: Path) -> None:
    site: Site = {f"{A}/robots.txt": STATUS.format(404), f"{A}/": [FRONT], f"{A}/a": STATUS.format(429)}
    driven = Driven(tmp_path, {**site, f"{A}/": STATUS.format(429)})
    assert driven.paths() == ["/robots.txt", *["/"] * 5]
    assert driven.report["reason"] == "no answer"
    assert "429" in driven.report["unanswered"]
    again = Driven(tmp_path, {**site, f"{A}/a": PAGE.format("a")})
    assert again.states[f"{A}/a"] == "archived"
    assert again.report["reason"] == "finished"
    assert rebuilt(again) == again.states


def test_a_host_that_dies_is_not_asked_for_all_that_it_had(tmp_path: Path) -> None:
    front, pages = menu(200)
    site: Site = {f"{A}/robots.txt": STATUS.format(404), f"{A}/": front}
    dead: dict[str, Answer | list[Answer]] = dict.fromkeys(pages)
    dead[f"{A}/robots.txt"] = [STATUS.format(404), None]
    driven = Driven(tmp_path, {**site, **dead})
    assert len([path for path in driven.paths() if path[1:2] == "p"]) < 20
    assert driven.report["reason"] == "no answer"
    again = Driven(tmp_path, {**site, **pages})
    assert [again.states[url] for url in pages].count("archived") >= 195
    later = Driven(tmp_path, {**site, **pages})  # what had failed as often as allowed is for the next visit
    assert [later.states[url] for url in pages] == ["archived"] * 200
    assert rebuilt(later) == later.states


# Hours


def test_no_request_begins_outside_the_hours_and_the_next_run_goes_on(tmp_path: Path) -> None:
    front, pages = menu(30)
    site: Site = {f"{A}/": front, **pages}
    given = portal(politeness={"delay": 60, "hours": ["22:00-06:00"]})
    early = Driven(tmp_path, site, given, now=clock("2023-11-15T05:45:00+07:00"))
    assert 5 < len(early.asked) < 20
    assert early.report["reason"] == "hours"
    assert early.report["opens"] == "2023-11-15T22:00+07:00"
    assert exit_code([early.report]) == 0
    closed = Driven(tmp_path, site, given, now=clock("2023-11-15T06:00:01+07:00"))
    assert closed.asked == []
    assert (closed.report["reason"], closed.report["opens"]) == ("hours", "2023-11-15T22:00+07:00")
    night = Driven(tmp_path, site, given, now=clock("2023-11-15T22:00:00+07:00"))
    assert night.report["reason"] == "finished"
    assert [night.states[url] for url in pages] == ["archived"] * 30
    asked = [url for url in early.asked + night.asked if not url.endswith("/robots.txt")]
    assert len(asked) == len(set(asked))
    assert rebuilt(night) == night.states


# Who asks


def test_the_user_agent_names_a_contact_and_the_archive_does_too(tmp_path: Path) -> None:
    site: Site = {f"{A}/": FRONT}
    driven = Driven(tmp_path, site, portal(politeness={"contact": "luu-tru@thu-vien.example"}))
    (file,) = driven.shard.warcs()
    about = next(record for record in records(file) if record.type == "warcinfo")
    text = b"".join(about.pieces()).decode()
    assert re.search(
        r"user-agent: portal-crawler/\S+ \(\+luu-tru@thu-vien\.example; archiving for the public record\)", text
    )
    assert "operator: luu-tru@thu-vien.example" in text


def test_without_a_contact_none_is_claimed(tmp_path: Path) -> None:
    driven = Driven(tmp_path, {f"{A}/": FRONT})
    (file,) = driven.shard.warcs()
    text = b"".join(next(records(file)).pieces()).decode()
    assert re.search(r"user-agent: portal-crawler/\S+ \(archiving for the public record\)", text)
    assert "operator" not in text


# Failures


@pytest.mark.parametrize("failure", [None, STATUS.format(503), (PAGE.format("nửa"), "disconnect"), "not HTTP\r\n\r\n"])
def test_what_fails_is_asked_for_again_within_its_attempts(tmp_path: Path, failure: Answer) -> None:
    site: Site = {f"{A}/": FRONT, f"{A}/a": [failure, PAGE.format("a")], f"{A}/noi-bo/b": failure}
    driven = Driven(tmp_path, site)
    assert driven.paths().count("/a") == 2
    assert driven.paths().count("/noi-bo/b") == 4
    assert driven.states[f"{A}/a"] == "archived"
    assert driven.states[f"{A}/noi-bo/b"] == ("archived" if isinstance(failure, tuple) else "failed")
    if not isinstance(failure, tuple):
        assert [one["attempts"] for one in ends(driven.shard, "failed")] == [4]
    assert rebuilt(driven) == driven.states


def test_what_is_refused_for_good_has_had_one_attempt(tmp_path: Path) -> None:
    driven = Driven(tmp_path, {f"{A}/": FRONT, f"{A}/a": STATUS.format(403), f"{A}/noi-bo/b": PAGE.format("b")})
    assert [(one["url"], one["attempts"]) for one in ends(driven.shard, "failed")] == [(f"{A}/a", 1)]
    rebuilt(driven)
    assert [(one["url"], one["attempts"]) for one in ends(driven.shard, "failed")] == [(f"{A}/a", 1)]


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
    front, pages = menu(30)
    site: Site = {f"{A}/": front, **pages}
    first = Driven(tmp_path, site, limit=10)
    assert first.report["reason"] == "limit"
    second = Driven(tmp_path, site)
    asked = [path for path in first.paths() + second.paths() if path[1:2] == "p" and path[2:].isdigit()]
    assert len(asked) == len(set(asked)) == 30


# Several at once


def test_answers_are_judged_in_the_order_in_which_they_are_archived(tmp_path: Path) -> None:
    """Rebuild knows no other, and what was judged before decides what is asked for next."""
    given = portal(politeness={"delay": 0, "concurrency": 2})
    Driven(tmp_path, {f"{A}/": FRONT}, given, limit=1)
    crawl = Crawl(given, tmp_path)

    def asked_and_kept(*rows: Row | None) -> list[tuple[Row, Wired]]:
        found = []
        for row in rows:
            assert row is not None
            exchange = Exchange(row.url, datetime.now(UTC), sent=bytearray(b"GET / HTTP/1.1\r\n\r\n"))
            exchange.received.append(PAGE.format(row.url).encode())
            found.append((row, crawl.keep(exchange, row)))
        return found

    ((robots, wire),) = asked_and_kept(crawl.next(START))
    crawl.ended(robots, [wire], START)
    (first, one), (second, other) = asked_and_kept(crawl.next(START + 1), crawl.next(START + 2))
    crawl.ended(second, [other], START + 3)
    assert crawl.run.ledger.row(second.id).state == "queued"
    assert crawl.next(START + 4) is None
    crawl.ended(first, [one], START + 5)
    assert "queued" not in {crawl.run.ledger.row(row.id).state for row in (first, second)}
    assert crawl.next(START + 6) is not None
    crawl.stop()
    crawl.finish()


def test_an_article_that_came_whole_at_a_second_attempt_is_one_new_article_and_no_edit(tmp_path: Path) -> None:
    words = "Sáng nay Uỷ ban nhân dân xã họp bàn việc làm đường liên thôn, có đại diện các thôn tới dự. " * 4
    title = "Xã Mường Giá họp bàn việc làm đường liên thôn"
    begun = PAGE.format(f"<h1>{title}</h1><p>05/03/2019</p><p>{words}</p>")
    whole = begun.replace("</body>", f"<p>Kết luận hội nghị: {words}</p></body>")
    front = PAGE.format(f"<ul><li><a href='/a'>{title}</a> 05/03/2019</li></ul>")
    for number, cuts in enumerate((1, 2)):
        driven = Driven(tmp_path / str(number), {f"{A}/": front, f"{A}/a": [*[(begun, "disconnect")] * cuts, whole]})
        assert driven.paths().count("/a") == cuts + 1
        for _ in range(2):
            (one,) = driven.shard.articles()
            assert (one.version, one.status, one.body.count("Kết luận")) == (1, "live", 1)
            rebuild_shard(driven.shard)
        assert driven.report["records"] == {**driven.report["records"], "new": 1, "changed": 0, "unchanged": 0}


def test_what_a_cut_off_page_lacks_is_no_edit_and_the_next_visit_asks_for_the_rest(tmp_path: Path) -> None:
    words = "Sáng nay Uỷ ban nhân dân xã họp bàn việc làm đường liên thôn, có đại diện các thôn tới dự. " * 4
    title = "Xã Mường Giá họp bàn việc làm đường liên thôn"
    begun = PAGE.format(f"<h1>{title}</h1><p>05/03/2019</p><p>{words}</p>")
    whole = begun.replace("</body>", f"<p>Kết luận hội nghị: {words}</p></body>")
    edited = whole.replace("Kết luận", "Kết luận, Kết luận")
    front = PAGE.format(f"<ul><li><a href='/a'>{title}</a> 05/03/2019</li></ul>")
    cut: Answer = (begun, "disconnect")
    visits: list[tuple[Answer, int, int]] = [(cut, 1, 0), (whole, 1, 1), (cut, 1, 1), (edited, 2, 2)]
    for number, (answer, version, conclusions) in enumerate(visits):
        driven = Driven(tmp_path, {f"{A}/": front, f"{A}/a": answer}, refresh=number > 1)
        assert "/a" in driven.paths()
        for _ in range(2):
            *_, one = driven.shard.articles()
            assert (one.version, one.body.count("Kết luận")) == (version, conclusions)
            assert list(check_records(driven.shard)) == []
            rebuild_shard(driven.shard)
        assert driven.report["records"]["changed"] == version - 1
        amiss = [one["url"] for one in driven.report["cut_off"]]
        assert (amiss, exit_code([driven.report])) == (([f"{A}/a"], 3) if number == 0 else ([], 0))


def test_a_portals_folder_takes_no_other_of_the_same_name(tmp_path: Path) -> None:
    def named_so(url: str, hosts: str = "") -> Portal:
        return Portal.parse(f'[portal]\nname = "xa"\nurl = "{url}"\n[scope]\nhosts = [{hosts}]\n', "xa.toml")

    Crawl(named_so("http://xa-a.example/"), tmp_path).finish()
    with pytest.raises(
        UsageError, match=r"has the archive of http://xa-a\.example/, and this definition is of http://xa-b"
    ):
        Crawl(named_so("http://xa-b.example/"), tmp_path)
    Crawl(named_so("https://www.xa-a.example/"), tmp_path).finish()
    Crawl(named_so("http://xa-b.example/", '"xa-a.example"'), tmp_path).finish()
