"""Packages: `pack` and `verify` of one, in MB a second and peak memory, at 10,000 and 100,000 captures.

Each is measured in a process of its own, on a portal that was made for it: pages of some 20 KB, three in four of which
are articles. What is read lies in the system's cache, so the figures are of the processor.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.ledger import Ledger
from archive.record import Article, Extraction, Provenance, article_id
from archive.shard import Shard
from archive.warc import WarcWriter
from archive.warc.exchange import Exchange

SIZES = (10_000, 100_000)
HEADS = ["packages", "captures", "WARC MB", "seconds", "MB/s", "peak MB"]

_STEPS = {
    "index": "update(shard, anew=True)",
    "pack": "pack(shard, package, software='bench')",
    "verify": "assert not check(package).findings",
    "bag": "bag(shard, package.with_suffix('.bag'), software='bench', day=date(2026, 11, 28))",
}
_PROGRAM = """
import json, sys, time
from datetime import date
from pathlib import Path
from archive.packages.bag import bag
from archive.index.cdxj import update
from archive.shard import Shard
from archive.packages.wacz import pack
from archive.packages.waczcheck import check
shard, package = Shard(Path(sys.argv[1])), Path(sys.argv[2])
started = time.process_time()
{step}
seconds = time.process_time() - started
status = Path("/proc/self/status").read_text()  # of this program alone; getrusage has what was there before it
peak = int(status.partition("VmHWM:")[2].split()[0])
print(json.dumps([seconds, peak / 1024]))
"""


def measure(_rounds: int = 1, sizes: Sequence[int] = SIZES) -> tuple[list[str], list[list[str]]]:
    """The words over the table, and its rows."""
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="packing-") as folder:
            shard = made(Path(folder) / "portal", size)
            megabytes = sum(path.stat().st_size for path in shard.warcs()) / 1e6
            for step, code in _STEPS.items():
                command = [sys.executable, "-c", _PROGRAM.format(step=code), str(shard.folder), f"{folder}/portal.wacz"]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                seconds, peak = json.loads(done.stdout)
                figures = [f"{megabytes:.0f}", f"{seconds:.1f}", f"{megabytes / seconds:.0f}", f"{peak:.0f}"]
                rows.append([step, f"{size:,}", *figures])
    return ["CPU seconds and peak memory of a process that does nothing else:"], rows


def made(folder: Path, captures: int) -> Shard:
    """A portal of so many captures, with the records of its articles in the ledger."""
    shard = Shard(folder)
    for one in (shard.folder, shard.warc_folder, shard.records_folder, shard.reports_folder):
        one.mkdir(parents=True)
    shard.definition.write_text('[portal]\nname = "portal"\nurl = "http://huyen.example/"\n', encoding="utf-8")
    ledger = Ledger(shard.ledger_file)
    chance = random.Random(5)
    words = [bytes(chance.choices(b"abcdeghiklmnopqrstuvxy", k=chance.randint(2, 7))).decode() for _ in range(3000)]
    moment = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
    with (
        WarcWriter(shard.warc_folder, "portal", software="bench", max_bytes=200_000_000) as writer,
        ledger.transaction(),
    ):
        for number in range(captures):
            url = f"http://huyen.example/tin-tuc/bai-{number}.html" if number else "http://huyen.example/"
            text = " ".join(chance.choices(words, k=500))
            page = (
                f"<html><head><title>{number}</title></head><body>{text}{'<p>menu</p>' * 1500}</body></html>".encode()
            )
            exchange = Exchange(url, moment + timedelta(seconds=number))
            exchange.sent += f"GET {url} HTTP/1.1\r\nHost: huyen.example\r\n\r\n".encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n"
            exchange.received.append(head.encode() + page)
            exchange.seconds = 0.1
            kept = writer.exchange(exchange)
            exchange.received.close()
            if number % 4:
                place = Provenance(
                    warc=f"warc/{kept.file}", offset=kept.offset, length=kept.length, record_id=kept.record_id,
                    captured=kept.date,
                )  # fmt: skip
                article = Article(
                    id=article_id("portal", url), url=url, canonical_url=url, portal="portal", title=f"Bài {number}",
                    body=text, content_sha256="0" * 64, provenance=place, extraction=Extraction(extractor="bench"),
                )  # fmt: skip
                ledger.versions.save(article, "1")
    ledger.close()
    return shard
