"""Sources: saved bytes that `extract` and `import` read: WARC, ARC, WACZ and HTML files, ours and others', and folders.

What a file is its bytes tell; in a folder an HTML file is told by its name as well. Of a file that is damaged,
what is sound is used, and the damage is said.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path

from archive.errors import Damaged, Incomplete, UsageError
from archive.ledger import Ledger
from archive.ledger.rows import Kept
from archive.record import Provenance
from archive.release import write_lines
from archive.shard import Shard
from archive.warc.capture import Capture
from archive.warc.containers import Archive, archives, expanded, kind_of
from archive.warc.originals import Originals
from archive.warc.told import Told, captures, walk

from ..discover.front import taught
from ..extract import NotArticle, extract
from ..portal import Portal
from ..portal.target import resolve_target
from ..urls import origin
from .replay import replay

_HTML = (".html", ".htm", ".xhtml", ".aspx", ".php")
_NOWHERE = "{file}: nothing says its address, so pictures and files with none of their own are left out: give --url"
_NEVER = (".torn", ".part", ".sqlite", ".lock")  # in a portal's folder: what is no archive, or no whole one


@dataclass
class Sources:
    """The files that were given, and what is wrong with them."""

    archives: list[Archive] = field(default_factory=list)
    pages: list[Path] = field(default_factory=list)  # HTML files
    damages: list[str] = field(default_factory=list)

    @cached_property
    def originals(self) -> Originals:
        """What revisit records refer to, looked for in all of the archives."""
        places = {one.name: one.place for one in self.archives}
        return Originals(places.__getitem__, files=list(places))

    def once(self, archives: Iterable[Archive]) -> Iterator[Iterator[Told]]:
        """What archives tell together: a record that two of them have is told once.

        Where another record has the same id, as some tools make them, a record is named by its place.
        """
        seen: dict[str, tuple[str, str | None, str | None]] = {}

        def told(archive: Archive) -> Iterator[Told]:
            for item in self.walk(archive):
                if isinstance(item, Capture):
                    place = item.provenance
                    mine = item.url, place.captured, place.payload_sha256
                    other = seen.setdefault(place.record_id or "", mine)
                    if place.record_id in named:
                        if other == mine:
                            continue
                        item = renamed(item, f"{place.warc}#{place.offset}")
                    named.add(item.provenance.record_id)
                yield item

        named: set[str | None] = set()
        return map(told, archives)

    def walk(self, archive: Archive) -> Iterator[Told]:
        """What an archive tells, as far as it is sound; what is wrong with it goes to `damages`."""

        def note(error: Damaged) -> None:
            self.damaged(str(error).replace(str(archive.place), archive.shown))

        try:
            yield from walk(archive.place, 0, archive.name, damaged=note, originals=self.originals)
        except UsageError as error:
            raise UsageError(str(error).replace(str(archive.place), archive.shown)) from None

    def damaged(self, what: str) -> None:
        """Take note, once: a file may be read several times."""
        if what not in self.damages:
            self.damages.append(what)

    def check(self) -> None:
        """Raises Incomplete where something is damaged; all of it is named."""
        for line in self.damages[:-1]:
            print(f"portal-crawler: {line}", file=sys.stderr)
        if self.damages:
            raise Incomplete(f"{self.damages[-1]}; what is sound was used")


def extract_sources(
    sources: Sequence[Path], *, portal: str | None = None, url: str | None = None, into: Path | None = None
) -> Iterator[str]:
    """The records of the articles in saved files, as JSON lines; with `into` also as a file a source there.

    Says on stderr which HTML files hold no article, and why, and what is lost where nothing says a file's address.
    Raises UsageError, and at the end, when all that is sound was given, Incomplete where files are damaged.
    """
    given = resolve_target(portal) if portal else None
    with tempfile.TemporaryDirectory(prefix="extract-") as folder:
        scratch = Path(folder)
        found = open_sources(sources, scratch)
        if url is not None and (len(found.pages) != 1 or found.archives):
            raise UsageError("--url says where one HTML file came from: give just that file with it")
        nowhere = url is None and given is None
        for file in found.pages:
            for line in _written(file.name, _page(found, file, given, url), into):
                yield line
                if nowhere:
                    print(_NOWHERE.format(file=file), file=sys.stderr)
                    nowhere = False
        if found.archives and into is None:
            yield from _records(found, found.archives, given, scratch)
        elif into is not None:
            for one in found.archives:
                yield from _written(one.name.replace("/", "_"), _records(found, [one], given, scratch), into)
        found.check()


def open_sources(sources: Sequence[Path], scratch: Path) -> Sources:
    """The archives and pages in files and folders; what is compressed in a WACZ is unpacked to `scratch`.

    Raises UsageError where there is none, or one that was named is none. In a folder what is neither is passed over.
    """
    found = Sources()
    names: Counter[str] = Counter()
    for source in sources:
        if not source.exists():
            raise UsageError(f"{source}: no such file")
        before = len(found.archives) + len(found.pages)
        for file in _files(source):
            if _is_html(file):
                found.pages.append(file)
                continue
            if source.is_dir() and kind_of(file) not in ("archive", "zip"):
                continue
            name = _name(file, source)
            names[name] += 1
            if names[name] > 1:  # another folder has a file of that name
                name = str(file)
            try:
                found.archives += archives(file, name, scratch)
            except Damaged as error:
                found.damaged(str(error))
            except UsageError:
                if not source.is_dir():  # else some zip file that lies there
                    raise
        if source.is_dir() and before == len(found.archives) + len(found.pages) and not found.damages:
            raise UsageError(f"{source}: no WARC, ARC, WACZ or HTML file in it")
    return found


def _files(source: Path) -> list[Path]:
    if not source.is_dir():
        return [source]
    return sorted(file for file in source.rglob("*") if file.is_file() and not file.name.endswith(_NEVER))


def _is_html(file: Path) -> bool:
    if file.suffix.lower() in _HTML:
        return kind_of(file) not in ("archive", "zip")
    return kind_of(file) == "html" and file.suffix.lower() not in (".xml", ".svg", ".rss")


def _written(name: str, lines: Iterator[str], into: Path | None) -> Iterator[str]:
    if into is None:
        yield from lines
        return
    into.mkdir(parents=True, exist_ok=True)
    kept = list(lines)
    write_lines(into / f"{name}.jsonl.gz", kept)
    yield from kept


def _page(sources: Sources, file: Path, given: Portal | None, url: str | None) -> Iterator[str]:
    """The article in an HTML file, if there is one. One that is beyond the limits is as good as damaged."""
    body = file.read_bytes()
    address = url or (given.portal.url if given else file.absolute().as_uri())
    place = Provenance(payload_sha256=hashlib.sha256(body).hexdigest())
    capture = Capture(address, 200, (), body, provenance=place)
    portal = taught(given or Portal.of_url(url or "http://localhost/"), capture)
    found = extract(capture, portal)
    if isinstance(found, NotArticle) and found.unread:
        sources.damaged(f"{file}: not read: {found.reason}")
    elif isinstance(found, NotArticle):
        print(f"{file}: no article: {found.reason}", file=sys.stderr)
    else:
        yield found.to_json()


def _records(found: Sources, given: Sequence[Archive], definition: Portal | None, scratch: Path) -> Iterator[str]:
    """The records of archives, judged together as one, in a ledger that is thrown away."""
    portal = definition or _portal_of(found, given)
    names = {one.name: one for one in given}
    plain: dict[str, Path] = {}  # copies of files in which no record can be found without unpacking all before it

    again = partial(captures, damaged=_noted, originals=found.originals)

    def read(kept: Kept) -> Capture:
        if kept.length:
            one = next(again(names[kept.warc].place, kept.offset, kept.warc))
        else:
            if kept.warc not in plain:
                plain[kept.warc] = expanded(names[kept.warc], scratch)
            one = next(again(plain[kept.warc], kept.offset, kept.warc))
            one = replace(one, provenance=one.provenance.model_copy(update={"length": None}))
        return renamed(one, kept.record_id)

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ledger-"))
        ledger = Ledger(Path(folder) / "ledger.sqlite")
        stack.callback(ledger.close)
        replay(ledger, portal, found.once(given), read)
        for words in found.originals.words():
            print(words, file=sys.stderr)
        yield from ledger.versions.lines()


def renamed(capture: Capture, identity: str) -> Capture:
    """A capture under another record id."""
    if capture.provenance.record_id == identity:
        return capture
    return replace(capture, provenance=capture.provenance.model_copy(update={"record_id": identity}))


def _noted(_: Damaged) -> None:
    """It was said when the file was read through."""


def _portal_of(found: Sources, given: Sequence[Archive]) -> Portal:
    """Whose pages these are: a shard's, by its portal.toml; else the host's that most of the captures are from."""
    shards = {shard.folder for one in given if (shard := _shard_of(one.source)) is not None}
    if len(shards) == 1:
        return Portal.load(Shard(shards.pop()).definition)
    told = (item for one in given for item in found.walk(one))
    hosts = Counter(origin(item.url) for item in told if isinstance(item, Capture) and item.status == 200)
    if not hosts:
        why = [*found.damages[-1:], *found.originals.words()[:1]]
        what = "".join(f"{words}: " for words in why)
        raise UsageError(f"{what}{given[0].shown}: no capture of a page in it")
    return Portal.of_url(f"{hosts.most_common(1)[0][0]}/")


def _shard_of(file: Path) -> Shard | None:
    """The portal's folder in whose warc/ a file lies."""
    folder = file.absolute().parent
    shard = Shard(folder.parent)
    return shard if folder.name == "warc" and shard.exists() else None


def _name(file: Path, source: Path) -> str:
    """As provenance names it: relative to the shard that it is in, or the folder that was given; else its own name."""
    if _shard_of(file) is not None:
        return f"warc/{file.name}"
    return file.relative_to(source).as_posix() if source.is_dir() else file.name
