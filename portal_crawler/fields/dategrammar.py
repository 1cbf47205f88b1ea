"""Date grammar: the dates and times that Vietnamese portals print, in folded text.

The day stands first, always, unless the year does (2019-04-12) or the month is a word. What cannot be is refused, and
so is what stands in a document number, a file name, a price or an address. Nothing is guessed: a time that contradicts
its AM or PM leaves the date alone.

A text is folded letter by letter (no marks, small letters, plain spaces and dashes), so that one set of ASCII
expressions reads NFC, NFD and unaccented text; each repeats a bounded number of times, so all is linear.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

EARLIEST = 1990  # no page on the web is older; dates of history in the prose are not dates of articles
LAST_YEAR = 2100


def _fold_table() -> dict[int, str]:
    table = {code: chr(code).lower() for code in range(0x41, 0x5B)}
    for code in (*range(0xC0, 0x250), *range(0x1EA0, 0x1EFA)):
        base = unicodedata.normalize("NFD", chr(code))[0]
        if base.isascii():
            table[code] = base.lower()
    table |= dict.fromkeys(map(ord, "đĐÐð"), "d") | dict.fromkeys(map(ord, "ƣƢ"), "u")
    table |= dict.fromkeys(map(ord, "\t\n\r\v\f\u00a0\u202f\u205f\u3000"), " ") | dict.fromkeys(
        range(0x2000, 0x200B), " "
    )
    table |= dict.fromkeys(map(ord, "‐‑‒–—−"), "-") | {ord("："): ":", ord("／"): "/", ord("｜"): "|"}
    return table


_FOLDS = _fold_table()
DIGIT = re.compile("[0-9]")
_YEARS = re.compile("(?:199|20[0-9]|210)[0-9]|[-/.‐‑‒–—−／]\\s{0,3}[0-9]{2}(?![0-9])")  # every date has such a part
_MARGIN = 160  # characters: a date, its time and weekday, the word before them, the ending of a file's name behind
_LOOSE = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]")  # combining marks, and what has no width


def fold(text: str) -> tuple[str, list[int] | None]:
    """The folded text, and for each of its letters the place in `text` (None: the same; one more for the end)."""
    if not _LOOSE.search(text):
        return text.translate(_FOLDS), None
    places = [place for place, letter in enumerate(text) if not _LOOSE.match(letter)]
    return "".join([text[place] for place in places]).translate(_FOLDS), [*places, len(text)]


def neighbourhoods(text: str) -> list[tuple[int, int]]:
    """The parts of a text that can hold a date, with all that is looked at before and behind one."""
    if len(text) <= 2 * _MARGIN:
        return [(0, len(text))] if DIGIT.search(text) else []
    parts: list[tuple[int, int]] = []
    for year in _YEARS.finditer(text):
        begin, stop = max(0, year.start() - _MARGIN), min(len(text), year.end() + _MARGIN)
        if parts and begin <= parts[-1][1]:
            parts[-1] = parts[-1][0], stop
        else:
            parts.append((begin, stop))
    return parts


def place_in(index: int, places: list[int] | None) -> int:
    return index if places is None else places[index]


MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?"
)
_MONTHS = {name[:3]: n for n, name in enumerate(MONTH.split("|"), 1)}
_THANG = {"mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
_THANG |= {"muoi mot": 11, "muoi hai": 12}
_THANG_WORD = "muoi mot|muoi hai|" + "|".join(word for word in _THANG if " " not in word)
_WEEKDAYS = {"hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5}
_ENGLISH_DAYS = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
DAY = (
    "(?:thu ?|t)(?:hai|ba|tu|nam|sau|bay|[2-7])|chu ?nhat|cn"
    "|(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?"
)
WEEKDAY = f"(?<![a-z0-9])(?P<day>{DAY})(?![a-z0-9])"
_ZONES = {
    "z": 0,
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "ict": 420,
    "est": -300,
    "edt": -240,
}  # RFC 822, section 5; and Vietnam's
_ZONES |= {"cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420}
_ZONE = (
    "(?:(?:gmt|utc) ?[+-] ?[0-9]{1,2}(?::?[0-9]{2})?|[+-][0-9]{2}(?::?[0-9]{2})?|" + "|".join(_ZONES) + ")(?![a-z0-9])"
)
_TIME = (
    "(?P<hour>[0-9]{1,2})(?: ?: ?(?P<minute>[0-9]{1,2})(?: ?: ?(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?)?"
    "| ?(?:h|g|gio) ?(?:(?P<phut>[0-9]{1,2})(?: ?(?:phut|ph|p|'))?)?)"
    r"(?![0-9:])(?: ?(?P<half>sa|ch|am|pm|[ap]\.m\.?)(?![a-z]))?"
    f"(?: ?(?P<zone>{_ZONE}|\\( ?{_ZONE} ?\\)|\\[ ?{_ZONE} ?\\]))?"
)
_AFTER = re.compile(
    "(?:(?P<t>t)|(?P<gap> {0,20}(?:\\(gmt ?\\+ ?0?7\\) ?)?[|,-]? {0,10}\\(?)(?:vao |luc |hoi |at |gio ?: ?){0,2})"
    f"{_TIME}(?P<close>\\))?"
)
_BEFORE = re.compile(
    f"(?<![0-9.,:/-]){_TIME}(?<![0-9]\\.)[ |,.-]{{0,12}}(?:(?:vao |ngay |on ){{0,2}}{WEEKDAY}[ ,.-]{{0,4}})?"
    r"(?:vao |ngay ?:? {0,3}|on ){0,2}\Z"
)
_DAY_BEFORE = re.compile(WEEKDAY + r"[ ,.:|-]{0,4}(?:ngay ?:? {0,3})?\Z")
_CORE = re.compile(
    # how any of them begins: in a quarter of the time
    "(?=[0-9adfjmnost])(?<![0-9_/])(?<![0-9][-.,:])(?:"
    # 20/01/2019, 17 - 05 - 2024, 28.11.2018, 2019-04-12
    "(?P<a>[0-9]{4}|[0-9]{1,2}) {0,3}(?P<sep>[-/.]) {0,3}(?P<b>[0-9]{1,2}) {0,3}(?P=sep) {0,3}"
    "(?P<c>[0-9]{4}|[0-9]{1,2})"
    # 20 thang 1 nam 2019, 20 thang mot, 2019, 20 Th1 2019
    f"|(?:ngay {{0,3}})?(?P<vd>[0-9]{{1,2}})[ ,-]{{0,4}}th(?:ang|g|\\.)?[ -]{{0,3}}(?P<vm>{_THANG_WORD}|[0-9]{{1,2}})"
    "(?![0-9])[ ,-]{0,4}(?:nam {0,3}:? {0,2})?(?P<vy>[0-9]{4})"
    # thang mot 20, 2019
    f"|th(?:ang)? {{0,3}}(?P<wm>{_THANG_WORD}|[0-9]{{1,2}}) {{1,3}}(?P<wd>[0-9]{{1,2}}) ?, ?(?P<wy>[0-9]{{4}})"
    # 18 October 2019, 18-Oct-19
    f"|(?P<ed>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)?[ /-]{{0,3}}(?P<em>{MONTH})(?![a-z])\\.?[ ,/-]{{1,3}}"
    "(?P<ey>[0-9]{4}|[0-9]{2})"
    # Oct 18, 2019
    f"|(?<![a-z])(?P<fm>{MONTH})(?![a-z])\\.? {{1,3}}(?P<fd>[0-9]{{1,2}})(?:st|nd|rd|th)?[, ] {{0,3}}"
    "(?P<fy>[0-9]{4})"
    # Sun Jan 20 14:11:00 ICT 2019
    f"|(?<![a-z])(?P<cm>{MONTH}) {{1,2}}(?P<cd>[0-9]{{1,2}}) (?P<ct>[0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}})?) "
    f"(?:(?P<cz>{_ZONE}) )?(?P<cy>[0-9]{{4}}))"
)
_CLOCK = re.compile(_TIME)
_PRICE = re.compile(" ?(?:dong|d|vnd|usd|%)(?![a-z])")
_NUMBER_OF = re.compile(r"(?<![a-z])so ?:? ?\Z")
_FILE = re.compile(
    r"[^ ]{0,100}\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|7z|jpe?g|png|gif|bmp|webp|tiff?|mp[34]|html?|aspx?|php)(?![a-z0-9])"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A stamp in folded text."""

    value: str
    start: int
    end: int


