from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.rnn.parameters import Recurrent
from studydl.problems.model import Problem

GATES = {
    "RNN": ["new"],
    "GRU": ["reset", "update", "new"],
    "LSTM": ["input", "forget", "cell", "output"],
}  # torch documentation, the equations of each layer


def arrays(kind: str, p: dict[str, Any]) -> Iterator[np.ndarray[Any, Any]]:
    """Yield every array in the equations of a recurrent network, shaped by running it on one time step."""
    x = np.empty(p["inputs"], np.uint8)
    for _ in range(p["layers"]):
        outputs = []
        for _ in ["forward", "backward"][: 1 + p["bidirectional"]]:
            state = np.empty(p["hidden"], np.uint8)
            for _ in GATES[kind]:
                yield np.outer(state, x)  # W_i, which maps x to a state
                yield np.outer(state, state)  # W_h
                if p["bias"]:
                    yield from (np.empty_like(state), np.empty_like(state))  # b_i and b_h
            outputs.append(state)
        x = np.concatenate(outputs)
    if p["vocabulary"]:
        yield np.empty((p["vocabulary"], p["inputs"]), np.uint8)
        yield np.outer(np.empty(p["classes"], np.uint8), np.append(x, 1))  # the bias weighs a constant


def test_the_equations_hold_as_many_numbers(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("rnn.parameters"):
        p: dict[str, Any] = problem.params
        expected = sum(a.size for a in arrays(p["kind"], p))
        if p["swap"]:
            expected -= sum(a.size for a in arrays(p["swap"], p))
        assert number(problem.answer.value) == expected, problem.id


def test_single_layers_by_hand() -> None:
    formula = catalog.get("rnn.parameters").formula
    # 5 * 3 + 5 * 5 + 5 + 5 = 50 numbers a set of weights
    assert [formula(Recurrent(kind, inputs=3, hidden=5)) for kind in ("RNN", "GRU", "LSTM")] == [50, 150, 200]
    assert formula(Recurrent("LSTM", 3, 5, bias=False)) == 4 * (15 + 25)


def test_stacked_and_bidirectional_layers_by_hand() -> None:
    formula = catalog.get("rnn.parameters").formula
    # each direction: 3 * (4 * 6 + 16 + 8) = 144, then 3 * (4 * 8 + 16 + 8) = 168
    assert formula(Recurrent("GRU", 6, 4, layers=2, bidirectional=True)) == 2 * 144 + 2 * 168
    # the same weights, an embedding of 10 * 6, and a linear layer from 8 to 3 with bias
    assert formula(Recurrent("GRU", 6, 4, 2, True, vocabulary=10, classes=3)) == 624 + 60 + 27
    # an LSTM has one set more than a GRU
    assert formula(Recurrent("LSTM", 6, 4, 2, True, swap="GRU")) == 624 // 3
