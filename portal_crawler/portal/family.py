"""Family: a CMS that many portals run on, and what its file gives the definition of each of them.

    families/trang-tintuc.toml  [family] name, title; [recognise]; selectors and rules of the CMS

A family is a portal's file without an address. A key of the portal comes before the family's.
"""

from __future__ import annotations

import difflib
from functools import cache
from importlib import resources
from typing import Any

from pydantic import Field

from archive.errors import UsageError

from .tables import Politeness, Recognise, Scope, Selectors, Slug, Sources, Table
from .toml import parsed, validated


class Family(Table):
    """A family's file: the tables of a portal, and `[family]` in place of `[portal]`."""

    class Name(Table):
        """[family]"""

        name: Slug
        title: str = Field(description="the CMS, in words")

    family: Name
    recognise: Recognise = Recognise()
    selectors: Selectors = Selectors()
    politeness: Politeness = Politeness()
    scope: Scope = Scope()
    sources: Sources = Sources()

    @classmethod
    def parse(cls, text: str, where: str) -> Family:
        """Read TOML text; `where` names it in errors. Raises UsageError."""
        return validated(cls, parsed(text, where), where)


@cache
def families() -> dict[str, Family]:
    """The families that ship with the package, by name."""
    return {name: Family.parse(text, f"families/{name}.toml") for name, text in shipped("families").items()}


@cache
def shipped(folder: str) -> dict[str, str]:
    """The text of each definition in a folder of the package, by its name, in order of names."""
    files = resources.files("portal_crawler").joinpath(folder).iterdir()
    return {
        file.name.removesuffix(".toml"): file.read_text(encoding="utf-8")
        for file in sorted(files, key=lambda file: file.name)
        if file.name.endswith(".toml")
    }


@cache
def tables_of(family: str) -> dict[str, dict[str, Any]]:
    """What a family gives a portal."""
    found: dict[str, dict[str, Any]] = families()[family].model_dump(
        mode="json", exclude={"family", "recognise"}, exclude_defaults=True
    )
    return found


def with_family(data: dict[str, Any], where: str) -> dict[str, Any]:
    """The portal's tables laid over its family's, key by key."""
    table, name = next(
        (
            (table, name)
            for table in ("portal", "learned")
            if isinstance(values := data.get(table), dict) and isinstance(name := values.get("family"), str)
        ),
        ("", ""),
    )
    if not table:
        return data
    if name not in families():
        near = difflib.get_close_matches(name, families(), 1)
        raise UsageError(
            f"{where}: [{table}] family = {name!r}: no such family; "
            + (f"did you mean {near[0]!r}?" if near else f"known: {', '.join(families())}")
        )
    base = tables_of(name)
    merged: dict[str, Any] = {**base, **data}
    for table, values in base.items():
        if isinstance(data.get(table), dict):
            merged[table] = {**values, **data[table]}
    return merged
