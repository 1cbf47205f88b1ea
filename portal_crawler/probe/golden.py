"""Golden: cases of what a saved page must give. A case is a folder; `tests/test_golden.py` runs each, with no code.

    page.html       the page's bytes as its server sent them, codings taken off
    about.json      url, headers, hints; portal: one that ships with the package, or family: one's, of which nothing
                    else is known; without either nothing is known. captured, where it was: WARC-Date
    portal.toml     in place of `portal` and `family`: a definition that does not ship with the package, or that has
                    what the crawl learned
    expected.json   the record without provenance and digests, or {"not_article": reason}

What the extractor gives is a draft, not the truth: `expected.json` begins with a line "unchecked" until a person has
compared every field with the page and has taken that line out. No test passes before. What only the whole portal tells
(versions, digests of pictures, further parts of an article) is no part of a case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from archive.collection import Collection
from archive.errors import Incomplete, Unwritable, UsageError
from archive.release import write_text
from archive.warc.capture import Capture, Hint
from archive.warc.told import captures, hint_fields

from ..crawl.progress import Display
from ..discover.recognise import recognise
from ..extract import NotArticle, extract
from ..page import NotHtml, Page
from ..portal import Portal
from ..portal.family import families, shipped
from ..portal.tables import Identity, Learned
from ..portal.target import resolve_target
from ..urls import canonical, resolve
from .probe import sample

UNCHECKED = "unchecked"
_HOW = "compare every field with page.html, correct what is wrong, and take this line out"
_FILES = ("page.html", "about.json", "expected.json", "portal.toml")


class Case:
    """A golden case, read from its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name

    @cached_property
    def about(self) -> dict[str, Any]:
        """What is known of the page."""
        found: dict[str, Any] = json.loads((self.folder / "about.json").read_text(encoding="utf-8"))
        return found

    @property
    def capture(self) -> Capture:
        """The page, as `extract` is given it."""
        return Capture(
            url=self.about["url"],
            status=self.about.get("status", 200),
            headers=tuple((name, value) for name, value in self.about["headers"]),
            body=(self.folder / "page.html").read_bytes(),
            hints=tuple(Hint(**hint) for hint in self.about["hints"]),
        )

    @property
    def portal(self) -> Portal:
        """The definition that the page is read with."""
        if self.has_definition:
            return Portal.load(self.folder / "portal.toml")
        if "portal" in self.about:
            return Portal.known(self.about["portal"])
        unknown = Portal(portal=Identity(name="golden", url=self.about["url"]))
        return unknown.with_learned(Learned(family=self.about.get("family")))

    @property
    def has_definition(self) -> bool:
        """Whether a definition lies beside the page."""
        return (self.folder / "portal.toml").exists()

    def read(self) -> dict[str, Any]:
        """What the page gives now, as `expected.json` has it."""
        found = extract(self.capture, self.portal)
        if isinstance(found, NotArticle):
            return {"not_article": found.reason}
        record: dict[str, Any] = json.loads(found.to_json())
        for key in ("provenance", "content_sha256"):
            del record[key]
        for key in ("extractor", "portal_sha256"):
            del record["extraction"][key]
        return but_for_bytes(record)

    @property
    def expected(self) -> dict[str, Any] | None:
        """What the page must give; None where nobody has said. "unchecked" is in it until a person has looked."""
        path = self.folder / "expected.json"
        if not path.exists():
            return None
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return but_for_bytes(found)

    def accept(self) -> None:
        """Expect what the page gives now. That does not make it checked: only what was checked stays so."""
        before = self.expected
        mark = {UNCHECKED: _HOW} if before is None or UNCHECKED in before else {}
        write_text(self.folder / "expected.json", _json({**mark, **self.read()}))


# Making one


def but_for_bytes(record: dict[str, Any]) -> dict[str, Any]:
    """A record without what only an archive tells: where the bytes of its pictures and documents are."""
    files: dict[str, Any] = {
        name: [
            {key: value for key, value in file.items() if key not in ("sha256", "record_id")} for file in record[name]
        ]
        for name in ("images", "attachments")
        if name in record
    }
    return {**record, **files}


