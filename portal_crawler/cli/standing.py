"""Standing: the commands of a collection that is kept day by day: `run`, `schedule`, `init`, `doctor`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .options import CollectionToml, Contact, Names, Quiet
from .output import print_file, print_json

app = typer.Typer()


@app.command(epilog="Examples: portal-crawler run collection.toml; portal-crawler run collection.toml --dry-run")
def run(
    file: CollectionToml,
    portal: Names = None,
    now: Annotated[bool, typer.Option("--now", help="with --portal: due or not")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="print which portals are due, and when; ask nothing")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="the reports (with --dry-run: the portals) as JSON lines")
    ] = False,
    log: Annotated[
        Path | None, typer.Option("--log", help="a file for JSON lines, in place of [collection] log")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """What cron calls: crawl the portals of a collection.toml that are due. Says nothing when all is well."""
    from archive.clock import utc

    from ..crawl.progress import Display
    from ..cron.collectionfile import CollectionFile
    from ..cron.rounds import run as crawl_due
    from ..cron.rounds import shown, turns
    from ..wording import counted

    if now and not portal:
        raise typer.BadParameter("--now goes with --portal NAME")
    collection = CollectionFile.load(file, log=log)
    if dry_run:
        moment = utc()
        wrong = 0
        for turn in turns(collection, portal or ()):
            wrong += turn.wrong is not None
            if as_json:
                print_json(turn.as_json(moment))
            else:
                print(shown(turn, moment))
        if wrong:
            print(f"portal-crawler: {counted(wrong, 'portal')} cannot be crawled: correct {file}", file=sys.stderr)
        raise typer.Exit(2 if wrong else 0)
    display = Display(quiet=quiet or not sys.stderr.isatty())
    done = crawl_due(collection, display, portal or (), now=now)
    if as_json:
        for report in done.reports:
            print_json(report)
    for line in done.complaints:
        print(f"portal-crawler: {line}", file=sys.stderr)
    raise typer.Exit(done.exit_code)


@app.command(
    epilog="Examples: portal-crawler schedule collection.toml; "
    "portal-crawler schedule collection.toml --as systemd --output units"
)
def schedule(
    file: CollectionToml,
    form: Annotated[str, typer.Option("--as", metavar="crontab|systemd", help="for which of them")] = "crontab",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="a folder for the files; else stdout")] = None,
) -> None:
    """Print what calls `run`: crontab lines, or a hardened systemd service and its timer."""
    from ..cron.schedule import written

    print_file(written(file, form, output))


@app.command(epilog="Example: portal-crawler init https://giangthanh.kiengiang.gov.vn/ --into collection.toml")
def init(
    targets: Annotated[
        list[str], typer.Argument(metavar="URL...", help="front pages; known portals and TOML files as well")
    ],
    into: Annotated[Path, typer.Option("--into", help="the file")] = Path("collection.toml"),
    probe: Annotated[
        bool, typer.Option("--probe", help="ask each for three pages; write its name, its system and what is amiss")
    ] = False,
    contact: Contact = None,
    force: Annotated[bool, typer.Option("--force", help="replace the file that is there")] = False,
    quiet: Quiet = False,
) -> None:
    """Write a commented collection.toml for `run`. Asks the portals nothing, but with --probe."""
    from ..crawl.progress import Display
    from ..cron.outset import begin, next_steps
    from ..portal.target import who_asks

    display = Display(quiet=quiet) if probe else None
    file = begin(targets, into, contact=who_asks(contact), force=force, display=display)
    if not quiet:
        print(next_steps(file, into), file=sys.stderr)


@app.command(epilog="Examples: portal-crawler doctor collection.toml; portal-crawler doctor archive-2025")
def doctor(
    target: Annotated[
        Path | None, typer.Argument(metavar="COLLECTION.toml|DIR", help="without it: the machine alone")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, one a finding")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="only what is to be mended")] = False,
) -> None:
    """Look at this machine and a collection, and say what to mend: exit code 3 where there is something."""
    from ..cron.doctor import examine

    amiss = False
    for finding in examine(target):
        amiss = amiss or finding.level == "mend"
        if quiet and finding.level != "mend":
            continue
        if as_json:
            print_json(finding.as_json())
        else:
            print(finding.words())
    raise typer.Exit(3 if amiss else 0)
