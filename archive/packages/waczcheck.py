"""Check a WACZ, ours or anyone's: more strictly than py-wacz, and to the last byte of the last WARC record.

py-wacz compares the manifest with the files, and unpacks what is packed. Here, beside that: the ZIP file's frame, what
is stored and what not, each line of the index with the record that it points at and each record with the index, the
index's order and blocks, the pages with the captures, the digests in the WARC files, and our records with the bytes
they name. Nothing is unpacked to the disk; what has to be brought together is sorted through temporary files, so that
the size of a package is no matter.
A finding is one line: the file in the package, the place in it, what is wrong.
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, cast

from ..errors import ArchiveError, UsageError
from ..fixity import manifest
from ..fixity.signing import PublicKey
from ..index.cdxj import Indexer, is_capture, parse, timestamp
from ..index.sorter import Sorter
from ..warc.digests import compared
from ..warc.reader import records
from ..watching import Watch, Watching, unwatched
from .blocks import unpacked
from .datapackage import DIGEST, MANIFEST, RFC3339, Datapackage
from .pointers import Pointers
from .streams import LINE, Digested, LongLine, gunzipped, pieces, split
from .wacz import name_of
from .zipcheck import check_frame

PAGES = "pages/pages.jsonl"

_CHAIN = "manifests/"  # of the portal's runs
_ALIKE = 20  # findings of one sort that are named one by one
_SMALL = 64 << 20  # bytes of a file that is read as a whole: manifest, digest, idx
_WARC = re.compile(r"archive/[^/]+\.warc(\.gz)?")
_INDEX = re.compile(r"indexes/[^/]+\.cdxj?(\.gz)?")
_BLOCKS = re.compile(r"indexes/[^/]+\.idx")
_LIST = re.compile(r"pages/[^/]+\.jsonl")
_RECORDS = re.compile(r"records/[^/]+\.jsonl\.gz")
# What zipfile raises over bytes that changed
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, struct.error
)  # fmt: skip


@dataclass(slots=True)
class Checked:
    """What was checked of a package, and what is wrong."""

    findings: list[str] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    records: int = 0
    captures: int = 0  # lines of the index
    pages: int = 0
    manifests: int = 0
    signed: int = 0  # manifests with a signature that holds
    unchecked: int = 0  # manifests with one, without a key to check it with
    notes: list[str] = field(default_factory=list)  # what is worth knowing, and nothing wrong
    _alike: Counter[str] = field(default_factory=Counter)

    def tell(self, sort: str, finding: str) -> None:
        """Note a finding; of one sort only the first are named."""
        self._alike[sort] += 1
        if self._alike[sort] <= _ALIKE:
            self.findings.append(finding)

    def words(self) -> str:
        checked = (
            f"{self.files:,} files ({self.bytes:,} bytes), {self.records:,} WARC records,"
            f" {self.captures:,} lines of the index, {self.pages:,} pages"
        )
        if self.manifests:
            signed = f"{self.unchecked:,} signed, not checked" if self.unchecked else f"{self.signed:,} signed"
            checked += f", {self.manifests:,} manifest{'s'[: self.manifests != 1]} ({signed})"
        number = len(self.findings)
        return f"{checked}: " + (f"{number} finding{'s'[: number != 1]}" if number else "all as it says")

    def as_json(self) -> dict[str, Any]:
        """The counts, and all that is wrong."""
        return {
            "files": self.files,
            "bytes": self.bytes,
            "warc_records": self.records,
            "captures": self.captures,
            "pages": self.pages,
            "manifests": self.manifests,
            "signed": self.signed,
            "notes": self.notes,
            "findings": self.findings,
        }

    def close(self) -> None:
        """Say of how many findings only the first were named."""
        for sort, number in self._alike.items():
            if number > _ALIKE:
                self.findings.append(f"{sort}: {number - _ALIKE} more like these")


def check(path: Path, *, key: PublicKey | None = None, watching: Watching = unwatched) -> Checked:
    """Read a package to its last byte. Raises UsageError where the file cannot be read, Unwritable as `Sorter` does.

    `key`: with which every manifest of what was packed must be signed.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    with file, Sorter() as places, Sorter() as addresses:
        found = Checked(bytes=file.seek(0, 2))
        try:
            with zipfile.ZipFile(file) as archive:
                package = _Package(archive, found, Pointers(places, addresses), key)
                for finding in check_frame(archive, file, ours=package.ours):
                    found.tell("the ZIP file", finding)
                package.check(watching("package read"))
        except (*_DAMAGE, OSError) as error:  # a place in the directory that is none is the system's error
            why = "it is empty" if not found.bytes else "its end, which has the directory, is not there"
            if zipfile.is_zipfile(file):
                why = str(error)
            found.tell("the ZIP file", f"{path.name}: cannot be read as a ZIP file ({why}): restore it from a copy")
    found.close()
    return found


