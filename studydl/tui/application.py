"""The Textual application: the home screen first, everything heavy after the first paint."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widgets import Input

from studydl.errors import StudydlError
from studydl.tui import terminal, theme
from studydl.tui.commands import Command, bindings
from studydl.tui.desk import DeskThread
from studydl.tui.gate import RHYTHM, KeyGate, Press
from studydl.tui.keymap import has_keys
from studydl.tui.screens.home import HomeScreen
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.too_small import COLUMNS, ROWS

if TYPE_CHECKING:
    from studydl.paths import Home
    from studydl.study.desk import Desk
    from studydl.study.interviews.wish import Wish
    from studydl.study.session import Session

ALWAYS = (
    Command("app.help", "question_mark,f1", "keys", "help", "Show the keys that work here"),
    Command("app.palette", "ctrl+p", "command_palette", "palette", "Find a command by its name", shown=False),
    Command("app.quit", "ctrl+q", "quit", "quit", "Leave studydl; everything is saved", shown=False),
)
WIDTHS = [(0, "-tiny"), (COLUMNS, "-narrow"), (80, "-normal"), (120, "-wide")]
HEIGHTS = [(0, "-flat"), (ROWS, "-tall")]
LOOK = 1.0  # s between two looks at whether the terminal is still there
SETTLED = 1.0  # s after the start: the due counts are shown by then
KEY_NAMES = {"escape": "esc", "question_mark": "?", "slash": "/", "comma": ",", "pageup": "pgup", "pagedown": "pgdn"}
NEVER_DROPPED = ("ctrl+q", "ctrl+c")


class StudyApp(App[None]):
    """studydl in a terminal.

    Args:
        home: where the learner's data is.
        begin: starts a session at the desk to open at once; None opens the home screen.
        desk: the desk's thread; tests give one with a desk of their own.
        gate: judges key presses; tests give one that believes fast fingers.
        interview: opens the interview at once, with what was asked for.
    """

    TITLE = "studydl"
    CSS_PATH = "studydl.tcss"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS = bindings(ALWAYS)

    # Declared, not set: to set one has Textual parse all styles again before the first paint, which took 12 ms.
    ansi_theme_dark = Reactive(theme.ANSI_DARK, init=False)
    ansi_theme_light = Reactive(theme.ANSI_LIGHT, init=False)

    def __init__(
        self,
        home: Home,
        begin: Callable[[Desk], Session] | None = None,
        desk: DeskThread | None = None,
        gate: KeyGate | None = None,
        interview: Wish | None = None,
    ) -> None:
        # Without this Textual turns colors into grays; NO_COLOR asks for none at all.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.home = home
        self.desk = desk or DeskThread(home)
        self.gate = gate or KeyGate()
        self._begin = begin
        self._wish = interview
        self.parting = ""
        self.direct = begin is not None or interview is not None
        theme.adjust(self)
        theme.restore(self, home)

    def get_default_screen(self) -> HomeScreen:
        """Return the home screen, which stays under all others."""
        return HomeScreen()

    def on_mount(self) -> None:
        """Open the session that was asked for, if any."""
        self.set_timer(SETTLED, self._collect_again)
        if has_keys(self.home):
            self.set_timer(SETTLED, lambda: self.run_worker(self._tell_key_faults()))
        self.theme_changed_signal.subscribe(self, lambda chosen: theme.keep(self.home, chosen.name))
        if not self.is_headless:
            self._looking = self.set_interval(LOOK, self._leave_if_closed)
            terminal.on_hangup(self._hang_up)
        if self._begin is not None:
            self.study(self._begin)
        elif self._wish is not None:
            self.interview(self._wish)

    async def _tell_key_faults(self) -> None:
        """Say at home which keys of one's own do not work."""
        from studydl.tui.keymap import faults

        if found := await self.desk.call(faults, self.home):
            self.say_at_home("\n".join(found))

    def _leave_if_closed(self) -> None:
        """Leave when the window was closed; Textual would read the end of its input for ever."""
        if terminal.is_gone():
            terminal.let_go()
            self._hang_up()

    def _hang_up(self) -> None:
        self._looking.stop()
        self.run_worker(self.action_quit(), exclusive=True, group="quit")

    @staticmethod
    def _collect_again() -> None:
        """Turn garbage collection on again if `run` turned it off; what start-up made is not looked at any more."""
        if not gc.isenabled():
            gc.freeze()
            gc.enable()

    def study(self, begin: Callable[[Desk], Session]) -> None:
        """Open the study screen.

        Args:
            begin: starts or resumes the session at the desk.
        """
        from studydl.tui.screens.study import StudyScreen

        home = self.screen_stack[0]
        assert isinstance(home, HomeScreen)
        self.push_screen(StudyScreen(begin), home.say)

    def interview(self, wish: Wish | None = None) -> None:
        """Open the screen that starts an interview.

        Args:
            wish: what is to be asked; None for the defaults, or to go on with the unfinished one.
        """
        from studydl.tui.screens.interview_setup import InterviewSetupScreen

        self.push_screen(InterviewSetupScreen(wish))

    def put_in_place(self, old: Screen[Any], new: Screen[Any]) -> None:
        """Put a screen in the place of another, whatever help or palette stands above it.

        Nothing happens if that one is no longer there: two answers of the desk may both say that it is over.

        Args:
            old: somewhere on the stack.
            new: takes its place.
        """

        async def put() -> None:
            if old not in self.screen_stack:
                return
            while self.screen is not old:
                await self.pop_screen()
            await self.switch_screen(new)

        self.call_later(put)

    def say_at_home(self, text: str) -> None:
        """Say on the home screen what happened on the screen that closes now."""
        home = self.screen_stack[0]
        assert isinstance(home, HomeScreen)
        home.say(text)

    def show_trouble(self, error: StudydlError) -> None:
        """Say calmly that the data cannot be opened, and what to do."""
        from studydl.tui.screens.trouble import TroubleScreen

        self.push_screen(TroubleScreen(error, self.home))

    def action_keys(self) -> None:
        """Show the keys that work here."""
        from studydl.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen))

    async def action_quit(self) -> None:
        """Leave, with the text in the answer box kept."""
        for screen in self.screen_stack:
            keep = getattr(screen, "keep", None)
            if keep is not None:
                with suppress(StudydlError):
                    await keep()
        self.exit()

    async def on_unmount(self) -> None:
        """Close the desk."""
        try:
            await self.desk.close()
        except StudydlError as error:
            self.parting = str(error)

    @property
    def crashed(self) -> bool:
        """Whether an error nobody expected ended the program."""
        return self.return_code is None or self._exception is not None

    def painted(self) -> None:
        """Let keys count that are pressed from now on, by the clock of Textual's events."""
        self.gate.open(events.Event().time)

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as people write it: esc, ?, ctrl+p."""
        return KEY_NAMES.get(binding.key, binding.key)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer the commands of the screen in the palette, then those that work everywhere."""
        menu: Sequence[Command] = getattr(screen, "MENU", ())
        seen = set[str]()
        bars = screen.query(KeyBar)
        labels = bars.first().labels if bars else {}
        for command in menu:
            allowed = screen.check_action(command.name, _arguments(command))
            if allowed and command.shown and command.action not in seen:
                seen.add(command.action)
                run = partial(self.run_action, command.action, screen)
                key = self.get_key_display(next(iter(command.binding.make_bindings([command.binding]))))
                yield SystemCommand(
                    labels.get(command.name, command.label).capitalize(), f"{command.help} ({key})", run
                )
        yield SystemCommand("Help", "Show the keys that work here", self.action_keys)
        yield SystemCommand("Theme", "Choose the colors", self.action_change_theme)
        if "app.quit" not in seen:
            yield SystemCommand("Quit", "Leave studydl; everything is saved", self.action_quit)

    async def on_event(self, event: events.Event) -> None:
        """Drop the keys that do not count: see `KeyGate`."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded and not self._counts(event):
            return
        await super().on_event(event)

    def _counts(self, event: events.Key | events.Paste) -> bool:
        key = event.key if isinstance(event, events.Key) else "paste"
        if key in NEVER_DROPPED:
            return True
        if self.screen.has_class("-tiny") or self.screen.has_class("-flat"):
            return False
        writes = hasattr(self.focused, "WRITES_LINES")
        may_be_held = not writes and (key == "enter" or (key == "space" and not isinstance(self.focused, Input)))
        press = self.gate.judge(key, event.time, may_be_held=may_be_held)
        if press is Press.UNSURE:
            self.set_timer(RHYTHM, partial(self._believe, event))
        return press is Press.COUNTS

    async def _believe(self, event: events.Key | events.Paste) -> None:
        if self.gate.still_counts(event.time):
            await super().on_event(event)


def _arguments(command: Command) -> tuple[object, ...]:
    from textual.actions import parse

    return parse(command.action)[2]
