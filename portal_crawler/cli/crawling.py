"""Crawling: `demo` and `crawl`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..crawl.arguments import ARGUMENTS
from .options import Contact, Quiet
from .output import print_json

app = typer.Typer()


@app.command(epilog="Example: portal-crawler demo --into demo-archive")
def demo(
    into: Annotated[Path, typer.Option("--into", help="where the archive goes")] = Path("demo-archive"),
    quiet: Quiet = False,
) -> None:
    """Crawl the bundled portal on this machine, and say what is where."""
    from ..demo.tour import tour

    raise typer.Exit(tour(into, quiet=quiet))


@app.command(epilog="Example: portal-crawler crawl https://giangthanh.kiengiang.gov.vn/ --into archive-2025")
def crawl(
    targets: Annotated[list[str], typer.Argument(metavar="TARGET...", help="a URL, a known portal, or a TOML file")],
    into: Annotated[Path, typer.Option("--into", help="the collection; made where it is not there")],
    limit: Annotated[int | None, ARGUMENTS["limit"].option("limit")] = None,
    delay: Annotated[float | None, ARGUMENTS["delay"].option("delay")] = None,
    workers: Annotated[int | None, ARGUMENTS["workers"].option("workers")] = None,
    refresh: Annotated[bool, ARGUMENTS["refresh"].option("refresh")] = False,
    contact: Contact = None,
    as_json: Annotated[bool, typer.Option("--json", help="the reports, as JSON lines on stdout")] = False,
    quiet: Quiet = False,
) -> None:
    """Fetch portals into a collection; go on where a run was broken off."""
    from ..crawl.course import Options
    from ..crawl.progress import Display
    from ..fetch.runner import run_crawls
    from ..portal.target import resolve_target, who_asks
    from ..report.summary import attention, exit_code, print_reports

    options = Options(limit, refresh, delay, workers, contact=who_asks(contact))
    portals = [resolve_target(target, into) for target in targets]
    ended = run_crawls(portals, into, Display(quiet=quiet), options)
    reports = [one.report for one in ended if one.report is not None]
    if as_json:
        for report in reports:
            print_json(report)
    if quiet or as_json:  # where the exit code is not 0 the reason is on stderr, whatever is asked for
        for report in reports:
            if words := attention(report):
                print(f"portal-crawler: {report['portal']}: {words}", file=sys.stderr)
    else:
        print_reports(reports, into)
    errors = [one.error for one in ended if one.error is not None]
    for error in errors:
        print(f"portal-crawler: {error}", file=sys.stderr)
    raise typer.Exit(exit_code(reports, errors))
