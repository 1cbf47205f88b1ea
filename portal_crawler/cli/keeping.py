"""Keeping: the commands that see to what is kept: `verify`, `pack`, `key`, `rebuild`, `redact`; and `schema`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archive.errors import Damaged, Locked, UsageError

from .options import Folder, Names, Quiet
from .output import print_json

if TYPE_CHECKING:
    from archive.fixity.signing import PublicKey

app = typer.Typer()

_OF_ONE = (UsageError, Locked, Damaged)  # what is wrong with one of several: the others are looked at


@app.command(
    epilog="Examples: portal-crawler verify archive-2025 --key signing-key.pub; portal-crawler verify packages/*.wacz"
)
def verify(
    targets: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR|FILE.wacz...",
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
    from archive.fixity.signing import read_public_key

    from ..report.summary import worst

    public = read_public_key(key) if key is not None else None
    if portal and any(target.is_file() for target in targets):
        raise typer.BadParameter("--portal goes with a collection: this is a package")
    codes: set[int] = set()
    for target in targets:
        try:
            codes |= _verified(target, portal or (), public, as_json=as_json, quiet=quiet)
        except _OF_ONE as error:
            print(f"portal-crawler: {error}", file=sys.stderr)
            codes.add(error.exit_code)
    raise typer.Exit(worst(codes))


def _verified(folder: Path, portal: Sequence[str], public: PublicKey | None, *, as_json: bool, quiet: bool) -> set[int]:
    """Check one collection or package, and print what is wrong; gives exit codes."""
    from archive.collection import Collection
    from archive.packages.waczcheck import check
    from archive.warc.containers import kind_of

    from ..crawl.progress import Display
    from ..upkeep.verify import verify_shard

    if not folder.exists() and folder.suffix.lower() in (".wacz", ".zip"):
        raise UsageError(f"{folder}: no such file")
    if folder.is_file():
        if kind_of(folder) == "archive":
            raise UsageError(
                f"{folder}: a WARC file: verify takes a collection or a package, `extract` takes such a file"
            )
        with Display(quiet=quiet) as display:
            package = check(folder, key=public, watching=display.watching(folder.name))
        if as_json:
            print_json({"package": str(folder), **package.as_json()})
        else:
            for finding in package.findings:
                print(finding)
        if not quiet:
            for note in package.notes:
                print(note, file=sys.stderr)
            print(f"{folder.name}: {package.words()}", file=sys.stderr)
        return {5 if package.findings else 0}
    findings = 0
    codes: set[int] = set()
    collection = Collection(folder)
    for one in () if portal else collection.headless:
        words = f"{one.definition}: is missing: restore it from a copy"
        if as_json:
            print_json({"portal": one.name, "findings": [words]})
        else:
            print(words)
        findings += 1
    for shard in collection.shards(portal):
        try:
            if as_json:
                result = verify_shard(shard, key=public, tell=print_json)
            else:
                with Display(quiet=quiet) as display:  # which lets go of the terminal before anything is printed
                    result = verify_shard(shard, key=public, watching=display.watching(shard.name))
        except _OF_ONE as error:
            print(f"portal-crawler: {error}", file=sys.stderr)
            codes.add(error.exit_code)
            continue
        if as_json:
            print_json({"portal": shard.name, **result.as_json()})
        else:
            for finding in result.findings:
                print(finding)
        findings += len(result.findings)
        if not quiet:
            for note in result.notes:
                print(note, file=sys.stderr)
            print(f"{shard.name}: {result.words()}", file=sys.stderr)
    return codes | {5 if findings else 0}


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
    from ..crawl.progress import Display
    from ..upkeep.packing import pack as packages

    with Display(quiet=quiet) as display:
        for words in packages(folder, portal or (), output, bags=bag, display=display):
            display.say(words)


@app.command(epilog="Example: portal-crawler key archive-2025")
def key(folder: Folder) -> None:
    """Make the key with which the runs of a collection sign their manifests; at best before the first run."""
    from archive.fixity.manifest import refuse_another_key
    from archive.fixity.signing import PRIVATE, PUBLIC, make_key
    from archive.shard import place_of

    new = not folder.exists()
    where = place_of(folder)
    if not (where / PRIVATE).exists() and not (where / PUBLIC).exists():
        refuse_another_key(where)
    public = make_key(where)
    print(public.fingerprint)
    made = f"{where}: a new folder was made for a collection that is to begin.\n" if new else ""
    print(
        f"{made}{where / PRIVATE}: keep it to yourself, and a copy of it where the collection is not.\n"
        f"{where / PUBLIC}: give it to whoever is to check; `verify --key` takes it. The next run signs.",
        file=sys.stderr,
    )


@app.command(epilog="Example: portal-crawler rebuild archive-2025 --portal giang-thanh")
def rebuild(folder: Folder, portal: Names = None, quiet: Quiet = False) -> None:
    """Make ledger, records and index anew from the WARC files and portal.toml."""
    from archive.collection import Collection

    from ..crawl.progress import Display
    from ..upkeep.rebuild import rebuild_shard

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

    from ..upkeep.redact import redact_shard

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

    print_json(json_schema(), indent=2)
