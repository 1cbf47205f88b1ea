"""Golden cases: what each saved page must give. A case is a folder, written by hand; there is no code for one.

    golden/NAME/page.html       the page, as a server would send it
    golden/NAME/about.json      url, headers, hints; portal: one that ships with the package, or family: one's, of which
                                nothing else is known; without either nothing is known
    golden/NAME/expected.json   the record without provenance and digests, or {"not_article": reason}

A missing expected.json is written, and the test fails until somebody has looked at it. `pytest --accept` rewrites all.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from archive.capture import Capture, Hint
from portal_crawler.extract import extract
from portal_crawler.family import families
from portal_crawler.page import Page
from portal_crawler.portal import Portal
from portal_crawler.recognise import recognise
from portal_crawler.refusal import NotArticle
from portal_crawler.tables import Identity, Learned

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.parent for path in GOLDEN.glob("*/page.html"))


def told(case: Path) -> dict[str, Any]:
    about: dict[str, Any] = json.loads((case / "about.json").read_text(encoding="utf-8"))
    return about


def captured(case: Path) -> Capture:
    about = told(case)
    return Capture(
        url=about["url"],
        status=about.get("status", 200),
        headers=tuple((name, value) for name, value in about["headers"]),
        body=(case / "page.html").read_bytes(),
        hints=tuple(Hint(**hint) for hint in about["hints"]),
    )


def portal(case: Path) -> Portal:
    about = told(case)
    if "portal" in about:
        return Portal.known(about["portal"])
    return unknown(about["url"]).with_learned(Learned(family=about.get("family")))


def read(case: Path) -> dict[str, Any]:
    found = extract(captured(case), portal(case))
    if isinstance(found, NotArticle):
        return {"not_article": found.reason}
    record: dict[str, Any] = json.loads(found.to_json())
    for key in ("provenance", "content_sha256"):
        del record[key]
    for key in ("extractor", "portal_sha256"):
        del record["extraction"][key]
    return record


def unknown(url: str) -> Portal:
    return Portal(portal=Identity(name="golden", url=url))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page_gives_what_is_expected(case: Path, request: pytest.FixtureRequest) -> None:
    record = read(case)
    expected = case / "expected.json"
    missing = not expected.exists()
    if missing or request.config.getoption("--accept"):
        expected.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert not missing, f"{expected} is new: look at it, and run again"
    assert record == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_page_names_its_family_and_no_other(case: Path) -> None:
    capture = captured(case)
    found = recognise(Page.of(capture), capture.headers)
    assert (found.family if found else None) == portal(case).family, found


def test_every_family_has_an_article_and_a_page_that_is_none() -> None:
    articles: set[str | None] = set()
    others: set[str | None] = set()
    for case in CASES:
        (others if "not_article" in read(case) else articles).add(portal(case).family)
    assert set(families()) <= articles
    assert set(families()) <= others
