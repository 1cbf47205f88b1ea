"""Posts: boxes of one kind side by side that hold a page's text, each with its own day and its own writer.

A forum's discussion is made of such, and a portal's list of questions with their answers. What readers wrote under an
article is too, but there the text stands outside of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from ...fields import dates
from ...fields.text import Box, Line
from ...page import fold, string
from ...page.markup import label
from ..generic import Survey

_MOST = 0.75  # share of the text that stands in them
_ONE = 0.85  # share of the text that one of them may have: more, and it is an article that was answered
_HEAD, _FOOT = 8, 4  # lines of a box in which its day and its writer stand
_LABEL = 90  # characters of a line that has them
_NAME = 40  # characters of a name
_NUMBER = re.compile(r"\d+")
_LATELY = re.compile(
    r"\b\d+\+?\s?(?:mins?|minutes?|hours?|hrs?|days?|weeks?|months?|mos?|years?|yrs?)\.?\s+ago\b"
    r"|\b(?:yesterday|today) at\b|\b\d+\s(?:phút|giờ|ngày|tuần|tháng|năm) trước\b|^(?:hôm qua|hôm nay)\b",
    re.I,
)
_OF_PERSON = re.compile(
    r"(?:^|/)(?:u|users?|members?|profiles?|people|thanh-?vien|memberprofile)(?:[/.?-]|$)|[?&]u(?:id|ser)?=\d|action=profile",
    re.I,
)
_CALLED_PERSON = re.compile(
    r"author|user-?name|poster|creator|member(?!-?ship)|nick|(?:^|[\s_-])(?:user|name)(?:$|[\s_-])", re.I
)
_ASKS = re.compile(r"^\W*(?:câu\s)?hỏi\b.{0,60}?[:?]|^\W*(?:q|question)\b\W*\d*\W*[:.]|\?\W*$", re.I)
_ANSWERS = re.compile(
    r"^\W*(?:trả lời|(?:câu )?(?:trả lời|đáp)|giải đáp|a|answer)\b[^:]{0,60}:|^\W*(?:trả lời|đáp)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Posts:
    """How many tell their day, how many people wrote them, how many ask and answer. `first`: the line they begin at."""

    first: int
    dated: int
    people: int
    named: int  # those whose markup names a person
    answered: int


NO_POSTS = Posts(-1, 0, 0, 0, 0)


def posts(found: Survey, kept: Sequence[int]) -> Posts | None:
    """What the text `kept` is made of, where that is boxes of one kind side by side; None where it is not."""
    boxes = [box for box in found.flat.boxes if box.last - box.first > 1]  # what is said, and when or by whom
    if len({box.parent for box in boxes}) == len(boxes):  # none beside another, as on most pages
        return None
    text = [0.0] * len(found.flat.lines)
    for number in kept:
        text[number] = max(found.weights[number], 0.0)
    before = [0.0, *accumulate(text)]
    whole = before[-1]
    if not whole:
        return None
    beside = Counter(box.parent for box in boxes)
    shares: dict[tuple[int, str, str], list[float]] = {}
    for box in boxes:
        if beside[box.parent] > 1 and before[box.last] > before[box.first]:
            shares.setdefault(_kind(box), []).append(before[box.last] - before[box.first])
    best: Posts | None = None
    for kind, held in shares.items():
        if len(held) > 1 and sum(held) >= _MOST * whole and max(held) <= _ONE * whole:
            around = (box for box in found.flat.boxes if box.parent == kind[0] and box.last > box.first)
            one = _read([box for box in around if _kind(box) == kind], found.flat.lines)  # short ones too
            if one.dated + one.answered > (best.dated + best.answered if best else 0):
                best = one
    return best


def _kind(box: Box) -> tuple[int, str, str]:
    """What boxes side by side have in common that are of one kind."""
    called = (box.el.get("class") or "").split(maxsplit=1)
    return box.parent, box.tag, _NUMBER.sub("", called[0]) if called else ""


def _read(group: Sequence[Box], lines: Sequence[Line]) -> Posts:
    dated = named = answered = 0
    people: set[str] = set()
    for box in group:
        inside = lines[box.first : box.last]
        short = [line.text for line in (*inside[:_HEAD], *inside[_HEAD:][-_FOOT:]) if len(line.text) <= _LABEL]
        asks = next((n for n, line in enumerate(inside) if _ASKS.search(line.text)), None)
        answers = asks is not None and any(_ANSWERS.search(line.text) for line in inside[asks + 1 :])
        tells_day = any(map(_tells_day, short)) or box.el.find(".//time") is not None
        if not tells_day and not answers:
            continue
        dated, answered = dated + tells_day, answered + answers
        name = _writer(box.el)
        named += name is not None
        people.add(name or _first_name(short))
    return Posts(group[0].first, dated, len(people - {""}), named, answered)


@lru_cache(maxsize=1 << 10)  # of a line it is asked by the box and by those around it
def _tells_day(text: str) -> bool:
    return _LATELY.search(text) is not None or (_NUMBER.search(text) is not None and bool(dates.find(text)))


def _writer(el: Any) -> str | None:
    """Whoever the markup of a box names as its writer."""
    for one in el.iter("a", "span", "h3", "h4", "b", "strong", "div", "td", "p"):
        named = (one.tag == "a" and _OF_PERSON.search(one.get("href") or "")) or _CALLED_PERSON.search(
            f"{label(one)} {one.get('itemprop') or ''}"
        )
        if named and 2 <= len(name := fold(string(one))) <= _NAME:
            return name.casefold()
    return None


def _first_name(short: Sequence[str]) -> str:
    """The first of a box's lines that is as short as a name, and no date."""
    names = (text for text in short if 2 <= len(text) <= _NAME and not _tells_day(text) and not _NUMBER.fullmatch(text))
    return next(names, "").casefold()