def add(
    source: str,
    into: Path,
    display: Display,
    *,
    url: str | None = None,
    kept_in: Path | None = None,
    portal: str | None = None,
    contact: str | None = None,
    force: bool = False,
) -> Case:
    """Make a case of a page: of a portal, of what `kept_in` has of it, or of a saved file that came from `url`.

    `portal` says whose page it is, else it is told by the page. Raises UsageError, Incomplete where the page cannot be
    had, and Unwritable.
    """
    _check_place(into, force=force)
    given = resolve_target(portal) if portal is not None else None
    if not source.startswith(("http://", "https://")):
        if kept_in is not None:
            raise UsageError(f"{source}: --from has pages by their addresses: give the page's URL with it")
        capture, known = _saved(Path(source), url), None
    elif url is not None:
        raise UsageError("--url says where a saved page came from: give the page's file with it")
    elif kept_in is not None:
        capture, known = kept_page(_address(source), kept_in)
    else:
        capture, known = fetched(_address(source), display, given, contact), None
    _check_page(capture, source)
    return _written(into, capture, given or known)


def _check_place(into: Path, *, force: bool) -> None:
    """Before anything is asked for. `--force` replaces a case, and never another folder's files."""
    if into.is_file():
        raise UsageError(f"{into}: is a file; name a folder that is not there")
    if not into.is_dir() or not any(into.iterdir()):
        return
    if not force:
        raise UsageError(f"{into}: is there already; name another folder, or replace it with --force")
    if not (into / "page.html").is_file() or not (into / "about.json").is_file():
        raise UsageError(f"{into}: is no golden case, so it is not replaced; name another folder")


def _check_page(capture: Capture, source: str) -> None:
    if capture.truncated is not None:
        raise Incomplete(f"{capture.url}: is cut off ({capture.truncated}); a golden case needs the whole page")
    if capture.undecoded is not None:
        raise Incomplete(f"{capture.url}: its content coding {capture.undecoded!r} is not known, so it cannot be read")
    try:
        Page.of(capture)
    except NotHtml as error:
        raise UsageError(f"{source}: {error}: a golden case is a page") from None


def _saved(path: Path, url: str | None) -> Capture:
    """A saved page. Of its headers nothing is known."""
    if not path.is_file():
        raise UsageError(f"{path}: no such file; give a page's URL, or a saved HTML file with --url")
    if url is None:
        raise UsageError(f"{path}: --url must say where the page came from")
    return Capture(_address(url), 200, (), path.read_bytes())


def _address(url: str) -> str:
    address = resolve(url, url)
    if address is None:
        raise UsageError(f"{url}: not an absolute http(s) address")
    return address


def fetched(url: str, display: Display, portal: Portal | None = None, contact: str | None = None) -> Capture:
    """The one page at an address, asked for as a crawl does: robots.txt first, at the portal's pace, nothing else.

    A process can do this once. Raises Incomplete where the page is not there.
    """
    portal = portal or Portal.of_url(url)
    alone = {
        "portal": portal.portal.model_copy(update={"url": url}),
        "sources": portal.sources.model_copy(update={"seeds": ()}),
    }
    with sample(portal.model_copy(update=alone), 1, display, contact) as (shard, report):
        with shard.reading() as ledger:
            row = ledger.find(canonical(url))
            kept = [one for one in ledger.captures.all() if row is not None and one.key == row.key]
        if kept and kept[-1].status == 200:
            return shard.capture(kept[-1])
    if row is not None and row.state == "redirected":
        raise Incomplete(f"{url}: redirects {row.reason}: give that address")
    why = report["unanswered"] or (f"the portal's hours begin at {report['opens']}" if report["opens"] else None)
    if row is not None and row.state != "queued":
        why = f"{row.state}: {row.reason}"
    raise Incomplete(f"{url}: no page came ({why or (row.reason if row else None) or 'no answer'})")


