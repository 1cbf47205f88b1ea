"""Portal: what a portal is, read from TOML.

    portals/giang-thanh.toml    [portal] name, title, url, family; whatever differs from the family
    families/trang-tintuc.toml  what `family` reads

`Portal.load` gives one value with the family's keys filled in: nobody downstream knows that there were two files. The
family is the one that [portal] names, or the one that the crawl recognised and put under [learned]. The keys are
documented in `tables`, and a wrong one is refused by name with the nearest that exists.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from archive.errors import UsageError
from archive.shard import Shard

from ..urls import bare
from .family import families, shipped, tables_of, with_family
from .tables import Archiving, Expect, Identity, Learned, Politeness, Scope, Selectors, Sources, Table
from .toml import parsed, validated, written

_ABSENT = object()


class Portal(Table):
    """A portal's definition, whole."""

    portal: Identity
    selectors: Selectors = Selectors()
    politeness: Politeness = Politeness()
    scope: Scope = Scope()
    sources: Sources = Sources()
    archive: Archiving = Archiving()
    expect: Expect = Expect()
    learned: Learned = Learned()

    def __hash__(self) -> int:
        """By its name and address, and what was learned first: to compare two that differ later takes long, as its
        tables are, and what is kept of a portal is asked for at every page.
        """
        learned = self.learned
        return hash((self.portal, learned.region, learned.selectors.title, learned.selectors.body))

    @classmethod
    def load(cls, path: Path) -> Portal:
        """Read a TOML file. Raises UsageError naming the file, the key, the value and what is allowed."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise UsageError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start})") from None
        return cls.parse(text, str(path))

    @classmethod
    def of(cls, shard: Shard) -> Portal:
        """The definition in a portal's folder. Raises UsageError as `load`, and where the folder has another name."""
        portal = cls.load(shard.definition)
        if portal.portal.name != shard.name:
            raise UsageError(
                f"{shard.definition}: [portal] name = {portal.portal.name!r}, but its folder is {shard.name}, which has"
                " to be the same: give back the name that was changed"
            )
        return portal

    @classmethod
    def parse(cls, text: str, where: str) -> Portal:
        """Read TOML text; `where` names it in errors."""
        return validated(cls, with_family(parsed(text, where), where), where)

    @classmethod
    def known(cls, name: str) -> Portal:
        """A portal that ships with the package, by its name."""
        found = shipped("portals")
        if name not in found:
            near = difflib.get_close_matches(name, found, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(
                f"{name}: no portal of that name ships with portal-crawler (known: {', '.join(found)}){hint}"
            )
        return cls.parse(found[name], f"portals/{name}.toml")

    @classmethod
    def of_url(cls, url: str) -> Portal:
        """The portal that ships with the package for this host, or one of which nothing is known but its address."""
        named = validated(cls, {"portal": {"name": "portal", "url": url}}, "address")
        parts = urlsplit(named.portal.url)
        host = parts.hostname or ""
        for name, text in shipped("portals").items():
            known = cls.parse(text, f"portals/{name}.toml")
            if host.lower() in known.hosts:
                return known
        slug = re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.").lower()).strip("-") or "portal"
        name = f"{slug[:70].strip('-')}-{parts.port}" if parts.port else slug[:80].strip("-")
        return validated(cls, {"portal": {"name": name, "url": url}}, url)

    def paced(self, delay: float | None, concurrency: int | None) -> Portal:
        """The portal with another pace, where one is given."""
        given = {"delay": delay, "concurrency": concurrency}
        update = {key: value for key, value in given.items() if value is not None}
        return self.model_copy(update={"politeness": self.politeness.model_copy(update=update)})

    def with_learned(self, learned: Learned) -> Portal:
        """The portal with this in place of what was learned before, and the family of it under the portal's own tables.

        A family that [portal] names leaves nothing to learn of it. Raises UsageError for a family that is none.
        """
        if self.portal.family is not None:
            learned = learned.model_copy(update={"family": None})
        given = tables_of(self.learned.family) if self.learned.family in families() and not self.portal.family else {}
        tables = {**self._own(given), "learned": learned.model_dump(mode="json", exclude_defaults=True)}
        return validated(Portal, with_family(tables, self.portal.name), self.portal.name)

    def _own(self, given: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """The tables without [learned], and without what a family has given."""
        own: dict[str, dict[str, Any]] = {}
        for table, values in self._dumped().items():
            if table == "learned":
                continue
            said = self._said(table)
            of_family = given.get(table, {})
            own[table] = {
                key: value for key, value in values.items() if key in said and of_family.get(key, _ABSENT) != value
            }
        return own

    def _dumped(self) -> dict[str, dict[str, Any]]:
        """Every table; of a table in it, only what differs from its defaults."""
        differing = self.model_dump(mode="json", exclude_defaults=True)
        return {
            table: {
                key: differing.get(table, {}).get(key, {}) if isinstance(value, dict) else value
                for key, value in values.items()
            }
            for table, values in self.model_dump(mode="json").items()
        }

    def _said(self, table: str) -> frozenset[str]:
        """The keys of a table that somebody gave, be it the default's value, which may differ from a family's."""
        values: Table = getattr(self, table)
        differing = values.model_dump(exclude_defaults=True)
        return frozenset(differing if table == "learned" else (*differing, *values.model_fields_set))

    def to_toml(self) -> str:
        """The definition as TOML: what it says, and what its family says. `Portal.parse` gives the same."""
        given = tables_of(self.family) if self.family in families() else {}
        tables = {}
        for table, values in self._dumped().items():
            said = self._said(table) | given.get(table, {}).keys()
            tables[table] = {key: value for key, value in values.items() if key in said}
        return written(tables)

    def kept_toml(self) -> str:
        """The definition as it lies in a collection: what its family gives is left to the family, by its name.

        So a family that is mended holds for what was crawled before. What was in force is in the archive, whole.
        """
        learned = self.learned.model_dump(mode="json", exclude_defaults=True)
        return written({**self._own(tables_of(self.family) if self.family in families() else {}), "learned": learned})

    def own_toml(self) -> str:
        """The definition as a person would begin it: the family by its name, what was learned left out."""
        own = self._own(tables_of(self.family) if self.family in families() else {})
        return written({**own, "portal": {**own["portal"], "family": self.family}})

    @property
    def family(self) -> str | None:
        """The CMS: as the portal's file names it, else as it was recognised."""
        return self.portal.family or self.learned.family

    @property
    def reading(self) -> Selectors:
        """The selectors that pages are read with: the definition's, and behind them what was learned."""
        return _behind(self.selectors, self.learned.selectors)

    @property
    def own_selectors(self) -> dict[str, tuple[str, ...]]:
        """By field, the selectors that are neither its family's nor learned: somebody wrote them for this portal."""
        given = tables_of(self.family).get("selectors", {}) if self.family in families() else {}
        own = {
            field: tuple(one for one in selectors if one not in given.get(field, ()))
            for field, selectors in self.selectors
        }
        return {field: selectors for field, selectors in own.items() if selectors}

    def with_selectors(self, learned: Selectors) -> Portal:
        """The portal with these in place of the selectors that were learned."""
        return self.model_copy(update={"learned": self.learned.model_copy(update={"selectors": learned})})

    @property
    def digest(self) -> str:
        """SHA-256 of `to_toml()`: names the definition in records and in the archive."""
        return hashlib.sha256(self.to_toml().encode()).hexdigest()

    def kind_of(self, timestamp: str | None) -> Literal["published", "build"] | None:
        """What a timestamp of this portal is: an article's own, or the moment of the portal's last build."""
        if timestamp is None:
            return None
        return "build" if timestamp in self.learned.build else "published"

    @property
    def hosts(self) -> frozenset[str]:
        """Every host of the portal, lower case."""
        own = urlsplit(self.portal.url).hostname or ""
        return frozenset(host.lower() for host in (own, *self.scope.hosts, *self.learned.hosts))

    def owns(self, url: str) -> bool:
        """Whether an address is on one of the portal's hosts, with or without www. What cannot be read is nobody's."""
        try:
            host = bare(urlsplit(url).hostname or "")
        except ValueError:
            return False
        return host in {bare(host) for host in self.hosts}


@lru_cache(maxsize=64)
def _behind(first: Selectors, second: Selectors) -> Selectors:
    fields = Selectors.model_fields
    both = {field: tuple(dict.fromkeys((*getattr(first, field), *getattr(second, field)))) for field in fields}
    return first.model_copy(update=both)
