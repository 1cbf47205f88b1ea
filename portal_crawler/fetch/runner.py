"""Runner: crawls in this process, from opening the archive to the reports. What the command line calls.

Many portals side by side: each has its own ledger, gates and Scrapy engine, so that none waits for another. One that
has fetched all gets its records made while the others go on, in a thread of its own; one whose archive breaks, or that
another run holds, ends alone.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from archive.errors import ArchiveError, UsageError

from ..crawl.course import Options
from ..crawl.crawl import Crawl
from ..crawl.progress import Display
from ..frontier.politeness import Turns
from ..portal import Portal
from .interruption import ANSWERS, RECORDS, Interruption

if TYPE_CHECKING:
    from scrapy.crawler import AsyncCrawlerProcess, Crawler

    from ..spiders.portal import PortalSpider

_LOOK = 0.25  # seconds between looks whether somebody wants an end
_FILES = 65_536  # open at the same time, if the system lets us: a portal has a dozen


@dataclass(frozen=True, slots=True)
class Ended:
    """One portal's crawl: its report, or why there is none."""

    portal: str
    report: dict[str, Any] | None = None
    error: ArchiveError | None = None


def run_crawls(
    portals: Sequence[Portal],
    into: Path,
    display: Display,
    options: Options | None = None,
    *,
    own: Mapping[str, Options] | None = None,
    parallel: int | None = None,
    tell: Callable[[Ended], None] = lambda ended: None,
) -> list[Ended]:
    """Crawl portals side by side; gives how each ended. Raises UsageError where two have one name.

    `own`: options of single portals, by name, in place of `options`; `parallel`: so many at a time, the next begins
    when one has fetched all. One whose budget is spent before it begins is not opened, and has no end. `tell` is told
    of each when it ends, by whichever thread ends it. A process can do this once: Twisted's reactor does not start
    again.
    """
    names = [portal.portal.name for portal in portals]
    if len(set(names)) < len(names):
        raise UsageError(f"two targets have the same name: {', '.join(sorted(names))}")
    _allow_files()
    ended: dict[str, Ended] = {}
    turns = Turns()

    def end(one: Ended) -> None:
        ended[one.portal] = one
        tell(one)

    def opened() -> Iterator[Crawl]:
        for name, portal in zip(names, portals, strict=True):
            chosen = (own or {}).get(name, options)
            if chosen is not None and chosen.budget is not None and chosen.budget.over():
                continue
            try:
                yield Crawl(portal, into, chosen, turns)
            except ArchiveError as error:
                end(Ended(name, error=error))

    waiting = opened()
    crawls = list(islice(waiting, parallel))
    if crawls:
        interruption = Interruption()
        with interruption.heard():
            runner = _Runner(crawls, waiting, display, interruption, end, many=len(portals) > 1)
            runner.fetch()
            runner.ends()
    display.end()
    return [ended[name] for name in names if name in ended]


class _Runner:
    """The crawls of one process: those that are under way, and behind them those that wait for their turn."""

    def __init__(
        self,
        crawls: list[Crawl],
        waiting: Iterator[Crawl],
        display: Display,
        interruption: Interruption,
        end: Callable[[Ended], None],
        *,
        many: bool,
    ) -> None:
        self._crawls = crawls
        self._waiting = waiting
        self._display = display
        self._interruption = interruption
        self._closing: list[asyncio.Task[None]] | None = None  # since the crawls were told to end
        self._cut = False  # what was under way then has been given up
        self._end = end
        self._broken: dict[str, Callable[[], ArchiveError | None]] = {}
        # One thread: records are made by the processor, of which the crawls need a share. A single crawl needs none.
        self._maker = ThreadPoolExecutor(1, "records") if many else None
        self._making: dict[str, Future[None]] = {}

    def fetch(self) -> None:
        """Until all is fetched, limits are reached, or a signal stops it."""
        from scrapy.crawler import AsyncCrawlerProcess
        from scrapy.settings import Settings
        from scrapy.utils.reactor import install_reactor
        from twisted.internet.task import LoopingCall

        from ..spiders.portal import PortalSpider
        from .wire import check_seams

        check_seams()
        settings = Settings()
        settings.setmodule("portal_crawler.settings")
        install_reactor(settings["TWISTED_REACTOR"])
        process = AsyncCrawlerProcess(settings)

        def begin(crawl: Crawl) -> None:
            crawler = process.create_crawler(PortalSpider)
            self._broken[crawl.portal.portal.name] = lambda: _broken(crawler.spider)
            task = process.crawl(crawler, crawl=crawl)
            if self._maker is not None:
                task.add_done_callback(lambda _: fetched(crawl))

        def fetched(crawl: Crawl) -> None:
            self._make(crawl)
            self._crawls.remove(crawl)
            if self._interruption.seconds is not None:
                return  # somebody wants an end
            if (after := next(self._waiting, None)) is not None:
                self._crawls.append(after)
                begin(after)

        for crawl in self._crawls:
            begin(crawl)
        ticker = LoopingCall(self._display.tick, self._crawls)
        ticker.start(self._display.interval, now=False)
        LoopingCall(self._look, process).start(_LOOK)
        process.start(install_signal_handlers=False)

    def ends(self) -> None:
        """Until the records of all are made, or left to the next run."""
        for making in self._making.values():
            making.result()
        for crawl in self._crawls:
            self._end(self._finish(crawl))
        if self._maker is not None:
            self._maker.shutdown()

    def _look(self, process: AsyncCrawlerProcess) -> None:
        """End the crawls where somebody wants it: at first in good order, then without what is still under way."""
        from twisted.internet import reactor

        if self._interruption.seconds is None:
            return
        if self._closing is None:
            for crawl in self._crawls:
                if crawl.portal.portal.name not in self._making:
                    crawl.stop()
            self._closing = [asyncio.ensure_future(_close(crawler)) for crawler in process.crawlers]
        elif self._interruption.over(ANSWERS) and not self._cut:
            self._cut = True
            cast(Any, reactor).stop()

    def _make(self, crawl: Crawl) -> None:
        assert self._maker is not None
        self._making[crawl.portal.portal.name] = self._maker.submit(lambda: self._end(self._finish(crawl)))

    def _finish(self, crawl: Crawl) -> Ended:
        name = crawl.portal.portal.name
        broken = self._broken[name]()
        shown = self._display.deriving(name)

        def hurried() -> bool:
            return self._interruption.over(RECORDS)

        try:
            report = crawl.finish(derive_records=broken is None, watch=shown, hurried=hurried)
        except ArchiveError as error:
            return Ended(name, error=broken or error)
        return Ended(name, report) if broken is None else Ended(name, error=broken)


async def _close(crawler: Crawler) -> None:
    with suppress(RuntimeError):  # its engine is about to begin: it will find that nothing is to be asked for
        await crawler.stop_async()


def _broken(spider: Any) -> ArchiveError | None:
    """Why the archive of a crawl could not be written."""
    found: PortalSpider | None = spider
    return found.broken if found is not None else None


def _allow_files() -> None:
    """As many open files as the system lets us have: what a shell gives is often enough for eighty portals."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
