"""Characters: bytes of a page to text, and text as Vietnamese portals damage it back to Unicode.

In order: `decode_html` (bytes to text), `legacy` (font encodings to Unicode; before `mend`, because TCVN3 writes ư as a
soft hyphen), `mend` (NFC and wrong letters). All are pure and never raise. What counts as Vietnamese is decided by
`is_syllable`: the written syllables of the language are a small closed set, so a wrong reading shows at once.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from codecs import utf_8_decode
from collections.abc import Callable
from functools import lru_cache, partial
from itertools import islice
from typing import Literal

_TONES = dict.fromkeys((0x0300, 0x0301, 0x0303, 0x0309, 0x0323))  # grave, acute, tilde, hook above, dot below
_ONSETS = "b|c|ch|d|đ|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x"
# Nucleus and the codas that are written after it (- is none): the rimes of standard orthography.
_RIMES = """a -/c/ch/i/m/n/ng/nh/o/p/t/u/y  ă c/m/n/ng/p/t  â c/m/n/ng/p/t/u/y  e -/c/m/n/ng/o/p/t
ê -/ch/m/n/ng/nh/p/t/u  i -/a/ch/m/n/nh/p/t/u  iê c/m/n/ng/p/t/u  y -/t/nh/ch/n  yê m/n/ng/t/u
o -/c/i/m/n/ng/p/t  oa -/c/ch/i/m/n/ng/nh/o/p/t/y  oă c/m/n/ng/t
oe -/n/o/t  oo c/ng  ô -/c/i/m/n/ng/p/t  ơ -/i/m/n/p/t  u -/a/c/i/m/n/ng/p/t
uâ n/ng/t/y  uê -/ch/nh/u
uô c/i/m/n/ng/t  uơ -  uy -/a/ch/n/nh/p/t/u  uyê n/t  ư -/a/c/i/m/n/ng/t/u  ươ c/i/m/n/ng/p/t/u"""
_parts = _RIMES.split()
_SYLLABLE = re.compile(
    f"(?:{_ONSETS})?(?:"
    + "|".join(
        f"{nucleus}(?:{codas.replace('-/', '').replace('/', '|')}){'?' if codas.startswith('-') else ''}"
        for nucleus, codas in ((n, c if c != "-" else "-/") for n, c in zip(_parts[::2], _parts[1::2], strict=True))
    )
    + ")"
)
_STOPPED = re.compile(r"[cpt]h?$")  # a syllable that ends in a stop has the tone sắc or nặng, always

# Letters that no other language in Latin script shares: ă and đ alone are Romanian and Croatian, so they do not count.
_VIETNAMESE = re.compile("[ơưƠƯ\u1ea0-\u1ef9]")
_NORDIC = re.compile("[þÞæÆöÖøØåÅ]")
_MOST_MARKS = 64  # of one letter; Unicode's stream-safe text has 30
_PILED = re.compile(rf"[^\w\s]{{{_MOST_MARKS + 1},}}")  # marks are neither letters nor white space


def normal(form: Literal["NFC", "NFD"], text: str) -> str:
    """A text in a form of Unicode's. Marks are sorted for it, and a letter with a million of them takes hours."""
    if len(text) > 1000 and not text.isascii():
        text = _PILED.sub(_unpiled, text)
    return unicodedata.normalize(form, text)


def _unpiled(found: re.Match[str]) -> str:
    kept, marks = [], 0
    for one in found[0]:
        marks = marks + 1 if unicodedata.combining(one) else 0
        if marks <= _MOST_MARKS:
            kept.append(one)
    return "".join(kept)


@lru_cache(maxsize=1 << 14)  # a page says the same few hundred syllables again and again
def is_syllable(word: str) -> bool:
    """Whether `word` is a possible written syllable of Vietnamese, tone included; case is ignored.

    `các` is, `cỏc` (a stop with the tone hỏi) and `Home` are not.
    """
    if not 0 < len(word) <= 12:
        return False
    bare = unicodedata.normalize("NFD", word.lower())
    plain = bare.translate(_TONES)
    if len(bare) - len(plain) > 1:
        return False
    plain = unicodedata.normalize("NFC", plain)
    if not _SYLLABLE.fullmatch(plain):
        return False
    return not _STOPPED.search(plain) or "\u0301" in bare or "\u0323" in bare


# --- mend -----------------------------------------------------------------------------------------------------------

_SPACES = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_NOTHING = "\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_JOINED = "\u0600-\u1dff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"  # scripts and pictures that use the joiners
# Colours, titles and links of a terminal (ECMA-48): of a beginning that is taken off alone the rest stays, as [31m.
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\))")
_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_WRONG = re.compile(f"[{_SPACES}{_NOTHING}{_CONTROL}\u200c\u200dÐðƢƣ\ud800-\udfff]")
_BLANK = re.compile(f"[{_SPACES}]")
_DROP = re.compile(f"[{_NOTHING}{_CONTROL}]|(?<![{_JOINED}])[\u200c\u200d]")
_LONE = re.compile("[\ud800-\udfff]")
_ETH = re.compile("[ÐðƢƣ]")
_WORDS = re.compile(r"[^\W\d_]+")


