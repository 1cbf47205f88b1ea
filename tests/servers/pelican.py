"""Pelican with its own theme `notmyidea`: a static site with categories, tags, authors, period archives and feeds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from . import Site, folder, free_port, python, run, static
from .content import ABOUT, POSTER, TITLE, blocks_markdown, files_under, stories

_SETTINGS = """
AUTHOR = {poster!r}
SITENAME = {title!r}
SITEURL = {site!r}
PATH = "content"
STATIC_PATHS = ["tep"]
ARTICLE_PATHS = ["tin"]
TIMEZONE = "Asia/Ho_Chi_Minh"
DEFAULT_LANG = "vi"
DEFAULT_DATE_FORMAT = "%d/%m/%Y"
DEFAULT_PAGINATION = 10
THEME = "notmyidea"
ARTICLE_URL = "tin/{{slug}}.html"
ARTICLE_SAVE_AS = "tin/{{slug}}.html"
YEAR_ARCHIVE_URL = "luu-tru/{{date:%Y}}/"
YEAR_ARCHIVE_SAVE_AS = "luu-tru/{{date:%Y}}/index.html"
FEED_ALL_RSS = "feeds/all.rss.xml"
FEED_ALL_ATOM = "feeds/all.atom.xml"
CATEGORY_FEED_ATOM = "feeds/{{slug}}.atom.xml"
FEED_MAX_ITEMS = 20
LINKS = (("Cổng tỉnh", "http://namlinh.example/"),)
"""


@contextmanager
def pelican() -> Iterator[Site]:
    """The site that Pelican makes, running."""
    bin_ = python("pelican")
    with folder("pelican") as root:
        port = free_port()
        site = f"http://127.0.0.1:{port}"
        (root / "pelicanconf.py").write_text(_SETTINGS.format(poster=POSTER, title=TITLE, site=site), encoding="utf-8")
        pages = root / "content" / "pages"
        pages.mkdir(parents=True)
        (pages / "gioi-thieu.md").write_text(f"Title: Giới thiệu\n\n{ABOUT}\n", encoding="utf-8")
        texts = root / "content" / "tin"
        texts.mkdir()
        truths = []
        for story in stories():
            address = files_under(f"{site}/tep", story)
            for name in (*story.pictures, *story.files):
                file = root / "content" / "tep" / str(story.number) / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(story.media(name))
            head = {
                "Title": story.title,
                "Date": f"{story.published:%Y-%m-%d %H:%M:%S}",
                "Category": story.section,
                "Slug": story.slug,
                "Tags": ", ".join(story.tags),
            }
            lines = "".join(f"{key}: {value}\n" for key, value in head.items() if value)
            (texts / f"{story.slug}.md").write_text(f"{lines}\n{blocks_markdown(story, address)}", encoding="utf-8")
            truths.append(story.truth(f"{site}/tin/{story.slug}.html", address))
        run([bin_ / "pelican", "--settings", "pelicanconf.py", "--output", "output"], cwd=root)
        with static(root / "output", port) as url:
            yield Site.of(url, truths)
