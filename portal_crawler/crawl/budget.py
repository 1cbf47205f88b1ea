"""Budget: how much all portals of one call may ask for together, and until when."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
    """What is left of it. Without a number there is no end of it."""

    requests: int | None = None
    seconds: float | None = None
    _until: float | None = None

    def __post_init__(self) -> None:
        if self.seconds is not None:
            self._until = time.monotonic() + self.seconds

    def spend(self) -> None:
        """One request."""
        if self.requests is not None:
            self.requests -= 1

    def over(self) -> bool:
        """Whether nothing more may be asked for."""
        spent = self.requests is not None and self.requests <= 0
        return spent or (self._until is not None and time.monotonic() >= self._until)
