"""URL dates: the moment that an address tells, weak evidence, good to confirm a printed date and not to replace it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from .dategrammar import LAST_YEAR, day_of, zone_of
from .dates import Stamp

_URL_DATE = re.compile(
    r"(?<![0-9])(?:(?P<y>20[0-9]{2}|199[0-9])(?P<sep>[-/])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})(?![0-9])"
    r"|(?P<id>[0-9]{17,18}|[0-9]{12,14}|[0-9]{8})(?![0-9]))"
)


def in_url(url: str, offset: str = "+07:00", latest: date | None = None) -> Stamp | None:
    """The moment that an address tells, weak evidence: good to confirm a printed date, not to replace it.

    Known: `/2019/01/20/`, `/2024-5-17/`, `20190120` between delimiters, epoch milliseconds (13 digits, UTC), and ids
    of 18, 17, 14 and 12 digits that begin, after three of the site's own in the first case, with [yy]yymmddHHMMSS.
    """
    begin = url.find("://")
    begin = url.find("/", begin + 3) if begin >= 0 else 0
    if begin < 0:
        return None
    for found in _URL_DATE.finditer(url, begin):
        stamp = _url_stamp(found, offset, latest)
        if stamp:
            return Stamp(stamp, found[0], found.start(), found.end())
    return None


def _url_stamp(found: re.Match[str], offset: str, latest: date | None) -> str | None:
    if found["y"]:
        day = day_of(found["y"], int(found["m"]), found["d"])
        return day.isoformat() if day and not (latest and day > latest) else None
    digits, here = found["id"], zone_of(offset)
    moment: datetime | None = None
    if len(digits) == 13:
        moment = datetime.fromtimestamp(int(digits[:10]), UTC).astimezone(here)
    elif len(digits) == 8:
        day = day_of(digits[:4], int(digits[4:6]), digits[6:])
        return day.isoformat() if day and not (latest and day > latest) else None
    else:
        written = {18: "20" + digits[3:15], 17: digits[:14], 14: digits, 12: "20" + digits}.get(len(digits), "")
        try:
            moment = datetime.strptime(written, "%Y%m%d%H%M%S").replace(tzinfo=here)
        except ValueError:
            return None
    if moment.year < 2000 or moment.year > LAST_YEAR or (latest and moment.date() > latest):
        return None
    return moment.isoformat()
