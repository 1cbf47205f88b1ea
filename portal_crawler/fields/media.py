"""Media: from elements to the pictures and documents of an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from archive.record import Attachment, Image

from ..urls import path_of, resolve

DOCUMENTS = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "csv": "text/csv",
    "xml": "application/xml",
    "rar": "application/vnd.rar",
    "zip": "application/zip",
    "7z": "application/x-7z-compressed",
    "gz": "application/gzip",
    "tar": "application/x-tar",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}
_SHOWN = frozenset(["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf"])  # in frames
PICTURES = frozenset(["jpg", "jpeg", "png", "gif", "webp", "avif", "bmp", "tif", "tiff", "svg", "heic", "jfif"])

_LAZY = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-url",
    "data-img",
    "data-image",
    "data-hi-res-src",
)
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset")
_HOLDERS = frozenset((*_LAZY, *_LAZY_SETS))
_FURNITURE = re.compile(
    r"(?:^|[/_.-])(?:icons?|ico|logo|sprites?|spacer|blank|pixel|1x1|transparent|placeholder|loading|loader|emoji|smil\w+"
    r"|avatar|gravatar|bullet|arrows?|button|btn|share|facebook|twitter|zalo|youtube|instagram|linkedin|rss|print|email|qr-?code"
    r"|captcha|counter|banner|badge|rating|stars?|flags?)(?:[/_.-]|\d|$)",
    re.I,
)
_FILE_ICON = re.compile(rf"(?:icon|ico|file|ext|mime)?[_.-]?(?:{'|'.join(DOCUMENTS)})\d{{0,3}}\.\w{{3,4}}", re.I)
_FEED = re.compile(r"(?:\b|_)(?:rss|atom|feeds?|sitemap)(?:\b|_)", re.I)  # what an .xml that is for machines is called
_NUMBER = re.compile(r"\s*(\d+)")
_WEIGHT = re.compile(r"([\d.]+)[wx]$")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I)
_UUID_LENGTH = 36
_LABEL = re.compile(
    r"^(?:tải về|tải xuống|tải tệp|download|(?:tập tin|tệp(?: tin)?|file)(?: đính kèm)?)(?: \d+)?\s*:\s*", re.I
)
_DELIVERS = re.compile(  # programs that send a file
    r"(?:^|[/?&=_.-])(?:download\w*|tai-?(?:ve|xuong|file|tep)|get-?file|fileticket|linkclick|attach(?:ment)?s?|dinh-?kem"
    r"|file_?id)(?:[/?&=_.-]|$)",
    re.I,
)
_TICKET = re.compile(r"[?&]fileticket=[^&]", re.I)  # DNN: of a file, whatever its words
_SMALLEST = 60  # pixels, of the side that is known: icons are smaller


def ending(path: str) -> str:
    """The ending of a path's last part in lower case, without the dot; '' where there is none."""
    _, dot, last = _last(path).rpartition(".")
    return last.lower() if dot and len(last) <= 5 else ""


def _last(path: str) -> str:
    """The last part of a path that is a name."""
    folder, _, name = path.rpartition("/")
    if len(name) == _UUID_LENGTH and _UUID.fullmatch(name):  # Liferay: /documents/GROUP/FOLDER/name.pdf/UUID
        return folder.rpartition("/")[2]
    return name


def document_type(url: str) -> str | None:
    """The media type of a document's URL, by its ending: of the path, else of a query value; None where it is none."""
    parts = urlsplit(url)
    kind = DOCUMENTS.get(ending(unquote(parts.path).rstrip()))
    if kind is None and parts.query:
        for piece in parts.query.split("&"):
            kind = DOCUMENTS.get(ending(unquote(piece))) if "." in piece else None
            if kind:
                break
    return kind


def attachment(anchor: Any, base: str) -> Attachment | None:
    """The document that a link leads to, or None where it leads to something else."""
    href = anchor.get("href")
    if not href or not ("." in href or _DELIVERS.search(href) or anchor.get("download") is not None):
        return None
    url = resolve(base, href)
    if url is None:
        return None
    kind = document_type(url) or delivered(anchor)
    if kind is None:
        return None
    name = " ".join("".join(anchor.itertext()).split()) or anchor.get("title") or anchor.get("download")
    if kind == DOCUMENTS["xml"] and _FEED.search(f"{urlsplit(url).path} {anchor.get('type')} {name}"):
        return None
    name = _LABEL.sub("", name, count=1) if name else None
    if not name:
        name = unquote(_last(urlsplit(url).path))
    return Attachment(url=url, name=name, media_type=kind or None)


def delivered(anchor: Any) -> str | None:
    """The media type of a document that a program sends (`?download=1&id=0`), which the link's words name; "": of a
    document whose type nothing tells; None: neither the address nor the markup says that it is one.
    """
    href = anchor.get("href") or ""
    given = anchor.get("download")
    if given is None and not _DELIVERS.search(href):
        return None
    words = " ".join("".join(anchor.itertext()).split())
    kind = next((kind for name in (given, words) if name and (kind := DOCUMENTS.get(ending(name)))), None)
    return "" if kind is None and _TICKET.search(href) else kind


