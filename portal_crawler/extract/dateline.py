"""Dateline: a line beside a title that says when an article is from, who wrote it and how often it was read."""

from __future__ import annotations

import re

from ..fields import bylines, dates
from ..fields.bylines import Byline
from ..page import furniture

_LONGEST = 160
_BETWEEN = re.compile(r"\s*[|·•]\s*|\s+[–—-]\s+")
_TIME = re.compile(
    r"\d{1,2}\s?[:hg]\s?\d{2}(?::\d{2})?(?:\s?(?:AM|PM|SA|CH))?(?:\s?\(?GMT(?:\s?[+-]\s?\d{1,2}(?::\d\d)?)?\)?)?", re.I
)
_DAY = re.compile(r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|T[2-7]|CN),?", re.I)
_WHEN = re.compile(r"\W*(?:(?:tin |bài )?(?:ngày )?(?:cập nhật|đăng|gửi|xuất bản|đưa tin))\b", re.I)
_MOMENT = re.compile(
    rf"(?:(?:{_DAY.pattern})?\s*(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}|{_TIME.pattern})[\s,]*)+", re.I
)  # with nothing between it and a name
_MOST = 6  # parts


def dateline(text: str) -> Byline | None:
    """Whom `12/03/2021 | Lê Văn A | Lượt xem: 33` names, in any order; None where anything else stands in it.

    An account is nobody, and so is a line that names none: it is a dateline all the same if it has a date and a count.
    """
    if len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return None
    parts = [piece for part in _BETWEEN.split(text) for piece in _apart(part) if piece]
    if not 2 <= len(parts) <= _MOST:
        return None
    names: list[str] = []
    dated = False
    for part in parts:
        if _TIME.fullmatch(part) or _DAY.fullmatch(part) or furniture.is_widget(part):
            continue
        if part[-1].isdigit() or part[0].isdigit() or "/" in part:
            if dates.parse(part) is None:
                return None
            dated = True
            continue
        if furniture.is_account(part):
            continue
        byline = bylines.closing(part)
        if byline is None or byline.kind not in ("bare", "labelled", "account"):
            return None
        if byline.author:
            names.append(byline.author)
    return Byline(", ".join(names) or None, None, "labelled" if names else "account") if dated else None


def _apart(part: str) -> tuple[str, ...]:
    """A moment and the name that stands behind or before it: `09:12 GMT+7 Lê Văn A`; or the part as it is."""
    found = next(_MOMENT.finditer(part), None)
    if found is None or (found.start() and part[found.end() :].strip(" )")):
        return (part,)
    rest = (part[: found.start()] + part[found.end() :]).strip(" ,()")
    byline = bylines.closing(rest) if rest else None
    named = byline is not None and byline.kind == "bare"
    return (rest, found[0].strip(" ,")) if named else (part,)


def last_dateline(text: str) -> bool:
    """Whether a line under a text says when it was published, and nothing else: `(Cập nhật ngày 12/5/2009)`."""
    return len(text) <= _LONGEST // 2 and _WHEN.match(text) is not None and dates.parse(text) is not None
