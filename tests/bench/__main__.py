"""`python -m bench [crawl] [extract] [warcs] [packing] [use] [--rounds N]`: figures, side by side."""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sqlite3
import subprocess
import sys
import zlib
from importlib.metadata import version
from pathlib import Path

from lxml import etree

from . import crawl, extract, packing, use, warcs

HEADS = {
    "crawl": ["CPU of a whole crawl", "ms a page", "least-most", "start-up s", "ours, over it (aim 2.0)"],
    "extract": extract.HEADS,
    "packing": packing.HEADS,
    "warcs": warcs.HEADS,
    "use": use.HEADS,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description="CPU time, side by side, in one run.")
    parser.add_argument("which", nargs="*", help="crawl, extract (default: both), warcs, packing, use")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(machine(), flush=True)
    if unknown := set(options.which) - set(HEADS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(HEADS)}")
    for name in options.which or ("crawl", "extract"):
        modules = {"crawl": crawl, "extract": extract, "packing": packing, "use": use, "warcs": warcs}
        words, rows = modules[name].measure(options.rounds)
        print()
        print("\n".join(words))
        print(table([HEADS[name], *rows]), flush=True)
    if not options.which:
        print()
        print(table([["CPU of --help", "s, the least"], *startup(options.rounds)]), flush=True)


def startup(rounds: int) -> list[list[str]]:
    """CPU seconds of `--help`, ours and Scrapy's, turn about."""
    programs = {"portal-crawler": [sys.executable, "-m", "portal_crawler"], "scrapy": [sys.executable, "-m", "scrapy"]}
    took: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, program in programs.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([*program, "--help"], stdout=subprocess.DEVNULL, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return [[name, f"{min(seconds):.2f}"] for name, seconds in took.items()]


def machine() -> str:
    """Where it was measured, and with what."""
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text("utf-8").splitlines() if cpus.is_file() else []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    packages = ", ".join(f"{name} {version(name)}" for name in ("Scrapy", "Twisted", "lxml", "pydantic"))
    libxml = ".".join(map(str, etree.LIBXML_VERSION))
    return (
        f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.system()} {platform.release()}\n"
        f"Python {platform.python_version()}, {packages}, libxml2 {libxml}, "
        f"SQLite {sqlite3.sqlite_version}, zlib {zlib.ZLIB_RUNTIME_VERSION}"
    )


def table(rows: list[list[str]]) -> str:
    """Columns as wide as they need to be, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


if __name__ == "__main__":
    main()
