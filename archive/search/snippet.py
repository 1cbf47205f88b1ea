"""Snippet: the place of an article's text that shows why a search found it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..folding import exact, folded, is_accented

_AROUND = 110  # characters before and behind what was found


def snippet(body: str, words: Sequence[str]) -> str:
    """The place of the body where most of the words stand together, these in brackets; else its beginning.

    `words` as typed: a word, a phrase, or the beginning of a word with an asterisk.
    """
    text = " ".join(body.split())
    plain: dict[Callable[[str], str], str] = {}
    places: list[tuple[int, int, int]] = []
    for number, word in enumerate(words):
        way = exact if is_accented(word) else folded
        if way not in plain:
            plain[way] = way(text)
        if len(plain[way]) != len(text):  # rare letters that become two: their places would be wrong
            continue
        pieces = r"\W+".join(map(re.escape, re.findall(r"[^\W_]+", way(word))))
        end = r"\w*" if word.endswith("*") else r"\b"
        places += [(match.start(), match.end(), number) for match in re.finditer(rf"\b{pieces}{end}", plain[way])]
    if not places:
        return text[: 2 * _AROUND] + ("…" if len(text) > 2 * _AROUND else "")
    places.sort()
    begin = places[max(range(len(places)), key=lambda at: _together(places, at))][0]
    low, high = max(0, begin - _AROUND // 2), min(len(text), begin + 2 * _AROUND)
    low = text.rfind(" ", 0, low) + 1 if low else 0
    high = text.find(" ", high) if text.find(" ", high) > 0 else len(text)
    shown, shown_to = [], low
    for start, stop, _ in places:
        if start >= shown_to and stop <= high:
            shown.append(f"{text[shown_to:start]}[{text[start:stop]}]")
            shown_to = stop
    return ("…" if low else "") + "".join(shown) + text[shown_to:high] + ("…" if high < len(text) else "")


def _together(places: Sequence[tuple[int, int, int]], at: int) -> tuple[int, int]:
    """How many of the words stand from a place on, and how near to each other (higher: nearer)."""
    begin = places[at][0]
    ends: dict[int, int] = {}
    for place in range(at, len(places)):
        start, stop, number = places[place]
        if start >= begin + _AROUND:
            break
        ends.setdefault(number, stop)
    return len(ends), -(max(ends.values()) - begin)
