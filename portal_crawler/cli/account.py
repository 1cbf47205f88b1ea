"""Account: what the archive of a portal holds, for a terminal: whole, or in a line where there are many portals."""

from __future__ import annotations

import shlex
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from archive.errors import ArchiveError
from archive.shard import Shard

from ..report.report import NOT_FOUND, whole
from ..report.summary import (
    FOUND,
    MANY,
    below,
    kept_elsewhere,
    kept_of_layout,
    lacking,
    repeated,
    shortened,
    states_of,
    worst,
)
from ..wording import called, counted, counts_of, percent, visible
from .output import print_json

_WIDTH = 80
_COMMAND = "portal-crawler "
_LISTS, _SECTIONS, _LINES, _NEWS = 12, 20, 8, 4  # lists, sections, other lines, sections of a run; --json has all

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


def tell(shards: Sequence[Shard], *, named: bool = False, as_json: bool = False) -> int:
    """Print the report of each portal; gives the exit code. One that cannot be read takes no other down.

    Of many that were not `named` each has a line.
    """
    lines = _Lines(shards) if len(shards) > MANY and not named and not as_json else None
    errors: list[ArchiveError] = []
    short = False
    for shard in shards:
        try:
            found = whole(shard)
        except ArchiveError as error:
            errors.append(error)
            print(f"portal-crawler: {error}", file=sys.stderr)
            continue
        short = short or below(found) is not None
        if as_json:
            print_json(found)
        elif lines is not None:
            print(lines.of(found), flush=True)
        else:
            print_holdings(found)
    if lines is not None:
        print("\n".join(lines.end(shards)))
    return worst({3 if short else 0, *(error.exit_code for error in errors)})


class _Lines:
    """A line a portal, under one another."""

    def __init__(self, shards: Sequence[Shard]) -> None:
        self._width = min(max(len(shard.name) for shard in shards), 40)
        self._articles = self._there = self._amiss = 0

    def of(self, found: Mapping[str, Any]) -> str:
        number = sum(found["articles"].values())
        self._there += 1
        self._articles += number
        amiss = [one["what"] for one in found["findings"] if one["level"] == "mend"]
        self._amiss += bool(amiss)
        last = found["runs"][-1] if found["runs"] else None
        records = (last or {}).get("records") or {}
        news = ", ".join(f"{records[name]} {name}" for name in ("new", "changed", "gone") if records.get(name))
        when = f"{last['started'][:10]} {_ended(last)}" if last is not None else "never crawled"
        words = (
            f"{found['portal']:<{self._width}}  {counted(number, 'article'):>16}  {when}{f', {news}' if news else ''}"
        )
        return f"{words}; to do: {', '.join(amiss)}" if amiss else words

    def end(self, shards: Sequence[Shard]) -> Iterator[str]:
        folder = shlex.quote(str(shards[0].folder.parent))
        yield f"{counted(self._there, 'portal')}, {counted(self._articles, 'article')}; to look after: {self._amiss}"
        yield f"{called()} report {folder} --portal NAME        tells all of one, with the next steps"


def print_holdings(found: dict[str, Any]) -> None:
    """What the archive of a portal holds, as `report.whole` gives it, on stdout, in 80 columns."""
    total = sum(found["articles"].values())
    articles = f"{counts_of(found['articles'], 'no')} article{'' if total == 1 else 's'}"
    print(f"{found['portal']}: {articles}" + (f", {found['url']}" if total else ""))
    for label, texts in _paragraphs(found):
        head = f"  {label:<10} "
        for text in texts:
            if text.startswith(_COMMAND):  # whole, to be copied
                lines = [f"{called()} {text.removeprefix(_COMMAND)}"]
            else:
                lines = textwrap.wrap(text, _WIDTH - len(head), break_on_hyphens=False, break_long_words=False) or [""]
            shown = (f"{head if not number else ' ' * len(head)}{line}" for number, line in enumerate(lines))
            print(visible("\n".join(shown)))
            head = " " * len(head)


