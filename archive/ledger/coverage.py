"""Coverage: what the lists, sitemaps and feeds of one portal name and claim to have, and what became of it.

A part of the ledger: who calls it holds the ledger's transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from .rows import ARTICLE, End


class Coverage:
    """The tables `named` and `claims`, beside the ends of the URLs."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def names(self, page: int, url: int) -> None:
        """A page names a URL."""
        self._db.execute("INSERT OR IGNORE INTO named VALUES (?, ?)", (page, url))

    def claims(self, page: int, entries: int) -> None:
        """A list says how many entries it has."""
        self._db.execute("INSERT OR REPLACE INTO claims VALUES (?, ?)", (page, entries))

    def is_no_list(self, record_id: str) -> None:
        """The capture gave an article: what its page names are related ones."""
        self._db.execute("DELETE FROM named WHERE list = (SELECT url FROM captures WHERE record_id = ?)", (record_id,))

    def named(self) -> Iterator[tuple[int, int]]:
        """Which lists name which URLs: pairs of ids."""
        yield from self._db.execute("SELECT list, url FROM named")

    def claimed(self) -> dict[int, int]:
        """How many entries lists say that they have, by the id of the page that says so."""
        return dict(self._db.execute("SELECT list, entries FROM claims").fetchall())

    def articles_at(self) -> set[int]:
        """The URLs at which there is, or was, an article: there itself, or where its redirects or its twin lead."""
        at = {url for (url,) in self._db.execute("SELECT DISTINCT url FROM captures WHERE verdict = ?", (ARTICLE,))}
        onward = dict(self._db.execute("SELECT id, twin FROM urls WHERE twin IS NOT NULL AND state = 'twin'"))
        onward |= dict(
            self._db.execute(
                "SELECT u.id, t.id FROM urls u JOIN aliases a ON a.address = u.key JOIN urls t ON t.key = a.canonical"
                " WHERE u.state IN ('redirected', 'twin') AND NOT a.twin"
            )
        )
        for start in onward:
            seen, here = {start}, onward[start]
            while here not in at and here in onward and here not in seen:
                seen.add(here)
                here = onward[here]
            if here in at:
                at |= seen
        return at

    def ends(self, state: str | None = None) -> Iterator[End]:
        """What became of every URL, in the order in which they were found."""
        where, values = ("WHERE u.state = ?", (state,)) if state else ("", ())
        query = (
            "SELECT u.url, u.kind, u.state, u.reason, v.url, u.depth, u.attempts, u.run, c.date, c.status,"
            " EXISTS (SELECT 1 FROM captures e WHERE e.url = u.id AND e.status BETWEEN 200 AND 399) FROM urls u"
            " LEFT JOIN urls v ON v.id = u.via"
            " LEFT JOIN captures c ON c.id = (SELECT max(id) FROM captures WHERE url = u.id)"
            f" {where} ORDER BY u.id"
        )
        for row in self._db.execute(query, values):
            end = End(*row)
            yield replace(end, ever_there=bool(end.ever_there))
