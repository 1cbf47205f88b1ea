"""Last runs: how the last run of a portal went, read from its newest report, its ledger left closed.

Seven hundred ledgers that are not due would cost a minute. Only where a run seems to have been broken off is its
ledger asked: a WARC file is open there, or SQLite's own journal is not empty.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.shard import Shard

from .timetable import Last

_RUN = "%Y%m%d%H%M%S"


def newest_report(shard: Shard) -> dict[str, Any] | None:
    """The report of the last run that wrote one; of one that is damaged only what its name says."""
    name = max(_names(shard), default="")
    return _read(shard.reports_folder / name) if name else None


def unanswered_since(shard: Shard) -> datetime | None:
    """The first of the runs, up to the last one, in which a portal did not answer; None where it did in the last."""
    since = None
    for name in sorted(_names(shard), reverse=True):
        report = _read(shard.reports_folder / name)
        if report.get("reason") != "no answer":
            break
        since = _began(report) or since
    return since


def _names(shard: Shard) -> list[str]:
    with suppress(FileNotFoundError), os.scandir(shard.reports_folder) as entries:
        return [entry.name for entry in entries if entry.name.endswith(".json")]
    return []


def _read(path: Path) -> dict[str, Any]:
    try:
        report = json.loads(path.read_text("utf-8"))
        return report if isinstance(report, dict) and "run" in report else {"run": path.stem}
    except (OSError, ValueError):
        return {"run": path.stem}


def last_of(shard: Shard, report: dict[str, Any] | None) -> Last:
    """How the last run of a portal went. `report`: its newest."""
    if seems_broken_off(shard):
        with suppress(ArchiveError), shard.reading() as ledger:  # what is damaged is said by the crawl that finds it
            runs = ledger.runs.all()
            if runs and runs[-1][2] is None:
                return Last(datetime.fromisoformat(runs[-1][1]), None)
    if report is None:
        return Last()
    return Last(_began(report), report.get("reason", "finished"), _moment(report.get("opens")))


def seems_broken_off(shard: Shard) -> bool:
    """Whether a run was killed, or is under way."""
    journal = shard.ledger_file.with_name(f"{shard.ledger_file.name}-wal")
    with suppress(OSError):
        if journal.stat().st_size:
            return True
    with suppress(OSError), os.scandir(shard.warc_folder) as entries:
        return any(entry.name.endswith(".open") for entry in entries)
    return False


def _began(report: dict[str, Any]) -> datetime | None:
    if moment := _moment(report.get("started")):
        return moment
    try:
        return datetime.strptime(report["run"], _RUN).replace(tzinfo=UTC)
    except ValueError:
        return None


def _moment(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
