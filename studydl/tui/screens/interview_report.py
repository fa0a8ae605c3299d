"""What an interview came to, and three things to do next; and the list of all interviews."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from studydl.errors import StoreError, StudydlError
from studydl.study.interviews.next_steps import Do, Next, Report
from studydl.study.interviews.report import Taken
from studydl.study.interviews.wish import Wish
from studydl.text.safe import safe_text
from studydl.tui.commands import Command, bindings, keys_of
from studydl.tui.screens.paged import PagedScreen
from studydl.tui.widgets.interview_pages import listed, report, to_learn_from
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.lists import Picks
from studydl.tui.widgets.look import look_of
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from textual.app import App

    from studydl.study.interviews.register import Interviews, Queued
    from studydl.tui.application import StudyApp

LABELS = {Do.QUEUE: "add to queue", Do.PRACTICE: "practice", Do.STUDY: "study", Do.AGAIN: "again"}
REPORT = (
    *(Command(f"report.next-{n}", str(n), f"next({n})", "next", f"Do what stands at {n}") for n in (1, 2, 3)),
    Command("report.solutions", "w", "solutions", "solutions", "Show or hide the worked solutions"),
    Command("report.export", "e", "export", "export", "Write the report as Markdown and HTML"),
    Command("report.close", "escape,q", "close", "close", "Go back"),
    Command("report.up", "up,k", "scroll(-1)", "up", "Scroll up", False),
    Command("report.down", "down,j", "scroll(1)", "down", "Scroll down", False),
    Command("report.page-up", "pageup", "page(-1)", "page up", "Scroll up a page", False),
    Command("report.page-down", "pagedown,space", "page(1)", "page down", "Scroll down a page", False),
)
LIST = (
    Command("list.open", "enter", "open", "report", "Show the report of the interview the bar is on"),
    Command("interviews.close", "escape,q", "close", "close", "Go back"),
)


class InterviewReportScreen(PagedScreen[None]):
    """The report of one interview.

    Args:
        load: reads the report, on the desk's thread.
        said: a line about how the interview ended; may be empty.
    """

    AUTO_FOCUS = ""
    MENU = REPORT
    BINDINGS = bindings(REPORT)
    app: StudyApp

    def __init__(self, load: Callable[[Interviews], Report], said: str = "") -> None:
        super().__init__()
        self._load = load
        self._said = said
        self._solutions = False
        self._report: Report | None = None

    def compose(self) -> ComposeResult:
        """Lay out: the report, a line of note, the keys."""
        with Vertical(id="column"):
            with VerticalScroll(can_focus=False, id="report"):
                yield Static("Counting …", id="body")
                yield Static(id="missed")
            yield Static(id="note")
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Read the report."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self.run_worker(self._open())

    async def _open(self) -> None:
        try:
            self._report = await self.app.desk.with_desk(lambda desk: self._load(desk.interviews()))
        except StudydlError as error:
            self._trouble(error)
            return
        keys = self.query_one(KeyBar)
        keys.labels = {f"next({n})": LABELS[step.do] for n, step in enumerate(self._report.next, 1)}
        self._draw()
        self._say(self._said)
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Draw the report for the new width."""
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if self._report is not None:
            body, look = self.query_one("#body", Static), look_of(cast("App[object]", self.app))
            body.update(report(self._report, look, body.size.width or self.size.width))
            self.query_one("#missed", Static).update(to_learn_from(self._report.taken, look, solutions=self._solutions))

    def _say(self, text: str) -> None:
        note = self.query_one("#note", Static)
        note.update(Text(safe_text(text)))
        note.display = bool(text)

    def _trouble(self, error: StudydlError) -> None:
        if isinstance(error, StoreError):
            self.app.show_trouble(error)
        else:
            self._say(str(error))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the solutions where something was missed."""
        if action == "solutions":
            return self._report is not None and any(not row.spoken for row in self._report.taken.missed)
        return super().check_action(action, parameters)

    # What the learner does.

    def action_next(self, number: int) -> None:
        """Do one of the things to do next."""
        if self._report is not None and number <= len(self._report.next):
            self._go_on(self._report, self._report.next[number - 1])

    def _go_on(self, found: Report, step: Next) -> None:
        match step.do:
            case Do.QUEUE:
                self.run_worker(self._queue(found.taken), exclusive=True, group="queue")
            case Do.PRACTICE:
                self.app.study(lambda desk: desk.practice(step.names, level=step.level, count=step.count))
            case Do.STUDY:
                self.app.study(lambda desk: desk.study())
            case Do.AGAIN:
                from studydl.tui.screens.interview_setup import InterviewSetupScreen

                before = found.taken.options
                wish = Wish(step.names, before.count, before.minutes, step.level)
                self.app.put_in_place(self, InterviewSetupScreen(wish))

    async def _queue(self, taken: Taken) -> None:
        try:
            queued = await self.app.desk.with_desk(lambda desk: desk.interviews().add_to_queue(taken))
        except StudydlError as error:
            self._trouble(error)
            return
        self._say(queued_text(queued))

    def action_solutions(self) -> None:
        """Show or hide the worked solutions, which stand at the end: shown, they come into view."""
        self._solutions ^= True
        self._draw()
        if self._solutions:
            self.query_one("#missed").scroll_visible(animate=False, top=True)

    def action_export(self) -> None:
        """Write the report beside the learner's data."""
        if self._report is not None:
            self.run_worker(self._export(self._report), exclusive=True, group="export")

    async def _export(self, found: Report) -> None:
        from studydl.tui.interview_paper import write

        folder = self.app.home.folder / "interviews"
        path = folder / f"interview-{found.taken.number}.html"

        def both() -> None:
            folder.mkdir(exist_ok=True)
            for each in (path, path.with_suffix(".md")):
                write(found, each, force=True)

        try:
            await self.app.desk.call(both)
        except (StudydlError, OSError) as error:
            self._say(str(error))
            return
        self._say(f"Written: {path}, and the same as .md")

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


