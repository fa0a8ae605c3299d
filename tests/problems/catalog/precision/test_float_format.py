from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.precision.float_format import Stored
from studydl.problems.model import Problem


@cache
def values(dtype: str) -> Any:
    """Return the value of each of the 65,536 patterns of 16 bits, as numpy reads them."""
    patterns = np.arange(2**16, dtype=np.uint16)
    if dtype == "float16":
        return patterns.view(np.float16).astype(np.float64)
    with np.errstate(invalid="ignore"):  # signaling NaNs
        return (patterns.astype(np.uint32) << 16).view(np.float32).astype(np.float64)  # bfloat16 is half a float32


def nearest(dtype: str, x: Fraction) -> Fraction:
    """Return the number of the format nearest to positive x, found in the table of all; of two, the one ending in 0."""
    table = values(dtype)[: 2**15]  # positive, ascending, then infinity and NaN
    above = int(np.searchsorted(table, float(x)))
    near = [int(i) for i in range(max(above - 2, 0), above + 2)]
    best = min(near, key=lambda i: (abs(Fraction(float(table[i])) - x), i % 2))
    return Fraction(float(table[best]))


def test_numbers_are_the_nearest_of_all_patterns(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("precision.float-format"):
        p: dict[str, Any] = problem.params
        if p["bits"]:
            expected = Fraction(float(values(p["dtype"])[p["bits"]]))
        elif p["times"]:
            expected = Fraction(p["start"])
            for _ in range(p["times"]):
                expected = nearest(p["dtype"], expected + p["added"])
        else:
            expected = nearest(p["dtype"], Fraction(p["thousandths"], 1000))
        assert number(problem.answer.value) == expected, problem.id


def test_casts_by_hand() -> None:
    formula = catalog.get("precision.float-format").formula
    # 512 <= 1001 < 1024, spacing 512 / 2^7 = 4: 1001 / 4 = 250.25
    assert formula(Stored("bfloat16", 1_001_000)) == 1000
    # between 2 and 4 the spacing is 1/64 and 1/512: 3.14 * 64 = 200.96, 3.14 * 512 = 1607.68
    assert formula(Stored("bfloat16", 3140)) == Fraction(201, 64)
    assert formula(Stored("float16", 3140)) == Fraction(1608, 512)


def test_ties_go_to_the_even_neighbor() -> None:
    formula = catalog.get("precision.float-format").formula
    # bfloat16 has 256, 258 and 260: 257 and 259 are in the middle, and 128 * 2 and 130 * 2 are even
    assert formula(Stored("bfloat16", 257_000)) == 256
    assert formula(Stored("bfloat16", 259_000)) == 260


def test_a_sum_may_stand_still() -> None:
    formula = catalog.get("precision.float-format").formula
    assert formula(Stored("bfloat16", start=256, added=1, times=6)) == 256
    assert formula(Stored("float16", start=2048, added=1, times=6)) == 2048


def test_bits_by_hand() -> None:
    formula = catalog.get("precision.float-format").formula
    # 0xC248: sign 1, exponent 10000 - 15 = 1, fraction 1001001000 = 584: -(1 + 584/1024) * 2
    assert formula(Stored("float16", bits=0xC248)) == Fraction(-201, 64)
    # the smallest subnormal number of float16 is 2^-24
    assert formula(Stored("float16", bits=1)) == Fraction(1, 2**24)