def _paragraphs(found: dict[str, Any]) -> Iterator[tuple[str, Iterable[str]]]:
    if not found["runs"]:
        yield from _findings(found["findings"])
        return
    yield "runs", [_run(run) for run in found["runs"]]
    sections = [f"{number} {name or '(none)'}" for name, number in found["sections"].items()]
    more = [f"and {len(sections) - _SECTIONS} more: --json has them"] if len(sections) > _SECTIONS else []
    yield "sections", [", ".join([*sections[: _SECTIONS if more else None], *more]) or "none"]
    yield "years", [counts_of({year or "undated": number for year, number in found["years"].items()})]
    yield "fields", [_shares(found["fields"]), *_newest(found["fields_by_run"])]
    read = not found["waiting"]
    yield "lists", shortened([_list(one, found["url"], read=read) for one in found["coverage"]], _LISTS)
    yield "addresses", [counts_of(states_of(found))]
    yield "", [f"{state}: {_MEANINGS[state]}" for state in states_of(found)]
    if words := kept_elsewhere(found["media_elsewhere"]):
        yield "elsewhere", [words]
    if words := kept_of_layout(found["requisites"]):
        yield "layout", [words]
    if lines := lacking(found["patch"]):
        yield "patch", lines
    if words := repeated(found):
        yield "repeated", [words]
    yield "reasons", shortened([f"{number} {reason}" for reason, number in found["reasons"].items()], _LINES)
    number = len(found["failures"]) + found["failures_left_out"]
    if number:
        shown = [f"{one['url']} ({one['reason']})" for one in found["failures"]]
        yield "failures", [f"{number}: report --state failed lists them", *shown[:_LINES]]
    due = found["due"]
    now = f"{due['left']} left of the last visit" if due["left"] else f"now {counts_of(due['now'], 'none')}"
    yield "due", [f"{now}; within a day {due['within_a_day']}, within a week {due['within_a_week']}"]
    yield from _findings(found["findings"])


def _findings(found: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Iterable[str]]]:
    """What wants looking after, and below each its next step."""
    for number, one in enumerate(found):
        steps = [step if step.startswith(_COMMAND) else f"> {step}" for step in one["next"]]
        yield "" if number else "to do", [f"{one['what']}: {one['words']}", *steps]


def _shares(fields: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {percent(share)}" for name, share in fields.items())


def _newest(by_run: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """The same of what the newest run found that found anything, where it was not the only one."""
    if len(by_run) > 1:
        run = max(by_run)
        fields = {name: share for name, share in by_run[run].items() if name != "articles"}
        yield f"of the {counted(int(by_run[run]['articles']), 'article')} that run {run} found: {_shares(fields)}"


def _run(run: Mapping[str, Any]) -> str:
    words = f"{run['started'][:16].replace('T', ' ')} {_ended(run)}"
    if run["requests"] is not None:
        words += f", {counted(run['requests'], 'request')}"
    if run["asked_because"]:
        words += f" ({counts_of(run['asked_because'])})"
    records = run["records"] or {}
    found = ", ".join(f"{records[name]} {word}" for name, word in FOUND.items() if records.get(name))
    return f"{words}: {found}{_news(records)}" if found else words


def _ended(run: Mapping[str, Any]) -> str:
    return str(_REASONS.get(run["reason"], run["reason"]))


def _news(records: Mapping[str, Any]) -> str:
    """In which sections a run found what."""
    told = []
    for what in ("new", "changed", "gone", "returned"):
        there = {name or "(no section)": n[what] for name, n in records.get("sections", {}).items() if what in n}
        most = sorted(there, key=lambda name: -there[name])
        more = f", and {len(most) - _NEWS} more sections" if len(most) > _NEWS + 1 else ""
        shown = most[: _NEWS if more else None]
        if there and (len(there) > 1 or "(no section)" not in there):
            told.append(f"{what}: {', '.join(f'{there[name]} {name}' for name in shown)}{more}")
    return f"; {'; '.join(told)}" if told else ""


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
