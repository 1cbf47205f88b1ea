"""Output: what commands print of what they found, as words or as JSON lines.

Words are printed as stdout can show them (`streams`). JSON keeps to ASCII where stdout is not in UTF-8, and what else a
machine is to read is in UTF-8 whatever stdout is: neither loses a letter.
"""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterable
from typing import Any

from ..wording import visible


def print_all(found: Iterable[Any], none: str, *, as_json: bool) -> None:
    """What has `words` and `as_json`, one after the other."""
    there = False
    for one in found:
        there = True
        if as_json:
            print_json(one.as_json())
        else:
            print_words(one.words())
    if not there:
        print(none, file=sys.stderr)


def print_words(lines: Iterable[str]) -> None:
    print(visible("\n".join(lines)))


def print_json(value: dict[str, Any], *, indent: int | None = None) -> None:
    print(json.dumps(value, ensure_ascii=codecs.lookup(sys.stdout.encoding).name != "utf-8", indent=indent))


def print_file(text: str) -> None:
    """What is to be a file's content, as a definition. Names of files stay the bytes that they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(errors="surrogateescape"))
    sys.stdout.buffer.flush()
