"""Font codes: TCVN3 and VNI text, whose letters only a font made Vietnamese, to Unicode. Pure, and never raises."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from itertools import islice

from .chars import VIETNAMESE, WORDS, is_syllable

# TCVN 5712:1993 VN3 as fonts .Vn* show it; the bytes were read as Latin-1 (or windows-1252: the same from A1 on).
_TCVN3 = str.maketrans(
    {
        **dict(zip(range(0xA1, 0xAF), "ĂÂÊÔƠƯĐăâêôơưđ", strict=True)),
        **dict(zip((0xB5, 0xB6, 0xB7, 0xB8, 0xB9), "àảãáạ", strict=True)),
        **dict(zip((0xBB, 0xBC, 0xBD, 0xBE, 0xC6), "ằẳẵắặ", strict=True)),
        **dict(zip((0xC7, 0xC8, 0xC9, 0xCA, 0xCB), "ầẩẫấậ", strict=True)),
        **dict(zip((0xCC, 0xCE, 0xCF, 0xD0, 0xD1), "èẻẽéẹ", strict=True)),
        **dict(zip((0xD2, 0xD3, 0xD4, 0xD5, 0xD6), "ềểễếệ", strict=True)),
        **dict(zip((0xD7, 0xD8, 0xDC, 0xDD, 0xDE), "ìỉĩíị", strict=True)),
        **dict(zip((0xDF, 0xE1, 0xE2, 0xE3, 0xE4), "òỏõóọ", strict=True)),
        **dict(zip((0xE5, 0xE6, 0xE7, 0xE8, 0xE9), "ồổỗốộ", strict=True)),
        **dict(zip((0xEA, 0xEB, 0xEC, 0xED, 0xEE), "ờởỡớợ", strict=True)),
        **dict(zip((0xEF, 0xF1, 0xF2, 0xF3, 0xF4), "ùủũúụ", strict=True)),
        **dict(zip((0xF5, 0xF6, 0xF7, 0xF8, 0xF9), "ừửữứự", strict=True)),
        **dict(zip((0xFA, 0xFB, 0xFC, 0xFD, 0xFE), "ỳỷỹýỵ", strict=True)),
    }
)
# VNI-Windows: a base letter and, for most, a second character that is its mark.
_VNI_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_VNI_HAT = {"â": "", "á": "\u0301", "à": "\u0300", "å": "\u0309", "ã": "\u0303", "ä": "\u0323"}
_VNI_BREVE = {"ê": "", "é": "\u0301", "è": "\u0300", "ú": "\u0309", "ü": "\u0303", "ë": "\u0323"}
_VNI_SINGLE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_SINGLE)
    for base, letter in {**{vowel: vowel for vowel in "aeouy"}, "ô": "ơ", "ö": "ư"}.items():
        table |= {base + mark: letter + tone for mark, tone in _VNI_TONES.items()}
    for vowel in "aeo":
        table |= {vowel + mark: vowel + "\u0302" + tone for mark, tone in _VNI_HAT.items()}
    table |= {"a" + mark: "a\u0306" + tone for mark, tone in _VNI_BREVE.items()}
    table |= {key.upper(): value.upper() for key, value in table.items()}
    return {key: unicodedata.normalize("NFC", value) for key, value in table.items()}


_VNI = _vni_table()
_VNI_MARKS = "".join({*_VNI_TONES, *_VNI_HAT, *_VNI_BREVE})
_VNI_LETTER = re.compile(
    f"[aeoôöuyAEOÔÖUY][{_VNI_MARKS}{_VNI_MARKS.upper()}]|[{''.join(_VNI_SINGLE)}{''.join(_VNI_SINGLE).upper()}]"
)
_TOKEN = re.compile("[A-Za-z\u00a1-\u00ff]+")
_BETWEEN_TAGS = re.compile(r"(?<=>)[^<>]+(?=<)")
_SAMPLE = 100  # texts between tags
_BEYOND = re.compile("[\u0100-\u02af\u0370-\u1fff\u2c00-\ufaff]")  # letters that no font encoding is read as
_TCVN3_SYMBOL = re.compile("(?<=[A-Za-z])[\u00a1-\u00bf](?=[A-Za-z])")


def from_tcvn3(text: str) -> str:
    """Text whose TCVN3 (ABC) bytes were read as Latin-1, converted: `C«ng b¸o` gives `Công báo`. Judges nothing.

    Fonts for capitals (`.VnTimeH`) use the codes of small letters: a word whose plain letters are all capitals is
    raised (`C«NG` gives `CÔNG`).
    """
    shouted = not re.search("[a-z]", text)

    def word(found: re.Match[str]) -> str:
        out = found[0].translate(_TCVN3)
        capitals = sum("A" <= letter <= "Z" for letter in found[0])
        return out.upper() if shouted or (capitals > 1 and not re.search("[a-z]", found[0])) else out

    return _TOKEN.sub(word, text)


def from_vni(text: str) -> str:
    """Text whose VNI-Windows bytes were read as Latin-1, converted: `Coâng baùo` gives `Công báo`. Judges nothing."""

    def letter(found: re.Match[str]) -> str:
        pair = found[0]
        if pair in _VNI:
            return _VNI[pair]
        first, mark = pair[:1], pair[1:]  # mixed case (Aâ), or no pair at all
        mixed = _VNI.get(first + (mark.upper() if first.isupper() else mark.lower()))
        return mixed or "".join(_VNI.get(each, each) for each in pair)

    return _VNI_LETTER.sub(letter, text)


def legacy(text: str) -> str:
    """TCVN3 and VNI text to Unicode where it is certain; any other text as it is. Call it before `mend`.

    Certain means: nothing in it is a letter of Unicode Vietnamese, at least two different words that no Vietnamese
    reader knows become syllables, and they outnumber by far those that do not and those that already were. One word is
    enough where a TCVN3 symbol stands between letters (`C«ng`). The third kind is Unicode text whose Latin-1 letters a
    converter took for TCVN3 (`cỏc cơ quan chuyờn mụn` for `các cơ quan chuyên môn`): impossible syllables that the way
    back makes possible, three of them (two in a line of eight words), one word in twelve.
    """
    if text.isascii():
        return text
    if VIETNAMESE.search(text):
        return _unconvert(text)
    if _BEYOND.search(text):
        return text
    words = [*dict.fromkeys(_TOKEN.findall(text)[:400])]  # a word twice (`dû dû`) says no more than once
    for convert in (from_tcvn3, from_vni):
        gained, lost = _judge(words, convert)
        lone = convert is from_tcvn3 and gained == 1 and lost == 0 and bool(_TCVN3_SYMBOL.search(text))
        if lone or (gained >= 2 and gained >= 4 * lost):
            return convert(text)
    return text


def legacy_page(html: str) -> str:
    """A page that is wholly in TCVN3 or VNI letters, menu and all, in Unicode; any other as it is."""
    if html.isascii() or VIETNAMESE.search(html):
        return html
    sample = " ".join(islice((text[0] for text in _BETWEEN_TAGS.finditer(html) if not text[0].isascii()), _SAMPLE))
    if (found := legacy(sample)) == sample:
        return html
    convert = from_tcvn3 if found == from_tcvn3(sample) else from_vni
    return _BETWEEN_TAGS.sub(lambda text: convert(text[0]), html)


def _judge(words: list[str], convert: Callable[[str], str]) -> tuple[int, float]:
    """How many words become Vietnamese, and how many speak against it (one that was Vietnamese before: a fifth)."""
    gained, lost = 0, 0.0
    for word in words:
        after = convert(word)
        if not is_syllable(after):
            abbreviation = word.isascii() and (word.isupper() or len(word) == 1)  # UBND
            lost += 0 if abbreviation else 1
        elif word != after and not is_syllable(word) and re.search("[A-Za-z]", word):
            gained += 1
        elif word != after:
            lost += 0.2
    return gained, lost


_BACK = {
    ord(after): chr(code)
    for code, after in _TCVN3.items()
    if code in {ord(letter) for letter in "ÈÉÊÌÒÓÔÕÝáâãèéêìíòóôõùúý"}
}
_SUSPECT = re.compile("[" + "".join(map(chr, _BACK)) + "]")
_SURE = re.compile("[õóú]")  # Latin-1 themselves, so the converter would have changed them: always its work
# Common syllables with the letters in question: what decides where both readings are possible.
_COMMON_TEXT = """các công ông không nông thôn thông môn đông trông sông hôm tôi tháng tháp pháp sáng giá giáo báo cáo
tác khác sách cách quán hán đoán toán khoán trách chính tính kính chí phí trí bí thì tìm tín nên trên lên bên tên yên
chuyên viên biên liên kiên tiên thiên nguyên tuyên quyên xuyên phòng vòng lòng máy cá"""
_COMMON = frozenset(_COMMON_TEXT.split())


def _unconvert(text: str) -> str:
    """Undo a TCVN3 conversion of text that was Unicode already; the text itself unless that is certain."""
    if not _SUSPECT.search(text):
        return text
    words = WORDS.findall(text)[:400]
    gained = sum(_impossible(word) and is_syllable(word.translate(_BACK)) for word in words if _SUSPECT.search(word))
    if 12 * gained < len(words) or gained < (2 if len(words) <= 8 else 3):
        return text

    def word(found: re.Match[str]) -> str:
        now = found[0]
        before = now.translate(_BACK)
        if before == now or not is_syllable(before):
            return now
        return before if not is_syllable(now) or _SURE.search(now) or before.lower() in _COMMON else now

    return WORDS.sub(word, text)


def _impossible(word: str) -> bool:
    return not word.isascii() and not is_syllable(word)
