"""Structured data of a page: JSON-LD, microdata, Open Graph and other <meta>. Evidence, not truth.

A portal's account names stand here as authors, its own name as headline, the hour of the last build as date. What is
read here carries its source, and the caller weighs it against what a reader sees.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..page import Page, fold

_ARTICLE = re.compile(r"(?:Article|Posting)$|^Report$|^ClaimReview$")
# What people say to each other, and what somebody is looked for: with a headline and a day, and no article.
_NO_ARTICLE = frozenset(("DiscussionForumPosting", "SocialMediaPosting", "JobPosting"))
_LARGEST = 1 << 19  # characters of one JSON-LD script
_VALUES = 100  # of one sort
_NODES = 2000  # of one page's JSON-LD
_BEGINNING = 2  # times that the whole is longer
_TAG = re.compile(r"<[^<>]{1,200}>")
_CONTROL = re.compile(r"[\x00-\x1f]+")


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Names of <meta>, lower case, best first.
_TITLES = _names("og:title twitter:title dc.title dcterms.title citation_title headline sailthru.title parsely-title")
_DATES = _names(
    "article:published_time og:article:published_time datepublished date.issued dc.date.issued dcterms.created"
    " dc.date.created citation_publication_date sailthru.date parsely-pub-date publish-date publishdate publish_date"
    " pubdate article.published dc.date dcterms.date date og:published_time cxenseparse:recs:publishtime"
    " originalpublicationdate created rnews:datepublished"
    " published published-date w-published-date article-published-date citation_date citation_online_date"
)
_MODIFIED = _names(
    "article:modified_time og:updated_time datemodified dc.date.modified dcterms.modified last-modified"
    " article:modified"
)
_AUTHORS = _names(
    "author article:author dc.creator dcterms.creator citation_author parsely-author sailthru.author byl"
    " article:author_name"
)
_RDFA_DATES = _names("dc:date schema:datePublished schema:dateCreated dc:created dcterms:created")


@dataclass(slots=True)
class Structured:
    """What a page says of itself to machines. Each value is (text, source in words); lists are best first."""

    titles: list[tuple[str, str]] = field(default_factory=list)
    published: list[tuple[str, str]] = field(default_factory=list)
    modified: list[tuple[str, str]] = field(default_factory=list)
    authors: list[tuple[str, str]] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)
    summaries: list[tuple[str, str]] = field(default_factory=list)
    text: tuple[str, ...] = ()  # the paragraphs of the whole article
    sections: tuple[str, ...] = ()
    site_name: str | None = None
    article: bool = False  # it calls itself an article
    news: bool = False  # one of the press
    product: bool = False  # something that is sold
    kinds: set[str] = field(default_factory=set)  # what JSON-LD calls it and its parts


def whole(body: list[str], said: Structured) -> list[str]:
    """The article's paragraphs as machines are told them, where a reader is shown no more than their beginning."""
    told = " ".join(said.text)
    shown = max(body, key=len, default="")
    if len(told) < _BEGINNING * sum(map(len, body)) or len(told) < 500 or fold(shown)[:100] not in told:
        return body
    return list(said.text)


def structured(page: Page) -> Structured:
    """Read everything that is marked up. Never raises on what is malformed."""
    found = Structured()
    scripts = (one for one in page.elements("script") if "ld+json" in one.get("type", "").lower())
    nodes = [node for one in scripts for node in _nodes(one.text)]
    named = {node["@id"]: node["name"] for node in nodes if isinstance(node.get("@id"), str) and "name" in node}
    for node in nodes:
        _read_node(node, found, named)
    _read_meta(page, found)
    _read_microdata(page, found)
    return found


def _nodes(text: str | None) -> Iterator[dict[str, Any]]:
    """Every object of a JSON-LD script, outer ones first."""
    if not text or len(text) > _LARGEST:
        return
    text = text.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        try:
            value = json.loads(_CONTROL.sub(" ", text))
        except (ValueError, RecursionError):
            return
    queue: list[Any] = [value]
    for _ in range(_NODES):
        if not queue:
            return
        value = queue.pop(0)
        if isinstance(value, list):
            queue[:0] = value
        elif isinstance(value, dict):
            yield value
            for key in ("@graph", "mainEntity", "mainEntityOfPage"):
                if isinstance(value.get(key), (dict, list)):
                    queue.append(value[key])


