"""The standard deviation of He (Kaiming) normal initialization."""

from __future__ import annotations

from fractions import Fraction

from studydl.answers.kinds import Real
from studydl.problems.catalog.init._layers import (
    Mode,
    Sloped,
    layer_effort,
    layer_facts,
    root,
    sloped_for,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number, sqrt


class HeNormalStd(Family[Sloped]):
    """He normal draws from N(0, std^2) with std = gain / sqrt(fan); for ReLU that is sqrt(2 / fan_in): no variance."""

    name, version, title = "init.he-normal-std", 2, "Standard deviation of He normal initialization"
    source = "He, Zhang, Ren and Sun (2015), Delving deep into rectifiers, equation 10"
    answer = Real(significant=3)
    prompt = {
        "relu": "The weight of {layer} is filled with `nn.init.kaiming_normal_` for ReLU, mode fan_in. What "
        "is the standard deviation of the distribution its values are drawn from, to 3 significant digits?",
        "fan_out": "The weight of {layer} is filled with `nn.init.kaiming_normal_` for ReLU, mode fan_out. What "
        "is the standard deviation of the distribution its values are drawn from, to 3 significant digits?",
        "leaky": "The weight of {layer} is filled with `nn.init.kaiming_normal_` for a leaky ReLU of slope "
        "{slope:.1}, mode {mode}. What is the standard deviation of the distribution its values are drawn from, to 3 "
        "significant digits?",
    }
    steps = {
        "relu": (
            'Inputs each output value sees: $"fan_in" = {fan_in_words}$.',
            "$sigma = sqrt(frac(2, {fan}))$ = {answer}",
        ),
        "fan_out": (
            'Outputs times kernel area: $"fan_out" = {fan_out_words}$.',
            "$sigma = sqrt(frac(2, {fan}))$ = {answer}",
        ),
        "leaky": (
            "The fan of mode {mode}: {fan}, from fan_in $= {fan_in_words}$ and fan_out $= {fan_out_words}$.",
            "The squared gain of a leaky ReLU: $frac(2, 1 + {slope:.1}^2) = {gain_square:.4}$.",
            "$sigma = sqrt(frac({gain_square:.4}, {fan}))$ = {answer}",
        ),
    }
    conventions = {
        "relu": ("fan_in counts what one output sees",),
        "fan_out": ("fan_out as torch counts it: groups are ignored",),
        "leaky": ("gain sqrt(2 / (1 + slope^2))", "fan_out as torch counts it: groups are ignored"),
    }
    mistakes = (
        Mistake(
            "variance for standard deviation",
            lambda p: p.gain_square / p.fan,
            "That is the variance. The standard deviation is its square root.",
            teaches="init-he-root",
        ),
        Mistake(
            "root taken twice",
            lambda p: sqrt(sqrt(p.gain_square / p.fan)),
            "You took the root once too often: one root gives the standard deviation already.",
            teaches="init-he-root",
        ),
        Mistake(
            "Xavier for He",
            lambda p: root(2, p.fan_in + p.fan_out),
            "You divided by fan_in + fan_out, as Xavier does. He initialization divides by {mode} alone: {fan}.",
            teaches="init-xavier-he",
        ),
        Mistake(
            "the other fan",
            lambda p: sqrt(p.gain_square / (p.fan_out if p.mode == "fan_in" else p.fan_in)),
            "You used the other fan. The mode is {mode}: {fan}.",
        ),
        Mistake(
            "kernel area forgotten",
            lambda p: sqrt(p.gain_square * p.area / p.fan) if p.area > 1 else None,
            "You counted channels only. The fan is channels times the kernel area, here {area}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "groups ignored in fan_in",
            lambda p: sqrt(p.gain_square / (p.fan_in * p.groups)) if p.mode == "fan_in" else None,
            "With {groups} groups one output sees only a part of the input channels: fan_in is {fan_in}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "bound of the uniform form",
            lambda p: sqrt(3 * p.gain_square / p.fan),
            "That is the bound of the uniform form, $sqrt(3)$ times the standard deviation.",
            teaches="init-uniform",
        ),
        Mistake(
            "slope ignored",
            lambda p: root(2, p.fan),
            "That is the value for ReLU. A leaky ReLU of slope {slope:.1} has the squared gain {gain_square:.4}, "
            "not 2.",
            teaches="default-slope",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Sloped | None:
        """Level 1: linear, ReLU; level 2: a convolution, ReLU; level 3: a leaky ReLU, either mode, perhaps groups."""
        return sloped_for(draw, level)

    def variant(self, p: Sloped) -> str:
        """Return relu, fan_out or leaky."""
        return "leaky" if p.slope else "relu" if p.mode == "fan_in" else "fan_out"

    def formula(self, p: Sloped) -> Number:
        """Return sqrt(gain^2 / fan)."""
        return sqrt(p.gain_square / p.fan)

    def effort(self, p: Sloped) -> Effort:
        """Return the products behind the fan, a quotient and a root, and the gain of a leaky ReLU."""
        return layer_effort(p, fans=1, extra=3 if p.slope else 0)

    def facts(self, p: Sloped) -> Facts:
        """Return the layer, its fans, the slope and the squared gain."""
        return {
            **layer_facts(p),
            "fan": p.fan,
            "mode": p.mode,
            "slope": Fraction(p.slope, 10),
            "gain_square": p.gain_square,
        }

    @staticmethod
    def witness(inputs: int, outputs: int, kernel: tuple[int, ...], groups: int, slope: int, mode: Mode) -> object:
        """Return what torch hands to normal_ for a real layer."""
        import torch

        shape = (outputs, inputs // groups, *kernel)
        watched = type("Watched", (torch.Tensor,), {"normal_": lambda self, mean, std, generator=None: std})
        weight: torch.Tensor = torch.empty(shape, device="meta").as_subclass(watched)
        return torch.nn.init.kaiming_normal_(weight, a=slope / 10, mode=mode)
