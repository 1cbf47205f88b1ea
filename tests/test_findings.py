"""What a report finds, each with its next step; and the fields that a portal's articles used to have."""

from __future__ import annotations

import random
import shlex
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from changing import SECTIONS, ChangingPortal
from visits import Visits

from archive.collection import Collection
from archive.ledger.versions import FIELDS, Brought
from archive.shard import Shard
from portal_crawler.cli.account import print_holdings, tell
from portal_crawler.cli.commands import app
from portal_crawler.report.drift import Drift, drifts
from portal_crawler.report.findings import findings
from portal_crawler.report.report import whole
from portal_crawler.report.summary import MANY, exit_code, shortfall

DAY = timedelta(days=1)
Counts = tuple[str, str, int, int]  # run, section, articles, of them signed


def drifted(*counts: Counts, first: Iterable[str] = ("1",)) -> list[Drift]:
    brought = [
        Brought(run, (section,), number, dict.fromkeys(FIELDS, number) | {"author": signed})
        for run, section, number, signed in counts
    ]
    return list(drifts(list(dict.fromkeys(run for run, *_ in counts)), first, brought))


# Fields against the portal's own past


def test_a_field_that_most_articles_had_and_few_have_now_is_found_with_its_run_and_shares() -> None:
    (found,) = drifted(("1", "Tin", 500, 460), ("2", "Tin", 12, 11), ("3", "Tin", 20, 2))
    assert found == Drift("author", "3", 20, 0.1, 512, round(471 / 512, 4))


def test_articles_that_come_one_a_day_add_up_until_it_is_certain() -> None:
    days = [(str(day), "Tin", 1, 0) for day in range(2, 9)]
    known = ("1", "Tin", 500, 460)
    assert not drifted(known, *days[:3])
    (found,) = drifted(known, *days)
    assert (found.since, found.articles, found.share) == ("2", 7, 0.0)


def test_a_few_articles_that_came_first_say_little() -> None:
    assert not drifted(("1", "Tin", 10, 3), ("2", "Tin", 100, 10))
    assert not drifted(("1", "Tin", 3, 3), ("2", "Tin", 100, 50))
    assert drifted(("1", "Tin", 40, 38), ("2", "Tin", 100, 10))


def test_a_section_that_is_never_signed_says_nothing_against_the_others() -> None:
    known = (("1", "Tin", 300, 290), ("1", "Văn bản", 40, 0))
    assert not drifted(*known, ("2", "Văn bản", 60, 0))
    assert [one.before_share for one in drifted(*known, ("2", "Văn bản", 60, 0), ("3", "Tin", 10, 0))] == [0.9667]


def test_a_first_visit_in_several_runs_is_one_past() -> None:
    runs = (("1", "Tin", 100, 95), ("2", "Tin", 100, 5))  # the older the articles, the fewer are signed
    assert not drifted(*runs, first=("1", "2"))
    assert drifted(*runs)


def test_a_field_that_comes_back_or_more_have_is_no_finding() -> None:
    assert not drifted(("1", "Tin", 300, 30), ("2", "Tin", 300, 280))
    later = [(str(100 + day), "Tin", 20, 19) for day in range(20)]
    assert not drifted(("1", "Tin", 300, 280), ("2", "Tin", 5, 1), *later)


def test_what_is_as_it_was_is_never_found_whatever_chance_does() -> None:
    draw = random.Random(7)
    for _ in range(60):
        share = draw.random()
        counts = [(1000 + run, draw.choice((1, 3, 20))) for run in range(40)]
        runs = [(str(run), "Tin", each, sum(draw.random() < share for _ in range(each))) for run, each in counts]
        assert not drifted(("1", "Tin", 200, round(200 * share)), *runs)


class Redesigned(ChangingPortal):
    """It signs its articles, and from its redesign on does not."""

    def answers(self, url: str, headers: Mapping[str, str]) -> bytes | None:
        answer = super().answers(url, headers)
        if answer is None or self.plain or "/tin/" not in url or b"noidung" not in answer:
            return answer
        head, _, page = answer.partition(b"\r\n\r\n")
        signed = "<p style='text-align:right'><b>Nguyễn Văn A</b></p></div>".encode()
        start = page.index(b"noidung")
        page = page[:start] + page[start:].replace(b"</div>", signed, 1)
        head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-length"))
        return head + b"\r\n\r\n" + page

    plain = False


