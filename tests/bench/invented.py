"""Invented articles, as many as are wanted, and questions about them, for `bench use`.

The articles are put straight into the ledgers of some portals: sentences of common syllables, seen as often as words
are. A question is a tree that each engine writes in its own language.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from archive.collection import Collection
from archive.filters import ALL, Filters
from archive.fixity import manifest
from archive.folding import folded
from archive.ledger import Ledger
from archive.record import Article, Extraction, Provenance, article_id
from archive.shard import Shard

RUN = "20260101000000"

_ONSETS = "b c ch d đ g h k kh l m n ng nh ph qu r s t th tr v x"
_RHYMES = (
    "a à á ả ã ạ an án ạn ang áng ai ải ao ảo ăn ắn ăng âu ấu ân ấn ất ập e è é ẹ em én ê ề ế ể ệ ên ết ện êu i ì í ỉ ị"
    " in ính ịch iên iến iện iệt o ó ỏ ọ ong óng oan oán ô ồ ố ổ ộ ông ống ội ơ ờ ớ ở ợ ơn ơi u ú ủ ụ ung úc ư ừ ứ ử ự"
    " ưng ước ượng ương ười ưu uy ủy uyên uyết"
)
_TOKEN = re.compile(r'"[^"]*"|[()]|[^\s()"]+')


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a phrase, or the beginning of a word."""

    text: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Both:
    """`joined`: AND, OR, NOT (the first, and not the second)."""

    joined: str
    one: Tree
    other: Tree


Tree = Term | Both


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, as our search takes it."""

    text: str
    filters: Filters = ALL

    @property
    def tree(self) -> Tree:
        tokens = _TOKEN.findall(self.text)[::-1]
        return _either(tokens)


def _either(tokens: list[str]) -> Tree:
    found = _both(tokens)
    while tokens and tokens[-1] == "OR":
        tokens.pop()
        found = Both("OR", found, _both(tokens))
    return found


def _both(tokens: list[str]) -> Tree:
    found = _one(tokens)
    while tokens and tokens[-1] not in (")", "OR"):
        joined = tokens.pop() if tokens[-1] in ("AND", "NOT") else "AND"
        found = Both(joined, found, _one(tokens))
    return found


def _one(tokens: list[str]) -> Tree:
    token = tokens.pop()
    if token == "(":
        found = _either(tokens)
        tokens.pop()
        return found
    return Term(token.strip('"*'), token.endswith("*"))


def questions(words: Sequence[str], portals: int, number: int = 50) -> list[Asked]:
    """Common and rare words, with accents and without, phrases, beginnings, OR, NOT, filters."""
    chance = random.Random(7)
    found = []
    for place in range(number):
        one, two = words[chance.randrange(60)], words[chance.randrange(20, 1500)]
        way = folded if place % 3 == 0 else str
        one, two = way(one), way(two)
        shapes = [
            Asked(two),
            Asked(f"{one} {two}"),
            Asked(f'"{one} {two}"'),
            Asked(f"{two}*"),
            Asked(f"{one} OR {two}"),
            Asked(f"{two} NOT {one}"),
            Asked(two, Filters(portals=(f"huyen-{place % portals:02d}",))),
            Asked(f"{one} {two}", Filters(since="2016", until="2019")),
        ]
        found.append(shapes[place % len(shapes)])
    return found


def made(folder: Path, articles: int, portals: int) -> list[str]:
    """A collection, as far as records go; gives its words, the most frequent first."""
    chance = random.Random(6)
    words = [onset + rhyme for onset in _ONSETS.split() for rhyme in _RHYMES.split()]
    chance.shuffle(words)
    weights = list(accumulate(1 / (place + 3) for place in range(len(words))))
    sentences = [
        " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(6, 28))).capitalize() + "."
        for _ in range(20_000)
    ]
    names = [" ".join(chance.choices(words, k=3)).title() for _ in range(800)]
    sections = [" ".join(chance.choices(words, k=3)).capitalize() for _ in range(40)]
    for portal in range(portals):
        name = f"huyen-{portal:02d}"
        numbers = range(portal, articles, portals)
        keep(folder, name, (_fields(number, chance, sentences, names, sections) for number in numbers))
    return words


def keep(folder: Path, portal: str, articles: Iterator[dict[str, Any]]) -> None:
    """A portal with these articles: `name` of each is the last part of its address."""
    shard = folder / portal
    shard.mkdir(parents=True)
    (shard / "portal.toml").write_text(f'[portal]\nname = "{portal}"\nurl = "http://{portal}.example/"\n')
    ledger = Ledger(shard / "ledger.sqlite")
    with ledger.transaction():
        for fields in articles:
            url = f"http://{portal}.example/tin/{fields.pop('name')}"
            article = Article.model_construct(
                id=article_id(portal, url),
                url=url,
                canonical_url=url,
                portal=portal,
                language="vi",
                first_seen="2026-01-01T00:00:00Z",
                last_seen="2026-01-01T00:00:00Z",
                content_sha256="0" * 64,
                provenance=Provenance(),
                extraction=Extraction(extractor="bench"),
                **fields,
            )
            ledger.versions.save(article, RUN)
    ledger.close()
    manifest.add(Collection(folder).shard(portal), "crawl", run=RUN, made="2026-01-01T00:00:00Z", software="bench")


def edit(shard: Shard, number: int) -> None:
    """What a later crawl leaves: so many articles have another title."""
    articles = [*islice(shard.articles(), number)]
    ledger = Ledger(shard.ledger_file)
    with ledger.transaction():
        for one in articles:
            ledger.versions.save(one.model_copy(update={"title": f"{one.title} (sửa)", "version": 2}), RUN)
    ledger.close()
    manifest.add(shard, "crawl", run=RUN, made="2026-02-01T00:00:00Z", software="bench")


def _fields(
    number: int, chance: random.Random, sentences: Sequence[str], names: Sequence[str], sections: Sequence[str]
) -> dict[str, Any]:
    day = datetime(2012, 1, 1, 8) + timedelta(minutes=chance.randrange(13 * 365 * 24 * 60))
    return {
        "name": f"bai-{number}.html",
        "section": (chance.choice(sections),),
        "title": chance.choice(sentences)[:90],
        "timestamp": f"{day.isoformat()}+07:00",
        "timestamp_raw": f"{day:%d/%m/%Y %H:%M}",
        "timestamp_kind": "published",
        "author": chance.choice(names) if number % 5 else None,
        "body": "\n\n".join(" ".join(chance.choices(sentences, k=4)) for _ in range(4)),
    }
