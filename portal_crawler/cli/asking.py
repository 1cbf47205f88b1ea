"""Asking: what an archive has: `dump`, `search`, `history`, `changed`, `vanished`, `query`, `report`."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

from .options import Folder, Names, Output, Since, Status, Until
from .output import print_all, print_file, print_json, print_words

app = typer.Typer()


@app.command(
    epilog="Examples: portal-crawler dump archive-2025 > articles.jsonl; "
    "portal-crawler dump archive-2025 --since 2020 --section 'đất đai' -o articles.csv"
)
def dump(
    folder: Folder,
    form: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="FORM",
            help="jsonl, csv, parquet, schema.org, zyte; else as FILE ends in .csv or .parquet, else jsonl",
        ),
    ] = None,
    portal: Names = None,
    since: Since = None,
    until: Until = None,
    section: Annotated[str | None, typer.Option(help="part of the section's name")] = None,
    status: Status = None,
    all_versions: Annotated[bool, typer.Option("--all-versions", help="not only the latest of each article")] = False,
    output: Output = None,
) -> None:
    """The records, the latest version of each article: as JSON lines, for a spreadsheet, as Parquet."""
    from archive.collection import Collection
    from archive.filters import Filters
    from archive.formats.dump import dump as write

    filters = Filters(tuple(portal or ()), since, until, None, section, status)
    say = partial(print, file=sys.stderr)
    write(Collection(folder), form, output, filters, all_versions=all_versions, say=say)


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
    from archive.search.words import hints

    from .found import print_hits

    collection = Collection(folder)
    names = tuple(shard.name for shard in collection.shards(portal or ())) if portal else ()
    filters = Filters(names, since, until, author, section, status)
    with searching(collection, lambda line: print(line, file=sys.stderr)) as index:
        text = " ".join(words)
        hits = index.search(text, filters, limit=limit)
        if as_json:
            for hit in hits:
                print_json(hit.as_json())
        else:
            print_hits(hits, index.count(text, filters))
        for line in (*hints(text), *(() if hits else index.unknown(filters))):
            print(line, file=sys.stderr)


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

    from ..report.story import story

    found = story(Collection(folder), url, portal or ())
    if as_json:
        print_json(found.as_json())
    else:
        print_words(found.words())


@app.command(epilog="Example: portal-crawler changed archive-2025 --since 2025-07")
def changed(
    folder: Folder,
    portal: Names = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="found then or later: 2025, 2025-07-01")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines")] = False,
) -> None:
    """Which articles were edited after publication, and how: typo, figure, paragraph, date, picture, author ..."""
    from archive.collection import Collection

    from ..report.story import changed as edited

    print_all(edited(Collection(folder).shards(portal or ()), since), "no edit was found", as_json=as_json)


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

    from ..report.story import vanished as gone

    print_all(gone(Collection(folder).shards(portal or ()), since), "no article is gone", as_json=as_json)


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
        typer.Option(
            "--as",
            metavar="FORM",
            help="table, json (lines), csv, parquet; else as FILE ends in .csv or .parquet, "
            "else table on a terminal, json elsewhere",
        ),
    ] = None,
    output: Output = None,
    memory: Annotated[str, typer.Option(metavar="SIZE", help="take no more of it")] = "1GB",
    listing: Annotated[bool, typer.Option("--list", help="the ready questions, and the columns of the tables")] = False,
    show: Annotated[bool, typer.Option("--show", help="print a ready question's SQL, to begin from")] = False,
) -> None:
    """Ask the records with SQL: articles, versions, images, attachments, captures; fold(text) takes accents off."""
    from archive.collection import Collection
    from archive.query import querying, questions

    from .answers import answer, print_questions

    if (asked is None) != listing:
        raise typer.BadParameter("give a SELECT, the name of a ready question, or --list, which names them")
    if asked is not None and questions.is_name(asked):
        asked = questions.sql(asked)
    if asked is not None and show:
        print_file(asked)
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
    """What the archive holds, beside what the portals claim to have; what is amiss, each with its next step.

    Exit code 3 below a portal's [expect], or its own past. Of many portals each has a line; --portal tells all of one.
    """
    from archive.collection import Collection

    from ..report.report import ends
    from .account import tell

    shards = Collection(folder).shards(portal or ())
    if urls or state is not None:
        there = False
        for shard in shards:
            for line in ends(shard, state):
                print_json(line)
                there = True
        if not there:
            print(f"no address is {state}" if state else "no address is known yet", file=sys.stderr)
        return
    raise typer.Exit(tell(shards, named=portal is not None, as_json=as_json))
