"""Found: hits of a search on a terminal."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence

from archive.search import Hit

from ..wording import visible

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def print_hits(hits: Sequence[Hit], count: int) -> None:
    """Each with its title, where it is from, and where the words stand; on stderr how many there are."""
    colour = sys.stdout.isatty()
    width = min(100, shutil.get_terminal_size().columns)
    for hit in hits:
        date = (hit.timestamp or "no date")[:10]
        signs = [date, hit.portal, *([hit.author] if hit.author else []), *(["gone"] if hit.status == "gone" else [])]
        print(_strong(visible(hit.title), colour))
        print(visible(f"  {' · '.join(signs)}\n  {hit.url}"))
        if hit.snippet:
            text = textwrap.fill(visible(hit.snippet), width, initial_indent="  ", subsequent_indent="  ")
            print(text.replace("[", _BOLD).replace("]", _PLAIN) if colour else text)
        print()
    more = f", of which these are the nearest {len(hits)} (--limit)" if count > len(hits) else ""
    print(f"{count} found{more}", file=sys.stderr)
    if hits and not hits[0].ranked_all:
        ranked = f"ranked are {hits[0].ranked_among} of them: the newest, and the newest with the words in the title"
        print(f"{ranked}; more words or a filter leave fewer", file=sys.stderr)


def _strong(text: str, colour: bool) -> str:
    return f"{_BOLD}{text}{_PLAIN}" if colour else text
