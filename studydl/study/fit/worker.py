"""The process that fits the weights in the background: ``python -m studydl.study.fit.worker HOME``.

Torch and the replay of the log would keep the interface waiting, so both happen here. What it came to stands in the
database.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path

from studydl import logs
from studydl.errors import StudydlError
from studydl.paths import Home
from studydl.store.connection import open_store
from studydl.study.clock import system_clock

log = logging.getLogger("studydl.study.fit.worker")  # not by __name__, which is that of the main program


def main(folder: str) -> None:
    """Fit once, and adopt what is better.

    Args:
        folder: the data folder.
    """
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
    home = Home(Path(folder))
    if not home.database.exists():
        return
    logs.to_file(home)
    try:
        from studydl.study.fit.fitting import fit

        with open_store(home) as store:
            fit(store, system_clock())
    except StudydlError as error:
        log.warning("the schedule could not be fitted: %s", error)
    except Exception:
        log.exception("the schedule could not be fitted")


if __name__ == "__main__":
    main(sys.argv[1])
