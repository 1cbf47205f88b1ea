"""Clock: the moment, and how reports write it."""

from __future__ import annotations

from datetime import UTC, datetime


def utc() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """ISO 8601, UTC, to the second, as reports have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
