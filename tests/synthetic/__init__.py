"""Synthetic portals to measure extraction on, made without a look at how it is done.

Their markup says nothing: class names are drawn letters. What varies is what varies on real portals: tables of 2005 and
nested boxes, where the date and the signature stand and in which words, what surrounds and imitates them. Every
portal comes from its name alone, with the truth of every page. `layouts_old`, `layouts_new`, `layouts_odd`: the looks
that extraction was mended with; `layouts_held_*`: later ones, made to see whether it had learned more than these;
`layouts_parts`: those that its learning of the next part of an article was made with. `UNTIDY`: portals as untidy as
real ones (`untidy`), in the markup of known systems and of none, with what portals have beside articles.
"""

from .layouts_held_lines import HELD_LINES
from .layouts_held_old import HELD_OLD
from .layouts_held_texts import HELD_TEXTS
from .layouts_new import NEW
from .layouts_odd import ODD
from .layouts_old import OLD
from .layouts_parts import PARTS
from .layouts_untidy_asked import UNTIDY_ASKED
from .layouts_untidy_cms import UNTIDY_CMS
from .layouts_untidy_lost import UNTIDY_LOST
from .layouts_untidy_net import UNTIDY_NET
from .layouts_untidy_odd import UNTIDY_ODD
from .portal import Page, Portal

UNTIDY = (*UNTIDY_NET, *UNTIDY_CMS, *UNTIDY_ODD, *UNTIDY_LOST, *UNTIDY_ASKED)
LAYOUTS = (*OLD, *NEW, *ODD, *HELD_OLD, *HELD_LINES, *HELD_TEXTS, *PARTS)

__all__ = ["LAYOUTS", "UNTIDY", "Page", "Portal", "portals", "untidy_portals"]


def portals() -> list[Portal]:
    """Those whose markup says nothing, the same at every call."""
    return [Portal(layout()) for layout in LAYOUTS]


def untidy_portals() -> list[Portal]:
    """Those as untidy as real ones, the same at every call."""
    return [Portal(layout()) for layout in UNTIDY]