class _Package:
    def __init__(self, archive: zipfile.ZipFile, found: Checked, pointers: Pointers, key: PublicKey | None) -> None:
        self._archive = archive
        self._key = key
        self._read_as: dict[str, manifest.Entry] = {}  # of files that manifests may name: what was read of them
        self._found = found
        self._pointers = pointers
        self._names = [info.filename for info in archive.infolist() if not info.is_dir()]
        self._broken: set[str] = set()  # WARC files that could not be read to their ends
        tell = partial(found.tell, "the manifest")
        self._datapackage = Datapackage(self._small(MANIFEST), self._small(DIGEST), tell)
        self.ours = str(self._datapackage.about.get("software", "")).startswith("portal-crawler/")

    def check(self, watch: Watch) -> None:
        for finding in self._layout():
            self._found.tell("the layout", finding)
        datapackage = self._datapackage
        datapackage.declare()
        done, of = 0, sum(info.file_size for info in self._archive.infolist())
        for info in self._archive.infolist():
            if info.is_dir():
                continue
            self._found.files += 1
            name = info.filename
            stream = Digested(name, partial(self._archive.open, info), partial(_tell, watch, done, of))
            done += info.file_size
            try:
                self._read(name, stream)
                stream.drain()
            except _DAMAGE as error:
                why = str(error).partition(" for file ")[0]
                self._found.tell(name, f"{name}: its bytes are not what they were ({why}): restore the package")
                self._broken.add(name)
                continue
            self._read_as[name] = manifest.Entry(stream.size, stream.digest("sha256"))
            if name in (MANIFEST, DIGEST):
                continue
            datapackage.compare(name, stream)
        datapackage.end(self._broken)
        for finding in self._chain():
            self._found.tell("manifests", finding)
        for finding in self._pointers.joined(self._broken):
            self._found.tell(finding.partition(":")[0], finding)
        for finding in self._pointers.pages_without(to_the_moment=self.ours):
            self._found.tell(finding.partition(":")[0], finding)

    def _layout(self) -> Iterator[str]:
        for needed in (MANIFEST, DIGEST, PAGES):
            if needed not in self._names:
                yield f"{needed}: is missing"
        for form, words in ((_WARC, "archive/*.warc.gz"), (_INDEX, "indexes/*.cdx")):
            if not any(map(form.fullmatch, self._names)):
                yield f"{words}: is missing"
        for info in self._archive.infolist():
            name, stored = info.filename, info.compress_type == zipfile.ZIP_STORED
            if name.startswith("archive/") and not stored:
                yield f"{name}: is not stored but packed: replay tools cannot read from the middle of it"
            elif _INDEX.fullmatch(name) and name.endswith(".gz") and not stored:
                yield f"{name}: is not stored but packed again: replay tools cannot read its blocks"
            if info.is_dir():
                continue
            folder = name.partition("/")[0]
            forms = {"archive": (_WARC,), "indexes": (_INDEX, _BLOCKS), "pages": (_LIST,)}.get(folder, ())
            if "/" in name and forms and not any(form.fullmatch(name) for form in forms):
                yield f"{name}: {folder}/ is not for such files"
            if _INDEX.fullmatch(name) and name.endswith(".gz") and not self._idx_of(name):
                yield f"{name}: no .idx says where its blocks begin: replay tools find nothing in it"

    def _chain(self) -> Iterator[str]:
        """The manifests of the portal's runs, where they are packed, and the files that they name."""
        names = [name.removeprefix(_CHAIN) for name in self._names if name.startswith(_CHAIN)]
        if not names:
            if self._key is not None:
                yield "manifests: none is packed that the key could have signed"
            why = "the portal had none" if self.ours else "it is not of this program"
            self._found.notes.append(f"manifests: none is packed ({why}): what each run left is not proved")
            return
        size = sum(self._archive.getinfo(_CHAIN + name).file_size for name in names)
        if size > _SMALL:  # no portal has so many in a hundred years
            yield f"manifests: have {size:,} bytes together: not read"
            return

        def content(name: str) -> bytes | None:
            return self._small(_CHAIN + name)

        chain = manifest.chain_of(names, content, None, self._key, must=self._key is not None)
        self._found.manifests, self._found.signed = chain.count, len(chain.signed)
        self._found.unchecked = chain.unchecked
        self._found.notes += chain.notes
        yield from chain.findings
        packed = {place: name for name in chain.files if (place := name_of(name)) is not None}
        for place, name in sorted(packed.items()):
            read, said = self._read_as.get(place), chain.said_by[name]
            if read is None and place not in self._broken:
                yield f"{place}: is missing, which {_CHAIN}{said} has: restore the package"
            elif read is not None and (what := manifest.differs(read, chain.files[name])) is not None:
                yield f"{place}: is not as {_CHAIN}{said} has it ({what}): restore the package"
        for place in sorted(self._read_as):
            if place.startswith("archive/") and place not in packed:
                self._found.notes.append(f"{place}: is in no manifest")

    # What is in the files

    def _read(self, name: str, stream: Digested) -> None:
        if _WARC.fullmatch(name):
            self._read_warc(name, stream)
        elif _INDEX.fullmatch(name):
            if name.endswith(".gz") and (idx := self._idx_of(name)):
                lines = unpacked(name, stream, idx, self._small(idx) or b"", self._found.tell)
            elif name.endswith(".gz"):
                lines = split(gunzipped(pieces(stream.read)))
            else:
                lines = split(pieces(stream.read))
            self._read_index(name, self._lines(name, lines))
        elif _LIST.fullmatch(name):
            self._read_pages(name, self._lines(name, split(pieces(stream.read))))
        elif self.ours and _RECORDS.fullmatch(name):
            self._read_records(name, self._lines(name, split(gunzipped(pieces(stream.read)))))

    def _read_warc(self, name: str, stream: Digested) -> None:
        file = name.removeprefix("archive/")
        indexer = Indexer(file)
        try:
            for record in records(cast(BinaryIO, stream)):  # it is read forward alone
                self._found.records += 1
                for header, what in compared(record):
                    if what is not None:
                        self._found.tell(name, f"{name}: offset {record.offset}: {header} {what}")
                if not is_capture(record):
                    self._pointers.record(file, record.offset, record.url, timestamp(record.date))
                if record.length is None:
                    where = f"{name}: offset {record.offset}"
                    self._found.tell(name, f"{where}: is no gzip member of its own: it cannot be read from the middle")
                for entry in indexer.take(record):
                    self._pointers.capture(entry)
            for entry in indexer.end():
                self._pointers.capture(entry)
        except ArchiveError as error:
            self._broken.add(name)
            self._found.tell(name, str(error))

    def _read_index(self, name: str, lines: Iterable[bytes]) -> None:
        last = b""
        for number, line in enumerate(lines, 1):
            self._found.captures += 1
            if line < last:
                self._found.tell(f"{name} (order)", f"{name}: line {number}: is not in the order of the bytes")
            last = line
            try:
                entry = parse(line)
            except ValueError as error:
                self._found.tell(name, f"{name}: line {number}: {error}")
                continue
            self._pointers.line(f"{name}: line {number}", entry)

    def _read_pages(self, name: str, lines: Iterable[bytes]) -> None:
        for number, line in enumerate(lines, 1):
            try:
                page = json.loads(line)
                if not isinstance(page, dict):
                    raise TypeError
            except (ValueError, TypeError, RecursionError):
                self._found.tell(name, f"{name}: line {number}: not a JSON object")
                continue
            if number == 1:
                if not str(page.get("format", "")).startswith("json-pages-1.") or "id" not in page:
                    self._found.tell(name, f"{name}: line 1: no head of a list of pages (format, id)")
                continue
            self._found.pages += 1
            if not isinstance(page.get("url"), str) or not RFC3339.fullmatch(str(page.get("ts"))):
                self._found.tell(name, f"{name}: line {number}: has no url, or no ts of RFC 3339")
                continue
            self._pointers.page(f"{name}: line {number}", page["url"], timestamp(page["ts"]))

    def _read_records(self, name: str, lines: Iterable[bytes]) -> None:
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
                places = [record["provenance"], *record["provenance"]["parts"]]
                for place in places:
                    file = place["warc"].removeprefix("warc/")
                    self._pointers.provenance(f"{name}: line {number}", file, int(place["offset"]), record["url"])
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                self._found.tell(name, f"{name}: line {number}: no record that says where it was read")

    def _idx_of(self, name: str) -> str | None:
        """The .idx over an index in blocks."""
        idx = re.sub(r"\.cdxj?\.gz$", ".idx", name)
        return idx if idx in self._names else next((one for one in self._names if _BLOCKS.fullmatch(one)), None)

    def _lines(self, name: str, lines: Iterator[bytes]) -> Iterator[bytes]:
        """Lines to the end, or to where they cannot be read any more."""
        try:
            yield from lines
        except LongLine:
            self._found.tell(name, f"{name}: has a line of more than {LINE} bytes: read no further")

    def _small(self, name: str) -> bytes | None:
        """A file as a whole; None where it is not there, or cannot be read: told elsewhere, but for one too large."""
        try:
            info = self._archive.getinfo(name)
            if info.file_size > _SMALL:
                self._found.tell(name, f"{name}: has {info.file_size} bytes: not read")
                return None
            with self._archive.open(info) as file:
                return file.read(_SMALL)
        except (KeyError, *_DAMAGE):
            return None


def _tell(watch: Watch, before: int, of: int, size: int) -> None:
    """How far a package is read: so much before this file, and so much of it."""
    watch(min(before + size, of), of)
