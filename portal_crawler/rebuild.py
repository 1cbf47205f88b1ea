"""Rebuild: the ledger and the records, from nothing but WARC files and `portal.toml`.

A definition or a rule that was mended is thereby applied to all that is kept.
"""

from __future__ import annotations

from archive.collection import Shard
from archive.ledger import Ledger
from archive.release import write_lines
from archive.run import locked

from .derive import derive
from .portal import Portal
from .replay import replay


def rebuild_shard(shard: Shard) -> str:
    """Make a shard's ledger and records anew, and replace the old when all is done; gives what there is, in words.

    Raises Locked, and Damaged where a WARC file is.
    """
    portal = Portal.load(shard.definition)
    with locked(shard):
        path = shard.folder / "ledger.sqlite.new"
        for leftover in shard.folder.glob("ledger.sqlite.new*"):
            leftover.unlink()
        ledger = Ledger(path)
        runs: list[str] = []

        def made(run: str) -> None:
            runs.append(run)
            derive(ledger, portal, run, shard.capture)

        replay(ledger, portal, [(file, f"warc/{file.name}") for file in shard.warcs()], made)
        words = f"{ledger.count_articles()} articles, {sum(ledger.states().values())} addresses, {len(runs)} runs"
        for run in runs:
            write_lines(shard.records_file(run), ledger.article_lines(run=run))
        ledger.close()
        for ending in ("-wal", "-shm"):
            shard.ledger_file.with_name(shard.ledger_file.name + ending).unlink(missing_ok=True)
        path.replace(shard.ledger_file)
    return words
