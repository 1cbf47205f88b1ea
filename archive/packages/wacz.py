"""Pack a portal's folder as WACZ 1.1.1: one ZIP file that replay tools open as it is, a web server's too.

    archive/*.warc.gz                the WARC files, stored: a capture is read where the index says, and no other byte
    indexes/index.cdx                the index; of many captures index.cdx.gz in blocks, and index.idx over it
    pages/pages.jsonl                the articles with their texts, then the other pages
    records/, crawls/, manifests/    what is ours: the records, the reports, what each run left
    portal/portal.toml               and the definition
    datapackage.json                 name, size and digest of each of these; datapackage-digest.json has its own

The same folder gives the same bytes: the moment that the package names is that of the newest capture. What it is made
of is read once and held nowhere, and it takes its name when it is on the disk. `archive.packages.waczcheck` reads it.
Rules: https://specs.webrecorder.net/wacz/1.1.1/. Peers want more than these, as is said where it is done.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from ..errors import Damaged, Nothing, Unwritable, UsageError
from ..index.cdxj import Entry, is_current, lines, parse, write
from ..index.surt import surt
from ..lock import undisturbed
from ..release import beside, whole
from ..shard import Shard
from ..warc.reader import OPEN
from ..watching import Watching, read_through, unwatched
from .blocks import packed

VERSION = "1.1.1"
ENDING = ".wacz"  # the specification asks for it

# Captures up to which the index is one plain file. ReplayWeb.page takes such a one in as a whole, and finds every
# address in it. Of blocks it reads the one that its own key points at, which is not always that of `surt` (it keeps a
# final slash), and so may miss an address at a block's border.
PLAIN = 20_000
BLOCK = 1024  # lines, as py-wacz has it

_PIECE = 1 << 20
_HTML = ("text/html", "application/xhtml+xml")
_OURS = (("records", "*.jsonl.gz"), ("crawls", "*.json"), ("manifests", "*.json*"))
_DEFINITION = "portal/portal.toml"
_PACKED = (".gz", ".zst")  # not to be compressed again


@dataclass(frozen=True, slots=True)
class Packed:
    """What was packed."""

    path: Path
    bytes: int
    files: int
    captures: int
    articles: int
    pages: int  # others

    def words(self) -> str:
        return (
            f"{self.path}: {self.captures:,} captures, {self.articles:,} articles, {self.pages:,} other pages"
            f" in {self.bytes:,} bytes"
        )


def pack(shard: Shard, path: Path, *, software: str, watching: Watching = unwatched) -> Packed:
    """Write the package to `path`; one that is there is replaced when the new one is whole.

    Raises Locked, UsageError where a run was broken off, Damaged where index and WARC files do not fit, Unwritable.
    """
    with undisturbed(shard):
        refuse_open(shard)
        if (folder := beside(path)) is not None:
            room_for(folder, sum(file.stat().st_size for file in shard.warcs()))
        with _index_of(shard, folder) as index:
            survey = _Survey.of(shard, index)
            with whole(path) as file:
                with zipfile.ZipFile(file, "w") as archive:
                    package = _Package(archive, survey.moment, folder)
                    for warc in read_through(shard.warcs(), watching("WARC files packed")):
                        package.add_file(f"archive/{warc.name}", warc)
                    _add_index(package, index, survey.captures)
                    articles, pages = _add_pages(package, shard, index)
                    for ours, form in _OURS:
                        for one in sorted((shard.folder / ours).glob(form)):
                            package.add_file(f"{ours}/{one.name}", one)
                    # In a folder: py-wacz finds no file that lies at the top, or deeper than two, in the manifest.
                    package.add_file(_DEFINITION, shard.definition)
                    package.close(_about(shard, survey, articles, software))
                size = file.tell()
    return Packed(path, size, len(package.resources), survey.captures, articles, pages)


@contextmanager
def _index_of(shard: Shard, folder: Path | None) -> Iterator[Path]:
    """The shard's index; one made for this package where that is behind: nothing of the shard is changed here."""
    if is_current(shard):
        yield shard.index_file
        return
    with tempfile.TemporaryDirectory(prefix=".index-", dir=folder) as temporary:
        index = Path(temporary) / "index.cdxj"
        write(shard, index, set())
        yield index


