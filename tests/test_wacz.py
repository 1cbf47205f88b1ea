"""Packages: what `pack` writes, that a kill leaves the one before, and that `verify` finds what is wrong with any."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Done, command

from archive import Collection
from archive.errors import Unwritable
from archive.index.cdxj import lines, parse
from archive.lock import lock_of
from archive.packages import wacz
from archive.packages.waczcheck import check
from archive.shard import Shard
from archive.warc.reader import records

Run = Callable[..., Done]
Files = dict[str, bytes]

PEERS = "is not installed: `make test` installs the versions of requirements.lock"


@pytest.fixture(scope="module")
def package(crawled: Path, tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> Path:
    path = tmp_path_factory.mktemp("package") / "demo.wacz"
    portal_crawler("pack", crawled, "--output", path)
    return path


def files_of(package: Path) -> Files:
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sealed(files: Files) -> Files:
    """With a manifest that fits the files, so that only what the manifest does not say can be wrong."""
    manifest = json.loads(files["datapackage.json"])
    told = ("datapackage.json", "datapackage-digest.json")
    manifest["resources"] = [
        {
            "name": name.rpartition("/")[2].lower(),
            "path": name,
            "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            "bytes": len(data),
            "type": "file",
        }
        for name, data in files.items()
        if name not in told
    ]
    data = json.dumps(manifest).encode()
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    return {**files, told[0]: data, told[1]: json.dumps(digest).encode()}


def written(files: Files, path: Path, packed: tuple[str, ...] = ()) -> Path:
    """A package of these files; `packed`: beginnings of names that are deflated though they should not be."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2026, 11, 28, 9, 30, 14))
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED if name.startswith(packed or "\0") else zipfile.ZIP_STORED
            archive.writestr(info, data)
    return path


def by_py_wacz(*packages: Path) -> list[bool]:
    """Whether py-wacz takes them for valid; it ends in an error of its own over some."""
    pytest.importorskip("wacz", reason=f"py-wacz {PEERS}")
    program = (
        "import sys, contextlib, io\nfrom wacz.main import main\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n"
        "        with contextlib.redirect_stdout(io.StringIO()):\n"
        "            found = main(['validate', '-f', path]) == 0\n"
        "    except Exception:\n"
        "        found = False\n"
        "    print(found)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *map(str, packages)], capture_output=True, text=True, check=True
    )
    return [line == "True" for line in done.stdout.split()]


# What is in a package


def test_a_package_is_whole_and_sound_by_our_check_and_by_py_wacz(package: Path, portal_crawler: Run) -> None:
    done = portal_crawler("verify", package)
    assert done.stdout == ""
    assert "all as it says" in done.stderr
    assert by_py_wacz(package) == [True]


def test_a_package_has_everything_of_its_portal_where_wacz_wants_it(package: Path, crawled: Path) -> None:
    shard = Collection(crawled).shard("demo")
    found = files_of(package)
    expected = {f"archive/{path.name}": path for path in shard.warcs()}
    expected |= {f"records/{path.name}": path for path in shard.records_folder.iterdir()}
    expected |= {f"crawls/{path.name}": path for path in shard.reports_folder.iterdir()}
    expected |= {f"manifests/{path.name}": path for path in (shard.folder / "manifests").iterdir()}
    expected |= {"portal/portal.toml": shard.definition, "indexes/index.cdx": shard.index_file}
    assert {name: path.read_bytes() for name, path in expected.items()}.items() <= found.items()
    assert found.keys() - expected.keys() == {"pages/pages.jsonl", "datapackage.json", "datapackage-digest.json"}
    with zipfile.ZipFile(package) as archive:
        stored = {info.filename for info in archive.infolist() if info.compress_type == zipfile.ZIP_STORED}
    assert stored == {name for name in found if name.endswith(".gz")}


