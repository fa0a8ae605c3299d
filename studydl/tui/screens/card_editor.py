"""Writing a card: its Markdown on the left, how it will look on the right, what is wrong with it below."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, cast

from rich.console import Group, RenderableType
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static, TextArea

from studydl.decks.editing import CardFaults, Fault, look
from studydl.errors import StoreError, StudydlError
from studydl.study.authoring import CardChanged
from studydl.text.safe import safe_text
from studydl.tui.commands import Command, bindings, phases_by_action
from studydl.tui.preview import drawn
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.look import look_of
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from textual.app import App

    from studydl.study.authoring import Authoring, Sheet
    from studydl.tui.application import StudyApp

TWO_PANES = 100  # columns
FAULTS_SHOWN = 3
TAKEN_UP = "This was not saved when you left. Go on with it, or leave it with esc and x."
PAUSE = 0.15  # s without a key before the card is read: nobody wants to be told of a line half written


class Step(StrEnum):
    """What the learner is at."""

    OPENING = "opening"
    WRITING = "writing a card"
    SHIPPED = "a card that came with studydl"
    LEAVING = "leaving a card that is not saved"


_WRITING, _SHIPPED, _LEAVING = frozenset({Step.WRITING}), frozenset({Step.SHIPPED}), frozenset({Step.LEAVING})
EDITOR = (
    Command("editor.save", "ctrl+s", "save", "save", "Write the card into its deck", phases=_WRITING | _LEAVING),
    Command("editor.copy", "c,enter", "copy", "copy", "Copy the card into your own deck", phases=_SHIPPED),
    Command("editor.discard", "x", "discard", "throw away", "Leave without saving", phases=_LEAVING),
    Command(
        "editor.look-up", "ctrl+up", "scroll(-3)", "up", "Scroll how the card looks up", False, _WRITING | _SHIPPED
    ),
    Command(
        "editor.look-down", "ctrl+down", "scroll(3)", "down", "Scroll how the card looks", False, _WRITING | _SHIPPED
    ),
    Command("editor.close", "escape", "close", "back", "Go back; asks if there is something to save"),
)
ALLOWED = phases_by_action(EDITOR)


class Writing(TextArea):
    """Where the card is written. Held keys count here: see `StudyApp`."""

    WRITES_LINES = True

    def get_line(self, line_index: int) -> Text:
        """Return a line as it may reach the terminal, character by character; the document keeps what is written."""
        parts = self.document.get_line(line_index).split("\t")
        return Text("\t".join(map(safe_text, parts)), end="", no_wrap=True)


class CardEditorScreen(Screen[str]):
    """Changes a card or adds one. Its result is the key of the card that was saved; None if none was.

    Args:
        opener: takes the card out of its deck.
    """

    AUTO_FOCUS = ""
    MENU = EDITOR
    BINDINGS = bindings(EDITOR)
    app: StudyApp

    def __init__(self, opener: Callable[[Authoring], Sheet]) -> None:
        super().__init__()
        self.phase = Step.OPENING
        self._opener = opener
        self._sheet: Sheet | None = None
        self._kept = ""  # the text that needs no saving
        self._saving = False
        self._refused: tuple[str, Text] | None = None  # a text that could not be saved, and why

    def compose(self) -> ComposeResult:
        """Lay out: whose card, its text and its look, what is wrong, the keys."""
        with Vertical(id="column"):
            yield Static(id="ask")
            with Horizontal(id="desk"):
                yield Writing(id="text", soft_wrap=True, show_line_numbers=True, compact=True)
                with VerticalScroll(id="looks", can_focus=False):
                    yield Static(id="look")
            yield Static(id="about")
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Take the card out of its deck."""
        self.app.gate.close()
        self.run_worker(self._open(self._opener))

    def on_resize(self, event: events.Resize) -> None:
        """Show how the card will look where there is room for it."""
        self.query_one("#looks").display = event.size.width >= TWO_PANES

    @property
    def text(self) -> str:
        """What is written."""
        return self.query_one(Writing).text

    async def _open(self, opener: Callable[[Authoring], Sheet], *, copy: bool = False) -> None:
        try:
            sheet = await self.app.desk.with_desk(lambda desk: opener(desk.authoring()))
        except StudydlError as error:
            self.app.painted()
            if isinstance(error, StoreError):
                self.app.show_trouble(error)
            else:
                self._tell(Text(safe_text(str(error))))
            return
        if self not in self.app.screen_stack:  # left in the meantime
            return
        self._sheet = sheet
        area = self.query_one(Writing)
        area.load_text(sheet.text)
        self._kept = "" if copy else area.text
        if sheet.unsaved is not None:
            area.load_text(sheet.unsaved)
        area.read_only = sheet.shipped
        if not sheet.card_id and not copy:
            area.move_cursor((0, len("## ")))
        self._to(Step.SHIPPED if sheet.shipped else Step.WRITING)
        if sheet.unsaved is not None:
            self._refuse(area.text, Text(TAKEN_UP))
        self.call_after_refresh(self.app.painted)

    def _to(self, phase: Step) -> None:
        self.phase = phase
        sheet = self._sheet
        if sheet is not None:
            what = "New card" if not sheet.card_id else "Card"
            self.query_one("#ask", Static).update(
                Text.assemble((what, "bold"), (f"  in {safe_text(sheet.path.name)}", "dim"))
            )
        self.set_focus(self.query_one(Writing) if phase is Step.WRITING else self.query_one(KeyBar))
        self.query_one(KeyBar).labels = {"close": "go on writing" if phase is Step.LEAVING else "back"}
        self._look()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Allow what the phase allows."""
        if action == "scroll" and not self.query_one("#looks").display:
            return False
        phases = ALLOWED.get(action)
        return self.phase in phases if phases else super().check_action(action, parameters)

    # How the card looks, and what is wrong with it.

    @on(TextArea.Changed)
    def follow(self) -> None:
        """Read what is written, after a short pause."""
        self.set_timer(PAUSE, self._look_if_still(self.text))

    def _look_if_still(self, text: str) -> Callable[[], None]:
        def still() -> None:
            if self.is_mounted and self.text == text and self.phase is Step.WRITING:
                self._look()

        return still

    def _look(self) -> None:
        if self.phase is Step.SHIPPED:
            self._tell(Text("This card came with studydl and stays as it is. Copy it, and change the copy."))
        elif self.phase is Step.LEAVING:
            self._tell(Text("This is not saved.", "bold"))
        if self._sheet is not None:
            # Not a coroutine: one that is cancelled before it begins was "never awaited".
            read = partial(self._read, self.text, self._sheet.origin)
            self.run_worker(read, group="look", exclusive=True)  # type: ignore[arg-type]  # mypy solves it for Never

    async def _read(self, text: str, origin: str) -> None:
        deck, faults = await self.app.desk.call(look, text, origin)
        if self not in self.app.screen_stack:  # left in the meantime
            return
        card = deck.cards[0] if deck.cards else None
        style = look_of(cast("App[object]", self.app))
        parts: list[RenderableType] = list(drawn(deck, card, style)) if card and not faults else []
        self.query_one("#look", Static).update(Group(*parts))
        if self.phase is Step.WRITING and not self._saving:
            if self._refused and self._refused[0] == text:
                self._tell(self._refused[1])
                return
            blank = text.strip() == (self._sheet.text.strip() if self._sheet else "") and text == self._kept
            self._tell(_hint() if blank and faults else _listed(faults))

    def _tell(self, text: Text) -> None:
        self.query_one("#about", Static).update(text)

    # What the learner does.

    def action_save(self) -> None:
        """Write the card into its deck."""
        if self._sheet is not None and self.app.gate.is_open:
            self.app.gate.close()
            self._saving = True
            self._tell(Text("Saving …", "dim"))
            self.run_worker(self._save(self._sheet, self.text))

    async def _save(self, sheet: Sheet, text: str) -> None:
        try:
            key = await self.app.desk.with_desk(lambda desk: desk.authoring().save(sheet, text))
        except CardFaults as error:
            self.query_one(Writing).move_cursor((error.faults[0].line - 1, 0))
            self._refuse(text, _listed(error.faults))
        except StudydlError as error:
            if isinstance(error, CardChanged):
                self._sheet = error.sheet
            self._refuse(text, Text(safe_text(str(error))))
        else:
            self.app.painted()
            self.dismiss(key)

    def _refuse(self, text: str, why: Text) -> None:
        self._refused, self._saving = (text, why), False
        self.app.painted()
        self._to(Step.WRITING)
        self._tell(why)

    def action_scroll(self, lines: int) -> None:
        """Scroll how the card looks."""
        self.query_one("#looks").scroll_relative(y=lines, animate=False)

    def action_copy(self) -> None:
        """Go on with a copy in one's own deck."""
        sheet = self._sheet
        if sheet is not None and self.app.gate.is_open:
            self.app.gate.close()
            self.run_worker(self._open(lambda authoring: authoring.copied(sheet), copy=True))

    def action_discard(self) -> None:
        """Leave without saving."""
        self.run_worker(self._discard())

    async def _discard(self) -> None:
        await self._put_aside(None)
        self.dismiss(None)

    async def keep(self) -> None:
        """Put aside what is not saved, until this card is opened again; called before the program is left."""
        if self.phase in (Step.WRITING, Step.LEAVING) and self.text != self._kept and not self._saving:
            await self._put_aside(self.text)

    async def _put_aside(self, text: str | None) -> None:
        sheet = self._sheet
        if sheet is not None:
            await self.app.desk.with_desk(lambda desk: desk.authoring().keep(sheet, text))

    def action_close(self) -> None:
        """Go back, or ask first if something would be lost."""
        if self.phase is Step.LEAVING:
            self._to(Step.WRITING)
        elif self.phase is Step.WRITING and self.text != self._kept:
            self._to(Step.LEAVING)
        else:
            self.dismiss(None)


def _listed(faults: tuple[Fault, ...]) -> Text:
    """Return what is wrong, a line each, the first ones."""
    lines = [f"line {fault.line}: {safe_text(fault.message)}" for fault in faults[:FAULTS_SHOWN]]
    if len(faults) > FAULTS_SHOWN:
        lines.append(f"and {len(faults) - FAULTS_SHOWN} more")
    return Text("\n".join(lines))


def _hint() -> Text:
    return Text(
        "A title, then Q: and A:. Also C: with [gaps], T: or F: for a claim, - [x] and - [ ] below Q: for a choice.",
        "dim",
    )
