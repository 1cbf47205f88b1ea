"""Held-out looks where the text itself misleads: parted, in verses, in answers, on several pages, whole in lists."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from .layout import Layout, Link, Twin
from .markup import block, blocks, links
from .prose import Writer
from .stories import Habits, Picture, Rows, Story, Text


class Parted(Layout):
    """Other articles, a banner and a film stand between the paragraphs; pictures are a gallery at the end, two in a row
    of a table, their captions in the row below."""

    name = "chen-giua"
    habits = Habits(paragraphs=(4, 8), pictures=(1, 5), captioned=0.8)

    def path(self, story: Story) -> str:
        return f"/tin-tuc/{story.section.split()[0].lower().replace('ô', 'o').replace('ă', 'a')}/{story.slug}-{story.number}"

    def date(self, story: Story) -> str:
        return f"{story.published:%d/%m/%Y %H:%M:%S}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<a href='{escape(link.path)}'>{escape(link.title)}</a>" for link in self.menu)
        return f"""<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("a")}">{menu}</div><div class="{k("b")}">{main}</div>
<div class="{k("c")}">{"".join(f'<div class="{k("d")}"><img src="{link.picture or "/khung/logo.png"}">{link.a()}</div>' for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        parts = [block(story, one, "p", "p") for one in story.blocks if not isinstance(one, Picture)]
        between = (
            f'<div class="{k("x")}">Xem thêm: {near[0].a()}</div>',
            f'<div class="{k("y")}"><a href="http://quang-cao.example/"><img src="/khung/bieu-ngu.jpg"></a></div>',
            f"<p>&gt;&gt; {near[-1].a()} ({near[-1].date})</p>",
            '<div><iframe width="560" height="315" src="https://www.youtube.com/embed/abc123" allowfullscreen></iframe></div>',
        )
        for place, box in enumerate(between[: max(0, len(parts) - 1)]):
            parts.insert(2 * place + 1, box)
        pictures = [one for one in story.blocks if isinstance(one, Picture)]
        rows = ""
        for place in range(0, len(pictures), 2):
            pair = pictures[place : place + 2]
            rows += (
                "<tr>"
                + "".join(
                    f'<td><img src="{story.picture(one)}" alt="{escape(one.alt)}" width="300"></td>' for one in pair
                )
                + "</tr>"
            )
            if any(one.caption for one in pair):
                rows += "<tr>" + "".join(f"<td>{escape(one.caption or '', quote=False)}</td>" for one in pair) + "</tr>"
        gallery = f"<table>{rows}</table>" if rows else ""
        lead = f'<p class="{k("l")}">{escape(story.lead, quote=False)}</p>' if story.lead else ""
        name = f"<p><b>{self.byline(story)}</b></p>" if story.author else ""
        source = f"<p><i>Nguồn: {story.source}</i></p>" if story.source else ""
        files = links(story, lambda url, name: f'<div class="{k("f")}"><a href="{url}">{name}</a></div>')
        return f"""<h1 class="{k("t")}">{self.title(story)}</h1><p class="{k("p")}">{self.date(story)}</p>{lead}<div class="{k("n")}">{"".join(parts)}{gallery}{name}{source}</div>{files}
<div class="{k("r")}"><h4>Cùng chuyên mục</h4>{"".join(f'<div><img src="{link.picture or "/khung/logo.png"}">{link.a()}</div>' for link in near)}</div>"""


class Verses(Layout):
    """Poems of short lines, interviews whose questions are bold, long lists, tables that are the whole text."""

    name = "tho-hoi"
    habits = Habits(articles=32, signed=0.85, sourced=0.05, lead=0.4, pictures=(0, 1), documents=0.15, rows=0)

    def stories(self) -> list[Story]:
        draw = random.Random(self.host + "/kieu")
        return [self._remade(story, draw, Writer(draw)) if story.texts else story for story in super().stories()]

    def _remade(self, story: Story, draw: random.Random, writer: Writer) -> Story:
        kind = story.number % 4
        pictures = [one for one in story.blocks if isinstance(one, Picture)]
        if kind == 0:
            lines = [
                "\n".join(
                    f"{writer.say('place')} {writer.say(what).lower()}" for what in ("good", "aim", "result2", "topic")
                )
                for _ in range(draw.randint(3, 6))
            ]
            return replace(story, lead=None, blocks=(*map(Text, lines), *pictures))
        if kind == 1:
            talk = [Text(writer.paragraph(True, False))]
            for _ in range(draw.randint(3, 5)):
                talk += [
                    Text(f"PV: Xin ông cho biết việc {writer.say('task')} ở {writer.say('place')} ra sao?"),
                    Text(f"Ông {writer.person()}: {writer.paragraph(False, False)}"),
                ]
            return replace(story, blocks=(talk[0], *pictures, *talk[1:]))
        if kind == 2:
            items = [
                f"{writer.say('place')}: {writer.say('result').lower()}, {writer.say('compared').lower()}"
                for _ in range(draw.randint(9, 24))
            ]
            return replace(story, blocks=(Text(writer.paragraph(True, False)), *pictures, Text("\n".join(items))))
        rows = [("TT", "Họ và tên", "Nơi ở", "Ngày sinh", "Số tiền")]
        rows += [
            (
                str(n),
                writer.person(),
                writer.say("place"),
                f"{draw.randint(1, 28):02}/{draw.randint(1, 12):02}/{draw.randint(1950, 1999)}",
                f"{draw.randint(1, 90)}00.000",
            )
            for n in range(1, draw.randint(8, 25))
        ]
        return replace(story, lead=None, blocks=(*pictures, Rows(tuple(rows))))

    def path(self, story: Story) -> str:
        return f"/?p={story.number}"

    def date(self, story: Story) -> str:
        return f"Đăng lúc {story.published:%H:%M} ngày {story.published:%d-%m-%Y}"

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)} – {self.site}</title>{head}</head><body><div class="{k("g")}"><ul>{menu}</ul></div><div class="{k("h")}">{main}</div>
<div class="{k("i")}"><h2>Bài viết mới</h2><ul>{"".join(f"<li>{link.a()}</li>" for link in self.latest)}</ul></div></body></html>"""

    def _text(self, story: Story, one: Text) -> str:
        said = [escape(line, quote=False) for line in one.text.split("\n")]
        if len(said) > 1 and story.number % 4 == 0:
            return f'<p style="text-align:center">{"<br>".join(said)}</p>'
        if len(said) > 1:
            mark = "ol" if story.number % 8 == 2 else "ul"
            return f"<{mark}>{''.join(f'<li>{line}</li>' for line in said)}</{mark}>"
        if story.number % 4 == 1 and one.text.startswith("PV:"):
            return f"<p><strong>{said[0]}</strong></p>"
        if story.number % 4 == 1 and one.text.startswith("Ông "):
            who, _, answer = said[0].partition(": ")
            return f"<p><strong>{who}:</strong> {answer}</p>"
        return f"<p>{said[0]}</p>"

    def article(self, story: Story, near: Sequence[Link]) -> str:
        k = self.k
        lead = f"<p><em>{escape(story.lead, quote=False)}</em></p>" if story.lead else ""
        text = "".join(
            self._text(story, one) if isinstance(one, Text) else block(story, one, "p", "p") for one in story.blocks
        )
        name = f'<p style="text-align:right"><strong>{self.byline(story)}</strong></p>' if story.author else ""
        source = f'<p style="text-align:right"><em>Nguồn: {story.source}</em></p>' if story.source else ""
        files = links(story, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        return f"""<h1>{self.title(story)}</h1><div class="{k("j")}">{self.date(story)}</div><div class="{k("l")}">{lead}{text}{name}{source}{files}</div>
