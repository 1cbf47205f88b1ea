"""Watching: how far long work is, told to whoever shows it: (done, of), in bytes or in things. Nobody has to listen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Watch = Callable[[int, int], None]
Watching = Callable[[str], Watch]  # from what is counted, in words


def unwatched(words: str) -> Watch:
    """Where nobody listens."""
    return lambda done, of: None


def read_through(paths: Iterable[Path], watch: Watch) -> Iterator[Path]:
    """Files one after the other; each is told, by its size, when the next is asked for."""
    files = list(paths)
    sizes = [path.stat().st_size for path in files]
    done, of = 0, sum(sizes)
    watch(done, of)
    for path, size in zip(files, sizes, strict=True):
        yield path
        done += size
        watch(done, of)
