"""All about one card: how well it is known, the learner's note, and what happened to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, cast

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from studydl.errors import StudydlError
from studydl.memory.days import EPOCH
from studydl.memory.intervals import DAY, interval_text
from studydl.study.authoring import saved_text
from studydl.study.browser import rating_name
from studydl.text.markup import plain as as_text
from studydl.tui.commands import Command, bindings
from studydl.tui.preview import both_sides
from studydl.tui.screens.paged import PagedScreen
from studydl.tui.widgets.card_rows import days_text, due_text, which
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.look import Look, look_of
from studydl.tui.widgets.rendering import plain
from studydl.tui.widgets.search_box import NoteLine
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from textual.app import App

    from studydl.study.browser import CardInfo, Event
    from studydl.study.view import Question
    from studydl.tui.application import StudyApp

INFO = (
    Command("info.save", "enter", "save", "save", "Keep the note"),
    Command("info.write", "n", "write", "note", "Write a note that is shown with the answer; empty takes it away"),
    Command("info.edit", "e", "edit", "edit", "Change the text of this card"),
    Command("info.close", "escape,i,q", "close", "back", "Go back"),
    Command("info.up", "up,k", "scroll(-1)", "up", "Scroll up", False),
    Command("info.down", "down,j", "scroll(1)", "down", "Scroll down", False),
    Command("info.page-up", "pageup", "page(-1)", "page up", "Scroll up a page", False),
    Command("info.page-down", "pagedown,space", "page(1)", "page down", "Scroll down a page", False),
)
HAPPENED = {
    "suspend": "suspended",
    "unsuspend": "back in study",
    "bury": "put off until the next day",
    "flag": "flagged",
    "unflag": "flag taken off",
    "reset": "reset: new again",
    "due": "put into the queue",
    "seen": "worked example read",
}


class CardInfoScreen(PagedScreen[str]):
    """All about one card. Its result is the key of the card that was saved on the way; None if none was.

    Args:
        key: the card.
    """

    AUTO_FOCUS = ""
    MENU = INFO
    BINDINGS = bindings(INFO)
    app: StudyApp

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._info: CardInfo | None = None
        self._question: Question | None = None
        self._saved: str | None = None
        self.box = NoteLine()

    def compose(self) -> ComposeResult:
        """Lay out: the facts, the card and its history, the note while it is written, the keys."""
        with Vertical(id="column"):
            with VerticalScroll(can_focus=False, id="report"):
                yield Static(id="body")
            with Horizontal(id="entry"):
                yield Static("note", classes="label")
                yield self.box
            yield Static(id="note")
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Read the card."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw())
        self.run_worker(self._load())

    async def _load(self) -> None:
        try:
            self._question, self._info = await self.app.desk.with_desk(lambda desk: desk.browser.look(self._key))
        except StudydlError as error:
            self._say(str(error))
            return
        self._draw()

    def _draw(self) -> None:
        if self._info is not None:
            look = look_of(cast("App[object]", self.app))
            self.query_one("#body", Static).update(about(self._info, self._question, look))
            self.refresh_bindings()

    def _say(self, text: str) -> None:
        note = self.query_one("#note", Static)
        note.update(plain(text))
        note.display = bool(text)

    @property
    def writing(self) -> bool:
        """Whether the note is being written."""
        return bool(self.query_one("#entry").display)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to save while one writes, to write once the card is read, and to edit what is no skill."""
        if action == "save":
            return self.writing
        if action == "write":
            return self._info is not None and not self.writing
        if action == "edit":
            return self._question is not None and not self.writing
        return True

    def action_edit(self) -> None:
        """Change the text of the card."""
        from studydl.tui.screens.card_editor import CardEditorScreen

        self.app.push_screen(CardEditorScreen(lambda authoring: authoring.open(self._key)), self._edited)

    def _edited(self, saved: str | None) -> None:
        if saved:
            self._saved = saved
            self._say(saved_text(saved, self._key))
            self.run_worker(self._load())

    def action_write(self) -> None:
        """Open the line the note is written in."""
        self.query_one("#entry").display = True
        self.box.value = self._info.note if self._info else ""
        self.box.focus()
        self.query_one(KeyBar).labels = {"close": "cancel"}

    def action_save(self) -> None:
        """Keep the note."""
        self._stop_writing()
        self.run_worker(self._keep(self.box.value))

    async def keep(self) -> None:
        """Keep the note that is being written; called before the program is left."""
        if self.writing:
            text = self.box.value
            await self.app.desk.with_desk(lambda desk: desk.browser.note(self._key, text))

    async def _keep(self, text: str) -> None:
        try:
            await self.app.desk.with_desk(lambda desk: desk.browser.note(self._key, text))
            self._say("" if text.strip() else "The note is taken away. u among all cards brings it back.")
        except StudydlError as error:
            self._say(str(error))
        await self._load()

    def _stop_writing(self) -> None:
        self.query_one("#entry").display = False
        self.set_focus(None)
        self.query_one(KeyBar).labels = {}

    def action_close(self) -> None:
        """Leave the note as it was, or go back."""
        if self.writing:
            self._stop_writing()
        else:
            self.dismiss(self._saved)


