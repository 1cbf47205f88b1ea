"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real portals beside the checkout. Absent: the test is skipped; where CI is set, it fails."""
    folder = Path(__file__).resolve().parents[1].parent / "shared"
    if not folder.is_dir():
        message = f"needs the real portals in {folder}, which are not part of the project"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder
