"""Layers: arrows go one way, from folder to folder, in the order in which CONTRIBUTING.md lists them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WHERE = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Where things are")[2].partition("\n## ")[0]
LISTS = {
    package: WHERE.partition(f"In `{package}/`")[2].partition("\n\n")[2].partition("\n\n")[0]
    for package in ("archive", "portal_crawler")
}
NAMED = re.compile(r"`(?:\w+/)*(\w+)/?`")
FOREIGN = {"scrapy", "twisted", "lxml", "bs4", "dateparser", "portal_crawler"}


def units(package: str) -> set[str]:
    """The folders and the modules that stand in a package itself."""
    found = (ROOT / package).iterdir()
    return {path.stem for path in found if path.suffix == ".py" or (path / "__init__.py").is_file()} - {
        "__init__",
        "__main__",
    }


def order(package: str) -> dict[str, int]:
    """The place of each in the list: a folder, or modules that stand in the package itself."""
    places: dict[str, int] = {}
    for place, item in enumerate(LISTS[package].split("\n- ")):
        folder = re.match(r"(?:- )?`(\w+)/", item)
        names = [folder[1]] if folder else NAMED.findall(item)
        for name in names:
            if name in units(package):
                places.setdefault(name, place)
    return places


def imported(file: Path) -> Iterator[str]:
    """What a module imports, by its whole name, wherever in it the import stands."""
    package = ".".join(file.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{name.name}" for name in node.names)


def modules(package: str, unit: str = "") -> list[Path]:
    place = ROOT / package / unit
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


@pytest.mark.parametrize("package", LISTS)
def test_the_list_names_every_folder_and_every_module(package: str) -> None:
    assert set(order(package)) == units(package)
    named = set(NAMED.findall(LISTS[package]))
    unnamed = {path.name for path in modules(package) if path.stem not in named and path.parent.name != "demo"}
    assert unnamed <= {"__init__.py", "__main__.py"}


@pytest.mark.parametrize(("package", "unit"), [(package, unit) for package in LISTS for unit in sorted(units(package))])
def test_nothing_imports_what_stands_below_it(package: str, unit: str) -> None:
    places = order(package)
    asked = {name for file in modules(package, unit) for name in imported(file) if name.startswith(f"{package}.")}
    below = {name for name in asked if places.get(name.split(".")[1], -1) > places[unit]}
    assert not below


def test_what_is_kept_knows_nothing_of_how_it_was_fetched() -> None:
    asked = {name.partition(".")[0] for file in modules("archive") for name in imported(file)}
    assert asked.isdisjoint(FOREIGN)
