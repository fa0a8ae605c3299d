"""The bound of He (Kaiming) uniform initialization."""

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


class HeUniformBound(Family[Sloped]):
    """He uniform draws from U(-a, a) with a = gain sqrt(3 / fan); for ReLU that is sqrt(6 / fan_in)."""

    name, version, title = "init.he-uniform-bound", 2, "Bound of He uniform initialization"
    source = (
        "He, Zhang, Ren and Sun (2015), Delving deep into rectifiers, section 2.2; torch.nn.init documentation, "
        "kaiming_uniform_"
    )
    answer = Real(significant=3)
    prompt = {
        "relu": "The weight of {layer} is filled with `nn.init.kaiming_uniform_` for ReLU, mode fan_in. Its "
        "values are drawn uniformly from [-a, a]. What is a, to 3 significant digits?",
        "fan_out": "The weight of {layer} is filled with `nn.init.kaiming_uniform_` for ReLU, mode fan_out. Its "
        "values are drawn uniformly from [-a, a]. What is a, to 3 significant digits?",
        "leaky": "The weight of {layer} is filled with `nn.init.kaiming_uniform_` for a leaky ReLU of slope "
        "{slope:.1}, mode {mode}. Its values are drawn uniformly from [-a, a]. What is a, to 3 significant digits?",
    }
    steps = {
        "relu": (
            'Inputs each output value sees: $"fan_in" = {fan_in_words}$.',
            "$a = sqrt(frac(6, {fan}))$ = {answer}",
        ),
        "fan_out": (
            'Outputs times kernel area: $"fan_out" = {fan_out_words}$.',
            "$a = sqrt(frac(6, {fan}))$ = {answer}",
        ),
        "leaky": (
            "The fan of mode {mode}: {fan}, from fan_in $= {fan_in_words}$ and fan_out $= {fan_out_words}$.",
            "The squared gain of a leaky ReLU: $frac(2, 1 + {slope:.1}^2) = {gain_square:.4}$.",
            "$a = sqrt(frac(3 * {gain_square:.4}, {fan}))$ = {answer}",
        ),
    }
    conventions = {
        "relu": ("fan_in counts what one output sees",),
        "fan_out": ("fan_out as torch counts it: groups are ignored",),
        "leaky": ("gain sqrt(2 / (1 + slope^2))", "fan_out as torch counts it: groups are ignored"),
    }
    mistakes = (
        Mistake(
            "torch's default",
            lambda p: root(1, p.fan_in),
            "That is the bound a fresh layer starts with, $frac(1, sqrt({fan_in}))$. He uniform is wider: it "
            "keeps the signal "
            "through a rectifier.",
            teaches="init-default",
        ),
        Mistake(
            "standard deviation for bound",
            lambda p: sqrt(p.gain_square / p.fan),
            "That is the standard deviation. The bound of a uniform draw is $sqrt(3)$ times as large.",
            teaches="init-uniform",
        ),
        Mistake(
            "Xavier for He",
            lambda p: root(6, p.fan_in + p.fan_out),
            "You divided by fan_in + fan_out, as Xavier does. He initialization divides by {mode} alone: {fan}.",
            teaches="init-xavier-he",
        ),
        Mistake(
            "the other fan",
            lambda p: sqrt(3 * p.gain_square / (p.fan_out if p.mode == "fan_in" else p.fan_in)),
            "You used the other fan. The mode is {mode}: {fan}.",
        ),
        Mistake(
            "kernel area forgotten",
            lambda p: sqrt(3 * p.gain_square * p.area / p.fan) if p.area > 1 else None,
            "You counted channels only. The fan is channels times the kernel area, here {area}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "groups ignored in fan_in",
            lambda p: sqrt(3 * p.gain_square / (p.fan_in * p.groups)) if p.mode == "fan_in" else None,
            "With {groups} groups one output sees only a part of the input channels: fan_in is {fan_in}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "slope ignored",
            lambda p: root(6, p.fan),
            "That is the bound for ReLU. A leaky ReLU of slope {slope:.1} has the squared gain {gain_square:.4}, "
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
        """Return sqrt(3 gain^2 / fan)."""
        return sqrt(3 * p.gain_square / p.fan)

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
        """Return what torch hands to uniform_ for a real layer."""
        import torch

        shape = (outputs, inputs // groups, *kernel)
        watched = type("Watched", (torch.Tensor,), {"uniform_": lambda self, low, high, generator=None: high})
        weight: torch.Tensor = torch.empty(shape, device="meta").as_subclass(watched)
        return torch.nn.init.kaiming_uniform_(weight, a=slope / 10, mode=mode)
