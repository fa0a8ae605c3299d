"""Runs, in the background, the evidence that was never run with the libraries of this machine."""

from __future__ import annotations

import logging
from threading import Event, Thread

from studydl.decks import proofs
from studydl.decks.evidence import check_evidence
from studydl.decks.folders import is_shipped, load_all
from studydl.decks.model import Card, Deck
from studydl.paths import Home

log = logging.getLogger(__name__)

BATCH = 20  # blocks between two looks at whether to stop; results are written down after each


class Checker:
    """What is known of the shipped decks' evidence; grows while it runs.

    Results come with the decks for the libraries they were written with. With others, a card says that it was not yet
    checked until its evidence has run here, and that it is under review if that fails.

    Args:
        home: the data folder, where results are kept.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self.proofs = proofs.load(home)
        self._stop = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Run what is missing, in a process of its own at low priority; again and again changes nothing."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="evidence", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop after the block that runs now."""
        self._stop.set()

    def _run(self) -> None:
        missing = unproved(self._home, self.proofs)
        for start in range(0, len(missing), BATCH):
            if self._stop.is_set():
                return
            results = check_evidence(missing[start : start + BATCH], workers=1, idle=True, stop=self._stop)
            if results:
                proofs.add(self._home.proofs, {each.card.evidence: each.message for each in results})
                self.proofs = proofs.load(self._home)
            for each in results:
                if not each.passed:
                    log.warning("evidence of %s/%s fails: %s", each.deck.name, each.card.id, each.message)


def unproved(home: Home, known: proofs.Proofs) -> list[tuple[Deck, Card]]:
    """Return the shipped cards whose evidence was never run with the libraries of this machine."""
    shipped = [deck for deck in load_all(home).decks if is_shipped(deck)]
    cards = [(deck, card) for deck in shipped for card in deck.cards if card.evidence]
    return [(deck, card) for deck, card in cards if known.message(card.evidence) is None]
