"""A single page that is no article says what was seen on it; an article that resembles such a page stays one."""

from __future__ import annotations

import pytest

from archive.record import Article
from archive.warc.capture import Capture, Hint
from portal_crawler.extract import NotArticle, extract
from portal_crawler.portal import Portal

URL = "https://xa.example/tin/1.html"
MENU = "<nav><a href=/>Trang chủ</a> <a href=/tin>Tin tức</a> <a href=/vb>Văn bản</a> <a href=/hd>Hỏi đáp</a></nav>"
FOOT = (
    "<footer><p>Trang thông tin điện tử xã Khe Lau. Cơ quan chủ quản: Ủy ban nhân dân xã Khe Lau.</p>"
    "<p>Địa chỉ: thôn Giữa, xã Khe Lau. Điện thoại: 0200 3 000 111. Ghi rõ nguồn khi dùng lại.</p></footer>"
)
DAY = "<div>Thứ tư, 12/06/2024 | 08:30</div>"
TEXT = (
    "Sáng nay, xã khởi công đoạn mương dẫn nước dài hơn hai cây số, dẫn nước từ đập Khe Lau về cánh đồng của ba thôn.",
    "Đoạn mương do bà con góp ngày công, huyện hỗ trợ xi măng, dự kiến xong trước vụ hè thu để kịp lấy nước vào ruộng.",
)
PROSE = "".join(f"<p>{one}</p>" for one in TEXT)
SAID = (
    ("nam", "Bơm nhà mình chạy mà nước không lên, mồi hai lần rồi vẫn thế, mọi người xem giúp với."),
    ("mai", "Bạn tháo van một chiều ra rửa thử xem, thường là rác kẹt ở đó nên không giữ được nước."),
    ("nam", "Đúng là rách gioăng thật, thay cái mới xong là nước lên đều, cảm ơn bạn nhiều lắm."),
    ("hoa", "Nhớ quấn thêm băng tan ở chỗ nối ống hút, hở một chút thôi là máy không lên nước được."),
)
POSTS = "".join(
    f"<div class=post><a href=/member.php?u={name}>{name}</a> <span>{10 + n}/03/2021</span><p>{text}</p></div>"
    for n, (name, text) in enumerate(SAID)
)
ASKED = "".join(
    f"<div><b>Hỏi: Trần Văn {name} (1{n}/06/2024)</b><p>Xin hỏi cấp đổi sổ đỏ thì cần giấy tờ gì, nộp ở đâu?</p>"
    "<p>Đáp: Ông mang căn cước và sổ cũ đến bộ phận một cửa của xã, trong giờ hành chính.</p></div>"
    for n, name in enumerate("ABC")
)
WEEK = "".join(
    f"<tr><td>Thứ {n} (0{n}/07/2024)</td><td>Sáng: họp giao ban; chiều: tiếp công dân tại trụ sở ủy ban.</td></tr>"
    for n in range(2, 7)
)
TITLES = ("Ra quân nạo vét kênh nội đồng", "Trao quà cho học sinh nghèo", "Hội thi bơi thuyền truyền thống")
ENTRIES = "".join(
    f"<div class=tin><h3><a href=/t/{n}>{title} năm 2024</a></h3><span>{n + 11}/06/2024</span></div>"
    for n, title in enumerate((*TITLES, "Khai giảng lớp nghề mây tre đan", "Kiểm tra an toàn hồ đập"))
)
DATED = "".join(
    f"<li><time>1{n}/06/2024 15:51</time> <a href=/t/{n}>{title}</a></li>"
    for n, title in enumerate((*TITLES, "Kiểm tra an toàn hồ"))
)
PROCEDURE = "".join(
    f"<tr><td>{label}</td><td>{value}</td></tr>"
    for label, value in (
        ("Lĩnh vực", "Hộ tịch"),
        (
            "Trình tự thực hiện",
            "Người dân nộp tờ khai, cán bộ kiểm tra, vào sổ, ký giấy và trả ngay trong ngày làm việc.",
        ),
        ("Thành phần hồ sơ", "Tờ khai theo mẫu"),
        ("Lệ phí", "Miễn phí"),
    )
)
CARD = (
    "<p>Chức vụ: Phó Chủ tịch</p><p>Ngày sinh: 02/03/1975</p><p>Quê quán: xã Khe Lau</p>"
    "<p>Điện thoại: 0200 3 000 112</p><p>Email: a@xa.example</p>"
)
ADDRESSES = "<p>Trụ sở: thôn Giữa</p><p>Điện thoại: 0200 3 000 113</p><p>Thư điện tử: b@xa.example</p>"
QUESTION = (
    "<p>Người gửi: Trần Văn B, ngày gửi: 03/04/2024</p><p>Đường vào thôn Giữa hỏng đã lâu, bao giờ thì sửa?</p>"
    "<h3>Trả lời</h3><p>Xã đã đưa đoạn đường vào kế hoạch sửa chữa của năm nay, làm xong trước mùa mưa.</p>"
)
HOURS = "<tr><td>7h30</td><td>Giao ban</td></tr><tr><td>14h00</td><td>Tiếp công dân</td></tr>"
ROWS = "".join(f"<tr><td>Thôn {n}</td><td>{n * 17}</td><td>{n * 4}</td></tr>" for n in range(1, 6))
OTHERS = "".join(
    f"<li><a href=/@{n}.html>{title} năm 2024</a></li>" for n, title in enumerate((*TITLES, "Trao giải chạy việt dã"))
)
NEWEST = f"<h1>Khởi công mương dẫn nước</h1>{DAY}{PROSE}{PROSE}{PROSE}"
PAGER = "<p><a href=/tin/1.html?page=2>2</a> <a href=/tin/1.html?page=3>3</a></p>"
LINKED = "<h2><a href=/t/7>Khởi công mương dẫn nước</a></h2>"
WEEDER = "<h1>Cuốc làm vườn</h1><p>145.000 đ</p><button>Thêm vào giỏ</button>"
SOLD = "<h4>Sản phẩm</h4><div>Cam <b>35.000 đ</b> <button>Thêm vào giỏ</button></div>"
MANUAL = '<meta name=generator content="mkdocs-1.5.3">'
TALK = '<script type="application/ld+json">{"@type": "DiscussionForumPosting", "headline": "Bơm"}</script>'


