"""The frontier: what is asked for next, and when. The clock is an argument, so nothing here waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.ledger import Ledger
from archive.ledger.rows import Kind, Lead, Row
from archive.warc.capture import Capture, Hint
from portal_crawler.frontier.frontier import Frontier, begin, exclude, is_robots, known_or_new
from portal_crawler.frontier.politeness import Turns
from portal_crawler.portal import Portal
from portal_crawler.portal.tables import Politeness
from portal_crawler.urls import canonical, origin

NOW = 1_700_000_000.0
A, B = "http://xa-a.example", "https://xa-b.example:8443"


def portal(**tables: dict[str, object]) -> Portal:
    return Portal.model_validate({"portal": {"name": "xa-a", "url": f"{A}/"}, "politeness": {"delay": 0}, **tables})


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    found = Ledger(tmp_path / "ledger.sqlite")
    yield found
    found.close()


def add(ledger: Ledger, url: str, kind: Kind = "page") -> Row:
    with ledger.transaction():
        row = ledger.add(Lead(url=url, key=canonical(url), kind=kind), depth=0, via=None)
    assert row is not None
    return row


def opened(ledger: Ledger, *hosts: str) -> Frontier:
    """A frontier whose hosts allow all."""
    frontier = Frontier(ledger, Politeness(delay=0))
    for host in hosts:
        frontier.gate(host).learn(404, b"")
    return frontier


def drain(frontier: Frontier, now: float = NOW) -> list[str]:
    found = []
    while (row := frontier.pop(now)) is not None:
        found.append(row.url)
    return found


def test_the_first_of_a_host_is_its_robots_txt(ledger: Ledger) -> None:
    add(ledger, f"{A}/", "seed")
    frontier = Frontier(ledger, Politeness(delay=0))
    first = frontier.pop(NOW)
    assert first is not None
    assert (first.url, first.kind) == (f"{A}/robots.txt", "robots")
    frontier.gate(A).robots = "asked"
    assert frontier.pop(NOW) is None
    assert frontier.wait(NOW) is None
    frontier.gate(A).learn(404, b"")
    assert drain(frontier) == [f"{A}/"]


def test_a_host_that_has_to_wait_holds_back_no_other(ledger: Ledger) -> None:
    for url in (f"{A}/1", f"{A}/2", f"{B}/1"):
        add(ledger, url)
    frontier = opened(ledger, A, B)
    frontier.gate(A).not_before = NOW + 30
    assert drain(frontier) == [f"{B}/1"]
    assert frontier.wait(NOW) == 30
    assert drain(frontier, NOW + 30) == [f"{A}/1", f"{A}/2"]
    assert frontier.waiting == 0


def test_http_and_https_and_the_crawls_of_a_process_take_turns_at_a_host(tmp_path: Path, ledger: Ledger) -> None:
    turns, pace = Turns(), Politeness(delay=5)
    other = Ledger(tmp_path / "other.sqlite")
    add(ledger, "http://anh.example/1")
    add(ledger, "https://anh.example/2")
    add(other, "http://anh.example/3")
    frontiers = [Frontier(one, pace, turns=turns) for one in (ledger, other)]
    for frontier in frontiers:
        for origin_ in ("http://anh.example", "https://anh.example"):
            frontier.gate(origin_).learn(404, b"")
    now, begun = NOW, []
    while len(begun) < 3:
        for frontier in frontiers:
            if (row := frontier.pop(now)) is None:
                continue
            begun.append(now)
            gate = frontier.gate(origin(row.url))
            gate.begin(now)
            assert [one.pop(now + 100) for one in frontiers] == [None, None], "one at a time"
            gate.end(now + 1, 200)
        waits = [wait for frontier in frontiers if (wait := frontier.wait(now)) is not None]
        now += min(waits, default=0) + 0.001
    assert min(after - before for before, after in pairwise(begun)) >= 5
    other.close()


def test_a_port_of_its_own_is_a_server_of_its_own() -> None:
    turns = Turns()
    assert turns.at("http://a.example") is turns.at("https://a.example") is turns.at("https://a.example:443")
    assert turns.at("http://a.example:8080") is not turns.at("http://a.example")


def test_listings_come_before_articles_and_files_last(ledger: Ledger) -> None:
    kinds: tuple[Kind, ...] = ("media", "article", "document", "page", "listing", "seed", "article", "listing")
    for number, kind in enumerate(kinds):
        add(ledger, f"{A}/{kind}-{number}", kind)
    asked = [url.rpartition("/")[2] for url in drain(opened(ledger, A))]
    assert asked == ["seed-5", "listing-4", "listing-7", "page-3", "article-1", "article-6", "document-2", "media-0"]


def test_nothing_is_asked_for_before_it_is_due(ledger: Ledger) -> None:
    row = add(ledger, f"{A}/cham")
    ledger.postpone(row.id, NOW + 8, "HTTP 503")
    frontier = opened(ledger, A)
    assert frontier.waiting == 1
    assert frontier.pop(NOW + 7.9) is None
    assert frontier.wait(NOW + 7) == 1
    assert drain(frontier, NOW + 8) == [f"{A}/cham"]


def test_a_robots_txt_that_waits_for_its_turn_wakes_the_crawl(ledger: Ledger) -> None:
    """As a redirect's target does, on a host with a delay: nothing else would look again."""
    frontier = opened(ledger)
    frontier.gate(A).robots = "asked"
    frontier.gate(A).not_before = NOW + 5
    frontier.push(frontier.ask_robots(f"{A}/robots/robots.txt"))
    assert frontier.pop(NOW) is None
    assert frontier.wait(NOW) == 5
    assert drain(frontier, NOW + 5) == [f"{A}/robots/robots.txt"]


