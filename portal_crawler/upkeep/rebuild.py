"""Rebuild: the ledger, the records and the index, from nothing but WARC files and `portal.toml`.

A definition or a rule that was mended is thereby applied to all that is kept.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.clock import stamp, utc
from archive.errors import Damaged, Unwritable, UsageError
from archive.fixity import manifest
from archive.index.cdxj import update
from archive.ledger import Ledger
from archive.lock import locked
from archive.release import write_lines, write_text
from archive.run import archive_definition, close_open, settled_until
from archive.shard import Shard
from archive.warc import WarcWriter
from archive.warc.told import walk
from archive.watching import Watching, read_through, unwatched

from ..portal import Portal
from ..settings import VERSION
from ..wording import counted
from .replay import originals_of, replay

SOFTWARE = f"portal-crawler/{VERSION}"


def rebuild_shard(shard: Shard, watching: Watching = unwatched) -> str:
    """Make a shard's ledger, records and index anew, and replace the old when all is done; gives its words.

    Raises Locked, and Damaged where a WARC file is, or one that the manifests have is missing: what it has would be
    lost from the records as well.
    """
    with locked(shard):
        manifest.sound(shard, present=True)
        words = rebuild(shard, watching=watching)
        manifest.add(shard, "rebuild", run=last_run(shard), made=stamp(utc()), software=SOFTWARE)
    return words


def last_run(shard: Shard) -> str | None:
    """The last run that a shard's ledger knows."""
    with shard.reading() as ledger:
        return max((run for run, *_ in ledger.runs.all()), default=None)


def rebuild(shard: Shard, *, index: bool = True, watching: Watching = unwatched) -> str:
    """`rebuild_shard` for whoever holds the lock, and writes the manifest; without the index where it is not wanted."""
    portal = Portal.of(shard)
    close_open(shard)
    path = shard.folder / "ledger.sqlite.new"
    for leftover in shard.folder.glob("ledger.sqlite.new*"):
        leftover.unlink()
    ledger = Ledger(path)
    warcs = shard.warcs()
    paths = {f"warc/{file.name}": file for file in warcs}
    originals = originals_of(ledger, paths)
    followed = zip(paths, read_through(warcs, watching("WARC files read")), strict=True)
    files = (walk(file, 0, name, originals=originals) for name, file in followed)
    fresh = shard.folder / "records.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()

    def made(run: str) -> None:  # now: a later run may take over a version, as gone or returned
        write_lines(fresh / shard.records_file(run).name, ledger.versions.lines(run=run))

    replayed = replay(ledger, portal, files, shard.capture, made)
    if replayed.unarchived:  # it was corrected, or the run that would have written it was killed
        about = [("isPartOf", run) for run, *_ in ledger.runs.all()][-1:]
        with WarcWriter(shard.warc_folder, shard.name, software=SOFTWARE, info=about) as writer:
            for one in replayed.unarchived:
                archive_definition(writer, shard, one.to_toml())
    if warcs:
        last = shard.warcs()[-1]
        settled_until(ledger, last.name, last.stat().st_size)
    runs = [run for run, *_ in ledger.runs.all(derived=True)]
    addresses = counted(sum(ledger.states().values()), "address", "addresses")
    words = f"{counted(ledger.versions.count(), 'article')}, {addresses}, {counted(len(runs), 'run')}"
    shard.records_folder.mkdir(exist_ok=True)
    for run in runs:
        if not (fresh / shard.records_file(run).name).exists():  # it was killed, and a later one made its records
            write_lines(fresh / shard.records_file(run).name, ())
    if missing := originals.words():
        words += f"; left out: {counted(len(missing), 'revisit')} without an original, `verify` names them"
    ledger.close()
    for ending in ("-wal", "-shm"):
        shard.ledger_file.with_name(shard.ledger_file.name + ending).unlink(missing_ok=True)
    path.replace(shard.ledger_file)
    write_text(shard.definition, replayed.definition.kept_toml())
    for file in fresh.iterdir():
        file.replace(shard.records_folder / file.name)
    fresh.rmdir()
    for file in shard.records_folder.glob("*.jsonl.gz"):
        if file.name.removesuffix(".jsonl.gz") not in runs:
            file.unlink()
    if index:
        update(shard, anew=True)
    return words


@contextmanager
def rehearsed(shard: Shard, portal: Portal | None = None, watching: Watching = unwatched) -> Iterator[Shard]:
    """What `rebuild_shard` makes of a shard, in a folder that is thrown away; the shard is only read. Caller locks it.

    `portal`: a definition to try, in place of the shard's own. Raises as `rebuild_shard` does.
    """
    Portal.of(shard)  # what is wrong with it is named as the shard's
    with tempfile.TemporaryDirectory(prefix="rebuild-") as folder:
        stage = Shard(Path(folder) / shard.name)
        stage.warc_folder.mkdir(parents=True)
        for path in shard.warcs():
            (stage.warc_folder / path.name).symlink_to(path.resolve())
        try:
            for path in shard.warc_folder.glob("*.warc.gz.open"):  # a killed run left it: its copy is closed
                shutil.copy(path, stage.warc_folder)
            if portal is None:
                shutil.copy(shard.definition, stage.definition)
            else:
                write_text(stage.definition, portal.kept_toml())
        except OSError as error:
            room = "make room there, or set TMPDIR to a folder that has it"
            raise Unwritable(f"{folder}: cannot be written to: {error.strerror}; {room}") from error
        try:
            rebuild(stage, index=False, watching=watching)
        except (Damaged, UsageError) as error:  # of a file that is the shard's
            raise type(error)(str(error).replace(str(stage.warc_folder), str(shard.warc_folder))) from error
        yield stage
