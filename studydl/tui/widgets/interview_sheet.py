"""The sheet of the interview: the study sheet with a clock at its head, and a question about confidence."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from studydl.study.interviews.report import clock_text
from studydl.study.interviews.state import CONFIDENCE, InterviewView, Stage
from studydl.study.view import Form, Left, View
from studydl.study.view import Stage as Shown
from studydl.tui.widgets import pages
from studydl.tui.widgets.look import Look, look_of
from studydl.tui.widgets.question_page import Place
from studydl.tui.widgets.rendering import plain, rendered, spaced
from studydl.tui.widgets.sheet import Sheet

LAST_MINUTE = 60_000
SPEAK = "Say it aloud, as in an interview. Enter when you are done."
FAIR = 2  # the confidence the bar is on first


class InterviewSheet(Sheet):
    """Shows what an interview shows. It knows no interview: the screen gives it a view and the time left."""

    def __init__(self) -> None:
        super().__init__(panes=False)
        self.now: InterviewView | None = None
        self.left_ms = 0

    def present(self, now: InterviewView) -> bool:
        """Show the next view.

        Returns:
            True if it is another question or another stage of it, False if the learner is still at the same.
        """
        before, self.now, self.left_ms = self.now, now, now.left_ms
        moved = before is None or (before.number, before.stage) != (now.number, now.stage)
        ticking = now.stage is Stage.TICKING
        if moved:
            self.view = None
        elif ticking:
            self._tick_again()
            return False
        self.show(View(Shown.REVEALED if ticking else Shown.ASKING, now.question, Left(), text=now.text))
        if moved and now.stage is Stage.SURE:
            self.page.bring(Place.END)
        if now.position is not None:
            self.box.show(now.text, now.position)
        return moved

    def _tick_again(self) -> None:
        """Draw the points whose tick has changed, with the bar where it was."""
        assert self.now is not None and self.now.question is not None
        ticks = frozenset(self.now.ticks)
        for index in ticks ^ self.ticked:
            drawn = pages.option(index, self.now.question.points[index], look_of(self.app), index in ticks)
            self.page.redraw(index, drawn)
        self.ticked = ticks

    def _list(self) -> None:
        now, look = self.now, look_of(self.app)
        assert now is not None and now.question is not None
        self.ticked = frozenset(now.ticks)
        if now.stage is Stage.SURE:
            self.page.offer(pages.option(number - 1, words, look, None) for number, words in CONFIDENCE.items())
            self.page.highlighted = FAIR - 1
        else:
            super()._list()
            self.page.highlighted = 0 if now.stage is Stage.TICKING else None

    def draw(self) -> None:
        """Draw the view again, in the colors of the theme."""
        super().draw()
        now, look = self.now, look_of(self.app)
        if now is None or now.question is None:
            return
        self.note.update(note(now, look, self.said))
        self.tell_time(self.left_ms)

    def asked(self, view: View, look: Look) -> Group:
        """Draw what is asked; while one says how sure one is, what was answered too."""
        prompt = super().asked(view, look)
        if self.now is None or self.now.stage is not Stage.SURE:
            return prompt
        return spaced([prompt, *_yours(self.now, look), Text("How sure are you?")])

    def tell_time(self, left_ms: int) -> None:
        """Show the time left.

        Args:
            left_ms: milliseconds on the clock.
        """
        self.left_ms = left_ms
        if self.now is not None:
            self.head.show(*head(self.now, left_ms, look_of(self.app)))


def head(now: InterviewView, left_ms: int, look: Look) -> tuple[Text, Text]:
    """Say where one is, and how much time is left; the last minute is marked by more than its color.

    Args:
        now: what the interview shows.
        left_ms: milliseconds on the clock.
        look: the colors.
    """
    question = now.question
    where = Text(f"{now.number} of {now.total}")
    where.append(f"  {now.answered} answered", look.dim)
    if question is not None:
        where.append("  ").append_text(plain(question.title or question.deck, look.dim))
    last = left_ms <= LAST_MINUTE and now.stage is not Stage.TICKING
    stands = " (the clock stands)" if now.stage is Stage.TICKING else ""
    clock = Text(
        f"{'! ' if last else ''}{clock_text(left_ms + 999)} left{stands}", f"bold {look.warn}" if last else "bold"
    )
    return where, clock


def note(now: InterviewView, look: Look, said: str) -> RenderableType:
    """Return the line under the answer: what was just said, what happened, or how to answer.

    Args:
        now: what the interview shows.
        look: the colors.
        said: something about the last key, which goes first; may be empty.
    """
    asked = now.question.asked if now.question and now.stage is Stage.ASKING else ""
    if said or now.position is not None:
        return plain(said or now.message, look.warn)
    speaking = now.stage is Stage.ASKING and now.question is not None and now.question.form is Form.POINTS
    if speaking and not now.message:
        return Group("", plain(SPEAK, look.dim))  # no box stands between it and the question
    return plain(now.message or asked, look.dim)


def _yours(now: InterviewView, look: Look) -> list[RenderableType]:
    """Return the answer that was given, while one says how sure one is of it."""
    assert now.question is not None
    if not now.text:
        return []
    choice = now.question.form is Form.CHOICE
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text("your answer", look.dim), rendered(now.text, look) if choice else plain(now.text))
    return [grid]
