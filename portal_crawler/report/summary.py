"""Summary: reports in words, for a person, and as an exit code, for cron."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Container, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError

from ..wording import addresses, called, counted, counts_of
from .findings import broken_off, drifted, lost, short_of, unopened
from .patch import words as missing
from .report import NOT_FOUND

MANY = 3  # portals that are told whole, one below the other; of more each has a line
_HALTED = ("interrupted", "limit", "hours", "budget", "no answer")
_FIRST = 3  # missing files shown; --json has all

_WORST_FIRST = (130, 1, 5, 2, 4, 3)


def shortfall(report: dict[str, Any]) -> str | None:
    """Why a run's report means exit code 3, in words; None where all is well."""
    if report["unanswered"]:
        verb = "stopped answering" if report["answered"] else "does not answer"
        left = sum(report["urls"].get("queued", {}).values())
        return (
            f"the portal {verb} ({report['unanswered']}); {addresses(left)} {'is' if left == 1 else 'are'} left:"
            " run the same command again later"
        )
    if report["elsewhere"]:
        url = report["elsewhere"]
        return f"the front page leads to another portal: to keep that as well, crawl {url}"
    if report["reason"] in ("hours", "budget"):
        return None  # the rest is for the next run
    reasons = []
    if report["failures"]:
        first = report["failures"][0]
        number = len(report["failures"]) + report["failures_left_out"]
        reasons.append(
            f"{addresses(number)} failed for good, first {first['url']} ({first['reason']}); see the report's failures"
        )
    if words := broken_off(report):
        reasons.append(words)
    reasons += lost(report)
    if words := below(report):
        reasons.append(words)
    if not reasons and not report["articles"] and report["reason"] == "finished":
        front = f" ({report['front']})" if report["front"] else ""
        reasons.append(f"no articles were found; is this the front page of a portal?{front}")
    return "; ".join(reasons) or None


def attention(report: dict[str, Any]) -> str | None:
    """Why a run's exit code is not 0, in words; None where it is."""
    if report["reason"] == "interrupted":
        return "interrupted: run the same command again, it takes up where this one stopped"
    return shortfall(report)


def below(report: dict[str, Any]) -> str | None:
    """What is below the definition's [expect], or the portal's own past, with the numbers; None where nothing is."""
    return "; ".join([*map(short_of, report["short"]), *map(drifted, report.get("drift", ()))]) or None


def closed(report: Mapping[str, Any]) -> str | None:
    """Which lists have pages that only a script opens, and what to do; None where there are none."""
    words = unopened(report)
    return words and (
        f"{words}; put the addresses of their other pages into"
        " [sources] seeds (of one that counts as ?page=2 does, the second is enough)"
    )


def exit_code(reports: Iterable[dict[str, Any]], errors: Iterable[ArchiveError] = ()) -> int:
    """The worst of all: 130 where a run was interrupted, an error's own code, 3 where a portal fell short, 0."""
    codes = {error.exit_code for error in errors}
    for report in reports:
        codes.add(130 if report["reason"] == "interrupted" else 3 if shortfall(report) else 0)
    return worst(codes)


def worst(codes: Container[int]) -> int:
    """Of several exit codes that which says most."""
    return next((code for code in _WORST_FIRST if code in codes), 0)


def kept_elsewhere(states: Mapping[str, int]) -> str | None:
    """What became of the pictures and documents that lie on other hosts: the portal has not failed with them."""
    words = _asked(states)
    return f"pictures and documents of articles on other hosts: {words}" if words else None


def kept_of_layout(states: Mapping[str, int]) -> str | None:
    """What became of what pages need to be shown as they looked."""
    words = _asked(states)
    return f"styles, scripts, fonts and pictures of the layout: {words}" if words else None


def _asked(states: Mapping[str, int]) -> str:
    asked = {state: number for state, number in states.items() if state != "out of scope"}
    return counts_of({"kept" if state == "archived" else state: number for state, number in asked.items()}, "")


def lacking(patch: Sequence[Mapping[str, Any]]) -> list[str]:
    """The files that pages name and that are missing: how many, and the first; of many, those that articles have."""
    if not patch:
        return []
    named = patch if len(patch) <= _FIRST else [one for one in patch if one["article"] is not None]
    lines = [f"{one['url']} ({one['reason']}), on {one['article'] or one['page'] or 'no page'}" for one in named]
    return [missing(patch), *(shortened(lines, _FIRST) if lines else [])]


def repeated(report: Mapping[str, Any]) -> str | None:
    """What was not written again because it is kept already; None where there is nothing of it."""
    found = report["revisits"]
    words = []
    if found["identical"]:
        what = counted(found["identical"], "answer")
        words.append(f"{what} kept once before ({found['bytes_saved']:,} bytes saved)")
    if found["not_modified"]:
        words.append(f"{found['not_modified']} not sent again (304)")
    return "; ".join(words) or None


