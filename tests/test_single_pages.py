"""What is read of a single page of an unknown site: which of its dates is the article's, and which lines its text."""

from __future__ import annotations

import pytest

from archive.record import Article
from archive.warc.capture import Capture
from portal_crawler.extract import NotArticle, extract
from portal_crawler.portal import Portal

URL = "https://notes.example/repairs/the-village-pump"
TEXT = (
    "The pump behind the hall had not given water since the frost, and nobody could say which leather had split.",
    "We took the head off on Saturday with two spanners and a rope, and laid the parts on the grass in their order.",
    "By Sunday evening the water came, brown at first and then clear, and the children were sent for the big kettle.",
)


def read(under: str = "", *, head: str = "", text: tuple[str, ...] = TEXT, behind: str = "", url: str = URL) -> Article:
    body = "".join(f"<p>{one}</p>" for one in text)
    html = (
        "<html lang=en><head><meta charset=utf-8>"
        f"<title>Mending the village pump | Hill Notes</title>{head}</head><body>"
        f"<nav><a href=/>Home</a> <a href=/walks>Walks</a></nav><main><h1>Mending the village pump</h1>{under}"
        f"<div>{body}</div>{behind}</main></body></html>"
    )
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    found = extract(Capture(url, 200, headers, html.encode()), Portal.of_url(url))
    assert isinstance(found, Article), found
    return found


def said(published: str) -> str:
    return f'<meta property="article:published_time" content="{published}">'


@pytest.mark.parametrize(
    ("under", "head", "day"),
    [
        ("<p>March 14, 2019</p>", said("2024-09-02T03:10:00+00:00"), "2019-03-14"),  # imported, or saved anew
        ("<p>Updated March 14, 2019</p>", said("2018-02-01T08:00:00+00:00"), "2018-02-01"),
        ("<p>September 2, 2024</p>", said("2018-02-01T08:00:00+00:00"), "2018-02-01"),  # when it was changed
        ("<p>March 9, 2019</p>", said("03-09-2019"), "2019-03-09"),  # the month first, as the line shows
        ("<p>09.10.2019</p>", said("2019-09-10T08:00:00+00:00"), "2019-09-10"),
        ("<p>2/24/2019</p>", "", "2019-02-24"),
        ("<p><a href=/2019/03/14/><time>March 14, 2019</time></a></p>", "", "2019-03-14"),
        (
            "<p><a href=/by/jo>Jo Sample</a> <a href=/2019/>14 Mar 2019</a> <a href=/repairs>Repairs</a></p>",
            "",
            "2019-03-14",
        ),
    ],
)
def test_the_day_of_publication_is_told_from_the_others_of_a_page(under: str, head: str, day: str) -> None:
    assert (read(under, head=head).timestamp or "")[:10] == day


def test_a_page_that_says_only_when_it_was_updated_has_no_date() -> None:
    assert read("<p>Last updated on March 14, 2019</p>").timestamp is None


def test_a_moment_in_utc_is_of_the_day_that_the_address_tells() -> None:
    assert (
        read(head=said("2019-03-15T02:41:00+00:00"), url="https://notes.example/2019/03/14/pump").timestamp
        == "2019-03-14"
    )
    assert read(url="https://notes.example/2019/03/14/pump").timestamp == "2019-03-14"
    assert read(url="https://notes.example/pump-20190314101500").timestamp is None


def test_the_linked_entry_of_a_list_under_the_title_gives_no_date() -> None:
    listed = "<p><a href=/a>The hall door hangs straight again after all these years</a> (March 14, 2019)</p>"
    assert read(listed).timestamp is None


def test_the_day_of_a_film_beside_the_title_is_not_the_article_s() -> None:
    film = '<figure><figcaption>Film, 3 min | <time datetime="2019-03-01">1.3.19</time></figcaption></figure>'
    assert read(film, head=said("2019-03-14T08:00:00+01:00")).timestamp == "2019-03-14T08:00:00+01:00"


def test_properties_are_read_as_react_spells_them() -> None:
    when = '<div><meta itemProp="datePublished" content="2019-03-14T08:00:00+01:00"></div>'
    assert read(when).timestamp == "2019-03-14T08:00:00+01:00"


def test_a_list_of_links_that_a_sentence_announces_is_of_the_text_and_one_behind_it_is_not() -> None:
    links = "".join(f"<p><a href=https://pumps.example/{n}>How a lift pump works, part {n}</a></p>" for n in range(4))
    own = (*TEXT[:2], f"These pages helped us most with the valves:</p>{links}<p>", TEXT[2])
    assert "part 3" in read(text=own).body
    assert "part 3" not in read(behind=links).body


