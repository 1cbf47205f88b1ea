"""`doctor` finds what stops a crawl or hides that it has stopped, and says what to do; it changes nothing."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import Done
from test_many import serving, shard
from test_run_collection import age, collection

from archive.collection import Collection
from archive.errors import UsageError
from archive.fixity.signing import PRIVATE, make_key
from archive.lock import locked
from archive.run import pending_redaction
from archive.search import searching
from archive.shard import Shard
from portal_crawler.cron.collectionfile import CollectionFile
from portal_crawler.cron.doctor import Finding, examine, machine
from portal_crawler.cron.journal import Journal
from portal_crawler.cron.rounds import shown, turns

Run = Callable[..., Done]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Path:
    """The folder of a collection file whose one portal has been crawled."""
    folder = tmp_path_factory.mktemp("crawled")
    with serving() as (_, url):
        portal_crawler("run", collection(folder, "xa-1"), env={"http_proxy": url})
    return folder


@pytest.fixture
def kept(crawled: Path, tmp_path: Path) -> Path:
    """Its collection file, in a copy to be changed."""
    return shutil.copytree(crawled, tmp_path / "own") / "collection.toml"


def amiss(target: Path, clock: datetime | None = None) -> list[Finding]:
    moment = clock or datetime.now(UTC)
    return [one for one in examine(target, lambda: moment) if one.level == "mend"]


def one_of(kept: Path) -> Shard:
    return Shard(kept.parent / "kept" / shard("xa-1"))


def test_a_sound_collection_has_nothing_to_mend(kept: Path, portal_crawler: Run) -> None:
    files = [path for path in kept.parent.rglob("*") if path.is_file() and "sqlite-" not in path.name]
    before = {path: path.stat().st_mtime_ns for path in files}
    done = portal_crawler("doctor", kept, "--json")
    levels = {json.loads(line)["level"] for line in done.stdout.splitlines()}
    assert levels <= {"ok", "note"}
    assert portal_crawler("doctor", kept.parent / "kept", "--quiet").stdout == ""
    assert portal_crawler("doctor").stdout.startswith("ok    machine: Python 3")
    assert {path: path.stat().st_mtime_ns for path in files} == before


def test_a_portal_that_nobody_knows_is_found_before_cron_comes_to_it(tmp_path: Path) -> None:
    file = tmp_path / "collection.toml"
    file.write_text('[[portal]]\nurl = "http://xa-1.example/"\n[[portal]]\nname = "giang-than"\n', "utf-8")
    (tmp_path / "archive").mkdir()
    (finding,) = amiss(file)
    assert finding.about == "giang-than"
    assert "did you mean giang-thanh?" in finding.what
    assert finding.do == f"correct [[portal]] 2 of {file}"
    first, second = (shown(turn, datetime.now(UTC)) for turn in turns(CollectionFile.load(file)))
    assert first == "xa-1-example: due, never crawled"
    assert "did you mean giang-thanh?" in second


def test_a_run_that_was_broken_off_is_found(kept: Path, portal_crawler: Run) -> None:
    warc = one_of(kept).warcs()[-1]
    warc.rename(warc.with_name(f"{warc.name}.open"))
    done = portal_crawler("doctor", kept, "--quiet", expect=3)
    assert f"xa-1-example: a run was broken off, {warc.name}.open is open; `crawl xa-1-example --into" in done.stdout
    with locked(one_of(kept)):
        (line,) = [one for one in examine(kept) if one.about == "xa-1-example"]
    assert (line.level, f"process {os.getpid()} on" in line.what) == ("note", True)


def test_a_redaction_that_was_broken_off_is_found(kept: Path) -> None:
    pending_redaction(one_of(kept)).write_text("{}")
    (finding,) = amiss(kept)
    assert finding.do is not None
    assert "the same `redact`" in finding.do


def test_a_ledger_that_is_missing_is_found(kept: Path) -> None:
    one_of(kept).ledger_file.unlink()
    assert [one.do for one in amiss(kept)] == [f"`rebuild {one_of(kept).folder}`"]


def test_a_warc_file_that_is_missing_is_found(kept: Path) -> None:
    one_of(kept).warcs()[0].unlink()
    (finding,) = amiss(kept)
    assert "1 WARC file that the manifests have is missing, first warc/" in finding.what


def test_a_log_that_is_a_folder_is_found_before_run_is_told_so(kept: Path) -> None:
    kept.write_text(kept.read_text("utf-8").replace("[budget]", 'log = "kept"\n[budget]', 1), "utf-8")
    (finding,) = amiss(kept)
    assert finding.what == f"{kept.parent / 'kept'} is a folder"
    with pytest.raises(UsageError, match="is a folder"):
        Journal(kept.parent / "kept", 1)


def test_a_key_that_others_can_read_is_found(kept: Path) -> None:
    folder = kept.parent / "kept"
    make_key(folder)
    assert amiss(kept) == []
    (folder / PRIVATE).chmod(0o644)
    (finding,) = amiss(kept)
    assert finding.do == f"chmod 600 {folder / PRIVATE}"
    (folder / PRIVATE).write_text("no key")
    (finding,) = amiss(kept)
    assert "not an unencrypted private key" in finding.what


def test_a_folder_that_has_been_renamed_is_found_and_not_crawled_into_another(kept: Path, portal_crawler: Run) -> None:
    folder = kept.parent / "kept"
    one_of(kept).folder.rename(folder / "xa-mot")
    (finding,) = [one for one in amiss(folder) if one.about == "xa-mot"]
    assert f"[portal] name = '{shard('xa-1')}', but its folder is xa-mot" in finding.what
    for command in (["crawl", "xa-mot", "--into", folder], ["rebuild", folder], ["report", folder / "xa-mot"]):
        assert "but its folder is xa-mot" in portal_crawler(*command, expect=2).stderr
    assert [one.name for one in folder.iterdir() if one.is_dir()] == ["xa-mot"]


def test_a_clock_that_is_behind_what_is_kept_is_found(kept: Path) -> None:
    (finding,) = amiss(kept, datetime.now(UTC) - timedelta(days=400))
    assert "set the clock" in (finding.do or "")


def test_a_portal_that_is_overdue_is_found(kept: Path) -> None:
    age(kept.parent / "kept", "xa-1", timedelta(days=2, hours=1))
    (finding,) = amiss(kept)
    assert "1 portal overdue, first xa-1-example since" in finding.what
    assert amiss(kept.parent / "kept") == []  # of a folder nobody says how often


def test_a_portal_that_did_not_answer_is_named_with_the_day_since_when(kept: Path) -> None:
    reports = one_of(kept).reports_folder
    (there,) = reports.glob("*.json")
    said = {**json.loads(there.read_text("utf-8")), "reason": "no answer"}
    for number in (2, 3):
        run = {"run": f"2099010{number}000000", "started": f"2099-01-0{number}T00:00:00Z"}
        (reports / f"{run['run']}.json").write_text(json.dumps({**said, **run}), "utf-8")
    named = "1 portal did not answer in the last run: xa-1-example since 2099-01-02T00:00:00Z"
    for target in (kept, kept.parent / "kept"):
        (note,) = [one for one in examine(target) if "did not answer" in one.what]
        assert (note.level, note.what) == ("note", named)
    (reports / "20990104000000.json").write_text(json.dumps({**said, "reason": "finished"}), "utf-8")
    assert not [one for one in examine(kept) if "did not answer" in one.what]


def test_an_index_that_is_stale_is_said(kept: Path) -> None:
    folder = kept.parent / "kept"
    with searching(Collection(folder)):
        pass
    assert "the search index is up to date" in [one.what for one in examine(kept)]
    manifest = max((one_of(kept).folder / "manifests").glob("*.json"))
    manifest.with_name("00002-rebuild.json").write_bytes(manifest.read_bytes())
    assert [one.what for one in examine(kept) if "older than" in one.what]


def test_too_few_open_files_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of this process cannot be lowered for one test: the system's answer is put in its place."""
    monkeypatch.setattr(resource, "getrlimit", lambda which: (256, 256))
    assert [one.level for one in machine(parallel=100) if "files may be open" in one.what] == ["mend"]
    assert [one.level for one in machine(parallel=4) if "files may be open" in one.what] == ["ok"]


def test_letters_that_are_not_utf_8_are_found() -> None:
    told = "print([one.level for one in machine(1) if 'letters' in one.what])"
    program = f"from portal_crawler.cron.doctor import machine\n{told}"
    env = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['mend']"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount a small disk")
def test_a_disk_that_is_nearly_full_is_found(kept: Path) -> None:
    small = kept.parent / "small"
    small.mkdir()
    if os.system(f"mount -t tmpfs -o size=20m tmpfs {small} 2>/dev/null") != 0:
        pytest.skip("may not mount")
    try:
        os.system(f"cp -r {kept.parent / 'kept'}/. {small}/")
        findings = amiss(small)
    finally:
        os.system(f"umount {small}")
    assert [f"make room on the disk of {small}" in (one.do or "") for one in findings] == [True]


def test_of_a_folder_that_is_no_collection_nothing_else_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a collection"):
        next(examine(tmp_path))


def test_a_proxy_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://me:secret@proxy.example:3128/")
    (found,) = [one for one in machine(1) if "https portals" in one.what]
    assert (found.level, found.what) == (
        "note",
        "https portals are asked by way of the proxy http://proxy.example:3128",
    )
