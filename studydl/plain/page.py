"""What a view says, as lines of text that are safe to print."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from studydl.answers.verdicts import Outcome, Verdict
from studydl.memory.model import Rating
from studydl.study.view import Form, Question, Stage, Summary, View
from studydl.text.markup import MarkupError, plain
from studydl.text.safe import safe_text

_OUTCOMES = {
    Outcome.CORRECT: "correct",
    Outcome.CONVENTION: "right for another convention",
    Outcome.INCORRECT: "incorrect",
    Outcome.IMPRECISE: "not precise enough",
}
_RETRY = {
    Outcome.UNREADABLE: "Not read; it costs nothing.",
    Outcome.IMPRECISE: "Not precise enough; you may try once more.",
    Outcome.CONVENTION: "Right for another convention; you may try once more.",
}


def readable(source: str, width: int) -> str:
    """Return markup as plain text; markup that cannot be read is shown as it is, never withheld."""
    try:
        return plain(source, width)
    except MarkupError:
        return safe_text(source)


def question_lines(view: View, width: int) -> list[str]:
    """Return a question: counter, prompt, conventions, hints shown so far, options, how to answer."""
    question = view.question
    assert question is not None
    lines = ["", _counter(view, question)]
    if question.notice:
        lines.append(safe_text(question.notice))
    lines += ["", readable(question.prompt, width), ""]
    if question.conventions:
        lines.append(_labelled("Conventions", "; ".join(question.conventions), width))
    lines += [_labelled(f"Step {number}", step, width) for number, step in enumerate(question.given, 1)]
    lines += [hint_line(view, number, width) for number in range(1, len(view.hints) + 1)]
    lines += [f"{number}. {readable(text, width)}" for number, text in enumerate(question.options, 1)]
    if view.text:
        lines.append(f"Your text was: {safe_text(view.text)}")
    return [*lines, _how_to_answer(question)]


def _counter(view: View, question: Question) -> str:
    about = [question.deck]
    if question.problem_id:
        about += [question.title] if question.level is None else [f"{question.title}, level {question.level}"]
    named = safe_text(". ".join(filter(None, about)))
    return f"Question {view.answered + 1}, {view.progress}. {named}".rstrip()


def _how_to_answer(question: Question) -> str:
    match question.form:
        case Form.TYPED:
            asked = f" ({safe_text(question.asked)})" if question.asked else ""
            return f"Type the answer{asked}. :help lists the commands."
        case Form.CHOICE:
            return f"Choose 1 to {len(question.options)}. h lists the commands."
        case Form.POINTS:
            return "Say it aloud, then press enter. h lists the commands."
        case Form.EXAMPLE:
            return "A worked example: press enter for each step. n skips the lesson, h lists the commands."
        case Form.REVEAL:
            return "Think, then press enter. h lists the commands."


def hint_line(view: View, number: int, width: int) -> str:
    """Return one of the hints shown so far, counted from 1."""
    assert view.question is not None
    name = "Step" if view.question.form is Form.EXAMPLE else "Hint"
    return _labelled(f"{name} {number} of {len(view.question.hints)}", view.hints[number - 1], width)


def retry_lines(view: View, width: int) -> list[str]:
    """Return why a text does not count, and that it may be typed again."""
    verdict = view.verdict
    if verdict is None:
        return []
    lines = [_RETRY.get(verdict.outcome, "Once more, please.")]
    if verdict.read_as:
        lines.append(f"Read as: {safe_text(verdict.read_as)}")
    if verdict.message:
        lines.append(_message(verdict, width))
    if verdict.position is not None:
        lines.append(f"Reading stopped at character {verdict.position + 1} of: {safe_text(view.text)}")
    return [*lines, "Type the answer again."]


def saved_answer(view: View, what: str = "") -> str:
    """Return the acknowledgement of a graded answer that has just been committed.

    Args:
        view: the view that grading returned.
        what: what was saved, if it was no answer but "don't know".
    """
    if not what and view.verdict is not None:
        what = _OUTCOMES.get(view.verdict.outcome, view.verdict.outcome.value)
    return f"saved: {what}{_next(view, view.suggested)}"


def saved_rating(view: View, rating: Rating) -> str:
    """Return the acknowledgement of a rating given to this view."""
    return f"saved: {rating.name.lower()}{_next(view, rating)}"


def _next(view: View, rating: Rating | None) -> str:
    interval = dict(view.intervals).get(rating) if rating else None
    return f", next in {safe_text(interval)}" if interval else ""


def verdict_lines(view: View, width: int) -> list[str]:
    """Return what was understood, the message on it, the right answer, and what may be done now."""
    question, verdict = view.question, view.verdict
    assert question is not None
    lines = []
    if verdict is not None and verdict.read_as:
        # The option of a choice is markup, what was typed is not: 2*3*4 has no emphasis.
        chosen = question.form is Form.CHOICE
        lines.append(f"Read as: {readable(verdict.read_as, width) if chosen else safe_text(verdict.read_as)}")
    if verdict is not None and verdict.message:
        lines.append(_message(verdict, width))
    return [*lines, *answer_lines(view, width)]


def answer_lines(view: View, width: int) -> list[str]:
    """Return the right answer with its explanation, and what may be done now."""
    question = view.question
    assert question is not None
    label = "Correct answer" if view.stage is Stage.VERDICT else "Answer"
    lines = [_labelled(label, question.answer, width)] if question.answer else []
    if question.points:
        lines += ["Points to have said:", *(f"- {readable(point, width)}" for point in question.points)]
    if question.explanation:
        lines += ["", readable(question.explanation, width), ""]
    if not question.problem_id:  # the title of a card may give its answer away, so it was not shown before
        lines.append(f"Card: {safe_text(question.title)}")
    if question.source:
        lines.append(f"Source: {safe_text(question.source)}")
    if view.leech:
        lines.append(safe_text(view.leech))
    if view.note:
        lines.append(note_line(view))
    return [*lines, _ratings(view)]


def note_line(view: View) -> str:
    """Return the learner's own words on the card."""
    return f"Your note: {safe_text(view.note)}"


