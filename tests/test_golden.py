"""Golden cases: what each saved page must give, with no code for any. `portal_crawler.probe.golden` says what one is.

A missing expected.json is written, and no test passes before somebody has checked it. `pytest --accept` rewrites all.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal_crawler.discover.recognise import recognise
from portal_crawler.page import Page
from portal_crawler.portal.family import families
from portal_crawler.probe.golden import UNCHECKED, Case, but_for_bytes
from portal_crawler.upkeep.sources import extract_sources

GOLDEN = Path(__file__).parent / "golden"
CASES = [Case(path.parent) for path in sorted(GOLDEN.glob("*/page.html"))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page_gives_what_is_expected(case: Case, request: pytest.FixtureRequest) -> None:
    if case.expected is None or request.config.getoption("--accept"):
        case.accept()
    expected = case.expected
    assert expected is not None
    assert UNCHECKED not in expected, f"{case.folder / 'expected.json'}: {expected[UNCHECKED]}"
    assert case.read() == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page_names_its_family_and_no_other(case: Case) -> None:
    found = recognise(Page.of(case.capture), case.capture.headers)
    shown = found.family if found else None
    if case.has_definition:  # a person has said what it is: an article's page need not show it
        assert shown in (None, case.portal.family), found
    else:
        assert shown == case.portal.family, found


# Of the others a list, or their portal's definition, tells what a file alone does not.
ALONE = [case for case in CASES if "family" in case.about and not case.about["hints"]]


@pytest.mark.parametrize("case", ALONE, ids=lambda case: case.name)
def test_a_saved_page_is_read_by_the_family_that_it_shows(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    expected = case.read()
    lines = list(extract_sources([case.folder / "page.html"], url=case.about["url"]))
    if "not_article" in expected:
        assert lines == []
        assert capsys.readouterr().err.endswith(f": no article: {expected['not_article']}\n")
        return
    (record,) = (but_for_bytes(json.loads(line)) for line in lines)
    assert record["extraction"]["family"] == case.about["family"]
    for key in ("title", "timestamp", "author", "source", "section", "body", "images", "attachments"):
        assert record[key] == expected[key], key


def test_every_family_has_an_article_and_a_page_that_is_none() -> None:
    articles: set[str | None] = set()
    others: set[str | None] = set()
    for case in CASES:
        (others if "not_article" in case.read() else articles).add(case.portal.family)
    assert set(families()) <= articles
    assert set(families()) <= others
