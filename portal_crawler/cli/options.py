"""Options and arguments that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archive.errors import UsageError

from ..crawl.arguments import ARGUMENTS

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


def _apart(output: Path | None) -> Path | None:
    """A file that is to be written, which replaces no file of a portal's: some of these cannot be made again."""
    folder = output.resolve().parent if output is not None else None
    for place in (folder, folder.parent) if folder is not None else ():
        if (place / "portal.toml").exists() and (place / "warc").is_dir():
            raise UsageError(f"--output {output}: lies in the folder of the portal {place.name}; name another place")
    return output


Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="a file in place of stdout", callback=_apart),
]
Names = Annotated[list[str] | None, typer.Option("--portal", help="only this portal; may be given again")]
