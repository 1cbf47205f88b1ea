"""Loaded by a command of the handbook's: no rest between requests where nobody has asked for another pace.

A page of `docs/` shows what its reader types, and at a second a request the tests would wait for minutes. All else is
as it is for the reader; `tests/test_politeness.py` is about the rest.
"""

from __future__ import annotations

from portal_crawler.portal import Portal

_paced = Portal.paced


def _unhurried(self: Portal, delay: float | None, concurrency: int | None) -> Portal:
    return _paced(self, 0.0 if delay is None else delay, concurrency)


Portal.paced = _unhurried  # type: ignore[method-assign]
