"""Encodings: a page's bytes as text, whatever it says that it is written in. Pure, and never raises."""

from __future__ import annotations

import logging
import re
import unicodedata
from codecs import utf_8_decode

from .chars import VIETNAMESE, WORDS, is_syllable

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be"))
# Name: Python's codec and the labels beside the name (https://encoding.spec.whatwg.org/#names-and-labels).
_ENCODINGS = {
    "utf-8": ("utf-8", "utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8"),
    "utf-16le": ("utf-16-le", "utf-16 ucs-2 unicode csunicode iso-10646-ucs-2 unicodefeff"),
    "utf-16be": ("utf-16-be", "unicodefffe"),
    "windows-1252": (
        "cp1252",
        "ansi_x3.4-1968 ascii us-ascii cp1252 x-cp1252 cp819 ibm819 csisolatin1 iso-8859-1 iso8859-1 iso88591"
        " iso_8859-1 iso_8859-1:1987 iso-ir-100 l1 latin1 x-user-defined",
    ),
    "windows-1254": (
        "cp1254",
        "cp1254 x-cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5",
    ),
    "windows-874": ("cp874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620"),
    **{f"windows-{n}": (f"cp{n}", f"cp{n} x-cp{n}") for n in (1250, 1251, 1253, 1255, 1256, 1257, 1258)},
    **{
        f"iso-8859-{n}": (f"iso8859-{n}", f"iso8859-{n} iso8859{n} iso_8859-{n} {more}")
        for n, more in {
            2: "csisolatin2 iso-ir-101 iso_8859-2:1987 l2 latin2",
            3: "csisolatin3 iso-ir-109 iso_8859-3:1988 l3 latin3",
            4: "csisolatin4 iso-ir-110 iso_8859-4:1988 l4 latin4",
            5: "csisolatincyrillic cyrillic iso-ir-144 iso_8859-5:1988",
            6: "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6-e iso-8859-6-i iso-ir-127"
            " iso_8859-6:1987",
            7: "csisolatingreek ecma-118 elot_928 greek greek8 iso-ir-126 iso_8859-7:1987 sun_eu_greek",
            8: "csiso88598e csisolatinhebrew hebrew iso-8859-8-e iso-8859-8-i csiso88598i logical visual iso-ir-138"
            " iso_8859-8:1988",
            10: "csisolatin6 iso-ir-157 l6 latin6",
            13: "",
            14: "",
            15: "csisolatin9 l9",
            16: "",
        }.items()
    },
    "ibm866": ("cp866", "866 cp866 csibm866"),
    "koi8-r": ("koi8-r", "cskoi8r koi koi8 koi8_r"),
    "koi8-u": ("koi8-u", "koi8-ru"),
    "macintosh": ("mac-roman", "csmacintosh mac x-mac-roman"),
    "x-mac-cyrillic": ("mac-cyrillic", "x-mac-ukrainian"),
    "gbk": ("gb18030", "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 iso-ir-58 x-gbk"),
    "gb18030": ("gb18030", ""),
    "big5": ("big5hkscs", "big5-hkscs cn-big5 csbig5 x-x-big5"),
    "euc-jp": ("euc-jp", "cseucpkdfmtjapanese x-euc-jp"),
    "iso-2022-jp": ("iso2022-jp", "csiso2022jp"),
    "shift_jis": ("cp932", "csshiftjis ms932 ms_kanji shift-jis sjis windows-31j x-sjis"),
    "euc-kr": (
        "cp949",
        "cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949",
    ),
}
_LABELS = {label: name for name, (_, labels) in _ENCODINGS.items() for label in (name, *labels.split())}
_META = re.compile(rb"""<meta\s[^>]{0,400}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_:.\-]{1,40})""", re.IGNORECASE)
_XML = re.compile(rb"""<\?xml\s[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([A-Za-z0-9_:.\-]{1,40})""", re.IGNORECASE)
_TAGS = re.compile(rb"<[^<>]*+>")
_HEAD = 256  # bytes that the first 64 letters of a text have at most: UTF-16 shows in them
_PIECE = 8192  # bytes
_PRESCAN = 4096  # bytes that are searched for a declaration: the standard's 1024 is too few for some portals' heads
_SAMPLE = 200_000  # bytes that are judged where nothing reliable is declared


def encoding_name(label: str | None) -> str | None:
    """The WHATWG name of an encoding label, e.g. `windows-1252` for `ISO-8859-1`; None for what is no label."""
    return _LABELS.get(label.strip(" \t\n\r\f\"';").lower()) if label else None