def judged(body: str, head: str = "", url: str = URL) -> Article | NotArticle:
    head = f"<meta charset=utf-8><title>Xã Khe Lau</title>{head}"
    html = f"<html lang=vi><head>{head}</head><body>{MENU}{body}{FOOT}</body></html>"
    return extract(Capture(url, 200, (("Content-Type", "text/html"),), html.encode()), Portal.of_url(url))


@pytest.mark.parametrize(
    ("body", "head", "reason"),
    [
        (f"<h1>Bơm không lên nước</h1>{POSTS}", "", "a discussion of 4 posts by 3 people"),
        (f"<h1>Bơm không lên nước</h1>{POSTS}", TALK, "a discussion of 4 posts by 3 people"),
        (f"<h1>Hỏi - đáp</h1>{ASKED}", "", "a list of questions: 3 with their answers"),
        (f"<h1>Lịch công tác tuần 27</h1><table>{WEEK}</table>", "", "a timetable of 5 days, undated"),
        (
            f"<h2>Đăng ký khai sinh</h2><table>{PROCEDURE}</table>",
            "",
            "a procedure's data (Lĩnh vực, Trình tự thực hiện, Thành phần hồ sơ …)",
        ),
        (f"<h1>Tin trong xã</h1>{ENTRIES}", "", "a listing: 5 titles that link elsewhere, with dates"),
        (f"<h1>Tin trong xã</h1><ul>{DATED}</ul>", "", "a listing: 4 teasers with titles that link elsewhere"),
        (f"{WEEDER}{PROSE}", "", "a product's page: with a price, and a cart to put it in"),
        (
            f"<h1>Sao lưu</h1>{PROSE}<pre>sao-luu --het</pre>",
            MANUAL,
            "documentation: an undated page of a manual, by its address or what made it",
        ),
        (
            "<h1>Xin chờ</h1><p>Vui lòng nhập mã để chứng minh bạn không phải là rô-bốt.</p>",
            "",
            "placeholder: the page says “Vui lòng nhập mã để chứng minh bạn không phải là rô-bốt.”",
        ),
        (
            f"<h1>Rất tiếc!</h1><p>Bài viết bạn tìm không còn tồn tại.</p>{ENTRIES}",
            "",
            "placeholder: the page says “Bài viết bạn tìm không còn tồn tại.”",
        ),
        (
            "<h3>Thăm dò ý kiến bạn đọc</h3><p>Trang mới có dễ xem không?</p><table><tr><td>Dễ</td><td>62%</td></tr>"
            "<tr><td>Khó</td><td>38%</td></tr></table>",
            "",
            "a poll of 2 answers",
        ),
        (
            "<h1>Hình ảnh hoạt động</h1>" + "<div><img src=/1.jpg></div>" * 6,
            "",
            "too little text (0 characters, beside 6 pictures, 4 links), among a portal's pictures and films",
        ),
        (f"<h1>Ông Lê Văn A</h1>{CARD}", "", "a person's card: 5 particulars"),
        (f"<h1>Lê Văn A</h1><div>Cập nhật: 12/06/2024</div>{CARD}", "", "a person's card: 5 particulars"),
        (f"<h1>Nơi tiếp dân</h1>{DAY}{ADDRESSES}", "", "addresses: 3 of them"),
        (f"<h1>Sửa đường thôn Giữa</h1>{DAY}{QUESTION}", "", "a question that was asked, and its answer"),
        (f"<h1>Lịch làm việc ngày 05/03/2024</h1><table>{HOURS}</table>", "", "a day's calendar: 2 hours"),
        (
            f"<h1>Hồ sơ đã trả của các thôn</h1><table>{ROWS}</table>",
            "",
            "data under labels or in a table, undated, without a sentence",
        ),
        (
            f"<h1>Chức năng, nhiệm vụ</h1>{PROSE}",
            "",
            "a page of the menu, by its title: what an office is, how it is made up, where it is",
        ),
        (f"{NEWEST}<ul>{OTHERS.replace('@', 'tin/1/')}</ul>", "", "a listing: its first entry is shown whole"),
        (
            f"{LINKED}{DAY}{PROSE}{PROSE}{PROSE}<a href=/t/7>Đọc tiếp</a><ul>{OTHERS.replace('@', 't/')}</ul>",
            "",
            "a listing: its first entry is shown whole",
        ),
        (
            f"<h1>Rất tiếc, không tìm thấy trang này</h1>{PROSE}",
            '<meta property="og:type" content="article">',
            "placeholder: the page says “Rất tiếc, không tìm thấy trang này”",
        ),
        (
            f"<h1>Tin của xã</h1>{DAY}<ul>{OTHERS.replace('@', 't/')}</ul>",
            "",
            "a listing: titles of other pages stand in place of a text",
        ),
    ],
)
def test_what_is_no_article_says_what_was_seen(body: str, head: str, reason: str) -> None:
    answer = judged(body, head)
    assert isinstance(answer, NotArticle), answer
    assert answer.reason == reason


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f"<h1>Khởi công mương dẫn nước</h1>{DAY}<div>{PROSE}</div><h4>Ý kiến bạn đọc</h4>{POSTS}", ""),
        (f"<h1>Hỏi đáp về cấp đổi sổ đỏ</h1>{DAY}{PROSE}{ASKED}", ""),
        (f"<h1>Lịch công tác tuần 27</h1><div>Đăng ngày 28/06/2024</div><table>{WEEK}</table>", ""),
        (f"<h1>Lịch công tác tuần 27</h1>{DAY.replace('tư', '4')}<table>{WEEK}</table>", ""),
        (f"<h1>Giảm lệ phí hộ tịch</h1>{DAY}<table>{PROCEDURE}</table>", ""),
        (f"<h1>Phiên chợ nông sản của xã</h1>{DAY}{PROSE}{SOLD}", ""),
        (f"<h1>Phiên chợ nông sản của xã</h1>{PROSE}{SOLD}", ""),  # undated: what is sold stands behind the text
        (f"<h1>Sao lưu máy chủ của xã</h1>{DAY}{PROSE}<pre>sao-luu --het</pre>", MANUAL),
        (f"<h1>Trang thông tin của xã tạm ngừng để nâng cấp</h1>{DAY}{PROSE}", ""),
        (f"<h1>Không tìm thấy người mất tích sau ba ngày</h1>{DAY}{PROSE}", ""),
        (f"<h1>Mời khảo sát về trang mới của xã</h1>{DAY}<p>{TEXT[1]}</p><input type=radio><input type=radio>", ""),
        (f"<h1>Niêm yết phương án bồi thường</h1>{DAY}<p>Xem chi tiết <a href=/1.pdf>tại đây</a></p>", ""),
        (f"<h1>Tân Phó Chủ tịch xã</h1>{DAY}{PROSE}{CARD}", ""),
        (f"<h1>Tin buồn</h1>{DAY}<p>{TEXT[0]}</p><p>Sinh năm: 1938</p><p>Quê quán: xã Khe Lau</p>", ""),
        (f"<h1>Đổi nơi tiếp dân</h1>{DAY}<p>{TEXT[0]}</p>{ADDRESSES}", ""),
        (f"<h1>Bạn đọc hỏi: bao giờ sửa đường?</h1>{DAY}{PROSE}<p>Trả lời: Đầu năm sau sẽ sửa.</p>", ""),
        (f"<h1>Lịch thi đấu ngày hội</h1>{DAY}<table>{HOURS}</table>", ""),
        (f"<h1>Hồ sơ đã trả của các thôn</h1>{DAY}<table>{ROWS}</table>", ""),
        (
            f"<h1>Ba người kể</h1><p>Bác A: {TEXT[0]}</p><p>Bà B: {TEXT[1]}</p><p>C: Tôi cũng thế.</p><p>D: Vâng.</p>",
            "",
        ),
        (f"{NEWEST}<ul>{OTHERS.replace('@', 'tin/')}</ul>{PAGER}", ""),  # a list of others has pages too
        (f"{NEWEST}<ul>{OTHERS.replace('/@', 't')}</ul>", ""),
    ],
)
def test_an_article_that_resembles_another_kind_of_page_is_one(body: str, head: str) -> None:
    answer = judged(body, head)
    assert isinstance(answer, Article), answer


