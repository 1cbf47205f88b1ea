"""Later visits of a portal that changes: exactly what was added, edited, taken away or put back, at little cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from changing import ChangingPortal, Removal
from conftest import Done, report
from visits import Visits

from archive.ledger.rows import ARTICLE, Kind, Row, State, Visit
from portal_crawler.frontier import revisit
from portal_crawler.frontier.revisit import Known, due, gone
from portal_crawler.report.report import whole
from portal_crawler.report.summary import exit_code, shortfall

Run = Callable[..., Done]
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
ALL = timedelta(weeks=6)  # after so long, every article was looked at again


def visiting(tmp_path: Path, portal: ChangingPortal) -> Visits:
    return Visits(portal.portal(), tmp_path / "archive", portal.answers)


def after(portal: ChangingPortal, visits: Visits, pause: timedelta) -> dict[str, set[str]]:
    """Visit once more, the header's clock moved as well; gives what was found."""
    portal.today = visits.now + pause
    visits.visit(pause)
    return visits.found()


# What it costs


@pytest.mark.parametrize("validators", [False, True])
@pytest.mark.parametrize("dated", [False, True])
def test_an_unchanged_portal_costs_little_each_day(tmp_path: Path, validators: bool, dated: bool) -> None:
    portal = ChangingPortal(validators=validators)
    portal.fill(200, dated=dated)
    visits = visiting(tmp_path, portal)
    first = visits.visit()["requests"]
    counts = []
    for _ in range(3):
        found = after(portal, visits, DAY)
        assert found == {}
        counts.append(visits.report["requests"])
        because = visits.report["asked_because"]
        assert sum(because.values()) == visits.report["requests"]
        assert set(because) <= {"robots.txt", "front page", "list", "due by age"}
    assert sum(counts) / len(counts) < 0.08 * first  # of 200 articles; the lists are a fixed cost
    assert first > 200


@pytest.mark.parametrize("validators", [False, True])
def test_a_recrawl_of_a_thousand_unchanged_articles_costs_under_a_twentieth(
    tmp_path: Path, portal_crawler: Run, validators: bool
) -> None:
    portal = ChangingPortal(validators=validators)
    portal.fill(1000)
    with portal.served():
        definition = tmp_path / "xa-moi.toml"
        definition.write_text(portal.portal().to_toml(), encoding="utf-8")
        arguments = ("crawl", definition, "--into", tmp_path / "archive", "--delay", "0", "--workers", "4")
        portal_crawler(*arguments)
        first = portal.asked.total()
        portal.reordered = True
        portal_crawler(*arguments)
    assert first > 1000
    assert portal.asked.total() - first < 0.05 * first
    told = report(tmp_path / "archive", "xa-moi")
    assert sum(told["asked_because"].values()) == told["requests"] == portal.asked.total() - first
    assert told["records"]["changed"] == told["records"]["new"] == told["records"]["gone"] == 0


