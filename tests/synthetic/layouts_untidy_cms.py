"""Blind looks, made before anyone looked whether they are read: Liferay 6, NukeViet, Drupal 10."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from .layout import Link, Twin
from .markup import links, weekday
from .stories import SECTIONS, Habits, Story, slug
from .untidy import TODAY, Untidy, rows


class Liferay(Untidy):
    """Everything is a parameter, in any order; the first heading is the section's; no title in the page's head."""

    name = "bl-liferay"
    site = "Cổng TTĐT huyện Đắk Moi"
    undated_sections = (SECTIONS[0],)
    soft_missing = False
    ending = ""

    def path(self, story: Story) -> str:
        return (
            f"/web/guest/{slug(story.section)}?p_p_id=101_INSTANCE_dXk2&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view"
            f"&_101_INSTANCE_dXk2_struts_action=%2Fasset_publisher%2Fview_content&_101_INSTANCE_dXk2_urlTitle={story.slug}"
        )

    def twins(self, story: Story) -> list[str]:
        """As portlets of the side link to it."""
        return [
            f"/web/guest/{slug(story.section)}?_101_INSTANCE_dXk2_urlTitle={story.slug}&p_p_state=normal&p_p_mode=view"
            "&_101_INSTANCE_dXk2_struts_action=%2Fasset_publisher%2Fview_content&p_p_lifecycle=0&p_p_id=101_INSTANCE_dXk2"
        ]

    def list_path(self, section: str, number: int) -> str:
        more = "?p_p_id=101_INSTANCE_dXk2&_101_INSTANCE_dXk2_delta=9&_101_INSTANCE_dXk2_cur="
        return f"/web/guest/{slug(section)}" + (f"{more}{number}" if number > 1 else "")

    def side_path(self, name: str) -> str:
        return f"/web/guest/{name}"

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"({story.published:%H:%M | %d/%m/%Y})"

    def lead(self, story: Story) -> str:
        return f'<div class="sapo-wrapper clearfix"><p class="sapo"><strong>{escape(story.lead or "", quote=False)}</strong></p></div>'

    def article(self, story: Story, near: Sequence[Link]) -> str:
        dated = story.published and story.section not in self.undated_sections
        date = f'<span class="time">{self.date(story)}</span>' if dated else ""
        older = rows(near, '<li><a href="{path}">{title}</a> <em>({date})</em></li>')
        return f"""<section class="portlet" id="portlet_101_INSTANCE_dXk2"><header class="portlet-topper">
<h1 class="portlet-title"><span class="portlet-title-text">{story.section}</span></h1></header>
<div class="portlet-content"><div class="asset-full-content show-asset-title"><h3 class="header-title"><span>{self.title(story)}</span></h3>
{date}<div class="asset-content" id="_101_INSTANCE_dXk2_{story.number}"><div class="journal-content-article">{self.inside(story)}</div>
</div><div class="asset-metadata"></div><div class="separator"></div>
<div class="taglib-social">Lượt xem: {story.views} <a href="javascript:print();">In trang</a> <a href="mailto:?">Gửi email</a></div>
<div class="tin-lien-quan"><h4>Các tin đã đưa</h4><ul>{older}</ul></div></div></div></section>"""

    def list(self, heading: str, links: Sequence[Link], pager: Sequence[Link]) -> str:
        found = "".join(
            f'<div class="asset-abstract"><h3 class="asset-title">{link.a()}</h3><span>{link.date}</span>'
            f'<div class="asset-summary">{escape(link.lead, quote=False)}</div><div class="asset-more"><a href="{escape(link.path)}">Chi tiết »</a></div></div>'
            for link in links
        )
        after = "".join(f"<li>{link.a()}</li>" for link in pager)
        return f'<section class="portlet"><h1 class="portlet-title">{heading}</h1>{found}<ul class="lfr-pagination">{after}</ul></section>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows([*self.menu, *self.sides()], '<li><a href="{path}"><span>{title}</span></a></li>')
        twins = [Link(link.title, self.twins(self.told[link.path])[0], link.date) for link in self.latest]
        newest = rows(twins, '<div class="tm"><a href="{path}">{title}</a><span>{date}</span></div>')
        crumb = "".join(f"<li>{link.a()}</li>" for link in crumbs)
        return f"""<!DOCTYPE html><html class="aui ltr" dir="ltr" lang="en-US"><head><title>{self.site}</title>
