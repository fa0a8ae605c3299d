from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
from sklearn.metrics import f1_score, jaccard_score

from studydl.problems.catalog.metrics.iou_dice import Boxes, IouDice
from studydl.problems.model import Problem

Pixels = set[tuple[int, int]]


def pixels(box: Any, layout: str) -> Pixels:
    """Return the pixels of a box one by one."""
    a, b, c, d = box
    xs, ys = {
        "corners": (range(a, c), range(b, d)),
        "sizes": (range(a, a + c), range(b, b + d)),
        "centers": (range(a - c // 2, a + c // 2), range(b - d // 2, b + d // 2)),
    }[layout]
    return {(x, y) for x in xs for y in ys}


def labels(first: Pixels, second: Pixels) -> tuple[list[bool], list[bool]]:
    """Return which pixels of either box each of them has."""
    either = sorted(first | second)
    return [pixel in first for pixel in either], [pixel in second for pixel in either]


def test_the_overlap_agrees_with_scikit_learn(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("metrics.iou-dice"):
        given: Any = problem.params
        if given["form"] == "shift":
            left, top, width, height = given["boxes"][0]
            moved = (int(problem.answer.value), top, width, height)
            assert moved[0] > left, problem.id
            found = jaccard_score(*labels(pixels(given["boxes"][0], "sizes"), pixels(moved, "sizes")))
            assert found == pytest.approx(given["target"][0] / given["target"][1], rel=1e-9), problem.id
        else:
            layouts = {"corners": ("corners", "corners"), "mixed": ("corners", "centers")}
            layout = layouts.get(given["form"], ("sizes", "sizes"))
            both = [pixels(box, its) for box, its in zip(given["boxes"], layout, strict=True)]
            score = f1_score if given["form"] == "dice" else jaccard_score  # Dice is the F1 of pixels
            expected = score(*labels(both[0], both[1]))
            assert float(number(problem.answer.value)) == pytest.approx(expected, rel=1e-9), problem.id


def test_two_boxes_by_hand() -> None:
    # 2 x 3 = 6 pixels of 4 * 4 = 16 and 5 * 3 = 15 are shared: 6 of 25, or 12 of 31
    corners = ((0, 0, 4, 4), (2, 1, 7, 4))
    assert IouDice().formula(Boxes(corners, "corners")) == Fraction(6, 25)
    assert IouDice().formula(Boxes(((0, 0, 4, 4), (2, 1, 5, 3)), "dice")) == Fraction(12, 31)


def test_a_box_given_by_its_center_by_hand() -> None:
    # center (5, 4), size 4 x 6: from (3, 1) to (7, 7); shares 1 x 3 with (0, 0, 4, 4): 3 of 16 + 24 - 3
    assert IouDice().formula(Boxes(((0, 0, 4, 4), (5, 4, 4, 6)), "mixed")) == Fraction(3, 37)


def test_a_third_of_the_width_halves_the_iou() -> None:
    # 12 - 4 = 8 columns of 12 + 4 = 16
    assert IouDice().formula(Boxes(((10, 0, 12, 5), (10, 0, 12, 5)), "shift", target=(1, 2))) == 14


def test_dice_follows_from_iou(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("metrics.iou-dice"):
        given: Any = problem.params
        if given["form"] in ("sizes", "dice"):
            iou: Any = IouDice().formula(Boxes(given["boxes"], "sizes"))
            assert IouDice().formula(Boxes(given["boxes"], "dice")) == 2 * iou / (1 + iou), problem.id
