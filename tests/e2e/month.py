"""A month of study through the real screens, by an imitation learner on a moving clock, against simple counting.

    python -m tests.e2e.month [--days N] [--cards N] [--seed S] [--size 80x24]

Every key goes through Textual's pilot; what the screens say and what the database holds is compared at every step with
a reference that only counts: answers, cards due, new cards. The first wrong figure ends it, with the screen.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC
from itertools import count
from pathlib import Path
from random import Random
from typing import ClassVar
from unittest.mock import patch

from studydl.answers.verdicts import Outcome
from studydl.memory.days import study_day
from studydl.memory.levels import open_level
from studydl.memory.model import Phase, Rating
from studydl.paths import Home
from studydl.problems.exchange import to_line
from studydl.store import health, log
from studydl.store.connection import Store, open_store
from studydl.store.glance import glance
from studydl.store.log import Event
from studydl.study.desk import Desk
from studydl.study.replay import derive, differences
from studydl.study.view import Stage, View
from studydl.tui.application import StudyApp
from studydl.tui.desk import DeskThread
from studydl.tui.gate import KeyGate
from studydl.tui.screens.home import HomeScreen
from studydl.tui.screens.study import StudyScreen
from studydl.tui.screens.study_keys import Phase as Doing
from studydl.tui.screens.summary import SummaryScreen
from tests.study.helpers import FakeClock, f1_problem, prefer, problem_of, write_deck
from tests.tui.reader import ScreenReader

SKILLS = ("metrics.f1", "metrics.f-beta", "metrics.roc-auc")
NEW_A_DAY, NEW_SKILLS_A_DAY = 4, 2
PATIENCE = 60  # looks at a home screen that is being counted, 50 ms apart
LEARNING = (Phase.LEARNING.value, Phase.RELEARNING.value)
SKIPPED = (6, 9, 10)  # days without study, beside the backlog
BACKLOG = range(14, 19)  # five days in a row


class FixedWorker:
    """Draws in the place of the process that loads torch: the n-th problem asked for is always the same."""

    numbers: ClassVar[Callable[[], int]] = count().__next__

    def draw(self, family: str, level: int, seed: int) -> str:
        """Return a problem as a line of JSON, whatever the seed."""
        return to_line(f1_problem(FixedWorker.numbers(), level, family))

    def close(self) -> None:
        """Do nothing."""


@dataclass
class Month:
    """What has happened, and the reference that counts it.

    Args:
        home: the learner's data.
        days: how many.
        seed: decides what the learner does.
        size: of the terminal.
    """

    home: Home
    days: int
    seed: int
    size: tuple[int, int]
    clock: FakeClock = field(default_factory=FakeClock)
    keys: list[str] = field(default_factory=list)  # of all cards, skill levels included
    standing: list[tuple[str, int]] = field(default_factory=list)  # (card, rating) of every answer not undone
    aside: dict[str, int] = field(default_factory=dict)  # cards suspended (0) or buried (the day)
    figures: dict[str, int] = field(default_factory=dict)  # how often each thing was done or compared

    def did(self, what: str) -> None:
        """Count something done."""
        self.figures[what] = self.figures.get(what, 0) + 1

    @property
    def today(self) -> int:
        """The study day."""
        return study_day(self.clock.now, UTC, 4)


@asynccontextmanager
async def at_the_screen(month: Month) -> AsyncIterator[ScreenReader]:
    """Open the interface as a new process would."""

    def opener(home: Home) -> Desk:
        return Desk(home, month.clock, UTC)

    def glancer(home: Home) -> object:
        return glance(home.database, lambda rollover, last: study_day(month.clock.now, UTC, rollover, last))

    thread = DeskThread(month.home, opener, glancer)  # type: ignore[arg-type]
    app = StudyApp(month.home, None, thread, KeyGate(held=False))
    async with app.run_test(size=month.size) as pilot:
        reader = ScreenReader(app, pilot)
        await reader.settle()
        yield reader


class Learner:
    """Someone who learns, forgets, slips, leaves and comes back.

    Args:
        month: what happens.
    """

    def __init__(self, month: Month) -> None:
        self.month, self.random = month, Random(month.seed)

    # ---------------------------------------------------------------- the month

    async def live(self) -> None:
        """Live through the month."""
        for day in range(self.month.days):
            if day not in SKIPPED and day not in BACKLOG:
                await self.study_today()
            self.month.clock.later(days=1)
        self.check_end()

    async def study_today(self) -> None:
        """Study until the session is done, with the interruptions of a life."""
        self.first, self.missed, self.answers = dict[str, int](), set[str](), 0
        for _ in range(20):
            async with at_the_screen(self.month) as reader:
                if await self.sit_down(reader):
                    self.month.did("days")
                    return
        raise AssertionError("the session does not end")

    async def sit_down(self, reader: ScreenReader) -> bool:
        """Study from home; return whether the session was brought to its end."""
        assert isinstance(reader.app.screen, HomeScreen)
        expected = await self.at_home(reader)
        if not expected:
            return True
        await reader.press("enter")
        while True:
            match reader.app.screen:
                case SummaryScreen():
                    self.check_summary(reader)
                    await reader.press("escape")
                    await self.at_home(reader)
                    await reader.press("q")
                    return True
                case StudyScreen() as screen:
                    if screen.sheet.view is None:  # the session is being opened
                        await reader.settle()
                        continue
                    self.check_session(reader, screen.sheet.view)
                    chance = self.random.random()
                    if chance < 0.02:
                        self.month.did("quit without a word")
                        await reader.press("ctrl+q")
                        return False
                    if chance < 0.05:
                        await self.leave(reader, screen.sheet.view)
                    else:
                        await self.answer(reader, screen, screen.sheet.view)
                case other:
                    raise AssertionError(f"{other} is no place to be:\n{reader.text}")

    # ---------------------------------------------------------------- a question

    async def answer(self, reader: ScreenReader, screen: StudyScreen, view: View) -> None:
        """Do one thing with what is on the screen."""
        assert view.question is not None
        self.month.clock.later(minutes=self.random.choice([0.1, 0.2, 0.4]))
        key, knows = view.question.key, self.random.random() < 0.8
        if view.stage in (Stage.ASKING, Stage.RETRY) and self.random.random() < 0.03:
            await self.set_aside(reader, screen, key)
            return
        match screen.phase:
            case Doing.TYPING:
                await self.type(reader, view, knows)
            case Doing.CHOOSING:
                options = view.question.options
                chosen = next(n for n, text in enumerate(options, 1) if (text == view.question.answer) is knows)
                await reader.press(str(chosen), "enter")
                self.answered(reader, key, Rating.GOOD if knows else Rating.AGAIN)
            case Doing.RECALLING:
                await reader.press("space")
                assert "1 Again" in reader.text or "Again" in reader.text
                rating = self.random.choice([Rating.GOOD, Rating.GOOD, Rating.HARD, Rating.EASY])
                rating = rating if knows else Rating.AGAIN
                await reader.press(str(int(rating)))
                self.answered(reader, key, rating)
            case Doing.RIGHT | Doing.WRONG:
                if self.random.random() < 0.06:
                    await self.undo(reader, key)
                elif screen.phase is Doing.RIGHT and self.random.random() < 0.1:
                    await reader.press("2")
                    self.month.standing[-1] = (key, int(Rating.HARD))
                    self.month.did("amended")
                else:
                    await reader.press("enter")
            case other:
                raise AssertionError(f"{other}:\n{reader.text}")

    async def type(self, reader: ScreenReader, view: View, knows: bool) -> None:
        """Type an answer: right, wrong, or right with too few digits first."""
        assert view.question is not None
        key = view.question.key
        value = float(eval_fraction(problem_of(view).answer.value))
        if not view.text:
            if knows and self.random.random() < 0.2:
                await reader.type(f"{value:.2f}")
                await reader.press("enter")
                self.month.did("imprecise")
                assert "3 decimals" in reader.text
                assert len(self.logged()) == len(self.month.standing), "it costs nothing"
                await reader.press("end", "ctrl+u")
                await reader.type(f"{value:.3f}")
                await reader.press("enter")
                self.answered(reader, key, Rating.HARD)
                return
        else:
            await reader.press("end", "ctrl+u")
        second = view.stage is Stage.RETRY and view.verdict is not None and view.verdict.outcome is Outcome.IMPRECISE
        await reader.type(f"{value:.3f}" if knows else "7.25")
        await reader.press("enter")
        self.answered(reader, key, (Rating.HARD if second else Rating.GOOD) if knows else Rating.AGAIN)

    def answered(self, reader: ScreenReader, key: str, rating: Rating) -> None:
        """Take note of an answer, which must be in the database by now."""
        self.month.did(f"rated {rating.name.lower()}")
        self.month.standing.append((key, int(rating)))
        self.answers += 1
        if key not in self.first:
            self.first[key] = int(rating)
        self.check_log(reader)

    async def undo(self, reader: ScreenReader, key: str) -> None:
        """Take an answer back; the same question comes again."""
        await reader.press("u")
        undone, _ = self.month.standing.pop()
        assert undone == key
        self.answers -= 1
        if all(done != key for done, _ in self.of_session()):
            del self.first[key]
        self.month.did("undone")
        self.check_log(reader)
        assert "Undone. The same question again." in reader.text, reader.text

    def of_session(self) -> list[tuple[str, int]]:
        """Return the answers of today's session that stand."""
        return self.month.standing[len(self.month.standing) - self.answers :]

    async def set_aside(self, reader: ScreenReader, screen: StudyScreen, key: str) -> None:
        """Suspend or bury the card."""
        if screen.phase is Doing.TYPING:
            await reader.press("tab")
        suspend = self.random.random() < 0.3
        await reader.press("s" if suspend else "b")
        self.month.aside[key] = 0 if suspend else self.month.today
        self.month.did("suspended" if suspend else "buried")

    async def leave(self, reader: ScreenReader, view: View) -> None:
        """Go home in the middle, see that it says so, and go on with the same question."""
        assert view.question is not None
        left, prompt, stage = view.left.total, view.question.prompt, view.stage
        if isinstance(reader.app.screen, StudyScreen) and reader.app.screen.phase is Doing.TYPING:
            await reader.press("tab")
        await reader.press("escape")
        assert isinstance(reader.app.screen, HomeScreen)
        if left:
            said = f"Saved, {left} left.", f"Continue, {left} left"
            for _ in range(PATIENCE):
                if all(words in reader.text for words in said):
                    break
                await asyncio.sleep(0.05)
            assert all(words in reader.text for words in said), f"{said} are not said:\n{reader.text}"
        self.month.did("left in the middle")
        await reader.press("enter")
        if isinstance(reader.app.screen, StudyScreen) and left:
            again = reader.app.screen.sheet.view
            assert again is not None and again.question is not None
            assert (again.question.prompt, again.stage) == (prompt, stage), "back at the very same question"

    # ---------------------------------------------------------------- what is compared

    def logged(self) -> list[Event]:
        """Return the answers that stand, as another program reads them."""
        with open_store(self.month.home) as store:
            return [e for e in log.effective(log.everything(store.read(), store.learner)) if e.kind == "answer"]

    def check_log(self, reader: ScreenReader) -> None:
        """Compare the log with the answers given."""
        self.month.did("compared the log")
        found = [(str(event.card_key), event.rating or 0) for event in self.logged()]
        assert found == self.month.standing, f"the log differs from what was answered:\n{reader.text}"

    def check_session(self, reader: ScreenReader, view: View) -> None:
        """Compare what the study screen says with what was answered and what is left."""
        self.month.did("compared the screen")
        assert view.answered == self.answers, f"{view.answered} answered, {self.answers} counted:\n{reader.text}"
        assert f"{view.left.total} left" in reader.text, reader.text

    def check_summary(self, reader: ScreenReader) -> None:
        """Compare the summary with what was answered."""
        self.month.did("compared the summary")
        firsts = dict[str, int]()
        for key, rating in self.of_session():
            firsts.setdefault(key, rating)
        passed = sum(rating > 1 for rating in firsts.values())
        said = f"{self.answers} {'answer' if self.answers == 1 else 'answers'}, {passed} right at the first try"
        if self.answers:
            assert said in reader.text, f"{said!r} is not said:\n{reader.text}"

    async def at_home(self, reader: ScreenReader) -> int:
        """Compare the home screen once it has counted anew; return how many cards there are."""
        for _ in range(PATIENCE):
            with suppress(AssertionError):
                return self.check_home(reader)
            await asyncio.sleep(0.05)
        return self.check_home(reader)

    def check_home(self, reader: ScreenReader) -> int:
        """Compare what the home screen says is due with a count over the log; return how many cards there are."""
        self.month.did("compared home")
        text, today = reader.text, self.month.today
        if found := re.search(r"Continue, (\d+) left", text):
            return int(found[1])
        with open_store(self.month.home) as store:
            expected = self.there_is(store, today)
        if found := re.search(r"Study everything due \((\d+)\)", text):
            assert int(found[1]) == expected, f"{expected} cards by count:\n{text}"
        else:
            assert "Nothing is due" in text, text
            assert expected == 0, f"{expected} cards by count:\n{text}"
        week = {event.study_day for event in self.logged() if event.study_day > today - 7}
        assert f"{len(week)} of the last 7 days" in text, f"{len(week)} days by count:\n{text}"
        return expected

    def there_is(self, store: Store, today: int) -> int:
        """Count the cards due, in learning, and new ones within the limits, from the log alone."""
        newest, firsts = dict[str, Event](), dict[str, int]()
        for event in self.logged():
            newest[str(event.card_key)] = event
            firsts.setdefault(str(event.card_key), event.study_day)
        asleep = {key for key, day in self.month.aside.items() if day in (0, today)}
        skills = self.open_levels(store)
        studied = {note_of(key) for key, event in newest.items() if event.study_day == today}
        due = learning = new_cards = new_skills = 0
        for key in self.month.keys:
            if key in asleep or (is_skill(key) and key not in skills):
                continue
            last = newest.get(key)
            if last is not None and last.phase in LEARNING:
                learning += 1
            elif note_of(key) in studied:
                continue
            elif last is None:
                new_skills += is_skill(key)
                new_cards += not is_skill(key)
            else:
                due += last.due_day is not None and last.due_day <= today
        begun = [key for key, day in firsts.items() if day == today]
        new_skills = min(new_skills, max(0, NEW_SKILLS_A_DAY - sum(map(is_skill, begun))))
        return due + learning + min(new_cards + new_skills, max(0, NEW_A_DAY - len(begun)))

    def open_levels(self, store: Store) -> set[str]:
        """Return the level of each skill that is scheduled, from the log."""
        from studydl.study.preferences import load

        settings, open_ones = load(store), set[str]()
        events: dict[str, list[Event]] = {}
        for event in log.effective(log.everything(store.read(), store.learner)):
            events.setdefault(str(event.card_key), []).append(event)
        for note in {note_of(key) for key in self.month.keys if is_skill(key)}:
            keys = [f"{note}/{level}" for level in (1, 2, 3)]
            memories = [derive(events.get(key, []), settings, key).memory for key in keys]
            open_ones.add(keys[open_level(memories)])
        return open_ones

    def check_end(self) -> None:
        """Say what doctor says."""
        assert health.findings(self.month.home.database) == []
        with open_store(self.month.home) as store:
            assert list(differences(store)) == []
            events = list(log.everything(store.read(), store.learner))
        assert [event.seq for event in events] == list(range(1, len(events) + 1))


