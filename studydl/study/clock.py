"""The time a session runs by, injectable so that tests can set it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeAlias

Clock: TypeAlias = Callable[[], int]


def system_clock() -> int:
    """Return the time now in UTC epoch milliseconds."""
    return time.time_ns() // 1_000_000