def _ratings(view: View) -> str:
    intervals = dict(view.intervals)
    each = (
        f"{rating.value} {rating.name.lower()}" + (f" ({safe_text(intervals[rating])})" if rating in intervals else "")
        for rating in Rating
    )
    accepts = f" Enter accepts {view.suggested.value}." if view.suggested else ""
    return f"Rate: {', '.join(each)}.{accepts} h lists the commands."


def _message(verdict: Verdict, width: int) -> str:
    """Return a verdict's message; only a misconception's is markup, the others may quote what was typed."""
    return readable(verdict.message, width) if verdict.misconception else safe_text(verdict.message)


def steps_lines(question: Question, width: int) -> list[str]:
    """Return the worked solution, numbered."""
    return [_labelled(f"Step {number}", step, width) for number, step in enumerate(question.steps, 1)]


def code_lines(question: Question) -> list[str]:
    """Return the code, indented by 4."""
    return [f"    {line}".rstrip() for line in safe_text(question.code).split("\n")]


def summary_lines(summary: Summary, wait_ms: int | None) -> list[str]:
    """Return what the session came to."""
    if not summary.answered:
        lines = ["Nothing to study now."]
    else:
        passed = f"{summary.passed} right at the first try"
        lines = ["", f"Done. {summary.answered} answered, {passed}, in {summary.took}."]
    lines += _listed("To look at again", summary.again)
    lines += _listed("Forgotten very often", (f"{title}: {remedy}" for title, remedy in summary.leeches))
    lines += _listed("Mistakes met", (f"{name} ({times})" for name, times in summary.misconceptions))
    lines += _listed("Coming back", (f"{when} {count}" for when, count in summary.returns))
    lines += _listed("Set aside", [summary.set_aside] if summary.set_aside else [])
    if wait_ms is not None:
        lines.append(f"A card still being learned comes back at {datetime.fromtimestamp(wait_ms / 1000):%H:%M}.")
    return lines


def _listed(label: str, items: Iterable[str]) -> list[str]:
    text = "; ".join(items)
    return [f"{label}: {safe_text(text)}"] if text else []


def _labelled(label: str, source: str, width: int) -> str:
    """Return markup after a label, on lines of its own when it does not fit on the label's line."""
    text = readable(source, width - len(label) - 2)
    return f"{label}:\n{readable(source, width)}" if "\n" in text else f"{label}: {text}"
