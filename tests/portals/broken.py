"""Broken: portals that send what no portal should. Each is whole but for that."""

from __future__ import annotations

import gzip
import random
import threading
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape

from servers.content import Story

from .build import Site, by_query
from .kit import Answer, Handler, Request, Said
from .looks import Divs, Look, Plain
from .ways import XML, urlset

_LETTERS = "abcdeghiklmnopqrstuvxy"


def _news(name: str, look: Look | None = None, **options: int) -> Site:
    return Site(name, look, **options).sections(by_query("page"))


def robots_of_10_mb() -> Site:
    site = _news("robots-lon", articles=40)
    start = "User-agent: *\nDisallow: /noi-bo/\n"
    site.page(
        "/robots.txt", Answer(start + "# " + "x" * 1000 + "\n" + ("Disallow: /kho/abc\n" * 550_000), type="text/plain")
    )
    return site


def sitemap_is_html() -> Site:
    site = _news("sitemap-html", articles=40)
    for path in ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml", "/rss.xml", "/feed/", "/rss"):
        site.page(path, lambda request: site.show(request, "Trang chủ", "<p>Chào mừng bạn.</p>"))
    return site


def sitemap_breaks_off() -> Site:
    """Invalid XML in the middle: what comes before it counts."""
    site = Site("sitemap-hong", articles=40)
    site.sections(by_query("page"))
    whole = urlset(site, site.stories)
    site.page("/sitemap.xml", Answer(whole[: len(whole) // 2] + "<url><loc>&hong;</url></</urlset", type=XML))
    return site


def sitemap_lists_itself() -> Site:
    """An index with itself in it, and three levels of indexes in a circle; the pages hang on the last."""
    site = Site("sitemap-vong", articles=40)

    def index(*names: str) -> Answer:
        members = "".join(f"<sitemap><loc>{site.url}{name}.xml</loc></sitemap>" for name in names)
        return Answer(
            f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{members}</sitemapindex>', type=XML
        )

    site.page("/sitemap.xml", index("sitemap", "a"))
    site.page("/a.xml", index("b"))
    site.page("/b.xml", index("c"))
    site.page("/c.xml", index("a", "tin"))
    site.page("/tin.xml", Answer(urlset(site, site.stories), type=XML))
    return site


def sitemap_is_a_bomb() -> Site:
    """200 MB of blanks in 200 KB."""
    site = _news("sitemap-bom", articles=40)
    packed = gzip.compress(b'<?xml version="1.0"?><urlset>' + b" " * (200 << 20), 6)
    site.page("/sitemap.xml", Answer(packed, type="application/x-gzip"))
    return site


def feed_with_wrong_dates() -> Site:
    """1970, 2099 and nonsense; the pages print no date, so nothing else could be believed."""
    site = Site("rss-ngay-sai", Divs(dated_pages=False), articles=40)
    dates = ("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 2099 23:59:59 +0700", "hôm qua", "32/13/2019", "")

    def item(at: int, story: Story) -> str:
        date = dates[at % (len(dates) + 1)] if at % (len(dates) + 1) < len(dates) else format_datetime(story.published)
        link = f"{site.url[:-1]}{site.address(story)}"
        return f"<item><title>{escape(story.title)}</title><link>{link}</link><pubDate>{date}</pubDate></item>"

    items = "".join(item(at, story) for at, story in enumerate(site.stories))
    site.page("/rss.xml", Answer(f"<rss version='2.0'><channel>{items}</channel></rss>", type="application/rss+xml"))
    site.dated = {story.number for at, story in enumerate(site.stories) if at % (len(dates) + 1) == len(dates)}
    return site


def _words(draw: random.Random, number: int) -> str:
    return " ".join("".join(draw.choices(_LETTERS, k=draw.randint(2, 6))) for _ in range(number))


def paging_without_end() -> Site:
    """A list that has a next page for ever: each says something new, none names an article."""
    site = _news("trang-vo-tan", Divs(), articles=40)
    site.menu.insert(0, ("/hoi-dap", "Hỏi đáp"))

    def handler(request: Request) -> Said:
        number = int(request.query.get("page", "1"))
        text = "".join(f"<p>{_words(random.Random(f'{number}/{one}'), 25)}.</p>" for one in range(4))
        pager = site.look.pager([(f"/hoi-dap?page={number + 1}", "Trang sau"), (f"/hoi-dap?page={number + 2}", "»")])
        return site.show(request, "Hỏi đáp", f"{text}{pager}")

    site.page("/hoi-dap", handler)
    return site


def links_without_end() -> Site:
    """Pages of made-up words, each with links to six others that no page has named before."""
    site = _news("lien-ket-vo-tan", Plain(), articles=40)
    site.menu.insert(0, ("/kho/dau", "Kho dữ liệu"))

    def handler(request: Request) -> Said:
        draw = random.Random(request.path)
        names = [_words(draw, 1) + _words(draw, 1) for _ in range(6)]
        links = "".join(f'<a href="/kho/{name}">{name}</a> ' for name in names)
        return site.show(request, "Kho dữ liệu", f"<p>{_words(draw, 40)}.</p>{links}")

    site.pattern("/kho/.*", handler)
    site.trap = "/kho/"
    return site


def failing_at_random(seed: int = 7) -> Site:
    """One answer in eight is a 500 or a reset, drawn by lot for each address and attempt; some never answer."""
    site = _news("that-thuong", Plain(), articles=40)
    site.never = {site.address(story) for story in site.stories[5:8]}
    tries: dict[str, int] = {}
    lock = threading.Lock()

    def wrap(request: Request, routed: Handler) -> Said:
        if not request.agent:  # the test itself
            return routed(request)
        with lock:
            tries[request.target] = attempt = tries.get(request.target, 0) + 1
        draw = random.Random(f"{seed}/{request.target}/{attempt}").random()
        if request.target in site.never or (draw < 1 / 8 and attempt < 4):
            return Answer("lỗi", 500) if draw < 1 / 16 or request.target in site.never else Answer(dropped=True)
        return routed(request)

    site.around(wrap)
    return site


def dying(after: int = 60) -> Site:
    """The server stops answering after so many requests, until it is told to live again."""
    site = _news("tat-giua-chung", Divs(), articles=80)
    site.alive = False

    def wrap(request: Request, routed: Handler) -> Said:
        if not site.alive and request.agent and len(site.log) >= after:
            return Answer(dropped=True)
        return routed(request)

    site.around(wrap)
    return site


BROKEN: Sequence[object] = (
    robots_of_10_mb, sitemap_is_html, sitemap_breaks_off, sitemap_lists_itself, sitemap_is_a_bomb,
    feed_with_wrong_dates, paging_without_end, links_without_end,
)  # fmt: skip
