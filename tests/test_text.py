"""Lines and paragraphs are what a browser would show."""

from __future__ import annotations

from lxml import etree

from portal_crawler.fields.text import Flat, flatten, paragraphs


def flat(html: str) -> Flat:
    return flatten(etree.fromstring(html, etree.HTMLParser(remove_comments=True)))


def lines(html: str) -> list[str]:
    return [line.text for line in flat(html).lines]


def text(html: str) -> list[str]:
    found = flat(html)
    return paragraphs(found, range(len(found.lines)))


def test_blocks_and_breaks_end_lines() -> None:
    assert lines("<div>một<p>hai</p>ba<br>bốn<span> năm</span></div>") == ["một", "hai", "ba", "bốn năm"]


def test_white_space_is_folded_and_unseen_marks_are_gone() -> None:
    assert lines("<p>&nbsp; hai\n\t từ\u200b &nbsp;</p>") == ["hai từ"]


def test_inline_tags_do_not_cut_words() -> None:
    assert lines("<p>Giang<b> Thà</b>nh</p>") == ["Giang Thành"]


def test_scripts_styles_controls_and_hidden_parts_are_not_text() -> None:
    html = "<p>a</p><script>b</script><style>c</style><select><option>d</select>"
    html += "<p style='display: none'>e</p><p hidden>f</p>"
    assert lines(html) == ["a"]


def test_microdata_that_a_class_hides_is_not_text_and_what_a_script_may_show_is() -> None:
    html = "<span class='hidden d-none' itemprop='datePublished'>2018-01-15</span>"
    html += "<div class='hide'><span itemprop='name'>Cổng thông tin</span></div>"
    html += "<p class='hidden'>một</p><div class='d-none d-md-block' itemprop='description'>hai</div>"
    assert lines(html) == ["một", "hai"]


def test_text_behind_a_skipped_element_is_kept() -> None:
    assert lines("<p>một<script>x</script> hai</p>") == ["một hai"]


def test_page_inside_an_unclosed_svg_is_read() -> None:
    assert lines("<svg><path><div><p>nội dung</p></div>") == ["nội dung"]


def test_word_soft_breaks_inside_sentences_are_mended() -> None:
    before = "Nhận thức của cấp ủy Đảng, chính quyền và hệ thống chính trị các cấp"
    assert text(f"<p>{before}<br>trong huyện được nâng lên.<br>Tuy nhiên</p>") == [
        f"{before} trong huyện được nâng lên.",
        "Tuy nhiên",
    ]


def test_verses_keep_their_lines() -> None:
    assert text("<p>Dòng thơ thứ nhất<br>dòng thơ thứ hai</p>") == ["Dòng thơ thứ nhất", "dòng thơ thứ hai"]


def test_row_of_a_table_is_a_paragraph() -> None:
    html = "<table><tr><th>TT</th><th>Họ tên</th></tr><tr><td><p>1</p></td><td><p>Lê A</p></td></tr></table>"
    assert text(html) == ["TT Họ tên", "1 Lê A"]


def test_layout_tables_are_no_rows() -> None:
    assert text("<table><tr><td>trái</td><td><p>a</p><p>b</p><p>c</p><p>d</p></td></tr></table>") == [
        "trái",
        "a",
        "b",
        "c",
        "d",
    ]


def test_links_bold_and_pictures_have_their_places() -> None:
    found = flat("<p><b>đậm</b></p><p><img src=a.jpg>xem <a href=x>tại đây</a></p>")
    assert [line.bold for line in found.lines] == [3, 0]
    assert [line.links for line in found.lines] == [0, 7]
    assert [mark.line for mark in found.pictures] == [1]
    assert [mark.line for mark in found.links] == [1]


def test_boxes_hold_the_ranges_of_their_lines() -> None:
    found = flat("<div id=a><p>1</p><div id=b><p>2</p><p>3</p></div></div><p>4</p>")
    ranges = {box.el.get("id"): (box.first, box.last) for box in found.boxes if box.el.get("id")}
    assert ranges == {"a": (0, 3), "b": (1, 3)}
