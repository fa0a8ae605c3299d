"""What the main screens look like, as text: one file a screen and size, in a folder a test under `golden/`.

A screen that changed fails with the difference. Renew them with ``pytest tests/tui/test_golden.py --renew`` and read
what changed as a learner would before keeping it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import unified_diff
from pathlib import Path
from random import Random

import pytest

from studydl.memory.fitting import History
from studydl.study.interviews.wish import Wish
from studydl.study.view import Form
from studydl.tui.screens.interview import InterviewScreen
from studydl.tui.screens.study import StudyScreen
from studydl.tui.screens.study_keys import Phase
from tests.study.helpers import precision, right
from tests.study.lived import live
from tests.tui.stage import Player, Stage

FOLDER = Path(__file__).parent / "golden"
SIZES = [(60, 20), (80, 24), (120, 40)]
TODAY = 1200  # study day of the tests' clock, counted as `live` does


@dataclass
class Album:
    """Takes pictures and compares them with those that are kept.

    Args:
        folder: where they are kept.
        renew: keep the new ones instead.
    """

    folder: Path
    renew: bool
    differences: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def take(self, player: Player, name: str, text: str = "") -> None:
        """Compare the screen, or this text, with what is kept; only the first screen of a name is a picture."""
        width, height = player.app.size
        path = self.folder / f"{name}.{width}x{height}.txt"
        if path.name in self.taken:
            return
        self.taken.add(path.name)
        seen = (text or player.text).rstrip() + "\n"
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        if seen == kept:
            return
        if self.renew:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(seen, encoding="utf-8")
            return
        lines = unified_diff(kept.splitlines(), seen.splitlines(), f"kept {path.name}", "seen now", lineterm="")
        self.differences.append("\n".join(lines))

    def close(self, size: tuple[int, int]) -> None:
        """Miss the screens of this size that are kept and were not met."""
        for path in sorted(self.folder.glob(f"*.{size[0]}x{size[1]}.txt")):
            if path.name in self.taken:
                continue
            if self.renew:
                path.unlink()
            else:
                self.differences.append(f"kept {path.name}, which was not met")


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Iterator[Album]:
    """The pictures of one test; those that differ are shown all together."""
    album = Album(FOLDER / request.node.originalname.removeprefix("test_"), request.config.getoption("--renew"))
    yield album
    album.close(request.node.callspec.params["size"])
    if album.differences:
        how = "Read what changed. If it is right: pytest tests/tui/test_golden.py --renew"
        pytest.fail("\n\n".join([*album.differences, how]), pytrace=False)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A home of one's own, still empty."""
    return Stage(tmp_path, monkeypatch)


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_evening(stage: Stage, album: Album, size: tuple[int, int]) -> None:
    stage.deck()
    async with stage.open(size) as player:
        album.take(player, "welcome-1")
        await player.press("enter")
        album.take(player, "welcome-2")
        await player.press("escape", "escape")
        album.take(player, "home")
        await player.press("question_mark")
        album.take(player, "home-help")
        await player.press("escape", "p")
        album.take(player, "practice")
        await player.press("escape", "comma")
        album.take(player, "settings")
        await player.press("escape", "a")
        album.take(player, "add")
        await player.press("escape", "t")
        album.take(player, "stats-new")
        await player.press("escape", "enter")
        await study(player, album)
        album.take(player, "summary")
        await player.press("escape")
        album.take(player, "home-done")
        await player.press("slash")
        album.take(player, "browse")
        await player.type("softmax")
        await player.wait_for("2 cards")
        await player.press("enter", "i")
        album.take(player, "card-info")


