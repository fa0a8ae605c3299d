"""A small deck of every kind of card, problems whose answers are worked out here, and a clock that stands still."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import ClassVar

from studydl.answers.kinds import Answer, Misconception, Real
from studydl.memory.model import Rating
from studydl.paths import Home
from studydl.problems import catalog
from studydl.problems.exchange import to_line
from studydl.problems.model import Problem, Route
from studydl.store import log, settings, states
from studydl.store.connection import Store, open_store
from studydl.store.log import Event
from studydl.store.states import State
from studydl.study import supply
from studydl.study.desk import Desk
from studydl.study.replay import differences
from studydl.study.session import Session
from studydl.study.view import Form, Stage, View

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"  # SQL
FAMILY = "metrics.f1"
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
START = round(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp() * 1000)  # a Monday

CARDS = {
    "floor": "## It is floored {#floor}\n\nQ: Floored or rounded up?\nA: Floored.\n\nThe rest is lost.\n",
    "sum": "## Softmax {#sum}\n\nC: Softmax sums to [one] along the [class] axis.\n",
    "pick": "## GELU {#pick}\n\nQ: Which is smooth at zero?\n\n- [ ] ReLU\n- [x] GELU\n- [ ] Hardtanh\n- [ ] ReLU6\n",
    "yes": "## ReLU {#yes}\n\nT: ReLU has no parameters.\n",
    "no": "## Batch norm {#no}\n\nF: In eval mode it uses the statistics of the batch.\n\nIt uses the running ones.\n",
    "say": "## Dropout {#say}\n\nPoints: What does it do?\n\n- zeroes at random\n- scales the rest\n- rests in eval\n",
    "f1": f"## F1 {{#f1}}\n\nPractice: {FAMILY}\n",
}


def write_deck(home: Home, *cards: str, name: str = "mini", title: str = "Mini") -> Path:
    """Write a deck of the learner's own, of `CARDS` by name or of sections as they are."""
    home.decks.mkdir(parents=True, exist_ok=True)
    path = home.decks / f"{name}.md"
    sections = [CARDS.get(card, card) for card in cards]
    path.write_text("\n".join([f'---\ntitle = "{title}"\n---\n', *sections]), encoding="utf-8")
    return path


class FakeClock:
    """A clock that moves only when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now

    def later(self, *, minutes: float = 0, days: int = 0) -> None:
        self.now += round(minutes * MINUTE) + days * DAY


class Watch:
    """The clock of an interview; it moves only when told to."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now

    def runs(self, seconds: float) -> None:
        self.now += round(seconds * 1000)


def f1_problem(seed: int, level: int = 1, family: str = FAMILY) -> Problem:
    """Return a problem about F1; the values a test tells apart are far apart."""
    random = Random(f"{family}/{level}/{seed}")
    while True:
        tp, fp, fn, tn = (random.randint(11, 97) for _ in range(4))
        answer, precision = Fraction(2 * tp, 2 * tp + fp + fn), Fraction(tp, tp + fp)
        other = Fraction(2 * tn, 2 * tn + fp + fn)
        apart = sorted([answer, precision, other, round(answer, 2)])
        if all(b - a > Fraction(3, 1000) for a, b in pairwise(apart)):
            break
    version = catalog.get(family).version
    return Problem(
        id=f"{family}@{version}:{level}:{seed}",
        family=family,
        version=version,
        level=level,
        seed=seed,
        topic=family.partition(".")[0],
        title="F1 score",
        params={"tp": tp, "fp": fp, "fn": fn, "tn": tn},
        prompt=f"TP = {tp}, FP = {fp}, FN = {fn}, TN = {tn}. What is F1?",
        conventions=("class 1 is positive",),
        answer=Answer(Real(places=3), str(answer), f"{float(answer):.3f}"),
        steps=("Count the errors.", "Double the true positives.", f"F1 = {answer}"),
        misconceptions=(
            Misconception("precision", "mistake", str(precision), "That is the precision.", teaches="beta"),
            Misconception("class 0", "convention", str(other), "That is the F1 of class 0."),
        ),
        routes=(Route("formula", str(answer)), Route("witness", f"{float(answer):.12g}")),
        code="print(1)",
        source="van Rijsbergen (1979)",
    )


class FakeWorker:
    """Draws at once, in the place of the process that loads torch."""

    trouble: ClassVar[Exception | None] = None
    drawn: ClassVar[Counter[str]] = Counter()

    def draw(self, family: str, level: int, seed: int) -> str:
        FakeWorker.drawn[family] += 1
        if FakeWorker.trouble is not None:
            raise FakeWorker.trouble
        return to_line(f1_problem(seed, level, family))

    def close(self) -> None:
        pass


