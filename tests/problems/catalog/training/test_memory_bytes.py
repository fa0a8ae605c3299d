from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from studydl.problems import catalog
from studydl.problems.catalog.training.memory_bytes import Training
from studydl.problems.model import Problem

DTYPES = {"float64": np.float64, "float32": np.float32, "float16": np.float16, "bfloat16": np.float16}
BUFFERS = {
    "SGD": [],
    "SGD momentum": ["momentum_buffer"],
    "RMSprop": ["square_avg"],
    "Adagrad": ["sum"],
    "Adam": ["exp_avg", "exp_avg_sq"],
    "AdamW": ["exp_avg", "exp_avg_sq"],
    "AdamW amsgrad": ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"],
}  # torch.optim documentation


def held(p: dict[str, Any], count: int) -> int:
    """Return the bytes that the first GPU holds of a model of this many parameters, as numpy arrays."""
    small, large = DTYPES[p["dtype"]], np.float32 if p["mixed"] else DTYPES[p["dtype"]]
    arrays = {"weights": np.empty(count, small), "gradients": np.empty(count, small)}
    arrays |= {name: np.empty(count, large) for name in BUFFERS[p["optimizer"]]}
    if p["mixed"]:
        arrays["copy"] = np.empty(count, np.float32)
    whole = {0: set(arrays), 1: {"weights", "gradients"}, 2: {"weights"}, 3: set[str]()}[p["stage"]]
    return sum(a.nbytes if name in whole else np.split(a, p["gpus"])[0].nbytes for name, a in arrays.items())


def test_the_bytes_are_those_of_numpy_arrays(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("training.memory-bytes"):
        p: dict[str, Any] = problem.params
        count = p["count"] or sum(np.empty((i + 1, o), np.uint8).size for i, o in p["layers"])
        if p["room"]:
            expected = p["room"] * 10**9 / (held(p, 3200) / 3200) / 10**9
        elif p["mixed"]:
            each = held(p, 3200) / 3200
            expected = count * 1e6 * each / {"GB": 1e9, "GiB": 1024**3}[p["unit"]]
        else:
            expected = held(p, count)
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-12), problem.id


def test_the_sixteen_bytes_of_mixed_precision() -> None:
    # Rajbhandari et al. (2020), section 3.1 and figure 1: 7.5 billion parameters, Adam, 64 GPUs
    formula = catalog.get("training.memory-bytes").formula
    for stage, expected in enumerate((120, 31.4, 16.6, 1.9)):
        value: Any = formula(Training("Adam", "bfloat16", 7500, mixed=True, gpus=64, stage=stage, unit="GB"))
        assert float(value) == pytest.approx(expected, abs=0.05)


def test_small_models_by_hand() -> None:
    formula = catalog.get("training.memory-bytes").formula
    assert formula(Training("SGD", "float32", 1000)) == 1000 * (4 + 4)
    # (3 * 4 + 4) + (4 * 2 + 2) = 26 parameters, each a weight, a gradient and three numbers of the optimizer
    assert formula(Training("AdamW amsgrad", "bfloat16", layers=((3, 4), (4, 2)))) == 26 * 5 * 2
    # 80 GB / (2 + 2 + 12 / 8) bytes
    p = Training("Adam", "bfloat16", mixed=True, gpus=8, stage=1, unit="GB", room=80)
    assert formula(p) == Fraction(160, 11)
