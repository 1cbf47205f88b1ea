"""Postback: the pages of a list that ASP.NET WebForms gives only in answer to a form (`__doPostBack`). Pure.

Each page is a POST of the whole form, `__VIEWSTATE` with it, to the one address that the list has. What tells the pages
apart is not the state but what was clicked: that is in the key, behind a `#`, where no other key has anything.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from archive.ledger.rows import Lead

from ..page import Page
from ..urls import canonical, resolve

LARGEST = 4 << 20  # bytes of a form that is sent
_TOGETHER = 64 << 20  # of all that one page asks for: each has the whole state
_CALL = re.compile(
    r"(?:__doPostBack|WebForm_PostBackOptions|_doPostBack)\("
    r"\s*(['\"])(?P<target>[^'\"]{1,300})\1\s*,\s*(['\"])(?P<argument>[^'\"]{0,200})\3"
)
_NUMBER = re.compile(r"\W{0,3}(\d{1,4})\W{0,3}")
_NEXT = re.compile(
    r"\W*(?:(?:trang )?(?:sau|tiếp|tiếp theo|kế tiếp)|next(?: page)?|xem thêm(?: tin)?|load more|cũ hơn|older)\W*"
    r"|[.…]{1,3}|[>»›]{1,2}",
    re.I,
)
_CALENDAR = re.compile(r"V?\d{3,6}")  # asp:Calendar: days since 2000, V before those of a month
_ARGUMENT = re.compile(r"Page\$(\d{1,5}|Next)", re.I)


def postbacks(page: Page, entries: Iterable[str] = ()) -> list[Lead]:
    """The other pages of the list on this page. `entries`: what the list names here, which says which page this is."""
    form = next((one for one in page.root.iter("form") if one.xpath(".//input[@name='__VIEWSTATE']")), None)
    if form is None:
        return []
    found: dict[str, Lead] = {}
    fields: str | None = None
    room = _TOGETHER
    action = resolve(page.base, form.get("action") or page.url) or page.url
    state = hashlib.sha256("\n".join(sorted(entries)).encode()).hexdigest()[:16]
    for target, argument, words in _clicks(form):
        mark = _mark(argument, words, state)
        if mark is None:
            continue
        if fields is None:
            fields = urlencode(_fields(form))
        clicked = urlencode([("__EVENTTARGET", target), ("__EVENTARGUMENT", argument)])
        key = f"{canonical(action)}#__doPostBack={target},{argument}{mark}"
        size = len(fields) + 1 + len(clicked)
        if size > min(LARGEST, room) or key in found:
            continue
        room -= size
        body = f"{fields}&{clicked}" if fields else clicked
        found[key] = Lead(url=action, key=key, kind="listing", form=body)
    return list(found.values())


def _clicks(form: Any) -> Iterable[tuple[str, str, str]]:
    """Target, argument and words of everything that sends the form."""
    for element in form.iter("a", "input", "button", "span", "li", "td"):
        for code in (element.get("href"), element.get("onclick")):
            call = _CALL.search(code) if code and "ostBack" in code else None
            if call is not None:
                words = (
                    " ".join("".join(element.itertext()).split()) or element.get("value") or element.get("title") or ""
                )
                yield call["target"], call["argument"], words
                break


def _mark(argument: str, words: str, state: str) -> str | None:
    """What of a click tells the page that it leads to, beside the argument; None where it leads to none.

    A number says it. "Next" and "…" lead to another page from each page: there it is what the page lists.
    """
    if argument.lower().startswith("sort$"):
        return None
    named = _ARGUMENT.fullmatch(argument)
    if named:
        return "" if named[1].isdigit() else f",after {state}"
    number = _NUMBER.fullmatch(words)
    if _CALENDAR.fullmatch(argument) and not (number and number[1] == argument):
        return None
    if number:
        return f",{number[1]}"
    return f",after {state}" if _NEXT.fullmatch(words) else None


def _fields(form: Any) -> list[tuple[str, str]]:
    """What a browser would send of a form when a script submits it: no button."""
    fields: list[tuple[str, str]] = []
    for element in form.iter("input", "select", "textarea"):
        name = element.get("name")
        if not name or name in ("__EVENTTARGET", "__EVENTARGUMENT") or element.get("disabled") is not None:
            continue
        if element.tag == "textarea":
            fields.append((name, "".join(element.itertext())))
        elif element.tag == "select":
            fields += [(name, value) for value in _chosen(element.findall(".//option"))]
        else:
            kind = (element.get("type") or "text").lower()
            if kind in ("submit", "button", "image", "reset", "file"):
                continue
            if kind in ("checkbox", "radio") and element.get("checked") is None:
                continue
            fields.append((name, element.get("value") or ("on" if kind == "checkbox" else "")))
    return fields


def _chosen(options: Sequence[Any]) -> list[str]:
    chosen = [option for option in options if option.get("selected") is not None] or list(options[:1])
    return [option.get("value") if "value" in option.keys() else "".join(option.itertext()) for option in chosen]  # noqa: SIM118
