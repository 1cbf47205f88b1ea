"""Timing: which of a page's dates is the article's.

Nearest to the title wins; a clock in the header, the dates of other articles, dates inside sentences and the day of
the download are none. Where nothing says when, the answer is None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

from ..fields import dates, urldates
from ..fields.text import Line
from ..page import fold, markup, string
from .dateline import last_dateline
from .dateplace import begins_article, begins_box, dated_apart, in_list, is_of_other_cells
from .generic import Survey

_DIGIT = re.compile(r"\d")
_WEEKDAY = re.compile(r"thứ\s|chủ nhật|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I)
_UPDATED = re.compile(r"cập nhật|updated|modified|sửa đổi", re.I)
# An English page that says "updated" says elsewhere, or not at all, when it was published.
_UPDATED_ONLY = re.compile(r"^\W*(?:last\s+)?(?:updated|modified|reviewed|revised)\b", re.I)
_NAMED_ZONE = re.compile(r"\s(?:CES?T|W?ES?T|BST|[ECMP][SD]T|A[EC][SD]T|JST|IST|MSK)\b")  # its day is its own clock's
_MONTH_FIRST = re.compile(r"^\D{0,30}\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_AMERICAN = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
_PATH_DAY = re.compile(r"\d{4}[/-]\d\d[/-]\d\d")
_FOLDER_DAY = re.compile(r"^[^?#]*/\d{4}([/-])\d\d?\1\d\d?/[^/?#]")
_ISO_ZONE = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?([+-]\d\d):?(\d\d)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_OTHERWISE = re.compile(r"\W*(?:hôm nay|today|(?:ngày|năm) sinh|sinh (?:ngày|năm)|hạn (?:cuối|chót|nộp|góp ý))\b", re.I)
_LABEL = re.compile(r"đăng|ngày|published|posted|xuất bản|cập nhật|gửi|viết", re.I)
# What a clock does not say, that has "ngày" too: Chủ nhật, ngày 13/07/2025 08:00.
_PUBLISHED = re.compile(r"đăng|published|posted|xuất bản|ngày (?:gửi|viết|tạo)", re.I)
_LABELLED = re.compile(rf"{_PUBLISHED.pattern}|{_UPDATED.pattern}", re.I)
_FARTHEST = 8.0
_TAIL = 8  # lines at the text's end, before who wrote it is told of, in which one may say when it was published
_LINKED = 3  # lines under the title in which a date may be a link: to the page itself, or to all of that day
_LABELLED_COST = 6.0  # of a line that says what it is: then it may stand behind the body
_BESIDE = 100  # characters of a line that names others beside the date
_AFTER = 10  # lines behind the body in which a date may stand that the markup calls one


@dataclass(frozen=True, slots=True)
class When:
    """A date with the words of its source. `near`: a line beside the title or the body shows it.

    `changed`: the day of the last change, where the page shows that beside it.
    """

    value: str
    raw: str
    source: str
    near: bool = False
    changed: str | None = None
    updated: bool = False  # what shows it says that this is when it was changed


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
    url: str = "",
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
        return _either(shown, machine, moved)
    if moved and shown is not None and shown.updated and (told := _in_address(url, offset, moved)) is not None:
        return replace(told, near=shown.near, changed=shown.value)  # what is said beside it is when it was changed
    if shown is not None and _UPDATED_ONLY.match(shown.raw):
        shown = None
    if machine is not None:
        return machine if moved else _on_its_own_clock(machine, url, offset)
    if shown is not None:
        return shown
    called = _called(found, end, offset, moved) if not hints else None
    if called is not None and called.value[:10] != today:
        return called
    for text in hints:
        stamp = dates.parse(text, offset) or next(iter(dates.find(text, offset)), None)
        if stamp is not None:
            return When(stamp.value, text, "listing hint")
    return _in_address(url, offset, moved)


def stands_beside(found: Survey, raw: str, title: int, start: int) -> bool:
    """Whether a line beside the title, or between it and the body, shows a date, and no list's entry does."""
    lines = found.flat.lines
    return title >= 0 and any(
        raw in lines[number].text and not found.bad[lines[number].box] and not in_list(found, number)
        for number in range(max(title - 1, 0), min(start + 1, len(lines)))
    )


