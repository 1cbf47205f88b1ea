"""Kinds: what a page may be that is no article: a table, each with the signs that speak for it and against it, and what
they weigh. Ten are enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from ...discover.hints import Evidence
from ..bounds import ENOUGH
from ..titles import EVIDENT, NEAREST
from .seen import LONG, SHORT, TEXT
from .signs import View, nothing_sure

_NEEDED = 10  # what signs must weigh
_QUOTED = 80  # characters of a page's own words in a reason

Sign = Callable[[View], object]
Signs = tuple[tuple[int, Sign], ...]


@dataclass(frozen=True)
class Kind:
    """What a page may be that is no article: `words` says what was seen, signs have their weights.

    `unless` is enough for a page to be of no such kind; `against` takes weight away. Signs are asked in their order:
    those that cost little, and are seldom there, come first.
    """

    words: Callable[[View], str]
    signs: Signs
    unless: tuple[Sign, ...] = ()
    against: Signs = ()

    @cached_property
    def more(self) -> int:
        """What all its signs weigh, beyond what is needed."""
        return sum(weight for weight, _ in self.signs) - _NEEDED

    def shows(self, view: View) -> bool:
        """Whether a page is of this kind. No sign is asked for that decides nothing."""
        for sign in self.unless:
            if sign(view):
                return False
        more = self.more
        for weight, sign in self.signs:
            if not sign(view):
                more -= weight
                if more < 0:
                    return False
        for weight, sign in self.against:
            if sign(view):
                more -= weight
                if more < 0:
                    return False
        return True


def _quoted(view: View) -> str:
    line = view.emptiness
    if not line:
        return "placeholder: the page says that its content is to come, or is gone"
    return f"placeholder: the page says “{line if len(line) <= _QUOTED else line[:_QUOTED].rstrip() + '…'}”"


def _named(what: str, labels: list[str]) -> str:
    return f"{what} ({', '.join(labels[:3])}{' …' if len(labels) > 3 else ''})"


def _discussed(view: View) -> str:
    seen = view.posts
    if seen.dated < 2 or seen.people < 2:
        return "a discussion: its address and what it tells machines are a forum's"
    return f"a discussion of {seen.dated} posts by {seen.people} people"


def _listed(view: View) -> str:
    seen = view.entries
    return str(seen) if seen is not None else f"a listing: {len(view.teasers)} teasers with titles that link elsewhere"


def _little(view: View, but: str) -> str:
    """How little there is, and what there is in its place."""
    flat = view.draft.found.flat
    beside = {"picture": len(flat.pictures), "link": len(flat.links), "frame": len(flat.frames)}
    told = ", ".join(f"{number} {name}{'s' if number > 1 else ''}" for name, number in beside.items() if number)
    return f"too little text ({view.draft.size} characters{', beside ' if told else ''}{told}), {but}"


def _is_verses(view: View) -> bool:
    draft = view.draft
    return draft.short and all(draft.found.weights[number] <= 25 for number in draft.text.kept)


def _is_evident(view: View) -> bool:
    """A title that is sure, or that pictures stand under, with a date beside it; a notice that is shown as a picture,
    over what is related to it.
    """
    heading = view.draft.heading
    told = heading.line >= 0 or view.draft.selected
    sure = told and heading.strength >= EVIDENT and heading.source != NEAREST
    pictured = heading.line >= 0 and len(view.draft.images) > 1  # a report in pictures
    notice = sure and bool(view.draft.images) and view.others_begin is not None
    return ((sure or pictured) and view.own_day) or notice


# What speaks for an article against most kinds: files, a list that names it, its own word.
_BACKED: tuple[Sign, ...] = (lambda v: v.backed, lambda v: v.marked)
_NAMED: tuple[Sign, ...] = (lambda v: v.vouched, *_BACKED)
_ALONE: tuple[Sign, ...] = (*_BACKED, lambda v: v.said.article)

KINDS = (
    # --- nothing is there ---
    Kind(
        _quoted,
        ((4, lambda v: v.draft.size < SHORT), (6, lambda v: v.headed_empty)),
        (lambda v: v.vouched or v.draft.attachments,),
        ((5, lambda v: v.reports),),
    ),
    Kind(
        _quoted,
        ((6, lambda v: v.draft.text.placeholder), (4, lambda v: v.draft.size < ENOUGH)),
        (lambda v: v.draft.attachments,),
    ),
    Kind(
        _quoted,
        (
            (2, lambda v: v.draft.size < SHORT),
            (2, lambda v: v.draft.size < ENOUGH),
            (2, lambda v: not v.near),
            (6, lambda v: v.emptiness),
        ),
        _NAMED,
    ),
    Kind(
        _quoted,
        (
            (2, lambda v: v.draft.size < SHORT),
            (2, lambda v: not v.near),
            (6, lambda v: v.headed_gone),
        ),
        (lambda v: v.vouched or v.told_article or v.draft.attachments,),
    ),
    Kind(
        lambda v: "a search's results",
        ((10, lambda v: v.called_results),),
        (lambda v: v.vouched,),
    ),
    # --- a form, data ---
    Kind(
        lambda v: "a form to log in",
        ((10, lambda v: v.asks_for_password),),
        (lambda v: v.vouched or v.said.article,),
    ),
    Kind(
        lambda v: _named("a legal document's data, or a list of such documents", v.document),
        ((10, lambda v: len(v.document) > 2),),
        (),
        ((_NEEDED, lambda v: v.explains),),
    ),
    Kind(
        lambda v: _named("a procedure's data", v.procedure),
        ((6, lambda v: len(v.procedure) > 3), (4, lambda v: not v.own_day or len(v.procedure) > 5)),
        (lambda v: v.vouched or v.marked or v.told_article,),  # forms to be filled in are its files
    ),
    Kind(
        lambda v: f"a person's card: {v.card.told.person + v.card.told.contact} particulars",
        (
            (2, lambda v: v.draft.size < LONG),
            (6, lambda v: v.card.told.person > 1 and v.card.told.person + v.card.told.contact > 3),
            (2, lambda v: v.card.told.contact),
            (2, lambda v: v.titled_by_name),
            (2, lambda v: not v.card.told.sentences),
            (2, lambda v: not v.told_day),
        ),
        (lambda v: v.vouched or v.told_article or v.tells or not v.card.has_person,),
    ),
    Kind(
        lambda v: f"addresses: {v.card.told.contacts} of them",
        (
            (2, lambda v: v.draft.size < LONG),
            (4, lambda v: v.card.told.contacts > 2 and v.card.told.contact > 1),
            (4, lambda v: not v.card.told.sentences),
            (2, lambda v: not v.told_day),
        ),
        (*_NAMED, lambda v: v.tells or not v.card.has_contact),
        ((_NEEDED, lambda v: v.told_day and v.paragraphs),),
    ),
    Kind(
        lambda v: "a question that was asked, and its answer",
        (
            (2, lambda v: v.draft.size < 2 * LONG and v.card.has_answer),
            (4, lambda v: 0 < v.card.told.answers < 3),
            (4, lambda v: v.card.told.asker),
        ),
        (lambda v: v.told_article,),
    ),
    Kind(
        lambda v: "a person's page: undated, with a name as its title",
        ((4, lambda v: not v.own_day), (6, lambda v: v.titled_by_name)),
        (lambda v: v.vouched, lambda v: v.marked),
    ),
    Kind(
        lambda v: "a question and its answer, of a list of such",
        ((5, lambda v: v.answers_one), (5, lambda v: v.in_questions)),
        (lambda v: v.draft.attachments, lambda v: v.marked, lambda v: v.draft.text.author),
    ),
    Kind(
        lambda v: _named("an event's data", v.event),
        ((4, lambda v: v.paragraphs < 2), (6, lambda v: len(v.event) > 2)),
        (lambda v: v.draft.attachments, lambda v: v.marked, lambda v: v.draft.text.author),
        ((_NEEDED, lambda v: v.shows_day),),
    ),
    Kind(
        lambda v: f"a day's calendar: {v.hours} hours",
        (
            (2, lambda v: not v.told_day),
            (3, lambda v: v.called_timetable),
            (5, lambda v: v.hours > 1),
        ),
        _NAMED,
    ),
    Kind(
        lambda v: f"a timetable of {v.weekdays} days, undated",
        (
            (6, lambda v: v.weekdays > 3),
            (2, lambda v: v.called_timetable),
            (2, lambda v: v.paragraphs < 8),
            (2, lambda v: not v.own_day),
        ),
        (*_NAMED, lambda v: v.own_day),
    ),
    Kind(
        lambda v: f"a poll of {v.answers} answers",
        ((2, lambda v: v.draft.size < SHORT), (4, lambda v: v.called_poll), (4, lambda v: v.answers > 1)),
        (*_NAMED, lambda v: v.own_day),
    ),
    Kind(
        lambda v: "a page of the menu, by its title: what an office is, how it is made up, where it is",
        (
            (3, lambda v: v.undated),
            (2, lambda v: v.evidence is Evidence.NONE),
            (2, lambda v: v.draft.size < SHORT),
            (5, lambda v: v.called_as_menu),
        ),
        (lambda v: v.vouched or v.backed or v.told_article,),
    ),
    # --- what presents or sells ---
    Kind(
        lambda v: "a front page: the host's root",
        (
            (2, lambda v: v.alone),
            (4, lambda v: v.is_root),
            (4, lambda v: v.paragraphs < 4 or len(v.teasers) > 4 or (v.undated and v.calls)),
        ),
        _ALONE,
    ),
    Kind(
        lambda v: "a product's page: with a price, and a cart to put it in",
        (
            (2, lambda v: v.alone),
            (2, lambda v: v.unsigned and not v.own_day),
            (2, lambda v: v.address_of_goods),
            (3, lambda v: v.has_price),
            (3, lambda v: v.has_cart),
        ),
        (lambda v: v.backed or v.told_article,),
        ((2, lambda v: v.said.article),),
    ),
    Kind(
        lambda v: "a product's page: it can be put into a cart",
        (
            (2, lambda v: v.alone),
            (2, lambda v: not v.near),
            (2, lambda v: v.paragraphs < 2),
            (4, lambda v: v.sells),
        ),
        _ALONE,
    ),
    # --- what several people wrote ---
    Kind(
        lambda v: f"a list of questions: {v.posts.answered} with their answers",
        (
            (4, lambda v: v.called_questions),
            (6, lambda v: v.posts.answered > 2),
            (2, lambda v: v.posts.dated > 2),
            (2, lambda v: v.posts.people > 1),
        ),
        _NAMED,
        ((4, lambda v: v.reports),),
    ),
    Kind(
        lambda v: f"a list of questions: {v.asked}, and its title is the section's",
        (
            (2, lambda v: v.alone),
            (2, lambda v: not v.near),
            (3, lambda v: v.section_of_questions),
            (3, lambda v: v.asked > 1),
        ),
        _ALONE,
    ),
    Kind(
        _discussed,
        (
            (3, lambda v: v.address_of_talk),
            (5, lambda v: v.posts.dated > 1 and v.posts.people > 1),
            (2, lambda v: v.posts.dated > 2),
            (3, lambda v: v.posts.named > 1),
            (4, lambda v: v.made_for_talk),
            (4, lambda v: v.tells_talk),
        ),
        (lambda v: v.vouched or v.draft.attachments,),
        ((4, lambda v: v.told_article),),
    ),
    # --- what explains, or is a part of many ---
    Kind(
        lambda v: "documentation: an undated page of a manual, by its address or what made it",
        (
            (2, lambda v: not v.near),
            (5, lambda v: v.address_of_manual),
            (3, lambda v: v.has_code),
            (6, lambda v: v.made_for_manuals),
            (3, lambda v: v.anchors),
            (3, lambda v: v.asks_for_edits),
        ),
        (lambda v: v.vouched or v.near,),
        (
            (4, lambda v: v.said.authors),
            (3, lambda v: v.said.article),
            (6, lambda v: v.address_of_weblog),
        ),
    ),
    Kind(
        lambda v: "a product's page: it calls itself one",
        ((5, lambda v: v.alone), (5, lambda v: v.said.product)),
        _ALONE,
    ),
    Kind(
        lambda v: f"a listing: {v.priced} things with their prices",
        (
            (2, lambda v: v.alone),
            (2, lambda v: v.undated and v.unsigned),
            (6, lambda v: v.priced > 5),
            (2, lambda v: v.has_cart),
        ),
        _BACKED,
    ),
    # --- what leads elsewhere ---
    Kind(_listed, ((10, lambda v: v.entries is not None),), _BACKED),
    Kind(
        _listed,
        ((4, lambda v: v.alone), (2, lambda v: not v.near), (4, lambda v: v.led_by_teasers)),
        _ALONE,
    ),
    Kind(
        _listed,
        (
            (2, lambda v: v.draft.size < ENOUGH),
            (2, lambda v: not v.vouched),
            (2, lambda v: not v.own_day),
            (4, lambda v: v.teasers_under_title),
        ),
        _BACKED,
    ),
    Kind(
        lambda v: "a listing: titles of other pages stand in place of a text",
        ((5, lambda v: v.draft.size < ENOUGH), (5, lambda v: v.heads_list)),
        (lambda v: v.vouched or v.backed,),
    ),
    Kind(
        lambda v: "a listing: its first entry is shown whole",
        (
            (4, lambda v: v.near and v.first_entry.has_others()),
            (6, lambda v: v.first_entry.lie_below()),
            (6, lambda v: v.first_entry.leads_on()),
            (2, lambda v: v.first_entry.is_called_section()),
            (4, lambda v: v.first_entry.is_paged()),
            (4, lambda v: v.first_entry.is_in_menu()),
        ),
        (lambda v: v.vouched or v.told_article,),
        ((_NEEDED, lambda v: v.lists_itself),),
    ),
    Kind(
        lambda v: "a section's own page, by its address, and undated",
        ((4, lambda v: v.alone), (2, lambda v: v.undated), (4, lambda v: v.address_of_section and v.paragraphs < 5)),
        _BACKED,
    ),
    Kind(
        lambda v: "a page of the menu: undated, with the menu's words as its title",
        ((2, lambda v: not v.near), (4, lambda v: v.small_for_menu), (4, lambda v: v.in_menu)),
        _NAMED,
    ),
    Kind(
        lambda v: "a section's own page: its title is the section's",
        ((3, lambda v: v.capture.asked is not None or v.draft.size < TEXT), (7, lambda v: v.named_as_section)),
        _NAMED,
        ((_NEEDED, lambda v: v.lists_itself),),
    ),
    # --- too little ---
    Kind(
        lambda v: "data under labels or in a table, undated, without a sentence",
        (
            (3, lambda v: v.undated),
            (3, lambda v: v.evidence is Evidence.NONE),
            (4, lambda v: v.card.told.data > 3 and not v.card.told.sentences),
        ),
        (lambda v: v.backed or v.told_article,),
    ),
    Kind(
        lambda v: _little(v, "among a portal's pictures and films"),
        ((5, lambda v: v.draft.size < ENOUGH), (5, lambda v: v.in_gallery or v.called_gallery)),
        (lambda v: v.has_documents or v.told_article,),
    ),
    Kind(
        lambda v: _little(v, "undated, and no heading over it"),
        (
            (4, lambda v: v.alone),
            (2, lambda v: v.undated),
            (2, lambda v: v.draft.heading.line < 0 or v.draft.heading.source == NEAREST),
            (2, lambda v: v.paragraphs < 2 and v.draft.size < SHORT),
        ),
        _ALONE,
    ),
    Kind(
        lambda v: _little(v, "and nothing that is sure to be its title"),
        ((5, lambda v: v.draft.size < 3 * ENOUGH), (5, nothing_sure)),
        _BACKED,
    ),
    Kind(
        lambda v: _little(v, "no file, no date beside a title"),
        ((10, lambda v: v.draft.size < ENOUGH or _is_verses(v)),),
        _BACKED,
        ((_NEEDED, _is_evident),),
    ),
)
