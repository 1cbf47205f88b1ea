"""`run`: what cron calls. Portals that are due, a budget, locks, a log, a textfile, and silence when all is well."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import CHECKOUT, Done, command, report
from prometheus_client.parser import text_string_to_metric_families
from test_many import PAGES, serving, shard, urls

from archive.collection import Collection
from archive.lock import locked
from archive.search import Index
from archive.shard import Shard
from portal_crawler.cron.collectionfile import CollectionFile
from portal_crawler.cron.rounds import turns

Run = Callable[..., Done]


def collection(folder: Path, *names: str, whole: str = "", budget: str = "", each: str = "") -> Path:
    """A collection file of invented portals."""
    portals = "".join(f'[[portal]]\nurl = "{url}"\ndelay = 0\n{each}\n' for url in urls(*names))
    path = folder / "collection.toml"
    path.write_text(f'[collection]\ninto = "kept"\n{whole}\n[budget]\n{budget}\n{portals}', "utf-8")
    return path


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def metrics(path: Path) -> dict[tuple[str, ...], float]:
    """The samples of a textfile as Prometheus reads it: by name and values of the labels."""
    families = text_string_to_metric_families(path.read_text("utf-8"))
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def age(into: Path, name: str, by: timedelta) -> None:
    """As if the last run of a portal had begun so much earlier."""
    path = max((into / shard(name) / "crawls").glob("*.json"))
    fields = json.loads(path.read_text("utf-8"))
    fields["started"] = (datetime.fromisoformat(fields["started"]) - by).strftime("%Y-%m-%dT%H:%M:%SZ")
    path.write_text(json.dumps(fields), "utf-8")


def test_what_is_due_is_crawled_and_nothing_is_said_when_all_is_well(tmp_path: Path, portal_crawler: Run) -> None:
    file = collection(tmp_path, "xa-1", "xa-2", "xa-3", whole='log = "run.log"\nmetrics = "state.prom"\nparallel = 2')
    with serving() as (proxy, url):
        env = {"http_proxy": url}
        done = portal_crawler("run", file, env=env)
        assert (done.stdout, done.stderr) == ("", "")
        for name in ("xa-1", "xa-2", "xa-3"):
            assert sum(report(tmp_path / "kept", shard(name))["articles"].values()) == PAGES
        with Index(tmp_path / "kept", readonly=True) as index:
            assert index.count("lien thon") == 3 * PAGES
            assert index.stale(Collection(tmp_path / "kept").shards()) == []
        asked = sum(map(len, proxy.asked.values()))
        done = portal_crawler("run", file, env=env)
        assert (done.stdout, done.stderr) == ("", "")
        assert sum(map(len, proxy.asked.values())) == asked  # nothing was due
        age(tmp_path / "kept", "xa-2", timedelta(days=1))
        portal_crawler("run", file, env=env)
    again = [one for one in events(tmp_path / "run.log") if one["event"] == "portal ends"]
    assert [one["portal"] for one in again][3:] == [shard("xa-2")]
    ends = [one for one in events(tmp_path / "run.log") if one["event"] == "run ends"]
    assert [one["portals"]["crawled"] for one in ends] == [3, 0, 1]
    found = metrics(tmp_path / "state.prom")
    assert found["portal_crawler_portal_articles", shard("xa-1"), "live"] == PAGES
    assert found["portal_crawler_run_portals", "not due"] == 2
    assert found["portal_crawler_portal_ok", shard("xa-3")] == 1
    assert found[("portal_crawler_run_exit_code",)] == 0


def test_a_portal_that_is_down_is_told_and_the_others_are_crawled(tmp_path: Path, portal_crawler: Run) -> None:
    file = collection(tmp_path, "dead", "xa-1", whole='metrics = "state.prom"\nlog = "run.log"\nretry = "2h"')
    with serving() as (_, url):
        done = portal_crawler("run", file, env={"http_proxy": url}, expect=3)
    assert sum(report(tmp_path / "kept", shard("xa-1"))["articles"].values()) == PAGES
    (line,) = done.stderr.splitlines()
    assert "dead-example: the portal does not answer" in line
    counts = events(tmp_path / "run.log")[-1]["portals"]
    assert (counts["crawled"], counts["no answer"]) == (1, 1)
    found = metrics(tmp_path / "state.prom")
    assert (found["portal_crawler_portal_ok", shard("dead")], found["portal_crawler_portal_ok", shard("xa-1")]) == (
        0,
        1,
    )
    due = {turn.wanted.name: turn.due for turn in turns(CollectionFile.load(file))}
    assert timedelta(minutes=100) < due[shard("dead")] - datetime.now(UTC) < timedelta(hours=2)
    assert due[shard("xa-1")] - datetime.now(UTC) > timedelta(hours=23)


def test_a_locked_portal_is_skipped_and_a_second_run_says_who_holds_the_collection(
    tmp_path: Path, portal_crawler: Run
) -> None:
    file = collection(tmp_path, "held", "xa-1", whole='log = "run.log"')
    held = Shard(tmp_path / "kept" / shard("held"))
    held.folder.mkdir(parents=True)
    with serving() as (_, url):
        with locked(held):
            done = portal_crawler("run", file, env={"http_proxy": url}, expect=4)
        assert sum(report(tmp_path / "kept", shard("xa-1"))["articles"].values()) == PAGES
        (line,) = done.stderr.splitlines()
        assert f"process {os.getpid()} on" in line
        assert [one["portal"] for one in events(tmp_path / "run.log") if one["event"] == "portal locked"] == [
            "held-example"
        ]
        with locked(Shard(tmp_path / "kept")):
            done = portal_crawler("run", file, env={"http_proxy": url}, expect=4)
        assert f"process {os.getpid()} on" in done.stderr


def test_a_textfile_that_cannot_be_written_is_told_beside_what_befell_the_portals(
    tmp_path: Path, portal_crawler: Run
) -> None:
    file = collection(tmp_path, whole='log = "run.log"\nmetrics = "nowhere/state.prom"')
    file.write_text(f"{file.read_text('utf-8')}[[portal]]\nfile = 'wrong.toml'\n", "utf-8")
    (tmp_path / "wrong.toml").write_text('[portal]\nname = "xa-1"\n', "utf-8")
    of_portal, of_textfile = portal_crawler("run", file, expect=2).stderr.splitlines()
    assert "[portal] url: missing" in of_portal
    assert f"{tmp_path}/nowhere: make it first" in of_textfile
    assert events(tmp_path / "run.log")[-1]["exit_code"] == 2


def test_a_portal_whose_last_run_is_later_than_the_clock_is_no_portal_that_is_not_due(
    tmp_path: Path, portal_crawler: Run
) -> None:
    """Else a clock that was once a year ahead would keep `run` silent for a year."""
    file = collection(tmp_path, "xa-1")
    reports = tmp_path / "kept" / shard("xa-1") / "crawls"
    reports.mkdir(parents=True)
    late = f"{datetime.now(UTC) + timedelta(days=400):%Y-%m-%dT%H:%M:%SZ}"
    (reports / "20990101000000.json").write_text(
        json.dumps({"run": "20990101000000", "started": late, "reason": "finished"}), "utf-8"
    )
    assert portal_crawler("run", file, "--dry-run").stdout == f"{shard('xa-1')}: due, last crawled {late}\n"


def test_the_budget_is_of_all_portals_and_the_next_call_goes_on_with_the_rest(
    tmp_path: Path, portal_crawler: Run
) -> None:
    names = ("xa-1", "xa-2", "xa-3")
    file = collection(tmp_path, *names, whole="parallel = 1", budget="requests = 14")
    calls = 0
    with serving() as (proxy, url):
        while any(turn.due <= datetime.now(UTC) for turn in turns(CollectionFile.load(file))):
            before = sum(map(len, proxy.asked.values()))
            done = portal_crawler("run", file, env={"http_proxy": url})
            calls += 1
            assert (done.stdout, done.stderr) == ("", "")
            assert 0 < sum(map(len, proxy.asked.values())) - before <= 14
            assert calls < 12
    assert calls >= 3
    for name in names:
        assert sum(report(tmp_path / "kept", shard(name))["articles"].values()) == PAGES


def test_when_the_time_is_over_what_is_left_is_for_the_next_call(tmp_path: Path, portal_crawler: Run) -> None:
    file = collection(tmp_path, "endless", "xa-1", whole="parallel = 1", budget='time = "1m"', each="")
    text = file.read_text("utf-8").replace("delay = 0", "delay = 0.2")
    file.write_text(text, "utf-8")
    swift = "import portal_crawler.cron.rounds as r\nr.seconds_of = lambda text: 1.5"
    environment = f"{swift}\nimport portal_crawler.cli as c\nc.main()"
    with serving() as (_, url):  # a minute is the least that can be written
        program = [command()[0], "-c", environment, "run", str(file)]
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "http_proxy": url}
        done = subprocess.run(program, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert report(tmp_path / "kept", shard("endless"))["reason"] == "budget"
    assert not (tmp_path / "kept" / shard("xa-1")).exists()
    assert all(turn.due <= datetime.now(UTC) for turn in turns(CollectionFile.load(file)))


def test_a_run_that_was_killed_is_due_at_once_and_made_an_end_of(tmp_path: Path, portal_crawler: Run) -> None:
    file = collection(tmp_path, "xa-1")
    file.write_text(file.read_text("utf-8").replace("delay = 0", "delay = 0.3"), "utf-8")
    with serving() as (proxy, url):
        env = {**os.environ, "PYTHONPATH": str(CHECKOUT), "http_proxy": url}
        running = subprocess.Popen(command("run", file), env=env)
        try:
            while len(proxy.asked["xa-1.example"]) < 5:
                assert running.poll() is None
        finally:
            running.kill()
            running.wait()
        (turn,) = turns(CollectionFile.load(file))
        assert turn.began is not None
        assert turn.due == turn.began
        portal_crawler("run", file, env={"http_proxy": url})
    one = report(tmp_path / "kept", shard("xa-1"))
    assert (one["reason"], sum(one["articles"].values())) == ("finished", PAGES)
    assert one["recovered"]["salvaged"]


def test_what_would_be_done_is_shown_without_a_request(tmp_path: Path, portal_crawler: Run) -> None:
    file = collection(tmp_path, "xa-1", "xa-2")
    done = portal_crawler("run", file, "--dry-run", "--json")
    assert [json.loads(line)["due"] for line in done.stdout.splitlines()] == [True, True]
    assert not (tmp_path / "kept").exists()
    done = portal_crawler("run", file, "--dry-run", "--portal", "xa-1-exampl", expect=2)
    assert "did you mean xa-1-example?" in done.stderr
    with file.open("a", encoding="utf-8") as more:
        more.write('[[portal]]\nname = "giang-than"\n')
    done = portal_crawler("run", file, "--dry-run", expect=2)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()][2] == "giang-than"
    assert "1 portal cannot be crawled: correct" in done.stderr


def test_a_named_portal_is_crawled_now_and_the_log_is_put_aside_when_it_is_long(
    tmp_path: Path, portal_crawler: Run
) -> None:
    file = collection(tmp_path, "xa-1", "xa-2", whole='log = "logs/run.log"\nlog_bytes = 1024')
    with serving() as (proxy, url):
        env = {"http_proxy": url}
        portal_crawler("run", file, env=env)
        before = len(proxy.asked["xa-2.example"])
        portal_crawler("run", file, "--portal", "xa-1-example", "--now", env=env)
        assert len(proxy.asked["xa-2.example"]) == before
        portal_crawler("run", file, env=env)
    names = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert names == ["run.log", "run.log.1"]
    told = [one["event"] for name in reversed(names) for one in events(tmp_path / "logs" / name)]
    assert told.count("run begins") == told.count("run ends") == 3
    assert told.count("portal ends") == 3


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        ('[collection]\ncontakt = "a@b.example"', "did you mean 'contact'?"),
        ("[collection]\ndelay = 3", "[collection] delay: no such key; it belongs into [[portal]]"),
        ('[[portal]]\nurl = "https://xa.example/"\nlog = "a"', "[[portal]] 1 log: no such key; it belongs into [coll"),
        ('[[portal]]\nurl = "https://xa.example/"\nevry = "1d"', "[[portal]] 1 evry: no such key; did you mean"),
        ('[[portal]]\nurl = "https://xa.example/"\nevery = "1 day"', "such as 90m, 6h, 1d or 2w"),
        ('[[portal]]\nurl = "https://xa.example/"\nat = ["25:00"]', "must be a time of the day, such as 02:30"),
        ('[[portal]]\nurl = "xa.example"', "[[portal]] 1: address: [portal] url = 'xa.example'"),
        ('[[portal]]\nurl = "https://xa.example/"\n[[portal]]\nurl = "http://xa.example/"', "is the same as number 1"),
        ('[[portal]]\nlimit = 3', "must have one of url, name and file"),
        ('[portal]\nurl = "https://xa.example/"', "write [[portal]]"),
        ('[collection]\ninto = "a"', "names no portal"),
        ('[collection]\ninto = "collection.toml"\n[[portal]]\nurl = "https://xa.example/"', "is a file; name a folder"),
        ('[budget]\nrequests = 0\n[[portal]]\nurl = "https://xa.example/"', "[budget] requests = 0"),
        ('[[portal]]\nname = "giang-than"', None),
        ('[[portal]]\nfile = "not-there.toml"', "not-there.toml: cannot be read"),
        ("[collection", "not TOML"),
    ],
)  # fmt: skip
def test_a_wrong_collection_file_is_refused_by_key_value_and_what_is_allowed(
    mistake: str, said: str | None, tmp_path: Path, portal_crawler: Run
) -> None:
    file = tmp_path / "collection.toml"
    file.write_text(mistake, "utf-8")
    done = portal_crawler("run", file, expect=2)
    if said is None:  # found when it is to be crawled: it takes no other down
        said = "did you mean giang-thanh?"
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_seven_hundred_portals_that_are_not_due_cost_no_ledger_a_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"xa-{number}" for number in range(700)]
    file = collection(tmp_path, *names)
    now = datetime.now(UTC)
    for name in names:
        folder = tmp_path / "kept" / shard(name) / "crawls"
        folder.mkdir(parents=True)
        (folder.parent / "ledger.sqlite").write_bytes(b"not to be read")
        started = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        (folder / f"{now:%Y%m%d%H%M%S}.json").write_text(
            json.dumps({"run": "x", "started": started, "reason": "finished"})
        )
    monkeypatch.setattr(Shard, "reading", None)
    assert all(turn.due > now for turn in turns(CollectionFile.load(file)))
