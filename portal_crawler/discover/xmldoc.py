"""XML as portals write it: read leniently, and without anything that XML can do to its reader.

No entity is resolved but XML's own five; HTML's names, which feeds are full of, become characters. Nothing is loaded,
the depth of elements and the size of a text are libxml2's ordinary limits.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

from archive.errors import ArchiveError

ELEMENTS = 1_000_000  # of a document that are read: a sitemap's 50,000 entries have 250,000
_REFERENCE = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);|#)([A-Za-z][A-Za-z0-9]{0,31});")


class NotXml(ArchiveError):
    """There is no element in the bytes: `str(error)` is the reason."""


def elements(body: bytes) -> Iterator[tuple[str, Any]]:
    """("start" or "end", element) in document order; after an error, or `ELEMENTS`, what was whole before it.

    Raises NotXml.
    """
    parsing = etree.iterparse(
        io.BytesIO(_REFERENCE.sub(_as_number, body.lstrip(b" \t\r\n"))),
        events=("start", "end"),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    begun = False
    try:
        for event, element in islice(parsing, 2 * ELEMENTS):
            begun = True
            yield event, element
    except (etree.LxmlError, ValueError) as error:
        if not begun:
            raise NotXml(f"not XML: {' '.join(str(error).split())[:120]}") from None
    if not begun:
        raise NotXml("not XML: no element in it")


def name(element: Any) -> str:
    """An element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text(element: Any) -> str:
    """All text in an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


def _as_number(match: re.Match[bytes]) -> bytes:
    """A named reference as numbers, which say the same in every encoding; an unknown one as the text that it is."""
    whole = match[0].decode("ascii")
    found = html.unescape(whole)
    return f"&amp;{whole[1:]}".encode() if found == whole else "".join(f"&#{ord(one)};" for one in found).encode()
