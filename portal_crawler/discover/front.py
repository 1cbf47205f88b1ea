"""Front: what a portal's front page teaches of it, before anything else is asked for. Pure.

It goes into the definition, under [learned]: the pages that follow are read with it, in the crawl and in `rebuild`.
"""

from __future__ import annotations

from archive.warc.capture import Capture

from ..page import NotHtml, Page
from ..portal import Portal
from .moves import with_move
from .recognise import recognise


def taught(portal: Portal, capture: Capture) -> Portal:
    """The definition with what the answer to a seed tells; the same one where that is nothing new."""
    return with_move(_of_family(portal, capture), capture)


def _of_family(portal: Portal, capture: Capture) -> Portal:
    """With the tables of the CMS that the page shows, where none is known yet."""
    if portal.family is not None or capture.status != 200:
        return portal
    try:
        page = Page.of(capture)
    except NotHtml:
        return portal  # a file, or nothing: `visit` says so
    found = recognise(page, capture.headers)
    if found is None:
        return portal
    return portal.with_learned(portal.learned.model_copy(update={"family": found.family}))