def queued_text(queued: Queued) -> str:
    """Say what was put into the queue."""
    parts = []
    if queued.due:
        parts.append(f"{queued.due} due today")
    if queued.new:
        parts.append(f"{queued.new} new, first in your next session")
    return f"In the queue: {', '.join(parts)}." if parts else "All of it is in the queue already."


class InterviewLines(Picks):
    """The lines of the list; the help says what enter does here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys_of("list.open", "enter"), "screen.open", "report", tooltip=LIST[0].help, id="list.open")
    ]


class InterviewListScreen(Screen[None]):
    """All interviews, the newest first.

    Args:
        taken: the interviews; at least one.
    """

    AUTO_FOCUS = "#interviews"
    MENU = LIST
    BINDINGS = bindings(LIST)
    app: StudyApp

    def __init__(self, taken: Sequence[Taken]) -> None:
        super().__init__()
        self._taken = taken

    def compose(self) -> ComposeResult:
        """Lay out: a line for each interview, the keys."""
        lines = [Option(Text(safe_text(listed(each)), no_wrap=True, overflow="ellipsis")) for each in self._taken]
        with Vertical(id="column"):
            yield Static(Text("Interviews", "bold"), id="ask")
            yield InterviewLines(*lines, id="interviews", compact=True)
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Say what enter does."""
        self.query_one(KeyBar).labels = {"open": "report"}

    @on(OptionList.OptionSelected)
    def take(self) -> None:
        """Open the interview that was clicked."""
        self.action_open()

    def action_open(self) -> None:
        """Show the report of the interview the bar is on."""
        number = self._taken[self.query_one(Picks).highlighted or 0].number
        self.app.push_screen(InterviewReportScreen(lambda interviews: interviews.report(number)))

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()
