"""What the study screen shows of a view: pure functions from a view to Rich renderables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from studydl.answers.verdicts import Outcome, Verdict
from studydl.memory.model import Phase, Rating
from studydl.study.view import Form, Question, Stage, View
from studydl.tui.widgets.look import Look
from studydl.tui.widgets.rendering import code, plain, rendered, spaced


def head(view: View, look: Look) -> tuple[Text, Text]:
    """Say where one is: deck, title unless it would give the answer away, level; and the cards left."""
    question = view.question
    where = Text()
    if question is not None:
        open_title = question.form in (Form.TYPED, Form.EXAMPLE) or view.stage in (Stage.REVEALED, Stage.VERDICT)
        where.append_text(plain(question.deck, look.dim))
        if open_title and question.title:
            where.append("  ").append_text(plain(question.title))
        if question.level is not None:
            where.append(f"  level {question.level}", look.dim)
    return where, Text(view.progress, look.dim)


def prompt(view: View, look: Look) -> Group:
    """Draw the question, what it states, and the hints asked for; after the verdict, the options with their marks.

    Returns:
        The very same object while nothing of that has changed, so that it need not be laid out again.
    """
    question = view.question
    assert question is not None
    marked = question.form is Form.CHOICE and view.stage is Stage.VERDICT
    seen = question.options if marked or question.form is Form.TYPED else ()
    same = replace(question, options=seen, phase=Phase.NEW)  # what else may change is not seen here
    return _prompt(same, view.hints, view.text if marked else None, look)


@lru_cache(maxsize=4)
def _prompt(question: Question, hints: tuple[str, ...], chosen: str | None, look: Look) -> Group:
    parts: list[RenderableType] = []
    if question.notice:
        lesson = question.given or question.form is Form.EXAMPLE
        parts.append(plain(question.notice, look.dim if lesson else look.warn))
    parts.append(rendered(question.prompt, look))
    if chosen is not None:
        parts.append(_marked_options(question, chosen, look))
    if question.conventions:
        parts.append(Group(*(rendered(line, look, look.dim) for line in question.conventions)))
    if question.form is Form.TYPED and question.options:  # a problem with options: its number or text is typed
        parts.append(_numbered(question.options, look))
    if question.given:
        parts.append(_numbered((*question.given, "…"), look))
    if hints:
        parts.append(_numbered(hints, look))
    return spaced(parts)


def solution(view: View, look: Look, *, steps: bool, code: bool) -> Group | None:
    """Draw what may be seen after the answer, or return None before it.

    Args:
        view: what the session shows.
        look: the colors.
        steps: True if the worked solution was asked for.
        code: True if the code was asked for.

    Returns:
        The very same object for the same, as `prompt` does.
    """
    if view.question is None or view.stage not in (Stage.REVEALED, Stage.VERDICT):
        return None
    after = _After(view.stage, view.text, view.verdict, view.leech, view.note)
    return _solution(after, view.question, look, steps, code)


@dataclass(frozen=True, slots=True)
class _After:
    """What a solution tells besides the question: see `View`."""

    stage: Stage
    text: str
    verdict: Verdict | None
    leech: str
    note: str


@lru_cache(maxsize=4)
def _solution(after: _After, question: Question, look: Look, steps: bool, code: bool) -> Group:
    parts = list(_verdict(after, question, look) if after.stage is Stage.VERDICT else _revealed(question, look))
    if question.explanation:
        parts.append(rendered(question.explanation, look))
    if after.leech:
        parts.append(plain(after.leech, look.warn))
    if steps and question.steps:
        parts.append(_numbered(question.steps, look))
    if code and question.code:
        parts.append(_code(question.code, look))
    if question.source:
        parts.append(plain(question.source, look.dim))
    if after.note:
        parts.append(plain("Your note: ", look.dim).append_text(plain(after.note)))
    return spaced(parts)


def _code(text: str, look: Look) -> RenderableType:
    return code(text, look)


def _revealed(question: Question, look: Look) -> Iterator[RenderableType]:
    if question.answer:
        yield rendered(question.answer, look, "bold")
    if question.form is Form.POINTS:
        yield Text("Tick the points you said.", look.dim)


def _verdict(after: _After, question: Question, look: Look) -> Iterator[RenderableType]:
    verdict = after.verdict
    if question.form is Form.TYPED and not after.text:
        yield Text("– Not known", f"bold {look.warn}")
    elif verdict is not None and verdict.outcome is Outcome.CORRECT:
        yield Text("✓ Right", f"bold {look.good}")
    else:
        yield Text("✗ Not right", f"bold {look.bad}")
    rows = Table.grid(padding=(0, 2, 0, 0))
    rows.add_column(style=look.dim, no_wrap=True)
    rows.add_column(overflow="fold")
    if question.form is Form.TYPED:  # the options of a choice carry their marks themselves
        if after.text:
            rows.add_row("yours", _as_read(after.text, verdict, look))
        rows.add_row("right", rendered(question.answer, look, "bold"))
        yield rows
    if verdict is not None and verdict.misconception:
        yield Group(plain(verdict.misconception, f"bold {look.warn}"), _message(verdict, look))
    elif verdict is not None and verdict.message:
        yield _message(verdict, look)


def _as_read(text: str, verdict: Verdict | None, look: Look) -> Text:
    """Return the learner's text, and how it was read where that says more."""
    read_as = verdict.read_as if verdict else ""
    if not read_as or read_as.replace(" ", "") == text.replace(" ", ""):
        return plain(text)
    return plain(text).append("   read as ", look.dim).append_text(plain(read_as))


