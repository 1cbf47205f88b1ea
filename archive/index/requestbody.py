"""What a request with a body is looked up by: a query made of its method and body, as pywb and cdxj-indexer make it.

    http://huyen.example/list?__wb_method=POST&page=2

Rules: https://specs.webrecorder.net/request-body-canonicalization/latest/. A body that is no text of a known form is
taken as base64; Flash's AMF as well, of which the two know the form.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import unquote_plus, urlencode

from ..warc.http import parse_fields

LONGEST = 4096  # characters of a query
READ = 1 << 20  # bytes of a request that are looked at


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that is told from others of its address by its method and body."""

    method: str  # "POST", "PUT"
    query: str  # "" where nothing can be made of the body

    def appended(self, url: str) -> str:
        """The address that stands for both."""
        query = f"&{self.query}" if self.query else ""
        return f"{url}{'&' if '?' in url else '?'}__wb_method={self.method}{query}"


def asked(request: bytes) -> Asked | None:
    """What the first `READ` bytes of an HTTP request tell; None of one that its address alone tells: GET, HEAD."""
    line, _, rest = request.partition(b"\n")
    method = line.partition(b" ")[0].decode("latin-1").upper()
    if method not in ("POST", "PUT"):
        return None
    head, _, body = rest.partition(b"\r\n\r\n")
    fields = {name.lower(): value for name, value in reversed(parse_fields(head.decode("latin-1")))}
    length = fields.get("content-length", "8192")
    body = body[: int(length)] if length.isdecimal() else b""
    return Asked(method, _query(fields.get("content-type", ""), body)[:LONGEST])


def _query(media_type: str, body: bytes) -> str:
    try:
        if media_type.startswith("application/x-www-form-urlencoded"):
            return unquote_plus(body.decode())
        if media_type.startswith("multipart/"):
            return (
                urlencode(_parts(media_type, body), doseq=True) if b"boundary=" in media_type.encode() else _raw(body)
            )
        if media_type.startswith(("application/json", "text/plain")):
            return urlencode(_flat(body))
    except (ValueError, RecursionError):  # not what it says; JSON that is none tells nothing, as with the two
        return "" if media_type.startswith("application/json") else _raw(body)
    return _raw(body)


def _raw(body: bytes) -> str:
    return f"__wb_post_data={base64.b64encode(body).decode()}"


def _parts(media_type: str, body: bytes) -> list[tuple[str, bytes | str]]:
    """The fields of a form with files: a file's bytes, any other's text."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {media_type}\r\n\r\n".encode() + body)
    found: list[tuple[str, bytes | str]] = []
    for part in message.iter_parts():
        name = part.get_param("name", "", header="content-disposition")
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)  # a part that is no message of its own
        found.append((str(name), data if part.get_filename() else data.decode("utf-8", "replace")))
    return found


def _text(value: object) -> str:
    """As JavaScript prints it, and pywb; cdxj-indexer prints True and 2.0, which a browser never asks for."""
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _flat(body: bytes) -> dict[str, str]:
    """The named values of a JSON document, or of one a line; a name that comes again gets a number."""
    found: dict[str, str] = {}
    seen: dict[str, int] = {}

    def take(value: Any, name: str = "") -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                take(inner, key)
        elif isinstance(value, list):
            for inner in value:
                take(inner, name)
        elif name:
            if name in found:
                seen[name] = seen.get(name, 1) + 1
                name = f"{name}.{seen[name]}_"
            found[name] = _text(value)

    try:
        take(json.loads(body))
    except ValueError:
        if b"\n" not in body:
            raise
        for line in body.split(b"\n"):
            take(json.loads(line))
    return found
