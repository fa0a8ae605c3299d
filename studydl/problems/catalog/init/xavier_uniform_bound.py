"""The bound of Xavier (Glorot) uniform initialization."""

from __future__ import annotations

from studydl.answers.kinds import Real
from studydl.problems.catalog.init._layers import (
    GAINS,
    Gain,
    Gained,
    gained_for,
    layer_effort,
    layer_facts,
    root,
    times,
)
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import Number


class XavierUniformBound(Family[Gained]):
    """Xavier uniform draws from U(-a, a) with a = gain sqrt(6 / (fan_in + fan_out))."""

    name, version, title = "init.xavier-uniform-bound", 2, "Bound of Xavier uniform initialization"
    source = (
        "Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural "
        "networks, equation 16"
    )
    answer = Real(significant=3)
    prompt = {
        "linear": "The weight of {layer} is filled with `nn.init.xavier_uniform_`, gain 1. Its values are drawn "
        "uniformly from [-a, a]. What is a, to 3 significant digits?",
        "tanh": "The weight of {layer} is filled with `nn.init.xavier_uniform_` and the gain for tanh, 5/3. "
        "Its values are drawn uniformly from [-a, a]. What is a, to 3 significant digits?",
    }
    steps = {
        "linear": (
            'Inputs each output value sees: $"fan_in" = {fan_in_words}$.',
            'Outputs times kernel area: $"fan_out" = {fan_out_words}$.',
            "$a = sqrt(frac(6, {fan_in} + {fan_out}))$ = {answer}",
        ),
        "tanh": (
            'Inputs each output value sees: $"fan_in" = {fan_in_words}$.',
            'Outputs times kernel area: $"fan_out" = {fan_out_words}$.',
            "$a = frac(5, 3) * sqrt(frac(6, {fan_in} + {fan_out}))$ = {answer}",
        ),
    }
    conventions = {
        "linear": ("fan_out as torch counts it: groups are ignored", "gain 1"),
        "tanh": ("fan_out as torch counts it: groups are ignored", "gain 5/3"),
    }
    mistakes = (
        Mistake(
            "standard deviation for bound",
            lambda p: times(root(2, p.fan_in + p.fan_out), GAINS[p.gain]),
            "That is the standard deviation, with 2 under the root. A uniform draw with this spread has the bound "
            "$sqrt(3)$ times as wide: 6 under the root.",
            teaches="init-uniform",
        ),
        Mistake(
            "He for Xavier",
            lambda p: root(6, p.fan_in),
            "You divided by fan_in alone, as He initialization does. Xavier divides by fan_in + fan_out = {fans}.",
            teaches="init-xavier-he",
        ),
        Mistake(
            "torch's default",
            lambda p: root(1, p.fan_in),
            "That is the bound a fresh layer starts with, $frac(1, sqrt({fan_in}))$. Xavier has 6 over fan_in + "
            "fan_out.",
            teaches="init-default",
        ),
        Mistake(
            "kernel area forgotten",
            lambda p: times(root(6, p.inputs // p.groups + p.outputs), GAINS[p.gain]) if p.area > 1 else None,
            "You counted channels only. Each fan is channels times the kernel area, here {area}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "groups divide fan_out too",
            lambda p: times(root(6, p.fan_in + p.fan_out // p.groups), GAINS[p.gain]),
            "You divided fan_out by the groups as well. torch counts fan_out as all outputs times the kernel "
            "area: {fan_out}.",
            convention="groups are ignored",
            teaches="init-fan-in",
        ),
        Mistake(
            "gain forgotten",
            lambda p: root(6, p.fan_in + p.fan_out),
            "The root is right; the gain is missing. Multiply by 5/3.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Gained | None:
        """Level 1: linear; level 2: a convolution; level 3: a convolution, perhaps grouped, before tanh."""
        return gained_for(draw, level)

    def variant(self, p: Gained) -> str:
        """Return the gain's name."""
        return p.gain

    def formula(self, p: Gained) -> Number:
        """Return gain sqrt(6 / (fan_in + fan_out))."""
        return times(root(6, p.fan_in + p.fan_out), GAINS[p.gain])

    def effort(self, p: Gained) -> Effort:
        """Return the products behind both fans, a quotient and a root."""
        return layer_effort(p, fans=2, extra=p.gain != "linear")

    def facts(self, p: Gained) -> Facts:
        """Return the layer and its fans."""
        return layer_facts(p)

    @staticmethod
    def witness(inputs: int, outputs: int, kernel: tuple[int, ...], groups: int, gain: Gain) -> object:
        """Return what torch hands to uniform_ for a real layer."""
        import torch

        shape = (outputs, inputs // groups, *kernel)
        watched = type("Watched", (torch.Tensor,), {"uniform_": lambda self, low, high, generator=None: high})
        weight: torch.Tensor = torch.empty(shape, device="meta").as_subclass(watched)
        return torch.nn.init.xavier_uniform_(weight, gain=torch.nn.init.calculate_gain(gain))
