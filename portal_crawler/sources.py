"""Sources: saved bytes that `extract` reads. WARC files, ours and others', HTML files, and folders of them."""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from archive.capture import Capture, captures
from archive.collection import Shard
from archive.errors import UsageError
from archive.ledger import Ledger
from archive.originals import Originals
from archive.record import Provenance
from archive.release import write_lines
from archive.rows import Kept

from .extract import extract
from .front import taught
from .frontier import origin
from .portal import Portal
from .refusal import NotArticle
from .replay import originals_of, replay
from .target import resolve_target

_HTML = (".html", ".htm", ".xhtml", ".aspx", ".php")
_WARC = (".warc", ".warc.gz", ".warc.gz.open")


def extract_sources(
    sources: Sequence[Path], *, portal: str | None = None, url: str | None = None, into: Path | None = None
) -> Iterator[str]:
    """The records of the articles in saved files, as JSON lines; with `into` also as a file a source there.

    Says on stderr which HTML files hold no article, and why. Raises UsageError and Damaged.
    """
    given = resolve_target(portal) if portal else None
    files = [file for source in sources for file in _files(source)]
    if url is not None and (len(files) != 1 or not _is_html(files[0])):
        raise UsageError("--url says where one HTML file came from: give just that file with it")
    warcs = [file for file in files if not _is_html(file)]
    for file in files:
        if _is_html(file):
            yield from _written(file, _page(file, given, url), into)
    if warcs and into is None:
        yield from _warcs(warcs, given)
    elif into is not None:
        for file in warcs:
            yield from _written(file, _warcs([file], given), into)


def _files(source: Path) -> list[Path]:
    if source.is_dir():
        files = sorted(file for file in source.rglob("*") if file.name.endswith((*_HTML, *_WARC)))
        if not files:
            raise UsageError(f"{source}: no WARC or HTML file in it")
        return files
    if not source.exists():
        raise UsageError(f"{source}: no such file")
    return [source]


def _is_html(file: Path) -> bool:
    if file.name.endswith(_WARC):
        return False
    if file.suffix.lower() in _HTML:
        return True
    with file.open("rb") as start:
        return start.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def _written(file: Path, lines: Iterator[str], into: Path | None) -> Iterator[str]:
    if into is None:
        yield from lines
        return
    into.mkdir(parents=True, exist_ok=True)
    kept = list(lines)
    write_lines(into / f"{file.name}.jsonl.gz", kept)
    yield from kept


def _page(file: Path, given: Portal | None, url: str | None) -> Iterator[str]:
    """The article in an HTML file, if there is one."""
    body = file.read_bytes()
    address = url or (given.portal.url if given else file.absolute().as_uri())
    place = Provenance(payload_sha256=hashlib.sha256(body).hexdigest())
    capture = Capture(address, 200, (), body, provenance=place)
    portal = taught(given or Portal.of_url(url or "http://localhost/"), capture)
    found = extract(capture, portal)
    if isinstance(found, NotArticle):
        print(f"{file}: no article: {found.reason}", file=sys.stderr)
    else:
        yield found.to_json()


def _warcs(files: Sequence[Path], given: Portal | None) -> Iterator[str]:
    """The records of WARC files, judged together as one archive, in a ledger that is thrown away."""
    portal = given or _portal_of(files)
    names = {_name(file): file for file in files}

    def read(kept: Kept) -> Capture:
        return next(captures(names[kept.warc], kept.offset, kept.warc, originals))

    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "ledger.sqlite")
        originals = originals_of(ledger, names)
        try:
            pairs = [(file, name) for name, file in names.items()]
            for words in replay(ledger, portal, pairs, read, originals=originals).missing:
                print(words, file=sys.stderr)
            yield from ledger.versions.lines()
        finally:
            ledger.close()


def _portal_of(files: Sequence[Path]) -> Portal:
    """Whose pages these are: a shard's, by its portal.toml; else the host's that most of the captures are from."""
    shards = {file.absolute().parent.parent for file in files if file.absolute().parent.name == "warc"}
    if len(shards) == 1 and (shard := Shard(shards.pop())).exists():
        return Portal.load(shard.definition)
    hosts: Counter[str] = Counter()
    originals = Originals(lambda name: Path(name), files=[str(file) for file in files])
    for file in files:
        for capture in captures(file, originals=originals):
            hosts[origin(capture.url)] += capture.status == 200
    if not +hosts:
        raise UsageError(next(iter(originals.words()), f"{files[0]}: no capture of a page in it"))
    return Portal.of_url(f"{hosts.most_common(1)[0][0]}/")


def _name(file: Path) -> str:
    """As provenance names it: in a shard relative to its folder, elsewhere the file's own name."""
    folder = file.absolute().parent
    return f"warc/{file.name}" if folder.name == "warc" and Shard(folder.parent).exists() else file.name
