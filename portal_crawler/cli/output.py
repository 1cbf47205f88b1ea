"""Output: what commands print of what they found, as words or as JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any


def print_all(found: Iterable[Any], none: str, *, as_json: bool) -> None:
    """What has `words` and `as_json`, one after the other."""
    there = False
    for one in found:
        there = True
        if as_json:
            print_json(one.as_json())
        else:
            print("\n".join(one.words()))
    if not there:
        print(none, file=sys.stderr)


def print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False))
