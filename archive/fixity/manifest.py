"""Manifests: what each run left of a portal, file by file, as a chain that proves order and integrity.

    manifests/00001-crawl.json        {"manifest": 1, "number": 1, "portal": …, "event": "crawl", "run": …, "made": …,
                                       "software": …, "key": null, "before": null, "reason": null,
                                       "files": {"warc/….warc.gz": {"bytes": 812, "sha256": "…"}, …}, "gone": []}
    manifests/00001-crawl.json.sig    Ed25519 over its bytes (64 bytes, raw), where the collection has a key
    manifests/00002-crawl.json        {…, "before": {"file": "00001-crawl.json", "sha256": "…"}, …}

A manifest names the files that are new or not as the one before had them, and the one before by its digest: read from
the first to the last they give the SHA-256 of everything, and none can be changed or left out without the next showing
it. So a signature holds for those before it as well. `key` is the fingerprint of the key that signs the manifest: a
signature that is taken away is missed. A file that a crawl never changes keeps the digest it was first given: decay is
found, and never signed anew.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ..errors import Damaged, Unwritable, UsageError
from ..release import write_bytes, write_text
from ..shard import Shard
from .signing import PRIVATE, PUBLIC, PublicKey, collection_key, public_key

Event = Literal["crawl", "rebuild", "redact", "import"]

FORMAT = 1
NOTHING = "nothing"  # the marker of a shard that was never crawled
SIGNATURE = ".sig"

_NONE = "manifests: there is none that the key could have signed; the next run writes one"
_UNSIGNED = (
    "manifests: none is signed: all are of before there was a key, which the next run signs, or their signatures were"
    " taken away: who changed them does not show"
)

_NAME = re.compile(r"(\d{5,})-[a-z]+\.json")
_WORKING = ("portal.toml", "index.cdxj", "ledger.sqlite")  # every run may change these
_FOLDERS = ("warc", "records", "crawls")
_REMADE: dict[Event, tuple[str, ...]] = {
    "crawl": (),
    "import": ("records/",),
    "rebuild": ("records/",),
    "redact": ("records/",),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as a manifest has it."""

    bytes: int
    sha256: str  # hexadecimal


@dataclass(slots=True)
class Chain:
    """What a portal's manifests say, from the first to the last."""

    files: dict[str, Entry] = field(default_factory=dict)  # by name in the portal's folder
    said_by: dict[str, str] = field(default_factory=dict)  # the manifest that says so
    last: str | None = None  # name of the last one
    last_sha256: str | None = None
    last_run: str | None = None
    redactions: list[dict[str, Any]] = field(default_factory=list)  # manifests of event `redact`
    count: int = 0
    number: int = 0  # of the last one
    unchecked: int = 0  # manifests with a signature, where there is no key to check it with
    keys: dict[str, str] = field(default_factory=dict)  # fingerprint of each key that manifests name, to the first one
    broken: bool = False  # a manifest is missing or cannot be read: what it alone named is in none now
    signed: dict[str, str] = field(default_factory=dict)  # manifest to the fingerprint of the key that signed it
    findings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def folder_of(shard: Shard) -> Path:
    return shard.folder / "manifests"


def marker(shard: Shard) -> str:
    """What changes when a shard's records do: the last manifest, or, where there is none, the ledger's file."""
    paths = sorted(folder_of(shard).glob("*.json"))
    if paths:
        return f"{paths[-1].name} {hashlib.sha256(paths[-1].read_bytes()).hexdigest()}"
    if shard.is_new():
        return NOTHING
    with shard.reading():  # says what to do where there is none
        stat = shard.ledger_file.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"


