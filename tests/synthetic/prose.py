"""Prose: invented Vietnamese as district portals write it, drawn from a grammar; the same for the same seed.

No sentence is anyone's: places, offices, persons and figures are made up. Dates stand in the prose on purpose.
"""

from __future__ import annotations

import random
import re

_SLOT = re.compile(r"\{(\w+)\}")

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hà", "Nông", "Lò", "Y", "Triệu")
_MIDDLE = ("Văn", "Thị", "Minh", "Ngọc", "Quang", "Thu", "Đức", "Thanh", "Hải", "Bích")
_GIVEN = ("An", "Bình", "Cúc", "Diệp", "Giang", "Hạnh", "Khoa", "Lụa", "Mận", "Nhàn", "Oanh", "Phúc", "Quế", "Sáng",
          "Thảo", "Uyên", "Vịnh", "Xuân", "Yến", "Đào")  # fmt: skip

GRAMMAR: dict[str, tuple[str, ...]] = {
    "opening": (
        "{when}, {office} {place} {did} {event} với sự tham gia của {n} {people}.",
        "{when}, tại {where}, {office} {place} đã {did} {event}.",
        "Thực hiện kế hoạch của {office} {place}, {when2} các đơn vị trên địa bàn đã đồng loạt {did} {event}.",
        "Vừa qua, {office} {place} phối hợp với {office} {did} {event} nhằm {aim}.",
    ),
    "middle": (
        "Theo báo cáo của {office}, đến nay toàn xã đã {result}, {compared}.",
        "Phát biểu tại buổi lễ, đại diện {office} nhấn mạnh việc {task} là nhiệm vụ thường xuyên, cần có sự vào cuộc của {people2}.",
        "Các đại biểu đã nghe {office} trình bày {paper}, sau đó thảo luận về {topic} và {topic}.",
        "Trong {span}, {office} đã {result}; riêng {place} {result2}.",
        "Bên cạnh kết quả đạt được, việc {task} vẫn còn gặp khó khăn do {cause}.",
        "Nhờ {means}, nhiều hộ ở {place} đã {result2}, đời sống từng bước ổn định.",
        "Ông trưởng bản cho biết: “Bà con rất phấn khởi vì {good}, mong rằng {office} tiếp tục quan tâm đến {topic}”.",
        "Tổng kinh phí thực hiện là {money} triệu đồng, trong đó {people2} đóng góp {n} ngày công và hiến {n} mét vuông đất.",
        "Từ ngày {d1} đến ngày {d2}, đoàn sẽ tiếp tục kiểm tra tại {place}, {place} và {place}.",
        "Hồ sơ gửi về {office} trước 16 giờ 30 phút ngày {d2}, qua đường bưu điện hoặc nộp trực tiếp tại {where}.",
        "Kết quả chấm điểm cho thấy {n} trên {n2} tiêu chí đã đạt, các tiêu chí về {topic} cần được rà soát lại.",
        "Mô hình được triển khai từ năm {year} với {n} hộ tham gia, đến nay đã mở rộng ra {place} và {place}.",
        "Cán bộ thú y xã hướng dẫn bà con cách che chắn chuồng trại, dự trữ thức ăn và tiêm phòng cho {n2} con gia súc.",
        "Đường liên thôn dài {n} km, mặt rộng 3,5 m, được đổ bê tông theo phương thức nhà nước và nhân dân cùng làm.",
        "Tại điểm trường, {n} em học sinh được nhận sách vở, áo ấm và {n} suất học bổng do các nhà hảo tâm trao tặng.",
        "Nội dung trọng tâm gồm {topic}, {topic} và {topic}.",
    ),
    "closing": (
        "Kết luận buổi làm việc, {office} yêu cầu các đơn vị khẩn trương {task}, báo cáo kết quả trước ngày {d2}.",
        "Dịp này, {n} tập thể và {n} cá nhân đã được khen thưởng vì có thành tích trong việc {task}.",
        "Thời gian tới, {office} sẽ tiếp tục {task} để {aim}.",
        "Chương trình kết thúc trong không khí đầm ấm, đoàn kết của {people2}.",
    ),
    "lead": (
        "{office} {place} vừa {did} {event}, góp phần {aim}.",
        "Với mục tiêu {aim}, trong {span} {place} đã {result}.",
        "Hơn {n} {people} ở {place} tham gia {event}.",
    ),
    "title": (
        "{place} {did} {event}",
        "{office} {place}: {did} {event}",
        "Hiệu quả từ việc {task} ở {place}",
        "{place} {result}",
        "Kế hoạch {task} năm {year} của {place}",
        "Thông báo về việc {task} tại {place}",
        "Gặp mặt {people} tiêu biểu của {place} năm {year}",
        "{place}: {n} hộ {result2}",
    ),
    "caption": (
        "Quang cảnh {event} tại {place}",
        "Đại biểu {office} tham quan mô hình ở {place}",
        "Bà con {place} phấn khởi vì {good}",
        "Một góc {where} nhìn từ phía {place}",
    ),
    "when": ("Sáng {dm}", "Chiều {dm}", "Ngày {dm}", "Sáng ngày {d1}", "Trong hai ngày {dm} và {dm}"),
    "when2": ("trong tháng {m}", "từ đầu năm {year} đến nay", "ngày {d1}"),
    "span": ("sáu tháng đầu năm {year}", "quý {q}", "năm {year}", "tuần qua"),
    "office": ("Ủy ban nhân dân xã", "Hội Nông dân", "Đoàn Thanh niên", "Hội Liên hiệp Phụ nữ", "Ban Chỉ huy Quân sự",
               "Phòng Nông nghiệp", "Trạm Khuyến nông", "Trung tâm Văn hóa", "Mặt trận Tổ quốc", "Hội Cựu chiến binh",
               "Phòng Giáo dục", "Trạm Y tế", "Liên đoàn Lao động", "Ban Quản lý rừng"),
    "place": ("Khe Lụa", "Bản Vạc", "Thượng Lãng", "Đồng Kè", "Nà Sáo", "Suối Nhùng", "Tân Dỗi", "Phú Lụa", "Cồn Én",
              "Rạch Mướp", "Ea Tlung", "Đắk Moi", "Mường Pẩn", "An Thới Hạ", "Vĩnh Gò"),
    "where": ("nhà văn hóa trung tâm", "hội trường Ủy ban nhân dân", "sân vận động", "trường tiểu học số 2", "chợ phiên",
              "bến đò ngang", "trạm bơm đầu mối"),
    "did": ("tổ chức", "khai mạc", "tổng kết", "phát động", "triển khai", "sơ kết", "ra quân thực hiện", "tập huấn"),
    "event": ("hội thi nấu ăn bằng củi khô", "lễ trồng cây đầu xuân", "lớp dạy nghề đan lát", "ngày hội bánh dân gian",
              "giải bóng chuyền hơi", "đợt khám bệnh lưu động", "chiến dịch nạo vét kênh mương", "hội chợ nông sản sạch",
              "diễn tập chữa cháy rừng", "tuần lễ đọc sách", "cuộc thi tìm hiểu pháp luật", "đợt cấp căn cước tại nhà",
              "phong trào nhà sạch vườn đẹp", "hội thao dân quân", "đêm văn nghệ quần chúng"),
    "task": ("phòng chống sạt lở", "thu gom rác thải nhựa", "chuyển đổi giống lúa", "nuôi ong lấy mật",
             "số hóa sổ hộ tịch", "trồng dâu nuôi tằm", "cho vay vốn chính sách", "tuyển quân", "xóa nhà tạm",
             "bảo tồn chữ cổ", "cải tạo đường nội đồng", "kiểm tra an toàn hồ chứa", "chăm sóc người cao tuổi"),
    "result": ("giảm {n} hộ nghèo", "trồng mới {n} ha rừng", "bê tông hóa {n} km đường", "tiêm phòng cho {n2} trẻ em",
               "thu ngân sách vượt {n}% kế hoạch", "hòa giải thành {n} vụ việc", "xây xong {n} căn nhà"),
    "result2": ("thoát nghèo bền vững", "có nước sạch dùng quanh năm", "chuyển sang trồng cây ăn quả",
                "thu nhập tăng gấp rưỡi", "được cấp giấy chứng nhận"),
    "compared": ("tăng {n}% so với cùng kỳ", "đạt {n}% kế hoạch năm", "cao hơn năm trước {n} điểm", "vượt chỉ tiêu được giao"),
    "paper": ("dự thảo kế hoạch", "báo cáo kết quả", "phương án hỗ trợ", "quy chế phối hợp"),
    "topic": ("môi trường", "thu nhập", "nước sinh hoạt", "giao thông nông thôn", "nhà ở", "trường lớp", "chợ quê",
              "bảo hiểm y tế", "an ninh trật tự", "nghề truyền thống"),
    "cause": ("thời tiết mưa lũ kéo dài", "giá vật tư tăng", "thiếu cán bộ chuyên trách", "địa hình chia cắt"),
    "means": ("nguồn vốn ưu đãi", "sự giúp đỡ của cán bộ khuyến nông", "tổ hợp tác", "mạng lưới tình nguyện viên"),
    "good": ("đường mới đã thông", "lúa được mùa", "có điện lưới", "trạm y tế được sửa chữa"),
    "aim": ("nâng cao đời sống của bà con", "giữ gìn nét đẹp văn hóa", "bảo vệ nguồn nước", "gắn kết cộng đồng",
            "phát triển kinh tế hộ"),
    "people": ("đoàn viên", "hội viên", "nông dân", "cán bộ", "học sinh", "cựu chiến binh", "giáo viên"),
    "people2": ("toàn thể nhân dân", "các hộ gia đình", "cả hệ thống chính trị", "bà con các bản"),
}  # fmt: skip


