"""Random learners: whatever they do, the stored states are what the log says, and every undo goes back exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random

import pytest

from studydl.memory.model import Rating
from studydl.paths import Home
from studydl.store.states import UNSEEN, State
from studydl.study.desk import Desk
from studydl.study.keys import is_practice
from studydl.study.session import Session
from studydl.study.view import Form, Stage, View
from tests.study.helpers import (
    FAMILY,
    UNREADABLE,
    WRONG,
    FakeClock,
    all_states,
    counted,
    doubts,
    events,
    imprecise,
    of_class_0,
    precision,
    prefer,
    right,
    stock,
    write_deck,
)

STEPS = 250


@dataclass
class Learner:
    """Someone who presses any key at any time, and what must hold after each."""

    random: Random
    clock: FakeClock
    open_desk: Callable[[], Desk]
    desk: Desk
    session: Session
    before: list[dict[str, State]] = field(default_factory=list)  # states before each step undo can take back
    done: list[str] = field(default_factory=list)

    def step(self) -> None:
        view = self.session.view()
        actions: list[Callable[[View], None]] = [self.wait, self.flag, self.leave]
        match view.stage:
            case Stage.ASKING | Stage.RETRY:
                assert view.question is not None
                actions += [self.set_aside]
                if view.question.form is Form.TYPED:
                    actions += [self.type] * 6 + [self.hint, self.give_up, self.keep]
                elif view.question.form is Form.CHOICE:
                    actions += [self.choose] * 6
                else:
                    actions += [self.reveal] * 8
            case Stage.REVEALED:
                actions += [self.rate_revealed] * 6 + [self.set_aside]
            case Stage.VERDICT:
                actions += [self.rate] * 6
                if view.slip:
                    actions += [self.slip] * 3
                if view.question is not None and view.question.form is Form.TYPED:
                    actions.append(self.twin)
            case Stage.DONE:
                actions = [self.next_session, self.next_day]
        if view.undoable:
            actions += [self.undo] * 2
        action = self.random.choice(actions)
        self.done.append(action.__name__)
        action(view)

    def type(self, view: View) -> None:
        texts = [right(view), right(view), right(view), imprecise(view), of_class_0(view), precision(view), WRONG]
        states = all_states(self.desk)
        if self.session.submit(self.random.choice([*texts, UNREADABLE])).stage is Stage.VERDICT:
            self.before.append(states)

    def choose(self, view: View) -> None:
        assert view.question is not None
        self.before.append(all_states(self.desk))
        self.session.choose(self.random.randrange(len(view.question.options)))

    def reveal(self, view: View) -> None:
        self.session.reveal()
        self.session.look_ahead()  # as a screen does once the answer is painted

    def rate_revealed(self, view: View) -> None:
        self.before.append(all_states(self.desk))
        self.rate(view)

    def rate(self, view: View) -> None:
        self.session.rate(self.random.choice(list(Rating)))

    def slip(self, view: View) -> None:
        self.session.slip()

    def give_up(self, view: View) -> None:
        self.before.append(all_states(self.desk))
        self.session.give_up()

    def hint(self, view: View) -> None:
        self.session.hint()

    def keep(self, view: View) -> None:
        self.session.keep(f"{self.random.randrange(100)}/")

    def twin(self, view: View) -> None:
        self.session.twin()

    def flag(self, view: View) -> None:
        self.session.flag()

    def set_aside(self, view: View) -> None:
        self.before.append(all_states(self.desk))
        assert view.question is not None
        no_card = is_practice(view.question.key)
        self.random.choice([self.session.bury] if no_card else [self.session.suspend, self.session.bury])()

    def undo(self, view: View) -> None:
        self.session.undo()
        assert seen(all_states(self.desk)) == seen(self.before.pop())

    def wait(self, view: View) -> None:
        self.clock.later(minutes=self.random.choice([0.2, 2, 15, -4]))

    def leave(self, view: View) -> None:
        """Leave, or be killed; then come back to the same screen."""
        if self.random.random() < 0.5 and view.stage is not Stage.DONE:
            self.session.close()
            self.desk.close()
        self.desk = self.open_desk()
        self.session = self.desk.study()
        assert replace(self.session.view(), message="") == replace(view, message="")

    def next_session(self, view: View) -> None:
        self.session.close()
        self.session = self.desk.study()
        self.before.clear()

    def next_day(self, view: View) -> None:
        self.clock.later(days=self.random.choice([1, 1, 1, 2, 9, -1]))
        self.next_session(view)

    def check(self) -> None:
        assert doubts(self.desk) == []
        log = events(self.desk)
        assert len({event.id for event in log}) == len(log)
        assert [event.seq for event in log] == list(range(1, len(log) + 1))
        mine = [event for event in counted(self.desk) if event.session_id == self.session.id]
        assert self.session.view().answered == sum(event.kind == "answer" for event in mine)
        assert all(b.study_day >= a.study_day for a, b in pairwise(log))


def seen(states: dict[str, State]) -> dict[str, State]:
    """Return the states of the cards that were touched; a flag is not what undo takes back."""
    plain = {key: replace(state, flag=False) for key, state in states.items()}
    return {key: state for key, state in plain.items() if state != UNSEEN}


@pytest.mark.parametrize("seed", range(5))
def test_a_random_learner_leaves_no_doubt(
    home: Home, open_desk: Callable[[], Desk], clock: FakeClock, seed: int
) -> None:
    skills = [f"## Skill {n} {{#skill-{n}}}\n\nPractice: {FAMILY}\n" for n in range(3)]
    write_deck(home, "floor", "f1", "sum", "pick", "yes", "no", "say", *skills)
    prefer(home, new_per_day=6)
    desk = open_desk()
    stock(desk.store, 80)
    learner = Learner(Random(seed), clock, open_desk, desk, desk.study())
    try:
        for number in range(STEPS):
            learner.step()
            if number % 25 == 24:
                learner.check()
    except BaseException:
        print("the last steps:", *learner.done[-30:])
        raise
    assert len(set(learner.done)) >= 14, "the walk went nearly everywhere"
