"""ARC: what a record's line says, in the words of WARC. Versions 1 and 2, as the Internet Archive and Heritrix 1 wrote.

`archive.warc.reader` asks for it where a record begins with such a line, and reads on as in a WARC file. Rules:
https://archive.org/web/researcher/ArcFileFormat.php
An ARC record has no id, no request and no digest of its own: what is not there stays away.
"""

from __future__ import annotations

import re

from .http import Headers

LINE = 16 << 10  # bytes of a record's line: an address may be long

_IP = rb"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*|-)"
_FIRST = re.compile(rb"[a-z][a-z0-9+.-]{1,15}:[^\r\n]*")  # as an address begins
_TWO = re.compile(
    rb"(?P<url>[^\r\n]+?) (?P<ip>" + _IP + rb") (?P<date>\d{12,17}) (?P<type>\S*) (?P<status>\d{3}|-) (?P<sum>\S+)"
    rb" (?P<location>\S+) (?P<offset>\d+|-) (?P<file>\S+) (?P<size>\d{1,18})[ \t]*\r?\n"
)
_ONE = re.compile(
    rb"(?P<url>[^\r\n]+?) (?P<ip>"
    + _IP
    + rb") (?P<date>\d{8,17}) (?:(?P<type>[^\r\n]*?) )?(?P<size>\d{1,18})[ \t]*\r?\n"
)


def may_begin(data: bytes) -> bool:
    """Whether a record's line may begin so; `data` may end in the middle of it."""
    return _FIRST.match(data[:LINE]) is not None


def head_of(data: bytes) -> tuple[str, Headers, int] | None:
    """Version, headers as a WARC record would have them, and length of the line at the beginning; None where none is.

    The first record of a file (filedesc:) is what a warcinfo record is in WARC.
    """
    if not may_begin(data):
        return None
    two = _TWO.match(data)
    match = two or _ONE.match(data)
    if match is None:
        return None
    url = match["url"].decode("utf-8", "replace")
    scheme = url.partition(":")[0]
    media_type = (match["type"] or b"").decode("latin-1")
    if scheme in ("http", "https"):  # the line has the page's type; the block is the answer with its head
        kind, media_type = "response", "application/http; msgtype=response"
    elif scheme == "filedesc":
        kind = "warcinfo"
    else:  # dns: and others came over no HTTP
        kind = "resource"
    headers = [("WARC-Type", kind), ("WARC-Target-URI", url), ("WARC-Date", _date(match["date"].decode()))]
    ip = match["ip"].decode()
    if kind == "warcinfo":
        headers[1] = ("WARC-Filename", url.removeprefix("filedesc://"))
    elif ip not in ("-", "0.0.0.0"):  # noqa: S104 (what ARC writers put where they had no address)
        headers.append(("WARC-IP-Address", ip))
    headers += [("Content-Type", media_type), ("Content-Length", str(int(match["size"])))]
    return "ARC/2" if two else "ARC/1", tuple(headers), match.end()


def _date(digits: str) -> str:
    """YYYYMMDDhhmmss as WARC-Date writes it; some writers left the seconds or the time of day out: they stay out."""
    parts = [digits[:4], digits[4:6], digits[6:8]]
    date = "-".join(parts)
    if len(digits) < 12:
        return date
    time = ":".join(digits[at : at + 2] for at in range(8, min(len(digits) - len(digits) % 2, 14), 2))
    return f"{date}T{time}Z"
