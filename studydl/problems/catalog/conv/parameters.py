"""How many parameters convolutional layers have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

CHANNELS = (3, 8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128)


@dataclass(frozen=True, slots=True)
class Conv:
    """One convolution.

    Args:
        inputs: input channels.
        outputs: filters.
        height: of the kernel.
        width: of the kernel.
        groups: divides inputs and outputs.
        bias: whether each filter has one.
    """

    inputs: int
    outputs: int
    height: int
    width: int
    groups: int = 1
    bias: bool = True

    @property
    def area(self) -> int:
        """Return the taps of one kernel slice."""
        return self.height * self.width

    @property
    def weights(self) -> int:
        """Return the number of weights."""
        return self.outputs * (self.inputs // self.groups) * self.area

    @property
    def biases(self) -> int:
        """Return the number of biases."""
        return self.outputs if self.bias else 0

    @property
    def layer(self) -> str:
        """Return the layer as torch writes it, defaults left out."""
        kernel = self.height if self.height == self.width else (self.height, self.width)
        groups = f", groups={self.groups}" if self.groups > 1 else ""
        return f"`nn.Conv2d({self.inputs}, {self.outputs}, {kernel}{groups}{'' if self.bias else ', bias=False'})`"

    @property
    def share(self) -> str:
        """Return how many inputs one filter sees, in math."""
        seen = self.inputs // self.groups
        return f"frac({self.inputs}, {self.groups}) = {seen}" if self.groups > 1 else str(seen)

    @property
    def product(self) -> str:
        """Return the weights as a product, in math."""
        return f"{self.outputs} * {self.inputs // self.groups} * {self.height} * {self.width} = {self.weights}"


Layer: TypeAlias = tuple[int, int, int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Stack:
    """One or two convolutions, perhaps with batch normalization between them.

    Args:
        layers: (inputs, outputs, height, width, groups, bias) of each convolution.
        norm: channels of `nn.BatchNorm2d` after the first convolution, or 0.
    """

    layers: tuple[Layer, ...]
    norm: int = 0

    @property
    def convs(self) -> tuple[Conv, ...]:
        """Return the convolutions."""
        return tuple(Conv(*layer) for layer in self.layers)

    @property
    def weights(self) -> int:
        """Return the weights of all convolutions."""
        return sum(c.weights for c in self.convs)

    @property
    def biases(self) -> int:
        """Return the biases of all convolutions."""
        return sum(c.biases for c in self.convs)

    @property
    def rest(self) -> int:
        """Return what is no weight of a convolution: biases, scales and shifts."""
        return self.biases + 2 * self.norm

    @property
    def grouped(self) -> bool:
        """Say whether a convolution has groups."""
        return any(c.groups > 1 for c in self.convs)

    def counting(self, weights: Callable[[Conv], int]) -> int:
        """Return the parameters with the weights of each convolution counted in another way."""
        return sum(map(weights, self.convs)) + self.rest


class Parameters(Family[Stack]):
    """Each filter has a weight for every tap and every input channel of its group, and one bias."""

    name, version, title = "conv.parameters", 1, "Parameters of a convolution"
    source = "torch.nn.Conv2d documentation, section Variables; Howard et al. (2017), MobileNets, section 3.1"
    answer = Integer()
    prompt = {
        "one": "How many parameters does {first} have?",
        "two": "How many parameters do {first} and {second} have together?",
        "norm": "A block is {first}, `nn.BatchNorm2d({norm})`, then {second}. How many learnable parameters does it "
        "have?",
    }
    conventions = {
        "one": ("Conv2d has a bias unless bias=False",),
        "two": ("Conv2d has a bias unless bias=False",),
        "norm": ("Conv2d has a bias unless bias=False", "buffers such as running statistics are not parameters"),
    }
    _second = (
        "First convolution. Channels a filter sees: ${share}$. Weights: ${product}$. Biases: {biases}.",
        "Second convolution. Channels a filter sees: ${share2}$. Weights: ${product2}$. Biases: {biases2}.",
    )
    steps = {
        "one": (
            "Channels a filter sees: ${share}$. Its weights, with {height} x {width} taps a channel: {filter}.",
            "Weights of all {outputs} filters: ${product}$. Biases: {biases}.",
            "${weights} + {biases}$ = {answer}",
        ),
        "two": (
            *_second,
            "Together: ${weights} + {weights2} + {all_biases}$ = {answer}",
        ),
        "norm": (
            *_second,
            "Batch normalization: a scale and a shift for each channel, $2 * {norm} = {norms}$.",
            "Together: ${weights} + {weights2} + {all_biases} + {norms}$ = {answer}",
        ),
    }
    limits = {1: Effort(5, 4), 2: Effort(6, 6), 3: Effort(16, 7)}
    mistakes = (
        Mistake(
            "biases forgotten",
            lambda p: p.weights + 2 * p.norm,
            "You left the biases out. Each filter has one unless bias=False: {all_biases} here.",
            teaches="conv-count",
        ),
        Mistake(
            "biases counted without being there",
            lambda p: p.weights + 2 * p.norm + sum(c.outputs for c in p.convs),
            "You gave every filter a bias. Where bias=False it has none, which leaves {all_biases}.",
        ),
        Mistake(
            "one bias a layer",
            lambda p: p.weights + 2 * p.norm + sum(c.bias for c in p.convs) if p.biases else None,
            "You counted one bias per layer. Each filter has its own: {all_biases} biases.",
            teaches="conv-bias",
        ),
        Mistake(
            "bias for each input channel",
            lambda p: p.weights + 2 * p.norm + sum(c.inputs for c in p.convs if c.bias),
            "You counted a bias for each input channel. Biases belong to filters: {all_biases}.",
            teaches="conv-bias",
        ),
        Mistake(
            "input channels forgotten",
            lambda p: p.counting(lambda c: c.outputs * c.area),
            "You gave each filter a single slice. It has one for every channel it sees: {last_seen} in {second}.",
            teaches="conv-weight-shape",
        ),
        Mistake(
            "kernel side for kernel area",
            lambda p: p.counting(lambda c: c.weights // c.width if c.height == c.width else c.weights),
            "You counted one side of the kernel. A slice has {slices} weights.",
        ),
        Mistake(
            "groups ignored",
            lambda p: p.counting(lambda c: c.weights * c.groups) if p.grouped else None,
            "You let every filter see all {inputs} channels. With {groups} groups it sees {seen}.",
            teaches="conv-weight-shape",
        ),
        Mistake(
            "groups divide filters too",
            lambda p: p.counting(lambda c: c.weights // c.groups) if p.grouped else None,
            "You divided both inputs and filters by the groups. Only the inputs a filter sees shrink, to {seen}; all "
            "{outputs} filters stay.",
            teaches="conv-weight-shape",
        ),
        Mistake(
            "batch normalization forgotten",
            lambda p: p.weights + p.biases if p.norm else None,
            "You left batch normalization out. It learns a scale and a shift for each channel: $2 * {norm}$.",
            teaches="norm-points-batch",
        ),
        Mistake(
            "running statistics counted",
            lambda p: p.weights + p.biases + 4 * p.norm if p.norm else None,
            "You counted the running mean and variance. They are buffers, not parameters: nothing learns them by "
            "gradient.",
            convention="running statistics are not parameters",
            teaches="module-buffer",
        ),
        Mistake(
            "first convolution only",
            lambda p: p.convs[0].weights + p.convs[0].biases if len(p.layers) > 1 else None,
            "That is the first convolution alone. The second one adds ${weights2} + {biases2}$.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Stack | None:
        """Level 1: a small square kernel; level 2: unequal sides, groups; level 3: two convolutions."""
        if level == 1:
            inputs, outputs = draw.choice((1, 3, 3, 4, 6, 8, 10)), draw.choice((4, 5, 6, 8, 10, 12, 16, 20, 32))
            kernel = draw.choice((2, 3, 3, 5))
            return Stack(((inputs, outputs, kernel, kernel, 1, draw.chance(0.7)),))
        if level == 2:
            return Stack((_grouped(draw),))
        return _separable(draw) if draw.chance(0.5) else _block(draw)

    def variant(self, p: Stack) -> str:
        """Return one, two or norm."""
        return "norm" if p.norm else "one" if len(p.layers) == 1 else "two"

    def formula(self, p: Stack) -> int:
        """Return filters x channels seen x taps, plus biases, plus two for each normalized channel."""
        return p.weights + p.rest

    def effort(self, p: Stack) -> Effort:
        """Return the products and the sum of each convolution, its groups, and what normalization adds."""
        operations = sum(3 + c.bias + (c.groups > 1) for c in p.convs) + len(p.convs) - 1 + 2 * bool(p.norm)
        return Effort(operations, len(str(p.weights)))

    def facts(self, p: Stack) -> Facts:
        """Return layers and counts; the groups, and the channels a filter sees, of the first convolution."""
        first, last = p.convs[0], p.convs[-1]
        slices = [f"{c.height} x {c.width}" for c in p.convs if c.height * c.width > 1]
        return {
            "first": first.layer,
            "second": last.layer,
            "inputs": first.inputs,
            "outputs": first.outputs,
            "height": first.height,
            "width": first.width,
            "slices": ", then ".join(dict.fromkeys(slices)),
            "groups": first.groups,
            "seen": first.inputs // first.groups,
            "last_seen": last.inputs // last.groups,
            "filter": first.weights // first.outputs,
            "share": first.share,
            "product": first.product,
            "weights": first.weights,
            "biases": first.biases,
            "share2": last.share,
            "product2": last.product,
            "weights2": last.weights,
            "biases2": last.biases,
            "all_biases": p.biases,
            "norm": p.norm,
            "norms": 2 * p.norm,
        }

    @staticmethod
    def witness(layers: tuple[Layer, ...], norm: int) -> int:
        """Return the number of elements of the parameters of real layers."""
        import torch

        modules: list[torch.nn.Module]
        modules = [torch.nn.Conv2d(i, o, (h, w), groups=g, bias=b, device="meta") for i, o, h, w, g, b in layers]
        if norm:
            modules.append(torch.nn.BatchNorm2d(norm, device="meta"))
        return sum(p.numel() for module in modules for p in module.parameters())


def _grouped(draw: Draw) -> Layer:
    """Draw a convolution with different sides or with groups, or both."""
    groups = draw.choice((1, 2, 2, 4, 4, 8))
    inputs, outputs = groups * draw.integer(2, 32), groups * draw.integer(2, 32)
    height, width = draw.sample((1, 3, 5, 7), 2)
    if groups > 1 and draw.chance(0.5):
        height = width = draw.choice((3, 5, 7))
    return inputs, outputs, height, width, groups, draw.chance(0.75)


def _separable(draw: Draw) -> Stack:
    """Draw a depthwise convolution, one or two filters a channel, followed by a pointwise one."""
    inputs, outputs = draw.integer(2, 40) * 4, draw.integer(4, 64) * 4
    kernel, bias, middle = draw.choice((3, 3, 5, 7)), draw.chance(0.6), inputs * draw.choice((1, 1, 2))
    return Stack(((inputs, middle, kernel, kernel, inputs, bias), (middle, outputs, 1, 1, 1, bias)))


def _block(draw: Draw) -> Stack:
    """Draw two convolutions with batch normalization between them, the first one without bias."""
    inputs, middle, outputs = draw.choice(CHANNELS), draw.choice(CHANNELS[1:]), draw.choice(CHANNELS[1:])
    kernel, kernel2 = draw.choice((1, 3, 5, 7)), draw.choice((1, 3, 3, 5))
    return Stack(
        ((inputs, middle, kernel, kernel, 1, False), (middle, outputs, kernel2, kernel2, 1, draw.chance(0.6))), middle
    )
