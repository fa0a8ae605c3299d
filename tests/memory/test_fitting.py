"""The fit against the learners it should find, against fsrs-rs, and its equations against py-fsrs."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections.abc import Sequence

import fsrs
import fsrs.scheduler
import fsrs_rs_python as rs
import pytest

from studydl.memory.fitting import DEFAULT, History, Weights, fit, log_loss, states
from studydl.memory.fsrs6 import strengthen
from studydl.memory.model import NEW, Memory, Phase, Rating
from tests.memory.simulated import OTHER, chance, for_fsrs_rs, simulated

BOUNDS = list(zip(fsrs.scheduler.LOWER_BOUNDS_PARAMETERS, fsrs.scheduler.UPPER_BOUNDS_PARAMETERS, strict=True))
SPLIT = 700  # study day


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> None:
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def learned() -> list[History]:
    return simulated(8_000, seed=1)


@pytest.fixture(scope="module")
def fitted(learned: list[History]) -> Weights:
    return fit(learned)


@pytest.fixture(scope="module")
def later() -> list[History]:
    return simulated(8_000, seed=2)


def random_history(dice: random.Random) -> History:
    day, history = 20_000, []
    for _ in range(dice.randint(1, 30)):
        history.append((dice.randint(1, 4), day))
        day += dice.choice((0, 0, 0, 1, 2, 5, 12, 40, 150, 700))
    return history


def one_by_one(history: History, weights: Weights) -> list[tuple[float, float]]:
    """Return stability and difficulty after each review, by py-fsrs."""
    memory, found, last = NEW, [], None
    for rating, day in history:
        elapsed = 0 if last is None else day - last
        stability, difficulty = strengthen(memory, Rating(rating), elapsed, weights)
        memory, last = Memory(Phase.REVIEW, stability=stability, difficulty=difficulty), day
        found.append((stability, difficulty))
    return found


def losses(history: History, weights: Weights, from_day: int) -> list[float]:
    """Return the log loss of each review that is foretold, by the definition."""
    found, before = [], one_by_one(history, weights)
    for number in range(1, len(history)):
        rating, day = history[number]
        elapsed = day - history[number - 1][1]
        if elapsed > 0 and day >= from_day:
            recall = chance(before[number - 1][0], elapsed, weights)
            found.append(-math.log(recall if rating > Rating.AGAIN else 1 - recall))
    return found


def test_the_equations_are_those_of_py_fsrs() -> None:
    dice = random.Random(5)
    for weights in [DEFAULT, OTHER, *(tuple(dice.uniform(*bounds) for bounds in BOUNDS) for _ in range(30))]:
        histories = [random_history(dice) for _ in range(8)]
        for history, ours in zip(histories, states(histories, weights), strict=True):
            theirs = one_by_one(history, weights)
            assert [s for s, _ in ours] == pytest.approx([s for s, _ in theirs], rel=1e-5)
            assert [d for _, d in ours] == pytest.approx([d for _, d in theirs], rel=1e-5)


@pytest.mark.parametrize("from_day", [0, SPLIT])
def test_the_log_loss_is_that_of_the_definition(learned: list[History], from_day: int) -> None:
    some = learned[:300]
    found = [loss for history in some for loss in losses(history, OTHER, from_day)]
    loss = log_loss(some, OTHER, from_day)
    assert loss.reviews == len(found)
    assert loss.mean == pytest.approx(sum(found) / len(found), rel=1e-9)


def test_a_fit_finds_a_learner_unlike_the_default_one(fitted: Weights, later: list[History]) -> None:
    default, ours, true = (log_loss(later, weights).mean for weights in (DEFAULT, fitted, OTHER))
    assert true < ours < default
    assert ours - true < (default - true) / 3


def test_the_fit_is_no_worse_than_that_of_fsrs_rs(
    learned: list[History], fitted: Weights, later: list[History]
) -> None:
    theirs = tuple(rs.FSRS([]).compute_parameters(for_fsrs_rs(learned)))
    assert log_loss(learned, fitted).mean <= log_loss(learned, theirs).mean
    assert log_loss(later, fitted).mean <= log_loss(later, theirs).mean + 0.0005  # which is chance, either way


def test_the_default_learner_is_left_nearly_alone() -> None:
    mine, later = simulated(2000, seed=3, weights=DEFAULT), simulated(6000, seed=4, weights=DEFAULT)
    assert log_loss(later, fit(mine)).mean == pytest.approx(log_loss(later, DEFAULT).mean, abs=0.005)


ALIKE: Sequence[Sequence[History]] = [[[(r, 0), *((r, 3**n) for n in range(7))]] * 300 for r in (1, 2, 3, 4)]
ODD: Sequence[Sequence[History]] = [
    [[(4, 0), (1, 1), (4, 1), (1, 9000), (3, 9000), (1, 9001)]] * 200,
    [[(1, 0), (4, 30_000)]] * 50,
]


@pytest.mark.parametrize("histories", [*ALIKE, *ODD])
def test_the_weights_stay_within_the_bounds_whatever_was_answered(histories: Sequence[History]) -> None:
    weights = fit(histories)
    assert all(low <= weight <= high for weight, (low, high) in zip(weights, BOUNDS, strict=True))
    assert log_loss(histories, weights).mean < log_loss(histories, DEFAULT).mean
    fsrs.Scheduler(weights)  # which refuses weights it does not allow


def test_where_nothing_comes_back_on_a_later_day_there_is_nothing_to_learn() -> None:
    nothing: list[list[History]] = [[], [[]], [[(3, 5)]], [[(3, 5), (1, 5)]]]
    for histories in nothing:
        assert fit(histories) == DEFAULT
        assert log_loss(histories, ()).reviews == 0


def test_a_fit_tells_how_far_it_is() -> None:
    shares: list[float] = []
    fit(simulated(300, seed=5), shares.append)
    assert shares == sorted(shares) and len(shares) > 5 and shares[-1] == 1


def test_torch_is_not_imported_before_a_fit() -> None:
    code = "import sys, studydl.memory.fitting, studydl.study.desk; print([m for m in sys.modules if m == 'torch'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
