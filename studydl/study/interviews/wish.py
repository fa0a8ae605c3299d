"""What may be asked of an interview, before anything heavy is loaded: what is not said has a sensible default."""

from __future__ import annotations

from dataclasses import dataclass

COUNT, LEVEL = 15, 3
MINUTES_A_QUESTION = 2
MOST_QUESTIONS, MOST_MINUTES = 60, 240
SEEDS = 1_000_000  # short enough to be read out to the person who is to sit the same interview


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said about an interview.

    Args:
        topics: topics or names of one's own decks; empty for all topics.
        count: questions, 1 to 60; 15 if None.
        minutes: on the clock, 1 to 240; two for each question if None.
        level: of the problems, 1 to 3; 3 if None.
        seed: 0 to 2**63 - 1; new questions if None.
    """

    topics: tuple[str, ...] = ()
    count: int | None = None
    minutes: int | None = None
    level: int | None = None
    seed: int | None = None

    @property
    def questions(self) -> int:
        """Return how many questions there are to be."""
        return COUNT if self.count is None else self.count

    @property
    def time(self) -> int:
        """Return the minutes on the clock."""
        return min(MOST_MINUTES, MINUTES_A_QUESTION * self.questions) if self.minutes is None else self.minutes

    @property
    def hardness(self) -> int:
        """Return the level of the problems."""
        return LEVEL if self.level is None else self.level
