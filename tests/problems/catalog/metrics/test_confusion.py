from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from sklearn.metrics import accuracy_score, precision_score, recall_score

from studydl.problems import catalog
from studydl.problems.catalog.metrics.confusion import RATES, Asked
from studydl.problems.model import Problem

Labels = list[int]


def expected(rate: str, truth: Labels, predicted: Labels, weight: list[float]) -> float:
    """Return the rate as scikit-learn has it: specificity is the recall of class 0, and so on."""
    found: dict[str, Callable[[], float]] = {
        "accuracy": lambda: accuracy_score(truth, predicted, sample_weight=weight),
        "precision": lambda: precision_score(truth, predicted, sample_weight=weight),
        "recall": lambda: recall_score(truth, predicted, sample_weight=weight),
        "specificity": lambda: recall_score(truth, predicted, pos_label=0, sample_weight=weight),
        "false positive rate": lambda: 1 - recall_score(truth, predicted, pos_label=0, sample_weight=weight),
        "false negative rate": lambda: 1 - recall_score(truth, predicted, sample_weight=weight),
        "negative predictive value": lambda: precision_score(truth, predicted, pos_label=0, sample_weight=weight),
    }
    return found[rate]()


def test_the_rates_agree_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.confusion"):
        tp, fp, fn, tn, share = (int(str(problem.params[name])) for name in ("tp", "fp", "fn", "tn", "share"))
        truth = [1] * tp + [0] * fp + [1] * fn + [0] * tn
        predicted = [1] * (tp + fp) + [0] * (fn + tn)
        in_class = {1: share / (tp + fn), 0: (1000 - share) / (fp + tn)} if share else {0: 1.0, 1: 1.0}
        value = expected(str(problem.params["rate"]), truth, predicted, [in_class[label] for label in truth])
        assert float(number(problem.answer.value)) == pytest.approx(value, rel=1e-9), problem.id


@pytest.mark.parametrize(
    ("rate", "value"),
    # of 12 + 8 positives 12 are found, with 3 false alarms among 3 + 27 negatives
    [
        ("accuracy", Fraction(39, 50)),
        ("precision", Fraction(12, 15)),
        ("recall", Fraction(12, 20)),
        ("specificity", Fraction(27, 30)),
        ("false positive rate", Fraction(3, 30)),
        ("false negative rate", Fraction(8, 20)),
        ("negative predictive value", Fraction(27, 35)),
    ],
)
def test_each_rate_by_hand(rate: str, value: Fraction) -> None:
    assert catalog.get("metrics.confusion").formula(Asked(12, 3, 8, 27, rate)) == value


def test_a_rare_disease_by_hand() -> None:
    # 1% ill, 80% of them found, 10% false alarms: of 1,000 people 8 right and 99 wrong alarms
    p = Asked(tp=80, fp=10, fn=20, tn=90, form="screening", share=10)
    assert catalog.get("metrics.confusion").formula(p) == Fraction(8, 107)


def test_every_rate_is_asked_for_and_level_3_never_beats_the_test_set(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    seen = set()
    for problem in draws("metrics.confusion"):
        seen.add(problem.params["rate"])
        if problem.params["form"] == "screening":
            tp, fp = int(str(problem.params["tp"])), int(str(problem.params["fp"]))
            assert number(problem.answer.value) < Fraction(tp, tp + fp), problem.id
    assert seen == set(RATES)
