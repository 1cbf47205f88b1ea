"""The demo portal: an invented district's portal, served on loopback, with the ground truth of its articles.

    with serve() as demo:
        crawl(demo.portal()); compare(records, demo.truth()); look_at(demo.requests)

`portal-crawler demo` crawls it, the tests compare every field with its truth, the benchmarks fetch its pages, and
`python -m portal_crawler.demo` serves it to a browser. Everything in it is invented; the articles are `articles.toml`.

Beside articles and listings it has what real portals have: print twins, second and old addresses, related lists with
dates, a clock and a visitor counter that change with every request, a forbidden area, links that answer 404 and 410,
and a page that answers 200 and says that it is not there yet.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .content import Entry, load, multiplied
from .server import Asked, DemoServer
from .site import Removal
from .truth import Truth

__all__ = ["Asked", "DemoServer", "Entry", "Removal", "Truth", "serve"]


def serve(
    port: int = 0,
    *,
    copies: int = 1,
    page_bytes: int | None = None,
    delay: float = 0.0,
    now: Callable[[], datetime] | None = None,
) -> DemoServer:
    """Start the demo portal on 127.0.0.1.

    port        0: any that is free
    copies      times as many articles, made of the same sentences: for load, not for reading
    page_bytes  fill every page (but the print twins) up to about this size, as real portals do
    delay       seconds before each answer
    now         the clock that pages show; default: the real one, in the time of Hanoi

    Raises OSError where the port is taken.
    """
    return DemoServer(multiplied(load(), copies), port, page_bytes, delay, now)
