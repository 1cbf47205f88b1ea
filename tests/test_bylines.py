"""Bylines: who signed, what the source line names, and all that only looks like it."""

from __future__ import annotations

import json
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.fields.bylines import Byline, closing, is_office, labelled, lead_in

SIGNED = [
    ("Lê Văn A", "Lê Văn A", None, "bare"),
    ("Lý Sơn", "Lý Sơn", None, "bare"),
    ("Vương Tấn .", "Vương Tấn", None, "bare"),
    ("Vương Tấn – ĐTT.", "Vương Tấn", None, "bare"),
    ("NGUYỄN VĂN A", "NGUYỄN VĂN A", None, "bare"),
    ("TRẦN HÙNG", "TRẦN HÙNG", None, "bare-weak"),
    ("XUÂN LONG", "XUÂN LONG", None, "bare-weak"),
    ("XUÂN LONG - THÀNH NHÂN", "XUÂN LONG, THÀNH NHÂN", None, "bare-weak"),
    ("MINH ANH (tổng hợp)", "MINH ANH", None, "bare-weak"),
    ("HỒNG NHUNG - Đài TT-TH huyện", "HỒNG NHUNG", None, "bare-weak"),
    ("(Hoài An)", "Hoài An", None, "bare-weak"),
    ("N.V.T", "N.V.T", None, "bare"),
    ("PV", "PV", None, "bare"),
    ("BBT", "BBT", None, "bare"),
    ("PV Lê A", "Lê A", None, "bare"),
    ("ThS. Lê Văn A", "Lê Văn A", None, "bare"),
    ("TT. HĐND XÃ", "TT. HĐND XÃ", None, "bare"),
    ("Văn Phòng HĐND-UBND", "Văn Phòng HĐND-UBND", None, "bare"),
    ("Ban biên tập", "Ban biên tập", None, "bare"),
    ("Nguyễn Văn D – Bí thư Đảng ủy", "Nguyễn Văn D", None, "bare"),
    ("Nguyễn Thị B, Phó Chủ tịch Hội LHPN xã", "Nguyễn Thị B", None, "bare"),
    ("Trần B (Đài TT Yên Lập)", "Trần B", None, "bare"),
    ("Lê A (Theo Báo Miền Núi)", "Lê A", "Báo Miền Núi", "bare"),
    ("Lê Văn A - Nguồn: Báo Miền Núi", "Lê Văn A", "Báo Miền Núi", "bare"),
    ("Nguyễn A (Nguồn: Báo Miền Núi)", "Nguyễn A", "Báo Miền Núi", "bare"),
    ("Lê A – Trần B", "Lê A, Trần B", None, "bare"),
    ("Lê A, Trần B", "Lê A, Trần B", None, "bare"),
    ("Lê A và Trần B", "Lê A, Trần B", None, "bare"),
    ("Lê A - Trần B (tổng hợp)", "Lê A, Trần B", None, "bare"),
    ("Lê Văn A – Trần Thị B – Đài TT-TH huyện", "Lê Văn A, Trần Thị B", None, "bare"),
    ("Y Blŏ", "Y Blŏ", None, "bare"),
    ("H'Lan Niê", "H'Lan Niê", None, "bare"),
    ("H’Vi Ê Ban", "H’Vi Ê Ban", None, "bare"),
    ("Ksor Hlinh", "Ksor Hlinh", None, "bare"),
    ("K'Brếu", "K'Brếu", None, "bare"),
    ("Điểu K'Ré", "Điểu K'Ré", None, "bare"),
    ("Giàng A Dế", "Giàng A Dế", None, "bare"),
    ("Xin huấn", "Xin huấn", None, "bare-weak"),
    ("Mây Trắng", "Mây Trắng", None, "bare-weak"),
    ("MT", "MT", None, "bare-weak"),
    ("Hội Nông dân xã", "Hội Nông dân xã", None, "bare-weak"),
    ("Tin, ảnh: Lê A", "Lê A", None, "labelled"),
    ("Tin,ảnh: Lê A", "Lê A", None, "labelled"),
    ("Tin và ảnh: Nguyễn C", "Nguyễn C", None, "labelled"),
    ("Tin - ảnh: Lê A (Đài TT huyện)", "Lê A", None, "labelled"),
    ("Tin, ảnh Lê Văn A", "Lê Văn A", None, "labelled"),
    ("Bài, ảnh: Trần Thị B", "Trần Thị B", None, "labelled"),
    ("Bài: Lê A, ảnh: Trần B", "Lê A", None, "labelled"),
    ("Tin, bài: Lê A; ảnh: Trần B", "Lê A", None, "labelled"),
    ("Tác giả: N.V.T - Nguồn: BCDNTM. TV", "N.V.T", "BCDNTM. TV", "labelled"),
    ("Tác giả: Nguyễn Văn D – Bí thư Đảng ủy", "Nguyễn Văn D", None, "labelled"),
    ("Tác giả: Andrea Rossi", "Andrea Rossi", None, "labelled"),
    ("Tổng hợp: PV", "PV", None, "labelled"),
    ("Viết bởi Phạm Thu Hà, ngày 15/03/2019", "Phạm Thu Hà", None, "labelled"),
    ("Viết bởi: Thu Hà", "Thu Hà", None, "labelled"),
    ("Đăng bởi Lê Quốc B lúc 14:20 05/06/2020", "Lê Quốc B", None, "labelled"),
    ("Được đăng bởi Lê Quốc B vào 14:20 ngày 05/06/2020", "Lê Quốc B", None, "labelled"),
    ("Minh Tâm - Ảnh: Lê B", "Minh Tâm", None, "bare-credit"),
    ("Hồ Minh C - Ảnh: Lê B", "Hồ Minh C", None, "bare-credit"),
    ("Nguồn: miennui online", None, "miennui online", "source"),
    ("Nguồn tin: Sao Khuê", None, "Sao Khuê", "source"),
    (
        "(Nguồn: Từ Công văn số 1150/UBND-VP ngày 22/04/2021)",
        None,
        "Từ Công văn số 1150/UBND-VP ngày 22/04/2021",
        "source",
    ),
    ("Theo Báo Miền Núi điện tử", None, "Báo Miền Núi điện tử", "source"),
    ("Theo baomiennui.org.vn", None, "baomiennui.org.vn", "source"),
    ("Theo http://baomiennui.org.vn/", None, "http://baomiennui.org.vn/", "source"),
    ("Theo Dân trí", None, "Dân trí", "source"),
    ("chinhphu.vn", None, "chinhphu.vn", "source"),
    ("(Nguyễn Văn D)", "Nguyễn Văn D", None, "bare-weak"),
    ("Ảnh: VGP", None, None, "credit"),
    ("Hồ Ba Bể - Ảnh: Lò Văn A", None, None, "credit"),
    ("Đèo Hải Vân - Ảnh: Lò Văn A", None, None, "credit"),
    ("Mùa vàng - Ảnh: Lò Văn A", None, None, "credit"),
    ("Giang Thành - Ảnh: Lò Văn A", None, None, "credit"),
    ("Toàn cảnh hội nghị. Ảnh: Nguyễn E", None, None, "credit"),
    ("Ảnh minh hoạ", None, None, "credit"),
    ("Ảnh minh hoạ - nguồn internet", None, None, "credit"),
    ("Admin", None, None, "account"),
    ("quantri", None, None, "account"),
    ("Tác giả: Admin", None, None, "account"),
    ("Người đăng: Admin Huyện ủy", None, None, "account"),
    ("Submitted by Ban biên tập", None, None, "account"),
    ("Đăng bởi quantri lúc 08:15 ngày 02/02/2021", None, None, "account"),
    ("Đăng bởi Văn thư lúc 08:15 ngày 02/02/2021", None, None, "account"),
    ("Viết bởi: Super User", None, None, "account"),
    ("Viết bởi Ban biên tập, ngày 02/02/2021", None, None, "account"),
]


