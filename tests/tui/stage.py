"""The real program over a small home of its own, on a clock that stands still: the same screens on every machine."""

from __future__ import annotations

import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path

import pytest

from studydl.paths import Home
from studydl.problems.exchange import to_line
from studydl.problems.model import Problem
from studydl.study.desk import Desk
from studydl.study.interviews.wish import Wish
from studydl.study.view import View
from studydl.tui.application import StudyApp
from studydl.tui.desk import DeskThread
from studydl.tui.gate import KeyGate
from studydl.tui.screens.study import StudyScreen
from tests.study.helpers import FAMILY, FakeClock, FakeWorker, Watch, f1_problem, write_deck
from tests.tui.reader import ScreenReader

CARDS = (
    "## Output size rounds down {#size}\n\n"
    "Q: A 7x7 convolution, stride 2, padding 3, reads a 224x224 image. How wide is the output?\nA: 112\n\n"
    "$floor(frac(224 + 2 * 3 - 7, 2)) + 1 = 112$: what is left over at the edge is dropped.\n",
    "## What softmax sums to {#softmax}\n\nC: Softmax along [the class axis] sums to [one].\n",
    "## Smooth at zero {#smooth}\n\nQ: Which activation is smooth at zero?\n\n"
    "- [ ] ReLU\n- [x] GELU\n- [ ] Hardtanh\n- [ ] LeakyReLU\n",
    "## Batch norm in eval mode {#eval}\n\nF: In eval mode batch norm uses the statistics of the batch.\n\n"
    "It uses the running statistics gathered in training.\n",
    "## Dropout, spoken {#dropout}\n\nPoints: What does dropout do in training, and in eval mode?\n\n"
    "- zeroes activations at random\n- scales the rest by 1/(1-p)\n- does nothing in eval mode\n",
    f"## F1 score {{#f1}}\n\nPractice: {FAMILY}\n",
)


def problem(seed: int, level: int, family: str) -> Problem:
    """Return a problem that reads like a real one."""
    drawn = f1_problem(seed, level, family)
    tp, fp, fn, _ = drawn.params.values()
    return replace(
        drawn,
        prompt=f"A classifier finds {tp} of the positives and misses {fn}; it calls {fp} negatives positive. "
        "What is its *F1 score*?",
        conventions=("F1 of the positive class.",),
        steps=(
            f"True positives {tp}, false positives {fp}, false negatives {fn}.",
            f"$F_1 = frac(2 * {tp}, 2 * {tp} + {fp} + {fn})$",
            f"= {drawn.answer.text}",
        ),
        code="from torch import tensor\n\nprint(tensor(2.0) / 3)",
    )


class Worker(FakeWorker):
    """Draws such problems, the first one first, whatever seed is asked for."""

    def __init__(self) -> None:
        self._drawn = 0

    def draw(self, family: str, level: int, seed: int) -> str:
        self._drawn += 1
        return to_line(problem(self._drawn, level, family))


@dataclass
class Player(ScreenReader):
    """A learner at the screen of the real program."""

    clock: FakeClock
    watch: Watch

    @property
    def study(self) -> StudyScreen:
        """The study screen, which is open."""
        assert isinstance(self.app.screen, StudyScreen), self.text
        return self.app.screen

    @property
    def view(self) -> View:
        """What the study screen shows."""
        view = self.study.sheet.view
        assert view is not None, self.text
        return view

    async def wait_for(self, words: str) -> None:
        """Wait for words that only time brings: a count that starts when typing ends, a palette that searches."""
        await self.settle()
        until = time.monotonic() + 10
        while words not in self.text:
            assert time.monotonic() < until, f"{words!r} did not come:\n{self.text}"
            await self.pilot.pause(0.02)
        await self.settle()


class Stage:
    """A home, and the program on it.

    Args:
        folder: for the home and what is shipped: nothing.
        patch: puts imitations in the place of the worker, the clocks and the shipped content.
    """

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        shipped = folder / "shipped"
        (shipped / "en").mkdir(parents=True)
        for place in ("study.library", "decks.folders", "decks.proofs"):
            patch.setattr(f"studydl.{place}.content", lambda: shipped)
        self.home, self.clock, self.watch = Home(folder / "home"), FakeClock(), Watch()
        patch.setattr("studydl.study.supply.Worker", Worker)
        patch.setattr("studydl.study.interviews.interview.Interview.__init__.__defaults__", (self.watch,))
        patch.setattr("studydl.study.interviews.register.Interviews.__init__.__defaults__", (self.watch,))
        patch.setattr("studydl.tui.screens.interview.monotonic", lambda: self.watch.now / 1000)
        patch.setattr("studydl.tui.screens.summary.time.time", lambda: self.clock.now / 1000)
        patch.setattr("studydl.study.fit.refit.FIRST", sys.maxsize)  # a fit outlives the program, and the test
        patch.setenv("TZ", "UTC")
        time.tzset()

    def deck(self, *cards: str, name: str = "first", title: str = "First steps") -> None:
        """Write a deck of the learner's own; without cards, one of every kind."""
        write_deck(self.home, *(cards or CARDS), name=name, title=title)

    def desk(self) -> Desk:
        """Open the learner's desk."""
        return Desk(self.home, self.clock, UTC)

    def welcomed(self) -> None:
        """Have the questions to a new learner passed over."""
        desk = self.desk()
        desk.pass_welcome()
        desk.close()

    @asynccontextmanager
    async def open(self, size: tuple[int, int], *, theme: str = "", wish: Wish | None = None) -> AsyncIterator[Player]:
        """Open the program.

        Args:
            size: columns and rows of the terminal.
            theme: other than the one studydl starts with.
            wish: opens the interview at once.
        """
        thread = DeskThread(self.home, lambda _: self.desk(), lambda _: None)
        app = StudyApp(self.home, None, thread, KeyGate(held=False), wish)
        if theme:
            app.theme = theme
        async with app.run_test(size=size) as pilot:
            player = Player(app, pilot, self.clock, self.watch)
            await player.settle()
            yield player
            app.workers.cancel_all()  # what is under way ends first, as when the program ends
