"""Every figure against a plain count over the log, as anyone would write it from the words of the design."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from studydl.memory.model import Memory, Phase, Settings
from studydl.memory.recall import retrievability
from studydl.paths import Home
from studydl.store import cards, log, snapshots, states
from studydl.store.cards import CardRow, DeckRow
from studydl.store.connection import Store, open_store
from studydl.store.log import Event
from studydl.study.schedule import Schedule
from studydl.study.statistics import snapshot
from studydl.study.statistics.calibration import Calibration
from studydl.study.statistics.figures import Statistics, statistics
from studydl.study.statistics.share import Share
from tests.study.helpers import DAY, START

TODAY = START // DAY
KINDS = ("basic", "cloze", "skill")
FAMILIES = ("conv.size", "conv.value", "metrics.f1")
BOUNDS = (0, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(Home(tmp_path / "home")) as store:
        yield store


def fill_cards(store: Store) -> list[CardRow]:
    """Write three decks, the last one retired, with cards of three kinds and levels of three families."""
    decks = [DeckRow("mine", name, name.title(), (), n, f"{name}.md", "d") for n, name in enumerate(("one", "two"))]
    gone = DeckRow("studydl", "gone", "Gone", (), 9, "gone.md", "d")
    rows = [_card(f"mine/{name}-{n}", name, KINDS[n % 2]) for name in ("one", "two") for n in range(3)]
    rows += [_card(f"mine/{f}/{level}", "two", "skill", f, level) for f in FAMILIES for level in (1, 2, 3)]
    old = _card("studydl/old", "gone", "basic")
    with store.write() as connection:
        cards.sync(connection, store.learner, [*decks, gone], [*rows, old], 1)
        cards.sync(connection, store.learner, [], [], 2, origins=["studydl"])
    return [*rows, old]


def _card(key: str, deck: str, kind: str, family: str | None = None, level: int | None = None) -> CardRow:
    origin = key.partition("/")[0]
    note = key.rpartition("/")[0] if level else key
    return CardRow(key, note, origin, deck, 0, kind, "T", "{}", "d", family, level)


def write_log(
    store: Store,
    rows: list[CardRow],
    seed: int,
    length: int = 400,
    look_in: Callable[[list[Event]], object] = lambda written: None,
) -> list[Event]:
    """Write a log of everything that may happen, over about a year up to today; return what counts of it.

    Now and then it is looked into.
    """
    random = Random(seed)
    written, day, number = list[Event](), TODAY - length, 0
    while number < length:
        with store.write() as connection:
            for number in range(number, min(number + random.choice((1, 2, 30)), length)):  # noqa: B020
                day = min(day + random.choice((0, 0, 1, 1, 2, 9 if number % 50 == 0 else 1)), TODAY)
                event = _event(random, rows, written, day, f"{seed}-{number}")
                written.append(event)
                log.append(connection, store.learner, event)
        number += 1
        look_in(written)
    return log.effective(written)


def _event(random: Random, rows: list[CardRow], written: list[Event], day: int, name: str) -> Event:
    answered = [event for event in written if event.kind == "answer"]
    kind = random.choice(["answer"] * 12 + ["amend", "amend", "undo", "undo", "reset", "due", "seen"])
    decision = {
        "rating": random.choice((1, 2, 3, 3, 4)),
        "phase": random.choice(("learning", "review", "review", "review", "relearning")),
        "stability": random.choice((0.5, 3.0, 20.0, 80.0)),
        "due_day": day + random.choice((1, 20, 21, 90)),
    }
    if kind in ("amend", "undo") and answered:
        target = random.choice(answered[-8:] if kind == "amend" else written[-8:])
        if target.kind != "undo":
            given = decision if kind == "amend" else {}
            return Event(
                name,
                kind,
                1,
                day,
                target.mode,
                card_key=target.card_key,
                target_id=target.id,
                **given,  # type: ignore[arg-type]
            )
    card = random.choice(rows)
    if kind in ("reset", "due", "seen"):
        return Event(name, kind, 1, day, "study", card_key=card.key, due_day=day)
    mode = random.choice(("study", "study", "study", "practice", "interview"))
    values: dict[str, Any] = {"card_key": card.key, "duration_ms": random.randrange(1000, 90_000)}
    if mode != "interview":
        values |= decision
    if card.family:
        wrong = random.random() < 0.4
        values |= {
            "problem_id": f"{card.family}@{random.randint(1, 12)}:{card.level}:{random.randint(0, 2**40)}",
            "verdict": random.choice(("incorrect", "convention")) if wrong else "correct",
            "misconception": random.choice(("ties", "floor", None)) if wrong else None,
            "aided": random.random() < 0.2,
            "hints": random.choice((0, 0, 0, 1)),
        }
    if mode == "practice":
        ending = random.choice(("3", "completion"))
        values["card_key"] = f"practice/{card.family or 'metrics.f1'}/{card.level or 1}/{ending}"
    return Event(name, "answer", 1, day, mode, **values)


class Counted:
    """The plain count."""

    def __init__(self, events: list[Event]) -> None:
        self.answers = [event for event in events if event.kind == "answer"]
        self.studied = [event for event in self.answers if event.mode == "study"]
        self.reviews = list(self._reviews([e for e in events if e.mode == "study" and e.kind in ("answer", "reset")]))
        self.problems = [e for e in self.answers if e.problem_id and not str(e.card_key).endswith("completion")]

    @staticmethod
    def _reviews(events: list[Event]) -> Iterator[tuple[Event, Event]]:
        before: dict[str | None, Event] = {}
        for event in events:
            last = before.get(event.card_key)
            after_answer = event.kind == "answer" and last is not None and last.kind == "answer"
            if after_answer and last and last.phase == "review" and event.study_day > last.study_day:
                yield last, event
            before[event.card_key] = event

    def remembered(
        self, deck: str | None = None, mature: bool | None = None, keys: dict[str, str] | None = None
    ) -> Share:
        found = [
            event.rating
            for last, event in self.reviews
            if (mature is None or ((last.due_day or 0) - last.study_day >= 21) is mature)
            and (deck is None or (keys or {})[str(event.card_key)] == deck)
        ]
        return Share(sum((rating or 0) > 1 for rating in found), len(found))


Pair = tuple[Statistics, Counted, list[CardRow]]


@pytest.fixture(scope="module", params=[(seed, snapshots) for seed in range(6) for snapshots in (False, True)], ids=str)
def counted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """A random log, as the statistics have it and as it is counted by hand; counted at once, or now and then."""
    seed, with_snapshots = request.param
    with open_store(Home(tmp_path_factory.mktemp("counted"))) as store, pytest.MonkeyPatch.context() as patch:
        rows = fill_cards(store)
        if with_snapshots:
            patch.setattr(snapshot, "TAIL", 7)
            events = write_log(store, rows, seed, look_in=lambda written: look(store))
            assert snapshots.get(store.read(), store.learner, snapshot.NAME) is not None
        else:
            events = write_log(store, rows, seed)
        return look(store), Counted(events), rows


def look(store: Store) -> Statistics:
    now = round(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp() * 1000)
    seen = statistics(store, Schedule(store, Settings(), lambda: now, UTC))
    assert seen.today == TODAY
    return seen


def test_only_answers_in_study_are_counted_and_undone_ones_are_not(counted: Pair) -> None:
    seen, plain, _ = counted
    assert seen.answers == len(plain.studied) > 100


def test_retention_is_what_was_remembered_of_what_had_left_learning(counted: Pair) -> None:
    seen, plain, _ = counted
    assert seen.retention.total == plain.remembered()
    assert seen.retention.young == plain.remembered(mature=False)
    assert seen.retention.mature == plain.remembered(mature=True)
    assert seen.retention.mature.of and seen.retention.young.of


def test_retention_by_deck_keeps_their_order_and_leaves_none_out(counted: Pair) -> None:
    seen, plain, rows = counted
    decks = {row.key: row.deck for row in rows}
    wanted = [
        (title, plain.remembered(deck, False, decks), plain.remembered(deck, True, decks))
        for deck, title in (("one", "One"), ("two", "Two"), ("gone", "Gone"))
    ]
    found = [(each.title, each.retention.young, each.retention.mature) for each in seen.decks]
    assert found == [each for each in wanted if each[1].of + each[2].of]
    assert sum((each.retention.total for each in seen.decks), Share()) == seen.retention.total


def test_calibration_compares_the_prediction_at_the_last_answer_with_the_next(counted: Pair) -> None:
    seen, plain, _ = counted
    pairs = []
    for last, event in plain.reviews:
        memory = Memory(stability=last.stability, last_day=last.study_day)
        pairs.append((retrievability(memory, event.study_day, Settings()), (event.rating or 0) > 1))
    found = seen.calibration
    error = 0.0
    for each in found.bins:
        inside = [pair for pair in pairs if each.low <= pair[0] < each.high or pair[0] == each.high == 1]
        assert each.recalled == Share(sum(passed for _, passed in inside), len(inside))
        assert math.isclose(each.predicted, sum(p for p, _ in inside) / len(inside))
        error += abs(sum(p for p, _ in inside) - sum(passed for _, passed in inside))
    assert [each.low for each in found.bins] == [
        low for low, high in pairwise(BOUNDS) if any(low <= p < high for p, _ in pairs)
    ]
    assert found.recalled.of == len(pairs)
    assert found.predicted is not None and found.error is not None
    assert math.isclose(found.predicted, sum(p for p, _ in pairs) / len(pairs))
    assert math.isclose(found.error, error / len(pairs))


def test_the_calendar_has_the_answers_of_53_weeks(counted: Pair) -> None:
    seen, plain, _ = counted
    monday = datetime.fromtimestamp(seen.first_day * DAY / 1000, UTC)
    assert monday.weekday() == 0
    assert 52 * 7 <= TODAY - seen.first_day < 53 * 7
    days = Counter(event.study_day for event in plain.studied if event.study_day >= seen.first_day)
    assert seen.calendar == tuple(sorted(days.items()))


def test_the_time_of_an_answer_is_told_by_its_quartiles(counted: Pair) -> None:
    seen, plain, rows = counted
    kinds = {row.key: row.kind for row in rows}
    times = defaultdict[str, list[int]](list)
    for event in plain.studied:
        times[kinds[str(event.card_key)]].append(event.duration_ms or 0)
    assert [each.kind for each in seen.times] == sorted(times)
    for each in seen.times:
        took = times[each.kind]
        assert each.answers == len(took)
        for value, share in ((each.lower_ms, 0.25), (each.median_ms, 0.5), (each.upper_ms, 0.75)):
            least = min(ms for ms in took if sum(other <= ms for other in took) >= share * len(took))
            assert value == least


def test_a_skill_is_mastered_at_level_2_unaided_and_again_a_week_later(counted: Pair) -> None:
    seen, plain, _ = counted
    shown = defaultdict[str, set[int]](set)
    for event in plain.problems:
        family, level = _kind(event)
        alone = event.verdict == "correct" and not event.aided and not event.hints
        if level >= 2 and alone and event.mode in ("study", "interview"):
            shown[family].add(event.study_day)
    for topic in seen.topics:
        for skill in topic.skills:
            days = shown[skill.family]
            assert skill.mastered is any(b - a >= 7 for a in days for b in days)
            assert skill.begun is (bool(days) and not skill.mastered)
    assert [skill.family for topic in seen.topics for skill in topic.skills] == list(FAMILIES)
    assert [topic.name for topic in seen.topics] == ["conv", "metrics"]


def test_the_mistakes_one_keeps_making_were_made_twice(counted: Pair) -> None:
    seen, plain, _ = counted
    wanted = {}
    for family in FAMILIES:
        answers = [event for event in plain.problems if _kind(event)[0] == family]
        for name in ("ties", "floor"):
            at = [place for place, event in enumerate(answers) if event.misconception == name]
            if len(at) >= 2:
                wanted[family, name] = (len(at), answers[at[-1]].study_day, len(answers) - 1 - at[-1])
    assert {(h.family, h.name): (h.times, h.last_day, h.since) for h in seen.habits} == wanted
    order = [(habit.since >= 10, -habit.times) for habit in seen.habits]
    assert order == sorted(order)


def test_problem_accuracy_keeps_levels_and_modes_apart(counted: Pair) -> None:
    seen, plain, _ = counted
    wanted = []
    for mode in ("study", "practice", "interview"):
        for level in (1, 2, 3):
            found = [event for event in plain.problems if event.mode == mode and _kind(event)[1] == level]
            right = [event for event in found if event.verdict == "correct"]
            unaided = [event for event in right if not event.aided and not event.hints]
            if found:
                wanted.append((mode, level, Share(len(right), len(found)), Share(len(unaided), len(found))))
    assert [(each.mode, each.level, each.right, each.unaided) for each in seen.accuracy] == wanted


def _kind(event: Event) -> tuple[str, int]:
    family, _, rest = str(event.problem_id).partition("@")
    return family, int(rest.split(":")[1])


def test_the_forecast_counts_each_card_on_its_day_and_what_is_overdue_today(store: Store) -> None:
    random = Random(5)
    rows = [row for row in fill_cards(store) if row.kind != "skill" and row.deck != "gone"]
    wanted = [0] * 30
    with store.write() as connection:
        for row in rows:
            due, suspended = TODAY + random.randint(-9, 39), random.random() < 0.2
            put_off_to = random.choice([None, None, TODAY - 3, TODAY, TODAY + 1, TODAY + 39])
            state = states.State(Memory(Phase.REVIEW, stability=3.0, due_day=due, reps=1), suspended, put_off_to)
            states.put(connection, store.learner, row.key, state)
            comes = due if put_off_to is None or put_off_to < due else put_off_to + 1
            if not suspended and comes < TODAY + 30:
                wanted[max(0, comes - TODAY)] += 1
    assert list(look(store).forecast) == wanted


def test_a_new_learner_has_no_figure_and_no_error(store: Store) -> None:
    seen = look(store)
    assert (seen.answers, seen.retention.total, seen.decks, seen.habits, seen.accuracy) == (0, Share(), (), (), ())
    assert seen.calibration == Calibration((), None, Share(), None)
    assert seen.forecast == (0,) * 30
    assert not seen.topics and not seen.times and not seen.calendar


def test_how_far_the_count_is_is_told_and_ends_at_all_of_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studydl.study.statistics.snapshot.CHUNK", 20)
    with store.write() as connection:
        for number in range(50):
            log.append(
                connection, store.learner, Event(f"e{number}", "answer", 1, 100, "study", card_key="mine/a", rating=3)
            )
    shares = list[float]()
    statistics(store, Schedule(store, Settings(), lambda: START, UTC), shares.append)
    assert shares == [0.4, 0.8, 1.0]


def test_an_amendment_after_midnight_keeps_the_wait_that_was_decided(store: Store) -> None:
    """The due day is counted from the answer, not from when its rating was changed."""
    fill_cards(store)
    key, decided = "mine/one-0", {"phase": "review", "stability": 20.0}
    with store.write() as connection:
        for event in (
            Event("a", "answer", 1, 100, "study", card_key=key, rating=3, due_day=110, **decided),  # type: ignore[arg-type]
            Event("b", "amend", 1, 101, "study", card_key=key, target_id="a", rating=4, due_day=121, **decided),  # type: ignore[arg-type]
            Event("c", "answer", 1, 121, "study", card_key=key, rating=1, due_day=122, **decided),  # type: ignore[arg-type]
        ):
            log.append(connection, store.learner, event)
    assert (look(store).retention.young, look(store).retention.mature) == (Share(), Share(0, 1))


@pytest.mark.parametrize("skill", [False, True])
def test_fitted_weights_give_the_curve_of_the_predictions_skills_apart(store: Store, skill: bool) -> None:
    fill_cards(store)
    key, problem_id = ("mine/conv.size/2", "conv.size@1:2:3") if skill else ("mine/one-0", None)
    with store.write() as connection:
        for name, day in (("a", 100), ("b", 140)):
            event = Event(
                name,
                "answer",
                1,
                day,
                "study",
                card_key=key,
                problem_id=problem_id,
                verdict="correct" if skill else None,
                rating=3,
                phase="review",
                stability=20.0,
                due_day=day + 9,
            )
            log.append(connection, store.learner, event)
    fitted = Settings(weights=(0.1,) * 20 + (0.5,), skill_weights=(0.1,) * 20 + (0.3,))
    seen = statistics(store, Schedule(store, fitted, lambda: START, UTC))
    memory = Memory(stability=20.0, last_day=100)
    assert seen.calibration.predicted == pytest.approx(retrievability(memory, 140, fitted.of(skill)))
    assert retrievability(memory, 140, fitted.of(True)) != retrievability(memory, 140, fitted.of(False))


@pytest.mark.parametrize(
    ("days", "level", "changes", "found"),
    [
        ((100, 107), 2, {}, "mastered"),
        ((100, 107), 3, {}, "mastered"),
        ((100, 107), 2, {"mode": "interview", "rating": None}, "mastered"),
        ((100, 106), 2, {}, "begun"),
        ((100,), 2, {}, "begun"),
        ((100, 107), 1, {}, "open"),
        ((100, 107), 2, {"mode": "practice"}, "open"),
        ((100, 107), 2, {"hints": 1}, "open"),
        ((100, 107), 2, {"aided": True}, "open"),
        ((100, 107), 2, {"verdict": "convention"}, "open"),
        ((100, 107), 2, {"stability": 400.0, "verdict": "incorrect"}, "open"),
    ],
)
def test_mastery_asks_for_two_answers_a_week_apart_and_for_nothing_else(
    store: Store, days: tuple[int, ...], level: int, changes: dict[str, Any], found: str
) -> None:
    fill_cards(store)
    with store.write() as connection:
        for day in days:
            values: dict[str, Any] = {
                "mode": "study",
                "rating": 3,
                "verdict": "correct",
                "phase": "review",
                "due_day": day + 5,
            } | changes
            problem_id = f"conv.size@1:{level}:{day}"
            event = Event(
                f"e{day}", "answer", 1, day, card_key=f"mine/conv.size/{level}", problem_id=problem_id, **values
            )
            log.append(connection, store.learner, event)
    skill = next(skill for topic in look(store).topics for skill in topic.skills if skill.family == "conv.size")
    assert ("mastered" if skill.mastered else "begun" if skill.begun else "open") == found
