"""Imports: others' archives of portals, taken into a collection: one shard a portal, on which every command works.

`archive.intake` copies the records of a portal, as they are; `rebuild` then makes ledger and articles of them, as it
would at any time. So an import that is killed is done again, and what was copied already is not copied twice.
What lies on other hosts is taken where a page of the portal shows it or links to it as a file.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.clock import stamp, utc
from archive.collection import Collection
from archive.errors import UsageError
from archive.fixity import manifest
from archive.intake import Taken, digest_of, known, take
from archive.ledger import Ledger
from archive.ledger.rows import FILES
from archive.lock import locked
from archive.release import write_text
from archive.run import close_open, pending_redaction
from archive.shard import Shard
from archive.warc.capture import Capture, Hint
from archive.warc.containers import Archive
from archive.warc.told import captures

from ..crawl.progress import Display
from ..discover.front import taught
from ..discover.visit import visit
from ..extract import NotArticle, extract
from ..portal import Portal
from ..portal.target import resolve_target
from ..urls import bare, canonical, origin
from ..wording import counted
from .rebuild import SOFTWARE, last_run, rebuild
from .sources import Sources, open_sources

_ABOUT = re.compile(r"urn:[a-z0-9-]+:(?=https?://)", re.I)  # what Browsertrix keeps of a page beside the page itself
_OF_A_HOST = ("dns:", "whois:")
_NAMED = 20  # hosts that are left, in a message
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(slots=True)
class Imported:
    """What an import made of one portal."""

    portal: str
    articles: int = 0
    words: str = ""  # what there is now
    files: list[Taken] = field(default_factory=list)

    @property
    def copied(self) -> int:
        return sum(one.copied for one in self.files)

    def as_json(self, sources: Sequence[str]) -> dict[str, Any]:
        """The report."""
        files = [asdict(one) for one in self.files if one.copied or one.doubled or one.conflicts or one.damages]
        return {
            "portal": self.portal,
            "reason": "imported",
            "at": stamp(utc()),
            "sources": list(sources),
            "articles": self.articles,
            "copied": self.copied,
            "doubled": sum(one.doubled for one in self.files),
            "files": files,
        }


def import_sources(
    sources: Sequence[Path], into: Path, display: Display, *, portal: str | None = None
) -> tuple[list[Imported], list[str]]:
    """Take archives into a collection; gives what was made, and what of it did not end well, in lines.

    `portal`: the one to be taken; without it every host that has articles is a portal. Raises UsageError where there is
    nothing to take, Locked, Unwritable.
    """
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        if empty := [one for one in sources if one.is_file() and not one.stat().st_size]:
            raise UsageError(f"{empty[0]}: is empty: there is nothing to read in it")
        found = open_sources(sources, Path(folder))
        page = next((page for page in found.pages if page in sources or not found.archives), None)
        if page is not None:
            raise UsageError(f"{page}: an HTML file is no capture of a server's answer: `extract` reads it")
        if found.pages:  # what wget wrote beside its WARC file
            display.say(f"left, for they are no captures: {counted(len(found.pages), 'HTML file')}")
        if portal is not None:
            portals, left = [resolve_target(portal, into)], Counter[str]()
        else:
            portals, left = _portals(found, into, display)
        if not portals:
            hosts = ", ".join(host for host, _ in left.most_common(_NAMED)) or "none"
            damage = f"{found.damages[-1]}; " if found.damages else ""
            raise UsageError(f"{damage}no host with an article in {sources[0]} (pages of: {hosts}); name one: --portal")
        ended = [_import(one, found, into, display, [str(source) for source in sources]) for one in portals]
        if left:
            named = ", ".join(f"{host} ({counted(pages, 'page')})" for host, pages in left.most_common(_NAMED))
            more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
            display.say(f"left, for no article was seen there: {named}{more}")
        return ended, _complaints(found, ended)


def _portals(found: Sources, into: Path, display: Display) -> tuple[list[Portal], Counter[str]]:
    """The portals in the sources, and the other hosts with their pages. A collection's own portals come first."""
    kept: list[Portal] = []
    with suppress(UsageError):  # there is no collection yet
        kept = [Portal.load(shard.definition) for shard in Collection(into).shards()]
    portals: dict[str, Portal] = {}
    guessed: dict[str, Portal] = {}
    pages: Counter[str] = Counter()
    for archive in found.archives:
        display.say(f"{archive.shown}: looking for portals")
        for item in found.walk(archive):
            if not isinstance(item, Capture) or item.status != 200 or not _is_html(item):
                continue
            host = _host(item.url)
            pages[host] += 1
            if host in portals or not host:
                continue
            one = guessed.get(host) or next((one for one in kept if _owns(one, item.url)), None)
            if one is None:
                one = Portal.of_url(f"{origin(item.url)}/")
            if canonical(item.url) == canonical(one.portal.url):
                one = taught(one, item)
            guessed[host] = one
            if not isinstance(extract(item, one), NotArticle):
                portals[host] = one
    distinct = {one.portal.name: one for one in portals.values()}
    left = Counter({host: number for host, number in pages.items() if host not in portals})
    return list(distinct.values()), left


