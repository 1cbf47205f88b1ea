"""Bylines: who signed an article, and what its source line names.

`closing` judges a line that stands last in an article, `labelled` a line anywhere that begins with a label, `lead_in`
the dateline before the first words. All look at one line of text and nothing else; what only the page can tell (the
line is bold or right-aligned, the name recurs on the portal, it is the name of a section) is left to the caller, whom
the kind `bare-weak` asks for it. Names come out as printed, with label, role, affiliation and academic title off.

The rules are those of Vietnamese names: the family name first, out of a short list that is public knowledge; every
syllable with a capital; two to five syllables that the language can write, or the forms of the highland peoples.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from .chars import is_syllable

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
_LONGEST_OFFICE = 90  # characters of what somebody signs as


def closing(line: str) -> Byline | None:
    """What a line that stands last in an article says of its author; None where it is text, a heading or a caption.

    `Lê Văn A` is bare; `Mây trắng`, `MT` or `Hội Nông dân xã` are bare-weak: they sign if something else says so too.
    `Lê A – Ảnh: Trần B` is bare-credit: writer and photographer, or under a picture what it shows and whose it is.
    """
    text = _clean(line)
    if not 1 < len(text) <= _LONGEST:
        return None
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
        return Byline(writer.author, None, "bare-credit") if writer is not None and writer.author else CREDIT
    if _ACCOUNT_NAME.fullmatch(text):
        return ACCOUNT
    return _bare(text)


def labelled(line: str) -> Byline | None:
    """What a line says that begins with a label (`Tác giả:`, `Tin, ảnh:`, `Nguồn:`, `Theo Báo …`, `Người đăng:`)."""
    return _labelled(_clean(line))


def _labelled(text: str) -> Byline | None:
    """`labelled`, of a line that is clean."""
    if not 3 < len(text) <= _LONGEST:
        return None
    if text[0] == "(" and text[-1] == ")" and text.count("(") == 1:
        text = text[1:-1].strip()
    if _ILLUSTRATION.match(text) and len(text.split()) <= 10:
        return CREDIT
    if _ACCOUNT_LINE.match(text) and len(text.split()) <= 12:
        return ACCOUNT
    according = _THEO.match(text)
    if according:
        source = according[1].strip(" .)")
        return Byline(None, source, "source") if _is_press(source) else None
    return _by_labels(text)


def is_office(line: str) -> bool:
    """Whether a line over a signature says as what somebody signs: `TM. UBND HUYỆN`, `CHỦ TỊCH`, `(Đã ký)`."""
    text = " ".join(line.split()).strip(" ,.:")
    if not 1 < len(text) <= _LONGEST_OFFICE or any(map(str.isdigit, text)):
        return False
    if _ON_BEHALF.match(text) or _HAS_SIGNED.fullmatch(text) or (text.isupper() and _OFFICE.match(text)):
        return True
    role = _ROLE.match(text)
    return role is not None and (text.isupper() or len(text.split()) <= 6) and not _DOES.search(text)


def names_office(name: str) -> bool:
    """Whether a name begins as those of Vietnamese offices, schools and papers do, whatever follows."""
    return not name.isascii() and _OFFICE.match(name) is not None


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


# --- words ----------------------------------------------------------------------------------------------------------


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


# Family names: the Kinh majority's, then those of other peoples whose names are written in Vietnamese syllables.
_FAMILY = _words(
    """nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm phùng
    mai tô hà tạ tăng thái lương lưu châu quách cao thạch kiều chu triệu nghiêm văn doãn từ tống thân giang
    quan la khổng bạch kim viên vi lại đàm đồng diệp ông âu hứa phó bành thi thiều uông khương mạc quản ninh cù
    lục tôn lã nhữ tiêu lỗ nông ma hầu giàng vàng sùng thào lò lù quàng cầm tòng cà lường bàn phàn chảo tẩn lộc
    bế đèo điêu khà vừ mùa hạng cứ thò sình cháng lầu chang dềnh xồng hờ lỳ pờ chẻo lồ tráng ly nùng mông quế
    danh sơn thị kiên chau neáng chế bá đàng thổ thập đạo lộ trượng dụng não điểu thông phú kha"""
)
# First parts of names of the central highlands: they stand before a given name, or are a clan's name.
_HIGHLAND = _words(
    """y ksor siu nay kpă rmah rơ rah niê mlô êban êñuôl ayun ayŭn kbuôr knul byă hmok hwing kđoh adrơng hđơk ktla alê
    kpuih rcom r'com kră păng pang cil bon liêng kơ ka lơ đa ya blah a rô alăng zơrâm bríu bhling coor hôih pơloong"""
)
_TITLES = _words("pgs gs ts ths th.s bs cn ks ls bsck ckii cki pv ctv btv p.v ntm nsưt nsnd")
_HONORIFIC = re.compile(
    r"(?:ông|bà|anh|chị|em|cô|chú|bác|cụ|cháu|đ/c|đồng chí|các|những|đại biểu|chân dung)\b", re.IGNORECASE
)
# Words that are in sentences and captions, and not in names, offices or roles.
_PROSE = _words(
    """đã đang sẽ được bị có là cho trong tại từ để khi thì mà các những này đó với theo về phát biểu dự tham trao tặng
    thăm chúc mừng khai mạc bế kết luận hưởng ứng diễu chụp nhận đến vào ra lên xuống xem tải đọc quà"""
)
_NO_NAME = _words(
    """tin bài ảnh xem tải ghi lưu kính trân nơi liên thông hình giới chi tiết đính tài liệu danh mục chương phần điều
    tiêu đề nội dung kết quả thời địa số ngày tháng năm xã huyện tỉnh thôn bon buôn phường quận thành ấp khu hết video
    clip bản biểu mẫu phụ lục các những một hai ba từ trang về sau trước tiếp quay đóng mở in gửi chia đánh bình nhập
    đăng ký thoát trở đang sản phẩm công quyết nghị luật kế hoạch báo trích tìm góp hỏi cách khiếu tố"""
)
# What offices are for, as their names have it behind a comma, a dash or "và".
_FIELDS = _phrases(
    """văn hóa,văn hoá,thông tin,truyền thông,thể thao,thể dục,du lịch,gia đình,thương binh,xã hội,lao động,nông nghiệp,
    nông thôn,phát triển nông thôn,tài nguyên,môi trường,kinh tế,hạ tầng,giáo dục,đào tạo,tài chính,kế hoạch,tư pháp,
    nội vụ,y tế,dân tộc,tôn giáo,khoa học,công nghệ,thi đua,khen thưởng,dân số,trẻ em,đầu tư,công thương,công nghiệp,
    thương mại,lâm nghiệp,thủy sản,thuỷ sản,chăn nuôi,thú y,trồng trọt,bảo vệ thực vật,xây dựng,đô thị,phát thanh,
    truyền hình,quản lý dự án,phát triển quỹ đất,phòng chống thiên tai,tìm kiếm cứu nạn"""
)
# What is never inside a name.
_NEVER_INSIDE = _words("tin bài ảnh xem tải huyện tỉnh xã thôn phường quận nghị hội phẩm kết quả liệu mục lục tiêu báo")
# Pairs that stand alone on every portal and could be names by their form.
_COMMON_PAIRS = _phrases(
    """văn hóa,văn hoá,văn bản,văn phòng,văn kiện,văn nghệ,văn minh,kim ngạch,cao đẳng,cao điểm,thông tin,thông báo,
    quản lý,quản trị,đào tạo,danh sách,danh mục,lưu ý,đồng ý,đạo đức,thái độ,lộ trình,đinh mức,la liệt,quan hệ,thổ cẩm,
    từ điển,từ khóa,từ khoá,giáo dục,kinh tế,du lịch,y tế,lễ hội,gia đình,chính phủ,quốc hội,ẩm thực,lĩnh vực,thể thao,
    điện thoại,hỏi đáp,an ninh,quốc phòng,thứ hai,thứ ba,thứ tư,thứ năm,thứ sáu,thứ bảy,chủ nhật,nông nghiệp,môi trường,
    đất đai,dân vận,tư pháp,khoa học,công nghệ,xây dựng,đấu thầu,doanh nghiệp,thủ tục,cải cách,trân trọng,trang chủ"""
)
# Middle names: in capitals a heading (ĐÀO TẠO NGHỀ) looks like a name, unless one of these stands second.
_MIDDLE = _words("văn thị hữu đức đình xuân ngọc minh quang công quốc duy thanh hồng kim thu anh bá trọng viết như thế")
_PLACE_FIRST = _words("đắk đăk đắc krông ea cư chư ia kon buôn mđrắk lắk đạ bù")
# Provinces and cities: alone they sign nothing. (63 of 2024 and the merged ones of 2025 have these names.)
_PROVINCES = _phrases(
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
_DISTRICTS = _phrases(
    """hà tiên,hà trung,hà quảng,hà đông,lý nhân,lâm thao,dương minh châu,dương kinh,ngô quyền,trần đề,trần văn thời,
    hoàng su phì,mai châu,lương tài,ninh kiều,ninh phước,ninh hải,ninh hòa,từ liêm,văn lâm,văn yên,văn chấn,văn lãng,
    văn quan,văn bàn,võ nhai,vũ thư,thái thụy,triệu phong,cao lộc,cao lãnh,châu thành,châu đốc,châu phú,đồng hới,
    đồng hỷ,đồng xoài,đồng văn,đồng phú,đồng hòa,kim bảng,kim động,kim bôi,lục nam,lục ngạn,lục yên,nông cống,quan hóa,
    thạch hà,thạch thành,thạch thất,thạch an,phan thiết,phan rang,tô châu,la gi,sơn động,sơn tịnh,sơn dương,kiên lương,
    giang thành,kiên hải,phú quốc,phú tân,thông nông,phú vang,phú lộc"""
)
_NO_INITIALS = _words(
    "RSS STT PDF FAQ TOP VN OK NO ISO TEL FAX OFF ON JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC AA"
)
_ORGANS = _words("UBND HĐND MTTQ UBMTTQ HDND BCH BCĐ TW TƯ UBKT")

_ROLE = re.compile(
    r"(?:quyền |nguyên )?(?:phó|p\.|trưởng|bí thư|chủ tịch|chủ nhiệm|giám đốc|tổng|chánh|ủy viên|uỷ viên|uv|chuyên viên"
    r"|công chức|cán bộ|thư ký|hiệu trưởng|đội trưởng|tổ trưởng|phóng viên|biên tập viên|cộng tác viên|nhà báo|luật sư"
    r"|giáo viên|bác sĩ|đại tá|thượng tá|trung tá|thiếu tá|đại úy|thượng úy|trung úy|thiếu úy|ct|pct|pbt|bt|gđ|tp|vh-xh"
    r"|vhxh)\b",
    re.IGNORECASE,
)
_ON_BEHALF = re.compile(
    r"(?:T/?M|K/?T|T/?L|TUQ|T/?Ư?Q|Q)(?:\.\s?|\s)(?=[A-ZĐÀ-Ỹ]{2})"
)  # thay mặt, ký thay, thừa lệnh …
_HAS_SIGNED = re.compile(
    r"\W*(?:đã ký|ký tên|ký,? ghi rõ họ tên|ký,? đóng dấu|ký tên,? đóng dấu|\(ký\))\W*", re.IGNORECASE
)
_STAMPED = re.compile(r"\s*(?:\(\s?đã ký\s?\)|đã ký\s?:)\s*", re.IGNORECASE)
_OFFICE = re.compile(
    r"(?:văn phòng|vp|phòng(?! ?,| chống| ngừa| bệnh| vệ| cháy)|ban(?! hành| giao| ngày| đầu| đêm)|đài|đtt"
    r"|đttth|đttt|tt"
    r"|trung tâm|hội(?! nghị| thi| thao| thảo| họp| trại| đàm| diễn| chợ| làng| xuân| viên)"
    r"|đoàn(?! kết| viên| kiểm| công tác| đại)|huyện đoàn|tỉnh đoàn|ubnd|hđnd|mttq|ubmttq|ubmt|mặt trận|công an"
    r"|ca|bch|bcđ"
    r"|bcdntm|quân sự|tổ(?! chức| quốc| tiên)|sở(?! hữu| thích| dĩ)|bộ(?! máy| đội| luật)|chi cục|cục(?! bộ)"
    r"|trường(?! hợp| kỳ)|trạm|bệnh viện|tòa án|toà án|viện(?! phí| trợ)|liên đoàn|lđlđ|thanh tra"
    r"|báo(?! cáo| đảm| động| hiệu| hiểm)|tạp chí|cổng|cttđt|bbt|nhóm|ubkt|thường trực|đảng ủy|đảng uỷ|đảng bộ|chi bộ"
    r"|huyện ủy|huyện uỷ|tỉnh ủy|tỉnh uỷ|thị ủy|thành ủy|thành uỷ|ủy ban|uỷ ban|hạt kiểm lâm|bql|btg|ttvh"
    r"|ttvhtt|vhtt|ttyt"
    r"|ttdvnn|tòa soạn|toà soạn|điện lực|kho bạc|bưu điện|ngân hàng|đồn biên phòng|hợp tác xã|htx)(?!\w)",
    re.IGNORECASE,
)
_DOES = re.compile(  # what an office does is a sentence or a title, not a signature (Ban Tổ chức is an office)
    r"(?<!Ban )(?<!Phòng )\btổ chức\b|\b(?:triển khai|phối hợp|ban hành|thông báo|phát động|ra quân|làm việc"
    r"|họp|tập huấn"
    r"|tuyên truyền|kiểm tra|giám sát|tiếp|thành lập|công bố|công khai|yêu cầu|đề nghị|hướng dẫn|tăng cường|đẩy mạnh"
    r"|thực hiện|khánh thành|bàn giao|gặp mặt|ký kết|sơ kết|tổng kết|điều tra|bắt|xử lý|giải quyết|tiếp tục"
    r"|quyết định)\b"
)
# Offices whose work is to write; the others are as often a heading or a recipient.
_WRITERS = re.compile(
    r"(?:văn phòng|vp|đài|đtt|đttth|đttt|tt\.? |thường trực|bbt$|ban biên tập|nhóm (?:pv|phóng viên)|bộ phận"
    r"|btg|ttvh|vhtt"
    r"|ban tuyên giáo|(?:trung tâm|phòng) (?:văn hóa|văn hoá|truyền thông|vh|tt)|cttđt)",
    re.IGNORECASE,
)
_PRESS = re.compile(
    r"(?:báo (?!cáo|đảm|động|hiệu|hiểm)|tạp chí|cổng |cttđt|trang (?:tin|web|ttđt|thông tin)|website|bản tin"
    r"|đài (?:pt|phát|truyền|tt|th)|ttxvn|thông tấn xã|bnews|vov|vtv|vgp|vnexpress|vietnamnet|vietnamplus"
    r"|vietnam\+|vna\b"
    r"|dân ?trí|tuổi trẻ|thanh niên$|nhân dân$|lao động$|tiền phong|sggp|sài gòn giải phóng|qđnd|quân đội nhân dân|cand"
    r"|internet|chính phủ$|công báo)",
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

# --- labels ---------------------------------------------------------------------------------------------------------

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
_WITHOUT_COLON = re.compile(
    rf"(?P<items>{_WORK}(?: ?[,;/+&–-] ?| và ){_WORK}|tác giả|viết bởi) (?=[A-ZĐÀ-Ỹ])", re.IGNORECASE
)
_LENIENT = re.compile(r"tác giả|người viết|author|[,;/+&–-]| và |tin bài|bài viết", re.IGNORECASE)
_THEO = re.compile(r"theo\s?:?\s+((?:https?:)?[^:]{2,80})$", re.IGNORECASE)
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
        names = _names(text[loose.end() :], lenient=False) if loose else None
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
            names = _names(value, lenient=bool(_LENIENT.search(label[0].rstrip(" :–-"))))
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
    if _PRESS.match(value) or re.search(r"(?:online|điện tử|\.vn)$", value, re.IGNORECASE):
        return not _PROSE & {word.lower() for word in words}
    return _kind_of(value) == "person"


# --- names ----------------------------------------------------------------------------------------------------------

_Sort = Literal["person", "initials", "pen", "half-pen", "office", "role", "other"]
_SPLIT = re.compile(r"\s+[–—-]+\s*|\s*[–—]\s*|\s*-\s+|\s*[,;&+]\s*|\s+và\s+|\s+/\s+")
_TAIL = re.compile(r"\s*\((?P<inside>[^()]{1,60})\)$")
_COMPILED = re.compile(
    r"(?:tổng hợp|sưu tầm|th|t/h|st|biên soạn|thực hiện|lược ghi|ghi|gt|giới thiệu|dịch|trích)\.?", re.IGNORECASE
)
_ASIDE = re.compile(rf"(?:ảnh|tin|bài|xã|huyện|tỉnh|phường|thị trấn|theo)\b|{_PRESS.pattern}", re.IGNORECASE)
_DOTTED = re.compile(r"(?:[A-ZĐ]\.\s?){1,4}[A-ZĐ]\.?|(?:[A-ZĐ]\.){1,2}\s?[A-ZĐ][^\W\d_]{1,6}")
_CAPITALS = re.compile(r"[A-ZĐ]{2,4}")
_KNOWN_INITIALS = _words("PV BBT CTV BTV P.V B.B.T")
_LETTER = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]*)*\.?")


