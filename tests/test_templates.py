"""Templates: what a portal's pages together teach of where their fields stand, and what they must not teach."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from visits import Visits

from archive.record import Article
from archive.warc.capture import Capture, Hint
from portal_crawler.extract import extract
from portal_crawler.extract.listnames import names_of_lists
from portal_crawler.learn.samples import Sample
from portal_crawler.learn.templates import fits, learn_selectors
from portal_crawler.page import Page
from portal_crawler.portal import Portal
from portal_crawler.portal.tables import Identity, Politeness, Selectors
from portal_crawler.upkeep.verify import verify_shard

PORTAL = Portal(portal=Identity(name="xa", url="https://xa.example/"))
TEXT = (
    "đường liên thôn được bà con góp công sửa lại sau mùa mưa trường học đón hơn ba trăm em về lớp mới trạm y tế khám "
    "bệnh phát thuốc cho người già hợp tác xã giới thiệu giống lúa mới hội nghị bàn việc giữ rừng đầu nguồn"
)
WORDS = TEXT.split()


def sentences(seed: int, number: int) -> str:
    drawn = random.Random(seed)
    return " ".join(f"{' '.join(drawn.choices(WORDS, k=18)).capitalize()}." for _ in range(number))


def title_of(number: int) -> str:
    return " ".join(random.Random(1000 + number).choices(WORDS, k=9)).capitalize()


def one(number: int, html: str, *, listed: bool = True) -> Capture:
    url = f"https://xa.example/tin/{number}-{number * 37}.html"
    hints = (Hint("https://xa.example/tin", title_of(number), f"{number + 1:02}/05/2023"),) if listed else ()
    return Capture(url, 200, (("Content-Type", "text/html; charset=utf-8"),), html.encode(), hints)


def old(number: int, *, day: bool = True) -> str:
    """A page of nameless tables, with a related item's date before its own."""
    when = f"{number + 1:02}/05/2023 08:{number:02}" if day else ""
    return (
        "<html><head><title>Trang thông tin điện tử xã Hoa Lư</title></head><body><table><tr><td>Xã Hoa Lư</td></tr>"
        f"</table><table><tr><td width=200><a href=/a>Tin cũ</a> (0{number % 9 + 1}/01/2020)</td><td><p>Tin tức</p>"
        f"<div>{title_of(number)}</div><div>{when}</div><div><p>{sentences(number, 4)}</p>"
        f"<p>{sentences(500 + number, 3)}</p></div></td></tr></table></body></html>"
    )


def new(number: int) -> str:
    """The same portal after its redesign: classes that say nothing."""
    return (
        "<html><head><title>Xã Hoa Lư</title></head><body><div class='k1'><div class='q9'>Xã Hoa Lư</div></div>"
        f"<div class='x7'><span class='b2'>{title_of(number)}</span><i class='b3'>{number + 1:02}/05/2023 09:10</i>"
        f"<div class='b4'><p>{sentences(number, 4)}</p><p>{sentences(500 + number, 3)}</p></div></div></body></html>"
    )


def samples(captures: Sequence[Capture]) -> list[Sample]:
    found = [(capture, extract(capture, PORTAL)) for capture in captures]
    return [Sample.of(capture, article) for capture, article in found if isinstance(article, Article)]


def learned(captures: Sequence[Capture]) -> Portal:
    return learn_selectors(PORTAL, samples(captures))


def test_what_names_a_field_on_page_after_page_is_learned() -> None:
    portal = learned([one(number, new(number)) for number in range(8)])
    assert portal.learned.selectors.title == ("span.b2",)
    assert portal.learned.selectors.date == ("i.b3",)
    assert portal.learned.selectors.body == ("div.b4",)
    assert portal.learned.confidence["title"] == 0.9  # (8 + 1) / (8 + 2)
    assert portal.learned.shown[0].startswith("https://xa.example/tin/")