@pytest.mark.parametrize(("line", "author", "source", "kind"), SIGNED, ids=[row[0] for row in SIGNED])
def test_a_signature_gives_names_without_label_role_or_office(
    line: str, author: str | None, source: str | None, kind: str
) -> None:
    found = closing(line)
    assert found is not None
    assert (found.author, found.source, found.kind) == (author, source, kind)
    decomposed = closing(unicodedata.normalize("NFD", line))
    assert decomposed == found


@pytest.mark.parametrize(
    "line",
    [
        "",
        "Hội nghị đã thành công tốt đẹp./.",
        "Phát biểu tại hội nghị, đồng chí Lê Văn A đề nghị các xã thực hiện tốt.",
        "Theo đó, huyện đã tổ chức 12 lớp tập huấn.",
        "Theo báo cáo số 70/BC-SNV ngày 20/3/2019 của Sở Nội vụ",
        "Theo Báo cáo của UBND huyện",
        "Theo đồng chí Nguyễn Văn A",
        "PV: Xin trân trọng cảm ơn ông!",
        "Tin: Cháy rừng lan rộng",
        "Nguồn vốn: ngân sách huyện",
        "Ông Lê Văn A",
        "Đồng chí Lê Văn A –",
        "Chủ tịch UBND huyện, Lê Văn A phát biểu",
        "Phó Giám đốc Công an tỉnh phát biểu chỉ đạo hội nghị",
        "Huyện Đoàn tổ chức Ngày hội",
        "- Lê Văn A",
        "1. Lê Văn A",
        "Xem chi tiết tại đây",
        "Xem thêm",
        "Tin liên quan",
        "Trân trọng",
        "Nơi nhận:",
        "bao_cao_quy_1.pdf",
        "20/01/2019",
        "KẾT LUẬN",
        "CHỦ TỊCH",
        "GIỚI THIỆU CHUNG",
        "ĐOÀN KẾT",
        "ĐOÀN KẾT - SÁNG TẠO - PHÁT TRIỂN",
        "HẠNH PHÚC",
        "NGHIÊM CẤM",
        "NAY CẤM",
        "VŨ KHÍ",
        "PHẠM VI",
        "TĂNG CƯỜNG QUẢN LÝ",
        "PHƯƠNG HƯỚNG",
        "AN TOÀN GIAO THÔNG",
        "VÌ NHÂN DÂN",
        "THÔNG BÁO",
        "THỊ TRẤN GÒ SẬY",
        "Thị trấn Gò Sậy",
        "Làng Chăm",
        "Thác Bạc",
        "(Còn nữa)",
        "Viết bởi bà con trong thôn",
        "Văn hóa - Thể thao",
        "Hà Nội",
        "Lâm Đồng",
        "Đắk Nông",
        "Krông Nô",
        "Lê Văn A kể lại câu chuyện của mình",
    ],
)
def test_a_line_of_text_or_furniture_signs_nothing(line: str) -> None:
    assert closing(line) is None


