"""Real servers and site makers whose markup is not ours, filled with invented articles and started on loopback.

Each module offers one context manager that gives a `Site`. What a server is made of is installed by its package's own
client when a test first asks for it, into `.cache/servers` (Debian's packages: into the system); `pins.toml` holds the
versions. None of it is a dependency of the project.
"""

from __future__ import annotations

import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from filelock import FileLock

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "servers"
_PINS = Path(__file__).with_name("pins.toml")
_INSTALLING = 1200  # seconds: an installation is ended then
_STARTING = 90  # seconds: a server answers by then


@dataclass(frozen=True)
class Site:
    """A server that runs: where, and what a record of each of its articles must say, by path without the last slash."""

    url: str
    truth: dict[str, dict[str, Any]]

    @classmethod
    def of(cls, url: str, truths: Sequence[dict[str, Any]]) -> Site:
        return cls(url, {_path(truth["url"]): truth for truth in truths})

    def expected(self, url: str) -> dict[str, Any] | None:
        """The truth of the article at an address; None where it is no article's."""
        return self.truth.get(_path(url))


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/")


def unavailable(message: str) -> None:
    """Skip the test; where CI is set, fail it."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def debian(*commands: str, packages: str = "debian") -> None:
    """See to it that the packages of Debian under a name in `pins.toml` are there; `commands` are files that tell."""
    if all(Path(command).exists() for command in commands):
        return
    wanted = _pins()[packages]["packages"]
    if os.getuid() != 0 or shutil.which("apt-get") is None:
        unavailable(f"needs {', '.join(wanted)}: Debian's packages, which root installs")
    with _lock("debian"):
        if not all(Path(command).exists() for command in commands):
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            _install(["apt-get", "-qq", "update"], environment)
            install = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0"]
            _install([*install, *wanted], environment)


def python(name: str) -> Path:
    """The folder `bin` of a virtual environment with the Python packages that `pins.toml` gives under a name."""
    folder = CACHE / name
    requirements = "\n".join(_pins()[name]["packages"]) + "\n"
    with _lock(name):
        if _stamp(folder) != requirements:
            shutil.rmtree(folder, ignore_errors=True)
            _install([sys.executable, "-m", "venv", folder])
            list_ = folder / "requirements.txt"
            list_.write_text(requirements, encoding="utf-8")
            pip = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            _install([*pip, "--requirement", list_])
            _stamp(folder, requirements)
    return folder / "bin"


def node(name: str) -> Path:
    """The folder `node_modules` with the npm packages that `pins.toml` gives under a name."""
    folder = CACHE / name
    packages = _pins()[name]["packages"]
    if shutil.which("npm") is None:
        unavailable("needs Node.js with npm")
    with _lock(name):
        if _stamp(folder) != "\n".join(packages):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"]
            _install(["npm", "install", "--prefix", folder, *quiet, *packages])
            _stamp(folder, "\n".join(packages))
    return folder / "node_modules"


@functools.cache
def _pins() -> dict[str, Any]:
    return tomllib.loads(_PINS.read_text("utf-8"))


def _lock(name: str) -> FileLock:
    CACHE.mkdir(parents=True, exist_ok=True)
    return FileLock(CACHE / f"{name}.lock", timeout=_INSTALLING)


def _stamp(folder: Path, content: str | None = None) -> str | None:
    """What was installed into a folder to the end; writes it where `content` is given."""
    file = folder / "installed"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    return file.read_text("utf-8") if file.exists() else None


def _install(command: Sequence[str | Path], environment: dict[str, str] | None = None) -> None:
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=_INSTALLING, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        unavailable(f"{' '.join(map(str, command))[:200]}: {(done.stdout + done.stderr)[-2000:]}")


def run(command: Sequence[str | Path], *, cwd: Path | None = None, stdin: str = "", **environment: str) -> str:
    """Run a maker of sites to its end; what it printed. Fails the test with its words where it fails."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, input=stdin, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@contextmanager
def process(command: Sequence[str | Path], log: Path, *, user: str | None = None, **environment: str) -> Iterator[int]:
    """A server's process, ended with the block; the number of the process. Its words go to `log`."""
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **environment},
            user=user,
        ) as server,
    ):
        try:
            yield server.pid
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def answers(url: str, log: Path) -> None:
    """Wait until a server answers with success; fail with the end of its log where it does not."""
    deadline = time.monotonic() + _STARTING
    while True:
        try:
            with urllib.request.urlopen(url, timeout=_STARTING) as response:
                response.read()
                return
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline:
                pytest.fail(f"{url}: {error}\n{log.read_text('utf-8', 'replace')[-3000:]}")
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def folder(name: str) -> Iterator[Path]:
    """A temporary folder that other users may enter: servers drop root's rights."""
    with tempfile.TemporaryDirectory(prefix=f"{name}-", ignore_cleanup_errors=True) as path:
        Path(path).chmod(0o755)
        yield Path(path)


class _Static(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests look at the archive."""


@contextmanager
def static(place: Path, port: int = 0) -> Iterator[str]:
    """A folder of files served as they are; the address. `port`: where the site's own links must name it."""
    handler = functools.partial(_Static, directory=str(place))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