def _read_node(node: dict[str, Any], found: Structured, named: dict[str, Any]) -> None:
    types = [kind for kind in _listed(node.get("@type")) if isinstance(kind, str)]
    found.kinds.update(types)
    if any(_ARTICLE.search(kind) for kind in types):
        found.article = found.article or not _NO_ARTICLE.issuperset(types)
        found.news = found.news or any("News" in kind for kind in types)
        _add(found.titles, node.get("headline") or node.get("name"), "json-ld headline")
        _add(found.published, node.get("datePublished") or node.get("dateCreated"), "json-ld datePublished")
        _add(found.modified, node.get("dateModified"), "json-ld dateModified")
        _add(found.summaries, node.get("description"), "json-ld description")
        for author in _listed(node.get("author") or node.get("creator")):
            name = author.get("name") or named.get(str(author.get("@id"))) if isinstance(author, dict) else author
            for one in _listed(name):
                _add(found.authors, one, "json-ld author")
        for picture in _listed(node.get("image")):
            _add(found.images, picture.get("url") if isinstance(picture, dict) else picture, "json-ld image")
        text = node.get("articleBody")
        if isinstance(text, str) and not found.text:
            pieces = _TAG.sub("\n", html.unescape(text)).splitlines()
            found.text = tuple(piece for piece in map(fold, pieces) if piece)
        section = node.get("articleSection")
        if isinstance(section, str) and section.strip() and not found.sections:
            found.sections = (fold(section),)
    elif any(kind in ("Product", "ProductGroup") for kind in types):
        found.product = True
    elif "WebPage" in types or "ItemPage" in types:
        _add(found.published, node.get("datePublished"), "json-ld datePublished of the page")
    elif "WebSite" in types or "Organization" in types:
        name = node.get("name")
        if isinstance(name, str) and not found.site_name and "WebSite" in types:
            found.site_name = fold(name)


def _read_meta(page: Page, found: Structured) -> None:
    values: dict[str, list[str]] = {}
    for meta in page.elements("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = fold(meta.get("content", ""))
        if key and content:
            values.setdefault(key.lower(), []).append(content)
    if (name := values.get("og:site_name")) is not None:
        found.site_name = name[0]
    kind = values.get("og:type", [""])[0].lower()
    found.article = found.article or kind.endswith("article")
    found.product = found.product or kind.startswith("product")
    for names, target in ((_TITLES, found.titles), (_DATES, found.published), (_MODIFIED, found.modified)):
        for key in filter(values.__contains__, names):
            _add(target, values[key][0], f"meta {key}")
    for key in _AUTHORS:
        for value in values.get(key, ()):
            _add(found.authors, value, f"meta {key}")
    for key in ("og:image", "og:image:url", "twitter:image", "twitter:image:src"):
        for value in values.get(key, ())[:1]:
            _add(found.images, value, f"meta {key}")
    for key in ("og:description", "description", "twitter:description"):
        for value in values.get(key, ())[:1]:
            _add(found.summaries, value, f"meta {key}")
    if not found.sections and "article:section" in values:
        found.sections = (values["article:section"][0],)


def _read_microdata(page: Page, found: Structured) -> None:
    """Of each property the first three; `name` inside an author is the author's."""
    targets = {
        "headline": found.titles,
        "datePublished": found.published,
        "dateModified": found.modified,
        "author": found.authors,
    }
    counted: dict[str, int] = {}
    for element in page.select("//*[@itemprop]" if page.is_large else "/descendant::*/@itemprop/.."):
        if element.tag == "meta" and element.getparent().tag == "head":
            continue
        for name in element.get("itemprop").split():
            target = targets.get(name)
            if target is None or counted.get(name, 0) == 3:
                continue
            counted[name] = counted.get(name, 0) + 1
            named = element.find('.//*[@itemprop="name"]') if name == "author" else None
            shown = element if named is None else named
            value = shown.get("content") or shown.get("datetime") or "".join(shown.itertext())
            _add(target, value, f"microdata {name}")
    named = "//*[@property][not(self::meta)]" if page.is_large else "/descendant::*/@property[not(parent::meta)]/.."
    for element in page.select(named):
        if element.get("property") in _RDFA_DATES:
            _add(found.published, element.get("content") or "".join(element.itertext()), "rdfa date")
            break


def _add(target: list[tuple[str, str]], value: Any, source: str) -> None:
    if not isinstance(value, str):
        return
    text = fold(html.unescape(value))
    if text and len(text) < 2000 and len(target) < _VALUES and (text, source) not in target:
        target.append((text, source))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
