"""Pages of lists that a click's script opens: which clicks are a pager's, what the scripts tell, what they may cost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.ledger.rows import Lead
from portal_crawler.discover.paging import SCRIPT, called, pager
from portal_crawler.discover.scriptpager import scriptpager
from portal_crawler.discover.scripts import Ask, Call, Script
from portal_crawler.page import Page

URL = "http://xa.example/tin-tuc?muc=3"


def page(body: str, script: str = "", url: str = URL) -> Page:
    return Page.parse(f"<html><body>{body}<script>{script}</script></body></html>", url)


def leads(body: str, script: str = "", *, fragment: bool = False) -> list[Lead]:
    return scriptpager(page(body, script), fragment=fragment)


def opened(body: str, script: str = "") -> list[str]:
    found = leads(body, script)
    assert all(lead.guess and lead.kind == "listing" for lead in found if lead.state == "queued")
    return [lead.url.removeprefix("http://xa.example") for lead in found if lead.state == "queued"]


def unopened(body: str, script: str = "") -> list[str]:
    found = [lead for lead in leads(body, script) if lead.state != "queued"]
    assert all((lead.state, lead.reason) == ("out of scope", SCRIPT) for lead in found)
    return [lead.url.removeprefix(URL) for lead in found]


def calls(name: str, *numbers: int, way: str = "<a href='javascript:{}({})'>{}</a>") -> str:
    return " ".join(way.format(name, number, number) for number in numbers)


PAGER = calls("goPage", 2, 3)


# What a script tells


@pytest.mark.parametrize(
    ("script", "second"),
    [
        ("function goPage(p){ location.href = '/tin-tuc?trang=' + p; }", "/tin-tuc?trang=2"),
        ("function goPage(p) { document.location.href=\"tin.html?page=\"+p }", "/tin.html?page=2"),
        ("var goPage = function (p) { window.location = '?page=' + p + '&muc=3'; };", "/tin-tuc?page=2&muc=3"),
        ("const goPage = (p) => { window.open('/x/' + encodeURIComponent(p), '_self') }", "/x/2"),
        ("const goPage = p => fetch(`/x?p=${p}`).then(r => r.text())", "/x?p=2"),
        ("let goPage = async (n) => { const u = `/x/${n - 1}.html`; const r = await fetch(u); }", "/x/1.html"),
        ("window.goPage = function(p){ $.get('/a.aspx?p='+p, function(d){ $('#c').html(d) }) }", "/a.aspx?p=2"),
        ("function goPage(p){ $.get('/a.aspx', {muc: 'tin tuc', p: p}, xong) }", "/a.aspx?muc=tin+tuc&p=2"),
        ("function goPage(p){ $.getJSON('/a?b=1', 'p=' + p, xong) }", "/a?b=1&p=2"),
        ("function goPage(p){ $.ajax({ url: '/x?page=' + p, success: function (s) {} }) }", "/x?page=2"),
        ("function goPage(p){ jQuery.ajax('/x', { data: { page: p } }) }", "/x?page=2"),
        ("function goPage(p){ axios.get('/x', { params: { p } }) }", "/x?p=2"),
        ("function goPage(p){ $('#c').load('/x/' + p) }", "/x/2"),
        ("function goPage(p){ var x = new XMLHttpRequest(); x.open('GET', '/x?p=' + p, true); }", "/x?p=2"),
        ("function goPage(p){ location.assign(location.pathname + '?p=' + p) }", "/tin-tuc?p=2"),
        ("function goPage(p){ location.replace(window.location.origin + '/x?p=' + p) }", "/x?p=2"),
        ("var goc = '/muc'; function goPage(p){ location = goc + '?p=' + p }", "/muc?p=2"),
        ("function goPage(p){ var u = '/x'; u += '?so=' + (p - 1) * 10; location = u }", "/x?so=10"),
        ("function goPage(p){ if (p == 1) location = '/tin'; else location = '/tin?p=' + p }", "/tin?p=2"),
        ("function goPage(p){ di('tin', p || 1) } function di(m, q){ location = '/' + m + '?p=' + q }", "/tin?p=2"),
        ("var P = { goPage: function (p) { this.di(p) }, di: function (q) { location = '/x?p=' + q } }", "/x?p=2"),
        ("/* function goPage(p){ location='/a'+p } */ function goPage(p){ location = '/b?p=' + p }", "/b?p=2"),
        ("var r = x.replace(/['\"]/g, ''); function goPage(p){ location = '\\/b?p=\\x30' + p }", "/b?p=02"),
        ("var so = 1; function goPage(p){ so = p; tai() } function tai(){ $.get('/x?p=' + so) }", "/x?p=2"),
        ("function goPage(p){ location.search = '?p=' + p }", "/tin-tuc?p=2"),
        ("function goPage(p){ location.href = 'http://xa.example/x?p=' + parseInt(p, 10) }", "/x?p=2"),
    ],
)  # fmt: skip
def test_the_address_is_what_the_script_joins(script: str, second: str) -> None:
    assert opened(PAGER, script)[0] == second
    assert unopened(PAGER, script) == []


def test_what_a_script_posts_is_posted() -> None:
    script = "function goPage(p){ $.post('/x', {muc: 5, trang: p}, function (s) {}) }"
    assert [(lead.url, lead.form) for lead in leads(PAGER, script)] == [
        ("http://xa.example/x", "muc=5&trang=2"),
        ("http://xa.example/x", "muc=5&trang=3"),
    ]
    assert leads(PAGER, "function goPage(p){ $('#c').load('/x', {trang: p}) }")[0].form == "trang=2"


@pytest.mark.parametrize(
    "script",
    [
        "",  # in a file of its own
        "function goPage(p){ document.f.trang.value = p; document.f.submit() }",
        "function goPage(p){ location.href = goc() + p }",
        "function goPage(p){ location.href = '/x/' + ma[p] }",
        "function goPage(p){ location.href = p > 9 ? '/a/' + p : '/b/' + p }",
        "function goPage(p){ $.get('/x', $('#f').serialize() + p) }",
        "function goPage(p){ $.get('/dem', function () {}) }",  # always the same
        "function goPage(p){ trang = p; taiLai(p) }",
        "function goPage(p){ trang = p; taiLai() }",
        "function goPage(p){ Cong.tin.tai(p) }",
        "function goPage(p){ location.hash = '#trang=' + p }",
        "function goPage(p){ location = '/x/' + p",  # cut off
        "var goc = '/a'; goc = '/b'; function goPage(p){ location = goc + p }",
    ],
)
def test_what_a_script_does_not_tell_is_noted_under_the_list(script: str) -> None:
    assert opened(PAGER, script) == []
    assert unopened(PAGER, script) == ["#goPage(2)", "#goPage(3)"]


def test_a_function_that_only_shows_what_is_there_loses_nothing() -> None:
    assert (
        leads(PAGER, "function goPage(p){ $('.trang').hide(); document.getElementById('t' + p).hidden = false }") == []
    )


def test_pages_between_those_that_are_shown_are_asked_for_where_nothing_else_would_lead_there() -> None:
    shown = calls("goPage", 1, 2, 3, 6)
    assert opened(shown, "function goPage(p){ $('#c').load('/x/' + p) }") == [f"/x/{one}" for one in (1, 2, 3, 6, 4, 5)]
    assert len(opened(calls("goPage", 2, 9000), "function goPage(p){ $('#c').load('/x/' + p) }")) <= 200
    by_query = opened(shown, "function goPage(p){ $('#c').load('/x?page=' + p) }")
    assert by_query == [f"/x?page={one}" for one in (1, 2, 3, 6)]


# What is a pager


SCRIPT_OF_TWO = (
    "function tai(muc, p){ $.get('/ajax?muc=' + muc + '&page=' + p) } function di(p){ location = '/x?p=' + p }"
)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (calls("tai", 2, 3, way="<a href='#' onclick='{}(0,{});return false'>{}</a>"), 2),
        (calls("tai", 2, 3, way="<li onclick='{}(\"a\", \"{}\")'>Trang {}</li>"), 2),
        (calls("tai", 2, 3, way="<input type=button onclick='return {}(4, {});' value='{}'>"), 2),
        (calls("di", 2, 3, way="<a href='javascript:void(0)' onclick='event.preventDefault(); {}({})'>[{}]</a>"), 2),
        (calls("di", 2, 3, way="<a href='javascript:{}%28{}%29'>{}</a>"), 2),
        ("<a onclick='di(2)'>2</a><a onclick='di(2)'>Tiếp</a>", 1),
        ("<a onclick='di(1)'>« Trước</a> <a onclick='di(3)'>Sau »</a>", 2),
        ("<a onclick='di(10)'>2</a><a onclick='di(20)'>3</a>", 2),
        ("<div class='phan-trang'><a onclick='di(2)'>Sau »</a></div>", 1),
        ("<ul class='pagination'><li><a onclick='di(2)'>Next</a></li></ul>", 1),
        ("<a onclick=\"location='?page=2'\">2</a><a onclick=\"location='?page=3'\">3</a>", 2),
        ("<a onclick=\"mo('/tin-tuc?muc=3&page=2')\">2</a><a onclick=\"mo('/tin-tuc?muc=3&page=3')\">3</a>", 2),
        ("<a onclick='di(2)'>Sau »</a>", 0),
        ("<a onclick='di(2)'>2</a>", 0),
        ("<a onclick='di(57)'>2</a><a onclick='di(12)'>3</a>", 0),
        ("<a onclick='di(1)'>Tin huyện</a><a onclick='di(2)'>Tin xã</a>", 0),
        ("<a onclick='di(12)'>A+</a><a onclick='di(10)'>A-</a>", 0),
        ("<a onclick='print()'>In trang</a><a onclick='chiaSe(2)'>Chia sẻ</a>", 0),
        ("<ul class='pagination'><li onclick='slideshow.pos(0)'>1</li><li onclick='slideshow.pos(1)'>2</li></ul>", 0),
        ("<ul class='pagination'><li onclick='mo(1)'>1</li></ul>", 0),
        ("<a onclick='slideTo(2)'>2</a><a onclick='slideTo(3)'>3</a>", 0),
        ("<div class='carousel-dots'><a onclick='di(2)'>2</a><a onclick='di(3)'>3</a></div>", 0),
        ("<table>" + calls("di", *range(1, 31), way="<td onclick='{}({})'>{}</td>") + "</table>", 0),
        ("<a onclick='chonNgay(2)'>2</a><a onclick='chonNgay(3)'>3</a>", 0),
        ("<ul class='pagination'><li class='disabled'><a onclick='di(2)'>Next</a></li></ul>", 0),
        ("<a onclick=\"__doPostBack('gv','Page$2')\">2</a><a onclick=\"__doPostBack('gv','Page$3')\">3</a>", 0),
    ],
)  # fmt: skip
def test_a_pager_is_told_by_its_numbers_its_arrows_and_its_place(body: str, found: int) -> None:
    assert len(leads(body, SCRIPT_OF_TWO)) == found
    assert unopened(body, SCRIPT_OF_TWO) == []


@pytest.mark.parametrize(
    ("body", "marks"),
    [
        ("<div class='pagination'><a href='javascript:tiep()'>Tiếp</a></div>", ["#tiep()"]),
        ("<div id='paging'><a onclick='tai(trang + 1)'>Trang sau</a></div>", ["#tai(?)"]),
        ("<a onclick='tai(1)'>«</a><a onclick='tai(3)'>»</a>", []),  # arrows alone may be a slide show's
    ],
)
def test_a_click_without_a_number_is_noted_only_where_pagers_stand(body: str, marks: list[str]) -> None:
    assert unopened(body) == marks


def test_a_fragment_has_the_scripts_of_the_page_around_it() -> None:
    assert leads(PAGER, fragment=True) == []
    assert [lead.state for lead in leads(PAGER)] == ["out of scope"] * 2


def test_a_list_that_only_a_script_opens_is_blind_and_one_that_is_opened_is_not() -> None:
    lost, led = page(PAGER), page(PAGER, "function goPage(p){ $.get('/x?page=' + p) }")
    assert pager(lost, scriptpager(lost, fragment=False)).blind
    assert not pager(led, scriptpager(led, fragment=False)).blind


@pytest.mark.parametrize(
    ("words", "number"),
    [("2", 2), (" [12] ", 12), ("Trang 3", 3), ("Tiếp »", 0), ("Cuối", 0), ("»", 0), ("<<", 0), ("Last", 0), ("", None),
     ("2019 đến nay", None), ("Xem chi tiết", None), ("12345", None)],
)  # fmt: skip
def test_a_pagers_words_say_which_page(words: str, number: int | None) -> None:
    assert called(words) == number


# Whatever a server sends


WORDS = st.sampled_from(
    ["function ", "goPage", "(", ")", "{", "}", "[", "]", "p", "=", "+", "+=", "-", "*", ",", ";", ":", "=>", "`", "${",
     "'", '"', "\\", "\\ud800", "/", "//", "/*", "\n", "location", ".", "href", "$.get", "fetch", "'/x?p='", "1",
     "var ", "return ", "||", "?", "async ", "open", "'GET'", "url", "data"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=60).map("".join) | st.text(max_size=80))
def test_no_script_breaks_the_page(script: str) -> None:
    function = f"function goPage(p){{ {script} }}"
    for text in (script, function):
        found = Script(text, URL)
        for code in ("goPage(2)", script):
            call = found.called(code)
            if call is not None:
                found.asks(call)
            for ask in found.asked_by(code):
                assert ask is None or isinstance(ask, Ask)
    safe = script.replace("<", " ").replace("\x00", "")
    for lead in leads(PAGER, safe):
        lead.url.encode()


@given(st.lists(WORDS, max_size=20).map("".join) | st.text(max_size=40))
def test_no_click_breaks_the_page(code: str) -> None:
    escaped = code.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
    body = f"<div class='pagination'><a onclick='{escaped}'>2</a><a href='javascript:{escaped}'>3</a></div>"
    for lead in leads(body, SCRIPT_OF_TWO):
        assert lead.url.startswith("http")
        assert lead.key.encode()


def test_numbers_and_texts_are_joined_as_a_browser_joins_them() -> None:
    script = Script("function f(a, b){ location = a + b + 'x' + a + b }", URL)
    assert script.asks(Call("f", (1, 2))) == [Ask("3x12")]
    assert script.asks(Call("f", ("1", 2))) == [Ask("12x12")]
    assert script.asks(Call("f", (1,))) == [None]
    assert script.asks(Call("g", (1, 2))) is None


BIG = 1 << 20


@pytest.mark.parametrize(
    "script",
    [
        "(" * BIG,
        "(" * (BIG // 2) + ")" * (BIG // 2),
        "function goPage(p){ location = " + "(" * 90_000 + "p" + ")" * 90_000 + "}",
        "function goPage(p){" + "f(" * 60_000 + "p" + ")" * 60_000 + "}",
        "function goPage(p){" + "goPage(p);" * 19_000 + "}",
        "function goPage(p){a(p);a(p)} function a(p){" + "b(p);" * 9000 + "} function b(p){" + "location='/'+p;" * 9000,
        "function goPage(p){ a = p + 'x';" + "a = a + a;" * 15_000 + "location = a }",
        "function goPage(p){ location = " + "{a:" * 50_000,
        "function goPage(p){ location = " + "- " * 90_000 + "p }",
        "function a(b," * 15_000,
        "a=>" * 60_000,
        "a=a=>" * 40_000,
        "'" * BIG, '"\\' * (BIG // 2), "`" * BIG, "=/[" * (BIG // 3), "/*" * (BIG // 2), "= " * (BIG // 2), "${" * BIG,
    ],
    ids=lambda script: script[:24],
)  # fmt: skip
def test_a_hostile_script_costs_little(script: str) -> None:
    made = page(PAGER * 150, script)
    began = time.process_time()
    scriptpager(made, fragment=False)
    assert time.process_time() - began < 3


def test_a_page_of_clicks_costs_little() -> None:
    nested = "<div onclick='goPage(2)'>" * 200 + "2" + "</div>" * 200
    made = page(nested + calls("goPage", *range(1, 9000)), "function goPage(p){ location = '/x?p=' + p }")
    began = time.process_time()
    assert len(scriptpager(made, fragment=False)) <= 300
    assert time.process_time() - began < 3
