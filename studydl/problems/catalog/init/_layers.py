"""What the initialization families share: the layer whose weight is initialized."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Literal

from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts
from studydl.text.numbers import Number, divide, sqrt

WIDTHS = (16, 20, 24, 32, 48, 50, 64, 80, 96, 100, 128, 160, 200, 256, 300, 384, 400, 500, 512, 768, 784, 1000, 1024)
CHANNELS = (3, *range(4, 516, 4))
KERNELS = (1, 3, 5, 7)
GAINS = {"linear": (1, 1), "tanh": (5, 3)}


@dataclass(frozen=True, slots=True)
class Layer:
    """A linear or convolutional layer.

    Args:
        inputs: input features or channels.
        outputs: output features or channels.
        kernel: height and width of the kernel; empty for a linear layer.
        groups: groups of the convolution; divides inputs and outputs.
    """

    inputs: int
    outputs: int
    kernel: tuple[int, ...] = ()
    groups: int = 1

    @property
    def area(self) -> int:
        """Return the number of taps of one kernel slice; 1 for a linear layer."""
        return prod(self.kernel)

    @property
    def fan_in(self) -> int:
        """Return the inputs that one output value sees."""
        return self.inputs // self.groups * self.area

    @property
    def fan_out(self) -> int:
        """Return outputs times kernel area, as torch counts it: groups are ignored."""
        return self.outputs * self.area

    @property
    def words(self) -> str:
        """Return the layer as a prompt names it."""
        if not self.kernel:
            return f"`nn.Linear({self.inputs}, {self.outputs})`"
        groups = f", groups={self.groups}" if self.groups > 1 else ""
        kernel = self.kernel[0] if len({*self.kernel}) == 1 else self.kernel
        return f"`nn.Conv2d({self.inputs}, {self.outputs}, {kernel}{groups})`"

    @property
    def fan_in_words(self) -> str:
        """Return how fan_in comes about."""
        if not self.kernel:
            return str(self.inputs)
        per_group = f"frac({self.inputs}, {self.groups})" if self.groups > 1 else str(self.inputs)
        return f"{per_group} * {self._kernel_words} = {self.fan_in}"

    @property
    def fan_out_words(self) -> str:
        """Return how fan_out comes about."""
        return f"{self.outputs} * {self._kernel_words} = {self.fan_out}" if self.kernel else str(self.outputs)

    @property
    def _kernel_words(self) -> str:
        return " * ".join(map(str, self.kernel))


Gain = Literal["linear", "tanh"]
Mode = Literal["fan_in", "fan_out"]


@dataclass(frozen=True, slots=True)
class Gained(Layer):
    """A layer and the gain of the activation behind it.

    Args:
        gain: "linear" (1) or "tanh" (5/3, torch's calculate_gain).
    """

    gain: Gain = "linear"


@dataclass(frozen=True, slots=True)
class Sloped(Layer):
    """A layer before a rectifier.

    Args:
        slope: tenths of the slope for negative inputs: 0 for ReLU, 1 to 5 for a leaky ReLU.
        mode: "fan_in" keeps the forward signal, "fan_out" the gradient.
    """

    slope: int = 0
    mode: Mode = "fan_in"

    @property
    def fan(self) -> int:
        """Return the fan that the mode names."""
        return self.fan_in if self.mode == "fan_in" else self.fan_out

    @property
    def gain_square(self) -> Fraction:
        """Return 2 / (1 + slope^2)."""
        return 2 / (1 + Fraction(self.slope, 10) ** 2)


def linear(draw: Draw) -> Layer:
    """Draw a linear layer whose fans differ."""
    inputs, outputs = draw.sample(WIDTHS, 2)
    return Layer(inputs, outputs)


def conv(draw: Draw, *, grouped: bool = False) -> Layer:
    """Draw a convolution whose fans differ, every third kernel no square; grouped: with 2, 4 or 8 groups."""
    inputs, outputs = draw.sample(CHANNELS[1:] if grouped else CHANNELS, 2)
    divisors = [g for g in (2, 4, 8) if inputs % g == 0 == outputs % g] if grouped else [1]
    height = draw.choice(KERNELS)
    kernel = (height, draw.choice(KERNELS) if draw.chance(0.4) else height)
    return Layer(inputs, outputs, kernel, draw.choice(divisors))


def layer_for(draw: Draw, level: int) -> Layer:
    """Draw the layer of a level: 1 linear; 2 a plain convolution; 3 a convolution, half of them grouped."""
    if level == 1:
        return linear(draw)
    return conv(draw, grouped=level == 3 and draw.chance(0.5))


def gained_for(draw: Draw, level: int) -> Gained:
    """Draw the layer of a level; at level 3 tanh stands behind it."""
    layer = layer_for(draw, level)
    return Gained(layer.inputs, layer.outputs, layer.kernel, layer.groups, "tanh" if level == 3 else "linear")


def sloped_for(draw: Draw, level: int) -> Sloped:
    """Draw the layer of a level; at level 3 a leaky ReLU stands behind it, above level 1 fan_out may be the mode."""
    layer = layer_for(draw, level)
    slope = draw.integer(1, 5) if level == 3 else 0
    mode: Mode = "fan_out" if level > 1 and draw.chance(0.4) else "fan_in"
    return Sloped(layer.inputs, layer.outputs, layer.kernel, layer.groups, slope, mode)


def layer_facts(layer: Layer) -> Facts:
    """Return what the templates name of a layer."""
    return {
        "layer": layer.words,
        "fan_in": layer.fan_in,
        "fan_out": layer.fan_out,
        "fans": layer.fan_in + layer.fan_out,
        "fan_in_words": layer.fan_in_words,
        "fan_out_words": layer.fan_out_words,
        "groups": layer.groups,
        "area": layer.area,
    }


def layer_effort(layer: Layer, fans: int, extra: int = 0) -> Effort:
    """Return the effort: the products behind each fan, a quotient, a root, and what comes on top.

    Args:
        layer: the layer.
        fans: how many of fan_in and fan_out are needed.
        extra: further operations.
    """
    products = (2 if layer.kernel else 0) + (1 if layer.groups > 1 else 0)
    return Effort(2 + fans * products + extra, len(str(layer.fan_in + layer.fan_out)))


def root(top: int, bottom: int) -> Number:
    """Return the square root of top / bottom."""
    return sqrt(Fraction(top, bottom))


def times(x: Number, gain: tuple[int, int]) -> Number:
    """Return x times a gain given as a fraction."""
    return x * divide(*gain)
