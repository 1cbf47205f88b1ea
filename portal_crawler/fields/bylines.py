"""Bylines: who signed an article, and what its source line names.

`closing` judges a line that stands last in an article, `labelled` a line anywhere that begins with a label, `lead_in`
the dateline before the first words. All look at one line of text and nothing else; what only the page can tell (the
line is bold or right-aligned, the name recurs on the portal, it is the name of a section) is left to the caller, whom
the kind `bare-weak` asks for it. Names come out as printed, with label, role, affiliation and academic title off.

What a name is, `names` tells.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .names import (
    CAPITALS,
    DOES,
    KNOWN_INITIALS,
    MIDDLE,
    OFFICE,
    PRESS,
    PROSE,
    ROLE,
    THEO,
    is_given,
    kind_of,
    may_be_seen,
    names_in,
    phrases_of,
    words_of,
)

# labelled, bare, bare-weak, bare-credit: `author` is set. source: only `source` is. credit (a photo's), account (who
# typed it in): neither is; such a line is no part of the body all the same.
Kind = Literal["labelled", "bare", "bare-weak", "bare-credit", "source", "credit", "account"]


@dataclass(frozen=True, slots=True)
class Byline:
    """What a line says of who made the article. Several authors are joined by `, `."""

    author: str | None
    source: str | None
    kind: Kind


CREDIT = Byline(None, None, "credit")
ACCOUNT = Byline(None, None, "account")
_LONGEST = 160  # characters of a line that can sign
# A line is asked by itself, with those around it and for its author; who signs, and what stands beside a text, are the
# same on many of a portal's pages: the judgements are kept.
_kept = lru_cache(maxsize=1 << 12)
_LONGEST_OFFICE = 90  # characters of what somebody signs as


def closing(line: str) -> Byline | None:
    """What a line that stands last in an article says of its author; None where it is text, a heading or a caption.

    `Lê Văn A` is bare; `Mây trắng`, `MT` or `Hội Nông dân xã` are bare-weak: they sign if something else says so too.
    `Lê A – Ảnh: Trần B` is bare-credit: writer and photographer, or under a picture what it shows and whose it is.
    """
    text = _clean(line)
    return _closing(text) if 1 < len(text) <= _LONGEST else None


@_kept
def _closing(text: str) -> Byline | None:
    """`closing`, of a line that is clean."""
    found = _labelled(text)
    if found:
        return found
    if (stamped := _STAMPED.search(text)) and (stamped.start() == 0 or is_office(text[: stamped.start()])):
        text = text[stamped.end() :]  # CHỦ TỊCH (đã ký) Lê Văn A
    elif stamped and stamped.end() == len(text):
        text = text[: stamped.start()].rpartition(":")[2].strip()  # Chủ tịch UBND huyện: Lê Văn A (đã ký)
    credit = _TRAILING_CREDIT.search(text)
    if credit:
        writer = _bare(text[: credit.start()].rstrip(" ,–-")) if text[credit.start()] in "–-,(" else None
        if writer is None or not writer.author or _may_be_seen(writer.author):
            return CREDIT
        return Byline(writer.author, None, "bare-credit")
    if _ACCOUNT_NAME.fullmatch(text):
        return ACCOUNT
    if text[:1] == "(" and text[-1] == ")" and text.count("(") == 1:
        inside = _bare(text[1:-1].strip())
        named = inside is not None and inside.author and (inside.kind == "bare" or is_given(inside.author))
        return Byline(inside.author, None, "bare-weak") if inside is not None and named else None
    return _bare(text)


def _may_be_seen(name: str) -> bool:
    """Whether what stands before a photo's credit is what the photo shows: `Hồ Ba Bể - Ảnh: Lê A`."""
    return may_be_seen(name) or name.lower() in _DISTRICTS


def labelled(line: str) -> Byline | None:
    """What a line says that begins with a label (`Tác giả:`, `Tin, ảnh:`, `Nguồn:`, `Theo Báo …`, `Người đăng:`)."""
    text = _clean(line)
    return _labelled(text) if len(text) <= _LONGEST else None


