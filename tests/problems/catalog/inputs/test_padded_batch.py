from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import zip_longest
from typing import Any

import numpy as np
import pytest

from studydl.problems import catalog
from studydl.problems.catalog.inputs.padded_batch import Samples
from studydl.problems.model import Problem


def in_one_array(sizes: tuple[tuple[int, int], ...], channels: int) -> Any:
    """Return images of ones written into the corner of one array of zeros, trimmed of rows and columns of zeros."""
    canvas = np.zeros((len(sizes), channels, 99, 99))
    for image, (h, w) in zip(canvas, sizes, strict=True):
        image[:, :h, :w] = 1
    rows, columns = canvas.any((0, 1, 3)), canvas.any((0, 1, 2))
    return canvas[:, :, rows][..., columns]


def padding(lengths: list[int], batch: int, multiple: int) -> int:
    """Return the padding tokens, counted column by column."""
    count = 0
    for start in range(0, len(lengths), batch):
        columns = list(zip_longest(*(["token"] * n for n in lengths[start : start + batch])))
        while len(columns) % multiple:
            columns.append((None,) * len(columns[0]))
        count += sum(column.count(None) for column in columns)
    return count


def test_padding_is_what_is_left_empty(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("inputs.padded-batch"):
        p: dict[str, Any] = problem.params
        if p["ask"] == "shape":
            assert problem.answer.value == str(in_one_array(p["sizes"], p["channels"]).shape), problem.id
            continue
        if p["ask"] == "zeros":
            assert number(problem.answer.value) == (in_one_array(p["sizes"], p["channels"]) == 0).sum(), problem.id
            continue
        before = padding(list(p["lengths"]), p["batch"], p["multiple"])
        after = padding(sorted(p["lengths"]), p["batch"], p["multiple"])
        expected = before - after if p["ask"] == "saved" else after / (after + sum(p["lengths"]))
        assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-12), problem.id


def test_images_by_hand() -> None:
    formula = catalog.get("inputs.padded-batch").formula
    sizes = ((4, 9), (7, 5))
    assert formula(Samples("shape", sizes, 3)) == (2, 3, 7, 9)
    # 2 * 7 * 9 - 4 * 9 - 7 * 5 = 55 pixels with 3 channels each
    assert formula(Samples("zeros", sizes, 3)) == 165


def test_sequences_by_hand() -> None:
    formula = catalog.get("inputs.padded-batch").formula
    # (9, 2), (8, 3), (4): 18 + 16 + 4 = 38 tokens; sorted (2, 3), (4, 8), (9): 6 + 16 + 9 = 31, of which 26 are real
    lengths = (9, 2, 8, 3, 4)
    assert formula(Samples("saved", (), 1, lengths, batch=2)) == 38 - 31
    assert formula(Samples("share", (), 1, lengths, batch=2)) == Fraction(5, 31)
    # to multiples of 8: 16 + 16 + 16 = 48 sorted
    assert formula(Samples("share", (), 1, lengths, batch=2, multiple=8)) == Fraction(22, 48)
