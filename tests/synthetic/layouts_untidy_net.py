"""Blind looks, made before anyone looked whether they are read: SharePoint, Tandan on it, DotNetNuke, plain WebForms."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from html import escape

from .layout import Link
from .markup import WEEKDAYS, links, twelve
from .stories import SECTIONS, Habits, Story
from .untidy import TODAY, Untidy, rows

_STATE = '<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="/wEPDwUKLTM2MTk4MDA2Nw9kFgICAw==" />'


class SharePoint(Untidy):
    """Web parts in web parts; ids begin with a GUID that no two pages share; the related list is in the text's cell."""

    name = "bl-sharepoint"
    site = "Cổng thông tin điện tử huyện Khe Lụa"
    ending = ".aspx"
    undated_sections = (SECTIONS[2],)
    soft_missing = False

    def path(self, story: Story) -> str:
        return f"/Pages/chi-tiet-tin.aspx?ItemID={story.number}&CateID={SECTIONS.index(story.section) + 3}"

    def twins(self, story: Story) -> list[str]:
        more = self.draw(story, "twice").random() < 0.15
        return [f"/Pages/chi-tiet-tin.aspx?ItemID={story.number}&CateID=9"] if more else []

    def list_path(self, section: str, number: int) -> str:
        return f"/Pages/tin-tuc.aspx?CateID={SECTIONS.index(section) + 3}" + (f"&Page={number}" if number > 1 else "")

    def side_path(self, name: str) -> str:
        return f"/Pages/{name}.aspx"

    def date(self, story: Story) -> str:
        return f"{story.published:%d/%m/%Y %H:%M}"

    def lead(self, story: Story) -> str:
        return f'<p class="ms-rteElement-P"><b>{escape(story.lead or "", quote=False)}</b></p>'

    def article(self, story: Story, near: Sequence[Link]) -> str:
        guid = str(uuid.UUID(hashlib.md5(self.path(story).encode()).hexdigest())).replace("-", "_")
        part = f"ctl00_m_g_{guid}_ctl00"
        dated = story.published and story.section not in self.undated_sections
        date = f'<span id="{part}_pnHide_lblDate">{self.date(story)}</span>' if dated else ""
        older = rows(near, '<li><a href="{path}">{title}</a><span class="ShowDate">({date})</span></li>')
        ext = hashlib.md5(story.title.encode()).hexdigest().upper()
        return f"""<div webpartid="{guid}" haspers="false" id="WebPartWPQ4" width="100%" class="ms-WPBody noindex">
<div id="{part}"><table id="tableforprint" width="100%"><tbody>
<tr><td><p class="Title">{self.title(story)}</p></td></tr>
<tr><td align="right">{date} <a href="javascript:void(0)" onclick="InTrang()">In trang</a> Cỡ chữ: A- A A+</td></tr>
<tr><td style="TEXT-ALIGN: justify"><div class="ms-rtestate-field"><div class="ExternalClass{ext}">{self.inside(story)}
</div></div><tr><td id="MSOZoneCell_WebPartWPQ12" valign="top"><table class="tbtinkhac" width="100%"><tbody>
<tr><td class="OtherTitle"><p class="OtherTitle">TIN ĐÃ ĐƯA</p></td></tr></tbody></table>
<table width="100%"><tbody><tr><td class="Other"><ul>{older}</ul></td></tr></tbody></table></td></tr></td></tr>
</tbody></table></div></div>"""

    def row(self, link: Link) -> str:
        date = f'<span class="ShowDate">({link.date})</span>' if link.date else ""
        picture = f'<a href="{escape(link.path)}"><img src="{link.picture}" width="120"></a>' if link.picture else ""
        return f"<tr><td>{picture}</td><td>{link.a()} {date}<br><span>{escape(link.lead, quote=False)}</span></td></tr>"

    def list(self, heading: str, links: Sequence[Link], pager: Sequence[Link]) -> str:
        pages = "&nbsp;".join(link.a() for link in pager)
        return f'<table class="ms-summarystandardbody" width="100%">{"".join(map(self.row, links))}</table><div>{pages}</div>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows(
            self.menu, '<li class="static"><a class="static menu-item" href="{path}"><span>{title}</span></a></li>'
        )
        sides = rows(self.sides(), '<li><a href="{path}">{title}</a></li>')
        crumb = " &gt; ".join(link.a() for link in crumbs)
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><html lang="en-us" dir="ltr"><head>
<meta name="GENERATOR" content="Microsoft SharePoint" /><title>
	{self.site}
