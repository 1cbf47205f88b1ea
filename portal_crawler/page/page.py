"""Page: a capture's bytes, read once: text, tree, base address. Shared by `extract` and `discover`.

The tree is plain lxml (half the cost of lxml.html's classes per node, measured), without comments and processing
instructions. Nothing here changes it, and nobody who is given it may.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from archive.errors import ArchiveError
from archive.warc.capture import Capture

from ..fields import chars, encodings, fontcodes
from ..urls import canonical, resolve
from .crowding import is_crowded
from .selectors import matched, matched_inside, needed, occurring

MAX_BYTES = 16 << 20  # of a page; the largest real one seen has 3 MB, pictures in data: URLs included
MAX_ELEMENTS = 200_000
_MANY = 20_000  # of them: libxml2 compares each that it comes to by its attribute with those it has
_ADDRESS = 2000  # characters of a base: every link of the page is joined to it
_TITLE = 10_000  # characters of a title: of a longer one nobody sees the end

_MAGIC = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
)
_MARK = b"\xcc"  # in UTF-8: begins U+0300 to U+033F, all that Vietnamese has
_RARE_MARK = b"\xcd"  # in UTF-8: begins what follows, up to U+037F
_TAG = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|title|meta|div|p|table|h[1-6]|span|a|br|ul|form|article)\b", re.I
)
_BASE = etree.XPath("string(/html/head/base/@href | /html/body/base/@href)", smart_strings=False)
_HEAD = 1 << 16  # bytes in which a feed says that it is one
# A comment ends at its first -->: were it tried at others as well, thirty comments would take hours.
_FEED = re.compile(
    rb"\s*+(?:<\?xml[^>]*>\s*+)?(?:(?><!--.*?-->)\s*+)*+<(rss|feed|urlset|sitemapindex|rdf:RDF|opml)\b", re.S
)
_ASKED = ("title", "meta", "link", "script", "input", "figcaption")
_HTML_TYPES = (
    "text/html",
    "application/xhtml+xml",
    "text/plain",
    "application/octet-stream",
    "text/xml",
    "application/xml",
)


class NotHtml(ArchiveError):
    """The bytes are no page that can be read: `str(error)` is the reason."""


class TooMuch(NotHtml):
    """It may be a page, and is beyond what is read of one."""


@dataclass(slots=True)
class Page:
    """A parsed page. `root` is the html element."""

    url: str
    base: str
    encoding: str
    root: Any
    in_utf8: bytes = field(default=b"", repr=False)  # the text that was parsed
    is_large: bool = False  # it has so many elements that they are found one by one
    _text: str = field(default="", repr=False)
    _seen: dict[str, list[Any]] = field(default_factory=dict, repr=False)
    _asked: bool = field(default=False, repr=False)  # for an id
    _known: dict[str, str] = field(default_factory=dict, repr=False)
    _named: dict[str, list[Any]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, capture: Capture) -> Page:
        """Raises NotHtml where the body is empty, too large, too deep or not HTML."""
        body = capture.body
        if not body.strip():
            raise NotHtml("empty body")
        if len(body) > MAX_BYTES:
            raise TooMuch(f"larger than {MAX_BYTES >> 20} MiB")
        kind = (capture.header("content-type") or "").partition(";")[0].strip().lower()
        if kind and kind not in _HTML_TYPES:
            raise NotHtml(f"not HTML: {kind[:80]}")
        _refuse_other_formats(body)
        if encodings.is_utf8(body):
            return cls._of(body, capture.url, "utf-8")
        text, encoding = encodings.decode_html(body, _charset(capture.header("content-type")))
        return cls.parse(fontcodes.legacy_page(text), capture.url, encoding)

    @classmethod
    def parse(cls, text: str, url: str, encoding: str = "utf-8") -> Page:
        """A page from its text. Raises NotHtml."""
        return cls._of(text.encode("utf-8", "replace"), url, encoding)

    @classmethod
    def _of(cls, in_utf8: bytes, url: str, encoding: str) -> Page:
        html = in_utf8.replace(b"\x00", b"")
        if _MARK in html or _RARE_MARK in html:
            html = _composed(html)
        if len(html) > 2 * MAX_ELEMENTS and html.count(b"<") > 2 * MAX_ELEMENTS:
            raise TooMuch(f"more than {MAX_ELEMENTS} elements")
        if is_crowded(html):
            raise TooMuch("elements with too many attributes")
        root = _tree(html)
        href = _BASE(root)
        base = resolve(url, href) if href and len(href) <= _ADDRESS else None
        is_large = len(html) > 10 * _MANY and html.count(b"<") > _MANY
        return cls(url=url, base=base or url, encoding=encoding, root=root, in_utf8=in_utf8, is_large=is_large)

    @property
    def source(self) -> str:
        """The text that was parsed: a search in it saves walks over the tree. Made where it is asked for: few do."""
        if not self._text:
            self._text = self.in_utf8.decode()
        return self._text

    def select(self, selector: str, node: Any = None) -> list[Any]:
        """What a selector of a definition matches, in document order: elements, or strings for ::text, ::attr and @.

        Raises UsageError where the selector is neither CSS nor XPath.
        """
        if node is not None:
            return matched(selector, node, plainly=self.is_large)
        if selector not in self._seen:
            lacks = self._lacks(needed(selector))
            self._seen[selector] = [] if lacks else matched(selector, self.root, plainly=self.is_large)
        return self._seen[selector]

    def select_inside(self, selector: str, node: Any) -> list[Any]:
        """`select` without the elements that do not stand inside `node`."""
        if not self.is_large and (found := matched_inside(selector, node)) is not None:
            return found
        return [one for one in self.select(selector) if isinstance(one, str) or node in one.iterancestors()]

    def elements(self, tag: str) -> list[Any]:
        """Every element of one of the names in `_ASKED`: one walk over the tree for all who ask."""
        if not self._named:
            self._named = {name: [] for name in _ASKED}
            for element in self.root.iter(*_ASKED):
                self._named[element.tag].append(element)
        return self._named[tag]

    def _lacks(self, wanted: tuple[str, str] | None) -> bool:
        """Whether an attribute has nowhere what is wanted of it: one walk over the tree for all selectors that ask.

        A class that a definition names is on few of its pages. An id was learned, and is there: the first to ask for
        one would walk twice.
        """
        if wanted is None:
            return False
        attribute, letters = wanted
        if attribute not in self._known:
            if attribute == "id" and not self._asked:
                self._asked = True
                return False
            self._known[attribute] = occurring(attribute, self.root)
        return letters not in self._known[attribute]

    @property
    def title(self) -> str | None:
        """What the <title> element says, white space folded; None where there is none, or it is blank."""
        titles = (title for title in self.elements("title") if next(title.iterancestors("svg"), None) is None)
        return next((folded for title in titles if (folded := fold(string(title)[:_TITLE]))), None)

    @property
    def address(self) -> str:
        """What the page calls its address, where that is on its host and no front page; else the URL's own spelling."""
        own = canonical(self.url)
        links = (link.get("href") for link in self.elements("link") if link.get("rel") == "canonical")
        href = next((href for href in links if href is not None), None)
        named = resolve(self.base, href) if href is not None else None
        if named is None:
            return own
        named = own if named == self.url else canonical(named)
        there, here = urlsplit(named), urlsplit(own)
        same = there.netloc == here.netloc and (there.path.strip("/") or there.query)
        return named if same else own


