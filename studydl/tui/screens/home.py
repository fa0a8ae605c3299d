"""The home screen: what is due, and the next thing to do under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from studydl.errors import StoreError, StudydlError
from studydl.text.safe import safe_text
from studydl.tui.commands import Command, bindings
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.lists import DeckList
from studydl.tui.widgets.rows import INTERVIEW, Row, deck_rows, drawn, first_row, forecast, interview_row
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from studydl.store.glance import Glance
    from studydl.study.desk import Desk
    from studydl.study.overview import Overview
    from studydl.study.session import Session
    from studydl.tui.application import StudyApp
    from studydl.tui.screens.welcome import Asked

T = TypeVar("T")

HOME = (
    Command("home.open", "enter", "open", "study", "Start what the bar is on"),
    Command("home.practice", "p", "practice", "practice", "Choose problems to practice; the schedule is not moved"),
    Command("home.interview", "i", "interview", "interview", "Sit an interview, or go on with the unfinished one"),
    Command("home.stats", "t", "stats", "stats", "See what you remember, what is coming and what is mastered"),
    Command("home.browse", "slash", "browse", "search", "Search and browse all cards"),
    Command("home.add", "a", "add", "add a card", "Write a card into your own deck"),
    Command("home.settings", "comma", "settings", "settings", "Change what studydl does by default"),
    Command("home.quit", "q", "app.quit", "quit", "Leave studydl"),
)


class HomeScreen(Screen[None]):
    """A list of what can be studied. The list is painted first, its counts next, the rest after that."""

    AUTO_FOCUS = "#decks"
    MENU = HOME
    BINDINGS = bindings(HOME)
    app: StudyApp

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = [Row("all", "Study everything due")]
        self.said = ""
        self._overview: Overview | None = None
        self._welcomed = False
        self._preparing = False  # the first start: there is nothing to open yet
        self._glanced = False  # the counts are shown with the first paint

    def compose(self) -> ComposeResult:
        """Lay out: name, list, outlook, keys; the counts with the list if they are there by now."""
        seen = self.app.desk.seen()
        if seen is not None and seen.decks:
            self.rows, self._glanced = glance_rows(seen), True
        with Vertical(id="column"):
            yield Static("studydl", id="head", markup=False)
            yield DeckList(*self._options(76), id="decks", compact=True)
            yield Static(id="outlook")
            yield KeyBar()
        yield TooSmall()

    def on_screen_resume(self) -> None:
        """Load the counts once the list is painted; again on coming back from a session."""
        self.call_after_refresh(self._load_if_shown)

    def on_resize(self) -> None:
        """Draw the rows for the new width."""
        self.call_after_refresh(self._redraw)

    def say(self, text: str | None) -> None:
        """Say what happened in the session one comes back from."""
        self.said = text or ""
        self._draw_outlook()

    def _load_if_shown(self) -> None:
        if self.is_current:
            self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        try:
            if self._overview is None and not self._glanced:
                self._show_glance(await self.app.desk.glance())
            overview = await self.app.desk.overview()
        except StudydlError as error:
            self.app.show_trouble(error)
            return
        self._overview, self._preparing = overview, False
        first = [first_row(overview.due, overview.learning, overview.new, overview.unfinished, overview.next_due)]
        if overview.interview is not None:
            # One of an earlier day stands second: the day's study is what one opens the program for.
            first.insert(0 if overview.interview_today else 1, interview_row(overview.interview.progress))
        self._show([*first, *deck_rows(overview.decks)])
        self._draw_outlook()
        if overview.first_time and not self.app.direct and not self._welcomed:
            await self._welcome()
        await self.app.desk.call(import_module, "studydl.tui.screens.study")  # so that enter need not wait for it

    async def _welcome(self) -> None:
        """Ask a new learner what they want, then begin."""
        from studydl.tui.screens.welcome import WelcomeScreen

        self._welcomed = True
        decks = await self.app.desk.with_desk(lambda desk: desk.starts())
        if self.is_current:
            self.app.push_screen(WelcomeScreen(decks), self._begin_first)

    def _begin_first(self, asked: Asked | None) -> None:
        from studydl.memory.days import EPOCH
        from studydl.study.welcome import Wishes
        from studydl.tui.screens.welcome import SHEETS, Goal

        if asked is None or asked.goal is Goal.SHEETS:
            self.run_worker(self.app.desk.with_desk(lambda desk: desk.pass_welcome()))
            self.say(SHEETS if asked else "Minutes a day can be set later, in the settings.")
            return
        exam_day = asked.day.toordinal() - EPOCH if asked.day else None
        wishes = Wishes(asked.minutes, asked.start, exam_day)
        self._begin(lambda desk: desk.welcome(wishes))

    def _show_glance(self, seen: Glance | None) -> None:
        if seen is None or not seen.decks:
            self._preparing = True
            self.query_one("#outlook", Static).update(Text("Preparing your decks …", "dim"))
            return
        self._show(glance_rows(seen))

    def _show(self, rows: list[Row]) -> None:
        self.rows = rows
        self._redraw()

    def _redraw(self) -> None:
        decks = self.query_one(DeckList)
        chosen = decks.highlighted_option if decks.highlighted else None  # on the first row it stays on the first row
        decks.styles.max_height = len(self.rows)
        decks.set_options(self._options(decks.scrollable_content_region.width or 76))
        ids = [row.id for row in self.rows]
        decks.highlighted = ids.index(chosen.id) if chosen and chosen.id in ids else 0
        self._label()

    def _options(self, width: int) -> list[Option | None]:
        first, *decks = self.rows
        options: list[Option | None] = [Option(drawn(first, width, bold=True), id=first.id)]
        options += [Option(drawn(row, width), id=row.id) for row in decks]
        return options

    def _draw_outlook(self) -> None:
        overview = self._overview
        if overview is None:
            return
        lines: list[RenderableType] = [outlook(overview)]
        lines += [Text(safe_text(notice), "yellow") for notice in overview.notices]
        if self.said:
            lines += ["", Text(safe_text(self.said))]
        self.query_one("#outlook", Static).update(Group(*lines))

    @property
    def row(self) -> Row:
        """The row the bar is on."""
        return self.rows[min(self.query_one(DeckList).highlighted or 0, len(self.rows) - 1)]

    def _label(self) -> None:
        self.query_one(KeyBar).labels = {"open": self.row.verb}
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer p for practice once there are decks."""
        return action != "practice" or not self._preparing

    @on(OptionList.OptionHighlighted)
    def follow(self) -> None:
        """Say in the key bar what enter does with this row."""
        self._label()

    @on(OptionList.OptionSelected)
    def take(self) -> None:
        """Open the row that was clicked."""
        self.action_open()

    def action_open(self) -> None:
        """Start what the bar is on."""
        row = self.row
        names = _names(row)
        if row.id == INTERVIEW:
            self._take_up()
        elif row.verb == "practice":
            self._begin(lambda desk: desk.practice(names))
        else:
            self._begin(lambda desk: desk.study(names))

    def _take_up(self) -> None:
        """Go on with the unfinished interview. No key counts until its question is painted."""
        if self.app.gate.is_open:
            self.app.gate.close()
            self.said = ""
            self.run_worker(self._taken_up())

    async def _taken_up(self) -> None:
        from studydl.tui.screens.interview import InterviewScreen, opened

        try:
            interview, view = await self.app.desk.with_desk(opened(lambda interviews: interviews.resume()))
        except StoreError as error:
            self.app.painted()
            self.app.show_trouble(error)
        except StudydlError as error:  # another window ended it
            self.app.painted()
            self.say(str(error))
            self._load_if_shown()
        else:
            self.app.painted()
            self.app.push_screen(InterviewScreen(interview, view))

    def action_practice(self) -> None:
        """Open the screen that asks what to practice, with the bar on the deck it is on here."""
        from studydl.tui.screens.practice import PracticeScreen

        if not self._preparing:
            self._open(PracticeScreen(next(iter(_names(self.row)), None)))

    def action_stats(self) -> None:
        """Open the statistics."""
        from studydl.tui.screens.stats import StatsScreen

        self._open(StatsScreen())

    def action_browse(self) -> None:
        """Open the browser."""
        from studydl.tui.screens.browse import BrowseScreen

        if not self._preparing:
            self._open(BrowseScreen())

    def action_interview(self) -> None:
        """Open the screen that starts an interview."""
        self.say(None)
        self.app.interview()

    def action_add(self) -> None:
        """Write a card into one's own deck."""
        from studydl.tui.screens.card_editor import CardEditorScreen

        def say(key: str | None) -> None:
            self.say(f"Saved: {key.partition('/')[2]} comes among the new cards." if key else None)

        if not self._preparing:
            self._open(CardEditorScreen(lambda authoring: authoring.blank()), say)

    def action_settings(self) -> None:
        """Open the settings."""
        from studydl.tui.screens.settings import SettingsScreen

        if not self._preparing:
            self._open(SettingsScreen())

    def _open(self, screen: Screen[T], then: Callable[[T | None], None] | None = None) -> None:
        """Open a screen; what was said here is read by then."""
        self.say(None)
        self.app.push_screen(screen, then)

    def _begin(self, begin: Callable[[Desk], Session]) -> None:
        if self._preparing:
            return
        self.said = ""
        self.app.study(begin)


