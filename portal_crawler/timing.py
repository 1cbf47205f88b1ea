"""Timing: which of a page's dates is the article's.

Nearest to the title wins; a clock in the header, the dates of other articles, dates inside sentences and the day of
the download are none. Where nothing says when, the answer is None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from . import markup
from .fields import dates
from .generic import Survey

_DIGIT = re.compile(r"\d")
_WEEKDAY = re.compile(r"thứ\s|chủ nhật|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I)
_UPDATED = re.compile(r"cập nhật|updated|modified|sửa đổi", re.I)
# An English page that says "updated" says elsewhere, or not at all, when it was published.
_UPDATED_ONLY = re.compile(r"^\W*(?:last\s+)?(?:updated|modified|reviewed|revised)\b", re.I)
_ISO_ZONE = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?([+-]\d\d):?(\d\d)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LABEL = re.compile(r"đăng|ngày|published|posted|xuất bản|cập nhật|gửi|viết", re.I)
_FARTHEST = 8.0
_AFTER = 10  # lines behind the body in which a date may stand that the markup calls one


@dataclass(frozen=True, slots=True)
class When:
    """A date with the words of its source. `near`: a line beside the title or the body shows it."""

    value: str
    raw: str
    source: str
    near: bool = False


def published(
    found: Survey,
    title: int,
    start: int,
    end: int,
    *,
    said: Sequence[tuple[str, str]],
    modified: Sequence[tuple[str, str]],
    hints: Sequence[str],
    offset: str,
    served: str | None,
    moved: bool = True,
) -> When | None:
    """The day the article was published. `served`: the response's Date header; `moved` as `moment` has it."""
    today = _day_of(served)
    shown = _shown(found, title, start, end, offset, moved)
    if shown is not None and shown.value[:10] in _days(hints, offset):  # page and list agree: no machine knows better
        said = [one for one in said if (moment(one[0], offset, moved=moved) or "")[:10] == shown.value[:10]]
    machine = None
    for text, origin in said:
        value = moment(text, offset, moved=moved)
        if value is not None and value[:10] != today:
            machine = When(value, text, origin)
            break
    if shown is not None and machine is not None:
        if shown.value[:10] == machine.value[:10]:
            if len(shown.value) > 10 or len(machine.value) == 10:
                return shown
            return When(machine.value, shown.raw, f"{machine.source}, the day as shown", near=shown.near)
        if _UPDATED.search(shown.raw):
            return machine
        return machine
    if shown is not None and _UPDATED_ONLY.match(shown.raw):
        shown = None
    if shown is not None or machine is not None:
        return shown or machine
    called = _called(found, end, offset, moved) if not hints else None
    if called is not None and called.value[:10] != today:
        return called
    for text in hints:
        stamp = dates.parse(text, offset) or next(iter(dates.find(text, offset)), None)
        if stamp is not None:
            return When(stamp.value, text, "listing hint")
    return None


def moment(text: str, offset: str, *, moved: bool = True) -> str | None:
    """A machine's date as ISO 8601. A zone of its own is the writer's clock and stays; UTC is moved to `offset`.

    Not `moved`: nothing is known of where the site is, and UTC stays too.
    """
    text = text.strip()
    zone = _ISO_ZONE.fullmatch(f"{text[:-1]}+00:00" if text.endswith("Z") else text)
    stamp = dates.parse(text, offset)
    if stamp is None or zone is None or (moved and zone[3][1:] + zone[4] == "0000"):
        return stamp.value if stamp else None
    time = zone[2] if len(zone[2]) == 8 else f"{zone[2]}:00"
    return f"{zone[1]}T{time}{zone[3]}:{zone[4]}"


