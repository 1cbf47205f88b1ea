"""Cache: the records and captures of each portal as Parquet, for `query`, made anew for a portal that has changed.

    COLLECTION/tables/PORTAL.DIGEST.versions.parquet    can be thrown away: the next query makes it from the ledger
    COLLECTION/tables/PORTAL.DIGEST.captures.parquet

The digest is that of the portal's last manifest: a portal that has not changed costs one look at it. Files are never
written to once they are there, so several programs may read and bring up to date at the same time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Set
from pathlib import Path
from typing import get_args

from ..errors import Unwritable
from ..fixity.manifest import NOTHING, marker
from ..formats import tables
from ..formats.tables import Table
from ..shard import Shard, Shards

FOLDER = "tables"
TABLES: tuple[Table, ...] = get_args(Table)

_VERSION = 1  # of what is in the files


def up_to_date(collection: Shards, scratch: Path, say: Callable[[str], None]) -> dict[Table, list[Path]]:
    """The files of each table, in order of the portals. Raises Unwritable, Damaged.

    What cannot be kept beside the collection is made in `scratch`, and said.
    """
    folder = collection.folder / FOLDER
    if os.access(collection.folder, os.W_OK):
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise Unwritable(f"{folder}: cannot be made: {error.strerror}; mend its permissions") from error
    writable = os.access(folder, os.W_OK)
    there = {path.name for path in folder.glob("*.parquet")}
    files: dict[Table, list[Path]] = {table: [] for table in TABLES}
    made = []
    for shard in collection.shards():
        digest = marker(shard)
        if digest == NOTHING:
            continue
        names = {table: _name(shard, digest, table) for table in TABLES}
        into = folder
        if not there.issuperset(names.values()):
            into = folder if writable else scratch
            made.append(shard.name)
            _make(shard, {table: into / name for table, name in names.items()})
            if writable:
                _remove(folder, there, shard.name, set(names.values()))
        for table, name in names.items():
            files[table].append(into / name)
    if made and not writable:
        say(f"{collection.folder}: cannot be written to: tables of {', '.join(made)} are made for this query alone")
    return files


def forget(shard: Shard) -> None:
    """Remove a portal's files: something was to be taken out of them for good."""
    folder = shard.folder.parent / FOLDER
    _remove(folder, {path.name for path in folder.glob("*.parquet")}, shard.name)


def _make(shard: Shard, paths: dict[Table, Path]) -> None:
    versions = (tables.flagged(line, latest=latest) for line, latest in tables.versions(shard))
    tables.write(paths["versions"], "versions", versions)
    tables.write(paths["captures"], "captures", tables.capture_lines(shard))


def _name(shard: Shard, digest: str, table: Table) -> str:
    return f"{shard.name}.{hashlib.sha256(f'{_VERSION} {digest}'.encode()).hexdigest()[:16]}.{table}.parquet"


def _remove(folder: Path, names: Set[str], portal: str, keep: Set[str] = frozenset()) -> None:
    for name in names:
        if name not in keep and name.rsplit(".", 3)[0] == portal:
            (folder / name).unlink(missing_ok=True)