def test_tables_without_names_are_found_by_their_place() -> None:
    portal = learned([one(number, old(number)) for number in range(8)])
    assert portal.learned.selectors.title[0].startswith("/html/body/table[2]/")
    page = one(9, old(9), listed=False)
    article = extract(page, portal)
    assert isinstance(article, Article)
    assert article.title == title_of(9)
    assert article.timestamp == "2023-05-10T08:09:00+07:00"
    source = article.extraction.fields["title"]  # the reader alone would have been less sure
    assert source.startswith("line nearest the body; learned selector: /html/body/table[2]/")


def test_two_templates_of_one_portal_are_both_learned_and_chosen_by_the_page() -> None:
    portal = learned([one(number, old(number) if number % 2 else new(number)) for number in range(16)])
    assert len(portal.learned.selectors.title) == 2
    for number, html in ((20, old(20)), (21, new(21))):
        article = extract(one(number, html, listed=False), portal)
        assert isinstance(article, Article)
        assert article.title == title_of(number)
        assert article.timestamp is not None
        assert article.timestamp.startswith(f"2023-05-{number + 1:02}")


def test_too_few_pages_teach_nothing() -> None:
    assert learned([one(number, new(number)) for number in range(2)]) == PORTAL
    assert learn_selectors(PORTAL, []) == PORTAL


def test_copies_of_one_page_are_one_page() -> None:
    assert learned([one(3, new(3))] * 12) == PORTAL


def test_a_page_without_a_date_gets_none_from_its_neighbours() -> None:
    portal = learned([one(number, old(number, day=number % 2 == 0), listed=False) for number in range(16)])
    article = extract(one(30, old(30, day=False), listed=False), portal)
    assert isinstance(article, Article)
    assert article.timestamp is None


def test_constant_text_is_never_learned_as_a_title() -> None:
    """Every page has the same heading, and lists name none of them."""
    pages = [one(n, new(n).replace(title_of(n), "Chi tiết tin tức của xã Hoa Lư"), listed=False) for n in range(10)]
    assert learned(pages).learned.selectors.title == ()


def test_what_the_definition_finds_is_not_learned_again() -> None:
    own = PORTAL.model_copy(update={"selectors": Selectors(title=("span.b2",))})
    portal = learn_selectors(own, samples([one(number, new(number)) for number in range(8)]))
    assert portal.learned.selectors.title == ()
    assert portal.learned.selectors.body == ("div.b4",)


def test_a_portal_that_was_redesigned_is_seen_to_fit_no_more() -> None:
    portal = learned([one(number, new(number)) for number in range(8)])
    assert fits(portal, [Page.of(one(number, new(number))) for number in range(20, 26)])
    assert not fits(portal, [Page.of(one(number, old(number))) for number in range(20, 26)])


def test_the_definition_with_what_was_learned_is_read_back_from_its_toml() -> None:
    portal = learned([one(number, old(number)) for number in range(8)])
    text = portal.to_toml()
    assert "[learned.selectors]\n" in text
    assert Portal.parse(text, "x") == portal
    assert Portal.parse(text, "x").digest == portal.digest


@settings(max_examples=40)
@given(st.lists(st.text(alphabet="<>/=\"' abdivptrx:.#0123", max_size=300), min_size=3, max_size=6))
def test_no_markup_breaks_the_learning(pieces: list[str]) -> None:
    found = []
    for number, piece in enumerate(pieces):
        capture = one(number, new(number).replace("</body>", f"{piece}</body>"))
        article = extract(capture, PORTAL)
        if isinstance(article, Article):
            found.append(Sample.of(capture, article))
    assert learn_selectors(PORTAL, found).portal == PORTAL.portal


def dressed(number: int) -> str:
    """With a picture over the text, a source in a place of its own, and a line that is under every article."""
    named = f"Bản tin xã Hoa Lư số {number % 3 + 1}"
    return new(number).replace(
        "<div class='b4'>",
        f"<p class='n8'>Nguồn: {named}</p><div><img src='/anh/{number}.jpg' width=400></div><div class='b4'>",
    ).replace(
        "</p></div></div></body>",
        "</p><p class='z3'>Mời bà con đọc thêm ở bảng tin trước cổng nhà văn hóa thôn mình.</p></div></div></body>",
    )  # fmt: skip


