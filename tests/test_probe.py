"""`probe`: what a portal is, from a few pages or a saved one, and a definition that `crawl` takes."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Done, report

from archive.record import Article
from portal_crawler.demo import DemoServer
from portal_crawler.portal import Portal
from portal_crawler.upkeep.sources import extract_sources

Run = Callable[..., Done]
GOLDEN = Path(__file__).parent / "golden"


def test_an_unknown_portal_is_shown_and_its_definition_can_be_crawled(
    demo: DemoServer, tmp_path: Path, portal_crawler: Run
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    done = portal_crawler("probe", demo.url, "--pages", "9", env={"TMPDIR": str(temporary)})
    assert not list(temporary.iterdir())  # nothing is kept
    words = done.stderr
    assert "family     trang-tintuc: address '/trang/TinTuc/" in words
    assert f"Huyện ủy: {demo.url}trang/TinTuc/105" in words
    assert "by query: ?trang=… (counts pages)" in words
    assert f"robots.txt {demo.url}robots.txt" in words
    assert "[selector: div.tieude-tin]" in words
    assert "null" in words  # what is unknown is said
    assert "a listing, by the portal's [sources] listing" in words
    pages = [request.path for request in demo.requests if request.path != "/robots.txt"]
    assert len(pages) <= 9
    assert not [path for path in pages if path.endswith((".jpg", ".pdf"))]
    portal = Portal.parse(done.stdout, "stdout")
    assert portal.portal.family == "trang-tintuc"
    assert portal.portal.title == "Cổng thông tin điện tử huyện Khê Lĩnh"
    assert "[selectors]" not in done.stdout  # the family has them
    file = tmp_path / "khe-linh.toml"
    file.write_text(done.stdout, "utf-8")
    into = tmp_path / "archive"
    portal_crawler("crawl", file, "--into", into, "--limit", "40", "--delay", "0")
    assert report(into, portal.portal.name)["articles"]


def test_machines_get_all_of_it_as_json(definition: Path, demo: DemoServer, portal_crawler: Run) -> None:
    done = portal_crawler("probe", definition, "--json", "--quiet", "--pages", "20")
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["url"] == demo.url
    assert found["family"] == "trang-tintuc"
    assert found["evidence"]
    assert {section["name"] for section in found["sections"]} >= {"the front page", "Huyện ủy"}
    assert found["places"]["robots"] == [f"{demo.url}robots.txt"]
    assert found["records"][0]["extraction"]["fields"]["title"] == "selector: div.tieude-tin"
    assert set(found["not_articles"]).isdisjoint(record["url"] for record in found["records"])
    portal = Portal.parse(found["toml"], "toml")
    assert portal.politeness.concurrency == 4  # what the definition says stays in it


def test_a_saved_article_is_read_with_the_source_of_each_field(tmp_path: Path, portal_crawler: Run) -> None:
    page = tmp_path / "bai.html"
    shutil.copy(GOLDEN / "nukeviet" / "page.html", page)
    done = portal_crawler("probe", page, "--url", "https://suoibang.example.gov.vn/vi/news/kinh-te/bai-312.html")
    assert "family     nukeviet: generator 'NukeViet v4.5'; " in done.stderr
    assert "author       Hà Thị Duyên   [last line]" in done.stderr
    assert "source       Báo Sơn Thượng   [selector: " in done.stderr
    portal = Portal.parse(done.stdout, "stdout")
    assert portal.portal.family == "nukeviet"
    assert portal.portal.url == "https://suoibang.example.gov.vn/"
    assert portal.politeness.delay == 2.1


def test_a_saved_page_says_its_own_address(tmp_path: Path, portal_crawler: Run) -> None:
    page = tmp_path / "bai.html"
    shutil.copy(GOLDEN / "wordpress" / "page.html", page)
    done = portal_crawler("probe", page, "--json")
    found = json.loads(done.stdout)
    assert Article.from_json(json.dumps(found["records"][0])).schema_ == 1
    assert "schema" in found["records"][0]
    assert found["url"] == "https://namma.example.gov.vn/"
    assert found["family"] == "wordpress"
    assert found["records"][0]["author"] == "Đinh Quang Vũ"


def test_an_extract_of_a_page_without_its_address_says_what_it_loses_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = [tmp_path / f"{number}.html" for number in (1, 2)]
    for page in pages:
        shutil.copy(GOLDEN / "wordpress" / "page.html", page)
    assert len(list(extract_sources(pages))) == 2
    assert capsys.readouterr().err.count("give --url") == 1
    assert len(list(extract_sources(pages[:1], url="http://xa-a.example/tin/1.html"))) == 1
    assert capsys.readouterr().err == ""


def test_a_saved_list_is_no_article_and_is_described(tmp_path: Path, portal_crawler: Run) -> None:
    page = tmp_path / "muc.html"
    shutil.copy(GOLDEN / "joomla-a-listing" / "page.html", page)
    url = "https://pacnga.example.gov.vn/index.php/tin-tuc/hoat-dong"
    done = portal_crawler("probe", page, "--url", url)
    assert f"{url}  a listing: 6 titles that link elsewhere" in done.stderr
    assert "entries on 1 page; by query: ?start=… (counts entries)" in done.stderr
    assert Portal.parse(done.stdout, "stdout").portal.family == "joomla"


def test_a_page_with_nothing_on_it_is_nothing_found(tmp_path: Path, portal_crawler: Run) -> None:
    page = tmp_path / "trong.html"
    page.write_text("<html><head><title>Home</title></head><body><p>Đang cập nhật</p></body></html>", "utf-8")
    done = portal_crawler("probe", page, expect=3)
    assert "attention  " in done.stderr
    assert Portal.parse(done.stdout, "stdout").family is None


def test_a_portal_that_does_not_answer_is_said(portal_crawler: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        done = portal_crawler("probe", url, expect=3)
    assert "attention  the portal does not answer" in done.stderr
    assert done.stdout == ""  # no definition of what nobody has seen
    assert "none" not in done.stderr  # that it has no feeds and no known family was not found out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["khong-co.html"], "khong-co.html: no such file"),
        (["thu-muc/khong-co.html"], "thu-muc/khong-co.html: no such file"),
        (["http://xa-a.example/", "--url", "http://xa-a.example/"], "--url says where a saved page came from"),
        (["http://xa-a.example/", "--pages", "0"], "--pages"), (["http://["], "address"), ([], "URL|FILE"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_named(arguments: list[str], words: str, portal_crawler: Run) -> None:
    assert words in portal_crawler("probe", *arguments, expect=2).stderr


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, portal_crawler: Run) -> None:
    path = tmp_path / "van-ban.pdf"
    path.write_bytes(b"%PDF-1.4\n")
    done = portal_crawler("probe", path, expect=2)
    assert f"{path}: not HTML" in done.stderr
    assert done.stdout == ""