def add(
    shard: Shard,
    event: Event,
    *,
    run: str | None,
    made: str,
    software: str,
    reason: str | None = None,
    changed: frozenset[str] = frozenset(),
) -> Path:
    """Write the next manifest; the caller holds the shard's lock, and nothing is open in it.

    `made`: ISO 8601, UTC. `changed`: files that this event changed though none does else (a redacted WARC file).
    Raises Unwritable, and UsageError where the collection's key cannot be used.
    """
    chain = read(shard)  # a chain that is broken goes on: `verify` names the place, whatever comes behind it
    there = dict(files_in(shard))
    remade = _REMADE[event]
    files: dict[str, Entry] = {}
    for name, path in there.items():
        known = chain.files.get(name)
        if known is None or name in _WORKING or name in changed or (remade and name.startswith(remade)):
            entry = entry_of(path)
            if entry != known:
                files[name] = entry
    gone = sorted(
        name
        for name in chain.files.keys() - there.keys()
        if name in _WORKING or name in changed or (remade and name.startswith(remade))
    )
    key = collection_key(shard.folder.parent)
    before = {"file": chain.last, "sha256": chain.last_sha256} if chain.last else None
    text = json.dumps(
        {
            "manifest": FORMAT,
            "number": chain.number + 1,
            "portal": shard.name,
            "event": event,
            "run": run,
            "made": made,
            "software": software,
            "key": PublicKey(key.public_key()).fingerprint if key is not None else None,
            "before": before,
            "reason": reason,
            "files": {name: {"bytes": entry.bytes, "sha256": entry.sha256} for name, entry in sorted(files.items())},
            "gone": gone,
        },
        ensure_ascii=False,
        indent=1,
    )
    data = f"{text}\n".encode()
    path = folder_of(shard) / f"{chain.number + 1:05}-{event}.json"
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise Unwritable(f"{path.parent}: cannot be made: {error.strerror}; mend its permissions") from error
    if key is not None:  # first: a manifest is never there without it
        write_bytes(path.with_name(path.name + SIGNATURE), key.sign(data))
    write_text(path, data.decode())
    return path


def read(shard: Shard, *, key: PublicKey | None = None) -> Chain:
    """The chain of a shard, with what is wrong with it; `key` in place of the collection's public key.

    With `key` there must be one that is signed with it. From the first signed one on all must be, and every one that
    names a key; those before are of before there was a key: the first signed one holds for them as they are.
    """
    folder = folder_of(shard)
    known = key or public_key(shard.folder.parent)
    names = [path.name for path in folder.glob("*.json*")] if folder.is_dir() else []
    return chain_of(names, lambda name: (folder / name).read_bytes(), shard.name, known, must=key is not None)


