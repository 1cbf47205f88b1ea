"""Doctor: looks at a machine and a collection, and says of each thing that is amiss what to do. Changes nothing.

It looks at what stops a crawl or hides that it has stopped; whether the kept bytes are sound is asked of `verify`.
"""

from __future__ import annotations

import os
import resource
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from archive.clock import stamp, utc
from archive.collection import Collection
from archive.errors import ArchiveError, UsageError
from archive.fixity import manifest
from archive.fixity.signing import PRIVATE, WHERE, collection_key
from archive.lock import holder
from archive.run import AHEAD, pending_redaction
from archive.search import NAME, Index
from archive.shard import Shard
from archive.warc.reader import OPEN

from ..frontier.proxies import proxies
from ..portal import Portal
from ..wording import counted
from .collectionfile import CollectionFile
from .lastruns import newest_report, seems_broken_off, unanswered_since
from .rounds import turns

Level = Literal["ok", "note", "mend"]

_FILES = 16  # open at the same time, of one portal
_ROOM = 500 << 20  # bytes that a collection's disk should have free whatever its runs needed
_INODES = 2000
_OVERDUE = timedelta(days=1)
_NAMED = 10  # portals, those first that have not answered for longest
_STAMP = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True)
class Finding:
    """`about`: the machine, the collection or a portal's name. `do`: where there is something to do."""

    level: Level
    about: str
    what: str
    do: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def words(self) -> str:
        return f"{self.level:<4}  {self.about}: {self.what}" + (f"; {self.do}" if self.do else "")


def examine(target: Path | None, clock: Callable[[], datetime] = utc) -> Iterator[Finding]:
    """What there is to say. `target`: a collection file or a collection's folder; None: the machine alone.

    Raises UsageError where it is neither.
    """
    file = CollectionFile.load(target) if target is not None and target.suffix == ".toml" else None
    folder = file.into if file is not None else target
    if file is None and folder is not None:
        Collection(folder)  # before anything else is said: it may be none
    yield from machine(file.tables.collection.parallel if file is not None else 1)
    if folder is None:
        return
    if file is not None:
        yield from written_to(file)
        yield from definitions(file)
        if not any(file.shard(one).exists() for one in file.portals):
            yield Finding("note", "collection", f"{folder} has none of its portals yet", f"`run {target}` crawls them")
            return
    collection = Collection(folder)
    shards = []
    for shard in collection.shards():
        if (why := shard.sealed()) is None:
            shards.append(shard)
        else:
            yield Finding("mend", shard.name, why)
    for one in collection.headless:
        what = f"{one.definition} is missing, and nothing sees the portal"
        yield Finding("mend", one.name, what, "restore it from a copy")
    yield from disk(collection, shards)
    yield from times(shards, clock())
    yield from keys(collection)
    listed = {one.name for one in file.portals} if file is not None else set()
    for shard in shards:
        yield from portal(shard)
        if shard.name not in listed:  # else `definitions` has looked at it
            yield from defined(shard)
    yield from search(collection, shards)
    yield from unanswered(shards)
    if file is not None:
        yield from overdue(file, clock())


def machine(parallel: int) -> Iterator[Finding]:
    """Python, libraries, letters and limits."""
    yield Finding("ok", "machine", f"Python {'.'.join(map(str, sys.version_info[:3]))}")
    yield from _libraries()
    names = {"file names": sys.getfilesystemencoding(), "output": sys.stdout.encoding or "utf-8"}
    odd = {what: name for what, name in names.items() if name.lower().replace("-", "") != "utf8"}
    if odd:
        said = ", ".join(f"{what} in {name}" for what, name in odd.items())
        yield Finding(
            "mend", "machine", f"letters are not UTF-8 ({said})", "set LC_ALL=C.UTF-8, in the crontab as well"
        )
    else:
        yield Finding("ok", "machine", "letters are UTF-8")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 64 + _FILES * parallel
    if hard != resource.RLIM_INFINITY and hard < wanted:
        do = "raise it (ulimit -Hn, or LimitNOFILE= of the unit), or crawl fewer side by side ([collection] parallel)"
        yield Finding("mend", "machine", f"{hard} files may be open, and {parallel} portals need {wanted}", do)
    else:
        yield Finding(
            "ok", "machine", f"{'any number of' if hard == resource.RLIM_INFINITY else hard} files may be open"
        )
    yield from proxied()


def proxied() -> Iterator[Finding]:
    """Proxies that are set: where one does not answer, every portal seems to be down."""
    for scheme, proxy in proxies().items():
        what = f"{scheme} portals are asked by way of the proxy {proxy}"
        yield Finding("note", "machine", what, f"unset {scheme}_proxy, in the crontab as well, where that is not meant")


