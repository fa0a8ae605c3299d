from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import hinge_loss

from studydl.problems.catalog.loss.hinge import Hinge, Scored
from studydl.problems.model import Problem


def summed(labels: list[int], scores: list[float]) -> float:
    """Sum hinge losses; two examples that cost nothing show scikit-learn both labels."""
    return float(hinge_loss([*labels, -1, 1], [*scores, -9, 9]) * (len(labels) + 2))


def test_the_loss_agrees_with_scikit_learn_and_several_classes_with_a_loop(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("loss.hinge"):
        p: dict[str, Any] = problem.params
        labels = list(p["labels"])
        if p["form"] == "classes":
            rows = zip(np.array(p["scores"]) / 10, labels, strict=True)
            terms = [max(0, 1 - row[y] + row[k]) / len(row) for row, y in rows for k in range(len(row)) if k != y]
            expected = sum(terms) / len(labels)
        elif p["form"] == "batch":
            expected = summed(labels, [score / 10 for (score,) in p["scores"]]) / len(labels)
        else:
            w = np.array(p["weights"]) / 10
            total = summed(labels, list(np.array(p["points"]) @ w + p["bias"] / 10))
            expected = w @ w / 2 + p["c"] * total if p["form"] == "machine" else total
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_a_line_by_hand() -> None:
    # 2 * 1 - 1 * 3 + 0.5 = -0.5: label 1 costs 1.5, label -1 costs 0.5
    for label, loss in ((1, Fraction(3, 2)), (-1, Fraction(1, 2))):
        assert Hinge().formula(Scored((), (label,), "line", ((1, 3),), (20, -10), 5)) == loss


def test_a_batch_by_hand() -> None:
    # margins 2, 0.5 and -1: losses 0, 0.5 and 2, mean 5/6
    assert Hinge().formula(Scored(((20,), (-5,), (10,)), (1, -1, -1), "batch")) == Fraction(5, 6)


def test_the_objective_by_hand() -> None:
    # |w|^2 / 2 = (4 + 1) / 2; the loss above, 1.5, times C = 2: 2.5 + 3 = 5.5
    machine = Scored((), (1,), "machine", ((1, 3),), (20, -10), 5, 2)
    assert Hinge().formula(machine) == Fraction(11, 2)


def test_several_classes_by_hand() -> None:
    # true score 2, others 1.5 and -1: 0.5 + 0 over 3 classes
    assert Hinge().formula(Scored(((20, 15, -10),), (0,), "classes")) == Fraction(1, 6)
