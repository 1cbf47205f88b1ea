"""Characters: text as Vietnamese portals damage it, back to Unicode in NFC. Pure, and never raises.

`mend` comes last, behind `encodings` (bytes to text) and `fontcodes` (font encodings to Unicode): TCVN3 writes ư
as a soft hyphen. What counts as Vietnamese is decided by `is_syllable`: the written syllables of the language are a
small closed set, so a wrong reading shows at once.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache, partial
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
VIETNAMESE = re.compile("[ơưƠƯ\u1ea0-\u1ef9]")
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
WORDS = re.compile(r"[^\W\d_]+")


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
        words = {word.translate(_SWAP) for word in WORDS.findall(text) if _ETH.search(word)}
        vietnamese = bool(VIETNAMESE.search(text)) or any(VIETNAMESE.search(w) and is_syllable(w) for w in words)
        nordic = bool(_NORDIC.search(text))
        text = normal("NFC", WORDS.sub(partial(_mend_word, vietnamese, nordic), text))
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