def scan(folded: str, offset: str, latest: date | None) -> tuple[list[Found], int]:
    """The dates, and how many places look like one, those that were refused included."""
    stamps: list[Found] = []
    candidates = 0
    floor = 0
    place = 0
    while core := _CORE.search(folded, place):
        candidates += 1
        found = _read(folded, core, floor, offset, latest)
        if found:
            stamps.append(found)
            floor = found.end
        place = found.end if found else core.end()
    return stamps, candidates


def _read(folded: str, core: re.Match[str], floor: int, offset: str, latest: date | None) -> Found | None:
    start, end = core.span()
    window = folded[max(floor, start - 60) : start]
    weekday = _DAY_BEFORE.search(window)
    day = _day(core, weekday["day"] if weekday else None)
    if day is None or _belongs_elsewhere(folded, core, window):
        return None
    if core["ct"]:
        clock = _CLOCK.match(core["ct"] + (core["cz"] or ""))
        after = None
    else:
        after = _AFTER.match(folded, end)
        if (
            after
            and _glued(folded, end)
            and not (after["t"] or re.match("-[0-9]{1,2}:|[0-9]{2}:", folded[end : end + 4]))
        ):
            after = None
        clock = after
    if after is None and end < len(folded) and not core["ct"] and _glued(folded, end):
        return None
    before = None
    if clock is None:
        before = _BEFORE.search(window)
        clock = before
    if clock and _hours(clock) is None:  # 25:99 is no time: what stands there belongs to something else
        if after and after["t"]:
            return None
        clock = after = before = None
    if after:
        end = after.end()
        if after["close"] and "(" not in (after["gap"] or ""):
            end -= 1
    if before:
        start -= len(window) - before.start()
        weekday = _DAY_BEFORE.search(window[: before.start()])
        window = window[: before.start()]
    if weekday:
        start -= len(window) - weekday.start()
    value = _value(day, clock, offset, latest)
    if value is None:
        return None
    return Found(value, *_enclosed(folded, start, end, floor))


