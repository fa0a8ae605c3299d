"""Keys of one's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studydl.paths import Home
from studydl.tui import keymap
from studydl.tui.commands import Command, choose_keys, keys_of

TYPING, COMMAND = "typing an answer", "commands"
ALWAYS = (Command("app.help", "question_mark,f1", "keys", "help", "Show the keys"),)
STUDY = (
    Command("study.check", "enter", "check", "check", "Check", phases=frozenset({TYPING})),
    Command("study.hint", "h", "hint", "hint", "Hint", phases=frozenset({TYPING, COMMAND})),
    Command("study.flag", "f", "flag", "flag", "Flag", phases=frozenset({COMMAND})),
    Command("study.accept", "enter", "accept", "accept", "Accept", phases=frozenset({"verdict"})),
)
OTHER = (Command("home.practice", "p", "practice", "practice", "Practice"),)
TOGETHER = (ALWAYS, STUDY, OTHER)
PROGRAM = """
import asyncio, sys
from pathlib import Path
from studydl.paths import Home
from studydl.tui.keymap import take_up
home = Home(Path(sys.argv[1]))
take_up(home)
from studydl.tui.application import StudyApp
from studydl.tui.desk import DeskThread
from studydl.tui.gate import KeyGate
from tests.tui.conftest import CARD, FakeDesk, FakeSession, Reader

async def main():
    desk = FakeDesk(FakeSession([CARD]))
    app = StudyApp(home, None, DeskThread(home, lambda _: desk, lambda _: None), KeyGate(held=False))
    async with app.run_test(size=(80, 30)) as pilot:
        reader = Reader(app, pilot, desk)
        await reader.settle()
        await reader.settle()
        await pilot.pause(1.2)
        await reader.settle()
        for key in sys.argv[2:]:
            await reader.press(key)
            print("=====", key, type(app.screen).__name__)
            print(reader.text)
        print("=====", desk.asked)

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def own_keys() -> Iterator[None]:
    yield
    choose_keys({})


def played(folder: Path, config: str, *keys: str) -> str:
    (folder / "config.toml").write_text(config)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), *keys],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_a_key_of_ones_own_works_and_is_shown_in_bar_help_and_palette(tmp_path: Path) -> None:
    config = '[keys]\n"home.quit" = "v"\n"home.open" = "f2"\n"app.help" = "f1, f9"\n"home.add" = "f8"\n'
    shown = played(tmp_path, config, "down", "f9", "escape", "ctrl+p", "escape", "q", "f2")
    _, home, helped, _, palette, _, old, new, asked = shown.split("=====")
    assert "v quit" in home and "f2 study" in home and "f1 help" in home
    assert "HelpScreen" in helped and any(line.split() == ["v", "Leave", "studydl"] for line in helped.splitlines())
    assert "(f8)" in palette
    assert "HomeScreen" in old and "StudyScreen" in new
    assert "study" in asked


def test_a_shared_key_stays_with_the_others_that_have_it(tmp_path: Path) -> None:
    """Enter reveals and accepts; giving accept another key takes nothing from reveal."""
    shown = played(tmp_path, '[keys]\n"study.accept" = "f5"\n', "enter", "enter", "enter", "f5")
    parts = shown.split("=====")
    assert "[3 Good" in parts[2] and "[3 Good" in parts[3] and "[3 Good" not in parts[4]


def test_a_box_that_is_typed_in_takes_the_key_too(tmp_path: Path) -> None:
    config = '[keys]\n"list.open" = "f3"\n'
    shown = played(tmp_path, config, "p", "enter", "f3").split("=====")
    assert "f3 start" in shown[1] and "PracticeScreen" in shown[2] and "StudyScreen" in shown[3]


def test_what_is_wrong_is_told_at_home_and_the_rest_works(tmp_path: Path) -> None:
    config = '[keys]\n"home.practise" = "v"\n"home.practice" = "f7"\n"home.quit" = "ctrl+q"\n'
    shown = " ".join(played(tmp_path, config, "down").split())
    assert "there is no such command. Did you mean home.practice?" in shown
    assert "'ctrl+q' cannot be used" in shown
    assert "f7 practice" in shown and "q quit" in shown


def test_without_keys_the_file_is_not_even_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    monkeypatch.setattr("studydl.config.load", lambda home: pytest.fail("the file was read"))
    for text in (None, "", 'theme = "nord"\n# [keys] later\n'):
        if text is not None:
            home.config.write_text(text)
        assert not keymap.has_keys(home)
        keymap.take_up(home)


