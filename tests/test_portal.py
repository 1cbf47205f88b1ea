"""Definitions: TOML both ways, and a wrong key named with what is allowed in its place."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from conftest import CHECKOUT
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import UsageError
from archive.query import cache
from portal_crawler.portal import Portal
from portal_crawler.portal.family import Family, families, shipped
from portal_crawler.portal.tables import Politeness, Scope
from portal_crawler.portal.target import resolve_target
from portal_crawler.portal.toml import written

IDENTITY = {"name": "xa-tan-hoa", "url": "http://xa-tan-hoa.example/"}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PATTERN = st.sampled_from([r"^/tin/\d+", r"\.html$", 'a"b\\\\c', "[^/]+", "xã|phường"])
SELECTOR = st.sampled_from(["div.tin", "a::attr(href)", "//div[@class='x']", "h1::text", './/p[contains(., "\\")]'])


def tables() -> st.SearchStrategy[dict[str, Any]]:
    """Definitions with any of the keys."""

    def some(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({}, optional=values)

    return st.fixed_dictionaries(
        {
            "portal": st.fixed_dictionaries(
                {"name": st.just("xa-tan-hoa"), "url": st.just(IDENTITY["url"])},
                optional={
                    "title": TEXT,
                    "family": st.sampled_from(sorted(families())),
                    "timezone": st.sampled_from(["+07:00", "-03:30", "+14:00"]),
                    "language": TEXT,
                },
            )
        },
        optional={
            "selectors": some(title=st.lists(SELECTOR, max_size=2), body=st.lists(SELECTOR, max_size=2)),
            "politeness": some(
                delay=st.floats(0, 3600),
                concurrency=st.integers(1, 16),
                timeout=st.floats(0.001, 600),
                hours=st.lists(st.sampled_from(["22:00-06:00", "00:00-24:00"]), max_size=2),
                contact=st.sampled_from(["a@b.example", "https://thu-vien.example:8443/lien-he?x=1"]),
            ),
            "scope": some(
                hosts=st.lists(st.sampled_from(["xa-b.example", "XA-C.example", "127.0.0.1", "::1"]), max_size=2),
                media=st.sampled_from(["all", "own"]),
                media_hosts=st.integers(0, 999),
                exclude=st.lists(PATTERN, max_size=2),
            ),
            "sources": some(seeds=st.lists(TEXT, max_size=2), article=st.lists(PATTERN, max_size=2)),
            "expect": some(
                articles=st.integers(0, 10**9),
                fill=some(title=st.floats(0, 1), author=st.floats(0, 1), images=st.integers(0, 1)),
                sections=st.dictionaries(TEXT, st.integers(0, 10**9), max_size=3),
            ),
            "learned": some(
                build=st.lists(TEXT, max_size=2), listed=st.booleans(), family=st.sampled_from(sorted(families()))
            ),
        },
    )


@given(tables())
def test_toml_both_ways_gives_the_same_definition(data: dict[str, Any]) -> None:
    portal = Portal.model_validate(data)
    text = portal.to_toml()
    assert tomllib.loads(text)["portal"]["name"] == "xa-tan-hoa"
    assert Portal.parse(text, "here") == portal
    assert Portal.parse(text, "here").digest == portal.digest


def test_a_byte_order_mark_is_no_part_of_a_definition(tmp_path: Path) -> None:
    text = '[portal]\nname = "a"\nurl = "http://a.example/"\n'
    (tmp_path / "a.toml").write_text(text, "utf-8-sig")
    assert Portal.load(tmp_path / "a.toml") == Portal.parse(text, "here")


@pytest.mark.parametrize("table", ["portal", "learned"])
@pytest.mark.parametrize("name", sorted(families()))
def test_as_a_collection_keeps_it_a_definition_is_the_same_and_leaves_to_the_family_what_is_its(
    name: str, table: str
) -> None:
    tables = {
        "portal": {"name": "a", "url": "http://a.example/"},
        "selectors": {"title": [], "body": [".than-bai"]},
        "politeness": {"delay": 1.0},
        "learned": {"listed": True, "selectors": {"author": [".ky-ten"]}, "confidence": {"author": 0.9}},
    }
    tables[table]["family"] = name
    portal = Portal.parse(written(tables), "here")
    kept = portal.kept_toml()
    assert Portal.parse(kept, "there") == portal
    assert Portal.parse(kept, "there").digest == portal.digest
    assert tomllib.loads(kept)["selectors"] == tables["selectors"]
    assert tomllib.loads(kept)[table]["family"] == name


def test_what_differs_from_the_family_stays_so_even_where_it_is_the_default() -> None:
    name = "trang-tintuc"
    text = f'[portal]\nname = "a"\nurl = "http://a.example/"\nfamily = "{name}"\n[selectors]\ntitle = []\n'
    portal = Portal.parse(text, "here")
    assert families()[name].selectors.title
    assert portal.selectors.title == ()
    assert portal.selectors.body == families()[name].selectors.body
    assert Portal.parse(portal.to_toml(), "there") == portal


def test_every_key_of_politeness_and_scope_is_documented() -> None:
    contributing = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
    for table in (Politeness, Scope):
        for key, field in table.model_fields.items():
            assert field.description, key
            assert f"`{key}`" in contributing, key


def test_a_definition_says_only_what_differs() -> None:
    assert Portal.of_url("http://xa-tan-hoa.example/").to_toml().split() == [
        "[portal]", "name", "=", '"xa-tan-hoa-example"', "url", "=", '"http://xa-tan-hoa.example/"',
    ]  # fmt: skip


def test_every_family_and_portal_that_ships_loads() -> None:
    assert families()
    for name, family in families().items():
        assert family.family.name == name
    assert shipped("portals")
    for name in shipped("portals"):
        portal = Portal.known(name)
        assert portal.portal.name == name
        assert Portal.parse(portal.to_toml(), name) == portal
        assert Portal.of_url(portal.portal.url) == portal


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[selector]\nbody = ['p']", "[selector]: no such key; did you mean 'selectors'?"),
        ("[selectors]\nbodi = ['p']", "[selectors] bodi: no such key; did you mean 'body'?"),
        ("[expect]\nxyz = 1", "[expect] xyz: no such key; allowed: articles"),
        ("[selectors]\nbody = 'p'", "[selectors] body = 'p': must be a list: body = [\"p\"]"),
        (
            "[selectors]\ntitle = 'div['",
            "[selectors] title = 'div[': must be a list: title = [\"div[\"]; [selectors] title, the 1st: 'div[' "
            "is not CSS: Expected ident or '*', got its end at character 5",
        ),
        ("[selectors]\nbody = ['p', 'div[']", "[selectors] body, the 2nd: 'div[' is not CSS: Expected ident or '*', "),
        ("[selectors]\nbody = ['a..b']", "[selectors] body, the 1st: 'a..b' is not CSS: Expected ident, got '.' at "),
        ("[selectors]\nbody = ['p::x']", "[selectors] body, the 1st: 'p::x' is not CSS: The pseudo-element ::x"),
        ("[selectors]\nbody = ['//div[']", "[selectors] body, the 1st: '//div[' is not XPath: Invalid expression"),
        ("[scope]\nexclude = ['a', '(']", "[scope] exclude, the 2nd: '(' is not a regular expression: "),
        ("[sources]\narticle = ['[a-']", "[sources] article, the 1st: '[a-' is not a regular expression: "),
        ("[politeness]\ndelay = -1", "[politeness] delay = -1: input should be greater than or equal to 0"),
        ("[politeness]\ndelay = nan", "[politeness] delay = nan: "),
        ("[politeness]\nconcurrency = 99", "[politeness] concurrency = 99: input should be less than or equal to 16"),
        ("[politeness]\nhours = ['22-6']", "[politeness] hours, the 1st: '22-6' must be two times of the day, "),
        ("[politeness]\nhours = ['06:00-06:00']", "[politeness] hours, the 1st: '06:00-06:00' begins when it ends; "),
        ("[politeness]\nhours = '22:00-06:00'", "[politeness] hours = '22:00-06:00': must be a list: hours = ["),
        ("[politeness]\nhour = []", "[politeness] hour: no such key; did you mean 'hours'?"),
        ("[politeness]\ncontact = 'me'", "[politeness] contact = 'me': must be a mail address or the http(s) address"),
        ("[politeness]\ncontact = 'a@b.example) x'", "[politeness] contact = 'a@b.example) x': must be a mail address"),
        ("[politeness]\ncontact = \"a@b.example\\r\\nX: y\"", "[politeness] contact = 'a@b.example\\r\\nX: y': "),
        ("[politeness]\ntimeout = 0", "[politeness] timeout = 0: input should be greater than 0"),
        ("[politeness]\nretries = 21", "[politeness] retries = 21: input should be less than or equal to 20"),
        ("[scope]\nmax_depth = 'deep'", "[scope] max_depth = 'deep': "),
        ("[scope]\nmedia = 'some'", "[scope] media = 'some': input should be 'all' or 'own'"),
        ("[scope]\nmedia_host = 3", "[scope] media_host: no such key; did you mean 'media_hosts'?"),
        ("[scope]\nmedia_hosts = -1", "[scope] media_hosts = -1: input should be greater than or equal to 0"),
        ("[scope]\nmedia_bytes = 1", "[scope] media_bytes = 1: input should be greater than or equal to 1024"),
        ("[scope]\nmax_bytes = 1", "[scope] max_bytes = 1: input should be greater than or equal to 1024"),
        ("[scope]\nhosts = ['http://a.example/']", "[scope] hosts, the 1st: 'http://a.example/' must be the name"),
        ("scope = 3", "[scope] = 3: "),
        ("[learned]\nfamily = 'nukevit'", "[learned] family = 'nukevit': no such family; did you mean 'nukeviet'?"),
        ("[recognise]\ncookie = ['a']", "[recognise]: no such key; allowed: portal, selectors, politeness, "),
    ],
)  # fmt: skip
def test_a_wrong_key_or_value_is_named_with_what_is_allowed(text: str, message: str) -> None:
    identity = "[portal]\nname = 'xa-tan-hoa'\nurl = 'http://xa-tan-hoa.example/'\n"
    whole = f"{text}\n{identity}" if text.startswith("scope") else f"{identity}{text}\n"
    with pytest.raises(UsageError) as refused:
        Portal.parse(whole, "xa.toml")
    assert str(refused.value).startswith(f"xa.toml: {message}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[recognise]\ngenerators = ['A']", "[recognise] generators: no such key; did you mean 'generator'?"),
        ("[recognise]\nheader = ['X-Generator']", "[recognise] header, the 1st: 'X-Generator' must be 'Name: "),
        ("[recognise]\nselector = ['div[']", "[recognise] selector, the 1st: 'div[' "),
        ("[recognise]\nurl = ['(']", "[recognise] url, the 1st: '(' is not a regular expression: "),
        ("[portal]\nname = 'a'", "[portal]: no such key; allowed: family, recognise, "),
        ("[expect]\narticles = 1", "[expect]: no such key; allowed: family, recognise, "),
    ],
)  # fmt: skip
def test_a_wrong_key_of_a_family_is_named_as_well(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        Family.parse(f"[family]\nname = 'xa-cms'\ntitle = 'Xa CMS'\n{text}\n", "families/xa-cms.toml")
    assert str(refused.value).startswith(f"families/xa-cms.toml: {message}")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("timezone", "+7"), ("timezone", "+99:99"), ("timezone", "Asia/Ho_Chi_Minh"), ("name", "Xã"), ("name", "../a"),
        ("name", ""), ("url", "a.example"), ("url", "ftp://a.example/"), ("url", "http://"), ("url", "http://["),
        ("url", "http://a.example:99999/"), ("url", "http://a.example:x/"), ("url", "http://a.example:0/"),
    ],
)  # fmt: skip
def test_a_wrong_identity_is_refused(key: str, value: str) -> None:
    data = {**IDENTITY, key: value}
    text = "[portal]\n" + "".join(f"{name} = {given!r}\n" for name, given in data.items())
    with pytest.raises(UsageError) as refused:
        Portal.parse(text, "xa.toml")
    assert str(refused.value).startswith(f"xa.toml: [portal] {key} = {value!r}: ")


@pytest.mark.parametrize(
    "url",
    [
        "http://[", "http://a.example:99999/", "http://a.example:x/", "http://", "a.example", "http://a b/",
        "http://a..example/", "http://<a>.example/", "http://%61.example/", f"http://{'a' * 64}.example/",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match=r"\[portal\] url"):
        Portal.of_url(url)


@pytest.mark.parametrize("target", ["ftp://x/", "ftp://", "file:///etc/hosts", "gemini://a.example/b.toml"])
def test_only_http_and_https_can_be_crawled(target: str) -> None:
    with pytest.raises(UsageError) as refused:
        resolve_target(target)
    assert str(refused.value) == f"{target}: only http and https can be crawled"
    assert refused.value.exit_code == 2


def test_the_scheme_of_a_target_is_read_as_browsers_do() -> None:
    assert resolve_target("HTTPS://xa-tan-hoa.example/").portal.name == "xa-tan-hoa-example"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.xa-tan-hoa.example/tin/", "xa-tan-hoa-example"),
        ("http://127.0.0.1:8080/", "127-0-0-1-8080"),
        ("http://[::1]/", "1"),
        ("http://xã.example/", "x-example"),
        (f"http://{'a' * 60}.{'b' * 60}.example:8080/", "a" * 60 + "-" + "b" * 9 + "-8080"),
    ],
)
def test_an_unknown_portal_is_named_after_its_host(url: str, name: str) -> None:
    assert Portal.of_url(url).portal.name == name


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes("[portal]\nname = 'xã'".encode("windows-1258", "replace") + b"\xe3")
    for path, words in ((tmp_path / "none.toml", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(UsageError, match=f"{path}: cannot be read: {words}"):
            Portal.load(path)
    with pytest.raises(UsageError, match=r"not UTF-8 text .* at byte"):
        Portal.load(tmp_path / "latin.toml")


def test_no_portal_has_the_folder_of_the_tables_which_may_be_thrown_away() -> None:
    with pytest.raises(ValueError, match="must be another name"):
        Portal.model_validate({"portal": {"name": cache.FOLDER, "url": "http://bang.example/"}})
