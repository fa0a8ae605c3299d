"""What an answer is worth, and how the log keeps it."""

from __future__ import annotations

import json

import msgspec

from studydl.answers.grading import grade
from studydl.answers.verdicts import Outcome, Verdict
from studydl.decks.model import Card
from studydl.memory.model import Rating
from studydl.problems.exchange import problem_to_json
from studydl.problems.model import Problem
from studydl.store.log import Event
from studydl.study.question import is_right
from studydl.study.shelf import Shown
from studydl.study.standing import Standing
from studydl.study.view import Stage

GIVEN_UP = Verdict(Outcome.INCORRECT, message="Here is how it goes.")
LONGEST = 1000  # characters kept of what is typed; four times the longest that is read


def storable(text: str) -> str:
    """Return typed text as it can be kept: no lone surrogates (undecodable keyboard input), and not endless."""
    return text[:LONGEST].encode("utf-8", "replace").decode()


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


def is_slip(verdict: Verdict | None, event: Event) -> bool:
    """Say whether "method right, slipped" may be claimed: a problem's answer is wrong and matches no known mistake.

    Args:
        verdict: the verdict that counts.
        event: the answer.
    """
    if verdict is None or verdict.misconception or not (event.problem_id and event.text):
        return False
    return verdict.outcome in (Outcome.INCORRECT, Outcome.IMPRECISE)


def problem_record(problem: Problem | None) -> str | None:
    """Return what the log keeps of a problem, so that an upgrade never changes history: parameters and answer."""
    if problem is None:
        return None
    data = problem_to_json(problem)
    return json.dumps({name: data[name] for name in ("params", "prompt", "answer")}, ensure_ascii=False)


def answer_record(
    now: Standing, problem: Problem | None, text: str, verdict: Verdict | None, at_ms: int, brings: str | None = None
) -> dict[str, object]:
    """Return what the log keeps of an answer beside its rating and decision.

    Args:
        now: where the session stands with the question.
        problem: the problem shown, if it is one.
        text: what was typed or chosen.
        verdict: the verdict that counts; None for a self-rated card.
        at_ms: when it was answered, UTC epoch milliseconds.
        brings: key of the card it brings into the session, if it does.
    """
    kept: dict[str, object] = {"tries": now.tries, "second": now.second, "seed": now.seed}
    kept |= {name: value for name, value in (("scratch", now.scratch), ("brings", brings)) if value}
    return {
        "at_ms": at_ms,
        "aided": now.hints > 0 or now.second,
        "text": text,
        "verdict": verdict.outcome.value if verdict else None,
        "misconception": verdict.misconception if verdict else None,
        "hints": now.hints,
        "duration_ms": max(0, at_ms - now.shown_ms),
        "problem_id": now.problem_id,
        "problem": problem_record(problem),
        "data": msgspec.json.encode(kept).decode(),  # in a third of the time of json, while the next card waits
    }


def brought(answer: Event) -> str | None:
    """Return the key of the card an answer brought into the session, if it did."""
    key = json.loads(answer.data).get("brings") if answer.data else None
    return key if isinstance(key, str) else None


def asked_again(event: Event, seed: str, shown_ms: int) -> Standing:
    """Return where a session stands with a question whose answer was undone: hints and tries given stay given.

    Args:
        event: the undone event.
        seed: decides the order of options, if the event does not say.
        shown_ms: when it is shown again, UTC epoch milliseconds.
    """
    kept = json.loads(event.data) if event.data else {}
    return Standing(
        Stage.ASKING,
        str(event.card_key),
        event.problem_id,
        kept.get("seed", seed),
        text=event.text or "" if event.problem_id else "",
        tries=tuple(kept.get("tries", ())),
        second=kept.get("second", False),
        hints=event.hints,
        scratch=kept.get("scratch", ""),
        shown_ms=shown_ms,
    )


def verdict_again(shown: Shown, kept: Standing, event: Event | None) -> Verdict | None:
    """Return the verdict that stood on the screen when the session was left.

    Args:
        shown: the question.
        kept: where the session stood with it.
        event: its answer event; None if it was not answered.
    """
    if event is None:
        if kept.stage is not Stage.RETRY or shown.problem is None:
            return None
        return grade(shown.problem.answer, kept.tries[-1], shown.problem.misconceptions)
    if shown.problem is not None:
        if not event.text:
            return GIVEN_UP
        return grade(shown.problem.answer, event.text, shown.problem.misconceptions)
    if shown.card is not None and event.verdict is not None:
        return judge_option(shown.card, event.text or "")
    return None