@_kept
def _labelled(text: str) -> Byline | None:
    """`labelled`, of a line that is clean."""
    if len(text) <= 3:
        return None
    if text[:1] == "(" and text[-1] == ")" and text.count("(") == 1:
        text = text[1:-1].strip()
    if _ILLUSTRATION.match(text) and len(text.split()) <= 10:
        return CREDIT
    by = _BY.match(text)
    if by:
        name = by["who"].strip(" ,.–-")
        if _ACCOUNT_NAME.fullmatch(name) or name.lower() == "ban biên tập":
            return ACCOUNT
        found = names_in(name, lenient=False)
        if found and all(sort == "person" or is_given(name) for sort in found[2]):
            return Byline(found[0], None, "labelled")
    if _ACCOUNT_LINE.match(text) and len(text.split()) <= 12:
        return ACCOUNT
    according = THEO.match(text)
    if according:
        source = according[1].strip(" .)")
        return Byline(None, source, "source") if _is_press(source) else None
    return _by_labels(text)


def posted(line: str) -> Byline | None:
    """What a line says that begins with `Đăng bởi`, `Viết bởi`: a person, or an account; None where it does not."""
    text = _clean(line) if len(line) <= _LONGEST else ""
    return _labelled(text) if len(text) <= _LONGEST and _BY.match(text) else None


def is_office(line: str) -> bool:
    """Whether a line over a signature says as what somebody signs: `TM. UBND HUYỆN`, `CHỦ TỊCH`, `(Đã ký)`."""
    text = " ".join(line.split()).strip(" ,.:")
    if not 1 < len(text) <= _LONGEST_OFFICE or any(map(str.isdigit, text)):
        return False
    if _ON_BEHALF.match(text) or _HAS_SIGNED.fullmatch(text) or (text.isupper() and OFFICE.match(text)):
        return True
    if _WRITERS.match(text) and kind_of(text) == "office":
        return True
    role = ROLE.match(text)
    if role is None or DOES.search(text):
        return False
    if text.isupper() or len(text.split()) <= 6:
        return True
    return OFFICE.match(text[role.end() :].lstrip()) is not None and not line.rstrip().endswith((".", ":"))


def is_affiliation(line: str) -> bool:
    """Whether a line under a name says as what, or of which office, somebody signs: `(Đài TT huyện)`, `Bí thư xã`."""
    return _is_affiliation(_clean(line).strip("() ,."))


@_kept
def _is_affiliation(text: str) -> bool:
    """`is_affiliation`, of a line that is clean."""
    if is_office(text):
        return True
    found = _bare(text) if 1 < len(text) <= _LONGEST_OFFICE else None
    return found is not None and found.author is not None and kind_of(found.author.partition(", ")[0]) == "office"


def has_signed(line: str) -> bool:
    """Whether a line says that what stands over it has signed: `(Đã ký)`."""
    return _HAS_SIGNED.fullmatch(line.strip()) is not None


def names_office(name: str) -> bool:
    """Whether a name begins as those of Vietnamese offices, schools and papers do, whatever follows."""
    return not name.isascii() and OFFICE.match(name) is not None


def lead_in(text: str) -> tuple[str | None, str]:
    """The dateline before the first words (`CTTĐT - `, `(Chinhphu.vn) - `), white space included, and what follows.

    It names a portal or an agency, not an author, and stays in the body: the caller decides what to show.
    """
    found = _LEAD.match(text)
    if not found:
        return None, text
    inside = (found["inside"] or found["bare"]).strip()
    if found["bare"] and inside in _ORGANS:
        return None, text  # `UBND - HĐND huyện …` is how a sentence begins
    if found["inside"] and not found["dash"] and not _is_press(inside):
        return None, text
    return text[: found.end()], text[found.end() :]


