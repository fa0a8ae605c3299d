"""Before an interview: what it is to be about, with a default that enter takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
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

from studydl.errors import StoreError, StudydlError, UsageError
from studydl.study.interviews.wish import MOST_MINUTES, MOST_QUESTIONS, Wish
from studydl.text.safe import safe_text
from studydl.tui.commands import Command, bindings, keys_of
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.lists import Picks
from studydl.tui.widgets.rendering import plain
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from studydl.study.desk import Desk
    from studydl.study.interviews.interview import Interview
    from studydl.study.interviews.register import Interviews, Unfinished
    from studydl.tui.application import StudyApp

WHAT = (
    "Questions of all kinds on a clock, as in an interview: nothing is told until the end. Your schedule is not moved."
)
COUNTS = (5, 10, 15, 20, 30, 40, MOST_QUESTIONS)
MINUTES = (5, 10, 15, 20, 30, 40, 60, 80, 120, MOST_MINUTES)
LEVELS = {1: "1 first steps", 2: "2 standard", 3: "3 interview"}
LONGEST_SEED = 18  # digits


class Line(StrEnum):
    """A line of the screen."""

    CONTINUE = "Continue"
    START = "Start"
    TOPICS = "Topics"
    LEVEL = "Level"
    COUNT = "Questions"
    MINUTES = "Minutes"
    SEED = "Seed"
    CALCULATOR = "Calculator"
    EARLIER = "Earlier interviews"


class Step(StrEnum):
    """What is being chosen."""

    FORM = "an interview to come"
    TOPICS = "choosing topics"
    SEED = "typing a seed"


CHANGED = (Line.LEVEL, Line.COUNT, Line.MINUTES, Line.CALCULATOR)
_FORM, _TOPICS = frozenset({Step.FORM}), frozenset({Step.TOPICS})
SETUP = (
    Command("list.open", "enter", "open", "start", "Do what the line the bar is on says"),
    Command("interview.tick", "space", "tick", "tick", "Tick a topic, or take the tick off", phases=_TOPICS),
    Command("interview.less", "left", "change(-1)", "less", "Less of what the bar is on", phases=_FORM),
    Command("interview.more", "right", "change(1)", "more", "More of what the bar is on", phases=_FORM),
    Command("interview.close", "escape", "close", "back", "Go back"),
)


class SeedLine(Input):
    """The line a seed is typed on. Enter is the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys_of("list.open", "enter"), "screen.open", "done", tooltip=SETUP[0].help, id="list.open")
    ]


