"""Course of a crawl: what is asked of it, how far it is, how it may end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from archive.clock import utc

from .budget import Budget

End = Literal["finished", "limit", "budget", "hours", "interrupted", "no answer"]


@dataclass(slots=True)
class Progress:
    """What a crawl has done so far, for whoever shows it."""

    requests: int = 0
    pages: int = 0
    kept: int = 0  # pages; which of them are articles is known when all are there
    failed: int = 0
    bytes: int = 0
    started: float = field(default_factory=time.monotonic)
    answered: int = 0  # requests that a server answered without an error of its own
    because: Counter[str] = field(default_factory=Counter)  # requests by why they were made


@dataclass(frozen=True, slots=True)
class Options:
    """What a user asks of one run."""

    limit: int | None = None  # stop after so many requests for pages
    refresh: bool = False  # ask again for everything that is kept
    delay: float | None = None  # in place of the definition's [politeness] delay
    workers: int | None = None  # in place of its concurrency
    sample: bool = False  # some pages of every kind and no files, in place of all lists before the first article
    contact: str | None = None  # in place of its contact
    budget: Budget | None = None  # that it shares with others
    clock: Callable[[], datetime] = utc  # what time it is: captures have the wire's own
