"""Protocols: what the head of a WARC record says of the connection that its block came over."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .exchange import Exchange
from .http import Response

_TLS = re.compile(r"(TLS|SSL)v(\d)(?:\.(\d))?")
_OPENSSL = re.compile(r"(?:(ECDHE|DHE)-(RSA|ECDSA)-)?(CHACHA20-POLY1305|AES(?:128|256)(?=-))(-GCM)?(?:-(SHA\d*))?")
_HTTP = re.compile(r"HTTP/\d\.\d\s*$", re.I)


def connection(exchange: Exchange, answer: Response | None) -> Iterator[tuple[str, str]]:
    """WARC-IP-Address, and WARC-Protocol and WARC-Cipher-Suite as the community settled them.

    https://github.com/iipc/warc-specifications/issues/42 (a header for each layer) and /issues/86 (names of IANA).
    """
    if exchange.ip:
        yield "WARC-IP-Address", exchange.ip
    request_line = bytes(exchange.sent).partition(b"\n")[0].decode("latin-1")
    if match := _HTTP.search(answer.version if answer else request_line):
        yield "WARC-Protocol", match[0].strip().lower()
    if exchange.tls:
        if match := _TLS.fullmatch(exchange.tls[0]):
            minor = f".{match[3] or 0}" if match[1] == "TLS" else ""
            yield "WARC-Protocol", f"{match[1].lower()}/{match[2]}{minor}"
        if suite := cipher_suite(exchange.tls[1]):
            yield "WARC-Cipher-Suite", suite


def cipher_suite(name: str) -> str | None:
    """IANA's name of a cipher suite that may have OpenSSL's; None where it is not known."""
    if name.startswith("TLS_"):
        return name
    match = _OPENSSL.fullmatch(name)
    if not match:
        return None
    exchange, signature, cipher, mode, digest = match.groups()
    key = f"{exchange}_{signature}" if exchange else "RSA"
    if cipher == "CHACHA20-POLY1305":
        return f"TLS_{key}_WITH_CHACHA20_POLY1305_SHA256"
    return f"TLS_{key}_WITH_AES_{cipher[3:]}_{'GCM' if mode else 'CBC'}_{digest}"