def mend(text: str) -> str:
    """The text in NFC, with the letters that Vietnamese pages write wrongly put right. Idempotent.

    - `Ð` (U+00D0, Eth: its picture is the same) becomes `Đ`, `ƣ` (U+01A3: an old converter's table) becomes `ư`, in
      Vietnamese words only: `Sigurður`, Old English and IPA stay.
    - Zero-width characters, soft hyphens, direction marks, terminals' escape sequences and control characters go (tab,
      LF and CR stay). The joiners U+200C and U+200D stay after letters beyond Latin, where they mean something (Khmer,
      emoji).
    - Every fixed-width or no-break space becomes one plain space; runs are left for those who fold white space.
    - Unpaired surrogates, which no encoding can write, become U+FFFD. windows-1258's combining tones compose.
    """
    if not _WRONG.search(text):
        return normal("NFC", text)
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    text = normal("NFC", _DROP.sub("", _BLANK.sub(" ", _LONE.sub("\ufffd", text))))
    before = ""
    while text != before and _ETH.search(text):
        # A word that is mended is evidence for the next: until nothing moves, three rounds at most.
        before = text
        words = {word.translate(_SWAP) for word in _WORDS.findall(text) if _ETH.search(word)}
        vietnamese = bool(_VIETNAMESE.search(text)) or any(_VIETNAMESE.search(w) and is_syllable(w) for w in words)
        nordic = bool(_NORDIC.search(text))
        text = normal("NFC", _WORDS.sub(partial(_mend_word, vietnamese, nordic), text))
    return text


_SWAP = str.maketrans("ÐðƢƣ", "ĐđƯư")


def _mend_word(vietnamese: bool, nordic: bool, found: re.Match[str]) -> str:
    """One word that has Ð, ð, Ƣ or ƣ in it, in a text that is or is not known to be Vietnamese."""
    word = found[0]
    if not _ETH.search(word):
        return word
    swapped = unicodedata.normalize("NFC", word.translate(_SWAP))
    if _NORDIC.search(word):
        return word
    if is_syllable(swapped):
        # No word of Icelandic or Faroese begins with Ð; ð alone begins words of Old English and in phonetics.
        certain = word[0] == "Ð" or "ƣ" in word or "Ƣ" in word
        return swapped if vietnamese or (certain and not nordic) else word
    if word.isupper() and (vietnamese or (not nordic and not re.search("[AEIOUY]", word))):
        return swapped if vietnamese or 1 < len(word) <= 8 else word  # HÐND, QÐ, CTTÐT: initials
    if vietnamese:  # glued words: a capital, or a letter at the word's start, is Vietnamese; inside (Guðni) it is not
        head = word[0].translate(_SWAP) + re.sub("[ÐƢƣ]", lambda found: found[0].translate(_SWAP), word[1:])
        return unicodedata.normalize("NFC", head)
    return word


# --- font encodings -------------------------------------------------------------------------------------------------

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
    if _VIETNAMESE.search(text):
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
    if html.isascii() or _VIETNAMESE.search(html):
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
    words = _WORDS.findall(text)[:400]
    gained = sum(_impossible(word) and is_syllable(word.translate(_BACK)) for word in words if _SUSPECT.search(word))
    if 12 * gained < len(words) or gained < (2 if len(words) <= 8 else 3):
        return text

    def word(found: re.Match[str]) -> str:
        now = found[0]
        before = now.translate(_BACK)
        if before == now or not is_syllable(before):
            return now
        return before if not is_syllable(now) or _SURE.search(now) or before.lower() in _COMMON else now

    return _WORDS.sub(word, text)


def _impossible(word: str) -> bool:
    return not word.isascii() and not is_syllable(word)


# --- bytes ----------------------------------------------------------------------------------------------------------

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
    words = [word for word in _WORDS.findall(text) if not word.isascii()]
    good = [word for word in words if is_syllable(word)]
    return len(good) >= 0.9 * len(words) and sum(bool(_VIETNAMESE.search(word)) for word in good) >= 2


def _guess(body: bytes) -> str:
    """Nothing is declared: windows-1252, the standard's default, where under a third of the letters is not ASCII."""
    letters = _WORDS.findall(_TAGS.sub(b" ", body[:_SAMPLE]).decode("cp1252", "replace"))
    total, high = sum(map(len, letters)), sum(not letter.isascii() for word in letters for letter in word)
    if 3 * high < total:
        return "windows-1252"
    from bs4.dammit import UnicodeDammit  # slow to import, and one page in thousands needs it

    logging.getLogger("bs4.dammit").setLevel(logging.ERROR)  # that bytes fit no encoding is what is asked for here
    found = UnicodeDammit(body[:_SAMPLE], is_html=True, exclude_encodings=["utf-8", "ascii"]).original_encoding
    return encoding_name(found) or "windows-1252"
