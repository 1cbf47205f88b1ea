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
FOLDERS: list[str] = re.findall(r"^- `(\w+)/`", WHERE, re.M)  # extract/judge/ is a part of extract/
BELOW_ALL = ("urls", "wording", "settings")
FOREIGN = {"scrapy", "twisted", "lxml", "bs4", "dateparser", "portal_crawler"}


def imported(file: Path) -> Iterator[str]:
    """What a module imports, by its whole name, wherever in it the import stands."""
    package = ".".join(file.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = resolve_name("." * node.level + (node.module or ""), package)
            yield from (f"{module}.{name.name}" for name in node.names)


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def test_the_list_names_every_folder_and_every_module() -> None:
    own = {path.name for path in (ROOT / "portal_crawler").iterdir() if (path / "__init__.py").is_file()}
    assert set(FOLDERS) == own
    named = set(re.findall(r"`(?:\w+/)*(\w+)`", WHERE))
    unnamed = [path for path in modules("portal_crawler") + modules("archive") if path.stem not in named]
    assert {path.name for path in unnamed if path.parts[-2] != "demo"} == {"__init__.py", "__main__.py"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_imports_from_those_above_it_alone(folder: str) -> None:
    above = {*FOLDERS[: FOLDERS.index(folder) + 1], *BELOW_ALL}
    asked = {name for file in modules(f"portal_crawler/{folder}") for name in imported(file)}
    ours = {name.split(".")[1] for name in asked if name.startswith("portal_crawler.")}
    assert ours <= above


@pytest.mark.parametrize("module", BELOW_ALL)
def test_what_all_import_imports_nothing_of_ours(module: str) -> None:
    assert not [name for name in imported(ROOT / f"portal_crawler/{module}.py") if name.startswith("portal_crawler.")]


def test_what_is_kept_knows_nothing_of_how_it_was_fetched() -> None:
    asked = {name.partition(".")[0] for file in modules("archive") for name in imported(file)}
    assert asked.isdisjoint(FOREIGN)