@pytest.fixture(scope="module")
def redesigned(tmp_path_factory: pytest.TempPathFactory) -> Visits:
    portal = Redesigned()
    portal.fill(30)
    visits = Visits(portal.portal(), tmp_path_factory.mktemp("redesigned") / "archive", portal.answers)
    visits.visit()
    portal.plain = True
    for number in range(10):
        portal.add(2000 + number, number % 2, 0, portal.entries[0].day)
    portal.entries[-1].removed = "410"
    visits.visit(60 * DAY)
    visits.visit(8 * DAY)
    return visits


def test_a_redesign_is_told_by_crawl_and_report_with_an_article_and_what_to_edit(redesigned: Visits) -> None:
    found = whole(redesigned.shard)
    (drift,) = (one for one in found["drift"] if one["field"] == "author")
    with redesigned.shard.reading() as ledger:
        article = ledger.versions.at(drift["example"])
    assert article is not None
    assert article.author is None
    assert drift["share"] < 0.2 < 0.9 < drift["before_share"]
    (finding,) = (one for one in found["findings"] if one["what"] == "field lost" and "author" in one["words"])
    folder = redesigned.shard.folder
    assert finding["next"] == [
        f"look at {article.url}",
        f"write the place that shows it into [selectors] author of {folder}/portal.toml; then see, and apply:",
        f"portal-crawler extract --compare {folder} --field author",
        f"portal-crawler rebuild {folder}",
    ]
    assert "author found on" in (shortfall(redesigned.report) or "")
    assert exit_code([redesigned.report]) == 3


def test_each_run_says_in_which_sections_it_found_what(redesigned: Visits, capsys: pytest.CaptureFixture[str]) -> None:
    first_run, second_run, _ = (run["run"] for run in whole(redesigned.shard)["runs"])
    first, second, third = (run["records"] for run in whole(redesigned.shard)["runs"])
    assert first["sections"] == {name: {"new": 6} for name in SECTIONS}
    for what in ("new", "changed", "gone"):
        for records in (first, second, third):
            assert sum(counts.get(what, 0) for counts in records["sections"].values()) == records[what]
    assert {name: counts["new"] for name, counts in second["sections"].items() if "new" in counts} == {
        SECTIONS[0]: 5,
        SECTIONS[1]: 5,
    }
    assert {name for records in (second, third) for name, n in records["sections"].items() if "gone" in n} == {
        SECTIONS[4]
    }
    found = whole(redesigned.shard)
    assert {name: one["articles"] for name, one in found["fields_by_section"].items()} == found["sections"]
    (old, old_fields), (new, new_fields), *_ = found["fields_by_run"].items()
    assert (old, new) == (first_run, second_run)
    assert (old_fields["articles"], old_fields["author"]) == (29, 1.0)  # one is gone since
    assert (new_fields["title"], new_fields["author"]) == (1.0, 0.0)
    print_holdings(found)
    shown = " ".join(capsys.readouterr().out.split())
    assert f"new: 5 {SECTIONS[0]}, 5 {SECTIONS[1]}" in shown or f"new: 5 {SECTIONS[1]}, 5 {SECTIONS[0]}" in shown