def in_its_year(when: When, hints: Sequence[str], offset: str) -> When | None:
    """A date whose year is that of the visit, with the year that a list or a feed has for the same day; None: none has.

    That year cannot be told from the visit's where it is the same.
    """
    for day in sorted(_days(hints, offset)):
        if day[4:] == when.value[4:10] and day[:4] != when.value[:4]:
            return When(day + when.value[10:], when.raw, "listing hint, the day as shown", near=when.near)
    return None


def _either(shown: When, machine: When, moved: bool) -> When:
    """Of a date that a reader sees beside the title and one that only machines are told, the day of publication.

    What stands there for readers and is the earlier one is it: a page that was imported into another system, or saved
    anew, tells machines the day of that. The later one is when it was changed, or some other article's; but where the
    site's own clock is known (`moved`), a moment at the title is the one that its editors gave the article.
    """
    if shown.value[:10] == machine.value[:10]:
        if len(shown.value) > 10 or len(machine.value) == 10:
            return shown
        return replace(shown, value=machine.value, source=f"{machine.source}, the day as shown")
    if _UPDATED.search(shown.raw):
        return machine
    if _swapped(shown.value) == machine.value[:10]:  # 09.10.2024 and 2024-09-10; 03-09-2026 and March 9, 2026
        return shown if _MONTH_FIRST.search(machine.raw) else machine
    given = moved and len(shown.value) > 10
    return shown if shown.near and (given or shown.value[:10] < machine.value[:10]) else machine


def _swapped(value: str) -> str:
    """A day with its month and day changed over."""
    return f"{value[:4]}-{value[8:10]}-{value[5:7]}"


def _on_its_own_clock(machine: When, url: str, offset: str) -> When:
    """A moment in UTC, on the day of the site's own clock where the address tells that: the one before or after."""
    told = _in_address(url, offset, moved=False)
    if told is None or not machine.value.endswith("+00:00"):
        return machine
    apart = date.fromisoformat(machine.value[:10]) - date.fromisoformat(told.value)
    return (
        When(told.value, machine.raw, f"{machine.source}, the day as in the address")
        if abs(apart.days) == 1
        else machine
    )


def _in_address(url: str, offset: str, moved: bool) -> When | None:
    """The day in the path of an address: /2025/12/18/, /2025-12-18/. An id that may be read as one is none.

    `moved`: it is a folder's whole name, and then it may be /2025-5-8/ as well.
    """
    stamp = urldates.in_url(url, offset)
    if stamp is None or not (_FOLDER_DAY.search(url) if moved else _PATH_DAY.fullmatch(stamp.raw)):
        return None
    return When(stamp.value, stamp.raw, "address")


def moment(text: str, offset: str, *, moved: bool = True) -> str | None:
    """A machine's date as ISO 8601. A zone of its own is the writer's clock and stays; UTC is moved to `offset`.

    Not `moved`: nothing is known of where the site is, and UTC stays too.
    """
    text = text.strip()
    zone = _ISO_ZONE.fullmatch(f"{text[:-1]}+00:00" if text.endswith("Z") else text)
    if not moved and zone is None and _NAMED_ZONE.search(text):
        stamp = dates.parse(_NAMED_ZONE.sub(" ", text), offset)
        return stamp.value[:10] if stamp else None
    stamp = dates.parse(text, offset)
    if stamp is None or zone is None or (moved and zone[3][1:] + zone[4] == "0000"):
        return stamp.value if stamp else None
    time = zone[2] if len(zone[2]) == 8 else f"{zone[2]}:00"
    return f"{zone[1]}T{time}{zone[3]}:{zone[4]}"


