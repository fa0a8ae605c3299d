"""The rows of the home screen: what to do next, then the decks, with their counts in columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from rich.cells import set_cell_size
from rich.text import Text

from studydl.text.safe import safe_text

INTERVIEW = "interview"  # the id of its row
BARS = " ▁▂▃▄▅▆▇█"


class Counted(Protocol):
    """A deck with its counts, as the glance and the overview both have them."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def due(self) -> int: ...  # noqa: D102
    @property
    def learning(self) -> int: ...  # noqa: D102
    @property
    def new(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the list.

    Args:
        id: "all", "interview", or "deck:" and the deck's name.
        title: what the row is about.
        due: reviews due.
        learning: cards in learning.
        new: new cards for today.
        verb: what enter does: study, continue or practice.
    """

    id: str
    title: str
    due: int = 0
    learning: int = 0
    new: int = 0
    verb: str = "study"


def first_row(due: int, learning: int, new: int, unfinished: int | None = 0, next_due: str = "") -> Row:
    """Return the next thing to do.

    Args:
        due: reviews due, over all decks.
        learning: cards in learning.
        new: new cards for today.
        unfinished: cards left in a session of today, 0 for none; None if there is one and its size is not known yet.
        next_due: when the next card comes, for a day on which nothing is due.
    """
    if unfinished != 0:
        return Row("all", "Continue" if unfinished is None else f"Continue, {unfinished} left", verb="continue")
    total = due + learning + new
    if total:
        return Row("all", f"Study everything due ({total})", due, learning, new)
    later = f" Next: {next_due}." if next_due else ""
    return Row("all", f"Nothing is due.{later} Practice", verb="practice")


def interview_row(progress: str = "") -> Row:
    """Return the row that takes up the unfinished interview.

    Args:
        progress: how far one is; empty if that is not known yet.
    """
    title = "Continue the interview"
    return Row(INTERVIEW, f"{title}: {progress}" if progress else title, verb="continue")


def deck_rows(decks: Iterable[Counted], *, new_known: bool = True) -> list[Row]:
    """Return a row per deck; a deck with nothing for today offers practice.

    Args:
        decks: the decks with their counts.
        new_known: False if the new cards are not yet cut to what today's limit lets in: then they are not shown.
    """
    return [
        Row(
            id=f"deck:{deck.name}",
            title=deck.title,
            due=deck.due,
            learning=deck.learning,
            new=deck.new if new_known else 0,
            verb="study" if deck.due + deck.learning + deck.new else "practice",
        )
        for deck in decks
    ]


def drawn(row: Row, width: int, bold: bool = False) -> Text:
    """Draw a row: the title to the left, the counts in columns to the right.

    Args:
        row: the row.
        width: cells there are.
        bold: True for the first row.
    """
    due, learning, new = (row.due, "due", "bold"), (row.learning, "learning", ""), (row.new, "new", "")
    counts = [(due, 9), (learning, 14), (new, 9)]
    if width < 60:  # one column for what is due and for what is being learned, where nothing is due
        counts = [(due, 9) if row.due or not row.learning else (learning, 14), (new, 9)]
    text = Text(no_wrap=True, end="")
    columns = [(f"{n:>5} {unit}" if n else "", size, style) for (n, unit, style), size in counts]
    room = width - sum(size for _, size, _ in columns)
    if not any(cell for cell, _, _ in columns):
        room, columns = width, []
    text.append(
        set_cell_size(_shortened(safe_text(" ".join(row.title.split())), room - 1), room), "bold" if bold else ""
    )
    for cell, size, style in columns:
        text.append(cell.rjust(size), style or "dim")
    return text


def _shortened(title: str, room: int) -> str:
    return title if len(title) <= room else title[: max(0, room - 1)].rstrip() + "…"


def forecast(counts: Sequence[int]) -> str:
    """Draw reviews per day as bars, one cell a day; a day with any has at least the lowest bar."""
    top = max(counts, default=0)
    return "".join(BARS[-(-8 * n // top)] if n else "·" for n in counts)
