"""Before practice: what, at which level, how many. Typing filters; enter starts what the bar is on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from studydl.errors import StoreError, StudydlError
from studydl.text.safe import safe_text
from studydl.tui.commands import Command, bindings, keys_of
from studydl.tui.widgets.answer_box import PRINTABLE
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.lists import Picks
from studydl.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from studydl.study.desk import Desk
    from studydl.study.practice import Choice, Choices
    from studydl.study.session import Session
    from studydl.study.weak_spots import Lately
    from studydl.tui.application import StudyApp

WHAT = "Problems with fresh numbers, weak spots first. Your schedule is not moved."
LEVELS: tuple[int | None, ...] = (None, 1, 2, 3)
LEVEL_NAMES = {None: "mixed", 1: "1 first steps", 2: "2 standard", 3: "3 interview"}
COUNTS = (10, 20, 50, 0, 5)  # 0: without end
LONGEST_FILTER = 60  # characters
TITLED = 72  # cells from which a family's title stands beside its name
NAMED, LONGEST_NAMED = 28, 40  # cells of the name then, at least and at most; a longer one is cut

PRACTICE = (
    Command("list.open", "enter", "open", "start", "Practice what the bar is on"),
    Command("practice.level", "right", "level(1)", "level", "Another level"),
    Command("practice.level-back", "left", "level(-1)", "level", "The level before", shown=False),
    Command("practice.count", "tab", "count(1)", "how many", "Another number of problems, or no end"),
    Command("practice.count-back", "shift+tab", "count(-1)", "how many", "The number before", shown=False),
    Command("practice.up", "up", "move(-1)", "up", "Up", shown=False),
    Command("practice.down", "down", "move(1)", "down", "Down", shown=False),
    Command("practice.page-up", "pageup", "page(-1)", "page up", "Up a page", shown=False),
    Command("practice.page-down", "pagedown", "page(1)", "page down", "Down a page", shown=False),
    Command("practice.close", "escape", "close", "back", "Take the filter away; then go back"),
)


class FilterLine(Input):
    """The line one filters with. All keys but those that write are the screen's."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            keys_of("list.open", "enter"),
            "screen.open",
            "start",
            tooltip="Practice what the bar is on",
            id="list.open",
        ),
        Binding("left", "screen.level(-1)", show=False),
        Binding("right", "screen.level(1)", "level", tooltip="Another level", id="practice.level"),
    ]

    def __init__(self) -> None:
        super().__init__(
            id="filter",
            compact=True,
            max_length=LONGEST_FILTER,
            restrict=PRINTABLE,
            placeholder="type to filter: auc, conv, loss …",
        )

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave ? to the help; no name has one."""
        return character != "?" and super().check_consume_key(key, character)

    def on_key(self, event: events.Key) -> None:
        """Let ? through to the app's bindings."""
        if event.character == "?":
            event.prevent_default()


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the list.

    Args:
        id: stays the same while one filters.
        text: on the left.
        names: what `Desk.practice` is asked for; empty for everything.
        known: how it went lately; None for nothing to say.
        beside: the title, beside the name where there is room.
    """

    id: str
    text: str
    names: tuple[str, ...]
    known: Lately | None = None
    beside: str = ""


class PracticeScreen(Screen[None]):
    """Asks what to practice.

    Args:
        deck: name of the deck the bar begins on; None for everything.
    """

    AUTO_FOCUS = "#filter"
    MENU = PRACTICE
    BINDINGS = bindings(PRACTICE)
    app: StudyApp

    def __init__(self, deck: str | None = None) -> None:
        super().__init__()
        self._first = f"deck {deck}" if deck else "all"
        self._found: Choices | None = None
        self._entries: tuple[Entry, ...] = ()
        self.level: int | None = None
        self.count = COUNTS[0]
        self._said = ""

    def compose(self) -> ComposeResult:
        """Lay out: what this is, the filter, level and number, the list, the keys."""
        with Vertical(id="column"):
            yield Static(Text("Practice", "bold"), id="ask")
            yield Static(Text(WHAT, "dim"), id="what")
            yield FilterLine()
            yield Static(id="wish")
            yield Picks(id="lines", compact=True)
            yield Static(id="note")
            yield KeyBar()
        yield TooSmall()

    def on_mount(self) -> None:
        """Read what there is; again on coming back from a session."""
        self.query_one(Picks).can_focus = False  # the arrows work from the filter
        self._tell_wish()
        self._say("Looking at how it went lately …")

    def on_screen_resume(self) -> None:
        """Load what there is, with what a session has changed."""
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        try:
            self._found = await self.app.desk.with_desk(lambda desk: desk.practice_choices())
        except StoreError as error:
            self.app.show_trouble(error)
            return
        except StudydlError as error:
            self._say(str(error))
            return
        self._show(self.entry.id if self._entries else self._first)
        if self._said:
            self._say(self._said)
            self._said = ""

    def on_resize(self) -> None:
        """Draw the rows for the new width."""
        self.call_after_refresh(self._draw)

    # What is on the screen.

    def _show(self, chosen: str) -> None:
        if self._found is None:
            return
        self._entries = tuple(entries(self._found.choices, self.query_one(FilterLine).value))
        self._draw(chosen)
        self._say("" if self._entries else "Nothing has a name like that. esc takes the filter away.")

    def _draw(self, chosen: str | None = None) -> None:
        if self._found is None:
            return
        lines, today = self.query_one(Picks), self._found.today
        chosen = chosen or (self.entry.id if self._entries else self._first)
        width = lines.scrollable_content_region.width or 76
        named = named_width(self._entries)
        lines.set_options(Option(drawn(entry, width, today, named)) for entry in self._entries)
        ids = [entry.id for entry in self._entries]
        if ids:
            lines.highlighted = ids.index(chosen) if chosen in ids else 0
        self.refresh_bindings()

    def _tell_wish(self) -> None:
        many = f"{self.count} problems" if self.count else "without end"
        text = Text.assemble(
            ("level ", "dim"), LEVEL_NAMES[self.level], (" ←→", "dim"), ("    number ", "dim"), many, (" tab", "dim")
        )
        self.query_one("#wish", Static).update(text)

    def _say(self, text: str) -> None:
        note = self.query_one("#note", Static)
        note.update(Text(safe_text(text)))
        note.display = bool(text)

    @property
    def entry(self) -> Entry:
        """The row the bar is on; there is one unless nothing is listed."""
        return self._entries[min(self.query_one(Picks).highlighted or 0, len(self._entries) - 1)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Start only what is listed."""
        return bool(self._entries) if action == "open" else True

    @on(Input.Changed)
    def follow_typing(self) -> None:
        """List what fits; the best fit is under the bar."""
        self._show("")

    @on(OptionList.OptionSelected)
    def take(self) -> None:
        """Start the row that was clicked."""
        self.action_open()

    # What the learner does.

    def action_open(self) -> None:
        """Practice what the bar is on."""
        if self._entries and self.app.gate.is_open:
            from studydl.tui.screens.study import StudyScreen

            self.app.push_screen(StudyScreen(_starter(self.entry.names, self.level, self.count)), self._come_back)

    def _come_back(self, said: str | None) -> None:
        """Say what happened in the session one comes back from."""
        self._said = said or ""

    def action_level(self, step: int) -> None:
        """Choose another level."""
        self.level = LEVELS[(LEVELS.index(self.level) + step) % len(LEVELS)]
        self._tell_wish()

    def action_count(self, step: int) -> None:
        """Choose another number of problems."""
        self.count = COUNTS[(COUNTS.index(self.count) + step) % len(COUNTS)]
        self._tell_wish()

    def action_move(self, step: int) -> None:
        """Move the bar."""
        lines = self.query_one(Picks)
        (lines.action_cursor_up if step < 0 else lines.action_cursor_down)()

    def action_page(self, step: int) -> None:
        """Move the bar by a page."""
        lines = self.query_one(Picks)
        if step < 0:
            lines.action_page_up()  # type: ignore[no-untyped-call]
        else:
            lines.action_page_down()  # type: ignore[no-untyped-call]

    def action_close(self) -> None:
        """Take the filter away; without one, go back."""
        line = self.query_one(FilterLine)
        if line.value:
            line.value = ""
        else:
            self.dismiss()


