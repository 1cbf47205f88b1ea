"""Runner: crawls in this process, from opening the archive to the reports. What the command line calls."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError, UsageError

from .crawl import Crawl, Options
from .portal import Portal
from .progress import Display


def run_crawls(
    portals: Sequence[Portal], into: Path, display: Display, options: Options | None = None
) -> list[dict[str, Any]]:
    """Crawl portals side by side; gives their reports. Raises what opening their archives raises.

    A process can do this once: Twisted's reactor does not start again.
    """
    names = [portal.portal.name for portal in portals]
    if len(set(names)) < len(names):
        raise UsageError(f"two targets have the same name: {', '.join(sorted(names))}")
    crawls: list[Crawl] = []
    try:
        for portal in portals:
            crawls.append(Crawl(portal, into, options))
    except ArchiveError:
        for crawl in crawls:
            crawl.run.end("interrupted")
        raise
    broken = _fetch(crawls, display)
    reports = []
    for crawl in crawls:
        name = crawl.portal.portal.name
        reports.append(crawl.finish(derive_records=broken is None, watch=display.deriving(name)))
    display.end()
    if broken is not None:
        raise broken
    return reports


def _fetch(crawls: Sequence[Crawl], display: Display) -> ArchiveError | None:
    """Until all is fetched, a limit is reached, or a signal stops it; gives why the archive could not be written."""
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings
    from scrapy.utils.reactor import install_reactor
    from twisted.internet.task import LoopingCall

    from .spiders.portal import PortalSpider
    from .wire import check_seams

    check_seams()
    settings = Settings()
    settings.setmodule("portal_crawler.settings")
    install_reactor(settings["TWISTED_REACTOR"])
    process = AsyncCrawlerProcess(settings)
    crawlers = [process.create_crawler(PortalSpider) for _ in crawls]
    for crawler, crawl in zip(crawlers, crawls, strict=True):
        process.crawl(crawler, crawl=crawl)
    ticker = LoopingCall(display.tick, crawls)
    ticker.start(display.interval, now=False)
    process.start()
    spiders = [crawler.spider for crawler in crawlers if isinstance(crawler.spider, PortalSpider)]
    return next((spider.broken for spider in spiders if spider.broken is not None), None)