</title><link rel="stylesheet" href="/_layouts/1033/styles/Themable/corev4.css"/></head>
<body scroll="no" onload="_spBodyOnLoadWrapper();" class="v4master"><form method="post" action="/Pages/default.aspx" id="aspnetForm">
{_STATE}<div id="s4-ribbonrow"><a href="javascript:;">Skip Ribbon Commands</a><a href="javascript:;">Skip to main content</a></div>
<h1 style="display:none">Home</h1><div id="s4-workspace"><div id="banner"><img src="/khung/logo.png" alt="image banner"></div>
<span id="tP">{self.clock()} - 9:00 AM</span><ul class="root static">{menu}</ul>
<table width="100%"><tr><td id="left"><ul>{sides}</ul><div class="tinmoi"><b>TIN MỚI</b><ul>{self.newest()}</ul></div></td>
<td id="MSO_ContentTable"><div class="breadcrumb">Trang chủ &gt; {crumb}</div>{main}</td>
<td id="right">{self.weather()}<br>{self.counter()}</td></tr></table>
<div class="footer">{self.site}. Giấy phép số 12/GP-TTĐT ngày 20/03/2014. Trưởng ban biên tập: Ông Đỗ Văn Giang</div></div></form></body></html>"""


class Tandan(Untidy):
    """A vendor's pages on SharePoint: the day in the address, a print twin, the summary apart, sources below."""

    name = "bl-tandan"
    site = "Trang thông tin điện tử xã Bản Vạc"
    habits = Habits(articles=32, signed=0.7, sourced=0.2, bare=0.12, lead=0.9, documents=0.2)
    ending = ".aspx"
    prints = True

    def path(self, story: Story) -> str:
        assert story.published is not None
        mark = hashlib.md5(story.title.encode()).hexdigest()[:6]
        return f"/portal/pages/{story.published.year}-{story.published.month}-{story.published.day}/{story.slug[:60]}{mark}.aspx"

    def print_path(self, story: Story) -> str:
        return f"/portal/pages/print.aspx?p={story.number}"

    def list_path(self, section: str, number: int) -> str:
        return f"/portal/pages/{super().list_path(section, 1)[1:]}" + (f"?PageIndex={number}" if number > 1 else "")

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"{story.published:%d/%m/%Y} {twelve(story.published, ('SA', 'CH'))}"

    def list_date(self, story: Story) -> str:
        assert story.published is not None
        return f"{story.published:%d/%m/%Y} | {twelve(story.published, ('AM', 'PM'))}"

    def article(self, story: Story, near: Sequence[Link]) -> str:
        other = rows(near, '<div class="tandan-p-other"><a href="{path}">{title}</a> <i>{date}</i></div>')
        lead = (
            f'<div class="tandan-p-article-news-summary">{escape(story.lead, quote=False)}</div>' if story.lead else ""
        )
        return f"""<div class="tandan-div-article"><h2 class="portlet-hd">{story.section}</h2>
<div class="tandan-p-article-news-title">{self.title(story)}</div>
<div><span class="tandan-span-date-publish">{self.date(story)}</span> <span>Lượt xem: {story.views}</span>
<a href="{escape(self.print_path(story))}" target="_blank">In bài viết</a></div>{lead}
<div class="tandan-p-article-main">{self.inside(story, lead=False)}</div>
<div>Đánh giá: <span>0.0/5</span></div>
<div class="tandan-div-article-other"><div>Các tin mới hơn:</div>{other}</div></div>"""

    def printed(self, story: Story) -> str:
        lead = f"<p><b>{escape(story.lead, quote=False)}</b></p>" if story.lead else ""
        return f"""<html><head><title>{self.site}</title></head><body onload="window.print()"><h3>{self.site}</h3>
<h2>{self.title(story)}</h2><i>{self.date(story)}</i>{lead}<div>{self.inside(story, lead=False)}</div></body></html>"""

    def row(self, link: Link) -> str:
        return (
            f'<div class="tandan-p-item"><a href="{escape(link.path)}"><img src="{link.picture or "/khung/logo.png"}"></a>'
            f'<h4>{link.a()}</h4><span class="d">{link.date}</span><p>{escape(link.lead, quote=False)[:90]}...</p></div>'
        )

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows([*self.menu, *self.sides()], '<li><a href="{path}">{title}</a></li>')
        crumb = "".join(f"<span> / {link.a()}</span>" for link in crumbs)
        marquee = rows(self.latest, '<a href="{path}">{title}</a> ({date})&nbsp;')
        return f"""<!DOCTYPE html><html lang="en-us"><head><title>{self.site}</title></head><body><form id="aspnetForm" method="post">
{_STATE}<h1 class="ms-hide">Home</h1><div id="hd"><div id="ngay">{self.clock()}</div><ul>{menu}</ul></div>
<marquee>{marquee}</marquee><div class="bc"><a href="/">Trang chủ</a>{crumb}</div><div id="ct">{main}</div>
<div id="rt"><h3>Tin mới nhất</h3><ul>{self.newest()}</ul><div>{self.weather()}</div>{self.counter()}</div>
<div id="ft">Chịu trách nhiệm: Bà Lò Thị Mận - Chủ tịch UBND xã. Cập nhật: {TODAY:%d/%m/%Y}</div></form></body></html>"""


