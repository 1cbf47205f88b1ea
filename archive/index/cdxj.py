"""The index of WARC files: CDXJ, a line a capture, in the order of the bytes, as pywb and ReplayWeb.page read it.

    example,huyen)/tin/1 20261123105509 {"url": "…", "mime": "text/html", "status": "200", "digest": "sha256:…",
                                         "length": "4674", "offset": "278585", "filename": "demo-….warc.gz"}

(one line): the key of the address (`archive.index.surt`), the second of the capture, and where it lies. `response`,
`revisit` (mime `warc/revisit`) and `resource` records are captures; what has no address on the web (`urn:`) is none,
and that a page was not modified (304) shows nothing of it: pywb and ReplayWeb.page would open it, blank, as the newest.
A request with a body adds `requestBody` and `method`, and its key has both (`archive.index.requestbody`). Rules:
https://specs.webrecorder.net/cdxj/0.1.0/. The fields, their order and spelling are cdxj-indexer's.
"""

from __future__ import annotations

import hashlib
import heapq
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..errors import Damaged
from ..release import whole
from ..shard import Shard
from ..warc.http import ENOUGH, final_in, parse_response, payload
from ..warc.originals import is_not_modified
from ..warc.reader import Record, records
from .requestbody import READ, Asked, asked
from .sorter import Sorter, unique
from .surt import surt

_LINE = re.compile(rb"([^ ]+) (\d{14,17}) (\{.*\})")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of an index."""

    key: str
    timestamp: str  # 14 digits, UTC; other tools have milliseconds too
    fields: dict[str, str]

    @property
    def file(self) -> str:
        """The WARC file's name, without its folder."""
        return self.fields.get("filename", "")

    @property
    def offset(self) -> int:
        return int(self.fields["offset"])

    @property
    def length(self) -> int:
        return int(self.fields["length"])

    def line(self) -> bytes:
        """Without the line's end."""
        return f"{self.key} {self.timestamp} {json.dumps(self.fields)}".encode()


def parse(line: bytes) -> Entry:
    """Raises ValueError, in words, where the line is none of an index."""
    if not (match := _LINE.fullmatch(line)):
        raise ValueError("it is not a key, a timestamp and a JSON object, with single spaces between them")
    try:
        fields = json.loads(match[3])
    except RecursionError:
        raise ValueError("its JSON is nested too deeply") from None
    if missing := {"url", "filename", "offset", "length"} - fields.keys():
        raise ValueError(f"it has no {sorted(missing)[0]}")
    fields = {name: str(value) for name, value in fields.items()}
    if wrong := [name for name in ("offset", "length") if not re.fullmatch(r"\d{1,18}", fields[name])]:
        raise ValueError(f"its {wrong[0]} is {fields[wrong[0]]!r}")
    return Entry(match[1].decode("utf-8", "surrogateescape"), match[2].decode(), fields)


class Indexer:
    """Makes the entries of one WARC file, from its records in their order.

    A request stands before or behind its response, and one of the two names the other (WARC-Concurrent-To): so an entry
    is complete when the next record is known. `take` gives those that are, `end` the last.
    """

    def __init__(self, file: str) -> None:
        """`file`: the name that stands in the entries."""
        self._file = file
        self._request: tuple[Record, Asked] | None = None
        self._waiting: tuple[Record, Entry] | None = None

    def take(self, record: Record) -> Iterator[Entry]:
        if record.type == "request":
            about = asked(record.head(READ)) if record.head(4).upper() in (b"POST", b"PUT ") else None
            if about is not None and self._waiting is not None and _are_one(record, self._waiting[0]):
                yield _with_body(self._waiting[1], about)
                self._waiting = None
            else:
                self._request = (record, about) if about is not None else None
        elif is_capture(record):
            yield from self.end()
            entry = _entry(record, self._file)
            if self._request is not None and _are_one(self._request[0], record):
                yield _with_body(entry, self._request[1])
            else:
                self._waiting = record, entry
            self._request = None

    def end(self) -> Iterator[Entry]:
        if self._waiting is not None:
            yield self._waiting[1]
            self._waiting = None


def is_capture(record: Record) -> bool:
    """Whether an index has the record."""
    if (record.url or "urn:").startswith("urn:"):
        return False
    return record.type in ("response", "resource") or (record.type == "revisit" and not is_not_modified(record))


def entries(source: Path | BinaryIO, file: str) -> Iterator[Entry]:
    """The entries of a WARC file, in its order. Raises as `records` does."""
    indexer = Indexer(file)
    for record in records(source):
        yield from indexer.take(record)
    yield from indexer.end()


def update(shard: Shard, *, anew: bool = False) -> None:
    """Take up the WARC files that a shard's index has not yet, or all. The caller holds the lock.

    A file that was closed does not change: what the index has of it stays. Raises Unwritable, and Damaged where a WARC
    file is.
    """
    known = set() if anew else indexed(shard)
    if known is None or _lacks(shard, known):
        write(shard, shard.index_file, known or set())


