"""Datapackage: the manifest of a package, datapackage.json, with its digest: what it says of the package and its files.

Rules: https://specs.webrecorder.net/wacz/1.1.1/
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Container, Iterator
from typing import Any

from .streams import Digested

MANIFEST, DIGEST = "datapackage.json", "datapackage-digest.json"
VERSIONS = ("1.0.0", "1.1.0", "1.1.1", "1.2.0")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


class Datapackage:
    """Of one package, ours or anyone's."""

    def __init__(self, data: bytes | None, digest: bytes | None, tell: Callable[[str], None]) -> None:
        """`data`, `digest`: what is in the two files; None where one cannot be read. `tell`: is told what is wrong."""
        self._tell = tell
        self.about = self._read(data, digest)
        self._declared: dict[str, dict[str, Any]] = {}

    def declare(self) -> None:
        """Take note of the files that it names, to compare them."""
        self._declared = dict(self._resources())

    def compare(self, name: str, stream: Digested) -> None:
        """A file that was read to its end, with what is said of it."""
        if (resource := self._declared.pop(name, None)) is None:
            self._tell(f"{name}: is not in {MANIFEST}")
            return
        algorithm, _, value = str(resource.get("hash", "")).partition(":")
        if algorithm not in ("sha256", "md5"):
            self._tell(f"{MANIFEST}: {name}: has no SHA-256 or MD5 digest")
        elif value != stream.digest(algorithm):
            self._tell(f"{name}: its digest is not the one in {MANIFEST}")
        if resource.get("bytes") != stream.size:
            self._tell(f"{name}: has {stream.size} bytes, and {resource.get('bytes')!r} in {MANIFEST}")

    def end(self, broken: Container[str]) -> None:
        """All files were compared, but for `broken` ones, which could not be read: what else is left is not there."""
        for name in self._declared:
            if name in broken:
                continue
            self._tell(f"{name}: is in {MANIFEST}, and not in the package")

    def _read(self, data: bytes | None, told: bytes | None) -> dict[str, Any]:
        found: Any = None
        if data is not None:
            try:
                found = json.loads(data)
            except (ValueError, RecursionError) as error:
                self._tell(f"{MANIFEST}: not JSON ({error})")
        if told is not None and data is not None:
            try:
                digest = json.loads(told)
                if digest["path"] != MANIFEST:
                    self._tell(f"{DIGEST}: is of {digest['path']!r}, not of {MANIFEST}")
                algorithm, _, value = digest["hash"].partition(":")
                if algorithm not in ("sha256", "md5") or value != hashlib.new(algorithm, data).hexdigest():
                    self._tell(f"{MANIFEST}: its digest is not the one in {DIGEST}")
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                self._tell(f"{DIGEST}: has no path and hash of {MANIFEST}")
        if not isinstance(found, dict):
            if data is not None:
                self._tell(f"{MANIFEST}: not a JSON object")
            return {}
        if found.get("profile") not in ("data-package", "wacz-package"):
            self._tell(f"{MANIFEST}: profile is {found.get('profile')!r}, not data-package")
        if found.get("wacz_version") not in VERSIONS:
            self._tell(f"{MANIFEST}: wacz_version is {found.get('wacz_version')!r}")
        for name in ("created", "modified", "mainPageDate"):
            if name in found and not RFC3339.fullmatch(str(found[name])):
                self._tell(f"{MANIFEST}: {name} is no date of RFC 3339: {found[name]!r}")
        return found

    def _resources(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The resources by path, each path once."""
        resources = self.about.get("resources")
        seen = set()
        if self.about and not isinstance(resources, list):
            self._tell(f"{MANIFEST}: has no list of resources")
        for one in resources if isinstance(resources, list) else ():
            if (
                not isinstance(one, dict)
                or not isinstance(one.get("path"), str)
                or not isinstance(one.get("name"), str)
            ):
                self._tell(f"{MANIFEST}: a resource has no name or no path: {str(one)[:60]}")
            elif one["path"] in seen:
                self._tell(f"{MANIFEST}: {one['path']}: is there more than once")
            else:
                seen.add(one["path"])
                yield one["path"], one
