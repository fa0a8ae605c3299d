"""What spaced repetition remembers of one card, and what a review decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum


class Rating(IntEnum):
    """How a review went; the numbers are the keys pressed."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Phase(StrEnum):
    """Where a card is on its way into memory."""

    NEW = "new"
    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory state of one card.

    Args:
        phase: where the card is.
        step: index of the learning or relearning step it waits on; None in new and review.
        stability: days until retrievability falls to 90%; None while new.
        difficulty: 1 to 10; None while new.
        last_day: study day of the last review; None while new.
        last_ms: UTC epoch milliseconds of the last review; None while new.
        due_day: study day it is due; None while new.
        due_ms: UTC epoch milliseconds it is due, in learning and relearning only; else None.
        reps: reviews so far.
        lapses: times it was forgotten in review.
        pass_days: study days with an unaided pass (Good or better, no hint) since the last fail.
        last_pass_ms: UTC epoch milliseconds of the last unaided pass, or None.
        fails: fails in a row up to now.
    """

    phase: Phase = Phase.NEW
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    last_day: int | None = None
    last_ms: int | None = None
    due_day: int | None = None
    due_ms: int | None = None
    reps: int = 0
    lapses: int = 0
    pass_days: int = 0
    last_pass_day: int | None = None
    last_pass_ms: int | None = None
    fails: int = 0


NEW = Memory()


@dataclass(frozen=True, slots=True)
class Review:
    """One review as the log keeps it: the inputs, and the decision taken then.

    Args:
        rating: how it went.
        at_ms: UTC epoch milliseconds.
        study_day: the learner's study day (days since 1970-01-01).
        aided: True after a hint, a look at the solution, or a second try.
        due_day: the due day decided then; None before a decision.
        due_ms: the due time decided then, for learning steps; else None.
        phase: the phase decided then; None before a decision.
        step: the step decided then, or None.
        skill: True if a problem was answered: the weights of skills hold.
    """

    rating: Rating
    at_ms: int
    study_day: int
    aided: bool = False
    due_day: int | None = None
    due_ms: int | None = None
    phase: Phase | None = None
    step: int | None = None
    skill: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What a learner can set about scheduling.

    Args:
        retention: desired share of reviews remembered, 0.7 to 0.97.
        learning_steps: minutes.
        relearning_steps: minutes.
        maximum_interval: days.
        weights: the 21 FSRS-6 weights; empty for the defaults.
        skill_weights: those of skills, which are remembered another way than cards; see `of`.
        new_per_day: new cards a day over all decks.
        new_skills_per_day: of these, new skill levels.
        reviews_per_day: reviews a day.
        problems_per_session: problems a session.
        minutes_per_session: minutes a session may take, by the usual time of its cards.
        worked_examples: begin a new skill with a worked example, and one whose last step is missing.
        live_value: show beside the answer box what is typed comes to.
        start_deck: name of the shipped deck whose new cards come first; empty for the first one.
        exam_day: study day of an interview to be ready for, or None.
        rollover_hour: the local hour at which a study day begins, 0 to 23.
        leech_lapses: lapses that make a card a leech.
    """

    retention: float = 0.9
    learning_steps: tuple[int, ...] = (1, 10)
    relearning_steps: tuple[int, ...] = (10,)
    maximum_interval: int = 36500
    weights: tuple[float, ...] = ()
    skill_weights: tuple[float, ...] = ()
    new_per_day: int = 10
    new_skills_per_day: int = 2
    reviews_per_day: int = 200
    problems_per_session: int = 8
    minutes_per_session: int = 20
    worked_examples: bool = True
    live_value: bool = True
    start_deck: str = ""
    exam_day: int | None = None
    rollover_hour: int = 4
    leech_lapses: int = 8

    def of(self, skill: bool) -> Settings:
        """Return these settings for the reviews of skills or of other cards: with `weights` fitted to them."""
        return replace(self, weights=self.skill_weights) if skill else self
