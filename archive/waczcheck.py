"""Check a WACZ, ours or anyone's: more strictly than py-wacz, and to the last byte of the last WARC record.

py-wacz compares the manifest with the files, and unpacks what is packed. Here, beside that: the ZIP file's frame, what
is stored and what not, each line of the index with the record that it points at and each record with the index, the
index's order and blocks, the pages with the captures, the digests in the WARC files, and our records with the bytes
they name. Nothing is unpacked to the disk; what has to be brought together is sorted through temporary files, so that
the size of a package is no matter.
A finding is one line: the file in the package, the place in it, what is wrong.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, cast

from . import manifest
from .cdxj import Entry, Indexer, is_capture, parse, timestamp
from .digests import compared
from .errors import ArchiveError, UsageError
from .requestbody import Asked
from .signing import PublicKey
from .sorter import Sorter
from .streams import LINE, Digested, LongLine, gunzipped, pieces, split
from .surt import surt
from .wacz import name_of
from .warcread import records
from .watching import Watch, Watching, unwatched
from .zipcheck import check_frame

VERSIONS = ("1.0.0", "1.1.0", "1.1.1", "1.2.0")
_CHAIN = "manifests/"  # of the portal's runs
MANIFEST, DIGEST, PAGES = "datapackage.json", "datapackage-digest.json", "pages/pages.jsonl"

_ALIKE = 20  # findings of one sort that are named one by one
_SMALL = 64 << 20  # bytes of a file that is read as a whole: manifest, digest, idx
_WARC = re.compile(r"archive/[^/]+\.warc(\.gz)?")
_INDEX = re.compile(r"indexes/[^/]+\.cdxj?(\.gz)?")
_BLOCKS = re.compile(r"indexes/[^/]+\.idx")
_LIST = re.compile(r"pages/[^/]+\.jsonl")
_RECORDS = re.compile(r"records/[^/]+\.jsonl\.gz")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
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
            checked += f", {self.manifests:,} manifest{'s'[: self.manifests != 1]} ({self.signed:,} signed)"
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
                package = _Package(archive, found, places, addresses, key)
                for finding in check_frame(archive, file, ours=package.ours):
                    found.tell("the ZIP file", finding)
                package.check(watching("package read"))
        except (*_DAMAGE, OSError) as error:  # a place in the directory that is none is the system's error
            what = f"{path.name}: cannot be read as a ZIP file ({error}): restore it from a copy"
            found.tell("the ZIP file", what)
    found.close()
    return found


class _Package:
    def __init__(
        self, archive: zipfile.ZipFile, found: Checked, places: Sorter, addresses: Sorter, key: PublicKey | None
    ) -> None:
        self._archive = archive
        self._key = key
        self._read_as: dict[str, manifest.Entry] = {}  # of files that manifests may name: what was read of them
        self._found = found
        self._places = places  # what lies at a place of a WARC file, and what points at it
        self._addresses = addresses  # captures and pages, by address
        self._names = [info.filename for info in archive.infolist() if not info.is_dir()]
        self._broken: set[str] = set()  # WARC files that could not be read to their ends
        self._manifest = self._read_manifest()
        self.ours = str(self._manifest.get("software", "")).startswith("portal-crawler/")

    def check(self, watch: Watch) -> None:
        for finding in self._layout():
            self._found.tell("the layout", finding)
        declared = dict(self._resources(self._manifest))
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
                self._found.tell(name, f"{name}: its bytes are not what they were ({error}): restore the package")
                self._broken.add(name)
                continue
            self._read_as[name] = manifest.Entry(stream.size, stream.digest("sha256"))
            if name in (MANIFEST, DIGEST):
                continue
            if (resource := declared.pop(name, None)) is None:
                self._found.tell("the manifest", f"{name}: is not in {MANIFEST}")
                continue
            algorithm, _, value = str(resource.get("hash", "")).partition(":")
            if algorithm not in ("sha256", "md5"):
                self._found.tell("the manifest", f"{MANIFEST}: {name}: has no SHA-256 or MD5 digest")
            elif value != stream.digest(algorithm):
                self._found.tell("the manifest", f"{name}: its digest is not the one in {MANIFEST}")
            if resource.get("bytes") != stream.size:
                told = resource.get("bytes")
                self._found.tell("the manifest", f"{name}: has {stream.size} bytes, and {told!r} in {MANIFEST}")
        for name in declared:
            self._found.tell("the manifest", f"{name}: is in {MANIFEST}, and not in the package")
        for finding in self._chain():
            self._found.tell("manifests", finding)
        for finding in self._joined():
            self._found.tell(finding.partition(":")[0], finding)
        for finding in self._pages_without():
            self._found.tell(finding.partition(":")[0], finding)

    # The manifest

    def _read_manifest(self) -> dict[str, Any]:
        data = self._small(MANIFEST)
        found: Any = None
        if data is not None:
            try:
                found = json.loads(data)
            except (ValueError, RecursionError) as error:
                self._found.tell("the manifest", f"{MANIFEST}: not JSON ({error})")
        told = self._small(DIGEST)
        if told is not None and data is not None:
            try:
                digest = json.loads(told)
                if digest["path"] != MANIFEST:
                    self._found.tell("the manifest", f"{DIGEST}: is of {digest['path']!r}, not of {MANIFEST}")
                algorithm, _, value = digest["hash"].partition(":")
                if algorithm not in ("sha256", "md5") or value != hashlib.new(algorithm, data).hexdigest():
                    self._found.tell("the manifest", f"{MANIFEST}: its digest is not the one in {DIGEST}")
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                self._found.tell("the manifest", f"{DIGEST}: has no path and hash of {MANIFEST}")
        if not isinstance(found, dict):
            if data is not None:
                self._found.tell("the manifest", f"{MANIFEST}: not a JSON object")
            return {}
        if found.get("profile") not in ("data-package", "wacz-package"):
            self._found.tell("the manifest", f"{MANIFEST}: profile is {found.get('profile')!r}, not data-package")
        if found.get("wacz_version") not in VERSIONS:
            self._found.tell("the manifest", f"{MANIFEST}: wacz_version is {found.get('wacz_version')!r}")
        for name in ("created", "modified", "mainPageDate"):
            if name in found and not _RFC3339.fullmatch(str(found[name])):
                self._found.tell("the manifest", f"{MANIFEST}: {name} is no date of RFC 3339: {found[name]!r}")
        return found

    def _resources(self, told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The resources by path, each path once."""
        resources = told.get("resources")
        seen = set()
        if told and not isinstance(resources, list):
            self._found.tell("the manifest", f"{MANIFEST}: has no list of resources")
        for one in resources if isinstance(resources, list) else ():
            if (
                not isinstance(one, dict)
                or not isinstance(one.get("path"), str)
                or not isinstance(one.get("name"), str)
            ):
                self._found.tell("the manifest", f"{MANIFEST}: a resource has no name or no path: {str(one)[:60]}")
            elif one["path"] in seen:
                self._found.tell("the manifest", f"{MANIFEST}: {one['path']}: is there more than once")
            else:
                seen.add(one["path"])
                yield one["path"], one

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
        if self._key is None and chain.signatures:
            self._found.notes.append(
                f"manifests: {chain.signatures} have signatures, which only `--key FILE` can check"
            )
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
                lines = self._unpacked(name, stream, idx)
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
                    self._place(file, record.offset, "r", [False, record.url, timestamp(record.date)])
                if record.length is None:
                    where = f"{name}: offset {record.offset}"
                    self._found.tell(name, f"{where}: is no gzip member of its own: it cannot be read from the middle")
                for entry in indexer.take(record):
                    self._capture(entry)
            for entry in indexer.end():
                self._capture(entry)
        except ArchiveError as error:
            self._broken.add(name)
            self._found.tell(name, str(error))

    def _capture(self, entry: Entry) -> None:
        self._place(entry.file, entry.offset, "r", [True, *_told(entry)])

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
            fields = entry.fields
            told = [f"{name}: line {number}", *_told(entry)]
            told += [fields.get("method"), fields.get("requestBody", "")]
            self._place(entry.file, entry.offset, "i", told)
            where = f"{_address(fields['url'])}\0a\0{entry.timestamp[:14]}"
            self._addresses.add(where.encode("utf-8", "surrogatepass"))

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
            if not isinstance(page.get("url"), str) or not _RFC3339.fullmatch(str(page.get("ts"))):
                self._found.tell(name, f"{name}: line {number}: has no url, or no ts of RFC 3339")
                continue
            where = f"{_address(page['url'])}\0b\0{timestamp(page['ts'])}\0{name}: line {number}"
            self._addresses.add(where.encode("utf-8", "surrogatepass"))

    def _read_records(self, name: str, lines: Iterable[bytes]) -> None:
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
                places = [record["provenance"], *record["provenance"]["parts"]]
                for place in places:
                    file = place["warc"].removeprefix("warc/")
                    self._place(file, int(place["offset"]), "p", [f"{name}: line {number}", record["url"]])
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                self._found.tell(name, f"{name}: line {number}: no record that says where it was read")

    # What belongs together

    def _place(self, file: str, offset: int, kind: str, told: list[Any]) -> None:
        line = f"{file}\0{offset:020}\0{kind}\0{json.dumps(told)}"
        self._places.add(line.encode("utf-8", "surrogatepass"))

    def _joined(self) -> Iterator[str]:
        """What points at a place of a WARC file beside what lies there."""
        parts = (line.split(b"\0", 3) for line in self._places)
        for (raw_file, raw_offset), group in groupby(parts, lambda part: (part[0], part[1])):
            file, offset = raw_file.decode("utf-8", "replace"), int(raw_offset)
            there: dict[str, list[list[Any]]] = {"r": [], "i": [], "p": []}
            for _, _, kind, told in group:
                there[kind.decode()].append(json.loads(told))
            if f"archive/{file}" in self._broken and not there["r"]:
                continue  # named already: what is behind the damage is not known
            for who, url, *_ in (*there["i"], *there["p"]):
                if not there["r"]:
                    yield f"{who}: points at archive/{file} offset {offset}, where no record begins ({url})"
            for record in there["r"]:
                if record[0] and not there["i"]:
                    yield f"archive/{file}: offset {offset}: the capture of {record[1]} is in no index"
                for line in there["i"]:
                    yield from _differences(line, record, f"archive/{file} offset {offset}")
            if len(there["i"]) > 1:
                yield f"{there['i'][1][0]}: points at archive/{file} offset {offset}, as another line does"

    def _pages_without(self) -> Iterator[str]:
        """Pages of which there is no capture."""
        parts = (line.split(b"\0", 3) for line in self._addresses)
        for raw, group in groupby(parts, lambda part: part[0]):
            moments = set()
            for _, kind, moment, *who in group:  # the captures come first
                if kind == b"a":
                    moments.add(moment)
                elif not moments:
                    yield f"{who[0].decode()}: there is no capture of {raw.decode('utf-8', 'replace')}"
                elif self.ours and moment not in moments:
                    yield f"{who[0].decode()}: there is no capture of {raw.decode('utf-8', 'replace')} of that moment"

    # Blocks

    def _idx_of(self, name: str) -> str | None:
        """The .idx over an index in blocks."""
        idx = re.sub(r"\.cdxj?\.gz$", ".idx", name)
        return idx if idx in self._names else next((one for one in self._names if _BLOCKS.fullmatch(one)), None)

    def _unpacked(self, name: str, stream: Digested, idx: str) -> Iterator[bytes]:
        """The lines of an index in blocks, each as its .idx says."""
        at = 0
        last = b""
        for number, line in enumerate((self._small(idx) or b"").splitlines(), 1):
            if number == 1 and line.startswith(b"!meta"):
                yield from self._meta(name, idx, line)
                continue
            prefix, _, told = line.partition(b" {")
            try:
                block = json.loads(b"{" + told)
                offset, length = int(block["offset"]), int(block["length"])
                if block.get("filename", name.rpartition("/")[2]) != name.rpartition("/")[2]:
                    raise ValueError
            except (ValueError, LookupError, TypeError, RecursionError):
                self._found.tell(idx, f"{idx}: line {number}: does not say where a block of {name} lies")
                return
            if offset != at or length <= 0:
                self._found.tell(idx, f"{idx}: line {number}: its block is not the one behind the block before it")
                return
            if prefix < last:
                self._found.tell(idx, f"{idx}: line {number}: is not in the order of the bytes")
            last = prefix
            data = stream.exactly(min(length, _SMALL))
            at += len(data)
            if "digest" in block and block["digest"] != f"sha256:{hashlib.sha256(data).hexdigest()}":
                self._found.tell(idx, f"{idx}: line {number}: its digest is not that of the block")
            try:
                first = True
                for one in split(gunzipped([data])):
                    if first and one.partition(b" {")[0].strip() != prefix:
                        self._found.tell(idx, f"{idx}: line {number}: its block begins with another line")
                    first = False
                    yield one
            except (EOFError, zlib.error) as error:
                self._found.tell(idx, f"{idx}: line {number}: its block is no gzip member ({error})")
        if stream.read(1):
            self._found.tell(idx, f"{idx}: its blocks end before {name} does")

    def _meta(self, name: str, idx: str, line: bytes) -> Iterator[bytes]:
        try:
            meta = json.loads(line.partition(b" {")[2].join((b"{", b"")))
            wrong = meta["format"] != "cdxj-gzip-1.0" or meta["filename"] != name.rpartition("/")[2]
        except (ValueError, LookupError, TypeError, RecursionError):
            wrong = True
        if wrong:
            self._found.tell(idx, f"{idx}: line 1: does not name {name} and its format, cdxj-gzip-1.0")
        yield from ()

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