def _import(portal: Portal, found: Sources, into: Path, display: Display, sources: Sequence[str]) -> Imported:
    shard = Shard(into / portal.portal.name)
    try:
        for folder in (shard.folder, shard.warc_folder, shard.records_folder, shard.reports_folder):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{shard.folder}: cannot be written to: {error.strerror}") from error
    result = Imported(shard.name)
    with locked(shard):
        if pending_redaction(shard).exists():
            raise UsageError(f"{shard.folder}: a redaction was broken off; finish it with the same `redact` first")
        close_open(shard)
        if not shard.exists():
            write_text(shard.definition, portal.kept_toml())
        there = known(shard)
        result.files = [Taken(one.name, digest_of(one)) for one in found.archives]
        elsewhere: set[int] = set()  # addresses of files on other hosts that the sources have, hashed

        def own(url: str) -> bool:
            address = _address(url)
            if _owns(portal, address) or (portal.owns(address) and url.lower().startswith(_OF_A_HOST)):
                return True
            elsewhere.add(hash(canonical(address)))
            return False

        def copy(archive: Archive, taken: Taken, wanted: Callable[[str], bool]) -> None:
            before = taken.copied
            with shard.reading() if shard.ledger_file.exists() else nullcontext() as ledger:
                take(archive, shard, wanted, there, taken, software=SOFTWARE, hints=partial(_hints, ledger))
            for line in taken.damages:
                found.damaged(line)
            if taken.copied > before:
                display.say(f"{shard.name}: {counted(taken.copied - before, 'record')} from {archive.shown}")

        for archive, taken in zip(found.archives, result.files, strict=True):
            copy(archive, taken, own)
        if not result.copied and not shard.warcs():
            front = _host(portal.portal.url)
            others = sorted(host for host in portal.hosts if bare(host) != front.partition(":")[0])
            raise UsageError(f"{sources[0]}: no record of {', '.join([front, *others])} in it")
        if media := _media(shard, portal, elsewhere):
            for archive, taken in zip(found.archives, result.files, strict=True):
                doubled, left = taken.doubled, dict(taken.left)
                copy(archive, taken, lambda url: hash(canonical(_address(url))) in media)
                taken.doubled, taken.left = doubled, left
        result.words = rebuild(shard)
        ledger = Ledger(shard.ledger_file, readonly=True)
        try:
            result.articles = ledger.versions.count()
        finally:
            ledger.close()
        if result.copied:
            report = json.dumps(result.as_json(sources), ensure_ascii=False, indent=1)
            write_text(_fresh(shard.reports_folder), f"{report}\n")
        manifest.add(shard, "import", run=last_run(shard), made=stamp(utc()), software=SOFTWARE)
    return result


def _hints(ledger: Ledger | None, url: str) -> tuple[Hint, ...]:
    """What lists of the portal said of an address before, as the crawl would keep it with a new capture."""
    row = ledger.find(canonical(_address(url))) if ledger is not None else None
    return ledger.hints(row.id) if ledger is not None and row is not None else ()


def _fresh(folder: Path) -> Path:
    """Where the report of an import goes: every one stays."""
    number = int(f"{utc():%Y%m%d%H%M%S}")
    while (path := folder / f"import-{number}.json").exists():
        number += 1
    return path


def _media(shard: Shard, portal: Portal, elsewhere: set[int]) -> set[int]:
    """The addresses among `elsewhere` of pictures and documents that a page of the shard shows or links to."""
    if not elsewhere:
        return set()
    wanted: set[int] = set()
    originals = shard.originals(lambda _: None)
    for path in shard.warcs():
        for page in captures(path, 0, f"warc/{path.name}", originals=originals):
            if page.status == 200 and _is_html(page) and portal.owns(page.url):
                for lead in visit(page, portal, "page").leads:
                    if lead.kind in FILES:
                        wanted.add(hash(lead.key))
    return wanted & elsewhere


def _complaints(found: Sources, ended: Sequence[Imported]) -> list[str]:
    """What of the work ended otherwise than well."""
    lines = list(found.damages)
    for one in ended:
        lines += [
            f"{one.portal}: {taken.file}: {counted(len(taken.conflicts), 'record')} left out, for another record has"
            f" the same id, first {taken.conflicts[0]}"
            for taken in one.files
            if taken.conflicts
        ]
        if not one.articles:
            lines.append(f"{one.portal}: no articles were found in what was imported")
    return lines


def _host(url: str) -> str:
    """The host that an address is on, without www, with the port where it is not the scheme's own."""
    host = bare(urlsplit(url).hostname or "")
    return f"{host}:{port}" if host and (port := _port(url)) else host


def _owns(portal: Portal, url: str) -> bool:
    """Whether an address is a portal's: another port of its own host is another server."""
    if not portal.owns(url):
        return False
    own = urlsplit(portal.portal.url).hostname or ""
    elsewhere = bare(urlsplit(url).hostname or "") != bare(own)
    return elsewhere or _port(url) == _port(portal.portal.url)


def _port(url: str) -> int | None:
    parts = urlsplit(url)
    try:
        return None if parts.port in (None, {"http": 80, "https": 443}.get(parts.scheme)) else parts.port
    except ValueError:
        return None


def _address(url: str) -> str:
    """The address that a record is about: of a page's text or its look, the page's; of a host's name, the host's."""
    scheme, _, rest = url.partition(":")
    if scheme.lower() in ("dns", "whois"):
        return f"http://{rest.lstrip('/')}/"
    return _ABOUT.sub("", url, count=1)


def _is_html(capture: Capture) -> bool:
    media_type = (capture.header("content-type") or "").partition(";")[0].strip().lower()
    return media_type in _HTML or (not media_type and capture.body.lstrip()[:1] == b"<")
