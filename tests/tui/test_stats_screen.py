"""What a learner reads of the statistics, with and without colors, at every size."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from studydl.errors import DamagedDatabase
from studydl.study.statistics.calibration import Bin, Calibration
from studydl.study.statistics.figures import AnswerTime, Statistics
from studydl.study.statistics.mastery import Accuracy, Habit, Skill, Topic
from studydl.study.statistics.retention import DeckRetention, Retention
from studydl.study.statistics.share import Share
from studydl.study.statistics.words import NEW_LEARNER, SECTIONS
from studydl.tui.widgets.look import Look
from studydl.tui.widgets.statistics_page import page
from tests.tui.conftest import FakeDesk

if TYPE_CHECKING:
    from tests.tui.conftest import Opener, Reader

SIZES = [(60, 20), (80, 24), (120, 40)]
TODAY = datetime(2026, 11, 25, tzinfo=UTC).toordinal() - datetime(1970, 1, 1, tzinfo=UTC).toordinal()
NEW = Statistics(
    today=TODAY,
    answers=0,
    aim=0.9,
    retention=Retention(),
    decks=(),
    calibration=Calibration((), None, Share(), None),
    forecast=(0,) * 30,
    calendar=(),
    times=(),
    topics=(Topic("conv", (Skill("conv.size"),)),),
    habits=(),
    accuracy=(),
)
SEEN = Statistics(
    today=TODAY,
    answers=3900,
    aim=0.9,
    retention=Retention(Share(1440, 1645), Share(640, 726)),
    decks=(
        DeckRetention("studydl", "conv", "Convolution", Retention(Share(90, 100), Share(8, 8))),
        DeckRetention(
            "mine", "bad", "A\x1b[31m long title of a deck that nobody has cut short yet", Retention(Share(1, 2))
        ),
    ),
    calibration=Calibration(
        (Bin(0.8, 0.85, 0.83, Share(60, 100)), Bin(0.9, 0.95, 0.92, Share(184, 200))), 0.89, Share(244, 300), 0.077
    ),
    forecast=(10, 0, 4, *[2] * 27),
    calendar=((TODAY - 300, 3), (TODAY - 1, 12), (TODAY, 40)),
    times=(AnswerTime("basic", 900, 5000, 9000, 14_000), AnswerTime("skill", 100, 40_000, 75_000, 130_000)),
    topics=(
        Topic("conv", (Skill("conv.macs", TODAY - 30, TODAY), Skill("conv.size", TODAY, TODAY), Skill("conv.value"))),
        Topic("loss", (Skill("loss.focal"),)),
    ),
    habits=(
        Habit("metrics.roc-auc", "ties count one", 4, TODAY - 3, 1),
        Habit("conv.size", "rounded up", 2, TODAY - 90, 20),
    ),
    accuracy=(Accuracy("study", 2, Share(80, 100), Share(70, 100)), Accuracy("interview", 3, Share(1, 3), Share(1, 3))),
)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Statistics]:
    """The statistics that the screen is given: the last of the list."""
    given = [SEEN]
    for name in ("store", "schedule"):
        monkeypatch.setattr(FakeDesk, name, None, raising=False)
    monkeypatch.setattr("studydl.tui.screens.stats.statistics", lambda store, schedule, told: given[-1])
    return given


async def whole(reader: Reader) -> str:
    """Read the page from its beginning to its end, on one line: where it is wrapped does not matter."""
    report = reader.app.screen.query_one("#report")
    left, top, width, height = report.region
    rows: dict[int, str] = {}
    for _ in range(40):
        at = report.scroll_offset.y
        rows |= {at + row: line[left : left + width - 2] for row, line in enumerate(reader.lines[top : top + height])}
        await reader.press("pagedown")
        if report.scroll_offset.y == at:
            break
    return " ".join(" ".join([*reader.lines[:top], *(rows[row] for row in sorted(rows))]).split())


@pytest.mark.parametrize("size", SIZES)
async def test_every_figure_is_read_on_the_screen(
    opened: Opener, shown: list[Statistics], size: tuple[int, int]
) -> None:
    async with opened("card", size=size, at_home=True) as reader:
        await reader.press("t")
        assert "3,900 answers in study so far" in reader.text
        text = await whole(reader)
        for which in SECTIONS:
            assert which.title in text
            assert " ".join(which.says.split()) in text
        for words in (
            "88% of 2,371",
            "88% of 1,645",
            "88% of 726",
            "Convolution",
            "91% of 108",
            "A␛[31m long",
            "Predicted 89%, remembered 81% of 300; off by 7.7 points on average.",
            "60% of 100 less than predicted",
            "92% of 200 as predicted",
            "Today 10, the first seven days 22, all 30 days 68.",
            "55 answers on 3 days.",
            "75 s",
            "■◧□ 1 of 3",
            "1 of 4 families of problems mastered; 1 topic not begun.",
            "ties count one metrics.roc-auc",
            "4 times, last 3 days ago, 1 answered since",
            "1 mistake overcome.",
            "80% of 100 without help 70%",
            "33% of 3 without help 33%",
        ):
            assert words in text, words
        assert "\x1b" not in text
        assert "rounded up" not in text, "what is overcome is not held against anyone"


@pytest.mark.parametrize("size", SIZES)
async def test_a_new_learner_reads_what_will_stand_here(
    opened: Opener, shown: list[Statistics], size: tuple[int, int]
) -> None:
    shown.append(NEW)
    async with opened("card", size=size, at_home=True) as reader:
        await reader.press("t")
        text = await whole(reader)
        assert " ".join(NEW_LEARNER.split()) in text
        for which in SECTIONS:
            assert " ".join(which.empty.split()) in text
        assert "nan" not in text and "None" not in text.replace("None begun", "").replace("None: no", "")


@pytest.mark.parametrize("size", SIZES)
async def test_one_moves_by_section_by_page_and_by_line_and_goes_home(
    opened: Opener, shown: list[Statistics], size: tuple[int, int]
) -> None:
    async with opened("card", size=size, at_home=True) as reader:
        await reader.press("t")
        head = reader.lines.index(next(line for line in reader.lines if SECTIONS[0].title in line))
        await reader.press("n")
        assert SECTIONS[1].title in reader.lines[head]
        await reader.press("right")
        assert SECTIONS[2].title in reader.lines[head]
        await reader.press("p")
        assert SECTIONS[1].title in reader.lines[head]
        await reader.press("j")
        assert SECTIONS[1].title not in reader.text.splitlines()[head]
        await reader.press("k", "left")
        assert SECTIONS[0].title in reader.lines[head]
        assert "n next" in reader.keys and "esc home" in reader.keys
        await reader.press("escape")
        assert "Study everything due" in reader.text


async def test_a_narrower_terminal_is_drawn_for_at_once(opened: Opener, shown: list[Statistics]) -> None:
    async with opened("card", size=(120, 40), at_home=True) as reader:
        await reader.press("t")
        await reader.pilot.resize_terminal(60, 20)
        await reader.settle()
        assert all(len(line) <= 60 for line in reader.lines)
        assert "88% of 2,371" in reader.text


async def test_data_that_cannot_be_read_is_explained(
    opened: Opener, shown: list[Statistics], monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(store: object, schedule: object, told: object) -> Statistics:
        raise DamagedDatabase("studydl.db is damaged", "`studydl restore latest` puts the newest backup back.")

    monkeypatch.setattr("studydl.tui.screens.stats.statistics", damaged)
    async with opened("card", at_home=True) as reader:
        await reader.press("t")
        assert "studydl.db is damaged" in reader.text


async def test_how_far_a_long_count_is_stands_on_the_screen(
    opened: Opener, shown: list[Statistics], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(store: object, schedule: object, told: Callable[[float], None]) -> Statistics:
        told(0.35)
        go_on.wait(30)
        return SEEN

    monkeypatch.setattr("studydl.tui.screens.stats.statistics", slow)
    async with opened("card", at_home=True) as reader:
        await reader.pilot.press("t")
        for _ in range(300):
            await reader.pilot.pause(0.01)
            if "35%" in reader.text:
                break
        assert "Counting … 35%" in reader.text
        go_on.set()
        await reader.settle()
        assert "3,900 answers" in reader.text and "Counting" not in reader.text


@pytest.mark.parametrize("width", [56, 76, 96, 120])
def test_no_line_is_wider_than_the_page_and_nothing_needs_a_color(width: int) -> None:
    grand = replace(SEEN, retention=Retention(Share(999_999, 1_234_567), Share(1, 1)), forecast=(12_345,) * 30)
    console = Console(width=width, color_system=None, record=True, file=None, force_terminal=False)
    with console.capture() as caught:
        console.print(page(grand, Look(), width))
    lines = caught.get().splitlines()
    assert max(map(len, lines)) <= width
    assert "…" not in "".join(line for line in lines if "long" not in line), "no figure is cut off"
    assert "81% of 1,234,567" in caught.get()
