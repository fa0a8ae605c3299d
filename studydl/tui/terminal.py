"""What a terminal may do to a program: send bytes that are no text, or be closed in the middle of a session."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from functools import partial

PATIENCE = 10.0  # s for leaving in an orderly way once the terminal is gone
GONE = 128 + 1  # exit code of a program that ends since its terminal did


def read_any_bytes() -> None:
    """Have bytes that are not UTF-8 read as a mark that stands for one, as terminals show them.

    Textual's thread for input would end at the first one, and the program with it: a text copied from an old file, or a
    terminal that sends meta keys as one byte, is enough.
    """
    if sys.platform == "win32":  # the console there sends characters
        return
    from textual.drivers import linux_driver

    vars(linux_driver)["getincrementaldecoder"] = lambda name: partial(getincrementaldecoder(name), "replace")


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
    """Have this called when the system says that the terminal was closed.

    Args:
        leave: ends the program in an orderly way; called on the event loop that runs now.
    """
    if not hasattr(signal, "SIGHUP"):
        return
    loop = asyncio.get_running_loop()

    def hung_up(*_: object) -> None:
        let_go()
        loop.call_soon_threadsafe(leave)

    # Not the loop's own handler: the loop may be waiting for a terminal that takes no more output.
    signal.signal(signal.SIGHUP, hung_up)


def let_go() -> None:
    """Expect nothing of a terminal that is gone, and end within `PATIENCE` whatever holds the program up.

    Textual's thread for output ends at the first error, and then nobody empties its queue; it takes the SIGCONT that
    comes with a hang-up for the end of a pause and starts a second thread for input, which nobody ends.
    """
    signal.signal(signal.SIGCONT, lambda *_: None)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
    threading.Thread(target=_end_at_last, name="hang-up", daemon=True).start()


def _end_at_last() -> None:
    time.sleep(PATIENCE)
    os._exit(GONE)  # every answer was committed when it was given
