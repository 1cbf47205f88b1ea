"""The key of an address in an index: Sort-friendly URI Reordering Transform, as pywb and cdxj-indexer compute it.

    surt("https://www.Huyen.example:443/Tin-Tuc/?b=2&a=1") == "example,huyen)/tin-tuc?a=1&b=2"

Replay tools look an address up by its key, so it must be theirs to the letter: the rules, odd ones included, are those
of the package `surt` 0.3.1, and tests/test_cdxj.py compares the two. What that package refuses is its own key here.
"""

from __future__ import annotations

import re
import socket
from urllib.parse import quote_from_bytes, unquote_to_bytes

_SCHEME = re.compile(rb"[a-zA-Z][a-zA-Z0-9+.\-]*:")
_TWICE = re.compile(rb"(?:https?://)+(?=https?://)")  # http://https://host/
_PARTS = re.compile(
    rb"(?:(?P<scheme>[a-zA-Z][a-zA-Z0-9+.\-]*):)?(?://(?P<host>[^/?#]*))?(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?", re.S
)
_WWW = re.compile(rb"www\d*\.")
_IP = (re.compile(rb"[1-9]\d*(?:\.\d+){0,3}"), re.compile(rb"0[0-7]*(?:\.[0-7]+){0,3}"))
_PORTS = {b"http": 80, b"https": 443}
_SAFE = "!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"  # all of ASCII that prints, but for % and #

# Sessions in a path (ASP.NET) and in a query: the same page at another address.
_SESSION_FOLDERS = (
    re.compile(rb"(.*/)\((?:[a-z]\([0-9a-z]{24}\))+\)/([^?]+\.aspx.*)", re.I | re.S),
    re.compile(rb"(.*/)\([0-9a-z]{24}\)/([^?]+\.aspx.*)", re.I | re.S),
)
_SESSION_MARKS = tuple(
    re.compile(rb"(.*)(?:" + mark + rb")(?:&(.*))?", re.I | re.S)
    for mark in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"aspsessionid[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]++&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """The key of an address. It has no white space: in a line of an index, that ends it."""
    try:
        key = _key(url.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
    except ValueError:  # a port that is no number
        key = url
    return re.sub(r"\s", lambda found: quote_from_bytes(found[0].encode()), key)


def _key(url: bytes) -> bytes:
    url = re.sub(rb"[\r\n\t]", b"", url.strip())
    if not url:
        return b"-"
    if not _SCHEME.match(url):
        url = b"http://" + url
    url = _TWICE.sub(b"", url, 1) if _TWICE.match(url) else url
    parts = _PARTS.match(url)
    assert parts is not None  # every part may be missing
    scheme, path, query = parts["scheme"] or b"", parts["path"], parts["query"]
    host, port = _host_and_port((parts["host"] or b"").rstrip(b":"))
    if not host and scheme.startswith(b"http") and path:  # http:////host/
        host, _, path = path.lstrip(b"/").partition(b"/")
        path = b"/" + path
    if host:
        host = _plain_host(host)
        if scheme != b"dns":
            host = _WWW.sub(b"", host, 1) if _WWW.match(host) else host
        if port == _PORTS.get(scheme.lower(), 0):
            port = 0
    path = _unescaped(path)
    path = _plain_path(_escaped(_resolved(path) if host else path))
    begin = b",".join(reversed(host.split(b"."))) + (b":%d" % port if port else b"") + b")" if host else scheme + b":"
    query = _plain_query(_escaped(_unescaped(query or b"")))
    return begin + (path or (b"/" if query else b"")) + (b"?" + query if query else b"")


def _host_and_port(place: bytes) -> tuple[bytes, int]:
    place = place.rpartition(b"@")[2]
    bracketed = place.partition(b"[")[2]
    if bracketed:
        host, _, rest = bracketed.partition(b"]")
        port = rest.partition(b":")[2]
    else:
        host, _, port = place.partition(b":")
    if (port and not port.isdigit()) or int(port or 0) > 65535:
        raise ValueError(f"no port: {port!r}")
    return host.lower(), int(port or 0)


def _plain_host(host: bytes) -> bytes:
    host = _unescaped(host)
    if not host.isascii():
        try:
            host = host.decode("utf-8", "ignore").encode("idna")
        except UnicodeError:  # no host name: it is kept, escaped
            host = bytes(host)
    host = host.replace(b"..", b".").strip(b".")
    if host.isdigit():
        return socket.inet_ntoa((int(host) & 0xFFFFFFFF).to_bytes(4, "big")).encode()
    if any(form.fullmatch(host) for form in _IP):
        try:
            return socket.inet_ntoa(socket.inet_aton(host.decode())).encode()
        except OSError:  # numbers, but no address
            return host
    return _escaped(host).lower()


def _resolved(path: bytes) -> bytes:
    """Without `.`, `..` and empty folders; what stands above the top stays once, and goes with the next."""
    kept: list[bytes] = []
    for name in path.split(b"/")[1:]:
        if name == b"..":
            if kept:
                kept.pop()
            else:
                kept.append(name)
        elif name != b".":
            kept.append(name)
    folders = b"".join(name + b"/" for name in kept[:-1] if name)
    return b"/" + folders + (kept[-1] if kept else b"")


def _plain_path(path: bytes) -> bytes:
    path = path.lower()
    for session in _SESSION_FOLDERS:
        if found := session.fullmatch(path):
            path = found[1] + found[2]
    return path[:-1] if path.endswith(b"/") and len(path) > 1 else path


def _plain_query(query: bytes) -> bytes:
    for session in _SESSION_MARKS:
        if found := session.fullmatch(query):
            query = found[1] + (found[2] or b"")
    query = query.lower()
    if len(query) <= 1:
        return query
    return b"&".join(b"=".join(item) for item in sorted(tuple(item.split(b"=", 1)) for item in query.split(b"&")))


def _unescaped(text: bytes) -> bytes:
    """Percent-encoding off, as often as there is any."""
    while (plain := unquote_to_bytes(text)) != text:
        text = plain
    return text


def _escaped(text: bytes) -> bytes:
    return quote_from_bytes(text, _SAFE).encode()
