"""Side pages: what district portals have beside articles: documents, questions, calendars, albums, procedures, staff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from .prose import Writer


@dataclass(frozen=True)
class Side:
    path: str
    title: str
    main: str
    linked: bool = True  # from the menu


def side_pages(writer: Writer, path: Callable[[str], str]) -> Iterator[Side]:
    yield from _documents(writer, path)
    yield from _questions(writer, path)
    yield from _weeks(writer, path)
    yield from _albums(writer, path)
    yield from _procedures(writer, path)
    yield from _staff(writer, path)
    yield Side(path("thong-tin-quy-hoach"), "Quy hoạch", "<div><p>Trang đang được cập nhật</p></div>")
    yield Side(path("cong-khai-ngan-sach"), "Công khai ngân sách", "<div>Nội dung đang được cập nhật...</div>")
    yield Side(
        path("du-an-dau-tu"), "Dự án đầu tư", "<h3>Dự án đầu tư</h3><div>Chưa có bài viết nào trong chuyên mục.</div>"
    )
    yield Side(
        path("dang-nhap"), "Đăng nhập",
        '<form method="post"><label>Tên đăng nhập</label><input name="user"><label>Mật khẩu</label>'
        '<input type="password" name="pass"><button>Đăng nhập</button></form><a href="#">Quên mật khẩu?</a>',
    )  # fmt: skip


def _documents(writer: Writer, path: Callable[[str], str]) -> Iterator[Side]:
    rows = []
    for number in range(1, 15):
        about = f"Về việc {writer.say('task').lower()} tại {writer.say('place')}"
        sign, day = f"{number * 37}/QĐ-UBND", f"{number + 3:02}/{number % 9 + 1:02}/20{10 + number}"
        here = path(f"van-ban-{number}")
        rows.append(
            f'<tr><td>{number}</td><td><a href="{escape(here)}">{sign}</a></td><td>{day}</td><td>{about}</td>'
            f'<td><a href="/upload/vb/{number}.pdf">Tải về</a></td></tr>'
        )
        fields = {
            "Số ký hiệu": sign, "Ngày ban hành": day, "Ngày có hiệu lực": day, "Trích yếu": about,
            "Cơ quan ban hành": "UBND huyện", "Người ký": writer.person(), "Loại văn bản": "Quyết định",
            "Tệp đính kèm": f'<a href="/upload/vb/{number}.pdf">{number}.pdf</a>',
        }  # fmt: skip
        inner = "".join(f"<tr><th>{name}</th><td>{value}</td></tr>" for name, value in fields.items())
        yield Side(here, f"Văn bản {sign}", f"<h3>Chi tiết văn bản</h3><table>{inner}</table>", linked=False)
    head = "<tr><th>STT</th><th>Số ký hiệu</th><th>Ngày ban hành</th><th>Trích yếu</th><th>Tệp</th></tr>"
    form = (
        '<form><input name="tukhoa"><select name="loai"><option>Quyết định</option></select><button>Tìm</button></form>'
    )
    yield Side(path("van-ban"), "Văn bản chỉ đạo điều hành", f"{form}<table border=1>{head}{''.join(rows)}</table>")


def _questions(writer: Writer, path: Callable[[str], str]) -> Iterator[Side]:
    found = []
    for number in range(1, 7):
        asked = f"{number + 10}/0{number}/2022"
        found.append(
            f"<div><b>Hỏi: {writer.say('task')} thì cần những giấy tờ gì?</b><br><i>Người gửi: {writer.person()} - "
            f"{asked}</i><p>Trả lời: {writer.say('middle')}</p></div><hr>"
        )
    form = '<form method="post"><input name="hoten"><textarea name="noidung"></textarea><button>Gửi câu hỏi</button></form>'
    yield Side(path("hoi-dap-phap-luat"), "Hỏi đáp pháp luật", "".join(found) + form)


def _weeks(writer: Writer, path: Callable[[str], str]) -> Iterator[Side]:
    days = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu")
    names = [path("lich-cong-tac" + (f"-tuan-{week}" if week else "")) for week in range(4)]
    for week, here in enumerate(names):
        rows = "".join(
            f"<tr><td>{day}<br>{4 + place + 7 * week:02}/03/2024</td><td>Sáng: {writer.say('event')}</td>"
            f"<td>Chiều: {writer.say('task')}</td><td>{writer.say('where')}</td></tr>"
            for place, day in enumerate(days)
        )
        links = " ".join(f'<a href="{escape(one)}">Tuần {number + 10}</a>' for number, one in enumerate(names))
        main = f"<h3>Lịch công tác tuần {week + 10}</h3><table border=1>{rows}</table><p>{links}</p>"
        yield Side(here, "Lịch công tác", main, linked=not week)


def _albums(writer: Writer, path: Callable[[str], str]) -> Iterator[Side]:
    links = []
    for number in range(1, 4):
        here, title = path(f"thu-vien-anh-{number}"), writer.say("event")
        links.append(
            f'<div><a href="{escape(here)}"><img src="/khung/bieu-ngu.jpg"></a><br><a href="{escape(here)}">{title}</a></div>'
        )
        pictures = "".join(
            f'<a href="/upload/album/{number}/{place}.jpg" rel="lightbox"><img src="/upload/album/{number}/t{place}.jpg"></a>'
            for place in range(8)
        )
        yield Side(here, title, f"<h3>Thư viện ảnh</h3><div>{pictures}</div>", linked=False)
    yield Side(path("thu-vien-anh"), "Thư viện ảnh", "".join(links))


def _procedures(writer: Writer, path: Callable[[str], str]) -> Iterator[Side]:
    links = []
    for number in range(1, 6):
        here, title = path(f"thu-tuc-{number}"), f"Thủ tục {writer.say('task').lower()}"
        links.append(f'<tr><td>{number}</td><td><a href="{escape(here)}">{title}</a></td><td>Mức độ 3</td></tr>')
        fields = {
            "Tên thủ tục": title, "Lĩnh vực": "Nông nghiệp", "Cơ quan thực hiện": "UBND cấp huyện",
            "Cách thức thực hiện": "Trực tiếp hoặc qua bưu điện", "Thời hạn giải quyết": "10 ngày làm việc",
            "Thành phần hồ sơ": "Đơn đề nghị (bản chính); giấy tờ kèm theo (bản sao)", "Lệ phí": "Không",
            "Kết quả": "Quyết định hành chính",
        }  # fmt: skip
        inner = "".join(f"<tr><td><b>{name}</b></td><td>{value}</td></tr>" for name, value in fields.items())
        yield Side(here, title, f"<table border=1>{inner}</table>", linked=False)
    yield Side(path("thu-tuc-hanh-chinh"), "Thủ tục hành chính", f"<table>{''.join(links)}</table>")


def _staff(writer: Writer, path: Callable[[str], str]) -> Iterator[Side]:
    roles = ("Chủ tịch", "Phó Chủ tịch", "Chánh Văn phòng", "Trưởng phòng", "Phó Trưởng phòng")
    rows = "".join(
        f"<tr><td>{place + 1}</td><td>{writer.person()}</td><td>{role}</td><td>0200 111 0{place}</td></tr>"
        for place, role in enumerate(roles)
    )
    yield Side(
        path("co-cau-to-chuc"),
        "Cơ cấu tổ chức",
        f"<table><tr><th>STT</th><th>Họ tên</th><th>Chức vụ</th><th>Điện thoại</th></tr>{rows}</table>",
    )
