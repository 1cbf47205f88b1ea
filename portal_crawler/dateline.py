"""Dateline: a line beside a title that says when an article is from, who wrote it and how often it was read."""

from __future__ import annotations

import re

from . import furniture
from .fields import bylines, dates
from .fields.bylines import Byline

_LONGEST = 160
_BETWEEN = re.compile(r"\s*[|·•]\s*|\s+[–—-]\s+")
_TIME = re.compile(r"\d{1,2}\s?[:hg]\s?\d{2}(?::\d{2})?(?:\s?(?:AM|PM|SA|CH))?(?:\s?\(?GMT.{0,4}\)?)?", re.I)
_DAY = re.compile(r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|T[2-7]|CN),?", re.I)
_MOST = 6  # parts


def dateline(text: str) -> Byline | None:
    """Whom `12/03/2021 | Lê Văn A | Lượt xem: 33` names, in any order; None where anything else stands in it.

    An account is nobody, and so is a line that names none: it is a dateline all the same if it has a date and a count.
    """
    if len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return None
    parts = [part for part in _BETWEEN.split(text) if part]
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
