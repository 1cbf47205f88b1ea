"""The command line. Arguments, help and exit codes; what is done is elsewhere.

Modules are imported where they are used: `--help` and short commands must not pay for Scrapy.
"""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from archive.errors import ArchiveError

from .arguments import ARGUMENTS
from .interruption import Interrupted, raise_interrupted

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Keep a government portal's articles: exact WARC, and JSON records that point at their bytes.",
    epilog="Exit codes: 0 done, 1 unexpected, 2 bad usage or configuration, 3 something failed for good, or "
    "(extract --compare) would change, 4 locked by another run, 5 verification failed, 130 interrupted (state saved).",
)

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
Status = Annotated[str | None, typer.Option(metavar="live|changed|gone", help="only these")]
Names = Annotated[list[str] | None, typer.Option("--portal", help="only this portal; may be given again")]


@app.command(epilog="Example: portal-crawler demo --into demo-archive")
def demo(
    into: Annotated[Path, typer.Option("--into", help="where the archive goes")] = Path("demo-archive"),
    quiet: Quiet = False,
) -> None:
    """Crawl the bundled portal on this machine, and say what is where."""
    from .demo.tour import tour

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
    from .crawl import Options
    from .progress import Display
    from .runner import run_crawls
    from .summary import exit_code, print_report
    from .target import resolve_target, who_asks

    options = Options(limit, refresh, delay, workers, contact=who_asks(contact))
    portals = [resolve_target(target, into) for target in targets]
    ended = run_crawls(portals, into, Display(quiet=quiet), options)
    reports = [one.report for one in ended if one.report is not None]
    for report in reports:
        if as_json:
            _print_json(report)
        elif not quiet:
            print_report(report, into)
    errors = [one.error for one in ended if one.error is not None]
    for error in errors:
        print(f"portal-crawler: {error}", file=sys.stderr)
    raise typer.Exit(exit_code(reports, errors))


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
    from archive.run import utc

    from .collectionfile import CollectionFile
    from .progress import Display
    from .rounds import run as crawl_due
    from .rounds import shown, turns

    if now and not portal:
        raise typer.BadParameter("--now goes with --portal NAME")
    collection = CollectionFile.load(file, log=log)
    if dry_run:
        moment = utc()
        for turn in turns(collection, portal or ()):
            if as_json:
                _print_json(turn.as_json(moment))
            else:
                print(shown(turn, moment))
        return
    display = Display(quiet=quiet or not sys.stderr.isatty())
    done = crawl_due(collection, display, portal or (), now=now)
    if as_json:
        for report in done.reports:
            _print_json(report)
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
    from .schedule import written

    print(written(file, form, output), end="")


@app.command(epilog="Example: portal-crawler init https://giangthanh.kiengiang.gov.vn/ --into collection.toml")
def init(
    targets: Annotated[
        list[str], typer.Argument(metavar="URL...", help="front pages; known portals and TOML files as well")
    ],
    into: Annotated[Path, typer.Option("--into", help="the file")] = Path("collection.toml"),
    contact: Contact = None,
    force: Annotated[bool, typer.Option("--force", help="replace the file that is there")] = False,
    quiet: Quiet = False,
) -> None:
    """Write a commented collection.toml for `run`. Asks the portals nothing."""
    from .outset import begin, next_steps
    from .target import who_asks

    file = begin(targets, into, contact=who_asks(contact), force=force)
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
    from .doctor import examine

    amiss = False
    for finding in examine(target):
        amiss = amiss or finding.level == "mend"
        if quiet and finding.level != "mend":
            continue
        if as_json:
            _print_json(finding.as_json())
        else:
            print(finding.words())
    raise typer.Exit(3 if amiss else 0)


