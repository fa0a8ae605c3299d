from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import torch

from studydl.problems import catalog
from studydl.problems.catalog.checkpoints.tensor_bytes import Saved
from studydl.problems.model import Problem


def test_bytes_agree_with_numpy_arrays(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("checkpoints.tensor-bytes"):
        widths: Any = problem.params["widths"]
        dtype, norm, adam = (problem.params[name] for name in ("dtype", "norm", "adam"))
        shapes = [shape for a, b in pairwise(widths) for shape in ((b, a), (b,))]
        shapes += [(widths[1],)] * 2 if norm else []
        arrays = [np.empty(shape, str(dtype)) for shape in shapes * (3 if adam else 1)]
        arrays += [np.empty(widths[1], str(dtype))] * 2 + [np.empty(1, np.int64)] if norm else []
        assert int(problem.answer.value) == sum(array.nbytes for array in arrays), problem.id


def test_a_real_step_of_adam_keeps_what_the_formula_counts() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(9, 8), torch.nn.BatchNorm1d(8), torch.nn.Linear(8, 3))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(4, 9)).sum().backward()
    optimizer.step()
    kept = [t for state in optimizer.state.values() for name, t in state.items() if name != "step"]
    found = sum(t.numel() * t.element_size() for t in [*model.state_dict().values(), *kept])
    assert found == catalog.get("checkpoints.tensor-bytes").formula(Saved((9, 8, 3), "float32", norm=True, adam=True))


def test_by_hand() -> None:
    formula = catalog.get("checkpoints.tensor-bytes").formula
    # 4*5 + 5*2 = 30 weights and 7 biases in 4 bytes each: 148
    assert formula(Saved((4, 5, 2), "float32")) == 148
    # the BatchNorm adds 10 parameters and 10 statistics of 4 bytes, and 8 bytes: 148 + 80 + 8
    assert formula(Saved((4, 5, 2), "float32", norm=True)) == 236
