"""Proxies: by way of which one, if any, a host is asked: as `http_proxy` and its like say, which Scrapy heeds."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass


def proxy_for(url: str) -> str | None:
    """The proxy that an address is asked by way of, without what may be secret in its own; None where there is none."""
    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    return None if proxy is None or proxy_bypass(parts.netloc) else _plain(proxy)


def proxies() -> dict[str, str]:
    """What is set, by scheme."""
    return {scheme: _plain(proxy) for scheme, proxy in getproxies().items() if scheme in ("http", "https")}


def _plain(proxy: str) -> str:
    scheme, mark, rest = proxy.rpartition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2].partition('/')[0]}"
