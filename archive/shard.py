"""Shard: one portal's folder, and `Shards`: the folder of several.

Both are for reading; `archive.run.Run` is what writes into a shard. `archive.collection` asks several at once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import Damaged, UsageError, nearest
from .filters import ALL, Filters, filters_of, names_of, text_of
from .ledger import Ledger
from .ledger.rows import Kept
from .record import Article, id_of
from .warc.capture import Capture
from .warc.originals import Known, Originals
from .warc.told import Missing, walk

_DISK = "lost+found"  # at the top of a file system, and its alone


class Shard:
    """One portal's folder: `portal.toml`, `ledger.sqlite`, `warc/`, `records/`, `crawls/`, `index.cdxj`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def definition(self) -> Path:
        """The portal's definition in force, TOML."""
        return self.folder / "portal.toml"

    @property
    def ledger_file(self) -> Path:
        return self.folder / "ledger.sqlite"

    @property
    def warc_folder(self) -> Path:
        return self.folder / "warc"

    @property
    def records_folder(self) -> Path:
        return self.folder / "records"

    def records_file(self, run: str) -> Path:
        """What a run added, changed or found gone."""
        return self.records_folder / f"{run}.jsonl.gz"

    @property
    def index_file(self) -> Path:
        """Where each capture lies, by its address (archive.index.cdxj)."""
        return self.folder / "index.cdxj"

    @property
    def reports_folder(self) -> Path:
        return self.folder / "crawls"

    def warcs(self) -> list[Path]:
        """The closed WARC files in the order in which they were written."""
        return sorted(self.warc_folder.glob("*.warc.gz"))

    def exists(self) -> bool:
        """Also one that cannot be entered may be a portal's: whoever reads it is told."""
        try:
            return self.definition.is_file()
        except PermissionError:
            return True

    def is_new(self) -> bool:
        """Whether nothing was ever kept: it has a definition, and no crawl yet. Raises UsageError."""
        try:
            return not (self.ledger_file.exists() or any(self.warc_folder.glob("*")))
        except PermissionError as error:
            raise UsageError(f"{self.folder}: cannot be entered: {error.strerror}; mend its permissions") from error

    def sealed(self) -> str | None:
        """Why nothing in the folder can be seen, and what to do; None where it can."""
        try:
            self.is_new()
        except UsageError as error:
            return str(error)
        return None

    @contextmanager
    def reading(self) -> Iterator[Ledger]:
        """The ledger, for reading only. Raises UsageError where there is none, Damaged where its file is.

        That of a portal without a crawl yet is empty.
        """
        blank = self.is_new()
        if not blank and not self.ledger_file.is_file():
            raise UsageError(f"{self.folder}: has no ledger.sqlite; make it from the WARC files with `rebuild`")
        ledger = Ledger(self.ledger_file, readonly=not blank, blank=blank)
        try:
            yield ledger
        except sqlite3.Error as error:
            raise Damaged(f"{self.ledger_file}: damaged ({error}): run `rebuild` to make it anew") from error
        finally:
            ledger.close()

    def lines(self, *, all_versions: bool = False) -> Iterator[str]:
        """The records as JSON lines: the latest version of each article, or every version."""
        with self.reading() as ledger:
            yield from ledger.versions.lines(all_versions=all_versions)

    def articles(self) -> Iterator[Article]:
        """The latest version of each article. Raises Damaged where the ledger is."""
        for line in self.lines():
            yield self.article(line)

    def versions(self, identity: str | None = None) -> Iterator[Article]:
        """Every version of each article, oldest first; or of the one that has this id. Raises Damaged."""
        for line in self.lines(all_versions=True):
            if identity is None or identity == (id_of(line) or self.article(line).id):
                yield self.article(line)

    def captures(self) -> Iterator[Kept]:
        """Every response that is kept, in the order of the WARC files. Raises UsageError, Damaged."""
        with self.reading() as ledger:
            yield from ledger.captures.all()

    def captured(self, record_id: str | None) -> Capture:
        """What a record names by its `record_id` (of the provenance, an image, an attachment), read from its WARC file.

        Raises UsageError where it names none, or there is no such capture; Damaged where the file is.
        """
        if record_id is None:
            raise UsageError(f"{self.folder}: the record names no capture: its bytes are not kept")
        text_of("record_id", record_id)
        with self.reading() as ledger:
            kept = ledger.captures.find(record_id)
        if kept is None:
            raise UsageError(f"{self.folder}: no capture {record_id}")
        return self.capture(kept)

    def article(self, line: str) -> Article:
        """A record of the ledger. Raises Damaged where it is none."""
        try:
            return Article.from_json(line)
        except ValueError as error:
            raise Damaged(
                f"{self.ledger_file}: a record is damaged ({line[:60]!r}): run `rebuild` to make it anew"
            ) from error

    def capture(self, kept: Kept) -> Capture:
        """A capture of the ledger, read from its WARC file. Raises Damaged where it is not there."""
        originals = Originals(lambda name: self.folder / name, lambda _: kept.original)
        told = walk(self.folder / kept.warc, kept.offset, kept.warc, originals=originals)
        found = next((item for item in told if isinstance(item, Capture | Missing)), None)
        if isinstance(found, Missing):
            raise Damaged(found.why)
        if found is None or found.provenance.record_id != kept.record_id:
            raise Damaged(f"{self.folder / kept.warc}: no capture {kept.record_id} at {kept.offset}: restore the file")
        return found

    def originals(self, known: Known) -> Originals:
        """What revisit records of this shard refer to; what is not `known` is looked for in its closed files."""
        names = [f"warc/{path.name}" for path in self.warcs()]
        return Originals(lambda name: self.folder / name, known, names)

    def reports(self) -> list[dict[str, Any]]:
        """The reports of the runs, oldest first."""
        return [json.loads(file.read_text("utf-8")) for file in sorted(self.reports_folder.glob("*.json"))]


