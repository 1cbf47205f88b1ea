"""The next part of an article whose address tells nothing: its link is learned, and no link to another article is."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from synthetic.layout import Layout
from synthetic.layouts_parts import PARTS
from synthetic.portal import Portal as Synthetic
from visits import Visits

from archive.collection import Collection
from portal_crawler.portal import Portal
from portal_crawler.portal.tables import Selectors
from portal_crawler.upkeep.sources import extract_sources
from portal_crawler.upkeep.verify import verify_shard

TEXT = (
    "đường liên thôn được bà con góp công sửa lại sau mùa mưa trường học đón hơn ba trăm em về lớp mới trạm y tế khám "
    "bệnh phát thuốc cho người già hợp tác xã giới thiệu giống lúa mới hội nghị bàn việc giữ rừng đầu nguồn"
)
WORDS = TEXT.split()
OK = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def sentence(seed: str) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=22)).capitalize() + "."


class Site:
    """Articles with a title and a day; `long` of them go on for three pages at addresses that say nothing."""

    def __init__(self, pager: str, *, articles: int = 12, long: Sequence[int] = (1, 4, 6, 9)) -> None:
        self.pager, self.articles, self.long = pager, articles, long
        self.listed: Sequence[int] = range(articles)  # on the front page
        self.dated = True
        self.title = "{}"  # of a further part
        self.same: str | None = None  # the title of all articles
        self.ends: Sequence[int] = ()  # articles without a link to the next one
        self.instead = False  # the link to the next part stands in place of that to the next article
        self.words = ("Bài trước", "Bài sau")  # of the links to the articles before and behind
        self.edited = ""

    def titled(self, number: int) -> str:
        return self.same or " ".join(random.Random(f"t{number}").choices(WORDS, k=9)).capitalize()

    def path(self, number: int, part: int = 1) -> str:
        return f"/tin/{number}-{number * 37}.html" if part == 1 else f"/doc?id={7000 + number * 91 + part * 13}"

    def answers(self, url: str, headers: Mapping[str, str]) -> bytes | None:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if path == "/":
            entries = (f"<li>{self.link(n, self.titled(n))} <i>{self.day(n)}</i></li>" for n in self.listed)
            return self.page("Trang chủ", f"<ul>{''.join(entries)}</ul>")
        for number in range(self.articles):
            for part in (1, 2, 3) if number in self.long else (1,):
                if path == self.path(number, part):
                    return self.article(number, part)
        return NOTHING

    def link(self, number: int, words: str, part: int = 1) -> str:
        return f"<a class=q3 href='{self.path(number, part)}'>{words}</a>"

    def day(self, number: int) -> str:
        return f"{number % 27 + 1:02}/05/2023"

    def article(self, number: int, part: int) -> bytes:
        title = self.titled(number) if part == 1 else self.title.format(self.titled(number), part)
        date = f"<i class=b3>{self.day(number)} 09:10</i>" if self.dated else ""
        texts = [sentence(f"{number} {part} {row}{self.edited if part == 2 else ''}") for row in range(3)]
        last = number not in self.long or part == 3
        signed = "<p style='text-align:right'><b>Lò Văn Mẫu</b></p>" if last else ""
        body = "".join(f"<p>{text}</p>" for text in texts) + signed
        pager = ""
        if number in self.long and self.pager == "numbers":
            pager = " ".join(f"<b>{n}</b>" if n == part else self.link(number, str(n), n) for n in (1, 2, 3))
        elif not last:
            pager = self.link(number, self.pager.format(part + 1), part + 1)
        before, after = (number - 1) % self.articles, (number + 1) % self.articles
        beside = [
            self.link(before, self.words[0]) if self.words[0] else "",
            self.link(after, self.words[1]) if number not in self.ends else "",
        ]
        if self.instead and pager:
            beside, pager = [beside[0], pager], ""
        head = f"<div class=t1>{title}</div>{date}<div class=nd>{body}</div>"
        return self.page("Tin", f"{head}<p class=w5>{pager}</p><p class=k7>{' '.join(beside)}</p>")

    @staticmethod
    def page(title: str, body: str) -> bytes:
        return f"{OK}<html><head><title>Xã Hoa Lư</title></head><body><div>{title}</div>{body}</body></html>".encode()


def visits(tmp_path: Path, site: Site) -> Visits:
    given = {"portal": {"name": "xa", "url": "http://xa.example/"}, "politeness": {"delay": 0}}
    return Visits(Portal.model_validate(given), tmp_path, site.answers)


def learned(portal: Visits) -> Portal:
    return Portal.load(portal.shard.definition)


@pytest.mark.parametrize("title", ["{}", "{} (phần {})", "{} (tiếp theo)"])
@pytest.mark.parametrize("pager", ["Xem tiếp", "Trang sau", "Phần {}", "»", "<img src=/m.gif>", "numbers"])
def test_articles_that_go_on_at_addresses_that_tell_nothing_are_one_record(
    tmp_path: Path, pager: str, title: str
) -> None:
    site = Site(pager)
    site.title = title
    portal = visits(tmp_path, site)
    portal.visit()
    records = portal.records()
    assert set(records) == {site.path(number) for number in range(12)}
    for number in range(12):
        (article,) = records[site.path(number)]
        parts = (1, 2, 3) if number in site.long else (1,)
        assert article.body.split("\n\n") == [sentence(f"{number} {part} {row}") for part in parts for row in range(3)]
        assert article.author == "Lò Văn Mẫu"
        assert len(article.provenance.parts) == len(parts) - 1
    known = learned(portal).learned
    assert known.selectors.next_part
    assert known.confidence["next_part"] >= 0.8
    assert any(urlsplit(url).path == site.path(1) for url in known.shown)
    assert verify_shard(portal.shard).findings == []
    before = list(portal.shard.lines())
    assert list(extract_sources(portal.shard.warcs())) == before
    assert portal.rebuilt()


def test_a_part_that_is_edited_makes_a_version_also_where_only_that_part_is_asked_for(tmp_path: Path) -> None:
    site = Site("Xem tiếp", long=(1, 4, 6, 9))
    portal = visits(tmp_path, site)
    portal.visit()
    portal.visit(timedelta(days=40), refresh=True)
    assert portal.found() == {}
    site.edited = " sửa"
    for _ in range(60):  # by age: some pages a day
        portal.visit(timedelta(days=1))
    assert set(portal.records()) == {site.path(number) for number in range(12)}
    assert {path for path, versions in portal.records().items() if len(versions) > 1} == set(map(site.path, site.long))
    for path in map(site.path, site.long):
        first, second = portal.records()[path]
        assert len(first.provenance.parts) == len(second.provenance.parts) == 2
        assert first.body != second.body
    assert verify_shard(portal.shard).findings == []
    assert portal.rebuilt()


@pytest.mark.parametrize(
    "words", [("Bài trước", "Bài sau"), ("«", "»"), ("Trang trước", "Trang sau"), ("", "Xem tiếp")]
)
@pytest.mark.parametrize("ends", [(), (3, 7, 11)])
@pytest.mark.parametrize("listed", [range(12), (0, 4, 8)])
@pytest.mark.parametrize("same", [None, "Lịch tiếp công dân của lãnh đạo xã"])
def test_links_to_the_articles_before_and_behind_join_nothing(
    tmp_path: Path, words: tuple[str, str], listed: Sequence[int], ends: Sequence[int], same: str | None
) -> None:
    """Also where nothing else leads to most of the articles, and all have one title: each has its own day."""
    site = Site("", long=())
    site.words, site.listed, site.ends, site.same = words, listed, ends, same
    portal = visits(tmp_path, site)
    portal.visit()
    assert learned(portal).learned.selectors.next_part == ()
    if same is None:  # of pages of one title, only those that a list names are surely articles
        assert set(portal.records()) == {site.path(number) for number in range(12)}
    assert all(one.provenance.parts == () for versions in portal.records().values() for one in versions)


def test_articles_of_one_title_without_days_are_not_joined_by_links_that_say_article(tmp_path: Path) -> None:
    site = Site("", long=())
    site.same, site.dated, site.listed = "Lịch tiếp công dân của lãnh đạo xã", False, (0, 4, 8)
    site.words, site.ends = ("", "Bài sau"), (3, 7, 11)
    portal = visits(tmp_path, site)
    portal.visit()
    assert learned(portal).learned.selectors.next_part == ()
    assert all(one.provenance.parts == () for versions in portal.records().values() for one in versions)


def test_a_selector_for_the_next_part_that_finds_the_next_article_joins_nothing(tmp_path: Path) -> None:
    """A definition's, on a portal whose articles have one title and each its day."""
    site = Site("", long=())
    site.same, site.words = "Lịch tiếp công dân của lãnh đạo xã", ("", "Xem tiếp")
    portal = visits(tmp_path, site)
    portal.portal = portal.portal.model_copy(update={"selectors": Selectors(next_part=("a.q3",))})
    portal.visit()
    assert all(one.provenance.parts == () for versions in portal.records().values() for one in versions)


