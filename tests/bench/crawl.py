"""CPU seconds a page of a whole crawl, beside Scrapy alone fetching the same pages.

The demo portal is served by a process of its own. Every crawl is a process of its own too, and what the operating
system says that it used (user and system) is what counts. A crawl of one page is taken off, so that starting Python
and importing Scrapy is nobody's; what is left is divided by the pages. Whether all sides asked for the same addresses
is checked in the server's log.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from portal_crawler.demo import serve
from portal_crawler.portal import Portal

from .settings import CONCURRENCY, COPIES, EXCLUDED, PAGE_BYTES

ROBOTS = "/robots.txt"
CHECKOUT = Path(__file__).resolve().parents[2]
_PROBES = 10  # requests that only we make
_SPARED = 0.1  # of the pages: requests that we alone do not make


@dataclass(slots=True)
class Side:
    """One way to fetch the portal, and what it used."""

    name: str
    command: list[str]
    startup: list[float] = field(default_factory=list)  # CPU seconds of a crawl of one page
    whole: list[float] = field(default_factory=list)  # CPU seconds of the whole crawl
    asked: list[str] = field(default_factory=list)

    @property
    def a_page(self) -> list[float]:
        """CPU seconds a page, of each round."""
        return [
            (whole - startup) / (len(self.asked) - 1) for whole, startup in zip(self.whole, self.startup, strict=True)
        ]


def measure(rounds: int) -> tuple[list[str], list[list[str]]]:
    """What was measured, in words, and the table's rows: name, milliseconds a page, spread, ratio to ours."""
    with tempfile.TemporaryDirectory() as scratch, served() as portal:
        folder = Path(scratch)
        sides = _sides(folder, portal)
        for number in range(rounds):
            for side in sides:
                into = folder / f"archive-{number}"
                side.startup.append(_cpu([*side.command, "--limit", "1"], into / "one"))
                portal.asked()
                side.whole.append(_cpu(side.command, into / "all"))
                side.asked = sorted(portal.asked())
                if side is sides[0]:
                    (folder / "list").write_text(
                        "".join(f"{portal.url}{path[1:]}\n" for path in side.asked if path != ROBOTS), "utf-8"
                    )
        for side in sides[1:]:
            # We also look whether there is a feed or a sitemap, and leave a list that brings nothing new early:
            # a few requests, and the figures are those of a page.
            ours_alone, its_alone = set(sides[0].asked) - set(side.asked), set(side.asked) - set(sides[0].asked)
            if len(ours_alone) > _PROBES or len(its_alone) > _SPARED * len(sides[0].asked):
                raise SystemExit(f"not the same pages: {sorted(ours_alone | its_alone)[:10]}")
    ours = sides[0]
    pages = len(ours.asked)
    words = [
        f"the demo portal, {pages} pages of about {PAGE_BYTES // 1000} KB, {CONCURRENCY} requests at the same time, "
        f"robots.txt obeyed, no pictures; median of {rounds} rounds, the sides in turn",
    ]
    rows = []
    for side in sides:
        ratio = statistics.median(mine / its for mine, its in zip(ours.a_page, side.a_page, strict=True))
        low, high = min(side.a_page), max(side.a_page)
        rows.append(
            [
                side.name,
                f"{statistics.median(side.a_page) * 1e3:.2f}",
                f"{low * 1e3:.2f}-{high * 1e3:.2f}",
                f"{statistics.median(side.startup):.2f}",
                "" if side is ours else f"{ratio:.2f}",
            ]
        )
    return words, rows


class Served:
    """The demo portal, in another process."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.url, self.toml = pipe.recv()

    def asked(self) -> list[str]:
        """The paths that were asked for since the last call."""
        self._pipe.send("asked")
        found: list[str] = self._pipe.recv()
        return found


@contextmanager
def served(**options: Any) -> Iterator[Served]:
    """Start it, with the options of `serve`, and end it."""
    here, there = multiprocessing.Pipe()
    options = {"copies": COPIES, "page_bytes": PAGE_BYTES, **options}
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there, options), daemon=True)
    process.start()
    try:
        yield Served(here)
    finally:
        here.send("end")
        process.join(10)
        process.kill()


def _serve(pipe: Connection, options: dict[str, Any]) -> None:
    with serve(**options) as demo:
        pipe.send((demo.url, demo.portal().to_toml()))
        told = 0
        while pipe.recv() != "end":
            requests = demo.requests[told:]
            told += len(requests)
            pipe.send([request.path for request in requests])


def _sides(folder: Path, portal: Served) -> list[Side]:
    definition = Portal.parse(portal.toml, "demo")
    definition = definition.model_copy(
        update={
            "scope": definition.scope.model_copy(update={"exclude": EXCLUDED}),
            "politeness": definition.politeness.model_copy(update={"delay": 0.0, "concurrency": CONCURRENCY}),
            "expect": definition.expect.model_copy(update={"articles": 0}),
        }
    )
    (folder / "bench.toml").write_text(definition.to_toml(), encoding="utf-8")
    crawl = [sys.executable, "-m", "portal_crawler", "crawl", str(folder / "bench.toml"), "--quiet", "--into", "{into}"]
    plain = [sys.executable, "-m", "bench.plain"]
    return [
        Side("portal-crawler: WARC, ledger, records", crawl),
        Side("Scrapy alone, following the links", [*plain, portal.url]),
        Side("Scrapy alone, given the list, no page parsed", [*plain, "--list", str(folder / "list")]),
    ]


def _cpu(command: list[str], into: Path) -> float:
    """CPU seconds of a process, user and system."""
    command = [part.replace("{into}", str(into)) for part in command]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=CHECKOUT, stdout=output, stderr=output)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            output.seek(0)
            raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}\n{output.read().decode()[-2000:]}")
    return used.ru_utime + used.ru_stime