def _message(verdict: Verdict, look: Look, style: str = "") -> RenderableType:
    """Return a verdict's message; only a misconception's is markup, the others may quote what was typed."""
    return rendered(verdict.message, look, style) if verdict.misconception else plain(verdict.message, style)


def _marked_options(question: Question, chosen: str, look: Look) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for text in question.options:
        if text == question.answer:
            grid.add_row(Text("✓", look.good), rendered(text, look, look.good))
        elif text == chosen:
            grid.add_row(Text("✗", look.bad), rendered(text, look, look.bad))
        else:
            grid.add_row("", rendered(text, look, look.dim))
    return grid


def _numbered(steps: tuple[str, ...], look: Look) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", style=look.dim, no_wrap=True)
    grid.add_column(overflow="fold")
    for number, step in enumerate(steps, start=1):
        grid.add_row(str(number), rendered(step, look))
    return grid


def option(index: int, text: str, look: Look, ticked: bool | None) -> Table:
    """Draw one option of a choice, or one point of a checklist.

    Args:
        index: 0-based; the digit that picks it is one more.
        text: markup.
        look: the colors.
        ticked: whether the point is ticked; None for an option.
    """
    mark = str(index + 1) if ticked is None else f"{index + 1} [{'x' if ticked else ' '}]"
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(Text(mark), rendered(text, look))
    return grid


def note(view: View, look: Look, said: str) -> RenderableType:
    """Return the line under the answer: what was just said, what to mend, what happened, or how to write it.

    Args:
        view: what the session shows.
        look: the colors.
        said: something about the last key, which goes first; may be empty.
    """
    if said:
        return plain(said, look.warn)
    if view.stage is Stage.RETRY and view.verdict is not None:
        words = _message(view.verdict, look, look.warn)
        if not view.verdict.read_as:
            return words
        return Group(plain(f"Read as {view.verdict.read_as}.", look.dim), words)
    if view.message:
        return plain(view.message, look.dim)
    question = view.question
    if question is None or view.stage is not Stage.ASKING:
        return ""
    if question.form is Form.REVEAL and not view.answered:
        return Group("", plain("Think of the answer, then press enter to see it.", look.dim))
    return plain(question.asked, look.dim)


def rating_of_share(ticked: int, points: int) -> Rating:
    """Return the rating that fits a share of points said: all of them Good, half of them Hard, fewer Again.

    Args:
        ticked: points said.
        points: points there are, at least one.
    """
    if ticked == points:
        return Rating.GOOD
    return Rating.HARD if 2 * ticked >= points else Rating.AGAIN
