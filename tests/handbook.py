"""The handbook's pages as the tests read them, and a terminal that runs what they show.

A page of `docs/` is prose and blocks between fences:

    console     commands behind `$ `, gone on with behind `> `; what follows is what one sees. `...` stands for what
                varies, on a line of its own for any lines; a command without anything below it may print what it likes.
                It must end well, unless `$ echo $?` comes next and shows how it ends.
    python      an example; a block `text` right behind it is what it prints
    toml NAME   a file that the reader writes

`<!-- meanwhile: WORDS -->` is what happens before the next block that the reader does not type.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import socket
import struct
import subprocess
import sys
import termios
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from forkserver import CHECKOUT, LOADS, ForkServer

DOCS = CHECKOUT / "docs"
KINDS = ("console", "python", "text", "toml")
COLUMNS = 100  # of the terminal
STATUS = "echo $?"
_LONGEST = 120  # seconds of a command

_FENCE = re.compile(r"^```(.*)$")
_MEANWHILE = re.compile(r"^<!-- meanwhile: (.+) -->$")
_INLINE = re.compile(r"`([^`\n]+)`")
_SIGNS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CLIENT = """#!{python} -ISE
import json, os, socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asked:
    asked.connect({address!r})
    message = json.dumps([sys.argv[1:], os.getcwd()]).encode()
    socket.send_fds(asked, [message], [0, 1, 2])
    sys.exit(int(asked.recv(32)))
"""


@dataclass(frozen=True)
class Block:
    """What is between two fences, or what happens meanwhile (of kind `meanwhile`)."""

    kind: str
    name: str  # behind the kind: of a file
    text: str
    line: int  # of the page, from 1


@dataclass(frozen=True)
class Command:
    """One command, what a page shows of its output (None: nothing), and how it is to end (None: well)."""

    text: str
    shown: str | None
    code: int
    line: int


def pages() -> list[Path]:
    return sorted(DOCS.glob("*.md"))


def blocks(page: Path) -> list[Block]:
    """In order. Raises ValueError where a fence is left open."""
    found: list[Block] = []
    info: str | None = None
    held: list[str] = []
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and info is None:
            info, held = fence[1].strip(), []
        elif fence and info is not None:
            kind, _, name = info.partition(" ")
            found.append(Block(kind, name, "".join(f"{one}\n" for one in held), number - len(held)))
            info = None
        elif info is not None:
            held.append(line)
        elif happens := _MEANWHILE.match(line):
            found.append(Block("meanwhile", "", happens[1], number))
    if info is not None:
        raise ValueError(f"{page.name}: a fence is left open")
    return found


def prose(page: Path) -> Iterator[tuple[int, str]]:
    """The code between backticks outside of blocks, with its line."""
    inside = False
    for number, line in enumerate(page.read_text("utf-8").splitlines(), 1):
        if _FENCE.match(line):
            inside = not inside
        elif not inside:
            for found in _INLINE.finditer(line):
                yield number, found[1]


def commands(block: Block) -> list[Command]:
    """Those of a console block. Raises ValueError where it begins with something else."""
    found: list[tuple[str, list[str], int]] = []
    for number, line in enumerate(block.text.splitlines(), block.line):
        if line.startswith("$ "):
            found.append((line[2:], [], number))
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line[2:]}", [], found[-1][2])
        elif found:
            found[-1][1].append(line)
        else:
            raise ValueError(f"line {number}: a console block begins with a command behind `$ `")
    made = []
    for place, (text, lines, number) in enumerate(found):
        after = found[place + 1] if place + 1 < len(found) else None
        code = int("".join(after[1])) if after is not None and after[0] == STATUS else 0
        made.append(Command(text, "".join(f"{one}\n" for one in lines) or None, code, number))
    return made


def agrees(shown: str, printed: str) -> bool:
    """Whether that is what a page shows. Blank lines, and blanks at the ends of lines, do not count."""
    pattern = ""
    for line in filter(str.strip, shown.splitlines()):
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += "[^\n]*?".join(map(re.escape, line.rstrip().split("..."))) + "\n"
    seen = "".join(f"{line.rstrip()}\n" for line in printed.splitlines() if line.strip())
    return re.fullmatch(pattern, seen) is not None


class Terminal:
    """Runs commands as a shell on a terminal does, `portal-crawler` as a fork of a process that has loaded it.

    `folder` is where the reader is; `environment` is added to the tests' own, for each command anew. A command behind
    which `killing` has something to wait for is killed as soon as that is there.
    """

    def __init__(self, forks: ForkServer, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}
        self.killing: threading.Event | None = None
        self.last = 0  # exit code
        self._forks = forks
        self._bin = folder.with_name(f"{folder.name}-bin")
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    @contextmanager
    def open(self) -> Iterator[Terminal]:
        self._bin.mkdir()
        client, address = self._bin / "portal-crawler", f"\0{uuid.uuid4()}"  # a path may be too long for an address
        client.write_text(_CLIENT.format(python=sys.executable, address=address))
        client.chmod(0o755)
        self._listener.bind(address)
        self._listener.listen()
        thread = threading.Thread(target=self._serve, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            thread.join()

    def run(self, command: str) -> str:
        """What is to be seen; `last` is its exit code."""
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
        process = subprocess.Popen(
            ["bash", "-c", f"(exit {self.last})\n{command}"],
            cwd=self.folder, env=self._environment(), stdin=subprocess.DEVNULL, stdout=its, stderr=its,
        )  # fmt: skip
        os.close(its)
        seen = b"".join(_pieces(ours))
        self.last = process.wait()
        if self.last == 128 + 9:  # as a shell at which somebody sits tells it
            seen += b"Killed\n"
        return _SIGNS.sub("", seen.decode(errors="replace").replace("\r\n", "\n"))

    def _environment(self) -> Mapping[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("COLUMNS", "LINES", "PORTAL_"))
        }
        paths = {"PATH": f"{self._bin}:{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(CHECKOUT)}
        return {**kept, **paths, "TERM": "dumb", "LC_ALL": "C.UTF-8", **self.environment}

    def _serve(self) -> None:
        while True:
            try:
                asked, _ = self._listener.accept()
            except OSError:  # closed
                return
            with asked:
                message, streams, _, _ = socket.recv_fds(asked, 1 << 16, 3)
                arguments, folder = json.loads(message)
                environment = {**self._environment(), LOADS: "unhurried"}
                process = self._forks.start(arguments, environment, folder, streams)
                for stream in streams:
                    os.close(stream)
                if self.killing is not None:
                    self.killing.wait(_LONGEST)
                    _kill(process)
                try:
                    code = self._forks.wait(_LONGEST)
                except TimeoutError:  # whoever waits at the terminal sees it killed
                    _kill(process)
                    code = self._forks.wait(None)
                asked.send(str(code if code >= 0 else 128 - code).encode())


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):  # it has ended by itself
        os.kill(process, 9)


def _pieces(file: int) -> Iterator[bytes]:
    try:
        while piece := os.read(file, 1 << 16):
            yield piece
    except OSError:
        """Of a terminal that has no other end any more."""
    finally:
        os.close(file)
