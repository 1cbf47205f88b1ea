"""Arguments: what a user may ask of one run, in one table, for `crawl --NAME` and `scrapy crawl portal -a NAME=VALUE`.

Typer makes the command's options of it; Scrapy hands the spider texts, which `options` reads by the same rules.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.errors import UsageError

_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument, by its name in the table, which is also its field of `crawl.Options`."""

    kind: type[int] | type[float] | type[bool] | type[str]
    help: str
    least: int | None = None
    most: int | None = None
    variable: str | None = None  # of the environment: what holds where nothing is given

    def option(self, name: str) -> Any:
        """As the command line takes it."""
        import typer

        return typer.Option(f"--{name}", min=self.least, max=self.most, envvar=self.variable, help=self.help)

    def read(self, text: str) -> int | float | bool | str:
        """From the text that Scrapy hands on. Raises ValueError."""
        if self.kind is bool:
            if text.lower() not in _WORDS:
                raise ValueError(f"must be one of {', '.join(_WORDS)}")
            return _WORDS[text.lower()]
        if self.kind is str:
            return text
        try:
            value = float(text) if self.kind is float else int(text)
        except ValueError:
            raise ValueError("must be a number" if self.kind is float else "must be a whole number") from None
        if not (self.least is None or value >= self.least) or not (self.most is None or value <= self.most):
            raise ValueError(f"must be at least {self.least}" + (f" and at most {self.most}" if self.most else ""))
        return value


ARGUMENTS = {
    "limit": Argument(int, "stop after so many pages of each portal", least=1),
    "delay": Argument(float, "seconds between requests to one host", least=0),
    "workers": Argument(int, "requests to one host at the same time", least=1, most=16),
    "refresh": Argument(bool, "ask again for everything that is kept"),
    "contact": Argument(
        str,
        "mail address or page of whoever crawls, for the User-Agent (+me@example.org; ...)",
        variable="PORTAL_CRAWLER_CONTACT",
    ),
}


def read_all(given: Mapping[str, str], more: tuple[str, ...] = ()) -> dict[str, Any]:
    """The values of the arguments that Scrapy was given, by name; `more`: names that it takes besides.

    Raises UsageError for one that there is not, and for a value that is none.
    """
    for name in given:
        if name not in ARGUMENTS:
            near = difflib.get_close_matches(name, (*more, *ARGUMENTS), 1)
            there = f"did you mean {near[0]}?" if near else f"there are: {', '.join((*more, *ARGUMENTS))}"
            raise UsageError(f"-a {name}: no such argument; {there}")
    values: dict[str, Any] = {}
    for name, argument in ARGUMENTS.items():
        text = given.get(name) or os.environ.get(argument.variable or "")
        if not text:
            continue
        try:
            values[name] = argument.read(text)
        except ValueError as error:
            raise UsageError(f"-a {name}={text}: {error}") from None
    return values
