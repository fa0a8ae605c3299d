"""A desk and a session that keep the contract of studydl.study without a database, and a reader of the screen."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest

from studydl.answers.verdicts import Outcome, Verdict
from studydl.errors import StudydlError
from studydl.memory.model import Rating
from studydl.paths import Home
from studydl.study.overview import DeckRow, Overview
from studydl.study.practice import Choice, Choices
from studydl.study.view import Form, Left, Question, Stage, Summary, View
from studydl.study.weak_spots import Lately
from studydl.study.welcome import Wishes
from studydl.tui.application import StudyApp
from studydl.tui.desk import DeskThread
from studydl.tui.gate import KeyGate
from tests.tui.reader import ScreenReader

PROBLEM = Question(
    key="studydl/auc/2",
    form=Form.TYPED,
    title="Area under the ROC curve",
    deck="Metrics",
    prompt="A classifier gives the positives 0.9, 0.8, the negatives 0.7, 0.8. What is its *ROC AUC*, to 3 decimals?",
    answer="0.875",
    asked="3 decimals, or exact such as 13/16",
    conventions=("A tied pair counts one half.",),
    hints=("Compare 2 positives with 2 negatives: 4 pairs.", "The positive is higher in 3 pairs; 1 is tied."),
    steps=(
        "Compare 2 positives with 2 negatives: 4 pairs.",
        "The positive is higher in 3 pairs; 1 is tied.",
        "$AUC = frac(3 + 1/2, 4)$ = 0.875",
    ),
    code="import torch\n\nprint(torch.tensor(0.875))",
    source="Fawcett (2006), section 7",
    level=2,
    problem_id="metrics.roc-auc@1:2:7",
)
CHOICE = Question(
    key="studydl/relu",
    form=Form.CHOICE,
    title="ReLU at zero",
    deck="Activations",
    prompt="What gradient does torch give `relu` at 0?",
    answer="0",
    options=("0", "1/2", "1"),
    explanation="torch uses the left derivative.",
)
CARD = Question(
    key="studydl/conv-floor",
    form=Form.REVEAL,
    title="Output size rounds down",
    deck="Convolution",
    prompt="A 7x7 convolution, stride 2, padding 3, reads a 224x224 image. How wide is the output?",
    answer="112",
    explanation="The division (224 + 6 - 7) / 2 is floored before 1 is added.",
)
POINTS = Question(
    key="studydl/bn-points",
    form=Form.POINTS,
    title="Batch norm, spoken",
    deck="Normalization",
    prompt="What does batch norm do at test time?",
    answer="",
    points=("Uses running statistics", "Applies scale and shift", "Does not look at the batch"),
)
QUESTIONS = {"problem": PROBLEM, "choice": CHOICE, "card": CARD, "points": POINTS}
INTERVALS = ((Rating.AGAIN, "10 m"), (Rating.HARD, "4 d"), (Rating.GOOD, "9 d"), (Rating.EASY, "21 d"))


def grade(text: str) -> Verdict:
    """Grade an answer to PROBLEM: just enough to walk every way through the screen."""
    if text.strip() == "0.875" or text.strip() == "7/8":
        return Verdict(Outcome.CORRECT, read_as="7/8 = 0.875")
    if "," in text:
        return Verdict(Outcome.UNREADABLE, message="A comma here is unclear. Write 0.875.", position=text.index(","))
    if text.strip() == "0.9":
        return Verdict(Outcome.IMPRECISE, read_as="0.9", message="Right so far: give 3 decimals.")
    if text.strip() == "1":
        return Verdict(
            Outcome.INCORRECT,
            read_as="1",
            misconception="ties count one",
            message="A tied pair earns one half, not a full point.",
        )
    return Verdict(Outcome.INCORRECT, read_as=text.strip())


@dataclass
class FakeSession:
    """A session over a list of questions, each asked once."""

    questions: list[Question]
    at: int = 0
    stage: Stage = Stage.ASKING
    text: str = ""
    verdict: Verdict | None = None
    hints: int = 0
    message: str = ""
    wait_ms: int | None = None
    scheduled: bool = True
    practice: bool = False
    slow: float = 0.0
    failing: StudydlError | None = None
    calls: list[tuple[object, ...]] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    kept: str | None = None
    closed: bool = False
    looked_ahead: int = 0

    def _called(self, *call: object) -> None:
        self.calls.append(call)
        if self.slow:
            time.sleep(self.slow)
        if self.failing is not None:
            raise self.failing

    def _expect(self, *stages: Stage) -> None:
        if self.stage not in stages:
            raise AssertionError(f"not allowed in {self.stage}")

    def view(self) -> View:
        done = self.at >= len(self.questions)
        question = None if done else self.questions[self.at]
        shown = self.stage in (Stage.VERDICT, Stage.REVEALED) and not done
        right = self.verdict is not None and self.verdict.outcome is Outcome.CORRECT
        good = self.stage is Stage.REVEALED or right
        return View(
            stage=Stage.DONE if done else self.stage,
            question=question,
            left=Left(review=len(self.questions) - self.at),
            answered=len(self.ratings),
            text=self.text,
            verdict=self.verdict,
            suggested=(Rating.GOOD if good else Rating.AGAIN) if shown else None,
            intervals=INTERVALS if shown and self.scheduled else (),
            hints=question.hints[: self.hints] if question else (),
            slip=self.stage is Stage.VERDICT
            and not right
            and bool(self.text)
            and self.verdict is not None
            and not self.verdict.misconception,
            undoable=self.at > 0 or self.stage is Stage.VERDICT,
            message=self.message,
            wait_ms=self.wait_ms if done else None,
            practice=self.practice,
        )

    def go_on(self) -> View:
        self._called("go_on")
        return self.view()

    def look_ahead(self) -> tuple[View, ...]:
        self.looked_ahead += 1
        if self.failing is not None:
            raise self.failing
        return ()

    def live(self, text: str) -> str:
        return {"7/8": "= 0.875", "1+1": "= 2"}.get(text.strip(), "")

    def submit(self, text: str, scratch: str = "") -> View:
        self._called("submit", text, *filter(None, [scratch]))
        self.scratch = scratch
        self._expect(Stage.ASKING, Stage.RETRY)
        verdict, self.text, self.message = grade(text), text, ""
        again = verdict.outcome is Outcome.UNREADABLE or verdict.outcome is Outcome.IMPRECISE
        self.verdict, self.stage = verdict, Stage.RETRY if again else Stage.VERDICT
        return self.view()

    def choose(self, index: int) -> View:
        self._called("choose", index)
        self._expect(Stage.ASKING)
        question = self.questions[self.at]
        self.text = question.options[index]
        outcome = Outcome.CORRECT if self.text == question.answer else Outcome.INCORRECT
        self.verdict, self.stage = Verdict(outcome, read_as=self.text), Stage.VERDICT
        return self.view()

    def reveal(self) -> View:
        self._called("reveal")
        self._expect(Stage.ASKING)
        self.stage = Stage.REVEALED
        return self.view()

    def rate(self, rating: Rating) -> View:
        self._called("rate", rating)
        self._expect(Stage.VERDICT, Stage.REVEALED)
        self.ratings.append(rating)
        return self._next()

    def _next(self) -> View:
        self.at, self.stage, self.text = self.at + 1, Stage.ASKING, ""
        self.verdict, self.hints, self.message = None, 0, ""
        return self.view()

    def give_up(self, scratch: str = "") -> View:
        self._called("give_up", *filter(None, [scratch]))
        self._expect(Stage.ASKING, Stage.RETRY)
        self.text, self.stage = "", Stage.VERDICT
        self.verdict = Verdict(Outcome.INCORRECT, message="Here is how it goes.")
        return self.view()

    def hint(self) -> View:
        self._called("hint")
        self._expect(Stage.ASKING, Stage.RETRY)
        self.hints = min(self.hints + 1, len(self.questions[self.at].hints))
        return self.view()

    def slip(self) -> View:
        self._called("slip")
        return self.rate(Rating.HARD)

    def twin(self) -> View:
        self._called("twin")
        self._expect(Stage.VERDICT)
        self.questions.insert(self.at + 1, replace(self.questions[self.at], prompt="The twin of it?"))
        return self._next()

    def undo(self) -> View:
        self._called("undo")
        if self.stage is not Stage.VERDICT:
            self.at -= 1
            self.ratings.pop()
        self.stage, self.verdict, self.message = Stage.ASKING, None, "Undone. The same question again."
        return self.view()

    def suspend(self) -> View:
        return self._set_aside("suspend", "Suspended.")

    def bury(self) -> View:
        return self._set_aside("bury", "Put off until tomorrow.")

    def _set_aside(self, call: str, message: str) -> View:
        self._called(call)
        del self.questions[self.at]
        self.message = f"{message} u takes it back."
        return self.view()

    def flag(self) -> View:
        self._called("flag")
        self.message = "Flagged."
        return self.view()

    def keep(self, text: str, scratch: str = "") -> None:
        self._called("keep", text, *filter(None, [scratch]))
        self.kept = text

    def summary(self) -> Summary:
        missed = tuple(q.title for q, r in zip(self.questions, self.ratings, strict=False) if r is Rating.AGAIN)
        mistakes = (("ties count one", 2),) if missed else ()
        returns = (("tomorrow", 2), ("in 9 days", 1))
        return Summary(len(self.ratings), len(self.ratings) - len(missed), missed, 3.0, returns, 0, mistakes)

    def close(self) -> None:
        self.closed = True


def deck(name: str, title: str, due: int, learning: int, new: int) -> DeckRow:
    """Return a deck's row on the home screen."""
    return DeckRow("studydl", name, title, due, learning, new, unseen=0, total=40)