def _shown(found: Survey, title: int, start: int, end: int, offset: str, moved: bool) -> When | None:
    """The date line that stands nearest to title or body; before one over the title, one that says what it is."""
    lines = found.flat.lines
    anchor = title if title >= 0 else start
    seen: list[tuple[float, int, When]] = []
    past = min(max(anchor, start) + 4, len(lines))
    places = [*range(max(0, anchor - 8), past)]
    tells = (lambda line: last_dateline(line.text)) if moved else _tells_date
    places += [n for n in range(max(past, end - _TAIL), end) if tells(lines[n])]
    for number in (*places, *range(end, min(end + 6, len(lines)))):
        line = lines[number]
        text = line.text
        if len(text) > 160 or line.box in found.dropped or _OTHERWISE.match(text):
            continue
        linked = line.links * 2 > len(text)
        if linked and not title <= number <= min(start + 1, title + _LINKED):
            continue
        headed = title - 1 <= number < max(start, title + 2)
        value = _time_element(line.el, offset, moved)
        beside = value is None and title - 1 <= number <= start + 1
        if beside and not moved:
            value = _inside(found, number, offset, moved)
        if value is None and (not _DIGIT.search(text) or len(text) < 6):
            continue
        stamp = dates.parse(text, offset)
        if beside and moved and stamp is None and number != title and len(text) <= _BESIDE:
            value = _inside(found, number, offset, moved)
        if stamp is None and value is None and number == title:
            stamp = _glued(text, offset) or dated_apart(found, number, offset)
        elif stamp is None and value is None and (title < number < start or (not moved and number == title - 1)):
            stamp = _beside_names(text, offset, (0 if moved else 6) if linked else 9)
        if stamp is None and value is None and not moved:
            stamp = _month_first(text, offset)
        if stamp is None and value is None:
            continue
        cost = float(anchor - number) * 1.2 if number < anchor else float(number - anchor)
        if number >= end:
            cost = 3.0 + number - end
        elif number > start + 4:
            cost = 3.0 + end - number
        elif number > start:
            cost = min(cost, 1.0 + number - start)
        elif number > anchor:
            cost = min(cost, 2.0 + start - number)
        own = title >= 0 and (found.bad[lines[title].box] or (number > title and _LABEL.match(text) is not None))
        if found.bad[line.box] and not (headed and own):
            cost += 4.0
        clock = number < anchor and _WEEKDAY.search(text) and not _LABELLED.search(text)
        if clock and not begins_article(found, number, anchor):
            if moved and not begins_box(found, number, anchor):
                continue  # a clock in the header; on a page that was saved, one that stands still
            cost += 6.0
        if is_of_other_cells(found, number, title):
            continue
        if in_list(found, number):
            cost += 6.0
        if cost > _FARTHEST:
            continue
        if stamp is not None and (value is None or value[:10] != stamp.value[:10] or len(stamp.value) >= 10):
            when = When(stamp.value, text if len(text) <= 60 else stamp.raw, "date line beside the title", near=True)
        else:
            when = When(value or "", text[:80], "time element", near=cost <= 4)
        seen.append((cost, number, when))
    return _chosen(seen, lines, title, offset) if seen else None


def _chosen(seen: list[tuple[float, int, When]], lines: list[Line], title: int, offset: str) -> When:
    """Of the dates beside a title and a body the article's, with the day of its last change where one says that too."""
    _, number, best = min(seen, key=lambda one: one[0])
    first = best if not _LABELLED.search(lines[number].text) and number < title else None
    if first is not None or _is_change(lines[number].text):
        labelled = [one for one in seen if _PUBLISHED.search(lines[one[1]].text) and one[0] <= _LABELLED_COST]
        _, number, best = min(labelled, key=lambda one: one[0], default=(0.0, number, best))
    if _is_change(lines[number].text):
        best = replace(best, updated=True)
    changed = dates.changed(lines[number].text, offset)
    if changed is None and not best.updated:
        beside = (lines[other] for other in (number + 1, number - 1, number + 2) if 0 <= other < len(lines))
        stamps = (dates.parse(line.text, offset) for line in beside if not line.links and _is_change(line.text))
        changed = next((stamp.value for stamp in stamps if stamp and stamp.value[:10] >= best.value[:10]), None)
    return replace(best, changed=changed) if changed is not None else best


def _is_change(text: str) -> bool:
    """Whether a line says when an article was changed, and not when it was published."""
    return _UPDATED.search(text) is not None and _PUBLISHED.search(text) is None


