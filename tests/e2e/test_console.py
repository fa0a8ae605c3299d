"""The installed command in a real terminal: home, a session, an answer, and out."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

from studydl.paths import Home
from studydl.store import log
from studydl.store.connection import open_store
from studydl.study.desk import Desk

COLUMNS, ROWS = 80, 24
ENTER, DOWN, ESCAPE = "\r", "\x1b[B", "\x1b"
PATIENCE = 60.0  # seconds; a busy machine is slow, and a hanging program must fail


class Console:
    """A program in a terminal of its own, and what its screen shows.

    Args:
        command: the program and its arguments.
    """

    def __init__(self, *command: str) -> None:
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.terminal, inside = pty.openpty()
        termios.tcsetwinsize(inside, (ROWS, COLUMNS))
        environment = {
            name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")
        }
        self.process = subprocess.Popen(
            command,
            preexec_fn=lambda: os.login_tty(inside),  # as a window does: it is told when the terminal goes away
            env=environment | {"TERM": "xterm-256color"},
        )
        os.close(inside)

    def text(self) -> str:
        return "\n".join(self.screen.display)

    def read(self, seconds: float) -> None:
        """Take in what is printed in this time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not select.select([self.terminal], [], [], left)[0]:
                return
            try:
                printed = os.read(self.terminal, 65536)
            except OSError:  # the other end is closed
                return
            if not printed:
                return
            self.stream.feed(printed)

    def wait_for(self, words: str) -> str:
        """Return the screen once it shows these words."""
        until = time.monotonic() + PATIENCE
        while words not in self.text():
            assert time.monotonic() < until, f"{words!r} did not come:\n{self.text()}"
            assert self.process.poll() is None, f"it ended before {words!r}:\n{self.text()}"
            self.read(0.2)
        self.read(0.5)  # a person looks first; keys typed before the screen is painted do not count
        return self.text()

    def press(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())

    def end(self) -> int:
        """Return the exit code once the program has ended."""
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < until, f"it does not end:\n{self.text()}"
            self.read(0.1)
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.terminal)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A data folder whose own deck has one claim, known to the database already."""
    home = Home(tmp_path / "home")
    home.decks.mkdir(parents=True)
    deck = '---\ntitle = "Small numbers"\n---\n\n## One {#one}\n\nT: Eleven is a number.\n'
    (home.decks / "small.md").write_text(deck, encoding="utf-8")
    desk = Desk(home)
    desk.pass_welcome()
    desk.close()
    return home


@pytest.fixture
def console(home: Home) -> Iterator[Console]:
    script = Path(sys.executable).with_name("studydl")
    console = Console(str(script), "--home", str(home.folder))
    yield console
    console.close()


def test_an_answer_in_a_real_terminal_is_kept(home: Home, console: Console) -> None:
    console.wait_for("Small numbers")
    console.press(DOWN)  # below "everything due": decks of one's own come first
    console.read(0.5)
    console.press(ENTER)
    console.wait_for("Eleven is a number.")
    console.press("1")
    console.read(0.5)
    console.press(ENTER)
    until = time.monotonic() + PATIENCE
    while not (answers := logged(home)):
        assert time.monotonic() < until, f"no answer was saved:\n{console.text()}"
        console.read(0.2)
    assert [(event.card_key, event.text, event.rating) for event in answers] == [("mine/one", "True", 3)]
    console.read(1.0)
    console.press(ESCAPE)
    console.wait_for("Small numbers")
    console.press("q")
    assert console.end() == 0
    assert len(logged(home)) == 1


def test_leaving_home_at_once_is_well(console: Console) -> None:
    console.wait_for("Small numbers")
    console.press("q")
    assert console.end() == 0


def test_bytes_that_are_no_text_do_no_harm(console: Console) -> None:
    console.wait_for("Small numbers")
    console.press("/")
    console.wait_for("search")
    os.write(console.terminal, b"eleven\xe9\x9b\xff")
    console.wait_for("0 cards")
    console.press("\x7f" * 2)
    console.wait_for("1 card,")
    console.press(ESCAPE)
    console.wait_for("Small numbers")
    console.press("q")
    assert console.end() == 0


def test_the_terminal_is_given_back_as_it_was(console: Console) -> None:
    before = termios.tcgetattr(console.terminal)
    console.wait_for("Small numbers")
    assert termios.tcgetattr(console.terminal) != before
    console.press("q")
    console.end()
    assert termios.tcgetattr(console.terminal) == before


def test_without_a_terminal_it_explains_itself_and_does_not_hang(home: Home) -> None:
    script = Path(sys.executable).with_name("studydl")
    done = subprocess.run(
        [str(script), "--home", str(home.folder)], input="", capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "terminal" in done.stderr
    assert "--plain" in done.stderr


def logged(home: Home) -> list[log.Event]:
    with open_store(home) as store:
        return log.effective(log.everything(store.read(), store.learner))


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.3, 2.0])
def test_ctrl_c_ends_work_on_many_processes_with_one_word(seconds: float) -> None:
    script = Path(sys.executable).with_name("studydl")
    console = Console(str(script), "problems", "verify", "--count", "1000000")
    try:
        while "0/1000000" not in console.text():
            console.read(0.02)
        time.sleep(seconds)  # the processes are made, load torch, draw: at no time is there more to say
        console.press("\x03")
        assert console.end() == 1
        console.read(1.0)
        assert "Aborted!" in console.text()
        assert 'File "' not in console.text() and "Error" not in console.text()
    finally:
        console.close()
