"""Patch list: the pictures, documents and requisites that pages name and that the archive lacks; why, and what comes.

Read from the ledger. A file of which some visit gave all is not in it, whatever became of it since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from archive.ledger import Ledger
from archive.run import stamp

from .revisit import Due, plan

_FOREVER = 253402300799.0  # the last second that a date can say


def lacking(ledger: Ledger) -> list[dict[str, Any]]:
    """Each missing file: its address, kind, state and reason, a page that needs it, when it is to be asked for again.

    `again` is null where only `--refresh` asks for it: what is longer than the definition allows will be so again.
    """
    rows = list(ledger.history.lacking())
    moments = {row.id: one for row, one in plan(ledger)} if rows else {}
    return [
        {
            "url": row.url, "kind": row.kind, "state": row.state, "reason": row.reason, "page": page,
            "again": _moment(moments.get(row.id)),
        }
        for row, page in rows
    ]  # fmt: skip


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