def _libraries() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    from ..fetch.wire import check_seams

    try:
        asked = [Requirement(text) for text in metadata.requires("portal-crawler") or ()]
    except metadata.PackageNotFoundError:
        yield Finding("note", "machine", "not installed, run from a checkout", "`make demo` installs it into .venv")
        asked = []
    wrong = False
    for one in asked:
        if one.marker is not None and not one.marker.evaluate():
            continue
        try:
            there = metadata.version(one.name)
        except metadata.PackageNotFoundError:
            there = "missing"
        if there == "missing" or not one.specifier.contains(there, prereleases=True):
            wrong = True
            yield Finding(
                "mend", "machine", f"{one.name} is {there}, and {one.specifier or 'any'} is needed", "install again"
            )
    try:
        check_seams()
    except ArchiveError as error:
        wrong = True
        yield Finding("mend", "machine", str(error))
    if asked and not wrong:
        yield Finding("ok", "machine", f"{counted(len(asked), 'library', 'libraries')} as they are needed")


def definitions(file: CollectionFile) -> Iterator[Finding]:
    """Portals that `run` could not crawl: it says so, and crawls the others."""
    wrong = False
    for one in file.portals:
        if (why := file.wrong(one)) is not None:
            wrong = True
            yield Finding("mend", one.name, why, f"correct [[portal]] {one.number} of {file.path}")
    if not wrong:
        yield Finding("ok", "collection", f"{counted(len(file.portals), 'definition')} as they should be")


def written_to(file: CollectionFile) -> Iterator[Finding]:
    """The files beside the collection that `run` writes: without them it does nothing."""
    for key, path in (("log", file.log), ("metrics", file.metrics)):
        if path is None:
            continue
        if path.is_dir():
            yield Finding(
                "mend", "collection", f"{path} is a folder", f"[collection] {key} of {file.path} names a file"
            )
        elif path.parent.exists() and not os.access(path if path.exists() else path.parent, os.W_OK):
            yield Finding("mend", "collection", f"{path} cannot be written to", "mend its permissions")


def disk(collection: Collection, shards: Sequence[Shard]) -> Iterator[Finding]:
    """Room, beside what the last runs needed."""
    folder = collection.folder
    if not os.access(folder, os.W_OK):
        yield Finding("mend", "collection", f"{folder} cannot be written to", "mend its permissions")
    needed = sum((newest_report(shard) or {}).get("bytes", 0) for shard in shards)
    free, wanted = shutil.disk_usage(folder).free, max(_ROOM, 2 * needed)
    whose = "the last run" if len(shards) == 1 else f"the last runs of all {len(shards)} portals together"
    said = f"{_size(free)} free, and {whose} took {_size(needed)}"
    if free < wanted:
        yield Finding("mend", "collection", said, f"make room on the disk of {folder}: {_size(wanted)} at least")
    else:
        yield Finding("ok", "collection", said)
    nodes = os.statvfs(folder)
    if nodes.f_files and nodes.f_favail < _INODES:
        yield Finding(
            "mend", "collection", f"the disk takes only {nodes.f_favail} more files", "make room: inodes are used up"
        )


def times(shards: Sequence[Shard], now: datetime) -> Iterator[Finding]:
    """The clock beside the newest thing that is kept: captures are dated by it."""
    newest = max((moment for shard in shards if (moment := _newest(shard)) is not None), default=None)
    if newest is not None and newest - now > AHEAD:
        what = f"the clock says {stamp(now)}, and the newest WARC file is of {stamp(newest)}"
        do = "set the clock (timedatectl set-ntp true); if it was wrong then, crawl into another folder"
        yield Finding("mend", "machine", what, do)
    else:
        yield Finding("ok", "machine", f"the clock says {stamp(now)}")


def _newest(shard: Shard) -> datetime | None:
    names = [name for path in shard.warc_folder.glob("*.warc.gz*") for name in path.name.split("-")[-2:-1]]
    for name in sorted(names, reverse=True):
        try:
            return datetime.strptime(name, _STAMP).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def keys(collection: Collection) -> Iterator[Finding]:
    """The key that manifests are signed with: usable, and its owner's alone."""
    named = os.environ.get(WHERE)
    path = Path(named) if named else collection.folder / PRIVATE
    try:
        if collection_key(collection.folder) is None:
            manifest.refuse_another_key(collection.folder)
            yield Finding("note", "collection", "manifests are not signed", f"`key {collection.folder}` makes a key")
            return
        mode = stat.S_IMODE(path.stat().st_mode)
    except (ArchiveError, OSError) as error:
        yield Finding("mend", "collection", str(error))
        return
    if mode & 0o077:
        yield Finding("mend", "collection", f"{path} can be read by others (mode {mode:o})", f"chmod 600 {path}")
    else:
        yield Finding("ok", "collection", f"manifests are signed with {path}")


