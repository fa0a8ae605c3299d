"""True retention: how much is remembered when it comes back, by deck and by maturity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studydl.store.statistics import Deck
from studydl.study.statistics.share import Share
from studydl.study.statistics.tally import Bins, Recall, Tally

NO_REVIEWS = Share()


@dataclass(frozen=True, slots=True)
class Retention:
    """What was remembered of what came back.

    Args:
        young: reviews of cards that had waited less than 21 days by the schedule.
        mature: reviews of the other cards.
    """

    young: Share = NO_REVIEWS
    mature: Share = NO_REVIEWS

    @property
    def total(self) -> Share:
        """Return all reviews together."""
        return self.young + self.mature

    def __add__(self, other: Retention) -> Retention:
        return Retention(self.young + other.young, self.mature + other.mature)


@dataclass(frozen=True, slots=True)
class DeckRetention:
    """Retention in one deck.

    Args:
        origin: "studydl" or "mine".
        name: of the deck.
        title: as shown.
        retention: of its cards.
    """

    origin: str
    name: str
    title: str
    retention: Retention


def overall(tally: Tally) -> Retention:
    """Return the retention over all decks."""
    return sum((_retention(groups) for groups in tally.decks.values()), Retention())


def by_deck(tally: Tally, decks: Sequence[Deck]) -> tuple[DeckRetention, ...]:
    """Return the retention in each deck that had a review.

    Args:
        tally: the log.
        decks: in the order wanted.
    """
    found = []
    for deck in decks:
        groups = tally.decks.get((deck.origin, deck.name))
        found_here = _retention(groups) if groups else Retention()
        if found_here.total.of:
            found.append(DeckRetention(deck.origin, deck.name, deck.title, found_here))
    return tuple(found)


def _retention(groups: tuple[Bins, Bins]) -> Retention:
    young, mature = (sum(bins, Recall()) for bins in groups)
    return Retention(Share(young.passed, young.of), Share(mature.passed, mature.of))
