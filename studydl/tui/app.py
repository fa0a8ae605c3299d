"""The way into the interface. Textual is imported when it is called."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studydl.paths import Home
    from studydl.study.desk import Desk
    from studydl.study.interviews.wish import Wish
    from studydl.study.session import Session


def run(
    home: Home,
    *,
    decks: Sequence[str] | None = None,
    limit: int | None = None,
    new: int | None = None,
    practice: tuple[Sequence[str], int | None, int | None] | None = None,
    interview: Wish | None = None,
) -> int:
    """Run the interface and return the exit code.

    Args:
        home: where the learner's data is.
        decks: go straight to studying these decks (all, if empty); None opens the home screen.
        limit: cards in that session at most.
        new: new cards in that session at most.
        practice: go straight to practicing: deck, topic or family names; level; number of problems.
        interview: go straight to the interview, with what was asked for.
    """
    gc.disable()  # a collection while everything is being imported costs 50 ms; turned on again after the first paint
    from studydl.tui.desk import DeskThread
    from studydl.tui.keymap import take_up

    desk = DeskThread(home)
    if decks is None and practice is None and interview is None:
        desk.look()
    take_up(home)
    from studydl.tui import terminal
    from studydl.tui.application import StudyApp

    begin: Callable[[Desk], Session] | None = None
    if practice is not None:
        what, level, count = practice

        def begin(desk: Desk) -> Session:
            return desk.practice(what, level=level, count=count)

    elif decks is not None:
        names = decks

        def begin(desk: Desk) -> Session:
            return desk.study(names, limit=limit, new=new)

    app = StudyApp(home, begin, desk, interview=interview)
    terminal.read_any_bytes()
    app.run()
    if app.crashed:
        app.parting = "it ended at an error of its own, told above. Every answer that was given is saved."
    if app.parting:
        print(f"studydl: {app.parting}", file=sys.stderr)
    return 1 if app.crashed else app.return_code or 0
