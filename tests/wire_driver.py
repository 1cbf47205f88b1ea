"""Runs one crawl with the wire handler, and writes down in order what the sink, the middlewares and the spider saw.

    python wire_driver.py PLAN.json EVENTS.jsonl

The plan: {"settings": {...}, "requests": [{"case": name, "url": ..., "method", "body", "headers", "meta": {...}}]}.
They are sent in that order. What a request's meta may ask of the driver: `stop` ("headers" or "bytes": StopDownload,
`fail` with it), `sink` (it raises OSError or RuntimeError), `do` before it ("unsink": the crawler has no sink from then
on, "blind": the handler's view of the pool no longer works) or on its first bytes ("close": the handler is closed,
"interrupt": Ctrl-C twice). It runs in a process of its own, because a reactor runs once.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.exceptions import StopDownload
from scrapy.http import Request, Response
from scrapy.utils.asyncio import call_later
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from archive.warc.exchange import Exchange
from portal_crawler.fetch import wire


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Journal:
    """The events, a JSON line each, in order, at once on disk."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", buffering=1)
        self.count = 0

    def write(self, event: str, case: str, **facts: Any) -> None:
        self._file.write(json.dumps({"event": event, "case": case, **facts}) + "\n")

    def sink(self, exchange: Exchange, request: Request) -> str:
        wrong = {"OSError": OSError(28, "No space left on device"), "RuntimeError": RuntimeError("the sink broke")}
        if kind := request.meta.get("sink"):
            raise wrong[kind]
        self.count += 1
        self.write(
            "exchange",
            request.meta.get("case", "robots"),
            id=f"w{self.count}",
            url=exchange.url,
            on_disk=bool(getattr(exchange.received, "_file")._rolled),  # noqa: B009 (private, and meant)
            started=exchange.started.isoformat(),
            sent=encoded(bytes(exchange.sent)),
            received=encoded(exchange.received.bytes()),
            trailing=encoded(exchange.trailing),
            ip=exchange.ip,
            tls=exchange.tls,
            certificates=[encoded(certificate) for certificate in exchange.certificates],
            truncated=exchange.truncated,
            error=exchange.error,
            error_kind=exchange.error_kind,
            seconds=exchange.seconds,
        )
        exchange.received.close()
        return f"w{self.count}"


class Watch:
    """The downloader middleware next to the handler: the first that sees a response or a failure."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._journal: Journal = crawler.journal

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Watch:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        match request.meta.get("do"):
            case "unsink":
                self._crawler.wire_sink = None
            case "blind":
                self._crawler.wire_sink = self._journal.sink
                pool: Any = wire._Download
                pool.getConnection = lambda self, key, endpoint: self.pool.getConnection(key, endpoint)

    def process_response(self, request: Request, response: Response) -> Response:
        self._journal.write("response", request.meta.get("case", "robots"), wire=request.meta.get("wire"))
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        self._journal.write(
            "failure", request.meta.get("case", "robots"), wire=request.meta.get("wire"), error=type(exception).__name__
        )


class Driver(scrapy.Spider):
    name = "driver"
    requests: list[dict[str, Any]]
    journal: Journal

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Driver:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.headers, signals.headers_received)
        crawler.signals.connect(spider.bytes, signals.bytes_received)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        for place, plan in enumerate(self.requests):
            rest = {key: value for key, value in plan.items() if key not in ("case", "meta")}
            meta = {"case": plan["case"], **plan.get("meta", {})}
            yield Request(
                **rest, meta=meta, priority=-place, dont_filter=True, callback=self.parse, errback=self.failed
            )

    def parse(self, response: Response) -> None:
        self.journal.write(
            "outcome",
            response.meta["case"],
            status=response.status,
            length=len(response.body),
            flags=response.flags,
            wire=response.meta.get("wire"),
        )

    def failed(self, failure: Failure) -> None:
        request: Request = cast(Any, failure).request
        self.journal.write(
            "outcome",
            request.meta["case"],
            error=type(failure.value).__name__,
            words=str(failure.value),
            wire=request.meta.get("wire"),
        )

    def headers(self, request: Request) -> None:
        if request.meta.get("stop") == "headers":
            raise StopDownload(fail=request.meta.get("fail", False))

    def bytes(self, request: Request) -> None:
        if request.meta.get("stop") == "bytes":
            raise StopDownload(fail=request.meta.get("fail", False))
        match request.meta.get("do"):
            case "close":
                handlers = cast(Any, self.crawler.engine).downloader.handlers._handlers
                deferred_from_coro(handlers[request.url.split(":")[0]].close())
            case "interrupt":
                os.kill(os.getpid(), signal.SIGINT)
                call_later(0.2, os.kill, os.getpid(), signal.SIGINT)


def main(plan_path: str, events_path: str) -> None:
    plan = json.loads(Path(plan_path).read_text())
    handler = "portal_crawler.fetch.wire.WireDownloadHandler"
    settings: dict[str, Any] = {
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "DOWNLOADER_MIDDLEWARES": {Watch: 1000},
        "HTTPERROR_ALLOW_ALL": True,
        "RETRY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOAD_DELAY": 0,
        "LOG_LEVEL": "ERROR",
        **plan["settings"],
    }
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(Driver)
    journal = crawler.journal = Journal(Path(events_path))  # type: ignore[attr-defined]
    crawler.wire_sink = journal.sink  # type: ignore[attr-defined]
    process.crawl(crawler, requests=plan["requests"], journal=journal)
    process.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
