"""The settings: a list with values, each changed where it stands and kept at once."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from rich.cells import set_cell_size
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option as Line

from studydl.errors import StoreError, StudydlError, UsageError
from studydl.text.safe import safe_text
from studydl.tui.commands import Command, bindings, keys_of
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.lists import Picks
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from studydl.study.desk import Desk
    from studydl.study.options import Option, Options
    from studydl.tui.application import StudyApp

TITLE_WIDTH = 20
THEME = "theme"


class Step(StrEnum):
    """What the learner is at."""

    LIST = "the settings"
    TYPING = "typing a value"


SETTINGS = (
    Command("list.open", "enter", "open", "change", "Do what the line the bar is on says"),
    Command("settings.less", "left", "turn(-1)", "previous", "Take the previous choice", False),
    Command("settings.more", "right", "turn(1)", "next", "Take the next choice", False),
    Command("settings.undo", "u", "undo", "undo", "Take back the last change"),
    Command("settings.default", "d", "reset", "default", "Have this setting as it comes"),
    Command("settings.close", "escape", "close", "back", "Go back; everything is saved"),
)


class ValueBox(Input):
    """The box a value is typed in; enter is the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys_of("list.open", "enter"), "screen.open", "keep", tooltip="Keep what is typed", id="list.open")
    ]