class Dnn(Untidy):
    """DotNetNuke: `dnn_ctr` ids, tabs and modules by number; views and comments follow the date; authors have a place."""

    name = "bl-dnn"
    site = "UBND thành phố Tân Dỗi"
    habits = Habits(articles=36, dated=0.95, signed=0.6, sourced=0.2, bare=0.15, documents=0.35)
    ending = ".aspx"
    editors = ("p", "word", "div", "nested")

    def path(self, story: Story) -> str:
        return f"/tin-tuc/tabid/{SECTIONS.index(story.section) + 71}/ctl/detail/mid/412/id/{story.number}/Default.aspx"

    def list_path(self, section: str, number: int) -> str:
        tab = SECTIONS.index(section) + 71
        return f"/Default.aspx?tabid={tab}" + (f"&ctl=list&mid=412&currentpage={number}" if number > 1 else "")

    def side_path(self, name: str) -> str:
        return f"/{name}/tabid/{int(hashlib.md5(name.encode()).hexdigest(), 16) % 900 + 100}/Default.aspx"

    def date(self, story: Story) -> str:
        assert story.published is not None
        one = story.published
        return f"{one:%H:%M}, {WEEKDAYS[one.weekday()].title()}, {one.day}-{one.month}-{one.year}"

    def article(self, story: Story, near: Sequence[Link]) -> str:
        box = "dnn_ctr412_ViewNews_ctl00"
        date = f"{self.date(story)} " if story.published else ""
        related = rows(near, '<li><a class="lnk" href="{path}">{title}</a> <span class="ngay">({date})</span></li>')
        files = (
            links(story, lambda path, name: f'<a class="CommandButton" href="{path}">{name}</a><br>')
            if story.texts
            else ""
        )
        return f"""<div class="DnnModule DnnModule-412"><a name="412"></a><div id="dnn_ctr412_ContentPane"><div class="newsdetail">
<span id="{box}_lblTitle" class="Head">{self.title(story)}</span><br/>
<span class="Normal">{date}<img src="/khung/in.gif"> {story.views} <img src="/khung/in.gif"> 0</span>
<div id="{box}_pnlContent" class="Normal">{self.inside(story)}</div>
<div id="{box}_pnlFiles">{files}</div>
<div class="tags">Từ khóa: <a href="/tim-kiem.aspx?q=n%C3%B4ng+d%C3%A2n">nông dân</a></div>
<div class="khac"><b>Tin cùng chuyên mục</b><ul>{related}</ul></div></div></div></div>"""

    def inside(self, story: Story, *, lead: bool = True, signed: bool = True) -> str:
        if story.texts:  # documents stand in their own panel
            text = super().inside(story, lead=lead, signed=signed)
            return text.replace("<p>Tài liệu kèm theo:</p>", "").replace(
                "\n".join(self._document(story, name) for name in story.documents) if story.documents else "\0", ""
            )
        return super().inside(story, lead=lead, signed=signed)

    def row(self, link: Link) -> str:
        date = f'<span class="ngay">{link.date}</span>' if link.date else ""
        return f'<li class="item"><a href="{escape(link.path)}"><img src="{link.picture}"></a>{link.a()} {date}<div>{escape(link.lead, quote=False)}</div></li>'

    def list(self, heading: str, links: Sequence[Link], pager: Sequence[Link]) -> str:
        last = f'<div class="PagingTable">Trang {"".join(link.a() for link in pager)}</div>' if pager else ""
        return f'<div class="DnnModule"><ul>{"".join(map(self.row, links))}</ul>{last}</div>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows(self.menu, '<td class="mainMenu"><a href="{path}">{title}</a></td>')
        sides = rows(self.sides(), '<a class="left" href="{path}">{title}</a><br>')
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"><html xml:lang="en-US" lang="en-US"><head id="Head">
<meta name="GENERATOR" content="DotNetNuke " /><title>{self.site}</title></head><body id="Body"><form name="Form" method="post" id="Form">
{_STATE}<div id="dnn_HeaderPane">{self.clock()}</div><table id="dnn_dnnMENU"><tr>{menu}</tr></table>
<div class="breadcrumb"><span id="dnn_dnnBREADCRUMB_lblBreadCrumb"><a class="SkinObject" href="{crumbs[0].path or "#"}">{crumbs[0].title}</a></span></div>
<div id="dnn_LeftPane">{sides}<div>{self.weather()}</div></div><div id="dnn_ContentPane">{main}</div>
<div id="dnn_RightPane"><h2>Tin mới</h2><ul>{self.newest()}</ul>{self.counter()}</div>
<div id="dnn_FooterPane">Bản quyền 2013 thuộc về UBND thành phố Tân Dỗi. Đăng ký ngày 11/02/2013</div></form></body></html>"""


class WebForms(Untidy):
    """Lists whose further pages a POST opens, which fails: older articles hang on the related lists of younger ones."""

    name = "bl-webforms"
    site = "Trang TTĐT Phú Lụa"
    habits = Habits(articles=33, signed=0.7, sourced=0.1, bare=0.12, documents=0.25)
    ending = ".aspx"
    date_in_lists = False

    def path(self, story: Story) -> str:
        return f"/chitiet.aspx?id={story.number}"

    def list_path(self, section: str, number: int) -> str:
        return f"/danhmuc.aspx?cm={SECTIONS.index(section) + 1}" + (f"&unlinked={number}" if number > 1 else "")

    def date(self, story: Story) -> str:
        assert story.published is not None
        return f"Cập nhật lúc {story.published:%Hh%M} ngày {story.published:%d-%m-%Y}"

    def article(self, story: Story, near: Sequence[Link]) -> str:
        older = rows(near, '<tr><td><img src="/khung/cho.gif"> <a href="{path}">{title}</a></td></tr>')
        return f"""<table id="ctl00_cph_tblMain" cellspacing="0" border="0"><tr><td class="tdcat">{story.section}</td></tr>