<div class="{k("m")}"><span>Bài trước: {near[0].a()}</span> <span>Bài sau: {near[-1].a()}</span></div>"""


class Pages(Layout):
    """Long articles stand on two or three pages, the signature on the last; every article has a twin for telephones,
    which its page links to, and which is on no list."""

    name = "nhieu-ky"
    habits = Habits(paragraphs=(3, 9), rows=0.1)

    def path(self, story: Story) -> str:
        return f"/bai-viet/{story.slug}-{story.number}.html"

    def date(self, story: Story) -> str:
        return f"{story.published:%d/%m/%Y - %H:%M}"

    def part_path(self, story: Story, number: int) -> str:
        return self.path(story) + (f"?trang={number}" if number > 1 else "")

    def _parts(self, story: Story) -> list[Story]:
        count = min(3, max(1, len(story.blocks) // 3))
        size = -(-len(story.blocks) // count) if story.blocks else 1
        cut = [story.blocks[at : at + size] for at in range(0, len(story.blocks), size)] or [()]
        last = len(cut) - 1
        return [
            replace(
                story,
                lead=story.lead if place == 0 else None,
                blocks=some,
                author=story.author if place == last else None,
                source=story.source if place == last else None,
                documents=story.documents if place == last else (),
            )
            for place, some in enumerate(cut)
        ]

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("o")}">{self.site}<ul>{menu}</ul></div><div class="{k("p")}">{main}</div>
<div class="{k("q")}">{"".join(f"<p>{link.a()} <b>{link.date}</b></p>" for link in self.latest)}</div></body></html>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        return self._part(story, near, 1)

    def _part(self, story: Story, near: Sequence[Link], number: int) -> str:
        k = self.k
        parts = self._parts(story)
        shown = parts[number - 1]
        name = f'<p style="text-align:right"><strong>{self.byline(shown)}</strong></p>' if shown.author else ""
        source = f"<p>Nguồn: {shown.source}</p>" if shown.source else ""
        files = links(shown, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        pager = " ".join(
            f"<b>{one}</b>" if one == number else f'<a href="{self.part_path(story, one)}">{one}</a>'
            for one in range(1, len(parts) + 1)
        )
        pager = f'<div class="{k("r")}">Trang: {pager}</div>' if len(parts) > 1 else ""
        return f"""<div class="{k("s")}">{self.title(story)}</div><div class="{k("t")}">{self.date(story)} <a href="/m{self.path(story)}">Bản cho di động</a></div>
