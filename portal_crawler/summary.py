"""Summary: reports in words, for a person, and as an exit code, for cron."""

from __future__ import annotations

import shlex
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from archive.errors import ArchiveError

from .patch import counts
from .report import NOT_FOUND

_WIDTH = 80
_COMMAND = "portal-crawler "
_LISTS, _MANY, _LINES, _FIRST = 12, 20, 8, 3  # lists, sections, other lines, missing files shown; --json has all

_WORST_FIRST = (130, 1, 5, 2, 4, 3)


def shortfall(report: dict[str, Any]) -> str | None:
    """Why a run's report means exit code 3, in words; None where all is well."""
    if report["unanswered"]:
        verb = "stopped answering" if report["answered"] else "does not answer"
        left = sum(report["urls"].get("queued", {}).values())
        return (
            f"the portal {verb} ({report['unanswered']}); {_addresses(left)} {'is' if left == 1 else 'are'} left:"
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
            f"{_addresses(number)} failed for good, first {first['url']} ({first['reason']}); see the report's failures"
        )
    if words := below(report):
        reasons.append(words)
    if not reasons and not report["articles"] and report["reason"] == "finished":
        front = f" ({report['front']})" if report["front"] else ""
        reasons.append(f"no articles were found; is this the front page of a portal?{front}")
    return "; ".join(reasons) or None


def below(report: dict[str, Any]) -> str | None:
    """What of the archive is below the definition's [expect], with the numbers; None where nothing is."""
    return "; ".join(_short(one) for one in report["short"]) or None


def closed(report: Mapping[str, Any]) -> str | None:
    """Which lists have pages that were not found, because only a script opens them; None where there are none."""
    lists = report["unopened"]
    if not lists:
        return None
    what = "1 list has pages" if len(lists) == 1 else f"{len(lists)} lists have pages"
    return (
        f"{what} that only a script opens, and that are not in the archive: {lists[0]['url']}"
        f"{' and others' if len(lists) > 1 else ''}; put the addresses of their other pages into"
        " [sources] seeds (of one that counts as ?page=2 does, the second is enough)"
    )


def _short(one: Mapping[str, Any]) -> str:
    what, expected, found = one["what"], one["expected"], one["found"]
    if what == "articles":
        return f"{counted(found, 'article')}, and [expect] articles is {expected}"
    if what.startswith("fill "):
        name = what.removeprefix("fill ")
        return f"{_percent(found)} of the articles have {name}, and [expect] fill {name} is {_percent(expected)}"
    return f"{counted(found, 'article')} in {what.removeprefix('sections ')}, and [expect] {what} is {expected}"


def exit_code(reports: Iterable[dict[str, Any]], errors: Iterable[ArchiveError] = ()) -> int:
    """The worst of all: 130 where a run was interrupted, an error's own code, 3 where a portal fell short, 0."""
    codes = {error.exit_code for error in errors}
    for report in reports:
        codes.add(130 if report["reason"] == "interrupted" else 3 if shortfall(report) else 0)
    return next((code for code in _WORST_FIRST if code in codes), 0)


def _elsewhere(states: Mapping[str, int]) -> str | None:
    """What became of the pictures and documents that lie on other hosts: the portal has not failed with them."""
    words = _asked(states)
    return f"pictures and documents of articles on other hosts: {words}" if words else None


def _requisites(states: Mapping[str, int]) -> str | None:
    """What became of what pages need to be shown as they looked."""
    words = _asked(states)
    return f"styles, scripts, fonts and pictures of the layout: {words}" if words else None


def _asked(states: Mapping[str, int]) -> str:
    asked = {state: number for state, number in states.items() if state != "out of scope"}
    return _counts({"kept" if state == "archived" else state: number for state, number in asked.items()}, "")


def _patch(patch: Sequence[Mapping[str, Any]]) -> list[str]:
    """The files that pages name and that are missing: how many, and the first."""
    if not patch:
        return []
    verb = "is" if len(patch) == 1 else "are"
    lines = [f"{one['url']} ({one['reason']}), on {one['page'] or 'no page'}" for one in patch]
    what = f"{counted(len(patch), 'file')} that pages name {verb} missing ({_counts(counts(patch))})"
    return [what, *_cut(lines, _FIRST)]


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


