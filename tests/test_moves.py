"""Portals that have moved: followed where the new host is the portal's own, told where it is another's."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_crawl_rules import MOVED, PAGE, STATUS, Driven, Site, menu, portal, rebuilt

from archive.warc.capture import Asked, Capture
from portal_crawler.discover.moves import alike, with_move
from portal_crawler.portal import Portal
from portal_crawler.report.summary import exit_code, shortfall

OLD, NEW = "http://xa-a.example", "https://xa-a.moi.example"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("xa-a.tinh.example", "www.xa-a.tinh.example"), ("xa-tan-hoa.tinh.example", "tanhoa.tinh-moi.example"),
        ("tanhoa.tinh.example", "xatanhoa.example"), ("huyentanhoa.example", "huyen-tan-hoa.tinh.example"),
        ("tanhoa.example", "portal.tanhoa.example"), ("portal.tanhoa.example", "tanhoa.vn.example"),
        ("tinh.example", "moi.tinh.example"),
    ],
)  # fmt: skip
def test_hosts_that_are_named_after_the_same(old: str, new: str) -> None:
    assert alike(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tanhoa.tinh.example", "tinh.example"), ("tanhoa.tinh.example", "www.tinh.example"),
        ("tanhoa.tinh.example", "tanlap.tinh.example"), ("portal.tanhoa.example", "portal.tanlap.example"),
        ("tanhoa.tinh.example", "portal.tinh.example"), ("127.0.0.1", "127.0.0.2"), ("[::1]", "[::2]"),
        ("tanhoa.example", "tanhoa-example.quang-cao.example"),
    ],
)  # fmt: skip
def test_hosts_that_are_others(old: str, new: str) -> None:
    assert not alike(old, new)


def test_a_portal_is_followed_to_its_new_host(tmp_path: Path) -> None:
    front, pages = menu(5)
    moved = {url.replace(OLD, NEW): page for url, page in pages.items()}
    site: Site = {
        f"{OLD}/": MOVED.format("https://xa-a.example/"),
        "https://xa-a.example/": MOVED.format("/vi/"),
        "https://xa-a.example/vi/": MOVED.format(f"{NEW}/vi/"),
        f"{NEW}/vi/": front,
        **moved,
    }
    for _ in range(2):
        driven = Driven(tmp_path, site)
        assert [driven.states[url] for url in moved] == ["archived"] * 5
        assert f"{NEW}/robots.txt" in driven.asked
        assert driven.report["moved"] == f"{OLD}/ to {NEW}/vi/"
        assert driven.report["elsewhere"] is None
        assert Portal.load(driven.shard.definition).learned.hosts == ("xa-a.moi.example",)
    assert rebuilt(driven) == driven.states
    assert Portal.load(driven.shard.definition).learned.hosts == ("xa-a.moi.example",)


@pytest.mark.parametrize("target", ["https://tinh.example/", "https://tinh.example/xa-a/", "https://xa-b.example/"])
def test_a_front_page_that_leads_to_another_portal_is_told_and_not_followed(tmp_path: Path, target: str) -> None:
    front, _ = menu(5)
    driven = Driven(tmp_path, {f"{OLD}/": MOVED.format(target), target: front})
    assert {url for url in driven.asked if not url.startswith(OLD)} == set()
    assert driven.states[target] == "out of scope"
    assert driven.report["moved"] == f"{OLD}/ to {target}"
    assert target in (shortfall(driven.report) or "")
    assert exit_code([driven.report]) == 3
    assert Portal.load(driven.shard.definition).learned.hosts == ()
    assert rebuilt(driven) == driven.states


def test_a_login_is_no_new_place(tmp_path: Path) -> None:
    target = "https://xa-a.moi.example/dang-nhap?returnUrl=/"
    driven = Driven(tmp_path, {f"{OLD}/": MOVED.format(target), target: PAGE.format("mật khẩu")})
    assert target not in driven.asked


def test_articles_that_moved_one_by_one_are_told_with_their_new_addresses(tmp_path: Path) -> None:
    front, pages = menu(4)
    urls = list(pages)
    elsewhere = {url: MOVED.format(f"https://xa-b.tinh.example/tin/{number}") for number, url in enumerate(urls[:2])}
    driven = Driven(tmp_path, {f"{OLD}/": front, **pages, **elsewhere})
    assert [driven.states[url] for url in urls] == ["redirected", "redirected", "archived", "archived"]
    with driven.shard.reading() as ledger:
        rows = {row.url: (row.state, row.reason) for row in ledger.urls()}
    assert rows[urls[1]] == ("redirected", "to https://xa-b.tinh.example/tin/1")
    assert rows["https://xa-b.tinh.example/tin/1"] == ("out of scope", "another host")
    assert driven.report["moved"] is None
    assert rebuilt(driven) == driven.states


def test_a_portal_that_comes_back_has_not_moved(tmp_path: Path) -> None:
    front, pages = menu(3)
    Driven(tmp_path, {f"{OLD}/": MOVED.format("https://tinh.example/")})
    driven = Driven(tmp_path, {f"{OLD}/": front, **pages})
    assert driven.report["moved"] is None
    assert shortfall(driven.report) != "the front page leads to another portal"


def test_only_the_front_page_moves_a_portal() -> None:
    """A WARC file of another tool calls every address a seed."""
    given = portal(sources={"seeds": ["/cu/"]})
    head = (("Location", f"{NEW}/"),)

    def hosts(url: str, asked: Asked | None = None, status: int = 301) -> tuple[str, ...]:
        return with_move(given, Capture(url, status, head, b"", asked=asked)).learned.hosts

    assert hosts(f"{OLD}/") == hosts("https://www.xa-a.example/") == ("xa-a.moi.example",)
    assert hosts(f"{OLD}/trang-chu", Asked("seed")) == ("xa-a.moi.example",)
    assert hosts(f"{OLD}/trang-chu") == hosts(f"{OLD}/tin/1.html", Asked("article")) == ()
    assert hosts(f"{OLD}/cu/", Asked("seed")) == hosts("http://tinh.example/") == hosts(f"{OLD}/", status=200) == ()


def test_a_portal_moves_on_and_on_but_not_without_end(tmp_path: Path) -> None:
    site: Site = {f"{OLD}/": MOVED.format("http://xa-a.m0.example/")}
    hops = {f"http://xa-a.m{hop}.example/": MOVED.format(f"http://xa-a.m{hop + 1}.example/") for hop in range(40)}
    driven = Driven(tmp_path, {**site, **hops})
    assert len(Portal.load(driven.shard.definition).learned.hosts) == 10
    assert driven.report["elsewhere"] is not None


def test_nothing_is_learned_where_nothing_moved(tmp_path: Path) -> None:
    front, pages = menu(3)
    driven = Driven(tmp_path, {f"{OLD}/": front, **pages, f"{OLD}/robots.txt": STATUS.format(404)})
    assert "hosts" not in driven.shard.definition.read_text()