def test_the_manifest_says_what_it_is_and_where_to_begin(package: Path, crawled: Path) -> None:
    manifest = json.loads(files_of(package)["datapackage.json"])
    newest = max(parse(line).timestamp for line in lines(Collection(crawled).shard("demo").index_file))
    assert (manifest["profile"], manifest["wacz_version"]) == ("data-package", "1.1.1")
    assert manifest["title"] == "Cổng thông tin điện tử huyện Suối Mây" or manifest["title"]
    assert manifest["created"] == wacz.rfc3339(newest)
    assert manifest["software"].startswith("portal-crawler/")
    assert manifest["mainPageUrl"].startswith("http://127.0.0.1:")
    assert manifest["mainPageDate"] <= manifest["created"]


def test_pages_are_the_articles_with_their_texts_and_then_the_others(package: Path, crawled: Path) -> None:
    shard = Collection(crawled).shard("demo")
    head, *pages = map(json.loads, files_of(package)["pages/pages.jsonl"].splitlines())
    assert head == {"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True}
    articles = list(shard.articles())
    assert [(page["id"], page["url"], page["title"], page["text"]) for page in pages[: len(articles)]] == [
        (article.id, article.url, article.title, article.body) for article in articles
    ]
    others = pages[len(articles) :]
    assert others
    assert all(page.keys() == {"id", "url", "ts"} for page in others)
    captures = {(entry.fields["url"], wacz.rfc3339(entry.timestamp)) for entry in map(parse, lines(shard.index_file))}
    assert {(page["url"], page["ts"]) for page in pages} <= captures
    assert len({page["url"] for page in pages}) == len(pages)


def test_the_same_folder_gives_the_same_bytes_after_a_rebuild_too(
    package: Path, crawled: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    portal_crawler("pack", crawled, "--output", tmp_path / "again.wacz")
    assert (tmp_path / "again.wacz").read_bytes() == package.read_bytes()
    copy = Path(shutil.copytree(crawled, tmp_path / "archive"))
    portal_crawler("rebuild", copy)
    portal_crawler("pack", copy, "--output", tmp_path)
    one, other = files_of(package), files_of(tmp_path / "demo.wacz")
    differ = {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}
    own = {f"manifests/00003-rebuild.json{ending}" for ending in ("", ".sig")}
    assert differ == {*own, "datapackage.json", "datapackage-digest.json"}


def test_packing_changes_nothing_of_the_portal(crawled: Path, tmp_path: Path, portal_crawler: Run) -> None:
    """An index that is missing, or behind, is made for the package alone: it is in the manifest of the last run."""
    copy = Path(shutil.copytree(crawled, tmp_path / "archive"))
    index = Collection(copy).shard("demo").index_file
    kept = index.read_bytes()
    for content in (None, b"".join(line + b"\n" for line in kept.splitlines() if b"-00000.warc.gz" not in line)):
        index.unlink()
        if content is not None:
            index.write_bytes(content)
        portal_crawler("pack", copy, "--output", tmp_path / "out")
        assert files_of(tmp_path / "out" / "demo.wacz")["indexes/index.cdx"] == kept
        assert (index.read_bytes() if index.exists() else None) == content
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["demo.wacz"]
        index.write_bytes(kept)


@pytest.fixture
def blocks(crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with an index in blocks, as one of more than 20,000 captures has it."""
    monkeypatch.setattr(wacz, "PLAIN", 10)
    monkeypatch.setattr(wacz, "BLOCK", 16)
    return wacz.pack(Collection(crawled).shard("demo"), tmp_path / "blocks.wacz", software="portal-crawler/0").path


def test_an_index_in_blocks_is_read_block_by_block(blocks: Path, crawled: Path) -> None:
    files = files_of(blocks)
    assert "indexes/index.cdx" not in files
    meta, *where = files["indexes/index.idx"].decode().splitlines()
    assert meta == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    found = []
    for line in where:
        begin, _, place = line.partition(" {")
        told = json.loads("{" + place)
        data = files["indexes/index.cdx.gz"][told["offset"] : told["offset"] + told["length"]]
        assert told["digest"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        block = gzip.decompress(data).splitlines()
        assert len(block) <= 16
        assert block[0].startswith(begin.encode() + b" {")
        found += block
    assert found == list(lines(Collection(crawled).shard("demo").index_file))
    assert check(blocks).findings == []
    assert by_py_wacz(blocks) == [True]


def test_a_member_beyond_the_limits_of_zip_is_written_and_read_as_zip64(
    crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is lowered: what is tested is what is written beyond it, and nothing below it."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 50_000)
    path = wacz.pack(Collection(crawled).shard("demo"), tmp_path / "large.wacz", software="portal-crawler/0").path
    monkeypatch.undo()
    assert check(path).findings == []
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            name_length, extra = data[info.header_offset + 26], data[info.header_offset + 28]
            assert name_length == len(info.filename)
            # ReplayWeb.page takes a member without an extra field in the directory for one without it everywhere
            assert bool(info.extra) >= bool(extra) == (info.file_size > 50_000), info.filename
    assert by_py_wacz(path) == [True]


# Safe to kill, clear when it cannot be done


def test_a_killed_pack_leaves_the_package_before_or_the_whole_new_one(
    package: Path, crawled: Path, tmp_path: Path
) -> None:
    target = tmp_path / "demo.wacz"
    old, new = b"the package before", package.read_bytes()
    target.write_bytes(old)
    seen = set()
    started = time.monotonic()
    subprocess.run(command("pack", crawled, "--output", tmp_path / "time.wacz"), check=True, capture_output=True)
    whole = time.monotonic() - started
    for step in range(12):
        with subprocess.Popen(command("pack", crawled, "--output", target), stderr=subprocess.DEVNULL) as process:
            time.sleep(whole * (0.5 + step / 20))
            process.send_signal(signal.SIGKILL)
        content = target.read_bytes()
        assert content in (old, new)
        seen.add(content == new)
        target.write_bytes(old)
    subprocess.run(command("pack", crawled, "--output", target), check=True, capture_output=True)
    assert target.read_bytes() == new
    assert not list(tmp_path.glob("*.part"))


def test_what_fails_while_packing_leaves_the_package_before_and_nothing_else(
    package: Path, crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "demo.wacz"
    target.write_bytes(b"the package before")

    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(wacz, "_add_pages", fails)
    with pytest.raises(Unwritable, match="No space left on device; make room"):
        wacz.pack(Collection(crawled).shard("demo"), target, software="portal-crawler/0")
    assert [path.name for path in tmp_path.iterdir()] == ["demo.wacz"]
    assert target.read_bytes() == b"the package before"


def test_a_portal_that_a_run_writes_to_is_not_packed_and_it_says_who(
    crawled: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    lock = lock_of(Collection(crawled).shard("demo"))
    try:
        for option in ((), ("--bag",)):
            done = portal_crawler("pack", crawled, "--output", tmp_path / "out", *option, expect=4)
            assert "locked by another run (process " in done.stderr
    finally:
        lock.release()
    assert not list((tmp_path / "out").glob("*")) if (tmp_path / "out").exists() else True


def test_a_run_that_was_broken_off_is_not_handed_over_in_part(
    crawled: Path, tmp_path: Path, portal_crawler: Run
) -> None:
    copy = Path(shutil.copytree(crawled, tmp_path / "archive"))
    path = Collection(copy).shard("demo").warcs()[-1]
    path.rename(f"{path}.open")
    done = portal_crawler("pack", copy, "--output", tmp_path, expect=2)
    assert f"{path.name}.open: left open by a run that was broken off" in done.stderr
    portal_crawler("rebuild", copy)
    portal_crawler("pack", copy, "--output", tmp_path)
    portal_crawler("verify", tmp_path / "demo.wacz")


def test_an_index_that_does_not_fit_is_named_and_not_packed(crawled: Path, tmp_path: Path, portal_crawler: Run) -> None:
    copy = Path(shutil.copytree(crawled, tmp_path / "archive"))
    shard = Collection(copy).shard("demo")
    shutil.rmtree(shard.folder / "manifests")  # which would tell it before
    shard.warcs()[0].write_bytes(shard.warcs()[0].read_bytes()[:5000])
    done = portal_crawler("pack", copy, "--output", tmp_path, expect=5)
    assert "there is no such place in demo-" in done.stderr
    assert not (tmp_path / "demo.wacz").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--portal", "dem"), "no portal dem; did you mean demo?"),
        (("--output", "taken.txt"), "is a file, and no name of a package: that ends in .wacz"),
        (("--bag", "--output", "taken.txt"), "that ends in .bag"),
        (("--output", "taken.txt/under"), "cannot be written to"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    crawled: Path, tmp_path: Path, portal_crawler: Run, arguments: tuple[str, ...], words: str
) -> None:
    (tmp_path / "taken.txt").write_text("a file")
    given = [str(tmp_path / one) if one.startswith("taken") else one for one in arguments]
    done = portal_crawler("pack", crawled, *given, expect=2)
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert (tmp_path / "taken.txt").read_text() == "a file"


def test_a_disk_without_room_is_told_before_anything_is_written(
    crawled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(Unwritable, match="has room for 1,000 bytes of"):
        wacz.pack(Collection(crawled).shard("demo"), tmp_path / "demo.wacz", software="portal-crawler/0")
    assert list(tmp_path.iterdir()) == []


def test_several_portals_are_several_packages(crawled: Path, tmp_path: Path, portal_crawler: Run) -> None:
    copy = Path(shutil.copytree(crawled, tmp_path / "archive"))
    shutil.copytree(copy / "demo", copy / "other")
    done = portal_crawler("pack", copy, "--output", tmp_path / "one.wacz", expect=2)
    assert "names one package, and there are 2 portals; name a folder" in done.stderr
    done = portal_crawler("pack", copy, "--portal", "demo", "--portal", "demo", "--output", tmp_path / "one.wacz")
    assert done.stderr.count("one.wacz: ") == 1
    portal_crawler("pack", copy, "--output", tmp_path / "packages")
    assert sorted(path.name for path in (tmp_path / "packages").iterdir()) == ["demo.wacz", "other.wacz"]


# What is wrong with a package is found


def first(files: Files, begin: str) -> str:
    return next(name for name in files if name.startswith(begin))


def index_of(files: Files) -> list[bytes]:
    return files["indexes/index.cdx"].splitlines(keepends=True)


def changed(data: bytes, place: float) -> bytes:
    at = int(len(data) * place)
    return data[:at] + bytes([data[at] ^ 0x21]) + data[at + 1 :]


def torn(data: bytes) -> bytes:
    """A byte changed in what a member in the middle holds: in its head there are some that say nothing (RFC 1952)."""
    at = data.rfind(b"\x1f\x8b\x08", 0, len(data) // 2) + 12
    return data[:at] + bytes([data[at] ^ 0x21]) + data[at + 1 :]


def with_index(files: Files, content: list[bytes]) -> Files:
    return {**files, "indexes/index.cdx": b"".join(content)}


def without(files: Files, name: str) -> Files:
    return {one: data for one, data in files.items() if one != name}


def renamed(files: Files, name: str, other: str) -> Files:
    return {other if one == name else one: data for one, data in files.items()}


def other_body(files: Files) -> Files:
    """One letter of a page changed, and its gzip member packed anew: only the digest in the record can tell."""
    name = first(files, "archive/")
    data = files[name]
    for record in records(io.BytesIO(data)):
        length = record.length or 0
        if record.type == "response" and record.get("Content-Length") == str(len(record.head(1 << 20))):
            plain = gzip.decompress(data[record.offset : record.offset + length])
            for place in range(plain.find(b"<title>"), len(plain) - 8):  # one that packs to the same length
                changed = bytearray(plain)
                changed[place] ^= 1
                made = zlib.compressobj(4, wbits=31)
                member = made.compress(changed) + made.flush()
                if b"<title>" in plain and len(member) == length:
                    return {**files, name: data[: record.offset] + member + data[record.offset + length :]}
    raise AssertionError("no page")


def told(files: Files, **fields: Any) -> Files:
    manifest = {**json.loads(files["datapackage.json"]), **fields}
    data = json.dumps({key: value for key, value in manifest.items() if value is not None}).encode()
    digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
    return {**files, "datapackage.json": data, "datapackage-digest.json": json.dumps(digest).encode()}


def page_of(files: Files, **fields: str) -> Files:
    line = json.dumps({"id": "x", "url": "http://khong-co.example/", "ts": "2026-11-28T09:30:15Z", **fields}).encode()
    return {**files, "pages/pages.jsonl": files["pages/pages.jsonl"] + line + b"\n"}


def elsewhere(files: Files) -> Files:
    """A line of the index that points at the record of another address."""
    kept = index_of(files)
    one, other = parse(kept[20].rstrip()), parse(kept[60].rstrip())
    fields = {**one.fields, "offset": other.fields["offset"], "length": other.fields["length"]}
    line = f"{one.key} {one.timestamp} {json.dumps({**fields, 'filename': other.file})}\n".encode()
    return with_index(files, [*kept[:20], line, *kept[21:]])


# What is done to a package; what our check says; whether py-wacz says that it is valid all the same.
DAMAGE: dict[str, tuple[Callable[[Files], Files], str, bool]] = {
    "nothing": (lambda files: files, "", True),
    # What a manifest can tell, py-wacz finds as well.
    "a WARC file is missing": (lambda f: without(f, first(f, "archive/")), "is in datapackage.json, and not in", False),
    "a WARC file changed": (
        lambda f: {**f, first(f, "archive/"): changed(f[first(f, "archive/")], 0.5)},
        "its digest is not the one in datapackage.json",
        False,
    ),
    "a file is not declared": (lambda f: {**f, "logs/a.log": b"x"}, "logs/a.log: is not in datapackage.json", False),
    "the manifest changed": (
        lambda f: {**f, "datapackage.json": f["datapackage.json"].replace(b'"title"', b'"titlf"', 1)},
        "its digest is not the one in datapackage-digest.json",
        False,
    ),
    "no digest of the manifest": (
        lambda f: without(f, "datapackage-digest.json"),
        "datapackage-digest.json: is missing",
        True,
    ),
    "the manifest is missing": (lambda f: without(f, "datapackage.json"), "datapackage.json: is missing", False),
    "the manifest is no JSON": (lambda f: {**f, "datapackage.json": b"{"}, "datapackage.json: not JSON", False),
    "a size is wrong": (
        lambda f: told(
            f, resources=[{**one, "bytes": one["bytes"] + 1} for one in json.loads(f["datapackage.json"])["resources"]]
        ),
        "bytes, and",
        False,
    ),
    "no version": (lambda f: told(f, wacz_version=None), "wacz_version is None", False),
    "no profile": (lambda f: told(f, profile="multi"), "profile is 'multi'", False),
    # What it says of itself fits, and yet it is wrong. py-wacz has frictionless unpack what is packed, and finds what
    # cannot be; it looks at nothing else in the files.
    "a WARC file is missing, and nowhere named": (
        lambda f: sealed(without(f, first(f, "archive/"))),
        "where no record begins",
        True,
    ),
    "a torn tail": (
        lambda f: sealed({**f, first(f, "archive/"): f[first(f, "archive/")][:-100]}),
        "the gzip member is cut off",
        False,
    ),
    "a member in the middle is torn": (
        lambda f: sealed({**f, first(f, "archive/"): torn(f[first(f, "archive/")])}),
        "damaged at offset",
        False,
    ),
    "a page is not what its record's digest says": (
        lambda f: sealed(other_body(f)),
        "WARC-Payload-Digest does not match its bytes",
        True,
    ),
    "a line of the index is missing": (
        lambda f: sealed(with_index(f, [*index_of(f)[:9], *index_of(f)[10:]])),
        "is in no index",
        True,
    ),
    "a line of the index twice": (
        lambda f: sealed(with_index(f, sorted([*index_of(f), index_of(f)[9]]))),
        "as another line does",
        True,
    ),
    "two lines of the index in the wrong order": (
        lambda f: sealed(with_index(f, [index_of(f)[1], index_of(f)[0], *index_of(f)[2:]])),
        "line 2: is not in the order of the bytes",
        True,
    ),
    "a line of the index is none": (
        lambda f: sealed(with_index(f, [*index_of(f)[:9], b"x\n", *index_of(f)[10:]])),
        "line 10: it is not a key",
        True,
    ),
    "an offset is wrong": (
        lambda f: sealed(with_index(f, [one.replace(b'"offset": "', b'"offset": "1', 1) for one in index_of(f)])),
        "where no record begins",
        True,
    ),
    "a digest is wrong": (
        lambda f: sealed(with_index(f, [one.replace(b"sha256:", b"sha256:00", 1) for one in index_of(f)])),
        "its digest is not that of the record",
        True,
    ),
    "a line points at another address": (lambda f: sealed(elsewhere(f)), "and the record at archive/", True),
    "no pages": (lambda f: sealed(without(f, "pages/pages.jsonl")), "pages/pages.jsonl: is missing", True),
    "a page that was never captured": (
        lambda f: sealed(page_of(f)),
        "there is no capture of http://khong-co.example/",
        True,
    ),
    "a page without a date": (lambda f: sealed(page_of(f, ts="hôm nay")), "no ts of RFC 3339", True),
    "no index": (lambda f: sealed(without(f, "indexes/index.cdx")), "indexes/*.cdx: is missing", True),
    "an index in blocks without an idx": (
        lambda f: sealed(
            {**without(f, "indexes/index.cdx"), "indexes/index.cdx.gz": gzip.compress(f["indexes/index.cdx"])}
        ),
        "no .idx says where its blocks begin",
        True,
    ),
    "what does not belong there": (
        lambda f: sealed({**f, "pages/words.txt": b"x"}),
        "pages/ is not for such files",
        True,
    ),
    "a name that leads out of the folder": (
        lambda f: sealed({**f, "../outside.txt": b"x"}),
        "is no safe name",
        False,
    ),
    "two names that are one": (
        lambda f: sealed({**f, "portal/Portal.toml": b"x"}),
        "are one name on some systems",
        False,
    ),
    "a record that points nowhere": (
        lambda f: sealed(
            {
                **f,
                first(f, "records/"): gzip.compress(
                    gzip.decompress(f[first(f, "records/")]).replace(b'"offset":', b'"offset":1')
                ),
            }
        ),
        "where no record begins",
        True,
    ),
}


@pytest.fixture(scope="module")
def damaged(package: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("damaged")
    files = files_of(package)
    return {
        what: written(change(files), folder / f"{number}.wacz")
        for number, (what, (change, *_)) in enumerate(DAMAGE.items())
    }


@pytest.mark.parametrize("what", DAMAGE)
def test_what_is_wrong_with_a_package_is_found_and_named(damaged: dict[str, Path], what: str) -> None:
    findings = check(damaged[what]).findings
    words = DAMAGE[what][1]
    assert not words or [finding for finding in findings if words in finding], findings
    assert bool(findings) == bool(words)
    assert all("\n" not in finding for finding in findings)


def test_what_of_it_py_wacz_finds(damaged: dict[str, Path]) -> None:
    """It compares the manifest with the files: index, pages, records and their digests are nothing to it."""
    found = dict(zip(damaged, by_py_wacz(*damaged.values()), strict=True))
    assert found == {what: valid for what, (_, _, valid) in DAMAGE.items()}


def test_warc_files_that_are_packed_again_are_found(package: Path, tmp_path: Path) -> None:
    path = written(files_of(package), tmp_path / "packed.wacz", packed=("archive/",))
    assert "is not stored but packed" in check(path).findings[0]
    assert by_py_wacz(path) == [True]  # its check of the compression is never called


def test_a_member_that_is_there_twice_is_found(package: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(package, tmp_path / "twice.wacz"))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("portal/portal.toml", b"another")
    assert "portal/portal.toml: is there 2 times" in check(path).findings


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        (
            "indexes/index.idx",
            lambda data: data.replace(b'"digest": "sha256:', b'"digest": "sha256:0', 1),
            "its digest",
        ),
        ("indexes/index.idx", lambda data: data.replace(b" 2026", b" 2025", 1), "its block begins with another line"),
        ("indexes/index.idx", lambda data: b"\n".join(data.split(b"\n")[:-2]) + b"\n", "its blocks end before"),
        ("indexes/index.idx", lambda data: data.replace(b'"offset": 0', b'"offset": 1'), "behind the block before it"),
        ("indexes/index.idx", lambda data: data.replace(b"cdxj-gzip-1.0", b"cdxj"), "its format, cdxj-gzip-1.0"),
        ("indexes/index.cdx.gz", lambda data: changed(data, 0.5), "its digest is not that of the block"),
    ],
)
def test_blocks_that_are_not_where_the_idx_says_are_found(
    blocks: Path, tmp_path: Path, name: str, change: Callable[[bytes], bytes], words: str
) -> None:
    files = files_of(blocks)
    path = written(sealed({**files, name: change(files[name])}), tmp_path / "changed.wacz")
    assert [finding for finding in check(path).findings if words in finding]


def test_a_byte_that_changes_anywhere_is_found(package: Path, tmp_path: Path) -> None:
    """In the frame of the ZIP file every byte of some members, and of its directory's beginning and end."""
    data = package.read_bytes()
    with zipfile.ZipFile(package) as archive:
        heads = [info.header_offset for info in archive.infolist()]
        start = archive.start_dir
    chance = random.Random(15)
    places = {*range(start, start + 46), *range(len(data) - 22, len(data))}
    places |= {at + step for at in (heads[0], heads[3]) for step in range(0, 40, 3)}
    places |= {chance.randrange(len(data)) for _ in range(40)}
    target = tmp_path / "changed.wacz"
    missed = []
    for place in sorted(places):
        target.write_bytes(data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :])
        if not check(target).findings:
            missed.append(place)
    assert missed == []


@pytest.mark.parametrize("content", [b"", b"PK", b"no package", b"PK\x05\x06" + bytes(18), bytes(3000)])
def test_what_is_no_package_is_one_finding_and_no_crash(tmp_path: Path, portal_crawler: Run, content: bytes) -> None:
    path = tmp_path / "a.wacz"
    path.write_bytes(content)
    done = portal_crawler("verify", path, expect=5)
    assert done.stdout
    assert "b.wacz: no such file" in portal_crawler("verify", tmp_path / "b.wacz", expect=2).stderr


def test_a_file_that_is_damaged_is_not_called_missing(package: Path, tmp_path: Path) -> None:
    data = bytearray(package.read_bytes())
    with zipfile.ZipFile(package) as archive:
        info = next(one for one in archive.infolist() if one.filename.startswith("archive/"))
    data[info.header_offset + info.compress_size // 2] ^= 1
    (tmp_path / "a.wacz").write_bytes(data)
    findings = check(tmp_path / "a.wacz").findings
    assert f"{info.filename}: its bytes are not what they were (Bad CRC-32): restore the package" in findings
    assert not [finding for finding in findings if "not in the package" in finding]


def test_a_package_that_is_cut_off_is_found_at_any_length(package: Path, tmp_path: Path) -> None:
    data = package.read_bytes()
    target = tmp_path / "cut.wacz"
    for part in (0.1, 0.5, 0.9, 0.99, 0.9999):
        target.write_bytes(data[: int(len(data) * part)])
        assert check(target).findings


def test_a_package_of_another_tool_is_checked_as_well(crawled: Path, tmp_path: Path) -> None:
    """py-wacz's own: it leaves pages.jsonl out where no page was named, though it must be there (WACZ 1.1.1)."""
    pytest.importorskip("wacz", reason=f"py-wacz {PEERS}")
    warcs = Collection(crawled).shard("demo").warcs()
    made = [sys.executable, "-W", "ignore", "-m", "wacz", "create", "-o", str(tmp_path / "a.wacz"), *map(str, warcs)]
    subprocess.run(made, check=True, capture_output=True)
    assert check(tmp_path / "a.wacz").findings == ["pages/pages.jsonl: is missing"]
    front = next(parse(line) for line in lines(Shard(crawled / "demo").index_file)).fields["url"]
    subprocess.run([*made, "--url", front], check=True, capture_output=True)
    found = check(tmp_path / "a.wacz")
    assert found.findings == []
    (note,) = found.notes
    assert note.startswith("manifests: none is packed (it is not of this program)")


def test_verify_of_a_package_takes_no_portal(package: Path, portal_crawler: Run) -> None:
    done = portal_crawler("verify", package, "--portal", "demo", expect=2)
    assert "goes with a collection: this is a package" in done.stderr
