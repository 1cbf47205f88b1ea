"""What becomes of a URL by what came: pure, one response at a time."""

from __future__ import annotations

import pytest

from archive.ledger.rows import Kind, Row, State
from archive.warc.capture import Capture
from portal_crawler.discover.visit import Outcome, settled, visit
from portal_crawler.portal import Portal
from portal_crawler.portal.tables import Politeness, Scope

URL = "http://xa.example/tin/1"
PORTAL = Portal.of_url("http://xa.example/")


def came(status: int, body: bytes = b"", kind: Kind = "page", truncated: str | None = None, **headers: str) -> Outcome:
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return visit(Capture(URL, status, fields, body, truncated=truncated), PORTAL, kind)


@pytest.mark.parametrize(
    ("status", "state", "again"),
    [
        (200, "archived", False), (203, "archived", False), (206, "archived", False), (304, "archived", False),
        (404, "gone", False), (410, "gone", False),
        (400, "failed", False), (401, "failed", False), (403, "failed", False), (451, "failed", False),
        (501, "failed", False), (101, "failed", False), (999, "failed", False),
        (408, "failed", True), (425, "failed", True), (429, "failed", True), (500, "failed", True),
        (502, "failed", True), (503, "failed", True), (504, "failed", True), (0, "failed", True),
    ],
)  # fmt: skip
def test_each_status_has_its_end(status: int, state: State, again: bool) -> None:
    outcome = came(status, b"<p>tin", Content_Type="text/html")
    assert (outcome.state, outcome.again) == (state, again)
    assert outcome.state == "archived" or outcome.reason


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_leads_to_its_target_with_what_was_said(status: int) -> None:
    outcome = came(status, Location="../moi/1?a=b#cuoi", kind="article")
    assert (outcome.state, outcome.reason) == ("redirected", "to http://xa.example/moi/1?a=b")
    (lead,) = outcome.leads
    assert (lead.url, lead.kind) == ("http://xa.example/moi/1?a=b", "article")
    assert (lead.state, lead.inherits) == ("queued", True)


@pytest.mark.parametrize(
    "location", [None, "", "   ", "javascript:alert(1)", "mailto:a@b.example", "http://[", "http://x:99999/"]
)
def test_a_redirect_to_nowhere_fails(location: str | None) -> None:
    outcome = came(302) if location is None else came(302, Location=location)
    assert (outcome.state, outcome.again) == ("failed", False)
    assert "without an address" in (outcome.reason or "")


@pytest.mark.parametrize(
    "location", [URL, "/tin/1#a", "HTTP://XA.example:80/tin/1", "/tin/1?utm_source=x", "/tin/1;jsessionid=1F"]
)
def test_a_redirect_to_itself_is_tried_again_for_it_may_have_set_a_cookie(location: str) -> None:
    outcome = came(302, Location=location)
    assert (outcome.state, outcome.again, outcome.leads) == ("trap", True, ())


def test_a_redirect_off_the_portal_is_noted_and_not_followed() -> None:
    (lead,) = came(301, Location="https://khac.example/").leads
    assert (lead.state, lead.reason) == ("out of scope", "another host")


@pytest.mark.parametrize(
    ("location", "kind", "state"),
    [
        ("https://xa.example/robots.txt", "robots", "queued"),
        ("https://khac.example/robots.txt", "robots", "queued"),  # RFC 9309, 2.3.1.2: also across authorities
        ("/", "page", "queued"),  # a page in place of the file
        ("https://khac.example/", "page", "out of scope"),
    ],
)
def test_a_redirected_robots_txt_is_followed_where_it_is_a_file(location: str, kind: Kind, state: State) -> None:
    (lead,) = came(301, Location=location, kind="robots").leads
    assert (lead.kind, lead.state) == (kind, state)


@pytest.mark.parametrize(
    ("truncated", "again"), [("length", False), ("time", True), ("disconnect", True), ("unspecified", True)]
)
def test_what_is_not_whole_is_kept_marked_and_asked_for_again_where_that_may_help(truncated: str, again: bool) -> None:
    body = b"<html><body><a href='/tin/2'>2</a>"
    outcome = came(200, body, truncated=truncated, Content_Type="text/html")
    assert (outcome.state, outcome.reason, outcome.again) == ("archived", f"truncated: {truncated}", again)
    assert [lead.url for lead in outcome.leads] == ["http://xa.example/tin/2"]
    assert came(404, b"x", truncated=truncated).state == "gone"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"\x89PNG\r\n", "image/png"),
        (b"", "text/html"),
        (b"%PDF-1.4", "text/html"),
        (b"\x00" * 99, "text/html"),
    ],
)
def test_what_is_no_page_is_kept_and_leads_nowhere(body: bytes, media_type: str) -> None:
    outcome = came(200, body, Content_Type=media_type)
    assert (outcome.state, outcome.leads) == ("archived", ())
    assert outcome.reason


def row(attempts: int = 0, depth: int = 0) -> Row:
    return Row(1, URL, URL, "page", "queued", None, 6, depth, attempts, 0.0)


def test_a_failure_is_tried_again_ever_later_and_then_no_more() -> None:
    pace = Politeness(delay=1, retries=3)
    outcome = came(503)
    waits = []
    for attempts in range(3):
        again, due = settled(outcome, row(attempts), Scope(), pace, 1000.0)
        assert (again.state, again.reason) == ("queued", "HTTP 503")
        waits.append(due - 1000)
    assert waits == [1, 2, 4]
    assert settled(outcome, row(3), Scope(), pace, 1000.0) == (outcome, 0.0)
    assert settled(came(403), row(), Scope(), pace, 1000.0)[0].state == "failed"


def test_what_is_too_deep_is_a_trap_that_says_so() -> None:
    body = b"<html><body><a href='/tin/2'>2</a><a href='http://khac.example/'>x</a>"
    outcome = came(200, body, Content_Type="text/html")
    deep, _ = settled(outcome, row(depth=5), Scope(max_depth=5), Politeness(), 0.0)
    assert [(lead.state, lead.reason) for lead in deep.leads] == [
        ("trap", "deeper than [scope] max_depth"),
        ("out of scope", "another host"),
    ]


def test_whoever_is_sent_to_log_in_is_not_shown_an_article() -> None:
    outcome = came(302, kind="article", location="/dang-nhap?redirect=/tin/137")
    (lead,) = outcome.leads
    assert (lead.state, lead.reason) == ("out of scope", "a form to log in or out")
