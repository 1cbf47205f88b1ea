"""Synthetic portals to measure extraction on, made without a look at how it is done.

Their markup says nothing: class names are drawn letters. What varies is what varies on real portals: tables of 2005 and
nested boxes, where the date and the signature stand and in which words, what surrounds and imitates them. Every
portal comes from its name alone, with the truth of every page. `layouts_old`, `layouts_new`, `layouts_odd`: the looks.
"""

from .layouts_new import NEW
from .layouts_odd import ODD
from .layouts_old import OLD
from .portal import Page, Portal

LAYOUTS = (*OLD, *NEW, *ODD)

__all__ = ["LAYOUTS", "Page", "Portal", "portals"]


def portals() -> list[Portal]:
    """All of them, the same at every call."""
    return [Portal(layout()) for layout in LAYOUTS]
