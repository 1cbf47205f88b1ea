"""Front: what a portal's front page teaches of it, before anything else is asked for. Pure.

It goes into the definition, under [learned]: the pages that follow are read with it, in the crawl and in `rebuild`.
"""

from __future__ import annotations

from archive.capture import Capture

from .portal import Portal


def taught(portal: Portal, capture: Capture) -> Portal:
    """The definition with what the answer to a seed tells; the same one where that is nothing new."""
    return portal
