"""What an interview came to. Plain data: the terminal, the plain interface and paper all draw it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property, partial

import msgspec

from studydl.answers.verdicts import Outcome
from studydl.store.sessions import SessionRow
from studydl.study.interviews.plan import Kind, Options, Plan, Planned, question_of
from studydl.study.interviews.state import CONFIDENCE, SPOKEN, Given, Stage, from_json
from studydl.study.view import Question


class Result(StrEnum):
    """What became of a question, in the words a learner reads."""

    RIGHT = "right"
    CONVENTION = "right for another convention"
    IMPRECISE = "not precise enough"
    WRONG = "not right"
    UNREADABLE = "not clear"
    SPOKEN = "spoken"
    OPEN = "not answered"


_RESULTS = {
    "": Result.OPEN,
    SPOKEN: Result.SPOKEN,
    Outcome.CORRECT.value: Result.RIGHT,
    Outcome.CONVENTION.value: Result.CONVENTION,
    Outcome.IMPRECISE.value: Result.IMPRECISE,
    Outcome.INCORRECT.value: Result.WRONG,
    Outcome.UNREADABLE.value: Result.UNREADABLE,
}


@dataclass(frozen=True)
class Row:
    """One question and what became of it.

    Args:
        number: from 1, as it was asked.
        kind: what kind of question it was.
        topic: its topic.
        key: of the card or of the skill's level.
        family: of a problem, else empty.
        result: what became of it.
        given: what was answered, and in what time.
        make: makes the question; a list of many interviews does without.
    """

    number: int
    kind: Kind
    topic: str
    key: str
    family: str
    result: Result
    given: Given
    make: Callable[[], Question] = field(repr=False, compare=False)

    @cached_property
    def question(self) -> Question:
        """Return the question with its answer, steps and points."""
        return self.make()

    @property
    def spoken(self) -> bool:
        """Say whether it is a spoken question, which is rated by oneself and never counted among the right ones."""
        return self.kind is Kind.POINTS

    @property
    def missed(self) -> bool:
        """Say whether something is left to learn here: not right, or points that were not said."""
        if self.spoken:
            return len(self.given.ticks) < len(self.question.points)
        return self.result is not Result.RIGHT


@dataclass(frozen=True, slots=True)
class Count:
    """How many were right.

    Args:
        right: right ones.
        of: questions.
    """

    right: int
    of: int

    def __str__(self) -> str:
        return f"{self.right} of {self.of}"


@dataclass(frozen=True, slots=True)
class Taken:
    """One interview as it was taken.

    Args:
        number: which of the learner's interviews it is, from 1; it never changes.
        id: of its session.
        started_ms: UTC epoch milliseconds.
        over: False while it may be taken up again.
        options: what was asked for.
        fingerprint: the same for two people who were asked the same questions.
        used_ms: what ran off the clock.
        rows: its questions.
    """

    number: int
    id: str
    started_ms: int
    over: bool
    options: Options
    fingerprint: str
    used_ms: int
    rows: tuple[Row, ...]

    @property
    def judged(self) -> tuple[Row, ...]:
        """Return the questions that have a right answer."""
        return tuple(row for row in self.rows if not row.spoken)

    @property
    def spoken(self) -> tuple[Row, ...]:
        """Return the spoken questions that were answered."""
        return tuple(row for row in self.rows if row.result is Result.SPOKEN)

    @property
    def score(self) -> Count:
        """Return how many were right; what was not answered is not."""
        return count(self.judged)

    @property
    def answered(self) -> int:
        """Return how many questions were answered, spoken ones too."""
        return sum(row.result is not Result.OPEN for row in self.rows)

    @property
    def heard(self) -> Count:
        """Return how many points of the spoken answers were ticked by the learner."""
        said = sum(len(row.given.ticks) for row in self.spoken)
        return Count(said, sum(len(row.question.points) for row in self.spoken))

    @property
    def missed(self) -> tuple[Row, ...]:
        """Return the questions with something left to learn; those one was surest of first."""
        return tuple(sorted((row for row in self.rows if row.missed), key=lambda row: -row.given.confidence))

    @property
    def calibration(self) -> tuple[tuple[str, Count], ...]:
        """Return how often one was right, by how sure one was, the surest first; judged answers only."""
        answered = [row for row in self.judged if row.result is not Result.OPEN]
        told = {number: [row for row in answered if row.given.confidence == number] for number in (3, 2, 1)}
        return tuple((CONFIDENCE[number], count(rows)) for number, rows in told.items() if rows)


def count(rows: Collection[Row]) -> Count:
    """Return how many of these are right."""
    return Count(sum(row.result is Result.RIGHT for row in rows), len(rows))


def read(number: int, session: SessionRow) -> Taken:
    """Return an interview as it was taken, from what the database keeps of it.

    Args:
        number: which of the learner's interviews it is.
        session: its row.
    """
    plan = msgspec.json.decode(session.plan, type=Plan)
    now = from_json(session.state)
    return Taken(
        number=number,
        id=session.id,
        started_ms=session.started_ms,
        over=session.ended_ms is not None or now.stage is Stage.DONE,
        options=plan.options,
        fingerprint=plan.fingerprint,
        used_ms=plan.options.minutes * 60_000 - now.left_ms,
        rows=tuple(
            Row(
                number=place,
                kind=planned.kind,
                topic=planned.topic,
                key=planned.key,
                family=_family(planned),
                result=_RESULTS.get(given.outcome, Result.WRONG),
                given=given,
                make=partial(question_of, planned, plan.options),
            )
            for place, (planned, given) in enumerate(zip(plan.questions, now.given, strict=True), 1)
        ),
    )


def _family(planned: Planned) -> str:
    return msgspec.json.decode(planned.content, type=_Named).family if planned.kind is Kind.PROBLEM else ""


class _Named(msgspec.Struct):
    family: str


# ---------------------------------------------------------------- in words, the same everywhere


def headline(taken: Taken) -> str:
    """Return the result in one line: "11 of 12 right, 24 of 30 minutes"."""
    used = taken.used_ms / 60_000
    minutes = f"{used:.0f}" if used >= 1 else "less than 1"
    return f"{taken.score} right, {minutes} of {taken.options.minutes} minutes"


def beside(taken: Taken) -> str:
    """Return what stands beside the result: what was answered, the level, and what brings the same questions."""
    options = taken.options
    topics = ", ".join(options.topics) or "all topics"
    asked = f"{taken.answered} of {len(taken.rows)} answered on {topics}, level {options.level}"
    return f"{asked}, seed {options.seed} (questions {taken.fingerprint})"


def result_text(row: Row) -> str:
    """Return what became of a question, in a few words."""
    if row.result is Result.SPOKEN:
        return f"{len(row.given.ticks)} of {len(row.question.points)} points, self-rated"
    return row.result.value


def clock_text(ms: int) -> str:
    """Return a time as minutes and seconds: 1:05."""
    seconds = max(0, ms) // 1000
    return f"{seconds // 60}:{seconds % 60:02}"


def date_text(at_ms: int) -> str:
    """Return the local day and time of a moment, UTC epoch milliseconds: 2027-03-15 18:40."""
    return f"{datetime.fromtimestamp(at_ms / 1000):%Y-%m-%d %H:%M}"
