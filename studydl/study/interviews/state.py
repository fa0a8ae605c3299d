"""Where an interview stands: what was given to each question, and the clock. Kept in the database at every step."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from studydl.study.interviews.plan import Plan
from studydl.study.view import Question

CONFIDENCE = {1: "a guess", 2: "fairly sure", 3: "sure"}
SPOKEN = "spoken"  # in the place of a verdict: nobody judges it


class Stage(StrEnum):
    """Where an interview stands with its question."""

    ASKING = "asking"
    SURE = "sure"  # answered; how sure one is of it is asked for
    TICKING = "ticking"  # a spoken answer is over, the clock stands: its points are ticked
    DONE = "done"


class Given(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was given to one question.

    Args:
        text: typed, or the option chosen; a draft until it is answered.
        confidence: 1 a guess, 2 fairly sure, 3 sure; 0 if it was not told.
        ticks: indices of the points said, of a spoken question.
        spent_ms: time the question was on the screen.
        outcome: the verdict, or "spoken"; empty until it is answered.
        read_as: how the text was understood.
        misconception: name of the mistake that gives this answer; may be empty.
        message: what the verdict says; markup where a misconception is named, else plain text.
    """

    text: str = ""
    confidence: int = 0
    ticks: tuple[int, ...] = ()
    spent_ms: int = 0
    outcome: str = ""
    read_as: str = ""
    misconception: str = ""
    message: str = ""


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an interview stands.

    Args:
        given: one for each question.
        left_ms: on the clock.
        stage: where it stands with the question on the screen.
        at: index of that question.
    """

    given: tuple[Given, ...]
    left_ms: int
    stage: Stage = Stage.ASKING
    at: int = 0

    @property
    def here(self) -> Given:
        """Return what was given to the question on the screen."""
        return self.given[self.at]

    @property
    def answered(self) -> int:
        """Return how many questions are answered."""
        return sum(bool(each.outcome) for each in self.given)


@dataclass(frozen=True, slots=True)
class InterviewView:
    """What an interview shows now.

    Args:
        stage: where it stands.
        question: on the screen; without anything that gives its answer away. None when done.
        number: of the question, from 1.
        total: questions.
        answered: of these, answered.
        left_ms: on the clock.
        text: the draft, or what was chosen.
        ticks: points ticked.
        message: one line for the learner; may be empty.
        position: 0-based place in the text where reading stopped; else None.
    """

    stage: Stage
    question: Question | None
    number: int
    total: int
    answered: int
    left_ms: int
    text: str = ""
    ticks: tuple[int, ...] = ()
    message: str = ""
    position: int | None = None


def stopwatch() -> int:
    """Return milliseconds that pass while this machine is awake; no clock change and no sleep moves them."""
    return time.monotonic_ns() // 1_000_000


def fresh(plan: Plan) -> Standing:
    """Return where an interview stands before its first question is shown."""
    return Standing(tuple(Given() for _ in plan.questions), plan.options.minutes * 60_000)


def to_json(standing: Standing) -> str:
    """Return a standing as JSON text."""
    return msgspec.json.encode(standing).decode()


def from_json(text: str) -> Standing:
    """Return the standing `to_json` wrote."""
    return msgspec.json.decode(text, type=Standing)


def with_given(now: Standing, **changes: object) -> Standing:
    """Return a standing with some fields of what was given to the question on the screen replaced."""
    changed = msgspec.structs.replace(now.here, **changes)
    return moved(now, given=(*now.given[: now.at], changed, *now.given[now.at + 1 :]))


def moved(now: Standing, **changes: object) -> Standing:
    """Return a standing with some fields replaced."""
    return msgspec.structs.replace(now, **changes)


def open_question(now: Standing, step: int = 1) -> int:
    """Return the index of an open question near this one, around the end; this one's if there is no other.

    Args:
        now: where the interview stands.
        step: 1 for the next one, -1 for the one before.
    """
    after: Sequence[int] = [*range(now.at + 1, len(now.given)), *range(now.at)]
    order = after if step > 0 else after[::-1]
    return next((index for index in order if not now.given[index].outcome), now.at)
