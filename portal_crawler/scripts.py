"""Scripts: what a function of a page asks the server for, read off its text. Pure; nothing is run.

Enough for what pagers are made of: literals, parameters and a variable or two, joined to an address that is gone to or
fetched. An address that depends on anything else is not known. Whatever the text, time and memory are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

LONGEST = 200_000  # characters of a page's scripts that are read
_STEPS = 300_000  # words looked at while the calls of one page are followed
_DEEPEST = 20  # brackets inside brackets of one expression
_CALLS = 3  # functions that call each other
_VALUE = 2000  # characters of a value, as of an address
_BODY = 60  # words of an arrow function without braces

_TOKEN = re.compile(
    r"(?://|<!--)[^\n]*|/\*.*?(?:\*/|\Z)"
    r"|(?<=[=(,:!&|?\[])\s*+/(?![/*])(?:[^/\\\n]|\\.){1,200}+/"  # a regular expression
    r"|(\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?"
    r"|(?:[^\W\d]|\$)[\w$]*+|\d[\w.]*+|=>|[=!]==?|\+\+|--|[+\-*/%<>]=|&&|\|\||\S)",
    re.S,
)
_NAME = re.compile(r"(?:[^\W\d]|\$)[\w$]*")
_HOLE = re.compile(r"\$\{([^{}`]{1,200})\}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_WINDOW = re.compile(r"^(?:(?:window|self|top|parent|this|document)\.)+")
_OPENS = {")": "(", "]": "[", "}": "{"}
_GOES_ON = frozenset("?|&.[(*/%-<>") | {"==", "===", "!=", "!==", "<=", ">=", "||", "&&", "=>", "=", "+="}
_KEYWORDS = frozenset(
    ("if", "for", "while", "switch", "catch", "with", "return", "function", "typeof", "void", "new", "delete", "async")
)
_CONVERTS = frozenset(("encodeURIComponent", "encodeURI", "escape", "parseInt", "Number", "String"))
_CARELESS = frozenset(  # that are handed a number and ask for nothing with it
    ("$", "jQuery", "alert", "confirm", "setTimeout", "setInterval", "console", "Math", "document", "JSON", "isNaN",
     "parseFloat", "localStorage", "sessionStorage", "history", "event", "e", *_CONVERTS)
)  # fmt: skip
_FETCHES = frozenset(("get", "getJSON", "post", "load", "ajax"))
_FETCHERS = frozenset(("$", "jQuery", "axios", "http", ")"))  # whose methods these are; a map has a `get` too

Pairs = tuple[tuple[str, str], ...]
Value = int | str | Pairs


class _Unknown(Exception):
    """An expression whose value is not told by the text."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: an address as the script writes it, and the body of a POST."""

    address: str
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a click calls. `args`: None where one is no literal."""

    name: str
    args: tuple[Value | None, ...]


class Script:
    """The scripts of one page."""

    def __init__(self, text: str, url: str) -> None:
        code = _Code(text[:LONGEST])
        self.left = _STEPS
        self.functions = dict(_functions(code))
        self.names: Mapping[str, Value] = {**_literals(code), **_of_the_page(url)}

    def called(self, click: str) -> Call | None:
        """The call in the code of a click: the first of a function of the page, else the first that says most."""
        code = _Code(click)
        reader = _Reader(self, code, {})
        others = []
        for at, word in enumerate(code.words[:-1]):
            close = code.pairs.get(at + 1, 0)
            if code.words[at + 1] != "(" or close < at or not _NAME.fullmatch(word) or word in _KEYWORDS:
                continue
            call = Call(word, tuple(reader.known(*part) for part in code.parts(at + 2, close)))
            if word in self.functions:
                return call
            if call.args or at == 0 or code.words[at - 1] != ".":
                others.append(call)
        return max(others, key=lambda call: bool(call.args), default=None)

    def asks(self, call: Call) -> list[Ask | None] | None:
        """All that a call asks for, in the order of the text: None for what cannot be told.

        None in place of the list: the function is not on the page.
        """
        function = self.functions.get(call.name)
        return list(function.run(self, call.args, 0)) if function is not None else None

    def asked_by(self, click: str) -> list[Ask | None]:
        """What the code of a click asks for by itself."""
        code = _Code(click)
        return list(_Reader(self, code, {}).run(0, len(code.words), 0))


class _Code:
    """A text as words, comments and regular expressions left out; `pairs`: of each bracket, where the other one is."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = [word for word in _TOKEN.findall(text) if word]
        self.pairs: dict[int, int] = {}
        opened: list[int] = []
        waiting = dict.fromkeys("([{", 0)
        for at, word in enumerate(self.words):
            if word in waiting:
                opened.append(at)
                waiting[word] += 1
            elif word in _OPENS and waiting[_OPENS[word]]:
                while True:  # what was opened inside and is not closed is left alone
                    other = opened.pop()
                    waiting[self.words[other]] -= 1
                    if self.words[other] == _OPENS[word]:
                        break
                self.pairs[at], self.pairs[other] = other, at

    def parts(self, start: int, end: int) -> list[tuple[int, int]]:
        """What commas separate between two places, as pairs of places."""
        found, begun, at = [], start, start
        while at < end:
            if self.words[at] == ",":
                found.append((begun, at))
                begun = at + 1
            at = max(at, self.pairs.get(at, at)) + 1
        return [*found, (begun, end)] if begun < end else found


