"""Ways: portals whose articles are reachable in one way only, a portal for each way."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from email.utils import format_datetime
from html import escape

from servers.content import SECTION_NAMES, Story

from .build import Site, always_next, by_path, by_query, next_only, no_links, path_of
from .kit import Answer, Request, Said
from .looks import Divs, Look, Plain, attribute, window

XML = "application/xml; charset=utf-8"
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


# Files that say what a portal has


def urlset(site: Site, stories: Sequence[Story], extra: Callable[[Story], str] = lambda story: "") -> str:
    entries = "".join(f"<url><loc>{site.url[:-1]}{site.address(one)}</loc>{extra(one)}</url>" for one in stories)
    news = ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{_SITEMAPS}"{news}>{entries}</urlset>'


def sitemap() -> Site:
    site = Site("so-do", Divs())
    site.page("/sitemap.xml", Answer(urlset(site, site.stories), type=XML))
    return site


def sitemap_index() -> Site:
    """An index; two members, gzip'd, with the content type that servers give such files."""
    site = Site("so-do-nen", Plain())
    half = len(site.stories) // 2
    for number, part in enumerate((site.stories[:half], site.stories[half:])):
        packed = gzip.compress(urlset(site, part).encode())
        site.page(f"/so-do-{number}.xml.gz", Answer(packed, type="application/x-gzip"))
    members = "".join(f"<sitemap><loc>{site.url}so-do-{number}.xml.gz</loc></sitemap>" for number in range(2))
    index = f'<?xml version="1.0"?><sitemapindex xmlns="{_SITEMAPS}">{members}</sitemapindex>'
    site.page("/sitemap_index.xml", Answer(index, type=XML))
    return site


def news_sitemap() -> Site:
    """A sitemap of news, named by robots.txt; the dates stand only there."""
    site = Site("so-do-tin", Divs(dated_pages=False))

    def news(story: Story) -> str:
        return (
            f"<news:news><news:publication_date>{story.published:%Y-%m-%d}</news:publication_date>"
            f"<news:title>{escape(story.title)}</news:title></news:news>"
        )

    site.page("/tin/so-do-tin.xml", Answer(urlset(site, site.stories, news), type=XML))
    site.sitemaps.append(f"{site.url}tin/so-do-tin.xml")
    return site


def sitemap_elsewhere() -> Site:
    """robots.txt names a sitemap that its address does not give away."""
    site = Site("so-do-khac")
    site.page("/he-thong/danh-muc.php", Answer(urlset(site, site.stories), type="text/xml"))
    site.sitemaps.append(f"{site.url}he-thong/danh-muc.php?loai=1")
    return site


def _rss(site: Site, stories: Sequence[Story]) -> Answer:
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>{site.url[:-1]}{site.address(one)}</link>"
        f"<pubDate>{format_datetime(one.published)}</pubDate></item>"
        for one in stories
    )
    return Answer(
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Tin</title>{items}</channel></rss>',
        type="application/rss+xml",
    )


def rss() -> Site:
    site = Site("rss", Look(dated_pages=False))
    site.head = '<link rel="alternate" type="application/rss+xml" href="/kenh/tin.aspx?loai=1">'
    site.page("/kenh/tin.aspx", _rss(site, site.stories))
    return site


def atom() -> Site:
    site = Site("atom", Plain())
    entries = "".join(
        f'<entry><title>{escape(one.title)}</title><link href="{site.address(one)}"/>'
        f"<published>{one.published:%Y-%m-%dT%H:%M:%S}+07:00</published></entry>"
        for one in site.stories
    )
    feed = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
    site.page("/atom.xml", Answer(feed, type="application/atom+xml"))
    site.menu.append(("/atom.xml", "Atom"))
    return site


def rss_part() -> Site:
    """The feed holds the newest fifteen, which stand in no list; the lists have the others."""
    site = Site("rss-mot-phan", Divs())
    newest, rest = site.stories[:15], site.stories[15:]
    site.page("/rss.xml", _rss(site, newest))
    site.listing("/tin-tuc", "Tin tức", rest, by_query("page"))
    site.menu.insert(0, ("/tin-tuc", "Tin tức"))
    return site


