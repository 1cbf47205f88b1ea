"""Stylesheets: which addresses a text of CSS names. A tolerant reader: whatever is no CSS is passed over. Pure.

After CSS Syntax Level 3 as far as addresses go: comments, strings and escapes are read as a browser reads them, all
else is skipped. One pass, each character looked at a fixed number of times: the text is a server's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ..fields.media import ending
from ..portal.tables import Requisite

MOST_CHARS = 4 << 20  # of a text that are read; the largest real stylesheets have one million
_LONGEST = 2000  # characters of an address
FONTS = frozenset(("woff", "woff2", "ttf", "otf", "eot"))

_BODY = r"(?:[^{0}\\\n\r\f]|\\(?s:.))*+"  # of a string; a line's end breaks it off
_DOUBLE, _SINGLE = '"' + _BODY.format('"'), "'" + _BODY.format("'")
_TOKEN = re.compile(
    rf"""
    (?P<comment>/\*(?s:.*?)(?:\*/|\Z))
  | (?P<string>{_DOUBLE}(?P<double>"?+)|{_SINGLE}(?P<single>'?+))
  | (?P<url>(?<![\w-])url\(\s*+(?P<address>
      {_DOUBLE}(?P<doubled>"?+)|{_SINGLE}(?P<singled>'?+)
     |(?:[^\s"'()\\]|\\[0-9a-f]{{1,6}}[ \t]?+|\\[^\n\r\f])*+)\s*+(?P<close>\)?+))
  | (?P<set>(?<![\w])(?:-webkit-)?image-set\()
  | (?P<type>(?<![\w-])type\([^()]*+\)?)
  | (?P<rule>@(?:import|font-face|namespace|charset)(?![\w-]))
  | (?P<mark>[;{{}}])
    """,
    re.X | re.I,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\r\f])?|(\r\n|[\n\r\f])|((?s:.)))")
_NAMES = re.compile(r"url\(|@import|image-set\(", re.I)


def names_any(text: str) -> bool:
    """Whether there may be an address in a text of CSS."""
    return _NAMES.search(text, 0, MOST_CHARS) is not None


def references(text: str) -> Iterator[tuple[str, Requisite]]:
    """The addresses that a stylesheet names, as they stand there, in its order; not those that hold their data.

    An `@import` is a style, a `url()` a font by its ending or in `@font-face`, else an image.
    """
    rule, images, end = "", False, min(len(text), MOST_CHARS)  # what the text's end breaks off is whole
    for token in _TOKEN.finditer(text, 0, MOST_CHARS):
        kind = token.lastgroup
        if kind == "rule":
            rule, images = token[0].lower(), False
        elif kind == "mark":
            images = False
            if token[0] == "}" or (token[0] == ";" and rule != "@font-face") or rule == "@import":
                rule = ""
        elif kind == "set":
            images = True
        elif kind == "string" and (rule == "@import" or images):
            whole = token["double"] or token["single"] or token.end() >= end
            if whole and (address := _address(token[0])) is not None:
                yield address, "style" if rule == "@import" else "image"
            rule = "" if rule == "@import" else rule
        elif kind == "url" and (token.end() >= end or _is_closed(token)) and rule != "@namespace":
            if (address := _address(token["address"])) is not None:
                yield address, "style" if rule == "@import" else _sort(address, rule)
            rule = "" if rule == "@import" else rule


def _is_closed(token: re.Match[str]) -> bool:
    """Whether a url( ends as one: its string, where it has one, and then its bracket."""
    quoted = token["address"][:1] in ("'", '"')
    return bool(token["close"]) and (not quoted or bool(token["doubled"] or token["singled"]))


def _sort(address: str, rule: str) -> Requisite:
    try:
        suffix = ending(urlsplit(address).path)
    except ValueError:
        suffix = ""
    return "font" if rule == "@font-face" or suffix in FONTS else "image"


def _address(written: str) -> str | None:
    """What a string or a bare address says; None where that is no address of another file."""
    if written[:1] in ("'", '"'):
        written = written[1:].removesuffix(written[0])
    if written[:5].lower() == "data:" or len(written) > 4 * _LONGEST:
        return None
    address = _ESCAPE.sub(_plain, written).strip() if "\\" in written else written.strip()
    return address if address and address[0] != "#" and len(address) <= _LONGEST else None


def _plain(escape: re.Match[str]) -> str:
    digits, _, other = escape.groups()
    if digits is None:
        return other or ""
    number = int(digits, 16)
    known = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
    return chr(number) if known else "\ufffd"