def test_what_is_behind_an_unreachable_robots_txt_is_not_for_this_run(ledger: Ledger) -> None:
    for url in (f"{A}/1", f"{A}/2", f"{B}/1"):
        add(ledger, url)
    frontier = opened(ledger, B)
    frontier.gate(A).learn(503, b"")
    assert frontier.blocked() == 2
    assert drain(frontier) == [f"{B}/1"]
    assert frontier.waiting == frontier.blocked()


def test_every_run_asks_for_robots_txt_anew(ledger: Ledger) -> None:
    row = add(ledger, f"{A}/robots.txt", "robots")
    ledger.settle(row.id, "archived", None, "before")
    add(ledger, f"{A}/1")
    first = Frontier(ledger, Politeness(delay=0)).pop(NOW)
    assert first is not None
    assert (first.id, first.state) == (row.id, "queued")


def test_a_page_that_is_wanted_as_robots_txt_is_one(ledger: Ledger) -> None:
    row = add(ledger, f"{A}/luat.txt")
    ledger.settle(row.id, "archived", None, "before")
    asked = opened(ledger).ask_robots(f"{A}/luat.txt")
    assert (asked.id, asked.kind, asked.state) == (row.id, "robots", "queued")


def test_what_robots_txt_forbids_is_settled_without_a_request(ledger: Ledger) -> None:
    for url in (f"{A}/noi-bo/1", f"{A}/tin/1", f"{B}/noi-bo/1"):
        add(ledger, url)
    frontier = opened(ledger, B)
    frontier.gate(A).learn(200, b"User-agent: *\nDisallow: /noi-bo/\n")
    exclude(ledger, frontier.gates, "1")
    assert [(row.url, row.reason) for row in ledger.urls("excluded")] == [(f"{A}/noi-bo/1", "robots.txt")]


def test_a_run_begins_at_the_front_page_and_the_seeds(ledger: Ledger) -> None:
    begin(ledger, portal(sources={"seeds": ["/tin-tuc", "tin?trang=2", f"{B}/"]}))
    assert [row.url for row in ledger.urls("queued")] == [f"{A}/", f"{A}/tin-tuc", f"{A}/tin?trang=2", f"{B}/"]


def test_a_seed_that_is_no_address_is_named(ledger: Ledger) -> None:
    with pytest.raises(UsageError, match=r"\[sources\] seeds: 'javascript:void\(0\)'"):
        begin(ledger, portal(sources={"seeds": ["javascript:void(0)"]}))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://Xa.Example/a/b", "http://xa.example"),
        ("http://nguoi:mat-khau@xa.example/a", "http://xa.example"),
        ("https://xa.example:8443/", "https://xa.example:8443"),
        ("http://[::1]:81/", "http://[::1]:81"),
    ],
)
def test_origins(url: str, expected: str) -> None:
    assert origin(url) == expected
    assert is_robots(f"{expected}/robots.txt")
    assert not is_robots(f"{expected}/a/robots.txt")


@pytest.mark.parametrize(
    ("path", "media_type", "kind"),
    [("/robots.txt", "text/plain", "robots"), ("/anh", "image/png", "media"), ("/tin", "text/html", "seed")],
)
def test_a_capture_that_no_page_led_to_has_a_row(ledger: Ledger, path: str, media_type: str, kind: str) -> None:
    capture = Capture(f"{A}{path}", 200, (("Content-Type", media_type),), b"")
    row = known_or_new(ledger, capture)
    assert row.kind == kind
    assert known_or_new(ledger, capture) == row


def test_a_sample_follows_a_lists_entries_as_far_as_the_pages_where_they_are(ledger: Ledger) -> None:
    def named(path: str, title: str, date: str | None = None, kind: Kind = "article") -> Row:
        hint = Hint(f"{A}/", title, date) if kind == "article" else None
        with ledger.transaction():
            row = ledger.add(Lead(f"{A}{path}", f"{A}{path}", kind, hint=hint), depth=1, via=front.id)
        assert row is not None
        return row

    front = add(ledger, f"{A}/", "seed")
    frontier = Frontier(ledger, Politeness(delay=0), sample=True)
    frontier.gate(A).learn(404, b"")
    for number in range(8):
        frontier.push(named(f"/muc-{number}", f"Cơ cấu tổ chức phòng {number}"))
        frontier.push(named(f"/trang-{number}", "", kind="page"))
        frontier.push(named(f"/ngay-{number}", f"Khánh thành cầu treo số {number}", "4/3/2019"))
        frontier.push(named(f"/dai-{number}", f"Xã {number} tập trung phòng chống cháy rừng những vụ nắng nóng"))
    for number in range(4):  # /x leads to /x/, each time: the second takes the turn of the first
        frontier.push(
            named(f"/slash-{number}/", f"Khánh thành trường {number}", "5/3/2019"), ledger.find(f"{A}/ngay-{number}")
        )
    asked = drain(frontier)[:17]
    assert f"{A}/slash-0/" in asked
    sorts = Counter(url.split("/")[3].split("-")[0] for url in asked)
    assert sorts["ngay"] + sorts["dai"] + sorts["slash"] > sorts["trang"] > sorts["muc"] > 0
