"""The crawl of the demo portal, end to end: what the README's first command promises."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime, timedelta, timezone
from pathlib import Path

import jsonschema
import pytest
import typer
from conftest import CHECKOUT, Done, but_for_place, records, report

from archive import Collection
from archive.record import Article, json_schema
from archive.warc import records as warc_records
from portal_crawler.cli.commands import app
from portal_crawler.crawl.arguments import ARGUMENTS
from portal_crawler.crawl.course import Options
from portal_crawler.demo import DemoServer, Removal, serve

Run = Callable[..., Done]
Visited = tuple[DemoServer, Path]


@pytest.fixture
def archive(demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run) -> Path:
    """The demo portal, crawled; the test's own, to visit again."""
    into = tmp_path / "archive"
    portal_crawler("crawl", definition, "--into", into)
    return into


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Iterator[Visited]:
    """The demo portal and an archive of it, to look at only."""
    folder = tmp_path_factory.mktemp("visited")
    with serve() as demo:
        (folder / "demo.toml").write_text(demo.portal().to_toml(), encoding="utf-8")
        portal_crawler("crawl", folder / "demo.toml", "--into", folder / "archive")
        yield demo, folder / "archive"


def test_every_field_of_every_record_is_the_truth(visited: Visited, portal_crawler: Run) -> None:
    demo, archive = visited
    found = {article.canonical_url: article for article in records(portal_crawler("dump", archive))}
    truth = {expected.canonical_url: expected for expected in demo.truth()}
    assert found.keys() == truth.keys()
    for url, expected in truth.items():
        article = found[url]
        for name in expected.__slots__:
            if name != "aliases":
                assert but_for_place(getattr(article, name)) == getattr(expected, name), (url, name)
        assert set(article.aliases) <= set(expected.aliases)
        assert {address for address in expected.aliases if "/print/" not in address} <= set(article.aliases)


def test_every_record_points_at_its_bytes(visited: Visited) -> None:
    _, archive = visited
    for article in Collection(archive).shard("demo").articles():
        place = article.provenance
        assert place.warc is not None
        path = archive / "demo" / place.warc
        assert path.is_file()
        with path.open("rb") as file:
            file.seek(place.offset or 0)
            member = gzip.decompress(file.read(place.length or 0))
        assert f"WARC-Record-ID: <{place.record_id}>".encode() in member
        assert f"WARC-Target-URI: {article.url}".encode() in member


def test_every_record_fits_the_schema(visited: Visited) -> None:
    _, archive = visited
    validator = jsonschema.Draft202012Validator(json_schema())
    records = [json.loads(line) for line in Collection(archive).shard("demo").lines()]
    assert records
    assert [list(validator.iter_errors(record)) for record in records] == [[]] * len(records)


def test_every_field_of_the_schema_says_what_it_is() -> None:
    schema = json_schema()
    fields = [field for one in (schema, *schema["$defs"].values()) for field in one["properties"].items()]
    assert [name for name, field in fields if "description" not in field] == []


def test_every_field_says_where_it_came_from(visited: Visited) -> None:
    _, archive = visited
    for article in Collection(archive).shard("demo").articles():
        for name in ("title", "timestamp", "author", "source", "section", "summary", "body"):
            if getattr(article, name):
                assert article.extraction.fields.get(name), (article.url, name)


def test_the_records_file_holds_what_the_run_found(visited: Visited, portal_crawler: Run) -> None:
    _, archive = visited
    (file,) = (archive / "demo" / "records").iterdir()
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        kept = sorted(lines)
    assert kept == sorted(portal_crawler("dump", archive).stdout.splitlines(keepends=True))


def test_what_robots_txt_forbids_is_never_asked_for(visited: Visited) -> None:
    demo, archive = visited
    asked = [request.path for request in demo.requests]
    assert asked[0] == "/robots.txt"
    assert not [path for path in asked if path.startswith("/noi-bo")]
    assert report(archive, "demo")["urls"]["excluded"] == {"page": 1}


def test_nothing_is_asked_for_twice(visited: Visited) -> None:
    demo, _ = visited
    asked = [request.path for request in demo.requests]
    assert len(asked) == len(set(asked))


def test_every_exchange_is_archived(visited: Visited) -> None:
    demo, archive = visited
    kept = [
        record.url
        for path in Collection(archive).shard("demo").warcs()
        for record in warc_records(path)
        if record.type == "response"
    ]
    assert sorted(kept) == sorted(demo.url.rstrip("/") + request.path for request in demo.requests)


