"""Furniture: the lines on pages that are nobody's article, told by their words. `markup` tells it by the markup.

The words are those of the platforms in general, in Vietnamese and English; what one portal alone says belongs in its
definition, under `[selectors] drop`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..fields import chars

# A portal's furniture is the same on all its pages: the judgements are kept.
_kept = lru_cache(maxsize=1 << 14)
_LONGEST = 400  # characters of a line that most patterns are asked of


class Phrases:
    """A pattern in small letters, asked of a text of any: to ignore case at each letter takes five times as long."""

    def __init__(self, pattern: str) -> None:
        self._pattern = re.compile(pattern)

    def match(self, text: str) -> re.Match[str] | None:
        return self._pattern.match(_lowered(text) if len(text) <= _LONGEST else text.lower())

    def search(self, text: str) -> re.Match[str] | None:
        return self._pattern.search(_lowered(text) if len(text) <= _LONGEST else text.lower())


@lru_cache(maxsize=1 << 8)  # one pattern after the other is asked of the same lines: of a page's, not of a portal's
def _lowered(text: str) -> str:
    return text.lower()


def alternatives(text: str, before: str = r"^\W*", after: str = r"\W*$") -> Phrases:
    """A pattern of many phrases, case ignored: each line of `text` is one or more, in small letters; a backslash at
    its end joins it with the next.
    """
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return Phrases(f"{before}(?:{'|'.join(line.strip() for line in lines if line.strip())}){after}")


_WIDGET = alternatives(
    r"""
    xem (?:với )?cỡ chữ.*|(?:cỡ|kích thước|thay đổi cỡ|phóng to|thu nhỏ) (?:cỡ )?chữ\b.{0,30}|(?:a[\W_]*){1,4}
    tăng tương phản.{0,20}|chế độ ban đêm.{0,10}|(?:nghe )?(?:đọc|nghe) (?:bài viết|bài|tin)(?: này)?|\d{1,3}\s?%
    (?:lượt|số lượt|số lần) (?:người )?(?:xem|đọc|truy cập)\W*[\d.,]*\W*
    (?:đã xem|views?|lượt xem|hits?)\W*[\d.,]*\W*(?:lượt|views?)?\W*
    [\d.,]+\s(?:lượt(?: xem| đọc| truy cập)?|views?|bình luận|comments?|shares?|min(?:ute)?s? read)
    (?:in (?:trang|bài|ấn|bài viết|trang này|tin)|bản in|print|in)(?:\W+(?:trang|bài|này|gửi email|email|quay lại\
    |chia sẻ|share))*
    (?:gửi|chia sẻ)(?: (?:qua |bằng )?(?:e-?mail|bạn bè|bài viết|tin|lên|facebook|zalo|twitter|link)){0,3}
    (?:e-?mail|share|tweet|save|facebook|twitter|zalo|zalo share|pinterest|linkedin|whatsapp|telegram|copy link\
    |reddit)|(?:share|print|email|save) (?:this|article|story|on|to|via)\b.{0,30}
    (?:quay lại|trở (?:lại|về)|về đầu trang|lên đầu(?: trang)?|back to top|go back|close|đóng|menu|search|tìm kiếm\
    |loading\W*|advertisement|quảng cáo|ad)
    đánh giá(?:\W{1,3}(?:[\d(].{0,40}|(?:bài|tin|trang|mục|của bạn|sao)\b.{0,40}))?|rate this (?:item|article|post)
    \d+ (?:lượt )?(?:bình chọn|votes?)|(?:đã )?(?:đọc|xem|read) [\d.,]+ (?:lần|times)(?:\W*(?:(?:sửa|cập nhật|\
    chỉnh sửa) (?:lần )?cuối|last (?:modified|updated))\b.{0,60})?|(?:sửa|chỉnh sửa) (?:lần )?cuối\b.{0,60}
    (?:tổng số điểm|điểm của bài viết|click để đánh giá|hãy là người đầu tiên).{0,80}
    \d[\d/.\s]*(?:trong|trên|sao|of \d|stars?)\b.{0,40}|(?:[☆★⭐]\s*)+
    xem (?:chi tiết|thêm|tiếp|toàn văn)?(?: nội dung| văn bản)? ?:?(?: *tại đây)?
    (?:xem|tải|download)?.{0,40}\b(?:chi tiết|về)? *tại đây|(?:bấm|nhấn|click) (?:vào )?(?:đây|here).{0,30}|chi tiết
    (?:tải về|tải xuống|download|tải file|xem file)|read more\W*|skip (?:to|ribbon).{0,40}
    (?:null|undefined|\]\]>|no title\W*|image banner|xhtml)
    (?:tags?|từ khóa|từ khoá|filed under|chủ đề|topics?|categories|category|chuyên mục)\W*:.{0,300}
    (?:tags?|từ khóa|từ khoá|keywords)
    (?:bình luận|ý kiến bạn đọc|gửi (?:bình luận|ý kiến|phản hồi)|leave a (?:comment|reply)|comments?|no comments?\
    |\d+ (?:comments?|phản hồi))(?:\W.{0,40})?|thống kê truy cập.*
    (?:tổng )?số lượt (?:đang )?(?:truy cập|online|người online).{0,20}
    liên kết (?:web\w*|hữu ích|nhanh|các trang.{0,20})|thăm dò ý kiến|dự báo thời tiết|thời tiết
    (?:hình|thư viện) ảnh|(?:thư viện )?video(?: clip)?|đường dây nóng
    (?:đang (?:truy cập|online)|hôm nay|hôm qua|trong tuần|trong tháng|tổng (?:lượt|số)? ?truy cập\
    |lượt truy cập)\W*[\d.,]*|(?:follow|like) us\b.{0,40}|click here to\b.{0,60}
    (?:subscribe|sign up|sign in|log in|đăng nhập)(?:\W.{0,80})?|photo gallery|all rights reserved.*
    đăng ký(?:\W+(?:đăng nhập|tài khoản|thành viên|nhận|theo dõi|ngay|tại đây|mới)\b.{0,60})?
    by (?:clicking|signing|submitting|subscribing|continuing)\b.{0,200}\b(?:terms|privacy)\b.{0,100}
    thanks for signing up|publicité|reklam[ae]?|anzeige|advertorial|werbung|publicidad|pubblicità|advertentie|annonse?
    opens in a new window|auch interessant|les også|läs också|(?:recommended|latest|more|related) videos?(?: from)?
    empfohlener (?:redaktioneller|externer) inhalt.{0,60}
    an dieser stelle (?:findest|finden|steht) .{0,90}\bextern.{0,200}
    ich bin (?:damit )?einverstanden,? dass mir .{0,40}\binhalte?n?\b.{0,250}|.{0,30}personenbezogene daten .{0,20}\
    \bdrittplattformen\b.{0,120}|(?:we apologi[sz]e, but )?(?:this|the) video (?:has failed to|could not be|cannot be) \
    (?:load|play)(?:ed)?.{0,40}|try refreshing (?:your browser|the page).{0,40}|(?:ein )?player wird geladen.{0,10}
    (?:to|if you want to) (?:view|see|display|load|show) this (?:content|video|post|embed|tweet).{0,120}
    (?:this )?(?:article|story) continues (?:below|after).{0,40}|article content
    """
)
# Several controls in one line: a counter, then print, send, back.
_WIDGETS = alternatives(
    r"""
    (?:tổng )?(?:số )?(?:lượt|lần) (?:người )?(?:xem|đọc|truy cập)|đã xem|views?|comments?|bình luận|bản in
    in(?: trang| bài viết| bài| tin)?|quay lại|trở (?:lại|về)|gửi (?:email|bài viết|cho bạn bè)|chia sẻ|xem thêm|cỡ chữ
    facebook|twitter|zalo|email|print|share|a[+-]?|lưu|đọc bài|tải về|xem tiếp|về đầu trang
    (?:trang|bài|tin) (?:trước|sau|kế|tiếp|đầu|cuối)(?: theo)?
    """,
    before=r"^(?:\W*",
    after=r"\b[\d.,]*){1,8}\W*$",
)
# Headings over lists of other articles: what follows them is not this one's.
_RELATED = alternatives(
    r"""
    (?:các |những )?(?:tin|bài|bài viết|tin tức|thông tin|tin bài|sự kiện|bài báo) (?:viết |tức |bài |tin )?(?:khác\
    |liên quan|mới(?: hơn| nhất| đăng)?|cũ(?: hơn)?|cùng (?:(?:chuyên |danh )?mục|(?:thể )?loại\
    |chủ đề|chuyên đề)|đã (?:đưa|đăng)|tiếp theo|trước|sau|nổi bật|xem nhiều|đọc nhiều|tham khảo)(?: .{0,20})?
    (?:xem|đọc) thêm(?: .{0,20})?
    (?:có thể bạn quan tâm|bạn có thể quan tâm|cùng chuyên mục|có liên quan|tin mới nhất|đọc nhiều nhất\
    |xem nhiều nhất|bài trước|bài sau|văn bản (?:liên quan|khác|mới))
    (?:related|recommended|more|similar|recent|latest|popular|trending|other|top) (?:\w+ )?(?:articles?|stories\
    |posts?|news|content|reading|topics|links|coverage|from\b.{0,40}|on this\b.{0,20}|in this\b.{0,20})|related
    read next|up next|you (?:may|might) (?:also )?(?:like|be interested).{0,20}|more like this
    recommended(?: for you)?|most (?:read|popular|viewed)|more from\b.{0,60}|see also|what to read next
    don['’]t miss|trending(?: now)?|keep reading|(?:à )?lire (?:aussi|également).{0,30}
    sur le même (?:thème|sujet)|lesen sie (?:auch|hier|mehr).{0,40}|mehr zum thema.{0,30}|weiterlesen
    weitere (?:artikel|meldungen|themen|nachrichten)|leia (?:mais|também).{0,20}|lee también.{0,20}
    te puede interesar.{0,20}|noticias relacionadas|leggi anche.{0,30}|lees (?:ook|meer).{0,30}|ilgili haberler
    """
)
# Headings over what a page tells of whoever wrote the article.
_ABOUT_WRITER = alternatives(
    r"""
    about (?:the )?(?:authors?|writers?|reviewers?|contributors?)|(?:về|giới thiệu) tác giả|zur person
    über (?:den autor|die autorin|die autoren)|sobre (?:el autor|la autora|o autor)|à propos de l['’]auteur\w*
    """
)
# Whose a picture is, on a line of its own.
_CREDIT = re.compile(
    r"^\W*(?:image|photo|picture|bild|foto|crédit|credit)(?:s|o)?(?: credits?| by| courtesy| source)?\s?[:©]",
    re.IGNORECASE,
)
# What a page asks of whoever has read to the end: at the line's beginning, and anywhere in it.
_AFTERWORDS = alternatives(r".{0,120}\bnewsletters?\b.{0,60}$|reporting by\b", before="", after="")
_AFTERWORD = alternatives(
    r"""
    (?:my|your) bookmarks\b|google news\b|preferred source\b|ad ?block users\b|whatsapp-kanal\b
    (?:sign(?:ing)? up|subscribe|register) (?:now |here |today )?(?:to|for) (?:our|the|daily|weekly|free|updates)\b
    follow (?:us|me|\w+|\w+ \w+) on\b|our (?:app|podcast|(?:whatsapp|telegram) channel)\b
    comment(?:s|ing)? (?:policy|guidelines)\b|comment on this (?:article|story)\b|ihre kommentare\b
    join (?:the|our) (?:conversation|commenting|community|discussion)\b|share your (?:thoughts|views|opinion)
    this is a (?:breaking|developing) (?:news )?story\b|teilen? (?:sie )?(?:deine|ihre) (?:meinung|tipps)\b
    unterstützen sie uns\b|support (?:us|our (?:work|journalism))\b|(?:make a|with a) donation\b
    rechte am artikel\b|jetzt (?:kostenlos )?(?:anmelden|abonnieren)\b|abonnez-vous\b|suscríb[ae]te\b
    editing by\b|trust principles\b|contributed to this (?:report|article|story)\b
    (?:đăng (?:lại|tải)|phát (?:hành )?lại|sao chép|trích dẫn|dẫn lại|sử dụng|khai thác)\b.{0,160}\bghi rõ nguồn\b
    ghi rõ nguồn\b.{0,160}\b(?:khi|vi phạm|đăng (?:lại|tải)|phát (?:hành )?lại|sao chép|trích dẫn|sử dụng)\b
    """,
    before=r"\b",
    after="",
)
_ABOUT_SITE = alternatives(
    r"""
    (?<![^\W\d_])©(?![^\W\d_])
    \(c\)\s*\d{4}|®\s|copyright|all rights reserved|bản quyền|ghi rõ nguồn|giấy phép (?:số|thiết lập|xuất bản)
    cơ quan chủ quản|chịu trách nhiệm (?:chính|nội dung|về nội dung|xuất bản)|trưởng ban biên tập
    (?:powered|designed|thiết kế|phát triển|vận hành) (?:by|bởi)\b
    ^\W*(?:địa chỉ|trụ sở|điện thoại|đt|tel|email|e-mail|fax|website|hotline|thiết kế|phát triển|đơn vị vận hành\
    |powered)\b.{0,4}:|privacy policy|terms of (?:use|service)|cookies? (?:policy|to )
    """,
    before=r"",
    after=r"",
)
_PLACEHOLDER = alternatives(
    r"""
    (?:nội dung|trang|trang này|chuyên mục|thông tin|dữ liệu|tin|bài viết|website|hệ thống\
    |cổng thông tin(?: điện tử)?)?\s?(?:này\s)?(?:hiện\s\
    |vẫn\s)?(?:đang|sẽ) (?:được )?(?:cập nhật|xây dựng|hoàn thiện|bảo trì)(?: (?:dữ liệu|nội dung|thông tin|trang\
    |sau))?
    (?:hiện\s)?(?:chưa|không) (?:có|tìm thấy|tồn tại) (?:bài viết|tin|dữ liệu|nội dung|trang|thông tin|kết quả\
    |bản ghi).{0,60}|(?:bài viết|trang|nội dung).{0,30}(?:không tồn tại|không tìm thấy|đã bị (?:xóa|xoá|gỡ)).{0,60}
    (?:server|runtime) error.{0,60}|checking your browser.{0,60}|just a moment.{0,20}|.{0,40} is for sale!?
    under construction|coming soon|(?:404|error 404).{0,60}|(?:page|file) not found.{0,60}|not found
    no (?:results|posts|articles|content) (?:found|yet).{0,40}|nothing (?:was )?found.{0,60}|lorem ipsum.*
    """
)
_ATTACHED = alternatives(
    r"""
    (?:các\s)?(?:tệp|file|tập tin|tài liệu|văn bản)(?:\s\w+)?\s(?:đính\s?kèm|kèm theo|gốc|liên quan)|đính kèm
    attachments?|download(?:s)?|tải (?:tệp|file|văn bản|về).{0,20}
    """,
    before=r"^\W*",
    after=r"\W{0,3}$",
)
# Headings over what readers wrote: the first kind anywhere under a title, the second where there is text before it.
_READERS = alternatives(
    r"""
    ý kiến (?:của )?(?:bạn đọc|độc giả|người đọc)(?:\W*\d+\W*)?|(?:bình luận|phản hồi) (?:của )?(?:bạn đọc|độc giả)
    """
)
_COMMENTS = alternatives(
    r"""
    (?:các )?(?:bình luận|ý kiến|phản hồi)(?: bài viết)?(?:\W*\d+\W*)?|comments?(?:\W*\d+\W*)?
    \d+ (?:bình luận|ý kiến|phản hồi|comments?|responses?)
    """
)
# What leads to another article inside a text; the link follows it.
_SEE = re.compile(
    r"^\W*(?:(?:xem|đọc|tìm hiểu) (?:thêm|tiếp|ngay)|tham khảo(?: thêm)?|(?:tin|bài)(?: viết)? (?:liên quan|khác)"
    r"|read (?:more|also|next)|see also|also read|related|les også|läs (?:också|även|mer)|læs også"
    r"|lesen sie (?:auch|hier|mehr)|auch interessant|mehr zum thema|lees ook|(?:à )?lire aussi"
    r"|leia (?:mais|também)|lee también|leggi anche|lue myös|czytaj (?:też|także)"
    r"|>{1,3}|»+|→|▶|►)\s?:?(?: bài(?: viết)?:)?\s*",
    re.IGNORECASE,
)
_SITE = alternatives(
    r"""
    (?:home(?:page)?|trang chủ)\s*[-–|:/»›>].*|home(?:page)?|trang chủ|trang nhất|index|welcome|untitled(?: document)?
    no title\W*|news|blog|tin tức(?: ?[-–&]? ?sự kiện)?|website|404|page not found
    (?:(?:chào mừng .{0,40}|website|trang (?:chủ )?|trang web )?(?:cổng|trang|cổng/trang|trang/cổng\
    |hệ thống cổng) (?:thông tin|tin|tttt)(?: giao tiếp)? điện tử\b.*)|chi tiết(?: tin(?: tức)?| bài viết)?
    news detail|tin chi tiết|xem tin|nội dung(?: tin)?|bài viết|search results?.{0,60}|kết quả tìm kiếm.{0,60}
    tìm kiếm(?: nâng cao)?|site ?map|sơ đồ (?:site|trang|cổng|web).{0,20}|liên hệ|contact(?: us)?
    """
)
_PLACE = re.compile(
    r"(?:ubnd |ủy ban nhân dân )?(?:huyện|xã|phường|thị xã|thị trấn|thành phố|quận|tỉnh)(?: [^\W\d_]+){1,4}$",
    re.IGNORECASE,
)
_MARKS = re.compile("[\u0300-\u036f]+")
_WORDS = re.compile(r"\w+")
_SHORT = 160  # characters of a line whose plain form is kept

_ACCOUNT = alternatives(
    r"""
    admin\w*|quan ?tri.*|quản trị.*|root|webmaster|editor|user\d*|ban biên tập|bbt|host|www\..*|super ?user
    https?:.*|\S+@\S+|\S+\.(?:com|vn|org|net)\S*|guest|unknown|none|null
    """
)


def is_widget(line: str) -> bool:
    """Whether a whole line is a control, a counter or what a page says to move around in it."""
    return len(line) <= 320 and _is_widget(line)


@_kept
def _is_widget(line: str) -> bool:
    return len(line) <= 320 and (_WIDGET.match(line) is not None or _WIDGETS.match(line) is not None)


@_kept
def is_related_heading(line: str) -> bool:
    """Whether a line stands over a list of other articles."""
    return len(line) <= 80 and _RELATED.match(line) is not None


@_kept
def is_about_site(line: str) -> bool:
    """Whether a line is the publisher's own: licence, address, copyright."""
    return len(line) <= 500 and _ABOUT_SITE.search(line) is not None


@_kept
def is_about_writer(line: str) -> bool:
    """Whether a line stands over what a page tells of the article's writer."""
    return len(line) <= 60 and _ABOUT_WRITER.match(line) is not None


@_kept
def is_afterword(line: str) -> bool:
    """Whether a line behind a text asks the reader for something, or says how the text came about."""
    return len(line) <= 400 and (_AFTERWORDS.match(line) is not None or _AFTERWORD.search(line) is not None)


@_kept
def is_credit(line: str) -> bool:
    """Whether a line says no more than whose a picture is."""
    return len(line) <= 100 and _CREDIT.match(line) is not None


def is_comments_heading(line: str, behind_text: bool) -> bool:
    """Whether what readers wrote follows a line. `behind_text`: text of the article stands before it."""
    if len(line) > 60:
        return False
    return _READERS.match(line) is not None or (behind_text and _COMMENTS.match(line) is not None)


def led_to(line: str) -> str | None:
    """What follows the words or the arrows that lead to another article; None where a line begins otherwise."""
    match = _SEE.match(line) if len(line) <= 320 else None
    return line[match.end() :] if match else None


def is_placeholder(line: str) -> bool:
    """Whether a line says that there is nothing (yet, any more)."""
    return len(line) <= 160 and _is_placeholder(line)


@_kept
def _is_placeholder(line: str) -> bool:
    return _PLACEHOLDER.match(line) is not None


def is_attachment_label(line: str) -> bool:
    return len(line) <= 60 and _ATTACHED.match(line) is not None


@_kept
def is_site_name(line: str) -> bool:
    """Whether a line names a site or a kind of page, never an article: also `Huyện A - Cổng thông tin điện tử`."""
    if _SITE.match(line) is not None:
        return True
    place, _, kind = line.partition(" - ")
    return bool(kind) and _PLACE.match(place) is not None and _SITE.match(kind) is not None


def plain(text: str) -> str:
    """For comparing what two places print: lower case, no marks, đ as d, letters and digits alone, words apart."""
    return _plain(text) if len(text) <= _SHORT else _plainly(text)


@lru_cache(maxsize=1 << 10)  # titles and lines of menus are compared again and again
def _plain(text: str) -> str:
    return _plainly(text)


def _plainly(text: str) -> str:
    text = text.lower()
    if not text.isascii():
        text = _MARKS.sub("", chars.normal("NFD", text)).replace("đ", "d").replace("ð", "d")
    return " ".join(_WORDS.findall(text))


def is_account(name: str) -> bool:
    """Whether a name is who typed something in, or the site's: nobody's."""
    return _ACCOUNT.match(name) is not None
