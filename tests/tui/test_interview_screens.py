"""What a learner reads in an interview, from its setup to its report."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest

from studydl.paths import Home
from studydl.study.desk import Desk
from studydl.study.interviews.interview import Interview
from studydl.study.interviews.wish import Wish
from studydl.study.view import View
from studydl.tui.application import StudyApp
from studydl.tui.desk import DeskThread
from studydl.tui.gate import KeyGate
from studydl.tui.screens.home import HomeScreen
from studydl.tui.screens.interview import InterviewScreen
from studydl.tui.screens.interview_setup import COUNTS, stepped
from studydl.tui.widgets.lists import Picks
from tests.study.helpers import FakeClock, FakeWorker, Watch, events, precision, prefer, write_deck
from tests.study.helpers import right as right_answer
from tests.tui.conftest import Reader

SIZES = [(60, 20), (80, 24), (120, 40)]
MIXED = Wish(("metrics", "mini"), count=5, minutes=10, level=2, seed=7)


class Sitter(Reader):
    """A learner in an interview, over a real desk."""

    watch: Watch
    real: Desk

    @property
    def interview(self) -> Interview:
        assert isinstance(self.app.screen, InterviewScreen)
        return self.app.screen._interview

    async def go_to(self, words: str) -> None:
        """Skip until these words are on the screen."""
        for _ in range(10):
            if words in self.text:
                return
            await self.command()
            await self.press("n")
        raise AssertionError(f"{words!r} was not asked")

    async def command(self) -> None:
        """Leave the answer box, if there is one."""
        if "commands" in self.keys:
            await self.press("tab")

    async def end(self) -> None:
        """End the interview."""
        await self.command()
        await self.press("x", "x")

    async def go_to_line(self, words: str) -> None:
        """Move the bar of the list to the line with these words."""
        picks = self.app.screen.query_one(Picks)
        rows = [str(picks.get_option_at_index(index).prompt) for index in range(picks.option_count)]
        picks.highlighted = next(index for index, row in enumerate(rows) if words in row)
        await self.settle()

    async def time_passes(self, seconds: int) -> None:
        """Let the clock run."""
        self.watch.now += seconds * 1000
        assert isinstance(self.app.screen, InterviewScreen)
        self.app.screen._tell_time()
        await self.settle()

    @property
    def right(self) -> str:
        return right_answer(cast(View, self.interview.view()))

    @property
    def wrong(self) -> str:
        return precision(cast(View, self.interview.view()))


Sit: TypeAlias = Callable[..., AbstractAsyncContextManager[Sitter]]


@pytest.fixture
def sit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sit:
    """Open the interface over a real desk with one small deck: ``async with sit(wish) as sitter``."""
    (tmp_path / "shipped" / "en").mkdir(parents=True)
    for place in ("study.library", "decks.folders", "decks.proofs"):
        monkeypatch.setattr(f"studydl.{place}.content", lambda: tmp_path / "shipped")
    monkeypatch.setattr("studydl.study.supply.Worker", FakeWorker)
    FakeWorker.trouble = None
    watch = Watch()
    monkeypatch.setattr("studydl.study.interviews.interview.Interview.__init__.__defaults__", (watch,))
    monkeypatch.setattr("studydl.study.interviews.register.Interviews.__init__.__defaults__", (watch,))
    monkeypatch.setattr("studydl.tui.screens.interview.monotonic", lambda: watch.now / 1000)
    home = Home(tmp_path / "home")
    write_deck(home, "pick", "yes", "no", "say", "f1")
    prefer(home, worked_examples=False, welcomed=True)

    @asynccontextmanager
    async def run(wish: Wish | None = MIXED, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Sitter]:
        desks = list[Desk]()

        def opener(home: Home) -> Desk:
            desks.append(Desk(home, FakeClock()))
            return desks[0]

        app = StudyApp(home, None, DeskThread(home, opener, lambda _: None), KeyGate(held=False), wish)
        async with app.run_test(size=size) as pilot:
            sitter = Sitter(app, pilot, cast(Any, None))
            await sitter.settle()
            await sitter.settle()
            sitter.watch, sitter.real = watch, desks[0]
            yield sitter
            app.workers.cancel_all()  # what is under way ends first, as when the program ends

    return run


@pytest.mark.parametrize("size", SIZES)
async def test_the_setup_has_sensible_defaults_that_enter_takes(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(Wish(), size) as sitter:
        assert "Start" in sitter.text and "Earlier" not in sitter.text and "Continue" not in sitter.text
        for words in (
            "Topics      all",
            "Level       3 interview",
            "Questions   15",
            "Minutes     30",
            "new questions",
        ):
            assert words in sitter.text
        assert sitter.keys.startswith("enter start")
        await sitter.press("enter")
        assert "1 of 15" in sitter.text and "30:00 left" in sitter.text


async def test_the_arrows_change_the_line_the_bar_is_on(sit: Sit) -> None:
    async with sit(Wish()) as sitter:
        await sitter.press("down", "down", "down", "left", "left")
        assert "Questions   5" in sitter.text and "Minutes     10" in sitter.text, "two minutes a question"
        assert "left less" in sitter.keys and "right more" in sitter.keys
        await sitter.press("j", "right", "right", "k", "right")
        assert "Questions   10" in sitter.text and "Minutes     20" in sitter.text
        await sitter.press("up", "left")
        assert "2 standard" in sitter.text
        await sitter.press("end", "right")
        assert "Calculator  off" in sitter.text


async def test_topics_are_ticked_and_a_seed_is_typed(sit: Sit) -> None:
    async with sit(Wish()) as sitter:
        await sitter.press("down", "enter")
        assert "Which topics?" in sitter.text and "space tick" in sitter.keys
        await sitter.go_to_line("mini")
        await sitter.press("space")
        assert "[x] mini" in sitter.text
        await sitter.press("enter")
        assert "Topics      mini" in sitter.text
        await sitter.press("down", "down", "down", "down", "enter")
        await sitter.press("4", "x", "2", "enter")
        assert "Seed        42" in sitter.text
        await sitter.press("enter", "backspace", "backspace", "enter")
        assert "new questions" in sitter.text


async def test_an_unknown_topic_ends_the_command_with_a_word(sit: Sit) -> None:
    async with sit(Wish(("nix",))) as sitter:
        assert sitter.app.return_code == 2


@pytest.mark.parametrize("size", SIZES)
async def test_a_problem_is_asked_on_a_clock_and_nothing_is_told(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as sitter:
        await sitter.press("enter")
        await sitter.go_to("What is F1?")
        assert "of 5" in sitter.lines[1] and "10:00 left" in sitter.lines[1]
        assert "class 1 is positive" in sitter.text and "3 decimals" in sitter.text
        await sitter.type(sitter.wrong)
        assert "= " in sitter.text, "the box is a calculator"
        await sitter.press("enter")
        assert "your answer" in sitter.text and "How sure are you?" in sitter.text
        assert "1 a guess  2 fairly sure  3 sure" in sitter.keys
        await sitter.press("3")
        assert "1 answered" in sitter.lines[1]
        assert "precision" not in sitter.text and "✗" not in sitter.text and "✓" not in sitter.text


@pytest.mark.parametrize("size", SIZES)
async def test_a_spoken_question_shows_its_points_afterwards_while_the_clock_stands(
    sit: Sit, size: tuple[int, int]
) -> None:
    async with sit(size=size) as sitter:
        await sitter.press("enter")
        await sitter.go_to("What does it do?")
        assert "Say it aloud" in sitter.text and "zeroes at random" not in sitter.text
        await sitter.press("enter", "enter")  # said; fairly sure, where the bar is
        assert "1 [ ]  zeroes at random" in sitter.text and "(the clock stands)" in sitter.text
        await sitter.press("space", "3")
        assert "1 [x]  zeroes at random" in sitter.text and "3 [x]  rests in eval" in sitter.text
        await sitter.press("up", "space")
        assert "2 [x]" in sitter.text, "the bar stays where it is"
        await sitter.press("enter")
        assert "1 answered" in sitter.lines[1]


async def test_an_answer_can_be_changed_while_one_is_asked_how_sure_one_is(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What is F1?")
        await sitter.type("0.5")
        await sitter.press("enter", "escape")
        assert sitter.box == "0.5" and "How sure" not in sitter.text
        await sitter.type("1")
        await sitter.press("enter", "up", "enter")
        assert sitter.interview._now.given[0].confidence in (0, 1)
        assert [each.text for each in sitter.interview._now.given if each.outcome] == ["0.51"]


async def test_an_unreadable_answer_and_an_empty_box_cost_nothing(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What is F1?")
        await sitter.press("enter")
        assert "The box is empty" in sitter.text
        await sitter.type("0,5")
        await sitter.press("enter")
        assert "It costs nothing." in " ".join(sitter.text.split()) and sitter.box == "0,5"
        assert "0 answered" in sitter.lines[1]


async def test_what_is_skipped_comes_back_with_its_draft(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What is F1?")
        where = sitter.lines[1].split()[0]
        await sitter.type("2*3")
        await sitter.press("tab", "n")
        assert sitter.lines[1].split()[0] != where
        await sitter.command()
        await sitter.press("p")
        assert sitter.lines[1].split()[0] == where and sitter.box == "2*3"


@pytest.mark.parametrize("size", SIZES)
async def test_the_report_has_every_part_and_three_things_to_do_next(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as sitter:
        await sitter.press("enter")
        await sitter.go_to("What is F1?")
        sitter.watch.now += 65_000
        await sitter.type(sitter.wrong)
        await sitter.press("enter", "3")
        await sitter.go_to("What does it do?")
        await sitter.press("enter", "2", "space", "enter")
        await sitter.command()
        await sitter.press("x")
        assert "3 questions are still open" in sitter.text
        await sitter.press("tab")
        assert "still open" not in sitter.text, "back in the box, x is a letter"
        await sitter.command()
        await sitter.press("x", "x")
        assert "0 of 4 right, 1 of 10 minutes" in sitter.text
        assert "1 add to queue  2 practice  3 again" in sitter.keys
        for words in ("1  Put", "2  Practice", "3  Another interview on"):
            assert words in sitter.text
        read = await sitter.whole()
        assert "1:05" in read and "precision" in read and "✗ not right" in read
        assert "1 of 3 points, self-rated" in read and "1 of 3 points heard, self-rated" in read
        assert "sure" in read and "0 of 1 right" in read and "Sure and not right: question" in read
        assert "That is the precision." in read and "Double the true positives." not in read
        await sitter.press(*["pageup"] * 9)
        assert "0 of 4 right" in sitter.text
        await sitter.press("w")
        assert "To learn from" in sitter.text and "0 of 4 right" not in sitter.text, "it comes into view"
        assert "Double the true positives." in await sitter.whole()


async def test_what_was_missed_goes_into_the_queue_on_one_key(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What does it do?")
        await sitter.press("enter", "2", "enter")
        await sitter.end()
        await sitter.press("1")
        assert "new, first in your next session." in sitter.text
        await sitter.press("1")
        assert "All of it is in the queue already." in sitter.text
        await sitter.press("2")
        assert "Practice" in sitter.text and "What is F1?" in sitter.text
        await sitter.press("escape", "escape")
        assert "1 add to queue" in sitter.keys, "back at the report"
        await sitter.press("3")
        assert "Topics" in sitter.text and "mini" in sitter.text and "Level       2 standard" in sitter.text


async def test_the_report_is_exported_to_markdown_and_html(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What does it do?")
        await sitter.press("enter", "2", "enter")
        await sitter.end()
        await sitter.press("e")
        assert "Written:" in sitter.text
        folder = sitter.app.home.folder / "interviews"
        assert "self-rated" in (folder / "interview-1.md").read_text(encoding="utf-8")
        page = (folder / "interview-1.html").read_text(encoding="utf-8")
        assert page.startswith("<!doctype html>") and "<script" not in page and "http" not in page


@pytest.mark.parametrize("size", SIZES)
async def test_leaving_keeps_the_clock_and_home_takes_it_up_again(sit: Sit, size: tuple[int, int]) -> None:
    async with sit(size=size) as sitter:
        await sitter.press("enter")
        await sitter.go_to("What is F1?")
        await sitter.type("12")
        sitter.watch.now += 30_000
        await sitter.press("escape", "escape")
        assert isinstance(sitter.app.screen, HomeScreen)
        assert "its clock stands" in sitter.text
        assert "Continue the interview: 0 of 5 answered, 10 min left" in sitter.text
        assert sitter.keys.startswith("enter continue"), "it is under the bar"
        sitter.watch.now += 9_999_000
        await sitter.press("enter")
        assert sitter.box == "12" and "9:30 left" in sitter.text
        await sitter.press("escape", "escape", "i")
        assert "Continue: 0 of 5 answered" in sitter.text and sitter.keys.startswith("enter continue")
        await sitter.press("enter")
        assert sitter.box == "12" and "9:30 left" in sitter.text


async def test_an_interview_of_an_earlier_day_waits_below_the_study_of_today(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter", "tab", "escape")
        cast(FakeClock, sitter.real.schedule.clock).later(days=1)
        await sitter.press("t", "escape")
        rows = [line.strip() for line in sitter.lines if line.strip()]
        assert rows[1].startswith("Study everything due") and rows[2].startswith("Continue the interview: 0 of 5")
        await sitter.press("j")
        assert sitter.keys.startswith("enter continue")
        await sitter.press("enter")
        assert "10:00 left" in sitter.text
        await sitter.end()
        await sitter.press("escape")
        assert isinstance(sitter.app.screen, HomeScreen) and "Continue the interview" not in sitter.text


async def test_an_interview_that_ended_in_another_window_is_told_at_home(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter", "tab", "escape")
        await sitter.app.desk.with_desk(lambda desk: desk.interviews().resume().finish())
        await sitter.press("enter")
        assert "there is no unfinished interview" in sitter.text and "Continue the interview" not in sitter.text
        await sitter.press("enter")
        assert "the interview" not in sitter.text, "enter studies again"


async def test_quitting_the_program_keeps_the_draft(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What is F1?")
        await sitter.type("7/8")
        await sitter.app.action_quit()
    async with sit(Wish()) as sitter:
        await sitter.press("enter")
        assert sitter.box == "7/8"


async def test_when_the_time_is_over_the_last_answer_counts_and_the_report_opens(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What is F1?")
        await sitter.type(sitter.right)
        await sitter.time_passes(600)
        assert "Time is up. How sure are you of this last answer?" in sitter.text
        assert "0:00 left" in sitter.text
        await sitter.press("3")
        assert "1 of 4 right, 10 of 10 minutes" in sitter.text


async def test_when_the_time_is_over_at_a_choice_the_report_opens_by_itself(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What does it do?")
        await sitter.press("enter", "2", "enter")
        await sitter.go_to("?")
        await sitter.command()
        await sitter.time_passes(600)
        assert "of 4 right, 10 of 10 minutes" in sitter.text and "Time is up." in sitter.text


async def test_two_beats_that_both_find_the_time_over_open_one_report(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What does it do?")
        await sitter.press("enter", "2", "enter")
        await sitter.go_to("?")
        interview = sitter.app.screen
        assert isinstance(interview, InterviewScreen)
        sitter.watch.now += 600_000
        interview.run_worker(interview._beat())
        interview.run_worker(interview._beat())
        await sitter.settle()
        await sitter.settle()
        assert "Time is up." in sitter.text
        assert [type(screen).__name__ for screen in sitter.app.screen_stack].count("InterviewReportScreen") == 1
        assert interview not in sitter.app.screen_stack


async def test_the_report_opens_even_with_the_help_above_the_question(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What does it do?")
        interview = sitter.app.screen
        await sitter.press("question_mark")
        assert "Keys: speaking" in sitter.text
        assert isinstance(interview, InterviewScreen)
        sitter.watch.now += 600_000
        interview._tell_time()
        await sitter.settle()
        await sitter.press("escape", "2", "enter")
        assert "0 of 4 right" in sitter.text
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("?")
        interview = sitter.app.screen
        assert isinstance(interview, InterviewScreen)
        await sitter.command()
        await sitter.press("question_mark")
        sitter.watch.now += 600_000
        interview._tell_time()
        await sitter.settle()
        assert "0 of 4 right" in sitter.text and len(sitter.app.screen_stack) == 2


async def test_the_last_minute_is_marked_by_more_than_its_color(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.time_passes(560)
        assert "! 0:40 left" in sitter.text


async def test_earlier_interviews_are_listed_and_opened(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What does it do?")
        await sitter.press("enter", "2", "enter")
        await sitter.end()
        await sitter.press("escape", "i")
        assert "Earlier interviews (1)" in sitter.text
        await sitter.press("end", "enter")
        assert "0 of 4 right" in sitter.text and "metrics, mini" in sitter.text
        await sitter.press("enter")
        assert "0 of 4 right, " in sitter.text
        await sitter.press("escape", "escape", "escape")
        assert isinstance(sitter.app.screen, HomeScreen)


async def test_another_theme_in_the_middle_loses_nothing(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What is F1?")
        await sitter.type("1/2")
        for theme in ("textual-light", "textual-dark"):
            sitter.app.theme = theme
            await sitter.settle()
            assert sitter.box == "1/2" and "10:00 left" in sitter.text and "class 1 is positive" in sitter.text
        await sitter.end()
        sitter.app.theme = "textual-light"
        await sitter.settle()
        assert "0 of 4 right" in sitter.text


async def test_resizing_at_any_moment_keeps_what_is_typed(sit: Sit) -> None:
    async with sit() as sitter:
        await sitter.press("enter")
        await sitter.go_to("What is F1?")
        await sitter.type("1/2")
        for size in SIZES:
            await sitter.pilot.resize_terminal(*size)
            await sitter.settle()
            assert sitter.box == "1/2" and "10:00 left" in sitter.text
        assert not events(sitter.real)


def test_a_number_steps_to_the_next_of_the_values() -> None:
    assert [stepped(COUNTS, now, 1) for now in (5, 12, 60, 99)] == [10, 15, 60, 99]
    assert [stepped(COUNTS, now, -1) for now in (5, 12, 60)] == [5, 10, 40]
