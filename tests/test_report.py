"""The report: what is in the archive, what the lists claim, what the definition expects, and what is short of it."""

from __future__ import annotations

import json
import re
import shlex
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from changing import ChangingPortal
from conftest import Done, report
from visits import Visits

from archive.errors import UsageError
from portal_crawler.cli.account import print_holdings
from portal_crawler.crawl.progress import Display
from portal_crawler.demo import DemoServer
from portal_crawler.portal import Portal
from portal_crawler.report.report import ends, whole
from portal_crawler.report.summary import below, exit_code, print_report, print_reports, shortfall

Run = Callable[..., Done]


def visited(tmp_path: Path, portal: ChangingPortal, **expect: object) -> Visits:
    definition = Portal.model_validate({**portal.portal().model_dump(), "expect": expect})
    visits = Visits(definition, tmp_path / "archive", portal.answers)
    visits.visit()
    return visits


def filled(count: int = 100) -> ChangingPortal:
    portal = ChangingPortal()
    portal.fill(count)
    return portal


# What is there


def test_the_whole_archive_is_counted_by_section_year_and_field(tmp_path: Path) -> None:
    portal = filled()
    for one in portal.entries[:10]:
        one.day = None
    found = whole(visited(tmp_path, portal).shard)
    assert found["articles"] == {"live": 100}
    assert found["sections"] == dict.fromkeys(("Tin tức", "Kinh tế", "Văn hoá", "Nông thôn mới", "Thông báo"), 20)
    assert found["years"][""] == 10
    assert sum(found["years"].values()) == 100
    assert (found["fields"]["title"], found["fields"]["timestamp"], found["fields"]["author"]) == (1.0, 0.9, 0.0)


def test_a_date_that_is_only_a_builds_is_no_date(tmp_path: Path) -> None:
    portal = ChangingPortal(built=datetime(2024, 2, 1, 8, 0, tzinfo=UTC))
    portal.fill(30, dated=False)
    found = whole(visited(tmp_path, portal).shard)
    assert found["articles"] == {"live": 30}
    assert found["fields"]["timestamp"] == 0.0
    assert found["years"] == {"": 30}


def test_a_crawls_report_says_the_same_as_the_verb(tmp_path: Path) -> None:
    visits = visited(tmp_path, filled(40))
    found = whole(visits.shard)
    (kept,) = visits.shard.reports()
    for key in ("articles", "sections", "years", "fields", "coverage", "urls", "reasons", "failures", "short"):
        assert kept[key] == found[key], key
    assert found["runs"][0]["asked_because"] == kept["asked_because"]


def test_rebuild_gives_the_same_coverage(tmp_path: Path) -> None:
    portal = filled(120)
    portal.entries[4].removed = "404"
    visits = visited(tmp_path, portal)
    before = whole(visits.shard)
    assert visits.rebuilt()
    after = whole(visits.shard)
    for key in ("articles", "sections", "fields", "coverage", "urls"):
        assert after[key] == before[key], key


def test_the_progress_line_counts_pages_kept_of_which_nobody_knows_yet_whether_they_are_articles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    portal = filled(30)
    display = Display()
    display.moving = False
    Visits(portal.portal(), tmp_path / "archive", portal.answers).visit(watch=lambda crawl: display.tick([crawl]))
    lines = [
        re.sub(r", [\d.]+ a second(?:, \d+ s to go at least)?$", "", line)
        for line in capsys.readouterr().err.splitlines()
    ]
    assert lines[0] == "xa-moi: 1 request, 0 pages kept, 1 address left"  # robots.txt is no page
    assert lines[1].startswith("xa-moi: 2 requests, 1 page kept, ")
    assert lines[-1].endswith(" pages kept, 0 addresses left")
    assert not any("article" in line for line in lines)


def test_a_plain_line_says_how_long_the_rest_takes_at_least(capsys: pytest.CaptureFixture[str]) -> None:
    began = time.monotonic()
    for done, left in ((5, 100), (50, 0), (100, 7200)):
        Display().tick([_crawl("xa-moi", done, left, began - 100)])  # stderr is no terminal here
    lines = capsys.readouterr().err.splitlines()
    assert "to go" not in lines[0] + lines[1]
    assert lines[2] == "xa-moi: 100 requests, 3 pages kept, 7200 addresses left, 1.0 a second, 2 h 0 min to go at least"