def place_of(folder: Path) -> Path:
    """The folder of a collection; of one that is not begun it is made. Raises UsageError where it is none."""
    if not folder.absolute().parent.is_dir():  # a name that was mistyped gets no folders, and no key in them
        raise UsageError(f"{folder}: there is no folder {folder.parent} to make it in; make that first")
    try:
        folder.mkdir(exist_ok=True)
        begun = any(folder.iterdir())
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made: {error.strerror}") from error
    return Shards(folder).folder if begun else folder


class Shards:
    """A folder of shards. Raises UsageError where it is none."""

    def __init__(self, folder: Path | str) -> None:
        folder = Path(folder)
        if folder.is_file():
            raise UsageError(f"{folder}: is a file; name the folder that was given to --into")
        if not folder.is_dir():
            raise UsageError(f"{folder}: no such folder; `crawl TARGET --into {folder}` makes a collection")
        if (folder / "bagit.txt").is_file():
            raise UsageError(
                f"{folder}: a bag, which is to be kept as it is: `bagit.py --validate` checks it; a copy of its data/,"
                " under the portal's name, is the portal's folder"
            )
        if Shard(folder).exists():  # a shard was named: a collection of that one
            self.folder, self._names = folder.parent, [folder.name]
            self.headless: list[Shard] = []
        else:
            self.folder = folder
            shards = [Shard(child) for child in sorted(folder.iterdir()) if child.is_dir() and child.name != _DISK]
            self._names = [one.name for one in shards if one.exists()]
            # Folders that a portal's files are in, and not its definition.
            self.headless = [one for one in shards if not one.exists() and any(one.warcs())]
        if self.headless and not self._names:
            raise Damaged(f"{self.headless[0].definition}: is missing: restore it from a copy")
        if not self._names:
            raise UsageError(
                f"{folder}: not a collection (no folder in it has a portal.toml); name the one given to --into"
            )

    def shard(self, name: str) -> Shard:
        """Raises UsageError where there is no such portal, with the nearest name."""
        if text_of("name", name) not in self._names:
            raise UsageError(f"{self.folder}: no portal {name}; {nearest(name, self._names)}")
        return Shard(self.folder / name)

    def shards(self, names: Sequence[str] = ()) -> list[Shard]:
        """The shards in order of name; only the given ones where there are any, each once."""
        return [self.shard(name) for name in (dict.fromkeys(names_of("names", names)) or self._names)]

    def lines(self, filters: Filters = ALL, *, all_versions: bool = False) -> Iterator[str]:
        """The records as JSON lines, portal by portal in order of name; a portal without a crawl yet has none."""
        for shard in self.shards(filters_of(filters).portals):
            if not shard.is_new():
                for line in shard.lines(all_versions=all_versions):
                    if not filters or filters.keep(json.loads(line)):
                        yield line

    def articles(self, filters: Filters = ALL) -> Iterator[Article]:
        """The latest version of each article. Raises Damaged where a ledger is."""
        for line in self.lines(filters):
            yield Shard(self.folder).article(line)

    def versions(self, filters: Filters = ALL) -> Iterator[Article]:
        """Every version of each article, an article's oldest first. Raises Damaged."""
        for line in self.lines(filters, all_versions=True):
            yield Shard(self.folder).article(line)
