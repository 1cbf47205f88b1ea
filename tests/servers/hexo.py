"""Hexo with the theme `landscape`: addresses by date, archives by year and month, categories, tags, feed, sitemap."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from . import Site, folder, free_port, node, run, static
from .content import ABOUT, POSTER, TITLE, blocks_markdown, files_under, stories

_SETTINGS = """
title: {title}
author: {poster}
url: {site}
language: en
timezone: Asia/Ho_Chi_Minh
permalink: :year/:month/:day/:title/
source_dir: source
public_dir: public
theme: landscape
date_format: DD/MM/YYYY
time_format: HH:mm:ss
per_page: 10
index_generator: {{per_page: 10, order_by: -date}}
archive_generator: {{per_page: 10, yearly: true, monthly: true}}
category_generator: {{per_page: 10}}
tag_generator: {{per_page: 10}}
feed: {{type: [atom, rss2], path: [atom.xml, rss2.xml], limit: 20}}
sitemap: {{path: sitemap.xml, tags: true, categories: true}}
syntax_highlighter: ""
skip_render: "tep/**"
theme_config:
  menu: {{Trang chủ: /, Lưu trữ: /archives, Giới thiệu: /gioi-thieu/}}
"""


@contextmanager
def hexo() -> Iterator[Site]:
    """The site that Hexo makes, running."""
    modules = node("hexo")
    with folder("hexo") as root:
        port = free_port()
        site = f"http://127.0.0.1:{port}"
        (root / "_config.yml").write_text(_SETTINGS.format(title=TITLE, poster=POSTER, site=site), encoding="utf-8")
        installed = json.loads((modules.parent / "package.json").read_text("utf-8"))
        package = {"name": "site", "hexo": {"version": ""}, "dependencies": installed["dependencies"]}
        (root / "package.json").write_text(json.dumps(package), encoding="utf-8")
        (root / "node_modules").symlink_to(modules)
        posts = root / "source" / "_posts"
        posts.mkdir(parents=True)
        (root / "source" / "gioi-thieu").mkdir()
        about = f"---\ntitle: Giới thiệu\n---\n{ABOUT}\n"
        (root / "source" / "gioi-thieu" / "index.md").write_text(about, encoding="utf-8")
        truths = []
        for story in stories():
            address = files_under(f"{site}/tep", story)
            for name in (*story.pictures, *story.files):
                file = root / "source" / "tep" / str(story.number) / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(story.media(name))
            head = {
                "title": story.title,
                "date": f"{story.published:%Y-%m-%d %H:%M:%S}",
                "categories": [story.section],
                "tags": story.tags,
            }
            lines = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in head.items())
            text = f"---\n{lines}---\n{blocks_markdown(story, address)}"
            (posts / f"{story.slug}.md").write_text(text, encoding="utf-8")
        run(["node", modules / "hexo" / "bin" / "hexo", "generate", "--silent"], cwd=root)
        # before seven in the morning Hexo writes the day before into the address: its day is that of UTC
        places = {page.parent.name: page.parent for page in (root / "public").glob("*/*/*/*/index.html")}
        for story in stories():
            path = places[story.slug].relative_to(root / "public")
            truths.append(story.truth(f"{site}/{path}/", files_under(f"{site}/tep", story)))
        with static(root / "public", port) as url:
            yield Site.of(url, truths)
