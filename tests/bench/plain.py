"""Scrapy alone, as a process of its own: `python -m bench.plain URL | --list FILE`, measured by `crawl`.

Scrapy as it comes, and nothing kept. `URL`: a spider that follows the links, written to be cheap: each address is
looked at once, where the tutorial's `follow_all` makes a request of every link of every page for the filter of doubles
to drop (with this menu of 200 links many times the cost). `--list`: the addresses are given and no page is parsed, than
which no crawler can be cheaper. The log is silenced on all sides.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response, TextResponse

from .settings import AGENT, CONCURRENCY, EXCLUDED


class Following(scrapy.Spider):
    """Follows every link to a page of its host."""

    name = "following"

    def __init__(self, url: str) -> None:
        super().__init__()
        self.start_urls = [url]
        self.allowed_domains = [urlsplit(url).hostname or ""]
        self._seen: set[str] = {url}
        self._excluded = [re.compile(pattern) for pattern in EXCLUDED]

    def parse(self, response: Response, **_: Any) -> Iterator[scrapy.Request]:
        if not isinstance(response, TextResponse):
            return
        for href in response.xpath("//a/@href").getall():
            url = urldefrag(urljoin(response.url, href))[0]
            if url not in self._seen:
                self._seen.add(url)
                if not any(pattern.search(url) for pattern in self._excluded):
                    yield scrapy.Request(url)


class Listed(scrapy.Spider):
    """Asks for what it is told to, each answer as it comes."""

    name = "listed"
    custom_settings = {"REDIRECT_ENABLED": False, "HTTPERROR_ALLOW_ALL": True}  # noqa: RUF012 (Scrapy's attribute)

    def __init__(self, urls: list[str]) -> None:
        super().__init__()
        self._urls = urls

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in self._urls:
            yield scrapy.Request(url)

    def parse(self, response: Response, **_: Any) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url", nargs="?")
    parser.add_argument("--list", type=Path)
    parser.add_argument("--limit", type=int, default=0)
    options = parser.parse_args()
    process = AsyncCrawlerProcess(
        {
            "USER_AGENT": AGENT,
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
            "DOWNLOAD_DELAY": 0,
            "CLOSESPIDER_PAGECOUNT": options.limit,
            "LOG_LEVEL": "WARNING",
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    if options.list:
        urls = options.list.read_text("utf-8").splitlines()
        process.crawl(Listed, urls=urls[: options.limit or None])
    else:
        process.crawl(Following, url=options.url)
    process.start()


if __name__ == "__main__":
    main()
