"""The page a question is on: what is asked, the options to choose from, and what is told after the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import ClassVar

from rich.console import Group
from rich.table import Table
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from studydl.tui.widgets.laid_out_once import LaidOutOnce
from studydl.tui.widgets.lists import on_bar
from studydl.tui.widgets.styled_once import StyledOnce

GUTTER = 4  # cells between the two panes
NOTHING = range(0)
Block = Group | Table  # told apart by identity: another object is another text


class Place(Enum):
    """What of the page is to be seen, where not all of it can be."""

    TOP = "top"
    SOLUTION = "solution"
    END = "end"


@dataclass(frozen=True, slots=True)
class _Lines:
    """The page as lines of one width.

    Args:
        question: what is asked and the options; the solution too if it stands below.
        beside: the solution if it stands beside the question.
        options: the rows of each option.
        solution: the rows of the solution.
    """

    question: tuple[Strip, ...] = ()
    beside: tuple[Strip, ...] = ()
    options: tuple[range, ...] = ()
    solution: range = NOTHING

    @property
    def height(self) -> int:
        """How many rows there are."""
        return max(len(self.question), len(self.beside))


class QuestionPage(LaidOutOnce, ScrollView, StyledOnce, inherit_bindings=False):
    """Draws prompt, options and solution itself, and scrolls.

    One widget and not one for each part: to lay out and paint five took a seventh of the time from a key to the answer.

    Args:
        panes: True if the solution may stand beside the question; it does on a screen that is `-wide`.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"question-page--bar"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
    ]

    highlighted: reactive[int | None] = reactive(None)

    @dataclass
    class Picked(Message):
        """An option was clicked."""

        index: int

    def __init__(self, *, panes: bool) -> None:
        super().__init__(id="page")
        self._panes = panes
        self._prompt: Block = Group()
        self._solution: Block | None = None
        self._options: tuple[Block, ...] = ()
        self._listed = False
        self._lines = _Lines()
        self._drawn = lru_cache(maxsize=32)(self._draw)
        self._place: Place | None = None  # what is kept in view until the learner scrolls
        self._extent: object = None  # of the page and what is on it, at the last layout
        self._brought: float | None = None  # where the page was scrolled to for the place

    # What is on it.

    def show(self, prompt: Block, solution: Block | None) -> None:
        """Show what is asked, and what is told after the answer.

        Args:
            prompt: what is asked.
            solution: what is told; None before the answer.
        """
        self._prompt, self._solution = prompt, solution
        self._changed()

    def draw_ahead(self, *blocks: Block | None) -> None:
        """Draw blocks as they are drawn when they are shown, if all of the page fits the window then."""
        for block in filter(None, blocks):
            self._drawn(block, self._room(self.size.width))

    def offer(self, options: Iterable[Block]) -> None:
        """Have other options, which are seen where they are listed; the bar is on none."""
        self._options = tuple(options)
        self._changed()
        self.highlighted = None

    def list_options(self, listed: bool) -> None:
        """Have the options be seen, or not; where they are, the arrows are theirs."""
        if listed != self._listed:
            self._listed = self.can_focus = listed
            self._changed()

    def redraw(self, index: int, option: Block) -> None:
        """Draw one option anew, for example ticked."""
        self._options = (*self._options[:index], option, *self._options[index + 1 :])
        self._changed()

    @property
    def option_count(self) -> int:
        """How many options there are."""
        return len(self._options)

    def bring(self, place: Place) -> None:
        """Have a place come into view with the next layout, and stay there when the window changes."""
        self._place, self._extent, self._brought = place, None, None
        self.refresh(layout=True)

    # How it is laid out and drawn.

    def _changed(self) -> None:
        if self.size:
            self._take(self._laid_out(self.scrollable_content_region.width))
        self.refresh(layout=True)

    def _take(self, lines: _Lines) -> None:
        self._lines, self.virtual_size = lines, Size(self.size.width, lines.height)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many rows there are at a width."""
        return self._laid_out(width).height

    @property
    def _beside(self) -> bool:
        return self._panes and self.screen.has_class("-wide")

    def _room(self, width: int) -> int:
        """Return the width of a block on a page of a width."""
        return max(1, (width - GUTTER) // 2 if self._beside else width)

    def _laid_out(self, width: int) -> _Lines:
        beside, room = self._beside, self._room(width)
        rows = list(self._drawn(self._prompt, room))
        options = list[range]()
        if self._listed and self._options:
            rows.append(Strip([]))
            for option in self._options:
                strips = self._drawn(option, room)
                options.append(range(len(rows), len(rows) + len(strips)))
                rows.extend(strip.adjust_cell_length(room) for strip in strips)
        if self._solution is None:
            return _Lines(tuple(rows), (), tuple(options))
        told = self._drawn(self._solution, room)
        if beside:
            return _Lines(tuple(rows), told, tuple(options), range(len(told)))
        rows.append(Strip([]))
        solution = range(len(rows), len(rows) + len(told))
        return _Lines((*rows, *told), (), tuple(options), solution)

    def _draw(self, renderable: Block, width: int) -> tuple[Strip, ...]:
        """Draw something as lines; by way of `_drawn`, the same object at the same width is drawn once."""
        options = self.app.console_options.update(width=width, height=None, highlight=False)
        return tuple(map(Strip, self.app.console.render_lines(renderable, options, pad=False)))

    def _size_updated(self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True) -> bool:
        """Follow the layout before anything is painted, so that what is new is in view in the first frame."""
        lines = self._laid_out(size.width)
        if lines.height > size.height:
            lines = self._laid_out(size.width - self.styles.scrollbar_size_vertical)
        self._take(lines)
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        self._scroll_update(self.virtual_size)
        self._keep_in_view()
        return changed

    def _keep_in_view(self) -> None:
        """Scroll to the place when the page, or what is on it, has another extent, until the learner scrolls."""
        before, self._extent = self._extent, (self.size, self.virtual_size, self._lines.solution)
        if self._brought not in (None, self.scroll_y) and self.scroll_y != self.max_scroll_y:
            self._place = None
        if self._place is None or self._extent == before:
            return
        match self._place:
            case Place.TOP:
                self.scroll_to(y=0, animate=False)
            case Place.SOLUTION if not self._lines.beside:
                self._see(self._lines.solution)
            case Place.END:
                self.scroll_to(y=self.max_scroll_y, animate=False)
        self._see_option()
        self._brought = self.scroll_y

    def _see(self, rows: range) -> None:
        self.scroll_to_region(Region(0, rows.start, 1, len(rows)), animate=False, immediate=True)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the view."""
        row, width, lines = self.scroll_offset.y + y, self.size.width, self._lines
        text = self.part()
        strip = lines.question[row] if row < len(lines.question) else Strip([])
        if self.highlighted is not None and row in self._rows(self.highlighted):
            bar = self.part("question-page--bar")
            strip = on_bar(strip.apply_style(bar), bar)
        if row < len(lines.beside):
            left = strip.adjust_cell_length(self.scrollable_content_region.width // 2 + GUTTER // 2)
            strip = Strip.join([left, lines.beside[row]])
        return strip.apply_style(text).adjust_cell_length(width, text)

    # The bar.

    def _rows(self, index: int) -> range:
        return self._lines.options[index] if index < len(self._lines.options) else NOTHING

    def watch_highlighted(self) -> None:
        """Have what the bar is on in view."""
        self._see_option()

    def _see_option(self) -> None:
        """Scroll to the options if the bar is on one: one compares answers, so to all of them where there is room."""
        options, row = self._lines.options, NOTHING if self.highlighted is None else self._rows(self.highlighted)
        if row:
            every = range(options[0].start, options[-1].stop)
            self._see(every if len(every) <= self.size.height else row)

    def action_move(self, step: int) -> None:
        """Move the bar, from the last option to the first too."""
        count = len(self._lines.options)
        if count:
            start = self.highlighted if self.highlighted is not None else (-1 if step > 0 else count)
            self.highlighted = (start + step) % count

    def on_click(self, event: events.Click) -> None:
        """Pick the option that was clicked."""
        row = self.scroll_offset.y + event.y
        index = next((index for index, rows in enumerate(self._lines.options) if row in rows), None)
        if index is not None and event.x < self._room(self.size.width):
            self.highlighted = index
            self.post_message(self.Picked(index))
