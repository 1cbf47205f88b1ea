"""Certificates that browsers refuse: the portal is crawled all the same, and what is wrong is recorded.

The servers speak real TLS on loopback; certificates are made here.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import Done, report
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from archive import Collection
from archive.warc import records
from portal_crawler.frontier.certificates import problems

Run = Callable[..., Done]

NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)
TITLE = "Họp bàn làm đường liên thôn"
LIST = f"<html><body><ul><li><a href='/tin/1.html'>{TITLE}</a> 03/03/2023</li></ul></body></html>"
PAGE = (
    f"<html><body><h1>{TITLE}</h1><p>03/03/2023 08:00</p><p>Sáng nay Uỷ ban nhân dân xã họp bàn việc làm đường liên"
    " thôn, có đại diện các thôn tới dự.</p></body></html>"
)


def made(
    names: list[str] | None,
    begin: datetime.datetime,
    end: datetime.datetime,
    bits: int = 2048,
    issuer: str | None = None,
) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    """A certificate for these hosts and addresses, self-signed unless an issuer is named (who is then nobody)."""
    key = rsa.generate_private_key(65537, bits)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "xa-a.example")])
    signer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]) if issuer else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )
    if names is not None:
        general = [
            x509.IPAddress(ipaddress.ip_address(name)) if name[0].isdigit() else x509.DNSName(name) for name in names
        ]
        builder = builder.add_extension(x509.SubjectAlternativeName(general), critical=False)
    signing = rsa.generate_private_key(65537, 2048) if issuer else key
    return builder.sign(signing, hashes.SHA256()), key


def der(certificate: x509.Certificate) -> tuple[bytes, ...]:
    return (certificate.public_bytes(serialization.Encoding.DER),)


@contextmanager
def portal(
    folder: Path, certificate: x509.Certificate, key: rsa.RSAPrivateKey, configure: Callable[[ssl.SSLContext], object]
) -> Iterator[str]:
    """A portal of two pages over TLS."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = {"/": LIST, "/tin/1.html": PAGE}.get(self.path, "")
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    pem = serialization.Encoding.PEM
    (folder / "chain.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    configure(context)
    context.load_cert_chain(folder / "chain.pem", folder / "key.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def as_it_is(context: ssl.SSLContext) -> None:
    """No more than the certificate is odd."""


def ancient(version: ssl.TLSVersion) -> Callable[[ssl.SSLContext], None]:
    def configure(context: ssl.SSLContext) -> None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version

    return configure


@pytest.mark.parametrize(
    ("names", "begin", "end", "problem"),
    [
        (["127.0.0.1"], NOW - 900 * DAY, NOW - 500 * DAY, f"expired {(NOW - 500 * DAY).date()}, self-signed"),
        (["127.0.0.1"], NOW - DAY, NOW + DAY, "self-signed"),
        (["xa-b.example"], NOW - DAY, NOW + DAY, "for another host (xa-b.example), self-signed"),
    ],
)
def test_a_portal_is_crawled_whatever_its_certificate_and_that_is_recorded(
    names: list[str],
    begin: datetime.datetime,
    end: datetime.datetime,
    problem: str,
    tmp_path: Path,
    portal_crawler: Run,
) -> None:
    certificate, key = made(names, begin, end)
    with portal(tmp_path, certificate, key, as_it_is) as url:
        done = portal_crawler("crawl", url, "--into", tmp_path / "a", "--delay", "0")
    (shard,) = Collection(tmp_path / "a").shards()
    host = url.removeprefix("https://").rstrip("/")
    assert f"certificate of {host}: {problem}" in done.stderr
    assert "WARNING" not in done.stderr  # Scrapy's words for the same
    assert report(tmp_path / "a", shard.name)["certificates"] == {host: problem}
    (file,) = shard.warcs()
    told = [b"".join(record.pieces()).decode() for record in records(file) if record.type == "metadata"]
    told = [text for text in told if "fetchTimeMs: " in text]  # of an exchange
    assert len(told) > 2
    assert all(f"certificate-problem: {problem}\r\n" in text for text in told)
    assert len(portal_crawler("dump", tmp_path / "a").stdout.splitlines()) == 1
    portal_crawler("rebuild", tmp_path / "a")
    portal_crawler("verify", tmp_path / "a")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_a_server_that_knows_only_old_tls_and_a_short_key_is_crawled(
    version: ssl.TLSVersion, tmp_path: Path, portal_crawler: Run
) -> None:
    certificate, key = made(["127.0.0.1"], NOW - DAY, NOW + DAY, bits=1024)
    with portal(tmp_path, certificate, key, ancient(version)) as url:
        portal_crawler("crawl", url, "--into", tmp_path / "a", "--delay", "0")
    articles = [json.loads(line) for line in portal_crawler("dump", tmp_path / "a").stdout.splitlines()]
    assert [article["title"] for article in articles] == ["Họp bàn làm đường liên thôn"]
    (shard,) = Collection(tmp_path / "a").shards()
    (file,) = shard.warcs()
    spoken = {value for record in records(file) for name, value in record.headers if name == "WARC-Protocol"}
    old = "tls/1.0" if version is ssl.TLSVersion.TLSv1 else "tls/1.1"
    assert {protocol for protocol in spoken if protocol.startswith("tls/")} == {old}


@pytest.mark.parametrize(
    ("names", "host", "right"),
    [
        (["xa-a.example"], "xa-a.example", True),
        (["*.tinh.example"], "xa-a.tinh.example", True),
        (["*.tinh.example"], "a.b.tinh.example", False),
        (["*.tinh.example"], "tinh.example", False),
        (["127.0.0.1"], "127.0.0.1", True),
        (["127.0.0.1"], "127.0.0.2", False),
        ([], "xa-a.example", False),
        (None, "xa-a.example", True),
        (None, "xa-b.example", False),
    ],
)
def test_for_which_host_a_certificate_is(names: list[str] | None, host: str, right: bool) -> None:
    certificate, _ = made(names, NOW - DAY, NOW + DAY)
    found = problems(der(certificate), host, NOW)
    assert ("for another host" in (found or "")) is not right


def test_the_day_counts_on_which_it_was_shown() -> None:
    certificate, _ = made(["xa-a.example"], NOW - 20 * DAY, NOW - 10 * DAY)
    chain = der(certificate)
    assert problems(chain, "xa-a.example", NOW - 15 * DAY) == "self-signed"
    assert problems(chain, "xa-a.example", NOW) == f"expired {(NOW - 10 * DAY).date()}, self-signed"
    assert problems(chain, "xa-a.example", NOW - 30 * DAY) == f"not valid before {(NOW - 20 * DAY).date()}, self-signed"


def test_an_issuer_whom_nobody_knows_is_told_from_one_that_signs_itself() -> None:
    certificate, _ = made(["xa-a.example"], NOW - DAY, NOW + DAY, issuer="Nhà phát hành không ai biết")
    assert problems(der(certificate), "xa-a.example", NOW) == "unknown issuer"


def test_what_is_no_certificate_is_told_and_breaks_nothing() -> None:
    assert (problems((b"\x30\x03\x02\x01\x01",), "xa-a.example", NOW) or "").startswith("not readable")
    assert problems((), "xa-a.example", NOW) is None
