"""Versions: whether a capture shows a new article, a new version of one, or one that was seen again as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from archive.ledger import Ledger
from archive.ledger.rows import Kept
from archive.record import Article, content_digest
from archive.warc.capture import Capture, Hint

from ..extract import extract
from ..learn.lessons import under
from ..portal import Portal
from ..urls import canonical
from .derived import Derived
from .successors import before, continued
from .whole import with_parts


def keep_version(
    ledger: Ledger, article: Article, run: str, result: Derived, portal: Portal, read: Callable[[Kept], Capture]
) -> None:
    """A new article, a new version of one, or one that was seen again as it was."""
    seen = article.provenance.captured
    article = article.model_copy(update={"first_seen": seen, "last_seen": seen})
    latest = before(ledger, article)
    if latest is None:
        result.note("new", article)
        ledger.versions.save(article, run)
        return
    moved = latest.id != article.id and canonical(latest.url) != canonical(article.url)
    article = continued(article, latest)
    update = {"version": latest.version + 1, "status": "changed", "first_seen": latest.first_seen}
    fuller: bool | None = False  # tells more than the version, though the page is the same; None: an edit
    if (rest := _has_the_rest(ledger, article, latest)) is not None:
        fuller, moved = rest, moved and rest
    elif not _same(article, latest) and not _same(article, _read_anew(ledger, latest, portal, read)):
        fuller = _is_fuller(ledger, article, latest, portal, read)
    elif _is_dated_now(article, latest, portal):
        fuller = True
    if fuller is None:
        result.note("changed", article)
        ledger.versions.save(article.model_copy(update=update), run)
    elif moved:  # a version, for the record points at the bytes and says the address of one capture
        result.note("moved", article)
        update["status"] = latest.status if latest.status != "gone" else _there(latest)
        ledger.versions.save(article.model_copy(update=update), run)
    elif fuller:  # the same version, read from the capture that tells more
        if latest.status == "gone":
            result.note("returned", latest)
        result.completed += 1
        update |= {"version": latest.version, "status": _there(latest)}
        ledger.versions.save(article.model_copy(update=update), run)
    else:
        seen_again(ledger, latest, {"last_seen": article.last_seen, "aliases": article.aliases}, run, result)


def _has_the_rest(ledger: Ledger, article: Article, latest: Article) -> bool | None:
    """Whether a page has what the version lacks, or lacks what that one has, as one was cut off on its way.

    That is no edit, so nothing of the portal's doing may be read from it. None: both are whole; or both are cut off and
    one is not the beginning of the other, as where a server always tells a wrong length.
    """
    cut, was_cut = (_is_cut(ledger, one) for one in (article, latest))
    if cut and was_cut:
        new, old = ((one.body or "").rstrip("\ufffd") for one in (article, latest))
        return len(new) > len(old) if new != old and (new.startswith(old) or old.startswith(new)) else None
    return was_cut if cut or was_cut else None


def _is_cut(ledger: Ledger, article: Article) -> bool:
    kept = ledger.captures.find(article.provenance.record_id or "")
    return kept is not None and kept.truncated is not None


def is_newer_build(article: Article, latest: Article | None) -> bool:
    """Whether the date that an article prints is probably the moment of a later build: the one before was a build's."""
    if latest is None or latest.timestamp_kind != "build":
        return False
    return (article.timestamp or "") > (latest.timestamp or "")


def _is_dated_now(article: Article, latest: Article, portal: Portal) -> bool:
    """Whether a page that had only a build's moment prints a day of its own: one before the newest build's."""
    if (latest.timestamp_kind, article.timestamp_kind) != ("build", "published"):
        return False
    return (article.timestamp or "") < max(portal.learned.build, default="")


def _read_anew(ledger: Ledger, latest: Article, portal: Portal, read: Callable[[Kept], Capture]) -> Article:
    """A version as its capture is read by the definition in force: what only the reading makes another is no edit."""
    if latest.extraction.portal_sha256 == portal.digest:
        return latest
    return _again(ledger, latest, portal, read) or latest


def _again(
    ledger: Ledger,
    article: Article,
    portal: Portal,
    read: Callable[[Kept], Capture],
    hints: tuple[Hint, ...] | None = None,
) -> Article | None:
    """A version as its capture is read now; `hints`: as if these were what lists told of it."""
    kept = ledger.captures.find(article.provenance.record_id or "")
    if kept is None:
        return None
    capture = read(kept) if hints is None else replace(read(kept), hints=hints)
    again = extract(capture, portal)
    if not isinstance(again, Article):
        return None
    ((_, whole),) = with_parts(ledger, portal, [(kept, again)], read)
    return under(whole, portal) if isinstance(whole, Article) else None


def _is_fuller(
    ledger: Ledger, article: Article, latest: Article, portal: Portal, read: Callable[[Kept], Capture]
) -> bool | None:
    """Whether a page is as it was, and lists tell of it what was not known of the version; None where it was edited.

    Of a page that was imported no list may have told: where one capture has hints and the other none, both are read
    without, for what the reading knew of one alone is no edit.
    """
    new, old = (ledger.captures.find(one.provenance.record_id or "") for one in (article, latest))
    if new is None or old is None or bool(read(new).hints) == (known := bool(read(old).hints)):
        return None
    alone = _again(ledger, latest if known else article, portal, read, ())
    other = article if known else _read_anew(ledger, latest, portal, read)
    return not known if alone is not None and alone.content_sha256 == other.content_sha256 else None


def _same(article: Article, latest: Article) -> bool:
    """Whether a reader reads the same. A build's moment is no edit, also where too few pages show it to be one."""
    if article.content_sha256 == latest.content_sha256:
        return True
    if not is_newer_build(article, latest):
        return False
    undated = article.model_copy(update={"timestamp_kind": "build"})
    return content_digest(undated.model_dump(mode="json")) == latest.content_sha256


def _there(latest: Article) -> str:
    """The status of a version that is there again."""
    return "changed" if latest.version > 1 else "live"


def seen_again(ledger: Ledger, latest: Article, update: dict[str, Any], run: str, result: Derived) -> None:
    """The version is there as it was; if it was gone, it has returned."""
    if latest.status == "gone":
        result.note("returned", latest)
        update["status"] = _there(latest)
        ledger.versions.save(latest.model_copy(update=update), run)
    else:
        result.saw(latest)
        ledger.versions.save(latest.model_copy(update=update))
