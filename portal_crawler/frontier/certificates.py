"""Certificates: what is wrong with the one that a server shows. Pure but for the system's list of authorities.

A portal is crawled whatever its certificate: that one expired is often the first sign of its end. What is wrong stands
in the metadata record of each capture, as it was at that moment, and in the run's report.
"""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID
from OpenSSL import crypto

_SELF_SIGNED = 18  # codes of OpenSSL's verify
_TIMES = (9, 10)  # told by the dates


def problems(chain: tuple[bytes, ...], host: str, moment: datetime) -> str | None:
    """What was wrong at `moment` with a chain (DER, leaf first) that `host` showed, in words; None: nothing.

    Such as `expired 2024-05-01, for another host (www.xa-a.example)`.
    """
    return _problems(chain, host.lower(), moment.astimezone(UTC).date().isoformat()) if chain else None


@lru_cache(maxsize=1024)
def _problems(chain: tuple[bytes, ...], host: str, day: str) -> str | None:
    try:
        leaf = x509.load_der_x509_certificate(chain[0])
        found = list(_of_leaf(leaf, host, datetime.fromisoformat(f"{day}T12:00:00+00:00")))
    except ValueError as error:
        return f"not readable ({' '.join(str(error).split())[:200]})"
    if (issuer := _of_chain(chain)) is not None:
        found.append(issuer)
    return ", ".join(found) or None


def _of_leaf(leaf: x509.Certificate, host: str, noon: datetime) -> Iterator[str]:
    if noon.date() > leaf.not_valid_after_utc.date():
        yield f"expired {leaf.not_valid_after_utc.date().isoformat()}"
    if noon.date() < leaf.not_valid_before_utc.date():
        yield f"not valid before {leaf.not_valid_before_utc.date().isoformat()}"
    names = _names(leaf)
    if not any(_covers(name, host) for name in names):
        yield f"for another host ({', '.join(names[:3]) or 'none is named'})"


def _names(leaf: x509.Certificate) -> list[str]:
    """The hosts and addresses that a certificate is for; an old one says it in its subject."""
    try:
        named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return [str(one.value).lower() for one in leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    hosts = [name.lower() for name in named.get_values_for_type(x509.DNSName)]
    return hosts + [str(address) for address in named.get_values_for_type(x509.IPAddress)]


def _covers(name: str, host: str) -> bool:
    """RFC 6125, 6.4: a star stands for one label, the first."""
    if name == host:
        return True
    try:
        return ipaddress.ip_address(name) == ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return name.startswith("*.") and name[1:] == "." + host.partition(".")[2]


def _of_chain(chain: tuple[bytes, ...]) -> str | None:
    """Whether somebody whom this system trusts vouches for it, whatever the day; without a list nobody can say."""
    store = _authorities()
    if store is None:
        return None
    try:
        leaf, *rest = (crypto.load_certificate(crypto.FILETYPE_ASN1, one) for one in chain)
        crypto.X509StoreContext(store, leaf, rest).verify_certificate()
    except crypto.X509StoreContextError as error:
        number = error.errors[0]
        if number in _TIMES:
            return None
        return "self-signed" if number == _SELF_SIGNED else "unknown issuer"
    except crypto.Error:
        return "unknown issuer"
    return None


@cache
def _authorities() -> crypto.X509Store | None:
    """Those whom this system trusts."""
    paths = ssl.get_default_verify_paths()
    if paths.cafile is None and not (paths.capath and any(Path(paths.capath).iterdir())):
        return None
    store = crypto.X509Store()
    store.load_locations(paths.cafile, paths.capath)
    return store