def glance_rows(seen: Glance) -> list[Row]:
    """Return the rows as far as the counts tell them."""
    allowed = max(0, seen.new_per_day - seen.new_today)
    due, learning, new = (sum(getattr(deck, name) for deck in seen.decks) for name in ("due", "learning", "new"))
    first = [first_row(due, learning, min(new, allowed), None if seen.unfinished else 0)]
    if seen.interview:
        first.insert(0, interview_row())
    return [*first, *deck_rows(seen.decks, new_known=False)]


def _names(row: Row) -> tuple[str, ...]:
    return (row.id.removeprefix("deck:"),) if row.id.startswith("deck:") else ()


def today_text(overview: Overview) -> str:
    """Say how much the next session holds of what there is; of one under way its row says that, and here the time."""
    total = overview.due + overview.learning + overview.new
    time = f"about {overview.minutes} min" if overview.minutes else "less than a minute"
    if overview.unfinished:
        return f"{time} left"
    if overview.planned < total:
        return f"{overview.planned} of {total} cards, {time}"
    return f"{total} {'card' if total == 1 else 'cards'}, {time}"


def backlog_text(days: int) -> str:
    """Say how a backlog is got through, calmly."""
    return f"spread over {days} sessions; what you remember best comes first, so little is lost"


def exam_text(days: int) -> str:
    """Say how far off the interview is."""
    return "today" if days == 0 else "tomorrow" if days == 1 else f"in {days} days"


def outlook(overview: Overview) -> Table:
    """Draw the coming days, the days studied, and the time today will take."""
    grid = Table.grid(padding=(0, 3, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    if overview.due + overview.learning + overview.new:
        grid.add_row("today", today_text(overview))
    if overview.backlog_days > 1:
        grid.add_row("backlog", backlog_text(overview.backlog_days))
    if any(overview.forecast):
        grid.add_row("14 days", forecast(overview.forecast))
    if overview.days_to_exam is not None:
        grid.add_row("interview", exam_text(overview.days_to_exam))
    grid.add_row("studied", f"{overview.studied_days} of the last 7 days")
    return grid