def chain_of(
    names: Iterable[str],
    content: Callable[[str], bytes | None],
    portal: str | None,
    known: PublicKey | None,
    *,
    must: bool,
) -> Chain:
    """The chain of manifests, wherever they lie: `names` are those of the files, `content` gives what is in one.

    `portal`: whose they are; None: the first one says it. `must`: one must be signed, as `read` has it. `content` gives
    None where it cannot be read.
    """
    chain = Chain()
    begun = False  # a manifest before was signed
    unsigned: list[str] = []  # of before there was a key
    there = set(names)
    for file in sorted(name for name in there if name.endswith(".json")):
        chain.count += 1
        name = f"manifests/{file}"
        match = _NAME.fullmatch(file)
        if match is None:
            chain.findings.append(f"{name}: is no manifest by its name; take it away")
            continue
        data = content(file) or b""
        number, before_it = int(match[1]), chain.number + 1
        last, last_sha256 = chain.last, chain.last_sha256
        chain.number, chain.last, chain.last_sha256 = number, file, hashlib.sha256(data).hexdigest()
        manifest = _parsed(number, data, portal)
        if isinstance(manifest, str):
            chain.findings.append(f"{name}: {manifest}; restore it from a copy")
            chain.broken = True
            continue
        portal = portal or manifest["portal"]
        if (named := manifest.get("key")) is not None:
            chain.keys.setdefault(named, file)
        if number != before_it:
            chain.broken = True
            chain.findings.append(f"{name}: manifest {before_it:05} before it is missing: restore it from a copy")
        elif (manifest["before"] or {}).get("sha256") != last_sha256:
            chain.findings.append(f"{name}: names another {last or 'beginning'} than is here: one of them was changed")
        if f"{file}{SIGNATURE}" in there and known is None:
            chain.unchecked += 1
        elif f"{file}{SIGNATURE}" in there and known is not None:
            begun = True
            if known.verifies(content(f"{file}{SIGNATURE}") or b"", data):
                chain.signed[file] = known.fingerprint
            elif named is not None and named != known.fingerprint:
                chain.findings.append(
                    f"{name}: signed by key {named[:16]}…, as it says, not by {known.fingerprint[:16]}…: check it with"
                    " the public key that it names, or somebody else has signed it"
                )
            else:
                chain.findings.append(f"{name}: its signature is not by key {known.fingerprint[:16]}: it was changed")
        elif f"{file}{SIGNATURE}" not in there and (begun or named):
            chain.findings.append(f"{name}: is not signed, and should be")
        elif f"{file}{SIGNATURE}" not in there:
            unsigned.append(file)
        for gone in manifest["gone"]:
            chain.files.pop(gone, None)
            chain.said_by.pop(gone, None)
        for one, entry in manifest["files"].items():
            chain.files[one] = Entry(entry["bytes"], entry["sha256"])
            chain.said_by[one] = file
        chain.last_run = manifest["run"]
        if manifest["event"] == "redact":
            chain.redactions.append(manifest)
    for file in sorted(name for name in there if name.endswith(SIGNATURE)):
        if file.removesuffix(SIGNATURE) not in there:
            chain.findings.append(
                f"manifests/{file}: its manifest is missing: restore it from a copy; where there never was one, for its"
                " run was killed in the moment between the two, take the signature away, and `rebuild`"
            )
            chain.broken = True
    if must and not begun and not chain.findings:
        chain.findings.append(_UNSIGNED if chain.count else _NONE)
    elif must and unsigned and chain.signed:
        many = f"{unsigned[0]} to {unsigned[-1]} are" if len(unsigned) > 1 else f"{unsigned[0]} is"
        chain.notes.append(f"manifests/{many} of before there was a key: not signed, and as a signed one has it")
    if chain.unchecked:
        chain.notes.append(f"manifests: {chain.unchecked} have signatures, which only `--key FILE` can check")
    return chain


