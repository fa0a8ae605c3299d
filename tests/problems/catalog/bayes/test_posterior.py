from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sklearn.naive_bayes import BernoulliNB

from studydl.problems import catalog
from studydl.problems.catalog.bayes.posterior import Evidence
from studydl.problems.model import Problem


def naive_bayes(priors: Any, rates: Any, outcomes: Any) -> Any:
    """Return the posterior of every cause from scikit-learn's naive Bayes, its probabilities set by hand."""
    model = BernoulliNB()
    model.classes_ = np.arange(len(priors))
    model.class_log_prior_ = np.log(np.array(priors) / 1000)
    model.feature_log_prob_ = np.log(np.array(rates).T / 1000)
    return model.predict_proba(np.array([outcomes], dtype=int))[0]


def test_the_posterior_agrees_with_naive_bayes(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("bayes.posterior"):
        p: Any = problem.params
        value, rates = float(number(problem.answer.value)), p["rates"]
        if p["asks"] == "needed":  # with the specificity asked for, the posterior must be the target
            false_positives = 1000 - 10 * value
            found = naive_bayes(p["priors"], ((rates[0][0], false_positives),), (True,))[0]
            assert found == pytest.approx(p["target"] / 1000, rel=1e-8), problem.id
        else:
            expected = naive_bayes(p["priors"], rates, p["outcomes"])[p["asked"]]
            assert value == pytest.approx(expected, rel=1e-9), problem.id


def test_a_rare_disease_by_hand() -> None:
    # of 1000 people 10 are ill, 9 of them positive; of 990 healthy 99 are: 9 of 108
    evidence = Evidence("positive", (10, 990), ((900, 100),))
    assert catalog.get("bayes.posterior").formula(evidence) == Fraction(9, 108)


def test_two_tests_by_hand() -> None:
    # ill: 0.5 * 0.8 * 0.2; healthy: 0.5 * 0.2 * 0.8: as likely as before
    evidence = Evidence("tests", (500, 500), ((800, 200), (800, 200)), (True, False))
    assert catalog.get("bayes.posterior").formula(evidence) == Fraction(1, 2)


def test_a_specificity_by_hand() -> None:
    # 80 of 1000 are ill and positive; as many healthy may be: 80 of 900
    evidence = Evidence("needed", (100, 900), ((800, 0),), target=500)
    assert catalog.get("bayes.posterior").formula(evidence) == 100 - Fraction(800, 90)


def test_the_posteriors_of_all_sources_add_up_to_one(draws: Callable[[str], Iterator[Problem]]) -> None:
    formula: Any = catalog.get("bayes.posterior").formula
    for problem in draws("bayes.posterior"):
        p: Any = problem.params
        if p["asks"] == "sources":
            assert sum(formula(Evidence("sources", p["priors"], p["rates"], asked=i)) for i in range(3)) == 1
