"""Search: accents typed narrow, none typed widen, and no spelling of a word hides it."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Done
from hypothesis import given
from hypothesis import strategies as st
from spelling import CASES, TITLES

from archive import Collection
from archive.errors import ArchiveError, UsageError
from archive.filters import Filters
from archive.folding import both, exact, folded
from archive.ledger import Ledger
from archive.query import questions
from archive.record import Article, Extraction, Provenance, article_id, content_digest
from archive.search import NAME, Index, searching
from archive.search import index as search
from archive.search.snippet import snippet
from archive.search.words import hints, read

Run = Callable[..., Done]


def article(portal: str, name: str, title: str, **fields: object) -> Article:
    url = f"http://{portal}.example/{name}"
    known = {"title": title, "body": "", **fields}
    return Article(
        id=article_id(portal, url),
        url=url,
        canonical_url=url,
        portal=portal,
        content_sha256=content_digest(known),
        provenance=Provenance(),
        extraction=Extraction(extractor="test"),
        **known,
    )


def keep(folder: Path, *articles: Article) -> Collection:
    """A collection with just these records: what search reads of one."""
    for one in articles:
        shard = folder / one.portal
        shard.mkdir(parents=True, exist_ok=True)
        (shard / "portal.toml").write_text(f'[portal]\nname = "{one.portal}"\nurl = "{one.url}"\n')
        ledger = Ledger(shard / "ledger.sqlite")
        with ledger.transaction():
            ledger.versions.save(one, "20250101000000")
        ledger.close()
    return Collection(folder)


@pytest.fixture
def titles(tmp_path: Path) -> Collection:
    return keep(tmp_path, *(article("xa", name, title) for name, title in TITLES.items()))


ALL = Filters()


def names(collection: Collection, text: str, filters: Filters = ALL) -> set[str]:
    with searching(collection) as index:
        hits = index.search(text, filters, limit=100)
        assert len(hits) == index.count(text, filters)
        return {hit.url.rpartition("/")[2] for hit in hits}


@pytest.mark.parametrize(("query", "found"), CASES)
def test_accents_typed_narrow_none_typed_widen(titles: Collection, query: str, found: set[str]) -> None:
    assert names(titles, query) == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "nothing to look for"),
        ('"đất', "without its second"),
        ("đất OR", "a word is missing at the end"),
        ("(đất", "without its ')'"),
        ("đất)", "without its '('"),
        ("AND đất", "at character 1"),
        ("- -", "no letter or digit"),
        ("(a OR " * 21 + "b" + ")" * 21, "more than 20 brackets in brackets, at character 121"),
    ],
)
def test_a_query_that_is_wrong_is_explained_with_its_place(titles: Collection, query: str, words: str) -> None:
    with searching(titles) as index, pytest.raises(UsageError, match=words.replace("(", r"\(").replace(")", r"\)")):
        index.search(query)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused_and_never_reaches_sqlite_as_it_is(text: str) -> None:
    try:
        match = read(text).match
    except ArchiveError:
        return
    assert match.count('"') % 2 == 0


@pytest.mark.parametrize(
    "text",
    [
        " ".join(["hoa"] * 200),
        "hoa NOT " * 99 + "hoa",
        "hoa OR " * 99 + "hoa",
        "(hoa OR " * 20 + "hoa" + " NOT a)" * 20,
    ],
)
def test_as_long_a_query_as_is_read_is_answered(titles: Collection, text: str) -> None:
    assert names(titles, text) <= {"hoa", "hoa-cu", "hoa-hoa"}


@given(st.text(max_size=60))
def test_folding_is_stable_and_blind_to_composition(text: str) -> None:
    for way in (exact, folded):
        assert way(way(text)) == way(text)
        assert way(unicodedata.normalize("NFD", text)) == way(unicodedata.normalize("NFC", text))


@given(st.text(st.sampled_from("aàạâấăoọóòuùủyýqQđĐe\u0300\u0323\u0302 \n.,-'İß"), max_size=40))
def test_words_that_are_remembered_are_folded_as_the_whole_text_is(text: str) -> None:
    assert [one.split() for one in both(text)] == [exact(text).split(), folded(text).split()]


def test_filters_by_portal_date_author_section_and_status(tmp_path: Path) -> None:
    collection = keep(
        tmp_path,
        article("xa", "a", "Họp dân", timestamp="2019-01-20T14:11:00+07:00", author="Nguyễn Văn A", section=("Tin",)),
        article(
            "xa", "b", "Họp dân", timestamp="2020-05-02", author="Lê B", section=("Chỉ đạo", "Văn bản"), status="gone"
        ),
        article("xb", "c", "Họp dân"),
    )
    assert names(collection, "họp", Filters(portals=("xa",))) == {"a", "b"}
    assert names(collection, "họp", Filters(since="2019")) == {"a", "b"}
    assert names(collection, "họp", Filters(until="2019")) == {"a"}
    assert names(collection, "họp", Filters(since="2020-05-02", until="2020-05-02")) == {"b"}
    assert names(collection, "họp", Filters(since="2019-01-20T14", until="2019-01-20T15")) == {"a"}
    assert names(collection, "họp", Filters(since="2019-01-20T15", until="2020-06")) == {"b"}
    assert names(collection, "họp", Filters(until="2020-04")) == {"a"}
    assert names(collection, "họp", Filters(portals=("xb", "xa"), until="2019-01-20")) == {"a"}
    assert names(collection, "họp", Filters(author="nguyen van")) == {"a"}
    assert names(collection, "họp", Filters(author="Nguyên")) == set()
    assert names(collection, "họp", Filters(section="van ban")) == {"b"}
    assert names(collection, "họp", Filters(status="gone")) == {"b"}
    with searching(collection) as index:
        assert list(index.unknown(Filters(author="nguyen van", section="van ban"))) == []
        assert list(index.unknown(Filters(author="nguyen vna", section="vna ban"))) == [
            "--author: none is called 'nguyen vna'; did you mean 'Nguyễn Văn A'?",
            "--section: none is called 'vna ban'; did you mean 'Văn bản'?",
        ]


def test_a_snippet_shows_the_words_where_they_stand_together(tmp_path: Path) -> None:
    body = "Đất ở đầu trang. " + "Lời dẫn dài. " * 60 + "Luật Đất đai sửa đổi có hiệu lực." + " Lời kết." * 60
    with searching(keep(tmp_path, article("xa", "a", "Luật mới", body=body))) as index:
        (hit,) = index.search("dat dai")
    assert "Luật [Đất] [đai] sửa đổi" in hit.snippet
    assert len(hit.snippet) < 400


def test_a_snippet_marks_a_word_by_its_beginning(tmp_path: Path) -> None:
    with searching(keep(tmp_path, article("xa", "a", "Tin", body="Một nghị quyết của thôn"))) as index:
        assert index.search("ngh*")[0].snippet == "Một [nghị] quyết của thôn"


def test_a_text_of_one_word_a_hundred_thousand_times_is_shown_at_once() -> None:
    started = time.process_time()
    assert snippet("chợ " * 100_000, ["cho", "phien"]).startswith("[chợ] [chợ]")
    assert time.process_time() - started < 5


def test_the_title_comes_before_the_body(tmp_path: Path) -> None:
    collection = keep(
        tmp_path,
        article("xa", "body", "Tin tức", body="Chợ phiên mở lại. " + "Chuyện khác. " * 5),
        article("xa", "title", "Chợ phiên mở lại", body="Chuyện khác. " * 5),
    )
    with searching(collection) as index:
        assert [hit.url.rpartition("/")[2] for hit in index.search("chợ phiên")] == ["title", "body"]


@pytest.fixture
def many(tmp_path: Path) -> Collection:
    """Twelve articles of a word, one a day; the oldest has it in its title, and the third of them twice in the text."""
    fields = {0: {"title": "Chợ phiên"}, 2: {"body": "Chợ chợ"}}
    return keep(
        tmp_path,
        *(
            article("xa", str(day), **{"title": "Tin", "body": "Chợ họp", "timestamp": f"2020-01-{day + 1:02d}"} | more)
            for day in range(12)
            for more in [fields.get(day, {})]
        ),
    )


def test_of_more_than_can_be_ranked_the_newest_are_and_those_found_by_title(
    many: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with searching(many) as index:
        everything = index.search("chợ", limit=100)
        assert [hit.url[-1] for hit in everything[:2]] == ["0", "2"]
        assert {(hit.ranked_among, hit.ranked_all) for hit in everything} == {(12, True)}
        monkeypatch.setattr(search, "RANKED", 4)
        hits = index.search("chợ", limit=100)
        assert [int(hit.url.rpartition("/")[2]) for hit in hits] == [0, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]
        assert [hit.score is None for hit in hits] == [False] * 5 + [True] * 7
        assert {(hit.ranked_among, hit.ranked_all) for hit in hits} == {(5, False)}
        assert index.count("chợ") == 12
        for size in (1, 3, 5, 7):  # a page shows what the whole list has there
            pages = [index.search("chợ", limit=size, offset=offset) for offset in range(0, 15, size)]
            assert [hit for page in pages for hit in page] == hits
        inside = index.search("chợ", Filters(until="2020-01-04"), limit=100)
        assert [hit.url[-1] for hit in inside] == ["0", "2", "3", "1"]
        assert index.search("chợ NOT phiên", limit=1)[0].ranked_among == 4
        for name in ("limit", "offset"):
            with pytest.raises(UsageError, match=f"{name} -1 is less than none"):
                index.search("chợ", **{name: -1})


def test_what_was_in_the_index_before_makes_no_difference(tmp_path: Path) -> None:
    articles = [article(portal, str(day), "Chợ", timestamp="2020-01-01") for day in range(5) for portal in ("xa", "xb")]
    hits = []
    for name, order in (("one", articles), ("other", articles[::-1])):
        (tmp_path / name).mkdir()
        for one in order:
            keep(tmp_path / name, one)
            with Index(tmp_path / name) as index:
                index.update(Collection(tmp_path / name).shards())
        with Index(tmp_path / name) as index:
            hits.append([hit.url for hit in index.search("cho", limit=100)])
    assert len(hits[0]) == 10
    assert hits[0] == hits[1]


def test_what_the_index_says_of_an_article_is_no_word_of_it(titles: Collection) -> None:
    for text in ("p1", "slive", "\ue000p1", "\ue000slive", "sl*"):
        assert names(titles, text) == set()


def test_the_index_follows_what_changes_and_writes_nothing_where_nothing_does(tmp_path: Path) -> None:
    first = article("xa", "a", "Khởi công cầu", body="Cầu treo")
    collection = keep(tmp_path, first, article("xa", "b", "Tin khác"))
    assert names(collection, "cầu") == {"a"}
    time.sleep(0.01)
    keep(tmp_path, article("xa", "a", "Khởi công đường", body="Đường liên bản"))
    assert names(collection, "cầu") == set()
    assert names(collection, "đường") == {"a"}
    with Index(tmp_path) as index:
        assert index.stale(collection.shards()) == []
        assert index.update(collection.shards()) == 0


def test_an_index_that_is_damaged_is_named_and_made_anew(titles: Collection) -> None:
    assert names(titles, "hoa")
    path = titles.folder / NAME
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(ArchiveError, match="remove it"), searching(titles) as index:
        index.search("hoa")
    path.unlink()
    assert names(titles, "hoa")


def test_the_command_prints_hits_and_json(titles: Collection, portal_crawler: Run) -> None:
    done = portal_crawler("search", titles.folder, "đất", "đai")
    assert "Thanh tra công tác quản lý đất đai" in done.stdout
    assert "2 found" in done.stderr
    lines = [
        json.loads(line) for line in portal_crawler("search", titles.folder, "dat dai", "--json").stdout.splitlines()
    ]
    assert len(lines) == 3
    assert lines[0]["score"] >= lines[-1]["score"]
    assert "did you mean xa?" in portal_crawler("search", titles.folder, "hoa", "--portal", "xaa", expect=2).stderr
    assert "at character" in portal_crawler("search", titles.folder, "hoa OR", expect=2).stderr


def test_words_that_mean_more_elsewhere_are_told_to_be_words(titles: Collection, portal_crawler: Run) -> None:
    assert hints('đất AND (lũ* OR "a b") xã-hội lúc 8:30') == []
    assert [line.partition(" ")[0] for line in hints("đất -lu title:lu NEAR/3 near")] == ["-lu", "title:lu", "NEAR/3"]
    assert "write NOT lu" in portal_crawler("search", titles.folder, "dat -lu").stderr


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda _: Filters(since=2020), r"since: must be a text, such as '2020', not 2020 \(int\)"),
        (lambda _: Filters(status=0), "status: must be a text"),
        (lambda kept: kept.shard(5), "name: must be a text"),
        (lambda kept: questions.meant(5), "asked: must be a text"),
        (lambda _: Filters("xa"), r"portals: must be a list of names, such as \['xa'\]"),
        (lambda kept: list(kept.articles("2020")), "filters: must be archive.Filters"),
        (lambda kept: kept.search(5), "text: must be a text"),
        (lambda kept: kept.search("lu", "2020"), "filters: must be"),
        (lambda kept: kept.search("lu", limit="5"), "limit: must be a whole number"),
        (lambda kept: kept.shards("xa"), "names: must be a list"),
    ],
)
def test_what_a_program_gives_wrongly_is_named(titles: Collection, wrong: Callable[[Any], object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        wrong(titles)