def test_every_url_ends_in_a_state(visited: Visited) -> None:
    _, archive = visited
    with Collection(archive).shard("demo").reading() as ledger:
        rows = list(ledger.urls())
    assert {row.state for row in rows} == {"archived", "redirected", "gone", "excluded", "out of scope", "absent"}
    assert all(row.reason for row in rows if row.state != "archived")


def test_a_second_visit_asks_for_little_and_changes_nothing(
    demo: DemoServer, definition: Path, archive: Path, portal_crawler: Run
) -> None:
    before = portal_crawler("dump", archive).stdout
    first = len(demo.requests)
    portal_crawler("crawl", definition, "--into", archive)
    assert len(demo.requests) - first < 0.05 * first
    assert portal_crawler("dump", archive, "--all-versions").stdout == before


def test_a_refresh_makes_no_new_versions(
    demo: DemoServer, definition: Path, archive: Path, portal_crawler: Run
) -> None:
    before = {article.id: article for article in records(portal_crawler("dump", archive))}
    portal_crawler("crawl", definition, "--into", archive, "--refresh")
    after = {article.id: article for article in records(portal_crawler("dump", archive, "--all-versions"))}
    assert after.keys() == before.keys()
    for identity, article in after.items():
        assert article == before[identity].model_copy(update={"last_seen": article.last_seen})
        assert (article.last_seen or "") > (before[identity].last_seen or "")
    asked = [request.status for request in demo.requests]
    assert asked.count(304) > len(before)  # what has a validator is asked for with it


def test_an_edit_is_a_new_version(demo: DemoServer, definition: Path, archive: Path, portal_crawler: Run) -> None:
    entry = next(entry for entry in demo.articles() if entry.author and entry.source is None and entry.blocks)
    demo.edit(entry.id, author="Vàng Thị Sửa")
    portal_crawler("crawl", definition, "--into", archive, "--refresh")
    versions = [
        article
        for article in records(portal_crawler("dump", archive, "--all-versions"))
        if f"/{entry.id}/" in article.canonical_url
    ]
    assert [(article.version, article.status, article.author) for article in versions] == [
        (1, "live", entry.author),
        (2, "changed", "Vàng Thị Sửa"),
    ]
    assert versions[0].first_seen == versions[1].first_seen
    assert versions[0].provenance != versions[1].provenance
    assert report(archive, "demo")["records"]["changed"] == 1


@pytest.mark.parametrize("how", ["404", "410", "soft"])
def test_a_removed_article_is_gone_when_a_second_visit_confirms_it(
    demo: DemoServer, definition: Path, archive: Path, portal_crawler: Run, how: Removal
) -> None:
    entry = demo.articles()[5]

    def status() -> str:
        (article,) = (one for one in records(portal_crawler("dump", archive)) if f"/{entry.id}/" in one.url)
        return article.status

    demo.remove(entry.id, how)
    portal_crawler("crawl", definition, "--into", archive, "--refresh")
    assert status() == "live"
    portal_crawler("crawl", definition, "--into", archive)
    assert status() == "gone"
    demo.restore(entry.id)
    portal_crawler("crawl", definition, "--into", archive, "--refresh")
    assert status() == "live"
    portal_crawler("verify", archive)


def test_the_bytes_alone_give_the_same_records(visited: Visited, portal_crawler: Run) -> None:
    _, archive = visited
    again = portal_crawler("extract", *sorted((archive / "demo" / "warc").iterdir()), "--stdout")
    assert again.stdout == portal_crawler("dump", archive).stdout


def test_scrapy_crawl_does_the_same(demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run) -> None:
    into = tmp_path / "by-scrapy"
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "portal", "-a", f"portal={definition}", "-a", f"into={into}"],
        cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    found = {article.canonical_url for article in records(portal_crawler("dump", into))}
    assert found == {expected.canonical_url for expected in demo.truth()}


def scrapy_crawl(*arguments: str | Path) -> Done:
    given = [part for argument in arguments for part in ("-a", str(argument))]
    command = [sys.executable, "-m", "scrapy", "crawl", "portal", *given]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=False)


