"""Targets: what a user names a portal by. A URL, a TOML file, or the name of a portal that ships with the package."""

from __future__ import annotations

from pathlib import Path

from archive.errors import UsageError
from archive.shard import Shard

from .portal import Portal
from .tables import contact

_SAVED = (".html", ".htm", ".warc", ".wacz", ".gz")  # what files are called, and no host


def resolve_target(target: str, into: Path | None = None) -> Portal:
    """The definition of a portal. Raises UsageError where `target` is none of the three.

    A definition that the collection `into` already has for a URL or a name comes first: it may have been corrected.
    """
    if not target:
        raise UsageError("no portal named: give a URL, the name of a known portal, or a TOML file")
    scheme, colon, _ = target.partition("://")
    if colon and scheme.lower() not in ("http", "https"):
        raise UsageError(f"{target}: only http and https can be crawled")
    if colon:
        portal = Portal.of_url(target)
        name = portal.portal.name
        return Portal.of(shard) if (shard := _kept(name, into)) else portal
    path = Path(target)
    if path.suffix == ".toml":
        return Portal.load(path)
    if shard := _kept(target, into):
        return Portal.of(shard)
    if path.exists():
        raise UsageError(f"{target}: a portal's definition is a file that ends in .toml")
    if "/" in target or path.suffix.lower() in _SAVED:
        raise UsageError(f"{target}: no such file; a URL has http:// or https:// before it")
    if "." in target and " " not in target:
        raise UsageError(f"{target}: looks like a host; write it as a URL, such as https://{target}/")
    return Portal.known(target)


def who_asks(text: str | None) -> str | None:
    """The contact that a user gives. Raises UsageError where it is no mail address and no page's."""
    if not text:
        return None
    try:
        return contact(text)
    except ValueError as error:
        raise UsageError(f"contact {text!r} (--contact or PORTAL_CRAWLER_CONTACT): {error}") from None


def _kept(name: str, into: Path | None) -> Shard | None:
    shard = Shard(into / name) if into is not None else None
    return shard if shard is not None and shard.exists() else None