def entry(body: str, title: str, section: str) -> Article | NotArticle:
    """What a page is that a dated list of this name names."""
    html = f"<html lang=vi><head><title>Xã Khe Lau</title></head><body>{MENU}{body}{FOOT}</body></html>"
    hint = Hint("https://xa.example/muc", title, "12/06/2024", section)
    kept = Capture(URL, 200, (("Content-Type", "text/html; charset=utf-8"),), html.encode(), (hint,))
    return extract(kept, Portal.of_url(URL))


ASKS = "Bao giờ sửa đoạn đường qua thôn Giữa?"
SENT = f"<p>Người gửi: Lò Văn Tới</p><p>Câu hỏi: {ASKS}</p><p><b>Trả lời:</b></p><p>{TEXT[1]}</p>"
REPORTED = (
    "<table><tr><td>Mã phản ánh</td><td>PA-17</td></tr><tr><td>Người phản ánh</td><td>Lò Văn Tới</td></tr></table>"
    f"<p>Kết quả xử lý: {TEXT[1]}</p>"
)
ANSWERED = f"<p><b>Công dân Lò Văn Tới</b> hỏi:</p><p>{ASKS}</p><p><b>UBND xã trả lời:</b></p><p>{TEXT[1]}</p>"
MEETING = "<p><b>Thời gian:</b> 08:00, 12/06/2024</p><p>Địa điểm: Hội trường xã</p><p>Chủ trì: Lò Văn Tới</p>"
FILM = "<iframe src=https://phim.example/embed/1></iframe><div>Ngày đăng: 12/06/2024 | Lượt xem: 31</div>"
SOUND = "<audio src=/1.mp3></audio><a href=/1.mp3>Tải về</a>"