def print_reports(reports: Sequence[dict[str, Any]], into: Path) -> None:
    """What runs found, a line a portal where there are many, and what to do next, on stderr."""
    if len(reports) <= MANY:
        for report in reports:
            print_report(report, into)
    else:
        width = max(len(report["portal"]) for report in reports)
        for report in reports:
            found = [f"{report['records'][name]} {name}" for name in ("new", "changed", "gone")]
            words = f"{report['portal']:<{width}}  {report['reason']}, {counted(report['requests'], 'request')}"
            amiss = shortfall(report)
            print(f"{words}: {', '.join(found)}{f'; {amiss}' if amiss else ''}", file=sys.stderr)
    if reports:
        where = shlex.quote(str(into / reports[0]["portal"] if len(reports) == 1 else into))
        steps = {"report": "what is there, what is missing, and what to do about it"}
        if any(report["articles"] for report in reports):
            steps["dump"] = "the records"
        print("what to do next:", file=sys.stderr)
        for verb, what in steps.items():
            print(f"  {called()} {verb} {where}    {what}", file=sys.stderr)
        if len(reports) > MANY and any(report["reason"] in _HALTED for report in reports):
            print("  the same command again    goes on with the rest", file=sys.stderr)


def print_report(report: dict[str, Any], into: Path) -> None:
    """What a run found and where it is, on stderr."""
    folder = into / report["portal"]
    records = report["records"]
    found = ", ".join(f"{records[name]} {word}" for name, word in FOUND.items() if records[name] or name in _ALWAYS)
    lines = [
        f"{report['portal']}: {report['reason']} after {counted(report['requests'], 'request')},"
        f" {report['seconds']:.1f} s",
        f"  articles   {sum(report['articles'].values())} ({found})",
        f"  asked      {counts_of(report['asked_because'])}",
        f"  addresses  {counts_of(states_of(report))}",
        *([f"  elsewhere  {words}"] if (words := kept_elsewhere(report["media_elsewhere"])) else []),
        *([f"  layout     {words}"] if (words := kept_of_layout(report["requisites"])) else []),
        *(f"  {'' if number else 'patch':<10} {line}" for number, line in enumerate(lacking(report["patch"]))),
        f"  WARC       {folder / 'warc'}  ({counted(report['exchanges'], 'exchange')},"
        f" {report['bytes']:,} bytes received)",
        *([f"  repeated   {words}"] if (words := repeated(report)) else []),
        f"  records    {_records(folder / 'records' / (report['run'] + '.jsonl.gz'))}",
        f"  report     {folder / 'crawls' / (report['run'] + '.json')}",
    ]
    lines += [f"  tls        certificate of {host}: {what}" for host, what in report["certificates"].items()]
    if report["moved"]:
        lines.append(f"  moved      {report['moved']}")
    if any(report["recovered"].values()):
        recovered = report["recovered"]
        lines.append(
            f"  recovered  a run that was broken off: {counted(len(recovered['salvaged']), 'WARC file')} closed,"
            f" {counted(recovered['torn_bytes'], 'torn byte')} set aside,"
            f" {counted(recovered['unsettled'], 'capture')} taken up"
        )
    if words := closed(report):
        lines.append(f"  scripts    {words}")
    if reason := shortfall(report):
        lines.append(f"  attention  {reason}")
    if report["reason"] == "interrupted":
        lines.append("  go on      run the same command again: it takes up where this one stopped")
    if report["reason"] == "hours":
        lines.append(f"  go on      the portal's hours begin at {report['opens']}: run the same command again then")
    if report["reason"] == "budget":
        lines.append("  go on      the budget of this call is spent: the next goes on with the rest")
    if report["reason"] == "limit":
        lines.append("  go on      the limit was reached: run the same command again for the rest")
    print("\n".join(lines), file=sys.stderr)


def _records(path: Path) -> str:
    return str(path) if path.is_file() else "not made yet: the next run makes them"


FOUND = {
    "new": "new", "changed": "changed", "gone": "gone", "returned": "returned", "moved": "moved",
    "unchanged": "as they were", "completed": "completed with what was missing",
}  # fmt: skip
_ALWAYS = ("new", "changed", "unchanged")


def states_of(report: Mapping[str, Any]) -> dict[str, int]:
    """How many addresses ended in each state. What was never there is not found, and not gone."""
    found = {state: sum(kinds.values()) for state, kinds in report["urls"].items()}
    if report["not_found"]:
        found[NOT_FOUND] = report["not_found"]
        found["gone"] -= report["not_found"]
    return {state: number for state, number in sorted(found.items()) if number}


def shortened(lines: list[str], most: int) -> list[str]:
    """The first lines, and how many more there are."""
    if len(lines) > most + 1:
        return [*lines[:most], f"and {len(lines) - most} more: --json has them"]
    return lines or ["none"]
