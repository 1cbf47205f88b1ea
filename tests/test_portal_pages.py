"""What is read of a single page of an unknown Vietnamese portal: which date, whose name, what text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from synthetic.letters import tcvn3, vni

from archive.record import Article
from archive.warc.capture import Capture
from portal_crawler.extract import NotArticle, extract
from portal_crawler.portal import Portal

URL = "http://cochai.example/tin-tuc/xem/418"
TITLE = "Xã Cổ Chài khánh thành cây cầu gỗ qua rạch Mương Đào"
TEXT = (
    "Sáng 14/3, bà con hai ấp Mương Đào và Gò Sậy dự lễ khánh thành cây cầu gỗ dài 42 mét bắc qua rạch.",
    "Cầu do Hội Cựu chiến binh xã vận động, có 118 hộ góp công và gỗ; mặt cầu rộng 2 mét, xe máy qua lại được.",
    "Từ nay học sinh ấp Gò Sậy đến trường không phải đi vòng sáu cây số qua bến đò cũ.",
)
PROSE = "".join(f"<p>{one}</p>" for one in TEXT)
MENU = "<div><a href=/>Trang chủ</a> <a href=/gioi-thieu>Giới thiệu</a> <a href=/tin-tuc>Tin tức</a></div>"
OTHERS = (
    "<div><h4>Tin liên quan</h4><ul><li><a href=/tin-tuc/xem/1>Gò Sậy ra mắt tổ tự quản</a> (08:15 | 02/03/2023)</li>"
    "<li><a href=/tin-tuc/xem/2>Hội đua ghe ngo mừng mùa lúa mới</a> (10:20 | 27/02/2023)</li>"
    "<li><a href=/tin-tuc/xem/3>Trạm y tế tiêm chủng cho trẻ em</a> (15:45 | 19/02/2023)</li></ul></div>"
)
DATED = "<p>(09:30 | 15/03/2023)</p>"
CLOCK = "<div>Thứ hai, ngày 20/03/2023 08:00</div>"


def judged(inside: str) -> Article | NotArticle:
    html = f"<html><head><meta charset=utf-8><title>Trang thông tin điện tử xã Cổ Chài</title></head><body>{inside}"
    capture = Capture(URL, 200, (("Content-Type", "text/html; charset=utf-8"),), f"{html}</body></html>".encode())
    return extract(capture, Portal.of_url(URL))


def read(inside: str) -> Article:
    found = judged(inside)
    assert isinstance(found, Article), found
    return found


def ended(last: str) -> Article:
    """The article with something behind its text."""
    return read(f"{MENU}<div><h1>{TITLE}</h1>{DATED}<div>{PROSE}{last}</div></div>{OTHERS}")


@pytest.mark.parametrize(
    ("inside", "date"),
    [
        (f"{CLOCK}<h2>{TITLE}</h2><div>{PROSE}</div><div>Ngày đăng: 15/03/2023 - Lượt xem: 31</div>", "2023-03-15"),
        (f"<p>20/03/2023</p><h2>{TITLE}</h2><div>{PROSE}</div><div>Ngày đăng: 15/03/2023</div>", "2023-03-15"),
        (f"{CLOCK}<div><h2>{TITLE}</h2><div>{PROSE}</div></div>", None),
        (f"<div><p>Thứ Tư, 15/03/2023</p><h2>{TITLE}</h2><div>{PROSE}</div></div>", "2023-03-15"),
        (f"<div><h2>{TITLE}</h2><p>3 ngày trước</p><div>{PROSE}</div></div>", None),
        (f"<h2>{TITLE}</h2>{PROSE}<table><tr><td>Ngày nhập</td><td>12/01/2023</td></tr></table>", None),
        (f"<h2>{TITLE}</h2><p><i>Thu Hường</i><i class=time>15/03/2023</i></p><div>{PROSE}</div>", "2023-03-15"),
        (f"<h2>{TITLE}</h2><p>Ngày viết: 12/03/2023 | Ngày đăng: 15/03/2023</p>{PROSE}", "2023-03-15"),
        (f"<h2>{TITLE}</h2><p>Người hỏi: Lê Văn Mến - Ngày gửi: 15/03/2023</p>{PROSE}", "2023-03-15"),
    ],
    ids=[
        "labelled",
        "labelled-below",
        "clock-alone",
        "in-the-box",
        "ago",
        "of-goods",
        "beside-a-name",
        "written",
        "question",
    ],
)
def test_a_clock_over_the_title_and_the_day_of_something_else_are_not_the_article_s(
    inside: str, date: str | None
) -> None:
    found = read(f"{MENU}{inside}{OTHERS}")
    assert (found.title, found.timestamp) == (TITLE, date)


@pytest.mark.parametrize(
    "under",
    [
        "<p>Ngày đăng: 15/03/2023 - Ngày cập nhật: 17/03/2023</p>",
        "<p>Ngày cập nhật: 17/03/2023 | Ngày đăng: 15/03/2023</p>",
        "<p>Cập nhật: 17/03/2023</p><p>Ngày đăng: 15/03/2023</p>",
    ],
)
def test_the_day_of_the_last_change_beside_that_of_publication_is_when_it_was_modified(under: str) -> None:
    found = read(f"{MENU}<h1>{TITLE}</h1>{under}<div>{PROSE}</div>{OTHERS}")
    assert (found.timestamp, found.modified) == ("2023-03-15", "2023-03-17")


@pytest.mark.parametrize(
    "inside",
    [
        f"<table><tr><td><b>{TITLE}</b><br>(09:30 | 15/03/2023)<br>{PROSE}</td></tr></table>",
        f"<div><span>{TITLE}</span><span> 09:30 15/03/2023</span><hr>{PROSE}</div>",
        f"<h1>Tin trong xã</h1><div><h3>{TITLE}</h3><i>09:30 15/03/2023</i><div>{PROSE}</div></div>",
        f"<h2>Tin xã</h2><p><b>{TITLE}</b></p><p>09:30 15/03/2023</p>{PROSE}",
        f"<div><a href='/tin-tuc/xem/418'>{TITLE}</a></div><div>09:30 15/03/2023</div><div>{PROSE}</div>",
        f"<table><tr><td><a href=/1>Giới thiệu</a><br><a href=/2>Tin tức</a><br><a href=/3>Văn bản</a><br>"
        f"<a href=/4>Hỏi đáp</a></td><td><p>XÃ HỘI</p><p><b>{TITLE}</b></p><p>09:30 15/03/2023</p>{PROSE}</table>",
        f"<table><tr><td><h2>{TITLE}</h2><p>09:30 15/03/2023</p>{PROSE}</td><td><b>Liên kết</b><br>Cổng tỉnh</table>",
        f"<table><tr><td><b>{TITLE}</b></td></tr><tr><td><table><tr><td>09:30 15/03/2023</td><td>Lượt xem: 31</td></tr>"
        f"</table></td></tr><tr><td>{PROSE}</td></tr></table>",
    ],
    ids=[
        "one-cell",
        "one-line",
        "under-the-section",
        "under-a-label",
        "linked",
        "menu-before",
        "column-behind",
        "rows",
    ],
)
def test_a_title_that_heads_the_box_of_date_and_text_is_found(inside: str) -> None:
    found = read(f"{MENU}{inside}{OTHERS}")
    assert (found.title, found.timestamp) == (TITLE, "2023-03-15T09:30:00+07:00")
    assert found.body.split("\n\n") == list(TEXT)


@pytest.mark.parametrize(
    ("last", "author"),
    [
        ("<p>Thu Hường – Ảnh: Quang Vinh</p>", "Thu Hường"),
        ("<p>H.T - Ảnh: M.K</p>", "H.T"),
        ("<p>Hồ Ba Sậy - Ảnh: Quang Vinh</p>", None),
        ("<p><img src=/ho.jpg></p><p align=right>Hồ Sen Trắng - Ảnh: Quang Vinh</p>", None),
        ("<p>Bến đò cũ ở ấp Gò Sậy - Ảnh: Quang Vinh</p>", None),
        ("<p><img src=/cau.jpg></p><p align=right><i>Lê Thị Sậy</i></p>", "Lê Thị Sậy"),
        ("<table><tr><td>STT</td><td>Chủ hộ</td></tr><tr><td>1</td><td>Lê Văn Mến</td></tr></table>"
         "<p align=right>Thu Hường</p>", "Thu Hường"),
    ],
)  # fmt: skip
def test_the_writer_signs_and_whose_a_picture_is_does_not(last: str, author: str | None) -> None:
    found = ended(last)
    assert found.author == author
    assert found.body.split("\n\n")[:3] == list(TEXT)
    assert "Ảnh" not in found.body
    assert author is None or author not in found.body


@pytest.mark.parametrize(
    "block",
    [
        "<p><b>TM. ỦY BAN NHÂN DÂN<br>CHỦ TỊCH<br>(Đã ký)<br>Lê Văn Mến</b></p>",
        "<p>KT. CHỦ TỊCH</p><p>PHÓ CHỦ TỊCH</p><p>Đã ký</p><p>Lê Văn Mến</p>",
        "<p>TRƯỞNG BAN</p><p>Lê Văn Mến (đã ký)</p>",
        "<p>CHỦ TỊCH (đã ký) Lê Văn Mến</p>",
        "<p>Chủ tịch Ủy ban nhân dân huyện Cổ Chài</p><p>Lê Văn Mến</p>",
    ],
)
def test_who_signs_a_document_is_its_author_and_the_block_is_not_in_the_body(block: str) -> None:
    found = ended(block)
    assert (found.author, found.body.split("\n\n")) == ("Lê Văn Mến", list(TEXT))


RIGHT = "<p style='text-align:right'><b>{}</b></p>"
HAS_SIGNED = "<table><tr><td>{}</td></tr><tr><td>(đã ký)</td></tr>{}</table>"
VERSES = (
    "<p>Con đường nhỏ dẫn về thôn</p><p>Hàng cau đứng đợi hoàng hôn xuống dần</p><p>Xa quê mấy độ mùa xuân</p>"
    "<p>Nghe câu hát cũ bâng khuâng nhớ nhà</p>"
)


@pytest.mark.parametrize(
    ("last", "author"),
    [
        ("<p>XUÂN LONG</p>", "XUÂN LONG"),
        (RIGHT.format("LÊ VĂN MẾN"), "LÊ VĂN MẾN"),
        (RIGHT.format("XUÂN LONG - THÀNH NHÂN"), "XUÂN LONG, THÀNH NHÂN"),
        ("<p>Lê Văn Mến<br>Đài Truyền thanh huyện Cổ Chài</p>", "Lê Văn Mến"),
        ("<p>Xuân Long<br>(Đài Truyền thanh huyện)</p>", "Xuân Long"),
        ("<p>Lê Văn Mến</p><p>Hội Nông dân xã Gò Sậy</p>", "Lê Văn Mến"),
        ("<p>Lê Văn Mến<br>Bí thư Đoàn xã</p>", "Lê Văn Mến"),
        ("<p>Tin, ảnh: Lê Văn Mến<br>Đài Truyền thanh huyện</p>", "Lê Văn Mến"),
        ("<p>Đài Truyền thanh huyện<br>Lê Văn Mến</p>", "Lê Văn Mến"),
        ("<p>Lê Văn Mến<br>Trần Thị Sậy</p>", "Lê Văn Mến, Trần Thị Sậy"),
        ("<p><b>Tác giả:</b></p><p>Xuân Long</p>", "Xuân Long"),
        (HAS_SIGNED.format("VĂN PHÒNG HĐND VÀ UBND", "<tr><td>Lê Văn Mến</td></tr>"), "Lê Văn Mến"),
        (HAS_SIGNED.format("VĂN PHÒNG HĐND-UBND", ""), "VĂN PHÒNG HĐND-UBND"),
    ],
)
def test_the_last_lines_that_sign_are_no_text(last: str, author: str) -> None:
    found = ended(last)
    assert (found.author, found.body.split("\n\n")) == (author, list(TEXT))


@pytest.mark.parametrize(
    "last",
    [
        "<p align=center><b>ĐOÀN KẾT</b></p>",
        "<p align=center><b>TẤT CẢ VÌ NHÂN DÂN</b></p>",
        "<p><b>ĐƯỜNG DÂY NÓNG: 0299.388.222</b></p>",
        "<p><b>THÔNG BÁO</b></p><p><img src=/tb.jpg></p>",
        "<p><b>XUÂN LONG</b></p><p><img src=/xuan-long.jpg></p>",
        "<p><b>THỊ TRẤN GÒ SẬY</b></p>",
        "<p>Danh sách được khen thưởng:</p><p>NGUYỄN VĂN LỄ</p><p>LÊ VĂN MẾN</p>",
        "<p>Người trúng cử:</p><p><b>Lê Văn Mến</b></p>",
        "<p>Nguyễn Văn Lễ</p><p>Trần Thị Sậy</p><p>Lê Văn Mến</p>",
        "<p>Các ấp văn hóa:</p><ul><li>Gò Sậy.</li><li>Tân Lập</li></ul>",
        "<blockquote><p>“Có cầu rồi, trẻ con đi học đỡ khổ.”</p><p>Lê Văn Mến</p></blockquote>",
        "<p>Làng Chăm</p>",
        f"{VERSES}<p>Mùa xuân</p>",
    ],
)
def test_a_slogan_a_heading_a_place_one_of_a_list_or_who_is_quoted_signs_nothing(last: str) -> None:
    found = ended(last)
    assert (found.author, found.body.split("\n\n")[:3]) == (None, list(TEXT))
    assert len(found.body.split("\n\n")) == 3 + last.count("</p>") + last.count("</li>") - last.count("<p><img")


def test_the_last_cell_of_a_table_signs_nothing_and_a_name_beside_the_recipients_does() -> None:
    def table(*rows: str) -> str:
        cells = ("".join(f"<td>{cell}</td>" for cell in row.split("|")) for row in rows)
        return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"

    found = ended(table("Ngày|Việc|Chủ trì", "Thứ Hai|Họp giao ban|Lê Văn Mến", "Thứ Ba|Tiếp công dân|Trần Thị Sậy"))
    assert (found.author, found.body.split("\n\n")[-1]) == (None, "Thứ Ba Tiếp công dân Trần Thị Sậy")
    assert ended(table("Nơi nhận: như trên|CHỦ TỊCH", "Lưu: VT|Lê Văn Mến")).author == "Lê Văn Mến"


@pytest.mark.parametrize("name", ["<p>Hoài Vũ Thảo</p>", "<p>(Hoài An)</p>", "<p>Gò Sậy, 3/2023</p><p>Mộc Miên</p>"])
def test_the_name_under_a_poem_is_the_poet_s(name: str) -> None:
    found = ended(f"{VERSES}{name}")
    assert found.author is not None
    assert found.author in name
    assert "dẫn về thôn" in found.body
    assert found.author not in found.body


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("<p>Viết bởi Lê Văn Mến, ngày 15/03/2023</p>", "Lê Văn Mến"),
        ("<p>Đăng bởi Lê Văn Mến lúc 09:30 15/03/2023</p>", "Lê Văn Mến"),
        ("<dl><dd>Viết bởi <i>Thu Hường</i></dd><dd>Ngày 15/03/2023</dd></dl>", "Thu Hường"),
        ("<p>Đăng bởi quantri lúc 09:30 15/03/2023</p>", None),
        ("<p>Đăng bởi: Phòng Văn hóa - 15/03/2023</p>", None),
    ],
)
def test_a_person_who_is_said_to_have_posted_it_is_the_author_and_an_account_is_not(
    line: str, author: str | None
) -> None:
    for inside in (f"{line}<div>{PROSE}</div>", f"<div>{line}{PROSE}</div>"):
        found = read(f"{MENU}<h1>{TITLE}</h1>{inside}{OTHERS}")
        assert (found.author, (found.timestamp or "")[:10]) == (author, "2023-03-15")
        assert found.body.split("\n\n") == list(TEXT)


def test_who_signs_comes_before_who_posted() -> None:
    posted = f"<p>Đăng bởi Lê Văn Mến lúc 09:30 15/03/2023</p><div>{PROSE}<p>XUÂN LONG</p></div>"
    assert read(f"{MENU}<h1>{TITLE}</h1>{posted}{OTHERS}").author == "XUÂN LONG"


def test_an_office_without_a_name_stays_in_the_body() -> None:
    assert ended("<p>TM. ỦY BAN NHÂN DÂN</p><p>CHỦ TỊCH</p>").body.endswith("CHỦ TỊCH")


def test_a_name_behind_a_line_break_signs_the_paragraph_that_it_ends() -> None:
    last = "Hội sẽ tiếp tục vận động để làm cây cầu thứ hai ở đầu ấp trước mùa nước nổi năm nay."
    found = ended(f"<p>{last}<br>Thu Hường</p>")
    assert (found.author, found.body.split("\n\n")[-1]) == ("Thu Hường", last)


@pytest.mark.parametrize("typed", [tcvn3, vni])
def test_a_signature_typed_in_letters_of_before_unicode_is_read_as_one(typed: Callable[[str], str]) -> None:
    signed = "<p>Lê Hoàng Nam</p><p>Nguồn: Báo Cổ Chài</p>"
    found = read(f"{MENU}<h1>{typed(TITLE)}</h1>{DATED}<div>{typed(PROSE + signed)}</div>")
    assert (found.author, found.source) == ("Lê Hoàng Nam", "Báo Cổ Chài")


def test_dated_links_over_the_text_are_other_articles() -> None:
    found = read(f"{MENU}<h1>{TITLE}</h1>{DATED}<div>{OTHERS}{PROSE}</div>")
    assert found.body.split("\n\n") == list(TEXT)


def test_one_question_with_its_answer_is_an_article_and_the_section_s_list_is_none() -> None:
    asked = [
        f"<div><b>Hỏi: Lê Văn {name}</b><p>Ấp {name} muốn xin phép làm cầu thì hỏi ai?</p><p>Đáp: {text}</p></div>"
        for name, text in zip(("Mến", "Sậy", "Tràm"), TEXT, strict=True)
    ]
    refused = judged(f"{MENU}<h1>Hỏi đáp</h1>{''.join(asked)}")
    assert isinstance(refused, NotArticle)
    assert refused.reason.startswith("a list of questions")
    signed = "<p align=right>Phòng Kinh tế và Hạ tầng</p>"
    one = read(f"{MENU}<h1>Xin phép làm cầu gỗ qua rạch</h1>{DATED}{asked[0]}{signed}")
    assert one.author == "Phòng Kinh tế và Hạ tầng"


def test_a_sapo_that_is_printed_over_the_text_and_in_it_is_in_the_body_once() -> None:
    found = read(f"{MENU}<h1>{TITLE}</h1>{DATED}<div class=sapo><b>{TEXT[0]}</b></div><div>{PROSE}</div>{OTHERS}")
    assert (found.summary, found.body.split("\n\n")) == (TEXT[0], list(TEXT))


def test_a_bare_number_over_the_text_counts_its_readers() -> None:
    for count in ("7", "1.204", "33215"):
        found = read(f"{MENU}<h1>{TITLE}</h1>{DATED}<div><p><svg></svg>{count}</p>{PROSE}</div>{OTHERS}")
        assert found.body.split("\n\n") == list(TEXT)


def test_a_box_around_the_whole_page_is_no_furniture_however_little_it_says() -> None:
    verses = f"<h1>{TITLE}</h1>{DATED}<div>{VERSES}{VERSES.replace('thôn', 'làng')}</div>"
    found = read(f"<div class=ms-core-overlay>{MENU}{verses}{OTHERS}</div>")
    assert len(found.body.split("\n\n")) == 8


def test_teasers_in_a_box_with_their_heading_are_other_articles_however_short_the_text() -> None:
    teasers = (
        f"<div><a href=/tin-tuc/xem/{number}>Cầu gỗ ở ấp số {number} sắp xong</a><p>{text}</p></div>"
        for number, text in enumerate(TEXT)
    )
    others = f"<section><h3>Bài viết liên quan</h3>{''.join(teasers)}</section>"
    text = "Sáng nay xã Cổ Chài khánh thành cây cầu gỗ qua rạch Mương Đào, dài nhất huyện."
    found = read(f"{MENU}<div><h1>{TITLE}</h1>{DATED}<div><p>{text}</p></div>{others}</div>")
    assert found.body == text


def test_what_is_set_to_the_middle_under_a_picture_is_its_caption_and_what_is_set_as_the_text_heads_it() -> None:
    picture = "<p style='text-align:center'><img src=/cau.jpg></p>"
    centred = "<p style='text-align:center'>Bà con ấp Gò Sậy đi trên cầu mới.</p>"
    heading = "<p style='text-align:justify'><b>Chung tay làm cây cầu thứ hai</b></p>"
    first, *rest = PROSE.replace("<p>", "<p style='text-align:justify'>").split("</p>")
    for under, kept in ((centred, 0), (heading, 1)):
        found = read(f"{MENU}<h1>{TITLE}</h1>{DATED}<div>{first}</p>{picture}{under}{'</p>'.join(rest)}</div>{OTHERS}")
        assert len(found.body.split("\n\n")) == 3 + kept
        assert found.images[0].caption == (None if kept else "Bà con ấp Gò Sậy đi trên cầu mới.")


STARS = "<div><span>Đánh giá mục này</span><ul><li>1</li><li>2</li><li>3</li></ul><div>(0 bình chọn)</div></div>"


def test_stars_over_the_text_and_a_counter_with_the_last_change_under_it_are_none_of_it() -> None:
    for under in ("Đọc <b>3399</b> lần</span><span>Sửa lần cuối vào Thứ Ba, 16 Tháng 3 2023 10:00", "Read 12 times"):
        signed = "<p align=right><b>Lê Văn Mến</b></p>"
        text = f"<div>{STARS}{PROSE}{signed}<div><span>{under}</span></div></div>"
        found = read(f"{MENU}<div>{DATED}<h2>{TITLE}</h2>{text}</div>{OTHERS}")
        assert (found.author, found.body.split("\n\n")) == ("Lê Văn Mến", list(TEXT))


def test_a_poem_or_a_numbered_list_under_controls_is_whole_where_the_teasers_beside_it_say_more() -> None:
    teasers = "".join(f"<li><a href=/tin-tuc/xem/{n}>Tin số {n} của xã</a><div>{TEXT[n]}</div></li>" for n in range(3))
    beside = f"<div class=hot><h3>Tin mới</h3><ul>{teasers}</ul></div>"
    controls = f"<div><a href='#'>A-</a><br><a href='#'>A+</a><br>In ấn<br>Email</div>{STARS}"
    names = "".join(f"<p>{n}. Ông Lê Văn {name}, ấp Gò Sậy</p>" for n, name in enumerate(("Mến", "Lễ", "Tràm"), 1))
    begun = "<p>Ủy ban nhân dân xã Cổ Chài biểu dương ba hộ đã góp gỗ làm cầu qua rạch, gồm có:</p>"
    for text in (f"{VERSES}{VERSES.replace('thôn', 'làng')}", f"{begun}{names}"):
        found = read(f"{MENU}<div><h2>{TITLE}</h2>{DATED}{controls}<div>{text}</div>{OTHERS}</div>{beside}")
        assert len(found.body.split("\n\n")) == text.count("<p>")


def test_a_date_behind_the_element_of_a_title_is_not_of_the_title() -> None:
    found = read(f"{MENU}<table><tr><td><b>{TITLE}</b> (15/03/2023)</td></tr><tr><td>{PROSE}</td></tr></table>{OTHERS}")
    assert (found.title, found.timestamp) == (TITLE, "2023-03-15")
    kept = read(f"{MENU}<h1>{TITLE}, ngày 12/03/2023</h1>{DATED}{PROSE}")
    assert (kept.title, (kept.timestamp or "")[:10]) == (f"{TITLE}, ngày 12/03/2023", "2023-03-15")


def test_a_report_in_pictures_is_an_article() -> None:
    pictures = "".join(f"<p><img src=/cau{n}.jpg></p><p align=center><i>Nhịp cầu số {n}</i></p>" for n in (1, 2, 3))
    found = read(
        f"{MENU}<div><div>Chùm ảnh: Cây cầu gỗ ở Cổ Chài</div><div>15/03/2023 07:30</div>{pictures}</div>{OTHERS}"
    )
    assert (found.timestamp, found.body) == ("2023-03-15T07:30:00+07:00", "")
    assert [one.caption for one in found.images] == ["Nhịp cầu số 1", "Nhịp cầu số 2", "Nhịp cầu số 3"]


def test_what_can_be_put_into_a_cart_is_a_product() -> None:
    refused = judged(f"{MENU}<h1>Ghe ba lá bằng gỗ sao</h1><p>{TEXT[1]}</p><button>Thêm vào giỏ</button>")
    assert isinstance(refused, NotArticle)
    assert refused.reason.startswith("a product's page")


def test_words_that_a_class_joins_by_capitals_call_furniture_so() -> None:
    beside = f"<div class=itemRelated><p>{TEXT[1]}</p></div>"
    assert TEXT[1] not in read(f"{MENU}<div><h1>{TITLE}</h1>{DATED}{PROSE.replace(TEXT[1], '')}{beside}</div>").body
