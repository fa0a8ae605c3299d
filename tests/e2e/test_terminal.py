"""The real program in a real terminal that changes its size and goes away in the middle of a question."""

from __future__ import annotations

import os
import signal
import sys
import termios
import time
from pathlib import Path

import pytest

from studydl.paths import Home
from studydl.store import log
from studydl.store.connection import open_store
from studydl.study.desk import Desk
from tests.e2e.test_console import DOWN, ENTER, PATIENCE, Console

CARDS = """---
title = "Small numbers"
---

## One {#one}

T: Eleven is a number.

## Two {#two}

T: Twelve is a number.
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A data folder whose own deck has two claims."""
    home = Home(tmp_path / "home")
    home.decks.mkdir(parents=True)
    (home.decks / "small.md").write_text(CARDS, encoding="utf-8")
    desk = Desk(home)
    desk.pass_welcome()
    desk.close()
    return home


def started(home: Home) -> Console:
    """Start the program and go to the small deck's questions."""
    console = Console(str(Path(sys.executable).with_name("studydl")), "--home", str(home.folder), "study", "small")
    console.wait_for("is a number.")
    return console


def resize(console: Console, rows: int, columns: int) -> None:
    """Give the terminal another size, as a window manager does."""
    termios.tcsetwinsize(console.terminal, (rows, columns))
    console.screen.resize(rows, columns)
    os.killpg(console.process.pid, signal.SIGWINCH)


def answers(home: Home) -> list[log.Event]:
    """Return the answers that are kept."""
    with open_store(home) as store:
        return log.effective(log.everything(store.read(), store.learner))


def test_a_question_survives_another_size_of_the_terminal(home: Home) -> None:
    console = started(home)
    try:
        for rows, columns in ((20, 60), (40, 120), (5, 20), (24, 80)):
            resize(console, rows, columns)
            console.read(1.0)
        text = console.wait_for("Eleven is a number.")
        assert "enter check" in text
        console.press(DOWN)
        console.read(0.5)
        console.press(ENTER)
        console.wait_for("✓ Right")
        resize(console, 20, 60)
        assert "Eleven is a number." in console.wait_for("Eleven is a number.")
        assert len(answers(home)) == 1
    finally:
        console.close()


def test_an_answer_is_kept_when_the_terminal_is_closed(home: Home) -> None:
    console = started(home)
    console.press("1")
    console.read(0.5)
    console.press(ENTER)
    until = time.monotonic() + PATIENCE
    while not answers(home):
        assert time.monotonic() < until, f"no answer was saved:\n{console.text()}"
        console.read(0.2)
    os.close(console.terminal)  # the window is closed: nobody reads, nobody types
    console.process.wait(timeout=PATIENCE)
    assert [(event.card_key, event.text, event.rating) for event in answers(home)] == [("mine/one", "True", 3)]

    again = started(home)
    try:
        text = again.wait_for("Right")
        assert "Eleven is a number." in text, "at the very verdict one was at"
        again.press(ENTER)
        again.wait_for("Twelve is a number.")
        assert len(answers(home)) == 1
    finally:
        again.close()