def wp_json() -> Site:
    site = Site("wp", Plain(), address=lambda story: f"/{story.slug}/")
    site.head = '<link rel="https://api.w.org/" href="/wp-json/"><script src="/wp-includes/js/x.js"></script>'

    def posts(request: Request) -> Said:
        size, number = int(request.query.get("per_page", "10")), int(request.query.get("page", "1"))
        shown = site.stories[(number - 1) * size : number * size]
        if not shown:
            return Answer('{"code": "rest_post_invalid_page_number"}', 400, "application/json")
        listed = [
            {"id": one.number, "date": f"{one.published:%Y-%m-%dT%H:%M:%S}", "link": site.url + site.address(one)[1:],
             "title": {"rendered": escape(one.title)}}
            for one in shown
        ]  # fmt: skip
        headers = {"X-WP-Total": str(len(site.stories)), "X-WP-TotalPages": str(-(-len(site.stories) // size))}
        return Answer(json.dumps(listed), type="application/json; charset=UTF-8", headers=headers)

    site.page("/wp-json/wp/v2/posts", posts)
    return site


# Pages of lists


def page_from_1() -> Site:
    return Site("page-1", Look(teasers=True)).sections(by_query("page"))


def page_from_0() -> Site:
    """Drupal: the first page is 0, and beyond the last comes an empty list."""
    site = Site("page-0", Plain(), address=lambda story: f"/node/{story.number + 1300}")
    return site.sections(by_query("page", base=0))


def trang() -> Site:
    return Site("trang", Divs(dated_lists=False)).sections(by_query("trang"), ending=".html")


def liferay() -> Site:
    name = "101_INSTANCE_kH7xQz2"
    paging = by_query(f"_{name}_cur", more=f"p_p_id={name}&p_p_lifecycle=0&p_p_state=normal&_{name}_delta=10&")
    return Site("liferay", Divs(), address=lambda one: f"/-/{one.slug}").sections(paging)


def sharepoint() -> Site:
    site = Site(
        "sharepoint",
        address=lambda one: f"/tin-tuc/Pages/chi-tiet.aspx?ItemID={one.number + 100}&l=TinTuc",
        names=("ItemID",),
    )
    return site.sections(replace(by_query("PageIndex"), beyond="last"), ending="/Pages/default.aspx")


def offset() -> Site:
    return Site("offset", Divs(teasers=True)).sections(by_query("start", base=0, step=10))


def in_path() -> Site:
    return Site("trong-duong-dan", Plain(), address=lambda one: f"/{one.slug}/").sections(
        replace(by_path("/page/{}/"), beyond="404"), ending="/"
    )


def in_name() -> Site:
    return Site("trang-2-html").sections(replace(by_path("/trang-{}.html"), beyond="404"))


def in_window() -> Site:
    """One long list: the pager shows the first, the last and one on each side, dots between."""
    site = Site("cua-so", Divs())
    paging = replace(by_query("page"), size=5, links=lambda *one: window(*one, around=1))
    site.listing("/tin", "Tin tức", site.stories, paging)
    site.menu.insert(0, ("/tin", "Tin tức"))
    return site


def in_blocks() -> Site:
    """One long list: the pager shows ten pages, and dots that lead to the next ten."""

    def blocks(number: int, last: int, address: Callable[[int], str]) -> list[tuple[str | None, str]]:
        first = (number - 1) // 4 * 4 + 1
        shown: list[tuple[str | None, str]] = [
            (None if one == number else address(one), str(one)) for one in range(first, min(first + 4, last + 1))
        ]
        return shown + ([(address(first + 4), "...")] if first + 4 <= last else [])

    site = Site("khoi-trang", Look())
    site.listing("/tin", "Tin tức", site.stories, replace(by_query("p", more="muc=12&"), size=6, links=blocks))
    site.menu.insert(0, ("/tin", "Tin tức"))
    return site


def next_link() -> Site:
    return Site("trang-sau", Divs()).sections(replace(by_query("page"), links=next_only))


def next_in_head() -> Site:
    """Nothing to click on: the next page stands in a <link> element."""

    def head(number: int, last: int, address: Callable[[int], str]) -> str:
        return f'<link rel="next" href="{attribute(address(number + 1))}">' if number < last else ""

    return Site("rel-next", Plain()).sections(replace(by_path("/trang/{}"), links=no_links, head=head))


def beyond_is_empty() -> Site:
    return Site("het-rong", Divs()).sections(replace(by_query("page"), links=always_next, beyond="empty"))


def beyond_is_the_last() -> Site:
    return Site("het-lap-lai", Look()).sections(replace(by_query("page"), links=always_next, beyond="last"))


def beyond_is_the_first() -> Site:
    """NukeViet: what is beyond the end redirects to page 1."""
    return Site("het-ve-dau", Plain()).sections(replace(by_path("/page-{}/"), links=always_next, beyond="first"))


def beyond_is_404() -> Site:
    return Site("het-404", Divs()).sections(replace(by_query("trang"), links=always_next, beyond="404"))


def next_leads_home() -> Site:
    """The pager's "next" leads to the front page; the pages are there, and nothing links them."""

    def home(number: int, last: int, address: Callable[[int], str]) -> list[tuple[str | None, str]]:
        return [("/", "Trang sau »")]

    paging = replace(by_path("/page/{}/"), links=home, beyond="404")
    return Site("trang-sau-ve-dau", Look(), address=lambda one: f"/{one.slug}/").sections(paging, ending="/")


# Forms and scripts


def _postback(
    name: str, look: Look, links: Callable[[int, int], list[tuple[str, str, str]]], *, panel: bool = False
) -> Site:
    """WebForms: pages of the one list at one address, each in answer to a form. `links`: target, argument, words.

    The server keeps to what it handed out: a state that is not that of a page that was shown gets an error page.
    """
    site = Site(name, look)
    size = 8
    last = -(-len(site.stories) // size)

    def handler(request: Request) -> Said:
        shown = 1
        if request.method == "POST":
            state = request.form.get("__VIEWSTATE", "")
            before = next((one for one in range(1, last + 1) if state == _state(one)), None)
            if (
                before is None
                or request.form.get("__EVENTVALIDATION") != f"EV{before}"
                or "ctl00$txtTim" not in request.form
            ):
                return Answer("<html><body><h1>Server Error in '/' Application.</h1></body></html>", 500)
            offered = {(target, argument): where for where, (target, argument, _) in _offers(links, before, last)}
            clicked = request.form.get("__EVENTTARGET", ""), request.form.get("__EVENTARGUMENT", "")
            if clicked not in offered:
                return Answer("<html><body><h1>Invalid postback or callback argument.</h1></body></html>", 500)
            shown = offered[clicked]
        cells = "".join(
            f"""<td><a href="javascript:__doPostBack('{target}','{argument}')">{words}</a></td>"""
            for _, (target, argument, words) in _offers(links, shown, last)
        )
        main = site.look.list("Tin tức", site.items(site.stories[(shown - 1) * size : shown * size]), "")
        pager = f'<table class="pg"><tr><td><span>{shown}</span></td>{cells}</tr></table>'
        box = f'<div id="up1">{main}{pager}</div>' if panel else main + pager
        script = (
            "<script>Sys.WebForms.PageRequestManager._initialize('ctl00$sm','f1',['tctl00$up1'],[],[],90,'');</script>"
        )
        form = (
            f'<form method="post" action="./tin.aspx" id="f1"><input type="hidden" name="__EVENTTARGET" value="">'
            '<input type="hidden" name="__EVENTARGUMENT" value="">'
            f'<input type="hidden" name="__VIEWSTATE" value="{_state(shown)}">'
            f'<input type="hidden" name="__EVENTVALIDATION" value="EV{shown}">'
            '<input type="text" name="ctl00$txtTim" value="">'
            f'<input type="submit" name="ctl00$btnTim" value="Tìm">{script if panel else ""}{box}</form>'
        )
        return site.show(request, "Tin tức", form)

    site.page("/tin.aspx", handler)
    site.menu.insert(0, ("/tin.aspx", "Tin tức"))
    return site


def _state(number: int) -> str:
    return f"/wEPDwUKLTk4{number * 7919:08d}ZGQ+{'Aa0/' * 40}="


def _offers(
    links: Callable[[int, int], list[tuple[str, str, str]]], number: int, last: int
) -> Iterable[tuple[int, tuple[str, str, str]]]:
    """What a page's pager offers, each with the page that it leads to."""
    for target, argument, words in links(number, last):
        where = (
            int(argument.removeprefix("Page$"))
            if argument.startswith("Page$") and argument[5:].isdigit()
            else number + 1
        )
        yield where, (target, argument, words)


def webforms_numbers() -> Site:
    """A GridView's pager: five numbers, and dots that lead to the next five."""

    def links(number: int, last: int) -> list[tuple[str, str, str]]:
        first = (number - 1) // 5 * 5 + 1
        found = [("ctl00$gv", f"Page${first - 1}", "...")] if first > 1 else []
        found += [
            ("ctl00$gv", f"Page${one}", str(one)) for one in range(first, min(first + 5, last + 1)) if one != number
        ]
        return found + ([("ctl00$gv", f"Page${first + 5}", "...")] if first + 5 <= last else [])

    return _postback("webforms", Look(), links)


def webforms_next() -> Site:
    """Only "next", the same button on every page."""
    return _postback(
        "webforms-sau", Divs(), lambda number, last: [("ctl00$lnkNext", "", "Trang sau")] if number < last else []
    )


def webforms_panel() -> Site:
    """An UpdatePanel: the browser would send the form in the background; it is answered as a whole page too."""

    def links(number: int, last: int) -> list[tuple[str, str, str]]:
        return [
            ("ctl00$gv", f"Page${one}", str(one))
            for one in range(max(1, number - 2), min(last, number + 2) + 1)
            if one != number
        ]

    return _postback("webforms-panel", Look(), links, panel=True)


def _growing(
    name: str, look: Look, button: str, path: str, page_of: Callable[[Request], int | None], *, data: bool
) -> Site:
    """A list that grows by a button: the first page stands there, the rest comes from `path` as JSON or as HTML."""
    site = Site(name, look)
    size = 10

    def rest(request: Request) -> Said:
        number = page_of(request)
        if number is None:
            return Answer("{}" if data else "", 404)
        shown = site.stories[(number - 1) * size : number * size]
        if not data:
            return Answer(site.look.entries(site.items(shown)))
        rows = [
            {"Id": one.number, "TieuDe": one.title, "Url": site.address(one), "NgayDang": f"{one.published:%d/%m/%Y}"}
            for one in shown
        ]
        return Answer(json.dumps({"success": True, "data": rows}), type="application/json")

    site.page(path, rest)
    site.page(
        "/tin-tuc",
        lambda request: site.show(
            request, "Tin tức", site.look.list("Tin tức", site.items(site.stories[:size]), button)
        ),
    )
    site.menu.insert(0, ("/tin-tuc", "Tin tức"))
    return site


def _page_in(values: dict[str, str], name: str = "page") -> int | None:
    return int(values[name]) if values.get(name, "").isdigit() else None


def more_json() -> Site:
    """The button carries the address."""
    button = '<div class="more"><a href="#" class="btn" data-url="/api/tin" data-page="2">Xem thêm</a></div>'
    return _growing("xem-them-json", Divs(), button, "/api/tin", lambda one: _page_in(one.query), data=True)


def more_html() -> Site:
    """A script of the page asks for pieces of HTML."""
    button = """<div id="l"></div><button id="b" type="button">Xem thêm</button><script>
    var trang = 1;
    $('#b').click(function () {
      trang++;
      $.get('/ajax/tin-tuc.aspx?trang=' + trang, function (s) { $('#l').append(s); });
    });
    </script>"""
    return _growing(
        "xem-them-html", Look(), button, "/ajax/tin-tuc.aspx", lambda one: _page_in(one.query, "trang"), data=False
    )


def more_post_json() -> Site:
    button = """<a href="javascript:void(0)" id="more">Xem thêm tin</a><script>
    var p = 2;
    document.getElementById('more').onclick = function () {
      $.ajax({
        type: 'POST', url: '/Home/GetNews', data: {cat: 12, pageIndex: p}, dataType: 'json',
        success: function (r) { p++; }
      });
    };
    </script>"""

    def page_of(request: Request) -> int | None:
        if request.method != "POST" or request.form.get("cat") != "12":
            return None
        return _page_in(request.form, "pageIndex")

    return _growing("xem-them-post", Plain(), button, "/Home/GetNews", page_of, data=True)


def more_post_html() -> Site:
    button = """<span class="xt">Xem thêm</span><script>
    $('.xt').on('click', function () {
      $.post("/tin/them", { page: so, chuyenmuc: "5" }, function (html) { so++; $('.ds').append(html); });
    });
    </script>"""

    def page_of(request: Request) -> int | None:
        return _page_in(request.form) if request.method == "POST" and request.form.get("chuyenmuc") == "5" else None

    return _growing("xem-them-post-html", Divs(), button, "/tin/them", page_of, data=False)


def _call(name: str, *before: object) -> Callable[[int, int, Callable[[int], str]], list[tuple[str | None, str]]]:
    """A pager of calls in place of addresses."""

    def links(number: int, last: int, address: Callable[[int], str]) -> list[tuple[str | None, str]]:
        shown = window(number, last, lambda one: f"javascript:{name}({','.join(map(str, (*before, one)))})", around=1)
        return shown + ([(f"javascript:{name}({number + 1})", "Tiếp »")] if number < last and not before else [])

    return links


def script_goes_on() -> Site:
    """A function of the page goes to an address that it joins; "next" is one of its calls too."""
    site = Site("chuyen-trang", Divs())
    site.head = """<script>
    // function goPage(p) { location.href = '/cu?trang=' + p; }
    function goPage(p) {
      if (p == 1) { window.location.href = '/tin-tuc'; return; }
      window.location.href = '/tin-tuc?trang=' + p
    }
    </script>"""
    site.listing("/tin-tuc", "Tin tức", site.stories, replace(by_query("trang"), links=_call("goPage")))
    site.menu.insert(0, ("/tin-tuc", "Tin tức"))
    return site


def script_loads_by_path() -> Site:
    """The number stands in the path; what is loaded has no pager, and the first page's shows only some numbers."""
    site = Site("tai-theo-duong-dan", Plain())
    size, last = 8, -(-len(site.stories) // 8)

    def rest(request: Request) -> Said:
        number = int(request.path.rpartition("-")[2].partition(".")[0])
        return Answer(site.look.entries(site.items(site.stories[(number - 1) * size : number * size])))

    script = "<script>const xem = (muc, so) => { $('#l').load(`/ds/${muc}/tin-${so}.aspx`) };</script>"
    pager = site.look.pager(_call("xem", 7)(1, last, lambda one: ""))
    body = f'<div id="l">{site.look.entries(site.items(site.stories[:size]))}</div>{pager}{script}'
    site.pattern(r"/ds/7/tin-\d+\.aspx", rest)
    site.page("/tin-tuc", lambda request: site.show(request, "Tin tức", body))
    site.menu.insert(0, ("/tin-tuc", "Tin tức"))
    return site


def _clicks(name: str, shown: Iterable[int]) -> str:
    cells = "".join(f'<a href="#" onclick="{name}(12,{one});return false">{one}</a> ' for one in shown)
    return f'<div class="so">{cells}</div>'


def script_fetches() -> Site:
    """A function with two arguments fetches pieces of HTML; their pager needs the scripts of the page around them."""
    site = Site("tai-trang", Look())
    size, last = 10, -(-len(site.stories) // 10)

    def listed(number: int) -> str:
        shown = range(max(1, number - 1), min(last, number + 2) + 1)
        entries = site.look.entries(site.items(site.stories[(number - 1) * size : number * size]))
        return entries + _clicks("loadPage", (one for one in shown if one != number))

    def rest(request: Request) -> Said:
        number = _page_in(request.query) if request.query.get("cat") == "12" else None
        return Answer(listed(number) if number and number <= last else "", 200 if number else 404)

    script = """<script>
    var goc = "/ajax/list.aspx";
    function loadPage(cat, p) {
      $('#l').addClass('cho');
      $.get(goc + '?cat=' + cat + '&page=' + p, function (d) { $('#l').html(d); });
    }
    </script>"""
    site.page("/ajax/list.aspx", rest)
    site.page("/tin-tuc", lambda request: site.show(request, "Tin tức", f'<div id="l">{listed(1)}</div>{script}'))
    site.menu.insert(0, ("/tin-tuc", "Tin tức"))
    return site


def script_posts() -> Site:
    """The call goes through two functions and ends in a POST; pages are counted from 0."""
    site = Site("gui-trang", Plain())
    size, last = 10, -(-len(site.stories) // 10)

    def rest(request: Request) -> Said:
        number = _page_in(request.form, "pageIndex")
        if request.method != "POST" or request.form.get("cat") != "12" or number is None:
            return None
        return Answer(site.look.entries(site.items(site.stories[number * size : (number + 1) * size])))

    script = """<script>
    var Tin = { trang: function (cat, p) { return layTin({ cat: cat, pageIndex: p - 1 }); } };
    function layTin(data) {
      $.ajax({ type: 'POST', url: '/Home/DanhSach', data: data, success: function (h) { $('#l').html(h); } });
    }
    </script>"""
    entries = site.look.entries(site.items(site.stories[:size]))
    body = f'<div id="l">{entries}</div>{_clicks("Tin.trang", range(2, last + 1))}{script}'
    site.page("/Home/DanhSach", rest)
    site.page("/tin-tuc", lambda request: site.show(request, "Tin tức", body))
    site.menu.insert(0, ("/tin-tuc", "Tin tức"))
    return site


def script_is_elsewhere() -> Site:
    """The function stands in a file of its own: the other pages are not found, and the report must say so."""
    site = Site("trang-khong-ro", Divs())
    site.head = '<script src="/js/phan-trang.js"></script>'
    site.page("/js/phan-trang.js", Answer("function trang(p){location='/tin?trang='+p}", type="text/javascript"))
    paging = replace(by_query("trang"), links=_call("trang"))
    site.listing("/tin", "Tin tức", site.stories, paging)
    site.menu.insert(0, ("/tin", "Tin tức"))
    site.expected = frozenset(story.number for story in site.stories[: paging.size])
    site.most = 5.0
    return site


# Sections


def nested_sections() -> Site:
    """Sections inside sections: the upper ones list no article, only what is below them."""
    site = Site("nhieu-cap", Look(), address=lambda one: f"/bai/{one.number + 1300}/{one.slug}")
    for section in SECTION_NAMES:
        top = path_of(section)
        stories = site.of_section(section)
        below = []
        for number in range(3):
            path = f"{top}/nhom-{number + 1}"
            half = [one for one in stories if one.number % 3 == number]
            subs = [(f"{path}/muc-{letter}", f"Mục {letter.upper()}", half[at::2]) for at, letter in enumerate("ab")]
            for sub, name, own in subs:
                site.listing(sub, name, own, by_query("page"))
            links = "".join(f'<p><a href="{sub}">{name}</a></p>' for sub, name, _ in subs)
            site.page(path, lambda request, number=number, links=links: site.show(request, f"Nhóm {number + 1}", links))
            below.append(f'<p><a href="{path}">Nhóm {number + 1}</a></p>')
        shown = "".join(below)
        site.page(top, lambda request, section=section, shown=shown: site.show(request, section, shown))
        site.menu.insert(-2, (top, section))
    return site


def dates_in_lists() -> Site:
    """The entries of lists carry the date, the pages do not."""
    return Site("ngay-trong-danh-sach", Divs(dated_pages=False)).sections(by_query("page"))


def pictures_and_files() -> Site:
    """Everything that an article may have, and lists with teasers and no dates."""
    return Site("anh-va-tep", Plain(dated_lists=False, teasers=True, pictures=True)).sections(by_query("page"))


WAYS = (
    sitemap, sitemap_index, news_sitemap, sitemap_elsewhere, rss, atom, rss_part, wp_json,
    page_from_1, page_from_0, trang, liferay, sharepoint, offset, in_path, in_name, in_window, in_blocks, next_link,
    next_in_head, beyond_is_empty, beyond_is_the_last, beyond_is_the_first, beyond_is_404, next_leads_home,
    webforms_numbers, webforms_next, webforms_panel, more_json, more_html, more_post_json, more_post_html,
    script_goes_on, script_loads_by_path, script_fetches, script_posts, script_is_elsewhere,
    nested_sections, dates_in_lists, pictures_and_files,
)  # fmt: skip
