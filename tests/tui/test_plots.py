from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.tui.widgets.plots import (
    EIGHTHS,
    MARK,
    PARTS,
    SHADES,
    bar,
    columns,
    heatmap,
    legend,
    levels,
    shade,
    squares,
)

COUNTS = st.lists(st.integers(0, 2000), min_size=1, max_size=60)


@given(st.floats(0, 1), st.integers(1, 60))
def test_a_bar_is_as_long_as_its_share_to_an_eighth_of_a_cell(value: float, width: int) -> None:
    drawn = bar(value, width)
    assert len(drawn) == width
    long = sum(1.0 if cell == "█" else PARTS.index(cell) / 8 for cell in drawn if cell != "·")
    assert abs(long - value * width) <= 1 / 16 + 1e-9


@pytest.mark.parametrize(("mark", "place"), [(0.0, 0), (0.5, 5), (0.95, 9), (1.0, 9)])
def test_a_mark_stands_at_its_share(mark: float, place: int) -> None:
    drawn = bar(1.0, 10, mark)
    assert drawn.index(MARK) == place
    assert len(drawn) == 10


@given(COUNTS, st.integers(1, 8), st.integers(1, 3))
def test_columns_are_as_high_as_their_counts_and_none_is_lost(counts: list[int], height: int, cells: int) -> None:
    lines = [line.ljust(len(counts) * cells) for line in columns(counts, height, cells)]
    assert len(lines) == height
    top = max(counts) or 1
    for place, count in enumerate(counts):
        high = sum(EIGHTHS.index(line[place * cells]) for line in lines)
        assert 0 <= high - count * height * 8 / top < 1
        assert (high > 0) is (count > 0)


@given(COUNTS)
def test_a_quarter_of_the_days_has_each_shade_at_most(counts: list[int]) -> None:
    bounds = levels(counts)
    some = sorted(count for count in counts if count)
    drawn = [shade(count, bounds) for count in some]
    assert drawn == sorted(drawn, key=SHADES.index), "more is never lighter"
    assert all(shade(0, bounds) == SHADES[0] and sign != SHADES[0] for sign in drawn)
    for quarter, bound in enumerate(bounds, 1):
        if some:
            assert sum(count <= bound for count in some) >= len(some) * quarter / 4


@given(COUNTS)
def test_the_legend_names_every_shade_there_is(counts: list[int]) -> None:
    said = legend(counts)
    for count in counts:
        sign = shade(count, levels(counts))
        words = next(part for part in said.split("  ") if part.startswith(sign))
        if count:
            least, _, most = words[2:].partition("-")
            assert int(least) <= count <= int(most or least)


@pytest.mark.parametrize("width", [20, 56, 80])
def test_each_day_has_its_square_in_the_row_of_its_weekday(width: int) -> None:
    today = date(2026, 11, 25)
    weeks = min(53, width - 4)
    first = today - timedelta(days=today.weekday(), weeks=weeks - 1)
    for day in (today, first, first + timedelta(days=40)):
        lines = heatmap({day: 5}, today, width)
        assert len(lines) == 8 and all(len(line) <= width for line in lines)
        week, weekday = divmod((day - first).days, 7)
        assert lines[1 + weekday][4 + week] == SHADES[1]
        assert sum(line[4:].count(SHADES[1]) for line in lines[1:]) == 1
    assert lines[1].startswith("Mon ") and lines[3].startswith("Wed ") and lines[5].startswith("Fri ")
    assert len(lines[3]) == 4 + weeks and len(lines[4]) == 4 + weeks - 1, "tomorrow is not drawn"


def test_a_month_stands_above_the_week_in_which_it_begins() -> None:
    today = date(2026, 11, 25)
    months = heatmap({}, today, 57)[0]
    first = today - timedelta(days=today.weekday(), weeks=52)
    for name, day in (("Jan", date(2026, 1, 5)), ("Jun", date(2026, 6, 1)), ("Nov", date(2026, 11, 2))):
        assert months.index(name, 10 if name == "Nov" else 0) == 4 + (day - first).days // 7


def test_what_is_done_begun_and_open_has_different_squares() -> None:
    assert squares(2, 1, 5) == "■■◧□□"