_HONORIFIC = re.compile(
    r"(?:ông|bà|anh|chị|em|cô|chú|bác|cụ|cháu|đ/c|đồng chí|các|những|đại biểu|chân dung)\b", re.IGNORECASE
)
# Provinces and cities: alone they sign nothing. (63 of 2024 and the merged ones of 2025 have these names.)
_PROVINCES = phrases_of(
    """an giang,bà rịa,vũng tàu,bắc giang,bắc kạn,bạc liêu,bắc ninh,bến tre,bình định,bình dương,bình phước,bình thuận,
    cà mau,cần thơ,cao bằng,đà nẵng,đắk lắk,đắk nông,điện biên,đồng nai,đồng tháp,gia lai,hà giang,hà nam,hà
    nội,hà tĩnh, hải dương,hải phòng,hậu giang,hòa bình,hoà bình,hưng yên,khánh hòa,khánh hoà,kiên giang,kon
    tum,lai châu,lâm đồng, lạng sơn,lào cai,long an,nam định,nghệ an,ninh bình,ninh thuận,phú thọ,phú yên,quảng
    bình,quảng nam,quảng ngãi, quảng ninh,quảng trị,sóc trăng,sơn la,tây ninh,thái bình,thái nguyên,thanh
    hóa,thanh hoá,thừa thiên huế,huế, tiền giang,trà vinh,tuyên quang,vĩnh long,vĩnh phúc,yên bái,hồ chí
    minh,sài gòn,việt nam,tây nguyên,trung ương, đông nam bộ"""
)
# Districts and towns that read like a person's name: they may sign or not. Those whose last syllable is among the
# commonest given names (Lý Sơn, Hoàng Mai) are left out: there the person is likelier.
_DISTRICTS = phrases_of(
    """hà tiên,hà trung,hà quảng,hà đông,lý nhân,lâm thao,dương minh châu,dương kinh,ngô quyền,trần đề,trần văn thời,
    hoàng su phì,mai châu,lương tài,ninh kiều,ninh phước,ninh hải,ninh hòa,từ liêm,văn lâm,văn yên,văn chấn,văn lãng,
    văn quan,văn bàn,võ nhai,vũ thư,thái thụy,triệu phong,cao lộc,cao lãnh,châu thành,châu đốc,châu phú,đồng hới,
    đồng hỷ,đồng xoài,đồng văn,đồng phú,đồng hòa,kim bảng,kim động,kim bôi,lục nam,lục ngạn,lục yên,nông cống,quan hóa,
    thạch hà,thạch thành,thạch thất,thạch an,phan thiết,phan rang,tô châu,la gi,sơn động,sơn tịnh,sơn dương,kiên lương,
    giang thành,kiên hải,phú quốc,phú tân,thông nông,phú vang,phú lộc"""
)
_ORGANS = words_of("UBND HĐND MTTQ UBMTTQ HDND BCH BCĐ TW TƯ UBKT")
_ON_BEHALF = re.compile(
    r"(?:T/?M|K/?T|T/?L|TUQ|T/?Ư?Q|Q)(?:\.\s?|\s)(?=[A-ZĐÀ-Ỹ]{2})"
)  # thay mặt, ký thay, thừa lệnh …
_HAS_SIGNED = re.compile(
    r"\W*(?:đã ký|ký tên|ký,? ghi rõ họ tên|ký,? đóng dấu|ký tên,? đóng dấu|\(ký\))\W*", re.IGNORECASE
)
_STAMPED = re.compile(r"\s*(?:\(\s?đã ký\s?\)|đã ký\s?:)\s*", re.IGNORECASE)
# Offices whose work is to write; the others are as often a heading or a recipient.
_WRITERS = re.compile(
    r"(?:văn phòng|vp|đài|đtt|đttth|đttt|tt\.? |thường trực|bbt$|ban biên tập|nhóm (?:pv|phóng viên)|bộ phận"
    r"|btg|ttvh|vhtt"
    r"|ban tuyên giáo|(?:trung tâm|phòng) (?:văn hóa|văn hoá|truyền thông|vh|tt)|cttđt)",
    re.IGNORECASE,
)
_DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:vn|com|net|org|info|gov)(?:/\S{0,80})?", re.IGNORECASE
)
_FILE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|pdf|docx?|xlsx?|pptx?|zip|rar|mp[34])$", re.IGNORECASE)
_ACCOUNT_NAME = re.compile(
    r"(?:super ?)?admin(?:istrator)?\d*|super ?user"
    r"|quan ?tri(?: ?vien)?\d*|quản trị(?: viên| hệ thống| website)?|webmaster"
    r"|editor\d*|user\d*"
    r"|biên tập viên|btv\d+|portal ?admin",
    re.IGNORECASE,
)
_WORK = "(?:tin bài|bài viết|bài dự thi|tin|bài|nội dung|ảnh|hình ảnh|hình|clip|video)"
_ITEMS = rf"{_WORK}(?:(?: ?[,;/+&–-] ?| và | )(?:{_WORK})){{0,3}}"
_LABEL = re.compile(
    r"(?:(?<=^)|(?<=[\s,;|/(.–-]))(?:"
    r"(?P<account>người (?:đăng|gửi|nhập|duyệt|xuất bản|cập nhật)(?: tin| bài)?|(?:được )?(?:đăng|gửi) bởi|submitted by"
    r"|posted by|biên tập|ban biên tập|hiệu đính|kiểm duyệt)"
    r"|(?P<credit>nguồn ảnh|ảnh minh h[oọ][aạ]|đồ h[oọ]a|photo|dẫn chương trình|kỹ thuật)"
    r"|(?P<source>nguồn tin(?: bài)?|nguồn bài viết|nguồn trích|trích nguồn|dẫn nguồn|theo nguồn|nguồn|source)"
    r"|(?P<author>(?:tên )?tác giả(?: bài viết)?|người viết(?: bài)?|(?:nhóm |người )?thực hiện|biên soạn"
    r"|tổng hợp|t/h|sưu tầm"
    rf"|phóng viên|pv|ctv|cộng tác viên|author)|(?P<items>{_ITEMS}))\s?(?P<colon>[:：]|(?=\s?[–-]\s))",
    re.IGNORECASE,
)
_SOURCE = re.compile("nguồn|source", re.IGNORECASE)  # every such label has: in a sentence it is soon looked for
# A button that stands in the line behind what it names.
_CONTROL = re.compile(
    r"\s(?:copy link|sao chép(?: liên kết| link)?|chia sẻ|in (?:bài|trang)|gửi email)$", re.IGNORECASE
)
_ACCOUNT_LINE = re.compile(r"(?:submitted|posted|được đăng|đăng|gửi)(?: by| bởi) \S", re.IGNORECASE)
# Who wrote it or typed it in, with the moment behind the name.
_BY = re.compile(
    r"(?:(?:bài |tin |tin bài )?(?:được )?(?:đăng|viết|gửi|soạn) bởi)\s?:?\s(?P<who>[^\d:|]{2,60}?)"
    r"(?:[\s,(|–-]+(?:(?:vào|lúc|hồi|ngày|tháng|thứ|chủ nhật)\b|\d).{0,80})?$",
    re.IGNORECASE,
)
_WITHOUT_COLON = re.compile(
    rf"(?P<items>{_WORK}(?: ?[,;/+&–-] ?| và ){_WORK}|tác giả|viết bởi) (?=[A-ZĐÀ-Ỹ])", re.IGNORECASE
)
_LENIENT = re.compile(r"tác giả|người viết|author|[,;/+&–-]| và |tin bài|bài viết", re.IGNORECASE)
_ILLUSTRATION = re.compile(r"(?:ảnh|hình(?: ảnh)?) (?:minh h[oọ][aạ]|tư liệu|internet|sưu tầm)", re.IGNORECASE)
_TRAILING_CREDIT = re.compile(
    r"[.!?)”\"…,–-]\s{0,3}\(?(?:nguồn )?(?:ảnh|hình)\s?:\s?(?:[^.:]{1,50}|(?:[^\W\d_]\.){1,4}[^\W\d_]?)\)?\.?$"
    r"|\(ảnh[^()]{0,40}\)\.?$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\s{0,20}(?:\((?P<inside>[^()\n\d]{2,40})\)\s{0,4}(?P<dash>[-–—:])?\s{0,4}"
    r"|(?P<bare>[A-ZĐ]{3,8}(?:\.?(?:VN|vn)| ?[Oo]nline)?|[A-Za-z]{3,20}\.vn)\s{0,4}[-–—]\s{1,4})(?=\S)"
)


