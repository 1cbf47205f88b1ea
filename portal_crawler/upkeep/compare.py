"""Compare: which records would change if they were made anew, with the rules and the definition as they are now.

`rebuild` makes them, in a folder that is thrown away: so what is said here is what `rebuild` would do. Two records are
one where they were read from the same capture: what those bytes said before, and what they say now.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from archive.collection import Collection
from archive.errors import Damaged, UsageError
from archive.ledger import Ledger
from archive.ledger.rows import ARTICLE
from archive.lock import undisturbed
from archive.record import Article
from archive.shard import Shard
from archive.warc.capture import Capture
from archive.watching import Watching, unwatched

from ..page import NotHtml, Page
from ..portal import Portal
from ..portal.target import resolve_target
from ..report.worddiff import word_diff
from ..urls import canonical
from ..wording import counted
from .rebuild import rehearsed

# They say how a record came to be, not what a reader reads; the digest follows from what is compared.
_ABOUT = ("schema", "content_sha256", "provenance", "extraction")
FIELDS = tuple(name for name in (info.alias or key for key, info in Article.model_fields.items()) if name not in _ABOUT)

_SHORT = 80  # characters of a value that are shown; of longer ones, the words that differ
_ITEM = 100  # of one picture or file
_ITEMS = 3


@dataclass(frozen=True, slots=True)
class Change:
    """What would become of one record."""

    what: Literal["changed", "added", "vanished"]
    article: Article  # as it is, or, where it is added, as it would be
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # of a changed one: old and new value, by name
    sources: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)  # where these came from
    reason: str | None = None  # why it is none now, or was none before

    def as_json(self, portal: str) -> dict[str, Any]:
        article = self.article
        fields = {
            name: {"old": old, "new": new, "from": list(self.sources.get(name, (None, None)))}
            for name, (old, new) in self.fields.items()
        }
        found = {
            "what": self.what,
            "portal": portal,
            "url": article.url,
            "id": article.id,
            "version": article.version,
            "title": article.title,
        }
        return {**found, **({"fields": fields} if self.what == "changed" else {"reason": self.reason})}


@dataclass(slots=True)
class Compared:
    """How many records would become what, so far."""

    records: int = 0  # that there are
    changed: int = 0
    added: int = 0
    vanished: int = 0
    fields: Counter[str] = field(default_factory=Counter)  # that would change, by name
    sources: Counter[str] = field(default_factory=Counter)  # that would say the same, and come from elsewhere
    unmatched: dict[str, tuple[str, ...]] = field(default_factory=dict)  # selectors that match on no page, by field
    pages: int = 0  # that were looked at for them
    resigned: int = 0  # that would say the same, and name another definition, family or version of the extractor

    @property
    def differs(self) -> bool:
        return bool(self.changed or self.added or self.vanished)

    def as_json(self, portal: str) -> dict[str, Any]:
        return {
            "what": "counts",
            "portal": portal,
            "records": self.records,
            "changed": self.changed,
            "added": self.added,
            "vanished": self.vanished,
            "fields": dict(self.fields.most_common()),
            "sources": dict(self.sources.most_common()),
            "resigned": self.resigned,
            "unmatched": {name: list(selectors) for name, selectors in self.unmatched.items()},
        }

    def words(self) -> str:
        said = f"{self.changed} of {self.records} records would change, {self.added} be added, {self.vanished} vanish"
        if not self.differs:
            said = f"{self.records} records: none would change"
        if self.fields:
            said += f"; {', '.join(f'{name} {number}' for name, number in self.fields.most_common())}"
        if self.sources:
            places = ", ".join(f"{name} {number}" for name, number in self.sources.most_common())
            said += f"; the same from another place: {places}"
        if self.resigned:
            said += f"; {self.resigned} would say the same and name another definition or extractor"
        for name, selectors in self.unmatched.items():
            said += f"\n  [selectors] {name}: {', '.join(selectors)} matched on none of {counted(self.pages, 'page')}"
        return said


def shards(folders: Sequence[Path], portal: str | None = None) -> Iterator[tuple[Shard, Portal | None]]:
    """The shards of collections; of `portal`, a name or a TOML file, the one of that name, with that definition."""
    for folder in folders:
        collection = Collection(folder)
        if portal is None:
            yield from ((shard, None) for shard in collection.shards())
        else:
            definition = resolve_target(portal, collection.folder)
            yield collection.shard(definition.portal.name), definition


@contextmanager
def compared(
    shard: Shard, only: Sequence[str] = (), portal: Portal | None = None, watching: Watching = unwatched
) -> Iterator[tuple[Iterator[Change], Compared]]:
    """What would become of a shard's records: each change, in order of their ids, and the counts, which grow with them.

    `only`: of changed records, look at these fields alone. `portal`: a definition to try, in place of the shard's own.
    Nothing of the shard is changed; its lock is held. Raises Locked, Damaged, and UsageError where a field is none.
    """
    for name in only:
        if name not in FIELDS:
            near = difflib.get_close_matches(name, FIELDS, 1)
            raise UsageError(
                f"--field {name}: no field that is compared; "
                + (f"did you mean {near[0]}?" if near else f"there are: {', '.join(FIELDS)}")
            )
    with undisturbed(shard), shard.reading() as before:
        _check_files(shard, before)
        with rehearsed(shard, portal, watching) as rehearsal, rehearsal.reading() as after:
            counts = Compared()
            own = Portal.load(rehearsal.definition).own_selectors
            found = _changes(shard, before, after, frozenset(only or FIELDS), counts)
            yield chain(found, _matched(shard, before, after, own, counts)), counts


def _check_files(shard: Shard, ledger: Ledger) -> None:
    """What is not there cannot be read anew: its articles would seem to vanish by the rules."""
    for name, number in Counter(kept.warc for kept in ledger.captures.all()).items():
        path = shard.folder / name
        if not path.is_file() and not path.with_name(f"{path.name}.open").is_file():
            raise Damaged(f"{path}: is missing, with {number} captures that the ledger has: restore it from a copy")


def _changes(shard: Shard, before: Ledger, after: Ledger, only: frozenset[str], counts: Compared) -> Iterator[Change]:
    """One record in memory at a time."""
    for line in before.versions.lines(all_versions=True):
        counts.records += 1
        old = shard.article(line)
        identity = old.provenance.record_id or ""
        made = after.versions.read_from(identity)
        if made == line:
            continue
        if made is None:
            counts.vanished += 1
            yield Change("vanished", old, reason=_why_none(after, old) or "its capture is no page")
        elif change := _changed(old, shard.article(made), only, counts):
            counts.changed += 1
            counts.fields.update(change.fields.keys())
            yield change
    for line in after.versions.lines(all_versions=True):
        new = shard.article(line)
        if before.versions.read_from(new.provenance.record_id or "") is None:
            counts.added += 1
            reason = _why_none(before, new) or "its run was broken off before its records were made"
            yield Change("added", new, reason=reason)


def _matched(
    shard: Shard, before: Ledger, after: Ledger, own: dict[str, tuple[str, ...]], counts: Compared
) -> Iterator[Change]:
    """No change: counts the selectors that match on no page of a record. Pages are read until each has matched."""
    left = [(name, selector) for name, selectors in own.items() for selector in selectors]
    pages = 0
    for ledger in (before, after):
        for line in ledger.versions.lines(all_versions=True):
            if not left:
                return
            article = shard.article(line)
            identity = article.provenance.record_id or ""
            kept = ledger.captures.find(identity)
            if kept is None or (ledger is after and before.versions.read_from(identity) is not None):
                continue
            said = article.extraction.fields.values()
            if unsaid := [one for one in left if f"selector: {one[1]}" not in said]:
                page = _page(shard.capture(kept))
                unsaid = [one for one in unsaid if page is None or not page.select(one[1])]
                pages += page is not None
            left = unsaid
    if pages and left:
        counts.pages = pages
        for name, selector in left:
            counts.unmatched[name] = (*counts.unmatched.get(name, ()), selector)
    yield from ()


def _page(capture: Capture) -> Page | None:
    try:
        return Page.of(capture)
    except NotHtml:
        return None


def _changed(old: Article, new: Article, only: frozenset[str], counts: Compared) -> Change | None:
    was, now = (article.model_dump(mode="json", by_alias=True) for article in (old, new))
    fields = {name: (was[name], now[name]) for name in FIELDS if name in only and was[name] != now[name]}
    of_old, of_new = old.extraction.fields, new.extraction.fields
    moved = {
        name: (of_old.get(name), of_new.get(name))
        for name in (*of_old, *of_new)
        if name in only and of_old.get(name) != of_new.get(name)
    }
    if fields:
        return Change("changed", old, fields, {name: pair for name, pair in moved.items() if name in fields})
    counts.sources.update(moved.keys())
    counts.resigned += was["extraction"] != now["extraction"] and not moved
    return None


def _why_none(ledger: Ledger, article: Article) -> str | None:
    """Why a ledger has no record that was read from an article's capture; None where it was not judged."""
    verdict = ledger.history.verdict(article.provenance.record_id or "")
    if verdict != ARTICLE:
        return verdict
    other = ledger.versions.twin_of(canonical(article.url))
    return f"another address of {other}" if other is not None else "no version of its own: it reads as the one before"