class SettingsScreen(Screen[None]):
    """Shows and changes the settings. What is changed holds from the next session on; a theme holds at once."""

    AUTO_FOCUS = "#lines"
    MENU = SETTINGS
    BINDINGS = bindings(SETTINGS)
    app: StudyApp

    def __init__(self) -> None:
        super().__init__()
        self.phase = Step.LIST
        self._options: tuple[Option, ...] = ()
        self._undo: list[Option] = []
        self._said = ""

    def compose(self) -> ComposeResult:
        """Lay out: the list, the box to type in, what the setting does, the keys."""
        with Vertical(id="column"):
            yield Static(Text("Settings", "bold"), id="ask")
            yield Picks(id="lines", compact=True)
            yield ValueBox(id="value", compact=True, max_length=200)
            yield Static(id="about")
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Read the settings."""
        self.query_one("#value").display = False
        self.app.gate.close()
        self.run_worker(self._load(lambda options: None))

    async def _load(self, change: Callable[[Options], Option | None], *, undone: bool = False) -> None:
        """Change something on the desk's thread, then show how everything is now."""

        def work(desk: Desk) -> tuple[Option | None, tuple[Option, ...]]:
            options = desk.options()
            before = change(options)
            desk.take_settings()
            return before, options.all()

        try:
            before, self._options = await self.app.desk.with_desk(work)
        except StudydlError as error:
            self.app.painted()
            if isinstance(error, StoreError):
                self.app.show_trouble(error)
            else:
                self._said = str(error)
                self._describe()
            return
        if before is not None:
            if not undone:
                self._undo.append(before)
            self._said = self._changed(before, undone)
            if before.setting.key == THEME:
                self._paint_in(next(o for o in self._options if o.setting.key == THEME).text)
        self._to_list()
        self.call_after_refresh(self.app.painted)

    def _changed(self, before: Option, undone: bool) -> str:
        now = next(option for option in self._options if option.setting.key == before.setting.key)
        if undone:
            return f"Taken back. {now.setting.title}: {now.text}"
        when = "" if now.setting.key == THEME else ", from the next session on"
        return f"Saved. {now.setting.title}: {now.text}{when}. u takes it back."

    def _paint_in(self, name: str) -> None:
        if name in self.app.available_themes:
            self.app.theme = name

    # What is on the screen.

    def _to_list(self) -> None:
        self.phase = Step.LIST
        self.query_one("#value").display = False
        lines = self.query_one(Picks)
        at = lines.highlighted or 0
        lines.set_options(Line(self._drawn(option)) for option in self._options)
        lines.highlighted = at if self._options else None
        lines.focus()
        self._describe()

    def _drawn(self, option: Option) -> Text:
        title = set_cell_size(option.setting.title, TITLE_WIDTH)
        text = Text(f"{title}  {safe_text(self._value(option))}", no_wrap=True, overflow="ellipsis")
        if option.value != option.setting.default:
            text.append(f"  (default {safe_text(option.setting.kind.write(option.setting.default))})", "dim")
        return text

    def _value(self, option: Option) -> str:
        return self.app.theme if option.setting.key == THEME else option.text

    @property
    def option(self) -> Option | None:
        """The setting the bar is on."""
        at = self.query_one(Picks).highlighted
        return self._options[at] if at is not None and at < len(self._options) else None

    def _describe(self, fault: str = "") -> None:
        """Say what the setting does and what it may be; then what is wrong with what is typed, or what was done."""
        option = self.option
        if option is None:
            return
        about = Text(safe_text(option.setting.help))
        if not option.setting.kind.choices:
            about.append(f" {option.setting.kind.allowed.capitalize()}.", "dim")
        if fault or self._said:
            about.append(f"\n{safe_text(fault or self._said)}", "bold" if fault else "")
        self.query_one("#about", Static).update(about)
        choices = option.setting.kind.choices
        label = "keep" if self.phase is Step.TYPING else "next choice" if choices else "type"
        self.query_one(KeyBar).labels = {"open": label, "close": "cancel" if self.phase is Step.TYPING else "back"}
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what makes sense for the setting the bar is on."""
        option = self.option if self.is_mounted else None
        if action == "turn":
            return self.phase is Step.LIST and option is not None and bool(option.setting.kind.choices)
        if action == "undo":
            return self.phase is Step.LIST and bool(self._undo)
        if action == "reset":
            return self.phase is Step.LIST and option is not None and option.is_set
        return True

    @on(OptionList.OptionHighlighted)
    def follow(self) -> None:
        """Explain the setting the bar has come to."""
        self._describe()

    @on(OptionList.OptionSelected)
    def take(self) -> None:
        """Change the line that was clicked."""
        self.action_open()

    @on(Input.Changed)
    def look(self, event: Input.Changed) -> None:
        """Check what is typed while it is typed."""
        if self.phase is Step.TYPING:
            self._describe(self._fault(event.value))

    def _fault(self, text: str) -> str:
        option = self.option
        assert option is not None
        try:
            option.setting.read(text)
        except UsageError:
            typed = text.strip()
            return f"{typed!r} cannot be used here." if typed else "Type a value, or esc to leave it as it is."
        return ""

    # What the learner does.

    def action_open(self) -> None:
        """Change the setting, or keep what was typed."""
        option = self.option
        if option is None:
            return
        if self.phase is Step.TYPING:
            text = self.query_one("#value", Input).value
            if fault := self._fault(text):
                self._describe(fault)
            elif option.setting.kind.write(option.setting.read(text)) == option.text:
                self.action_close()
            else:
                self._set(option, text)
        elif option.setting.kind.choices:
            self.action_turn(1)
        else:
            self._type(option)

    def _type(self, option: Option) -> None:
        self.phase, self._said = Step.TYPING, ""
        box = self.query_one("#value", Input)
        box.value = option.text
        box.display = True
        box.focus()
        box.action_select_all()
        self._describe()

    def action_turn(self, step: int) -> None:
        """Take the next or the previous choice."""
        option = self.option
        if option is not None and (choices := option.setting.kind.choices):
            now = self._value(option)
            self._set(option, choices[(choices.index(now) + step) % len(choices) if now in choices else 0])

    def _set(self, option: Option, text: str) -> None:
        self._do(lambda options: options.set(option.setting.key, text))

    def action_undo(self) -> None:
        """Take back the last change."""
        if not self._undo or not self.app.gate.is_open:
            return
        before = self._undo.pop()

        def put_back(options: Options) -> Option:
            options.put_back(before)
            return before

        self._do(put_back, undone=True)

    def action_reset(self) -> None:
        """Have the setting as it comes."""
        option = self.option
        if option is not None:
            self._do(lambda options: options.reset(option.setting.key))

    def _do(self, change: Callable[[Options], Option], *, undone: bool = False) -> None:
        if self.app.gate.is_open:
            self.app.gate.close()
            self.run_worker(self._load(change, undone=undone))

    def action_close(self) -> None:
        """Leave the value as it is, or go back."""
        if self.phase is Step.TYPING:
            self._to_list()
        else:
            self.dismiss()