@app.command(epilog="Example: portal-crawler probe https://giangthanh.kiengiang.gov.vn/ > giang-thanh.toml")
def probe(
    target: Annotated[str, typer.Argument(metavar="URL|FILE", help="a portal, or a saved HTML file")],
    pages: Annotated[int, typer.Option(min=1, max=1000, help="ask a portal for so many pages at most")] = 24,
    url: Annotated[str | None, typer.Option(help="where an HTML file came from")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="all of it as JSON on stdout, in place of TOML")] = False,
    quiet: Quiet = False,
) -> None:
    """Look at a portal: its system, its lists, some records. Prints a definition that `crawl` takes; keeps nothing."""
    from .probe import probe as look
    from .probe import shown
    from .progress import Display

    probed = look(target, pages, Display(quiet=quiet), url)
    if not quiet:
        print(shown(probed), file=sys.stderr)
    if as_json:
        _print_json(probed.as_json())
    else:
        print(probed.toml, end="")
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
    from .golden import add, shown
    from .progress import Display
    from .target import who_asks

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


@app.command(
    epilog="Examples: portal-crawler extract foreign.warc.gz --stdout | head; "
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
    url: Annotated[str | None, typer.Option(help="where an HTML file came from")] = None,
) -> None:
    """Read articles from saved bytes, as the crawl would have; or say what of a collection would be read otherwise."""
    if compare:
        if into is not None or stdout or url is not None:
            raise typer.BadParameter("--compare writes no records: leave out --into, --stdout and --url")
        raise typer.Exit(3 if _compare(sources, field or (), portal, as_json=as_json) else 0)
    from .sources import extract_sources

    if (into is None) == (not stdout):
        raise typer.BadParameter("give one of --into DIR, --stdout and --compare")
    if field or as_json:
        raise typer.BadParameter("--field and --json go with --compare")
    found = extract_sources(sources, portal=portal, url=url, into=into)
    for line in found:
        if stdout:
            print(line)


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
    from .imports import import_sources
    from .progress import Display

    ended, complaints = import_sources(sources, into, Display(quiet=quiet), portal=portal)
    for one in ended:
        if as_json:
            _print_json(one.as_json([str(source) for source in sources]))
        elif not quiet:
            print(f"{one.portal}: {one.words}", file=sys.stderr)
    for line in complaints:
        print(f"portal-crawler: {line}", file=sys.stderr)
    raise typer.Exit(3 if complaints else 0)


def _compare(folders: list[Path], fields: Sequence[str], portal: str | None, *, as_json: bool) -> bool:
    """Print what would change; gives whether anything would."""
    from .compare import compared, shards, shown
    from .progress import Display

    display = Display()
    differs = False
    for shard, definition in shards(folders, portal):
        with display, compared(shard, fields, definition, display.watching(shard.name)) as (changes, counts):
            display.end()  # what follows is on stdout
            for change in changes:
                if as_json:
                    _print_json(change.as_json(shard.name))
                else:
                    print(shown(change))
        if as_json:
            _print_json(counts.as_json(shard.name))
        else:
            print(f"{shard.name}: {counts.words()}")
        differs = differs or counts.differs
    return differs


@app.command(
    epilog="Examples: portal-crawler dump archive-2025 > articles.jsonl; "
    "portal-crawler dump archive-2025 --as csv --since 2020 --section 'đất đai' -o articles.csv"
)
def dump(
    folder: Folder,
    form: Annotated[str, typer.Option("--as", metavar="FORM", help="jsonl, csv, parquet, schema.org, zyte")] = "jsonl",
    portal: Names = None,
    since: Since = None,
    until: Until = None,
    section: Annotated[str | None, typer.Option(help="part of the section's name")] = None,
    status: Status = None,
    all_versions: Annotated[bool, typer.Option("--all-versions", help="not only the latest of each article")] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="a file in place of stdout")] = None,
) -> None:
    """The records, the latest version of each article: as JSON lines, for a spreadsheet, as Parquet."""
    from archive.collection import Collection
    from archive.dump import dump as write
    from archive.filters import Filters

    filters = Filters(tuple(portal or ()), since, until, None, section, status)
    write(Collection(folder), form, output, filters, all_versions=all_versions)