def compare(shard: Shard, chain: Chain, hashed: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """Files that are not what the chain says, and what to do. `hashed`: what the caller has read; the rest is read."""
    there = dict(files_in(shard))
    for name, entry in sorted(chain.files.items()):
        if name not in there:
            if name == "ledger.sqlite":
                yield name, "is missing; `rebuild` makes it again"
            else:
                yield name, f"is missing, which manifests/{chain.said_by[name]} has: restore it from a copy"
            continue
        if name in _WORKING and chain.broken:
            continue  # the manifest that is lost may have it as it is
        if name == "ledger.sqlite" and _in_use(shard, chain):
            continue  # a run has begun since and was broken off: it is checked against the WARC files
        found = hashed.get(name) or entry_of(there[name])
        if (what := differs(found, entry)) is not None:
            yield name, f"is not as manifests/{chain.said_by[name]} has it ({what}): {_mend(name)}"


def sound(shard: Shard, *, present: bool = False) -> None:
    """Raises Damaged where what runs left (WARC files, records, reports) is not as the manifests have it.

    `present`: it is enough that the WARC files are there; what is lost for good is told how to go on without.
    """
    chain = read(shard)
    kept = ("warc/",) if present else tuple(f"{folder}/" for folder in _FOLDERS)
    hashed = chain.files if present else {}  # what is there is as it was
    told = [
        (name, what)
        for name, what in compare(shard, chain, hashed)
        if name.startswith(kept) and not (shard.folder / f"{name}.open").exists()  # which says more: a run was cut off
    ]
    if told:
        name, what = told[0]
        others = f" (and {len(told) - 1} more: `verify {shard.folder}` names them)" if len(told) > 1 else ""
        lost = f"; where it is lost for good, move {folder_of(shard)} away first" if present else ""
        raise Damaged(f"{shard.folder / name}: {what}{others}{lost}")


def differs(found: Entry, said: Entry) -> str | None:
    """How a file differs from what a manifest says of it, in words; None where it does not."""
    if found == said:
        return None
    return f"{found.bytes:,} bytes, not {said.bytes:,}" if found.bytes != said.bytes else "other bytes"


def unnamed(shard: Shard, chain: Chain) -> list[str]:
    """What to say of files that no manifest names: of a run that was broken off, or of before there were manifests.

    Of a chain that is broken nobody is told to go on: the next manifest would name what is there now, as it is now.
    """
    names = sorted(name for name, _ in files_in(shard) if name not in chain.files)
    if names and chain.broken:
        many = "1 file stands" if len(names) == 1 else f"{len(names)} files stand"
        return [f"manifests: {many} in no manifest that can be read: restore what is missing of them from a copy first"]
    return [f"{name}: in no manifest yet; the next `crawl` or `rebuild` writes it down" for name in names]


def refuse_another_key(folder: Path) -> None:
    """Raises UsageError where a collection has no private key, and its manifests name one: no other takes its place."""
    shards = (Shard(child) for child in sorted(folder.iterdir()) if child.is_dir())
    for shard in (one for one in shards if one.sealed() is None and (one.folder / "manifests").is_dir()):
        for named, file in read(shard).keys.items():
            raise UsageError(
                f"{folder / PRIVATE}: is missing, and {shard.name}/manifests/{file} names key {named[:16]}…: put"
                f" it and {PUBLIC} back from a copy. A collection keeps its key; where it is lost for good, what"
                " is to be signed with another goes into another collection"
            )


def files_in(shard: Shard) -> Iterator[tuple[str, Path]]:
    """What manifests name of a portal's folder, in order of name: all but locks, what is open, and themselves."""
    for name in _WORKING:
        if (shard.folder / name).is_file():
            yield name, shard.folder / name
    for folder in _FOLDERS:
        for path in sorted((shard.folder / folder).glob("*")):
            if path.is_file() and path.suffix not in (".open", ".part"):
                yield f"{folder}/{path.name}", path


def entry_of(path: Path) -> Entry:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return Entry(file.tell(), digest.hexdigest())


def _mend(name: str) -> str:
    if name == "portal.toml":
        return "if you edited it, `rebuild` or the next crawl takes it up; else restore it"
    if name == "ledger.sqlite" or name == "index.cdxj" or name.startswith("records/"):
        return "`rebuild` makes it again"
    return "restore it from a copy"


def _in_use(shard: Shard, chain: Chain) -> bool:
    """Whether a run has begun since the last manifest."""
    try:
        with shard.reading() as ledger:
            last = max((run for run, *_ in ledger.runs.all()), default=None)
    except (Damaged, UsageError):  # of another version: `rebuild` makes it anew, whatever it says
        return False
    return last is not None and last != chain.last_run


def _parsed(number: int, data: bytes, portal: str | None) -> dict[str, Any] | str:
    """A manifest, or what is wrong with it."""
    try:
        found = json.loads(data)
        if found["manifest"] != FORMAT:
            return f"is of format {found['manifest']!r}, this program reads {FORMAT}"
        whole = (
            found["number"] == number
            and found["portal"] == (portal or found["portal"])
            and isinstance(found["portal"], str)
            and isinstance(found["before"], dict | None)
            and isinstance(found["run"], str | None)
            and isinstance(found.get("key"), str | None)
            and all(isinstance(name, str) for name in found["gone"])
            and all(isinstance(e["bytes"], int) and isinstance(e["sha256"], str) for e in found["files"].values())
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "cannot be read"
    return found if whole else "is not this portal's, or not of this place in the chain"