@pytest.mark.parametrize(
    ("body", "section", "kind"),
    [
        (SENT, "Hỏi đáp", "a question that was asked"),
        (REPORTED, "Phản ánh", "a question that was asked"),
        (ANSWERED, "Hỏi - đáp", "a question and its answer"),
        (MEETING, "Sự kiện", "an event's data"),
        (FILM, "Video", "too little text"),
        (SOUND, "Truyền thanh", "too little text"),
    ],
)
def test_an_entry_of_a_dated_list_of_other_things_is_no_article(body: str, section: str, kind: str) -> None:
    answer = entry(f"<h2>{ASKS}</h2>{body}", ASKS, section)
    assert isinstance(answer, NotArticle), answer
    assert answer.kind == kind


@pytest.mark.parametrize(
    ("body", "section"),
    [
        (f"{DAY}{ANSWERED}<p align=right><b>Lò Văn Tới</b></p>", "Hỏi đáp"),
        (f"{DAY}{PROSE}{MEETING}", "Sự kiện"),
        (f"{DAY}{PROSE}{FILM}", "Video"),
        (f"{DAY}{ANSWERED}", "Tin trong xã"),
    ],
)
def test_an_article_of_such_a_list_stays_one(body: str, section: str) -> None:
    assert isinstance(found := entry(f"<h2>{ASKS}</h2>{body}", ASKS, section), Article), found