def print_report(report: dict[str, Any], into: Path) -> None:
    """What a run found and where it is, on stderr."""
    folder = into / report["portal"]
    records = report["records"]
    found = ", ".join(f"{records[name]} {word}" for name, word in _FOUND.items() if records[name] or name in _ALWAYS)
    lines = [
        f"{report['portal']}: {report['reason']} after {counted(report['requests'], 'request')},"
        f" {report['seconds']:.1f} s",
        f"  articles   {sum(report['articles'].values())} ({found})",
        f"  asked      {_counts(report['asked_because'])}",
        f"  addresses  {_counts(_states(report))}",
        *([f"  elsewhere  {words}"] if (words := _elsewhere(report["media_elsewhere"])) else []),
        *([f"  layout     {words}"] if (words := _requisites(report["requisites"])) else []),
        *(f"  {'' if number else 'patch':<10} {line}" for number, line in enumerate(_patch(report["patch"]))),
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


_FOUND = {
    "new": "new", "changed": "changed", "gone": "gone", "returned": "returned", "moved": "moved",
    "unchanged": "as they were", "completed": "completed by files that came",
}  # fmt: skip
_MEANINGS = {  # of states, for who reads a report
    "queued": "still to be asked for",
    "archived": "a whole answer is kept",
    "redirected": "kept; it leads to another address",
    "gone": "was there, and is not any more (HTTP 404, 410)",
    NOT_FOUND: "not there at the first request (HTTP 404, 410)",
    "excluded": "robots.txt forbids it; not asked for",
    "out of scope": "another host, or left out by the definition; not asked for",
    "trap": "one of an endless family of addresses; not asked for",
    "twin": "another address of a page that is asked for in its place",
    "absent": "a guess of ours, such as /sitemap.xml, and not there; nothing is amiss",
    "failed": "asked for as often as allowed, in vain",
    "redacted": "taken out of the archive on legal demand; not asked for again",
}
_REASONS = {  # how runs end, as a person calls it
    "killed": "broken off", "replayed": "rebuilt (its files do not say how it ended)"
}  # fmt: skip
_ALWAYS = ("new", "changed", "unchanged")


def print_holdings(found: dict[str, Any]) -> None:
    """What the archive of a portal holds, as `report.whole` gives it, on stdout, in 80 columns."""
    total = sum(found["articles"].values())
    articles = f"{_counts(found['articles'], 'no')} article{'' if total == 1 else 's'}"
    print(f"{found['portal']}: {articles}" + (f", {found['url']}" if total else ""))
    for label, texts in _paragraphs(found):
        head = f"  {label:<10} "
        for text in texts:
            if text.startswith(_COMMAND):  # whole, to be copied
                lines = [text]
            else:
                lines = textwrap.wrap(text, _WIDTH - len(head), break_on_hyphens=False, break_long_words=False) or [""]
            print("\n".join(f"{head if not number else ' ' * len(head)}{line}" for number, line in enumerate(lines)))
            head = " " * len(head)


def _paragraphs(found: dict[str, Any]) -> Iterator[tuple[str, Iterable[str]]]:
    yield "runs", [_run(run) for run in found["runs"]] or ["none"]
    sections = [f"{number} {name or '(none)'}" for name, number in found["sections"].items()]
    more = [f"and {len(sections) - _MANY} more: --json has them"] if len(sections) > _MANY else []
    yield "sections", [", ".join([*sections[: _MANY if more else None], *more]) or "none"]
    yield "years", [_counts({year or "undated": number for year, number in found["years"].items()})]
    yield "fields", [", ".join(f"{name} {_percent(share)}" for name, share in found["fields"].items())]
    read = not found["waiting"]
    yield "lists", _cut([_list(one, found["url"], read=read) for one in found["coverage"]], _LISTS)
    if words := closed(found):
        yield "scripts", [words]
    yield "addresses", [_counts(_states(found))]
    yield "", [f"{state}: {_MEANINGS[state]}" for state in _states(found)]
    if words := _elsewhere(found["media_elsewhere"]):
        yield "elsewhere", [words]
    if words := _requisites(found["requisites"]):
        yield "layout", [words]
    if lines := _patch(found["patch"]):
        yield "patch", lines
    if words := repeated(found):
        yield "repeated", [words]
    yield "reasons", _cut([f"{number} {reason}" for reason, number in found["reasons"].items()], _LINES)
    number = len(found["failures"]) + found["failures_left_out"]
    if number:
        shown = [f"{one['url']} ({one['reason']})" for one in found["failures"]]
        yield "failures", [f"{number}: report --state failed lists them", *shown[:_LINES]]
    if waiting := found["waiting"]:
        yield ("running" if waiting["holder"] else "broken off"), list(_waiting(found, waiting))
    due = found["due"]
    now = f"{due['left']} left of the last visit" if due["left"] else f"now {_counts(due['now'], 'none')}"
    yield "due", [f"{now}; within a day {due['within_a_day']}, within a week {due['within_a_week']}"]
    if words := below(found):
        yield "attention", [words]


def _waiting(found: Mapping[str, Any], waiting: Mapping[str, Any]) -> Iterator[str]:
    """What is kept and has no records yet, and what makes them."""
    run, pages = f"run {waiting['run']}", f"{counted(waiting['pages'], 'page')} kept"
    if waiting["holder"]:
        yield f"{run} is under way ({waiting['holder']}): {pages} so far; records are made at its end"
        return
    what = "ended without its records" if waiting["ended"] else "was broken off (no process holds the lock)"
    yield f"{run} {what}: {pages}, waiting for their records. To go on, records included:"
    folder = Path(found["folder"])
    yield f"{_COMMAND}crawl {shlex.quote(folder.name)} --into {shlex.quote(str(folder.parent))}"
    yield "To make the records of what is kept, without going on:"
    yield f"{_COMMAND}rebuild {shlex.quote(str(folder))}"


def counted(number: int, noun: str, several: str | None = None) -> str:
    """A number with its noun: 1 page, 2 pages."""
    return f"{number} {noun if number == 1 else several or noun + 's'}"


def _run(run: Mapping[str, Any]) -> str:
    words = f"{run['started'][:16].replace('T', ' ')} {_REASONS.get(run['reason'], run['reason'])}"
    if run["requests"] is not None:
        words += f", {counted(run['requests'], 'request')}"
    if run["asked_because"]:
        words += f" ({_counts(run['asked_because'])})"
    records = run["records"] or {}
    found = ", ".join(f"{records[name]} {word}" for name, word in _FOUND.items() if records.get(name))
    return f"{words}: {found}" if found else words


def _list(one: Mapping[str, Any], front: str, *, read: bool) -> str:
    """A list in words. `read`: whether records were made of all that is kept."""
    place, own = urlsplit(one["address"]), urlsplit(front)
    path = unquote(place.path) + (f"?{place.query}" if place.query else "")
    words = "" if one["sort"] == "list" else f"{one['sort']} "
    words += (path if place.netloc == own.netloc else f"{place.netloc}{path}")[:60]
    words += f": names {one['named']}"
    if one["claims"] is not None:
        words += f" and claims {one['claims']}"
    words += f", {one['articles']} {'is an article' if one['articles'] == 1 else 'are articles'} here"
    rest = {
        counted(one["not_articles"], "other page") if read else f"{one['not_articles']} kept": one["not_articles"],
        f"{one['out_of_scope']} out of scope": one["out_of_scope"],
        counted(one["twins"], "twin"): one["twins"],
        **{f"{number} {state}": number for state, number in one["short"].items()},
    }
    return ", ".join([words, *(name for name, number in rest.items() if number)])


def _cut(lines: list[str], most: int) -> list[str]:
    if len(lines) > most + 1:
        return [*lines[:most], f"and {len(lines) - most} more: --json has them"]
    return lines or ["none"]


def _states(report: Mapping[str, Any]) -> dict[str, int]:
    """How many addresses ended in each state. What was never there is not found, and not gone."""
    states = {state: sum(kinds.values()) for state, kinds in report["urls"].items()}
    if report["not_found"]:
        states[NOT_FOUND] = report["not_found"]
        states["gone"] -= report["not_found"]
    return {state: number for state, number in sorted(states.items()) if number}


def _addresses(number: int) -> str:
    return counted(number, "address", "addresses")


def _counts(numbers: Mapping[str, int], nothing: str = "none") -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items()) or nothing


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%".replace(".0%", "%")