def _by_labels(text: str) -> Byline | None:
    """A line that is one or more labels with what each names: `Bài: A, ảnh: B`, `Tác giả: A - Nguồn: B`."""
    if not _LABEL.match(text):
        loose = _WITHOUT_COLON.match(text)
        if loose and _ACCOUNT_NAME.fullmatch(text[loose.end() :]):
            return ACCOUNT
        names = names_in(text[loose.end() :], lenient=False) if loose else None
        return Byline(names[0], None, "labelled") if names else None
    labels = list(_LABEL.finditer(text))
    authors: list[str] = []
    source: str | None = None
    other: Byline | None = None
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        value = text[label.end() : following.start() if following else len(text)].strip(" ,;|–-(:")
        if value.count(")") > value.count("("):
            value = value.rstrip(" ).")
        items = (label["items"] or "").lower()
        if label["source"]:
            source = source or _source(value)
        elif label["account"] or (value and _ACCOUNT_NAME.fullmatch(value)):
            other = other or ACCOUNT
        elif label["credit"] or (items and not re.search("tin|bài|nội dung", items)):
            other = other or (CREDIT if value and not re.search("[0-9]", value) else None)
        else:
            names = names_in(value, lenient=bool(_LENIENT.search(label[0].rstrip(" :–-"))))
            if not names and label.start() == 0:
                return None  # `Tin: cháy rừng …`, `PV: Xin cảm ơn ông!`: a heading, an interview
            authors += [names[0]] if names else []
            source = source or (names[1] if names else None)
    if authors:
        return Byline(", ".join(authors), source, "labelled")
    return Byline(None, source, "source") if source else other