def stock(store: Store, count: int, levels: Iterable[int] = (1, 2, 3), family: str = FAMILY) -> None:
    """Put problems among the ready ones, so that none has to be drawn."""
    with store.write() as connection:
        for level in levels:
            for seed in range(count):
                problem = f1_problem(seed, level, family)
                supply.add(connection, store.learner, problem, to_line(problem))


def prefer(home: Home, **values: object) -> None:
    """Write scheduling settings; for desks opened later."""
    with open_store(home) as store, store.write() as connection:
        for name, value in values.items():
            settings.put(connection, store.learner, name, value)


# ---------------------------------------------------------------- what a learner would type


def problem_of(view: View) -> Problem:
    """Return the problem on the screen, made again from its id."""
    assert view.question is not None
    assert view.question.problem_id is not None
    family, _, rest = view.question.problem_id.partition("@")
    _, level, seed = rest.split(":")
    return f1_problem(int(seed), int(level), family)


def counts_of(view: View) -> tuple[int, int, int, int]:
    """Return TP, FP, FN, TN of the problem on the screen."""
    tp, fp, fn, tn = problem_of(view).params.values()
    assert isinstance(tp, int) and isinstance(fp, int) and isinstance(fn, int) and isinstance(tn, int)
    return tp, fp, fn, tn


def right(view: View) -> str:
    tp, fp, fn, _ = counts_of(view)
    return f"2*{tp}/(2*{tp} + {fp} + {fn})"


def imprecise(view: View) -> str:
    tp, fp, fn, _ = counts_of(view)
    return f"{2 * tp / (2 * tp + fp + fn):.2f}"


def of_class_0(view: View) -> str:
    _, fp, fn, tn = counts_of(view)
    return f"2*{tn}/(2*{tn} + {fp} + {fn})"


def precision(view: View) -> str:
    tp, fp, *_ = counts_of(view)
    return f"{tp}/({tp} + {fp})"


WRONG, UNREADABLE = "7.25", "0,5"  # no mistake gives this; a decimal comma


def option(view: View, good: bool) -> int:
    """Return the index of a right or a wrong option of a choice or claim in `CARDS`."""
    assert view.question is not None
    rights = {"mine/pick": "GELU", "mine/yes": "True", "mine/no": "False"}
    return next(i for i, text in enumerate(view.question.options) if (text == rights[view.question.key]) is good)


def answer(session: Session, good: bool = True) -> View:
    """Answer the question on the screen, whatever its form, up to the moment the answer is committed."""
    view = session.view()
    assert view.question is not None
    match view.question.form:
        case Form.TYPED:
            return session.submit(right(view) if good else WRONG)
        case Form.CHOICE:
            return session.choose(option(view, good))
        case _:
            session.reveal()
            return session.rate(Rating.GOOD if good else Rating.AGAIN)


def answer_and_go_on(session: Session, good: bool = True) -> View:
    """Answer the question on the screen and accept the suggested rating."""
    view = answer(session, good)
    if view.stage is not Stage.VERDICT:
        return view
    assert view.suggested is not None
    return session.rate(view.suggested)


def go_to(session: Session, key: str) -> View:
    """Answer well until this card is on the screen."""
    view = session.view()
    for _ in range(50):
        if view.question is not None and view.question.key == key:
            return view
        view = answer_and_go_on(session)
    raise AssertionError(f"{key} did not come")


# ---------------------------------------------------------------- what the database says


def events(desk: Desk) -> list[Event]:
    """Return the whole log, as another program would read it."""
    with open_store(Home(desk.store.path.parent)) as store:
        return list(log.everything(store.read(), store.learner))


def counted(desk: Desk) -> list[Event]:
    """Return what counts of the log."""
    return log.effective(events(desk))


def state(desk: Desk, key: str) -> State:
    return states.get(desk.store.read(), desk.store.learner, key)


def all_states(desk: Desk) -> dict[str, State]:
    return states.everything(desk.store.read(), desk.store.learner)


def doubts(desk: Desk) -> list[tuple[str, str, str]]:
    """Return what doctor would complain about."""
    return list(differences(desk.store))


def kept_tries(event: Event) -> list[str]:
    """Return the texts that did not count, of an answer event."""
    found: list[str] = json.loads(event.data or '{"tries": []}')["tries"]
    return found
