"""Commands: all of them, in the order of `--help`."""

from __future__ import annotations

from typing import Annotated

import typer

from . import asking, crawling, foreign, keeping, portals, standing

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Keep a government portal's articles: exact WARC, and JSON records that point at their bytes.",
    epilog="Exit codes: 0 done, 1 unexpected, 2 bad usage or configuration, 3 something failed for good, or "
    "(extract --compare) would change, 4 locked by another run, 5 verification failed, 130 interrupted (state saved), "
    "141 whoever read stdout has gone.",
)
for theme in (crawling, standing, portals, foreign, asking, keeping):
    app.add_typer(theme.app)


@app.callback(invoke_without_command=True)
def _options(version: Annotated[bool, typer.Option("--version", help="print the version and end")] = False) -> None:
    if version:
        from ..settings import VERSION

        print(f"portal-crawler {VERSION}")
        raise typer.Exit
