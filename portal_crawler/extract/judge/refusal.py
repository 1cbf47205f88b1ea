"""Refusal: why a page is no article, judged by what was read of it and by what led there.

What else it may be is a table (`kinds`). What only the whole portal tells of a page is asked later, in `candidates`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from archive.warc.capture import Capture

from ...discover.hints import Evidence
from ...discover.paging import place
from ...fields.media import DOCUMENTS, PICTURES, ending
from ...page import Page
from ..bounds import ENOUGH
from ..generic import Survey
from ..structured import Structured
from ..titles import Heading
from .entries import listing
from .kinds import KINDS
from .seen import Draft
from .signs import View

_OF_FILE = "a file's own page: its title is the file's name"
_SEEN = re.compile(r"[:,] | \(| of (?=\d)")  # behind it a reason tells what was seen


@dataclass(frozen=True, slots=True)
class NotArticle:
    """The page is no article, and why."""

    reason: str
    unread: bool = False  # it is beyond what is read of a page: it may be an article

    @property
    def kind(self) -> str:
        """What it is, without what was seen on this page: pages are counted by it."""
        return _SEEN.split(self.reason, maxsplit=1)[0]


def untitled(found: Survey) -> str:
    """Why a page on which no title was found is no article."""
    entries = listing(found, 0, len(found.flat.lines))
    return "no title" if entries is None else str(entries)


def refusal(
    draft: Draft,
    page: Page,
    capture: Capture,
    said: Structured,
    evidence: Evidence,
    offset: str,
    lists: Mapping[str, str],
) -> str | None:
    """Why the page is no article, or None. `evidence`: how surely other pages name it as one; `lists`: their names."""
    if (unnamed := _unnamed(capture, draft.heading, draft.size, evidence)) is not None:
        return unnamed
    view = View(draft, page, capture, said, evidence, offset, lists)
    return next((kind.words(view) for kind in KINDS if kind.shows(view)), None)


def _unnamed(capture: Capture, heading: Heading, size: int, evidence: Evidence) -> str | None:
    """Why a page that no dated list names is no article, by what led there; None where it may be one."""
    suffix = ending(heading.text)
    of_file = suffix in (*DOCUMENTS, *PICTURES) and size < ENOUGH
    if of_file and any(ending(part) == suffix for part in urlsplit(capture.url).path.lower().split("/")[:-1]):
        return _OF_FILE  # Plone lists /folder/name.pdf/view with a date, as it does articles
    if evidence is Evidence.DATED:
        return None
    asked = capture.asked
    if _is_front(capture):
        return "the portal's front page"
    if asked is not None and asked.kind == "archive":
        return "an archive: a tag's, a month's, an author's, a search's page"
    if asked is not None and asked.kind == "listing" and evidence is Evidence.NONE:
        # "Xem thêm" may lead to the next page of a list or on to an article: the address tells.
        numbered = place(capture.url).number is not None or asked.key is not None
        return "a page of a list" if numbered else None
    return _OF_FILE if of_file else None


def _is_front(capture: Capture) -> bool:
    """Whether this is the front page: the host's root, at the portal's own address."""
    parts = urlsplit(capture.url)
    return parts.path in ("", "/") and not parts.query and capture.asked is not None