def _bare(text: str) -> Byline | None:
    if re.match(r"[-+*•–—▪◦>→]\s|[a-zđ]\)|\(?[IVX]{1,4}[.)]\s", text) or _HONORIFIC.match(text):
        return None
    if text in _KNOWN_INITIALS:
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
    found = _names(text, lenient=False)
    if not found:
        return None
    author, source, sorts = found
    whole = " ".join(text.strip(" ./").lower().split())
    if whole in _PROVINCES:
        return None
    sure = all(sort in ("person", "initials") for sort in sorts)
    if any(_CAPITALS.fullmatch(name) and name not in _KNOWN_INITIALS for name in author.split(", ")):
        sure = False
    if author.isupper() and not {word.lower() for word in author.split()[1:-1]} & _MIDDLE and sorts == ["person"]:
        sure = False
    if sorts == ["office"]:
        sure = bool(_WRITERS.match(author)) and len(author.split()) <= (4 if author.isupper() else 6)
    if whole in _DISTRICTS:
        sure = False
    return Byline(author, source, "bare" if sure else "bare-weak")


def _names(value: str, lenient: bool) -> tuple[str, str | None, list[_Sort]] | None:
    """The people or the office that a value names, a source in parentheses, and what each name is.

    None where anything in it is neither name, role nor office. `lenient`: after a label that only names follow, what
    has a capital and is no sentence is a name (`Andrew King`).
    """
    value = value.rstrip(" ./,;") if not _DOTTED.fullmatch(value) else value
    source: str | None = None
    tail = _TAIL.search(value)
    if tail:
        inside, value = tail["inside"].strip(), value[: tail.start()].rstrip(" -–—")
        according = _THEO.match(inside) or re.match(r"nguồn\s?:\s?(.+)", inside, re.IGNORECASE)
        if according:
            source = according[1].strip()
        elif _kind_of(inside) == "other" and not (_COMPILED.fullmatch(inside) or _ASIDE.match(inside)):
            return None
    value = re.sub(r"\s+[–-]?\s*(?:\(?th\)?|tổng hợp|sưu tầm|lược ghi)$", "", value, flags=re.IGNORECASE)
    parts = [part.strip(" .:") if not _DOTTED.fullmatch(part) else part for part in _SPLIT.split(value)]
    parts = [part for part in parts if part]
    if not 1 <= len(parts) <= 6:
        return None
    twin = re.fullmatch(r"([^-]+)-([^-]+)", value) if len(parts) == 1 else None
    if twin and _kind_of(twin[1]) == _kind_of(twin[2]) == "person":
        parts = [twin[1], twin[2]]
    names: list[str] = []
    sorts: list[_Sort] = []
    for part in parts:
        bare = _without_title(part)
        sort = _kind_of(bare)
        if sort in ("office", "role"):
            if not names and sort == "office":
                return (value, source, ["office"]) if _all_office(parts) else None
            if not names:
                return None
            continue  # an affiliation
        if sort == "other" and not (lenient and _passes(bare)):
            return None
        if sort == "half-pen" and len(parts) > 1:
            return None  # `Văn hóa - Thể thao` is a section; `Mây trắng` may be a name
        names.append(bare)
        sorts.append(sort)
    return (", ".join(names), source, sorts) if names and len(names) <= 4 else None


