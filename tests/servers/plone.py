"""Plone in its classic theme Barceloneta, in Vietnamese: news items in three folders, each with another listing view.

Zope serves it on loopback under the name localhost, which its virtual hosting maps to the site (an address of digits
cannot be mapped); `plone_fill.py` makes the site.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

from portal_crawler.demo.content import Paragraph

from . import Site, answers, folder, free_port, process, python, run
from .content import ABOUT, CONTACT, POSTER, SECTION_NAMES, TITLE, Story, blocks_html, stories

_SECTIONS = dict(zip(("huyen-uy", "kinh-te-xa-hoi", "van-ban-thong-bao"), SECTION_NAMES, strict=True))

_CONF = """
instancehome {root}
<zodb_db main>
  <blobstorage>
    blob-dir {root}/blobs
    <filestorage>
      path {root}/Data.fs
    </filestorage>
  </blobstorage>
  mount-point /
</zodb_db>
"""

_INI = """
[app:zope]
use = egg:Zope#main
zope_conf = {root}/zope.conf
[pipeline:main]
pipeline = egg:Zope#httpexceptions zope
[server:main]
use = egg:waitress#main
listen = 127.0.0.1:{port}
threads = 3
"""

_ZCML = """
<configure xmlns="http://namespaces.zope.org/zope" xmlns:meta="http://namespaces.zope.org/meta"
    xmlns:five="http://namespaces.zope.org/five">
  <include package="Products.Five" />
  <meta:redefinePermission from="zope2.Public" to="zope.Public" />
  <five:loadProducts file="meta.zcml" />
  <five:loadProducts />
  <five:loadProductsOverrides />
  <securityPolicy component="AccessControl.security.SecurityPolicy" />
</configure>
"""
# POSIX counts to the west: a machine on Vietnamese time, whatever zones are installed
_PLACE = {"TZ": "ICT-7", "zope_i18n_allowed_languages": "vi en", "PYTHONWARNINGS": "ignore"}


@contextmanager
def plone() -> Iterator[Site]:
    """Plone, running."""
    bin_ = python("plone")
    with folder("plone") as root:
        port = free_port()
        host = f"localhost:{port}"
        (root / "etc").mkdir()
        (root / "blobs").mkdir(mode=0o700)
        (root / "etc" / "site.zcml").write_text(_ZCML, encoding="utf-8")
        (root / "zope.conf").write_text(_CONF.format(root=root), encoding="utf-8")
        (root / "zope.ini").write_text(_INI.format(root=root, port=port), encoding="utf-8")
        made = _fill(root, bin_, host)
        log = root / "zope.log"
        with process([bin_ / "runwsgi", root / "zope.ini"], log, **_PLACE):
            answers(f"http://{host}/", log)
            truths = [_truth(story, place) for story, place in zip(stories(), made, strict=True)]
            yield Site.of(f"http://{host}/", truths)


def _fill(root: Path, bin_: Path, host: str) -> list[dict[str, Any]]:
    """Make the site and enter the articles; where each is, as `plone_fill.py` says."""
    articles = []
    for story in stories():
        files = {}
        for name in (*story.pictures, *story.files):
            file = root / "media" / str(story.number) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(story.media(name))
            files[name] = str(file)
        first = story.blocks[0] if story.lead else None
        articles.append(
            {
                "number": story.number,
                "slug": story.slug,
                "title": story.title,
                "section": story.section,
                "published": f"{story.published:%Y/%m/%d %H:%M:%S}",
                "tags": story.tags,
                "lead": first.text if isinstance(first, Paragraph) else "",
                "html": blocks_html(story, lambda name: f"file:{escape(name)}", lead=False),
                "files": files,
            }
        )
    given = {
        "title": TITLE,
        "poster": POSTER,
        "host": host,
        "sections": _SECTIONS,
        "pages": {"gioi-thieu": ("Giới thiệu", f"<p>{ABOUT}</p>"), "lien-he": ("Liên hệ", f"<p>{CONTACT}</p>")},
        "articles": articles,
    }
    (root / "given.json").write_text(json.dumps(given), encoding="utf-8")
    names = {"GIVEN": str(root / "given.json"), "MADE": str(root / "made.json")}
    script = Path(__file__).with_name("plone_fill.py")
    run([bin_ / "zconsole", "run", root / "zope.conf", script], **names, **_PLACE)
    made: list[dict[str, Any]] = json.loads((root / "made.json").read_text("utf-8"))
    return made


def _truth(story: Story, made: dict[str, Any]) -> dict[str, Any]:
    files = made["files"]
    full = {files[name]: address for name, address in made["full"].items()}
    return story.truth(made["url"], files.__getitem__, full)
