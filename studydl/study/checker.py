"""Runs, in the background, the evidence that was never run with the libraries of this machine."""

from __future__ import annotations

import logging
from threading import Event, Thread

from studydl import config
from studydl.decks import proofs
from studydl.decks.evidence import check_evidence
from studydl.decks.folders import SHIPPED, load_all, may_run
from studydl.decks.model import Card, Deck
from studydl.paths import Home

log = logging.getLogger(__name__)

BATCH = 20  # blocks between two looks at whether to stop; results are written down after each


class Checker:
    """What is known of the evidence of shipped and trusted decks; grows while it runs.

    Results come with the decks for the libraries they were written with. With others, a card says that it was not yet
    checked until its evidence has run here, and that it is under review if that fails.

    Args:
        home: the data folder, where results are kept.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self.proofs = proofs.load(home)
        self._trusted = config.load(home).trusted
        self._stop = Event()
        self._thread: Thread | None = None

    def notice(self, card: Card, origin: str, deck: str) -> str:
        """Return what a learner should know before believing a card's answer; mostly nothing.

        Args:
            card: the card.
            origin: of its deck.
            deck: the deck's name.
        """
        vouched = origin == SHIPPED or deck in self._trusted
        return self.proofs.notice(card) if vouched else ""

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
    """Return the cards whose evidence may be run, and never was with the libraries of this machine."""
    trusted = [deck for deck in load_all(home).decks if may_run(deck, home)]
    cards = [(deck, card) for deck in trusted for card in deck.cards if card.evidence]
    return [(deck, card) for deck, card in cards if known.message(card.evidence) is None]