def test_what_stands_in_every_text_is_nobodys_and_is_dropped() -> None:
    portal = learned([one(number, dressed(number)) for number in range(10)])
    assert portal.learned.selectors.drop == ("p.z3",)
    article = extract(one(11, dressed(11), listed=False), portal)
    assert isinstance(article, Article)
    assert "Mời bà con" not in article.body
    assert article.source == "Bản tin xã Hoa Lư số 3"
    assert [image.url for image in article.images] == ["https://xa.example/anh/11.jpg"]


def test_files_that_only_their_own_page_links_to_are_its() -> None:
    """Where the reader did not look: behind a list of other articles, beside files that every page has."""
    others = "".join(f"<li><a href=/tin/{n}>{title_of(40 + n)}</a> 0{n + 1}/02/2020</li>" for n in range(8))
    same = "<p><a href=/bieu-mau.doc>Biểu mẫu chung của xã</a></p>"

    def page(number: int) -> str:
        own = f"<div class=t5><a href=/tep/{number}-{number}.pdf>Văn bản kèm theo số {number}</a></div>"
        return new(number).replace("</body>", f"<h3>Tin liên quan</h3><ul>{others}</ul>{same}{own}</body>")

    portal = learned([one(number, page(number)) for number in range(8)])
    assert portal.learned.selectors.attachments != ()
    article = extract(one(12, page(12), listed=False), portal)
    assert isinstance(article, Article)
    assert [file.url for file in article.attachments] == ["https://xa.example/tep/12-12.pdf"]


def test_a_redesign_is_learned_beside_the_old_template_and_edits_nothing(tmp_path: Path) -> None:
    look = old

    def answers(url: str, headers: Mapping[str, str]) -> bytes | None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        if url == "https://xa.example/":
            entries = (
                f"<li><a href='/tin/{n}-{n * 37}.html'>{title_of(n)}</a> {n + 1:02}/05/2023</li>" for n in range(12)
            )
            return head + f"<html><body><ul>{''.join(entries)}</ul></body></html>".encode()
        found = re.fullmatch(r"https://xa\.example/tin/(\d+)-\d+\.html", url)
        if found is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        number = int(found[1])
        return head + re.sub(r" 0[89]:\d\d", "", look(number)).encode()  # the hour is the looks' own

    visits = Visits(PORTAL.model_copy(update={"politeness": Politeness(delay=0)}), tmp_path, answers)
    visits.visit()
    assert len(visits.records()) == 12
    look = new
    visits.visit(timedelta(days=30), refresh=True)
    assert visits.found() == {}
    kept = Portal.load(visits.shard.definition).learned.selectors
    assert len(kept.title) == 2
    assert kept.title[0] == "span.b2"
    assert verify_shard(visits.shard).findings == []
    assert visits.rebuilt()


def test_the_bodys_box_is_learned_where_the_sapo_stands_outside_of_it() -> None:
    def page(number: int) -> str:
        html = new(number).replace("<span class='b2'>", "<h1>").replace("</span>", "</h1>")
        sapo = f"<p class='s8'>{sentences(900 + number, 2)}</p><div class='b4'>"
        return html.replace("<div class='b4'>", sapo).replace("</div></div></div>", "</div><p>Ghi chú</p></div></div>")

    portal = learned([one(number, page(number)) for number in range(8)])
    assert portal.learned.selectors.body == ("div.b4",)
    article = extract(one(20, page(20)), portal)
    assert isinstance(article, Article)
    assert article.body.split("\n\n") == [sentences(920, 2), sentences(20, 4), sentences(520, 3)]


def verses(number: int) -> str:
    """A poem: no line of it looks like a paragraph."""
    drawn = random.Random(number)
    return "<br>".join(" ".join(drawn.choices(WORDS, k=6)).capitalize() for _ in range(12))


def test_a_poem_is_read_where_other_articles_have_their_text() -> None:
    def page(number: int) -> str:
        html = new(number)
        if number % 2:
            return html
        before, _, after = html.partition("<div class='b4'>")
        return f"{before}<div class='b4'><p>{verses(number)}</p>{after.partition('</p></div>')[2]}"

    portal = learned([one(number, page(number)) for number in range(12)])
    assert portal.learned.selectors.body == ("div.b4",)
    article = extract(one(20, page(20)), portal)
    assert isinstance(article, Article)
    assert article.body.split("\n\n") == verses(20).split("<br>")


