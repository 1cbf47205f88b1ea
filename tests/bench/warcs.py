"""WARC files: writing and reading them, ours beside warcio's and FastWARC's, on the same exchanges in one run.

Written: request, response and metadata record of each exchange, a gzip member each, with SHA-256 digests of block and
payload where the library makes them (FastWARC makes a SHA-1 block digest alone). Read: every record to its last byte,
digests not compared; and, of ours, with every digest compared, as `verify` does.
"""

from __future__ import annotations

import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecord, WarcRecordType
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from archive.warc import WarcWriter, records
from archive.warc.digests import compared
from archive.warc.exchange import Exchange

HEADS = ["WARC files", "by", "MB of exchanges", "file MB", "MB/s of CPU"]

_EXCHANGES = 1500
_FIELDS = b"via: http://huyen.example/\r\nfetchTimeMs: 100\r\n"
_MOMENT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)

Sent = tuple[str, bytes, bytes]


def measure(rounds: int = 5) -> tuple[list[str], list[list[str]]]:
    """The words over the table, and its rows: medians of `rounds`, the libraries turn about."""
    sent = exchanges()
    size = sum(len(request) + len(answer) for _, request, answer in sent) / 1e6
    writers = {"ours": write_ours, "warcio": write_warcio, "FastWARC": write_fastwarc}
    readers = {
        "ours": read_ours, "warcio": read_warcio, "FastWARC": read_fastwarc, "ours, digests compared": read_and_compare,
    }  # fmt: skip
    took: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="warcs-") as folder:
        files: dict[str, Path] = {}
        for number in range(rounds):
            for name, write in writers.items():
                place = Path(folder) / f"{name}-{number}"
                place.mkdir()
                took.setdefault(("write", name), []).append(timed(lambda: write(place, sent)))  # noqa: B023 (called now)
                (files[name],) = place.iterdir()
            for name, read in readers.items():
                seconds = timed(lambda: read(files["ours"]))  # noqa: B023
                took.setdefault(("read", name), []).append(seconds)
        sizes = {name: path.stat().st_size / 1e6 for name, path in files.items()}
    rows = [
        [what, by, f"{size:.0f}", f"{sizes[by if what == 'write' else 'ours']:.1f}", f"{size / median:.0f}"]
        for (what, by), seconds in took.items()
        if (median := statistics.median(seconds))
    ]
    return [f"{_EXCHANGES} exchanges of some 40 KB; what is read is the file that ours wrote:"], rows


def exchanges() -> list[Sent]:
    """Address, request and response of each."""
    chance = random.Random(11)
    words = [bytes(chance.choices(b"abcdeghiklmnopqrstuvxy", k=chance.randint(2, 7))).decode() for _ in range(3000)]
    found = []
    for number in range(_EXCHANGES):
        url = f"http://huyen.example/tin-tuc/bai-{number}.html"
        text = " ".join(chance.choices(words, k=3500))
        page = f"<html><title>{number}</title><body>{text}{'<li><a href=x>menu</a></li>' * 700}</body></html>".encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page)}\r\n\r\n"
        request = f"GET /tin-tuc/bai-{number}.html HTTP/1.1\r\nHost: huyen.example\r\n\r\n"
        found.append((url, request.encode(), head.encode() + page))
    return found


def timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    before = time.process_time()
    work()
    return time.process_time() - before


def write_ours(folder: Path, sent: list[Sent]) -> None:
    with WarcWriter(folder, "bench", software="bench") as writer:
        for number, (url, request, answer) in enumerate(sent):
            exchange = Exchange(url, _MOMENT + timedelta(seconds=number))
            exchange.sent += request
            exchange.received.append(answer)
            exchange.seconds = 0.1
            writer.exchange(exchange, metadata=[("via", "http://huyen.example/")])
            exchange.received.close()


def write_warcio(folder: Path, sent: list[Sent]) -> None:
    with (folder / "warcio.warc.gz").open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for url, request, answer in sent:
            for kind, data in (("request", request), ("response", answer)):
                writer.write_record(writer.create_warc_record(url, kind, payload=io.BytesIO(data)))
            told = {"Content-Type": "application/warc-fields"}
            fields = io.BytesIO(_FIELDS)
            writer.write_record(writer.create_warc_record(url, "metadata", payload=fields, warc_headers_dict=told))


def write_fastwarc(folder: Path, sent: list[Sent]) -> None:
    kinds = (WarcRecordType.request, WarcRecordType.response, WarcRecordType.metadata)
    with (folder / "fastwarc.warc.gz").open("wb") as file:
        stream = GzipWriter(file)
        for url, request, answer in sent:
            for kind, data in zip(kinds, (request, answer, _FIELDS), strict=True):
                record = WarcRecord()
                record.init_headers(record_type=kind)
                record.headers.append("WARC-Target-URI", url)
                record.set_bytes_content(data)
                record.write(stream, checksum_data=True)
        stream.close()


def read_ours(path: Path) -> int:
    return sum(len(piece) for record in records(path) for piece in record.pieces())


def read_warcio(path: Path) -> int:
    with path.open("rb") as file:
        return sum(len(record.raw_stream.read()) for record in ArchiveIterator(file, no_record_parse=True))


def read_fastwarc(path: Path) -> int:
    with path.open("rb") as file:
        return sum(len(record.reader.read()) for record in FastIterator(file, parse_http=False))


def read_and_compare(path: Path) -> int:
    return sum(what is None for record in records(path) for _, what in compared(record))