@pytest.mark.parametrize("line", ["Huyện ủy Giang Thành", "UBND huyện Giang Thành", "Giang Thành", "Châu Thành"])
def test_an_office_or_a_district_alone_is_never_sure(line: str) -> None:
    found = closing(line)
    assert found is None or found.kind == "bare-weak"


def test_a_role_may_have_the_name_of_its_office_behind_it_and_a_sentence_is_none() -> None:
    assert is_office("Phó Chủ tịch Thường trực")
    assert is_office("Chủ tịch Ủy ban nhân dân huyện Cổ Chài")
    assert not is_office("Chủ tịch Ủy ban nhân dân huyện Cổ Chài cảm ơn bà con.")


def test_only_a_label_makes_a_line_labelled() -> None:
    assert labelled("Lê Văn A") is None
    assert labelled("Ngày đăng: 20/01/2019") is None
    assert labelled("Người viết: Lê Văn A") == Byline("Lê Văn A", None, "labelled")


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("CTTĐT - Sáng nay, huyện họp.", "CTTĐT - "),
        ("(Chinhphu.vn) - Sáng nay, huyện họp.", "(Chinhphu.vn) - "),
        ("(Chinhphu.vn) Sáng nay, huyện họp.", "(Chinhphu.vn) "),
        ("(TTXVN) – Sáng nay", "(TTXVN) – "),
        ("UBND - HĐND huyện họp", None),
        ("(Bên trái) đồng chí Lê Văn A", None),
        ("Sáng 4/6, huyện họp - không nghỉ", None),
    ],
)
def test_the_dateline_is_told_from_the_first_words(text: str, prefix: str | None) -> None:
    found, rest = lead_in(text)
    assert found == prefix
    assert (found or "") + rest == text


def test_no_paragraph_of_a_real_portal_is_a_byline_and_every_byline_is_found(shared: Path) -> None:
    paragraphs, bylines, sources = 0, 0, 0
    for truth in sorted((shared / "portals").glob("*/truth.jsonl")):
        for line in truth.read_text("utf-8").splitlines():
            record = json.loads(line)
            for paragraph in record["body"]:
                paragraphs += 1
                assert closing(paragraph) is None, f"{record['path']}: a paragraph"
            if record.get("byline"):
                bylines += 1
                found = closing(record["byline"])
                assert found is not None
                assert found.author == record["author"], f"{record['path']}: byline"
            if record["source"]:
                sources += 1
                for label in ("Theo", "Nguồn:"):
                    found = closing(f"{label} {record['source']}")
                    assert found is not None
                    assert found.source == record["source"], f"{record['path']}: source"
    assert paragraphs > 1000
    assert bylines >= 5
    assert sources >= 25


@given(st.text(max_size=300))
def test_any_line_is_answered(text: str) -> None:
    for found in (closing(text), labelled(text)):
        assert found is None or (found.author or found.source or found.kind in ("credit", "account"))
    prefix, rest = lead_in(text)
    assert (prefix or "") + rest == text


@given(
    st.lists(st.sampled_from(["Lê", "A", "Tin", ",", "ảnh", ":", "(", ")", " - ", "và", "Nguồn:", "./.", "Đài", "."]))
)
def test_names_are_never_blank_and_hold_no_label(parts: list[str]) -> None:
    found = closing(" ".join(parts))
    if found and found.author is not None:
        assert found.author == found.author.strip() != ""
        assert ":" not in found.author


@pytest.mark.parametrize("piece", ["A ", "( ", "Tin, ", "Ảnh: ", "Lê A - ", "Nguồn: ", "a.", "tin ảnh và ", "-", "H'"])
def test_hostile_lines_take_no_time(piece: str) -> None:
    begun = time.process_time()
    for text in (piece * 40, piece * 100_000):
        closing(text)
        labelled(text)
        lead_in(text)
    assert time.process_time() - begun < 1
