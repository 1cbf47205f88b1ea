"""Mirrors: when a host or a first part of paths is held to show what another shows, and when no longer."""

from __future__ import annotations

import pytest

from portal_crawler.frontier.mirrors import Mirrors

A, B = "http://xa.example", "http://cu.xa.example"


def seen(*visits: tuple[str, str]) -> Mirrors:
    """After visits of addresses, each with the name of the text that it shows."""
    mirrors = Mirrors()
    before: set[int] = set()
    for url, text in visits:
        mark = hash(text)
        mirrors.saw(url, [mark], [] if mark in before else [mark])
        before.add(mark)
    return mirrors


def both(start: str, number: int, first: str = A) -> list[tuple[str, str]]:
    return [(f"{head}/tin/{one}", f"bài {one}") for one in range(number) for head in (first, start)]


@pytest.mark.parametrize("start", [B, f"{A}/en", f"{A}/giao-dien/di-dong"])
def test_three_pages_that_show_the_same_make_a_mirror(start: str) -> None:
    assert seen(*both(start, 2)).counterpart(f"{start}/tin/77?trang=2") is None
    assert seen(*both(start, 3)).counterpart(f"{start}/tin/77?trang=2") == f"{A}/tin/77?trang=2"


def test_what_the_mirror_shows_is_no_mirror_itself() -> None:
    mirrors = seen(*both(f"{A}/en", 5))
    assert mirrors.counterpart(f"{A}/tin/77") is None
    assert mirrors.counterpart(f"{A}/es/tin/77") is None


def test_two_languages_that_both_stand_in_the_path_are_told() -> None:
    mirrors = seen(*both(f"{A}/en", 3, first=f"{A}/vi"))
    assert mirrors.counterpart(f"{A}/en/tin/77") == f"{A}/vi/tin/77"


def test_a_translation_is_no_mirror() -> None:
    pages = [(f"{head}/tin/{one}", f"{head} {one}") for one in range(20) for head in (A, f"{A}/en")]
    assert seen(*pages).counterpart(f"{A}/en/tin/77") is None


def test_articles_that_stand_in_two_sections_make_none_of_one_of_them() -> None:
    own = [(f"{A}/kinh-te/bai-{one}", f"kinh tế {one}") for one in range(20)]
    shared = [(f"{A}/{section}/chung-{one}", f"chung {one}") for one in range(4) for section in ("xa-hoi", "kinh-te")]
    mirrors = seen(*shared, *own)
    assert mirrors.counterpart(f"{A}/kinh-te/bai-77") is None


def test_a_mirror_whose_pages_are_not_there_under_the_other_name_is_given_up() -> None:
    mirrors = seen(*both(B, 3))
    for number in range(2):
        mirrors.missed(f"{B}/tin/{number + 50}")
    assert mirrors.counterpart(f"{B}/tin/77") is None


def test_a_page_to_reply_on_never_stands_for_the_article() -> None:
    mirrors = seen(*both(f"{A}/node", 3, first=f"{A}/comment/reply"))
    assert mirrors.counterpart(f"{A}/node/tin/77") is None
    assert mirrors.counterpart(f"{A}/comment/reply/tin/77") == f"{A}/node/tin/77"
