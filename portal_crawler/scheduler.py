"""The scheduler: Scrapy's, on the ledger. What is left to fetch is what is queued there; nothing else remembers it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

    from .spiders.portal import PortalSpider

class LedgerScheduler(BaseScheduler):
    """Gives Scrapy the frontier of the spider's run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._spider: PortalSpider | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> LedgerScheduler:
        return cls(crawler)

    def open(self, spider: Spider) -> None:
        self._spider = spider

    def has_pending_requests(self) -> bool:
        assert self._spider is not None
        return self._spider.crawl.has_work()

    def enqueue_request(self, request: Request) -> bool:
        """Nothing comes this way: the spider puts its links into the ledger, together with the page that they stand on."""
        raise TypeError(f"{request.url}: requests come from the ledger; add a lead to it instead")

    def next_request(self) -> Request | None:
        from twisted.internet import reactor

        assert self._spider is not None
        now = time.time()
        row = self._spider.crawl.next(now)
        if row is not None:
            return self._spider.request(row)
        wait = self._spider.crawl.frontier.wait(now)
        if wait is not None:  # a host's gate opens by itself: nothing else would make the engine look again
            reactor.callLater(wait + 0.001, self._look_again)
        return None

    def _look_again(self) -> None:
        slot = self._crawler.engine._slot if self._crawler.engine else None
        if slot is not None:
            slot.nextcall.schedule()
