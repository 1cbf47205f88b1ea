"""Scripts: what a function of a page asks the server for, read off its text. Pure; nothing is run.

Enough for what pagers are made of: literals, parameters and a variable or two, joined to an address that is gone to or
fetched. An address that depends on anything else is not known. Whatever the text, time and memory are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from .expressions import CONVERTS, GOES_ON, NAME, Code, Expressions, Steps, Value, integer, text_of

LONGEST = 200_000  # characters of a page's scripts that are read
_CALLS = 3  # functions that call each other
_BODY = 30  # words of an arrow function without braces

_KEYWORDS = frozenset(
    ("if", "for", "while", "switch", "catch", "with", "return", "function", "typeof", "void", "new", "delete", "async")
)
_CARELESS = frozenset(  # that are handed a number and ask for nothing with it
    ("$", "jQuery", "alert", "confirm", "setTimeout", "setInterval", "console", "Math", "document", "JSON", "isNaN",
     "parseFloat", "localStorage", "sessionStorage", "history", "event", "e", *CONVERTS)
)  # fmt: skip
_FETCHES = frozenset(("get", "getJSON", "post", "load", "ajax"))
_FETCHERS = frozenset(("$", "jQuery", "axios", "http", ")"))  # whose methods these are; a map has a `get` too


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
    owner: str = ""  # of what it is a method


class Script:
    """The scripts of one page."""

    def __init__(self, text: str, url: str) -> None:
        code = Code(text[:LONGEST])
        self.steps = Steps()
        self.functions = dict(_functions(code))
        self.names: Mapping[str, Value] = {**_literals(code), **_of_the_page(url)}

    def called(self, click: str) -> Call | None:
        """The call in the code of a click that says most: with a number, of a function of the page, with arguments."""
        code = Code(click)
        reader = _Reader(self, code, {})
        calls = []
        for at, word in enumerate(code.words[:-1]):
            close = code.pairs.get(at + 1, 0)
            if code.words[at + 1] != "(" or close < at or not NAME.fullmatch(word) or word in _KEYWORDS:
                continue
            args = tuple(reader.known(*part) for part in code.parts(at + 2, close))
            calls.append(Call(word, args, code.words[at - 2] if at > 1 and code.words[at - 1] == "." else ""))
        return max(calls, key=self._promises, default=None)

    def _promises(self, call: Call) -> tuple[bool, bool, bool]:
        """How much a call looks like one that opens a page."""
        numbers = any(isinstance(one, int) or (isinstance(one, str) and one.isdigit()) for one in call.args)
        return numbers, call.name in self.functions, bool(call.args)

    def asks(self, call: Call) -> list[Ask | None] | None:
        """All that a call asks for, in the order of the text: None for what cannot be told.

        None in place of the list: the function is not on the page.
        """
        function = self.functions.get(call.name)
        return list(function.run(self, call.args, {}, 0)) if function is not None else None

    def asked_by(self, click: str) -> list[Ask | None]:
        """What the code of a click asks for by itself."""
        code = Code(click)
        return list(_Reader(self, code, {}).run(0, len(code.words), 0))


@dataclass(frozen=True, slots=True)
class _Function:
    code: Code
    parameters: tuple[str, ...]
    start: int  # of its body
    end: int

    def run(
        self, script: Script, args: tuple[Value | None, ...], names: Mapping[str, Value | None], depth: int
    ) -> Iterator[Ask | None]:
        """What a call of it asks for. `names`: what whoever calls it has set before, and it may look at."""
        given = dict(zip(self.parameters, (*args, *(None for _ in self.parameters)), strict=False))
        script.steps.left -= len(names)
        return _Reader(script, self.code, {**names, **given}, frozenset(given)).run(self.start, self.end, depth)


def _functions(code: Code) -> Iterator[tuple[str, _Function]]:
    """The functions that have a name: declared by it, assigned to it, or an object's."""
    words, pairs = code.words, code.pairs
    for at, word in enumerate(words):
        if word == "function":
            named = at + 1 < len(words) and NAME.fullmatch(words[at + 1])
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
        if first > 1 and words[first - 1] in ("=", ":") and NAME.fullmatch(words[first - 2]):
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