def _told(entry: Entry) -> list[Any]:
    """What an index says of a capture."""
    fields = entry.fields
    moment = entry.timestamp[:14]
    return [fields["url"], moment, fields.get("digest"), fields.get("status"), entry.length, entry.key]


def _address(url: str) -> str:
    return url.partition("#")[0].replace("\0", "").replace("\n", "")


def _differences(line: list[Any], record: list[Any], place: str) -> Iterator[str]:
    """What an index says otherwise than the record that it points at."""
    who, url, moment, digest, status, length, key, method, query = line
    is_one, there, date, *rest = record
    if url != there:
        yield f"{who}: is of {url}, and the record at {place} of {there}"
    if moment != date:
        yield f"{who}: is of {moment}, and the record at {place} of {date} ({url})"
    if not is_one:
        return
    its_digest, its_status, its_length, its_key = rest
    if digest and its_digest and _differ(digest, its_digest):
        yield f"{who}: its digest is not that of the record at {place} ({url})"
    if length != its_length:
        yield f"{who}: has {length} bytes, and the record at {place} {its_length} ({url})"
    if status and its_status and status != its_status:
        yield f"{who}: has the status {status}, and the record at {place} {its_status} ({url})"
    keys = {its_key, url, surt(Asked(method, query).appended(url) if method else url)}
    if key not in keys:
        yield f"{who}: its key is not that of {url}"


def _differ(one: str, other: str) -> bool:
    """Whether two digests of one algorithm differ; one without a name is SHA-1, as in older indexes."""
    first, second = _digest(one), _digest(other)
    return first[0] == second[0] and first[1] != second[1]


def _digest(text: str) -> tuple[str, bytes]:
    algorithm, _, value = text.rpartition(":")
    algorithm = (algorithm or "sha1").lower().replace("-", "")
    try:
        return algorithm, bytes.fromhex(value)
    except ValueError:
        try:
            return algorithm, base64.b32decode(value.upper())
        except (binascii.Error, ValueError):
            return algorithm, value.encode("utf-8", "surrogatepass")