def test_one_long_article_teaches_nothing(tmp_path: Path) -> None:
    portal = visits(tmp_path, Site("Xem tiếp", long=(4,)))
    portal.visit()
    assert learned(portal).learned.selectors.next_part == ()


def test_a_place_that_mostly_leads_to_the_next_article_is_not_learned(tmp_path: Path) -> None:
    """The link to the next part stands where the one to the next article is on other pages, with the same words."""
    site = Site("Xem tiếp", long=(1, 4, 6))
    site.words, site.instead = ("Xem lại", "Xem tiếp"), True
    portal = visits(tmp_path, site)
    portal.visit()
    assert learned(portal).learned.selectors.next_part == ()


def test_selectors_that_were_learned_stay_and_join_what_a_later_visit_finds(tmp_path: Path) -> None:
    site = Site("Xem tiếp")
    portal = visits(tmp_path, site)
    portal.visit()
    known = learned(portal).learned.selectors.next_part
    site.articles, site.listed, site.long = 13, range(13), (*site.long, 12)
    portal.visit(timedelta(days=1))
    assert portal.found() == {"new": {site.path(12)}}
    assert learned(portal).learned.selectors.next_part == known
    (article,) = portal.records()[site.path(12)]
    assert len(article.provenance.parts) == 2
    assert [shard.folder for shard in Collection(tmp_path).shards()] == [portal.shard.folder]
    assert portal.rebuilt()


@pytest.mark.parametrize("layout", PARTS, ids=lambda layout: layout.name)
def test_a_synthetic_portal_of_each_sort_is_read_as_its_truth_says(tmp_path: Path, layout: type[Layout]) -> None:
    made = Synthetic(layout())
    portal = Visits(Portal.of_url(made.url).paced(0, None), tmp_path, made.answer)
    portal.visit()
    truth = {made.address(story): len(one["body"]) for story, one in zip(made.stories, made.truth(), strict=True)}
    records = {one.url: one for one in portal.shard.articles()}
    assert records.keys() == truth.keys()
    bodies = {url: len(one.body.split("\n\n")) if one.body else 0 for url, one in records.items()}
    assert bodies == truth
    known = {url: page for url, page in made.pages.items() if page.kind == "part"}
    assert sum(len(one.provenance.parts) for one in records.values()) == len(known)
    assert bool(learned(portal).learned.selectors.next_part) == bool(known)
    assert verify_shard(portal.shard).findings == []
    assert portal.rebuilt()
