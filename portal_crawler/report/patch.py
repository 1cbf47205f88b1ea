"""Patch list: the pictures, documents and requisites that pages name and that the archive lacks; why, and what comes.

Read from the ledger. A file of which some visit gave all is not in it, whatever became of it since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from archive.clock import stamp
from archive.ledger import Ledger
from archive.record import Attachment, Image

from ..frontier.revisit import Due, plan
from ..urls import canonical
from ..wording import counted, counts_of

_FOREVER = 253402300799.0  # the last second that a date can say


def lacking(ledger: Ledger) -> list[dict[str, Any]]:
    """Each missing file: its address, kind, state and reason, a page that needs it, when it is to be asked for again.

    Those first that a record has among its pictures or documents: `article` is its address, null for what only the
    layout or a list needs. `again` is null where only `--refresh` asks for it: what is longer than the definition
    allows will be so again.
    """
    rows = list(ledger.history.lacking())
    moments = {row.id: one for row, one in plan(ledger)} if rows else {}
    of = _articles(ledger) if rows else {}
    found = [
        {
            "url": row.url, "kind": row.kind, "state": row.state, "reason": row.reason, "page": page,
            "article": of.get(row.key), "again": _moment(moments.get(row.id)),
        }
        for row, page in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: one["article"] is None)


def _articles(ledger: Ledger) -> dict[str, str]:
    """By the address of a picture or document that is not kept: the first article that has it."""
    found: dict[str, str] = {}
    for article in ledger.versions.incomplete():
        files: tuple[Image | Attachment, ...] = (*article.images, *article.attachments)
        for file in files:
            if file.sha256 is None:
                key = canonical(file.url)
                for address in (key, ledger.versions.leads_to(key) or key):
                    found.setdefault(address, article.url)
    return found


def words(patch: Sequence[Mapping[str, Any]]) -> str:
    """How many files are missing, and how many of them are articles' own."""
    verb = "is" if len(patch) == 1 else "are"
    what = f"{counted(len(patch), 'file')} that pages name {verb} missing ({counts_of(counts(patch))})"
    own = sum(one["article"] is not None for one in patch)
    return what if own == len(patch) else f"{what}: {own or 'none'} of articles, {len(patch) - own} of layout and lists"


def counts(patch: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many there are of each sort, in words."""
    found: dict[str, int] = {}
    for one in patch:
        word = one["state"] if one["state"] != "archived" else (one["reason"] or "").partition(":")[0]
        found[word] = found.get(word, 0) + 1
    return dict(sorted(found.items()))


def _moment(due: Due | None) -> str | None:
    if due is None or due.moment > _FOREVER:
        return None
    return stamp(datetime.fromtimestamp(max(0.0, due.moment), UTC))
