"""Writing: the language that an article is written in, and its damaged characters put right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ..fields import chars, fontcodes

_VIETNAMESE = re.compile("[ăắằẳẵặâấầẩẫậđêếềểễệôốồổỗộơớờởỡợưứừửữựạảẹẻẽịỉĩọỏụủũỵỷỹ]")
_VIETNAMESE_ONLY = re.compile("[ơưƠƯ\u1ea0-\u1ef9]")
_LATIN = re.compile("[\u00a1-\u00ff]")
_SAMPLE = 1500  # characters that tell the language
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def language(title: str, body: list[str], root: Any) -> str | None:
    """By the letters, for the lang attribute of portals is often wrong; `root`: the html element."""
    sample = f"{title} {' '.join(body)}"[:_SAMPLE].lower()
    enough = 0.08 * len(sample)
    if len(_VIETNAMESE.findall(sample, 0, len(sample) // 2)) > enough:  # of most texts half tells
        return "vi"
    marked = len(_VIETNAMESE.findall(sample))
    if marked > enough:  # then it is more of the letters too, which take longer to count
        return "vi"
    letters = sum(map(str.isalpha, sample))
    if letters == 0:
        return None
    if marked >= 0.08 * letters:
        return "vi"
    tag = re.match(r"[a-zA-Z]{2,3}", root.get("lang") or root.get(_LANG) or "")
    return tag[0].lower() if tag else None


def mended(text: str) -> str:
    """Damaged characters put right; only what has any is looked at."""
    if may_be_legacy(text):
        text = fontcodes.legacy(text)
    return chars.mend(text)


def may_be_legacy(text: str) -> bool:
    """Whether a text may be TCVN3 or VNI, which, read as Latin-1, are full of its letters."""
    return not text.isascii() and not _VIETNAMESE_ONLY.search(text) and len(_LATIN.findall(text)) * 33 > len(text)


def mended_name(name: str, around: Iterable[str]) -> str:
    """A name put right as the text `around` it is: alone it is too short to tell what it is typed in."""
    if name.isascii() or _VIETNAMESE_ONLY.search(name):
        return chars.mend(name)
    return mended(f"{' '.join(around)}\n{name}").rpartition("\n")[2]