def test_a_box_of_file_names_is_not_learned_as_the_text_of_articles_without_any() -> None:
    def page(number: int) -> str:
        files = f"<p>Tên tệp</p><p><a href=/tep/{number}.pdf>van-ban-{number * 7}.pdf</a> (bản đã ký)</p>"
        html = new(number)
        if number % 2:
            return html.replace("</p></div></div></body>", f"</p>{files}</div></div></body>")
        before, _, _ = html.partition("<div class='b4'>")
        return f"{before}<div class='b4'>{files}</div></div></body></html>"

    portal = learned([one(number, page(number)) for number in range(12)])
    article = extract(one(20, page(20)), portal)
    assert isinstance(article, Article)
    assert article.body == ""


def test_a_section_is_found_where_a_page_shows_the_name_of_the_list_that_names_it() -> None:
    names = ("Tin trong xã", "Nông nghiệp", "Văn hóa")

    def shown(number: int) -> Capture:
        menu = "".join(f"<a href='/muc/{at}'>{name}</a> " for at, name in enumerate(names))
        html = new(number).replace(
            "<div class='x7'>", f"<div>{menu}</div><div class='k5'>{names[number % 3]}</div><div class='x7'>"
        )
        capture = one(number, html)
        return replace(
            capture, hints=tuple(replace(hint, url=f"https://xa.example/muc/{number % 3}") for hint in capture.hints)
        )

    portal = learned([shown(number) for number in range(9)])
    assert portal.learned.selectors.section == ("div.k5",)
    bare = [replace(capture, body=capture.body.replace(b"k5'>", b"k5' hidden>")) for capture in map(shown, range(9))]
    portal = learned(bare)
    assert portal.learned.lists == {f"https://xa.example/muc/{at}": name for at, name in enumerate(names)}
    article = extract(bare[4], portal)
    assert isinstance(article, Article)
    assert article.section == ("Nông nghiệp",)


def test_the_same_pages_teach_the_same_names_of_lists_in_the_same_order_whichever_comes_first() -> None:
    menu = [f"<a href=/muc/{number}>{WORDS[number]} {WORDS[number + 1]}</a>" for number in range(12)]
    foot = [f"<a href=/muc/{number}>Mục {WORDS[number]} {WORDS[number + 1]}</a>" for number in range(12)]
    pages = [
        Page.of(one(number, f"<body>{''.join(entries)}<p>{title_of(number)}</p>{''.join(foot)}</body>"))
        for number, entries in enumerate((menu, menu[::-1]))
    ]
    names = [(f"https://xa.example/muc/{number}", f"{WORDS[number]} {WORDS[number + 1]}") for number in range(12)]
    for found in (names_of_lists(pages), names_of_lists(pages[::-1])):
        assert list(found.items()) == sorted(names)


def test_a_text_of_its_own_on_every_page_is_never_learned_as_a_section() -> None:
    found = samples([one(number, new(number)) for number in range(8)])
    headed = [
        replace(sample, article=sample.article.model_copy(update={"section": (title_of(number),)}))
        for number, sample in enumerate(found)
    ]
    assert learn_selectors(PORTAL, headed).learned.selectors.section == ()


def test_the_place_of_the_author_is_learned_though_the_reader_saw_nobody_on_some_pages() -> None:
    people = ("Nông Thị Quế", "Lò Văn An", "Triệu Thu Yến")

    def signed(number: int) -> Capture:
        box = f"<div class='f1'></div><div class='s1'>{people[number % 3]}</div></div></body>"
        return one(number, new(number).replace("</div></body>", box))

    found = samples([signed(number) for number in range(9)])
    blind = [
        replace(sample, article=sample.article.model_copy(update={"author": None if at % 3 else people[0]}))
        for at, sample in enumerate(found)
    ]
    assert learn_selectors(PORTAL, blind).learned.selectors.author == ("div.s1",)
