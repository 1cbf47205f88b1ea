"""`python -m soak [--pages N] [--kills N] [--seed N]`: phases, and one table. Exit code 1 where anything differs."""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from archive.shard import Shard

from .compare import Differences, Held, checked, differences, held, invalid, packed, shard_of
from .killing import Killer
from .portal import NAME, SoakSite

SHARES = {  # of all kills, by what is under way; the rest falls while it fetches
    "opening": 0.06, "rollover": 0.16, "records": 0.14, "rebuild": 0.08, "redact": 0.06, "pack": 0.08,
}  # fmt: skip
CRAWLING = ("fetching", "opening", "rollover", "records")
WARC_BYTES = 128 << 10
_TRIES = 4  # starts for one kill: some end before it comes
REASON = "kiểm tra"


@dataclass
class Result:
    """What a soak came to."""

    killer: Killer
    differences: dict[str, Differences] = field(default_factory=dict)  # by what was done last
    invalid: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)  # of verify
    package: list[str] = field(default_factory=list)  # what of it differs
    files: int = 0
    captures: int = 0
    records: int = 0
    urls: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        wrong = [self.killer.tally.deaths, self.invalid, self.findings, self.package]
        return not any(wrong) and not any(self.differences.values())


class Soak:
    """One portal, crawled twice: in peace, and with kills."""

    def __init__(self, site: SoakSite, proxy: str, folder: Path, kills: int, seed: int, workers: int) -> None:
        chance = random.Random(seed)
        self.site = site
        self.folder = folder
        self.killer = Killer({"http_proxy": proxy}, chance)
        self.result = Result(self.killer)
        self.definition = folder / f"{NAME}.toml"
        self.definition.write_text(site.definition(workers, WARC_BYTES), encoding="utf-8")
        self.left = {phase: round(kills * share) for phase, share in SHARES.items()}
        self.left = {"fetching": kills - sum(self.left.values()), **self.left}
        self.took: dict[str, float] = {}  # seconds of each step in peace
        self.missed = 0  # kills that a step was over too soon for: they fall in the next one

    def run(self) -> Result:
        whole, killed = self.folder / "whole", self.folder / "killed"
        in_peace = self._in_peace(whole)
        begun = time.monotonic()
        self._crawl(killed)
        self.missed = sum(self.left[phase] for phase in CRAWLING) - sum(self.killer.tally.kills.values())
        self._compare("crawl", in_peace["crawl"], killed)
        self._kills("rebuild", "rebuild", killed, "--quiet")
        self._compare("rebuild", in_peace["rebuild"], killed)
        self._kills("redact", *self._redact(killed), done="is taken out already")
        self._compare("redact", in_peace["redact"], killed)
        package = self.folder / "killed.wacz"
        self._kills("pack", "pack", killed, "--output", package, "--quiet")
        self.result.seconds["with kills"] = time.monotonic() - begun
        self._check(shard_of(killed, NAME), package, self.folder / "whole.wacz")
        return self.result

    def _in_peace(self, into: Path) -> dict[str, Held]:
        """Each step once, and what was held after it."""
        found = {}
        begun = time.monotonic()
        for step, arguments in {
            "crawl": self._crawling(into),
            "rebuild": ("rebuild", into, "--quiet"),
            "redact": self._redact(into),
            "pack": ("pack", into, "--output", self.folder / "whole.wacz", "--quiet"),
        }.items():
            before = time.monotonic()
            self.killer.whole(*arguments)
            self.took[step] = time.monotonic() - before
            found[step] = held(shard_of(into, NAME))
        self.result.seconds["in peace"] = time.monotonic() - begun
        self.asked = self.site.asked
        return found

    def _crawling(self, into: Path) -> tuple[str | Path, ...]:
        return ("crawl", self.definition, "--into", into, "--quiet")

    def _redact(self, into: Path) -> tuple[str | Path, ...]:
        url = f"{self.site.url.rstrip('/')}{self.site.address(self.site.stories[len(self.site.stories) // 2])}"
        return ("redact", into, url, "--reason", REASON, "--copies", "--quiet")

    def _crawl(self, into: Path) -> None:
        """Kills while it opens, fetches and rolls over, in a random order; then while it makes the records."""
        command = self._crawling(into)
        phases = [phase for phase in ("opening", "fetching", "rollover") for _ in range(self.left[phase])]
        self.killer.chance.shuffle(phases)
        each = self.asked / (len(phases) + 1)  # requests from one kill to the next, so that they last
        for phase in phases:
            moment = {
                "opening": lambda: self.killer.after(1.0),
                "fetching": lambda: self._requests(each),
                "rollover": lambda: self._rollover(into / NAME / "warc", each),
            }[phase]()
            if not self.killer.kill(phase, moment, *command) or ended(into):
                return
        self._drain(command)
        for _ in range(self.left["records"] - self.killer.tally.kills["records"]):
            if ended(into) or not self.killer.kill("records", self.killer.after(self.took["crawl"] / 2), *command):
                return
        if not ended(into):
            self.killer.whole(*command)

    def _drain(self, command: tuple[str | Path, ...]) -> None:
        """Let it fetch the rest, and kill it when it asks for nothing more: the records are all to be made."""

        def moment(process: subprocess.Popen[str]) -> None:
            last, since = self.site.asked, time.monotonic()
            while process.poll() is None and (self.site.asked == 0 or time.monotonic() - since < 2.5):
                time.sleep(0.01)
                if self.site.asked != last:
                    last, since = self.site.asked, time.monotonic()

        if self.left["records"]:
            self.killer.kill("records", moment, *command)

    def _requests(self, each: float) -> Callable[[subprocess.Popen[str]], None]:
        """When so many requests have come, and up to 20 ms later."""
        number, rest = (
            self.site.asked + self.killer.chance.randint(1, max(2, round(1.6 * each))),
            self.killer.after(0.02),
        )

        def wait(process: subprocess.Popen[str]) -> None:
            while process.poll() is None and self.site.asked < number:
                time.sleep(0.001)
            rest(process)

        return wait

    def _rollover(self, warcs: Path, each: float) -> Callable[[subprocess.Popen[str]], None]:
        """When a file takes its name, and up to 10 ms later; or where none does for long."""
        rest, most = self.killer.after(0.01), self.site.asked + 2 * each + 40

        def wait(process: subprocess.Popen[str]) -> None:
            begun = self.site.asked
            while process.poll() is None and self.site.asked == begun:
                time.sleep(0.001)
            before = set(warcs.glob("*.warc.gz"))
            while process.poll() is None and self.site.asked < most and set(warcs.glob("*.warc.gz")) == before:
                time.sleep(0.0005)
            rest(process)

        return wait

    def _kills(self, step: str, *command: str | Path, done: str = "") -> None:
        """Kills at any moment of a command, and then the command. `done`: what it says where a killed one was done."""
        wanted = self.left[step] + self.missed
        for _ in range(_TRIES * wanted):
            if self.killer.tally.kills[step] == wanted:
                break
            self.killer.kill(step, self.killer.after(0.95 * self.took[step]), *command, done=done)
        self.missed = wanted - self.killer.tally.kills[step]
        self.killer.whole(*command, done=done)

    def _compare(self, step: str, whole: Held, into: Path) -> None:
        now = held(shard_of(into, NAME))
        self.result.differences[step] = differences(now, whole)
        self.result.urls, self.result.records = len(now.urls), len(now.records)
        self.result.captures = sum(now.captures.values())

    def _check(self, shard: Shard, package: Path, whole: Path) -> None:
        self.result.invalid = invalid(shard)
        self.result.files = len(shard.warcs())
        self.result.findings = checked(shard.folder) + checked(package)
        ours, theirs = packed(package), packed(whole)
        for part in theirs:
            self.result.package += [f"{part}: lacks {one}" for one in theirs[part] - ours[part]]
            self.result.package += [f"{part}: has {one}" for one in ours[part] - theirs[part]]


