"""Names: what is a person, initials, a pen name, an office or a role, and the names in a list of them.

The rules are those of Vietnamese names: the family name first, out of a short list that is public knowledge; every
syllable with a capital; two to five syllables that the language can write, or the forms of the highland peoples.
"""

from __future__ import annotations

import re
from typing import Literal

from .chars import is_syllable


def words_of(text: str) -> frozenset[str]:
    """A list of words."""
    return frozenset(text.split())


def phrases_of(text: str) -> frozenset[str]:
    """A list of phrases, with commas between them."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split(","))


# Family names: the Kinh majority's, then those of other peoples whose names are written in Vietnamese syllables.
_FAMILY = words_of(
    """nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đào đoàn vương trịnh trương đinh lâm phùng
    mai tô hà tạ tăng thái lương lưu châu quách cao thạch kiều chu triệu nghiêm văn doãn từ tống thân giang
    quan la khổng bạch kim viên vi lại đàm đồng diệp ông âu hứa phó bành thi thiều uông khương mạc quản ninh cù
    lục tôn lã nhữ tiêu lỗ nông ma hầu giàng vàng sùng thào lò lù quàng cầm tòng cà lường bàn phàn chảo tẩn lộc
    bế đèo điêu khà vừ mùa hạng cứ thò sình cháng lầu chang dềnh xồng hờ lỳ pờ chẻo lồ tráng ly nùng mông quế
    danh sơn thị kiên chau neáng chế bá đàng thổ thập đạo lộ trượng dụng não điểu thông phú kha"""
)
# Those among them with which no word of the language begins: in capitals they are no heading.
_FAMILY_ALONE = words_of("nguyễn trần lê huỳnh phan đặng bùi trịnh trương đinh phùng quách doãn")
# Middle names: in capitals a heading (ĐÀO TẠO NGHỀ) looks like a name, unless one of these stands second.
MIDDLE = words_of(
    "văn thị hữu đức đình xuân ngọc minh quang công quốc duy thanh hồng kim thu anh bá trọng viết như thế"
)
# Given names. All of them are words too: two make a pen name where they make no compound.
_GIVEN = words_of(
    """an anh ánh ân ái bách bảo băng bằng bích bình ca cảnh cẩm châu chi chí chiến chinh chung chương công cúc cường
    diễm diệp diệu doanh dung dũng duy duyên dương đan đạt đăng điền điệp đình định đoan đô đông đức gấm giang giao
    giáp hà hạ hải hân hào hảo hạnh hạo hằng hậu hiên hiền hiển hiếu hiệp hoa hoài hoan hoàn hoàng hòa hoà hồng hợi hợp
    hùng huân huấn huệ hưng hương hường hữu huy huyền huỳnh kha khải khang khanh khánh khiêm khoa khôi khuê khuyên kiên
    kiệt kiều kim kỳ lam lan lâm lân lập lê liên liễu linh loan lộc lợi long luân luận lực lương lượng ly lý mai mạnh
    mẫn miên minh mùi my mỹ nam nga ngà ngân nghi nghĩa ngọc nguyên nguyệt nhã nhàn nhân nhật nhi nhiên nhung như nhựt
    ninh nương oanh phát phi phong phú phúc phụng phước phương phượng quân quang quế quốc quý quyên quyền quỳnh quyết sa
    sâm sang sáng sen sinh sơn sương tài tâm tân tấn thạch thái thanh thành thao thảo thắm thăng thắng thiên thiện thịnh
    thoa thông thơ thơm thu thuần thuận thục thùy thuỳ thủy thuỷ thúy thuý thư thương thường thy tiên tiến tình tín toàn
    toán tố tôn trà trang trâm trân trí triết triều trinh trọng trúc trung trường tú tuân tuấn tuệ tùng tuyên tuyền
    tuyến tuyết tường uyên vân vi việt vinh vĩnh vũ vui vương vượng vy vỹ xoan xuân xuyến ý yên yến đào út"""
)
# Compounds of two syllables that names are made of: in capitals they are a slogan or a heading.
_COMPOUNDS = phrases_of(
    """an bình,an hòa,an khang,an ninh,an sinh,an toàn,anh dũng,anh hùng,anh minh,bàn giao,bình an,bình luận,
    bình quân,bình thường,bảo an,bảo toàn,cao cường,cao phong,cao quý,cao tuyến,chi thu,chiến công,chiến thắng,
    chung thuỷ,chung thủy,chung tình,chí công,chí tình,công an,công bình,công luận,công lý,công lập,công minh,
    công nhân,công thư,công thương,công trường,công tâm,công tình,công đức,cường quốc,cầm quyền,cầm quân,danh lợi,
    danh nhân,doanh nhân,doanh thu,dương thủy,giao quân,giao thông,giao thương,hiếu nghĩa,hiếu thảo,hiếu trung,
    hiền hòa,hiền nhân,hiền tài,hoa hồng,hoa kỳ,hoa trang,hoà bình,hoàn cảnh,hoàn thiện,hoàn thành,hoàn toàn,
    hoàng thành,huy chương,huân chương,hà thành,hòa bình,hòa hợp,hòa thuận,hùng ca,hùng cường,hùng mạnh,hương hoa,
    hạ long,hạ thủy,hạnh phúc,hải dương,hải lý,hải phong,hải quân,hậu phương,hợp lý,hợp lực,hợp nhân,hợp tài,hợp vi,
    hữu tình,khánh thành,khổng giao,kim loan,kiên cường,kiên quyết,kiên trung,kiều thông,liên doanh,liên hoan,
    liên hợp,liên minh,liên thông,liên tiến,lâm sinh,lâm trường,lý luận,lý tình,lưu thông,lưu tâm,lương tâm,
    lượng thu,lập công,lập quốc,lập thành,lợi thế,lực lượng,minh công,mùi hương,nghiêm trọng,nghĩa quân,nghĩa tình,
    nguyên nhân,nhân hòa,nhân lực,nhân nghĩa,nhân quyền,nhân tài,nhân văn,nhân ái,như ý,phong cảnh,phong phú,
    phát huy,phát sinh,phát thanh,phát tài,phú cường,phú quý,phú thương,phương tiên,phạm vi,quan liên,quan trọng,
    quan tâm,quang cảnh,quang vinh,quyết chiến,quyết thắng,quyết tiến,quyết toán,quyết tâm,quyết định,quyền lợi,
    quân công,quân nhân,quân trang,quản trang,quế chi,quốc ca,quốc công,quốc doanh,quốc kỳ,quốc phong,quốc phú,
    sinh lực,sinh thái,sơn hà,sơn lâm,thanh bình,thanh toán,thanh trà,thi công,thiên nhiên,thiên tài,thiện chí,
    thiện tâm,thu chi,thu đông,thuận hòa,thuận lợi,thuỷ lợi,thành công,thành lập,thành thị,thái bình,thân thiện,
    thông minh,thông thương,thông thường,thông tấn,thơ ca,thơ tình,thơ văn,thương trường,thường kỳ,thảo luận,
    thảo nguyên,thắng lợi,thị thành,thịnh vượng,thổ công,thổ nghĩa,thổ sơn,thủy lợi,tiên lượng,tiên phong,tiên tiến,
    tiêu chung,tiêu chí,tiêu phát,tiến công,toàn quân,toàn quốc,toàn thắng,trang trí,trang trọng,triết lý,
    trung bình,trung hậu,trung kiên,trung lập,trung nguyên,trung thu,trung thành,trung tâm,trân trọng,trí tuệ,
    trường an,trường hợp,trường kỳ,trọng lượng,trọng thương,trọng thị,trọng tài,trọng tâm,tuyên dương,tuyến giao,
    tài nguyên,tài đức,tâm lý,tâm tình,tâm đức,tân kỳ,tân tiến,tình ca,tình nghĩa,tình thơ,tín nghĩa,tòng quân,
    tôn trọng,tăng cường,tăng lương,tăng thu,tấn công,từ thiện,từ trường,từ tâm,vinh quang,viên thanh,việt nam,
    văn công,văn khoa,văn thơ,văn tuyên,vũ trang,vương quyền,vương quốc,xuân hạ,xuân hồng,yên bình,yên tâm,ân nhân,
    ân tình,ý chí,ý nghĩa,ý trí,đoàn công,đoàn thanh,đô thị,đông xuân,đạo lý,đạo nghĩa,định kỳ,đồng nghĩa,đồng tâm,
    đồng tình,đức hạnh,đức trí"""
)
# What lies in a landscape: a name that begins so is a place's as soon as a person's (Hồ, Đèo are family names as well).
_LANDSCAPE = words_of("hồ đèo sông suối thác núi đồi rừng biển đảo hang vịnh bãi hòn cầu chùa đền chợ cánh")
# First parts of names of the central highlands: they stand before a given name, or are a clan's name.
_HIGHLAND = words_of(
    """y ksor siu nay kpă rmah rơ rah niê mlô êban êñuôl ayun ayŭn kbuôr knul byă hmok hwing kđoh adrơng hđơk ktla alê
    kpuih rcom r'com kră păng pang cil bon liêng kơ ka lơ đa ya blah a rô alăng zơrâm bríu bhling coor hôih pơloong"""
)
_TITLES = words_of("pgs gs ts ths th.s bs cn ks ls bsck ckii cki pv ctv btv p.v ntm nsưt nsnd")
# Words that are in sentences and captions, and not in names, offices or roles.
PROSE = words_of(
    """đã đang sẽ được bị có là cho trong tại từ để khi thì mà các những này đó với theo về phát biểu dự tham trao tặng
    thăm chúc mừng khai mạc bế kết luận hưởng ứng diễu chụp nhận đến vào ra lên xuống xem tải đọc quà"""
)
_NO_NAME = words_of(
    """tin bài ảnh xem tải ghi lưu kính trân nơi liên thông hình giới chi tiết đính tài liệu danh mục chương phần điều
    tiêu đề nội dung kết quả thời địa số ngày tháng năm xã huyện tỉnh thôn bon buôn phường quận ấp khu hết video
    clip bản biểu mẫu phụ lục các những một hai ba từ trang về sau trước tiếp quay đóng mở in gửi chia đánh bình nhập
    đăng ký thoát trở đang sản phẩm công quyết nghị luật kế hoạch báo trích tìm góp hỏi cách khiếu tố làng sóc khóm cụm
    điểm thác đồi cầu chùa đền chợ hang vịnh bãi đảo hòn phố nhà"""
)
# What offices are for, as their names have it behind a comma, a dash or "và".
_FIELDS = phrases_of(
    """văn hóa,văn hoá,thông tin,truyền thông,thể thao,thể dục,du lịch,gia đình,thương binh,xã hội,lao động,nông nghiệp,
    nông thôn,phát triển nông thôn,tài nguyên,môi trường,kinh tế,hạ tầng,giáo dục,đào tạo,tài chính,kế hoạch,tư pháp,
    nội vụ,y tế,dân tộc,tôn giáo,khoa học,công nghệ,thi đua,khen thưởng,dân số,trẻ em,đầu tư,công thương,công nghiệp,
    thương mại,lâm nghiệp,thủy sản,thuỷ sản,chăn nuôi,thú y,trồng trọt,bảo vệ thực vật,xây dựng,đô thị,phát thanh,
    truyền hình,quản lý dự án,phát triển quỹ đất,phòng chống thiên tai,tìm kiếm cứu nạn"""
)
# What is never inside a name.
_NEVER_INSIDE = words_of(
    "tin bài ảnh xem tải huyện tỉnh xã thôn phường quận nghị hội phẩm kết quả liệu mục lục tiêu báo"
)
# Pairs that stand alone on every portal and could be names by their form.
_COMMON_PAIRS = phrases_of(
    """văn hóa,văn hoá,văn bản,văn phòng,văn kiện,văn nghệ,văn minh,kim ngạch,cao đẳng,cao điểm,thông tin,thông báo,
    quản lý,quản trị,đào tạo,danh sách,danh mục,lưu ý,đồng ý,đạo đức,thái độ,lộ trình,đinh mức,la liệt,quan hệ,
    thổ cẩm,từ điển,từ khóa,từ khoá,giáo dục,kinh tế,du lịch,y tế,lễ hội,gia đình,chính phủ,quốc hội,ẩm thực,
    lĩnh vực,thể thao,điện thoại,hỏi đáp,an ninh,quốc phòng,thứ hai,thứ ba,thứ tư,thứ năm,thứ sáu,thứ bảy,chủ nhật,
    nông nghiệp,môi trường,đất đai,dân vận,tư pháp,khoa học,công nghệ,xây dựng,đấu thầu,doanh nghiệp,thủ tục,
    cải cách,trân trọng,trang chủ,thành phố,thành ủy,thành uỷ,thành viên,thành phần,thành tích,thành tựu,thành lập,
    thành công,thành quả,thị trấn,thị xã,thị trường,thị ủy,thị uỷ,văn thư"""
)
_PLACE_FIRST = words_of("đắk đăk đắc krông ea cư chư ia kon buôn mđrắk lắk đạ bù")
_NO_INITIALS = words_of(
    "RSS STT PDF FAQ TOP VN OK NO ISO TEL FAX OFF ON JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC AA"
)
ROLE = re.compile(
    r"(?:quyền |nguyên )?(?:phó|p\.|trưởng|bí thư|chủ tịch|chủ nhiệm|giám đốc|tổng|chánh|ủy viên|uỷ viên|uv|chuyên viên"
    r"|công chức|cán bộ|thư ký|hiệu trưởng|đội trưởng|tổ trưởng|phóng viên|biên tập viên|cộng tác viên|nhà báo|luật sư"
    r"|giáo viên|bác sĩ|đại tá|thượng tá|trung tá|thiếu tá|đại úy|thượng úy|trung úy|thiếu úy|ct|pct|pbt|bt|gđ|tp|vh-xh"
    r"|vhxh)\b",
    re.IGNORECASE,
)
OFFICE = re.compile(
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
DOES = re.compile(  # what an office does is a sentence or a title, not a signature (Ban Tổ chức is an office)
    r"(?<!Ban )(?<!Phòng )\btổ chức\b|\b(?:triển khai|phối hợp|ban hành|thông báo|phát động|ra quân|làm việc"
    r"|họp|tập huấn"
    r"|tuyên truyền|kiểm tra|giám sát|tiếp|thành lập|công bố|công khai|yêu cầu|đề nghị|hướng dẫn|tăng cường|đẩy mạnh"
    r"|thực hiện|khánh thành|bàn giao|gặp mặt|ký kết|sơ kết|tổng kết|điều tra|bắt|xử lý|giải quyết|tiếp tục"
    r"|quyết định)\b"
)
PRESS = re.compile(
    r"(?:báo (?!cáo|đảm|động|hiệu|hiểm)|tạp chí|cổng |cttđt|trang (?:tin|web|ttđt|thông tin)|website|bản tin"
    r"|đài (?:pt|phát|truyền|tt|th)|ttxvn|thông tấn xã|bnews|vov|vtv|vgp|vnexpress|vietnamnet|vietnamplus"
    r"|vietnam\+|vna\b"
    r"|dân ?trí|tuổi trẻ|thanh niên$|nhân dân$|lao động$|tiền phong|sggp|sài gòn giải phóng|qđnd|quân đội nhân dân|cand"
    r"|internet|chính phủ$|công báo)",
    re.IGNORECASE,
)
THEO = re.compile(r"theo\s?:?\s+((?:https?:)?[^:]{2,80})$", re.IGNORECASE)
_Sort = Literal["person", "initials", "pen", "half-pen", "office", "role", "other"]
_SPLIT = re.compile(r"\s+[–—-]+\s*|\s*[–—]\s*|\s*-\s+|\s*[,;&+]\s*|\s+và\s+|\s+/\s+")
_TAIL = re.compile(r"\s*\((?P<inside>[^()]{1,60})\)$")
_COMPILED = re.compile(
    r"(?:tổng hợp|sưu tầm|th|t/h|st|biên soạn|thực hiện|lược ghi|ghi|gt|giới thiệu|dịch|trích)\.?", re.IGNORECASE
)
_ASIDE = re.compile(rf"(?:ảnh|tin|bài|xã|huyện|tỉnh|phường|thị trấn|theo)\b|{PRESS.pattern}", re.IGNORECASE)
_DOTTED = re.compile(r"(?:[A-ZĐ]\.\s?){1,4}[A-ZĐ]\.?|(?:[A-ZĐ]\.){1,2}\s?[A-ZĐ][^\W\d_]{1,6}")
CAPITALS = re.compile(r"[A-ZĐ]{2,4}")
KNOWN_INITIALS = words_of("PV BBT CTV BTV P.V B.B.T")
_LETTER = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]*)*\.?")


