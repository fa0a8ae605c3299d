"""Every command of every screen: its key works, and the key bar, the palette and the help tell of the same commands.

Three runs: each size once, the themes in turn. A theme changes no layout and a size no color, so that the six pairs
would find nothing more; that both themes and NO_COLOR are read alike has a test of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from textual.screen import Screen

from studydl.tui.commands import Command
from studydl.tui.screens.browse_keys import BROWSE
from studydl.tui.screens.home import HOME, HomeScreen
from studydl.tui.screens.practice import PRACTICE
from studydl.tui.screens.settings import SETTINGS
from studydl.tui.screens.stats import STATS
from studydl.tui.screens.study_keys import STUDY
from studydl.tui.widgets.keybar import KeyBar
from tests.tui.conftest import CARD, QUESTIONS, FakeSession, Opener
from tests.tui.reader import ScreenReader
from tests.tui.stage import Stage

RUNS = [((60, 20), "textual-light"), ((80, 24), "textual-dark"), ((120, 40), "textual-light")]
Words: TypeAlias = str | tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where commands are tried.

    Args:
        way: keys from home.
        menu: the commands of the screen.
        read: what is read after each command that works here, by its id: one of these words.
    """

    way: tuple[str, ...]
    menu: Sequence[Command]
    read: dict[str, Words]


HOME_AGAIN = "of the last 7 days"
PLACES = {
    "home": Place(
        (),
        HOME,
        {
            "home.open": "enter show the answer",
            "home.practice": "Problems with fresh numbers",
            "home.interview": "Questions of all kinds on a clock",
            "home.stats": "What you remember",
            "home.browse": "9 cards, by deck",
            "home.add": "New card",
            "home.settings": "Minutes a session",
        },
    ),
    "practice": Place(
        ("p",),
        PRACTICE,
        {
            "list.open": "F1 score",
            "practice.level": "level 1",
            "practice.level-back": "level 3",
            "practice.count": "number 20 problems",
            "practice.count-back": "number 5 problems",
            "practice.up": "transformer.block-parameters",
            "practice.down": "Everything",
            "practice.page-up": "Everything",
            "practice.page-down": "not tried yet",
            "practice.close": HOME_AGAIN,
        },
    ),
    "settings": Place(
        ("comma",),
        SETTINGS,
        {
            "list.open": "enter keep",
            "settings.less": "Minutes a session     20",
            "settings.more": "Minutes a session     20",
            "settings.close": HOME_AGAIN,
        },
    ),
    "statistics": Place(
        ("t",),
        STATS,
        {
            "stats.next": "The next 30 days",
            "stats.previous": "What you remember",
            "stats.down": "esc home",
            "stats.up": "What you remember",
            "stats.page-down": "esc home",
            "stats.page-up": "What you remember",
            "stats.close": HOME_AGAIN,
        },
    ),
    "a search": Place(("slash",), BROWSE, {"browse.list": "enter", "browse.close": HOME_AGAIN}),
    "the cards": Place(
        ("slash", "down"),
        BROWSE,
        {
            "browse.info": "Nothing yet: this card is new.",
            "browse.search": "down to the list",
            "browse.mark": "1 marked",
            "browse.mark-all": "9 marked",
            "browse.suspend": "Suspended 1 card",
            "browse.bury": "Put off 1 card",
            "browse.flag": "Flagged 1 card",
            "browse.reset": ("Reset 1 card", "they are new already"),
            "browse.undo": "9 cards",
            "browse.close": HOME_AGAIN,
            "browse.sort-deck": "deck",
            "browse.sort-title": "title▲",
            "browse.sort-kind": "9 cards, by kind",
            "browse.sort-due": "9 cards, by due",
            "browse.sort-stability": "9 cards, by stability",
            "browse.sort-lapses": "9 cards, by lapses",
        },
    ),
}

SCROLLS: dict[str, Words] = {f"study.{name}": "left" for name in ("up", "down", "page-up", "page-down")}
ALWAYS_IN_STUDY: dict[str, Words] = SCROLLS | {
    "study.home": "Saved, 2 left",
    "study.flag": "Flagged.",
    "study.copy": "The question is copied.",
}
ASIDE: dict[str, Words] = {"study.bury": "Put off until tomorrow.", "study.suspend": "Suspended."}
RATED: dict[str, Words] = {f"study.{name}": "How wide is" for name in ("again", "hard", "good", "easy", "accept")}
MOVED: dict[str, Words] = {"study.lower": "[", "study.higher": "["}
IN_STUDY: dict[str, tuple[str, tuple[str, ...], dict[str, Words]]] = {
    "a problem": (
        "problem",
        ("tab",),
        ALWAYS_IN_STUDY
        | ASIDE
        | {
            "study.back": "enter check",
            "study.hint": "Compare 2 positives",
            "study.scratch": "scratch",
            "study.give-up": "Here is how it goes.",
        },
    ),
    "a card": ("card", (), ALWAYS_IN_STUDY | ASIDE | {"study.reveal": "112"}),
    "an answer shown": ("card", ("space",), ALWAYS_IN_STUDY | RATED | MOVED),
    "a choice": (
        "choice",
        (),
        SCROLLS
        | ALWAYS_IN_STUDY
        | ASIDE
        | {"study.check": "Choose an answer first"}
        | {f"study.pick-{n}": "1/2" for n in (1, 2, 3)},
    ),
    "points": (
        "points",
        ("space",),
        ALWAYS_IN_STUDY
        | MOVED
        | {"study.tick": "[x]", "study.accept": "How wide is"}
        | {f"study.pick-{n}": f"{n} [x]" for n in (1, 2, 3)},
    ),
    "a right answer": (
        "problem",
        (*"7/8", "enter"),
        ALWAYS_IN_STUDY
        | RATED
        | MOVED
        | {
            "study.steps": "The positive is higher",
            "study.code": "import torch",
            "study.twin": "The twin of it?",
            "study.undo": "Undone.",
        },
    ),
    "a wrong answer": (
        "problem",
        (*"7", "enter"),
        ALWAYS_IN_STUDY
        | RATED
        | MOVED
        | {
            "study.steps": "The positive is higher",
            "study.code": "import torch",
            "study.twin": "The twin of it?",
            "study.slip": "How wide is",
            "study.undo": "Undone.",
        },
    ),
}
NOT_HERE = {"study.info", "study.edit", "home.quit"}  # need a desk with cards, or end the program: tested elsewhere


