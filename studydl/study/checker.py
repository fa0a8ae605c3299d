"""Runs, in the background, the evidence that was never run with the libraries of this machine."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from threading import Event, Thread

from studydl import config
from studydl.decks import proofs
from studydl.decks.evidence import check_evidence
from studydl.decks.folders import SHIPPED, folders, may_run
from studydl.decks.model import Card, Deck
from studydl.decks.parse import deck_files, read
from studydl.paths import Home

log = logging.getLogger(__name__)

_EVIDENCE = re.compile(r"^```python evidence *\r?\n(.*?)\r?\n```", re.DOTALL | re.MULTILINE)
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
    """Return the cards whose evidence may be run, and never was with the libraries of this machine.

    Mostly there are none, and a look at the text of each deck tells so; only a deck with news is read whole, since
    reading all of them would slow down the first answers of a session.
    """
    trusted = config.load(home).trusted
    found = []
    for origin, folder in folders(home).items():
        for path in deck_files(folder):
            if (origin == SHIPPED or path.stem in trusted) and _has_news(path, known):
                draft = read(path, origin)
                if not draft.errors and may_run(draft.deck, home):
                    found += [(draft.deck, card) for card in draft.deck.cards if card.evidence]
    return [(deck, card) for deck, card in found if known.message(card.evidence) is None]


def _has_news(path: Path, known: proofs.Proofs) -> bool:
    try:
        blocks = _EVIDENCE.findall(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False  # the library says what is wrong with it
    return any(known.message(block) is None for block in blocks)
