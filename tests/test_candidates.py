"""Pages that look like articles by themselves, and are none: what only the whole portal tells."""

from __future__ import annotations

from collections.abc import Iterable

from archive.record import Article, Extraction, Provenance
from portal_crawler.derive import registers
from portal_crawler.derive.candidates import Candidate, refused, register_labels
from portal_crawler.discover.hints import Evidence
from portal_crawler.page import Page

HOST = "http://xa-khe-linh.example"
DAM = "Sáng nay hợp tác xã nghề cá thả hai vạn cá giống xuống đầm Sậy. Mặt nước năm nay cao hơn mọi năm nửa mét."
CAU = "Cầu treo Bản Ngà thông xe sau mười bốn tháng thi công. Ba bản bên kia suối nay không phải đi vòng mười cây số."
CHO = "Chợ phiên Mường Khê họp lại sau mùa mưa lũ với hơn hai trăm gian hàng. Đông nhất là bà con các bản vùng cao."
ABOUT = "Trang thông tin của xã do Uỷ ban nhân dân xã lập ra và do văn phòng uỷ ban vận hành theo quy chế đã ban hành."


def page(
    path: str,
    title: str,
    body: str,
    named: Evidence = Evidence.DATED,
    *,
    date: str | None = "2021-03-12",
    leads_to: Iterable[str] = (),
    linked: float = 0.0,
    lists_itself: bool = False,
    labels: tuple[str, ...] = (),
) -> Candidate:
    url = f"{HOST}{path}"
    article = Article(
        id="0" * 16, url=url, canonical_url=url, portal="xa", title=title, timestamp=date, body=body,
        content_sha256="0" * 64, provenance=Provenance(), extraction=Extraction(extractor="0"),
    )  # fmt: skip
    to = frozenset(f"{HOST}{one}" for one in leads_to)
    called = frozenset([title.casefold()]) if named else frozenset[str]()
    return Candidate(article, named, called, "page", lambda: linked, lambda: to, lambda: lists_itself, lambda: labels)


ARTICLES = (
    page("/tin/dam", "Thả cá giống xuống đầm Sậy", DAM),
    page("/tin/cau", "Cầu treo Bản Ngà thông xe", CAU),
    page("/tin/cho", "Chợ phiên Mường Khê họp lại", CHO),
)


def judged(*pages: Candidate, listed: bool = False, known: Iterable[Article] = ()) -> dict[str, str]:
    found = refused((*ARTICLES, *pages), lambda: known, listed=listed)
    return {one.article.url.removeprefix(HOST): verdict.twin or verdict.reason for one, verdict in found}


def test_articles_that_dated_lists_name_are_not_doubted() -> None:
    assert judged() == {}


def test_a_page_of_teasers_is_a_list() -> None:
    teasers = f"{DAM[:70]}… Đọc tiếp\n\n{CAU[:60]}… Đọc tiếp"
    found = judged(page("/muc/2", "Tin trong xã", teasers, Evidence.NONE, leads_to=["/tin/dam", "/tin/cau"]))
    assert found["/muc/2"].startswith("a list")


def test_a_page_of_whole_articles_is_a_list_also_under_the_first_one_s_title() -> None:
    whole = page(
        "/trang/2", "Thả cá giống xuống đầm Sậy", f"{DAM}\n\n{CAU}", Evidence.NONE, leads_to=["/tin/dam", "/tin/cau"]
    )
    assert judged(whole)["/trang/2"].startswith("a list")


def test_a_month_with_one_article_is_a_list() -> None:
    month = page("/2021/03", "Tháng Ba 2021", DAM, Evidence.TITLED, leads_to=["/tin/dam"])
    assert "/2021/03" in judged(month)


def test_the_source_of_an_article_is_a_view_of_it() -> None:
    assert judged(page("/tin/dam.src", "Sáng nay hợp tác xã", DAM, Evidence.NONE))["/tin/dam.src"].startswith("a view")


def test_another_page_of_the_same_title_and_text_is_a_twin() -> None:
    twin = page("/in?tin=dam", "Thả cá giống xuống đầm Sậy", f"{DAM} In trang này.", Evidence.NONE, date=None)
    assert judged(twin) == {"/in?tin=dam": f"{HOST}/tin/dam"}


def test_it_is_one_also_where_many_pages_have_its_sentences() -> None:
    others = [page(f"/tin/{n}", f"Tin số {n} của xã", DAM) for n in range(4)]
    assert judged(*others, page("/in/1", "Tin số 1 của xã", DAM, Evidence.NONE))["/in/1"] == f"{HOST}/tin/1"


def test_a_part_of_an_article_is_none_of_its_own() -> None:
    part = page("/tin/dam/2", "Thả cá giống xuống đầm Sậy", ABOUT, Evidence.NONE, leads_to=["/tin/dam"])
    assert "/tin/dam/2" in judged(part)