def test_on_a_terminal_a_portal_that_is_done_leaves_its_place_to_others() -> None:
    display = Display()
    display.moving = True
    crawls = [_crawl(name, 5, 5, time.monotonic()) for name in ("xa-1", "xa-2", "xa-3")]
    with display:
        display.tick(crawls)
        watch = display.deriving("xa-1")
        assert watch is not None
        assert display._bars is not None
        watch(20, 40)
        display.tick(crawls[2:])
        assert [task.visible for task in display._bars.tasks] == [True, False, True]
        watch(40, 40)
        display.tick(crawls[2:])
        assert [task.visible for task in display._bars.tasks] == [False, False, True]


def _crawl(name: str, done: int, left: int, began: float) -> Any:
    """What a display looks at of a crawl: one that takes hours cannot be had in a test."""
    portal = SimpleNamespace(portal=SimpleNamespace(name=name))
    progress = SimpleNamespace(requests=done, started=began, kept=3)
    return SimpleNamespace(portal=portal, progress=progress, frontier=SimpleNamespace(waiting=left))


def test_of_many_portals_each_has_a_line_and_all_have_a_next_step(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = visited(tmp_path, filled(3)).report
    down = {**told, "reason": "no answer", "unanswered": "xa-3.example: refused", "answered": False}
    print_reports([{**(down if number == 3 else told), "portal": f"xa-{number}"} for number in range(5)], tmp_path)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in lines[:5]] == [f"xa-{number}" for number in range(5)]
    assert lines[0].endswith(": 3 new, 0 changed, 0 gone")
    assert "the portal does not answer (xa-3.example: refused)" in lines[3]
    assert lines[5] == "what to do next:"
    assert lines[6].startswith(f"  portal-crawler report {tmp_path} ")
    assert "the same command again" in lines[-1]
    print_reports([told], tmp_path)
    assert f"  portal-crawler dump {tmp_path / 'xa-moi'} " in capsys.readouterr().err


def test_what_was_never_there_is_not_called_gone_and_every_state_that_is_shown_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    portal = filled(20)
    normal = portal.answers

    def linked(url: str, headers: Mapping[str, str]) -> bytes | None:
        answer = normal(url, headers)
        link = b"<a href='/lien-ket/hong.html'>a</a><a href='http://khac.example/'>b</a></body>"
        return answer.replace(b"</body>", link) if answer else None

    visits = Visits(portal.portal(), tmp_path / "archive", linked)
    visits.visit()
    portal.entries[3].removed = "410"
    visits.visit(timedelta(weeks=6))
    found = whole(visits.shard)
    assert sum(found["urls"]["gone"].values()) == 3
    assert (found["reasons"]["gone: HTTP 410"], found["reasons"]["not found: HTTP 404"], found["not_found"]) == (
        1,
        2,
        2,
    )
    assert {urlsplit(one["url"]).path: one["ever_there"] for one in ends(visits.shard, "gone")} == {
        portal.entries[3].path: True,
        "/lien-ket/hong.html": False,
        "/robots.txt": False,
    }
    print_holdings(found)
    shown = [line.strip() for line in capsys.readouterr().out.splitlines()]
    counts = next(line for line in shown if line.startswith("addresses "))
    assert "1 gone, 2 not found" in counts
    for state in re.findall(r"\d+ ([a-z ]+)", counts):
        assert sum(line.startswith(f"{state}: ") for line in shown) == 1, state
    assert visits.rebuilt()
    assert whole(visits.shard)["reasons"] == found["reasons"]


