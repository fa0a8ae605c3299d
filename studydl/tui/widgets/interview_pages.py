"""What the report of an interview shows: pure functions to Rich renderables."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from studydl.study.interviews.next_steps import Comparison, Report
from studydl.study.interviews.report import (
    Count,
    Result,
    Row,
    Taken,
    beside,
    clock_text,
    date_text,
    headline,
    result_text,
)
from studydl.study.view import Form
from studydl.tui.widgets.look import Look
from studydl.tui.widgets.rendering import plain, rendered, spaced

NARROW = 70  # columns below which a question takes two lines
BAR = 10  # cells


def report(found: Report, look: Look, width: int) -> Group:
    """Draw the report, without the questions to learn from.

    Args:
        found: the report.
        look: the colors.
        width: cells there are.
    """
    taken = found.taken
    parts: list[RenderableType] = [Group(Text(headline(taken), "bold"), plain(beside(taken), look.dim))]
    parts.append(_section("Next", _grid(_next(found)), look))
    parts.append(_section("Questions", questions(taken, look, width), look))
    if taken.spoken:
        heard = f"{taken.heard} points heard, self-rated: they stand apart and count for nothing above"
        parts.append(_section("Spoken", Text(heard), look))
    if taken.calibration:
        parts.append(_section("How sure, and how right", _calibration(taken, look), look))
    if found.earlier:
        parts.append(_section("Earlier, on the topics in common", _grid(map(_compared, found.earlier)), look))
    return spaced(parts)


def to_learn_from(taken: Taken, look: Look, *, solutions: bool) -> RenderableType:
    """Draw the questions that were missed, spoken ones apart; nothing if there are none.

    Args:
        taken: the interview.
        look: the colors.
        solutions: True if the worked solutions were asked for.
    """
    missed = [row for row in taken.missed if not row.spoken]
    if not missed:
        return ""
    return _section("To learn from", spaced(_solution(row, look, solutions) for row in missed), look)


def questions(taken: Taken, look: Look, width: int) -> Table:
    """Draw a line for each question: topic, result, time and named mistake.

    Args:
        taken: the interview.
        look: the colors.
        width: cells there are; where they are few, the mistake stands on a line of its own.
    """
    grid = Table.grid(padding=(0, 2, 0, 0))
    for column in ("right", "left", "left", "right"):
        grid.add_column(justify="right" if column == "right" else "left", no_wrap=column == "right")
    wide = width >= NARROW
    if wide:
        grid.add_column(overflow="fold")
    for row in taken.rows:
        mistake = plain(row.given.misconception, look.warn)
        result = _result(row, look)
        cells: list[RenderableType] = [str(row.number), plain(row.topic), result, clock_text(row.given.spent_ms)]
        if wide:
            cells.append(mistake)
        elif row.given.misconception:
            cells[2] = Group(result, mistake)
        grid.add_row(*cells)
    return grid


def _result(row: Row, look: Look) -> Text:
    mark, style = {
        Result.RIGHT: ("✓", look.good),
        Result.SPOKEN: ("·", ""),
        Result.OPEN: ("–", look.dim),
    }.get(row.result, ("✗", look.bad))
    return Text(f"{mark} {result_text(row)}", style)


def _next(found: Report) -> Iterable[tuple[RenderableType, RenderableType]]:
    return ((Text(str(number), "bold"), plain(step.label)) for number, step in enumerate(found.next, 1))


def _calibration(taken: Taken, look: Look) -> Group:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for words, count in taken.calibration:
        grid.add_row(Text(words), _bar(count), Text(f"{count} right"))
    sure = [row for row in taken.judged if row.given.confidence == 3 and row.missed]
    if not sure:
        return Group(grid)
    numbers = ", ".join(str(row.number) for row in sorted(sure, key=lambda row: row.number))
    one = "question" if len(sure) == 1 else "questions"
    return Group(grid, Text(f"Sure and not right: {one} {numbers}. Look at these first.", look.warn))


def _bar(count: Count) -> Text:
    full = round(BAR * count.right / count.of)
    return Text("█" * full + "░" * (BAR - full))


def _compared(each: Comparison) -> tuple[RenderableType, RenderableType]:
    when = "all together" if each.number is None else f"{date_text(each.started_ms)}, interview {each.number}"
    same = " (the same questions)" if each.same else ""
    return Text(when), Text(f"{each.before} right then, {each.now} now{same}")


def _solution(row: Row, look: Look, solutions: bool) -> RenderableType:
    """Draw a question that was missed, with what was given and what is right."""
    question, given = row.question, row.given
    parts: list[RenderableType] = [
        Group(plain(f"{row.number}. {question.title}", "bold"), rendered(question.prompt, look))
    ]
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(no_wrap=True)
    rows.add_column(overflow="fold")
    if given.outcome:
        choice = question.form is Form.CHOICE
        rows.add_row(Text("yours", look.dim), rendered(given.text, look) if choice else plain(given.text))
    rows.add_row(Text("right", look.dim), rendered(question.answer, look, "bold"))
    parts.append(rows)
    if given.message:
        parts.append(rendered(given.message, look) if given.misconception else plain(given.message))
    if solutions:
        if question.explanation:
            parts.append(rendered(question.explanation, look))
        if question.steps:
            parts.append(
                _grid((Text(str(n), look.dim), rendered(step, look)) for n, step in enumerate(question.steps, 1))
            )
    return Group(*parts)


def _section(title: str, body: RenderableType, look: Look) -> Group:
    return Group(Text(title, look.dim), body)


def _grid(rows: Iterable[tuple[RenderableType, RenderableType]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column()
    grid.add_column(overflow="fold")
    for left, right in rows:
        grid.add_row(left, right)
    return grid


def listed(taken: Taken) -> str:
    """Return one line for the list of interviews."""
    topics = ", ".join(taken.options.topics) or "all topics"
    result = f"{taken.score} right  level {taken.options.level}"
    return f"{taken.number}  {date_text(taken.started_ms)}  {result}  {topics}"
