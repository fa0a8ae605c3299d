"""Every command of every screen: its key works, and the key bar, the palette and the help tell of the same commands.

Three runs: each size once, the themes in turn. A theme changes no layout and a size no color, so that the six pairs
would find nothing more; that both themes and NO_COLOR are read alike has a test of its own.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from textual.screen import Screen

from studydl.errors import StoreError
from studydl.study.desk import Desk
from studydl.study.interviews.interview import Interview
from studydl.study.interviews.plan import options_of
from studydl.study.interviews.state import InterviewView
from studydl.study.interviews.wish import Wish
from studydl.tui import screens
from studydl.tui.commands import Command
from studydl.tui.screens.browse_keys import BROWSE
from studydl.tui.screens.card_editor import EDITOR, CardEditorScreen
from studydl.tui.screens.card_info import INFO
from studydl.tui.screens.home import HOME, HomeScreen
from studydl.tui.screens.interview import InterviewScreen
from studydl.tui.screens.interview import opened as interview_of
from studydl.tui.screens.interview_keys import INTERVIEW
from studydl.tui.screens.interview_report import LIST, REPORT, InterviewReportScreen
from studydl.tui.screens.interview_setup import SETUP
from studydl.tui.screens.practice import PRACTICE
from studydl.tui.screens.settings import SETTINGS
from studydl.tui.screens.stats import STATS
from studydl.tui.screens.study_keys import STUDY
from studydl.tui.screens.summary import SUMMARY
from studydl.tui.screens.trouble import TROUBLE
from studydl.tui.screens.welcome import WELCOME, WelcomeScreen
from studydl.tui.widgets.keybar import KeyBar
from tests.study.helpers import CARDS
from tests.tui.conftest import CARD, CHOICE, QUESTIONS, FakeSession, Opener, Reader
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
        alike: commands that work here as well and are tried elsewhere.
    """

    way: tuple[str, ...]
    menu: Sequence[Command]
    read: dict[str, Words]
    alike: frozenset[str] = frozenset()


