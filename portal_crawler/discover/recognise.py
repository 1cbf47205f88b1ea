"""Recognise: from a page, with the headers that it came with, to the family of its portal, and why. Pure.

`[recognise]` of each family says what its pages show. What a page's text says is no evidence: a portal may write about
any system, and link to others' portals. What is loaded from its own host and how its own addresses look is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from urllib.parse import urlsplit

from ..page import Page, fold
from ..portal.family import families
from ..portal.tables import Recognise
from ..urls import bare, path_of, patterns, resolve
from .traps import is_archived

_ENOUGH = 2  # a generator, or any two others
_GENERATOR = 2
_ADDRESSES = 2_000  # of a page are looked at: a front page has a few hundred
_LONGEST = 500  # characters of an address; what is longer has no shape that anybody knows
_SHOWN = 80  # characters of what a page says are repeated in the evidence
_ADDRESS = "//a/@href | //area/@href | //link/@href | //script/@src | //img/@src | //iframe/@src | //form/@action"
_META = "//meta[translate(@name, 'GENRATO', 'genrato') = 'generator']/@content"


@dataclass(frozen=True, slots=True)
class Recognition:
    """A family, and what on the page shows it, in words."""

    family: str
    evidence: tuple[str, ...]


def recognise(page: Page, headers: Sequence[tuple[str, str]]) -> Recognition | None:
    """The family that the most evidence is for; None where there is too little, or as much for two."""
    seen = _Seen.of(page, headers)
    found: dict[str, tuple[int, tuple[str, ...]]] = {}
    for name, family in families().items():
        evidence = tuple(_evidence(family.recognise, page, seen))
        amount = sum(weight for weight, _ in evidence)
        if amount >= _ENOUGH:
            found[name] = amount, tuple(words for _, words in evidence)
    below = {base for name in found for base in _bases(name)}
    best = sorted(((amount, name) for name, (amount, _) in found.items() if name not in below), reverse=True)
    if not best or (len(best) > 1 and best[0][0] == best[1][0]):
        return None
    name = best[0][1]
    return Recognition(name, found[name][1])


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a page shows, apart from its elements."""

    generators: tuple[str, ...]
    addresses: tuple[str, ...]  # paths and queries on the page's own host, its own first
    cookies: tuple[str, ...]
    headers: tuple[str, ...]  # "name: value"

    @classmethod
    def of(cls, page: Page, headers: Sequence[tuple[str, str]]) -> _Seen:
        return cls(
            generators=tuple(fold(text) for text in page.select(_META)),
            addresses=tuple(dict.fromkeys(islice(_addresses(page), _ADDRESSES))),
            cookies=tuple(value.partition("=")[0].strip() for name, value in headers if name.lower() == "set-cookie"),
            headers=tuple(f"{name}: {value.strip()}" for name, value in headers),
        )


def _addresses(page: Page) -> Iterator[str]:
    host = bare(urlsplit(resolve(page.url, "/") or "").netloc)
    yield path_of(page.url)
    for href in page.select(_ADDRESS):
        if len(href) > _LONGEST or href[:1] in ("", "#"):
            continue
        if href[0] == "/" and href[1:2] not in ("/", "\\"):
            path = href.partition("#")[0]
        else:
            url = resolve(page.base, href)
            if url is None or bare(urlsplit(url).netloc) != host:
                continue
            path = path_of(url)
        if not is_archived(path):  # else it shows what the portal ran on when it was saved
            yield path


def _evidence(given: Recognise, page: Page, seen: _Seen) -> Iterator[tuple[int, str]]:
    """Each entry of a family that fits, with its weight and the words for it."""
    for beginning in given.generator:
        if (shown := _beginning(beginning, seen.generators)) is not None:
            yield _GENERATOR, f"generator {shown!r}"
            break  # names of one system: they tell no more than one of them
    for pattern in patterns(given.url):
        address = next((address for address in seen.addresses if pattern.search(address)), None)
        if address is not None:
            yield 1, f"address {address[:_SHOWN]!r}"
    for selector in given.selector:
        if page.select(selector):
            yield 1, f"selector {selector}"
    for beginning in given.cookie:
        if (shown := _beginning(beginning, seen.cookies)) is not None:
            yield 1, f"cookie {shown!r}"
    for line in given.header:
        name, _, value = line.partition(":")
        if (shown := _beginning(f"{name.strip()}: {value.strip()}", seen.headers)) is not None:
            yield 1, f"header {shown!r}"


def _beginning(beginning: str, texts: Iterable[str]) -> str | None:
    """The first text that begins so, cut to what is worth showing."""
    wanted = beginning.lower()
    return next((text[:_SHOWN] for text in texts if text.lower().startswith(wanted)), None)


@cache
def _bases(name: str) -> frozenset[str]:
    """The families that one is built on, and those that these are built on."""
    direct = families()[name].recognise.over
    return frozenset(direct).union(*(_bases(base) for base in direct if base != name))
