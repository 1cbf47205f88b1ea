"""Wording: numbers in the sentences of reports, and the program in what is to be typed next."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

PROGRAM = "portal-crawler"

_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def called() -> str:
    """How the program is to be called again: by its path, as it was called, where its name alone would not do."""
    path = Path(sys.argv[0])
    if path.name != PROGRAM:
        return PROGRAM
    found = shutil.which(PROGRAM)
    return PROGRAM if found is not None and Path(found).samefile(path) else shlex.quote(sys.argv[0])


def visible(text: str) -> str:
    """What others wrote, without what a terminal would obey: control characters, and what turns the writing round."""
    return text if text.isprintable() else _OBEYED.sub("", text)


def counted(number: int, noun: str, several: str | None = None) -> str:
    """A number with its noun: 1 page, 2 pages."""
    return f"{number} {noun if number == 1 else several or noun + 's'}"


def addresses(number: int) -> str:
    return counted(number, "address", "addresses")


def counts_of(numbers: Mapping[str, int], nothing: str = "none") -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items()) or nothing


def percent(share: float) -> str:
    return f"{100 * share:.1f}%".replace(".0%", "%")


def lasting(seconds: float) -> str:
    """A span of time as a person says it, by its two largest units."""
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
