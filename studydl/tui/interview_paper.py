"""The report of an interview as a document for paper: Markdown, HTML or PDF."""

from __future__ import annotations

from pathlib import Path

from studydl.errors import StudydlError, UsageError
from studydl.files import check_new, write_whole
from studydl.sheets.document import Block, Document, Grid, Part, Solution, Words
from studydl.sheets.formats import SUFFIXES, rendered
from studydl.study.interviews.next_steps import Report
from studydl.study.interviews.report import Row, beside, clock_text, date_text, headline, result_text
from studydl.study.interviews.state import CONFIDENCE
from studydl.study.view import Form
from studydl.text.markup import verbatim


def document(report: Report) -> Document:
    """Return the report as a document; its second part has every question with its answer."""
    taken = report.taken
    title = f"Interview {taken.number}, {date_text(taken.started_ms)}"
    blocks: list[Block] = [Words(f"**{verbatim(headline(taken))}**"), Words(verbatim(beside(taken)))]
    head = ("question", "topic", "result", "time", "how sure", "mistake")
    blocks.append(Grid(head, tuple(map(_cells, taken.rows))))
    if taken.spoken:
        blocks.append(Words(f"Spoken: {taken.heard} points heard. Self-rated, so they count for nothing above."))
    if taken.calibration:
        sure = tuple((words, f"{count} right") for words, count in taken.calibration)
        blocks.append(Grid(("how sure", "how right"), sure))
    if report.earlier:
        rows = tuple(
            (
                f"interview {each.number}" if each.number is not None else "all together",
                date_text(each.started_ms),
                f"{each.before} right",
                f"{each.now} right{' (the same questions)' if each.same else ''}",
            )
            for each in report.earlier
        )
        blocks += [Words("Earlier, on the topics in common:"), Grid(("earlier", "since", "then", "now"), rows)]
    steps = "\n".join(f"{number}. {verbatim(step.label)}" for number, step in enumerate(report.next, 1))
    blocks += [Words("Next:"), Words(steps)]
    return Document(title, (Part(title, "", tuple(blocks)), Part("Questions", "", tuple(map(_solution, taken.rows)))))


def _cells(row: Row) -> tuple[str, ...]:
    sure = CONFIDENCE.get(row.given.confidence, "")
    time = clock_text(row.given.spent_ms)
    return str(row.number), row.topic, result_text(row), time, sure, row.given.misconception


def _solution(row: Row) -> Solution:
    question, given = row.question, row.given
    yours = given.text if question.form is Form.CHOICE else verbatim(given.text)
    remarks = [f"Yours: {yours}" if yours and given.outcome else "", _message(row), question.explanation]
    if row.spoken:
        steps = tuple(
            f"{'said' if place in given.ticks else 'not said'}: {point}" for place, point in enumerate(question.points)
        )
    else:
        steps = question.steps
    return Solution(
        number=row.number,
        title=f"{question.title}: {result_text(row)}",
        text=question.prompt,
        answer=question.answer or "the points below",
        steps=steps,
        remark="\n\n".join(filter(None, remarks)),
        notes=tuple(filter(None, (question.source, question.problem_id))),
    )


def _message(row: Row) -> str:
    """Return a verdict's message as markup; only a misconception's is markup, the others may quote what was typed."""
    given = row.given
    return given.message if given.misconception else verbatim(given.message) if given.message else ""


def write(report: Report, path: Path, *, force: bool = False) -> None:
    """Write the report to a file whose suffix says the format.

    Args:
        report: the report.
        path: ends in .md, .html or .pdf.
        force: write over a file that is there.

    Raises:
        UsageError: another suffix, no such folder, or the file is there already.
        StudydlError: the file cannot be written.
    """
    if path.suffix not in SUFFIXES:
        raise UsageError(f"{path} cannot be written: its suffix says no format", f"Suffixes: {', '.join(SUFFIXES)}.")
    check_new(path, force)
    data = rendered(document(report), path.suffix)
    try:
        write_whole(path, data)
    except OSError as error:
        raise StudydlError(f"{path} cannot be written: {error.strerror}", "Nothing was left half-written.") from error
