"""Dates: those that a text has, and the one of a date line.

`find` gives every date in a text, `parse` reads a string that is a date line and nothing else, by the grammar of
`dategrammar`; `dateparser` is asked for whole dates that the grammar does not know. There is no clock here: what lies
after `latest`, which the caller knows, is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise

from .chars import normal
from .dategrammar import (
    DAY,
    DIGIT,
    EARLIEST,
    LAST_YEAR,
    MONTH,
    WEEKDAY,
    Found,
    fold,
    neighbourhoods,
    place_in,
    scan,
    zone_of,
)

_LONGEST_LINE = 240  # characters; a date line with account, counters and widgets is shorter


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date that was read.

    `value`: `2019-01-20T14:11:00+07:00` where a time is printed, in the offset asked for; else `2019-01-20`.
    `raw`: as printed, `text[start:end]`, with weekday and enclosing parentheses, without labels and counters.
    """

    value: str
    raw: str
    start: int
    end: int


def find(text: str, offset: str = "+07:00", latest: date | None = None) -> list[Stamp]:
    """All dates of a text, in order, none overlapping, none after `latest`. Times without a zone are in `offset`."""
    stamps = []
    for begin, stop in neighbourhoods(text):
        folded, places = fold(text[begin:stop])
        for found in scan(folded, offset, latest)[0]:
            start, end = begin + place_in(found.start, places), begin + place_in(found.end, places)
            stamps.append(Stamp(found.value, text[start:end], start, end))
    return stamps


def parse(text: str, offset: str = "+07:00", latest: date | None = None) -> Stamp | None:
    """The date of a date line: labels, weekday, account, counters and widgets may stand around it, prose may not.

    Where a line shows when an article was published and when it was changed, it is the former. Two dates without a
    label between them (a range) are none. What the grammar does not know is given to dateparser, if it is short and
    has a year and a label or a month.
    """
    if len(text) > _LONGEST_LINE or not DIGIT.search(text):
        return None
    return _parse(text, offset, latest)


@lru_cache(maxsize=512)  # what reads a page asks for the same line several times
def _parse(text: str, offset: str, latest: date | None) -> Stamp | None:
    folded, places = fold(text)
    stamps, candidates = scan(folded, offset, latest)
    if len(stamps) != candidates or candidates > 3:
        return None
    found = _only(folded, stamps) if stamps else _by_dateparser(text, folded, offset, latest)
    if found is None:
        return None
    start, end = place_in(found.start, places), place_in(found.end, places)
    return Stamp(found.value, text[start:end], start, end)


def changed(text: str, offset: str = "+07:00") -> str | None:
    """When the article was changed, of a line that says that beside when it was published; None of any other."""
    if len(text) > _LONGEST_LINE or not DIGIT.search(text):
        return None
    folded, _ = fold(text)
    if not _CHANGED.search(folded):
        return None
    stamps, candidates = scan(folded, offset, None)
    if len(stamps) != 2 or candidates != 2:
        return None
    labels = _around(folded[: stamps[0].start], first=True), _around(folded[stamps[0].end : stamps[1].start])
    if None in labels or not all(labels):
        return None
    marked = [stamp for stamp, label in zip(stamps, labels, strict=True) if _CHANGED.search(label or "")]
    return marked[0].value if len(marked) == 1 else None


def is_moment(text: str) -> bool:
    """Whether a line says when and nothing else, also in words and figures that `parse` makes no date of.

    `Mon, 06/30/2025 - 14:05`, `30/6/25`, `3 ngày trước`: no title, and no day either.
    """
    folded, _ = fold(text)
    return len(folded) <= 80 and _MOMENT.fullmatch(folded) is not None and _FIGURES.search(folded) is not None


_LABEL = (
    "(?:ngay gio|ngay|gio|thoi gian|thoi diem) (?:dang tin|dang tai|dang bai|dang|cap nhat|xuat ban|tao|gui|viet)"
    "|(?:duoc |da )?(?:dang tin|dang tai|dang|xuat ban|gui|tao) ?(?:luc|ngay|vao luc|vao ngay|vao)?"
    "|(?:lan )?(?:cap nhat|sua|chinh sua)(?: lan)?(?: cuoi| moi nhat)?(?: luc| ngay| vao luc| vao ngay| vao)?"
    "|ngay|luc|hoi|vao luc|vao ngay|vao|thoi gian|thoi diem|(?:post|publish|updat|creat|modifi)ed(?: on| at)?"
    "|last (?:updated|modified)(?: on| at)?|(?:publication |release )?date(?: published| posted)?|on|at"
)
_WIDGET = (
    "print|in trang(?: nay)?|in bai(?: viet)?|ban in|in|gui (?:email|mail|bai viet)|email|chia se|share|luu(?: bai)?"
    "|doc bai(?: viet)?|nghe bai viet|(?:xem voi )?co chu|aa?|nghe"
)
_COUNTED = (
    "luot xem|luot doc|luot truy cap|luot|lan xem|lan doc|views?|hits?|binh luan|phan hoi|y kien|comments?|xem|doc"
)
_N = "[0-9][0-9.,]{0,11}(?![0-9])"
_ACCOUNT = (
    "(?:nguoi (?:dang|gui|hoi)(?: tin| bai)?|(?:duoc |da )?(?:dang|gui|viet) boi"
    "|(?:submitted|posted|written) by|by|boi|tac gia)"
)
_ACCOUNT_ENDS = "(?=\\||;| - |,|(?: on| vao| luc| ngay| cap nhat| luot| so luot)(?![a-z])|$)"
_AROUND = re.compile(
    r"(?P<mark>[ |,.;:•·()\[\]/*…~+-]+)"
    f"|{_ACCOUNT}(?![a-z])[ :]{{0,3}}(?P<who>[^|:;]{{1,60}}?) ?{_ACCOUNT_ENDS}"
    f"|(?:so |da )?(?:{_COUNTED})(?![a-z]) ?:? ?(?:{_N})?|{_N} ?(?:{_COUNTED})(?![a-z])"
    f"|(?P<number>{_N})|(?P<label>{_LABEL})(?![a-z])|{WEEKDAY}|(?:{_WIDGET})(?![a-z])"
)
_SENDER = re.compile("[^ ]{1,30}(?: [^ :,.]{1,20}){0,3} (?:gui vao|da gui|da dang|dang vao|posted on)(?![a-z])")
_FIGURES = re.compile(
    "[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}|(?:19|20)[0-9]{2}|[0-9] ?(?:phut|gio|ngay|tuan|thang|nam) truoc"
)
_MOMENT = re.compile(  # nothing is gone back to: a line of many such words takes no longer for it
    f"(?>[^a-z]|(?<![a-z])(?:{DAY}|{_LABEL}|{MONTH}|phut|gio|tuan|thang|nam|truoc|gmt|utc|sa|ch|am|pm|t)(?![a-z]))++"
)
_POSTED = re.compile("dang|xuat ban|publish|post")  # a line may say when it was written, too
_CHANGED = re.compile("cap nhat|sua|updat|modif")