def is_current(shard: Shard) -> bool:
    """Whether the index can be read, and has every WARC file of the shard and no other."""
    known = indexed(shard)
    return known is not None and shard.index_file.is_file() and not _lacks(shard, known)


def write(shard: Shard, target: Path, known: set[str]) -> None:
    """Write the index of a shard: the lines that it has, where it names only what is `known`, and those of the rest."""
    with Sorter() as sorter:
        for path in shard.warcs():
            if path.name not in known:
                for entry in entries(path, path.name):
                    sorter.add(entry.line())
        with whole(target) as file:
            for line in unique(heapq.merge(lines(shard.index_file) if known else (), sorter)):
                file.write(line + b"\n")


def indexed(shard: Shard) -> set[str] | None:
    """The WARC files that a shard's index names; None where no line of it is to be relied on.

    That is where one is damaged, or names a file that is not there.
    """
    found = set()
    last = b""
    for line in lines(shard.index_file):
        if line < last:
            return None
        last = line
        try:
            found.add(parse(line).file)
        except ValueError:
            return None
    return found if found <= {path.name for path in shard.warcs()} else None


def _lacks(shard: Shard, known: set[str]) -> bool:
    return not shard.index_file.is_file() or any(path.name not in known for path in shard.warcs())


def lines(path: Path) -> Iterator[bytes]:
    """The lines of an index file, without their ends; none where there is no file."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for line in file:
            yield line.rstrip(b"\r\n")


def differences(kept: Iterable[bytes], found: Iterable[bytes], spared: set[str]) -> Iterator[str]:
    """What an index lacks, and has too much, of what the WARC files hold: a finding a file, nothing of those spared.

    Both sorted. One that is not sorted is told, and looked at no further.
    """
    lacks: Counter[str] = Counter()
    beyond: Counter[str] = Counter()
    first: dict[tuple[str, str], str] = {}
    last = b""
    number = 0
    both = heapq.merge(((line, 0) for line in kept), ((line, 1) for line in found))
    waiting: tuple[bytes, int] | None = None

    def settle(line: bytes, side: int) -> None:
        try:
            entry = parse(line)
        except ValueError as error:
            raise Damaged(f"index.cdxj: {line[:60]!r}: {error}; `rebuild` makes it again") from None
        counter, word = (lacks, "lacks") if side else (beyond, "has")
        counter[entry.file] += 1
        first.setdefault((entry.file, word), f"{entry.fields['url']} at offset {entry.offset}")

    for line, side in both:
        if side == 0:
            number += 1
            if line < last:
                yield f"index.cdxj: line {number} is not in the order of the bytes; `rebuild` makes it again"
                return
            last = line
        if waiting is not None and waiting[0] == line and waiting[1] != side:
            waiting = None
            continue
        if waiting is not None:
            settle(*waiting)
        waiting = line, side
    if waiting is not None:
        settle(*waiting)
    for file in sorted({*lacks, *beyond} - spared):
        if lacks[file]:
            yield (
                f"index.cdxj: lacks {lacks[file]} of the captures of warc/{file} as they are"
                f" (first: {first[file, 'lacks']}); `rebuild` makes it again"
            )
        if beyond[file]:
            yield (
                f"index.cdxj: has {beyond[file]} lines of warc/{file} that no capture there gives"
                f" (first: {first[file, 'has']}); `rebuild` makes it again"
            )


def _entry(record: Record, file: str) -> Entry:
    url = record.url or ""
    fields: dict[str, str | None] = {"url": url}
    digest = record.get("WARC-Payload-Digest")
    media_type, status, body = record.get("Content-Type"), 0, None
    if record.type != "resource" and record.media_type in ("application/http", ""):
        start = final_in(record.head)
        head = parse_response(record.head(ENOUGH, start))
        media_type = next((value for name, value in head.headers if name.lower() == "content-type"), None)
        status, body = head.status, payload(head.headers, record.pieces(start + head.body_start))
    if record.type == "revisit":
        media_type = "warc/revisit"
    elif digest is None:  # another tool's
        digest = f"sha256:{_sha256(record.pieces() if body is None else body)}"
    fields["mime"] = re.split(r"[;\s]", media_type, maxsplit=1)[0] if media_type else None
    fields["status"] = str(status) if status else None
    fields["digest"] = digest
    fields["length"], fields["offset"] = str(record.length or 0), str(record.offset)
    fields["filename"] = file
    return Entry(surt(url), timestamp(record.date), {name: value for name, value in fields.items() if value})


def timestamp(date: str | None) -> str:
    """A WARC-Date as 14 digits; of one that says less (a day), its beginning."""
    digits = re.sub(r"\D", "", (date or "").partition(".")[0])[:14]
    return digits + "00000101000000"[len(digits) :]


def _with_body(entry: Entry, about: Asked) -> Entry:
    fields = {**entry.fields, "requestBody": about.query, "method": about.method}
    return Entry(surt(about.appended(entry.fields["url"])), entry.timestamp, fields)


def _are_one(request: Record, answer: Record) -> bool:
    named = answer.id in request.concurrent_to or request.id in answer.concurrent_to
    return named and request.url == answer.url


def _sha256(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