@pytest.mark.parametrize(
    "text", ["[keys]\n", "theme = 'nord'\n[ keys ]\n", "keys.study.hint = 'f2'\n", "[keys.study]\n"]
)
def test_every_way_to_write_the_table_is_seen(tmp_path: Path, text: str) -> None:
    home = Home(tmp_path)
    home.config.write_text(text)
    assert keymap.has_keys(home)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("f2", ["f2"]),
        ("?, F2", ["question_mark", "f2"]),
        ("ctrl+t", ["ctrl+t"]),
        ("G", ["G"]),
        (";", ["semicolon"]),
        ("comma", ["comma"]),
        ("Esc, return, PgDn, ctrl+Del", ["escape", "enter", "pagedown", "ctrl+delete"]),
        ("shift+x, Ctrl+T, ctrl+shift+x", ["X", "ctrl+t", "ctrl+shift+x"]),
        ("ctrl+[, alt+?", ["ctrl+left_square_bracket", "alt+question_mark"]),
        ("", []),
        (",", []),
    ],
)
def test_keys_are_read_as_textual_names_them(text: str, keys: list[str]) -> None:
    assert keymap.normal(text) == keys


@pytest.mark.parametrize(
    "key", ["f2", "x", "X", "ctrl+t", "alt+x", "shift+f3", "question_mark", "space", "é", "comma", "minus"]
)
def test_a_key_that_can_be_pressed_is_usable(key: str) -> None:
    assert keymap.usable(key)


@pytest.mark.parametrize(
    "key", ["ctrl+q", "ctrl+c", "f99", "hello", "strg+x", "ctrl+", "\x1b", "", "bel", "ctrl+banana", "ctrl+é"]
)
def test_a_key_that_cannot_is_not(key: str) -> None:
    assert not keymap.usable(key)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"study.hnt": "f2"}, ("no such command", "Did you mean study.hint?")),
        ({"study.hint": "hello"}, ("'hello' cannot be used",)),
        ({"study.hint": ""}, ("it names no key",)),
        ({"study.check": "x"}, ("the box takes 'x' for itself",)),
        ({"study.check": "/"}, ("the box takes 'slash' for itself",)),
        ({"study.check": "ctrl+u"}, ("the box takes 'ctrl+u' for itself",)),
        ({"study.check": "ctrl+M"}, ("a terminal sends enter for 'ctrl+m' too",)),
        ({"study.hint": "j"}, ("'j' moves in lists and boxes",)),
        ({"home.practice": "PgDn"}, ("'pagedown' moves in lists and boxes",)),
        ({"study.hint": "f"}, ("'f' is also the key of \"study.flag\" (flag)",)),
        ({"study.hint": "f1"}, ("'f1' is also the key of \"app.help\"",)),
        ({"study.hint": "f2", "study.flag": "f2"}, ("'f2' is also the key of",)),
    ],
)
def test_a_fault_says_what_and_where(keys: dict[str, str], words: tuple[str, ...]) -> None:
    (fault,) = keymap.faults_of(keys, TOGETHER)
    assert next(iter(keys)) in fault or "study" in fault
    assert all(word in fault for word in words)


@pytest.mark.parametrize(
    "keys",
    [
        {"study.hint": "f2"},
        {"study.hint": "f", "study.flag": "h"},  # exchanged
        {"study.hint": "p"},  # taken on another screen only
        {"study.flag": "enter"},  # taken in other phases only
        {"study.check": "f2, ctrl+t"},
        {"study.hint": "h, f2"},
        {"study.hint": "ctrl+u"},  # the box's, but beside it a key as any
    ],
)
def test_what_is_clear_has_no_fault(keys: dict[str, str]) -> None:
    assert keymap.faults_of(keys, TOGETHER) == ()


def test_the_shipped_keys_pass_the_same_check() -> None:
    together = list(keymap.groups())
    shipped = {command.id: command.keys for group in together for command in group if command.id != "app.quit"}
    assert len(shipped) > 60
    assert [fault for fault in keymap.faults_of(shipped, together) if "also the key" not in fault] == []


def test_a_command_without_other_keys_keeps_its_own() -> None:
    choose_keys({"study.hint": "f2"})
    assert (keys_of("study.hint", "h"), keys_of("study.flag", "f")) == ("f2", "f")
    assert STUDY[1].binding.key == "f2" and STUDY[1].binding.id == "study.hint"