def _only(folded: str, stamps: list[Found]) -> Found | None:
    """The one date of a line, if all the rest of it is what stands around dates."""
    labels = [_around(folded[: stamps[0].start], first=True)]
    labels += [_around(folded[one.end : two.start]) for one, two in pairwise(stamps)]
    last = _around(folded[stamps[-1].end :])
    if last is None or None in labels or not all(labels[1:]):
        return None
    published = [stamp for stamp, label in zip(stamps, labels, strict=True) if not _CHANGED.search(label or "")]
    posted = [stamp for stamp, label in zip(stamps, labels, strict=True) if _POSTED.search(label or "")]
    return (posted or published or stamps)[0]


def _around(piece: str, first: bool = False) -> str | None:
    """The labels in a piece of a date line; None where something else is in it, or a lone number before the date."""
    place, labels = 0, []
    if first and (sender := _SENDER.match(piece.lstrip())):
        place = len(piece) - len(piece.lstrip()) + sender.end()
    while place < len(piece):
        found = _AROUND.match(piece, place)
        if not found or found.end() == place:
            return None
        if found["number"] and (first or piece[found.end() : found.end() + 1] in (":", "/", "-")):
            return None
        if found["who"] and len(found["who"].split()) > 6:
            return None
        if found["label"]:
            labels.append(found["label"])
        place = found.end()
    return " ".join(labels)


_YEAR = re.compile("(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_MONTH_WORD = re.compile(f"(?<![a-z])(?:thang|{MONTH})(?![a-z])")
_NUMBER = re.compile("[0-9]+")
_NUMBERED_MONTH = re.compile("thang ?[0-9]")
_LEADING_LABEL = re.compile(f"(?:{_LABEL})(?![a-z])[ :]{{0,3}}")
_PRINTED_TIME = re.compile("[0-9] ?(?:[:h] ?[0-9]{2}|[ap]m)")


def _by_dateparser(text: str, folded: str, offset: str, latest: date | None) -> Found | None:
    """What the grammar does not know (`2019, January 20th`), by dateparser, which needs a millisecond for it.

    Only whole dates: day, month and year must be printed, so that nothing hangs on the day of the reading.
    """
    label = _LEADING_LABEL.match(folded)
    start = label.end() if label else 0
    if len(folded) > 60 or not _YEAR.search(folded) or not (label or _MONTH_WORD.search(folded)):
        return None
    if len(_NUMBER.findall(folded)) < (3 if _NUMBERED_MONTH.search(folded) else 2):
        return None  # no day: "tháng 4 năm 2019"
    if re.search(r"[0-9] ?[-/.] ?[0-9]{1,2} ?[-/.] ?[0-9]|[(\[]", folded):
        return None  # a numeric date that was refused; a month with its count of articles: `November 2019 (9)`
    import dateparser  # half a second to import, and hardly a page needs it

    moment = dateparser.parse(
        _unfolded(text, folded)[start:],
        languages=["vi", "en"],
        settings={
            "DATE_ORDER": "DMY",
            "STRICT_PARSING": True,
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],
            "RELATIVE_BASE": datetime(2000, 1, 1),
        },
    )
    if moment is None or not EARLIEST <= moment.year <= LAST_YEAR or str(moment.year) not in folded:
        return None
    day, value = moment.date(), moment.date().isoformat()
    if _PRINTED_TIME.search(folded):
        here = zone_of(offset)
        moment = moment.astimezone(here) if moment.tzinfo else moment.replace(tzinfo=here)
        day, value = moment.date(), moment.replace(microsecond=0).isoformat()
    end = len(folded.rstrip())
    return None if latest and day > latest else Found(value, min(start, end), end)


def _unfolded(text: str, folded: str) -> str:
    """The text as folded, letter by letter, but with its marks: dateparser knows the accented words only."""
    composed = normal("NFC", text)
    return composed if len(composed) == len(folded) else folded
