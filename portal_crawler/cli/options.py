"""Options and arguments that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..arguments import ARGUMENTS

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="a collection, or one portal's folder in it", show_default=False)
]
CollectionToml = Annotated[
    Path, typer.Argument(metavar="COLLECTION.toml", help="what is to be kept, and how often", show_default=False)
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="print nothing but errors")]
Contact = Annotated[str | None, ARGUMENTS["contact"].option("contact")]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="not before: 2020, 2020-06 or 2020-06-01")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="to the end of 2020, 2020-06, 2020-06-01")]
Status = Annotated[str | None, typer.Option(metavar="live|changed|gone", help="only these; live: never edited")]
Names = Annotated[list[str] | None, typer.Option("--portal", help="only this portal; may be given again")]