def _all_office(parts: list[str]) -> bool:
    """Whether the parts are one office, or several: `Phòng Lao động, Thương binh và Xã hội`."""
    if len(" ".join(parts).split()) > 12:
        return False
    return all(_kind_of(part) in ("office", "initials", "pen") or _is_field(part) for part in parts)


def _is_field(part: str) -> bool:
    """Whether a part of an office's name is what it is for, with a place behind it or without."""
    words = part.lower().split()
    long = next((length for length in (4, 3, 2) if " ".join(words[:length]) in _FIELDS), 0)
    return long > 0 and not _PROSE & set(words[long:])


def _passes(name: str) -> bool:
    words = name.split()
    return 1 <= len(words) <= 6 and len(name) <= 60 and words[0][0].isupper() and not _PROSE & set(name.lower().split())


def _without_title(part: str) -> str:
    """`PV Lê A`, `ThS. Lê A`, `Nhà báo Lê A` without what stands before the name; `PV` alone as it is."""
    words = part.split()
    while len(words) > 1 and words[0].rstrip(".").lower() in _TITLES:
        words = words[1:]
    rest = " ".join(words)
    role = _ROLE.match(rest)
    if role and _kind_of(rest[role.end() :].strip(" .:")) == "person":
        return rest[role.end() :].strip(" .:")
    return rest