def _glued(folded: str, end: int) -> bool:
    """Whether more digits, or a further part, follow the core without a space."""
    follows = folded[end : end + 2]
    return follows[:1].isdigit() or (follows[:1] in ("-", "/", ".", "_", "t") and follows[1:].isdigit())


def _day(core: re.Match[str], weekday: str | None) -> date | None:
    """The core's day, if there is such a day. Two digits of a year hold only where a printed weekday proves them."""
    if core["a"]:
        first, second, third = core["a"], core["b"], core["c"]
        if len(first) == 4:
            return day_of(first, int(second), third) if len(third) <= 2 else None
        if len(third) == 4:
            return day_of(third, int(second), first)
        short = day_of("20" + third, int(second), first) if len(third) == 2 else None
        other = day_of("20" + first, int(second), third) if len(first) == 2 else None  # 19-01-20
        return short if short and _agrees(short, weekday) and not (other and _agrees(other, weekday)) else None
    if core["vd"]:
        return day_of(core["vy"], _thang(core["vm"]), core["vd"])
    if core["wd"]:
        return day_of(core["wy"], _thang(core["wm"]), core["wd"])
    if core["ed"]:
        year, month = core["ey"], _MONTHS[core["em"][:3]]
        if len(year) == 4:
            return day_of(year, month, core["ed"])
        short = day_of("20" + year, month, core["ed"])  # RFC 822 and 850 dates of old servers
        return short if short and _agrees(short, weekday) else None
    if core["fd"]:
        return day_of(core["fy"], _MONTHS[core["fm"][:3]], core["fd"])
    return day_of(core["cy"], _MONTHS[core["cm"][:3]], core["cd"])


def _thang(month: str) -> int:
    return int(month) if month.isdigit() else _THANG[month]


