"""The standard deviation of Xavier (Glorot) normal initialization."""

from __future__ import annotations

from fractions import Fraction

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
from studydl.text.numbers import Number, sqrt


class XavierNormalStd(Family[Gained]):
    """Xavier normal draws from N(0, std^2) std = gain sqrt(2 / (fan_in + fan_out)): no variance."""

    name, version, title = "init.xavier-normal-std", 2, "Standard deviation of Xavier normal initialization"
    source = (
        "Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural "
        "networks, equation 12"
    )
    answer = Real(significant=3)
    prompt = {
        "linear": "The weight of {layer} is filled with `nn.init.xavier_normal_`, gain 1. What is the "
        "standard deviation of the distribution its values are drawn from, to 3 significant digits?",
        "tanh": "The weight of {layer} is filled with `nn.init.xavier_normal_` and the gain for tanh, 5/3. "
        "What is the standard deviation of the distribution its values are drawn from, to 3 significant digits?",
    }
    steps = {
        "linear": (
            'Inputs each output value sees: $"fan_in" = {fan_in_words}$.',
            'Outputs times kernel area: $"fan_out" = {fan_out_words}$.',
            "$sigma = sqrt(frac(2, {fan_in} + {fan_out}))$ = {answer}",
        ),
        "tanh": (
            'Inputs each output value sees: $"fan_in" = {fan_in_words}$.',
            'Outputs times kernel area: $"fan_out" = {fan_out_words}$.',
            "$sigma = frac(5, 3) * sqrt(frac(2, {fan_in} + {fan_out}))$ = {answer}",
        ),
    }
    conventions = {
        "linear": ("fan_out as torch counts it: groups are ignored", "gain 1"),
        "tanh": ("fan_out as torch counts it: groups are ignored", "gain 5/3"),
    }
    mistakes = (
        Mistake(
            "variance for standard deviation",
            lambda p: times(times(Fraction(2, p.fan_in + p.fan_out), GAINS[p.gain]), GAINS[p.gain]),
            "That is the variance. The standard deviation is its square root.",
            teaches="init-xavier-std",
        ),
        Mistake(
            "root taken twice",
            lambda p: sqrt(times(root(2, p.fan_in + p.fan_out), GAINS[p.gain])),
            "You took the root once too often: $sqrt(frac(2, {fans}))$ is the standard deviation already, not "
            "the variance.",
            teaches="init-xavier-std",
        ),
        Mistake(
            "He for Xavier",
            lambda p: root(2, p.fan_in),
            "You divided by fan_in alone, as He initialization does. Xavier divides by fan_in + fan_out = {fans}.",
            teaches="init-xavier-he",
        ),
        Mistake(
            "bound of the uniform form",
            lambda p: times(root(6, p.fan_in + p.fan_out), GAINS[p.gain]),
            "That is the bound of the uniform form, with 6 under the root. The standard deviation has 2.",
            teaches="init-uniform",
        ),
        Mistake(
            "kernel area forgotten",
            lambda p: times(root(2, p.inputs // p.groups + p.outputs), GAINS[p.gain]) if p.area > 1 else None,
            "You counted channels only. Each fan is channels times the kernel area, here {area}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "groups divide fan_out too",
            lambda p: times(root(2, p.fan_in + p.fan_out // p.groups), GAINS[p.gain]),
            "You divided fan_out by the groups as well. torch counts fan_out as all outputs times the kernel "
            "area: {fan_out}.",
            convention="groups are ignored",
            teaches="init-fan-in",
        ),
        Mistake(
            "gain forgotten",
            lambda p: root(2, p.fan_in + p.fan_out),
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
        """Return gain sqrt(2 / (fan_in + fan_out))."""
        return times(root(2, p.fan_in + p.fan_out), GAINS[p.gain])

    def effort(self, p: Gained) -> Effort:
        """Return the products behind both fans, a quotient and a root."""
        return layer_effort(p, fans=2, extra=p.gain != "linear")

    def facts(self, p: Gained) -> Facts:
        """Return the layer and its fans."""
        return layer_facts(p)

    @staticmethod
    def witness(inputs: int, outputs: int, kernel: tuple[int, ...], groups: int, gain: Gain) -> object:
        """Return what torch hands to normal_ for a real layer."""
        import torch

        shape = (outputs, inputs // groups, *kernel)
        watched = type("Watched", (torch.Tensor,), {"normal_": lambda self, mean, std, generator=None: std})
        weight: torch.Tensor = torch.empty(shape, device="meta").as_subclass(watched)
        return torch.nn.init.xavier_normal_(weight, gain=torch.nn.init.calculate_gain(gain))