def names_in(value: str, lenient: bool) -> tuple[str, str | None, list[_Sort]] | None:
    """The people or the office that a value names, a source in parentheses, and what each name is.

    None where anything in it is neither name, role nor office. `lenient`: after a label that only names follow, what
    has a capital and is no sentence is a name (`Andrew King`).
    """
    value = value.rstrip(" ./,;") if not _DOTTED.fullmatch(value) else value
    source: str | None = None
    tail = _TAIL.search(value)
    if tail:
        inside, value = tail["inside"].strip(), value[: tail.start()].rstrip(" -–—")
        according = THEO.match(inside) or re.match(r"nguồn\s?:\s?(.+)", inside, re.IGNORECASE)
        if according:
            source = according[1].strip()
        elif kind_of(inside) == "other" and not (_COMPILED.fullmatch(inside) or _ASIDE.match(inside)):
            return None
    value = re.sub(r"\s+[–-]?\s*(?:\(?th\)?|tổng hợp|sưu tầm|lược ghi)$", "", value, flags=re.IGNORECASE)
    parts = [part.strip(" .:") if not _DOTTED.fullmatch(part) else part for part in _SPLIT.split(value)]
    parts = [part for part in parts if part]
    if not 1 <= len(parts) <= 6:
        return None
    twin = re.fullmatch(r"([^-]+)-([^-]+)", value) if len(parts) == 1 else None
    if twin and kind_of(twin[1]) == kind_of(twin[2]) == "person":
        parts = [twin[1], twin[2]]
    names: list[str] = []
    sorts: list[_Sort] = []
    for part in parts:
        bare = _without_title(part)
        sort = kind_of(bare)
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
    return all(kind_of(part) in ("office", "initials", "pen") or _is_field(part) for part in parts)


