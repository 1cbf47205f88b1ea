"""Folding: Vietnamese text in one spelling, with its accents or without, for search.

The same word is written in several ways that nobody means as a difference: NFC or NFD, capital or small, and the tone
on either vowel of an open `oa`, `oe`, `uy` (hoà and hòa, uỷ and ủy; but always quý). `exact` makes these one; `folded`
takes accents off as well, and makes đ a d, which neither SQLite nor DuckDB does.
"""

from __future__ import annotations

import re
import unicodedata

_TONES = "\u0300\u0301\u0309\u0303\u0323"  # grave, acute, hook, tilde, dot below
_LATE = re.compile(rf"(?<![qQ])([ou])([aey])([{_TONES}])(?![a-zđ\u0300-\u036f])")
_EARLY_QU = re.compile(rf"(q)u([{_TONES}])([a-zđ])")
_LONGEST = 40  # characters of a word that is worth remembering
_MOST = 1 << 16  # of these
_PAIRS = frozenset(("oa", "oe", "uy"))
_ACCENT = re.compile(r"[\u0300-\u036f]")


def exact(text: str) -> str:
    """Small letters, NFC, tones where the older spelling has them."""
    apart = unicodedata.normalize("NFD", text.casefold())
    apart = _LATE.sub(_moved, apart)
    return unicodedata.normalize("NFC", _EARLY_QU.sub(r"\1u\3\2", apart))


def folded(text: str) -> str:
    """`exact` without accents, and with d for đ."""
    return _ACCENT.sub("", unicodedata.normalize("NFD", text.casefold())).replace("đ", "d")


def both(text: str) -> tuple[str, str]:
    """`exact` and `folded` of a text whose white space does not matter: for many texts of the same few words.

    No rule looks over a blank, so that each word can be remembered: it takes a tenth of the time.
    """
    pairs = [_KNOWN[word] for word in text.split()]
    return " ".join([pair[0] for pair in pairs]), " ".join([pair[1] for pair in pairs])


class _Words(dict[str, tuple[str, str]]):
    """Words in both spellings, as many as a language has."""

    def __missing__(self, word: str) -> tuple[str, str]:
        pair = exact(word), folded(word)
        if len(word) <= _LONGEST:
            if len(self) >= _MOST:
                self.clear()
            self[word] = pair
        return pair


_KNOWN = _Words()


def is_accented(text: str) -> bool:
    """Whether a word was typed with accents, or with đ: then it is meant so."""
    return folded(text) != text.casefold()


def _moved(match: re.Match[str]) -> str:
    first, second, tone = match.groups()
    return f"{first}{tone}{second}" if first + second in _PAIRS else match[0]
