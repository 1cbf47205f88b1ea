"""Successors: which kept article a page goes on with, though it has another address now. Reads the ledger's versions.

A portal that is done over gives its articles new addresses, to which the old ones redirect. That is the same article:
one record, under the name that it always had, with its former addresses as aliases.
"""

from __future__ import annotations

from archive.ledger import Ledger
from archive.record import Article

from ..page.furniture import plain
from ..urls import canonical


def before(ledger: Ledger, article: Article) -> Article | None:
    """The last version that is kept of what a page shows: of its address, or of one that leads there now."""
    known = ledger.versions.latest(article.id)
    if known is not None:
        return known
    key = canonical(article.url)
    here = ledger.versions.at(key)
    if here is not None and here.canonical_url == article.canonical_url:
        return here  # it moved there before
    former = [one for address in ledger.versions.aliases(key) if (one := ledger.versions.at(address)) is not None]
    same = {one.id: one for one in former if alike(one, article)}
    return next(iter(same.values())) if len(same) == 1 else None


def continued(article: Article, latest: Article) -> Article:
    """The article as the one that was kept before: by its name, with its former address among the others."""
    if latest.id == article.id:
        return article
    own = {article.canonical_url, canonical(article.url)}
    aliases = {*article.aliases, *latest.aliases, latest.canonical_url} - own
    return article.model_copy(update={"id": latest.id, "aliases": tuple(sorted(aliases))})


def alike(one: Article, other: Article) -> bool:
    """Whether two pages of which one leads to the other show one article: portals also lead from all to one notice."""
    return plain(one.title) == plain(other.title) or (bool(one.body) and one.body == other.body)
