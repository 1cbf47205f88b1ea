"""Templates: where a portal's pages show title, date, body and the rest, learned from some of its articles. Pure.

What was read of each page by itself, and what lists say of it, is looked for again in its markup; a place that holds
the right thing on page after page is believed, also on the page where the reader was mistaken. Nothing is believed
that does not stand a trial: with the selectors the same pages must come out as well as without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from archive.record import Article

from ..extract import read, read_region
from ..extract.listnames import names_of_lists
from ..page import Page
from ..page.furniture import plain
from ..portal import Portal
from ..portal.tables import Selectors, Shares, Texts
from .induction import Path, Way, induce, names_of
from .lessons import without_files
from .samples import Sample, Samples, without
from .sightings import FIELDS, Look, is_name

_Value = TypeVar("_Value")

SAMPLE = 20  # pages to learn from: more hardly add anything (`make bench-extract` has the curve)
_LEAST = 3  # pages to learn from at all
_SHOWN = 2  # pages that must show a thing
_BELIEVED = 0.8  # of (right + 1) / (pages + 2): three of three, nine of ten
_ONE_IN = 10  # pages may come out otherwise than before; half as many in what the body's box takes along
_FITS = 0.9  # of the pages, for selectors that need not be learned
_SAME = 0.97  # of two bodies' words: the same body
_TEXT = 120  # characters that are no label
_REGIONS = frozenset(("div", "article", "section", "main", "form"))  # what holds all of an article, and no menus
_IN_TEXT = ("body", "drop", "author", "source")  # what is not known of a page whose text, a poem's, was not seen
_BESIDE = ("images", "attachments", "source", "summary")  # what a wrong body box would change beside the body


def learn_selectors(portal: Portal, samples: Sequence[Sample]) -> Portal:
    """The definition with the selectors that the samples teach, for what its own do not find; the same one if none."""
    own = frozenset(portal.learned.files)
    samples = [replace(one, article=without_files(one.article, own)) for one in _without_repeats(samples)[:SAMPLE]]
    if len(samples) < _LEAST:
        return portal
    known = Samples(portal, samples)
    portal = _with_lists(portal, known)
    found = {field: ways for field, look in FIELDS.items() if (ways := _ways(portal, known, field, look))}
    found, confidence = _on_trial(portal, known, found)
    if not found:
        return _with_region(portal, known)
    before = portal.learned.selectors
    merged = {
        field: tuple(dict.fromkeys((*(way.selector for way in ways), *getattr(before, field))))
        for field, ways in found.items()
    }
    learned = portal.learned.model_copy(
        update={
            "selectors": before.model_copy(update=merged),
            "confidence": Shares({**portal.learned.confidence, **confidence}),
            "shown": tuple(sample.article.url for sample in samples[:3]),
        }
    )
    return _with_region(portal.model_copy(update={"learned": learned}), known)


def _with_lists(portal: Portal, known: Samples) -> Portal:
    """The definition with what the menu calls the portal's lists, where most pages do not show their sections."""
    shown = sum(bool(one.article.section) and not _is_listed(one.article) for one in known.samples)
    lists = Texts() if 2 * shown >= len(known.samples) else Texts(names_of_lists([one.page for one in known.samples]))
    return portal.model_copy(update={"learned": portal.learned.model_copy(update={"lists": lists})})


def _is_listed(article: Article) -> bool:
    return article.extraction.fields.get("section") == "listing hint"


def _with_region(portal: Portal, known: Samples) -> Portal:
    """The definition with what stands around the titles that, read alone, spares the most and changes no record."""
    bare = portal.model_copy(update={"learned": portal.learned.model_copy(update={"region": None})})
    before = [read(sample.page, sample.capture, bare) for sample in known.samples]
    spared = 0
    for selector in _around_titles(bare, known):
        tried = bare.model_copy(update={"learned": bare.learned.model_copy(update={"region": selector})})
        gain = _spared(tried, selector, known, before)
        if gain > spared:
            portal, spared = tried, gain
    return portal if spared else bare


def _around_titles(portal: Portal, known: Samples) -> list[str]:
    """What stands around the titles of nearly all samples, by a name that nothing else has; the innermost first."""
    depths: dict[str, list[int]] = {}
    for named in known.pages:
        titles = [one for one in portal.reading.title for one in named.page.select(one) if not isinstance(one, str)]
        for depth, outer in enumerate(titles[0].iterancestors() if titles else ()):
            for name in names_of(outer) if outer.tag in _REGIONS else ():
                if len(named.select(Path(name))) == 1:
                    depths.setdefault(name, []).append(depth)
    usual = [name for name, found in depths.items() if len(found) >= _BELIEVED * len(known.pages)]
    usual.sort(key=lambda name: (sum(depths[name]) / len(depths[name]), len(name), name))
    return list({tuple(depths[name]): name for name in reversed(usual)}.values())[::-1]


def _spared(portal: Portal, region: str, known: Samples, before: Sequence[object]) -> int:
    """How many elements of the samples need not be read; 0 where a record would come out otherwise.

    Where the region does not do, it is read for nothing.
    """
    spared = 0
    for sample, whole in zip(known.samples, before, strict=True):
        inside = sum(1 for one in sample.page.select(region)[:1] for _ in one.iter())
        now = read_region(sample.page, sample.capture, portal)
        if now is None:
            spared -= inside
            continue
        own = whole.extraction if isinstance(whole, Article) else now.extraction
        if now.model_copy(update={"extraction": own}) != whole or now.extraction.fields != own.fields:
            return 0
        spared += sum(1 for _ in sample.page.root.iter()) - inside
    return spared


