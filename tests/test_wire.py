"""The contract of `portal_crawler.fetch.wire`: what was sent and received is kept, byte for byte, whatever happens.

The other side of every comparison is the raw server's own log.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import rawserver
import scrapy
import twisted
from rawserver import Babbler, Certificates, Leaver, Mute, Server, Tunnel
from twisted.web._newclient import HTTP11ClientProtocol

from archive.errors import UsageError
from archive.warc.exchange import MEMORY
from portal_crawler.fetch.wire import check_seams

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 60  # seconds for one crawl, on a busy machine


@dataclass
class Crawl:
    """What the driver wrote down, in order."""

    events: list[dict[str, Any]] = field(default_factory=list)

    def of(self, case: str, event: str = "exchange") -> list[dict[str, Any]]:
        return [each for each in self.events if each["case"] == case and each["event"] == event]

    def one(self, case: str, event: str = "exchange") -> dict[str, Any]:
        (only,) = self.of(case, event)
        return only

    def messages(self, scheme: str) -> Counter[tuple[bytes, bytes]]:
        """How often each pair of request and response was kept."""
        return Counter(
            (raw(each["sent"]), raw(each["received"]) + raw(each["trailing"]))
            for each in self.events
            if each["event"] == "exchange" and each["url"].startswith(f"{scheme}:")
        )


def raw(text: str) -> bytes:
    return base64.b64decode(text)


def crawl(folder: Path, requests: list[dict[str, Any]], **settings: Any) -> Crawl:
    """One process of the driver."""
    plan, events = folder / "plan.json", folder / "events.jsonl"
    plan.write_text(json.dumps({"settings": settings, "requests": requests}))
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    subprocess.run(
        [sys.executable, "-W", "error", str(ROOT / "tests" / "wire_driver.py"), str(plan), str(events)],
        env={**environment, "PYTHONPATH": str(ROOT)},
        timeout=LIMIT,
        check=True,
    )
    return Crawl([json.loads(line) for line in events.read_text().splitlines()])


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return rawserver.certificates(tmp_path_factory.mktemp("certificates"))


@dataclass
class Whole:
    """A crawl of everything that ends well or badly by itself, over http and https."""

    servers: dict[str, Server]
    last: Server
    kept: Crawl


def crawl_whole(concurrency: int, certificates: Certificates, folder: Path) -> Iterator[Whole]:
    with Server() as plain, Server(certificates.context()) as secure, Server() as last:
        requests: list[dict[str, Any]] = []
        for scheme, server in (("http", plain), ("https", secure)):
            for turn in range(1 if concurrency == 1 else 4):
                for path in sorted(rawserver.WHOLE):  # "/dies" is followed by requests that meet dead connections
                    requests.append(
                        {
                            "case": f"{scheme} {path} {turn}",
                            "url": f"{server.address}{path}?n={turn}",
                            "headers": {"x-LOWER-case": "1", "Accept": ["a", "b"]},
                            **({"method": "POST", "body": "a=1&b=%E1%BA%A1"} if path == "/post" else {}),
                        }
                    )
            requests.append({"case": "head", "url": f"{server.address}/chunks?head", "method": "HEAD"})
        if concurrency == 1:
            requests += [
                {"case": "last", "url": f"{last.address}/last"},
                {"case": "after the last", "url": f"{last.address}/plain"},
                {"case": "unsink", "url": f"{last.address}/plain", "meta": {"do": "unsink"}},
                {"case": "blind", "url": f"{plain.address}/plain?blind", "meta": {"do": "blind"}},
            ]
        limits = {"CONCURRENT_REQUESTS": concurrency, "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency}
        yield Whole({"http": plain, "https": secure}, last, crawl(folder, requests, **limits))


@pytest.fixture(scope="module")
def alone(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    yield from crawl_whole(1, certificates, tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def crowd(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    yield from crawl_whole(16, certificates, tmp_path_factory.mktemp("crowd"))


@pytest.fixture(scope="module", params=["alone", "crowd"])
def whole(request: pytest.FixtureRequest) -> Whole:
    """The same, one request at a time and sixteen at once."""
    crawled: Whole = request.getfixturevalue(request.param)
    return crawled


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_exchange_is_kept_byte_for_byte_as_the_server_logged_it(whole: Whole, scheme: str) -> None:
    server = whole.servers[scheme]
    logged = Counter((entry.request, entry.reply) for entry in server.log if "blind" not in entry.target)
    kept = Counter(
        {
            pair: count
            for pair, count in whole.kept.messages(scheme).items()
            if f"Host: 127.0.0.1:{server.port}\r\n".encode() in pair[0]
        }
    )
    assert kept - logged == Counter()
    assert logged - kept == Counter()
    assert sum(kept.values()) > len(rawserver.WHOLE)
    assert server.connections < sum(kept.values())  # connections were used again, so their ends and beginnings matter


def test_a_dead_connection_makes_two_exchanges_in_one_download(alone: Whole) -> None:
    dead, alive = alone.kept.of("http /error 0")
    assert raw(dead["sent"]) == raw(alive["sent"])
    assert (dead["received"], dead["truncated"]) == ("", "disconnect")
    assert dead["error"].startswith("ConnectionDone")
    assert (alive["truncated"], alive["error"]) == (None, None)
    assert alone.kept.one("http /error 0", "outcome")["wire"] == [dead["id"], alive["id"]]


def test_a_retry_that_finds_no_server_any_more_is_an_exchange_too(alone: Whole) -> None:
    dead, refused = alone.kept.of("after the last")
    assert (raw(dead["sent"]), b"") == (alone.last.log[-1].request, alone.last.log[-1].reply)
    assert (refused["sent"], refused["received"], refused["truncated"]) == ("", "", None)
    assert refused["error"].startswith("ConnectionRefusedError: ")


def test_without_a_sink_scrapy_works_as_ever_and_nothing_is_kept(alone: Whole) -> None:
    outcome = alone.kept.one("unsink", "outcome")
    assert outcome["error"] == "DownloadConnectionRefusedError"
    assert alone.kept.of("unsink") == []
    assert outcome["wire"] is None


def test_a_download_that_was_not_seen_fails(alone: Whole) -> None:
    outcome = alone.kept.one("blind", "outcome")
    assert outcome["error"] == "UsageError"
    assert scrapy.__version__ in outcome["words"]


def test_no_response_and_no_failure_goes_on_before_its_exchanges_are_delivered(whole: Whole) -> None:
    delivered: set[str] = set()
    passed = 0
    for event in whole.kept.events:
        if event["event"] == "exchange":
            delivered.add(event["id"])
        elif event["event"] in ("response", "failure") and event["wire"] is not None and event["case"] != "blind":
            passed += 1
            assert event["wire"]
            assert set(event["wire"]) <= delivered
    assert passed >= 2 * len(rawserver.WHOLE)


def test_each_exchange_is_delivered_once(whole: Whole) -> None:
    named = [
        id for event in whole.kept.events if event["event"] in ("response", "failure") for id in event["wire"] or ()
    ]
    delivered = [event["id"] for event in whole.kept.events if event["event"] == "exchange"]
    assert sorted(named) == sorted(delivered)
    assert len(set(delivered)) == len(delivered)


def test_a_redirect_keeps_both_exchanges_and_its_target_has_a_list_of_its_own(alone: Whole) -> None:
    moved, target = alone.kept.of("http /moved 0")
    assert raw(moved["received"]).startswith(b"HTTP/1.1 301 Moved")
    assert target["url"].endswith("/plain?from=moved")
    assert alone.kept.one("http /moved 0", "outcome")["wire"] == [target["id"]]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_broke_off_by_the_server_is_marked(whole: Whole, scheme: str) -> None:
    for path in ("/short", "/short-chunk", "/short-head", "/silent"):
        for exchange in whole.kept.of(f"{scheme} {path} 0"):
            assert exchange["truncated"] == "disconnect"
            assert exchange["error"].startswith("Connection")
            assert exchange["error_kind"] == "disconnect"
    garbled = whole.kept.of(f"{scheme} /not-http 0")[-1]
    assert (garbled["truncated"], garbled["error_kind"]) == ("unspecified", "not-http")
    assert "not http at all" in garbled["error"] or "status" in garbled["error"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_is_whole_is_not_marked(whole: Whole, scheme: str) -> None:
    broken = ("/short", "/short-chunk", "/short-head", "/silent", "/not-http", "/post")  # a POST is not sent again
    for path in set(rawserver.WHOLE) - set(broken):
        last = whole.kept.of(f"{scheme} {path} 0")[-1]
        assert (last["truncated"], last["error"], last["error_kind"]) == (None, None, None), path


def test_bytes_after_the_end_of_the_message_are_kept_apart(whole: Whole) -> None:
    exchange = whole.kept.of("http /trailing 0")[-1]
    assert raw(exchange["received"]).endswith(b"\r\n\r\nok")
    assert raw(exchange["trailing"]) == rawserver.JUNK


def test_interim_answers_stand_before_the_final_one(whole: Whole) -> None:
    received = raw(whole.kept.of("https /hints 0")[-1]["received"])
    assert received == rawserver.WHOLE["/hints"].bytes
    assert [received.index(code) for code in (b"103 ", b"100 ", b"200 ")] == sorted(
        received.index(code) for code in (b"103 ", b"100 ", b"200 ")
    )


def test_large_bodies_are_spooled_to_disk_and_small_ones_are_not(whole: Whole) -> None:
    large = whole.kept.of("http /large 0")[-1]
    assert len(raw(large["received"])) > MEMORY
    assert large["on_disk"]
    assert not whole.kept.of("http /plain 0")[-1]["on_disk"]


def test_an_exchange_says_when_it_was_and_with_whom(whole: Whole, certificates: Certificates) -> None:
    plain, secure = (whole.kept.of(f"{scheme} /plain 0")[-1] for scheme in ("http", "https"))
    for exchange in (plain, secure):
        assert exchange["ip"] == "127.0.0.1"
        assert exchange["started"].endswith("+00:00")
        assert 0 < exchange["seconds"] < LIMIT
    assert whole.kept.of("http /chunks 0")[-1]["seconds"] >= 0.02  # dribbled
    assert (plain["tls"], plain["certificates"]) == (None, [])
    assert secure["tls"][0] == "TLSv1.3"
    assert secure["tls"][1].startswith("TLS_")
    # Expired since 2016, and signed by nobody: kept all the same.
    assert [raw(certificate) for certificate in secure["certificates"]] == list(certificates.der)


@dataclass
class Edges:
    """A crawl of everything that is cut or does not come about."""

    servers: dict[str, Server]
    tunnel: Tunnel
    kept: Crawl


CUTS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    # name: (path, meta, truncated, beginning of the error)
    "timeout before the answer": ("/stalls-before", {"download_timeout": 1}, "time", "DownloadTimeoutError: Getting"),
    "timeout within the body": ("/stalls-within", {"download_timeout": 1}, "time", "DownloadTimeoutError: Getting"),
    "timeout, no length": ("/stalls-unsized", {"download_timeout": 1}, "time", "DownloadTimeoutError: Getting"),
    "too long": ("/endless", {"download_maxsize": 20_000}, "length", "DownloadCancelledError: longer"),
    "too long, no length": (
        "/endless-unsized",
        {"download_maxsize": 20_000},
        "length",
        "DownloadCancelledError: longer",
    ),
    "too long by its own words": ("/oversized", {"download_maxsize": 1000}, "length", "DownloadCancelledError: longer"),
    "stopped at the headers": ("/oversized", {"stop": "headers"}, "unspecified", "StopDownload"),
    "stopped in the body": ("/endless", {"stop": "bytes"}, "unspecified", "StopDownload"),
    "stopped, no length": ("/endless-unsized", {"stop": "bytes"}, "unspecified", "StopDownload"),
    "stopped and failed": ("/endless", {"stop": "bytes", "fail": True}, "unspecified", "StopDownload"),
    "reset": ("/reset", {}, "disconnect", "ConnectionLost"),
}
KINDS_OF_CUT = {"timeout": "timeout", "too long": "too-large", "stopped": "stopped", "reset": "reset"}


@pytest.fixture(scope="module")
def edges(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edges]:
    def old(context: ssl.SSLContext) -> None:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("AES128-SHA")  # no forward secrecy, CBC, SHA-1: an old IIS

    def strange(context: ssl.SSLContext) -> None:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("PSK")  # which asks for a key that both have: there is no handshake

    with contextlib.ExitStack() as stack:
        plain, secure = stack.enter_context(Server()), stack.enter_context(Server(certificates.context()))
        legacy = stack.enter_context(Server(certificates.context(old)))
        babbler, mute = stack.enter_context(Babbler()), stack.enter_context(Mute())
        leaver, strict = stack.enter_context(Leaver()), stack.enter_context(Server(certificates.context(strange)))
        tunnel = stack.enter_context(Tunnel(secure.port))
        refused = socket.create_server(("127.0.0.1", 0)).detach()  # bound by us, so that nobody else listens there
        closed = socket.socket(fileno=refused)
        port = closed.getsockname()[1]
        closed.close()
        through = f"http://somebody:secret@127.0.0.1:{tunnel.port}"
        requests: list[dict[str, Any]] = [
            {"case": f"{scheme} {name}", "url": f"{server.address}{path}#part", "meta": meta}
            for scheme, server in (("http", plain), ("https", secure))
            for name, (path, meta, _, _) in CUTS.items()
        ]
        requests += [
            {"case": "dropped", "url": f"{secure.address}/dropped"},
            {"case": "refused", "url": f"http://127.0.0.1:{port}/"},
            {"case": "no such host", "url": "http://portal.invalid/"},
            {"case": "no tls", "url": f"https://127.0.0.1:{babbler.port}/"},
            {
                "case": "mute tls",
                "url": f"https://127.0.0.1:{mute.port}/",
                "meta": {"download_timeout": 1, "dont_obey_robotstxt": True},
            },
            {"case": "hangs up on tls", "url": f"https://127.0.0.1:{leaver.port}/"},
            {"case": "no common cipher", "url": f"{strict.address}/plain"},
            {"case": "legacy", "url": f"{legacy.address}/plain"},
            {"case": "tunnel", "url": "https://portal.example/plain", "meta": {"proxy": through}},
            {"case": "tunnel refused", "url": "https://refused.example/plain", "meta": {"proxy": through}},
            {"case": "proxy", "url": "http://portal.example/plain?p", "meta": {"proxy": plain.address}},
            {"case": "forbidden", "url": f"{plain.address}/forbidden/x"},
            {"case": "retried", "url": f"{plain.address}/error", "meta": {"max_retry_times": 1}},
            {"case": "full disk", "url": f"{plain.address}/plain?1", "meta": {"sink": "OSError", "max_retry_times": 1}},
            {"case": "broken sink", "url": f"{plain.address}/plain?2", "meta": {"sink": "RuntimeError"}},
            {"case": "broken twice", "url": f"{plain.address}/short", "meta": {"sink": "RuntimeError"}},
            {"case": "loss allowed", "url": f"{plain.address}/short", "meta": {"download_fail_on_dataloss": False}},
        ]
        kept = crawl(
            tmp_path_factory.mktemp("edges"),
            requests,
            CONCURRENT_REQUESTS=32,
            CONCURRENT_REQUESTS_PER_DOMAIN=32,
            ROBOTSTXT_OBEY=True,
            RETRY_ENABLED=True,
            RETRY_TIMES=0,
        )
        yield Edges({"http": plain, "https": secure}, tunnel, kept)


@pytest.mark.parametrize("name", CUTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_was_cut_is_kept_once_up_to_the_cut_with_the_reason(edges: Edges, scheme: str, name: str) -> None:
    path, meta, truncated, error = CUTS[name]
    exchange = edges.kept.one(f"{scheme} {name}")
    assert exchange["truncated"] == truncated
    assert exchange["error"].startswith(error)
    assert exchange["error_kind"] == next(kind for words, kind in KINDS_OF_CUT.items() if name.startswith(words))
    assert "#" not in exchange["url"]
    assert raw(exchange["sent"]) in [entry.request for entry in edges.servers[scheme].log if entry.target == path]
    received = raw(exchange["received"])
    assert rawserver.CUT[path].bytes.startswith(received)
    if "its own words" not in name:  # there Scrapy does not begin to read the body
        assert len(received) > meta.get("download_maxsize", 0) or path == "/stalls-before"
    if "stall" in path:
        assert received == rawserver.CUT[path].bytes
    assert edges.kept.one(f"{scheme} {name}", "outcome")["wire"] == [exchange["id"]]


def test_a_body_without_length_is_not_whole_when_tls_says_no_goodbye(edges: Edges) -> None:
    exchange = edges.kept.one("dropped")
    assert raw(exchange["received"]) == rawserver.CUT["/dropped"].bytes
    assert (exchange["truncated"], exchange["error_kind"]) == ("disconnect", "reset")
    assert edges.kept.one("dropped", "outcome")["flags"] == ["partial"]


@pytest.mark.parametrize(
    ("case", "error", "kind"),
    [
        ("refused", "ConnectionRefusedError: ", "refused"),
        ("no such host", "DNSLookupError: ", "dns"),
        ("no tls", "Error: [('SSL routines'", "tls"),
        ("mute tls", "DownloadTimeoutError: ", "timeout"),
        ("hangs up on tls", "ConnectionLost: ", "tls"),
        ("no common cipher", "Error: [('SSL routines'", "tls"),
        ("tunnel refused", "TunnelError: ", "proxy"),
    ],
)
def test_where_no_connection_came_about_an_exchange_says_why(edges: Edges, case: str, error: str, kind: str) -> None:
    exchange = edges.kept.one(case)
    assert (exchange["sent"], exchange["received"], exchange["trailing"]) == ("", "", "")
    assert (exchange["truncated"], exchange["tls"], exchange["certificates"]) == (None, None, [])
    assert exchange["error"].startswith(error)
    assert exchange["error_kind"] == kind
    assert edges.kept.one(case, "outcome")["wire"] == [exchange["id"]]


def test_old_ciphers_are_accepted_and_named(edges: Edges) -> None:
    exchange = edges.kept.one("legacy")
    assert exchange["tls"] == ["TLSv1.2", "AES128-SHA"]
    assert raw(exchange["received"]) == rawserver.WHOLE["/plain"].bytes


def test_through_a_tunnel_only_the_portals_own_exchange_is_kept(edges: Edges, certificates: Certificates) -> None:
    exchange = edges.kept.one("tunnel")
    assert any(head.startswith(b"CONNECT portal.example:443 ") for head in edges.tunnel.heads)
    assert raw(exchange["sent"]).startswith(b"GET /plain HTTP/1.1\r\n")
    assert b"Proxy-Authorization" not in raw(exchange["sent"])
    assert raw(exchange["sent"]) in [entry.request for entry in edges.servers["https"].log]
    assert raw(exchange["received"]) == rawserver.WHOLE["/plain"].bytes
    assert exchange["ip"] is None
    assert exchange["tls"][0] == "TLSv1.3"
    assert [raw(certificate) for certificate in exchange["certificates"]] == list(certificates.der)


def test_through_a_plain_proxy_the_request_is_kept_as_sent(edges: Edges) -> None:
    exchange = edges.kept.one("proxy")
    assert raw(exchange["sent"]).startswith(b"GET http://portal.example/plain?p HTTP/1.1\r\n")
    assert raw(exchange["sent"]) in [entry.request for entry in edges.servers["http"].log]
    assert exchange["url"] == "http://portal.example/plain?p"
    assert exchange["ip"] is None


def test_the_fetch_of_robots_txt_is_kept(edges: Edges) -> None:
    fetched = [each for each in edges.kept.of("robots") if each["url"] == f"{edges.servers['http'].address}/robots.txt"]
    assert len(fetched) == 1
    assert raw(fetched[0]["received"]) == rawserver.WHOLE["/robots.txt"].bytes
    assert edges.kept.of("forbidden") == []
    assert edges.kept.one("forbidden", "outcome")["error"] == "IgnoreRequest"


def test_a_download_that_scrapy_repeats_is_kept_each_time_and_named_by_its_last(edges: Edges) -> None:
    first, second = edges.kept.of("retried")
    assert [event["wire"] for event in edges.kept.of("retried", "response")] == [[first["id"]], [second["id"]]]


def test_a_sink_that_fails_fails_the_download(edges: Edges) -> None:
    full = edges.kept.one("full disk", "outcome")  # one outcome, although it may be retried: the portal did no wrong
    assert full["error"] == "ArchiveError"
    assert "No space left on device" in full["words"]
    assert len(edges.kept.of("full disk", "failure")) == 1
    for case in ("broken sink", "broken twice"):
        assert edges.kept.one(case, "outcome")["error"] == "RuntimeError"
        assert edges.kept.one(case, "outcome")["words"] == "the sink broke"
    for case in ("full disk", "broken sink", "broken twice"):
        assert edges.kept.of(case) == edges.kept.of(case, "response") == []


def test_a_short_body_that_scrapy_accepts_is_marked_in_the_archive(edges: Edges) -> None:
    exchange = edges.kept.one("loss allowed")
    assert exchange["truncated"] == "disconnect"
    assert exchange["error"].startswith("ConnectionDone")
    assert edges.kept.one("loss allowed", "outcome")["flags"] == ["dataloss"]


def test_what_is_in_flight_when_the_crawl_is_stopped_is_delivered_once(
    certificates: Certificates, tmp_path: Path
) -> None:
    with Server() as plain, Server(certificates.context()) as secure:
        kept = crawl(
            tmp_path,
            [
                {
                    "case": "close",
                    "url": f"{secure.address}/stalls-within",
                    "meta": {"do": "close", "download_timeout": 1},
                },
                {"case": "interrupt", "url": f"{plain.address}/stalls-within", "meta": {"do": "interrupt"}},
            ],
            CONCURRENT_REQUESTS=1,
            LOG_LEVEL="CRITICAL",
        )
    for case in ("close", "interrupt"):
        exchange = kept.one(case)
        assert raw(exchange["received"]) == rawserver.CUT["/stalls-within"].bytes
        assert exchange["truncated"] == "unspecified"
        assert exchange["error"].startswith("CloseSpider")
        assert exchange["error_kind"] == "stopped"
    assert kept.one("close", "outcome")["error"] == "DownloadTimeoutError"
    assert kept.of("interrupt", "outcome") == []


def test_the_installed_scrapy_has_all_seams() -> None:
    check_seams()


def test_a_missing_seam_is_named_with_the_installed_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HTTP11ClientProtocol, "request", lambda self, request: None)
    with pytest.raises(UsageError) as caught:
        check_seams()
    words = str(caught.value)
    assert "HTTP11ClientProtocol.request does not use writeTo" in words
    assert f"Scrapy {scrapy.__version__}" in words
    assert f"Twisted {twisted.__version__}" in words
