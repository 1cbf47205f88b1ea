"""Pointers: what points at a place of a package's WARC files, and what lies there; what names a page, and its captures.

`archive.packages.waczcheck` notes them as it comes by them, and brings them together when all is read. They are sorted
through temporary files: the size of a package is no matter.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Container, Iterator
from itertools import groupby
from typing import Any

from ..index.cdxj import Entry
from ..index.requestbody import Asked
from ..index.sorter import Sorter
from ..index.surt import surt


class Pointers:
    """All of a package. Raises Unwritable as `Sorter` does."""

    def __init__(self, places: Sorter, addresses: Sorter) -> None:
        self._places = places  # what lies at a place of a WARC file, and what points at it
        self._addresses = addresses  # captures and pages, by address

    def record(self, file: str, offset: int, url: str | None, moment: str) -> None:
        """A record that is no capture."""
        self._place(file, offset, "r", [False, url, moment])

    def capture(self, entry: Entry) -> None:
        """A capture, with what an index has to say of it."""
        self._place(entry.file, entry.offset, "r", [True, *_told(entry)])

    def line(self, who: str, entry: Entry) -> None:
        """A line of an index."""
        fields = entry.fields
        told = [who, *_told(entry), fields.get("method"), fields.get("requestBody", "")]
        self._place(entry.file, entry.offset, "i", told)
        self._address(fields["url"], "a", entry.timestamp[:14])

    def provenance(self, who: str, file: str, offset: int, url: str) -> None:
        """A record of ours that says where it was read."""
        self._place(file, offset, "p", [who, url])

    def page(self, who: str, url: str, moment: str) -> None:
        """A line of a list of pages."""
        self._address(url, "b", f"{moment}\0{who}")

    def joined(self, broken: Container[str]) -> Iterator[str]:
        """What points at a place of a WARC file beside what lies there; `broken`: files that could not be read."""
        parts = (line.split(b"\0", 3) for line in self._places)
        for (raw_file, raw_offset), group in groupby(parts, lambda part: (part[0], part[1])):
            file, offset = raw_file.decode("utf-8", "replace"), int(raw_offset)
            there: dict[str, list[list[Any]]] = {"r": [], "i": [], "p": []}
            for _, _, kind, told in group:
                there[kind.decode()].append(json.loads(told))
            if f"archive/{file}" in broken and not there["r"]:
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

    def pages_without(self, *, to_the_moment: bool) -> Iterator[str]:
        """Pages of which there is no capture; `to_the_moment`: none of that moment."""
        parts = (line.split(b"\0", 3) for line in self._addresses)
        for raw, group in groupby(parts, lambda part: part[0]):
            moments = set()
            for _, kind, moment, *who in group:  # the captures come first
                if kind == b"a":
                    moments.add(moment)
                elif not moments:
                    yield f"{who[0].decode()}: there is no capture of {raw.decode('utf-8', 'replace')}"
                elif to_the_moment and moment not in moments:
                    yield f"{who[0].decode()}: there is no capture of {raw.decode('utf-8', 'replace')} of that moment"

    def _place(self, file: str, offset: int, kind: str, told: list[Any]) -> None:
        line = f"{file}\0{offset:020}\0{kind}\0{json.dumps(told)}"
        self._places.add(line.encode("utf-8", "surrogatepass"))

    def _address(self, url: str, kind: str, told: str) -> None:
        bare = url.partition("#")[0].replace("\0", "").replace("\n", "")
        self._addresses.add(f"{bare}\0{kind}\0{told}".encode("utf-8", "surrogatepass"))


def _told(entry: Entry) -> list[Any]:
    """What an index says of a capture."""
    fields = entry.fields
    moment = entry.timestamp[:14]
    return [fields["url"], moment, fields.get("digest"), fields.get("status"), entry.length, entry.key]


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
