"""Visits of one portal with time between them: the crawl itself, in this process, with a clock that tests move.

What answers is a function, or a server on loopback behind a proxy. Scrapy is left out because its exchanges have the
wire's own time; `tests/test_crawl.py` visits again through it.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.record import Article
from archive.shard import Shard
from archive.warc.exchange import Exchange
from portal_crawler.crawl.course import Options
from portal_crawler.crawl.crawl import Crawl
from portal_crawler.portal import Portal
from portal_crawler.upkeep.rebuild import rebuild_shard

# From an address and the validators to ask with to the whole response; None: no connection
Answers = Callable[[str, Mapping[str, str]], bytes | None]
BEGIN = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)


class Visits:
    """A portal, its archive, and the moment of the last visit."""

    def __init__(self, portal: Portal, into: Path, answers: Answers) -> None:
        self.portal, self.into, self.answers = portal, into, answers
        self.now = BEGIN
        self.asked: list[str] = []
        self.report: dict[str, Any] = {}
        self.began = BEGIN  # of the visit, also where it took several runs
        self._killed = False

    @property
    def shard(self) -> Shard:
        return Shard(self.into / self.portal.portal.name)

    def visit(
        self,
        after: timedelta = timedelta(0),
        limit: int | None = None,
        refresh: bool = False,
        killed_after: int | None = None,
        watch: Callable[[Crawl], None] = lambda crawl: None,
    ) -> dict[str, Any]:
        """Crawl once more, so long after the last visit; gives the report, none where it was killed.

        `watch` is shown the crawl after each request.
        """
        self.now += after
        self.asked = []
        self.began, self._killed = self.began if self._killed else self.now, False
        crawl = Crawl(self.portal, self.into, Options(limit=limit, refresh=refresh, clock=lambda: self.now))
        while crawl.has_work():
            row = crawl.next(self.now.timestamp())
            if row is None:
                wait = crawl.frontier.wait(self.now.timestamp())
                if wait is None:
                    assert not crawl.has_work(), "the crawl hangs: there is work, and nothing that will ever begin it"
                    break
                self.now += timedelta(seconds=wait + 0.001)
                continue
            if len(self.asked) == killed_after:  # as the system leaves things: nothing is ended, the lock is free
                crawl.run.writer.close()
                crawl.run.ledger.close()
                crawl.run._lock.release()
                self._killed = True
                return {}
            self.asked.append(row.url)
            etag, modified = crawl.validators(row)
            given = {"If-None-Match": etag, "If-Modified-Since": modified}
            wanted = {name: value for name, value in given.items() if value}
            exchange = Exchange(row.url, self.now)
            head = "".join(f"{name}: {value}\r\n" for name, value in wanted.items())
            exchange.sent += f"GET / HTTP/1.1\r\n{head}\r\n".encode()
            answer = self.answers(row.url, wanted)
            if answer is None:
                exchange.error = "ConnectionRefusedError: refused"
            else:
                exchange.received.append(answer)
            wires = [crawl.keep(exchange, row)]
            self.now += timedelta(seconds=0.01)
            crawl.ended(row, wires, self.now.timestamp(), exchange.error)
            watch(crawl)
        self.report = crawl.finish()
        return self.report

    def found(self) -> dict[str, set[str]]:
        """The paths of what the last visit found: new, changed, gone, returned; what it completed is none of these."""
        kept: dict[str, set[str]] = {"new": set(), "changed": set(), "gone": set(), "returned": set()}
        with self.shard.reading() as ledger:
            for line in ledger.versions.lines(run=self.report["run"]):
                article = Article.from_json(line)
                path = urlsplit(article.url).path
                if article.status == "gone":
                    kept["gone"].add(path)
                elif datetime.fromisoformat(article.provenance.captured or "") < self.began:
                    kept["returned"].add(path)
                elif datetime.fromisoformat(article.first_seen) >= self.began or article.version > 1:
                    kept["new" if article.version == 1 else "changed"].add(path)
        return {what: paths for what, paths in kept.items() if paths}

    def records(self) -> dict[str, list[Article]]:
        """Every version of every article, by path."""
        kept: dict[str, list[Article]] = {}
        for article in self.shard.versions():
            kept.setdefault(urlsplit(article.url).path, []).append(article)
        return kept

    def rebuilt(self) -> bool:
        """Whether `rebuild` gives the same states and records from the WARC files alone."""
        states = self.states()
        before = list(self.shard.lines(all_versions=True))
        files = {file.name: file.read_bytes() for file in self.shard.records_folder.iterdir()}
        rebuild_shard(self.shard)
        assert {file.name: file.read_bytes() for file in self.shard.records_folder.iterdir()} == files
        after = list(self.shard.lines(all_versions=True))
        for one, other in zip(before, after, strict=True):
            assert json.loads(one) == json.loads(other)
        assert self.states() == states
        return before == after

    def states(self) -> dict[str, tuple[str, str | None]]:
        """Each URL's state and reason, by key."""
        with self.shard.reading() as ledger:
            return {row.key: (row.state, row.reason if row.state != "queued" else None) for row in ledger.urls()}


def through(proxy: str) -> Answers:
    """Answers from a forward proxy on loopback."""
    place = urlsplit(proxy)

    def answer(url: str, headers: Mapping[str, str]) -> bytes | None:
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        try:
            connection.request("GET", url, headers=dict(headers))
            with connection.getresponse() as response:
                head = "".join(f"{name}: {value}\r\n" for name, value in response.getheaders())
                status = f"HTTP/1.1 {response.status} {response.reason}\r\n"
                return f"{status}{head}\r\n".encode("latin-1") + response.read()
        finally:
            connection.close()

    return answer
