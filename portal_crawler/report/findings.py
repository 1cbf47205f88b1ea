"""Findings: what of a portal's report wants looking after, each with its next step: a command, or what to edit. Pure.

`report.whole` puts them into its JSON, `summary` prints them, `overview` counts them.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from ..wording import addresses, counted, counts_of, percent
from .patch import words as missing

_SELECTORS = {"timestamp": "date"}  # fields that have another name among the selectors
_REASONS = 3  # of a state; the report has all
_SILENT = 3  # hosts that are named
_ENDED = ("interrupted", "killed", "limit", "hours", "budget", "no answer")  # and something may be left

_NO_FRONT = {
    "excluded": "nothing of the portal is asked for; ask its owner",
    "gone": "was the portal closed?",
    "not found": "was the portal closed?",
    "behind a login": "ask the portal's owner",
}
_FEW = 2  # articles that may be all of a portal's, and go


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found, and what to do about it; commands stand by themselves, to be copied."""

    what: str  # one of a few words, for programs
    words: str
    next: tuple[str, ...]
    level: Literal["mend", "note"] = "mend"  # note: worth knowing, and maybe all that can be had

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "next": list(self.next)}


def findings(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those of a report, as `report.whole` makes it; the gravest first.

    Where records are still to be made, that is the finding: what the archive lacks is not known before.
    """
    whole = () if found["waiting"] else (*_fields(found), *_addresses(found), *_lists(found))
    return [one.as_json() for one in (*_visits(found), *whole)]


def _commands(found: Mapping[str, Any]) -> tuple[str, str]:
    """How to crawl the portal, and its folder, both as a shell takes them."""
    folder = Path(found["folder"])
    return (
        f"portal-crawler crawl {shlex.quote(folder.name)} --into {shlex.quote(str(folder.parent))}",
        shlex.quote(str(folder)),
    )


def _visits(found: Mapping[str, Any]) -> Iterator[Finding]:
    """What the last visit left undone."""
    crawl, folder = _commands(found)
    if not found["runs"]:
        yield Finding("no crawl", "nothing was crawled yet", (crawl,))
        return
    if waiting := found["waiting"]:
        run, pages = f"run {waiting['run']}", f"{counted(waiting['pages'], 'page')} kept"
        if waiting["holder"]:
            words = f"{run} is under way ({waiting['holder']}): {pages} so far; records are made at its end"
            yield Finding("running", words, ("wait for its end",), level="note")
            return
        what = "ended without its records" if waiting["ended"] else "was broken off (no process holds the lock)"
        yield Finding(
            "broken off",
            f"{run} {what}: {pages}, waiting for their records. Go on, records included; or make the records of what"
            " is kept, without going on",
            (crawl, f"portal-crawler rebuild {folder}"),
        )
        return
    last, left = found["runs"][-1], found["due"]["left"]
    if last["unanswered"]:
        what = f"the portal did not answer at the last visit ({last['unanswered']}); {addresses(left)} left"
        yield Finding("no answer", what, (crawl,))
    elif left and last["reason"] in _ENDED:
        yield Finding("left over", f"the last visit ended ({last['reason']}) with {addresses(left)} left", (crawl,))
    if last["elsewhere"]:
        what = f"the front page leads to another portal, {last['elsewhere']}"
        into = shlex.quote(str(Path(found["folder"]).parent))
        yield Finding("elsewhere", what, (f"portal-crawler crawl {shlex.quote(last['elsewhere'])} --into {into}",))
    if records := last.get("records"):
        visit = {"articles": found["articles"], "front": last.get("front"), "records": records}
        for words in lost(visit):
            yield Finding("lost", words, (f"look at {found['url']} in a browser",))
        if found["articles"] and not found["articles"].keys() - {"gone"}:
            number = found["articles"]["gone"]
            words = f"all articles are gone ({number}); what is kept stays"
            yield Finding("all gone", words, (f"portal-crawler vanished {folder}",))
    for host, what in (last["certificates"] or {}).items():
        step = "tell the portal's owner; it is crawled all the same"
        yield Finding("certificate", f"certificate of {host}: {what}", (step,), level="note")


def _fields(found: Mapping[str, Any]) -> Iterator[Finding]:
    """What the articles lack."""
    crawl, folder = _commands(found)
    for one in found["short"]:
        what, name = one["what"], one["what"].removeprefix("fill ")
        if what.startswith("fill "):
            yield Finding("below [expect]", short_of(one), _mend(folder, name))
        else:
            edit = f"or correct [expect] in {folder}/portal.toml"
            yield Finding("below [expect]", short_of(one), (f"{crawl} --refresh", edit))
    for one in found["drift"]:
        steps = (f"look at {one['example']}", *_mend(folder, one["field"]))
        yield Finding("field lost", drifted(one), steps)


def _mend(folder: str, name: str) -> tuple[str, ...]:
    selector = _SELECTORS.get(name, name)
    return (
        f"write the place that shows it into [selectors] {selector} of {folder}/portal.toml; then see, and apply:",
        f"portal-crawler extract --compare {folder} --field {name}",
        f"portal-crawler rebuild {folder}",
    )


def _addresses(found: Mapping[str, Any]) -> Iterator[Finding]:
    """What became of addresses."""
    crawl, folder = _commands(found)
    if failures := found["failures"]:
        number = len(failures) + found["failures_left_out"]
        words = f"{addresses(number)} failed for good ({_reasons(found, 'failed')}), first {failures[0]['url']}"
        yield Finding("failed", words, (f"portal-crawler report {folder} --state failed", crawl))
    if cut := broken_off(found):
        yield Finding("cut off", cut, (crawl,))
    for place, number in list(found["silent"].items())[:_SILENT]:
        verb = "leads" if number == 1 else "lead"
        words = (
            f"{addresses(number)} {verb} to {place}, where nothing ever answered; is a port or a scheme mistyped there?"
        )
        yield Finding("silent", words, (f"portal-crawler report {folder} --state failed",), level="note")
    if number := _number(found, "excluded"):
        words = f"robots.txt forbids {addresses(number)}; ask the portal's owner where articles are among them"
        yield Finding("robots", words, (f"portal-crawler report {folder} --state excluded",), level="note")
    if behind := found.get("login"):
        verb, first = "leads" if behind["number"] == 1 else "lead", behind["first"]
        words = f"{addresses(behind['number'])} {verb} to a form to log in, first {first}; ask the portal's owner where"
        words += " articles are among them"
        yield Finding("login", words, (f"portal-crawler report {folder} --state redirected",), level="note")
    if number := _number(found, "trap"):
        words = f"{addresses(number)} left as traps ({_reasons(found, 'trap')}); are articles among them?"
        yield Finding("traps", words, (f"portal-crawler report {folder} --state trap",), level="note")
    if patch := found["patch"]:
        moments = [one["again"] for one in patch if one["again"]]
        when = f"; the next is due at {min(moments)}" if moments else "; no visit asks again, --refresh does"
        yield Finding("patch", f"{missing(patch)}{when}", (crawl if moments else f"{crawl} --refresh",), level="note")


def _lists(found: Mapping[str, Any]) -> Iterator[Finding]:
    """What the portal claims to have, or names, and the archive has not."""
    _, folder = _commands(found)
    seeds = f"put the addresses of its other pages into [sources] seeds of {folder}/portal.toml, and crawl again"
    if claiming := [one for one in found["coverage"] if (one["claims"] or 0) > one["named"]]:
        first = claiming[0]
        what = "1 list claims" if len(claiming) == 1 else f"{len(claiming)} lists claim"
        their = "its" if len(claiming) == 1 else "their"
        words = f"{what} more entries than {their} pages name, first {first['address']}: {first['claims']} claimed,"
        yield Finding("claims more", f"{words} {first['named']} named", (seeds,))
    if closed := unopened(found):
        yield Finding("script", closed, (seeds, "of one that counts as ?page=2 does, the second is enough"))
    short: dict[str, int] = {}
    for one in found["coverage"]:
        for state, number in one["short"].items():
            if state in ("gone", "not found"):
                short[state] = short.get(state, 0) + number
    if short:
        words = f"lists, sitemaps and feeds name what is not there ({counts_of(short)})"
        yield Finding("not there", words, (f"portal-crawler report {folder} --state gone",), level="note")


def broken_off(found: Mapping[str, Any]) -> str | None:
    """Which pages never came whole, so that their records lack what was behind; None where there are none."""
    if not (cut := found.get("cut_off")):
        return None
    what = "1 page was" if len(cut) == 1 else f"{len(cut)} pages were"
    first = f"{cut[0]['url']} ({cut[0]['reason']})"
    return f"{what} cut off on the way and not whole at any attempt, first {first}; a later visit asks again"


def unopened(found: Mapping[str, Any]) -> str | None:
    """Which lists have pages that were not found, because only a script opens them; None where there are none."""
    lists = found["unopened"]
    if not lists:
        return None
    what = "1 list has pages" if len(lists) == 1 else f"{len(lists)} lists have pages"
    others = " and others" if len(lists) > 1 else ""
    return f"{what} that only a script opens, and that are not in the archive: {lists[0]['url']}{others}"


def _number(found: Mapping[str, Any], state: str) -> int:
    return sum(found["urls"].get(state, {}).values())


def _reasons(found: Mapping[str, Any], state: str) -> str:
    """The most frequent reasons of a state."""
    head = f"{state}: "
    reasons: dict[str, int] = found["reasons"]
    told = {why.removeprefix(head): number for why, number in reasons.items() if why.startswith(head)}
    if len(told) == 1:
        return next(iter(told))
    return "; ".join(f"{why} ({number})" for why, number in list(told.items())[:_REASONS]) or "for several reasons"


def lost(report: Mapping[str, Any]) -> Iterator[str]:
    """What speaks for the end of a portal: no front page is to be had, or most of its articles are gone at once."""
    state, _, reason = (report.get("front") or "").partition(": ")
    if report["articles"] and state in _NO_FRONT:
        yield f"the front page is {state} ({reason}): {_NO_FRONT[state]}"
    gone = report["records"]["gone"]
    there = sum(number for status, number in report["articles"].items() if status != "gone")
    if gone > _FEW and gone >= there:
        yield (
            f"{gone} of {gone + there} articles are gone since the visit before: look at the front page; was the portal"
            " closed, or has another taken its address?"
        )


def short_of(one: Mapping[str, Any]) -> str:
    """What of an archive is below [expect], with the numbers."""
    what, expected, there = one["what"], one["expected"], one["found"]
    if what == "articles":
        return f"{counted(there, 'article')}, and [expect] articles is {expected}"
    if what.startswith("fill "):
        name = what.removeprefix("fill ")
        return f"{percent(there)} of the articles have {name}, and [expect] fill {name} is {percent(expected)}"
    return f"{counted(there, 'article')} in {what.removeprefix('sections ')}, and [expect] {what} is {expected}"


def drifted(one: Mapping[str, Any]) -> str:
    """What a field was found on before, and is now."""
    return (
        f"{one['field']} found on {percent(one['share'])} of the {counted(one['articles'], 'article')} since run"
        f" {one['since']}, and on {percent(one['before_share'])} of such before: was the portal redesigned?"
    )
