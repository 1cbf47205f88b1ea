"""What a front page teaches holds from there on: in the crawl, in the definition that is kept, and in `rebuild`.

Without a network, as in `tests/test_crawl_rules.py`: a portal is a table of answers, and the clock is counted up.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from test_crawl_rules import MOVED, PAGE, Driven, portal, rebuilt

from archive.record import Article
from portal_crawler.portal import Portal
from portal_crawler.portal.family import families

A = "http://xa-a.example"
UNKNOWN = Portal.model_validate({"portal": {"name": "xa", "url": f"{A}/"}})
TITLES = (
    "Ra quân dọn vệ sinh đường làng ngõ xóm",
    "Trao quà cho gia đình chính sách nhân dịp lễ",
    "Khai giảng lớp xóa mù",
)
PROSE = (
    "<p>Sáng nay hơn một trăm đoàn viên và bà con trong thôn đã cùng nhau phát quang bụi rậm, khơi thông cống rãnh dọc"
    " hai cây số đường liên thôn.</p><p>Việc làm này được duy trì vào chủ nhật tuần cuối của mỗi tháng, do các chi hội"
    " luân phiên đảm nhận, số {number}.</p>"
)
WORDPRESS = (
    "<link rel='stylesheet' href='/wp-content/themes/xa/style.css'><script src='/wp-includes/js/wp-emoji.js'></script>"
)
NUKEVIET = "<meta name='generator' content='NukeViet v4.5'><script src='/assets/js/language/vi.js'></script>"


def wordpress() -> dict[str, str]:
    links = "".join(f"<li><a href='/bai-{n}/'>{title}</a> 0{n}/03/2021</li>" for n, title in enumerate(TITLES, 1))
    site = {f"{A}/": PAGE.format(f"{WORDPRESS}<ul>{links}</ul>")}
    for number, title in enumerate(TITLES, 1):
        site[f"{A}/bai-{number}/"] = PAGE.replace("<body>", "<body class='single postid-9'>").format(
            f"{WORDPRESS}<h1 class='entry-title'>{title}</h1><div class='entry-meta'>bởi quantri</div>"
            f"<div class='entry-content'>{PROSE.format(number=number)}<div class='sharedaddy'>Chia sẻ bài này lên mạng"
            " xã hội cho nhiều người cùng đọc.</div></div>"
        )
    return site


def nukeviet() -> dict[str, str]:
    links = "".join(
        f"<li><a href='/vi/news/xa/bai-{n}.html'>{title}</a> 0{n}/03/2021</li>" for n, title in enumerate(TITLES, 1)
    )
    site = {f"{A}/": MOVED.format("/vi/"), f"{A}/vi/": PAGE.format(f"{NUKEVIET}<ul>{links}</ul>")}
    for number, title in enumerate(TITLES, 1):
        site[f"{A}/vi/news/xa/bai-{number}.html"] = PAGE.format(
            f"{NUKEVIET}<h1 itemprop='headline'>{title}</h1><div><span class='h5'>Thứ ba -"
            f" 0{number}/03/2021 08:00</span></div><div id='news-bodyhtml'>{PROSE.format(number=number)}</div>"
        )
    return site


def records(driven: Driven) -> list[Article]:
    return list(driven.shard.articles())


def definition(driven: Driven) -> str:
    return driven.shard.definition.read_text("utf-8")


@pytest.mark.parametrize(("site", "family"), [(wordpress(), "wordpress"), (nukeviet(), "nukeviet")])
def test_the_family_is_kept_in_the_definition_and_rebuild_comes_to_the_same(
    tmp_path: Path, site: dict[str, str], family: str
) -> None:
    driven = Driven(tmp_path, site, UNKNOWN)
    kept = Portal.load(driven.shard.definition)
    assert kept.learned.family == kept.family == family
    assert kept.portal.family is None
    assert kept.selectors == families()[family].selectors
    articles = records(driven)
    assert sorted(article.title for article in articles) == sorted(TITLES)
    for article in articles:
        assert article.extraction.family == family
        assert article.extraction.portal_sha256 == kept.digest
        assert article.extraction.fields["body"].startswith("selector: ")
        assert "Chia sẻ" not in article.body
    text = definition(driven)
    assert rebuilt(driven) == driven.states
    assert definition(driven) == text
    assert records(driven) == articles


def test_a_run_in_two_parts_and_a_second_visit_keep_the_family(tmp_path: Path) -> None:
    site = wordpress()
    assert Driven(tmp_path, site, UNKNOWN, limit=2).report["reason"] == "limit"
    Driven(tmp_path, site, UNKNOWN)
    plain = {**site, f"{A}/": site[f"{A}/"].replace("wp-", "")}  # the signs are gone, the pages are as they were
    driven = Driven(tmp_path, plain, UNKNOWN)
    assert Portal.load(driven.shard.definition).family == "wordpress"
    text = definition(driven)
    assert rebuilt(driven) == driven.states
    assert definition(driven) == text


def gaps(driven: Driven) -> list[float]:
    """Seconds between the requests behind the page that told the family."""
    first = next(number for number, url in enumerate(driven.asked) if url in (f"{A}/vi/", f"{A}/bai-1/"))
    return [later - earlier for earlier, later in pairwise(driven.times[first + 1 :])]


def test_the_familys_pace_holds_from_the_front_page_on(tmp_path: Path) -> None:
    driven = Driven(tmp_path, nukeviet(), UNKNOWN)
    assert len(gaps(driven)) > 3
    assert min(gaps(driven)) >= families()["nukeviet"].politeness.delay


def test_the_portals_own_pace_and_the_users_come_before_the_familys(tmp_path: Path) -> None:
    own = Driven(tmp_path / "own", nukeviet(), portal())  # says one second, the default's value
    asked = Driven(tmp_path / "asked", nukeviet(), UNKNOWN, delay=0.2)
    assert 1.0 <= min(gaps(own)) < 1.6
    assert 0.2 <= min(gaps(asked)) < 1.0
    assert Portal.load(own.shard.definition).politeness.delay == 1.0
    assert Portal.load(asked.shard.definition).politeness.delay == families()["nukeviet"].politeness.delay


def test_a_portal_that_names_its_family_learns_none(tmp_path: Path) -> None:
    named = Portal.parse(f"[portal]\nname = 'xa'\nurl = '{A}/'\nfamily = 'joomla'\n", "xa.toml")
    driven = Driven(tmp_path, wordpress(), named)
    kept = Portal.load(driven.shard.definition)
    assert (kept.family, kept.learned.family) == ("joomla", None)
    assert kept.selectors == named.selectors


def test_a_portal_of_no_known_system_is_crawled_all_the_same(tmp_path: Path) -> None:
    site = {url: page.replace("wp-", "") for url, page in wordpress().items()}
    driven = Driven(tmp_path, site, UNKNOWN)
    assert Portal.load(driven.shard.definition).family is None
    assert sorted(article.title for article in records(driven)) == sorted(TITLES)