class InterviewSetupScreen(Screen[None]):
    """Asks what the interview is to be about. The interview takes its place.

    Args:
        wish: what was said already.
    """

    AUTO_FOCUS = "#lines"
    MENU = SETUP
    BINDINGS = bindings(SETUP)
    app: StudyApp

    def __init__(self, wish: Wish | None = None) -> None:
        super().__init__()
        self.phase = Step.FORM
        self._wish = wish or Wish()
        self._calculator = True
        self._unfinished: Unfinished | None = None
        self._topics: tuple[str, ...] = ()
        self._earlier = 0  # interviews that are over
        self._rows: tuple[str, ...] = ()
        self._started = False
        self._given_up = False
        self._ready: tuple[int, int] | None = None

    def compose(self) -> ComposeResult:
        """Lay out: what this is, the lines, the keys."""
        with Vertical(id="column"):
            yield Static(Text("Interview", "bold"), id="ask")
            yield Static(Text(WHAT, "dim"), id="what")
            yield Picks(id="lines", compact=True)
            yield SeedLine(id="seed", compact=True, max_length=LONGEST_SEED, restrict="[0-9]*")
            yield Static(id="note")
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Read what there is to choose from; until then no key counts, lest enter end an unfinished interview."""
        self.app.gate.close()
        self.query_one("#seed").display = False
        self._show()
        self.run_worker(self._load())
        self.set_interval(0.2, self._tell_progress)

    async def _load(self) -> None:
        def look(desk: Desk) -> tuple[Unfinished | None, tuple[str, ...], int]:
            interviews = desk.interviews()
            return interviews.unfinished(), interviews.topics(), interviews.count()

        try:
            self._unfinished, self._topics, self._earlier = await self.app.desk.with_desk(look)
            if unknown := sorted(set(self._wish.topics) - set(self._topics)):
                hint = f"Topics: {', '.join(self._topics)}."
                raise UsageError(f"there is no topic {', '.join(map(repr, unknown))}", hint)
        except StudydlError as error:
            self.app.painted()
            self._refused(error)
            return
        self.call_after_refresh(self.app.painted)
        self._show(Line.CONTINUE if self._unfinished and self._wish == Wish() else Line.START)

    def _refused(self, error: StudydlError) -> None:
        if isinstance(error, StoreError):
            self.app.show_trouble(error)
        elif self.app.direct:
            self.app.exit(return_code=error.exit_code, message=plain(f"studydl: {error}"))
        else:
            self._wish = replace(self._wish, topics=())
            self._show()
            self._say(str(error))

    # What is on the screen.

    def _show(self, chosen: str | None = None) -> None:
        lines = self.query_one(Picks)
        before = self.row if chosen is None else chosen
        rows = self._form() if self.phase is not Step.TOPICS else self._topic_rows()
        self._rows = tuple(name for name, _ in rows)
        lines.set_options(Option(Text(safe_text(text), no_wrap=True, overflow="ellipsis")) for _, text in rows)
        lines.highlighted = self._rows.index(before) if before in self._rows else 0
        self.query_one("#ask", Static).update(
            Text("Which topics?" if self.phase is Step.TOPICS else "Interview", "bold")
        )
        self._label()

    def _form(self) -> list[tuple[str, str]]:
        wish, left = self._wish, self._unfinished
        rows = list[tuple[str, str]]()
        if left is not None:
            rows.append((Line.CONTINUE, f"Continue: {left.progress}"))
        values = {
            Line.TOPICS: ", ".join(wish.topics) or "all",
            Line.LEVEL: LEVELS[wish.hardness],
            Line.COUNT: str(wish.questions),
            Line.MINUTES: str(wish.time),
            Line.SEED: "new questions" if wish.seed is None else str(wish.seed),
            Line.CALCULATOR: "the box shows values as you type" if self._calculator else "off",
        }
        rows.append((Line.START, "Start" if left is None else "Start another; the unfinished one ends as it is"))
        rows += [(line, f"  {line.value:<12}{value}") for line, value in values.items()]
        if self._earlier:
            rows.append((Line.EARLIER, f"Earlier interviews ({self._earlier})"))
        return rows

    def _topic_rows(self) -> list[tuple[str, str]]:
        return [(topic, f"[{'x' if topic in self._wish.topics else ' '}] {topic}") for topic in self._topics]

    @property
    def row(self) -> str:
        """The line the bar is on."""
        return self._rows[self.query_one(Picks).highlighted or 0] if self._rows else Line.START

    def _label(self) -> None:
        words = {Line.CONTINUE: "continue", Line.TOPICS: "choose", Line.SEED: "type", Line.EARLIER: "list"}
        label = "done" if self.phase is not Step.FORM else words.get(Line(self.row), "start")
        self.query_one(KeyBar).labels = {"open": label}
        self.refresh_bindings()

    def _say(self, text: str) -> None:
        note = self.query_one("#note", Static)
        note.update(Text(safe_text(text)))
        note.display = bool(text)

    def _tell_progress(self) -> None:
        if self._started and self._ready is not None:
            ready, wanted = self._ready
            self._say(f"Drawing the problems: {ready} of {wanted} … The first one takes a few seconds.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what changes a line only on a line that can be changed."""
        if action == "change":
            return not self._started and self.phase is Step.FORM and self.row in CHANGED
        if action == "open":
            return not self._started
        return self.phase is Step.TOPICS if action == "tick" else True

    @on(OptionList.OptionHighlighted)
    def follow(self) -> None:
        """Say in the key bar what enter does with this line."""
        self._label()

    @on(OptionList.OptionSelected)
    def take(self) -> None:
        """Take the line that was clicked."""
        if self.phase is Step.TOPICS:
            self.action_tick()
        else:
            self.action_open()

    # What the learner does.

    def action_open(self) -> None:
        """Do what the line says."""
        if self._started:
            return
        if self.phase is Step.SEED:
            typed = self.query_one("#seed", Input).value
            self._wish = replace(self._wish, seed=int(typed) if typed else None)
        if self.phase is not Step.FORM:
            self.action_close()
            return
        match self.row:
            case Line.CONTINUE:
                self._begin(lambda interviews: interviews.resume())
            case Line.TOPICS:
                self.phase = Step.TOPICS
                self._show("")
            case Line.SEED:
                self._ask_seed()
            case Line.EARLIER:
                self.run_worker(self._list_earlier())
            case _:
                self._begin(self._start)

    async def _list_earlier(self) -> None:
        from studydl.tui.screens.interview_report import InterviewListScreen

        try:
            taken = await self.app.desk.with_desk(lambda desk: desk.interviews().taken())
        except StudydlError as error:
            self._refused(error)
            return
        if self.is_current:
            self.app.push_screen(InterviewListScreen(taken))

    def _start(self, interviews: Interviews) -> Interview:
        from studydl.study.interviews.plan import options_of

        def told(ready: int, wanted: int) -> None:
            self._ready = ready, wanted
            if self._given_up:
                raise StudydlError("not started")

        return interviews.start(options_of(self._wish, calculator=self._calculator), told)

    def _begin(self, begin: Callable[[Interviews], Interview]) -> None:
        self._started = True
        self._label()
        self.run_worker(self._opened(begin))

    async def _opened(self, begin: Callable[[Interviews], Interview]) -> None:
        from studydl.tui.screens.interview import InterviewScreen, opened

        try:
            interview, view = await self.app.desk.with_desk(opened(begin))
        except StudydlError as error:
            self._started = False
            self._label()
            self._say(str(error))
            return
        self.app.put_in_place(self, InterviewScreen(interview, view))

    def _ask_seed(self) -> None:
        self.phase = Step.SEED
        seed = self.query_one("#seed", Input)
        seed.value = "" if self._wish.seed is None else str(self._wish.seed)
        seed.display = True
        seed.focus()
        self._say("The same seed asks another person the same questions. Empty: new questions.")
        self._label()

    def action_tick(self) -> None:
        """Tick a topic, or take the tick off."""
        topics = set(self._wish.topics) ^ {self.row}
        self._wish = replace(self._wish, topics=tuple(topic for topic in self._topics if topic in topics))
        self._show()

    def action_change(self, step: int) -> None:
        """Change the line the bar is on."""
        wish = self._wish
        match self.row:
            case Line.LEVEL:
                self._wish = replace(wish, level=stepped(tuple(LEVELS), wish.hardness, step))
            case Line.COUNT:
                self._wish = replace(wish, count=stepped(COUNTS, wish.questions, step))
            case Line.MINUTES:
                self._wish = replace(wish, minutes=stepped(MINUTES, wish.time, step))
            case Line.CALCULATOR:
                self._calculator = not self._calculator
        self._show()

    def action_close(self) -> None:
        """Go back to the lines; from there, home, also while the problems are drawn: then there is no interview."""
        if self.phase is Step.FORM:
            self._given_up = True
            self.dismiss()
            return
        line = Line.TOPICS if self.phase is Step.TOPICS else Line.SEED
        self.phase = Step.FORM
        self.query_one("#seed").display = False
        self.query_one(Picks).focus()
        self._say("")
        self._show(line)


def stepped(values: Sequence[int], now: int, step: int) -> int:
    """Return the next greater of these values, or the next smaller one; the same where there is none.

    Args:
        values: in order.
        now: the value, which need not be one of them.
        step: 1 for greater, -1 for smaller.
    """
    beyond = [value for value in values if (value > now if step > 0 else value < now)]
    return now if not beyond else beyond[0] if step > 0 else beyond[-1]
