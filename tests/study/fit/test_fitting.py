"""New weights are adopted only if they foretell later reviews better; then no due date moves and doctor is content."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from studydl.memory import fitting as pure
from studydl.memory.fitting import History, Loss, Weights
from studydl.memory.model import NEW, Rating
from studydl.paths import Home
from studydl.store import log, settings
from studydl.study import preferences
from studydl.study.desk import Desk
from studydl.study.fit import fitting, worker
from studydl.study.fit.fitting import fit
from tests.memory.simulated import simulated
from tests.study.conftest import OpenDesk
from tests.study.helpers import (
    START,
    WRONG,
    FakeClock,
    all_states,
    answer_and_go_on,
    doubts,
    events,
    write_deck,
)
from tests.study.lived import FACTS, FIRST_DAY, answered, live

LONG: Weights = (*(4.0, 9.0, 25.0, 70.0), *pure.DEFAULT[4:])  # someone whose memories last ten times as long
BAD: Weights = (*(0.001, 0.001, 0.001, 0.001), *pure.DEFAULT[4:])  # someone who remembers nothing


def pasts(count: int = 300, seed: int = 1) -> dict[str, History]:
    """Return so many reviews, or a few more, by card."""
    return {f"mine/fact-{n}": past for n, past in enumerate(simulated(count, seed, LONG))}


@pytest.fixture
def home(home: Home) -> Home:
    write_deck(home, FACTS, "f1", name="facts", title="Facts")
    (home.decks / "mini.md").unlink()
    return home


class Fake:
    """Stands in for the fit itself: remembers what it was given and returns what it is told to."""

    def __init__(self) -> None:
        self.weights = LONG
        self.given: list[Sequence[History]] = []

    def __call__(self, histories: Sequence[History], progress: object) -> Weights:
        self.given.append(histories)
        return self.weights


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    fake = Fake()
    monkeypatch.setattr(pure, "fit", fake)
    monkeypatch.setattr(fitting, "REVIEWS", 200)
    monkeypatch.setattr(fitting, "LATER", 30)
    return fake


def without_strength(desk: Desk) -> dict[str, object]:
    """Return the states of all cards but for what weights decide."""
    return {
        key: replace(each, memory=replace(each.memory, stability=None, difficulty=None))
        for key, each in all_states(desk).items()
    }


def test_what_foretells_later_reviews_better_is_adopted_without_moving_a_due_date(desk: Desk) -> None:
    live(desk.store, pasts(1500))
    before, logged = without_strength(desk), events(desk)
    strengths = {key: (each.memory.stability, each.memory.difficulty) for key, each in all_states(desk).items()}
    found = fit(desk.store, START)["cards"]
    assert found.adopted and found.reason == ""
    assert found.before is not None and found.after is not None and found.after < found.before
    assert preferences.load(desk.store).weights == found.weights != ()
    assert without_strength(desk) == before
    assert any((s.memory.stability, s.memory.difficulty) != strengths[key] for key, s in all_states(desk).items())
    assert events(desk) == logged
    assert doubts(desk) == []


def test_weights_that_foretell_later_reviews_worse_change_nothing(desk: Desk, fake: Fake) -> None:
    live(desk.store, pasts())
    before = all_states(desk)
    fake.weights = BAD
    found = fit(desk.store, START)["cards"]
    assert not found.adopted
    assert "as well or better" in found.reason
    assert found.before is not None and found.after is not None and found.after > found.before
    assert preferences.load(desk.store).weights == ()
    assert all_states(desk) == before
    assert doubts(desk) == []


def test_weights_that_are_no_better_in_what_is_shown_of_the_loss_are_not_adopted(
    desk: Desk, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(desk.store, pasts())
    monkeypatch.setattr(
        pure, "log_loss", lambda histories, weights, day: Loss(300, 0.30001 if weights == LONG else 0.30004)
    )
    assert not fit(desk.store, START)["cards"].adopted


def test_before_1000_reviews_nothing_is_fitted(desk: Desk) -> None:
    live(desk.store, pasts(900))
    found = fit(desk.store, START)["cards"]
    assert not found.adopted and found.after is None
    assert found.reason == f"There are {found.reviews} reviews; it takes 1,000."


def test_reviews_all_on_one_day_teach_nothing(desk: Desk, fake: Fake) -> None:
    live(desk.store, {f"mine/fact-{n}": [(3, 5)] * 4 for n in range(300)})
    assert "later day" in fit(desk.store, START)["cards"].reason
    assert fake.given == []


def test_the_fit_sees_nothing_of_the_latest_fifth_it_is_tried_on(desk: Desk, fake: Fake) -> None:
    past = pasts()
    live(desk.store, past)
    found = fit(desk.store, START)["cards"]
    last_seen = max(day for history in fake.given[0] for _, day in history) - FIRST_DAY
    foretold = [(a, b) for history in past.values() for (_, a), (_, b) in pairwise(history) if b > a]
    assert found.tried_on == sum(after > last_seen for _, after in foretold)
    assert found.tried_on == pytest.approx(len(foretold) / 5, rel=0.05)
    assert found.reviews == sum(map(len, past.values()))


def test_only_what_stands_and_was_study_counts(desk: Desk, fake: Fake) -> None:
    past = pasts()
    live(desk.store, past)
    expected = fit(desk.store, START)["cards"].reviews
    day = FIRST_DAY + 1190
    with desk.store.write() as connection:
        for number in range(40):
            undone = answered("mine/fact-1", 1, START + number, day, NEW)
            undo = replace(undone, id=f"undo-{number}", kind="undo", target_id=undone.id, rating=None)
            practiced = answered("mine/fact-2", 1, START + number, day, NEW, mode="practice")
            asked = answered("mine/fact-2", 1, START + number, day, NEW, mode="interview")
            for event in (undone, undo, practiced, asked):
                log.append(connection, desk.store.learner, event)
    assert fit(desk.store, START)["cards"].reviews == expected
    assert fake.given[0] == fake.given[1]


def test_a_reset_begins_another_history(desk: Desk, monkeypatch: pytest.MonkeyPatch, fake: Fake) -> None:
    live(desk.store, pasts())
    day, tried = FIRST_DAY + 1190, list[Sequence[History]]()
    reset = replace(answered("mine/fact-1", 1, START, day, NEW), kind="reset", rating=None)
    with desk.store.write() as connection:
        for event in (
            reset,
            answered("mine/fact-1", 3, START, day, NEW),
            answered("mine/fact-1", 4, START, day + 1, NEW),
        ):
            log.append(connection, desk.store.learner, event)

    def log_loss(histories: Sequence[History], weights: Weights, from_day: int) -> Loss:
        tried.append(histories)
        return Loss(300, 0.3)

    monkeypatch.setattr(pure, "log_loss", log_loss)
    fit(desk.store, START)
    assert [(3, day), (4, day + 1)] in tried[0]
    assert len(tried[0]) == len(pasts()) + 1


def test_skills_and_cards_have_weights_of_their_own(desk: Desk) -> None:
    live(desk.store, {"mine/fact-1": [(3, 1), (1, 2)]})
    live(desk.store, {"mine/f1/1": [(3 if day % 7 else 1, 2 * day) for day in range(40)]}, skill=True)
    found = fit(desk.store, START)
    assert (found["cards"].reviews, found["skills"].reviews) == (2, 40)
    with desk.store.write() as connection:
        settings.put(connection, desk.store.learner, "skill_weights", LONG)
    assert [key for key, *_ in doubts(desk)] == ["mine/f1/1"]
    with desk.store.write() as connection:
        settings.put(connection, desk.store.learner, "skill_weights", ())
        settings.put(connection, desk.store.learner, "weights", LONG)
    assert [key for key, *_ in doubts(desk)] == ["mine/fact-1"]


def test_what_is_answered_during_a_fit_is_taken_in(
    desk: Desk, open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch, fake: Fake
) -> None:
    live(desk.store, pasts())
    session = open_desk().study(limit=12)

    def answer_meanwhile(histories: object, progress: object) -> Weights:
        for _ in range(6):
            answer_and_go_on(session)
        session.undo()
        return LONG

    monkeypatch.setattr(pure, "fit", answer_meanwhile)
    assert fit(desk.store, START)["cards"].adopted
    assert doubts(desk) == []
    while session.view().question is not None:
        answer_and_go_on(session)
    assert doubts(desk) == []


def test_a_fit_overtaken_by_another_one_changes_nothing(
    desk: Desk, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(desk.store, pasts())

    def overtaken(histories: object, progress: object) -> Weights:
        monkeypatch.setattr(pure, "fit", fake)
        assert fit(desk.store, START)["cards"].adopted
        return BAD

    monkeypatch.setattr(pure, "fit", overtaken)
    monkeypatch.setattr(pure, "log_loss", lambda histories, weights, day: Loss(300, 0.2 if weights else 0.3))
    found = fit(desk.store, START + 1)["cards"]
    assert not found.adopted and "meanwhile" in found.reason and found.weights == LONG
    assert preferences.load(desk.store).weights == LONG
    assert doubts(desk) == []


@pytest.mark.parametrize("moment", ["asking", "revealed", "verdict"])
def test_an_open_session_goes_on_with_the_new_weights(desk: Desk, open_desk: OpenDesk, moment: str, fake: Fake) -> None:
    live(desk.store, pasts())
    live(desk.store, {"mine/f1/1": [(3, 0)]}, skill=True)  # on a learning step for three years: it comes first
    session = desk.study(limit=20)
    if moment == "verdict":
        session.submit(WRONG)
    else:
        answer_and_go_on(session)
    if moment == "revealed":
        session.reveal()
    assert fit(open_desk().store, START)["cards"].adopted
    if moment == "asking":
        answer_and_go_on(session)
    else:
        session.rate(Rating.HARD)
    assert doubts(desk) == []
    assert desk.schedule.settings.weights == LONG
    session.undo()
    assert doubts(desk) == []


def test_home_says_for_a_day_what_changed(desk: Desk, clock: FakeClock, fake: Fake) -> None:
    live(desk.store, pasts())
    fit(desk.store, clock())
    line = next(line for line in desk.overview().notices if "log loss" in line)
    assert "Cards now follow 3" in line and "is 0." in line and "Due dates stay." in line
    clock.later(days=1)
    assert not any("log loss" in line for line in desk.overview().notices)


class FakePopen:
    """Counts the processes that would be started."""

    started = 0

    def __init__(self, words: Sequence[str], **others: object) -> None:
        assert words[1:3] == ["-m", "studydl.study.fit.worker"]
        FakePopen.started += 1

    def wait(self) -> int:
        return 0


def test_a_fit_starts_by_itself_once_after_1000_reviews_and_again_after_500_more(
    desk: Desk, open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch, fake: Fake
) -> None:
    monkeypatch.setattr(subprocess, "Popen", FakePopen)
    monkeypatch.setattr(FakePopen, "started", 0)

    def starts() -> int:
        before, another = FakePopen.started, open_desk()
        another.overview()
        another.overview()
        another.close()
        return FakePopen.started - before

    past = list(pasts(1500).items())
    live(desk.store, dict(past[:60]))
    assert starts() == 0
    live(desk.store, dict(past[60:]))
    assert starts() == 1
    fit(desk.store, START)
    assert starts() == 0
    rest = range(len(past), 400)
    live(desk.store, {f"mine/fact-{n}": [(3, 1195)] for n in rest})
    assert starts() == 0
    live(desk.store, {f"mine/fact-{n}": [(3, 1195)] * 4 for n in rest})
    assert starts() == 1


def test_the_background_process_fits_and_leaves_a_folder_without_data_alone(
    desk: Desk, home: Home, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.nice", lambda by: by)
    live(desk.store, pasts())
    worker.main(str(home.folder))
    assert preferences.load(desk.store).weights == LONG
    worker.main(str(home.folder / "gone"))
    assert not (home.folder / "gone").exists()
