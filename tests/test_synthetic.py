"""The synthetic portals that extraction is measured on: the same at every call, and what their truth says is there."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

import lxml.html
import pytest
from synthetic import LAYOUTS, Page, Portal, portals
from synthetic.layout import Layout

Build = type[Layout]


def test_the_same_portals_are_made_at_every_call() -> None:
    first, second = portals(), portals()
    assert [one.pages for one in first] == [other.pages for other in second]
    assert [one.truth() for one in first] == [other.truth() for other in second]


def test_there_are_ten_and_half_of_them_lack_dates_or_authors_somewhere() -> None:
    made = portals()
    lacking = [
        one for one in made
        if any(story.author is None for story in one.stories) and len(one.stories) >= 20
    ]  # fmt: skip
    assert len({one.host for one in made}) >= 10
    assert len(lacking) >= len(made) // 2
    assert any(truth["timestamp"] is None and truth["listed"] for one in made for truth in one.truth())
    assert any(truth["timestamp"] is None and not truth["listed"] for one in made for truth in one.truth())


@pytest.fixture(scope="module", params=LAYOUTS, ids=lambda layout: layout.name)
def portal(request: pytest.FixtureRequest) -> Portal:
    return Portal(request.param())


def test_what_the_truth_says_stands_on_the_page(portal: Portal) -> None:
    for truth, story in zip(portal.truth(), portal.stories, strict=True):
        pages = [portal.pages[_target(truth["url"])]]
        pages += [page for page in portal.pages.values() if page.kind == "part" and page.story == story.number]
        text, addresses = _shown(portal, *pages)
        for said in (truth["title"], truth["author"], truth["source"], *truth["body"]):
            assert _plain(portal.layout.typed(story, said or "")) in text
        for url in (*truth["images"], *truth["attachments"]):
            assert urlsplit(url).path in addresses
            assert _target(url) in portal.pages
        if truth["timestamp"]:
            assert story.published is not None
            assert truth["timestamp"][:16] == f"{story.published:%Y-%m-%dT%H:%M}"
            for part in re.findall(r"\d+", portal.layout.date(story)):
                assert part in text
        elif not truth["listed"]:
            assert story.published is None or not portal.layout.date_on_page


def test_every_article_is_in_a_list_with_its_date(portal: Portal) -> None:
    lists = [_shown(portal, page) for page in portal.pages.values() if page.kind == "list"]
    for truth, story in zip(portal.truth(), portal.stories, strict=True):
        texts = [text for text, addresses in lists if _target(truth["url"]) in addresses]
        assert any(_plain(portal.layout.typed(story, truth["title"])) in text for text in texts)
        if truth["listed"]:
            assert any(_plain(portal.layout.list_date(story)) in text for text in texts)


def test_class_names_say_nothing(portal: Portal) -> None:
    telling = re.compile(r"(?i)title|date|body|content|author|news|article|tieu|ngay|tac-?gia|noi-?dung|post|entry")
    for page in portal.pages.values():
        if page.type.startswith("text/html"):
            names = re.findall(rb'(?:class|id)=(?:"([^"]*)"|([\w-]+))', page.body)
            marks = {(quoted or bare).decode() for quoted, bare in names}
            assert not [mark for mark in marks - {"MsoNormal"} if telling.search(mark)]


def _shown(portal: Portal, *pages: Page) -> tuple[str, set[str]]:
    """What pages say, folded, and every address on them."""
    text, values = "", []
    for page in pages:
        tree = lxml.html.document_fromstring(portal.layout.decode(page.body))
        text += _plain(tree.text_content())
        found: list[Any] = tree.xpath("//@href | //@src | //@data | //@data-src | //@data-original | //@srcset")
        values += [one.split("?url=")[-1].split("&")[0] if "?url=" in one else one for one in found]
    parts = (part.split(" ")[0] for value in values for part in value.split(", "))
    return text, {_target(part) for part in parts if part}


def _plain(text: str) -> str:
    """Letters and digits alone: how markup parts words is no matter here."""
    return "".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).replace("Ð", "Đ")))


def _target(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
