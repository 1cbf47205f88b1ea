"""Edits: what sort of change lies between two versions of an article, as a person would call it. Pure.

A typo is where a few words became others that are nearly the same, and no figure among them: a figure that changed is
named as such, however small it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher

from archive.folding import folded
from archive.record import Article, Attachment, Image

from .worddiff import differing, word_diff

KINDS = (
    "title changed", "typo", "figure changed", "reworded", "paragraph added", "paragraph removed", "paragraph moved",
    "date moved", "date added", "date removed", "author changed", "author added", "author removed", "source changed",
    "source added", "source removed", "section changed", "summary changed", "picture added", "picture removed",
    "picture replaced", "caption changed", "document added", "document removed", "document replaced", "address changed",
)  # fmt: skip

_FEW = 3  # words of a paragraph that may have changed, for it to be a typo
_NEARLY = 0.75  # of the letters of a word stay, where it is a typo
_PARAGRAPH = 0.5  # of the words of a paragraph stay, where it is the same one
_LONG = 2000  # words of a paragraph that are compared one by one
_SHOWN = 120  # characters of a value


@dataclass(frozen=True, slots=True)
class Edit:
    """`kind` is one of KINDS; `words` shows it."""

    kind: str
    field: str
    words: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def edits(old: Article, new: Article) -> list[Edit]:
    """What changed from one version to the next, in the order of a record's fields."""
    found: list[Edit] = []
    if old.url != new.url:
        found.append(Edit("address changed", "url", f"{old.url} → {new.url}"))
    if old.section != new.section and not _only_listed("section", old, new):
        found.append(Edit("section changed", "section", f"{' › '.join(old.section)} → {' › '.join(new.section)}"))
    if old.title != new.title:
        kind = _wording(old.title, new.title)
        found.append(Edit("title changed" if kind == "reworded" else kind, "title", word_diff(old.title, new.title)))
    built = "build" in (old.timestamp_kind, new.timestamp_kind)
    if old.timestamp != new.timestamp and not built and not _only_listed("timestamp", old, new):
        found.append(_value("date", "timestamp", old.timestamp, new.timestamp, "moved"))
    for name in ("author", "source"):
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            found.append(_value(name, name, was, now, "changed"))
    found += _body(old.body, new.body)
    if old.summary != new.summary and (old.summary or "") in old.body and (new.summary or "") not in new.body:
        found.append(Edit("summary changed", "summary", word_diff(old.summary or "", new.summary or "")))
    found += _files("picture", "images", old.images, new.images)
    found += _captions(old.images, new.images)
    found += _files("document", "attachments", old.attachments, new.attachments)
    return found


def _only_listed(field: str, old: Article, new: Article) -> bool:
    """Whether one has from a list what the other, of a page that was imported, has not: no list told of that one."""
    return any(
        one.provenance.foreign is not None
        and not getattr(one, field)
        and other.extraction.fields.get(field) == "listing hint"
        for one, other in ((old, new), (new, old))
    )


def _value(noun: str, field: str, was: str | None, now: str | None, verb: str) -> Edit:
    if was is None:
        return Edit(f"{noun} added", field, f"{now}"[:_SHOWN])
    if now is None:
        return Edit(f"{noun} removed", field, was[:_SHOWN])
    return Edit(f"{noun} {verb}", field, f"{was[:_SHOWN]} → {now[:_SHOWN]}")


def _body(old: str, new: str) -> list[Edit]:
    """Paragraph by paragraph."""
    before, after = _paragraphs(old), _paragraphs(new)
    found: list[Edit] = []
    gone: list[str] = []
    come: list[str] = []
    for start, end, first, last in differing(before, after):
        for was, now in _paired(before[start:end], after[first:last]):
            if was is None and now is not None:
                come.append(now)
            elif now is None and was is not None:
                gone.append(was)
            elif was is not None and now is not None:
                found.append(Edit(_wording(was, now), "body", word_diff(was, now)))
    for text in list(gone):
        if text in come:
            gone.remove(text)
            come.remove(text)
            found.append(Edit("paragraph moved", "body", _begin(text)))
    found += [Edit("paragraph removed", "body", _begin(text)) for text in gone]
    found += [Edit("paragraph added", "body", _begin(text)) for text in come]
    return found


def _paragraphs(text: str) -> list[str]:
    return [one for one in text.split("\n\n") if one.strip()]


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Each old paragraph with the new one that it became, in order; what has none is alone."""
    at = 0
    for was in old:
        match = next((n for n in range(at, len(new)) if _same_paragraph(was, new[n])), None)
        if match is None:
            yield was, None
            continue
        yield from ((None, new[n]) for n in range(at, match))
        yield was, new[match]
        at = match + 1
    yield from ((None, one) for one in new[at:])


def _same_paragraph(old: str, new: str) -> bool:
    a, b = old.split()[:_LONG], new.split()[:_LONG]
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < _PARAGRAPH:
        return folded(old) == folded(new)
    return matcher.ratio() >= _PARAGRAPH


def _wording(old: str, new: str) -> str:
    """What sort of change of a text it is."""
    a, b = old.split(), new.split()
    places = [(a[i:j], b[k:m]) for i, j, k, m in differing(a, b)]
    if any(_figures(was) != _figures(now) for was, now in places):
        return "figure changed"
    if sum(max(len(was), len(now)) for was, now in places) > _FEW:
        return "reworded" if _letters(old) != _letters(new) else "typo"
    return "typo" if all(_nearly(" ".join(was), " ".join(now)) for was, now in places) else "reworded"


def _figures(words: Sequence[str]) -> list[str]:
    return re.findall(r"\d+", " ".join(words))


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", folded(text))


def _nearly(old: str, new: str) -> bool:
    a, b = _letters(old), _letters(new)
    return a == b or (bool(a) and bool(b) and SequenceMatcher(None, a, b, autojunk=False).ratio() >= _NEARLY)


def _files(
    noun: str, field: str, old: Sequence[Image | Attachment], new: Sequence[Image | Attachment]
) -> Iterator[Edit]:
    """Files that came, went, or are others at the same place. The same bytes at another address are the same file."""
    gone = [one for one in old if not any(_same_file(one, other) for other in new)]
    come = [one for one in new if not any(_same_file(one, other) for other in old)]
    for was, now in zip(gone, come, strict=False):
        yield Edit(f"{noun} replaced", field, was.url if was.url == now.url else f"{was.url} → {now.url}")
    both = min(len(gone), len(come))
    yield from (Edit(f"{noun} removed", field, one.url) for one in gone[both:])
    yield from (Edit(f"{noun} added", field, one.url) for one in come[both:])


def _same_file(old: Image | Attachment, new: Image | Attachment) -> bool:
    if old.sha256 and new.sha256:
        return old.sha256 == new.sha256
    return old.url == new.url


def _captions(old: Sequence[Image], new: Sequence[Image]) -> Iterator[Edit]:
    before = {one.url: one.caption for one in old}
    for one in new:
        if one.url in before and before[one.url] != one.caption:
            yield Edit("caption changed", "images", word_diff(before[one.url] or "", one.caption or ""))


def _begin(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
