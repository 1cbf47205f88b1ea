"""A run: its lock, and what it finds of one that was killed or that lost its power."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import CHECKOUT

from archive.errors import Damaged, Locked, UsageError
from archive.ledger.rows import Kept, Lead, Row
from archive.lock import locked
from archive.run import SYNC, Run, close_open
from archive.shard import Shard
from archive.warc.capture import Asked
from archive.warc.exchange import Exchange

NOW = datetime(2025, 6, 30, 23, 59, 59, tzinfo=UTC)
TOML = '[portal]\nname = "xa"\nurl = "http://xa.example/"\n'


def opened(folder: Path, definition: str = TOML) -> Run:
    return Run(Shard(folder / "xa"), definition, software="test", clock=lambda: NOW)


def queued(run: Run, *names: str) -> list[Row]:
    found = [
        run.ledger.add(Lead(f"http://xa.example/{name}", f"http://xa.example/{name}", "page"), depth=0, via=None)
        for name in names
    ]
    return [row for row in found if row is not None]


def kept(run: Run, row: Row, body: bytes = b"<p>tin</p>", truncated: bool = False) -> Kept:
    exchange = Exchange(row.url, NOW)
    exchange.sent += b"GET / HTTP/1.1\r\nHost: xa.example\r\n\r\n"
    exchange.received.append(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )
    if truncated:
        exchange.truncated = "disconnect"
    found = run.keep(exchange, (), Asked(row.kind, None, False))
    exchange.received.close()
    assert found is not None
    return found[0]


def killed(run: Run) -> None:
    """As kill -9 leaves it: nothing closed, the lock gone."""
    run.ledger.close()
    run._lock.release()


def test_a_run_that_ends_leaves_a_closed_warc_and_no_lock(tmp_path: Path) -> None:
    run = opened(tmp_path)
    (row,) = queued(run, "a")
    note = kept(run, row)
    run.settle(row, [note], "archived", None)
    run.end("finished")
    shard = Shard(tmp_path / "xa")
    assert [path.name for path in shard.warcs()] == ["xa-20250630235959-00000.warc.gz"]
    assert shard.capture(note).body == b"<p>tin</p>"
    with locked(shard), shard.reading() as ledger:
        assert ledger.runs.all() == [("20250630235959", "2025-06-30T23:59:59Z", "2025-06-30T23:59:59Z", "finished")]


def test_a_run_does_not_begin_before_one_that_is_there(tmp_path: Path) -> None:
    """A clock that was set back: what comes would count as an earlier version than what is kept."""
    opened(tmp_path).end("finished")
    for moment in (NOW - timedelta(seconds=1), NOW - timedelta(days=900)):
        with pytest.raises(
            UsageError, match=r"xa: the clock says 202[35].*a run is there of 2025-06-30T23:59:59Z: set"
        ):
            Run(Shard(tmp_path / "xa"), f"{TOML}\n", software="test", clock=iter([moment]).__next__)
    assert (tmp_path / "xa" / "portal.toml").read_text("utf-8") == TOML
    opened(tmp_path).end("finished")


def test_runs_of_one_second_have_names_and_files_of_their_own(tmp_path: Path) -> None:
    names = []
    for _ in range(3):
        run = opened(tmp_path)
        (row,) = queued(run, f"{len(names)}")
        run.settle(row, [kept(run, row)], "archived", None)
        names.append(run.id)
        run.end("finished")
    assert names == sorted(set(names))
    assert len(Shard(tmp_path / "xa").warcs()) == 3


def test_what_was_kept_and_not_settled_is_found_without_asking_again(tmp_path: Path) -> None:
    run = opened(tmp_path)
    a, b, c = queued(run, "a", "b", "c")
    notes = [kept(run, row, row.url.encode()) for row in (a, b, c)]
    run.settle(b, [notes[1]], "archived", None)  # out of order: a is still open
    killed(run)
    again = opened(tmp_path)
    assert again.recovery.unsettled == 2
    assert again.resumes
    assert [(note.record_id, capture.body) for note, capture in again.unsettled] == [
        (notes[0].record_id, a.url.encode()),
        (notes[2].record_id, c.url.encode()),
    ]
    for (note, _), row in zip(again.unsettled, (a, c), strict=True):
        again.settle(row, [note], "archived", None)
    again.end("finished")
    last = opened(tmp_path)
    assert last.recovery.unsettled == 0
    assert not last.resumes
    last.end("finished")


def test_what_is_left_unsettled_is_found_by_the_run_after_next(tmp_path: Path) -> None:
    run = opened(tmp_path)
    a, b = queued(run, "a", "b")
    kept(run, a)
    killed(run)
    second = opened(tmp_path)
    second.settle(b, [kept(second, b)], "archived", None)
    killed(second)
    third = opened(tmp_path)
    assert [note.url for note, _ in third.unsettled] == [a.url]
    third.end("finished")


def test_a_torn_answer_that_was_not_settled_is_found_as_torn(tmp_path: Path) -> None:
    run = opened(tmp_path)
    (row,) = queued(run, "a")
    kept(run, row, truncated=True)
    killed(run)
    again = opened(tmp_path)
    assert [capture.truncated for _, capture in again.unsettled] == ["disconnect"]
    again.end("finished")


@pytest.mark.parametrize("left", ["half", "nothing whole", "no byte"])
def test_after_a_power_loss_what_the_warc_lost_is_asked_for_again(tmp_path: Path, left: str) -> None:
    """The ledger may reach the disk before the WARC file does."""
    run = opened(tmp_path)
    a, b = queued(run, "a", "b")
    first, second = kept(run, a), kept(run, b)
    run.settle(a, [first], "archived", None)
    run.settle(b, [second], "archived", None)
    killed(run)
    (path,) = (tmp_path / "xa" / "warc").iterdir()
    os.truncate(path, {"half": second.offset + 20, "nothing whole": 40, "no byte": 0}[left])
    again = opened(tmp_path)
    assert again.recovery.lost == (1 if left == "half" else 2)
    assert [row.url for row in again.ledger.urls("queued")] == ([b.url] if left == "half" else [a.url, b.url])
    assert len(list(again.ledger.captures.all())) == (1 if left == "half" else 0)
    again.end("finished")


@pytest.mark.parametrize("kept_for", [0.0, 1.0, 4.9])
def test_a_power_loss_costs_what_came_since_the_last_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_for: float
) -> None:
    """What `fsync` has not seen is taken off the WARC file; the ledger, which knows of it, recovers."""
    on_disk: list[int] = []
    real = os.fsync

    def synced(fd: int) -> None:
        on_disk.append(os.fstat(fd).st_size)
        real(fd)

    run = opened(tmp_path)
    rows = queued(run, *"abcd")
    run.sync(1000.0)
    notes = [kept(run, row) for row in rows[:2]]
    for row, note in zip(rows, notes, strict=False):
        run.settle(row, [note], "archived", None)
    monkeypatch.setattr(os, "fsync", synced)
    run.sync(1000.0 + SYNC)  # the crawl looks every few seconds
    monkeypatch.undo()
    for row in rows[2:]:
        run.settle(row, [kept(run, row)], "archived", None)
    run.sync(1000.0 + SYNC + kept_for)  # too early to wait for the disk again
    killed(run)
    (path,) = (tmp_path / "xa" / "warc").iterdir()
    assert len(on_disk) == 1
    assert on_disk[0] < path.stat().st_size
    os.truncate(path, on_disk[0])
    again = opened(tmp_path)
    assert again.recovery.lost == 2
    assert [row.url for row in again.ledger.urls("queued")] == [row.url for row in rows[2:]]
    assert [one.record_id for one in again.ledger.captures.all()] == [note.record_id for note in notes]
    again.end("finished")


def test_the_ledger_is_whole_after_a_power_loss(tmp_path: Path) -> None:
    """In these two modes SQLite's file is never broken, and loses at most its last moments (sqlite.org/wal.html)."""
    run = opened(tmp_path)
    modes = [run.ledger._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert modes == ["wal", 1]
    run.end("finished")


def test_after_a_power_loss_what_the_ledger_lost_is_taken_up(tmp_path: Path) -> None:
    run = opened(tmp_path)
    (a,) = queued(run, "a")
    run.ledger._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(tmp_path / "xa" / "ledger.sqlite", tmp_path / "earlier")
    run.settle(a, [kept(run, a)], "archived", None)
    killed(run)
    shutil.copy(tmp_path / "earlier", tmp_path / "xa" / "ledger.sqlite")
    again = opened(tmp_path)
    assert [note.url for note, _ in again.unsettled] == [a.url]
    again.end("finished")


def test_what_was_left_open_is_closed_for_rebuild_too(tmp_path: Path) -> None:
    run = opened(tmp_path)
    (row,) = queued(run, "a")
    kept(run, row)
    killed(run)
    shard = Shard(tmp_path / "xa")
    assert not shard.warcs()
    (closed,) = close_open(shard)
    assert shard.warcs() == [closed.path]


def test_warc_files_without_a_ledger_ask_for_rebuild(tmp_path: Path) -> None:
    run = opened(tmp_path)
    (row,) = queued(run, "a")
    run.settle(row, [kept(run, row)], "archived", None)
    run.end("finished")
    (tmp_path / "xa" / "ledger.sqlite").unlink()
    with pytest.raises(UsageError, match=r"no ledger\.sqlite.*rebuild"):
        opened(tmp_path)


# Locks


def test_a_second_run_is_told_who_holds_the_first(tmp_path: Path) -> None:
    run = opened(tmp_path)
    with pytest.raises(Locked, match=rf"{tmp_path / 'xa'}: locked by another run \(process {os.getpid()} on .* since "):
        opened(tmp_path)
    with pytest.raises(Locked), locked(run.shard):
        pytest.fail("the lock was given twice")
    run.end("finished")
    opened(tmp_path).end("finished")


_HOLD = """
import sys, time
from pathlib import Path
from archive.shard import Shard
from archive.lock import locked
with locked(Shard(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    opened(tmp_path).end("finished")
    command = [sys.executable, "-c", _HOLD, str(tmp_path / "xa")]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Locked, match=f"process {holder.pid} on "):
            opened(tmp_path)
        holder.send_signal(signal.SIGKILL)
    opened(tmp_path).end("finished")


def test_a_run_that_cannot_open_lets_the_lock_go(tmp_path: Path) -> None:
    opened(tmp_path).end("finished")
    ledger = tmp_path / "xa" / "ledger.sqlite"
    sound = ledger.read_bytes()
    ledger.write_bytes(b"no database" * 99)
    with pytest.raises(Damaged):
        opened(tmp_path)
    ledger.write_bytes(sound)
    opened(tmp_path).end("finished")


# Folders and definitions


@pytest.mark.parametrize("name", ["xa", "xa/warc", "xa/records", "xa/lock"])
def test_what_stands_in_the_way_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    if name.endswith("lock"):
        path.mkdir()
    else:
        path.write_text("")
    with pytest.raises(UsageError, match=str(tmp_path / "xa")):
        opened(tmp_path)


def test_a_definition_is_there_whole_and_written_only_where_it_differs(tmp_path: Path) -> None:
    opened(tmp_path).end("finished")
    path = tmp_path / "xa" / "portal.toml"
    before = path.stat().st_mtime_ns
    opened(tmp_path).end("finished")
    assert path.stat().st_mtime_ns == before
    opened(tmp_path, TOML + "\n[expect]\narticles = 3\n").end("finished")
    assert "articles = 3" in path.read_text("utf-8")
    assert not list(path.parent.glob("*.part"))