def ended(into: Path) -> bool:
    """Whether the last run came to its end: the next would be a visit of its own."""
    if not (into / NAME / "ledger.sqlite").exists():
        return False
    with shard_of(into, NAME).reading() as ledger:
        return bool(ledger.runs.all()) and ledger.runs.all()[-1][3] is not None


def table(result: Result) -> str:
    tally = result.killer.tally
    died = sum(tally.died.values())
    total = sum(tally.kills.values())
    rows = [
        [f"kills survived, {phase}", f"{number - tally.died[phase]}/{number}"]
        for phase, number in sorted(tally.kills.items())
    ]
    rows.append(["kills survived", f"{total - died}/{total}"])
    for step, one in result.differences.items():
        rows.append([f"captures lost, doubled after {step}", f"{len(one.lost)}, {len(one.doubled)}"])
        rows.append([f"addresses, records that differ after {step}", f"{len(one.urls)}, {len(one.records)}"])
    rows += [
        ["WARC files valid", f"{result.files - len({one.partition(':')[0] for one in result.invalid})}/{result.files}"],
        ["findings of verify", str(len(result.findings))],
        ["lines of the package that differ", str(len(result.package))],
        ["addresses, captures, records", f"{result.urls}, {result.captures}, {result.records}"],
        ["seconds in peace, with kills", ", ".join(f"{value:.0f}" for value in result.seconds.values())],
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name.ljust(width)}  {value}" for name, value in rows)


def complaints(result: Result, most: int = 5) -> str:
    """The first of everything that is wrong."""
    lists = {
        "starts": result.killer.tally.deaths, "files": result.invalid, "verify": result.findings,
        "package": result.package,
    }  # fmt: skip
    for step, one in result.differences.items():
        lists |= {f"{step}, addresses": one.urls, f"{step}, lost": one.lost, f"{step}, doubled": one.doubled}
        lists[f"{step}, records"] = one.records
    return "\n".join(f"{name}: {words[:400]}" for name, found in lists.items() for words in found[:most])


def soak(pages: int, kills: int, seed: int, workers: int, folder: Path) -> Result:
    from portals.kit import serving

    with serving() as server:
        site = SoakSite(pages)
        server.add(site)
        return Soak(site, server.url, folder, kills, seed, workers).run()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    # With more, answers come in another order each time, and a guess at an address (a 404) may be made in one run alone
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for both archives, to look at")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        result = soak(options.pages, options.kills, options.seed, options.workers, folder)
    print(f"{options.pages} pages, {options.kills} kills, seed {options.seed}, {options.workers} workers")
    print(table(result))
    if not result.good:
        print(complaints(result))
    sys.exit(0 if result.good else 1)


if __name__ == "__main__":
    main()
