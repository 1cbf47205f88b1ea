"""Every expression of the packages, fed with what it is made of: time grows as the text does, whatever stands in it.

Most are searched in lines of pages, of which one may have megabytes. Which way each is used, its module's code tells.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import archive
import portal_crawler

LONG = 2048  # characters
SWIFT = 0.0015  # seconds for the long text: of what takes less nobody asks how it grows
WAYS = frozenset(("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"))
OF_CATEGORY = {"DIGIT": "1", "SPACE": " ", "WORD": "a", "NOT_DIGIT": "-", "NOT_SPACE": "x", "NOT_WORD": "-"}


def named(value: object, name: str) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, dict):
        for one in value.values():
            yield from named(one, name)
    elif isinstance(value, list | tuple | frozenset | set):
        for one in value:
            yield from named(one, name)


def ways_of(source: str) -> dict[str, set[str]]:
    """The methods that code calls of each name; a name that is handed on may be searched."""
    called: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            name = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            called.setdefault(name, set()).add(node.attr)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Name) and not isinstance(node, ast.Attribute):
                called.setdefault(child.id, set())
    return called


def patterns() -> dict[str, tuple[re.Pattern[Any], set[str]]]:
    found: dict[str, tuple[re.Pattern[Any], set[str]]] = {}
    called: dict[str, set[str]] = {}
    for package in (archive, portal_crawler):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if info.name.endswith("__main__"):
                continue
            module = importlib.import_module(info.name)
            for name, methods in ways_of(Path(str(module.__file__)).read_text(encoding="utf-8")).items():
                called.setdefault(name if name.isupper() and name[0] != "_" else f"{info.name}.{name}", set()).update(
                    methods & WAYS
                )
            for name, value in vars(module).items():
                for number, (place, pattern) in enumerate(named(value, f"{info.name}.{name}")):
                    found.setdefault(f"{place}/{number}" if number else place, (pattern, set()))
    own: dict[re.Pattern[Any], str] = {}
    for place, (pattern, ways) in found.items():
        name = place.partition("/")[0]
        short = name.rpartition(".")[2]
        ways |= called.get(short if short[0] != "_" else name, set())
        own.setdefault(pattern, place)
    return {place: found[place] for place in own.values()}


PATTERNS = patterns()


def pieces(parsed: Any, singles: list[str], runs: list[str]) -> None:
    """What an expression is made of: letters that fit its parts, and those that follow each other in it."""
    run = ""
    for op, value in parsed:
        name, before = str(op), run
        run = ""
        if name == "LITERAL":
            singles.append(chr(value))
            run = before + chr(value)
            continue
        if name == "IN":
            inside = []
            for sort, what in value:
                if str(sort) == "LITERAL":
                    inside.append(chr(what))
                elif str(sort) == "RANGE":
                    inside.append(chr(what[0]))
                elif str(sort) == "CATEGORY":
                    inside.append(OF_CATEGORY[str(what).removeprefix("CATEGORY_")])
            negated = str(value[0][0]) == "NEGATE"
            singles += inside[:6] + ["x"] * negated
            run = before + ("x" if negated else inside[0])
            continue
        runs.append(before)
        if name in ("NOT_LITERAL", "ANY"):
            singles.append("x")
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            pieces(value[2], singles, runs)
        elif name == "BRANCH":
            for one in value[1]:
                pieces(one, singles, runs)
        elif name == "SUBPATTERN":
            pieces(value[3], singles, runs)
        elif name == "ATOMIC_GROUP":
            pieces(value, singles, runs)
        elif name in ("ASSERT", "ASSERT_NOT"):
            pieces(value[1], singles, runs)
    runs.append(run)


def texts(pattern: re.Pattern[Any]) -> Iterator[str]:
    singles: list[str] = []
    runs: list[str] = []
    pieces(_parser.parse(pattern.pattern, pattern.flags), singles, runs)
    letters = list(dict.fromkeys([*singles[:9], "1", "a", "-"]))
    words = [word for word in dict.fromkeys(runs) if len(word) > 1][:6]
    yield from letters
    yield from words
    yield from ("".join(two) for two in itertools.permutations(letters[:4], 2))
    yield from (f"{word} " for word in words[:3])


def asked(place: str, pattern: re.Pattern[Any], ways: set[str]) -> list[Callable[[Any], object]]:
    """What to call: the way that looks furthest of those that are used."""
    if place.startswith("archive.index.surt."):  # each of several in turn
        ways = {"match"}
    if ways and ways <= {"match", "fullmatch"}:
        return [getattr(pattern, way) for way in sorted(ways)]
    return [lambda text: sum(1 for _ in pattern.finditer(text))]


def taken(call: Callable[[Any], object], text: str, pattern: re.Pattern[Any]) -> float:
    given = text.encode() if isinstance(pattern.pattern, bytes) else " ".join(text.split())  # as a line is
    began = time.process_time()
    call(given)
    return time.process_time() - began


def grows(call: Callable[[Any], object], piece: str, end: str, pattern: re.Pattern[Any]) -> bool:
    """Whether time grows faster than the text by far."""

    def least(size: int) -> float:
        text = (piece * (size // len(piece) + 1))[:size] + end
        first = taken(call, text, pattern)
        return first if first < SWIFT else min(first, *(taken(call, text, pattern) for _ in range(2)))

    if any(least(size) > SWIFT for size in (20, LONG // 64, LONG // 16)):  # as where each letter doubles it
        return True
    if least(LONG) < SWIFT:
        return False
    return least(4 * LONG) > 8 * least(LONG)  # where a repetition is bounded, the bound is reached by then


def slow(place: str) -> str | None:
    """What an expression is slow on, if there is anything."""
    pattern, ways = PATTERNS[place]
    return next(
        (
            piece
            for call in asked(place, pattern, ways)
            for piece in texts(pattern)
            for end in ("", "\x01")
            if grows(call, piece, end, pattern)
        ),
        None,
    )


def folder(place: str) -> str:
    return place.partition("/")[0].rsplit(".", 2)[0]


def test_the_expressions_of_both_packages_are_found() -> None:
    assert {place.partition(".")[0] for place in PATTERNS} == {"archive", "portal_crawler"}
    assert len(PATTERNS) > 300


@pytest.mark.parametrize("package", sorted({folder(place) for place in PATTERNS}))
def test_no_expression_takes_longer_than_its_text_lets_it(package: str) -> None:
    own = [place for place in PATTERNS if folder(place) == package]
    found = {place: piece for place in own if (piece := slow(place)) is not None}
    assert not found


@pytest.mark.parametrize("bomb", [r"(?:\d{1,4}|trang){1,16}$", r"\W*(?:a|b)+\W*(?:a|b)+$", r"(a+)+$"])
def test_an_expression_that_takes_longer_is_found(bomb: str) -> None:
    pattern = re.compile(bomb)
    found = (grows(lambda text: list(pattern.finditer(text)), piece, "\x01", pattern) for piece in texts(pattern))
    assert any(found)
