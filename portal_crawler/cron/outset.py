"""Outset: the collection file that `init` writes, with a comment to every key.

Asks no server anything, but where it is to look at the portals: then beside each stands what was found of it.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from archive.errors import UsageError
from archive.release import write_text

from ..crawl.progress import Display
from ..fetch.interruption import Interrupted
from ..portal import Portal
from ..portal.target import resolve_target
from ..portal.toml import quoted
from ..wording import called, counted
from .collectionfile import CollectionFile

_PAGES = 3  # of each portal that is looked at: the front page comes first, by way of its redirects

_HEAD = """# What portal-crawler keeps, and how often. `portal-crawler run {file}` crawls what is due: cron calls that
# (`portal-crawler schedule {file}` prints the line). Paths are from this file's folder on.

[collection]
into = {into}                 # the collection's folder
{contact}
every = "1d"                     # from the beginning of a portal's run to the next: 90m, 6h, 1d, 2w
# at = ["02:00"]                 # or times of the day, by timezone; with every: the first one when that is over
# timezone = "+07:00"
# retry = "3h"                   # a portal that did not answer is tried again after so long
# parallel = 16                  # portals that are crawled side by side, each at its own pace
# search = true                  # bring the search index up to date when portals were crawled
log = "logs/run.log"             # JSON lines of what was done; put aside when it is long (log_bytes), five are kept
# metrics = "textfiles/portal-crawler.prom"  # for Prometheus' node exporter, in its folder, which must be there

[budget]                         # of one call of `run`; what is left goes on at the next
# time = "5h"
# requests = 100000

# One [[portal]] each: url, name (of one that ships with the package) or file (a definition, as `probe` prints one).
# every, at, retry may be its own; limit (pages of one run), delay and workers are as in `crawl`.
"""


def begin(
    targets: Sequence[str],
    into: Path,
    *,
    contact: str | None = None,
    force: bool = False,
    display: Display | None = None,
) -> CollectionFile:
    """Write a collection file for some portals, and read it. Raises UsageError where one is there, or a URL is none.

    `display`: the portals are looked at, and it shows that. Raises Interrupted where somebody wants an end meanwhile.
    """
    if into.exists() and not force:
        raise UsageError(f"{into}: is there already; --force replaces it")
    if into.suffix != ".toml":
        raise UsageError(f"{into}: a collection file's name ends in .toml")
    said = (
        f"contact = {quoted(contact)}"
        if contact
        else '# contact = "me@example.org"       # a server\'s owner must be able to reach you'
    )
    head = _HEAD.format(file=into.name, into=quoted("archive"), contact=said)
    names: dict[str, str] = {}
    entries: list[str] = []
    for target in targets:
        key, name = _entry(target)
        if name in names:
            raise UsageError(f"{target}: is the same portal as {names[name]}: {name}")
        names[name] = target
        value = os.path.relpath(Path(target).absolute(), into.absolute().parent) if key == "file" else target
        entries.append(f"[[portal]]\n{key} = {quoted(value)}\n")
    if display is not None:
        found = _seen(targets, display, contact)
        entries = ["".join(f"# {line}\n" for line in lines) + one for lines, one in zip(found, entries, strict=True)]
    into.parent.mkdir(parents=True, exist_ok=True)
    write_text(into, "\n".join([head, *entries]))
    return CollectionFile.load(into)


def _seen(targets: Sequence[str], display: Display, contact: str | None) -> list[list[str]]:
    """What portals are, in a few lines each."""
    from ..probe.probe import probe_portals  # with Scrapy behind it
    from ..probe.probed import one_line, remarks

    probed = probe_portals([resolve_target(target) for target in targets], _PAGES, display, contact)
    if any(one.interrupted for one in probed):
        raise Interrupted
    found = [[one_line(line) for line in remarks(one)] for one in probed]
    for one, lines in zip(probed, found, strict=True):
        display.say(f"{one.portal.portal.url}: {'; '.join(lines)}")
    return found


def next_steps(file: CollectionFile, into: Path) -> str:
    """What to do with the file."""
    name = shlex.quote(str(into))
    commands = "\n".join(
        f"  {called()} {verb}" for verb in (f"run {name} --dry-run", f"run {name}", f"schedule {name}")
    )
    return f"{into}: {counted(len(file.portals), 'portal')}; look it over, then\n{commands}"


def _entry(target: str) -> tuple[str, str]:
    """By which key a portal is named, and the name of its folder."""
    if "://" in target:
        return "url", Portal.of_url(target).portal.name
    if target.endswith(".toml"):
        return "file", Portal.load(Path(target)).portal.name
    if "." in target:
        raise UsageError(f"{target}: looks like a host; write it as a URL, such as https://{target}/")
    return "name", Portal.known(target).portal.name
