"""What an interview and its report say, as lines of text that are safe to print."""

from __future__ import annotations

from studydl.plain.page import readable
from studydl.study.interviews.next_steps import Report
from studydl.study.interviews.report import Row, beside, clock_text, date_text, headline, result_text
from studydl.study.interviews.state import CONFIDENCE, InterviewView, Stage
from studydl.study.view import Form, Question
from studydl.text.safe import safe_text

SURE = f"How sure are you? {', '.join(f'{number} {words}' for number, words in CONFIDENCE.items())}."


def question_lines(view: InterviewView, width: int) -> list[str]:
    """Return what a stage begins with: a question, how sure one is, or the points to tick.

    Args:
        view: what the interview shows; not done.
        width: columns to wrap text to.
    """
    question = view.question
    assert question is not None
    if view.stage is Stage.SURE:
        return [SURE]
    if view.stage is Stage.TICKING:
        points = (f"{number}. {readable(point, width)}" for number, point in enumerate(question.points, 1))
        return ["Which of these did you say? The clock stands.", *points, _how_to_tick()]
    about = safe_text(". ".join(filter(None, (question.deck, question.title))))
    counter = f"Question {view.number} of {view.total}, {view.answered} answered, {clock_text(view.left_ms)} left."
    lines = ["", f"{counter} {about}", "", readable(question.prompt, width), ""]
    if question.conventions:
        lines.append(f"Conventions: {'; '.join(readable(line, width) for line in question.conventions)}")
    lines += [f"{number}. {readable(text, width)}" for number, text in enumerate(question.options, 1)]
    if view.text:
        lines.append(f"Your text was: {safe_text(view.text)}")
    return [*lines, _how_to_answer(question)]


def _how_to_answer(question: Question) -> str:
    match question.form:
        case Form.TYPED:
            asked = f" ({safe_text(question.asked)})" if question.asked else ""
            return f"Type the answer{asked}. :help lists the commands."
        case Form.CHOICE:
            return f"Choose 1 to {len(question.options)}. :help lists the commands."
    return "Say it aloud, then press enter. :help lists the commands."


def _how_to_tick() -> str:
    return "Type their numbers, such as 1 3, or press enter for none."


def report_lines(report: Report, width: int) -> list[str]:
    """Return the report of an interview.

    Args:
        report: the report.
        width: columns to wrap text to.
    """
    taken = report.taken
    lines = ["", f"Interview {taken.number}, {date_text(taken.started_ms)}", headline(taken), safe_text(beside(taken))]
    lines += ["", "Questions:", *map(_line, taken.rows)]
    if taken.spoken:
        lines += ["", f"Spoken: {taken.heard} points heard. Self-rated: they count for nothing above."]
    if taken.calibration:
        lines += ["", "How sure, and how right:"]
        lines += [f"{words}: {count} right" for words, count in taken.calibration]
    if report.earlier:
        lines += ["", "Earlier, on the topics in common:"]
        for each in report.earlier:
            when = "all together" if each.number is None else f"{date_text(each.started_ms)}, interview {each.number}"
            lines.append(f"{when}: {each.before} right then, {each.now} now{' (same questions)' if each.same else ''}")
    missed = [row for row in taken.missed if not row.spoken]
    for row in missed:
        lines += ["", *_solution(row, width)]
    lines += ["", "Next:", *(f"{number}. {safe_text(step.label)}" for number, step in enumerate(report.next, 1))]
    return lines


def _line(row: Row) -> str:
    mistake = f", {row.given.misconception}" if row.given.misconception else ""
    return safe_text(f"{row.number}. {row.topic}: {result_text(row)}, {clock_text(row.given.spent_ms)}{mistake}")


def _solution(row: Row, width: int) -> list[str]:
    question, given = row.question, row.given
    lines = [f"Question {row.number}, {safe_text(question.title)}", readable(question.prompt, width)]
    if given.outcome:
        yours = readable(given.text, width) if question.form is Form.CHOICE else safe_text(given.text)
        lines.append(f"Yours: {yours}")
    lines.append(f"Right: {readable(question.answer, width)}")
    if given.message:
        lines.append(readable(given.message, width) if given.misconception else safe_text(given.message))
    if question.explanation:
        lines.append(readable(question.explanation, width))
    return lines
