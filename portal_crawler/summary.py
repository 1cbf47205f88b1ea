"""Summary: a run's report in words, for a person, and as an exit code, for cron."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from archive.errors import ArchiveError

_WORST_FIRST = (130, 1, 5, 2, 4, 3)


def shortfall(report: dict[str, Any]) -> str | None:
    """Why a report means exit code 3, in words; None where all is well."""
    articles = sum(report["articles"].values())
    if report["unanswered"]:
        return f"the portal does not answer ({report['unanswered']}); run the same command again later"
    if report["elsewhere"]:
        url = report["elsewhere"]
        return f"the front page leads to another portal: to keep that as well, crawl {url}"
    if report["reason"] == "hours":
        return None  # the rest is for the next run
    if report["failures"]:
        first = report["failures"][0]
        number = len(report["failures"]) + report["failures_left_out"]
        return (
            f"{number} addresses failed for good, first {first['url']} ({first['reason']}); see the report's failures"
        )
    if articles < report["expected"]["articles"]:
        return f"{articles} articles, and [expect] articles is {report['expected']['articles']}"
    if not articles and report["reason"] == "finished":
        return "no articles were found; is this the front page of a portal?"
    return None


def exit_code(reports: Iterable[dict[str, Any]], errors: Iterable[ArchiveError] = ()) -> int:
    """The worst of all: 130 where a run was interrupted, an error's own code, 3 where a portal fell short, 0."""
    codes = {error.exit_code for error in errors}
    for report in reports:
        codes.add(130 if report["reason"] == "interrupted" else 3 if shortfall(report) else 0)
    return next((code for code in _WORST_FIRST if code in codes), 0)


def _elsewhere(states: dict[str, int]) -> list[str]:
    """What became of the pictures and documents that lie on other hosts."""
    asked = {state: number for state, number in states.items() if state != "out of scope"}
    return ["  elsewhere  media: " + ", ".join(f"{number} {state}" for state, number in asked.items())] if asked else []


def print_report(report: dict[str, Any], into: Path) -> None:
    """What was found and where it is, on stderr."""
    folder = into / report["portal"]
    states = {state: sum(kinds.values()) for state, kinds in report["urls"].items()}
    records = report["records"]
    lines = [
        f"{report['portal']}: {report['reason']} after {report['requests']} requests, {report['seconds']:.1f} s",
        f"  articles   {sum(report['articles'].values())}"
        f" ({records['new']} new, {records['changed']} changed, {records['unchanged']} as they were)",
        "  addresses  " + ", ".join(f"{number} {state}" for state, number in sorted(states.items())),
        *_elsewhere(report["media_elsewhere"]),
        f"  WARC       {folder / 'warc'}  ({report['exchanges']} exchanges, {report['bytes']:,} bytes received)",
        f"  records    {folder / 'records' / (report['run'] + '.jsonl.gz')}",
        f"  report     {folder / 'crawls' / (report['run'] + '.json')}",
    ]
    lines += [f"  tls        certificate of {host}: {what}" for host, what in report["certificates"].items()]
    if report["moved"]:
        lines.append(f"  moved      {report['moved']}")
    if any(report["recovered"].values()):
        recovered = report["recovered"]
        lines.append(
            f"  recovered  a run that was broken off: {len(recovered['salvaged'])} WARC files closed,"
            f" {recovered['torn_bytes']} torn bytes set aside, {recovered['unsettled']} captures taken up"
        )
    if reason := shortfall(report):
        lines.append(f"  attention  {reason}")
    if report["reason"] == "interrupted":
        lines.append("  go on      run the same command again: it takes up where this one stopped")
    if report["reason"] == "hours":
        lines.append(f"  go on      the portal's hours begin at {report['opens']}: run the same command again then")
    if report["reason"] == "limit":
        lines.append("  go on      the limit was reached: run the same command again for the rest")
    print("\n".join(lines), file=sys.stderr)