@app.command(
    epilog="Examples: portal-crawler search archive-2025 'đất đai'; "
    "portal-crawler search archive-2025 dat dai --since 2020"
)
def search(
    folder: Folder,
    words: Annotated[
        list[str],
        typer.Argument(metavar="WORDS...", help='AND, OR, NOT, "phrases", beginnings*; without accents: any accents'),
    ],
    portal: Names = None,
    since: Since = None,
    until: Until = None,
    author: Annotated[str | None, typer.Option(help="part of the author's name")] = None,
    section: Annotated[str | None, typer.Option(help="part of the section's name")] = None,
    status: Status = None,
    limit: Annotated[int, typer.Option(min=1, help="show so many")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines")] = False,
) -> None:
    """Find articles by their words, the nearest first."""
    from archive.collection import Collection
    from archive.filters import Filters
    from archive.search import searching

    from .found import print_hits

    collection = Collection(folder)
    names = tuple(shard.name for shard in collection.shards(portal or ())) if portal else ()
    filters = Filters(names, since, until, author, section, status)
    with searching(collection, lambda line: print(line, file=sys.stderr)) as index:
        text = " ".join(words)
        hits = index.search(text, filters, limit=limit)
        if as_json:
            for hit in hits:
                _print_json(hit.as_json())
        else:
            print_hits(hits, index.count(text, filters))


@app.command(
    epilog="Example: portal-crawler history archive-2025 https://giangthanh.kiengiang.gov.vn/trang/TinTuc/106/1315/Lu-ong.html"
)
def history(
    folder: Folder,
    url: Annotated[str, typer.Argument(metavar="URL", help="an address of an article, any of its own; or its id")],
    portal: Names = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
) -> None:
    """One article's versions, what changed between them, its captures, and when it was gone or back."""
    from archive.collection import Collection

    from .story import story

    found = story(Collection(folder), url, portal or ())
    if as_json:
        _print_json(found.as_json())
    else:
        print("\n".join(found.words()))


@app.command(epilog="Example: portal-crawler changed archive-2025 --since 2025-07")
def changed(
    folder: Folder,
    portal: Names = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="found then or later: 2025, 2025-07-01")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines")] = False,
) -> None:
    """Which articles were edited after publication, and how: typo, figure, paragraph, date, picture, author ..."""
    from archive.collection import Collection

    from .story import changed as edited

    _print_all(edited(Collection(folder).shards(portal or ()), since), "no edit was found", as_json=as_json)


@app.command(epilog="Example: portal-crawler vanished archive-2025 --json")
def vanished(
    folder: Folder,
    portal: Names = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="found gone then or later: 2025, 2025-07-01")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines")] = False,
) -> None:
    """Which articles their portals have taken away, since when, and what is there in their place."""
    from archive.collection import Collection

    from .story import vanished as gone

    _print_all(gone(Collection(folder).shards(portal or ()), since), "no article is gone", as_json=as_json)


@app.command(
    epilog="Examples: portal-crawler query archive-2025 by-month; "
    "portal-crawler query archive-2025 \"SELECT url FROM articles WHERE fold(title) LIKE '%dat dai%'\""
)
def query(
    folder: Folder,
    asked: Annotated[
        str | None, typer.Argument(metavar="SQL|NAME", help="a SELECT, or a ready question", show_default=False)
    ] = None,
    form: Annotated[
        str | None,
        typer.Option("--as", metavar="FORM", help="table (on a terminal), json lines (elsewhere), csv, parquet"),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="a file in place of stdout")] = None,
    memory: Annotated[str, typer.Option(metavar="SIZE", help="take no more of it")] = "1GB",
    listing: Annotated[bool, typer.Option("--list", help="the ready questions, and the columns of the tables")] = False,
    show: Annotated[bool, typer.Option("--show", help="print a ready question's SQL, to begin from")] = False,
) -> None:
    """Ask the records with SQL: articles, versions, images, attachments, captures; fold(text) takes accents off."""
    from archive import questions
    from archive.collection import Collection
    from archive.query import querying

    from .answers import answer, print_questions

    if (asked is None) != listing:
        raise typer.BadParameter("give a SELECT, the name of a ready question, or --list, which names them")
    if asked is not None and questions.is_name(asked):
        asked = questions.sql(asked)
    if asked is not None and show:
        print(asked, end="")
        return
    with querying(Collection(folder), lambda line: print(line, file=sys.stderr), memory=memory) as tables:
        if asked is None:
            print_questions(tables)
        else:
            answer(tables, asked, form, output)


