"""Fits the weights in the background once enough was learned since the last time, in a process of its own."""

from __future__ import annotations

import logging
import subprocess
import sys
from threading import Thread

from studydl.errors import StoreError
from studydl.paths import Home
from studydl.store import log, states
from studydl.store.connection import Store
from studydl.study import preferences

logger = logging.getLogger(__name__)

FIRST = 1000  # reviews before the first fit; with fewer, the default weights are the better guess
AGAIN = 500  # reviews between two fits
NEWS_MS = 24 * 60 * 60 * 1000  # how long home says what a fit changed


class Refit:
    """Fits in the background, once while this program is open.

    The process is not ended with this program: whoever leaves after the last card would never see a fit. It takes
    seconds, at low priority, writes in one transaction, and a fit that does not finish leaves everything as it was.

    Args:
        home: the data folder.
        store: the caller's own connection.
    """

    def __init__(self, home: Home, store: Store) -> None:
        self._home, self._store = home, store
        self._started = False

    def start(self) -> None:
        """Start the process if there are enough new reviews; returns at once."""
        try:
            if self._started or not self._due():
                return
            self._started = True
            process = subprocess.Popen(
                [sys.executable, "-m", "studydl.study.fit.worker", str(self._home.folder)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # ctrl+c, and the end of the terminal, are for the interface
            )
        except (OSError, StoreError) as error:
            logger.warning("the schedule could not be fitted: %s", error)
            return
        Thread(target=process.wait, name="fit", daemon=True).start()

    def news(self, now_ms: int) -> tuple[str, ...]:
        """Return what a fit of the last day changed, a line each.

        Args:
            now_ms: UTC epoch milliseconds.
        """
        last = preferences.last_fit(self._store)
        return tuple(last["news"]) if last and 0 <= now_ms - last["at_ms"] < NEWS_MS else ()

    def _due(self) -> bool:
        connection, learner, last = self._store.read(), self._store.learner, preferences.last_fit(self._store)
        events = log.end(connection, learner) - int(last.get("end", 0) if last else 0)
        wanted = AGAIN if last else FIRST
        if events < wanted:  # a glance, which spares home the counting
            return False
        return states.reviews(connection, learner) - (last["reviews"] if last else 0) >= wanted