<meta content="text/html; charset=UTF-8" http-equiv="content-type"/></head><body class="yui3-skin-sam controls-visible">
<a href="#main-content" id="skip-to-content">Skip to Content</a><header id="banner"><h1 class="site-title"><a href="/">{self.site}</a></h1>
<div class="date">{self.clock()}</div></header><nav><ul>{menu}</ul></nav><ul class="breadcrumb"><li><a href="/">Trang chủ</a></li>{crumb}</ul>
<div id="content"><div id="column-2">{main}</div><div id="column-3"><h2>Tin nổi bật</h2>{newest}{self.weather()}{self.counter()}</div></div>
<footer>Giấy phép số 5/GP-STTTT ngày 05/06/2012</footer></body></html>"""


class NukeViet(Untidy):
    """Old NukeViet in a theme of its own; the whole portal again under /en/; twins to print and to save."""

    name = "bl-nukeviet"
    site = "Huyện Nà Sáo"
    habits = Habits(articles=36, signed=0.6, sourced=0.25, bare=0.1, lead=0.8, documents=0.2)
    prints = True
    ending = "/"
    editors = ("p", "word", "nested", "spaced")

    def path(self, story: Story) -> str:
        return f"/vi/news/{slug(story.section)}/{story.slug[:70]}-{story.number}.html"

    def print_path(self, story: Story) -> str:
        return self.path(story).replace("/news/", "/news/print/")

    def twins(self, story: Story) -> list[str]:
        return ["/en" + self.path(story)[3:], self.path(story).replace("/news/", "/news/savefile/")]

    def list_path(self, section: str, number: int) -> str:
        return f"/vi/news/{slug(section)}/" + (f"page-{number}/" if number > 1 else "")

    def side_path(self, name: str) -> str:
        return f"/vi/{name}/"

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"{weekday(story.published)} - {story.published:%d/%m/%Y %H:%M}"

    def list_date(self, story: Story) -> str:
        assert story.published is not None
        return f"{weekday(story.published).title()} {story.published:%d/%m/%Y %H:%M}"

    def article(self, story: Story, near: Sequence[Link]) -> str:
        half = len(near) // 2
        item = '<li><a href="{path}" title="{title}">{title}</a> <span class="date">({date})</span></li>'
        lead = f'<div id="hometext">{escape(story.lead, quote=False)}</div>' if story.lead else ""
        return f"""<div id="news_detail"><h1>{self.title(story)}</h1><span class="time">{self.date(story)}</span>
<div class="action"><a class="email" href="#">Gửi bài</a><a href="{escape(self.print_path(story))}">In ra</a>
<a href="{escape(self.twins(story)[1])}">Lưu bài viết này</a></div>{lead}
<div class="details_content">{self.inside(story, lead=False)}</div>
<div class="rating">Tổng số điểm của bài viết là: 0 trong 0 đánh giá</div><div class="keywords"><strong>Từ khóa: </strong><a href="#">tin</a></div>
<div class="other"><strong>Những tin mới hơn</strong><ul>{rows(near[:half], item)}</ul>
<strong>Những tin cũ hơn</strong><ul>{rows(near[half:], item)}</ul></div></div>"""

    def printed(self, story: Story) -> str:
        return f"""<html><head><title>{self.site} - {self.title(story)}</title></head><body><div id="print"><h1>{self.title(story)}</h1>
<p>{self.date(story)}</p><p>{escape(story.lead or "", quote=False)}</p>{self.inside(story, lead=False)}<p>Bản quyền thuộc {self.site}</p></div></body></html>"""

    def extras(self) -> Iterator[tuple[str, str, str]]:
        yield from super().extras()
        there = [Link(link.title, "/en" + link.path[3:], link.date) for link in self.latest]
        yield "/en/", "Home", rows(there, '<div class="n"><a href="{path}">{title}</a> {date}</div>')

    def row(self, link: Link) -> str:
        return (
            f'<div class="news_column"><div class="items"><h3><a title="{escape(link.title)}" href="{escape(link.path)}">{escape(link.title, quote=False)}</a></h3>'
            f'<div class="time">{link.date}</div><p>{escape(link.lead, quote=False)}</p><a class="more" href="{escape(link.path)}">Xem tiếp...</a></div></div>'
        )

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows(self.menu, '<li><a href="{path}">{title}</a></li>')
        crumb = " » ".join(link.a() for link in crumbs)
        return f"""<!DOCTYPE html><html lang="vi"><head><title>{title} - {self.site}</title><meta name="generator" content="NukeViet v3.4" />
