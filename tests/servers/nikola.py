"""Nikola with its own theme `bootblog4`, in Vietnamese: hierarchical sections, monthly archives, sitemap, feeds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from . import Site, folder, free_port, python, run, static
from .content import ABOUT, CONTACT, POSTER, TITLE, blocks_html, files_under, stories

_SETTINGS = """
BLOG_AUTHOR = {poster!r}
BLOG_TITLE = {title!r}
SITE_URL = {site!r}
BLOG_EMAIL = "quantri@khelinh.example"
BLOG_DESCRIPTION = "Trang tin của Huyện ủy, HĐND, UBND huyện"
DEFAULT_LANG = "vi"
TRANSLATIONS = {{"vi": ""}}
TIMEZONE = "Asia/Ho_Chi_Minh"
FORCE_ISO8601 = False
DATE_FORMAT = "dd/MM/yyyy HH:mm"
THEME = "bootblog4"
POSTS = (("tin/*.html", "tin", "post.tmpl"),)
PAGES = (("trang/*.html", "", "page.tmpl"),)
COMPILERS = {{"html": [".html"]}}
NAVIGATION_LINKS = {{"vi": (
    ("/archive.html", "Lưu trữ"), ("/categories/index.html", "Chuyên mục"), ("/gioi-thieu/", "Giới thiệu"),
    ("/lien-he/", "Liên hệ"), ("/rss.xml", "RSS"),
)}}
INDEX_DISPLAY_POST_COUNT = 10
INDEX_TEASERS = True
CREATE_MONTHLY_ARCHIVE = True
CATEGORY_ALLOW_HIERARCHIES = True
CATEGORY_PAGES_ARE_INDEXES = True
TAG_PAGES_ARE_INDEXES = False
ENABLE_AUTHOR_PAGES = True
GENERATE_RSS = True
GENERATE_ATOM = True
SHOW_SOURCELINK = True
COPY_SOURCES = True
COMMENT_SYSTEM = ""
FILES_FOLDERS = {{"files": "files"}}
USE_BUNDLES = False
"""


@contextmanager
def nikola() -> Iterator[Site]:
    """The site that Nikola makes, running."""
    bin_ = python("nikola")
    with folder("nikola") as root:
        port = free_port()
        site = f"http://127.0.0.1:{port}/"
        (root / "conf.py").write_text(_SETTINGS.format(poster=POSTER, title=TITLE, site=site), encoding="utf-8")
        (root / "trang").mkdir()
        for slug, title, text in (("gioi-thieu", "Giới thiệu", ABOUT), ("lien-he", "Liên hệ", CONTACT)):
            head = f"<!--\n.. title: {title}\n.. slug: {slug}\n.. date: 2008-01-01 08:00:00\n-->\n\n"
            (root / "trang" / f"{slug}.html").write_text(f"{head}<p>{text}</p>\n", encoding="utf-8")
        (root / "tin").mkdir()
        truths = []
        for story in stories():
            address = files_under("/files", story)
            for name in (*story.pictures, *story.files):
                file = root / "files" / str(story.number) / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(story.media(name))
            head = (
                f"<!--\n.. title: {story.title}\n.. slug: {story.slug}\n"
                f".. date: {story.published:%Y-%m-%d %H:%M:%S} UTC+07:00\n.. category: {story.section}\n"
                f".. tags: {', '.join(story.tags)}\n-->\n\n"
            )
            text = blocks_html(story, address)
            first, _, rest = text.partition("\n")  # the teaser of the lists
            parted = f"{first}\n<!-- TEASER_END -->\n{rest}" if story.number % 2 else text
            (root / "tin" / f"{story.slug}.html").write_text(head + parted, encoding="utf-8")
            truths.append(story.truth(f"{site}tin/{story.slug}/", files_under(f"{site}files", story)))
        run([bin_ / "nikola", "build", "-n", "2"], cwd=root, PYTHONWARNINGS="ignore")
        with static(root / "output", port) as url:
            yield Site.of(url, truths)