HOME_AGAIN = "of the last 7 days"
LOOKS = frozenset({"editor.look-up", "editor.look-down"})  # tried where a card is too long for the screen
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
    "a setting that was changed": Place(
        ("comma", "right"),
        SETTINGS,
        {
            "list.open": "enter keep",
            "settings.less": "Minutes a session     ",
            "settings.more": "Minutes a session     ",
            "settings.undo": "Minutes a session     20",
            "settings.default": "Minutes a session     20",
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
            "browse.info": "n note",
            "browse.edit": "in first.md",
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
        frozenset({"browse.look-up", "browse.look-down"}),
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


async def welcome(reader: Reader) -> None:
    """Ask a new learner."""
    home = reader.app.screen
    assert isinstance(home, HomeScreen)
    reader.app.push_screen(WelcomeScreen(reader.desk.starts()), home._begin_first)
    reader.desk.session = FakeSession([CARD])
    await reader.settle()


async def summary(reader: Reader) -> None:
    """Answer the only card there is."""
    reader.desk.session = FakeSession([CARD])
    await reader.press("enter", "enter", "enter")


async def summary_with_a_card_back(reader: Reader) -> None:
    """Answer the only card there is; then another is back."""
    session = reader.desk.session = FakeSession([CARD], wait_ms=1)
    await reader.press("enter", "enter", "enter")
    session.questions.append(CHOICE)


async def problem(reader: Reader) -> None:
    """Ask for a typed answer."""
    reader.desk.session = FakeSession([QUESTIONS["problem"], CARD])
    await reader.press("enter")


async def trouble(reader: Reader) -> None:
    """Say that the data cannot be opened."""
    reader.app.show_trouble(StoreError("the database is damaged", "Restore a backup."))
    await reader.settle()


WELCOMED: dict[str, Words] = {"welcome.next": "Where do you start?"}
GOAL_AGAIN: dict[str, Words] = {"welcome.back": "What is it for?"}
OVER_AN_IMITATION: dict[str, tuple[Callable[[Reader], Awaitable[None]], Place]] = {
    "welcome, what for": (welcome, Place((), WELCOME, WELCOMED | {"welcome.back": HOME_AGAIN})),
    "welcome, which day": (welcome, Place(("down", "enter"), WELCOME, WELCOMED | GOAL_AGAIN)),
    "welcome, where to start": (
        welcome,
        Place(
            ("enter",),
            WELCOME,
            GOAL_AGAIN
            | {
                "welcome.next": "How wide is",
                "welcome.less": "15 minutes a session",
                "welcome.more": "30 minutes a session",
            },
        ),
    ),
    "a typed answer": (
        problem,
        Place((), STUDY, SCROLLS | {"study.check": "The box is empty.", "study.commands": "tab answer"}),
    ),
    "trouble": (trouble, Place((), TROUBLE, {})),
    "a summary": (summary, Place((), SUMMARY, {"summary.home": HOME_AGAIN, "summary.undo": "Undone."})),
    "a summary with a card back": (
        summary_with_a_card_back,
        Place(
            (),
            SUMMARY,
            {"summary.more": "What gradient", "summary.home": HOME_AGAIN, "summary.undo": "Undone."},
        ),
    ),
}

SHIPPED = "## Floor {#floor}\n\nQ: Is it floored?\nA: It is.\n"
TWO_OF_EACH = {
    "pick": (CARDS["pick"], CARDS["pick"].replace("#pick", "#pick-2")),
    "say": (CARDS["say"], CARDS["say"].replace("#say", "#say-2")),
}


async def begun(reader: ScreenReader, topic: str) -> tuple[Interview, InterviewView]:
    """Begin an interview of two questions on a topic."""
    options = options_of(Wish((topic,), count=2, minutes=10, level=2, seed=7), calculator=True)
    return await reader.app.desk.with_desk(interview_of(lambda interviews: interviews.start(options)))


def interview(topic: str) -> Callable[[ScreenReader], Awaitable[None]]:
    """Return what opens an interview on a topic."""

    async def sit(reader: ScreenReader) -> None:
        reader.app.push_screen(InterviewScreen(*await begun(reader, topic)))
        await reader.settle()

    return sit


async def report(reader: ScreenReader) -> None:
    """Open the report of an interview in which nothing was answered."""
    session = (await begun(reader, "metrics"))[0].id
    await none_unfinished(reader)
    reader.app.push_screen(InterviewReportScreen(lambda interviews: interviews.report_of(session)))
    await reader.settle()


async def none_unfinished(reader: ScreenReader) -> None:
    """End the interview that is under way, if there is one."""

    def end(desk: Desk) -> None:
        if desk.interviews().unfinished() is not None:
            desk.interviews().resume().finish()

    await reader.app.desk.with_desk(end)


async def shipped_card(reader: ScreenReader) -> None:
    """Open a card that came with studydl."""
    reader.app.push_screen(CardEditorScreen(lambda authoring: authoring.open("studydl/floor")))
    await reader.settle()


async def nothing(reader: ScreenReader) -> None:
    """Stay at home."""


NO_SCROLL: dict[str, Words] = {f"interview.{name}": "of 2" for name in ("up", "down", "page-up", "page-down")}
ASKED: dict[str, Words] = NO_SCROLL | {
    "interview.skip": "2 of 2",
    "interview.previous": "2 of 2",
    "interview.end": "Press x again",
    "interview.leave": "its clock stands",
}
MOVES = frozenset({"interview.skip", "interview.previous", "interview.end", "interview.leave"})
SURE = {f"interview.sure-{n}": "1 answered" for n in (1, 2, 3)}
OVER_A_HOME: dict[str, tuple[Callable[[ScreenReader], Awaitable[None]], Place]] = {
    "card info": (
        nothing,
        Place(
            ("slash", "down", "i"),
            INFO,
            {
                "info.write": "enter save",
                "info.edit": "in pick.md",
                "info.close": "5 cards",
                **{f"info.{name}": "n note" for name in ("up", "down", "page-up", "page-down")},
            },
        ),
    ),
    "a note": (
        nothing,
        Place(("slash", "down", "i", "n", "z"), INFO, {"info.save": "your note", "info.close": "n note"}),
    ),
    "a card to write": (
        nothing,
        Place(("a",), EDITOR, {"editor.save": "line 3", "editor.close": HOME_AGAIN}, LOOKS),
    ),
    "a card not saved": (
        nothing,
        Place(
            ("a", "z", "escape"),
            EDITOR,
            {"editor.save": "line 3", "editor.discard": HOME_AGAIN, "editor.close": "esc back"},
        ),
    ),
    "a card that came with studydl": (
        shipped_card,
        Place((), EDITOR, {"editor.copy": "in my-cards.md", "editor.close": HOME_AGAIN}, LOOKS),
    ),
    "an interview to come": (
        none_unfinished,
        Place(
            ("i", "home", "down", "down"),
            SETUP,
            {
                "list.open": "1 of 15",
                "interview.less": "Level       2 standard",
                "interview.more": "Level       3 interview",
                "interview.close": HOME_AGAIN,
            },
        ),
    ),
    "topics": (
        none_unfinished,
        Place(
            ("i", "home", "down", "enter"),
            SETUP,
            {"list.open": "Questions   15", "interview.tick": "[x]", "interview.close": "Questions   15"},
        ),
    ),
    "a seed": (
        none_unfinished,
        Place(
            ("i", "home", *["down"] * 5, "enter", "4"),
            SETUP,
            {"list.open": "Seed        4", "interview.close": "new questions"},
        ),
    ),
    "a typed answer": (
        interview("metrics"),
        Place((), INTERVIEW, NO_SCROLL | {"study.check": "The box is empty.", "interview.commands": "n skip"}),
    ),
    "beside a typed answer": (
        interview("metrics"),
        Place(("tab",), INTERVIEW, ASKED | {"interview.back": "enter answer"}),
    ),
    "a choice in an interview": (
        interview("pick"),
        Place(
            (),
            INTERVIEW,
            NO_SCROLL
            | {"study.check": "Choose an answer first"}
            | {f"interview.pick-{n}": "GELU" for n in range(1, 5)},
            MOVES,
        ),
    ),
    "a spoken answer": (
        interview("say"),
        Place((), INTERVIEW, NO_SCROLL | {"interview.said": "How sure are you?"}, MOVES),
    ),
    "how sure": (
        interview("pick"),
        Place(
            ("1", "enter"),
            INTERVIEW,
            NO_SCROLL | SURE | {"interview.take": "1 answered", "interview.change": "enter answer"},
        ),
    ),
    "points in an interview": (
        interview("say"),
        Place(
            ("enter", "2"),
            INTERVIEW,
            NO_SCROLL
            | {"interview.tick": "1 [x]", "interview.ticked": "1 answered", "interview.leave": "its clock stands"}
            | {f"interview.pick-{n}": f"{n} [x]" for n in (1, 2, 3)},
        ),
    ),
    "a report": (
        report,
        Place(
            (),
            REPORT,
            {
                "report.next-1": "Practice: metrics",
                "report.next-2": "Questions   2",
                "report.next-3": "5 left",
                "report.solutions": "True positives",
                "report.export": "Written:",
                "report.close": HOME_AGAIN,
                **{f"report.{name}": "0 of 2 right" for name in ("up", "page-up")},
                **{f"report.{name}": "To learn from" for name in ("down", "page-down")},
            },
        ),
    ),
    "the interviews": (
        none_unfinished,
        Place(
            ("i", "end", "enter"),
            LIST,
            {"list.open": "right, less than 1 of 10 minutes", "interviews.close": "Earlier interviews"},
        ),
    ),
}
# These need a desk with cards or a lesson, or end the program: tested elsewhere.
NOT_HERE = {"study.info", "study.edit", "study.step", "study.skip", "home.quit", "trouble.quit"}


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


def if_touched(reader: ScreenReader, begin: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Return what begins again unless the same screen still looks as at the beginning, colors and all."""
    looked: list[object] = []

    async def again() -> None:
        if looked != [reader.app.screen, *reader.app.screen._compositor.render_strips()]:
            await begin()
            looked[:] = [reader.app.screen, *reader.app.screen._compositor.render_strips()]

    return again


async def try_each(reader: ScreenReader, place: Place, begin: Callable[[], Awaitable[None]]) -> None:
    """Press the key of each command, from the same beginning, and read.

    Those the bar does not show, which scroll, sort and number, do nothing that depends on the size: pressed at one.
    """
    thorough, menu, read = reader.app.size.width == 80, place.menu, place.read
    await begin()
    works = {command.id for command in working(reader.app.screen, menu)} - NOT_HERE
    assert works <= set(read) | place.alike, "the table tells of everything that works here"
    told_alike(reader, menu)
    for command in menu:
        if command.id not in read or not (command.shown or thorough):
            continue
        if "pick-" not in command.id:  # these choose or tick, whatever was chosen before
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

        await try_each(player, place, if_touched(player, begin))


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

        await try_each(reader, Place(way, STUDY, read), if_touched(reader, begin))


async def begin_at(reader: ScreenReader, open_it: Callable[[Any], Awaitable[None]], place: Place) -> None:
    """Go to a place from home."""
    while not isinstance(reader.app.screen, HomeScreen):
        await reader.app.pop_screen()
    await open_it(reader)
    await reader.press(*place.way)


async def try_everywhere(reader: ScreenReader, places: Mapping[str, tuple[Any, Place]]) -> None:
    """Try the commands of several places in one program, and compare what is told of them at each size."""
    for name, (open_it, place) in places.items():
        again = if_touched(reader, partial(begin_at, reader, open_it, place))
        try:
            await again()
            for size in ((60, 20), (120, 40), (80, 24)):
                await reader.pilot.resize_terminal(*size)
                await reader.settle()
                told_alike(reader, place.menu)
            await try_each(reader, place, again)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


async def test_each_command_of_a_welcome_and_a_summary_does_what_it_says(opened: Opener) -> None:
    async with opened("card", at_home=True) as reader:
        await try_everywhere(reader, OVER_AN_IMITATION)


async def test_each_command_of_cards_and_interviews_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, monkeypatch)
    (tmp_path / "shipped" / "en" / "conv.md").write_text(SHIPPED)
    for name, cards in TWO_OF_EACH.items():
        stage.deck(*cards, name=name)
    stage.welcomed()
    async with stage.open((80, 24), theme="textual-light") as player:
        await try_everywhere(player, OVER_A_HOME)


def test_the_tables_tell_of_every_command_of_every_screen() -> None:
    told = dict[int, set[str]]()
    places = [*PLACES.values(), *(place for _, place in [*OVER_AN_IMITATION.values(), *OVER_A_HOME.values()])]
    for place in [*places, *(Place((), STUDY, read) for _, _, read in IN_STUDY.values())]:
        told.setdefault(id(place.menu), set(NOT_HERE)).update(place.read, place.alike)
    menus = list[Sequence[Command]]()
    for module in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."):
        there = vars(import_module(module.name)).values()
        menus += [each.MENU for each in there if isinstance(each, type) and hasattr(each, "MENU")]
    assert len(set(map(id, menus))) == len(told)
    for menu in menus:
        assert {command.id for command in menu if "pick-" not in command.id} <= told.get(id(menu), set())


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


@pytest.mark.parametrize(("question", "way"), WAYS)
async def test_no_color_means_none_not_even_behind_what_is_blank(
    monkeypatch: pytest.MonkeyPatch, opened: Opener, question: str, way: tuple[str, ...]
) -> None:
    async def colors() -> set[object]:
        async with opened(question, size=(80, 24)) as reader:
            await reader.press(*way)
            strips = reader.app.screen._compositor.render_strips()
            styles = [segment.style for strip in strips for segment in strip if segment.style]
            return {each for style in styles for each in (style.color, style.bgcolor) if each and not each.is_default}

    assert await colors()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not await colors()
