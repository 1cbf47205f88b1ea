"""The ledger: states, hints, aliases; one visit is one transaction; a file that is none is named."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import CHECKOUT

from archive.errors import Damaged, Unwritable, UsageError
from archive.ledger import Ledger
from archive.ledger.rows import Kept, Kind, Lead, Row, State
from archive.ledger.schema import VERSION
from archive.warc.capture import Hint

A = "http://xa-a.example"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    found = Ledger(tmp_path / "ledger.sqlite")
    yield found
    found.close()


def lead(path: str, kind: Kind = "page", **fields: object) -> Lead:
    return Lead(url=f"{A}{path}", key=f"{A}{path}", kind=kind, **fields)  # type: ignore[arg-type]


def add(ledger: Ledger, path: str, kind: Kind = "page", via: Row | None = None, **fields: object) -> Row:
    ledger.add(lead(path, kind, **fields), depth=0, via=via.id if via else None)
    row = ledger.find(f"{A}{path}")
    assert row is not None
    return row


def note(row: Row, number: int, **fields: object) -> Kept:
    values = {
        "url": row.url, "run": "1", "warc": "warc/a.warc.gz", "offset": number * 100, "length": 100,
        "record_id": f"urn:{number}", "date": f"2025-01-01T00:00:{number:02}Z", "status": 200,
        "media_type": "text/html", "payload_sha256": None, "truncated": None,
    }  # fmt: skip
    return Kept(**{**values, **fields})  # type: ignore[arg-type]


def apply(ledger: Ledger, row: Row, state: State, reason: str | None = None, *leads: Lead, run: str = "1") -> list[Row]:
    with ledger.transaction():
        return ledger.apply(row, [], state, reason, run, leads=leads)


# URLs


def test_a_url_is_known_by_its_key_once(ledger: Ledger) -> None:
    first = ledger.add(lead("/tin"), depth=2, via=None)
    assert first is not None
    assert (first.state, first.depth, first.attempts, first.due) == ("queued", 2, 0, 0)
    assert ledger.add(Lead(f"{A}/tin#cuoi", f"{A}/tin", "article"), depth=1, via=None) is None
    assert list(ledger.urls()) == [first]


@pytest.mark.parametrize("state", ["out of scope", "trap"])
def test_what_is_never_asked_for_is_noted_with_its_reason(ledger: Ledger, state: State) -> None:
    assert ledger.add(lead("/x", state=state, reason="why"), depth=0, via=None) is None
    (row,) = ledger.urls(state)
    assert row.reason == "why"


def test_a_visit_settles_its_url_and_queues_what_it_leads_to(ledger: Ledger) -> None:
    row = add(ledger, "/")
    with ledger.transaction():
        new = ledger.apply(row, [note(row, 1)], "archived", None, "1", leads=[lead("/a"), lead("/b"), lead("/")])
    assert [(one.url, one.depth) for one in new] == [(f"{A}/a", 1), (f"{A}/b", 1)]
    assert ledger.row(row.id).state == "archived"
    assert [kept.record_id for kept in ledger.captures.all()] == ["urn:1"]


def test_a_failed_attempt_is_counted_and_one_we_broke_off_is_not(ledger: Ledger) -> None:
    row = add(ledger, "/")
    with ledger.transaction():
        ledger.apply(row, [], "queued", "HTTP 503", "1", due=5.0)
    assert (ledger.row(row.id).attempts, ledger.row(row.id).due, ledger.row(row.id).reason) == (1, 5.0, "HTTP 503")
    with ledger.transaction():
        ledger.apply(row, [], "queued", None, "1")
    assert (ledger.row(row.id).attempts, ledger.row(row.id).due) == (1, 0.0)
    again = ledger.ask_again(row.id, "page")
    assert (again.attempts, again.state) == (0, "queued")


def test_what_pages_say_of_a_url_is_kept_once_in_the_order_of_the_pages(ledger: Ledger) -> None:
    front, list_, tin = add(ledger, "/"), add(ledger, "/list"), add(ledger, "/tin")
    said = Hint(f"{A}/list", "Hội nghị tổng kết", "(01/02/2019)")
    also = Hint(f"{A}/", "Hội nghị tổng kết", None, "Tin tức")
    for via, hint in ((list_, said), (front, also), (list_, said), (front, Hint(f"{A}/", said.title, said.date))):
        ledger.add(lead("/tin", hint=hint), depth=1, via=via.id)
    assert ledger.hints(tin.id) == (also, said)


def test_a_redirect_hands_on_what_was_said_and_its_own_address(ledger: Ledger) -> None:
    front, old = add(ledger, "/"), add(ledger, "/cu")
    said = Hint(f"{A}/", "Tiêu đề", "01/02/2019")
    ledger.add(lead("/cu", hint=said), depth=1, via=front.id)
    apply(ledger, old, "redirected", "to", lead("/moi", inherits=True))
    new = ledger.find(f"{A}/moi")
    assert new is not None
    assert ledger.hints(new.id) == (said,)
    assert ledger.versions.aliases(f"{A}/moi") == [f"{A}/cu"]


def test_aliases_follow_chains_and_survive_loops(ledger: Ledger) -> None:
    for address, target in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "c")):
        ledger.versions.add_alias(address, target, twin=False)
    assert ledger.versions.aliases("c") == ["a", "b", "d"]
    assert ledger.leads_back("a", "c")
    assert not ledger.leads_back("a", "d")


def test_states_are_counted_by_kind(ledger: Ledger) -> None:
    for number in range(3):
        add(ledger, f"/{number}", "article")
    apply(ledger, add(ledger, "/0", "article"), "gone", "HTTP 410")
    assert ledger.states() == {("article", "queued"): 2, ("article", "gone"): 1}


# Captures


def test_captures_beyond_the_end_of_a_file_are_forgotten_and_asked_for_again(ledger: Ledger) -> None:
    rows = [add(ledger, f"/{number}") for number in range(3)]
    for number, row in enumerate(rows):
        with ledger.transaction():
            ledger.apply(row, [note(row, number)], "archived", None, "1")
    assert ledger.forget("warc/a.warc.gz", 250) == 1
    assert ledger.forget("warc/b.warc.gz", 0) == 0
    assert [row.url for row in ledger.urls("queued")] == [rows[2].url]
    assert [kept.record_id for kept in ledger.captures.all()] == ["urn:0", "urn:1"]


def test_validators_are_the_last_whole_pages(ledger: Ledger) -> None:
    row = add(ledger, "/")
    notes = [note(row, 1, etag='"1"'), note(row, 2, etag='"2"', truncated="time"), note(row, 3, status=404, etag='"3"')]
    with ledger.transaction():
        ledger.apply(row, notes, "archived", None, "1")
    assert ledger.history.validators(row.id) == ('"1"', None)


# Runs


def test_a_killed_run_and_the_next_are_told_apart_from_two_that_ended(ledger: Ledger) -> None:
    ledger.runs.begin("1", "2025-01-01T00:00:00Z")
    ledger.runs.end("1", "2025-01-01T01:00:00Z", "finished")
    assert not ledger.runs.break_off()
    ledger.runs.begin("2", "2025-01-02T00:00:00Z")
    assert ledger.runs.break_off()
    assert [(run, reason) for run, _, _, reason in ledger.runs.all()] == [("1", "finished"), ("2", "killed")]
    assert [run for run, *_ in ledger.runs.all(derived=False)] == ["1", "2"]
    ledger.runs.mark_derived("1")
    assert [run for run, *_ in ledger.runs.all(derived=True)] == ["1"]


# Transactions


def test_an_error_inside_a_visit_leaves_nothing_of_it(ledger: Ledger) -> None:
    row = add(ledger, "/")
    with pytest.raises(RuntimeError), ledger.transaction():
        ledger.apply(row, [note(row, 1)], "archived", None, "1", leads=[lead("/a")])
        raise RuntimeError
    assert list(ledger.urls()) == [row]
    assert not list(ledger.captures.all())


_HALF = """
import os, signal, sys
from pathlib import Path
from archive.ledger import Ledger
from archive.ledger.rows import Lead
ledger = Ledger(Path(sys.argv[1]))
row = next(ledger.urls())
with ledger.transaction():
    leads = [Lead("http://a/%d" % n, "http://a/%d" % n, "page") for n in range(999)]
    ledger.apply(row, [], "archived", None, "1", leads=leads)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_kill_inside_a_visit_leaves_nothing_of_it(ledger: Ledger) -> None:
    row = add(ledger, "/")
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run([sys.executable, "-c", _HALF, ledger.path], env=environment, check=False, timeout=30)
    assert done.returncode == -signal.SIGKILL
    assert list(ledger.urls()) == [row]