@dataclass(frozen=True, slots=True)
class _Function:
    code: _Code
    parameters: tuple[str, ...]
    start: int  # of its body
    end: int

    def run(self, script: Script, args: tuple[Value | None, ...], depth: int) -> Iterator[Ask | None]:
        given = (*args, *(None for _ in self.parameters))
        known: dict[str, Value | None] = dict(zip(self.parameters, given, strict=False))
        return _Reader(script, self.code, known).run(self.start, self.end, depth)


def _functions(code: _Code) -> Iterator[tuple[str, _Function]]:
    """The functions that have a name: declared by it, assigned to it, or an object's."""
    words, pairs = code.words, code.pairs
    for at, word in enumerate(words):
        if word == "function":
            named = at + 1 < len(words) and _NAME.fullmatch(words[at + 1])
            names = [words[at + 1]] if named else []
            opens, first = at + (2 if named else 1), at
            close = pairs.get(opens, 0)
            body = close + 1
        elif word == "=>" and at > 0:
            names = []
            close, body = at - 1, at + 1
            opens = first = pairs.get(close, close)
        else:
            continue
        if close < opens or body >= len(words):
            continue
        parameters = [words[start] for start, _ in code.parts(opens + (opens < close), close + (opens == close))]
        if first > 0 and words[first - 1] == "async":
            first -= 1
        if first > 1 and words[first - 1] in ("=", ":") and _NAME.fullmatch(words[first - 2]):
            names.append(words[first - 2])
        if words[body] == "{":
            start, end = body + 1, pairs.get(body, 0)
            if end < start:
                continue  # it is cut off
        elif word == "=>" and names:
            start = end = body
            while end < min(len(words), body + _BODY) and words[end] != ";":
                end = max(end, pairs.get(end, end)) + 1
        else:
            continue
        for name in names:
            yield name, _Function(code, tuple(parameters), start, end)


def _literals(code: _Code) -> dict[str, Value]:
    """The names to which one literal is assigned, and nothing else."""
    found: dict[str, Value | None] = {}
    words = code.words
    for at, word in enumerate(words[:-2]):
        owner = words[at - 2] if at > 1 and words[at - 1] == "." else "window"
        if words[at + 1] != "=" or owner != "window" or not _NAME.fullmatch(word):
            continue
        literal = words[at + 2]
        value: Value | None = None
        if at + 3 >= len(words) or words[at + 3] not in _GOES_ON | {"+"}:
            value = _text(literal) if literal[0] in "\"'" else _integer(literal)
        found[word] = value if found.setdefault(word, value) == value else None
    return {name: value for name, value in found.items() if value is not None}


