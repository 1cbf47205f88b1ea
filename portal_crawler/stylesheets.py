"""Stylesheets: which addresses a text of CSS names. A tolerant reader: whatever is no CSS is passed over. Pure.

After CSS Syntax Level 3 as far as addresses go: comments, strings and escapes are read as a browser reads them, all
else is skipped. One pass, each character looked at a fixed number of times: the text is a server's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from .fields.media import ending
from .tables import Requisite

MOST_CHARS = 4 << 20  # of a text that are read; the largest real stylesheets have one million
_LONGEST = 2000  # characters of an address
FONTS = frozenset(("woff", "woff2", "ttf", "otf", "eot"))

_DOUBLE = r'"(?:[^"\\\n\r\f]|\\(?s:.))*+'
_SINGLE = r"'(?:[^'\\\n\r\f]|\\(?s:.))*+"
_TOKEN = re.compile(
    rf"""
    (?P<comment>/\*(?s:.*?)(?:\*/|\Z))
  | (?P<string>{_DOUBLE}"?+|{_SINGLE}'?+)
  | (?P<url>(?<![\w-])url\(\s*+(?P<address>{_DOUBLE}"?+|{_SINGLE}'?+|(?:[^\s"'()\\]|\\[^\n\r\f])*+)\s*+(?P<close>\)?+))
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
    rule, images = "", False
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
            if (address := _address(token[0])) is not None:
                yield address, "style" if rule == "@import" else "image"
            rule = "" if rule == "@import" else rule
        elif kind == "url" and _is_closed(token, text) and rule != "@namespace":
            if (address := _address(token["address"])) is not None:
                yield address, "style" if rule == "@import" else _sort(address, rule)
            rule = "" if rule == "@import" else rule


def _is_closed(token: re.Match[str], text: str) -> bool:
    """Whether a url( ends as one: with its bracket, or with the text, as a browser has it."""
    return token["close"] == ")" or token.end() >= min(len(text), MOST_CHARS)


def _sort(address: str, rule: str) -> Requisite:
    try:
        suffix = ending(urlsplit(address).path)
    except ValueError:
        suffix = ""
    return "font" if rule == "@font-face" or suffix in FONTS else "image"


def _address(written: str) -> str | None:
    """What a string or a bare address says; None where that is no address of another file."""
    if written[:1] in ("'", '"'):
        quote = written[0]
        written = written[1:-1] if len(written) > 1 and written.endswith(quote) else written[1:]
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
