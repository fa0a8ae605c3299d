"""What the families that count the work of convolutions share: one layer, its text, its weights, its products."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from studydl.problems.catalog.conv._window import Rule, Window, positions

Pair: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Conv:
    """A convolution with a square kernel.

    Args:
        inputs: input channels.
        outputs: filters.
        kernel: side of the kernel.
        stride: at least 1.
        padding: on each side.
        groups: divides inputs and outputs.
    """

    inputs: int
    outputs: int
    kernel: int
    stride: int = 1
    padding: int = 0
    groups: int = 1

    @property
    def layer(self) -> str:
        """Return the layer as torch writes it."""
        return layer(self.inputs, self.outputs, self.kernel, self.stride, self.padding, self.groups)

    @property
    def seen(self) -> int:
        """Return the channels one filter sees."""
        return self.inputs // self.groups

    @property
    def area(self) -> int:
        """Return the taps of one slice of a filter."""
        return self.kernel * self.kernel

    @property
    def weights(self) -> int:
        """Return the number of weights."""
        return self.outputs * self.seen * self.area

    def after(self, image: Pair, rule: Rule = positions) -> Pair:
        """Return height and width of the output, perhaps by a wrong rule."""
        window = Window(self.kernel, self.stride, self.padding)
        return rule(image[0], window), rule(image[1], window)

    def macs(self, image: Pair) -> int:
        """Return the multiply-accumulates it takes for an image."""
        height, width = self.after(image)
        return height * width * self.weights


def layer(
    inputs: int,
    outputs: int,
    kernel: int | Pair,
    stride: int = 1,
    padding: int = 0,
    groups: int = 1,
    bias: bool = True,
) -> str:
    """Return a layer as torch writes it, defaults left out."""
    given = (("stride", stride, 1), ("padding", padding, 0), ("groups", groups, 1), ("bias", bias, True))
    settings = [f"{name}={value}" for name, value, default in given if value != default]
    return f"`nn.Conv2d({', '.join([str(inputs), str(outputs), str(kernel), *settings])})`"