def kept_page(url: str, place: Path) -> tuple[Capture, Portal | None]:
    """The last whole page that a collection, or a WARC file, has of an address; with the collection's definition."""
    key = canonical(url)
    if place.is_file():
        last = None
        for capture in captures(place):
            if canonical(capture.url) == key and capture.status == 200:
                last = capture
        if last is None:
            raise UsageError(f"{place}: has no page of {url}")
        return last, None
    why = "it has no such address"
    for shard in Collection(place).shards():
        with shard.reading() as ledger:
            kept = [one for one in ledger.captures.all() if canonical(one.url) == key and one.status == 200]
            row = ledger.find(key)
        if kept:
            return shard.capture(kept[-1]), Portal.load(shard.definition)
        if row is not None:
            why = f"{row.state}: {row.reason}" if row.reason else row.state
    raise UsageError(f"{place}: has no page of {url} ({why}); `report {place} --urls` lists what there is")


def _written(into: Path, capture: Capture, portal: Portal | None) -> Case:
    """The folder, whole or with no `expected.json`; what was there of a case before is replaced."""
    whose, definition = _whose(capture, portal)
    about = {
        "url": capture.url,
        **({"captured": capture.provenance.captured} if capture.provenance.captured else {}),
        "headers": [list(header) for header in _needed(capture)],
        "hints": [json.loads(hint) for _, hint in hint_fields(capture.hints)],
        **whose,
    }
    try:
        into.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            (into / name).unlink(missing_ok=True)
        (into / "page.html").write_bytes(capture.body)
    except OSError as error:
        raise Unwritable(f"{into}: cannot be written to: {error.strerror}; mend its permissions") from error
    write_text(into / "about.json", _json(about))
    if definition is not None:
        write_text(into / "portal.toml", definition)
    case = Case(into)
    case.accept()
    return case


def _whose(capture: Capture, portal: Portal | None) -> tuple[dict[str, str], str | None]:
    """What `about.json` says of the portal, or the definition to lie beside it."""
    portal = portal or Portal.of_url(capture.url)
    name = portal.portal.name
    unlearned = portal.with_learned(Learned(family=portal.learned.family))
    if unlearned == portal and name in shipped("portals") and Portal.known(name).own_toml() == portal.own_toml():
        return {"portal": name}, None
    found = recognise(Page.of(capture), capture.headers)
    shows = found.family if found is not None else None
    unknown = portal.with_learned(Learned()).own_toml() == Portal.of_url(portal.portal.url).own_toml()
    if unlearned == portal and unknown and portal.family in (None, shows):  # its address, and what the page tells
        return ({"family": shows} if shows is not None else {}), None
    return {}, portal.kept_toml()


def _needed(capture: Capture) -> Iterator[tuple[str, str]]:
    """The headers that a reader of pages looks at. Of a cookie the name: its value is a visitor's."""
    told = {
        line.partition(":")[0].strip().lower() for family in families().values() for line in family.recognise.header
    }
    for name, value in capture.headers:
        if name.lower() == "set-cookie":
            yield name, value.partition("=")[0].strip() + "="
        elif name.lower() in {"content-type", "date"} | told:
            yield name, value


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


# In words


def shown(record: dict[str, Any]) -> str:
    """A record field by field, whole, each with where it came from: to be compared with the page."""
    if "not_article" in record:
        return f"no article     {record['not_article']}"
    sources = record["extraction"]["fields"]
    lines = []
    for name, value in record.items():
        if name in ("schema", "extraction", "status", "version", "first_seen", "last_seen", "aliases", UNCHECKED):
            continue
        words = _lines(value)
        if name in sources:
            origin = f"[{sources[name]}]"
            words = [f"{words[0]}   {origin}"] if len(words) == 1 else [origin, *words]
        lines += [f"{name if not number else '':<14} {line}" for number, line in enumerate(words)]
    return "\n".join(lines)


def _lines(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.split("\n\n") if value else ["(empty)"]
    if not isinstance(value, list):
        return [json.dumps(value)]
    if all(isinstance(one, str) for one in value):
        return [" > ".join(value) or "none"]
    return [", ".join(f"{key} {part!r}" for key, part in one.items() if part is not None) for one in value] or ["none"]
