"""Probed: what a probe found of a portal: as a definition to begin with, as JSON, in words for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from archive.record import Article

from ..portal import Portal
from ..wording import counted

_SAMPLES = 5  # records that are shown
_ALIKE = 2  # records that must say the portal's name before it is believed


@dataclass(slots=True)
class Section:
    """A list of the portal, with what was seen of it."""

    url: str
    name: str | None  # as the links to it say
    entries: int = 0  # described addresses, each once
    pages: int = 0  # that were asked for
    paging: list[str] = field(default_factory=list)  # how its pages are told apart, in words


@dataclass(slots=True)
class Probed:
    """What a probe found."""

    portal: Portal
    evidence: tuple[str, ...] = ()  # for the family
    sections: list[Section] = field(default_factory=list)
    places: dict[str, list[str]] = field(default_factory=dict)  # robots, sitemap, feed: the addresses that are there
    samples: list[Article] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)  # pages that are no articles, by address, and why
    requests: int = 0
    read: bool = False  # a page came: else nothing is known of the portal, not even what it lacks
    called: str | None = None  # what the front page says that the portal is called
    moved: str | None = None  # where the front page leads, if not to itself, in words
    certificates: dict[str, str] = field(default_factory=dict)  # by host, what is wrong with the one that it shows
    problem: str | None = None  # why nothing, or not all, was found
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        if self.interrupted:
            return 130
        return 0 if self.samples or self.sections else 3

    @property
    def title(self) -> str | None:
        """What the portal is called, as its definition says, or enough of its articles do."""
        names = Counter(article.portal_name for article in self.samples if article.portal_name)
        name, number = names.most_common(1)[0] if names else (None, 0)
        return self.portal.portal.title or (name if number >= min(_ALIKE, len(self.samples)) else None)

    @property
    def toml(self) -> str | None:
        """A definition that `crawl` takes, the evidence in comments; None where nothing was found out."""
        if not self.read:
            return None
        portal = self.portal
        if self.title is not None:
            portal = portal.model_copy(update={"portal": portal.portal.model_copy(update={"title": self.title})})
        comments = [f"# {portal.family}: {', '.join(self.evidence)}"] if self.evidence else []
        if sure := portal.learned.confidence:  # what was found out becomes the person's own, to be mended
            comments.append(f"# learned from pages like {portal.learned.shown[0]}: " + _sure(sure))
            portal = portal.model_copy(update={"selectors": portal.reading})
        return "\n".join([*map(one_line, comments), portal.own_toml()])

    def as_json(self) -> dict[str, Any]:
        return {
            "url": self.portal.portal.url,
            "family": self.portal.family,
            "evidence": list(self.evidence),
            "sections": [
                {"url": s.url, "name": s.name, "entries": s.entries, "pages": s.pages, "paging": s.paging}
                for s in self.sections
            ],
            "places": self.places,
            "records": [article.model_dump(mode="json", by_alias=True) for article in self.samples],
            "not_articles": self.refused,
            "requests": self.requests,
            "problem": self.problem,
            "toml": self.toml,
        }


def shown(probed: Probed) -> str:
    """What was found, for a person."""
    portal = probed.portal
    lines = [f"{portal.portal.url}  ({counted(probed.requests, 'request')})" if probed.requests else portal.portal.url]
    if portal.family:
        lines.append(f"family     {portal.family}: {'; '.join(probed.evidence) or 'as its definition says'}")
    elif probed.read:
        lines.append("family     none that is known: its pages are read without selectors")
    if probed.requests:
        lines += _placed(probed)
    for number, section in enumerate(probed.sections):
        lines.append(f"{'lists' if number == 0 else '':<10} {section.name or '(no name)'}: {section.url}")
        seen = f"{counted(section.entries, 'entry', 'entries')} on {counted(section.pages, 'page')}"
        lines.append(f"{'':<13}{seen}; {', '.join(section.paging) or 'no further pages shown'}")
    for article in probed.samples[:_SAMPLES]:
        lines += ["", *_described(article)]
    if len(probed.samples) > _SAMPLES:
        lines += ["", f"and {counted(len(probed.samples) - _SAMPLES, 'article')} more"]
    if probed.refused:
        lines += ["", "no articles:"]
        lines += [f"  {url}  {reason}" for url, reason in probed.refused.items()]
    if probed.problem:
        lines += ["", f"attention  {probed.problem}"]
    return "\n".join(lines)


def _placed(probed: Probed) -> Iterable[str]:
    for kind, label in (("robots", "robots.txt"), ("sitemap", "sitemaps"), ("feed", "feeds")):
        if places := probed.places.get(kind, ["none found"] if probed.read else []):
            yield f"{label:<10} {', '.join(places)}"


def _described(article: Article) -> Iterable[str]:
    """A record, each field with where it came from; what is unknown is said."""
    yield f"article    {article.url}"
    values: dict[str, str | None] = {
        "title": article.title,
        "timestamp": article.timestamp and f"{article.timestamp} (printed as {article.timestamp_raw})",
        "author": article.author,
        "source": article.source,
        "section": " > ".join(article.section) or None,
        "summary": article.summary,
        "body": article.body and f"{len(article.body)} characters: {article.body}",
        "images": ", ".join(image.url for image in article.images) or None,
        "attachments": ", ".join(file.name or file.url for file in article.attachments) or None,
    }
    for name, value in values.items():
        origin = article.extraction.fields.get(name)
        yield f"  {name:<12} {_short(value) if value else 'null'}" + (f"   [{_short(origin)}]" if origin else "")


def remarks(probed: Probed) -> Iterator[str]:
    """What was found, in a few lines that each can be a comment: name, family, and what a person should know."""
    if name := probed.title or probed.called:
        yield _short(name)
    if probed.portal.family:
        yield f"family {probed.portal.family}: {_short('; '.join(probed.evidence) or 'as its definition says')}"
    elif probed.called:
        yield "no family that is known: its pages are read without selectors"
    if probed.moved:
        yield f"moved: {_short(probed.moved, 200)}"
    for host, what in probed.certificates.items():
        yield f"certificate of {host}: {_short(what)}"
    if probed.problem:
        yield f"attention: {_short(probed.problem, 300)}"


def _short(text: str, size: int = 90) -> str:
    text = one_line(text)
    return text if len(text) <= size else f"{text[: size - 1]}…"


def _sure(confidence: Mapping[str, float]) -> str:
    return ", ".join(f"{field} {share:.0%}" for field, share in confidence.items())


def one_line(text: str) -> str:
    """For a comment: what a page says may have anything in it."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
