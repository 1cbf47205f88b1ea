"""Blind looks: two of thirteen portals that were made to see what befalls a crawl. One says all in <noscript>, to whoever
runs no scripts; one tells days in its addresses alone, and shows each article again under the form to reply. Both have
dated lists of what is no article, with a page for each entry: questions, reports of citizens, films, sounds, events.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from .layout import Link, Twin
from .prose import Writer
from .stories import Habits, Story, slug
from .untidy import TODAY, Untidy, rows

_LISTS = ("Hỏi - Đáp", "Phản ánh kiến nghị", "Video", "Truyền thanh", "Sự kiện sắp diễn ra", "Lãnh đạo huyện")


class Asked(Untidy):
    """A portal with dated lists of other things than articles."""

    habits = Habits(articles=28, signed=0.66, sourced=0.1, bare=0.1, documents=0.15)

    def asked(self) -> Iterator[tuple[str, str, str]]:
        """Each entry, and each list: path, title, what it shows."""
        writer, draw = Writer(random.Random(f"{self.host}/asked")), random.Random(f"{self.host}/days")
        for kind, name in enumerate(_LISTS):
            entries = []
            for number in range(1, 5):
                day, person = f"{draw.randint(1, 28):02}/{draw.randint(1, 12):02}/2022", writer.person()
                title, inside = self.entry(kind, writer, person, day)
                path = self.side_path(f"{slug(name)}-{number}")
                entries.append(f'<li><a href="{escape(path)}">{title}</a> <i>({day})</i></li>')
                yield path, title, inside
            yield self.side_path(slug(name)), name, f"<ul>{''.join(entries)}</ul>"

    def entry(self, kind: int, writer: Writer, person: str, day: str) -> tuple[str, str]:
        """Title and text of an entry of one of the lists."""
        matter, said = writer.say("task"), writer.say("middle")
        if kind == 0:
            answer = f"<p><b>Trả lời:</b></p><p>{said}</p>"
            return f"{matter} thì nộp hồ sơ ở đâu?", f"<p>Người gửi: {person} - Ngày gửi: {day}</p>{answer}"
        if kind == 1:
            data = (
                f"<tr><td>Mã phản ánh</td><td>PA-{day[:2]}</td></tr><tr><td>Người phản ánh</td><td>{person}</td></tr>"
            )
            return f"Cần {matter.lower()}", f"<table>{data}</table><p>Kết quả xử lý: {said}</p>"
        if kind == 2:
            return writer.say("event"), f'<iframe src="https://phim.example/{day[:2]}"></iframe><p>Ngày đăng: {day}</p>'
        if kind == 3:
            return f"Chương trình truyền thanh ngày {day}", f'<audio src="/upload/{day[:2]}.mp3"></audio>'
        if kind == 4:
            told = f"<p>Địa điểm: {writer.say('where')}</p><p>Chủ trì: {person}</p>"
            return writer.say("event"), f"<p>Thời gian: 08:00, {day}</p>{told}"
        return person, f"<p>Ngày sinh: {day[:-4]}1971</p><p>Chức vụ: Phó Chủ tịch</p><p>{said}</p>"

    def sides(self) -> list[Link]:
        return [*super().sides(), *(Link(name, self.side_path(slug(name))) for name in _LISTS)]

    def extras(self) -> Iterator[tuple[str, str, str]]:
        yield from super().extras()
        yield from (
            (path, title, f"<h2>{escape(title, quote=False)}</h2>{inside}") for path, title, inside in self.asked()
        )

    def nav(self) -> str:
        return rows([*self.menu, *self.sides()], '<li><a href="{path}">{title}</a></li>')


class Scripted(Asked):
    """A script fills the page from JSON; what it would show stands in <noscript>, with dates in lists alone."""

    name = "bl-scripted"
    site = "Cổng thông tin huyện Vàm Kè"
    ending = ""
    date_on_page = False

    def path(self, story: Story) -> str:
        return f"/bai-viet/{story.slug}-{story.number}"

    def article(self, story: Story, near: Sequence[Link]) -> str:
        others = "".join(f"<li>{link.a()}</li>" for link in near)
        crumb = f'<p><a href="/">Trang chủ</a> / <a href="{self.list_path(story.section, 1)}">{story.section}</a></p>'
        return (
            f"{crumb}<h2>{self.title(story)}</h2><div>{self.inside(story)}</div><p>Bài liên quan</p><ul>{others}</ul>"
        )

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        state = json.dumps({"trang": title, "luc": f"{TODAY:%Y-%m-%dT%H:%M:%S}", "noiDung": main}, ensure_ascii=False)
        return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{escape(title)} | {self.site}</title></head>
<body><noscript><header><p><b>{self.site}</b></p><ul>{self.nav()}</ul></header><section>{main}</section><footer><p>Ủy ban nhân dân huyện, số 2
đường số 7</p></footer></noscript><div id="app"></div><script>window.__STATE__={state.replace("<", chr(92) + "u003c")}</script></body></html>"""


class Replied(Asked):
    """The day is a folder of the address; the page says when it was made. The form to reply shows the article again."""

    name = "bl-replied"
    site = "Trang thông tin điện tử huyện Nà Cáy"
    date_in_lists = False

    def path(self, story: Story) -> str:
        assert story.published is not None
        day = f"{story.published.year}-{story.published.month}-{story.published.day}"
        return f"/{slug(story.section)}/{day}/{story.number}.html"

    def truth(self, story: Story, told: dict[str, Any]) -> dict[str, Any]:
        told = super().truth(story, told)
        told["timestamp"] = told["timestamp"][:10]
        return told

    def others(self, story: Story, near: Sequence[Link]) -> Iterator[tuple[str, Twin, str]]:
        path = self.path(story)
        yield f"/comment/reply{path}", "print", self.whole(self.shell("Gửi ý kiến", self.reply(story), []), story)

    def reply(self, story: Story) -> str:
        form = '<form method="post"><textarea name="y"></textarea><button>Gửi</button></form>'
        return f"<h1>Gửi ý kiến</h1>{form}<h2>{self.title(story)}</h2><div>{self.inside(story)}</div>"

    def article(self, story: Story, near: Sequence[Link]) -> str:
        path = self.path(story)
        tools = f"Lượt xem: {20190000 + story.views} | Ngày cập nhật: {TODAY:%d/%m/%Y} | Cỡ chữ: A- A+ | Nghe đọc bài"
        others = "".join(f"<li>{link.a()}</li>" for link in near)
        return f"""<div class="dd"><a href="/">Trang chủ</a> » <a href="{self.list_path(story.section, 1)}">{story.section}</a></div>
<h1>{self.title(story)}</h1><div class="cc">{tools}</div><div class="nd">{self.inside(story)}</div><a href="/comment/reply{path}">Gửi ý kiến về
bài này</a><h4>Tin cùng chuyên mục</h4><ul>{others}</ul>"""

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        return f"""<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title></head><body><div class="tren">{self.clock()}</div>
<ul class="mn">{self.nav()}</ul><div class="giua">{main}</div><div class="phai">{self.weather()}{self.counter()}</div>
<div class="duoi">© {self.site}. Cập nhật lần cuối: {TODAY:%d/%m/%Y %H:%M}</div></body></html>"""


UNTIDY_ASKED = (Scripted, Replied)