async def go_home(reader: ScreenReader) -> None:
    """Leave whatever is open."""
    for _ in range(6):
        if isinstance(reader.app.screen, HomeScreen):
            return
        await reader.press("escape")
    raise AssertionError(f"escape does not lead home:\n{reader.text}")


def working(screen: Screen[Any], menu: Sequence[Command]) -> list[Command]:
    """Return the commands whose keys work here."""
    ids = {active.binding.id for active in screen.active_bindings.values() if active.enabled}
    return [command for command in menu if command.id in ids]


def key_of(screen: Screen[Any], command: Command) -> str:
    """Return a key that means this command here: keys that several share mean the one that works."""
    return next(key for key, active in screen.active_bindings.items() if active.binding.id == command.id)


def told_alike(reader: ScreenReader, menu: Sequence[Command]) -> None:
    """Compare what the key bar, the palette and the help tell of the commands that work here.

    The help tells of all. What is `shown` stands in the bar and the palette; the rest only repeats or scrolls.
    """
    screen, flat = reader.app.screen, " ".join(" ".join(reader.lines).split())
    entries = screen.query_one(KeyBar).entries
    for entry in entries:
        assert f"{entry.shown} {entry.label}" in flat, f"{entry} is cut off:\n{reader.text}"
    in_bar = {screen.active_bindings[entry.key].binding.id for entry in entries}
    in_palette = {each.help.rpartition(" (")[0] for each in reader.app.get_system_commands(screen)}
    in_help = {each.binding.tooltip for each in screen.active_bindings.values() if each.enabled}
    for command in working(screen, menu):
        assert command.help in in_help, f"the help does not tell of {command.id}"
        assert (command.id in in_bar) is command.shown, f"{command.id} in the bar"
        assert (command.help in in_palette) is command.shown, f"{command.id} in the palette"


async def try_each(
    reader: ScreenReader, menu: Sequence[Command], read: dict[str, Words], begin: Callable[[], Awaitable[None]]
) -> None:
    """Press the key of each command, from the same beginning, and read.

    Those the bar does not show, which scroll, sort and number, do nothing that depends on the size: pressed at one.
    """
    thorough = reader.app.size.width == 80
    await begin()
    works = {command.id for command in working(reader.app.screen, menu)} - NOT_HERE
    assert works <= set(read), "the table tells of everything that works here"
    told_alike(reader, menu)
    for command in menu:
        if command.id not in read or not (command.shown or thorough):
            continue
        await begin()
        # What a list or a box under the cursor takes for itself has the first key of the command.
        await reader.press(key_of(reader.app.screen, command) if command.id in works else command.keys.split(",")[0])
        words = (found,) if isinstance(found := read[command.id], str) else found
        assert any(each in reader.text for each in words), f"no {words} after {command.id}:\n{reader.text}"


@pytest.mark.parametrize(("size", "theme"), RUNS)
@pytest.mark.parametrize("name", PLACES)
async def test_each_command_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: tuple[int, int], theme: str
) -> None:
    place, stage = PLACES[name], Stage(tmp_path, monkeypatch)
    stage.deck()
    stage.welcomed()
    async with stage.open(size, theme=theme) as player:

        async def begin() -> None:
            await go_home(player)
            await player.press("home", *place.way)

        await try_each(player, place.menu, place.read, begin)


@pytest.mark.parametrize(("size", "theme"), RUNS)
@pytest.mark.parametrize("name", IN_STUDY)
async def test_each_command_of_study_does_what_it_says_in_each_phase(
    opened: Opener, name: str, size: tuple[int, int], theme: str
) -> None:
    question, way, read = IN_STUDY[name]
    async with opened("card", size=size, at_home=True) as reader:
        reader.app.theme = theme
        await reader.settle()

        async def begin() -> None:
            for _ in range(3):
                if isinstance(reader.app.screen, HomeScreen):
                    break
                await reader.press("escape")
            reader.desk.session = FakeSession([QUESTIONS[question], CARD])
            await reader.press("enter", *way)

        await try_each(reader, STUDY, read, begin)


WAYS = (("problem", ("7", "enter", "w", "v")), ("choice", ("1", "enter")), ("points", ("space",)))


async def test_nothing_is_told_by_color_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Opener) -> None:
    async def read(theme: str) -> list[str]:
        texts = list[str]()
        for question, way in WAYS:
            async with opened(question, size=(80, 24)) as reader:
                if theme:
                    reader.app.theme = theme
                await reader.press(*way)
                texts.append(reader.text)
        return texts

    dark, light = await read("textual-dark"), await read("textual-light")
    monkeypatch.setenv("NO_COLOR", "1")
    assert dark == light == await read("")
    assert "✗ Not right" in dark[0] and "✓" in dark[1]
