"""Labelled: signs of a page that has data in place of a text: under labels, in tables, question by question."""

from __future__ import annotations

from functools import cached_property
from itertools import takewhile

from ...fields.text import Line, in_row
from ...page import furniture
from . import idioms
from .particulars import Card, is_name
from .seen import HEADINGS, ROW, SHORTEST, WHOLE, Seen

_ANSWERS = 30  # lines under a question in which what was answered stands
_ANSWERED = ("rả lời", "Ả LỜI", "ử lý", "iải quyết")  # parts of words that lines over answers have


class Labelled(Seen):
    """What stands under labels and in tables: data, questions with their answers, days and hours."""

    @cached_property
    def document(self) -> list[str]:
        """The labels of a legal document's data, or of the head of a list of such."""
        heading, lines = self.draft.heading, self.draft.found.flat.lines
        above = lines[heading.line - 1].text if heading.line > 0 else ""  # the label of what was taken for the title
        in_data = any(len(text) <= SHORTEST and idioms.DOCUMENT.match(text) for text in (heading.text, above))
        return self._labels(idioms.DOCUMENT, lines[0 if in_data else max(heading.line, 0) : self.card.end])

    @cached_property
    def procedure(self) -> list[str]:
        """The labels of an administrative procedure's data."""
        return self._labels(idioms.PROCEDURE, self.under)

    @cached_property
    def event(self) -> list[str]:
        """The labels of something that is to take place, where its text is nothing else."""
        lines = self.draft.found.flat.lines
        told = [lines[number] for number in self.draft.text.kept]
        told = told or list(takewhile(lambda line: idioms.EVENT.match(line.text) is not None, self.under[1:]))
        labels = sum(idioms.EVENT.match(line.text) is not None for line in told)
        return self._labels(idioms.EVENT, self.under) if 2 * labels > len(told) else []

    @cached_property
    def card(self) -> Card:
        """What it tells under labels."""
        return Card(self.draft.found, self.draft.heading.line, self.draft.text.end)

    @property
    def titled_by_name(self) -> bool:
        return is_name(self.draft.heading.text)

    @cached_property
    def told_day(self) -> bool:
        """Its own day stands outside of its data, and of its title."""
        if not self.own_day or self.draft.stamp is None:
            return False
        raw, lines, boxes = self.draft.stamp.raw, self.under, self.draft.found.flat.boxes
        line = next((line for line in lines if raw in line.text), None)
        if line is None:
            return True
        data = in_row(self.draft.found.flat, line.box) or idioms.DOCUMENT.match(line.text) is not None
        return not data and line is not lines[0] and boxes[line.box].tag not in HEADINGS

    @property
    def shows_day(self) -> bool:
        """A day of its own stands on it that is not when something takes place."""
        if not self.own_day or self.draft.stamp is None:
            return False
        raw = self.draft.stamp.raw
        return not any(raw in line.text and idioms.EVENT.match(line.text) for line in self.under)

    @property
    def explains(self) -> bool:
        """It has sentences beside what it tells under labels, and a date of its own."""
        return self.told_day and self.card.told.sentences > 1

    @cached_property
    def hours(self) -> int:
        """Lines that begin with the time of a day."""
        return sum(idioms.HOUR.match(line.text) is not None for line in self.under[1:])

    def _labels(self, known: furniture.Phrases, lines: list[Line]) -> list[str]:
        labels: dict[str, str] = {}
        for line in lines:
            if len(line.text) <= ROW and (match := known.match(line.text)) is not None:
                label = line.text[: match.end()].strip(" :")
                labels[label.lower()] = label
        return list(labels.values())

    @property
    def called_timetable(self) -> bool:
        return idioms.TIMETABLE.search(self.draft.heading.text) is not None

    @property
    def in_questions(self) -> bool:
        """What names it is called a list of questions."""
        return bool(self.of_lists) and all(map(idioms.SECTION_OF_QUESTIONS.match, self.of_lists))

    @property
    def answers_one(self) -> bool:
        """A line over some of its text says that it is an answer."""
        return any(len(text) <= WHOLE and idioms.ANSWERS.search(text) for text in self.answering)

    @cached_property
    def answering(self) -> list[str]:
        """The short lines that may say that something is answered, or was dealt with."""
        short = (line.text for line in self.under if len(line.text) <= ROW)
        return [text for text in short if any(word in text for word in _ANSWERED)]

    @property
    def called_questions(self) -> bool:
        return idioms.QUESTIONS.search(self.draft.heading.text) is not None

    @property
    def section_of_questions(self) -> bool:
        return idioms.SECTION_OF_QUESTIONS.match(self.draft.heading.text) is not None

    @cached_property
    def asked(self) -> int:
        """Lines of the text that begin as questions do in a list of such."""
        lines = self.draft.found.flat.lines
        return sum(idioms.ASKED.match(lines[number].text) is not None for number in self.draft.text.kept)

    @property
    def called_poll(self) -> bool:
        return idioms.POLL.search(self.draft.heading.text) is not None

    @cached_property
    def answers(self) -> int:
        """What one may choose between, or how many chose it."""
        first = max(self.draft.heading.line, 0)
        lines = self.draft.found.flat.lines[first : first + _ANSWERS]
        shares = sum(len(line.text) <= ROW and idioms.PERCENT.match(line.text) is not None for line in lines)
        return max(shares, sum(field.get("type") in ("radio", "checkbox") for field in self.page.elements("input")))

    @property
    def has_documents(self) -> bool:
        """Of its files some are to be read."""
        return not all((file.media_type or "").startswith(("audio/", "video/")) for file in self.draft.attachments)
