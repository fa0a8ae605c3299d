"""What a depthwise separable convolution saves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from studydl.answers.kinds import Integer, Real
from studydl.answers.values import Value
from studydl.problems.catalog.conv._layers import Conv, layer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of
from studydl.text.numbers import Number

Wrong: TypeAlias = Callable[["Separable"], Value | None]


@dataclass(frozen=True, slots=True)
class Separable:
    """A depthwise convolution followed by a pointwise one, beside the ordinary convolution they replace.

    Args:
        ask: "weights", "share", "saved", "macs" or "budget".
        inputs: input channels, 2 to 400.
        outputs: output channels, 2 to 400; 0 where they are asked for.
        kernel: side of the kernel: 3, 5 or 7.
        size: side of the image, 9 to 60; 1 where only weights count.
        stride: of the depthwise convolution.
        budget: weights that may be spent, or 0.
    """

    ask: str
    inputs: int
    outputs: int
    kernel: int
    size: int = 1
    stride: int = 1
    budget: int = 0

    @property
    def area(self) -> int:
        """Return the taps of a kernel."""
        return self.kernel * self.kernel

    @property
    def depthwise(self) -> Conv:
        """Return the convolution that keeps the channels apart."""
        return Conv(self.inputs, self.inputs, self.kernel, self.stride, self.kernel // 2, self.inputs)

    @property
    def pointwise(self) -> Conv:
        """Return the 1x1 convolution that mixes the channels."""
        return Conv(self.inputs, self.outputs, 1)

    @property
    def ordinary(self) -> Conv:
        """Return the convolution that both replace."""
        return Conv(self.inputs, self.outputs, self.kernel, self.stride, self.kernel // 2)

    @property
    def after(self) -> int:
        """Return the side of the output."""
        return self.depthwise.after((self.size, self.size))[0]

    @property
    def positions(self) -> int:
        """Return the pixels of the output."""
        return self.after * self.after

    def answer(self, depthwise: int, pointwise: int) -> Number:
        """Return what is asked for if the two layers had these numbers of weights."""
        both, whole = depthwise + pointwise, self.ordinary.weights
        if self.ask == "share":
            return Fraction(both, whole)
        return whole - both if self.ask == "saved" else both * self.positions


def only(ask: str, value: Callable[[Separable], Value]) -> Wrong:
    """Return a mistake's value that applies to one question only."""
    return lambda p: value(p) if p.ask == ask else None


def unless_budget(value: Callable[[Separable], Value]) -> Wrong:
    """Return a mistake's value that applies wherever the output channels are given."""
    return lambda p: value(p) if p.outputs else None


