"""The rows of the browser's table: columns that fit the width, and what stands in them."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from studydl.memory.intervals import DAY, interval_text
from studydl.memory.model import Phase
from studydl.study.browser import Found, Order
from studydl.text.safe import safe_text

GAP = 2
MARKED, FLAGGED = "✓", "⚑"
UP, DOWN = "▲", "▼"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        order: what its key sorts by.
        width: cells; 0 for the title, which takes what is left.
        least: cells the table must have for it to be shown.
        right: whether it is set to the right.
    """

    order: Order
    width: int
    least: int = 0
    right: bool = False


COLUMNS = (
    Column(Order.DECK, 18, 76),
    Column(Order.TITLE, 0),
    Column(Order.KIND, 8, 84),
    Column(Order.DUE, 10),
    Column(Order.STABILITY, 11, 66, True),
    Column(Order.LAPSES, 8, 90, True),
)


def columns(width: int) -> list[tuple[Column, int]]:
    """Return the columns a table of this width shows, with their widths in cells."""
    shown = [column for column in COLUMNS if width >= column.least]
    rest = width - GAP - sum(column.width + GAP for column in shown if column.width) - 1
    return [(column, column.width or max(rest, 8)) for column in shown]


def header(width: int, order: Order, descending: bool) -> Text:
    """Draw the heads of the columns: the key that sorts by each, its name, and the way it is sorted now."""
    cells = []
    for column, room in columns(width):
        arrow = (DOWN if descending else UP) if column.order is order else ""
        cells.append(_fitted(f"{COLUMNS.index(column) + 1} {column.order.value}{arrow}", room, column.right))
    return Text("  " + "  ".join(cells), no_wrap=True, end="")


def row(card: Found | None, width: int, today: int, marked: bool) -> Text:
    """Draw a card; one not read yet is an ellipsis.

    Args:
        card: the card, or None.
        width: cells there are.
        today: the study day.
        marked: whether it is marked for what comes next.
    """
    text = Text(no_wrap=True, end="")
    if card is None:
        return text.append("  …", "dim")
    text.append(MARKED if marked else " ", "bold").append(FLAGGED if card.state.flag else " ")
    values = {
        Order.DECK: card.deck_title,
        Order.TITLE: card.title,
        Order.KIND: card.kind,
        Order.DUE: due_text(card, today),
        Order.STABILITY: "" if card.state.memory.stability is None else days_text(card.state.memory.stability),
        Order.LAPSES: str(card.state.memory.lapses or ""),
    }
    ends = {Order.TITLE: which(card)}
    cells = [
        (
            _fitted(safe_text(" ".join(values[column.order].split())), room, column.right, ends.get(column.order, "")),
            column.order,
        )
        for column, room in columns(width)
    ]
    for number, (cell, order) in enumerate(cells):
        text.append("  " if number else "").append(cell, "" if order is Order.TITLE else "dim")
    return text


def which(card: Found) -> str:
    """Say which of its siblings a card is, to stand behind its title: ", level 2", ", blank 1"; empty without any."""
    if card.level is not None:
        return f", level {card.level}"
    return f", blank {card.key.rpartition('/')[2]}" if card.kind == "cloze" else ""


def due_text(card: Found, today: int) -> str:
    """Say when a card comes, or why it does not: "today", "3 d late", "in 9 d", "new", "suspended"."""
    memory = card.state.memory
    if card.retired_ms is not None:
        return "retired"
    if card.state.suspended:
        return "suspended"
    if card.state.buried_day is not None and card.state.buried_day >= today:
        return "put off"
    if memory.phase is Phase.NEW or memory.due_day is None:
        return "new"
    days = memory.due_day - today
    if memory.phase is not Phase.REVIEW or days == 0:
        return "today"
    return f"in {interval_text(days * DAY)}" if days > 0 else f"{interval_text(-days * DAY)} late"


def days_text(days: float) -> str:
    """Return a time in days as people read it: "0.4 d", "12 d", "2.3 mo"."""
    return f"{days:.1f} d" if days < 9.95 else interval_text(days * DAY)


def _fitted(text: str, room: int, right: bool, end: str = "") -> str:
    """Return a text cut or filled to its column; its end stays whole."""
    if cell_len(text + end) > room:
        text = set_cell_size(text, room - 1 - len(end)).rstrip() + "…"
    text += end
    space = " " * (room - cell_len(text))
    return space + text if right else text + space
