"""Runs: when each run of one portal began, how it ended, and which of them together are one visit.

A part of the ledger: who calls it holds the ledger's transaction.
"""

from __future__ import annotations

import sqlite3


class Runs:
    """The table `runs`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def begin(self, run: str, started: str) -> None:
        self._db.execute("INSERT INTO runs (id, started) VALUES (?, ?)", (run, started))

    def end(self, run: str, ended: str, reason: str) -> None:
        self._db.execute("UPDATE runs SET ended = ?, reason = ? WHERE id = ?", (ended, reason, run))

    def break_off(self) -> bool:
        """Note of every run that has not ended that it was killed; gives whether there was one."""
        return self._db.execute("UPDATE runs SET ended = started, reason = 'killed' WHERE ended IS NULL").rowcount > 0

    def mark_derived(self, run: str) -> None:
        self._db.execute("UPDATE runs SET derived = 1 WHERE id = ?", (run,))

    def all(self, *, derived: bool | None = None) -> list[tuple[str, str, str | None, str | None]]:
        """(id, started, ended, reason) in order of time; `derived=False`: those whose records are not yet made."""
        query = "SELECT id, started, ended, reason FROM runs WHERE ?1 IS NULL OR derived = ?1 ORDER BY started, id"
        return self._db.execute(query, (derived,)).fetchall()

    def last_end(self) -> str | None:
        """How the last run that has ended did."""
        row = self._db.execute(
            "SELECT reason FROM runs WHERE ended IS NOT NULL ORDER BY started DESC, id DESC LIMIT 1"
        ).fetchone()
        return row[0] if row else None

    def of_visit(self, run: str | None) -> set[str | None]:
        """A run, and those before it that were killed: together they are one visit of the portal."""
        found = {run}
        query = "SELECT id, reason FROM runs WHERE id < ? ORDER BY started DESC, id DESC"
        for identity, reason in self._db.execute(query, (run,)):
            if reason != "killed":
                break
            found.add(identity)
        return found

    def first_visit(self) -> set[str]:
        """The runs that together were the portal's first visit: up to the first that was not broken off."""
        found = set()
        for identity, _, _, reason in self.all():
            found.add(identity)
            if reason in ("finished", "replayed"):
                break
        return found
