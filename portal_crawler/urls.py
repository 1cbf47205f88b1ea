"""Addresses: how a browser would read them on a page, and the one spelling that stands for all of a page's.

`resolve` is for what stands on a page, `canonical` for what is compared: the frontier, the record's canonical URL.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from string import hexdigits
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

# WHATWG URL: the path and query percent-encode sets leave these as they are.
_PATH_SAFE = "!$&'()*+,;=:@/%~-._[]|^"
_QUERY_SAFE = "!$&()*+,;=:@/?%~-._[]|^{}`\\"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PLAIN = re.compile(r"(?:/[\w%~-][\w%~.-]*)+/?(?:\?[\w%~.=&/-]+)?", re.ASCII)  # nothing in it that is written otherwise
_HOST = re.compile(r"https?://[\w.:-]+(?=/)", re.ASCII)
_BLANK = re.compile(r"[\t\n\r]")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SPELLED = {
    f"%{high}{low}": chr(byte) if (byte := int(high + low, 16)) in _UNRESERVED else f"%{high}{low}".upper()
    for high, low in product(hexdigits, repeat=2)
}
_PORTS = {"http": 80, "https": 443}

# Marks of a visit, not of a page. `sid` and its like only where the value looks drawn by lot.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|yclid|mc_[ce]id|_ga|zarsrc|srsltid", re.IGNORECASE)
_SESSION = re.compile(r"jsessionid|phpsessid|aspsessionid\w*|cfid|cftoken|sessionid|session_id", re.IGNORECASE)
_SESSION_LIKE = re.compile(r"sid|sess|session|s", re.IGNORECASE)
_DRAWN = re.compile(r"(?=[^&]*\d)[0-9A-Za-z,-]{20,}")
_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*|/\([SFAX]\([0-9A-Za-z]+\)\)(?=/|$)", re.IGNORECASE)


def resolve(base: str, reference: str | None) -> str | None:
    """`reference` as a browser would ask for it from a page at `base`; None if it is not http(s).

    As WHATWG's URL: without fragment and without the port that the scheme has anyway.
    """
    if reference is None:
        return None
    host = _HOST.match(reference)
    path = reference[host.end() :] if host is not None else reference
    if _PLAIN.fullmatch(path):  # most are: a tenth of the time
        host = host or _HOST.match(base)
        root = _root(host[0]) if host is not None else None
        if root is not None:
            return root + path[1:]
    return _resolved(base, reference)


@lru_cache(maxsize=1 << 10)
def _root(host: str) -> str | None:
    """The address of a host's front page; `host` with its scheme."""
    return _resolved(host, f"{host}/")


@lru_cache(maxsize=1 << 10)  # a picture is asked for by its place and by its selector
def _resolved(base: str, reference: str) -> str | None:
    """`resolve`, whatever the reference looks like."""
    reference = _BLANK.sub("", reference.strip())
    if not reference:
        return None
    scheme = _SCHEME.match(reference)
    if scheme and scheme[0].lower() not in ("http:", "https:"):
        return None
    path, mark, rest = reference.partition("?")
    reference = path.replace("\\", "/") + mark + rest
    try:
        joined = urlsplit(urljoin(base, reference))
        host, port = joined.hostname, joined.port
    except ValueError:
        return None
    if joined.scheme not in ("http", "https") or not host:
        return None
    netloc = _netloc(joined.netloc)
    if port is not None and port == _PORTS[joined.scheme]:
        netloc = netloc.rpartition(":")[0]
    path = quote(joined.path, safe=_PATH_SAFE)
    return urlunsplit((joined.scheme, netloc, path or "/", quote(joined.query, safe=_QUERY_SAFE), ""))


def path_of(url: str) -> str:
    """What of an address the expressions of `[sources]` and `[recognise] url` are searched in: path and query."""
    return "/" + url.partition("#")[0].partition("://")[2].partition("/")[2]


def matches(expressions: tuple[str, ...], path: str) -> bool:
    """Whether one of a definition's regular expressions is found in a path."""
    return any(pattern.search(path) for pattern in patterns(expressions))


@lru_cache(maxsize=256)
def patterns(expressions: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """A definition's regular expressions, compiled."""
    return tuple(re.compile(expression) for expression in expressions)


def origin(url: str) -> str:
    """Scheme, host and port, as robots.txt and pacing see a host."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


@lru_cache(maxsize=1 << 12)  # of a page's own address several ask, of a menu's every page
def canonical(url: str) -> str:
    """The spelling of `url` that stands for all: what differs without making another page is taken off.

    Scheme and host in lower case; no fragment, default port, session id or campaign mark; query parameters sorted;
    percent-encoding as RFC 3986, 6.2.2 has it. Path case and a trailing slash stay: servers tell them apart.
    A string that is no http(s) URL comes back as it is.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if scheme not in _PORTS or not host:
        return url
    netloc = _netloc(f"[{host}]" if ":" in host else host)
    if port is not None and port != _PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    path = _normal(_IN_PATH.sub("", quote(parts.path, safe=_PATH_SAFE))) or "/"
    kept = [piece for piece in quote(parts.query, safe=_QUERY_SAFE).split("&") if piece and not _of_a_visit(piece)]
    return urlunsplit((scheme, netloc, path, "&".join(sorted(_normal(piece.strip("+")) for piece in kept)), ""))


def bare(host: str) -> str:
    """A host without www, in lower case."""
    return host.lower().removeprefix("www.")


def _of_a_visit(piece: str) -> bool:
    name, _, value = piece.partition("=")
    if _TRACKING.fullmatch(name) or _SESSION.fullmatch(name):
        return True
    return bool(_SESSION_LIKE.fullmatch(name) and _DRAWN.fullmatch(value))


def _normal(text: str) -> str:
    """Escapes in upper case, and none where RFC 3986 needs none."""
    return _ESCAPE.sub(_spelled, text) if "%" in text else text


def _spelled(escape: re.Match[str]) -> str:
    return _SPELLED[escape[0]]


def _netloc(netloc: str) -> str:
    netloc = netloc.lower()
    if netloc.isascii():
        return netloc
    try:
        return netloc.encode("idna").decode("ascii")
    except UnicodeError:
        return quote(netloc, safe=":@[]")
