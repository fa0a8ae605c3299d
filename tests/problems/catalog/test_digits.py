"""Whoever goes on with the numbers a worked solution prints reaches the answer it prints: no last digit is lost."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from studydl.problems import catalog
from studydl.problems.catalog._digits import enough, leads, rounded
from studydl.problems.engine import draw
from studydl.problems.model import Problem
from studydl.text.numbers import fixed, to_fraction

SEEDS = range(100)
SUMS = (
    *(("information.cross-entropy", level) for level in (1, 2, 3)),
    *(("information.entropy", level) for level in (1, 2, 3)),
    *(("information.kl-divergence", level) for level in (1, 2, 3)),
)


def numbers(text: str) -> list[Fraction]:
    """Return the numbers printed in a text."""
    return [Fraction(found) for found in re.findall(r"-?\d+(?:\.\d+|/\d+)?", text)]


def answers(problem: Problem) -> list[Fraction]:
    """Return the parts of a problem's answer."""
    return numbers(problem.answer.value)


@pytest.mark.parametrize(("name", "level"), SUMS)
def test_a_printed_sum_rounds_to_the_answer(name: str, level: int) -> None:
    for seed in SEEDS:
        problem = draw(catalog.get(name), level, seed).problem
        terms = [step.partition(": ")[2] for step in problem.steps if step.startswith("Weighted")]
        total, rows = sum(numbers(terms[-1]), Fraction()), problem.params.get("rows", 1)
        assert isinstance(rows, int)
        assert fixed(Fraction(total, rows), 3) == fixed(answers(problem)[0], 3), f"{problem.id}: {problem.steps}"


def quotients(step: str) -> list[Fraction]:
    """Return printed exponentials over their printed sum."""
    *powers, total = numbers(step.replace(". These add up to", ","))
    return [power / total for power in powers]


@pytest.mark.parametrize("seed", SEEDS)
def test_printed_exponentials_lead_to_the_weights_of_attention(seed: int) -> None:
    problem = draw(catalog.get("attention.scores"), 2, seed).problem
    (step,) = (step for step in problem.steps if step.startswith("Their exponentials"))
    assert [fixed(w, 3) for w in quotients(step)] == [fixed(w, 3) for w in answers(problem)]


@pytest.mark.parametrize("seed", SEEDS)
def test_printed_weights_lead_to_the_output_of_attention(seed: int) -> None:
    problem = draw(catalog.get("attention.scores"), 3, seed).problem
    (step,) = (step for step in problem.steps if step.startswith("Each over the sum"))
    weights, values = numbers(step), problem.params["values"]
    assert isinstance(values, tuple)
    mixed = [sum(w * x for w, x in zip(weights, feature, strict=False)) for feature in zip(*values, strict=True)]
    assert [fixed(x, 2) for x in mixed] == [fixed(x, 2) for x in answers(problem)]


@pytest.mark.parametrize("level", [2, 3])
@pytest.mark.parametrize("seed", SEEDS)
def test_printed_exponentials_and_probabilities_lead_to_the_gradient(level: int, seed: int) -> None:
    problem = draw(catalog.get("backprop.softmax-gradient"), level, seed).problem
    labels, temperature = problem.params["labels"], problem.params["temperature"]
    assert isinstance(labels, tuple) and isinstance(temperature, int)
    for step in problem.steps:
        if step.startswith(("Exponentials", "Probabilities")):
            probabilities = quotients(step) if step.startswith("Exp") else numbers(step)
            gradient = [10 * (p - (i == labels[0])) / temperature for i, p in enumerate(probabilities)]
            assert [fixed(x, 3) for x in gradient] == [fixed(x, 3) for x in answers(problem)], problem.id


def test_printed_squares_add_up_to_the_inertia() -> None:
    for seed in SEEDS:
        problem = draw(catalog.get("clustering.k-means-step"), 3, seed).problem
        if problem.params["asks"] == "inertia":
            total = sum(numbers(problem.steps[-2].partition(": ")[2]))
            assert fixed(total, 2) == fixed(answers(problem)[0], 2), problem.id


def test_digits_are_added_until_what_is_printed_leads_to_the_answer() -> None:
    third = Fraction(1, 3)
    assert enough(lambda n: [(3 * rounded(third, n), 1)], asked=2, least=1) == 3  # 0.9, 0.99, 0.999
    assert enough(lambda n: [(rounded(third, n), third)], asked=2) == 4


def test_halfway_between_two_answers_leads_to_neither() -> None:
    assert not leads(0.2595, to_fraction(Fraction("0.25949646")), 3)
    assert leads(0.25949, Fraction("0.25949646"), 3)
