"""`init` writes a collection file that `run` takes, says of each key what it is, and replaces none."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Done

from archive.errors import UsageError
from portal_crawler.cron.collectionfile import Budget, CollectionFile, Entry, Whole
from portal_crawler.demo import DemoServer
from portal_crawler.portal import Portal
from portal_crawler.probe.probed import Probed, one_line, remarks

Run = Callable[..., Done]
URLS = ("https://xa-moi.example/", "http://www.huyen.example:8080/trang")


def test_what_init_writes_is_read_and_has_a_comment_to_every_key(tmp_path: Path, portal_crawler: Run) -> None:
    path = tmp_path / "new" / "collection.toml"
    done = portal_crawler("init", *URLS, "giang-thanh", "--into", path, "--contact", "me@lưu.example", expect=2)
    assert "contact" in done.stderr
    done = portal_crawler("init", *URLS, "giang-thanh", "--into", path, "--contact", "me@luu.example")
    assert "3 portals" in done.stderr
    file = CollectionFile.load(path)
    assert [one.name for one in file.portals] == ["xa-moi-example", "huyen-example-8080", "giang-thanh"]
    assert file.tables.collection.contact == "me@luu.example"
    text = path.read_text("utf-8")
    for key in (*Whole.model_fields, *Budget.model_fields, *Entry.model_fields):
        assert re.search(rf"\b{key}\b", text), key
    opened = re.sub(r"^# (?=\w+ = )", "", text, flags=re.M)  # as if a person took the marks away
    assert Whole.model_validate(tomllib.loads(opened)["collection"]).at == ("02:00",)


def test_init_replaces_no_file_and_takes_no_portal_twice(tmp_path: Path, portal_crawler: Run) -> None:
    path = tmp_path / "collection.toml"
    portal_crawler("init", URLS[0], "--into", path)
    before = path.read_bytes()
    done = portal_crawler("init", URLS[1], "--into", path, expect=2)
    assert "--force replaces it" in done.stderr
    assert path.read_bytes() == before
    portal_crawler("init", URLS[1], "--into", path, "--force")
    assert path.read_bytes() != before
    done = portal_crawler("init", URLS[0], "http://xa-moi.example/", "--into", tmp_path / "b.toml", expect=2)
    assert "is the same portal as https://xa-moi.example/" in done.stderr
    done = portal_crawler("init", "xa-moi.example", "--into", tmp_path / "c.toml", expect=2)
    assert "write it as a URL, such as https://xa-moi.example/" in done.stderr
    assert sorted(one.name for one in tmp_path.iterdir()) == ["collection.toml"]


def test_with_probe_it_says_of_each_portal_what_it_is(demo: DemoServer, tmp_path: Path, portal_crawler: Run) -> None:
    path = tmp_path / "collection.toml"
    done = portal_crawler("init", demo.url, "--probe", "--into", path)
    assert [one.entry.url for one in CollectionFile.load(path).portals] == [demo.url]
    *_, seen = path.read_text("utf-8").split("\n\n")
    assert seen.startswith("# Cổng thông tin điện tử huyện Khê Lĩnh\n# family trang-tintuc: address '/trang/TinTuc/")
    assert f"{demo.url}: Cổng thông tin điện tử huyện Khê Lĩnh; family trang-tintuc" in done.stderr
    asked = [request.path for request in demo.requests]
    assert asked[0] == "/robots.txt"
    assert len(asked) <= 4
    assert [one.name for one in tmp_path.iterdir()] == ["collection.toml"]


def test_what_is_amiss_with_a_portal_is_said_beside_it_whatever_its_pages_say() -> None:
    portal = Portal.of_url("https://xa-moi.example/")
    silent = Probed(portal, problem="the portal does not answer (https://xa-moi.example: dns)")
    assert list(remarks(silent)) == ["attention: the portal does not answer (https://xa-moi.example: dns)"]
    hostile = Probed(portal, called="Xã\x00 Mới\n[collection]", certificates={"xa-moi.example": "expired"})
    assert [one_line(line) for line in remarks(hostile)] == [
        "Xã Mới [collection]",
        "no family that is known: its pages are read without selectors",
        "certificate of xa-moi.example: expired",
    ]


def test_paths_are_from_the_files_own_folder_on(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    path = tmp_path / "a" / "collection.toml"
    path.write_text('[collection]\ninto = "../kept"\nlog = "run.log"\n[[portal]]\nurl = "http://xa.example/"', "utf-8")
    file = CollectionFile.load(path)
    assert file.into.resolve() == tmp_path.resolve() / "kept"
    assert file.log == tmp_path / "a" / "run.log"


def test_a_file_that_is_not_there_is_answered_with_the_nearest_or_with_what_writes_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"`init URL --into .*colection\.toml` writes one"):
        CollectionFile.load(tmp_path / "colection.toml")
    (tmp_path / "collection.toml").touch()
    with pytest.raises(UsageError, match=r"did you mean .*/collection\.toml\?"):
        CollectionFile.load(tmp_path / "colection.toml")


def test_a_portal_has_its_own_times_and_else_those_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "collection.toml"
    path.write_text(
        '[collection]\nat = ["02:00"]\nretry = "1h"\n'
        '[[portal]]\nurl = "http://a.example/"\n[[portal]]\nurl = "http://b.example/"\nevery = "1w"\n'
        '[[portal]]\nurl = "http://c.example/"\nat = []\nevery = "6h"\nretry = "2h"\n',
        "utf-8",
    )
    a, b, c = (one.timetable for one in CollectionFile.load(path).portals)
    assert (a.every, a.at, a.retry) == (0, ("02:00",), 3600)
    assert (b.every, b.at) == (7 * 86400, ("02:00",))
    assert (c.every, c.at, c.retry) == (6 * 3600, (), 7200)


@pytest.mark.parametrize("line", ["parallel = true", "log_bytes = false", "log = true"])
def test_true_and_false_are_no_numbers_and_no_texts(tmp_path: Path, line: str) -> None:
    path = tmp_path / "collection.toml"
    path.write_text(f'[collection]\nsearch = false\n{line}\n[[portal]]\nurl = "http://a.example/"\n', "utf-8")
    with pytest.raises(UsageError, match=r"\[collection\] \w+ = (True|False): must not be true or false"):
        CollectionFile.load(path)
