"""What an answer in an interview is worth, and how the log keeps it."""

from __future__ import annotations

import json

from studydl.answers.grading import grade
from studydl.answers.kinds import Shape, Vector
from studydl.answers.tree import Unreadable
from studydl.answers.understanding import understand
from studydl.answers.verdicts import Verdict
from studydl.decks.items import card_from_json
from studydl.problems.exchange import from_line
from studydl.store.event import Event
from studydl.store.ids import new_id
from studydl.study import marking
from studydl.study.interviews.plan import Kind, Planned
from studydl.study.interviews.state import Given


def judge(planned: Planned, text: str) -> Verdict | None:
    """Return the verdict on an answer; None for a spoken one, which nobody judges."""
    if planned.kind is Kind.PROBLEM:
        problem = from_line(planned.content)
        return grade(problem.answer, text, problem.misconceptions)
    if planned.kind is Kind.POINTS:
        return None
    return marking.judge_option(card_from_json(planned.content), text)


def unreadable(planned: Planned, text: str) -> Unreadable | None:
    """Return why a text is no answer of the kind a problem asks for, or None.

    It goes by the kind alone. Grading may find more to ask ("which log?"), but only where that would be right, which
    an interview must not tell.
    """
    kind = from_line(planned.content).answer.kind
    try:
        given = understand(kind, text)
    except Unreadable as trouble:
        return trouble
    if isinstance(kind, Shape | Vector) and not isinstance(given.value, tuple):
        return Unreadable("a tuple is asked for, such as (1, 64, 112, 112), or (5,) for a single number", 0)
    return None


def has_answer(planned: Planned, text: str) -> bool:
    """Say whether there is an answer when the time is over: something readable in the box, or a speech under way."""
    return planned.kind is Kind.POINTS or (planned.kind is Kind.PROBLEM and unreadable(planned, text) is None)


def answer_event(planned: Planned, given: Given, session_id: str, at_ms: int, study_day: int) -> Event:
    """Return how the log keeps an answer: without a rating, so that it never moves memory.

    Args:
        planned: the question.
        given: the answer, judged.
        session_id: of the interview.
        at_ms: when, UTC epoch milliseconds.
        study_day: the learner's.
    """
    problem = from_line(planned.content) if planned.kind is Kind.PROBLEM else None
    spoken = planned.kind is Kind.POINTS
    return Event(
        id=new_id(),
        kind="answer",
        at_ms=at_ms,
        study_day=study_day,
        mode="interview",
        session_id=session_id,
        card_key=planned.key,
        text=given.text,
        verdict=None if spoken else given.outcome,
        misconception=given.misconception or None,
        duration_ms=given.spent_ms,
        problem_id=problem.id if problem else None,
        problem=marking.problem_record(problem),
        data=json.dumps({"confidence": given.confidence, "ticks": given.ticks}),
    )
