"""Use: search, SQL, dumps and `run` on 100,000 invented articles of 50 portals, beside what others would take for it.

Everything is measured one after the other in one run, warm: the questions inside one process, in elapsed time, and in
CPU time, which others at work on the machine do not change; whole commands with their start. What each engine does, and
does not, is said in `bench.engines` and over the table.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from spelling import CASES, TITLES

from archive.collection import Collection
from archive.folding import is_accented
from archive.formats.dump import dump
from archive.query import querying
from archive.query.questions import sql
from archive.search import Index
from archive.search.index import RANKED

from .engines import DuckLines, Engine, Like, Ours, PlainFts, Tantivy, size_of
from .invented import Asked, edit, keep, made, questions

ARTICLES, PORTALS, NOT_DUE, EDITED = 100_000, 50, 700, 20
HEADS = [
    "use", "built/s", "by CPU", "MB", "first 10, ms", "90 % below", "of CPU, ms", "count, ms", "by month, ms",
    f"right of {len(CASES)}", "false", "accents typed",
]  # fmt: skip

_MONTHS = 5  # rounds


Took = tuple[float, float]  # seconds, and seconds of CPU


@dataclass(slots=True)
class Row:
    """What one side needed."""

    name: str
    build: Took | None = None
    size: int | None = None  # bytes on disk
    hits: list[Took] = field(default_factory=list)  # of each question, the median of its rounds
    counts: list[Took] = field(default_factory=list)
    months: Took | None = None
    spellings: tuple[int, int, int] | None = None  # cases right; false hits; of these, in cases with accents

    def cells(self, articles: int) -> list[str]:
        hits, cpu = [one[0] for one in self.hits], [one[1] for one in self.hits]
        return [
            self.name,
            *(f"{articles / seconds:,.0f}" for seconds in self.build or ()),
            *(("", "") if self.build is None else ()),
            f"{self.size / 1e6:.0f}" if self.size else "",
            _ms(statistics.median(hits)) if hits else "",
            _ms(statistics.quantiles(hits, n=10)[-1]) if hits else "",
            _ms(statistics.median(cpu)) if cpu else "",
            _ms(statistics.median(one[0] for one in self.counts)) if self.counts else "",
            _ms(self.months[0]) if self.months else "",
            *(map(str, self.spellings) if self.spellings else ("", "", "")),
        ]


def measure(_rounds: int = 1, articles: int = ARTICLES) -> tuple[list[str], list[list[str]]]:
    """The words over the table, and its rows."""
    with tempfile.TemporaryDirectory(prefix="use-") as name:
        scratch = Path(name)
        folder = scratch / "kept"
        words = made(folder, articles, PORTALS)
        asked = questions(words, PORTALS)
        collection = Collection(folder)
        spellings = dict(_spellings(scratch / "spellings"))
        lines = scratch / "articles.jsonl"
        dumps, peaks = _dumps(folder, lines)
        rows = [_row(Ours(collection), asked, spellings), _tables(collection), *dumps]
        others: list[Callable[[], Engine]] = [
            lambda: Tantivy(lines, scratch / "tantivy"),
            lambda: Like(lines, scratch / "like.sqlite"),
            lambda: DuckLines(lines),
        ]
        for make in others:
            try:
                rows.append(_row(make(), asked, spellings))
            except ImportError as error:
                print(f"not measured: {error}", file=sys.stderr)
        rows.append(Row(PlainFts.name, spellings=spellings[PlainFts.name]))
        told = [
            f"{articles:,} articles of {PORTALS} portals, {lines.stat().st_size / articles / 1000:.1f} KB each as JSON;"
            f" {len(asked)} questions: words, common and rare, with accents and without, phrases, beginnings, OR, NOT,"
            " filters by portal and years; each the median of 3 rounds (aim 50 ms)",
            "search and Tantivy look in title, author, section and body, rank, and make snippets (Tantivy's mark"
            f" accented words alone); search ranks the newest {RANKED:,} found and as many found by title, Tantivy all",
            "LIKE (one round) and DuckDB on JSON lines (8 questions, one round) look for parts of words in title and"
            " body, and give the first ten that come, neither ranked nor with snippets; LIKE folds no accents",
            f"counts by portal and month: of {_MONTHS} rounds the median, tables opened anew (aim 200 ms)",
            f"right of {len(CASES)}: cases of accents and spellings; false: hits that should not be, and those of them"
            " where accents were typed",
            f"peak memory of dumps: {peaks}",
            _commands(folder, words),
            _later(collection),
            _not_due(scratch / "rounds"),
        ]
        return told, [row.cells(articles) for row in rows]


def timed(work: Callable[[], Any]) -> Took:
    started, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - started, time.process_time() - cpu


def median(took: Iterable[Took]) -> Took:
    seconds, cpu = zip(*took, strict=True)
    return statistics.median(seconds), statistics.median(cpu)


def _row(engine: Engine, asked: Sequence[Asked], spellings: dict[str, tuple[int, int, int]]) -> Row:
    row = Row(engine.name, timed(engine.build), spellings=spellings[engine.name])
    if isinstance(engine, DuckLines):
        row.build = None  # there is nothing to build
    row.size = engine.size()
    asked = asked[: engine.asked]
    row.hits = _medians(lambda one: engine.first(one), asked, engine.rounds)
    if engine.rounds > 1:
        row.counts = _medians(lambda one: engine.count(one), asked, engine.rounds)
    if isinstance(engine, Like | DuckLines):
        row.months = median(timed(engine.months) for _ in range(2))
    engine.close()
    return row


def _medians(ask: Callable[[Asked], Any], asked: Sequence[Asked], rounds: int) -> list[Took]:
    if rounds > 1:
        for one in asked:
            ask(one)
    return [median(timed(lambda: ask(one)) for _ in range(rounds)) for one in asked]  # noqa: B023


def _tables(collection: Collection) -> Row:
    def count() -> None:
        with querying(collection) as query:
            list(query.run(sql("by-month")).rows)

    row = Row("query (DuckDB on Parquet)", timed(count), size_of(collection.folder / "tables"))
    row.months = median(timed(count) for _ in range(_MONTHS))
    return row


def _dumps(folder: Path, lines: Path) -> tuple[list[Row], str]:
    """Each form, by its command; the JSON lines stay."""
    rows, peaks = [], []
    for form in ("jsonl", "csv", "parquet", "schema.org"):
        out = lines if form == "jsonl" else lines.with_name("dumped")
        seconds, cpu, peak = _used(["dump", str(folder), "--as", form, "--output", str(out)])
        rows.append(Row(f"dump --as {form}", (seconds, cpu), out.stat().st_size))
        peaks.append(f"{form} {peak:.0f} MB")
    return rows, ", ".join(peaks)


def _spellings(folder: Path) -> Iterator[tuple[str, tuple[int, int, int]]]:
    """How each engine answers the cases of spelling: cases right, false hits, and those where accents were typed."""
    keep(folder, "xa", ({"name": name, "title": title, "body": ""} for name, title in TITLES.items()))
    lines = folder / "lines"
    dump(Collection(folder), "jsonl", lines)
    engines: list[Callable[[], Engine]] = [
        lambda: Ours(Collection(folder)),
        lambda: Tantivy(lines, folder / "tantivy"),
        lambda: Like(lines, folder / "like"),
        lambda: DuckLines(lines),
        lambda: PlainFts(lines),
    ]
    for make in engines:
        try:
            engine = make()
        except ImportError:
            continue
        engine.build()
        right = false = strictly = 0
        for text, expected in CASES:
            found = {url.rpartition("/")[2] for url in engine.first(Asked(text), 100)}
            right += found == expected
            false += len(found - expected)
            strictly += len(found - expected) if is_accented(text) else 0
        yield engine.name, (right, false, strictly)
        engine.close()


def _commands(folder: Path, words: Sequence[str]) -> str:
    """Whole commands, beside what their start takes."""
    commands = {
        "--help": ["--help"],
        "search": ["search", str(folder), words[30]],
        "query by-month": ["query", str(folder), "by-month"],
    }
    return f"whole commands: {'; '.join(f'{name} {_least(arguments)}' for name, arguments in commands.items())}"


def _later(collection: Collection) -> str:
    """The index after a crawl that changed a little."""
    edit(collection.shards()[0], EDITED)
    with Index(collection.folder) as index:
        seconds, cpu = timed(lambda: index.update(collection.shards()))
    return f"index brought up to date after {EDITED} edits in one portal: {seconds:.2f} s ({cpu:.2f} of CPU)"


def _not_due(folder: Path) -> str:
    """`run` over portals that are not due."""
    names = [f"xa-{number}" for number in range(NOT_DUE)]
    folder.mkdir()
    portals = "".join(f'[[portal]]\nurl = "http://{name}.example/"\n' for name in names)
    (folder / "collection.toml").write_text(f'[collection]\ninto = "kept"\n{portals}')
    now = datetime.now(UTC)
    report = {"run": f"{now:%Y%m%d%H%M%S}", "started": now.strftime("%Y-%m-%dT%H:%M:%SZ"), "reason": "finished"}
    for name in names:
        crawls = folder / "kept" / f"{name}-example" / "crawls"
        crawls.mkdir(parents=True)
        (crawls / f"{report['run']}.json").write_text(json.dumps(report))
    return f"run over {NOT_DUE} portals that are not due: {_least(['run', str(folder / 'collection.toml')])}"


_PROGRAM = """
import atexit, sys, time
from pathlib import Path
def told():
    status = Path("/proc/self/status").read_text()  # of this program alone; getrusage has what was there before it
    print(time.process_time(), status.partition("VmHWM:")[2].split()[0], file=sys.stderr)
atexit.register(told)
from portal_crawler.cli import main
main()
"""


def _used(arguments: Sequence[str]) -> tuple[float, float, float]:
    """Seconds of a whole command, seconds of CPU, and MB of memory at its peak."""
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", _PROGRAM, *arguments], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    cpu, peak = map(float, done.stderr.split()[-2:])
    return seconds, cpu, peak / 1024


def _least(arguments: Sequence[str]) -> str:
    """Of three times."""
    seconds, cpu, peak = map(min, zip(*(_used(arguments) for _ in range(3)), strict=True))
    return f"{seconds:.2f} s ({cpu:.2f} of CPU), {peak:.0f} MB"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}" if seconds < 0.1 else f"{seconds * 1000:,.0f}"
