"""Portals: the commands for whoever looks at a portal, or writes rules for it: `probe`, `golden`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .options import Contact, Quiet
from .output import print_file, print_json

app = typer.Typer()


@app.command(epilog="Example: portal-crawler probe https://giangthanh.kiengiang.gov.vn/ > giang-thanh.toml")
def probe(
    target: Annotated[str, typer.Argument(metavar="URL|FILE", help="a portal, or a saved HTML file")],
    pages: Annotated[int, typer.Option(min=1, max=1000, help="ask a portal for so many pages at most")] = 24,
    url: Annotated[str | None, typer.Option(help="where an HTML file came from")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="all of it as JSON on stdout, in place of TOML")] = False,
    quiet: Quiet = False,
) -> None:
    """Look at a portal: its system, its lists, some records. Prints a definition that `crawl` takes; keeps nothing."""
    from ..crawl.progress import Display
    from ..probe.probe import probe as look
    from ..probe.probed import shown

    probed = look(target, pages, Display(quiet=quiet), url)
    if not quiet:
        print(shown(probed), file=sys.stderr)
    if as_json:
        print_json(probed.as_json())
    elif (definition := probed.toml) is not None:
        print_file(definition)
    raise typer.Exit(probed.exit_code)


@app.command(epilog="Example: portal-crawler golden https://portal.example/tin-tuc/bai-1 --into tests/golden/a-portal")
def golden(
    source: Annotated[str, typer.Argument(metavar="URL|FILE", help="a page, or a saved HTML file (with --url)")],
    into: Annotated[Path, typer.Option("--into", help="the case's folder; made")],
    kept_in: Annotated[
        Path | None,
        typer.Option("--from", help="a collection or WARC file to take the page from"),
    ] = None,
    url: Annotated[str | None, typer.Option(help="where an HTML file came from")] = None,
    portal: Annotated[str | None, typer.Option(help="a known portal or a TOML file: whose page it is")] = None,
    contact: Contact = None,
    force: Annotated[bool, typer.Option("--force", help="replace the case that is there")] = False,
    quiet: Quiet = False,
) -> None:
    """Add a golden case: a page, and a draft of the record that it must give, which stays unchecked until you look."""
    from ..crawl.progress import Display
    from ..portal.target import who_asks
    from ..probe.golden import add, shown

    display = Display(quiet=quiet)
    asks = who_asks(contact)
    case = add(source, into, display, url=url, kept_in=kept_in, portal=portal, contact=asks, force=force)
    print(shown(case.read()))
    if not quiet:
        print(
            f"{into}: a draft: compare every field with page.html, correct {into / 'expected.json'} where it is wrong,"
            ' and take its line "unchecked" out; until then its test fails',
            file=sys.stderr,
        )
