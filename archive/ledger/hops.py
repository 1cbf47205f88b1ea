"""Hops: how a URL was found, and where a page leads, as other archives' tools read it in metadata records.

Fields of `application/warc-fields`: `via` and `hopsFromSeed` (WARC 1.1, section 6.6) of what was asked for, `outlink`
(Heritrix: address and letter) of a page that was read. A letter a hop, Heritrix's: L link, E embedded, R redirect,
P prerequisite (robots.txt), M named by a sitemap, S a form that was sent, I inferred: a guess of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from .rows import Kind, Lead, State

LONGEST = 50  # hops that are told; of a longer way the last, behind a +
MOST = 500  # outlinks of one page

_EMBEDDED = ("media", "requisite")


@dataclass(frozen=True, slots=True)
class Step:
    """A URL on the way from a seed to another."""

    url: str
    kind: Kind
    state: State
    guess: bool
    form: bool  # it is asked for by a POST


def letter(kind: str, *, guess: bool = False, form: bool = False, via: Step | None = None) -> str:
    """The hop that leads to a URL of this kind."""
    if kind == "robots":
        return "P"
    if via is not None and via.state == "redirected":
        return "R"
    if kind in _EMBEDDED:
        return "E"
    if guess:
        return "I"
    if form:
        return "S"
    return "M" if kind == "sitemap" or (via is not None and via.kind == "sitemap") else "L"


def way_fields(way: Sequence[Step]) -> list[tuple[str, str]]:
    """`via` and `hopsFromSeed` of the first step; each step was found on the next. A seed has none."""
    hops = [letter(one.kind, guess=one.guess, form=one.form, via=via) for one, via in pairwise(way)]
    if len(way) == 1 and way[0].kind == "robots":
        hops = ["P"]
    path = "".join(reversed(hops[:LONGEST]))
    fields = [("via", way[1].url)] if len(way) > 1 else []
    return [*fields, ("hopsFromSeed", f"{'+' if len(hops) > LONGEST else ''}{path}")] if path else fields


def outlink_fields(leads: Iterable[Lead], kind: str = "page") -> list[tuple[str, str]]:
    """`outlink` of each address that a page of this kind names, once; our guesses are none of its words."""
    named = {lead.url: lead for lead in leads if not lead.guess}
    fields = [
        ("outlink", f"{lead.url} {'M' if kind == 'sitemap' else letter(lead.kind, form=lead.form is not None)}")
        for lead in islice(named.values(), MOST)
    ]
    if len(named) > MOST:
        fields.append(("outlinks-left-out", str(len(named) - MOST)))
    return fields
