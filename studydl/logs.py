"""The program's own log: a file in the data folder, rotated, created when there is something to write."""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler

from studydl.paths import Home

MEGABYTE = 1_000_000


def to_file(home: Home) -> None:
    """Send warnings and errors of studydl to the log file; calling it again changes nothing.

    Args:
        home: the data folder, which must exist.
    """
    logger = logging.getLogger("studydl")
    if any(isinstance(handler, RotatingFileHandler) for handler in logger.handlers):
        return
    handler = RotatingFileHandler(home.log, maxBytes=MEGABYTE, backupCount=3, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    logger.propagate = False
