from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import torch

from studydl.problems import catalog
from studydl.problems.catalog.conv.receptive_field import Stack
from studydl.problems.model import Problem


def seen(layers: tuple[tuple[int, int, int], ...]) -> int:
    """Return how far the inputs reach that one output value's gradient does not leave at zero."""
    x = torch.zeros(1, 1, 500, dtype=torch.float64, requires_grad=True)
    y: torch.Tensor = x
    for kernel, stride, dilation in layers:
        y = torch.conv1d(y, torch.ones(1, 1, kernel, dtype=torch.float64), None, stride, 0, dilation)
    (gradient,) = torch.autograd.grad(y[0, 0, 0], x)
    places = gradient[0, 0].nonzero()
    return int(places.max() - places.min()) + 1


def test_the_gradient_of_one_value_reaches_as_far(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("conv.receptive-field"):
        layers: Any = problem.params["layers"]
        expected, wanted = seen(layers), int(str(problem.params["wanted"]))
        if wanted:
            expected = next(more for more in range(30) if seen(layers + ((3, 1, 1),) * more) >= wanted)
        assert number(problem.answer.value) == expected, problem.id


def test_two_3x3_convolutions_see_as_much_as_one_5x5() -> None:
    # Simonyan and Zisserman (2014), section 2.3: two see 5x5, three see 7x7
    formula = catalog.get("conv.receptive-field").formula
    assert formula(Stack("plain", ((3, 1, 1),) * 2)) == 5
    assert formula(Stack("plain", ((3, 1, 1),) * 3)) == 7


def test_the_stem_of_resnet_by_hand() -> None:
    # 7x7 at stride 2, pooling 3x3 at stride 2, a 3x3 convolution: 1 + 6 + 2 * 2 + 2 * 4 = 19
    assert catalog.get("conv.receptive-field").formula(Stack("plain", ((7, 2, 1), (3, 2, 1), (3, 1, 1)))) == 19


def test_dilations_that_double_see_twice_as_far_a_layer() -> None:
    # van den Oord et al. (2016), WaveNet, figure 3: kernel 2 with dilations 1, 2, 4, 8 sees 16
    assert catalog.get("conv.receptive-field").formula(Stack("dilated", tuple((2, 1, 2**i) for i in range(4)))) == 16


def test_layers_that_are_lacking_by_hand() -> None:
    # after stride 2 and 2 the field is 1 + 2 + 2 * 2 = 7 and a 3x3 adds 2 * 4 = 8: 7, 15, 23
    assert catalog.get("conv.receptive-field").formula(Stack("more", ((3, 2, 1), (3, 2, 1)), wanted=16)) == 2