@app.command(epilog="Example: portal-crawler report archive-2025 --state failed")
def report(
    folder: Folder,
    portal: Names = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines, one a portal")] = False,
    urls: Annotated[bool, typer.Option("--urls", help="JSON lines: what became of every address, and why")] = False,
    state: Annotated[str | None, typer.Option(help="--urls, of the addresses of this state alone")] = None,
) -> None:
    """What the archive holds, beside what the portals claim to have; exit code 3 below a portal's [expect]."""
    from archive.collection import Collection

    from .report import ends, whole
    from .summary import below, print_holdings

    shards = Collection(folder).shards(portal or ())
    if urls or state is not None:
        there = False
        for shard in shards:
            for line in ends(shard, state):
                _print_json(line)
                there = True
        if not there:
            print(f"no address is {state}" if state else "no address is known yet", file=sys.stderr)
        return
    short = False
    for shard in shards:
        found = whole(shard)
        short = short or below(found) is not None
        if as_json:
            _print_json(found)
        else:
            print_holdings(found)
    raise typer.Exit(3 if short else 0)


@app.command(
    epilog="Examples: portal-crawler verify archive-2025 --key signing-key.pub; portal-crawler verify giang-thanh.wacz"
)
def verify(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|FILE.wacz",
            help="a collection, one portal's folder in it, or a package, ours or anyone's",
            show_default=False,
        ),
    ],
    portal: Names = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="a public key that every manifest must be signed with")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON lines: of each file and each record what was checked, and is wrong")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Check every digest, offset and manifest, and derive every record anew; of a package, all that it says."""
    from archive.collection import Collection
    from archive.signing import read_public_key
    from archive.waczcheck import check

    from .progress import Display
    from .verify import verify_shard

    if folder.is_file():
        if portal or key is not None:
            raise typer.BadParameter("--portal and --key go with a collection: this is a package")
        package = check(folder)
        if as_json:
            _print_json({"package": str(folder), **package.as_json()})
        else:
            for finding in package.findings:
                print(finding)
        if not quiet:
            print(f"{folder.name}: {package.words()}", file=sys.stderr)
        raise typer.Exit(5 if package.findings else 0)
    findings = 0
    public = read_public_key(key) if key is not None else None
    for shard in Collection(folder).shards(portal or ()):
        if as_json:
            result = verify_shard(shard, key=public, tell=_print_json)
            _print_json({"portal": shard.name, **result.as_json()})
        else:
            with Display(quiet=quiet) as display:  # which lets go of the terminal before anything is printed
                result = verify_shard(shard, key=public, watching=display.watching(shard.name))
            for finding in result.findings:
                print(finding)
        findings += len(result.findings)
        if not quiet:
            for note in result.notes:
                print(note, file=sys.stderr)
            print(f"{shard.name}: {result.words()}", file=sys.stderr)
    raise typer.Exit(5 if findings else 0)


