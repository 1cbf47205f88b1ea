"""Derived: what became of a run's captures, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Literal

from archive.record import BETWEEN, Article


@dataclass(slots=True)
class Derived:
    """What became of the captures of a run."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    returned: int = 0  # were gone, and are there again
    moved: int = 0  # are as they were, at another address
    completed: int = 0  # have what was missing now: a picture or document, what lists tell, a day of their own
    twins: int = 0  # other addresses of an article that is there already
    refused: Counter[str] = field(default_factory=Counter)  # pages that are no articles, by what they are
    sections: dict[str, Counter[str]] = field(default_factory=dict)  # what was new, changed, gone ..., by section
    _news: set[str] = field(default_factory=set)  # articles that are counted above: a run may capture one again
    _seen: set[str] = field(default_factory=set)  # that were seen as they were

    def note(self, what: Literal["new", "changed", "gone", "returned", "moved"], article: Article) -> None:
        """Count one of what a reader of the portal would call news."""
        self._news.add(article.id)
        setattr(self, what, getattr(self, what) + 1)
        self.sections.setdefault(BETWEEN.join(article.section), Counter())[what] += 1

    def saw(self, article: Article) -> None:
        """An article is as it was."""
        self._seen.add(article.id)

    def summary(self) -> dict[str, object]:
        """As the report has it."""
        numbers = {f.name: getattr(self, f.name) for f in fields(self) if f.type == "int"}
        numbers["unchanged"] = len(self._seen - self._news)
        sections = {name: dict(self.sections[name]) for name in sorted(self.sections)}
        return {**numbers, "sections": sections, "not_articles": dict(self.refused.most_common())}
