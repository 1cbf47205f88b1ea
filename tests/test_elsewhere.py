"""Pictures and documents on other hosts: kept where an article shows them, and never the portal's trouble."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import pytest
from test_crawl_rules import MOVED, PAGE, STATUS, TEXT, A, Answer, Driven, Site, portal, rebuilt, states

from portal_crawler.cli.account import print_holdings
from portal_crawler.report.report import ends, whole
from portal_crawler.report.summary import exit_code, print_report

PICTURES, DOCUMENTS = "https://anh.example", "http://van-ban.example"
PNG = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\n{}"
WORDS = "Sáng nay Uỷ ban nhân dân xã họp bàn việc làm đường liên thôn, có đại diện các thôn tới dự đông đủ."
TITLE = "Xã Tân Hòa họp bàn làm đường liên thôn"


def site(*articles: str, front: str = "") -> dict[str, Answer]:
    """A portal whose front page lists these articles."""
    links = "".join(
        f"<li><a href='/tin/{n}.html'>{TITLE} lần thứ {n}</a> 0{n + 1}/03/2023</li>" for n in range(len(articles))
    )
    pages = {f"{A}/tin/{n}.html": PAGE.format(page(n, text)) for n, text in enumerate(articles)}
    return {f"{A}/": PAGE.format(f"{front}<ul>{links}</ul>"), **pages}


def page(number: int, text: str) -> str:
    head = f"<h1>{TITLE} lần thứ {number}</h1><p>0{number + 1}/03/2023 08:00</p>"
    return f"{head}<div><p>{WORDS} Lần {number}.</p>{text}</div>"


def digests(driven: Driven) -> dict[str, str | None]:
    articles = [json.loads(line) for line in driven.shard.lines()]
    return {image["url"]: image.get("sha256") for article in articles for image in article["images"]}


def tried(driven: Driven, urls: Collection[str]) -> list[tuple[str, int, str]]:
    """How often each address was asked for in vain, and why it has failed."""
    return [(one["url"], one["attempts"], one["reason"]) for one in ends(driven.shard) if one["url"] in urls]


def test_an_articles_media_are_kept_and_the_records_have_their_digests(tmp_path: Path) -> None:
    text = f"<p><img src='{PICTURES}/hop.png' alt='Họp'></p><p><a href='{DOCUMENTS}/12.pdf'>Thông báo số 12</a></p>"
    given: Site = {**site(text), f"{PICTURES}/hop.png": PNG.format("1"), f"{DOCUMENTS}/12.pdf": TEXT.format("%PDF-1.4")}
    driven = Driven(tmp_path, given)
    assert driven.states[f"{PICTURES}/hop.png"] == driven.states[f"{DOCUMENTS}/12.pdf"] == "archived"
    assert f"{PICTURES}/robots.txt" in driven.asked
    assert f"{DOCUMENTS}/robots.txt" in driven.asked
    (digest,) = digests(driven).values()
    assert digest is not None
    assert driven.report["media_elsewhere"] == {"archived": 2}
    assert exit_code([driven.report]) == 0
    assert rebuilt(driven) == driven.states
    assert digests(driven) == {f"{PICTURES}/hop.png": digest}


def test_a_lazy_picture_is_kept_by_its_true_address(tmp_path: Path) -> None:
    text = f"<p><img src='data:image/gif;base64,R0' data-src='{PICTURES}/that.jpg'></p>"
    driven = Driven(tmp_path, {**site(text), f"{PICTURES}/that.jpg": PNG.format("1")})
    assert driven.states[f"{PICTURES}/that.jpg"] == "archived"


def test_a_lazy_picture_of_the_portals_own_is_kept_and_the_record_has_its_digest(tmp_path: Path) -> None:
    text = "".join(
        f"<p><img src='/anh/cho.gif' {lazy}='/anh/{lazy}.jpg'></p>" for lazy in ("data-src", "data-original", "srcset")
    )
    pictures = {f"{A}/anh/{name}.jpg": PNG.format(name) for name in ("data-src", "data-original")}
    driven = Driven(tmp_path, {**site(text), **pictures, f"{A}/anh/cho.gif": PNG.format("cho")})
    assert digests(driven).keys() == pictures.keys() | {f"{A}/anh/cho.gif"}
    assert all(digests(driven).values())
    assert rebuilt(driven) == driven.states


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='https://dem.example/dem.php?id=7'>", "<img src='https://dem.example/a.gif' width=1 height=1>",
        "<div class='quang-cao'><img src='https://dem.example/qc.jpg'></div>", "<img src='https://dem.example/icon-in.png'>",
        "<footer><img src='https://dem.example/cuoi.png'></footer>", "<img src='https://dem.example/anh.svg'>",
        "<nav><a href='https://dem.example/mau.pdf'>Mẫu đơn</a></nav>", "<a href='https://dem.example/tin'>Trang</a>",
    ],
)  # fmt: skip
def test_what_is_not_the_articles_is_not_asked_for_and_has_its_reason(markup: str, tmp_path: Path) -> None:
    driven = Driven(tmp_path, site(markup), portal(scope={"requisites": "own"}))
    assert not [url for url in driven.asked if "dem.example" in url]
    with driven.shard.reading() as ledger:
        (row,) = [row for row in ledger.urls() if "dem.example" in row.url]
    assert row.state == "out of scope"
    assert "another host" in (row.reason or "")
    assert rebuilt(driven) == driven.states


def test_a_picture_that_only_a_list_shows_is_not_asked_for_and_one_that_an_article_shows_too_is(tmp_path: Path) -> None:
    front = f"<img src='{PICTURES}/nen.jpg'><img src='{PICTURES}/hop.jpg'>"
    given: Site = {
        **site(f"<p><img src='{PICTURES}/hop.jpg'></p>", front=front),
        f"{PICTURES}/hop.jpg": PNG.format("1"),
    }
    driven = Driven(tmp_path, given, portal(scope={"requisites": "own"}))
    assert driven.states[f"{PICTURES}/nen.jpg"] == "out of scope"
    assert driven.states[f"{PICTURES}/hop.jpg"] == "archived"
    assert rebuilt(driven) == driven.states


def test_robots_txt_of_the_other_host_is_obeyed(tmp_path: Path) -> None:
    forbids = TEXT.format("User-agent: *\nDisallow: /\n")
    driven = Driven(tmp_path, {**site(f"<p><img src='{PICTURES}/hop.png'></p>"), f"{PICTURES}/robots.txt": forbids})
    assert driven.states[f"{PICTURES}/hop.png"] == "excluded"
    assert exit_code([driven.report]) == 0
    assert rebuilt(driven) == driven.states


def test_a_portal_may_keep_to_its_own_hosts(tmp_path: Path) -> None:
    given = portal(scope={"media": "own"})
    driven = Driven(tmp_path, site(f"<p><img src='{PICTURES}/hop.png'></p>"), given)
    assert not [url for url in driven.asked if not url.startswith(A)]
    with driven.shard.reading() as ledger:
        reasons = {row.url: row.reason for row in ledger.urls()}
    assert reasons[f"{PICTURES}/hop.png"] == "[scope] media is own"


def test_media_come_from_no_more_hosts_than_allowed(tmp_path: Path) -> None:
    texts = [f"<p><img src='https://anh{n}.example/{n}.png'></p>" for n in range(5)]
    given: Site = {**site(*texts), **{f"https://anh{n}.example/{n}.png": PNG.format(n) for n in range(5)}}
    driven = Driven(tmp_path, given, portal(scope={"media_hosts": 3}))
    found = [driven.states[f"https://anh{n}.example/{n}.png"] for n in range(5)]
    assert sorted(found) == ["archived"] * 3 + ["out of scope"] * 2
    assert "out of scope: on a host beyond the 3 of [scope] media_hosts" in driven.report["reasons"]
    assert rebuilt(driven) == driven.states


def test_a_page_of_a_thousand_pictures_gives_two_hundred(tmp_path: Path) -> None:
    text = "".join(f"<p><img src='{PICTURES}/{n}.png'></p>" for n in range(1000))
    driven = Driven(tmp_path, site(text))
    assert len([url for url in driven.asked if url.startswith(PICTURES)]) == 201
    assert rebuilt(driven) == driven.states


def test_a_picture_that_has_moved_is_followed(tmp_path: Path) -> None:
    own, there, cdn = f"{A}/anh/1.jpg", f"{PICTURES}/1.jpg", "https://cdn.example/x/1.jpg"
    given: Site = {
        **site(f"<p><img src='{own}'></p>"),
        own: MOVED.format(there),
        there: MOVED.format(cdn),
        cdn: PNG.format("1"),
    }
    driven = Driven(tmp_path, given)
    assert [driven.states[url] for url in (own, there, cdn)] == ["redirected", "redirected", "archived"]
    assert rebuilt(driven) == driven.states
    only = Driven(tmp_path / "own", given, portal(scope={"media": "own"}))
    assert only.states[there] == "out of scope"


def test_a_page_in_place_of_a_picture_is_no_article(tmp_path: Path) -> None:
    html = PAGE.format(page(7, ""))
    driven = Driven(tmp_path, {**site(f"<p><img src='{PICTURES}/hop.png'></p>"), f"{PICTURES}/hop.png": html})
    assert [json.loads(line)["url"] for line in driven.shard.lines()] == [f"{A}/tin/0.html"]
    rebuilt(driven)
    assert [json.loads(line)["url"] for line in driven.shard.lines()] == [f"{A}/tin/0.html"]


@pytest.mark.parametrize(
    ("robots", "picture"),
    [(None, None), (STATUS.format(503), None), (STATUS.format(404), None), (STATUS.format(404), STATUS.format(429))],
)
def test_a_host_that_does_not_answer_is_not_the_portals_trouble(
    robots: Answer, picture: Answer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = ["".join(f"<p><img src='{PICTURES}/{n}-{m}.png'></p>" for m in range(20)) for n in range(3)]
    given: dict[str, Answer] = {**site(*texts), f"{PICTURES}/robots.txt": robots}
    given |= {f"{PICTURES}/{n}-{m}.png": picture for n in range(3) for m in range(20)}
    driven = Driven(tmp_path, given)
    assert driven.report["reason"] == "finished"
    assert driven.report["unanswered"] is None
    assert driven.report["failures"] == []
    assert exit_code([driven.report]) == 0
    assert len([url for url in driven.asked if url.startswith(PICTURES)]) <= 10
    lost = [url for url in driven.states if url.startswith(PICTURES) and url.endswith(".png")]
    assert [driven.states[url] for url in lost] == ["failed"] * 60
    assert driven.report["media_elsewhere"] == {"failed": 60}
    print_report(driven.report, tmp_path)
    assert "  elsewhere  pictures and documents of articles on other hosts: 60 failed\n" in capsys.readouterr().err
    print_holdings(whole(driven.shard))
    assert "elsewhere  pictures and documents of articles on other hosts: 60 failed\n" in capsys.readouterr().out
    with driven.shard.reading() as ledger:
        assert all(row.reason for row in ledger.urls("failed"))
    before, attempts = driven.states, tried(driven, lost)
    for url, number, reason in attempts:
        assert number == driven.asked.count(url) or "HTTP 429" in reason  # which is no attempt
        assert reason.startswith("not asked for, its host: ") == (url not in driven.asked)
    assert rebuilt(driven) == before
    assert tried(driven, lost) == attempts
    again = Driven(
        tmp_path, {**given, f"{PICTURES}/robots.txt": STATUS.format(404), **{url: PNG.format(url) for url in lost}}
    )
    assert {again.states[url] for url in lost} == {"archived"}


def test_the_portal_does_not_wait_for_another_host(tmp_path: Path) -> None:
    texts = [f"<p><img src='{PICTURES}/{n}.png'></p>" for n in range(9)]
    slow = f"{PICTURES}/robots.txt"
    given: Site = {**site(*texts), slow: TEXT.format("User-agent: *\nCrawl-delay: 600\n")}
    driven = Driven(tmp_path, given)
    own = [moment for url, moment in zip(driven.asked, driven.times, strict=True) if url.startswith(A)]
    others = [moment for url, moment in zip(driven.asked, driven.times, strict=True) if url.startswith(PICTURES)]
    assert own[-1] - own[0] < 1.4 * len(own)
    assert others[-1] > own[-1] + 1000
    assert states(driven.shard)[f"{PICTURES}/8.png"] == "gone"
