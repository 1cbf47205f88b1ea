"""`history`, `changed` and `vanished`: what was edited, how a person would call it, and what was taken away."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from changing import ChangingPortal
from conftest import Done
from visits import Visits

from archive.collection import Collection
from archive.record import Article, Attachment, Extraction, Image, Provenance
from portal_crawler.report.edits import KINDS, edits
from portal_crawler.report.story import changed, story, vanished

Run = Callable[..., Done]
WEEK, ALL = timedelta(weeks=1), timedelta(weeks=6)
TEXT = (
    "Sáng nay, Uỷ ban nhân dân xã Suối Mây họp bàn việc làm đường liên thôn.",
    "Có 120 người dân của bốn bản tới dự và góp ý cho phương án của xã.",
    "Ông Nguyễn Văn A, Chủ tịch xã, cho biết đường sẽ xong trước mùa mưa năm sau.",
)


PICTURE = Image(url="http://xa.example/a.jpg", sha256="a" * 64, caption="Buổi họp")
DOCUMENT = Attachment(url="http://xa.example/a.pdf")


def article(**fields: Any) -> Article:
    given = {
        "id": "0" * 16, "url": "http://xa.example/1.html", "canonical_url": "http://xa.example/1.html", "portal": "xa",
        "title": "Xã Suối Mây làm đường liên thôn", "body": "\n\n".join(TEXT), "section": ("Tin tức",),
        "timestamp": "2024-03-04T08:00:00+07:00", "timestamp_kind": "published", "author": "Lê B",
        "images": (PICTURE,), "attachments": (DOCUMENT,),
        "content_sha256": "0" * 64, "provenance": Provenance(), "extraction": Extraction(extractor="1"), **fields,
    }  # fmt: skip
    return Article(**given)


def body(*paragraphs: str) -> dict[str, str]:
    return {"body": "\n\n".join(paragraphs)}


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({}, []),
        ({"title": "Xã Suối Mây làm đưòng liên thôn"}, ["typo"]),
        ({"title": "Bốn bản sắp có đường"}, ["title changed"]),
        (body(TEXT[0].replace("Uỷ ban", "Ủy ban"), *TEXT[1:]), ["typo"]),
        (body(TEXT[0], TEXT[1].replace("phương án", "phươg án"), TEXT[2]), ["typo"]),
        (body(TEXT[0], TEXT[1].replace("120", "210"), TEXT[2]), ["figure changed"]),
        (body(*TEXT[:2], TEXT[2].replace("Nguyễn Văn A", "Trần Thị C")), ["reworded"]),
        (body(*TEXT[:2], TEXT[2].replace("sẽ xong", "không xong")), ["reworded"]),
        (body(TEXT[0], TEXT[2]), ["paragraph removed"]),
        (body(*TEXT, "Cuộc họp kết thúc lúc trưa cùng ngày, ai nấy ra về phấn khởi."), ["paragraph added"]),
        (body(TEXT[2], *TEXT[:2]), ["paragraph moved"]),
        (body(TEXT[0], "Một đoạn khác hẳn, không còn chữ nào.", TEXT[2]), ["paragraph removed", "paragraph added"]),
        ({"timestamp": "2024-03-06T08:00:00+07:00"}, ["date moved"]),
        ({"timestamp": None, "timestamp_kind": None}, ["date removed"]),
        ({"timestamp": "2024-03-06T08:00:00+07:00", "timestamp_kind": "build"}, []),
        ({"author": None}, ["author removed"]),
        ({"author": "Phạm D"}, ["author changed"]),
        ({"source": "Báo Xã"}, ["source added"]),
        ({"section": ("Thông báo",)}, ["section changed"]),
        ({"images": ()}, ["picture removed"]),
        ({"images": (PICTURE.model_copy(update={"sha256": "b" * 64}),)}, ["picture replaced"]),
        ({"images": (PICTURE.model_copy(update={"url": "http://xa.example/b.jpg"}),)}, []),  # the same bytes
        ({"images": (PICTURE.model_copy(update={"caption": "Làm đường"}),)}, ["caption changed"]),
        ({"attachments": (DOCUMENT, Attachment(url="http://xa.example/b.pdf"))}, ["document added"]),
        ({"url": "http://xa.example/2.html"}, ["address changed"]),
    ],
)  # fmt: skip
def test_each_sort_of_edit_is_called_what_a_person_would_call_it(fields: dict[str, Any], kinds: list[str]) -> None:
    found = [edit.kind for edit in edits(article(), article(**fields))]
    assert found == kinds
    assert set(found) <= set(KINDS)


def test_a_text_of_a_hundred_thousand_words_is_compared_in_bounded_time() -> None:
    long = " ".join(f"chữ{number}" for number in range(100_000))
    assert [edit.kind for edit in edits(article(**body(long)), article(**body(f"{long} thêm")))] == ["reworded"]
    many = [f"Đoạn {number} nói về việc làm đường." for number in range(3_000)]
    found = edits(article(**body(*many)), article(**body(*many[1:])))
    assert [edit.kind for edit in found] == ["paragraph removed"]


@pytest.fixture
def kept(tmp_path: Path) -> tuple[ChangingPortal, Visits]:
    """Three articles over some months: one edited twice, one taken away and put back, one taken away for good."""
    portal = ChangingPortal()
    portal.fill(12)
    visits = Visits(portal.portal(), tmp_path / "archive", portal.answers)
    edited, returns, ends = portal.entries[0], portal.entries[1], portal.entries[2]
    visits.visit()
    edited.title = edited.title.replace("lần thứ", "lần thư")
    visits.visit(WEEK)
    edited.text += "</p><p>Đoạn này được thêm vào sau khi tin đã đăng, theo đề nghị của bạn đọc."
    returns.removed = ends.removed = "404"
    for _ in range(3):
        visits.visit(ALL)
    returns.removed = None
    visits.visit(ALL)
    return portal, visits


def test_changed_names_the_edits_and_vanished_what_is_gone(kept: tuple[ChangingPortal, Visits]) -> None:
    portal, visits = kept
    shards = Collection(visits.into).shards()
    found = list(changed(shards))
    assert {one.article.url for one in found} == {f"{portal.url}{portal.entries[0].path}"}
    assert [[edit.kind for edit in one.edits] for one in found] == [["typo"], ["paragraph added"]]
    assert list(changed(shards, found[1].date[:10])) == found[1:]
    (gone,) = vanished(shards)
    assert gone.article.url == f"{portal.url}{portal.entries[2].path}"
    assert gone.how == "HTTP 404"
    assert gone.date > (gone.article.last_seen or "")
    assert list(vanished(shards, "2030")) == []


def test_history_tells_versions_captures_and_when_it_was_gone_and_back(kept: tuple[ChangingPortal, Visits]) -> None:
    portal, visits = kept
    collection = Collection(visits.into)
    edited = story(collection, f"{portal.url}{portal.entries[0].path}")
    assert [one.what for one in edited.events] == ["found", "changed", "changed"]
    assert [step.article.version for step in edited.steps] == [1, 2, 3]
    assert all(step.seen for step in edited.steps)
    assert next(edit.words for edit in edited.steps[1].edits).endswith("[-thứ-] {+thư+} 1012 …")
    returned = story(collection, f"{portal.url}{portal.entries[1].path}")
    assert [one.what for one in returned.events] == ["found", "gone", "returned"]
    assert returned.missed[0].status == 404
    assert returned.events[0].date < returned.events[1].date < returned.events[2].date
    gone = story(collection, f"{portal.url}{portal.entries[2].path}")
    assert [one.what for one in gone.events] == ["found", "gone"]
    assert gone.latest.status == "gone"
    told = [line[18:].partition(" (")[0] for line in gone.words() if " (HTTP" in line or " (run" in line]
    assert told[:4] == ["found, version 1", "not there", "not there", "gone, version 1"], "as it became known"


def test_an_address_may_be_spelled_otherwise_or_be_another_of_the_article(kept: tuple[ChangingPortal, Visits]) -> None:
    portal, visits = kept
    moved = portal.entries[3]
    before = f"{portal.url}{moved.path}"
    moved.move("bai-moi")
    visits.visit(ALL)
    collection = Collection(visits.into)
    now = story(collection, f"{portal.url}{moved.path}")
    assert story(collection, before).latest.id == now.latest.id
    for spelled in (
        f"https://www.xa-moi.example{moved.path}",
        f"xa-moi.example{moved.path}",
        f"{portal.url}{moved.path}?utm_source=x#top",
        now.latest.id,
    ):
        assert story(collection, spelled).latest.id == now.latest.id


def test_what_is_not_known_is_answered_with_the_nearest(
    kept: tuple[ChangingPortal, Visits], portal_crawler: Run
) -> None:
    portal, visits = kept
    path = portal.entries[0].path
    done = portal_crawler("history", visits.into, f"{portal.url}{path.replace('.html', '0.html')}", expect=2)
    assert f"the nearest is {portal.url}{path}" in done.stderr
    done = portal_crawler("history", visits.into, f"http://xa-mo.example{path}", expect=2)
    assert "did you mean xa-moi.example?" in done.stderr
    done = portal_crawler("changed", visits.into, "--since", "yesterday", expect=2)
    assert "must be a date such as 2020" in done.stderr


def test_the_commands_print_for_a_person_and_as_json(kept: tuple[ChangingPortal, Visits], portal_crawler: Run) -> None:
    portal, visits = kept
    url = f"{portal.url}{portal.entries[0].path}"
    told = json.loads(portal_crawler("history", visits.into, url, "--json").stdout)
    assert [one["version"] for one in told["versions"]] == [1, 2, 3]
    assert [one["what"] for one in told["events"]] == ["found", "changed", "changed"]
    assert "  paragraph added: Đoạn này được thêm vào" in portal_crawler("history", visits.into, url).stdout
    lines = [json.loads(line) for line in portal_crawler("changed", visits.into, "--json").stdout.splitlines()]
    assert [edit["kind"] for line in lines for edit in line["edits"]] == ["typo", "paragraph added"]
    (line,) = portal_crawler("vanished", visits.into, "--json").stdout.splitlines()
    assert json.loads(line)["url"].endswith(portal.entries[2].path)
    assert "gone (HTTP 404), last seen 2024-03" in portal_crawler("vanished", visits.into).stdout


def test_rebuild_gives_the_same_stories(kept: tuple[ChangingPortal, Visits]) -> None:
    portal, visits = kept
    urls = [f"{portal.url}{entry.path}" for entry in portal.entries[:3]]
    before = [story(Collection(visits.into), url) for url in urls]
    assert visits.rebuilt()
    assert [story(Collection(visits.into), url) for url in urls] == before
