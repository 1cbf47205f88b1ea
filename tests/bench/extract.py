"""CPU milliseconds a page of `extract`, beside lxml.html parsing the same bytes and doing nothing with them."""

from __future__ import annotations

import functools
import gc
import json
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import lxml.html

from archive.record import Article
from archive.warc.capture import Capture
from portal_crawler.demo import serve
from portal_crawler.extract import extract
from portal_crawler.learn.samples import Sample
from portal_crawler.learn.templates import SAMPLE, learn_selectors
from portal_crawler.portal import Portal

from .settings import PAGE_BYTES

HEADS = [
    "CPU of extract", "pages", "KB", "lxml.html ms", "extract ms", "ratio (aim 3.0)", "95 % below", "first read"
]  # fmt: skip

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "portals"
HTML = (("Content-Type", "text/html; charset=utf-8"),)

Pages = Sequence[tuple[Capture, Portal]]


def measure(rounds: int) -> tuple[list[str], list[list[str]]]:
    """What was measured, in words, and the table's rows: pages, KB, both in milliseconds a page, and the ratios."""
    sets = {
        "demo portal, by its definition": demo_pages(),
        f"the same, filled to {PAGE_BYTES // 1000} KB": demo_pages(PAGE_BYTES),
    }
    for folder in sorted(SHARED.glob("*/site")):
        pages = real_pages(folder)
        sets[f"{folder.parent.name} (real), no definition"] = pages
        sets[f"{folder.parent.name} (real), as it was learned"] = learned(pages)
    rows = []
    for name, pages in sets.items():
        parsed, extracted, first = _times(pages, rounds)
        size = sum(len(capture.body) for capture, _ in pages) / len(pages)
        worst = sorted(mine / its for mine, its in zip(extracted, parsed, strict=True))
        rows.append(
            [
                name,
                str(len(pages)),
                f"{size / 1000:.0f}",
                f"{statistics.fmean(parsed) * 1e3:.2f}",
                f"{statistics.fmean(extracted) * 1e3:.2f}",
                f"{sum(extracted) / sum(parsed):.2f}",
                f"{worst[len(worst) * 95 // 100]:.2f}",
                f"{sum(mine for _, mine in first) / sum(its for its, _ in first):.2f}",
            ]
        )
    return [
        f"article pages in memory; of each page the fastest of {rounds} rounds, the two in turn; first read: the first"
        " of them alone, when what is kept of lines and addresses is from the pages before it"
    ], rows


def demo_pages(page_bytes: int | None = None) -> Pages:
    """Every article's page of the demo portal."""
    from urllib.request import urlopen

    with serve(page_bytes=page_bytes) as demo:
        portal = demo.portal()
        captures = []
        for truth in demo.truth():
            with urlopen(truth.canonical_url) as answer:
                captures.append(Capture(truth.canonical_url, 200, HTML, answer.read()))
    return [(capture, portal) for capture in captures]


def real_pages(site: Path) -> Pages:
    """Every article's page of a saved portal, as nobody has described it."""
    captures = []
    for line in (site.parent / "truth.jsonl").read_text("utf-8").splitlines():
        truth = json.loads(line)
        file = site / truth["path"].strip("/") / "index.html"
        if file.is_file():
            captures.append(Capture(truth["url"], 200, HTML, file.read_bytes()))
    return [(capture, Portal.of_url(capture.url)) for capture in captures]


def learned(pages: Pages) -> Pages:
    """The same pages with what some from all over them teach."""
    portal = pages[0][1]
    some = pages[:: max(1, len(pages) // SAMPLE)]
    read = [(capture, extract(capture, portal)) for capture, _ in some]
    samples = [Sample.of(capture, one) for capture, one in read if isinstance(one, Article)]
    portal = learn_selectors(portal, samples)
    return [(capture, portal) for capture, _ in pages]


def _times(pages: Pages, rounds: int) -> tuple[list[float], list[float], list[tuple[float, float]]]:
    """CPU seconds of each page: parsed alone, and extracted; and both of the first round."""
    _forget()
    parsed, extracted = [float("inf")] * len(pages), [float("inf")] * len(pages)
    first: list[tuple[float, float]] = []
    for _ in range(rounds):
        for number, (capture, portal) in enumerate(pages):
            gc.collect(0)
            its = _cpu(lambda body=capture.body: lxml.html.document_fromstring(body))
            mine = _cpu(lambda capture=capture, portal=portal: extract(capture, portal))
            parsed[number], extracted[number] = min(parsed[number], its), min(extracted[number], mine)
            if len(first) < len(pages):
                first.append((its, mine))
    return parsed, extracted, first


def _forget() -> None:
    """Empty what the package keeps of lines, markup and addresses."""
    for kept in gc.get_objects():
        if isinstance(kept, functools._lru_cache_wrapper) and kept.__module__.startswith("portal_crawler"):
            kept.cache_clear()


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