<meta name="description" content="{self.site}" /></head><body><div id="header"><a href="/"><img src="/khung/logo.png" alt="{self.site}"></a>
<span>{self.clock()}, 09:00</span><a href="/vi/">Tiếng Việt</a> <a href="/en/">English</a></div><ul id="nav">{menu}</ul>
<div id="w"><div id="l"><ul>{rows(self.sides(), '<li><a href="{path}">{title}</a></li>')}</ul>{self.weather()}</div>
<div id="c"><div class="bre"><a href="/">Trang nhất</a> » {crumb}</div>{main}</div>
<div id="r"><h3>Tin mới</h3><ul>{self.newest()}</ul><h3>Thăm dò ý kiến</h3><form>Bạn thấy trang này thế nào?</form>{self.counter()}</div></div>
<div id="f">{self.site}</div></body></html>"""


class Drupal(Untidy):
    """A bought theme that prints this year with the day and month of each article; the true date is in /rss.xml alone."""

    name = "bl-drupal"
    site = "Trang thông tin điện tử xã An Thới Hạ"
    habits = Habits(articles=34, signed=0.7, sourced=0.1, bare=0.12, lead=0.0, documents=0.3, captioned=0.5)
    date_in_lists = False
    soft_missing = False
    ending = ""
    editors = ("p", "nested", "spaced", "word")

    def path(self, story: Story) -> str:
        return "/" + "-".join(word for word in story.slug.split("-") if word not in ("to", "an", "the"))[:90]

    def twins(self, story: Story) -> list[str]:
        return [f"/node/{story.number}"]

    def list_path(self, section: str, number: int) -> str:
        return f"/{slug(section)}" + (f"?page={number - 1}" if number > 1 else "")

    def truth(self, story: Story, told: dict[str, Any]) -> dict[str, Any]:
        told = super().truth(story, told)
        date, told["timestamp"] = told["timestamp"], None
        told["listed"] = date if story in list(self.told.values())[:10] else None
        return told

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"{story.published:%d} Tháng {story.published.month}, {TODAY.year}"

    def article(self, story: Story, near: Sequence[Link]) -> str:
        files = links(
            story, lambda path, name: f'<div class="field__item"><span class="file file--mime-application-pdf"><a href="{path}">{name}</a></span></div>'
        )  # fmt: skip
        attached = (
            f'<div class="field field--name-field-tep"><div class="field__label">Tệp đính kèm</div>{files}</div>'
            if files
            else ""
        )
        field = self.draw(story, "field").random() < 0.5 and story.author and not story.source
        author = ""
        if field and story.author:
            names = "".join(f'<div class="field__item">{one}</div>' for one in story.author.split(" - "))
            author = f'<div class="field field--name-field-tac-gia field--label-inline"><div class="field__label">Tác giả</div>{names}</div>'
        teasers = "".join(
            f'<div class="node node--type-article node--view-mode-teaser" about="{escape(link.path)}"><div class="post-image"><img src="{link.picture}"></div>'
            f'<h3 class="post-title">{link.a()}</h3><span class="post-created">{self.date(self.told[link.path])}</span></div>'
            for link in near
        )
        text = self.inside(story, signed=not field)
        if story.documents:
            text = text[: text.find("<p>Tài liệu kèm theo")] + text[text.rfind("</a></p>") + 8 :] if story.texts else ""
        return f"""<article class="node node--type-article node--view-mode-full clearfix" about="{escape(self.path(story))}">
<h1 class="post-title"><span property="schema:name">{self.title(story)}</span></h1>
<div class="post-meta"><span class="post-categories"><a href="{self.list_path(story.section, 1)}">{story.section}</a></span>
<span class="post-created">{self.date(story)}</span></div><div class="post-content node__content clearfix">
<div class="field field--name-body field--type-text-with-summary field--label-hidden field__item">{text}</div>{attached}{author}</div></article>
<div class="related-posts"><h3 class="block-title"><span>Tin liên quan</span></h3>{teasers}</div>"""

    def others(self, story: Story, near: Sequence[Link]) -> Iterator[tuple[str, Twin, str]]:
        yield from super().others(story, near)
        if story is next(iter(self.told.values())):
            items = "".join(
                f"<item><title>{escape(one.title)}</title><link>http://{self.host}{escape(path)}</link>"
                f"<pubDate>{one.published:%a, %d %b %Y %H:%M:%S} +0700</pubDate></item>"
                for path, one in list(self.told.items())[:10]
                if one.published
            )
            yield (
                "/rss.xml",
                "missing",
                f'<?xml version="1.0"?><rss version="2.0"><channel><title>{self.site}</title>{items}</channel></rss>',
            )

    def list(self, heading: str, links: Sequence[Link], pager: Sequence[Link]) -> str:
        found = "".join(
            f'<div class="views-row"><article class="node" about="{escape(link.path)}"><div class="post-title">{link.a()}</div>'
            f'<span class="post-created">{self.date(self.told[link.path])}</span><div>{escape(link.lead, quote=False)}</div></article></div>'
            for link in links
        )
        pages = "".join(
            f'<li class="pager__item"><a href="{link.path}" title="Go to page {link.title}">{link.title}</a></li>'
            for link in pager
        )
        return f'<div class="view-content">{found}</div><nav class="pager"><ul>{pages}</ul></nav>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows([*self.menu, *self.sides()], '<li class="menu-item"><a href="{path}">{title}</a></li>')
        newest = "".join(
            f'<div class="post-title">{link.a()}</div><span class="post-created">{self.date(self.told[link.path])}</span>'
            for link in self.latest
        )
        crumb = " ".join(link.a() for link in crumbs)
        return f"""<!DOCTYPE html><html lang="en" dir="ltr"><head><meta charset="utf-8" /><meta name="Generator" content="Drupal 10 (https://www.drupal.org)" />
<title>{title} | {self.site}</title></head><body class="layout-two-sidebars path-node"><a href="#main-content" class="visually-hidden">Skip to main content</a>
<div class="topbar">{self.clock()}</div><ul class="gva_menu">{menu}</ul><div class="breadcrumb-content">{crumb}</div><div id="main-content">{main}</div>
<aside class="sidebar"><h2 class="block-title">Tin mới</h2>{newest}{self.counter()}</aside><footer>© {TODAY.year}</footer></body></html>"""


UNTIDY_CMS = (Liferay, NukeViet, Drupal)
