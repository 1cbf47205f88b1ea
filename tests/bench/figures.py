"""Figures: what a tool gave for each page of a set, beside the truth. No tool's module is used here.

A page that a tool gave nothing for counts as missed in every field. Each figure has its own n: a field is judged only
where the truth knows it, and on portals "there is none" is known too. Texts are compared where the truth has one; where
it has none, `empty` counts those that were left so.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

_WORD = re.compile(r"\w+")
_BETWEEN_NAMES = re.compile(r"\s*[;,]\s*|\s+-\s+|\s+(?:and|và|und|et|y)\s+")

Answer = Mapping[str, Any]  # title, timestamp, author, body, images, attachments: as in a record


@dataclass(frozen=True)
class Truth:
    """What is right for one article. None: not known, and not judged."""

    title: str | None
    dates: frozenset[str] | None  # days; empty: it has none, and none is right
    authors: frozenset[str] | None  # names as `names` gives them
    body: str
    images: tuple[frozenset[str], ...] | None  # of each picture the addresses that are right, as `bare` gives them
    attachments: tuple[frozenset[str], ...] | None


@dataclass(frozen=True)
class Sheet:
    """One page of a set. No truth: it is no article."""

    id: str
    url: str
    truth: Truth | None


@dataclass(frozen=True)
class Failure:
    """One field of one page that is not as the truth has it."""

    field: str
    url: str
    given: Any
    right: Any


@dataclass
class Figures:
    """Sums over pages; `+=` joins sets."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)  # given, and not right
    judged: Counter[str] = field(default_factory=Counter)
    body: float = 0.0
    sets: dict[str, list[int]] = field(default_factory=lambda: {"images": [0, 0, 0], "attachments": [0, 0, 0]})
    told: Counter[str] = field(default_factory=Counter)  # hit, missed, false: articles told from other pages
    failures: list[Failure] = field(default_factory=list)

    def __iadd__(self, other: Figures) -> Figures:
        for name in ("right", "wrong", "judged", "told"):
            getattr(self, name).update(getattr(other, name))
        self.body += other.body
        for name, counts in other.sets.items():
            self.sets[name] = [mine + its for mine, its in zip(self.sets[name], counts, strict=True)]
        self.failures += other.failures
        return self

    def share(self, name: str) -> float | None:
        return self.right[name] / self.judged[name] if self.judged[name] else None

    def wrongly(self, name: str) -> float | None:
        return self.wrong[name] / self.judged[name] if self.judged[name] else None

    @property
    def body_f1(self) -> float | None:
        return self.body / self.judged["body"] if self.judged["body"] else None

    def set_f1(self, name: str) -> float | None:
        """Of `images` or `attachments`, over all articles together; None where there are none and none were given."""
        hit, missed, extra = self.sets[name]
        return 2 * hit / (2 * hit + missed + extra) if hit or missed or extra else None

    @property
    def precision(self) -> float | None:
        given = self.told["hit"] + self.told["false"]
        return self.told["hit"] / given if given and self.told["others"] else None

    @property
    def articles(self) -> int:
        return self.told["hit"] + self.told["missed"]

    @property
    def recall(self) -> float | None:
        return self.told["hit"] / self.articles if self.articles else None

    def as_json(self) -> dict[str, Any]:
        """Each figure with its n."""

        def figure(value: float | None, n: int) -> dict[str, Any]:
            return {"value": None if value is None else round(value, 4), "n": n}

        found: dict[str, Any] = {}
        for name in ("title", "date", "author"):
            found[f"{name} exact"] = figure(self.share(name), self.judged[name])
            found[f"{name} wrong"] = figure(self.wrongly(name), self.judged[name])
        found["author exact where signed"] = figure(self.share("signed"), self.judged["signed"])
        found["empty where there is no text"] = figure(self.share("empty"), self.judged["empty"])
        found["body F1"] = figure(self.body_f1, self.judged["body"])
        for name, (hit, missed, _) in self.sets.items():
            found[f"{name} F1"] = figure(self.set_f1(name), hit + missed)
        found["articles precision"] = figure(self.precision, self.articles + self.told["others"])
        found["articles recall"] = figure(self.recall, self.articles)
        return found