def note_of(key: str) -> str:
    """Return the note of a card; the levels of a skill share one."""
    return key.rpartition("/")[0] if is_skill(key) else key


def is_skill(key: str) -> bool:
    """Say whether a key is that of a skill's level."""
    return key.startswith("mine/skill-")


def eval_fraction(text: str) -> float:
    """Return the value of "a/b" or "a"."""
    above, _, below = text.partition("/")
    return int(above) / int(below or 1)


def prepare(folder: Path, cards: int) -> tuple[Home, list[str]]:
    """Make a data folder with two decks; return it with the keys of all cards, skill levels included."""
    home = Home(folder)
    every, kinds = [], (plain, claim, choice)
    for number in range(cards):
        every.append(kinds[number % 3](number))
    write_deck(home, *every, name="facts", title="Facts")
    skills = [f"## Skill {n} {{#skill-{n}}}\n\nPractice: {family}\n" for n, family in enumerate(SKILLS)]
    write_deck(home, *skills, name="skills", title="Skills")
    prefer(home, worked_examples=False, new_per_day=NEW_A_DAY, new_skills_per_day=NEW_SKILLS_A_DAY)
    with open_store(home) as store:
        from studydl.study import welcome

        welcome.keep(store, None)
    keys = [f"mine/card-{n}" for n in range(cards)]
    return home, keys + [f"mine/skill-{n}/{level}" for n in range(len(SKILLS)) for level in (1, 2, 3)]