def _starter(names: tuple[str, ...], level: int | None, count: int) -> Callable[[Desk], Session]:
    return lambda desk: desk.practice(names, level=level, count=count)


def entries(choices: Iterable[Choice], typed: str) -> list[Entry]:
    """Return the rows for what is typed: all of it together first, then each that fits.

    Args:
        choices: all there is, in order.
        typed: words that must each occur in a name, a title or a kind; empty for everything.
    """
    words = typed.casefold().split()
    fitting = [
        choice
        for choice in choices
        if all(word in f"{choice.name} {choice.title} {choice.kind}".casefold() for word in words)
    ]
    rows = [_entry(choice) for choice in fitting]
    families = [choice for choice in fitting if choice.kind == "family"]
    if not words:
        weak = sum(choice.lately.is_weak for choice in families)
        text = "Everything" + (f": {weak} weak {'spot' if weak == 1 else 'spots'} first" if weak else "")
        return [Entry("all", text, ()), *rows]
    if len(families) > 1:
        names = tuple(choice.name for choice in families)
        return [Entry("all", f"All {len(families)} families like this", names), *rows]
    return rows


def _entry(choice: Choice) -> Entry:
    of = f"{len(choice.families)} {'family' if len(choice.families) == 1 else 'families'}"
    match choice.kind:
        case "deck":
            text, beside = f"{choice.title}", f"deck, {of}"
        case "topic":
            text, beside = choice.name, f"topic, {of}"
        case _:
            text, beside = choice.name, choice.title
    return Entry(f"{choice.kind} {choice.name}", text, (choice.name,), choice.lately, beside)