def _shown(found: Survey, title: int, start: int, end: int, offset: str, moved: bool) -> When | None:
    """The date line that stands nearest to title or body."""
    lines = found.flat.lines
    anchor = title if title >= 0 else start
    best: tuple[float, When] | None = None
    behind = range(end, min(end + 6, len(lines)))
    for number in (*range(max(0, anchor - 8), min(max(anchor, start) + 4, len(lines))), *behind):
        line = lines[number]
        text = line.text
        if len(text) > 160 or line.links * 2 > len(text) or line.box in found.dropped:
            continue
        value = _time_element(line.el, offset, moved)
        if value is None and (not _DIGIT.search(text) or len(text) < 6):
            continue
        stamp = dates.parse(text, offset)
        if stamp is None and value is None and number == title:
            stamp = _glued(text, offset)
        elif stamp is None and value is None and title < number < start:
            stamp = _beside_names(text, offset)
        if stamp is None and value is None:
            continue
        cost = float(anchor - number) * 1.2 if number < anchor else float(number - anchor)
        if number >= end:
            cost = 3.0 + number - end
        elif number > start:
            cost = min(cost, 1.0 + number - start)
        if found.bad[line.box]:
            cost += 4.0
        if number < anchor and _WEEKDAY.search(text) and not _LABEL.search(text):
            cost += 6.0  # a clock in the header; on a page that was saved, one that stands still
        if _in_list(found, number):
            cost += 6.0
        if cost > _FARTHEST:
            continue
        if best is None or cost < best[0]:
            if stamp is not None and (value is None or value[:10] != stamp.value[:10] or len(stamp.value) >= 10):
                when = When(
                    stamp.value, text if len(text) <= 60 else stamp.raw, "date line beside the title", near=True
                )
            else:
                when = When(value or "", text[:80], "time element", near=cost <= 4)
            best = (cost, when)
    return best[1] if best else None


def _called(found: Survey, end: int, offset: str, moved: bool) -> When | None:
    """The one day that the markup calls a date, in no list, beside no link, farther off than lines are looked for."""
    days: dict[str, When] = {}
    for number, line in enumerate(found.flat.lines[: end + _AFTER]):
        if len(line.text) > 100 or line.links or not _DIGIT.search(line.text) or found.bad[line.box]:
            continue
        box = found.flat.boxes[line.box].el
        if not (line.el.tag == "time" or markup.says("date", line.el) or markup.says("date", box)):
            continue
        clock = _WEEKDAY.search(line.text) and not _LABEL.search(line.text)
        if clock or _UPDATED.search(line.text) or _in_list(found, number):
            continue
        stamp = dates.parse(line.text, offset)
        value = _time_element(line.el, offset, moved) or (stamp.value if stamp is not None else None)
        if value is not None:
            days.setdefault(value[:10], When(value, line.text, "line called a date"))
    return next(iter(days.values())) if len(days) == 1 else None


def _in_list(found: Survey, number: int) -> bool:
    """Whether a date belongs to an entry of a list: the line before or after it is another page's title."""
    lines = found.flat.lines
    entries = 0
    for other in (number - 1, number + 1, number - 2, number + 2):
        if 0 <= other < len(lines):
            line = lines[other]
            entries += line.links * 10 >= len(line.text) * 8 and len(line.text) > 25
    return entries >= 2


def _time_element(el: Any, offset: str, moved: bool) -> str | None:
    for _ in range(3):
        if el is None:
            return None
        if el.tag == "time":
            return moment(el.get("datetime") or "", offset, moved=moved)
        el = el.getparent()
    return None


def _glued(title: str, offset: str) -> Any:
    """A date and time at the very end of a title, as some portals print it."""
    stamps = dates.find(title, offset)
    if stamps and stamps[-1].end >= len(title.rstrip()) and "T" in stamps[-1].value:
        return stamps[-1]
    return None


def _beside_names(text: str, offset: str) -> Any:
    """The one date of a line between title and body that names an author or a section beside it, and is no sentence."""
    if len(text) > 100 or text.endswith(".") or len(_WORD.findall(text)) > 9:
        return None
    stamps = dates.find(text, offset)
    return stamps[0] if len(stamps) == 1 and len(stamps[0].value) >= 10 else None


def _days(texts: Sequence[str], offset: str) -> set[str]:
    return {stamp.value[:10] for text in texts for stamp in dates.find(text, offset)[:1]}


def _day_of(served: str | None) -> str | None:
    try:
        return parsedate_to_datetime(served).date().isoformat() if served else None
    except (TypeError, ValueError):
        return None