USUAL = Overview(
    decks=(
        deck("conv", "Convolution", 12, 1, 2),
        deck("metrics", "Metrics of classification", 9, 0, 0),
        deck("optim", "Optimizers", 0, 0, 0),
    ),
    due=21,
    learning=1,
    new=2,
    minutes=14,
    planned=24,
    backlog_days=1,
    forecast=(21, 4, 9, 0, 2, 0, 0, 1, 0, 0, 3, 0, 0, 5),
    studied_days=5,
    next_due="",
    unfinished=0,
    notices=(),
)
NOTHING_DUE = replace(
    USUAL,
    decks=(deck("conv", "Convolution", 0, 0, 0),),
    due=0,
    learning=0,
    new=0,
    minutes=0,
    planned=0,
    forecast=(0,) * 14,
    next_due="tomorrow, 5 cards",
)


CHOICES = Choices(
    (
        Choice("metrics.f1", "family", "F1 score", ("metrics.f1",), Lately(3, 5, 1, 98)),
        Choice("conv", "deck", "Convolution", ("conv.macs", "conv.value"), Lately()),
        Choice("metrics", "topic", "", ("metrics.f1",), Lately(3, 5, 1, 98)),
        Choice("conv.macs", "family", "Multiply-accumulates", ("conv.macs",), Lately()),
        Choice("conv.value", "family", "One output value", ("conv.value",), Lately(5, 5, 0, 99)),
    ),
    today=100,
)