def _kind_of(name: str) -> _Sort:
    words = name.split()
    if not words or len(words) > 12:
        return "other"
    if (
        _DOTTED.fullmatch(name)
        or (_CAPITALS.fullmatch(name) and name not in _NO_INITIALS and not _OFFICE.match(name))
        or name in _KNOWN_INITIALS
    ):
        return "initials"
    lower = [word.lower() for word in words]
    person = _is_person(words, lower)
    if person:
        return "person"
    if _PROSE & set(lower):
        return "other"
    if _ROLE.match(name):
        return "other" if _DOES.search(name) else "role"
    if _OFFICE.match(name):
        return "other" if _DOES.search(name) else "office"
    if len(words) > 4 or _NO_NAME & set(lower[:1]) or lower[0] in _PLACE_FIRST or not words[0][0].isupper():
        return "other"
    if not all(is_syllable(word) for word in lower) or " ".join(lower[:2]) in _COMMON_PAIRS:
        return "other"
    if all(word[0].isupper() and (len(word) == 1 or word[1:].islower()) for word in words):
        return "pen" if len(words) > 1 else "other"
    return "half-pen" if len(words) == 2 and words[1].islower() and not _NO_NAME & set(lower) else "other"


def _is_person(words: list[str], lower: list[str]) -> bool:
    """A family name (or a highland people's form) and one to five further syllables, each with its capital."""
    if not all(_LETTER.fullmatch(word) and word[0].isupper() for word in words):
        return False
    shouted = all(word.isupper() for word in words)
    if not shouted and any(len(word) > 1 and word.isupper() and "'" not in word and "’" not in word for word in words):
        return False
    elided = any(re.match("[hkry]['’]", word) for word in lower)
    if elided and len(words) <= 5:
        return True  # H'Hen, K'Brếu, Điểu K'Ré, Niê H'Linh
    if not 2 <= len(words) <= 6:
        return False
    highland = lower[0] in _HIGHLAND
    if lower[0] not in _FAMILY and not (highland and (lower[0] != "a" or len(words) == 2)):
        return False
    if not highland and any(not is_syllable(word.rstrip(".")) and len(word) > 1 for word in lower[1:]):
        return any(mark in "".join(lower) for mark in "ŏĭŭčñ") or (len(words) <= 3 and lower[-1] in _HIGHLAND)
    return not set(lower[1:]) & _NEVER_INSIDE and " ".join(lower[:2]) not in _COMMON_PAIRS


def _clean(line: str) -> str:
    """NFC, white space folded, and the dots and quotes off that close an article (`./.`)."""
    text = " ".join(unicodedata.normalize("NFC", line[: 4 * _LONGEST]).replace("\u200b", "").split())
    return (re.sub(r"\s*\.?/\.$", "", text) if text.endswith("/.") else text).strip(" *_\u00ad")