def test_an_article_that_quotes_another_stays_one() -> None:
    own = "Hợp tác xã đã làm việc này ba năm liền, mỗi năm vào tháng Ba, theo lời kể của các xã viên già nhất."
    quoting = page("/tin/quy-ii", "Nghề cá quý II", f"{DAM} {own * 3}", Evidence.TITLED, leads_to=["/tin/dam"])
    assert judged(quoting, listed=True) == {}


def test_what_the_portal_prints_under_every_article_makes_no_list() -> None:
    footer = "Mọi ý kiến xin gửi về văn phòng Uỷ ban nhân dân xã Khê Lĩnh trước ngày mười hằng tháng"
    pages = [page(f"/tin/{n}", f"Tin số {n}", f"Việc thứ {n} của xã. {footer}.", Evidence.TITLED) for n in range(9)]
    assert judged(*pages) == {}


def test_an_undated_page_to_which_nearly_all_pages_lead_is_the_menu_s() -> None:
    assert "/gioi-thieu" in judged(
        page("/gioi-thieu", "Giới thiệu chung", ABOUT, Evidence.TITLED, date=None, linked=0.9)
    )
    long = "Uỷ ban nhân dân xã thông báo lịch cắt điện tuần này tại bốn thôn"
    assert judged(page("/tin/cat-dien", long, ABOUT, Evidence.TITLED, date=None, linked=0.9)) == {}


def test_a_dated_page_of_the_menu_is_an_article_where_its_own_list_says_so() -> None:
    dated = page("/le-hoi", "Lễ hội", ABOUT, Evidence.NONE, linked=0.9, lists_itself=True)
    assert judged(dated, listed=True) == {}
    assert "/le-hoi" in judged(page("/le-hoi", "Lễ hội", ABOUT, Evidence.NONE, linked=0.9), listed=True)


def test_where_dated_lists_name_the_articles_an_undated_page_that_none_names_is_none() -> None:
    assert judged(page("/quy-che", "Quy chế", ABOUT, Evidence.NONE, date=None)) == {}
    assert "/quy-che" in judged(page("/quy-che", "Quy chế", ABOUT, Evidence.NONE, date=None), listed=True)
    assert judged(page("/quy-che", "Quy chế làm việc", ABOUT, Evidence.TITLED, date=None), listed=True) == {}


def test_a_later_visit_s_list_is_known_by_the_articles_of_earlier_ones() -> None:
    earlier = [one.article for one in ARTICLES]
    list_page = page("/muc", "Tin", f"{DAM}\n\n{CAU}", Evidence.NONE, leads_to=["/tin/dam", "/tin/cau"])
    found = refused([list_page], lambda: earlier, listed=False)
    assert [one.article.url for one, _ in found] == [f"{HOST}/muc"]


def test_an_article_under_a_title_that_comes_again_stays_one() -> None:
    own = "Chủ tịch xã tiếp công dân vào sáng thứ Năm hằng tuần tại nhà văn hoá thôn Đồng Sậy, từ bảy giờ rưỡi."
    again = page("/lich/12", "Thả cá giống xuống đầm Sậy", own, Evidence.TITLED, leads_to=["/tin/dam"])
    assert judged(again, listed=True) == {}


LABELS = ("linh vuc", "thoi han", "le phi", "ket qua")


def _procedure(number: int, named: Evidence = Evidence.NONE) -> Candidate:
    text = f"Lĩnh vực Đất đai {number}\n\nThời hạn {number} ngày\n\nLệ phí Không\n\nKết quả Quyết định {number}"
    return page(f"/tt/{number}", f"Thủ tục {number}", text, named, date=None, labels=LABELS)


def test_pages_of_rows_under_the_same_labels_are_a_register_s() -> None:
    labels = register_labels([_procedure(1), _procedure(2), _procedure(3)])
    assert labels == frozenset(LABELS)
    entries = [_procedure(4), _procedure(5, Evidence.DATED)]  # what a dated list names is an article
    reasons = {one.article.url: verdict.reason for one, verdict in refused(entries, list, listed=False, labels=labels)}
    assert reasons == {f"{HOST}/tt/4": "an entry of a register: other pages have the same labels"}


def test_two_pages_of_the_same_labels_are_no_register_yet() -> None:
    assert register_labels([_procedure(1), _procedure(2), _procedure(3, Evidence.DATED)]) == frozenset()


def test_labels_are_the_first_cells_of_the_rows_that_a_text_is_made_of() -> None:
    rows = "".join(
        f"<tr><th>{day}<br>0{n}/03/2024</th><td>họp</td></tr>" for n, day in enumerate(("Hai", "Ba", "Tư"), 4)
    )
    shown = Page.parse(f"<html><body><table>{rows}</table></body></html>", HOST)
    assert registers.labels(shown, "Hai 04/03/2024 họp\n\nBa 05/03/2024 họp\n\nTư 06/03/2024 họp") == (
        "hai",
        "ba",
        "tu",
    )
    assert registers.labels(shown, f"Hai 04/03/2024 họp\n\n{DAM}\n\n{CAU}") == ()
