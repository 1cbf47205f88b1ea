"""Pages: the demo portal's HTML, in the manner of a SharePoint portal of a district.

Everything that moves between two requests of the same page is in `Moment`; the rest follows from the articles.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from . import prose
from .content import PORTAL_NAME, SECTIONS, Entry, Picture

LISTED = 10  # articles on a listing page
RELATED = 5
WEEKDAYS = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")

FRONT, INTRODUCTION, CONTACT, SERVICES, INTERNAL = (
    "/trang/TrangChu",
    "/trang/GioiThieu",
    "/trang/LienHe",
    "/trang/DichVuCong",  # answers 200 and says that it will be there one day
    "/noi-bo/",  # robots.txt forbids it
)
BROKEN = "/trang/HoatDong/2007.html"  # linked, 404
WITHDRAWN = "/trang/QuyHoach/2005.html"  # linked, 410
FURNITURE = tuple(
    f"/Style%20Library/{name}" for name in ("banner.png", "chungnhan.png", "lienket1.png", "lienket2.png")
)
STYLE, SCRIPT, BACKGROUND = (f"/Style%20Library/{name}" for name in ("khe-linh.css", "co-chu.js", "nen.png"))
PLACEHOLDER = "Trang đang được cập nhật"

_STYLE = """@charset "utf-8";
body{margin:0;background:#e9edf1 url(nen.png);font:15px/1.55 Arial,Helvetica,sans-serif;color:#222}
#aspnetForm{width:1000px;margin:0 auto;background:#fff;box-shadow:0 0 8px #aab}
.banner{position:relative;height:130px;overflow:hidden;background:#a3161a}
.banner img{width:100%;height:130px;object-fit:cover;opacity:.45;display:block}
.banner strong{position:absolute;left:28px;top:38px;color:#fff;font:bold 27px Georgia,serif;text-shadow:0 1px 3px #600}
.ngay{padding:4px 14px;background:#f4f0e2;color:#766;font-size:13px}
ul.menu{list-style:none;margin:0;padding:0 8px;background:#b3191e;display:flex}
ul.menu>li>a{display:block;padding:10px 13px;color:#fff;text-decoration:none;font-weight:bold;font-size:14px}
ul.menu ul{display:none}
#than{display:flex;gap:24px;padding:16px 20px}
#main{flex:1;min-width:0}
.cot-phai{width:220px;font-size:13px}
.cot-phai h4,.tinkhac h3{background:#f4f0e2;border-left:4px solid #b3191e;padding:6px 10px;margin:0 0 8px}
.cot-phai img{width:100%;margin-bottom:8px;border:1px solid #ccc}
.tenportal{color:#888;font-size:12px}
.chuyenmuc{color:#b3191e;font:bold 18px Arial;border-bottom:2px solid #b3191e;padding:4px 0;margin-bottom:8px}
.congcu{text-align:right;font-size:12px;color:#777}.congcu a{margin-left:6px}
.tieude-tin{font-weight:bold;font-size:21px;color:#13427a;line-height:1.35;margin:6px 0}
.ngay-tin,.nguoidang,.ngaydang,.tinkhac span{color:#888;font-size:13px}
.tomtat-tin{font-weight:bold;margin:10px 0}
.noidung-tin img{max-width:100%}.noidung-tin table.bang{border-collapse:collapse;margin:10px auto}
.tin{overflow:hidden;border-bottom:1px dotted #bbb;padding:10px 0}
.tin img{float:left;width:120px;height:80px;object-fit:cover;margin-right:12px}
.tin .tieude{font-weight:bold;color:#13427a;text-decoration:none}.tin p{margin:4px 0}
.phantrang a,.phantrang b{display:inline-block;padding:3px 10px;border:1px solid #ccc;margin:10px 4px 0 0}
#footer{background:#3d3f45;color:#ddd;padding:12px 20px;font-size:12px}#footer img{height:30px;vertical-align:middle}
"""

# What the two letters over an article do.
_SCRIPT = """(function () {
  "use strict";
  function size(step) {
    var body = document.querySelector(".noidung-tin");
    if (body) body.style.fontSize = (parseFloat(getComputedStyle(body).fontSize) + step) + "px";
    return false;
  }
  document.addEventListener("DOMContentLoaded", function () {
    [[".congcu .to", 2], [".congcu .nho", -2]].forEach(function (pair) {
      document.querySelectorAll(pair[0]).forEach(function (one) { one.onclick = size.bind(null, pair[1]); });
    });
  });
})();
"""
LAYOUT = {STYLE: ("text/css", _STYLE), SCRIPT: ("application/javascript; charset=utf-8", _SCRIPT)}


@dataclass(frozen=True, slots=True)
class Moment:
    """What a page shows of the moment it was asked for."""

    now: datetime
    visitors: int

    @property
    def clock(self) -> str:
        return f"{WEEKDAYS[self.now.weekday()]}, {self.now:%d/%m/%Y %H:%M:%S}"


def article_path(entry: Entry) -> str:
    return f"/trang/TinTuc/{entry.section}/{entry.id}/{entry.slug}.html"


def twin_path(entry: Entry) -> str:
    """The second address of the same page."""
    return f"/Pages/ChiTiet.aspx?ItemID={entry.id}"


def print_path(entry: Entry) -> str:
    return f"/print/{entry.id}.html"


def old_path(entry: Entry) -> str:
    """The address of the portal before this one; it redirects."""
    return f"/tin/{entry.id}"


def listing_path(section: int, page: int = 1) -> str:
    return f"/trang/TinTuc/{section}" + (f"?trang={page}" if page > 1 else "")


class Pages:
    """Makes pages. With `page_bytes` each is filled up to about that many bytes, as portals do: a view state and a menu
    of hundreds of links (to addresses that exist, with fragments, so that nothing new is found there)."""

    def __init__(self, page_bytes: int | None = None) -> None:
        self._bytes = page_bytes or 0
        self._menu = _menu(self._bytes // 3)
        self._state = _view_state(max(1500, self._bytes))

    def article(self, entry: Entry, older: Sequence[Entry], moment: Moment, path: str) -> str:
        main = [
            _section_box(entry.section),
            '<div class="congcu">Xem với cỡ chữ<a href="#" class="to">A</a><a href="#" class="nho">A</a>'
            f'<a class="intrang" href="{print_path(entry)}" target="_blank">In trang</a></div>',
            _article(entry),
        ]
        if older:
            items = "".join(f"<li>{_item(other)}</li>" for other in older[:RELATED])
            main.append(f'<div class="tinkhac"><h3>Tin khác</h3><ul>{items}</ul></div>')
        return self._page("\n".join(main), moment, path, f'<link rel="canonical" href="{article_path(entry)}" />')

    def printed(self, entry: Entry) -> str:
        """The print twin: the article without furniture."""
        return (
            f'{_HEAD}</head><body onload="window.print()"><div class="intin">\n{_article(entry)}\n'
            f'<p><a href="{article_path(entry)}">Trở lại</a></p></div></body></html>'
        )

    def listing(self, section: int, entries: Sequence[Entry], page: int, moment: Moment) -> str:
        """Page `page` (from 1 on) of a section; beyond the last an empty one, as such portals answer."""
        pages = max(1, -(-len(entries) // LISTED))
        shown = entries[(page - 1) * LISTED : page * LISTED]
        main = [_section_box(section), *map(_teaser, shown)]
        if not shown:
            main.append('<div class="trong">Không có tin trong mục này.</div>')
        numbers = "".join(
            f"<b>{number}</b>" if number == page else f'<a href="{listing_path(section, number)}">{number}</a>'
            for number in range(1, pages + 1)
            if number in (1, pages) or abs(number - page) <= 2
        )
        following = f'<a href="{listing_path(section, page + 1)}">Trang sau »</a>' if page < pages else ""
        main.append(f'<div class="phantrang">{numbers}{following}</div>')
        return self._page("\n".join(main), moment, listing_path(section, page))

    def front(self, newest: Sequence[Entry], featured: Iterable[Entry], moment: Moment) -> str:
        chosen = "".join(f'<li><a href="{escape(twin_path(one))}">{escape(one.title)}</a></li>' for one in featured)
        main = [
            f'<div class="noibat"><div class="chuyenmuc">Tin nổi bật</div><ul>{chosen}</ul></div>',
            '<div class="chuyenmuc">Tin mới nhất</div>',
            *map(_teaser, newest),
        ]
        return self._page("\n".join(main), moment, FRONT)

    def introduction(self, moved: Iterable[Entry], moment: Moment) -> str:
        links = "".join(f'<li><a href="{old_path(one)}">{escape(one.title)}</a></li>' for one in moved)
        text = (
            "Huyện Khê Lĩnh nằm ở phía tây bắc tỉnh Nam Lĩnh, trải dọc hai bờ sông Khê, diện tích 684 ki-lô-mét vuông, "
            "ba phần tư là rừng núi. Huyện lập năm 1948, gồm mười một xã và một thị trấn.",
            "Dân số năm 2019 là 87.300 người thuộc chín dân tộc anh em. Kinh tế dựa vào lúa nếp, chè shan, cây "
            "dược liệu và nghề nuôi cá trên hồ Thạch Khê.",
        )
        main = (
            '<div class="chuyenmuc">Giới thiệu</div><div class="trang">'
            + "".join(f"<p>{paragraph}</p>" for paragraph in text)
            + f'<p><a href="{BROKEN}">Hoạt động năm 2007</a>, <a href="{WITHDRAWN}">Quy hoạch năm 2005</a></p>'
            + f"<p>Bài viết được đọc nhiều:</p><ul>{links}</ul></div>"
        )
        return self._page(main, moment, INTRODUCTION)

    def contact(self, moment: Moment) -> str:
        main = (
            '<div class="chuyenmuc">Liên hệ</div><div class="trang"><p>Văn phòng HĐND và UBND huyện Khê Lĩnh</p>'
            "<p>Địa chỉ: Tổ dân phố số 3, thị trấn Khê Lĩnh</p><p>Điện thoại: (0200) 3000 000</p>"
            '<p>Họ tên <input name="hoten" /> Nội dung <input name="noidung" /></p></div>'
        )
        return self._page(main, moment, CONTACT)

    def placeholder(self, moment: Moment) -> str:
        main = f'<div class="chuyenmuc">Dịch vụ công</div><div class="trang"><p>{PLACEHOLDER}</p></div>'
        return self._page(main, moment, SERVICES)

    def internal(self, moment: Moment) -> str:
        main = (
            '<div class="chuyenmuc">Nội bộ</div><div class="trang"><p>Lịch trực cơ quan</p>'
            f'<p><a href="{INTERNAL}lich-truc.html">Tuần này</a></p></div>'
        )
        return self._page(main, moment, INTERNAL)

    def _page(self, main: str, moment: Moment, path: str, head: str = "") -> str:
        page = (
            f'{_HEAD}{head}<link rel="stylesheet" href="{STYLE}" /><script src="{SCRIPT}"></script></head>\n'
            f'<body><form id="aspnetForm" method="post" action="{escape(path)}">'
            '<input type="hidden" name="__VIEWSTATE" value="\0" />\n'
            f'<div id="header"><div class="banner"><img src="{FURNITURE[0]}" alt="banner" />'
            f'<strong>{PORTAL_NAME}</strong></div><div class="ngay">{moment.clock}</div>{self._menu}</div>\n'
            f'<div id="than"><div id="main"><div class="tenportal">{PORTAL_NAME}</div>{main}</div>\n{_SIDE}</div>\n'
            f'<div id="footer"><img src="{FURNITURE[1]}" alt="" /> Bản quyền thuộc {PORTAL_NAME}. '
            f"Lượt truy cập: {moment.visitors}</div>\n</form></body></html>"
        )
        missing = self._bytes - len(page.encode())
        return page.replace("\0", self._state[: missing if missing > 0 else 1500], 1)


_HEAD = (
    '<!DOCTYPE html>\n<html dir="ltr" lang="vi-VN"><head>'
    '<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />'
    f'<meta name="GENERATOR" content="Microsoft SharePoint" />\n<title>{PORTAL_NAME}</title>'
)
_SIDE = (
    '<div class="cot-phai"><h4>Liên kết</h4>'
    + "".join(f'<a href="{CONTACT}"><img src="{path}" alt="Liên kết" /></a>' for path in FURNITURE[2:])
    + "<h4>Thời tiết</h4><p>Khê Lĩnh: 27°C, nhiều mây</p></div>"
)


def _article(entry: Entry) -> str:
    summary = prose.sapo(entry)
    return "\n".join(
        part
        for part in (
            f'<div class="tieude-tin">{escape(entry.title, quote=False)}</div>',
            f'<div class="ngay-tin">{entry.date_line}</div>' if entry.date_line else "",
            f'<div class="nguoidang">Người đăng: {escape(entry.poster)}</div>' if entry.poster else "",
            f'<div class="tomtat-tin">{escape(summary, quote=False)}</div>' if summary else "",
            f'<div class="noidung-tin">\n{prose.body(entry)}\n</div>',
            prose.documents(entry),
        )
        if part
    )


def _section_box(section: int) -> str:
    return f'<div class="chuyenmuc">{SECTIONS[section]}</div>'


def _item(entry: Entry) -> str:
    day = f" <span>{entry.day_line}</span>" if entry.day_line else ""
    return f'<a href="{article_path(entry)}">{escape(entry.title, quote=False)}</a>{day}'


def _teaser(entry: Entry) -> str:
    picture = next((block for block in entry.blocks if isinstance(block, Picture)), None)
    image = f'<img src="{prose.picture_path(entry, picture.name)}" alt="" />' if picture else ""
    day = f' <span class="ngaydang">{entry.day_line}</span>' if entry.day_line else ""
    words = entry.text.partition("\n\n")[0].split()
    text = f"<p>{escape(' '.join(words[:24]), quote=False)}...</p>" if words else ""
    return (
        f'<div class="tin">{image}<a class="tieude" href="{article_path(entry)}">{escape(entry.title, quote=False)}</a>'
        f"{day}{text}</div>"
    )


def _menu(filler: int) -> str:
    """The menu; with entries below its own until it has about `filler` bytes."""
    entries = [
        ("Trang chủ", FRONT),
        ("Giới thiệu", INTRODUCTION),
        *((name, listing_path(section)) for section, name in SECTIONS.items()),
        ("Dịch vụ công", SERVICES),
        ("Nội bộ", INTERNAL),
        ("Liên hệ", CONTACT),
    ]
    share = filler // len(entries)
    return (
        '<ul class="menu">'
        + "".join(f'<li><a href="{path}">{name}</a>{_submenu(name, path, share)}</li>' for name, path in entries)
        + "</ul>"
    )


def _submenu(name: str, path: str, size: int) -> str:
    items: list[str] = []
    while sum(map(len, items)) < size:
        number = len(items) + 1
        items.append(f'<li class="muc-con"><a href="{path}#muc-{number}">{name}: chuyên mục {number}</a></li>')
    return f"<ul>{''.join(items)}</ul>" if items else ""


def _view_state(size: int) -> str:
    """`size` characters of base64 that do not compress, as a real view state hardly does."""
    blocks = (hashlib.sha256(str(number).encode()).digest() for number in range(size // 40 + 1))
    return base64.b64encode(b"".join(blocks)).decode()[:size]
