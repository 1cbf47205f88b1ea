"""Kill: start a command, wait for a moment, kill it with SIGKILL, and see that the next start goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from conftest import CHECKOUT, command

GOOD = (0, 3)  # exit codes: 3 where something failed for good, as some of the portal does


@dataclass
class Tally:
    """Kills by phase, and what went wrong."""

    kills: Counter[str] = field(default_factory=Counter)
    deaths: list[str] = field(default_factory=list)  # of a start behind a kill, in words
    died: Counter[str] = field(default_factory=Counter)


class Killer:
    """Starts commands and kills them. `environment`: how the portal is reached."""

    def __init__(self, environment: dict[str, str], chance: random.Random) -> None:
        self.chance = chance
        self.tally = Tally()
        self._environment = {**os.environ, "PYTHONPATH": str(CHECKOUT), **environment}
        self._last = "nothing"  # the phase of the last kill: whose fault a bad start is

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command(*arguments), env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )

    def whole(self, *arguments: str | Path, done: str = "") -> None:
        """Run a command to its end. `done`: what it may say in place of doing it."""
        process = self.start(*arguments)
        said = process.communicate()[1]
        if not done or done not in said:
            self._judge(process, said)

    def kill(
        self, phase: str, moment: Callable[[subprocess.Popen[str]], None], *arguments: str | Path, done: str = ""
    ) -> bool:
        """Start a command and kill it when `moment` returns; gives whether it was killed before its end.

        `done`: as `whole` takes it.
        """
        process = self.start(*arguments)
        moment(process)
        process.send_signal(signal.SIGKILL)
        said = process.communicate()[1]
        if process.returncode != -signal.SIGKILL:
            if not done or done not in said:
                self._judge(process, said)
            return False
        self.tally.kills[phase] += 1
        self._last = phase
        return True

    def after(self, seconds: float) -> Callable[[subprocess.Popen[str]], None]:
        """At any moment of so many seconds."""
        until = self.chance.uniform(0, seconds)

        def wait(process: subprocess.Popen[str]) -> None:
            end = time.monotonic() + until
            while process.poll() is None and time.monotonic() < end:
                time.sleep(0.002)

        return wait

    def _judge(self, process: subprocess.Popen[str], said: str) -> None:
        if process.returncode not in GOOD or "Traceback" in said:
            self.tally.died[self._last] += 1
            self.tally.deaths.append(f"after a kill in {self._last}: exit code {process.returncode}: {said[-600:]}")
