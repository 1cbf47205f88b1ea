"""Documentplace: what the place of a document tells, where a page has one in place of a text: in a frame, by a link."""

from __future__ import annotations

from ..fields.media import document_type
from ..fields.text import Flat, Mark
from .generic import Survey


def _documents(flat: Flat) -> list[Mark]:
    """What may be a document: whatever is shown in a frame, and what is linked as one."""
    return [*flat.frames, *(mark for mark in flat.links if document_type(mark.el.get("href") or "") is not None)]


def holds_document(flat: Flat, box: int) -> bool:
    """Whether a document stands in a box."""
    return any(flat.within(mark.box, box) for mark in _documents(flat))


def only_document(found: Survey) -> int | None:
    """The line that the one document of a page stands before; None where it has none, or more."""
    lines = {mark.line for mark in _documents(found.flat) if not found.bad[mark.box]}
    return lines.pop() if len(lines) == 1 else None