def _is_field(part: str) -> bool:
    """Whether a part of an office's name is what it is for, with a place behind it or without."""
    words = part.lower().split()
    long = next((length for length in (4, 3, 2) if " ".join(words[:length]) in _FIELDS), 0)
    return long > 0 and not PROSE & set(words[long:])


def _passes(name: str) -> bool:
    words = name.split()
    return 1 <= len(words) <= 6 and len(name) <= 60 and words[0][0].isupper() and not PROSE & set(name.lower().split())


def _without_title(part: str) -> str:
    """`PV Lê A`, `ThS. Lê A`, `Nhà báo Lê A` without what stands before the name; `PV` alone as it is."""
    words = part.split()
    while len(words) > 1 and words[0].rstrip(".").lower() in _TITLES:
        words = words[1:]
    rest = " ".join(words)
    role = ROLE.match(rest)
    if role and kind_of(rest[role.end() :].strip(" .:")) == "person":
        return rest[role.end() :].strip(" .:")
    return rest


def kind_of(name: str) -> _Sort:
    """What a string is, by its words alone."""
    words = name.split()
    if not words or len(words) > 12:
        return "other"
    if (
        _DOTTED.fullmatch(name)
        or (CAPITALS.fullmatch(name) and name not in _NO_INITIALS and not OFFICE.match(name))
        or name in KNOWN_INITIALS
    ):
        return "initials"
    lower = [word.lower() for word in words]
    person = _is_person(words, lower)
    if person:
        return "person"
    if PROSE & set(lower):
        return "other"
    if ROLE.match(name):
        return "other" if DOES.search(name) else "role"
    if OFFICE.match(name):
        return "other" if DOES.search(name) else "office"
    if len(words) > 4 or _NO_NAME & set(lower[:1]) or lower[0] in _PLACE_FIRST or not words[0][0].isupper():
        return "other"
    if not all(is_syllable(word) for word in lower) or " ".join(lower[:2]) in _COMMON_PAIRS:
        return "other"
    if all(word[0].isupper() and (len(word) == 1 or word[1:].islower()) for word in words):
        return "pen" if len(words) > 1 else "other"
    if name.isupper():
        return "pen" if _is_called(lower) else "other"
    return "half-pen" if len(words) == 2 and words[1].islower() and not _NO_NAME & set(lower) else "other"