def refuse_open(shard: Shard) -> None:
    """Raise UsageError where a run was broken off: not all of its captures would be handed over."""
    for path in sorted(shard.warc_folder.glob(f"*.warc.gz{OPEN}")):
        raise UsageError(
            f"{path}: left open by a run that was broken off; `crawl` or `rebuild` closes it: then pack again"
        )


def room_for(folder: Path, size: int) -> None:
    """Make a folder where it is not there; raise Unwritable where it has no room for so many bytes."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise Unwritable(f"{folder}: cannot be written to: {error.strerror}; name another with --output") from error
    if free < size:
        raise Unwritable(f"{folder}: has room for {free:,} bytes of {size:,}; make room, or name another with --output")


@dataclass(slots=True)
class _Survey:
    """What an index holds."""

    captures: int = 0
    first: str = ""  # timestamps
    last: str = ""
    front: Entry | None = None  # the newest capture of the front page

    @classmethod
    def of(cls, shard: Shard, index: Path) -> _Survey:
        """Raises Damaged where the index points at what is not there."""
        found = cls()
        sizes = {path.name: path.stat().st_size for path in shard.warcs()}
        front = surt(_portal(shard).get("url", ""))
        last = b""
        for number, line in enumerate(lines(index), 1):
            try:
                entry = parse(line)
                if line < last:
                    raise ValueError("it is not in the order of the bytes")
                if entry.offset + entry.length > sizes.get(entry.file, 0):
                    raise ValueError(f"there is no such place in {entry.file}")
            except ValueError as error:
                raise Damaged(f"{index}: line {number}: {error}; `rebuild` makes it again") from None
            last = line
            found.captures += 1
            found.first = min(found.first or entry.timestamp, entry.timestamp)
            found.last = max(found.last, entry.timestamp)
            if entry.key == front and _is_page(entry):
                found.front = entry
        if not found.captures:
            raise Nothing(f"{shard.folder}: has no captures to pack; `crawl` it first")
        return found

    @property
    def moment(self) -> str:
        return rfc3339(self.last)


class _Package:
    """A ZIP file that is being written, and what is in it."""

    def __init__(self, archive: zipfile.ZipFile, moment: str, folder: Path | None) -> None:
        self._archive = archive
        self._folder = folder  # what has to be made first is made there: its size must be known
        year, month, day, hour, minute, second = (int(moment[at : at + 2]) for at in (2, 5, 8, 11, 14, 17))
        self._date = (2000 + year if moment.startswith("20") else 1980, month, day, hour, minute, second)
        self.resources: list[dict[str, Any]] = []

    def add_file(self, name: str, path: Path) -> None:
        try:
            file = path.open("rb")
        except OSError as error:
            raise Damaged(f"{path}: cannot be read: {error.strerror}; mend its permissions, or restore it") from error
        with file:
            self._add(name, file)

    def add_lines(self, name: str, content: Iterable[bytes]) -> None:
        with tempfile.TemporaryFile(dir=self._folder) as file:
            file.writelines(content)
            self._add(name, file)

    def close(self, about: dict[str, Any]) -> None:
        """Write the manifest, and its digest."""
        manifest = _json({"profile": "data-package", "wacz_version": VERSION, **about, "resources": self.resources})
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(manifest).hexdigest()}"}
        for name, content in (("datapackage.json", manifest), ("datapackage-digest.json", _json(digest))):
            with self._archive.open(self._member(name), "w") as out:
                out.write(content)

    def _add(self, name: str, file: IO[bytes]) -> None:
        digest = hashlib.sha256()
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        # ZIP64 only where it is needed: ReplayWeb.page takes a member without its fields in the directory for one
        # without them at its beginning as well.
        with self._archive.open(self._member(name), "w", force_zip64=size > zipfile.ZIP64_LIMIT) as out:
            while piece := file.read(_PIECE):
                digest.update(piece)
                out.write(piece)
        self.resources.append(
            {
                "name": name.rpartition("/")[2].lower(),
                "path": name,
                "hash": f"sha256:{digest.hexdigest()}",
                "bytes": size,
                "type": "file",  # else frictionless, and so py-wacz, takes JSON for tables, and wants every row alike
            }
        )

    def _member(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._date)
        info.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
        info.create_system = 3  # Unix, wherever it is packed
        info.external_attr = 0o644 << 16
        return info


def _add_index(package: _Package, index: Path, captures: int) -> None:
    if captures <= PLAIN:
        package.add_file("indexes/index.cdx", index)
        return
    where: list[bytes] = []
    package.add_lines("indexes/index.cdx.gz", packed(lines(index), where, BLOCK))
    package.add_lines("indexes/index.idx", where)


@dataclass(slots=True)
class _Pages:
    """The lines of pages.jsonl.

    All in one file: where there is an extraPages.jsonl, ReplayWeb.page searches that for words, and not the articles.
    """

    shard: Shard
    index: Path
    articles: int = 0
    others: int = 0
    _seen: set[int] = field(default_factory=set)  # hashes of the articles' addresses

    def lines(self) -> Iterator[bytes]:
        yield _line({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True})
        for record in self.shard.lines():
            article = json.loads(record)
            captured = article["provenance"]["captured"] or ""
            self.articles += 1
            self._seen.add(hash(article["url"]))
            page = {"id": article["id"], "url": article["url"], "ts": f"{captured[:19]}Z", "title": article["title"]}
            yield _line({**page, "text": article["body"]})
        newest: Entry | None = None
        for line in lines(self.index):
            entry = parse(line)
            if newest is not None and entry.key != newest.key:
                yield from self._other(newest)
                newest = None
            if _is_page(entry):
                newest = entry
        if newest is not None:
            yield from self._other(newest)

    def _other(self, entry: Entry) -> Iterator[bytes]:
        url = entry.fields["url"]
        if hash(url) not in self._seen:
            self.others += 1
            name = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:16]
            yield _line({"id": name, "url": url, "ts": rfc3339(entry.timestamp)})


def _add_pages(package: _Package, shard: Shard, index: Path) -> tuple[int, int]:
    pages = _Pages(shard, index)
    package.add_lines("pages/pages.jsonl", pages.lines())
    return pages.articles, pages.others


def _is_page(entry: Entry) -> bool:
    fields = entry.fields
    return fields.get("mime") in _HTML and fields.get("status") == "200" and "method" not in fields


def _about(shard: Shard, survey: _Survey, articles: int, software: str) -> dict[str, Any]:
    portal = _portal(shard)
    about = {
        "title": portal.get("title") or shard.name,
        "description": f"{portal.get('url', shard.name)}: {survey.captures} captures of"
        f" {rfc3339(survey.first)[:10]} to {rfc3339(survey.last)[:10]}, {articles} articles."
        " Beside what WACZ asks for: the records (records/), the reports (crawls/), the definition (portal/) and what"
        " each run left (manifests/, whose warc/ is archive/ here).",
        "created": survey.moment,
        "software": software,
    }
    if survey.front is not None:
        about["mainPageUrl"] = survey.front.fields["url"]
        about["mainPageDate"] = rfc3339(survey.front.timestamp)
    return about


def _portal(shard: Shard) -> dict[str, str]:
    """What a definition says of the portal itself. Raises UsageError."""
    try:
        definition = tomllib.loads(shard.definition.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{shard.definition}: cannot be read ({error}); restore it from a copy") from None
    table = definition.get("portal", {})
    return {key: value for key, value in table.items() if isinstance(value, str)} if isinstance(table, dict) else {}


def name_of(name: str) -> str | None:
    """Where a package has a file of a portal's folder; None for what is not packed, or not as it is there."""
    folder, _, file = name.rpartition("/")
    if folder == "warc":
        return f"archive/{file}" if file.endswith(".warc.gz") else None
    if name == "portal.toml":
        return _DEFINITION
    return name if any(folder == ours and PurePosixPath(file).match(form) for ours, form in _OURS) else None


def rfc3339(timestamp: str) -> str:
    """A timestamp of an index as a date."""
    year, *rest = timestamp[:4], *(timestamp[at : at + 2] for at in range(4, 14, 2))
    return f"{year}-{rest[0]}-{rest[1]}T{rest[2]}:{rest[3]}:{rest[4]}Z"


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
