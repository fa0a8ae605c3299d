from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.tensors.dtype import Computed
from studydl.problems.model import Problem

# Which dtypes stand directly above which: promotion looks for the lowest one above both.
ABOVE = {
    "bool": ("uint8", "int8"),
    "uint8": ("int16",),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float16", "bfloat16"),
    "float16": ("float32",),
    "bfloat16": ("float32",),
    "float32": ("float64",),
    "float64": (),
}
KINDS = {"bool": "bool", "u": "int", "i": "int", "f": "float", "b": "float"}


def reached(dtype: str) -> list[str]:
    """Return a dtype and all above it, the nearest first."""
    found = [dtype]
    for name in found:
        found += [above for above in ABOVE[name] if above not in found]
    return found


def join(a: str, b: str) -> str:
    """Return the lowest dtype above both."""
    common = [name for name in reached(a) if name in reached(b)]
    return next(name for name in common if all(other in reached(name) for other in common))


def kind(dtype: str) -> str:
    """Return bool, int or float."""
    return KINDS.get(dtype, KINDS.get(dtype[0], ""))


def expected(p: dict[str, Any]) -> str:
    """Return the dtype that the lattice gives."""
    dtype: str = p["dtype"]
    if p["maker"]:
        single = p["maker"] == "Tensor" or (p["listed"] and dtype == "float64")
        return "float32" if single else dtype
    for op, operand, what in p["steps"]:
        other = what if operand != "number" else {"int": "int64", "float": "float32"}[type(eval(what)).__name__]
        joined = join(dtype, other)
        dtype = joined if operand == "tensor" or kind(joined) != kind(dtype) else dtype
        dtype = "float32" if op == "div" and kind(dtype) != "float" else dtype
    return "int64" if p["then"] == "sum" and kind(dtype) != "float" else dtype


def test_dtypes_agree_with_the_lattice_of_promotion(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    size = {"bfloat16": 2}
    for problem in draws("tensors.dtype"):
        p: dict[str, Any] = dict(problem.params)
        dtype = expected(p)
        if len(p["steps"]) > 1:
            assert problem.answer.value == dtype, problem.id
        else:
            itemsize = size.get(dtype) or np.dtype(dtype).itemsize
            assert number(problem.answer.value) == prod(p["shape"]) * itemsize, problem.id


def test_made_of_data_by_hand() -> None:
    formula = catalog.get("tensors.dtype").formula
    # from_numpy keeps float64: 6 * 8; Tensor makes float32: 6 * 4; Python ints become int64: 5 * 8
    assert formula(Computed("float64", (2, 3), "from_numpy")) == 48
    assert formula(Computed("float64", (2, 3), "Tensor")) == 24
    assert formula(Computed("int64", (5,), "tensor", True)) == 40


def test_promotion_by_hand() -> None:
    formula = catalog.get("tensors.dtype").formula
    # int64 + float16 is float16 in torch: 6 * 2
    assert formula(Computed("int64", (2, 3), steps=(("add", "tensor", "float16"),))) == 12
    # a float64 without axes leaves float16 alone, and so does 2.5; the sum of floats keeps the dtype
    steps = (("mul", "scalar", "float64"), ("add", "number", "2.5"))
    assert formula(Computed("float16", (2, 3), steps=steps, then="sum")) == "float16"
    # for integers it is of a higher category
    assert formula(Computed("int32", (2, 3), steps=steps)) == "float64"
    # int8 times 3 stays int8, and its sum is int64
    steps = (("mul", "number", "3"), ("add", "number", "2"))
    assert formula(Computed("int8", (2, 3), steps=steps, then="sum")) == "int64"


def test_every_choice_has_four_options(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("tensors.dtype"):
        assert problem.level < 3 or len(problem.misconceptions) == 3, problem.id