@app.command(
    epilog="Examples: portal-crawler pack archive-2025 --output packages; "
    "portal-crawler pack archive-2025 --portal giang-thanh --bag"
)
def pack(
    folder: Folder,
    portal: Names = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="a name that ends in .wacz (.bag), or a folder; else the current one: PORTAL.wacz"
        ),
    ] = None,
    bag: Annotated[
        bool, typer.Option("--bag", help="BagIt bags of the portals' folders, in place of WACZ; WARC files are linked")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Hand portals over: one WACZ a portal, for replay. One that is there is replaced, a bag never."""
    from .packing import pack as packages
    from .progress import Display

    with Display(quiet=quiet) as display:
        for words in packages(folder, portal or (), output, bags=bag, display=display):
            display.say(words)


@app.command(epilog="Example: portal-crawler key archive-2025")
def key(folder: Folder) -> None:
    """Make the key with which the runs of a collection sign their manifests from now on."""
    from archive.collection import Collection
    from archive.signing import PRIVATE, PUBLIC, make_key

    where = Collection(folder).folder
    public = make_key(where)
    print(public.fingerprint)
    print(
        f"{where / PRIVATE}: keep it to yourself, and a copy of it where the collection is not.\n"
        f"{where / PUBLIC}: give it to whoever is to check; `verify --key` takes it. The next run signs.",
        file=sys.stderr,
    )


@app.command(epilog="Example: portal-crawler rebuild archive-2025 --portal giang-thanh")
def rebuild(folder: Folder, portal: Names = None, quiet: Quiet = False) -> None:
    """Make ledger, records and index anew from the WARC files and portal.toml."""
    from archive.collection import Collection

    from .progress import Display
    from .rebuild import rebuild_shard

    with Display(quiet=quiet) as display:
        for shard in Collection(folder).shards(portal or ()):
            display.say(f"{shard.name}: {rebuild_shard(shard, display.watching(shard.name))}")


@app.command(
    epilog='Example: portal-crawler redact archive-2025 URL --portal giang-thanh --reason "court order 12/2026"'
)
def redact(
    folder: Folder,
    urls: Annotated[list[str], typer.Argument(metavar="URL...", help="addresses that are kept")],
    reason: Annotated[str, typer.Option(help="why; it stays in the archive in their place")],
    portal: Annotated[str | None, typer.Option(help="the portal, where the collection has several")] = None,
    copies: Annotated[bool, typer.Option("--copies", help="also other addresses that gave the same bytes")] = False,
    quiet: Quiet = False,
) -> None:
    """Take addresses and their records out on legal demand, for good; an entry stays that says so."""
    from archive.collection import Collection
    from archive.errors import UsageError

    from .redact import redact_shard

    shards = Collection(folder).shards((portal,) if portal else ())
    if len(shards) > 1:
        raise UsageError(f"--portal: say which: {', '.join(shard.name for shard in shards)}")
    done = redact_shard(shards[0], urls, reason, copies=copies)
    if not quiet:
        for line in (*done.notes, f"{shards[0].name}: {done.words()}"):
            print(line, file=sys.stderr)


@app.command(epilog="Example: portal-crawler schema > article.schema.json")
def schema() -> None:
    """JSON Schema of a record."""
    from archive.record import json_schema

    print(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@app.callback(invoke_without_command=True)
def _options(version: Annotated[bool, typer.Option("--version", help="print the version and end")] = False) -> None:
    if version:
        from .settings import VERSION

        print(f"portal-crawler {VERSION}")
        raise typer.Exit


def _print_all(found: Iterable[Any], none: str, *, as_json: bool) -> None:
    """What has `words` and `as_json`, one after the other."""
    there = False
    for one in found:
        there = True
        if as_json:
            _print_json(one.as_json())
        else:
            print("\n".join(one.words()))
    if not there:
        print(none, file=sys.stderr)


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False))


def main() -> NoReturn:
    """The console script."""
    raise_interrupted()
    try:
        app()
    except ArchiveError as error:
        print(f"portal-crawler: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except Interrupted:
        print("portal-crawler: interrupted", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone: nothing is wrong
        sys.exit(0)
    except OSError as error:
        if error.errno not in (errno.EMFILE, errno.ENFILE):
            raise
        print(f"portal-crawler: {error.strerror}; raise the limit (ulimit -n), and run again", file=sys.stderr)
        sys.exit(2)
    sys.exit(0)


if __name__ == "__main__":
    main()
