"""Settlements: what became of URLs without a request, archived with the next exchange, and the last at a run's end.

A twin, a trap, what robots.txt forbids: no exchange tells of these, and later decisions rest on them. With these lines
`rebuild` decides as the crawl did, in the same order; the last of a run that was killed are judged anew. Behind a run's
last settlements stands how it ended.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, get_args

from .rows import PRIORITY, Kind, Lead, State

_END = "run ended"
_STATES = frozenset(get_args(State))
_NONE = (ValueError, TypeError, AttributeError, RecursionError)  # what a line raises that is no settlement


@dataclass(frozen=True, slots=True)
class Settlement:
    """One URL. `twin` as `Ledger.settle` has it; `heirs`: the addresses that what was said of it holds for."""

    key: str
    url: str
    kind: Kind
    state: State
    reason: str | None
    twin: str | None = None
    heirs: tuple[Lead, ...] = ()


def to_lines(settlements: Iterable[Settlement]) -> list[str]:
    """Lines of JSON, without what is null or empty."""
    return [json.dumps(_without_nothing(asdict(one)), ensure_ascii=False) for one in settlements]


def from_lines(text: bytes) -> Iterator[Settlement]:
    """The settlements in a record; a line that is none (another tool's JSON) is passed over."""
    for line in io.BytesIO(text):
        try:
            fields: dict[str, Any] = json.loads(line)
            heirs = tuple(Lead(**heir) for heir in fields.pop("heirs", ()))
            one = Settlement(**{"reason": None, **fields}, heirs=heirs)
        except _NONE:
            continue
        if _is_sound(one) and all(map(_is_sound, one.heirs)):
            yield one


def _is_sound(one: Settlement | Lead) -> bool:
    """Whether the ledger can take it: each word is one, kind and state are known. Others may have written it."""
    beside = [one.reason, one.twin, *((one.hint, one.form) if isinstance(one, Lead) else ())]
    words = [one.url, one.key, one.kind, one.state, *(word for word in beside if word is not None)]
    return all(isinstance(word, str) for word in words) and one.kind in PRIORITY and one.state in _STATES


def ending(reason: str) -> str:
    """The line behind a run's last settlements: how it ended."""
    return json.dumps({_END: reason})


def end_in(text: bytes) -> str | None:
    """How the run ended whose last settlements these are; None where they do not say."""
    last = text.rstrip().rpartition(b"\n")[2]
    try:
        fields = json.loads(last) if last else None
    except (ValueError, RecursionError):
        return None
    reason = fields.get(_END) if isinstance(fields, dict) else None
    return reason if isinstance(reason, str) else None


def _without_nothing(fields: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in fields.items() if value not in (None, (), [], False)}
    if "heirs" in kept:
        kept["heirs"] = [_without_nothing(heir) for heir in kept["heirs"]]
    return kept
