"""Foreign: the commands that read articles from bytes of any origin: `extract`, `import`."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from .options import Quiet
from .output import print_json

app = typer.Typer()


@app.command(
    epilog="Examples: portal-crawler extract foreign.warc.gz --stdout | head; "
    "portal-crawler extract saved.html --stdout --url https://huyen.example/tin/12.html; "
    "portal-crawler extract --compare archive-2025 --field title (exit code 3 where a record would change)"
)
def extract(
    sources: Annotated[
        list[Path], typer.Argument(metavar="SOURCE...", help="WARC, ARC, WACZ or HTML files, ours or anyone's; folders")
    ],
    into: Annotated[Path | None, typer.Option("--into", help="write records/ there, one file a source")] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="JSON lines on stdout")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="which records of collections `rebuild` would change; writes nothing")
    ] = False,
    field: Annotated[
        list[str] | None, typer.Option(help="with --compare: look at this field alone; may be given again")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="with --compare: JSON lines, values whole")] = False,
    portal: Annotated[
        str | None,
        typer.Option(help="a known portal or a TOML file: whose pages they are; with --compare: to be tried"),
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="where an HTML file came from: its pictures' addresses start from there")
    ] = None,
) -> None:
    """Read articles from saved bytes, as the crawl would have; or say what of a collection would be read otherwise."""
    if compare:
        if into is not None or stdout or url is not None:
            raise typer.BadParameter("--compare writes no records: leave out --into, --stdout and --url")
        raise typer.Exit(3 if _compare(sources, field or (), portal, as_json=as_json) else 0)
    from archive.release import write_plain

    from ..upkeep.sources import extract_sources

    if (into is None) == (not stdout):
        raise typer.BadParameter("give one of --into DIR, --stdout and --compare")
    if field or as_json:
        raise typer.BadParameter("--field and --json go with --compare")
    found = extract_sources(sources, portal=portal, url=url, into=into)
    if stdout:
        write_plain(found, None)
    else:
        deque(found, maxlen=0)


@app.command(
    "import",
    epilog="Example: portal-crawler import huyen-2019.warc.gz crawls/*.wacz --into archive-2025 --portal huyen.toml",
)
def import_(
    sources: Annotated[
        list[Path], typer.Argument(metavar="SOURCE...", help="WARC, ARC or WACZ files, of any tool; or folders of them")
    ],
    into: Annotated[Path, typer.Option("--into", help="the collection; made where it is not there")],
    portal: Annotated[
        str | None,
        typer.Option(help="a URL, a known portal or a TOML file: take this one; else every host that has articles"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="what was imported, as JSON lines on stdout")] = False,
    quiet: Quiet = False,
) -> None:
    """Take others' archives of portals into a collection, records as they are; given again, nothing is doubled."""
    from ..crawl.progress import Display
    from ..upkeep.imports import import_sources

    ended, complaints = import_sources(sources, into, Display(quiet=quiet), portal=portal)
    for one in ended:
        if as_json:
            print_json(one.as_json([str(source) for source in sources]))
        elif not quiet:
            print(f"{one.portal}: {one.words}", file=sys.stderr)
    for line in complaints:
        print(f"portal-crawler: {line}", file=sys.stderr)
    raise typer.Exit(3 if complaints else 0)


def _compare(folders: list[Path], fields: Sequence[str], portal: str | None, *, as_json: bool) -> bool:
    """Print what would change; gives whether anything would."""
    from ..crawl.progress import Display
    from ..upkeep.compare import compared, shards, shown
    from ..wording import visible

    display = Display()
    differs = False
    for shard, definition in shards(folders, portal):
        with display, compared(shard, fields, definition, display.watching(shard.name)) as (changes, counts):
            display.end()  # what follows is on stdout
            for change in changes:
                if as_json:
                    print_json(change.as_json(shard.name))
                else:
                    print(visible(shown(change)))
        if as_json:
            print_json(counts.as_json(shard.name))
        else:
            print(f"{shard.name}: {counts.words()}")
        differs = differs or counts.differs
    return differs
