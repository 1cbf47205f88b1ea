"""A fork server: `portal-crawler` as a process of its own, without the second that its libraries take to load.

A process loads them once, and each command line is a fork of it: own standard streams, folder, environment, signals and
exit code. What Python reads only when it starts (PYTHONHASHSEED and the like) is the server's: a test that is about
these starts a real one.
"""

from __future__ import annotations

import gc
import io
import json
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

CHECKOUT = Path(__file__).resolve().parents[1]

LOADS = "TESTS_LOAD"  # of the environment: modules of the tests that a command line begins with
_LENGTH = 1 << 20  # bytes of a request: arguments and environment


class ForkServer:
    """The server, and `run` as subprocess.run. One request at a time."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * _LENGTH)
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-W", "error", __file__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
            )

    def close(self) -> None:
        self._ours.close()
        self._server.wait()

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: str, streams: Sequence[int]
    ) -> int:
        """Begin a command line on these standard streams; gives the process, which `wait` must see the end of."""
        request = {"arguments": list(arguments), "environment": dict(environment), "folder": folder}
        socket.send_fds(self._ours, [json.dumps(request).encode()], list(streams))
        return int(self._ours.recv(32))

    def wait(self, timeout: float | None) -> int:
        """The exit code. Raises TimeoutError."""
        self._ours.settimeout(timeout)
        try:
            return int(self._ours.recv(32))
        finally:
            self._ours.settimeout(None)

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """`command`: `python -W error -m portal_crawler …`. Raises TimeoutExpired, the process killed."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open() as nothing:
            streams = [nothing.fileno(), out.fileno(), err.fileno()]
            process = self.start(command[5:], environment, str(Path.cwd()), streams)
            try:
                code = self.wait(timeout)
            except TimeoutError:
                os.kill(process, 9)
                self.wait(None)
                raise subprocess.TimeoutExpired(command, timeout) from None
            texts = []
            for stream in (out, err):
                stream.seek(0)
                texts.append(stream.read().decode())
        return subprocess.CompletedProcess(list(command), code, *texts)


def _serve(connection: socket.socket) -> None:
    _load()
    gc.collect()
    gc.freeze()  # what never ends is not gone through at the end of each fork
    while True:
        message, streams, _, _ = socket.recv_fds(connection, _LENGTH, 3)
        if not message:
            return
        request = json.loads(message)
        process = os.fork()
        if process == 0:
            connection.close()
            _become(request["arguments"], request["environment"], request["folder"], streams)
        for stream in streams:
            os.close(stream)
        connection.send(str(process).encode())
        _, status = os.waitpid(process, 0)
        connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def _load() -> None:
    """Every module of ours, and what they ask for only when they need it."""
    for package in ("archive", "portal_crawler"):
        for module in pkgutil.walk_packages([str(CHECKOUT / package)], f"{package}."):
            if not module.name.endswith(("__main__", ".spiders")):
                import_module(module.name)
    for name in ("duckdb", "pyarrow.parquet", "scrapy.crawler", "twisted.internet.asyncioreactor"):
        import_module(name)
    import dateparser

    dateparser.parse("2 tháng 9 năm 1945", languages=["vi"])
    if "twisted.internet.reactor" in sys.modules:
        raise RuntimeError("a module has installed a reactor: a fork cannot use it")


def _become(arguments: Sequence[str], environment: Mapping[str, str], folder: str, streams: Sequence[int]) -> NoReturn:
    """What `-m portal_crawler` is to a new process; the interpreter's end follows: exit handlers, flushed streams."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=os.isatty(1))  # as Python decides when it starts
    if "PYTHONIOENCODING" in environment:
        encoding, _, errors = environment["PYTHONIOENCODING"].partition(":")
        sys.stdout.reconfigure(encoding=encoding, errors=errors or None)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["portal_crawler", *arguments]
    for name in filter(None, os.environ.pop(LOADS, "").split()):
        __import__(name)
    import runpy

    runpy.run_module("portal_crawler", run_name="__main__", alter_sys=True)
    sys.exit(0)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as ours:
        _serve(ours)
