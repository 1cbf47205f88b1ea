"""`golden`: a case is added by one command, and is no truth before a person has looked at it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from conftest import CHECKOUT, Done, records

from archive.warc.told import captures
from portal_crawler.demo import DemoServer, pages, serve
from portal_crawler.probe.golden import UNCHECKED, Case

Run = Callable[..., Done]
TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden"
PAGE = GOLDEN / "nukeviet" / "page.html"
URL = "https://suoibang.example.gov.vn/vi/news/kinh-te/xa-suoi-bang-cung-hoa-ba-cay-so-duong-vao-vung-che-312.html"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Iterator[tuple[DemoServer, Path]]:
    """The demo portal, running, and a collection of it."""
    folder = tmp_path_factory.mktemp("kept")
    with serve() as server:
        definition = folder / "demo.toml"
        definition.write_text(server.portal().to_toml(), encoding="utf-8")
        portal_crawler("crawl", definition, "--into", folder / "archive")
        yield server, folder / "archive"


def an_article(server: DemoServer) -> str:
    entry = next(entry for entry in server.articles() if entry.author and entry.blocks)
    return urljoin(server.url, pages.article_path(entry))


def the_one_test(folder: Path, case: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """tests/test_golden.py, beside a folder with this case alone."""
    (folder / "golden").mkdir(exist_ok=True)
    for name in ("test_golden.py", "conftest.py", "forkserver.py"):
        shutil.copy(TESTS / name, folder)
    shutil.copytree(case, folder / "golden" / case.name, dirs_exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-k",
        "page_gives or page_names",
        *options,
        str(folder),
    ]
    command += ["-k", "page_gives or page_names"]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=folder, check=False)


def check(case: Path) -> None:
    """What a person does who has compared every field."""
    path = case / "expected.json"
    expected: dict[str, Any] = json.loads(path.read_text("utf-8"))
    del expected[UNCHECKED]
    path.write_text(json.dumps(expected, ensure_ascii=False), "utf-8")


def said(done: Done) -> str:
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("portal-crawler: ")]
    return line


def test_one_page_is_asked_for_and_nothing_else(demo: DemoServer, tmp_path: Path, portal_crawler: Run) -> None:
    url = an_article(demo)
    done = portal_crawler("golden", url, "--into", tmp_path / "a", "--contact", "thu-vien@example.org")
    assert [request.path for request in demo.requests] == ["/robots.txt", url.removeprefix(demo.url.rstrip("/"))]
    case = Case(tmp_path / "a")
    assert case.about["url"] == url
    assert case.about["family"] == "trang-tintuc"
    assert case.about["captured"]
    assert {name for name, _ in case.about["headers"]} == {"Date", "Content-Type"}
    truth = next(one for one in demo.truth() if one.canonical_url == url)
    record = case.read()
    assert (record["title"], record["author"], record["body"]) == (truth.title, truth.author, truth.body)
    for words in (truth.title, truth.author, *truth.body.split("\n\n"), "[last line]", "[selector: div.tieude-tin]"):
        assert words is not None
        assert words in done.stdout  # whole: a person checks each field
    assert '"unchecked"' in done.stderr


def test_a_case_is_no_truth_before_a_person_has_checked_it(tmp_path: Path, portal_crawler: Run) -> None:
    case = tmp_path / "a-case"
    portal_crawler("golden", PAGE, "--url", URL, "--into", case)
    for _ in range(2):  # nor by being run again
        done = the_one_test(tmp_path, case)
        assert done.returncode == 1, done.stdout
        assert "compare every field with page.html" in done.stdout
    done = the_one_test(tmp_path, case, "--accept")  # nor by a rule that changed
    assert "compare every field with page.html" in done.stdout
    assert UNCHECKED in json.loads((tmp_path / "golden" / "a-case" / "expected.json").read_text("utf-8"))
    check(case)
    done = the_one_test(tmp_path, case)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_what_a_person_corrects_is_what_the_test_wants(tmp_path: Path, portal_crawler: Run) -> None:
    case = tmp_path / "a-case"
    portal_crawler("golden", PAGE, "--url", URL, "--into", case)
    check(case)
    path = case / "expected.json"
    path.write_text(path.read_text("utf-8").replace("Hà Thị Duyên", "Lò Thị Mai"), "utf-8")
    done = the_one_test(tmp_path, case)
    assert done.returncode == 1
    assert "Lò Thị Mai" in done.stdout


def test_a_case_made_by_hand_is_drafted_and_not_checked(tmp_path: Path) -> None:
    case = tmp_path / "by-hand"
    shutil.copytree(GOLDEN / "nukeviet", case)
    (case / "expected.json").unlink()
    assert "compare every field with page.html" in the_one_test(tmp_path, case).stdout
    drafted = json.loads((tmp_path / "golden" / "by-hand" / "expected.json").read_text("utf-8"))
    assert drafted.pop(UNCHECKED)
    assert drafted == Case(GOLDEN / "nukeviet").expected


def test_a_capture_is_read_as_the_crawl_read_it(
    kept: tuple[DemoServer, Path], tmp_path: Path, portal_crawler: Run
) -> None:
    server, archive = kept
    asked = len(server.requests)
    found = {record.url: record for record in records(portal_crawler("dump", archive)) if record.author}
    read = [one for path in (archive / "demo" / "warc").iterdir() for one in captures(path)]
    capture = next(one for one in read if one.url in found and one.header("content-encoding"))
    url = capture.url
    portal_crawler("golden", url, "--from", archive, "--into", tmp_path / "a")
    assert len(server.requests) == asked
    case = Case(tmp_path / "a")
    dumped, record = json.loads(found[url].to_json()), case.read()
    for name in ("id", "title", "timestamp", "author", "section", "summary", "body", "attachments", "portal_name"):
        assert record[name] == dumped[name], name
    assert record["extraction"]["fields"] == dumped["extraction"]["fields"]
    assert case.about["hints"]  # what lists said of it
    assert (tmp_path / "a" / "page.html").read_bytes() == capture.body
    check(tmp_path / "a")
    done = the_one_test(tmp_path, tmp_path / "a")
    assert done.returncode == 0, done.stdout


def test_a_warc_file_is_a_place_to_take_a_page_from(
    kept: tuple[DemoServer, Path], tmp_path: Path, portal_crawler: Run
) -> None:
    server, archive = kept
    file = min((archive / "demo" / "warc").iterdir())
    portal_crawler("golden", server.url, "--from", file, "--into", tmp_path / "a")
    assert Case(tmp_path / "a").about["family"] == "trang-tintuc"
    assert "a listing" in Case(tmp_path / "a").read()["not_article"]


def test_a_saved_page_is_kept_byte_for_byte_and_no_visitors_cookie_with_it(tmp_path: Path, portal_crawler: Run) -> None:
    portal_crawler("golden", PAGE, "--url", URL, "--into", tmp_path / "a")
    case = Case(tmp_path / "a")
    assert (tmp_path / "a" / "page.html").read_bytes() == PAGE.read_bytes()
    assert case.about == {"url": URL, "headers": [], "hints": [], "family": "nukeviet"}
    assert case.expected is not None
    assert case.expected["title"] == "Xã Suối Bàng cứng hóa ba cây số đường vào vùng chè"


def test_a_known_portals_page_says_which(tmp_path: Path, portal_crawler: Run) -> None:
    page, url = GOLDEN / "trang-tintuc" / "page.html", "https://giangthanh.kiengiang.gov.vn/trang/TinTuc/1/2/a.html"
    portal_crawler("golden", page, "--url", url, "--into", tmp_path / "a")
    assert Case(tmp_path / "a").about["portal"] == "giang-thanh"
    definition = tmp_path / "own.toml"
    definition.write_text("[portal]\nname = 'xa'\nurl = 'https://xa.example/'\n[selectors]\ntitle = ['h9']\n", "utf-8")
    portal_crawler("golden", page, "--url", url, "--into", tmp_path / "b", "--portal", definition)
    assert Case(tmp_path / "b").portal.selectors.title == ("h9",)
    assert not {"portal", "family"} & Case(tmp_path / "b").about.keys()


def test_a_folder_that_is_there_is_not_overwritten(tmp_path: Path, portal_crawler: Run) -> None:
    case = tmp_path / "a"
    portal_crawler("golden", PAGE, "--url", URL, "--into", case)
    check(case)
    (case / "portal.toml").write_text("[portal]\nname = 'xa'\nurl = 'https://xa.example/'\n", "utf-8")
    before = {path.name: path.read_bytes() for path in case.iterdir()}
    other = GOLDEN / "wordpress" / "page.html"
    url = "https://namma.example.gov.vn/bai/"
    assert "--force" in said(portal_crawler("golden", other, "--url", url, "--into", case, expect=2))
    assert {path.name: path.read_bytes() for path in case.iterdir()} == before
    portal_crawler("golden", other, "--url", url, "--into", case, "--force")
    assert sorted(path.name for path in case.iterdir()) == ["about.json", "expected.json", "page.html"]
    assert Case(case).about["family"] == "wordpress"
    assert UNCHECKED in (case / "expected.json").read_text("utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "page.html").write_text("mine")
    assert "no golden case" in said(portal_crawler("golden", other, "--url", url, "--into", home, "--force", expect=2))
    assert (home / "page.html").read_text() == "mine"


def test_a_page_that_is_not_to_be_had_leaves_no_folder(demo: DemoServer, tmp_path: Path, portal_crawler: Run) -> None:
    into = tmp_path / "a"
    moved = next(entry for entry in demo.articles() if entry.moved)
    for path, words in (
        (pages.old_path(moved), f"redirects to {urljoin(demo.url, pages.article_path(moved))}"),
        (f"{pages.INTERNAL}bai", "robots.txt"),
        ("/khong-co", "HTTP 404"),
    ):
        assert words in said(portal_crawler("golden", urljoin(demo.url, path), "--into", into, expect=3))
    assert not any(request.path.startswith(pages.INTERNAL) for request in demo.requests)
    assert not into.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["khong-co.html", "--url", URL], "khong-co.html: no such file"),
        ([str(PAGE)], "--url must say where the page came from"),
        ([str(PAGE), "--url", "suoibang"], "suoibang: not an absolute"),
        ([str(PAGE), "--url", URL, "--from", "."], "give the page's URL"),
        ([URL, "--url", URL], "--url says where a saved page came from"),
        ([URL, "--from", "nowhere"], "nowhere: no such folder"),
        ([URL, "--from", str(PAGE)], "page.html"),
        ([URL, "--portal", "giang-than"], "did you mean giang-thanh"),
        ([URL, "--contact", "me"], "--contact"),
        ([str(TESTS / "conftest.py"), "--url", URL], "a golden case is a page"),
    ],
)
def test_wrong_arguments_are_named(arguments: list[str], words: str, tmp_path: Path, portal_crawler: Run) -> None:
    assert words in said(portal_crawler("golden", *arguments, "--into", tmp_path / "a", expect=2))
    assert not (tmp_path / "a").exists()


def test_an_address_that_a_collection_has_not_is_said_with_what_became_of_it(
    kept: tuple[DemoServer, Path], tmp_path: Path, portal_crawler: Run
) -> None:
    server, archive = kept
    entry = server.articles()[0]
    printed = urljoin(server.url, pages.print_path(entry))
    line = said(portal_crawler("golden", printed, "--from", archive, "--into", tmp_path / "a", expect=2))
    assert "out of scope" in line
    line = said(
        portal_crawler("golden", f"{server.url}khong-co", "--from", archive, "--into", tmp_path / "a", expect=2)
    )
    assert "no such address" in line
