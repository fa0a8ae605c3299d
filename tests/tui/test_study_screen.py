"""A session walked through as a learner would, and what the learner reads on the way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.geometry import Offset
from textual.widget import Widget

from studydl.errors import BusyDatabase
from studydl.memory.model import Rating
from studydl.study.view import Question
from studydl.tui.widgets.answer_box import AnswerBox
from studydl.tui.widgets.headline import Headline
from studydl.tui.widgets.keybar import KeyBar
from studydl.tui.widgets.question_page import QuestionPage
from studydl.tui.widgets.ratings import RatingBar
from tests.tui.conftest import QUESTIONS

if TYPE_CHECKING:
    from tests.tui.conftest import Opener, Reader

SIZES = [(80, 24), (200, 60), (50, 20)]


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("size", SIZES)
async def test_a_whole_session_with_hardly_more_than_enter(opened: Opener, size: tuple[int, int]) -> None:
    async with opened("problem", "choice", "card", "points", size=size) as reader:
        assert "Metrics" in reader.text and "4 left" in reader.text
        assert "A tied pair counts one half." in reader.text
        assert "3 decimals, or exact such as 13/16" in reader.text
        assert "AUC = (3 + 1/2)/4" not in reader.text
        assert reader.keys == "enter check  tab commands  f1 help"

        await reader.type("7/8")
        assert "= 0.875" in reader.text
        await reader.press("enter")
        assert "✓ Right" in reader.text
        assert "read as 7/8 = 0.875" in squeezed(reader.text)
        assert "[3 Good 9 d]" in reader.text
        assert "enter 3 Good 9 d" in reader.keys
        await reader.press("enter")
        assert reader.session.ratings == [Rating.GOOD]

        assert "What gradient does torch give relu at 0?" in squeezed(reader.text)
        assert "ReLU at zero" not in reader.text  # the title would give it away
        await reader.press("down", "enter")
        assert "✓ Right" in reader.text and "ReLU at zero" in reader.text
        assert "torch uses the left derivative." in reader.text
        await reader.press("enter")

        assert "How wide is" in reader.text and "112" not in reader.text
        await reader.press("enter")
        assert "112" in reader.text and "is floored before 1 is added." in squeezed(reader.text)
        await reader.press("left", "left", "enter")
        assert reader.session.ratings[-1] is Rating.AGAIN

        await reader.press("enter")
        assert "Uses running statistics" in reader.text
        assert "[1 Again" not in reader.text and "[Again" in reader.text, "nothing is ticked yet"
        await reader.press("1", "2", "3", "enter")
        assert reader.session.ratings[-1:] == [Rating.GOOD]

        assert "4 answers" in reader.text and "3 right at the first try" in reader.text
        assert "Output size rounds down" in reader.text
        assert "tomorrow" in reader.text
        await reader.press("enter")
        assert reader.session.closed
        assert "Study everything due" in reader.text


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_card_of_a_session_says_on_it_how_the_answer_is_shown(
    opened: Opener, size: tuple[int, int]
) -> None:
    async with opened("card", "card", size=size) as reader:
        assert "then press enter to see it." in squeezed(reader.text)
        await reader.press("enter")
        assert "press enter" not in squeezed(reader.text)
        await reader.press("enter")
        assert "How wide is" in reader.text and "press enter" not in squeezed(reader.text)


@pytest.mark.parametrize("size", SIZES)
async def test_a_wrong_answer_shows_yours_the_right_one_and_the_named_mistake(
    opened: Opener, size: tuple[int, int]
) -> None:
    async with opened("problem", size=size) as reader:
        await reader.type("1")
        await reader.press("enter")
        text = squeezed(reader.text)
        assert "✗ Not right" in text
        assert "yours 1" in text and "right 0.875" in text
        assert "ties count one" in text and "A tied pair earns one half, not a full point." in text
        assert "[1 Again 10 m]" in text
        assert "x slipped" not in reader.keys  # the mistake has a name
        await reader.press("enter")
        assert reader.session.ratings == [Rating.AGAIN]


async def test_steps_and_code_come_after_the_verdict_only(opened: Opener) -> None:
    async with opened("problem", size=(200, 60)) as reader:
        await reader.press("tab", "w", "v")
        assert "AUC =" not in reader.text and "import torch" not in reader.text
        await reader.press("tab")
        await reader.type("2")
        await reader.press("enter", "w")
        assert "AUC = (3 + 1/2)/4 = 0.875" in reader.text
        await reader.press("v")
        assert "import torch" in reader.text
        await reader.press("w", "v")
        assert "AUC =" not in reader.text and "import torch" not in reader.text


async def test_a_wrong_answer_without_a_known_mistake_may_be_a_slip(opened: Opener) -> None:
    async with opened("problem", "card") as reader:
        await reader.type("0.5")
        await reader.press("enter")
        assert "x slipped" in reader.keys
        await reader.press("x")
        assert reader.session.ratings == [Rating.HARD]


async def test_a_digit_overrides_the_suggested_rating(opened: Opener) -> None:
    async with opened("problem", "card") as reader:
        await reader.type("7/8")
        await reader.press("enter", "2")
        assert reader.session.ratings == [Rating.HARD]


async def test_unreadable_text_is_kept_with_the_caret_where_reading_stopped(opened: Opener) -> None:
    async with opened("problem") as reader:
        await reader.type("0,875")
        await reader.press("enter")
        assert "A comma here is unclear. Write 0.875." in reader.text
        assert reader.box == "0,875"
        await reader.press("delete", ".", "enter")
        assert reader.session.calls[-1] == ("submit", "0.875")
        assert "✓ Right" in reader.text


async def test_an_imprecise_answer_may_be_mended(opened: Opener) -> None:
    async with opened("problem") as reader:
        await reader.type("0.9")
        await reader.press("enter")
        assert "Right so far: give 3 decimals." in reader.text
        assert "Read as 0.9" in reader.text
        assert not reader.session.ratings


async def test_enter_in_an_empty_box_says_so_and_submits_nothing(opened: Opener) -> None:
    async with opened("problem") as reader:
        await reader.press("enter")
        assert "The box is empty" in reader.text
        assert not reader.session.calls
        await reader.press("7")
        assert "The box is empty" not in reader.text, "it no longer is"


@pytest.mark.parametrize("key", ["tab", "escape"])
async def test_the_commands_leave_the_text_in_the_box(opened: Opener, key: str) -> None:
    async with opened("problem") as reader:
        await reader.type("13")
        await reader.press(key)
        assert reader.box == "13"
        assert "h hint" in reader.keys and "g don't know" in reader.keys
        await reader.press("h")
        assert "Compare 2 positives with 2 negatives: 4 pairs." in reader.text
        assert reader.box == "13"
        await reader.press("tab", "/")
        assert reader.box == "13/"


@pytest.mark.parametrize("key", ["4", "minus", "plus"])
async def test_a_digit_or_sign_among_the_commands_goes_back_to_the_box(opened: Opener, key: str) -> None:
    async with opened("problem") as reader:
        await reader.type("1")
        await reader.press("tab", key)
        assert reader.box == "1" + {"minus": "-", "plus": "+"}.get(key, key)
        await reader.type("2")
        assert reader.box[-1] == "2"


async def test_letters_typed_into_the_box_are_no_commands(opened: Opener) -> None:
    async with opened("problem") as reader:
        await reader.type("ghfsbuxtq")
        assert reader.box == "ghfsbuxtq"
        assert not reader.session.calls


async def test_a_hint_by_the_arrows_alone(opened: Opener) -> None:
    async with opened("problem") as reader:
        await reader.press("tab", "right", "enter")
        assert ("hint",) in reader.session.calls


async def test_the_steps_take_the_place_of_the_hints(opened: Opener) -> None:
    hint = "Compare 2 positives with 2 negatives: 4 pairs."
    async with opened("problem", size=(100, 50)) as reader:
        await reader.press("tab", "h")
        assert reader.text.count(hint) == 1
        await reader.press("g")
        assert reader.text.count(hint) == 1, "the steps begin with it"
        await reader.press("w")
        assert reader.text.count(hint) == 1, "the hint alone again"


async def test_not_knowing_shows_the_right_answer_and_how_it_goes(opened: Opener) -> None:
    async with opened("problem", size=(200, 60)) as reader:
        await reader.press("tab", "g")
        assert "– Not known" in reader.text and "Here is how it goes." in reader.text
        assert "right  0.875" in reader.text
        assert "AUC = (3 + 1/2)/4 = 0.875" in reader.text


async def test_what_is_calculated_on_the_scratch_line_goes_with_the_answer(opened: Opener) -> None:
    async with opened("problem") as reader:
        await reader.press("tab", "c")
        assert "scratch" in reader.text
        await reader.type("3*4+1")
        await reader.press("enter")
        await reader.type("13/16")
        assert reader.box == "13/16"
        await reader.press("enter")
        assert reader.session.calls[-1] == ("submit", "13/16", "3*4+1")


async def test_the_scratch_line_stays_with_what_stands_on_it(opened: Opener) -> None:
    async with opened("problem", "card") as reader:
        await reader.press("tab", "c")
        await reader.type("2+2")
        await reader.press("escape", "tab")
        assert "2+2" in reader.text
        await reader.press("escape", "escape")
        assert ("keep", "", "2+2") in reader.session.calls


async def test_esc_among_the_commands_goes_home_and_keeps_the_text(opened: Opener) -> None:
    async with opened("problem", "card") as reader:
        await reader.type("13")
        await reader.press("escape", "escape")
        assert reader.session.kept == "13" and reader.session.closed
        assert "Saved, 2 left." in reader.text


async def test_undo_brings_the_same_question_back_with_its_text(opened: Opener) -> None:
    async with opened("problem") as reader:
        await reader.type("1")
        await reader.press("enter", "u")
        assert reader.box == "1"
        assert "Undone. The same question again." in reader.text


async def test_undo_from_the_summary(opened: Opener) -> None:
    async with opened("card") as reader:
        await reader.press("enter", "enter")
        assert "Done for now" in reader.text
        await reader.press("u")
        assert "How wide is" in reader.text


async def test_a_twin_asks_the_same_kind_again(opened: Opener) -> None:
    async with opened("problem", "card") as reader:
        await reader.type("1")
        await reader.press("enter", "t")
        assert "The twin of it?" in reader.text


@pytest.mark.parametrize(("key", "call"), [("s", "suspend"), ("b", "bury"), ("f", "flag")])
async def test_cards_take_commands_without_leaving_a_box(opened: Opener, key: str, call: str) -> None:
    async with opened("card", "choice") as reader:
        await reader.press(key)
        assert (call,) in reader.session.calls


async def test_a_digit_selects_an_option_and_enter_checks_it(opened: Opener) -> None:
    async with opened("choice", "card") as reader:
        await reader.press("enter")
        assert "Choose an answer first" in reader.text
        await reader.press("3")
        assert "Choose an answer first" not in reader.text, "one is chosen"
        assert not reader.session.calls
        await reader.press("enter")
        assert reader.session.calls == [("choose", 2)]
        assert "✓ 0" in reader.text and "✗ 1" in reader.text


async def test_ticked_points_move_the_suggestion_but_not_over_the_learner(opened: Opener) -> None:
    async with opened("points", "card") as reader:
        await reader.press("space", "1", "2")
        assert reader.text.count("[x]") == 2
        assert "[Hard 4 d]" in reader.text
        await reader.press("3")
        assert "[Good 9 d]" in reader.text
        await reader.press("left", "enter")
        assert reader.session.ratings == [Rating.HARD]


async def test_practice_offers_no_rating_because_nothing_is_scheduled(opened: Opener) -> None:
    async with opened("problem", "card", scheduled=False) as reader:
        await reader.type("7/8")
        await reader.press("enter")
        assert "Good" not in reader.text
        assert "enter next" in reader.keys
        await reader.press("1")
        assert not reader.session.ratings
        await reader.press("enter")
        assert reader.session.ratings == [Rating.GOOD]


async def test_keys_pressed_while_an_answer_is_checked_do_not_count(opened: Opener) -> None:
    async with opened("problem", "card", slow=0.3) as reader:
        await reader.type("7/8")
        await reader.pilot.press("enter")
        await reader.pilot.press("enter", "1", "4", "x")
        await reader.settle()
        assert reader.session.calls == [("submit", "7/8")]
        assert "✓ Right" in reader.text


async def test_enter_held_down_does_not_skip_a_verdict(opened: Opener) -> None:
    async with opened("problem", "card", held=True) as reader:
        await reader.type("7/8")
        await reader.pilot.press("enter")
        await asyncio.sleep(0.4)
        for _ in range(20):
            await reader.pilot.press("enter")
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        await reader.settle()
        assert reader.session.calls == [("submit", "7/8")]
        assert "✓ Right" in reader.text
        await asyncio.sleep(0.8)
        await reader.press("enter")
        assert reader.session.ratings == [Rating.GOOD]


async def test_an_answer_that_could_not_be_saved_stays_in_the_box(opened: Opener) -> None:
    async with opened("problem") as reader:
        reader.session.failing = BusyDatabase("Another program holds the database.", "Close it and press enter again.")
        await reader.type("7/8")
        await reader.press("enter")
        assert "Another program holds the database." in reader.text
        assert reader.box == "7/8"
        reader.session.failing = None
        await reader.press("enter")
        assert "✓ Right" in reader.text


async def test_the_session_looks_ahead_once_a_question_is_painted(opened: Opener) -> None:
    async with opened("card", "choice") as reader:
        assert reader.session.looked_ahead == 1
        await reader.press("enter")
        assert (reader.session.looked_ahead, reader.session.calls) == (2, [("reveal",)])


async def test_trouble_met_looking_ahead_is_left_to_the_next_answer(
    opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trouble() -> None:
        raise BusyDatabase("Another program holds the database.", "Close it and press enter again.")

    async with opened("card", "choice") as reader:
        monkeypatch.setattr(reader.session, "look_ahead", trouble)
        await reader.press("enter")
        assert "112" in reader.text and "Another program" not in reader.text


async def test_a_long_question_scrolls_and_the_box_stays_in_view(opened: Opener, problem: Question) -> None:
    long = replace(problem, prompt="\n\n".join(f"Paragraph {n}." for n in range(40)))
    async with opened(long, size=(80, 24)) as reader:
        assert "Paragraph 0." in reader.text and "answer" in reader.text
        await reader.press("pagedown")
        assert "Paragraph 0." not in reader.text and "answer" in reader.text
        await reader.press("pageup")
        assert "Paragraph 0." in reader.text


@pytest.mark.parametrize("size", [(60, 16), (60, 20), (80, 24), (120, 40)])
async def test_under_a_long_card_everything_stays_in_view(opened: Opener, size: tuple[int, int]) -> None:
    """The page alone gives way: to the box, the scratch line, the ratings in two rows and what was said."""
    long = "\n\n".join(f"Paragraph {n}." for n in range(40))
    card, problem = (replace(QUESTIONS[which], prompt=long) for which in ("card", "problem"))
    async with opened(card, problem, size=size) as reader:
        await reader.press("enter", "y")
        for words in ("Again", "Hard", "Good", "Easy", "The question is copied."):
            assert words in reader.text
        await reader.press("3", "tab", "c", "1", "enter", "enter")
        for words in ("scratch", "answer", "The box is empty.", "enter check"):
            assert words in reader.text


async def test_question_and_solution_stand_side_by_side_where_there_is_room(opened: Opener) -> None:
    async with opened("card", size=(160, 40)) as reader:
        await reader.press("enter")
        line = next(line for line in reader.lines if "A 7x7 convolution" in line)
        assert line.rstrip().endswith("112")
    async with opened("card", size=(100, 40)) as reader:
        await reader.press("enter")
        line = next(line for line in reader.lines if "A 7x7 convolution" in line)
        assert "112" not in line


async def test_a_window_too_small_says_so_and_takes_no_keys(opened: Opener) -> None:
    async with opened("problem", size=(38, 10)) as reader:
        assert "Please enlarge the window." in reader.text
        await reader.type("12")
        await reader.pilot.resize_terminal(80, 24)
        await reader.settle()
        assert "Please enlarge" not in reader.text and reader.box == ""


async def test_the_mouse_alone_walks_a_session(opened: Opener) -> None:
    async with opened("card", "choice", "points") as reader:
        await _click(reader, "show the answer")
        await _click(reader, "2 Hard")
        assert reader.session.ratings == [Rating.HARD]
        await _click(reader, "2  1/2", within=QuestionPage)
        assert reader.session.calls[-1] == ("choose", 1)
        await _click(reader, "1 Again 10 m", within=KeyBar)
        await _click(reader, "show the answer")
        await _click(reader, "1 [ ]", within=QuestionPage)
        assert "[x]" in reader.text
        await _click(reader, "Easy", within=RatingBar)
        assert reader.session.ratings == [Rating.HARD, Rating.AGAIN, Rating.EASY]


async def test_the_wheel_scrolls_a_long_question(opened: Opener, problem: Question) -> None:
    long = replace(problem, prompt="\n\n".join(f"Paragraph {n}." for n in range(40)))
    async with opened(long, size=(80, 24)) as reader:
        page = reader.app.screen.query_one(QuestionPage)
        for _ in range(4):
            page.post_message(events.MouseScrollDown(page, 4, 4, 0, 1, 0, False, False, False))
            await reader.settle()
        assert "Paragraph 0." not in reader.text and "answer" in reader.text


async def test_another_theme_changes_every_color_at_once(opened: Opener) -> None:
    async with opened("points") as reader:
        await reader.press("enter")

        def colors() -> list[str]:
            parts = [reader.app.screen.query_one(part) for part in (QuestionPage, KeyBar, RatingBar, Headline)]
            return [str([segment.style for segment in part.render_line(0)]) for part in parts]

        dark = colors()
        reader.app.theme = "textual-light"
        await reader.settle()
        assert all(before != after for before, after in zip(dark, colors(), strict=True))


async def test_a_click_beside_the_points_ticks_none(opened: Opener) -> None:
    async with opened("points", size=(140, 40)) as reader:
        await reader.press("enter")
        row = next(y for y, line in enumerate(reader.lines) if "1 [ ]" in line)
        await reader.pilot.click(offset=Offset(100, row))
        await reader.settle()
        assert "[x]" not in reader.text
        await reader.pilot.click(offset=Offset(20, row))
        await reader.settle()
        assert "1 [x]" in reader.text


@pytest.mark.parametrize("key", ["down", "k", "1", "4"])
async def test_answers_below_the_window_come_into_view_once_one_is_chosen(opened: Opener, key: str) -> None:
    code = "\n".join(f"x{row} = {row}" for row in range(12))
    asked = replace(
        QUESTIONS["choice"], prompt=f"What does this print?\n\n```python\n{code}\n```", options=("a", "b", "c", "d")
    )
    async with opened(asked, size=(60, 20)) as reader:
        assert "1  a" not in reader.text
        await reader.press(key)
        assert all(f"{number}  {letter}" in reader.text for number, letter in enumerate("abcd", 1))
        await reader.press("pageup")
        assert "What does this print?" in reader.text  # a second look at the code is a key away


async def test_of_many_answers_the_one_the_bar_is_on_is_in_view(opened: Opener) -> None:
    points = replace(QUESTIONS["points"], points=tuple(f"point number {n}" for n in range(1, 21)))
    async with opened(points, size=(60, 20)) as reader:
        await reader.press("enter")
        for number in range(2, 21):
            await reader.press("down")
            assert f"point number {number} " in reader.text.replace("\n", " ")


async def _click(reader: Reader, words: str, within: type[Widget] | None = None) -> None:
    region = reader.app.screen.query_one(within).region if within else reader.app.screen.region
    for y, line in enumerate(reader.lines):
        x = line.find(words)
        if x >= 0 and region.contains(x, y):
            await reader.pilot.click(offset=Offset(x, y))
            await reader.settle()
            return
    raise AssertionError(f"{words!r} is not on the screen")


async def test_a_verdict_below_the_window_is_in_view_in_the_first_frame_that_shows_it(opened: Opener) -> None:
    asked = replace(QUESTIONS["problem"], prompt="\n\n".join(f"Line {row} of the question." for row in range(12)))
    async with opened(asked, size=(60, 20)) as reader:
        frames = list[str]()
        layouts = reader.app.screen.screen_layout_refresh_signal
        layouts.subscribe(reader.app, lambda _: frames.append(reader.text), immediate=True)
        await reader.type("7/8")
        await reader.press("enter")
        told = next(frame for frame in frames if "1 Again" in frame)
        assert "✓ Right" in told


async def test_a_flag_leaves_what_is_open_and_where_one_has_scrolled_to(opened: Opener) -> None:
    async with opened("problem", size=(60, 20)) as reader:
        await reader.type("7/8")
        await reader.press("enter", "v", "pageup", "pageup")
        assert "import torch" not in reader.text
        top = reader.lines[3]
        await reader.press("f")
        assert reader.lines[3] == top and "Flagged." in reader.text
        await reader.press("pagedown", "pagedown", "pagedown")
        assert "import torch" in reader.text


async def test_a_verdict_stays_in_view_when_the_window_gets_lower(opened: Opener) -> None:
    async with opened("problem", size=(60, 40)) as reader:
        await reader.type("3/8")
        await reader.press("enter")
        assert "✗ Not right" in reader.text
        await reader.pilot.resize_terminal(60, 16)
        await reader.settle()
        assert "✗ Not right" in reader.text


async def test_the_question_or_the_code_shown_can_be_copied(opened: Opener) -> None:
    async with opened("problem") as reader:
        await reader.press("tab", "y")
        assert "The question is copied." in reader.text
        assert "What is its ROC AUC, to 3 decimals?" in reader.app.clipboard  # as read, without markup
        await reader.press("tab", *"99", "enter", "v", "y")
        assert "The code is copied." in reader.text
        assert reader.app.clipboard == QUESTIONS["problem"].code


@pytest.mark.parametrize(
    ("pasted", "box"),
    [
        ("0.875\t", "x0.875"),
        ("\n\n 7/8 \nmore\n", "x7/8"),
        ("\x1b[31m7\x9b8", "x[31m7 8"),
        ("9" * 5000, "x" + "9" * 255),
        ("\n", "x"),
        ("", "x"),
    ],
)
async def test_what_is_pasted_comes_as_far_as_it_can_be_an_answer(opened: Opener, pasted: str, box: str) -> None:
    async with opened("problem") as reader:
        await reader.type("x")
        reader.app.screen.query_one(AnswerBox).post_message(events.Paste(pasted))
        await reader.settle()
        assert reader.box == box
