"""Makes the README's pictures from the real program: python .github/images/make.py

An imitated learner studies the shipped decks for six weeks, right four times out of five; then the screens are
photographed as that learner sees them. It takes a few minutes.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from random import Random

from textual.pilot import Pilot

from studydl.memory.model import Rating
from studydl.paths import Home
from studydl.problems.engine import draw_id
from studydl.problems.model import Problem
from studydl.study.desk import Desk
from studydl.study.session import Session
from studydl.study.view import Form, Question, Stage
from studydl.tui.application import StudyApp

HERE = Path(__file__).parent
FAMILY, LEVEL = "metrics.roc-auc", 2
DAYS, DAY_MS = 42, 86_400_000
KEYS = {"/": "slash", ".": "full_stop", "-": "minus"}
WEEKDAYS = (0, 1, 2, 4, 5)  # on which the learner studies


class Learner:
    """Answers what a session asks.

    Args:
        seed: decides what is known.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def study(self, session: Session) -> None:
        """Go through a session to its end."""
        while (view := session.view()).stage is not Stage.DONE:
            knows = self._random.random() < 0.8
            if view.stage is Stage.VERDICT:
                session.rate(Rating.GOOD if knows else view.suggested or Rating.GOOD)
            elif view.stage is Stage.REVEALED:
                session.rate(Rating.GOOD if knows else Rating.AGAIN)
            else:
                assert view.question is not None
                self._answer(session, view.question, knows)

    def _answer(self, session: Session, question: Question, knows: bool) -> None:
        match question.form:
            case Form.EXAMPLE:
                session.step()
            case Form.CHOICE:
                session.choose(0 if knows else len(question.options) - 1)
            case Form.TYPED:
                problem = problem_of(question)
                if session.submit(right(problem) if knows else wrong(problem)).stage is Stage.RETRY:
                    session.give_up()
            case _:
                session.reveal()


def problem_of(question: Question) -> Problem:
    """Draw the problem of a question again, to know its answer."""
    assert question.problem_id is not None
    return draw_id(question.problem_id).problem


def right(problem: Problem) -> str:
    """Return the answer as it is typed."""
    kind, value = problem.answer.kind, problem.answer.value
    return str(kind.options.index(value) + 1) if hasattr(kind, "options") else value


def wrong(problem: Problem) -> str:
    """Return what a learner with the first known mistake types."""
    return problem.misconceptions[0].value


def live(home: Home) -> None:
    """Study six weeks, a session on most days."""
    learner, today = Learner(1), time.time_ns() // 1_000_000
    for day in range(DAYS, 0, -1):
        if day % 7 in WEEKDAYS:
            seconds = count(0, 9_000)  # each look at the clock is 9 s after the one before
            desk = Desk(home, partial(_later, today - day * DAY_MS, seconds))
            desk.pass_welcome()
            learner.study(desk.study())
            desk.close()


def _later(began: int, passed: Iterator[int]) -> int:
    return began + next(passed)


async def ready(app: StudyApp, pilot: Pilot[None]) -> None:
    """Wait until the screen is painted, nothing is under way, and keys count."""
    await pilot.pause(1)
    await app.workers.wait_for_complete()
    while not app.gate.is_open:
        await pilot.pause(0.05)
    await pilot.pause(0.2)


async def photograph(home: Home, name: str, keys: Sequence[str], size: tuple[int, int] = (92, 30)) -> None:
    """Open the program, press keys and save the screen.

    Args:
        home: the learner's data.
        name: of the picture.
        keys: pressed one after the other.
        size: columns and rows.
    """
    app = StudyApp(home)
    async with app.run_test(size=size) as pilot:
        await ready(app, pilot)
        for key in keys:
            await pilot.press(key)
            await ready(app, pilot)
        app.save_screenshot(f"{name}.svg", str(HERE))


async def photograph_mistake() -> None:
    """Answer a problem with a known mistake, and save the verdict with the worked solution."""

    def begin(desk: Desk) -> Session:
        return desk.practice([FAMILY], level=LEVEL, count=5)

    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Home(Path(folder)))
        question = begin(desk).view().question
        desk.close()
    assert question is not None
    with tempfile.TemporaryDirectory() as folder:
        app = StudyApp(Home(Path(folder)), begin)
        async with app.run_test(size=(92, 30)) as pilot:
            await ready(app, pilot)
            for key in (*wrong(problem_of(question)), "enter", "w"):
                await pilot.press(KEYS.get(key, key))
                await ready(app, pilot)
            app.save_screenshot("study.svg", str(HERE))


def main() -> None:
    """Make all pictures."""
    asyncio.run(photograph_mistake())
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        live(home)
        asyncio.run(photograph(home, "home", ()))
        asyncio.run(photograph(home, "stats", ("t",), (92, 36)))


if __name__ == "__main__":
    main()