<tr><td><span id="ctl00_cph_lblTD" style="color:#C00000;font-weight:bold;">{self.title(story)}</span></td></tr>
<tr><td><span id="ctl00_cph_lblNgay" style="font-size:8pt;">{self.date(story)}</span></td></tr>
<tr><td><span id="ctl00_cph_lblND">{self.inside(story)}</span></td></tr>
<tr><td align="right"><a href="javascript:history.back()">Quay lại</a> | <a href="#top">Đầu trang</a></td></tr></table>
<table><tr><td><b>Các tin khác</b></td></tr>{older}</table>"""

    def list(self, heading: str, links: Sequence[Link], pager: Sequence[Link]) -> str:
        pages = "".join(
            f"<td><a href=\"javascript:__doPostBack('ctl00$cph$gv','Page${one}')\">{one}</a></td>"
            for one in range(2, len(pager) + 1)
        )
        return f'<table id="ctl00_cph_gv">{"".join(map(self.row, links))}<tr><td><table><tr><td>1</td>{pages}</tr></table></td></tr></table>'

    def row(self, link: Link) -> str:
        return f'<tr><td><a href="{escape(link.path)}"><b>{escape(link.title, quote=False)}</b></a><br>{escape(link.lead, quote=False)}</td></tr>'

    def shell(self, title: str, main: str, crumbs: Sequence[Link], head: str = "") -> str:
        menu = rows([*self.menu, *self.sides()], '<tr><td><a href="{path}">{title}</a></td></tr>')
        return f"""<html xmlns="http://www.w3.org/1999/xhtml"><head><title>
	{self.site}
</title></head><body><form name="aspnetForm" method="post" action="{escape(crumbs[0].path)}" id="aspnetForm">
<input type="hidden" name="__EVENTTARGET" value="" /><input type="hidden" name="__EVENTARGUMENT" value="" />{_STATE}
<table width="990" align="center"><tr><td colspan="3"><img src="/khung/bieu-ngu.jpg"></td></tr><tr><td colspan="3">{self.clock()}</td></tr>
<tr><td width="180" valign="top"><table>{menu}</table></td><td valign="top">{main}</td>
<td width="200" valign="top"><b>Tin đọc nhiều</b><ul>{self.newest('<li><a href="{path}">{title}</a></li>')}</ul>{self.counter()}{self.weather()}</td></tr>
<tr><td colspan="3" align="center">{self.site}<br>Điện thoại: 0200 111 000</td></tr></table></form></body></html>"""


UNTIDY_NET = (SharePoint, Tandan, Dnn, WebForms)
