"""Twins: several addresses of one page, told by the addresses alone. Pure.

Print and save-file views, the same page on http and https or with and without www, a session's mark in every link, and
the other reading of a relative link. A twin is not asked for as long as the page that it stands for is there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from urllib.parse import unquote, urlsplit, urlunsplit

from ..urls import bare, canonical, resolve

READING = "the other reading of a relative link"  # reasons that the ledger shows
VIEW = "a print or file view of a page"
HOST = "the same page by another scheme, or with or without www"
SLASH = "with a slash at its end, as the portal redirects such addresses"

# Parameters that change how a page is shown, never what it shows; with some of them only by a certain value.
_VIEWS = re.compile(
    r"p_p_state=(?:pop_up|exclusive)|_\w+_viewMode=print"  # Liferay
    r"|(?:print|printable|in|amp|pdf|share|replytocom|pop|print_?view|is_?print)=[^&]*"
    r"|(?:format|type|output)=(?:pdf|print|raw|amp)|tmpl=component|(?:view|mode|action|act|layout|op|task)=(?:print|pdf|in)",
    re.I,
)
_DEFAULT = re.compile(
    r"layout=default|_\w+_languageId=\w+|\w+="
)  # what systems add beside these: as the page is without
_VIEW_PART = re.compile(
    r"(?:print|pop_up|savefile|save-file|in-trang|in-bai|in-tin|ban-in|printpreview|sendmail|amp)", re.I
)
_VIEW_PAGE = re.compile(
    r"/(?:print|in|intrang|inbai|printpage|printview|ban-?in|xemban-?in)\.(?:aspx?|php|html?|jsp)$", re.I
)
_WORDS = re.compile(
    r"\W*(?:in|print|(?:xem )?bản in|in (?:trang|bài(?: viết)?|tin|ấn)(?: này)?|print(?: this)?(?: page)?|tải về"
    r"|phiên bản in|lưu(?: bài| tin| trang)?(?: này)?|save(?: file)?|gửi (?:email|bài|tin|mail)(?: này)?|email)\W*",
    re.I,
)
_REPLY = re.compile(r"/(?:comments?/)?(?:reply|add)/|/comments?/new(?:/|$)", re.I)
_NUMBER = re.compile(r"\d{2,}")
_DRAWN = re.compile(
    r"(?:(?<![0-9A-Za-z_-])|(?<=%3[Dd]))(?=[0-9A-Za-z_-]{12})(?=[^/&=]*\d)(?=[^/&=]*[A-Za-z])[0-9A-Za-z_-]{12,}+"
)
_DECIDES = 0.9  # share of a page's links that carry a session's mark
_ENOUGH = 5
_TITLE = 18  # characters of a link that may be a title


def is_reply(url: str) -> bool:
    """Whether an address is that of a form to answer a page, which may show the page once more."""
    return _REPLY.search(urlsplit(url).path) is not None


def view_of(url: str) -> str | None:
    """The page that an address shows in another way, by the address alone; None where it is none or does not say."""
    parts = urlsplit(url)
    pieces = parts.query.split("&") if parts.query else []
    kept = [piece for piece in pieces if not _VIEWS.fullmatch(piece)]
    if len(kept) < len(pieces):
        kept = [piece for piece in kept if not _DEFAULT.fullmatch(piece)]
    if len(kept) < len(pieces) and (kept or parts.path not in ("", "/")):
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(kept), ""))
    path = parts.path.split("/")
    views = [number for number, piece in enumerate(path) if _VIEW_PART.fullmatch(piece)]
    if len(views) != 1 or len(path) < 4:
        return None
    # NukeViet's /vi/news/print/cat/slug.html and /node/12/print; the number in /bm/print/12 does not say of which page.
    if path[-1].partition(".")[0].isdigit() and views[0] == len(path) - 2:
        return None
    rest = "/".join(path[: views[0]] + path[views[0] + 1 :])
    return urlunsplit((parts.scheme, parts.netloc, rest, parts.query, ""))


def says_view(words: str) -> bool:
    """Whether a link says no more than that it leads to a view: `Bản in`."""
    return _WORDS.fullmatch(words) is not None


def is_view(url: str, words: str, page_url: str) -> bool:
    """Whether a link on a page leads to a view of that page: by its address and its words, or a number in both."""
    parts = urlsplit(url)
    shaped = bool(_VIEW_PAGE.search(parts.path)) or any(_VIEW_PART.fullmatch(piece) for piece in parts.path.split("/"))
    if not shaped:
        return False
    own = urlsplit(page_url)
    shared = set(_NUMBER.findall(f"{parts.path}?{parts.query}")) & set(_NUMBER.findall(f"{own.path}?{own.query}"))
    return says_view(words) or (len(words) < _TITLE and bool(shared))


def other_reading(base: str, page_url: str, href: str) -> str | None:
    """How a relative link reads on the page without the slash that its server adds; None where that is the same.

    Pages that were made for /x and are served at /x/ have links that only that reading makes right.
    """
    path = urlsplit(page_url).path
    if base != page_url or path in ("", "/") or not path.endswith("/"):
        return None
    if href[:1] in ("/", "?", "#", "\\") or ":" in href.partition("/")[0]:
        return None
    parts = urlsplit(page_url)
    return resolve(urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", "")), href)


def here(url: str, page_url: str) -> str | None:
    """An address by the scheme and host of the page that it stands on, where only http(s) or www tells them apart."""
    there, own = urlsplit(url), urlsplit(page_url)
    if (there.scheme, there.netloc) == (own.scheme, own.netloc):
        return None
    if bare(there.netloc) != bare(own.netloc):
        return None
    return urlunsplit((own.scheme, own.netloc, there.path, there.query, ""))


def session_marks(urls: Collection[str]) -> frozenset[str]:
    """What looks drawn by lot and stands in nearly every address of a page: a session's mark, not a page's."""
    counted = Counter(mark for url in urls for mark in _drawn(url))
    if not counted:
        return frozenset()
    least = max(_ENOUGH, _DECIDES * len(urls))
    return frozenset(mark for mark, number in counted.items() if number >= least)


def key_without(url: str, marks: Collection[str]) -> str:
    """The canonical form of an address without these marks."""
    parts = urlsplit(url)
    path = "/".join(kept for piece in parts.path.split("/") if (kept := _piece_without(piece, marks)) is not None)
    query = "&".join(piece for piece in parts.query.split("&") if piece.partition("=")[2] not in marks)
    return canonical(urlunsplit((parts.scheme, parts.netloc, path or "/", query, "")))


def _piece_without(piece: str, marks: Collection[str]) -> str | None:
    """A part of a path without what is marked in it: `x.html;id=MARK` is `x.html`; None where the mark is all of it."""
    first, *rest = piece.split(";")
    kept = [one for one in rest if unquote(one).rpartition("=")[2] not in marks]
    return None if unquote(first).rpartition("=")[2] in marks else ";".join([first, *kept])


def _drawn(url: str) -> set[str]:
    if not _DRAWN.search(url):
        return set()
    parts = urlsplit(url)
    values = [unquote(piece).rpartition("=")[2] for piece in parts.path.split("/")]
    values += [piece.partition("=")[2] for piece in parts.query.split("&")]
    return {value for value in values if _DRAWN.fullmatch(value) and value.count("-") < 3}
