"""What `pack` writes is shown in a real browser by tools that we did not write, and looks as the portal did.

`make replay` runs these: the demo portal is crawled twice and packed, its server is stopped, and Chromium, which can
reach nothing but the replay tool, opens it from pywb and from ReplayWeb.page. The commands are those of the README.
Without a browser, pywb or npm the tests are skipped, and say what is missing; where CI is set, they fail.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser import Browser, chromium
from conftest import CHECKOUT, Done
from servers import answers, folder, free_port, process, unavailable
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive import Collection
from archive.index import cdxj
from archive.index.cdxj import Entry, lines, parse
from archive.packages import wacz
from archive.shard import Shard
from portal_crawler.demo import Truth, media, serve

pytestmark = pytest.mark.replay

Run = Callable[..., Done]

PYWB = CHECKOUT / ".venv-replay" / "bin"
SHOTS = CHECKOUT / ".cache" / "screenshots"
PICTURE = [media.COLUMNS * media.BLOCK, media.ROWS * media.BLOCK]  # width and height of every picture of the demo
BLUE = "rgb(19, 66, 122)"  # of titles, by the demo's stylesheet alone


@dataclass(frozen=True)
class Kept:
    """What two visits left, the portal being gone."""

    shard: Shard
    package: Path
    url: str
    truth: dict[str, Truth]

    @property
    def article(self) -> Truth:
        """The article with the most pictures."""
        return max(self.truth.values(), key=lambda one: len(one.images))

    def index(self) -> list[Entry]:
        return [parse(line) for line in lines(self.shard.index_file)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Kept:
    """The second visit asks for everything again. One picture's revisit record is written by warcio, as another tool
    would write it."""
    place = tmp_path_factory.mktemp("kept")
    with serve() as demo:
        (place / "demo.toml").write_text(demo.portal().to_toml(), encoding="utf-8")
        portal_crawler("crawl", place / "demo.toml", "--into", place / "archive")
        portal_crawler("crawl", place / "demo.toml", "--into", place / "archive", "--refresh")
        truth = {one.canonical_url: one for one in demo.truth()}
        url = demo.url
    (shard,) = Collection(place / "archive").shards()
    made = Kept(shard, place / "packages" / "demo.wacz", url, truth)
    made.package.parent.mkdir()
    write_revisit(made)
    cdxj.update(shard)
    wacz.pack(shard, made.package, software="tests")
    return made


LATER = "2029-01-02T03:04:05Z"


def write_revisit(kept: Kept) -> None:
    """A later capture of the article's first picture, in a file of its own: the same bytes as in the first one."""
    url = kept.article.images[0].url
    first = next(entry for entry in kept.index() if entry.fields["url"] == url)
    with (kept.shard.folder / "warc" / "demo-20290102030405-00000.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        head = StatusAndHeaders("200 OK", [("Content-Type", first.fields["mime"])], protocol="HTTP/1.1")
        date = wacz.rfc3339(first.timestamp)
        revisit = writer.create_revisit_record(url, first.fields["digest"], url, date, http_headers=head)
        revisit.rec_headers.replace_header("WARC-Date", LATER)
        writer.write_record(revisit)


# The replay tools, by the commands of the README


def readme(first: str) -> list[str]:
    """The commands of the block of the section "Look at it" that begins with a word."""
    section = CHECKOUT.joinpath("README.md").read_text("utf-8").partition("## Look at it\n")[2].partition("\n## ")[0]
    (block,) = (block for block in re.findall(r"```sh\n(.*?)```", section, re.S) if block.startswith(first))
    return [line.partition("  #")[0].strip() for line in block.splitlines()]


@contextmanager
def replaying(commands: list[str], place: Path, package: Path, **names: str) -> Iterator[str]:
    """Run commands as a person would, in a folder; the last is a server. The address of it."""
    port = free_port()
    changes = {"giang-thanh": "demo", "8080": str(port), "packages/demo.wacz": shlex.quote(str(package)), **names}
    for number, line in enumerate(commands, 1):
        for old, new in changes.items():
            line = line.replace(old, new)
        if number < len(commands):
            done = subprocess.run(line, shell=True, cwd=place, capture_output=True, text=True, timeout=300)
            if done.returncode:
                unavailable(f"{line}: {(done.stdout + done.stderr)[-1000:]}")
    log = place / "server.log"
    with process(["sh", "-c", f"cd {shlex.quote(str(place))} && exec {line}"], log):
        address = f"http://127.0.0.1:{port}"
        answers(f"{address}/", log)
        yield address


def need_pywb() -> None:
    if not (PYWB / "wayback").is_file():
        unavailable(f"needs pywb in {PYWB.parent}: `make replay` installs it")


@dataclass(frozen=True)
class Player:
    """A replay tool with the package, and the browser that looks at it."""

    name: str
    browser: Browser
    address: Callable[[str, str], str]  # of a page of the archive at a moment
    frame: str  # the script that finds the frame with the archived page
    first: str  # the moment of the first capture

    def show(self, url: str, timestamp: str = "") -> Browser:
        """Open an archived page as it was first, or at a moment, and choose its frame."""
        timestamp = timestamp or self.first
        self.browser.open("about:blank")
        self.browser.open(self.address(url, timestamp))
        self.browser.enter(self.frame)
        self.browser.wait("return document.readyState === 'complete' && document.querySelector('#footer') !== null")
        return self.browser

    def screenshot(self, name: str) -> None:
        self.browser.screenshot(SHOTS / f"{self.name}-{name}.png")


def first(kept: Kept) -> str:
    return min(entry.timestamp for entry in kept.index())


@contextmanager
def pywb(kept: Kept, place: Path) -> Iterator[Player]:
    need_pywb()
    install, *commands = readme("python3 -m venv")
    assert install == "python3 -m venv pywb && pywb/bin/pip install pywb"  # as the Makefile does, by its lock
    with (
        replaying(commands, place, kept.package, **{"pywb/bin": shlex.quote(str(PYWB))}) as server,
        chromium(server.removeprefix("http://")) as browser,
    ):
        yield Player("pywb", browser, lambda url, when: f"{server}/demo/{when}/{url}", IN_PYWB, first(kept))


@contextmanager
def replaywebpage(kept: Kept, place: Path) -> Iterator[Player]:
    if shutil.which("npm") is None:
        unavailable("needs npm, which gives ReplayWeb.page")
    with (
        replaying(readme("npm pack"), place, kept.package) as server,
        chromium(server.removeprefix("http://")) as browser,
    ):

        def address(url: str, when: str) -> str:
            return f"{server}/?source=demo.wacz#view=pages&ts={when}&url={urllib.parse.quote(url, safe='')}"

        yield Player("replaywebpage", browser, address, IN_REPLAYWEBPAGE, first(kept))


IN_PYWB = "document.querySelector('iframe#replay_iframe')"
# In shadow trees, one within the other.
IN_REPLAYWEBPAGE = """(function find(root) {
    for (const one of root.querySelectorAll('*')) {
        if (one.tagName === 'IFRAME' && one.src.includes('mp_/')) return one;
        const found = one.shadowRoot && find(one.shadowRoot);
        if (found) return found;
    }
    return null;
})(document)"""


@pytest.fixture(scope="module", params=[pywb, replaywebpage], ids=["pywb", "replaywebpage"])
def player(request: pytest.FixtureRequest, kept: Kept) -> Iterator[Player]:
    with folder("replay") as place, request.param(kept, place) as one:
        yield one


# What a reader sees

SHOWN = """
const text = chosen => (document.querySelector(chosen) || {innerText: ''}).innerText;
const style = (chosen, name) => getComputedStyle(document.querySelector(chosen))[name];
return {
    title: text('.tieude-tin'), body: text('.noidung-tin'), summary: text('.tomtat-tin'),
    color: style('.tieude-tin', 'color'), background: style('body', 'backgroundImage'),
    pictures: [...document.images].map(one => [one.src, one.complete, one.naturalWidth, one.naturalHeight]),
};
"""
BYTES = """
const done = arguments[arguments.length - 1];
Promise.all([...document.querySelectorAll('.noidung-tin img')].map(async one => {
    const bytes = await (await fetch(one.src)).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return [...digest].map(one => one.toString(16).padStart(2, '0')).join('');
})).then(done, error => done(String(error)));
"""


def words(text: str) -> str:
    return " ".join(text.split())


def original(src: str, url: str) -> str:
    """The address that a picture had, whether the page says that or the replay tool's."""
    return src[src.rindex(url) :]


def test_an_article_is_shown_with_its_text_and_pictures_and_as_it_looked(player: Player, kept: Kept) -> None:
    article = kept.article
    browser = player.show(article.canonical_url)
    browser.wait("return [...document.images].every(one => one.complete)")
    shown = browser.run(SHOWN)
    player.screenshot("article")
    assert words(shown["title"]) == words(article.title)
    for paragraph in article.body.split("\n\n"):
        assert words(paragraph) in words(shown["body"] + shown["summary"])
    pictures = {original(src, kept.url): rest for src, *rest in shown["pictures"]}
    assert {image.url for image in article.images} < pictures.keys()
    assert all(rest == [True, *PICTURE] for rest in pictures.values()), pictures
    assert browser.call("execute/async", script=BYTES, args=[]) == [image.sha256 for image in article.images]
    assert shown["color"] == BLUE
    assert "nen.png" in shown["background"]


def test_articles_of_every_year_are_shown_and_nothing_it_names_is_missing(player: Player, kept: Kept) -> None:
    for article in list(kept.truth.values())[::8]:
        browser = player.show(article.canonical_url)
        browser.wait("return [...document.images].every(one => one.complete)")
        shown = browser.run(SHOWN)
        assert words(shown["title"]) == words(article.title)
        assert shown["color"] == BLUE
        assert [src for src, _, *size in shown["pictures"] if size != PICTURE] == [], article.canonical_url


def test_a_script_of_the_page_runs(player: Player, kept: Kept) -> None:
    browser = player.show(kept.article.canonical_url)
    size = "return parseFloat(getComputedStyle(document.querySelector('.noidung-tin')).fontSize)"
    before = browser.run(size)
    browser.run("document.querySelector('.congcu .to').click()")
    assert browser.run(size) == before + 2


def test_a_list_leads_to_its_articles(player: Player, kept: Kept) -> None:
    browser = player.show(f"{kept.url}trang/TinTuc/106")
    browser.wait("return [...document.images].every(one => one.complete)")
    player.screenshot("list")
    links = browser.run("return [...document.querySelectorAll('.tin .tieude')].map(one => [one.href, one.innerText])")
    assert len(links) > 3
    for href, title in links:
        assert words(title) == words(kept.truth[original(href, kept.url)].title)
    assert browser.run("return [...document.querySelectorAll('.tin img')].every(one => one.naturalWidth > 0)")
    browser.run("document.querySelector('.tin .tieude').click()")
    browser.enter(player.frame)
    title = browser.wait("return (document.querySelector('.tieude-tin') || {innerText: ''}).innerText")
    assert words(title) == words(links[0][1])


def test_where_a_later_visit_found_nothing_modified_the_whole_capture_is_shown(player: Player, kept: Kept) -> None:
    article = kept.article
    (moment,) = [entry.timestamp for entry in kept.index() if entry.fields["url"] == article.canonical_url]
    shown = []
    for when in (moment, re.sub(r"\D", "", LATER)):
        browser = player.show(article.canonical_url, when)
        browser.wait("return [...document.images].every(one => one.complete && one.naturalWidth > 0)")
        shown.append(browser.run("return document.querySelector('.ngay').innerText"))
        assert browser.call("execute/async", script=BYTES, args=[]) == [image.sha256 for image in article.images]
    assert shown[0] == shown[1]  # the clock of the page


def test_a_revisit_shows_what_it_refers_to(player: Player, kept: Kept) -> None:
    image = kept.article.images[0]
    moment = re.sub(r"\D", "", LATER)
    assert [entry.fields["mime"] for entry in kept.index() if entry.timestamp == moment] == ["warc/revisit"]
    player.browser.open("about:blank")
    player.browser.open(player.address(image.url, moment))
    player.browser.enter(player.frame)
    player.browser.wait("return document.images.length === 1 && document.images[0].complete")
    assert moment in player.browser.run("return location.href")
    assert player.browser.run("const one = document.images[0]; return [one.naturalWidth, one.naturalHeight]") == PICTURE


def test_nothing_but_the_archive_was_asked(player: Player, kept: Kept) -> None:
    """The last of a player's: what the gate noted in all the tests before it."""
    player.show(kept.article.canonical_url)
    assert any(status == 200 for _, status in player.browser.gate.asked)
    assert player.browser.gate.refused == []
