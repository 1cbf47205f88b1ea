"""The one spider: Scrapy's downloader and engine at the service of a `Crawl`.

    scrapy crawl portal -a portal=giang-thanh -a into=archive-2025 -a contact=me@example.org

It decides nothing. Requests come from the ledger through the scheduler; each exchange is archived by the download
handler before Scrapy sees it; how a request ended goes back to the crawl.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from archive.errors import ArchiveError, UsageError
from archive.ledger.rows import Row
from archive.warc.exchange import Exchange

from ..crawl.arguments import read_all
from ..crawl.course import Options
from ..crawl.crawl import Crawl, Wired
from ..portal.target import resolve_target, who_asks
from ..urls import origin

_log = logging.getLogger(__name__)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class PortalSpider(scrapy.Spider):
    """Arguments: `portal` (a URL, the name of a known portal, or a TOML file), `into` (the collection), and what
    `crawl` takes for one run (`arguments.ARGUMENTS`)."""

    name = "portal"

    def __init__(
        self,
        portal: str = "",
        into: str = "",
        crawl: Crawl | None = None,
        **given: str,
    ) -> None:
        super().__init__()
        self._finishes = crawl is None  # whoever made the crawl finishes it
        if crawl is None:
            try:
                crawl = _crawl(portal, into, given)
            except ArchiveError as error:
                print(f"portal-crawler: {error}", file=sys.stderr)
                raise SystemExit(error.exit_code) from None
        self.crawl = crawl
        self.broken: ArchiveError | None = None

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> PortalSpider:
        spider: PortalSpider = super().from_crawler(crawler, *args, **kwargs)
        crawler.wire_sink = spider.keep
        # Of certificates and of what breaks off each exchange tells, and the report: in words, once, and not here too.
        logging.getLogger("scrapy.core.downloader").setLevel(logging.ERROR)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Nothing: the ledger has the seeds."""
        return
        yield

    def request(self, row: Row) -> Request:
        """A URL of the ledger as Scrapy asks for it."""
        scope = self.crawl.portal.scope
        most = scope.max_bytes if self.crawl.portal.owns(row.url) else min(scope.max_bytes, scope.media_bytes)
        policy = self.crawl.frontier.gate(origin(row.url)).policy
        return Request(
            row.url,
            method="GET" if row.form is None else "POST",
            body=row.form or "",
            callback=self.answered,
            errback=self.unanswered,
            dont_filter=True,
            headers={
                "User-Agent": self.crawl.agent,
                **(_conditions(*self.crawl.validators(row)) if row.form is None else _FORM),
            },
            meta={
                "row": row,
                "download_timeout": policy.timeout,
                "download_maxsize": min(most, scope.requisite_bytes) if row.kind == "requisite" else most,
            },
        )

    def keep(self, exchange: Exchange, request: Request) -> Wired:
        """The download handler's sink: archive an exchange before anyone sees the response."""
        try:
            return self.crawl.keep(exchange, request.meta["row"])
        except Exception as error:
            self.break_off(error)
            raise

    def answered(self, response: Response) -> Iterator[Any]:
        self._ended(response.meta)
        return iter(())

    def unanswered(self, failure: Failure) -> None:
        self._ended(failure.request.meta, _words(failure))  # type: ignore[attr-defined]  # Scrapy adds it

    def _ended(self, meta: dict[str, Any], error: str | None = None) -> None:
        """A request is over. Where the archive has broken, nothing is settled any more: the next run does it."""
        if self.broken is not None:
            self.crawl.frontier.gate(origin(meta["row"].url)).leave()
            return
        try:
            self.crawl.ended(meta["row"], meta.get("wire", ()), time.time(), error)
        except Exception as broken:  # noqa: BLE001 (whatever it is: the host's gate would never open again)
            self.break_off(broken)

    def closed(self, reason: str) -> None:
        """The crawl has ended, or was stopped."""
        if reason != "finished":
            self.crawl.stop()
        if self._finishes:
            report = self.crawl.finish(derive_records=self.broken is None)
            _log.warning("%s: %s, %s articles", report["portal"], report["reason"], sum(report["articles"].values()))

    def break_off(self, error: Exception) -> None:
        """The archive takes no more, or the crawl is at fault: going on would lose bytes, or wait for ever."""
        if self.broken is None:
            if not isinstance(error, ArchiveError):
                _log.error("%s", self.crawl.portal.portal.name, exc_info=error)
                what = "a fault of portal-crawler's own; what is kept is whole, and the next run goes on"
                error = ArchiveError(f"{self.crawl.portal.portal.name}: {type(error).__name__}: {error}: {what}")
            self.broken = error
            if self._finishes:  # else whoever made the crawl says it
                _log.error("%s", error)
            self.crawl.stop()


def _crawl(portal: str, into: str, given: Mapping[str, str]) -> Crawl:
    """What the arguments ask for. Raises UsageError, Locked and Damaged."""
    if not into:
        raise UsageError("no collection named: give -a into=DIR")
    options = read_all(given, ("portal", "into"))
    options["contact"] = who_asks(options.get("contact"))
    return Crawl(resolve_target(portal, Path(into)), Path(into), Options(**options))


def _conditions(etag: str | None, modified: str | None) -> dict[str, str]:
    """The headers of a conditional request (RFC 9110, section 13)."""
    headers = {"If-None-Match": etag, "If-Modified-Since": modified}
    return {name: value for name, value in headers.items() if value}


def _words(failure: Failure) -> str:
    error = failure.value
    return f"{type(error).__name__}: {error}".strip(": ")
