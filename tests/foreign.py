"""Archives as other tools write them, of a portal that is gone: invented articles, made by hand and with warcio."""

from __future__ import annotations

import gzip
import io
import uuid
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive.warc.unpacking import zstd  # of whichever package this Python has it

HOST = "http://huyen-muong-gia.example"
_TITLES = (
    "Mường Giá khởi công cầu treo bản Nà Sọn",
    "Hội Nông dân huyện trao bò giống cho mười hộ nghèo",
    "Lớp xóa mù chữ ở Khe Lạnh khai giảng lần thứ hai",
    "Đoàn thanh niên dọn rác hồ Bản Chang",
    "Chợ phiên Pa Khoang mở lại sau mùa mưa",
    "Trạm y tế xã Lùng Thàng có bác sĩ",
)


@dataclass(frozen=True)
class Page:
    """A page as it came over HTTP."""

    url: str
    body: bytes
    date: str = "2019-03-05T02:10:00Z"
    media_type: str = "text/html; charset=utf-8"

    @property
    def http(self) -> bytes:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {self.media_type}\r\nContent-Length: {len(self.body)}\r\n\r\n"
        return head.encode() + self.body


def article(number: int, host: str = HOST, *, extra: str = "", minute: int | None = None) -> Page:
    """One of the portal's articles."""
    title = _TITLES[number % len(_TITLES)] + (f" ({number})" if number >= len(_TITLES) else "")
    text = "".join(
        f"<p>{sentence}</p>"
        for sentence in (
            f"Sáng 4/3, tại xã Lùng Thàng, bà con đã có mặt từ sớm dự buổi lễ số {number}.",
            "Ông Nguyễn Văn A cho biết mọi việc được chuẩn bị suốt ba tháng, mỗi nhà góp hai ngày công.",
            f"Đến trưa, hơn {40 + number} người cùng ăn cơm lam với cá suối, chuyện trò rôm rả bên bếp lửa.{extra}",
        )
    )
    html = (
        f"<html lang='vi'><head><title>{title} - Huyện Mường Giá</title></head><body>"
        f"<div id='dau'><a href='/'>Trang chủ</a></div><div class='bai'><h1>{title}</h1>"
        f"<p class='ngay'>Ngày đăng: {1 + number % 28:02}/03/2019 | 08:30</p><div class='noi-dung'>{text}"
        "<p style='text-align:right'><b>Trần Thị B</b></p></div></div></body></html>"
    )
    date = f"2019-03-05T02:{(number if minute is None else minute) % 60:02}:00Z"
    return Page(f"{host}/tin-tuc/bai-{number}.html", html.encode(), date)


def record(
    kind: str, url: str | None, block: bytes, *, identity: str | None = None, date: str = "2019-03-05T02:10:00Z",
    more: Sequence[str] = (), media: str | None = None,
) -> bytes:  # fmt: skip
    """A WARC/1.0 record, as it stands in an uncompressed file."""
    lines = ["WARC/1.0", f"WARC-Type: {kind}", f"WARC-Date: {date}", *more]
    if url is not None:
        lines.append(f"WARC-Target-URI: {url}")
    if identity is not None:
        lines.append(f"WARC-Record-ID: <urn:uuid:{identity}>")
    lines += [f"Content-Type: {media or 'application/http; msgtype=' + kind}", f"Content-Length: {len(block)}"]
    return "\r\n".join([*lines, "", ""]).encode() + block + b"\r\n\r\n"


def responses(pages: Iterable[Page]) -> list[bytes]:
    """A response record for each page."""
    return [
        record("response", page.url, page.http, identity=str(uuid.uuid5(uuid.NAMESPACE_URL, page.url)), date=page.date)
        for page in pages
    ]


def packed(records: Iterable[bytes]) -> bytes:
    """A gzip member a record."""
    return b"".join(gzip.compress(one, mtime=0) for one in records)


def skippable(magic: int, data: bytes) -> bytes:
    return (0x184D2A50 + magic).to_bytes(4, "little") + len(data).to_bytes(4, "little") + data


def framed(records: Iterable[bytes], dictionary: zstd.ZstdDict | None = None, frames: int = 1) -> bytes:
    """A Zstandard frame a record, or several; the dictionary is not in it."""
    options = {zstd.CompressionParameter.checksum_flag: 1, zstd.CompressionParameter.compression_level: 3}
    made = []
    for one in records:
        step = max(1, -(-len(one) // frames))
        for at in range(0, len(one), step):
            made.append(zstd.compress(one[at : at + step], options=options, zstd_dict=dictionary))
    return b"".join(made)


def arc(pages: Iterable[Page], version: int = 1) -> list[bytes]:
    """An ARC file's records: its description, and one a page."""
    names = "URL IP-address Archive-date Content-type Archive-length"
    if version == 2:
        names = "URL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename Archive-length"
    about = f"{version} 0 Kho luu tru\n{names}\n\n".encode()
    between = " 200 - - 0 mau.arc " if version == 2 else " "
    made = [f"filedesc://mau.arc 0.0.0.0 20190305020000 text/plain{between}{len(about)}\n".encode() + about + b"\n"]
    for page in pages:
        digits = "".join(char for char in page.date if char.isdigit())
        line = f"{page.url} 192.0.2.7 {digits} text/html{between}{len(page.http)}\n"
        made.append(line.encode() + page.http + b"\n")
    return made


def wacz(entries: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A zip file with these."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", compression) as file:
        for name, data in entries.items():
            file.writestr(name, data)
    return held.getvalue()