def judge(sheets: Iterable[Sheet], answers: Mapping[str, Answer], strays: Sequence[str] = ()) -> Figures:
    """Compare; `answers` by the sheets' ids, without those that the tool took for no article.

    `strays`: addresses of answers that are no sheet's, and no article's.
    """
    result = Figures()
    for url in strays:
        result.told["false"] += 1
        result.failures.append(Failure("article", url, "a record", None))
    for sheet in sheets:
        answer = answers.get(sheet.id)
        if sheet.truth is None:
            result.told["others"] += 1
            if answer is not None:
                result.told["false"] += 1
                result.failures.append(Failure("article", sheet.url, answer.get("title"), None))
            continue
        result.told["hit" if answer is not None else "missed"] += 1
        if answer is None:
            result.failures.append(Failure("article", sheet.url, None, sheet.truth.title))
        _judge(sheet, sheet.truth, answer or {}, result)
    return result


def _judge(sheet: Sheet, truth: Truth, answer: Answer, result: Figures) -> None:
    def told(name: str, right: bool, given: Any, expected: Any) -> None:
        result.judged[name] += 1
        result.right[name] += right
        result.wrong[name] += bool(given) and not right
        if not right and answer:
            result.failures.append(Failure(name, sheet.url, given, expected))

    if truth.title is not None:
        title = answer.get("title")
        told("title", bool(answer) and tokens(title) == tokens(truth.title), title, truth.title)
    if truth.dates is not None:
        day = (answer.get("timestamp") or "")[:10]
        told("date", bool(answer) and (day in truth.dates if truth.dates else not day), day, sorted(truth.dates))
    if truth.authors is not None:
        author = answer.get("author")
        told("author", bool(answer) and names(author) == truth.authors, author, sorted(truth.authors))
        if truth.authors:
            result.judged["signed"] += 1
            result.right["signed"] += names(author) == truth.authors
    if tokens(truth.body):
        result.judged["body"] += 1
        same = word_f1(answer.get("body"), truth.body)
        result.body += same
        if answer and same < 0.98:
            result.failures.append(Failure("body", sheet.url, answer.get("body"), truth.body))
    else:
        told("empty", bool(answer) and not tokens(answer.get("body")), answer.get("body"), "")
    for name in ("images", "attachments"):
        gold: tuple[frozenset[str], ...] | None = getattr(truth, name)
        if gold is None:
            continue
        result.judged[name] += 1
        mine = {bare(one if isinstance(one, str) else one["url"]) for one in answer.get(name) or ()}
        hits = sum(bool(right & mine) for right in gold)
        extra = mine - frozenset().union(*gold)
        for place, count in enumerate((hits, len(gold) - hits, len(extra))):
            result.sets[name][place] += count
        if answer and (hits < len(gold) or extra):
            result.failures.append(Failure(name, sheet.url, sorted(mine), [sorted(right) for right in gold]))


def tokens(text: str | None) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text or "").lower())


def word_f1(given: str | None, right: str | None) -> float:
    mine, gold = tokens(given), tokens(right)
    both = sum((Counter(mine) & Counter(gold)).values())
    return 2 * both / (len(mine) + len(gold)) if mine or gold else 1.0


def names(value: str | Iterable[str] | None) -> frozenset[str]:
    """The set of names in a line or a list of them."""
    lines = [value or ""] if value is None or isinstance(value, str) else value
    parts = (part for line in lines for part in _BETWEEN_NAMES.split(line))
    folded = (" ".join(tokens(re.sub(r"^(by|von|par|por)\s+", "", part.lower()))) for part in parts)
    return frozenset(name for name in folded if name)


def bare(url: str) -> str:
    """An address without what may differ: scheme, `www.`, query, percent-encoding."""
    parts = urlsplit(url)
    return unicodedata.normalize("NFC", unquote(parts.netloc.removeprefix("www.") + parts.path).lower())
