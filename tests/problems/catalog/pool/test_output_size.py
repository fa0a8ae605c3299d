from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Iterator
from typing import Any

from studydl.problems import catalog
from studydl.problems.catalog.pool.output_size import Pooling
from studydl.problems.model import Problem


def windows(size: int, kernel: int, stride: int, padding: int, ceil: bool) -> int:
    """Count windows one by one, from the one that starts at the padding in front."""
    count, start, end = 0, -padding, size + padding
    while start + kernel <= end:
        count, start = count + 1, start + stride
    covered = start - stride + kernel
    return count + (ceil and covered < end and start < size)


def test_windows_counted_one_by_one(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("pool.output-size"):
        p: dict[str, Any] = dict(problem.params)
        settings = p["kernel"], p["stride"] or p["kernel"], p["padding"], p["ceil"]
        rows, columns = (windows(side, *settings) for side in p["image"])
        expected = {"side": columns, "pair": (rows, columns), "features": p["channels"] * rows * columns}
        assert literal_eval(problem.answer.value) == expected[p["ask"]], problem.id


def test_famous_poolings_by_hand() -> None:
    formula = catalog.get("pool.output-size").formula
    # AlexNet: 55 pixels, kernel 3, stride 2: (55 - 3) // 2 + 1; ResNet's stem: 112, kernel 3, stride 2, padding 1
    assert formula(Pooling("side", (55, 55), 3, 2)) == 27
    assert formula(Pooling("side", (112, 112), 3, 2, 1)) == 56
    # VGG-16 ends in 512 channels of 14 x 14 before the last pooling: 512 * 7 * 7
    assert formula(Pooling("features", (14, 14), 2, channels=512)) == 25_088


def test_ceil_mode_leaves_out_a_window_that_starts_in_the_padding_by_hand() -> None:
    formula = catalog.get("pool.output-size").formula
    # 6 pixels, kernel 2, stride 2, padding 1: windows start at -1, 1, 3, 5 and reach the end
    assert formula(Pooling("side", (6, 6), 2, 2, 1, ceil=True)) == 4
    # 5 pixels: a fourth one would start at 5, behind the image; without padding it starts at 4, inside
    assert formula(Pooling("side", (5, 5), 2, 2, 1, ceil=True)) == 3
    assert formula(Pooling("side", (5, 5), 2, 2, 0, ceil=True)) == 3
