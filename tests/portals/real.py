"""Real: the saved portals beside the checkout, behind a forward proxy on loopback; for other hosts it answers 502."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import CHECKOUT

SHARED = CHECKOUT.parent / "shared"
NAMES = ("krongno", "thanhtra", "dakglong")


def url_of(name: str) -> str:
    return f"http://{name}.daknong.gov.vn/"


@contextmanager
def serving(shared: Path = SHARED, *names: str, revision: str = "") -> Iterator[str]:
    """The proxy's address, until the block ends. `names`: of portals, all if none is given; `revision`: as served."""
    folder = shared / "portals"
    options = ["--rev", revision] if revision else []
    portals = [str(folder / name) for name in names or NAMES]
    arguments = [sys.executable, str(folder / "serve_sites.py"), "--quiet", "--port", "0", *options, *portals]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[0]
        finally:
            server.terminate()
