"""What is read of a single page of a Vietnamese portal of which nothing else is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.record import Article
from archive.warc.capture import Capture, Hint
from portal_crawler.extract import NotArticle, extract
from portal_crawler.page.furniture import is_related_heading, is_widget
from portal_crawler.portal import Portal

URL = "https://xa.example.gov.vn/tin-tuc/ra-quan-don-duong-ven-song/"
TITLE = "Ra quân dọn đường ven sông"
TEXT = (
    "Sáng 27/7, hơn hai trăm hộ dân của ba thôn ven sông đã ra quân dọn cỏ, vét rãnh và trồng lại hàng cây hai bên con "
    "đường dẫn xuống bến, mở đầu tháng cao điểm vệ sinh môi trường."
)
MENU = "<ul class=menu><li><a href=/gt>Giới thiệu</a><li><a href=/tt>Tin tức</a><li><a href=/lh>Liên hệ</a></ul>"
CONTROLS = "<p class=tools><a href='javascript:small()'>A-</a> <a href='javascript:large()'>A+</a></p>"
OTHERS = "".join(
    f"<div class=other><a href=/tin/{n}>Bài viết số {n} về việc trong xã</a> ({n}.03.2022)</div>" for n in range(10, 22)
)


def capture(body: str, head: str) -> Capture:
    top = f"<meta charset=utf-8><title>{TITLE} - Xã Bến Mới Xã Bến Mới</title>{head}"
    html = f"<html lang=vi><head>{top}</head><body>{body}</body></html>"
    return Capture(URL, 200, (("Content-Type", "text/html; charset=utf-8"),), html.encode())


def read(body: str, head: str = "") -> Article:
    found = extract(capture(body, head), Portal.of_url(URL))
    assert isinstance(found, Article), found
    return found


def said(moment: str) -> str:
    return f'<meta property="article:published_time" content="{moment}">'


@pytest.mark.parametrize(
    "published", ["2022-08-29T21:31:37+07:00", "2022-07-28T22:02:11+07:00", "2022-07-01T08:00:00+07:00"]
)
def test_the_moment_over_the_title_is_the_article_s_whatever_machines_are_told(published: str) -> None:
    head = f"<header><span>Thứ 5, 28/07/2022 | 21:28</span>{CONTROLS}</header>"
    own = f"<article>{head}<h1>{TITLE}</h1><p>{TEXT}</p></article>"
    assert read(f"{MENU}{own}", said(published)).timestamp == "2022-07-28T21:28:00+07:00"
    again = own.replace(f"<p>{TEXT}", f"<p><b>{TITLE}</b></p><p>{TEXT}")
    assert read(f"{MENU}{again}", said(published)).timestamp == "2022-07-28T21:28:00+07:00"


def test_the_clock_over_the_menu_of_a_page_is_not_the_article_s_date() -> None:
    body = f"<div>Thứ 5, 28/07/2022 | 21:28</div>{MENU}<article><h1>{TITLE}</h1><p>{TEXT}</p></article>"
    assert read(body).timestamp is None


def test_the_date_that_the_page_prints_under_the_title_comes_before_one_that_was_pasted_with_the_text() -> None:
    body = (
        f"{MENU}<h1>{TITLE}</h1><div class=social><span>Ngày đăng: 07/09/2020 - 16:37</span></div>"
        f"<div class=content><p>{TEXT}</p><p>Ngày đăng: 29/04/2017</p></div>"
    )
    assert read(body).timestamp == "2020-09-07T16:37:00+07:00"


@pytest.mark.parametrize(
    ("named", "author"),
    [("Trường THCS Ven Sông", None), ("Ủy ban nhân dân xã", None), ("Nguyễn Văn A", "Nguyễn Văn A")],
)
def test_an_office_that_only_machines_are_told_is_whose_the_portal_is(named: str, author: str | None) -> None:
    body = f"{MENU}<h1>{TITLE}</h1><p>28/07/2022</p><div><p>{TEXT}</p></div>"
    assert read(body, f'<meta name=author content="{named}">').author == author


def test_a_button_behind_the_source_is_not_of_its_name() -> None:
    source = "<div><span><b>Nguồn:</b> Phòng Giáo dục</span><span class=link> Copy link</span></div>"
    body = f"{MENU}<h1>{TITLE}</h1><p>28/07/2022</p><div><p>{TEXT}</p></div>{source}"
    assert read(body).source == "Phòng Giáo dục"


def test_a_text_that_is_a_sapo_has_the_pictures_in_the_box_behind_it() -> None:
    pictures = "".join(f"<p><img src=/anh/{n}.jpg></p>" for n in range(4))
    shown = pictures.replace("</p>", "</p><p>Bà con các thôn trồng cây</p>", 1)
    article = (
        f"<div class=one><div class=top><h1>{TITLE}</h1><p class=share><img src=/icon/zalo.png>Chia sẻ</p>"
        f"<p>{TEXT}</p></div>"
        "<div class=text>{}</div><p>Tác giả: Nguyễn Văn A</p></div><div><img src=/banner.jpg></div>"
    )
    for inside in (pictures, shown):
        found = read(f"{MENU}<p>28/07/2022</p>{article.format(inside)}")
        assert [one.url.rpartition("/")[2] for one in found.images] == ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]


def test_a_heading_that_has_its_like_over_other_blocks_is_not_the_title() -> None:
    def block(name: str) -> str:
        return f"<h1 class=box-title>{name}</h1><div><a href=/x>Xem tất cả</a></div>"

    body = f"{block('Hình ảnh hoạt động')}{block('Phim tư liệu')}<div class=title>Kính gửi các thôn</div>"
    body += f"<div>16/10/2018</div><div><p>{TEXT}</p><p>{TEXT}</p></div>{block('Văn bản mới')}"
    assert read(body).title == "Kính gửi các thôn"


def test_the_folder_of_an_address_names_the_section_and_its_last_part_the_article() -> None:
    heads = "".join(f"<h1 class=portlet-title>{name}</h1>" for name in ("Đọc nhiều", "Bình chọn", "Liên kết"))
    body = (
        f"<h1 class=portlet-title>Kinh tế nông nghiệp</h1><h3>{TITLE}</h3><div><p>{TEXT}</p><p>{TEXT[:90]}.</p></div>"
    )
    for path in (
        "/kinh-te-nong-nghiep/-/content/ra-quan-don-duong-ven-song",
        "/ra-quan-don-duong-ven-song/chi-tiet-tin",
    ):
        url = f"https://xa.example.gov.vn/web{path}"
        found = extract(replace(capture(f"{MENU}{body}{heads}", ""), url=url), Portal.of_url(url))
        assert isinstance(found, Article)
        assert found.title == TITLE


def test_a_title_that_links_to_the_page_itself_by_the_name_of_its_file_is_the_title() -> None:
    banner = f"<div class=banner><h1><a href=index.html>{TITLE}</a></h1></div>"
    sapo = "<div class=title></div><h1 class=sapo>Những ngày gần đây, nhiều hộ dân vẫn đổ rác xuống bờ sông cạn</h1>"
    assert read(f"{MENU}{banner}<div>{sapo}<div><p>{TEXT}</p><p>{TEXT}</p></div></div>").title == TITLE


def test_what_is_related_to_an_article_makes_no_list_of_it() -> None:
    related = f"<span>Bài viết liên quan</span>{OTHERS}"
    text = read(f"{MENU}<h1>{TITLE}</h1><div class=text><p>{TEXT}</p></div>{related}")
    assert text.body == TEXT
    scanned = read(
        f"{MENU}<h1>Thông báo họp dân thôn Ven Sông</h1><div class=text><p><img src=/anh/tb.jpg></p></div>{related}"
    )
    assert (scanned.body, len(scanned.images)) == ("", 1)


def test_the_words_over_other_articles_are_known() -> None:
    assert all(map(is_related_heading, ("Bài tin liên quan", "Tin bài liên quan", "Bài viết liên quan")))
    assert not is_related_heading("Bài học liên quan đến an toàn giao thông đường thủy nội địa của xã")


@pytest.mark.parametrize(
    ("line", "widget"),
    [
        ("Đánh giá", True),
        ("Đánh giá: (0 lượt)", True),
        ("Đánh giá bài viết", True),
        ("Đánh giá tình trạng toàn thân:", False),
        ("Đánh giá nạn nhân", False),
        ("Xem cỡ chữ:", True),
        ("Đọc bài Lưu", True),
    ],
)
def test_controls_are_told_from_headings_that_begin_alike(line: str, widget: bool) -> None:
    assert is_widget(line) is widget


def test_an_article_in_noscript_is_read_where_a_script_would_show_it() -> None:
    found = read(f"<noscript>{MENU}<h2>{TITLE}</h2><p>{TEXT}</p></noscript><div id=app></div>")
    assert (found.title, found.body) == (TITLE, TEXT)


def test_a_page_without_a_line_is_no_article() -> None:
    empty = Capture(URL, 200, (), b"<html><body><div id=app></div>", (Hint(URL, TITLE, "28/07/2022"),))
    assert isinstance(extract(empty, Portal.of_url(URL)), NotArticle)


@pytest.mark.parametrize(
    ("folder", "line", "expected"),
    [
        ("2021-5-17", "Lượt xem: 31 | Ngày cập nhật: 28/07/2022", ("2021-05-17", "2022-07-28")),
        ("2021/05/17", "Lượt xem: 31", ("2021-05-17", None)),
        ("2021-5-17", "Ngày đăng: 18/05/2021", ("2021-05-18", None)),
        ("bai-20210517", "Lượt xem: 31", (None, None)),
    ],
)
def test_the_day_in_the_address_is_the_article_s_where_the_page_says_only_when_it_was_changed(
    folder: str, line: str, expected: tuple[str | None, str | None]
) -> None:
    page = capture(f"{MENU}<h1>{TITLE}</h1><div>{line}</div><p>{TEXT}</p>", "")
    found = extract(replace(page, url=f"https://xa.example.gov.vn/tin/{folder}/ra-quan.aspx"), Portal.of_url(URL))
    assert isinstance(found, Article), found
    assert (found.timestamp, found.modified) == expected


def test_a_text_goes_on_behind_a_box_of_links_where_its_signature_stands() -> None:
    links = "<div class=lq><b>Tin liên quan:</b><ul><li><a href=/tin/1>Khơi rãnh ở thôn Đông</a></ul></div>"
    rows = "<table><tr><td>Thôn Đông</td><td>90 hộ</td></tr><tr><td>Thôn Đoài</td><td>110 hộ</td></tr></table>"
    body = f"{MENU}<h1>{TITLE}</h1><div>{TEXT}<br>{links}{rows}<p align=right><b>Lò Văn Tới</b></p></div>"
    found = read(body)
    assert (found.author, found.body.split("\n\n")[1:]) == ("Lò Văn Tới", ["Thôn Đông 90 hộ", "Thôn Đoài 110 hộ"])


def test_the_numbers_by_which_a_text_goes_on_are_none_of_it() -> None:
    pages = "<div><b>1</b> <a href=/tin/2>2</a> <a href=/tin/3>3</a></div>"
    found = read(f"{MENU}<h1>{TITLE}</h1><div><p>{TEXT}</p><p>(Nguồn: Báo Bến Mới)</p>{pages}</div>")
    assert (found.body, found.source) == (TEXT, "Báo Bến Mới")


HOME = "<a href=/>Trang chủ</a>"


@pytest.mark.parametrize(
    ("over", "section"),
    [
        (f"<div>{HOME} » <a href=/tin>Tin tức</a> » <a href=/mt>Môi trường</a></div>", ("Tin tức", "Môi trường")),
        ("<div><a href=/mt>Môi trường</a></div>", ("Môi trường",)),
        (f"<ol><li>{HOME}</li><li><a href=/mt>Môi trường</a></li></ol>", ("Môi trường",)),
        ("<ul><li><a href=/gt>Giới thiệu</a></li><li><a href=/mt>Môi trường</a></li></ul>", ()),  # the menu once more
    ],
)
def test_the_links_over_the_title_are_its_sections(over: str, section: tuple[str, ...]) -> None:
    menu = MENU.replace("Tin tức", "Môi trường")
    assert read(f"{menu}<div>{over}<h1>{TITLE}</h1><p>28/07/2022</p><p>{TEXT}</p></div>").section == section


def test_a_picture_that_leads_to_a_page_of_its_own_under_the_article_is_the_article_s() -> None:
    own = f'<a href="{URL}anh-1/"><img src=/anh/1.jpg></a><a href="/tin/khac/"><img src=/anh/2.jpg></a>'
    found = read(f"{MENU}<h1>{TITLE}</h1><div><p>{TEXT}</p><p>{own}</p><p>{TEXT[::-1]}</p></div>")
    assert [image.url[-6:] for image in found.images] == ["/1.jpg"]
