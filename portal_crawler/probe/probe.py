"""Probe: what a portal is, from a few of its pages or from a saved one, and the definition to begin with.

Nothing is kept: the crawl that it makes is an ordinary one, with all politeness, in a folder that is thrown away.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive.errors import UsageError
from archive.ledger import Ledger
from archive.ledger.rows import ARTICLE, FILES
from archive.record import Article, Provenance
from archive.shard import Shard
from archive.warc.capture import Capture

from ..crawl.course import Options
from ..crawl.progress import Display
from ..discover import leads
from ..discover.front import taught
from ..discover.leads import Found
from ..discover.paging import SCRIPT
from ..discover.recognise import recognise
from ..extract import extract
from ..extract.structured import structured
from ..fetch.runner import Ended, run_crawls
from ..page import NotHtml, Page, fold, string
from ..portal import Portal
from ..portal.target import resolve_target
from ..report.summary import shortfall
from ..urls import canonical, resolve
from .probed import Probed, Section

_ENTRIES = 2  # described addresses make a list
_NO_HOST = "http://localhost/"  # stands for the address of a saved page that does not say its own


def probe(target: str, pages: int, display: Display, url: str | None = None) -> Probed:
    """Probe a portal, or a saved page, of which `url` says where it came from. Raises UsageError."""
    path = Path(target)
    if path.suffix != ".toml" and path.is_file():
        return probe_file(path, url)
    if url is not None:
        raise UsageError("--url says where a saved page came from: give the page's file with it")
    if path.suffix != ".toml" and "/" in target and "://" not in target:
        raise UsageError(f"{target}: no such file")
    return probe_portal(resolve_target(target), pages, display)


# A portal


@contextmanager
def samples(
    portals: Sequence[Portal], pages: int, display: Display, contact: str | None = None
) -> Iterator[list[tuple[Shard, Ended]]]:
    """Ask portals for some pages of each kind, side by side; gives the archive of each, which is thrown away, and how
    its run ended.

    A process can do this once.
    """
    with tempfile.TemporaryDirectory(prefix="probe-") as folder:
        options = Options(limit=pages, sample=True, contact=contact)
        ended = run_crawls(portals, Path(folder), display, options)
        yield [(Shard(Path(folder) / one.portal), one) for one in ended]


@contextmanager
def sample(
    portal: Portal, pages: int, display: Display, contact: str | None = None
) -> Iterator[tuple[Shard, dict[str, Any]]]:
    """`samples` of one portal; gives the archive of it and the run's report."""
    with samples([portal], pages, display, contact) as ((shard, ended),):
        yield shard, _report_of(ended)


def probe_portal(portal: Portal, pages: int, display: Display) -> Probed:
    """What the pages of a sample tell."""
    with sample(portal, pages, display) as (shard, report):
        probed = _probed(shard, report)
    if not probed.samples:
        probed.problem = probed.problem or "no article was found"
    return probed


def probe_portals(portals: Sequence[Portal], pages: int, display: Display, contact: str | None = None) -> list[Probed]:
    """The same of several portals, in their order."""
    with samples(portals, pages, display, contact) as found:
        return [_probed(shard, _report_of(ended)) for shard, ended in found]


def _report_of(ended: Ended) -> dict[str, Any]:
    if ended.error is not None:
        raise ended.error
    assert ended.report is not None
    return ended.report


def _probed(shard: Shard, report: dict[str, Any]) -> Probed:
    probed = Probed(Portal.load(shard.definition), requests=report["requests"])
    with shard.reading() as ledger:
        _read_all(probed, shard, ledger)
    probed.samples = list(shard.articles())
    probed.interrupted = report["reason"] == "interrupted"
    probed.moved = report["moved"]
    probed.certificates = report["certificates"]
    if not probed.samples or report["unanswered"]:
        probed.problem = shortfall(report)
    return probed


def _read_all(probed: Probed, shard: Shard, ledger: Ledger) -> None:
    """What the pages that were kept tell."""
    names: dict[str, str] = {}
    lists: dict[str, tuple[Section, set[str]]] = {}
    for kept in ledger.captures.all():
        if kept.status != 200 or kept.kind in FILES:
            continue
        capture = shard.capture(kept)
        kind = kept.kind or "page"
        found = leads.read(capture, probed.portal, kind)
        if kind in ("robots", "sitemap", "feed"):
            if found.missing is None:
                probed.places.setdefault(kind, []).append(kept.url)
            continue
        try:
            page = Page.of(capture)
        except NotHtml:
            continue
        probed.read = True
        if kind == "seed" and not probed.evidence:
            probed.evidence = _evidence(probed.portal, page, capture)
        if kind == "seed":
            probed.called = structured(page).site_name or page.title or probed.called
        names = {**_names(page), **names}
        verdict = next((visit.verdict for visit in reversed(ledger.history.visits_of(kept.key or kept.url))), None)
        if verdict is not None and verdict != ARTICLE:
            probed.refused[kept.url] = verdict
            _add(lists, kept.url, found)
    for section, entries in lists.values():
        section.entries = len(entries)
        front = canonical(section.url) == canonical(probed.portal.portal.url)
        section.name = "the front page" if front else names.get(canonical(section.url).rstrip("/"))
    probed.sections = [section for section, _ in lists.values()]


