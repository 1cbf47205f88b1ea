"""Particulars: what a page tells under labels, line by line: of a person, of an office, of a question that was asked.

A page of such lines is the entry of a register, or a card. A report may have some of them too, but it has sentences
beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ...fields.names import kind_of
from ...fields.text import Line, in_row
from ...page.furniture import Phrases, alternatives, is_related_heading
from ..generic import Survey
from ..labels import with_value

_LABEL = 60  # characters of a label
_ALONE = 30  # characters of a label on a line of its own
_VALUED = 120  # characters of a label with its value
_SENTENCES = (".", "?", "!", "…")  # the ends of sentences
_MOST = 80  # lines of a card
_OVER = 8  # lines over a title that may be of the same card
_BEHIND = 20  # lines behind a text that may be more of it
_SENTENCE = 60  # what a line of prose weighs
_HONORIFIC = re.compile(r"^\W*(?:(?:đồng chí|đ/c|ông|bà|ths|ts|thạc sĩ|tiến sĩ|bác sĩ|kỹ sư)\b[.:]?\s*)+", re.I)
_PARTS = re.compile(r"\s+[|–—-]\s+|\s*[;.]\s+")  # several particulars in one line

_PERSON = alternatives(
    r"""
    họ(?: và|,| &)? (?:chữ đệm(?: và)? )?tên|họ tên|tên(?: cán bộ| lãnh đạo)?|chức (?:vụ|danh).{0,25}
    (?:ngày|năm|sinh)(?:\W+(?:tháng|năm|ngày)){0,2}(?: sinh)?|sinh (?:ngày|năm)|nơi sinh|quê(?: quán)?|nguyên quán
    dân tộc|tôn giáo|giới tính|trình độ.{0,30}|học (?:vị|hàm).{0,15}|l[ýí] luận chính trị.{0,12}|chuyên môn.{0,20}
    ngày vào đảng.{0,15}|phòng ban|đơn vị(?: công tác)?|quá trình công tác|tóm tắt (?:tiểu sử|quá trình).{0,15}
    (?:lĩnh vực |được )?(?:phân công )?phụ trách|nhiệm vụ.{0,20}|full name|position|job title|date of birth|born
    department|office
    """
)
_CONTACT = alternatives(
    r"""
    (?:số )?(?:điện thoại|đt|đtdđ|sđt|tel|phone|telephone|di động|mobile|fax|hotline|máy lẻ|số máy)(?:\W.{0,20})?
    (?:e-?mail|thư điện tử|hộp thư|thư công vụ)(?:\W.{0,15})?|website|đường dây nóng|trực ban|địa chỉ.{0,20}
    trụ sở.{0,15}
    """
)
_ASKER = alternatives(
    r"""
    (?:họ(?: và)? tên )?(?:người|công dân|cá nhân|bạn đọc) (?:gửi|hỏi|đặt (?:câu )?hỏi|phản ánh|kiến nghị)(?: câu hỏi)?
    (?:câu hỏi|phản ánh|kiến nghị) (?:của|từ)(?: .{1,50})?|(?:ngày|thời gian|gửi|hỏi) (?:gửi|hỏi|lúc|ngày)
    họ(?: và)? tên|asked by
    """
)
_ANSWER = alternatives(
    r"""
    (?:nội dung |câu )?(?:trả lời|phúc đáp|giải đáp)(?: (?:của|bởi) .{0,30})?|answer(?:ed by)?
    (?:đơn vị|cơ quan|người|ngày|bộ phận) (?:trả lời|giải đáp|xử lý)|kết quả (?:trả lời|giải quyết|xử lý)
    """
)
# Words without which nothing is told of a person, of an address, to whoever asked: they are soon looked for.
_OF_PERSON = (
    "chức vụ",
    "chức danh",
    "ngày sinh",
    "sinh ngày",
    "năm sinh",
    "sinh năm",
    "tiểu sử",
    "quê quán",
    "họ và tên",
)
_OF_OFFICE = ("điện thoại", "đt:", "tel", "phone", "di động", "mobile", "mail", "thư điện tử", "hộp thư", "trực ban")
_OF_ASKER = (
    "người gửi",
    "người hỏi",
    "người phản ánh",
    "người kiến nghị",
    "ngày gửi",
    "gửi ngày",
    "gửi lúc",
    "họ tên",
    "họ và tên",
    "câu hỏi",
    "công dân phản ánh",
    "công dân hỏi",
    "công dân kiến nghị",
    "asked by",
)
_OF_ANSWER = ("trả lời", "giải đáp", "phúc đáp", "kết quả giải quyết", "xử lý", "answer")


@dataclass(frozen=True, slots=True)
class Particulars:
    """How many different labels there are of each kind.

    `data`: cells of tables, and lines with a label of whatever kind; `sentences`: lines of prose that are neither.
    """

    person: int
    contact: int
    contacts: int  # the same label again included
    asker: int
    answers: int  # the same label again included
    data: int
    sentences: int


class Card:
    """The lines of a page from over its title to the end of its text, and what more stands there under labels."""

    def __init__(self, found: Survey, title: int, end: int) -> None:
        self.found, self.title, self.behind = found, title, end

    @cached_property
    def end(self) -> int:
        """The line behind it: a list, furniture."""
        found, lines, number = self.found, self.found.flat.lines, self.behind
        for line in lines[number : number + _BEHIND]:
            if found.bad[line.box] or line.links * 2 > len(line.text) or is_related_heading(line.text):
                break
            number += 1
        return number

    @cached_property
    def first(self) -> int:
        found, lines, number = self.found, self.found.flat.lines, max(self.title, 0)
        while number > max(self.title - _OVER, 0) and not (found.bad[lines[number - 1].box] or lines[number - 1].links):
            number -= 1
        return number

    @cached_property
    def _text(self) -> str:
        return "\n".join([line.text for line in self.found.flat.lines[self.first : self.end]]).lower()

    @property
    def has_person(self) -> bool:
        return self.has_contact or any(word in self._text for word in _OF_PERSON)

    @cached_property
    def has_contact(self) -> bool:
        return any(word in self._text for word in _OF_OFFICE)

    @property
    def has_answer(self) -> bool:
        return any(word in self._text for word in _OF_ANSWER) and any(word in self._text for word in _OF_ASKER)

    @cached_property
    def told(self) -> Particulars:
        kinds: dict[Phrases, list[str]] = {_PERSON: [], _CONTACT: [], _ASKER: [], _ANSWER: []}
        data = sentences = 0
        over, box, cell = "", -1, False  # of the line before
        for number in range(self.first, min(self.end, self.first + _MOST)):
            line = self.found.flat.lines[number]
            if line.box != box:
                box, cell = line.box, in_row(self.found.flat, line.box)
            named = _is_person(over, line.text)
            if named:
                kinds[_PERSON] += ["", line.text]
            over = line.text
            for label in _labels(self.found, number, line):
                for kind, seen in kinds.items():
                    if kind.match(label):
                        seen.append(label.lower())
                        named = True
            prose = self.found.weights[number] > _SENTENCE and line.links * 2 < len(line.text)
            held = cell or named or _has_label(line.text)
            data, sentences = data + held, sentences + (prose and not held)
        person, contacts, asker, answers = kinds.values()
        return Particulars(
            len(set(person)), len(set(contacts)), len(contacts), len(set(asker)), len(answers), data, sentences
        )


def _labels(found: Survey, number: int, line: Line) -> Iterable[str]:
    """The labels in a line: what stands before a colon, or the line itself where it is as short as one."""
    text = with_value(found, number) if len(line.text) <= _LABEL else line.text
    if ":" not in text:
        return (text,) if len(text) <= _ALONE else ()
    parts = _PARTS.split(text) if len(text) <= 4 * _LABEL else (text[: _LABEL + 1],)
    return [label for part in parts for label, colon, _ in (part.partition(":"),) if colon and len(label) <= _LABEL]


def _has_label(text: str) -> bool:
    """Whether a line has a label of whatever kind before a value that is no sentence."""
    return 0 < text.find(":", 0, _ALONE) < len(text) - 1 and len(text) <= _VALUED and not text.endswith(_SENTENCES)


def _is_person(name: str, role: str) -> bool:
    """Whether two lines are a name and, under it, what that person is."""
    short = len(name) <= _LABEL >= len(role) and ":" not in name + role
    return short and kind_of(role) == "role" and is_name(name)


def is_name(title: str) -> bool:
    """Whether a title is nothing but a person's name."""
    return kind_of(_HONORIFIC.sub("", title).strip(" .:")) == "person"