def day_of(year: str, month: int, day: str) -> date | None:
    try:
        found = date(int(year), month, int(day))
    except ValueError:
        return None
    return found if EARLIEST <= found.year <= LAST_YEAR else None


def _agrees(day: date, weekday: str | None) -> bool:
    if weekday is None:
        return False
    if weekday in ("cn", "chu nhat", "chunhat"):
        return day.weekday() == 6
    viet = re.fullmatch("(?:thu ?|t)(hai|ba|tu|nam|sau|bay|[2-7])", weekday)
    return day.weekday() == (_WEEKDAYS[viet[1]] if viet else _ENGLISH_DAYS[weekday[:3]])


def _belongs_elsewhere(folded: str, core: re.Match[str], window: str) -> bool:
    """Document numbers, prices, file names, paths: what looks like a date inside something that is not one."""
    end = core.end()
    follows = folded[end : end + 20]
    if re.match("[/_][a-z0-9]|-[a-z]{1,8}[/-]", follows) or _PRICE.match(follows) or _NUMBER_OF.search(window):
        return True
    token = window[window.rfind(" ") + 1 :]
    if "://" in token or "www." in token or "_" in token or "=" in token or re.search("[a-z0-9]/", token):
        return True
    return bool(_FILE.match(folded, end))


def _hours(clock: re.Match[str]) -> time | None:
    """The time as on a clock of 24 hours, AM and PM not yet judged; None for 25:99."""
    minute = clock["minute"] or clock["phut"] or "0"
    if clock["minute"] and len(minute) == 1 and not clock["half"]:
        return None  # 13:1 is a time only as a script writes it, with PM behind it
    try:
        return time(int(clock["hour"]), int(minute), int(clock["second"] or 0))
    except ValueError:
        return None


def _value(day: date, clock: re.Match[str] | None, offset: str, latest: date | None) -> str | None:
    """The stamp's value; None where it is later than `latest`."""
    value = day.isoformat()
    at = _hours(clock) if clock else None
    if clock and at and (at := _of_day(at, clock["half"])):
        here = zone_of(offset)
        moment = datetime.combine(day, at, _zone(clock["zone"]) or here).astimezone(here)
        day, value = moment.date(), moment.isoformat()
    return None if latest and day > latest else value


def _of_day(at: time, half: str | None) -> time | None:
    """AM, PM, SA (sáng), CH (chiều) counted in. `15:06 CH` is 15:06; None for `15:06 SA`, `0:30 CH`."""
    if half is None:
        return at
    if half in ("sa", "am") or half.startswith("a."):
        return at.replace(hour=0) if at.hour == 12 else at if at.hour < 12 else None
    return at.replace(hour=at.hour + 12) if 0 < at.hour < 12 else at if at.hour else None


@lru_cache(maxsize=64)
def zone_of(offset: str) -> timezone:
    """`+07:00` as a time zone."""
    sign = -1 if offset.startswith("-") else 1
    hours, _, minutes = offset.lstrip("+-").partition(":")
    return timezone(sign * timedelta(hours=int(hours), minutes=int(minutes or 0)))


def _zone(printed: str | None) -> timezone | None:
    """`gmt+7`, `+0700`, `z`, `(ict)`; None where nothing is printed, or what no zone has."""
    if not printed:
        return None
    printed = printed.strip("()[] ").replace(" ", "")
    if printed in _ZONES:
        return timezone(timedelta(minutes=_ZONES[printed]))
    found = re.search(r"([+-])([0-9]{1,2}):?([0-9]{2})?", printed)
    if not found or int(found[2]) > 14 or int(found[3] or 0) > 59:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))


def _enclosed(folded: str, start: int, end: int, floor: int) -> tuple[int, int]:
    """The span with the parentheses or brackets that enclose exactly it."""
    left, right = start, end
    while left > max(floor, start - 3) and folded[left - 1] == " ":
        left -= 1
    while right < min(len(folded), end + 3) and folded[right] == " ":
        right += 1
    if left > floor and folded[left - 1 : left] + folded[right : right + 1] in ("()", "[]"):
        return left - 1, right + 1
    return start, end
