"""Idioms: the words by which pages that are no articles are known: in their lines, their addresses, their source.

As with `furniture` they are those of portals and systems in general, in Vietnamese and English. What is known by one of
them alone is nothing: `signs` and `kinds` weigh them with what else a page shows.
"""

from __future__ import annotations

import re

from ...page.furniture import Phrases, alternatives

SECTION = re.compile(r"/(?:categor(?:y|ies)|collections|browse|departments|tags?|search|topics|chuyen-muc)/")
DOCUMENT = alternatives(
    r"""
    (?:(?:mã|số)\W*/?\W*(?:số\s)?(?:ký\s?)?|ký\s)hiệu.{0,20}|số văn bản|ngày (?:ban hành|(?:có |hết )?hiệu lực|ký)
    ngày đăng công báo|cơ quan(?: ban hành|(?=\s?:))|tình trạng(?: hiệu lực|(?=\s?:))|ban hành(?=\s?:)
    đơn vị ban hành|trích (?:yếu|dẫn).{0,12}|người ký|loại văn bản|lĩnh vực|hiệu lực|tên văn bản
    """,
    after=r"(?:\W|$)",
)
PROCEDURE = alternatives(
    r"""
    (?:mã|tên|loại|số) thủ tục(?: hành chính)?|lĩnh vực|cấp thực hiện|trình tự(?: thực hiện)?|cách thức(?: thực hiện)?
    (?:thành phần|số lượng)(?:,? số lượng)?(?: bộ)?(?: hồ sơ)?|thời hạn(?: giải quyết)?|đối tượng(?: thực hiện)?
    cơ quan (?:thực hiện|giải quyết|có thẩm quyền.{0,20}|phối hợp.{0,20})|kết quả(?: thực hiện| giải quyết)?
    (?:phí\W{1,3})?lệ phí|phí|(?:căn cứ|cơ sở) pháp lý|yêu cầu\W{1,3}điều kiện(?: thực hiện)?|mức độ(?: dịch vụ.{0,20})?
    """,
    after=r"(?:\W|$)",
)
ANSWERS = re.compile(r"\btrả lời(?: như sau)?\s?:?\W*$", re.I)  # the end of a line over an answer
EVENT = alternatives(
    r"""
    (?:thời gian|ngày|giờ)(?: bắt đầu| kết thúc| diễn ra| tổ chức)?|địa điểm(?: tổ chức)?
    thành phần(?: tham (?:dự|gia))?|(?:người )?chủ trì|đơn vị (?:tổ chức|chủ trì|chuẩn bị)|nội dung
    """,
    after=r"\s?:",
)
LOGIN = alternatives(
    r"""
    (?:form|trang|hệ thống)?\s?(?:đăng nhập|đăng ký|quên mật khẩu|(?:thay )?đổi mật khẩu)(?:\W.{0,60})?
    (?:log|sign)[\s-]?(?:in|on|up)(?:\W.{0,60})?|register|forgot(?:ten)? (?:your )?password
    """
)
WEEKDAY = re.compile(
    r"^\W*(thứ\s?(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|mon|tues|wednes|thurs|fri|satur|sun(?=day))(?:day)?\b", re.I
)
TIMETABLE = re.compile(r"\blịch\b|\btimetable\b|\bschedule\b|\bcalendar\b", re.I)
QUESTIONS = re.compile(
    r"^\W*(?:(?:chuyên mục|mục|trang)\s)?(?:hỏi\W{0,3}(?:và )?(?:đáp|trả lời)|câu hỏi (?:thường gặp|(?:của|từ) )"
    r"|faqs?\b|frequently asked|questions? (?:and|&) answers?)",
    re.I,
)
SECTION_OF_QUESTIONS = alternatives(
    r"""
    (?:chuyên mục|mục|trang)?\s?hỏi\W{0,3}(?:và )?đáp(?: trực tuyến| pháp luật)?|câu hỏi thường gặp
    (?:giải )?đáp thắc mắc
    """
)
ASKED = re.compile(r"\W*(?:câu )?hỏi(?:\s\d+)?\s?:", re.I)
BUTTON = alternatives(r"(?:thêm|cho|bỏ) vào giỏ(?: hàng)?|(?:đặt )?mua (?:ngay|hàng)|add to (?:cart|bag|basket)")
GALLERY = re.compile(
    r"/(?:photo-?)?(?:albums?|gallery|galleries)\b|thu-?vien-?(?:hinh-?)?(?:anh|video)|/videos?(?:-?clips?)?[/.?-]",
    re.I,
)
SECTION_OF_PICTURES = alternatives(
    r"""
    (?:(?:thư viện|góc) )?(?:(?:hình )?ảnh|videos?(?: ?clips?)?|clip|album(?: ảnh)?s?|multimedia|media|phim|audio)\
    (?: hoạt động)?(?: ?[-–&,]? ?(?:và )?video)?(?: - .{0,20})?
    thư viện (?:hình )?ảnh.{0,20}|(?:(?:photo|image|video) )?(?:gallery|album)|photos?
    (?:đài |chuyên mục )?(?:truyền (?:thanh|hình)|phát thanh)(?: cơ sở| xã| phường| huyện)?
    """
)
OF_MENU = alternatives(
    r"""
    (?:sơ đồ|cơ cấu|bộ máy|tổ chức)(?: (?:bộ máy|cơ cấu))?(?: tổ chức| bộ máy)(?: và nhân sự)?(?: {about})?
    chức năng(?:\W+(?:và )?(?:nhiệm vụ|quyền hạn)){1,2}(?: {about})?
    (?:danh bạ|danh sách)(?: số)? điện thoại(?: {about})?
    giới thiệu(?: (?:chung|tổng quan))?(?: {about})?|(?:thông tin )?liên (?:hệ|lạc)(?: với chúng tôi)?(?: {about})?
    (?:ban |danh sách )?lãnh đạo(?: (?:qua các thời kỳ|đương nhiệm))?(?: {about})?|bản đồ hành chính(?: {about})?
    (?:điều kiện tự nhiên|vị trí địa lý|lịch sử hình thành)(?:\W.{0,40})?
    """.replace("{about}", r"(?:của|về|ubnd|ủy ban|hđnd|hội đồng|huyện ủy|đảng ủy|phòng|văn phòng|huyện|xã)\b.{0,40}")
)
HOUR = re.compile(r"\W*(?:lúc |từ )?\d{1,2}\s?(?:[:h]|giờ)\s?(?:\d\d)?(?=\W|$)", re.I)
RESULTS = re.compile(
    r"^\W*(?:(?:có )?(?:\d+ )?kết quả|tìm kiếm|tra cứu)\b|\btừ khóa\b|^\W*search(?: results)?\b|\bresults for\b", re.I
)
POLL = re.compile(r"thăm dò|bình chọn|biểu quyết|khảo sát|\bpolls?\b|\bsurvey\b", re.I)
PERCENT = re.compile(r"^\D{0,40}\d{1,3}(?:[.,]\d+)?\s?%\W*$")
PRICE = Phrases(  # one set of characters at its beginning, which is soon looked for: a sign, or a number's first digit
    r"[$€£₫¥\d](?:(?<=\D)\s?\d|(?<=\b\d)[\d.,]*+\s?(?:[€£₫]|đồng|vnđ|vnd|đ|usd|eur|kr)(?![\w/]))"
)
GOODS = re.compile(r"/(?:products?|p|item|san-pham|shop)/[^/]")
CALL = re.compile(
    r"^(?:get started|sign up|log ?in|try (?:it |for )?free|start (?:free|now|your)|free trial|(?:see )?pricing"
    r"|(?:book|request|schedule) a|get a quote|shop now|contact us|join now)\b",
    re.I,
)
FORUM = re.compile(
    r"^(?:forums?|bbs|boards?|diendan|discuss(?:ions?)?)\.|/(?:forums?|threads?|topics?|bbs|boards?|dien-dan|discussions?)[/.]"
    r"|/(?:viewtopic|showthread|showtopic)\b|/t/[^/]+/\d+|/questions/\d+|[?&]topic=\d|/comments/\w+/",
    re.I,
)
# What stands in a page's source, in lower case.
CART = tuple(
    word.encode()
    for word in ("add to cart", "add-to-cart", "add to bag", "add to basket", "buy now", "vào giỏ", "mua ngay")
)
BOARDS = (
    b"vbulletin",
    b"phpbb",
    b'name="generator" content="discourse',
    b"mybb",
    b"simplemachines",
    b"xenforo",
    b'id="xf"',
    b"nodebb",
    b"flarum",
    b"invision community",
    b"punbb",
    b"fluxbb",
    b"vanillaforums",
    b"bbpress-forums",
)
TALK = tuple(b"schema.org/" + kind for kind in (b"discussionforumposting", b"qapage", b"comment", b"answer"))
MANUALS = (b"sphinx-doc.org", b"documentation_options.js", b"theme-doc-markdown", b"md-content", b"rst-content")
GENERATORS = (
    "antora",
    "asciidoctor",
    "bookdown",
    "docsify",
    "docusaurus",
    "docutils",
    "doxygen",
    "gitbook",
    "javadoc",
    "mdbook",
    "mkdocs",
    "rustdoc",
    "sphinx",
    "starlight",
    "vitepress",
    "vuepress",
)
TALKS = frozenset(("DiscussionForumPosting", "QAPage"))
MANUAL = re.compile(
    r"^(?:docs?|wiki|manual|help|developers?)\.|readthedocs|/(?:docs?|documentation|manual|reference|userguide|man-pages)/",
    re.I,
)
EDIT = re.compile(
    rb""">\s*(?:edit|improve|suggest (?:an )?edits?(?: to)?|view (?:this page|source) on|report an issue with)"""
    rb"""\s(?:this (?:page|doc|article)|(?:the )?(?:source|page)|on git\w+|this page on git\w+)\s*<""",
    re.I,
)
WEBLOG = re.compile(r"/(?:blog|news|posts?|tin-tuc|articles?)/|^blog\.", re.I)
EMPTY = alternatives(
    r"""
    (?:nội dung|chuyên mục|trang|mục|thông tin|dữ liệu|bài viết).{0,30}\bđang (?:được )?(?:\w+ ){0,3}(?:cập nhật\
    |xây dựng|hoàn thiện|nâng cấp|bảo trì)\b|(?:bài viết|trang|tin|nội dung|đường dẫn|địa chỉ|liên kết)\b.{0,50}\
    \b(?:không (?:còn )?tồn tại|không tìm thấy|(?:đã )?(?:được|bị) (?:xóa|xoá|gỡ)|không hợp lệ)\b
    không (?:tìm thấy|có) (?:trang|bài viết|nội dung|đường dẫn|địa chỉ|kết quả|dữ liệu) (?:này|nào|bạn|phù hợp|yêu cầu)
    \b(?:page|article|content|link)\b.{0,50}\b(?:does not|doesn['’]t|no longer) exist|\bpage you .{0,40}(?:not|n['’]t) \
    (?:be )?found
    \b(?:website|trang (?:web|(?:thông )?tin)|cổng thông tin)\b.{0,60}\b(?:tạm (?:ngừng|dừng|ngưng)|bảo trì|nâng cấp)\b
    ^\W*hệ thống (?:hiện |đang )+(?:tạm|gặp (?:sự cố|lỗi)|quá tải|bận)\b|\b(?:đã )?(?:xảy ra|phát sinh) lỗi\b
    \b(?:access|request) (?:is |was |has been )?(?:denied|blocked|forbidden)\b|\byou have been blocked\b
    \berror (?:has )?occurred\b|\btry again (?:later|in a)\b
    \bkhông phải (?:là )?(?:một )?(?:rô-?bốt|robot|người máy)\b|\b(?:not a|you are|you['’]re) (?:ro)?bot\b
    \b(?:verify|confirm|prove|make sure)\b.{0,30}\byou(?:['’]re| are) (?:a |not )?(?:human|a (?:ro)?bot)
    \bunusual (?:traffic|activity)\b|\blưu lượng (?:truy cập )?bất thường\b|\benable (?:javascript|cookies)\b
    \b(?:account|website|site|domain)\b.{0,30}\b(?:suspended|for sale|is parked|has expired|been disabled)\b
    \b(?:tên miền|hosting|website|trang web|tài khoản)\b.{0,40}\b(?:hết hạn|rao bán|tạm (?:ngưng|khóa|khoá|dừng)\
    |bị (?:khóa|khoá|đình chỉ|tạm))
    """,
    before="",
    after="",
)