def _evidence(portal: Portal, page: Page, capture: Capture) -> tuple[str, ...]:
    """What on a page shows the family that the portal has."""
    found = recognise(page, capture.headers)
    return found.evidence if found is not None and found.family == portal.family else ()


def _names(page: Page) -> dict[str, str]:
    """What the links of a page say of the addresses that they lead to."""
    found: dict[str, str] = {}
    for link in page.root.iter("a"):
        url = resolve(page.base, link.get("href"))
        words = fold(string(link))
        if url is not None and words and not words.isdigit():
            found.setdefault(canonical(url).rstrip("/"), words)
    return found


def _add(lists: dict[str, tuple[Section, set[str]]], url: str, found: Found) -> None:
    """Count a page to the list that it belongs to, if it is a list's."""
    entries = {lead.key for lead in found.leads if lead.hint is not None and lead.state == "queued"}
    if found.listed is None or len(entries) < _ENTRIES:
        return
    section, known = lists.setdefault(found.listed.place.series, (Section(url, None), set()))
    known |= entries
    section.pages += 1
    section.paging += [way for way in _paging(found) if way not in section.paging]


def _paging(found: Found) -> Iterable[str]:
    """How a list leads to its other pages, in words."""
    assert found.listed is not None  # asked for lists alone
    pager = found.listed.pager
    style = pager.style
    if style is not None and pager.onward:
        if style.way == "path":
            yield f"by path: …/{style.word}{style.mark}2{style.after}"
        else:
            counted = "counts entries" if style.way == "offset" else "counts pages"
            yield f"by query: ?{style.word}=… ({counted})"
    if any(lead.kind == "listing" and lead.form is not None and not lead.guess for lead in found.leads):
        yield "by form: a POST for each page (__doPostBack)"
    if any(lead.kind == "listing" and lead.guess for lead in found.leads):
        yield "by a script, at the addresses that it names"
    if any(lead.reason == SCRIPT for lead in found.leads):
        yield "by a script that does not tell the addresses: unlinked pages are tried, [sources] seeds may name them"
    elif pager.blind:
        yield "its arrow leads nowhere: unlinked pages are tried"


# A saved page


def probe_file(path: Path, url: str | None) -> Probed:
    """What a saved page is. Its own address, where nobody gives it, is the one that it calls its canonical."""
    body = path.read_bytes()
    place = Provenance(payload_sha256=hashlib.sha256(body).hexdigest())
    address = url or _called(body) or path.absolute().as_uri()
    capture = Capture(address, 200, (), body, provenance=place)
    portal = Portal.of_url(resolve(address, "/") or _NO_HOST)
    probed = Probed(portal, read=True)
    try:
        page = Page.of(capture)
    except NotHtml as error:
        raise UsageError(f"{path}: {error}: give a saved page, or WARC files to `extract`") from None
    probed.portal = taught(portal, capture)
    probed.evidence = _evidence(probed.portal, page, capture)
    one = extract(capture, probed.portal)
    if isinstance(one, Article):
        probed.samples = [one]
    else:
        probed.refused[address] = one.reason
        lists: dict[str, tuple[Section, set[str]]] = {}
        _add(lists, address, leads.read(replace(capture, url=_asked(address)), probed.portal, "page"))
        for section, entries in lists.values():
            section.url, section.entries = address, len(entries)
            probed.sections.append(section)
        probed.problem = one.reason
    return probed


def _called(body: bytes) -> str | None:
    """The address that a page gives as its own."""
    try:
        page = Page.of(Capture(_NO_HOST, 200, (), body))
    except NotHtml:
        return None
    for href in page.select("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content"):
        if href.startswith(("http://", "https://")) and (url := resolve(_NO_HOST, href)) is not None:
            return url
    return None


def _asked(address: str) -> str:
    """An address under which the links of a saved page can be read."""
    return address if address.startswith("http") else _NO_HOST