def portal(shard: Shard) -> Iterator[Finding]:
    """What of a portal's folder keeps it from being crawled, or shows that something was broken off."""
    if held := holder(shard):
        yield Finding("note", shard.name, f"a run is under way ({held})", "end it if that process hangs")
        return
    again = f"`crawl {shard.name} --into {shard.folder.parent}` (or `run`)"
    go_on = f"{again} makes an end of it; of an import the same `import` does"
    if pending_redaction(shard).exists():
        yield Finding(
            "mend", shard.name, "a redaction was broken off", "finish it with the same `redact`; crawls wait for it"
        )
    if shard.warcs() and not shard.ledger_file.exists():
        yield Finding("mend", shard.name, "has WARC files and no ledger.sqlite", f"`rebuild {shard.folder}`")
    if left := sorted(path.name for path in shard.warc_folder.glob("*.open")):
        yield Finding("mend", shard.name, f"a run was broken off, {', '.join(left)} is open", go_on)
    elif seems_broken_off(shard):
        yield Finding("mend", shard.name, "a run was broken off before its records were made", go_on)
    yield from missing(shard)
    torn = [*shard.folder.rglob("*.part"), *shard.folder.glob("ledger.sqlite.new*")]
    if torn:
        names = ", ".join(sorted(str(path.relative_to(shard.folder)) for path in torn))
        yield Finding("note", shard.name, f"{names}: left by something that was broken off", "remove it")
    if not os.access(shard.folder, os.W_OK):
        yield Finding("mend", shard.name, f"{shard.folder} cannot be written to", "mend its permissions")


def missing(shard: Shard) -> Iterator[Finding]:
    """WARC files that the manifests have, and the folder has not."""
    try:
        kept = [name for name in manifest.read(shard).files if name.startswith("warc/")]
    except ArchiveError as error:  # the public key is none
        yield Finding("mend", shard.name, str(error))
        return
    if lost := [name for name in kept if not any((shard.folder / f"{name}{end}").exists() for end in ("", OPEN))]:
        what = f"{counted(len(lost), 'WARC file')} that the manifests have {'is' if len(lost) == 1 else 'are'} missing"
        yield Finding("mend", shard.name, f"{what}, first {lost[0]}", "restore from a copy: nothing makes it again")


def search(collection: Collection, shards: Sequence[Shard]) -> Iterator[Finding]:
    """The search index, where there is one."""
    if not (collection.folder / NAME).exists():
        return
    try:
        with Index(collection.folder, readonly=True) as index:
            stale = index.stale([shard for shard in shards if shard.ledger_file.exists()])
    except ArchiveError as error:
        yield Finding("mend", "collection", str(error))
        return
    if stale:
        what = f"the search index is older than {counted(len(stale), 'portal')} (first {stale[0]})"
        yield Finding("note", "collection", what, "the next `search` or `run` brings it up to date")
    else:
        yield Finding("ok", "collection", "the search index is up to date")


def defined(shard: Shard) -> Iterator[Finding]:
    """What keeps the definition in a portal's folder from being used."""
    try:
        Portal.of(shard)
    except UsageError as error:
        yield Finding("mend", shard.name, str(error))


def unanswered(shards: Sequence[Shard]) -> Iterator[Finding]:
    """Portals that did not answer in their last run: they are crawled as often as they should be, and nothing comes."""
    down = sorted((since, shard.name) for shard in shards if (since := unanswered_since(shard)) is not None)
    if down:
        named = [f"{name} since {stamp(since)}" for since, name in down[:_NAMED]]
        more = f" and {len(down) - _NAMED} more" if len(down) > _NAMED else ""
        what = f"{counted(len(down), 'portal')} did not answer in the last run: {', '.join(named)}{more}"
        yield Finding("note", "collection", what, "look at it in a browser; `report` says what came instead")


def overdue(file: CollectionFile, now: datetime) -> Iterator[Finding]:
    """Portals that should have been crawled by now: cron has stopped, or the budget is too small."""
    there = turns(file)
    never = [turn.wanted.name for turn in there if turn.began is None]
    late = [turn for turn in there if turn.began is not None and now - turn.due > _OVERDUE]
    do = f"is `run {file.path}` still called (`schedule` prints how), and its [budget] large enough?"
    if late:
        first = late[0]
        what = f"{counted(len(late), 'portal')} overdue, first {first.wanted.name} since {stamp(first.due)}"
        yield Finding("mend", "collection", what, do)
    if never:
        yield Finding("note", "collection", f"{counted(len(never), 'portal')} never crawled, first {never[0]}")
    if not late and not never:
        yield Finding("ok", "collection", f"{counted(len(there), 'portal')} crawled as often as they should be")


def _size(number: int) -> str:
    value = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
