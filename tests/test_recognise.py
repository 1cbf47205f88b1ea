"""Families by what a page shows. `tests/test_golden.py` has a page of each; here is what must not be taken for one."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from portal_crawler.discover.recognise import recognise
from portal_crawler.page import Page
from portal_crawler.portal import Portal
from portal_crawler.portal.family import families

HOST = "https://xa-a.example"
GOLDEN = Path(__file__).parent / "golden"
WORDPRESS = "<link rel=stylesheet href='/wp-content/themes/xa/style.css'><script src='/wp-includes/js/a.js'></script>"


def named(html: str, *headers: tuple[str, str], url: str = f"{HOST}/") -> str | None:
    page = Page.parse(f"<html><head></head><body>{html}</body></html>", url)
    found = recognise(page, headers)
    return found.family if found else None


def generator(name: str) -> str:
    return f"<meta name='Generator' content='{name}'>"


@pytest.mark.parametrize(
    ("content", "family"),
    [
        ("NukeViet v4.5", "nukeviet"), ("WordPress 6.4.2", "wordpress"), ("wordpress.com", "wordpress"),
        ("Drupal 7 (http://drupal.org)", "drupal-7"), ("Drupal 9 (https://www.drupal.org)", "drupal-10"),
        ("Drupal 11 (https://www.drupal.org)", "drupal-10"), ("Joomla! - Open Source Content Management", "joomla"),
        ("Microsoft SharePoint", "sharepoint"), ("DotNetNuke ", "dnn"), ("Hugo 0.111", None), ("", None),
    ],
)  # fmt: skip
def test_a_generator_alone_names_its_family(content: str, family: str | None) -> None:
    assert named(generator(content)) == family


def test_one_other_sign_is_not_enough_and_two_are() -> None:
    assert named("<img src='/wp-content/uploads/a.jpg'>") is None
    assert named("", ("Set-Cookie", "nv4c_ab12c_u_lang=vi; path=/")) is None
    assert named(WORDPRESS) == "wordpress"
    assert named("<div id='timeoutsess'></div>", ("set-cookie", "NV4C_ab12c_u_lang=vi")) == "nukeviet"


def test_what_a_text_says_is_no_evidence() -> None:
    text = "<p>Lớp tập huấn Joomla! và Drupal 7: option=com_content, /node/12, NukeViet, /wp-content/themes/</p>"
    assert named(text) is None
    assert named(WORDPRESS + text) == "wordpress"


def test_what_other_hosts_have_is_no_evidence() -> None:
    links = WORDPRESS.replace("'/wp-", "'https://xa-b.example/wp-")
    assert named(links) is None
    assert named(links.replace("xa-b", "www.xa-a")) == "wordpress"


def test_what_an_earlier_system_left_behind_weighs_less() -> None:
    left = "<a href='/index.php?option=com_content&view=article&id=9'>a</a><img src='/media/system/images/a.png'>"
    assert named(left) == "joomla"
    assert named(left + generator("WordPress 5.8") + WORDPRESS) == "wordpress"


def test_what_a_web_archive_left_behind_is_no_evidence() -> None:
    left = WORDPRESS.replace("'/wp-", "'/web/20170614025039cs_/http_/xa-a.example/wp-")
    assert named(left) is None
    assert named(left.replace("'/web", f"'{HOST}/web")) is None
    assert named(left + WORDPRESS) == "wordpress"


def test_as_much_evidence_for_two_names_none() -> None:
    joomla = "<a href='/index.php?option=com_content'>a</a><img src='/media/system/images/a.png'>"
    assert named(joomla + WORDPRESS) is None


def test_what_is_built_on_another_comes_before_it() -> None:
    webforms = "<input name='__VIEWSTATE'><a href='/tin.aspx?id=3'>a</a>"
    sharepoint = webforms + "<div id='s4-workspace'></div><script src='/_layouts/15/init.js'></script>"
    tandan = sharepoint + (
        "<a href='/portal/pages/2024-5-17/ten-bai.aspx'>a</a><p class='tandan-p-article-news-title'>a</p>"
    )
    assert [named(html) for html in (webforms, sharepoint, tandan)] == ["webforms", "sharepoint", "tandan"]


def test_the_evidence_is_said_in_words() -> None:
    page = Page.parse(f"<html><head>{generator('NukeViet v4.5')}</head><body id=a></body></html>", f"{HOST}/")
    found = recognise(page, [("Set-Cookie", "nv4c_ab12c_u_lang=vi; path=/")])
    assert found is not None
    assert found.evidence == ("generator 'NukeViet v4.5'", "cookie 'nv4c_ab12c_u_lang'")


def test_families_that_are_built_on_others_name_families() -> None:
    for name, family in families().items():
        assert set(family.recognise.over) <= set(families()) - {name}


@pytest.mark.parametrize("name", ["dakglong", "krongno", "thanhtra"])
def test_real_portals_that_were_saved_from_sharepoint_are_taken_for_nothing_else(shared: Path, name: str) -> None:
    found = Counter[str | None]()
    for path in sorted((shared / "portals" / name / "site").rglob("index.html"))[:40]:
        html = path.read_text("utf-8", "replace")
        if html.strip():
            recognised = recognise(Page.parse(html, f"{HOST}/{path.parent.name}/"), ())
            found[recognised.family if recognised else None] += 1
    assert set(found) <= {"sharepoint", None}
    assert found["sharepoint"] > 10


def test_the_real_article_that_the_project_began_from_is_of_its_family(shared: Path) -> None:
    html = (shared / "seed" / "giang-thanh-article.html").read_text("utf-8", "replace")
    found = recognise(Page.parse(html, f"{HOST}/trang/TinTuc/106/1315/Tin.html"), ())
    assert found is not None
    assert found.family == "trang-tintuc"


def test_a_front_page_of_any_size_is_recognised_in_bounded_time() -> None:
    links = "".join(f"<a href='/muc-{number}/{'a' * 300}'>{number}</a>" for number in range(20_000))
    page = Page.parse(f"<html><body>{links}</body></html>", f"{HOST}/")
    started = time.process_time()
    assert recognise(page, ()) is None
    assert time.process_time() - started < 5


def test_a_family_under_learned_gives_its_tables_and_the_portals_own_win() -> None:
    own = Portal.parse(
        f"[portal]\nname = 'xa'\nurl = '{HOST}/'\n[politeness]\ndelay = 1.0\n[selectors]\ntitle = []\n", "xa.toml"
    )
    learned = own.with_learned(own.learned.model_copy(update={"family": "nukeviet"}))
    given = families()["nukeviet"]
    assert learned.politeness.delay == 1.0  # said, though it is the default's value
    assert learned.selectors.title == ()
    assert learned.selectors.body == given.selectors.body
    assert Portal.parse(learned.to_toml(), "xa.toml") == learned
    assert Portal.parse(learned.to_toml(), "xa.toml").digest == learned.digest
    forgotten = learned.with_learned(own.learned)
    assert forgotten == own
    assert Portal.parse(learned.to_toml(), "xa.toml").with_learned(own.learned).to_toml() == own.to_toml()


def test_a_family_that_the_portal_names_is_not_learned() -> None:
    own = Portal.parse(f"[portal]\nname = 'xa'\nurl = '{HOST}/'\nfamily = 'joomla'\n", "xa.toml")
    assert own.with_learned(own.learned.model_copy(update={"family": "nukeviet"})) == own
