"""Expressions: JavaScript as words, and the values of simple expressions in it, told from the text. Pure, nothing runs.

Literals and names, joined, added and multiplied; objects as the parameters of a request. Whatever the text, time and
memory are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

_STEPS = 300_000  # words looked at in the scripts of one page
_DEEPEST = 20  # brackets inside brackets of one expression
_VALUE = 2000  # characters of a value, as of an address

_WORD = re.compile(
    r"(?://|<!--)[^\n]*|/\*.*?(?:\*/|\Z)"
    r"|(?<=[=(,:!&|?\[])\s*+/(?![/*])(?:[^/\\\n]|\\.){1,200}+/"  # a regular expression
    r"|(\"(?:[^\"\\\n]|\\.)*+\"?|'(?:[^'\\\n]|\\.)*+'?|`(?:[^`\\]|\\.)*+`?"
    r"|(?:[^\W\d]|\$)[\w$]*+|\d[\w.]*+|=>|[=!]==?|\+\+|--|[+\-*/%<>]=|&&|\|\||\S)",
    re.S,
)
NAME = re.compile(r"(?:[^\W\d]|\$)[\w$]*")
_HOLE = re.compile(r"\$\{([^{}`]{1,200})\}")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.S)
_WINDOW = re.compile(r"^(?:(?:window|self|top|parent|this|document)\.)+")
_OPENS = {")": "(", "]": "[", "}": "{"}
GOES_ON = frozenset("?|&.[(*/%-<>") | {"==", "===", "!=", "!==", "<=", ">=", "||", "&&", "=>", "=", "+="}
CONVERTS = frozenset(("encodeURIComponent", "encodeURI", "escape", "parseInt", "Number", "String"))

Pairs = tuple[tuple[str, str], ...]
Value = int | str | Pairs


class _Unknown(Exception):
    """An expression whose value is not told by the text."""


class Steps:
    """How much is left to be spent on one page's scripts: below 0 nothing more is read."""

    def __init__(self) -> None:
        self.left = _STEPS


class Code:
    """A text as words, comments and regular expressions left out; `pairs`: of each bracket, where the other one is."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = [word for word in _WORD.findall(text) if word]
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


class Expressions:
    """The expressions of a piece of code. `names`: what is known of its own names, None of one that is something else;
    `beside`: of those of the page.
    """

    def __init__(self, code: Code, names: dict[str, Value | None], beside: Mapping[str, Value], steps: Steps) -> None:
        self.code, self.names, self.beside, self.steps = code, names, beside, steps

    def known(self, start: int, end: int, deep: int = 0) -> Value | None:
        """The value of an expression that fills a place; None where it is not told."""
        try:
            value, stop = self._either(start, end, deep)
        except _Unknown:
            return None
        return value if stop == end else None

    def assigned(self, at: int, end: int, to: str | None = None) -> Value | None:
        """The value of an expression that ends where its statement does; `to`: the name that it is added to."""
        try:
            value, stop = self._either(at, end, 0)
            if stop < end and self.code.words[stop] in GOES_ON:
                return None
            return _joined(self._of(to), value) if to is not None else value
        except _Unknown:
            return None

    def fields(self, start: int, end: int) -> dict[str, tuple[int, int]]:
        """The fields of an object, by name; one without a value is the variable of that name."""
        words = self.code.words
        if words[start] != "{" or self.code.pairs.get(start) != end - 1:
            return {}
        found = {}
        for at, stop in self.code.parts(start + 1, end - 1):
            self.steps.left -= 1
            name = text_of(words[at]) if words[at][0] in "\"'" else words[at]
            if stop - at > 2 and words[at + 1] == ":":
                found[name] = (at + 2, stop)
            elif stop - at == 1:
                found[name] = (at, stop)
        return found

    def _of(self, name: str) -> Value:
        value = self.names[name] if name in self.names else self.beside.get(name)
        if value is None:
            raise _Unknown
        return value

    def _either(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        """`p || 1`: the first where it says something."""
        value, at = self._sum(at, end, deep)
        while at < end and self.code.words[at] == "||":
            other, at = self._sum(at + 1, end, deep)
            value = value or other
        return value, at

    def _sum(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        value, at = self._product(at, end, deep)
        while at < end and (sign := self.code.words[at]) in ("+", "-"):
            other, at = self._product(at + 1, end, deep)
            value = _joined(value, other) if sign == "+" else _number(value) - _number(other)
        return value, at

    def _product(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        value, at = self._one(at, end, deep)
        while at < end and self.code.words[at] == "*":
            other, at = self._one(at + 1, end, deep)
            value = _bounded(_number(value) * _number(other))
        return value, at

    def _one(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        self.steps.left -= 1
        if at >= end or deep > _DEEPEST or self.steps.left < 0:
            raise _Unknown
        words, word = self.code.words, self.code.words[at]
        value: Value
        if word == "(":
            value, at = self._bracketed(at, end, deep)
        elif word == "{":
            value, at = self._object(at, deep + 1), self.code.pairs.get(at, end) + 1
        elif word in ("-", "+"):
            other, at = self._one(at + 1, end, deep + 1)
            value = -_number(other) if word == "-" else _number(other)
        elif NAME.fullmatch(word):
            value, at = self._named(at, end, deep)
        else:
            value, at = self._literal(word), at + 1
        if words[at : at + 4] == [".", "toString", "(", ")"]:
            value, at = _joined("", value), at + 4
        return value, at

    def _bracketed(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        close = self.code.pairs.get(at, end)
        value, stop = self._either(at + 1, min(close, end), deep + 1)
        if stop != close:
            raise _Unknown
        return value, close + 1

    def _named(self, at: int, end: int, deep: int) -> tuple[Value, int]:
        """The value of a name, or of a call that only turns one value into another."""
        words = self.code.words
        name, at = words[at], at + 1
        while at + 1 < end and words[at] == "." and words[at + 1] != "toString" and len(name) < 100:
            name, at = f"{name}.{words[at + 1]}", at + 2
        name = _WINDOW.sub("", name)
        if at >= end or words[at] != "(":
            return self._of(name), at
        close = self.code.pairs.get(at, end)
        if name not in CONVERTS or close >= end:
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
        end = self.code.pairs.get(at, -1) + 1
        found = []
        for name, part in self.fields(at, end).items() if end else ():
            value = self.known(*part, deep)
            if value is None or isinstance(value, tuple):
                raise _Unknown
            found.append((name, str(value)))
        return tuple(found)

    def _literal(self, word: str) -> Value:
        if word[0] in "\"'":
            return text_of(word)
        if word[0] != "`":
            return _number(word)
        text: Value = ""
        for number, piece in enumerate(_HOLE.split(word[1:-1])):
            value: Value | None = text_of(f"`{piece}`") if "${" not in piece else None
            if number % 2:
                code = Code(piece)
                value = Expressions(code, self.names, self.beside, self.steps).known(0, len(code.words))
            if value is None:
                raise _Unknown
            text = _joined(text, _joined("", value))
        return text


def text_of(word: str) -> str:
    """What a string literal says."""
    inside = word[1:-1] if len(word) > 1 and word[-1] == word[0] else word[1:]
    inside = inside[: _VALUE + 1]
    if "\\" not in inside:
        return inside
    text = _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)) if found[1] or found[2] else found[3], inside)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def integer(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else None


def _number(value: Value) -> int:
    """A value as a number; a text as JavaScript counts with it."""
    number = value if isinstance(value, int) else integer(value.strip()) if isinstance(value, str) else None
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