def embedded(frame: Any, base: str) -> Attachment | None:
    """The document that an <iframe>, <object> or <embed> shows, by itself or in a viewer that is given its address."""
    url = resolve(base, frame.get("data") or frame.get("src") or frame.get("data-src"))
    if url is None:
        return None
    parts = urlsplit(url)
    given = (resolve(url, value) for _, value in parse_qsl(parts.query) if ending(urlsplit(value).path) in _SHOWN)
    inner = url if ending(unquote(parts.path)) in _SHOWN else next((one for one in given if one), None)
    if inner is None:
        return None
    path = unquote(urlsplit(inner).path)
    return Attachment(url=inner, name=_last(path), media_type=DOCUMENTS[ending(path)])


def picture(img: Any, base: str) -> str | None:
    """The address of the picture that an <img> shows once the page has run; None for furniture and data: URLs."""
    if _is_tiny(img):
        return None
    for source in _sources(img):
        if source.startswith("data:"):
            continue
        url = resolve(base, source)
        if url is None or url == base:
            continue
        path = unquote(path_of(url.partition("?")[0]))
        kind = ending(path)
        if kind == "svg" or kind in DOCUMENTS or path == "/" or _is_icon(path.rpartition("/")[2]):
            continue
        return url
    return None


def _is_icon(name: str) -> bool:
    """Whether a file's name is that of a control, or of the icon beside a document (pdf.gif)."""
    return _FURNITURE.search(name) is not None or _FILE_ICON.fullmatch(name) is not None


def shown_later(img: Any, base: str) -> str | None:
    """The picture's address where that may be another than its `src`: what a lazy loader, or a set, holds."""
    if img.get("src") and _HOLDERS.isdisjoint(img.keys()) and img.getparent().tag not in ("picture", "source"):
        return None  # nearly all: what the src names, or nothing
    return picture(img, base)


def image(img: Any, base: str, caption: str | None) -> Image | None:
    """The picture with its words, or None where it is furniture."""
    url = picture(img, base)
    if url is None:
        return None
    alt = " ".join((img.get("alt") or "").split())
    return Image(url=url, alt=alt or None, caption=caption)


def _sources(img: Any) -> list[str]:
    """Best first: lazy loaders put the real one beside `src`."""
    found = [img.get(name) for name in _LAZY]
    for name in _LAZY_SETS[:2]:
        found.append(_largest(img.get(name)))
    found.append(img.get("src"))
    found.append(_largest(img.get("srcset")))
    holder = img.getparent()
    while holder is not None and holder.tag == "source":  # no void element to libxml2: it holds what follows
        holder = holder.getparent()
    if holder is not None and holder.tag == "picture":
        for source in holder.iter("source"):
            found += [_largest(source.get(name)) for name in _LAZY_SETS]
    return [source.strip() for source in found if source and source.strip()]


def _largest(srcset: str | None) -> str | None:
    best, size = None, -1.0
    for address, weight in _of_set(srcset):
        if weight > size:
            best, size = address, weight
    return best


def _of_set(srcset: str | None) -> Iterator[tuple[str, float]]:
    """The pictures of a `srcset`, each with its width or density; 0 where it says none."""
    if not srcset or len(srcset) > 20_000:
        return
    words: list[str] = []  # since the last comma between two pictures: addresses may have commas, and blanks too
    for word in srcset.split():
        rest = word.lstrip(",")
        if rest != word:
            yield from _picture(words)
            words = []
        head, comma, tail = rest.partition(",")
        if comma and words and _WEIGHT.match(head):
            yield from _picture([*words, head])
            words, rest = [], tail
        if rest.endswith(","):
            yield from _picture([rest.rstrip(",")])
            words = []
        elif rest:
            words.append(rest)
    yield from _picture(words)


def _picture(words: list[str]) -> Iterator[tuple[str, float]]:
    """The address at the end of these words, and what stands behind it."""
    said = _WEIGHT.match(words[-1]) if len(words) > 1 else None
    address = "".join(words[-2:-1] if said is not None else words[-1:])
    try:
        weight = float(said[1]) if said is not None else 0.0
    except ValueError:
        weight = 0.0
    if address and not address.startswith("data:"):
        yield address, weight


def shown_at_all(element: Any) -> Iterator[str]:
    """Every picture that an <img> or <source> may show: a browser takes the one that fits its window."""
    for name in (*_LAZY, "src"):
        if source := element.get(name):
            yield source
    for name in _LAZY_SETS:
        yield from (address for address, _ in _of_set(element.get(name)))


def _is_tiny(img: Any) -> bool:
    """By the size that the markup gives: one small side is an icon, a bullet or a line."""
    for name in ("width", "height"):
        match = _NUMBER.match(img.get(name) or "")
        if match and int(match[1][:6]) < _SMALLEST and "%" not in (img.get(name) or ""):
            return True
    return False