# Findings and their next steps


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of a portal with nothing amiss."""
    folder = tmp_path_factory.mktemp("well") / "with blank" / "xa-moi"
    folder.mkdir(parents=True)
    (folder / "portal.toml").write_text('[portal]\nname = "xa-moi"\nurl = "http://xa-moi.example/"\n')
    run = {"run": "20240304020000", "started": "2024-03-04T02:00:00Z", "reason": "finished", "unanswered": None}
    found = whole(Shard(folder))
    assert [one["what"] for one in found["findings"]] == ["no crawl"]
    well = {**found, "runs": [{**run, "elsewhere": None, "certificates": {}}]}
    assert findings(well) == []
    return well


@cache
def _commands() -> Any:
    return typer.main.get_command(app).commands  # type: ignore[attr-defined]


_LIST = {"address": "http://xa-moi.example/muc/1", "claims": None, "named": 20, "short": {}}
_PATCH = {"url": "http://xa-moi.example/a.pdf", "state": "failed", "reason": "HTTP 500", "article": None}


@pytest.mark.parametrize(
    ("amiss", "what", "words"),
    [
        ({"runs": []}, "no crawl", "nothing was crawled yet"),
        ({"waiting": {"run": "2", "ended": False, "pages": 7, "holder": None}}, "broken off", "7 pages kept"),
        ({"waiting": {"run": "2", "ended": False, "pages": 7, "holder": "process 9"}}, "running", "process 9"),
        ({"last": {"unanswered": "xa-moi.example: refused"}}, "no answer", "did not answer at the last visit"),
        ({"last": {"reason": "limit"}, "due": {"left": 4}}, "left over", "(limit) with 4 addresses left"),
        ({"last": {"elsewhere": "http://khac.example/"}}, "elsewhere", "http://khac.example/"),
        ({"last": {"certificates": {"xa-moi.example": "expired"}}}, "certificate", "xa-moi.example: expired"),
        ({"short": [{"what": "articles", "expected": 9, "found": 3}]}, "below [expect]", "3 articles"),
        ({"short": [{"what": "fill timestamp", "expected": 1, "found": 0.5}]}, "below [expect]", "50% of the"),
        (
            {"failures": [{"url": "http://xa-moi.example/1"}], "reasons": {"failed: HTTP 500": 1, "trap: endless": 1}},
            "failed",
            "1 address failed for good (HTTP 500), first http://xa-moi.example/1",
        ),
        (
            {"cut_off": [{"url": "http://xa-moi.example/1", "reason": "truncated: time"}]},
            "cut off",
            "1 page was cut off",
        ),
        ({"login": {"number": 2, "first": "http://xa-moi.example/1"}}, "login", "2 addresses lead to a form to log in"),
        ({"last": {"records": {"gone": 0}}, "articles": {"gone": 2}}, "all gone", "all articles are gone (2)"),
        (
            {"last": {"records": {"gone": 0}, "front": "gone: HTTP 404"}, "articles": {"live": 9}},
            "lost",
            "the front page is gone (HTTP 404): was the portal closed?",
        ),
        ({"urls": {"excluded": {"page": 2}}}, "robots", "robots.txt forbids 2 addresses"),
        ({"urls": {"trap": {"page": 3}}, "reasons": {"trap: endless": 3}}, "traps", "as traps (endless)"),
        ({"patch": [{**_PATCH, "again": "2024-03-05T00:00:00Z"}]}, "patch", "due at 2024-03-05T00:00:00Z"),
        ({"patch": [{**_PATCH, "again": None}]}, "patch", "--refresh does"),
        (
            {"coverage": [{**_LIST, "claims": 1234}]},
            "claims more",
            "than its pages name, first http://xa-moi.example/muc/1: 1234 claimed, 20 named",
        ),
        ({"coverage": [{**_LIST, "short": {"gone": 2}}]}, "not there", "(2 gone)"),
        ({"unopened": [{"url": "http://xa-moi.example/muc/2", "pages": 3}]}, "script", "/muc/2"),
    ],
)
def test_whatever_is_amiss_is_found_with_a_next_step_that_can_be_taken(
    well: dict[str, Any], amiss: dict[str, Any], what: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {**well, **amiss}
    found["runs"] = [{**run, **found.pop("last", {})} for run in found["runs"]]
    found["due"] = {**well["due"], **amiss.get("due", {})}
    (one,) = findings(found)
    assert one["what"] == what
    assert words in one["words"]
    assert one["next"]
    for step in one["next"]:
        if step.startswith("portal-crawler "):
            _, verb, *arguments = shlex.split(step)
            _commands()[verb].make_context(verb, [*arguments])  # raises where the command line would refuse it
            assert any("with blank" in argument for argument in arguments)
    print_holdings({**well, "runs": [], "findings": [one]})
    shown = capsys.readouterr().out
    for step in one["next"]:
        assert "".join(step.split()) in "".join(shown.split())


# Many portals


def test_of_many_portals_each_has_a_line_and_one_that_is_damaged_takes_no_other_down(
    tmp_path: Path, redesigned: Visits, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(MANY):
        folder = tmp_path / f"xa-{number}"
        folder.mkdir()
        (folder / "portal.toml").write_text(f'[portal]\nname = "xa-{number}"\nurl = "http://xa-{number}.example/"\n')
    (tmp_path / "xa-moi").symlink_to(redesigned.shard.folder)
    (tmp_path / "xa-1" / "ledger.sqlite").write_text("none" * 99)
    assert tell(Collection(tmp_path).shards()) == 5
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert [line.split()[0] for line in lines[:-2]] == ["xa-0", "xa-2", "xa-moi"]
    assert "never crawled; to do: no crawl" in lines[0]
    assert "40 articles  2024-05-11 finished" in lines[2]
    assert "to do: field lost" in lines[2]
    assert lines[-2] == "3 portals, 40 articles; to look after: 3"
    assert lines[-1].startswith(f"portal-crawler report {tmp_path} --portal NAME")
    assert f"{tmp_path / 'xa-1' / 'ledger.sqlite'}: not a readable ledger" in shown.err
    assert "\x1b" not in shown.out + shown.err

    assert tell(Collection(tmp_path).shards(["xa-0"]), named=True) == 0
    assert capsys.readouterr().out.startswith("xa-0: no articles\n")