def test_scrapy_crawl_takes_what_the_command_takes(demo: DemoServer, definition: Path, tmp_path: Path) -> None:
    (command,) = (one for one in typer.main.get_command(app).commands.values() if one.name == "crawl")  # type: ignore[attr-defined]
    assert {option.name for option in command.params} - {"targets", "into", "as_json", "quiet"} == ARGUMENTS.keys()
    assert {one.name for one in fields(Options)} >= ARGUMENTS.keys()
    into, page = tmp_path / "archive", "https://thu-vien.example/luu-tru"
    told = {"limit": 3, "delay": 0.25, "workers": 2, "refresh": "yes", "contact": page}
    assert told.keys() == ARGUMENTS.keys()
    first = f"portal={definition}", f"into={into}"
    done = scrapy_crawl(*first, *(f"{name}={value}" for name, value in told.items()))
    assert done.returncode == 0, done.stderr
    run = report(into, "demo")
    assert run["reason"] == "limit"
    assert run["seconds"] > 0.25
    (path,) = Collection(into).shard("demo").warcs()
    info = next(b"".join(one.pieces()) for one in warc_records(path) if one.type == "warcinfo")
    assert f"(+{page}; ".encode() in info


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["portal=http://a.example/"], "no collection named: give -a into=DIR"),
        (["portal=http://a.example/", "into=x", "dely=1"], "-a dely: no such argument; did you mean delay?"),
        (["portal=http://a.example/", "into=x", "workers=99"], "-a workers=99: must be at least 1 and at most 16"),
        (["portal=http://a.example/", "into=x", "limit=a"], "-a limit=a: must be a whole number"),
        (["portal=http://a.example/", "into=x", "refresh=perhaps"], "-a refresh=perhaps: must be one of true, "),
        (["portal=http://a.example/", "into=x", "contact=me"], "contact 'me' (--contact or PORTAL_CRAWLER_CONTACT): "),
        (["portal=ftp://a.example/", "into=x"], "ftp://a.example/: only http and https can be crawled"),
    ],
)
def test_a_wrong_argument_of_scrapy_crawl_is_refused_by_name(given: list[str], words: str) -> None:
    done = scrapy_crawl(*given)
    assert done.returncode == 2
    assert done.stderr.startswith(f"portal-crawler: {words}")
    assert not (CHECKOUT / "x").exists()


def test_a_limit_stops_early_and_the_next_run_goes_on(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    portal_crawler("crawl", definition, "--into", into, "--limit", "20", expect=3)
    first = report(into, "demo")
    assert first["reason"] == "limit"
    assert first["urls"]["queued"]
    portal_crawler("crawl", definition, "--into", into)
    assert len(records(portal_crawler("dump", into))) == len(demo.truth())
    asked = [request.path for request in demo.requests if request.path != "/robots.txt"]
    assert len(asked) == len(set(asked))


def test_who_asks_is_told_to_the_server_and_to_the_archives_readers(
    demo: DemoServer, definition: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    into = tmp_path / "archive"
    env = {"PORTAL_CRAWLER_CONTACT": "luu-tru@thu-vien.example"}
    portal_crawler("crawl", definition, "--into", into, "--limit", "2", env=env, expect=3)
    page = "https://thu-vien.example/luu-tru"
    portal_crawler("crawl", definition, "--into", into, "--limit", "2", "--contact", page, env=env, expect=3)
    seen = []
    for path in Collection(into).shard("demo").warcs():
        texts = {record.type: b"".join(record.pieces()).decode("latin-1") for record in warc_records(path)}
        agents = [re.search(r"user-agent: (.*)\r\n", text, re.I) for text in (texts["warcinfo"], texts["request"])]
        (told,) = {agent[1] for agent in agents if agent is not None}
        seen.append(told.partition("(")[2])
    purpose = "; archiving for the public record)"
    assert seen == [f"+luu-tru@thu-vien.example{purpose}", f"+{page}{purpose}"]


def test_outside_its_hours_a_portal_is_not_asked_and_cron_hears_nothing_bad(
    demo: DemoServer, tmp_path: Path, portal_crawler: Run
) -> None:
    now = datetime.now(timezone(timedelta(hours=7)))
    begin, end = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (3, 5))
    portal = demo.portal()
    pace = portal.politeness.model_copy(update={"hours": (f"{begin}-{end}",)})
    closed = portal.model_copy(update={"politeness": pace})
    path = tmp_path / "demo.toml"
    path.write_text(closed.to_toml(), encoding="utf-8")
    done = portal_crawler("crawl", path, "--into", tmp_path / "archive")
    assert demo.requests == []
    assert f"T{begin}+07:00" in done.stderr
    told = report(tmp_path / "archive", "demo")
    assert (told["reason"], told["requests"]) == ("hours", 0)
    path.write_text(portal.to_toml(), encoding="utf-8")
    portal_crawler("crawl", path, "--into", tmp_path / "archive")
    assert len(records(portal_crawler("dump", tmp_path / "archive"))) == len(demo.truth())


def test_articles_are_values(visited: Visited) -> None:
    _, archive = visited
    article = next(Collection(archive).shard("demo").articles())
    assert Article.from_json(article.to_json()) == article