def fold(text: str) -> str:
    """White space as a browser shows it: runs are one blank, none at the ends; zero-width marks are gone."""
    text = " ".join(text.split())
    return text if text.isprintable() else " ".join(_UNSEEN.sub("", text).split())


_UNSEEN = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a-\u202e]")


def string(node: Any) -> str:
    """An element's text, all of it; a string as it is."""
    if isinstance(node, str):
        return str(node)
    return "".join(node.itertext()) if len(node) else node.text or ""


def _tree(html: bytes) -> Any:
    """libxml2 stops reading at 256 levels, or at 2,048 where a large tree is allowed: the second try is for the
    unclosed tags of real portals, what is deeper is nobody's page.
    """
    for large in (False, True):
        parser = etree.HTMLParser(
            encoding="utf-8",
            remove_comments=True,
            remove_pis=True,
            huge_tree=large,
            no_network=True,
            recover=True,
            collect_ids=False,  # a tenth of the time of a page that has many; `compiled` asks for none
        )
        try:
            root = etree.fromstring(html, parser)
        except (etree.LxmlError, ValueError) as error:
            raise NotHtml(f"not HTML that can be parsed: {str(error)[:200]}") from None
        if root is None:
            raise NotHtml("no element in it")
        if not any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
            return root
    raise TooMuch("more than 2,048 levels of tags, or a text that is too long")


def _composed(html: bytes) -> bytes:
    """NFC, of the letters that have marks behind them: on the whole of a page it costs twice what parsing does."""
    if _RARE_MARK in html:
        return chars.normal("NFC", html.decode()).encode()
    pieces: list[bytes] = []
    letters: dict[bytes, bytes] = {}  # a page has few, again and again
    at = 0
    while (letter := html.find(_MARK, at)) >= 0:  # ten times faster than an expression
        end = letter + 2
        while html.startswith(_MARK, end):
            end += 2
        while letter > at:
            letter -= 1
            if html[letter] & 0xC0 != 0x80:  # a letter's first byte
                break
        marked = html[letter:end]
        if (composed := letters.get(marked)) is None:
            composed = letters[marked] = chars.normal("NFC", marked.decode()).encode()
        pieces += html[at:letter], composed
        at = end
    return b"".join([*pieces, html[at:]])


def _refuse_other_formats(body: bytes) -> None:
    if body.startswith(_MAGIC):
        raise NotHtml("not HTML: the bytes of another format")
    feed = _FEED.match(body, 0, _HEAD)
    if feed:
        raise NotHtml(f"not HTML: a {feed[1].decode()} document")
    wide = body.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not wide and not _TAG.search(body):
        raise NotHtml("not HTML: no tag in it")


def _charset(content_type: str | None) -> str | None:
    match = re.search(r"charset\s*=\s*[\"']?([\w:.-]+)", content_type or "", re.I)
    return match[1] if match else None