def plain(n: int) -> str:
    """Return a card one recalls."""
    return f"## Card {n} {{#card-{n}}}\n\nQ: What comes after {n}?\nA: {n + 1}.\n"


def claim(n: int) -> str:
    """Return a claim."""
    return f"## Card {n} {{#card-{n}}}\n\nT: {n} is less than {n + 1}.\n"


def choice(n: int) -> str:
    """Return a choice."""
    return f"## Card {n} {{#card-{n}}}\n\nQ: Which is {n}?\n\n- [x] {n}\n- [ ] {n + 1}\n- [ ] {n + 2}\n"


def run(folder: Path, days: int, cards: int, seed: int, size: tuple[int, int] = (80, 24)) -> Month:
    """Live through a month and return what happened.

    Args:
        folder: for the data.
        days: how many.
        cards: in the deck of facts.
        seed: decides what the learner does.
        size: of the terminal.

    Raises:
        AssertionError: something is counted wrong or lost; says what, with the screen.
    """
    shipped = folder / "shipped"
    (shipped / "en").mkdir(parents=True)
    with ExitStack() as stack:
        for place in ("study.library", "decks.folders", "decks.proofs"):
            stack.enter_context(patch(f"studydl.{place}.content", lambda: shipped))
        stack.enter_context(patch("studydl.study.supply.Worker", FixedWorker))
        home, keys = prepare(folder / "home", cards)
        month = Month(home, days, seed, size, keys=keys)
        asyncio.run(Learner(month).live())
    return month


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--cards", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", default="80x24")
    asked = parser.parse_args()
    width, height = map(int, asked.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        month = run(Path(folder), asked.days, asked.cards, asked.seed, (width, height))
    for what, times in sorted(month.figures.items()):
        print(f"{times:>6}  {what}")


if __name__ == "__main__":
    main()