# In words


def shown(change: Change) -> str:
    """A change for a person, its values shortened."""
    if change.what != "changed":
        was = "was none: " if change.what == "added" else ""
        return f"{change.what:<8} {change.article.url}\n  {change.article.title!r} ({was}{change.reason})"
    version = f"  (version {change.article.version})" if change.article.version > 1 else ""
    lines = [f"{change.what:<8} {change.article.url}{version}"]
    for name, (old, new) in change.fields.items():
        lines.append(f"  {name:<14} {_difference(old, new)}")
        if name in change.sources:
            lines.append(f"  {'':<14} [{' → '.join(source or 'nowhere' for source in change.sources[name])}]")
    return "\n".join(lines)


def _difference(old: Any, new: Any) -> str:
    if isinstance(old, list) and isinstance(new, list):
        return _items(old, new)
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > _SHORT:
        return word_diff(old, new)
    return f"{_value(old)} → {_value(new)}"


def _value(value: Any) -> str:
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    text = " ¶ ".join(" ".join(part.split()) for part in value.split("\n\n"))
    return (text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…") or "(empty)"


def _items(old: list[Any], new: list[Any]) -> str:
    """What is not in the other list; of a picture or file that is in both, what differs."""
    same = {one["url"]: one for one in old if isinstance(one, dict)}
    parts = []
    for one in new:
        was = same.get(one["url"]) if isinstance(one, dict) else None
        if was is not None and was != one:
            keys = ", ".join(f"{key} {_value(was[key])} → {_value(one[key])}" for key in one if was[key] != one[key])
            parts.append(f"{_item(one)}: {keys}")
    parts += [f"[-{_item(one)}-]" for one in _without(old, new)]
    parts += [f"{{+{_item(one)}+}}" for one in _without(new, old)]
    if len(parts) > _ITEMS:
        parts[_ITEMS:] = [f"and {len(parts) - _ITEMS} more"]
    return " ".join(parts) or "in another order"


def _without(items: list[Any], others: list[Any]) -> list[Any]:
    names = {_name(other) for other in others}
    return [one for one in items if _name(one) not in names]


def _name(item: Any) -> str:
    return str(item["url"] if isinstance(item, dict) else item)


def _item(item: Any) -> str:
    name = _name(item)
    return name if len(name) <= _ITEM else f"…{name[-_ITEM + 1 :]}"