def lately_text(known: Lately, today: int) -> str:
    """Say how the last attempts went: "3 of 5, 2 days ago".

    Args:
        known: how they went.
        today: the study day.
    """
    if not known.of or known.last_day is None:
        return "not tried yet"
    days = today - known.last_day
    when = "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
    return f"{known.right} of {known.of}, last {when}"


def named_width(listed: Iterable[Entry]) -> int:
    """Return the cells of the names, so that what stands beside them stands in one column."""
    longest = max((cell_len(entry.text) + 2 for entry in listed if entry.beside), default=0)
    return min(max(NAMED, longest), LONGEST_NAMED)


def drawn(entry: Entry, width: int, today: int, named: int = NAMED) -> Text:
    """Draw a row: the name, its title where there is room, and how it went to the right.

    Args:
        entry: the row.
        width: cells there are.
        today: the study day.
        named: cells of the name, where the title stands beside it.
    """
    right = lately_text(entry.known, today) if entry.known else ""
    room = max(1, width - cell_len(right) - (2 if right else 0))
    left = safe_text(" ".join(entry.text.split()))
    beside = safe_text(" ".join(entry.beside.split()))
    if beside and width >= TITLED:
        left = f"{set_cell_size(_shortened(left, named - 2), named)}{beside}"
    text = Text(no_wrap=True, end="")
    text.append(set_cell_size(_shortened(left, room), room), "bold" if entry.id == "all" else "")
    if right:
        text.append(f"  {right}", "dim" if not entry.known or not entry.known.is_weak else "")
    return text


def _shortened(text: str, room: int) -> str:
    return text if cell_len(text) <= room else set_cell_size(text, max(0, room - 1)).rstrip() + "…"
