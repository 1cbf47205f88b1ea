"""`make bench-extract`: what is extracted, beside trafilatura and newspaper4k, set by set, in one run.

Ours is given whole portals as `extract` is given WARC files: nothing but the archive of a crawl with no definition. The
peers are given the same pages, one by one, as they take them. Single pages are given to all one by one.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.warc.capture import Capture
from portal_crawler.extract import NotArticle, extract
from portal_crawler.portal import Portal
from portal_crawler.upkeep.sources import extract_sources

from .__main__ import machine, table
from .figures import Answer, Figures, Sheet, judge
from .material import Crawled, Set, key, part, real_set, single_sets, synthetic_set, untidy_set

OURS = "portal-crawler"
PEERS = ("trafilatura", "newspaper4k")
CURVE = {1: 6, 2: 4, 5: 2, 10: 1, 20: 1}  # articles known, and how often they are drawn
HTML = (("Content-Type", "text/html; charset=utf-8"),)
COLUMNS = (
    "title", "date", "date wrong", "author", "if signed", "body F1", "if none", "images F1", "attach. F1", "precision",
    "recall",
)  # fmt: skip

Table = dict[str, tuple[Figures, float | None]]  # by tool: its figures, CPU milliseconds a page


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("portals", nargs="*", help="only these portals, and no single pages")
    parser.add_argument(
        "--peers", type=Path, metavar="PYTHON", help="of the environment with the peers; none: ours alone"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures, and every failure of ours")
    parser.add_argument(
        "--failures", type=int, default=0, metavar="N", help="print N failures of ours a field and portal"
    )
    options = parser.parse_args()
    print(machine(), flush=True)
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for found in _sets(folder, options.portals):
            tables, ours = _measured(found, folder, options.peers)
            curve = _curve(found, folder)
            _print(found, tables, curve)
            if options.failures:
                _print_failures(ours, options.failures)
            told[found.name] = {
                "about": found.words,
                "portals": {name: _as_json(one) for name, one in tables.items()},
                "curve": {str(count): figures.as_json() for count, figures in curve.items()},
                "failures": [vars(failure) for failure in ours.failures],
            }
    if options.json:
        options.json.write_text(json.dumps(told, ensure_ascii=False, indent=1, default=_plain), encoding="utf-8")


def _sets(folder: Path, only: list[str]) -> Iterator[Set]:
    known = real_set(folder / "real", only)
    if known is None:
        print("\nreal portals: not at hand, skipped", flush=True)
    elif known.portals:
        yield known
    for make, name in ((synthetic_set, "synthetic"), (untidy_set, "untidy")):
        made = make(folder / name, only)
        if made.portals:
            yield made
    if not only:
        single = list(single_sets())
        if not single:
            print("\nsingle pages: not at hand, skipped", flush=True)
        yield from single


def _measured(found: Set, folder: Path, python: Path | None) -> tuple[dict[str, Table], Figures]:
    """A table for all of the set, and one for each of its portals; and our figures for all."""
    tables: dict[str, Table] = {}
    for portal in found.portals:
        tables[portal.name] = {OURS: _ours(portal.warcs, portal.sheets, len(portal.sheets) + len(portal.strays))}
        if python:
            tables[portal.name] |= _peers(python, portal.sheets, portal.bodies, folder)
    if found.sheets:
        tables["all"] = {OURS: _ours_alone(found)}
        if python:
            tables["all"] |= _peers(python, found.sheets, found.bodies, folder)
    else:
        tables = {"all": _joined(found, tables), **tables}
    return tables, tables["all"][OURS][0]


def _joined(found: Set, tables: Mapping[str, Table]) -> Table:
    weights = {portal.name: len(portal.sheets) for portal in found.portals}
    result: Table = {}
    for tool in next(iter(tables.values())):
        total = Figures()
        for one in tables.values():
            total += one[tool][0]
        spent = sum((tables[name][tool][1] or 0) * pages for name, pages in weights.items()) / sum(weights.values())
        result[tool] = (total, spent)
    return result


def _ours(warcs: list[Path], sheets: list[Sheet], pages: int) -> tuple[Figures, float]:
    """As `extract WARC... --stdout`: CPU time of the whole, by the pages that were read."""
    started = time.process_time()
    lines = list(extract_sources(warcs))
    spent = time.process_time() - started
    at = {key(sheet.url): sheet.id for sheet in sheets}
    answers: dict[str, Answer] = {}
    strays = []
    for record in map(json.loads, lines):
        place = at.get(key(record["url"]))
        if place is None:
            strays.append(record["url"])
        else:
            answers[place] = record
    return judge(sheets, answers, strays), spent * 1e3 / pages


def _ours_alone(found: Set) -> tuple[Figures, float]:
    """A page at a time, of a portal of which nothing is known: CPU time is the median."""
    answers: dict[str, Answer] = {}
    times = []
    for sheet in found.sheets:
        capture = Capture(sheet.url, 200, HTML if found.portals else (), found.bodies[sheet.id])
        started = time.process_time()
        record = extract(capture, Portal.of_url(sheet.url))
        times.append(time.process_time() - started)
        if not isinstance(record, NotArticle):
            answers[sheet.id] = record.model_dump(mode="json")
    return judge(found.sheets, answers), statistics.median(times) * 1e3


def _peers(python: Path, sheets: list[Sheet], bodies: Mapping[str, bytes], folder: Path) -> Table:
    """The peers' answers, from their own environment: CPU time is the median page's."""
    lines = []
    for number, sheet in enumerate(sheets):
        file = folder / f"page-{number}.html"
        file.write_bytes(bodies[sheet.id])
        lines.append(json.dumps({"id": sheet.id, "url": sheet.url, "file": str(file)}))
    worker = Path(__file__).with_name("peers.py")
    done = subprocess.run([python, worker], input="\n".join(lines), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{python} {worker}: exit code {done.returncode}\n{done.stderr[-2000:]}")
    answers: dict[str, dict[str, Answer]] = {tool: {} for tool in PEERS}
    times: dict[str, list[float]] = {tool: [] for tool in PEERS}
    errors: Counter[str] = Counter()
    for said in map(json.loads, done.stdout.splitlines()):
        if "versions" in said:
            continue
        if said["ms"] is None:
            errors[f"{said['tool']}: {said['error'][:80]}"] += 1
        else:
            times[said["tool"]].append(said["ms"])
            if not said.get("not_article"):
                answers[said["tool"]][said["id"]] = said
    for error, count in errors.items():
        print(f"{error} ({count} pages)", file=sys.stderr)
    return {tool: (judge(sheets, answers[tool]), statistics.median(times[tool])) for tool in PEERS}


def _curve(found: Set, folder: Path) -> dict[int, Figures]:
    """Ours, where of each portal but so many articles are known, with its lists; judged on these."""
    result: dict[int, Figures] = {}
    for portal in found.portals:
        for count, times in CURVE.items():
            draw = random.Random(f"{portal.name}/{count}")
            for _ in range(times):
                with part(portal, count, draw, folder) as (files, chosen):
                    figures = _ours(files, _with_others(portal, chosen), 1)[0]
                result.setdefault(count, Figures()).__iadd__(figures)
    return result


def _with_others(portal: Crawled, chosen: list[Sheet]) -> list[Sheet]:
    return [*chosen, *(sheet for sheet in portal.sheets if sheet.truth is None)]


def _print(found: Set, tables: Mapping[str, Table], curve: Mapping[int, Figures]) -> None:
    ours = tables["all"][OURS][0]
    articles, others = ours.articles, ours.told["others"]
    unreached = sum(portal.unreached for portal in found.portals)
    print(f"\n{found.name.upper()}: {found.words}. n = {articles} articles, {others} other pages" + (
        f"; {unreached} articles that the crawl did not reach are not counted" if unreached else ""
    ))  # fmt: skip
    counts = ours.as_json()
    print("n by field: " + ", ".join(f"{name} {figure['n']}" for name, figure in counts.items() if "wrong" not in name))
    head = [f"{'portal, ' if found.portals else ''}tool", *COLUMNS, "CPU ms/page"]
    rows = []
    for name, one in tables.items():
        for tool, (figures, spent) in one.items():
            if name == "all" or tool == OURS:
                rows.append(
                    [
                        tool if name == "all" else f"  {name} (n = {figures.articles})",
                        *_row(figures),
                        f"{spent:.1f}",
                    ]
                )
    print(table([head, *rows]), flush=True)
    if curve:
        print("learning curve, ours: so many articles of each portal known, and its lists; judged on these")
        rows = [[f"{count} known (n = {one.articles})", *_row(one)] for count, one in curve.items()]
        print(table([["articles", *COLUMNS], *rows]), flush=True)


def _row(figures: Figures) -> list[str]:
    values = (
        figures.share("title"), figures.share("date"), figures.wrongly("date"), figures.share("author"),
        figures.share("signed"), figures.body_f1, figures.share("empty"), figures.set_f1("images"),
        figures.set_f1("attachments"), figures.precision, figures.recall,
    )  # fmt: skip
    return ["-" if value is None else f"{value:.3f}" for value in values]


def _print_failures(ours: Figures, most: int) -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for failure in ours.failures:
        place = (failure.field, failure.url.split("/")[2])
        seen[place] += 1
        if seen[place] <= most:
            given, right = (str(_plain(one))[:160] for one in (failure.given, failure.right))
            print(f"{failure.field}  {failure.url}\n    gave  {given!r}\n    truth {right!r}")
    print(", ".join(f"{field} {host} {count}" for (field, host), count in seen.most_common()))


def _as_json(one: Table) -> dict[str, Any]:
    return {
        tool: figures.as_json() | {"CPU ms/page": {"value": spent and round(spent, 2), "n": sum(
            figures.told[name] for name in ("hit", "missed", "others")
        )}}
        for tool, (figures, spent) in one.items()
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """Sets as lists, for JSON."""
    return sorted(value) if isinstance(value, Iterable) and not isinstance(value, str | list) else value


if __name__ == "__main__":
    main()