def test_one_is_not_several(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    visits = visited(tmp_path, filled(1), articles=2)
    print_holdings(whole(visits.shard))
    print_report(visits.report, tmp_path)
    shown = capsys.readouterr()
    assert not re.search(r"\b1 (?:live )?(?:articles|requests|exchanges|pages|addresses|runs|twins|are)\b", shown.out)
    assert shown.out.startswith("xa-moi: 1 live article, ")
    assert "1 is an article here" in shown.out
    assert "attention  1 article, and [expect] articles is 2" in shown.err


# What the portal claims


def test_a_list_that_claims_more_than_it_names_is_seen(tmp_path: Path) -> None:
    portal = filled()
    normal = portal.answers

    def cut(url: str, headers: Mapping[str, str]) -> bytes | None:
        answer = normal(url, headers)
        if "/muc/1" in url and answer is not None:
            answer = answer.replace("Tổng số 20 tin".encode(), "Tổng số 1.234 tin".encode())
        return answer.partition(b"Content-Length")[0] + b"\r\n" + answer.partition(b"\r\n\r\n")[2] if answer else None

    visits = Visits(portal.portal(), tmp_path / "archive", cut)
    visits.visit()
    lists = {one["address"].removeprefix(portal.url): one for one in visits.report["coverage"]}
    assert (lists["/muc/1"]["claims"], lists["/muc/1"]["named"], lists["/muc/1"]["articles"]) == (1234, 20, 20)
    assert (lists["/muc/2"]["claims"], lists["/muc/2"]["named"]) == (20, 20)
    assert lists["/"]["claims"] is None


def test_what_a_list_names_and_is_not_there_is_listed_with_its_reason(tmp_path: Path) -> None:
    portal = filled(60)
    normal = portal.answers
    broken, forbidden = portal.entries[0], portal.entries[5]  # both of section 0

    def some(url: str, headers: Mapping[str, str]) -> bytes | None:
        if url.endswith("/robots.txt"):
            return f"HTTP/1.1 200 X\r\n\r\nUser-agent: *\nDisallow: {forbidden.path}\n".encode()
        return b"HTTP/1.1 500 X\r\n\r\n" if url.endswith(broken.path) else normal(url, headers)

    visits = Visits(portal.portal(), tmp_path / "archive", some)
    visits.visit()
    (found,) = (one for one in visits.report["coverage"] if one["address"].endswith("/muc/0"))
    assert (found["named"], found["articles"], found["short"]) == (12, 10, {"failed": 1, "excluded": 1})
    assert {(one["url"].removeprefix(portal.url), one["state"], one["reason"]) for one in found["addresses"]} == {
        (broken.path, "failed", "HTTP 500"),
        (forbidden.path, "excluded", "robots.txt"),
    }


def test_every_url_has_its_end_and_its_reason(tmp_path: Path) -> None:
    visits = visited(tmp_path, filled(30))
    lines = list(ends(visits.shard))
    assert len(lines) == sum(sum(kinds.values()) for kinds in visits.report["urls"].values())
    assert all(line["reason"] for line in lines if line["state"] != "archived")
    absent = list(ends(visits.shard, "absent"))
    assert {line["state"] for line in absent} == {"absent"}
    assert all(line["last_status"] == 404 and line["last_asked"] for line in absent)
    with pytest.raises(UsageError, match="no such state; there are: queued"):
        list(ends(visits.shard, "lost"))


# What is expected


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ({"articles": 31}, "30 articles, and [expect] articles is 31"),
        ({"fill": {"author": 0.5}}, "0% of the articles have author, and [expect] fill author is 50%"),
        ({"sections": {"Kinh tế": 7}}, "6 articles in 'Kinh tế', and [expect] sections 'Kinh tế' is 7"),
        ({"sections": {"Tin vắn": 1}}, "0 articles in 'Tin vắn', and [expect] sections 'Tin vắn' is 1"),
    ],
)
def test_what_is_short_is_named_with_its_numbers(tmp_path: Path, expect: dict[str, object], words: str) -> None:
    told = visited(tmp_path, filled(30), **expect).report
    assert shortfall(told) == words
    assert exit_code([told]) == 3


def test_what_is_enough_is_no_shortfall(tmp_path: Path) -> None:
    expect = {"articles": 30, "fill": {"title": 1.0, "timestamp": 0.95, "body": 1}, "sections": {"Kinh tế": 6}}
    told = visited(tmp_path, filled(30), **expect).report
    assert shortfall(told) is None
    assert exit_code([told]) == 0


