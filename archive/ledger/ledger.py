"""Ledger: every URL's state, and with it every capture, run and article of one portal, in SQLite.

`schema` has its tables. Parts on the same connection: `captures` and `runs`, `versions` has the articles, `coverage`
what lists name, `history` what visits brought.

The ledger is the frontier too: what is `queued` in it is what is left to fetch. One page's outcome (its captures, the
links found on it, its own end state) is one transaction, so that a kill at any instant leaves each page either wholly
done or wholly to do. It can be thrown away: `rebuild` gets it back from the WARC files.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..errors import Damaged, Unwritable, UsageError
from ..warc.capture import Hint
from . import database
from .captures import Captures
from .coverage import Coverage
from .history import History
from .rows import ARTICLE, FILES, GOES_ON, LEADS_HERE, PRIORITY, SAYS_NEW, Kept, Kind, Lead, Row, State
from .runs import Runs
from .schema import ROW, SCHEMA, VERSION
from .versions import Versions

_NO_ROOM = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY)  # primary result codes

_DIGITS = re.compile(r"\d+")
_ANSWERED = ("archived", "redirected", "gone", "failed")


class Ledger:
    """One portal's ledger. Raises Damaged where the file is none, UsageError where it is of another version.

    For several threads, one after the other.
    """

    def __init__(self, path: Path, *, readonly: bool = False, blank: bool = False) -> None:
        """`blank`: of a portal of which nothing was kept yet; in memory alone, no file is looked for or made."""
        self.path = path
        self._readonly = readonly
        mode = "memory" if blank else "rwc"
        try:
            if readonly:
                self._db = database.opened(path)
            else:
                self._db = sqlite3.connect(
                    f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
                )
                self._db.execute("PRAGMA busy_timeout = 10000")
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and not readonly:
                self._db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
            elif version == 0:
                raise Damaged(f"{path}: is empty: run `rebuild` to make it anew")
            elif version != VERSION:
                raise UsageError(
                    f"{path}: ledger of version {version}, this program reads {VERSION}: run the portal-crawler that"
                    " made it, or `rebuild` to make it anew"
                )
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _NO_ROOM:
                raise self._unwritable(error) from error
            raise Damaged(f"{path}: not a readable ledger ({error}): run `rebuild` to make it anew") from error
        self.runs = Runs(self._db)
        self.captures = Captures(self._db)
        self.versions = Versions(self._db)
        self.coverage = Coverage(self._db)
        self.history = History(self._db)

    def close(self) -> None:
        if self._readonly:
            database.close(self._db, self.path)
        else:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. An error inside rolls back and goes on to the caller. Raises Unwritable, Damaged."""
        with self.explained():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite may have rolled back itself, as on a full disk
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def explained(self) -> Iterator[None]:
        """What SQLite finds wrong with the file, as the error that says what to do. Raises Unwritable, Damaged."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self._unwritable(error) from error
        except sqlite3.DatabaseError as error:
            raise Damaged(f"{self.path}: damaged ({error}): run `rebuild` to make it anew") from error

    def _unwritable(self, error: sqlite3.Error) -> Unwritable:
        what = database.remedy(self.path, error)
        return Unwritable(f"{self.path}: cannot be written ({error}): {what}, and run again")

    def flaws(self) -> Iterator[str]:
        """What SQLite's own check finds wrong with the file."""
        for (flaw,) in self._db.execute("PRAGMA integrity_check(20)"):
            if flaw != "ok":
                yield flaw.replace("\n", ": ")

    def get(self, key: str) -> str | None:
        """A note that was `put`, e.g. the watermark of what is settled."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def put(self, key: str, value: str) -> None:
        self._db.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (key, value)
        )

    # URLs

    def add(
        self, lead: Lead, *, depth: int, via: int | None, run: str | None = None, again: tuple[Kind, ...] = ()
    ) -> Row | None:
        """Take note of a URL; gives its row where it is new and queued, or is now worth asking for again.

        A URL that is known keeps its state and kind; a hint is added. It is queued again where `run` has not visited it
        yet, and a redirect leads there, or it is of a kind in `again` and (but for listings) the hint is new. A twin
        that turns out to be linked by itself is queued, and so is one of a URL that is not known, and what was out of
        scope where it was found first and is not where it is found now.
        """
        found = self._db.execute("SELECT id, state, kind, run FROM urls WHERE key = ?", (lead.key,)).fetchone()
        entered: State = lead.state
        if found is None:
            instead = self._id_of(lead.twin)
            if entered == "twin" and lead.twin != "" and instead is None:
                entered = "queued"
            identity = self._db.execute(
                "INSERT INTO urls (key, url, kind, state, reason, priority, depth, via, form, guess, twin)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    lead.key, lead.url, lead.kind, entered, lead.reason, _priority(lead), depth, via, lead.form,
                    lead.guess, instead,
                ),
            ).lastrowid  # fmt: skip
            assert identity is not None
        else:
            identity = found[0]
            if lead.form is not None:  # what a later page hands out (__VIEWSTATE) is what the server wants now
                self._db.execute("UPDATE urls SET form = ? WHERE id = ?", (lead.form, identity))
        said = False
        if lead.hint is not None and via is not None:
            self.coverage.names(via, identity)
            said = self._db.execute(  # without a section it is nothing new where the rest was said with one
                "INSERT OR IGNORE INTO hints SELECT ?1, ?2, ?3, ?4, ?5"
                " WHERE ?4 != '' OR NOT EXISTS (SELECT 1 FROM hints WHERE url = ?1 AND title = ?2 AND date = ?3)",
                (identity, lead.hint.title or "", lead.hint.date or "", lead.hint.section or "", via),
            ).rowcount == 1  # fmt: skip
        if lead.inherits:
            self._db.execute(
                "INSERT OR IGNORE INTO hints SELECT ?, title, date, section, via FROM hints WHERE url = ?",
                (identity, via),
            )
        if found is None:
            return self.row(identity) if entered == "queued" else None
        _, state, kind, visited = found
        if kind == "requisite" and lead.kind != kind and lead.state == "queued":
            return self._called(identity, state, lead)
        other = self._stands_for(identity) if state == "twin" and lead.state == "queued" and visited else None
        if other is not None:  # what is said of an address holds for the one that is asked for in its place
            said_there = replace(lead, url=other.url, key=other.key, form=None)
            return self.add(said_there, depth=depth, via=via, run=run, again=again)
        if state in ("twin", "out of scope") and visited is None and lead.state == "queued":
            self._db.execute(
                "UPDATE urls SET state = 'queued', reason = NULL, kind = ?, priority = ?, guess = ? WHERE id = ?",
                (lead.kind, _priority(lead), lead.guess, identity),
            )
            return self.row(identity)
        if lead.inherits:
            why = LEADS_HERE
        elif lead.kind in again and lead.kind == "listing":
            why = GOES_ON
        elif lead.kind in again and said and lead.hint is not None and not self._but_for_digits(identity, lead.hint):
            why = SAYS_NEW
        else:
            return None
        if state not in _ANSWERED or visited in self.runs.of_visit(run):
            return None
        return self.ask_again(identity, kind, why)

    def _called(self, identity: int, state: State, lead: Lead) -> Row | None:
        """What was taken for a requisite is what a link now calls it: a page has to be read as one."""
        if state == "redacted":
            return None
        if lead.kind not in FILES and state != "queued":
            return self.ask_again(identity, lead.kind, LEADS_HERE if lead.inherits else None)
        self._db.execute("UPDATE urls SET kind = ?, priority = ? WHERE id = ?", (lead.kind, _priority(lead), identity))
        if state == "out of scope":
            self._db.execute("UPDATE urls SET state = 'queued', reason = NULL WHERE id = ?", (identity,))
        return self.row(identity) if state in ("queued", "out of scope") else None

    def _but_for_digits(self, identity: int, hint: Hint) -> bool:
        """Whether another hint has the same date and, digits apart, the same title: a counter stands in the link.

        Under which section it stands makes no other page of it either.
        """
        titles = self._db.execute(
            "SELECT title FROM hints WHERE url = ? AND date = ? AND (title != ? OR section != ?)",
            (identity, hint.date or "", hint.title or "", hint.section or ""),
        )
        plain = _DIGITS.sub("", hint.title or "")
        return any(_DIGITS.sub("", title) == plain for (title,) in titles)

    def _stands_for(self, identity: int) -> Row | None:
        """The URL that is asked for in place of a twin."""
        found = self._db.execute(
            "SELECT o.id FROM urls u JOIN urls o ON o.id = u.twin WHERE u.id = ? AND o.state != 'twin'", (identity,)
        ).fetchone()
        return self.row(found[0]) if found else None

    def _id_of(self, key: str | None) -> int | None:
        found = self._db.execute("SELECT id FROM urls WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def row(self, identity: int) -> Row:
        return Row(*self._db.execute(f"SELECT {ROW} FROM urls WHERE id = ?", (identity,)).fetchone())

    def find(self, key: str) -> Row | None:
        """The URL of that key."""
        row = self._db.execute(f"SELECT {ROW} FROM urls WHERE key = ?", (key,)).fetchone()
        return Row(*row) if row else None

    def urls(self, state: State | None = None) -> Iterator[Row]:
        """The URLs in the order in which they were found."""
        where, values = ("WHERE state = ?", (state,)) if state else ("", ())
        for row in self._db.execute(f"SELECT {ROW} FROM urls {where} ORDER BY id", values):
            yield Row(*row)

    def settle(
        self,
        identity: int,
        state: State,
        reason: str | None,
        run: str,
        *,
        kind: Kind | None = None,
        twin: str | None = None,
    ) -> None:
        """Say what became of a URL; `kind` where the page told more than the link, `twin` as a lead has it."""
        self._db.execute(
            "UPDATE urls SET state = ?, reason = ?, run = ?, kind = coalesce(?, kind), twin = coalesce(?, twin)"
            " WHERE id = ?",
            (state, reason, run, kind, self._id_of(twin), identity),
        )

    def apply(
        self,
        row: Row,
        notes: Iterable[Kept],
        state: State,
        reason: str | None,
        run: str,
        *,
        kind: Kind | None = None,
        leads: Sequence[Lead] = (),
        due: float = 0.0,
        content: str | None = None,
        marks: Iterable[int] = (),
        fruit: bool | None = None,
        twin: str | None = None,
        claimed: int | None = None,
        free: bool = False,
        url: str | None = None,
    ) -> list[Row]:
        """One visit, inside a transaction of the caller: the captures, the links found, and what became of the URL.

        `content`: digest of a listing's entries; None: the page is no listing. `marks`, `fruit`: what the page gave,
        as hashes, and whether any of it was new; None: as it was. `claimed`: how many entries
        the list says that it has. Gives the rows that are to be asked for
        now: those that are new, those of which a listing says something new, and, where it has any such entry, the
        pages on which it goes on: so a later visit stops where nothing is new; and its twins, where it is not there.
        `state` queued: the URL itself is asked for again, not before `due`; `free`: this attempt does
        not count; as `url`, where the server spells it so.
        """
        for note in notes:
            self.captures.add(row.id, note, content)
        lists = content is not None and (kind or row.kind) != "article"
        again: tuple[Kind, ...] = ("page", "article") if lists else ()
        wanted = [
            self.add(lead, depth=row.depth + 1, via=row.id, run=run, again=again)
            for lead in leads
            if lead.kind != "listing" or lead.inherits
        ]
        # What a browser needs for it says nothing of how far a list goes.
        again = ("listing",) if lists and any(row and row.kind != "requisite" for row in wanted) else ()
        wanted += [
            # The pages of a list are as far from the front page as its first.
            self.add(lead, depth=row.depth + (row.kind != "listing"), via=row.id, run=run, again=again)
            for lead in leads
            if lead.kind == "listing" and not lead.inherits
        ]
        for lead in leads:
            if lead.inherits and state in ("redirected", "twin"):
                self.versions.add_alias(row.key, lead.key, twin=False)
        if state == "queued":
            self.postpone(row.id, due, reason or "", free=free)
            self._db.execute("UPDATE urls SET url = coalesce(?, url) WHERE id = ?", (url, row.id))
        else:
            self.settle(row.id, state, reason, run, kind=kind, twin=twin)
            if state == "failed":
                self._db.execute("UPDATE urls SET attempts = attempts + 1 WHERE id = ?", (row.id,))
        if fruit is not None:
            self._db.executemany("INSERT OR IGNORE INTO seen VALUES (?)", ((mark,) for mark in marks))
            self._db.execute("UPDATE urls SET fruit = ? WHERE id = ?", (fruit, row.id))
            linked = {lead.key for lead in leads if lead.kind not in FILES}
            self._db.executemany("UPDATE urls SET links = links + 1 WHERE key = ?", ((key,) for key in linked))
        if claimed is not None:
            self.coverage.claims(row.id, claimed)
        if state in ("gone", "absent", "failed"):
            wanted += self._release(row.id)
        return [one for one in wanted if one is not None]

    def _release(self, identity: int) -> list[Row]:
        """Queue the twins of a URL that is not there."""
        rows = self._db.execute(
            "SELECT id FROM urls WHERE state = 'twin' AND twin = ? ORDER BY id", (identity,)
        ).fetchall()
        for (twin,) in rows:
            self._db.execute("UPDATE urls SET state = 'queued', twin = NULL WHERE id = ?", (twin,))
        return [self.row(twin) for (twin,) in rows]

    def twins(self, identity: int) -> list[Row]:
        """The URLs that this one was to stand for, whatever became of them."""
        rows = self._db.execute(f"SELECT {ROW} FROM urls WHERE twin = ? ORDER BY id", (identity,))
        return [Row(*row) for row in rows]

    def standing(self, keys: Iterable[str]) -> dict[str, bool]:
        """Of those URLs that are known, by key: whether they are linked by themselves, and not known to be missing."""
        found = {}
        for key in keys:
            row = self._db.execute("SELECT state, run FROM urls WHERE key = ?", (key,)).fetchone()
            if row:
                state, run = row
                found[key] = state in ("queued", "archived", "redirected") or (state == "twin" and run is not None)
        return found

    def names_sitemap(self) -> bool:
        """Whether the portal itself names a sitemap that can be asked for."""
        query = "SELECT 1 FROM urls WHERE kind = 'sitemap' AND guess = 0 AND state IN ('queued', 'archived') LIMIT 1"
        return self._db.execute(query).fetchone() is not None

    def leads_back(self, start: str, key: str) -> bool:
        """Whether the redirects from the URL with the key `start` come to the one with `key`."""
        query = (
            "WITH RECURSIVE chain (address) AS (SELECT ?1"
            " UNION SELECT a.canonical FROM aliases a JOIN chain c ON a.address = c.address WHERE NOT a.twin)"
            " SELECT 1 FROM chain WHERE address = ?2 LIMIT 1"
        )
        return self._db.execute(query, (start, key)).fetchone() is not None

    def postpone(self, identity: int, due: float, reason: str, *, free: bool = False) -> None:
        """One more attempt, not before `due`. The failed one counts, unless `free`, or `due` is 0: we broke it off."""
        self._db.execute(
            "UPDATE urls SET attempts = attempts + ?, due = ?, reason = ? WHERE id = ?",
            (due > 0 and not free, due, reason, identity),
        )

    def ask_again(self, identity: int, kind: Kind, why: str | None = None, *, last: bool = False) -> Row:
        """Queue one URL that was settled, as what it is wanted for now. `last`: behind all that names or is new."""
        priority = min(PRIORITY[kind], PRIORITY["archive"]) if last else PRIORITY[kind]
        self._db.execute(
            "UPDATE urls SET state = 'queued', attempts = 0, due = 0, kind = ?, priority = ?, reason = ? WHERE id = ?",
            (kind, priority, why, identity),
        )
        return self.row(identity)

    def failed(self) -> dict[int, str]:
        """When the run began in which a URL failed, by the URL's id."""
        query = "SELECT u.id, r.started FROM urls u JOIN runs r ON r.id = u.run WHERE u.state = 'failed'"
        return dict(self._db.execute(query).fetchall())

    def hints(self, identity: int) -> tuple[Hint, ...]:
        """What other pages said of a URL, in the order in which they were found."""
        rows = self._db.execute(
            "SELECT v.url, h.title, h.date, h.section FROM hints h JOIN urls v ON v.id = h.via"
            " WHERE h.url = ? ORDER BY h.via, h.title, h.date, h.section",
            (identity,),
        )
        return tuple(Hint(url, title or None, date or None, section or None) for url, title, date, section in rows)

    def states(self) -> Counter[tuple[str, str]]:
        """How many URLs there are of each kind and state."""
        return Counter(
            {
                (kind, state): n
                for kind, state, n in self._db.execute("SELECT kind, state, count(*) FROM urls GROUP BY 1, 2")
            }
        )

    # URLs and their captures

    def judge(self, kept: Kept, verdict: str, content: str | None) -> None:
        """Note what a page gave: an article with this content, or why it is none."""
        self._db.execute("UPDATE captures SET verdict = ?, content = coalesce(?, content) WHERE record_id = ?",
            (verdict, content, kept.record_id),
        )  # fmt: skip
        if verdict == ARTICLE:
            self.coverage.is_no_list(kept.record_id)
        else:
            self._db.execute(  # that a file is no article says nothing of it
                "UPDATE urls SET reason = ? WHERE state = 'archived' AND kind NOT IN (?, ?, ?) AND id ="
                " (SELECT url FROM captures WHERE record_id = ?)",
                (verdict, *FILES, kept.record_id),
            )
            self._db.execute(  # a section under a long name: from now on it is read as a list
                "UPDATE urls SET kind = 'page' WHERE kind = 'article' AND id ="
                " (SELECT url FROM captures WHERE record_id = ? AND content IS NOT NULL)"
                " AND NOT EXISTS (SELECT 1 FROM captures c WHERE c.url = urls.id AND c.verdict = ?)",
                (kept.record_id, ARTICLE),
            )

    def forget(self, warc: str, beyond: int) -> int:
        """Drop the captures of a file that lie beyond its end (after a power loss); their URLs are queued again."""
        rows = self._db.execute(
            "SELECT id, url FROM captures WHERE warc = ? AND offset + length > ?", (warc, beyond)
        ).fetchall()
        for identity, url in rows:
            self._db.execute("DELETE FROM captures WHERE id = ?", (identity,))
            self._db.execute("UPDATE urls SET state = 'queued', due = 0 WHERE id = ?", (url,))
        return len(rows)


def _priority(lead: Lead) -> int:
    """An entry without a date may be a section that is called at length: it comes before those that are surely none."""
    undated = (
        lead.kind == "article" and lead.hint is not None and lead.hint.title is not None and lead.hint.date is None
    )
    return PRIORITY[lead.kind] + undated
