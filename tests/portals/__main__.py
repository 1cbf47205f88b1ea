"""`python -m portals [NAME ...]`, from tests/: crawl all test portals twice and print one table of what came of it.

The synthetic ones are compared with the server's log; the real ones, where they lie beside the checkout, with their
truth files.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench.__main__ import machine, table

from . import real
from .kit import serving
from .measure import Figures, measure, measure_real
from .traps import TRAPS
from .ways import WAYS

HEAD = ["portal", "found", "of", "false", "doubled", "pages/article", "forbidden", "requests", "second visit", "s"]


def main() -> None:
    wanted = set(sys.argv[1:])
    print(machine(), flush=True)
    measured: list[Figures] = []
    with tempfile.TemporaryDirectory() as scratch:
        with serving() as server:
            for build in (*WAYS, *TRAPS):
                if not wanted or build.__name__ in wanted:
                    into = Path(scratch) / build.__name__
                    into.mkdir()
                    measured.append(_told(measure(server, server.add(build()), into)))
        names = [name for name in real.NAMES if not wanted or name in wanted]
        if names and real.SHARED.is_dir():
            with real.serving() as proxy:
                for name in names:
                    measured.append(_told(measure_real(name, proxy, Path(scratch) / f"real-{name}")))
    print(table([HEAD, *map(_row, measured), _row(_all(measured))]), flush=True)


_APART = 10**6  # numbers of articles, from one portal to the next


def _told(figures: Figures) -> Figures:
    """Say on stderr how far it is."""
    print(f"{figures.portal}: {len(set(figures.found))} of {figures.articles}", file=sys.stderr, flush=True)
    return figures


def _row(figures: Figures) -> list[str]:
    again = figures.again or 0
    return [
        figures.portal,
        str(len(set(figures.found))),
        str(figures.articles),
        str(len(figures.false)),
        str(len(figures.doubled)),
        f"{figures.a_page:.2f}",
        str(len(figures.forbidden)),
        str(figures.requests),
        f"{again} ({again / figures.requests:.1%})",
        f"{figures.seconds:.1f}",
    ]


def _all(measured: list[Figures]) -> Figures:
    """The sum; no two portals have a number in common."""
    total = Figures("all", 0)
    for place, one in enumerate(measured):
        total.found += [_APART * place + number for number in one.found]
        total.articles += one.articles
        total.false += one.false
        total.forbidden += one.forbidden
        total.pages += one.pages
        total.requests += one.requests
        total.again = (total.again or 0) + (one.again or 0)
        total.seconds += one.seconds
    return total


if __name__ == "__main__":
    main()
