"""Articles that a portal prints on several pages are one record, with the captures of all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from visits import Visits

from portal_crawler.portal import Portal
from portal_crawler.upkeep.verify import verify_shard

TITLES = [
    "Xã Hoa Lư mở chợ phiên vùng cao đầu năm",
    "Trường làng đón ba trăm em về lớp mới",
    "Bàn việc giữ rừng đầu nguồn",
]
TEXT = [
    "Sáng nay xã mở chợ phiên, bà con các bản mang cam, mật ong và vải thổ cẩm xuống bán cho khách đường xa.",
    "Buổi chiều, hội thi giã bánh có mười hai đội tham gia, đội bản Suối Mây giành giải nhất trong tiếng reo hò.",
    "Chợ họp đến cuối tháng, xã cử dân quân giữ xe và chỉ đường, ai lạc đường có thể hỏi ở trạm gác đầu cầu.",
]
OK = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"


class Site:
    """A list of three articles; the first is printed on as many pages as `parts` has texts."""

    def __init__(self, link: str) -> None:
        self.link = link
        self.parts = list(TEXT)
        self.related = False  # the other pages print the same text, and go on in something else

    def answers(self, url: str, headers: Mapping[str, str]) -> bytes | None:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if path == "/":
            entries = "".join(
                f"<li><a href='/tin/{number}'>{title}</a> <i>0{number + 1}/03/2023</i></li>"
                for number, title in enumerate(TITLES)
            )
            return self.page(f"<ul>{entries}</ul>")
        found = re.fullmatch(r"/tin/(\d)(?:(?:\?trang=|-phan-|/|-so)(\d))?", path)
        if found is None or int(found[1]) > 2 or int(found[2] or 1) > len(self.parts):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        number, part = int(found[1]), int(found[2] or 1)
        head = f"<h1>{TITLES[number]}</h1><p>0{number + 1}/03/2023 08:00</p>"
        if number:
            return self.page(f"{head}<div class=nd><p>{TITLES[number]}: {TEXT[2]}</p><p>{TEXT[1]}</p></div>")
        text = self.parts[0 if self.related else part - 1]
        last = part == len(self.parts) and not self.related
        signed = "<p style='text-align:right'><b>Lò Văn Mẫu</b></p>" if last else ""
        pager = "".join(f" <a href='/tin/0{self.link.format(n)}'>{n}</a>" for n in range(2, len(self.parts) + 1))
        onward = f" <a class=tiep href='/tin/0{self.link.format(part + 1)}'>Phần sau</a>" if not last else ""
        more = f"{text[:60]} ({'tiếp' if part > 1 else 'đầu'}), theo lời kể của bà con trong bản."
        body = f"<p>{text}</p><p>{more}</p><img src='/anh/{part}.jpg' width=400>{signed}"
        return self.page(f"{head}<div class=nd>{body}</div><div>{pager}{onward}</div>")

    @staticmethod
    def page(body: str) -> bytes:
        return f"{OK}<html><head><title>Xã Hoa Lư</title></head><body>{body}</body></html>".encode()


def visits(tmp_path: Path, site: Site, **tables: object) -> Visits:
    given = {"portal": {"name": "xa", "url": "http://xa.example/"}, "politeness": {"delay": 0}, **tables}
    return Visits(Portal.model_validate(given), tmp_path, site.answers)


@pytest.mark.parametrize("link", ["?trang={}", "/{}", "-phan-{}", "-so{}"])
def test_the_parts_of_an_article_are_one_record_with_all_their_captures(tmp_path: Path, link: str) -> None:
    tables = {"selectors": {"next_part": ["a.tiep"]}} if link == "-so{}" else {}
    portal = visits(tmp_path, Site(link), **tables)
    portal.visit()
    records = portal.records()
    assert set(records) == {"/tin/0", "/tin/1", "/tin/2"}
    (article,) = records["/tin/0"]
    at = [article.body.index(text) for text in TEXT]
    assert at == sorted(at)
    assert article.author == "Lò Văn Mẫu"
    assert [image.url[-10:] for image in article.images] == ["/anh/1.jpg", "/anh/2.jpg", "/anh/3.jpg"]
    captures = [article.provenance.record_id, *(part.record_id for part in article.provenance.parts)]
    assert len(set(captures)) == 3
    with portal.shard.reading() as ledger:
        urls = [kept.url for one in captures if (kept := ledger.captures.find(one or "")) is not None]
        reasons = {row.url: row.reason for row in ledger.urls()}
    assert urls[0] == "http://xa.example/tin/0"
    assert [reasons[url] for url in urls[1:]] == ["a further part of http://xa.example/tin/0"] * 2
    assert verify_shard(portal.shard).findings == []
    assert portal.rebuilt()


def test_a_part_that_is_edited_makes_a_version_and_one_that_is_not_makes_none(tmp_path: Path) -> None:
    site = Site("?trang={}")
    portal = visits(tmp_path, site)
    portal.visit()
    portal.visit(timedelta(days=40), refresh=True)
    assert portal.found() == {}
    site.parts[1] = TEXT[1].replace("mười hai đội", "mười ba đội")
    portal.visit(timedelta(days=40), refresh=True)
    assert portal.found() == {"changed": {"/tin/0"}}
    assert "mười ba đội" in portal.records()["/tin/0"][-1].body
    assert verify_shard(portal.shard).findings == []
    assert portal.rebuilt()


def test_a_pager_of_something_else_on_an_articles_page_joins_nothing(tmp_path: Path) -> None:
    """Comments, related articles: the text stays what it is."""
    site = Site("?trang={}")
    site.related = True
    portal = visits(tmp_path, site)
    portal.visit()
    (article,) = portal.records()["/tin/0"]
    assert article.provenance.parts == ()
    assert article.body.count(TEXT[0]) == 1