def test_the_page_of_a_person_is_no_article_and_a_birthday_no_date_of_one() -> None:
    life = f"<p>Ngày sinh: 12/03/1971</p><p>Chức vụ: Chủ tịch</p><p>{TEXT[1]}</p>"
    answer = judged(f"<h2>Nguyễn Văn Tới</h2>{life}")
    assert isinstance(answer, NotArticle), answer
    assert answer.kind == "a person's page"


def test_a_document_whose_matter_is_its_title_is_its_data_still() -> None:
    rows = "".join(
        f"<tr><td>{label}</td><td>{value}</td></tr>"
        for label, value in (
            ("Số/Ký hiệu", "31/QĐ-UBND"),
            ("Ngày ban hành", "12/06/2024"),
            ("Trích yếu", ASKS),
            ("Người ký", "Lò Văn Tới"),
            ("Tài liệu", "<a href=/31.pdf>31.pdf</a>"),
        )
    )
    answer = entry(f"<table>{rows}</table>", ASKS, "Tin trong xã")
    assert isinstance(answer, NotArticle), answer
    assert answer.kind.startswith("a legal document's data")


def test_the_forms_of_a_procedure_make_it_no_article() -> None:
    answer = judged(f"<h2>Đăng ký khai sinh</h2><table>{PROCEDURE}</table><a href=/don.doc>Mẫu đơn</a>")
    assert isinstance(answer, NotArticle), answer
    assert answer.kind == "a procedure's data"


def test_a_notice_on_a_page_of_few_words_is_one_for_its_file() -> None:
    page = '<h1>Niêm yết phương án bồi thường</h1><p>12/06/2024</p><p>Xem chi tiết <a href="/1.pdf">tại đây</a></p>'
    few = Capture(URL, 200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())
    assert isinstance(found := extract(few, Portal.of_url(URL)), Article), found
    assert (found.title, len(found.attachments)) == ("Niêm yết phương án bồi thường", 1)


def test_a_document_in_a_frame_under_its_section_s_heading_is_an_article() -> None:
    """As Liferay has it: the first heading is the section's, the title one of the third rank."""
    frame = "<iframe src=/documents/10184/TB.pdf/3c5a9e1f-7d22-4b1a-9c6e-0a1b2c3d4e5f?t=17></iframe>"
    inside = f"<div><h3 class=header-title>Lịch tiếp công dân năm 2024</h3><span>03/01/2024</span><p>{frame}</p></div>"
    found = judged(f"<section><h1 class=portlet-title>Thông báo</h1><div>{inside}</div></section>")
    assert isinstance(found, Article), found
    assert (found.title, found.timestamp) == ("Lịch tiếp công dân năm 2024", "2024-01-03")
    assert [file.name for file in found.attachments] == ["TB.pdf"]


def test_a_document_in_a_row_of_data_gives_no_title() -> None:
    rows = (("Cơ quan", "UBND xã"), ("Ngày", "03/01/2024"), ("Tên", "Kế hoạch năm"), ("File", "<a href=/1.pdf>Tải</a>"))
    table = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in rows)
    assert isinstance(judged(f"<b>Chi tiết</b><table>{table}</table>"), NotArticle)


def test_pages_are_counted_by_what_they_are_and_not_by_what_each_shows() -> None:
    reasons = ("a listing: 5 titles that link elsewhere", "a discussion of 4 posts by 3 people", "a page of a list")
    assert [NotArticle(one).kind for one in reasons] == ["a listing", "a discussion", "a page of a list"]
