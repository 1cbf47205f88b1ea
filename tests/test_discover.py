"""Links of all sorts: what is asked for, what it is thought to be, and what a list says of it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ledger.rows import Lead
from archive.warc.capture import Capture, Hint
from portal_crawler.discover.links import discover
from portal_crawler.page import NotHtml, Page
from portal_crawler.portal import Portal

URL = "http://xa.example/tin-tuc/trang-1"
PORTAL = Portal.of_url("http://xa.example/")


def found(body: str, portal: Portal = PORTAL, url: str = URL) -> list[Lead]:
    return discover(Page.parse(f"<html><body>{body}</body></html>", url), portal)


def asked(body: str) -> list[str]:
    return [lead.url for lead in found(body) if lead.state == "queued"]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/tin/1", "http://xa.example/tin/1"),
        ("2", "http://xa.example/tin-tuc/2"),
        ("  /tin/1\n", "http://xa.example/tin/1"),
        ("/ti\tn/\n1", "http://xa.example/tin/1"),
        ("\\tin\\1", "http://xa.example/tin/1"),
        ("http:\\\\xa.example\\tin", "http://xa.example/tin"),
        ("//xa.example/tin/1", "http://xa.example/tin/1"),
        ("HTTP://XA.EXAMPLE/Tin", "http://xa.example/Tin"),
        ("/tin/1#binh-luan", "http://xa.example/tin/1"),
        ("?trang=2", "http://xa.example/tin-tuc/trang-1?trang=2"),
        ("/tin/Hội nghị.html", "http://xa.example/tin/H%E1%BB%99i%20ngh%E1%BB%8B.html"),
        ("/tin?q=a&amp;b=c", "http://xa.example/tin?q=a&b=c"),
        ("/../../tin", "http://xa.example/tin"),
    ],
)
def test_addresses_are_read_as_a_browser_reads_them(href: str, url: str) -> None:
    assert asked(f"<a href='{href}'>tin</a>") == [url]


@pytest.mark.parametrize(
    "markup",
    [
        "<img src='data:image/gif;base64,R0' data-src='/anh/that.jpg'>",
        "<img data-original='/anh/that.jpg'>",
        "<img src='/anh/cho.gif' data-lazy-src='/anh/that.jpg'>",
        "<img data-srcset='/anh/nho.jpg 300w, /anh/that.jpg 900w'>",
        "<img srcset='/anh/nho.jpg 1x, /anh/that.jpg 2x'>",
        "<picture><source srcset='/anh/that.jpg'><img alt=''></picture>",
        "<picture><source srcset='/anh/that.jpg'><img src='data:image/gif;base64,R0'></picture>",
        "<amp-img src='/anh/that.jpg'></amp-img>",
    ],
)
def test_a_picture_that_is_shown_later_is_asked_for_as_the_record_names_it(markup: str) -> None:
    leads = [lead for lead in found(markup) if lead.url == "http://xa.example/anh/that.jpg"]
    assert [(lead.kind, lead.state) for lead in leads] == [("media", "queued")]


@pytest.mark.parametrize(
    "href",
    [
        "", " ", "#", "#top", "javascript:void(0)", "JavaScript:__doPostBack('a','')", "java\nscript:x",
        "mailto:a@b.example", "tel:0123", "data:text/html,x", "file:///C:/tin.html", "ftp://xa.example/a",
        "about:blank", "http://", "http://[::1", "http://xa.example:99999/", "http://xa.example:abc/", "/" + "a" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_address_is_not_asked_for(href: str) -> None:
    assert asked(f'<a href="{href}">Một dòng chữ đủ dài để là tiêu đề</a>') == []


@pytest.mark.parametrize(
    "href",
    [
        "http://khac.example/",
        "//khac.example/x",
        "http://xa.example.khac.example/",
        "http://xa.example:81@khac.example/",
    ],
)
def test_other_hosts_are_noted_and_not_asked_for(href: str) -> None:
    (lead,) = found(f"<a href='{href}'>nơi khác</a>")
    assert (lead.state, lead.reason) == ("out of scope", "another host")


def test_a_host_in_vietnamese_letters_is_asked_for_by_its_registered_name() -> None:
    portal = Portal.of_url("http://xn--x-yfa.example/")
    (lead,) = found("<a href='http://xã.example/tin'>tin</a>", portal, "http://xn--x-yfa.example/")
    assert lead.url == "http://xn--x-yfa.example/tin"
    assert lead.state == "queued"


def test_a_page_behind_many_comments_is_a_page_and_a_feed_is_a_feed() -> None:
    begun = time.process_time()
    comments = "<!-- đầu trang -->\n" * 2000  # with each further one it took twice as long
    page = Page.of(Capture(URL, 200, (), f"{comments}<html><body><a href=/tin/1.html>Tin</a>".encode()))
    assert [lead.url for lead in discover(page, PORTAL)] == ["http://xa.example/tin/1.html"]
    with pytest.raises(NotHtml):
        Page.of(Capture(URL, 200, (), f"{comments[:36]}<rss><channel></channel></rss>".encode()))
    assert time.process_time() - begun < 3


def test_a_page_whose_base_makes_every_address_long_gives_fewer_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal_crawler.discover.links._JOINED", 10_000)
    links = "".join(f"<a href={number}.html>Tin</a>" for number in range(100))
    assert len(found(f"<base href='/{'a/' * 450}'>{links}")) == 10
    assert len(found(links)) == 100


def test_links_to_one_address_side_by_side_take_as_long_as_others() -> None:
    begun = time.process_time()
    found("<div>" + "<a href=/tin/1.html>Tin</a> " * 6_000 + "</div>")  # each asked all of them: 80,000 took minutes
    assert time.process_time() - begun < 3


def test_a_page_of_hostile_links_costs_little_and_gives_the_one_that_is_real() -> None:
    body = "".join(
        (
            f"<a href='{'a' * (1 << 20)}'>dài</a>",
            f"<img src='data:image/png;base64,{'A' * (3 << 20)}'>",
            "<a href='" + "../" * 900 + "'>lên</a>",
            "<div>" * 200 + "<a href='/tin/1'>tin</a>" + "</div>" * 200,
        )
    )
    assert "http://xa.example/tin/1" in asked(body)
    assert all(len(url) <= 2000 for url in asked(body))


@given(st.text(max_size=60))
def test_no_href_breaks_the_page(href: str) -> None:
    escaped = href.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    for lead in found(f'<a href="{escaped}">x</a><img src="{escaped}">'):
        assert lead.url.startswith(("http://", "https://"))
        assert lead.key


def test_a_base_element_moves_what_is_relative() -> None:
    page = Page.parse("<html><head><base href='/cu/'></head><body><a href='1'>x</a></body></html>", URL)
    assert next(iter(discover(page, PORTAL))).url == "http://xa.example/cu/1"


def test_a_page_does_not_lead_to_itself_and_each_address_counts_once() -> None:
    links = "<a href='/a'>a</a><a href='/a#b'>a</a><a href='/a?utm_source=x'>a</a>"
    assert asked(f"<a href=''>đây</a><a href='{URL}'>đây</a>{links}") == ["http://xa.example/a"]


# What a link is


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<a href='/vb/qd-12.pdf'>Quyết định</a>", "document"),
        ("<a href='/vb/KE%20HOACH.DOCX?x=1'>Kế hoạch</a>", "document"),
        ("<a href='/anh/1.JPG'>Ảnh</a>", "media"),
        ("<img src='/anh.aspx?id=1'>", "media"),
        ("<a href='?trang=2'>2</a>", "listing"),
        ("<a href='/tin/trang/2'>Trang sau »</a>", "listing"),
        ("<a href='/x'>»</a>", "listing"),
        ("<a href='/gioi-thieu'>Giới thiệu</a>", "page"),
        ("<iframe src='/khung'></iframe>", "page"),
        ("<a href='/tin/1'>Hội nghị tổng kết công tác năm 2019</a>", "article"),
        ("<a href='/rss/tin.rss'>RSS</a>", "feed"),
        ("<a href='/sitemap.xml'>Sơ đồ</a>", "sitemap"),
    ],
)
def test_what_a_link_is_thought_to_lead_to(html: str, kind: str) -> None:
    assert [lead.kind for lead in found(html)] == [kind]


def test_a_definition_tells_articles_and_listings_by_their_paths() -> None:
    portal = Portal.parse(
        "[portal]\nname = 'xa'\nurl = 'http://xa.example/'\n[sources]\narticle = ['^/b/\\d+']\nlisting = ['^/m/']\n",
        "here",
    )
    kinds = {lead.url: lead.kind for lead in found("<a href='/b/1'>Tin</a><a href='/m/tin-tuc-su-kien'>x</a>", portal)}
    assert kinds == {"http://xa.example/b/1": "article", "http://xa.example/m/tin-tuc-su-kien": "listing"}


def test_login_forms_and_endless_addresses_are_named_and_left() -> None:
    states = {
        lead.url.partition("xa.example")[2]: lead.state
        for lead in found("<a href='/dang-nhap.aspx'>Đăng nhập</a><a href='/a/b/a/b/a/b/a/b/'>x</a>")
    }
    assert states == {"/dang-nhap.aspx": "out of scope", "/a/b/a/b/a/b/a/b/": "trap"}


@pytest.mark.parametrize(
    ("href", "state"),
    [
        ("/vi/news/?nvvithemever=m&nv_redirect=j473feeQV21TqwhVrzjs", "out of scope"),
        ("/?wptouch_switch=mobile&redirect=%2Ftin%2F1%2F", "out of scope"),
        ("/tin/1/?phien_ban=di-dong", "out of scope"),
        ("/web/guest/tin?redirect=%2Fweb%2Fguest&view=12", "queued"),
        ("/chuyen-muc?theme=nong-thon-moi", "queued"),
    ],
)
def test_a_switch_to_another_look_is_left_since_every_later_page_would_have_it(href: str, state: str) -> None:
    assert [lead.state for lead in found(f"<a href='{href}'>Di động</a>")] == [state]


# What a list says


def hint(html: str) -> Hint | None:
    return found(html)[0].hint


def test_a_title_and_the_date_beside_it() -> None:
    entries = "<li><a href='/tin/1'>Khai giảng</a> <span>(05/09/2019)</span></li><li><a href='/tin/2'>x</a></li>"
    said = hint(f"<ul>{entries}</ul>")
    assert said is not None
    assert (said.url, said.title) == (URL, "Khai giảng")
    assert "05/09/2019" in (said.date or "")


def test_a_title_without_a_date_counts_where_it_is_long() -> None:
    said = hint("<li><a href='/tin/1'>Hội nghị tổng kết công tác năm học</a></li>")
    assert said is not None
    assert (said.title, said.date) == ("Hội nghị tổng kết công tác năm học", None)
    assert hint("<li><a href='/gioi-thieu'>Giới thiệu</a></li>") is None


def test_a_cut_title_is_told_whole_by_its_attribute() -> None:
    said = hint("<a href='/tin/1' title='Hội nghị tổng kết công tác năm học 2019'>Hội nghị tổng kết công tác...</a>")
    assert said is not None
    assert said.title == "Hội nghị tổng kết công tác năm học 2019"


def test_picture_title_and_more_are_one_entry() -> None:
    said = hint(
        "<div><a href='/tin/1'><img src='/a.jpg'></a><h3><a href='/tin/1'>Ra quân làm thuỷ lợi mùa khô</a></h3>"
        "<p>12/11/2018</p><a href='/tin/1'>Xem chi tiết</a></div>"
    )
    assert said is not None
    assert (said.title, said.date) == ("Ra quân làm thuỷ lợi mùa khô", "12/11/2018")


def test_entries_do_not_share_what_stands_beside_them() -> None:
    leads = found(
        "<div><p><a href='/tin/1'>Ra quân làm thuỷ lợi mùa khô</a> 12/11/2018</p>"
        "<p><a href='/tin/2'>Hội nghị tổng kết công tác năm</a> 01/02/2019</p></div>"
    )
    assert [(lead.hint.date if lead.hint else None) for lead in leads] == ["12/11/2018", "01/02/2019"]


def test_the_first_that_says_something_of_an_address_wins() -> None:
    (lead,) = found("<a href='/tin/1'>»</a><b><a href='/tin/1'>Ra quân làm thuỷ lợi mùa khô</a></b>")
    assert lead.hint is not None
    assert lead.kind == "article"


def test_a_print_view_of_joomla_is_the_pages_own_address_with_more_behind_it() -> None:
    print_view = "/tin/1-a?tmpl=component&print=1&layout=default&page="
    leads = {lead.url.partition("xa.example")[2]: lead.state for lead in found(f"<a href='{print_view}'>In</a>")}
    assert leads.keys() == {"/tin/1-a", print_view}


def test_a_print_view_stands_behind_the_page_that_it_shows() -> None:
    leads = found("<a href='/tin/1?print=1'>In trang</a><a href='/tin/1'>Ra quân làm thuỷ lợi mùa khô</a>")
    states = {lead.url: lead.state for lead in leads}
    assert states["http://xa.example/tin/1"] == "queued"
    assert states["http://xa.example/tin/1?print=1"] == "twin"


def test_a_print_view_is_one_though_the_article_s_date_stands_beside_its_link() -> None:
    leads = found("<p>Ngày cập nhật: 12.03.2020 <a href='/tin/1-a.html?print=1'><img src=/in.gif> Bản in</a></p>")
    assert {lead.url: lead.state for lead in leads}["http://xa.example/tin/1-a.html?print=1"] == "twin"


def test_a_print_view_of_liferay_is_the_pages_own_address_with_more_behind_it() -> None:
    here = "/-/asset_publisher/Ab1/content/ra-quan"
    views = (
        f"{here}?p_p_state=pop_up&_101_INSTANCE_Ab1_viewMode=print&_101_INSTANCE_Ab1_languageId=vi_VN",
        f"{here}/pop_up?_101_INSTANCE_Ab1_viewMode=print",
    )
    for view in views:
        leads = {lead.url.partition("xa.example")[2]: lead.state for lead in found(f"<a href='{view}'>In</a>")}
        assert leads[view] == "twin"
        assert leads.keys() - {view} <= {here, f"{here}/pop_up"}