def fits(portal: Portal, pages: Sequence[Page]) -> bool:
    """Whether what was learned finds a title and a body on nearly all of some pages: if not, the portal has changed."""
    known = portal.reading
    places = [places for places in (known.title, known.body) if places]
    if not places:
        return False
    hit = sum(all(any(page.select(one) for one in group) for group in places) for page in pages)
    return hit >= _FITS * len(pages)


def _ways(portal: Portal, known: Samples, field: str, look: Look) -> list[Way]:
    """The ways to one field. None where the definition's own selectors find something nearly everywhere."""
    own: tuple[str, ...] = getattr(portal.selectors, field)
    hit = sum(any(sample.page.select(one) for one in own) for sample in known.samples) if own else 0
    if own and hit >= _FITS * len(known.samples):
        return []
    showing, judge, weights = look(known)
    return induce(known.pages, showing, judge, weights) if len(showing) >= _SHOWN else []


def _on_trial(
    portal: Portal, known: Samples, found: dict[str, list[Way]]
) -> tuple[dict[str, list[Way]], dict[str, float]]:
    """What of the ways stands the trial, with how sure it is: the samples are read with it, and compared."""
    while found:
        learned = Selectors.model_validate({field: [way.selector for way in ways] for field, ways in found.items()})
        tried = portal.with_selectors(learned)
        agreed: Counter[str] = Counter()
        asked: Counter[str] = Counter()
        answers = [read(sample.page, sample.capture, tried) for sample in known.samples]
        texts = [_own_text(now) if isinstance(now, Article) else "" for now in answers]
        for number, now in enumerate(answers):
            compared = _compared(known, number, found, now)
            unseen = not known.samples[number].article.body and len(texts[number]) >= _TEXT
            if unseen and texts.count(texts[number]) == 1:
                compared = {field: pair for field, pair in compared.items() if field not in _IN_TEXT}
            for field, (before, after) in compared.items():
                asked[field] += 1
                agreed[field] += before == after
        sure = {field: (agreed[field] + 1) / (asked[field] + 2) for field in asked}
        differing = {field: asked[field] - agreed[field] for field in asked}
        bad = [
            field for field in found if sure[field] < _BELIEVED or differing[field] > max(1, asked[field] // _ONE_IN)
        ]
        if "body" in found and any(differing[field] > asked[field] // (2 * _ONE_IN) for field in _BESIDE):
            bad.append("body")
        if not bad:
            return found, {field: round(sure[field], 2) for field in found}
        found = {field: ways for field, ways in found.items() if field not in bad}
    return {}, {}


def _compared(
    known: Samples, number: int, found: dict[str, list[Way]], after: object
) -> dict[str, tuple[object, object]]:
    """Field by field, what a page has: as it is known or was read before, and as it is read with the selectors."""
    before = known.samples[number].article
    if not isinstance(after, Article):
        return dict.fromkeys((*FIELDS, *_BESIDE), (True, False))
    body = without(before.body, known.repeated) if "drop" in found else before.body
    files = known.own_files[number] if "attachments" in found else {file.url for file in before.attachments}
    return {
        "title": (known.titles[number].value, plain(after.title)),
        "date": (known.dates[number].value or before.timestamp, after.timestamp),
        "body": (True, _likeness(body, after.body) >= _SAME),
        "drop": (True, _likeness(body, after.body) >= _SAME),
        "author": (before.author or _signer(after.author, known), after.author),
        "source": (before.source, after.source),
        "section": (known.sections[number] or _known(after.section, known.sections), after.section),
        "summary": (before.summary, after.summary),
        "images": ({one.url for one in before.images}, {one.url for one in after.images}),
        "attachments": (files, {file.url for file in after.attachments}),
    }


def _known(found: _Value, others: Collection[object]) -> _Value | None:
    """What only a selector finds on a page, where other pages have the same: the reader was mistaken."""
    return found if found in others else None


def _signer(found: str | None, known: Samples) -> str | None:
    return found if is_name(found) else _known(found, known.authors)


def _own_text(article: Article) -> str:
    """An article's text without the paragraphs that name its files."""
    names = [name for file in article.attachments if (name := file.name or file.url.rpartition("/")[2])]
    return "\n\n".join(one for one in article.body.split("\n\n") if not any(name in one for name in names))


def _likeness(one: str, other: str) -> float:
    """F1 of two texts' words."""
    if one == other:
        return 1.0
    here, there = Counter(one.split()), Counter(other.split())
    common = (here & there).total()
    return 2 * common / (here.total() + there.total()) if common else 0.0


def _without_repeats(samples: Sequence[Sample]) -> list[Sample]:
    """One of each text: near-duplicates would outvote the rest."""
    known: set[tuple[str, str]] = set()
    kept = []
    for sample in samples:
        mark = (plain(sample.article.title), sample.article.body[:200])
        if mark not in known:
            known.add(mark)
            kept.append(sample)
    return kept
