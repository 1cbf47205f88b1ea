"""Signs: what of a page speaks for its being something else than an article. `kinds` has their weights.

Each is a question to a `View`, answered by what was read of the page, what it tells machines, and how it was found.
"""

from __future__ import annotations

from functools import cached_property
from itertools import takewhile

from ...page import fold, furniture, string
from ..titles import NEAREST
from . import idioms
from .entries import boxes_of_one_kind
from .labelled import Labelled
from .leading import Leading
from .seen import LABEL, ROW, SHORTEST, WHOLE

_UNDER = 12  # lines under a title in which a page says that it has nothing


class View(Labelled, Leading):
    """A page that is judged: every sign there is, by its name."""

    @property
    def headed_empty(self) -> bool:
        return furniture.is_placeholder(self.draft.heading.text)

    @cached_property
    def emptiness(self) -> str:
        """The line in which the page says that it has nothing to show, or not to whoever asks; "" where none does."""
        heading = self.draft.heading
        lines = self.draft.found.flat.lines
        first = max(heading.line, 0)
        told = (line.text for line in lines[first : first + _UNDER] if not line.links and len(line.text) <= ROW)
        says = (text for text in told if furniture.is_placeholder(text) or idioms.EMPTY.search(text))
        return heading.text if self.headed_empty else next(says, "")

    @property
    def asks_for_password(self) -> bool:
        """It says in its title or its first heading that this is what it is for."""
        page = self.page
        if all(field.get("type") != "password" for field in page.elements("input")):
            return False
        headings = page.select("//h1") or page.select("//h2")
        names = [page.title, *(fold(string(one)) for one in headings[:1])]
        return any(name and idioms.LOGIN.match(name) for name in names) and len(headings) < 2

    @property
    def headed_gone(self) -> bool:
        """Its title says that there is nothing."""
        return self.headed_empty or idioms.EMPTY.search(self.draft.heading.text) is not None

    @property
    def tells_talk(self) -> bool:
        """It tells machines that people talk to each other on it."""
        return not idioms.TALKS.isdisjoint(self.said.kinds) or sum(map(self.source.count, idioms.TALK)) > 1

    @property
    def made_for_talk(self) -> bool:
        return any(name in self.ends for name in idioms.BOARDS)

    @property
    def address_of_talk(self) -> bool:
        return idioms.FORUM.search(self.place) is not None

    @property
    def made_for_manuals(self) -> bool:
        metas = (meta for meta in self.page.elements("meta") if (meta.get("name") or "").lower() == "generator")
        made = any((meta.get("content") or "").lower().startswith(idioms.GENERATORS) for meta in metas)
        return made or any(name in self.source for name in idioms.MANUALS)

    @property
    def address_of_manual(self) -> bool:
        return idioms.MANUAL.search(self.place) is not None

    @property
    def address_of_weblog(self) -> bool:
        return idioms.WEBLOG.search(self.place) is not None

    @property
    def asks_for_edits(self) -> bool:
        return idioms.EDIT.search(self.source) is not None

    @property
    def has_code(self) -> bool:
        return b"<pre" in self.page.in_utf8

    @property
    def anchors(self) -> bool:
        """Its headings have signs of their own to be linked by."""
        return sum(line.text.endswith(("¶", "#")) for line in self.under) > 1 or b"docsearch" in self.page.in_utf8

    @property
    def has_cart(self) -> bool:
        return any(word in self.source for word in idioms.CART)

    @property
    def sells(self) -> bool:
        """A button or a link puts something into a cart."""
        if any(line.links and idioms.BUTTON.match(line.text) for line in self.draft.found.flat.lines):
            return True
        told = (fold(string(el)) or fold(el.get("value") or "") for el in self.page.root.iter("button", "input"))
        return any(len(text) <= SHORTEST and idioms.BUTTON.match(text) for text in told)

    @property
    def has_price(self) -> bool:
        """A line between the title and the first paragraph is a price."""
        over = takewhile(lambda line: len(line.text) <= WHOLE or line.links, self.under[1:])
        return any(_is_price(line.text) for line in over)

    @property
    def address_of_goods(self) -> bool:
        return idioms.GOODS.search(self.place) is not None

    @cached_property
    def priced(self) -> int:
        """Boxes of one kind side by side that have a link and a price each."""
        prices = (line.box for line in self.draft.found.flat.lines if _is_price(line.text))
        return boxes_of_one_kind(self.draft.found, prices)


def _is_price(text: str) -> bool:
    return len(text) <= LABEL and idioms.PRICE.search(text) is not None


def nothing_sure(view: View) -> bool:
    """Its title is no more than the line nearest the body, and no date stands beside it."""
    return view.draft.heading.source == NEAREST and not view.near