def test_titles_with_teasers_behind_the_text_are_other_articles() -> None:
    entries = "".join(
        f"<div><h3><a href=/repairs/{n}>The hall door hangs straight again, {n}</a></h3><p>8 hours ago</p>"
        f"<p>Three hinges and {n} days of planing were all that it took to close it.</p></div>"
        for n in range(2, 8)
    )
    text = tuple(f"{day}: {one}" for day in ("Monday", "Tuesday", "Friday") for one in TEXT)
    body = read(text=text, behind=f"<h2>More Hill Notes</h2>{entries}").body
    assert "planing" not in body
    assert "More Hill Notes" not in body
    assert "Friday: By Sunday" in body


TEASERS = "".join(
    f'<div class="card"><h3><a href="/pumps/{n}">{name} pump of brass and steel</a></h3><p>{n} left.</p></div>'
    for n, name in enumerate(
        ("Suction", "Lift", "Chain", "Rope", "Treadle", "Hand", "Wind", "Solar", "Barrel", "Screw")
    )
)


def judged(body: str, *, url: str = URL, head: str = "") -> Article | NotArticle:
    html = f"<html lang=en><head><title>Village pumps</title>{head}</head><body><main>{body}</main></body></html>"
    return extract(Capture(url, 200, (("Content-Type", "text/html"),), html.encode()), Portal.of_url(url))


PROSE = "".join(f"<p>{one}</p>" for one in TEXT)


@pytest.mark.parametrize(
    ("body", "url", "head", "reason"),
    [
        (f"<h1>Village pumps</h1>{PROSE}", "https://pumps.example/?utm_source=x", "", "a front page"),
        (
            f"<h1>Village pumps</h1>{PROSE}",
            URL,
            '<meta property="og:type" content="product.group">',
            "a product's page",
        ),
        (f"<h1>Village pumps</h1>{PROSE}", "https://pumps.example/category/hand/", "", "a section's own page"),
        (f"<h1>Village pumps</h1>{TEASERS}<div>{PROSE}</div>", URL, "", "a listing"),
    ],
)
def test_a_single_page_that_is_no_article_says_what_it_is(body: str, url: str, head: str, reason: str) -> None:
    answer = judged(body, url=url, head=head)
    assert isinstance(answer, NotArticle), answer
    assert answer.reason.startswith(reason)


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (f"<h1>The pump is mended</h1><p>{TEXT[0]}</p>", URL),  # short and undated, with a heading over it
        (f"<h1>Village pumps</h1><p>March 14, 2019</p>{PROSE}", "https://pumps.example/category/hand/"),  # dated
        (f"<h1>The pump is mended</h1>{PROSE}", "https://pumps.example/?nv=news&id=12"),
        (f"<h1>The pump is mended</h1><div>{PROSE}</div><aside>{TEASERS}</aside>", URL),
    ],
)
def test_a_short_notice_or_one_beside_teasers_is_an_article(body: str, url: str) -> None:
    assert isinstance(judged(body, url=url), Article)


def test_the_title_that_machines_are_told_and_no_line_shows_is_surer_than_a_heading_of_the_text() -> None:
    told = '<meta property="og:title" content="Village pumps">'
    told_once = '<meta property="og:title" content="Water for everyone">'
    assert isinstance(one := judged(f"<p>{TEXT[0]}</p><h2>How it was done</h2>{PROSE}", head=told), Article)
    assert (one.title, "How it was done" in one.body) == ("Village pumps", True)
    assert isinstance(other := judged(f"<h2>How it was done</h2>{PROSE}", head=told_once), Article)
    assert other.title == "How it was done"


def test_a_button_that_is_never_closed_does_not_swallow_the_article() -> None:
    answer = judged(f"<button class=menu><svg><path d=M0></svg></main><main><h1>Village pumps</h1>{PROSE}")
    assert isinstance(answer, Article), answer
    assert answer.body.split("\n\n") == list(TEXT)


def test_what_a_reader_unfolds_is_of_the_text_and_what_else_is_hidden_is_not() -> None:
    folded = "<p>Ask the smith in the lower village, he has turned two such valves before, and keeps the brass.</p>"
    shown = f'<h2>Who mends the valve?</h2><div class=faq-answer style="display:none">{folded}</div>'
    other = f'<div class=dialog style="display:none">{folded.replace("smith", "miller")}</div>'
    assert isinstance(answer := judged(f"<h1>Village pumps</h1>{PROSE}{shown}{other}"), Article)
    assert ("smith" in answer.body, "miller" in answer.body) == (True, False)