class DepthwiseSeparable(Family[Separable]):
    """K^2 weights a channel, then a weight for each pair of channels: 1 / C_out + 1 / K^2 of the ordinary number."""

    name, version, title = "conv.depthwise-separable", 1, "Depthwise separable convolution"
    source = "Howard et al. (2017), MobileNets, section 3.1"
    answer = {
        "weights": Integer(),
        "share": Real(significant=3),
        "saved": Integer(),
        "macs": Integer(),
        "budget": Integer(),
    }
    prompt = {
        "weights": "A depthwise separable convolution with {kernel}x{kernel} kernels turns {inputs} channels into "
        "{outputs}. How many weights does it have?",
        "share": "{ordinary} is replaced by a depthwise separable convolution. What share of the weights is left, to 3 "
        "significant digits?",
        "saved": "{ordinary} is replaced by a depthwise separable convolution. How many weights does that save?",
        "macs": "A depthwise separable convolution with {kernel}x{kernel} kernels, padding {padding} and stride "
        "{stride} turns {inputs} channels of {size}x{size} pixels into {outputs} channels. How many "
        "multiply-accumulates (MACs) does that take?",
        "budget": "A depthwise separable convolution with {kernel}x{kernel} kernels reads {inputs} channels and may "
        "have up to {budget} weights. How many output channels can it have at most?",
    }
    _two = "depthwise, one filter per channel, then pointwise (1x1)"
    conventions = {
        "weights": (_two, "no biases"),
        "share": (_two, "no biases"),
        "saved": (_two, "no biases"),
        "macs": (_two, "stride and padding in the depthwise layer", "a MAC is one multiplication and one addition"),
        "budget": (_two, "no biases"),
    }
    _weights = (
        "Depthwise, one {kernel}x{kernel} slice per channel: ${inputs} * {area} = {depthwise}$ weights.",
        "Pointwise, one weight for each pair of channels: ${inputs} * {outputs} = {pointwise}$ weights.",
    )
    steps = {
        "weights": (*_weights, "Together: ${depthwise} + {pointwise}$ = {answer}"),
        "share": (
            "The ordinary convolution has ${inputs} * {outputs} * {area}$ weights.",
            "Depthwise, one {kernel}x{kernel} slice per channel: ${inputs} * {area}$ of them, $frac(1, {outputs})$.",
            "Pointwise, one weight for each pair of channels: ${inputs} * {outputs}$ of them, $frac(1, {area})$.",
            "$frac(1, {outputs}) + frac(1, {area})$ = {answer}",
        ),
        "saved": (
            *_weights,
            "The ordinary convolution has ${inputs} * {outputs} * {area} = {whole}$.",
            "${whole} - {depthwise} - {pointwise}$ = {answer}",
        ),
        "macs": (
            "The depthwise layer gives $floor(frac({size} + 2 * {padding} - {kernel}, {stride})) + 1 = {after}$ pixels "
            "a side, ${after} * {after} = {positions}$ in all; the pointwise one keeps them.",
            *_weights,
            "Each weight is used once at each pixel: ${positions} * ({depthwise} + {pointwise})$ = {answer}",
        ),
        "budget": (
            "Depthwise, one {kernel}x{kernel} slice per channel: ${inputs} * {area} = {depthwise}$ weights.",
            "That leaves ${budget} - {depthwise} = {left}$ for the pointwise layer, which takes {inputs} for each "
            "output channel.",
            "$floor(frac({left}, {inputs}))$ = {answer}",
        ),
    }
    limits = {1: Effort(4, 5), 2: Effort(10, 7), 3: Effort(14, 8)}
    mistakes = (
        Mistake(
            "ordinary convolution",
            lambda p: _ordinary(p),
            "That is an ordinary convolution, whose filters see all {inputs} channels. A depthwise filter sees one.",
            teaches="conv-separable-cost",
        ),
        Mistake(
            "depthwise layer counted with the outputs",
            unless_budget(lambda p: p.answer(p.outputs * p.area, p.pointwise.weights)),
            "You gave the depthwise layer {outputs} filters. It has one for each input channel: {inputs}.",
            teaches="conv-separable-cost",
        ),
        Mistake(
            "depthwise layer only",
            unless_budget(lambda p: p.answer(p.depthwise.weights, 0)),
            "You left the pointwise layer out. Mixing the channels takes ${inputs} * {outputs}$ weights more.",
            teaches="conv-separable-cost",
        ),
        Mistake(
            "pointwise layer only",
            lambda p: p.answer(0, p.pointwise.weights) if p.outputs else p.budget // p.inputs,
            "You left the depthwise layer out. Its kernels take ${inputs} * {area}$ weights.",
            teaches="conv-separable-cost",
        ),
        Mistake(
            "kernel side for kernel area",
            lambda p: _answer_with(p, p.kernel),
            "You counted one side of the kernel. A slice has ${kernel} * {kernel} = {area}$ weights.",
        ),
        Mistake(
            "two thin passes",
            lambda p: _answer_with(p, 2 * p.kernel),
            "You split the kernel into a column and a row, which is spatially separable. Depthwise keeps it whole, "
            "{kernel}x{kernel}, and separates the channels.",
            teaches="conv-separable-cost",
        ),
        Mistake(
            "share that is saved",
            only("share", lambda p: 1 - p.answer(p.depthwise.weights, p.pointwise.weights)),
            "That is the share that goes away. What is left is the separable version's share.",
        ),
        Mistake(
            "what is left for what is saved",
            only("saved", lambda p: p.depthwise.weights + p.pointwise.weights),
            "That is how many weights are left. The question is how many fewer than {whole} that is.",
        ),
        Mistake(
            "stride ignored",
            only("macs", lambda p: p.size * p.size * (p.depthwise.weights + p.pointwise.weights)),
            "You kept all {size}x{size} pixels. With stride {stride} the depthwise layer leaves {after}x{after}.",
        ),
        Mistake(
            "pointwise layer at full size",
            only("macs", lambda p: p.positions * p.depthwise.weights + p.size * p.size * p.pointwise.weights),
            "You ran the pointwise layer on the whole image. It reads what the stride leaves, {after}x{after} pixels.",
        ),
        Mistake(
            "rounded up",
            only("budget", lambda p: -(-(p.budget - p.depthwise.weights) // p.inputs)),
            "You rounded up, which takes more weights than there are. {left} weights are enough for {fits} channels.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Separable | None:
        """Level 1: weights; level 2: the share left or the weights saved; level 3: MACs, or a budget of weights."""
        kernel = draw.choice((3, 3, 5) if level == 1 else (3, 3, 5, 7))
        if level == 1:
            inputs, outputs = draw.sample((2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 20, 24, 30, 32, 40), 2)
            return Separable("weights", inputs, outputs, kernel)
        if level == 2:
            inputs, outputs = draw.integer(4, 200) * 2, draw.integer(4, 200) * 2
            return Separable(draw.choice(("share", "saved")), inputs, outputs, kernel)
        inputs, outputs = draw.integer(8, 64), draw.integer(8, 64)
        if draw.chance(0.5):
            return Separable("macs", inputs, outputs, kernel, draw.integer(9, 60), draw.choice((2, 2, 3)))
        weights = inputs * (kernel * kernel + outputs) + draw.integer(1, inputs - 1)
        return Separable("budget", inputs, 0, kernel, budget=weights)

    def variant(self, p: Separable) -> str:
        """Return what is asked."""
        return p.ask

    def formula(self, p: Separable) -> Number:
        """Return what the weights of both layers come to, or the channels that the rest of the budget pays for."""
        if p.ask == "budget":
            return (p.budget - p.depthwise.weights) // p.inputs
        return p.answer(p.depthwise.weights, p.pointwise.weights)

    def effort(self, p: Separable) -> Effort:
        """Return products and sums, and what size or quotient add."""
        if p.ask == "share":
            return Effort(5, 3)
        largest = {"macs": p.positions * p.pointwise.weights, "saved": p.ordinary.weights, "budget": p.budget}
        return Effort(
            {"weights": 4, "saved": 6, "macs": 11, "budget": 6}[p.ask],
            len(str(largest.get(p.ask, p.pointwise.weights))),
        )

    def facts(self, p: Separable) -> Facts:
        """Return the layers and their numbers of weights."""
        left = p.budget - p.depthwise.weights
        return {
            **params_of(p),
            "ordinary": layer(p.inputs, p.outputs, p.kernel, bias=False),
            "area": p.area,
            "padding": p.kernel // 2,
            "depthwise": p.depthwise.weights,
            "pointwise": p.pointwise.weights,
            "whole": p.ordinary.weights,
            "after": p.after,
            "positions": p.positions,
            "left": left,
            "fits": left // p.inputs,
        }

    @staticmethod
    def witness(ask: str, inputs: int, outputs: int, kernel: int, size: int, stride: int, budget: int) -> float:
        """Return what is counted in real layers, or the last number of filters the budget pays for."""
        import torch

        depthwise = torch.empty(inputs, 1, kernel, kernel, device="meta")
        while budget and depthwise.numel() + torch.empty(outputs + 1, inputs, 1, 1, device="meta").numel() <= budget:
            outputs += 1
        pointwise = torch.empty(outputs, inputs, 1, 1, device="meta")
        ordinary = torch.empty(outputs, inputs, kernel, kernel, device="meta")
        weights = depthwise.numel() + pointwise.numel()
        x = torch.empty(1, inputs, size, size, device="meta")
        y = torch.conv2d(x, depthwise, None, stride, kernel // 2, 1, inputs)
        macs = y.numel() * depthwise[0].numel() + torch.conv2d(y, pointwise).numel() * pointwise[0].numel()
        return {
            "budget": outputs,
            "share": weights / ordinary.numel(),
            "saved": ordinary.numel() - weights,
            "macs": macs,
        }.get(ask, weights)


def _ordinary(p: Separable) -> int | None:
    """Return the weights or MACs of the ordinary convolution, or its outputs for the budget; None where it is given."""
    if p.ask == "budget":
        return p.budget // (p.inputs * p.area)
    return p.ordinary.weights * p.positions if p.ask in ("weights", "macs") else None


def _answer_with(p: Separable, area: int) -> Number:
    """Return what is asked for if a depthwise filter had this many weights."""
    if p.ask == "budget":
        return (p.budget - p.inputs * area) // p.inputs
    return p.answer(p.inputs * area, p.pointwise.weights)
