"""A table of any number of cards: only the rows in view are drawn, and only those near it are in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from studydl.study.browser import Found, Order
from studydl.tui.widgets import card_rows
from studydl.tui.widgets.lists import on_bar

AROUND = 60  # rows read ahead, above and below the view


class CardTable(ScrollView, can_focus=True):
    """Cards in rows under a head that stays. It asks for the rows it lacks and knows no desk."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"card-table--cursor", "card-table--head"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("home", "go(0)", "First", show=False),
        Binding("end", "go(-1)", "Last", show=False),
    ]

    cursor = reactive(0, repaint=False)

    @dataclass
    class Moved(Message):
        """The bar is on another card, or on none."""

        key: str | None

    @dataclass
    class Wanted(Message):
        """Rows came near the view that are not read yet."""

        keys: list[str]

    @dataclass
    class Sort(Message):
        """The head of a column was clicked."""

        order: Order

    def __init__(self) -> None:
        super().__init__(id="cards")
        self.keys: Sequence[str] = ()
        self.rows: dict[str, Found] = {}
        self.marked: set[str] = set()
        self.order, self.descending = Order.DECK, False
        self.today = 0

    @property
    def key(self) -> str | None:
        """Key of the card the bar is on; None in an empty table."""
        return self.keys[self.cursor] if self.keys else None

    def show(self, found: Iterable[Found]) -> None:
        """Show other cards, the bar on the first."""
        self.rows = {card.key: card for card in found}
        self.scroll_to(y=0, animate=False)
        self.set_reactive(CardTable.cursor, 0)
        self.extend(tuple(self.rows))
        self.post_message(self.Moved(self.key))

    def extend(self, keys: Sequence[str]) -> None:
        """Take over all keys of what is shown; the rows that were shown already are the first of them."""
        self.keys = keys
        self._measure()
        self._ask()

    def take(self, rows: Mapping[str, Found]) -> None:
        """Take over rows that were read, in the place of what was known of them."""
        self.rows.update(rows)
        self.refresh()

    def near(self) -> list[str]:
        """Return the keys of the rows in view and around it."""
        top = int(self.scroll_offset.y)
        return list(self.keys[max(0, top - AROUND) : top + self.size.height + AROUND])

    def forget_others(self) -> None:
        """Drop the rows that are not near, so that they are read again as they are by then."""
        near = set(self.near())
        self.rows = {key: card for key, card in self.rows.items() if key in near}

    def mark(self, keys: Iterable[str]) -> None:
        """Mark exactly these cards."""
        self.marked = set(keys)
        self.refresh()

    def sorted_by(self, order: Order, descending: bool) -> None:
        """Say in the head what the cards are sorted by."""
        self.order, self.descending = order, descending
        self.refresh()

    def on_resize(self) -> None:
        """Keep the bar in view."""
        self._measure()
        self._into_view()
        self._ask()

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.keys) + 1)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw one line of the view."""
        width = self.size.width
        if y == 0:
            head = card_rows.header(width, self.order, self.descending)
            return self._strip(head, "card-table--head", width)
        index = int(self.scroll_offset.y) + y - 1
        if index >= len(self.keys):
            return Strip.blank(width, self.rich_style)
        key = self.keys[index]
        text = card_rows.row(self.rows.get(key), width, self.today, key in self.marked)
        return self._strip(text, "card-table--cursor" if index == self.cursor else "", width)

    def _strip(self, text: Text, component: str, width: int) -> Strip:
        style = self.get_component_rich_style(component) if component else self.rich_style
        strip = Strip(text.render(self.app.console)).apply_style(style).adjust_cell_length(width, style)
        return on_bar(strip, style) if component == "card-table--cursor" else strip

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the rows that come near."""
        super().watch_scroll_y(old_value, new_value)
        self.refresh()
        self._ask()

    def _ask(self) -> None:
        missing = [key for key in self.near() if key not in self.rows]
        if missing:
            self.post_message(self.Wanted(missing))

    def watch_cursor(self) -> None:
        """Show the bar at its new place."""
        self._into_view()
        self.refresh()
        self.post_message(self.Moved(self.key))

    def _into_view(self) -> None:
        top, seen = int(self.scroll_offset.y), max(1, self.size.height - 1)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + seen:
            self.scroll_to(y=self.cursor - seen + 1, animate=False)

    def action_move(self, step: int) -> None:
        """Move the bar by rows."""
        self.cursor = min(max(self.cursor + step, 0), max(len(self.keys) - 1, 0))

    def action_page(self, direction: int) -> None:
        """Move the bar by what is in view."""
        self.action_move(direction * max(1, self.size.height - 2))

    def action_go(self, index: int) -> None:
        """Move the bar to the first or the last card."""
        self.action_move(len(self.keys) if index < 0 else -len(self.keys))

    def on_click(self, event: events.Click) -> None:
        """Move the bar to the card that was clicked, or sort by the head of a column."""
        if event.y > 0:
            index = int(self.scroll_offset.y) + event.y - 1
            if index < len(self.keys):
                self.cursor = index
            return
        left = card_rows.GAP
        for column, room in card_rows.columns(self.size.width):
            if left <= event.x < left + room + card_rows.GAP:
                self.post_message(self.Sort(column.order))
            left += room + card_rows.GAP
