"""The small parts: packing keys into rows, rows of decks, markup as Rich renderables."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console, RenderableType

from studydl.answers.verdicts import Outcome, Verdict
from studydl.memory.model import Phase, Rating
from studydl.study.view import Left, Stage, View
from studydl.tui.widgets import pages
from studydl.tui.widgets.look import Look
from studydl.tui.widgets.packing import packed, piece_at
from studydl.tui.widgets.pages import rating_of_share
from studydl.tui.widgets.rendering import code, rendered
from studydl.tui.widgets.rows import Row, deck_rows, drawn, first_row, forecast
from tests.tui.conftest import CARD, CHOICE, PROBLEM


def read(renderable: RenderableType, width: int = 60) -> str:
    console = Console(width=width, file=io.StringIO(), color_system="truecolor", force_terminal=True)
    with console.capture() as capture:
        console.print(renderable)
    return re.sub(r"\x1b\[[0-9;]*m", "", capture.get())


@given(st.lists(st.integers(1, 30), min_size=1, max_size=20), st.integers(10, 120), st.integers(1, 3))
def test_packed_pieces_keep_their_order_and_never_overlap(widths: list[int], room: int, gap: int) -> None:
    rows = packed(widths, room, gap)
    assert [index for row in rows for _, index in row] == list(range(len(widths)))
    for y, row in enumerate(rows):
        for (left, index), (right, _) in pairwise(row):
            assert left + widths[index] + gap == right
        last_left, last = row[-1]
        assert last_left == 0 or last_left + widths[last] <= room
        assert all(piece_at(rows, widths, left + widths[index] - 1, y) == index for left, index in row)


@given(st.text(max_size=40), st.integers(36, 120), st.integers(0, 999), st.integers(0, 99), st.integers(0, 99))
def test_a_row_is_exactly_as_wide_as_there_is_room(title: str, width: int, due: int, learning: int, new: int) -> None:
    text = drawn(Row("deck:x", title, due, learning, new), width).plain
    assert cell_len(text) == width
    assert not any(ord(char) < 32 or 0x7F <= ord(char) < 0xA0 for char in text)


@pytest.mark.parametrize(
    ("ticked", "points", "rating"),
    [(0, 3, Rating.AGAIN), (1, 3, Rating.AGAIN), (2, 4, Rating.HARD), (2, 3, Rating.HARD), (3, 3, Rating.GOOD)],
)
def test_the_share_of_points_said_suggests_a_rating(ticked: int, points: int, rating: Rating) -> None:
    assert rating_of_share(ticked, points) is rating


def test_a_day_with_any_reviews_shows_a_bar() -> None:
    bars = forecast((100, 1, 0, 50))
    assert bars[0] == "█" and bars[1] == "▁" and bars[2] == "·" and bars[3] == "▄"
    assert forecast((0,) * 14) == "·" * 14


@dataclass(frozen=True)
class Deck:
    name: str
    title: str
    due: int
    learning: int
    new: int


def test_the_first_row_is_the_next_thing_to_do() -> None:
    assert first_row(20, 1, 2).title == "Study everything due (23)"
    assert first_row(20, 1, 2, unfinished=12).title == "Continue, 12 left"
    assert first_row(20, 1, 2, unfinished=None).verb == "continue"
    assert first_row(0, 0, 0, next_due="in 3 days, 1 card").verb == "practice"


def test_new_cards_not_yet_cut_to_the_limit_are_not_shown() -> None:
    (row,) = deck_rows([Deck("conv", "Convolution", 3, 0, 400)], new_known=False)
    assert (row.due, row.new, row.verb) == (3, 0, "study")


def test_markup_is_drawn_with_lists_tables_code_and_math() -> None:
    table, block = "| h | k |\n|---|---|\n| 1 | 2 |", "```python\nx = 1\n```"
    source = f"A *word* and `x[0]`, $frac(a, b)$.\n\n- one\n- two\n\n{table}\n\n{block}"
    text = read(rendered(source, Look()))
    assert "A word and x[0], a/b." in text
    assert "• one" in text and "• two" in text
    assert "h" in text and "1" in text
    assert "  x = 1" in text


def test_what_was_drawn_ahead_is_not_drawn_again() -> None:
    ahead = View(Stage.ASKING, replace(CHOICE, options=(), phase=Phase.NEW), Left())
    asked = View(Stage.ASKING, replace(CHOICE, phase=Phase.REVIEW), Left(new=3), answered=4, message="Undone.")
    assert pages.prompt(ahead, Look()) is pages.prompt(asked, Look())
    told = View(Stage.REVEALED, CARD, Left())
    drawn = pages.solution(told, Look(), steps=False, code=False)
    assert pages.solution(replace(told, left=Left(new=3)), Look(), steps=False, code=False) is drawn
    for other in (replace(told, note="floor, not round"), replace(told, question=replace(CARD, answer="7"))):
        assert pages.solution(other, Look(), steps=False, code=False) is not drawn
    assert pages.solution(told, Look(good="blue"), steps=False, code=False) is not drawn


@pytest.mark.parametrize("source", ["[bold]x[/bold] [@click=app.quit]y[/]", "\x1b[31mred \x1b]8;;http://x\x07link"])
def test_console_markup_and_escapes_stay_text(source: str) -> None:
    for renderable in (rendered(source, Look()), rendered(f"`{source}`", Look()), code(source, Look())):
        text = read(renderable, width=200)
        assert "\x1b" not in text and "\x07" not in text
        assert source.replace("\x1b", "␛").replace("\x07", "␇") in text


@pytest.mark.parametrize("long", ["批量归一化在训练时使用当前小批量的均值和方差" * 3, "tensor([[0.1234,0.5678]])," * 5])
def test_a_long_text_without_spaces_is_shown_to_its_end(long: str) -> None:
    question = replace(CHOICE, options=(long, "no"), answer=long)
    right = Verdict(Outcome.CORRECT, read_as=long)
    verdict = View(Stage.VERDICT, question, Left(new=1), text=long, verdict=right)
    typed = View(Stage.VERDICT, replace(PROBLEM, answer=long), Left(new=1), text=long, verdict=right)
    table = f"| a | b |\n|---|---|\n| {long} | 1 |\n\n- {long}\n\n```python\n{long}\n```\n"
    for shown in (
        pages.option(0, long, Look(), None),
        pages.prompt(verdict, Look()),
        pages.solution(typed, Look(), steps=False, code=False),
        rendered(table, Look()),
    ):
        assert shown is not None
        assert "…" not in read(shown) and long[-8:] in "".join(read(shown).split())


def test_markup_that_cannot_be_read_is_shown_as_written() -> None:
    assert "<b>x</b> $frac($" in read(rendered("<b>x</b> $frac($", Look()))
