from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.inputs.letterbox import Fit
from studydl.problems.model import Problem


def fitted(image: Any, canvas: Any) -> Any:
    """Return width and height of the scaled image by numpy."""
    return np.rint(np.array(image) * np.divide(canvas, image).min()).astype(int)


def test_sizes_padding_and_boxes_agree_with_numpy(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("inputs.letterbox"):
        p: dict[str, Any] = problem.params
        size = fitted(p["image"], p["canvas"])
        before = np.floor_divide(p["canvas"] - size, 2)
        if p["ask"] == "size":
            expected = size
        elif p["ask"] in ("rows", "columns"):
            axis = int(p["ask"] == "rows")
            expected = np.array([before[axis], p["canvas"][axis] - size[axis] - before[axis]])
        else:
            ends = [([0, p["image"][i]], [before[i], before[i] + size[i]]) for i in (0, 1)]
            edges = [(image, canvas) if p["ask"] == "forward" else (canvas, image) for image, canvas in ends]
            expected = np.rint([np.interp(x, *edges[i % 2]) for i, x in enumerate(p["box"])]).astype(int)
        assert problem.answer.value == f"({', '.join(map(str, expected))})", problem.id


def test_a_wide_image_by_hand() -> None:
    formula = catalog.get("inputs.letterbox").formula
    # 640 / 1280 = 1/2: 640 x 360, and 140 rows above and below
    assert formula(Fit("size", (1280, 720), (640, 640))) == (640, 360)
    assert formula(Fit("rows", (1280, 720), (640, 640))) == (140, 140)
    # (100, 240) lies 100 rows into the scaled image: (200, 200) in the original
    assert formula(Fit("back", (1280, 720), (640, 640), (100, 240, 300, 390))) == (200, 200, 600, 500)
    assert formula(Fit("forward", (1280, 720), (640, 640), (200, 200, 600, 500))) == (100, 240, 300, 390)


def test_a_tall_image_is_rounded_and_its_odd_column_goes_right() -> None:
    # 500 * 256 / 900 = 142.2 becomes 142, which leaves 114; 500 * 257 / 900 = 142.8 becomes 143, which leaves 117
    formula = catalog.get("inputs.letterbox").formula
    assert formula(Fit("columns", (500, 900), (256, 256))) == (57, 57)
    assert formula(Fit("columns", (500, 900), (260, 257))) == (58, 59)


def test_there_and_back_is_the_same_box(draws: Callable[[str], Iterator[Problem]]) -> None:
    formula = catalog.get("inputs.letterbox").formula
    for problem in draws("inputs.letterbox"):
        p: dict[str, Any] = problem.params
        if p["ask"] == "back":
            box: Any = formula(Fit(**p))
            assert formula(Fit("forward", p["image"], p["canvas"], box)) == p["box"], problem.id
            assert 0 <= box[0] < box[2] <= p["image"][0] and 0 <= box[1] < box[3] <= p["image"][1], problem.id
