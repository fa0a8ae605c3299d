"""Whether the terminal is still there: its window may be closed, or a connection end, in the middle of a session."""

from __future__ import annotations

import asyncio
import select
import signal
import sys
from collections.abc import Callable


def is_gone() -> bool:
    """Say whether standard input is a terminal that was closed."""
    if sys.__stdin__ is None or not hasattr(select, "poll"):
        return False
    poll = select.poll()
    try:
        poll.register(sys.__stdin__.fileno(), select.POLLHUP)
        return any(events & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, events in poll.poll(0))
    except (OSError, ValueError):
        return False


def on_hangup(leave: Callable[[], object]) -> None:
    """Have the event loop that runs call this when the system says that the terminal was closed.

    Args:
        leave: ends the program in an orderly way.
    """
    if hasattr(signal, "SIGHUP"):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, leave)
