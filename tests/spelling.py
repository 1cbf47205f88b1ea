"""Spelling: titles in which one word is written in many ways, and what a query must find among them.

For the tests of search, and for `make bench-use`, which asks other engines the same.
"""

from __future__ import annotations

import unicodedata

TITLES = {  # invented
    "dat-dai": "Thanh tra công tác quản lý đất đai",
    "dat-dai-nfd": unicodedata.normalize("NFD", "Sửa đổi Luật Đất đai"),
    "dat-dai-khac": "Đạt đại tá khen",
    "huyen-uy": "Huyện ủy làm việc với xã Suối Mây",
    "huyen-uy-moi": "Huyện uỷ ra nghị quyết",
    "uy-tin": "Người có uy tín trong bản",
    "dan-van": "Khối dân vận học tập",
    "dan-van-khac": "Dàn văn nghệ đàn vang",
    "dong-anh": "Đông Anh mở chợ",
    "dong-anh-khac": "Dòng ảnh cũ về bản",
    "hoa": "Hoà giải ở cơ sở",
    "hoa-cu": "Hòa giải viên giỏi",
    "hoa-hoa": "Hoa ban nở",
    "quy": "Quý một thu ngân sách",
    "qui": "Quỹ vì người nghèo",
}

CASES: list[tuple[str, set[str]]] = [
    ("đất đai", {"dat-dai", "dat-dai-nfd"}),
    (unicodedata.normalize("NFD", "đất đai"), {"dat-dai", "dat-dai-nfd"}),
    ("ĐẤT ĐAI", {"dat-dai", "dat-dai-nfd"}),
    ("dat dai", {"dat-dai", "dat-dai-nfd", "dat-dai-khac"}),
    ("đất dai", {"dat-dai", "dat-dai-nfd"}),
    ("huyen uy", {"huyen-uy", "huyen-uy-moi"}),
    ("huyện ủy", {"huyen-uy", "huyen-uy-moi"}),
    ("huyện uỷ", {"huyen-uy", "huyen-uy-moi"}),
    ("uy", {"huyen-uy", "huyen-uy-moi", "uy-tin"}),
    ("ủy", {"huyen-uy", "huyen-uy-moi"}),
    ("dan van", {"dan-van", "dan-van-khac"}),
    ("dân vận", {"dan-van"}),
    ("Dong Anh", {"dong-anh", "dong-anh-khac"}),
    ("Đông Anh", {"dong-anh"}),
    ("hoà", {"hoa", "hoa-cu"}),
    ("hòa", {"hoa", "hoa-cu"}),
    ("hoa", {"hoa", "hoa-cu", "hoa-hoa"}),
    ("quý", {"quy"}),
    ("qúy", {"quy"}),
    ("quy", {"quy", "qui"}),
    ('"hòa giải viên"', {"hoa-cu"}),
    ('"giai hoa"', set()),
    ("hoà NOT viên", {"hoa"}),
    ("hoà OR (dân AND học)", {"hoa", "hoa-cu", "dan-van"}),
    ("thanh*", {"dat-dai"}),
    ("nghị*", {"huyen-uy-moi"}),
    ("không", set()),
]
