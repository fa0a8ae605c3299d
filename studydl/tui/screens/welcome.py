"""What a new learner is asked: two short questions, each with a default that enter takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from studydl.text.safe import safe_text
from studydl.tui.commands import Command, bindings, keys_of
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.lists import MOVES, Barred
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from studydl.tui.application import StudyApp

WHAT = "studydl asks you a few questions on deep learning every day, and brings back what you are about to forget."
MINUTES = (5, 10, 15, 20, 30, 45, 60)
WHEN = "When is the interview? Year-month-day; leave it empty if you do not know yet."
SHEETS = "A set: studydl sheet make --topic conv --count 10 --out set.pdf (studydl sheet make --help says more)."


class Goal(StrEnum):
    """What somebody wants of studydl."""

    DAILY = "Daily study"
    INTERVIEW = "An interview on a date"
    SHEETS = "Practice sets for others"


class Step(StrEnum):
    """Which question is on the screen."""

    GOAL = "goal"
    DAY = "day"
    START = "start"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said.

    Args:
        goal: what for.
        minutes: of a session.
        start: name of the deck to start with; empty for the first one.
        day: of the interview, if there is one.
    """

    goal: Goal = Goal.DAILY
    minutes: int = 20
    start: str = ""
    day: date | None = None


WELCOME = (
    Command("welcome.next", "enter", "next", "next", "Take the choice the bar is on, and go on"),
    Command("welcome.less", "left", "minutes(-1)", "fewer minutes", "Shorter sessions", phases=frozenset({Step.START})),
    Command("welcome.more", "right", "minutes(1)", "more", "Longer sessions", phases=frozenset({Step.START})),
    Command("welcome.back", "escape", "back", "back", "Go back, or pass the questions over"),
)


NEXT = Binding(keys_of("welcome.next", "enter"), "screen.next", "next", tooltip=WELCOME[0].help, id="welcome.next")


class DayLine(Input):
    """The line the day is typed in; enter is the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [NEXT]


class Choices(Barred, inherit_bindings=False):
    """A list whose keys are told by the screen; left and right stay with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        NEXT,
        *MOVES,
    ]


class WelcomeScreen(Screen[Asked | None]):
    """Asks what for, and where to start. Its result is None when the questions were passed over.

    Args:
        decks: (name, title) of the decks one may start with.
    """

    AUTO_FOCUS = "#choices"
    MENU = WELCOME
    BINDINGS = bindings(WELCOME)
    app: StudyApp

    def __init__(self, decks: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._decks = decks
        self._step = Step.GOAL
        self._goal = Goal.DAILY
        self._day: date | None = None
        self._minutes = MINUTES.index(20)

    def compose(self) -> ComposeResult:
        """Lay out: what this is, the question, its choices, the keys."""
        with Vertical(id="column"):
            yield Static("studydl", id="head", markup=False)
            yield Static(id="what")
            yield Static(id="ask")
            yield Static(id="said")
            yield Choices(id="choices", compact=True)
            yield DayLine(id="day", compact=True, max_length=10, placeholder=_some_day())
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Ask the first question."""
        self._ask(Step.GOAL)

    def _ask(self, step: Step) -> None:
        self._step = step
        choices, day = self.query_one(Choices), self.query_one("#day", Input)
        choices.display, day.display = step is not Step.DAY, step is Step.DAY
        self.query_one("#what", Static).update(Text(WHAT if step is Step.GOAL else "", "dim"))
        self.query_one("#what").display = step is Step.GOAL
        if step is Step.GOAL:
            self._list("What is it for?", [(goal.name, goal.value) for goal in Goal], self._goal.name)
        elif step is Step.DAY:
            self.query_one("#ask", Static).update(Text(WHEN))
            day.focus()
        else:
            self._list("Where do you start?", [("", "At the beginning"), *self._decks], "")
        self._say("")
        self.query_one(KeyBar).labels = {"back": "skip"} if step is Step.GOAL else {}
        self.refresh_bindings()

    def _list(self, question: str, rows: Sequence[tuple[str, str]], chosen: str) -> None:
        self.query_one("#ask", Static).update(Text(question, "bold"))
        choices = self.query_one(Choices)
        # An id may not be empty, nor hold what a deck's name may hold: the place in the list stands for the row.
        self._rows = [name for name, _ in rows]
        choices.set_options([Option(Text(safe_text(title), no_wrap=True)) for _, title in rows])
        choices.highlighted = self._rows.index(chosen)
        choices.focus()

    def _say(self, text: str) -> None:
        if not text and self._step is Step.START:
            text = f"{MINUTES[self._minutes]} minutes a session (left and right change it)"
        self.query_one("#said", Static).update(Text(text, "dim"))
        self.query_one("#said").display = bool(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the minutes where they are asked for."""
        return action != "minutes" or self._step is Step.START

    @on(OptionList.OptionSelected)
    def take(self) -> None:
        """Take the choice that was clicked."""
        self.action_next()

    def action_next(self) -> None:
        """Take what is chosen and ask the next question, or end."""
        if self._step is Step.DAY:
            self._take_day(self.query_one("#day", Input).value.strip())
            return
        chosen = self._rows[self.query_one(Choices).highlighted or 0]
        if self._step is Step.START:
            self.dismiss(Asked(self._goal, MINUTES[self._minutes], chosen, self._day))
            return
        self._goal = Goal[chosen]
        if self._goal is Goal.SHEETS:
            self.dismiss(Asked(self._goal))
        else:
            self._ask(Step.DAY if self._goal is Goal.INTERVIEW else Step.START)

    def _take_day(self, text: str) -> None:
        try:
            self._day = date.fromisoformat(text) if text else None
        except ValueError:
            self._say(f"{safe_text(text)!r} is no date. A date looks like {_some_day()}.")
            return
        if self._day is not None and self._day < date.today():
            self._say("That day is over. Type a later one, or leave the line empty.")
            return
        self._ask(Step.START)

    def action_minutes(self, step: int) -> None:
        """Change the minutes of a session."""
        self._minutes = min(max(self._minutes + step, 0), len(MINUTES) - 1)
        self._say("")

    def action_back(self) -> None:
        """Go back to the question before; from the first one, pass all over."""
        if self._step is Step.GOAL:
            self.dismiss(None)
        else:
            self._ask(Step.DAY if self._step is Step.START and self._goal is Goal.INTERVIEW else Step.GOAL)


def _some_day() -> str:
    """Return a day to come, for an example."""
    return (date.today() + timedelta(days=90)).isoformat()
