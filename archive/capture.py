"""Capture: one kept response, decoded so far that a reader of pages can begin: what `extract` is given.

A capture is a value: the same bytes in the archive give the same capture, years later too.
"""

from __future__ import annotations

from dataclasses import dataclass

from .record import Provenance


NOWHERE = Provenance()


@dataclass(frozen=True, slots=True)
class Hint:
    """What a page that links to this one said of it. Kept in the capture's metadata record."""

    url: str  # of the linking page
    title: str | None = None  # the link's text
    date: str | None = None  # the text beside the link that looks like a date, verbatim
    section: str | None = None  # the heading over the list, or the listing's own


@dataclass(frozen=True, slots=True)
class Capture:
    """One response: the URL asked for, what came back, and what was known of it."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]  # in order, names as sent, Latin-1
    body: bytes  # chunks and content coding taken off
    hints: tuple[Hint, ...] = ()
    provenance: Provenance = NOWHERE

    def header(self, name: str) -> str | None:
        """The first header of that name, case ignored."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)
