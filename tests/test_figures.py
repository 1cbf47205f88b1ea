"""The figures of `make bench-extract` cannot be fooled: what is missing is missing, what is wrong is wrong."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from bench.figures import Figures, Sheet, Truth, bare, judge, names
from bench.material import part, synthetic_set
from bench.quality import OURS, _measured

URL = "http://khe.example/tin/1"
TRUTH = Truth(
    title="Xã Khe mở hội đọc sách",
    dates=frozenset({"2021-06-24"}),
    authors=names("Nông Thị Quế"),
    body="Sáng 24/6, xã Khe mở hội đọc sách.",
    images=(frozenset({bare("http://khe.example/a.jpg")}),),
    attachments=(),
)
RIGHT = {
    "title": "Xã Khe mở hội  đọc sách",
    "timestamp": "2021-06-24T08:00:00+07:00",
    "author": "Nông Thị Quế",
    "body": "Sáng 24/6, xã Khe mở hội đọc sách.",
    "images": [{"url": "https://khe.example/a.jpg"}],
    "attachments": [],
}
FIELDS = ("title", "date", "author")


def of(answer: dict[str, object] | None, truth: Truth | None = TRUTH) -> Figures:
    return judge([Sheet("1", URL, truth)], {} if answer is None else {"1": answer})


def test_a_right_record_is_right_in_everything() -> None:
    figures = of(RIGHT)
    assert [figures.share(name) for name in FIELDS] == [1, 1, 1]
    assert figures.body_f1 == figures.set_f1("images") == figures.recall == 1
    assert figures.failures == []


def test_a_wrong_date_is_wrong_and_a_missing_one_is_missing() -> None:
    wrong, missing = of(RIGHT | {"timestamp": "2021-06-25"}), of(RIGHT | {"timestamp": None})
    assert (wrong.share("date"), wrong.wrongly("date")) == (0, 1)
    assert (missing.share("date"), missing.wrongly("date")) == (0, 0)


def test_a_date_where_there_is_none_is_wrong_and_none_is_right() -> None:
    undated = replace(TRUTH, dates=frozenset())
    assert of(RIGHT, undated).wrongly("date") == 1
    assert of(RIGHT | {"timestamp": None}, undated).share("date") == 1


def test_a_page_that_nothing_was_given_for_counts_as_missed_in_every_field() -> None:
    for truth in (TRUTH, replace(TRUTH, dates=frozenset(), authors=frozenset(), body="", images=())):
        figures = of(None, truth)
        assert [figures.share(name) for name in FIELDS] == [0, 0, 0]
        assert [figures.wrongly(name) for name in FIELDS] == [0, 0, 0]
        assert figures.recall == 0
        assert figures.body_f1 in (0, None)
        assert figures.share("empty") in (0, None)
    assert of(None).body_f1 == of(None).set_f1("images") == 0


def test_a_text_where_there_is_none_is_wrong() -> None:
    assert of(RIGHT, replace(TRUTH, body="")).share("empty") == 0
    assert of(RIGHT | {"body": ""}, replace(TRUTH, body="")).share("empty") == 1


def test_what_the_truth_does_not_know_is_not_judged() -> None:
    figures = of(RIGHT, replace(TRUTH, title=None, dates=None, authors=None, images=None, attachments=None))
    assert [figures.share(name) for name in FIELDS] == [None, None, None]
    assert figures.set_f1("images") is None


@pytest.mark.parametrize(
    ("field", "value", "right"),
    [
        ("title", "Xã Khe mở hội đọc sách | Trang thông tin", 0),
        ("author", "quantri", 0),
        ("author", ["Nông Thị Quế"], 1),
        ("author", "Nông Thị Quế, Lò Văn An", 0),
        ("author", None, 0),
    ],
)
def test_fields_are_compared_whole(field: str, value: object, right: int) -> None:
    assert of(RIGHT | {field: value}).share(field) == right


def test_more_text_less_text_and_more_pictures_cost() -> None:
    assert (of(RIGHT | {"body": f"{RIGHT['body']} Tin liên quan"}).body_f1 or 0) < 0.9
    assert of(RIGHT | {"body": None}).body_f1 == 0
    doubled = [*RIGHT["images"], {"url": "http://khe.example/logo.png"}]  # type: ignore[misc]
    assert of(RIGHT | {"images": doubled}).set_f1("images") == pytest.approx(2 / 3)


def test_a_record_of_another_page_costs_precision() -> None:
    sheets = [Sheet("1", URL, TRUTH), Sheet("2", "http://khe.example/lien-he", None)]
    assert judge(sheets, {"1": RIGHT}).precision == 1
    assert judge(sheets, {"1": RIGHT, "2": RIGHT}).precision == 0.5
    assert judge(sheets, {"1": RIGHT}, strays=["http://khe.example/in/1"]).precision == 0.5


def test_a_synthetic_portal_is_measured_whole_and_in_part(tmp_path: Path) -> None:
    made = synthetic_set(tmp_path / "archive", ["in-doi"])
    (portal,) = made.portals
    assert len(portal.articles) == 26
    assert portal.unreached == 0
    assert portal.strays  # its print views
    tables, ours = _measured(made, tmp_path, None)
    assert ours.judged["title"] == 26
    assert (tables["in-doi"][OURS][1] or 0) > 0
    with part(portal, 3, random.Random(1), tmp_path) as (files, chosen):
        assert len(chosen) == 3
        assert sum(file.stat().st_size for file in files) < sum(file.stat().st_size for file in portal.warcs)