def _of_the_page(url: str) -> dict[str, Value]:
    """What a script may ask a browser of the page's own address."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return {
        "location": url, "location.href": url, "URL": url, "location.pathname": parts.path, "location.search": query,
        "location.host": parts.netloc, "location.hostname": parts.hostname or "",
        "location.protocol": f"{parts.scheme}:", "location.origin": f"{parts.scheme}://{parts.netloc}",
    }  # fmt: skip


class _Reader:
    """A piece of code read once, with what is known of its names. No branch is chosen: all of it is read in turn."""

    def __init__(self, script: Script, code: _Code, names: dict[str, Value | None]) -> None:
        self._script, self._code, self._names = script, code, names
        self._given = frozenset(names)

    # What it asks for

    def run(self, start: int, end: int, depth: int) -> Iterator[Ask | None]:
        words = self._code.words
        for at in range(start, end - 1):
            self._script.left -= 1
            if self._script.left < 0:
                return
            word, following = words[at], words[at + 1]
            if following not in ("=", "+=", "(") or not _NAME.fullmatch(word) or word in _KEYWORDS:
                continue
            owner = words[at - 2] if at > 1 and words[at - 1] == "." else None
            if following == "(":
                yield from self._called(at, owner, depth)
            elif following == "=" and (word == "location" or (word == "href" and owner == "location")):
                value = self._assigned(at + 2, end)
                yield Ask(value) if isinstance(value, str) and value else None
            elif owner is None:
                self._names[word] = self._assigned(at + 2, end, word if following == "+=" else None)

    def _called(self, at: int, owner: str | None, depth: int) -> Iterator[Ask | None]:
        """A call: a request itself, or a function of the page that makes one, or something unknown."""
        words, name = self._code.words, self._code.words[at]
        close = self._code.pairs.get(at + 1)
        if close is None:
            return
        own = owner in (None, "this", "self", "window", "parent", "top")
        if (name == "fetch" and own) or (name in _FETCHES and owner in _FETCHERS) or (name == "open" and owner):
            yield self._request(name, self._code.parts(at + 2, close))
        elif owner == "location" and name in ("assign", "replace"):
            value = self.known(at + 2, close)
            yield Ask(value) if isinstance(value, str) and value else None
        elif name in ("submit", "__doPostBack"):
            yield None
        elif own and (function := self._script.functions.get(name)) is not None:
            if depth < _CALLS:
                args = tuple(self.known(*part) for part in self._code.parts(at + 2, close))
                yield from function.run(self._script, args, depth + 1)
        elif (name if own else owner) not in _CARELESS and owner != ")":
            self._script.left -= close - at
            if not self._given.isdisjoint(words[at + 2 : close]):
                yield None  # it hands what it was given on to what is not on the page

    def _request(self, name: str, parts: list[tuple[int, int]]) -> Ask | None:
        """What a call asks for that is one of the browser's or of jQuery's own."""
        words = self._code.words
        options: dict[str, tuple[int, int]] = {}
        if parts and words[parts[0][0]] == "{":
            options = self._fields(*parts[0])
            parts = [options["url"]] if "url" in options else []
        method = self.known(*parts[0]) if parts and name == "open" else None
        if isinstance(method, str) and method.upper() in ("GET", "POST"):
            parts = parts[1:]
        elif len(parts) > 1 and name in ("ajax", "fetch"):
            options = self._fields(*parts[1])
        if "method" in options or "type" in options:
            method = self.known(*(options.get("method") or options["type"]))
        address = self.known(*parts[0]) if parts else None
        if not isinstance(address, str) or not address:
            return None
        given = options.get("data") or options.get("body") or options.get("params")
        if given is None and len(parts) > 1 and name in ("get", "getJSON", "post", "load"):
            named = parts[1][1] - parts[1][0] == 1 and words[parts[1][0]] not in self._names
            given = None if named or self._is_function(*parts[1]) else parts[1]
        data = self.known(*given) if given is not None else ()
        if data is None or isinstance(data, int):
            return None
        body = data if isinstance(data, str) else urlencode(data)
        posted = name == "post" or (name == "load" and given is not None) or str(method).upper() == "POST"
        if posted:
            return Ask(address, body) if name != "open" else None  # what is sent stands elsewhere
        return Ask(f"{address}{'&' if '?' in address else '?'}{body}" if body else address)

    def _is_function(self, start: int, end: int) -> bool:
        head = self._code.words[start : min(end, start + 12)]
        return "function" in head[:2] or "=>" in head

    def _fields(self, start: int, end: int) -> dict[str, tuple[int, int]]:
        """The fields of an object, by name; one without a value is the variable of that name."""
        words = self._code.words
        if words[start] != "{" or self._code.pairs.get(start) != end - 1:
            return {}
        found = {}
        for at, stop in self._code.parts(start + 1, end - 1):
            self._script.left -= 1
            name = _text(words[at]) if words[at][0] in "\"'" else words[at]
            if stop - at > 2 and words[at + 1] == ":":
                found[name] = (at + 2, stop)
            elif stop - at == 1:
                found[name] = (at, stop)
        return found

    # Expressions

    def known(self, start: int, end: int, deep: int = 0) -> Value | None:
        """The value of an expression that fills a place; None where it is not told."""
        try:
            value, stop = self._either(start, end, deep)
        except _Unknown:
            return None
        return value if stop == end else None

    def _assigned(self, at: int, end: int, to: str | None = None) -> Value | None:
        """The value of an expression that ends where its statement does; `to`: the name that it is added to."""
        try:
            value, stop = self._either(at, end, 0)
            if stop < end and self._code.words[stop] in _GOES_ON:
                return None
            return _joined(self._of(to), value) if to is not None else value
        except _Unknown:
            return None

    def _of(self, name: str) -> Value:
        value = self._names[name] if name in self._names else self._script.names.get(name)
        if value is None:
            raise _Unknown
        return value

    def _either(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        """`p || 1`: the first where it says something."""
        value, at = self._sum(at, end, deep)
        while at < end and self._code.words[at] == "||":
            other, at = self._sum(at + 1, end, deep)
            value = value or other
        return value, at

    def _sum(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        value, at = self._product(at, end, deep)
        while at < end and (sign := self._code.words[at]) in ("+", "-"):
            other, at = self._product(at + 1, end, deep)
            value = _joined(value, other) if sign == "+" else _number(value) - _number(other)
        return value, at

    def _product(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        value, at = self._one(at, end, deep)
        while at < end and self._code.words[at] == "*":
            other, at = self._one(at + 1, end, deep)
            value = _bounded(_number(value) * _number(other))
        return value, at

    def _one(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        self._script.left -= 1
        if at >= end or deep > _DEEPEST or self._script.left < 0:
            raise _Unknown
        words, word = self._code.words, self._code.words[at]
        value: Value
        if word == "(":
            value, at = self._bracketed(at, end, deep)
        elif word == "{":
            value, at = self._object(at, deep + 1), self._code.pairs.get(at, end) + 1
        elif word in ("-", "+"):
            other, at = self._one(at + 1, end, deep + 1)
            value = -_number(other) if word == "-" else _number(other)
        elif _NAME.fullmatch(word):
            value, at = self._named(at, end, deep)
        else:
            value, at = self._literal(word), at + 1
        if words[at : at + 4] == [".", "toString", "(", ")"]:
            value, at = _joined("", value), at + 4
        return value, at

    def _bracketed(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        close = self._code.pairs.get(at, end)
        value, stop = self._either(at + 1, min(close, end), deep + 1)
        if stop != close:
            raise _Unknown
        return value, close + 1

    def _named(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        """The value of a name, or of a call that only turns one value into another."""
        words = self._code.words
        name, at = words[at], at + 1
        while at + 1 < end and words[at] == "." and words[at + 1] != "toString" and len(name) < 100:
            name, at = f"{name}.{words[at + 1]}", at + 2
        name = _WINDOW.sub("", name)
        if at >= end or words[at] != "(":
            return self._of(name), at
        close = self._code.pairs.get(at, end)
        if name not in _CONVERTS or close >= end:
            raise _Unknown
        value, stop = self._either(at + 1, close, deep + 1)
        if stop != close and words[stop] != ",":
            raise _Unknown
        if name in ("parseInt", "Number"):
            return _number(value), close + 1
        text = str(_joined("", value))
        return (quote(text, safe="!'()*~") if name == "encodeURIComponent" else text), close + 1

    def _object(self, at: int, deep: int) -> Pairs:
        """An object as the parameters of a request."""
        end = self._code.pairs.get(at, -1) + 1
        found = []
        for name, part in self._fields(at, end).items() if end else ():
            value = self.known(*part, deep)
            if value is None or isinstance(value, tuple):
                raise _Unknown
            found.append((name, str(value)))
        return tuple(found)

    def _literal(self, word: str) -> Value:
        if word[0] in "\"'":
            return _text(word)
        if word[0] != "`":
            return _number(word)
        text: Value = ""
        for number, piece in enumerate(_HOLE.split(word[1:-1])):
            value: Value | None = _text(f"`{piece}`") if "${" not in piece else None
            if number % 2:
                code = _Code(piece)
                value = _Reader(self._script, code, self._names).known(0, len(code.words))
            if value is None:
                raise _Unknown
            text = _joined(text, _joined("", value))
        return text


def _text(word: str) -> str:
    """What a string literal says."""
    inside = word[1:-1] if len(word) > 1 and word[-1] == word[0] else word[1:]
    inside = inside[: _VALUE + 1]
    if "\\" not in inside:
        return inside
    text = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)) if found[1] or found[2] else found[3], inside)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _integer(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else None


def _number(value: Value) -> int:
    """A value as a number; a text as JavaScript counts with it."""
    number = value if isinstance(value, int) else _integer(value.strip()) if isinstance(value, str) else None
    if number is None:
        raise _Unknown
    return number


def _bounded(number: int) -> int:
    if abs(number) > 10**9:
        raise _Unknown
    return number


def _joined(one: Value, other: Value) -> Value:
    """`+`: a sum of numbers, else a text."""
    if isinstance(one, int) and isinstance(other, int):
        return _bounded(one + other)
    if isinstance(one, tuple) or isinstance(other, tuple) or len(text := f"{one}{other}") > _VALUE:
        raise _Unknown
    return text
