"""Word diff: what changed in a text, in a few words: `… huyện [-cũ-] {+mới+} tổ chức …`. Pure.

Paragraphs are compared first and words only where a paragraph changed, and neither where there are too many: the time
that it takes is bounded whatever the texts are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

_MANY = 400  # paragraphs, or words, that are compared with as many: what is longer is one change
_AROUND = 3  # words shown before and behind a change
_WORDS = 12  # of a change are shown
_PLACES = 4  # changes that are shown
_LONG = 60  # characters of a word that are shown

T = TypeVar("T")
_PARAGRAPH = "¶"  # stands for the blank line between two


def word_diff(old: str, new: str) -> str:
    """The changes between two texts, the first few of them, each with the words around it."""
    before, after = _paragraphs(old), _paragraphs(new)
    shown: list[str] = []
    left = 0
    for start, end, first, last in differing(before, after):
        if len(shown) >= _PLACES:
            left += 1
            continue
        a = [word for paragraph in before[start:end] for word in paragraph]
        b = [word for paragraph in after[first:last] for word in paragraph]
        for i, j, k, m in differing(a, b):
            head = a[max(0, i - _AROUND) : i] or before[start - 1][-_AROUND:] if start or i else ()
            tail = a[j : j + _AROUND] or (before[end][:_AROUND] if end < len(before) else ())
            shown.append(_shown(head, a[i:j], b[k:m], tail))
    left += max(0, len(shown) - _PLACES)
    more = [f"and {left} more"] if left else []
    return " ".join([*shown[:_PLACES], *more]) or "white space alone"


def _paragraphs(text: str) -> list[tuple[str, ...]]:
    """Each as its words, with the mark of its end."""
    found = [(*one.split(), _PARAGRAPH) for one in text.split("\n\n")]
    return [*found[:-1], found[-1][:-1]]


def differing(old: Sequence[T], new: Sequence[T]) -> Iterator[tuple[int, int, int, int]]:
    """Where two sequences differ: from and to in the old, from and to in the new."""
    short = min(len(old), len(new))
    head = next((at for at in range(short) if old[at] != new[at]), short)
    tail = next((at for at in range(short - head) if old[-1 - at] != new[-1 - at]), short - head)
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(a) > _MANY or len(b) > _MANY or not a or not b:
        if a or b:
            yield head, head + len(a), head, head + len(b)
        return
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            yield head + i, head + j, head + k, head + m


def _shown(before: Sequence[str], old: list[str], new: list[str], after: Sequence[str]) -> str:
    parts = ["…", *map(_word, before)]
    if old:
        parts.append(f"[-{_words(old)}-]")
    if new:
        parts.append(f"{{+{_words(new)}+}}")
    return " ".join([*parts, *map(_word, after), "…"])


def _words(words: list[str]) -> str:
    if len(words) <= _WORDS:
        return " ".join(map(_word, words))
    first = " ".join(map(_word, words[: _WORDS - 4]))
    last = " ".join(map(_word, words[-3:]))
    return f"{first} … {last} ({len(words):,} words)"


def _word(word: str) -> str:
    return word if len(word) <= _LONG else f"{word[: _LONG - 1]}…"
