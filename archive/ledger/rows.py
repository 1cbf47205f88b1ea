"""Rows: what the ledger holds of URLs, captures and visits, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..record import Original
from ..warc.capture import Hint

ARTICLE = "article"  # the verdict on a capture that gave one

# What becomes of a URL. Every one ends in a state other than queued, with a reason (DESIGN, invariant 7).
State = Literal[
    "queued",  # to be fetched
    "archived",  # a whole response is kept
    "redirected",  # kept, and it leads to another URL
    "gone",  # the server says that it does not exist: 404, 410
    "excluded",  # robots.txt forbids it
    "out of scope",  # another host, another scheme, or excluded by the portal's definition
    "trap",  # one of an endless family of addresses
    "twin",  # another address, or another reading of one, of a URL that is asked for: only if that is not there
    "absent",  # asked for on a guess of ours (a well-known place, the next page of a list), and not there
    "failed",  # asked for as often as allowed, in vain
    "redacted",  # taken out on legal demand, and never asked for again
]

# What a URL is thought to be, from where it was found. Settled pages keep what they turned out to be.
Kind = Literal[
    "robots", "seed", "sitemap", "feed", "listing", "page", "article", "aside", "archive", "document", "media",
    "requisite",
]  # fmt: skip

# Whatever describes articles comes before them. An aside is what only an article leads to, by a short link: a source, a
# picture's own page; an archive (by tag, by month, a search) repeats what others list. A requisite is what a browser
# needs to show a page and no record names: styles, scripts, fonts, icons, pictures of the layout.
PRIORITY: dict[Kind, int] = {
    "robots": 12, "seed": 11, "sitemap": 10, "feed": 9, "listing": 8, "page": 7, "article": 5, "aside": 4, "archive": 3,
    "document": 2, "media": 1, "requisite": 0,
}  # fmt: skip

# What is no page: asked for once, and again only where it was missing.
FILES: tuple[Kind, ...] = ("document", "media", "requisite")
IN_ITS_PLACE = "a page in its place"  # the reason of a file for which the server sent HTML: it is not there
CUT = "truncated: "  # how the reason begins of a response that is kept and not whole

# Why a URL that is known is queued again by what leads to it: its reason until it is settled.
SAYS_NEW = "list says something new"
GOES_ON = "list goes on"
LEADS_HERE = "redirect leads to it"
REFUSED = "HTTP 429"  # it was the pace: no attempt of the URL


@dataclass(frozen=True, slots=True)
class Lead:
    """A URL that was found, and what is known of it."""

    url: str
    key: str
    kind: Kind
    hint: Hint | None = None
    state: State = "queued"  # or the reason why it is never asked for: out of scope, trap, twin
    reason: str | None = None
    inherits: bool = False  # a redirect's target: what was said of the address that led here holds for it too
    form: str | None = None  # the body of a POST, application/x-www-form-urlencoded; None: a GET
    guess: bool = False  # no page names it
    twin: str | None = None  # of a twin: the key of the URL asked for in its place; "": never to be asked for itself


@dataclass(frozen=True, slots=True)
class Row:
    """A URL of the ledger."""

    id: int
    url: str
    key: str
    kind: Kind
    state: State
    reason: str | None
    priority: int
    depth: int
    attempts: int
    due: float
    form: str | None = None
    guess: bool = False
    fruit: bool | None = None  # whether its first visit gave something new; None: not visited yet


@dataclass(frozen=True, slots=True)
class Kept:
    """A capture of the ledger: where a response lies, and what it is."""

    url: str
    run: str
    warc: str
    offset: int
    length: int
    record_id: str
    date: str
    status: int
    media_type: str | None
    payload_sha256: str | None
    truncated: str | None
    etag: str | None = None
    modified: str | None = None
    key: str | None = None  # of its URL in the ledger
    kind: Kind | None = None
    original: Original | None = None  # of a revisit record


@dataclass(frozen=True, slots=True)
class Saving:
    """What was not written again because it is kept already: the revisit records, of both profiles."""

    identical: int  # answers whose payload is in another record
    not_modified: int  # of status 304
    bytes_saved: int  # of the WARC files: by how much the records of these payloads are longer


@dataclass(frozen=True, slots=True)
class End:
    """What became of a URL, for whoever reads a report."""

    url: str
    kind: Kind
    state: State
    reason: str | None
    found_on: str | None
    depth: int
    attempts: int  # of its last visit that failed; a failed one without any was not asked for, as its reason says
    run: str | None  # that settled it
    last_asked: str | None  # WARC-Date of its last response
    last_status: int | None  # of HTTP
    ever_there: bool  # a visit found something there; what is gone without that was never found


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a URL, as far as it tells when the next is worth while."""

    date: str  # WARC-Date
    run: str
    status: int
    verdict: str | None
    content: str | None
    truncated: str | None = None  # WARC-Truncated

    @property
    def miss(self) -> bool:
        """The page was not there, no longer an article, or led to something that is none."""
        return self.status in (404, 410) or self.verdict not in (None, ARTICLE)