@dataclass
class FakeDesk:
    """A desk that hands out one session."""

    session: FakeSession
    seen: Overview = USUAL
    asked: list[tuple[object, ...]] = field(default_factory=list)
    closed: bool = False

    def overview(self) -> Overview:
        return self.seen

    def study(self, decks: Sequence[str] = (), limit: int | None = None, new: int | None = None) -> FakeSession:
        self.asked.append(("study", tuple(decks)))
        return self.session

    def practice(self, what: Sequence[str] = (), level: int | None = None, count: int | None = None) -> FakeSession:
        self.asked.append(("practice", tuple(what), *(given for given in (level, count) if given is not None)))
        self.session.practice = True
        return self.session

    def practice_choices(self) -> Choices:
        return CHOICES

    def starts(self) -> tuple[tuple[str, str], ...]:
        return tuple((deck.name, deck.title) for deck in self.seen.decks)

    def welcome(self, wishes: Wishes) -> FakeSession:
        self.asked.append(("welcome", wishes))
        return self.session

    def stop_drawing(self) -> None:
        pass

    def pass_welcome(self) -> None:
        self.asked.append(("pass_welcome",))

    def close(self) -> None:
        self.closed = True


@dataclass
class Reader(ScreenReader):
    """A learner at the screen of a program opened over an imitation."""

    desk: FakeDesk

    @property
    def session(self) -> FakeSession:
        """The imitated session."""
        return self.desk.session


Opener: TypeAlias = Callable[..., AbstractAsyncContextManager[Reader]]


@pytest.fixture
def problem() -> Question:
    """The problem the fake session asks."""
    return PROBLEM


@pytest.fixture
def usual() -> Overview:
    """An ordinary day."""
    return USUAL


@pytest.fixture
def nothing_due() -> Overview:
    """A day on which nothing is due."""
    return NOTHING_DUE


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    """Open the interface over a fake session: ``async with opened("problem", size=(80, 24)) as reader``."""

    @asynccontextmanager
    async def run(
        *questions: str | Question,
        size: tuple[int, int] = (80, 24),
        seen: Overview | None = None,
        at_home: bool = False,
        held: bool = False,
        **session: Any,
    ) -> AsyncIterator[Reader]:
        asked = [QUESTIONS[question] if isinstance(question, str) else question for question in questions]
        desk = FakeDesk(FakeSession(asked, **session), seen or USUAL)
        home = Home(tmp_path)
        opener = cast(Callable[[Home], Any], lambda _: desk)
        begin = None if at_home else lambda d: d.study(())
        app = StudyApp(home, begin, DeskThread(home, opener, lambda _: None), KeyGate(held=held))
        async with app.run_test(size=size) as pilot:
            reader = Reader(app, pilot, desk)
            await reader.settle()
            await reader.settle()
            yield reader
            app.workers.cancel_all()  # what is under way ends first, as when the program ends

    return run
