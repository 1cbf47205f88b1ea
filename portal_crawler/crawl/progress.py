"""Progress: what a person sees while it runs, on stderr. Moving on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from archive.watching import Watch, Watching, unwatched

from ..wording import addresses, counted, lasting

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from .crawl import Crawl

_MOVES = 0.1  # seconds between what a person can follow
_PLAIN = 30.0  # seconds between plain lines
_TELLING = 10  # requests that tell how long the rest will take


class Display:
    """Shows crawls. `quiet`: nothing at all."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.moving = not quiet and sys.stderr.isatty()
        self.interval = 0.25 if self.moving else _PLAIN
        self._bars: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._read: set[str] = set()  # the portals whose pages are being read for records

    def say(self, line: str) -> None:
        """One line of its own."""
        if not self.quiet:
            if self._bars is not None:
                self._bars.console.print(line, markup=False, highlight=False, soft_wrap=True)  # paths stay whole
            else:
                print(line, file=sys.stderr, flush=True)

    def tick(self, crawls: Sequence[Crawl]) -> None:
        """The state of the crawls now."""
        if self.quiet:
            return
        for crawl in crawls:
            name = crawl.portal.portal.name
            done, left = crawl.progress.requests, crawl.frontier.waiting
            seconds = max(0.001, time.monotonic() - crawl.progress.started)
            kept = counted(crawl.progress.kept, "page")
            words = f"{kept} kept, {addresses(left)} left, {done / seconds:.1f} a second"
            if self.moving:
                self._bar(name, done, done + left, words)
            else:
                more = f", {lasting(left * seconds / done)} to go at least" if left and done >= _TELLING else ""
                self.say(f"{name}: {counted(done, 'request')}, {words}{more}")
        if self._bars is not None:  # what has been fetched, and read for records, leaves its place to others
            for name in self._tasks.keys() - {crawl.portal.portal.name for crawl in crawls} - self._read:
                self._bars.update(self._tasks[name], visible=False)

    def deriving(self, name: str) -> Callable[[int, int], None] | None:
        """What to tell how far the records of a portal are made."""
        if not self.moving:
            return None

        def watch(done: int, of: int) -> None:
            if done == of:
                self._read.discard(name)
            else:
                self._read.add(name)
            if done % 20 == 0 or done == of:
                self._bar(name, done, of, "pages read for records")

        return watch

    def watching(self, name: str) -> Watching:
        """What to tell how far other work on a portal is. Elsewhere than on a terminal nothing is shown of it."""
        if not self.moving:
            return unwatched

        def watch_of(words: str) -> Watch:
            last = 0.0

            def watch(done: int, of: int) -> None:
                nonlocal last
                now = time.monotonic()
                if now - last >= _MOVES or done == of:
                    last = now
                    self._bar(name, done, of, words)

            return watch

        return watch_of

    def __enter__(self) -> Display:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
            self._tasks.clear()

    def _bar(self, name: str, done: int, of: int, words: str) -> None:
        if self._bars is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (
                TextColumn("{task.fields[name]}"),
                BarColumn(),
                TextColumn("{task.description}"),
                TimeRemainingColumn(),
            )
            self._bars = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bars.start()
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(words, total=of, name=name)
        self._bars.update(self._tasks[name], completed=done, total=max(of, 1), description=words, visible=True)