def _literals(code: Code) -> dict[str, Value]:
    """The names to which one literal is assigned, and nothing else."""
    found: dict[str, Value | None] = {}
    words = code.words
    for at, word in enumerate(words[:-2]):
        owner = words[at - 2] if at > 1 and words[at - 1] == "." else "window"
        if words[at + 1] != "=" or owner != "window" or not NAME.fullmatch(word):
            continue
        literal = words[at + 2]
        value: Value | None = None
        if at + 3 >= len(words) or words[at + 3] not in GOES_ON | {"+"}:
            value = text_of(literal) if literal[0] in "\"'" else integer(literal)
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


class _Reader(Expressions):
    """A piece of code read once, with what is known of its names. No branch is chosen: all of it is read in turn."""

    def __init__(
        self, script: Script, code: Code, names: dict[str, Value | None], given: frozenset[str] = frozenset()
    ) -> None:
        """`given`: the names that are its parameters."""
        super().__init__(code, names, script.names, script.steps)
        self._script, self._given = script, given

    # What it asks for

    def run(self, start: int, end: int, depth: int) -> Iterator[Ask | None]:
        words = self.code.words
        for at in range(start, end - 1):
            self.steps.left -= 1
            if self.steps.left < 0:
                return
            word, following = words[at], words[at + 1]
            if following not in ("=", "+=", "(") or not NAME.fullmatch(word) or word in _KEYWORDS:
                continue
            owner = words[at - 2] if at > 1 and words[at - 1] == "." else None
            if following == "(":
                yield from self._called(at, owner, depth)
            elif following == "=" and (word == "location" or owner == "location"):
                value = self.assigned(at + 2, end)
                yield Ask(value) if isinstance(value, str) and value and word != "hash" else None
            elif owner is None:
                self.names[word] = self.assigned(at + 2, end, word if following == "+=" else None)

    def _called(self, at: int, owner: str | None, depth: int) -> Iterator[Ask | None]:
        """A call: a request itself, or a function of the page that makes one, or something unknown."""
        words, name = self.code.words, self.code.words[at]
        close = self.code.pairs.get(at + 1)
        if close is None:
            return
        own = owner in (None, "this", "self", "window", "parent", "top")
        if (name == "fetch" and own) or (name in _FETCHES and owner in _FETCHERS) or (name == "open" and owner):
            yield self._request(name, owner, self.code.parts(at + 2, close))
        elif owner == "location" and name in ("assign", "replace"):
            value = self.known(at + 2, close)
            yield Ask(value) if isinstance(value, str) and value else None
        elif name in ("submit", "__doPostBack"):
            yield None
        elif own and (function := self._script.functions.get(name)) is not None:
            if depth < _CALLS:
                args = tuple(self.known(*part) for part in self.code.parts(at + 2, close))
                yield from function.run(self._script, args, self.names, depth + 1)
        elif (name if own else owner) not in _CARELESS and owner != ")":
            self.steps.left -= close - at
            if (own and close == at + 2) or not self._given.isdisjoint(words[at + 2 : close]):
                yield None  # it leaves the rest to what is not on the page

    def _request(self, name: str, owner: str | None, parts: list[tuple[int, int]]) -> Ask | None:
        """What a call asks for that is the browser's own, jQuery's or axios's."""
        words = self.code.words
        options: dict[str, tuple[int, int]] = {}
        if parts and words[parts[0][0]] == "{":
            options = self.fields(*parts[0])
            parts = [options["url"]] if "url" in options else []
        method = self.known(*parts[0]) if parts and name == "open" else None
        if isinstance(method, str) and method.upper() in ("GET", "POST"):
            parts = parts[1:]
        elif len(parts) > 1 and (name in ("ajax", "fetch") or (name == "get" and owner in ("axios", "http"))):
            options = self.fields(*parts[1])
            parts = parts[:1]
        if "method" in options or "type" in options:
            method = self.known(*(options.get("method") or options["type"]))
        address = self.known(*parts[0]) if parts else None
        if not isinstance(address, str) or not address:
            return None
        given = options.get("data") or options.get("body") or options.get("params")
        if given is None and len(parts) > 1 and name in ("get", "getJSON", "post", "load"):
            named = parts[1][1] - parts[1][0] == 1 and words[parts[1][0]] not in self.names
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
        head = self.code.words[start : min(end, start + 12)]
        return "function" in head[:2] or "=>" in head
