"""Packing: what `pack` writes of which portal, and where it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from archive.collection import Collection
from archive.errors import Nothing, UsageError
from archive.fixity import manifest
from archive.packages import bag, wacz
from archive.shard import Shard

from ..crawl.progress import Display
from ..settings import VERSION

_SOFTWARE = f"portal-crawler/{VERSION}"


def pack(folder: Path, names: Sequence[str], output: Path | None, *, bags: bool, display: Display) -> Iterator[str]:
    """Pack portals, one after the other; gives of each, in words, what was made.

    `output`: a package's name, or the folder that they go to; None: the current one. Raises as
    `archive.packages.wacz.pack` and `archive.packages.bag.bag` do, and Damaged where a file is not as the manifests
    have it.
    """
    ending = bag.ENDING if bags else wacz.ENDING
    shards = Collection(folder).shards(names)
    for shard, path in _places(shards, output, ending):
        watching = display.watching(shard.name)
        manifest.sound(shard)  # what is damaged is not handed over
        try:
            if bags:
                day = datetime.now(UTC).date()
                yield bag.bag(shard, path, software=_SOFTWARE, day=day, watching=watching).words()
            else:
                yield wacz.pack(shard, path, software=_SOFTWARE, watching=watching).words()
        except Nothing as error:
            if names or len(shards) == 1:
                raise
            yield f"{error}"


def _places(shards: Sequence[Shard], output: Path | None, ending: str) -> list[tuple[Shard, Path]]:
    if output is None or output.suffix.lower() != ending or (ending == wacz.ENDING and output.is_dir()):
        if output is not None and output.exists() and not output.is_dir():
            raise UsageError(f"--output {output}: is a file, and no name of a package: that ends in {ending}")
        return [(shard, (output or Path()) / f"{shard.name}{ending}") for shard in shards]
    if len(shards) > 1:
        raise UsageError(f"--output {output}: names one package, and there are {len(shards)} portals; name a folder")
    return [(shards[0], output)]
