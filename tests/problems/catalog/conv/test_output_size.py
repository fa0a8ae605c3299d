from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TypeAlias

from studydl.problems import catalog
from studydl.problems.catalog.conv.output_size import Sizes
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Pair: TypeAlias = tuple[int, int]
Places: TypeAlias = Callable[[Pair, Pair, Pair, Pair, Pair], Pair]

SETTINGS = ("size", "kernel", "stride", "padding", "dilation", "kernel2", "stride2", "padding2", "wanted")


def settings(problem: Problem) -> dict[str, int]:
    return {name: int(str(problem.params[name])) for name in SETTINGS}


def width(places: Places, size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    return places(*((value, value) for value in (size, kernel, stride, padding, dilation)))[1]


def test_the_width_is_the_number_of_places_where_the_windows_fit(
    draws: Draws, number: Callable[[str], Fraction], places: Places
) -> None:
    for problem in draws("conv.output-size"):
        p = settings(problem)
        if p["wanted"]:
            continue
        expected = width(places, p["size"], p["kernel"], p["stride"], p["padding"], p["dilation"])
        if problem.params["second"]:
            expected = width(places, expected, p["kernel2"], p["stride2"], p["padding2"], 1)
        assert number(problem.answer.value) == expected, problem.id


def test_the_padding_asked_for_is_the_first_that_gives_the_width(
    draws: Draws, number: Callable[[str], Fraction], places: Places
) -> None:
    asked = [problem for problem in draws("conv.output-size") if problem.params["wanted"]]
    assert asked
    for problem in asked:
        p = settings(problem)
        widths = [width(places, p["size"], p["kernel"], p["stride"], padding, p["dilation"]) for padding in range(40)]
        assert number(problem.answer.value) == widths.index(p["wanted"]), problem.id


def test_the_resnet_stem_halves_an_image_twice() -> None:
    # He et al. (2015), table 1: conv1 gives 112 x 112, the max pooling after it 56 x 56
    formula = catalog.get("conv.output-size").formula
    assert formula(Sizes(224, kernel=7, stride=2, padding=3)) == 112
    assert formula(Sizes(224, 7, 2, 3, second="pool", kernel2=3, stride2=2, padding2=1)) == 56


def test_padding_that_keeps_the_size_of_a_dilated_convolution() -> None:
    # 3 taps at dilation 4 reach over 9 pixels: 4 on each side of the middle one
    assert catalog.get("conv.output-size").formula(Sizes(56, 3, 1, 0, dilation=4, wanted=56)) == 4


def test_level_1_has_no_dilation_and_one_layer_and_level_2_a_rest(draws: Draws) -> None:
    for problem in draws("conv.output-size"):
        p = settings(problem)
        if problem.level < 3:
            assert (p["dilation"], problem.params["second"], p["wanted"]) == (1, "", 0), problem.id
        if problem.level == 2:
            assert (p["size"] + 2 * p["padding"] - p["kernel"]) % p["stride"], problem.id
