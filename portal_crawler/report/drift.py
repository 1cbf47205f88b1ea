"""Drift: fields that a portal's articles used to have and of late have not. Its pages were redesigned, most likely.

Each run's articles are measured against what the runs before it found in the same sections: a section that is never
signed says nothing against the others. Pure: counts in, findings out. `report` calls it, and each crawl's own report.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from archive.ledger.versions import FIELDS, Brought

_RECENT = 10  # runs that brought something; what began before them is how the portal is now
_ENOUGH = 10  # articles of a section that say what it is like; of fewer, the portal does
_LESS = 0.75  # of what was to be expected: what is above it may be certain, and is no redesign
_CERTAIN = math.log(1e5)  # so unlikely must it be that chance did it: many are looked at


@dataclass(frozen=True, slots=True)
class Drift:
    """A field that fewer articles have than had it before."""

    field: str
    since: str  # the run with which it began
    articles: int  # found since then, new or changed
    share: float  # of them that have it
    before: int  # articles found by the runs before
    before_share: float  # of them that have it, each section as often as it comes since


@dataclass(slots=True)
class _Found:
    """Articles by section, and how many of them have each field."""

    articles: Counter[tuple[str, ...]] = field(default_factory=Counter)
    filled: dict[str, Counter[tuple[str, ...]]] = field(default_factory=lambda: {name: Counter() for name in FIELDS})

    def add(self, one: Brought) -> None:
        self.articles[one.section] += one.articles
        for name in FIELDS:
            self.filled[name][one.section] += one.filled[name]

    @classmethod
    def together(cls, several: Iterable[_Found]) -> _Found:
        whole = cls()
        for one in several:
            whole.articles.update(one.articles)
            for name in FIELDS:
                whole.filled[name].update(one.filled[name])
        return whole


def drifts(runs: Sequence[str], first: Iterable[str], brought: Iterable[Brought]) -> Iterator[Drift]:
    """The fields that drifted. `runs` in order of time; `first`: those that together were the portal's first visit."""
    first = set(first)
    found: dict[str, _Found] = {run: _Found() for run in ("", *runs)}
    for one in brought:
        if one.run in found:
            found["" if one.run in first else one.run].add(one)
    there = [(run, one) for run, one in found.items() if one.articles]
    steps = [
        (there[at][0], _Found.together(one for _, one in there[:at]), _Found.together(one for _, one in there[at:]))
        for at in range(max(1, len(there) - _RECENT), len(there))
    ]
    for name in FIELDS:
        best = max(((_surprise(before, since, name), run, before, since) for run, before, since in steps),
                   key=lambda one: one[0], default=None)  # fmt: skip
        if best is not None and best[0] >= _CERTAIN:
            _, run, before, since = best
            articles = since.articles.total()
            share = since.filled[name].total() / articles
            expected, _ = _expected(before, since, name)
            yield Drift(name, run, articles, round(share, 4), before.articles.total(), round(expected, 4))


def _surprise(before: _Found, since: _Found, name: str) -> float:
    """How unlikely it is that so few have the field, were all as before: minus the logarithm of a bound.

    That of two samples (the logarithm of their likelihood ratio): what was before is no surer than it is many.
    """
    articles = since.articles.total()
    share = since.filled[name].total() / articles
    expected, known = _expected(before, since, name, seen=1)
    if share >= _LESS * expected:
        return 0.0
    both = (known * expected + articles * share) / (known + articles)
    return known * _apart(expected, both) + articles * _apart(share, both)


def _apart(share: float, other: float) -> float:
    """Kullback and Leibler's divergence of a share from another one."""
    return sum(one * math.log(one / two) for one, two in ((share, other), (1 - share, 1 - other)) if one)


def _expected(before: _Found, since: _Found, name: str, seen: int = 0) -> tuple[float, float]:
    """The share of the articles since that would have the field, and how many articles before say so.

    `seen`: count one more with and one without it.
    """
    total = since.articles.total()
    here = {section for section in since.articles if before.articles[section] >= _ENOUGH}
    groups = [(since.articles[section], before.articles[section], before.filled[name][section]) for section in here]
    rest = sum(number for section, number in since.articles.items() if section not in here)
    if rest:
        groups.append((rest, before.articles.total(), before.filled[name].total()))
    expected = sum(number / total * (filled + seen) / (known + 2 * seen) for number, known, filled in groups)
    # As many as would be as sure of a share: of a sum of shares the variances add.
    surety = sum((number / total) ** 2 / (known + 2 * seen) for number, known, _ in groups)
    return expected, 1 / surety