async def study(player: Player, album: Album) -> None:
    """Study to the end, with a picture of everything that is met."""
    for _ in range(200):
        if not isinstance(player.app.screen, StudyScreen):
            return
        player.clock.later(minutes=0.2)
        view = player.view
        assert view.question is not None
        name = "claim" if view.question.options == ("True", "False") else view.question.form.value
        match player.study.phase:
            case Phase.RECALLING:
                album.take(player, f"study-{name}")
                await player.press("space")
            case Phase.RATING:
                album.take(player, f"study-{name}-answer")
                await player.press("enter")
            case Phase.TICKING:
                await player.press("1", "3")
                album.take(player, "study-points-answer")
                await player.press("2", "enter")
            case Phase.CHOOSING:
                album.take(player, f"study-{name}")
                await player.press(str(1 + view.question.options.index(view.question.answer)), "enter")
            case Phase.LESSON:
                album.take(player, "study-lesson")
                key = view.question.key
                while player.view.question is not None and player.view.question.key == key:
                    whole = player.text
                    await player.press("enter")
                album.take(player, "study-lesson-whole", whole)
            case Phase.TYPING:
                await answer(player, album)
            case Phase.RIGHT:
                album.take(player, f"study-{name}-right")
                await player.press("enter")
            case Phase.WRONG:
                album.take(player, f"study-{name}-wrong")
                await player.press("w", "v")
                album.take(player, f"study-{name}-solution")
                await player.press("enter")
            case other:
                raise AssertionError(f"{other}:\n{player.text}")
    raise AssertionError(f"the session does not end:\n{player.text}")


async def answer(player: Player, album: Album) -> None:
    """Type an answer: right in the lesson, wrong at the first problem, right from then on."""
    view = player.view
    assert view.question is not None
    lesson = view.question.key.endswith("completion")
    album.take(player, "study-blank" if lesson else "study-problem")
    wrong = not lesson and not any("study-typed-wrong" in name for name in album.taken)
    if wrong:
        await player.press("tab", "h")
        album.take(player, "study-hint")
        await player.type("0,5")
        await player.press("enter")
        album.take(player, "study-unreadable")
        await player.press("end", *["backspace"] * 3)
    await player.type(precision(view) if wrong else right(view))
    await player.press("enter")


@pytest.mark.parametrize("size", SIZES)
async def test_a_home_without_any_deck(stage: Stage, album: Album, size: tuple[int, int]) -> None:
    stage.welcomed()
    async with stage.open(size) as player:
        album.take(player, "home-empty")


@pytest.mark.parametrize("size", SIZES)
async def test_back_after_a_long_time(stage: Stage, album: Album, size: tuple[int, int]) -> None:
    facts = [f"## Fact {n} {{#fact-{n}}}\n\nQ: What is fact {n}?\nA: Fact {n}.\n" for n in range(300)]
    stage.deck(*facts, name="facts", title="Three hundred facts")
    stage.deck()
    stage.welcomed()
    desk = stage.desk()
    live(desk.store, {f"mine/fact-{n}": past(n) for n in range(300)})
    desk.close()
    async with stage.open(size) as player:
        album.take(player, "home-backlog")
        await player.press("t")
        album.take(player, "stats")


def past(number: int) -> History:
    """Return the reviews of one fact: a few in one month, the last one weeks ago."""
    random = Random(number)
    days = [TODAY - random.randint(40, 60) + gap for gap in (0, 1, 4, 12)]
    return [(random.choices((1, 2, 3), (1, 1, 8))[0], day) for day in days[:-1]] + [(3, days[-1])]


@pytest.mark.parametrize("size", SIZES)
async def test_an_interview(stage: Stage, album: Album, size: tuple[int, int]) -> None:
    stage.deck()
    stage.welcomed()
    async with stage.open(size, wish=Wish(("first", "metrics"), count=5, minutes=10, level=2, seed=7)) as player:
        album.take(player, "interview-setup")
        await player.press("enter")
        met = set[str]()
        for _ in range(20):
            if not isinstance(player.app.screen, InterviewScreen):
                break
            await sit(player, album, met)
        album.take(player, "interview-report")
        await player.press("escape")
        album.take(player, "home-after-interview")


async def sit(player: Player, album: Album, met: set[str]) -> None:
    """Answer what is asked, with a picture of each kind; end the interview once only kinds are asked that were met."""
    screen = player.app.screen
    assert isinstance(screen, InterviewScreen)
    view = screen.sheet.now
    assert view is not None and view.question is not None
    form = view.question.form
    player.watch.runs(40)
    album.take(player, f"interview-{form.value}")
    met.add(form.value)
    match form:
        case Form.TYPED:
            await player.type("0.5")
            await player.press("enter")
        case Form.CHOICE:
            await player.press("1", "enter")
        case _:
            await player.press("enter")
    album.take(player, "interview-sure")
    await player.press("2")
    if "tick" in player.keys:
        await player.press("1")
        album.take(player, "interview-tick")
        await player.press("enter")
