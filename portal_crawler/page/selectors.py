"""Selectors: the places of a definition, in CSS or XPath, as the XPath that finds them soonest.

CSS has ::text and ::attr(name) as well; XPath begins with / ./ or (.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from cssselect import SelectorError
from lxml import etree
from parsel.csstranslator import HTMLTranslator

from archive.errors import UsageError

_ANYWHERE = "descendant-or-self::"  # how the XPath begins that CSS becomes
_AT_ID = re.compile(rf"^(?:{_ANYWHERE}|//)\*\[@id(?=\s*=)")
_ID = re.compile(r"""(?<![\w:.-])id\(\s*('[^']*'|"[^"]*")\s*\)""")
_TOKEN = re.compile(r"<(?:EOF|\w+ '(.*)') at (\d+)>$| at (\d+)$", re.S)
# Elements by one of their attributes: `*[@id = 'x']`, and what CSS becomes that asks for a class or a part of an id.
_ANY = re.compile(
    r"""(?P<axis>descendant(?:-or-self)?::|^//)(?P<tag>\*|[a-z][a-z0-9]*)\[(?P<test>@(?P<name>[\w-]+)(?=\ *=|\ and\ )
        (?:@(?P=name)(?![\w-])|\ and\ |'[^'@]*'|"[^"@]*"|[\d\ ,)=-]
          |(?:contains|concat|normalize-space|starts-with|substring|string-length)\()+)\](?=/|\ \||$)""",
    re.X,
)
# What `.name`, `#name` and `[id$=name]` become, the attribute written as a dot.
_NEEDED = re.compile(
    r"""\.\ and\ contains\(\.,\ '(?P<has>[^']+)'\)
        (?:\ and\ contains\(concat\('\ ',\ normalize-space\(\.\),\ '\ '\),\ '\ (?P=has)\ '\))?
      |(?:\.\ and\ substring\(\.,\ string-length\(\.\)-\d+\)\ |\.\ ?)=\ ?'(?P<is>[^']+)'""",
    re.X,
)
_VALUES = {name: etree.XPath(f"descendant-or-self::*/@{name}", smart_strings=False) for name in ("id", "class")}


def matched(selector: str, node: Any, *, plainly: bool = False) -> list[Any]:
    """What a selector matches from an element on, in document order: elements, or strings. Raises UsageError.

    `plainly`: element by element, where so many may match that they are sooner found so.
    """
    return _matched(selector, compiled(selector, plainly), node)


def matched_inside(selector: str, node: Any) -> list[Any] | None:
    """What a selector matches inside an element; None where only its page can tell. Raises UsageError."""
    inward, whole = _inward(selector)
    found = _matched(selector, inward, node) if inward is not None else []
    return found if found or whole else None


def _matched(selector: str, path: etree.XPath, node: Any) -> list[Any]:
    try:
        found = path(node)
    except etree.XPathError as error:
        raise UsageError(f"selector {selector!r}: {error}") from None
    return found if isinstance(found, list) else [str(found)]


@lru_cache(maxsize=4096)
def compiled(selector: str, plainly: bool = False) -> Any:
    """The XPath of a selector: XPath where it begins with / ./ or (, else CSS with ::text and ::attr(name)."""
    path = _path(selector)
    try:
        return etree.XPath(path, smart_strings=False) if plainly else _xpath(path)
    except etree.XPathError as error:
        place = f" at character {error.error_log[0].column}" if len(error.error_log) else ""
        raise UsageError(f"selector {selector!r}: is not XPath: {error}{place}") from None


@lru_cache(maxsize=4096)
def _inward(selector: str) -> tuple[etree.XPath | None, bool]:
    """The XPath that finds from an element what a selector matches inside it, and whether that is all there is.

    What begins at an id is inside as a whole, or not at all.
    """
    path = _path(selector)
    if path.startswith(_ANYWHERE) and "/" not in path:
        return _xpath(path.replace(_ANYWHERE, "descendant::")), True
    if _AT_ID.match(path) and "|" not in path:
        return _xpath(_AT_ID.sub("descendant::*[@id", path)), False
    return None, False


@lru_cache(maxsize=4096)
def needed(selector: str) -> tuple[str, str] | None:
    """The attribute by which a selector finds its elements, id or class, and letters that its value must have."""
    path = _path(selector)
    first = _ANY.match(path) if "|" not in path else None
    if first is None or first["tag"] != "*" or first["name"] not in _VALUES:
        return None
    test = _NEEDED.fullmatch(first["test"].replace(f"@{first['name']}", "."))
    return (first["name"], test["has"] or test["is"]) if test is not None else None


def occurring(attribute: str, root: Any) -> str:
    """All values that a tree has of an attribute, id or class."""
    return "\n".join(_VALUES[attribute](root))


def _path(selector: str) -> str:
    """A selector as XPath, without id(), which asks an index that the tree has not."""
    if selector.lstrip().startswith(("/", "./", "(")):
        return _ID.sub(r"(//*[@id=\1] | //a[@name=\1])[1]", selector)
    try:
        return HTMLTranslator().css_to_xpath(selector)
    except SelectorError as error:
        raise UsageError(f"selector {selector!r}: is not CSS: {_placed(str(error))}") from None


def _xpath(path: str) -> etree.XPath:
    return etree.XPath(_ANY.sub(_by_attribute, path), smart_strings=False)


def _by_attribute(found: re.Match[str]) -> str:
    """The same elements, by way of their attributes: libxml2 finds them in a quarter of the time."""
    name, test = found["name"], found["test"].replace(f"@{found['name']}", ".")
    if test.startswith(". and contains("):  # then it is not empty
        test = test.removeprefix(". and ")
    return f"{found['axis']}{found['tag']}/@{name}[{test}]/.."


def _placed(message: str) -> str:
    """What cssselect says of a selector, with the place as a person counts."""
    found = _TOKEN.search(message)
    if found is None:
        return message
    token, at, alone = found.groups()
    what = "" if alone else f"{token!r}" if token is not None else "its end"
    return f"{message[: found.start()]}{what} at character {int(alone or at) + 1}"
