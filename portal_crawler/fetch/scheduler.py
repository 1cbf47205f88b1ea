"""The scheduler: Scrapy's, on the ledger. What is left to fetch is what is queued there; nothing else remembers it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler
from scrapy.utils.asyncio import CallLaterResult, call_later

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from ..spiders.portal import PortalSpider


class LedgerScheduler(BaseScheduler):
    """Gives Scrapy the frontier of the spider's run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._spider: PortalSpider | None = None
        self._alarm: CallLaterResult | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LedgerScheduler:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        from ..spiders.portal import PortalSpider

        if not isinstance(spider, PortalSpider):
            raise TypeError(f"{type(spider).__name__}: only the portal spider has a ledger to schedule from")
        self._spider = spider

    def has_pending_requests(self) -> bool:
        assert self._spider is not None
        return self._spider.crawl.has_work()

    def enqueue_request(self, request: Request) -> bool:
        """Nothing comes this way: links go into the ledger, in one transaction with the page that they stand on."""
        raise TypeError(f"{request.url}: requests come from the ledger; add a lead to it instead")

    def next_request(self) -> Request | None:
        assert self._spider is not None
        now = time.time()
        try:
            row = self._spider.crawl.next(now)
        except Exception as error:  # noqa: BLE001 (whatever it is: the engine would ask again, and wait for ever)
            self._spider.break_off(error)
            return None
        if row is not None:
            return self._spider.request(row)
        wait = self._spider.crawl.frontier.wait(now)
        if wait is not None:  # a host's gate opens by itself: nothing else would make the engine look again
            self._set_alarm(wait)
        return None

    def close(self, reason: str) -> None:
        self._set_alarm(None)

    def _set_alarm(self, seconds: float | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = call_later(seconds + 0.001, self._look_again) if seconds is not None else None

    def _look_again(self) -> None:
        self._alarm = None
        slot = self._crawler.engine._slot if self._crawler.engine else None
        if slot is not None:
            slot.nextcall.schedule()
