"""Traps: portals with addresses without end, and with several addresses for one page. Each has one trap in it."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape

from servers.content import SECTION_NAMES, Story, unaccented

from .build import Site, by_path, by_query
from .kit import HTML, Answer, Handler, Request, Said, redirect
from .looks import Divs, Item, Look, Plain, attribute

_LINK = re.compile(r'(href=")(/[^"]*)"')
_SAMPLE = "Lịch công tác của lãnh đạo Ủy ban nhân dân huyện. Không có sự kiện nào trong thời gian này."


def _news(name: str, look: Look | None = None, **options: object) -> Site:
    return Site(name, look, **options).sections(by_query("page"))  # type: ignore[arg-type]


# Without end


def calendar() -> Site:
    """A calendar beside every page: months on and on, a link for each day."""
    site = _news("lich", Divs())
    site.trap = r"/lich\.aspx"

    def months(year: int, month: int) -> str:
        before, after = divmod(year * 12 + month - 2, 12), divmod(year * 12 + month, 12)
        days = "".join(
            f'<td><a href="/lich.aspx?ngay={day}&amp;thang={month}&amp;nam={year}">{day}</a></td>'
            for day in range(1, 29)
        )
        return (
            f'<table class="c"><tr><td><a href="/lich.aspx?thang={before[1] + 1}&amp;nam={before[0]}">«</a></td>'
            f"<td>Tháng {month}/{year}</td>"
            f'<td><a href="/lich.aspx?thang={after[1] + 1}&amp;nam={after[0]}">»</a></td></tr>'
            f"<tr>{days}</tr></table>"
        )

    def shown(request: Request) -> tuple[int, int]:
        return int(request.query.get("nam", "2025")), int(request.query.get("thang", "12"))

    site.aside = lambda request, story: months(*shown(request))
    site.page("/lich.aspx", lambda request: site.show(request, "Lịch công tác", f"<p>{_SAMPLE}</p>"))
    return site


def calendar_in_path() -> Site:
    """The same, with the months in the path and words of their own on each page."""
    site = _news("lich-thang", Plain())
    site.trap = r"/lich-cong-tac/"
    site.menu.append(("/lich-cong-tac/2025/12", "Lịch công tác"))
    draw = random.Random("lịch")
    words = unaccented(" ".join(story.title for story in site.stories)).split()

    def handler(request: Request) -> Said:
        year, month = map(int, request.path.split("/")[2:4])
        near = [divmod(year * 12 + month - 1 + step, 12) for step in (-12, -1, 1, 12)]
        links = "".join(
            f'<a href="/lich-cong-tac/{one[0]}/{one[1] + 1:02}">Tháng {one[1] + 1}/{one[0]}</a> ' for one in near
        )
        return site.show(request, "Lịch công tác", f"<p>Tuần này: {' '.join(draw.sample(words, 6))}.</p>{links}")

    site.pattern(r"/lich-cong-tac/\d+/\d+", handler)
    return site


def arrows_without_end() -> Site:
    """Beside every page a week with arrows; a script opens the weeks before and after it, on and on."""
    site = _news("tuan-lam-viec", Look())

    def week(request: Request, story: Story | None) -> str:
        number = int(request.query.get("tuan", "52"))
        weeks = ((number - 1, "«"), (number + 1, "»"))
        arrows = " ".join(f'<a href="#" onclick="mo({one})">{word}</a>' for one, word in weeks)
        return f"<script>function mo(k) {{ location.href = '/lam-viec?tuan=' + k }}</script><p>{arrows}</p>"

    site.aside = week
    site.page("/lam-viec", lambda request: site.show(request, "Tuần", f"<p>{_SAMPLE}</p>"))
    return site


def relative_depth() -> Site:
    """Links without a slash before them, on pages that are served at any depth."""
    site = _news("sau-mai", Look(), address=lambda story: f"/tin/{story.number + 1300}/{story.slug}")
    site.trap = r"chuyen-de/|thu-vien/"
    site.foot = lambda request: '<a href="chuyen-de/">Chuyên đề</a> <a href="thu-vien/anh/">Thư viện ảnh</a>'
    site.pattern(
        r".*/(?:chuyen-de|anh)/",
        lambda request: site.show(request, "Chuyên đề", "<p>Chuyên đề của cổng thông tin.</p>"),
    )
    return site


def facets() -> Site:
    """A list that can be narrowed down in every combination, the parameters in the order of the clicks."""
    site = Site("bo-loc", Divs())
    site.trap = r"/tin-tuc\?.*(?:nam|sap-xep|hien-thi|muc)="
    choices = {
        "nam": [str(year) for year in range(2012, 2020)], "sap-xep": ["moi", "cu", "ten"],
        "hien-thi": ["10", "20", "50"], "muc": ["1", "2", "3"],
    }  # fmt: skip
    size = 10

    def handler(request: Request) -> Said:
        query = dict(request.query)
        number = int(query.pop("page", "1"))
        shown: Sequence[Story] = site.stories
        if "nam" in query:
            shown = [one for one in shown if str(one.published.year) == query["nam"]]
        if "muc" in query:
            shown = [one for one in shown if one.section == SECTION_NAMES[int(query["muc"]) - 1]]
        if query.get("sap-xep") == "cu":
            shown = shown[::-1]
        links = ""
        for name, values in choices.items():
            for one in values:
                chosen = "&".join(f"{key}={value}" for key, value in {**query, name: one}.items())
                links += f'<li><a href="/tin-tuc?{attribute(chosen)}">{one}</a></li>'
        last = max(1, -(-len(shown) // size))
        kept = "".join(f"{key}={value}&" for key, value in query.items())
        pager = site.look.pager(
            [(f"/tin-tuc?{kept}page={one}", str(one)) for one in range(1, last + 1) if one != number]
        )
        items = site.items(shown[(number - 1) * size : number * size])
        return site.show(request, "Tin tức", site.look.list("Tin tức", items, pager) + f"<ul>{links}</ul>")

    site.page("/tin-tuc", handler)
    site.menu.insert(0, ("/tin-tuc", "Tin tức"))
    return site


def redirect_loops() -> Site:
    """Two addresses that send to each other, one to itself, one on and on."""
    site = _news("chuyen-huong", Plain())
    site.trap = r"/(?:cu|tu-minh|mai)\b"
    site.menu += [("/cu/a", "Trang cũ"), ("/tu-minh", "Dịch vụ"), ("/mai?buoc=1", "Hỏi đáp")]
    site.page("/cu/a", redirect("/cu/b"))
    site.page("/cu/b", redirect("/cu/a", 301))
    site.page("/tu-minh", redirect("/tu-minh"))
    site.page("/mai", lambda request: redirect(f"/mai?buoc={int(request.query.get('buoc', '1')) + 1}"))
    return site


def _results(site: Site, heading: str, shown: Sequence[Story], links: str) -> str:
    """A list with teasers: what a search or a tag finds."""
    items = [
        Item(site.address(one), one.title, site.look.day(one), (one.paragraphs or (one.title,))[0][:160] + "…")
        for one in shown
    ]
    return site.look.list(heading, items, "") + links


def searches() -> Site:
    """A search whose results link further searches."""
    site = _news("tim-kiem", Divs())
    site.trap = r"/tim-kiem"
    words = sorted({word for story in site.stories for word in story.title.split() if len(word) > 2})

    def links(word: str) -> str:
        near = random.Random(word).sample(words, 8)
        return "".join(
            f'<span><a href="/tim-kiem?tu={attribute(f"{word} {one}"[-40:])}">{escape(one)}</a></span> ' for one in near
        )

    def handler(request: Request) -> Said:
        word = request.query.get("tu", "")
        found = [one for one in site.stories if word.split()[-1:] and word.split()[-1] in one.title][:10]
        return site.show(request, "Tìm kiếm", _results(site, f"Kết quả tìm kiếm: {escape(word)}", found, links(word)))

    site.page("/tim-kiem", handler)
    site.foot = lambda request: f"Từ khóa nổi bật: {links('xã')}"
    return site


def tags() -> Site:
    """A cloud of tags on every page; a tag's page lists its articles with teasers, and has pages."""
    site = _news("tu-khoa", Plain())
    words = (word for story in site.stories for word in story.title.lower().split() if len(word) > 2 and word.isalpha())
    names = [word for word, _ in Counter(words).most_common(60)]
    site.trap = r"/the/"
    site.most = 2.0  # reached before: many of its tags' pages come before the sections' are all read; the aim is 1.6
    size = 10

    def handler(request: Request) -> Said:
        name, _, rest = request.path.removeprefix("/the/").partition("/trang/")
        number = int(rest or 1)
        found = [one for one in site.stories if name in one.title.lower()]
        last = -(-len(found) // size)
        pager = site.look.pager([(f"/the/{name}/trang/{one}", str(one)) for one in range(1, last + 1) if one != number])
        return site.show(
            request, name, _results(site, f"Thẻ: {name}", found[(number - 1) * size : number * size], pager)
        )

    site.pattern(r"/the/[^/]+(?:/trang/\d+)?", handler)
    site.foot = lambda request: " ".join(
        f'<a href="/the/{attribute(one)}">{one}</a>' for one in random.Random(request.target).sample(names, 25)
    )
    return site


# Several addresses of one page


def _rewritten(site: Site, changing: Callable[[Request], Callable[[str], str]]) -> None:
    """Rewrite the links of every page: `changing` is called once a page, what it gives once a link."""

    def wrap(request: Request, routed: Handler) -> Said:
        said = _answer(routed(request))
        return _with_links(said, changing(request)) if said is not None else None

    site.around(wrap)


def _answer(said: Said) -> Answer | None:
    return Answer(said) if isinstance(said, str) else said


def _with_links(said: Answer, change: Callable[[str], str]) -> Answer:
    if said.type != HTML or not isinstance(said.body, str):
        return said
    return replace(said, body=_LINK.sub(lambda link: f'{link[1]}{change(link[2])}"', said.body))


def _drawn(length: int, letters: str = "0123456789abcdef") -> str:
    return "".join(random.choices(letters, k=length))


def session_in_path() -> Site:
    """;jsessionid= in every link, another for each response."""
    site = _news("jsession", Look())

    def wrap(request: Request, routed: Handler) -> Said:
        mark = f";jsessionid={_drawn(32).upper()}"

        def change(href: str) -> str:
            path, question, query = href.partition("?")
            return href if path.startswith("/tep/") else f"{path}{mark}{question}{query}"

        said = _answer(routed(replace(request, target=re.sub(r";jsessionid=\w+", "", request.target))))
        return _with_links(said, change) if said is not None else None

    site.around(wrap)
    return site


def session_before_path() -> Site:
    """ASP.NET without cookies: /(S(…))/ before every path; what comes without is redirected to one with."""
    site = _news("cookieless", Divs(), address=lambda story: f"/tin/{story.slug}-{story.number + 1300}.aspx")
    letters = "abcdefghijklmnopqrstuvwxyz012345"

    def wrap(request: Request, routed: Handler) -> Said:
        found = re.match(r"/\(S\(\w+\)\)", request.target)
        if found is None:
            plain = request.path == "/robots.txt" or request.path.startswith("/tep/")
            return routed(request) if plain else redirect(f"/(S({_drawn(24, letters)})){request.target}")
        said = _answer(routed(replace(request, target=request.target[found.end() :] or "/")))
        return _with_links(said, lambda href: f"{found[0]}{href}") if said is not None else None

    site.around(wrap)
    return site


def session_in_query() -> Site:
    """A parameter of a name that says nothing, another value for each response, in every link."""
    site = _news("phien", Plain())

    def changing(request: Request) -> Callable[[str], str]:
        mark = f"pz={_drawn(26)}"
        return lambda href: f"{href}{'&amp;' if '?' in href else '?'}{mark}"

    _rewritten(site, changing)
    return site


def print_views() -> Site:
    """Each article has a print view by a parameter, and one at an address of its own."""
    site = _news("ban-in", Divs(), address=lambda story: f"/tin/{story.slug}-{story.number + 1300}.html")
    site.trap = r"print|/in/"

    def links(request: Request, story: Story | None) -> str:
        if story is None:
            return ""
        return (
            f'<a href="{site.address(story)}?print=1">In trang</a> <a href="/in/{story.number + 1300}">Bản in</a>'
            f' <a href="/savefile/tin/{story.slug}-{story.number + 1300}.html">Lưu bài</a>'
        )

    def printed(request: Request) -> Said:
        number = int(re.findall(r"\d+", request.path)[-1]) - 1300
        story = next((one for one in site.stories if one.number == number), None)
        return site.article(request, story) if story else None

    site.aside = links
    site.pattern(r"/in/\d+", printed)
    site.pattern(r"/savefile/.*", printed)
    return site


def parameter_order() -> Site:
    """The same article by its parameters in any order, on every second page of lists in the other."""
    site = Site("thu-tu", Look(), address=lambda story: f"/xem.aspx?muc={story.number % 3}&id={story.number + 1300}")
    site.sections(by_query("page"))

    def change(href: str) -> str:
        path, _, query = href.partition("?")
        pieces = query.split("&amp;")
        random.shuffle(pieces)
        return f"{path}?{'&amp;'.join(pieces)}" if len(pieces) > 1 else href

    _rewritten(site, lambda request: change)
    return site


def ports() -> Site:
    """Links with the port that the scheme has anyway."""
    site = _news("cong-80", Divs())
    _rewritten(site, lambda request: lambda href: f"http://{site.host}:80{href}" if len(href) % 2 else href)
    return site


def schemes() -> Site:
    """Links by http and by https, with www and without, as the editors typed them; it answers on http alone."""
    site = _news("giao-thuc", Plain(), hosts=("www.giao-thuc.example",))
    starts = itertools.cycle(
        ["", f"https://{site.host}", f"http://www.{site.host}", f"https://www.{site.host}:443", f"http://{site.host}"]
    )
    _rewritten(site, lambda request: lambda href: href if href.startswith("/tep/") else f"{next(starts)}{href}")
    site.trap = r"https://|//www\."
    return site


def mirror_host() -> Site:
    """A second name that the definition knows as the portal's, with the whole portal on it."""
    site = _news("guong", Look(), hosts=("cu.guong.example",))
    site.trap = r"//cu\."
    site.also = ("cu.guong.example",)
    site.foot = lambda request: '<a href="http://cu.guong.example/">Giao diện cũ</a>'
    _rewritten(site, lambda request: lambda href: f"http://{request.host}{href}")
    return site


def mirror_hosts_mixed() -> Site:
    """The lists link half of the articles by the portal's second name, others by its first, as they were entered."""
    site = _news("hai-ten", Divs(), hosts=("tin.hai-ten.example",))
    site.trap = r"//tin\."
    site.also = ("tin.hai-ten.example",)
    site.aside = lambda request, story: (
        f'<p><a href="http://tin.hai-ten.example{site.address(story)}">Xem trên trang tin</a></p>' if story else ""
    )
    _rewritten(site, lambda request: lambda href: f"http://{request.host}{href}")
    return site


def languages() -> Site:
    """/en/ and /es/ before every path, with the same Vietnamese page behind it; each page links its others."""
    site = _news("ngon-ngu", Plain())
    site.trap = r"/(?:en|es)/"

    def bare(path: str) -> str:
        return re.sub(r"^/(?:en|es)(?=/)", "", path)

    def wrap(request: Request, routed: Handler) -> Said:
        target = bare(request.target)
        prefix = request.target[: len(request.target) - len(target)]
        said = _answer(routed(replace(request, target=target)))
        if said is None or said.type != HTML or not isinstance(said.body, str):
            return said
        switch = "".join(
            f'<a href="{start}{attribute(target)}">{name}</a> '
            for start, name in (("", "Tiếng Việt"), ("/en", "English"), ("/es", "Español"))
        )
        body = str(_with_links(said, lambda href: f"{prefix}{href}").body).replace("<header>", f"<header>{switch}")
        if prefix:
            body = body.replace("Giới thiệu", "About").replace("Liên hệ", "Contact").replace("Trang chủ", "Home")
        return replace(said, body=body)

    site.around(wrap)
    return site


# What is no article


def soft_404s() -> Site:
    """The lists name articles that are not there: 200 with 51 bytes, 200 with words."""
    site = Site("khong-con", Divs())
    site.sections(by_path("/trang-{}.html"))
    gone = "<html><body><h1>404 Not Found</h1></body></html>   "
    assert len(gone) == 51
    said = site.look.shell("Lỗi", "<p>Nội dung bạn tìm không tồn tại hoặc đã bị xóa.</p>", site.menu)
    ghosts = [(f"/huyen-uy/bai-da-xoa-so-{number}-cua-cong-thong-tin.html", number) for number in range(12)]
    for path, number in ghosts:
        site.page(path, gone if number % 2 else said)
    items = [
        Item(path, f"Bài viết số {number} đã được gỡ khỏi cổng thông tin", "12/03/2015") for path, number in ghosts
    ]
    site.welcome = lambda request: site.look.list("Tin đọc nhiều", items, "")
    return site


def placeholders() -> Site:
    """Menus of departments whose pages are to come, a form to write to, a map of the site, a gallery."""
    site = _news("dang-cap-nhat", Look())
    names = [
        "Phòng Nội vụ",
        "Phòng Tài chính - Kế hoạch",
        "Phòng Văn hóa và Thông tin",
        "Hội Chữ thập đỏ huyện Khê Lĩnh",
    ]
    for number, name in enumerate(names):
        path = f"/co-cau/phong-{number}"
        site.menu.append((path, name))
        site.page(
            path,
            lambda request, name=name: site.show(request, name, f"<h2>{name}</h2><p>Nội dung đang cập nhật...</p>"),
        )
    form = '<form action="/gui" method="post"><p>Họ và tên</p><textarea name="noi-dung"></textarea></form>'
    site.page("/gop-y", lambda request: site.show(request, "Góp ý", f"<h2>Góp ý</h2>{form}"))
    site.menu.append(("/gop-y", "Góp ý"))
    return site


def documents() -> Site:
    """Lists of legal documents: a number, a day, an abstract, a file; each has a page of data."""
    site = _news("van-ban", Plain())
    site.menu.insert(0, ("/vb", "Văn bản pháp quy"))
    rows = [
        (
            f"{number}/QĐ-UBND",
            f"{number % 28 + 1:02}/{number % 12 + 1:02}/2019",
            f"Quyết định về việc giao chỉ tiêu kế hoạch số {number}",
        )
        for number in range(10, 40)
    ]

    def table(request: Request) -> Said:
        cells = "".join(
            f'<tr><td>{at + 1}</td><td><a href="/vb/{at}">{code}</a></td><td>{day}</td><td>{words}</td>'
            f'<td><a href="/tep/1/{at}.pdf">Tải về</a></td></tr>'
            for at, (code, day, words) in enumerate(rows)
        )
        head = "<tr><th>STT</th><th>Số ký hiệu</th><th>Ngày ban hành</th><th>Trích yếu</th><th>Tệp</th></tr>"
        return site.show(request, "Văn bản", f"<table>{head}{cells}</table>")

    def one(request: Request) -> Said:
        code, day, words = rows[int(request.path.rpartition("/")[2])]
        pairs = (("Số ký hiệu", code), ("Ngày ban hành", day), ("Ngày hiệu lực", day), ("Trích yếu", words),
                 ("Cơ quan ban hành", "UBND huyện"), ("Người ký", "Nguyễn Văn A"))  # fmt: skip
        cells = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in pairs)
        return site.show(request, code, f"<table>{cells}</table>")

    site.page("/vb", table)
    site.pattern(r"/vb/\d+", one)
    site.most = 1.9  # thirty pages that are documents
    return site


TRAPS = (
    calendar, calendar_in_path, arrows_without_end, relative_depth, facets, redirect_loops, searches, tags,
    session_in_path, session_before_path, session_in_query, print_views, parameter_order, ports, schemes, mirror_host,
    mirror_hosts_mixed, languages, soft_404s, placeholders, documents,
)  # fmt: skip
