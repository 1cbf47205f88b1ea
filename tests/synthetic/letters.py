"""Letters: Vietnamese as it was written before Unicode: windows-1258, TCVN3 and VNI fonts."""

from __future__ import annotations

import unicodedata

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TCVN3 = dict(
    zip(
        "ăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵĂÂÊÔƠƯĐ",
        "¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ¡¢£¤¥¦§",
        strict=True,
    )
)  # letters with a tone are small ones of a font of capitals
_VNI_TONES = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
_VNI_ROOFS = {"\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä", "": "â"}
_VNI_BOWLS = {"\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë", "": "ê"}
_VNI_ALONE = {"ỉ": "æ", "ĩ": "ó", "ị": "ò", "í": "í", "ì": "ì", "đ": "ñ", "ơ": "ô", "ư": "ö", "ỵ": "î"}


def cp1258(text: str) -> bytes:
    """Its tones are letters of their own, behind the one that they are over."""
    found = bytearray()
    for letter in unicodedata.normalize("NFC", text):
        base, tone = _parted(letter)
        try:
            found += letter.encode("cp1258")
        except UnicodeEncodeError:
            found += (base + tone).encode("cp1258", "xmlcharrefreplace")
    return bytes(found)


def tcvn3(text: str) -> str:
    """As a reader without the font sees it."""
    return "".join(
        _TCVN3.get(letter) or _TCVN3.get(letter.lower(), letter) for letter in unicodedata.normalize("NFC", text)
    )


def vni(text: str) -> str:
    """As a reader without the font sees it: a letter, and its marks as a second one."""
    return "".join(map(_vni, unicodedata.normalize("NFC", text)))


def _parted(letter: str) -> tuple[str, str]:
    marks = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in marks if mark in _TONES)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES)), tone


def _vni(letter: str) -> str:
    small = letter.lower()
    if small in _VNI_ALONE:
        written = _VNI_ALONE[small]
    else:
        base, tone = _parted(small)
        if base in ("â", "ê", "ô"):
            written = {"â": "a", "ê": "e", "ô": "o"}[base] + _VNI_ROOFS[tone]
        elif base == "ă":
            written = "a" + _VNI_BOWLS[tone]
        else:
            written = _VNI_ALONE.get(base, base) + _VNI_TONES.get(tone, "")
    return written.upper() if letter != small else written
