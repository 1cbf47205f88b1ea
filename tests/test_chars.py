"""Characters: bytes to text, damaged text to Unicode, and what was never damaged left alone."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal_crawler.fields.chars import is_syllable, mend
from portal_crawler.fields.encodings import decode_html, encoding_name, is_utf8
from portal_crawler.fields.fontcodes import from_tcvn3, from_vni, legacy, legacy_page

VIETNAMESE = (
    "Ủy ban nhân dân xã tổ chức hội nghị tổng kết công tác năm; các thôn, bản đã hoàn thành kế hoạch trồng rừng, làm"
    " đường và xây dựng nhà văn hóa. Bà con phấn khởi, cùng nhau giữ gìn vệ sinh, nghỉ ngơi sau những ngày mùa vất vả."
)
SYLLABLES = "các giếng quốc quyết khuya nghiêng giết Quỳnh thuở uỷ ủy hoà hòa nghĩa gì xoong Yên Ý thuyền ĐẢNG"
FOREIGN = [
    "The council met on Tuesday – it was “short”, about 5 °C outside, and nobody paid £2,399 for a 20×30 m² room.",
    "«Bonjour» : Noël est déjà là, la forêt brûle, le garçon naïf a dû payer à l'hôtel. Haïti, maïs, Moïse, ambiguë.",
    "Größe über Ärger, schöne Grüße, Fußgänger dürfen öffnen; Zürich und Köln.",
    "El niño comió jamón en España; ¿por qué no? ¡Qué pingüino! Año, señor, corazón.",
    "Þar greindu fréttamenn frá því að Sigurður og Guðni hafi orðið; NORÐUR, VEÐUR, Ísland.",
    "São Paulo não é Brasília; ação, coração, lições, três ônibus.",
    "Řeka, žluťoučký kůň; Łódź, zażółć gęślą jaźń; България; 한국어; 日本語.",
    "hà nam là nhà bà ba, bé lê, mì, ký, tháng",
]


@pytest.mark.parametrize("word", SYLLABLES.split())
def test_a_written_syllable_is_known_in_either_form(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize(
    "word", ["", "Home", "cỏc", "chuyờn", "Krông", "tơt", "street", "ààà", "123", "C«ng", "x" * 50]
)
def test_what_is_no_syllable_is_not_taken_for_one(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("Ðảng bộ, Ðồng chí, Ða dạng", "Đảng bộ, Đồng chí, Đa dạng"),
        ("HÐND, QÐ-UBND, NÐ-CP, CTTÐT", "HĐND, QĐ-UBND, NĐ-CP, CTTĐT"),
        ("ðược", "được"),
        ("CHƢƠNG trình đƣợc", "CHƯƠNG trình được"),
        ("nhậtÐăng tải ở đây", "nhậtĐăng tải ở đây"),
        ("a\u00a0b\u202fc\u2003d", "a b c d"),
        ("Vi\u00adệt\u200b Na\ufeffm", "Việt Nam"),
        ("\x1b[1;31mViệt\x1b[0m \x1b]8;;http://a.example\x07Nam\x1b]8;;\x07\u061c", "Việt Nam"),
        ("\x1bViệt \x1b]Nam", "Việt ]Nam"),
        ("a\x00b\x0bc\td\n", "abc\td\n"),
        (unicodedata.normalize("NFD", VIETNAMESE), VIETNAMESE),
        ("tổ chu\u031b\u0301c, ê\u0301", "tổ chức, ế"),
        ("\ud800", "\ufffd"),
        ("Sigurður og Guðni", "Sigurður og Guðni"),
        ("NORÐUR", "NORÐUR"),
        ("/ðat/ ðə", "/ðat/ ðə"),
        ("aƣac", "aƣac"),
        ("\u200b\u200c a\u200d\u200d", " a"),
        ("សួ\u200bស្តី ន\u200dា", "សួស្តី ន\u200dា"),
    ],
)
def test_letters_are_mended_in_vietnamese_words_only(text: str, mended: str) -> None:
    assert mend(text) == mended
    assert mend(mended) == mended


@given(
    st.one_of(
        st.text(), st.text("ÐðƢƣđĐaăâơưuCHNDxgiþæ\u0301\u0323\u0309\u031b\u00ad\u200b\u200d\u00a0 .'", max_size=30)
    )
)
def test_mending_twice_changes_nothing_more(text: str) -> None:
    once = mend(text)
    assert mend(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "unicode"),
    [
        ("C«ng", "Công"),
        ("C«ng b¸o sè 12/2005", "Công báo số 12/2005"),
        ("Uû ban nh©n d©n tØnh th\u00adêng xuyªn", "Uỷ ban nhân dân tỉnh thường xuyên"),
        ("CéNG HOµ X· HéI CHñ NGHÜA VIÖT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("COÄNG HOØA XAÕ HOÄI", "CỘNG HÒA XÃ HỘI"),
        ("Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc"),
        ("cỏc cơ quan chuyờn mụn", "các cơ quan chuyên môn"),
        ("Tiếp tục tuyờn truyền, phỏt huy sức mạnh cỏc cấp", "Tiếp tục tuyên truyền, phát huy sức mạnh các cấp"),
    ],
)
def test_font_encodings_become_unicode(text: str, unicode: str) -> None:
    assert legacy(text) == unicode
    assert legacy(unicode) == unicode


@pytest.mark.parametrize("text", [VIETNAMESE, VIETNAMESE.upper(), *FOREIGN], ids=lambda text: text[:12])
def test_sound_text_of_any_language_is_left_alone(text: str) -> None:
    assert legacy(text) == text
    assert mend(legacy(text)) == text
    for line in text.split(", "):
        assert legacy(line) == line


def test_a_page_wholly_in_tcvn3_is_in_unicode_before_it_is_read() -> None:
    menu = "<html lang=vi><a href='/a«.htm'>Trang chñ</a><ul><li>V¨n b¶n</li></ul><p>Trß 1</p></html>"
    assert (
        legacy_page(menu) == "<html lang=vi><a href='/a«.htm'>Trang chủ</a><ul><li>Văn bản</li></ul><p>Trò 1</p></html>"
    )
    for sound in ("<p>Trang chủ</p><p>V¨n b¶n</p>", "<p>Où êtes-vous ?</p><p>déjà là</p>", "<p>home</p>"):
        assert legacy_page(sound) == sound


_VIETNAMESE_WORDS = st.lists(st.sampled_from(VIETNAMESE.split()), min_size=1).map(" ".join)


@given(_VIETNAMESE_WORDS)
def test_no_order_of_vietnamese_words_is_converted(text: str) -> None:
    assert legacy(text) == text
    assert mend(text) == text


@example("dû dû")  # VNI letters in a syllable that is one word, said twice
@given(st.lists(st.sampled_from(" ".join(FOREIGN[:4]).split()), min_size=1).map(" ".join))
def test_no_order_of_english_french_german_or_spanish_words_is_converted(text: str) -> None:
    assert legacy(text) == text


@given(st.text())
def test_converters_answer_any_text(text: str) -> None:
    legacy(text)
    from_vni(text)
    assert len(from_tcvn3(text.lower())) >= len(text.lower()) - text.lower().count("\u00ad")


def windows_1258(text: str) -> bytes:
    """Text as windows-1258 writes it: the letter with its hat or horn, then the tone."""
    out = b""
    for letter in unicodedata.normalize("NFC", text):
        try:
            out += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tone))
            out += base.encode("cp1258") + tone.encode("cp1258")
    return out


@pytest.mark.parametrize("declared", [None, "windows-1258", "utf-8", "iso-8859-1", "windows-1252", "nonsense"])
@pytest.mark.parametrize("meta", ["", '<meta charset="iso-8859-1">', '<meta charset="utf-8">'])
def test_windows_1258_is_read_declared_undeclared_and_declared_wrongly(declared: str | None, meta: str) -> None:
    page = f"<html><head>{meta}<title>Xã</title></head><body><p>{VIETNAMESE}</p></body></html>"
    text, name = decode_html(windows_1258(page), declared)
    assert name == "windows-1258"
    assert mend(text) == page


@pytest.mark.parametrize(
    ("body", "header", "name"),
    [
        (VIETNAMESE.encode(), None, "utf-8"),
        (VIETNAMESE.encode(), "windows-1258", "utf-8"),
        (b"<meta charset=iso-8859-1>" + VIETNAMESE.encode(), "iso-8859-1", "utf-8"),
        (b"\xef\xbb\xbf" + VIETNAMESE.encode(), "gbk", "utf-8"),
        (b"\xff\xfe" + VIETNAMESE.encode("utf-16-le"), "utf-8", "utf-16le"),
        (b"\xfe\xff" + VIETNAMESE.encode("utf-16-be"), None, "utf-16be"),
        (("<html><body>" + VIETNAMESE).encode("utf-16-le"), None, "utf-16le"),
        (VIETNAMESE.encode()[:-2] + "ế".encode()[:2], None, "utf-8"),
        (VIETNAMESE.encode() + b"\x96" + VIETNAMESE.encode(), "iso-8859-1", "utf-8"),
        ("déjà vu à l'été dernier".encode("cp1252"), None, "windows-1252"),
        ("déjà vu à l'été dernier".encode("cp1252"), "latin1", "windows-1252"),
        ("Привет, как дела".encode("cp1251"), "windows-1251", "windows-1251"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">' + "你好".encode("gbk"), None, "gbk"),
        (b'<?xml version="1.0" encoding="koi8-r"?>' + "привет".encode("koi8-r"), None, "koi8-r"),
        (b"", None, "utf-8"),
        (b"plain", "iso-8859-1", "utf-8"),
    ],
)
def test_the_encoding_is_what_the_bytes_say_first(body: bytes, header: str | None, name: str) -> None:
    assert decode_html(body, header)[1] == name


def test_text_comes_out_without_its_mark_and_whole() -> None:
    assert decode_html(b"\xef\xbb\xbf" + VIETNAMESE.encode()) == (VIETNAMESE, "utf-8")
    assert decode_html(b"\xff\xfe" + VIETNAMESE.encode("utf-16-le")) == (VIETNAMESE, "utf-16le")
    assert decode_html("Привет, как дела? Сегодня хорошая погода.".encode("cp1251"), "cp1251")[0].startswith("Привет")


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("UTF8", "utf-8"),
        (" ISO-8859-1 ", "windows-1252"),
        ("ascii", "windows-1252"),
        ("x-cp1258", "windows-1258"),
        ("gb2312", "gbk"),
        ("shift-jis", "shift_jis"),
        ("tis-620", "windows-874"),
        ("latin5", "windows-1254"),
        ("rot13", None),
        ("", None),
        (None, None),
    ],
)
def test_labels_are_those_of_the_encoding_standard(label: str | None, name: str | None) -> None:
    assert encoding_name(label) == name


@given(st.binary(max_size=400), st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["gbk", "utf-16", "big5"])))
def test_any_bytes_are_decoded(body: bytes, header: str | None) -> None:
    text, name = decode_html(body, header)
    assert encoding_name(name) == name
    assert not is_utf8(body) or (text, name) == (body.decode(), "utf-8")
    mend(legacy(text)).encode("utf-8")


@pytest.mark.parametrize(
    "piece", [b"<meta ", b"<script", b"charset=", b"\xe9", b"a\xd2", b"<", b"\xc3\xa1\xff", b"<?xml "]
)
def test_hostile_bytes_take_time_in_proportion_to_their_length(piece: bytes) -> None:
    begun = time.process_time()
    for body in (piece * 60_000, b"\xd2 " + piece * 60_000, "Ð\u200b ".encode() + piece * 60_000):
        text, _ = decode_html(body)
        mend(legacy(text))
    mend("Ð " + "a" * 300_000)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize("shift", range(3))
def test_what_is_told_to_be_utf_8_is_read_as_it_is(shift: int) -> None:
    body = ("x" * shift + "ệ" * 6000).encode()  # a letter lies across each place where pieces meet
    assert is_utf8(body)
    assert decode_html(body) == (body.decode(), "utf-8")
    for other in (
        body[:-1],
        b"\xef\xbb\xbf" + body,
        body[:9000] + b"\xff" + body[9000:],
        VIETNAMESE.encode("utf-16-le"),
    ):
        assert not is_utf8(other)