<div class="{k("u")}">{blocks(shown, "p", "figure", lead=True)}{name}{source}{files}</div>{pager}<div class="{k("v")}"><b>Xem thêm các bài</b>{"".join(f"<p>{link.a()} {link.date}</p>" for link in near)}</div>"""

    def others(self, story: Story, near: Sequence[Link]) -> Iterator[tuple[str, Twin, str]]:
        for number in range(2, len(self._parts(story)) + 1):
            html = self.shell(story.title, self._part(story, near, number), [Link(story.section, "")])
            yield self.part_path(story, number), "part", html
        name = f"<p><b>{self.byline(story)}</b></p>" if story.author else ""
        files = links(story, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        yield (
            f"/m{self.path(story)}",
            "print",
            f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{self.site}</title></head><body><a href="/">{self.site}</a><h1>{self.title(story)}</h1><p>{self.date(story)}</p>
<div>{blocks(story, "p", "p", lead=True)}{name}{files}</div><a href="{self.path(story)}">Bản đầy đủ</a></body></html>""",
        )


class Whole(Layout):
    """Lists and the front page have every article whole, with its day, its pictures and its signature."""

    name = "tron-bai"
    habits = Habits(paragraphs=(1, 4), signed=0.8)

    def path(self, story: Story) -> str:
        return f"/nhat-ky/{story.published:%Y/%m}/{story.slug}"

    def date(self, story: Story) -> str:
        return f"ngày {story.published:%d/%m/%Y}"

    def list_date(self, story: Story) -> str:
        return self.date(story)

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        k = self.k
        menu = "".join(f"<li>{link.a()}</li>" for link in self.menu)
        return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{self.site}</title>{head}</head><body><div class="{k("w")}"><h1>{self.site}</h1><ul>{menu}</ul></div><div class="{k("x")}">{main}</div>
<div class="{k("y")}">{"".join(f"<div>{link.a()}</div>" for link in self.latest)}</div></body></html>"""

    def _whole(self, story: Story, title: str) -> str:
        k = self.k
        name = f'<p class="{k("by")}">{self.byline(story)}</p>' if story.author else ""
        source = f'<p class="{k("by")}">Nguồn: {story.source}</p>' if story.source else ""
        files = links(story, lambda url, name: f'<p><a href="{url}">{name}</a></p>')
        return f"""<div class="{k("en")}"><h2>{title}</h2><span class="{k("da")}">{self.date(story)}</span><div class="{k("tx")}">{blocks(story, "p", "p", lead=True)}{name}{source}{files}</div></div>"""

    def article(self, story: Story, near: Sequence[Link]) -> str:
        return (
            self._whole(story, self.title(story))
            + f'<div class="{self.k("pn")}">← {near[0].a()} | {near[-1].a()} →</div>'
        )

    def row(self, link: Link) -> str:
        return self._whole(self.told[link.path], link.a())


HELD_TEXTS = (Parted, Verses, Pages, Whole)