def is_utf8(body: bytes) -> bool:
    """Whether a page's bytes are, as they are, what `decode_html` would read as UTF-8, without a mark before them.

    Told piece by piece: the whole text would need memory from the system, to be given back at once.
    """
    if b"\x00" in body[:_HEAD] or body.startswith(tuple(mark for mark, _ in _BOMS)):
        return False
    view, at = memoryview(body), 0
    try:
        while at < len(body):
            at += utf_8_decode(view[at : at + _PIECE], "strict", at + _PIECE >= len(body))[1]
    except UnicodeDecodeError:
        return False
    return True


def decode_html(body: bytes, header_charset: str | None = None) -> tuple[str, str]:
    """A page's bytes as text, and the WHATWG name of the encoding it was read in. Never raises.

    `header_charset` is the label of the Content-Type header. The first that holds: a byte order mark; bytes that are
    valid UTF-8, whatever was declared (no other encoding looks so by chance: RFC 3629, section 1); the header; the
    page's own declaration; windows-1258, where that reading is Vietnamese; a guess by beautifulsoup4; windows-1252.
    Declared windows-1252 is doubted too: many pages say so that were written in windows-1258.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _decode(body[len(mark) :], name), name
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(body, header_charset)
    wide = _wide(body) if "\x00" in text[:64] else None
    return (_decode(body, wide), wide) if wide else (text, "utf-8")


def _wide(body: bytes) -> str | None:
    """UTF-16 without a mark shows by NUL in every other byte of its markup."""
    head = body[:64]
    half = len(head) // 2
    if half and head[1::2].count(0) >= 0.9 * half and 0 not in head[::2]:
        return "utf-16le"
    return "utf-16be" if half and head[::2].count(0) >= 0.9 * half and 0 not in head[1::2] else None


def _decode(body: bytes, name: str) -> str:
    return body.decode(_ENCODINGS[name][0], "replace")


def _decode_other(body: bytes, header_charset: str | None) -> tuple[str, str]:
    """Bytes that are not valid UTF-8 as a whole."""
    wide = _wide(body)
    if wide:
        return _decode(body, wide), wide
    # A cut page, or a few broken letters: what other encodings make of bytes above 7F is almost never valid UTF-8.
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    letters = sum(byte >= 0xC2 for byte in body[:_SAMPLE])
    if letters >= 5 * body[:_SAMPLE].decode("utf-8", "replace").count("\ufffd") > 0 or (broken == 1 and letters >= 5):
        return text, "utf-8"
    for declared in (encoding_name(header_charset), _declared(body)):
        if declared and declared not in ("utf-8", "windows-1252", "utf-16le", "utf-16be"):
            return _decode(body, declared), declared
    if _is_1258(body):
        return _decode(body, "windows-1258"), "windows-1258"
    if "windows-1252" in (encoding_name(header_charset), _declared(body)):
        return _decode(body, "windows-1252"), "windows-1252"
    guessed = _guess(body)
    return _decode(body, guessed), guessed


def _declared(body: bytes) -> str | None:
    head = body[:_PRESCAN]
    found = _META.search(head) or _XML.match(head.lstrip())
    return encoding_name(found[1].decode("ascii")) if found else None


def _is_1258(body: bytes) -> bool:
    """Whether the bytes read as windows-1258 are Vietnamese: nine of ten words with other than ASCII letters."""
    text = unicodedata.normalize("NFC", _TAGS.sub(b" ", body[:_SAMPLE]).decode("cp1258", "replace"))
    words = [word for word in WORDS.findall(text) if not word.isascii()]
    good = [word for word in words if is_syllable(word)]
    return len(good) >= 0.9 * len(words) and sum(bool(VIETNAMESE.search(word)) for word in good) >= 2


def _guess(body: bytes) -> str:
    """Nothing is declared: windows-1252, the standard's default, where under a third of the letters is not ASCII."""
    letters = WORDS.findall(_TAGS.sub(b" ", body[:_SAMPLE]).decode("cp1252", "replace"))
    total, high = sum(map(len, letters)), sum(not letter.isascii() for word in letters for letter in word)
    if 3 * high < total:
        return "windows-1252"
    from bs4.dammit import UnicodeDammit  # slow to import, and one page in thousands needs it

    logging.getLogger("bs4.dammit").setLevel(logging.ERROR)  # that bytes fit no encoding is what is asked for here
    found = UnicodeDammit(body[:_SAMPLE], is_html=True, exclude_encodings=["utf-8", "ascii"]).original_encoding
    return encoding_name(found) or "windows-1252"