def _source(value: str) -> str | None:
    value = _CONTROL.sub("", value).strip(" .,;")
    return value if 1 < len(value) <= 120 else None


def _is_press(value: str) -> bool:
    """Whether `Theo …` names a paper, a site or a person; `Theo đó`, `Theo Báo cáo số …` begin sentences."""
    if _DOMAIN.fullmatch(value):
        return True
    words = value.split()
    if len(words) > 10 or re.search(r"[,;!?]|\d{2,}|[^\w]\.\s|\.\s+[A-ZĐ]", value):
        return False
    if PRESS.match(value) or re.search(r"(?:online|điện tử|\.vn)$", value, re.IGNORECASE):
        return not PROSE & {word.lower() for word in words}
    return kind_of(value) == "person"


def _bare(text: str) -> Byline | None:
    if re.match(r"[-+*•–—▪◦>→]\s|[a-zđ]\)|\(?[IVX]{1,4}[.)]\s", text) or _HONORIFIC.match(text):
        return None
    if text in KNOWN_INITIALS:
        return Byline(text, None, "bare")
    label = _LABEL.search(text) if _SOURCE.search(text) else None
    if label and label["source"]:  # Lê Văn A - Nguồn: Báo B
        signed = _bare(text[: label.start()].rstrip(" ,;|/–-("))
        named = _source(text[label.end() :].rstrip(" )"))
        return Byline(signed.author, named, signed.kind) if signed and signed.author else None
    if re.search(r"[0-9:?!;\"“”<>@=#%_|…]|\.\.", text) and not _DOMAIN.fullmatch(text):
        return None
    if _FILE.search(text):
        return None
    if _DOMAIN.fullmatch(text.rstrip(".")) or re.fullmatch("TTXVN|VOV|VGP|VTV", text):
        return Byline(None, text.rstrip("."), "source")
    if len(text.split()) > 14 or text.endswith(",") or re.search(r"[a-zà-ỹ]{3,}\. ", text):
        return None
    found = names_in(text, lenient=False)
    if not found:
        return None
    author, source, sorts = found
    whole = " ".join(text.strip(" ./").lower().split())
    if whole in _PROVINCES:
        return None
    sure = all(sort in ("person", "initials") for sort in sorts)
    if any(CAPITALS.fullmatch(name) and name not in KNOWN_INITIALS for name in author.split(", ")):
        sure = False
    if author.isupper() and not {word.lower() for word in author.split()[1:-1]} & MIDDLE and sorts == ["person"]:
        sure = False
    if sorts == ["office"]:
        sure = bool(_WRITERS.match(author)) and len(author.split()) <= (4 if author.isupper() else 6)
    if whole in _DISTRICTS:
        sure = False
    return Byline(author, source, "bare" if sure else "bare-weak")


def _clean(line: str) -> str:
    """NFC, white space folded, and the dots and quotes off that close an article (`./.`)."""
    return _cleaned(line[: 4 * _LONGEST])


@_kept
def _cleaned(line: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", line).replace("\u200b", "").split())
    return (re.sub(r"\s*\.?/\.$", "", text) if text.endswith("/.") else text).strip(" *_\u00ad")
