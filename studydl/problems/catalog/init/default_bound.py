"""The bound a fresh linear or convolutional layer starts with."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.init._layers import (
    Layer,
    conv,
    layer_effort,
    layer_facts,
    linear,
    root,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number


@dataclass(frozen=True, slots=True)
class Fresh(Layer):
    """A layer just constructed.

    Args:
        tensor: "weight" or "bias".
    """

    tensor: str = "weight"


class DefaultBound(Family[Fresh]):
    """torch fills weight and bias of Linear and Conv from U(-b, b) with b = 1 / sqrt(fan_in): not He, not (-1, 1)."""

    name, version, title = "init.default-bound", 2, "Bound of torch's default initialization"
    source = "PyTorch documentation, torch.nn.Linear and torch.nn.Conv2d, section Variables"
    answer = Real(significant=3)
    prompt = (
        "{layer} has just been constructed, nothing else was done. Its {tensor} values were drawn uniformly from "
        "[-b, b]. What is b, to 3 significant digits?"
    )
    steps = (
        'Inputs each output value sees: $"fan_in" = {fan_in_words}$.',
        'Weight and bias both start in $[-b, b]$ with $b = frac(1, sqrt("fan_in"))$.',
        "$b = frac(1, sqrt({fan_in}))$ = {answer}",
    )
    conventions = ("torch 2.x defaults",)
    mistakes = (
        Mistake(
            "He uniform",
            lambda p: root(6, p.fan_in),
            "That is He uniform. torch calls `kaiming_uniform_` with a = $sqrt(5)$, which makes the bound "
            "$sqrt(6)$ times smaller.",
            teaches="init-default",
        ),
        Mistake(
            "bias between -1 and 1",
            lambda p: 1 if p.tensor == "bias" else None,
            "The bias does not start between -1 and 1. It has the same bound as the weight, from fan_in = {fan_in}.",
            teaches="init-bias",
        ),
        Mistake(
            "root forgotten",
            lambda p: Fraction(1, p.fan_in),
            "You left the root out: $frac(1, sqrt({fan_in}))$, not $frac(1, {fan_in})$.",
            teaches="init-default",
        ),
        Mistake(
            "groups ignored",
            lambda p: root(1, p.fan_in * p.groups),
            "With {groups} groups one output sees only a part of the input channels: fan_in is {fan_in}.",
            teaches="default-groups",
        ),
        Mistake(
            "kernel area forgotten",
            lambda p: root(1, p.inputs // p.groups) if p.area > 1 else None,
            "You counted channels only. fan_in is channels times the kernel area, here {area}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "standard deviation for bound",
            lambda p: root(1, 3 * p.fan_in),
            "That is the standard deviation of the draw. Its bound is $sqrt(3)$ times as large.",
            teaches="init-uniform",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Fresh | None:
        """Level 1: the weight of a linear layer; level 2: a convolution; level 3: a grouped one, weight or bias."""
        layer = linear(draw) if level == 1 else conv(draw, grouped=level == 3)
        tensor = "bias" if level > 1 and draw.chance(0.5) else "weight"
        return Fresh(layer.inputs, layer.outputs, layer.kernel, layer.groups, tensor)

    def formula(self, p: Fresh) -> Number:
        """Return 1 / sqrt(fan_in)."""
        return root(1, p.fan_in)

    def effort(self, p: Fresh) -> Effort:
        """Return the products behind fan_in, a root and a quotient."""
        return layer_effort(p, fans=1)

    def facts(self, p: Fresh) -> Facts:
        """Return the layer, fan_in and the tensor asked for."""
        return {**layer_facts(p), "tensor": p.tensor}

    @staticmethod
    def witness(inputs: int, outputs: int, kernel: tuple[int, int], groups: int, tensor: str) -> object:
        """Return the bound that a layer's own reset_parameters hands to uniform_."""
        import torch

        bounds: list[float] = []
        watched = type("Watched", (torch.Tensor,), {"uniform_": lambda self, low, high, **_: bounds.append(high)})
        weight: torch.Tensor = torch.empty(outputs, inputs // groups, *kernel, device="meta").as_subclass(watched)
        bias: torch.Tensor = torch.empty(outputs, device="meta").as_subclass(watched)
        layer = type("Layer", (), {"weight": weight, "bias": bias})()
        (torch.nn.Conv2d if kernel else torch.nn.Linear).reset_parameters(layer)
        return bounds[0 if tensor == "weight" else 1]