def _tells_date(line: Line) -> bool:
    """Whether a line in the text says, or its markup does, that it is when the text was published."""
    said = markup.says("date", line.el) or _LABEL.match(line.text) is not None
    return said and len(line.text) <= 100 and _DIGIT.search(line.text) is not None


def _called(found: Survey, end: int, offset: str, moved: bool) -> When | None:
    """The one day that the markup calls a date, in no list, beside no link, farther off than lines are looked for.

    Where no clock in the header is to be feared, as Vietnamese portals have it: else the one line that is a date.
    """
    called: dict[str, When] = {}
    alone: dict[str, When] = {}
    for number, line in enumerate(found.flat.lines[: end + _AFTER]):
        if len(line.text) > 100 or not _DIGIT.search(line.text) or (moved and (line.links or found.bad[line.box])):
            continue
        box = found.flat.boxes[line.box].el
        inner = None if moved else _inside(found, number, offset, moved)
        says = inner is not None or any(el.tag == "time" or markup.says("date", el) for el in (line.el, box))
        if not says and (moved or line.links or found.bad[line.box] or len(line.text) > 40):
            continue
        clock = _WEEKDAY.search(line.text) and not _LABELLED.search(line.text)
        before = found.flat.lines[number - 1].text if number else ""
        if (
            clock
            or _UPDATED.search(line.text)
            or (len(before) < 30 and _UPDATED.search(before))
            or in_list(found, number)
        ):
            continue
        stamp = dates.parse(line.text, offset) or (None if moved else _month_first(line.text, offset))
        value = _time_element(line.el, offset, moved) or inner or (stamp.value if stamp is not None else None)
        if value is not None:
            (called if says else alone).setdefault(
                value[:10], When(value, line.text, "line called a date" if says else "the one line with a date")
            )
    days = called or alone
    return next(iter(days.values())) if len(days) == 1 else None


def _inside(found: Survey, number: int, offset: str, moved: bool) -> str | None:
    """The moment of a <time>, or of what the markup calls a date, inside a line.

    Of several, the one that is called published, or the first.
    """
    box = found.flat.boxes[found.flat.lines[number].box]
    if box.last - box.first != 1 or next(box.el.iterancestors("figure"), None) is not None:
        return None  # a film's or a picture's own day
    told = [(el, el.get("datetime") or "") for el in box.el.iter("time")]
    told += [
        (el, fold(string(el))) for el in box.el.iterdescendants("span", "small", "em", "a") if markup.says("date", el)
    ]
    if len(told) == 1 and _UPDATED.search(found.flat.lines[number].text):
        return None
    told.sort(
        key=lambda one: 0 if "publish" in markup.label(one[0]) else 2 if _UPDATED.search(markup.label(one[0])) else 1
    )
    return next((value for _, text in told if text and (value := moment(text, offset, moved=moved))), None)


def _month_first(text: str, offset: str) -> Any:
    """A date that can only be read with the month first, as America writes it: 2/24/2026."""
    match = _AMERICAN.search(text) if len(text) <= 100 else None
    if match is None or int(match[2]) <= 12:
        return None
    return dates.parse(f"{text[: match.start()]}{match[2]}/{match[1]}/{match[3]}{text[match.end() :]}", offset)


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


def _beside_names(text: str, offset: str, most: int) -> Any:
    """The one date of a line between title and body that names an author or a section beside it, and is no sentence.

    `most`: the words that it may have.
    """
    if len(text) > 100 or text.endswith(".") or len(_WORD.findall(text)) > most or _UPDATED.search(text):
        return None
    stamps = dates.find(text, offset)
    return stamps[0] if len(stamps) == 1 and len(stamps[0].value) >= 10 else None


def _days(texts: Sequence[str], offset: str) -> set[str]:
    return {stamp.value[:10] for text in texts for stamp in dates.find(text, offset)[:1]}


def _day_of(served: str | None) -> str | None:
    try:
        return parsedate_to_datetime(served).date().isoformat() if served else None
    except (TypeError, ValueError, OverflowError):
        return None
