"""What an answer is worth, and how the log keeps it."""

from __future__ import annotations

import json

from studydl.answers.grading import grade
from studydl.answers.verdicts import Outcome, Verdict
from studydl.decks.model import Card
from studydl.memory.model import Rating
from studydl.problems.exchange import problem_to_json
from studydl.problems.model import Problem
from studydl.store.log import Event
from studydl.study.question import is_right
from studydl.study.shelf import Shown


def judge_option(card: Card, option: str) -> Verdict:
    """Return the verdict on an option of a choice or claim card."""
    outcome = Outcome.CORRECT if is_right(card, option) else Outcome.INCORRECT
    return Verdict(outcome, read_as=option)


def suggest(verdict: Verdict, hints: int, hints_there: int, second: bool) -> Rating:
    """Return the suggested rating of a graded answer; never Easy, time is not graded.

    Args:
        verdict: the verdict that counts.
        hints: hints taken.
        hints_there: hints there were; taking all of them is the whole solution.
        second: True if an imprecise or other-convention try came before.
    """
    if verdict.outcome is not Outcome.CORRECT:
        return Rating.AGAIN
    if hints and hints >= hints_there:
        return Rating.AGAIN
    return Rating.HARD if hints or second else Rating.GOOD


def problem_record(problem: Problem | None) -> str | None:
    """Return what the log keeps of a problem, so that an upgrade never changes history: parameters and answer."""
    if problem is None:
        return None
    data = problem_to_json(problem)
    return json.dumps({name: data[name] for name in ("params", "prompt", "answer")}, ensure_ascii=False)


def tries_record(tries: tuple[str, ...]) -> str | None:
    """Return the texts that did not count, as JSON; None if there were none."""
    return json.dumps({"tries": tries}, ensure_ascii=False) if tries else None


def undone_text(event: Event) -> str:
    """Return the text to put back into the answer box."""
    return event.text or "" if event.kind == "answer" and event.problem_id else ""


def verdict_again(shown: Shown, event: Event) -> Verdict | None:
    """Return the verdict of a committed answer once more, to come back to its screen.

    Args:
        shown: the question.
        event: its answer event.
    """
    if shown.problem is not None:
        if not event.text:
            return Verdict(Outcome.INCORRECT, message="Here is how it goes.")
        return grade(shown.problem.answer, event.text, shown.problem.misconceptions)
    if shown.card is not None and event.verdict is not None:
        return judge_option(shown.card, event.text or "")
    return None
