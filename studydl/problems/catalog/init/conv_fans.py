"""The fans of a convolution's weight, on which every initialization rests."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

from studydl.answers.kinds import Vector
from studydl.problems.catalog.init._layers import Layer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Convolution(Layer):
    """A convolution of any kind; its kernel has one side for each dimension.

    Args:
        kind: class in `torch.nn`: "Conv1d", "Conv2d", "Conv3d" or "ConvTranspose2d".
    """

    kind: str = "Conv2d"

    @property
    def transposed(self) -> bool:
        """Say whether the weight is stored the other way round."""
        return self.kind == "ConvTranspose2d"

    @property
    def first_two(self) -> tuple[int, int]:
        """Return the first two sizes of the weight: (out, in / groups), or (in, out / groups) if transposed."""
        if self.transposed:
            return self.inputs, self.outputs // self.groups
        return self.outputs, self.inputs // self.groups

    @property
    def pair(self) -> tuple[int, int]:
        """Return fan_in and fan_out, both from the shape of the weight."""
        first, second = self.first_two
        return second * self.area, first * self.area

    @property
    def words(self) -> str:
        """Return the layer as a prompt names it."""
        groups = f", groups={self.groups}" if self.groups > 1 else ""
        kernel = self.kernel[0] if len({*self.kernel}) == 1 else self.kernel
        return f"`nn.{self.kind}({self.inputs}, {self.outputs}, {kernel}{groups})`"


class ConvFans(Family[Convolution]):
    """fan_in is the second size of the weight times the kernel area, fan_out the first size times the kernel area."""

    name, version, title = "init.conv-fans", 1, "Fans of a convolution"
    source = (
        "PyTorch source, torch.nn.init._calculate_fan_in_and_fan_out; torch.nn.Conv2d and torch.nn.ConvTranspose2d "
        "documentation, section Variables"
    )
    answer = Vector()
    prompt = "Which fan_in and fan_out does `nn.init` compute for the weight of {layer}, as a pair (fan_in, fan_out)?"
    conventions = ("as torch counts them, from the shape of the weight",)
    _ends = (
        "Taps of one kernel slice: ${taps}$.",
        "fan_in is the second size times the taps, ${second} * {area} = {fan_in_here}$; fan_out is the first size "
        "times the taps, ${first} * {area} = {fan_out_here}$.",
        "As a pair: {answer}",
    )
    steps = {
        "plain": ("The weight is stored as (out, in, kernel): {shape}.", *_ends),
        "grouped": (
            "The weight is stored as (out, in / groups, kernel), and $frac({inputs}, {groups}) = {second}$: {shape}.",
            *_ends,
        ),
        "transposed": (
            "A transposed convolution stores its weight as (in, out / groups, kernel){division}: {shape}.",
            *_ends,
        ),
    }
    limits = {1: Effort(6, 4), 2: Effort(8, 5), 3: Effort(10, 5)}
    mistakes = (
        Mistake(
            "kernel area forgotten",
            lambda p: p.first_two[::-1],
            "You counted channels only. Both fans are channels times the taps of a kernel slice, here {area}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "fans exchanged",
            lambda p: None if p.transposed else p.pair[::-1],
            "You exchanged the two. fan_in counts what feeds one output value: {fan_in_here}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "side for area",
            lambda p: tuple(fan // p.area * p.kernel[0] for fan in p.pair) if len({*p.kernel}) == 1 else None,
            "You multiplied by one side of the kernel. A slice has {area} taps.",
            teaches="init-fan-in",
        ),
        Mistake(
            "groups ignored",
            lambda p: (p.pair[0] * p.groups, p.pair[1]),
            "You left the groups out. With {groups} groups the second size of the weight is {second}, so fan_in is "
            "{fan_in_here}.",
            teaches="init-fan-in",
        ),
        Mistake(
            "groups divide both fans",
            lambda p: None if p.transposed else (p.pair[0], p.pair[1] // p.groups),
            "You divided both fans by the {groups} groups. The connections come to that, but torch reads the shape of "
            "the weight, whose first size is {first}.",
            convention="as torch counts them",
            teaches="init-fan-in",
        ),
        Mistake(
            "groups divide the wrong fan",
            lambda p: (p.pair[0] * p.groups, p.pair[1] // p.groups),
            "You divided fan_out by the {groups} groups. They divide the second size of the weight, which is {second}, "
            "and so fan_in.",
            teaches="init-fan-in",
        ),
        Mistake(
            "stored like an ordinary convolution",
            lambda p: (p.inputs // p.groups * p.area, p.outputs * p.area) if p.transposed else None,
            "You read the layer as an ordinary convolution. A transposed one stores its weight as {shape}, and torch "
            "takes fan_in from the second size.",
            teaches="init-transposed",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Convolution | None:
        """Level 1: small, one or two equal sides; level 2: unequal or three sides; level 3: grouped, transposed."""
        if level == 1:
            inputs, outputs = draw.sample((1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 32), 2)
            side, dimensions = draw.choice((2, 3, 4, 5)), draw.choice((1, 2, 2))
            return Convolution(inputs, outputs, (side,) * dimensions, kind=f"Conv{dimensions}d")
        if level == 2:
            inputs, outputs = draw.sample((3, *range(4, 260, 4)), 2)
            kernel = draw.sample((1, 2, 3, 4, 5, 7, 9), 2) if draw.chance(0.6) else _cuboid(draw)
            return Convolution(inputs, outputs, kernel, kind=f"Conv{len(kernel)}d")
        inputs, outputs = draw.sample(range(4, 260, 4), 2)
        height = draw.choice((2, 3, 4, 5, 7))
        kernel = (height, height if draw.chance(0.6) else draw.choice((2, 3, 4, 5, 7)))
        kind = draw.choice(("Conv2d", "ConvTranspose2d"))
        if kind == "Conv2d" and draw.chance(0.25):  # depthwise: a group for each channel
            return Convolution(inputs, inputs * draw.choice((1, 2)), kernel, inputs, kind)
        groups = draw.choice((1, 2, 4)) if kind != "Conv2d" else draw.choice((2, 4, gcd(inputs, outputs)))
        return Convolution(inputs, outputs, kernel, groups, kind)

    def variant(self, p: Convolution) -> str:
        """Return plain, grouped or transposed."""
        return "transposed" if p.transposed else "grouped" if p.groups > 1 else "plain"

    def formula(self, p: Convolution) -> tuple[int, ...]:
        """Return (fan_in, fan_out)."""
        return p.pair

    def effort(self, p: Convolution) -> Effort:
        """Return the products behind the kernel area and both fans, a quotient for groups, a look at the storage."""
        operations = len(p.kernel) + 1 + (p.groups > 1) + 2 * p.transposed + (len({*p.kernel}) > 1)
        return Effort(operations, len(str(max(p.pair))))

    def facts(self, p: Convolution) -> Facts:
        """Return the layer, the shape of its weight, and both fans."""
        (first, second), (fan_in, fan_out) = p.first_two, p.pair
        taps = " * ".join(map(str, p.kernel))
        return {
            "layer": p.words,
            "shape": str((first, second, *p.kernel)),
            "first": first,
            "second": second,
            "area": p.area,
            "taps": f"{taps} = {p.area}" if len(p.kernel) > 1 else taps,
            "fan_in_here": fan_in,
            "fan_out_here": fan_out,
            "division": f", and $frac({p.outputs}, {p.groups}) = {second}$" if p.groups > 1 else "",
        }

    @staticmethod
    def witness(kind: str, inputs: int, outputs: int, kernel: tuple[int, ...], groups: int) -> tuple[int, ...]:
        """Return what torch's initializations work with, for a real layer."""
        import torch

        layer = getattr(torch.nn, kind)(inputs, outputs, kernel, groups=groups, device="meta")
        return torch.nn.init._calculate_fan_in_and_fan_out(layer.weight)


def _cuboid(draw: Draw) -> tuple[int, ...]:
    """Draw the kernel of a 3d convolution: equal height and width."""
    side = draw.choice((2, 3, 5))
    return (draw.choice((1, 2, 3, 5)), side, side)