def is_given(name: str) -> bool:
    """Whether the last syllable of a name is a given name."""
    return name.lower().rpartition(" ")[2] in _GIVEN


def may_be_seen(name: str) -> bool:
    """Whether a name is as soon what a picture shows: `Hồ Ba Bể`, `Mùa vàng`, `Phố Cổ`."""
    lower = name.lower().split()
    if lower[0] in _LANDSCAPE:
        return not MIDDLE & set(lower[1:-1])
    return kind_of(name) in ("pen", "half-pen") and lower[-1] not in _GIVEN


def _is_called(lower: list[str]) -> bool:
    """Whether words in capitals are a pen name, and not a slogan or a heading: given names all, and no compound."""
    named = lower[-1] in _GIVEN and all(word in _GIVEN or word in MIDDLE for word in lower[:-1])
    return named and 2 <= len(lower) <= 3 and not any(map(_is_compound, lower, lower[1:]))


def _is_compound(one: str, other: str) -> bool:
    return f"{one} {other}" in _COMPOUNDS or f"{one} {other}" in _COMMON_PAIRS


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
    if shouted and lower[0] not in _FAMILY_ALONE and (not highland or all(map(is_syllable, lower[1:]))):
        named = lower[-1] in _GIVEN or (not highland and MIDDLE & set(lower[1:-1]))
        if not named or PROSE & set(lower) or any(map(_is_compound, lower, lower[1:])):
            return False  # ĐOÀN KẾT, NAY CẤM
    if lower[0] in _LANDSCAPE and not (lower[-1] in _GIVEN or MIDDLE & set(lower[1:-1])):
        return False  # Hồ Ba Bể
    if not highland and any(not is_syllable(word.rstrip(".")) and len(word) > 1 for word in lower[1:]):
        return any(mark in "".join(lower) for mark in "ŏĭŭčñ") or (len(words) <= 3 and lower[-1] in _HIGHLAND)
    return not set(lower[1:]) & _NEVER_INSIDE and " ".join(lower[:2]) not in _COMMON_PAIRS