def test_every_article_is_looked_at_again_within_six_weeks_and_not_all_on_one_day(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(100)
    visits = visiting(tmp_path, portal)
    visits.visit()
    asked: set[str] = set()
    for _ in range(6):
        after(portal, visits, WEEK)
        articles = [url for url in visits.asked if "/bai-" in url]
        assert len(articles) < 40
        asked.update(articles)
    assert len(asked) == 100


def test_what_is_new_is_asked_for_before_what_is_due_by_age(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(60)
    visits = visiting(tmp_path, portal)
    visits.visit()
    new = portal.add(5000, 2, 0, visits.now + ALL)
    portal.today = visits.now + ALL
    visits.visit(ALL)
    articles = [url for url in visits.asked if "/bai-" in url]
    assert articles[0].endswith(new.path)


# What it finds


def test_a_portal_that_changes_is_followed_over_its_visits(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(300)
    visits = visiting(tmp_path, portal)
    visits.visit()
    assert len(visits.found()["new"]) == 300
    of_first = [one for one in portal.entries if one.section == 0]

    # Added on page 1 and in the middle of a list; titles that the lists tell; nothing else, for nothing is due yet.
    top, middle = portal.add(6001, 1, 0, visits.now), portal.add(6002, 0, 15, visits.now)
    renamed, moved_day = of_first[3], of_first[4]
    renamed.title = "Xã Suối Mây khánh thành cầu treo sau hai năm xây dựng"
    moved_day.day = datetime(2024, 1, 5, 9, 0, tzinfo=UTC)
    assert after(portal, visits, timedelta(hours=6)) == {
        "new": {top.path, middle.path},
        "changed": {renamed.path, moved_day.path},
    }

    # An edited text, pages taken away in each way, an addition on a later page: found as they are due.
    edited, untouched = of_first[20], of_first[21]
    edited.text = "Toàn văn đã được thay. " + edited.text
    how: list[Removal] = ["404", "410", "51 bytes", "not there", "front page"]
    removed = dict(zip(of_first[5:10], how, strict=True))
    for one, way in removed.items():
        one.removed = way
    late = portal.add(6003, 0, 35, None)
    portal.reordered = True
    assert after(portal, visits, ALL) == {"new": {late.path}, "changed": {edited.path}}
    assert {one.status for one in visits.shard.articles()} == {"live", "changed"}

    # Confirmed, at once: these are asked for first of all.
    assert after(portal, visits, DAY) == {"gone": {one.path for one in removed}}
    assert visits.report["asked_because"]["to confirm that it is gone"] == 5

    # One returns, as it was: daily looks find it; the others stay gone.
    back = next(iter(removed))
    back.removed = None
    found: dict[str, set[str]] = {}
    for _ in range(3):
        found = found or after(portal, visits, DAY)
    assert found == {"returned": {back.path}}

    kept = visits.records()
    assert [(one.version, one.status) for one in kept[edited.path]] == [(1, "live"), (2, "changed")]
    assert kept[edited.path][1].body.startswith("Toàn văn đã được thay.")
    assert kept[edited.path][0].provenance != kept[edited.path][1].provenance
    assert kept[edited.path][0].first_seen == kept[edited.path][1].first_seen
    assert [(one.version, one.status) for one in kept[back.path]] == [(1, "live")]
    assert [(one.version, one.status) for one in kept[untouched.path]] == [(1, "live")]
    for one in removed:
        if one is not back:
            (last,) = kept[one.path]
            assert last.status == "gone"
            assert last.body.startswith(one.text[:40])  # the last good capture
    assert visits.rebuilt()


def test_what_returns_otherwise_is_a_version_and_live_again(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(40)
    visits = visiting(tmp_path, portal)
    visits.visit()
    one = portal.entries[7]
    one.removed = "not there"
    assert after(portal, visits, ALL) == {}
    assert after(portal, visits, DAY) == {"gone": {one.path}}
    one.removed, one.text = None, "Bài đăng lại. " + one.text
    assert after(portal, visits, ALL) == {"changed": {one.path}}
    assert [(version.version, version.status) for version in visits.records()[one.path]] == [
        (1, "gone"),
        (2, "changed"),
    ]
    assert visits.rebuilt()


@pytest.mark.parametrize("edited", [False, True])
def test_an_article_that_moves_stays_one_record(tmp_path: Path, portal_crawler: Run, edited: bool) -> None:
    portal = ChangingPortal()
    portal.fill(40)
    visits = visiting(tmp_path, portal)
    visits.visit()
    one, other = portal.entries[7], portal.entries[12]
    before = visits.records()[one.path][0]
    one.move("tin")
    if edited:
        one.text = "Có bổ sung. " + one.text
    portal.today = visits.now + DAY
    told = visits.visit(DAY, refresh=True)["records"]
    assert (told["new"], told["changed"], told["moved"]) == (0, int(edited), int(not edited))
    assert told["unchanged"] == 39

    kept = visits.records()
    first, last = kept[one.former[0]] + kept[one.path]
    assert first == before.model_copy(update={"last_seen": first.last_seen})
    assert (last.id, last.version, last.first_seen) == (first.id, 2, first.first_seen)
    assert last.aliases == (f"{portal.url}{one.former[0]}",)
    assert last.canonical_url == last.url == f"{portal.url}{one.path}"
    assert (last.status, last.content_sha256 == first.content_sha256) == ("changed" if edited else "live", not edited)
    assert len(list(visits.shard.articles())) == 40
    assert visits.rebuilt()

    # It is the same article from then on, by whichever address it is read.
    one.text = "Đã sửa. " + one.text
    assert after(portal, visits, ALL) == {"changed": {one.path}}
    one.move("bai-viet")
    other.removed = "404"
    assert after(portal, visits, ALL) == {"changed": {one.path}}
    assert after(portal, visits, DAY) == {"gone": {other.path}}
    last = visits.records()[one.path][-1]
    assert (last.id, last.version) == (first.id, 4)
    assert last.aliases == tuple(sorted(f"{portal.url}{path}" for path in one.former))
    assert len(list(visits.shard.articles())) == 40
    assert visits.rebuilt()
    portal_crawler("verify", visits.into)


def test_an_article_whose_new_address_was_found_before_its_old_one_redirected_is_live_once(
    tmp_path: Path, portal_crawler: Run
) -> None:
    portal = ChangingPortal()
    portal.fill(40)
    visits = visiting(tmp_path, portal)
    visits.visit()
    one = portal.entries[7]
    one.move("tin")
    after(portal, visits, timedelta(hours=1))  # the list has the new address; the old one is not due
    assert after(portal, visits, ALL) == {"gone": {one.former[0]}}
    assert visits.report["records"]["moved"] == 1
    (live,) = (
        article for article in visits.shard.articles() if article.title == one.title and article.status == "live"
    )
    assert (live.url, live.aliases) == (f"{portal.url}{one.path}", (f"{portal.url}{one.former[0]}",))
    for _ in range(2):
        assert after(portal, visits, ALL) == {}
    assert visits.rebuilt()
    portal_crawler("verify", visits.into)


def test_articles_that_all_lead_to_one_notice_have_not_moved_there(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(40)
    visits = visiting(tmp_path, portal)
    visits.visit()
    closed = portal.entries[20:24]
    notice = portal.add(9001, 4, 0, visits.now)
    for one in closed:
        notice.former.append(one.path)
        portal.entries.remove(one)
    portal.today = visits.now + DAY
    told = visits.visit(DAY, refresh=True)["records"]
    assert (told["new"], told["moved"], told["gone"]) == (1, 0, 0)
    assert len({article.id for article in visits.shard.articles()}) == 41


@pytest.mark.parametrize("how", ["51 bytes", "not there"])
def test_a_soft_removal_that_is_not_modified_is_no_return(tmp_path: Path, how: Removal) -> None:
    portal = ChangingPortal(validators=True)
    portal.fill(40)
    visits = visiting(tmp_path, portal)
    visits.visit()
    one = portal.entries[7]
    one.removed = how
    after(portal, visits, ALL)
    assert after(portal, visits, DAY) == {"gone": {one.path}}  # by a 304 to the page that says so
    for _ in range(2):
        assert after(portal, visits, ALL) == {}
    assert visits.records()[one.path][-1].status == "gone"
    one.removed = None
    assert after(portal, visits, ALL) == {"returned": {one.path}}
    assert visits.rebuilt()


def test_an_outage_between_two_misses_is_no_proof_and_no_doubt(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(20)
    visits = visiting(tmp_path, portal)
    visits.visit()
    one = portal.entries[3]
    one.removed = "404"
    after(portal, visits, ALL)
    normal = visits.answers
    visits.answers = lambda url, headers: (
        b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n" if url.endswith(one.path) else normal(url, headers)
    )
    assert after(portal, visits, DAY) == {}
    visits.answers = normal
    assert after(portal, visits, DAY) == {"gone": {one.path}}


@pytest.mark.parametrize("pause", [DAY, ALL])
def test_a_rebuild_that_moves_every_date_makes_no_version(tmp_path: Path, pause: timedelta) -> None:
    portal = ChangingPortal(built=datetime(2024, 2, 1, 8, 0, tzinfo=UTC))
    portal.fill(60, dated=False)
    visits = visiting(tmp_path, portal)
    visits.visit()
    for number in range(3):
        portal.built = visits.now
        edited = portal.entries[number]
        edited.title += " (bản sửa)"
        assert after(portal, visits, pause) == {"changed": {edited.path}}
    assert visits.rebuilt()


def test_a_counter_in_the_links_of_a_list_asks_for_nothing(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(60)
    titles = {
        one: one.title.partition(" lần thứ")[0] + f", đợt {chr(97 + n % 26)}{n // 26}"
        for n, one in enumerate(portal.entries)
    }

    def counted(number: int) -> None:
        for one in portal.entries:
            one.title = f"{titles[one]} ({number} lượt xem)"

    portal.validators = False
    visits = visiting(tmp_path, portal)
    counted(100)
    visits.visit()
    counted(101)
    portal.today = visits.now
    report = visits.visit(timedelta(minutes=5))
    assert "list says something new" not in report["asked_because"]


def test_a_section_that_was_empty_is_looked_at_again(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(40)
    portal.entries = [one for one in portal.entries if one.section != 4]
    visits = visiting(tmp_path, portal)
    visits.visit()
    first = portal.add(7001, 4, 0, datetime(2010, 1, 1, tzinfo=UTC))  # too old for the front page's new ones
    portal.entries.append(portal.entries.pop(portal.entries.index(first)))
    assert after(portal, visits, timedelta(weeks=2)).get("new") == {first.path}


def test_a_limited_visit_is_completed_before_a_new_one_begins(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(60)
    visits = visiting(tmp_path, portal)
    visits.visit()
    portal.today = visits.now + ALL
    visits.visit(ALL, limit=20)
    asked = set(visits.asked)
    assert visits.report["reason"] == "limit"
    visits.visit(DAY)
    assert visits.report["reason"] == "finished"
    pages = {url for url in visits.asked if not url.endswith("/robots.txt")}
    assert not asked & pages
    assert len({url for url in asked | pages if "/bai-" in url}) == 60


def test_a_killed_visit_is_completed_before_a_new_one_begins(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(60)
    visits = visiting(tmp_path, portal)
    visits.visit()
    removed, edited = portal.entries[1], portal.entries[2]
    removed.removed = "410"
    edited.text = "Sửa lại. " + edited.text
    portal.today = visits.now + ALL
    visits.visit(ALL, killed_after=40)
    asked = set(visits.asked)
    visits.visit(timedelta(minutes=5))
    assert not asked & {url for url in visits.asked if not url.endswith("/robots.txt")}
    assert visits.found() == {"changed": {edited.path}}
    assert after(portal, visits, DAY) == {"gone": {removed.path}}
    assert visits.rebuilt()


def test_a_portal_that_ends_is_told_when_its_articles_go_and_while_its_front_page_is_gone(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(12)
    visits = visiting(tmp_path, portal)
    assert exit_code([visits.visit()]) == 0
    closed = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    visits.answers = lambda url, headers: closed
    words = shortfall(visits.visit(ALL, refresh=True))
    assert words == "the front page is gone (HTTP 404): was the portal closed?"
    told = visits.visit(DAY)
    assert f"{told['records']['gone']} of 12 articles are gone since the visit before" in (shortfall(told) or "")
    visits.answers = lambda url, headers: (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 25\r\n\r\nUser-agent: *\nDisallow: /"
    )
    told = visits.visit(DAY)
    assert shortfall(told) == (
        "the front page is excluded (robots.txt): nothing of the portal is asked for; ask its owner"
    )
    assert exit_code([told]) == 3


def test_a_portal_that_asks_whoever_comes_to_log_in_is_told_at_once_and_not_when_its_articles_are_gone(
    tmp_path: Path,
) -> None:
    portal = ChangingPortal()
    portal.fill(12)
    visits = visiting(tmp_path, portal)
    visits.visit()
    form = b"HTTP/1.1 302 Found\r\nLocation: /login?ReturnUrl=%2F\r\nContent-Length: 0\r\n\r\n"
    visits.answers = lambda url, headers: form
    told = visits.visit(DAY)
    assert "the front page is behind a login (it leads to " in (shortfall(told) or "")
    assert exit_code([told]) == 3
    assert "lost" in [one["what"] for one in whole(visits.shard)["findings"]]


DEAD: list[bytes | None] = [None, b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"]


@pytest.mark.parametrize("silence", DEAD)
def test_a_host_that_dies_half_way_is_left_and_the_next_run_goes_on(tmp_path: Path, silence: bytes | None) -> None:
    portal = ChangingPortal()
    portal.fill(300)
    visits = visiting(tmp_path, portal)
    visits.answers = lambda url, headers: portal.answers(url, headers) if portal.asked.total() < 100 else silence
    told = visits.visit()
    assert told["reason"] == "no answer"
    assert told["requests"] < 100 + 30
    assert told["urls"]["failed"] == {"robots": 1}
    assert sum(told["urls"]["queued"].values()) > 200
    words = shortfall(told)
    assert words is not None
    assert "stopped answering" in words
    assert "run the same command again" in words
    assert exit_code([told]) == 3
    assert visits.rebuilt()
    visits.answers = portal.answers
    told = visits.visit(DAY)
    assert (told["reason"], told["articles"]) == ("finished", {"live": 300})
    assert exit_code([told]) == 0
    assert visits.rebuilt()


def test_a_host_that_answers_for_itself_is_asked_on_though_many_of_its_pages_fail(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(100)
    visits = visiting(tmp_path, portal)
    visits.answers = lambda url, headers: None if "/tin/3/" in url else portal.answers(url, headers)
    told = visits.visit()
    assert told["reason"] == "finished"
    assert told["urls"]["failed"] == {"article": 20}
    assert told["articles"] == {"live": 80}


def test_a_dead_host_of_pictures_is_asked_ever_more_rarely_whether_it_is_there(tmp_path: Path) -> None:
    portal = ChangingPortal()
    portal.fill(5)
    portal.entries[2].text += "</p><p><img src='https://anh.example/hop.jpg'>"
    visits = visiting(tmp_path, portal)
    visits.answers = lambda url, headers: None if "anh.example" in url else portal.answers(url, headers)
    asked = []
    for _ in range(40):
        visits.visit(DAY)
        asked.append(sum(url.startswith("https://anh.example/") for url in visits.asked))
    robots = asked[0]
    assert asked[1] == robots > 0
    assert set(asked) == {0, robots}
    assert asked.count(robots) <= 16
    assert asked[-14:].count(robots) <= 3
    picture = b"HTTP/1.1 200 X\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff"
    visits.answers = lambda url, headers: picture if url.endswith("hop.jpg") else portal.answers(url, headers)
    visits.visit(ALL)
    assert visits.states()["https://anh.example/hop.jpg"] == ("archived", None)
    assert visits.rebuilt()


# The decision itself


def row(kind: Kind = "article", state: State = "archived", form: str | None = None) -> Row:
    return Row(1, "http://xa.example/a", "http://xa.example/a", kind, state, None, 4, 1, 0, 0.0, form)


def seen(day: int, status: int = 200, verdict: str | None = ARTICLE, content: str | None = "x") -> Visit:
    return Visit(f"2024-03-{day:02}T02:00:00Z", f"202403{day:02}020000", status, verdict, content)


def days(found: revisit.Due | None, last: int) -> float:
    assert found is not None
    return (found.moment - datetime(2024, 3, last, 2, tzinfo=UTC).timestamp()) / 86400


@pytest.mark.parametrize(
    ("published", "interval"), [("2024-03-01", 4.4), ("2024-03-22", 1.0), ("2023-03-23", 42.0), ("2030-01-01", 1.0)]
)
def test_an_article_is_due_by_its_age(published: str, interval: float) -> None:
    found = due(row(), [seen(4), seen(23)], Known(published))
    assert days(found, 23) == pytest.approx(interval, abs=0.1)


def test_an_old_article_that_was_edited_is_due_soon() -> None:
    assert days(due(row(), [seen(4), seen(20), seen(23, content="y")], Known("2010-01-01")), 23) == 1.0
    assert days(due(row(), [seen(4), seen(14, content="y"), seen(24, content="y")], Known("2010-01-01")), 24) == 2.0


def test_what_was_taken_away_is_confirmed_at_once_and_then_looked_for_ever_more_rarely() -> None:
    missed = seen(10, 404, None, None)
    found = due(row(state="gone"), [seen(4), missed], Known("2010-01-01"))
    assert found == revisit.Due(0.0, revisit.CONFIRM)
    found = due(row(state="gone"), [seen(4), missed, seen(20, 404, None, None)], Known("2010-01-01"))
    assert found is not None
    assert (found.why, days(found, 20)) == (revisit.RETURN, 2.0)


def test_a_list_that_changes_is_due_always_and_one_that_does_not_ever_more_rarely() -> None:
    listing = Known(names=True)
    changing = [seen(4, verdict="none", content="x"), seen(14, verdict="none", content="y")]
    assert days(due(row("page"), changing, listing), 14) == 0.0
    steady = [seen(4, verdict="none"), seen(14, verdict="none")]
    assert days(due(row("page"), steady, listing), 14) == 2.0


def test_a_page_of_a_list_that_a_form_asks_for_is_reached_through_the_page_before_it() -> None:
    found = due(row("listing", form="__VIEWSTATE=x"), [seen(4, verdict="none")], Known())
    assert found is not None
    assert found.moment == float("inf")


@pytest.mark.parametrize(
    ("visits", "is_gone"),
    [
        ([seen(4), seen(5, 404)], False),
        ([seen(4), seen(5, 404), seen(6, 410)], True),
        ([seen(4), seen(5, 404), seen(6, 500), seen(7, 404)], True),
        ([seen(4), seen(5, 404), seen(6), seen(7, 404)], False),
        ([seen(5, 404, None), seen(6, 404, None)], False),  # it never was an article
        ([seen(4), seen(5, verdict="too little text"), seen(6, 304, None, None)], True),
        ([seen(4), seen(5, 304, None, None), seen(6, 304, None, None)], False),
        ([seen(4), seen(5, 302, "redirects to /, which is no article"), seen(6, 404, None)], True),
        ([seen(4), seen(5, 302, None, None), seen(6, 302, None, None)], False),  # it has moved
    ],
)
def test_gone_is_what_two_visits_in_a_row_missed(visits: list[Visit], is_gone: bool) -> None:
    assert gone(visits) == is_gone