def test_a_full_disk_is_said_in_words_and_loses_nothing(ledger: Ledger) -> None:
    row = add(ledger, "/")
    pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
    ledger._db.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(Unwritable, match=r"ledger\.sqlite: .*full.*make room"), ledger.transaction():
        ledger.apply(row, [], "archived", None, "1", leads=[lead(f"/{'x' * 500}{number}") for number in range(500)])
    assert list(ledger.urls()) == [row]
    ledger._db.execute("PRAGMA max_page_count = 1000000")
    apply(ledger, row, "archived")
    assert ledger.row(row.id).state == "archived"


# Files


def test_a_ledger_is_there_again_when_it_is_opened_again(tmp_path: Path) -> None:
    for number in range(2):
        ledger = Ledger(tmp_path / "ledger.sqlite")
        assert ledger.get("mark") == ("here" if number else None)
        ledger.put("mark", "here")
        ledger.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.sqlite"]


@pytest.mark.parametrize("version", [VERSION + 1, 999])
def test_a_ledger_of_a_later_version_is_left_as_it_is(tmp_path: Path, version: int) -> None:
    path = tmp_path / "ledger.sqlite"
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    before = path.read_bytes()
    for readonly in (True, False):
        with pytest.raises(UsageError, match=rf"ledger of version {version}.*rebuild"):
            Ledger(path, readonly=readonly)
    assert path.read_bytes()[:18] == before[:18]


@pytest.mark.parametrize("content", [b"no database" * 99, b"SQLite format 3\x00" + bytes(99), b"\x00" * 4096])
def test_a_file_that_is_no_ledger_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(Damaged, match=r"ledger\.sqlite: not a readable ledger .*rebuild"):
        Ledger(path)


def test_a_folder_in_its_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(Damaged, match="not a readable ledger"):
        Ledger(tmp_path)