def about(info: CardInfo, question: Question | None, look: Look) -> Group:
    """Draw all about a card.

    Args:
        info: what is known about it.
        question: what it asks and its answer; None for a skill.
        look: the colors.
    """
    card, memory = info.card, info.card.state.memory
    title = card.title + which(card)
    facts = Table.grid(padding=(0, 3, 0, 0))
    facts.add_column(style=look.dim, no_wrap=True)
    facts.add_column(overflow="fold")
    rows = [
        ("deck", card.deck_title),
        ("kind", card.kind if info.family is None else f"{card.kind}: {info.family}"),
        ("due", due_text(card, info.today) + (", flagged ⚑" if card.state.flag else "")),
    ]
    if memory.stability is not None and info.retrievability is not None:
        rows += [
            ("today", f"remembered with {100 * info.retrievability:.0f}% probability"),
            ("stability", f"{days_text(memory.stability)} until that falls to 90%"),
            ("difficulty", f"{memory.difficulty or 0:.1f} of 10"),
            ("answers", f"{memory.reps}, forgotten {_times(memory.lapses)}"),
        ]
    if info.note:
        rows.append(("your note", info.note))
    for name, value in rows:
        facts.add_row(name, plain(value))
    parts: list[RenderableType] = [plain(title, "bold"), "", facts, ""]
    if info.leech:
        parts += [plain(info.leech, look.warn), ""]
    if question is not None:
        parts += [Rule(style=look.dim), *both_sides(question, look, code=False), Rule(style=look.dim)]
    parts += [Text("History", look.dim), _history(info, look)]
    return Group(*parts)


def _times(count: int) -> str:
    return "once" if count == 1 else "never" if count == 0 else f"{count} times"


def _history(info: CardInfo, look: Look) -> RenderableType:
    if not info.history:
        return Text("Nothing yet: this card is new.")
    grid = Table.grid(padding=(0, 3, 0, 0))
    grid.add_column(style=look.dim, no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    choice = info.card.kind in ("choice", "claim")  # what was chosen is markup, what was typed is not
    for event in reversed(info.history):
        day = date.fromordinal(event.study_day + EPOCH).isoformat()
        if event.kind == "answer":
            grid.add_row(day, rating_name(event.rating), plain(", ".join(_details(event, choice))))
        else:
            grid.add_row(day, "", plain(_happened(event), look.dim))
    return grid


def _happened(event: Event) -> str:
    if event.kind == "note":
        return f"note: {event.text}" if event.text else "note taken away"
    return HAPPENED.get(event.kind, event.kind)


def _details(event: Event, choice: bool) -> Iterator[str]:
    if event.mode != "study":
        yield event.mode
    if event.duration_ms is not None:
        yield f"{event.duration_ms / 1000:.0f} s"
    if event.due_ms is not None:
        yield f"again in {interval_text((event.due_ms - event.at_ms) / 1000)}"
    elif event.due_day is not None:
        yield f"next in {interval_text((event.due_day - event.study_day) * DAY)}"
    if event.misconception:
        yield event.misconception
    elif event.text:
        yield f"“{as_text(event.text) if choice else event.text}”"