class Writer:
    """Draws texts; every title once."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._titles: set[str] = set()

    def say(self, kind: str) -> str:
        """A text of a kind that the grammar has; it begins with a capital."""
        text = self._filled("{" + kind + "}")
        return text[0].upper() + text[1:]

    def paragraph(self, first: bool, last: bool) -> str:
        kinds = ["opening" if first else "middle", *["middle"] * self._draw.randint(1, 3), *["closing"] * last]
        return " ".join(self.say(kind) for kind in kinds)

    def title(self) -> str:
        while True:
            title = self.say("title")
            if title not in self._titles:
                self._titles.add(title)
                return title

    def person(self) -> str:
        pick = self._draw.choice
        return f"{pick(_FAMILY)} {pick(_MIDDLE)} {pick(_GIVEN)}"

    def _filled(self, text: str) -> str:
        return _SLOT.sub(lambda slot: self._filled(self._slot(slot[1])), text)

    def _slot(self, name: str) -> str:
        number = self._draw.randint
        made = {
            "n": lambda: str(number(3, 95)),
            "n2": lambda: str(number(96, 990)),
            "m": lambda: str(number(1, 12)),
            "q": lambda: self._draw.choice(("I", "II", "III", "IV")),
            "year": lambda: str(number(2012, 2024)),
            "money": lambda: str(number(20, 900)),
            "dm": lambda: f"{number(1, 28)}/{number(1, 12)}",
            "d1": lambda: f"{number(1, 28)}/{number(1, 12)}/{number(2012, 2024)}",
            "d2": lambda: f"{number(1, 28):02}/{number(1, 12):02}/{number(2012, 2024)}",
        }
        return made[name]() if name in made else self._draw.choice(GRAMMAR[name])
