from __future__ import annotations

import pytest
from rich.cells import cell_len

from studydl.study.weak_spots import Lately
from studydl.tui.screens.practice import Entry, PracticeScreen, drawn, lately_text, named_width
from tests.tui.conftest import Opener

SIZES = [(60, 20), (80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_it_says_how_it_went_and_starts_with_enter(opened: Opener, size: tuple[int, int]) -> None:
    async with opened("problem", at_home=True, size=size) as reader:
        await reader.press("p")
        assert "Everything: 1 weak spot first" in reader.text
        assert any(line.strip().startswith("metrics.f1") and "3 of 5, last 2 days ago" in line for line in reader.lines)
        assert any("Convolution" in line and line.endswith("not tried yet") for line in reader.lines)
        assert any("conv.value" in line and line.endswith("5 of 5, last yesterday") for line in reader.lines)
        assert ("F1 score" in reader.text) is (size[0] >= 80)
        assert reader.keys == "enter start  right level  tab how many  esc back  ? help"
        await reader.press("enter")
        assert reader.desk.asked == [("practice", (), 10)]
        assert "Area under the ROC curve" in reader.text


async def test_typing_filters(opened: Opener) -> None:
    async with opened("problem", at_home=True) as reader:
        await reader.press("p")
        await reader.type("conv")
        assert "metrics.f1" not in reader.text
        assert "All 2 families like this" in reader.text
        await reader.press("enter")
        assert reader.desk.asked == [("practice", ("conv.macs", "conv.value"), 10)]
        await reader.press("tab", "escape")
        assert "conv.macs" in reader.text
        await reader.press("escape")
        assert "metrics.f1" in reader.text, "first the filter goes"
        await reader.type("Multiply")
        await reader.press("enter")
        assert reader.desk.asked[-1] == ("practice", ("conv.macs",), 10)


async def test_nothing_fits(opened: Opener) -> None:
    async with opened("problem", at_home=True) as reader:
        await reader.press("p")
        await reader.type("xyz")
        assert "Nothing has a name like that. esc takes the filter away." in reader.text
        assert "enter start" not in reader.keys
        await reader.press("enter")
        assert reader.desk.asked == []


async def test_level_and_number_without_letters(opened: Opener) -> None:
    async with opened("problem", at_home=True) as reader:
        await reader.press("p")
        assert "level mixed" in reader.text
        await reader.press("right", "right", "tab", "tab", "tab")
        assert "level 2 standard" in reader.text
        assert "without end" in reader.text
        await reader.press("down", "enter")
        assert reader.desk.asked == [("practice", ("metrics.f1",), 2, 0)]


async def test_from_a_deck_the_bar_is_on_it(opened: Opener) -> None:
    async with opened("problem", at_home=True) as reader:
        await reader.press("j", "p", "left", "shift+tab", "enter")
        assert reader.desk.asked == [("practice", ("conv",), 3, 5)]


async def test_it_comes_back_to_where_it_was_and_then_goes_home(opened: Opener) -> None:
    async with opened("problem", "problem", at_home=True) as reader:
        await reader.press("p")
        await reader.type("f1")
        await reader.press("enter")
        assert "Area under the ROC curve" in reader.text
        await reader.type("0.5")
        await reader.press("enter", "enter", "tab", "escape")
        assert isinstance(reader.app.screen, PracticeScreen)
        assert "Practice is over, 1 done." in reader.text
        await reader.press("escape", "escape")
        assert "Study everything due" in reader.text


async def test_a_question_mark_asks_for_help(opened: Opener) -> None:
    async with opened("problem", at_home=True) as reader:
        await reader.press("p", "question_mark")
        assert "Practice what the bar is on" in reader.text


def test_how_it_went_in_words() -> None:
    assert lately_text(Lately(), 10) == "not tried yet"
    assert lately_text(Lately(1, 1, 0, 10), 10) == "1 of 1, last today"
    assert lately_text(Lately(0, 3, 0, 11), 10) == "0 of 3, last today"
    assert lately_text(Lately(0, 3, 0, 3), 10) == "0 of 3, last 7 days ago"


@pytest.mark.parametrize("width", [72, 76, 84, 85, 116])
def test_titles_stand_in_one_column_however_long_the_names_are(width: int) -> None:
    names = ("auc", "attention.block-parameters-and-more", "a" * 60, "\u5377\u79ef" * 9)
    rows = [Entry(name, name, (name,), Lately(), "| title") for name in names]
    lines = [drawn(row, width, 10, named_width(rows)).plain for row in rows]
    assert len({cell_len(line.partition("|")[0]) for line in lines}) == 1
    assert {cell_len(line) for line in lines} == {width}
    assert "a\u2026  | title" in lines[2]
