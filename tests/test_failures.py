"""What failed is archived as well: in one crawl over real servers, each with its cause and with what came of it."""

from __future__ import annotations

import json
import socket
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import rawserver
from conftest import Done, report
from rawserver import Answer, Babbler, Mute, Server

from archive import Collection
from archive.warc import Record
from archive.warc import records as warc_records
from archive.warc.http import parse_fields

Run = Callable[..., Done]

DEFINITION = """\
[portal]
name = "xa"
url = "{front}/"
[sources]
seeds = [{seeds}]
[scope]
hosts = ["khong-co.invalid"]
max_bytes = 20000
[politeness]
delay = 0
retries = 0
timeout = 2
concurrency = 4
"""
# path: kind, and WARC-Truncated of the response record; None: nothing came
CUTS = {
    "/oversized": ("too-large", "length"),
    "/endless": ("too-large", "length"),
    "/endless-head": ("too-large", "length"),
    "/stalls-within": ("timeout", "time"),
    "/stalls-before": ("timeout", None),
    "/reset": ("reset", "disconnect"),
    "/short": ("disconnect", "disconnect"),
    "/short-chunk": ("disconnect", "disconnect"),
    "/silent": ("disconnect", None),
    "/not-http": ("not-http", "unspecified"),
}


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory, portal_crawler: Run) -> tuple[Path, dict[str, int]]:
    """The archive of a portal of which nearly everything fails, and the ports of what listens."""
    into = tmp_path_factory.mktemp("failed")
    with ExitStack() as stack:
        server, babbler, mute = (stack.enter_context(one) for one in (Server(), Babbler(), Mute()))
        assert isinstance(server, Server)
        nothing = Answer((b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",))
        server.answers = defaultdict(lambda: nothing, server.answers)
        server.answers["/"] = Answer((rawserver.ok(rawserver.PAGE, b"Content-Type: text/html").bytes,))
        free = socket.create_server(("127.0.0.1", 0))
        ports = {"refused": free.getsockname()[1], "tls": babbler.port, "timeout": mute.port, "front": server.port}
        free.close()
        seeds = [
            *(f"{server.address}{path}" for path in CUTS),
            "http://khong-co.invalid/tin",
            f"http://127.0.0.1:{ports['refused']}/tin",
            f"https://127.0.0.1:{ports['tls']}/tin",
            f"http://127.0.0.1:{ports['timeout']}/tin",
        ]
        path = into / "xa.toml"
        quoted = ", ".join(f'"{seed}"' for seed in seeds)
        path.write_text(DEFINITION.format(front=server.address, seeds=quoted), "utf-8")
        portal_crawler("crawl", path, "--into", into, expect=3)
    return into, ports


def found(into: Path) -> tuple[dict[str, dict[str, str]], dict[str, Record]]:
    """The metadata of each address's last exchange, and the response record, where there is one."""
    told, responses = {}, {}
    for path in Collection(into).shard("xa").warcs():
        for record in warc_records(path):
            if record.type == "metadata" and record.get("WARC-Refers-To") is None:
                told[record.url or ""] = dict(parse_fields(b"".join(record.pieces()).decode()))
            elif record.type == "response":
                responses[record.url or ""] = record
    return told, responses


@pytest.mark.parametrize("path", CUTS)
def test_what_broke_off_is_kept_as_far_as_it_came_with_its_cause(
    failed: tuple[Path, dict[str, int]], path: str
) -> None:
    into, ports = failed
    told, responses = found(into)
    url = f"http://127.0.0.1:{ports['front']}{path}"
    kind, truncated = CUTS[path]
    assert told[url]["error-kind"] == kind
    assert told[url]["error"]
    if truncated is None:
        assert url not in responses
        return
    record = responses[url]
    assert record.get("WARC-Truncated") == truncated
    sent = {**rawserver.WHOLE, **rawserver.CUT}[path].bytes
    block = b"".join(record.pieces())
    assert block
    assert sent.startswith(block)


@pytest.mark.parametrize("kind", ["dns", "refused", "tls", "timeout"])
def test_where_no_connection_came_about_that_is_archived_with_its_cause(
    failed: tuple[Path, dict[str, int]], kind: str
) -> None:
    """The first that a host is asked for is its robots.txt: where that fails nothing more is asked."""
    into, ports = failed
    told, responses = found(into)
    host = "khong-co.invalid" if kind == "dns" else f"127.0.0.1:{ports[kind]}"
    mine = {url: fields for url, fields in told.items() if urlsplit(url).netloc == host}
    assert {urlsplit(url).path for url in mine} == {"/robots.txt"}
    assert [(fields["error-kind"], fields["kind"]) for fields in mine.values()] == [(kind, "robots")]
    assert not [url for url in responses if urlsplit(url).netloc == host]


def ends(done: Done) -> set[tuple[str, str, str]]:
    return {(one["url"], one["state"], one["reason"]) for one in map(json.loads, done.stdout.splitlines())}


def test_what_failed_is_named_in_the_report_and_verifies(
    failed: tuple[Path, dict[str, int]], portal_crawler: Run
) -> None:
    into, _ = failed
    named = {urlsplit(one["url"]).path for one in report(into, "xa")["failures"]}
    assert {"/stalls-before", "/silent"} <= named
    portal_crawler("verify", into)
    before = ends(portal_crawler("report", into, "--urls"))
    portal_crawler("rebuild", into)
    assert ends(portal_crawler("report", into, "--urls")) == before


def test_a_link_to_a_port_where_nobody_listens_is_no_failure_of_the_portal(tmp_path: Path, portal_crawler: Run) -> None:
    """The run is finished, says where nothing answered, and the next begins anew; `rebuild` says the same."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        dead = free.getsockname()[1]
    with Server() as server:
        nothing = Answer((b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",))
        page = rawserver.PAGE.replace(b"</body>", b"<a href='http://127.0.0.1:%d/tin'>Tin</a></body>" % dead)
        server.answers = defaultdict(lambda: nothing)
        server.answers["/"] = Answer((rawserver.ok(page, b"Content-Type: text/html").bytes,))
        path = tmp_path / "xa.toml"
        path.write_text(DEFINITION.format(front=server.address, seeds=""), "utf-8")
        done = portal_crawler("crawl", path, "--into", tmp_path, expect=3)  # the page is no article
    assert "stopped answering" not in done.stderr
    told = report(tmp_path, "xa")
    assert (told["reason"], told["unanswered"], told["failures"]) == ("finished", None, [])
    assert told["silent"] == {f"http://127.0.0.1:{dead}": 1}
    before = ends(portal_crawler("report", tmp_path, "--urls"))
    portal_crawler("rebuild", tmp_path)
    assert ends(portal_crawler("report", tmp_path, "--urls")) == before