def test_an_expectation_is_of_the_whole_archive_not_of_one_run(tmp_path: Path) -> None:
    visits = visited(tmp_path, filled(30), articles=30)
    told = visits.visit(timedelta(hours=1))
    assert told["records"]["new"] == 0
    assert exit_code([told]) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fill = {autor = 0.5}", "[expect] fill autor: no such key; did you mean 'author'?"),
        ("fill = {author = 1.5}", "[expect] fill author = 1.5: input should be less than or equal to 1"),
        ("fill = 0.5", "[expect] fill = 0.5"),
        ("sections = {Tin = -1}", "[expect] sections Tin = -1: input should be greater than or equal to 0"),
        ("sections = ['Tin']", "[expect] sections = ['Tin']"),
        ("article = 5", "[expect] article: no such key; did you mean 'articles'?"),
    ],
)
def test_a_wrong_expectation_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        Portal.parse(f'[portal]\nname = "xa"\nurl = "http://xa.example/"\n[expect]\n{text}\n', "xa.toml")
    assert words in str(error.value)


# The verb


def test_the_verb_prints_eighty_columns_and_json(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    portal_crawler("crawl", definition, "--into", into)
    for folder in (into, into / "demo"):
        shown = portal_crawler("report", folder).stdout
        assert all(len(line) <= 80 or line.lstrip().startswith("portal-crawler ") for line in shown.splitlines())
        assert shown.startswith(f"demo: {len(demo.truth())} live articles")
    (line,) = portal_crawler("report", into, "--json", "--portal", "demo").stdout.splitlines()
    found = json.loads(line)
    assert found["articles"] == {"live": len(demo.truth())}
    assert found["short"] == []
    lines = [json.loads(line) for line in portal_crawler("report", into, "--urls").stdout.splitlines()]
    assert len(lines) == sum(sum(kinds.values()) for kinds in report(into, "demo")["urls"].values())
    redirected = portal_crawler("report", into, "--state", "redirected").stdout.splitlines()  # without --urls
    assert redirected
    assert [json.loads(line) for line in redirected] == [line for line in lines if line["state"] == "redirected"]
    none = portal_crawler("report", into, "--state", "queued")
    assert (none.stdout, none.stderr) == ("", "no address is queued\n")
    assert "no such state" in portal_crawler("report", into, "--urls", "--state", "lost", expect=2).stderr

    text = (into / "demo" / "portal.toml").read_text("utf-8")
    assert "[expect]" in text
    (into / "demo" / "portal.toml").write_text(text.replace("[expect]", "[expect]\nfill = {author = 1.0}"), "utf-8")
    short = portal_crawler("report", into, expect=3).stdout
    assert "to do      below [expect]: 79.5% of the articles have author" in short
    (step,) = (line.strip() for line in short.splitlines() if "extract --compare" in line)
    assert step == f"portal-crawler extract --compare {into / 'demo'} --field author"
    assert "73 records: none would change" in portal_crawler(*shlex.split(step)[1:]).stdout


def test_the_report_of_a_large_portal_is_quick_and_fits_a_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    portal = filled(400)
    visits = visited(tmp_path, portal)
    rows = [(f"{number:016x}", number) for number in range(400, 10_000)]
    with visits.shard.reading() as ledger:
        (line, *_) = ledger.versions.lines()
    _multiply(visits, line, [identity for identity, _ in rows])
    began = time.process_time()
    found = whole(visits.shard)
    spent = time.process_time() - began
    assert found["articles"] == {"live": 10_000}
    assert spent < 3
    print_holdings(found)
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
    assert below(found) is None


def _multiply(visits: Visits, line: str, identities: list[str]) -> None:
    """More records in the ledger than a test has time to crawl."""
    from archive.ledger import Ledger
    from archive.record import Article

    article = Article.from_json(line)
    ledger = Ledger(visits.shard.ledger_file)
    with ledger.transaction():
        for identity in identities:
            ledger.versions.save(article.model_copy(update={"id": identity}), visits.report["run"])
    ledger.close()
