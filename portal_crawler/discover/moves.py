"""Moves: whether a front page that redirects to another host has taken its portal there. Pure.

A district's portal that was closed often redirects to its province's: what is there is another portal, to be crawled
under its own name. So a portal moves only to a host that is named like it; anything else is told, and not followed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from archive.warc.capture import Capture

from ..portal import Portal
from ..urls import bare, canonical, resolve
from .traps import is_login

REDIRECTS = frozenset((301, 302, 303, 307, 308))

_MOST = 10  # hosts that a portal's definition takes up by itself
# What a host's name says of its software or its rank, and not of whose it is.
_GENERAL = frozenset(
    [
        "www", "www1", "www2", "portal", "cong", "congtt", "congthongtin", "ttdt", "web", "website", "home", "m",
        "mobile", "vi", "en", "cms", "news", "tintuc",
    ]
)  # fmt: skip
_RANK = re.compile(r"^(?:ubnd|huyen|quan|thixa|tx|thanhpho|tp|xa|phuong|thitran|tt)(?=.{3})")
_NUMBERS = re.compile(r"[\d.]+|.*:.*")


def with_move(portal: Portal, capture: Capture) -> Portal:
    """The definition with the host that the front page redirects to, where that is the portal's new place."""
    if capture.status not in REDIRECTS or not is_front(portal, capture):
        return portal
    target = resolve(capture.url, capture.header("location"))
    if target is None or portal.owns(target) or is_login(target) or len(portal.learned.hosts) >= _MOST:
        return portal
    new = (urlsplit(target).hostname or "").lower()
    if not any(alike(old, new) for old in portal.hosts):
        return portal
    learned = portal.learned.model_copy(update={"hosts": (*portal.learned.hosts, new)})
    return portal.with_learned(learned)


def is_front(portal: Portal, capture: Capture) -> bool:
    """Whether an address is the front page's, or one that it was redirected to on the portal's hosts.

    A WARC file of another tool does not say what led to an address: there only the roots of these hosts are.
    """
    key = canonical(capture.url)
    if key == canonical(portal.portal.url):
        return True
    if not portal.owns(capture.url):
        return False
    parts = urlsplit(key)
    if parts.path == "/" and not parts.query:
        return True
    seeds = {canonical(resolve(portal.portal.url, url) or url) for url in portal.sources.seeds}
    return capture.asked is not None and capture.asked.kind == "seed" and key not in seeds


def alike(old: str, new: str) -> bool:
    """Whether two hosts are named after the same: xa-a.tinh.example and xaa.tinh-moi.example are."""
    old, new = bare(old), bare(new)
    if old == new:
        return True
    if _NUMBERS.fullmatch(old) or _NUMBERS.fullmatch(new):
        return False
    return new.endswith(f".{old}") or bool(_names(old) & _names(new))


def _names(host: str) -> set[str]:
    """The first label that tells whose host it is, as it is and without a rank before it."""
    labels = [label.replace("-", "") for label in host.split(".")]
    own = next((label for label in labels[:-1] if label not in _GENERAL), labels[0])
    return {own, _RANK.sub("", own)}
