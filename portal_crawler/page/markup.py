"""Markup: what id, classes and role of an element call it. Weak evidence, never the only one for a field."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from .furniture import alternatives
from .page import string

# A portal's markup is the same on all its pages: the judgements are kept.
_kept = lru_cache(maxsize=1 << 14)

_SEMANTIC = frozenset(("nav", "aside", "footer", "menu", "dialog", "marquee"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ROLES = frozenset(
    (
        "navigation",
        "complementary",
        "contentinfo",
        "banner",
        "search",
        "menu",
        "menubar",
        "dialog",
        "alertdialog",
        "toolbar",
    )
)
_CALLED = alternatives(
    r"""
    comments?|commentlist|disqus\w*|respond|sharing|shar(?:e|er|es)|share-?(?:bar|box|buttons?|links?|this)
    social(?:-?\w+)?|addthis\w*|a2a\w*|related(?:-?\w+)?|recommend(?:ed|ations?)?|recirc\w*|promos?|promotion
    sponsor(?:ed)?|newsletter\w*|subscri(?:be|ption)s?|sign-?up|mailing|side-?bar\w*|nav(?:bar|igation|s)?|sub-?nav
    menus?|breadcrumbs?|crumbs?|pager|pagination|page-?nav\w*|post-?navigation|footer\w*|foot|toolbar|tool-?box|tags
    tag-?(?:list|links|cloud)|post-?tags|author-?(?:bio|box|info|card|profile|about)|about-?(?:the-?)?author|bio
    advert\w*|ads?|adsbygoogle|ad-?(?:slot|unit|container|wrapper)|banners?|cookies?(?:-?\w+)?|consent|gdpr
    pop-?ups?|modals?|overlay|login|print-?\w*|ratings?|votes?|voting|trending|most-?(?:read|popular|viewed)
    popular(?:-posts)?|outbrain\w*|taboola\w*|jp-relatedposts|read-?(?:more|next)
    more-?(?:stories|news|articles|from|posts)|up-?next|next-?prev|prev-?next|cta|call-?to-?action|donat(?:e|ion)\w*
    paywall|skip-?links?|screen-?reader-?text|sr-only|visually-?hidden|lien-?quan|tin-?lien-?quan|binh-?luan
    chia-?se|quang-?cao|noprint|d-print-none|wp-block-latest-posts|site-header|masthead|meta-?(?:nav|links)
    references?-?list|reflist|toc(?=\s|$)|toc[-_](?:list|container|box|wrapper|sidebar|nav|menu|widget)|table-of-contents
    footnotes|twitter-tweet|instagram-media|tiktok-embed|fb-post|bluesky-embed|reddit-embed\w*
    """,
    before=r"(?:^|[\s_-])",
    after=r"(?:$|[\s_-])",
)
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|comment-?(?:list|area|section|respond)|disqus\w*|respond|binh-?luan)(?:$|[\s_-])",
    re.I,
)
_CONSENT = re.compile(r"(?:^|[\s_-])(?:consent|cookies?|gdpr|onetrust)(?:$|[\s_-])", re.I)
_CONTENT = re.compile(
    r"(?:^|[\s_-])(?:article|articlebody|story|entry|post|content|main|body)(?:$|[\s_-])|article-?body|post-?content|entry-?content|story-?body",
    re.I,
)
_TITLE = re.compile(r"title|tieu-?de|headline|heading|(?:^|[\s_-])(?:ten-?(?:bai|tin)|name|subject)(?:$|[\s_-])", re.I)
_CAPTION = re.compile(
    r"caption|chu-?thich|credit|(?:^|[\s_-])(?:img|image|photo)-?(?:desc|description|title|text|legend|note)", re.I
)
_AUTHOR = re.compile(r"(?:^|[\s_-])(?:author|authors|byline|by-line|writer|contributor|tac-?gia)(?:$|[\s_-])", re.I)
_SUMMARY = re.compile(
    r"sapo|(?:^|[\s_-])(?:lead|summary|standfirst|dek|excerpt|intro|trich-?(?:yeu|dan)|tom-?tat|description)(?:$|[\s_-])|short-?desc|hometext",
    re.I,
)
_DATE = re.compile(
    r"(?:^|[\s_-])(?:date|published|publish|posted|pubdate|post-?date|pub-?date|publish-?date|entry-?date|date-?time|time"
    r"|ngay-?(?:dang|tin|thang)?|thoi-?gian)(?:$|[\s_-])|(?:published|post|publish|story|article)[_-]*date",
    re.I,
)
_JOINT = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")  # itemRelated
_NEGATED = re.compile(r"(?:^|[\s_-])(?:no|non|with|has|have|without|is|hide|show)[-_][\w-]*", re.I)


def label(el: Any) -> str:
    """What the markup calls an element: id and classes, as one string to search in."""
    name, kind = el.get("id"), el.get("class")
    if name:
        return f"{name} {kind}" if kind else name
    return kind or ""


def is_furniture(el: Any) -> bool:
    """Whether the markup itself says that an element is none of the article."""
    if el.tag in _SEMANTIC:
        return True
    if not el.keys():
        return False
    role = el.get("role")
    if role and role.lower() in _ROLES:
        return True
    called = label(el)
    if not called or len(called) > 400 or not _is_called(called):
        return False
    if el.tag in _HEADINGS and el.get("id"):  # an anchor, made of the heading's words
        called = el.get("class") or ""
    if "paywall" in called and (el.tag == "p" or sum(1 for one in el if one.tag == "p") > 2):
        called = called.replace("paywall", "")  # the text that is behind it
    return _is_called(called)


@_kept
def _is_called(called: str) -> bool:
    called = _JOINT.sub("-", called)
    return bool(_CALLED.search(called)) and _CALLED.search(_NEGATED.sub(" ", called)) is not None


def runs(el: Any) -> bool:
    """Whether an element is, or stands in, a text that runs across the page: a greeting, a slogan, the latest news."""
    return el.tag == "marquee" or next(el.iterancestors("marquee"), None) is not None


def still(el: Any) -> str:
    """An element's text without what runs across the page."""
    if next(el.iter("marquee"), None) is None and not runs(el):
        return string(el)
    return "".join(el.xpath(".//text()[not(ancestor::marquee)]"))


def is_comments(el: Any) -> bool:
    called = label(el)
    return bool(called) and _COMMENTS.search(called) is not None


def is_consent(el: Any) -> bool:
    """Whether an element asks what may be kept of its reader: however long it is, it is nobody's article."""
    called = label(el)
    return bool(called) and _CONSENT.search(called) is not None


def says(pattern_of: str, el: Any) -> bool:
    """Whether id, class, itemprop or property of an element call it a "title", "caption", "summary", "date" …"""
    if not el.keys():  # nearly every paragraph
        return False
    called = label(el)
    more = el.get("itemprop") or el.get("property")
    if more:
        called = f"{called} {more}"
    return bool(called) and len(called) <= 400 and _says(pattern_of, called)


@_kept
def _says(pattern_of: str, called: str) -> bool:
    return _KINDS[pattern_of].search(called) is not None


_KINDS = {
    "title": _TITLE,
    "caption": _CAPTION,
    "summary": _SUMMARY,
    "author": _AUTHOR,
    "content": _CONTENT,
    "date": _DATE,
}
