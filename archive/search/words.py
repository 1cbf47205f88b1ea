"""Words: what a person types, as a condition that SQLite's FTS5 takes.

    đất đai                 both words, typed with accents: so written
    dat dai                 none typed: with any accents
    "dân vận" OR khuyến*    a phrase; the beginning of a word
    huyện ủy NOT (giá OR thuế)

AND, OR, NOT in capitals; words beside each other are joined by AND.

The index has every text twice, with accents and without. No column need be named: a word with an accent or đ stands
only in the columns that keep them, and one without, wherever it stands in these, stands in the others too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..errors import UsageError
from ..folding import exact, folded, is_accented

EXACT = ("title", "author", "section", "body")  # columns with accents
FOLDED = tuple(f"{name}_folded" for name in EXACT)  # the same without

_TOKEN = re.compile(r'\s*(?:"(?P<phrase>[^"]*)"|(?P<paren>[()])|(?P<word>[^\s()"]+))')
_WORD = re.compile(r"[^\W_]+")  # as FTS5's unicode61 splits
_OPERATORS = ("AND", "OR", "NOT")
_MOST = 200  # words of a query
_DEEPEST = 20  # brackets in brackets


@dataclass(slots=True)
class Query:
    """A query that was read."""

    match: str  # the expression for FTS5
    words: list[str] = field(default_factory=list)  # as typed, but for those behind NOT: what a snippet marks
    negates: bool = False  # whether there is a NOT

    @property
    def in_title(self) -> str:
        """The expression for what is found, and found by its title alone."""
        title = f"{{title title_folded}} : ({self.match})"
        return f"({self.match}) AND {title}" if self.negates else title


def hints(text: str) -> list[str]:
    """What to say of words that mean more elsewhere, and here are words as any other."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match["word"] or ""
        if re.fullmatch(r"-[^\W_].*", word):
            found.append(f"{word} looks for {word[1:]}: to leave out what has it, write NOT {word[1:]}")
        elif re.fullmatch(r"[^\W\d_]+:[^\W_].*", word):
            name, _, rest = word.partition(":")
            others = f", or --{name}" if name in ("author", "section") else ""
            found.append(f'{word} looks for "{name} {rest}": no field is named in a search; leave {name}: out{others}')
        elif re.fullmatch(r"NEAR(/\d+)?", word):
            found.append(f"{word} is a word here: words beside each other are found anywhere in an article")
    return found


def read(text: str) -> Query:
    """Raises UsageError, with the place, where the syntax is wrong."""
    reader = _Reader(text)
    match = reader.either()
    if reader.at < len(reader.tokens):
        raise reader.wrong("a ')' without its '('")
    return Query(match, reader.words, any(token[:2] == ("operator", "NOT") for token in reader.tokens))


class _Reader:
    """Tokens, and how far they are read. OR binds less than AND and NOT, as in FTS5."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        self.words: list[str] = []
        self.at = 0
        self._without = False
        self._depth = 0
        end = 0
        while match := _TOKEN.match(text, end):
            group = match.lastgroup or "word"
            value = match[group]
            kind = "operator" if group == "word" and value in _OPERATORS else group
            self.tokens.append((kind, value, match.start(group)))
            end = match.end()
        if text[end:].strip():
            raise UsageError(f"search: {text!r}: a quotation mark without its second, at character {end + 1}")
        if not self.tokens:
            raise UsageError("search: nothing to look for; give a word, as in: search DIR 'đất đai'")
        if len(self.tokens) > _MOST:
            raise UsageError(f"search: more than {_MOST} words; look for fewer")

    def either(self) -> str:
        parts = [self.both()]
        while self._take("OR"):
            parts.append(self.both())
        return _joined("OR", parts)

    def both(self) -> str:
        # `a NOT b c NOT d` is (a AND c) NOT (b OR d): FTS5 takes only so many brackets in brackets
        wanted, unwanted = [self.one()], []
        while self.at < len(self.tokens):
            kind, value, _ = self.tokens[self.at]
            if (value == ")" and kind == "paren") or (kind == "operator" and value == "OR"):
                break
            if kind == "operator":
                self.at += 1
            if kind == "operator" and value == "NOT":
                before, self._without = self._without, True
                unwanted.append(self.one())
                self._without = before
            else:
                wanted.append(self.one())
        found = _joined("AND", wanted)
        return f"({found} NOT {_joined('OR', unwanted)})" if unwanted else found

    def one(self) -> str:
        if self.at == len(self.tokens):
            raise self.wrong("a word is missing at the end")
        kind, value, _ = self.tokens[self.at]
        if kind == "operator":
            raise self.wrong(f"{value} stands between two words (in small letters, or quoted, it is a word)")
        self.at += 1
        if kind == "paren":
            if value == ")":
                self.at -= 1
                raise self.wrong("a ')' without its '('")
            self._depth += 1
            if self._depth > _DEEPEST:
                self.at -= 1
                raise self.wrong(f"more than {_DEEPEST} brackets in brackets")
            found = self.either()
            self._depth -= 1
            if self.at == len(self.tokens) or self.tokens[self.at][1] != ")":
                raise self.wrong("a '(' without its ')'")
            self.at += 1
            return found
        return self._term(value, prefix=kind == "word" and value.endswith("*"))

    def _term(self, value: str, *, prefix: bool) -> str:
        words = _WORD.findall(exact(value) if is_accented(value) else folded(value))
        if not words:
            self.at -= 1
            raise self.wrong(f"{value!r} has no letter or digit to look for")
        if not self._without:
            self.words.append(value.rstrip("*") + ("*" if prefix else ""))
        return f'"{" ".join(words)}"{"*" if prefix else ""}'

    def _take(self, operator: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at][:2] == ("operator", operator):
            self.at += 1
            return True
        return False

    def wrong(self, what: str) -> UsageError:
        place = self.tokens[self.at][2] if self.at < len(self.tokens) else len(self.text)
        return UsageError(f"search: {self.text!r}: {what}, at character {place + 1}")


def _joined(operator: str, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({f' {operator} '.join(parts)})"
